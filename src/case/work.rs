//! The day's work on a case: its next step, notes, services, phase, who is accountable, who reads along.

use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, post, routes};
use time::{Date, Duration};
use uuid::Uuid;
use validator::Validate;

use super::assistance::is_private;
use super::held;
use super::pages::{ShowPage, refused};
use super::plan::interventions::listed;
use super::plan::store as plans;
use super::provider::store as providers;
use super::service_store;
use super::store::{self, NextStep};
use super::{DONE_OUTCOMES, Facts, NEXT_BY, OUTCOMES, Phase, SERVICE_KINDS, may_move};
use crate::access::Write;
use crate::access::guard::to;
use crate::base::code::Code;
use crate::base::date::{Precision, Typed};
use crate::base::form::{Checked, Filled, Press};
use crate::base::language::Language;
use crate::base::{Error, Result};
use crate::page::Answer;
use crate::person::form::{lines, one_of, text};

pub fn routes() -> Vec<Route> {
    routes![phase, next_step, note, add_service, change_service, assign, private_talk]
}

/// A day that lies ahead and not beyond two years.
pub fn ahead(filled: &mut Filled, name: &str, typed: &Typed, today: Date) -> Option<Date> {
    let wrong = match typed.read() {
        Ok(Some((date, Precision::Day))) if date < today => "error-date-past",
        Ok(Some((date, Precision::Day))) if date > today + Duration::days(730) => "error-expected-far",
        Ok(Some((date, Precision::Day))) => return Some(date),
        Ok(_) => "error-date-whole",
        Err(wrong) => wrong,
    };
    filled.push(name, wrong);
    None
}

#[derive(FromForm, Validate)]
struct PhaseForm {
    #[field(default = String::new())]
    to: String,
    #[field(default = 0)]
    version: i32,
}

#[post("/cases/<code>/phase", data = "<form>")]
async fn phase(
    code: Code,
    form: Form<Checked<PhaseForm>>,
    mut db: Write<to::ChangeCases>,
    language: Language,
) -> Result<Answer<ShowPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (case, episode, _) = match held::begin(&mut db, code, &filled).await? {
        Ok(found) => found,
        Err(before) => return Ok(Answer::To(before)),
    };
    let Some(to) = value.as_ref().and_then(|v| Phase::from_code(&v.to)) else {
        filled.push("to", "error-choice");
        return refused(db, code, filled, Status::UnprocessableEntity, language).await;
    };
    let open_services = service_store::open(&mut db, case.id).await?;
    let planned = plans::in_force_since(&mut db, case.id).await?.is_some();
    let abroad = matches!(episode.standing.as_str(), "undecided" | "planned");
    if let Err(why) = may_move(case.phase(), to, Facts { abroad, planned, open_services }) {
        filled.push("to", why.key());
        return refused(db, code, filled, Status::UnprocessableEntity, language).await;
    }
    if !store::set_phase(&mut db, &case, value.map_or(0, |v| v.version), to).await? {
        filled.push("to", "error-page-changed-meanwhile");
        return refused(db, code, filled, Status::Conflict, language).await;
    }
    held::end(db, code, &filled, "case-phase-changed").await
}

#[derive(FromForm, Validate)]
struct NextForm {
    #[validate(length(max = 300, code = "too-long"))]
    #[field(default = String::new())]
    step: String,
    on: Typed,
    #[field(default = String::new())]
    by: String,
}

#[derive(FromForm, Validate)]
struct NextSent {
    #[validate(nested)]
    next: NextForm,
}

#[post("/cases/<code>/next-step", data = "<form>")]
async fn next_step(
    code: Code,
    form: Form<Checked<NextSent>>,
    mut db: Write<to::ChangeCases>,
    language: Language,
) -> Result<Answer<ShowPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (case, _, _) = match held::begin(&mut db, code, &filled).await? {
        Ok(found) => found,
        Err(before) => return Ok(Answer::To(before)),
    };
    let today = db.today();
    let next = value.and_then(|NextSent { next: typed }| {
        let step = text(&typed.step);
        if step.is_none() {
            filled.push("next.step", "error-required");
        }
        let on = ahead(&mut filled, "next.on", &typed.on, today);
        let by = one_of(&mut filled, "next.by", &typed.by, |c| NEXT_BY.contains(&c)).unwrap_or_else(|| "me".into());
        Some(NextStep { step: step?, on: on?, by }).filter(|_| !filled.is_wrong())
    });
    let Some(next) = next else {
        return refused(db, code, filled, Status::UnprocessableEntity, language).await;
    };
    store::set_next_step(&mut db, case.id, Some(&next)).await?;
    held::end(db, code, &filled, "case-next-set").await
}

