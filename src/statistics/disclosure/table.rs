//! A table of counts: dimensions as hierarchies, every cell with its margins, and the sums that hold between cells.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// A code list whose codes add up to their parent; the root has none.
#[derive(Clone, Debug)]
pub struct Dimension {
    codes: Vec<(String, Option<usize>)>,
    /// Codes merged into another: they are counted and in nothing that is published.
    hidden: BTreeSet<usize>,
}

impl Dimension {
    /// From pairs of code and parent, parents first.
    pub fn new<'a>(pairs: impl IntoIterator<Item = (&'a str, Option<&'a str>)>) -> Dimension {
        let mut codes: Vec<(String, Option<usize>)> = Vec::new();
        for (code, parent) in pairs {
            let parent = parent.and_then(|p| codes.iter().position(|(known, _)| known == p));
            codes.push((code.to_owned(), parent));
        }
        Dimension { codes, hidden: BTreeSet::new() }
    }

    fn root_and_leaves(root: &str, leaves: &[&str]) -> Dimension {
        Dimension::new(std::iter::once((root, None)).chain(leaves.iter().map(|l| (*l, Some(root)))))
    }

    fn place(&self, code: &str) -> Option<usize> {
        self.codes.iter().position(|(known, _)| known == code)
    }

    fn children(&self, of: usize) -> Vec<usize> {
        (0..self.codes.len()).filter(|at| self.codes[*at].1 == Some(of)).collect()
    }

    /// The code itself and everything that it is part of.
    fn upwards(&self, from: usize) -> Vec<usize> {
        std::iter::successors(Some(from), |at| self.codes[*at].1).collect()
    }
}

/// One number of a table, margins included.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cell {
    /// A code of each dimension.
    pub key: Vec<String>,
    pub value: i64,
    /// Below a category that was merged away: never published, neither as a number nor as suppressed.
    pub hidden: bool,
}

/// Counts by the codes of some dimensions.
#[derive(Clone, Debug)]
pub struct Table {
    dimensions: Vec<Dimension>,
    leaves: Vec<(Vec<String>, i64)>,
    pub cells: Vec<Cell>,
    /// Each adds up to nothing: a margin, and with a minus what it is made of.
    pub relations: Vec<Vec<(usize, f64)>>,
}

impl Table {
    /// Leaves whose codes are in no dimension are an error of the caller and are left out.
    pub fn new(dimensions: Vec<Dimension>, leaves: Vec<(Vec<String>, i64)>) -> Table {
        let size = |d: &Dimension| d.codes.len();
        let total: usize = dimensions.iter().map(size).product();
        // A cell's place counts up the last dimension first.
        let place = |at: &[usize]| at.iter().zip(&dimensions).fold(0, |sum, (at, d)| sum * size(d) + at);
        let mut cells: Vec<Cell> = (0..total)
            .map(|mut rest| {
                let mut at: Vec<usize> = dimensions.iter().rev().map(|d| (rest % size(d), rest /= size(d)).0).collect();
                at.reverse();
                Cell {
                    key: at.iter().zip(&dimensions).map(|(at, d)| d.codes[*at].0.clone()).collect(),
                    value: 0,
                    hidden: at.iter().zip(&dimensions).any(|(at, d)| d.hidden.contains(at)),
                }
            })
            .collect();
        for (codes, count) in &leaves {
            let found: Option<Vec<usize>> = codes.iter().zip(&dimensions).map(|(c, d)| d.place(c)).collect();
            let above = |at: Vec<usize>| at.iter().zip(&dimensions).map(|(at, d)| d.upwards(*at)).collect::<Vec<_>>();
            for at in found.map(above).map(|ways| product(&ways)).unwrap_or_default() {
                cells[place(&at)].value += count;
            }
        }
        let mut relations = Vec::new();
        for (n, dimension) in dimensions.iter().enumerate() {
            let others: Vec<Vec<usize>> = dimensions
                .iter()
                .enumerate()
                .map(|(m, d)| if m == n { vec![0] } else { (0..size(d)).collect() })
                .collect();
            for parent in 0..size(dimension) {
                let children = dimension.children(parent);
                for mut at in product(&others).into_iter().filter(|_| !children.is_empty()) {
                    let mut put = |code| {
                        at[n] = code;
                        place(&at)
                    };
                    let mut sum = vec![(put(parent), 1.0)];
                    sum.extend(children.iter().map(|c| (put(*c), -1.0)));
                    relations.push(sum);
                }
            }
        }
        Table { dimensions, leaves, cells, relations }
    }

