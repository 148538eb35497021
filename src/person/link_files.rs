//! `trove link`: files of records in, pairs that are one person out. No database.

use std::collections::{HashMap, HashSet};
use std::fs::{self, File};
use std::io::{self, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use super::matching::link::{Learnt, Pair};
use super::matching::{Address, Birth, Document, Name, Record, SOME_IDENTITY_NUMBER};
use super::units::Either;
use crate::base::text::{clean, fold, readable};

/// Longer than any name, address or number.
const LONGEST_CELL: usize = 10_000;

/// Why there is no result, in one sentence.
pub type Refusal = String;

/// What a column holds. Its names are those of the README.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Column {
    Id,
    Name,
    GivenName,
    Surname,
    DateOfBirth,
    Sex,
    NationalId,
    Passport,
    Phone,
    Address,
    StreetNumber,
    Suburb,
    Postcode,
    State,
    Province,
    Commune,
}

const COLUMNS: [(&str, Column); 18] = [
    ("id", Column::Id),
    ("rec_id", Column::Id),
    ("name", Column::Name),
    ("given_name", Column::GivenName),
    ("surname", Column::Surname),
    ("date_of_birth", Column::DateOfBirth),
    ("sex", Column::Sex),
    ("national_id", Column::NationalId),
    ("soc_sec_id", Column::NationalId),
    ("passport", Column::Passport),
    ("phone", Column::Phone),
    ("address_1", Column::Address),
    ("street_number", Column::StreetNumber),
    ("suburb", Column::Suburb),
    ("postcode", Column::Postcode),
    ("state", Column::State),
    ("province", Column::Province),
    ("commune", Column::Commune),
];

/// The records of a file with their ids.
#[derive(Debug)]
struct Sheet {
    ids: Vec<String>,
    records: Vec<Record>,
}

/// What is to be linked, as typed on the command line.
#[derive(clap::Args)]
pub struct Wish {
    /// Records, as CSV in UTF-8
    #[arg(value_name = "A.csv")]
    pub first: PathBuf,
    /// Records to compare the first ones with; each then belongs to at most one
    #[arg(value_name = "B.csv")]
    pub second: Option<PathBuf>,
    /// Where the pairs go; without it to standard output
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Leave out pairs that are less likely to be one person
    #[arg(long, default_value_t = 0.5, value_name = "P", value_parser = probability)]
    pub threshold: f64,
}

fn probability(typed: &str) -> Result<f64, String> {
    let number: f64 = typed.parse().map_err(|_| "not a number".to_owned())?;
    if (0.0..=1.0).contains(&number) { Ok(number) } else { Err("a probability lies between 0 and 1".into()) }
}

/// Reads, links and writes; `note` is told how far it is.
pub fn run(wish: &Wish, mut note: impl FnMut(&str)) -> Result<(), Refusal> {
    if let Some(out) = wish.out.as_deref() {
        let same =
            |path: &Path| fs::canonicalize(path).is_ok_and(|path| fs::canonicalize(out).is_ok_and(|o| o == path));
        if same(&wish.first) || wish.second.as_deref().is_some_and(same) {
            return Err(format!("{} is to be read: write the pairs to another file", out.display()));
        }
        if out.is_dir() {
            return Err(format!("{} is a folder", out.display()));
        }
    }
    let first = read(&wish.first, &mut note)?;
    let second = wish.second.as_deref().map(|path| read(path, &mut note)).transpose()?;
    let learnt =
        Learnt::from(&first.records, second.as_ref().map(|s| s.records.as_slice()), &Either, |step| note(step));
    let pairs = learnt.pairs(wish.threshold);
    let rows = rows(&first, second.as_ref(), &pairs);
    write(&rows, wish.out.as_deref())?;
    note(&format!("{} pairs", rows.len()));
    Ok(())
}

