//! Facts, kept for good: something happened to something. The timeline reads them; jobs to the right act on them.

use diesel::define_sql_function;
use diesel::sql_types::{Jsonb, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;
use uuid::Uuid;

use super::Result;

define_sql_function! {
    /// See database/functions.sql.
    fn record_event(id: SqlUuid, kind: Text, subject_kind: Text, subject: SqlUuid, about: Jsonb) -> Text;
}

/// Records a fact in the caller's transaction. `about` holds codes and dates, never names or numbers of people.
pub async fn record(
    db: &mut AsyncPgConnection,
    kind: &str,
    subject_kind: &str,
    subject: Uuid,
    about: Value,
) -> Result<()> {
    diesel::select(record_event(Uuid::now_v7(), kind, subject_kind, subject, about)).execute(db).await?;
    Ok(())
}
