//! Identity documents: what their numbers look like, what a citizen number says, how a number is sealed and found.

use time::Date;
use uuid::Uuid;

use crate::base::Result;
use crate::base::seal::{Blind, Keys, Place, Use};
use crate::vocabulary::List;

/// Kinds of documents (practice 3).
pub const KINDS: [&str; 7] = [
    "citizen-card",
    "old-identity-card",
    "passport",
    "travel-pass",
    "foreign-residence-card",
    "birth-certificate",
    "other",
];
/// What was at hand.
pub const SHOWN_AS: [&str; 4] = ["original", "copy", "photo", "told"];

/// A number as it is compared: capitals and digits only.
pub fn normal(number: &str) -> String {
    number
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '.' | '/' | '<'))
        .flat_map(char::to_uppercase)
        .collect()
}

/// Why a number cannot be one of this kind; the text is the key of a message.
/// Only what can never be is refused; what is unusual is a warning later (domain.md 4).
pub fn wrong(kind: &str, number: &str) -> Option<&'static str> {
    let digits = number.bytes().all(|b| b.is_ascii_digit());
    match kind {
        "citizen-card" if !(digits && number.len() == 12) => Some("error-citizen-number"),
        "old-identity-card" if !(digits && number.len() == 9) => Some("error-old-identity-number"),
        _ if !(3..=30).contains(&number.chars().count()) || !number.bytes().all(|b| b.is_ascii_alphanumeric()) => {
            Some("error-document-number")
        }
        _ => None,
    }
}

/// What a twelve-digit citizen number says of its holder: century and sex in the fourth digit, year in the next two.
/// The first three are where the birth was registered, never where anybody lives.
pub struct CitizenNumber {
    pub birth_year: i32,
    pub sex: &'static str,
}

impl CitizenNumber {
    pub fn read(number: &str) -> Option<CitizenNumber> {
        let digit = |at: usize| number.as_bytes().get(at).filter(|b| b.is_ascii_digit()).map(|b| i32::from(b - b'0'));
        if number.len() != 12 {
            return None;
        }
        let century = digit(3)?;
        Some(CitizenNumber {
            birth_year: 1900 + 100 * (century / 2) + 10 * digit(4)? + digit(5)?,
            sex: if century % 2 == 0 { "male" } else { "female" },
        })
    }
}

/// What does not fit between a document and the person, as keys of messages. Never a reason to refuse.
pub fn doubts(
    kind: &str,
    country: &str,
    number: &str,
    sex: Option<&str>,
    birth: Option<Date>,
    expires_on: Option<Date>,
    today: Date,
) -> Vec<&'static str> {
    let mut found = Vec::new();
    if kind == "citizen-card"
        && let Some(says) = CitizenNumber::read(number)
    {
        if sex.is_some_and(|sex| sex != says.sex) {
            found.push("document-doubt-sex");
        }
        if birth.is_some_and(|date| date.year() != says.birth_year) {
            found.push("document-doubt-birth");
        }
    }
    let letter_and_digits = |n: &str| {
        n.starts_with(|c: char| c.is_ascii_uppercase())
            && (8..=9).contains(&n.len())
            && n[1..].bytes().all(|b| b.is_ascii_digit())
    };
    if kind == "passport" && country == "VN" && !number.is_empty() && !letter_and_digits(number) {
        found.push("document-doubt-passport");
    }
    if expires_on.is_some_and(|date| date < today) {
        found.push("document-doubt-expired");
    }
    found
}

/// A number counts only within its type and issuing country.
fn indexed(kind: &str, country: &str, number: &str) -> String {
    format!("{kind}|{country}|{}", normal(number))
}

pub fn index(keys: &Keys, kind: &str, country: &str, number: &str) -> Result<Blind> {
    keys.blind(Use::IdentityIndex, &indexed(kind, country, number))
}

/// The keys that a number is found by: one for each generation of index keys still known.
pub fn match_keys(keys: &Keys, kind: &str, country: &str, number: &str) -> Result<Vec<String>> {
    Ok(keys.blind_all(Use::IdentityIndex, &indexed(kind, country, number))?.iter().map(match_key).collect())
}

