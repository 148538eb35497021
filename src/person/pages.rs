//! A person found, shown, registered and changed, in the order in which an officer walks.

use askama::Template;
use rocket::{Route, State, get, routes};
use time::OffsetDateTime;
use uuid::Uuid;

use super::fact::Said;
use super::merge_store::{self, Kin};
use super::old_address::{self, Understood};
use super::part_store::{KeptAddress, KeptContact};
use super::store::{self, Listed};
use super::{FACTS, Person, document};
use crate::access::guard::to;
use crate::access::{Permission, Read, Seen, may};
use crate::base::code::Code;
use crate::base::date;
use crate::base::form::Filled;
use crate::base::language::Language;
use crate::base::seal::Keys;
use crate::base::{Error, Result};
use crate::page::{Answer, Page, filters};

pub fn routes() -> Vec<Route> {
    routes![index, show]
}

/// Lines on one page of a list.
const LINES: i32 = 50;

#[derive(Template)]
#[template(path = "person/index.html")]
struct IndexPage {
    form: Filled,
    people: Vec<Listed>,
    /// Where the list goes on.
    next: String,
    /// Back to its beginning.
    previous: &'static str,
    may_read: bool,
    _seen: Option<Seen>,
}

/// A place in the list: the microsecond and the person at the end of the page before.
fn cursor(text: &str) -> Option<(OffsetDateTime, Uuid)> {
    let (at, id) = text.split_once('.')?;
    let at = OffsetDateTime::from_unix_timestamp_nanos(at.parse::<i128>().ok()?.checked_mul(1000)?).ok()?;
    Some((at, id.parse().ok()?))
}

/// The search, and the people the office came by last.
#[get("/people?<before>")]
async fn index(before: Option<&str>, mut db: Read<to::FindPeople>) -> Result<Page<IndexPage>> {
    let user = db.user().clone();
    let before = before.and_then(cursor);
    let may_read = user.may(Permission::ReadPeople);
    let mut people = store::recent(&mut db, user.organisation, before, LINES + 1).await?;
    let more = people.len() > LINES as usize;
    people.truncate(LINES as usize);
    let next = people
        .last()
        .filter(|_| more)
        .map(|last| format!("/people?before={}.{}", last.since.unix_timestamp_nanos() / 1000, last.id))
        .unwrap_or_default();
    let ids: Vec<Uuid> = people.iter().map(|p| p.id).collect();
    let seen = db.listed(&ids).await?;
    Ok(Page(IndexPage {
        form: Filled::blank(),
        people,
        next,
        previous: if before.is_some() { "/people" } else { "" },
        may_read,
        _seen: Some(seen),
    }))
}

/// A fact as the page shows it.
struct Shown {
    label: String,
    /// The code, or the text.
    value: Option<String>,
    /// The list whose code it is, if any; `sex-`, `marital-` and the like otherwise.
    list: &'static str,
    prefix: &'static str,
    absence: Option<String>,
    level: Option<String>,
}

fn shown(person: &Person, said: &[Said]) -> Vec<Shown> {
    FACTS
        .into_iter()
        .map(|fact| {
            let said = said.iter().find(|s| s.fact == fact);
            let (list, prefix) = match fact {
                "ethnic_group" => ("ethnic_groups", ""),
                "education_level" => ("education_levels", ""),
                "language" => ("languages", ""),
                "sex" => ("", "sex"),
                "marital_status" => ("", "marital"),
                "interpreter" => ("", "answer"),
                "reads_vietnamese" => ("", "reads"),
                _ => ("", ""),
            };
            Shown {
                label: format!("person-{}", fact.replace('_', "-")),
                value: person.fact(fact),
                list,
                prefix,
                absence: said.and_then(|s| s.absence.clone()),
                level: said.and_then(|s| s.level.clone()),
            }
        })
        .collect()
}

/// A document as the page shows it: its number but for the last three characters hidden from whoever looks over a shoulder.
struct ShownDocument {
    id: Uuid,
    kind: String,
    country: String,
    masked: Option<String>,
    level: String,
    shown_as: String,
    expires_on: Option<String>,
    doubts: Vec<&'static str>,
    version: i32,
}

#[derive(Template)]
#[template(path = "person/show.html")]
struct ShowPage {
    person: Person,
    facts: Vec<Shown>,
    documents: Vec<ShownDocument>,
    contacts: Vec<KeptContact>,
    addresses: Vec<(KeptAddress, Option<Understood>)>,
    kin: Kin,
    /// The last day of access, where it is lent.
    until: Option<String>,
    may_change: bool,
    may_read_log: bool,
    may_protect: bool,
    /// Under protection, with nobody who could stand in for those who are named.
    lacks_deputy: bool,
    _seen: Seen,
}

#[get("/people/<code>")]
async fn show(
    code: Code,
    mut db: Read<to::ReadPeople>,
    keys: &State<Keys>,
    language: Language,
) -> Result<Answer<ShowPage>> {
    let user = db.user().clone();
    let person = store::find(&mut db, code).await?;
    if person.code != code.as_str() {
        return Ok(Answer::Told(format!("/people/{}", person.code), "merge-old-code"));
    }
    let ground = store::ground(&mut db, &user, &person).await?;
    let now = db.now();
    if !may(&user, Permission::ReadPeople, Some(&ground), now) {
        return Err(Error::NotFound);
    }
    let whole = store::whole(&db, person.id).await?;
    let kin = merge_store::kin_of(&mut db, person.id).await?;
    let today = db.today();
    let mut documents = Vec::new();
    for kept in whole.documents {
        let number = kept.number_sealed.as_ref().map(|sealed| document::unseal(keys, kept.id, sealed)).transpose()?;
        documents.push(ShownDocument {
            doubts: document::doubts(
                &kept.kind,
                &kept.country,
                number.as_deref().unwrap_or_default(),
                person.sex.as_deref(),
                person.birth_date,
                kept.expires_on,
                today,
            ),
            masked: number.map(|n| document::masked(&n)),
            id: kept.id,
            kind: kept.kind,
            country: kept.country,
            level: kept.level,
            shown_as: kept.shown_as,
            expires_on: kept.expires_on.map(|d| date::written(d, date::Precision::Day)),
            version: kept.version,
        });
    }
    // Access for good hides the end of access that is lent beside it.
    let lent = ground
        .shares
        .iter()
        .filter(|s| s.until.is_none_or(|until| until > now))
        .map(|s| s.until)
        .max_by_key(|until| until.map_or(i128::MAX, OffsetDateTime::unix_timestamp_nanos))
        .flatten();
    let may_change = may(&user, Permission::ChangePeople, Some(&ground), now);
    let lacks_deputy = person.protected && super::deputy::is_lacking(&mut db, person.id).await?;
    let seen = db.opened(&[person.id]).await?;
    Ok(Answer::Page(ShowPage {
        facts: shown(&person, &whole.said),
        documents,
        contacts: whole.contacts,
        addresses: whole
            .addresses
            .iter()
            .map(|a| (a.clone(), old_address::understood(a, &whole.addresses, language)))
            .collect(),
        kin,
        until: lent.map(|at| date::written(crate::base::clock::date_in_viet_nam(at), date::Precision::Day)),
        may_change,
        may_read_log: user.may(Permission::ReadAccessLog),
        may_protect: user.may(Permission::ManageProtection),
        lacks_deputy,
        person,
        _seen: seen,
    }))
}
