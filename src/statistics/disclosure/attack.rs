//! What an attacker can work out: every number published, every sum that holds, and that what is suppressed is at least 1.

use std::collections::{BTreeMap, BTreeSet};

use microlp::{ComparisonOp, OptimizationDirection, Problem};

use super::table::Table;

/// What is published of a cell.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shown {
    Value,
    Suppressed,
    /// Not in the publication at all: it was merged into another category.
    Nothing,
}

/// A table as it is published: what is shown of each of its cells.
#[derive(Clone, Debug)]
pub struct Publication {
    pub table: Table,
    pub shown: Vec<Shown>,
}

impl Publication {
    /// Everything shown but these cells.
    pub fn with_suppressed(table: Table, suppressed: &BTreeSet<usize>) -> Publication {
        let shown = table.cells.iter().enumerate().map(|(at, cell)| {
            if cell.hidden {
                Shown::Nothing
            } else if suppressed.contains(&at) {
                Shown::Suppressed
            } else {
                Shown::Value
            }
        });
        Publication { shown: shown.collect(), table }
    }
}

/// One unknown of the attacker, or a number they read.
#[derive(Clone, Debug)]
pub struct Node {
    pub value: i64,
    /// Published in some revision.
    pub known: bool,
    /// Suppressed in some revision, so it is at least the attacker's lower bound.
    pub suppressed: bool,
}

/// Several revisions of one table together. A cell whose value did not change between two revisions is one node: the
/// attacker may guess that it did not, so what one of them says of it holds for the other.
pub struct Attack {
    pub nodes: Vec<Node>,
    pub relations: Vec<Vec<(usize, f64)>>,
    /// For each publication, the node of each of its cells.
    pub places: Vec<Vec<usize>>,
    /// What the attacker knows of a suppressed number: 1 where zeros are shown.
    pub least: i64,
}

impl Attack {
    pub fn new(publications: &[&Publication], least: i64) -> Attack {
        let mut known: BTreeMap<(Vec<String>, i64), usize> = BTreeMap::new();
        let mut attack = Attack { nodes: Vec::new(), relations: Vec::new(), places: Vec::new(), least };
        let mut relations = BTreeSet::new();
        for publication in publications {
            let mut places = Vec::new();
            for (cell, shown) in publication.table.cells.iter().zip(&publication.shown) {
                let next = attack.nodes.len();
                let at = *known.entry((cell.key.clone(), cell.value)).or_insert(next);
                if at == next {
                    attack.nodes.push(Node { value: cell.value, known: false, suppressed: false });
                }
                attack.nodes[at].known |= *shown == Shown::Value;
                attack.nodes[at].suppressed |= *shown == Shown::Suppressed;
                places.push(at);
            }
            for relation in &publication.table.relations {
                let mut sum: Vec<(usize, bool)> =
                    relation.iter().map(|(at, sign)| (places[*at], *sign > 0.0)).collect();
                sum.sort_unstable();
                relations.insert(sum);
            }
            attack.places.push(places);
        }
        let sign = |positive: bool| if positive { 1.0 } else { -1.0 };
        attack.relations =
            relations.into_iter().map(|sum| sum.into_iter().map(|(at, plus)| (at, sign(plus))).collect()).collect();
        attack
    }

    /// How far below its value a node may be thought.
    pub fn slack(&self, node: usize) -> f64 {
        let least = if self.nodes[node].suppressed { self.least } else { 0 };
        (self.nodes[node].value - least).max(0) as f64
    }

    /// The least and the most that an unknown can be, the others being `open` or read; `None` for no end.
    /// Bounds of the linear programme, rounded inwards: a count is a whole number.
    pub fn interval(&self, node: usize, open: &dyn Fn(usize) -> bool) -> Option<(i64, Option<i64>)> {
        let most = match self.furthest(node, open, OptimizationDirection::Maximize) {
            Ok(by) => Some((self.nodes[node].value as f64 + by + 1e-6).floor() as i64),
            Err(microlp::Error::Unbounded) => None,
            Err(_) => return None,
        };
        let by = self.furthest(node, open, OptimizationDirection::Minimize).ok()?;
        Some(((self.nodes[node].value as f64 + by - 1e-6).ceil() as i64, most))
    }

    fn furthest(
        &self,
        node: usize,
        open: &dyn Fn(usize) -> bool,
        direction: OptimizationDirection,
    ) -> Result<f64, microlp::Error> {
        let mut problem = Problem::new(direction);
        let mut variables = BTreeMap::new();
        for at in (0..self.nodes.len()).filter(|at| open(*at)) {
            let wanted = if at == node { 1.0 } else { 0.0 };
            variables.insert(at, problem.add_var(wanted, (-self.slack(at), f64::INFINITY)));
        }
        for relation in &self.relations {
            let sum: Vec<_> = relation.iter().filter_map(|(at, sign)| Some((*variables.get(at)?, *sign))).collect();
            if !sum.is_empty() {
                problem.add_constraint(sum.as_slice(), ComparisonOp::Eq, 0.0);
            }
        }
        match problem.solve()?.into_solution() {
            Ok(solution) => Ok(solution.objective()),
            Err(_) => Err(microlp::Error::Infeasible),
        }
    }
}
