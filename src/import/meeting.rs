//! Somebody of a flight stands at the desk and came: kept once, whoever confirms first.

use diesel::define_sql_function;
use diesel::prelude::*;
use diesel::sql_types::{Array, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rocket::form::Form;
use rocket::http::Status;
use rocket::{Route, State, post, routes};
use serde_json::{Value, json};
use time::Date;
use uuid::Uuid;

use super::card::Card;
use super::flight::{self, FlightPage};
use super::manifest::{self, Manifest, Row};
use super::register::{self, MeetForm};
use crate::access::guard::to;
use crate::access::{User, Write};
use crate::base::Result;
use crate::base::code::Code;
use crate::base::event;
use crate::base::form::{Checked, Filled};
use crate::base::language::{Language, Message};
use crate::base::seal::Keys;
use crate::case::store::{self as cases, NewCase, NextStep};
use crate::case::target;
use crate::intake::arrivals::confirm_arrival;
use crate::intake::scan::{self, Scanned};
use crate::page::Answer;
use crate::schema::{cases as case_rows, episodes, manifest_rows, manifests, persons};

pub fn routes() -> Vec<Route> {
    routes![arrive, arrive_unannounced]
}

define_sql_function! {
    /// The planned return, expected here, of the one person with one of these numbers; see database/functions.sql.
    fn expected_here(numbers: Array<Text>) -> Nullable<SqlUuid>;
}
define_sql_function! {
    /// True if a return has a case, be it one that I may not open; see database/functions.sql.
    fn has_case(episode: SqlUuid) -> Bool;
}

/// What the returnee chose at the counter.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Help {
    No,
    /// At once: the page of the case follows.
    Yes,
    /// By telephone, later.
    Later,
}

impl Help {
    fn read(typed: &str) -> Help {
        match typed {
            "yes" => Help::Yes,
            "later" => Help::Later,
            // Enter presses the first choice.
            _ => Help::No,
        }
    }

    fn wanted(self) -> &'static str {
        if self == Help::No { "no" } else { "yes" }
    }
}

/// The manifest, if people may still be met. Whoever adds to it or closes it waits for those who are at work on it.
pub async fn open_manifest(db: &mut AsyncPgConnection, id: Uuid, adds: bool) -> Result<Manifest> {
    let one = manifests::table.find(id).select(Manifest::as_select());
    let found: Manifest =
        if adds { one.for_update().get_result(db).await? } else { one.for_share().get_result(db).await? };
    if found.closed_at.is_some() { Err(flight::closed()) } else { Ok(found) }
}

/// The row, held until this is decided: a second officer waits here and then finds it decided.
pub async fn held(db: &mut AsyncPgConnection, manifest: Uuid, row: Uuid) -> Result<Row> {
    Ok(manifest_rows::table
        .filter(manifest_rows::id.eq(row))
        .filter(manifest_rows::manifest_id.eq(manifest))
        .select(Row::as_select())
        .for_update()
        .get_result(db)
        .await?)
}

pub async fn next_number(db: &mut AsyncPgConnection, manifest: Uuid) -> Result<i32> {
    let last: Option<i32> = manifest_rows::table
        .filter(manifest_rows::manifest_id.eq(manifest))
        .select(diesel::dsl::max(manifest_rows::number))
        .first(db)
        .await?;
    Ok(last.unwrap_or_default() + 1)
}

/// A scan that landed in a field of the card (practice 8).
fn stray(filled: &Filled) -> Option<String> {
    let fields = [
        "person.name",
        "person.birth.day",
        "person.birth.month",
        "person.birth.year",
        "return.previous_country",
        "return.left.month",
        "return.left.year",
        "contact.value",
    ];
    fields.into_iter().map(|field| filled.value(field)).find(|typed| scan::looks_like(typed)).map(str::to_owned)
}

