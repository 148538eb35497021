//! Documents of a case: papers, photographs, recordings (practice 15). The original of each file is sealed as it came; what
//! people look at is a working copy without what a telephone writes beside the picture.

pub mod adding;
pub mod convert;
pub mod fetching;
pub mod format;
pub mod pages;
pub mod pieces;
pub mod scan;
pub mod store;
pub mod upload;
pub mod work;

use diesel::prelude::*;
use rocket::Route;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use crate::base::date::{Precision, written};
use crate::base::seal::to_hex;
use crate::schema::{attachment_files, attachments};
use format::Format;

pub fn routes() -> Vec<Route> {
    [pages::routes(), adding::routes(), upload::routes(), fetching::routes()].concat()
}

/// What a document is.
pub const KINDS: [&str; 9] =
    ["contract", "payment", "medical", "identity", "photograph", "recording", "message", "official", "other"];

/// Why a file was refused after it had come.
pub const REFUSALS: [&str; 3] = ["damaged", "large", "malware"];

/// Clear bytes of one sealed piece, at most.
pub const PIECE: usize = 256 * 1024;

#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = attachments)]
pub struct Attachment {
    pub id: Uuid,
    pub kind: String,
    pub title: String,
    pub made_on: Option<Date>,
    pub made_precision: Option<String>,
    pub added_at: OffsetDateTime,
}

impl Attachment {
    /// The day on which it was made, as far as it is known.
    pub fn made(&self) -> String {
        let precision = self.made_precision.as_deref().and_then(Precision::from_code);
        self.made_on.zip(precision).map(|(on, precision)| written(on, precision)).unwrap_or_default()
    }
}

/// A file, in a document or not yet.
#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = attachment_files)]
pub struct File {
    pub id: Uuid,
    pub case_id: Uuid,
    pub attachment_id: Option<Uuid>,
    pub number: Option<i32>,
    pub name: String,
    pub bytes: i64,
    pub format: Option<String>,
    pub sha256: Option<Vec<u8>>,
    pub state: String,
    pub reason: Option<String>,
    pub working_format: Option<String>,
    pub working_bytes: Option<i64>,
}

impl File {
    pub fn format(&self) -> Option<Format> {
        self.format.as_deref().and_then(Format::from_code)
    }

    /// What people look at: which copy, of what kind, how many bytes. Nothing while it is checked, or where there is none.
    pub fn shown(&self) -> Option<(Copy, Format, i64)> {
        let working = self.working_format.as_deref().and_then(Format::from_code);
        match (self.state.as_str(), working, self.working_bytes) {
            ("ready", Some(format), Some(bytes)) => Some((Copy::Working, format, bytes)),
            ("ready", ..) => Some((Copy::Original, self.format()?, self.bytes)),
            _ => None,
        }
    }

    /// True if the page may show it as a picture.
    pub fn is_picture(&self) -> bool {
        self.shown().is_some_and(|(copy, format, _)| copy == Copy::Working && format.is_image())
    }

    /// True if its sealed original is kept.
    pub fn has_original(&self) -> bool {
        !matches!(self.state.as_str(), "arriving" | "removed") && self.reason.as_deref() != Some("malware")
    }

    /// The hash of the original, as others write it too.
    pub fn hash(&self) -> String {
        self.sha256.as_deref().map(to_hex).unwrap_or_default()
    }
}

/// Which of the two copies of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Copy {
    Original,
    Working,
}

impl Copy {
    pub fn code(self) -> &'static str {
        match self {
            Copy::Original => "original",
            Copy::Working => "working",
        }
    }
}

/// A size as people read it: whole megabytes, or kilobytes below one.
pub fn size(bytes: i64) -> String {
    match bytes {
        ..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{} kB", bytes / 1024),
        _ => format!("{}.{} MB", bytes >> 20, ((bytes >> 10) % 1024) * 10 / 1024),
    }
}
