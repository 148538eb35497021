//! How a vacancy is typed, and what of it is kept.

use diesel::prelude::*;
use rocket::form::FromForm;
use time::{Date, Duration};
use validator::Validate;

use super::Vacancy;
use crate::base::date::{Precision, Typed};
use crate::base::form::Filled;
use crate::base::language::Language;
use crate::employment::matching::{CEFR, place as map};
use crate::employment::{monthly, number, titled};
use crate::person::form::{lines, one_of, text};
use crate::person::household::poverty::day;
use crate::person::part_form::place;
use crate::schema::vacancies;
use crate::vocabulary::List;

/// Longest that a vacancy stands without being looked at again.
const LONGEST: Duration = Duration::days(366);

#[derive(FromForm, Validate)]
pub struct VacancyForm {
    #[validate(length(max = 200, code = "too-long"))]
    #[field(default = String::new())]
    pub title: String,
    #[validate(length(max = 200, code = "too-long"))]
    #[field(default = String::new())]
    pub occupation: String,
    #[field(default = String::new())]
    pub seats: String,
    #[field(default = String::new())]
    pub province: String,
    #[validate(length(max = 200, code = "too-long"))]
    #[field(default = String::new())]
    pub commune: String,
    #[validate(length(max = 200, code = "too-long"))]
    #[field(default = String::new())]
    pub country: String,
    #[validate(length(max = 120, code = "too-long"))]
    #[field(default = String::new())]
    pub permit: String,
    #[field(default = String::new())]
    pub wage_from: String,
    #[field(default = String::new())]
    pub wage_to: String,
    #[field(default = String::new())]
    pub hours: String,
    #[field(default = Vec::new())]
    pub has: Vec<String>,
    #[field(default = String::new())]
    pub language: String,
    #[field(default = String::new())]
    pub cefr: String,
    #[field(default = String::new())]
    pub months: String,
    #[field(default = String::new())]
    pub level: String,
    #[field(default = Vec::new())]
    pub must: Vec<String>,
    #[validate(length(max = 200, code = "too-long"))]
    #[field(default = String::new())]
    pub adults_only: String,
    pub closes: Typed,
    #[validate(length(max = 2000, code = "too-long"))]
    #[field(default = String::new())]
    pub about: String,
    #[field(default = 0)]
    pub version: i32,
}

#[derive(FromForm, Validate)]
pub struct VacancySent {
    #[validate(nested)]
    pub vacancy: VacancyForm,
}

/// What work has or asks for, as boxes.
pub const HAS: [&str; 3] = ["formal", "night", "housing"];

/// What of it is a condition.
pub const MUST: [&str; 2] = ["language", "level"];

#[derive(Insertable, AsChangeset, Clone, Debug)]
#[diesel(table_name = vacancies, treat_none_as_null = true)]
pub struct Kept {
    pub title: String,
    pub occupation: String,
    pub seats: i32,
    pub province_code: Option<String>,
    pub commune_code: Option<String>,
    pub country: Option<String>,
    pub permit: Option<String>,
    pub rural: bool,
    pub wage_from: Option<i64>,
    pub wage_to: Option<i64>,
    pub hours: Option<i32>,
    pub formal: bool,
    pub night: bool,
    pub housing: bool,
    pub language: Option<String>,
    pub cefr: Option<String>,
    pub language_must: bool,
    pub months: Option<i32>,
    pub level: Option<i16>,
    pub level_must: bool,
    pub adults_only: Option<String>,
    pub closes_on: Date,
    pub about: Option<String>,
}

