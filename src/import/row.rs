//! One line as somebody on a list, or everything that is wrong with it.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use time::Date;

use super::contract_row::{self, Contract};
use super::dates::{self, Order, Written};
use super::sheet::FORMULA;
use super::{Column, Field, Kind};
use crate::base::Result;
use crate::base::date::Precision;
use crate::base::language::{Language, Message};
use crate::base::seal::{Keys, Use};
use crate::base::text::{clean, fold, readable};
use crate::person::likeness::search_keys;
use crate::person::{document, international};
use crate::vocabulary::{List, Meant};

/// What is wrong with a line, beside which column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Problem {
    /// The code of a field; empty where it is the whole line.
    pub field: String,
    /// The key of a message.
    pub code: String,
    /// Another line that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<i32>,
}

impl Problem {
    pub fn new(field: &str, code: &str) -> Problem {
        Problem { field: field.into(), code: code.into(), line: None }
    }

    pub fn message(&self) -> Message {
        let message = Message::new(self.code.clone());
        match self.line {
            Some(line) => message.with("line", i64::from(line)),
            None => message,
        }
    }

    /// «Ngày sinh: Ngày này chưa đến.»
    pub fn said(&self, language: Language) -> String {
        let message = language.say(&self.message());
        match self.field.as_str() {
            "" => message,
            field => format!("{}: {message}", language.say(&Message::new(format!("import-field-{field}")))),
        }
    }
}

/// A document as the list names it.
#[derive(Clone, Debug, PartialEq)]
pub struct Paper {
    pub kind: &'static str,
    pub country: String,
    pub number: String,
}

/// A line that says what it should: somebody, and in a list of contracts what they left for.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub who: Passenger,
    pub contract: Option<Contract>,
}

impl Entry {
    /// What tells this line from every other: a keyed hash, the same in whichever file it stands.
    pub fn fingerprint(&self, keys: &Keys) -> Result<String> {
        match &self.contract {
            None => self.who.fingerprint(keys),
            Some(contract) => hashed(keys, "contract-row", &[self.who.said(), contract.said()].concat()),
        }
    }

    /// What two lines of one list cannot both say: the same document, or that the same person left for the same country
    /// from the same day. With the message for the second of them.
    pub fn once(&self) -> Option<(String, &'static str)> {
        match &self.contract {
            None => Some((self.who.paper.as_ref()?.said(), "error-import-same-document")),
            Some(contract) => Some((contract.of(&self.who), "error-import-same-contract")),
        }
    }
}

/// Somebody as a line names them.
#[derive(Clone, Debug, PartialEq)]
pub struct Passenger {
    pub name: String,
    pub sex: Option<&'static str>,
    pub birth: Option<(Date, Precision)>,
    pub paper: Option<Paper>,
    /// Further ones, which only a list of contracts keeps.
    pub papers: Vec<Paper>,
    pub phone: Option<String>,
}

impl Paper {
    pub fn said(&self) -> String {
        format!("{}|{}|{}", self.kind, self.country, self.number)
    }
}

impl Passenger {
    fn said(&self) -> Vec<String> {
        let birth = self.birth.map(|(date, precision)| format!("{date} {}", precision.code())).unwrap_or_default();
        let mut said = vec![
            fold(&self.name),
            self.sex.unwrap_or_default().into(),
            birth,
            self.paper.as_ref().map(Paper::said).unwrap_or_default(),
            self.phone.clone().unwrap_or_default(),
        ];
        said.extend(self.papers.iter().map(Paper::said));
        said
    }

    fn fingerprint(&self, keys: &Keys) -> Result<String> {
        hashed(keys, "manifest-row", &self.said())
    }

    /// Every paper that the line names.
    pub fn all_papers(&self) -> impl Iterator<Item = &Paper> {
        self.paper.iter().chain(&self.papers)
    }

    /// The keys by which somebody expected can be this one.
    pub fn match_keys(&self, keys: &Keys) -> Result<Vec<String>> {
        let mut found = match &self.paper {
            Some(paper) => document::match_keys(keys, paper.kind, &paper.country, &paper.number)?,
            None => Vec::new(),
        };
        found.extend(search_keys(&self.name, None));
        found.extend(self.phone.iter().map(|phone| format!("phone:{phone}")));
        Ok(found)
    }
}

