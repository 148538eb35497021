//! Registering somebody who came with a flight: the six things of the desk (practice 2), out of the list, the document
//! and what the officer adds, through the functions that the desk's page uses.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rocket::FromForm;
use time::{Date, OffsetDateTime};
use uuid::Uuid;
use validator::Validate;

use super::manifest::{self, Manifest, Row};
use crate::access::User;
use crate::base::Result;
use crate::base::date::{Precision, Typed};
use crate::base::form::Filled;
use crate::base::language::Language;
use crate::base::seal::Keys;
use crate::base::text::fold_any_order;
use crate::episode::form::{Return, ReturnForm};
use crate::episode::store as returns;
use crate::intake::doors;
use crate::intake::scan::{self, Scanned};
use crate::person::form::{Facts, PersonForm};
use crate::person::part_form::{ContactForm, Document};
use crate::person::registration::{self, Parts};
use crate::person::{Absence, document as papers};
use crate::schema::{episodes, manifest_rows};
use crate::vocabulary::List;

/// The card as sent. What is left empty is *not known*, as the card says.
#[derive(FromForm, Validate)]
pub struct MeetForm {
    #[validate(nested)]
    pub person: PersonForm,
    #[validate(nested)]
    pub r#return: ReturnForm,
    #[validate(nested)]
    pub contact: ContactForm,
    /// What was scanned before, to be read again.
    #[validate(length(max = 1100, code = "too-long"))]
    #[field(default = String::new())]
    pub read: String,
    /// What the returnee chose.
    #[validate(length(max = 10, code = "too-long"))]
    #[field(default = String::new())]
    pub help: String,
}

/// The card, read.
pub struct Met {
    pub facts: Facts,
    pub parts: Parts,
    pub r#return: Return,
    pub announced: bool,
}

/// The fields of a card as the list and the document fill them.
pub fn filled(manifest: &Manifest, row: Option<&Row>, found: Option<&Scanned>, language: Language) -> Filled {
    let of_row = |value: fn(&Row) -> Option<&String>| row.and_then(value).cloned();
    let birth = found.and_then(|found| found.birth).or(row.and_then(Row::birth)).unzip();
    let birth = Typed::of(birth.0, birth.1);
    let sex = of_row(|row| row.sex.as_ref()).or(found.and_then(|found| found.sex).map(str::to_owned));
    let name = of_row(|row| row.name.as_ref()).or(found.map(|found| found.name.clone()));
    let country = manifest.previous_country.as_deref();
    Filled::blank()
        .put("person.name", name.unwrap_or_default())
        .put("person.sex", sex.unwrap_or_default())
        .put("person.birth.day", birth.day)
        .put("person.birth.month", birth.month)
        .put("person.birth.year", birth.year)
        .put(
            "return.previous_country",
            country.map(|code| List::Countries.vocabulary().title(code, language)).unwrap_or_default(),
        )
        .put("return.previous_country.code", country.unwrap_or_default())
        .put("contact.value", of_row(|row| row.phone.as_ref()).unwrap_or_default())
}

/// Where list and document do not agree, as keys of messages. Never a reason to refuse.
pub fn differences(row: &Row, found: &Scanned, keys: &Keys) -> Result<Vec<&'static str>> {
    let mut all = Vec::new();
    if row.name.as_deref().is_some_and(|name| fold_any_order(name) != fold_any_order(&found.name)) {
        all.push("flight-doubt-name");
    }
    let whole = |day: Option<(Date, Precision)>| day.filter(|(_, precision)| *precision == Precision::Day);
    if whole(row.birth()).zip(whole(found.birth)).is_some_and(|(a, b)| a != b) {
        all.push("flight-doubt-birth");
    }
    if row.sex.as_deref().zip(found.sex).is_some_and(|(a, b)| a != b) {
        all.push("flight-doubt-sex");
    }
    let other = row.document_number(keys)?.is_some_and(|number| {
        number != papers::normal(&found.number)
            && found.personal_number.as_deref() != Some(&*number)
            && (found.kind == "citizen-card") == (row.document_kind.as_deref() == Some("citizen-card"))
    });
    if other {
        all.push("flight-doubt-number");
    }
    Ok(all)
}

