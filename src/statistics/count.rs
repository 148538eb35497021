//! Table 16 as a table of counts, and as the cells that may be published.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use sha2::{Digest, Sha256};
use time::format_description::well_known::Rfc3339;

use super::Release;
use super::disclosure::attack::{Publication, Shown};
use super::disclosure::table::{Dimension, Table};
use super::disclosure::{self, Audit, Rule, Unsafe};
use crate::base::seal::to_hex;

/// The total of a code list.
pub const TOTAL: &str = "T";
/// Sex or country not stated.
pub const NOT_STATED: &str = "U";
/// Countries counted together, those not stated among them.
pub const OTHER: &str = "X";
pub const SEXES: [&str; 4] = [TOTAL, "M", "F", NOT_STATED];

/// How long the best choice is looked for before a good one is taken.
const LIMIT: Duration = Duration::from_secs(3);

/// Persons, by country of previous residence and sex; without margins.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Counted {
    pub country: String,
    pub sex: String,
    pub value: i64,
}

/// A cell as it is published; no value: suppressed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Published {
    pub country: String,
    pub sex: String,
    pub value: Option<i64>,
}

pub fn table(counted: &[Counted]) -> Table {
    let countries: BTreeSet<&str> = counted.iter().map(|c| c.country.as_str()).collect();
    let below = |codes: Vec<&'static str>| codes.into_iter().map(|code| (code, Some(TOTAL)));
    let sexes = Dimension::new(std::iter::once((TOTAL, None)).chain(below(SEXES[1..].to_vec())));
    let countries =
        Dimension::new(std::iter::once((TOTAL, None)).chain(countries.into_iter().map(|code| (code, Some(TOTAL)))));
    let leaves = counted.iter().map(|c| (vec![c.country.clone(), c.sex.clone()], c.value)).collect();
    Table::new(vec![countries, sexes], leaves)
}

/// The same where the people of unknown sex are in the totals only, if there are any.
fn without_unstated_sex(table: &Table) -> Table {
    match table.value(&[TOTAL, NOT_STATED]) {
        Some(1..) => table.without(1, NOT_STATED),
        _ => table.clone(),
    }
}

/// What was published of a count: countries that do not show were counted together.
pub fn publication(counted: &[Counted], published: &[Published]) -> Publication {
    let shown: BTreeMap<(&str, &str), Option<i64>> =
        published.iter().map(|p| ((p.country.as_str(), p.sex.as_str()), p.value)).collect();
    let merged: BTreeSet<String> = counted
        .iter()
        .filter(|c| !shown.contains_key(&(c.country.as_str(), TOTAL)))
        .map(|c| c.country.clone())
        .collect();
    let mut table = table(counted);
    if !shown.contains_key(&(TOTAL, NOT_STATED)) {
        table = without_unstated_sex(&table);
    }
    if !merged.is_empty() {
        table = table.merged(0, &merged.into_iter().collect::<Vec<_>>(), OTHER);
    }
    let shown = table
        .cells
        .iter()
        .map(|cell| match shown.get(&(cell.key[0].as_str(), cell.key[1].as_str())) {
            _ if cell.hidden => Shown::Nothing,
            Some(None) => Shown::Suppressed,
            Some(Some(_)) => Shown::Value,
            None => Shown::Nothing,
        })
        .collect();
    Publication { table, shown }
}

/// The cells that may be published, together with what was published of the same year before.
pub fn protected(
    threshold: i64,
    counted: &[Counted],
    earlier: &[Publication],
) -> Result<(Vec<Published>, Audit), Unsafe> {
    let rule = Rule::aware(threshold);
    let earlier: Vec<&Publication> = earlier.iter().collect();
    let whole = table(counted);
    let narrower = without_unstated_sex(&whole);
    // A few people of unknown sex must not cost the countries: that column goes first.
    let coarser = std::iter::once(narrower.clone()).chain(disclosure::merging(&narrower, 0, OTHER, NOT_STATED));
    let done = disclosure::protect(rule, &whole, &earlier, coarser, LIMIT)?;
    let cells = cells(&done);
    // Once more from what will be kept, so that nothing between here and there goes unseen.
    let audit = audit(threshold, counted, &cells, &earlier);
    if audit.exposed == 0 { Ok((cells, audit)) } else { Err(Unsafe::Audit) }
}

pub fn audit(threshold: i64, counted: &[Counted], cells: &[Published], earlier: &[&Publication]) -> Audit {
    let now = publication(counted, cells);
    let mut all = earlier.to_vec();
    all.push(&now);
    disclosure::audit(Rule::aware(threshold), &all)
}

fn cells(done: &Publication) -> Vec<Published> {
    done.table
        .cells
        .iter()
        .zip(&done.shown)
        .filter(|(_, shown)| **shown != Shown::Nothing)
        .map(|(cell, shown)| Published {
            country: cell.key[0].clone(),
            sex: cell.key[1].clone(),
            value: (*shown == Shown::Value).then_some(cell.value),
        })
        .collect()
}

