//! Whose contract is whose: contracts just brought in against the people here, and somebody just registered against the
//! contracts. The engine is the one that compares people.

use diesel::define_sql_function;
use diesel::sql_types::{Array, Bool, Double, Integer, Jsonb, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use crate::base::actor::Actor;
use crate::base::db::{Db, Rights, Tx};
use crate::base::job::Job;
use crate::base::{Error, Result};
use crate::import::contract_store;
use crate::person::likeness::{Features, InForce, model};
use crate::person::units::Known;

define_sql_function! { fn contracts_to_compare(most: Integer) -> Jsonb; }
define_sql_function! { fn contracts_of_person(person: SqlUuid) -> Nullable<Jsonb>; }
define_sql_function! { fn link_contract(contract: SqlUuid, person: SqlUuid, by_number: Bool, likely: Double, because: Jsonb) -> Nullable<Bool>; }
define_sql_function! { fn contracts_compared(contracts: Array<SqlUuid>) -> Nullable<Bool>; }

/// Contracts compared in one transaction; other jobs come in between.
const TURN: i32 = 200;

#[derive(Deserialize)]
struct Rounds {
    people: f64,
    /// From this probability on, in per cent, somebody is asked.
    suspected: f64,
    /// The model in force, if one was learnt.
    model: Option<InForce>,
    rounds: Vec<Round>,
}

#[derive(Deserialize)]
struct Round {
    subject: Features,
    others: Vec<Other>,
}

#[derive(Deserialize)]
struct Other {
    #[serde(flatten)]
    features: Features,
    /// They share the number of a paper.
    by_number: bool,
}

/// Somebody or a contract that one was found to be like.
struct Found {
    subject: Uuid,
    other: Uuid,
    by_number: bool,
    probability: f64,
    reasons: Value,
}

impl Rounds {
    async fn found(&self, tx: &mut Tx) -> Result<Vec<Found>> {
        let model = model(tx, self.people, self.model).await?;
        let mut found = Vec::new();
        for round in &self.rounds {
            let subject = model.prepare(&round.subject.record(), &Known);
            for other in &round.others {
                let score = model.score(&subject, &model.prepare(&other.features.record(), &Known));
                if other.by_number || score.probability * 100.0 >= self.suspected {
                    found.push(Found {
                        subject: round.subject.id,
                        other: other.features.id,
                        by_number: other.by_number,
                        probability: score.probability,
                        reasons: serde_json::to_value(&score.reasons).map_err(Error::internal)?,
                    });
                }
            }
        }
        Ok(found)
    }
}

async fn link(tx: &mut Tx, contract: Uuid, person: Uuid, found: &Found) -> Result<()> {
    diesel::select(link_contract(contract, person, found.by_number, found.probability, &found.reasons))
        .execute(&mut **tx)
        .await?;
    Ok(())
}

async fn begin(db: &Db, job: &Job) -> Result<Tx> {
    db.begin(&Actor::Service("worker"), job.id, Rights::Writer).await
}

/// Compares contracts that were not yet, a turn of them, and queues the next turn.
pub async fn contracts(db: Db, job: Job) -> Result<()> {
    let mut tx = begin(&db, &job).await?;
    let found: Value = diesel::select(contracts_to_compare(TURN)).get_result(&mut *tx).await?;
    let rounds: Rounds = serde_json::from_value(found).map_err(Error::internal)?;
    for found in rounds.found(&mut tx).await? {
        link(&mut tx, found.subject, found.other, &found).await?;
    }
    let done: Vec<Uuid> = rounds.rounds.iter().map(|round| round.subject.id).collect();
    diesel::select(contracts_compared(&done)).execute(&mut *tx).await?;
    if done.len() == usize::try_from(TURN).unwrap_or_default() {
        contract_store::plan(&mut tx).await?;
    }
    tx.commit().await
}

/// Compares somebody who was registered or changed with the contracts.
pub async fn person(db: Db, job: Job) -> Result<()> {
    let Some(person) = job.payload["person"].as_str().and_then(|id| Uuid::parse_str(id).ok()) else {
        return Err(Error::Internal("a job that compares without a person".into()));
    };
    let mut tx = begin(&db, &job).await?;
    let found: Option<Value> = diesel::select(contracts_of_person(person)).get_result(&mut *tx).await?;
    let Some(found) = found else { return Ok(()) };
    let rounds: Rounds = serde_json::from_value(found).map_err(Error::internal)?;
    for found in rounds.found(&mut tx).await? {
        link(&mut tx, found.other, person, &found).await?;
    }
    tx.commit().await
}
