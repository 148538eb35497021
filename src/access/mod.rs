//! Organisations, roles and what they may do; who is signed in; the record of who saw what.
//!
//! [`may`] is the one authorisation function. Row-level security in `database/policies.sql` says the same
//! once more, and a property test compares the two over random worlds.

pub mod audit;
pub mod entry;
pub mod guard;
pub mod role;
pub mod session;
pub mod store;
pub mod user;

use time::OffsetDateTime;
use uuid::Uuid;

pub use guard::{Later, Open, Read, Seen, Snapshot, Write};
pub use role::{OrganisationKind, Permission, Role, role_permissions};
pub use user::User;

/// Why a record may be open to somebody.
#[derive(Clone, Debug, Default)]
pub struct Ground {
    /// Under protection: only `named` counts.
    pub protected: bool,
    /// The staff named by the protection.
    pub named: Vec<Uuid>,
    pub shares: Vec<Share>,
    /// Staff and offices that have nothing to do with it, whatever else opens it to them (practice 21).
    pub excluded: Vec<Uuid>,
    /// What this hangs on and is not open without: a case's person.
    pub under: Option<Box<Ground>>,
}

/// An organisation, or one member of it, that may open a record, for good or until an instant.
#[derive(Clone, Debug)]
pub struct Share {
    pub organisation: Uuid,
    pub user: Option<Uuid>,
    pub until: Option<OffsetDateTime>,
    /// Reads along and changes nothing.
    pub reads_only: bool,
}

/// May this user do this: to `Some` record, or at all.
pub fn may(user: &User, wanted: Permission, record: Option<&Ground>, now: OffsetDateTime) -> bool {
    let by_role = user.roles.iter().any(|role| role.permissions().contains(&wanted));
    let Some(ground) = record else { return by_role };
    let changes = !matches!(
        wanted,
        Permission::ReadPeople | Permission::ReadCases | Permission::ReadAttachments | Permission::ReadAccessLog
    );
    by_role && reached(user, ground, now, changes)
}

fn reached(user: &User, ground: &Ground, now: OffsetDateTime, changes: bool) -> bool {
    if excluded(user, ground) {
        return false;
    }
    let open = if ground.protected {
        ground.named.contains(&user.id)
    } else {
        ground.shares.iter().any(|share| {
            share.organisation == user.organisation
                && share.user.is_none_or(|only| only == user.id)
                && share.until.is_none_or(|until| until > now)
                && !(changes && share.reads_only)
        })
    };
    open && ground.under.as_ref().is_none_or(|under| reached(user, under, now, false))
}

fn excluded(user: &User, ground: &Ground) -> bool {
    ground.excluded.iter().any(|id| [user.id, user.organisation].contains(id))
}

/// May this user decide whether two people are one, merge them and take them apart? Of people under protection the staff
/// named decide, whatever their role, and nobody else hears of it (practice 20). Of others whoever may change both, since
/// a merge opens each to the offices of the other; and DOLAB, or nobody could decide of people of two offices.
pub fn decides(user: &User, a: &Ground, b: &Ground, now: OffsetDateTime) -> bool {
    if excluded(user, a) || excluded(user, b) {
        return false;
    }
    if a.protected || b.protected {
        let named = |ground: &Ground| !ground.protected || ground.named.contains(&user.id);
        return may(user, Permission::ChangePeople, None, now) && named(a) && named(b);
    }
    may(user, Permission::DecideDuplicates, None, now)
        && (user.organisation_kind == OrganisationKind::Dolab.code()
            || [a, b].into_iter().all(|ground| may(user, Permission::ChangePeople, Some(ground), now)))
}
