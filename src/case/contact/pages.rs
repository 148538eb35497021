//! The page from which somebody is called: numbers, what was tried, one key for what came of it.

use askama::Template;
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use time::{Date, Duration, OffsetDateTime};
use uuid::Uuid;
use validator::Validate;

use super::store::{self, Contact};
use super::{Attempt, Next, OUTCOMES, Part, may_be_lost, next};
use crate::access::guard::to;
use crate::access::store::parameter;
use crate::access::{Permission, Read, Seen, Write, may};
use crate::base::code::Code;
use crate::base::date::{Precision, Typed, written};
use crate::base::form::{Checked, Choice, Filled, Press};
use crate::base::language::{Language, Message};
use crate::base::{Error, Result};
use crate::case::{Case, held, store as cases};
use crate::page::{Answer, Page, filters};
use crate::person::Person;
use crate::person::choices::choices;
use crate::person::form::one_of;

pub fn routes() -> Vec<Route> {
    routes![show, keep, lose]
}

/// A try as its line shows it.
struct Tried {
    outcome: String,
    value: String,
    at: OffsetDateTime,
    by: String,
}

#[derive(Template)]
#[template(path = "case/contact.html")]
struct ContactPage {
    case: Case,
    person: Person,
    form: Filled,
    callable: Vec<Contact>,
    /// These may not be called: the returnee has not said that it is safe.
    unsafe_ones: Vec<Contact>,
    tried: Vec<Tried>,
    /// The day and part of the day of the next try, in words.
    next: Option<(String, String)>,
    /// Every number that may be called is dead or somebody else's.
    no_number: bool,
    parts: Vec<Choice>,
    lost_since: Option<OffsetDateTime>,
    /// Enough was tried, and the user may say so.
    may_lose: bool,
    /// How many tries at how many hours it takes.
    rule: (i64, i64),
    may_change: bool,
    _seen: Option<Seen>,
}

async fn page<P>(mut db: Read<P>, code: Code, mut form: Filled, language: Language) -> Result<ContactPage> {
    let (user, now) = (db.user().clone(), db.now());
    let (case, _, person) = cases::find(&mut db, code).await?;
    let ground = cases::ground(&mut db, &user, &case, &person).await?;
    if !may(&user, Permission::ReadCases, Some(&ground), now) {
        return Err(Error::NotFound);
    }
    let (callable, unsafe_ones): (Vec<Contact>, Vec<Contact>) =
        store::contacts(&mut db, person.id).await?.into_iter().partition(Contact::may_be_called);
    let all = store::attempts(&mut db, case.id).await?;
    let attempts: Vec<Attempt> = all.iter().map(|(attempt, _)| attempt.clone()).collect();
    let ids: Vec<Uuid> = callable.iter().map(|c| c.id).collect();
    let proposed = next(&attempts, &ids, now);
    let rule = (parameter(&mut db, "contact.lost-tries").await?, parameter(&mut db, "contact.lost-hours").await?);
    let lost_since = store::lost_since(&mut db, case.id).await?;
    let holds = case.holder_id == user.organisation && !case.is_closed();
    let seen = db.opened(&[person.id, case.id]).await?;
    let value = |id: Option<Uuid>| {
        let known = callable.iter().chain(&unsafe_ones).find(|c| Some(c.id) == id);
        known.map(|c| c.value.clone()).unwrap_or_default()
    };
    let tried = all
        .into_iter()
        .map(|(attempt, by)| Tried {
            value: value(attempt.contact),
            outcome: attempt.outcome,
            at: attempt.at,
            by: by.unwrap_or_default(),
        })
        .collect();
    if form.value("contact").is_empty() {
        let number = proposed.and_then(|n| n.contact).or_else(|| ids.first().copied());
        form = form.put("contact", number.map(|id| id.to_string()).unwrap_or_default());
    }
    Ok(ContactPage {
        no_number: proposed.is_some_and(|n| n.contact.is_none()) || callable.is_empty(),
        next: proposed.filter(|n| n.contact.is_some()).map(|n| {
            let part = language.say(&Message::new(format!("part-of-day-{}", n.part.code())));
            (written(n.on, Precision::Day), part)
        }),
        parts: choices(language, "part-of-day", &Part::ALL.map(Part::code)),
        may_lose: holds
            && lost_since.is_none()
            && user.may(Permission::AssignCases)
            && may_be_lost(&attempts, rule.0, rule.1),
        may_change: holds && user.may(Permission::ChangeCases),
        case,
        person,
        form,
        callable,
        unsafe_ones,
        tried,
        lost_since,
        rule,
        _seen: Some(seen),
    })
}

#[get("/cases/<code>/contact-attempts")]
async fn show(code: Code, db: Read<to::ReadCases>, language: Language) -> Result<Page<ContactPage>> {
    Ok(Page(page(db, code, Filled::blank(), language).await?))
}

