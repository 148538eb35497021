//! How an act in a private file begins, and how it ends.

use diesel_async::AsyncPgConnection;
use rocket::http::Status;
use uuid::Uuid;

use super::file::{Care, Reach, reached};
use crate::access::{Read, Seen, User, Write};
use crate::base::form::Filled;
use crate::base::seal::Keys;
use crate::base::{Error, Result};
use crate::page::Answer;

/// The file that a form is about, open and the user's to write in; or where the very same sending led before.
pub async fn begin<P>(
    db: &mut Write<P>,
    keys: &Keys,
    id: Uuid,
    filled: &Filled,
) -> Result<std::result::Result<Care, String>> {
    let (user, now) = (db.user().clone(), db.now());
    let care = reached(db, keys, &user, now, id, Reach::Writes).await?;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Err(before));
    }
    open(&care)?;
    Ok(Ok(care))
}

/// What is said of a file that was ended.
pub fn open(care: &Care) -> Result<()> {
    if care.ended { Err(Error::refused(Status::Conflict, "error-care-ended")) } else { Ok(()) }
}

/// Commits the act and goes back to the page of the file, where `told` is said.
pub async fn end<P, T>(db: Write<P>, id: Uuid, filled: &Filled, told: &'static str) -> Result<Answer<T>> {
    let location = format!("/private/{id}");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, told))
}

/// The file to write in, for the page of a form.
pub async fn to_write(
    db: &mut AsyncPgConnection,
    keys: &Keys,
    user: &User,
    id: Uuid,
    now: time::OffsetDateTime,
) -> Result<Care> {
    let care = reached(db, keys, user, now, id, Reach::Writes).await?;
    open(&care)?;
    Ok(care)
}

/// Records that a file was read, and ends the transaction.
pub async fn seen<P>(db: Read<P>, care: &Care) -> Result<Seen> {
    let table = if care.reach == Reach::Plan { "care_plans" } else { "care_files" };
    let (seen, _) = db.rows_read(&[(table, care.id), ("persons", care.head.person)], None).await?;
    Ok(seen)
}
