//! An immediate need: whom to call, what was tried, and who takes it over. It stays open until somebody has.

use askama::Template;
use diesel_async::AsyncPgConnection;
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;
use validator::Validate;

use super::{Number, next, store};
use crate::access::guard::to;
use crate::access::store::parameter;
use crate::access::{Permission, Read, Seen, Write};
use crate::base::code::Code;
use crate::base::db::{Db, Rights};
use crate::base::form::{Checked, Filled};
use crate::base::job::{self, Job};
use crate::base::language::{Language, Message};
use crate::base::{Error, Result, mail};
use crate::case::{held, store as cases};
use crate::page::{Answer, Page, filters};

pub fn routes() -> Vec<Route> {
    routes![show, unanswered, take_over]
}

#[derive(Template)]
#[template(path = "case/alarm.html")]
struct AlarmPage {
    code: String,
    form: Filled,
    since: Option<OffsetDateTime>,
    /// Whom to call now, and everybody in their order.
    next: Option<Number>,
    numbers: Vec<Number>,
    may_change: bool,
    _seen: Option<Seen>,
}

async fn page<P>(mut db: Read<P>, code: Code, form: Filled) -> Result<AlarmPage> {
    let (case, _, person) = cases::find(&mut db, code).await?;
    let since = store::open_since(&mut db, case.id).await?;
    let numbers = store::numbers(&mut db, case.id).await?;
    let user = db.user().clone();
    let seen = db.opened(&[person.id, case.id]).await?;
    Ok(AlarmPage {
        may_change: case.holder_id == user.organisation && !case.is_closed() && user.may(Permission::ChangeCases),
        code: case.code,
        form,
        since,
        next: next(&numbers).map(|at| numbers[at].clone()),
        numbers,
        _seen: Some(seen),
    })
}

/// Numbers and two buttons, and not a word about why: this page stands open on a counter.
#[get("/cases/<code>/immediate")]
async fn show(code: Code, db: Read<to::ReadCases>) -> Result<Page<AlarmPage>> {
    Ok(Page(page(db, code, Filled::blank()).await?))
}

async fn refused<P>(db: Write<P>, code: Code, filled: Filled, status: Status) -> Result<Answer<AlarmPage>> {
    Ok(Answer::With(status, page(db.instead().await?, code, filled).await?))
}

#[derive(FromForm, Validate)]
struct TryForm {
    #[field(default = String::new())]
    office: String,
    #[field(default = String::new())]
    phone: String,
}

/// Nobody answered at this number; the page shows the next.
#[post("/cases/<code>/immediate/tries", data = "<form>")]
async fn unanswered(
    code: Code,
    form: Form<Checked<TryForm>>,
    mut db: Write<to::ChangeCases>,
) -> Result<Answer<AlarmPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (case, _, _) = match held::begin(&mut db, code, &filled).await? {
        Ok(found) => found,
        Err(before) => return Ok(Answer::To(before)),
    };
    if store::open_since(&mut db, case.id).await?.is_none() {
        return Err(Error::refused(Status::Conflict, "error-taken-over"));
    }
    let numbers = store::numbers(&mut db, case.id).await?;
    let called = |n: &&Number, typed: &TryForm| n.office_id.to_string() == typed.office && n.phone == typed.phone;
    let Some(number) = value.and_then(|typed| numbers.iter().find(|number| called(number, &typed))) else {
        filled.push("phone", "error-duty-number");
        return refused(db, code, filled, Status::UnprocessableEntity).await;
    };
    let user = db.user().clone();
    store::tried(&mut db, &user, case.id, number).await?;
    let location = format!("/cases/{code}/immediate");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "duty-tried"))
}

#[derive(FromForm, Validate)]
struct TakingOver {
    /// Whoever said so over the telephone; nobody where it is the user.
    #[field(default = String::new())]
    by: String,
}

/// Somebody takes an immediate need upon themselves, or said over the telephone that they do, being on duty. They are
/// accountable from now on.
#[post("/cases/<code>/taking-over", data = "<form>")]
async fn take_over(
    code: Code,
    form: Form<Checked<TakingOver>>,
    mut db: Write<to::ChangeCases>,
) -> Result<Answer<AlarmPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (case, _, _) = match held::begin(&mut db, code, &filled).await? {
        Ok(found) => found,
        Err(before) => return Ok(Answer::To(before)),
    };
    let by = value.map(|sent| sent.by).unwrap_or_default();
    let taker = match by.as_str() {
        "" => db.user().id,
        by => {
            let numbers = store::numbers(&mut db, case.id).await?;
            let on_duty = numbers.iter().filter_map(|number| number.user_id).find(|id| id.to_string() == by);
            let may = match on_duty {
                Some(id) => cases::may_be_accountable(&mut db, case.id, id).await?,
                None => false,
            };
            let Some(taker) = on_duty.filter(|_| may) else {
                filled.push("by", "error-duty-taker");
                return refused(db, code, filled, Status::UnprocessableEntity).await;
            };
            taker
        }
    };
    if !cases::take_over(&mut db, taker, case.id).await? {
        return Err(Error::refused(Status::Conflict, "error-taken-over"));
    }
    if case.accountable_id != taker {
        cases::assign(&mut db, &case, taker).await?;
    }
    held::end(db, code, &filled, "case-taken-over").await
}

/// The job that takes an immediate need up while nobody takes it over.
pub const ALARM: &str = "alarm";

/// Queues the three steps: the office at once, the province's, DOLAB.
pub async fn raise(db: &mut AsyncPgConnection, screening: Uuid, now: OffsetDateTime) -> Result<()> {
    let minutes = parameter(db, "duty.minutes").await?;
    for step in 1..=3 {
        let at = now + Duration::minutes(minutes * (step - 1));
        let payload = json!({ "screening": screening, "step": step });
        job::enqueue(db, ALARM, &format!("{ALARM}:{screening}:{step}"), payload, Some(at)).await?;
    }
    Ok(())
}

/// One step up, unless somebody has taken it over; the message says that there is a need, and nothing of whom.
pub async fn call(db: Db, address: String, job: Job) -> Result<()> {
    let (Some(screening), Some(step)) = (
        job.payload["screening"].as_str().and_then(|id| Uuid::parse_str(id).ok()),
        job.payload["step"].as_i64().and_then(|step| i32::try_from(step).ok()),
    ) else {
        return Err(Error::Internal("a job about an immediate need without it".into()));
    };
    let mut tx = db.begin(&job.actor, job.id, Rights::Writer).await?;
    if let Some(told) = store::told(&mut tx, screening, step).await? {
        write_to(&mut tx, &told, ["mail-alarm-subject", "mail-alarm"], format!("{address}/shift")).await?;
    }
    tx.commit().await
}

/// A message to each of these, in their language, that leads to a page: the keys of its subject and its words.
pub(super) async fn write_to(
    db: &mut AsyncPgConnection,
    told: &Value,
    [subject, words]: [&'static str; 2],
    page: String,
) -> Result<()> {
    for one in told.as_array().into_iter().flatten() {
        let language = one["language"].as_str().and_then(Language::from_code).unwrap_or_default();
        let subject = language.say(&Message::new(subject));
        let body = language.say(&Message::new(words).with("address", page.clone()));
        mail::post(db, one["email"].as_str().unwrap_or_default(), &subject, &body).await?;
    }
    Ok(())
}
