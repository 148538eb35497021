//! Flight mode: the page that meets a planeload by keyboard alone (practice 7).

use askama::Template;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, State, get, post, routes};
use time::OffsetDateTime;
use uuid::Uuid;
use validator::Validate;

use super::card::Card;
use super::declining;
use super::manifest::{self, Counts, Manifest, Row};
use crate::access::guard::to;
use crate::access::{Read, Seen, User};
use crate::base::clock::in_viet_nam;
use crate::base::date::{Precision, written};
use crate::base::form::{Checked, Choice, Filled};
use crate::base::language::{Language, Message};
use crate::base::seal::Keys;
use crate::base::{Error, Result};
use crate::intake::form::explained;
use crate::intake::scan;
use crate::page::{Answer, Page, filters};
use crate::person::SEXES;
use crate::person::choices::choices;
use crate::schema::manifest_rows;

pub fn routes() -> Vec<Route> {
    routes![show, read, search]
}

/// A scan is never longer; see `intake::scan`.
const LONGEST: usize = 1100;

/// What became of a row, in one line, without a name.
pub struct Said {
    key: &'static str,
    number: i32,
    by: String,
    at: Option<OffsetDateTime>,
}

impl Said {
    /// What a row that is no longer open says.
    async fn of(db: &mut AsyncPgConnection, row: &Row, mine: bool) -> Result<Said> {
        let by = manifest::colleagues(db, std::slice::from_ref(row)).await?;
        let key = match (row.state.as_str(), mine) {
            ("arrived", true) => "flight-said-arrived",
            ("arrived", false) => "flight-said-before",
            ("declined", true) => "flight-said-declined",
            ("declined", false) => "flight-said-declined-before",
            _ => "flight-said-expired",
        };
        let by = row.seen_by.and_then(|id| by.get(&id).cloned()).unwrap_or_default();
        Ok(Said { key, number: row.number, by, at: row.seen_at })
    }

    /// When, as it reads on a wall in Viet Nam.
    fn time(&self) -> String {
        let Some(at) = self.at.map(in_viet_nam) else { return String::new() };
        format!("{:02}:{:02} {}", at.hour(), at.minute(), written(at.date(), Precision::Day))
    }
}

/// The last arrival that I confirmed here, and what taking it back would do.
struct Last {
    row: Uuid,
    number: i32,
    does: &'static str,
}

/// Somebody on the list, to choose.
pub struct Line {
    row: Uuid,
    number: i32,
    name: String,
    born: String,
    open: bool,
}

#[derive(Template)]
#[template(path = "import/flight.html")]
pub struct FlightPage {
    manifest: Manifest,
    counts: Counts,
    /// Scan box, search and card; their names differ.
    form: Filled,
    card: Option<Card>,
    /// Several whom it could be.
    several: Vec<Line>,
    /// What was scanned, to go along with a choice.
    scanned: String,
    nobody: bool,
    suggestion: Option<String>,
    said: Option<Said>,
    undone: Option<&'static str>,
    last: Option<Last>,
    sexes: Vec<Choice>,
    _seen: Option<Seen>,
}

impl FlightPage {
    /// The page with nothing looked up yet.
    pub async fn new(
        db: &mut AsyncPgConnection,
        user: &User,
        manifest: Manifest,
        form: Filled,
        language: Language,
    ) -> Result<FlightPage> {
        let counts = manifest::counts(db, &[manifest.id]).await?.get(&manifest.id).copied().unwrap_or_default();
        let last: Option<(Uuid, i32, bool, bool)> = manifest_rows::table
            .filter(manifest_rows::manifest_id.eq(manifest.id))
            .filter(manifest_rows::seen_by.eq(user.id))
            .filter(manifest_rows::state.eq("arrived"))
            .filter(manifest_rows::erased_at.is_null())
            .order(manifest_rows::seen_at.desc())
            .select((manifest_rows::id, manifest_rows::number, manifest_rows::made_person, manifest_rows::announced))
            .first(db)
            .await
            .optional()?;
        let last = last.filter(|_| manifest.closed_at.is_none()).map(|(row, number, made, announced)| {
            let does = match (made, announced) {
                (_, false) => "flight-undo-does-unannounced",
                (true, true) => "flight-undo-does-made",
                (false, true) => "flight-undo-does-planned",
            };
            Last { row, number, does }
        });
        Ok(FlightPage {
            manifest,
            counts,
            form,
            card: None,
            several: Vec::new(),
            scanned: String::new(),
            nobody: false,
            suggestion: None,
            said: None,
            undone: None,
            last,
            sexes: choices(language, "sex", &SEXES),
            _seen: None,
        })
    }

