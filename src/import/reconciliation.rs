//! What came of a flight: each number with its list, who was not seen at the desk, and the flight closed.

use askama::Template;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rocket::form::Form;
use rocket::http::{ContentType, Header};
use rocket::{Responder, Route, get, post, routes};
use time::OffsetDateTime;
use uuid::Uuid;

use super::manifest::{self, Counts, Manifest, Row, Which};
use super::meeting::open_manifest;
use crate::access::guard::to;
use crate::access::{Read, Seen, Write};
use crate::base::form::{Checked, Press, new_key};
use crate::base::{Error, Result, event};
use crate::page::{Answer, Page, filters};
use crate::schema::{manifest_rows, manifests, users};

pub fn routes() -> Vec<Route> {
    routes![list, reconciliation, file, look, close, reopen]
}

/// Somebody of a flight, as far as anything of them is kept.
struct Line {
    id: Uuid,
    number: i32,
    /// Empty once it was erased.
    name: String,
    born: String,
    state: String,
    open: bool,
    met_at: Option<OffsetDateTime>,
    met_by: String,
    looked_for_at: Option<OffsetDateTime>,
    /// Where the person's return is, if the user may open it.
    record: Option<String>,
    key: String,
}

/// The lines of some rows, and the people behind them whom the user may open.
async fn lines(db: &mut AsyncPgConnection, rows: Vec<Row>) -> Result<(Vec<Line>, Vec<Uuid>)> {
    let known = manifest::known(db, &rows).await?;
    let colleagues = manifest::colleagues(db, &rows).await?;
    let people = known.values().map(|known| known.person).collect();
    let lines = rows.into_iter().map(|row| Line {
        id: row.id,
        number: row.number,
        born: row.born(),
        open: row.is_open(),
        met_at: row.seen_at,
        met_by: row.seen_by.and_then(|by| colleagues.get(&by).cloned()).unwrap_or_default(),
        looked_for_at: row.looked_for_at,
        record: row
            .episode_id
            .and_then(|id| known.get(&id))
            .map(|known| format!("/people/{}/returns/{}", known.code, known.episode)),
        name: row.name.unwrap_or_default(),
        state: row.state,
        key: new_key(),
    });
    Ok((lines.collect(), people))
}

#[derive(Template)]
#[template(path = "import/list.html")]
struct ListPage {
    manifest: Manifest,
    which: &'static str,
    lines: Vec<Line>,
    _seen: Seen,
}

/// Exactly those whom a number counts.
#[get("/flights/<id>/list?<of>")]
async fn list(id: Uuid, of: Option<String>, mut db: Read<to::RegisterPeople>) -> Result<Page<ListPage>> {
    let manifest = manifest::find(&mut db, id).await?;
    let which = of.as_deref().map_or(Some(Which::Expected), Which::from_code).ok_or(Error::NotFound)?;
    let rows = manifest::rows(&mut db, id, Some(which)).await?;
    let (lines, people) = lines(&mut db, rows).await?;
    db.note("list", "manifests", &[id]).await?;
    let seen = db.listed(&people).await?;
    Ok(Page(ListPage { manifest, which: which.code(), lines, _seen: seen }))
}

#[derive(Template)]
#[template(path = "import/reconciliation.html")]
struct ReconciliationPage {
    manifest: Manifest,
    counts: Counts,
    /// Those not seen at the desk.
    lines: Vec<Line>,
    closed_by: String,
    key: String,
    _seen: Seen,
}

#[get("/flights/<id>/reconciliation")]
async fn reconciliation(id: Uuid, mut db: Read<to::RegisterPeople>) -> Result<Page<ReconciliationPage>> {
    let manifest = manifest::find(&mut db, id).await?;
    let counts = manifest::counts(&mut db, &[id]).await?.get(&id).copied().unwrap_or_default();
    let rows = manifest::rows(&mut db, id, Some(Which::NotSeen)).await?;
    let (lines, people) = lines(&mut db, rows).await?;
    let closed_by: Option<String> = match manifest.closed_by {
        Some(by) => users::table.find(by).select(users::name).first(&mut *db).await.optional()?,
        None => None,
    };
    db.note("list", "manifests", &[id]).await?;
    let seen = db.listed(&people).await?;
    let closed_by = closed_by.unwrap_or_default();
    Ok(Page(ReconciliationPage { manifest, counts, lines, closed_by, key: new_key(), _seen: seen }))
}

