//! Who takes part in a fair: employers, and the people of one's own cases who were told of it.

use std::collections::HashMap;

use askama::Template;
use diesel::prelude::*;
use diesel::sql_types::{Date as SqlDate, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use serde_json::json;
use uuid::Uuid;
use validator::Validate;

use super::pages::{ShowPage, mine, page};
use super::{Fair, MOST, find, visits};
use crate::access::guard::to;
use crate::access::{Permission, Read, Seen, Write};
use crate::base::code::Code;
use crate::base::event;
use crate::base::form::{Checked, Filled, Press};
use crate::base::language::Language;
use crate::base::{Error, Result};
use crate::case::{Case, held, store as cases};
use crate::employment::number;
use crate::page::{Answer, Page, filters};
use crate::person::Person;
use crate::person::form::one_of;
use crate::schema::{employers, fair_employers, fair_visits, job_fairs};

pub fn routes() -> Vec<Route> {
    routes![join, call, of_case, invite]
}

#[derive(FromForm, Validate)]
struct StandForm {
    #[field(default = String::new())]
    employer: String,
    #[field(default = String::new())]
    seats: String,
}

#[derive(FromForm, Validate)]
struct StandSent {
    #[validate(nested)]
    stand: StandForm,
}

/// An employer takes part, or looks for another number of people than was said.
#[post("/fairs/<id>/employers", data = "<form>")]
async fn join(
    id: Uuid,
    form: Form<Checked<StandSent>>,
    mut db: Write<to::KeepVacancies>,
    language: Language,
) -> Result<Answer<ShowPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (user, now) = (db.user().clone(), db.now());
    let fair = mine(&mut db, &user, id).await?;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let (employer, seats) = value.map(|sent| (sent.stand.employer, sent.stand.seats)).unwrap_or_default();
    if seats.trim().is_empty() {
        filled.push("stand.seats", "error-required");
    }
    let seats = number(&mut filled, "stand.seats", &seats, 1..=5000);
    let mut known = None;
    if let Ok(employer) = Uuid::parse_str(&employer) {
        known = employers::table
            .find(employer)
            .filter(employers::province_code.eq(&fair.province_code))
            .select(employers::id)
            .first::<Uuid>(&mut *db)
            .await
            .optional()?;
    }
    if known.is_none() {
        filled.push("stand.employer", "error-choose");
    }
    let (Some(employer), Some(seats)) = (known, seats) else {
        return Ok(Answer::With(Status::UnprocessableEntity, page(db.instead().await?, id, filled, language).await?));
    };
    diesel::insert_into(fair_employers::table)
        .values((
            fair_employers::id.eq(Uuid::now_v7()),
            fair_employers::fair_id.eq(id),
            fair_employers::employer_id.eq(employer),
            fair_employers::seats.eq(seats),
            fair_employers::written_by.eq(user.id),
        ))
        .on_conflict((fair_employers::fair_id, fair_employers::employer_id))
        .do_update()
        .set((
            fair_employers::seats.eq(seats),
            fair_employers::written_by.eq(user.id),
            fair_employers::written_at.eq(now),
        ))
        .execute(&mut *db)
        .await?;
    let location = format!("/fairs/{id}");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "fair-joined"))
}

#[derive(FromForm, Validate)]
struct CallForm {
    #[field(default = HashMap::new())]
    there: HashMap<String, String>,
}

#[derive(FromForm, Validate)]
struct CallSent {
    #[validate(nested)]
    visit: CallForm,
}

/// Who of one's own people came.
#[post("/fairs/<id>/visits", data = "<form>")]
async fn call(
    id: Uuid,
    form: Form<Checked<CallSent>>,
    mut db: Write<to::AssessCases>,
    language: Language,
) -> Result<Answer<ShowPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (user, today, now) = (db.user().clone(), db.today(), db.now());
    let fair = find(&mut db, id).await?;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    if fair.held_on > today || fair.cancelled_at.is_some() {
        return Err(Error::refused(Status::Conflict, "error-fair-early"));
    }
    let typed = value.map(|sent| sent.visit.there).unwrap_or_default();
    let mut marks = Vec::new();
    for visit in visits(&mut db, id).await? {
        let given = typed.get(&visit.id.to_string()).map(String::as_str).unwrap_or_default();
        let field = format!("visit.there.{}", visit.id);
        if let Some(state) = one_of(&mut filled, &field, given, |code| ["came", "absent"].contains(&code)) {
            marks.push((visit.id, state));
        }
    }
    if filled.is_wrong() {
        return Ok(Answer::With(Status::UnprocessableEntity, page(db.instead().await?, id, filled, language).await?));
    }
    for (visit, state) in marks {
        diesel::update(fair_visits::table.find(visit))
            .set((fair_visits::state.eq(state), fair_visits::made_by.eq(user.id), fair_visits::made_at.eq(now)))
            .execute(&mut *db)
            .await?;
    }
    let location = format!("/fairs/{id}");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "fair-called"))
}

