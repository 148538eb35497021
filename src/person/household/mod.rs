//! Those around a person: who was left behind, who is returned to, who needs care; whether the household is poor; and
//! the link to a family member who has a record of their own (practice 5).

pub mod form;
pub mod link;
pub mod pages;
pub mod poverty;
pub mod store;

use rocket::Route;

pub fn routes() -> Vec<Route> {
    [pages::routes(), poverty::routes(), link::routes()].concat()
}

pub const RELATIONS: [&str; 9] =
    ["spouse", "child", "parent", "parent-in-law", "sibling", "grandparent", "grandchild", "other-kin", "other"];
/// Where a member lives. What papers say of it is nobody's question here.
pub const LIVING: [&str; 5] = ["with-person", "same-commune", "elsewhere", "abroad", "facility"];
pub const SCHOOLING: [&str; 4] = ["attends", "left-school", "not-yet", "finished"];
/// Who looks after a member who needs it.
pub const CARED_BY: [&str; 6] = ["person", "spouse", "grandparents", "other-kin", "facility", "nobody"];
/// Why a member needs care.
pub const NEEDS: [&str; 4] = ["age", "illness", "disability", "small-child"];
/// Whether a member was left behind, and whether the person came back to them.
pub const APART: [&str; 4] = ["left-behind", "returned-to", "both", "neither"];
/// The facts of a member that may be missing in five ways.
pub const FACTS: [&str; 7] = ["birth_year", "sex", "living", "schooling", "cared_by", "need", "apart"];

pub const POVERTY: [&str; 4] = ["poor", "near-poor", "not-poor", "cannot-tell"];
/// Where a status is known from.
pub const POVERTY_SOURCES: [&str; 4] = ["certificate", "commune-list", "decision", "told"];
/// Why it cannot be told.
pub const POVERTY_BECAUSE: [&str; 3] = ["absent", "no-paper", "other"];

/// How somebody said that they agree.
pub const CONSENT_HOW: [&str; 4] = ["spoken", "phone", "message", "written"];
