//! Pairs, decisions and merges as the database gives them. Each of its functions asks for itself who calls.

use diesel::define_sql_function;
use diesel::sql_types::{Bool, Double, Integer, Jsonb, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use time::OffsetDateTime;
use time::serde::rfc3339;
use uuid::Uuid;

use super::pair::{Decided, Reason, Side};
use crate::base::{Error, Result};

define_sql_function! { fn pairs_to_decide(decided: Bool, after: Nullable<SqlUuid>, most: Integer) -> Jsonb; }
define_sql_function! { fn pair_to_decide(pair: SqlUuid) -> Nullable<Jsonb>; }
define_sql_function! { #[sql_name = "kin_of"] fn kin_of_person(person: SqlUuid) -> Nullable<Jsonb>; }
define_sql_function! { fn decide_pair(new_id: SqlUuid, pair: SqlUuid, what: Text, why: Nullable<Text>) -> Text; }
define_sql_function! { fn take_back_decision(pair: SqlUuid) -> Text; }
define_sql_function! { fn merge_pair(merge: SqlUuid, pair: SqlUuid, choices: Jsonb, version_a: Integer, version_b: Integer) -> Text; }
define_sql_function! { fn merge_to_undo(merge: SqlUuid) -> Nullable<Jsonb>; }
define_sql_function! { fn undo_merge(merge: SqlUuid, why: Text) -> Text; }
define_sql_function! { fn suspect(person_a: SqlUuid, person_b: SqlUuid, probability: Double, reasons: Jsonb, model: Nullable<Integer>) -> Text; }

/// A line of the queue.
#[derive(Deserialize)]
pub struct Waiting {
    pub id: Uuid,
    pub reason: String,
    pub probability: Option<f64>,
    pub reasons: Vec<Reason>,
    #[serde(with = "rfc3339")]
    pub found_at: OffsetDateTime,
    pub decision: Option<String>,
    pub merged: bool,
    /// The one registered earlier first.
    pub people: Vec<Named>,
}

#[derive(Deserialize)]
pub struct Named {
    pub id: Uuid,
    pub name: String,
    pub sex: Option<String>,
    pub year: Option<i32>,
}

/// Two records side by side.
#[derive(Deserialize)]
pub struct Pair {
    pub id: Uuid,
    pub reason: String,
    pub probability: Option<f64>,
    pub reasons: Vec<Reason>,
    /// Number of the learnt model that the score was made with.
    pub model: Option<i32>,
    #[serde(with = "rfc3339")]
    pub found_at: OffsetDateTime,
    /// All facts and not only those of identity: the user may open both.
    pub whole: bool,
    /// The record that would be kept.
    pub a: Side,
    pub b: Side,
    pub decision: Option<Decided>,
    pub warnings: Vec<String>,
}

/// A pair that waits or was decided, or the merge that it became.
#[derive(Deserialize)]
#[serde(untagged)]
pub enum PairOrMerge {
    Pair(Box<Pair>),
    Merge { merge: Uuid },
}

/// What the page of a person says of others.
#[derive(Deserialize, Default)]
pub struct Kin {
    pub pairs: Vec<KinPair>,
    pub merges: Vec<KinMerge>,
}

/// Somebody who may be the same person.
#[derive(Deserialize)]
pub struct KinPair {
    pub id: Uuid,
    /// They share a document's number.
    pub number: bool,
    /// Their code, where the user may open them.
    pub code: Option<String>,
    pub decides: bool,
}

/// A record that was merged into this one.
#[derive(Deserialize)]
pub struct KinMerge {
    pub id: Uuid,
    pub code: String,
    pub name: String,
    #[serde(with = "rfc3339")]
    pub at: OffsetDateTime,
    pub organisation: String,
    /// Whoever merged them, if a colleague.
    pub by: Option<String>,
    pub decides: bool,
}

/// A merge as the page that undoes it shows it.
#[derive(Deserialize)]
pub struct Merge {
    pub id: Uuid,
    pub pair: Uuid,
    #[serde(with = "rfc3339")]
    pub at: OffsetDateTime,
    #[serde(with = "rfc3339::option")]
    pub undone_at: Option<OffsetDateTime>,
    pub undone_because: Option<String>,
    pub organisation: String,
    pub by: Option<String>,
    /// The user may open the record.
    pub sees: bool,
    /// Another merge came after and must be undone first.
    pub later: bool,
    pub kept: Record,
    pub merged: Record,
    pub moved: Vec<Rows>,
    /// What came since and stays.
    pub added: Vec<Rows>,
    /// Facts changed since; they stay as they are.
    pub changed: Vec<String>,
}

#[derive(Deserialize)]
pub struct Record {
    pub id: Uuid,
    pub code: String,
    pub name: String,
}

#[derive(Deserialize)]
pub struct Rows {
    pub table: String,
    pub rows: i64,
}

fn read<T: DeserializeOwned>(value: Option<Value>) -> Result<T> {
    serde_json::from_value(value.ok_or(Error::NotFound)?).map_err(Error::internal)
}

pub async fn pairs(db: &mut AsyncPgConnection, decided: bool, after: Option<Uuid>, most: i32) -> Result<Vec<Waiting>> {
    let found: Value = diesel::select(pairs_to_decide(decided, after, most)).get_result(db).await?;
    read(Some(found))
}

pub async fn pair(db: &mut AsyncPgConnection, id: Uuid) -> Result<PairOrMerge> {
    read(diesel::select(pair_to_decide(id)).get_result(db).await?)
}

/// Who a person may be too, and what was merged into them.
pub async fn kin_of(db: &mut AsyncPgConnection, person: Uuid) -> Result<Kin> {
    read(diesel::select(kin_of_person(person)).get_result(db).await?)
}

/// Says `done`, `before` or `nothing`; see the function of this name in database/functions.sql, as of the next ones.
pub async fn decide(db: &mut AsyncPgConnection, pair: Uuid, what: &str, note: Option<&str>) -> Result<String> {
    Ok(diesel::select(decide_pair(Uuid::now_v7(), pair, what, note)).get_result(db).await?)
}

pub async fn take_back(db: &mut AsyncPgConnection, pair: Uuid) -> Result<String> {
    Ok(diesel::select(take_back_decision(pair)).get_result(db).await?)
}

/// `choices` says for facts whether they are taken from `a` or `b`; `versions` are those that the page showed.
pub async fn merge(db: &mut AsyncPgConnection, pair: Uuid, choices: Value, versions: (i32, i32)) -> Result<String> {
    Ok(diesel::select(merge_pair(Uuid::now_v7(), pair, choices, versions.0, versions.1)).get_result(db).await?)
}

pub async fn merge_of(db: &mut AsyncPgConnection, id: Uuid) -> Result<Merge> {
    read(diesel::select(merge_to_undo(id)).get_result(db).await?)
}

pub async fn undo(db: &mut AsyncPgConnection, merge: Uuid, why: &str) -> Result<String> {
    Ok(diesel::select(undo_merge(merge, why)).get_result(db).await?)
}

/// Notes that two records may be one person, with the score, what it rests on, and the number of the model it was
/// made with, if that was learnt; called on every path that makes or
/// changes people. What was decided of them stays decided.
pub async fn note_suspicion(
    db: &mut AsyncPgConnection,
    people: (Uuid, Uuid),
    probability: f64,
    reasons: Value,
    model: Option<i32>,
) -> Result<()> {
    diesel::select(suspect(people.0, people.1, probability, reasons, model)).execute(db).await?;
    Ok(())
}
