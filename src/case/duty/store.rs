//! Queries about who is on duty, and about immediate needs.

use diesel::define_sql_function;
use diesel::prelude::*;
use diesel::sql_types::{Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Number, Shift};
use crate::access::User;
use crate::base::Result;
use crate::schema::{cases, duty_shifts, duty_tries, episodes, screenings};

define_sql_function! {
    /// See database/functions_duty.sql.
    fn alarm_told(alarm: SqlUuid, step: Integer) -> Nullable<Jsonb>;
}
define_sql_function! {
    /// See database/functions_duty.sql.
    fn duty_missing() -> Jsonb;
}

/// Most shifts of an office that are still ahead: a month of three a day, with a second and a third number.
pub const MOST_AHEAD: i64 = 400;

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    name: String,
}

/// Who of my office may be on duty.
pub async fn staff(db: &mut AsyncPgConnection) -> Result<Vec<(Uuid, String)>> {
    let found: Vec<Named> = diesel::sql_query("SELECT id, name FROM duty_staff()").load(db).await?;
    Ok(found.into_iter().map(|one| (one.id, one.name)).collect())
}

/// The shifts of my office that touch the time between two instants.
pub async fn shifts(
    db: &mut AsyncPgConnection,
    user: &User,
    since: OffsetDateTime,
    until: OffsetDateTime,
) -> Result<Vec<Shift>> {
    Ok(duty_shifts::table
        .filter(duty_shifts::organisation_id.eq(user.organisation))
        .filter(duty_shifts::ends_at.gt(since))
        .filter(duty_shifts::starts_at.lt(until))
        .order((duty_shifts::starts_at, duty_shifts::place, duty_shifts::id))
        .limit(MOST_AHEAD)
        .select(Shift::as_select())
        .load(db)
        .await?)
}

/// How many shifts of my office are not over.
pub async fn ahead(db: &mut AsyncPgConnection, user: &User, now: OffsetDateTime) -> Result<i64> {
    let mine = duty_shifts::table.filter(duty_shifts::organisation_id.eq(user.organisation));
    Ok(mine.filter(duty_shifts::ends_at.gt(now)).count().get_result(db).await?)
}

/// True if somebody is on duty already at some of this time.
pub async fn is_on_duty(
    db: &mut AsyncPgConnection,
    person: Uuid,
    since: OffsetDateTime,
    until: OffsetDateTime,
) -> Result<bool> {
    let theirs = duty_shifts::table.filter(duty_shifts::user_id.eq(person));
    let meanwhile = theirs.filter(duty_shifts::ends_at.gt(since)).filter(duty_shifts::starts_at.lt(until));
    Ok(diesel::select(diesel::dsl::exists(meanwhile)).get_result(db).await?)
}

/// The number under which somebody answered last time.
pub async fn last_phone(db: &mut AsyncPgConnection, person: Uuid) -> Result<Option<String>> {
    Ok(duty_shifts::table
        .filter(duty_shifts::user_id.eq(person))
        .order(duty_shifts::written_at.desc())
        .select(duty_shifts::phone)
        .first(db)
        .await
        .optional()?)
}

/// Hours of duty as they are written.
pub struct New<'a> {
    pub person: Uuid,
    pub phone: &'a str,
    pub place: i32,
    pub hours: &'a [(OffsetDateTime, OffsetDateTime)],
}

pub async fn add(db: &mut AsyncPgConnection, user: &User, new: &New<'_>) -> Result<()> {
    let rows: Vec<_> = new
        .hours
        .iter()
        .map(|(starts, ends)| {
            (
                duty_shifts::id.eq(Uuid::now_v7()),
                duty_shifts::organisation_id.eq(user.organisation),
                duty_shifts::user_id.eq(new.person),
                duty_shifts::phone.eq(new.phone),
                duty_shifts::place.eq(new.place),
                duty_shifts::starts_at.eq(*starts),
                duty_shifts::ends_at.eq(*ends),
                duty_shifts::written_by.eq(user.id),
            )
        })
        .collect();
    diesel::insert_into(duty_shifts::table).values(rows).execute(db).await?;
    Ok(())
}

/// Takes hours out that are not over; false where they are not my office's.
pub async fn remove(db: &mut AsyncPgConnection, id: Uuid) -> Result<bool> {
    Ok(diesel::delete(duty_shifts::table.find(id)).execute(db).await? == 1)
}

#[derive(QueryableByName)]
struct Gap {
    #[diesel(sql_type = Timestamptz)]
    starts_at: OffsetDateTime,
    #[diesel(sql_type = Timestamptz)]
    ends_at: OffsetDateTime,
}

