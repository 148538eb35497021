//! What is kept of services.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::json;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::assistance::CONTACTS;
use super::{DONE_OUTCOMES, Service};
use crate::base::Result;
use crate::base::event;
use crate::schema::services;

/// A service as it is added.
pub struct New<'a> {
    pub kind: &'a str,
    pub provider_id: Option<Uuid>,
    pub listed_id: Option<Uuid>,
    pub provider: Option<&'a str>,
    pub due_on: Date,
}

pub async fn add(db: &mut AsyncPgConnection, case: Uuid, new: &New<'_>) -> Result<()> {
    diesel::insert_into(services::table)
        .values((
            services::id.eq(Uuid::now_v7()),
            services::case_id.eq(case),
            services::kind.eq(new.kind),
            services::state.eq("planned"),
            services::provider_id.eq(new.provider_id),
            services::listed_id.eq(new.listed_id),
            services::provider.eq(new.provider),
            services::due_on.eq(new.due_on),
        ))
        .execute(db)
        .await?;
    event::record(db, "case.service-added", "case", case, json!({ "kind": new.kind, "due": new.due_on.to_string() }))
        .await
}

/// A service of a case.
pub async fn find(db: &mut AsyncPgConnection, case: Uuid, id: Uuid) -> Result<Service> {
    Ok(services::table
        .filter(services::id.eq(id))
        .filter(services::case_id.eq(case))
        .select(Service::as_select())
        .first(db)
        .await?)
}

/// Ends a service with its outcome and what the provider sent back, or says that it is under way; false if somebody was faster.
pub async fn change(
    db: &mut AsyncPgConnection,
    case: Uuid,
    before: &Service,
    version: i32,
    ended: (Option<&str>, Option<&str>),
    now: OffsetDateTime,
) -> Result<bool> {
    let (outcome, note) = ended;
    let state = match outcome {
        None => "under-way",
        Some(outcome) if DONE_OUTCOMES.contains(&outcome) => "done",
        Some(_) => "not-done",
    };
    let changed =
        diesel::update(services::table.filter(services::id.eq(before.id)).filter(services::version.eq(version)))
            .set((
                services::state.eq(state),
                services::outcome.eq(outcome),
                services::note_back.eq(note),
                services::ended_at.eq(outcome.map(|_| now)),
                services::version.eq(version + 1),
            ))
            .execute(db)
            .await?;
    if changed == 0 {
        return Ok(false);
    }
    let about = json!({ "kind": before.kind, "state": state, "outcome": outcome });
    event::record(db, "case.service-changed", "case", case, about).await?;
    Ok(true)
}

/// How many services of a case are open. Contacts at their days are not counted: the last one is a year ahead.
pub async fn open(db: &mut AsyncPgConnection, case: Uuid) -> Result<usize> {
    let open = services::table.filter(services::case_id.eq(case)).filter(services::outcome.is_null());
    let count: i64 = open.filter(services::kind.ne_all(CONTACTS)).count().get_result(db).await?;
    Ok(count.unsigned_abs() as usize)
}
