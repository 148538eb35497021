//! Dates as people know them: all of it, the month, the year, or not at all.

use time::{Date, Month};

/// How much of a date is known, the most first. The date kept beside it is the first possible one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Precision {
    Day,
    Month,
    Year,
}

impl Precision {
    pub fn code(self) -> &'static str {
        match self {
            Precision::Day => "day",
            Precision::Month => "month",
            Precision::Year => "year",
        }
    }

    pub fn from_code(code: &str) -> Option<Precision> {
        match code {
            "day" => Some(Precision::Day),
            "month" => Some(Precision::Month),
            "year" => Some(Precision::Year),
            _ => None,
        }
    }
}

/// Three boxes as typed; any may be empty from the left.
#[derive(rocket::FromForm, Clone, Default, Debug, PartialEq)]
pub struct Typed {
    #[field(default = String::new())]
    pub day: String,
    #[field(default = String::new())]
    pub month: String,
    #[field(default = String::new())]
    pub year: String,
}

/// Why three boxes are not a date; the text is the key of a message.
pub type Wrong = &'static str;

impl Typed {
    pub fn is_empty(&self) -> bool {
        [&self.day, &self.month, &self.year].iter().all(|part| part.trim().is_empty())
    }

    /// The date and how much of it is known, or `None` where all boxes are empty.
    pub fn read(&self) -> Result<Option<(Date, Precision)>, Wrong> {
        if self.is_empty() {
            return Ok(None);
        }
        let number = |text: &str| -> Result<Option<i32>, Wrong> {
            match text.trim() {
                "" => Ok(None),
                digits if digits.len() <= 4 && digits.bytes().all(|b| b.is_ascii_digit()) => {
                    digits.parse().map(Some).map_err(|_| "error-date")
                }
                _ => Err("error-date"),
            }
        };
        let (day, month, year) = (number(&self.day)?, number(&self.month)?, number(&self.year)?);
        let year = year.ok_or("error-date-year")?;
        // Two digits would be a guess between 1960 and 2060; nobody alive was born before 1900.
        if !(1900..=2100).contains(&year) {
            return Err("error-date-year");
        }
        let precision = match (day, month) {
            (Some(_), Some(_)) => Precision::Day,
            (None, Some(_)) => Precision::Month,
            (None, None) => Precision::Year,
            (Some(_), None) => return Err("error-date-month"),
        };
        let month =
            u8::try_from(month.unwrap_or(1)).ok().and_then(|m| Month::try_from(m).ok()).ok_or("error-date-month")?;
        let day = u8::try_from(day.unwrap_or(1)).map_err(|_| "error-date")?;
        let date = Date::from_calendar_date(year, month, day).map_err(|_| "error-date")?;
        Ok(Some((date, precision)))
    }

    pub fn of(date: Option<Date>, precision: Option<Precision>) -> Typed {
        let Some(date) = date else { return Typed::default() };
        let precision = precision.unwrap_or(Precision::Day);
        Typed {
            day: if precision == Precision::Day { date.day().to_string() } else { String::new() },
            month: if precision == Precision::Year { String::new() } else { (date.month() as u8).to_string() },
            year: date.year().to_string(),
        }
    }
}

/// dd/mm/yyyy, mm/yyyy or yyyy.
pub fn written(date: Date, precision: Precision) -> String {
    let (day, month, year) = (date.day(), date.month() as u8, date.year());
    match precision {
        Precision::Day => format!("{day:02}/{month:02}/{year}"),
        Precision::Month => format!("{month:02}/{year}"),
        Precision::Year => year.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    fn typed(day: &str, month: &str, year: &str) -> Result<Option<(Date, Precision)>, Wrong> {
        Typed { day: day.into(), month: month.into(), year: year.into() }.read()
    }

    #[test]
    fn parts_may_be_unknown_from_the_left() {
        assert_eq!(typed("", "", ""), Ok(None));
        assert_eq!(typed("", "", " 1988 "), Ok(Some((date!(1988 - 01 - 01), Precision::Year))));
        assert_eq!(typed("", "7", "1988"), Ok(Some((date!(1988 - 07 - 01), Precision::Month))));
        assert_eq!(typed("29", "02", "2000"), Ok(Some((date!(2000 - 02 - 29), Precision::Day))));
    }

    #[test]
    fn impossible_dates_are_refused() {
        for (d, m, y) in [
            ("31", "2", "1990"),
            ("1", "13", "1990"),
            ("x", "1", "1990"),
            ("1", "", "1990"),
            ("1", "1", "90"),
            ("1", "1", ""),
            ("999999999999", "1", "1990"),
            ("1", "1", "-1"),
            ("٣", "1", "1990"),
        ] {
            assert!(typed(d, m, y).is_err(), "{d}/{m}/{y}");
        }
    }

    #[test]
    fn what_is_written_reads_back() {
        for precision in [Precision::Day, Precision::Month, Precision::Year] {
            let again = Typed::of(Some(date!(1990 - 01 - 01)), Some(precision));
            assert_eq!(again.read(), Ok(Some((date!(1990 - 01 - 01), precision))));
        }
        assert_eq!(written(date!(1990 - 02 - 03), Precision::Day), "03/02/1990");
        assert_eq!(written(date!(1990 - 02 - 03), Precision::Month), "02/1990");
    }
}
