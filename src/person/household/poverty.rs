//! Whether a household is poor or near-poor: with a source and the day of the next review. That nobody could look,
//! since the person was away, is never «not poor» (practice 35).

use rocket::form::{Form, FromForm};
use rocket::http::Status as Http;
use rocket::{Route, post, routes};
use time::Date;
use validator::Validate;

use super::pages::{HouseholdPage, shown_page};
use super::{POVERTY, POVERTY_BECAUSE, POVERTY_SOURCES, store};
use crate::access::Write;
use crate::access::guard::to;
use crate::base::Result;
use crate::base::code::Code;
use crate::base::date::{Precision, Typed};
use crate::base::form::{Checked, Filled};
use crate::base::language::Language;
use crate::page::Answer;
use crate::person::form::one_of;
use crate::person::store as people;

pub fn routes() -> Vec<Route> {
    routes![keep]
}

#[derive(FromForm, Validate)]
struct StatusForm {
    #[field(default = String::new())]
    status: String,
    #[field(default = String::new())]
    because: String,
    #[field(default = String::new())]
    source: String,
    decided: Typed,
    review: Typed,
}

#[derive(FromForm, Validate)]
struct Sent {
    #[validate(nested)]
    poverty: StatusForm,
}

/// A status, read.
pub struct Status {
    pub status: String,
    pub because: Option<String>,
    pub source: Option<String>,
    pub decided_on: Option<Date>,
    pub review_on: Option<Date>,
}

/// A whole day, or nothing.
pub fn day(filled: &mut Filled, name: &str, typed: &Typed) -> Option<Date> {
    match typed.read() {
        Ok(Some((date, Precision::Day))) => Some(date),
        Ok(None) => None,
        Ok(Some(_)) => {
            filled.push(name, "error-date-whole");
            None
        }
        Err(wrong) => {
            filled.push(name, wrong);
            None
        }
    }
}

impl StatusForm {
    fn read(&self, filled: &mut Filled, today: Date) -> Option<Status> {
        let status = one_of(filled, "poverty.status", &self.status, |code| POVERTY.contains(&code));
        if self.status.trim().is_empty() {
            filled.push("poverty.status", "error-choose");
        }
        let because = one_of(filled, "poverty.because", &self.because, |code| POVERTY_BECAUSE.contains(&code));
        let source = one_of(filled, "poverty.source", &self.source, |code| POVERTY_SOURCES.contains(&code));
        let decided_on = day(filled, "poverty.decided", &self.decided);
        let review_on = day(filled, "poverty.review", &self.review);
        if decided_on.is_some_and(|on| on > today) {
            filled.push("poverty.decided", "error-date-future");
        }
        if let (Some(decided), Some(review)) = (decided_on, review_on)
            && review <= decided
        {
            filled.push("poverty.review", "error-poverty-order");
        }
        let status = status?;
        if status == "cannot-tell" {
            if because.is_none() {
                filled.push("poverty.because", "error-choose");
            }
            return Some(Status { status, because, source: None, decided_on: None, review_on: None })
                .filter(|_| !filled.is_wrong());
        }
        if source.is_none() {
            filled.push("poverty.source", "error-poverty-source");
        }
        if status == "not-poor" && (decided_on.is_none() || source.as_deref() == Some("told")) {
            filled.push("poverty.decided", "error-poverty-decided");
        }
        if status != "not-poor" && review_on.is_none() {
            filled.push("poverty.review", "error-poverty-review");
        }
        Some(Status { status, because: None, source, decided_on, review_on }).filter(|_| !filled.is_wrong())
    }
}

#[post("/people/<code>/poverty", data = "<form>")]
async fn keep(
    code: Code,
    form: Form<Checked<Sent>>,
    mut db: Write<to::ChangePeople>,
    language: Language,
) -> Result<Answer<HouseholdPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (user, now, today) = (db.user().clone(), db.now(), db.today());
    let person = people::find_to_change(&mut db, &user, code, now).await?;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let Some(status) = value.and_then(|sent| sent.poverty.read(&mut filled, today)) else {
        let reading = db.instead().await?;
        return Ok(Answer::With(Http::UnprocessableEntity, shown_page(reading, code, filled, language).await?));
    };
    store::keep_poverty(&mut db, &user, person.id, &status, now).await?;
    let location = format!("/people/{code}/household");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "household-changed"))
}
