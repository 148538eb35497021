//! Practising on made-up people, with any role at any office, at an installation that has nobody else (K8).

use askama::Template;
use rocket::form::{Form, FromForm};
use rocket::{Route, State, get, post, routes};

use super::PASSWORD;
use super::world::{OFFICES, Office};
use crate::access::Open;
use crate::access::entry::{Attempt, Shown};
use crate::account::Door;
use crate::base::settings::Settings;
use crate::base::{Error, Result};
use crate::page::{Answer, Page, filters};

pub fn routes() -> Vec<Route> {
    routes![choose, enter]
}

#[derive(Template)]
#[template(path = "demo/training.html")]
struct TrainingPage {
    offices: &'static [Office],
}

fn only_there(settings: &Settings) -> Result<()> {
    if settings.training { Ok(()) } else { Err(Error::NotFound) }
}

/// Who one may be.
#[get("/training")]
fn choose(_open: Open, settings: &State<Settings>) -> Result<Page<TrainingPage>> {
    only_there(settings)?;
    Ok(Page(TrainingPage { offices: &OFFICES }))
}

#[derive(FromForm)]
struct Chosen {
    account: String,
}

/// Comes in as one of them, whose password everybody knows.
#[post("/training", data = "<chosen>")]
async fn enter(
    _open: Open,
    chosen: Form<Chosen>,
    settings: &State<Settings>,
    door: Door<'_>,
) -> Result<Answer<TrainingPage>> {
    only_there(settings)?;
    let email = super::email(&chosen.account);
    match door.come_in(Shown::Password { email: &email, password: PASSWORD }).await? {
        Attempt::In { .. } => Ok(Answer::To("/".to_owned())),
        Attempt::Wrong | Attempt::Wait => Err(Error::NotFound),
    }
}