#[derive(FromForm, Validate)]
struct NoteForm {
    #[validate(length(max = 4000, code = "too-long"))]
    #[field(default = String::new())]
    text: String,
}

#[derive(FromForm, Validate)]
struct NoteSent {
    #[validate(nested)]
    note: NoteForm,
}

#[post("/cases/<code>/notes", data = "<form>")]
async fn note(
    code: Code,
    form: Form<Checked<NoteSent>>,
    mut db: Write<to::ChangeCases>,
    language: Language,
) -> Result<Answer<ShowPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (case, _, _) = match held::begin(&mut db, code, &filled).await? {
        Ok(found) => found,
        Err(before) => return Ok(Answer::To(before)),
    };
    let note = value.map(|sent| sent.note.text.trim().to_owned()).unwrap_or_default();
    if note.is_empty() && !filled.is_wrong() {
        filled.push("note.text", "error-required");
    }
    if filled.is_wrong() {
        return refused(db, code, filled, Status::UnprocessableEntity, language).await;
    }
    let user = db.user().clone();
    store::write_note(&mut db, &user, case.id, &note).await?;
    held::end(db, code, &filled, "case-note-kept").await
}

#[derive(FromForm, Validate)]
struct ServiceForm {
    #[field(default = String::new())]
    kind: String,
    #[validate(length(max = 200, code = "too-long"))]
    #[field(default = String::new())]
    provider: String,
    #[field(default = String::new())]
    office: String,
    /// An entry of the directory.
    #[field(default = String::new())]
    listed: String,
    due: Typed,
}

#[derive(FromForm, Validate)]
struct ServiceSent {
    #[validate(nested)]
    service: ServiceForm,
}

#[post("/cases/<code>/services", data = "<form>")]
async fn add_service(
    code: Code,
    form: Form<Checked<ServiceSent>>,
    mut db: Write<to::ChangeCases>,
    language: Language,
) -> Result<Answer<ShowPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (case, _, person) = match held::begin(&mut db, code, &filled).await? {
        Ok(found) => found,
        Err(before) => return Ok(Answer::To(before)),
    };
    let today = db.today();
    let offered = providers::offered(&mut db, case.holder_id, person.id, today).await?;
    let offices = crate::access::store::organisations(&mut db).await?;
    let read = value.and_then(|ServiceSent { service: typed }| {
        let kind = one_of(&mut filled, "service.kind", &typed.kind, |c| SERVICE_KINDS.contains(&c));
        if kind.is_none() && typed.kind.trim().is_empty() {
            filled.push("service.kind", "error-choose");
        }
        let office =
            one_of(&mut filled, "service.office", &typed.office, |c| offices.iter().any(|(id, _)| id.to_string() == c));
        let entry = listed(&mut filled, "service.listed", &typed.listed, &offered, kind.as_deref());
        let provider = text(&typed.provider);
        let due = ahead(&mut filled, "service.due", &typed.due, today);
        Some((kind?, office.and_then(|id| Uuid::parse_str(&id).ok()), entry, provider, due?))
            .filter(|_| !filled.is_wrong())
    });
    let Some((kind, provider_id, listed_id, provider, due_on)) = read else {
        return refused(db, code, filled, Status::UnprocessableEntity, language).await;
    };
    let new = service_store::New { kind: &kind, provider_id, listed_id, provider: provider.as_deref(), due_on };
    service_store::add(&mut db, case.id, &new).await?;
    held::end(db, code, &filled, "case-service-added").await
}

#[derive(FromForm, Validate)]
struct OutcomeForm {
    #[field(default = String::new())]
    outcome: String,
    #[validate(length(max = 1000, code = "too-long"))]
    #[field(default = String::new())]
    note_back: String,
    #[field(default = 0)]
    version: i32,
}

