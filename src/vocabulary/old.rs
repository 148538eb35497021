//! The provinces, districts and communes that stood until 30 June 2025, as papers still say them, and what each commune
//! became. One commune in twenty-two became several: which one is a question for the person, never a guess.

use std::collections::HashMap;
use std::sync::OnceLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::List;
use crate::base::language::Language;
use crate::base::text::fold;

/// A unit as it was.
#[derive(Debug)]
pub struct Unit {
    pub code: &'static str,
    /// The district of a commune, the province of a district; empty for a province.
    pub parent: &'static str,
    /// With its kind, as *Xã Nghi Lâm*.
    pub name: &'static str,
    /// Codes of what a commune, or a district without communes, became.
    new: Vec<&'static str>,
    /// Folded, without its kind.
    bare: String,
}

struct Old {
    provinces: Vec<Unit>,
    districts: Vec<Unit>,
    /// In the order of their codes.
    communes: Vec<Unit>,
}

/// Read at first use: ten thousand short lines.
fn old() -> &'static Old {
    static OLD: OnceLock<Old> = OnceLock::new();
    OLD.get_or_init(|| Old {
        provinces: units(include_str!("../../reference/old_provinces.csv"), false),
        districts: units(include_str!("../../reference/old_districts.csv"), true),
        communes: units(include_str!("../../reference/old_communes.csv"), true),
    })
}

/// The files have no quotes and no commas within a field; see `scripts/old-units.py`.
fn units(text: &'static str, lies_in: bool) -> Vec<Unit> {
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .skip(1)
        .map(|line| {
            let mut fields = line.split(',');
            let mut next = || fields.next().unwrap_or_default();
            let code = next();
            let parent = if lies_in { next() } else { "" };
            let name = next();
            Unit { code, parent, name, new: next().split_whitespace().collect(), bare: bare(name).1 }
        })
        .collect()
}

fn at(list: &'static [Unit], code: &str) -> Option<&'static Unit> {
    list.binary_search_by(|unit| unit.code.cmp(code)).ok().map(|at| &list[at])
}

/// The codes of what an old commune became, in whole or in part; none for a code that there never was. An old code may
/// live on as a new one that covers more: never take one for the other.
pub fn new_communes(old_code: &str) -> &'static [&'static str] {
    at(&old().communes, old_code).map_or(&[], |unit| &unit.new)
}

/// The code of the province that most communes of an old one lie in now.
pub fn new_province(old_code: &str) -> Option<&'static str> {
    static NOW: OnceLock<HashMap<&str, &str>> = OnceLock::new();
    let now = NOW.get_or_init(|| {
        let present = List::Communes.vocabulary();
        let mut communes: HashMap<&str, HashMap<&str, usize>> = HashMap::new();
        for commune in &old().communes {
            let province = at(&old().districts, commune.parent).map(|district| district.parent);
            let lies_in = commune.new.iter().filter_map(|code| present.get(code)?.parent.as_deref());
            for (province, now) in province.into_iter().flat_map(|p| lies_in.clone().map(move |now| (p, now))) {
                *communes.entry(province).or_default().entry(now).or_default() += 1;
            }
        }
        let most = |counts: HashMap<&'static str, usize>| counts.into_iter().max_by_key(|(code, n)| (*n, *code));
        communes.into_iter().filter_map(|(old, counts)| Some((old, most(counts)?.0))).collect()
    });
    now.get(old_code).copied()
}

/// The old communes that a present one was made of, in whole or in part.
pub fn before(present: &str) -> Vec<Place> {
    old().communes.iter().filter(|unit| unit.new.contains(&present)).map(Place::of_commune).collect()
}

/// A place as it was, as far as it was said.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    pub province: Option<&'static Unit>,
    pub district: Option<&'static Unit>,
    pub commune: Option<&'static Unit>,
}

