//! Which cells to suppress beside those that must be: of least value in all, so that every wanted interval is wide enough.
//!
//! The 0-1 model of Fischetti and Salazar (2000): a master problem chooses cells, a linear programme finds what an
//! attacker could still work out, and its dual becomes a cut for the master, until nothing is left to work out.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use microlp::{ComparisonOp, OptimizationDirection, Problem, Variable};

use super::attack::Attack;

/// How far above and below its value a cell must be thinkable.
#[derive(Clone, Copy, Debug)]
pub struct Want {
    pub node: usize,
    pub up: f64,
    pub down: f64,
}

/// What stands fast about a node.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// Published, now or earlier.
    Closed,
    /// The attacker does not read it, whatever is chosen.
    Open,
    /// May be suppressed.
    Free,
}

/// No interval is ever asked to be wider, so more room in one cell changes nothing.
const ROOM: f64 = 1000.0;
const SMALL: f64 = 1e-6;
/// Makes the dual prefer few cells among equals, so that a cut says much.
const FEW: f64 = 1e-4;

struct Cut {
    of: Vec<(usize, f64)>,
    least: f64,
}

/// The free nodes to suppress, or nothing where no choice is enough. Where time runs out, a good choice instead of the best.
pub fn choose(attack: &Attack, places: &[Place], wants: &[Want], limit: Duration) -> Option<BTreeSet<usize>> {
    let began = Instant::now();
    let free: BTreeSet<usize> = (0..places.len()).filter(|at| places[*at] == Place::Free).collect();
    let everything = |at: usize| places[at] != Place::Closed;
    if wants.iter().any(|want| !is_met(attack, want, &everything)) {
        return None;
    }
    let best = optimum(attack, places, wants, &free, began + limit);
    let mut chosen = match best {
        Some(chosen) => chosen,
        None => heuristic(attack, places, wants, &free)?,
    };
    without_needless(attack, places, wants, &mut chosen);
    Some(chosen)
}

fn optimum(
    attack: &Attack,
    places: &[Place],
    wants: &[Want],
    free: &BTreeSet<usize>,
    until: Instant,
) -> Option<BTreeSet<usize>> {
    let mut cuts = lone_cells(attack, places, free);
    let mut whole = false;
    while Instant::now() < until {
        let x = master(attack, places, free, &cuts, whole, until)?;
        let mut found = Vec::new();
        for want in wants {
            for (towards, by) in [(1.0, want.up), (-1.0, want.down)] {
                if by > 0.0 {
                    found.extend(separate(attack, places, &x, want.node, towards, by)?);
                }
            }
        }
        match (found.is_empty(), whole) {
            (true, true) => return Some(free.iter().copied().filter(|at| x[*at] > 0.5).collect()),
            // Cheap rounds first, without asking for whole cells.
            (true, false) => whole = true,
            _ => cuts.extend(found),
        }
    }
    None
}

/// A cell that nothing else in its sum hides with is worked out: every sum with an open cell has a second one.
fn lone_cells(attack: &Attack, places: &[Place], free: &BTreeSet<usize>) -> Vec<Cut> {
    let mut cuts = Vec::new();
    for relation in &attack.relations {
        let nodes: BTreeSet<usize> =
            relation.iter().map(|(at, _)| *at).filter(|at| places[*at] != Place::Closed).collect();
        for one in &nodes {
            if nodes.iter().any(|other| other != one && places[*other] == Place::Open) {
                continue;
            }
            let mut of: Vec<(usize, f64)> = nodes.iter().filter(|o| *o != one).map(|o| (*o, 1.0)).collect();
            if free.contains(one) {
                of.push((*one, -1.0));
                cuts.push(Cut { of, least: 0.0 });
            } else if attack.nodes[*one].suppressed {
                cuts.push(Cut { of, least: 1.0 });
            }
        }
    }
    cuts
}

/// Which cells to open so that all cuts hold, at least cost; fractions of cells unless `whole`.
fn master(
    attack: &Attack,
    places: &[Place],
    free: &BTreeSet<usize>,
    cuts: &[Cut],
    whole: bool,
    until: Instant,
) -> Option<Vec<f64>> {
    let mut problem = Problem::new(OptimizationDirection::Minimize);
    let mut variables: Vec<Option<Variable>> = vec![None; places.len()];
    for at in free {
        // Fewer cells among choices of the same value.
        let cost = attack.nodes[*at].value as f64 + 0.001;
        variables[*at] = Some(if whole { problem.add_binary_var(cost) } else { problem.add_var(cost, (0.0, 1.0)) });
    }
    for cut in cuts {
        let sum: Vec<_> = cut.of.iter().filter_map(|(at, by)| Some((variables[*at]?, *by))).collect();
        problem.add_constraint(sum.as_slice(), ComparisonOp::Ge, cut.least);
    }
    problem.set_time_limit(until.saturating_duration_since(Instant::now()));
    let solution = problem.solve().ok()?.into_solution().ok()?;
    if solution.status() != microlp::SolutionStatus::Optimal {
        return None;
    }
    Some(
        (0..places.len())
            .map(|at| match (variables[at], places[at]) {
                (Some(variable), _) if whole => solution.var_value(variable).round(),
                (Some(variable), _) => solution.var_value(variable).clamp(0.0, 1.0),
                (None, Place::Open) => 1.0,
                (None, _) => 0.0,
            })
            .collect(),
    )
}

