//! A model learnt from our own people, once a week and by `trove learn`. Nothing of anybody leaves the process: what is kept
//! are shares and counts of many, and what is said is how many pairs there were.

use std::collections::{BTreeSet, HashMap};

use diesel::define_sql_function;
use diesel::sql_types::{Array, Integer, Jsonb, Nullable, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use time::Date;
use uuid::Uuid;

use super::likeness::Features;
use super::matching::sample::{self, Block, Kind, Learnt, Sample};
use super::matching::{Frequencies, Record};
use super::units::Known;
use crate::access::store::parameter;
use crate::base::actor::Actor;
use crate::base::db::{Db, Rights, Tx};
use crate::base::job::{Job, enqueue};
use crate::base::{Error, Result};

pub const JOB: &str = "learn";

/// Names that are counted, people drawn at random, and people in blocks of each kind of key.
const NAMES: i32 = 200_000;
const DRAWN: i32 = 4_000;
const SHARED: i32 = 4_000;
/// A larger block would be most of a sample.
const LARGEST: i32 = 120;
/// People read at once.
const READ: usize = 2_000;

const WORKER: Actor = Actor::Service("worker");

define_sql_function! { fn names_to_count(most: Integer) -> Array<Text>; }
define_sql_function! { fn people_at_random(most: Integer) -> Jsonb; }
define_sql_function! { fn blocks_to_learn(kind: Text, most: Integer, largest: Integer) -> Jsonb; }
define_sql_function! { fn people_to_learn(people: Array<SqlUuid>) -> Jsonb; }
define_sql_function! { fn keep_model(of_people: Integer, of_pairs: Integer, why_not: Nullable<Text>, learnt: Nullable<Jsonb>) -> Integer; }

/// What came of it.
pub struct Outcome {
    pub number: i32,
    pub people: i64,
    pub pairs: usize,
    /// Why it is not used: a word, or two for a field whose levels contradict each other.
    pub refused: Option<&'static str>,
}

#[derive(Deserialize)]
struct AtRandom {
    people: i64,
    drawn: Vec<Features>,
}

#[derive(Deserialize)]
struct Blocks {
    share: f64,
    blocks: Vec<Vec<Uuid>>,
}

fn read<T: DeserializeOwned>(value: Value) -> Result<T> {
    serde_json::from_value(value).map_err(Error::internal)
}

/// Queues this week's learning; asked as often as one likes, it is queued once.
pub async fn plan(db: &mut diesel_async::AsyncPgConnection, today: Date) -> Result<()> {
    let (year, week, _) = today.to_iso_week_date();
    enqueue(db, JOB, &format!("{JOB}:{year}-{week}"), json!({}), None).await
}

pub async fn run(db: Db, _job: Job) -> Result<()> {
    learn(&db, |_| {}).await.map(drop)
}

/// Draws a sample, learns, and keeps what was learnt or why it is not used.
pub async fn learn(db: &Db, say: impl Fn(&str)) -> Result<Outcome> {
    say("drawing people and pairs");
    let mut tx = db.begin(&WORKER, Uuid::now_v7(), Rights::Writer).await?;
    let (people, sample) = draw(&mut tx).await?;
    tx.roll_back().await?;
    say(&format!("learning from {} people among {people}", sample.shared.len()));
    // Seconds of computing, away from the threads that answer requests.
    let learnt = rocket::tokio::task::spawn_blocking(move || sample::learn(sample, &Known));
    let learnt = learnt.await.map_err(|e| Error::Internal(e.to_string()))?;
    let (pairs, refused, model) = match learnt {
        Ok(Learnt { model, pairs }) => (pairs, None, Some(serde_json::to_value(model).map_err(Error::internal)?)),
        Err((why, pairs)) => (pairs, Some(why), None),
    };
    let counted = |n: i64| i32::try_from(n).unwrap_or(i32::MAX);
    let mut tx = db.begin(&WORKER, Uuid::now_v7(), Rights::Writer).await?;
    let kept = keep_model(counted(people), counted(pairs as i64), refused, model);
    let number = diesel::select(kept).get_result(&mut *tx).await?;
    tx.commit().await?;
    Ok(Outcome { number, people, pairs, refused })
}

async fn draw(tx: &mut Tx) -> Result<(i64, Sample)> {
    let bearers = parameter(tx, "matching.name-bearers").await?;
    let names: Vec<String> = diesel::select(names_to_count(NAMES)).get_result(&mut **tx).await?;
    let least = u32::try_from(bearers).unwrap_or(u32::MAX).max(2);
    let frequencies = Frequencies::of_names(names.iter().map(String::as_str), least);
    drop(names);
    let AtRandom { people, drawn } = read(diesel::select(people_at_random(DRAWN)).get_result(&mut **tx).await?)?;
    let mut found = Vec::new();
    let mut shares = [0.0; Kind::ALL.len()];
    for (kind, share) in Kind::ALL.into_iter().zip(&mut shares) {
        let blocks = diesel::select(blocks_to_learn(kind.prefix(), SHARED, LARGEST)).get_result(&mut **tx).await?;
        let blocks: Blocks = read(blocks)?;
        *share = blocks.share;
        found.extend(blocks.blocks.into_iter().map(|members| (kind, members)));
    }
    let ids: BTreeSet<Uuid> = found.iter().flat_map(|(_, members)| members.iter().copied()).collect();
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let mut places: HashMap<Uuid, u32> = HashMap::new();
    let mut shared: Vec<Record> = Vec::new();
    for part in ids.chunks(READ) {
        let features: Vec<Features> = read(diesel::select(people_to_learn(part)).get_result(&mut **tx).await?)?;
        for one in features {
            places.insert(one.id, shared.len() as u32);
            shared.push(one.record());
        }
    }
    let block = |(kind, members): (Kind, Vec<Uuid>)| Block {
        kind,
        members: members.iter().filter_map(|id| places.get(id).copied()).collect(),
    };
    let sample = Sample {
        people: people as f64,
        drawn: drawn.iter().map(Features::record).collect(),
        shared,
        blocks: found.into_iter().map(block).collect(),
        shares,
        frequencies,
    };
    Ok((people, sample))
}