/// The fingerprint of a line that is not read, by what stands in it.
pub fn fingerprint_of_cells(keys: &Keys, cells: &[String]) -> Result<String> {
    hashed(keys, "manifest-row", cells)
}

pub fn hashed(keys: &Keys, what: &str, said: &[String]) -> Result<String> {
    Ok(keys.blind(Use::IdentityIndex, &format!("{what}|{}", said.join("\u{1f}")))?.index)
}

/// Reads lines of one file.
pub struct Lines {
    kind: Kind,
    /// The field of each cell, in their order.
    fields: Vec<Field>,
    orders: Vec<Order>,
    today: Date,
    /// What typed names were found to be, list by list.
    found: HashMap<(List, String), Option<String>>,
}

const MALE: [&str; 7] = ["nam", "m", "male", "trai", "ong", "mr", "n am"];
const FEMALE: [&str; 8] = ["nu", "f", "female", "gai", "ba", "mrs", "ms", "nu gioi"];

/// The cells of a line by their field, and what is wrong so far.
pub struct Cells<'a> {
    text: [&'a str; Field::ALL.len()],
    orders: [Order; Field::ALL.len()],
    pub wrong: Vec<Problem>,
}

impl<'a> Cells<'a> {
    pub fn get(&self, field: Field) -> &'a str {
        self.text[field as usize]
    }

    /// Which number of a date is the day, in the column of this field.
    pub fn order(&self, field: Field) -> Order {
        self.orders[field as usize]
    }

    pub fn push(&mut self, field: Field, code: &str) {
        self.wrong.push(Problem::new(field.code(), code));
    }

    /// The cell could not be taken at all, and was said to be wrong.
    pub fn unread(&self, field: Field) -> bool {
        self.wrong.iter().any(|problem| problem.field == field.code())
    }
}

impl Lines {
    /// `wanted`: the columns that lines hold. `order` is the answer where a column does not say its own.
    pub fn new(kind: Kind, wanted: &[Column], order: Option<Order>, today: Date) -> Lines {
        let order_of = |column: &Column| match column.dates {
            Written::DayFirst => Order::DayFirst,
            Written::MonthFirst => Order::MonthFirst,
            Written::Plain | Written::Unclear => order.unwrap_or(Order::DayFirst),
        };
        Lines {
            kind,
            fields: wanted.iter().filter_map(Column::meaning).collect(),
            orders: wanted.iter().map(order_of).collect(),
            today,
            found: HashMap::new(),
        }
    }

    pub fn today(&self) -> Date {
        self.today
    }

    /// The code that a typed name stands for in a list.
    pub fn place(&mut self, list: List, typed: &str) -> Option<String> {
        let key = (list, typed.to_owned());
        if let Some(known) = self.found.get(&key) {
            return known.clone();
        }
        let found = match list.vocabulary().meant(typed, None, self.today) {
            Meant::One(entry) => Some(entry.code.clone()),
            _ if list == List::Countries => alpha_three(typed).map(str::to_owned),
            _ => None,
        };
        // A file has few of each; one that has many is not remembered whole.
        if self.found.len() < 2_000 {
            self.found.insert(key, found.clone());
        }
        found
    }

