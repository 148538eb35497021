//! Work done later: queued in the transaction of the act that wants it, run by a worker as the actor who caused it.
//!
//! A job runs at least once; what it does must come to the same when done twice. The unique key keeps one
//! wish from being queued twice.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;
use time::OffsetDateTime;
use uuid::Uuid;

use super::actor::Actor;
use super::db::{Db, Rights};
use super::{Error, Result};

/// After so many failures a job is given up; the log says so, and its row keeps the cause.
const ATTEMPTS: i32 = 20;

/// A job as its runner gets it.
#[derive(Clone)]
pub struct Job {
    pub id: Uuid,
    pub kind: String,
    pub payload: Value,
    pub actor: Actor,
    pub attempts: i32,
}

impl Job {
    /// True if it is given up should it fail now.
    pub fn is_last(&self) -> bool {
        self.attempts >= ATTEMPTS
    }
}

type Running = Pin<Box<dyn Future<Output = Result<()>> + Send>>;

/// What runs jobs of one kind. `C` is whatever the app hands to its jobs.
pub struct Kind<C> {
    pub name: &'static str,
    pub run: fn(C, Job) -> Running,
}

/// Queues a job in the caller's transaction, as the caller's actor; nothing where the key is queued already.
pub async fn enqueue(
    db: &mut AsyncPgConnection,
    kind: &str,
    key: &str,
    payload: Value,
    run_at: Option<OffsetDateTime>,
) -> Result<()> {
    diesel::sql_query("SELECT enqueue_job($1, $2, $3, $4, $5)")
        .bind::<SqlUuid, _>(Uuid::now_v7())
        .bind::<Text, _>(kind)
        .bind::<Text, _>(key)
        .bind::<Jsonb, _>(payload)
        .bind::<Nullable<Timestamptz>, _>(run_at)
        .execute(db)
        .await?;
    Ok(())
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Jsonb)]
    payload: Value,
    #[diesel(sql_type = Text)]
    actor_kind: String,
    #[diesel(sql_type = Text)]
    actor_id: String,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    organisation_id: Option<Uuid>,
    #[diesel(sql_type = diesel::sql_types::Integer)]
    attempts: i32,
}

const WORKER: Actor = Actor::Service("worker");

/// How many jobs stand where.
#[derive(QueryableByName, Clone, Debug, PartialEq)]
pub struct Standing {
    /// Due now, or being run.
    #[diesel(sql_type = BigInt)]
    pub due: i64,
    /// Before their time.
    #[diesel(sql_type = BigInt)]
    pub ahead: i64,
    /// Of either: those that failed before and are tried again.
    #[diesel(sql_type = BigInt)]
    pub failing: i64,
    #[diesel(sql_type = BigInt)]
    pub given_up: i64,
}

/// How many jobs are to be done, and how many will never be.
pub async fn standing(db: &Db) -> Result<Standing> {
    let mut tx = db.begin(&WORKER, Uuid::nil(), Rights::Writer).await?;
    let standing = diesel::sql_query(
        "SELECT count(*) FILTER (WHERE open AND run_at <= app_now()) AS due, count(*) FILTER (WHERE open AND run_at > app_now()) AS ahead, \
            count(*) FILTER (WHERE open AND last_error IS NOT NULL) AS failing, count(*) FILTER (WHERE given_up_at IS NOT NULL) AS given_up \
         FROM (SELECT *, done_at IS NULL AND given_up_at IS NULL AS open FROM jobs) jobs",
    )
    .get_result(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(standing)
}

/// Takes due jobs one after the other. Several workers, in one process or many, do not get in each other's way.
pub struct Worker<C> {
    pub db: Db,
    pub context: C,
    pub kinds: Vec<Kind<C>>,
}

impl<C: Clone + Send + 'static> Worker<C> {
    /// Runs until the process ends, looking for work every second.
    pub async fn run(self) {
        loop {
            if let Err(e) = self.run_due().await {
                rocket::warn!("jobs: {e:?}");
            }
            rocket::tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }

    /// Runs every job that is due and says how many there were.
    pub async fn run_due(&self) -> Result<usize> {
        let mut count = 0;
        while let Some(job) = self.take().await? {
            count += 1;
            let outcome = match self.kinds.iter().find(|kind| kind.name == job.kind) {
                Some(kind) => (kind.run)(self.context.clone(), job.clone()).await,
                None => Err(Error::Internal(format!("nothing runs jobs of kind {}", job.kind))),
            };
            self.note(&job, outcome).await?;
        }
        Ok(count)
    }

    /// Leases the longest due job for two minutes: if this process dies, another takes it then.
    async fn take(&self) -> Result<Option<Job>> {
        let mut tx = self.db.begin(&WORKER, Uuid::nil(), Rights::Writer).await?;
        let row: Option<Row> = diesel::sql_query(
            "UPDATE jobs SET leased_until = app_now() + interval '2 minutes', attempts = attempts + 1 WHERE id = ( \
               SELECT id FROM jobs WHERE done_at IS NULL AND given_up_at IS NULL AND run_at <= app_now() \
                 AND (leased_until IS NULL OR leased_until < app_now()) \
               ORDER BY run_at LIMIT 1 FOR UPDATE SKIP LOCKED) \
             RETURNING id, kind, payload, actor_kind, actor_id, organisation_id, attempts",
        )
        .get_result(&mut *tx)
        .await
        .optional()?;
        tx.commit().await?;
        let Some(row) = row else { return Ok(None) };
        let actor = Actor::remembered(&row.actor_kind, &row.actor_id, row.organisation_id)
            .ok_or_else(|| Error::Internal(format!("job {} has no actor", row.id)))?;
        Ok(Some(Job { id: row.id, kind: row.kind, payload: row.payload, actor, attempts: row.attempts }))
    }

    async fn note(&self, job: &Job, outcome: Result<()>) -> Result<()> {
        let mut tx = self.db.begin(&WORKER, Uuid::nil(), Rights::Writer).await?;
        match outcome {
            Ok(()) => {
                diesel::sql_query(
                    "UPDATE jobs SET done_at = app_now(), leased_until = NULL, last_error = NULL WHERE id = $1",
                )
                .bind::<SqlUuid, _>(job.id)
                .execute(&mut *tx)
                .await?;
            }
            Err(error) => {
                // The cause is a kind and a key, never what a person typed (see `Error`).
                let cause = format!("{error:?}");
                rocket::warn!("job {} ({}) failed, attempt {}: {cause}", job.id, job.kind, job.attempts);
                diesel::sql_query(
                    "UPDATE jobs SET leased_until = NULL, last_error = $2, run_at = app_now() + least(interval '1 hour', interval '10 seconds' * power(2, least(attempts, 12))), \
                     given_up_at = CASE WHEN attempts >= $3 THEN app_now() END WHERE id = $1",
                )
                .bind::<SqlUuid, _>(job.id)
                .bind::<Text, _>(cause.chars().take(500).collect::<String>())
                .bind::<diesel::sql_types::Integer, _>(ATTEMPTS)
                .execute(&mut *tx)
                .await?;
            }
        }
        tx.commit().await
    }
}