/// The key under which match_keys holds a blind index.
pub fn match_key(blind: &Blind) -> String {
    format!("document:{}:{}", blind.key, blind.index)
}

pub fn seal(keys: &Keys, id: Uuid, number: &str) -> Result<Vec<u8>> {
    keys.seal(Use::IdentitySeal, &place(id), &normal(number))
}

pub fn unseal(keys: &Keys, id: Uuid, sealed: &[u8]) -> Result<String> {
    keys.open_sealed(Use::IdentitySeal, &place(id), sealed)
}

/// The last three characters; the rest as dots.
pub fn masked(number: &str) -> String {
    let count = number.chars().count();
    let hidden = count.saturating_sub(3);
    number.chars().enumerate().map(|(at, c)| if at < hidden { '•' } else { c }).collect()
}

/// Where the number of a person's document is sealed.
pub fn place(id: Uuid) -> Place<'static> {
    Place { table: "identity_documents", column: "number_sealed", row: id }
}

/// Every key that a number typed without its type could be kept under.
pub fn possible_keys(keys: &Keys, number: &str) -> Result<Vec<String>> {
    let mut possible = Vec::new();
    let mut add = |kind: &str, country: &str| -> Result<()> {
        if wrong(kind, &normal(number)).is_none() {
            for blind in keys.blind_all(Use::IdentityIndex, &indexed(kind, country, number))? {
                possible.push(match_key(&blind));
            }
        }
        Ok(())
    };
    for country in List::Countries.vocabulary().entries() {
        // The two identity cards are Vietnamese; every other paper may have been issued abroad.
        for kind in
            KINDS.iter().filter(|k| country.code == "VN" || !matches!(**k, "citizen-card" | "old-identity-card"))
        {
            add(kind, &country.code)?;
        }
    }
    Ok(possible)
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn numbers_that_can_never_be_are_refused() {
        assert_eq!(wrong("citizen-card", &normal("001 190 000 018")), None);
        assert!(wrong("citizen-card", "00119000001").is_some());
        assert!(wrong("citizen-card", "00119000001X").is_some());
        assert!(wrong("citizen-card", "٠٠١١٩٠٠٠٠٠١٨").is_some());
        assert_eq!(wrong("old-identity-card", "123456789"), None);
        assert!(wrong("passport", "C1").is_some());
        assert_eq!(wrong("passport", &normal("c 1234567")), None);
    }

    #[test]
    fn a_citizen_number_that_disagrees_raises_a_doubt() {
        let none: Vec<&str> = Vec::new();
        let today = date!(2026 - 11 - 21);
        assert_eq!(
            doubts("citizen-card", "VN", "001190000018", Some("female"), Some(date!(1990 - 02 - 15)), None, today),
            none
        );
        assert_eq!(
            doubts("citizen-card", "VN", "001190000018", Some("male"), Some(date!(1991 - 02 - 15)), None, today),
            ["document-doubt-sex", "document-doubt-birth"]
        );
        assert_eq!(
            doubts("passport", "VN", "C0000000", None, None, Some(date!(2020 - 01 - 01)), today),
            ["document-doubt-expired"]
        );
        assert_eq!(doubts("passport", "VN", "12345678", None, None, None, today), ["document-doubt-passport"]);
        assert_eq!(CitizenNumber::read("001302000018").map(|n| (n.birth_year, n.sex)), Some((2002, "female")));
    }

    #[test]
    fn a_number_counts_only_within_its_type() {
        let keys = Keys::new();
        let of = |kind: &str, country: &str| index(&keys, kind, country, "123456789").map(|b| b.index).unwrap();
        assert_eq!(of("passport", "VN"), index(&keys, "passport", "VN", "123 456-789").map(|b| b.index).unwrap());
        assert_ne!(of("passport", "VN"), of("old-identity-card", "VN"));
        assert_ne!(of("passport", "VN"), of("passport", "KR"));
        let kept = match_key(&index(&keys, "foreign-residence-card", "KR", "123456789").unwrap());
        assert!(possible_keys(&keys, "123456789").unwrap().contains(&kept));
    }
}
