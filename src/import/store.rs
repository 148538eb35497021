//! Imports, their file and their rows, as they are kept.

use diesel::prelude::*;
use diesel::sql_types::{Array, Binary, Date as SqlDate, Integer, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::json;
use time::Date;
use uuid::Uuid;

use super::dates::Order;
use super::row::Problem;
use super::survey::Survey;
use super::{Column, Import};
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

/// The import of this desk, or nothing that could be told from none.
pub async fn find(db: &mut AsyncPgConnection, user: &User, id: Uuid) -> Result<Import> {
    if !super::brings_in(user) {
        return Err(Error::NotFound);
    }
    Ok(imports::table
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

/// The import that this very file has already become, for the same flight.
pub async fn of_file(db: &mut AsyncPgConnection, user: &User, flight: &Flight, hash: &str) -> Result<Option<Uuid>> {
    Ok(imports::table
        .filter(imports::desk_id.eq(user.organisation))
        .filter(imports::arrives_on.eq(flight.arrives_on))
        .filter(imports::flight.eq(&flight.number))
        .filter(imports::file_hash.eq(hash))
        .select(imports::id)
        .first(db)
        .await
        .optional()?)
}

/// Keeps a file that was read, and what is still open about it; nothing if this file is here already for this flight.
pub async fn keep(
    db: &mut AsyncPgConnection,
    user: &User,
    flight: &Flight,
    name: &str,
    survey: &Survey,
    state: &str,
) -> Result<Option<Uuid>> {
    let id = Uuid::now_v7();
    let days = parameter(db, "manifest.keep-days").await?;
    let sheet = &survey.sheet;
    let new = diesel::insert_into(imports::table)
        .values((
            imports::id.eq(id),
            imports::desk_id.eq(user.organisation),
            imports::flight.eq(&flight.number),
            imports::arrives_on.eq(flight.arrives_on),
            imports::previous_country.eq(&flight.previous_country),
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
            imports::made_by.eq(user.id),
            imports::expires_on.eq(flight.arrives_on + time::Duration::days(days)),
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

/// A row about to be staged.
pub struct NewRow {
    pub number: i32,
    pub cells: Vec<String>,
    pub problems: Vec<Problem>,
    pub fingerprint: String,
}

impl NewRow {
    fn state(&self) -> &'static str {
        if self.problems.is_empty() { "good" } else { "faulty" }
    }
}

/// An array as PostgreSQL reads it from text: arrays of arrays would lose their bounds in `unnest`.
fn array(cells: &[String]) -> String {
    let mut text = String::from("{");
    for (at, cell) in cells.iter().enumerate() {
        text.push_str(if at == 0 { "\"" } else { ",\"" });
        for c in cell.chars() {
            if matches!(c, '"' | '\\') {
                text.push('\\');
            }
            text.push(c);
        }
        text.push('"');
    }
    text.push('}');
    text
}

/// Stages a batch in one statement, and says how far the import has come.
pub async fn stage(db: &mut AsyncPgConnection, import: Uuid, rows: &[NewRow], staged: usize) -> Result<()> {
    let ids: Vec<Uuid> = rows.iter().map(|_| Uuid::now_v7()).collect();
    let numbers: Vec<i32> = rows.iter().map(|r| r.number).collect();
    let cells: Vec<String> = rows.iter().map(|r| array(&r.cells)).collect();
    let problems: Vec<String> = rows.iter().map(|r| json!(r.problems).to_string()).collect();
    let states: Vec<&str> = rows.iter().map(NewRow::state).collect();
    let prints: Vec<&str> = rows.iter().map(|r| r.fingerprint.as_str()).collect();
    diesel::sql_query(
        "INSERT INTO import_rows (id, import_id, number, cells, problems, state, fingerprint) \
         SELECT t.id, $1, t.number, t.cells::text[], t.problems::jsonb, t.state, t.print \
         FROM unnest($2, $3, $4, $5, $6, $7) AS t (id, number, cells, problems, state, print)",
    )
    .bind::<SqlUuid, _>(import)
    .bind::<Array<SqlUuid>, _>(ids)
    .bind::<Array<Integer>, _>(numbers)
    .bind::<Array<Text>, _>(cells)
    .bind::<Array<Text>, _>(problems)
    .bind::<Array<Text>, _>(states)
    .bind::<Array<Text>, _>(prints)
    .execute(db)
    .await?;
    diesel::update(imports::table.find(import)).set(imports::staged.eq(staged as i32)).execute(db).await?;
    Ok(())
}

/// The lines need the file no longer.
pub async fn forget_file(db: &mut AsyncPgConnection, import: Uuid) -> Result<()> {
    diesel::delete(import_parts::table.filter(import_parts::import_id.eq(import))).execute(db).await?;
    Ok(())
}

/// A row as it is kept.
#[derive(Queryable, Selectable, Clone)]
#[diesel(table_name = import_rows)]
pub struct Row {
    pub id: Uuid,
    pub number: i32,
    pub cells: Vec<String>,
    problems: serde_json::Value,
    pub state: String,
    pub fingerprint: String,
}

impl Row {
    pub fn problems(&self) -> Vec<Problem> {
        serde_json::from_value(self.problems.clone()).unwrap_or_default()
    }
}

/// Rows of a state after a line, in the order of the sheet.
pub async fn rows(db: &mut AsyncPgConnection, import: Uuid, state: &str, after: i32, most: usize) -> Result<Vec<Row>> {
    Ok(import_rows::table
        .filter(import_rows::import_id.eq(import))
        .filter(import_rows::state.eq(state))
        .filter(import_rows::number.gt(after))
        .order(import_rows::number)
        .limit(most as i64)
        .select(Row::as_select())
        .load(db)
        .await?)
}

pub async fn row(db: &mut AsyncPgConnection, import: Uuid, number: i32) -> Result<Row> {
    Ok(import_rows::table
        .filter(import_rows::import_id.eq(import))
        .filter(import_rows::number.eq(number))
        .select(Row::as_select())
        .first(db)
        .await?)
}

/// The line of this import that says the same, if there is another.
pub async fn same_line(
    db: &mut AsyncPgConnection,
    import: Uuid,
    number: i32,
    fingerprint: &str,
) -> Result<Option<i32>> {
    Ok(import_rows::table
        .filter(import_rows::import_id.eq(import))
        .filter(import_rows::fingerprint.eq(fingerprint))
        .filter(import_rows::number.ne(number))
        .select(import_rows::number)
        .first(db)
        .await
        .optional()?)
}

/// Replaces what a faulty row says; false if somebody else did so meanwhile.
pub async fn correct(db: &mut AsyncPgConnection, before: &Row, cells: &[String], fingerprint: &str) -> Result<bool> {
    let changed = diesel::update(
        import_rows::table
            .filter(import_rows::id.eq(before.id))
            .filter(import_rows::state.eq("faulty"))
            .filter(import_rows::fingerprint.eq(&before.fingerprint)),
    )
    .set((
        import_rows::cells.eq(cells),
        import_rows::problems.eq(json!([])),
        import_rows::state.eq("good"),
        import_rows::fingerprint.eq(fingerprint),
    ))
    .execute(db)
    .await?;
    Ok(changed == 1)
}

/// How many rows are in which state, and how many were found among those expected.
#[derive(Default, Clone, Debug, PartialEq)]
pub struct Counts {
    pub good: i64,
    pub faulty: i64,
    pub skipped: i64,
    pub committed: i64,
    pub expected: i64,
}

pub async fn counts(db: &mut AsyncPgConnection, import: Uuid) -> Result<Counts> {
    let rows: Vec<(String, i64)> = import_rows::table
        .filter(import_rows::import_id.eq(import))
        .group_by(import_rows::state)
        .select((import_rows::state, diesel::dsl::count_star()))
        .load(db)
        .await?;
    let of = |state: &str| rows.iter().find(|(s, _)| s == state).map_or(0, |(_, n)| *n);
    let expected = import_rows::table
        .filter(import_rows::import_id.eq(import))
        .filter(import_rows::episode_id.is_not_null())
        .count()
        .get_result(db)
        .await?;
    Ok(Counts { good: of("good"), faulty: of("faulty"), skipped: of("skipped"), committed: of("committed"), expected })
}

/// Keys of rows, for the function that compares them with those expected.
#[derive(Default)]
pub struct Keyed {
    pub lines: Vec<i32>,
    pub keys: Vec<String>,
    pub born_lines: Vec<i32>,
    pub births: Vec<Date>,
    pub precisions: Vec<&'static str>,
}

pub async fn reach(db: &mut AsyncPgConnection, import: Uuid, line: i32) -> Result<()> {
    diesel::update(imports::table.find(import)).set(imports::reached.eq(line)).execute(db).await?;
    Ok(())
}

pub async fn match_rows(db: &mut AsyncPgConnection, import: Uuid, keyed: &Keyed) -> Result<()> {
    diesel::sql_query("SELECT match_import_rows($1, $2, $3, $4, $5, $6)")
        .bind::<SqlUuid, _>(import)
        .bind::<Array<Integer>, _>(&keyed.lines)
        .bind::<Array<Text>, _>(&keyed.keys)
        .bind::<Array<Integer>, _>(&keyed.born_lines)
        .bind::<Array<SqlDate>, _>(&keyed.births)
        .bind::<Array<Text>, _>(&keyed.precisions)
        .execute(db)
        .await?;
    Ok(())
}

/// Rows as the manifest takes them, side by side.
#[derive(Default)]
pub struct Passengers {
    pub rows: Vec<Uuid>,
    pub ids: Vec<Uuid>,
    pub names: Vec<String>,
    pub sexes: Vec<Option<&'static str>>,
    pub births: Vec<Option<Date>>,
    pub precisions: Vec<Option<&'static str>>,
    pub kinds: Vec<Option<&'static str>>,
    pub issuers: Vec<Option<String>>,
    pub sealed: Vec<Option<Vec<u8>>>,
    pub indexes: Vec<Option<String>>,
    pub seal_keys: Vec<Option<i32>>,
    pub phones: Vec<Option<String>>,
}

pub async fn commit(db: &mut AsyncPgConnection, import: Uuid, people: &Passengers) -> Result<()> {
    diesel::sql_query("SELECT commit_import_rows($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)")
        .bind::<SqlUuid, _>(import)
        .bind::<Array<SqlUuid>, _>(&people.rows)
        .bind::<Array<SqlUuid>, _>(&people.ids)
        .bind::<Array<Text>, _>(&people.names)
        .bind::<Array<Nullable<Text>>, _>(&people.sexes)
        .bind::<Array<Nullable<SqlDate>>, _>(&people.births)
        .bind::<Array<Nullable<Text>>, _>(&people.precisions)
        .bind::<Array<Nullable<Text>>, _>(&people.kinds)
        .bind::<Array<Nullable<Text>>, _>(&people.issuers)
        .bind::<Array<Nullable<Binary>>, _>(&people.sealed)
        .bind::<Array<Nullable<Text>>, _>(&people.indexes)
        .bind::<Array<Nullable<Integer>>, _>(&people.seal_keys)
        .bind::<Array<Nullable<Text>>, _>(&people.phones)
        .execute(db)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::array;

    #[test]
    fn arrays_keep_what_stands_in_them() {
        assert_eq!(array(&["a".into(), "\"b\\,}".into(), String::new()]), r#"{"a","\"b\\,}",""}"#);
        assert_eq!(array(&[]), "{}");
    }
}
