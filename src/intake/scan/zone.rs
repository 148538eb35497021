//! The machine-readable zone of passports and cards (ICAO 9303 parts 3 to 6; domain 4.4).

use std::ops::Range;

use time::Date;

use super::{Doubt, Field, Scanned, Wrong, digits, first_possible};
use crate::base::date::Precision;
use crate::person::document::CitizenNumber;

/// Where things stand in a zone whose lines are put together into one, counted from 0.
/// The check digit of number, birth and expiry is the character after each.
struct Layout {
    line: usize,
    name: Range<usize>,
    number: Range<usize>,
    nationality: Range<usize>,
    birth: Range<usize>,
    sex: usize,
    expiry: Range<usize>,
    optional: Range<usize>,
    /// Of the optional field as a whole.
    personal_check: Option<usize>,
    composite: &'static [Range<usize>],
    composite_check: usize,
}

/// Passports, 2 × 44 (ICAO 9303-4, 4.2.2).
static TD3: Layout = Layout {
    line: 44,
    name: 5..44,
    number: 44..53,
    nationality: 54..57,
    birth: 57..63,
    sex: 64,
    expiry: 65..71,
    optional: 72..86,
    personal_check: Some(86),
    composite: &[44..54, 57..64, 65..87],
    composite_check: 87,
};

/// Larger cards and sheets, 2 × 36 (ICAO 9303-6, 4.2.2).
static TD2: Layout = Layout {
    line: 36,
    name: 5..36,
    number: 36..45,
    nationality: 46..49,
    birth: 49..55,
    sex: 56,
    expiry: 57..63,
    optional: 64..71,
    personal_check: None,
    composite: &[36..46, 49..56, 57..71],
    composite_check: 71,
};

/// Cards, 3 × 30 (ICAO 9303-5, 4.2.2).
static TD1: Layout = Layout {
    line: 30,
    name: 60..90,
    number: 5..14,
    nationality: 45..48,
    birth: 30..36,
    sex: 37,
    expiry: 38..44,
    optional: 15..30,
    personal_check: None,
    composite: &[5..30, 30..37, 38..45, 48..59],
    composite_check: 59,
};

/// Characters that people and machines take for one another (domain 4.4).
/// G for 6 is the one that no check digit can see: 16 and 6 leave the same rest.
const CONFUSED: [(u8, u8); 6] = [(b'O', b'0'), (b'I', b'1'), (b'B', b'8'), (b'S', b'5'), (b'Z', b'2'), (b'G', b'6')];

pub(super) fn zone(text: &str, today: Date) -> Result<Scanned, Wrong> {
    if !meant_as_a_scan(text) {
        return Err(Wrong::Unknown);
    }
    // Wherever the lines were broken, and whatever stands for the break, only the characters count.
    // Capitals of other alphabets are nothing that a zone could have had in small.
    let zone: String = text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect();
    if !zone.bytes().all(|b| matches!(b, b'A'..=b'Z' | b'0'..=b'9' | b'<')) {
        return Err(Wrong::Keyboard);
    }
    let layout = Layout::of(&zone)?;
    let fields = layout.failed(&zone);
    if !fields.is_empty() {
        return Err(Wrong::Check { fields, suggestion: layout.suggestion(&zone, today) });
    }
    layout.scanned(&zone, today)
}

/// True for what was sent by a reader, in whatever state; false for words typed into the box.
/// A keyboard may have taken the fillers out of a zone and the bars out of a QR.
fn meant_as_a_scan(text: &str) -> bool {
    let long = text.chars().filter(|c| !c.is_whitespace()).count() >= 60 && text.split_whitespace().count() <= 6;
    text.contains('<') || long || text.get(..12).is_some_and(|number| digits(number, 12) && text.len() > 12)
}

/// Each value times 7, 3, 1 and over again, modulo 10 (ICAO 9303-3, 4.9): 0 to 9 for the digits, 10 to 35 for the
/// letters, 0 for the filler. None of the weights shares a factor with 10, so a single wrong character stays unseen
/// exactly where its value differs by 10, 20 or 30.
fn check_digit(field: impl IntoIterator<Item = u8>) -> u8 {
    let weighed = field.into_iter().zip([7, 3, 1].into_iter().cycle()).map(|(b, weight)| weight * value(b));
    (weighed.sum::<u32>() % 10) as u8
}

fn value(b: u8) -> u32 {
    char::from(b).to_digit(36).unwrap_or(0)
}

fn fits(field: impl IntoIterator<Item = u8>, check: Option<u8>) -> bool {
    check.is_some_and(|check| check == b'0' + check_digit(field))
}

/// Part of a zone. Every range of a [`Layout`] lies within zones of its length.
fn cut(zone: &str, at: &Range<usize>) -> String {
    zone.get(at.clone()).unwrap_or_default().to_owned()
}

fn at(zone: &str, position: usize) -> Option<u8> {
    zone.as_bytes().get(position).copied()
}

fn without_fillers(field: &str) -> String {
    field.replace('<', "")
}

