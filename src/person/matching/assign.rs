//! From pairs that each look like one person to an answer that holds together: between two files each record belongs to
//! at most one, within a file *a is b* and *b is c* make *a is c*.

use std::collections::HashMap;

/// A pair with its odds in bits, what was likely beforehand included.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Weighed {
    pub a: u32,
    pub b: u32,
    pub bits: f32,
}

/// Larger knots are untied by taking the heaviest pair first: the best answer would cost the cube of this.
const MOST: usize = 400;

/// Union–find.
struct Sets(Vec<u32>);

impl Sets {
    fn new(n: usize) -> Sets {
        Sets((0..n as u32).collect())
    }

    fn of(&mut self, mut at: u32) -> u32 {
        while self.0[at as usize] != at {
            let up = self.0[self.0[at as usize] as usize];
            self.0[at as usize] = up;
            at = up;
        }
        at
    }

    fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.of(a), self.of(b));
        self.0[a.max(b) as usize] = a.min(b);
    }
}

/// The pairs of records that hang together, set by set.
fn knots(pairs: &[Weighed], nodes: usize, b_from: u32) -> Vec<Vec<Weighed>> {
    let mut sets = Sets::new(nodes);
    for pair in pairs {
        sets.join(pair.a, pair.b + b_from);
    }
    let mut knots: HashMap<u32, Vec<Weighed>> = HashMap::new();
    for pair in pairs {
        knots.entry(sets.of(pair.a)).or_default().push(*pair);
    }
    let mut knots: Vec<(u32, Vec<Weighed>)> = knots.into_iter().collect();
    knots.sort_unstable_by_key(|(first, _)| *first);
    knots.into_iter().map(|(_, pairs)| pairs).collect()
}

/// Of pairs between two files those that together weigh most, with each record in at most one. Every weight counts from
/// `least`, so that no pair below it is ever taken.
pub fn one_to_one(pairs: &[Weighed], first: usize, second: usize, least: f32) -> Vec<Weighed> {
    let pairs: Vec<Weighed> = pairs.iter().filter(|pair| pair.bits >= least).copied().collect();
    let mut taken = Vec::new();
    for mut knot in knots(&pairs, first + second, first as u32) {
        let number = |side: fn(&Weighed) -> u32| {
            let mut known: Vec<u32> = knot.iter().map(side).collect();
            known.sort_unstable();
            known.dedup();
            known
        };
        let (rows, columns) = (number(|pair| pair.a), number(|pair| pair.b));
        if knot.len() == 1 {
            taken.append(&mut knot);
        } else if rows.len().max(columns.len()) > MOST {
            taken.extend(heaviest_first(knot));
        } else {
            taken.extend(best(&knot, &rows, &columns, least));
        }
    }
    taken.sort_unstable_by_key(|pair| (pair.a, pair.b));
    taken
}

fn heaviest_first(mut knot: Vec<Weighed>) -> Vec<Weighed> {
    knot.sort_by(|x, y| y.bits.total_cmp(&x.bits).then((x.a, x.b).cmp(&(y.a, y.b))));
    let (mut used_a, mut used_b) = (std::collections::HashSet::new(), std::collections::HashSet::new());
    knot.retain(|pair| {
        let free = !used_a.contains(&pair.a) && !used_b.contains(&pair.b);
        if free {
            used_a.insert(pair.a);
            used_b.insert(pair.b);
        }
        free
    });
    knot
}