    pub fn with_card(mut self, card: Card) -> FlightPage {
        self.card = Some(card);
        self
    }

    pub fn seen(mut self, seen: Seen) -> FlightPage {
        self._seen = Some(seen);
        self
    }

    /// One key confirms, unless something must be mended first.
    fn card_attributes(&self) -> &'static str {
        if self.form.is_wrong() { "" } else { " autofocus" }
    }

    /// The scan box waits for the next one, unless something else must be answered first.
    fn scan_attributes(&self) -> &'static str {
        if self.card.is_none() && self.several.is_empty() && !self.form.is_wrong() {
            " autocomplete=off spellcheck=false autocapitalize=off data-scan autofocus"
        } else {
            " autocomplete=off spellcheck=false autocapitalize=off data-scan"
        }
    }
}

#[get("/flights/<id>?<done>&<before>&<undo>")]
async fn show(
    id: Uuid,
    done: Option<i32>,
    before: Option<i32>,
    undo: Option<String>,
    mut db: Read<to::RegisterPeople>,
    language: Language,
) -> Result<Page<FlightPage>> {
    let user = db.user().clone();
    let manifest = manifest::find(&mut db, id).await?;
    let mut page = FlightPage::new(&mut db, &user, manifest, Filled::blank(), language).await?;
    if let Some(number) = done.or(before)
        && let Some(row) = manifest::numbered(&mut db, id, number).await?
    {
        page.said = Some(Said::of(&mut db, &row, done.is_some()).await?);
    }
    page.undone = undo.as_deref().and_then(declining::undone);
    Ok(Page(page))
}

/// What is scanned, or typed to find somebody on this list; with the row that was chosen among several.
#[derive(FromForm, Validate)]
struct Looked {
    #[validate(length(max = 1100, code = "too-long"))]
    #[field(default = String::new())]
    scan: String,
    #[validate(length(max = 200, code = "too-long"))]
    #[field(default = String::new())]
    q: String,
    row: Option<Uuid>,
}

/// Reads the scan box. Saves nothing, whatever key ended the line (practice 8).
#[post("/flights/<id>/scan", data = "<form>")]
async fn read(
    id: Uuid,
    form: Form<Checked<Looked>>,
    db: Read<to::RegisterPeople>,
    keys: &State<Keys>,
    language: Language,
) -> Result<Answer<FlightPage>> {
    let Checked { value, filled } = form.into_inner();
    looked(db, id, value.and_then(|typed| typed.row), filled, keys, language).await
}

/// Finds somebody on this list by a number or words of a name.
#[post("/flights/<id>/search", data = "<form>")]
async fn search(
    id: Uuid,
    form: Form<Checked<Looked>>,
    mut db: Read<to::RegisterPeople>,
    keys: &State<Keys>,
    language: Language,
) -> Result<Answer<FlightPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let typed = filled.value("q").trim().to_owned();
    if scan::looks_like(&typed) {
        let filled = filled.put("q", "").put("scan", typed);
        return looked(db, id, None, filled, keys, language).await;
    }
    let user = db.user().clone();
    let found = manifest::find(&mut db, id).await?;
    if typed.is_empty() && !filled.is_wrong() {
        filled.push("q", "error-required");
    }
    if filled.is_wrong() || value.is_none() {
        let page = FlightPage::new(&mut db, &user, found, filled, language).await?;
        return Ok(Answer::With(Status::UnprocessableEntity, page));
    }
    let rows = manifest::rows(&mut db, id, None).await?;
    let fitting = manifest::searched(&rows, keys, &typed)?;
    answered(db, found, &fitting, None, filled, (keys, language)).await
}

