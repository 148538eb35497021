//! What made-up people said: on the telephone, and to questionnaires.

use diesel::sql_types::{Jsonb, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::{Cast, Rows, written};
use crate::base::actor::Actor;
use crate::base::{Error, Result};
use crate::case::Phase;
use crate::demo::work::Work;
use crate::instrument::{Instrument, store as instruments};

/// What a counsellor wrote at the end.
const CONCLUSIONS: [&str; 4] = [
    "Gia đình ủng hộ, có nghề trong tay. Cần giới thiệu việc và hướng dẫn thủ tục hưởng quyền lợi.",
    "Còn nợ và chưa có việc. Ưu tiên việc làm gần nhà và tư vấn quản lý tiền.",
    "Có vốn nhỏ, muốn mở cơ sở riêng. Cần tư vấn làm ăn trước khi vay.",
    "Sức khỏe chưa ổn. Đi khám và làm thẻ bảo hiểm y tế trước, việc làm tính sau.",
];

/// Whoever moved a case on has spoken with them, mostly in the first days.
pub fn reached(rows: &mut Rows, officer: &Actor, case: Uuid, accepted: OffsetDateTime, work: &Work) {
    let Some((moved, ..)) = work.moves.as_slice().first() else { return };
    let days = if accepted.minute().is_multiple_of(8) { 20 } else { i64::from(accepted.minute() % 4) };
    let at = (accepted + Duration::days(days) + Duration::hours(1)).min(*moved);
    let attempt = json!({
        "id": Uuid::now_v7(),
        "case_id": case,
        "outcome": "reached",
        "made_by": officer.id(),
        "made_at": written(at),
    });
    rows.add("contact_attempts", attempt);
    rows.event(officer, at, "case.contact-tried", ("case", case), json!({ "outcome": "reached" }));
}

/// Asks as far as each case got: everything where a plan was begun, a few needs where it is being assessed.
pub async fn ask(
    db: &mut AsyncPgConnection,
    cast: &Cast,
    officer: &Actor,
    by: Uuid,
    held: &[(Uuid, &Work)],
) -> Result<()> {
    let all = instruments::current(db, cast.today).await?;
    let kind = |code: &str| all.iter().find(|i| i.code == code).ok_or_else(|| Error::Internal(format!("no {code}")));
    let (factors, needs) = (kind("vulnerability")?, kind("needs")?);
    let mut rows = Rows::default();
    let mut concluded = Vec::new();
    for (case, work) in held {
        let planned = work.moves.iter().find(|(_, _, to)| *to == Phase::Planning).map(|(at, ..)| *at);
        let begun = work.moves.iter().find(|(_, _, to)| *to == Phase::Assessment).map(|(at, ..)| *at);
        let Some(at) = planned.or(begun) else { continue };
        let mut rng = StdRng::seed_from_u64(at.unix_timestamp().unsigned_abs());
        for (hours, of) in [(2, factors), (1, needs)] {
            if planned.is_none() && of.code != "needs" {
                continue;
            }
            let at = at - Duration::hours(hours);
            let id = answers(&mut rows, &mut rng, of, (*case, by, at), planned.is_some());
            if planned.is_some() {
                let words = of.priority.then(|| CONCLUSIONS[rng.random_range(0..CONCLUSIONS.len())]);
                concluded.push(json!({ "id": id, "at": written(at), "words": words, "priority": of.priority }));
                rows.event(officer, at, "case.assessed", ("case", *case), json!({ "of": of.code }));
            }
        }
    }
    rows.insert(db, &["assessments", "assessment_answers", "events"]).await?;
    diesel::sql_query(
        "UPDATE assessments a SET concluded_by = $2, concluded_at = r.at, conclusion = r.words, version = 2, \
         priority = CASE WHEN r.priority THEN (SELECT c.urgency FROM cases c WHERE c.id = a.case_id) END \
         FROM jsonb_to_recordset($1) AS r (id uuid, at timestamptz, words text, priority boolean) WHERE a.id = r.id",
    )
    .bind::<Jsonb, _>(Value::Array(concluded))
    .bind::<SqlUuid, _>(by)
    .execute(db)
    .await?;
    Ok(())
}

/// Adds an assessment with some answers; `whole` leaves few open.
fn answers(
    rows: &mut Rows,
    rng: &mut StdRng,
    of: &Instrument,
    (case, by, at): (Uuid, Uuid, OffsetDateTime),
    whole: bool,
) -> Uuid {
    let id = Uuid::now_v7();
    rows.add(
        "assessments",
        json!({
            "id": id,
            "case_id": case,
            "instrument": of.code,
            "instrument_version": of.version,
            "begun_by": by,
            "begun_at": written(at - Duration::days(1)),
            "version": 1,
        }),
    );
    for item in of.items() {
        let choices = of.choices(item);
        if choices.is_empty() || !rng.random_bool(if whole { 0.9 } else { 0.3 }) {
            continue;
        }
        // Most things are not so, whichever way they weigh.
        let at_first = if rng.random_bool(0.35) { 0 } else { choices.iter().position(|c| !c.stands).unwrap_or(0) };
        rows.add(
            "assessment_answers",
            json!({
                "id": Uuid::now_v7(),
                "assessment_id": id,
                "item": item.code,
                "answer": choices[at_first].code,
                "answered_by": by,
                "answered_at": written(at),
                "version": 1,
            }),
        );
    }
    id
}
