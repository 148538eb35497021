//! What is written in private files: sealed on the way in, opened on the way out.

use diesel::prelude::*;
use diesel::result::DatabaseErrorKind;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rocket::http::Status;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::file::Care;
use super::record::{Content, Plan, Record, packed, unpacked};
use crate::access::User;
use crate::base::seal::Place;
use crate::base::{Error, Result};
use crate::schema::{care_plans, care_records, care_tasks};

/// Most records of a file that are read.
const MOST: i64 = 500;

fn record_place(id: Uuid) -> Place<'static> {
    Place { table: "care_records", column: "sealed", row: id }
}

fn plan_place(id: Uuid) -> Place<'static> {
    Place { table: "care_plans", column: "sealed", row: id }
}

/// Of two who put something in one place, the second is told.
fn told(error: diesel::result::Error) -> Error {
    match error {
        diesel::result::Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => {
            Error::refused(Status::Conflict, "error-page-changed-meanwhile")
        }
        error => error.into(),
    }
}

/// Writes a record, in the place of an earlier version of it where there is one.
pub async fn write(
    db: &mut AsyncPgConnection,
    user: &User,
    care: &Care,
    content: &Content,
    replaces: Option<Uuid>,
) -> Result<Uuid> {
    let id = Uuid::now_v7();
    let sealed = care.records()?.seal(&record_place(id), &packed(content)?)?;
    diesel::insert_into(care_records::table)
        .values((
            care_records::id.eq(id),
            care_records::file_id.eq(care.id),
            care_records::replaces.eq(replaces),
            care_records::sealed.eq(sealed),
            care_records::written_by.eq(user.id),
        ))
        .execute(db)
        .await
        .map_err(told)?;
    Ok(id)
}

type Kept = (Uuid, Option<Uuid>, Vec<u8>, Uuid, OffsetDateTime);

/// The records of a file as they stand, newest first: of several versions the last.
pub async fn all(db: &mut AsyncPgConnection, care: &Care) -> Result<Vec<Record>> {
    let kept: Vec<Kept> = care_records::table
        .filter(care_records::file_id.eq(care.id))
        .order((care_records::written_at.desc(), care_records::id.desc()))
        .limit(MOST)
        .select((
            care_records::id,
            care_records::replaces,
            care_records::sealed,
            care_records::written_by,
            care_records::written_at,
        ))
        .load(db)
        .await?;
    let older: Vec<Uuid> = kept.iter().filter_map(|(_, replaces, ..)| *replaces).collect();
    let key = care.records()?;
    let opened = |(id, replaces, sealed, by, at): Kept| {
        let content = unpacked(&key.open(&record_place(id), &sealed)?)?;
        Ok(Record { id, replaces, content, by, at })
    };
    kept.into_iter().filter(|(id, ..)| !older.contains(id)).map(opened).collect()
}

/// One record of a file as it stands; an older version is not there any more.
pub async fn find(db: &mut AsyncPgConnection, care: &Care, id: Uuid) -> Result<Record> {
    all(db, care).await?.into_iter().find(|record| record.id == id).ok_or(Error::NotFound)
}

/// What to do in danger as it stands, with its id, who wrote it and when.
pub async fn plan(db: &mut AsyncPgConnection, care: &Care) -> Result<Option<(Uuid, Plan, Uuid, OffsetDateTime)>> {
    let newest: Option<(Uuid, Vec<u8>, Uuid, OffsetDateTime)> = care_plans::table
        .filter(care_plans::file_id.eq(care.id))
        .order((care_plans::written_at.desc(), care_plans::id.desc()))
        .select((care_plans::id, care_plans::sealed, care_plans::written_by, care_plans::written_at))
        .first(db)
        .await
        .optional()?;
    newest
        .map(|(id, sealed, by, at)| Ok((id, unpacked(&care.plans().open(&plan_place(id), &sealed)?)?, by, at)))
        .transpose()
}

pub async fn write_plan(
    db: &mut AsyncPgConnection,
    user: &User,
    care: &Care,
    plan: &Plan,
    replaces: Option<Uuid>,
) -> Result<()> {
    let id = Uuid::now_v7();
    let sealed = care.plans().seal(&plan_place(id), &packed(plan)?)?;
    diesel::insert_into(care_plans::table)
        .values((
            care_plans::id.eq(id),
            care_plans::file_id.eq(care.id),
            care_plans::replaces.eq(replaces),
            care_plans::sealed.eq(sealed),
            care_plans::written_by.eq(user.id),
        ))
        .execute(db)
        .await
        .map_err(told)?;
    Ok(())
}

/// Something that somebody who is named must look at by an instant.
#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = care_tasks)]
pub struct Task {
    pub id: Uuid,
    pub due_at: OffsetDateTime,
    pub watched: bool,
}

pub async fn tasks(db: &mut AsyncPgConnection, care: &Care) -> Result<Vec<Task>> {
    Ok(care_tasks::table
        .filter(care_tasks::file_id.eq(care.id))
        .filter(care_tasks::done_at.is_null())
        .order((care_tasks::due_at, care_tasks::id))
        .limit(100)
        .select(Task::as_select())
        .load(db)
        .await?)
}

pub async fn add_task(
    db: &mut AsyncPgConnection,
    care: &Care,
    record: Uuid,
    due_at: OffsetDateTime,
    watched: bool,
) -> Result<Uuid> {
    let id = Uuid::now_v7();
    diesel::insert_into(care_tasks::table)
        .values((
            care_tasks::id.eq(id),
            care_tasks::file_id.eq(care.id),
            care_tasks::record_id.eq(record),
            care_tasks::due_at.eq(due_at),
            care_tasks::watched.eq(watched),
        ))
        .execute(db)
        .await?;
    Ok(id)
}

/// Says that a task was seen to; false if it was already.
pub async fn end_task(
    db: &mut AsyncPgConnection,
    user: &User,
    care: &Care,
    id: Uuid,
    now: OffsetDateTime,
) -> Result<bool> {
    let open = care_tasks::table.find(id).filter(care_tasks::file_id.eq(care.id)).filter(care_tasks::done_at.is_null());
    let done = (care_tasks::done_at.eq(now), care_tasks::done_by.eq(user.id));
    Ok(diesel::update(open).set(done).execute(db).await? > 0)
}

/// The instant at which a working day ends in Viet Nam: 17:00, which is 10:00 UTC.
pub fn end_of_work(on: time::Date) -> OffsetDateTime {
    on.midnight().assume_utc() + Duration::hours(10)
}
