//! What hangs on a person, as it is kept: documents, ways to reach them, addresses.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::json;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::document;
use super::part_form::{Address, Contact, Document};
use crate::base::error::Result;
use crate::base::event;
use crate::base::seal::Keys;
use crate::schema::{addresses, contact_points, identity_documents};
use crate::vocabulary::List;

/// A document as kept: its number is sealed.
#[derive(Queryable, Selectable, Clone)]
#[diesel(table_name = identity_documents)]
pub struct KeptDocument {
    pub id: Uuid,
    pub kind: String,
    pub shown_as: String,
    pub level: String,
    pub country: String,
    pub number_sealed: Option<Vec<u8>>,
    pub number_index: Option<String>,
    pub number_key: Option<i32>,
    pub name_printed: Option<String>,
    pub issued_on: Option<Date>,
    pub expires_on: Option<Date>,
    pub version: i32,
}

#[derive(Queryable, Selectable, Clone)]
#[diesel(table_name = contact_points)]
pub struct KeptContact {
    pub id: Uuid,
    pub kind: String,
    pub value: String,
    pub belongs_to: Option<String>,
    pub safe_to_call: bool,
    pub safe_to_write: bool,
    pub safe_automatic: bool,
    pub wishes: Option<String>,
    pub version: i32,
}

#[derive(Queryable, Selectable, Clone)]
#[diesel(table_name = addresses)]
pub struct KeptAddress {
    pub id: Uuid,
    pub kind: String,
    pub province_code: Option<String>,
    pub commune_code: Option<String>,
    pub line: Option<String>,
    pub version: i32,
    pub old_province: Option<String>,
    pub old_district: Option<String>,
    pub old_commune: Option<String>,
    pub mapped_from: Option<Uuid>,
}

pub async fn add_document(db: &mut AsyncPgConnection, keys: &Keys, person: Uuid, document: &Document) -> Result<()> {
    let sealed = document.number.as_ref().map(|n| document::seal(keys, document.id, n)).transpose()?;
    let blind =
        document.number.as_ref().map(|n| document::index(keys, &document.kind, &document.country, n)).transpose()?;
    diesel::insert_into(identity_documents::table)
        .values((
            identity_documents::id.eq(document.id),
            identity_documents::person_id.eq(person),
            identity_documents::kind.eq(&document.kind),
            identity_documents::shown_as.eq(&document.shown_as),
            identity_documents::level.eq(document.level().code()),
            identity_documents::country.eq(&document.country),
            identity_documents::number_sealed.eq(sealed),
            identity_documents::number_index.eq(blind.as_ref().map(|b| &b.index)),
            identity_documents::number_key.eq(blind.as_ref().map(|b| b.key as i32)),
            identity_documents::name_printed.eq(&document.name_printed),
            identity_documents::issued_on.eq(document.issued_on),
            identity_documents::expires_on.eq(document.expires_on),
        ))
        .execute(db)
        .await?;
    event::record(db, "person.document-added", "person", person, json!({ "kind": document.kind })).await
}

pub async fn add_contact(db: &mut AsyncPgConnection, person: Uuid, contact: &Contact) -> Result<()> {
    diesel::insert_into(contact_points::table)
        .values((
            contact_points::id.eq(contact.id),
            contact_points::person_id.eq(person),
            contact_points::kind.eq(&contact.kind),
            contact_points::value.eq(&contact.value),
            contact_points::belongs_to.eq(&contact.belongs_to),
            contact_points::safe_to_call.eq(contact.safe_to_call),
            contact_points::safe_to_write.eq(contact.safe_to_write),
            contact_points::safe_automatic.eq(contact.safe_automatic),
            contact_points::wishes.eq(&contact.wishes),
        ))
        .execute(db)
        .await?;
    event::record(db, "person.contact-added", "person", person, json!({ "kind": contact.kind })).await
}

