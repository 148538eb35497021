//! Code lists: countries, places, occupations, activities and the rest, as data with source and date.
//!
//! The files in `reference/` are compiled in, so that showing or finding a title costs no query;
//! [`seeds`] brings the tables of the same names to them, for foreign keys and for SQL.

pub mod holidays;
pub mod old;
pub mod pages;
pub mod titles;

use std::collections::HashMap;
use std::sync::OnceLock;

use time::Date;
use time::format_description::well_known::Iso8601;

use crate::base::language::Language;
use crate::base::migrate::Piece;
use crate::base::text::fold;

pub use pages::routes;

/// The code lists.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum List {
    Countries,
    Provinces,
    Communes,
    Occupations,
    Activities,
    EthnicGroups,
    EducationLevels,
    Languages,
    /// Tests and frameworks with their grades; within the language that they are of, or `trade`.
    SkillGrades,
}

impl List {
    pub const ALL: [List; 9] = [
        List::Countries,
        List::Provinces,
        List::Communes,
        List::Occupations,
        List::Activities,
        List::EthnicGroups,
        List::EducationLevels,
        List::Languages,
        List::SkillGrades,
    ];

    /// Name of the table and of the file.
    pub fn name(self) -> &'static str {
        match self {
            List::Countries => "countries",
            List::Provinces => "provinces",
            List::Communes => "communes",
            List::Occupations => "occupations",
            List::Activities => "activities",
            List::EthnicGroups => "ethnic_groups",
            List::EducationLevels => "education_levels",
            List::Languages => "languages",
            List::SkillGrades => "skill_grades",
        }
    }

    fn text(self) -> &'static str {
        match self {
            List::Countries => include_str!("../../reference/countries.csv"),
            List::Provinces => include_str!("../../reference/provinces.csv"),
            List::Communes => include_str!("../../reference/communes.csv"),
            List::Occupations => include_str!("../../reference/occupations.csv"),
            List::Activities => include_str!("../../reference/activities.csv"),
            List::EthnicGroups => include_str!("../../reference/ethnic_groups.csv"),
            List::EducationLevels => include_str!("../../reference/education_levels.csv"),
            List::Languages => include_str!("../../reference/languages.csv"),
            List::SkillGrades => include_str!("../../reference/skill_grades.csv"),
        }
    }

    pub fn from_name(name: &str) -> Option<List> {
        List::ALL.into_iter().find(|list| list.name() == name)
    }

    pub fn vocabulary(self) -> &'static Vocabulary {
        static ALL: OnceLock<HashMap<List, Vocabulary>> = OnceLock::new();
        let all = ALL.get_or_init(|| List::ALL.into_iter().map(|list| (list, Vocabulary::read(list))).collect());
        // Every list is in it: it was made from `ALL`.
        &all[&self]
    }
}

/// One code list.
pub struct Vocabulary {
    /// Where it comes from, and the day it was true.
    pub source: String,
    pub as_of: String,
    entries: Vec<Entry>,
    by_code: HashMap<String, usize>,
    /// Codes are within those they begin with.
    levels: bool,
}

/// One code and what it is called.
pub struct Entry {
    pub code: String,
    pub parent: Option<String>,
    vi: String,
    en: String,
    /// In force from this day, and no longer from that one.
    valid_from: Option<Date>,
    valid_to: Option<Date>,
    ours: String,
    /// ISO 3166-1 alpha-3, of countries; the code is alpha-2.
    alpha3: Option<String>,
    /// What else people call it, folded.
    words: Vec<String>,
}

impl Entry {
    /// The title in a language, or in the other where there is none yet.
    pub fn title(&self, language: Language) -> &str {
        let (first, second) = if language == Language::Vi { (&self.vi, &self.en) } else { (&self.en, &self.vi) };
        if first.is_empty() { second } else { first }
    }

    /// True if the title in this language is this project's translation, not the source's.
    pub fn translated_here(&self, language: Language) -> bool {
        self.ours.split(' ').any(|code| code == language.code())
    }