/// The Hungarian method; staying alone weighs nothing.
fn best(knot: &[Weighed], rows: &[u32], columns: &[u32], least: f32) -> Vec<Weighed> {
    let n = rows.len();
    // As many more columns as rows, in which a row stays alone.
    let m = columns.len() + n;
    let place = |known: &[u32], at: u32| known.partition_point(|one| *one < at);
    let mut cost = vec![0.0f64; n * m];
    for pair in knot {
        let gain = f64::from(pair.bits - least) + 1e-6;
        cost[place(rows, pair.a) * m + place(columns, pair.b)] = -gain;
    }
    let (mut u, mut v) = (vec![0.0; n + 1], vec![0.0; m + 1]);
    let mut owner = vec![0usize; m + 1];
    let mut way = vec![0usize; m + 1];
    for row in 1..=n {
        owner[0] = row;
        let mut column = 0;
        let mut least_left = vec![f64::INFINITY; m + 1];
        let mut seen = vec![false; m + 1];
        loop {
            seen[column] = true;
            let (here, mut step, mut next) = (owner[column], f64::INFINITY, 0);
            for j in 1..=m {
                if seen[j] {
                    continue;
                }
                let reduced = cost[(here - 1) * m + j - 1] - u[here] - v[j];
                if reduced < least_left[j] {
                    least_left[j] = reduced;
                    way[j] = column;
                }
                if least_left[j] < step {
                    step = least_left[j];
                    next = j;
                }
            }
            for j in 0..=m {
                if seen[j] {
                    u[owner[j]] += step;
                    v[j] -= step;
                } else {
                    least_left[j] -= step;
                }
            }
            column = next;
            if owner[column] == 0 {
                break;
            }
        }
        while column != 0 {
            let from = way[column];
            owner[column] = owner[from];
            column = from;
        }
    }
    let chosen: HashMap<(u32, u32), f32> = knot.iter().map(|pair| ((pair.a, pair.b), pair.bits)).collect();
    let pairs = columns.iter().enumerate().filter_map(|(j, b)| {
        let a = rows[owner[j + 1].checked_sub(1)?];
        chosen.get(&(a, *b)).map(|bits| Weighed { a, b: *b, bits: *bits })
    });
    pairs.collect()
}

/// All pairs within groups of records that are one person: groups grow as long as what the pairs between two of them
/// weigh on average is at least `least`. A pair that was no candidate, or looks unlike for itself, is given the odds at
/// which its groups became one. `weigh` tells what any pair weighs.
pub fn groups(pairs: &[Weighed], records: usize, least: f32, weigh: impl Fn(u32, u32) -> f32) -> Vec<Weighed> {
    let pairs: Vec<Weighed> = pairs.iter().filter(|pair| pair.bits >= least).copied().collect();
    let mut taken = Vec::new();
    for knot in knots(&pairs, records, 0) {
        let mut members: Vec<u32> = knot.iter().flat_map(|pair| [pair.a, pair.b]).collect();
        members.sort_unstable();
        members.dedup();
        let n = members.len();
        if n == 2 || n > MOST {
            taken.extend(knot);
        } else {
            taken.extend(grow(&knot, &members, least, &weigh));
        }
    }
    taken.sort_unstable_by_key(|pair| (pair.a, pair.b));
    taken
}

fn grow(knot: &[Weighed], members: &[u32], least: f32, weigh: &impl Fn(u32, u32) -> f32) -> Vec<Weighed> {
    let n = members.len();
    let known: HashMap<(u32, u32), f32> = knot.iter().map(|pair| ((pair.a, pair.b), pair.bits)).collect();
    let mut own = vec![0.0f32; n * n];
    for i in 0..n {
        for j in i + 1..n {
            let (a, b) = (members[i], members[j]);
            let bits = known.get(&(a, b)).copied().unwrap_or_else(|| weigh(a, b));
            own[i * n + j] = bits;
            own[j * n + i] = bits;
        }
    }
    // Sums between groups; a group goes by its first member.
    let mut between = own.clone();
    let mut groups: Vec<Vec<usize>> = (0..n).map(|i| vec![i]).collect();
    let mut taken = Vec::new();
    loop {
        let mut top: Option<(f32, usize, usize)> = None;
        for i in 0..n {
            for j in i + 1..n {
                if groups[i].is_empty() || groups[j].is_empty() {
                    continue;
                }
                let mean = between[i * n + j] / (groups[i].len() * groups[j].len()) as f32;
                if mean >= least && top.is_none_or(|(best, ..)| mean > best) {
                    top = Some((mean, i, j));
                }
            }
        }
        let Some((mean, i, j)) = top else { return taken };
        let moved = std::mem::take(&mut groups[j]);
        for x in &groups[i] {
            for y in &moved {
                let (x, y) = (*x.min(y), *x.max(y));
                taken.push(Weighed { a: members[x], b: members[y], bits: own[x * n + y].max(mean) });
            }
        }
        groups[i].extend(moved);
        for k in 0..n {
            between[i * n + k] += between[j * n + k];
            between[k * n + i] = between[i * n + k];
        }
    }
}
