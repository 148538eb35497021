//! One line as a person of a manifest, or everything that is wrong with it.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use time::Date;

use super::dates::{self, Order, Written};
use super::sheet::FORMULA;
use super::{Column, Field};
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

/// A line that says what it should.
#[derive(Clone, Debug, PartialEq)]
pub struct Passenger {
    pub name: String,
    pub sex: Option<&'static str>,
    pub birth: Option<(Date, Precision)>,
    pub paper: Option<Paper>,
    pub phone: Option<String>,
}

impl Passenger {
    /// What tells this line from every other: a keyed hash, the same in whichever file it stands.
    pub fn fingerprint(&self, keys: &Keys) -> Result<String> {
        let birth = self.birth.map(|(date, precision)| format!("{date} {}", precision.code())).unwrap_or_default();
        let paper = self.paper.as_ref().map(|p| format!("{}|{}|{}", p.kind, p.country, p.number)).unwrap_or_default();
        let said = [
            fold(&self.name),
            self.sex.unwrap_or_default().into(),
            birth,
            paper,
            self.phone.clone().unwrap_or_default(),
        ];
        hashed(keys, &said)
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
    hashed(keys, cells)
}

fn hashed(keys: &Keys, said: &[String]) -> Result<String> {
    Ok(keys.blind(Use::IdentityIndex, &format!("manifest-row|{}", said.join("\u{1f}")))?.index)
}

/// Reads lines of one file.
pub struct Lines {
    /// The field of each cell, in their order.
    fields: Vec<Field>,
    orders: Vec<Order>,
    today: Date,
    countries: HashMap<String, Option<String>>,
}

const MALE: [&str; 7] = ["nam", "m", "male", "trai", "ong", "mr", "n am"];
const FEMALE: [&str; 8] = ["nu", "f", "female", "gai", "ba", "mrs", "ms", "nu gioi"];

impl Lines {
    /// `wanted`: the columns that lines hold. `order` is the answer where a column does not say its own.
    pub fn new(wanted: &[Column], order: Option<Order>, today: Date) -> Lines {
        let order_of = |column: &Column| match column.dates {
            Written::DayFirst => Order::DayFirst,
            Written::MonthFirst => Order::MonthFirst,
            Written::Plain | Written::Unclear => order.unwrap_or(Order::DayFirst),
        };
        Lines {
            fields: wanted.iter().filter_map(Column::meaning).collect(),
            orders: wanted.iter().map(order_of).collect(),
            today,
            countries: HashMap::new(),
        }
    }

    fn country(&mut self, typed: &str) -> Option<String> {
        if let Some(known) = self.countries.get(typed) {
            return known.clone();
        }
        let list = List::Countries.vocabulary();
        let found = match list.meant(typed, None, self.today) {
            Meant::One(entry) => Some(entry.code.clone()),
            _ => alpha_three(typed).map(str::to_owned),
        };
        // A file has few countries; one that has many is not remembered whole.
        if self.countries.len() < 500 {
            self.countries.insert(typed.to_owned(), found.clone());
        }
        found
    }

