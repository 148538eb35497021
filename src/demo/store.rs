//! Puts made-up people into the database, many at a time, as the officer who registered them.

use std::collections::HashSet;

use diesel::prelude::*;
use diesel::sql_types::Jsonb;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;
use uuid::Uuid;

use super::people::Made;
use crate::base::actor::Actor;
use crate::base::seal::{Keys, to_hex};
use crate::base::{Error, Result};
use crate::person::{Absence, Level, document, name_keys, phone_key};
use crate::schema::persons;

/// The rows of a batch, by table.
#[derive(Default)]
struct Rows {
    persons: Vec<Value>,
    facts: Vec<Value>,
    documents: Vec<Value>,
    contacts: Vec<Value>,
    addresses: Vec<Value>,
    events: Vec<Value>,
    keys: Vec<Value>,
}

/// Registers those of the batch who are not there yet, so that an interrupted run can be taken up again.
pub async fn register(db: &mut AsyncPgConnection, keys: &Keys, officer: &Actor, batch: &[Made]) -> Result<()> {
    let codes: Vec<&str> = batch.iter().map(|made| made.code.as_str()).collect();
    let there: Vec<String> = persons::table.filter(persons::code.eq_any(codes)).select(persons::code).load(db).await?;
    let there: HashSet<String> = there.into_iter().collect();
    let mut rows = Rows::default();
    for made in batch.iter().filter(|made| !there.contains(made.code.as_str())) {
        rows.add(keys, officer, made)?;
    }
    insert(db, "persons", rows.persons).await?;
    insert(db, "person_facts", rows.facts).await?;
    insert(db, "identity_documents", rows.documents).await?;
    insert(db, "contact_points", rows.contacts).await?;
    insert(db, "addresses", rows.addresses).await?;
    insert(db, "events", rows.events).await?;
    diesel::sql_query(
        "SELECT set_match_keys(r.person, r.keys) FROM jsonb_to_recordset($1) AS r (person uuid, keys text[])",
    )
    .bind::<Jsonb, _>(Value::Array(rows.keys))
    .execute(db)
    .await?;
    Ok(())
}

/// One statement a table. All rows have the same columns; columns that none has keep their defaults.
async fn insert(db: &mut AsyncPgConnection, table: &str, rows: Vec<Value>) -> Result<()> {
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

impl Rows {
    fn add(&mut self, keys: &Keys, officer: &Actor, made: &Made) -> Result<()> {
        let id = Uuid::now_v7();
        let at = made.registered_at.format(&Rfc3339).map_err(Error::internal)?;
        let facts = &made.facts;
        self.persons.push(json!({
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
        }));
        self.facts.extend(facts.said.iter().map(|fact| {
            let on_paper = fact.said.is_ok_and(|level| level > Level::Stated);
            json!({
                "id": Uuid::now_v7(),
                "person_id": id,
                "fact": fact.fact,
                "absence": fact.said.err().map(Absence::code),
                "level": fact.said.ok().map(Level::code),
                "said_by": if on_paper { "document" } else { facts.said_by },
                "recorded_at": at,
            })
        }));
        let mut found_by = name_keys(&facts.name);
        for kept in &made.documents {
            let row = Uuid::now_v7();
            let sealed = kept.number.as_ref().map(|n| document::seal(keys, row, n)).transpose()?;
            let blind =
                kept.number.as_ref().map(|n| document::index(keys, &kept.kind, &kept.country, n)).transpose()?;
            found_by.extend(kept.name_printed.iter().flat_map(|name| name_keys(name)));
            found_by.extend(blind.as_ref().map(document::match_key));
            self.documents.push(json!({
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
            }));
        }
        for kept in &made.contacts {
            if matches!(kept.kind.as_str(), "phone" | "zalo") {
                found_by.extend(phone_key(&kept.value));
            }
            self.contacts.push(json!({
                "id": Uuid::now_v7(),
                "person_id": id,
                "kind": kept.kind,
                "value": kept.value,
                "belongs_to": kept.belongs_to,
                "safe_to_call": kept.safe_to_call,
                "safe_to_write": kept.safe_to_write,
                "wishes": kept.wishes,
            }));
        }
        self.addresses.extend(made.addresses.iter().map(|kept| {
            json!({
                "id": Uuid::now_v7(),
                "person_id": id,
                "kind": kept.kind,
                "province_code": kept.province,
                "commune_code": kept.commune,
                "line": kept.line,
            })
        }));
        self.events.push(json!({
            "id": Uuid::now_v7(),
            "at": at,
            "kind": "person.registered",
            "subject_kind": "person",
            "subject_id": id,
            "actor_kind": officer.kind(),
            "actor_id": officer.id(),
            "organisation_id": officer.organisation(),
            "about": {},
        }));
        self.keys.push(json!({ "person": id, "keys": found_by }));
        Ok(())
    }
}
