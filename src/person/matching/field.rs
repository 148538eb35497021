//! What is compared, and how far two values of it may agree.

use serde::{Deserialize, Serialize};

/// A field has at most fifteen levels, so that a pair's whole comparison is one `u64`.
pub const COUNT: usize = 16;
const BITS: u32 = 4;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Field {
    Family,
    Given,
    Middle,
    /// Whether family and given name had to be turned round to agree.
    Order,
    Birth,
    Sex,
    /// Citizen number, or the old identity card's: each within its kind.
    Identity,
    Passport,
    /// Any other paper.
    Paper,
    Phone,
    Place,
    HouseNumber,
    Street,
    Suburb,
    Postcode,
    State,
}

/// How far two values agree, with the chances assumed until data say otherwise: among pairs of one person (`m`), among
/// pairs of two people (`u`).
pub struct Level {
    pub code: &'static str,
    pub m: f64,
    pub u: f64,
}

const fn level(code: &'static str, m: f64, u: f64) -> Level {
    Level { code, m, u }
}

/// Levels are counted from 1; 0 is «not known on one side», which is no evidence.
pub const MISSING: u8 = 0;

pub mod word {
    //! Levels of words, streets and the like.
    pub const EXACT: u8 = 1;
    /// Equal, and one of them was written without any diacritic.
    pub const BARE: u8 = 2;
    /// Equal but for diacritics: *Thảo* and *Thạo* are two names.
    pub const MARKS: u8 = 3;
    /// One letter, or a sound that is often written otherwise.
    pub const NEAR: u8 = 4;
    pub const ALIKE: u8 = 5;
    pub const INITIAL: u8 = 6;
    /// Some of the words.
    pub const PART: u8 = 7;
    pub const DIFFERENT: u8 = 8;
}

pub mod order {
    pub const SAME: u8 = 1;
    pub const TURNED: u8 = 2;
}

pub mod birth {
    pub const EXACT: u8 = 1;
    /// Both 1 January of the same year, which often means that only the year was known.
    pub const NEW_YEAR: u8 = 2;
    /// Day and month changed places.
    pub const SWAPPED: u8 = 3;
    /// One digit differs, or two neighbours changed places.
    pub const DIGIT: u8 = 4;
    /// Day unknown on one side, month and year equal.
    pub const MONTH: u8 = 5;
    /// Only the year known on one side, and equal.
    pub const YEAR: u8 = 6;
    /// Same year, and one of them says 1 January.
    pub const PLACEHOLDER: u8 = 7;
    pub const TWO_DIGITS: u8 = 8;
    pub const SAME_YEAR: u8 = 9;
    /// Day and month equal, year not.
    pub const SAME_DAY: u8 = 10;
    /// Only the year known on one side, and one off.
    pub const NEXT_YEAR: u8 = 11;
    pub const DIFFERENT: u8 = 12;
}

pub mod number {
    pub const EXACT: u8 = 1;
    pub const DIGIT: u8 = 2;
    pub const TWO_DIGITS: u8 = 3;
    pub const DIFFERENT: u8 = 4;
}

pub mod place {
    pub const COMMUNE: u8 = 1;
    /// An old commune became several, and one of those is the other's.
    pub const POSSIBLE: u8 = 2;
    pub const PROVINCE: u8 = 3;
    pub const DIFFERENT: u8 = 4;
}

pub mod same {
    pub const SAME: u8 = 1;
    pub const DIFFERENT: u8 = 2;
}

const fn words(exact: f64, different: f64, chance: f64) -> [Level; 8] {
    // What is neither equal nor different is a slip of the pen, or of the ear.
    let slip = 1.0 - exact - different;
    [
        level("exact", exact * 0.75, chance),
        level("bare", exact * 0.22, chance),
        level("marks", exact * 0.03, chance),
        level("near", slip * 0.4, 0.004),
        level("alike", slip * 0.3, 0.01),
        level("initial", slip * 0.15, 0.004),
        level("part", slip * 0.15, 0.005),
        level("different", different, 0.977 - 3.0 * chance),
    ]
}

const fn numbers(exact: f64, different: f64) -> [Level; 4] {
    let slip = 1.0 - exact - different;
    [
        level("exact", exact, 0.000_002),
        level("digit", slip * 0.7, 0.000_02),
        level("two-digits", slip * 0.3, 0.000_3),
        level("different", different, 0.999_678),
    ]
}

