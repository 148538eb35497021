//! The rows of made-up returns.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{Cast, Rows, written};
use crate::base::Result;
use crate::base::actor::Actor;
use crate::demo::returns::Homecoming;
use crate::episode::migration::Migration;
use crate::person::{Absence, Level};

/// Adds a return with all that hangs on it, and gives its id.
pub fn rows(rows: &mut Rows, cast: &Cast, officer: &Actor, person: Uuid, back: &Homecoming) -> Result<Uuid> {
    let id = Uuid::now_v7();
    let at = written(back.registered_at);
    let read = &back.read;
    let returned = read.standing == "returned";
    let expected = back.expected.as_ref();
    rows.add(
        "episodes",
        json!({
            "id": id,
            "person_id": person,
            "standing": read.standing,
            "door": back.door,
            "expected_on": expected.map(|e| e.day.date(cast.today).to_string()),
            "flight": expected.and_then(|e| e.flight.as_deref()),
            "expected_at": expected.map(|e| cast.office(e.desk)).transpose()?,
            "previous_country": read.previous_country,
            "left_on": read.left.map(|(date, _)| date.to_string()),
            "left_precision": read.left.map(|(_, precision)| precision.code()),
            "entered_on": read.entered.map(|(date, _)| date.to_string()),
            "entered_precision": read.entered.map(|(_, precision)| precision.code()),
            "arrival": back.arrival,
            "confirmed_by": returned.then(|| officer.id()),
            "confirmed_at": if returned { at.clone() } else { None },
            "wants_help": read.wants_help,
            "voluntary": read.voluntary,
            "assisted": read.assisted,
            "duration": read.duration,
            "reason": read.reason,
            "registered_by": officer.organisation(),
            "registered_at": at,
            "version": 1,
        }),
    );
    for fact in &read.said {
        let on_paper = fact.said.is_ok_and(|level| level > Level::Stated);
        rows.add(
            "episode_facts",
            json!({
                "id": Uuid::now_v7(),
                "episode_id": id,
                "fact": fact.fact,
                "absence": fact.said.err().map(Absence::code),
                "level": fact.said.ok().map(Level::code),
                "said_by": if on_paper { "document" } else { read.said_by },
                "recorded_at": at,
            }),
        );
    }
    if let Some(migration) = &back.migration {
        rows.add("labour_migrations", behind(id, migration));
    }
    if let Some((on, shown_as)) = back.notice {
        let notice = json!({
            "id": Uuid::now_v7(),
            "episode_id": id,
            "notified_on": on.to_string(),
            "shown_as": shown_as,
            "recorded_at": at,
        });
        rows.add("residence_notices", notice);
    }
    let about = json!({ "standing": read.standing, "door": back.door });
    rows.event(officer, back.registered_at, "episode.opened", ("person", person), about);
    Ok(id)
}

fn behind(episode: Uuid, migration: &Migration) -> Value {
    json!({
        "id": Uuid::now_v7(),
        "episode_id": episode,
        "channel": migration.channel,
        "found_by": migration.found_by,
        "occupation": migration.occupation,
        "activity": migration.activity,
        "employer": migration.employer,
        "sender": migration.sender,
        "contract_start": migration.contract_start.map(|d| d.to_string()),
        "contract_end": migration.contract_end.map(|d| d.to_string()),
        "recruitment_cost": migration.recruitment_cost,
        "deposit": migration.deposit,
        "debt": migration.debt,
        "savings": migration.savings,
        "remittances": migration.remittances,
        "wage_currency": migration.wage_currency,
        "first_wage": migration.first_wage,
        "last_wage": migration.last_wage,
        "hours_per_week": migration.hours_per_week,
        "objective": migration.objective,
        "objective_met": migration.objective_met,
        "version": 1,
    })
}
