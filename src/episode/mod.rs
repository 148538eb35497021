//! A return: whether and when somebody comes home, how, and the migration behind it.

pub mod choices;
mod conflict;
pub mod contracted;
pub mod departure;
pub mod form;
pub mod migration;
pub mod noticing;
pub mod pages;
pub mod rights;
pub mod status;
pub mod store;

use diesel::prelude::*;
use rocket::Route;
use time::{Date, Duration, OffsetDateTime};
use uuid::Uuid;

use crate::base::date::Precision;
use crate::schema::episodes;

pub fn routes() -> Vec<Route> {
    [pages::routes(), noticing::routes(), departure::routes(), rights::routes()].concat()
}

/// Where a return stands. Undecided and planned ones may carry a case and are in no figure (practice 4).
pub const STANDINGS: [&str; 5] = ["undecided", "planned", "returned", "stayed-abroad", "family"];
/// Through which door somebody came to us (practice 6).
pub const DOORS: [&str; 8] = ["airport", "mission", "land-gate", "sea-gate", "esc", "commune", "hotline", "referral"];
/// The axes of the typology that are asked (domain 2.1); timing is computed, regularity is kept apart.
pub const VOLUNTARY: [&str; 2] = ["voluntary", "involuntary"];
pub const ASSISTED: [&str; 2] = ["assisted", "spontaneous"];
pub const DURATIONS: [&str; 3] = ["permanent", "temporary", "undecided"];
pub const REGULARITIES: [&str; 2] = ["regular", "irregular"];
pub const REASONS: [&str; 12] = [
    "contract-ended",
    "employer-stopped",
    "disaster",
    "maltreatment",
    "accident-or-illness",
    "contract-not-kept",
    "family",
    "homesick",
    "own-decision",
    "sent-back",
    "death",
    "other",
];
/// The facts of a return that may be missing in five ways.
pub const FACTS: [&str; 8] =
    ["previous_country", "left", "entered", "wants_help", "voluntary", "assisted", "duration", "reason"];

/// The row of a return.
#[derive(Queryable, QueryableByName, Selectable, Clone, Debug)]
#[diesel(table_name = episodes)]
pub struct Episode {
    pub id: Uuid,
    pub person_id: Uuid,
    pub standing: String,
    pub door: String,
    pub expected_on: Option<Date>,
    pub flight: Option<String>,
    pub expected_at: Option<Uuid>,
    pub previous_country: Option<String>,
    pub left_on: Option<Date>,
    pub left_precision: Option<String>,
    pub entered_on: Option<Date>,
    pub entered_precision: Option<String>,
    pub arrival: Option<String>,
    pub confirmed_at: Option<OffsetDateTime>,
    pub wants_help: Option<String>,
    pub voluntary: Option<String>,
    pub assisted: Option<String>,
    pub duration: Option<String>,
    pub reason: Option<String>,
    pub registered_at: OffsetDateTime,
    pub version: i32,
}

fn dated(date: Option<Date>, precision: Option<&str>) -> Option<(Date, Precision)> {
    Some((date?, Precision::from_code(precision?)?))
}

impl Episode {
    pub fn left(&self) -> Option<(Date, Precision)> {
        dated(self.left_on, self.left_precision.as_deref())
    }

    pub fn entered(&self) -> Option<(Date, Precision)> {
        dated(self.entered_on, self.entered_precision.as_deref())
    }

    /// The word for where the return stands, as a message key: a planned one whose day has passed was *not seen at the
    /// desk*, which says nothing about where the person is (practice 13).
    pub fn standing_key(&self, today: Date) -> String {
        match (self.standing.as_str(), self.expected_on) {
            ("planned", Some(expected)) if expected < today => "standing-not-seen".to_owned(),
            (standing, _) => format!("standing-{standing}"),
        }
    }
}

/// When somebody came home, against their contract (domain 2.1). Early is a vulnerability, never a fault.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Timing {
    Scheduled,
    Early,
    Late,
    /// There was no contract.
    NotApplicable,
    /// The day or the contract's end is not known.
    NotKnown,
}

impl Timing {
    pub const ALL: [Timing; 5] =
        [Timing::Scheduled, Timing::Early, Timing::Late, Timing::NotApplicable, Timing::NotKnown];

    pub fn code(self) -> &'static str {
        match self {
            Timing::Scheduled => "scheduled",
            Timing::Early => "early",
            Timing::Late => "late",
            Timing::NotApplicable => "not-applicable",
            Timing::NotKnown => "not-known",
        }
    }
}

