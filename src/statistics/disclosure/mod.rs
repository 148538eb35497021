//! Disclosure control: which numbers of a table are not published, so that nobody can work out a small one.
//!
//! Pure rules, no database. What is safe is said once, in [`audit`], by linear programming over everything published;
//! [`protect`] chooses what to suppress and gives nothing back that the audit does not pass. Why it is done so, and
//! where its limit is, stands in `docs/decisions/disclosure.md`.

pub mod attack;
pub mod choose;
pub mod table;

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use attack::{Attack, Publication, Shown};
use choose::{Place, Want};
use table::{Cell, Table};

/// What must stay unknown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rule {
    /// Counts from 1 to below this are small.
    pub threshold: i64,
    /// Zeros are shown, so an attacker knows that a suppressed number is at least 1. False only to compare with
    /// other tools, which do not think of that.
    pub aware: bool,
}

impl Rule {
    pub fn aware(threshold: i64) -> Rule {
        Rule { threshold, aware: true }
    }

    pub fn classic(threshold: i64) -> Rule {
        Rule { threshold, aware: false }
    }

    pub fn is_small(&self, value: i64) -> bool {
        value > 0 && value < self.threshold
    }

    fn least(&self) -> i64 {
        i64::from(self.aware)
    }

    /// How far a small number must be thinkable above and below itself.
    fn want(&self, node: usize, value: i64) -> Want {
        if self.aware {
            Want { node, up: (self.threshold - value) as f64, down: (value - 1).min(1) as f64 }
        } else {
            Want { node, up: 1.0, down: 1.0 }
        }
    }
}

/// Why a table cannot be published.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Unsafe {
    /// So few people that no choice hides them, however much is merged.
    TooThin,
    /// A number that is small by the rule of today was published in an earlier revision.
    Published,
    /// The audit found a number that can be worked out.
    Audit,
}

/// What an audit found in all publications together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Audit {
    pub small: usize,
    pub suppressed: usize,
    /// Small numbers that can be worked out, or nearly.
    pub exposed: usize,
}

/// Looks with an attacker's eyes at a publication, together with what was published of the same table before.
///
/// Every small number must stay possible up to the threshold or more, and one below itself or down to 1; so none is
/// determined. Small numbers of earlier revisions count too: a new one must not betray them.
pub fn audit(rule: Rule, publications: &[&Publication]) -> Audit {
    let attack = Attack::new(publications, rule.least());
    let open = |at: usize| !attack.nodes[at].known;
    let wants = wants(rule, &attack);
    let exposed = wants.iter().filter(|want| !choose::is_met(&attack, want, &open)).count();
    let suppressed = publications.last().map_or(0, |p| p.shown.iter().filter(|s| **s == Shown::Suppressed).count());
    Audit { small: wants.len(), suppressed, exposed }
}

fn wants(rule: Rule, attack: &Attack) -> Vec<Want> {
    let small = |(at, node): (usize, &attack::Node)| rule.is_small(node.value).then(|| rule.want(at, node.value));
    attack.nodes.iter().enumerate().filter_map(small).collect()
}

/// The publication of a table that suppresses the least value in all and passes the audit, together with earlier
/// revisions of the same table.
///
/// A number that an earlier revision suppressed stays suppressed while it is the same, or still within what an
/// attacker of that revision could think; a number that was published and is the same cannot be suppressed any more.
/// `limit` is how long the best choice is looked for, in all tries together; after that a good one is taken.
/// Where no choice is enough, the `coarser` tables are tried in their order.
pub fn protect(
    rule: Rule,
    table: &Table,
    earlier: &[&Publication],
    coarser: impl IntoIterator<Item = Table>,
    limit: Duration,
) -> Result<Publication, Unsafe> {
    if table.cells.iter().any(|cell| rule.is_small(cell.value) && was_published(cell, earlier)) {
        return Err(Unsafe::Published);
    }
    let began = Instant::now();
    for table in std::iter::once(table.clone()).chain(coarser) {
        if let Some(done) = try_protect(rule, table, earlier, limit.saturating_sub(began.elapsed())) {
            return passed(rule, done, earlier);
        }
    }
    Err(Unsafe::TooThin)
}

