//! A new document, and more files for one: with files that arrived before, piece by piece, or along with the form.

use askama::Template;
use rocket::data::Capped;
use rocket::form::{Form, FromForm};
use rocket::fs::TempFile;
use rocket::http::Status;
use rocket::tokio::io::AsyncReadExt;
use rocket::{Route, State, get, post, routes};
use sha2::{Digest, Sha256};
use time::Date;
use uuid::Uuid;
use validator::Validate;

use super::format::{Format, recognised};
use super::pages::{held_here, still_there};
use super::pieces;
use super::store::{self, Limits, NewAttachment};
use super::upload::{fits, room};
use super::{Attachment, File, KINDS, size};
use crate::access::guard::to;
use crate::access::{Later, Read, Seen, Write};
use crate::base::code::Code;
use crate::base::date::Typed;
use crate::base::form::{Checked, Choice, Filled};
use crate::base::language::{Language, Message};
use crate::base::seal::Keys;
use crate::base::text::file_name;
use crate::base::{Error, Result};
use crate::case::{Case, held};
use crate::page::{Answer, Page, filters};
use crate::person::Person;
use crate::person::choices::choices;
use crate::person::form::{one_of, text};

pub fn routes() -> Vec<Route> {
    routes![new, add, more, add_files]
}

/// A file of the user that is in no document yet.
struct Waiting {
    file: File,
    /// So much of a hundred came.
    percent: i64,
    size: String,
}

impl Waiting {
    fn is_whole(&self) -> bool {
        takes(&self.file)
    }
}

/// A file may go into a document once it is whole, and harmless.
fn takes(file: &File) -> bool {
    file.state != "arriving" && file.reason.as_deref() != Some("malware")
}

#[derive(Template)]
#[template(path = "case/attachment_new.html")]
struct AddPage {
    case: Case,
    person: Person,
    /// The document that gets more files; none where one begins.
    attachment: Option<Attachment>,
    waiting: Vec<Waiting>,
    kinds: Vec<Choice>,
    limits: Limits,
    form: Filled,
    _seen: Option<Seen>,
}

impl AddPage {
    fn megabytes(&self, format: &str) -> i64 {
        Format::from_code(format).map_or(0, |format| self.limits.megabytes(format))
    }
}

async fn page<P>(mut db: Read<P>, code: Code, of: Option<Uuid>, form: Filled, language: Language) -> Result<AddPage> {
    let user = db.user().clone();
    let (case, person) = held_here(&mut db, code).await?;
    held::open_and_held(&case, &user)?;
    let attachment = match of {
        Some(id) => Some(still_there(&mut db, &case, id).await?),
        None => None,
    };
    let limits = Limits::today(&mut db).await?;
    let waiting = pieces::uploads(&mut db, &user, case.id).await?.into_iter().map(|(file, came)| Waiting {
        percent: came * 100 / file.bytes.max(1),
        size: size(file.bytes),
        file,
    });
    let waiting = waiting.collect();
    let seen = db.opened(&[person.id, case.id]).await?;
    let kinds = choices(language, "attachment-kind", &KINDS);
    Ok(AddPage { case, person, attachment, waiting, kinds, limits, form, _seen: Some(seen) })
}

#[get("/cases/<code>/attachments/new")]
async fn new(code: Code, db: Read<to::AddAttachments>, language: Language) -> Result<Page<AddPage>> {
    Ok(Page(page(db, code, None, Filled::blank(), language).await?))
}

#[get("/cases/<code>/attachments/<id>/files/new")]
async fn more(code: Code, id: Uuid, db: Read<to::AddAttachments>, language: Language) -> Result<Page<AddPage>> {
    Ok(Page(page(db, code, Some(id), Filled::blank(), language).await?))
}

#[derive(FromForm, Validate)]
struct DocumentForm<'r> {
    #[field(default = String::new())]
    title: String,
    #[field(default = String::new())]
    kind: String,
    made: Typed,
    /// Files that arrived before the form.
    uploads: Vec<String>,
    /// Files that came along with it.
    files: Vec<Capped<TempFile<'r>>>,
}

