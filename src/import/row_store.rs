//! The rows of imports, many at a time: staged, compared with those expected, put onto a manifest.

use diesel::prelude::*;
use diesel::sql_types::{Array, Binary, Date as SqlDate, Integer, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::json;
use time::Date;
use uuid::Uuid;

use super::row::Problem;
use crate::base::Result;
use crate::schema::{import_rows, imports};

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
