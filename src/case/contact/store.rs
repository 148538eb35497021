//! What is kept of tries to reach somebody.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::json;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Attempt, Next};
use crate::access::User;
use crate::base::Result;
use crate::base::event;
use crate::case::Case;
use crate::schema::{cases, contact_attempts, contact_points, lost_contacts, users};

/// A number or address of somebody, with what they said of it.
#[derive(Queryable, Selectable, Clone)]
#[diesel(table_name = contact_points)]
pub struct Contact {
    pub id: Uuid,
    pub kind: String,
    pub value: String,
    pub belongs_to: Option<String>,
    pub safe_to_call: bool,
    pub wishes: Option<String>,
}

impl Contact {
    /// Somebody can be spoken with over it, and said that this is safe.
    pub fn may_be_called(&self) -> bool {
        self.safe_to_call && matches!(self.kind.as_str(), "phone" | "zalo" | "facebook")
    }
}

/// What somebody can be reached by, those that may be called first.
pub async fn contacts(db: &mut AsyncPgConnection, person: Uuid) -> Result<Vec<Contact>> {
    Ok(contact_points::table
        .filter(contact_points::person_id.eq(person))
        .filter(contact_points::withdrawn_at.is_null())
        .order((contact_points::safe_to_call.desc(), contact_points::id))
        .limit(20)
        .select(Contact::as_select())
        .load(db)
        .await?)
}

/// A try with who made it, newest first. As many as any rule asks for.
pub async fn attempts(db: &mut AsyncPgConnection, case: Uuid) -> Result<Vec<(Attempt, Option<String>)>> {
    let rows: Vec<(String, Option<Uuid>, OffsetDateTime, Option<String>)> = contact_attempts::table
        .left_join(users::table.on(users::id.eq(contact_attempts::made_by)))
        .filter(contact_attempts::case_id.eq(case))
        .order((contact_attempts::made_at.desc(), contact_attempts::id.desc()))
        .limit(50)
        .select((
            contact_attempts::outcome,
            contact_attempts::contact_point_id,
            contact_attempts::made_at,
            users::name.nullable(),
        ))
        .load(db)
        .await?;
    Ok(rows.into_iter().map(|(outcome, contact, at, by)| (Attempt { outcome, contact, at }, by)).collect())
}

/// Since when contact with somebody counts as lost.
pub async fn lost_since(db: &mut AsyncPgConnection, case: Uuid) -> Result<Option<OffsetDateTime>> {
    Ok(lost_contacts::table
        .filter(lost_contacts::case_id.eq(case))
        .filter(lost_contacts::ended_at.is_null())
        .select(lost_contacts::said_at)
        .first(db)
        .await
        .optional()?)
}

/// Keeps a try, and when the next one is due. Reaching somebody ends that contact was lost.
pub async fn keep(
    db: &mut AsyncPgConnection,
    user: &User,
    case: Uuid,
    attempt: &Attempt,
    next: Option<Next>,
) -> Result<()> {
    diesel::insert_into(contact_attempts::table)
        .values((
            contact_attempts::id.eq(Uuid::now_v7()),
            contact_attempts::case_id.eq(case),
            contact_attempts::outcome.eq(&attempt.outcome),
            contact_attempts::contact_point_id.eq(attempt.contact),
            contact_attempts::made_by.eq(user.id),
            contact_attempts::made_at.eq(attempt.at),
        ))
        .execute(db)
        .await?;
    diesel::update(cases::table.filter(cases::id.eq(case)))
        .set((
            cases::call_on.eq(next.map(|n| n.on)),
            cases::call_part.eq(next.map(|n| n.part.code())),
            cases::version.eq(cases::version + 1),
        ))
        .execute(db)
        .await?;
    if attempt.outcome == "reached" {
        diesel::update(lost_contacts::table)
            .filter(lost_contacts::case_id.eq(case))
            .filter(lost_contacts::ended_at.is_null())
            .set(lost_contacts::ended_at.eq(attempt.at))
            .execute(db)
            .await?;
    }
    event::record(db, "case.contact-tried", "case", case, json!({ "outcome": attempt.outcome })).await
}

/// A supervisor says that contact is lost; nothing where it is already.
pub async fn lose(db: &mut AsyncPgConnection, user: &User, case: &Case) -> Result<()> {
    diesel::insert_into(lost_contacts::table)
        .values((
            lost_contacts::id.eq(Uuid::now_v7()),
            lost_contacts::case_id.eq(case.id),
            lost_contacts::said_by.eq(user.id),
        ))
        .execute(db)
        .await?;
    event::record(db, "case.contact-lost", "case", case.id, json!({})).await
}
