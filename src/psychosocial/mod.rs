//! Psychosocial care behind a wall (F1–F5): private files that only those who are named in them can read.
//!
//! Everything said, scored or noticed is a [`record::Content`], sealed with the data key of its file. The database knows that
//! there is a file and who is named in it; what stands in it is known to nobody who holds the database alone.
//! See docs/decisions/care.md.

pub mod ending;
pub mod file;
mod form;
pub mod glass;
mod held;
mod note;
pub mod opening;
mod pages;
mod plan;
pub mod protection;
pub mod record;
pub mod referral;
pub mod rewrap;
pub mod scale;
pub mod signs;
mod staff;
pub mod store;
pub mod talk;

use rocket::Route;

pub fn routes() -> Vec<Route> {
    [
        opening::routes(),
        pages::routes(),
        note::routes(),
        talk::routes(),
        plan::routes(),
        staff::routes(),
        ending::routes(),
        glass::routes(),
        referral::routes(),
        scale::routes(),
        signs::routes(),
        protection::routes(),
    ]
    .concat()
}

/// How somebody agreed, in forms that can be shown later (Decree 356/2025, article 6(1)).
pub const CONSENT_MODES: [&str; 6] =
    ["paper", "recorded-call", "text-message", "mail-or-app", "spoken-witnessed", "other"];
