//! Recognition of skills (D2): asked for, its papers checked, assessed by somebody accredited, decided on by another
//! person, appealed against. Levels are the five national ones (Employment Law 74/2025 art. 22).

mod acting;
mod asking;
mod deciding;
mod pages;
pub mod store;

use diesel::prelude::*;
use rocket::Route;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::base::clock::date_in_viet_nam;
use crate::base::date::{Precision, written};
use crate::schema::{recognition_steps, recognitions};

pub fn routes() -> Vec<Route> {
    [asking::routes(), pages::routes(), acting::routes(), deciding::routes()].concat()
}

/// The highest of the national levels.
pub const HIGHEST: i16 = 5;

/// As many skills as one assessment can be about.
pub const MOST_SKILLS: usize = 12;

#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = recognitions)]
pub struct Recognition {
    pub id: Uuid,
    pub case_id: Uuid,
    /// ISCO-08.
    pub occupation: String,
    /// That is asked for.
    pub level: i16,
    pub state: String,
    pub asked_by: Uuid,
    pub asked_at: OffsetDateTime,
    pub version: i32,
}

impl Recognition {
    pub fn is(&self, state: &str) -> bool {
        self.state == state
    }

    pub fn asked_on(&self) -> String {
        written(date_in_viet_nam(self.asked_at), Precision::Day)
    }
}

/// What happened, step by step.
#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = recognition_steps)]
pub struct Step {
    pub step: String,
    pub words: Option<String>,
    pub assessor_id: Option<Uuid>,
    pub meets_at: Option<OffsetDateTime>,
    pub place: Option<String>,
    pub level: Option<i16>,
    pub made_by: Uuid,
    pub made_at: OffsetDateTime,
}

/// What may be done with a recognition; see `move_recognition` in database/functions_skill.sql.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Act {
    Incomplete,
    Complete,
    Book,
    Missed,
    Assess,
    Grant,
    Refuse,
    Appeal,
    Keep,
    Again,
    GiveUp,
}

impl Act {
    pub fn code(self) -> &'static str {
        match self {
            Act::Incomplete => "incomplete",
            Act::Complete => "complete",
            Act::Book => "booked",
            Act::Missed => "missed",
            Act::Assess => "assessed",
            Act::Grant => "granted",
            Act::Refuse => "refused",
            Act::Appeal => "appealed",
            Act::Keep => "kept",
            Act::Again => "again",
            Act::GiveUp => "given-up",
        }
    }
}

/// What stands in the way of an act.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hindered {
    NotAllowed,
    Changed,
    /// It is not its turn.
    State,
    Words,
    Assessor,
    Expired,
    SameAssessor,
    Early,
    Own,
    Late,
    Appealed,
    Results,
    Level,
}

impl Hindered {
    /// Nothing for `done`.
    fn from_code(code: &str) -> Option<Hindered> {
        Some(match code {
            "done" => return None,
            "changed" => Hindered::Changed,
            "state" => Hindered::State,
            "words" => Hindered::Words,
            "assessor" => Hindered::Assessor,
            "expired" => Hindered::Expired,
            "same-assessor" => Hindered::SameAssessor,
            "early" => Hindered::Early,
            "own" => Hindered::Own,
            "late" => Hindered::Late,
            "appealed" => Hindered::Appealed,
            "results" => Hindered::Results,
            "level" => Hindered::Level,
            _ => Hindered::NotAllowed,
        })
    }

    /// The key of what is said.
    pub fn message(self) -> &'static str {
        match self {
            Hindered::Changed => "error-page-changed-meanwhile",
            Hindered::NotAllowed | Hindered::State => "error-recognition-state",
            Hindered::Words => "error-required",
            Hindered::Assessor => "error-recognition-assessor",
            Hindered::Expired => "error-recognition-expired",
            Hindered::SameAssessor => "error-recognition-same-assessor",
            Hindered::Early => "error-recognition-early",
            Hindered::Own => "error-recognition-own",
            Hindered::Late => "error-recognition-late",
            Hindered::Appealed => "error-recognition-appealed",
            Hindered::Results => "error-recognition-results",
            Hindered::Level => "error-recognition-level",
        }
    }
}
