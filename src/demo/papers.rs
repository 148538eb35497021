//! The identity documents of a made-up person.

use std::sync::OnceLock;

use rand::Rng;
use rand::rngs::StdRng;
use time::{Date, Duration};

use super::names::{one_of, percent, weighted};
use crate::base::text::fold;
use crate::person::part_form::Document;

/// What is known of somebody when their documents are made up.
pub struct Known<'a> {
    pub number: u64,
    pub name: &'a str,
    pub woman: bool,
    pub born: Date,
    pub home: &'a str,
    pub host: &'a str,
    pub officer: &'a str,
    pub registered_on: Date,
}

/// Somebody's documents.
pub struct Papers {
    pub documents: Vec<Document>,
    /// The officer saw one that says who they are.
    pub seen: bool,
    /// Name of the province, as of before July 2025, in which their birth was registered.
    pub born_in: String,
}

/// Every fiftieth has a citizen card that does not agree with what they say.
pub fn doubtful(number: u64) -> bool {
    number % 50 == 17
}

pub fn draw(rng: &mut StdRng, known: &Known<'_>) -> Papers {
    let (registry, born_in) = registry(rng, known.home);
    let without = percent(rng, 4);
    let stranded = !without && percent(rng, 7);
    let mut documents = Vec::new();
    if !without && percent(rng, if known.officer.starts_with("attache") { 55 } else { 80 }) {
        documents.push(citizen_card(rng, known, registry));
    }
    if stranded {
        documents.push(travel_pass(rng, known));
    } else if !without && percent(rng, if matches!(known.host, "LA" | "TH") { 45 } else { 82 }) {
        documents.push(passport(rng, known));
    }
    if !without && percent(rng, 15) {
        documents.extend(residence_card(rng, known));
    }
    let seen = documents.iter().any(|d| d.shown_as != "told");
    Papers { documents, seen, born_in: born_in.to_owned() }
}

/// What the officer had at hand.
fn shown(rng: &mut StdRng) -> &'static str {
    weighted(rng, &[("original", 62), ("photo", 18), ("copy", 10), ("told", 10)])
}

fn document(kind: &str, number: String, shown_as: &str) -> Document {
    Document {
        id: uuid::Uuid::nil(),
        kind: kind.to_owned(),
        country: "VN".to_owned(),
        // Of what was only told, the number is seldom known; it is left out where half the digits say so.
        number: (shown_as != "told" || number.ends_with(['1', '3', '5', '7', '9'])).then_some(number),
        shown_as: shown_as.to_owned(),
        name_printed: None,
        issued_on: None,
        expires_on: None,
    }
}

fn in_years(day: Date, years: i32) -> Date {
    day.replace_year(day.year() + years).unwrap_or(day + Duration::days(i64::from(years) * 365))
}

/// Twelve digits: three for where the birth was registered, one for century and sex, two for the year, six that are
/// otherwise random. No number is kept free for made-up people, so one may by chance be somebody's.
pub fn citizen_number(registry: &str, woman: bool, year: i32, serial: u64) -> String {
    let century = (year - 1900) / 100 * 2 + i32::from(woman);
    // Numbers one step apart differ, so nobody below a million shares one.
    format!("{registry}{century}{:02}{:06}", year % 100, serial * 387_421 % 1_000_000)
}

fn citizen_card(rng: &mut StdRng, known: &Known<'_>, registry: &str) -> Document {
    let (woman, year) = match doubtful(known.number) {
        true if percent(rng, 50) => (!known.woman, known.born.year()),
        true => (known.woman, known.born.year() + 1),
        false => (known.woman, known.born.year()),
    };
    let number = citizen_number(registry, woman, year, known.number);
    let issued = known.registered_on - Duration::days(rng.random_range(20..1500));
    // A card holds until its holder is 25, 40 or 60.
    let expires = [25, 40, 60].into_iter().map(|age| in_years(known.born, age)).find(|d| *d > issued);
    Document { issued_on: Some(issued), expires_on: expires, ..document("citizen-card", number, shown(rng)) }
}

/// As it stands in the lines that machines read: capitals without marks.
fn printed(name: &str) -> String {
    fold(name).to_uppercase()
}

