//! Making the file: batch by batch, as whoever wants it, who may have lost the right to it meanwhile.

use serde_json::Value;
use time::Duration;
use uuid::Uuid;

use super::{lines, store};
use crate::access::guard::note_taken_out;
use crate::access::store::parameter;
use crate::base::actor::Actor;
use crate::base::db::{Db, Rights, Tx};
use crate::base::job::Job;
use crate::base::language::Language;
use crate::base::seal::Keys;
use crate::base::sheet::{csv_text, workbook};
use crate::base::{Error, Result};
use crate::page::Format;

pub const JOB: &str = "export";
/// The file's hours are over.
pub const END: &str = "export-end";
/// Cases in one transaction.
const BATCH: i64 = 100;

/// Makes the file, from where it stands to its end.
pub async fn run(db: Db, keys: Keys, job: Job) -> Result<()> {
    let id = job.payload.get("export").and_then(Value::as_str).and_then(|id| Uuid::parse_str(id).ok());
    let id = id.ok_or_else(|| Error::Internal("the job names no export".into()))?;
    let Actor::User { organisation, .. } = job.actor else {
        return Err(Error::Internal("nobody takes anything out".into()));
    };
    loop {
        let mut tx = db.begin(&job.actor, job.id, Rights::Writer).await?;
        let goes_on = batch(&mut tx, &keys, id, organisation).await?;
        tx.commit().await?;
        if !goes_on {
            return Ok(());
        }
    }
}

/// One batch, or the file behind the last one; false where nothing is left to do.
async fn batch(tx: &mut Tx, keys: &Keys, id: Uuid, office: Uuid) -> Result<bool> {
    let Some(export) = store::hold(tx, id).await? else { return Ok(false) };
    let language = Language::from_code(&export.language).unwrap_or(Language::Vi);
    let cases = store::next(tx, id, export.done, BATCH).await?;
    let (now, today) = (tx.clock().now(), tx.clock().today());
    if !cases.is_empty() {
        let told = store::told(tx, office, &cases).await?;
        let people: Vec<Uuid> = told.iter().map(|told| told.person_id).collect();
        note_taken_out(tx, &people).await?;
        let lines: Vec<_> = told.iter().map(|told| lines::line(told, &export.groups, today, language)).collect();
        store::advance(tx, keys, &export, (cases.len(), &lines)).await?;
        return Ok(true);
    }
    let mut records = vec![lines::headings(&export.groups, language)];
    records.extend(store::lines(tx, keys, id).await?);
    let file = match export.format() {
        Format::Csv => csv_text(&records)?,
        Format::Xlsx => workbook(&records)?,
    };
    let ends = now + Duration::hours(parameter(tx, "export.hours").await?);
    store::finish(tx, keys, id, &file, ends).await?;
    Ok(false)
}

/// Takes away files whose hours are over, whoever made them and whatever became of their account.
pub async fn end(db: Db, job: Job) -> Result<()> {
    use diesel_async::RunQueryDsl;
    let mut tx = db.begin(&Actor::Service("worker"), job.id, Rights::Writer).await?;
    diesel::sql_query("SELECT end_exports()").execute(&mut *tx).await?;
    tx.commit().await
}
