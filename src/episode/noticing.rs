//! The residence notice: the worker has told the office, the day, and what was seen of it.

use rocket::form::Form;
use rocket::http::Status;
use rocket::{Route, State, post, routes};
use uuid::Uuid;
use validator::Validate;

use super::pages::{ShowPage, shown_page};
use super::store;
use crate::access::Write;
use crate::access::guard::to;
use crate::base::Result;
use crate::base::code::Code;
use crate::base::date::{Precision, Typed};
use crate::base::form::Checked;
use crate::base::language::Language;
use crate::base::seal::Keys;
use crate::page::Answer;
use crate::person::form::one_of;
use crate::person::{document, store as people};

pub fn routes() -> Vec<Route> {
    routes![notify]
}

#[derive(rocket::FromForm, Validate)]
struct NoticeForm {
    on: Typed,
    #[field(default = String::new())]
    shown_as: String,
}

/// The worker has told the residence office: the day, and what was seen of it.
#[post("/people/<code>/returns/<id>/notice", data = "<form>")]
async fn notify(
    code: Code,
    id: Uuid,
    form: Form<Checked<NoticeForm>>,
    mut db: Write<to::ChangePeople>,
    keys: &State<Keys>,
    language: Language,
) -> Result<Answer<ShowPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (user, now) = (db.user().clone(), db.now());
    let person = people::find_to_change(&mut db, &user, code, now).await?;
    let episode = store::find(&mut db, person.id, id).await?;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let today = db.today();
    let shown_as =
        value.as_ref().and_then(|v| one_of(&mut filled, "shown_as", &v.shown_as, |c| document::SHOWN_AS.contains(&c)));
    let on = match value.as_ref().map(|v| v.on.read()) {
        Some(Ok(Some((date, Precision::Day)))) if date > today => Err("error-date-future"),
        Some(Ok(Some((date, Precision::Day)))) if episode.entered_on.is_some_and(|entered| date < entered) => {
            Err("error-notice-before-entry")
        }
        Some(Ok(Some((date, Precision::Day)))) => Ok(date),
        Some(Err(wrong)) => Err(wrong),
        _ => Err("error-date-whole"),
    };
    match on {
        Ok(on) if !filled.is_wrong() => {
            store::keep_notice(&mut db, id, on, shown_as.as_deref().unwrap_or("told")).await?;
            let location = format!("/people/{code}/returns/{id}");
            db.done(filled.submission(), &location).await?;
            Ok(Answer::Told(location, "notice-kept"))
        }
        on => {
            if let Err(wrong) = on {
                filled.push("on", wrong);
            }
            let reading = db.instead().await?;
            Ok(Answer::With(Status::UnprocessableEntity, shown_page(reading, code, id, filled, keys, language).await?))
        }
    }
}
