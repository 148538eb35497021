//! Scales of well-being and distress (F3, domain 6.2): asked with consent, added up, and never a diagnosis. No rule of
//! eligibility and no match reads them: they are sealed like everything in a private file.

mod pages;
pub mod safety;

use std::sync::OnceLock;

use rocket::Route;
use serde::{Deserialize, Serialize};

use crate::base::language::Language;

pub fn routes() -> Vec<Route> {
    [pages::routes(), safety::routes()].concat()
}

const SHIPPED: [&str; 3] = [
    include_str!("../../../reference/scales/who-5.json"),
    include_str!("../../../reference/scales/phq-4.json"),
    include_str!("../../../reference/scales/phq-9.json"),
];

/// For whom a cut-off holds.
pub const POPULATIONS: [&str; 3] = ["general", "primary-care", "methadone"];
/// Who filled it in.
pub const FILLED: [&str; 2] = ["asked", "self"];
/// Answered with nothing, since nobody must answer.
pub const REFUSED: &str = "refused";

#[derive(Debug, Deserialize)]
pub struct Words {
    vi: String,
    en: String,
}

impl Words {
    pub fn say(&self, language: Language) -> &str {
        if language == Language::Vi { &self.vi } else { &self.en }
    }
}

#[derive(Debug, Deserialize)]
pub struct Chosen {
    pub points: u8,
    vi: String,
    en: String,
}

impl Chosen {
    pub fn say(&self, language: Language) -> &str {
        if language == Language::Vi { &self.vi } else { &self.en }
    }
}

/// Items that are added up together.
#[derive(Debug, Deserialize)]
pub struct Part {
    pub code: String,
    /// From 1.
    pub items: Vec<usize>,
    pub times: i32,
    /// A low score is what gives reason to talk.
    pub low: bool,
}

#[derive(Debug, Deserialize)]
pub struct Scale {
    pub code: String,
    /// As addresses name it: they say nothing of what it asks.
    pub number: u8,
    pub licence: String,
    pub lead: Words,
    pub answers: Vec<Chosen>,
    pub items: Vec<Words>,
    pub parts: Vec<Part>,
    /// The item of which any answer above nothing calls for the safety protocol, whatever the sum.
    pub danger: Option<usize>,
    /// Only for whoever was taught it.
    pub trained: bool,
}

pub fn all() -> &'static [Scale] {
    static ALL: OnceLock<Vec<Scale>> = OnceLock::new();
    // The documents are compiled in, and a test reads them all.
    ALL.get_or_init(|| SHIPPED.iter().filter_map(|text| serde_json::from_str(text).ok()).collect())
}

pub fn numbered(number: u8) -> Option<&'static Scale> {
    all().iter().find(|scale| scale.number == number)
}

pub fn of_code(code: &str) -> Option<&'static Scale> {
    all().iter().find(|scale| scale.code == code)
}

/// What was answered, as it is sealed; nothing where somebody did not want to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Answers {
    pub scale: String,
    #[serde(with = "super::record::iso_day")]
    pub on: super::record::Day,
    pub filled: String,
    pub population: String,
    pub points: Vec<Option<u8>>,
    /// What the cut-offs of that day said, so that a later change does not rewrite it.
    pub advice: Option<String>,
}

impl Scale {
    /// The sum of a part; nothing where an item of it was not answered.
    pub fn score(&self, part: &Part, points: &[Option<u8>]) -> Option<i32> {
        let sum: Option<i32> =
            part.items.iter().map(|item| points.get(item - 1).copied().flatten().map(i32::from)).sum();
        sum.map(|sum| sum * part.times)
    }

    /// Whether somebody must be kept safe now, whatever the sum is and whatever else was left out.
    pub fn is_danger(&self, points: &[Option<u8>]) -> bool {
        self.danger.is_some_and(|item| points.get(item - 1).copied().flatten().is_some_and(|points| points > 0))
    }
}

