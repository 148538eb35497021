//! How a column writes its dates. What one cell leaves open, another may settle; what all leave open is asked.

use serde::{Deserialize, Serialize};
use time::{Date, Duration};

use crate::base::date::{Precision, Typed};

/// Which number of 03/04/1990 is the day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    DayFirst,
    MonthFirst,
}

impl Order {
    pub const CODES: [&'static str; 2] = ["dmy", "mdy"];

    pub fn code(self) -> &'static str {
        match self {
            Order::DayFirst => "dmy",
            Order::MonthFirst => "mdy",
        }
    }

    pub fn from_code(code: &str) -> Option<Order> {
        match code {
            "dmy" => Some(Order::DayFirst),
            "mdy" => Some(Order::MonthFirst),
            _ => None,
        }
    }
}

/// What a whole column says of its dates.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Written {
    /// Nothing in it depends on the order.
    Plain,
    DayFirst,
    MonthFirst,
    /// Could be either, or is both.
    Unclear,
}

/// What has been seen of a column so far.
#[derive(Clone, Copy, Default, Debug)]
pub struct Evidence {
    day_first: bool,
    month_first: bool,
    open: bool,
}

impl Evidence {
    pub fn see(&mut self, cell: &str) {
        if let Some(Shape::Pair(a, b, _)) = shape(cell) {
            match (a > 12, b > 12) {
                (true, false) => self.day_first = true,
                (false, true) => self.month_first = true,
                (false, false) if a != b => self.open = true,
                _ => {}
            }
        }
    }

    pub fn says(self) -> Written {
        match (self.day_first, self.month_first, self.open) {
            (true, false, _) => Written::DayFirst,
            (false, true, _) => Written::MonthFirst,
            (true, true, _) | (_, _, true) => Written::Unclear,
            (false, false, false) => Written::Plain,
        }
    }
}

/// A cell's numbers, before anybody says which is which.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Shape {
    Year(i32),
    Month(i32, i32),
    Whole(i32, i32, i32),
    /// Two numbers of which one is the day, and the year.
    Pair(i32, i32, i32),
    Serial(i64),
}

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Days of spreadsheets that are birth dates: 1910 to 2079. Below stand years, above numbers of other things.
const SERIALS: std::ops::RangeInclusive<i64> = 3_654..=65_380;

fn shape(cell: &str) -> Option<Shape> {
    let text = cell.trim();
    // A time of day says nothing of a birth date: 1990-02-15T00:00:00, 15/02/1990 0:00.
    let text = match text.split_once(['T', ' ']) {
        Some((day, time)) if time.contains(':') && day.contains(['-', '/', '.']) => day,
        _ => text,
    };
    if text.is_empty() || text.len() > 20 || !text.is_ascii() {
        return None;
    }
    let mut parts = [""; 3];
    let mut count = 0;
    for part in text.split(['/', '-', '.', ' ', ',']).filter(|p| !p.is_empty()) {
        *parts.get_mut(count)? = part;
        count += 1;
    }
    let number = |part: &str| -> Option<i32> {
        Some(part).filter(|p| p.len() <= 8 && p.bytes().all(|b| b.is_ascii_digit()))?.parse().ok()
    };
    match (count, parts[0].len(), parts[2].len()) {
        (1, 4, _) => number(parts[0]).map(Shape::Year),
        (1, 8, _) => eight(parts[0], number(parts[0])?),
        (1, 5, _) => number(parts[0]).map(i64::from).filter(|n| SERIALS.contains(n)).map(Shape::Serial),
        (2, 4, _) => Some(Shape::Month(number(parts[0])?, number(parts[1])?)),
        (2, ..) if parts[1].len() == 4 => {
            Some(Shape::Month(number(parts[1])?, month_named(parts[0]).or(number(parts[0]))?))
        }
        (3, 4, _) => Some(Shape::Whole(number(parts[0])?, number(parts[1])?, number(parts[2])?)),
        (3, _, 4) => match month_named(parts[1]) {
            Some(month) => Some(Shape::Whole(number(parts[2])?, month, number(parts[0])?)),
            None => Some(Shape::Pair(number(parts[0])?, number(parts[1])?, number(parts[2])?)),
        },
        _ => None,
    }
}

fn month_named(word: &str) -> Option<i32> {
    let word = word.to_ascii_lowercase();
    let at = MONTHS.iter().position(|m| word.len() >= 3 && word.starts_with(m))?;
    i32::try_from(at + 1).ok()
}

/// Eight digits: 19900215 or 15021990. No date is both, since no month is called 19 or 20.
fn eight(digits: &str, number: i32) -> Option<Shape> {
    let (year, month, day) = (number / 10_000, number / 100 % 100, number % 100);
    if (1900..=2100).contains(&year) && (1..=12).contains(&month) {
        return Some(Shape::Whole(year, month, day));
    }
    let (a, rest) = digits.split_at_checked(2)?;
    let (b, year) = rest.split_at_checked(2)?;
    Some(Shape::Pair(a.parse().ok()?, b.parse().ok()?, year.parse().ok()?))
}

/// A cell as a birth date. Why it cannot be one is the key of a message.
pub fn read(cell: &str, order: Order, today: Date) -> Result<Option<(Date, Precision)>, &'static str> {
    match read_any(cell, order)? {
        Some((date, _)) if date > today => Err("error-date-future"),
        Some((date, _)) if date.year() < today.year() - 120 => Err("error-date-too-old"),
        known => Ok(known),
    }
}

