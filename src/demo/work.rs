//! What the holder of a made-up case did: phases, plan, services, notes, next steps, and how it ended.

use rand::Rng;
use rand::rngs::StdRng;
use time::{Date, Duration, OffsetDateTime};

use super::names::{one_of, percent, weighted};
use super::people::UNTIL;
use super::returns::Day;
use super::words;
use crate::case::{ASKS_WHAT_WOULD_HELP, DONE_OUTCOMES, Phase};

/// How a holder came to a case.
pub struct Begun<'a> {
    pub at: OffsetDateTime,
    pub urgent: bool,
    pub by_desk: bool,
    /// Offered, with no answer yet.
    pub waiting: bool,
    pub standing: &'a str,
    pub leaves: Option<Date>,
    pub private_talk: bool,
}

/// What was done.
#[derive(Clone, Debug)]
pub struct Work {
    pub phase: Phase,
    /// Every move, with its instant.
    pub moves: Vec<(OffsetDateTime, Phase, Phase)>,
    pub taken_over_at: Option<OffsetDateTime>,
    pub talk_held_at: Option<OffsetDateTime>,
    pub next: Option<Next>,
    pub plan: Option<Plan>,
    pub services: Vec<Service>,
    pub notes: Vec<(OffsetDateTime, &'static str)>,
    pub closure: Option<Closure>,
    pub share: Option<Share>,
}

#[derive(Clone, Debug)]
pub struct Next {
    pub step: &'static str,
    pub on: Day,
    pub by: &'static str,
}

#[derive(Clone, Debug)]
pub struct Service {
    pub kind: &'static str,
    pub state: &'static str,
    /// Given by the office of this account, or by somebody with this name.
    pub provider: Result<&'static str, &'static str>,
    pub added_at: OffsetDateTime,
    pub due: Day,
    pub outcome: Option<(OffsetDateTime, &'static str)>,
    pub note_back: Option<&'static str>,
}

/// A plan: what became services, or will. Each part is one thing to do.
#[derive(Clone, Debug)]
pub struct Plan {
    pub begun_at: OffsetDateTime,
    pub standing: Standing,
    pub parts: Vec<Part>,
}

#[derive(Clone, Copy, Debug)]
pub enum Standing {
    Draft,
    Sent,
    InForce(OffsetDateTime),
}

#[derive(Clone, Debug)]
pub struct Part {
    pub kind: &'static str,
    /// As of a service.
    pub provider: Result<&'static str, &'static str>,
    pub due: Day,
    pub cost: Option<i64>,
}

#[derive(Clone, Debug)]
pub struct Closure {
    pub at: OffsetDateTime,
    pub reason: &'static str,
    pub outcome: &'static str,
    pub would_have_stayed: Option<&'static str>,
    pub from_phase: Phase,
    /// Went on where it was: when, and why.
    pub reopened: Option<(OffsetDateTime, &'static str)>,
}

/// Another office reads along.
#[derive(Clone, Debug)]
pub struct Share {
    pub with: &'static str,
    pub reason: &'static str,
    pub at: OffsetDateTime,
}

impl Work {
    fn none() -> Work {
        Work {
            phase: Phase::Intake,
            moves: Vec::new(),
            taken_over_at: None,
            talk_held_at: None,
            next: None,
            plan: None,
            services: Vec::new(),
            notes: Vec::new(),
            closure: None,
            share: None,
        }
    }

