//! Contracts of workers who left, compared with the people who came to us; and whoever may be back without our knowing:
//! asked after by their commune, never wanted (practice 13, 42).

pub mod compare;
pub mod link_store;
pub mod links;
pub mod store;
pub mod task;
pub mod unknown;

use rocket::Route;

pub fn routes() -> Vec<Route> {
    [links::routes(), unknown::routes(), task::routes()].concat()
}

/// The lists of whoever may be back, or is back and not with us.
pub const LISTS: [&str; 3] = ["contract-ended", "return-no-contract", "return-no-case"];

/// Everything that may come of asking after somebody.
pub const OUTCOMES: [&str; 9] = [
    "returned",
    "still-abroad",
    "re-contracted",
    "had-contract",
    "no-contract",
    "wants-help",
    "no-help",
    "not-found",
    "no-contact",
];

/// What may come of a task of this kind.
pub fn outcomes(kind: &str) -> &'static [&'static str] {
    match kind {
        "contract-ended" => &["returned", "still-abroad", "re-contracted", "not-found", "no-contact"],
        "return-no-contract" => &["had-contract", "no-contract", "re-contracted", "not-found", "no-contact"],
        _ => &["wants-help", "no-help", "re-contracted", "not-found", "no-contact"],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_outcome_is_one_of_some_list() {
        for outcome in OUTCOMES {
            assert!(LISTS.into_iter().any(|list| outcomes(list).contains(&outcome)), "{outcome}");
        }
        assert!(LISTS.into_iter().flat_map(outcomes).all(|outcome| OUTCOMES.contains(outcome)));
    }
}
