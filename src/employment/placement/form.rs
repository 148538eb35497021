//! What is typed of work that somebody began, and of how it is.

use diesel::prelude::*;
use rocket::form::FromForm;
use time::Date;
use validator::Validate;

use super::{FAR, FOUND, LEFT, USES, YES_NO};
use crate::base::date::Typed;
use crate::base::form::{Choice, Filled};
use crate::base::language::Language;
use crate::employment::{monthly, number};
use crate::person::choices::choices;
use crate::person::form::{lines, one_of, text};
use crate::person::household::poverty::day;
use crate::person::part_form::place;
use crate::schema::{placement_checks, placements};
use crate::vocabulary::List;

/// The answers that both forms offer.
pub struct Offered {
    pub found: Vec<Choice>,
    pub yes_no: Vec<Choice>,
    pub uses: Vec<Choice>,
    pub far: Vec<Choice>,
    pub left: Vec<Choice>,
}

impl Offered {
    pub fn new(language: Language) -> Offered {
        Offered {
            found: choices(language, "placement-found", &FOUND),
            yes_no: choices(language, "answer", &YES_NO),
            uses: choices(language, "placement-uses", &USES),
            far: choices(language, "placement-far", &FAR),
            left: choices(language, "placement-left", &LEFT),
        }
    }
}

#[derive(FromForm, Validate)]
pub struct HowForm {
    #[field(default = String::new())]
    pub found: String,
    #[field(default = String::new())]
    pub wage: String,
    #[field(default = String::new())]
    pub hours: String,
    #[field(default = String::new())]
    pub more_hours: String,
    #[field(default = String::new())]
    pub below: String,
    #[field(default = String::new())]
    pub formal: String,
    #[field(default = String::new())]
    pub uses_skills: String,
    #[field(default = String::new())]
    pub far: String,
    #[field(default = String::new())]
    pub left_because: String,
    #[validate(length(max = 2000, code = "too-long"))]
    #[field(default = String::new())]
    pub words: String,
}

#[derive(Insertable)]
#[diesel(table_name = placement_checks)]
pub struct How {
    pub found: String,
    pub wage: Option<i64>,
    pub hours: Option<i32>,
    pub more_hours: Option<String>,
    pub below: Option<String>,
    pub formal: Option<String>,
    pub uses_skills: Option<String>,
    pub far: Option<String>,
    pub left_because: Option<String>,
    pub words: Option<String>,
}

impl HowForm {
    /// `found`: what was found, where the form does not ask.
    pub fn read(&self, filled: &mut Filled, found: Option<&str>) -> Option<How> {
        fn chosen(filled: &mut Filled, name: &str, typed: &str, of: &[&str]) -> Option<String> {
            if typed.trim().is_empty() {
                filled.push(name, "error-choose");
            }
            one_of(filled, name, typed, |code| of.contains(&code))
        }
        let found = match found {
            Some(found) => found.to_owned(),
            None => chosen(filled, "how.found", &self.found, &FOUND)?,
        };
        let works = matches!(found.as_str(), "working" | "other-work");
        let mut ask = |name: &str, typed: &str, of: &[&str]| works.then(|| chosen(filled, name, typed, of)).flatten();
        let more_hours = ask("how.more_hours", &self.more_hours, &YES_NO);
        let below = ask("how.below", &self.below, &YES_NO);
        let formal = ask("how.formal", &self.formal, &YES_NO);
        let uses_skills = ask("how.uses_skills", &self.uses_skills, &USES);
        let far = ask("how.far", &self.far, &FAR);
        let wage = if works { monthly(filled, "how.wage", &self.wage) } else { None };
        let hours = if works { number(filled, "how.hours", &self.hours, 1..=112) } else { None };
        let left = matches!(found.as_str(), "other-work" | "not-working");
        let left_because = left.then(|| chosen(filled, "how.left_because", &self.left_because, &LEFT)).flatten();
        let words = lines(&self.words);
        let how = How { found, wage, hours, more_hours, below, formal, uses_skills, far, left_because, words };
        Some(how).filter(|_| !filled.is_wrong())
    }
}

#[derive(FromForm, Validate)]
pub struct PlaceForm {
    #[validate(length(max = 200, code = "too-long"))]
    #[field(default = String::new())]
    pub employer: String,
    #[validate(length(max = 200, code = "too-long"))]
    #[field(default = String::new())]
    pub occupation: String,
    #[field(default = String::new())]
    pub province: String,
    #[validate(length(max = 200, code = "too-long"))]
    #[field(default = String::new())]
    pub country: String,
    pub started: Typed,
}

#[derive(Insertable)]
#[diesel(table_name = placements)]
pub struct Placed {
    pub employer: String,
    pub occupation: String,
    pub province_code: Option<String>,
    pub country: Option<String>,
    pub started_on: Date,
}

impl PlaceForm {
    pub fn read(&self, filled: &mut Filled, today: Date) -> Option<Placed> {
        for (field, value) in [("place.employer", &self.employer), ("place.occupation", &self.occupation)] {
            if value.trim().is_empty() {
                filled.push(field, "error-required");
            }
        }
        let employer = text(&self.employer);
        let occupation = place(filled, "place.occupation", &self.occupation, List::Occupations, None, today);
        let province =
            one_of(filled, "place.province", &self.province, |code| List::Provinces.vocabulary().get(code).is_some());
        let country = place(filled, "place.country", &self.country, List::Countries, None, today);
        match (&province, &country) {
            (None, None) if filled.error("place.country").is_none() => {
                filled.push("place.province", "error-vacancy-place")
            }
            (Some(_), Some(_)) => filled.push("place.country", "error-vacancy-two-places"),
            _ => {}
        }
        let started = day(filled, "place.started", &self.started);
        match started {
            None if filled.error("place.started").is_none() => filled.push("place.started", "error-required"),
            Some(on) if on > today || (today - on).whole_days() > 3660 => {
                filled.push("place.started", "error-placement-started")
            }
            _ => {}
        }
        let placed = Placed {
            employer: employer?,
            occupation: occupation?,
            province_code: province,
            country,
            started_on: started?,
        };
        Some(placed).filter(|_| !filled.is_wrong())
    }
}