/// A file to keep.
#[derive(Responder)]
struct File {
    bytes: String,
    kind: ContentType,
    name: Header<'static>,
}

/// The counts of a flight, without anybody's name.
#[get("/flights/<id>/counts.csv")]
async fn file(id: Uuid, mut db: Read<to::RegisterPeople>) -> Result<File> {
    let manifest = manifest::find(&mut db, id).await?;
    let counts = manifest::counts(&mut db, &[id]).await?.get(&id).copied().unwrap_or_default();
    // A list from elsewhere may call its flight anything; no spreadsheet shall compute it.
    let flight: String = manifest.flight.chars().filter(char::is_ascii_alphanumeric).collect();
    let heads: Vec<String> = Which::ALL.iter().map(|which| which.code().replace('-', "_")).collect();
    let numbers: Vec<String> = counts.0.iter().map(i64::to_string).collect();
    Ok(File {
        bytes: format!(
            "flight,arrives_on,{}\r\n{flight},{},{}\r\n",
            heads.join(","),
            manifest.arrives_on,
            numbers.join(",")
        ),
        kind: ContentType::new("text", "csv").with_params(("charset", "utf-8")),
        name: Header::new(
            "Content-Disposition",
            format!("attachment; filename=\"{flight}-{}.csv\"", manifest.arrives_on),
        ),
    })
}

/// Somebody went to look where people arrive. Said once; later times tell nothing new.
#[post("/flights/<id>/rows/<row>/looking", data = "<form>")]
async fn look(
    id: Uuid,
    row: Uuid,
    form: Form<Checked<Press>>,
    mut db: Write<to::RegisterPeople>,
) -> Result<Answer<ReconciliationPage>> {
    let filled = form.into_inner().filled;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let (user, now) = (db.user().clone(), db.now());
    let row = manifest::row(&mut db, id, row).await?;
    diesel::update(
        manifest_rows::table
            .find(row.id)
            .filter(manifest_rows::state.eq("expected"))
            .filter(manifest_rows::erased_at.is_null())
            .filter(manifest_rows::looked_for_at.is_null()),
    )
    .set((
        manifest_rows::looked_for_at.eq(now),
        manifest_rows::looked_for_by.eq(user.id),
        manifest_rows::version.eq(manifest_rows::version + 1),
    ))
    .execute(&mut *db)
    .await?;
    let location = format!("/flights/{id}/reconciliation");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::To(location))
}

/// Reconciled: nobody is confirmed any more.
#[post("/flights/<id>/closure", data = "<form>")]
async fn close(
    id: Uuid,
    form: Form<Checked<Press>>,
    mut db: Write<to::RegisterPeople>,
) -> Result<Answer<ReconciliationPage>> {
    let filled = form.into_inner().filled;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let (user, now) = (db.user().clone(), db.now());
    // Whoever is confirming at this moment is waited for.
    let manifest = open_manifest(&mut db, id, true).await?;
    diesel::update(manifests::table.find(manifest.id))
        .set((
            manifests::closed_at.eq(now),
            manifests::closed_by.eq(user.id),
            manifests::version.eq(manifests::version + 1),
        ))
        .execute(&mut *db)
        .await?;
    event::record(&mut db, "manifest.closed", "manifest", id, serde_json::json!({})).await?;
    let location = format!("/flights/{id}/reconciliation");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "flight-closed"))
}

/// Closed too early, or somebody came after all.
#[post("/flights/<id>/reopening", data = "<form>")]
async fn reopen(
    id: Uuid,
    form: Form<Checked<Press>>,
    mut db: Write<to::RegisterPeople>,
) -> Result<Answer<ReconciliationPage>> {
    let filled = form.into_inner().filled;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let manifest = manifest::find(&mut db, id).await?;
    diesel::update(manifests::table.find(manifest.id))
        .set((
            manifests::closed_at.eq(None::<OffsetDateTime>),
            manifests::closed_by.eq(None::<Uuid>),
            manifests::version.eq(manifests::version + 1),
        ))
        .execute(&mut *db)
        .await?;
    event::record(&mut db, "manifest.reopened", "manifest", id, serde_json::json!({})).await?;
    let location = format!("/flights/{id}");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::To(location))
}