/// A cut-off as it is kept.
#[derive(Clone, Debug)]
pub struct Cut {
    pub part: String,
    pub advice: String,
    pub cut: i32,
}

/// The weightiest advice that these answers call for: `refer`, `talk`, or nothing.
pub fn advice(scale: &Scale, points: &[Option<u8>], cuts: &[Cut]) -> Option<&'static str> {
    let met = |wanted: &str| {
        cuts.iter().filter(|cut| cut.advice == wanted).any(|cut| {
            let part = scale.parts.iter().find(|part| part.code == cut.part);
            part.is_some_and(|part| {
                scale.score(part, points).is_some_and(|score| match part.low {
                    true => score <= cut.cut,
                    false => score >= cut.cut,
                })
            })
        })
    };
    ["refer", "talk"].into_iter().find(|wanted| met(wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(part: &str, advice: &str, cut: i32) -> Cut {
        Cut { part: part.into(), advice: advice.into(), cut }
    }

    fn points(all: &[u8]) -> Vec<Option<u8>> {
        all.iter().map(|points| Some(*points)).collect()
    }

    #[test]
    fn the_documents_are_whole() {
        assert_eq!(all().len(), SHIPPED.len());
        for scale in all() {
            assert!(!scale.licence.is_empty());
            for part in &scale.parts {
                assert!(part.items.iter().all(|item| (1..=scale.items.len()).contains(item)), "{}", scale.code);
            }
        }
        assert_eq!([5, 4, 9], [1, 2, 3].map(|n| numbered(n).unwrap().items.len()));
        // No question about self-harm but in the one that only somebody taught asks face to face (practice 24).
        assert!(all().iter().all(|scale| scale.danger.is_none() || scale.trained));
    }

    #[test]
    fn well_being_is_four_times_the_sum_and_low_is_what_counts() {
        let scale = of_code("who-5").unwrap();
        let cuts = [cut("all", "talk", 50)];
        assert_eq!(scale.score(&scale.parts[0], &points(&[5, 5, 5, 5, 5])), Some(100));
        assert_eq!(advice(scale, &points(&[2, 3, 2, 3, 2]), &cuts), Some("talk"), "48");
        assert_eq!(advice(scale, &points(&[3, 3, 2, 3, 2]), &cuts), None, "52");
        assert_eq!(advice(scale, &[Some(0), None, Some(0), Some(0), Some(0)], &cuts), None, "no sum without all");
    }

    #[test]
    fn each_half_of_the_short_one_counts_by_itself() {
        let scale = of_code("phq-4").unwrap();
        let cuts = [cut("anxiety", "talk", 3), cut("low-mood", "talk", 3)];
        assert_eq!(advice(scale, &points(&[2, 1, 0, 0]), &cuts), Some("talk"));
        assert_eq!(advice(scale, &points(&[2, 0, 2, 0]), &cuts), None, "four in all, and neither half has three");
    }

    #[test]
    fn the_ninth_item_calls_whatever_the_sum() {
        let scale = of_code("phq-9").unwrap();
        let cuts = [cut("all", "talk", 5), cut("all", "refer", 10)];
        let mut only = points(&[0; 9]);
        only[8] = Some(1);
        assert!(scale.is_danger(&only) && advice(scale, &only, &cuts).is_none());
        only[0] = None;
        assert!(scale.is_danger(&only), "with other items left out too");
        assert!(!scale.is_danger(&points(&[3, 3, 3, 3, 3, 3, 3, 3, 0])));
        assert_eq!(advice(scale, &points(&[3, 3, 3, 3, 3, 3, 3, 3, 0]), &cuts), Some("refer"));
        assert_eq!(advice(scale, &points(&[1, 1, 1, 1, 1, 0, 0, 0, 0]), &cuts), Some("talk"));
        assert!(!of_code("who-5").unwrap().is_danger(&points(&[0; 5])));
    }
}