/// The words of a name, fillers between them.
fn words(field: &str) -> String {
    field.split('<').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

impl Layout {
    /// By length and the first letter: P for passports, A, C or I for cards (ICAO 9303-4 to -6). A visa, V, tells
    /// nothing that its passport does not.
    fn of(zone: &str) -> Result<&'static Layout, Wrong> {
        match (zone.len(), at(zone, 0)) {
            (88, Some(b'P')) => Ok(&TD3),
            (72, Some(b'P' | b'A' | b'C' | b'I')) => Ok(&TD2),
            (90, Some(b'A' | b'C' | b'I')) => Ok(&TD1),
            // A card of 90 that lost two is 88 long.
            (length, Some(b'P' | b'A' | b'C' | b'I')) => Err(Wrong::Length(length)),
            (72 | 88 | 90, _) => Err(Wrong::Unknown),
            (length, _) => Err(Wrong::Length(length)),
        }
    }

    /// Which check digits do not fit.
    fn failed(&self, zone: &str) -> Vec<Field> {
        let next = |field: &Range<usize>| fits(cut(zone, field).bytes(), at(zone, field.end));
        let (number, check) = self.number(zone);
        let personal = match self.personal_check {
            // No personal number: 0 or a filler (ICAO 9303-4, 4.2.2.2).
            Some(check) if at(zone, check) == Some(b'<') => cut(zone, &self.optional).bytes().all(|b| b == b'<'),
            Some(check) => fits(cut(zone, &self.optional).bytes(), at(zone, check)),
            None => citizen_number(zone, self).is_none_or(|(number, check)| fits(number.bytes(), Some(check))),
        };
        let checked = [
            (Field::Number, fits(number.bytes(), check)),
            (Field::Birth, next(&self.birth)),
            (Field::Expiry, next(&self.expiry)),
            (Field::Personal, personal),
        ];
        let failed: Vec<Field> = checked.into_iter().filter(|(_, fits)| !fits).map(|(field, _)| field).collect();
        let all: String = self.composite.iter().map(|part| cut(zone, part)).collect();
        if failed.is_empty() && !fits(all.bytes(), at(zone, self.composite_check)) {
            return vec![Field::Composite];
        }
        failed
    }

    /// The document number and its check digit. On cards a number of more than nine characters has a filler for check
    /// digit and runs on into the optional field, the check digit behind it (ICAO 9303-5, note j; -6, note j).
    fn number(&self, zone: &str) -> (String, Option<u8>) {
        let number = cut(zone, &self.number);
        let check = at(zone, self.number.end);
        if check != Some(b'<') || self.personal_check.is_some() {
            return (number, check);
        }
        let optional = cut(zone, &self.optional);
        let mut rest = optional.split('<').next().unwrap_or_default().to_owned();
        let check = rest.pop().and_then(|check| u8::try_from(check).ok());
        (number + &rest, check)
    }

    /// The lines with one character exchanged, where that puts everything right and nothing else does.
    fn suggestion(&self, zone: &str, today: Date) -> Option<String> {
        let mut found = None;
        for (position, read) in zone.bytes().enumerate() {
            for (one, other) in CONFUSED {
                let meant = match read {
                    b if b == one => other,
                    b if b == other => one,
                    _ => continue,
                };
                let mut candidate = zone.to_owned();
                candidate.replace_range(position..=position, char::from(meant).encode_utf8(&mut [0; 4]));
                if self.failed(&candidate).is_empty() && self.scanned(&candidate, today).is_ok_and(|s| is_usual(&s)) {
                    if found.is_some() {
                        return None;
                    }
                    found = Some(candidate);
                }
            }
        }
        found.map(|zone| self.lines(&zone))
    }

    fn lines(&self, zone: &str) -> String {
        let starts = (0..zone.len()).step_by(self.line);
        starts.map(|start| cut(zone, &(start..start + self.line))).collect::<Vec<_>>().join("\n")
    }

    /// What a zone says whose check digits fit.
    fn scanned(&self, zone: &str, today: Date) -> Result<Scanned, Wrong> {
        let name = cut(zone, &self.name);
        // No check digit covers the name; there are no digits in one (ICAO 9303-3, 4.6).
        if words(&name).is_empty() || name.bytes().any(|b| b.is_ascii_digit()) {
            return Err(Wrong::Name);
        }
        let (family, given) = name.split_once("<<").unwrap_or((&name, ""));
        let (family, given) = (words(family), words(given));
        let state = without_fillers(&cut(zone, &(2..5)));
        let nationality = without_fillers(&cut(zone, &self.nationality));
        let citizen = citizen_number(zone, self).map(|(number, _)| number);
        let number = citizen.clone().unwrap_or_else(|| without_fillers(&self.number(zone).0));
        if number.is_empty() {
            return Err(Wrong::Unknown);
        }
        let (in_passport, old_number) = self.numbers_in_passport(zone, &state, today);
        let mut doubts = Vec::new();
        if !name.ends_with('<') {
            doubts.push(Doubt::NameCut);
        }
        if self.is_odd_card(zone, &state, citizen.as_deref()) {
            doubts.push(Doubt::CardForm);
        }
        Ok(Scanned {
            kind: kind(zone, &state, &nationality, citizen.is_some()),
            number,
            state,
            nationality: Some(nationality).filter(|code| !code.is_empty()),
            name: words(&name),
            name_is_folded: true,
            family: Some(family).filter(|name| !name.is_empty()),
            given: Some(given).filter(|name| !name.is_empty()),
            birth: zone_birth(&cut(zone, &self.birth), today)?,
            sex: match at(zone, self.sex) {
                Some(b'M') => Some("male"),
                Some(b'F') => Some("female"),
                _ => None,
            },
            expires: zone_expiry(&cut(zone, &self.expiry))?,
            issued: None,
            personal_number: citizen.or(in_passport),
            old_number,
            address: None,
            doubts,
        })
    }

    /// The citizen number, or the number of the old identity card, in the optional field of a Vietnamese passport.
    /// Domain 4.4 holds the first for likely; the second was seen in a public example. What could not be a citizen
    /// number is nobody's.
    fn numbers_in_passport(&self, zone: &str, state: &str, today: Date) -> (Option<String>, Option<String>) {
        let optional = cut(zone, &self.optional);
        let number = optional.trim_end_matches('<');
        if !zone.starts_with('P') || state != "VNM" {
            return (None, None);
        }
        let born = CitizenNumber::read(number).filter(|_| digits(number, 12)).map(|says| says.birth_year);
        let citizen = born.is_some_and(|year| year <= today.year()).then(|| number.to_owned());
        (citizen, digits(number, 9).then(|| number.to_owned()))
    }

    /// A Vietnamese card without a citizen number, or whose document number is not the end of it.
    fn is_odd_card(&self, zone: &str, state: &str, citizen: Option<&str>) -> bool {
        self.line == TD1.line
            && state == "VNM"
            && citizen.is_none_or(|number| number.get(3..) != Some(&cut(zone, &self.number)))
    }
}