static FAMILY: [Level; 8] = words(0.88, 0.04, 0.05);
static GIVEN: [Level; 8] = words(0.85, 0.05, 0.005);
static MIDDLE: [Level; 8] = words(0.70, 0.08, 0.06);
static STREET: [Level; 8] = words(0.60, 0.25, 0.002);
static SUBURB: [Level; 8] = words(0.70, 0.20, 0.002);
// The way in which a pair was laid side by side is not a finding: chance does not pay for it.
static ORDER: [Level; 2] = [level("same", 0.90, 1.0), level("turned", 0.10, 1.0)];
static BIRTH: [Level; 12] = [
    level("exact", 0.80, 0.000_07),
    level("new-year", 0.03, 0.000_2),
    level("swapped", 0.015, 0.000_06),
    level("digit", 0.045, 0.001_2),
    level("month", 0.01, 0.000_25),
    level("year", 0.04, 0.003),
    level("placeholder", 0.02, 0.001_5),
    level("two-digits", 0.01, 0.012),
    level("same-year", 0.01, 0.025),
    level("same-day", 0.01, 0.002),
    level("next-year", 0.005, 0.006),
    level("different", 0.005, 0.948_72),
];
static SEX: [Level; 2] = [level("same", 0.985, 0.5), level("different", 0.015, 0.5)];
static IDENTITY: [Level; 4] = numbers(0.93, 0.02);
// A passport is renewed every ten years, and lost abroad: another number says little.
static PASSPORT: [Level; 4] = numbers(0.55, 0.40);
static PAPER: [Level; 4] = numbers(0.45, 0.50);
static PHONE: [Level; 4] = numbers(0.50, 0.47);
static PLACE: [Level; 4] = [
    level("commune", 0.70, 0.002),
    level("possible", 0.05, 0.002),
    level("province", 0.15, 0.05),
    level("different", 0.10, 0.946),
];
static HOUSE: [Level; 3] = [level("exact", 0.75, 0.015), level("near", 0.08, 0.08), level("different", 0.17, 0.905)];
static POSTCODE: [Level; 3] = [level("exact", 0.80, 0.002), level("near", 0.08, 0.01), level("different", 0.12, 0.988)];
static STATE: [Level; 3] = [level("exact", 0.88, 0.2), level("near", 0.02, 0.01), level("different", 0.10, 0.79)];

impl Field {
    pub const ALL: [Field; COUNT] = [
        Field::Family,
        Field::Given,
        Field::Middle,
        Field::Order,
        Field::Birth,
        Field::Sex,
        Field::Identity,
        Field::Passport,
        Field::Paper,
        Field::Phone,
        Field::Place,
        Field::HouseNumber,
        Field::Street,
        Field::Suburb,
        Field::Postcode,
        Field::State,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Field::Family => "family",
            Field::Given => "given",
            Field::Middle => "middle",
            Field::Order => "order",
            Field::Birth => "birth",
            Field::Sex => "sex",
            Field::Identity => "identity",
            Field::Passport => "passport",
            Field::Paper => "paper",
            Field::Phone => "phone",
            Field::Place => "place",
            Field::HouseNumber => "house-number",
            Field::Street => "street",
            Field::Suburb => "suburb",
            Field::Postcode => "postcode",
            Field::State => "state",
        }
    }

    /// From the first, which agrees most.
    pub fn levels(self) -> &'static [Level] {
        match self {
            Field::Family => &FAMILY,
            Field::Given => &GIVEN,
            Field::Middle => &MIDDLE,
            Field::Order => &ORDER,
            Field::Birth => &BIRTH,
            Field::Sex => &SEX,
            Field::Identity => &IDENTITY,
            Field::Passport => &PASSPORT,
            Field::Paper => &PAPER,
            Field::Phone => &PHONE,
            Field::Place => &PLACE,
            Field::HouseNumber => &HOUSE,
            Field::Street => &STREET,
            Field::Suburb => &SUBURB,
            Field::Postcode => &POSTCODE,
            Field::State => &STATE,
        }
    }

    /// How much of what one person's two records agree in here, two people of one family agree in too: a brother has the
    /// same family name and home, often the same middle name, and nothing else of his.
    pub fn in_family(self) -> f64 {
        match self {
            Field::Family | Field::Place | Field::HouseNumber | Field::Street => 0.9,
            Field::Suburb | Field::Postcode | Field::State => 0.95,
            Field::Middle => 0.5,
            Field::Phone => 0.3,
            _ => 0.0,
        }
    }

    pub fn bit(self) -> u16 {
        1 << self as u16
    }
}

/// The levels of all fields of a pair.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Debug)]
pub struct Pattern(pub u64);

impl Pattern {
    pub fn with(self, field: Field, level: u8) -> Pattern {
        Pattern(self.0 | u64::from(level) << (BITS * field as u32))
    }

    pub fn level(self, field: Field) -> u8 {
        (self.0 >> (BITS * field as u32)) as u8 & 15
    }
}