fn read(path: &Path, note: &mut impl FnMut(&str)) -> Result<Sheet, Refusal> {
    let wrong = |why: String| format!("{}: {why}", path.display());
    let cannot = |e: io::Error| wrong(format!("cannot be read: {e}"));
    let file = File::open(path).map_err(cannot)?;
    if file.metadata().map_err(cannot)?.is_dir() {
        return Err(wrong("is a folder".into()));
    }
    let mut content = BufReader::new(file);
    let mut start = [0; 4096];
    let mut length = 0;
    while length < start.len() {
        match content.read(&mut start[length..]).map_err(cannot)? {
            0 => break,
            n => length += n,
        }
    }
    let start = &start[..length];
    if start.trim_ascii().is_empty() && length < 4096 {
        return Err(wrong("is empty; the first row names the columns".into()));
    }
    if start.starts_with(&[0xFF, 0xFE]) || start.starts_with(&[0xFE, 0xFF]) || start.contains(&0) {
        return Err(wrong("is not UTF-8 text; save it as CSV in UTF-8".into()));
    }
    let start = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start);
    let sheet = parse(start.chain(content), delimiter(start), note, path).map_err(wrong)?;
    note(&format!("{}: {} records", path.display(), sheet.ids.len()));
    Ok(sheet)
}

/// A comma, or what stands most often in the first row in its place: spreadsheets write semicolons in many countries.
fn delimiter(start: &[u8]) -> u8 {
    let heading = start.split(|b| matches!(b, b'\n' | b'\r')).next().unwrap_or_default();
    let often = |mark: u8| heading.iter().filter(|b| **b == mark).count();
    [b',', b';', b'\t'].into_iter().rev().max_by_key(|mark| often(*mark)).unwrap_or(b',')
}

fn parse(content: impl Read, mark: u8, note: &mut impl FnMut(&str), path: &Path) -> Result<Sheet, Refusal> {
    let mut reader = csv::ReaderBuilder::new().delimiter(mark).has_headers(false).from_reader(content);
    let mut row = csv::ByteRecord::new();
    if !reader.read_byte_record(&mut row).map_err(|e| unreadable(&e))? {
        return Err("is empty; the first row names the columns".into());
    }
    let columns = headings(&row, |ignored| {
        note(&format!("{}: columns not used: {ignored}", path.display()));
    })?;
    let mut sheet = Sheet { ids: Vec::new(), records: Vec::new() };
    let mut seen = HashSet::new();
    let (mut dates, mut strange, mut first_strange) = (0, 0, 0);
    loop {
        // A million characters in one cell are read, for they are on the disk already, and refused.
        let more = reader.read_byte_record(&mut row).map_err(|e| unreadable(&e))?;
        if !more {
            break;
        }
        let line = sheet.ids.len() + 2;
        let mut cells: HashMap<Column, String> = HashMap::new();
        for (cell, column) in row.iter().zip(&columns) {
            if cell.len() > LONGEST_CELL {
                return Err(format!(
                    "row {line} has a cell of {} bytes; at most {LONGEST_CELL} make sense",
                    cell.len()
                ));
            }
            let text = std::str::from_utf8(cell)
                .map_err(|_| format!("row {line} is not UTF-8; save the file as CSV in UTF-8"))?;
            let Some(column) = column else { continue };
            if !readable(text) {
                return Err(format!("row {line} has characters that nobody can read"));
            }
            let text = clean(text);
            if !text.is_empty() {
                cells.insert(*column, text);
            }
        }
        let id = cells.remove(&Column::Id).ok_or_else(|| format!("row {line} has no id"))?;
        if !seen.insert(id.clone()) {
            return Err(format!("row {line} has the id of an earlier row; ids must differ"));
        }
        let born = cells.remove(&Column::DateOfBirth);
        let birth = born.as_deref().and_then(date);
        if born.is_some() {
            dates += 1;
            if birth.is_none() {
                strange += 1;
                if first_strange == 0 {
                    first_strange = line;
                }
            }
        }
        sheet.ids.push(id);
        sheet.records.push(record(cells, birth));
    }
    if strange * 2 > dates {
        return Err(format!(
            "most dates of birth are neither like 1990-02-15 nor like 19900215 (row {first_strange} is the first)"
        ));
    }
    if strange > 0 {
        note(&format!(
            "{}: {strange} dates of birth that cannot be read are left out, the first in row {first_strange}",
            path.display()
        ));
    }
    Ok(sheet)
}

