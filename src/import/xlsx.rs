//! Workbooks: read cell by cell, never as a grid of a million empty ones.

use std::io::{Cursor, Read};

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx};
use zip::ZipArchive;

use super::heading::{Means, means};
use super::sheet::{Collector, FORMULA, Sheet};
use super::{Kind, LONGEST_CELL, MOST_COLUMNS, MOST_UNPACKED};
use crate::base::language::Message;

fn damaged<E>(_: E) -> Message {
    Message::new("import-refused-damaged")
}

/// Unpacks everything into nothing, and stops where there is too much of it: what an archive says of its sizes is
/// what its maker wanted us to believe.
fn weigh(bytes: &[u8]) -> std::result::Result<(), Message> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    if archive.len() > 2_000 {
        return Err(Message::new("import-refused-size").with("max", (MOST_UNPACKED >> 20) as i64));
    }
    let mut left = MOST_UNPACKED;
    for at in 0..archive.len() {
        let file = archive.by_index(at).map_err(damaged)?;
        if file.name().map_err(damaged)?.to_ascii_lowercase().ends_with("vbaproject.bin") {
            return Err(Message::new("import-refused-macros"));
        }
        let read = std::io::copy(&mut file.take(left + 1), &mut std::io::sink()).map_err(damaged)?;
        if read > left {
            return Err(Message::new("import-refused-size").with("max", (MOST_UNPACKED >> 20) as i64));
        }
        left -= read;
    }
    Ok(())
}

/// The sheet of a workbook that holds the list, and its name.
pub fn read(bytes: &[u8], kind: Kind, wanted: Option<&str>) -> std::result::Result<(String, Sheet), Message> {
    weigh(bytes)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(damaged)?;
    let names: Vec<String> = book
        .sheets_metadata()
        .iter()
        .filter(|s| s.typ == SheetType::WorkSheet && s.visible == SheetVisible::Visible)
        .map(|s| s.name.clone())
        .collect();
    let name = match wanted {
        Some(wanted) => names.iter().find(|n| n.trim().eq_ignore_ascii_case(wanted.trim())).cloned(),
        None => choose(&mut book, kind, &names)?,
    };
    let Some(name) = name else {
        return Err(Message::new("import-refused-sheet").with("sheets", names.join(", ")));
    };
    let mut collector = Collector::new(kind, false);
    each_row(&mut book, &name, |number, cells| collector.push(number, cells))?;
    Ok((name, collector.done()?))
}

type Book<'a> = Xlsx<Cursor<&'a [u8]>>;

/// The only sheet with anything in it, or the only one that looks like a list of people; nothing where that is open.
fn choose(book: &mut Book<'_>, kind: Kind, names: &[String]) -> std::result::Result<Option<String>, Message> {
    if let [only] = names {
        return Ok(Some(only.clone()));
    }
    let mut lists = Vec::new();
    let mut filled = Vec::new();
    for name in names {
        let (mut is_list, mut rows) = (false, 0);
        // Stops after some lines, by an error that is none.
        let _ = each_row(book, name, |_, cells| {
            rows += 1;
            is_list |= cells.iter().filter(|c| matches!(means(kind, c), Means::Field(_))).count() >= 2;
            if rows > 20 || is_list { Err(Message::new("")) } else { Ok(()) }
        });
        if rows > 0 {
            filled.push(name);
        }
        if is_list {
            lists.push(name);
        }
    }
    Ok(match (lists.as_slice(), filled.as_slice()) {
        ([one], _) | ([], [one]) => Some((*one).clone()),
        _ => None,
    })
}

/// Hands each row on of the first sheet in sight that has any.
pub fn each_row_of_first(
    bytes: &[u8],
    mut take: impl FnMut(i32, Vec<String>) -> std::result::Result<(), Message>,
) -> std::result::Result<(), Message> {
    weigh(bytes)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(damaged)?;
    let sheets = book.sheets_metadata().iter();
    let names: Vec<String> = sheets
        .filter(|s| s.typ == SheetType::WorkSheet && s.visible == SheetVisible::Visible)
        .map(|s| s.name.clone())
        .collect();
    for name in names {
        let mut any = false;
        each_row(&mut book, &name, |number, cells| {
            any = true;
            take(number, cells)
        })?;
        if any {
            break;
        }
    }
    Ok(())
}

