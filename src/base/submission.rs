//! A form sent twice acts once. The key commits together with the act; see foundations 12.
//!
//! What is kept is a name made of the key, and a hash of the key with what was sent. The key itself is kept nowhere, so that
//! nobody with a copy of the database can find out by trying which of a few answers a form held.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rocket::http::Status;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::form::Submission;
use super::{Error, Result};
use crate::schema::submissions;

/// Half a hash of the key, as a uuid.
fn kept_name(submission: Submission) -> Uuid {
    let hash = Sha256::digest(submission.key.as_bytes());
    let mut half = [0; 16];
    half.copy_from_slice(&hash[..16]);
    uuid::Builder::from_custom_bytes(half).into_uuid()
}

fn kept_hash(submission: Submission) -> [u8; 32] {
    Sha256::new().chain_update(submission.key.as_bytes()).chain_update(submission.hash).finalize().into()
}

/// What a submission key has been used for so far.
pub enum Claim {
    /// Nothing: the caller acts and then calls [`settle`].
    New,
    /// This very act is done; its answer was this address.
    Done(String),
}

/// Takes the key in the caller's transaction. A second sending waits here for the first to commit or fail.
/// The same key with another content is refused with 422; a key that another actor used, with 409.
pub async fn claim(db: &mut AsyncPgConnection, submission: Submission, route: &str) -> Result<Claim> {
    let new = diesel::insert_into(submissions::table)
        .values((
            submissions::key.eq(kept_name(submission)),
            submissions::route.eq(route),
            submissions::payload_hash.eq(kept_hash(submission).as_slice()),
        ))
        .on_conflict_do_nothing()
        .execute(db)
        .await?;
    if new == 1 {
        return Ok(Claim::New);
    }
    let before: Option<(Vec<u8>, String, Option<String>)> = submissions::table
        .find(kept_name(submission))
        .select((submissions::payload_hash, submissions::route, submissions::location))
        .first(db)
        .await
        .optional()?;
    match before {
        Some((hash, of, Some(location))) if hash == kept_hash(submission) && of == route => Ok(Claim::Done(location)),
        Some(_) => Err(Error::refused(Status::UnprocessableEntity, "error-page-sent-otherwise")),
        None => Err(Error::refused(Status::Conflict, "error-page-sent-by-another")),
    }
}

/// Remembers where the act led, to be answered again to the same sending.
pub async fn settle(db: &mut AsyncPgConnection, submission: Submission, location: &str) -> Result<()> {
    diesel::update(submissions::table.find(kept_name(submission)))
        .set(submissions::location.eq(location))
        .execute(db)
        .await?;
    Ok(())
}
