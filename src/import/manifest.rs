//! A manifest and its rows: what is kept, what is counted, and which row a document is.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use crate::base::Result;
use crate::base::date::{self, Precision};
use crate::base::seal::{Keys, Place, Use};
use crate::base::text::fold;
use crate::intake::scan::Scanned;
use crate::person::document;
use crate::person::likeness::search_keys;
use crate::schema::{episodes, manifest_rows, manifests, persons, users};
use crate::vocabulary::List;

/// A flight has three hundred seats; a ferry may have more.
pub const MOST: i64 = 2000;

/// Kinds of documents that a manifest's row may name.
pub const KINDS: [&str; 4] = ["passport", "travel-pass", "citizen-card", "other"];

#[derive(Queryable, Selectable, Clone)]
#[diesel(table_name = manifests)]
pub struct Manifest {
    pub id: Uuid,
    pub flight: String,
    pub arrives_on: Date,
    pub previous_country: Option<String>,
    pub expires_on: Date,
    pub closed_at: Option<OffsetDateTime>,
    pub closed_by: Option<Uuid>,
}

impl Manifest {
    pub fn day(&self) -> String {
        date::written(self.arrives_on, Precision::Day)
    }

    pub fn expires(&self) -> String {
        date::written(self.expires_on, Precision::Day)
    }

    pub fn path(&self) -> String {
        format!("/flights/{}", self.id)
    }
}

#[derive(Queryable, Selectable, Clone)]
#[diesel(table_name = manifest_rows)]
pub struct Row {
    pub id: Uuid,
    pub manifest_id: Uuid,
    pub number: i32,
    pub announced: bool,
    pub state: String,
    pub name: Option<String>,
    pub sex: Option<String>,
    pub birth_date: Option<Date>,
    pub birth_precision: Option<String>,
    pub document_kind: Option<String>,
    pub document_country: Option<String>,
    pub number_sealed: Option<Vec<u8>>,
    pub number_index: Option<String>,
    pub number_key: Option<i32>,
    pub phone: Option<String>,
    pub episode_id: Option<Uuid>,
    pub seen_at: Option<OffsetDateTime>,
    pub seen_by: Option<Uuid>,
    pub looked_for_at: Option<OffsetDateTime>,
    pub erased_at: Option<OffsetDateTime>,
}

impl Row {
    pub fn birth(&self) -> Option<(Date, Precision)> {
        Some((self.birth_date?, Precision::from_code(self.birth_precision.as_deref()?)?))
    }

    pub fn born(&self) -> String {
        self.birth().map(|(day, precision)| date::written(day, precision)).unwrap_or_default()
    }

    /// Nobody met them yet, and what the list says of them is still there.
    pub fn is_open(&self) -> bool {
        self.state == "expected" && self.erased_at.is_none()
    }

    /// The number of the document on the list.
    pub fn document_number(&self, keys: &Keys) -> Result<Option<String>> {
        self.number_sealed
            .as_ref()
            .map(|sealed| keys.open_sealed(Use::IdentitySeal, &place(self.id), sealed))
            .transpose()
    }

    /// The key under which records hold the number of the document on the list.
    pub fn number_key(&self) -> Option<String> {
        Some(format!("document:{}:{}", self.number_key?, self.number_index.as_deref()?))
    }

    fn has_number(&self, wanted: &[String]) -> bool {
        self.number_key().is_some_and(|key| wanted.contains(&key))
    }
}

/// Where the number of a row's document is sealed.
fn place(row: Uuid) -> Place<'static> {
    Place { table: "manifest_rows", column: "number_sealed", row }
}

/// Seals the number of a row's document.
pub fn seal(keys: &Keys, row: Uuid, number: &str) -> Result<Vec<u8>> {
    keys.seal(Use::IdentitySeal, &place(row), &document::normal(number))
}

/// One of the numbers of a flight. Each opens the list of exactly those whom it counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Which {
    /// On the list.
    Expected,
    Arrived,
    /// On the list and not met, which says nothing of where they are (practice 13).
    NotSeen,
    /// Met, and not on the list.
    Unannounced,
    /// Did not want to say who they are; nothing of them is kept.
    Declined,
}

impl Which {
    pub const ALL: [Which; 5] = [Which::Expected, Which::Arrived, Which::NotSeen, Which::Unannounced, Which::Declined];

