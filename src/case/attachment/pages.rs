//! The documents of a case, one of them with its files, and taking out.

use askama::Template;
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use uuid::Uuid;
use validator::Validate;

use super::store::{self, Listed, Removal};
use super::{Attachment, File, size};
use crate::access::guard::to;
use crate::access::{Permission, Read, Seen, User, Write};
use crate::base::code::Code;
use crate::base::form::{Checked, Filled};
use crate::base::{Error, Result};
use crate::case::{Case, held, store as cases};
use crate::page::{Answer, Page, filters};
use crate::person::Person;
use crate::person::form::lines;

pub fn routes() -> Vec<Route> {
    routes![index, show, remove, remove_file]
}

/// The case, if the user may see what documents it has.
async fn opened<P>(db: &mut Read<P>, code: Code) -> Result<(Case, Person)> {
    let (case, _, person) = cases::reached(db, code, Permission::ReadAttachments).await?;
    Ok((case, person))
}

/// The case, if the user's office holds it: whoever reads along sees titles, and no file.
pub(super) async fn held_here<P>(db: &mut Read<P>, code: Code) -> Result<(Case, Person)> {
    let (case, person) = opened(db, code).await?;
    if case.holder_id == db.user().organisation { Ok((case, person)) } else { Err(Error::NotFound) }
}

fn may_change(case: &Case, user: &User) -> bool {
    case.holder_id == user.organisation && !case.is_closed() && user.may(Permission::AddAttachments)
}

#[derive(Template)]
#[template(path = "case/attachments.html")]
struct IndexPage {
    case: Case,
    person: Person,
    documents: Vec<Listed>,
    /// Those that were taken out.
    removed: Vec<(Attachment, Removal)>,
    /// The office holds the case.
    holds: bool,
    may_change: bool,
    _seen: Seen,
}

#[get("/cases/<code>/attachments")]
async fn index(code: Code, mut db: Read<to::ReadAttachments>) -> Result<Page<IndexPage>> {
    let (case, person) = opened(&mut db, code).await?;
    let user = db.user().clone();
    let (mut documents, mut removed) = (Vec::new(), Vec::new());
    for listed in store::of_case(&mut db, case.id).await? {
        match listed.removal {
            Some(removal) => removed.push((listed.attachment, removal)),
            None => documents.push(listed),
        }
    }
    let seen = db.opened(&[person.id, case.id]).await?;
    let (holds, may_change) = (case.holder_id == user.organisation, may_change(&case, &user));
    Ok(Page(IndexPage { case, person, documents, removed, holds, may_change, _seen: seen }))
}

#[derive(Template)]
#[template(path = "case/attachment.html")]
struct ShowPage {
    case: Case,
    person: Person,
    attachment: Attachment,
    by: String,
    files: Vec<File>,
    /// What was taken out of it.
    removals: Vec<Removal>,
    /// It was taken out itself.
    gone: Option<Removal>,
    may_change: bool,
    form: Filled,
    _seen: Option<Seen>,
}

impl ShowPage {
    fn removal(&self, file: &Uuid) -> Option<&Removal> {
        self.removals.iter().find(|removal| removal.file_id == Some(*file))
    }

    fn checking(&self) -> bool {
        self.files.iter().any(|file| file.state == "checking")
    }

    fn size(&self, bytes: &i64) -> String {
        size(*bytes)
    }
}

async fn shown<P>(mut db: Read<P>, code: Code, id: Uuid, form: Filled) -> Result<ShowPage> {
    let user = db.user().clone();
    let (case, person) = held_here(&mut db, code).await?;
    let (attachment, by) = store::find(&mut db, case.id, id).await?;
    let files = store::files(&mut db, id).await?;
    let mut removals = store::removals(&mut db, case.id).await?;
    removals.retain(|removal| removal.attachment_id == id);
    let gone = removals.iter().find(|removal| removal.file_id.is_none()).cloned();
    let seen = db.opened(&[person.id, case.id]).await?;
    let may_change = gone.is_none() && may_change(&case, &user);
    Ok(ShowPage { case, person, attachment, by, files, removals, gone, may_change, form, _seen: Some(seen) })
}

#[get("/cases/<code>/attachments/<id>", rank = 2)]
async fn show(code: Code, id: Uuid, db: Read<to::ReadAttachments>) -> Result<Page<ShowPage>> {
    Ok(Page(shown(db, code, id, Filled::blank()).await?))
}

#[derive(FromForm, Validate)]
struct RemovalForm {
    #[validate(length(max = 500, code = "too-long"))]
    #[field(default = String::new())]
    because: String,
}

/// Takes a whole document out: its bytes are erased, and a line says who did it and why.
#[post("/cases/<code>/attachments/<id>/removal", data = "<form>")]
async fn remove(
    code: Code,
    id: Uuid,
    form: Form<Checked<RemovalForm>>,
    db: Write<to::AddAttachments>,
) -> Result<Answer<ShowPage>> {
    taken_out(code, (id, None), form.into_inner(), db).await
}

/// Takes one file out of a document.
#[post("/cases/<code>/attachments/<id>/files/<file>/removal", data = "<form>")]
async fn remove_file(
    code: Code,
    id: Uuid,
    file: Uuid,
    form: Form<Checked<RemovalForm>>,
    db: Write<to::AddAttachments>,
) -> Result<Answer<ShowPage>> {
    taken_out(code, (id, Some(file)), form.into_inner(), db).await
}

async fn taken_out(
    code: Code,
    (id, file): (Uuid, Option<Uuid>),
    Checked { value, mut filled }: Checked<RemovalForm>,
    mut db: Write<to::AddAttachments>,
) -> Result<Answer<ShowPage>> {
    let (case, _, _) = match held::begin(&mut db, code, &filled).await? {
        Ok(found) => found,
        Err(before) => return Ok(Answer::To(before)),
    };
    still_there(&mut db, &case, id).await?;
    if let Some(file) = file
        && store::file(&mut db, case.id, id, file).await?.state == "removed"
    {
        return Err(Error::refused(Status::Conflict, "error-attachment-removed"));
    }
    let because = value.and_then(|typed| lines(&typed.because));
    let Some(because) = because else {
        if !filled.is_wrong() {
            filled.push("because", "error-required");
        }
        if let Some(file) = file {
            // Each file has this field; what was typed goes back to its own.
            filled.take_to("because", &format!("because-{file}"));
        }
        let page = shown(db.instead().await?, code, id, filled).await?;
        return Ok(Answer::With(Status::UnprocessableEntity, page));
    };
    let user = db.user().clone();
    store::remove(&mut db, &user, id, case.id, (file, &because)).await?;
    let (location, told) = match file {
        Some(_) => (format!("/cases/{code}/attachments/{id}"), "attachment-file-removed"),
        None => (format!("/cases/{code}/attachments"), "attachment-removed"),
    };
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, told))
}

/// A document that was not taken out.
pub(super) async fn still_there(db: &mut diesel_async::AsyncPgConnection, case: &Case, id: Uuid) -> Result<Attachment> {
    let (attachment, _) = store::find(db, case.id, id).await?;
    let removals = store::removals(db, case.id).await?;
    if removals.iter().any(|removal| removal.attachment_id == id && removal.file_id.is_none()) {
        return Err(Error::refused(Status::Conflict, "error-attachment-removed"));
    }
    Ok(attachment)
}
