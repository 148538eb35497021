//! Who is expected at this desk, and the confirmation that they came.

use askama::Template;
use diesel::define_sql_function;
use diesel::prelude::*;
use diesel::sql_types::{Date as SqlDate, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use rocket::form::Form;
use rocket::{Route, get, post, routes};
use serde_json::Value;
use time::{Date, Duration};
use uuid::Uuid;

use crate::access::guard::to;
use crate::access::{Permission, Read, Seen, Write};
use crate::base::date::{Precision, written};
use crate::base::form::{Checked, Press, new_key};
use crate::base::{Error, Result};
use crate::page::{Answer, Page, filters};
use crate::schema::{cases, episodes, persons};

pub fn routes() -> Vec<Route> {
    routes![index, confirm]
}

define_sql_function! {
    /// Confirms an arrival once, whoever is first; see database/functions.sql.
    fn confirm_arrival(episode: SqlUuid, entered: SqlDate) -> Jsonb;
}

/// Lines on the page; a flight has three hundred seats.
const MOST: i64 = 400;

/// Somebody expected.
struct Line {
    episode: Uuid,
    code: String,
    name: String,
    born: String,
    flight: Option<String>,
    expected: String,
    /// The day has passed: not seen at the desk, which says nothing of where they are (practice 13).
    not_seen: bool,
    wants_help: bool,
    key: String,
}

#[derive(Template)]
#[template(path = "intake/arrivals.html")]
struct ArrivalsPage {
    lines: Vec<Line>,
    today: String,
    /// This desk meets people, and whoever looks may bring in the list of a flight.
    brings_lists: bool,
    _seen: Seen,
}

#[derive(Queryable)]
struct Row {
    episode: Uuid,
    person: Uuid,
    code: String,
    name: String,
    birth: Option<Date>,
    birth_precision: Option<String>,
    flight: Option<String>,
    expected_on: Option<Date>,
    wants_help: Option<String>,
}

/// People expected here: three days back, and thirty ahead.
#[get("/arrivals")]
async fn index(mut db: Read<to::ReadCases>) -> Result<Page<ArrivalsPage>> {
    let (user, today) = (db.user().clone(), db.today());
    let rows: Vec<Row> = episodes::table
        .inner_join(persons::table)
        .filter(episodes::expected_at.eq(user.organisation))
        .filter(episodes::standing.eq("planned"))
        .filter(episodes::expected_on.between(today - Duration::days(3), today + Duration::days(30)))
        .order((episodes::expected_on, episodes::flight, persons::given_key))
        .limit(MOST)
        .select((
            episodes::id,
            persons::id,
            persons::code,
            persons::name,
            persons::birth_date,
            persons::birth_precision,
            episodes::flight,
            episodes::expected_on,
            episodes::wants_help,
        ))
        .load(&mut *db)
        .await?;
    let people: Vec<Uuid> = rows.iter().map(|row| row.person).collect();
    let lines = rows
        .into_iter()
        .map(|row| Line {
            born: match (row.birth, row.birth_precision.as_deref().and_then(Precision::from_code)) {
                (Some(date), Some(precision)) => written(date, precision),
                _ => String::new(),
            },
            expected: row.expected_on.map(|on| written(on, Precision::Day)).unwrap_or_default(),
            not_seen: row.expected_on.is_some_and(|on| on < today),
            wants_help: row.wants_help.as_deref() == Some("yes"),
            episode: row.episode,
            code: row.code,
            name: row.name,
            flight: row.flight,
            key: new_key(),
        })
        .collect();
    let brings_lists =
        user.may(Permission::ImportLists) && matches!(user.organisation_kind.as_str(), "airport" | "border");
    let seen = db.listed(&people).await?;
    Ok(Page(ArrivalsPage { brings_lists, lines, today: written(today, Precision::Day), _seen: seen }))
}

/// They came, today. Of two officers the first is kept; the second is told, and nothing is doubled.
#[post("/arrivals/<episode>", data = "<form>")]
async fn confirm(
    episode: Uuid,
    form: Form<Checked<Press>>,
    mut db: Write<to::ChangeCases>,
) -> Result<Answer<ArrivalsPage>> {
    let filled = form.into_inner().filled;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let today = db.today();
    let said: Value = diesel::select(confirm_arrival(episode, today)).get_result(&mut *db).await?;
    let told = match said["said"].as_str() {
        Some("confirmed") => "arrival-confirmed",
        Some("before") => "arrival-before",
        _ => return Err(Error::NotFound),
    };
    let person: String = episodes::table
        .inner_join(persons::table)
        .filter(episodes::id.eq(episode))
        .select(persons::code)
        .first(&mut *db)
        .await?;
    let case: Option<String> =
        cases::table.filter(cases::episode_id.eq(episode)).select(cases::code).first(&mut *db).await.optional()?;
    let location = match case {
        Some(code) => format!("/cases/{code}/screening"),
        None => format!("/people/{person}/returns/{episode}"),
    };
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, told))
}
