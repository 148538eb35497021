//! Registering somebody, once nobody who could be the same person was found.

use askama::Template;
use diesel_async::AsyncPgConnection;
use rocket::form::Form;
use rocket::http::Status;
use rocket::{Route, State, get, post, routes};
use uuid::Uuid;
use validator::Validate;

use super::choices::Choices;
use super::form::{Facts, PersonForm};
use super::likeness::search_keys;
use super::matching::{self, Name, Record};
use super::part_form::{Address, AddressForm, Contact, ContactForm, Document, DocumentForm};
use super::search::{self, Candidate, Criteria};
use super::{document, part_store, store};
use crate::access::guard::to;
use crate::access::{Read, Seen, User, Write};
use crate::base::code::Code;
use crate::base::date;
use crate::base::form::{Checked, Filled};
use crate::base::language::Language;
use crate::base::seal::Keys;
use crate::base::{Error, Result};
use crate::page::{Answer, Page, filters};

pub fn routes() -> Vec<Route> {
    routes![new, carry, create]
}

/// Everything asked when somebody is registered; only the name must be given.
#[derive(rocket::FromForm, Validate)]
struct NewForm {
    #[validate(nested)]
    person: PersonForm,
    #[validate(nested)]
    document: DocumentForm,
    #[validate(nested)]
    contact: ContactForm,
    #[validate(nested)]
    address: AddressForm,
}

#[derive(Template)]
#[template(path = "person/new.html")]
struct NewPage {
    form: Filled,
    choices: Choices,
    /// Who it could be; asked about before anybody is registered a second time.
    candidates: Vec<Candidate>,
    _seen: Option<Seen>,
}

/// What was typed into the search comes along, by POST, so that nobody types a name twice.
#[derive(rocket::FromForm)]
struct Carried {
    #[field(default = String::new())]
    name: String,
    birth: date::Typed,
}

#[get("/people/new")]
fn new(_db: Read<to::RegisterPeople>, language: Language) -> Page<NewPage> {
    Page(NewPage { form: Filled::blank(), choices: Choices::new(language), candidates: Vec::new(), _seen: None })
}

#[post("/people/new", data = "<typed>")]
fn carry(typed: Form<Carried>, _db: Read<to::RegisterPeople>, language: Language) -> Page<NewPage> {
    let Carried { name, birth } = typed.into_inner();
    let form = Filled::blank()
        .put("person.name", name.chars().take(200).collect::<String>())
        .put("person.birth.day", birth.day)
        .put("person.birth.month", birth.month)
        .put("person.birth.year", birth.year);
    Page(NewPage { form, choices: Choices::new(language), candidates: Vec::new(), _seen: None })
}

#[post("/people", data = "<form>")]
async fn create(
    form: Form<Checked<NewForm>>,
    mut db: Write<to::RegisterPeople>,
    keys: &State<Keys>,
    language: Language,
) -> Result<Answer<NewPage>> {
    let Checked { value, mut filled } = form.into_inner();
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let today = db.today();
    let Some(new) = value else { return Ok(refused(filled, language, Vec::new(), None)) };
    let facts = new.person.read(&mut filled, today);
    let document = if new.document.is_empty() { None } else { new.document.read("document.", &mut filled, today) };
    let contact = if new.contact.is_empty() { None } else { new.contact.read("contact.", &mut filled) };
    let address = if new.address.is_empty() { None } else { new.address.read("address.", &mut filled, today) };
    let Some(facts) = facts.filter(|_| !filled.is_wrong()) else {
        return Ok(refused(filled, language, Vec::new(), None));
    };

    if !new.person.none_of_these {
        let criteria = similar(&facts, document.as_ref(), contact.as_ref(), keys)?;
        let found = search::find(&mut db, &criteria).await?;
        if !found.is_empty() {
            // Recorded by the search itself; ending this transaction would undo the record, so it is made again.
            let mut reading = db.instead().await?;
            let found = search::find(&mut reading, &criteria).await?;
            let seen = reading.searched().await?;
            filled = filled.put("person.none_of_these", "");
            return Ok(refused(filled, language, found, Some(seen)));
        }
    }
    let user = db.user().clone();
    let parts = Parts { document, contact, address };
    let (_, code) = register(&mut db, &user, keys, &facts, &parts).await?;
    let location = format!("/people/{code}");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "person-registered"))
}

/// What may be known of somebody beside their facts when they are registered.
pub struct Parts {
    pub document: Option<Document>,
    pub contact: Option<Contact>,
    pub address: Option<Address>,
}

/// Registers a person with everything said of them.
pub async fn register(
    db: &mut AsyncPgConnection,
    user: &User,
    keys: &Keys,
    facts: &Facts,
    parts: &Parts,
) -> Result<(Uuid, Code)> {
    let code = Code::random();
    let id = store::register(db, user, code, facts).await?;
    if let Some(document) = &parts.document {
        part_store::add_document(db, keys, id, document).await?;
    }
    if let Some(contact) = &parts.contact {
        part_store::add_contact(db, id, contact).await?;
    }
    if let Some(address) = &parts.address {
        part_store::add_address(db, id, address).await?;
    }
    store::refresh_keys(db, keys, id).await?;
    Ok((id, code))
}

fn refused(form: Filled, language: Language, candidates: Vec<Candidate>, seen: Option<Seen>) -> Answer<NewPage> {
    Answer::With(
        Status::UnprocessableEntity,
        NewPage { form, choices: Choices::new(language), candidates, _seen: seen },
    )
}

/// What would find this person if they are known already: a number, a phone, or name and birth date together.
pub fn similar(facts: &Facts, document: Option<&Document>, contact: Option<&Contact>, keys: &Keys) -> Result<Criteria> {
    let mut exactly = Vec::new();
    if let Some((document, number)) = document.and_then(|d| Some((d, d.number.as_ref()?))) {
        exactly.extend(document::match_keys(keys, &document.kind, &document.country, number)?);
    }
    exactly.extend(contact.and_then(|c| super::phone_key(&c.value)));
    let papers = document.and_then(|d| Some((d, d.number.as_ref()?))).map(|(d, number)| {
        let blind = document::index(keys, &d.kind, &d.country, number)?;
        Ok::<_, Error>(matching::Document { kind: d.kind.clone(), country: d.country.clone(), number: blind.index })
    });
    let record = Record {
        name: Name::Whole(facts.name.clone()),
        birth: facts.birth.map(Into::into),
        sex: facts.sex.clone(),
        documents: papers.transpose()?.into_iter().collect(),
        phones: contact.map(|c| c.value.clone()).into_iter().collect(),
        ..Record::default()
    };
    Ok(Criteria { exactly, named: search_keys(&facts.name, facts.birth), born: facts.birth, record })
}
