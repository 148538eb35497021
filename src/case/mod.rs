//! A case: the help that one return asks for, held by one office, with one accountable person at every moment.

pub mod answering;
pub mod assessment;
pub mod assistance;
pub mod attachment;
pub mod bulk;
pub mod closing;
pub mod contact;
pub mod duty;
pub mod export;
pub mod form;
pub mod handing;
pub mod held;
pub mod leave;
pub mod lines;
pub mod message;
pub mod opening;
pub mod pages;
pub mod plan;
pub mod printing;
pub mod provider;
pub mod pseudonym;
pub mod redirecting;
pub mod routing;
pub mod service_store;
pub mod sharing;
pub mod store;
pub mod target;
pub mod whole;
pub mod work;
pub mod worklist;

use diesel::prelude::*;
use rocket::Route;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use crate::schema::{cases, services};

pub use assistance::SERVICE_KINDS;

pub fn routes() -> Vec<Route> {
    [
        worklist::routes(),
        pages::routes(),
        printing::routes(),
        work::routes(),
        closing::routes(),
        contact::pages::routes(),
        assessment::routes(),
        attachment::routes(),
        plan::routes(),
        provider::pages::routes(),
        handing::routes(),
        answering::routes(),
        opening::routes(),
        redirecting::routes(),
        sharing::routes(),
        target::routes(),
        duty::routes(),
        bulk::routes(),
        export::routes(),
        form::routes(),
        leave::routes(),
        routing::routes(),
    ]
    .concat()
}

/// Where a case stands. The order is the usual one; [`MOVES`] says which ways there are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Phase {
    Intake,
    Assessment,
    Planning,
    Implementation,
    FollowUp,
    Closed,
}

impl Phase {
    pub const ALL: [Phase; 6] =
        [Phase::Intake, Phase::Assessment, Phase::Planning, Phase::Implementation, Phase::FollowUp, Phase::Closed];

    pub fn code(self) -> &'static str {
        match self {
            Phase::Intake => "intake",
            Phase::Assessment => "assessment",
            Phase::Planning => "planning",
            Phase::Implementation => "implementation",
            Phase::FollowUp => "follow-up",
            Phase::Closed => "closed",
        }
    }

    pub fn from_code(code: &str) -> Option<Phase> {
        Phase::ALL.into_iter().find(|phase| phase.code() == code)
    }
}

/// Every move that a case may make, in one table. Closing and opening again are acts of their own with reasons, so they
/// are not among the moves that a page offers.
pub const MOVES: [(Phase, Phase); 8] = [
    (Phase::Intake, Phase::Assessment),
    (Phase::Assessment, Phase::Planning),
    (Phase::Planning, Phase::Implementation),
    (Phase::Implementation, Phase::FollowUp),
    // Back, where more was found out or something failed.
    (Phase::Planning, Phase::Assessment),
    (Phase::Implementation, Phase::Planning),
    (Phase::FollowUp, Phase::Implementation),
    (Phase::FollowUp, Phase::Planning),
];

/// What stands in the way of a move.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refused {
    /// It is there already.
    Same,
    /// A closed case is opened again first, with a reason.
    Closed,
    /// Closing asks for a reason and an outcome.
    ToClosed,
    /// There is no such way.
    NoWay,
    /// The worker is not home yet: nothing is carried out or followed up before.
    NotHome,
    /// Services are still open; see [`service_store::open`].
    OpenServices,
    /// No plan is in force that could be carried out.
    NoPlan,
}

impl Refused {
    /// The message that explains it.
    pub fn key(self) -> &'static str {
        match self {
            Refused::Same => "error-move-same",
            Refused::Closed => "error-move-closed",
            Refused::ToClosed => "error-move-to-closed",
            Refused::NoWay => "error-move-no-way",
            Refused::NotHome => "error-move-not-home",
            Refused::OpenServices => "error-move-open-services",
            Refused::NoPlan => "error-move-no-plan",
        }
    }
}

/// What a move depends on.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// The worker is still abroad or on the way.
    pub abroad: bool,
    /// The returnee agreed to a plan and it holds (domain 2.2, stage 4).
    pub planned: bool,
    pub open_services: usize,
}

