//! Imports, their file and their rows, as they are kept.

use diesel::prelude::*;
use diesel::sql_types::{Array, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::json;
use time::Date;
use uuid::Uuid;

use super::dates::Order;
use super::survey::Survey;
use super::{Column, Import, Kind};
use crate::access::User;
use crate::access::store::parameter;
use crate::base::{Error, Result, event, job};
use crate::schema::{import_parts, import_rows, imports};

/// Bytes of a file in one row.
const PART: usize = 1 << 20;

/// The flight that a list is of.
#[derive(Clone)]
pub struct Flight {
    pub number: String,
    pub arrives_on: Date,
    pub previous_country: Option<String>,
}

/// What a list is of.
#[derive(Clone)]
pub enum About {
    Flight(Flight),
    Contracts,
}

impl About {
    pub fn kind(&self) -> Kind {
        match self {
            About::Flight(_) => Kind::Manifest,
            About::Contracts => Kind::Contracts,
        }
    }

    fn flight(&self) -> Option<&Flight> {
        match self {
            About::Flight(flight) => Some(flight),
            About::Contracts => None,
        }
    }
}

/// The import of this office, or nothing that could be told from none.
pub async fn find(db: &mut AsyncPgConnection, user: &User, id: Uuid) -> Result<Import> {
    let Some(kind) = super::brings_in(user) else { return Err(Error::NotFound) };
    Ok(imports::table
        .filter(imports::kind.eq(kind.code()))
        .filter(imports::desk_id.eq(user.organisation))
        .filter(imports::id.eq(id))
        .select(Import::as_select())
        .first(db)
        .await?)
}

/// The same, and nobody else changes it until this transaction ends.
pub async fn hold(db: &mut AsyncPgConnection, id: Uuid) -> Result<Import> {
    Ok(imports::table.find(id).select(Import::as_select()).for_update().first(db).await?)
}

/// The imports of a desk, newest first.
pub async fn recent(db: &mut AsyncPgConnection, desk: Uuid) -> Result<Vec<Import>> {
    Ok(imports::table
        .filter(imports::desk_id.eq(desk))
        .order((imports::made_at.desc(), imports::id.desc()))
        .limit(100)
        .select(Import::as_select())
        .load(db)
        .await?)
}

/// The import that this very file has already become, for the same flight where it is of one.
pub async fn of_file(db: &mut AsyncPgConnection, user: &User, about: &About, hash: &str) -> Result<Option<Uuid>> {
    let flight = about.flight();
    Ok(imports::table
        .filter(imports::desk_id.eq(user.organisation))
        .filter(imports::kind.eq(about.kind().code()))
        .filter(imports::arrives_on.is_not_distinct_from(flight.map(|f| f.arrives_on)))
        .filter(imports::flight.is_not_distinct_from(flight.map(|f| &f.number)))
        .filter(imports::file_hash.eq(hash))
        .select(imports::id)
        .first(db)
        .await
        .optional()?)
}

/// Keeps a file that was read, and what is still open about it; nothing if this file is here already.
pub async fn keep(
    db: &mut AsyncPgConnection,
    (user, office): (Uuid, Uuid),
    about: &About,
    name: &str,
    survey: &Survey,
    (state, today): (&str, Date),
) -> Result<Option<Uuid>> {
    let id = Uuid::now_v7();
    let days = time::Duration::days(parameter(db, "manifest.keep-days").await?);
    let flight = about.flight();
    let sheet = &survey.sheet;
    let new = diesel::insert_into(imports::table)
        .values((
            imports::id.eq(id),
            imports::desk_id.eq(office),
            imports::kind.eq(about.kind().code()),
            imports::flight.eq(flight.map(|f| &f.number)),
            imports::arrives_on.eq(flight.map(|f| f.arrives_on)),
            imports::previous_country.eq(flight.and_then(|f| f.previous_country.as_ref())),
            imports::file_name.eq(name),
            imports::file_hash.eq(&survey.hash),
            imports::format.eq(survey.format),
            imports::encoding.eq(survey.encoding),
            imports::separator.eq(survey.separator),
            imports::sheet.eq(&survey.sheet_name),
            imports::layout.eq(serde_json::to_value(&sheet.columns).map_err(Error::internal)?),
            imports::dropped.eq(&sheet.dropped),
            imports::state.eq(state),
            imports::rows.eq(i32::try_from(sheet.rows).map_err(Error::internal)?),
            imports::made_by.eq(user),
            imports::expires_on.eq(flight.map_or(today, |f| f.arrives_on) + days),
        ))
        .on_conflict_do_nothing()
        .execute(db)
        .await?;
    if new == 0 {
        return Ok(None);
    }
    for (number, bytes) in sheet.packed.chunks(PART).enumerate() {
        diesel::insert_into(import_parts::table)
            .values((
                import_parts::id.eq(Uuid::now_v7()),
                import_parts::import_id.eq(id),
                import_parts::number.eq(number as i32),
                import_parts::bytes.eq(bytes),
            ))
            .execute(db)
            .await?;
    }
    event::record(db, "import.made", "import", id, json!({ "rows": sheet.rows, "format": survey.format })).await?;
    Ok(Some(id))
}

/// The beginning of the packed lines: enough to show what stands in the file.
pub async fn beginning(db: &mut AsyncPgConnection, import: Uuid) -> Result<Vec<u8>> {
    Ok(import_parts::table
        .filter(import_parts::import_id.eq(import))
        .order(import_parts::number)
        .select(import_parts::bytes)
        .first(db)
        .await
        .optional()?
        .unwrap_or_default())
}

/// The packed lines; nothing once rows are being committed.
pub async fn packed(db: &mut AsyncPgConnection, import: Uuid) -> Result<Vec<u8>> {
    let parts: Vec<Vec<u8>> = import_parts::table
        .filter(import_parts::import_id.eq(import))
        .order(import_parts::number)
        .select(import_parts::bytes)
        .load(db)
        .await?;
    Ok(parts.concat())
}

/// What the columns mean, and how dates are written, once somebody said so. What was staged before was read otherwise.
pub async fn answer(
    db: &mut AsyncPgConnection,
    import: &Import,
    columns: &[Column],
    dates: Option<&str>,
) -> Result<()> {
    diesel::update(imports::table.find(import.id))
        .set((
            imports::layout.eq(serde_json::to_value(columns).map_err(Error::internal)?),
            imports::dates.eq(dates),
            imports::version.eq(imports::version + 1),
        ))
        .execute(db)
        .await?;
    diesel::delete(import_rows::table.filter(import_rows::import_id.eq(import.id))).execute(db).await?;
    diesel::update(imports::table.find(import.id)).set(imports::staged.eq(0)).execute(db).await?;
    Ok(())
}

/// How birth dates are written, as said before anything was read.
pub async fn order(db: &mut AsyncPgConnection, import: Uuid, order: Order) -> Result<()> {
    diesel::update(imports::table.find(import)).set(imports::dates.eq(order.code())).execute(db).await?;
    Ok(())
}

/// Records that rows left the system in a file.
pub async fn taken_away(db: &mut AsyncPgConnection, rows: &[Uuid]) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    diesel::sql_query("SELECT note_access('read', 'import_rows', $1, 'export')")
        .bind::<Array<SqlUuid>, _>(rows)
        .execute(db)
        .await?;
    Ok(())
}

