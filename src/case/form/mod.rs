//! Forms that authorities take, printed with what is known of a case (practice 30). Their words are data that DOLAB keeps,
//! in versions with the day from which each holds.
//!
//! A form is written line by line: `# ` begins a title, `> ` what stands at the right, `| a | b |` two columns as for
//! signatures, a blank line a new paragraph; anything else stands as it is. `{name}` is a place, one of [`PLACES`].

pub mod keeping;
pub mod pages;
pub mod store;

use diesel::prelude::*;
use rocket::Route;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use crate::base::language::Message;
use crate::schema::form_templates;

pub fn routes() -> Vec<Route> {
    [pages::routes(), keeping::routes()].concat()
}

/// What stands above every paper of the country.
pub const HEAD: [&str; 2] = ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập – Tự do – Hạnh phúc"];

/// What can be filled in. `form-place-` and the code is the word for it.
pub const PLACES: [&str; 20] = [
    "name",
    "birth",
    "sex",
    "document",
    "document-number",
    "phone",
    "address",
    "commune",
    "province",
    "country",
    "left",
    "entered",
    "sender",
    "contract-start",
    "contract-end",
    "case",
    "office",
    "office-phone",
    "accountable",
    "today",
];

/// A version of a form.
#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = form_templates)]
pub struct Template {
    pub code: String,
    pub version: i32,
    pub title: String,
    pub goes_to: String,
    pub source: String,
    pub official: bool,
    pub body: String,
    pub valid_from: Date,
    pub ended_on: Option<Date>,
    pub written_by: Option<Uuid>,
    pub written_at: OffsetDateTime,
}

/// A piece of a line: words, or a place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Piece {
    Words(String),
    Place(&'static str),
}

/// A line of a form.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Line {
    Title(Vec<Piece>),
    Right(Vec<Piece>),
    Columns(Vec<Piece>, Vec<Piece>),
    Text(Vec<Piece>),
    Gap,
}

/// The lines of a form, or what is wrong with its words.
pub fn read(body: &str) -> Result<Vec<Line>, Message> {
    body.lines().map(|line| read_line(line.trim_end())).collect()
}

fn read_line(line: &str) -> Result<Line, Message> {
    if line.is_empty() {
        return Ok(Line::Gap);
    }
    if let Some(title) = line.strip_prefix("# ") {
        return Ok(Line::Title(pieces(title)?));
    }
    if let Some(right) = line.strip_prefix("> ") {
        return Ok(Line::Right(pieces(right)?));
    }
    if let Some(columns) = line.strip_prefix('|').and_then(|line| line.strip_suffix('|')) {
        let Some((left, right)) = columns.split_once('|').filter(|(_, right)| !right.contains('|')) else {
            return Err(Message::new("error-form-columns").with("line", line));
        };
        return Ok(Line::Columns(pieces(left.trim())?, pieces(right.trim())?));
    }
    Ok(Line::Text(pieces(line)?))
}

fn pieces(text: &str) -> Result<Vec<Piece>, Message> {
    let (mut found, mut rest) = (Vec::new(), text);
    while let Some((before, behind)) = rest.split_once('{') {
        let unclosed = || Message::new("error-form-brace").with("line", text);
        let (name, behind) = behind.split_once('}').ok_or_else(unclosed)?;
        if before.contains('}') {
            return Err(unclosed());
        }
        let place = PLACES.iter().find(|place| **place == name.trim());
        let place = place.ok_or_else(|| Message::new("error-form-place").with("name", name))?;
        if !before.is_empty() {
            found.push(Piece::Words(before.to_owned()));
        }
        found.push(Piece::Place(place));
        rest = behind;
    }
    if rest.contains('}') {
        return Err(Message::new("error-form-brace").with("line", text));
    }
    if !rest.is_empty() {
        found.push(Piece::Words(rest.to_owned()));
    }
    Ok(found)
}

/// A run of a printed line: words, or what was filled in; nothing where it is to be written by hand.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Run {
    Words(String),
    Filled(String),
    ByHand,
}

/// A line as it is printed: how it stands, and its runs; two of them in columns.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Printed {
    /// `title`, `right`, `columns`, `text` or `gap`.
    pub stands: &'static str,
    pub runs: Vec<Run>,
    pub second: Vec<Run>,
}

/// The form with what is known filled in, and the places for which nothing is, each once.
pub fn filled(lines: &[Line], known: impl Fn(&str) -> Option<String>) -> (Vec<Printed>, Vec<&'static str>) {
    let mut missing: Vec<&'static str> = Vec::new();
    let mut runs = |pieces: &[Piece]| -> Vec<Run> {
        let run = |piece: &Piece| match piece {
            Piece::Words(words) => Run::Words(words.clone()),
            Piece::Place(place) => match known(place).filter(|text| !text.is_empty()) {
                Some(text) => Run::Filled(text),
                None => {
                    if !missing.contains(place) {
                        missing.push(place);
                    }
                    Run::ByHand
                }
            },
        };
        pieces.iter().map(run).collect()
    };
    let mut printed = Vec::new();
    for line in lines {
        let (stands, first, second) = match line {
            Line::Title(pieces) => ("title", runs(pieces), Vec::new()),
            Line::Right(pieces) => ("right", runs(pieces), Vec::new()),
            Line::Text(pieces) => ("text", runs(pieces), Vec::new()),
            Line::Columns(left, right) => ("columns", runs(left), runs(right)),
            Line::Gap => ("gap", Vec::new(), Vec::new()),
        };
        printed.push(Printed { stands, runs: first, second });
    }
    (printed, missing)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Piece {
        Piece::Words(text.to_owned())
    }

    #[test]
    fn a_form_is_read_line_by_line() {
        let lines = read("# ĐƠN\n\nTôi là { name }, sinh {birth}.\n> {today}\n| Nơi nhận | {name} |").ok().unwrap();
        assert_eq!(
            lines,
            [
                Line::Title(vec![words("ĐƠN")]),
                Line::Gap,
                Line::Text(vec![
                    words("Tôi là "),
                    Piece::Place("name"),
                    words(", sinh "),
                    Piece::Place("birth"),
                    words(".")
                ]),
                Line::Right(vec![Piece::Place("today")]),
                Line::Columns(vec![words("Nơi nhận")], vec![Piece::Place("name")]),
            ]
        );
        for (body, why) in [
            ("{tên}", "error-form-place"),
            ("{name", "error-form-brace"),
            ("name} {name}", "error-form-brace"),
            ("{name}}", "error-form-brace"),
            ("| một |", "error-form-columns"),
            ("| một | hai | ba |", "error-form-columns"),
        ] {
            assert_eq!(read(body).err().map(|m| m.key.into_owned()).as_deref(), Some(why), "{body}");
        }
    }

    #[test]
    fn what_is_not_known_is_left_to_the_hand_and_said_once() {
        let lines = read("{name} {birth}\n{birth}").ok().unwrap();
        let (printed, missing) = filled(&lines, |place| (place == "name").then(|| "Lò Thị Mẫu".to_owned()));
        assert_eq!(printed[0].runs, [Run::Filled("Lò Thị Mẫu".into()), Run::Words(" ".into()), Run::ByHand]);
        assert_eq!(missing, ["birth"]);
    }
}
