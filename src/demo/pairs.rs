//! Who may be one person in the made-up world: some pairs that wait, one decided either way, one merged. Numbers that were
//! typed twice are suspected by themselves when people are registered.

use diesel::sql_types::{Double, Jsonb, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde_json::{Value, json};
use uuid::Uuid;

use super::store::Cast;
use super::world::OFFICES;
use crate::App;
use crate::access::Role;
use crate::base::Result;
use crate::base::db::{Rights, Tx};
use crate::person::merge_store::{self, PairOrMerge, Waiting};

/// Whoever decides of people of two offices.
const DECIDER: &str = "supervisor.dolab";

#[derive(diesel::QueryableByName)]
struct Alike {
    #[diesel(sql_type = SqlUuid)]
    a: Uuid,
    #[diesel(sql_type = SqlUuid)]
    b: Uuid,
    #[diesel(sql_type = Double)]
    probability: f64,
    #[diesel(sql_type = Jsonb)]
    reasons: Value,
}

/// People of one office with one given name, of one family name or born in one year; none of them said yet.
const ALIKE: &str = "SELECT a.id AS a, b.id AS b, \
    CASE WHEN a.family_key <> b.family_key THEN 0.31 WHEN a.birth_date = b.birth_date THEN 0.93 \
         WHEN date_part('year', a.birth_date) = date_part('year', b.birth_date) THEN 0.74 ELSE 0.41 END::float8 AS probability, \
    jsonb_build_array( \
        jsonb_build_object('field', 'name', 'level', 'folded', 'bits', CASE WHEN a.family_key = b.family_key THEN 6.1 ELSE 1.8 END), \
        jsonb_build_object('field', 'birth', 'level', 'year', 'bits', CASE WHEN date_part('year', a.birth_date) = date_part('year', b.birth_date) THEN 3.2 ELSE -1.4 END)) AS reasons \
    FROM persons a JOIN persons b ON b.given_key = a.given_key AND b.sex = a.sex AND b.code > a.code \
    WHERE abs(date_part('year', a.birth_date) - date_part('year', b.birth_date)) <= CASE WHEN b.family_key = a.family_key THEN 3 ELSE 0 END \
      AND NOT EXISTS (SELECT FROM duplicate_suspicions d WHERE d.person_a IN (a.id, b.id) AND d.person_b IN (a.id, b.id)) \
    ORDER BY a.code, b.code LIMIT 3";

/// Suspects them, and decides of a few.
pub async fn fill(app: &App, cast: &Cast) -> Result<()> {
    for member in OFFICES.iter().flat_map(|office| office.staff).filter(|m| m.role == Role::Supervisor) {
        let mut tx = app.db.begin(cast.actor(member.account)?, Uuid::now_v7(), Rights::Writer).await?;
        let alike: Vec<Alike> = diesel::sql_query(ALIKE).load(&mut *tx).await?;
        for pair in alike {
            merge_store::note_suspicion(&mut tx, (pair.a, pair.b), pair.probability, pair.reasons, None).await?;
        }
        tx.commit().await?;
    }
    let mut tx = app.db.begin(cast.actor(DECIDER)?, Uuid::now_v7(), Rights::Writer).await?;
    if merge_store::pairs(&mut tx, true, None, 1).await?.is_empty() {
        decide(&mut tx).await?;
    }
    tx.commit().await
}

async fn decide(tx: &mut Tx) -> Result<()> {
    let mut waiting = merge_store::pairs(tx, false, None, 1000).await?;
    let names = |pair: &Waiting| pair.people.iter().map(|person| person.name.clone()).collect::<Vec<_>>();
    waiting.sort_by_key(names);
    let number = |pair: &&Waiting| pair.reason == "same-number";
    let said =
        [("different", "Hai anh em họ cùng tên, khác quê."), ("cannot-tell", "Chưa gọi được cho ai trong hai người.")];
    for (pair, (decision, note)) in waiting.iter().filter(|pair| !number(pair)).zip(said) {
        merge_store::decide(tx, pair.id, decision, Some(note)).await?;
    }
    if let Some(same) = waiting.iter().find(number)
        && let PairOrMerge::Pair(pair) = merge_store::pair(tx, same.id).await?
    {
        merge_store::decide(tx, same.id, "same", Some("Cùng số giấy tờ, cùng quê, đã hỏi lại.")).await?;
        merge_store::merge(tx, same.id, json!({}), (pair.a.version, pair.b.version)).await?;
    }
    Ok(())
}
