//! Files on their way out, piece by piece, each read as whoever fetches: nothing is held whole, and no transaction waits for
//! a line.

use std::io::{Error as IoError, ErrorKind, SeekFrom};
use std::pin::Pin;
use std::task::{Context, Poll};

use rocket::http::Header;
use rocket::response::{self, Responder, Response};
use rocket::tokio::io::{AsyncRead, AsyncSeek, AsyncWriteExt, DuplexStream, ReadBuf, duplex};
use rocket::{Request, Route, State, get, routes};
use uuid::Uuid;

use super::format::Format;
use super::pages::held_here;
use super::{Copy, File, PIECE, pieces, store};
use crate::access::guard::to;
use crate::access::{Later, Read, Seen};
use crate::base::code::Code;
use crate::base::seal::Keys;
use crate::base::{Error, Result};
use crate::case::Case;
use crate::person::Person;

pub fn routes() -> Vec<Route> {
    routes![working, picture, original]
}

/// What a reading of an original is for, in the record of access.
const ORIGINAL: &str = "original";

/// A file being fetched; that it was is on record.
struct Fetched {
    /// What it is saved as; none for what is shown in the page.
    name: Option<String>,
    format: Format,
    bytes: i64,
    line: Line,
    _seen: Seen,
}

impl<'r> Responder<'r, 'static> for Fetched {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        let how = self.name.as_deref().map_or_else(|| "inline".to_owned(), disposition);
        Response::build()
            .raw_header("Content-Type", self.format.mime())
            .header(Header::new("Content-Disposition", how))
            .raw_header("Cache-Control", "no-store")
            .sized_body(usize::try_from(self.bytes).ok(), self.line)
            .ok()
    }
}

/// The name for browsers that read RFC 5987, and one without marks for those that do not.
fn disposition(name: &str) -> String {
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || " .-_".contains(c) { c } else { '_' }).collect();
    let encoded: String = name
        .bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() || b"-._~".contains(&b) {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

/// The near end of a pipe. It knows its length beforehand and is never sought in: an answer that breaks off is shorter than it
/// said, which a browser notices.
struct Line(DuplexStream);

impl AsyncRead for Line {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<Result<(), IoError>> {
        Pin::new(&mut self.0).poll_read(context, into)
    }
}

impl AsyncSeek for Line {
    fn start_seek(self: Pin<&mut Self>, _: SeekFrom) -> Result<(), IoError> {
        Err(ErrorKind::Unsupported.into())
    }

    fn poll_complete(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<u64, IoError>> {
        Poll::Ready(Err(ErrorKind::Unsupported.into()))
    }
}

/// Lets a copy flow. Whoever loses the case meanwhile gets no further.
fn flowing<P: Send + Sync + 'static>(later: Later<P>, keys: Keys, file: Uuid, copy: Copy) -> Line {
    let (mut into, line) = duplex(PIECE);
    rocket::tokio::spawn(async move {
        for number in 0.. {
            let piece = match later.read().await {
                Ok(mut db) => pieces::piece(&mut db, &keys, (file, copy, number)).await,
                Err(error) => Err(error),
            };
            match piece {
                Ok(Some(piece)) if into.write_all(&piece).await.is_ok() => {}
                // Whoever fetched it went away, or it is whole.
                Ok(_) => return,
                Err(error) => {
                    rocket::warn!("a file broke off: {error:?}");
                    return;
                }
            }
        }
    });
    Line(line)
}

/// What a handler gives: the file's rows are on record, and its copy flows.
async fn fetched(
    db: Read<to::ReadAttachments>,
    keys: &Keys,
    (file, copy): (&File, Copy),
    (name, format, bytes): (Option<String>, Format, i64),
    (rows, purpose): (&[(&'static str, Uuid)], Option<&'static str>),
) -> Result<Fetched> {
    let (seen, later) = db.rows_read(rows, purpose).await?;
    Ok(Fetched { name, format, bytes, line: flowing(later, keys.clone(), file.id, copy), _seen: seen })
}

async fn wanted(db: &mut Read<to::ReadAttachments>, code: Code, id: Uuid, file: Uuid) -> Result<(Case, Person, File)> {
    let (case, person) = held_here(db, code).await?;
    let file = store::file(db, case.id, id, file).await?;
    Ok((case, person, file))
}

#[get("/cases/<code>/attachments/<id>/files/<file>", rank = 2)]
async fn working(
    code: Code,
    id: Uuid,
    file: Uuid,
    mut db: Read<to::ReadAttachments>,
    keys: &State<Keys>,
) -> Result<Fetched> {
    let (_, _, file) = wanted(&mut db, code, id, file).await?;
    let (copy, format, bytes) = file.shown().ok_or(Error::NotFound)?;
    let answer = (Some(format.named(&file.name)), format, bytes);
    fetched(db, keys, (&file, copy), answer, (&[("attachment_files", file.id)], None)).await
}

/// The same to be shown in the page, of pictures that were written anew.
#[get("/cases/<code>/attachments/<id>/files/<file>/picture")]
async fn picture(
    code: Code,
    id: Uuid,
    file: Uuid,
    mut db: Read<to::ReadAttachments>,
    keys: &State<Keys>,
) -> Result<Fetched> {
    let (_, _, file) = wanted(&mut db, code, id, file).await?;
    let (copy, format, bytes) = file.shown().filter(|_| file.is_picture()).ok_or(Error::NotFound)?;
    fetched(db, keys, (&file, copy), (None, format, bytes), (&[("attachment_files", file.id)], None)).await
}

/// The original, as it came: evidence, with all that its telephone wrote into it.
#[get("/cases/<code>/attachments/<id>/files/<file>/original")]
async fn original(
    code: Code,
    id: Uuid,
    file: Uuid,
    mut db: Read<to::ReadAttachments>,
    keys: &State<Keys>,
) -> Result<Fetched> {
    let (_, person, file) = wanted(&mut db, code, id, file).await?;
    let format = file.format().filter(|_| file.has_original()).ok_or(Error::NotFound)?;
    let rows = [("persons", person.id), ("attachment_files", file.id)];
    let answer = (Some(file.name.clone()), format, file.bytes);
    fetched(db, keys, (&file, Copy::Original), answer, (&rows, Some(ORIGINAL))).await
}

#[cfg(test)]
mod tests {
    use super::disposition;

    #[test]
    fn a_name_breaks_out_of_no_header() {
        assert_eq!(
            disposition("hợp đồng\"\r\n1.pdf"),
            "attachment; filename=\"h_p __ng___1.pdf\"; filename*=UTF-8''h%E1%BB%A3p%20%C4%91%E1%BB%93ng%22%0D%0A1.pdf"
        );
    }
}
