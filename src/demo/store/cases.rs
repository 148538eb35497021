//! The rows of made-up cases: opened by one officer, offered, answered, and carried on by whoever holds them.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::{Array, Jsonb, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::{Cast, Rows, assessments, desks, plans, written};
use crate::base::actor::Actor;
use crate::base::{Error, Result};
use crate::demo::journeys::{Answer, Journey};
use crate::demo::people::Made;
use crate::demo::work::Work;

/// A case that was just opened.
pub struct Opened<'a> {
    pub case: Uuid,
    pub hand_over: Option<Uuid>,
    pub journey: &'a Journey,
}

/// Adds a case as its officer opened it, and gives the id of the offer, if it was offered.
pub fn rows(
    rows: &mut Rows,
    cast: &Cast,
    officer: &Actor,
    (case, episode): (Uuid, Uuid),
    journey: &Journey,
) -> Result<Option<Uuid>> {
    let about = ("case", case);
    let opened_at = journey.opened_at;
    rows.add(
        "cases",
        json!({
            "id": case,
            "code": journey.code.as_str(),
            "episode_id": episode,
            "phase": "intake",
            "urgency": journey.urgency,
            "holder_id": officer.organisation(),
            "accountable_id": officer.id(),
            "wishes": journey.wishes,
            "opened_at": written(opened_at),
            "version": 1,
        }),
    );
    rows.event(officer, opened_at, "case.opened", about, json!({ "urgency": journey.urgency }));
    if journey.screened {
        let at = opened_at + Duration::minutes(1);
        rows.add(
            "screenings",
            json!({
                "id": Uuid::now_v7(),
                "case_id": case,
                "urgency": journey.urgency,
                "flags": journey.flags,
                "screened_by": officer.id(),
                "screened_at": written(at),
            }),
        );
        rows.event(officer, at, "case.screened", about, json!({ "urgency": journey.urgency }));
    }
    if journey.private_talk {
        let asked = json!({ "id": Uuid::now_v7(), "case_id": case, "asked_at": written(opened_at) });
        rows.add("private_talks", asked);
    }
    let Some(offer) = &journey.offer else { return Ok(None) };
    let (id, at) = (Uuid::now_v7(), offer.at(opened_at, cast.now));
    let hours = cast.reply_hours.get(journey.urgency).copied().unwrap_or_default();
    let to = cast.office(offer.to)?;
    rows.add(
        "hand_overs",
        json!({
            "id": id,
            "case_id": case,
            "kind": "transfer",
            "state": "offered",
            "from_id": officer.organisation(),
            "to_id": to,
            "note": offer.note,
            "urgency": journey.urgency,
            "offered_by": officer.id(),
            "offered_at": written(at),
            "reply_by": written(at + Duration::hours(hours)),
            "silence": 0,
        }),
    );
    let sides = json!({ "from": officer.organisation(), "to": to });
    rows.event(officer, at, "case.hand-over-offered", about, sides);
    Ok(Some(id))
}

/// What the officer who opened them does next: binds slips, takes offers back, lets silence move up, and carries on
/// with what no other office accepts.
pub async fn settle(db: &mut AsyncPgConnection, cast: &Cast, officer: &Actor, opened: &[Opened<'_>]) -> Result<()> {
    desks::bind(db, cast, opened).await?;
    let mut revoked = Vec::new();
    let mut silent = Vec::new();
    for Opened { hand_over, journey, .. } in opened {
        let (Some(id), Some(offer)) = (hand_over, &journey.offer) else { continue };
        match offer.answer {
            Answer::Revoked(at) => {
                revoked.push(json!({ "id": id, "ahead": cast.ahead_at(at), "answer": "revoke" }));
            }
            Answer::Silent(steps) => {
                let at = offer.at(journey.opened_at, cast.now);
                let hours = cast.reply_hours.get(journey.urgency).copied().unwrap_or_default();
                silent.extend((1..=steps).map(|step| {
                    let ahead = cast.ahead_at(at + Duration::hours(hours * i64::from(step)));
                    json!({ "id": id, "ahead": ahead, "step": step })
                }));
            }
            Answer::Accepted(_) | Answer::Declined(..) => {}
        }
    }
    answer(db, cast, revoked).await?;
    then(db, cast, "move_up_hand_over(r.id, r.step) IS NULL", "id uuid, ahead text, step integer", silent).await?;
    let kept: Vec<(Uuid, &Work)> = opened
        .iter()
        .filter(|opened| !opened.journey.offer.as_ref().is_some_and(|offer| offer.accepted()))
        .map(|opened| (opened.case, &opened.journey.work))
        .collect();
    carry_on(db, cast, officer, &kept).await
}

/// Calls a function once for each row, each at its own moment, and puts the clock back where it was.
pub async fn then(db: &mut AsyncPgConnection, cast: &Cast, call: &str, columns: &str, rows: Vec<Value>) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    // The order within CASE is certain: first the clock, then the act.
    diesel::sql_query(format!(
        "SELECT CASE WHEN set_config('app.ahead', r.ahead, true) IS NOT NULL THEN {call} END \
         FROM jsonb_to_recordset($1) AS r ({columns})"
    ))
    .bind::<Jsonb, _>(Value::Array(rows))
    .execute(db)
    .await?;
    diesel::sql_query("SELECT set_config('app.ahead', $1, true)")
        .bind::<Text, _>(cast.ahead.to_string())
        .execute(db)
        .await?;
    Ok(())
}