impl MeetForm {
    /// What the card says, or `None` with what is wrong beside its fields.
    pub fn read(
        mut self,
        filled: &mut Filled,
        (manifest, row, found): (&Manifest, Option<&Row>, Option<&Scanned>),
        help: &str,
        today: Date,
    ) -> Option<Met> {
        let unknown = || Absence::NotKnown.code().to_owned();
        let person = &mut self.person;
        if person.sex.trim().is_empty() {
            person.absence.insert("sex".into(), unknown());
        }
        if person.birth.is_empty() {
            person.absence.insert("birth".into(), unknown());
        }
        if let Some(found) = found {
            person.said_by = "document".into();
            let typed = person.birth.read().ok().flatten();
            let levels = [
                ("name", fold_any_order(&person.name) == fold_any_order(&found.name)),
                ("sex", found.sex.is_some_and(|sex| sex == person.sex)),
                ("birth", found.birth.is_some() && typed == found.birth),
            ];
            for (fact, _) in levels.into_iter().filter(|(_, read)| *read) {
                person.level.insert(fact.into(), scan::LEVEL.into());
            }
        }
        let came = &mut self.r#return;
        if came.previous_country.trim().is_empty() {
            came.absence.insert("previous_country".into(), unknown());
        }
        if came.left.is_empty() {
            came.absence.insert("left".into(), unknown());
        }
        came.standing = "returned".into();
        // After midnight it is still yesterday's flight.
        came.entered = Typed::of(Some(manifest.arrives_on.min(today)), Some(Precision::Day));
        came.wants_help = help.into();
        came.flight = String::new();
        let facts = self.person.read(filled, today);
        let read = self.r#return.read(filled, today, None);
        let contact = if self.contact.is_empty() { None } else { self.contact.read("contact.", filled) };
        if filled.is_wrong() {
            return None;
        }
        let r#return = Return { flight: Some(manifest.flight.clone()), ..read? };
        let parts = Parts { document: None, contact, address: None };
        Some(Met { facts: facts?, parts, r#return, announced: row.is_some() })
    }
}

/// The document that was scanned, else the one that the list names.
pub fn document(keys: &Keys, row: Option<&Row>, found: Option<&Scanned>) -> Result<Option<Document>> {
    let id = Uuid::now_v7();
    if let Some(found) = found {
        return Ok(Some(Document {
            id,
            kind: found.kind.to_owned(),
            country: manifest::issuer(found),
            number: Some(papers::normal(&found.number)),
            shown_as: "original".to_owned(),
            name_printed: found.name_is_folded.then(|| found.name.clone()),
            issued_on: found.issued,
            expires_on: found.expires,
        }));
    }
    let Some(row) = row else { return Ok(None) };
    Ok(row.document_number(keys)?.map(|number| Document {
        id,
        kind: row.document_kind.clone().unwrap_or_else(|| "passport".to_owned()),
        country: row.document_country.clone().unwrap_or_else(|| "VN".to_owned()),
        number: Some(number),
        shown_as: "told".to_owned(),
        name_printed: None,
        issued_on: None,
        expires_on: None,
    }))
}

/// Registers person and return. Whoever may be the same person is noted and stops nobody.
pub async fn register(
    db: &mut AsyncPgConnection,
    user: &User,
    keys: &Keys,
    met: &Met,
    now: OffsetDateTime,
) -> Result<Uuid> {
    let (person, _) = registration::register(db, user, keys, &met.facts, &met.parts).await?;
    let door = doors(&user.organisation_kind).first().copied().unwrap_or("airport");
    let episode = returns::open(db, user, person, door, &met.r#return, now).await?;
    if met.announced {
        diesel::update(episodes::table.find(episode)).set(episodes::arrival.eq("arrived")).execute(db).await?;
    }
    Ok(episode)
}

/// A line for somebody who is not on the list, with what their document says.
pub async fn add_line(
    db: &mut AsyncPgConnection,
    keys: &Keys,
    manifest: &Manifest,
    (id, number): (Uuid, i32),
    name: Option<&str>,
    found: Option<&Scanned>,
) -> Result<()> {
    let birth = found.and_then(|found| found.birth);
    let kind = found.map(|found| if manifest::KINDS.contains(&found.kind) { found.kind } else { "other" });
    let country = found.map(manifest::issuer);
    let (mut sealed, mut blind) = (None, None);
    if let Some(((found, kind), country)) = found.zip(kind).zip(country.as_deref()) {
        sealed = Some(manifest::seal(keys, id, &found.number)?);
        blind = Some(papers::index(keys, kind, country, &found.number)?);
    }
    diesel::insert_into(manifest_rows::table)
        .values((
            manifest_rows::id.eq(id),
            manifest_rows::manifest_id.eq(manifest.id),
            manifest_rows::number.eq(number),
            manifest_rows::announced.eq(false),
            manifest_rows::name.eq(name.or(found.map(|found| found.name.as_str()))),
            manifest_rows::sex.eq(found.and_then(|found| found.sex)),
            manifest_rows::birth_date.eq(birth.map(|(day, _)| day)),
            manifest_rows::birth_precision.eq(birth.map(|(_, precision)| precision.code())),
            manifest_rows::document_kind.eq(kind),
            manifest_rows::document_country.eq(country.as_deref()),
            manifest_rows::number_sealed.eq(sealed),
            manifest_rows::number_index.eq(blind.as_ref().map(|blind| &blind.index)),
            manifest_rows::number_key.eq(blind.as_ref().map(|blind| blind.key as i32)),
        ))
        .execute(db)
        .await?;
    Ok(())
}
