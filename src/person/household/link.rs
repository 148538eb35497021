//! The link between a family member and the worker, each with a record of their own (practice 5). Both agree to it;
//! either takes it back at any time, and then it is gone for everybody.

use askama::Template;
use diesel::define_sql_function;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use time::{Date, Duration};
use uuid::Uuid;
use validator::Validate;

use super::{CONSENT_HOW, RELATIONS};
use crate::access::guard::to;
use crate::access::{Read, Seen, Write};
use crate::base::code::Code;
use crate::base::date::{Precision, Typed, written};
use crate::base::form::{Checked, Choice, Filled};
use crate::base::language::Language;
use crate::base::{Error, Result};
use crate::page::{Answer, Page, filters};
use crate::person::choices::choices;
use crate::person::form::{one_of, text};
use crate::person::{Person, store as people};
use crate::schema::{family_consents, family_links, persons};

pub fn routes() -> Vec<Route> {
    routes![new, add, withdraw]
}

define_sql_function! {
    /// Takes back one link of a person, or all of them; see database/functions.sql.
    fn withdraw_family_links(of_person: SqlUuid, wanted: Nullable<SqlUuid>) -> Text;
}

/// A link as the page of either person shows it.
pub struct Linked {
    pub id: Uuid,
    pub other: Uuid,
    pub code: String,
    pub name: String,
    /// The other one is the worker.
    pub to_worker: bool,
    /// What the family member is to the worker.
    pub relation: String,
    /// Name, day, how, and who spoke for a child.
    pub consents: Vec<(String, String, String, Option<String>)>,
}

/// A person's links, as far as both are open to the user and both want them.
pub async fn of_person(db: &mut AsyncPgConnection, person: Uuid) -> Result<Vec<Linked>> {
    let links: Vec<(Uuid, Uuid, Uuid, String)> = family_links::table
        .filter(family_links::family_id.eq(person).or(family_links::worker_id.eq(person)))
        .filter(family_links::withdrawn_at.is_null())
        .order(family_links::id)
        .limit(50)
        .select((family_links::id, family_links::family_id, family_links::worker_id, family_links::relation))
        .load(db)
        .await?;
    if links.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Uuid> = links.iter().map(|(id, ..)| *id).collect();
    let people: Vec<Uuid> = links.iter().flat_map(|(_, family, worker, _)| [*family, *worker]).collect();
    let names: Vec<(Uuid, String, String)> = persons::table
        .filter(persons::id.eq_any(people))
        .select((persons::id, persons::code, persons::name))
        .load(db)
        .await?;
    let given: Vec<(Uuid, Uuid, Date, String, Option<String>)> = family_consents::table
        .filter(family_consents::link_id.eq_any(ids))
        .select((
            family_consents::link_id,
            family_consents::person_id,
            family_consents::given_on,
            family_consents::how,
            family_consents::guardian,
        ))
        .load(db)
        .await?;
    let named = |id: Uuid| names.iter().find(|(known, ..)| *known == id);
    let mut linked = Vec::new();
    for (id, family, worker, relation) in links {
        let other = if family == person { worker } else { family };
        let Some((_, code, name)) = named(other) else { continue };
        let consents = given.iter().filter(|(link, ..)| *link == id).map(|(_, who, on, how, guardian)| {
            let name = named(*who).map(|(_, _, name)| name.clone()).unwrap_or_default();
            (name, written(*on, Precision::Day), format!("consent-how-{how}"), guardian.clone())
        });
        linked.push(Linked {
            id,
            other,
            code: code.clone(),
            name: name.clone(),
            to_worker: other == worker,
            relation: format!("relation-{relation}"),
            consents: consents.collect(),
        });
    }
    Ok(linked)
}

#[derive(FromForm, Validate)]
struct ConsentForm {
    on: Typed,
    #[field(default = String::new())]
    how: String,
    #[validate(length(max = 200, code = "too-long"))]
    #[field(default = String::new())]
    guardian: String,
}

#[derive(FromForm, Validate)]
struct LinkForm {
    #[validate(length(max = 30, code = "too-long"))]
    #[field(default = String::new())]
    code: String,
    /// Which of the two is the worker: `this` or `other`.
    #[field(default = String::new())]
    worker: String,
    #[field(default = String::new())]
    relation: String,
    #[validate(nested)]
    this: ConsentForm,
    #[validate(nested)]
    other: ConsentForm,
}

