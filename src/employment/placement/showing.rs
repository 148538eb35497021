//! One piece of work: before, abroad and now, and the checks that follow.

use askama::Template;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{get, post};
use uuid::Uuid;
use validator::Validate;

use super::form::{HowForm, Offered};
use super::{CHECKS, Check, Placement, due_on, find, keep_check};
use crate::access::guard::to;
use crate::access::{Permission, Read, Seen, Write};
use crate::base::code::Code;
use crate::base::date::{Precision, written};
use crate::base::form::{Checked, Filled};
use crate::base::language::Language;
use crate::base::{Error, Result, money};
use crate::case::{Case, held, store as cases};
use crate::employment::{search, titled};
use crate::page::{Answer, Page, filters};
use crate::person::Person;
use crate::schema::labour_migrations;
use crate::vocabulary::List;

#[derive(Template)]
#[template(path = "employment/placement.html")]
pub struct ShowPage {
    case: Case,
    person: Person,
    placement: Placement,
    occupation: String,
    place: String,
    /// Wages of a month: before leaving, abroad in the currency there.
    before: Option<String>,
    abroad: Option<String>,
    checks: Vec<Check>,
    /// The next check and its day; whether the day has come.
    next: Option<(i32, String, bool)>,
    form: Filled,
    offered: Offered,
    may_change: bool,
    _seen: Option<Seen>,
}

async fn page<P>(mut db: Read<P>, code: Code, id: Uuid, form: Filled, language: Language) -> Result<ShowPage> {
    let (user, today) = (db.user().clone(), db.today());
    let (case, episode, person) = cases::reached(&mut db, code, Permission::AssessCases).await?;
    let (placement, checks) = find(&mut db, case.id, id).await?;
    let search = search::of_case(&mut db, case.id).await?;
    let abroad: Option<(Option<i64>, Option<String>)> = labour_migrations::table
        .filter(labour_migrations::episode_id.eq(episode.id))
        .select((labour_migrations::last_wage, labour_migrations::wage_currency))
        .first(&mut *db)
        .await
        .optional()?;
    let done = checks.iter().map(|check| check.number).max().unwrap_or(0);
    let next = match CHECKS.into_iter().find(|number| *number > done) {
        Some(number) => {
            let on = due_on(&mut db, placement.started_on, number).await?;
            Some((number, written(on, Precision::Day), on <= today))
        }
        None => None,
    };
    let place = [
        titled(List::Provinces, placement.province_code.as_deref(), language),
        titled(List::Countries, placement.country.as_deref(), language),
    ];
    let may_change = case.holder_id == user.organisation && !case.is_closed();
    let seen = db.opened(&[person.id, case.id]).await?;
    Ok(ShowPage {
        occupation: List::Occupations.vocabulary().title(&placement.occupation, language),
        place: place.into_iter().flatten().collect(),
        before: search.and_then(|s| s.wage_before).map(|wage| format!("{} đ", money::written(wage))),
        abroad: abroad.and_then(|(wage, unit)| Some(format!("{} {}", money::written(wage?), unit?))),
        case,
        person,
        placement,
        checks,
        next,
        form,
        offered: Offered::new(language),
        may_change,
        _seen: Some(seen),
    })
}

#[get("/cases/<code>/placements/<id>", rank = 2)]
pub async fn show(code: Code, id: Uuid, db: Read<to::AssessCases>, language: Language) -> Result<Page<ShowPage>> {
    Ok(Page(page(db, code, id, Filled::blank(), language).await?))
}

#[derive(FromForm, Validate)]
pub struct CheckSent {
    #[validate(nested)]
    how: HowForm,
    #[field(default = 0)]
    number: i32,
}

/// How it is after the first months, or the second.
#[post("/cases/<code>/placements/<id>/checks", data = "<form>")]
pub async fn check(
    code: Code,
    id: Uuid,
    form: Form<Checked<CheckSent>>,
    mut db: Write<to::AssessCases>,
    language: Language,
) -> Result<Answer<ShowPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (user, today) = (db.user().clone(), db.today());
    let (case, ..) = match held::begin(&mut db, code, &filled).await? {
        Ok(found) => found,
        Err(before) => return Ok(Answer::To(before)),
    };
    let (placement, checks) = find(&mut db, case.id, id).await?;
    let done = checks.iter().map(|check| check.number).max().unwrap_or(0);
    if let Some(CheckSent { how, number }) = value {
        if !CHECKS.contains(&number) || number <= done {
            // Somebody else wrote it down meanwhile.
            return Err(Error::refused(Status::Conflict, "error-placement-checked"));
        }
        if due_on(&mut db, placement.started_on, number).await? > today {
            return Err(Error::refused(Status::Conflict, "error-placement-early"));
        }
        if let Some(how) = how.read(&mut filled, None) {
            keep_check(&mut db, user.id, (case.id, id, placement.started_on), (number, how), today).await?;
            crate::base::event::record(&mut db, "case.placement-check", "case", case.id, serde_json::json!({})).await?;
            let location = format!("/cases/{code}/placements/{id}");
            db.done(filled.submission(), &location).await?;
            return Ok(Answer::Told(location, "placement-checked"));
        }
    }
    let page = page(db.instead().await?, code, id, filled, language).await?;
    Ok(Answer::With(Status::UnprocessableEntity, page))
}
