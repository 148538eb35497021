//! The card of somebody who stands at the desk, before anything is saved.

use rocket::{Route, State, get, routes};
use uuid::Uuid;

use super::flight::FlightPage;
use super::manifest::{self, Manifest, Row};
use super::register;
use crate::access::Read;
use crate::access::guard::to;
use crate::base::Result;
use crate::base::form::{Filled, new_key};
use crate::base::language::{Language, Message};
use crate::base::seal::Keys;
use crate::intake::form::in_words;
use crate::intake::scan::Scanned;
use crate::page::Answer;

pub fn routes() -> Vec<Route> {
    routes![card, blank]
}

/// Whoever stands there, as the page shows them before anything is saved.
pub struct Card {
    /// Nobody of the list: they came unannounced.
    pub number: Option<i32>,
    pub name: String,
    pub born: String,
    /// Registered before they came; nothing more is asked.
    pub known: bool,
    /// Where the choices lead.
    pub path: String,
    /// What was scanned, to be read again when the arrival is confirmed.
    pub read: String,
    pub doubts: Vec<Message>,
}

impl Card {
    /// The card, and its fields as filled from the list and the document.
    pub fn of(
        manifest: &Manifest,
        row: Option<&Row>,
        known: bool,
        scanned: Option<(String, Scanned)>,
        (keys, language): (&Keys, Language),
    ) -> Result<(Card, Filled)> {
        let (read, found) = scanned.unzip();
        let mut doubts: Vec<Message> = found.iter().flat_map(|found| found.doubts.iter().map(in_words)).collect();
        if let Some((row, found)) = row.zip(found.as_ref()) {
            doubts.extend(register::differences(row, found, keys)?.into_iter().map(Message::new));
        }
        let card = Card { doubts, known, ..Card::bare(manifest, row, read.unwrap_or_default()) };
        Ok((card, register::filled(manifest, row, found.as_ref(), language)))
    }

    /// The same for a form that came back with what was typed.
    pub fn bare(manifest: &Manifest, row: Option<&Row>, read: String) -> Card {
        Card {
            number: row.map(|row| row.number),
            name: row.and_then(|row| row.name.clone()).unwrap_or_default(),
            born: row.map(Row::born).unwrap_or_default(),
            known: false,
            path: row.map_or_else(|| manifest.path(), |row| format!("{}/rows/{}", manifest.path(), row.id)),
            read,
            doubts: Vec::new(),
        }
    }

    /// Where the arrival is confirmed.
    pub fn arrival(&self) -> String {
        format!("{}/{}", self.path, if self.number.is_some() { "arrival" } else { "unannounced" })
    }

    /// A key for the form that keeps nothing.
    pub fn key(&self) -> String {
        new_key()
    }
}

/// Somebody of the list, out of one of its numbers.
#[get("/flights/<id>/rows/<row>")]
async fn card(
    id: Uuid,
    row: Uuid,
    mut db: Read<to::RegisterPeople>,
    keys: &State<Keys>,
    language: Language,
) -> Result<Answer<FlightPage>> {
    let user = db.user().clone();
    let manifest = manifest::find(&mut db, id).await?;
    let row = manifest::row(&mut db, id, row).await?;
    if !row.is_open() || manifest.closed_at.is_some() {
        return Ok(Answer::To(format!("/flights/{id}?before={}", row.number)));
    }
    let known = manifest::known(&mut db, std::slice::from_ref(&row)).await?;
    let (card, form) = Card::of(&manifest, Some(&row), !known.is_empty(), None, (keys, language))?;
    db.note("read", "manifest_rows", &[row.id]).await?;
    let page = FlightPage::new(&mut db, &user, manifest, form, language).await?.with_card(card);
    let seen = db.searched().await?;
    Ok(Answer::Page(page.seen(seen)))
}

/// Somebody who is not on the list and has nothing to scan.
#[get("/flights/<id>/unannounced")]
async fn blank(
    id: Uuid,
    mut db: Read<to::RegisterPeople>,
    keys: &State<Keys>,
    language: Language,
) -> Result<Answer<FlightPage>> {
    let user = db.user().clone();
    let manifest = manifest::find(&mut db, id).await?;
    if manifest.closed_at.is_some() {
        return Ok(Answer::To(format!("/flights/{id}")));
    }
    let (card, form) = Card::of(&manifest, None, false, None, (keys, language))?;
    Ok(Answer::Page(FlightPage::new(&mut db, &user, manifest, form, language).await?.with_card(card)))
}
