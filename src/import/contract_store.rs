//! Rows of the contract base on their way into it.

use diesel::define_sql_function;
use diesel::sql_types::{Jsonb, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::{Value, json};
use uuid::Uuid;

use super::contract_row::Contract;
use super::row::{Entry, hashed};
use super::row_store::Row;
use crate::base::seal::{Keys, Place, Use, to_hex};
use crate::base::{Error, Result, job};
use crate::person::{document, likeness};

/// The job that compares contracts just brought in with the people here; the module `contract` runs it.
pub const COMPARE: &str = "compare-contracts";

define_sql_function! {
    /// Keeps rows as contracts; see database/functions_contracts.sql.
    fn commit_contract_rows(import: SqlUuid, contracts: Jsonb) -> Integer;
}

/// Where the number of a contract's paper is sealed.
pub fn place(paper: Uuid) -> Place<'static> {
    Place { table: "contract_papers", column: "number_sealed", row: paper }
}

/// A row as the function takes it: numbers sealed, and the keys by which it is found.
pub fn prepared(row: &Row, entry: &Entry, keys: &Keys) -> Result<Value> {
    let contract = entry.contract.as_ref().ok_or_else(|| Error::Internal("a row without a contract".into()))?;
    let mut value = of(entry, contract, keys)?;
    value["row"] = json!(row.id);
    value["line"] = json!(row.number);
    Ok(value)
}

/// A contract by the names of its columns.
pub fn of(entry: &Entry, contract: &Contract, keys: &Keys) -> Result<Value> {
    let who = &entry.who;
    let (mut papers, mut found_by) = (Vec::new(), likeness::kept_keys(&who.name, who.birth));
    for paper in who.all_papers() {
        let id = Uuid::now_v7();
        let blind = document::index(keys, paper.kind, &paper.country, &paper.number)?;
        found_by.extend(document::match_keys(keys, paper.kind, &paper.country, &paper.number)?);
        papers.push(json!({
            "id": id,
            "kind": paper.kind,
            "country": paper.country,
            "sealed": to_hex(&keys.seal(Use::IdentitySeal, &place(id), &paper.number)?),
            "index": blind.index,
            "key": blind.key,
        }));
    }
    found_by.extend(who.phone.iter().map(|phone| format!("phone:{phone}")));
    Ok(json!({
        "id": Uuid::now_v7(),
        "once": hashed(keys, "contract", &[contract.of(who)])?,
        "fingerprint": entry.fingerprint(keys)?,
        "name": who.name,
        "sex": who.sex,
        "birth_date": who.birth.map(|(date, _)| date.to_string()),
        "birth_precision": who.birth.map(|(_, precision)| precision.code()),
        "phone": who.phone,
        "province_code": contract.province,
        "address": contract.address,
        "country": contract.country,
        "channel": contract.channel,
        "left_on": contract.left_on.map(|date| date.to_string()),
        "contract_start": contract.start.to_string(),
        "contract_end": contract.end.map(|date| date.to_string()),
        "activity": contract.activity,
        "occupation": contract.occupation,
        "sender": contract.sender,
        "employer": contract.employer,
        "education_level": contract.education,
        "recruitment_cost": contract.cost,
        "wage": contract.wage,
        "wage_currency": contract.currency,
        "papers": papers,
        "keys": found_by,
    }))
}

/// Keeps a batch, and wants it compared.
pub async fn commit(db: &mut AsyncPgConnection, import: Uuid, contracts: Vec<Value>) -> Result<()> {
    diesel::select(commit_contract_rows(import, Value::Array(contracts))).execute(db).await?;
    plan(db).await
}

/// Wants contracts compared that were not yet.
pub async fn plan(db: &mut AsyncPgConnection) -> Result<()> {
    job::enqueue(db, COMPARE, &format!("{COMPARE}:{}", Uuid::now_v7()), json!({}), None).await
}
