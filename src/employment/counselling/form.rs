//! What is typed of a session, and what it comes to.

use diesel::prelude::*;
use rocket::form::FromForm;
use time::{Date, Duration};
use validator::Validate;

use super::{BARRIERS, Session, WAYS};
use crate::base::date::{Precision, Typed};
use crate::base::form::Filled;
use crate::employment::number;
use crate::person::form::{lines, one_of};
use crate::person::household::poverty::day;
use crate::schema::counselling_sessions;

/// Nobody agrees to meet later than this.
const AHEAD: Duration = Duration::days(366);

#[derive(FromForm, Validate)]
pub struct SessionForm {
    held: Typed,
    #[field(default = String::new())]
    way: String,
    #[field(default = String::new())]
    minutes: String,
    #[validate(length(max = 2000, code = "too-long"))]
    #[field(default = String::new())]
    goals: String,
    #[field(default = Vec::new())]
    barriers: Vec<String>,
    #[validate(length(max = 1000, code = "too-long"))]
    #[field(default = String::new())]
    barriers_words: String,
    #[validate(length(max = 4000, code = "too-long"))]
    #[field(default = String::new())]
    words: String,
    next: Typed,
    #[field(default = 0)]
    pub version: i32,
}

#[derive(FromForm, Validate)]
pub struct SessionSent {
    #[validate(nested)]
    pub session: SessionForm,
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = counselling_sessions, treat_none_as_null = true)]
pub struct Kept {
    held_on: Date,
    way: String,
    minutes: Option<i32>,
    goals: String,
    barriers: Vec<String>,
    barriers_words: Option<String>,
    words: Option<String>,
    pub next_on: Option<Date>,
}

impl SessionForm {
    pub fn read(&self, filled: &mut Filled, today: Date) -> Option<Kept> {
        let held = day(filled, "session.held", &self.held);
        match held {
            None if filled.error("session.held").is_none() => filled.push("session.held", "error-required"),
            Some(on) if on > today => filled.push("session.held", "error-date-future"),
            Some(on) if today - on > AHEAD => filled.push("session.held", "error-counselling-long-ago"),
            _ => {}
        }
        if self.way.trim().is_empty() {
            filled.push("session.way", "error-choose");
        }
        let way = one_of(filled, "session.way", &self.way, |code| WAYS.contains(&code));
        let minutes = number(filled, "session.minutes", &self.minutes, 1..=600);
        let goals = lines(&self.goals);
        if goals.is_none() {
            filled.push("session.goals", "error-required");
        }
        if self.barriers.iter().any(|code| !BARRIERS.contains(&code.as_str())) {
            filled.push("session.barriers", "error-choice");
        }
        // In the order of the list, each once, however often it was sent.
        let sent = |code: &&str| self.barriers.iter().any(|one| one == code);
        let barriers: Vec<String> = BARRIERS.into_iter().filter(sent).map(str::to_owned).collect();
        let barriers_words = lines(&self.barriers_words);
        if barriers.iter().any(|code| code == "other") && barriers_words.is_none() {
            filled.push("session.barriers_words", "error-required");
        }
        let next = day(filled, "session.next", &self.next);
        if let (Some(held), Some(next)) = (held, next)
            && (next < held || next - today > AHEAD)
        {
            filled.push("session.next", "error-counselling-next");
        }
        let kept = Kept {
            held_on: held?,
            way: way?,
            minutes,
            goals: goals?,
            barriers,
            barriers_words,
            words: lines(&self.words),
            next_on: next,
        };
        Some(kept).filter(|_| !filled.is_wrong())
    }
}

fn dated(filled: Filled, name: &str, on: Option<Date>) -> Filled {
    let typed = Typed::of(on, on.map(|_| Precision::Day));
    filled
        .put(&format!("{name}.day"), typed.day)
        .put(&format!("{name}.month"), typed.month)
        .put(&format!("{name}.year"), typed.year)
}

/// A new session is one of today.
pub fn blank(today: Date) -> Filled {
    dated(Filled::blank(), "session.held", Some(today))
}

pub fn filled_from(session: &Session) -> Filled {
    let said = |value: &Option<String>| value.clone().unwrap_or_default();
    let filled = Filled::blank()
        .put("session.way", &*session.way)
        .put("session.minutes", session.minutes.map(|n| n.to_string()).unwrap_or_default())
        .put("session.goals", &*session.goals)
        .put_all("session.barriers", session.barriers.clone())
        .put("session.barriers_words", said(&session.barriers_words))
        .put("session.words", said(&session.words))
        .put("session.version", session.version.to_string());
    dated(dated(filled, "session.held", Some(session.held_on)), "session.next", session.next_on)
}