async fn answer(db: &mut AsyncPgConnection, cast: &Cast, rows: Vec<Value>) -> Result<()> {
    let columns = "id uuid, ahead text, answer text, why text";
    then(db, cast, "answer_hand_over(r.id, r.answer, r.why) <> 'nothing'", columns, rows).await
}

/// An offer that another office has yet to answer.
pub struct Pending<'a> {
    /// The account that answers.
    pub to: &'static str,
    pub journey: &'a Journey,
    hand_over: Uuid,
    case: Uuid,
}

#[derive(QueryableByName)]
struct Offered {
    #[diesel(sql_type = Text)]
    code: String,
    #[diesel(sql_type = SqlUuid)]
    case_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    hand_over: Uuid,
}

/// The offers of this batch that somebody is to answer, be they of this run or of one that was interrupted. As the
/// officer who offered.
pub async fn pending<'a>(db: &mut AsyncPgConnection, batch: &'a [Made]) -> Result<Vec<Pending<'a>>> {
    let mut asked: HashMap<&str, (&'static str, &'a Journey)> = HashMap::new();
    for journey in batch.iter().flat_map(|made| &made.returns).filter_map(|back| back.journey.as_ref()) {
        if let Some(offer) = &journey.offer
            && matches!(offer.answer, Answer::Accepted(_) | Answer::Declined(..))
        {
            asked.insert(journey.code.as_str(), (offer.to, journey));
        }
    }
    let codes: Vec<&str> = asked.keys().copied().collect();
    let offered: Vec<Offered> = diesel::sql_query(
        "SELECT c.code, c.id AS case_id, h.id AS hand_over FROM cases c JOIN hand_overs h ON h.case_id = c.id \
         WHERE c.code = ANY ($1) AND h.state = 'offered'",
    )
    .bind::<Array<Text>, _>(codes)
    .load(db)
    .await?;
    Ok(offered
        .into_iter()
        .filter_map(|Offered { code, case_id, hand_over }| {
            let (to, journey) = asked.get(code.as_str())?;
            Some(Pending { to, journey, hand_over, case: case_id })
        })
        .collect())
}

