use super::*;
use crate::case::assistance::is_private;
use crate::case::{CLOSING_REASONS, FLAGS, NEXT_BY, OUTCOMES, Phase, SERVICE_KINDS, URGENCIES};
use crate::demo::journeys::Answer;
use crate::demo::people;
use crate::demo::work::Standing;
use crate::episode::migration::{CHANNELS, FOUND_BY, OBJECTIVE_MET};
use crate::episode::{ASSISTED, DOORS, DURATIONS, FACTS, REASONS, STANDINGS, VOLUNTARY};
use crate::intake::standings;
use crate::person::{SAID_BY, YES_NO, document};
use crate::vocabulary::List;
use std::collections::{BTreeMap, BTreeSet};

const MANY: u64 = 4000;

fn drawn() -> Vec<(Made, Homecoming)> {
    let all = (0..MANY).map(|number| people::draw(7, number));
    all.flat_map(|made| made.returns.clone().into_iter().map(move |back| (made.clone(), back))).collect()
}

#[test]
fn what_is_made_up_of_returns_could_have_been_typed() {
    for (made, back) in drawn() {
        let read = &back.read;
        let kind = office_of(made.officer).unwrap().kind.code();
        assert!(standings(kind).contains(&&*read.standing) && doors(kind).contains(&back.door), "{back:?}");
        assert!(back.registered_at <= UNTIL && back.registered_at >= made.registered_at, "{back:?}");
        assert!(read.previous_country.as_ref().is_none_or(|c| List::Countries.vocabulary().get(c).is_some()));
        let told = back.registered_at.date();
        assert!(read.left.is_none_or(|(left, _)| left < told), "{back:?}");
        assert_eq!(read.entered.is_some(), read.standing == "returned");
        if let Some((entered, precision)) = read.entered {
            assert!(entered <= told && entered.year() >= 2023, "{back:?}");
            assert!(precision == Precision::Year || read.left.is_none_or(|(left, _)| left < entered), "{read:?}");
        }
        assert_eq!(back.expected.is_some(), read.standing == "planned");
        let among = |value: &Option<String>, codes: &[&str]| value.as_deref().is_none_or(|v| codes.contains(&v));
        assert!(among(&read.wants_help, &YES_NO) && among(&read.voluntary, &VOLUNTARY));
        assert!(among(&read.assisted, &ASSISTED) && among(&read.duration, &DURATIONS));
        assert!(among(&read.reason, &REASONS) && SAID_BY.contains(&read.said_by));
        for fact in FACTS {
            let said: Vec<_> = read.said.iter().filter(|said| said.fact == fact).collect();
            assert!(said.len() <= 1 && said.iter().all(|s| s.said.is_ok() == read.given(fact)), "{fact} {read:?}");
            assert!(!said.is_empty() || !read.given(fact), "{fact} {read:?}");
        }
        if let Some((on, shown_as)) = back.notice {
            assert!(document::SHOWN_AS.contains(&shown_as) && on <= told);
        }
    }
}

#[test]
fn what_is_made_up_of_migrations_could_have_been_typed() {
    let mut timed = BTreeSet::new();
    for (_, back) in drawn() {
        let Some(m) = back.migration else { continue };
        assert!(!m.is_empty());
        let among = |value: &Option<String>, codes: &[&str]| value.as_deref().is_none_or(|v| codes.contains(&v));
        assert!(among(&m.channel, &CHANNELS) && among(&m.found_by, &FOUND_BY), "{m:?}");
        assert!(among(&m.objective_met, &OBJECTIVE_MET));
        assert!(m.contract_end.is_none_or(|end| m.contract_start.is_some_and(|start| start < end)), "{m:?}");
        assert!(m.amounts().iter().all(|(_, amount)| amount.is_none_or(|a| a >= 0)));
        assert_eq!(m.wage_currency.is_some(), m.first_wage.is_some());
        assert!(m.hours_per_week.is_none_or(|hours| hours <= 168));
        let channel = m.channel.as_deref();
        timed.insert(crate::episode::timing(channel, m.contract_end, back.read.entered, 30).code());
    }
    assert_eq!(timed.len(), 5, "{timed:?}");
}

