//! The plans that wait for a supervisor: to be approved, and those drawn to be looked at afterwards (practice 29).

use askama::Template;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rocket::form::Form;
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Act, Plan, store};
use crate::access::guard::to;
use crate::access::{Read, Seen, User, Write};
use crate::base::form::{Checked, PressAt};
use crate::base::{Error, Result};
use crate::page::{Answer, Page, filters};
use crate::schema::{cases, episodes, persons, plans};

pub fn routes() -> Vec<Route> {
    routes![index, look]
}

/// Lines of each list; what waits longest stands first.
const LINES: i64 = 50;

/// A plan as a line of a list.
struct Line {
    plan: Plan,
    person: Uuid,
    name: String,
    code: String,
    /// When it was sent, or came into force.
    at: Option<OffsetDateTime>,
    own: bool,
}

#[derive(Template)]
#[template(path = "case/plans.html")]
struct IndexPage {
    waiting: Vec<Line>,
    sampled: Vec<Line>,
    more: bool,
    _seen: Seen,
}

async fn lines(db: &mut AsyncPgConnection, user: &User, sampled: bool) -> Result<Vec<Line>> {
    let mut query = plans::table
        .inner_join(cases::table.inner_join(episodes::table.inner_join(persons::table)))
        .filter(cases::holder_id.eq(user.organisation))
        .into_boxed();
    query = match sampled {
        false => query.filter(plans::state.eq("sent")).order((plans::sent_at, plans::id)),
        true => query.filter(plans::sampled).filter(plans::looked_at.is_null()).order((plans::in_force_at, plans::id)),
    };
    let rows: Vec<(Plan, Uuid, String, String)> =
        query.limit(LINES + 1).select((Plan::as_select(), persons::id, persons::name, cases::code)).load(db).await?;
    let line = |(plan, person, name, code): (Plan, Uuid, String, String)| Line {
        at: if sampled { plan.in_force_at } else { plan.sent_at },
        own: plan.is_own(user.id) || (sampled && plan.in_force_by == Some(user.id)),
        plan,
        person,
        name,
        code,
    };
    Ok(rows.into_iter().map(line).collect())
}

#[get("/plans")]
async fn index(mut db: Read<to::ApprovePlans>) -> Result<Page<IndexPage>> {
    let user = db.user().clone();
    let mut waiting = lines(&mut db, &user, false).await?;
    let mut sampled = lines(&mut db, &user, true).await?;
    let more = waiting.len().max(sampled.len()) as i64 > LINES;
    waiting.truncate(LINES as usize);
    sampled.truncate(LINES as usize);
    let people: Vec<Uuid> = waiting.iter().chain(&sampled).map(|line| line.person).collect();
    let seen = db.listed(&people).await?;
    Ok(Page(IndexPage { waiting, sampled, more, _seen: seen }))
}

/// A plan that was drawn has been looked at. What is to be changed goes the way of every change: a new version.
#[post("/plans/<id>/look", data = "<form>")]
async fn look(id: Uuid, form: Form<Checked<PressAt>>, mut db: Write<to::ApprovePlans>) -> Result<Answer<IndexPage>> {
    let Checked { value, filled } = form.into_inner();
    // Only what I may see is there to be claimed.
    plans::table.find(id).select(plans::id).first::<Uuid>(&mut *db).await?;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let version = value.map_or(0, |sent| sent.version);
    if let Err(wrong) = store::act(&mut db, id, Act::Look, version, (None, None)).await? {
        return Err(Error::refused(Status::Conflict, wrong));
    }
    db.done(filled.submission(), "/plans").await?;
    Ok(Answer::Told("/plans".into(), "plan-looked-at"))
}
