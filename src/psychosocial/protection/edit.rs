//! Writing the directory: whoever keeps a country's entries checks each before it is trusted.

use askama::Template;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use time::{Date, Duration};
use uuid::Uuid;
use validator::Validate;

use super::{Contact, KINDS, find, keeps};
use crate::access::guard::to;
use crate::access::{Read, Write};
use crate::base::date::Typed;
use crate::base::form::{Checked, Choice, Filled};
use crate::base::language::Language;
use crate::base::{Error, Result};
use crate::page::{Answer, Page, filters};
use crate::person::choices::choices;
use crate::person::form::text;
use crate::person::household::poverty::day;
use crate::psychosocial::form::{chosen, past_day};
use crate::psychosocial::talk::dated;
use crate::schema::protection_contacts as contacts;
use crate::vocabulary::List;

pub fn routes() -> Vec<Route> {
    routes![new, add, edit, change]
}

/// How long an entry is trusted at most, and where nothing else is said.
const LONGEST: Duration = Duration::days(366);
const HOLDS: Duration = Duration::days(183);

#[derive(Template)]
#[template(path = "psychosocial/contact.html")]
struct EditPage {
    country: String,
    /// Nothing for a new one.
    id: Option<Uuid>,
    form: Filled,
    kinds: Vec<Choice>,
}

fn page(country: String, id: Option<Uuid>, form: Filled, language: Language) -> EditPage {
    EditPage { country, id, form, kinds: choices(language, "safeguard-kind", &KINDS) }
}

/// A country whose entries the user keeps.
fn country(code: &str) -> Result<String> {
    List::Countries.vocabulary().get(code).map(|entry| entry.code.clone()).ok_or(Error::NotFound)
}

#[get("/protection/new?<of>")]
async fn new(of: &str, mut db: Read<to::KeepProtection>, language: Language) -> Result<Page<EditPage>> {
    let (of, today) = (country(of)?, db.today());
    if !keeps(&mut db, &of).await? {
        return Err(Error::NotFound);
    }
    let form = dated(dated(Filled::blank(), "contact.verified", today), "contact.until", today + HOLDS);
    Ok(Page(page(of, None, form, language)))
}

#[derive(FromForm, Validate)]
struct ContactForm {
    #[field(default = String::new())]
    kind: String,
    #[validate(length(max = 200, code = "too-long"))]
    #[field(default = String::new())]
    name: String,
    #[validate(length(max = 100, code = "too-long"))]
    #[field(default = String::new())]
    phone: String,
    #[validate(length(max = 300, code = "too-long"))]
    #[field(default = String::new())]
    address: String,
    #[validate(length(max = 200, code = "too-long"))]
    #[field(default = String::new())]
    hours: String,
    #[validate(length(max = 200, code = "too-long"))]
    #[field(default = String::new())]
    languages: String,
    #[validate(length(max = 500, code = "too-long"))]
    #[field(default = String::new())]
    about: String,
    #[validate(length(max = 300, code = "too-long"))]
    #[field(default = String::new())]
    source: String,
    verified: Typed,
    until: Typed,
}

#[derive(FromForm, Validate)]
struct ContactSent {
    #[validate(nested)]
    contact: ContactForm,
    #[field(default = 0)]
    version: i32,
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = contacts, treat_none_as_null = true)]
struct Kept {
    kind: String,
    name: String,
    phone: Option<String>,
    address: Option<String>,
    hours: Option<String>,
    languages: Option<String>,
    about: Option<String>,
    source: String,
    verified_on: Date,
    valid_until: Date,
}

