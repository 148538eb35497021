//! What the counter sees of somebody who has a case already, as one who was registered abroad.

use askama::Template;
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use validator::Validate;

use super::form::ScreeningForm;
use super::slips;
use crate::access::guard::to;
use crate::access::{Read, Seen, Write};
use crate::base::Result;
use crate::base::code::Code;
use crate::base::form::{Checked, Choice, Filled};
use crate::base::language::Language;
use crate::case::{FLAGS, URGENCIES, held, store};
use crate::page::{Answer, Page, filters};
use crate::person::choices::choices;

pub fn routes() -> Vec<Route> {
    routes![ask, screen]
}

#[derive(Template)]
#[template(path = "intake/screening.html")]
struct ScreeningPage {
    code: String,
    name: String,
    form: Filled,
    urgencies: Vec<Choice>,
    flags: Vec<Choice>,
    _seen: Option<Seen>,
}

async fn page<P>(mut db: Read<P>, code: Code, form: Filled, language: Language) -> Result<ScreeningPage> {
    let (case, _, person) = store::find(&mut db, code).await?;
    let seen = db.opened(&[person.id, case.id]).await?;
    Ok(ScreeningPage {
        code: case.code,
        name: person.name,
        form,
        urgencies: choices(language, "urgency", &URGENCIES),
        flags: choices(language, "flag", &FLAGS),
        _seen: Some(seen),
    })
}

#[get("/cases/<code>/screening")]
async fn ask(code: Code, mut db: Read<to::ChangeCases>, language: Language) -> Result<Page<ScreeningPage>> {
    let user = db.user().clone();
    let (case, _, _) = store::find(&mut db, code).await?;
    held::open_and_held(&case, &user)?;
    Ok(Page(page(db, code, Filled::blank(), language).await?))
}

#[derive(FromForm, Validate)]
struct Sent {
    #[validate(nested)]
    screening: ScreeningForm,
}

#[post("/cases/<code>/screening", data = "<form>")]
async fn screen(
    code: Code,
    form: Form<Checked<Sent>>,
    mut db: Write<to::ChangeCases>,
    language: Language,
) -> Result<Answer<ScreeningPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (case, _, _) = match held::begin(&mut db, code, &filled).await? {
        Ok(found) => found,
        Err(before) => return Ok(Answer::To(before)),
    };
    let user = db.user().clone();
    let read = value.and_then(|typed| typed.screening.read(&mut filled));
    if let Some(slip) = read.as_ref().and_then(|read| read.slip)
        && let Some(wrong) = slips::cannot_bind(&mut db, slip).await?
    {
        filled.push("screening.slip", wrong);
    }
    let Some(read) = read.filter(|_| !filled.is_wrong()) else {
        return Ok(Answer::With(Status::UnprocessableEntity, page(db.instead().await?, code, filled, language).await?));
    };
    let now = db.now();
    let location = store::screen(&mut db, &user, (case.id, code), (&read.urgency, &read.flags), now).await?;
    if read.private {
        store::ask_private_talk(&mut db, case.id).await?;
    }
    if let Some(slip) = read.slip {
        slips::bind(&mut db, slip, case.id).await?;
    }
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "screening-kept"))
}
