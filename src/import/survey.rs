//! Reads a whole file once, before anything of it is kept: what it is, in which letters, with which columns. A file that
//! is refused leaves nothing behind.

use sha2::{Digest, Sha256};

use super::encoding::decode;
use super::sheet::{Collector, Sheet};
use super::{Kind, MOST_BYTES, xlsx};
use crate::base::language::Message;
use crate::base::seal::to_hex;

/// What a file turned out to be.
pub struct Survey {
    pub format: &'static str,
    pub encoding: Option<&'static str>,
    pub separator: Option<&'static str>,
    /// The sheet of the workbook that was read.
    pub sheet_name: Option<String>,
    /// SHA-256, in hexadecimal.
    pub hash: String,
    pub sheet: Sheet,
}

/// What whoever brings the file says of it.
pub struct Told<'a> {
    pub kind: Kind,
    pub encoding: Option<&'a str>,
    pub sheet: Option<&'a str>,
}

const SEPARATORS: [(u8, &str); 4] = [(b',', "comma"), (b';', "semicolon"), (b'\t', "tab"), (b'|', "pipe")];

/// Reads the file, or says why not.
pub fn survey(bytes: &[u8], told: &Told<'_>) -> Result<Survey, Message> {
    if bytes.len() as u64 > MOST_BYTES {
        return Err(Message::new("import-refused-size").with("max", (MOST_BYTES >> 20) as i64));
    }
    let hash = to_hex(&Sha256::digest(bytes));
    match bytes {
        [] => Err(Message::new("import-refused-empty")),
        [b'P', b'K', 3 | 5, 4 | 6, ..] => {
            let (sheet_name, sheet) = xlsx::read(bytes, told.kind, told.sheet)?;
            Ok(Survey { format: "xlsx", encoding: None, separator: None, sheet_name: Some(sheet_name), hash, sheet })
        }
        // The container of the old .xls, and of workbooks with a password.
        [0xD0, 0xCF, 0x11, 0xE0, ..] => Err(Message::new("import-refused-old")),
        [b'%', b'P', b'D', b'F', ..] => Err(Message::new("import-refused-kind")),
        _ => {
            let (text, encoding) = decode(bytes, told.encoding)?;
            let (separator, sheet) = from_text(&text, told.kind)?;
            Ok(Survey {
                format: "csv",
                encoding: Some(encoding),
                separator: Some(separator),
                sheet_name: None,
                hash,
                sheet,
            })
        }
    }
}

/// The separator that the first lines agree on: the one that splits the first of several cells most often.
fn separator(text: &str) -> (u8, &'static str) {
    let count = |line: &str, separator: u8| {
        let mut quoted = false;
        line.bytes()
            .filter(|b| {
                quoted ^= *b == b'"';
                !quoted && *b == separator
            })
            .count()
    };
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).take(20).collect();
    SEPARATORS
        .into_iter()
        .max_by_key(|(separator, _)| {
            let counts: Vec<usize> = lines.iter().map(|line| count(line, *separator)).collect();
            let most = counts.iter().copied().max().unwrap_or_default();
            // As many lines as possible with as many cells as any; earlier in the list wins.
            let alike = counts.iter().filter(|n| **n == most).count();
            let place = SEPARATORS.iter().position(|(s, _)| s == separator).unwrap_or_default();
            (if most == 0 { 0 } else { alike }, most, SEPARATORS.len() - place)
        })
        .unwrap_or((b',', "comma"))
}

/// The line on which a quotation begins that nothing ends.
fn open_quote(text: &str) -> Option<i64> {
    if text.bytes().filter(|b| *b == b'"').count().is_multiple_of(2) {
        return None;
    }
    let (mut line, mut began, mut quoted) = (1, 1, false);
    for b in text.bytes() {
        match b {
            b'"' => {
                quoted = !quoted;
                began = if quoted { line } else { began };
            }
            b'\n' => line += 1,
            _ => {}
        }
    }
    Some(began)
}

/// The line on which a record begins. The reader notes where it stood before, which may be in front of the other half of a
/// line's end, or of empty lines.
fn line_of(text: &str, at: &csv::Position) -> u64 {
    let from = usize::try_from(at.byte()).unwrap_or_default();
    let skipped = text.bytes().skip(from).take_while(|b| matches!(b, b'\r' | b'\n')).filter(|b| *b == b'\n').count();
    at.line() + skipped as u64
}