/// A service under way, or ended with its outcome and what the provider sent back.
#[post("/cases/<code>/services/<id>", data = "<form>")]
async fn change_service(
    code: Code,
    id: Uuid,
    form: Form<Checked<OutcomeForm>>,
    mut db: Write<to::ChangeCases>,
    language: Language,
) -> Result<Answer<ShowPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (case, _, _) = match held::begin(&mut db, code, &filled).await? {
        Ok(found) => found,
        Err(before) => return Ok(Answer::To(before)),
    };
    let service = service_store::find(&mut db, case.id, id).await?;
    if !service.is_open() {
        return Err(Error::refused(Status::Conflict, "error-service-ended"));
    }
    let read = value.and_then(|typed| {
        let outcome = one_of(&mut filled, "outcome", &typed.outcome, |c| OUTCOMES.contains(&c));
        let note = lines(&typed.note_back);
        if is_private(&service.kind) && note.is_some() {
            filled.push("note_back", "error-psychosocial-note");
        }
        Some((outcome, note, typed.version)).filter(|_| !filled.is_wrong())
    });
    let Some((outcome, note, version)) = read else {
        return refused(db, code, on_line(filled, id), Status::UnprocessableEntity, language).await;
    };
    let now = db.now();
    let ended = (outcome.as_deref(), note.as_deref());
    if !service_store::change(&mut db, case.id, &service, version, ended, now).await? {
        filled.push("outcome", "error-page-changed-meanwhile");
        return refused(db, code, on_line(filled, id), Status::Conflict, language).await;
    }
    let helped = outcome.is_some_and(|o| DONE_OUTCOMES.contains(&o.as_str()));
    held::end(db, code, &filled, if helped { "case-service-done" } else { "case-service-changed" }).await
}

/// Each line of services has these fields; what was typed and what is wrong goes back to its own.
fn on_line(mut filled: Filled, service: Uuid) -> Filled {
    for field in ["outcome", "note_back"] {
        filled.take_to(field, &format!("{field}-{service}"));
    }
    filled
}

#[derive(FromForm, Validate)]
struct AssignForm {
    #[field(default = String::new())]
    to: String,
}

#[derive(FromForm, Validate)]
struct AssignSent {
    #[validate(nested)]
    assign: AssignForm,
}

/// Somebody else of the office becomes accountable. A supervisor says so; anybody may take a case on themselves.
#[post("/cases/<code>/accountable", data = "<form>")]
async fn assign(
    code: Code,
    form: Form<Checked<AssignSent>>,
    mut db: Write<to::ChangeCases>,
    language: Language,
) -> Result<Answer<ShowPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (case, _, _) = match held::begin(&mut db, code, &filled).await? {
        Ok(found) => found,
        Err(before) => return Ok(Answer::To(before)),
    };
    let user = db.user().clone();
    let to = value.and_then(|v| Uuid::parse_str(v.assign.to.trim()).ok());
    let allowed = match to {
        Some(to) if to == user.id || user.may(crate::access::Permission::AssignCases) => {
            store::may_be_accountable(&mut db, case.id, to).await?
        }
        _ => false,
    };
    let Some(to) = to.filter(|_| allowed) else {
        filled.push("assign.to", "error-assign");
        return refused(db, code, filled, Status::UnprocessableEntity, language).await;
    };
    store::assign(&mut db, &case, to).await?;
    held::end(db, code, &filled, "case-assigned").await
}

/// The talk in private was held.
#[post("/cases/<code>/private-talk", data = "<form>")]
async fn private_talk(
    code: Code,
    form: Form<Checked<Press>>,
    mut db: Write<to::ReadPrivate>,
) -> Result<Answer<ShowPage>> {
    let filled = form.into_inner().filled;
    let (case, _, _) = match held::begin(&mut db, code, &filled).await? {
        Ok(found) => found,
        Err(before) => return Ok(Answer::To(before)),
    };
    let user = db.user().clone();
    store::hold_private_talk(&mut db, &user, case.id).await?;
    held::end(db, code, &filled, "case-private-held").await
}
