//! Lists of people that come from elsewhere: passengers, and workers who left under a contract. A file is read, checked
//! line by line, and kept as what it is; nothing of it is kept that nobody asked for (practice 22). Passengers are put onto
//! the manifest of their flight, met at the desk, and reconciled (`flights`, `flight` and what follows it); contracts go
//! into their base (`contract_row`), and the module `contract` looks whose they are.

pub mod card;
pub mod command;
pub mod contract_row;
pub mod contract_store;
pub mod correcting;
pub mod dates;
pub mod declining;
pub mod encoding;
pub mod faulty;
pub mod flight;
pub mod flights;
pub mod form;
pub mod heading;
pub mod kind;
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
pub mod vacancies;
pub mod xlsx;

use diesel::prelude::*;
use rocket::Route;
use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

pub use kind::{Field, Kind, brings_in};

use crate::schema::imports;

pub fn routes() -> Vec<Route> {
    [
        upload::routes(),
        vacancies::routes(),
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
    kind: String,
    flight: Option<String>,
    pub arrives_on: Option<Date>,
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
    pub fn kind(&self) -> Kind {
        Kind::from_code(&self.kind)
    }

    /// The flight of a list of passengers; empty for any other.
    pub fn flight(&self) -> &str {
        self.flight.as_deref().unwrap_or_default()
    }

    /// The key of a message that speaks of what this kind of list becomes.
    pub fn key(&self, key: &str) -> String {
        self.kind().key(key)
    }

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
    /// No column holds this, which every line must say.
    Missing(Field),
    /// Days and months could be either way round.
    Dates,
}

/// What stands open. Each field is taken by one column.
pub fn open_questions(kind: Kind, columns: &[Column], dates: Option<dates::Order>) -> Vec<Question> {
    let mut open = Vec::new();
    if columns.iter().any(|c| c.field.is_none()) {
        open.push(Question::Columns);
    }
    let there = |field: Field| columns.iter().any(|c| c.meaning() == Some(field));
    if !(there(Field::Name) || there(Field::FamilyName) && there(Field::GivenName)) {
        open.push(Question::Name);
    }
    open.extend(kind.needed().iter().filter(|field| !there(**field)).map(|field| Question::Missing(*field)));
    let asked = |c: &Column| c.meaning().is_some_and(Field::is_date) && c.dates == dates::Written::Unclear;
    if dates.is_none() && columns.iter().any(asked) {
        open.push(Question::Dates);
    }
    open
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_open_is_asked() {
        let column =
            |field: Option<&str>, dates| Column { heading: "x".into(), field: field.map(str::to_owned), dates };
        use dates::{Order, Written};
        let open_questions = |columns: &[Column], dates| super::open_questions(Kind::Manifest, columns, dates);
        assert_eq!(open_questions(&[column(Some("name"), Written::Plain)], None), []);
        let unclear = [column(Some("name"), Written::Plain), column(Some("birth"), Written::Unclear)];
        assert_eq!(open_questions(&unclear, None), [Question::Dates]);
        assert_eq!(open_questions(&unclear, Some(Order::DayFirst)), []);
        assert_eq!(open_questions(&[column(None, Written::Plain)], None), [Question::Columns, Question::Name]);
        let halves = [column(Some("family-name"), Written::Plain), column(Some("given-name"), Written::Plain)];
        assert_eq!(open_questions(&halves, None), []);
        assert_eq!(
            super::open_questions(Kind::Contracts, &[column(Some("name"), Written::Plain)], None),
            [Question::Missing(Field::Country), Question::Missing(Field::ContractStart)]
        );
        let start = [
            column(Some("name"), Written::Plain),
            column(Some("country"), Written::Plain),
            column(Some("contract-start"), Written::Unclear),
        ];
        assert_eq!(super::open_questions(Kind::Contracts, &start, None), [Question::Dates]);
    }
}