/// Why the node cannot go `by` so far in a direction, as a cut that every good choice meets; nothing if it can.
/// The dual of the attacker's programme: `min Σ x (room·above + slack·below)` with `above − below + Mᵀ·price = ±e`.
fn separate(attack: &Attack, places: &[Place], x: &[f64], node: usize, towards: f64, by: f64) -> Option<Option<Cut>> {
    let mut problem = Problem::new(OptimizationDirection::Minimize);
    let mut rows: Vec<Vec<(Variable, f64)>> = vec![Vec::new(); places.len()];
    let mut bounds = vec![None; places.len()];
    for at in (0..places.len()).filter(|at| places[*at] != Place::Closed) {
        let above = problem.add_var(ROOM * x[at] + FEW, (0.0, f64::INFINITY));
        let below = problem.add_var(attack.slack(at) * x[at] + FEW, (0.0, f64::INFINITY));
        rows[at].extend([(above, 1.0), (below, -1.0)]);
        bounds[at] = Some((above, below));
    }
    for relation in &attack.relations {
        let open: Vec<_> = relation.iter().filter(|(at, _)| places[*at] != Place::Closed).collect();
        if !open.is_empty() {
            let price = problem.add_var(0.0, (f64::NEG_INFINITY, f64::INFINITY));
            open.into_iter().for_each(|(at, sign)| rows[*at].push((price, *sign)));
        }
    }
    for at in (0..places.len()).filter(|at| places[*at] != Place::Closed) {
        let wanted = if at == node { towards } else { 0.0 };
        problem.add_constraint(rows[at].as_slice(), ComparisonOp::Eq, wanted);
    }
    let solution = problem.solve().ok()?.into_solution().ok()?;
    let (mut reach, mut fixed) = (0.0, 0.0);
    let mut of = Vec::new();
    for at in 0..places.len() {
        let Some((above, below)) = bounds[at] else { continue };
        let by = ROOM * solution.var_value(above).max(0.0) + attack.slack(at) * solution.var_value(below).max(0.0);
        reach += by * x[at];
        match places[at] {
            Place::Open => fixed += by,
            _ if by > SMALL => of.push((at, by)),
            _ => {}
        }
    }
    if reach >= by - 1e-4 {
        return Some(None);
    }
    let least = by - fixed;
    of.iter_mut().for_each(|(_, by)| *by = by.min(least));
    Some(Some(Cut { of: of.into_iter().map(|(at, by)| (at, by / least)).collect(), least: 1.0 }))
}

pub fn is_met(attack: &Attack, want: &Want, open: &dyn Fn(usize) -> bool) -> bool {
    if !open(want.node) {
        return false;
    }
    let value = attack.nodes[want.node].value as f64;
    attack.interval(want.node, open).is_some_and(|(least, most)| {
        least as f64 <= value - want.down && most.is_none_or(|most| most as f64 >= value + want.up)
    })
}

/// One want after another: the cheapest way to make room for it, given what is suppressed already.
fn heuristic(attack: &Attack, places: &[Place], wants: &[Want], free: &BTreeSet<usize>) -> Option<BTreeSet<usize>> {
    let mut chosen = BTreeSet::new();
    for want in wants {
        for (towards, by) in [(1.0, want.up), (-1.0, want.down)] {
            let one = Want {
                node: want.node,
                up: if towards > 0.0 { by } else { 0.0 },
                down: if towards > 0.0 { 0.0 } else { by },
            };
            let open = |at: usize| places[at] == Place::Open || chosen.contains(&at);
            if by > 0.0 && !is_met(attack, &one, &open) {
                let more = cheapest_way(attack, places, &chosen, want.node, towards * by)?;
                chosen.extend(more.into_iter().filter(|at| free.contains(at)));
            }
        }
    }
    Some(chosen)
}

/// The cells that move when the node moves `by`, moving cells that are not yet suppressed as little as can be.
fn cheapest_way(
    attack: &Attack,
    places: &[Place],
    chosen: &BTreeSet<usize>,
    node: usize,
    by: f64,
) -> Option<Vec<usize>> {
    let mut problem = Problem::new(OptimizationDirection::Minimize);
    let mut moves: Vec<Option<(Variable, Variable)>> = vec![None; places.len()];
    for at in (0..places.len()).filter(|at| places[*at] != Place::Closed) {
        let cost = if places[at] == Place::Open || chosen.contains(&at) { 0.0 } else { attack.nodes[at].value as f64 };
        let up = problem.add_var(cost, (0.0, f64::INFINITY));
        moves[at] = Some((up, problem.add_var(cost, (0.0, attack.slack(at)))));
    }
    for relation in &attack.relations {
        let sum: Vec<_> = relation
            .iter()
            .filter_map(|(at, sign)| moves[*at].map(|(up, down)| [(up, *sign), (down, -*sign)]))
            .flatten()
            .collect();
        if !sum.is_empty() {
            problem.add_constraint(sum.as_slice(), ComparisonOp::Eq, 0.0);
        }
    }
    let (up, down) = moves[node]?;
    problem.add_constraint([(up, 1.0), (down, -1.0)].as_slice(), ComparisonOp::Eq, by);
    let solution = problem.solve().ok()?.into_solution().ok()?;
    let moved = |at: &usize| {
        moves[*at].is_some_and(|(up, down)| (solution.var_value(up) - solution.var_value(down)).abs() > SMALL)
    };
    Some((0..places.len()).filter(moved).collect())
}

/// Opens again, dearest first, whatever is suppressed for nothing.
fn without_needless(attack: &Attack, places: &[Place], wants: &[Want], chosen: &mut BTreeSet<usize>) {
    let mut order: Vec<usize> = chosen.iter().copied().collect();
    order.sort_by_key(|at| std::cmp::Reverse(attack.nodes[*at].value));
    for at in order {
        chosen.remove(&at);
        let open = |other: usize| places[other] == Place::Open || chosen.contains(&other);
        if !wants.iter().all(|want| is_met(attack, want, &open)) {
            chosen.insert(at);
        }
    }
}
