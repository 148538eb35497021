//! Learns a model from a sample of many people: some drawn at random, and blocks of those who share a key, drawn for each
//! kind of key apart. What was learnt is looked at before it is used.

use super::block::{self, Pass};
use super::compare::compare;
use super::estimate::{Observed, estimate};
use super::field::{Field, birth, number, place, same, word};
use super::link::{in_parallel, strangers};
use super::model::Model;
use super::text::hash;
use super::{Frequencies, Places, Prepared, Record};

/// The kinds of keys that two records of one person may share, as they are kept. That of names at their ends is left out:
/// too many share one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Name,
    EndsYear,
    SoundYear,
    Birth,
    Phone,
    /// A blind index; which paper it is shows when two are compared.
    Document,
}

impl Kind {
    pub const ALL: [Kind; 6] = [Kind::Name, Kind::EndsYear, Kind::SoundYear, Kind::Birth, Kind::Phone, Kind::Document];

    /// What such keys begin with.
    pub fn prefix(self) -> &'static str {
        match self {
            Kind::Name => "name",
            Kind::EndsYear => "ends-year",
            Kind::SoundYear => "sound-year",
            Kind::Birth => "birth",
            Kind::Phone => "phone",
            Kind::Document => "document",
        }
    }

    fn of(pass: Pass) -> Option<Kind> {
        match pass {
            Pass::Name => Some(Kind::Name),
            Pass::EndsYear => Some(Kind::EndsYear),
            Pass::SoundYear => Some(Kind::SoundYear),
            Pass::Birth => Some(Kind::Birth),
            Pass::Phone => Some(Kind::Phone),
            Pass::Identity | Pass::Passport | Pass::Paper => Some(Kind::Document),
            _ => None,
        }
    }

    /// The fields of which its pairs say nothing.
    fn fields(self) -> u16 {
        Pass::ALL.iter().filter(|pass| Kind::of(**pass) == Some(self)).fold(0, |all, pass| all | pass.fields())
    }
}

/// People who share a key, by where they stand among the sample's.
pub struct Block {
    pub kind: Kind,
    pub members: Vec<u32>,
}

pub struct Sample {
    /// How many people there are in all.
    pub people: f64,
    /// Drawn at random: what two of them agree in is chance.
    pub drawn: Vec<Record>,
    /// Those in the blocks.
    pub shared: Vec<Record>,
    pub blocks: Vec<Block>,
    /// Which share of all blocks was drawn, for each of [`Kind::ALL`].
    pub shares: [f64; Kind::ALL.len()],
    /// Of words of names, counted among many.
    pub frequencies: Frequencies,
}

/// A model, and what it was learnt from.
pub struct Learnt {
    pub model: Model,
    pub pairs: usize,
}

/// Fewer people, pairs that share a key, or matches among those teach nothing that could be relied upon.
const PEOPLE: f64 = 1000.0;
const PAIRS: usize = 200;
const MATCHES: f64 = 50.0;
/// More second records than this for each person are no duplicates, but something else that was mistaken for them.
const TOO_MANY: f64 = 0.5;

/// Learns, or says in a word why what was learnt is not to be used, and from how many pairs.
pub fn learn(sample: Sample, places: &dyn Places) -> Result<Learnt, (&'static str, usize)> {
    if sample.people < PEOPLE {
        return Err(("few-people", 0));
    }
    let prepare = |records: &[Record], frequencies: &Frequencies| -> Vec<Prepared> {
        in_parallel(records, |part| {
            let ready = |record| {
                let mut prepared = Prepared::new(record, places);
                frequencies.tell(&mut prepared);
                prepared
            };
            part.iter().map(ready).collect()
        })
    };
    let mut frequencies = sample.frequencies;
    let drawn = prepare(&sample.drawn, &frequencies);
    frequencies.measure(drawn.iter());
    let shared = prepare(&sample.shared, &frequencies);
    drop((sample.drawn, sample.shared));
    let pairs = pairs(&sample.blocks);
    if pairs.len() < PAIRS {
        return Err(("few-pairs", pairs.len()));
    }
    let all = sample.people * (sample.people - 1.0) / 2.0;
    let mut model = Model::assumed((0.05 / sample.people).clamp(1e-12, 0.1), frequencies);
    model.relatives = 4.0 * model.prior;
    let keys = in_parallel(&shared, |part| part.iter().map(keys).collect());
    let observed = in_parallel(&pairs, |part| {
        let observe = |pair: &Pair| {
            let (a, b) = (pair.a as usize, pair.b as usize);
            let compared = compare(&shared[a], &shared[b]);
            let missed = Kind::ALL.iter().zip(sample.shares).filter(|(kind, _)| {
                pair.kinds & kind.bit() != 0 || keys[a].iter().any(|key| key.0 == **kind && keys[b].contains(key))
            });
            let missed: f64 = missed.map(|(_, share)| 1.0 - share.clamp(1e-6, 1.0)).product();
            Observed {
                pattern: compared.pattern,
                teaches: pair.teaches(),
                rare: model.rare(&compared),
                stands_for: 1.0 / (1.0 - missed).max(1e-6),
            }
        };
        part.iter().map(observe).collect()
    });
    let random = strangers(&drawn, None);
    let found = estimate(&mut model, &observed, &random, all);
    if found < MATCHES {
        return Err(("few-matches", pairs.len()));
    }
    if model.prior * all > TOO_MANY * sample.people {
        return Err(("many-matches", pairs.len()));
    }
    match disordered(&model) {
        Some(why) => Err((why, pairs.len())),
        None => Ok(Learnt { model, pairs: pairs.len() }),
    }
}