/// A file that came along with a form, whole.
struct Along {
    name: String,
    bytes: Vec<u8>,
    /// Rocket cut it off: it is larger than any form may carry.
    cut: bool,
}

/// What was typed of the document, cleaned.
struct Said {
    title: Option<String>,
    kind: Option<String>,
    made: Typed,
}

impl Said {
    fn of(typed: &DocumentForm<'_>, filled: &mut Filled) -> Said {
        let kind = one_of(filled, "kind", &typed.kind, |c| KINDS.contains(&c));
        Said { title: text(&typed.title), kind, made: typed.made.clone() }
    }

    /// What is said, or messages beside the fields.
    fn checked(&self, filled: &mut Filled, today: Date) -> Option<NewAttachment<'_>> {
        let made = match self.made.read() {
            Ok(Some((on, _))) if on > today => Err("error-date-future"),
            other => other,
        };
        let made = made.map_err(|wrong| filled.push("made", wrong)).unwrap_or_default();
        match &self.title {
            None => filled.push("title", "error-required"),
            Some(title) if title.chars().count() > 200 => {
                filled.push("title", Message::new("error-too-long").with("max", 200_i64));
            }
            Some(_) => {}
        }
        if self.kind.is_none() && filled.error("kind").is_none() {
            filled.push("kind", "error-choose");
        }
        Some(NewAttachment { kind: self.kind.as_deref()?, title: self.title.as_deref()?, made })
    }
}

/// The files that came along, read; they count among what was sent.
async fn along(value: &mut Option<DocumentForm<'_>>, filled: &mut Filled) -> Result<Vec<Along>> {
    let mut all = Vec::new();
    for file in value.iter_mut().flat_map(|typed| typed.files.drain(..)).filter(|file| !file.is_empty()) {
        let name = file.raw_name().map_or(String::new(), |n| n.dangerous_unsafe_unsanitized_raw().to_string());
        let mut bytes = Vec::with_capacity(usize::try_from(file.len()).unwrap_or_default());
        let mut open = file.open().await.map_err(Error::internal)?;
        open.read_to_end(&mut bytes).await.map_err(Error::internal)?;
        filled.includes(&Sha256::digest(&bytes));
        all.push(Along { name: file_name(&name), bytes, cut: !file.is_complete() });
    }
    Ok(all)
}

/// The files of a form: those that arrived before, and those along with it that may be taken. What is wrong stands beside
/// the field. `already` is how many files document and case have.
async fn chosen(
    db: &mut Write<to::AddAttachments>,
    case: &Case,
    filled: &mut Filled,
    (uploads, along, already): (&[String], Vec<Along>, (i64, i64)),
) -> Result<(Vec<Uuid>, Vec<(Along, Format)>)> {
    let limits = Limits::today(db).await?;
    let user = db.user().clone();
    let there = pieces::uploads(db, &user, case.id).await?;
    let (mut before, mut with) = (Vec::new(), Vec::new());
    for id in uploads {
        match there.iter().find(|(file, _)| file.id.to_string() == *id) {
            Some((file, _)) if takes(file) => before.push(file.id),
            _ => filled.push("files", "error-attachment-not-whole"),
        }
    }
    for file in along {
        let checked = match fits(&limits, &file.name, file.bytes.len() as i64) {
            Ok(format) if file.cut => Err(Message::new("error-attachment-size")
                .with("name", file.name.clone())
                .with("max", limits.megabytes(format))),
            Ok(_) => recognised(&file.name, &file.bytes),
            Err(message) => Err(message),
        };
        match checked {
            Ok(format) if room(db, &limits, user.id, file.bytes.len() as i64).await? => with.push((file, format)),
            Ok(_) => filled.push("files", "error-attachment-uploads"),
            Err(message) => filled.push("files", message),
        }
    }
    let count = (before.len() + with.len()) as i64;
    if count == 0 && filled.error("files").is_none() {
        filled.push("files", "error-attachment-none");
    }
    for (most, already, key) in [
        (limits.files, already.0, "error-attachment-files"),
        (limits.case_files, already.1, "error-attachment-case-files"),
    ] {
        if already + count > most {
            filled.push("files", Message::new(key).with("max", most));
        }
    }
    Ok((before, with))
}