/// Counts beside the table hide among so many times the threshold: they stand alone, with no sum to hide in, so the
/// band itself must reach from 1 to past the threshold.
const BAND: i64 = 2;

/// A count of persons beside the table: nothing where it is anything from 1 to below twice the threshold.
pub fn unless_small(count: i64, threshold: i64) -> Option<i64> {
    (count == 0 || count >= BAND * threshold).then_some(count)
}

/// The lower end of the range of a total, moved outwards so that the width of the range betrays no small number.
pub fn moved_down(at_least: i64, total: i64, threshold: i64) -> i64 {
    let step = BAND * threshold;
    let width = (total - at_least + step - 1) / step * step;
    (total - width).max(0)
}

/// SHA-256, in hexadecimal, of everything that is published, one fact a line, in a fixed order. Changes with any
/// number, with the rules, and with what they were applied to.
pub fn digest(release: &Release, cells: &[Published], shorter: Option<i64>, at_least: Option<i64>) -> String {
    let number = |value: Option<i64>| value.map_or_else(|| "c".to_owned(), |v| v.to_string());
    let mut text = format!(
        "table 16\nyear {}\nrevision {}\nas of {}\nthreshold {}\nresidence months {}\nrules {}\ninputs {}\nshorter stays {}\nat least {}\n",
        release.year,
        release.revision,
        release.as_of.format(&Rfc3339).unwrap_or_default(),
        release.threshold,
        release.residence_months,
        release.rules,
        release.inputs_digest,
        number(shorter),
        number(at_least),
    );
    let mut cells: Vec<&Published> = cells.iter().collect();
    cells.sort_by_key(|c| (&c.country, &c.sex));
    for cell in cells {
        text += &format!("{} {} {}\n", cell.country, cell.sex, number(cell.value));
    }
    to_hex(&Sha256::digest(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(rows: &[(&str, &str, i64)]) -> Vec<Counted> {
        rows.iter().map(|(c, s, n)| Counted { country: (*c).into(), sex: (*s).into(), value: *n }).collect()
    }

    #[test]
    fn statistics_of_a_year_are_protected_together_with_its_earlier_revision() {
        let first = counted(&[("JP", "M", 40), ("JP", "F", 3), ("KR", "M", 25), ("KR", "F", 31), ("TW", "M", 12)]);
        let (one, _) = protected(5, &first, &[]).unwrap();
        assert_eq!(audit(5, &first, &one, &[]).exposed, 0);
        let second = counted(&[("JP", "M", 40), ("JP", "F", 4), ("KR", "M", 25), ("KR", "F", 31), ("TW", "M", 12)]);
        let before = publication(&first, &one);
        let (two, _) = protected(5, &second, std::slice::from_ref(&before)).unwrap();
        assert_eq!(audit(5, &second, &two, &[&before]).exposed, 0);
        assert!(two.iter().any(|p| p.country == "JP" && p.sex == "F" && p.value.is_none()));
    }

    #[test]
    fn merged_countries_do_not_show_and_are_found_again() {
        let rows =
            counted(&[("JP", "M", 40), ("JP", "F", 30), ("LA", "M", 1), ("LA", "F", 1), ("MM", "M", 7), ("U", "F", 2)]);
        let (cells, audit) = protected(5, &rows, &[]).unwrap();
        assert!(audit.small > 0);
        assert!(
            cells.iter().any(|p| p.country == OTHER) && !cells.iter().any(|p| p.country == "LA" || p.country == "U")
        );
        let again = publication(&rows, &cells);
        assert_eq!(super::cells(&again), cells);
    }

    #[test]
    fn a_few_people_of_unknown_sex_do_not_cost_the_countries() {
        let mut rows = counted(&[("JP", "M", 40), ("JP", "F", 30), ("KR", "M", 25), ("KR", "F", 31), ("TW", "F", 12)]);
        rows.extend(counted(&[("JP", "U", 1), ("KR", "U", 1)]));
        let (cells, _) = protected(5, &rows, &[]).unwrap();
        assert!(cells.iter().all(|p| p.country != OTHER && p.sex != NOT_STATED));
        assert!(cells.iter().any(|p| p.country == "KR" && p.value.is_some()));
        assert_eq!(super::cells(&publication(&rows, &cells)), cells);
    }

    #[test]
    fn small_numbers_beside_the_table_are_not_told() {
        assert_eq!([0, 1, 9, 10].map(|n| unless_small(n, 5)), [Some(0), None, None, Some(10)]);
        assert_eq!([1244, 1243, 1234, 1233].map(|end| moved_down(end, 1244, 5)), [1244, 1234, 1234, 1224]);
        assert_eq!(moved_down(3, 6, 5), 0);
    }
}
