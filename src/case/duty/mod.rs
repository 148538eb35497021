//! Who answers for an office at what hours, and what becomes of an immediate need until somebody takes it over
//! (practice 10). No calendar is asked: a night and a holiday have a roster as any day has.

pub mod alarm;
pub mod roster;
pub mod store;

use diesel::prelude::*;
use rocket::Route;
use time::{Date, Duration, OffsetDateTime, Time};
use uuid::Uuid;

use crate::base::clock::{at_in_viet_nam, in_viet_nam};
use crate::schema::duty_shifts;

pub fn routes() -> Vec<Route> {
    [roster::routes(), alarm::routes()].concat()
}

/// Somebody's hours of duty, and the number of the office under which they answer. 1 is called first.
#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = duty_shifts)]
pub struct Shift {
    pub id: Uuid,
    pub user_id: Uuid,
    pub phone: String,
    pub place: i32,
    pub starts_at: OffsetDateTime,
    pub ends_at: OffsetDateTime,
}

/// A number to call now: of somebody on duty, or of an office itself.
#[derive(Queryable, Clone, Debug)]
pub struct Number {
    /// 1 the office of the case, 2 the province's, 3 DOLAB.
    pub step: i32,
    pub office_id: Uuid,
    pub office: String,
    /// Whoever has it, where they are of one's own office.
    pub user_id: Option<Uuid>,
    pub name: Option<String>,
    pub phone: String,
    pub until: Option<OffsetDateTime>,
    /// When it was last called in vain, since the need was seen.
    pub tried_at: Option<OffsetDateTime>,
}

/// Which number comes next: the first that was not called yet, else the one called longest ago.
pub fn next(numbers: &[Number]) -> Option<usize> {
    (0..numbers.len()).min_by_key(|at| numbers[*at].tried_at)
}

/// A time of day as it is typed: `6:00`, `06:00`, `22h30`, `22h`.
pub fn time_of_day(typed: &str) -> Option<Time> {
    let typed = typed.trim().to_lowercase();
    let (hour, minute) = typed.split_once([':', 'h', '.']).unwrap_or((&typed, ""));
    let minute = if minute.trim().is_empty() { "0" } else { minute.trim() };
    let number = |typed: &str| {
        let fine = matches!(typed.len(), 1 | 2) && typed.bytes().all(|b| b.is_ascii_digit());
        typed.parse().ok().filter(|_| fine)
    };
    Time::from_hms(number(hour.trim())?, number(minute)?, 0).ok()
}

/// The instants between which somebody is on duty who begins on a day. What ends no later than it began ends the next day.
pub fn hours(on: Date, from: Time, until: Time) -> Option<(OffsetDateTime, OffsetDateTime)> {
    let last = if until > from { on } else { on.checked_add(Duration::DAY)? };
    Some((at_in_viet_nam(on, from), at_in_viet_nam(last, until)))
}

/// Hours as they read on a wall in Viet Nam; with the day where they end on another.
pub fn between(starts: OffsetDateTime, ends: OffsetDateTime) -> String {
    let (from, until) = (in_viet_nam(starts), in_viet_nam(ends));
    let clock = |at: OffsetDateTime| format!("{:02}:{:02}", at.hour(), at.minute());
    if from.date() == until.date() {
        return format!("{}–{}", clock(from), clock(until));
    }
    format!("{}–{} ({:02}/{:02})", clock(from), clock(until), until.day(), u8::from(until.month()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::{date, datetime, time};

    fn number(phone: &str, tried_at: Option<OffsetDateTime>) -> Number {
        let (office, phone) = (String::new(), phone.to_owned());
        Number { step: 1, office_id: Uuid::nil(), office, user_id: None, name: None, phone, until: None, tried_at }
    }

    #[test]
    fn an_unanswered_number_gives_way_to_the_next_and_all_come_round_again() {
        let at = |minute| Some(datetime!(2026-11-22 02:00 UTC) + Duration::minutes(minute));
        let list = |tried: [Option<OffsetDateTime>; 3]| tried.map(|tried| number("x", tried));
        assert_eq!(next(&list([None, None, None])), Some(0));
        assert_eq!(next(&list([at(1), None, None])), Some(1));
        assert_eq!(next(&list([at(1), at(2), at(3)])), Some(0));
        assert_eq!(next(&list([at(4), at(2), at(3)])), Some(1));
        assert_eq!(next(&[]), None);
    }

    #[test]
    fn a_night_ends_in_the_morning() {
        assert_eq!(time_of_day("6:00"), Some(time!(6:00)));
        assert_eq!(time_of_day(" 22h30 "), Some(time!(22:30)));
        assert_eq!(time_of_day("22h"), Some(time!(22:00)));
        assert_eq!(time_of_day("7"), Some(time!(7:00)));
        for wrong in ["", "24:00", "6:60", "sáng", "6:000", "-1:00", "+6"] {
            assert_eq!(time_of_day(wrong), None, "{wrong}");
        }
        let (from, until) = hours(date!(2026 - 11 - 22), time!(22:00), time!(6:00)).unwrap();
        assert_eq!((from, until), (datetime!(2026-11-22 15:00 UTC), datetime!(2026-11-22 23:00 UTC)));
        assert_eq!(between(from, until), "22:00–06:00 (23/11)");
        let (from, until) = hours(date!(2026 - 11 - 22), time!(6:00), time!(6:00)).unwrap();
        assert_eq!(until - from, Duration::DAY);
    }
}
