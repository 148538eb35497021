//! What hangs on a person: documents, ways to reach them, addresses. Added and taken back, never overwritten.

use askama::Template;
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, State, get, post, routes};
use uuid::Uuid;
use validator::Validate;

use super::choices::choices;
use super::part_form::{self, AddressForm, ContactForm, DocumentForm};
use super::part_store::{self, Part};
use super::{document, store};
use crate::access::guard::to;
use crate::access::{Read, Seen, Write};
use crate::base::code::Code;
use crate::base::form::{Checked, Choice, Filled};
use crate::base::language::Language;
use crate::base::seal::Keys;
use crate::base::{Error, Result};
use crate::page::{Answer, Page, filters};

pub fn routes() -> Vec<Route> {
    routes![
        new_document,
        add_document,
        show_number,
        withdraw_document,
        new_contact,
        add_contact,
        withdraw_contact,
        new_address,
        add_address,
        withdraw_address
    ]
}

/// A page that adds one thing to a person.
#[derive(Template)]
#[template(path = "person/add.html")]
struct AddPage {
    code: String,
    name: String,
    /// `document`, `contact` or `address`.
    what: &'static str,
    form: Filled,
    kinds: Vec<Choice>,
    shown_as: Vec<Choice>,
    _seen: Option<Seen>,
}

fn add_page(
    code: String,
    name: String,
    what: &'static str,
    form: Filled,
    language: Language,
    seen: Option<Seen>,
) -> AddPage {
    let kinds = match what {
        "document" => choices(language, "document-kind", &document::KINDS),
        "contact" => choices(language, "contact-kind", &part_form::CONTACT_KINDS),
        _ => choices(language, "address-kind", &part_form::ADDRESS_KINDS),
    };
    AddPage { code, name, what, form, kinds, shown_as: choices(language, "shown-as", &document::SHOWN_AS), _seen: seen }
}

async fn blank(
    code: Code,
    mut db: Read<to::ChangePeople>,
    what: &'static str,
    language: Language,
) -> Result<Page<AddPage>> {
    let (user, now) = (db.user().clone(), db.now());
    let person = store::find_to_change(&mut db, &user, code, now).await?;
    let seen = db.opened(&[person.id]).await?;
    Ok(Page(add_page(person.code, person.name, what, Filled::blank(), language, Some(seen))))
}

#[get("/people/<code>/documents/new")]
async fn new_document(code: Code, db: Read<to::ChangePeople>, language: Language) -> Result<Page<AddPage>> {
    blank(code, db, "document", language).await
}

#[get("/people/<code>/contacts/new")]
async fn new_contact(code: Code, db: Read<to::ChangePeople>, language: Language) -> Result<Page<AddPage>> {
    blank(code, db, "contact", language).await
}

#[get("/people/<code>/addresses/new")]
async fn new_address(code: Code, db: Read<to::ChangePeople>, language: Language) -> Result<Page<AddPage>> {
    blank(code, db, "address", language).await
}

/// Forms of one thing, each within a field of its own so that their parts are shared with the page that registers.
#[derive(FromForm, Validate)]
struct OneDocument {
    #[validate(nested)]
    document: DocumentForm,
}

#[derive(FromForm, Validate)]
struct OneContact {
    #[validate(nested)]
    contact: ContactForm,
}

#[derive(FromForm, Validate)]
struct OneAddress {
    #[validate(nested)]
    address: AddressForm,
}

#[post("/people/<code>/documents", data = "<form>")]
async fn add_document(
    code: Code,
    form: Form<Checked<OneDocument>>,
    mut db: Write<to::ChangePeople>,
    keys: &State<Keys>,
    language: Language,
) -> Result<Answer<AddPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (user, now) = (db.user().clone(), db.now());
    let person = store::find_to_change(&mut db, &user, code, now).await?;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let today = db.today();
    let Some(document) = value.and_then(|typed| typed.document.read("document.", &mut filled, today)) else {
        return Ok(Answer::With(
            Status::UnprocessableEntity,
            add_page(person.code, person.name, "document", filled, language, None),
        ));
    };
    part_store::add_document(&mut db, keys, person.id, &document).await?;
    added(db, keys, person.id, code, &filled).await
}

