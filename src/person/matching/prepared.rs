//! A record with everything folded, split and normalised once, so that a pair takes about a microsecond.

use super::name::Names;
use super::text::{Text, distance, hash};
use super::{Birth, Document, Places, Record, SOME_IDENTITY_NUMBER};
use crate::base::text::fold;
use crate::person::{document, international};

/// More papers or phones than anybody has; the rest is not looked at.
const MOST: usize = 32;

#[derive(Clone, Debug)]
pub struct Prepared {
    pub names: Option<Names>,
    pub birth: Option<Birth>,
    /// Year, month and day.
    pub birth_digits: Number,
    /// The first letter of the code; blank where it is not known.
    pub sex: u8,
    pub papers: Vec<Paper>,
    pub phones: Vec<Number>,
    pub provinces: Vec<String>,
    pub communes: Vec<String>,
    /// House number, street, suburb, postcode, state.
    lines: [Option<Text>; 5],
}

/// Within which field a number is compared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Class {
    Identity,
    Passport,
    Paper,
}

#[derive(Clone, Debug)]
pub struct Paper {
    pub class: Class,
    /// Kind and country, hashed; a country of 0 may be any.
    pub kind: u64,
    pub country: u64,
    /// Whose kind nobody knows.
    pub unsure: bool,
    pub number: Number,
}

/// Digits and letters, ready for being compared.
#[derive(Clone, Debug)]
pub struct Number {
    pub digits: Box<[char]>,
    key: u64,
    /// How often each digit occurs, four bits for each.
    bag: u64,
}

impl Number {
    fn new(digits: impl Iterator<Item = char>) -> Number {
        let digits: Box<[char]> = digits.take(80).collect();
        let mut bag = 0u64;
        for c in &digits {
            let at = 4 * (u32::from(*c) % 16);
            if bag >> at & 15 < 15 {
                bag += 1 << at;
            }
        }
        Number { key: hash(&digits.iter().collect::<String>()), digits, bag }
    }

    pub fn text(&self) -> String {
        self.digits.iter().collect()
    }

    /// Edits between two numbers, as far as they are at most two.
    pub fn edits(&self, other: &Number) -> Option<usize> {
        if self.key == other.key {
            return Some(0);
        }
        let (mut more, mut less) = (0, 0);
        if self.bag != other.bag {
            for at in (0..64).step_by(4) {
                let (mine, theirs) = ((self.bag >> at & 15) as i32, (other.bag >> at & 15) as i32);
                more += (mine - theirs).max(0);
                less += (theirs - mine).max(0);
            }
        }
        // Each edit changes at most one digit for another.
        if more.max(less) > 2 { None } else { distance(&self.digits, &other.digits, 2) }
    }
}

impl Paper {
    fn new(document: &Document) -> Option<Paper> {
        let number = Number::new(document::normal(&document.number).chars());
        if number.digits.is_empty() {
            return None;
        }
        let digits = number.digits.iter().all(char::is_ascii_digit);
        // A number that does not say what it is says it by its length.
        let kind = match (document.kind.as_str(), number.digits.len()) {
            (SOME_IDENTITY_NUMBER, 12) if digits => "citizen-card",
            (SOME_IDENTITY_NUMBER, 9) if digits => "old-identity-card",
            (kind, _) => kind,
        };
        let class = match kind {
            "citizen-card" | "old-identity-card" | SOME_IDENTITY_NUMBER => Class::Identity,
            "passport" => Class::Passport,
            _ => Class::Paper,
        };
        let country = if document.country.is_empty() { 0 } else { hash(&document.country) };
        Some(Paper { class, kind: hash(kind), country, unsure: kind == SOME_IDENTITY_NUMBER, number })
    }
}

impl Prepared {
    pub fn new(record: &Record, places: &dyn Places) -> Prepared {
        let line = |written: &str| Text::new(written, true);
        let address = &record.address;
        let codes = |code: &Option<String>, now: &dyn Fn(&str) -> Vec<String>| -> Vec<String> {
            let Some(code) = code.as_deref().map(str::trim).filter(|code| !code.is_empty()) else {
                return Vec::new();
            };
            let mut codes: Vec<String> = now(code).iter().map(|code| fold(code)).filter(|c| !c.is_empty()).collect();
            codes.sort_unstable();
            codes.dedup();
            codes
        };
        let phones = record.phones.iter().filter_map(|typed| phone(typed)).take(MOST);
        Prepared {
            names: Names::new(&record.name),
            birth: record.birth,
            birth_digits: Number::new(record.birth.iter().flat_map(|birth| digits(*birth))),
            sex: record.sex.as_deref().and_then(|sex| sex.bytes().next()).unwrap_or(b' '),
            papers: record.documents.iter().filter_map(Paper::new).take(MOST).collect(),
            phones: phones.map(|number| Number::new(number.chars())).collect(),
            provinces: codes(&record.province, &|code| places.provinces(code)),
            communes: codes(&record.commune, &|code| places.communes(code)),
            lines: [
                line(&address.street_number),
                line(&address.street),
                line(&address.suburb),
                line(&address.postcode),
                line(&address.state),
            ],
        }
    }

    /// House number, street, suburb, postcode, state: [`super::frequency::LINES`].
    pub fn lines(&self) -> &[Option<Text>; 5] {
        &self.lines
    }

    pub fn lines_mut(&mut self) -> &mut [Option<Text>; 5] {
        &mut self.lines
    }
}

fn digits(birth: Birth) -> [char; 8] {
    let mut rest = u32::from(birth.year) % 10_000 * 10_000 + u32::from(birth.month) % 100 * 100 + u32::from(birth.day);
    let mut digits = ['0'; 8];
    for at in (0..8).rev() {
        digits[at] = char::from(b'0' + (rest % 10) as u8);
        rest /= 10;
    }
    digits
}

/// In the form `+84912345678`; a number that cannot be one is compared by its digits.
fn phone(typed: &str) -> Option<String> {
    let digits: String = typed.chars().filter(char::is_ascii_digit).take(30).collect();
    // What almost every number here looks like needs no more reading.
    if typed.len() == 10
        && digits.len() == 10
        && matches!(digits.as_bytes(), [b'0', b'3' | b'5' | b'7' | b'8' | b'9', ..])
    {
        return Some(format!("+84{}", &digits[1..]));
    }
    international(typed).or((digits.len() >= 6).then_some(digits))
}
