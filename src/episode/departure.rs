//! Somebody who came home leaves again, which ends the episode.

use askama::Template;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, State, get, post, routes};
use time::{Date, OffsetDateTime};
use uuid::Uuid;
use validator::Validate;

use super::migration::CHANNELS;
use super::{Episode, store};
use crate::access::guard::to;
use crate::access::{Read, Seen, User, Write};
use crate::base::code::Code;
use crate::base::date::{Precision, Typed, written};
use crate::base::form::{Checked, Choice, Filled};
use crate::base::language::Language;
use crate::base::seal::Keys;
use crate::base::{Error, Result};
use crate::page::{Answer, Page, filters};
use crate::person::Person;
use crate::person::choices::choices;
use crate::person::form::{one_of, text};
use crate::person::part_form::place;
use crate::person::store as people;
use crate::schema::re_departures;
use crate::vocabulary::List;

pub fn routes() -> Vec<Route> {
    routes![ask, keep, withdraw]
}

pub const DEPARTURE_STATES: [&str; 2] = ["done", "planned"];
/// By choice or out of need (practice 41): the one is neutral, the other an outcome that was not reached.
pub const DEPARTURE_GROUNDS: [&str; 2] = ["choice", "need"];

/// A departure after a return, as kept.
#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = re_departures)]
pub struct Departure {
    pub id: Uuid,
    pub episode_id: Uuid,
    pub state: String,
    pub left_on: Option<Date>,
    pub left_precision: Option<String>,
    pub country: Option<String>,
    pub channel: Option<String>,
    pub ground: Option<String>,
    pub version: i32,
}

impl Departure {
    /// The day as far as it is known; empty otherwise.
    pub fn day(&self) -> String {
        let precision = self.left_precision.as_deref().and_then(Precision::from_code);
        self.left_on.zip(precision).map(|(on, precision)| written(on, precision)).unwrap_or_default()
    }

    pub fn is_done(&self) -> bool {
        self.state == "done"
    }
}

/// The departures of these returns that were not taken back: at most one for each.
pub async fn departures(db: &mut AsyncPgConnection, episodes: &[Uuid]) -> Result<Vec<Departure>> {
    Ok(re_departures::table
        .filter(re_departures::episode_id.eq_any(episodes))
        .filter(re_departures::withdrawn_at.is_null())
        .limit(200)
        .select(Departure::as_select())
        .load(db)
        .await?)
}

#[derive(FromForm, Validate)]
struct DepartureForm {
    #[field(default = String::new())]
    state: String,
    left: Typed,
    #[validate(length(max = 100, code = "too-long"))]
    #[field(default = String::new())]
    country: String,
    #[field(default = String::new())]
    channel: String,
    #[field(default = String::new())]
    ground: String,
    /// The version that the form was filled from; 0 where nothing was entered before.
    #[field(default = 0)]
    version: i32,
}

#[derive(FromForm, Validate)]
struct Sent {
    #[validate(nested)]
    departure: DepartureForm,
}

struct Leaving {
    state: String,
    left: Option<(Date, Precision)>,
    country: Option<String>,
    channel: Option<String>,
    ground: Option<String>,
}

impl DepartureForm {
    fn read(&self, filled: &mut Filled, episode: &Episode, today: Date) -> Option<Leaving> {
        let state = one_of(filled, "departure.state", &self.state, |code| DEPARTURE_STATES.contains(&code));
        if self.state.trim().is_empty() {
            filled.push("departure.state", "error-choose");
        }
        let left = match self.left.read() {
            Ok(left) => left,
            Err(wrong) => {
                filled.push("departure.left", wrong);
                None
            }
        };
        if let Some((on, _)) = left {
            let done = state.as_deref() == Some("done");
            if done && on > today {
                filled.push("departure.left", "error-date-future");
            }
            // The last day that it can have been, against the first day that they can have come.
            let last = last_day(left).unwrap_or(on);
            if episode.entered_on.is_some_and(|entered| last < entered) {
                filled.push("departure.left", "error-departure-before-entry");
            } else if !done && last < today {
                filled.push("departure.left", "error-departure-past");
            }
        }
        let country = place(filled, "departure.country", &self.country, List::Countries, None, today);
        if country.as_deref() == Some("VN") {
            filled.push("departure.country", "error-departure-country");
        }
        let channel = one_of(filled, "departure.channel", &self.channel, |code| CHANNELS.contains(&code));
        let ground = one_of(filled, "departure.ground", &self.ground, |code| DEPARTURE_GROUNDS.contains(&code));
        Some(Leaving { state: state?, left, country, channel, ground }).filter(|_| !filled.is_wrong())
    }
}

