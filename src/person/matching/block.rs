//! Which pairs are worth weighing: those that share a key. The app keeps the same keys in `match_keys`.

use super::Prepared;
use super::field::Field;
use super::prepared::Class;
use super::text::{consonants, hash, sound};

/// One way of being found, whose keys are equal for records that may be one person.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Pass {
    /// All words of the name, in any order.
    Name,
    /// First and last word, since forms abroad drop the middle.
    Ends,
    /// Those and the year of birth.
    EndsYear,
    /// How those sound, and the year of birth.
    SoundYear,
    Birth,
    Identity,
    Passport,
    Paper,
    Phone,
    // The rest is for files only: single values that many share, of which the rare ones are looked at.
    Word,
    Consonants,
    WordYear,
    WordDay,
    Street,
    Suburb,
    Postcode,
    HouseSuburb,
    PlaceWord,
}

use Pass as P;

impl Pass {
    pub const ALL: [Pass; 18] = [
        P::Name,
        P::Ends,
        P::EndsYear,
        P::SoundYear,
        P::Birth,
        P::Identity,
        P::Passport,
        P::Paper,
        P::Phone,
        P::Word,
        P::Consonants,
        P::WordYear,
        P::WordDay,
        P::Street,
        P::Suburb,
        P::Postcode,
        P::HouseSuburb,
        P::PlaceWord,
    ];

    /// What its keys begin with where they are kept.
    fn prefix(self) -> &'static str {
        match self {
            P::Name => "name",
            P::Ends => "ends",
            P::EndsYear => "ends-year",
            P::SoundYear => "sound-year",
            P::Birth => "birth",
            P::Identity => "identity",
            P::Passport => "passport",
            P::Paper => "paper",
            P::Phone => "phone",
            P::Word => "word",
            P::Consonants => "consonants",
            P::WordYear => "word-year",
            P::WordDay => "word-day",
            P::Street => "street",
            P::Suburb => "suburb",
            P::Postcode => "postcode",
            P::HouseSuburb => "house-suburb",
            P::PlaceWord => "place-word",
        }
    }

    /// The fields in which its pairs agree already, and of which they therefore say nothing.
    pub fn fields(self) -> u16 {
        let names = Field::Family.bit() | Field::Given.bit() | Field::Middle.bit() | Field::Order.bit();
        let birth = Field::Birth.bit();
        match self {
            P::Name | P::Ends | P::Word | P::Consonants => names,
            P::EndsYear | P::SoundYear | P::WordYear | P::WordDay => names | birth,
            P::Birth => birth,
            P::Identity => Field::Identity.bit(),
            P::Passport => Field::Passport.bit(),
            P::Paper => Field::Paper.bit(),
            P::Phone => Field::Phone.bit(),
            P::Street => Field::Street.bit(),
            P::Suburb => Field::Suburb.bit(),
            P::Postcode => Field::Postcode.bit(),
            P::HouseSuburb => Field::HouseNumber.bit() | Field::Suburb.bit(),
            P::PlaceWord => names | Field::Place.bit(),
        }
    }

    /// Kept by the app. Numbers of documents are too, but only as blind indexes: `document::match_keys`.
    pub fn is_kept(self) -> bool {
        matches!(self, P::Name | P::Ends | P::EndsYear | P::SoundYear | P::Birth | P::Phone)
    }
}

/// Calls `found` with every key of a record.
pub fn keys(record: &Prepared, mut found: impl FnMut(Pass, &str)) {
    let day = record.birth.filter(|birth| birth.day != 0);
    let digits = record.birth_digits.text();
    if let Some(names) = &record.names {
        let words: Vec<String> = names.words().map(super::text::Text::folded).collect();
        let mut sorted = words.clone();
        sorted.sort_unstable();
        found(P::Name, &sorted.join(" "));
        let ends: Vec<&String> = match words.as_slice() {
            [first, .., last] => vec![first, last],
            _ => words.iter().collect(),
        };
        let letters = |word: &String| word.chars().collect::<Vec<char>>();
        let pair = |a: String, b: String| if a <= b { format!("{a} {b}") } else { format!("{b} {a}") };
        if let [first, last] = ends.as_slice() {
            let both = pair((*first).clone(), (*last).clone());
            found(P::Ends, &both);
            let bones = pair(consonants(&letters(first)), consonants(&letters(last)));
            found(P::Consonants, &bones);
            if let Some(birth) = record.birth {
                found(P::EndsYear, &format!("{both} {}", birth.year));
                let sounds = pair(sound(&letters(first)), sound(&letters(last)));
                found(P::SoundYear, &format!("{sounds} {}", birth.year));
            }
        }
        sorted.dedup();
        for word in &sorted {
            found(P::Word, word);
            for province in &record.provinces {
                found(P::PlaceWord, &format!("{word} {province}"));
            }
        }
        for word in ends {
            if let Some(birth) = record.birth {
                found(P::WordYear, &format!("{word} {}", birth.year));
            }
            if day.is_some() {
                // Day and month in either order.
                let (mut x, mut y) = (&digits[4..6], &digits[6..8]);
                if x > y {
                    (x, y) = (y, x);
                }
                found(P::WordDay, &format!("{word} {x}{y}"));
            }
        }
    }
    if day.is_some() {
        found(P::Birth, &digits);
    }
    for paper in &record.papers {
        let pass = match paper.class {
            Class::Identity => P::Identity,
            Class::Passport => P::Passport,
            Class::Paper => P::Paper,
        };
        found(pass, &paper.number.text());
    }
    for phone in &record.phones {
        found(P::Phone, &phone.text());
    }
    let [house, street, suburb, postcode, _] = record.lines();
    for (pass, line) in [(P::Street, street), (P::Suburb, suburb), (P::Postcode, postcode)] {
        if let Some(text) = line {
            found(pass, &text.folded());
        }
    }
    if let (Some(house), Some(suburb)) = (house, suburb) {
        found(P::HouseSuburb, &format!("{} {}", house.folded(), suburb.folded()));
    }
}

