//! Which work suits whom, and why (E3). Plain functions over plain facts: [`weigh`] gives the order, [`explain`] says the
//! reasons of the very same numbers, [`board`] holds the facts in memory.
//!
//! What a person is compared by stands in [`Seeker`] and nothing else can enter: no sex, no ethnic group, no registration, no
//! health, no way of coming back, and of age only whether a law that a vacancy names lets them do the work (practice 32).

pub mod board;
pub mod explain;
mod facts;
pub mod occupation;
pub mod place;

use time::Date;

pub use facts::{CEFR, FULL_TIME, Hours, Must, Offer, STANDINGS, Seeker, Trade, USUAL_WAY, cefr_rank, place_in};

/// What is weighed, with its share of a hundred points. The shares are a judgement; `benches/matching` measures the order that
/// they give against what counsellors chose.
pub const ASPECTS: [(Aspect, f32); 7] = [
    (Aspect::Occupation, 40.0),
    (Aspect::Experience, 10.0),
    (Aspect::Level, 10.0),
    (Aspect::Language, 10.0),
    (Aspect::Distance, 12.0),
    (Aspect::Wage, 12.0),
    (Aspect::Wishes, 6.0),
];

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Aspect {
    Occupation,
    Experience,
    Level,
    Language,
    Distance,
    Wage,
    Wishes,
}

impl Aspect {
    pub fn code(self) -> &'static str {
        match self {
            Aspect::Occupation => "occupation",
            Aspect::Experience => "experience",
            Aspect::Level => "level",
            Aspect::Language => "language",
            Aspect::Distance => "distance",
            Aspect::Wage => "wage",
            Aspect::Wishes => "wishes",
        }
    }
}

/// What rules a vacancy out for somebody, however well the rest fits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Barrier {
    Abroad,
    Distance,
    Wage,
    Hours,
    Formal,
    Night,
    Language,
    Level,
    Lawful,
}

impl Barrier {
    pub const ALL: [Barrier; 9] = [
        Barrier::Abroad,
        Barrier::Distance,
        Barrier::Wage,
        Barrier::Hours,
        Barrier::Formal,
        Barrier::Night,
        Barrier::Language,
        Barrier::Level,
        Barrier::Lawful,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Barrier::Abroad => "abroad",
            Barrier::Distance => "distance",
            Barrier::Wage => "wage",
            Barrier::Hours => "hours",
            Barrier::Formal => "formal",
            Barrier::Night => "night",
            Barrier::Language => "language",
            Barrier::Level => "level",
            Barrier::Lawful => "lawful",
        }
    }
}

/// Closeness from which experience and level of one occupation count for the other.
pub const NEAR: f32 = 0.7;

/// What somebody has done that is nearest to an occupation, and how near what they want is.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Grasp {
    closeness: f32,
    /// By place among the trades.
    trade: Option<usize>,
    wanted: f32,
}

/// A wish says less than what was done.
const WISH: f32 = 0.8;

fn grasp(seeker: &Seeker, offer: &Offer) -> Grasp {
    let row = occupation::row(offer.occupation);
    let near = |place: u16| row.get(usize::from(place)).copied().unwrap_or(0.0);
    let mut best = Grasp { closeness: 0.0, trade: None, wanted: 0.0 };
    let mut rank = (0.0, 0, 0);
    for (at, trade) in seeker.trades.iter().enumerate() {
        let this = (near(trade.occupation), i32::from(trade.standing), trade.months.unwrap_or(0));
        if this > rank {
            rank = this;
            best.closeness = this.0;
            best.trade = Some(at);
        }
    }
    for wanted in &seeker.wanted {
        best.wanted = best.wanted.max(near(*wanted));
    }
    best
}

/// Numbers of one comparison: each aspect from 0 to 1, or nothing where a fact is missing.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Weighed {
    values: [Option<f32>; 7],
    grasp: Grasp,
    kilometres: Option<f32>,
}

/// What is not known counts half: it neither helps nor hurts.
const NOT_KNOWN: f32 = 0.5;

impl Weighed {
    /// Thousandths of a point, of a hundred points.
    pub fn score(&self) -> u32 {
        let points = ASPECTS.iter().zip(self.values).map(|((_, weight), value)| weight * value.unwrap_or(NOT_KNOWN));
        (points.sum::<f32>() * 1000.0).round() as u32
    }

    pub fn value(&self, aspect: Aspect) -> Option<f32> {
        ASPECTS.iter().zip(self.values).find(|((of, _), _)| *of == aspect).and_then(|(_, value)| value)
    }
}

/// The most that somebody can come to whose nearest occupation is so near; in thousandths of a point, and a little more.
fn most_with(closeness: f32) -> u32 {
    let points =
        ASPECTS.iter().map(|(aspect, weight)| if *aspect == Aspect::Occupation { weight * closeness } else { *weight });
    (points.sum::<f32>() * 1000.0).round() as u32 + 1
}

