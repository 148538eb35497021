//! What can go wrong with a request, by what the person can do about it.
//!
//! An error carries what the log may know (its cause) apart from what the page says (its kind).
//! The page itself is drawn by the catchers in `page`.

use rocket::http::Status;
use rocket::request::Request;
use rocket::response::{self, Responder};

use super::language::Message;

pub type Result<T, E = Error> = std::result::Result<T, E>;

#[derive(Debug)]
pub enum Error {
    /// It does not exist, or not for this actor: the two must look alike.
    NotFound,
    /// Signed in, but this role has no such act at all (says nothing about any record).
    NotAllowed,
    /// Not signed in; the page offers to.
    SignIn,
    /// Understood and refused, with what to say about it.
    Refused(Status, Message),
    /// Too many attempts or too much at once; try again after so many seconds.
    Busy(u32),
    /// The database cannot be reached or does not answer in time.
    Unavailable(String),
    /// Ours to mend. The text is for the log and holds no personal data.
    Internal(String),
}

impl Error {
    pub fn internal(cause: impl std::fmt::Display) -> Error {
        Error::Internal(cause.to_string())
    }

    pub fn refused(status: Status, key: &'static str) -> Error {
        Error::Refused(status, Message::new(key))
    }

    pub fn status(&self) -> Status {
        match self {
            Error::NotFound => Status::NotFound,
            Error::NotAllowed => Status::Forbidden,
            Error::SignIn => Status::Unauthorized,
            Error::Refused(status, _) => *status,
            Error::Busy(_) => Status::ServiceUnavailable,
            Error::Unavailable(_) => Status::ServiceUnavailable,
            Error::Internal(_) => Status::InternalServerError,
        }
    }
}

/// What the catcher should tell, left beside the request.
#[derive(Default, Clone)]
pub struct Told {
    pub message: Option<Message>,
    pub retry_after: Option<u32>,
}

impl<'r> Responder<'r, 'static> for Error {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let status = self.status();
        let told = match self {
            Error::Refused(_, message) => Told { message: Some(message), retry_after: None },
            Error::Busy(seconds) => Told { message: None, retry_after: Some(seconds) },
            Error::Unavailable(cause) => {
                rocket::warn!("unavailable: {cause}");
                Told { message: None, retry_after: Some(5) }
            }
            Error::Internal(cause) => {
                rocket::error!("internal: {cause}");
                Told::default()
            }
            Error::NotFound | Error::NotAllowed | Error::SignIn => Told::default(),
        };
        request.local_cache(|| told);
        Err(status)
    }
}

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Error {
        use diesel::result::{DatabaseErrorKind, Error::*};
        match error {
            NotFound => Error::NotFound,
            DatabaseError(DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand, _)
            | BrokenTransactionManager => Error::Unavailable("the connection was lost".into()),
            // A database message may quote values (of a constraint, say), which must not reach a log.
            DatabaseError(kind, about) => {
                let constraint = about.constraint_name().unwrap_or("-");
                let text = about.message();
                if text.contains("statement timeout")
                    || text.contains("lock timeout")
                    || text.contains("terminating connection")
                {
                    Error::Unavailable("the database took too long".into())
                } else if text.contains("row-level security") || text.contains("permission denied") {
                    Error::Internal(format!("database: {kind:?}: {text}"))
                } else if text.starts_with("error-") {
                    // What a trigger refuses by the key of a message, as the last to be asked.
                    Error::Refused(Status::Conflict, Message::new(text.to_owned()))
                } else {
                    let text = text.split(['"', ':']).next().unwrap_or_default();
                    Error::Internal(format!("database: {kind:?} ({constraint}) {text}"))
                }
            }
            QueryBuilderError(cause) => Error::Unavailable(cause.to_string()),
            other => Error::Internal(format!("database: {other}")),
        }
    }
}
