//! What is said of a file beside the file: its flight, and what its columns mean.

use std::collections::HashMap;

use rocket::data::Capped;
use rocket::form::FromForm;
use rocket::fs::TempFile;
use time::{Date, Duration};
use validator::Validate;

use super::dates::{Order, Written};
use super::encoding::ENCODINGS;
use super::store::{About, Flight};
use super::{Column, Field, Kind, LEAVE_OUT, Question, open_questions};
use crate::base::date::{Precision, Typed};
use crate::base::form::Filled;
use crate::base::language::Message;
pub use crate::base::text::file_name;
use crate::episode::form::flight;
use crate::person::part_form::place;
use crate::vocabulary::{List, Meant};

#[derive(FromForm, Validate)]
pub struct UploadForm<'r> {
    #[validate(length(max = 20, code = "too-long"))]
    #[field(default = String::new())]
    pub flight: String,
    pub arrives: Typed,
    #[validate(length(max = 100, code = "too-long"))]
    #[field(default = String::new())]
    pub previous_country: String,
    #[field(default = String::new())]
    pub encoding: String,
    #[validate(length(max = 100, code = "too-long"))]
    #[field(default = String::new())]
    pub sheet: String,
    pub file: Capped<TempFile<'r>>,
}

impl UploadForm<'_> {
    pub fn encoding(&self) -> Option<&'static str> {
        ENCODINGS.into_iter().find(|code| *code == self.encoding)
    }

    pub fn sheet(&self) -> Option<&str> {
        Some(self.sheet.trim()).filter(|s| !s.is_empty())
    }

    /// What the list is of, or what is wrong beside the fields.
    pub fn read(&self, kind: Kind, filled: &mut Filled, today: Date) -> Option<About> {
        match kind {
            Kind::Manifest => self.flight(filled, today).map(About::Flight),
            Kind::Contracts => Some(About::Contracts),
        }
    }

    fn flight(&self, filled: &mut Filled, today: Date) -> Option<Flight> {
        let number = number(&self.flight).unwrap_or_else(|wrong| {
            filled.push("flight", wrong);
            String::new()
        });
        let arrives_on = match self.arrives.read() {
            Ok(None) => Err("error-required"),
            Ok(Some((date, Precision::Day))) => arrival(date, today),
            Ok(Some(_)) => Err("error-date-whole"),
            Err(wrong) => Err(wrong),
        };
        let arrives_on = arrives_on.map_err(|wrong| filled.push("arrives", wrong)).ok();
        let previous_country = place(filled, "previous_country", &self.previous_country, List::Countries, None, today);
        if previous_country.as_deref() == Some("VN") {
            filled.push("previous_country", "error-country-home");
        }
        let flight = Flight { number, arrives_on: arrives_on?, previous_country };
        Some(flight).filter(|_| !filled.is_wrong())
    }
}

/// A country by its code or name, but for Viet Nam, where the flight goes.
pub fn country(typed: &str, today: Date) -> Option<String> {
    match List::Countries.vocabulary().meant(typed, None, today) {
        Meant::One(entry) if entry.code != "VN" => Some(entry.code.clone()),
        _ => None,
    }
}

/// A flight's number; ferries and buses have names as short.
pub fn number(typed: &str) -> Result<String, &'static str> {
    flight(typed)?.ok_or("error-required")
}

/// A list is of a flight that is about to come, or came a few days ago.
pub fn arrival(date: Date, today: Date) -> Result<Date, &'static str> {
    match () {
        () if date < today - Duration::days(7) => Err("error-import-past"),
        () if date > today + Duration::days(366) => Err("error-import-far"),
        () => Ok(date),
    }
}

/// What the officer says of columns, by their place, and of dates.
#[derive(FromForm, Validate)]
pub struct MappingForm {
    pub column: HashMap<usize, String>,
    #[field(default = String::new())]
    pub dates: String,
    #[field(default = 0)]
    pub version: i32,
}

impl MappingForm {
    /// The columns as answered, and the order of dates; or what is wrong beside the fields.
    pub fn read(&self, kind: Kind, filled: &mut Filled, before: &[Column]) -> Option<(Vec<Column>, Option<Order>)> {
        let mut columns = before.to_vec();
        for (at, column) in columns.iter_mut().enumerate() {
            let name = format!("column[{at}]");
            match self.column.get(&at).map(String::as_str) {
                None | Some("") => filled.push(&name, "error-choose"),
                Some(code) if code == LEAVE_OUT || kind.field(code).is_some() => column.field = Some(code.to_owned()),
                Some(_) => filled.push(&name, "error-choice"),
            }
        }
        for (at, column) in columns.iter().enumerate() {
            if column.meaning().is_some() && columns.iter().take(at).any(|c| c.field == column.field) {
                filled.push(&format!("column[{at}]"), "error-import-twice");
            }
        }
        let order = Order::from_code(&self.dates);
        let open = open_questions(kind, &columns, order);
        if open.contains(&Question::Name) && !filled.is_wrong() {
            filled.push("column[0]", "error-import-no-name");
        }
        let missing = open.iter().find_map(|q| if let Question::Missing(field) = q { Some(*field) } else { None });
        if let Some(field) = missing.filter(|_| !filled.is_wrong()) {
            filled.push("column[0]", Message::new(format!("error-import-missing-{}", field.code())));
        }
        if open.contains(&Question::Dates) {
            filled.push("dates", "error-choose");
        }
        // An answer to what the column itself says would only be a way to be wrong.
        let asked = columns.iter().any(|c| c.meaning().is_some_and(Field::is_date) && c.dates == Written::Unclear);
        Some((columns, order.filter(|_| asked))).filter(|_| !filled.is_wrong())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_show_nothing_but_a_name() {
        assert_eq!(file_name("C:\\Users\\lan\\danh sách.csv"), "danh sách.csv");
        assert_eq!(file_name("../../etc/passwd"), "passwd");
        assert_eq!(file_name("a\u{202E}b"), "–");
        assert_eq!(file_name(""), "–");
        assert_eq!(file_name(&"x".repeat(500)).len(), 120);
    }
}
