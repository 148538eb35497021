//! A few words in a private file.

use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, State, post, routes};
use uuid::Uuid;
use validator::Validate;

use super::pages::{ShowPage, page};
use super::record::{Content, Note};
use super::{held, store};
use crate::access::Write;
use crate::access::guard::to;
use crate::base::Result;
use crate::base::form::Checked;
use crate::base::language::Language;
use crate::base::seal::Keys;
use crate::page::Answer;
use crate::person::form::lines;

pub fn routes() -> Vec<Route> {
    routes![add]
}

#[derive(FromForm, Validate)]
struct NoteForm {
    #[validate(length(max = 4000, code = "too-long"))]
    #[field(default = String::new())]
    text: String,
}

#[derive(FromForm, Validate)]
struct NoteSent {
    #[validate(nested)]
    note: NoteForm,
}

#[post("/private/<id>/notes", data = "<form>")]
async fn add(
    id: Uuid,
    form: Form<Checked<NoteSent>>,
    mut db: Write<to::ProvideCare>,
    keys: &State<Keys>,
    language: Language,
) -> Result<Answer<ShowPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let user = db.user().clone();
    let care = match held::begin(&mut db, keys, id, &filled).await? {
        Ok(care) => care,
        Err(before) => return Ok(Answer::To(before)),
    };
    let text = value.and_then(|sent| lines(&sent.note.text));
    if text.is_none() && !filled.is_wrong() {
        filled.push("note.text", "error-required");
    }
    let Some(text) = text.filter(|_| !filled.is_wrong()) else {
        let page = page(db.instead().await?, keys, id, filled, language).await?;
        return Ok(Answer::With(Status::UnprocessableEntity, page));
    };
    store::write(&mut db, &user, &care, &Content::Note(Note { text }), None).await?;
    held::end(db, id, &filled, "care-kept").await
}