/// The last day that a date can mean.
fn last_day(date: Option<(Date, Precision)>) -> Option<Date> {
    let (on, precision) = date?;
    match precision {
        Precision::Day => Some(on),
        Precision::Month => on.replace_day(on.month().length(on.year())).ok(),
        Precision::Year => Date::from_calendar_date(on.year(), time::Month::December, 31).ok(),
    }
}

#[derive(Template)]
#[template(path = "episode/departure.html")]
struct DeparturePage {
    person: Person,
    id: Uuid,
    form: Filled,
    states: Vec<Choice>,
    grounds: Vec<Choice>,
    channels: Vec<Choice>,
    _seen: Option<Seen>,
}

impl DeparturePage {
    fn new(person: Person, id: Uuid, form: Filled, language: Language) -> DeparturePage {
        DeparturePage {
            person,
            id,
            form,
            states: choices(language, "departure-state", &DEPARTURE_STATES),
            grounds: choices(language, "departure-ground", &DEPARTURE_GROUNDS),
            channels: choices(language, "migration-channel", &CHANNELS),
            _seen: None,
        }
    }
}

/// A return that somebody came home with; of any other nobody can leave again.
async fn returned(db: &mut AsyncPgConnection, person: Uuid, id: Uuid) -> Result<Episode> {
    let episode = store::find(db, person, id).await?;
    if episode.standing != "returned" {
        return Err(Error::refused(Status::Conflict, "error-departure-not-home"));
    }
    Ok(episode)
}

#[get("/people/<code>/returns/<id>/departure")]
async fn ask(code: Code, id: Uuid, mut db: Read<to::ChangePeople>, language: Language) -> Result<Page<DeparturePage>> {
    let (user, now) = (db.user().clone(), db.now());
    let person = people::find_to_change(&mut db, &user, code, now).await?;
    returned(&mut db, person.id, id).await?;
    let mut form = Filled::blank();
    if let Some(kept) = departures(&mut db, &[id]).await?.into_iter().next() {
        let left = Typed::of(kept.left_on, kept.left_precision.as_deref().and_then(Precision::from_code));
        let country = kept.country.map(|code| List::Countries.vocabulary().title(&code, language));
        form = form
            .put("departure.state", kept.state)
            .put("departure.left.day", left.day)
            .put("departure.left.month", left.month)
            .put("departure.left.year", left.year)
            .put("departure.country", country.unwrap_or_default())
            .put("departure.channel", kept.channel.unwrap_or_default())
            .put("departure.ground", kept.ground.unwrap_or_default())
            .put("departure.version", kept.version.to_string());
    }
    let seen = db.opened(&[person.id]).await?;
    Ok(Page(DeparturePage { _seen: Some(seen), ..DeparturePage::new(person, id, form, language) }))
}

