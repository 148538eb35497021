//! The lists of this office, and the form that brings another.

use askama::Template;
use diesel_async::AsyncPgConnection;
use rocket::form::Form;
use rocket::fs::TempFile;
use rocket::http::Status;
use rocket::tokio::io::AsyncReadExt;
use rocket::tokio::task::spawn_blocking;
use rocket::{Route, get, post, routes};
use sha2::{Digest, Sha256};
use time::Date;

use super::encoding::ENCODINGS;
use super::form::{UploadForm, file_name};
use super::store::{self, About};
use super::survey::{Survey, Told, survey};
use super::{Import, Kind, MOST_BYTES, brings_in, open_questions};
use crate::access::guard::to;
use crate::access::{Read, User, Write};
use crate::base::date::{Precision, Typed, written};
use crate::base::form::{Checked, Choice, Filled, Submission};
use crate::base::language::{Language, Message};
use crate::base::{Error, Result};
use crate::page::{Answer, Page, filters};
use crate::person::choices::choices;

pub fn routes() -> Vec<Route> {
    routes![index, upload]
}

#[derive(Template)]
#[template(path = "import/index.html")]
struct ImportsPage {
    kind: Kind,
    form: Filled,
    encodings: Vec<Choice>,
    imports: Vec<Import>,
    most: i64,
}

impl ImportsPage {
    fn day(&self, date: &Option<Date>) -> String {
        date.map(|date| written(date, Precision::Day)).unwrap_or_default()
    }

    fn of_flights(&self) -> bool {
        self.kind == Kind::Manifest
    }

    /// Where a page like this is reached from.
    fn above(&self) -> &'static str {
        if self.of_flights() { "/arrivals" } else { "/" }
    }
}

fn page(kind: Kind, form: Filled, imports: Vec<Import>, language: Language) -> ImportsPage {
    let encodings = choices(language, "import-encoding", &ENCODINGS);
    ImportsPage { kind, form, encodings, imports, most: (MOST_BYTES >> 20) as i64 }
}

fn desk(user: &User) -> Result<Kind> {
    brings_in(user).ok_or(Error::NotFound)
}

#[get("/imports")]
async fn index(mut db: Read<to::ImportLists>, language: Language) -> Result<Page<ImportsPage>> {
    let user = db.user().clone();
    let kind = desk(&user)?;
    let today = Typed::of(Some(db.today()), Some(Precision::Day));
    let form =
        Filled::blank().put("arrives.day", today.day).put("arrives.month", today.month).put("arrives.year", today.year);
    let imports = store::recent(&mut db, user.organisation).await?;
    Ok(Page(page(kind, form, imports, language)))
}

/// Reads the whole file before anything of it is kept. What is refused leaves nothing behind but the reason.
#[post("/imports", data = "<form>")]
async fn upload(
    form: Form<Checked<UploadForm<'_>>>,
    mut db: Write<to::ImportLists>,
    language: Language,
) -> Result<Answer<ImportsPage>> {
    let user = db.user().clone();
    let kind = desk(&user)?;
    let Checked { value, mut filled } = form.into_inner();
    let today = db.today();
    let mut sent = filled.submission();
    let about = value.as_ref().and_then(|typed| typed.read(kind, &mut filled, today));
    let found = match &value {
        Some(typed) => read_file(kind, typed, &mut filled, &mut sent).await?,
        None => None,
    };
    if let Some(before) = db.claim(sent).await? {
        return Ok(Answer::To(before));
    }
    let (Some(about), Some((name, survey))) = (about, found) else {
        let mut reading = db.instead().await?;
        let imports = store::recent(&mut reading, user.organisation).await?;
        return Ok(Answer::With(Status::UnprocessableEntity, page(kind, filled, imports, language)));
    };
    let (location, told) = kept(&mut db, &user, &about, (&name, today), &survey).await?;
    db.done(sent, &location).await?;
    Ok(Answer::Told(location, told))
}

async fn kept(
    db: &mut AsyncPgConnection,
    user: &User,
    about: &About,
    (name, today): (&str, Date),
    survey: &Survey,
) -> Result<(String, &'static str)> {
    let open = !open_questions(about.kind(), &survey.sheet.columns, None).is_empty();
    let state = if open { "asked" } else { "staging" };
    match store::keep(db, (user.id, user.organisation), about, name, survey, (state, today)).await? {
        None => {
            let id = store::of_file(db, user, about, &survey.hash).await?.ok_or(Error::NotFound)?;
            let told = match about.kind() {
                Kind::Manifest => "import-here-already",
                Kind::Contracts => "import-here-already-contracts",
            };
            Ok((format!("/imports/{id}"), told))
        }
        Some(id) if open => Ok((format!("/imports/{id}"), "import-asks")),
        Some(id) => {
            store::work(db, id).await?;
            Ok((format!("/imports/{id}"), "import-begun"))
        }
    }
}

/// The file, read; or what is wrong with it, beside its field. What was sent includes the file, so that another file
/// under the same key is another sending.
async fn read_file(
    kind: Kind,
    typed: &UploadForm<'_>,
    filled: &mut Filled,
    sent: &mut Submission,
) -> Result<Option<(String, Survey)>> {
    if !typed.file.is_complete() {
        filled.push("file", Message::new("import-refused-size").with("max", (MOST_BYTES >> 20) as i64));
        return Ok(None);
    }
    if typed.file.is_empty() {
        filled.push("file", "error-import-file");
        return Ok(None);
    }
    let name = typed.file.raw_name().map_or(String::new(), |n| n.dangerous_unsafe_unsanitized_raw().to_string());
    let bytes = bytes_of(&typed.file).await?;
    let (encoding, sheet) = (typed.encoding(), typed.sheet().map(str::to_owned));
    let (read, hash) = spawn_blocking(move || {
        let hash: [u8; 32] = Sha256::digest(&bytes).into();
        (survey(&bytes, &Told { kind, encoding, sheet: sheet.as_deref() }), hash)
    })
    .await
    .map_err(Error::internal)?;
    sent.hash = Sha256::new().chain_update(sent.hash).chain_update(hash).finalize().into();
    match read {
        Ok(survey) => Ok(Some((file_name(&name), survey))),
        Err(message) => {
            let field = match message.key.as_ref() {
                "import-ask-encoding" => "encoding",
                "import-refused-sheet" => "sheet",
                _ => "file",
            };
            filled.push(field, message);
            Ok(None)
        }
    }
}

/// The bytes of an uploaded file.
pub async fn bytes_of(file: &TempFile<'_>) -> Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(usize::try_from(file.len()).unwrap_or_default());
    let mut open = file.open().await.map_err(Error::internal)?;
    open.read_to_end(&mut bytes).await.map_err(Error::internal)?;
    Ok(bytes)
}