/// The twelve-digit number in a Vietnamese card's optional field and its own check digit: number, two fillers, digit.
/// Deduced from a card and not published anywhere (domain 4.4), so other forms are no mistake.
fn citizen_number(zone: &str, layout: &Layout) -> Option<(String, u8)> {
    if layout.line != TD1.line || zone.get(2..5) != Some("VNM") {
        return None;
    }
    let optional = cut(zone, &layout.optional);
    let (number, check) = optional.split_once("<<")?;
    (digits(number, 12) && digits(check, 1)).then(|| (number.to_owned(), at(check, 0).unwrap_or_default()))
}

/// PE emergency passport, PL laissez-passer and PU single sheet are what ICAO 9303-4, 4.4, has for a *giấy thông
/// hành*; one that says only P is taken for a passport. Other papers that one state issued to another's national let a
/// person stay there; the rest are identity cards that no returnee of ours has.
fn kind(zone: &str, state: &str, nationality: &str, is_citizen_card: bool) -> &'static str {
    match (at(zone, 0), at(zone, 1)) {
        (Some(b'P'), Some(b'E' | b'L' | b'U')) => "travel-pass",
        (Some(b'P'), _) => "passport",
        _ if is_citizen_card => "citizen-card",
        _ if state != "VNM" && state != nationality => "foreign-residence-card",
        _ => "other",
    }
}

/// False for a Vietnamese number with letters after its first character (domain 4.4): in a suggestion, one guess too
/// many.
fn is_usual(scanned: &Scanned) -> bool {
    scanned.state != "VNM"
        || (scanned.number.bytes().skip(1).all(|b| b.is_ascii_digit()) && !scanned.doubts.contains(&Doubt::CardForm))
}

/// Year, month and day of `YYMMDD`, each two digits or, where not known, two fillers (ICAO 9303-3, 4.8).
fn parts(field: &str) -> Result<[Option<u8>; 3], Wrong> {
    let part = |at: Range<usize>| match field.get(at) {
        Some("<<") => Ok(None),
        Some(part) if digits(part, 2) => part.parse().map(Some).map_err(|_| Wrong::Date),
        _ => Err(Wrong::Date),
    };
    Ok([part(0..2)?, part(2..4)?, part(4..6)?])
}

/// Of this century unless that lies ahead.
fn zone_birth(field: &str, today: Date) -> Result<Option<(Date, Precision)>, Wrong> {
    let [year, month, day] = parts(field)?;
    let Some(year) = year else { return Ok(None) };
    let possible = [2000, 1900].into_iter().filter_map(|century| first_possible(century + i32::from(year), month, day));
    possible.into_iter().find(|(date, _)| *date <= today).map(Some).ok_or(Wrong::Date)
}

/// Always of this century: zones are younger than that, and no document is valid for a hundred years.
fn zone_expiry(field: &str) -> Result<Option<Date>, Wrong> {
    match parts(field)? {
        [Some(year), Some(month), Some(day)] => first_possible(2000 + i32::from(year), Some(month), Some(day))
            .map(|(date, _)| Some(date))
            .ok_or(Wrong::Date),
        _ => Ok(None),
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