#[post("/people/<code>/contacts", data = "<form>")]
async fn add_contact(
    code: Code,
    form: Form<Checked<OneContact>>,
    mut db: Write<to::ChangePeople>,
    keys: &State<Keys>,
    language: Language,
) -> Result<Answer<AddPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (user, now) = (db.user().clone(), db.now());
    let person = store::find_to_change(&mut db, &user, code, now).await?;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let Some(contact) = value.and_then(|typed| typed.contact.read("contact.", &mut filled)) else {
        return Ok(Answer::With(
            Status::UnprocessableEntity,
            add_page(person.code, person.name, "contact", filled, language, None),
        ));
    };
    part_store::add_contact(&mut db, person.id, &contact).await?;
    added(db, keys, person.id, code, &filled).await
}

#[post("/people/<code>/addresses", data = "<form>")]
async fn add_address(
    code: Code,
    form: Form<Checked<OneAddress>>,
    mut db: Write<to::ChangePeople>,
    keys: &State<Keys>,
    language: Language,
) -> Result<Answer<AddPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (user, now) = (db.user().clone(), db.now());
    let person = store::find_to_change(&mut db, &user, code, now).await?;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let today = db.today();
    let Some(address) = value.and_then(|typed| typed.address.read("address.", &mut filled, today)) else {
        return Ok(Answer::With(
            Status::UnprocessableEntity,
            add_page(person.code, person.name, "address", filled, language, None),
        ));
    };
    part_store::add_address(&mut db, person.id, &address).await?;
    added(db, keys, person.id, code, &filled).await
}

async fn added(
    mut db: Write<to::ChangePeople>,
    keys: &Keys,
    person: Uuid,
    code: Code,
    filled: &Filled,
) -> Result<Answer<AddPage>> {
    store::refresh_keys(&mut db, keys, person).await?;
    let location = format!("/people/{code}");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "person-changed"))
}

/// A document's whole number, on a page of its own: opening it is recorded apart from opening the person.
#[derive(Template)]
#[template(path = "person/number.html")]
struct NumberPage {
    code: String,
    name: String,
    kind: String,
    number: String,
    _seen: Seen,
}

#[get("/people/<code>/documents/<id>", rank = 2)]
async fn show_number(
    code: Code,
    id: Uuid,
    mut db: Read<to::ReadPeople>,
    keys: &State<Keys>,
) -> Result<Page<NumberPage>> {
    let person = store::find(&mut db, code).await?;
    let (kind, sealed) = part_store::sealed_number(&mut db, person.id, id).await?;
    let number = document::unseal(keys, id, &sealed.ok_or(Error::NotFound)?)?;
    let seen = db.opened(&[person.id, id]).await?;
    Ok(Page(NumberPage { code: person.code, name: person.name, kind, number, _seen: seen }))
}

#[derive(FromForm, Validate)]
struct Withdrawal {
    version: i32,
}

async fn withdraw(
    code: Code,
    part: Part,
    id: Uuid,
    form: Checked<Withdrawal>,
    mut db: Write<to::ChangePeople>,
    keys: &Keys,
) -> Result<Answer<AddPage>> {
    let Checked { value, filled } = form;
    let (user, now) = (db.user().clone(), db.now());
    let person = store::find_to_change(&mut db, &user, code, now).await?;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let Some(Withdrawal { version }) = value else {
        return Err(Error::refused(Status::UnprocessableEntity, "error-value"));
    };
    let now = db.now();
    if !part_store::withdraw(&mut db, person.id, part, id, version, now).await? {
        return Err(Error::refused(Status::Conflict, "error-page-changed-meanwhile"));
    }
    added(db, keys, person.id, code, &filled).await
}

#[post("/people/<code>/documents/<id>/withdrawal", data = "<form>")]
async fn withdraw_document(
    code: Code,
    id: Uuid,
    form: Form<Checked<Withdrawal>>,
    db: Write<to::ChangePeople>,
    keys: &State<Keys>,
) -> Result<Answer<AddPage>> {
    withdraw(code, Part::Document, id, form.into_inner(), db, keys).await
}

#[post("/people/<code>/contacts/<id>/withdrawal", data = "<form>")]
async fn withdraw_contact(
    code: Code,
    id: Uuid,
    form: Form<Checked<Withdrawal>>,
    db: Write<to::ChangePeople>,
    keys: &State<Keys>,
) -> Result<Answer<AddPage>> {
    withdraw(code, Part::Contact, id, form.into_inner(), db, keys).await
}

#[post("/people/<code>/addresses/<id>/withdrawal", data = "<form>")]
async fn withdraw_address(
    code: Code,
    id: Uuid,
    form: Form<Checked<Withdrawal>>,
    db: Write<to::ChangePeople>,
    keys: &State<Keys>,
) -> Result<Answer<AddPage>> {
    withdraw(code, Part::Address, id, form.into_inner(), db, keys).await
}
