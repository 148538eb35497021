//! Names side by side: family, middle and given name each for itself, whichever way round they were written.
//!
//! One name may be read in several ways: as Vietnamese writes it (family, middle, given), as forms abroad do (given
//! names, then family), as passports split it. Two names are compared in the two readings that agree best. A reading
//! that turns the order round costs something, since chance gets a second try by it.

use super::Name;
use super::field::{MISSING, order, word};
use super::text::{self, Text, hash, is_bare, split};

/// More words than any name has.
const MOST_WORDS: usize = 8;
const MOST_TEXTS: usize = 14;
const MOST_READINGS: usize = 6;
const NONE: u8 = u8::MAX;

#[derive(Clone, Debug)]
pub struct Names {
    /// Each word, and what several words make together.
    pub texts: Vec<Text>,
    /// The words that a text is made of, where there are several.
    parts: Vec<Vec<u8>>,
    readings: [Reading; MOST_READINGS],
    read: u8,
    /// Of two names always the same one goes first, whichever was asked about.
    rank: u64,
    pub bare: bool,
}

#[derive(Clone, Copy, Debug)]
struct Reading {
    family: u8,
    given: u8,
    middle: u8,
    /// The order in which it was meant to be written.
    natural: bool,
}

impl Reading {
    const NONE: Reading = Reading { family: NONE, given: NONE, middle: NONE, natural: true };
}

