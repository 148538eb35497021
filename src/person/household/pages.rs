//! The household of a person: listed, added to, changed, taken back.

use askama::Template;
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use time::{Date, OffsetDateTime};
use uuid::Uuid;
use validator::Validate;

use super::form::{self, MemberChoices, MemberForm};
use super::link::{self, Linked};
use super::store::{self, Kept, KeptStatus, Said};
use super::{FACTS, POVERTY, POVERTY_BECAUSE, POVERTY_SOURCES};
use crate::access::guard::to;
use crate::access::{Permission, Read, Seen, Write, may};
use crate::base::code::Code;
use crate::base::date::{Precision, written};
use crate::base::form::{Checked, Choice, Filled};
use crate::base::language::Language;
use crate::base::{Error, Result};
use crate::page::{Answer, Page, filters};
use crate::person::choices::choices;
use crate::person::{Person, store as people};

pub fn routes() -> Vec<Route> {
    routes![show, new, add, edit, change, withdraw]
}

/// A member as the page shows them.
struct Shown {
    kept: Kept,
    /// Label, word or text, and whether it says why there is no answer. What was not asked is left out.
    facts: Vec<(String, String, bool)>,
}

fn shown(kept: Kept, said: &[Said]) -> Shown {
    let facts = FACTS.into_iter().filter_map(|fact| {
        let label = format!("member-{}", fact.replace('_', "-"));
        if let Some(value) = kept.fact(fact) {
            let word = if fact == "birth_year" { value } else { format!("{}-{value}", form::prefix(fact)) };
            return Some((label, word, false));
        }
        let why = said.iter().find(|s| s.member_id == kept.id && s.fact == fact)?;
        Some((label, format!("absence-{}", why.absence), true))
    });
    Shown { facts: facts.collect(), kept }
}

/// What is known of a household being poor, as the page shows it.
struct ShownStatus {
    kept: KeptStatus,
    decided: String,
    review: String,
    /// The day of the review has passed.
    overdue: bool,
}

#[derive(Template)]
#[template(path = "household/show.html")]
pub struct HouseholdPage {
    person: Person,
    members: Vec<Shown>,
    /// Rows that were taken back or replaced, the newest first.
    before: Vec<Shown>,
    poverty: Vec<ShownStatus>,
    /// Since when the household is to be looked at again.
    review_asked: Option<OffsetDateTime>,
    links: Vec<Linked>,
    form: Filled,
    statuses: Vec<Choice>,
    sources: Vec<Choice>,
    because: Vec<Choice>,
    may_change: bool,
    _seen: Option<Seen>,
}

/// The page, with a form that came back or a blank one.
pub async fn shown_page<P>(mut db: Read<P>, code: Code, form: Filled, language: Language) -> Result<HouseholdPage> {
    let user = db.user().clone();
    let (now, today) = (db.now(), db.today());
    let person = people::find(&mut db, code).await?;
    let ground = people::ground(&mut db, &user, &person).await?;
    if !may(&user, Permission::ReadPeople, Some(&ground), now) {
        return Err(Error::NotFound);
    }
    let (kept, said) = store::members(&mut db, person.id).await?;
    let (poverty, review_asked) = store::poverty(&mut db, person.id).await?;
    let links = link::of_person(&mut db, person.id).await?;
    let mut opened = vec![person.id];
    opened.extend(links.iter().map(|linked| linked.other));
    let seen = db.opened(&opened).await?;
    let (before, members): (Vec<Kept>, Vec<Kept>) = kept.into_iter().partition(|member| member.withdrawn_at.is_some());
    let all = |rows: Vec<Kept>| rows.into_iter().map(|member| shown(member, &said)).collect();
    let day = |date: Option<Date>| date.map(|on| written(on, Precision::Day)).unwrap_or_default();
    Ok(HouseholdPage {
        members: all(members),
        before: all(before),
        poverty: poverty
            .into_iter()
            .map(|kept| ShownStatus {
                decided: day(kept.decided_on),
                review: day(kept.review_on),
                overdue: kept.review_on.is_some_and(|on| on < today),
                kept,
            })
            .collect(),
        review_asked,
        links,
        form,
        statuses: choices(language, "poverty", &POVERTY),
        sources: choices(language, "poverty-source", &POVERTY_SOURCES),
        because: choices(language, "poverty-because", &POVERTY_BECAUSE),
        may_change: may(&user, Permission::ChangePeople, Some(&ground), now),
        person,
        _seen: Some(seen),
    })
}

#[get("/people/<code>/household")]
async fn show(code: Code, db: Read<to::ReadPeople>, language: Language) -> Result<Page<HouseholdPage>> {
    Ok(Page(shown_page(db, code, Filled::blank(), language).await?))
}

