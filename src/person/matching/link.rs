//! Whole files: prepare, learn, weigh, and make an answer that holds together.

use std::collections::HashMap;
use std::thread;

use super::assign::{self, Weighed};
use super::block::{self, Candidate};
use super::compare::compare;
use super::estimate::{Observed, estimate};
use super::field::Pattern;
use super::model::{Bits, Model, bits_of, probability};
use super::{Frequencies, Places, Prepared, Record};

/// Two records that are one person, by where they stand in their files.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Pair {
    pub a: usize,
    pub b: usize,
    pub probability: f64,
}

/// Pairs drawn at random to measure what strangers agree in.
const DRAWN: usize = 120_000;

/// Runs `work` over slices of `items` on every core, and puts the results together in order.
pub fn in_parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&[T]) -> Vec<R> + Sync) -> Vec<R> {
    let cores = thread::available_parallelism().map_or(1, usize::from).min(16);
    let size = items.len().div_ceil(cores).max(256);
    if items.len() <= size {
        return work(items);
    }
    thread::scope(|scope| {
        let work = &work;
        let parts: Vec<_> = items.chunks(size).map(|part| scope.spawn(move || work(part))).collect();
        let mut all = Vec::with_capacity(items.len());
        for part in parts {
            match part.join() {
                Ok(mut done) => all.append(&mut done),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        all
    })
}

/// Records made ready, and a model learnt from them.
pub struct Learnt {
    pub model: Model,
    first: Vec<Prepared>,
    second: Option<Vec<Prepared>>,
    candidates: Vec<Candidate>,
    observed: Vec<Observed>,
}

/// A model learnt from records that may hold some people twice.
pub fn learn(records: &[Record], places: &dyn Places) -> Model {
    Learnt::from(records, None, places, |_| {}).model
}

impl Learnt {
    /// Learns what agreement is worth from the records of one file, or of two that are to be linked.
    pub fn from(
        first: &[Record],
        second: Option<&[Record]>,
        places: &dyn Places,
        mut progress: impl FnMut(&str),
    ) -> Learnt {
        let prepare =
            |records: &[Record]| in_parallel(records, |part| part.iter().map(|r| Prepared::new(r, places)).collect());
        let mut first = prepare(first);
        let mut second = second.map(prepare);
        let mut frequencies = Frequencies::count(first.iter().chain(second.iter().flatten()));
        for record in first.iter_mut().chain(second.iter_mut().flatten()) {
            frequencies.tell(record);
        }
        frequencies.measure(first.iter().chain(second.iter().flatten()));
        progress("looking for pairs that share something");
        let candidates = block::candidates(&first, second.as_deref());
        progress(&format!("weighing {} pairs", candidates.len()));
        let n = first.len() as f64;
        let pairs = second.as_ref().map_or(n * (n - 1.0) / 2.0, |second| n * second.len() as f64);
        let expected = 0.1 * second.as_ref().map_or(n, |second| n.min(second.len() as f64));
        let mut model = Model::assumed((expected / pairs.max(1.0)).clamp(1e-12, 0.1), frequencies);
        let other = second.as_deref().unwrap_or(&first);
        let observed = in_parallel(&candidates, |part| {
            let observe = |candidate: &Candidate| {
                let pair = compare(&first[candidate.a as usize], &other[candidate.b as usize]);
                Observed { pattern: pair.pattern, teaches: candidate.teaches, rare: model.rare(&pair), stands_for: 1.0 }
            };
            part.iter().map(observe).collect()
        });
        let random = strangers(&first, second.as_deref());
        progress("learning what agreement is worth");
        estimate(&mut model, &observed, &random, pairs);
        Learnt { model, first, second, candidates, observed }
    }

    /// The pairs that are one person, those below the threshold left out.
    pub fn pairs(&self, threshold: f64) -> Vec<Pair> {
        let least = bits_of(threshold);
        let mut weights: HashMap<Pattern, Bits> = HashMap::new();
        let mut weighed = Vec::new();
        for (candidate, pair) in self.candidates.iter().zip(&self.observed) {
            let weight = *weights.entry(pair.pattern).or_insert_with(|| self.model.weigh(pair.pattern));
            let bits = self.model.odds(weight + pair.rare);
            if bits >= least {
                weighed.push(Weighed { a: candidate.a, b: candidate.b, bits });
            }
        }
        let chosen = match &self.second {
            Some(second) => assign::one_to_one(&weighed, self.first.len(), second.len(), least),
            None => assign::groups(&weighed, self.first.len(), least, |a, b| {
                let pair = compare(&self.first[a as usize], &self.first[b as usize]);
                self.model.odds(self.model.weigh(pair.pattern) + self.model.rare(&pair))
            }),
        };
        let pair = |w: Weighed| Pair { a: w.a as usize, b: w.b as usize, probability: probability(w.bits) };
        chosen.into_iter().map(pair).collect()
    }
}

/// What pairs drawn at random look like: all of them where they are few. The draw is the same for the same files.
pub fn strangers(first: &[Prepared], second: Option<&[Prepared]>) -> Vec<Pattern> {
    let other = second.unwrap_or(first);
    let all = first.len().saturating_mul(other.len());
    let mut drawn: Vec<(u32, u32)> = Vec::new();
    let keep = |a: usize, b: usize| second.is_some() || a < b;
    if all <= DRAWN {
        for a in 0..first.len() {
            drawn.extend((0..other.len()).filter(|b| keep(a, *b)).map(|b| (a as u32, b as u32)));
        }
    } else {
        // Weyl's sequence, scrambled: no need of a better chance.
        let mut state = 0x9e37_79b9_7f4a_7c15u64;
        while drawn.len() < DRAWN {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mixed = (state ^ state >> 31).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
            let (a, b) = ((mixed >> 32) as usize % first.len(), (mixed as u32) as usize % other.len());
            if second.is_some() || a != b {
                drawn.push((a as u32, b as u32));
            }
        }
    }
    drawn.sort_unstable();
    in_parallel(&drawn, |part| {
        part.iter().map(|(a, b)| compare(&first[*a as usize], &other[*b as usize]).pattern).collect()
    })
}