/// What stands in the way, if anything does. Facts that are not known stand in no way.
pub fn barrier(seeker: &Seeker, offer: &Offer, today: Date) -> Option<Barrier> {
    if offer.abroad && !seeker.abroad {
        return Some(Barrier::Abroad);
    }
    if offer.adults_only && seeker.adult_on.is_some_and(|on| on > today) {
        return Some(Barrier::Lawful);
    }
    if offer.night && !seeker.night {
        return Some(Barrier::Night);
    }
    if seeker.must.formal && !offer.formal {
        return Some(Barrier::Formal);
    }
    if seeker.must.hours && offer.hours.is_some_and(|hours| !suits(seeker.hours, hours)) {
        return Some(Barrier::Hours);
    }
    if seeker.must.wage
        && let (Some(least), Some(wage)) = (seeker.wage_least, offer.wage())
        && wage < least
    {
        return Some(Barrier::Wage);
    }
    if seeker.must.distance
        && !offer.abroad
        && !seeker.would_go_to(offer.province)
        && let (Some(from), Some(to)) = (seeker.at, offer.at)
        && let Some(way) = from.way(to)
        && way.kilometres - way.slack > seeker.kilometres.unwrap_or(USUAL_WAY) as f32
    {
        return Some(Barrier::Distance);
    }
    if offer.language_must
        && let Some((language, wanted)) = offer.language
        && seeker.knows(language).is_none_or(|rank| rank > 0 && rank < wanted)
    {
        return Some(Barrier::Language);
    }
    if offer.level_must
        && let Some(wanted) = offer.level
        && !seeker.trades.iter().any(|trade| {
            occupation::shared(trade.occupation, offer.occupation).closeness >= NEAR
                && trade.standing == 3
                && trade.level.is_some_and(|level| level >= wanted)
        })
    {
        return Some(Barrier::Level);
    }
    None
}

fn suits(wanted: Hours, hours: i32) -> bool {
    match wanted {
        Hours::Any => true,
        Hours::Full => hours >= FULL_TIME,
        Hours::Part => hours < FULL_TIME,
    }
}

/// Compares somebody with a vacancy that nothing rules out.
pub fn weigh(seeker: &Seeker, offer: &Offer) -> Weighed {
    let grasp = grasp(seeker, offer);
    let trade = grasp.trade.and_then(|at| seeker.trades.get(at)).filter(|_| grasp.closeness >= NEAR);
    let known = !seeker.trades.is_empty() || !seeker.wanted.is_empty();
    let kilometres = match (seeker.at, offer.at) {
        (Some(from), Some(to)) if !offer.abroad => from.way(to).map(|way| way.kilometres),
        _ => None,
    };
    Weighed {
        values: [
            known.then_some(grasp.closeness.max(WISH * grasp.wanted)),
            experience(trade, offer),
            Some(level(trade, offer)),
            Some(language(seeker, offer)),
            distance(seeker, offer, kilometres),
            wage(seeker, offer),
            Some(wishes(seeker, offer, grasp)),
        ],
        grasp,
        kilometres,
    }
}

/// Months in which one learns most of what experience teaches, where a vacancy asks for none.
const SEASONED: f32 = 60.0;

fn experience(trade: Option<&Trade>, offer: &Offer) -> Option<f32> {
    let Some(trade) = trade else { return Some(0.0) };
    let months = trade.months? as f32;
    Some(match offer.months {
        Some(wanted) if wanted > 0 => (months / wanted as f32).min(1.0),
        _ => 0.4 + 0.6 * (months / SEASONED).min(1.0),
    })
}

fn level(trade: Option<&Trade>, offer: &Offer) -> f32 {
    let Some(trade) = trade else { return 0.0 };
    let standing: f32 = [0.4, 0.6, 0.85, 1.0].get(usize::from(trade.standing)).copied().unwrap_or(0.0);
    match (offer.level, trade.level) {
        (Some(wanted), Some(level)) => standing * (f32::from(level) / f32::from(wanted)).min(1.0),
        (Some(_), None) => standing * 0.8,
        (None, _) => standing,
    }
}

fn language(seeker: &Seeker, offer: &Offer) -> f32 {
    let Some((wanted, rank)) = offer.language else { return 0.6 };
    match seeker.knows(wanted) {
        None => 0.0,
        Some(0) => 0.5,
        Some(known) if known >= rank => 1.0,
        Some(known) => 0.5 * f32::from(known) / f32::from(rank.max(1)),
    }
}

fn distance(seeker: &Seeker, offer: &Offer, kilometres: Option<f32>) -> Option<f32> {
    if offer.abroad {
        return Some(NOT_KNOWN);
    }
    let limit = seeker.kilometres.unwrap_or(USUAL_WAY) as f32;
    let way = kilometres.map(|far| {
        if far <= limit { 1.0 - 0.4 * far / limit } else { (0.6 * (1.0 - (far - limit) / (2.0 * limit))).max(0.0) }
    });
    let way = if seeker.would_go_to(offer.province) { Some(way.unwrap_or(0.0).max(0.8)) } else { way };
    // Where one can live at the place, the way matters less.
    if offer.housing { way.map(|way| way.max(0.6)) } else { way }
}

/// From the least that they would work for.
fn against_least(wage: f32, least: f32) -> f32 {
    if wage >= least {
        0.7 + 0.3 * ((wage - least) / (0.5 * least)).min(1.0)
    } else {
        (0.7 * (1.0 - (least - wage) / (0.4 * least))).max(0.0)
    }
}

fn wage(seeker: &Seeker, offer: &Offer) -> Option<f32> {
    let wage = offer.wage()? as f32;
    let least = seeker.wage_least.map(|least| against_least(wage, least as f32));
    let before = seeker.wage_before.filter(|before| *before > 0);
    let before = before.map(|before| (wage / before as f32 - 0.5).clamp(0.0, 1.0));
    match (least, before) {
        (Some(least), Some(before)) => Some(0.7 * least + 0.3 * before),
        (one, other) => one.or(other),
    }
}

fn wishes(seeker: &Seeker, offer: &Offer, grasp: Grasp) -> f32 {
    let yes = |yes: bool| if yes { 1.0 } else { 0.0 };
    let hours = offer.hours.map_or(NOT_KNOWN, |hours| yes(suits(seeker.hours, hours)));
    let formal = yes(offer.formal);
    if seeker.wanted.is_empty() { (hours + formal) / 2.0 } else { (hours + formal + 2.0 * grasp.wanted) / 4.0 }
}

#[cfg(test)]
mod tests;
