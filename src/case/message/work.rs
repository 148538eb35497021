//! The jobs behind messages: who is reminded today, one message written or a call asked for, one sent.

use diesel::prelude::*;
use diesel::sql_types::{Bool, Date as SqlDate, Jsonb, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::{Value, json};
use time::format_description::well_known::Iso8601;
use time::{Date, Duration, OffsetDateTime};
use uuid::Uuid;

use super::{Facts, Kind, REMINDER, by_day};
use crate::base::actor::Actor;
use crate::base::clock::date_in_viet_nam;
use crate::base::db::{Db, Rights};
use crate::base::job::{self, Job};
use crate::base::mail::{self, Post};
use crate::base::sms::Taken;
use crate::base::{Error, Result};

/// The job that looks once a day who is to be reminded.
pub const REMIND: &str = "message-remind";
/// The job that writes one message, or asks for a call.
pub const TELL: &str = "message";

const WORKER: Actor = Actor::Service("worker");

/// Queues one message; the same thing of the same day is queued once a day, and told once ever.
pub(super) async fn queue(
    db: &mut AsyncPgConnection,
    kind: Kind,
    (case, item): (Uuid, Uuid),
    due: Date,
    (today, at): (Date, Option<OffsetDateTime>),
) -> Result<()> {
    let payload = json!({ "case": case, "kind": kind.code, "item": item, "due": due.to_string() });
    job::enqueue(db, TELL, &format!("{TELL}:{}:{item}:{due}:{today}", kind.code), payload, at).await
}

fn broken() -> Error {
    Error::Internal("a job about a message without it".into())
}

/// The day that a job is for.
pub(super) fn day_of(job: &Job, name: &str) -> Result<Date> {
    job.payload[name].as_str().and_then(|day| Date::parse(day, &Iso8601::DATE).ok()).ok_or_else(broken)
}

#[derive(QueryableByName)]
struct Due {
    #[diesel(sql_type = SqlUuid)]
    case_id: Uuid,
    #[diesel(sql_type = SqlDate)]
    due_on: Date,
}

/// Queues a reminder for whoever is to do something tomorrow. A day that has passed meanwhile is left alone.
pub async fn remind(db: Db, job: Job) -> Result<()> {
    let today = day_of(&job, "day")?;
    if today != db.clock().today() {
        return Ok(());
    }
    let mut tx = db.begin(&WORKER, job.id, Rights::Writer).await?;
    let due: Vec<Due> = diesel::sql_query("SELECT case_id, due_on FROM reminders_due($1)")
        .bind::<SqlDate, _>(today)
        .load(&mut *tx)
        .await?;
    // Where no server ran all day it is said in the morning of the day itself.
    let at = by_day(tx.clock().now());
    for Due { case_id, due_on } in due {
        queue(&mut tx, REMINDER, (case_id, case_id), due_on, (today, Some(at))).await?;
    }
    tx.commit().await
}

#[derive(QueryableByName)]
struct Known {
    #[diesel(sql_type = Nullable<Jsonb>)]
    facts: Option<Value>,
}

/// Puts one message into the outbox, or a call onto the list of whoever is accountable; neither where there is no reason
/// any more, or it was told before.
pub async fn tell(db: Db, job: Job) -> Result<()> {
    let id = |name: &str| job.payload[name].as_str().and_then(|id| Uuid::parse_str(id).ok()).ok_or_else(broken);
    let (case, item, due) = (id("case")?, id("item")?, day_of(&job, "due")?);
    let kind = job.payload["kind"].as_str().and_then(Kind::from_code).ok_or_else(broken)?;
    let mut tx = db.begin(&WORKER, job.id, Rights::Writer).await?;
    let today = date_in_viet_nam(tx.clock().now());
    let until = due + Duration::days(kind.days);
    if until < today {
        return tx.commit().await;
    }
    let Known { facts } = diesel::sql_query("SELECT message_facts($1, $2, $3, $4) AS facts")
        .bind::<SqlUuid, _>(case)
        .bind::<Text, _>(kind.code)
        .bind::<SqlUuid, _>(item)
        .bind::<SqlDate, _>(due)
        .get_result(&mut *tx)
        .await?;
    let Some(facts) = facts else { return tx.commit().await };
    let facts: Facts = serde_json::from_value(facts).map_err(|_| broken())?;
    let (way, contact, mail) = match facts.way() {
        // Written on the day before, be it a holiday; what is said by telephone is said on a working day.
        Some(_) if due > today + Duration::days(1) => return tx.commit().await,
        Some((open, channel, language)) => {
            let (subject, words) = facts.words(kind, due, language);
            let mail = mail::put(&mut tx, channel, &open.to, &subject, &words).await?;
            (channel.code(), Some(open.contact), Some(mail))
        }
        None => ("call", None, None),
    };
    diesel::sql_query("SELECT note_message($1, $2, $3, $4, $5, $6, $7, $8, $9)")
        .bind::<SqlUuid, _>(Uuid::now_v7())
        .bind::<SqlUuid, _>(case)
        .bind::<Text, _>(kind.code)
        .bind::<SqlUuid, _>(item)
        .bind::<SqlDate, _>(due)
        .bind::<SqlDate, _>(until)
        .bind::<Text, _>(way)
        .bind::<Nullable<SqlUuid>, _>(contact)
        .bind::<Nullable<SqlUuid>, _>(mail)
        .execute(&mut *tx)
        .await?;
    tx.commit().await
}

#[derive(QueryableByName)]
struct Done {
    #[diesel(sql_type = Bool)]
    done: bool,
}

async fn said(db: &Db, job: &Job, query: &str, mail: Uuid) -> Result<bool> {
    let mut tx = db.begin(&WORKER, job.id, Rights::Writer).await?;
    let Done { done } = diesel::sql_query(query).bind::<SqlUuid, _>(mail).get_result(&mut *tx).await?;
    tx.commit().await?;
    Ok(done)
}

/// Sends what is in the outbox. One to a returnee is looked at once more before it leaves: what was safe when it was
/// written may not be now. Where it cannot arrive, somebody calls.
pub async fn deliver(db: Db, post: Post, job: Job) -> Result<()> {
    let mail = mail::of(&job)?;
    if said(&db, &job, "SELECT recall_message($1) AS done", mail).await? {
        return Ok(());
    }
    let outcome = mail::send(db.clone(), post, &job).await;
    if matches!(outcome, Ok(Taken::Refused)) || outcome.is_err() && job.is_last() {
        said(&db, &job, "SELECT withdraw_message($1) AS done", mail).await?;
    }
    outcome.map(drop)
}
