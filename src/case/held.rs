//! How an act on a case begins, and how it ends.

use rocket::http::Status;

use super::{Case, store};
use crate::access::{User, Write};
use crate::base::code::Code;
use crate::base::form::Filled;
use crate::base::{Error, Result};
use crate::episode::Episode;
use crate::page::Answer;
use crate::person::Person;

/// True if the case is the holder's to change and not closed; what is said otherwise.
pub fn open_and_held(case: &Case, user: &User) -> Result<()> {
    if case.holder_id != user.organisation {
        return Err(Error::refused(Status::Conflict, "error-case-not-held"));
    }
    if case.is_closed() {
        return Err(Error::refused(Status::Conflict, "error-move-closed"));
    }
    Ok(())
}

/// The case that a form is about, open and held by the user's office, with its return and person; or where the very
/// same sending led before.
pub async fn begin<P>(
    db: &mut Write<P>,
    code: Code,
    filled: &Filled,
) -> Result<std::result::Result<(Case, Episode, Person), String>> {
    let found = store::find(db, code).await?;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Err(before));
    }
    open_and_held(&found.0, db.user())?;
    Ok(Ok(found))
}

/// Commits the act and goes back to the case's page, where `told` is said.
pub async fn end<P, T>(db: Write<P>, code: Code, filled: &Filled, told: &'static str) -> Result<Answer<T>> {
    let location = format!("/cases/{code}");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, told))
}