impl VacancyForm {
    pub fn read(&self, filled: &mut Filled, today: Date) -> Option<Kept> {
        let title = text(&self.title);
        for (field, value) in
            [("vacancy.title", &self.title), ("vacancy.occupation", &self.occupation), ("vacancy.seats", &self.seats)]
        {
            if value.trim().is_empty() {
                filled.push(field, "error-required");
            }
        }
        let occupation = place(filled, "vacancy.occupation", &self.occupation, List::Occupations, None, today);
        let seats = number(filled, "vacancy.seats", &self.seats, 1..=5000);
        let province =
            one_of(filled, "vacancy.province", &self.province, |code| List::Provinces.vocabulary().get(code).is_some());
        let commune = place(filled, "vacancy.commune", &self.commune, List::Communes, province.as_deref(), today);
        let country = place(filled, "vacancy.country", &self.country, List::Countries, None, today);
        let permit = text(&self.permit);
        match (&province, &country) {
            (None, None) if filled.error("vacancy.country").is_none() => {
                filled.push("vacancy.province", "error-vacancy-place");
            }
            (Some(_), Some(_)) => filled.push("vacancy.country", "error-vacancy-two-places"),
            (None, Some(_)) if permit.is_none() => filled.push("vacancy.permit", "error-vacancy-permit"),
            _ => {}
        }
        if country.as_deref() == Some("VN") {
            filled.push("vacancy.country", "error-invested-from");
        }
        let wage_from = monthly(filled, "vacancy.wage_from", &self.wage_from);
        let wage_to = monthly(filled, "vacancy.wage_to", &self.wage_to);
        if let (Some(from), Some(to)) = (wage_from, wage_to)
            && to < from
        {
            filled.push("vacancy.wage_to", "error-wage-order");
        }
        let hours = number(filled, "vacancy.hours", &self.hours, 1..=72);
        let months = number(filled, "vacancy.months", &self.months, 0..=240);
        if self.has.iter().any(|code| !HAS.contains(&code.as_str())) {
            filled.push("vacancy.has", "error-choice");
        }
        if self.must.iter().any(|code| !MUST.contains(&code.as_str())) {
            filled.push("vacancy.must", "error-choice");
        }
        let language =
            one_of(filled, "vacancy.language", &self.language, |code| List::Languages.vocabulary().get(code).is_some());
        let cefr = one_of(filled, "vacancy.cefr", &self.cefr, |code| CEFR.contains(&code));
        if language.is_some() != cefr.is_some() {
            filled.push(if language.is_some() { "vacancy.cefr" } else { "vacancy.language" }, "error-vacancy-language");
        }
        let level = one_of(filled, "vacancy.level", &self.level, |code| ["1", "2", "3", "4", "5"].contains(&code));
        let closes = day(filled, "vacancy.closes", &self.closes);
        match closes {
            None if filled.error("vacancy.closes").is_none() => filled.push("vacancy.closes", "error-required"),
            Some(on) if on < today || on - today > LONGEST => filled.push("vacancy.closes", "error-vacancy-closes"),
            _ => {}
        }
        let has = |what: &str| self.has.iter().any(|code| code == what);
        let must = |what: &str| self.must.iter().any(|code| code == what);
        let kept = Kept {
            title: title?,
            occupation: occupation?,
            seats: seats?,
            rural: commune.as_deref().is_some_and(map::is_rural),
            province_code: province,
            commune_code: commune,
            permit: permit.filter(|_| country.is_some()),
            country,
            wage_from,
            wage_to,
            hours,
            formal: has("formal"),
            night: has("night"),
            housing: has("housing"),
            language_must: must("language") && language.is_some(),
            language,
            cefr,
            months,
            level_must: must("level") && level.is_some(),
            level: level.and_then(|level| level.parse().ok()),
            adults_only: text(&self.adults_only),
            closes_on: closes?,
            about: lines(&self.about),
        };
        Some(kept).filter(|_| !filled.is_wrong())
    }
}

/// The form of a vacancy that is kept already.
pub fn filled_from(v: &Vacancy, language: Language) -> Filled {
    let said = |value: &Option<String>| value.clone().unwrap_or_default();
    let figure = |value: Option<String>| value.unwrap_or_default();
    let boxes = |all: &[(&str, bool)]| -> Vec<String> {
        all.iter().filter(|(_, on)| *on).map(|(code, _)| (*code).to_owned()).collect()
    };
    let typed = Typed::of(Some(v.closes_on), Some(Precision::Day));
    Filled::blank()
        .put("vacancy.title", &*v.title)
        .put("vacancy.occupation", v.occupation_title(language))
        .put("vacancy.occupation.code", &*v.occupation)
        .put("vacancy.seats", v.seats.to_string())
        .put("vacancy.province", said(&v.province_code))
        .put("vacancy.commune", titled(List::Communes, v.commune_code.as_deref(), language).unwrap_or_default())
        .put("vacancy.commune.code", said(&v.commune_code))
        .put("vacancy.country", titled(List::Countries, v.country.as_deref(), language).unwrap_or_default())
        .put("vacancy.country.code", said(&v.country))
        .put("vacancy.permit", said(&v.permit))
        .put("vacancy.wage_from", figure(v.wage_from.map(crate::base::money::written)))
        .put("vacancy.wage_to", figure(v.wage_to.map(crate::base::money::written)))
        .put("vacancy.hours", figure(v.hours.map(|n| n.to_string())))
        .put_all("vacancy.has", boxes(&[("formal", v.formal), ("night", v.night), ("housing", v.housing)]))
        .put("vacancy.language", said(&v.language))
        .put("vacancy.cefr", said(&v.cefr))
        .put("vacancy.months", figure(v.months.map(|n| n.to_string())))
        .put("vacancy.level", figure(v.level.map(|n| n.to_string())))
        .put_all("vacancy.must", boxes(&[("language", v.language_must), ("level", v.level_must)]))
        .put("vacancy.adults_only", said(&v.adults_only))
        .put("vacancy.closes.day", typed.day)
        .put("vacancy.closes.month", typed.month)
        .put("vacancy.closes.year", typed.year)
        .put("vacancy.about", said(&v.about))
        .put("vacancy.version", v.version.to_string())
}
