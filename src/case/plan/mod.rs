//! The reintegration plan: what the returnee wants to reach, what is done towards it, by whom, by when and at what cost
//! (domain 2.2, stage 4). It has versions: one at most is being written, one at most is in force, and those that were
//! stay readable.

pub mod deciding;
pub mod goals;
pub mod interventions;
pub mod pages;
pub mod review;
pub mod store;
pub mod timeline;

use diesel::prelude::*;
use rocket::Route;
use time::{Date, Duration, OffsetDateTime};
use uuid::Uuid;

use crate::base::date::Precision;
use crate::episode::Episode;
use crate::schema::{plan_goals, plan_interventions, plans};

pub fn routes() -> Vec<Route> {
    [
        pages::routes(),
        goals::routes(),
        interventions::routes(),
        deciding::routes(),
        timeline::routes(),
        review::routes(),
    ]
    .concat()
}

/// So many goals fit a page that two people read together.
pub const MOST_GOALS: usize = 12;
pub const MOST_INTERVENTIONS: usize = 40;
/// Who sees to an intervention.
pub const RESPONSIBLE: [&str; 3] = ["returnee", "us", "provider"];
/// How the returnee said yes.
pub const AGREED_HOW: [&str; 2] = ["in-person", "by-phone"];
/// Letters in a goal of the psychosocial dimension: one neutral line, the rest stays in the talk.
pub const NEUTRAL_LINE: usize = 100;

/// A version of a plan.
#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = plans)]
pub struct Plan {
    pub id: Uuid,
    pub case_id: Uuid,
    pub number: i32,
    /// `draft`, `sent`, `in-force` or `replaced`.
    pub state: String,
    /// Everybody who wrote in it.
    pub writers: Vec<Uuid>,
    pub agreed_on: Option<Date>,
    pub agreed_how: Option<String>,
    pub sent_by: Option<Uuid>,
    pub sent_at: Option<OffsetDateTime>,
    pub approved_by: Option<Uuid>,
    pub in_force_at: Option<OffsetDateTime>,
    pub in_force_by: Option<Uuid>,
    pub ended_at: Option<OffsetDateTime>,
    pub version: i32,
}

impl Plan {
    pub fn is_draft(&self) -> bool {
        self.state == "draft"
    }

    pub fn is_sent(&self) -> bool {
        self.state == "sent"
    }

    /// True if this person wrote in it or sent it, and so is not the other person who approves it (practice 29).
    pub fn is_own(&self, user: Uuid) -> bool {
        self.writers.contains(&user) || self.sent_by == Some(user)
    }
}

/// What the returnee wants to reach, in their own words.
#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = plan_goals)]
pub struct Goal {
    pub id: Uuid,
    pub dimension: String,
    pub text: String,
}

/// What is done towards a goal.
#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = plan_interventions)]
pub struct Intervention {
    pub id: Uuid,
    pub goal_id: Uuid,
    /// The same one in the version where it first stood.
    pub origin_id: Uuid,
    pub kind: String,
    /// Nothing for what is private: see [`super::assistance::is_private`].
    pub what: Option<String>,
    pub responsible: String,
    pub listed_id: Option<Uuid>,
    pub provider: Option<String>,
    pub due_on: Date,
    /// Whole đồng.
    pub cost: Option<i64>,
}

/// What is done with a plan. The function `move_plan` knows the same words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Act {
    Agree,
    Send,
    Recall,
    Approve,
    Return,
    /// In force at its author's word, below the cost from which a second person is obligatory.
    Begin,
    /// A supervisor looked at one that was drawn.
    Look,
    /// A draft that came to nothing; the version in force, if any, goes on.
    Discard,
}

impl Act {
    pub fn code(self) -> &'static str {
        match self {
            Act::Agree => "agree",
            Act::Send => "send",
            Act::Recall => "recall",
            Act::Approve => "approve",
            Act::Return => "return",
            Act::Begin => "begin",
            Act::Look => "look",
            Act::Discard => "discard",
        }
    }
}

/// Where the plan of a case stands against its usual month. A soft clock: for the vulnerable it may be later, so nobody
/// is ever late (domain 2.2, stage 4).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Clock {
    /// They are not home.
    NotApplicable,
    /// The day of their return is not known.
    NotKnown,
    Due(Date),
    /// The usual month is over.
    Past(Date),
    InForce(Date),
}

impl Clock {
    pub fn code(self) -> &'static str {
        match self {
            Clock::NotApplicable => "not-applicable",
            Clock::NotKnown => "not-known",
            Clock::Due(_) => "due",
            Clock::Past(_) => "past",
            Clock::InForce(_) => "in-force",
        }
    }

    pub fn date(self) -> Option<Date> {
        match self {
            Clock::NotApplicable | Clock::NotKnown => None,
            Clock::Due(date) | Clock::Past(date) | Clock::InForce(date) => Some(date),
        }
    }
}

/// The clock of a case's plan: `days` after the return, the parameter `plan.days`.
pub fn clock(episode: &Episode, in_force: Option<Date>, days: i64, today: Date) -> Clock {
    if let Some(since) = in_force {
        return Clock::InForce(since);
    }
    clock_of(&episode.standing, episode.entered(), days, today)
}

fn clock_of(standing: &str, entered: Option<(Date, Precision)>, days: i64, today: Date) -> Clock {
    match entered {
        _ if matches!(standing, "undecided" | "planned" | "stayed-abroad" | "family") => Clock::NotApplicable,
        None => Clock::NotKnown,
        Some((day, _)) if day + Duration::days(days) < today => Clock::Past(day + Duration::days(days)),
        Some((day, _)) => Clock::Due(day + Duration::days(days)),
    }
}

/// What the interventions cost together, as far as it is known.
pub fn cost(interventions: &[Intervention]) -> i64 {
    interventions.iter().filter_map(|intervention| intervention.cost).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn nobody_is_late_with_a_plan() {
        let back = Some((date!(2026 - 10 - 01), Precision::Day));
        assert_eq!(clock_of("returned", back, 30, date!(2026 - 10 - 31)), Clock::Due(date!(2026 - 10 - 31)));
        assert_eq!(clock_of("returned", back, 30, date!(2026 - 11 - 01)), Clock::Past(date!(2026 - 10 - 31)));
        assert_eq!(clock_of("returned", None, 30, date!(2026 - 11 - 01)), Clock::NotKnown);
        for abroad in ["planned", "undecided", "stayed-abroad"] {
            assert_eq!(clock_of(abroad, None, 30, date!(2026 - 11 - 01)), Clock::NotApplicable);
        }
    }

    #[test]
    fn whoever_wrote_or_sent_it_is_not_the_other_person() {
        let [author, colleague, other] = [1, 2, 3].map(Uuid::from_u128);
        let plan = Plan {
            id: Uuid::nil(),
            case_id: Uuid::nil(),
            number: 1,
            state: "sent".into(),
            writers: vec![author],
            agreed_on: None,
            agreed_how: None,
            sent_by: Some(colleague),
            sent_at: None,
            approved_by: None,
            in_force_at: None,
            in_force_by: None,
            ended_at: None,
            version: 1,
        };
        assert!(plan.is_own(author) && plan.is_own(colleague) && !plan.is_own(other));
    }
}