impl Place {
    /// The place of these codes; what is unknown is left out.
    pub fn of(province: Option<&str>, district: Option<&str>, commune: Option<&str>) -> Place {
        let old = old();
        Place {
            province: province.and_then(|code| at(&old.provinces, code)),
            district: district.and_then(|code| at(&old.districts, code)),
            commune: commune.and_then(|code| at(&old.communes, code)),
        }
    }

    fn of_commune(commune: &'static Unit) -> Place {
        Place { commune: Some(commune), ..Place::of_district(at(&old().districts, commune.parent)) }
    }

    fn of_district(district: Option<&'static Unit>) -> Place {
        let province = district.and_then(|d| at(&old().provinces, d.parent));
        Place { province, district, commune: None }
    }

    /// *Xã Nghi Lâm, Huyện Nghi Lộc, Tỉnh Nghệ An*.
    pub fn title(&self) -> String {
        let parts: Vec<&str> =
            [self.commune, self.district, self.province].into_iter().flatten().map(|u| u.name).collect();
        parts.join(", ")
    }

    /// Codes of the communes that it may lie in now; none where its commune was not said.
    pub fn now(&self) -> &'static [&'static str] {
        match (self.commune, self.district) {
            (Some(commune), _) => &commune.new,
            (None, Some(district)) => &district.new,
            _ => &[],
        }
    }

    fn code(&self) -> &'static str {
        self.commune.or(self.district).or(self.province).map_or("", |unit| unit.code)
    }
}

/// A present commune with its province.
pub fn present_title(code: &str, language: Language) -> String {
    let communes = List::Communes.vocabulary();
    let province = communes.get(code).and_then(|commune| commune.parent.as_deref());
    let name = communes.title(code, language);
    province.map_or(name.clone(), |p| format!("{name}, {}", List::Provinces.vocabulary().title(p, language)))
}

/// The words for kinds of units, longest first, and how else people write them.
const KINDS: [(&str, &str); 17] = [
    ("thanh pho", "thanh pho"),
    ("thi tran", "thi tran"),
    ("thi xa", "thi xa"),
    ("phuong", "phuong"),
    ("huyen", "huyen"),
    ("tinh", "tinh"),
    ("quan", "quan"),
    ("xa", "xa"),
    ("t pho", "thanh pho"),
    ("tp", "thanh pho"),
    ("tt", "thi tran"),
    ("tx", "thi xa"),
    ("p", "phuong"),
    ("h", "huyen"),
    ("t", "tinh"),
    ("q", "quan"),
    ("x", "xa"),
];

/// What people call provinces besides their names.
const ALSO: [(&str, &str); 8] = [
    ("hcm", "ho chi minh"),
    ("tphcm", "ho chi minh"),
    ("sai gon", "ho chi minh"),
    ("hn", "ha noi"),
    ("hue", "thua thien hue"),
    ("tt hue", "thua thien hue"),
    ("brvt", "ba ria vung tau"),
    ("vung tau", "ba ria vung tau"),
];

/// A name's kind, where one is written, and the rest of it; folded. Numbers lose their leading zeros, and *P.3* and
/// *Q3* come apart.
fn bare(name: &str) -> (Option<&'static str>, String) {
    let folded = fold(name);
    let mut words: Vec<String> = Vec::new();
    for word in folded.split(' ') {
        let digits = word.trim_start_matches(|c: char| c.is_ascii_alphabetic());
        if !digits.is_empty() && digits.len() < word.len() && digits.bytes().all(|b| b.is_ascii_digit()) {
            words.push(word[..word.len() - digits.len()].to_owned());
            words.push(unpadded(digits));
        } else {
            words.push(unpadded(word));
        }
    }
    let folded = words.join(" ");
    for (written, kind) in KINDS {
        if let Some(rest) = folded.strip_prefix(written).and_then(|rest| rest.strip_prefix(' ')) {
            return (Some(kind), rest.to_owned());
        }
    }
    (None, folded)
}