/// Whether a case may move, and if not, why.
pub fn may_move(from: Phase, to: Phase, facts: Facts) -> Result<(), Refused> {
    match (from, to) {
        _ if from == to => Err(Refused::Same),
        (Phase::Closed, _) => Err(Refused::Closed),
        (_, Phase::Closed) => Err(Refused::ToClosed),
        _ if !MOVES.contains(&(from, to)) => Err(Refused::NoWay),
        (Phase::Planning, Phase::Implementation) if !facts.planned => Err(Refused::NoPlan),
        (Phase::Implementation, Phase::FollowUp) if facts.abroad => Err(Refused::NotHome),
        (Phase::Implementation, Phase::FollowUp) if facts.open_services > 0 => Err(Refused::OpenServices),
        _ => Ok(()),
    }
}

/// How soon somebody must act (domain 2.3).
pub const URGENCIES: [&str; 3] = ["immediate", "priority", "routine"];
/// What a counter may see and tick (practice 9): nothing of violence, HIV, trafficking, status or self-harm.
pub const FLAGS: [&str; 9] = [
    "medical",
    "no-home",
    "no-money",
    "unpaid-wages",
    "debt",
    "child-along",
    "elder-or-disabled",
    "no-papers",
    "left-early",
];
pub const OUTCOMES: [&str; 6] =
    ["helped", "partly-helped", "not-confirmed", "declined-by-returnee", "not-available", "not-needed"];
/// Outcomes of a service that took place; the others say why it did not.
pub const DONE_OUTCOMES: [&str; 3] = ["helped", "partly-helped", "not-confirmed"];
/// Who must act next.
pub const NEXT_BY: [&str; 4] = ["me", "returnee", "provider", "office"];
pub const CLOSING_REASONS: [&str; 14] = [
    "duration-ended",
    "goals-met",
    "not-eligible",
    "declined",
    "access-barrier",
    "unsuitable",
    "left-area",
    "remigrated",
    "stigma-harm",
    "safety-staff",
    "deceased",
    "service-ended",
    "stayed-abroad",
    "duplicate",
];
/// Reasons that make the form ask "what would have made you stay?" (domain 2.5).
pub const ASKS_WHAT_WOULD_HELP: [&str; 3] = ["declined", "access-barrier", "remigrated"];

/// The row of a case.
#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = cases)]
pub struct Case {
    pub id: Uuid,
    pub code: String,
    pub episode_id: Uuid,
    pub phase: String,
    pub urgency: String,
    pub holder_id: Uuid,
    pub accountable_id: Uuid,
    pub next_step: Option<String>,
    pub next_on: Option<Date>,
    pub next_by: Option<String>,
    pub wishes: Option<String>,
    pub opened_at: OffsetDateTime,
    pub version: i32,
}

impl Case {
    pub fn phase(&self) -> Phase {
        // The column's CHECK knows the same codes.
        Phase::from_code(&self.phase).unwrap_or(Phase::Intake)
    }

    pub fn is_closed(&self) -> bool {
        self.phase() == Phase::Closed
    }
}

/// Something that a case is served with.
#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = services)]
pub struct Service {
    pub id: Uuid,
    pub kind: String,
    pub state: String,
    pub provider_id: Option<Uuid>,
    pub provider: Option<String>,
    pub due_on: Date,
    pub outcome: Option<String>,
    pub note_back: Option<String>,
    pub version: i32,
    pub listed_id: Option<Uuid>,
}

impl Service {
    pub fn is_open(&self) -> bool {
        self.outcome.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_moves_is_the_only_way() {
        let fine = Facts { abroad: false, planned: true, open_services: 0 };
        for from in Phase::ALL {
            for to in Phase::ALL {
                assert_eq!(may_move(from, to, fine).is_ok(), MOVES.contains(&(from, to)), "{from:?} to {to:?}");
            }
        }
        assert_eq!(may_move(Phase::Intake, Phase::Closed, fine), Err(Refused::ToClosed));
        assert_eq!(may_move(Phase::Closed, Phase::Intake, fine), Err(Refused::Closed));
        assert_eq!(may_move(Phase::Intake, Phase::FollowUp, fine), Err(Refused::NoWay));
    }

    #[test]
    fn moves_wait_for_what_they_need() {
        let abroad = Facts { abroad: true, planned: true, open_services: 0 };
        assert_eq!(may_move(Phase::Implementation, Phase::FollowUp, abroad), Err(Refused::NotHome));
        let busy = Facts { abroad: false, planned: true, open_services: 1 };
        assert_eq!(may_move(Phase::Implementation, Phase::FollowUp, busy), Err(Refused::OpenServices));
        let bare = Facts { abroad: false, planned: false, open_services: 0 };
        assert_eq!(may_move(Phase::Planning, Phase::Implementation, bare), Err(Refused::NoPlan));
        assert_eq!(may_move(Phase::Intake, Phase::Assessment, bare), Ok(()));
    }
}
