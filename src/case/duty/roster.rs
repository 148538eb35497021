//! The roster of an office: who is on duty when, and the hours at which nobody is.

use std::collections::HashMap;

use askama::Template;
use diesel_async::AsyncPgConnection;
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use serde_json::json;
use time::format_description::well_known::Iso8601;
use time::{Date, Duration, OffsetDateTime, Time};
use uuid::Uuid;
use validator::Validate;

use super::alarm::write_to;
use super::{between, hours, store, time_of_day};
use crate::access::guard::to;
use crate::access::{Permission, Read, User, Write};
use crate::base::clock::{at_in_viet_nam, date_in_viet_nam};
use crate::base::date::{Precision, Typed, written};
use crate::base::db::{Db, Rights};
use crate::base::form::{Checked, Choice, Filled, Press};
use crate::base::job::{self, Job};
use crate::base::{Error, Result};
use crate::case::leave;
use crate::page::{Answer, Page, filters};
use crate::person::form::{one_of, text};
use crate::person::international;

pub fn routes() -> Vec<Route> {
    routes![index, add, remove]
}

/// Days on a page, and how far ahead hours may be written.
const DAYS: i64 = 14;
const AHEAD: Duration = Duration::days(92);
/// As often as the same hours may be repeated at once.
const MOST_DAYS: i64 = 31;

/// Hours of duty as their line shows them.
struct Line {
    id: Uuid,
    hours: String,
    place: i32,
    name: String,
    phone: String,
    /// May still be taken out.
    open: bool,
}

#[derive(Template)]
#[template(path = "case/duty.html")]
struct RosterPage {
    form: Filled,
    /// Days with whoever begins on them.
    days: Vec<(String, Vec<Line>)>,
    gaps: Vec<(OffsetDateTime, OffsetDateTime)>,
    previous: String,
    next: String,
    people: Vec<Choice>,
    may_keep: bool,
}

fn iso(day: Date) -> String {
    day.format(&Iso8601::DATE).unwrap_or_default()
}

async fn roster(
    db: &mut AsyncPgConnection,
    user: &User,
    (from, now): (Date, OffsetDateTime),
    form: Filled,
) -> Result<RosterPage> {
    let until = from.saturating_add(Duration::days(DAYS));
    let (since, end) = (at_in_viet_nam(from, Time::MIDNIGHT), at_in_viet_nam(until, Time::MIDNIGHT));
    let staff = store::staff(db).await?;
    let names: HashMap<Uuid, &str> = staff.iter().map(|(id, name)| (*id, name.as_str())).collect();
    let mut days: Vec<(String, Vec<Line>)> = Vec::new();
    for shift in store::shifts(db, user, since, end).await? {
        let day = written(date_in_viet_nam(shift.starts_at), Precision::Day);
        let line = Line {
            id: shift.id,
            hours: between(shift.starts_at, shift.ends_at),
            place: shift.place,
            name: names.get(&shift.user_id).copied().unwrap_or_default().to_owned(),
            open: shift.ends_at > now,
            phone: shift.phone,
        };
        match days.last_mut().filter(|(last, _)| *last == day) {
            Some((_, lines)) => lines.push(line),
            None => days.push((day, vec![line])),
        }
    }
    // What is over cannot be mended any more.
    let gaps = if end > now { store::gaps(db, user, since.max(now), end).await? } else { Vec::new() };
    let at = |day: Option<Date>| day.map(|day| format!("/duty?from={}", iso(day))).unwrap_or_default();
    Ok(RosterPage {
        form,
        days,
        gaps,
        previous: at(from.checked_sub(Duration::days(DAYS))),
        next: at(Some(until)),
        people: staff.iter().map(|(id, name)| Choice::new(id.to_string(), name.clone())).collect(),
        may_keep: user.may(Permission::KeepRoster),
    })
}

fn fresh(today: Date) -> Filled {
    let on = Typed::of(Some(today), None);
    let form = Filled::blank().put("duty.on.day", on.day).put("duty.on.month", on.month).put("duty.on.year", on.year);
    form.put("duty.place", "1").put("duty.days", "1")
}

#[get("/duty?<from>")]
async fn index(from: Option<&str>, mut db: Read<to::ReadCases>) -> Result<Page<RosterPage>> {
    let (user, now, today) = (db.user().clone(), db.now(), db.today());
    let from = match from {
        // A roster is looked up some months back and ahead; what is no day of these is no page.
        Some(day) => Date::parse(day, &Iso8601::DATE)
            .ok()
            .filter(|day| (*day - today).abs() <= Duration::days(366 * 2))
            .ok_or(Error::NotFound)?,
        None => today,
    };
    Ok(Page(roster(&mut db, &user, (from, now), fresh(today)).await?))
}

#[derive(FromForm, Validate)]
struct DutyForm {
    #[field(default = String::new())]
    person: String,
    #[validate(length(max = 50, code = "too-long"))]
    #[field(default = String::new())]
    phone: String,
    #[field(default = String::new())]
    place: String,
    on: Typed,
    #[validate(length(max = 10, code = "too-long"))]
    #[field(default = String::new())]
    from: String,
    #[validate(length(max = 10, code = "too-long"))]
    #[field(default = String::new())]
    until: String,
    /// The same hours on so many days one after the other.
    #[validate(length(max = 5, code = "too-long"))]
    #[field(default = String::new())]
    days: String,
}

#[derive(FromForm, Validate)]
struct DutySent {
    #[validate(nested)]
    duty: DutyForm,
}