/// They came: kept once, whoever is first.
#[post("/flights/<id>/rows/<row>/arrival", data = "<form>")]
async fn arrive(
    id: Uuid,
    row: Uuid,
    form: Form<Checked<MeetForm>>,
    mut db: Write<to::RegisterPeople>,
    keys: &State<Keys>,
    language: Language,
) -> Result<Answer<FlightPage>> {
    let sent = form.into_inner();
    if let Some(before) = db.claim(sent.filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let manifest = open_manifest(&mut db, id, false).await?;
    let row = held(&mut db, id, row).await?;
    if !row.is_open() {
        let location = format!("/flights/{id}?before={}", row.number);
        db.done(sent.filled.submission(), &location).await?;
        return Ok(Answer::To(location));
    }
    met(db, manifest, Some(row), sent, (keys, language)).await
}

/// Somebody came who is not on the list: the list gets a line for them.
#[post("/flights/<id>/unannounced", data = "<form>")]
async fn arrive_unannounced(
    id: Uuid,
    form: Form<Checked<MeetForm>>,
    mut db: Write<to::RegisterPeople>,
    keys: &State<Keys>,
    language: Language,
) -> Result<Answer<FlightPage>> {
    let sent = form.into_inner();
    if let Some(before) = db.claim(sent.filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let manifest = open_manifest(&mut db, id, true).await?;
    // Scanned at two counters at once, one person comes to one line.
    if let Ok(found) = scan::read(sent.filled.value("read"), db.today()) {
        let rows = manifest::rows(&mut db, id, Some(manifest::Which::Unannounced)).await?;
        let number = manifest::matching(&rows, keys, &found)?.iter().map(|there| there.number).next();
        if let Some(number) = number {
            let location = format!("/flights/{id}?before={number}");
            db.done(sent.filled.submission(), &location).await?;
            return Ok(Answer::To(location));
        }
    }
    met(db, manifest, None, sent, (keys, language)).await
}

/// Confirms the planned return that this is, or registers person and return as the desk's page does.
async fn met(
    mut db: Write<to::RegisterPeople>,
    manifest: Manifest,
    row: Option<Row>,
    sent: Checked<MeetForm>,
    (keys, language): (&Keys, Language),
) -> Result<Answer<FlightPage>> {
    let Checked { value, mut filled } = sent;
    if let Some(scanned) = stray(&filled) {
        let looked = Filled::blank().put("scan", scanned);
        return flight::looked(db.instead().await?, manifest.id, None, looked, keys, language).await;
    }
    let (user, today, now) = (db.user().clone(), db.today(), db.now());
    let help = Help::read(filled.value("help"));
    let found = scan::read(filled.value("read"), today).ok();
    let episode = confirmed(&mut db, &manifest, row.as_ref(), found.as_ref(), (keys, today)).await?;
    let made_person = episode.is_none();
    let mut name = None;
    let episode = match episode {
        Some(episode) => episode,
        None => {
            let about = (&manifest, row.as_ref(), found.as_ref());
            let read = value.and_then(|typed| typed.read(&mut filled, about, help.wanted(), today));
            if help == Help::Later && read.as_ref().is_some_and(|read| read.parts.contact.is_none()) {
                filled.push("contact.value", "error-required");
            }
            let Some(mut read) = read.filter(|_| !filled.is_wrong()) else {
                return refused(db, manifest, row, filled, language).await;
            };
            read.parts.document = register::document(keys, row.as_ref(), found.as_ref())?;
            name = Some(read.facts.name.clone());
            register::register(&mut db, &user, keys, &read, now).await?
        }
    };
    let (line, number) = match &row {
        Some(row) => (row.id, row.number),
        None => {
            let line = (Uuid::now_v7(), next_number(&mut db, manifest.id).await?);
            register::add_line(&mut db, keys, &manifest, line, name.as_deref(), found.as_ref()).await?;
            line
        }
    };
    diesel::update(manifest_rows::table.find(line))
        .set((
            manifest_rows::state.eq("arrived"),
            manifest_rows::seen_at.eq(now),
            manifest_rows::seen_by.eq(user.id),
            manifest_rows::episode_id.eq(episode),
            manifest_rows::made_person.eq(made_person),
            manifest_rows::version.eq(manifest_rows::version + 1),
        ))
        .execute(&mut *db)
        .await?;
    event::record(&mut db, "manifest.met", "manifest", manifest.id, json!({ "number": number })).await?;
    let back = format!("/flights/{}?done={number}", manifest.id);
    let location = helped(&mut db, &user, &manifest, episode, help, (today, language)).await?.unwrap_or(back);
    db.done(filled.submission(), &location).await?;
    Ok(Answer::To(location))
}

/// The planned return that the desk knew of, confirmed; nothing where there is none, or none that is open to this desk:
/// of somebody under protection the officer learns nothing, and registers whoever stands there (practice 20).
async fn confirmed(
    db: &mut AsyncPgConnection,
    manifest: &Manifest,
    row: Option<&Row>,
    found: Option<&Scanned>,
    (keys, today): (&Keys, Date),
) -> Result<Option<Uuid>> {
    let by_list = row.and_then(|row| row.episode_id);
    let numbers = match found {
        Some(found) => manifest::number_keys(keys, found)?,
        None => row.and_then(Row::number_key).into_iter().collect(),
    };
    let by_number: Option<Uuid> = diesel::select(expected_here(numbers)).get_result(db).await?;
    let Some(episode) = by_list.or(by_number) else { return Ok(None) };
    // After midnight it is still yesterday's flight.
    let entered = manifest.arrives_on.min(today);
    let said: Value = diesel::select(confirm_arrival(episode, entered)).get_result(db).await?;
    Ok(matches!(said["said"].as_str(), Some("confirmed" | "before")).then_some(episode))
}

/// Where somebody who wants help is led: to what the counter sees of their case; nowhere with a call booked.
async fn helped(
    db: &mut AsyncPgConnection,
    user: &User,
    manifest: &Manifest,
    episode: Uuid,
    help: Help,
    (today, language): (Date, Language),
) -> Result<Option<String>> {
    if help == Help::No {
        return Ok(None);
    }
    let person: String = episodes::table
        .inner_join(persons::table)
        .filter(episodes::id.eq(episode))
        .select(persons::code)
        .first(db)
        .await?;
    let before: Option<(Uuid, String, Uuid, String)> = case_rows::table
        .filter(case_rows::episode_id.eq(episode))
        .select((case_rows::id, case_rows::code, case_rows::holder_id, case_rows::phase))
        .first(db)
        .await
        .optional()?;
    let (case, code) = match before {
        Some((id, code, holder, phase)) if holder == user.organisation && phase != "closed" => (id, code),
        Some((_, code, _, _)) => return Ok(Some(format!("/cases/{code}"))),
        // Another office helps already: the page of the return is what this desk may see.
        None if diesel::select(has_case(episode)).get_result(db).await? => {
            return Ok(Some(format!("/people/{person}/returns/{episode}")));
        }
        None => {
            diesel::update(episodes::table.find(episode)).set(episodes::wants_help.eq("yes")).execute(db).await?;
            let new = NewCase { code: Code::random(), episode, urgency: "routine", wishes: None };
            (cases::open(db, user, &new).await?, new.code.to_string())
        }
    };
    if help == Help::Yes {
        return Ok(Some(format!("/cases/{code}/screening")));
    }
    let on = target::due(db, "routine", today).await?;
    let step = language.say(&Message::new("flight-call-back-step").with("flight", &*manifest.flight));
    let next = NextStep { step, on, by: "me".to_owned() };
    cases::set_next_step(db, case, Some(&next)).await?;
    Ok(None)
}

/// The card again, with what was typed and what is wrong; nothing is saved.
async fn refused(
    db: Write<to::RegisterPeople>,
    manifest: Manifest,
    row: Option<Row>,
    filled: Filled,
    language: Language,
) -> Result<Answer<FlightPage>> {
    let mut db = db.instead().await?;
    let user = db.user().clone();
    let card = Card::bare(&manifest, row.as_ref(), filled.value("read").to_owned());
    if let Some(row) = &row {
        db.note("read", "manifest_rows", &[row.id]).await?;
    }
    let page = FlightPage::new(&mut db, &user, manifest, filled, language).await?.with_card(card);
    let seen = db.searched().await?;
    Ok(Answer::With(Status::UnprocessableEntity, page.seen(seen)))
}
