//! The directory of those who give help: who does what, for whom, where and until when. It holds nothing of any returnee.
//!
//! It stands within `case`, since it speaks in the types of [`super::assistance`].

pub mod form;
pub mod pages;
pub mod store;

use diesel::prelude::*;
use time::Date;
use uuid::Uuid;

use crate::schema::providers;

/// For whom somebody works.
pub const SERVES: [&str; 5] = ["everybody", "women", "minors", "disabled", "trafficking-victims"];

/// An entry of the directory.
#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = providers)]
pub struct Provider {
    pub id: Uuid,
    pub name: String,
    pub organisation_id: Option<Uuid>,
    /// Nothing: the whole country.
    pub province_code: Option<String>,
    pub kinds: Vec<String>,
    pub serves: Vec<String>,
    pub phone: Option<String>,
    pub address: Option<String>,
    pub hours: Option<String>,
    pub cost_note: Option<String>,
    pub valid_from: Date,
    /// The last day on which it holds.
    pub valid_until: Option<Date>,
    pub source: String,
    pub verified_on: Date,
    pub verified_at_id: Uuid,
    pub version: i32,
}

impl Provider {
    pub fn is_valid(&self, on: Date) -> bool {
        self.valid_from <= on && self.valid_until.is_none_or(|last| on <= last)
    }

    pub fn does(&self, kind: &str) -> bool {
        self.kinds.iter().any(|known| known == kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn an_entry_holds_within_its_days_both_included() {
        let entry = Provider {
            id: Uuid::nil(),
            name: "Trường nghề Minh Họa".into(),
            organisation_id: None,
            province_code: Some("40".into()),
            kinds: vec!["skills".into()],
            serves: vec!["everybody".into()],
            phone: None,
            address: None,
            hours: None,
            cost_note: None,
            valid_from: date!(2026 - 01 - 01),
            valid_until: Some(date!(2026 - 06 - 30)),
            source: "x".into(),
            verified_on: date!(2026 - 01 - 01),
            verified_at_id: Uuid::nil(),
            version: 1,
        };
        assert!(entry.is_valid(date!(2026 - 01 - 01)) && entry.is_valid(date!(2026 - 06 - 30)));
        assert!(!entry.is_valid(date!(2025 - 12 - 31)) && !entry.is_valid(date!(2026 - 07 - 01)));
        let open = Provider { valid_until: None, ..entry };
        assert!(open.is_valid(date!(2040 - 02 - 01)) && open.does("skills") && !open.does("loan"));
    }
}