    fn cells<'a>(&self, cells: &'a [String], ragged: bool) -> Cells<'a> {
        let none = [Order::DayFirst; Field::ALL.len()];
        let mut read = Cells { text: [""; Field::ALL.len()], orders: none, wrong: Vec::new() };
        if ragged {
            read.wrong.push(Problem::new("", "error-import-ragged"));
        }
        for (at, field) in self.fields.iter().copied().enumerate() {
            let cell = cells.get(at).map_or("", |c| c.trim());
            let runs = cell == FORMULA || cell.starts_with(['=', '@']);
            if runs || !readable(cell) {
                read.push(field, if runs { "error-import-formula" } else { "error-characters" });
                continue;
            }
            read.text[field as usize] = cell;
            read.orders[field as usize] = self.orders[at];
        }
        read
    }

    /// What the line says, or what is wrong with it.
    pub fn read(&mut self, cells: &[String], ragged: bool) -> std::result::Result<Entry, Vec<Problem>> {
        let mut cells = self.cells(cells, ragged);
        let who = self.who(&mut cells);
        let contract = match self.kind {
            Kind::Manifest => None,
            Kind::Contracts => contract_row::read(self, &mut cells),
        };
        if cells.wrong.is_empty() { Ok(Entry { who, contract }) } else { Err(cells.wrong) }
    }

    fn who(&mut self, cells: &mut Cells<'_>) -> Passenger {
        let birth = dates::read(cells.get(Field::Birth), cells.order(Field::Birth), self.today);
        let birth = birth.unwrap_or_else(|code| {
            cells.push(Field::Birth, code);
            None
        });
        let name = match cells.get(Field::Name) {
            "" => clean(&format!("{} {}", cells.get(Field::FamilyName), cells.get(Field::GivenName))),
            whole => clean(whole),
        };
        let open = [Field::Name, Field::FamilyName, Field::GivenName].into_iter().any(|field| cells.unread(field));
        let named = if self.fields.contains(&Field::Name) { Field::Name } else { Field::GivenName };
        if let Some(code) = wrong_name(&name).filter(|_| !open) {
            cells.push(named, code);
        }
        let sex = match fold(cells.get(Field::Sex)).as_str() {
            "" => None,
            word if MALE.contains(&word) => Some("male"),
            word if FEMALE.contains(&word) => Some("female"),
            _ => {
                cells.push(Field::Sex, "error-import-sex");
                None
            }
        };
        let nationality = match cells.get(Field::Nationality) {
            "" => Some("VN".to_owned()),
            typed => {
                let found = self.place(List::Countries, typed);
                if found.is_none() {
                    cells.push(Field::Nationality, "error-place-unknown");
                }
                found
            }
        };
        let mut papers = papers(cells, &nationality.unwrap_or_default(), self.kind == Kind::Contracts).into_iter();
        let phone = match cells.get(Field::Phone) {
            "" => None,
            typed => international(typed).or_else(|| {
                cells.push(Field::Phone, "error-phone");
                None
            }),
        };
        Passenger { name, sex, birth, paper: papers.next(), papers: papers.collect(), phone }
    }
}

fn wrong_name(name: &str) -> Option<&'static str> {
    match () {
        () if fold(name).is_empty() => Some("error-name"),
        () if name.chars().count() > 200 => Some("error-import-name-long"),
        () if name.chars().any(|c| c.is_ascii_digit()) => Some("error-import-name-digits"),
        () => None,
    }
}

/// The first document that the line names, or all of them, each with the kind its column says or its number looks like.
fn papers(cells: &mut Cells<'_>, nationality: &str, all: bool) -> Vec<Paper> {
    let mut found: Vec<Paper> = Vec::new();
    for field in [Field::Passport, Field::TravelPass, Field::CitizenCard, Field::Number] {
        let typed = cells.get(field);
        if typed.is_empty() || !all && !found.is_empty() {
            continue;
        }
        let number = document::normal(typed);
        let kind = match field {
            Field::Passport => "passport",
            Field::TravelPass => "travel-pass",
            Field::CitizenCard => "citizen-card",
            _ if number.len() == 12 && number.bytes().all(|b| b.is_ascii_digit()) => "citizen-card",
            _ if number.starts_with(|c: char| c.is_ascii_alphabetic()) => "passport",
            _ => "other",
        };
        if let Some(code) = document::wrong(kind, &number) {
            cells.push(field, code);
            if all {
                continue;
            }
            break;
        }
        let country = if kind == "citizen-card" { "VN".to_owned() } else { nationality.to_owned() };
        let paper = Paper { kind, country, number };
        if !found.contains(&paper) {
            found.push(paper);
        }
    }
    found
}

/// The three letters of a passport, for the nationalities that such lists hold.
fn alpha_three(typed: &str) -> Option<&'static str> {
    const KNOWN: [(&str, &str); 14] = [
        ("VNM", "VN"),
        ("VIE", "VN"),
        ("LAO", "LA"),
        ("KHM", "KH"),
        ("CHN", "CN"),
        ("TWN", "TW"),
        ("KOR", "KR"),
        ("JPN", "JP"),
        ("THA", "TH"),
        ("MYS", "MY"),
        ("PHL", "PH"),
        ("IDN", "ID"),
        ("MMR", "MM"),
        ("RUS", "RU"),
    ];
    let vietnamese = ["viet nam", "vietnam", "vietnamese", "nguoi viet nam", "nguoi viet"];
    if vietnamese.contains(&fold(typed).as_str()) {
        return Some("VN");
    }
    KNOWN.iter().find(|(three, _)| three.eq_ignore_ascii_case(typed.trim())).map(|(_, two)| *two)
}

#[cfg(test)]
mod tests;
