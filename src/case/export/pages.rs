//! Choosing what is taken out and saying what for, waiting for the file, fetching it.

use askama::Template;
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, State, get, post, routes};
use time::{Date, Duration, OffsetDateTime};
use uuid::Uuid;
use validator::Validate;

use super::store::{self, Chosen, New};
use super::{Export, GROUPS, USUAL, Which};
use crate::access::guard::to;
use crate::access::store::parameter;
use crate::access::{Read, Seen, Write};
use crate::base::date::{Precision, Typed, written};
use crate::base::form::{Checked, Choice, Filled};
use crate::base::language::{Language, Message};
use crate::base::seal::Keys;
use crate::base::{Error, Result};
use crate::case::bulk::ticked;
use crate::case::duty::store::staff;
use crate::page::{Answer, Download, Format, Page, filters};

pub fn routes() -> Vec<Route> {
    routes![new, of_day, of_ticked, begin, list, show, fetch]
}

#[derive(Template)]
#[template(path = "case/export_new.html")]
struct NewPage {
    form: Filled,
    title: Message,
    list: String,
    /// Codes of what was ticked.
    cases: Vec<String>,
    chosen: Chosen,
    groups: Vec<Choice>,
    formats: Vec<Choice>,
    /// Where the list is.
    back: String,
    _seen: Seen,
}

async fn choosing<P>(
    mut db: Read<P>,
    which: Which,
    cases: Vec<String>,
    form: Filled,
    language: Language,
) -> Result<NewPage> {
    let user = db.user().clone();
    let chosen = store::chosen(&mut db, &user, &which, &cases).await?;
    // How many there are is told of people, too.
    let seen = db.listed(&[]).await?;
    let say = |key: String| language.say(&Message::new(key));
    Ok(NewPage {
        title: which.title(),
        list: which.code(),
        cases,
        chosen,
        groups: GROUPS.map(|group| Choice::new(group, say(format!("export-group-{group}")))).into(),
        formats: Format::ALL
            .map(|format| Choice::new(format.code(), say(format!("export-format-{}", format.code()))))
            .into(),
        back: match which {
            Which::Day(_) => "/exports".to_owned(),
            Which::Closed => "/cases?scope=closed".to_owned(),
            _ => "/cases?scope=office".to_owned(),
        },
        form,
        _seen: seen,
    })
}

/// What is ticked and chosen before anybody did.
fn usual() -> Filled {
    Filled::blank().put_all("groups", USUAL.map(str::to_owned)).put("format", Format::Xlsx.code())
}

/// A list that stands on a page of cases.
#[get("/exports/new?<scope>&<of>&<by>")]
async fn new(
    scope: Option<&str>,
    of: Option<&str>,
    by: Option<&str>,
    db: Read<to::ExportCases>,
    language: Language,
) -> Result<Page<NewPage>> {
    let which = Which::of_page(scope, of, by).ok_or(Error::NotFound)?;
    Ok(Page(choosing(db, which, Vec::new(), usual(), language).await?))
}

#[derive(FromForm, Validate)]
struct TickedForm {
    cases: Vec<String>,
}

/// What was ticked on a page of cases; nothing is taken out yet.
#[post("/exports/ticked", data = "<form>")]
async fn of_ticked(
    form: Form<Checked<TickedForm>>,
    db: Read<to::ExportCases>,
    language: Language,
) -> Result<Answer<NewPage>> {
    let cases: Vec<String> = form.into_inner().value.map(|sent| sent.cases).unwrap_or_default();
    let cases = cases.iter().take(MOST_TICKS).map(|value| ticked(value).0.to_owned()).collect();
    let page = choosing(db, Which::Ticked, cases, usual(), language).await?;
    if page.chosen.cases.len() + page.chosen.protected == 0 {
        return Err(Error::refused(Status::UnprocessableEntity, "error-bulk-none"));
    }
    Ok(Answer::With(Status::Ok, page))
}

/// A page of cases has no more lines.
const MOST_TICKS: usize = 300;

#[derive(FromForm, Validate)]
struct DayForm {
    day: Typed,
}

/// The file of a day.
#[post("/exports/day", data = "<form>")]
async fn of_day(
    form: Form<Checked<DayForm>>,
    mut db: Read<to::ExportCases>,
    language: Language,
) -> Result<std::result::Result<Answer<NewPage>, Answer<ListPage>>> {
    let Checked { value, mut filled } = form.into_inner();
    match value.and_then(|sent| day(&sent.day, db.today(), &mut filled)) {
        Some(day) => {
            let page = choosing(db, Which::Day(day), Vec::new(), usual(), language).await?;
            Ok(Ok(Answer::With(Status::Ok, page)))
        }
        None => Ok(Err(Answer::With(Status::UnprocessableEntity, listed(&mut db, filled).await?))),
    }
}

fn day(typed: &Typed, today: Date, filled: &mut Filled) -> Option<Date> {
    let wrong = match typed.read() {
        Ok(Some((day, Precision::Day))) if day > today => "error-date-future",
        Ok(Some((day, Precision::Day))) => return Some(day),
        Ok(_) => "error-date-whole",
        Err(wrong) => wrong,
    };
    filled.push("day", wrong);
    None
}

