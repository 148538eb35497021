//! What is compared: somebody who looks for work, and work that is offered.

use serde::Deserialize;
use time::Date;
use time::format_description::well_known::Iso8601;
use uuid::Uuid;

use super::place::Place;
use super::{occupation, place};
use crate::skill::grade;
use crate::vocabulary::List;

/// The Common European Framework, by rank; 0 is none or not known.
pub const CEFR: [&str; 6] = ["A1", "A2", "B1", "B2", "C1", "C2"];

pub fn cefr_rank(code: &str) -> u8 {
    (1u8..).zip(CEFR).find(|(_, known)| *known == code).map_or(0, |(rank, _)| rank)
}

/// Hours a week from which work is full-time.
pub const FULL_TIME: i32 = 35;

/// How far one goes to work where nobody said: kilometres.
pub const USUAL_WAY: i32 = 30;

/// Something that somebody has done.
#[derive(Clone, PartialEq, Debug)]
pub struct Trade {
    pub occupation: u16,
    pub months: Option<i32>,
    /// `declared`, `documented`, `assessed` or `certified`, from 0.
    pub standing: u8,
    pub level: Option<i16>,
}

pub const STANDINGS: [&str; 4] = ["declared", "documented", "assessed", "certified"];

/// Hours that somebody wants.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hours {
    Full,
    Part,
    Any,
}

/// What of a wish is a condition.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Must {
    pub distance: bool,
    pub wage: bool,
    pub hours: bool,
    pub formal: bool,
}

/// Somebody who looks for work.
#[derive(Clone, PartialEq, Debug)]
pub struct Seeker {
    pub case: Uuid,
    pub holder: Uuid,
    pub trades: Vec<Trade>,
    /// Occupations.
    pub wanted: Vec<u16>,
    /// With the rank of what a paper shows; 0 if none does.
    pub languages: Vec<(u16, u8)>,
    pub at: Option<Place>,
    /// Provinces that they would go to, as bits by their place in the list.
    pub provinces: u64,
    pub abroad: bool,
    pub kilometres: Option<i32>,
    /// Whole đồng a month.
    pub wage_least: Option<i64>,
    pub wage_before: Option<i64>,
    pub hours: Hours,
    pub night: bool,
    pub must: Must,
    /// For a lawful limit, and nothing else.
    pub adult_on: Option<Date>,
}

/// Work that is offered.
#[derive(Clone, PartialEq, Debug)]
pub struct Offer {
    pub id: Uuid,
    pub occupation: u16,
    pub at: Option<Place>,
    /// By place in the list; nothing abroad.
    pub province: Option<u8>,
    pub abroad: bool,
    pub wage_from: Option<i64>,
    pub wage_to: Option<i64>,
    pub hours: Option<i32>,
    pub formal: bool,
    pub night: bool,
    pub housing: bool,
    /// With the rank that is asked for.
    pub language: Option<(u16, u8)>,
    pub language_must: bool,
    pub months: Option<i32>,
    pub level: Option<i16>,
    pub level_must: bool,
    pub adults_only: bool,
    pub closes_on: Date,
}

impl Offer {
    /// The most that is offered.
    pub fn wage(&self) -> Option<i64> {
        self.wage_to.or(self.wage_from)
    }
}

/// What a seeker's row says, as `seeker_facts` in database/functions_employment.sql writes it.
#[derive(Deserialize)]
struct Said {
    trades: Vec<SaidTrade>,
    languages: Vec<SaidLanguage>,
    place: Option<SaidPlace>,
    adult_on: Option<String>,
    wanted: Vec<String>,
    provinces: Vec<String>,
    abroad: bool,
    kilometres: Option<i32>,
    wage_least: Option<i64>,
    wage_before: Option<i64>,
    hours: Hours,
    night: bool,
    must: Vec<String>,
}

#[derive(Deserialize)]
struct SaidTrade {
    occupation: String,
    months: Option<i32>,
    standing: String,
    level: Option<i16>,
}

#[derive(Deserialize)]
struct SaidLanguage {
    language: String,
    grade: Option<String>,
}

#[derive(Deserialize)]
struct SaidPlace {
    province: Option<String>,
    commune: Option<String>,
}

/// The place of a code in its list.
pub fn place_in(list: List, code: &str) -> Option<u16> {
    let at = list.vocabulary().entries().iter().position(|entry| entry.code == code)?;
    u16::try_from(at).ok()
}

impl Seeker {
    /// From the facts of a case; nothing if they cannot be read.
    pub fn read(case: Uuid, holder: Uuid, facts: serde_json::Value) -> Option<Seeker> {
        let said: Said = serde_json::from_value(facts).ok()?;
        let trades = said.trades.iter().filter_map(|trade| {
            let standing = (0u8..).zip(STANDINGS).find(|(_, known)| *known == trade.standing).map_or(0, |(at, _)| at);
            let occupation = occupation::place(&trade.occupation)?;
            Some(Trade { occupation, months: trade.months, standing, level: trade.level })
        });
        let languages = said.languages.iter().filter_map(|known| {
            let rank = known.grade.as_deref().and_then(grade).map_or(0, |grade| cefr_rank(&grade.cefr));
            Some((place_in(List::Languages, &known.language)?, rank))
        });
        let provinces = said.provinces.iter().filter_map(|code| place_in(List::Provinces, code));
        let must = |what: &str| said.must.iter().any(|said| said == what);
        let (province, commune) = said.place.map_or((None, None), |place| (place.province, place.commune));
        Some(Seeker {
            case,
            holder,
            trades: trades.collect(),
            wanted: said.wanted.iter().filter_map(|code| occupation::place(code)).collect(),
            languages: languages.collect(),
            at: place::centre(commune.as_deref(), province.as_deref()),
            provinces: provinces.filter(|at| *at < 64).fold(0, |all, at| all | 1 << at),
            abroad: said.abroad,
            kilometres: said.kilometres,
            wage_least: said.wage_least,
            wage_before: said.wage_before,
            hours: said.hours,
            night: said.night,
            must: Must { distance: must("distance"), wage: must("wage"), hours: must("hours"), formal: must("formal") },
            adult_on: said.adult_on.and_then(|on| Date::parse(&on, &Iso8601::DATE).ok()),
        })
    }

    pub fn would_go_to(&self, province: Option<u8>) -> bool {
        province.is_some_and(|at| at < 64 && self.provinces & (1 << at) != 0)
    }

    pub fn knows(&self, language: u16) -> Option<u8> {
        self.languages.iter().filter(|(known, _)| *known == language).map(|(_, rank)| *rank).max()
    }
}
