//! The returns of a made-up person: whether and when they came home, through which door, and what they say of it.

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use time::{Date, Duration, OffsetDateTime};

use super::abroad::{self, Stay, Timed};
use super::corridors::Corridor;
use super::facts::Interview;
use super::journeys::{self, Asked, Journey};
use super::names::{one_of, percent, weighted};
use super::people::{Made, UNTIL, at_work, code};
use super::world::{GATES, office_of};
use crate::base::date::Precision;
use crate::episode::form::Return;
use crate::episode::migration::Migration;
use crate::intake::doors;
use crate::person::{Absence, Level};

/// A day that is the same in every world, or one that moves along with the clock, so that work is always due.
#[derive(Clone, Copy, Debug)]
pub enum Day {
    On(Date),
    /// So many days from today.
    In(i64),
}

impl Day {
    pub fn date(self, today: Date) -> Date {
        match self {
            Day::On(date) => date,
            Day::In(days) => today + Duration::days(days),
        }
    }
}

/// When and where somebody is expected.
#[derive(Clone, Debug)]
pub struct Expected {
    pub day: Day,
    pub flight: Option<String>,
    /// An account of the desk.
    pub desk: &'static str,
}

/// A return and what came of it. What is read has no expected day yet: see [`Expected`].
#[derive(Clone, Debug)]
pub struct Homecoming {
    pub read: Return,
    pub door: &'static str,
    pub registered_at: OffsetDateTime,
    pub arrival: Option<&'static str>,
    pub expected: Option<Expected>,
    pub migration: Option<Migration>,
    /// The day of the notice to the residence office and what was seen of it.
    pub notice: Option<(Date, &'static str)>,
    pub journey: Option<Journey>,
}

/// What a return follows from.
pub struct Known<'a> {
    pub seed: u64,
    pub number: u64,
    pub corridor: &'a Corridor,
    pub home: &'static str,
    pub officer: &'static str,
    pub standing: &'static str,
    pub registered_at: OffsetDateTime,
    /// The second return of the same person.
    pub again: bool,
}

/// Where the return stands of whom this officer registers.
pub fn standing(rng: &mut StdRng, officer: &str) -> &'static str {
    let shares: &[(&str, u32)] = match officer.split('.').next() {
        Some("desk") => &[("returned", 100)],
        Some("attache") => &[("planned", 40), ("undecided", 25), ("stayed-abroad", 6), ("returned", 29)],
        _ => &[("returned", 824), ("family", 106), ("planned", 32), ("undecided", 30), ("stayed-abroad", 8)],
    };
    weighted(rng, shares)
}

/// The returns of somebody: mostly one.
pub fn draw(known: &Known<'_>) -> Vec<Homecoming> {
    let mut rng =
        StdRng::seed_from_u64(known.seed.wrapping_mul(0xD1B5_4A32_D192_ED03) ^ (known.number * 2 + 1) ^ (1 << 60));
    let rng = &mut rng;
    let entered = entered(rng, known);
    let left = (entered - Duration::days(abroad::days(rng, known.corridor.country))).min(entered - Duration::days(62));
    let next = (known.standing == "returned" && percent(rng, 14)).then(|| second_trip(rng, known, entered)).flatten();
    let first = homecoming(rng, known, (left, entered), next.map(|(left, ..)| left));
    let Some((left, entered, registered_at)) = next else { return vec![first] };
    let known = Known { registered_at, again: true, ..*known };
    vec![first, homecoming(rng, &known, (left, entered), None)]
}

/// The same return as another desk hears it, from somebody it did not find; a case of it is closed when that comes out.
pub fn told_again(seed: u64, number: u64, made: &Made) -> Vec<Homecoming> {
    let Some(first) = made.returns.first() else { return Vec::new() };
    let kind = office_of(made.officer).map_or("", |office| office.kind.code());
    let registered_at = made.registered_at;
    let journey = (number % 180 == 89).then(|| {
        let mut rng = StdRng::seed_from_u64(seed ^ number);
        journeys::twice(&mut rng, code(seed, case_number(number, false)), made.officer, registered_at)
    });
    let mut read = first.read.clone();
    read.wants_help = journey.is_some().then(|| "yes".to_owned());
    read.said.retain(|said| said.fact != "wants_help");
    if journey.is_some() {
        read.said.push(crate::person::fact::Fact { fact: "wants_help", said: Ok(Level::Stated) });
    }
    vec![Homecoming { read, door: doors(kind)[0], registered_at, journey, notice: None, ..first.clone() }]
}