/// The keys under which the app keeps a record.
pub fn kept_keys(record: &Prepared) -> Vec<String> {
    let mut kept = Vec::new();
    keys(record, |pass, key| {
        if pass.is_kept() {
            kept.push(format!("{}:{key}", pass.prefix()));
        }
    });
    kept
}

/// Nothing to look somebody up by: all that is known is a birth date or a place, which would be browsing.
#[derive(Debug, PartialEq, Eq)]
pub struct NoCriterion;

/// The keys to look somebody up by. Numbers of documents come beside them, as blind indexes.
pub fn search_keys(record: &Prepared) -> Result<Vec<String>, NoCriterion> {
    let found = kept_keys(record);
    let enough = record.names.is_some() || !record.phones.is_empty() || !record.papers.is_empty();
    if enough { Ok(found) } else { Err(NoCriterion) }
}

/// A pair that shares keys.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Candidate {
    pub a: u32,
    pub b: u32,
    /// The fields that it was not found by, in at least one pass: those that it may teach something about.
    pub teaches: u16,
}

/// In each pass as many pairs as this for each record, or as that in all: the smallest blocks first, since what many
/// share tells little. Pairs left out for it are found by another pass, which is narrower.
const EACH: usize = 10;
const FEW: usize = 150_000;

/// How many pairs it makes, keys with records, and where those of the second file begin.
type Block<'a> = (usize, &'a [(u64, u32)], usize);

/// Every pair that is worth weighing. With a second file `a` counts in the first and `b` in the second, else `a` < `b`.
pub fn candidates(first: &[Prepared], second: Option<&[Prepared]>) -> Vec<Candidate> {
    let mut passes: Vec<Vec<(u64, u32)>> = vec![Vec::new(); Pass::ALL.len()];
    let second_from = first.len() as u32;
    for (at, record) in first.iter().chain(second.unwrap_or_default()).enumerate() {
        keys(record, |pass, key| passes[pass as usize].push((hash(key), at as u32)));
    }
    let most = (EACH * (first.len() + second.map_or(0, <[Prepared]>::len))).max(FEW);
    let mut found: Vec<u128> = Vec::new();
    for (pass, mut entries) in Pass::ALL.into_iter().zip(passes) {
        entries.sort_unstable();
        entries.dedup();
        let mut blocks: Vec<Block> = Vec::new();
        for block in entries.chunk_by(|x, y| x.0 == y.0) {
            let cut = block.partition_point(|(_, at)| *at < second_from);
            let pairs = if second.is_some() { cut * (block.len() - cut) } else { cut * cut.saturating_sub(1) / 2 };
            if pairs > 0 {
                blocks.push((pairs, block, cut));
            }
        }
        blocks.sort_unstable_by_key(|(pairs, block, _)| (*pairs, block[0].0));
        let mut spent = 0;
        for (pairs, block, cut) in blocks {
            spent += pairs;
            if spent > most {
                break;
            }
            for (i, (_, a)) in block[..cut].iter().enumerate() {
                let others = if second.is_some() { &block[cut..] } else { &block[i + 1..] };
                let pair = |b: &(u64, u32)| {
                    u128::from(*a) << 64 | u128::from(if second.is_some() { b.1 - second_from } else { b.1 }) << 32
                };
                found.extend(others.iter().map(|b| pair(b) | pass as u128));
            }
        }
    }
    found.sort_unstable();
    found
        .chunk_by(|x, y| x >> 32 == y >> 32)
        .map(|same| {
            let teaches = same.iter().fold(0, |fields, one| fields | !Pass::ALL[*one as usize & 255].fields());
            Candidate { a: (same[0] >> 64) as u32, b: (same[0] >> 32) as u32, teaches }
        })
        .collect()
}
