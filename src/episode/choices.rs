//! The answers that forms of returns offer, in the reader's language.

use super::store::Office;
use super::{ASSISTED, DURATIONS, REASONS, REGULARITIES, STANDINGS, VOLUNTARY, migration};
use crate::base::form::Choice;
use crate::base::language::Language;
use crate::person::choices::{Choices, choices};

/// The answers that the form of a return offers.
pub struct ReturnChoices {
    pub person: Choices,
    pub standings: Vec<Choice>,
    pub voluntary: Vec<Choice>,
    pub assisted: Vec<Choice>,
    pub durations: Vec<Choice>,
    pub reasons: Vec<Choice>,
    pub regularities: Vec<Choice>,
    pub channels: Vec<Choice>,
    pub found_by: Vec<Choice>,
    pub objective_met: Vec<Choice>,
    pub gates: Vec<Choice>,
    pub colleagues: Vec<Choice>,
}

impl ReturnChoices {
    pub fn new(language: Language, gates: Vec<Office>, colleagues: Vec<Office>) -> ReturnChoices {
        let offices = |all: Vec<Office>| all.into_iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect();
        ReturnChoices {
            person: Choices::new(language),
            standings: choices(language, "standing", &STANDINGS),
            voluntary: choices(language, "return-voluntary", &VOLUNTARY),
            assisted: choices(language, "return-assisted", &ASSISTED),
            durations: choices(language, "return-duration", &DURATIONS),
            reasons: choices(language, "return-reason", &REASONS),
            regularities: choices(language, "return-regularity", &REGULARITIES),
            channels: choices(language, "migration-channel", &migration::CHANNELS),
            found_by: choices(language, "migration-found-by", &migration::FOUND_BY),
            objective_met: choices(language, "migration-objective-met", &migration::OBJECTIVE_MET),
            gates: offices(gates),
            colleagues: offices(colleagues),
        }
    }
}