/// Two people of a block, and the kinds of blocks in which they were drawn together.
struct Pair {
    a: u32,
    b: u32,
    kinds: u16,
}

impl Kind {
    fn bit(self) -> u16 {
        1 << self as u16
    }
}

impl Pair {
    fn teaches(&self) -> u16 {
        let drawn = Kind::ALL.into_iter().filter(|kind| self.kinds & kind.bit() != 0);
        drawn.fold(0, |teaches, kind| teaches | !kind.fields())
    }
}

fn pairs(blocks: &[Block]) -> Vec<Pair> {
    let mut all: Vec<(u32, u32, u16)> = Vec::new();
    for block in blocks {
        for (at, a) in block.members.iter().enumerate() {
            let pair = |b: &u32| (*a.min(b), *a.max(b), block.kind.bit());
            all.extend(block.members[at + 1..].iter().filter(|b| *b != a).map(pair));
        }
    }
    all.sort_unstable();
    all.chunk_by(|x, y| (x.0, x.1) == (y.0, y.1))
        .map(|same| Pair { a: same[0].0, b: same[0].1, kinds: same.iter().fold(0, |kinds, one| kinds | one.2) })
        .collect()
}

/// The keys of somebody by which a pair could have been drawn.
fn keys(record: &Prepared) -> Vec<(Kind, u64)> {
    let mut found = Vec::new();
    block::keys(record, |pass, key| found.extend(Kind::of(pass).map(|kind| (kind, hash(key)))));
    found
}

/// A field whose levels contradict each other, if there is one: agreement must speak for one person, difference against,
/// and nothing in between more strongly against than difference does.
pub fn disordered(model: &Model) -> Option<&'static str> {
    let numbers: &[u8] = &[number::EXACT, number::DIGIT, number::DIFFERENT];
    let checked: [(Field, &[u8], &'static str); 10] = [
        (Field::Family, &[word::EXACT, word::DIFFERENT], "levels-family"),
        (Field::Given, &[word::EXACT, word::NEAR, word::DIFFERENT], "levels-given"),
        (Field::Middle, &[word::EXACT, word::DIFFERENT], "levels-middle"),
        (Field::Birth, &[birth::EXACT, birth::DIGIT, birth::DIFFERENT], "levels-birth"),
        (Field::Sex, &[same::SAME, same::DIFFERENT], "levels-sex"),
        (Field::Identity, numbers, "levels-identity"),
        (Field::Passport, numbers, "levels-passport"),
        (Field::Paper, numbers, "levels-paper"),
        (Field::Phone, numbers, "levels-phone"),
        (Field::Place, &[place::COMMUNE, place::PROVINCE, place::DIFFERENT], "levels-place"),
    ];
    let wrong = |(field, chain, _): &(Field, &[u8], &str)| {
        let bits = |level: u8| model.bits(*field, level);
        let last = field.levels().len() as u8;
        let finite = (1..=last).all(|level| bits(level).is_finite());
        let falls = chain.windows(2).all(|two| bits(two[0]) >= bits(two[1]));
        let least = (1..=last).all(|level| bits(level) >= bits(last) - 0.5);
        !(finite && falls && least && bits(chain[0]) > 0.0 && bits(last) < 0.0)
    };
    checked.iter().find(|one| wrong(one)).map(|(.., why)| *why)
}
