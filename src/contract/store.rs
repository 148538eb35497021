//! Whoever may be back, and the tasks that come of it, as the database gives them. Each of its functions asks for itself
//! who calls, and of which province.

use diesel::define_sql_function;
use diesel::prelude::*;
use diesel::sql_types::{Integer, Jsonb, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::link_store::day;
use crate::base::date::{Precision, written};
use crate::base::{Error, Result};
use crate::schema::{contact_tasks, users};

define_sql_function! { fn my_contact_province() -> Nullable<Text>; }
define_sql_function! { fn unknown_list(which: Text, of_subject: Nullable<SqlUuid>, after: Nullable<SqlUuid>, most: Integer) -> Jsonb; }
define_sql_function! { fn make_contact_task(task: SqlUuid, of_kind: Text, of_subject: SqlUuid, asked: Jsonb) -> Text; }
define_sql_function! { fn contact_task_whom(task: SqlUuid) -> Nullable<Jsonb>; }
define_sql_function! { fn close_contact_task(task: SqlUuid, what: Text, why: Nullable<Text>, at_version: Integer) -> Text; }

/// The province whose returnees the user's office looks after; where there is none, nothing here is theirs.
pub async fn province(db: &mut AsyncPgConnection) -> Result<String> {
    let found: Option<String> = diesel::select(my_contact_province()).get_result(db).await?;
    found.ok_or(Error::NotFound)
}

#[derive(QueryableByName)]
pub struct Count {
    #[diesel(sql_type = Text)]
    pub which: String,
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    pub people: i64,
}

/// How many are on each list of the province.
pub async fn counts(db: &mut AsyncPgConnection) -> Result<Vec<Count>> {
    Ok(diesel::sql_query("SELECT which, people FROM unknown_counts()").load(db).await?)
}

/// Somebody on a list: enough to say whom to ask after, and no name.
#[derive(Deserialize, Clone)]
pub struct Unknown {
    pub subject: Uuid,
    since: Option<String>,
    pub sex: Option<String>,
    pub year: Option<i32>,
    pub country: Option<String>,
    pub commune: Option<String>,
    /// Tasks that were closed before.
    pub tries: i64,
    /// Somebody like them was registered, and nobody said yet whether it is they.
    pub maybe: bool,
    /// As the contract has it, for whoever chooses the commune.
    #[serde(default)]
    pub address: Option<String>,
}

impl Unknown {
    /// The month: which day it was is not needed to choose.
    pub fn since(&self) -> String {
        day(&self.since).map(|date| written(date, Precision::Month)).unwrap_or_default()
    }
}

fn read<T: DeserializeOwned>(found: Value) -> Result<T> {
    serde_json::from_value(found).map_err(Error::internal)
}

pub async fn list(db: &mut AsyncPgConnection, which: &str, after: Option<Uuid>, most: i32) -> Result<Vec<Unknown>> {
    read(diesel::select(unknown_list(which, None::<Uuid>, after, most)).get_result(db).await?)
}

/// One line of a list, or nothing where they are on it no more.
pub async fn one(db: &mut AsyncPgConnection, which: &str, subject: Uuid) -> Result<Unknown> {
    let found: Value = diesel::select(unknown_list(which, Some(subject), None::<Uuid>, 1)).get_result(db).await?;
    read::<Vec<Unknown>>(found)?.into_iter().next().ok_or(Error::NotFound)
}

/// Who in the office can be accountable for a task.
pub async fn workers(db: &mut AsyncPgConnection) -> Result<Vec<(Uuid, String)>> {
    #[derive(QueryableByName)]
    struct Worker {
        #[diesel(sql_type = SqlUuid)]
        id: Uuid,
        #[diesel(sql_type = Text)]
        name: String,
    }
    let found: Vec<Worker> = diesel::sql_query("SELECT id, name FROM contact_workers()").load(db).await?;
    Ok(found.into_iter().map(|worker| (worker.id, worker.name)).collect())
}

/// What is asked of a commune.
pub struct NewTask {
    pub id: Uuid,
    pub commune: String,
    pub given_to: String,
    pub accountable: Uuid,
    pub due_on: Date,
    pub note: Option<String>,
}

/// Says 'done', 'before', 'commune', 'who' or 'nothing'.
pub async fn make(db: &mut AsyncPgConnection, kind: &str, subject: Uuid, new: &NewTask) -> Result<String> {
    let NewTask { id, commune, given_to, accountable, due_on, note } = new;
    let asked = json!({
        "commune": commune,
        "given_to": given_to,
        "accountable": accountable,
        "due_on": due_on.to_string(),
        "note": note,
    });
    Ok(diesel::select(make_contact_task(id, kind, subject, asked)).get_result(db).await?)
}

/// A task as it is kept.
#[derive(Queryable, Selectable, Clone)]
#[diesel(table_name = contact_tasks)]
pub struct Task {
    pub id: Uuid,
    pub kind: String,
    pub contract_id: Option<Uuid>,
    pub episode_id: Option<Uuid>,
    pub commune_code: String,
    pub given_to: String,
    pub accountable_id: Uuid,
    pub due_on: Date,
    pub note: Option<String>,
    pub made_at: OffsetDateTime,
    pub outcome: Option<String>,
    pub outcome_note: Option<String>,
    pub closed_at: Option<OffsetDateTime>,
    pub version: i32,
}

/// Tasks of the office, each with whoever is accountable for it.
pub async fn tasks(db: &mut AsyncPgConnection) -> Result<Vec<(Task, String)>> {
    Ok(contact_tasks::table
        .inner_join(users::table.on(users::id.eq(contact_tasks::accountable_id)))
        .order((contact_tasks::closed_at.desc().nulls_first(), contact_tasks::due_on, contact_tasks::id))
        .limit(2_000)
        .select((Task::as_select(), users::name))
        .load(db)
        .await?)
}

pub async fn task(db: &mut AsyncPgConnection, id: Uuid) -> Result<(Task, String)> {
    Ok(contact_tasks::table
        .inner_join(users::table.on(users::id.eq(contact_tasks::accountable_id)))
        .filter(contact_tasks::id.eq(id))
        .select((Task::as_select(), users::name))
        .first(db)
        .await?)
}

/// Tasks of the office in which somebody was found to be back and no contract is a record's yet.
pub async fn to_register(db: &mut AsyncPgConnection) -> Result<Vec<Uuid>> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = SqlUuid)]
        id: Uuid,
    }
    let rows: Vec<Row> = diesel::sql_query(
        "SELECT t.id FROM contact_tasks t WHERE t.outcome = 'returned' AND contact_task_whom(t.id) IS NOT NULL LIMIT 2000",
    )
    .load(db)
    .await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// Whom a task is about, as much as it takes to reach them.
