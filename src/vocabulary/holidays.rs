//! Days on which offices are shut, and weekends on which they work instead: `reference/holidays.csv`, as a table.
//! What a working day is, is a question for SQL: see `database/functions_clocks.sql`.

use crate::base::migrate::Piece;

const HOLIDAYS: &str = include_str!("../../reference/holidays.csv");

/// The rows as JSON objects, named as the columns.
fn rows() -> Vec<serde_json::Value> {
    let mut rows = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(HOLIDAYS.as_bytes());
    let row = |r: csv::StringRecord| serde_json::json!({ "day": &r[0], "off": &r[1] == "true", "name": &r[2], "source": &r[3] });
    rows.records().flatten().map(row).collect()
}

/// Brings the table to the file. What an installation added for other years stays.
pub fn seeds() -> Piece {
    let json = serde_json::Value::Array(rows()).to_string().replace('\'', "''");
    let sql = format!(
        "INSERT INTO holidays SELECT * FROM json_populate_recordset(NULL::holidays, '{json}') \
         ON CONFLICT (day) DO UPDATE SET off = EXCLUDED.off, name = EXCLUDED.name, source = EXCLUDED.source;"
    );
    Piece { name: "holidays", sql: sql.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::format_description::well_known::Iso8601;
    use time::{Date, Weekday};

    #[test]
    fn a_day_off_is_no_weekend_and_a_day_worked_is_one() {
        let rows = rows();
        assert_eq!(rows.len(), HOLIDAYS.lines().filter(|l| !l.starts_with('#')).count() - 1, "every line is read");
        for row in rows {
            let day = Date::parse(row["day"].as_str().unwrap(), &Iso8601::DATE).unwrap();
            let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
            assert_eq!(row["off"].as_bool().unwrap(), !weekend, "{day}");
            assert!(!row["source"].as_str().unwrap().is_empty(), "{day} has no source");
        }
    }
}
