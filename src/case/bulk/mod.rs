//! Many cases at once: given to somebody of the office, or offered to another. Looked through before, kept afterwards, and
//! undone while that makes sense.

pub mod pages;
pub mod store;

use time::{Duration, OffsetDateTime};
use uuid::Uuid;

pub use pages::routes;

/// What is done with them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Somebody of the office becomes accountable.
    Assignment,
    /// Each is offered to the office that its returnee chose.
    Offer,
}

impl Kind {
    pub fn code(self) -> &'static str {
        match self {
            Kind::Assignment => "assignment",
            Kind::Offer => "offer",
        }
    }
}

/// A case that was ticked.
#[derive(Clone, Debug)]
pub struct Chosen {
    pub id: Uuid,
    pub person_id: Uuid,
    pub code: String,
    pub version: i32,
    pub urgency: String,
    pub accountable_id: Uuid,
    pub accountable: Option<String>,
    pub name: String,
    pub protected: bool,
    /// Waits for another office's answer already.
    pub offered: bool,
    /// Whoever is chosen may be accountable for it, or be offered it.
    pub may_have: bool,
}

impl Chosen {
    /// The message that says why this one is left out, if it is.
    pub fn left(&self, kind: Kind, to: Option<Uuid>) -> Option<&'static str> {
        match kind {
            Kind::Assignment if to == Some(self.accountable_id) => Some("bulk-left-same"),
            Kind::Assignment if to.is_some() && !self.may_have => Some("bulk-left-not-named"),
            // A person is named to whom they are offered; that is one case at a time (practice 21).
            Kind::Offer if self.protected => Some("bulk-left-protected"),
            Kind::Offer if self.offered => Some("bulk-left-offered"),
            Kind::Offer if to.is_some() && !self.may_have => Some("bulk-left-refused"),
            _ => None,
        }
    }

    /// What its box sends: the code, and the version that was looked at.
    pub fn value(&self) -> String {
        format!("{}:{}", self.code, self.version)
    }
}

/// A ticked box: a code, with its version where the box stood on a page that knew it.
pub fn ticked(box_value: &str) -> (&str, Option<i32>) {
    match box_value.split_once(':') {
        Some((code, version)) => (code, version.parse().ok()),
        None => (box_value, None),
    }
}

/// True while an act may be undone.
pub fn may_undo(made_at: OffsetDateTime, undone_at: Option<OffsetDateTime>, hours: i64, now: OffsetDateTime) -> bool {
    undone_at.is_none() && now < made_at + Duration::hours(hours)
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn what_cannot_be_done_is_left_out_with_its_reason() {
        let (me, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let of = |protected, offered, may_have| Chosen {
            id: Uuid::nil(),
            person_id: Uuid::nil(),
            code: "2222222222".into(),
            version: 3,
            urgency: "routine".into(),
            accountable_id: me,
            accountable: None,
            name: String::new(),
            protected,
            offered,
            may_have,
        };
        assert_eq!(of(false, false, true).left(Kind::Assignment, Some(me)), Some("bulk-left-same"));
        assert_eq!(of(true, false, false).left(Kind::Assignment, Some(other)), Some("bulk-left-not-named"));
        assert_eq!(of(true, true, true).left(Kind::Assignment, Some(other)), None);
        assert_eq!(of(true, false, true).left(Kind::Offer, Some(other)), Some("bulk-left-protected"));
        assert_eq!(of(false, true, true).left(Kind::Offer, Some(other)), Some("bulk-left-offered"));
        assert_eq!(of(false, false, true).left(Kind::Offer, Some(other)), None);
        assert_eq!(of(false, false, false).left(Kind::Offer, Some(other)), Some("bulk-left-refused"));
        assert_eq!(ticked(&of(false, false, true).value()), ("2222222222", Some(3)));
        assert_eq!(ticked("2222222222"), ("2222222222", None));
        assert_eq!(ticked("2222222222:x"), ("2222222222", None));
    }

    #[test]
    fn an_act_is_undone_once_and_within_its_hours() {
        let made = datetime!(2026-11-22 08:00 UTC);
        assert!(may_undo(made, None, 24, datetime!(2026-11-23 07:59 UTC)));
        assert!(!may_undo(made, None, 24, datetime!(2026-11-23 08:00 UTC)));
        assert!(!may_undo(made, Some(made), 24, made));
    }
}
