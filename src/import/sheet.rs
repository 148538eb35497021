//! What is kept of a file's lines: found headings, no column that must not be kept, packed until it is staged.

use std::io::Read;

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

use super::dates::Evidence;
use super::heading::{Means, means};
use super::{Column, Kind, LEAVE_OUT, LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, MOST_UNPACKED};
use crate::base::language::Message;
use crate::base::sheet::RUNS;
use crate::base::text::{clean, fold};
use crate::base::{Error, Result};

/// A cell that holds a formula. No file can say this: control characters are replaced at reading.
pub const FORMULA: &str = "\u{1}";
/// The line had other columns than the headings.
const RAGGED: &str = "columns";
/// Titles may stand above the headings; further down nobody puts them.
const TITLES: usize = 20;

/// A line of the file: its number, its cells, and whether it has as many as there are headings.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    pub number: i32,
    pub cells: Vec<String>,
    pub ragged: bool,
}

struct Kept {
    heading: String,
    /// Where it stands in the file.
    at: usize,
    field: Option<String>,
    evidence: Evidence,
    filled: bool,
}

/// Takes the lines of a file one after the other.
pub struct Collector {
    kind: Kind,
    /// Lines that stood above the headings, until these are found.
    above: Vec<(i32, Vec<String>)>,
    kept: Vec<Kept>,
    dropped: Vec<String>,
    headings: usize,
    found: bool,
    rows: usize,
    size: u64,
    /// Lines of a text must have as many cells as there are headings; a sheet leaves out what is empty.
    even: bool,
    out: csv::Writer<GzEncoder<Vec<u8>>>,
}

/// A file as it is kept until its rows are staged.
pub struct Sheet {
    pub columns: Vec<Column>,
    pub dropped: Vec<String>,
    pub rows: usize,
    /// Packed; [`lines`] reads it.
    pub packed: Vec<u8>,
}

/// How many of the cells are headings that we know.
fn known(kind: Kind, cells: &[String]) -> usize {
    cells.iter().filter(|c| !matches!(means(kind, c), Means::Unknown)).count()
}

fn filled(cells: &[String]) -> usize {
    cells.iter().filter(|c| !c.trim().is_empty()).count()
}

impl Collector {
    pub fn new(kind: Kind, even: bool) -> Collector {
        let out = csv::Writer::from_writer(GzEncoder::new(Vec::new(), Compression::fast()));
        Collector {
            kind,
            above: Vec::new(),
            kept: Vec::new(),
            dropped: Vec::new(),
            headings: 0,
            found: false,
            rows: 0,
            size: 0,
            even,
            out,
        }
    }

    /// Takes a line, or says why the file is refused.
    pub fn push(&mut self, number: i32, mut cells: Vec<String>) -> std::result::Result<(), Message> {
        if cells.len() > MOST_COLUMNS && cells.iter().skip(MOST_COLUMNS).any(|c| !c.is_empty()) {
            let message = Message::new("import-refused-columns").with("line", i64::from(number));
            return Err(message.with("count", cells.len() as i64).with("max", MOST_COLUMNS as i64));
        }
        for cell in &mut cells {
            // The apostrophe that our own sheets of faulty rows put there.
            if cell.strip_prefix('\'').is_some_and(|rest| rest.starts_with(RUNS)) {
                cell.remove(0);
            }
            if cell.len() > LONGEST_CELL && cell.chars().count() > LONGEST_CELL {
                let message = Message::new("import-refused-cell").with("line", i64::from(number));
                return Err(message.with("max", LONGEST_CELL as i64));
            }
            if cell != FORMULA && cell.bytes().any(|b| b < b' ' && !matches!(b, b'\n' | b'\r' | b'\t')) {
                *cell = cell.replace(|c: char| c < ' ' && !matches!(c, '\n' | '\r' | '\t'), "\u{FFFD}");
            }
        }
        if filled(&cells) == 0 {
            return Ok(());
        }
        if self.found {
            return self.row(number, cells);
        }
        // Two headings that we know, or what stands first.
        if known(self.kind, &cells) >= 2 {
            self.above.clear();
            return self.head(cells);
        }
        self.above.push((number, cells));
        if self.above.len() >= TITLES { self.settle() } else { Ok(()) }
    }

    /// No line has headings that we know: the first with several cells is taken for them.
    fn settle(&mut self) -> std::result::Result<(), Message> {
        let mut lines = std::mem::take(&mut self.above);
        let most = lines.iter().map(|(_, cells)| filled(cells)).max().unwrap_or_default();
        let at = lines.iter().position(|(_, cells)| filled(cells) >= most.min(2)).unwrap_or_default();
        let rest = lines.split_off((at + 1).min(lines.len()));
        if let Some((_, cells)) = lines.pop() {
            self.head(cells)?;
        }
        for (number, cells) in rest {
            self.row(number, cells)?;
        }
        Ok(())
    }

    fn head(&mut self, cells: Vec<String>) -> std::result::Result<(), Message> {
        self.found = true;
        self.headings = cells.len();
        let mut seen: Vec<String> = Vec::new();
        for (at, cell) in cells.iter().enumerate() {
            let cell = if cell == FORMULA { "" } else { cell };
            let heading: String = clean(&cell.replace('\u{FFFD}', " ")).chars().take(100).collect();
            let folded = fold(&heading);
            if !folded.is_empty() && seen.contains(&folded) {
                return Err(Message::new("import-refused-headings").with("heading", heading));
            }
            seen.push(folded);
            let means = means(self.kind, &heading);
            if means == Means::Dropped {
                self.dropped.push(heading);
                continue;
            }
            let mut field = means.field();
            if field
                .as_deref()
                .is_some_and(|f| f != LEAVE_OUT && self.kept.iter().any(|k| k.field.as_deref() == Some(f)))
            {
                // Two columns of the same: which one counts is asked.
                field = None;
            }
            let heading = if heading.is_empty() { format!("#{}", at + 1) } else { heading };
            self.kept.push(Kept { heading, at, field, evidence: Evidence::default(), filled: false });
        }
        Ok(())
    }

