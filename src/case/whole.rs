//! Everything that hangs on a case, read in one go for its page.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Case, Service};
use crate::access::User;
use crate::base::Result;
use crate::schema::{
    case_notes, closures, events, hand_overs, organisations, private_talks, screenings, services, shares, slips, users,
};

/// Something that happened, for the timeline.
#[derive(Queryable, Clone)]
pub struct Happened {
    pub at: OffsetDateTime,
    pub kind: String,
    pub actor_id: String,
    pub about: Value,
}

/// A note with who wrote it and when.
#[derive(Queryable, Clone)]
pub struct Note {
    pub text: String,
    pub written_by: Uuid,
    pub written_at: OffsetDateTime,
}

/// What a counter saw, newest first.
#[derive(Queryable, Selectable, Clone)]
#[diesel(table_name = screenings)]
pub struct Screening {
    pub urgency: String,
    pub flags: Vec<String>,
    pub screened_at: OffsetDateTime,
    pub taken_over_at: Option<OffsetDateTime>,
}

/// A share that still holds.
#[derive(Queryable, Clone)]
pub struct Lent {
    pub id: Uuid,
    pub organisation_id: Uuid,
    pub reason: String,
    pub until: OffsetDateTime,
}

/// A closure as it stands or stood.
#[derive(Queryable, Selectable, Clone)]
#[diesel(table_name = closures)]
pub struct Closure {
    pub id: Uuid,
    pub reason: String,
    pub outcome: String,
    pub would_have_stayed: Option<String>,
    pub from_phase: String,
    pub closed_at: OffsetDateTime,
    pub reopened_at: Option<OffsetDateTime>,
    pub reopened_because: Option<String>,
}

/// So much of a timeline is read, the newest first.
pub const MOST_EVENTS: i64 = 100;
pub const MOST_NOTES: i64 = 50;

/// Everything that hangs on a case, in one go.
pub struct Whole {
    pub services: Vec<Service>,
    pub notes: Vec<Note>,
    pub happened: Vec<Happened>,
    pub screenings: Vec<Screening>,
    pub shares: Vec<Lent>,
    pub closures: Vec<Closure>,
    pub offers: Vec<super::handing::Offer>,
    /// When somebody asked to talk in private, and whether that was done; nothing for a counter.
    pub private: Option<(OffsetDateTime, Option<OffsetDateTime>)>,
    pub slip: Option<String>,
    /// People and offices that the page names.
    pub people: Vec<(Uuid, String)>,
    pub offices: Vec<(Uuid, String)>,
}

pub async fn whole(db: &AsyncPgConnection, user: &User, case: &Case, now: OffsetDateTime) -> Result<Whole> {
    let (mut a, mut b, mut c, mut d, mut e) = (db, db, db, db, db);
    let (mut f, mut g, mut h, mut i, mut j, mut k) = (db, db, db, db, db, db);
    let id = case.id;
    let (services, notes, happened, screenings, shares, closures, offers, private, slip, people, offices) = rocket::tokio::try_join!(
        services::table
            .filter(services::case_id.eq(id))
            .order((services::outcome.is_null().desc(), services::due_on))
            .limit(100)
            .select(Service::as_select())
            .load(&mut a),
        case_notes::table
            .filter(case_notes::case_id.eq(id))
            .order(case_notes::written_at.desc())
            .limit(MOST_NOTES)
            .select((case_notes::text, case_notes::written_by, case_notes::written_at))
            .load(&mut b),
        events::table
            .filter(events::subject_kind.eq("case"))
            .filter(events::subject_id.eq(id))
            .order((events::at.desc(), events::id.desc()))
            .limit(MOST_EVENTS)
            .select((events::at, events::kind, events::actor_id, events::about))
            .load(&mut c),
        screenings::table
            .filter(screenings::case_id.eq(id))
            .order(screenings::screened_at.desc())
            .limit(10)
            .select(Screening::as_select())
            .load(&mut d),
        shares::table
            .filter(shares::case_id.eq(id))
            .filter(shares::until.gt(now))
            .limit(50)
            .select((shares::id, shares::organisation_id, shares::reason, shares::until))
            .load(&mut e),
        closures::table
            .filter(closures::case_id.eq(id))
            .order(closures::closed_at.desc())
            .limit(20)
            .select(Closure::as_select())
            .load(&mut f),
        hand_overs::table
            .filter(hand_overs::case_id.eq(id))
            .order(hand_overs::offered_at.desc())
            .limit(20)
            .select(super::handing::Offer::as_select())
            .load(&mut g),
        private_talks::table
            .filter(private_talks::case_id.eq(id))
            .limit(1)
            .select((private_talks::asked_at, private_talks::held_at))
            .load(&mut h),
        slips::table
            .filter(slips::case_id.eq(id))
            .filter(slips::ended_at.is_null())
            .limit(1)
            .select(slips::code)
            .load(&mut i),
        users::table
            .filter(users::organisation_id.eq(user.organisation))
            .filter(users::ended_at.is_null())
            .order(users::name)
            .limit(200)
            .select((users::id, users::name))
            .load(&mut j),
        organisations::table
            .filter(organisations::ended_at.is_null())
            .order(organisations::name)
            .limit(500)
            .select((organisations::id, organisations::name))
            .load(&mut k),
    )?;
    Ok(Whole {
        services,
        notes,
        happened,
        screenings,
        shares,
        closures,
        offers,
        private: private.into_iter().next(),
        slip: slip.into_iter().next(),
        people,
        offices,
    })
}