    /// What the line says, or what is wrong with it.
    pub fn read(&mut self, cells: &[String], ragged: bool) -> std::result::Result<Passenger, Vec<Problem>> {
        let mut wrong = Vec::new();
        if ragged {
            wrong.push(Problem::new("", "error-import-ragged"));
        }
        let mut text: [&str; Field::ALL.len()] = [""; Field::ALL.len()];
        let mut birth = None;
        for (at, field) in self.fields.iter().copied().enumerate() {
            let cell = cells.get(at).map_or("", |c| c.trim());
            let runs = cell == FORMULA || cell.starts_with(['=', '@']);
            if runs || !readable(cell) {
                wrong.push(Problem::new(field.code(), if runs { "error-import-formula" } else { "error-characters" }));
                continue;
            }
            if field == Field::Birth {
                birth = dates::read(cell, self.orders[at], self.today).unwrap_or_else(|code| {
                    wrong.push(Problem::new("birth", code));
                    None
                });
            }
            text[field as usize] = cell;
        }
        let unread = |field: Field| wrong.iter().any(|p| p.field == field.code());
        let name = match text[Field::Name as usize] {
            "" => clean(&format!("{} {}", text[Field::FamilyName as usize], text[Field::GivenName as usize])),
            whole => clean(whole),
        };
        let name_open = unread(Field::Name) || unread(Field::FamilyName) || unread(Field::GivenName);
        let named = if self.fields.contains(&Field::Name) { "name" } else { "given-name" };
        if !name_open {
            wrong.extend(wrong_name(&name).map(|code| Problem::new(named, code)));
        }
        let sex = match fold(text[Field::Sex as usize]).as_str() {
            "" => None,
            word if MALE.contains(&word) => Some("male"),
            word if FEMALE.contains(&word) => Some("female"),
            _ => {
                wrong.push(Problem::new("sex", "error-import-sex"));
                None
            }
        };
        let nationality = match text[Field::Nationality as usize] {
            "" => Some("VN".to_owned()),
            typed => {
                let found = self.country(typed);
                if found.is_none() {
                    wrong.push(Problem::new("nationality", "error-place-unknown"));
                }
                found
            }
        };
        let paper = paper(&text, nationality.unwrap_or_default(), &mut wrong);
        let phone = match text[Field::Phone as usize] {
            "" => None,
            typed => international(typed).or_else(|| {
                wrong.push(Problem::new("phone", "error-phone"));
                None
            }),
        };
        if wrong.is_empty() { Ok(Passenger { name, sex, birth, paper, phone }) } else { Err(wrong) }
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

/// The first document that the line names, with the kind its column says or its number looks like.
fn paper(text: &[&str], nationality: String, wrong: &mut Vec<Problem>) -> Option<Paper> {
    for field in [Field::Passport, Field::TravelPass, Field::CitizenCard, Field::Number] {
        let typed = text[field as usize];
        if typed.is_empty() {
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
            wrong.push(Problem::new(field.code(), code));
            return None;
        }
        let country = if kind == "citizen-card" { "VN".to_owned() } else { nationality };
        return Some(Paper { kind, country, number });
    }
    None
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
mod tests {
    use super::*;
    use time::macros::date;

    fn column(field: Field) -> Column {
        Column { heading: String::new(), field: Some(field.code().into()), dates: Written::DayFirst }
    }

    fn read(cells: &[(Field, &str)]) -> std::result::Result<Passenger, Vec<Problem>> {
        let wanted: Vec<Column> = cells.iter().map(|(field, _)| column(*field)).collect();
        let cells: Vec<String> = cells.iter().map(|(_, cell)| (*cell).to_owned()).collect();
        Lines::new(&wanted, None, date!(2026 - 11 - 22)).read(&cells, false)
    }

    fn codes(cells: &[(Field, &str)]) -> Vec<String> {
        read(cells).err().unwrap_or_default().into_iter().map(|p| format!("{} {}", p.field, p.code)).collect()
    }

    #[test]
    fn a_line_is_read() {
        use Field::*;
        let cells = [
            (Name, " NGUYỄN  thị Mậu"),
            (Sex, "Nữ"),
            (Birth, "15/02/1990"),
            (Passport, "c 1234567"),
            (Phone, "912345678"),
        ];
        let read = read(&cells).unwrap();
        assert_eq!(read.name, "NGUYỄN thị Mậu");
        assert_eq!(read.sex, Some("female"));
        assert_eq!(read.birth, Some((date!(1990 - 02 - 15), Precision::Day)));
        assert_eq!(read.paper, Some(Paper { kind: "passport", country: "VN".into(), number: "C1234567".into() }));
        assert_eq!(read.phone.as_deref(), Some("+84912345678"));
    }

    #[test]
    fn only_a_name_is_needed_and_may_come_in_two_columns() {
        use Field::*;
        assert_eq!(read(&[(FamilyName, "NGUYEN"), (GivenName, "THI MAU")]).unwrap().name, "NGUYEN THI MAU");
        assert_eq!(read(&[(Name, "Mậu"), (Sex, ""), (Birth, ""), (Number, "")]).unwrap().paper, None);
        assert_eq!(read(&[(Name, "Mậu"), (Number, "001190000018")]).unwrap().paper.unwrap().kind, "citizen-card");
        assert_eq!(
            read(&[(Name, "Khăm"), (Nationality, "LAO"), (Passport, "PA123456")]).unwrap().paper.unwrap().country,
            "LA"
        );
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        use Field::*;
        let cells = [
            (Name, "=cmd()"),
            (Sex, "X"),
            (Birth, "31/02/1990"),
            (CitizenCard, "123"),
            (Phone, "12"),
            (Nationality, "Atlantis"),
        ];
        assert_eq!(
            codes(&cells),
            [
                "name error-import-formula",
                "birth error-date",
                "sex error-import-sex",
                "nationality error-place-unknown",
                "citizen-card error-citizen-number",
                "phone error-phone"
            ]
        );
        assert_eq!(codes(&[(Name, "")]), ["name error-name"]);
        assert_eq!(codes(&[(Name, "An\u{202E}")]), ["name error-characters"]);
        assert_eq!(codes(&[(Name, "Nguyễn 123")]), ["name error-import-name-digits"]);
        assert_eq!(codes(&[(FamilyName, ""), (GivenName, FORMULA)]), ["given-name error-import-formula"]);
    }

    #[test]
    fn the_same_line_has_the_same_fingerprint_in_every_file() {
        use Field::*;
        let keys = Keys::new();
        let of = |cells: &[(Field, &str)]| read(cells).unwrap().fingerprint(&keys).unwrap();
        let first = of(&[(Name, "Nguyễn Thị Mậu"), (Birth, "15/02/1990"), (Passport, "C1234567")]);
        assert_eq!(first, of(&[(Passport, "c 123-4567"), (Birth, "1990-02-15"), (Name, "NGUYEN THI MAU")]));
        assert_ne!(first, of(&[(Name, "Nguyễn Thị Mậu"), (Birth, "15/02/1990"), (Passport, "C1234568")]));
    }
}
