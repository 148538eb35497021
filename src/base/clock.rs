//! The only place that asks what time it is. SQL asks `app_now()`, which agrees with it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use time::{Date, Duration, OffsetDateTime, Time, UtcOffset};

/// Viet Nam has kept UTC+7 without daylight saving since 1975, so a calendar date needs no time-zone data.
const VIET_NAM: UtcOffset = match UtcOffset::from_hms(7, 0, 0) {
    Ok(offset) => offset,
    Err(_) => UtcOffset::UTC,
};

/// The time of one running app. A test may move it; everything that the app asks, SQL included, moves along.
#[derive(Clone, Default)]
pub struct Clock {
    ahead: Arc<AtomicI64>,
}

impl Clock {
    pub fn now(&self) -> OffsetDateTime {
        OffsetDateTime::now_utc() + Duration::seconds(self.ahead())
    }

    /// The calendar date in Viet Nam.
    pub fn today(&self) -> Date {
        date_in_viet_nam(self.now())
    }

    /// Seconds that this clock is ahead of the machine's.
    pub fn ahead(&self) -> i64 {
        self.ahead.load(Ordering::Relaxed)
    }

    /// Moves the clock forward, for tests.
    pub fn advance(&self, by: Duration) {
        self.ahead.fetch_add(by.whole_seconds(), Ordering::Relaxed);
    }
}

/// The instant as it reads on a wall in Viet Nam.
pub fn in_viet_nam(at: OffsetDateTime) -> OffsetDateTime {
    at.to_offset(VIET_NAM)
}

/// The instant at which a wall in Viet Nam reads this.
pub fn at_in_viet_nam(on: Date, at: Time) -> OffsetDateTime {
    on.with_time(at).assume_offset(VIET_NAM)
}

pub fn date_in_viet_nam(at: OffsetDateTime) -> Date {
    in_viet_nam(at).date()
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::{date, datetime};

    #[test]
    fn a_vietnamese_day_begins_at_17_hours_utc() {
        assert_eq!(date_in_viet_nam(datetime!(2026-11-21 16:59:59 UTC)), date!(2026 - 11 - 21));
        assert_eq!(date_in_viet_nam(datetime!(2026-11-21 17:00 UTC)), date!(2026 - 11 - 22));
    }
}
