//! Work (E1 to E5): counselling, employers and their vacancies, job fairs, what somebody looks for, which work suits whom and why, what became
//! of a proposal: interview, offer, first day, how it is after months; what employers are given, and complaints of discrimination.

pub mod complaint;
pub mod counselling;
pub mod employer;
pub mod ending;
pub mod fair;
pub mod incentive;
pub mod matching;
pub mod people;
pub mod placement;
pub mod proposals;
pub mod referral;
pub mod search;
pub mod vacancy;

use rocket::Route;

use crate::base::form::Filled;
use crate::base::language::{Language, Message};
use crate::base::money;
use crate::vocabulary::List;

pub fn routes() -> Vec<Route> {
    [
        employer::routes(),
        vacancy::pages::routes(),
        search::routes(),
        proposals::routes(),
        people::routes(),
        referral::routes(),
        placement::routes(),
        counselling::routes(),
        incentive::routes(),
        fair::routes(),
        complaint::routes(),
    ]
    .concat()
}

/// The least and the most đồng a month that are no slip of the hand.
pub const WAGES: std::ops::RangeInclusive<i64> = 500_000..=1_000_000_000;

/// A wage of a month as typed; a wage of nothing, or of a thousand million, is told.
pub fn monthly(filled: &mut Filled, name: &str, typed: &str) -> Option<i64> {
    if typed.trim().is_empty() {
        return None;
    }
    let amount = money::read(typed);
    let wage = amount.filter(|wage| WAGES.contains(wage));
    if wage.is_none() {
        let told = if amount.is_some() { "error-monthly-wage" } else { "error-money" };
        let told =
            Message::new(told).with("least", money::written(*WAGES.start())).with("most", money::written(*WAGES.end()));
        filled.push(name, told);
    }
    wage
}

/// A whole number within bounds, where something is typed.
pub fn number(filled: &mut Filled, name: &str, typed: &str, bounds: std::ops::RangeInclusive<i32>) -> Option<i32> {
    if typed.trim().is_empty() {
        return None;
    }
    let number = typed.trim().parse().ok().filter(|number| bounds.contains(number));
    if number.is_none() {
        let told = Message::new("error-number-between")
            .with("least", i64::from(*bounds.start()))
            .with("most", i64::from(*bounds.end()));
        filled.push(name, told);
    }
    number
}

/// What is typed line by line as occupations: codes, or what they are called.
pub fn occupations(filled: &mut Filled, name: &str, typed: &str, most: usize, today: time::Date) -> Vec<String> {
    let mut codes: Vec<String> = Vec::new();
    for line in typed.lines().map(str::trim).filter(|line| !line.is_empty()) {
        match List::Occupations.vocabulary().meant(line, None, today) {
            crate::vocabulary::Meant::One(entry) if !codes.contains(&entry.code) => codes.push(entry.code.clone()),
            crate::vocabulary::Meant::One(_) => {}
            _ => filled.push(name, Message::new("error-assessor-occupation").with("line", line)),
        }
    }
    if codes.len() > most {
        filled.push(name, Message::new("error-occupations-many").with("most", most as i64));
    }
    codes
}

/// A code in words, or nothing.
fn titled(list: List, code: Option<&str>, language: Language) -> Option<String> {
    code.map(|code| list.vocabulary().title(code, language))
}

/// `9.000.000 – 12.000.000 đ`, whichever of the two are known.
pub fn wages(from: Option<i64>, to: Option<i64>) -> Option<String> {
    match (from, to) {
        (Some(from), Some(to)) if from != to => Some(format!("{} – {} đ", money::written(from), money::written(to))),
        (one, other) => other.or(one).map(|wage| format!("{} đ", money::written(wage))),
    }
}