#[derive(FromForm, Validate)]
struct Sent {
    #[validate(nested)]
    link: LinkForm,
}

struct Consent {
    on: Date,
    how: String,
    guardian: Option<String>,
}

/// Whoever is known to be a child has somebody speak for them; whoever is known to be grown up speaks for themself.
fn is_child(person: &Person, on: Date) -> Option<bool> {
    let (born, precision) = person.birth()?;
    // Eighteen years of 365.25 days; where the year alone is known, both ends of it must agree.
    let grown = |born: Date| on - born >= Duration::days(6574);
    let last = match precision {
        Precision::Day => born,
        Precision::Month => born + Duration::days(30),
        Precision::Year => born + Duration::days(364),
    };
    match (grown(born), grown(last)) {
        (true, true) => Some(false),
        (false, false) => Some(true),
        _ => None,
    }
}

impl ConsentForm {
    fn read(&self, filled: &mut Filled, within: &str, person: Option<&Person>, today: Date) -> Option<Consent> {
        let name = |field: &str| format!("link.{within}.{field}");
        let on = match self.on.read() {
            Ok(Some((date, Precision::Day))) if date > today => Err("error-date-future"),
            Ok(Some((date, Precision::Day))) => Ok(date),
            Ok(_) => Err("error-consent-on"),
            Err(wrong) => Err(wrong),
        };
        if let Err(wrong) = on {
            filled.push(&name("on"), wrong);
        }
        let how = one_of(filled, &name("how"), &self.how, |code| CONSENT_HOW.contains(&code));
        if self.how.trim().is_empty() {
            filled.push(&name("how"), "error-consent-how");
        }
        let guardian = text(&self.guardian);
        match person.and_then(|person| is_child(person, on.unwrap_or(today))) {
            Some(true) if guardian.is_none() => filled.push(&name("guardian"), "error-consent-guardian"),
            Some(false) if guardian.is_some() => filled.push(&name("guardian"), "error-consent-own"),
            _ => {}
        }
        Some(Consent { on: on.ok()?, how: how?, guardian })
    }
}

#[derive(Template)]
#[template(path = "household/link.html")]
struct LinkPage {
    code: String,
    name: String,
    form: Filled,
    sides: Vec<Choice>,
    relations: Vec<Choice>,
    how: Vec<Choice>,
    _seen: Option<Seen>,
}

impl LinkPage {
    fn new(person: Person, form: Filled, language: Language, seen: Option<Seen>) -> LinkPage {
        LinkPage {
            code: person.code,
            name: person.name,
            form,
            sides: choices(language, "link-worker", &["other", "this"]),
            relations: choices(language, "relation", &RELATIONS),
            how: choices(language, "consent-how", &CONSENT_HOW),
            _seen: seen,
        }
    }
}

#[get("/people/<code>/family-links/new")]
async fn new(code: Code, mut db: Read<to::ChangePeople>, language: Language) -> Result<Page<LinkPage>> {
    let (user, now) = (db.user().clone(), db.now());
    let person = people::find_to_change(&mut db, &user, code, now).await?;
    let seen = db.opened(&[person.id]).await?;
    Ok(Page(LinkPage::new(person, Filled::blank(), language, Some(seen))))
}

