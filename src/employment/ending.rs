//! What calls a fair or a course off, and what takes a vacancy or a wish for a course off the list.

use rocket::form::FromForm;
use rocket::http::Status;
use validator::Validate;

use crate::base::form::Filled;
use crate::base::{Error, Result};
use crate::person::form::{one_of, text};

#[derive(FromForm, Validate)]
pub struct CancelForm {
    #[validate(length(max = 500, code = "too-long"))]
    #[field(default = String::new())]
    because: String,
    #[field(default = 0)]
    version: i32,
}

#[derive(FromForm, Validate)]
pub struct CancelSent {
    #[validate(nested)]
    cancel: CancelForm,
}

/// Why in words, and the version that was called off; nothing, with what is wrong in the form.
pub fn cancelled(value: Option<CancelSent>, filled: &mut Filled) -> Option<(String, i32)> {
    let (because, version) = value.map_or((None, 0), |sent| (text(&sent.cancel.because), sent.cancel.version));
    if because.is_none() && filled.error("cancel.because").is_none() {
        filled.push("cancel.because", "error-required");
    }
    Some((because?, version)).filter(|_| !filled.is_wrong())
}

#[derive(FromForm, Validate)]
pub struct EndSent {
    #[field(default = String::new())]
    because: String,
    #[field(default = 0)]
    version: i32,
}

/// Which of `reasons`, and the version that is ended.
pub fn ended(value: Option<EndSent>, filled: &mut Filled, reasons: &[&str]) -> Result<(String, i32)> {
    let (because, version) = value.map_or((None, 0), |sent| {
        (one_of(filled, "because", &sent.because, |code| reasons.contains(&code)), sent.version)
    });
    Ok((because.ok_or(Error::refused(Status::UnprocessableEntity, "error-choose"))?, version))
}
