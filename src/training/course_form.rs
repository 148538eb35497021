//! What is typed of a course, and what it comes to.

use diesel::prelude::*;
use rocket::form::FromForm;
use time::{Date, Duration};
use uuid::Uuid;
use validator::Validate;

use super::course::{Course, KINDS};
use crate::base::date::{Precision, Typed};
use crate::base::form::Filled;
use crate::base::language::{Language, Message};
use crate::base::money;
use crate::employment::number;
use crate::person::form::{lines, one_of, text};
use crate::person::household::poverty::day;
use crate::person::part_form::place;
use crate::schema::courses;
use crate::vocabulary::List;

/// Nothing that is further away, or takes longer, is a course that somebody can plan with.
const FAR: Duration = Duration::days(3 * 366);

/// The least and the most đồng that are no slip of the hand.
const FEES: std::ops::RangeInclusive<i64> = 1_000..=1_000_000_000;

#[derive(FromForm, Validate)]
pub struct CourseForm {
    #[validate(length(max = 200, code = "too-long"))]
    #[field(default = String::new())]
    title: String,
    #[field(default = String::new())]
    provider: String,
    #[field(default = String::new())]
    kind: String,
    #[validate(length(max = 200, code = "too-long"))]
    #[field(default = String::new())]
    occupation: String,
    #[field(default = String::new())]
    level: String,
    #[field(default = String::new())]
    language: String,
    #[field(default = false)]
    online: bool,
    #[field(default = String::new())]
    province: String,
    #[validate(length(max = 200, code = "too-long"))]
    #[field(default = String::new())]
    commune: String,
    #[validate(length(max = 200, code = "too-long"))]
    #[field(default = String::new())]
    country: String,
    #[validate(length(max = 200, code = "too-long"))]
    #[field(default = String::new())]
    address: String,
    starts: Typed,
    ends: Typed,
    until: Typed,
    #[validate(length(max = 200, code = "too-long"))]
    #[field(default = String::new())]
    timetable: String,
    #[field(default = String::new())]
    hours: String,
    #[field(default = String::new())]
    seats: String,
    #[validate(length(max = 30, code = "too-long"))]
    #[field(default = String::new())]
    fee: String,
    #[validate(length(max = 2000, code = "too-long"))]
    #[field(default = String::new())]
    about: String,
    #[field(default = 0)]
    pub version: i32,
}

#[derive(FromForm, Validate)]
pub struct CourseSent {
    #[validate(nested)]
    pub learning: CourseForm,
    /// The employer's wish that it answers.
    #[field(default = String::new())]
    pub request: String,
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = courses, treat_none_as_null = true)]
pub struct Kept {
    pub provider_id: Uuid,
    title: String,
    kind: String,
    occupation: Option<String>,
    level: Option<i16>,
    language: Option<String>,
    online: bool,
    province_code: Option<String>,
    commune_code: Option<String>,
    country: Option<String>,
    address: Option<String>,
    starts_on: Date,
    pub ends_on: Date,
    enrol_until: Date,
    timetable: Option<String>,
    hours: Option<i32>,
    pub seats: i32,
    fee: Option<i64>,
    about: Option<String>,
}

/// A day that must be there.
fn needed(filled: &mut Filled, name: &str, typed: &Typed) -> Option<Date> {
    let on = day(filled, name, typed);
    if on.is_none() && filled.error(name).is_none() {
        filled.push(name, "error-required");
    }
    on
}

/// Where it is held: a place in Viet Nam or a country; neither only where it is online.
struct Place {
    province: Option<String>,
    commune: Option<String>,
    country: Option<String>,
}

impl CourseForm {
    /// `known`: the providers that may be chosen.
    pub fn read(&self, filled: &mut Filled, known: &[Uuid], today: Date) -> Option<Kept> {
        let title = text(&self.title);
        if title.is_none() {
            filled.push("learning.title", "error-required");
        }
        let provider = Uuid::parse_str(&self.provider).ok().filter(|id| known.contains(id));
        if provider.is_none() {
            filled.push("learning.provider", "error-choose");
        }
        if self.kind.trim().is_empty() {
            filled.push("learning.kind", "error-choose");
        }
        let kind = one_of(filled, "learning.kind", &self.kind, |code| KINDS.contains(&code));
        let (occupation, level, language) = self.leads_to(filled, kind.as_deref(), today);
        let place = self.place(filled, today);
        let (starts, ends) =
            (needed(filled, "learning.starts", &self.starts), needed(filled, "learning.ends", &self.ends));
        let mut until = day(filled, "learning.until", &self.until);
        if until.is_none() && filled.error("learning.until").is_none() {
            until = starts;
        }
        if starts.is_some_and(|on| (on - today).abs() > FAR) {
            filled.push("learning.starts", "error-learning-far");
        }
        if let (Some(starts), Some(ends)) = (starts, ends) {
            if ends < starts {
                filled.push("learning.ends", "error-learning-ends");
            } else if ends - starts > FAR {
                filled.push("learning.ends", "error-learning-far");
            }
            if until.is_some_and(|until| until > ends) {
                filled.push("learning.until", "error-learning-until");
            }
        }
        let hours = number(filled, "learning.hours", &self.hours, 1..=3000);
        if self.seats.trim().is_empty() {
            filled.push("learning.seats", "error-required");
        }
        let seats = number(filled, "learning.seats", &self.seats, 1..=1000);
        let fee = self.fee(filled);
        let kept = Kept {
            provider_id: provider?,
            title: title?,
            kind: kind?,
            occupation,
            level,
            language,
            online: self.online,
            province_code: place.province,
            commune_code: place.commune,
            country: place.country,
            address: text(&self.address),
            starts_on: starts?,
            ends_on: ends?,
            enrol_until: until?,
            timetable: text(&self.timetable),
            hours,
            seats: seats?,
            fee,
            about: lines(&self.about),
        };
        Some(kept).filter(|_| !filled.is_wrong())
    }

