//! Table 16 in the layout of ILOSTAT's bulk files, in ILO's codes.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::Release;
use super::count::{NOT_STATED, OTHER, Published, TOTAL};
use crate::base::{Error, Result};

const HEADER: [&str; 11] = [
    "ref_area",
    "source",
    "indicator",
    "sex",
    "classif1",
    "time",
    "obs_value",
    "obs_status",
    "note_classif",
    "note_indicator",
    "note_source",
];
/// Administrative records of the Department of Overseas Labour, as ILOSTAT has registered them.
const SOURCE: &str = "FX:6673";
/// Inflow of nationals returned from abroad by sex and country of previous residence.
const INDICATOR: &str = "MNA_XRET_SEX_CPR_NB";
/// Confidential.
const CONFIDENTIAL: &str = "C";
/// Annual; nationals only.
const NOTE: &str = "S3:5_S5:2761";

/// ILO's code of a country of previous residence; nothing for the few territories that ILO's list lacks.
fn country(code: &str) -> Option<String> {
    static CODES: OnceLock<BTreeMap<&str, &str>> = OnceLock::new();
    let rows = || include_str!("../../reference/ilostat_countries.csv").lines().filter(|l| !l.starts_with('#')).skip(1);
    let codes = CODES.get_or_init(|| rows().filter_map(|row| row.split_once(',')).collect());
    match code {
        TOTAL => Some("CPR_PRV_TOTAL".to_owned()),
        OTHER | NOT_STATED => Some("CPR_PRV_X".to_owned()),
        _ => codes.get(code).map(|found| format!("CPR_PRV_{found}")),
    }
}

fn sex(code: &str) -> Option<&'static str> {
    match code {
        TOTAL => Some("SEX_T"),
        "M" => Some("SEX_M"),
        "F" => Some("SEX_F"),
        // ILO has no code for it; the total holds these people.
        _ => None,
    }
}

/// Persons as thousands with three decimals: no float, so no rounding.
fn thousands(persons: i64) -> String {
    format!("{}.{:03}", persons / 1000, persons % 1000)
}

/// The file, as RFC 4180 wants it: one line a cell, in ILO's columns. What is suppressed has no value and the status
/// `C`, the same for every one. No field can begin a formula: all are codes or numbers of ours.
pub fn csv(release: &Release, cells: &[Published]) -> Result<Vec<u8>> {
    let mut file = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    file.write_record(HEADER).map_err(Error::internal)?;
    let year = release.year.to_string();
    let mut rows: Vec<(String, &str, Option<i64>)> =
        cells.iter().filter_map(|c| Some((country(&c.country)?, sex(&c.sex)?, c.value))).collect();
    let place = |sex: &str| ["SEX_T", "SEX_M", "SEX_F"].iter().position(|known| *known == sex);
    rows.sort_by_key(|(country, sex, _)| (country != "CPR_PRV_TOTAL", country.clone(), place(sex)));
    for (classif, sex, value) in rows {
        let (number, status) = value.map_or((String::new(), CONFIDENTIAL), |n| (thousands(n), ""));
        let row = ["VNM", SOURCE, INDICATOR, sex, &classif, &year, &number, status, "", "", NOTE];
        file.write_record(row).map_err(Error::internal)?;
    }
    file.into_inner().map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::List;

    #[test]
    fn statistics_go_out_in_thousands_without_a_float() {
        assert_eq!([0, 7, 1000, 12_345].map(thousands), ["0.000", "0.007", "1.000", "12.345"]);
    }

    #[test]
    fn statistics_know_ilos_code_of_every_country_where_workers_go() {
        for code in ["JP", "TW", "KR", "CN", "MY", "SG", "SA", "AE", "RO", "HU", "DE", "RU", "LA", "KH", "MO", "XK"] {
            assert!(country(code).is_some(), "{code}");
        }
        assert_eq!(country("JP").as_deref(), Some("CPR_PRV_JPN"));
        assert_eq!(country("XK").as_deref(), Some("CPR_PRV_KOS"));
        let lacking = List::Countries.vocabulary().entries().iter().filter(|e| country(&e.code).is_none()).count();
        assert_eq!(lacking, 20, "territories that ILO's list lacks");
    }
}