    fn row(&mut self, number: i32, cells: Vec<String>) -> std::result::Result<(), Message> {
        self.rows += 1;
        if self.rows > MOST_ROWS {
            return Err(Message::new("import-refused-rows").with("max", MOST_ROWS as i64));
        }
        let beyond = cells.iter().skip(self.headings).any(|c| !c.is_empty());
        let ragged = beyond || self.even && cells.len() < self.headings;
        let mut record = Vec::with_capacity(self.kept.len() + 2);
        let line = number.to_string();
        record.push(line.as_str());
        record.push(if ragged { RAGGED } else { "" });
        for kept in &mut self.kept {
            let cell = cells.get(kept.at).map_or("", String::as_str);
            kept.filled |= !cell.is_empty();
            kept.evidence.see(cell);
            self.size += cell.len() as u64 + 3;
            record.push(cell);
        }
        if self.size > MOST_UNPACKED {
            return Err(Message::new("import-refused-size").with("max", (MOST_UNPACKED >> 20) as i64));
        }
        self.out.write_record(&record).map_err(|_| Message::new("import-refused-damaged"))
    }

    pub fn done(mut self) -> std::result::Result<Sheet, Message> {
        if !self.found {
            self.settle()?;
        }
        if self.rows == 0 {
            return Err(Message::new("import-refused-empty"));
        }
        let columns = self
            .kept
            .into_iter()
            .map(|kept| Column {
                // Nobody needs to say what an empty column means.
                field: kept.field.or((!kept.filled).then(|| LEAVE_OUT.to_owned())),
                heading: kept.heading,
                dates: kept.evidence.says(),
            })
            .collect();
        let packed = self
            .out
            .into_inner()
            .map_err(|_| Message::new("import-refused-damaged"))?
            .finish()
            .map_err(|_| Message::new("import-refused-damaged"))?;
        Ok(Sheet { columns, dropped: self.dropped, rows: self.rows, packed })
    }
}

/// The lines of a packed sheet.
pub fn lines(packed: impl Read) -> impl Iterator<Item = Result<Line>> {
    let reader = csv::ReaderBuilder::new().has_headers(false).from_reader(GzDecoder::new(packed));
    reader.into_records().map(|record| {
        let record = record.map_err(|_| Error::Internal("a packed sheet cannot be read".into()))?;
        let number = record.get(0).and_then(|n| n.parse().ok());
        Ok(Line {
            number: number.ok_or_else(|| Error::Internal("a packed line has no number".into()))?,
            ragged: record.get(1) == Some(RAGGED),
            cells: record.iter().skip(2).map(str::to_owned).collect(),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn collected(lines: &[&[&str]]) -> std::result::Result<Sheet, Message> {
        let mut collector = Collector::new(Kind::Manifest, true);
        for (at, cells) in lines.iter().enumerate() {
            collector.push(at as i32 + 1, cells.iter().map(|c| (*c).to_owned()).collect())?;
        }
        collector.done()
    }

    #[test]
    fn titles_stand_above_and_what_must_not_be_kept_stays_behind() {
        let sheet = collected(&[
            &["DANH SÁCH CHUYẾN BAY VN417", "", ""],
            &["", "", ""],
            &["Họ và tên", "Tình trạng cư trú", "Năm sinh"],
            &["Nguyễn Thị Mậu", "quá hạn", "1990"],
            &["Trần Văn An", "bị giam", "1980", "thừa"],
            &["Lê Thị Ba"],
        ])
        .ok()
        .unwrap();
        assert_eq!(sheet.dropped, ["Tình trạng cư trú"]);
        assert_eq!(sheet.columns.iter().map(|c| c.heading.as_str()).collect::<Vec<_>>(), ["Họ và tên", "Năm sinh"]);
        let lines: Vec<Line> = lines(sheet.packed.as_slice()).map(|l| l.unwrap()).collect();
        assert_eq!(lines[0], Line { number: 4, cells: vec!["Nguyễn Thị Mậu".into(), "1990".into()], ragged: false });
        assert!(lines[1].ragged && lines[2].ragged);
        assert!(!format!("{lines:?}").contains("giam"));
    }

    #[test]
    fn two_headings_alike_and_nothing_at_all_are_refused() {
        let key = |lines: &[&[&str]]| collected(lines).err().map(|m| m.key.into_owned());
        assert_eq!(key(&[&["Họ tên", "Năm sinh", "HO TEN"], &["a", "1", "b"]]), Some("import-refused-headings".into()));
        assert_eq!(key(&[]), Some("import-refused-empty".into()));
        assert_eq!(key(&[&["Họ tên", "Năm sinh"]]), Some("import-refused-empty".into()));
        let long = "x".repeat(1_000_000);
        assert_eq!(key(&[&["Họ tên", "Năm sinh"], &[&long, "1990"]]), Some("import-refused-cell".into()));
        assert_eq!(key(&[&["a"; 200]]), Some("import-refused-columns".into()));
    }

    #[test]
    fn two_columns_of_the_same_are_asked_about() {
        let sheet = collected(&[&["Họ tên", "Ngày sinh", "Năm sinh"], &["An", "1/1/1990", "1990"]]).ok().unwrap();
        let fields: Vec<_> = sheet.columns.iter().map(|c| c.field.as_deref()).collect();
        assert_eq!(fields, [Some("name"), Some("birth"), None]);
    }
}