    fn leads_to(
        &self,
        filled: &mut Filled,
        kind: Option<&str>,
        today: Date,
    ) -> (Option<String>, Option<i16>, Option<String>) {
        match kind {
            Some(kind @ ("trade" | "informal")) => {
                let name = "learning.occupation";
                let occupation = place(filled, name, &self.occupation, List::Occupations, None, today);
                if occupation.is_none() && filled.error(name).is_none() {
                    filled.push(name, "error-required");
                }
                let level = if kind == "trade" { number(filled, "learning.level", &self.level, 1..=5) } else { None };
                (occupation, level.and_then(|level| i16::try_from(level).ok()), None)
            }
            Some("language") => {
                if self.language.trim().is_empty() {
                    filled.push("learning.language", "error-choose");
                }
                let known = |code: &str| List::Languages.vocabulary().get(code).is_some();
                (None, None, one_of(filled, "learning.language", &self.language, known))
            }
            _ => (None, None, None),
        }
    }

    fn place(&self, filled: &mut Filled, today: Date) -> Place {
        let province = one_of(filled, "learning.province", &self.province, |code| {
            List::Provinces.vocabulary().get(code).is_some()
        });
        let commune = place(filled, "learning.commune", &self.commune, List::Communes, province.as_deref(), today);
        let country = place(filled, "learning.country", &self.country, List::Countries, None, today);
        match (&province, country.as_deref()) {
            (_, Some("VN")) => filled.push("learning.country", "error-invested-from"),
            (Some(_), Some(_)) => filled.push("learning.country", "error-learning-place-both"),
            (None, None) if !self.online && filled.error("learning.country").is_none() => {
                filled.push("learning.province", "error-learning-place");
            }
            _ => {}
        }
        // Without its province a commune has no place to be checked within.
        if province.is_none() && commune.is_some() {
            filled.push("learning.province", "error-choose");
        }
        Place { province, commune, country }
    }

    fn fee(&self, filled: &mut Filled) -> Option<i64> {
        if self.fee.trim().is_empty() {
            return None;
        }
        let amount = money::read(&self.fee);
        let fee = amount.filter(|fee| FEES.contains(fee));
        if fee.is_none() && amount != Some(0) {
            let told = Message::new("error-learning-fee")
                .with("least", money::written(*FEES.start()))
                .with("most", money::written(*FEES.end()));
            filled.push("learning.fee", told);
        }
        fee
    }
}

pub fn filled_from(course: &Course, language: Language) -> Filled {
    let said = |value: &Option<String>| value.clone().unwrap_or_default();
    let titled = |list: List, value: &Option<String>| {
        value.as_ref().map(|c| list.vocabulary().title(c, language)).unwrap_or_default()
    };
    let mut filled = Filled::blank()
        .put("learning.title", &*course.title)
        .put("learning.provider", course.provider_id.to_string())
        .put("learning.kind", &*course.kind)
        .put("learning.occupation", titled(List::Occupations, &course.occupation))
        .put("learning.occupation.code", said(&course.occupation))
        .put("learning.level", course.level.map(|n| n.to_string()).unwrap_or_default())
        .put("learning.language", said(&course.language))
        .put("learning.province", said(&course.province_code))
        .put("learning.commune", titled(List::Communes, &course.commune_code))
        .put("learning.commune.code", said(&course.commune_code))
        .put("learning.country", titled(List::Countries, &course.country))
        .put("learning.country.code", said(&course.country))
        .put("learning.address", said(&course.address))
        .put("learning.timetable", said(&course.timetable))
        .put("learning.hours", course.hours.map(|n| n.to_string()).unwrap_or_default())
        .put("learning.seats", course.seats.to_string())
        .put("learning.fee", course.fee.map(money::written).unwrap_or_default())
        .put("learning.about", said(&course.about))
        .put("learning.version", course.version.to_string());
    if course.online {
        filled = filled.put("learning.online", "true");
    }
    for (name, on) in [("starts", course.starts_on), ("ends", course.ends_on), ("until", course.enrol_until)] {
        let typed = Typed::of(Some(on), Some(Precision::Day));
        filled = filled
            .put(&format!("learning.{name}.day"), typed.day)
            .put(&format!("learning.{name}.month"), typed.month)
            .put(&format!("learning.{name}.year"), typed.year);
    }
    filled
}
