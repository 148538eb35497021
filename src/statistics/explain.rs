//! Which of a person's returns counts in a year's table, and why the others do not: asked of the function that counts.

use askama::Template;
use rocket::{Route, get, routes};
use time::Date;

use super::store;
use crate::access::guard::to;
use crate::access::{Read, Seen};
use crate::base::code::Code;
use crate::base::date::{self, Precision};
use crate::base::{Error, Result};
use crate::page::{Page, filters};
use crate::person;

pub fn routes() -> Vec<Route> {
    routes![counting]
}

/// A return in plain words.
struct Line {
    entered: Option<String>,
    country: Option<String>,
    verdict: String,
    counts: bool,
}

#[derive(Template)]
#[template(path = "statistics/counting.html")]
struct CountingPage {
    code: String,
    name: String,
    year: i32,
    lines: Vec<Line>,
    counts: bool,
    _seen: Seen,
}

fn written(on: Option<Date>, precision: Option<&str>) -> Option<String> {
    Some(date::written(on?, precision.and_then(Precision::from_code).unwrap_or(Precision::Day)))
}

#[get("/people/<code>/counting/<year>")]
async fn counting(code: Code, year: i32, mut db: Read<to::ReadPeople>) -> Result<Page<CountingPage>> {
    if !super::YEARS.contains(&year) {
        return Err(Error::NotFound);
    }
    let person = person::store::find(&mut db, code).await?;
    let lines: Vec<Line> = store::explained(&mut db, person.id, year)
        .await?
        .into_iter()
        .map(|e| Line {
            entered: written(e.entered_on, e.entered_precision.as_deref()),
            country: e.country,
            counts: e.verdict.starts_with("counts"),
            verdict: format!("counting-{}", e.verdict),
        })
        .collect();
    let seen = db.opened(&[person.id]).await?;
    let counts = lines.iter().any(|l| l.counts);
    Ok(Page(CountingPage { code: person.code, name: person.name, year, lines, counts, _seen: seen }))
}