/// A cell as a day that is known to the day, be it past or to come.
pub fn read_day(cell: &str, order: Order) -> Result<Option<Date>, &'static str> {
    match read_any(cell, order)? {
        None => Ok(None),
        Some((date, Precision::Day)) => Ok(Some(date)),
        Some(_) => Err("error-date-whole"),
    }
}

fn read_any(cell: &str, order: Order) -> Result<Option<(Date, Precision)>, &'static str> {
    if cell.trim().is_empty() {
        return Ok(None);
    }
    let typed = |year: i32, month: i32, day: i32| Typed {
        day: if day == 0 { String::new() } else { day.to_string() },
        month: if month == 0 { String::new() } else { month.to_string() },
        year: year.to_string(),
    };
    match shape(cell).ok_or("error-import-date")? {
        Shape::Year(year) => typed(year, 0, 0).read(),
        // A month or day of naught says «not known», as passports do.
        Shape::Month(year, month) => typed(year, month, 0).read(),
        Shape::Whole(year, month, day) => typed(year, month, day).read(),
        Shape::Pair(a, b, year) if order == Order::DayFirst => typed(year, b, a).read(),
        Shape::Pair(a, b, year) => typed(year, a, b).read(),
        Shape::Serial(days) => {
            Ok(time::macros::date!(1899 - 12 - 30).checked_add(Duration::days(days)).map(|date| (date, Precision::Day)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use time::Month;
    use time::macros::date;

    const TODAY: Date = date!(2026 - 11 - 22);

    fn column(cells: &[&str]) -> Written {
        let mut evidence = Evidence::default();
        cells.iter().for_each(|cell| evidence.see(cell));
        evidence.says()
    }

    #[test]
    fn dates_are_read_as_they_come() {
        for (cell, expected, precision) in [
            ("15/02/1990", date!(1990 - 02 - 15), Precision::Day),
            ("15-2-1990", date!(1990 - 02 - 15), Precision::Day),
            ("15.02.1990 00:00", date!(1990 - 02 - 15), Precision::Day),
            ("1990-02-15", date!(1990 - 02 - 15), Precision::Day),
            ("1990-02-15T00:00:00", date!(1990 - 02 - 15), Precision::Day),
            ("19900215", date!(1990 - 02 - 15), Precision::Day),
            ("15021990", date!(1990 - 02 - 15), Precision::Day),
            ("15 FEB 1990", date!(1990 - 02 - 15), Precision::Day),
            ("32919", date!(1990 - 02 - 15), Precision::Day),
            ("1990", date!(1990 - 01 - 01), Precision::Year),
            ("02/1990", date!(1990 - 02 - 01), Precision::Month),
            ("00/00/1990", date!(1990 - 01 - 01), Precision::Year),
        ] {
            assert_eq!(read(cell, Order::DayFirst, TODAY), Ok(Some((expected, precision))), "{cell}");
        }
        assert_eq!(read("02/15/1990", Order::MonthFirst, TODAY), Ok(Some((date!(1990 - 02 - 15), Precision::Day))));
        assert_eq!(read("  ", Order::DayFirst, TODAY), Ok(None));
        for wrong in ["31/02/1990", "15/02/90", "x", "15/02/2090", "1790", "1/2/3/1990", "=1+1", "999999999999"] {
            assert!(read(wrong, Order::DayFirst, TODAY).is_err(), "{wrong}");
        }
    }

    #[test]
    fn days_of_contracts_are_whole_and_may_be_to_come() {
        assert_eq!(read_day("31/12/2099", Order::DayFirst), Ok(Some(date!(2099 - 12 - 31))));
        assert_eq!(read_day("", Order::DayFirst), Ok(None));
        assert_eq!(read_day("12/2024", Order::DayFirst), Err("error-date-whole"));
        assert!(read_day("31/02/2024", Order::DayFirst).is_err());
    }

    #[test]
    fn a_column_that_could_be_either_is_asked_about() {
        assert_eq!(column(&["03/04/1990", "5/6/1991"]), Written::Unclear);
        assert_eq!(column(&["03/04/1990", "25/6/1991"]), Written::DayFirst);
        assert_eq!(column(&["03/04/1990", "6/25/1991"]), Written::MonthFirst);
        assert_eq!(column(&["25/6/1991", "6/25/1991"]), Written::Unclear);
        assert_eq!(column(&["4/4/1990", "1990-04-03", "1990", ""]), Written::Plain);
    }

    proptest! {
        /// Whatever the dates, a column written one way is never read the other way without being asked.
        #[test]
        fn no_order_is_guessed(days in prop::collection::vec((1940i32..2020, 1u8..=12, 1u8..=28), 1..40), day_first: bool) {
            let cells: Vec<String> = days.iter().map(|(y, m, d)| if day_first { format!("{d:02}/{m:02}/{y}") } else { format!("{m:02}/{d:02}/{y}") }).collect();
            let mut evidence = Evidence::default();
            cells.iter().for_each(|cell| evidence.see(cell));
            let order = match evidence.says() {
                Written::DayFirst => Order::DayFirst,
                Written::MonthFirst => Order::MonthFirst,
                Written::Plain => Order::DayFirst,
                Written::Unclear => return Ok(()),
            };
            for (cell, (y, m, d)) in cells.iter().zip(&days) {
                let date = Date::from_calendar_date(*y, Month::try_from(*m).unwrap(), *d).unwrap();
                prop_assert_eq!(read(cell, order, TODAY), Ok(Some((date, Precision::Day))));
            }
        }

        #[test]
        fn nothing_breaks_it(cell in ".{0,40}") {
            let _ = read(&cell, Order::DayFirst, TODAY);
        }
    }
}
