//! The case of a made-up return: who opened it, whom it was offered to, and what became of it.

use rand::Rng;
use rand::rngs::StdRng;
use time::{Date, Duration, OffsetDateTime};

use super::names::{one_of, percent, weighted};
use super::people::UNTIL;
use super::work::{self, Begun, Work};
use crate::base::code::Code;

/// A case. Whoever registered the return opened it.
#[derive(Clone, Debug)]
pub struct Journey {
    pub code: Code,
    pub opened_at: OffsetDateTime,
    pub urgency: &'static str,
    pub flags: Vec<&'static str>,
    pub screened: bool,
    pub private_talk: bool,
    pub wishes: Option<&'static str>,
    /// Was given a printed slip, where the desk has one left.
    pub slip: bool,
    pub offer: Option<Offer>,
    /// What was done with it, by the last holder.
    pub work: Work,
}

/// A case offered to another office.
#[derive(Clone, Debug)]
pub struct Offer {
    /// Who answers, of the office asked.
    pub to: &'static str,
    pub at: Moment,
    pub note: Option<&'static str>,
    pub answer: Answer,
}

/// An instant that is the same in every world, or one that moves along with the clock.
#[derive(Clone, Copy, Debug)]
pub enum Moment {
    At(OffsetDateTime),
    HoursAgo(i64),
}

#[derive(Clone, Copy, Debug)]
pub enum Answer {
    Accepted(OffsetDateTime),
    Declined(OffsetDateTime, &'static str),
    Revoked(OffsetDateTime),
    /// Nobody answered yet; moved up so many times.
    Silent(i32),
}

impl Offer {
    pub fn at(&self, opened_at: OffsetDateTime, now: OffsetDateTime) -> OffsetDateTime {
        match self.at {
            Moment::At(at) => at,
            Moment::HoursAgo(hours) => (now - Duration::hours(hours)).max(opened_at + Duration::minutes(5)),
        }
    }

    pub fn accepted(&self) -> bool {
        matches!(self.answer, Answer::Accepted(_))
    }
}

/// What a case follows from.
pub struct Asked<'a> {
    pub officer: &'static str,
    pub home: &'a str,
    pub standing: &'a str,
    pub opened_at: OffsetDateTime,
    /// They leave again on that day, which ends the case.
    pub leaves: Option<Date>,
}

const FLAGS: [(&str, u32); 9] = [
    ("no-money", 20),
    ("unpaid-wages", 16),
    ("debt", 24),
    ("left-early", 18),
    ("no-papers", 8),
    ("child-along", 6),
    ("elder-or-disabled", 4),
    ("no-home", 6),
    ("medical", 8),
];

fn flags(rng: &mut StdRng, urgency: &str) -> Vec<&'static str> {
    let mut flags = match urgency {
        "immediate" => vec![one_of(rng, &["medical", "no-home", "child-along"])],
        "priority" => vec![one_of(rng, &["unpaid-wages", "no-money", "left-early"])],
        _ => Vec::new(),
    };
    for _ in 0..rng.random_range(0..3) {
        let more = weighted(rng, &FLAGS);
        if !flags.contains(&more) {
            flags.push(more);
        }
    }
    flags
}

/// The counsellor of the centre at home, or of one near it, and whether it is at home.
fn centre(rng: &mut StdRng, home: &str) -> (&'static str, bool) {
    match home {
        "40" => (one_of(rng, &["counsellor.nghean", "counsellor2.nghean"]), true),
        "42" => ("counsellor.hatinh", true),
        "31" => ("counsellor.haiphong", true),
        "38" => ("counsellor.thanhhoa", true),
        "01" | "04" | "20" | "22" | "24" | "33" => ("counsellor.haiphong", false),
        "08" | "11" | "14" | "15" | "19" | "25" | "37" => ("counsellor.thanhhoa", false),
        _ => (one_of(rng, &["counsellor.hatinh", "counsellor.nghean", "counsellor2.nghean"]), false),
    }
}