/// Keeps that somebody left or will leave; what was entered before makes room and stays in the table.
#[post("/people/<code>/returns/<id>/departure", data = "<form>")]
async fn keep(
    code: Code,
    id: Uuid,
    form: Form<Checked<Sent>>,
    mut db: Write<to::ChangePeople>,
    language: Language,
) -> Result<Answer<DeparturePage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (user, now, today) = (db.user().clone(), db.now(), db.today());
    let person = people::find_to_change(&mut db, &user, code, now).await?;
    let episode = returned(&mut db, person.id, id).await?;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let version = value.as_ref().map_or(0, |sent| sent.departure.version);
    let Some(read) = value.and_then(|sent| sent.departure.read(&mut filled, &episode, today)) else {
        return Ok(Answer::With(Status::UnprocessableEntity, DeparturePage::new(person, id, filled, language)));
    };
    if version > 0 && take_back(&mut db, &user, id, version, None, now).await? == 0
        || !insert(&mut db, &user, id, &read).await?
    {
        return Err(Error::refused(Status::Conflict, "error-page-changed-meanwhile"));
    }
    let location = format!("/people/{code}/returns/{id}");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "departure-kept"))
}

/// False if somebody else was faster.
async fn insert(db: &mut AsyncPgConnection, user: &User, episode: Uuid, read: &Leaving) -> Result<bool> {
    let added = diesel::insert_into(re_departures::table)
        .values((
            re_departures::id.eq(Uuid::now_v7()),
            re_departures::episode_id.eq(episode),
            re_departures::state.eq(&read.state),
            re_departures::left_on.eq(read.left.map(|(on, _)| on)),
            re_departures::left_precision.eq(read.left.map(|(_, precision)| precision.code())),
            re_departures::country.eq(&read.country),
            re_departures::channel.eq(&read.channel),
            re_departures::ground.eq(&read.ground),
            re_departures::recorded_by.eq(user.id),
        ))
        .on_conflict_do_nothing()
        .execute(db)
        .await?;
    Ok(added == 1)
}

async fn take_back(
    db: &mut AsyncPgConnection,
    user: &User,
    episode: Uuid,
    version: i32,
    because: Option<&str>,
    now: OffsetDateTime,
) -> Result<usize> {
    Ok(diesel::update(
        re_departures::table
            .filter(re_departures::episode_id.eq(episode))
            .filter(re_departures::version.eq(version))
            .filter(re_departures::withdrawn_at.is_null()),
    )
    .set((
        re_departures::withdrawn_at.eq(now),
        re_departures::withdrawn_by.eq(user.id),
        re_departures::withdrawn_because.eq(because),
        re_departures::version.eq(version.saturating_add(1)),
    ))
    .execute(db)
    .await?)
}

#[derive(FromForm, Validate)]
struct Mistake {
    #[validate(length(max = 500, code = "too-long"))]
    #[field(default = String::new())]
    because: String,
    version: i32,
}

#[derive(FromForm, Validate)]
struct MistakeSent {
    #[validate(nested)]
    mistake: Mistake,
}

/// It was entered by mistake: the episode goes on.
#[post("/people/<code>/returns/<id>/departure/withdrawal", data = "<form>")]
async fn withdraw(
    code: Code,
    id: Uuid,
    form: Form<Checked<MistakeSent>>,
    mut db: Write<to::ChangePeople>,
    keys: &State<Keys>,
    language: Language,
) -> Result<Answer<super::pages::ShowPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (user, now) = (db.user().clone(), db.now());
    let person = people::find_to_change(&mut db, &user, code, now).await?;
    store::find(&mut db, person.id, id).await?;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let because = value.as_ref().and_then(|sent| text(&sent.mistake.because));
    if because.is_none() && !filled.is_wrong() {
        filled.push("mistake.because", "error-reason");
    }
    let (Some(sent), Some(because)) = (value, because) else {
        let reading = db.instead().await?;
        let page = super::pages::shown_page(reading, code, id, filled, keys, language).await?;
        return Ok(Answer::With(Status::UnprocessableEntity, page));
    };
    if take_back(&mut db, &user, id, sent.mistake.version, Some(&because), now).await? == 0 {
        return Err(Error::refused(Status::Conflict, "error-page-changed-meanwhile"));
    }
    let location = format!("/people/{code}/returns/{id}");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "departure-withdrawn"))
}