fn unpadded(word: &str) -> String {
    if word.bytes().all(|b| b.is_ascii_digit()) && word.len() > 1 {
        return word.trim_start_matches('0').to_owned();
    }
    word.to_owned()
}

/// A name with its diacritics, but blind to where the tone stands: *Hoà* as *Hòa*.
fn toned(name: &str) -> Vec<String> {
    let tone = |c: char| matches!(c, '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}');
    let words = name.split(|c: char| !c.is_alphanumeric() && !is_combining_mark(c)).filter(|word| !word.is_empty());
    words
        .map(|word| {
            let letters: Vec<char> = word.to_lowercase().nfd().collect();
            let (tones, letters): (Vec<char>, Vec<char>) = letters.into_iter().partition(|c| tone(*c));
            letters.into_iter().chain(tones).collect()
        })
        .collect()
}

/// Of units that fold alike, those that also fit the diacritics, or else the kind, as far as these were written.
fn narrowed(mut fitting: Vec<&'static Unit>, typed: &str) -> Vec<&'static Unit> {
    let mut keep = |fits: &dyn Fn(&Unit) -> bool| {
        let narrower: Vec<&'static Unit> = fitting.iter().copied().filter(|unit| fits(unit)).collect();
        if !narrower.is_empty() {
            fitting = narrower;
        }
    };
    if !typed.is_ascii() {
        let typed = toned(typed);
        keep(&|unit| toned(unit.name).ends_with(&typed) || typed.ends_with(&toned(unit.name)));
    }
    if let Some(kind) = bare(typed).0 {
        keep(&|unit| bare(unit.name).0 == Some(kind));
    }
    fitting
}

/// The units of a list that a name may mean, and that lie where `within` says.
fn meant(list: &'static [Unit], typed: &str, within: impl Fn(&Unit) -> bool) -> Vec<&'static Unit> {
    let (kind, name) = bare(typed);
    // What begins as a kind does may be a name: *Quan Hóa*.
    let whole = kind.map(|_| fold(typed));
    let also = ALSO.iter().find(|(said, _)| *said == name || whole.as_deref() == Some(said)).map(|(_, name)| *name);
    let fits = |unit: &&Unit| {
        within(unit)
            && (unit.bare == name || Some(unit.bare.as_str()) == whole.as_deref() || Some(unit.bare.as_str()) == also)
    };
    narrowed(list.iter().filter(fits).collect(), typed)
}

/// What was printed or typed, as far as it is understood.
#[derive(Debug)]
pub enum Meant {
    /// Exactly one old commune, or one district that had none.
    One(Place),
    /// Several old communes fit.
    Several(Vec<Place>),
    /// Province or district alone, or nothing.
    Unknown(Place),
}

impl Meant {
    /// The place as far as it is certain.
    pub fn place(&self) -> Place {
        match self {
            Meant::One(place) | Meant::Unknown(place) => *place,
            Meant::Several(_) => Place { province: None, district: None, commune: None },
        }
    }

    /// All that it may be, each with the communes of today.
    pub fn places(&self) -> &[Place] {
        match self {
            Meant::One(place) => std::slice::from_ref(place),
            Meant::Several(places) => places,
            Meant::Unknown(_) => &[],
        }
    }
}

/// More than these are no choice.
const MOST: usize = 12;

/// The old place that three names mean; any may be empty, and the commune decides.
pub fn recognise(province: &str, district: &str, commune: &str) -> Meant {
    let old = old();
    let nowhere = Place { province: None, district: None, commune: None };
    let provinces = meant(&old.provinces, province, |_| true);
    let said = |typed: &str| !fold(typed).is_empty();
    if said(province) && provinces.is_empty() {
        return Meant::Unknown(nowhere);
    }
    let in_province = |district: &Unit| provinces.is_empty() || provinces.iter().any(|p| p.code == district.parent);
    let districts = meant(&old.districts, district, in_province);
    let alone = Place { province: one(&provinces), ..nowhere };
    if said(district) && districts.is_empty() {
        return Meant::Unknown(alone);
    }
    let alone = one(&districts).map_or(alone, |d| Place::of_district(Some(d)));
    if !said(commune) {
        return match alone.district {
            Some(district) if !district.new.is_empty() => Meant::One(alone),
            _ => Meant::Unknown(alone),
        };
    }
    let in_district = |commune: &Unit| {
        if said(district) {
            return districts.iter().any(|d| d.code == commune.parent);
        }
        at(&old.districts, commune.parent).is_some_and(in_province)
    };
    let communes = meant(&old.communes, commune, in_district);
    match communes.as_slice() {
        [one] => Meant::One(Place::of_commune(one)),
        [] => Meant::Unknown(alone),
        several if several.len() <= MOST => Meant::Several(several.iter().map(|c| Place::of_commune(c)).collect()),
        _ => Meant::Unknown(alone),
    }
}

fn one(units: &[&'static Unit]) -> Option<&'static Unit> {
    match units {
        [one] => Some(one),
        _ => None,
    }
}

/// The old place that an address as printed means: *Số 1, Phường X, Quận Y, Hà Nội*. Its last parts count, from the
/// province inwards; what stands before them is house and street. An address of today, without a district, is unknown
/// here.
pub fn recognise_line(line: &str) -> Meant {
    let mut parts: Vec<&str> =
        line.split([',', ';', '\n']).map(str::trim).filter(|part| !fold(part).is_empty()).collect();
    if parts.last().is_some_and(|last| matches!(fold(last).as_str(), "viet nam" | "vietnam" | "vn")) {
        parts.pop();
    }
    match parts.as_slice() {
        [.., commune, district, province] => recognise(province, district, commune),
        [district, province] => recognise(province, district, ""),
        // One part without commas: *Xã A - Huyện B - Tỉnh C*, as long as no name has a dash in it.
        [whole] if whole.matches(" - ").count() == 2 => recognise_line(&whole.replace(" - ", ", ")),
        _ => recognise("", "", ""),
    }
}

/// Suggestions while somebody types: names of old units of a kind (`old_provinces` and so on), within a name of the unit
/// around them.
pub fn suggest(list: &str, typed: &str, within: Option<&str>, most: usize) -> Option<Vec<Place>> {
    let old = old();
    let (units, around) = match list {
        "old_provinces" => (&old.provinces, &old.provinces),
        "old_districts" => (&old.districts, &old.provinces),
        "old_communes" => (&old.communes, &old.districts),
        _ => return None,
    };
    let place = |unit: &'static Unit| match list {
        "old_provinces" => Place { province: Some(unit), district: None, commune: None },
        "old_districts" => Place::of_district(Some(unit)),
        _ => Place::of_commune(unit),
    };
    let within = within.filter(|w| !fold(w).is_empty()).map(|w| meant(around, w, |_| true));
    let wanted = bare(typed).1;
    let inside = |unit: &&Unit| {
        within.as_ref().is_none_or(|around| around.iter().any(|a| a.code == unit.parent)) && unit.bare.contains(&wanted)
    };
    let mut found: Vec<&'static Unit> = units.iter().filter(inside).collect();
    found.sort_by_key(|unit| (unit.bare != wanted, !unit.bare.starts_with(&wanted)));
    found.truncate(most);
    Some(found.into_iter().map(place).collect())
}

impl Place {
    /// The innermost unit that was said: code and name.
    pub fn innermost(&self) -> (&'static str, &'static str) {
        (self.code(), self.commune.or(self.district).or(self.province).map_or("", |unit| unit.name))
    }

    /// What the innermost unit lies in.
    pub fn around(&self) -> String {
        let outer = if self.commune.is_some() { self.district } else { None };
        let province = if self.district.is_some() { self.province } else { None };
        [outer, province].into_iter().flatten().map(|unit| unit.name).collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests;
