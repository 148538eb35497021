//! Reaching somebody: each try, when the next one is due and to which number, and when contact counts as lost (practice 27).
//!
//! The rules are functions of what was tried. Which number may be called at all is the returnee's word (practice 19).

pub mod pages;
pub mod store;

use time::{Date, Duration, OffsetDateTime, Weekday};
use uuid::Uuid;

use crate::base::clock::in_viet_nam;

/// What came of a try, in the order of the keys 1 to 6.
pub const OUTCOMES: [&str; 6] = ["reached", "no-answer", "call-later", "zalo-tried", "number-dead", "wrong-person"];
/// After these a number is not proposed again.
const USELESS: [&str; 2] = ["number-dead", "wrong-person"];

/// A part of the day; people who do not answer in one may in another.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Part {
    Morning,
    Midday,
    Afternoon,
    Evening,
}

impl Part {
    pub const ALL: [Part; 4] = [Part::Morning, Part::Midday, Part::Afternoon, Part::Evening];

    pub fn code(self) -> &'static str {
        match self {
            Part::Morning => "morning",
            Part::Midday => "midday",
            Part::Afternoon => "afternoon",
            Part::Evening => "evening",
        }
    }

    pub fn from_code(code: &str) -> Option<Part> {
        Part::ALL.into_iter().find(|part| part.code() == code)
    }

    /// The part that an instant falls into; the night counts as evening.
    pub fn of(at: OffsetDateTime) -> Part {
        match in_viet_nam(at).hour() {
            5..11 => Part::Morning,
            11..13 => Part::Midday,
            13..17 => Part::Afternoon,
            _ => Part::Evening,
        }
    }
}

/// One try, as the rules need it.
#[derive(Clone, Debug)]
pub struct Attempt {
    pub outcome: String,
    /// The number that was tried, if that was said.
    pub contact: Option<Uuid>,
    pub at: OffsetDateTime,
}

/// When to try again, and which number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Next {
    pub on: Date,
    pub part: Part,
    /// Nothing where every number that may be called is dead or somebody else's: another way must be found first.
    pub contact: Option<Uuid>,
}

/// The tries since somebody was last reached; `attempts` and the answer newest first.
pub fn in_vain(attempts: &[Attempt]) -> &[Attempt] {
    let reached = attempts.iter().position(|a| a.outcome == "reached").unwrap_or(attempts.len());
    attempts.get(..reached).unwrap_or_default()
}

/// The next try: the same number at another part of the day, then another number, then the first one again.
///
/// `attempts` newest first; `contacts` are those that may be called, the preferred one first. Nothing is proposed after
/// somebody was reached. Whoever asked to be called later is called on the next working day at the same hour, unless the
/// officer says otherwise.
pub fn next(attempts: &[Attempt], contacts: &[Uuid], now: OffsetDateTime) -> Option<Next> {
    let tries = in_vain(attempts);
    let last = tries.first()?;
    let useless = |contact: &Uuid| {
        let latest = attempts.iter().find(|a| a.contact == Some(*contact));
        latest.is_some_and(|a| USELESS.contains(&a.outcome.as_str()))
    };
    let usable: Vec<Uuid> = contacts.iter().copied().filter(|c| !useless(c)).collect();
    if last.outcome == "call-later" {
        let contact = last.contact.filter(|c| usable.contains(c)).or_else(|| usable.first().copied());
        return Some(Next { on: working_day_after(date(now)), part: Part::of(last.at), contact });
    }
    // A try without a number counts for the first one.
    let tried = |contact: Uuid| -> Vec<Part> {
        let this = |a: &&Attempt| a.contact.or(contacts.first().copied()) == Some(contact);
        tries.iter().filter(this).map(|a| Part::of(a.at)).collect()
    };
    let last_contact = last.contact.or(contacts.first().copied());
    let mut order: Vec<Uuid> = usable.clone();
    order.sort_by_key(|c| Some(*c) != last_contact);
    for contact in &order {
        let done = tried(*contact);
        // The evening only where the day was tried in vain.
        let day_done = Part::ALL.into_iter().filter(|p| *p != Part::Evening).all(|p| done.contains(&p));
        let open = |part: Part| !done.contains(&part) && (part != Part::Evening || day_done);
        if let Some((on, part)) = slot(now, open) {
            return Some(Next { on, part, contact: Some(*contact) });
        }
    }
    // Everything was tried: whichever was tried least, not at the hour of the last time.
    let contact = usable.iter().copied().min_by_key(|c| tried(*c).len());
    let (on, part) = slot(now, |part| part != Part::of(last.at) && part != Part::Evening)?;
    Some(Next { on, part, contact })
}

/// Whether a supervisor may say that contact is lost: so many tries since they were last reached, in so many parts of the day.
pub fn may_be_lost(attempts: &[Attempt], tries: i64, parts: i64) -> bool {
    let vain: Vec<&Attempt> = in_vain(attempts).iter().filter(|a| a.outcome != "call-later").collect();
    let mut at: Vec<Part> = vain.iter().map(|a| Part::of(a.at)).collect();
    at.sort_unstable();
    at.dedup();
    vain.len() as i64 >= tries && at.len() as i64 >= parts
}

