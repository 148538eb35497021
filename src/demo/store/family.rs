//! The rows of made-up families: who was left behind, whether the household is poor, who is linked to whom, who left again.

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};
use time::{Date, Duration};
use uuid::Uuid;

use super::{Rows, written};
use crate::base::actor::Actor;
use crate::base::clock::date_in_viet_nam;
use crate::demo::names::{kinh, one_of, percent};
use crate::demo::people::Made;
use crate::demo::returns::Homecoming;

/// The same for the same person in every run.
fn rng(made: &Made) -> StdRng {
    let seed = made.code.as_str().bytes().fold(7u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte)));
    StdRng::seed_from_u64(seed)
}

fn id_of(officer: &Actor) -> Value {
    json!(officer.id())
}

/// Some people, registered by a centre, spoke of their family.
pub fn household(rows: &mut Rows, officer: &Actor, person: Uuid, made: &Made) {
    let rng = &mut rng(made);
    if !made.officer.starts_with("counsellor") || !percent(rng, 12) {
        return;
    }
    let (on, at) = (date_in_viet_nam(made.registered_at), written(made.registered_at));
    let mut member = |relation: &str, named: &str, facts: Value| {
        let mut row = json!({
            "id": Uuid::now_v7(), "person_id": person, "relation": relation, "name": named, "birth_year": null, "sex": null,
            "living": null, "schooling": null, "cared_by": null, "need": null, "apart": null,
            "recorded_by": id_of(officer), "recorded_at": at,
        });
        if let (Some(row), Some(facts)) = (row.as_object_mut(), facts.as_object()) {
            row.extend(facts.clone());
        }
        rows.add("household_members", row);
    };
    let woman = percent(rng, 50);
    let child = kinh(rng, woman, false).name;
    let age = rng.random_range(3..16);
    member(
        "child",
        &child,
        json!({
            "birth_year": on.year() - age, "sex": if woman { "female" } else { "male" }, "living": "with-person",
            "schooling": if age < 6 { "not-yet" } else { "attends" }, "cared_by": "grandparents", "apart": "both",
        }),
    );
    if percent(rng, 60) {
        let elder = kinh(rng, true, false).name;
        let facts = json!({
            "birth_year": on.year() - rng.random_range(66..85), "sex": "female", "living": "with-person", "need": "age",
            "cared_by": "person", "apart": "left-behind",
        });
        member("parent", &elder, facts);
    }
    poverty(rows, rng, officer, person, made, on);
}

fn poverty(rows: &mut Rows, rng: &mut StdRng, officer: &Actor, person: Uuid, made: &Made, on: Date) {
    let at = written(made.registered_at);
    let id = Uuid::now_v7();
    let status = one_of(rng, &["near-poor", "poor", "cannot-tell", "not-poor", "cannot-tell"]);
    let known = status != "cannot-tell";
    rows.add(
        "poverty_statuses",
        json!({
            "id": id, "person_id": person, "status": status, "because": (!known).then_some("absent"),
            "source": known.then_some("certificate"),
            "decided_on": known.then(|| (on - Duration::days(90)).to_string()),
            "review_on": known.then(|| (on + Duration::days(275)).to_string()),
            "recorded_by": id_of(officer), "recorded_at": at,
        }),
    );
    if !known {
        let review = json!({
            "id": Uuid::now_v7(), "person_id": person, "status_id": id, "asked_by": id_of(officer), "asked_at": at,
        });
        rows.add("poverty_reviews", review);
    }
}

/// Who came home and left again for the next trip; and who may come back to the work.
pub fn leaving(
    rows: &mut Rows,
    officer: &Actor,
    episode: Uuid,
    made: &Made,
    back: &Homecoming,
    next: Option<&Homecoming>,
) {
    let rng = &mut rng(made);
    if back.read.standing != "returned" {
        return;
    }
    if let Some(next) = next
        && let Some((left, precision)) = next.read.left
        && back.read.entered.is_some_and(|(entered, _)| entered <= left)
    {
        rows.add(
            "re_departures",
            json!({
                "id": Uuid::now_v7(), "episode_id": episode, "state": "done", "left_on": left.to_string(),
                "left_precision": precision.code(), "country": next.read.previous_country,
                "channel": next.migration.as_ref().and_then(|m| m.channel.as_deref()),
                "ground": if percent(rng, 70) { "choice" } else { "need" },
                "recorded_by": id_of(officer), "recorded_at": written(next.registered_at),
            }),
        );
    }
    if back.read.previous_country.as_deref() == Some("KR") && percent(rng, 15) {
        let until = date_in_viet_nam(back.registered_at) + Duration::days(365);
        rows.add(
            "return_rights",
            json!({
                "id": Uuid::now_v7(), "episode_id": episode, "scheme": one_of(rng, &["eps-asked-again", "eps-test"]),
                "until_on": until.to_string(), "condition": one_of(rng, &["met", "not-known"]),
                "source": "Giấy đề nghị của chủ sử dụng lao động",
                "recorded_by": id_of(officer), "recorded_at": written(back.registered_at),
            }),
        );
    }
}

/// Who of a batch is somebody's family, and who is a worker of the same office.
#[derive(Default)]
pub struct Kin {
    family: Vec<(Uuid, Date, Option<String>)>,
    workers: Vec<Uuid>,
}

impl Kin {
    pub fn note(&mut self, person: Uuid, made: &Made) {
        let at = written(made.registered_at);
        match made.returns.first().map(|back| back.read.standing.as_str()) {
            Some("family") => self.family.push((person, date_in_viet_nam(made.registered_at), at)),
            Some("returned" | "stayed-abroad") if made.officer.starts_with("counsellor") => self.workers.push(person),
            _ => {}
        }
    }

    /// Every other one agreed to a link, and so did the worker.
    pub fn link(self, rows: &mut Rows, officer: &Actor) {
        for ((family, on, at), worker) in self.family.into_iter().step_by(2).zip(self.workers) {
            let link = Uuid::now_v7();
            rows.add(
                "family_links",
                json!({
                    "id": link, "family_id": family, "worker_id": worker, "relation": "spouse",
                    "recorded_by": id_of(officer), "recorded_at": at,
                }),
            );
            for (person, how) in [(family, "spoken"), (worker, "phone")] {
                let consent = json!({
                    "id": Uuid::now_v7(), "link_id": link, "person_id": person, "given_on": on.to_string(), "how": how,
                });
                rows.add("family_consents", consent);
            }
        }
    }
}
