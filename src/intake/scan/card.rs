//! The QR of a Vietnamese citizen card (domain 4.3).

use std::ops::Range;

use time::Date;
use unicode_normalization::char::is_combining_mark;

use super::{Doubt, Scanned, Wrong, digits, first_possible};
use crate::base::date::Precision;
use crate::base::text::{clean, fold};

/// number | old number | name | birth | sex | address | issued, or the same without the old number (domain 4.3).
pub(super) fn card(text: &str, today: Date) -> Result<Scanned, Wrong> {
    let mut fields: Vec<String> = text.split('|').map(clean).collect();
    if let Some(number) = fields.first().filter(|number| !digits(number, 12)) {
        return Err(not_a_citizen_number(number));
    }
    if fields.len() < 6 {
        return Err(Wrong::Length(text.chars().filter(|c| !c.is_whitespace()).count()));
    }
    if fields.get(1).is_some_and(|second| second.chars().any(char::is_alphabetic)) {
        fields.insert(1, String::new());
    }
    let [number, old, name, birth, sex, address, rest @ ..] = fields.as_slice() else { return Err(Wrong::Unknown) };
    // One keyboard typed it all: what it did to one field it may have done to the name, less visibly.
    if !is_name(name) || [name, sex, address].iter().any(|text| text.contains(['?', '\u{FFFD}'])) {
        return Err(Wrong::Name);
    }
    let old_number = digits(old, 9).then(|| old.clone());
    let mut doubts = Vec::new();
    if !old.is_empty() && old_number.is_none() {
        doubts.push(Doubt::OldNumber);
    }
    let extra = rest.iter().skip(1).filter(|field| !field.is_empty()).count();
    if extra > 0 {
        doubts.push(Doubt::ExtraFields(extra));
    }
    if name.is_ascii() && address.is_ascii() {
        doubts.push(Doubt::NoDiacritics);
    }
    let issued = rest.first().map_or(Ok(None), |text| card_date(text, today))?;
    Ok(Scanned {
        kind: "citizen-card",
        number: number.clone(),
        state: "VNM".to_owned(),
        nationality: None,
        name: name.clone(),
        name_is_folded: false,
        family: None,
        given: None,
        birth: card_date(birth, today)?,
        sex: card_sex(sex)?,
        expires: None,
        issued: issued.and_then(|(date, precision)| (precision == Precision::Day).then_some(date)),
        personal_number: Some(number.clone()),
        old_number,
        address: Some(address.clone()).filter(|address| !address.is_empty()),
        doubts,
    })
}

/// Why what stands before the first bar is none. The Vietnamese layout of Windows has letters on the row of digits.
fn not_a_citizen_number(text: &str) -> Wrong {
    if !text.is_ascii() {
        Wrong::Keyboard
    } else if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        Wrong::Length(text.len())
    } else {
        Wrong::Unknown
    }
}

/// Letters and what stands between them: *H'Bia Niê*, *Y-Bhiu*. No digits, `?` or what is left of letters read in
/// another encoding.
fn is_name(text: &str) -> bool {
    let fits = |c: char| {
        (c.is_alphabetic() && !matches!(c, 'ª' | 'º'))
            || is_combining_mark(c)
            || matches!(c, ' ' | '\'' | '’' | '-' | '.')
    };
    text.chars().any(char::is_alphabetic) && text.chars().all(fits)
}

/// *Nam* or *Nữ*. A layout that makes *Nu* of *Nữ* has spoilt the name as well.
fn card_sex(text: &str) -> Result<Option<&'static str>, Wrong> {
    match text.to_lowercase().as_str() {
        "nam" => Ok(Some("male")),
        "nữ" => Ok(Some("female")),
        other if fold(other).starts_with('n') => Err(Wrong::Name),
        _ => Ok(None),
    }
}

/// `ddMMyyyy` or `dd/MM/yyyy`; 00 where day or month is not known, and `yyyy`, are read as such.
fn card_date(text: &str, today: Date) -> Result<Option<(Date, Precision)>, Wrong> {
    let part = |at: Range<usize>| text.get(at).filter(|part| part.bytes().all(|b| b.is_ascii_digit()));
    let (day, month, year) = match text.len() {
        0 => return Ok(None),
        4 => (Some("00"), Some("00"), part(0..4)),
        8 => (part(0..2), part(2..4), part(4..8)),
        10 if text.get(2..3) == Some("/") && text.get(5..6) == Some("/") => (part(0..2), part(3..5), part(6..10)),
        _ => return Err(Wrong::Date),
    };
    let known = |part: Option<&str>| -> Result<Option<u8>, Wrong> {
        let number: u8 = part.and_then(|part| part.parse().ok()).ok_or(Wrong::Date)?;
        Ok(Some(number).filter(|number| *number > 0))
    };
    let year: i32 = year.and_then(|year| year.parse().ok()).filter(|year| *year >= 1900).ok_or(Wrong::Date)?;
    let found = first_possible(year, known(month)?, known(day)?).filter(|(date, _)| *date <= today);
    found.map(Some).ok_or(Wrong::Date)
}

// The machine-readable zone.
