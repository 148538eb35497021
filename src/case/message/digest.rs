//! What is due, told in the morning of a working day to whoever is accountable, or stands in: numbers and an address.

use diesel::prelude::*;
use diesel::sql_types::{Array, Date as SqlDate, Jsonb, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde::Deserialize;
use serde_json::Value;
use time::Date;
use uuid::Uuid;

use super::work::day_of;
use crate::base::actor::Actor;
use crate::base::db::{Db, Rights};
use crate::base::job::Job;
use crate::base::language::{Language, Message};
use crate::base::{Error, Result, mail};

pub const JOB: &str = "digest";

const WORKER: Actor = Actor::Service("worker");

#[derive(QueryableByName)]
struct Offices {
    #[diesel(sql_type = Array<SqlUuid>)]
    offices: Vec<Uuid>,
}

#[derive(QueryableByName)]
struct Digests {
    #[diesel(sql_type = Jsonb)]
    digests: Value,
}

/// One of the staff with something due.
#[derive(Deserialize)]
struct Digest {
    email: String,
    language: String,
    calls: i64,
    today: i64,
    overdue: i64,
}

/// Writes today's digests, each office in a transaction of its own; nobody gets two of one day, however often it runs.
pub async fn run(db: Db, address: String, job: Job) -> Result<()> {
    let today = day_of(&job, "day")?;
    if today != db.clock().today() {
        return Ok(());
    }
    let mut tx = db.begin(&WORKER, job.id, Rights::Writer).await?;
    let Offices { offices } = diesel::sql_query("SELECT digest_offices($1) AS offices")
        .bind::<SqlDate, _>(today)
        .get_result(&mut *tx)
        .await?;
    tx.commit().await?;
    for office in offices {
        let mut tx = db.begin(&WORKER, job.id, Rights::Writer).await?;
        write(&mut tx, office, today, &address).await?;
        tx.commit().await?;
    }
    Ok(())
}

async fn write(db: &mut AsyncPgConnection, office: Uuid, today: Date, address: &str) -> Result<()> {
    let Digests { digests } = diesel::sql_query("SELECT digests_of($1, $2) AS digests")
        .bind::<SqlUuid, _>(office)
        .bind::<SqlDate, _>(today)
        .get_result(db)
        .await?;
    let digests: Vec<Digest> = serde_json::from_value(digests).map_err(Error::internal)?;
    for digest in digests {
        let language = Language::from_code(&digest.language).unwrap_or_default();
        let words = Message::new("mail-digest")
            .with("calls", digest.calls)
            .with("today", digest.today)
            .with("overdue", digest.overdue)
            .with("address", format!("{address}/cases"));
        let subject = language.say(&Message::new("mail-digest-subject"));
        mail::post(db, &digest.email, &subject, &language.say(&words)).await?;
    }
    Ok(())
}