#[derive(FromForm, Validate)]
struct ExportForm {
    #[field(default = String::new())]
    list: String,
    cases: Vec<String>,
    groups: Vec<String>,
    #[field(default = String::new())]
    format: String,
    #[validate(length(max = 300, code = "too-long"))]
    #[field(default = String::new())]
    reason: String,
}

/// Begins a file, of what the list holds now.
#[post("/exports", data = "<form>")]
async fn begin(
    form: Form<Checked<ExportForm>>,
    mut db: Write<to::ExportCases>,
    language: Language,
) -> Result<Answer<NewPage>> {
    let Checked { value, mut filled } = form.into_inner();
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let Some(sent) = value else { return Err(Error::refused(Status::UnprocessableEntity, "error-value")) };
    let which = Which::from_code(&sent.list).ok_or(Error::refused(Status::UnprocessableEntity, "error-value"))?;
    let cases: Vec<String> = sent.cases.into_iter().take(MOST_TICKS).collect();
    let (user, now) = (db.user().clone(), db.now());
    let wanted: Vec<String> =
        GROUPS.iter().filter(|group| sent.groups.iter().any(|c| c == *group)).map(|g| (*g).to_owned()).collect();
    if wanted.is_empty() {
        filled.push("groups", "error-choose");
    }
    let format = Format::from_code(&sent.format);
    if format.is_none() {
        filled.push("format", "error-choose");
    }
    let reason = sent.reason.trim();
    if reason.is_empty() {
        filled.push("reason", "error-required");
    }
    let chosen = store::chosen(&mut db, &user, &which, &cases).await?;
    if let Some(wrong) = chosen.wrong() {
        filled.push("list", wrong);
    }
    let a_day = parameter(&mut db, "export.a-day").await?;
    if store::since(&mut db, &user, now - Duration::days(1)).await? >= a_day {
        filled.push("reason", Message::new("error-export-day").with("most", a_day));
    }
    let Some(format) = format.filter(|_| !filled.is_wrong()) else {
        let page = choosing(db.instead().await?, which, cases, filled, language).await?;
        return Ok(Answer::With(Status::UnprocessableEntity, page));
    };
    let id =
        store::begin(&mut db, &user, &New { which: &which, groups: &wanted, format, reason }, &chosen.cases).await?;
    let location = format!("/exports/{id}");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::To(location))
}

/// One as a list shows it.
struct Line {
    export: Export,
    by: String,
    standing: &'static str,
}

#[derive(Template)]
#[template(path = "case/export_list.html")]
struct ListPage {
    form: Filled,
    lines: Vec<Line>,
}

async fn named(db: &mut diesel_async::AsyncPgConnection, all: Vec<Export>, now: OffsetDateTime) -> Result<Vec<Line>> {
    let people = staff(db).await?;
    let name = |id: Uuid| people.iter().find(|(known, _)| *known == id).map(|(_, name)| name.clone());
    let line =
        |export: Export| Line { by: name(export.made_by).unwrap_or_default(), standing: export.standing(now), export };
    Ok(all.into_iter().map(line).collect())
}

async fn listed<P>(db: &mut Read<P>, form: Filled) -> Result<ListPage> {
    let (user, now) = (db.user().clone(), db.now());
    let all = store::last(db, &user).await?;
    Ok(ListPage { form, lines: named(db, all, now).await? })
}

#[get("/exports")]
async fn list(mut db: Read<to::ExportCases>) -> Result<Page<ListPage>> {
    let today = written(db.today(), Precision::Day);
    let mut parts = today.split('/').map(str::to_owned);
    let mut form = Filled::blank();
    for part in ["day.day", "day.month", "day.year"] {
        form = form.put(part, parts.next().unwrap_or_default());
    }
    Ok(Page(listed(&mut db, form).await?))
}

#[derive(Template)]
#[template(path = "case/export_show.html")]
struct ShowPage {
    line: Line,
    mine: bool,
    ends: Option<OffsetDateTime>,
}

#[get("/exports/<id>")]
async fn show(id: Uuid, mut db: Read<to::ExportCases>) -> Result<Page<ShowPage>> {
    let (user, now) = (db.user().clone(), db.now());
    let export = store::find(&mut db, id).await?;
    let (mine, ends) = (export.made_by == user.id, export.ends_at);
    let line = named(&mut db, vec![export], now).await?.pop().ok_or(Error::NotFound)?;
    Ok(Page(ShowPage { line, mine, ends }))
}

/// The file, for whoever wanted it and for nobody else.
#[get("/exports/<id>/file")]
async fn fetch(id: Uuid, mut db: Read<to::ExportCases>, keys: &State<Keys>) -> Result<Download> {
    let (user, now) = (db.user().clone(), db.now());
    let export = store::find(&mut db, id).await?;
    if export.made_by != user.id || export.standing(now) != "ready" {
        return Err(Error::NotFound);
    }
    if store::still(&mut db, &user, id).await? < i64::from(export.kept) {
        return Err(Error::refused(Status::Conflict, "error-export-changed"));
    }
    let bytes = store::file(&mut db, keys, id).await?;
    let name = format!(
        "tro-ve-{}-{}.{}",
        crate::base::clock::date_in_viet_nam(export.made_at),
        export.kept,
        export.format().code()
    );
    let seen = db.rows_shown("exports", &[id], true).await?;
    Ok(Download::new(name, export.format(), bytes, seen))
}
