//! One complaint, and what becomes of it step by step.

use askama::Template;
use diesel::define_sql_function;
use diesel::prelude::*;
use diesel::sql_types::{Integer, Jsonb, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use serde_json::{Value, json};
use time::Date;
use uuid::Uuid;
use validator::Validate;

use super::{ACTS, BODIES, Complaint, Step, find};
use crate::access::guard::to;
use crate::access::{Permission, Read, Seen, Write};
use crate::base::code::Code;
use crate::base::date::{Precision, Typed, written};
use crate::base::form::{Checked, Choice, Filled};
use crate::base::language::Language;
use crate::base::{Error, Result};
use crate::case::{Case, held, store as cases};
use crate::page::{Answer, Page, filters};
use crate::person::Person;
use crate::person::choices::choices;
use crate::person::form::{lines, one_of};
use crate::person::household::poverty::day;
use crate::schema::{complaint_steps, users};

pub fn routes() -> Vec<Route> {
    routes![show, step]
}

define_sql_function! {
    fn move_complaint(wanted: SqlUuid, act: Text, at_version: Integer, details: Jsonb) -> Text;
}

#[derive(Template)]
#[template(path = "employment/complaint.html")]
struct ShowPage {
    case: Case,
    person: Person,
    complaint: Complaint,
    grounds: String,
    /// Each with its day and who wrote it.
    steps: Vec<(Step, String, String)>,
    form: Filled,
    acts: Vec<Choice>,
    bodies: Vec<Choice>,
    may_change: bool,
    _seen: Option<Seen>,
}

async fn page<P>(mut db: Read<P>, code: Code, id: Uuid, form: Filled, language: Language) -> Result<ShowPage> {
    let user = db.user().clone();
    let (case, _, person) = cases::reached(&mut db, code, Permission::AssessCases).await?;
    let complaint = find(&mut db, case.id, id).await?;
    let steps: Vec<Step> = complaint_steps::table
        .filter(complaint_steps::complaint_id.eq(id))
        .order(complaint_steps::number)
        .limit(200)
        .select(Step::as_select())
        .load(&mut *db)
        .await?;
    let by: Vec<Uuid> = steps.iter().map(|step| step.made_by).collect();
    let names: Vec<(Uuid, String)> =
        users::table.filter(users::id.eq_any(by)).select((users::id, users::name)).load(&mut *db).await?;
    let said = |step: Step| {
        let by = names.iter().find(|(id, _)| *id == step.made_by).map(|(_, name)| name.clone()).unwrap_or_default();
        (written(step.happened_on, Precision::Day), by, step)
    };
    let may_change = case.holder_id == user.organisation && !case.is_closed() && complaint.goes_on();
    let seen = db.opened(&[person.id, case.id]).await?;
    Ok(ShowPage {
        grounds: complaint.grounds_said(language),
        steps: steps.into_iter().map(said).map(|(on, by, step)| (step, on, by)).collect(),
        form,
        acts: choices(language, "complaint-act", &complaint.next()),
        bodies: choices(language, "complaint-body", &BODIES),
        may_change,
        case,
        person,
        complaint,
        _seen: Some(seen),
    })
}

#[get("/cases/<code>/complaints/<id>", rank = 2)]
async fn show(code: Code, id: Uuid, db: Read<to::AssessCases>, language: Language) -> Result<Page<ShowPage>> {
    Ok(Page(page(db, code, id, Filled::blank(), language).await?))
}

#[derive(FromForm, Validate)]
struct StepForm {
    #[field(default = String::new())]
    act: String,
    #[field(default = String::new())]
    body: String,
    on: Typed,
    #[validate(length(max = 2000, code = "too-long"))]
    #[field(default = String::new())]
    words: String,
}

#[derive(FromForm, Validate)]
struct StepSent {
    #[validate(nested)]
    step: StepForm,
    #[field(default = 0)]
    version: i32,
}

fn read(step: &StepForm, filled: &mut Filled, of: &Complaint, today: Date) -> Option<(String, Value)> {
    if step.act.trim().is_empty() {
        filled.push("step.act", "error-choose");
    }
    let act = one_of(filled, "step.act", &step.act, |code| ACTS.contains(&code));
    let on = day(filled, "step.on", &step.on);
    match on {
        None if filled.error("step.on").is_none() => filled.push("step.on", "error-required"),
        Some(on) if on > today => filled.push("step.on", "error-date-future"),
        Some(on) if on < of.happened_on => filled.push("step.on", "error-complaint-before"),
        _ => {}
    }
    let (mut body, words) = (None, lines(&step.words));
    match act.as_deref() {
        Some("passed-on") => {
            if step.body.trim().is_empty() {
                filled.push("step.body", "error-choose");
            }
            body = one_of(filled, "step.body", &step.body, |code| BODIES.contains(&code));
            if body.as_deref() == Some("other") && words.is_none() {
                filled.push("step.words", "error-required");
            }
        }
        Some("answered" | "settled" | "not-upheld") if words.is_none() => filled.push("step.words", "error-required"),
        _ => {}
    }
    let details = json!({ "on": on?.to_string(), "words": words, "body": body });
    Some((act?, details)).filter(|_| !filled.is_wrong())
}

#[post("/cases/<code>/complaints/<id>/steps", data = "<form>")]
async fn step(
    code: Code,
    id: Uuid,
    form: Form<Checked<StepSent>>,
    mut db: Write<to::AssessCases>,
    language: Language,
) -> Result<Answer<ShowPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let today = db.today();
    let (case, ..) = match held::begin(&mut db, code, &filled).await? {
        Ok(found) => found,
        Err(before) => return Ok(Answer::To(before)),
    };
    let of = find(&mut db, case.id, id).await?;
    let mut status = Status::UnprocessableEntity;
    let version = value.as_ref().map_or(0, |sent| sent.version);
    if let Some((act, details)) = value.and_then(|sent| read(&sent.step, &mut filled, &of, today)) {
        let said: String = diesel::select(move_complaint(id, act, version, details)).get_result(&mut *db).await?;
        let why = match said.as_str() {
            "done" => {
                let location = format!("/cases/{code}/complaints/{id}");
                db.done(filled.submission(), &location).await?;
                return Ok(Answer::Told(location, "complaint-moved"));
            }
            "changed" => "error-page-changed-meanwhile",
            "not-agreed" => "error-complaint-agreed",
            "state" => "error-complaint-state",
            _ => return Err(Error::NotAllowed),
        };
        filled.push("step.act", why);
        status = Status::Conflict;
    }
    Ok(Answer::With(status, page(db.instead().await?, code, id, filled, language).await?))
}