fn unreadable(error: &csv::Error) -> Refusal {
    match error.kind() {
        csv::ErrorKind::UnequalLengths { pos, expected_len, len } => {
            let line = pos.as_ref().map_or(0, |pos| pos.record() + 1);
            format!("row {line} has {len} cells, the first row {expected_len}")
        }
        csv::ErrorKind::Io(e) => format!("cannot be read: {e}"),
        _ => error.to_string(),
    }
}

fn headings(row: &csv::ByteRecord, note: impl FnOnce(&str)) -> Result<Vec<Option<Column>>, Refusal> {
    let mut seen = HashSet::new();
    let mut taken: HashMap<Column, String> = HashMap::new();
    let mut ignored = Vec::new();
    let mut columns = Vec::new();
    for cell in row {
        if cell.len() > LONGEST_CELL {
            return Err(format!("the first row has a cell of {} bytes; it should name the columns", cell.len()));
        }
        let text = std::str::from_utf8(cell)
            .map_err(|_| "the first row is not UTF-8; save the file as CSV in UTF-8".to_owned())?;
        let heading = clean(text).to_lowercase();
        if !readable(&heading) {
            return Err("the first row has characters that nobody can read".into());
        }
        if !heading.is_empty() && !seen.insert(heading.clone()) {
            return Err(format!("two columns are called {heading:?}"));
        }
        let column = COLUMNS.iter().find(|(name, _)| *name == heading).map(|(_, column)| *column);
        match column {
            Some(column) => {
                if let Some(other) = taken.insert(column, heading.clone()) {
                    return Err(format!("{other:?} and {heading:?} are the same column under two names"));
                }
            }
            None => ignored.push(if heading.is_empty() { "(without a name)".to_owned() } else { heading }),
        }
        columns.push(column);
    }
    if !taken.contains_key(&Column::Id) {
        return Err("has no column `id` (or `rec_id`); the first row names the columns".into());
    }
    if taken.len() < 2 {
        return Err("has no column to compare by beside the id; the first row names the columns".into());
    }
    if !ignored.is_empty() {
        let more = ignored.len().saturating_sub(20);
        ignored.truncate(20);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        note(&(ignored.join(", ") + &more));
    }
    Ok(columns)
}

/// `1990-02-15`, `19900215`, and where less is known `1990-02` or `1990`. Eight digits need not be in a calendar: a slip
/// is still near what it was meant to be.
fn date(written: &str) -> Option<Birth> {
    let written = written.split(['T', ' ']).next()?;
    let birth = |year: &str, month: &str, day: &str| {
        let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        let fits = year.len() == 4 && [month, day].iter().all(|part| part.len() <= 2);
        if !fits || ![year, month, day].into_iter().all(digits) {
            return None;
        }
        let part = |part: &str| if part.is_empty() { Some(0) } else { part.parse::<u8>().ok() };
        Some(Birth { year: year.parse().ok()?, month: part(month)?, day: part(day)? })
    };
    let parts: Vec<&str> = written.split('-').collect();
    match parts.as_slice() {
        [year, month, day] if !month.is_empty() && !day.is_empty() => birth(year, month, day),
        [year, month] if !month.is_empty() => birth(year, month, ""),
        [whole] if whole.len() == 8 && whole.is_ascii() => birth(&whole[..4], &whole[4..6], &whole[6..]),
        [year] => birth(year, "", ""),
        _ => None,
    }
}