#[derive(Deserialize)]
pub struct Whom {
    /// The contract's, or the person's.
    pub id: Uuid,
    pub name: String,
    pub sex: Option<String>,
    birth_date: Option<String>,
    birth_precision: Option<String>,
    pub country: Option<String>,
    pub phones: Vec<Phone>,
    /// Ways to reach them that they did not call safe.
    pub unsafe_ways: i64,
    pub line: Option<String>,
    since: Option<String>,
    pub sender: Option<String>,
}

#[derive(Deserialize)]
pub struct Phone {
    pub value: String,
    #[serde(default)]
    pub belongs_to: Option<String>,
    #[serde(default)]
    pub wishes: Option<String>,
}

impl Whom {
    pub fn birth(&self) -> Option<(Date, Precision)> {
        day(&self.birth_date).zip(self.birth_precision.as_deref().and_then(Precision::from_code))
    }

    pub fn born(&self) -> String {
        self.birth().map(|(date, precision)| written(date, precision)).unwrap_or_default()
    }

    pub fn since(&self) -> String {
        day(&self.since).map(|date| written(date, Precision::Day)).unwrap_or_default()
    }
}

pub async fn whom(db: &mut AsyncPgConnection, task: Uuid) -> Result<Option<Whom>> {
    let found: Option<Value> = diesel::select(contact_task_whom(task)).get_result(db).await?;
    found.map(read).transpose()
}

/// Says 'done', 'open', 'before' or 'nothing'.
pub async fn close(
    db: &mut AsyncPgConnection,
    task: &Task,
    outcome: &str,
    note: Option<&str>,
    version: i32,
) -> Result<String> {
    Ok(diesel::select(close_contact_task(task.id, outcome, note, version)).get_result(db).await?)
}
