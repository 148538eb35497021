//! A right to come back to the work abroad, such as re-entry under EPS or being asked for by name under SAWP.

use askama::Template;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use time::Date;
use uuid::Uuid;
use validator::Validate;

use super::store;
use crate::access::guard::to;
use crate::access::{Read, Seen, Write};
use crate::base::code::Code;
use crate::base::date::{Precision, Typed, written};
use crate::base::form::{Checked, Choice, Filled};
use crate::base::language::Language;
use crate::base::{Error, Result};
use crate::page::{Answer, Page, filters};
use crate::person::Person;
use crate::person::choices::choices;
use crate::person::form::{one_of, text};
use crate::person::household::poverty::day;
use crate::person::store as people;
use crate::schema::return_rights;

pub fn routes() -> Vec<Route> {
    routes![ask, keep, withdraw]
}

pub const SCHEMES: [&str; 4] = ["eps-asked-again", "eps-test", "sawp", "other"];
pub const CONDITIONS: [&str; 3] = ["met", "not-met", "not-known"];

/// A right to come back, as kept.
#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = return_rights)]
pub struct Right {
    pub id: Uuid,
    pub scheme: String,
    pub name: Option<String>,
    pub until_on: Option<Date>,
    pub condition: String,
    pub source: Option<String>,
    pub version: i32,
}

impl Right {
    pub fn until(&self) -> String {
        self.until_on.map(|on| written(on, Precision::Day)).unwrap_or_default()
    }
}

/// The rights of a return that were not taken back.
pub async fn rights(db: &mut AsyncPgConnection, episode: Uuid) -> Result<Vec<Right>> {
    Ok(return_rights::table
        .filter(return_rights::episode_id.eq(episode))
        .filter(return_rights::withdrawn_at.is_null())
        .order(return_rights::id)
        .limit(20)
        .select(Right::as_select())
        .load(db)
        .await?)
}

#[derive(FromForm, Validate)]
struct RightForm {
    #[field(default = String::new())]
    scheme: String,
    #[validate(length(max = 200, code = "too-long"))]
    #[field(default = String::new())]
    name: String,
    until: Typed,
    #[field(default = String::new())]
    condition: String,
    #[validate(length(max = 300, code = "too-long"))]
    #[field(default = String::new())]
    source: String,
}

#[derive(FromForm, Validate)]
struct RightSent {
    #[validate(nested)]
    right: RightForm,
}

#[derive(Template)]
#[template(path = "episode/right.html")]
struct RightPage {
    person: Person,
    id: Uuid,
    form: Filled,
    schemes: Vec<Choice>,
    conditions: Vec<Choice>,
    _seen: Option<Seen>,
}

impl RightPage {
    fn new(person: Person, id: Uuid, form: Filled, language: Language) -> RightPage {
        let schemes = choices(language, "right-scheme", &SCHEMES);
        let conditions = choices(language, "right-condition", &CONDITIONS);
        RightPage { person, id, form, schemes, conditions, _seen: None }
    }
}

#[get("/people/<code>/returns/<id>/rights/new")]
async fn ask(code: Code, id: Uuid, mut db: Read<to::ChangePeople>, language: Language) -> Result<Page<RightPage>> {
    let (user, now) = (db.user().clone(), db.now());
    let person = people::find_to_change(&mut db, &user, code, now).await?;
    store::find(&mut db, person.id, id).await?;
    let seen = db.opened(&[person.id]).await?;
    Ok(Page(RightPage { _seen: Some(seen), ..RightPage::new(person, id, Filled::blank(), language) }))
}

#[post("/people/<code>/returns/<id>/rights", data = "<form>")]
async fn keep(
    code: Code,
    id: Uuid,
    form: Form<Checked<RightSent>>,
    mut db: Write<to::ChangePeople>,
    language: Language,
) -> Result<Answer<RightPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (user, now) = (db.user().clone(), db.now());
    let person = people::find_to_change(&mut db, &user, code, now).await?;
    store::find(&mut db, person.id, id).await?;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let read = value.and_then(|RightSent { right }| {
        let scheme = one_of(&mut filled, "right.scheme", &right.scheme, |code| SCHEMES.contains(&code));
        if right.scheme.trim().is_empty() {
            filled.push("right.scheme", "error-choose");
        }
        let name = text(&right.name);
        if scheme.as_deref() == Some("other") && name.is_none() {
            filled.push("right.name", "error-required");
        }
        let until = day(&mut filled, "right.until", &right.until);
        let condition = one_of(&mut filled, "right.condition", &right.condition, |code| CONDITIONS.contains(&code));
        let condition = condition.unwrap_or_else(|| "not-known".to_owned());
        Some((scheme?, name, until, condition, text(&right.source))).filter(|_| !filled.is_wrong())
    });
    let Some((scheme, name, until, condition, source)) = read else {
        return Ok(Answer::With(Status::UnprocessableEntity, RightPage::new(person, id, filled, language)));
    };
    diesel::insert_into(return_rights::table)
        .values((
            return_rights::id.eq(Uuid::now_v7()),
            return_rights::episode_id.eq(id),
            return_rights::scheme.eq(scheme),
            return_rights::name.eq(name),
            return_rights::until_on.eq(until),
            return_rights::condition.eq(condition),
            return_rights::source.eq(source),
            return_rights::recorded_by.eq(user.id),
        ))
        .execute(&mut *db)
        .await?;
    let location = format!("/people/{code}/returns/{id}");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "return-changed"))
}

#[derive(FromForm, Validate)]
struct Withdrawal {
    right: Uuid,
    version: i32,
}

#[post("/people/<code>/returns/<id>/rights/withdrawal", data = "<form>")]
async fn withdraw(
    code: Code,
    id: Uuid,
    form: Form<Checked<Withdrawal>>,
    mut db: Write<to::ChangePeople>,
) -> Result<Answer<RightPage>> {
    let Checked { value, filled } = form.into_inner();
    let (user, now) = (db.user().clone(), db.now());
    let person = people::find_to_change(&mut db, &user, code, now).await?;
    store::find(&mut db, person.id, id).await?;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let Withdrawal { right, version } = value.ok_or(Error::refused(Status::UnprocessableEntity, "error-value"))?;
    let changed = diesel::update(
        return_rights::table
            .filter(return_rights::id.eq(right))
            .filter(return_rights::episode_id.eq(id))
            .filter(return_rights::version.eq(version))
            .filter(return_rights::withdrawn_at.is_null()),
    )
    .set((
        return_rights::withdrawn_at.eq(now),
        return_rights::withdrawn_by.eq(user.id),
        return_rights::version.eq(version.saturating_add(1)),
    ))
    .execute(&mut *db)
    .await?;
    if changed == 0 {
        return Err(Error::refused(Status::Conflict, "error-page-changed-meanwhile"));
    }
    let location = format!("/people/{code}/returns/{id}");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "return-changed"))
}
