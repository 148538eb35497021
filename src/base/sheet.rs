//! Records written as a sheet that people keep: CSV, or a workbook. Neither runs anything.

use std::io::Write;

use rust_xlsxwriter::{Format, Workbook};

use super::{Error, Result};

/// What makes a spreadsheet take a cell for a formula.
pub const RUNS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Without what no sheet can say.
fn said(cell: &str) -> String {
    cell.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t' | '\r')).collect()
}

/// A cell as a spreadsheet takes it for text: what would be a formula gets an apostrophe.
fn harmless(cell: &str) -> String {
    let cell = said(cell);
    if cell.starts_with(RUNS) { format!("'{cell}") } else { cell }
}

/// Writes records as CSV with a mark, which spreadsheets need to read Vietnamese.
pub fn csv_text(records: &[Vec<String>]) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    bytes.write_all("\u{FEFF}".as_bytes()).map_err(Error::internal)?;
    let mut out = csv::Writer::from_writer(bytes);
    for record in records {
        out.write_record(record.iter().map(|cell| harmless(cell))).map_err(Error::internal)?;
    }
    out.into_inner().map_err(Error::internal)
}

/// A workbook of one sheet in which every cell is text, and stays so when somebody edits it; the first record stays in sight.
pub fn workbook(records: &[Vec<String>]) -> Result<Vec<u8>> {
    let (head, text) = (Format::new().set_bold(), Format::new().set_quote_prefix().set_num_format("@"));
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("1").and_then(|sheet| sheet.set_freeze_panes(1, 0)).map_err(Error::internal)?;
    for (line, record) in (0..).zip(records) {
        for (column, cell) in (0..).zip(record) {
            let format = if line == 0 { &head } else { &text };
            sheet.write_string_with_format(line, column, said(cell), format).map_err(Error::internal)?;
        }
    }
    sheet.autofit();
    book.save_to_buffer().map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_run_is_made_harmless() {
        for cell in ["=1+1", "+84912345678", "-1", "@x", "\tx", "\rx"] {
            assert_eq!(harmless(cell), format!("'{cell}"));
        }
        assert_eq!(harmless("An"), "An");
        assert_eq!(harmless("\u{1}"), "");
    }
}