/// Moves an import on.
pub async fn go_to(db: &mut AsyncPgConnection, import: Uuid, state: &str) -> Result<()> {
    diesel::update(imports::table.find(import))
        .set((
            imports::state.eq(state),
            imports::reached.eq(0),
            imports::stopped.eq(false),
            imports::version.eq(imports::version + 1),
        ))
        .execute(db)
        .await?;
    if state == "done" {
        diesel::sql_query("UPDATE imports SET ended_at = app_now() WHERE id = $1")
            .bind::<SqlUuid, _>(import)
            .execute(db)
            .await?;
    }
    event::record(db, &format!("import.{state}"), "import", import, json!({})).await
}

pub async fn stop(db: &mut AsyncPgConnection, import: Uuid, stopped: bool) -> Result<()> {
    diesel::update(imports::table.find(import))
        .set((imports::stopped.eq(stopped), imports::version.eq(imports::version + 1)))
        .execute(db)
        .await?;
    let kind = if stopped { "import.stopped" } else { "import.resumed" };
    event::record(db, kind, "import", import, json!({})).await
}

/// Gives an import up: nothing of it is left but its record. What is on a manifest stays there.
pub async fn remove(db: &mut AsyncPgConnection, import: Uuid) -> Result<()> {
    event::record(db, "import.removed", "import", import, json!({})).await?;
    diesel::delete(imports::table.find(import)).execute(db).await?;
    Ok(())
}

/// Wants the import to be worked at, once for each state and each time that it goes on.
pub async fn work(db: &mut AsyncPgConnection, import: Uuid) -> Result<()> {
    let (state, version, staged, reached): (String, i32, i32, i32) = imports::table
        .find(import)
        .select((imports::state, imports::version, imports::staged, imports::reached))
        .first(db)
        .await?;
    let key = format!("{}:{import}:{state}:{version}:{staged}:{reached}", super::run::JOB);
    job::enqueue(db, super::run::JOB, &key, json!({ "import": import }), None).await
}

/// The lines need the file no longer.
pub async fn forget_file(db: &mut AsyncPgConnection, import: Uuid) -> Result<()> {
    diesel::delete(import_parts::table.filter(import_parts::import_id.eq(import))).execute(db).await?;
    Ok(())
}