#[derive(FromForm, Validate)]
struct AttemptForm {
    #[field(default = String::new())]
    outcome: String,
    #[field(default = String::new())]
    contact: String,
    /// When they asked to be called, if they did.
    later: Typed,
    #[field(default = String::new())]
    part: String,
}

/// The day and part of a day that somebody asked for; neither, both, or a day alone.
fn asked_for(filled: &mut Filled, typed: &AttemptForm, today: Date) -> Option<(Date, Option<Part>)> {
    let part = one_of(filled, "part", &typed.part, |c| Part::from_code(c).is_some());
    let wrong = match typed.later.read() {
        Ok(None) if part.is_none() => return None,
        Ok(Some((on, Precision::Day))) if on < today => "error-date-past",
        Ok(Some((on, Precision::Day))) if on > today + Duration::days(90) => "error-call-far",
        Ok(Some((on, Precision::Day))) => return Some((on, part.and_then(|p| Part::from_code(&p)))),
        Ok(_) => "error-date-whole",
        Err(wrong) => wrong,
    };
    filled.push("later", wrong);
    None
}

/// One key: what came of the try. The next one is proposed, or is when they asked for it.
#[post("/cases/<code>/contact-attempts", data = "<form>")]
async fn keep(
    code: Code,
    form: Form<Checked<AttemptForm>>,
    mut db: Write<to::ChangeCases>,
    language: Language,
) -> Result<Answer<ContactPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (case, _, person) = match held::begin(&mut db, code, &filled).await? {
        Ok(found) => found,
        Err(before) => return Ok(Answer::To(before)),
    };
    let (user, now, today) = (db.user().clone(), db.now(), db.today());
    let known = store::contacts(&mut db, person.id).await?;
    let callable: Vec<Uuid> = known.iter().filter(|c| c.may_be_called()).map(|c| c.id).collect();
    let read = value.and_then(|typed| {
        let outcome = one_of(&mut filled, "outcome", &typed.outcome, |c| OUTCOMES.contains(&c));
        if outcome.is_none() && typed.outcome.trim().is_empty() {
            filled.push("outcome", "error-choose");
        }
        let contact = one_of(&mut filled, "contact", &typed.contact, |c| callable.iter().any(|id| id.to_string() == c));
        let later = asked_for(&mut filled, &typed, today).filter(|_| outcome.as_deref() != Some("reached"));
        Some((outcome?, contact.and_then(|id| Uuid::parse_str(&id).ok()), later)).filter(|_| !filled.is_wrong())
    });
    let Some((outcome, contact, later)) = read else {
        let reading = db.instead().await?;
        return Ok(Answer::With(Status::UnprocessableEntity, page(reading, code, filled, language).await?));
    };
    let this = Attempt { outcome, contact, at: now };
    let before = store::attempts(&mut db, case.id).await?;
    let all: Vec<Attempt> =
        std::iter::once(this.clone()).chain(before.into_iter().map(|(attempt, _)| attempt)).collect();
    let proposed = next(&all, &callable, now).map(|proposed| match later {
        Some((on, part)) => Next { on, part: part.unwrap_or(proposed.part), ..proposed },
        None => proposed,
    });
    store::keep(&mut db, &user, case.id, &this, proposed).await?;
    let told = if this.outcome == "reached" { "call-kept-reached" } else { "call-kept" };
    db.done(filled.submission(), "/cases").await?;
    Ok(Answer::Told("/cases".into(), told))
}

/// Contact is lost: by rule, and a supervisor's word.
#[post("/cases/<code>/lost-contact", data = "<form>")]
async fn lose(code: Code, form: Form<Checked<Press>>, mut db: Write<to::AssignCases>) -> Result<Answer<ContactPage>> {
    let filled = form.into_inner().filled;
    let (case, _, _) = match held::begin(&mut db, code, &filled).await? {
        Ok(found) => found,
        Err(before) => return Ok(Answer::To(before)),
    };
    let user = db.user().clone();
    let attempts: Vec<Attempt> = store::attempts(&mut db, case.id).await?.into_iter().map(|(a, _)| a).collect();
    let rule = (parameter(&mut db, "contact.lost-tries").await?, parameter(&mut db, "contact.lost-hours").await?);
    if store::lost_since(&mut db, case.id).await?.is_some() {
        return Err(Error::refused(Status::Conflict, "error-call-lost-already"));
    }
    if !may_be_lost(&attempts, rule.0, rule.1) {
        return Err(Error::refused(Status::Conflict, "error-call-not-tried"));
    }
    store::lose(&mut db, &user, &case).await?;
    held::end(db, code, &filled, "call-lost-said").await
}
