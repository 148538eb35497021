//! What somebody answered to a questionnaire, over as many talks as it takes (practice 30): answer by answer, by
//! whoever speaks with them, concluded once.

pub mod asking;
pub mod pages;
pub mod store;

use diesel::prelude::*;
use rocket::Route;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::schema::assessments;

pub fn routes() -> Vec<Route> {
    [pages::routes(), asking::routes()].concat()
}

#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = assessments)]
pub struct Assessment {
    pub id: Uuid,
    pub instrument: String,
    pub instrument_version: i32,
    pub begun_at: OffsetDateTime,
    pub concluded_by: Option<Uuid>,
    pub concluded_at: Option<OffsetDateTime>,
    pub conclusion: Option<String>,
    pub priority: Option<String>,
}

/// An answer as it stands, and whose it is.
#[derive(Clone, Debug)]
pub struct Given {
    pub id: Uuid,
    pub item: String,
    pub answer: String,
    pub by: String,
    pub version: i32,
}

/// What somebody wants to answer, having seen `was`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Wish<'a> {
    pub was: &'a str,
    pub answer: &'a str,
}

/// What becomes of such a wish.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fate {
    /// Nothing was changed, or it says so already.
    Nothing,
    Kept,
    /// Somebody else answered differently meanwhile.
    Contested,
}

/// `kept` is what stands now. Two people may answer one questionnaire at once, each their part of it.
pub fn fate(kept: &str, wish: Wish<'_>) -> Fate {
    if wish.answer == wish.was || wish.answer == kept {
        Fate::Nothing
    } else if kept == wish.was {
        Fate::Kept
    } else {
        Fate::Contested
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_changed_is_kept_and_nobody_is_overwritten_unseen() {
        let of = |kept, was, answer| fate(kept, Wish { was, answer });
        assert_eq!(of("", "", ""), Fate::Nothing);
        assert_eq!(of("", "", "yes"), Fate::Kept);
        assert_eq!(of("yes", "yes", ""), Fate::Kept, "taken back");
        // Somebody else said so meanwhile, or said something where this page changed nothing.
        assert_eq!(of("yes", "", "yes"), Fate::Nothing);
        assert_eq!(of("no", "", ""), Fate::Nothing);
        assert_eq!(of("no", "", "yes"), Fate::Contested);
        assert_eq!(of("", "yes", "no"), Fate::Contested, "taken back by somebody else");
    }
}
