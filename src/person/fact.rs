//! What is said of a fact beside its value: why it is missing, or how sure it is. One reading for the facts of a person
//! and those of a return.

use std::collections::HashMap;

use diesel::prelude::*;

use super::{Absence, Level};
use crate::base::form::Filled;

/// What a fact is said to be.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    pub fact: &'static str,
    /// Why it is missing, or how sure it is.
    pub said: Result<Level, Absence>,
}

/// What is kept of it.
#[derive(Queryable, Clone)]
pub struct Said {
    pub fact: String,
    pub absence: Option<String>,
    pub level: Option<String>,
    pub said_by: Option<String>,
}

/// What was typed beside the facts of a form, by their names.
pub struct Beside<'a> {
    pub absence: &'a HashMap<String, String>,
    pub level: &'a HashMap<String, String>,
}

impl Beside<'_> {
    /// What is said of each of `facts`; what cannot be stands beside its field, `<of>.<fact>`.
    pub fn read(
        &self,
        filled: &mut Filled,
        of: &str,
        facts: impl IntoIterator<Item = &'static str>,
        given: impl Fn(&str) -> bool,
    ) -> Vec<Fact> {
        let mut read = Vec::new();
        for fact in facts {
            match self.said(fact, given(fact)) {
                Ok(Some(said)) => read.push(Fact { fact, said }),
                Ok(None) => {}
                Err(wrong) => filled.push(&format!("{of}.{fact}"), wrong),
            }
        }
        read
    }

    /// Nothing where a fact was not asked; an error where it is given and missing at once, or not of the list.
    fn said(&self, fact: &str, given: bool) -> Result<Option<Result<Level, Absence>>, &'static str> {
        let absence = self.absence.get(fact).map_or("", String::as_str);
        let level = self.level.get(fact).map_or("", String::as_str);
        match (given, absence) {
            (true, "") if level.is_empty() => Ok(Some(Ok(Level::Stated))),
            (true, "") => Level::from_code(level).map(|level| Some(Ok(level))).ok_or("error-choice"),
            (true, _) => Err("error-given-and-missing"),
            (false, "") => Ok(None),
            (false, _) => Absence::from_code(absence).map(|absence| Some(Err(absence))).ok_or("error-choice"),
        }
    }
}

/// Puts what is kept of the facts of `of` into its edit form.
pub fn put_said(mut filled: Filled, of: &str, said: &[Said]) -> Filled {
    for said in said {
        if let Some(absence) = &said.absence {
            filled = filled.put(&format!("{of}.absence.{}", said.fact), &**absence);
        }
        if let Some(level) = &said.level {
            filled = filled.put(&format!("{of}.level.{}", said.fact), &**level);
        }
    }
    filled
}
