//! Somebody sent on to whoever can help (F1): a letter with as little as that help needs, a consent for this letter alone, an
//! answer in the system, and an end only when the returnee has said what became of it (practice 31).

mod asked;
mod draft;
mod sending;
pub mod store;

use std::collections::BTreeMap;

use rocket::Route;
use serde::{Deserialize, Serialize};

use super::record::{Day, Lines, iso_day};
use crate::base::date::{Precision, written};
use crate::base::language::{Language, Message};

pub use store::{Referral, key_place, of_file};

pub fn routes() -> Vec<Route> {
    [draft::routes(), sending::routes(), asked::routes()].concat()
}

/// What may be told, in the order in which it is.
pub const FIELDS: [&str; 10] =
    ["called", "name", "birth-year", "sex", "language", "reach", "place", "wish", "children", "summary"];

/// What kind of help is asked for.
pub struct Service {
    pub code: &'static str,
    /// Without this nobody can help.
    pub needs: &'static [&'static str],
    /// What may be told besides; anything else is not this help's to know.
    pub may: &'static [&'static str],
}

/// The smallest set of data for each kind of help (domain 6.1: share only what is relevant).
pub const SERVICES: [Service; 10] = [
    Service {
        code: "counselling",
        needs: &["called", "reach"],
        may: &["birth-year", "sex", "language", "wish", "summary"],
    },
    Service { code: "family", needs: &["called", "reach"], may: &["language", "wish", "children", "summary"] },
    Service { code: "trauma", needs: &["called", "reach"], may: &["birth-year", "sex", "language", "wish", "summary"] },
    Service {
        code: "psychiatry",
        needs: &["name", "birth-year", "sex", "reach"],
        may: &["called", "language", "wish", "summary"],
    },
    Service { code: "peer-group", needs: &["called", "reach"], may: &["language", "wish"] },
    Service {
        code: "shelter",
        needs: &["called", "sex", "reach"],
        may: &["birth-year", "language", "place", "wish", "children", "summary"],
    },
    Service {
        code: "medical",
        needs: &["name", "birth-year", "sex", "reach"],
        may: &["called", "language", "wish", "summary"],
    },
    Service {
        code: "legal-aid",
        needs: &["name", "reach"],
        may: &["called", "birth-year", "language", "wish", "summary"],
    },
    Service {
        code: "protection",
        needs: &["called", "reach"],
        may: &["name", "birth-year", "sex", "language", "place", "wish", "children", "summary"],
    },
    Service {
        code: "social-work",
        needs: &["called", "reach", "place"],
        may: &["language", "wish", "children", "summary"],
    },
];

pub fn service(code: &str) -> Option<&'static Service> {
    SERVICES.iter().find(|service| service.code == code)
}

impl Service {
    pub fn tells(&self, field: &str) -> bool {
        self.needs.contains(&field) || self.may.contains(&field)
    }
}

/// Where a letter stands, and what may happen to it. Which of it belongs to whom stands in care_referral_moves(); a test
/// compares the two.
pub const STATES: [&str; 12] = [
    "draft",
    "sent",
    "received",
    "accepted",
    "declined",
    "redirected",
    "started",
    "completed",
    "not-attended",
    "withdrawn",
    "confirmed",
    "not-confirmed",
];
pub const STEPS: [&str; 13] = [
    "agreed",
    "sent",
    "received",
    "accepted",
    "declined",
    "redirected",
    "started",
    "completed",
    "not-attended",
    "withdrawn",
    "asked",
    "confirmed",
    "not-confirmed",
];

/// What may follow a state, and whether it is for whoever was asked to say.
pub fn next(state: &str) -> &'static [(&'static str, bool)] {
    match state {
        "draft" => &[("sent", false), ("withdrawn", false)],
        "sent" => {
            &[("received", true), ("accepted", true), ("declined", true), ("redirected", true), ("withdrawn", false)]
        }
        "received" => &[("accepted", true), ("declined", true), ("redirected", true), ("withdrawn", false)],
        "accepted" => &[("started", true), ("not-attended", true), ("declined", true), ("withdrawn", false)],
        "started" => &[("completed", true), ("not-attended", true), ("withdrawn", false)],
        "completed" => &[("asked", false), ("confirmed", false), ("not-confirmed", false), ("withdrawn", false)],
        "not-attended" => &[("asked", false), ("accepted", true), ("withdrawn", false)],
        _ => &[],
    }
}

/// Steps that say nothing without words.
pub const NEEDS_WORDS: [&str; 3] = ["declined", "redirected", "confirmed"];

/// The consent for one letter.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Agreed {
    /// One of [`super::CONSENT_MODES`].
    pub mode: String,
    #[serde(with = "iso_day")]
    pub on: Day,
    /// In which language it was explained.
    pub language: String,
    /// The last day on which it holds.
    #[serde(with = "iso_day")]
    pub until: Day,
}

/// A letter as it is sealed, and as whoever is asked reads it: nothing else is sent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Letter {
    pub service: String,
    /// The entry of the directory, and its name when the letter was written.
    pub provider: uuid::Uuid,
    pub to: String,
    pub told: BTreeMap<String, String>,
    pub agreed: Option<Agreed>,
}

impl Letter {
    pub fn service(&self) -> Option<&'static Service> {
        service(&self.service)
    }

    /// Fields that this help needs and that are empty.
    pub fn lacks(&self) -> Vec<&'static str> {
        let needs = self.service().map_or(&[][..], |service| service.needs);
        needs.iter().copied().filter(|field| !self.told.contains_key(*field)).collect()
    }

    /// Everything that is sent, with its labels.
    pub fn lines(&self, language: Language) -> Lines {
        let say = |key: String| language.say(&Message::new(key));
        let mut lines = vec![("care-letter-service", say(format!("care-service-{}", self.service)))];
        let labels = [
            "care-letter-called",
            "care-letter-name",
            "care-letter-birth-year",
            "care-letter-sex",
            "care-letter-language",
            "care-letter-reach",
            "care-letter-place",
            "care-letter-wish",
            "care-letter-children",
            "care-letter-summary",
        ];
        let told = FIELDS.iter().map(|field| self.told.get(*field).cloned());
        lines.extend(labels.into_iter().zip(told).filter_map(|(label, words)| Some((label, words?))));
        if let Some(agreed) = &self.agreed {
            let day = |on| written(on, Precision::Day);
            let how = say(format!("care-mode-{}", agreed.mode));
            lines.push(("care-letter-agreed", format!("{}, {how}, {}", day(agreed.on), agreed.language)));
            lines.push(("care-letter-until", day(agreed.until)));
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_help_can_reach_somebody_and_asks_for_nothing_twice() {
        for service in &SERVICES {
            assert!(service.needs.contains(&"reach"), "{}", service.code);
            for field in service.needs.iter().chain(service.may) {
                assert!(FIELDS.contains(field), "{field}");
            }
            assert!(service.needs.iter().all(|field| !service.may.contains(field)), "{}", service.code);
        }
        assert!(!service("peer-group").unwrap().tells("summary"), "a group need not know");
        assert!(!service("counselling").unwrap().tells("name"));
    }

    #[test]
    fn every_way_through_a_letter_ends() {
        for state in STATES {
            for (step, _) in next(state) {
                assert!(STEPS.contains(step));
            }
        }
        assert!(next("withdrawn").is_empty() && next("confirmed").is_empty() && next("declined").is_empty());
    }
}
