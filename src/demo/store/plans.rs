//! The plans of made-up cases: written as drafts, then moved by the function behind the pages, each at its own moment.

use diesel_async::AsyncPgConnection;
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::cases::then;
use super::{Cast, Rows, written};
use crate::base::Result;
use crate::base::actor::Actor;
use crate::base::clock::date_in_viet_nam;
use crate::case::assistance::{Dimension, dimension, is_private};
use crate::demo::words;
use crate::demo::work::{Part, Plan, Standing};
use crate::demo::world::office_of;

/// What is to be done with the plans once they are written.
#[derive(Default)]
pub struct Moves {
    agreed: Vec<Value>,
    sent: Vec<Value>,
    begun: Vec<Value>,
}

impl Moves {
    pub async fn make(self, db: &mut AsyncPgConnection, cast: &Cast) -> Result<()> {
        let agreed = "move_plan(r.id, 'agree', 1, 'in-person', r.on_day) <> 'done'";
        then(db, cast, agreed, "id uuid, ahead text, on_day date", self.agreed).await?;
        then(db, cast, "move_plan(r.id, 'send', 2, NULL, NULL) <> 'done'", "id uuid, ahead text", self.sent).await?;
        then(db, cast, "move_plan(r.id, 'begin', 2, NULL, NULL) <> 'done'", "id uuid, ahead text", self.begun).await
    }
}

/// The entry of the directory that is meant: an office by its account, somebody else by name.
pub fn listed(cast: &Cast, provider: std::result::Result<&'static str, &'static str>) -> Option<Uuid> {
    let name = match provider {
        Ok(account) => office_of(account)?.name,
        Err(name) => name,
    };
    cast.listed.get(name).copied()
}

/// Adds a plan with its goals and parts; gives the ids of the parts, in their order.
pub fn rows(rows: &mut Rows, moves: &mut Moves, cast: &Cast, officer: &Actor, case: Uuid, plan: &Plan) -> Vec<Uuid> {
    let id = Uuid::now_v7();
    rows.add(
        "plans",
        json!({
            "id": id,
            "case_id": case,
            "number": 1,
            "state": "draft",
            "begun_at": written(plan.begun_at),
            "writers": [officer.id()],
            "sampled": false,
            "version": 1,
        }),
    );
    rows.event(officer, plan.begun_at, "case.plan-drafted", ("case", case), json!({ "number": 1 }));
    let goals: Vec<(Dimension, Uuid)> = Dimension::ALL.map(|dimension| (dimension, Uuid::now_v7())).into();
    let of = |part: &Part| dimension(part.kind).unwrap_or(Dimension::Economic);
    for (nth, (dimension, goal)) in goals.iter().enumerate() {
        if plan.parts.iter().any(|part| of(part) == *dimension) {
            let text = words::goal(dimension.code(), nth + plan.parts.len());
            let row =
                json!({ "id": goal, "plan_id": id, "case_id": case, "dimension": dimension.code(), "text": text });
            rows.add("plan_goals", row);
        }
    }
    let mut parts = Vec::new();
    for part in &plan.parts {
        let (row, listed) = (Uuid::now_v7(), listed(cast, part.provider));
        let goal = goals.iter().find(|(dimension, _)| *dimension == of(part)).map(|(_, goal)| *goal);
        let provider = part.provider.err().filter(|_| listed.is_none());
        rows.add(
            "plan_interventions",
            json!({
                "id": row,
                "goal_id": goal,
                "plan_id": id,
                "case_id": case,
                "origin_id": row,
                "kind": part.kind,
                "what": (!is_private(part.kind)).then(|| words::what(part.kind)),
                "responsible": if listed.is_some() || provider.is_some() { "provider" } else { "us" },
                "listed_id": listed,
                "provider": provider,
                "due_on": part.due.date(cast.today).to_string(),
                "cost": part.cost,
            }),
        );
        parts.push(row);
    }
    // They said yes on the way there.
    let mut agreed = |at: OffsetDateTime| {
        let yes = plan.begun_at + (at - plan.begun_at) * 0.5;
        let on = date_in_viet_nam(yes).to_string();
        moves.agreed.push(json!({ "id": id, "ahead": cast.ahead_at(yes).to_string(), "on_day": on }));
    };
    let moved = |at| json!({ "id": id, "ahead": cast.ahead_at(at).to_string() });
    match plan.standing {
        Standing::Draft => {}
        Standing::Sent => {
            let at = plan.begun_at + Duration::minutes(30);
            agreed(at);
            moves.sent.push(moved(at));
        }
        Standing::InForce(at) => {
            agreed(at);
            moves.begun.push(moved(at - Duration::seconds(1)));
        }
    }
    parts
}