#[derive(Template)]
#[template(path = "household/member.html")]
struct MemberPage {
    code: String,
    name: String,
    /// The member who is changed; nothing for a new one.
    id: Option<Uuid>,
    form: Filled,
    choices: MemberChoices,
    /// Somebody saved while this was typed.
    changed_meanwhile: bool,
    _seen: Option<Seen>,
}

impl MemberPage {
    fn new(person: Person, id: Option<Uuid>, form: Filled, language: Language) -> MemberPage {
        let choices = MemberChoices::new(language);
        MemberPage { code: person.code, name: person.name, id, form, choices, changed_meanwhile: false, _seen: None }
    }
}

#[get("/people/<code>/household/new")]
async fn new(code: Code, mut db: Read<to::ChangePeople>, language: Language) -> Result<Page<MemberPage>> {
    let (user, now) = (db.user().clone(), db.now());
    let person = people::find_to_change(&mut db, &user, code, now).await?;
    let seen = db.opened(&[person.id]).await?;
    Ok(Page(MemberPage { _seen: Some(seen), ..MemberPage::new(person, None, Filled::blank(), language) }))
}

#[derive(FromForm, Validate)]
struct Sent {
    #[validate(nested)]
    member: MemberForm,
}

#[post("/people/<code>/household", data = "<form>")]
async fn add(
    code: Code,
    form: Form<Checked<Sent>>,
    mut db: Write<to::ChangePeople>,
    language: Language,
) -> Result<Answer<MemberPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (user, now, today) = (db.user().clone(), db.now(), db.today());
    let person = people::find_to_change(&mut db, &user, code, now).await?;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let Some(member) = value.and_then(|sent| sent.member.read(&mut filled, today)) else {
        return Ok(Answer::With(Status::UnprocessableEntity, MemberPage::new(person, None, filled, language)));
    };
    store::add(&mut db, &user, person.id, &member, None).await?;
    let location = format!("/people/{code}/household");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "household-changed"))
}

#[get("/people/<code>/household/<id>/edit")]
async fn edit(code: Code, id: Uuid, mut db: Read<to::ChangePeople>, language: Language) -> Result<Page<MemberPage>> {
    let (user, now) = (db.user().clone(), db.now());
    let person = people::find_to_change(&mut db, &user, code, now).await?;
    let kept = store::member(&mut db, person.id, id).await?;
    let (_, said) = store::members(&mut db, person.id).await?;
    let filled = form::filled_from(&kept, &said);
    let seen = db.opened(&[person.id]).await?;
    Ok(Page(MemberPage { _seen: Some(seen), ..MemberPage::new(person, Some(id), filled, language) }))
}

/// A change takes the row back and puts another in its place, so that nothing is overwritten.
#[post("/people/<code>/household/<id>", data = "<form>")]
async fn change(
    code: Code,
    id: Uuid,
    form: Form<Checked<Sent>>,
    mut db: Write<to::ChangePeople>,
    language: Language,
) -> Result<Answer<MemberPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (user, now, today) = (db.user().clone(), db.now(), db.today());
    let person = people::find_to_change(&mut db, &user, code, now).await?;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let version = value.as_ref().map_or(0, |sent| sent.member.version);
    let Some(member) = value.and_then(|sent| sent.member.read(&mut filled, today)) else {
        store::member(&mut db, person.id, id).await?;
        return Ok(Answer::With(Status::UnprocessableEntity, MemberPage::new(person, Some(id), filled, language)));
    };
    if !store::withdraw(&mut db, &user, person.id, id, version, now).await? {
        // Replaced or taken back meanwhile: what was typed stays in sight, to be entered where it belongs now.
        let page = MemberPage { changed_meanwhile: true, ..MemberPage::new(person, Some(id), filled, language) };
        return Ok(Answer::With(Status::Conflict, page));
    }
    store::add(&mut db, &user, person.id, &member, Some(id)).await?;
    let location = format!("/people/{code}/household");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "household-changed"))
}

#[derive(FromForm, Validate)]
struct Withdrawal {
    version: i32,
}

#[post("/people/<code>/household/<id>/withdrawal", data = "<form>")]
async fn withdraw(
    code: Code,
    id: Uuid,
    form: Form<Checked<Withdrawal>>,
    mut db: Write<to::ChangePeople>,
) -> Result<Answer<MemberPage>> {
    let Checked { value, filled } = form.into_inner();
    let (user, now) = (db.user().clone(), db.now());
    let person = people::find_to_change(&mut db, &user, code, now).await?;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let version = value.map(|sent| sent.version).ok_or(Error::refused(Status::UnprocessableEntity, "error-value"))?;
    if !store::withdraw(&mut db, &user, person.id, id, version, now).await? {
        return Err(Error::refused(Status::Conflict, "error-page-changed-meanwhile"));
    }
    let location = format!("/people/{code}/household");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "household-changed"))
}
