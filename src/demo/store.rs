//! Puts made-up people into the database, many at a time, as the officer who registered them.

mod assessments;
pub mod cases;
pub mod desks;
mod family;
pub mod flights;
mod plans;
mod returns;

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;
use diesel::sql_types::{Array, Integer, Jsonb, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use self::cases::Opened;
use super::people::Made;
use crate::base::actor::Actor;
use crate::base::seal::{Keys, to_hex};
use crate::base::{Error, Result};
use crate::person::rekey::KEYS;
use crate::person::{Absence, Level, document, likeness, phone_key};
use crate::schema::persons;

/// Who is there and what time it is: what loading needs to know beside what was drawn.
pub struct Cast {
    pub actors: HashMap<String, Actor>,
    pub now: OffsetDateTime,
    pub today: Date,
    /// Seconds that the clock of this app is ahead.
    pub ahead: i64,
    /// Hours to answer an offer, by urgency.
    pub reply_hours: HashMap<&'static str, i64>,
    /// The entries of the directory by name; see [`super::directory`].
    pub listed: HashMap<&'static str, Uuid>,
}

impl Cast {
    /// Whoever has this account.
    pub fn actor(&self, account: &str) -> Result<&Actor> {
        self.actors.get(account).ok_or_else(|| Error::Internal(format!("no account {account}")))
    }

    /// The office of this account.
    pub fn office(&self, account: &str) -> Result<Uuid> {
        self.actor(account)?.organisation().ok_or_else(|| Error::Internal(format!("{account} has no office")))
    }

    /// What `app.ahead` must be for an act at that instant.
    pub fn ahead_at(&self, at: OffsetDateTime) -> i64 {
        (at - self.now).whole_seconds() + self.ahead
    }
}

#[derive(QueryableByName)]
struct Coded {
    #[diesel(sql_type = Text)]
    code: String,
}

/// The rows of a batch, by table.
#[derive(Default)]
pub struct Rows(HashMap<&'static str, Vec<Value>>);

impl Rows {
    pub fn add(&mut self, table: &'static str, row: Value) {
        self.0.entry(table).or_default().push(row);
    }

    /// One statement a table, in this order.
    pub async fn insert(mut self, db: &mut AsyncPgConnection, order: &[&'static str]) -> Result<()> {
        for table in order {
            insert(db, table, self.0.remove(table).unwrap_or_default()).await?;
        }
        Ok(())
    }

    /// A fact as the timeline tells it, in the name of whoever adds it.
    pub fn event(&mut self, actor: &Actor, at: OffsetDateTime, kind: &str, subject: (&str, Uuid), about: Value) {
        self.add(
            "events",
            json!({
                "id": Uuid::now_v7(),
                "at": written(at),
                "kind": kind,
                "subject_kind": subject.0,
                "subject_id": subject.1,
                "actor_kind": actor.kind(),
                "actor_id": actor.id(),
                "organisation_id": actor.organisation(),
                "about": about,
            }),
        );
    }
}

/// As JSON carries it to the database; every instant here has a year of four digits.
pub fn written(at: OffsetDateTime) -> Option<String> {
    at.format(&Rfc3339).ok()
}

/// Registers those of the batch who are not there yet, so that an interrupted run can be taken up again.
pub async fn register(
    db: &mut AsyncPgConnection,
    keys: &Keys,
    cast: &Cast,
    officer: &Actor,
    batch: &[Made],
) -> Result<()> {
    let codes: Vec<&str> = batch.iter().map(|made| made.code.as_str()).collect();
    let seen: Vec<String> = persons::table.filter(persons::code.eq_any(&codes)).select(persons::code).load(db).await?;
    // Merged into somebody else in a run before.
    let merged: Vec<Coded> =
        diesel::sql_query("SELECT code FROM unnest($1) code WHERE record_of_code(code) IS NOT NULL")
            .bind::<Array<Text>, _>(&codes)
            .load(db)
            .await?;
    let there: HashSet<String> = seen.into_iter().chain(merged.into_iter().map(|row| row.code)).collect();
    let mut rows = Rows::default();
    let mut found_by = Vec::new();
    let mut opened = Vec::new();
    let mut kin = family::Kin::default();
    for made in batch.iter().filter(|made| !there.contains(made.code.as_str())) {
        let id = Uuid::now_v7();
        found_by.push(person(&mut rows, keys, officer, id, made)?);
        family::household(&mut rows, officer, id, made);
        kin.note(id, made);
        for (at, back) in made.returns.iter().enumerate() {
            let episode = returns::rows(&mut rows, cast, officer, id, back)?;
            family::leaving(&mut rows, officer, episode, made, back, made.returns.get(at + 1));
            if let Some(journey) = &back.journey {
                let case = Uuid::now_v7();
                let hand_over = cases::rows(&mut rows, cast, officer, (case, episode), journey)?;
                opened.push(Opened { case, hand_over, journey });
            }
        }
    }
    kin.link(&mut rows, officer);
    let tables = [
        "persons",
        "person_facts",
        "identity_documents",
        "contact_points",
        "addresses",
        "household_members",
        "household_facts",
        "poverty_statuses",
        "poverty_reviews",
        "family_links",
        "family_consents",
        "episodes",
        "episode_facts",
        "labour_migrations",
        "residence_notices",
        "cases",
        "screenings",
        "private_talks",
        "hand_overs",
        "events",
        "re_departures",
        "return_rights",
    ];
    rows.insert(db, &tables).await?;
    diesel::sql_query(
        "SELECT set_match_keys(r.person, r.keys, $2) FROM jsonb_to_recordset($1) AS r (person uuid, keys text[])",
    )
    .bind::<Jsonb, _>(Value::Array(found_by))
    .bind::<Integer, _>(KEYS)
    .execute(db)
    .await?;
    cases::settle(db, cast, officer, &opened).await
}

/// One statement a table. All rows have the same columns; columns that none has keep their defaults.
pub async fn insert(db: &mut AsyncPgConnection, table: &str, rows: Vec<Value>) -> Result<()> {
    let Some(first) = rows.as_slice().first().and_then(Value::as_object) else { return Ok(()) };
    let columns: Vec<&str> = first.keys().map(String::as_str).collect();
    let columns = columns.join(", ");
    diesel::sql_query(format!(
        "INSERT INTO {table} ({columns}) SELECT {columns} FROM jsonb_populate_recordset(NULL::{table}, $1)"
    ))
    .bind::<Jsonb, _>(Value::Array(rows))
    .execute(db)
    .await?;
    Ok(())
}

/// The rows of a person, and what they can be found by.
fn person(rows: &mut Rows, keys: &Keys, officer: &Actor, id: Uuid, made: &Made) -> Result<Value> {
    let at = written(made.registered_at);
    let facts = &made.facts;
    rows.add(
        "persons",
        json!({
            "id": id,
            "code": made.code.as_str(),
            "name": facts.name,
            "family_key": facts.family_key,
            "given_key": facts.given_key,
            "sex": facts.sex,
            "birth_date": facts.birth.map(|(date, _)| date.to_string()),
            "birth_precision": facts.birth.map(|(_, precision)| precision.code()),
            "ethnic_group": facts.ethnic_group,
            "marital_status": facts.marital_status,
            "education_level": facts.education_level,
            "qualification": facts.qualification,
            "language": facts.language,
            "interpreter": facts.interpreter,
            "reads_vietnamese": facts.reads_vietnamese,
            "registered_by": officer.organisation(),
            "registered_at": at,
        }),
    );
    for fact in &facts.said {
        let on_paper = fact.said.is_ok_and(|level| level > Level::Stated);
        rows.add(
            "person_facts",
            json!({
                "id": Uuid::now_v7(),
                "person_id": id,
                "fact": fact.fact,
                "absence": fact.said.err().map(Absence::code),
                "level": fact.said.ok().map(Level::code),
                "said_by": if on_paper { "document" } else { facts.said_by },
                "recorded_at": at,
            }),
        );
    }
    let mut found_by = likeness::kept_keys(&facts.name, facts.birth);
    for kept in &made.documents {
        let row = Uuid::now_v7();
        let sealed = kept.number.as_ref().map(|n| document::seal(keys, row, n)).transpose()?;
        let blind = kept.number.as_ref().map(|n| document::index(keys, &kept.kind, &kept.country, n)).transpose()?;
        found_by.extend(kept.name_printed.iter().flat_map(|name| likeness::kept_keys(name, facts.birth)));
        found_by.extend(blind.as_ref().map(document::match_key));
        rows.add(
            "identity_documents",
            json!({
                "id": row,
                "person_id": id,
                "kind": kept.kind,
                "shown_as": kept.shown_as,
                "level": kept.level().code(),
                "country": kept.country,
                "number_sealed": sealed.map(|bytes| format!("\\x{}", to_hex(&bytes))),
                "number_index": blind.as_ref().map(|b| &b.index),
                "number_key": blind.as_ref().map(|b| b.key),
                "name_printed": kept.name_printed,
                "issued_on": kept.issued_on.map(|d| d.to_string()),
                "expires_on": kept.expires_on.map(|d| d.to_string()),
            }),
        );
    }
    for kept in &made.contacts {
        if matches!(kept.kind.as_str(), "phone" | "zalo") {
            found_by.extend(phone_key(&kept.value));
        }
        rows.add(
            "contact_points",
            json!({
                "id": Uuid::now_v7(),
                "person_id": id,
                "kind": kept.kind,
                "value": kept.value,
                "belongs_to": kept.belongs_to,
                "safe_to_call": kept.safe_to_call,
                "safe_to_write": kept.safe_to_write,
                "safe_automatic": kept.safe_automatic,
                "wishes": kept.wishes,
            }),
        );
    }
    for kept in &made.addresses {
        rows.add(
            "addresses",
            json!({
                "id": Uuid::now_v7(),
                "person_id": id,
                "kind": kept.kind,
                "province_code": kept.province,
                "commune_code": kept.commune,
                "line": kept.line,
                "old_province": kept.old.and_then(|old| old.province).map(|unit| unit.code),
                "old_district": kept.old.and_then(|old| old.district).map(|unit| unit.code),
                "old_commune": kept.old.and_then(|old| old.commune).map(|unit| unit.code),
            }),
        );
    }
    rows.event(officer, made.registered_at, "person.registered", ("person", id), json!({}));
    Ok(json!({ "person": id, "keys": found_by }))
}