/// What came of comparing two names: levels, and what was compared on one side.
pub struct Compared<'a> {
    pub family: (u8, Option<&'a Text>),
    pub given: (u8, Option<&'a Text>),
    pub middle: (u8, Option<&'a Text>),
    pub order: u8,
}

impl Names {
    pub fn new(name: &Name) -> Option<Names> {
        let (written, families) = match name {
            Name::Unknown => return None,
            Name::Whole(name) => (split(name), None),
            Name::Parts { given, family } => {
                let (mut words, given) = (split(family), split(given));
                let families = words.len();
                words.extend(given);
                (words, Some(families))
            }
        };
        let bare = written.iter().all(|word| is_bare(word));
        let mut names = Names {
            texts: Vec::new(),
            parts: Vec::new(),
            readings: [Reading::NONE; MOST_READINGS],
            read: 0,
            rank: 0,
            bare,
        };
        let mut families = families;
        let count = written.len();
        for (at, word) in written.iter().enumerate() {
            if at >= MOST_WORDS - 1 && at + 1 < count {
                continue;
            }
            match Text::new(word, bare) {
                Some(text) => {
                    names.texts.push(text);
                    names.parts.push(Vec::new());
                }
                // Nothing that folding keeps: as if it had not been written.
                None => families = families.map(|n| if at < n { n - 1 } else { n }),
            }
        }
        if names.texts.is_empty() {
            return None;
        }
        let words: Vec<&str> = names.texts.iter().map(|text| &*text.exact).collect();
        names.rank = hash(&format!("{} {families:?}", words.join(" ")));
        names.read(families);
        Some(names)
    }

    fn read(&mut self, families: Option<usize>) {
        let n = self.texts.len();
        let all: Vec<u8> = (0..n as u8).collect();
        let families = families.map(|f| f.min(n));
        match families {
            Some(f) if f > 0 && f < n => {
                let (family, given) = all.split_at(f);
                // As Vietnamese writes it, and with the columns mistaken for each other.
                self.add(&all[..1], &all[n - 1..], &all[1..n - 1], true);
                let crossed: Vec<u8> = given.iter().chain(family).copied().collect();
                self.add(&crossed[..1], &crossed[n - 1..], &crossed[1..n - 1], false);
                if given.len() > 1 {
                    self.add(family, &given[..1], &given[1..], true);
                }
                if n > 2 {
                    self.add(family, given, &[], true);
                    self.add(given, family, &[], false);
                }
            }
            _ if n == 1 => {
                let is_family = families == Some(1);
                self.add(if is_family { &all } else { &[] }, if is_family { &[] } else { &all }, &[], true);
                self.add(if is_family { &[] } else { &all }, if is_family { &all } else { &[] }, &[], false);
            }
            _ => {
                self.add(&all[..1], &all[n - 1..], &all[1..n - 1], true);
                self.add(&all[n - 1..], &all[..1], &all[1..n - 1], false);
                if n > 2 {
                    self.add(&all[n - 1..], &all[n - 2..n - 1], &all[..n - 2], false);
                }
                // One column that holds one name in two words.
                match families {
                    Some(0) => self.add(&[], &all, &[], true),
                    Some(_) => self.add(&all, &[], &[], true),
                    None => {}
                }
            }
        }
    }

    fn add(&mut self, family: &[u8], given: &[u8], middle: &[u8], natural: bool) {
        let reading = Reading {
            family: self.together(family, false),
            given: self.together(given, false),
            middle: self.together(middle, true),
            natural,
        };
        if let Some(free) = self.readings.get_mut(usize::from(self.read)) {
            *free = reading;
            self.read += 1;
        }
    }

    /// The text that these words make; middle names in alphabetical order, as their order turns round with the name's.
    fn together(&mut self, words: &[u8], sorted: bool) -> u8 {
        match words {
            [] => return NONE,
            [one] => return *one,
            _ => {}
        }
        let mut words = words.to_vec();
        if sorted {
            words.sort_by(|a, b| self.texts[*a as usize].exact.cmp(&self.texts[*b as usize].exact));
        }
        if let Some(at) = self.parts.iter().position(|parts| *parts == words) {
            return at as u8;
        }
        let written: Vec<&str> = words.iter().map(|at| &*self.texts[*at as usize].exact).collect();
        match Text::new(&written.join(" "), self.bare) {
            Some(text) if self.texts.len() < MOST_TEXTS => {
                self.texts.push(text);
                self.parts.push(words);
                (self.texts.len() - 1) as u8
            }
            _ => NONE,
        }
    }

    /// Folded words as written, without what they make together.
    pub fn words(&self) -> impl Iterator<Item = &Text> {
        self.texts.iter().zip(&self.parts).filter(|(_, parts)| parts.is_empty()).map(|(text, _)| text)
    }

    /// Family, given and middle name as the first reading has them.
    pub fn natural(&self) -> [Option<&Text>; 3] {
        let reading = self.readings[0];
        [reading.family, reading.given, reading.middle].map(|at| self.texts.get(usize::from(at)))
    }

    fn readings(&self) -> &[Reading] {
        &self.readings[..usize::from(self.read)]
    }

    pub fn compare<'a>(&'a self, other: &'a Names) -> Compared<'a> {
        if self.rank <= other.rank { self.compare_with(other) } else { other.compare_with(self) }
    }

    fn compare_with(&self, other: &Names) -> Compared<'_> {
        let mut known = [[MISSING; MOST_TEXTS]; MOST_TEXTS];
        let mut level = |a: u8, b: u8, middle: bool| -> u8 {
            if a == NONE || b == NONE {
                return MISSING;
            }
            let (i, j) = (usize::from(a), usize::from(b));
            if known[i][j] == MISSING {
                known[i][j] = text::compare(&self.texts[i], &other.texts[j]);
            }
            match known[i][j] {
                word::DIFFERENT | word::ALIKE if middle && self.shares_words(i, other, j) => word::PART,
                found => found,
            }
        };
        let none = (MISSING, None);
        let mut best = (f32::MIN, Compared { family: none, given: none, middle: none, order: MISSING });
        for mine in self.readings() {
            for theirs in other.readings() {
                if !mine.natural && !theirs.natural {
                    continue;
                }
                let family = level(mine.family, theirs.family, false);
                let given = level(mine.given, theirs.given, false);
                let mut points = points(family) + points(given);
                let turned = !(mine.natural && theirs.natural);
                if turned {
                    points -= 3.0;
                }
                // The middle name cannot make good what those two lose.
                if points + 5.0 <= best.0 {
                    continue;
                }
                let middle = level(mine.middle, theirs.middle, true);
                points += points_of_middle(middle);
                if points > best.0 {
                    let order = match () {
                        () if family == MISSING && given == MISSING => MISSING,
                        () if turned => order::TURNED,
                        () => order::SAME,
                    };
                    best = (
                        points,
                        Compared {
                            family: (family, self.texts.get(usize::from(mine.family))),
                            given: (given, self.texts.get(usize::from(mine.given))),
                            middle: (middle, self.texts.get(usize::from(mine.middle))),
                            order,
                        },
                    );
                }
            }
        }
        best.1
    }

    /// Whether the words of the one are among those of the other: middle names get dropped, or shortened to a letter.
    fn shares_words(&self, i: usize, other: &Names, j: usize) -> bool {
        let words = |names: &Names, at: usize| -> Vec<u8> {
            if names.parts[at].is_empty() { vec![at as u8] } else { names.parts[at].clone() }
        };
        let (mine, theirs) = (words(self, i), words(other, j));
        if mine.len() == 1 && theirs.len() == 1 {
            return false;
        }
        let alike = |a: &u8, b: &u8| {
            let level = text::compare(&self.texts[*a as usize], &other.texts[*b as usize]);
            matches!(level, word::EXACT | word::BARE | word::MARKS | word::NEAR | word::INITIAL)
        };
        mine.iter().all(|a| theirs.iter().any(|b| alike(a, b)))
            || theirs.iter().all(|b| mine.iter().any(|a| alike(a, b)))
    }
}

/// How good a level is, to choose between readings; a model weighs what was chosen.
fn points(level: u8) -> f32 {
    match level {
        word::EXACT => 10.0,
        word::BARE => 9.5,
        word::MARKS | word::NEAR => 6.0,
        word::ALIKE => 4.0,
        word::INITIAL | word::PART => 2.0,
        MISSING => 0.0,
        _ => -4.0,
    }
}

fn points_of_middle(level: u8) -> f32 {
    points(level) / 2.0
}