fn case_number(number: u64, again: bool) -> u64 {
    (1 << 40) + number * 2 + u64::from(again)
}

/// Desks meet people on the day they come, centres later on.
fn entered(rng: &mut StdRng, known: &Known<'_>) -> Date {
    let day = known.registered_at.date();
    let since = match known.officer.split('.').next() {
        Some("desk") => i64::from(percent(rng, 8)),
        Some("attache") => rng.random_range(0..10),
        _ => {
            let (least, most) = weighted(rng, &[((2, 30), 50), ((30, 120), 35), ((120, 300), 15)]);
            rng.random_range(least..most)
        }
    };
    day - Duration::days(since)
}

/// Some go once more and come back once more, a few of them within the same year: left, entered, registered.
fn second_trip(rng: &mut StdRng, known: &Known<'_>, entered: Date) -> Option<(Date, Date, OffsetDateTime)> {
    let free = entered.max(known.registered_at.date());
    let last = UNTIL.date();
    let season = free.ordinal() < 150 && percent(rng, 50);
    let left = free + Duration::days(if season { rng.random_range(35..60) } else { rng.random_range(50..240) });
    let longest = if season { 110 } else { (last - left).whole_days() - 70 };
    let entered = left + Duration::days(rng.random_range(64..longest.max(65)));
    let told = match known.officer.split('.').next() {
        Some("desk") => 0,
        _ => rng.random_range(4..60),
    };
    let day = UNTIL - (last - entered) + Duration::days(told);
    (longest > 65 && day < UNTIL - Duration::days(3)).then(|| {
        // In office hours, but never before they came.
        let at = at_work(rng, known.officer, day);
        (left, entered, at)
    })
}

/// Why somebody came, whether their contract had ended, and whether they wanted to.
fn because(rng: &mut StdRng, standing: &str) -> (&'static str, Timed, &'static str) {
    if standing == "family" {
        return (one_of(rng, &["death", "accident-or-illness", "contract-ended"]), Timed::Scheduled, "voluntary");
    }
    let reason = weighted(
        rng,
        &[
            ("contract-ended", 54),
            ("own-decision", 12),
            ("family", 10),
            ("employer-stopped", 7),
            ("contract-not-kept", 4),
            ("accident-or-illness", 4),
            ("homesick", 3),
            ("sent-back", 2),
            ("other", 2),
            ("maltreatment", 1),
            ("disaster", 1),
        ],
    );
    let timed = match reason {
        "contract-ended" => weighted(rng, &[(Timed::Scheduled, 78), (Timed::Late, 22)]),
        "other" => Timed::Late,
        _ => Timed::Early,
    };
    let unwilling = match reason {
        "sent-back" | "disaster" => 95,
        "employer-stopped" | "accident-or-illness" | "maltreatment" => 60,
        _ => 3,
    };
    (reason, timed, if percent(rng, unwilling) { "involuntary" } else { "voluntary" })
}

/// The day, or as much of it as is remembered.
fn remembered(day: Date, precision: Precision) -> (Date, Precision) {
    let known = match precision {
        Precision::Day => Some(day),
        Precision::Month => day.replace_day(1).ok(),
        Precision::Year => Date::from_ordinal_date(day.year(), 1).ok(),
    };
    (known.unwrap_or(day), precision)
}

