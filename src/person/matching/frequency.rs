//! How common a value is: two people called Nguyễn are nothing, two called Nưa are something.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::field::{COUNT, Field};
use super::name::Names;
use super::text::Text;
use super::{Name, Prepared};

/// The shares of values among records.
#[derive(Clone, Default, Debug, Serialize, Deserialize)]
pub struct Table {
    shares: HashMap<String, f32>,
    /// Assumed for a value that was never met.
    rest: f32,
}

impl Table {
    /// Of how often each value was met, among so many. A record does not count for itself: what is asked is how many
    /// others have its value.
    fn of(counts: HashMap<String, u32>, among: u32) -> Table {
        let others = among.saturating_sub(1).max(1) as f32;
        let rest = 1.0 / others.max(20.0);
        let share = |count: u32| (count.saturating_sub(1) as f32 / others).clamp(rest, 1.0);
        Table { shares: counts.into_iter().map(|(value, count)| (value, share(count))).collect(), rest }
    }

    /// The same, but of values that fewer than `least` have only the share that one of these has on average: who alone has
    /// a value could be told by it.
    fn borne(counts: HashMap<String, u32>, among: u32, least: u32) -> Table {
        let (borne, rare): (HashMap<_, _>, HashMap<_, _>) = counts.into_iter().partition(|(_, count)| *count >= least);
        let others = f64::from(among.saturating_sub(1).max(1));
        let (mut bearers, mut shares) = (0.0, 0.0);
        for count in rare.into_values().map(f64::from) {
            bearers += count;
            shares += count * (count - 1.0) / others;
        }
        let mut table = Table::of(borne, among);
        if bearers > 0.0 {
            table.rest = table.rest.max((shares / bearers) as f32);
        }
        table
    }

    /// -log2 of the share.
    pub fn rarity(&self, value: &str) -> f32 {
        let share = self.shares.get(value).copied().unwrap_or(self.rest);
        if share > 0.0 { -share.log2() } else { 0.0 }
    }

    /// Without the values that are as rare as one never met.
    pub fn shortened(mut self) -> Table {
        let rest = self.rest;
        self.shares.retain(|_, share| *share > rest * 1.5);
        self
    }
}

/// The tables of all fields in which some values are much more common than others.
#[derive(Clone, Default, Debug, Serialize, Deserialize)]
pub struct Frequencies {
    /// Words of names in any place, with diacritics and folded: the order of a name is not always known.
    words: Table,
    bare: Table,
    lines: [Table; 5],
    /// For each field, -log2 of the chance that two people agree in it, by exact and by folded text.
    usual: [(f32, f32); COUNT],
}