    pub fn holds_on(&self, day: Date) -> bool {
        self.valid_from.is_none_or(|from| from <= day) && self.valid_to.is_none_or(|to| day < to)
    }
}

/// What a typed name stands for.
pub enum Meant<'a> {
    One(&'a Entry),
    /// Several fit equally well.
    Several(Vec<&'a Entry>),
    None,
}

/// Words that stand before a place's name and that people leave out.
const KINDS: [&str; 8] = ["thanh pho", "tinh", "phuong", "xa", "dac khu", "tp", "thi tran", "quan"];

fn without_kind(folded: &str) -> &str {
    KINDS.iter().find_map(|kind| folded.strip_prefix(kind)?.strip_prefix(' ')).unwrap_or(folded)
}

impl Vocabulary {
    fn read(list: List) -> Vocabulary {
        let text = list.text();
        let remark = |label: &str| {
            text.lines().find_map(|l| l.strip_prefix("# ")?.strip_prefix(label)).unwrap_or_default().trim().to_owned()
        };
        let (source, as_of) = (remark("source:"), remark("as of:"));
        let mut rows = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
        let headers = rows.headers().cloned().unwrap_or_default();
        let column = |wanted: &str| headers.iter().position(|name| name == wanted);
        let (also, alpha3) = (column("also"), column("alpha3"));
        let date = |text: &str| Date::parse(text, &Iso8601::DATE).ok();
        let mut entries: Vec<Entry> = rows
            .records()
            .flatten()
            .map(|row| {
                let field = |at: usize| row.get(at).unwrap_or_default().to_owned();
                let (vi, en) = (field(2), field(3));
                let mut words: Vec<String> = [vi.as_str(), en.as_str()]
                    .into_iter()
                    .chain(also.and_then(|at| row.get(at)).unwrap_or_default().split(';'))
                    .map(fold)
                    .filter(|w| !w.is_empty())
                    .collect();
                words.dedup();
                Entry {
                    code: field(0),
                    parent: Some(field(1)).filter(|p| !p.is_empty()),
                    valid_from: date(&field(4)),
                    valid_to: date(&field(5)),
                    ours: field(6),
                    alpha3: alpha3.map(field).filter(|code| !code.is_empty()),
                    vi,
                    en,
                    words,
                }
            })
            .collect();
        let by_code: HashMap<String, usize> =
            entries.iter().enumerate().map(|(at, entry)| (entry.code.clone(), at)).collect();
        // A name that held once is still what papers say and people type.
        let renamings = include_str!("../../reference/renamings.csv");
        let mut rows = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(renamings.as_bytes());
        for row in rows.records().flatten().filter(|row| row.get(0) == Some(list.name())) {
            if let Some(at) = row.get(1).and_then(|code| by_code.get(code)) {
                entries[*at].words.extend([row.get(3), row.get(4)].into_iter().flatten().map(fold));
            }
        }
        if list == List::Occupations {
            for (code, title) in titles::of_groups() {
                if let Some(at) = by_code.get(code) {
                    entries[*at].words.push(title);
                }
            }
        }
        let levels = list == List::Occupations;
        Vocabulary { source, as_of, entries, by_code, levels }
    }

    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    pub fn get(&self, code: &str) -> Option<&Entry> {
        self.by_code.get(code).map(|at| &self.entries[*at])
    }

    /// The code of a country by its alpha-3 code.
    pub fn of_alpha3(&self, alpha3: &str) -> Option<&str> {
        self.entries.iter().find(|e| e.alpha3.as_deref() == Some(alpha3)).map(|e| e.code.as_str())
    }

    /// The title of a code, or the code itself where it is unknown.
    pub fn title(&self, code: &str, language: Language) -> String {
        self.get(code).map_or_else(|| code.to_owned(), |entry| entry.title(language).to_owned())
    }

    fn within<'a, 'p>(&'a self, parent: Option<&'p str>, day: Date) -> impl Iterator<Item = &'a Entry> + use<'a, 'p> {
        self.entries.iter().filter(move |e| e.holds_on(day) && parent.is_none_or(|p| e.parent.as_deref() == Some(p)))
    }

    /// What may be meant by the beginning of a name, best first: whole names, then beginnings, then words within.
    pub fn suggest(&self, typed: &str, parent: Option<&str>, day: Date, most: usize) -> Vec<&Entry> {
        let folded = fold(typed);
        let wanted = without_kind(&folded);
        if wanted.is_empty() {
            return self.within(parent, day).take(most).collect();
        }
        let mut found: Vec<(u8, &Entry)> = self
            .within(parent, day)
            .filter_map(|entry| {
                let rank = entry
                    .words
                    .iter()
                    .filter_map(|word| {
                        let bare = without_kind(word);
                        if bare == wanted || *word == folded {
                            Some(0)
                        } else if bare.starts_with(wanted) || word.starts_with(&folded) {
                            Some(1)
                        } else if bare.contains(&format!(" {wanted}")) {
                            Some(2)
                        } else {
                            None
                        }
                    })
                    .min();
                rank.or((entry.code.eq_ignore_ascii_case(typed.trim())).then_some(0)).map(|rank| (rank, entry))
            })
            .collect();
        found.sort_by_key(|(rank, _)| *rank);
        found.into_iter().take(most).map(|(_, entry)| entry).collect()
    }

    /// What a typed name stands for: the whole name, with or without diacritics and the word for its kind, or the code.
    /// Diacritics decide where they are given: *Hòa Bình* is not *Hoa Bình*, if both exist.
    pub fn meant(&self, typed: &str, parent: Option<&str>, day: Date) -> Meant<'_> {
        let folded = fold(typed);
        let bare = without_kind(&folded);
        if bare.is_empty() {
            return Meant::None;
        }
        let mut fitting: Vec<&Entry> = self
            .entries
            .iter()
            .filter(|e| e.holds_on(day) && parent.is_none_or(|p| e.parent.as_deref() == Some(p)))
            .filter(|e| {
                e.code.eq_ignore_ascii_case(typed.trim())
                    || e.words.iter().any(|w| *w == folded || without_kind(w) == bare)
            })
            .collect();
        // With the kind written out, or with diacritics, fewer fit.
        let narrower: Vec<&Entry> = fitting.iter().copied().filter(|e| e.words.contains(&folded)).collect();
        if !narrower.is_empty() {
            fitting = narrower;
        }
        let lower = crate::base::text::clean(typed).to_lowercase();
        let exact: Vec<&Entry> = fitting
            .iter()
            .copied()
            .filter(|e| crate::base::text::clean(&e.vi).to_lowercase().ends_with(&lower))
            .collect();
        if exact.len() == 1 {
            fitting = exact;
        }
        // A group and the only one within it have one name: the narrowest is meant.
        if let Some(narrowest) = fitting.iter().copied().max_by_key(|e| e.code.len())
            && self.levels
            && fitting.iter().all(|e| narrowest.code.starts_with(&e.code))
        {
            fitting = vec![narrowest];
        }
        match fitting.as_slice() {
            [] => Meant::None,
            [one] => Meant::One(one),
            _ => Meant::Several(fitting.into_iter().take(20).collect()),
        }
    }
}

