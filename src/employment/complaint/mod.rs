//! Complaints of discrimination (E5): written down with the returnee, passed on only with their yes, followed until an answer.
//! Articles 3(8) and 8 of the Labour Code 2019 forbid most of the grounds; that somebody has migrated, and where they are
//! registered, are asked for besides (practice 32).

mod pages;
mod step;

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rocket::Route;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use crate::base::Result;
use crate::base::date::{Precision, written};
use crate::base::language::{Language, Message};
use crate::schema::{complaint_steps, discrimination_complaints as complaints};

pub fn routes() -> Vec<Route> {
    [pages::routes(), step::routes()].concat()
}

/// When it happened in the course of work.
pub const STAGES: [&str; 7] = ["advert", "application", "interview", "pay", "work", "dismissal", "other"];

/// For what.
pub const GROUNDS: [&str; 14] = [
    "age",
    "migrated",
    "sex",
    "registration",
    "ethnic-group",
    "origin",
    "marital-status",
    "pregnancy",
    "belief",
    "disability",
    "health",
    "hiv",
    "union",
    "other",
];

/// Where it may stand, what may come next, and to whom it is passed on.
pub const STATES: [&str; 6] = ["written", "passed-on", "answered", "settled", "not-upheld", "withdrawn"];
pub const ACTS: [&str; 6] = ["agreed", "passed-on", "answered", "settled", "not-upheld", "withdrawn"];
pub const BODIES: [&str; 7] = ["inspectorate", "labour-office", "union", "mediator", "court", "employer", "other"];

#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = complaints)]
pub struct Complaint {
    pub id: Uuid,
    pub against: String,
    pub employer_id: Option<Uuid>,
    pub stage: String,
    pub grounds: Vec<String>,
    pub happened_on: Date,
    pub words: String,
    pub wants: Option<String>,
    pub agreed: bool,
    pub state: String,
    pub made_at: OffsetDateTime,
    pub version: i32,
}

impl Complaint {
    pub fn happened(&self) -> String {
        written(self.happened_on, Precision::Day)
    }

    pub fn goes_on(&self) -> bool {
        matches!(self.state.as_str(), "written" | "passed-on" | "answered")
    }

    fn grounds_said(&self, language: Language) -> String {
        let all: Vec<String> =
            self.grounds.iter().map(|code| language.say(&Message::new(format!("complaint-ground-{code}")))).collect();
        all.join("; ")
    }

    /// What may come next, as move_complaint() has it.
    fn next(&self) -> Vec<&'static str> {
        let may = |act: &str| match act {
            "agreed" => self.state == "written" && !self.agreed,
            "passed-on" => self.goes_on() && self.agreed,
            "answered" => self.state == "passed-on",
            "settled" | "not-upheld" => matches!(self.state.as_str(), "passed-on" | "answered"),
            _ => self.goes_on(),
        };
        ACTS.into_iter().filter(|act| may(act)).collect()
    }
}

#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = complaint_steps)]
pub struct Step {
    pub step: String,
    pub body: Option<String>,
    pub happened_on: Date,
    pub words: Option<String>,
    pub made_by: Uuid,
    pub made_at: OffsetDateTime,
}

pub async fn find(db: &mut AsyncPgConnection, case: Uuid, id: Uuid) -> Result<Complaint> {
    Ok(complaints::table
        .filter(complaints::id.eq(id))
        .filter(complaints::case_id.eq(case))
        .select(Complaint::as_select())
        .first(db)
        .await?)
}