/// Every record of a text with the number of its line; gives what the separator is called.
fn each_record(
    text: &str,
    mut take: impl FnMut(i32, Vec<String>) -> Result<(), Message>,
) -> Result<&'static str, Message> {
    // Excel writes which separator it used into a line of its own.
    let (hint, text, above) = match text.split_once('\n') {
        Some((first, rest)) if first.trim_end().len() == 5 && first.starts_with("sep=") => {
            let byte = first.as_bytes().get(4).copied().unwrap_or(b',');
            (SEPARATORS.into_iter().find(|(s, _)| *s == byte), rest, 1)
        }
        _ => (None, text, 0),
    };
    if let Some(line) = open_quote(text) {
        return Err(Message::new("import-refused-quote").with("line", line + i64::from(above)));
    }
    let (byte, name) = hint.unwrap_or_else(|| separator(text));
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(byte).from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).map_err(|_| Message::new("import-refused-damaged"))? {
        let line = record.position().map_or(0, |at| line_of(text, at));
        let number = i32::try_from(line).unwrap_or(i32::MAX).saturating_add(above);
        take(number, record.iter().map(|cell| cell.trim().to_owned()).collect())?;
    }
    Ok(name)
}

fn from_text(text: &str, kind: Kind) -> Result<(&'static str, Sheet), Message> {
    let mut collector = Collector::new(kind, true);
    let name = each_record(text, |number, cells| collector.push(number, cells))?;
    Ok((name, collector.done()?))
}

/// A short list of anything, line by line with their numbers: CSV, or the first sheet of a workbook that has something in it.
pub fn rows(bytes: &[u8], most: usize) -> Result<Vec<(i32, Vec<String>)>, Message> {
    let mut rows = Vec::new();
    let take = |number, cells: Vec<String>| {
        if rows.len() > most {
            return Err(Message::new("import-refused-rows").with("max", most as i64));
        }
        if cells.iter().any(|cell| !cell.is_empty()) {
            rows.push((number, cells));
        }
        Ok(())
    };
    match bytes {
        [b'P', b'K', 3 | 5, 4 | 6, ..] => xlsx::each_row_of_first(bytes, take)?,
        [0xD0, 0xCF, 0x11, 0xE0, ..] => return Err(Message::new("import-refused-old")),
        [b'%', b'P', b'D', b'F', ..] => return Err(Message::new("import-refused-kind")),
        _ => {
            each_record(&decode(bytes, None)?.0, take)?;
        }
    }
    if rows.is_empty() { Err(Message::new("import-refused-empty")) } else { Ok(rows) }
}

#[cfg(test)]
mod tests {
    use super::super::sheet::lines;
    use super::*;
    use proptest::prelude::*;

    const TOLD: Told<'_> = Told { kind: Kind::Manifest, encoding: None, sheet: None };

    fn key(bytes: &[u8]) -> Option<String> {
        survey(bytes, &TOLD).err().map(|m| m.key.into_owned())
    }

    #[test]
    fn separators_are_told_by_the_lines() {
        for (separator, name) in SEPARATORS {
            let s = separator as char;
            let text = format!("Họ và tên{s}Ngày sinh{s}Ghi chú\n\"Lê, Thị{s} Ba\"{s}1990{s}a, b; c\n");
            let survey = survey(text.as_bytes(), &TOLD).ok().unwrap();
            assert_eq!(survey.separator, Some(name));
            let line = lines(survey.sheet.packed.as_slice()).next().unwrap().unwrap();
            assert_eq!((line.number, line.cells[0].as_str()), (2, format!("Lê, Thị{s} Ba").as_str()));
        }
        let hinted = survey(b"sep=;\r\nname;dob\r\nAn;1990\r\n", &TOLD).ok().unwrap();
        assert_eq!((hinted.separator, hinted.sheet.rows), (Some("semicolon"), 1));
    }

    #[test]
    fn lines_are_numbered_as_an_editor_numbers_them() {
        for end in ["\n", "\r\n"] {
            let text = ["DANH SÁCH", "Họ tên,Năm sinh", "An,1990", "", "\"Ba", "Bốn\",1991", "Năm,1992", ""].join(end);
            let survey = survey(text.as_bytes(), &TOLD).ok().unwrap();
            let numbers: Vec<i32> = lines(survey.sheet.packed.as_slice()).map(|l| l.unwrap().number).collect();
            assert_eq!(numbers, [3, 5, 7], "{end:?}");
        }
    }

    #[test]
    fn what_is_no_list_is_refused() {
        assert_eq!(key(b""), Some("import-refused-empty".into()));
        assert_eq!(key(b"%PDF-1.7"), Some("import-refused-kind".into()));
        assert_eq!(key(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), Some("import-refused-old".into()));
        assert_eq!(key(b"PK\x03\x04 cut off"), Some("import-refused-damaged".into()));
        assert_eq!(key(b"name,dob\n\"An,1990\nBa,1991\n"), Some("import-refused-quote".into()));
        let line = survey(b"name,dob\nA,1\n\"An,1990\nBa,1991\n", &TOLD).err().unwrap();
        assert!(crate::base::language::Language::En.say(&line).contains('3'));
    }

    proptest! {
        #[test]
        fn nothing_breaks_it(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = survey(&bytes, &TOLD);
        }
    }
}