/// Looks on the list for what was scanned. What stands in another field is recognised too.
pub async fn looked(
    mut db: Read<to::RegisterPeople>,
    id: Uuid,
    chosen: Option<Uuid>,
    mut filled: Filled,
    keys: &Keys,
    language: Language,
) -> Result<Answer<FlightPage>> {
    let (user, today) = (db.user().clone(), db.today());
    let manifest = manifest::find(&mut db, id).await?;
    let typed = filled.value("scan").to_owned();
    if typed.trim().is_empty() && !filled.is_wrong() {
        filled.push("scan", "error-scan-nothing");
    }
    let mut suggestion = None;
    let found = match scan::read(&typed, today) {
        Ok(found) if !filled.is_wrong() => Some(found),
        Err(wrong) if !filled.is_wrong() && typed.chars().count() <= LONGEST => {
            let (message, meant) = explained(wrong, language);
            filled.push("scan", message);
            suggestion = meant;
            None
        }
        _ => None,
    };
    let Some(found) = found else {
        let page = FlightPage { suggestion, ..FlightPage::new(&mut db, &user, manifest, filled, language).await? };
        return Ok(Answer::With(Status::UnprocessableEntity, page));
    };
    let rows = manifest::rows(&mut db, id, None).await?;
    let mut fitting = manifest::matching(&rows, keys, &found)?;
    if let Some(chosen) = chosen {
        fitting.retain(|row| row.id == chosen);
    }
    let filled = filled.put("scan", "");
    answered(db, manifest, &fitting, Some((typed, found)), filled, (keys, language)).await
}

/// One fits: their card. Several: a choice. Nobody: whoever was scanned came unannounced.
async fn answered(
    mut db: Read<to::RegisterPeople>,
    manifest: Manifest,
    fitting: &[&Row],
    scanned: Option<(String, scan::Scanned)>,
    filled: Filled,
    (keys, language): (&Keys, Language),
) -> Result<Answer<FlightPage>> {
    let user = db.user().clone();
    let closed = manifest.closed_at.is_some();
    let mut page = FlightPage::new(&mut db, &user, manifest, filled, language).await?;
    match fitting {
        [row] if !row.is_open() => page.said = Some(Said::of(&mut db, row, false).await?),
        [row] if !closed => {
            let known = manifest::known(&mut db, std::slice::from_ref(*row)).await?;
            let (card, form) = Card::of(&page.manifest, Some(row), !known.is_empty(), scanned, (keys, language))?;
            db.note("read", "manifest_rows", &[row.id]).await?;
            (page.card, page.form) = (Some(card), form);
        }
        [] if scanned.is_some() && !closed => {
            let (card, form) = Card::of(&page.manifest, None, false, scanned, (keys, language))?;
            (page.card, page.form) = (Some(card), form);
        }
        [] => page.nobody = true,
        several => {
            let shown: Vec<Uuid> = several.iter().map(|row| row.id).collect();
            db.note("list", "manifest_rows", &shown).await?;
            page.scanned = scanned.map(|(typed, _)| typed).unwrap_or_default();
            page.several = several
                .iter()
                .map(|row| Line {
                    row: row.id,
                    number: row.number,
                    name: row.name.clone().unwrap_or_default(),
                    born: row.born(),
                    open: row.is_open() && !closed,
                })
                .collect();
        }
    }
    let seen = db.searched().await?;
    Ok(Answer::Page(page.seen(seen)))
}

/// What is said to somebody whose flight was closed meanwhile.
pub fn closed() -> Error {
    Error::Refused(Status::Conflict, Message::new("error-flight-closed"))
}