pub async fn add_address(db: &mut AsyncPgConnection, person: Uuid, address: &Address) -> Result<()> {
    diesel::insert_into(addresses::table)
        .values((
            addresses::id.eq(address.id),
            addresses::person_id.eq(person),
            addresses::kind.eq(&address.kind),
            addresses::province_code.eq(&address.province),
            addresses::commune_code.eq(&address.commune),
            addresses::line.eq(&address.line),
            addresses::old_province.eq(address.old.and_then(|old| old.province).map(|unit| unit.code)),
            addresses::old_district.eq(address.old.and_then(|old| old.district).map(|unit| unit.code)),
            addresses::old_commune.eq(address.old.and_then(|old| old.commune).map(|unit| unit.code)),
        ))
        .execute(db)
        .await?;
    event::record(db, "person.address-added", "person", person, json!({ "kind": address.kind })).await?;
    match &address.take {
        Some(commune) => take_over(db, person, address.id, commune).await,
        None => Ok(()),
    }
}

/// Makes the commune of today that a printed address lies in the person's home; the printed one stays as it is.
pub async fn take_over(db: &mut AsyncPgConnection, person: Uuid, printed: Uuid, commune: &str) -> Result<()> {
    let province = List::Communes.vocabulary().get(commune).and_then(|c| c.parent.clone());
    diesel::insert_into(addresses::table)
        .values((
            addresses::id.eq(Uuid::now_v7()),
            addresses::person_id.eq(person),
            addresses::kind.eq("home"),
            addresses::province_code.eq(province),
            addresses::commune_code.eq(commune),
            addresses::mapped_from.eq(printed),
        ))
        .execute(db)
        .await?;
    event::record(db, "person.address-added", "person", person, json!({ "kind": "home" })).await
}

/// A printed address of this person that still counts.
pub async fn printed_address(db: &mut AsyncPgConnection, person: Uuid, id: Uuid) -> Result<KeptAddress> {
    Ok(addresses::table
        .filter(addresses::id.eq(id))
        .filter(addresses::person_id.eq(person))
        .filter(addresses::kind.eq("as-printed"))
        .filter(addresses::withdrawn_at.is_null())
        .select(KeptAddress::as_select())
        .first(db)
        .await?)
}

/// True if somebody took over a commune of today from this printed address, and did not take it back.
pub async fn taken_over(db: &mut AsyncPgConnection, printed: Uuid) -> Result<bool> {
    let taken: i64 = addresses::table
        .filter(addresses::mapped_from.eq(printed))
        .filter(addresses::withdrawn_at.is_null())
        .count()
        .get_result(db)
        .await?;
    Ok(taken > 0)
}

/// What can be taken back. Nothing is deleted: it no longer counts.
#[derive(Clone, Copy)]
pub enum Part {
    Document,
    Contact,
    Address,
}

impl Part {
    fn code(self) -> &'static str {
        match self {
            Part::Document => "document",
            Part::Contact => "contact",
            Part::Address => "address",
        }
    }
}

/// Takes a document, contact or address back at the version shown; false if it changed or is gone.
pub async fn withdraw(
    db: &mut AsyncPgConnection,
    person: Uuid,
    part: Part,
    id: Uuid,
    version: i32,
    now: OffsetDateTime,
) -> Result<bool> {
    macro_rules! withdraw_from {
        ($table:ident) => {
            diesel::update(
                $table::table
                    .filter($table::id.eq(id))
                    .filter($table::person_id.eq(person))
                    .filter($table::version.eq(version))
                    .filter($table::withdrawn_at.is_null()),
            )
            .set(($table::withdrawn_at.eq(now), $table::version.eq(version.saturating_add(1))))
            .execute(db)
            .await?
        };
    }
    let changed = match part {
        Part::Document => withdraw_from!(identity_documents),
        Part::Contact => withdraw_from!(contact_points),
        Part::Address => withdraw_from!(addresses),
    };
    if changed == 1 {
        event::record(db, "person.part-withdrawn", "person", person, json!({ "part": part.code() })).await?;
    }
    Ok(changed == 1)
}

/// A document's kind and its number as sealed.
pub async fn sealed_number(db: &mut AsyncPgConnection, person: Uuid, id: Uuid) -> Result<(String, Option<Vec<u8>>)> {
    Ok(identity_documents::table
        .filter(identity_documents::id.eq(id))
        .filter(identity_documents::person_id.eq(person))
        .select((identity_documents::kind, identity_documents::number_sealed))
        .first(db)
        .await?)
}