async fn received(
    db: &mut Write<to::AddAttachments>,
    keys: &Keys,
    case: Uuid,
    with: &[(Along, Format)],
) -> Result<Vec<Uuid>> {
    let user = db.user().id;
    let mut ids = Vec::new();
    for (file, format) in with {
        ids.push(pieces::receive(db, keys, (user, case), (&file.name, *format), &file.bytes).await?);
    }
    Ok(ids)
}

/// The form again. What came along and may be taken is kept for the next sending: nobody sends a photograph twice for want
/// of a title.
async fn again(
    db: Write<to::AddAttachments>,
    later: &Later<to::AddAttachments>,
    keys: &Keys,
    (code, case, of): (Code, &Case, Option<Uuid>),
    (mut filled, with): (Filled, Vec<(Along, Format)>),
    language: Language,
) -> Result<Answer<AddPage>> {
    let reading = db.instead().await?;
    let mut keeping = later.write().await?;
    for id in received(&mut keeping, keys, case.id, &with).await? {
        filled.also("uploads", id.to_string());
    }
    keeping.kept().await?;
    Ok(Answer::With(Status::UnprocessableEntity, page(reading, code, of, filled, language).await?))
}

#[post("/cases/<code>/attachments", data = "<form>")]
async fn add(
    code: Code,
    later: Later<to::AddAttachments>,
    form: Form<Checked<DocumentForm<'_>>>,
    keys: &State<Keys>,
    language: Language,
) -> Result<Answer<AddPage>> {
    put(code, None, later, (form.into_inner(), keys.inner()), language).await
}

/// More pages of a document that is there.
#[post("/cases/<code>/attachments/<id>/files", data = "<form>")]
async fn add_files(
    code: Code,
    id: Uuid,
    later: Later<to::AddAttachments>,
    form: Form<Checked<DocumentForm<'_>>>,
    keys: &State<Keys>,
    language: Language,
) -> Result<Answer<AddPage>> {
    put(code, Some(id), later, (form.into_inner(), keys.inner()), language).await
}

/// Puts files into a document: the one given, or one that begins with them.
async fn put(
    code: Code,
    of: Option<Uuid>,
    later: Later<to::AddAttachments>,
    (Checked { mut value, mut filled }, keys): (Checked<DocumentForm<'_>>, &Keys),
    language: Language,
) -> Result<Answer<AddPage>> {
    let along = along(&mut value, &mut filled).await?;
    let mut db = later.write().await?;
    let (case, _, _) = match held::begin(&mut db, code, &filled).await? {
        Ok(found) => found,
        Err(before) => return Ok(Answer::To(before)),
    };
    let there = match of {
        Some(id) => {
            still_there(&mut db, &case, id).await?;
            store::files(&mut db, id).await?.iter().filter(|file| file.state != "removed").count()
        }
        None => 0,
    };
    let already = (there as i64, store::files_of_case(&mut db, case.id).await?);
    let Some(typed) = value else {
        // Cut off in the middle: it carried more than forms may.
        filled.lay_on("files", "error-attachment-form");
        return again(db, &later, keys, (code, &case, of), (filled, Vec::new()), language).await;
    };
    let said = match of {
        Some(_) => None,
        None => Some(Said::of(&typed, &mut filled)),
    };
    let about = said.as_ref().and_then(|said| said.checked(&mut filled, db.today()));
    let (mut files, with) = chosen(&mut db, &case, &mut filled, (&typed.uploads, along, already)).await?;
    if filled.is_wrong() {
        return again(db, &later, keys, (code, &case, of), (filled, with), language).await;
    }
    files.extend(received(&mut db, keys, case.id, &with).await?);
    let user = db.user().id;
    let id = match (of, about) {
        (Some(id), _) => id,
        (None, Some(about)) => store::add(&mut db, user, case.id, &about).await?,
        (None, None) => return Err(Error::Internal("a document of which nothing is said passed".into())),
    };
    if !store::put(&mut db, id, case.id, &files).await? {
        filled.push("files", "error-attachment-not-whole");
        return again(db, &later, keys, (code, &case, of), (filled, with), language).await;
    }
    let location = format!("/cases/{code}/attachments/{id}");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "attachment-added"))
}
