//! What a made-up person says of themselves.

use rand::rngs::StdRng;
use time::Date;

use super::names::{Named, People, one_of, percent, weighted};
use crate::base::date::Precision;
use crate::person::fact::Fact;
use crate::person::form::Facts;
use crate::person::{Absence, Level};

const EDUCATION: [(&str, u32); 6] = [("1", 4), ("2", 32), ("3", 47), ("4", 4), ("5", 8), ("6", 5)];

const QUALIFICATIONS: [&str; 12] = [
    "Hàn 3G, 4G",
    "May công nghiệp",
    "Vận hành máy CNC",
    "Điều dưỡng",
    "Chăm sóc người cao tuổi",
    "Chế biến thực phẩm",
    "Giàn giáo, cốp pha",
    "Trồng rau nhà kính",
    "Lái xe nâng",
    "Sửa chữa ô tô",
    "Tiếng Nhật N3",
    "Tiếng Hàn TOPIK 3",
];

/// Puts down what somebody says, one fact after the other.
pub struct Interview<'a> {
    pub rng: &'a mut StdRng,
    pub said: Vec<Fact>,
}

impl Interview<'_> {
    /// Asked so many times in a hundred; then missing for one of these reasons, or given.
    pub fn ask<T>(
        &mut self,
        fact: &'static str,
        asked: u32,
        missing: &[(Absence, u32)],
        level: Level,
        value: T,
    ) -> Option<T> {
        if !percent(self.rng, asked) {
            return None;
        }
        for (absence, share) in missing {
            if percent(self.rng, *share) {
                self.said.push(Fact { fact, said: Err(*absence) });
                return None;
            }
        }
        self.said.push(Fact { fact, said: Ok(level) });
        Some(value)
    }
}

/// The facts of somebody, each asked for as often as officers do.
pub fn facts(
    rng: &mut StdRng,
    named: Named,
    woman: bool,
    born: Date,
    people: Option<&People>,
    age: i64,
    seen: bool,
) -> Facts {
    use Absence::{None as Without, NotApplicable, NotKnown, Refused};
    let known = match seen {
        true if percent(rng, 4) => Level::Verified,
        true => Level::Documented,
        false => Level::Stated,
    };
    let birth = match weighted(rng, &[(Precision::Day, 94), (Precision::Year, 5), (Precision::Month, 1)]) {
        Precision::Day => (born, Precision::Day),
        Precision::Month => (born.replace_day(1).unwrap_or(born), Precision::Month),
        Precision::Year => (Date::from_ordinal_date(born.year(), 1).unwrap_or(born), Precision::Year),
    };
    let born_level = if birth.1 == Precision::Day { known } else { Level::Stated };
    let married = if age < 25 { 2 } else { 7 };
    let marital = weighted(rng, &[("single", 10 - married), ("married", married), ("divorced", 1), ("separated", 1)]);
    let marital = if age > 45 && percent(rng, 8) { "widowed" } else { marital };
    let education = weighted(rng, &EDUCATION);
    let qualification = one_of(rng, &QUALIFICATIONS);
    let said_by = if percent(rng, 8) { "proxy" } else { "self" };
    let (reads, interpreter) = match people {
        Some(_) => (weighted(rng, &[("well", 5), ("some", 4), ("no", 1)]), one_of(rng, &["yes", "no"])),
        None => (weighted(rng, &[("well", 9), ("some", 1)]), "no"),
    };
    let asked = if people.is_some() { 60 } else { 12 };
    let name = Fact { fact: "name", said: Ok(known) };
    let mut to = Interview { rng, said: vec![name] };
    Facts {
        sex: to.ask("sex", 99, &[], known, if woman { "female" } else { "male" }.to_owned()),
        birth: to.ask("birth", 99, &[(NotKnown, 2)], born_level, birth),
        ethnic_group: to.ask(
            "ethnic_group",
            55,
            &[(Refused, 2)],
            Level::Stated,
            people.map_or("01", |p| p.code).to_owned(),
        ),
        marital_status: to.ask("marital_status", 70, &[(Refused, 3)], Level::Stated, marital.to_owned()),
        education_level: to.ask(
            "education_level",
            65,
            &[(NotKnown, 2), (Without, 1)],
            Level::Stated,
            education.to_owned(),
        ),
        qualification: to.ask(
            "qualification",
            45,
            &[(Without, 40), (NotKnown, 2)],
            Level::Stated,
            qualification.to_owned(),
        ),
        language: to.ask("language", asked, &[], Level::Stated, people.map_or("vie", |p| p.language).to_owned()),
        interpreter: to.ask(
            "interpreter",
            asked,
            &[(NotApplicable, if people.is_some() { 0 } else { 60 })],
            Level::Stated,
            interpreter.to_owned(),
        ),
        reads_vietnamese: to.ask("reads_vietnamese", asked, &[(Refused, 2)], Level::Stated, reads.to_owned()),
        said: to.said,
        said_by,
        name: named.name,
        family_key: named.family,
        given_key: named.given,
    }
}