/// The table with its smallest categories of a dimension counted together as `into`: two of them, then three, and so
/// on, with `first` (people whose category is not known) before all others.
pub fn merging<'a>(
    table: &'a Table,
    dimension: usize,
    into: &'a str,
    first: &str,
) -> impl Iterator<Item = Table> + use<'a> {
    let mut order = table.smallest(dimension);
    order.sort_by_key(|code| code != first);
    (2..=order.len()).map(move |count| table.merged(dimension, &order[..count], into))
}

fn was_published(cell: &Cell, earlier: &[&Publication]) -> bool {
    let shows =
        |p: &&Publication| p.table.cells.iter().zip(&p.shown).any(|(c, shown)| c == cell && *shown == Shown::Value);
    earlier.iter().any(shows)
}

fn passed(rule: Rule, done: Publication, earlier: &[&Publication]) -> Result<Publication, Unsafe> {
    let mut all = earlier.to_vec();
    all.push(&done);
    if audit(rule, &all).exposed == 0 { Ok(done) } else { Err(Unsafe::Audit) }
}

fn try_protect(rule: Rule, table: Table, earlier: &[&Publication], limit: Duration) -> Option<Publication> {
    let kept = suppressed_before(rule, &table, earlier);
    // As if every number but the zeros were suppressed: which of them really are is what is to be chosen.
    let open: BTreeSet<usize> = (0..table.cells.len()).filter(|at| table.cells[*at].value > 0).collect();
    let draft = Publication::with_suppressed(table, &open);
    let mut all = earlier.to_vec();
    all.push(&draft);
    let attack = Attack::new(&all, rule.least());
    let here = attack.places.last()?;
    let cells = &draft.table.cells;
    // What was published and is the same is known, whatever a revision in between suppressed.
    let must: BTreeSet<usize> = (0..cells.len())
        .filter(|at| !cells[*at].hidden)
        .filter(|at| rule.is_small(cells[*at].value) || kept.contains(at) && !attack.nodes[here[*at]].known)
        .collect();
    let mut places: Vec<Place> =
        attack.nodes.iter().map(|node| if node.known { Place::Closed } else { Place::Open }).collect();
    let before = Attack::new(earlier, rule.least());
    let hidden_before: BTreeSet<usize> = before
        .places
        .iter()
        .zip(&attack.places)
        .flat_map(|(old, new)| old.iter().zip(new))
        .filter(|(old, _)| before.nodes[**old].suppressed && !before.nodes[**old].known)
        .map(|(_, new)| *new)
        .collect();
    for (cell, node) in here.iter().enumerate() {
        let may_choose =
            draft.shown[cell] == Shown::Suppressed && !must.contains(&cell) && !hidden_before.contains(node);
        if places[*node] == Place::Open && may_choose {
            places[*node] = Place::Free;
        }
    }
    if must.iter().any(|cell| places[here[*cell]] == Place::Closed) {
        return None;
    }
    let chosen = choose::choose(&attack, &places, &wants(rule, &attack), limit)?;
    let suppressed = (0..here.len())
        .filter(|cell| must.contains(cell) || chosen.contains(&here[*cell]) && places[here[*cell]] == Place::Free);
    let suppressed = suppressed.filter(|cell| draft.shown[*cell] == Shown::Suppressed).collect();
    Some(Publication::with_suppressed(draft.table.clone(), &suppressed))
}

/// Cells that an earlier revision suppressed, and whose number is still one that it left possible.
fn suppressed_before(rule: Rule, table: &Table, earlier: &[&Publication]) -> BTreeSet<usize> {
    let attack = Attack::new(earlier, rule.least());
    let open = |at: usize| !attack.nodes[at].known;
    let mut kept = BTreeSet::new();
    for (publication, places) in earlier.iter().zip(&attack.places) {
        for (at, cell) in publication.table.cells.iter().enumerate() {
            if publication.shown[at] != Shown::Suppressed {
                continue;
            }
            let Some(now) = table.cells.iter().position(|c| c.key == cell.key && !c.hidden) else { continue };
            let value = table.cells[now].value;
            let within = || {
                attack
                    .interval(places[at], &open)
                    .is_none_or(|(least, most)| least <= value && most.is_none_or(|most| value <= most))
            };
            if value > 0 && (value == cell.value || within()) {
                kept.insert(now);
            }
        }
    }
    kept
}

#[cfg(test)]
mod tests;
