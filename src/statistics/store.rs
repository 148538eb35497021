//! SQL of releases. What is unprotected comes through functions that ask for themselves who calls.

use std::collections::BTreeMap;
use std::ops::Range;

use diesel::prelude::*;
use diesel::sql_types::{Date as SqlDate, Integer, Jsonb, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::json;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::count::{Counted, Published, TOTAL};
use super::{Release, State};
use crate::base::{Error, Result};
use crate::schema::{published_cells, releases};

#[derive(Queryable, Selectable)]
#[diesel(table_name = releases)]
struct Row {
    id: Uuid,
    year: i32,
    revision: i32,
    state: String,
    note: Option<String>,
    as_of: OffsetDateTime,
    threshold: i32,
    residence_months: i32,
    rules: String,
    inputs_digest: String,
    prepared_by: Uuid,
    protected_by: Option<Uuid>,
    published_at: Option<OffsetDateTime>,
    shorter_stays: Option<i32>,
    at_least: Option<i32>,
    digest: Option<String>,
}

impl Row {
    fn release(self) -> Result<Release> {
        Ok(Release {
            state: State::from_code(&self.state).ok_or_else(|| Error::internal("a release in no known state"))?,
            id: self.id,
            year: self.year,
            revision: self.revision,
            note: self.note,
            as_of: self.as_of,
            threshold: self.threshold.into(),
            residence_months: self.residence_months.into(),
            rules: self.rules,
            inputs_digest: self.inputs_digest,
            prepared_by: self.prepared_by,
            protected_by: self.protected_by,
            published_at: self.published_at,
            shorter_stays: self.shorter_stays.map(i64::from),
            at_least: self.at_least.map(i64::from),
            digest: self.digest,
        })
    }
}

/// Releases of table 16, newest year and revision first: all that the actor may see, at most two hundred.
pub async fn all(db: &mut AsyncPgConnection) -> Result<Vec<Release>> {
    let rows: Vec<Row> = releases::table
        .filter(releases::table_number.eq(16))
        .order((releases::year.desc(), releases::revision.desc(), releases::prepared_at.desc()))
        .limit(200)
        .select(Row::as_select())
        .load(db)
        .await?;
    rows.into_iter().map(Row::release).collect()
}

pub async fn find(db: &mut AsyncPgConnection, id: Uuid) -> Result<Release> {
    let row: Row = releases::table.find(id).select(Row::as_select()).first(db).await?;
    row.release()
}

/// The published revisions of a year, newest first.
pub async fn published(db: &mut AsyncPgConnection, year: i32) -> Result<Vec<Release>> {
    let rows: Vec<Row> = releases::table
        .filter(releases::table_number.eq(16))
        .filter(releases::year.eq(year))
        .filter(releases::state.eq(State::Published.code()))
        .order(releases::revision.desc())
        .limit(100)
        .select(Row::as_select())
        .load(db)
        .await?;
    rows.into_iter().map(Row::release).collect()
}

/// The release of a year that is not yet published, if there is one.
pub async fn under_way(db: &mut AsyncPgConnection, year: i32) -> Result<Option<Release>> {
    let open = [State::Draft, State::Protected, State::Approved].map(State::code);
    let row: Option<Row> = releases::table
        .filter(releases::table_number.eq(16))
        .filter(releases::year.eq(year))
        .filter(releases::state.eq_any(open))
        .select(Row::as_select())
        .first(db)
        .await
        .optional()?;
    row.map(Row::release).transpose()
}

/// The protected cells of a release, by country and sex.
pub async fn cells(db: &mut AsyncPgConnection, release: Uuid) -> Result<Vec<Published>> {
    let rows: Vec<(String, String, Option<i32>)> = published_cells::table
        .filter(published_cells::release_id.eq(release))
        .order((published_cells::country, published_cells::sex))
        .select((published_cells::country, published_cells::sex, published_cells::value))
        .load(db)
        .await?;
    Ok(rows.into_iter().map(|(country, sex, value)| Published { country, sex, value: value.map(i64::from) }).collect())
}

/// The total of each of these years as last published; no year: not available, no value: suppressed.
pub async fn totals(db: &mut AsyncPgConnection, years: Range<i32>) -> Result<BTreeMap<i32, Option<i64>>> {
    let rows: Vec<(i32, Option<i32>)> = releases::table
        .inner_join(published_cells::table.on(published_cells::release_id.eq(releases::id)))
        .filter(releases::table_number.eq(16))
        .filter(releases::year.ge(years.start).and(releases::year.lt(years.end)))
        .filter(releases::state.eq(State::Published.code()))
        .filter(published_cells::country.eq(TOTAL).and(published_cells::sex.eq(TOTAL)))
        .order((releases::year, releases::revision))
        .select((releases::year, published_cells::value))
        .load(db)
        .await?;
    // A later revision of a year takes the place of an earlier one.
    Ok(rows.into_iter().map(|(year, value)| (year, value.map(i64::from))).collect())
}

#[derive(QueryableByName)]
struct CellRow {
    #[diesel(sql_type = Text)]
    country: String,
    #[diesel(sql_type = Text)]
    sex: String,
    #[diesel(sql_type = Integer)]
    value: i32,
}

/// The unprotected count of a release, for those who make releases; anybody else is an error.
pub async fn unprotected(db: &mut AsyncPgConnection, release: Uuid) -> Result<Vec<Counted>> {
    let rows: Vec<CellRow> =
        diesel::sql_query("SELECT * FROM unprotected_cells($1)").bind::<SqlUuid, _>(release).load(db).await?;
    Ok(rows.into_iter().map(|r| Counted { country: r.country, sex: r.sex, value: r.value.into() }).collect())
}

/// What was counted beside the table; unprotected too.
#[derive(QueryableByName)]
pub struct Inputs {
    #[diesel(sql_type = Integer)]
    pub shorter_stays: i32,
    #[diesel(sql_type = Integer)]
    pub unknown_stays: i32,
    #[diesel(sql_type = Integer)]
    pub possible_duplicates: i32,
    #[diesel(sql_type = Integer)]
    pub at_least: i32,
}

pub async fn inputs(db: &mut AsyncPgConnection, release: Uuid) -> Result<Inputs> {
    Ok(diesel::sql_query("SELECT * FROM unprotected_inputs($1)").bind::<SqlUuid, _>(release).get_result(db).await?)
}

/// Records that somebody looked at the unprotected side of a release.
pub async fn note_read(db: &mut AsyncPgConnection, release: Uuid) -> Result<()> {
    diesel::sql_query("SELECT note_access('read', 'releases', ARRAY[$1], 'statistics')")
        .bind::<SqlUuid, _>(release)
        .execute(db)
        .await?;
    Ok(())
}

#[derive(QueryableByName)]
struct Answer {
    #[diesel(sql_type = Text)]
    answer: String,
}

/// What the function said: `done`, or why not.
pub async fn draft(db: &mut AsyncPgConnection, id: Uuid, year: i32, note: Option<&str>) -> Result<String> {
    let said: Answer = diesel::sql_query("SELECT draft_release($1, $2, $3) AS answer")
        .bind::<SqlUuid, _>(id)
        .bind::<Integer, _>(year)
        .bind::<Nullable<Text>, _>(note)
        .get_result(db)
        .await?;
    Ok(said.answer)
}

/// As [`draft`].
pub async fn protect(
    db: &mut AsyncPgConnection,
    id: Uuid,
    cells: &[Published],
    shorter: Option<i64>,
    at_least: Option<i64>,
    digest: &str,
) -> Result<String> {
    let cells: Vec<_> = cells.iter().map(|c| json!([c.country, c.sex, c.value])).collect();
    let small = |n: Option<i64>| n.and_then(|n| i32::try_from(n).ok());
    let said: Answer = diesel::sql_query("SELECT protect_release($1, $2, $3, $4, $5) AS answer")
        .bind::<SqlUuid, _>(id)
        .bind::<Jsonb, _>(json!(cells))
        .bind::<Nullable<Integer>, _>(small(shorter))
        .bind::<Nullable<Integer>, _>(small(at_least))
        .bind::<Text, _>(digest)
        .get_result(db)
        .await?;
    Ok(said.answer)
}

/// As [`draft`].
pub async fn advance(db: &mut AsyncPgConnection, id: Uuid, act: &str) -> Result<String> {
    let said: Answer = diesel::sql_query("SELECT move_release($1, $2) AS answer")
        .bind::<SqlUuid, _>(id)
        .bind::<Text, _>(act)
        .get_result(db)
        .await?;
    Ok(said.answer)
}

/// One return of a person, and whether it counts in a year.
#[derive(QueryableByName)]
pub struct Explained {
    #[diesel(sql_type = Nullable<SqlDate>)]
    pub entered_on: Option<Date>,
    #[diesel(sql_type = Nullable<Text>)]
    pub entered_precision: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub country: Option<String>,
    #[diesel(sql_type = Text)]
    pub standing: String,
    #[diesel(sql_type = Text)]
    pub verdict: String,
}

pub async fn explained(db: &mut AsyncPgConnection, person: Uuid, year: i32) -> Result<Vec<Explained>> {
    Ok(diesel::sql_query("SELECT * FROM explain_returns($1, $2)")
        .bind::<SqlUuid, _>(person)
        .bind::<Integer, _>(year)
        .load(db)
        .await?)
}
