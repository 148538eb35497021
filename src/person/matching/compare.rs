//! Two prepared records side by side: a level for each field, and how rare what they agree in is.

use super::field::{COUNT, Field, MISSING, Pattern, birth, number, place, same, word};
use super::frequency::LINES;
use super::prepared::{Class, Number, Prepared};
use super::text::{self, Text, distance};

/// A pair.
#[derive(Clone, Copy, Debug)]
pub struct Compared {
    pub pattern: Pattern,
    /// -log2 of the share of those who have the value that both agree in; 0 where that says nothing.
    pub rarity: [f32; COUNT],
    /// In which fields that is the share of the folded value.
    pub folded: u16,
}

impl Compared {
    fn set(&mut self, field: Field, level: u8) {
        self.pattern = self.pattern.with(field, level);
    }

    fn set_text(&mut self, field: Field, level: u8, text: Option<&Text>) {
        self.set(field, level);
        let Some(text) = text else { return };
        match level {
            word::EXACT => self.rarity[field as usize] = text.rarity,
            word::BARE | word::MARKS => {
                self.rarity[field as usize] = text.bare_rarity;
                self.folded |= field.bit();
            }
            _ => {}
        }
    }
}

pub fn compare(a: &Prepared, b: &Prepared) -> Compared {
    let mut pair = Compared { pattern: Pattern::default(), rarity: [0.0; COUNT], folded: 0 };
    if let (Some(mine), Some(theirs)) = (&a.names, &b.names) {
        let names = mine.compare(theirs);
        for (field, (level, text)) in
            [(Field::Family, names.family), (Field::Given, names.given), (Field::Middle, names.middle)]
        {
            pair.set_text(field, level, text);
        }
        pair.set(Field::Order, names.order);
    }
    pair.set(Field::Birth, births(a, b));
    if a.sex != b' ' && b.sex != b' ' {
        pair.set(Field::Sex, if a.sex == b.sex { same::SAME } else { same::DIFFERENT });
    }
    if !a.papers.is_empty() && !b.papers.is_empty() {
        for (field, class) in
            [(Field::Identity, Class::Identity), (Field::Passport, Class::Passport), (Field::Paper, Class::Paper)]
        {
            pair.set(field, papers(a, b, class));
        }
    }
    if !a.phones.is_empty() && !b.phones.is_empty() {
        let levels = a.phones.iter().flat_map(|x| b.phones.iter().map(move |y| digits(x, y)));
        pair.set(Field::Phone, levels.min().unwrap_or(MISSING));
    }
    pair.set(Field::Place, places(a, b));
    for (field, (x, y)) in LINES.into_iter().zip(a.lines().iter().zip(b.lines())) {
        let (Some(x), Some(y)) = (x, y) else { continue };
        let short = !matches!(field, Field::Street | Field::Suburb);
        if !short {
            pair.set_text(field, text::compare(x, y), Some(x));
        } else if x.equals(y) {
            pair.set_text(field, word::EXACT, Some(x));
        } else {
            // Codes and numbers have three levels only: equal, one slip, different.
            let near = distance(&x.letters, &y.letters, 1).is_some();
            pair.set(field, if near { 2 } else { 3 });
        }
    }
    pair
}

fn births(a: &Prepared, b: &Prepared) -> u8 {
    let (Some(x), Some(y)) = (a.birth, b.birth) else { return MISSING };
    let whole = x.day != 0 && y.day != 0;
    if !whole {
        let months_known = x.month != 0 && y.month != 0;
        return match () {
            () if x.year == y.year && months_known && x.month == y.month => birth::MONTH,
            () if x.year == y.year && months_known => birth::SAME_YEAR,
            () if x.year == y.year => birth::YEAR,
            () if x.year.abs_diff(y.year) == 1 => birth::NEXT_YEAR,
            () => birth::DIFFERENT,
        };
    }
    let new_year = |b: super::Birth| b.month == 1 && b.day == 1;
    if x == y {
        return if new_year(x) { birth::NEW_YEAR } else { birth::EXACT };
    }
    if x.year == y.year && x.month == y.day && x.day == y.month {
        return birth::SWAPPED;
    }
    let edits = a.birth_digits.edits(&b.birth_digits);
    match edits {
        Some(1) => birth::DIGIT,
        _ if x.year == y.year && (new_year(x) || new_year(y)) => birth::PLACEHOLDER,
        Some(_) => birth::TWO_DIGITS,
        None if x.year == y.year => birth::SAME_YEAR,
        None if x.month == y.month && x.day == y.day => birth::SAME_DAY,
        None => birth::DIFFERENT,
    }
}

/// Short numbers that differ twice have little in common.
fn digits(x: &Number, y: &Number) -> u8 {
    match x.edits(y) {
        Some(0) => number::EXACT,
        Some(1) => number::DIGIT,
        Some(2) if x.digits.len().min(y.digits.len()) >= 7 => number::TWO_DIGITS,
        _ => number::DIFFERENT,
    }
}

/// The best that any two papers of the same kind agree. Papers of different kinds cannot disagree.
fn papers(a: &Prepared, b: &Prepared, class: Class) -> u8 {
    let mut best = MISSING;
    for mine in a.papers.iter().filter(|paper| paper.class == class) {
        for theirs in b.papers.iter().filter(|paper| paper.class == class) {
            let countries = mine.country == theirs.country || mine.country == 0 || theirs.country == 0;
            if !countries {
                continue;
            }
            let level = digits(&mine.number, &theirs.number);
            if mine.kind != theirs.kind {
                // A twelve-digit number and a nine-digit one are two things. One whose kind nobody knows, because a
                // digit is missing or too many, is still nearly the other.
                if !(mine.unsure || theirs.unsure) || level == number::DIFFERENT {
                    continue;
                }
            }
            if best == MISSING || level < best {
                best = level;
            }
        }
    }
    best
}

fn places(a: &Prepared, b: &Prepared) -> u8 {
    let shared = |x: &[String], y: &[String]| x.iter().any(|one| y.contains(one));
    let known = |x: &[String], y: &[String]| !x.is_empty() && !y.is_empty();
    let provinces = known(&a.provinces, &b.provinces).then(|| shared(&a.provinces, &b.provinces));
    let communes = known(&a.communes, &b.communes).then(|| shared(&a.communes, &b.communes));
    match (provinces, communes) {
        // Communes of one name are in many provinces.
        (Some(false), _) => place::DIFFERENT,
        (_, Some(true)) if a.communes.len() == 1 && b.communes.len() == 1 => place::COMMUNE,
        (_, Some(true)) => place::POSSIBLE,
        (Some(true), _) => place::PROVINCE,
        (None, Some(false)) => place::DIFFERENT,
        (None, None) => MISSING,
    }
}
