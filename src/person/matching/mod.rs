//! Are these two records one person? Fellegi and Sunter's model with levels made for Vietnamese.
//!
//! Pure: no database, no files, no clock. A [`Record`] is what is known of somebody; [`Prepared`] the same with
//! everything folded and split once; a [`Model`] weighs what agrees and what does not, and says why; [`estimate`] learns
//! a model from records alone, without known answers; [`block`] finds the pairs that are worth weighing; [`link`] does
//! all of it for whole files, [`sample`] learns from some of very many. docs/decisions/matching.md says why it is made like this.

pub mod assign;
pub mod block;
pub mod compare;
pub mod estimate;
pub mod field;
pub mod frequency;
pub mod link;
pub mod model;
pub mod name;
pub mod prepared;
pub mod sample;
pub mod text;

#[cfg(test)]
mod tests;

pub use field::Field;
pub use frequency::Frequencies;
pub use model::{Model, Reason, Score};
pub use prepared::Prepared;

use time::Date;

use crate::base::date::Precision;

/// What is known of somebody. Whatever is missing is no evidence, neither for nor against.
#[derive(Clone, Default, Debug)]
pub struct Record {
    pub name: Name,
    pub birth: Option<Birth>,
    /// One of [`super::SEXES`].
    pub sex: Option<String>,
    pub documents: Vec<Document>,
    /// As typed.
    pub phones: Vec<String>,
    /// Codes or names; where they are codes, [`Places`] knows what became of them.
    pub province: Option<String>,
    pub commune: Option<String>,
    pub address: Address,
}

/// A name as it came.
#[derive(Clone, Default, Debug)]
pub enum Name {
    #[default]
    Unknown,
    /// In one string, as Vietnamese names are written: family, middle, given.
    Whole(String),
    /// In two columns, as forms abroad and passports have them; either may be empty.
    Parts { given: String, family: String },
}

/// A birth date that need not be in any calendar: a slip of a digit is still compared with what it was meant to be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Birth {
    pub year: u16,
    /// 0 where it is not known.
    pub month: u8,
    /// 0 where it is not known.
    pub day: u8,
}

impl From<(Date, Precision)> for Birth {
    fn from((date, precision): (Date, Precision)) -> Birth {
        Birth {
            year: u16::try_from(date.year()).unwrap_or(0),
            month: if precision == Precision::Year { 0 } else { date.month() as u8 },
            day: if precision == Precision::Day { date.day() } else { 0 },
        }
    }
}

/// A number on a paper. Numbers are compared within one kind and country only; an empty country may be any.
#[derive(Clone, Debug)]
pub struct Document {
    /// One of [`super::document::KINDS`], or [`SOME_IDENTITY_NUMBER`].
    pub kind: String,
    pub country: String,
    /// As typed, or a blind index: those are equal or not, never alike.
    pub number: String,
}

/// The kind of a national number of which nobody says which it is, and whose length does not say either.
pub const SOME_IDENTITY_NUMBER: &str = "identity-number";

/// Addresses as files abroad have them.
#[derive(Clone, Default, Debug)]
pub struct Address {
    pub street_number: String,
    pub street: String,
    pub suburb: String,
    pub postcode: String,
    pub state: String,
}

/// What an old code of a province or commune may have become.
pub trait Places: Sync {
    /// The codes now in force that this one, old or new, may stand for. Where it is not known: itself.
    fn communes(&self, code: &str) -> Vec<String>;
    fn provinces(&self, code: &str) -> Vec<String>;
}

/// Knows of no change.
pub struct AsWritten;

impl Places for AsWritten {
    fn communes(&self, code: &str) -> Vec<String> {
        vec![code.to_owned()]
    }
    fn provinces(&self, code: &str) -> Vec<String> {
        vec![code.to_owned()]
    }
}