fn passport(rng: &mut StdRng, known: &Known<'_>) -> Document {
    // X is no series that we know of, so that the number is nobody's.
    let number = format!("X{:08}", rng.random_range(0..100_000_000));
    let issued = known.registered_on - Duration::days(rng.random_range(400..3400));
    Document {
        name_printed: percent(rng, 70).then(|| printed(known.name)),
        issued_on: Some(issued),
        expires_on: Some(in_years(issued, 10)),
        ..document("passport", number, shown(rng))
    }
}

/// For who come home without a passport.
fn travel_pass(rng: &mut StdRng, known: &Known<'_>) -> Document {
    let number = format!("GTH{:06}", rng.random_range(0..1_000_000));
    let issued = known.registered_on - Duration::days(rng.random_range(2..30));
    let expires = percent(rng, 60).then(|| issued + Duration::days(365));
    let shown_as = if percent(rng, 90) { "original" } else { "photo" };
    Document { issued_on: Some(issued), expires_on: expires, ..document("travel-pass", number, shown_as) }
}

fn residence_card(rng: &mut StdRng, known: &Known<'_>) -> Option<Document> {
    let letter = |rng: &mut StdRng| char::from(rng.random_range(b'A'..=b'Z'));
    let number = match known.host {
        "JP" => {
            let (a, b, y, z) = (letter(rng), letter(rng), letter(rng), letter(rng));
            format!("{a}{b}{:08}{y}{z}", rng.random_range(0..100_000_000))
        }
        "KR" => {
            let (y, m, d) = (known.born.year(), u8::from(known.born.month()), known.born.day());
            let century = if y < 2000 { 5 } else { 7 } + i32::from(known.woman);
            format!("{:02}{m:02}{d:02}{century}{:06}", y % 100, rng.random_range(0..1_000_000))
        }
        "TW" => format!("{}{}{:08}", letter(rng), if known.woman { 9 } else { 8 }, rng.random_range(0..100_000_000)),
        _ => return None,
    };
    Some(Document {
        country: known.host.to_owned(),
        name_printed: percent(rng, 60).then(|| printed(known.name)),
        ..document("foreign-residence-card", number, shown(rng))
    })
}

/// Where a birth was registered: mostly in one of the provinces that make up today's home.
fn registry(rng: &mut StdRng, home: &str) -> (&'static str, &'static str) {
    let all = registries();
    let near: Vec<(&str, &str)> = all.iter().filter(|r| r.today == home).map(|r| (&*r.code, &*r.name)).collect();
    if near.is_empty() || percent(rng, 6) {
        let any = &all[rng.random_range(0..all.len())];
        return (&any.code, &any.name);
    }
    one_of(rng, &near)
}

struct Registry {
    code: String,
    name: String,
    /// The province that holds it today.
    today: String,
}

fn registries() -> &'static [Registry] {
    static ALL: OnceLock<Vec<Registry>> = OnceLock::new();
    ALL.get_or_init(|| {
        let text = include_str!("../../reference/birth_provinces.csv");
        let mut rows = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
        rows.records()
            .flatten()
            .map(|row| {
                let field = |at: usize| row.get(at).unwrap_or_default().to_owned();
                Registry { code: field(0), name: field(2), today: field(7) }
            })
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::person::document::CitizenNumber;
    use rand::SeedableRng;

    #[test]
    fn a_citizen_number_says_sex_and_year() {
        for (woman, year) in [(true, 1999), (false, 1999), (true, 2003), (false, 2000)] {
            let number = citizen_number("040", woman, year, 123_456);
            let says = CitizenNumber::read(&number).map(|n| (n.sex == "female", n.birth_year));
            assert_eq!(says, Some((woman, year)), "{number}");
        }
    }

    #[test]
    fn births_are_registered_in_todays_home_or_elsewhere() {
        let mut rng = StdRng::seed_from_u64(1);
        assert_eq!(registries().len(), 63);
        let drawn: Vec<&str> = (0..500).map(|_| registry(&mut rng, "31").0).collect();
        let of = |code: &str| drawn.iter().filter(|d| **d == code).count();
        assert!(of("030") > 150 && of("031") > 150 && of("030") + of("031") < 500);
    }
}