/// A case as it was opened and went on.
pub fn draw(rng: &mut StdRng, code: Code, asked: &Asked<'_>) -> Journey {
    let urgency = weighted(rng, &[("immediate", 5), ("priority", 22), ("routine", 73)]);
    let minutes = rng.random_range(3..20);
    let opened_at = asked.opened_at + Duration::minutes(minutes);
    let from_centre = asked.officer.starts_with("counsellor");
    let offer = if from_centre { None } else { offer(rng, asked, urgency, opened_at) };
    let accepted = offer.as_ref().and_then(|offer| match offer.answer {
        Answer::Accepted(at) => Some(at),
        _ => None,
    });
    let waiting = offer.as_ref().is_some_and(|offer| matches!(offer.answer, Answer::Silent(_)));
    let private_talk = percent(rng, 5);
    let begun = Begun {
        at: accepted.unwrap_or(opened_at),
        urgent: urgency == "immediate",
        // A desk passes on; it does not accompany.
        by_desk: accepted.is_none() && asked.officer.starts_with("desk"),
        waiting,
        standing: asked.standing,
        leaves: asked.leaves,
        private_talk,
    };
    Journey {
        code,
        opened_at,
        urgency,
        flags: flags(rng, urgency),
        screened: urgency == "immediate" || percent(rng, 86),
        private_talk,
        wishes: percent(rng, 4).then(|| {
            one_of(
                rng,
                &[
                    "Không muốn nhờ công ty phái cử",
                    "Không muốn chuyển về trung tâm khác",
                    "Chỉ làm việc với cán bộ nữ",
                ],
            )
        }),
        slip: asked.officer.starts_with("desk")
            && asked.standing == "returned"
            && UNTIL - opened_at < Duration::days(58)
            && percent(rng, 70),
        offer,
        work: work::draw(rng, &begun),
    }
}

/// Of somebody who turned out to be known: closed as such at once.
pub fn twice(rng: &mut StdRng, code: Code, officer: &'static str, registered_at: OffsetDateTime) -> Journey {
    let opened_at = registered_at + Duration::minutes(5);
    let asked = Asked { officer, home: "", standing: "returned", opened_at: registered_at, leaves: None };
    let mut journey = draw(rng, code, &asked);
    let closed_at = (opened_at + Duration::days(2)).min(UNTIL);
    journey.opened_at = opened_at;
    journey.offer = None;
    journey.work = Work::closed_as(opened_at, closed_at, "duplicate");
    journey
}

/// Most of what begins at a desk or a post abroad goes to a centre, of the home province where there is one.
fn offer(rng: &mut StdRng, asked: &Asked<'_>, urgency: &str, opened_at: OffsetDateTime) -> Option<Offer> {
    let (to, near) = centre(rng, asked.home);
    let (offered, taken) = match (asked.standing, near) {
        ("returned", true) => (95, 93),
        ("returned", false) => (84, 80),
        (_, true) => (55, 90),
        (_, false) => (40, 80),
    };
    if !percent(rng, offered) || asked.standing == "stayed-abroad" {
        return None;
    }
    let note = percent(rng, 55).then(|| one_of(rng, &super::words::OFFERS));
    let minutes = rng.random_range(5..50);
    let at = opened_at + Duration::minutes(minutes);
    let hours = if urgency == "immediate" { rng.random_range(1..4) } else { rng.random_range(3..70) };
    let answered = at + Duration::hours(hours);
    let fresh = UNTIL - opened_at;
    // The last ones wait; a very few have waited for long.
    if answered + Duration::days(2) > UNTIL || (fresh < Duration::days(45) && percent(rng, 9)) {
        let hours_ago = match urgency {
            "immediate" => 0,
            "priority" => rng.random_range(1..20),
            _ => rng.random_range(2..60),
        };
        return Some(Offer { to, at: Moment::HoursAgo(hours_ago), note, answer: Answer::Silent(0) });
    }
    if (Duration::days(12)..Duration::days(60)).contains(&fresh) && urgency == "routine" && percent(rng, 5) {
        let steps = weighted(rng, &[(3, 3), (2, 1)]);
        return Some(Offer {
            to,
            at: Moment::HoursAgo(i64::from(steps) * 72 + 20),
            note,
            answer: Answer::Silent(steps),
        });
    }
    let answer = match weighted(rng, &[("yes", taken), ("no", (100 - taken) * 3 / 4), ("back", 3)]) {
        "yes" => Answer::Accepted(answered),
        "no" => Answer::Declined(answered, one_of(rng, &super::words::DECLINED)),
        _ => Answer::Revoked(answered),
    };
    Some(Offer { to, at: Moment::At(at), note, answer })
}