#[derive(Template)]
#[template(path = "employment/case_fairs.html")]
struct CasePage {
    case: Case,
    person: Person,
    /// To which they were told of, each with how it stands.
    told: Vec<(Fair, String)>,
    /// Each with where it is, and whether it is in a province where they live or would work.
    ahead: Vec<(Fair, String, bool)>,
    may_change: bool,
    _seen: Seen,
}

#[derive(QueryableByName)]
struct Near {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

#[get("/cases/<code>/fairs")]
async fn of_case(code: Code, mut db: Read<to::AssessCases>, language: Language) -> Result<Page<CasePage>> {
    let (user, today) = (db.user().clone(), db.today());
    let (case, _, person) = cases::reached(&mut db, code, Permission::AssessCases).await?;
    let told: Vec<(Fair, String)> = fair_visits::table
        .inner_join(job_fairs::table.on(job_fairs::id.eq(fair_visits::fair_id)))
        .filter(fair_visits::case_id.eq(case.id))
        .order(job_fairs::held_on.desc())
        .limit(MOST)
        .select((Fair::as_select(), fair_visits::state))
        .load(&mut *db)
        .await?;
    let near: Vec<Near> = diesel::sql_query(
        "SELECT f.id FROM job_fairs f WHERE f.held_on >= $3 AND (
             EXISTS (SELECT FROM addresses a WHERE a.person_id = $2 AND a.withdrawn_at IS NULL AND a.province_code = f.province_code)
             OR EXISTS (SELECT FROM job_searches j WHERE j.case_id = $1 AND f.province_code = ANY (j.provinces))) LIMIT 500",
    )
    .bind::<SqlUuid, _>(case.id)
    .bind::<SqlUuid, _>(person.id)
    .bind::<SqlDate, _>(today)
    .load(&mut *db)
    .await?;
    let ahead: Vec<Fair> = job_fairs::table
        .filter(job_fairs::held_on.ge(today))
        .filter(job_fairs::cancelled_at.is_null())
        .filter(job_fairs::id.ne_all(told.iter().map(|(fair, _)| fair.id).collect::<Vec<_>>()))
        .order((job_fairs::held_on, job_fairs::id))
        .limit(MOST)
        .select(Fair::as_select())
        .load(&mut *db)
        .await?;
    let mut ahead: Vec<(Fair, String, bool)> = ahead
        .into_iter()
        .map(|fair| {
            let (at, is_near) = (fair.place(language), near.iter().any(|one| one.id == fair.id));
            (fair, at, is_near)
        })
        .collect();
    // Near ones first, and the soonest of each.
    ahead.sort_by_key(|(.., is_near)| !is_near);
    let may_change = case.holder_id == user.organisation && !case.is_closed();
    let seen = db.opened(&[person.id, case.id]).await?;
    Ok(Page(CasePage { case, person, told, ahead, may_change, _seen: seen }))
}

/// Somebody was told of a fair.
#[post("/cases/<code>/fairs?<fair>", data = "<form>")]
async fn invite(
    code: Code,
    fair: Option<Uuid>,
    form: Form<Checked<Press>>,
    mut db: Write<to::AssessCases>,
) -> Result<Answer<CasePage>> {
    let Checked { filled, .. } = form.into_inner();
    let filled: Filled = filled;
    let (user, today) = (db.user().clone(), db.today());
    let (case, ..) = match held::begin(&mut db, code, &filled).await? {
        Ok(found) => found,
        Err(before) => return Ok(Answer::To(before)),
    };
    let fair = find(&mut db, fair.ok_or(Error::NotFound)?).await?;
    if !fair.is_ahead(today) {
        return Err(Error::refused(Status::Conflict, "error-fair-over"));
    }
    let told = diesel::insert_into(fair_visits::table)
        .values((
            fair_visits::id.eq(Uuid::now_v7()),
            fair_visits::fair_id.eq(fair.id),
            fair_visits::case_id.eq(case.id),
            fair_visits::made_by.eq(user.id),
        ))
        .on_conflict_do_nothing()
        .execute(&mut *db)
        .await?;
    if told > 0 {
        event::record(&mut db, "case.fair-invited", "case", case.id, json!({})).await?;
    }
    let location = format!("/cases/{code}/fairs");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "fair-invited"))
}