#[test]
fn what_is_made_up_of_cases_is_in_order() {
    for (_, back) in drawn() {
        assert_eq!(back.journey.is_some(), back.read.wants_help.as_deref() == Some("yes"));
        let Some(case) = back.journey else { continue };
        let work = &case.work;
        assert!(case.opened_at >= back.registered_at && URGENCIES.contains(&case.urgency));
        assert!(case.flags.iter().all(|flag| FLAGS.contains(flag)));
        let mut at = case.opened_at;
        let mut phase = Phase::Intake;
        if let Some(offer) = &case.offer
            && let Answer::Accepted(accepted) = offer.answer
        {
            assert!(accepted > at && accepted < UNTIL);
            at = accepted;
        }
        for (moved, from, to) in &work.moves {
            assert!(*from == phase && *moved > at, "{case:?}");
            assert!(crate::case::MOVES.contains(&(*from, *to)));
            (at, phase) = (*moved, *to);
        }
        match &work.closure {
            Some(closure) => {
                assert!(CLOSING_REASONS.contains(&closure.reason) && closure.from_phase == phase, "{case:?}");
                assert!(closure.at >= at && closure.at < UNTIL + Duration::hours(2), "{case:?}");
                assert_eq!(work.phase == Phase::Closed, closure.reopened.is_none());
                let asks = crate::case::ASKS_WHAT_WOULD_HELP.contains(&closure.reason);
                assert_eq!(asks, closure.would_have_stayed.is_some());
            }
            None => assert_eq!(work.phase, phase),
        }
        assert!(work.next.as_ref().is_none_or(|n| NEXT_BY.contains(&n.by) && work.phase != Phase::Closed));
        let carried_out = matches!(phase, Phase::Implementation | Phase::FollowUp);
        assert!(!carried_out || !work.services.is_empty(), "{case:?}");
        let in_force = work.plan.as_ref().is_some_and(|plan| matches!(plan.standing, Standing::InForce(_)));
        assert!(!carried_out || in_force, "{case:?}");
        for service in &work.services {
            assert!(SERVICE_KINDS.contains(&service.kind));
            assert!(service.outcome.is_none_or(|(at, o)| at >= service.added_at && OUTCOMES.contains(&o)));
            assert!(service.outcome.is_some() || !matches!(work.phase, Phase::FollowUp), "{case:?}");
            assert!(!is_private(service.kind) || service.note_back.is_none());
        }
    }
}

#[test]
fn every_kind_of_return_and_of_journey_is_there_in_believable_shares() {
    let all = drawn();
    let mut seen: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (_, back) in &all {
        let mut see = |what: &'static str, code: &str| {
            seen.entry(what).or_default().insert(code.to_owned());
        };
        see("standing", &back.read.standing);
        see("door", back.door);
        back.read.said.iter().filter_map(|s| s.said.err()).for_each(|a| see("absence", a.code()));
        back.migration.iter().filter_map(|m| m.channel.as_deref()).for_each(|c| see("channel", c));
        let Some(case) = &back.journey else { continue };
        see("phase", case.work.phase.code());
        see("urgency", case.urgency);
        case.flags.iter().for_each(|flag| see("flag", flag));
        case.work.closure.iter().for_each(|c| see("closing", c.reason));
        case.work.services.iter().for_each(|s| see("service", &format!("{} {}", s.kind, s.state)));
        if let Some(plan) = &case.work.plan {
            see("plan", format!("{:?}", plan.standing).split('(').next().unwrap_or_default());
        }
        if let Some(offer) = &case.offer {
            see("answer", format!("{:?}", offer.answer).split('(').next().unwrap_or_default());
        }
    }
    assert_eq!(seen["standing"].len(), STANDINGS.len());
    assert_eq!(seen["door"].len(), DOORS.len(), "{:?}", seen["door"]);
    assert_eq!(seen["absence"].len(), Absence::ALL.len());
    assert_eq!(seen["channel"].len(), CHANNELS.len());
    assert_eq!(seen["phase"].len(), Phase::ALL.len());
    assert_eq!(seen["urgency"].len(), URGENCIES.len());
    assert_eq!(seen["flag"].len(), FLAGS.len());
    assert_eq!(seen["closing"].len(), CLOSING_REASONS.len(), "{:?}", seen["closing"]);
    for kind in ["skills", "counselling", "psychosocial", "claim"] {
        for state in ["planned", "under-way", "done", "not-done"] {
            assert!(seen["service"].contains(&format!("{kind} {state}")), "{kind} {state}: {:?}", seen["service"]);
        }
    }
    assert_eq!(seen["plan"].len(), 3, "{:?}", seen["plan"]);
    assert_eq!(seen["answer"].len(), 4);
    let share = |standing: &str| {
        all.iter().filter(|(_, back)| back.read.standing == standing).count() as f64 / all.len() as f64
    };
    let around = |share: f64, expected: f64| (share - expected).abs() < expected * 0.45 + 0.01;
    for (standing, expected) in
        [("returned", 0.86), ("planned", 0.06), ("undecided", 0.04), ("stayed-abroad", 0.01), ("family", 0.03)]
    {
        assert!(around(share(standing), expected), "{standing} {}", share(standing));
    }
    let mut returns: BTreeMap<String, Vec<Date>> = BTreeMap::new();
    for (made, back) in &all {
        let entered = back.read.entered.map(|(entered, _)| entered);
        returns.entry(made.code.to_string()).or_default().extend(entered);
    }
    let twice: Vec<_> = returns.values().filter(|days| days.len() == 2).collect();
    assert!(twice.len() > 40 && twice.iter().any(|days| days[0].year() == days[1].year()), "{}", twice.len());
}

/// What `serve --demo` loads must leave something on DOLAB's list, though few offers stay silent.
#[test]
fn the_world_that_is_served_has_a_silent_offer_or_more_but_few() {
    let made = (0..2000).flat_map(|number| people::draw(1, number).returns);
    let offers = made.filter_map(|back| back.journey?.offer);
    let silent = offers.filter(|offer| matches!(offer.answer, Answer::Silent(3))).count();
    assert!((1..6).contains(&silent), "{silent}");
}