    /// Nothing was done but to close it.
    pub fn closed_as(opened_at: OffsetDateTime, at: OffsetDateTime, reason: &'static str) -> Work {
        let closure = Closure {
            at: at.max(opened_at),
            reason,
            outcome: words::outcome(reason),
            would_have_stayed: None,
            from_phase: Phase::Intake,
            reopened: None,
        };
        Work { phase: Phase::Closed, closure: Some(closure), ..Work::none() }
    }
}

/// Where a case stands so many days after its holder took it up.
fn phase(rng: &mut StdRng, begun: &Begun<'_>, days: i64) -> Phase {
    use Phase::{Assessment, Closed, FollowUp, Implementation, Intake, Planning};
    let shares: &[(Phase, u32)] = match (begun.standing, days) {
        _ if begun.waiting => &[(Intake, 1)],
        ("stayed-abroad", _) => &[(Closed, 1)],
        ("planned" | "undecided", 0..120) => &[(Intake, 40), (Assessment, 40), (Planning, 20)],
        ("planned" | "undecided", _) => &[(Closed, 70), (Assessment, 20), (Planning, 10)],
        (_, 0..30) if begun.by_desk => &[(Intake, 70), (Closed, 30)],
        _ if begun.by_desk => &[(Closed, 97), (Intake, 3)],
        (_, 0..14) => &[(Intake, 55), (Assessment, 45)],
        (_, 14..60) => &[(Intake, 8), (Assessment, 36), (Planning, 34), (Implementation, 16), (Closed, 6)],
        (_, 60..200) => &[(Assessment, 8), (Planning, 14), (Implementation, 38), (FollowUp, 18), (Closed, 22)],
        (_, 200..365) => &[(Implementation, 16), (FollowUp, 20), (Closed, 64)],
        _ => &[(Closed, 94), (FollowUp, 5), (Implementation, 1)],
    };
    weighted(rng, shares)
}

/// Why a case was closed. Two phases of work at least lie behind goals that were met.
fn reason(rng: &mut StdRng, begun: &Begun<'_>) -> &'static str {
    if begun.standing == "stayed-abroad" {
        return "stayed-abroad";
    }
    if begun.leaves.is_some() {
        return "remigrated";
    }
    if begun.by_desk {
        return weighted(rng, &[("service-ended", 50), ("declined", 20), ("left-area", 20), ("not-eligible", 10)]);
    }
    weighted(
        rng,
        &[
            ("goals-met", 34),
            ("duration-ended", 15),
            ("service-ended", 10),
            ("declined", 9),
            ("left-area", 8),
            ("remigrated", 8),
            ("access-barrier", 4),
            ("not-eligible", 4),
            ("unsuitable", 3),
            ("duplicate", 2),
            ("safety-staff", 1),
            ("stigma-harm", 1),
            ("deceased", 1),
        ],
    )
}

/// The work on a case until it is closed, or until [`UNTIL`].
pub fn draw(rng: &mut StdRng, begun: &Begun<'_>) -> Work {
    let mut work = Work::none();
    let days = (UNTIL - begun.at).whole_days().max(0);
    work.phase = match begun.leaves {
        Some(_) if !begun.waiting => Phase::Closed,
        _ => phase(rng, begun, days),
    };
    if begun.waiting {
        return work;
    }
    let reason = (work.phase == Phase::Closed).then(|| reason(rng, begun));
    // As far as it went before it was closed.
    let reached = match (work.phase, reason) {
        (Phase::Closed, _) if begun.by_desk => Phase::Intake,
        (Phase::Closed, Some("goals-met" | "duration-ended" | "service-ended")) => Phase::FollowUp,
        (Phase::Closed, Some("not-eligible" | "duplicate" | "stayed-abroad")) => Phase::Assessment,
        (Phase::Closed, _) => one_of(rng, &[Phase::Assessment, Phase::Planning, Phase::Implementation]),
        (open, _) => open,
    };
    let abroad = matches!(begun.standing, "planned" | "undecided" | "stayed-abroad");
    let reached =
        if abroad && !matches!(reached, Phase::Intake | Phase::Assessment) { Phase::Planning } else { reached };
    let latest = match begun.leaves {
        Some(day) => day.midnight().assume_offset(UNTIL.offset()).min(UNTIL),
        None => UNTIL,
    };
    let span = if work.phase == Phase::Closed { rng.random_range(25..230) } else { rng.random_range(20..330) };
    let end = (begun.at + Duration::days(span)).min(latest - Duration::hours(1)).max(begun.at + Duration::hours(1));
    let at = |part: i64, of: i64| begun.at + (end - begun.at) * (part as f64 / of as f64);
    let steps: Vec<Phase> = Phase::ALL.into_iter().take_while(|p| *p != reached).chain([reached]).collect();
    let count = steps.len() as i64;
    work.moves = steps.windows(2).zip(1..).map(|(pair, nth)| (at(nth, count + 1), pair[0], pair[1])).collect();
    if begun.urgent && (days > 2 || percent(rng, 50)) {
        work.taken_over_at = Some(at(1, 40).min(begun.at + Duration::minutes(40)));
    }
    if begun.private_talk && !begun.by_desk && percent(rng, 70) {
        work.talk_held_at = Some(at(1, 6));
    }
    let moved = |wanted: Phase| work.moves.iter().find(|(_, _, to)| *to == wanted).map(|(at, ..)| *at);
    let (planned_at, carried_at) = (moved(Phase::Planning), moved(Phase::Implementation));
    if let Some(from) = planned_at {
        let closed = work.phase == Phase::Closed;
        work.services = services(rng, carried_at.unwrap_or(from), end, reached, closed);
        work.plan = match carried_at {
            Some(at) => Some(Plan::of(from, Standing::InForce(at), &work.services)),
            None if closed => None,
            // What is still being planned is no service yet.
            None => draft(from, std::mem::take(&mut work.services)),
        };
    }
    if !begun.by_desk {
        for nth in 0..rng.random_range(0..4) {
            work.notes.push((at(nth + 1, 6), one_of(rng, &words::NOTES)));
        }
        work.share = share(rng, at(1, 3), work.phase);
    }
    work.closure = reason.map(|reason| closure(rng, reason, end, reached));
    // Closed too early, and opened again.
    let old_enough = end + Duration::days(12) < UNTIL && begun.leaves.is_none();
    if let Some(closure) = work.closure.as_mut().filter(|_| old_enough && !begun.by_desk && !abroad && percent(rng, 4))
    {
        closure.reopened = Some((end + Duration::days(10), one_of(rng, &words::REOPENED)));
        work.phase = reached;
    }
    if work.phase != Phase::Closed && percent(rng, 84) {
        work.next = Some(next(rng));
    }
    work
}

impl Plan {
    fn of(begun_at: OffsetDateTime, standing: Standing, services: &[Service]) -> Plan {
        let part = |s: &Service| Part { kind: s.kind, provider: s.provider, due: s.due, cost: words::cost(s.kind) };
        Plan { begun_at, standing, parts: services.iter().map(part).collect() }
    }
}

/// Of those who plan, a third has written nothing yet, a third writes, and a third waits for somebody to approve a grant.
fn draft(begun_at: OffsetDateTime, services: Vec<Service>) -> Option<Plan> {
    let standing = match begun_at.date().ordinal() % 3 {
        0 => return None,
        1 => Standing::Draft,
        _ => Standing::Sent,
    };
    let mut plan = Plan::of(begun_at, standing, &services);
    if matches!(standing, Standing::Sent) || plan.parts.is_empty() {
        let grant = ("start-up-grant", Err("Quỹ khởi nghiệp Ví Dụ"), Some(35_000_000));
        plan.parts.push(Part { kind: grant.0, provider: grant.1, due: Day::In(60), cost: grant.2 });
    }
    Some(plan)
}

fn closure(rng: &mut StdRng, reason: &'static str, at: OffsetDateTime, from_phase: Phase) -> Closure {
    let asked = ASKS_WHAT_WOULD_HELP.contains(&reason);
    Closure {
        at,
        reason,
        outcome: words::outcome(reason),
        would_have_stayed: asked.then(|| one_of(rng, &words::WOULD_HAVE_STAYED)),
        from_phase,
        reopened: None,
    }
}

/// Some overdue, some for today, most ahead; not always ours to do.
fn next(rng: &mut StdRng) -> Next {
    let by = weighted(rng, &[("me", 56), ("returnee", 20), ("provider", 14), ("office", 10)]);
    let day = match weighted(rng, &[("late", 12), ("today", 12), ("soon", 46), ("later", 30)]) {
        "late" => rng.random_range(-12..0),
        "today" => 0,
        "soon" => rng.random_range(1..8),
        _ => rng.random_range(8..35),
    };
    Next { step: one_of(rng, words::steps(by)), on: Day::In(day), by }
}

fn share(rng: &mut StdRng, at: OffsetDateTime, phase: Phase) -> Option<Share> {
    let recent = phase != Phase::Closed && UNTIL - at < Duration::days(80);
    (recent && percent(rng, 8)).then(|| {
        let with = weighted(rng, &[("counsellor.binhyen", 6), ("supervisor.sonoivu", 4)]);
        let reason = if with == "supervisor.sonoivu" {
            "Cùng theo dõi hỗ trợ vay vốn"
        } else {
            "Cùng hẹn buổi tham vấn"
        };
        Share { with, reason, at }
    })
}

/// What was agreed upon. All of it has an outcome where the case went past carrying out.
fn services(rng: &mut StdRng, from: OffsetDateTime, end: OffsetDateTime, reached: Phase, closed: bool) -> Vec<Service> {
    let over = closed || reached == Phase::FollowUp;
    let mut all: Vec<Service> = Vec::new();
    let mut drawn = Vec::new();
    let least = if matches!(reached, Phase::Implementation | Phase::FollowUp) { 1 } else { 0 };
    for _ in 0..rng.random_range(least..4) {
        let kind = weighted(rng, &[("skills", 40), ("counselling", 36), ("claim", 14), ("psychosocial", 10)]);
        if drawn.contains(&kind) {
            continue;
        }
        drawn.push(kind);
        let ended = over || (reached == Phase::Implementation && percent(rng, 25));
        let helped = weighted(
            rng,
            &[
                ("helped", 55),
                ("partly-helped", 18),
                ("not-confirmed", 8),
                ("declined-by-returnee", 8),
                ("not-available", 6),
                ("not-needed", 5),
            ],
        );
        let done = DONE_OUTCOMES.contains(&helped);
        let under_way = reached == Phase::Implementation && percent(rng, 70);
        let due = if ended { Day::On(end.date()) } else { Day::In(rng.random_range(-5..40)) };
        all.push(Service {
            kind: words::kind(kind, from.date().ordinal().is_multiple_of(4)),
            state: match (ended, done) {
                (true, true) => "done",
                (true, false) => "not-done",
                (false, _) if under_way => "under-way",
                (false, _) => "planned",
            },
            provider: match kind {
                "psychosocial" => Ok("counsellor.binhyen"),
                kind => Err(one_of(rng, words::providers(kind))),
            },
            added_at: from,
            due,
            outcome: ended.then_some((from + (end - from) * 0.9, helped)),
            note_back: (ended && done && kind != "psychosocial" && percent(rng, 50))
                .then(|| one_of(rng, &words::NOTES_BACK)),
        });
    }
    all
}