impl ContactForm {
    fn read(&self, filled: &mut Filled, today: Date) -> Option<Kept> {
        let kind = chosen(filled, "contact.kind", &self.kind, &KINDS);
        let (name, source) = (text(&self.name), text(&self.source));
        for (field, missing) in [("contact.name", name.is_none()), ("contact.source", source.is_none())] {
            if missing {
                filled.push(field, "error-required");
            }
        }
        let (phone, address) = (text(&self.phone), text(&self.address));
        if phone.is_none() && address.is_none() {
            filled.push("contact.phone", "error-safeguard-reach");
        }
        let verified = past_day(filled, "contact.verified", &self.verified, today);
        let until = day(filled, "contact.until", &self.until);
        match until.zip(verified) {
            None if until.is_none() && filled.error("contact.until").is_none() => {
                filled.push("contact.until", "error-required");
            }
            Some((until, verified)) if until < verified || until - verified > LONGEST => {
                filled.push("contact.until", "error-safeguard-until");
            }
            _ => {}
        }
        let kept = Kept {
            kind: kind?,
            name: name?,
            phone,
            address,
            hours: text(&self.hours),
            languages: text(&self.languages),
            about: text(&self.about),
            source: source?,
            verified_on: verified?,
            valid_until: until?,
        };
        Some(kept).filter(|_| !filled.is_wrong())
    }
}

#[post("/protection", data = "<form>")]
async fn add(
    form: Form<Checked<ContactSent>>,
    mut db: Write<to::KeepProtection>,
    language: Language,
) -> Result<Answer<EditPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (user, today) = (db.user().clone(), db.today());
    let of = country(filled.value("of"))?;
    if !keeps(&mut db, &of).await? {
        return Err(Error::NotFound);
    }
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let Some(kept) = value.and_then(|sent| sent.contact.read(&mut filled, today)) else {
        return Ok(Answer::With(Status::UnprocessableEntity, page(of, None, filled, language)));
    };
    let row = (contacts::id.eq(Uuid::now_v7()), contacts::country_code.eq(&of), contacts::written_by.eq(user.id));
    diesel::insert_into(contacts::table).values((kept, row)).execute(&mut *db).await?;
    let location = format!("/protection?country={of}");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "safeguard-kept"))
}

fn filled_from(contact: &Contact) -> Filled {
    let said = |value: &Option<String>| value.clone().unwrap_or_default();
    let form = Filled::blank()
        .put("contact.kind", &*contact.kind)
        .put("contact.name", &*contact.name)
        .put("contact.phone", said(&contact.phone))
        .put("contact.address", said(&contact.address))
        .put("contact.hours", said(&contact.hours))
        .put("contact.languages", said(&contact.languages))
        .put("contact.about", said(&contact.about))
        .put("contact.source", &*contact.source)
        .put("version", contact.version.to_string());
    dated(dated(form, "contact.verified", contact.verified_on), "contact.until", contact.valid_until)
}

#[get("/protection/<id>", rank = 2)]
async fn edit(id: Uuid, mut db: Read<to::KeepProtection>, language: Language) -> Result<Page<EditPage>> {
    let contact = find(&mut db, id).await?;
    if !keeps(&mut db, &contact.country_code).await? {
        return Err(Error::NotFound);
    }
    Ok(Page(page(contact.country_code.clone(), Some(id), filled_from(&contact), language)))
}

#[post("/protection/<id>", data = "<form>")]
async fn change(
    id: Uuid,
    form: Form<Checked<ContactSent>>,
    mut db: Write<to::KeepProtection>,
    language: Language,
) -> Result<Answer<EditPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (user, today, now) = (db.user().clone(), db.today(), db.now());
    let contact = find(&mut db, id).await?;
    if !keeps(&mut db, &contact.country_code).await? {
        return Err(Error::NotFound);
    }
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let version = value.as_ref().map_or(0, |sent| sent.version);
    let Some(kept) = value.and_then(|sent| sent.contact.read(&mut filled, today)) else {
        let page = page(contact.country_code, Some(id), filled, language);
        return Ok(Answer::With(Status::UnprocessableEntity, page));
    };
    let written = (
        contacts::written_by.eq(user.id),
        contacts::written_at.eq(now),
        contacts::version.eq(version.saturating_add(1)),
    );
    let same = contacts::table.find(id).filter(contacts::version.eq(version));
    if diesel::update(same).set((kept, written)).execute(&mut *db).await? == 0 {
        return Err(Error::refused(Status::Conflict, "error-page-changed-meanwhile"));
    }
    let location = format!("/protection?country={}", contact.country_code);
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "safeguard-kept"))
}