/// Answers offers as whoever was asked, and carries on with what was accepted.
pub async fn receive(db: &mut AsyncPgConnection, cast: &Cast, officer: &Actor, batch: &[Pending<'_>]) -> Result<()> {
    let mut answers = Vec::new();
    let mut accepted = Vec::new();
    let mut called = Rows::default();
    for Pending { journey, hand_over, case, .. } in batch {
        let (at, given, why) = match journey.offer.as_ref().map(|offer| offer.answer) {
            Some(Answer::Accepted(at)) => (at, "accept", None),
            Some(Answer::Declined(at, why)) => (at, "decline", Some(why)),
            _ => continue,
        };
        answers.push(json!({ "id": hand_over, "ahead": cast.ahead_at(at), "answer": given, "why": why }));
        if given == "accept" {
            accepted.push((*case, &journey.work));
            assessments::reached(&mut called, officer, *case, at, &journey.work);
        }
    }
    answer(db, cast, answers).await?;
    called.insert(db, &["contact_attempts", "events"]).await?;
    carry_on(db, cast, officer, &accepted).await
}

/// Does the work on cases that the officer holds.
async fn carry_on(db: &mut AsyncPgConnection, cast: &Cast, officer: &Actor, held: &[(Uuid, &Work)]) -> Result<()> {
    let mut rows = Rows::default();
    let mut changed = Vec::new();
    let mut taken_over = Vec::new();
    let mut talks = Vec::new();
    let mut moves = plans::Moves::default();
    for (case, work) in held {
        let next = work.next.as_ref();
        changed.push(json!({
            "id": case,
            "phase": work.phase.code(),
            "next_step": next.map(|n| n.step),
            "next_on": next.map(|n| n.on.date(cast.today).to_string()),
            "next_by": next.map(|n| n.by),
        }));
        if let Some(at) = work.taken_over_at {
            taken_over.push(json!({ "id": case, "at": written(at) }));
        }
        if let Some(at) = work.talk_held_at {
            talks.push(json!({ "id": case, "at": written(at) }));
        }
        let interventions = match &work.plan {
            Some(plan) => plans::rows(&mut rows, &mut moves, cast, officer, *case, plan),
            None => Vec::new(),
        };
        done(&mut rows, cast, officer, *case, work, &interventions)?;
    }
    let held_by = officer_id(officer)?;
    let statements = [
        (
            "UPDATE cases c SET phase = r.phase, next_step = r.next_step, next_on = r.next_on, next_by = r.next_by, version = c.version + 1 \
             FROM jsonb_to_recordset($1) AS r (id uuid, phase text, next_step text, next_on date, next_by text) \
             WHERE c.id = r.id AND (c.phase, c.next_step) IS DISTINCT FROM (r.phase, r.next_step) AND $2 IS NOT NULL",
            changed,
        ),
        (
            "UPDATE screenings s SET taken_over_by = $2, taken_over_at = r.at FROM jsonb_to_recordset($1) AS r (id uuid, at timestamptz) \
             WHERE s.case_id = r.id AND s.urgency = 'immediate' AND s.taken_over_at IS NULL",
            taken_over,
        ),
        (
            "UPDATE private_talks t SET held_by = $2, held_at = r.at FROM jsonb_to_recordset($1) AS r (id uuid, at timestamptz) \
             WHERE t.case_id = r.id AND t.held_at IS NULL",
            talks,
        ),
    ];
    for (statement, rows) in statements {
        if !rows.is_empty() {
            diesel::sql_query(statement)
                .bind::<Jsonb, _>(Value::Array(rows))
                .bind::<SqlUuid, _>(held_by)
                .execute(db)
                .await?;
        }
    }
    let tables =
        ["plans", "plan_goals", "plan_interventions", "services", "case_notes", "closures", "shares", "events"];
    rows.insert(db, &tables).await?;
    assessments::ask(db, cast, officer, held_by, held).await?;
    moves.make(db, cast).await
}

fn officer_id(officer: &Actor) -> Result<Uuid> {
    match officer {
        Actor::User { id, .. } => Ok(*id),
        _ => Err(Error::Internal("a case that no officer holds".into())),
    }
}

/// What was done with one case, and the timeline that tells it. `interventions`: those of its plan that became services,
/// in the order of the services.
fn done(rows: &mut Rows, cast: &Cast, officer: &Actor, case: Uuid, work: &Work, interventions: &[Uuid]) -> Result<()> {
    let about = ("case", case);
    let event =
        |rows: &mut Rows, at: OffsetDateTime, kind: &str, what: Value| rows.event(officer, at, kind, about, what);
    if let Some(at) = work.taken_over_at {
        event(rows, at, "case.taken-over", json!({}));
    }
    for (at, from, to) in &work.moves {
        event(rows, *at, "case.phase", json!({ "from": from.code(), "to": to.code() }));
    }
    for (at, text) in &work.notes {
        let note = json!({
            "id": Uuid::now_v7(),
            "case_id": case,
            "text": text,
            "written_by": officer.id(),
            "written_at": written(*at),
        });
        rows.add("case_notes", note);
    }
    for (nth, service) in work.services.iter().enumerate() {
        let listed = plans::listed(cast, service.provider);
        let due = service.due.date(cast.today).to_string();
        event(rows, service.added_at, "case.service-added", json!({ "kind": service.kind, "due": due }));
        let outcome = service.outcome.map(|(_, outcome)| outcome);
        if let Some((at, _)) = service.outcome {
            let what = json!({ "kind": service.kind, "state": service.state, "outcome": outcome });
            event(rows, at, "case.service-changed", what);
        }
        rows.add(
            "services",
            json!({
                "id": Uuid::now_v7(),
                "case_id": case,
                "kind": service.kind,
                "state": service.state,
                "provider_id": service.provider.ok().map(|account| cast.office(account)).transpose()?,
                "provider": service.provider.err().filter(|_| listed.is_none()),
                "listed_id": listed,
                "intervention_id": interventions.get(nth),
                "due_on": due,
                "outcome": outcome,
                "note_back": service.note_back,
                "added_at": written(service.added_at),
                "ended_at": service.outcome.and_then(|(at, _)| written(at)),
                "version": 1,
            }),
        );
    }
    if let Some(closure) = &work.closure {
        rows.add(
            "closures",
            json!({
                "id": Uuid::now_v7(),
                "case_id": case,
                "reason": closure.reason,
                "outcome": closure.outcome,
                "would_have_stayed": closure.would_have_stayed,
                "from_phase": closure.from_phase.code(),
                "closed_by": officer.id(),
                "closed_at": written(closure.at),
                "reopened_at": closure.reopened.and_then(|(at, _)| written(at)),
                "reopened_by": closure.reopened.map(|_| officer.id()),
                "reopened_because": closure.reopened.map(|(_, because)| because),
            }),
        );
        event(rows, closure.at, "case.closed", json!({ "reason": closure.reason }));
        if let Some((at, _)) = closure.reopened {
            event(rows, at, "case.reopened", json!({}));
        }
    }
    if let Some(share) = &work.share {
        let with = cast.office(share.with)?;
        rows.add(
            "shares",
            json!({
                "id": Uuid::now_v7(),
                "case_id": case,
                "organisation_id": with,
                "given_by": officer.organisation(),
                "stage": "reading",
                "reason": share.reason,
                "since": written(share.at),
                "until": written(share.at + Duration::days(90)),
            }),
        );
        event(rows, share.at, "case.shared", json!({ "to": with }));
    }
    Ok(())
}
