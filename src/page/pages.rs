//! Routes that belong to no capability: static files, the language switch, health.

use std::path::PathBuf;

use rocket::form::{Form, FromForm};
use rocket::http::{Cookie, CookieJar, SameSite, Status};
use rocket::response::Redirect;
use rocket::{Route, State, get, post, routes};
use uuid::Uuid;

use super::{LANGUAGE, filters, safe_path};
use crate::access::Open;
use crate::base::actor::Actor;
use crate::base::asset::Served;
use crate::base::db::{Db, Rights};
use crate::base::language::Language;
use crate::base::{Error, Result};

pub fn routes() -> Vec<Route> {
    routes![asset, language, health, forged]
}

#[get("/static/<hash>/<path..>")]
fn asset(_open: Open, hash: &str, path: PathBuf) -> Option<Served<'static>> {
    filters::assets().serve(hash, path.to_str()?)
}

#[derive(FromForm)]
struct Choose<'r> {
    language: &'r str,
    back: &'r str,
}

/// Remembers the language in this browser for a year.
#[post("/language", data = "<form>")]
fn language(_open: Open, form: Form<Choose<'_>>, jar: &CookieJar<'_>) -> Result<Redirect> {
    let language =
        Language::from_code(form.language).ok_or_else(|| Error::refused(Status::UnprocessableEntity, "error-value"))?;
    jar.add(
        Cookie::build((LANGUAGE, language.code()))
            .path("/")
            .http_only(true)
            .same_site(SameSite::Lax)
            .max_age(time::Duration::days(365)),
    );
    Ok(Redirect::to(safe_path(form.back).to_owned()))
}

/// For whoever watches the process: it answers, and so does its database.
#[get("/health")]
async fn health(_open: Open, db: &State<Db>) -> Result<&'static str> {
    db.begin(&Actor::Visitor, Uuid::nil(), Rights::Reader).await?.roll_back().await?;
    Ok("ok\n")
}

/// Where writes from other sites end; see [`super::fairing::SameOrigin`].
#[get("/forged")]
fn forged(_open: Open) -> Result<()> {
    Err(Error::refused(Status::Forbidden, "error-page-forged"))
}
