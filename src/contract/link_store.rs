//! Links between contracts and people as the database gives them. Each of its functions asks for itself who calls.

use diesel::define_sql_function;
use diesel::sql_types::{Bool, Integer, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde::Deserialize;
use serde_json::Value;
use time::format_description::well_known::Iso8601;
use time::serde::rfc3339;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use crate::access::{Ground, Share, User};
use crate::base::date::{Precision, written};
use crate::base::{Error, Result};
use crate::person::pair::Reason;

define_sql_function! { fn contract_links_to_decide(decided: Bool, after: Nullable<SqlUuid>, most: Integer) -> Jsonb; }
define_sql_function! { fn contract_link_to_decide(link: SqlUuid) -> Nullable<Jsonb>; }
define_sql_function! { fn decide_contract_link(link: SqlUuid, what: Nullable<Text>, why: Nullable<Text>, at_version: Integer) -> Text; }

/// A line of the queue.
#[derive(Deserialize)]
pub struct Waiting {
    pub id: Uuid,
    pub reason: String,
    pub probability: f64,
    pub reasons: Vec<Reason>,
    #[serde(with = "rfc3339")]
    pub found_at: OffsetDateTime,
    pub decision: Option<String>,
    pub person: Uuid,
    pub name: String,
    pub year: Option<i32>,
    pub contract: Uuid,
    pub contract_name: String,
    pub contract_year: Option<i32>,
    pub country: String,
}

/// A contract and somebody side by side.
#[derive(Deserialize)]
pub struct Link {
    pub id: Uuid,
    pub reason: String,
    pub probability: f64,
    pub reasons: Vec<Reason>,
    pub version: i32,
    pub decision: Option<String>,
    #[serde(with = "rfc3339::option")]
    pub decided_at: Option<OffsetDateTime>,
    pub note: Option<String>,
    /// The number decided, and nobody did.
    pub by_number: bool,
    /// Whoever decided, if a colleague.
    pub decided_by: Option<String>,
    /// The contract is somebody else's.
    pub taken: bool,
    pub contract: Side,
    pub person: Side,
}

/// One of the two, as far as whoever decides may see it.
#[derive(Deserialize)]
pub struct Side {
    pub id: Uuid,
    pub name: String,
    pub sex: Option<String>,
    birth_date: Option<String>,
    birth_precision: Option<String>,
    pub province: Option<String>,
    pub papers: Vec<Paper>,
    pub phones: Vec<String>,
    /// Of a contract.
    #[serde(default)]
    pub country: Option<String>,
    #[serde(default)]
    contract_start: Option<String>,
    #[serde(default)]
    contract_end: Option<String>,
    #[serde(default)]
    pub occupation: Option<String>,
    #[serde(default)]
    pub sender: Option<String>,
    /// Of a person: the code where the user may open them.
    #[serde(default)]
    pub code: Option<String>,
    #[serde(default)]
    protected: bool,
    #[serde(default)]
    named: bool,
    #[serde(default)]
    changes: bool,
}

#[derive(Deserialize)]
pub struct Paper {
    pub id: Uuid,
    pub kind: String,
    pub sealed: String,
}

/// A day as JSON carries it.
pub fn day(text: &Option<String>) -> Option<Date> {
    Date::parse(text.as_deref()?, &Iso8601::DATE).ok()
}

impl Side {
    pub fn born(&self) -> String {
        let precision = self.birth_precision.as_deref().and_then(Precision::from_code);
        day(&self.birth_date).zip(precision).map(|(date, precision)| written(date, precision)).unwrap_or_default()
    }

    pub fn term(&self) -> String {
        let day = |text: &Option<String>| day(text).map(|d| written(d, Precision::Day)).unwrap_or_default();
        format!("{} – {}", day(&self.contract_start), day(&self.contract_end))
    }

    /// Why the user may open this person, as the authorisation function wants it.
    pub fn ground(&self, user: &User) -> Ground {
        let own = Share { organisation: user.organisation, user: None, until: None, reads_only: false };
        Ground {
            protected: self.protected,
            named: if self.named { vec![user.id] } else { Vec::new() },
            shares: if self.changes { vec![own] } else { Vec::new() },
            // Whoever is excluded is shown no such record.
            excluded: Vec::new(),
            under: None,
        }
    }
}

pub async fn waiting(
    db: &mut AsyncPgConnection,
    decided: bool,
    after: Option<Uuid>,
    most: i32,
) -> Result<Vec<Waiting>> {
    let found: Value = diesel::select(contract_links_to_decide(decided, after, most)).get_result(db).await?;
    serde_json::from_value(found).map_err(Error::internal)
}

pub async fn link(db: &mut AsyncPgConnection, id: Uuid) -> Result<Link> {
    let found: Option<Value> = diesel::select(contract_link_to_decide(id)).get_result(db).await?;
    serde_json::from_value(found.ok_or(Error::NotFound)?).map_err(Error::internal)
}

/// Says whose contract it is; `None` takes that back. Says 'done', 'before', 'taken' or 'nothing'.
pub async fn decide(
    db: &mut AsyncPgConnection,
    id: Uuid,
    what: Option<&str>,
    why: Option<&str>,
    version: i32,
) -> Result<String> {
    Ok(diesel::select(decide_contract_link(id, what, why, version)).get_result(db).await?)
}
