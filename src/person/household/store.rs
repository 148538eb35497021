//! What is kept of households, as the signed-in user may see and change it.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::json;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::form::Member;
use super::poverty::Status;
use crate::access::User;
use crate::base::Result;
use crate::base::event;
use crate::schema::{household_facts, household_members, poverty_reviews, poverty_statuses};

/// A member as kept. A change is a new row, so that what was said before stays.
#[derive(Queryable, Selectable, Clone)]
#[diesel(table_name = household_members)]
pub struct Kept {
    pub id: Uuid,
    pub relation: String,
    pub name: Option<String>,
    pub birth_year: Option<i32>,
    pub sex: Option<String>,
    pub living: Option<String>,
    pub schooling: Option<String>,
    pub cared_by: Option<String>,
    pub need: Option<String>,
    pub apart: Option<String>,
    pub note: Option<String>,
    pub recorded_at: OffsetDateTime,
    pub withdrawn_at: Option<OffsetDateTime>,
    pub replaces: Option<Uuid>,
    pub version: i32,
}

impl Kept {
    pub fn fact(&self, fact: &str) -> Option<String> {
        match fact {
            "birth_year" => self.birth_year.map(|year| year.to_string()),
            "sex" => self.sex.clone(),
            "living" => self.living.clone(),
            "schooling" => self.schooling.clone(),
            "cared_by" => self.cared_by.clone(),
            "need" => self.need.clone(),
            "apart" => self.apart.clone(),
            _ => None,
        }
    }
}

/// Why a fact of a member is missing.
#[derive(Queryable, Selectable, Clone)]
#[diesel(table_name = household_facts)]
pub struct Said {
    pub member_id: Uuid,
    pub fact: String,
    pub absence: String,
}

/// The members of a person's household, those of today first, and why facts of them are missing.
pub async fn members(db: &mut AsyncPgConnection, person: Uuid) -> Result<(Vec<Kept>, Vec<Said>)> {
    let kept: Vec<Kept> = household_members::table
        .filter(household_members::person_id.eq(person))
        .order((household_members::withdrawn_at.desc().nulls_first(), household_members::id))
        .limit(200)
        .select(Kept::as_select())
        .load(db)
        .await?;
    let ids: Vec<Uuid> = kept.iter().map(|member| member.id).collect();
    let said = household_facts::table
        .filter(household_facts::member_id.eq_any(ids))
        .limit(2000)
        .select(Said::as_select())
        .load(db)
        .await?;
    Ok((kept, said))
}

/// A member of this person's household who still counts.
pub async fn member(db: &mut AsyncPgConnection, person: Uuid, id: Uuid) -> Result<Kept> {
    Ok(household_members::table
        .filter(household_members::id.eq(id))
        .filter(household_members::person_id.eq(person))
        .filter(household_members::withdrawn_at.is_null())
        .select(Kept::as_select())
        .first(db)
        .await?)
}

/// Adds a member, in place of an earlier row where something changed.
pub async fn add(
    db: &mut AsyncPgConnection,
    user: &User,
    person: Uuid,
    member: &Member,
    replaces: Option<Uuid>,
) -> Result<()> {
    let id = Uuid::now_v7();
    diesel::insert_into(household_members::table)
        .values((
            household_members::id.eq(id),
            household_members::person_id.eq(person),
            household_members::relation.eq(&member.relation),
            household_members::name.eq(&member.name),
            household_members::birth_year.eq(member.birth_year),
            household_members::sex.eq(&member.sex),
            household_members::living.eq(&member.living),
            household_members::schooling.eq(&member.schooling),
            household_members::cared_by.eq(&member.cared_by),
            household_members::need.eq(&member.need),
            household_members::apart.eq(&member.apart),
            household_members::note.eq(&member.note),
            household_members::recorded_by.eq(user.id),
            household_members::replaces.eq(replaces),
        ))
        .execute(db)
        .await?;
    let rows: Vec<_> = member
        .missing
        .iter()
        .map(|(fact, absence)| {
            (
                household_facts::id.eq(Uuid::now_v7()),
                household_facts::member_id.eq(id),
                household_facts::fact.eq(*fact),
                household_facts::absence.eq(absence.code()),
            )
        })
        .collect();
    if !rows.is_empty() {
        diesel::insert_into(household_facts::table).values(rows).execute(db).await?;
    }
    let kind = if replaces.is_some() { "person.household-changed" } else { "person.household-added" };
    event::record(db, kind, "person", person, json!({})).await
}

