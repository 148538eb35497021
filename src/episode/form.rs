//! What is typed about a return, and what it comes to.

use std::collections::HashMap;

use rocket::FromForm;
use time::Date;
use uuid::Uuid;
use validator::Validate;

use super::{ASSISTED, DURATIONS, Episode, FACTS, REASONS, STANDINGS, VOLUNTARY};
use crate::base::date::{Precision, Typed, written};
use crate::base::form::Filled;
use crate::base::language::Message;
use crate::person::fact::{Beside, Fact, Said, put_said};
use crate::person::form::one_of;
use crate::person::part_form::place;
use crate::person::{SAID_BY, YES_NO};
use crate::vocabulary::List;

/// A return as typed, within `return.`.
#[derive(FromForm, Validate)]
pub struct ReturnForm {
    #[field(default = String::new())]
    pub standing: String,
    #[validate(length(max = 100, code = "too-long"))]
    #[field(default = String::new())]
    pub previous_country: String,
    pub left: Typed,
    pub entered: Typed,
    pub expected: Typed,
    #[validate(length(max = 20, code = "too-long"))]
    #[field(default = String::new())]
    pub flight: String,
    /// The desk or gate where they are expected, by id.
    #[field(default = String::new())]
    pub expected_at: String,
    #[field(default = String::new())]
    pub wants_help: String,
    #[field(default = String::new())]
    pub voluntary: String,
    #[field(default = String::new())]
    pub assisted: String,
    #[field(default = String::new())]
    pub duration: String,
    #[field(default = String::new())]
    pub reason: String,
    pub absence: HashMap<String, String>,
    pub level: HashMap<String, String>,
    #[field(default = String::new())]
    pub said_by: String,
    #[field(default = 0)]
    pub version: i32,
}

/// A return, read.
#[derive(Clone, Debug)]
pub struct Return {
    pub standing: String,
    pub previous_country: Option<String>,
    pub left: Option<(Date, Precision)>,
    pub entered: Option<(Date, Precision)>,
    pub expected_on: Option<Date>,
    pub flight: Option<String>,
    pub expected_at: Option<Uuid>,
    pub wants_help: Option<String>,
    pub voluntary: Option<String>,
    pub assisted: Option<String>,
    pub duration: Option<String>,
    pub reason: Option<String>,
    pub said: Vec<Fact>,
    pub said_by: &'static str,
}

/// A flight number as on the board: two letters or digits, up to four digits, perhaps a letter.
pub fn flight(typed: &str) -> Result<Option<String>, &'static str> {
    let number: String = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').collect::<String>().to_uppercase();
    if number.is_empty() {
        return Ok(None);
    }
    let (carrier, rest) = number.split_at_checked(2).unwrap_or((&number, ""));
    let digits = rest.trim_end_matches(|c: char| c.is_ascii_uppercase());
    let fine = carrier.bytes().all(|b| b.is_ascii_alphanumeric())
        && carrier.bytes().any(|b| b.is_ascii_uppercase())
        && (1..=4).contains(&digits.len())
        && digits.bytes().all(|b| b.is_ascii_digit())
        && rest.len() - digits.len() <= 1;
    if fine { Ok(Some(number)) } else { Err("error-flight") }
}

/// A day or part of one that has come.
fn past(filled: &mut Filled, name: &str, typed: &Typed, today: Date) -> Option<(Date, Precision)> {
    match typed.read() {
        Ok(Some((date, _))) if date > today => {
            filled.push(name, "error-date-future");
            None
        }
        Ok(Some((date, _))) if date.year() < today.year() - 80 => {
            filled.push(name, "error-date-too-old");
            None
        }
        Ok(known) => known,
        Err(wrong) => {
            filled.push(name, wrong);
            None
        }
    }
}

impl ReturnForm {
    /// The return, or `None` with what is wrong beside the fields. `before` is the expected day that stood there: only a
    /// new one must lie ahead.
    pub fn read(&self, filled: &mut Filled, today: Date, before: Option<Date>) -> Option<Return> {
        let standing = one_of(filled, "return.standing", &self.standing, |c| STANDINGS.contains(&c));
        if standing.is_none() && self.standing.trim().is_empty() {
            filled.push("return.standing", "error-choose");
        }
        let standing = standing.unwrap_or_default();
        let previous_country =
            place(filled, "return.previous_country", &self.previous_country, List::Countries, None, today);
        if previous_country.as_deref() == Some("VN") {
            filled.push("return.previous_country", "error-country-home");
        }
        let left = past(filled, "return.left", &self.left, today);
        let entered = past(filled, "return.entered", &self.entered, today);
        if entered.is_some() && standing != "returned" {
            filled.push("return.entered", "error-entered-not-returned");
        }
        if let (Some((left, _)), Some((entered, precision))) = (left, entered)
            && entered < left
            // "Came in 2024" is not before "left in May 2024".
            && !(precision == Precision::Year && entered.year() == left.year())
            && !(precision == Precision::Month && entered.year() == left.year() && entered.month() == left.month())
        {
            filled.push("return.entered", "error-date-order-return");
        }
        let expected_on = self.expected(filled, &standing, today, before);
        let flight = flight(&self.flight).unwrap_or_else(|wrong| {
            filled.push("return.flight", wrong);
            None
        });
        let expected_at = match self.expected_at.trim() {
            "" => None,
            id => Uuid::parse_str(id).ok().or_else(|| {
                filled.push("return.expected_at", "error-choice");
                None
            }),
        };
        let mut read = Return {
            previous_country,
            left,
            entered,
            expected_on,
            flight,
            expected_at,
            wants_help: one_of(filled, "return.wants_help", &self.wants_help, |c| YES_NO.contains(&c)),
            voluntary: one_of(filled, "return.voluntary", &self.voluntary, |c| VOLUNTARY.contains(&c)),
            assisted: one_of(filled, "return.assisted", &self.assisted, |c| ASSISTED.contains(&c)),
            duration: one_of(filled, "return.duration", &self.duration, |c| DURATIONS.contains(&c)),
            reason: one_of(filled, "return.reason", &self.reason, |c| REASONS.contains(&c)),
            said: Vec::new(),
            said_by: SAID_BY.into_iter().find(|s| *s == self.said_by).unwrap_or(SAID_BY[0]),
            standing,
        };
        let beside = Beside { absence: &self.absence, level: &self.level };
        read.said = beside.read(filled, "return", FACTS, |fact| read.given(fact));
        Some(read).filter(|_| !filled.is_wrong())
    }

