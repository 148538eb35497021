//! How a made-up person went abroad, what they did there, what it cost and brought.

use rand::Rng;
use rand::rngs::StdRng;
use time::{Date, Duration};

use super::corridors::Corridor;
use super::names::{one_of, percent, weighted};
use crate::episode::migration::{CONTRACT_CHANNELS, Migration};

const MILLION: i64 = 1_000_000;

/// When somebody came home, against the end of their contract.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Timed {
    Early,
    Scheduled,
    Late,
}

/// A time abroad.
pub struct Stay {
    pub left: Date,
    /// The day of return, or about when it will be.
    pub end: Date,
    pub timed: Timed,
}

/// How long somebody was away: mostly one to six years, across a land border often months only.
pub fn days(rng: &mut StdRng, country: &str) -> i64 {
    let short = if matches!(country, "LA" | "TH" | "KH") { 70 } else { 12 };
    let (least, most) = weighted(rng, &[((70, 360), short), ((365, 1095), 45), ((1095, 2190), 38), ((2190, 3600), 5)]);
    rng.random_range(least..most)
}

/// How people go to a country, by their shares.
fn channels(country: &str) -> &'static [(&'static str, u32)] {
    match country {
        "KR" => &[("public-unit", 66), ("service-enterprise", 14), ("self-arranged", 12), ("student", 8)],
        "LA" | "TH" | "KH" => &[("cross-border", 70), ("self-arranged", 20), ("contractor", 10)],
        "JP" => &[
            ("service-enterprise", 70),
            ("student", 12),
            ("individual-contract", 9),
            ("public-unit", 7),
            ("self-arranged", 2),
        ],
        "RU" | "PL" | "DE" | "GB" | "CN" => {
            &[("self-arranged", 45), ("service-enterprise", 30), ("individual-contract", 15), ("student", 10)]
        }
        _ => &[("service-enterprise", 76), ("self-arranged", 10), ("individual-contract", 8), ("contractor", 6)],
    }
}

/// The migration behind a return. Its ids come with the return's.
pub fn draw(rng: &mut StdRng, corridor: &Corridor, stay: &Stay) -> Migration {
    let channel = weighted(rng, channels(corridor.country));
    let contract = CONTRACT_CHANNELS.contains(&channel);
    let found_by = match channel {
        "service-enterprise" => weighted(rng, &[("enterprise", 50), ("broker", 25), ("kin", 15), ("online", 10)]),
        "public-unit" => "state",
        "cross-border" | "self-arranged" => weighted(rng, &[("kin", 55), ("broker", 30), ("online", 15)]),
        _ => weighted(rng, &[("online", 40), ("employer", 30), ("kin", 20), ("other", 10)]),
    };
    let (contract_start, contract_end) = if contract { dates(rng, stay) } else { (None, None) };
    let (occupation, activity) = one_of(rng, corridor.jobs);
    let million = |rng: &mut StdRng, asked: u32, (least, most): (i64, i64)| {
        percent(rng, asked).then(|| rng.random_range(least * 10..most * 10 + 1) * MILLION / 10)
    };
    let years = ((stay.end - stay.left).whole_days() / 365).max(1);
    let recruitment_cost = million(rng, 70, corridor.cost);
    let debt = recruitment_cost.filter(|_| percent(rng, 80)).map(|cost| match stay.timed {
        _ if percent(rng, 60) => 0,
        Timed::Early => cost * rng.random_range(2..8) / 10 / MILLION * MILLION,
        _ => cost * rng.random_range(0..3) / 10 / MILLION * MILLION,
    });
    let wages = percent(rng, 75).then(|| {
        let first = rng.random_range(corridor.wage.0..corridor.wage.1) * 100;
        (first, first + first * rng.random_range(0..25) / 100 / 10 * 10)
    });
    let objective =
        one_of(rng, &["Xây nhà", "Trả nợ", "Cho con đi học", "Có vốn mở cửa hàng", "Học nghề", "Tiết kiệm"]);
    let objective = percent(rng, 45).then(|| objective.to_owned());
    let met = match stay.timed {
        Timed::Early => weighted(rng, &[("yes", 1), ("partly", 5), ("no", 4)]),
        _ => weighted(rng, &[("yes", 6), ("partly", 3), ("no", 1)]),
    };
    Migration {
        channel: percent(rng, 94).then(|| channel.to_owned()),
        found_by: percent(rng, 60).then(|| found_by.to_owned()),
        occupation: percent(rng, 85).then(|| occupation.to_owned()),
        activity: percent(rng, 75).then(|| activity.to_owned()),
        employer: percent(rng, 30).then(|| format!("Công ty minh họa số {}", rng.random_range(1..60))),
        sender: (channel == "service-enterprise" && percent(rng, 60))
            .then(|| "Công ty Phái cử Lao động Không Có Thật".to_owned()),
        contract_start,
        contract_end,
        recruitment_cost,
        deposit: if contract { million(rng, 30, (10, 100)) } else { None },
        debt,
        savings: million(rng, 40, (10 * years, 110 * years)),
        remittances: million(rng, 45, (20 * years, 160 * years)),
        wage_currency: wages.map(|_| corridor.currency.to_owned()),
        first_wage: wages.map(|(first, _)| first),
        last_wage: wages.map(|(_, last)| last),
        hours_per_week: percent(rng, 55).then(|| rng.random_range(40..73)),
        objective_met: objective.as_ref().map(|_| met.to_owned()),
        objective,
        version: 1,
        ..Migration::default()
    }
}

/// First and last day of the contract, where both are known and in order.
fn dates(rng: &mut StdRng, stay: &Stay) -> (Option<Date>, Option<Date>) {
    if !percent(rng, 88) {
        return (None, None);
    }
    let start = stay.left + Duration::days(rng.random_range(2..20));
    let end = match stay.timed {
        Timed::Scheduled => stay.end + Duration::days(rng.random_range(-25..25)),
        Timed::Early => stay.end + Duration::days(rng.random_range(45..600)),
        Timed::Late => stay.end - Duration::days(rng.random_range(40..300)),
    };
    if end > start + Duration::days(28) { (Some(start), Some(end)) } else { (Some(start), None) }
}
