//! Lists of people that come from elsewhere. A file is read, checked line by line, compared with those expected, and put
//! onto the manifest of its flight; nothing of it is kept that nobody asked for (practice 22). Who is on a manifest is met
//! at the desk, and reconciled (`flights`, `flight` and what follows it).

pub mod card;
pub mod command;
pub mod correcting;
pub mod dates;
pub mod declining;
pub mod encoding;
pub mod faulty;
pub mod flight;
pub mod flights;
pub mod form;
pub mod heading;
pub mod manifest;
pub mod meeting;
pub mod pages;
pub mod reconciliation;
pub mod register;
pub mod row;
pub mod row_store;
pub mod run;
pub mod sheet;
pub mod store;
pub mod survey;
pub mod upload;
pub mod xlsx;

use diesel::prelude::*;
use rocket::Route;
use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use crate::access::{Permission, User};
use crate::schema::imports;

pub fn routes() -> Vec<Route> {
    [
        upload::routes(),
        pages::routes(),
        correcting::routes(),
        faulty::routes(),
        flights::routes(),
        flight::routes(),
        card::routes(),
        meeting::routes(),
        declining::routes(),
        reconciliation::routes(),
    ]
    .concat()
}

/// What a file may be at most. Whatever is larger is no list of passengers.
pub const MOST_BYTES: u64 = 30 << 20;
/// A workbook unpacked, or what is kept of any file before it is packed.
pub const MOST_UNPACKED: u64 = 200 << 20;
pub const MOST_ROWS: usize = 100_000;
pub const MOST_COLUMNS: usize = 60;
pub const LONGEST_CELL: usize = 1_000;
/// Rows in one transaction.
pub const BATCH: usize = 2_000;

/// What a column may mean to us.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Field {
    Name,
    FamilyName,
    GivenName,
    Sex,
    Birth,
    Passport,
    TravelPass,
    CitizenCard,
    /// The number of some document; which, its shape must say.
    Number,
    Nationality,
    Phone,
}

impl Field {
    pub const ALL: [Field; 11] = [
        Field::Name,
        Field::FamilyName,
        Field::GivenName,
        Field::Sex,
        Field::Birth,
        Field::Passport,
        Field::TravelPass,
        Field::CitizenCard,
        Field::Number,
        Field::Nationality,
        Field::Phone,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Field::Name => "name",
            Field::FamilyName => "family-name",
            Field::GivenName => "given-name",
            Field::Sex => "sex",
            Field::Birth => "birth",
            Field::Passport => "passport",
            Field::TravelPass => "travel-pass",
            Field::CitizenCard => "citizen-card",
            Field::Number => "number",
            Field::Nationality => "nationality",
            Field::Phone => "phone",
        }
    }

    pub fn from_code(code: &str) -> Option<Field> {
        Field::ALL.into_iter().find(|field| field.code() == code)
    }
}

/// A column that nobody needs.
pub const LEAVE_OUT: &str = "leave-out";

/// A column of the file as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct Column {
    pub heading: String,
    /// The code of a [`Field`], or [`LEAVE_OUT`]; nothing while it is asked about.
    pub field: Option<String>,
    pub dates: dates::Written,
}

impl Column {
    pub fn meaning(&self) -> Option<Field> {
        self.field.as_deref().and_then(Field::from_code)
    }
}

/// An import as it is kept.
#[derive(Queryable, Selectable, Clone)]
#[diesel(table_name = imports)]
pub struct Import {
    pub id: Uuid,
    pub flight: String,
    pub arrives_on: Date,
    pub file_name: String,
    pub format: String,
    pub encoding: Option<String>,
    pub separator: Option<String>,
    pub sheet: Option<String>,
    layout: serde_json::Value,
    pub dropped: Vec<String>,
    pub dates: Option<String>,
    pub state: String,
    pub stopped: bool,
    pub rows: i32,
    pub staged: i32,
    pub reached: i32,
    pub manifest_id: Option<Uuid>,
    pub made_at: OffsetDateTime,
    pub ended_at: Option<OffsetDateTime>,
    pub expires_on: Date,
    pub version: i32,
}

impl Import {
    /// Every column that was kept, in the order of the sheet.
    pub fn columns(&self) -> Vec<Column> {
        serde_json::from_value(self.layout.clone()).unwrap_or_default()
    }

    /// The columns that rows hold, in their order.
    pub fn wanted(&self) -> Vec<Column> {
        self.columns().into_iter().filter(|c| c.meaning().is_some()).collect()
    }

    pub fn order(&self) -> Option<dates::Order> {
        self.dates.as_deref().and_then(dates::Order::from_code)
    }

    /// Something is being done to it right now, or would be.
    pub fn runs(&self) -> bool {
        !self.stopped && matches!(self.state.as_str(), "staging" | "matching" | "committing")
    }
}

/// What a page or a command still has to be told before rows can be read.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Question {
    /// A column is not known, or two say they are the same.
    Columns,
    /// No column holds names.
    Name,
    /// Days and months could be either way round.
    Dates,
}

/// What stands open. Each field is taken by one column.
pub fn open_questions(columns: &[Column], dates: Option<dates::Order>) -> Vec<Question> {
    let mut open = Vec::new();
    if columns.iter().any(|c| c.field.is_none()) {
        open.push(Question::Columns);
    }
    let there = |field: Field| columns.iter().any(|c| c.meaning() == Some(field));
    if !(there(Field::Name) || there(Field::FamilyName) && there(Field::GivenName)) {
        open.push(Question::Name);
    }
    let asked = |c: &Column| c.meaning() == Some(Field::Birth) && c.dates == dates::Written::Unclear;
    if dates.is_none() && columns.iter().any(asked) {
        open.push(Question::Dates);
    }
    open
}

/// True for whoever brings lists in: the role says so, at a desk that meets people.
pub fn brings_in(user: &User) -> bool {
    user.may(Permission::ImportManifests) && matches!(user.organisation_kind.as_str(), "airport" | "border")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_has_a_code_of_its_own() {
        for field in Field::ALL {
            assert_eq!(Field::from_code(field.code()), Some(field));
        }
        assert_eq!(Field::from_code(LEAVE_OUT), None);
    }

    #[test]
    fn what_is_open_is_asked() {
        let column =
            |field: Option<&str>, dates| Column { heading: "x".into(), field: field.map(str::to_owned), dates };
        use dates::{Order, Written};
        assert_eq!(open_questions(&[column(Some("name"), Written::Plain)], None), []);
        let unclear = [column(Some("name"), Written::Plain), column(Some("birth"), Written::Unclear)];
        assert_eq!(open_questions(&unclear, None), [Question::Dates]);
        assert_eq!(open_questions(&unclear, Some(Order::DayFirst)), []);
        assert_eq!(open_questions(&[column(None, Written::Plain)], None), [Question::Columns, Question::Name]);
        let halves = [column(Some("family-name"), Written::Plain), column(Some("given-name"), Written::Plain)];
        assert_eq!(open_questions(&halves, None), []);
    }
}