/// Takes a member back at the version shown; false if they changed or are gone.
pub async fn withdraw(
    db: &mut AsyncPgConnection,
    user: &User,
    person: Uuid,
    id: Uuid,
    version: i32,
    now: OffsetDateTime,
) -> Result<bool> {
    let changed = diesel::update(
        household_members::table
            .filter(household_members::id.eq(id))
            .filter(household_members::person_id.eq(person))
            .filter(household_members::version.eq(version))
            .filter(household_members::withdrawn_at.is_null()),
    )
    .set((
        household_members::withdrawn_at.eq(now),
        household_members::withdrawn_by.eq(user.id),
        household_members::version.eq(version.saturating_add(1)),
    ))
    .execute(db)
    .await?;
    Ok(changed == 1)
}

/// A status as kept: rows are added, the newest counts.
#[derive(Queryable, Selectable, Clone)]
#[diesel(table_name = poverty_statuses)]
pub struct KeptStatus {
    pub id: Uuid,
    pub status: String,
    pub because: Option<String>,
    pub source: Option<String>,
    pub decided_on: Option<Date>,
    pub review_on: Option<Date>,
    pub recorded_at: OffsetDateTime,
}

/// What is known of a household being poor, the newest first, and since when a review is asked for.
pub async fn poverty(db: &mut AsyncPgConnection, person: Uuid) -> Result<(Vec<KeptStatus>, Option<OffsetDateTime>)> {
    let statuses = poverty_statuses::table
        .filter(poverty_statuses::person_id.eq(person))
        .order((poverty_statuses::recorded_at.desc(), poverty_statuses::id.desc()))
        .limit(20)
        .select(KeptStatus::as_select())
        .load(db)
        .await?;
    let asked = poverty_reviews::table
        .filter(poverty_reviews::person_id.eq(person))
        .filter(poverty_reviews::answered_at.is_null())
        .select(poverty_reviews::asked_at)
        .first(db)
        .await
        .optional()?;
    Ok((statuses, asked))
}

/// Keeps a status. What cannot be told asks for a review; what is known answers one.
pub async fn keep_poverty(
    db: &mut AsyncPgConnection,
    user: &User,
    person: Uuid,
    status: &Status,
    now: OffsetDateTime,
) -> Result<()> {
    let id = Uuid::now_v7();
    diesel::insert_into(poverty_statuses::table)
        .values((
            poverty_statuses::id.eq(id),
            poverty_statuses::person_id.eq(person),
            poverty_statuses::status.eq(&status.status),
            poverty_statuses::because.eq(&status.because),
            poverty_statuses::source.eq(&status.source),
            poverty_statuses::decided_on.eq(status.decided_on),
            poverty_statuses::review_on.eq(status.review_on),
            poverty_statuses::recorded_by.eq(user.id),
        ))
        .execute(db)
        .await?;
    if status.status == "cannot-tell" {
        diesel::insert_into(poverty_reviews::table)
            .values((
                poverty_reviews::id.eq(Uuid::now_v7()),
                poverty_reviews::person_id.eq(person),
                poverty_reviews::status_id.eq(id),
                poverty_reviews::asked_by.eq(user.id),
            ))
            .on_conflict_do_nothing()
            .execute(db)
            .await?;
    } else {
        diesel::update(
            poverty_reviews::table
                .filter(poverty_reviews::person_id.eq(person))
                .filter(poverty_reviews::answered_at.is_null()),
        )
        .set((poverty_reviews::answered_at.eq(now), poverty_reviews::answered_by.eq(user.id)))
        .execute(db)
        .await?;
    }
    event::record(db, "person.poverty-recorded", "person", person, json!({ "status": status.status })).await
}
