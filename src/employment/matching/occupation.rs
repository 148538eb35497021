//! How much of one occupation is of use in another: by the tree of ISCO-08, and by moves that people make across it.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::vocabulary::List;

/// What two occupations share, from 0 to 1, and of what kind it is where it is no matter of the tree.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Shared {
    pub closeness: f32,
    pub why: Option<&'static str>,
}

/// What moves may share, as `reference/occupation_moves.csv` says.
pub const WHYS: [&str; 17] = [
    "metal", "machine", "repair", "quality", "lead", "site", "wood", "sewing", "food", "care", "home", "serving",
    "farm", "fishing", "driving", "store", "office",
];

/// By place in the list of occupations: a square of closeness, and the kinds of moves.
struct Table {
    places: HashMap<&'static str, u16>,
    size: usize,
    closeness: Vec<f32>,
    moves: HashMap<(u16, u16), &'static str>,
}

/// The tree alone. A group that holds the other is nearer the deeper it is; siblings are nearer the deeper their parent is.
fn by_tree(a: &str, b: &str) -> f32 {
    let shared = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    let within = shared == a.len().min(b.len());
    match (shared, within) {
        (4, _) => 1.0,
        (3, true) if a.len() == b.len() => 1.0,
        (3, true) => 0.85,
        (3, false) => 0.75,
        (2, true) => 0.6,
        (2, false) => 0.5,
        (1, true) => 0.3,
        (1, false) => 0.2,
        _ => 0.0,
    }
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let entries = List::Occupations.vocabulary().entries();
        let size = entries.len();
        let mut places = HashMap::new();
        let mut closeness = Vec::with_capacity(size * size);
        for (at, a) in (0u16..).zip(entries) {
            places.insert(a.code.as_str(), at);
            closeness.extend(entries.iter().map(|b| by_tree(&a.code, &b.code)));
        }
        let mut moves = HashMap::new();
        let text = include_str!("../../../reference/occupation_moves.csv");
        let mut rows = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
        for row in rows.records().flatten() {
            let of = |at: usize| row.get(at).and_then(|code| places.get(code)).copied();
            let why = WHYS.into_iter().find(|why| row.get(3) == Some(why));
            let (Some(a), Some(b), Some(why)) = (of(0), of(1), why) else { continue };
            let near: f32 = row.get(2).and_then(|near| near.parse().ok()).unwrap_or(0.0);
            for (a, b) in [(a, b), (b, a)] {
                let cell = &mut closeness[usize::from(a) * size + usize::from(b)];
                if near > *cell {
                    *cell = near;
                    moves.insert((a, b), why);
                }
            }
        }
        Table { places, size, closeness, moves }
    })
}

/// The place of an occupation in the list, by which it is compared.
pub fn place(code: &str) -> Option<u16> {
    table().places.get(code).copied()
}

pub fn code(place: u16) -> &'static str {
    List::Occupations.vocabulary().entries().get(usize::from(place)).map_or("", |entry| &entry.code)
}

/// How near every occupation of the list is to this one, by place.
pub fn row(of: u16) -> &'static [f32] {
    let table = table();
    let from = usize::from(of) * table.size;
    table.closeness.get(from..from + table.size).unwrap_or_default()
}

pub fn shared(a: u16, b: u16) -> Shared {
    let closeness = row(a).get(usize::from(b)).copied().unwrap_or(0.0);
    Shared { closeness, why: table().moves.get(&(a, b)).copied() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: &str, b: &str) -> f32 {
        shared(place(a).unwrap(), place(b).unwrap()).closeness
    }

    #[test]
    fn the_tree_says_how_near_and_moves_say_more() {
        assert_eq!(near("7212", "7212"), 1.0);
        assert_eq!(near("721", "721"), 1.0);
        assert!(near("7212", "721") > near("7212", "72") && near("7212", "72") > near("7212", "7"));
        // Hairdresser and welder share nothing; a home helper and a carer share much, in other branches.
        assert_eq!(near("5141", "7212"), 0.0);
        let care = shared(place("9111").unwrap(), place("5322").unwrap());
        assert_eq!((care.closeness, care.why), (0.6, Some("home")));
        assert_eq!(near("5322", "9111"), 0.6);
        // A move never takes away what the tree gives.
        for (at, entry) in (0u16..).zip(List::Occupations.vocabulary().entries()) {
            for (other, near) in (0u16..).zip(row(at)) {
                assert!(*near >= by_tree(&entry.code, code(other)) && *near <= 1.0);
            }
        }
    }

    #[test]
    fn every_line_of_the_file_is_taken() {
        let lines = include_str!("../../../reference/occupation_moves.csv").lines();
        let lines: Vec<&str> = lines.filter(|line| !line.starts_with('#')).skip(1).collect();
        for line in &lines {
            let fields: Vec<&str> = line.split(',').collect();
            let closeness: f32 = fields[2].parse().unwrap();
            assert!(near(fields[0], fields[1]) >= closeness && WHYS.contains(&fields[3]), "{line}");
        }
        assert!(WHYS.iter().all(|why| lines.iter().any(|line| line.ends_with(why))));
    }
}
