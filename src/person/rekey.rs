//! Keys made anew: whoever was last saved when there were fewer kinds of keys is kept under all of them again.

use diesel::define_sql_function;
use diesel::prelude::*;
use diesel::sql_types::{Array, Date as SqlDate, Integer, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rocket::tokio::task::JoinSet;
use serde_json::json;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::likeness::{Born, kept_keys};
use super::phone_key;
use crate::base::actor::Actor;
use crate::base::date::Precision;
use crate::base::db::{Db, Rights};
use crate::base::job::{Job, enqueue};
use crate::base::{Error, Result};

/// Counts up when names, birth dates or phones give other keys than before.
pub const KEYS: i32 = 2;

pub const JOB: &str = "rekey";
/// People in a transaction, and batches in one turn: other jobs come in between, and nobody who saves waits for long.
const BATCH: i32 = 1000;
const TURN: usize = 10;
/// People in a transaction of the command, and how many transactions run side by side.
const MANY: i32 = 10_000;
const LANES: usize = 2;

const WORKER: Actor = Actor::Service("worker");

define_sql_function! { fn people_to_rekey(wanted: Integer, after: SqlUuid, most: Integer) -> Array<SqlUuid>; }
define_sql_function! { fn keys_are_old(person: SqlUuid, wanted: Integer) -> Bool; }
define_sql_function! { #[sql_name = "rekey"] fn put_keys(people: Array<SqlUuid>, keys: Array<Text>, whose: Array<SqlUuid>, made: Integer) -> Text; }

/// A name or a phone of somebody.
#[derive(QueryableByName)]
struct Source {
    #[diesel(sql_type = SqlUuid)]
    person: Uuid,
    #[diesel(sql_type = Nullable<Text>)]
    name: Option<String>,
    #[diesel(sql_type = Nullable<SqlDate>)]
    birth_date: Option<Date>,
    #[diesel(sql_type = Nullable<Text>)]
    birth_precision: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    phone: Option<String>,
}

impl Source {
    fn born(&self) -> Born {
        Some((self.birth_date?, Precision::from_code(self.birth_precision.as_deref()?)?))
    }
}

/// Makes the keys of these people anew, as the worker.
async fn bring(db: &mut AsyncPgConnection, people: &[Uuid]) -> Result<()> {
    let sources: Vec<Source> =
        diesel::sql_query("SELECT * FROM key_sources($1)").bind::<Array<SqlUuid>, _>(people).load(db).await?;
    // Sorted, so that neighbours in the index are written together.
    let (keys, whose): (Vec<String>, Vec<Uuid>) = {
        let mut all: Vec<(String, Uuid)> = Vec::with_capacity(sources.len() * 6);
        for source in &sources {
            let named = source.name.iter().flat_map(|name| kept_keys(name, source.born()));
            let keys = named.chain(source.phone.as_deref().and_then(phone_key));
            all.extend(keys.map(|key| (key, source.person)));
        }
        all.sort_unstable();
        all.dedup();
        all.into_iter().unzip()
    };
    diesel::select(put_keys(people, keys, whose, KEYS)).execute(db).await?;
    Ok(())
}

/// Brings one person's keys up to date, if they are not.
pub async fn one(db: &mut AsyncPgConnection, person: Uuid) -> Result<()> {
    if diesel::select(keys_are_old(person, KEYS)).get_result(db).await? {
        bring(db, &[person]).await?;
    }
    Ok(())
}

async fn next(db: &mut AsyncPgConnection, after: Uuid, most: i32) -> Result<Vec<Uuid>> {
    Ok(diesel::select(people_to_rekey(KEYS, after, most)).get_result(db).await?)
}

/// Queues the work, in the worker's transaction, if there is any; at most once an hour.
pub async fn plan(db: &mut AsyncPgConnection, now: OffsetDateTime) -> Result<()> {
    if next(db, Uuid::nil(), 1).await?.is_empty() {
        return Ok(());
    }
    let key = format!("{JOB}:{KEYS}:{}", now.unix_timestamp() / 3600);
    enqueue(db, JOB, &key, json!({}), None).await
}

/// Does a turn, and queues the next one where this one ended.
pub async fn run(db: Db, job: Job) -> Result<()> {
    let after = job.payload["after"].as_str().and_then(|id| Uuid::parse_str(id).ok());
    let mut after = after.unwrap_or_default();
    for _ in 0..TURN {
        let mut tx = db.begin(&WORKER, job.id, Rights::Writer).await?;
        let people = next(&mut tx, after, BATCH).await?;
        let Some(last) = people.last() else { return Ok(()) };
        bring(&mut tx, &people).await?;
        after = *last;
        tx.commit().await?;
    }
    let mut tx = db.begin(&WORKER, job.id, Rights::Writer).await?;
    enqueue(&mut tx, JOB, &format!("{JOB}:{}", job.id), json!({ "after": after }), None).await?;
    tx.commit().await
}

/// Does all of it at once, and says how many people there were.
pub async fn all(db: &Db, say: impl Fn(&str)) -> Result<usize> {
    let mut running: JoinSet<Result<usize>> = JoinSet::new();
    let (mut after, mut done) = (Uuid::nil(), 0);
    loop {
        let people = {
            let mut tx = db.begin(&WORKER, Uuid::now_v7(), Rights::Writer).await?;
            let people = next(&mut tx, after, MANY).await?;
            tx.commit().await?;
            people
        };
        let over = people.is_empty();
        if let Some(last) = people.last() {
            after = *last;
            let db = db.clone();
            running.spawn(async move {
                let mut tx = db.begin(&WORKER, Uuid::now_v7(), Rights::Writer).await?;
                bring(&mut tx, &people).await?;
                tx.commit().await?;
                Ok(people.len())
            });
        }
        while running.len() >= LANES || (over && !running.is_empty()) {
            let Some(joined) = running.join_next().await else { break };
            done += joined.map_err(|e| Error::Internal(e.to_string()))??;
            say(&format!("{done} people"));
        }
        if over {
            return Ok(done);
        }
    }
}