/// One return; `leaves` again on that day, if ever.
fn homecoming(rng: &mut StdRng, known: &Known<'_>, trip: (Date, Date), leaves: Option<Date>) -> Homecoming {
    let Known { standing, registered_at, officer, .. } = *known;
    let (left, entered) = trip;
    let (home, family) = (standing == "returned", standing == "family");
    let (reason, timed, voluntary) = because(rng, standing);
    let helped = match standing {
        "returned" => 45,
        "family" => 100,
        _ => 50,
    };
    let journey = percent(rng, helped).then(|| {
        let asked = Asked { officer, home: known.home, standing, opened_at: registered_at, leaves };
        journeys::draw(rng, code(known.seed, case_number(known.number, known.again)), &asked)
    });
    let migration = (!family && percent(rng, 68)).then(|| {
        let end = if home { entered } else { registered_at.date() + Duration::days(40) };
        abroad::draw(rng, known.corridor, &Stay { left, end, timed: if home { timed } else { Timed::Scheduled } })
    });
    let contract = migration.as_ref().is_some_and(|m| m.contract_end.is_some());
    let to_notify = UNTIL.date() - entered;
    let notice = (home && contract && to_notify > Duration::days(15) && percent(rng, 35))
        .then(|| (entered + Duration::days(rng.random_range(1..15)), one_of(rng, &["told", "copy", "original"])))
        .filter(|(on, _)| *on <= registered_at.date());
    let kind = office_of(officer).map_or("", |office| office.kind.code());
    let door = match doors(kind) {
        [usual, others @ ..] if !others.is_empty() && percent(rng, 12) => one_of(rng, others),
        [usual, ..] => usual,
        [] => "referral",
    };
    let expected = (standing == "planned").then(|| Expected {
        day: Day::In(weighted(rng, &[(-2, 4), (0, 10), (1, 14), (2, 12), (3, 10), (6, 20), (11, 20), (19, 20)])),
        flight: percent(rng, 85).then(|| flight(rng)),
        desk: weighted(rng, &GATES),
    });
    let arrival = match standing {
        "planned" => Some("expected"),
        "returned" if kind == "mission" || percent(rng, 12) => Some("arrived"),
        "returned" => Some("unannounced"),
        _ => None,
    };
    let said_by = weighted(rng, &[("self", 92), ("proxy", 8)]);
    let wants = journey.as_ref().map_or("no", |_| "yes");
    let read = said(rng, known, Told { left, entered, reason, voluntary, wants, said_by });
    Homecoming { read, door, registered_at, arrival, expected, migration, notice, journey }
}

fn flight(rng: &mut StdRng) -> String {
    let carrier = one_of(rng, &["VN", "VJ", "JL", "KE", "CI", "QH"]);
    format!("{carrier}{}", rng.random_range(100..990))
}

/// What there is to say of a return.
struct Told {
    left: Date,
    entered: Date,
    reason: &'static str,
    voluntary: &'static str,
    wants: &'static str,
    said_by: &'static str,
}

/// What was asked, and what was said.
fn said(rng: &mut StdRng, known: &Known<'_>, told: Told) -> Return {
    use Absence::{None as Without, NotApplicable, NotKnown, Refused};
    let (home, family) = (known.standing == "returned", known.standing == "family");
    let came = weighted(rng, &[(Precision::Day, 93), (Precision::Month, 5), (Precision::Year, 2)]);
    let went = weighted(rng, &[(Precision::Month, 78), (Precision::Day, 14), (Precision::Year, 8)]);
    let level = weighted(rng, &[(Level::Stated, 70), (Level::Documented, 26), (Level::Verified, 4)]);
    let assisted = weighted(rng, &[("spontaneous", 92), ("assisted", 8)]);
    let duration = weighted(rng, &[("permanent", 45), ("temporary", 30), ("undecided", 25)]);
    let never = if family { 100 } else { 0 };
    let asked = if known.again { 70 } else { 88 };
    let mut to = Interview { rng, said: Vec::new() };
    let country = known.corridor.country.to_owned();
    let previous_country = to.ask("previous_country", 99, &[(NotKnown, 2), (NotApplicable, never / 2)], level, country);
    let left = to.ask("left", 92, &[(NotApplicable, never), (NotKnown, 4)], level, remembered(told.left, went));
    // Who came home came some day; a family member or somebody still there did not.
    let entered = match (home, known.standing) {
        (true, _) => to.ask("entered", 100, &[], level, remembered(told.entered, came)),
        (false, "planned" | "undecided") => None,
        (false, _) => to.ask("entered", 60, &[(Without, 100)], level, remembered(told.entered, came)),
    };
    let asked_for_help = if told.wants == "yes" { 100 } else { 80 };
    let refused = if told.wants == "yes" { 0 } else { 4 };
    Return {
        standing: known.standing.to_owned(),
        previous_country,
        left,
        entered,
        expected_on: None,
        flight: None,
        expected_at: None,
        wants_help: to.ask("wants_help", asked_for_help, &[(Refused, refused)], Level::Stated, told.wants.to_owned()),
        voluntary: to.ask(
            "voluntary",
            asked,
            &[(Refused, 3), (NotApplicable, never)],
            Level::Stated,
            told.voluntary.to_owned(),
        ),
        assisted: to.ask("assisted", asked, &[(NotApplicable, never)], Level::Stated, assisted.to_owned()),
        duration: to.ask(
            "duration",
            asked,
            &[(NotKnown, 6), (NotApplicable, never)],
            Level::Stated,
            duration.to_owned(),
        ),
        reason: to.ask("reason", asked, &[(Refused, 4), (NotKnown, 1)], Level::Stated, told.reason.to_owned()),
        said: to.said,
        said_by: told.said_by,
    }
}

#[cfg(test)]
mod tests;
