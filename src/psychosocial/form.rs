//! What the forms of private files have in common.

use time::Date;

use crate::base::date::Typed;
use crate::base::form::Filled;
use crate::person::form::one_of;
use crate::person::household::poverty::day;

/// A day that must be given and has been.
pub fn past_day(filled: &mut Filled, name: &str, typed: &Typed, today: Date) -> Option<Date> {
    let on = day(filled, name, typed);
    match on {
        None if filled.error(name).is_none() => filled.push(name, "error-required"),
        Some(on) if on > today => filled.push(name, "error-date-future"),
        _ => {}
    }
    on.filter(|on| *on <= today)
}

/// One of these, which must be chosen.
pub fn chosen(filled: &mut Filled, name: &str, typed: &str, known: &[&str]) -> Option<String> {
    if typed.trim().is_empty() {
        filled.push(name, "error-choose");
    }
    one_of(filled, name, typed, |code| known.contains(&code))
}

/// Any of these, in the order of the list, each once however often it was sent.
pub fn several(filled: &mut Filled, name: &str, sent: &[String], known: &[&str]) -> Vec<String> {
    if sent.iter().any(|code| !known.contains(&code.as_str())) {
        filled.push(name, "error-choice");
    }
    known.iter().filter(|code| sent.iter().any(|one| one == *code)).map(|code| (*code).to_owned()).collect()
}
