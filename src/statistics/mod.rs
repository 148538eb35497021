//! Statistics: counting, protecting and releasing tables of Module C of the International Labour Migration Statistics
//! database of ASEAN (ILMS), of which table 16 counts returns.
//!
//! A figure leaves this platform only as a published release: counted (`draft`), made safe ([`disclosure`]), approved
//! by somebody else, published, and from then on never changed.

pub mod count;
pub mod disclosure;
mod explain;
mod ilo;
mod public;
pub mod release;
mod shown;
mod staff;
pub mod store;

use rocket::Route;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::access::{OrganisationKind, Permission, User};
use crate::base::language::Message;

pub fn routes() -> Vec<Route> {
    [staff::routes(), public::routes(), explain::routes()].concat()
}

/// Years that there may be a table of.
pub const YEARS: std::ops::RangeInclusive<i32> = 1980..=2200;

/// Where a release stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    Draft,
    Protected,
    Approved,
    Published,
    Withdrawn,
}

impl State {
    pub const ALL: [State; 5] = [State::Draft, State::Protected, State::Approved, State::Published, State::Withdrawn];

    pub fn code(self) -> &'static str {
        match self {
            State::Draft => "draft",
            State::Protected => "protected",
            State::Approved => "approved",
            State::Published => "published",
            State::Withdrawn => "withdrawn",
        }
    }

    pub fn from_code(code: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// What may be done with a release.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Move {
    Protect,
    Approve,
    Publish,
    Withdraw,
}

/// Every move there is: what it starts from, where it leads, who may. `move_release()` says the same.
const MOVES: [(Move, &[State], State, Permission); 4] = [
    (Move::Protect, &[State::Draft], State::Protected, Permission::DraftReleases),
    (Move::Approve, &[State::Protected], State::Approved, Permission::ApproveReleases),
    (Move::Publish, &[State::Approved], State::Published, Permission::PublishReleases),
    (Move::Withdraw, &[State::Draft, State::Protected, State::Approved], State::Withdrawn, Permission::DraftReleases),
];

impl Move {
    pub const ALL: [Move; 4] = [Move::Protect, Move::Approve, Move::Publish, Move::Withdraw];

    /// The table's row; each move has one.
    fn row(self) -> &'static (Move, &'static [State], State, Permission) {
        MOVES.iter().find(|row| row.0 == self).unwrap_or(&MOVES[0])
    }

    pub fn leads_to(self) -> State {
        self.row().2
    }

    pub fn permission(self) -> Permission {
        self.row().3
    }

    /// As `move_release()` names it.
    pub fn code(self) -> &'static str {
        match self {
            Move::Protect => "protect",
            Move::Approve => "approve",
            Move::Publish => "publish",
            Move::Withdraw => "withdraw",
        }
    }

    /// What to say where the release does not stand where this begins.
    fn refusal(self) -> Message {
        Message::new(match self {
            Move::Protect => "release-refused-protect",
            Move::Approve => "release-refused-approve",
            Move::Publish => "release-refused-publish",
            Move::Withdraw => "release-refused-withdraw",
        })
    }

    /// Who does this, told to somebody whose account is not given it.
    fn not_given(self) -> Message {
        Message::new(match self {
            Move::Protect | Move::Withdraw => "release-refused-role-draft",
            Move::Approve | Move::Publish => "release-refused-role-publish",
        })
    }

    /// Why this user cannot do this with this release now; nothing if they can.
    pub fn refused(self, user: &User, release: &Release) -> Option<Message> {
        if !makes_releases(user, self.permission()) {
            Some(self.not_given())
        } else if !self.row().1.contains(&release.state) {
            Some(self.refusal())
        } else if self == Move::Approve && release.is_work_of(user.id) {
            Some(Message::new("release-refused-own"))
        } else {
            None
        }
    }
}

/// Releases are made at DOLAB only, by whoever has the permission there. `may_release()` says the same.
pub fn makes_releases(user: &User, wanted: Permission) -> bool {
    user.may(wanted) && user.organisation_kind == OrganisationKind::Dolab.code()
}

/// One revision of table 16 for a year.
#[derive(Clone, Debug)]
pub struct Release {
    pub id: Uuid,
    pub year: i32,
    pub revision: i32,
    pub state: State,
    pub note: Option<String>,
    /// What was known at this instant is counted.
    pub as_of: OffsetDateTime,
    pub threshold: i64,
    pub residence_months: i64,
    pub rules: String,
    pub inputs_digest: String,
    pub prepared_by: Uuid,
    pub protected_by: Option<Uuid>,
    pub published_at: Option<OffsetDateTime>,
    /// Beside the table; nothing where the number is small.
    pub shorter_stays: Option<i64>,
    /// The lower end of the range that unknown stays and undecided duplicates allow.
    pub at_least: Option<i64>,
    pub digest: Option<String>,
}

impl Release {
    fn is_work_of(&self, user: Uuid) -> bool {
        self.prepared_by == user || self.protected_by == Some(user)
    }

    /// Counted before the year was over.
    pub fn is_of_part_of_the_year(&self) -> bool {
        crate::base::clock::date_in_viet_nam(self.as_of).year() <= self.year
    }
}