fn date(at: OffsetDateTime) -> Date {
    in_viet_nam(at).date()
}

fn working_day_after(day: Date) -> Date {
    let mut next = day;
    loop {
        next = next.saturating_add(Duration::days(1));
        if !matches!(next.weekday(), Weekday::Saturday | Weekday::Sunday) || next == Date::MAX {
            return next;
        }
    }
}

/// The first part of a day that is open: a later one of today, or one of the next working day.
fn slot(now: OffsetDateTime, open: impl Fn(Part) -> bool) -> Option<(Date, Part)> {
    let today = date(now);
    let weekend = matches!(today.weekday(), Weekday::Saturday | Weekday::Sunday);
    let later = Part::ALL.into_iter().find(|part| !weekend && *part > Part::of(now) && open(*part));
    let next = || Part::ALL.into_iter().find(|part| open(*part)).map(|part| (working_day_after(today), part));
    later.map(|part| (today, part)).or_else(next)
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::{date, datetime};

    const ONE: Uuid = Uuid::from_u128(1);
    const TWO: Uuid = Uuid::from_u128(2);

    fn tried(outcome: &str, contact: Uuid, at: OffsetDateTime) -> Attempt {
        Attempt { outcome: outcome.into(), contact: Some(contact), at }
    }

    #[test]
    fn another_hour_then_another_number() {
        // Monday, 9:00 in Viet Nam.
        let mut tries = vec![tried("no-answer", ONE, datetime!(2026-11-23 02:00 UTC))];
        let after = |tries: &[Attempt]| next(tries, &[ONE, TWO], tries[0].at);
        assert_eq!(after(&tries), Some(Next { on: date!(2026 - 11 - 23), part: Part::Midday, contact: Some(ONE) }));
        tries.insert(0, tried("no-answer", ONE, datetime!(2026-11-23 05:00 UTC)));
        assert_eq!(after(&tries), Some(Next { on: date!(2026 - 11 - 23), part: Part::Afternoon, contact: Some(ONE) }));
        tries.insert(0, tried("no-answer", ONE, datetime!(2026-11-23 08:00 UTC)));
        assert_eq!(after(&tries).map(|n| (n.part, n.contact)), Some((Part::Evening, Some(ONE))));
        tries.insert(0, tried("zalo-tried", ONE, datetime!(2026-11-23 11:00 UTC)));
        // All parts of the day in vain: the other number, tomorrow.
        assert_eq!(after(&tries), Some(Next { on: date!(2026 - 11 - 24), part: Part::Morning, contact: Some(TWO) }));
    }

    #[test]
    fn a_dead_number_is_left_and_with_none_left_nothing_is_dialled() {
        let tries = [tried("number-dead", ONE, datetime!(2026-11-23 02:00 UTC))];
        assert_eq!(next(&tries, &[ONE, TWO], tries[0].at).map(|n| n.contact), Some(Some(TWO)));
        let tries = [tried("wrong-person", TWO, datetime!(2026-11-23 08:00 UTC)), tries[0].clone()];
        assert_eq!(next(&tries, &[ONE, TWO], tries[0].at).map(|n| n.contact), Some(None));
        assert_eq!(next(&tries, &[], tries[0].at).map(|n| n.contact), Some(None));
    }

    #[test]
    fn whoever_was_reached_is_not_called_again_and_later_is_the_next_working_day() {
        // Friday afternoon.
        let at = datetime!(2026-11-27 07:00 UTC);
        assert_eq!(next(&[tried("reached", ONE, at)], &[ONE], at), None);
        assert_eq!(next(&[], &[ONE], at), None);
        let monday = Next { on: date!(2026 - 11 - 30), part: Part::Afternoon, contact: Some(ONE) };
        assert_eq!(next(&[tried("call-later", ONE, at)], &[ONE], at), Some(monday));
    }

    #[test]
    fn contact_is_lost_by_tries_at_different_hours_since_they_were_last_reached() {
        let hours = [2, 5, 8, 2, 5, 8];
        let mut tries: Vec<Attempt> = Vec::new();
        for (day, hour) in hours.into_iter().enumerate() {
            let at = datetime!(2026-11-23 00:00 UTC) + Duration::days(day as i64) + Duration::hours(hour);
            assert!(!may_be_lost(&tries, 6, 3));
            tries.insert(0, tried("no-answer", ONE, at));
        }
        assert!(may_be_lost(&tries, 6, 3));
        // All at one hour are not enough, nor is anything before they were reached.
        let same: Vec<Attempt> =
            tries.iter().map(|a| Attempt { at: datetime!(2026-11-23 02:00 UTC), ..a.clone() }).collect();
        assert!(!may_be_lost(&same, 6, 3));
        tries.insert(1, tried("reached", ONE, datetime!(2026-11-28 02:00 UTC)));
        assert!(!may_be_lost(&tries, 6, 3));
    }
}
