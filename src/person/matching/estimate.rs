//! Learns from records alone what agreement is worth: expectation maximisation after Fellegi and Sunter.
//!
//! Chance agreement (`u`) is measured on pairs drawn at random, each counted as far as it is not itself a match. What
//! matches agree in (`m`) is measured on the pairs that share a key; for each field only on pairs that were found by
//! something else, or a field that makes blocks would seem to agree always. The share of matches comes out of the same
//! rounds. What was assumed beforehand counts as a few pairs, so that a small file does not learn nonsense.

use std::collections::HashMap;

use super::field::{Field, MISSING, Pattern};
use super::model::{Bits, Chances, Model, probability};

const ROUNDS: usize = 60;
/// Done when no weight moves by more than this.
const STILL: f64 = 0.002;
/// The pairs that what was assumed counts as.
const ASSUMED_MATCHES: f64 = 12.0;
const ASSUMED_OTHERS: f64 = 400.0;

/// So many of those who look like relatives, for each match, are taken for one person's records that are badly spoilt:
/// where there are hardly more, there are no families in the file.
const SPOILT: f64 = 0.005;

/// A pair that shares a key, as far as learning needs it.
#[derive(Clone, Copy, Debug)]
pub struct Observed {
    pub pattern: Pattern,
    /// See [`super::block::Candidate::teaches`].
    pub teaches: u16,
    /// What the rarity of its values adds.
    pub rare: Bits,
    /// How many pairs it stands for where some were drawn among many: 1 where all were looked at.
    pub stands_for: f64,
}

/// Distinct patterns with how often they occur.
struct Kinds {
    patterns: Vec<(Pattern, u16)>,
    of: Vec<u32>,
}

fn kinds(pairs: impl Iterator<Item = (Pattern, u16)>) -> Kinds {
    let mut known: HashMap<(Pattern, u16), u32> = HashMap::new();
    let mut patterns = Vec::new();
    let of = pairs
        .map(|pair| {
            *known.entry(pair).or_insert_with(|| {
                patterns.push(pair);
                (patterns.len() - 1) as u32
            })
        })
        .collect();
    Kinds { patterns, of }
}

/// Improves the model until it stays as it is, and says how many matches there are among those observed. `random` are
/// patterns of pairs drawn at random among `pairs` in all, `observed` the pairs that share a key.
pub fn estimate(model: &mut Model, observed: &[Observed], random: &[Pattern], pairs: f64) -> f64 {
    let assumed = model.clone();
    let candidates = kinds(observed.iter().map(|pair| (pair.pattern, pair.teaches)));
    let strangers = kinds(random.iter().map(|pattern| (*pattern, 0)));
    let mut drawn = vec![0.0; strangers.patterns.len()];
    for at in &strangers.of {
        drawn[*at as usize] += 1.0;
    }
    let mut seen = 0.0;
    for _ in 0..ROUNDS {
        let weights: Vec<Bits> = candidates.patterns.iter().map(|(pattern, _)| model.weigh(*pattern)).collect();
        let mut matches = vec![0.0; weights.len()];
        let (mut found, mut related) = (0.0, 0.0);
        for (pair, at) in observed.iter().zip(&candidates.of) {
            let bits = weights[*at as usize] + pair.rare;
            let one = probability(model.odds(bits));
            matches[*at as usize] += one;
            found += one * pair.stands_for;
            related += model.related(bits) * pair.stands_for;
        }
        seen = matches.iter().sum();
        let before = model.clone();
        model.prior = ((found + 0.5) / pairs.max(1.0)).min(0.5);
        model.relatives = ((related - SPOILT * found).max(0.01) / pairs.max(1.0)).min(0.5);
        for field in Field::ALL {
            let taught =
                candidates.patterns.iter().zip(&matches).filter(|((_, teaches), _)| teaches & field.bit() != 0);
            let m = shares(field, taught.map(|((pattern, _), n)| (*pattern, *n)), |level| {
                ASSUMED_MATCHES * assumed.chances(field, level).m
            });
            let u = if field == Field::Order {
                // Not a finding: see its levels.
                None
            } else {
                let others = strangers.patterns.iter().zip(&drawn);
                let strange = |bits: Bits| 1.0 - probability(before.odds(bits)) - before.related(bits);
                let others = others.map(|((pattern, _), n)| (*pattern, n * strange(before.weigh(*pattern)).max(0.0)));
                Some(shares(field, others, |level| ASSUMED_OTHERS * assumed.chances(field, level).u))
            };
            for (at, m) in m.iter().enumerate() {
                let level = at as u8 + 1;
                // What never happened among those drawn may still happen as often as once in three times as many.
                let least = 0.3 / (drawn.iter().sum::<f64>() + 1000.0);
                let u = u.as_ref().map_or(1.0, |u| u[at].max(least));
                model.set(field, level, Chances { m: *m, u });
            }
        }
        model.settle();
        let moved = Field::ALL.iter().any(|field| {
            (1..=field.levels().len() as u8)
                .any(|level| f64::from(model.bits(*field, level) - before.bits(*field, level)).abs() > STILL)
        });
        if !moved && (model.prior / before.prior - 1.0).abs() < 0.001 {
            break;
        }
    }
    seen
}

/// The share of each level among the pairs in which the field is known on both sides.
fn shares(field: Field, pairs: impl Iterator<Item = (Pattern, f64)>, assumed: impl Fn(u8) -> f64) -> Vec<f64> {
    let mut counts: Vec<f64> = (1..=field.levels().len() as u8).map(assumed).collect();
    for (pattern, n) in pairs {
        let level = pattern.level(field);
        if level != MISSING
            && let Some(count) = counts.get_mut(usize::from(level) - 1)
        {
            *count += n;
        }
    }
    let all: f64 = counts.iter().sum();
    counts.into_iter().map(|count| (count / all).max(1e-9)).collect()
}
