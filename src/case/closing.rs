//! A case closed, with a reason and an outcome, and opened again, with its history.

use askama::Template;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use serde_json::json;
use uuid::Uuid;
use validator::Validate;

use super::whole::Closure;
use super::{ASKS_WHAT_WOULD_HELP, CLOSING_REASONS, Case, Phase, held, service_store, store};
use crate::access::guard::to;
use crate::access::{Read, Seen, User, Write};
use crate::base::code::Code;
use crate::base::event;
use crate::base::form::{Checked, Choice, Filled};
use crate::base::language::Language;
use crate::base::{Error, Result};
use crate::page::{Answer, Page, filters};
use crate::person::choices::choices;
use crate::person::form::{lines, one_of, text};
use crate::schema::{cases, closures};

pub fn routes() -> Vec<Route> {
    routes![ask, close, reopen]
}

#[derive(Template)]
#[template(path = "case/closure.html")]
struct ClosurePage {
    code: String,
    name: String,
    form: Filled,
    reasons: Vec<Choice>,
    open_services: usize,
    _seen: Option<Seen>,
}

/// `reason` is chosen already where the page of the case proposed to close it.
#[get("/cases/<code>/closure?<reason>")]
async fn ask(
    code: Code,
    reason: Option<&str>,
    mut db: Read<to::ChangeCases>,
    language: Language,
) -> Result<Page<ClosurePage>> {
    let (case, _, person) = store::find(&mut db, code).await?;
    held::open_and_held(&case, db.user())?;
    let open_services = service_store::open(&mut db, case.id).await?;
    let seen = db.opened(&[person.id, case.id]).await?;
    Ok(Page(ClosurePage {
        code: case.code,
        name: person.name,
        form: Filled::blank().put("reason", reason.filter(|r| CLOSING_REASONS.contains(r)).unwrap_or_default()),
        reasons: choices(language, "closing", &CLOSING_REASONS),
        open_services,
        _seen: Some(seen),
    }))
}

#[derive(FromForm, Validate)]
struct ClosureForm {
    #[field(default = String::new())]
    reason: String,
    #[validate(length(max = 2000, code = "too-long"))]
    #[field(default = String::new())]
    outcome: String,
    #[validate(length(max = 1000, code = "too-long"))]
    #[field(default = String::new())]
    would_have_stayed: String,
}

#[post("/cases/<code>/closure", data = "<form>")]
async fn close(
    code: Code,
    form: Form<Checked<ClosureForm>>,
    mut db: Write<to::ChangeCases>,
    language: Language,
) -> Result<Answer<ClosurePage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (case, _, person) = match held::begin(&mut db, code, &filled).await? {
        Ok(found) => found,
        Err(before) => return Ok(Answer::To(before)),
    };
    let user = db.user().clone();
    let read = value.and_then(|typed| {
        let reason = one_of(&mut filled, "reason", &typed.reason, |c| CLOSING_REASONS.contains(&c));
        if reason.is_none() && typed.reason.trim().is_empty() {
            filled.push("reason", "error-choose");
        }
        let outcome = lines(&typed.outcome);
        if outcome.is_none() {
            filled.push("outcome", "error-required");
        }
        let stayed = lines(&typed.would_have_stayed);
        if stayed.is_none() && reason.as_deref().is_some_and(|r| ASKS_WHAT_WOULD_HELP.contains(&r)) {
            filled.push("would_have_stayed", "error-would-have-stayed");
        }
        Some((reason?, outcome?, stayed)).filter(|_| !filled.is_wrong())
    });
    let Some((reason, outcome, would_have_stayed)) = read else {
        let open_services = service_store::open(&mut db, case.id).await?;
        let reasons = choices(language, "closing", &CLOSING_REASONS);
        let page =
            ClosurePage { code: case.code, name: person.name, form: filled, reasons, open_services, _seen: None };
        return Ok(Answer::With(Status::UnprocessableEntity, page));
    };
    closed(&mut db, &user, &case, &reason, &outcome, would_have_stayed.as_deref()).await?;
    held::end(db, code, &filled, "case-closed").await
}

