//! A private file is ended: it is read by those who are named, and nothing is written in it any more.

use askama::Template;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, State, get, post, routes};
use uuid::Uuid;
use validator::Validate;

use super::file::Care;
use super::form::chosen;
use super::record::{Content, Ended};
use super::{held, store};
use crate::access::guard::to;
use crate::access::{Read, Seen, Write};
use crate::base::Result;
use crate::base::form::{Checked, Choice, Filled};
use crate::base::language::Language;
use crate::base::seal::Keys;
use crate::page::{Answer, Page, filters};
use crate::person::choices::choices;
use crate::person::form::lines;
use crate::schema::care_files;

pub fn routes() -> Vec<Route> {
    routes![ask, end]
}

/// Why: as planned, or why somebody stayed away.
pub const REASONS: [&str; 10] = [
    "goals-met",
    "withdrawn",
    "no-longer-wanted",
    "no-time",
    "distance",
    "family-against",
    "no-contact",
    "elsewhere",
    "left-again",
    "died",
];

#[derive(Template)]
#[template(path = "psychosocial/end.html")]
struct EndPage {
    care: Care,
    form: Filled,
    reasons: Vec<Choice>,
    _seen: Option<Seen>,
}

#[get("/private/<id>/end")]
async fn ask(id: Uuid, mut db: Read<to::ProvideCare>, keys: &State<Keys>, language: Language) -> Result<Page<EndPage>> {
    let (user, now) = (db.user().clone(), db.now());
    let care = held::to_write(&mut db, keys, &user, id, now).await?;
    let seen = held::seen(db, &care).await?;
    let reasons = choices(language, "care-ended", &REASONS);
    Ok(Page(EndPage { care, form: Filled::blank(), reasons, _seen: Some(seen) }))
}

#[derive(FromForm, Validate)]
struct EndForm {
    #[field(default = String::new())]
    because: String,
    #[validate(length(max = 2000, code = "too-long"))]
    #[field(default = String::new())]
    words: String,
}

#[derive(FromForm, Validate)]
struct EndSent {
    #[validate(nested)]
    end: EndForm,
}

#[post("/private/<id>/end", data = "<form>")]
async fn end(
    id: Uuid,
    form: Form<Checked<EndSent>>,
    mut db: Write<to::ProvideCare>,
    keys: &State<Keys>,
    language: Language,
) -> Result<Answer<EndPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (user, now) = (db.user().clone(), db.now());
    let care = match held::begin(&mut db, keys, id, &filled).await? {
        Ok(care) => care,
        Err(before) => return Ok(Answer::To(before)),
    };
    let read = value.and_then(|EndSent { end }| {
        let because = chosen(&mut filled, "end.because", &end.because, &REASONS)?;
        Some(Ended { because, words: lines(&end.words) })
    });
    let Some(ended) = read.filter(|_| !filled.is_wrong()) else {
        let page = EndPage { care, form: filled, reasons: choices(language, "care-ended", &REASONS), _seen: None };
        return Ok(Answer::With(Status::UnprocessableEntity, page));
    };
    store::write(&mut db, &user, &care, &Content::Ended(ended), None).await?;
    for task in store::tasks(&mut db, &care).await? {
        store::end_task(&mut db, &user, &care, task.id, now).await?;
    }
    let open = care_files::table.find(id).filter(care_files::ended_at.is_null());
    let over = (care_files::ended_at.eq(now), care_files::version.eq(care.version.saturating_add(1)));
    diesel::update(open).set(over).execute(&mut *db).await?;
    held::end(db, id, &filled, "care-kept").await
}
