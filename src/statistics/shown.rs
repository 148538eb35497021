//! Published cells as a page shows them: rows in an order that betrays nothing, and bars.

use std::collections::BTreeMap;

use super::count::{NOT_STATED, OTHER, Published, SEXES, TOTAL};

/// A country's row; the cells in the order of the columns. No value: suppressed.
#[derive(Clone, Debug)]
pub struct Line {
    pub country: String,
    pub cells: Vec<Option<i64>>,
}

impl Line {
    pub fn is_total(&self) -> bool {
        self.country == TOTAL
    }

    /// The message that names the row, where it is no country.
    pub fn word(&self) -> Option<&'static str> {
        match self.country.as_str() {
            TOTAL => Some("table-total"),
            OTHER => Some("table-other-countries"),
            NOT_STATED => Some("table-not-stated"),
            _ => None,
        }
    }

    pub fn total(&self) -> Option<i64> {
        self.cells.first().copied().flatten()
    }
}

/// Table 16 ready to be read.
#[derive(Clone, Debug)]
pub struct Figures {
    /// Message keys of the columns.
    pub columns: Vec<&'static str>,
    pub lines: Vec<Line>,
    pub bars: Vec<Bar>,
    pub suppressed: usize,
    /// Some countries are counted together, so one that has no row is not therefore zero.
    pub merged: bool,
    /// No column for unknown sex. Whether nobody is in it or too few to show must look the same.
    pub may_hold_unstated: bool,
}

/// A bar of the chart.
#[derive(Clone, Debug)]
pub struct Bar {
    pub line: Line,
    /// In pixels: heights and words stay as they are, however narrow the page; only lengths give way.
    pub top: usize,
    /// In percent of the chart's width. Nothing where the number is suppressed: the bar then says nothing by its length.
    pub length: Option<f64>,
}

/// How long the longest bar is, in tenths of a percent, so that its number has room beside it; and how far apart bars stand.
const LONGEST: i64 = 780;
const STEP: usize = 44;
const BARS: usize = 12;

impl Figures {
    /// Totals first; then countries by what is published of them, the largest first, and those whose total is
    /// suppressed after them by code, since a place among the others would give their size away.
    pub fn of(cells: &[Published]) -> Figures {
        let mut rows: BTreeMap<&str, BTreeMap<&str, Option<i64>>> = BTreeMap::new();
        for cell in cells {
            rows.entry(&cell.country).or_default().insert(&cell.sex, cell.value);
        }
        let none_unstated = rows.get(TOTAL).is_none_or(|t| matches!(t.get(NOT_STATED), None | Some(Some(0))));
        let sexes = if none_unstated { &SEXES[..3] } else { &SEXES[..] };
        let columns = ["table-total", "table-men", "table-women", "table-not-stated"][..sexes.len()].to_vec();
        let mut lines: Vec<Line> = rows
            .iter()
            .map(|(country, row)| Line {
                country: (*country).to_owned(),
                cells: sexes.iter().map(|sex| row.get(sex).copied().unwrap_or(Some(0))).collect(),
            })
            .collect();
        let rest = |l: &Line| [OTHER, NOT_STATED].contains(&l.country.as_str());
        lines
            .sort_by_key(|l| (!l.is_total(), rest(l), l.total().is_none(), -l.total().unwrap_or(0), l.country.clone()));
        let suppressed = lines.iter().flat_map(|l| &l.cells).filter(|c| c.is_none()).count();
        let merged = lines.iter().any(|l| l.country == OTHER);
        let bars = bars(&lines);
        Figures { may_hold_unstated: columns.len() < SEXES.len(), columns, lines, bars, suppressed, merged }
    }

    /// The total of everybody; nothing where it is suppressed.
    pub fn total(&self) -> Option<i64> {
        self.lines.first().and_then(Line::total)
    }

    /// In percent of the chart's width.
    pub fn longest(&self) -> f64 {
        LONGEST as f64 / 10.0
    }

    pub fn height(&self) -> usize {
        self.bars.len() * STEP + 6
    }
}

fn bars(lines: &[Line]) -> Vec<Bar> {
    let shown: Vec<&Line> = lines.iter().filter(|l| !l.is_total()).take(BARS).collect();
    let most = shown.iter().filter_map(|l| l.total()).max().unwrap_or(1).max(1);
    shown
        .into_iter()
        .enumerate()
        .map(|(at, line)| Bar {
            top: at * STEP,
            // At most 780, so nothing is lost.
            length: line.total().map(|n| (n * LONGEST / most) as f64 / 10.0),
            line: line.clone(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_a_statistics_table_does_not_say_how_large_a_suppressed_total_is() {
        let cell = |country: &str, value| Published { country: country.into(), sex: TOTAL.into(), value };
        let figures = Figures::of(&[
            cell("KR", Some(9)),
            cell("AE", None),
            cell(TOTAL, Some(60)),
            cell("JP", Some(40)),
            cell(OTHER, Some(50)),
            cell("CZ", None),
        ]);
        let order: Vec<&str> = figures.lines.iter().map(|l| l.country.as_str()).collect();
        assert_eq!(order, ["T", "JP", "KR", "AE", "CZ", "X"]);
        assert_eq!(figures.suppressed, 2);
        assert_eq!(figures.bars.iter().filter(|b| b.length.is_none()).count(), 2);
    }
}
