//! Cases taken out as a file: chosen, looked at, made by the worker as whoever wants it, fetched while its hours last.
//!
//! No free words leave by the hundred, nothing of what is private, and nobody under protection.

pub mod lines;
pub mod pages;
pub mod store;
pub mod work;

use diesel::prelude::*;
use time::format_description::well_known::Iso8601;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use crate::base::date::{Precision, written};
use crate::base::language::Message;
use crate::case::lines::LISTS;
use crate::page::Format;
use crate::schema::exports;

pub use pages::routes;

/// Which cases of an office.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Which {
    /// Those that were ticked.
    Ticked,
    /// Open cases: on a list, or one person's, or all.
    Open {
        list: Option<&'static str>,
        by: Option<Uuid>,
    },
    Closed,
    /// Those that were opened here or came here on a day, whatever became of them: the day's file for the labour database
    /// (practice 30).
    Day(Date),
}

impl Which {
    /// What a page of cases shows, as its address says it.
    pub fn of_page(scope: Option<&str>, of: Option<&str>, by: Option<&str>) -> Option<Which> {
        let list = match (scope, of) {
            (Some("closed"), _) => return Some(Which::Closed),
            (Some("lost"), _) => Some("lost"),
            (_, Some(code)) => Some(*LISTS.iter().find(|list| **list == code)?),
            (_, None) => None,
        };
        Some(Which::Open { list, by: by.map(Uuid::parse_str).transpose().ok()? })
    }

    /// As it is kept.
    pub fn code(&self) -> String {
        match self {
            Which::Ticked => "ticked".to_owned(),
            Which::Closed => "closed".to_owned(),
            Which::Day(day) => format!("day:{day}"),
            Which::Open { list, by } => {
                let by = by.map(|by| by.to_string()).unwrap_or_default();
                format!("open:{}:{by}", list.unwrap_or_default())
            }
        }
    }

    pub fn from_code(code: &str) -> Option<Which> {
        let parts: Vec<&str> = code.split(':').collect();
        let some = |part: &'_ str| (!part.is_empty()).then(|| part.to_owned());
        match parts.as_slice() {
            ["ticked"] => Some(Which::Ticked),
            ["closed"] => Some(Which::Closed),
            // Days that have an hour before and behind them.
            ["day", day] => {
                Date::parse(day, &Iso8601::DATE).ok().filter(|day| (2000..2200).contains(&day.year())).map(Which::Day)
            }
            ["open", list, by] => Which::of_page(Some("office"), some(list).as_deref(), some(by).as_deref()),
            _ => None,
        }
    }

    /// What it is called.
    pub fn title(&self) -> Message {
        match self {
            Which::Ticked => Message::new("export-of-ticked"),
            Which::Closed => Message::new("export-of-closed"),
            Which::Day(day) => Message::new("export-of-day").with("date", written(*day, Precision::Day)),
            Which::Open { list: Some(list), .. } => Message::new(format!("list-{list}")),
            Which::Open { list: None, .. } => Message::new("list-open"),
        }
    }
}

/// What of each case is in the file; each stands for some columns. Names and ways to reach somebody are taken only when
/// they are ticked.
pub const GROUPS: [&str; 6] = ["about", "names", "reach", "return", "work", "services"];
/// Those that are ticked beforehand.
pub const USUAL: [&str; 3] = ["about", "return", "work"];

/// An export as it stands.
#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = exports)]
pub struct Export {
    pub id: Uuid,
    pub made_by: Uuid,
    pub made_at: OffsetDateTime,
    list: String,
    pub groups: Vec<String>,
    format: String,
    pub language: String,
    pub reason: String,
    pub state: String,
    pub total: i32,
    pub done: i32,
    pub kept: i32,
    pub ends_at: Option<OffsetDateTime>,
}

impl Export {
    pub fn title(&self) -> Message {
        Which::from_code(&self.list).map_or_else(|| Message::new("export-of-ticked"), |which| which.title())
    }

    pub fn format(&self) -> Format {
        Format::from_code(&self.format).unwrap_or(Format::Xlsx)
    }

    /// Where it stands now: `running`, `ready`, `over` or `failed`.
    pub fn standing(&self, now: OffsetDateTime) -> &'static str {
        match (self.state.as_str(), self.ends_at) {
            ("running", _) => "running",
            (_, None) => "failed",
            ("ready", Some(ends)) if now < ends => "ready",
            _ => "over",
        }
    }

    /// Of a hundred, how much is done.
    pub fn percent(&self) -> i32 {
        self.done * 100 / self.total.max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn a_list_is_kept_as_it_was_chosen() {
        let by = Uuid::from_u128(7);
        for which in [
            Which::Ticked,
            Which::Closed,
            Which::Day(date!(2026 - 11 - 23)),
            Which::Open { list: None, by: None },
            Which::Open { list: Some("overdue"), by: Some(by) },
        ] {
            assert_eq!(Which::from_code(&which.code()), Some(which));
        }
        for wrong in [
            "",
            "open",
            "open:nothing:",
            "open::x",
            "day:2026-13-01",
            "day:",
            "day:9999-12-31",
            "day:0000-01-01",
            "ticked:1",
        ] {
            assert_eq!(Which::from_code(wrong), None, "{wrong}");
        }
    }
}
