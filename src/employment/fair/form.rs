//! What is typed of a fair, and what it comes to.

use diesel::prelude::*;
use rocket::form::FromForm;
use time::{Date, Duration};
use validator::Validate;

use super::Fair;
use crate::base::date::{Precision, Typed};
use crate::base::form::Filled;
use crate::base::language::Language;
use crate::employment::{number, titled};
use crate::person::form::{lines, one_of, text};
use crate::person::household::poverty::day;
use crate::person::part_form::place;
use crate::schema::job_fairs;
use crate::vocabulary::List;

/// Nobody plans further ahead, nor writes down what is longer ago.
const FAR: Duration = Duration::days(2 * 366);

#[derive(FromForm, Validate)]
pub struct FairForm {
    #[validate(length(max = 200, code = "too-long"))]
    #[field(default = String::new())]
    title: String,
    held: Typed,
    #[validate(length(max = 60, code = "too-long"))]
    #[field(default = String::new())]
    hours: String,
    #[field(default = false)]
    mobile: bool,
    #[field(default = String::new())]
    province: String,
    #[validate(length(max = 200, code = "too-long"))]
    #[field(default = String::new())]
    commune: String,
    #[validate(length(max = 200, code = "too-long"))]
    #[field(default = String::new())]
    address: String,
    #[validate(length(max = 2000, code = "too-long"))]
    #[field(default = String::new())]
    about: String,
    #[field(default = 0)]
    pub version: i32,
}

#[derive(FromForm, Validate)]
pub struct FairSent {
    #[validate(nested)]
    pub fair: FairForm,
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = job_fairs, treat_none_as_null = true)]
pub struct Kept {
    title: String,
    held_on: Date,
    hours: String,
    mobile: bool,
    province_code: String,
    commune_code: Option<String>,
    address: String,
    about: Option<String>,
}

impl FairForm {
    pub fn read(&self, filled: &mut Filled, today: Date) -> Option<Kept> {
        let (title, hours, address) = (text(&self.title), text(&self.hours), text(&self.address));
        for (field, missing) in
            [("fair.title", title.is_none()), ("fair.hours", hours.is_none()), ("fair.address", address.is_none())]
        {
            if missing {
                filled.push(field, "error-required");
            }
        }
        let held = day(filled, "fair.held", &self.held);
        match held {
            None if filled.error("fair.held").is_none() => filled.push("fair.held", "error-required"),
            Some(on) if (on - today).abs() > FAR => filled.push("fair.held", "error-learning-far"),
            _ => {}
        }
        if self.province.trim().is_empty() {
            filled.push("fair.province", "error-choose");
        }
        let province =
            one_of(filled, "fair.province", &self.province, |code| List::Provinces.vocabulary().get(code).is_some());
        let commune = place(filled, "fair.commune", &self.commune, List::Communes, province.as_deref(), today);
        if self.mobile && commune.is_none() && filled.error("fair.commune").is_none() {
            filled.push("fair.commune", "error-fair-commune");
        }
        let kept = Kept {
            title: title?,
            held_on: held?,
            hours: hours?,
            mobile: self.mobile,
            province_code: province?,
            commune_code: commune,
            address: address?,
            about: lines(&self.about),
        };
        Some(kept).filter(|_| !filled.is_wrong())
    }
}

pub fn filled_from(fair: &Fair, language: Language) -> Filled {
    let typed = Typed::of(Some(fair.held_on), Some(Precision::Day));
    let filled = Filled::blank()
        .put("fair.title", &*fair.title)
        .put("fair.held.day", typed.day)
        .put("fair.held.month", typed.month)
        .put("fair.held.year", typed.year)
        .put("fair.hours", &*fair.hours)
        .put("fair.province", &*fair.province_code)
        .put("fair.commune", titled(List::Communes, fair.commune_code.as_deref(), language).unwrap_or_default())
        .put("fair.commune.code", fair.commune_code.clone().unwrap_or_default())
        .put("fair.address", &*fair.address)
        .put("fair.about", fair.about.clone().unwrap_or_default())
        .put("fair.version", fair.version.to_string());
    if fair.mobile { filled.put("fair.mobile", "true") } else { filled }
}

/// How many came, and what came of it.
#[derive(FromForm, Validate)]
pub struct CountForm {
    #[field(default = String::new())]
    came: String,
    #[field(default = String::new())]
    returnees: String,
    #[field(default = String::new())]
    interviewed: String,
    #[field(default = String::new())]
    hired: String,
    #[field(default = 0)]
    pub version: i32,
}

#[derive(FromForm, Validate)]
pub struct CountSent {
    #[validate(nested)]
    pub count: CountForm,
}

#[derive(AsChangeset)]
#[diesel(table_name = job_fairs)]
pub struct Counted {
    came: Option<i32>,
    returnees: Option<i32>,
    interviewed: Option<i32>,
    hired: Option<i32>,
}

impl CountForm {
    pub fn read(&self, filled: &mut Filled) -> Option<Counted> {
        let mut figure = |name: &str, typed: &str| {
            if typed.trim().is_empty() {
                filled.push(name, "error-required");
            }
            number(filled, name, typed, 0..=100_000)
        };
        let came = figure("count.came", &self.came);
        let rest = [
            ("count.returnees", figure("count.returnees", &self.returnees)),
            ("count.interviewed", figure("count.interviewed", &self.interviewed)),
            ("count.hired", figure("count.hired", &self.hired)),
        ];
        for (name, figure) in &rest {
            if figure.zip(came).is_some_and(|(figure, came)| figure > came) {
                filled.push(name, "error-fair-more");
            }
        }
        let [(_, returnees), (_, interviewed), (_, hired)] = rest;
        let counted = Counted { came, returnees, interviewed, hired };
        Some(counted).filter(|_| !filled.is_wrong())
    }
}