/// Hands each row of a sheet on, with its number as the sheet shows it.
fn each_row(
    book: &mut Book<'_>,
    name: &str,
    mut take: impl FnMut(i32, Vec<String>) -> std::result::Result<(), Message>,
) -> std::result::Result<(), Message> {
    let mut reader = book.worksheet_cells_reader(name).map_err(damaged)?;
    let mut row: Vec<String> = Vec::new();
    let mut number = 0;
    while let Some(cell) = reader.next_cell_with_formula_metadata().map_err(damaged)? {
        let (line, column) = (cell.pos.0 as i32 + 1, cell.pos.1 as usize);
        if line < number {
            return Err(Message::new("import-refused-damaged"));
        }
        if line != number && !row.is_empty() {
            take(number, std::mem::take(&mut row))?;
        }
        number = line;
        let text = if cell.formula.is_some() { FORMULA.to_owned() } else { written(&cell.value) };
        if text.is_empty() {
            continue;
        }
        if column >= MOST_COLUMNS {
            let message = Message::new("import-refused-columns").with("line", i64::from(line));
            return Err(message.with("count", column as i64 + 1).with("max", MOST_COLUMNS as i64));
        }
        if text.len() > LONGEST_CELL && text.chars().count() > LONGEST_CELL {
            return Err(Message::new("import-refused-cell")
                .with("line", i64::from(line))
                .with("max", LONGEST_CELL as i64));
        }
        if row.len() <= column {
            row.resize(column + 1, String::new());
        }
        row[column] = text;
    }
    if row.is_empty() { Ok(()) } else { take(number, row) }
}

/// A cell as the text that somebody would have typed. Dates are written so that nobody takes the day for the month.
fn written(value: &DataRef<'_>) -> String {
    let text = match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(yes) => yes.to_string(),
        DataRef::DateTime(at) => {
            let (year, month, day, ..) = at.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(_) | DataRef::Empty => String::new(),
    };
    text.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::super::sheet::lines;
    use super::*;
    use crate::base::sheet::workbook;

    const TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>"#;
    const ROOT: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
    const PARTS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
    const BOOK: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="1" sheetId="1" r:id="rId1"/></sheets></workbook>"#;

    fn packed(files: &[(&str, &str)]) -> Vec<u8> {
        let mut book = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in files {
            book.start_file(*name, SimpleFileOptions::default()).unwrap();
            book.write_all(text.as_bytes()).unwrap();
        }
        book.finish().unwrap().into_inner()
    }

    fn book(sheet: &str) -> Vec<u8> {
        let sheet = format!(
            r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{sheet}</sheetData></worksheet>"#
        );
        packed(&[
            ("[Content_Types].xml", TYPES),
            ("_rels/.rels", ROOT),
            ("xl/workbook.xml", BOOK),
            ("xl/_rels/workbook.xml.rels", PARTS),
            ("xl/worksheets/sheet1.xml", &sheet),
        ])
    }

    fn key(bytes: &[u8]) -> String {
        read(bytes, Kind::Manifest, None).err().unwrap().key.into_owned()
    }

    #[test]
    fn what_is_written_reads_back_and_runs_nothing() {
        let records = vec![
            vec!["Họ và tên".into(), "Năm sinh".into()],
            vec!["Nguyễn & <Thị> Mậu".to_owned(), "1990".into()],
            vec!["=HYPERLINK(\"http://x\")".into(), "1991".into()],
        ];
        let (name, sheet) = read(&workbook(&records).unwrap(), Kind::Manifest, None).ok().unwrap();
        assert_eq!((name.as_str(), sheet.rows), ("1", 2));
        let lines: Vec<_> = lines(sheet.packed.as_slice()).map(|l| l.unwrap()).collect();
        assert_eq!(lines[0].cells, ["Nguyễn & <Thị> Mậu", "1990"]);
        assert_eq!((lines[1].number, lines[1].cells[0].as_str()), (3, "=HYPERLINK(\"http://x\")"));
    }

    #[test]
    fn a_formula_is_marked_and_numbers_stay_numbers() {
        let head = r#"<row r="1"><c r="A1" t="inlineStr"><is><t>Họ tên</t></is></c><c r="B1" t="inlineStr"><is><t>Năm sinh</t></is></c></row>"#;
        let bytes = book(&format!(
            r#"{head}<row r="7"><c r="A7" t="str"><f>1+1</f><v>2</v></c><c r="B7"><v>1990</v></c></row>"#
        ));
        let (_, sheet) = read(&bytes, Kind::Manifest, None).ok().unwrap();
        let line = lines(sheet.packed.as_slice()).next().unwrap().unwrap();
        assert_eq!((line.number, line.cells), (7, vec![FORMULA.to_owned(), "1990".to_owned()]));
    }

    #[test]
    fn bombs_macros_and_broken_files_are_refused() {
        let zeros = "0".repeat(MOST_UNPACKED as usize + 1);
        assert_eq!(key(&packed(&[("xl/worksheets/sheet1.xml", &zeros)])), "import-refused-size");
        assert_eq!(key(&packed(&[("xl/vbaProject.bin", "x")])), "import-refused-macros");
        let whole = book("");
        assert_eq!(key(&whole[..whole.len() - 30]), "import-refused-damaged");
        assert_eq!(key(&whole), "import-refused-empty");
        let far = r#"<row r="1"><c r="A1" t="inlineStr"><is><t>Họ tên</t></is></c><c r="XFD1"><v>1</v></c></row>"#;
        assert_eq!(key(&book(far)), "import-refused-columns");
    }
}