fn sex(written: &str) -> Option<String> {
    let code = match fold(written).as_str() {
        "m" | "male" | "man" | "nam" => "male",
        "f" | "female" | "woman" | "nu" => "female",
        _ => return None,
    };
    Some(code.to_owned())
}

fn record(mut cells: HashMap<Column, String>, birth: Option<Birth>) -> Record {
    let mut cell = |column: Column| cells.remove(&column);
    let parts = (cell(Column::GivenName), cell(Column::Surname));
    let name = match (cell(Column::Name), parts) {
        (Some(name), _) => Name::Whole(name),
        (None, (None, None)) => Name::Unknown,
        (None, (given, family)) => Name::Parts { given: given.unwrap_or_default(), family: family.unwrap_or_default() },
    };
    let mut documents = Vec::new();
    for (column, kind) in [(Column::NationalId, SOME_IDENTITY_NUMBER), (Column::Passport, "passport")] {
        if let Some(number) = cell(column) {
            documents.push(Document { kind: kind.to_owned(), country: String::new(), number });
        }
    }
    Record {
        name,
        birth,
        sex: cell(Column::Sex).as_deref().and_then(sex),
        documents,
        phones: cell(Column::Phone).into_iter().collect(),
        province: cell(Column::Province),
        commune: cell(Column::Commune),
        address: Address {
            street_number: cell(Column::StreetNumber).unwrap_or_default(),
            street: cell(Column::Address).unwrap_or_default(),
            suburb: cell(Column::Suburb).unwrap_or_default(),
            postcode: cell(Column::Postcode).unwrap_or_default(),
            state: cell(Column::State).unwrap_or_default(),
        },
    }
}

/// Within one file the smaller id stands first: by number if all ids are numbers, else letter by letter.
fn rows<'a>(first: &'a Sheet, second: Option<&'a Sheet>, pairs: &[Pair]) -> Vec<(&'a str, &'a str, f64)> {
    let number = |id: &str| id.parse::<u64>().ok().filter(|n| n.to_string() == id);
    let numbers = second.is_none() && first.ids.iter().all(|id| number(id).is_some());
    let row = |pair: &Pair| {
        let (a, b) = (first.ids[pair.a].as_str(), second.unwrap_or(first).ids[pair.b].as_str());
        let turned = second.is_none() && if numbers { number(a) > number(b) } else { a > b };
        if turned { (b, a, pair.probability) } else { (a, b, pair.probability) }
    };
    pairs.iter().map(row).collect()
}

/// The whole result or none: it is written beside its place and moved there when it is complete.
fn write(rows: &[(&str, &str, f64)], out: Option<&Path>) -> Result<(), Refusal> {
    let Some(out) = out else {
        return match table(rows, io::stdout().lock()) {
            // Whoever reads has seen enough.
            Err(e) if e.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            done => done.map_err(|e| format!("cannot write: {e}")),
        };
    };
    let cannot = |e: io::Error| format!("cannot write {}: {e}", out.display());
    // A device or a pipe cannot be replaced.
    if fs::metadata(out).is_ok_and(|kind| !kind.is_file()) {
        return File::create(out).and_then(|file| table(rows, file)).map_err(cannot);
    }
    let name = out.file_name().ok_or_else(|| format!("{} is no name of a file", out.display()))?;
    let mut beside = name.to_os_string();
    beside.push(format!(".{}.part", std::process::id()));
    let beside: PathBuf = out.with_file_name(beside);
    let written = File::create(&beside)
        .and_then(|file| {
            table(rows, &file)?;
            file.sync_all()
        })
        .and_then(|()| fs::rename(&beside, out));
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written.map_err(cannot)
}

fn table(rows: &[(&str, &str, f64)], to: impl Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(io::BufWriter::new(to));
    writer.write_record(["id_a", "id_b", "probability"])?;
    for (a, b, probability) in rows {
        writer.write_record([a, b, format!("{probability:.6}").as_str()])?;
    }
    writer.flush()
}
