//! Skills (D1 to D3): what somebody can do, its recognition by an accredited assessor, and the certificate of that.

pub mod assessor;
pub mod certificate;
pub mod cv;
pub mod form;
pub mod pages;
pub mod recognition;
pub mod store;

use std::collections::HashMap;
use std::sync::OnceLock;

use diesel::prelude::*;
use rocket::Route;
use uuid::Uuid;

use crate::base::form::Choice;
use crate::base::language::{Language, Message};
use crate::schema::skills;
use crate::vocabulary::List;

pub fn routes() -> Vec<Route> {
    [pages::routes(), cv::routes(), assessor::routes(), recognition::routes(), certificate::routes()].concat()
}

/// Skills that are no trade and that people bring home all the same, as migration 31 lists them.
pub const SOFT: [&str; 11] = [
    "discipline",
    "teamwork",
    "safety",
    "quality",
    "machines",
    "customers",
    "care",
    "leading",
    "teaching",
    "digital",
    "other-culture",
];

/// Where a skill is known from.
pub const SOURCES: [&str; 6] =
    ["told", "employer-letter", "foreign-certificate", "vietnamese-certificate", "test", "course"];

/// Most skills of one person.
pub const MOST: i64 = 100;

/// What a skill is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Trade,
    Soft,
    Language,
}

impl Kind {
    pub const ALL: [Kind; 3] = [Kind::Trade, Kind::Language, Kind::Soft];

    pub fn code(self) -> &'static str {
        match self {
            Kind::Trade => "trade",
            Kind::Soft => "soft",
            Kind::Language => "language",
        }
    }

    pub fn from_code(code: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// A skill, as kept.
#[derive(Queryable, QueryableByName, Selectable, Clone, Debug)]
#[diesel(table_name = skills)]
pub struct Skill {
    pub id: Uuid,
    pub kind: String,
    pub occupation: Option<String>,
    pub name: Option<String>,
    pub soft: Option<String>,
    pub language: Option<String>,
    pub grade: Option<String>,
    /// How long it was done.
    pub months: Option<i32>,
    pub country: Option<String>,
    pub employer: Option<String>,
    pub source: String,
    pub version: i32,
}

impl Skill {
    pub fn is(&self, kind: Kind) -> bool {
        self.kind == kind.code()
    }

    /// What it is called.
    pub fn title(&self, language: Language) -> String {
        let listed = |list: List, code: &Option<String>| {
            code.as_deref().map(|code| list.vocabulary().title(code, language)).unwrap_or_default()
        };
        match Kind::from_code(&self.kind) {
            Some(Kind::Soft) => {
                let key = format!("soft-skill-{}", self.soft.as_deref().unwrap_or_default());
                language.say(&Message::new(key))
            }
            Some(Kind::Language) => listed(List::Languages, &self.language),
            _ => self.name.clone().unwrap_or_default(),
        }
    }

    /// The group of occupations that a trade belongs to.
    pub fn group(&self, language: Language) -> Option<String> {
        self.occupation.as_deref().map(|code| List::Occupations.vocabulary().title(code, language))
    }

    /// The grade on its paper.
    pub fn graded(&self, language: Language) -> Option<String> {
        self.grade.as_deref().map(|code| List::SkillGrades.vocabulary().title(code, language))
    }

    /// How long it was done, in words.
    pub fn long(&self, language: Language) -> Option<String> {
        let months = self.months?;
        let say = |key: &'static str, count: i32| language.say(&Message::new(key).with("count", i64::from(count)));
        let parts = [("skill-years", months / 12), ("skill-months", months % 12)];
        let said: Vec<String> = parts.iter().filter(|(_, n)| *n > 0).map(|(key, n)| say(key, *n)).collect();
        Some(if said.is_empty() { say("skill-months", 0) } else { said.join(" ") })
    }

    pub fn in_country(&self, language: Language) -> Option<String> {
        self.country.as_deref().map(|code| List::Countries.vocabulary().title(code, language))
    }
}

/// The grades that a paper may show: of this language, or of a trade.
pub fn grades(within: &str, language: Language) -> Vec<Choice> {
    let of = |parent: Option<&str>| parent == Some(within) || (parent.is_none() && within != "trade");
    let all = List::SkillGrades.vocabulary().entries().iter();
    all.filter(|e| of(e.parent.as_deref())).map(|e| Choice::new(&*e.code, e.title(language))).collect()
}

/// What `reference/skill_grades.csv` says of a grade beyond its name.
#[derive(Clone, Debug, PartialEq)]
pub struct Grade {
    /// Its place within its test or framework, from 1.
    pub rank: u8,
    /// The lowest level of the Common European Framework that the test's owner gives for it; empty where there is none.
    pub cefr: String,
    pub source: String,
}

/// What is known of a grade; nothing of a code that is not on the list.
pub fn grade(code: &str) -> Option<&'static Grade> {
    static ALL: OnceLock<HashMap<String, Grade>> = OnceLock::new();
    let read = || {
        let text = include_str!("../../reference/skill_grades.csv");
        let mut rows = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
        let grade = |row: csv::StringRecord| {
            let rank = row.get(7)?.parse().ok()?;
            Some((row.get(0)?.to_owned(), Grade { rank, cefr: row.get(8)?.to_owned(), source: row.get(9)?.to_owned() }))
        };
        rows.records().flatten().filter_map(grade).collect()
    };
    ALL.get_or_init(read).get(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_grade_has_a_place_a_source_and_a_language_or_trade() {
        let entries = List::SkillGrades.vocabulary().entries();
        assert!(entries.len() > 30);
        for entry in entries {
            let known = grade(&entry.code).unwrap();
            assert!((1..=8).contains(&known.rank) && !known.source.is_empty(), "{}", entry.code);
            assert!(["", "A1", "A2", "B1", "B2", "C1", "C2"].contains(&known.cefr.as_str()));
            let within = entry.parent.as_deref().unwrap_or("eng");
            assert!(within == "trade" || List::Languages.vocabulary().get(within).is_some(), "{within}");
            assert!(grades(within, Language::Vi).iter().any(|choice| choice.value == entry.code));
        }
        // A harder test is never worth less.
        assert!(grade("jlpt-n2").unwrap().rank > grade("jlpt-n3").unwrap().rank);
        assert_eq!(grade("jlpt-n3").unwrap().cefr, "A2");
        assert_eq!(grade("nos-9"), None);
    }
}