async fn closed(
    db: &mut AsyncPgConnection,
    user: &User,
    case: &Case,
    reason: &str,
    outcome: &str,
    would_have_stayed: Option<&str>,
) -> Result<()> {
    let shut = diesel::update(cases::table.filter(cases::id.eq(case.id)).filter(cases::phase.ne(Phase::Closed.code())))
        .set((
            cases::phase.eq(Phase::Closed.code()),
            cases::next_step.eq(None::<&str>),
            cases::next_on.eq(None::<time::Date>),
            cases::next_by.eq(None::<&str>),
            cases::call_on.eq(None::<time::Date>),
            cases::call_part.eq(None::<&str>),
            cases::version.eq(cases::version + 1),
        ))
        .execute(db)
        .await?;
    if shut == 0 {
        return Err(Error::refused(Status::Conflict, "error-move-closed"));
    }
    diesel::insert_into(closures::table)
        .values((
            closures::id.eq(Uuid::now_v7()),
            closures::case_id.eq(case.id),
            closures::reason.eq(reason),
            closures::outcome.eq(outcome),
            closures::would_have_stayed.eq(would_have_stayed),
            closures::from_phase.eq(&case.phase),
            closures::closed_by.eq(user.id),
        ))
        .execute(db)
        .await?;
    // An offer that nobody answered ends with the case.
    super::handing::revoke_open(db, case.id).await?;
    event::record(db, "case.closed", "case", case.id, json!({ "reason": reason })).await
}

#[derive(FromForm, Validate)]
struct ReopeningForm {
    #[validate(length(max = 1000, code = "too-long"))]
    #[field(default = String::new())]
    because: String,
}

#[derive(FromForm, Validate)]
struct ReopeningSent {
    #[validate(nested)]
    reopen: ReopeningForm,
}

/// A closed case goes on where it was.
#[post("/cases/<code>/reopening", data = "<form>")]
async fn reopen(
    code: Code,
    form: Form<Checked<ReopeningSent>>,
    mut db: Write<to::ChangeCases>,
    language: Language,
) -> Result<Answer<super::pages::ShowPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (case, _, _) = store::find(&mut db, code).await?;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let user = db.user().clone();
    if case.holder_id != user.organisation {
        return Err(Error::refused(Status::Conflict, "error-case-not-held"));
    }
    let because = value.and_then(|v| text(&v.reopen.because));
    match &because {
        _ if !case.is_closed() => filled.push("reopen.because", "error-not-closed"),
        None if !filled.is_wrong() => filled.push("reopen.because", "error-reason"),
        _ => {}
    }
    let Some(because) = because.filter(|_| !filled.is_wrong()) else {
        return super::pages::refused(db, code, filled, Status::UnprocessableEntity, language).await;
    };
    let last: Closure = closures::table
        .filter(closures::case_id.eq(case.id))
        .filter(closures::reopened_at.is_null())
        .select(Closure::as_select())
        .first(&mut *db)
        .await?;
    diesel::update(closures::table.filter(closures::id.eq(last.id)))
        .set((
            closures::reopened_at
                .eq(diesel::dsl::sql::<diesel::sql_types::Nullable<diesel::sql_types::Timestamptz>>("app_now()")),
            closures::reopened_by.eq(user.id),
            closures::reopened_because.eq(&because),
        ))
        .execute(&mut *db)
        .await?;
    diesel::update(cases::table.filter(cases::id.eq(case.id)))
        .set((cases::phase.eq(&last.from_phase), cases::version.eq(cases::version + 1)))
        .execute(&mut *db)
        .await?;
    event::record(&mut db, "case.reopened", "case", case.id, json!({})).await?;
    // Whoever had it may have left since, or have nothing to do with the person any more.
    if !store::may_be_accountable(&mut db, case.id, case.accountable_id).await? {
        store::make_accountable(&mut db, case.id, case.accountable_id, user.id).await?;
    }
    held::end(db, code, &filled, "case-reopened").await
}
