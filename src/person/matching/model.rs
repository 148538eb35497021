//! Weighs a pair: every field adds the bits by which it speaks for one person or for two, and says so.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::compare::{Compared, compare};
use super::field::{COUNT, Field, Pattern};
use super::{Frequencies, Places, Prepared, Record};

const LEVELS: usize = 16;

/// How likely a level is among pairs of one person (`m`) and of two (`u`).
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Chances {
    pub m: f64,
    pub u: f64,
}

/// All that weighing needs; kept as JSON. What the JSON does not say stays as assumed.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "Kept", into = "Kept")]
pub struct Model {
    /// The share of pairs that are one person, among all pairs there are.
    pub prior: f64,
    /// The share of pairs that are two people of one family.
    pub relatives: f64,
    chances: [[Chances; LEVELS]; COUNT],
    bits: [[f32; LEVELS]; COUNT],
    /// The same for relatives against strangers.
    family_bits: [[f32; LEVELS]; COUNT],
    pub frequencies: Frequencies,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    version: u32,
    prior: f64,
    relatives: f64,
    fields: BTreeMap<Field, BTreeMap<String, Chances>>,
    frequencies: Frequencies,
}

/// Counts up when levels change their meaning: weights of another version are not to be used.
const VERSION: u32 = 1;

/// Bits of one pair, or of a part of it: as one person against strangers, and as relatives against strangers.
#[derive(Clone, Copy, PartialEq, Default, Debug)]
pub struct Bits {
    pub person: f32,
    pub family: f32,
}

impl std::ops::Add for Bits {
    type Output = Bits;

    fn add(self, other: Bits) -> Bits {
        Bits { person: self.person + other.person, family: self.family + other.family }
    }
}

/// Why: one field's part in a score. The words are `match-<field>-<level>`. Beside the fields stands `relatives`,
/// `possible`: what a likely other explanation takes off again.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct Reason {
    pub field: &'static str,
    pub level: &'static str,
    /// Above zero for one person, below for two.
    pub bits: f32,
}

impl Reason {
    pub fn key(&self) -> String {
        format!("match-{}-{}", self.field, self.level)
    }
}

#[derive(Clone, Debug, Serialize)]
pub struct Score {
    pub probability: f64,
    /// What the fields say together, without what was likely beforehand.
    pub weight_bits: f32,
    /// The heaviest first.
    pub reasons: Vec<Reason>,
}

impl Model {
    /// What is assumed while no data have spoken: for Vietnamese records, one of which is compared with so many people.
    pub fn vietnamese(people: usize) -> Model {
        let mut model = Model::assumed(0.5 / people.max(1) as f64, Frequencies::vietnamese());
        model.relatives = 4.0 * model.prior;
        model
    }

    pub fn assumed(prior: f64, frequencies: Frequencies) -> Model {
        let mut chances = [[Chances { m: 1.0, u: 1.0 }; LEVELS]; COUNT];
        for field in Field::ALL {
            for (at, level) in field.levels().iter().enumerate() {
                chances[field as usize][at + 1] = Chances { m: level.m, u: level.u };
            }
        }
        let bits = [[0.0; LEVELS]; COUNT];
        let mut model = Model { prior, relatives: prior, chances, bits, family_bits: bits, frequencies };
        model.settle();
        model
    }

    pub fn chances(&self, field: Field, level: u8) -> Chances {
        self.chances[field as usize][usize::from(level) % LEVELS]
    }

    /// Sets what a field's levels are worth; [`Model::settle`] makes it count.
    pub fn set(&mut self, field: Field, level: u8, chances: Chances) {
        self.chances[field as usize][usize::from(level) % LEVELS] = chances;
    }

    /// Works out the bits of all levels.
    pub fn settle(&mut self) {
        for field in Field::ALL {
            let shared = field.in_family();
            for level in 1..LEVELS {
                let Chances { m, u } = self.chances[field as usize][level];
                let (m, u) = (m.max(1e-12), u.max(1e-12));
                self.bits[field as usize][level] = (m / u).log2() as f32;
                self.family_bits[field as usize][level] = (shared * m / u + 1.0 - shared).log2() as f32;
            }
        }
    }

    pub fn bits(&self, field: Field, level: u8) -> f32 {
        self.bits[field as usize][usize::from(level) % LEVELS]
    }

    /// The bits of a pattern, without what is rare in it.
    pub fn weigh(&self, pattern: Pattern) -> Bits {
        let mut sum = Bits::default();
        for field in Field::ALL {
            let level = usize::from(pattern.level(field));
            sum.person += self.bits[field as usize][level];
            sum.family += self.family_bits[field as usize][level];
        }
        sum
    }