/// Statements that bring each table to its file.
pub fn seeds() -> Vec<Piece> {
    let mut pieces: Vec<Piece> = List::ALL
        .into_iter()
        .map(|list| {
            let rows: Vec<serde_json::Value> = list
                .vocabulary()
                .entries()
                .iter()
                .map(|e| {
                    serde_json::json!({
                        "code": e.code, "parent": e.parent, "vi": e.vi, "en": e.en, "ours": e.ours,
                        "valid_from": e.valid_from.map(|d| d.to_string()), "valid_to": e.valid_to.map(|d| d.to_string()),
                    })
                })
                .collect();
            let name = list.name();
            let json = serde_json::Value::Array(rows).to_string().replace('\'', "''");
            let sql = format!(
                "INSERT INTO {name} SELECT * FROM json_populate_recordset(NULL::{name}, '{json}') ON CONFLICT (code) DO UPDATE \
                 SET parent = EXCLUDED.parent, vi = EXCLUDED.vi, en = EXCLUDED.en, valid_from = EXCLUDED.valid_from, valid_to = EXCLUDED.valid_to, ours = EXCLUDED.ours;"
            );
            Piece { name, sql: sql.into() }
        })
        .collect();
    pieces.push(holidays::seeds());
    pieces.push(Piece { name: "parameters", sql: include_str!("../../database/parameters.sql").into() });
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    const DAY: Date = date!(2026 - 11 - 21);

    #[test]
    fn the_lists_are_whole() {
        for (list, count) in [
            (List::Provinces, 34),
            (List::Communes, 3321),
            (List::EthnicGroups, 56),
            (List::Occupations, 619),
            (List::Activities, 766),
        ] {
            assert_eq!(list.vocabulary().entries().len(), count, "{list:?}");
        }
        for list in List::ALL {
            let vocabulary = list.vocabulary();
            assert!(!vocabulary.source.is_empty() && vocabulary.as_of.len() == 10, "{list:?} has no source or date");
            for entry in vocabulary.entries() {
                assert!(
                    !entry.title(Language::Vi).is_empty() && !entry.title(Language::En).is_empty(),
                    "{list:?} {}",
                    entry.code
                );
                let home = match list {
                    List::Communes => List::Provinces.vocabulary(),
                    List::SkillGrades => List::Languages.vocabulary(),
                    _ => vocabulary,
                };
                assert!(
                    entry.parent.as_deref().is_none_or(|p| p == "trade" || home.get(p).is_some()),
                    "{list:?} {} has no parent",
                    entry.code
                );
            }
        }
    }

    #[test]
    fn what_people_type_is_understood() {
        let meant = |list: List, typed: &str, within: Option<&str>| match list.vocabulary().meant(typed, within, DAY) {
            Meant::One(entry) => entry.code.clone(),
            Meant::Several(entries) => format!("{} of them", entries.len()),
            Meant::None => "none".into(),
        };
        assert_eq!(meant(List::Provinces, "nghe an", None), "40");
        assert_eq!(meant(List::Provinces, "Tỉnh Nghệ An", None), "40");
        assert_eq!(meant(List::Provinces, "TP Hồ Chí Minh", None), "79");
        assert_eq!(meant(List::Provinces, "Hà Nội", None), "01");
        // The name that held until 30 April 2026.
        assert_eq!(meant(List::Provinces, "Tỉnh Đồng Nai", None), "75");
        assert_eq!(meant(List::Provinces, "Thành phố Đồng Nai", None), "75");
        assert_eq!(meant(List::Countries, "dai loan", None), "TW");
        assert_eq!(meant(List::Countries, "Japan", None), "JP");
        assert_eq!(meant(List::Countries, "kr", None), "KR");
        assert_eq!(meant(List::Provinces, "Nghệ", None), "none");
        assert_eq!(meant(List::Communes, "ba dinh", Some("01")), "00004");
        assert_eq!(meant(List::Communes, "ba dinh", Some("96")), "none");
    }

    #[test]
    fn suggestions_begin_with_what_begins_so() {
        let codes: Vec<&str> =
            List::Provinces.vocabulary().suggest("ha", None, DAY, 5).iter().map(|e| e.code.as_str()).collect();
        assert_eq!(
            codes.iter().filter(|c| ["01", "42"].contains(c)).count(),
            2,
            "Hà Nội and Hà Tĩnh begin so: {codes:?}"
        );
        assert!(List::Countries.vocabulary().suggest("Nhật", None, DAY, 5).iter().any(|e| e.code == "JP"));
        assert!(List::Countries.vocabulary().suggest("x".repeat(10_000).as_str(), None, DAY, 5).is_empty());
    }
}
