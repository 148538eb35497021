//! Files that are made for somebody to keep.

use std::io::Cursor;

use rocket::Request;
use rocket::http::{ContentType, Header};
use rocket::response::{self, Responder, Response};

use crate::access::Seen;

/// What a sheet is written as.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    Csv,
    Xlsx,
}

impl Format {
    pub const ALL: [Format; 2] = [Format::Xlsx, Format::Csv];

    pub fn code(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Xlsx => "xlsx",
        }
    }

    pub fn from_code(code: &str) -> Option<Format> {
        Format::ALL.into_iter().find(|format| format.code() == code)
    }

    fn kind(self) -> ContentType {
        match self {
            Format::Csv => ContentType::CSV,
            Format::Xlsx => ContentType::new("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        }
    }
}

/// A file to be kept; the access to what it holds is on record.
pub struct Download {
    name: String,
    format: Format,
    bytes: Vec<u8>,
    _seen: Seen,
}

impl Download {
    /// `name` is made of letters, digits, dots and dashes, and names nobody.
    pub fn new(name: String, format: Format, bytes: Vec<u8>, seen: Seen) -> Download {
        Download { name, format, bytes, _seen: seen }
    }
}

impl<'r> Responder<'r, 'static> for Download {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        Response::build()
            .header(self.format.kind())
            .header(Header::new("Content-Disposition", format!("attachment; filename=\"{}\"", self.name)))
            .raw_header("Cache-Control", "no-store")
            .sized_body(self.bytes.len(), Cursor::new(self.bytes))
            .ok()
    }
}