    /// From `{"dims": [{code: parent or null}, …], "leaf": [[code, …, count], …]}`.
    pub fn from_json(text: &str) -> Option<Table> {
        let value: Value = serde_json::from_str(text).ok()?;
        let dimensions = value["dims"].as_array()?.iter().map(|dim| {
            let codes = dim.as_object()?;
            let mut ordered: Vec<(&str, Option<&str>)> = Vec::new();
            // Parents first, whatever order the file has.
            while ordered.len() < codes.len() {
                let before = ordered.len();
                for (code, parent) in codes {
                    let known = |c: &str| ordered.iter().any(|(known, _)| *known == c);
                    if !known(code) && parent.as_str().is_none_or(known) {
                        ordered.push((code, parent.as_str()));
                    }
                }
                (ordered.len() > before).then_some(())?;
            }
            Some(Dimension::new(ordered))
        });
        let leaves = value["leaf"].as_array()?.iter().map(|row| {
            let (count, codes) = row.as_array()?.split_last()?;
            let codes: Option<Vec<String>> = codes.iter().map(|c| Some(c.as_str()?.to_owned())).collect();
            Some((codes?, count.as_i64()?))
        });
        Some(Table::new(dimensions.collect::<Option<_>>()?, leaves.collect::<Option<_>>()?))
    }

    /// From counts by two flat code lists, with totals named `T`.
    pub fn flat(rows: &[&str], columns: &[&str], counts: &[(&str, &str, i64)]) -> Table {
        Table::new(
            vec![Dimension::root_and_leaves("T", rows), Dimension::root_and_leaves("T", columns)],
            counts.iter().map(|(r, c, n)| (vec![(*r).to_owned(), (*c).to_owned()], *n)).collect(),
        )
    }

    pub fn value(&self, key: &[&str]) -> Option<i64> {
        self.cells.iter().find(|c| c.key == key).map(|c| c.value)
    }

    /// The codes of a dimension that stand directly below its root, fewest people first.
    pub fn smallest(&self, dimension: usize) -> Vec<String> {
        let dim = &self.dimensions[dimension];
        let total = |code: &str| {
            let of = |c: &&Cell| c.key[dimension] == code && self.is_root_elsewhere(c, dimension);
            self.cells.iter().find(of).map_or(0, |c| c.value)
        };
        let mut found: BTreeMap<(i64, &str), &str> = BTreeMap::new();
        for (at, (code, parent)) in dim.codes.iter().enumerate() {
            if parent.is_some_and(|p| dim.codes[p].1.is_none()) && !dim.hidden.contains(&at) && total(code) > 0 {
                found.insert((total(code), code), code);
            }
        }
        found.into_values().map(str::to_owned).collect()
    }

    fn is_root_elsewhere(&self, cell: &Cell, except: usize) -> bool {
        (0..self.dimensions.len())
            .filter(|n| *n != except)
            .all(|n| self.dimensions[n].place(&cell.key[n]).is_some_and(|at| self.dimensions[n].codes[at].1.is_none()))
    }

    /// The same people with a category that stays in the sums and is not published.
    pub fn without(&self, dimension: usize, code: &str) -> Table {
        let mut dimensions = self.dimensions.clone();
        let hidden = dimensions[dimension].place(code);
        dimensions[dimension].hidden.extend(hidden);
        Table::new(dimensions, self.leaves.clone())
    }

    /// The same people with some categories of a dimension counted together under a new code.
    pub fn merged(&self, dimension: usize, codes: &[String], into: &str) -> Table {
        let mut dimensions = self.dimensions.clone();
        let dim = &mut dimensions[dimension];
        let root = dim.codes.iter().position(|(_, parent)| parent.is_none());
        let new = dim.codes.len();
        dim.codes.push((into.to_owned(), root));
        for at in 0..new {
            if codes.contains(&dim.codes[at].0) {
                dim.codes[at].1 = Some(new);
                dim.hidden.insert(at);
            }
        }
        Table::new(dimensions, self.leaves.clone())
    }
}

fn product(ways: &[Vec<usize>]) -> Vec<Vec<usize>> {
    ways.iter().fold(vec![Vec::new()], |all, next| {
        all.iter().flat_map(|head| next.iter().map(|n| [head.as_slice(), &[*n]].concat())).collect()
    })
}
