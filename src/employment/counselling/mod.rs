//! Counselling on work (E1): sessions with goals, what stands in the way, agreed actions and the day of the next one.

mod action;
mod form;
mod pages;

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rocket::Route;
use time::Date;
use uuid::Uuid;

use crate::base::Result;
use crate::base::date::{Precision, written};
use crate::base::language::{Language, Message};
use crate::schema::{counselling_actions, counselling_sessions};

pub fn routes() -> Vec<Route> {
    [pages::routes(), action::routes()].concat()
}

/// How they met.
pub const WAYS: [&str; 5] = ["office", "phone", "video", "home", "commune"];

/// What stands in the way of work. No diagnosis: what somebody says of their health belongs elsewhere.
pub const BARRIERS: [&str; 11] = [
    "skills",
    "language",
    "papers",
    "vacancies",
    "debt",
    "care",
    "transport",
    "confidence",
    "employers",
    "information",
    "other",
];

/// Who does what was agreed.
pub const WHO: [&str; 4] = ["person", "counsellor", "family", "other"];

/// Most sessions of a case that its page shows, and most actions of one session.
const MOST: i64 = 200;
const MOST_ACTIONS: i64 = 20;

#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = counselling_sessions)]
pub struct Session {
    pub id: Uuid,
    pub held_on: Date,
    pub way: String,
    pub minutes: Option<i32>,
    pub goals: String,
    pub barriers: Vec<String>,
    pub barriers_words: Option<String>,
    pub words: Option<String>,
    pub next_on: Option<Date>,
    pub written_by: Uuid,
    pub version: i32,
}

impl Session {
    pub fn held(&self) -> String {
        written(self.held_on, Precision::Day)
    }

    /// In words, each with its label.
    pub fn lines(&self, language: Language) -> Vec<(&'static str, String)> {
        let say = |key: String| language.say(&Message::new(key));
        let barriers: Vec<String> =
            self.barriers.iter().map(|code| say(format!("counselling-barrier-{code}"))).collect();
        let minutes =
            self.minutes.map(|n| language.say(&Message::new("counselling-minutes-n").with("count", i64::from(n))));
        let all = [
            ("counselling-held", Some(self.held())),
            ("counselling-way", Some(say(format!("counselling-way-{}", self.way)))),
            ("counselling-minutes", minutes),
            ("counselling-goals", Some(self.goals.clone())),
            ("counselling-barriers", Some(barriers.join("; ")).filter(|text| !text.is_empty())),
            ("counselling-barriers-words", self.barriers_words.clone()),
            ("counselling-words", self.words.clone()),
            ("counselling-next", self.next_on.map(|on| written(on, Precision::Day))),
        ];
        all.into_iter().filter_map(|(label, text)| Some((label, text?))).collect()
    }
}

#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = counselling_actions)]
pub struct Action {
    pub id: Uuid,
    pub session_id: Uuid,
    pub what: String,
    pub who: String,
    pub until: Option<Date>,
    pub state: String,
    pub ended_on: Option<Date>,
    pub version: i32,
}

impl Action {
    pub fn is_open(&self) -> bool {
        self.state == "open"
    }

    pub fn is_late(&self, today: Date) -> bool {
        self.is_open() && self.until.is_some_and(|until| until < today)
    }

    pub fn day(&self) -> Option<String> {
        Some(written(self.ended_on.or(self.until)?, Precision::Day))
    }
}

pub async fn of_case(db: &mut AsyncPgConnection, case: Uuid) -> Result<Vec<Session>> {
    Ok(counselling_sessions::table
        .filter(counselling_sessions::case_id.eq(case))
        .order((counselling_sessions::held_on.desc(), counselling_sessions::id.desc()))
        .limit(MOST)
        .select(Session::as_select())
        .load(db)
        .await?)
}

pub async fn find(db: &mut AsyncPgConnection, case: Uuid, id: Uuid) -> Result<Session> {
    Ok(counselling_sessions::table
        .filter(counselling_sessions::id.eq(id))
        .filter(counselling_sessions::case_id.eq(case))
        .select(Session::as_select())
        .first(db)
        .await?)
}

/// What was agreed in these sessions, what comes first first.
pub async fn agreed(db: &mut AsyncPgConnection, sessions: &[Uuid]) -> Result<Vec<Action>> {
    Ok(counselling_actions::table
        .filter(counselling_actions::session_id.eq_any(sessions))
        .order((counselling_actions::until.asc().nulls_last(), counselling_actions::id))
        .limit(MOST * MOST_ACTIONS)
        .select(Action::as_select())
        .load(db)
        .await?)
}