    pub fn code(self) -> &'static str {
        match self {
            Which::Expected => "expected",
            Which::Arrived => "arrived",
            Which::NotSeen => "not-seen",
            Which::Unannounced => "unannounced",
            Which::Declined => "declined",
        }
    }

    pub fn from_code(code: &str) -> Option<Which> {
        Which::ALL.into_iter().find(|which| which.code() == code)
    }

    /// Both the count and the list are made of this.
    fn condition(self) -> &'static str {
        match self {
            Which::Expected => "announced",
            Which::Arrived => "announced AND state = 'arrived'",
            Which::NotSeen => "announced AND state = 'expected'",
            Which::Unannounced => "NOT announced AND state = 'arrived'",
            Which::Declined => "state = 'declined'",
        }
    }
}

/// What came of a flight, in the order of [`Which::ALL`].
#[derive(Clone, Copy, Default, Debug, PartialEq)]
pub struct Counts(pub [i64; 5]);

impl Counts {
    /// Each number with its code.
    pub fn each(&self) -> Vec<(&'static str, i64)> {
        Which::ALL.into_iter().zip(self.0).map(|(which, count)| (which.code(), count)).collect()
    }
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = SqlUuid)]
    manifest_id: Uuid,
    #[diesel(sql_type = Array<BigInt>)]
    counts: Vec<i64>,
}

/// The counts of some manifests; one without rows is missing.
pub async fn counts(db: &mut AsyncPgConnection, of: &[Uuid]) -> Result<HashMap<Uuid, Counts>> {
    let each: Vec<String> =
        Which::ALL.into_iter().map(|which| format!("count(*) FILTER (WHERE {})", which.condition())).collect();
    let counted: Vec<Counted> = diesel::sql_query(format!(
        "SELECT manifest_id, ARRAY[{}] AS counts FROM manifest_rows WHERE manifest_id = ANY ($1) GROUP BY manifest_id",
        each.join(", ")
    ))
    .bind::<Array<SqlUuid>, _>(of)
    .load(db)
    .await?;
    Ok(counted.into_iter().map(|one| (one.manifest_id, Counts(one.counts.try_into().unwrap_or_default()))).collect())
}

/// A manifest of the user's own desk.
pub async fn find(db: &mut AsyncPgConnection, id: Uuid) -> Result<Manifest> {
    Ok(manifests::table.find(id).select(Manifest::as_select()).first(db).await?)
}

/// A row of this manifest.
pub async fn row(db: &mut AsyncPgConnection, manifest: Uuid, id: Uuid) -> Result<Row> {
    Ok(manifest_rows::table
        .filter(manifest_rows::id.eq(id))
        .filter(manifest_rows::manifest_id.eq(manifest))
        .select(Row::as_select())
        .first(db)
        .await?)
}

/// The row with this number on the list.
pub async fn numbered(db: &mut AsyncPgConnection, manifest: Uuid, number: i32) -> Result<Option<Row>> {
    Ok(manifest_rows::table
        .filter(manifest_rows::manifest_id.eq(manifest))
        .filter(manifest_rows::number.eq(number))
        .select(Row::as_select())
        .first(db)
        .await
        .optional()?)
}

/// All rows of a manifest, or those that one of its numbers counts.
pub async fn rows(db: &mut AsyncPgConnection, manifest: Uuid, which: Option<Which>) -> Result<Vec<Row>> {
    Ok(manifest_rows::table
        .filter(manifest_rows::manifest_id.eq(manifest))
        .filter(diesel::dsl::sql::<Bool>(which.map_or("true", Which::condition)))
        .order(manifest_rows::number)
        .limit(MOST)
        .select(Row::as_select())
        .load(db)
        .await?)
}

/// Somebody registered to whom a row leads.
#[derive(Queryable, Clone)]
pub struct Known {
    pub episode: Uuid,
    pub person: Uuid,
    pub code: String,
    pub standing: String,
}

/// The returns that rows lead to, as far as the user may open them: of somebody under protection there is only the row.
pub async fn known(db: &mut AsyncPgConnection, rows: &[Row]) -> Result<HashMap<Uuid, Known>> {
    let of: Vec<Uuid> = rows.iter().filter_map(|row| row.episode_id).collect();
    if of.is_empty() {
        return Ok(HashMap::new());
    }
    let found: Vec<Known> = episodes::table
        .inner_join(persons::table)
        .filter(episodes::id.eq_any(of))
        .select((episodes::id, persons::id, persons::code, episodes::standing))
        .load(db)
        .await?;
    Ok(found.into_iter().map(|known| (known.episode, known)).collect())
}