impl Frequencies {
    /// Counts these records; they are to be told afterwards, by [`Frequencies::tell`].
    pub fn count<'a>(records: impl Iterator<Item = &'a Prepared> + Clone) -> Frequencies {
        let mut words = HashMap::new();
        let mut bare = HashMap::new();
        let mut lines: [HashMap<String, u32>; 5] = Default::default();
        let (mut named, mut filled) = (0, [0u32; 5]);
        for record in records {
            if let Some(names) = &record.names {
                named += 1;
                for text in &names.texts {
                    if !text.bare {
                        *words.entry(text.exact.to_string()).or_insert(0) += 1;
                    }
                    *bare.entry(text.folded()).or_insert(0) += 1;
                }
            }
            for (at, line) in record.lines().iter().enumerate() {
                if let Some(text) = line {
                    filled[at] += 1;
                    *lines[at].entry(text.folded()).or_insert(0) += 1;
                }
            }
        }
        let mut filled = filled.into_iter();
        Frequencies {
            words: Table::of(words, named),
            bare: Table::of(bare, named),
            lines: lines.map(|counts| Table::of(counts, filled.next().unwrap_or(0))),
            usual: [(0.0, 0.0); COUNT],
        }
    }

    /// Counts the words of names, one name after the other, and keeps those that at least so many people bear.
    pub fn of_names<'a>(names: impl Iterator<Item = &'a str>, least: u32) -> Frequencies {
        let (mut words, mut bare, mut named) = (HashMap::new(), HashMap::new(), 0);
        for name in names.filter_map(|name| Names::new(&Name::Whole(name.to_owned()))) {
            named += 1;
            for text in &name.texts {
                if !text.bare {
                    *words.entry(text.exact.to_string()).or_insert(0) += 1;
                }
                *bare.entry(text.folded()).or_insert(0) += 1;
            }
        }
        Frequencies {
            words: Table::borne(words, named, least),
            bare: Table::borne(bare, named, least),
            ..Frequencies::default()
        }
    }

    /// Writes into a record how rare its values are.
    pub fn tell(&self, record: &mut Prepared) {
        if let Some(names) = &mut record.names {
            for text in &mut names.texts {
                text.bare_rarity = self.bare.rarity(&text.folded());
                text.rarity = if text.bare { text.bare_rarity } else { self.words.rarity(&text.exact) };
            }
        }
        for (line, table) in record.lines_mut().iter_mut().zip(&self.lines) {
            if let Some(text) = line {
                text.bare_rarity = table.rarity(&text.folded());
                text.rarity = text.bare_rarity;
            }
        }
    }

    /// Measures, over records that were told, how often two people agree by chance in each field.
    pub fn measure<'a>(&mut self, records: impl Iterator<Item = &'a Prepared>) {
        let mut sums = [(0.0f64, 0.0f64, 0u32); COUNT];
        let mut add = |field: Field, text: Option<&Text>| {
            if let Some(text) = text {
                let sum = &mut sums[field as usize];
                sum.0 += f64::from(-text.rarity).exp2();
                sum.1 += f64::from(-text.bare_rarity).exp2();
                sum.2 += 1;
            }
        };
        for record in records {
            if let Some(names) = &record.names {
                let natural = names.natural();
                for (field, text) in [Field::Family, Field::Given, Field::Middle].into_iter().zip(natural) {
                    add(field, text);
                }
            }
            for (field, text) in LINES.into_iter().zip(record.lines()) {
                add(field, text.as_ref());
            }
        }
        for (usual, (exact, bare, count)) in self.usual.iter_mut().zip(sums) {
            if count > 0 {
                let n = f64::from(count);
                *usual = ((-(exact / n).log2()) as f32, (-(bare / n).log2()) as f32);
            }
        }
    }

    /// How many bits more than usual an agreement on something this rare is worth.
    pub fn beyond_usual(&self, field: Field, rarity: f32, folded: bool) -> f32 {
        let usual = self.usual[field as usize];
        let usual = if folded { usual.1 } else { usual.0 };
        if usual == 0.0 || rarity == 0.0 { 0.0 } else { rarity - usual }
    }

    /// As it is to be kept: without what is rare anyway.
    pub fn shortened(self) -> Frequencies {
        Frequencies {
            words: self.words.shortened(),
            bare: self.bare.shortened(),
            lines: self.lines.map(Table::shortened),
            usual: self.usual,
        }
    }

    /// What is assumed of names in Viet Nam while nothing was counted: shares of people whose name has the word.
    pub fn vietnamese() -> Frequencies {
        let table = |fold: bool| {
            let mut shares: HashMap<String, f32> = HashMap::new();
            for (written, thousandths) in COMMON {
                if let Some(text) = Text::new(written, false) {
                    let key = if fold { text.folded() } else { text.exact.to_string() };
                    *shares.entry(key).or_default() += *thousandths as f32 / 1000.0;
                }
            }
            Table { shares, rest: 0.002 }
        };
        let mut usual = [(0.0, 0.0); COUNT];
        usual[Field::Family as usize] = (2.8, 2.6);
        usual[Field::Given as usize] = (6.8, 6.3);
        usual[Field::Middle as usize] = (3.2, 3.1);
        Frequencies { words: table(false), bare: table(true), lines: Default::default(), usual }
    }
}

/// The fields of [`Prepared::lines`].
pub const LINES: [Field; 5] = [Field::HouseNumber, Field::Street, Field::Suburb, Field::Postcode, Field::State];

/// In thousandths of people, roughly as published counts have them; the middle names of men and women each count half.
const COMMON: &[(&str, u32)] = &[
    ("Nguyễn", 310),
    ("Trần", 110),
    ("Lê", 95),
    ("Phạm", 70),
    ("Hoàng", 45),
    ("Huỳnh", 25),
    ("Phan", 45),
    ("Vũ", 25),
    ("Võ", 20),
    ("Đặng", 21),
    ("Bùi", 20),
    ("Đỗ", 14),
    ("Hồ", 13),
    ("Ngô", 13),
    ("Dương", 12),
    ("Lý", 5),
    ("Đinh", 9),
    ("Trương", 10),
    ("Lương", 7),
    ("Mai", 12),
    ("Đào", 7),
    ("Đoàn", 6),
    ("Trịnh", 6),
    ("Cao", 6),
    ("Hà", 15),
    ("Thị", 280),
    ("Văn", 200),
    ("Đức", 20),
    ("Hữu", 15),
    ("Minh", 30),
    ("Ngọc", 30),
    ("Thanh", 30),
    ("Xuân", 15),
    ("Quang", 15),
    ("Anh", 20),
    ("Hùng", 12),
    ("Dũng", 12),
    ("Tuấn", 12),
    ("Hương", 12),
    ("Hoa", 10),
    ("Lan", 10),
    ("Linh", 12),
    ("Nam", 10),
    ("Hải", 10),
    ("Hằng", 9),
    ("Thảo", 8),
    ("Trang", 9),
    ("Hòa", 8),
];