/// What was typed, read; `phone` is empty where it is to be as last time.
struct Entry {
    person: Uuid,
    phone: Option<String>,
    place: i32,
    hours: Vec<(OffsetDateTime, OffsetDateTime)>,
}

impl DutyForm {
    fn read(&self, filled: &mut Filled, staff: &[(Uuid, String)], now: OffsetDateTime) -> Option<Entry> {
        let today = date_in_viet_nam(now);
        let person = one_of(filled, "duty.person", &self.person, |id| staff.iter().any(|(k, _)| k.to_string() == id));
        if person.is_none() && filled.error("duty.person").is_none() {
            filled.push("duty.person", "error-choose");
        }
        let phone = text(&self.phone);
        if phone.as_deref().is_some_and(|phone| international(phone).is_none()) {
            filled.push("duty.phone", "error-phone");
        }
        let place = self.place.trim().parse().ok().filter(|place| (1..=3).contains(place));
        if place.is_none() {
            filled.push("duty.place", "error-choose");
        }
        let on = match self.on.read() {
            Ok(Some((on, Precision::Day))) if on >= today - Duration::DAY && on <= today + AHEAD => Some(on),
            Ok(Some((_, Precision::Day))) => {
                filled.push("duty.on", "error-duty-day");
                None
            }
            Ok(_) => {
                filled.push("duty.on", "error-date-whole");
                None
            }
            Err(wrong) => {
                filled.push("duty.on", wrong);
                None
            }
        };
        let (from, until) = (time_of_day(&self.from), time_of_day(&self.until));
        for (name, time) in [("duty.from", from), ("duty.until", until)] {
            if time.is_none() && filled.error(name).is_none() {
                filled.push(name, "error-duty-time");
            }
        }
        let days = self.days.trim().parse().ok().filter(|days| (1..=MOST_DAYS).contains(days));
        if days.is_none() && filled.error("duty.days").is_none() {
            filled.push("duty.days", "error-duty-days");
        }
        let (on, from, until) = (on?, from?, until?);
        let each = |nth| hours(on.checked_add(Duration::days(nth))?, from, until);
        let hours: Vec<_> = (0..days?).filter_map(each).collect();
        if hours.iter().any(|(_, ends)| *ends <= now) {
            filled.push("duty.on", "error-duty-day");
        }
        Some(Entry { person: Uuid::parse_str(&person?).ok()?, phone, place: place?, hours })
    }
}

#[post("/duty", data = "<form>")]
async fn add(form: Form<Checked<DutySent>>, mut db: Write<to::KeepRoster>) -> Result<Answer<RosterPage>> {
    let Checked { value, mut filled } = form.into_inner();
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let (user, now, today) = (db.user().clone(), db.now(), db.today());
    let staff = store::staff(&mut db).await?;
    let mut entry = value.and_then(|sent| sent.duty.read(&mut filled, &staff, now)).filter(|_| !filled.is_wrong());
    if let Some(entry) = &mut entry {
        if entry.phone.is_none() {
            entry.phone = store::last_phone(&mut db, entry.person).await?;
        }
        if entry.phone.is_none() {
            filled.push("duty.phone", "error-required");
        }
        for (starts, ends) in &entry.hours {
            if store::is_on_duty(&mut db, entry.person, *starts, *ends).await? {
                filled.push("duty.person", "error-duty-twice");
                break;
            }
        }
        for (starts, ends) in &entry.hours {
            let days = (date_in_viet_nam(*starts), date_in_viet_nam(*ends));
            if filled.error("duty.person").is_none() && leave::is_away(&mut db, entry.person, days).await? {
                filled.push("duty.person", "error-duty-away");
            }
        }
        if store::ahead(&mut db, &user, now).await? + entry.hours.len() as i64 > store::MOST_AHEAD {
            filled.push("duty.days", "error-duty-many");
        }
    }
    let Some(Entry { person, phone: Some(phone), place, hours }) = entry.filter(|_| !filled.is_wrong()) else {
        let mut db = db.instead().await?;
        let page = roster(&mut db, &user, (today, now), filled).await?;
        return Ok(Answer::With(Status::UnprocessableEntity, page));
    };
    let first = hours.first().map_or(today, |(starts, _)| date_in_viet_nam(*starts));
    store::add(&mut db, &user, &store::New { person, phone: &phone, place, hours: &hours }).await?;
    let location = format!("/duty?from={}", iso(first.min(today)));
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "duty-kept"))
}

#[post("/duty/<id>/removal", data = "<form>")]
async fn remove(id: Uuid, form: Form<Checked<Press>>, mut db: Write<to::KeepRoster>) -> Result<Answer<RosterPage>> {
    let filled = form.into_inner().filled;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    if !store::remove(&mut db, id).await? {
        return Err(Error::NotFound);
    }
    db.done(filled.submission(), "/duty").await?;
    Ok(Answer::Told("/duty".to_owned(), "duty-removed"))
}

/// The job that looks once a day whether somebody is missing in the next one.
pub const MISSING: &str = "duty-missing";

/// Queues today's look; asked as often as one likes, it is queued once.
pub async fn plan(db: &mut AsyncPgConnection, today: Date) -> Result<()> {
    job::enqueue(db, MISSING, &format!("{MISSING}:{today}"), json!({}), None).await
}

/// Writes to whoever keeps a roster in which somebody is missing.
pub async fn remind(db: Db, address: String, job: Job) -> Result<()> {
    let mut tx = db.begin(&job.actor, job.id, Rights::Writer).await?;
    let missing = store::missing(&mut tx).await?;
    write_to(&mut tx, &missing, ["mail-duty-subject", "mail-duty"], format!("{address}/duty")).await?;
    tx.commit().await
}