/// The colleagues who met the people of these rows, by id.
pub async fn colleagues(db: &mut AsyncPgConnection, rows: &[Row]) -> Result<HashMap<Uuid, String>> {
    let mut of: Vec<Uuid> = rows.iter().filter_map(|row| row.seen_by).collect();
    of.sort_unstable();
    of.dedup();
    let named: Vec<(Uuid, String)> =
        users::table.filter(users::id.eq_any(of)).select((users::id, users::name)).load(db).await?;
    Ok(named.into_iter().collect())
}

/// The country that issued a scanned document.
pub fn issuer(found: &Scanned) -> String {
    found
        .country(|alpha3| List::Countries.vocabulary().of_alpha3(alpha3).map(str::to_owned))
        .unwrap_or_else(|| "VN".to_owned())
}

/// The keys under which lists and records may hold the number of a scanned document.
pub fn number_keys(keys: &Keys, found: &Scanned) -> Result<Vec<String>> {
    let country = issuer(found);
    let mut all = document::match_keys(keys, found.kind, &country, &found.number)?;
    // Who writes a list calls a travel pass a passport, and the other way round.
    if found.kind != "citizen-card" {
        for kind in KINDS.iter().filter(|kind| **kind != "citizen-card" && **kind != found.kind) {
            all.extend(document::match_keys(keys, kind, &country, &found.number)?);
        }
    }
    if let Some(number) = &found.personal_number {
        all.extend(document::match_keys(keys, "citizen-card", "VN", number)?);
    }
    Ok(all)
}

/// Two dates agree as far as both are known.
fn agree(a: (Date, Precision), b: (Date, Precision)) -> bool {
    let coarse = |p| a.1 == p || b.1 == p;
    if coarse(Precision::Year) {
        a.0.year() == b.0.year()
    } else if coarse(Precision::Month) {
        (a.0.year(), a.0.month()) == (b.0.year(), b.0.month())
    } else {
        a.0 == b.0
    }
}

/// The rows that a scanned document could be: by its number, else by name and birth. A list without birth dates is
/// matched by the whole name.
pub fn matching<'a>(rows: &'a [Row], keys: &Keys, found: &Scanned) -> Result<Vec<&'a Row>> {
    let wanted = number_keys(keys, found)?;
    let by_number: Vec<&Row> = rows.iter().filter(|row| row.has_number(&wanted)).collect();
    if !by_number.is_empty() {
        return Ok(by_number);
    }
    let names = search_keys(&found.name, None);
    Ok(rows
        .iter()
        .filter(|row| {
            let kept = row.name.as_deref().map(|name| search_keys(name, None)).unwrap_or_default();
            let sexes = found.sex.zip(row.sex.as_deref()).is_none_or(|(a, b)| a == b);
            sexes
                && match found.birth.zip(row.birth()) {
                    Some((a, b)) => agree(a, b) && kept.iter().any(|key| names.contains(key)),
                    None => kept.iter().take(1).any(|whole| names.contains(whole)),
                }
        })
        .collect())
}

/// The rows that fit what was typed: a number on the list, a document's number, or words of a name. Within one list of
/// one's own desk this is no search for people.
pub fn searched<'a>(rows: &'a [Row], keys: &Keys, typed: &str) -> Result<Vec<&'a Row>> {
    let typed = typed.trim();
    if typed.len() <= 4
        && let Ok(number) = typed.parse::<i32>()
    {
        return Ok(rows.iter().filter(|row| row.number == number).collect());
    }
    if typed.bytes().any(|b| b.is_ascii_digit()) {
        let wanted = document::possible_keys(keys, typed)?;
        return Ok(rows.iter().filter(|row| row.has_number(&wanted)).collect());
    }
    let folded = fold(typed);
    let words: Vec<&str> = folded.split(' ').filter(|word| !word.is_empty()).collect();
    let has_all = |name: &str| {
        let kept = fold(name);
        words.iter().all(|word| kept.split(' ').any(|part| part.starts_with(word)))
    };
    Ok(rows.iter().filter(|row| !words.is_empty() && row.name.as_deref().is_some_and(has_all)).collect())
}
