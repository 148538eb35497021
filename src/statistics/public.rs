//! What everybody may read: published tables. The transaction is a visitor's, who sees published rows only.

use askama::Template;
use rocket::http::{ContentType, Header};
use rocket::{Responder, Route, State, get, routes};
use uuid::Uuid;

use super::shown::Figures;
use super::{Release, ilo, store};
use crate::access::Open;
use crate::base::actor::Actor;
use crate::base::db::{Db, Rights, Tx};
use crate::base::language::Message;
use crate::base::{Error, Result};
use crate::page::{Page, filters};

pub fn routes() -> Vec<Route> {
    routes![list, table, file]
}

async fn visit(db: &Db) -> Result<Tx> {
    db.begin(&Actor::Visitor, Uuid::nil(), Rights::Reader).await
}

#[derive(Template)]
#[template(path = "statistics/tables.html")]
struct TablesPage {
    /// The newest revision of each year, latest year first; no release: not available.
    years: Vec<(i32, Option<Release>)>,
}

/// Every year from the first published to the last; what was never published stands among them as not available.
#[get("/tables")]
async fn list(_open: Open, db: &State<Db>) -> Result<Page<TablesPage>> {
    let mut db = visit(db).await?;
    let releases = store::all(&mut db).await?;
    let last = releases.first().map_or(0, |r| r.year);
    let first = releases.last().map_or(1, |r| r.year);
    let newest = |year: i32| releases.iter().find(|r| r.year == year).cloned();
    Ok(Page(TablesPage { years: (first..=last).rev().map(|year| (year, newest(year))).collect() }))
}

/// The total of another year, for comparison.
struct Beside {
    year: i32,
    /// Nothing: not available. Nothing within: suppressed.
    total: Option<Option<i64>>,
}

#[derive(Template)]
#[template(path = "statistics/table.html")]
struct TablePage {
    release: Release,
    figures: Figures,
    /// Between what and what the true total may lie.
    range: Message,
    /// The newest, where this is an older one.
    newer: Option<i32>,
    older: Vec<Release>,
    beside: Vec<Beside>,
}

/// A revision of a year, the newest unless one is named; anything not published is not found.
async fn chosen(db: &mut Tx, year: i32, revision: Option<i32>) -> Result<(Release, Vec<Release>)> {
    let all = store::published(db, year).await?;
    let wanted = match revision {
        Some(revision) => all.iter().find(|r| r.revision == revision),
        None => all.first(),
    };
    let release = wanted.cloned().ok_or(Error::NotFound)?;
    Ok((release, all))
}

fn range(release: &Release, figures: &Figures) -> Message {
    match (release.at_least, figures.total()) {
        (Some(least), Some(total)) if least < total => Message::new("table-range").with("least", least),
        (Some(_), Some(_)) => Message::new("table-range-none"),
        _ => Message::new("table-range-unknown"),
    }
}

/// How many years before are named beside a table.
const BEFORE: i32 = 4;

#[get("/tables/16/<year>?<revision>")]
async fn table(_open: Open, year: i32, revision: Option<i32>, db: &State<Db>) -> Result<Page<TablePage>> {
    let mut db = visit(db).await?;
    let (release, all) = chosen(&mut db, year, revision).await?;
    let figures = Figures::of(&store::cells(&mut db, release.id).await?);
    let totals = store::totals(&mut db, year - BEFORE..year).await?;
    let beside = (year - BEFORE..year).rev().map(|year| Beside { year, total: totals.get(&year).copied() }).collect();
    let newer = all.first().map(|r| r.revision).filter(|newest| *newest > release.revision);
    let older = all.into_iter().filter(|r| r.revision < release.revision).collect();
    Ok(Page(TablePage { range: range(&release, &figures), release, figures, newer, older, beside }))
}

/// A file to be kept.
#[derive(Responder)]
struct File {
    bytes: Vec<u8>,
    kind: ContentType,
    name: Header<'static>,
}

#[get("/tables/16/<year>/table.csv?<revision>")]
async fn file(_open: Open, year: i32, revision: Option<i32>, db: &State<Db>) -> Result<File> {
    let mut db = visit(db).await?;
    let (release, _) = chosen(&mut db, year, revision).await?;
    let bytes = ilo::csv(&release, &store::cells(&mut db, release.id).await?)?;
    let name = format!("attachment; filename=\"MNA_XRET_SEX_CPR_NB_A-{year}-r{}.csv\"", release.revision);
    Ok(File {
        bytes,
        kind: ContentType::new("text", "csv").with_params(("charset", "utf-8")),
        name: Header::new("Content-Disposition", name),
    })
}
