//! Files that arrive piece by piece, over a line that breaks: tus 1.0, core and creation (<https://tus.io/protocols>).
//! Nothing is done twice: a file begins once for each key that its sender drew, and a piece goes by its offset.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rocket::data::{Data, ToByteUnit};
use rocket::http::{Header, Status};
use rocket::request::{FromRequest, Outcome};
use rocket::response::{self, Responder, Response};
use rocket::tokio::io::{AsyncRead, AsyncReadExt};
use rocket::{Request, Route, State, head, patch, post, routes};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::format::{Format, HEAD, recognised};
use super::pieces::{self, Appended};
use super::store::Limits;
use super::{File, PIECE};
use crate::access::guard::to;
use crate::access::{Later, Read, Write};
use crate::base::Result;
use crate::base::code::Code;
use crate::base::form::Submission;
use crate::base::language::{Language, Message};
use crate::base::seal::Keys;
use crate::base::text::file_name;
use crate::case::{held, store as cases};

pub fn routes() -> Vec<Route> {
    routes![begin, stands, append]
}

/// What the headers of the protocol say.
struct Tus {
    /// Speaks the version that we speak.
    fits: bool,
    length: Option<i64>,
    offset: Option<i64>,
    /// The body is a piece of a file.
    is_piece: bool,
    name: String,
    /// Drawn by the sender, so that a file begins once though the answer got lost.
    key: Option<Uuid>,
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Tus {
    type Error = std::convert::Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Self::Error> {
        let header = |name: &str| request.headers().get_one(name);
        let number = |name: &str| header(name).and_then(|n| n.parse::<i64>().ok()).filter(|n| *n >= 0);
        let about = |wanted: &str| {
            let pairs = header("Upload-Metadata")?.split(',').filter_map(|pair| pair.trim().split_once(' '));
            let value = pairs.into_iter().find(|(name, _)| *name == wanted)?.1;
            STANDARD.decode(value.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok())
        };
        Outcome::Success(Tus {
            fits: header("Tus-Resumable") == Some(VERSION),
            length: number("Upload-Length"),
            offset: number("Upload-Offset"),
            is_piece: header("Content-Type") == Some("application/offset+octet-stream"),
            name: file_name(&about("filename").unwrap_or_default()),
            key: about("key").and_then(|key| Uuid::parse_str(&key).ok()),
        })
    }
}

const VERSION: &str = "1.0.0";

/// An answer of the protocol; where it refuses, with what to tell whoever sends.
struct Told {
    status: Status,
    headers: Vec<(&'static str, String)>,
    text: String,
}

impl Told {
    fn new(status: Status, headers: Vec<(&'static str, String)>) -> Told {
        Told { status, headers, text: String::new() }
    }

    fn refused(message: &Message, language: Language) -> Told {
        Told { status: Status::UnprocessableEntity, headers: Vec::new(), text: language.say(message) }
    }
}

impl<'r> Responder<'r, 'static> for Told {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        let mut answer = Response::build();
        answer.status(self.status).raw_header("Tus-Resumable", VERSION).raw_header("Tus-Version", VERSION);
        for (name, value) in self.headers {
            answer.header(Header::new(name, value));
        }
        if !self.text.is_empty() {
            answer.raw_header("Content-Type", "text/plain; charset=utf-8");
            answer.sized_body(self.text.len(), std::io::Cursor::new(self.text));
        }
        answer.ok()
    }
}

/// Whether a file may be so large, by what its name says that it is.
pub fn fits(limits: &Limits, name: &str, bytes: i64) -> Result<Format, Message> {
    let named = |key: &'static str| Message::new(key).with("name", name.to_owned());
    let format = Format::of_name(name).ok_or_else(|| named("error-attachment-type"))?;
    let most = limits.megabytes(format);
    match bytes {
        ..=0 => Err(named("error-attachment-empty")),
        bytes if bytes > most << 20 => Err(named("error-attachment-size").with("max", most)),
        _ => Ok(format),
    }
}

/// Whether one more file of so many bytes may wait for its document.
pub async fn room(db: &mut diesel_async::AsyncPgConnection, limits: &Limits, user: Uuid, bytes: i64) -> Result<bool> {
    let (files, already) = pieces::waiting(db, user).await?;
    Ok(files < limits.uploads && already + bytes <= limits.upload_bytes)
}

#[post("/cases/<code>/uploads")]
async fn begin(code: Code, tus: Tus, mut db: Write<to::AddAttachments>, language: Language) -> Result<Told> {
    let (case, _, _) = cases::find(&mut db, code).await?;
    held::open_and_held(&case, db.user())?;
    let user = db.user().id;
    if !tus.fits {
        return Ok(Told::new(Status::PreconditionFailed, Vec::new()));
    }
    let Some(length) = tus.length else { return Ok(Told::new(Status::BadRequest, Vec::new())) };
    let hash = Sha256::new().chain_update(length.to_be_bytes()).chain_update(&tus.name).finalize().into();
    let sent = Submission { key: tus.key.unwrap_or_else(Uuid::new_v4), hash };
    if let Some(before) = db.claim(sent).await? {
        return Ok(Told::new(Status::Created, vec![("Location", before)]));
    }
    let limits = Limits::today(&mut db).await?;
    if let Err(message) = fits(&limits, &tus.name, length) {
        return Ok(Told::refused(&message, language));
    }
    if !room(&mut db, &limits, user, length).await? {
        return Ok(Told::refused(&Message::new("error-attachment-uploads"), language));
    }
    let id = pieces::begin(&mut db, user, case.id, &tus.name, length).await?;
    let location = format!("/cases/{code}/uploads/{id}");
    db.done(sent, &location).await?;
    Ok(Told::new(Status::Created, vec![("Location", location)]))
}

/// How far a file has come.
#[head("/cases/<code>/uploads/<id>")]
async fn stands(code: Code, id: Uuid, mut db: Read<to::AddAttachments>) -> Result<Told> {
    let (case, _, _) = cases::find(&mut db, code).await?;
    let user = db.user().clone();
    let (file, came) = pieces::upload(&mut db, &user, case.id, id).await?;
    let headers = vec![("Upload-Offset", came.to_string()), ("Upload-Length", file.bytes.to_string())];
    Ok(Told::new(Status::Ok, headers))
}

#[patch("/cases/<code>/uploads/<id>", data = "<data>")]
async fn append(
    code: Code,
    id: Uuid,
    tus: Tus,
    later: Later<to::AddAttachments>,
    keys: &State<Keys>,
    data: Data<'_>,
    language: Language,
) -> Result<Told> {
    let (file, mut came) = {
        let mut db = later.write().await?;
        let (case, _, _) = cases::find(&mut db, code).await?;
        held::open_and_held(&case, db.user())?;
        pieces::upload(&mut db, later.user(), case.id, id).await?
    };
    match tus.offset {
        _ if !tus.fits => return Ok(Told::new(Status::PreconditionFailed, Vec::new())),
        _ if !tus.is_piece => return Ok(Told::new(Status::UnsupportedMediaType, Vec::new())),
        Some(offset) if offset == came => {}
        _ => return Ok(stands_at(Status::Conflict, came)),
    }
    let mut line = data.open(u64::try_from(file.bytes - came).unwrap_or_default().bytes());
    let mut piece = vec![0; PIECE];
    // What has come is kept piece by piece, so that a line that breaks loses the last one at most.
    loop {
        let read = fill(&mut line, &mut piece).await;
        let Some(part) = piece.get(..read).filter(|part| worth_keeping(&file, came, part)) else { break };
        let format = match if came == 0 { recognised(&file.name, part) } else { fits_as_begun(&file) } {
            Ok(format) => format,
            Err(message) => {
                let mut db = later.write().await?;
                pieces::give_up(&mut db, id).await?;
                db.kept().await?;
                return Ok(Told::refused(&message, language));
            }
        };
        let mut db = later.write().await?;
        match pieces::append(&mut db, keys, id, came, format, part).await? {
            Appended::To(now) => came = now,
            Appended::Elsewhere(at) => return Ok(stands_at(Status::Conflict, at)),
        }
        db.kept().await?;
        if read < PIECE {
            break;
        }
    }
    Ok(stands_at(Status::NoContent, came))
}

fn stands_at(status: Status, offset: i64) -> Told {
    Told::new(status, vec![("Upload-Offset", offset.to_string())])
}

fn fits_as_begun(file: &File) -> Result<Format, Message> {
    Format::of_name(&file.name).ok_or_else(|| Message::new("error-attachment-type").with("name", file.name.clone()))
}

/// By the beginning it is told what a file is: of that, less than that takes is as good as nothing.
fn worth_keeping(file: &File, came: i64, part: &[u8]) -> bool {
    !part.is_empty() && (came > 0 || part.len() >= HEAD || part.len() as i64 == file.bytes)
}

/// Reads until the piece is full or the line ends, in whatever way: what came, came.
async fn fill(line: &mut (impl AsyncRead + Unpin), piece: &mut [u8]) -> usize {
    let mut filled = 0;
    while let Some(rest) = piece.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match line.read(rest).await {
            Ok(0) | Err(_) => break,
            Ok(read) => filled += read,
        }
    }
    filled
}