/// Computed from the contract's end, within so many days either way.
pub fn timing(
    channel: Option<&str>,
    contract_end: Option<Date>,
    entered: Option<(Date, Precision)>,
    within: i64,
) -> Timing {
    if contract_end.is_none() && matches!(channel, Some("self-arranged" | "cross-border" | "student")) {
        return Timing::NotApplicable;
    }
    let (Some(end), Some((entered, Precision::Day))) = (contract_end, entered) else { return Timing::NotKnown };
    match (entered - end).whole_days() {
        days if days < -within => Timing::Early,
        days if days > within => Timing::Late,
        _ => Timing::Scheduled,
    }
}

/// The clock of the notice to the residence office (Law 69/2020/QH14, article 6.2.g). It binds people who went under a
/// contract of that law; for others it does not apply, though the advice is given all the same (practice 13).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Notice {
    NotApplicable,
    /// The day of entry or the channel is not known.
    NotKnown,
    Due(Date),
    /// The day has passed and we know of no notice; the worker's own duty, shown to their own counsellor only.
    Passed(Date),
    Given(Date),
}

impl Notice {
    pub fn code(self) -> &'static str {
        match self {
            Notice::NotApplicable => "not-applicable",
            Notice::NotKnown => "not-known",
            Notice::Due(_) => "due",
            Notice::Passed(_) => "passed",
            Notice::Given(_) => "given",
        }
    }

    pub fn date(self) -> Option<Date> {
        match self {
            Notice::Due(date) | Notice::Passed(date) | Notice::Given(date) => Some(date),
            Notice::NotApplicable | Notice::NotKnown => None,
        }
    }
}

/// `days` after entry, counted from the day after it.
pub fn notice(
    channel: Option<&str>,
    entered: Option<(Date, Precision)>,
    given: Option<Date>,
    days: i64,
    today: Date,
) -> Notice {
    if let Some(given) = given {
        return Notice::Given(given);
    }
    match (channel, entered) {
        (Some(channel), _) if !migration::CONTRACT_CHANNELS.contains(&channel) => Notice::NotApplicable,
        (Some(_), Some((entered, Precision::Day))) => match entered + Duration::days(days) {
            due if due < today => Notice::Passed(due),
            due => Notice::Due(due),
        },
        _ => Notice::NotKnown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn timing_follows_the_contract_within_its_tolerance() {
        let end = Some(date!(2026 - 06 - 30));
        let on = |d| Some((d, Precision::Day));
        assert_eq!(timing(Some("service-enterprise"), end, on(date!(2026 - 05 - 31)), 30), Timing::Scheduled);
        assert_eq!(timing(Some("service-enterprise"), end, on(date!(2026 - 05 - 30)), 30), Timing::Early);
        assert_eq!(timing(Some("service-enterprise"), end, on(date!(2026 - 07 - 30)), 30), Timing::Scheduled);
        assert_eq!(timing(Some("service-enterprise"), end, on(date!(2026 - 07 - 31)), 30), Timing::Late);
        assert_eq!(timing(Some("self-arranged"), None, on(date!(2026 - 07 - 31)), 30), Timing::NotApplicable);
        assert_eq!(timing(None, None, on(date!(2026 - 07 - 31)), 30), Timing::NotKnown);
        assert_eq!(timing(None, end, Some((date!(2026 - 07 - 01), Precision::Month)), 30), Timing::NotKnown);
    }

    #[test]
    fn the_residence_notice_binds_people_who_went_under_a_contract() {
        let entered = Some((date!(2026 - 11 - 01), Precision::Day));
        let at = |channel, given, today| notice(channel, entered, given, 15, today);
        assert_eq!(at(Some("public-unit"), None, date!(2026 - 11 - 16)), Notice::Due(date!(2026 - 11 - 16)));
        assert_eq!(at(Some("public-unit"), None, date!(2026 - 11 - 17)), Notice::Passed(date!(2026 - 11 - 16)));
        assert_eq!(at(Some("self-arranged"), None, date!(2026 - 11 - 17)), Notice::NotApplicable);
        assert_eq!(at(None, None, date!(2026 - 11 - 17)), Notice::NotKnown);
        let given = date!(2026 - 11 - 05);
        assert_eq!(at(Some("public-unit"), Some(given), date!(2026 - 11 - 17)), Notice::Given(given));
    }
}