    /// What rare values add, and common ones take.
    pub fn rare(&self, pair: &Compared) -> Bits {
        let mut sum = Bits::default();
        for field in Field::ALL {
            let bits = self.rare_in(pair, field);
            sum.person += bits;
            if field.in_family() > 0.0 {
                sum.family += bits;
            }
        }
        sum
    }

    fn rare_in(&self, pair: &Compared, field: Field) -> f32 {
        let rarity = pair.rarity[field as usize];
        if rarity == 0.0 {
            return 0.0;
        }
        self.frequencies.beyond_usual(field, rarity, pair.folded & field.bit() != 0)
    }

    /// The odds in bits that a pair is one person, and not two, strangers or relatives.
    pub fn odds(&self, bits: Bits) -> f32 {
        bits.person + self.prior_bits() + self.family_takes(bits)
    }

    /// What it takes off that they may be relatives.
    fn family_takes(&self, bits: Bits) -> f32 {
        -(1.0 + (f64::from(bits.family).exp2() * self.relatives)).log2() as f32
    }

    /// The probability that they are relatives.
    pub fn related(&self, bits: Bits) -> f64 {
        let [person, family] = [(bits.person, self.prior), (bits.family, self.relatives)]
            .map(|(bits, share)| f64::from(bits).exp2() * share);
        family / (1.0 + person + family)
    }

    /// The odds beforehand, in bits.
    pub fn prior_bits(&self) -> f32 {
        let prior = self.prior.clamp(1e-15, 1.0 - 1e-9);
        (prior / (1.0 - prior)).log2() as f32
    }

    /// A record as this model scores it.
    pub fn prepare(&self, record: &Record, places: &dyn Places) -> Prepared {
        let mut prepared = Prepared::new(record, places);
        self.frequencies.tell(&mut prepared);
        prepared
    }

    /// The same from `a` to `b` as from `b` to `a`.
    pub fn score(&self, a: &Prepared, b: &Prepared) -> Score {
        let pair = compare(a, b);
        let mut reasons = Vec::new();
        for field in Field::ALL {
            let level = pair.pattern.level(field);
            if let Some(found) = usize::from(level).checked_sub(1).and_then(|at| field.levels().get(at)) {
                let bits = self.bits(field, level) + self.rare_in(&pair, field);
                reasons.push(Reason { field: field.code(), level: found.code, bits });
            }
        }
        let bits = self.weigh(pair.pattern) + self.rare(&pair);
        let taken = self.family_takes(bits);
        // A tenth of a bit is not worth a word.
        if taken < -0.1 {
            reasons.push(Reason { field: "relatives", level: "possible", bits: taken });
        }
        reasons.sort_by(|a, b| b.bits.abs().total_cmp(&a.bits.abs()));
        Score { probability: probability(self.odds(bits)), weight_bits: bits.person + taken, reasons }
    }
}

/// Of odds in bits.
pub fn probability(bits: f32) -> f64 {
    1.0 / (1.0 + (-f64::from(bits)).exp2())
}

/// The odds of a probability, in bits.
pub fn bits_of(probability: f64) -> f32 {
    let p = probability.clamp(1e-15, 1.0 - 1e-15);
    (p / (1.0 - p)).log2() as f32
}

impl From<Model> for Kept {
    fn from(model: Model) -> Kept {
        let levels = |field: Field| {
            let of = |(at, level): (usize, &super::field::Level)| {
                (level.code.to_owned(), model.chances[field as usize][at + 1])
            };
            field.levels().iter().enumerate().map(of).collect()
        };
        Kept {
            version: VERSION,
            prior: model.prior,
            relatives: model.relatives,
            fields: Field::ALL.into_iter().map(|field| (field, levels(field))).collect(),
            frequencies: model.frequencies.shortened(),
        }
    }
}

impl TryFrom<Kept> for Model {
    type Error = String;

    fn try_from(kept: Kept) -> Result<Model, String> {
        if kept.version != VERSION {
            return Err(format!("weights of version {}, not {VERSION}", kept.version));
        }
        let mut model = Model::assumed(kept.prior, kept.frequencies);
        model.relatives = kept.relatives;
        for (field, levels) in kept.fields {
            for (code, chances) in levels {
                let at = field.levels().iter().position(|level| level.code == code);
                let at = at.ok_or_else(|| format!("{} has no level {code:?}", field.code()))?;
                let fine = |p: f64| p.is_finite() && p > 0.0 && p <= 1.0;
                if !fine(chances.m) || !fine(chances.u) {
                    return Err(format!("{} {code}: chances lie between 0 and 1", field.code()));
                }
                model.chances[field as usize][at + 1] = chances;
            }
        }
        model.settle();
        Ok(model)
    }
}