    fn expected(&self, filled: &mut Filled, standing: &str, today: Date, before: Option<Date>) -> Option<Date> {
        let wrong: Message = match self.expected.read() {
            Ok(None) => return None,
            Ok(Some(_)) if standing != "planned" => "error-expected-not-planned".into(),
            Ok(Some((date, Precision::Day))) if date < today && before != Some(date) => "error-expected-past".into(),
            Ok(Some((date, Precision::Day))) if date > today + time::Duration::days(730) => "error-expected-far".into(),
            Ok(Some((date, Precision::Day))) => return Some(date),
            Ok(Some(_)) => "error-date-whole".into(),
            Err(wrong) => wrong.into(),
        };
        filled.push("return.expected", wrong);
        None
    }
}

impl Return {
    /// A fact as it is kept or written; empty where it is missing.
    pub fn written(&self, fact: &str) -> String {
        let day =
            |d: Option<(Date, Precision)>| d.map(|(date, precision)| written(date, precision)).unwrap_or_default();
        match fact {
            "left" => day(self.left),
            "entered" => day(self.entered),
            "previous_country" => self.previous_country.clone().unwrap_or_default(),
            "wants_help" => self.wants_help.clone().unwrap_or_default(),
            "voluntary" => self.voluntary.clone().unwrap_or_default(),
            "assisted" => self.assisted.clone().unwrap_or_default(),
            "duration" => self.duration.clone().unwrap_or_default(),
            "reason" => self.reason.clone().unwrap_or_default(),
            _ => String::new(),
        }
    }

    pub fn given(&self, fact: &str) -> bool {
        !self.written(fact).is_empty()
    }
}

/// The edit form of a return as it stands.
pub fn filled_from(episode: &Episode, said: &[Said], country: impl Fn(&str) -> String) -> Filled {
    let mut filled = Filled::blank()
        .put("return.version", episode.version.to_string())
        .put("return.standing", &*episode.standing)
        .put("return.flight", episode.flight.clone().unwrap_or_default())
        .put("return.expected_at", episode.expected_at.map(|id| id.to_string()).unwrap_or_default())
        .put("return.previous_country", episode.previous_country.as_deref().map(country).unwrap_or_default())
        .put("return.previous_country.code", episode.previous_country.clone().unwrap_or_default())
        .put("return.wants_help", episode.wants_help.clone().unwrap_or_default())
        .put("return.voluntary", episode.voluntary.clone().unwrap_or_default())
        .put("return.assisted", episode.assisted.clone().unwrap_or_default())
        .put("return.duration", episode.duration.clone().unwrap_or_default())
        .put("return.reason", episode.reason.clone().unwrap_or_default());
    let days = [
        ("left", Typed::of(episode.left_on, episode.left().map(|(_, p)| p))),
        ("entered", Typed::of(episode.entered_on, episode.entered().map(|(_, p)| p))),
        ("expected", Typed::of(episode.expected_on, episode.expected_on.map(|_| Precision::Day))),
    ];
    for (name, typed) in days {
        filled = filled
            .put(&format!("return.{name}.day"), typed.day)
            .put(&format!("return.{name}.month"), typed.month)
            .put(&format!("return.{name}.year"), typed.year);
    }
    put_said(filled, "return", said)
}

#[cfg(test)]
mod tests {
    use super::flight;

    #[test]
    fn flight_numbers_are_read_as_on_the_board() {
        for (typed, read) in [("vn 415", "VN415"), ("7C-2203", "7C2203"), ("QH 9421A", "QH9421A"), ("vj1", "VJ1")] {
            assert_eq!(flight(typed), Ok(Some(read.to_owned())));
        }
        assert_eq!(flight("  "), Ok(None));
        for typed in ["V", "VN", "VN12345", "12 34", "VNA415", "vé 12", "ĐÀ 12"] {
            assert!(flight(typed).is_err(), "{typed}");
        }
    }
}
