//! Computers that the staff of an office share, each registered at itself (practice 11).

use askama::Template;
use diesel::define_sql_function;
use diesel::prelude::*;
use diesel::sql_types::Uuid as SqlUuid;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rocket::form::{Form, FromForm};
use rocket::http::{CookieJar, Status};
use rocket::{Route, State, get, post, routes};
use time::OffsetDateTime;
use uuid::Uuid;
use validator::Validate;

use crate::access::entry;
use crate::access::guard::to;
use crate::access::session::Cookies;
use crate::access::{Read, User, Write};
use crate::base::form::{Checked, Filled, Press};
use crate::base::text::clean;
use crate::base::{Error, Result, event};
use crate::page::{Answer, Page, filters};
use crate::schema::{computers, users};

pub fn routes() -> Vec<Route> {
    routes![index, register, end]
}

define_sql_function! {
    /// See database/functions_desk.sql.
    fn end_computer(computer: SqlUuid) -> Bool;
}

/// One as the list shows it.
#[derive(Queryable)]
struct Computer {
    id: Uuid,
    name: String,
    registered_at: OffsetDateTime,
    by: String,
}

#[derive(Template)]
#[template(path = "account/computers.html")]
struct ComputersPage {
    form: Filled,
    computers: Vec<Computer>,
    /// Whoever asks sits at one of them.
    at_one: bool,
}

/// No office has more; the list ends here.
const MOST: i64 = 200;

async fn page(db: &mut AsyncPgConnection, user: &User, form: Filled) -> Result<ComputersPage> {
    let computers = computers::table
        .inner_join(users::table.on(users::id.eq(computers::registered_by)))
        .filter(computers::organisation_id.eq(user.organisation))
        .filter(computers::ended_at.is_null())
        .order((computers::name, computers::id))
        .limit(MOST)
        .select((computers::id, computers::name, computers::registered_at, users::name))
        .load(db)
        .await?;
    Ok(ComputersPage { form, computers, at_one: user.shared })
}

#[get("/computers")]
async fn index(mut db: Read<to::KeepComputers>) -> Result<Page<ComputersPage>> {
    let user = db.user().clone();
    Ok(Page(page(&mut db, &user, Filled::blank()).await?))
}

#[derive(FromForm, Validate)]
struct ComputerForm {
    #[validate(length(max = 80, code = "too-long"))]
    #[field(default = String::new())]
    name: String,
}

/// Registers the computer at which this is pressed.
#[post("/computers", data = "<form>")]
async fn register(
    form: Form<Checked<ComputerForm>>,
    mut db: Write<to::KeepComputers>,
    jar: &CookieJar<'_>,
    cookies: &State<Cookies>,
) -> Result<Answer<ComputersPage>> {
    let Checked { value, mut filled } = form.into_inner();
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let user = db.user().clone();
    let name = value.map(|sent| clean(&sent.name));
    if name.as_ref().is_some_and(String::is_empty) {
        filled.push("name", "error-required");
    }
    let known = page(&mut db, &user, Filled::blank()).await?.computers;
    if name.as_ref().is_some_and(|name| known.iter().any(|one| one.name == *name)) {
        filled.push("name", "error-computer-name");
    }
    if known.len() as i64 >= MOST {
        filled.push("name", "error-computer-many");
    }
    let Some(name) = name.filter(|_| !filled.is_wrong()) else {
        return Ok(Answer::With(Status::UnprocessableEntity, page(&mut db, &user, filled).await?));
    };
    let id = Uuid::now_v7();
    diesel::insert_into(computers::table)
        .values((
            computers::id.eq(id),
            computers::organisation_id.eq(user.organisation),
            computers::name.eq(name),
            computers::token_hash.eq(entry::register_computer(**cookies, jar)),
            computers::registered_by.eq(user.id),
        ))
        .execute(&mut *db)
        .await?;
    event::record(&mut db, "computer.registered", "computer", id, serde_json::json!({})).await?;
    db.done(filled.submission(), "/computers").await?;
    Ok(Answer::Told("/computers".to_owned(), "computer-registered"))
}

/// A computer is shared no more; whoever is signed in there is so no more.
#[post("/computers/<id>/end", data = "<pressed>")]
async fn end(
    id: Uuid,
    pressed: Form<Checked<Press>>,
    mut db: Write<to::KeepComputers>,
) -> Result<Answer<ComputersPage>> {
    let filled = pressed.into_inner().filled;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let ended: bool = diesel::select(end_computer(id)).get_result(&mut *db).await?;
    if !ended {
        return Err(Error::NotFound);
    }
    db.done(filled.submission(), "/computers").await?;
    Ok(Answer::Told("/computers".to_owned(), "computer-ended"))
}