/// When nobody of my office is on duty.
pub async fn gaps(
    db: &mut AsyncPgConnection,
    user: &User,
    since: OffsetDateTime,
    until: OffsetDateTime,
) -> Result<Vec<(OffsetDateTime, OffsetDateTime)>> {
    let found: Vec<Gap> = diesel::sql_query("SELECT starts_at, ends_at FROM duty_gaps($1, $2, $3)")
        .bind::<SqlUuid, _>(user.organisation)
        .bind::<Timestamptz, _>(since)
        .bind::<Timestamptz, _>(until)
        .load(db)
        .await?;
    Ok(found.into_iter().map(|gap| (gap.starts_at, gap.ends_at)).collect())
}

#[derive(QueryableByName)]
struct Called {
    #[diesel(sql_type = Integer)]
    step: i32,
    #[diesel(sql_type = SqlUuid)]
    office_id: Uuid,
    #[diesel(sql_type = Text)]
    office: String,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    user_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<Text>)]
    name: Option<String>,
    #[diesel(sql_type = Text)]
    phone: String,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    ends_at: Option<OffsetDateTime>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    tried_at: Option<OffsetDateTime>,
}

/// The numbers to call for a case, in their order.
pub async fn numbers(db: &mut AsyncPgConnection, case: Uuid) -> Result<Vec<Number>> {
    let found: Vec<Called> =
        diesel::sql_query("SELECT * FROM duty_numbers($1)").bind::<SqlUuid, _>(case).load(db).await?;
    Ok(found
        .into_iter()
        .map(|n| Number {
            step: n.step,
            office_id: n.office_id,
            office: n.office,
            user_id: n.user_id,
            name: n.name,
            phone: n.phone,
            until: n.ends_at,
            tried_at: n.tried_at,
        })
        .collect())
}

/// Somebody called, and nobody answered.
pub async fn tried(db: &mut AsyncPgConnection, user: &User, case: Uuid, number: &Number) -> Result<()> {
    diesel::insert_into(duty_tries::table)
        .values((
            duty_tries::id.eq(Uuid::now_v7()),
            duty_tries::case_id.eq(case),
            duty_tries::office_id.eq(number.office_id),
            duty_tries::phone.eq(&number.phone),
            duty_tries::tried_by.eq(user.id),
        ))
        .execute(db)
        .await?;
    Ok(())
}

/// Since when a case has an immediate need that nobody has taken over.
pub async fn open_since(db: &mut AsyncPgConnection, case: Uuid) -> Result<Option<OffsetDateTime>> {
    Ok(screenings::table
        .filter(screenings::case_id.eq(case))
        .filter(screenings::urgency.eq("immediate"))
        .filter(screenings::taken_over_at.is_null())
        .select(diesel::dsl::min(screenings::screened_at))
        .first(db)
        .await?)
}

/// Immediate needs of my office that nobody has taken over: the person, the case's code, and since when.
pub async fn open(db: &mut AsyncPgConnection, user: &User) -> Result<Vec<(Uuid, String, OffsetDateTime)>> {
    Ok(screenings::table
        .inner_join(cases::table.inner_join(episodes::table))
        .filter(cases::holder_id.eq(user.organisation))
        .filter(cases::phase.ne("closed"))
        .filter(screenings::urgency.eq("immediate"))
        .filter(screenings::taken_over_at.is_null())
        .distinct_on(cases::id)
        .order((cases::id, screenings::screened_at))
        .limit(100)
        .select((episodes::person_id, cases::code, screenings::screened_at))
        .load(db)
        .await?)
}

/// A need of another office that came up to mine: which office, its number, since when, and how many.
#[derive(QueryableByName)]
pub struct Above {
    #[diesel(sql_type = Text)]
    pub office: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub phone: Option<String>,
    #[diesel(sql_type = Timestamptz)]
    pub since: OffsetDateTime,
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    pub needs: i64,
}

pub async fn above(db: &mut AsyncPgConnection) -> Result<Vec<Above>> {
    Ok(diesel::sql_query("SELECT office, phone, since, needs FROM alarms_above()").load(db).await?)
}

/// Whoever is to be written to at a step of silence, with their language; nothing where the need is taken over.
pub async fn told(db: &mut AsyncPgConnection, alarm: Uuid, step: i32) -> Result<Option<Value>> {
    Ok(diesel::select(alarm_told(alarm, step)).get_result(db).await?)
}

/// Whoever keeps a roster in which somebody is missing within a day, with their language.
pub async fn missing(db: &mut AsyncPgConnection) -> Result<Value> {
    Ok(diesel::select(duty_missing()).get_result(db).await?)
}
