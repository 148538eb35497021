//! The flights of a desk, and one that came without a list.

use askama::Template;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use time::{Date, Duration};
use uuid::Uuid;
use validator::Validate;

use super::manifest::{self, Counts, Manifest};
use crate::access::guard::to;
use crate::access::store::parameter;
use crate::access::{Read, User, Write};
use crate::base::date::{Precision, Typed};
use crate::base::form::{Checked, Filled};
use crate::base::{Error, Result};
use crate::episode::form::flight;
use crate::page::{Answer, Page, filters};
use crate::person::part_form::place;
use crate::schema::manifests;
use crate::vocabulary::List;

pub fn routes() -> Vec<Route> {
    routes![index, create]
}

/// Flights on the page: some weeks of a busy desk.
const FLIGHTS: i64 = 200;

#[derive(Template)]
#[template(path = "import/flights.html")]
struct FlightsPage {
    form: Filled,
    flights: Vec<(Manifest, Counts)>,
    today: Date,
}

async fn flights_page(db: &mut AsyncPgConnection, user: &User, today: Date, form: Filled) -> Result<FlightsPage> {
    if !user.is_at_gate() {
        return Err(Error::NotFound);
    }
    let mut all: Vec<Manifest> = manifests::table
        .filter(manifests::desk_id.eq(user.organisation))
        .order((manifests::arrives_on.desc(), manifests::flight))
        .limit(FLIGHTS)
        .select(Manifest::as_select())
        .load(db)
        .await?;
    // Today's first, then what is still to come, then what was.
    all.sort_by_key(|one| (one.arrives_on != today, one.arrives_on < today, (one.arrives_on - today).abs()));
    let ids: Vec<Uuid> = all.iter().map(|one| one.id).collect();
    let counts = manifest::counts(db, &ids).await?;
    let flights = all.into_iter().map(|one| (counts.get(&one.id).copied().unwrap_or_default(), one));
    Ok(FlightsPage { form, flights: flights.map(|(counts, one)| (one, counts)).collect(), today })
}

#[get("/flights")]
async fn index(mut db: Read<to::RegisterPeople>) -> Result<Page<FlightsPage>> {
    let (user, today) = (db.user().clone(), db.today());
    let on = Typed::of(Some(today), None);
    let form = Filled::blank().put("on.day", on.day).put("on.month", on.month).put("on.year", on.year);
    Ok(Page(flights_page(&mut db, &user, today, form).await?))
}

/// A flight that came without a list.
#[derive(FromForm, Validate)]
struct NewFlight {
    #[validate(length(max = 20, code = "too-long"))]
    #[field(default = String::new())]
    flight: String,
    on: Typed,
    #[validate(length(max = 100, code = "too-long"))]
    #[field(default = String::new())]
    previous_country: String,
}

impl NewFlight {
    fn read(&self, filled: &mut Filled, today: Date) -> Option<(String, Date, Option<String>)> {
        let number = flight(&self.flight).unwrap_or_else(|wrong| {
            filled.push("flight", wrong);
            None
        });
        if number.is_none() && !filled.is_wrong() {
            filled.push("flight", "error-required");
        }
        let on = match self.on.read() {
            Ok(None) => Some(today),
            Ok(Some((on, Precision::Day))) if (on - today).abs() <= Duration::days(30) => Some(on),
            Ok(Some((_, Precision::Day))) => {
                filled.push("on", "error-flight-day");
                None
            }
            Ok(Some(_)) => {
                filled.push("on", "error-date-whole");
                None
            }
            Err(wrong) => {
                filled.push("on", wrong);
                None
            }
        };
        let from = place(filled, "previous_country", &self.previous_country, List::Countries, None, today);
        if from.as_deref() == Some("VN") {
            filled.push("previous_country", "error-country-home");
        }
        Some((number?, on?, from)).filter(|_| !filled.is_wrong())
    }
}

#[post("/flights", data = "<form>")]
async fn create(form: Form<Checked<NewFlight>>, mut db: Write<to::RegisterPeople>) -> Result<Answer<FlightsPage>> {
    let Checked { value, mut filled } = form.into_inner();
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let (user, today) = (db.user().clone(), db.today());
    if !user.is_at_gate() {
        return Err(Error::NotFound);
    }
    let Some((number, on, from)) = value.and_then(|typed| typed.read(&mut filled, today)) else {
        let mut db = db.instead().await?;
        return Ok(Answer::With(Status::UnprocessableEntity, flights_page(&mut db, &user, today, filled).await?));
    };
    let keep = Duration::days(parameter(&mut db, "manifest.keep-days").await?);
    // There already, by a list that came or by a colleague: that one it is.
    diesel::insert_into(manifests::table)
        .values((
            manifests::id.eq(Uuid::now_v7()),
            manifests::flight.eq(&number),
            manifests::arrives_on.eq(on),
            manifests::desk_id.eq(user.organisation),
            manifests::previous_country.eq(from),
            manifests::made_by.eq(user.id),
            manifests::expires_on.eq(on + keep),
        ))
        .on_conflict_do_nothing()
        .execute(&mut *db)
        .await?;
    let id: Uuid = manifests::table
        .filter(manifests::desk_id.eq(user.organisation))
        .filter(manifests::arrives_on.eq(on))
        .filter(manifests::flight.eq(&number))
        .select(manifests::id)
        .first(&mut *db)
        .await?;
    let location = format!("/flights/{id}");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::To(location))
}