/// The other one, if the user may change both. One who does not exist and one who is not theirs look the same.
async fn other(
    db: &mut Write<to::ChangePeople>,
    filled: &mut Filled,
    this: &Person,
    typed: &str,
) -> Result<Option<Person>> {
    let (user, now) = (db.user().clone(), db.now());
    let Ok(code) = typed.trim().parse::<Code>() else {
        filled.push("link.code", "error-link-code");
        return Ok(None);
    };
    let found = match people::find_to_change(db, &user, code, now).await {
        Ok(found) => found,
        Err(Error::NotFound) => {
            filled.push("link.code", "error-link-not-found");
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    if found.id == this.id {
        filled.push("link.code", "error-link-self");
        return Ok(None);
    }
    if of_person(db, this.id).await?.iter().any(|linked| linked.other == found.id) {
        filled.push("link.code", "error-link-there");
        return Ok(None);
    }
    Ok(Some(found))
}

#[post("/people/<code>/family-links", data = "<form>")]
async fn add(
    code: Code,
    form: Form<Checked<Sent>>,
    mut db: Write<to::ChangePeople>,
    language: Language,
) -> Result<Answer<LinkPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (user, now, today) = (db.user().clone(), db.now(), db.today());
    let person = people::find_to_change(&mut db, &user, code, now).await?;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    if let Some(Sent { link }) = value {
        let found = other(&mut db, &mut filled, &person, &link.code).await?;
        let worker = one_of(&mut filled, "link.worker", &link.worker, |code| matches!(code, "this" | "other"));
        if link.worker.trim().is_empty() {
            filled.push("link.worker", "error-choose");
        }
        let relation = one_of(&mut filled, "link.relation", &link.relation, |code| RELATIONS.contains(&code));
        if link.relation.trim().is_empty() {
            filled.push("link.relation", "error-choose");
        }
        let mine = link.this.read(&mut filled, "this", Some(&person), today);
        let theirs = link.other.read(&mut filled, "other", found.as_ref(), today);
        if let (Some(found), Some(worker), Some(relation), Some(mine), Some(theirs), false) =
            (found, worker, relation, mine, theirs, filled.is_wrong())
        {
            let ends = if worker == "this" { (found.id, person.id) } else { (person.id, found.id) };
            keep(&mut db, user.id, ends, &relation, [(person.id, mine), (found.id, theirs)]).await?;
            let location = format!("/people/{code}/household");
            db.done(filled.submission(), &location).await?;
            return Ok(Answer::Told(location, "link-added"));
        }
    }
    Ok(Answer::With(Status::UnprocessableEntity, LinkPage::new(person, filled, language, None)))
}

/// Keeps a link with what both said. No event tells of it: a timeline of one is read by people who may not open the other.
async fn keep(
    db: &mut AsyncPgConnection,
    user: Uuid,
    (family, worker): (Uuid, Uuid),
    relation: &str,
    consents: [(Uuid, Consent); 2],
) -> Result<()> {
    let id = Uuid::now_v7();
    let added = diesel::insert_into(family_links::table)
        .values((
            family_links::id.eq(id),
            family_links::family_id.eq(family),
            family_links::worker_id.eq(worker),
            family_links::relation.eq(relation),
            family_links::recorded_by.eq(user),
        ))
        .on_conflict_do_nothing()
        .execute(db)
        .await?;
    if added == 0 {
        return Err(Error::refused(Status::Conflict, "error-page-changed-meanwhile"));
    }
    let rows: Vec<_> = consents
        .into_iter()
        .map(|(person, consent)| {
            (
                family_consents::id.eq(Uuid::now_v7()),
                family_consents::link_id.eq(id),
                family_consents::person_id.eq(person),
                family_consents::given_on.eq(consent.on),
                family_consents::how.eq(consent.how),
                family_consents::guardian.eq(consent.guardian),
            )
        })
        .collect();
    diesel::insert_into(family_consents::table).values(rows).execute(db).await?;
    Ok(())
}

#[derive(FromForm, Validate)]
struct Withdrawal {
    /// One link; empty for all of this person's, also those that the user cannot see.
    #[field(default = String::new())]
    link: String,
}

/// The person takes a link back, or all of them. What is answered says nothing of whether there was any.
#[post("/people/<code>/family-links/withdrawal", data = "<form>")]
async fn withdraw(
    code: Code,
    form: Form<Checked<Withdrawal>>,
    mut db: Write<to::ChangePeople>,
) -> Result<Answer<LinkPage>> {
    let Checked { value, filled } = form.into_inner();
    let (user, now) = (db.user().clone(), db.now());
    let person = people::find_to_change(&mut db, &user, code, now).await?;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let typed = value.map(|sent| sent.link).unwrap_or_default();
    let wanted = match typed.trim() {
        "" => None,
        id => Some(Uuid::parse_str(id).map_err(|_| Error::refused(Status::UnprocessableEntity, "error-value"))?),
    };
    diesel::select(withdraw_family_links(person.id, wanted)).execute(&mut *db).await?;
    let location = format!("/people/{code}/household");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "link-withdrawn"))
}
