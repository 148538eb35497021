//! My private files, and one of them.

use askama::Template;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rocket::form::{Form, FromForm};
use rocket::{Route, State, get, post, routes};
use time::OffsetDateTime;
use uuid::Uuid;
use validator::Validate;

use super::file::{Care, Reach, reached};
use super::record::{Content, Lines, Plan};
use super::referral::{self, Referral};
use super::{CONSENT_MODES, held, opening, store};
use crate::access::guard::to;
use crate::access::{Read, Seen, Write};
use crate::base::form::{Checked, Choice, Filled, Press};
use crate::base::language::{Language, Message};
use crate::base::seal::Keys;
use crate::base::{Error, Result};
use crate::page::{Answer, Page, filters};
use crate::person::choices::choices;
use crate::schema::care_files;

pub fn routes() -> Vec<Route> {
    routes![index, show, done, shows]
}

/// A file as a list shows it.
#[derive(QueryableByName, Clone, Debug)]
pub struct Line {
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    pub person: Uuid,
    #[diesel(sql_type = Text)]
    pub code: String,
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = Text)]
    pub part: String,
    #[diesel(sql_type = Timestamptz)]
    pub opened_at: OffsetDateTime,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub ended_at: Option<OffsetDateTime>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub due_at: Option<OffsetDateTime>,
    #[diesel(sql_type = Bool)]
    pub late: bool,
}

/// The files in which the user is named, of one case or of all.
pub async fn mine(db: &mut AsyncPgConnection, case: Option<Uuid>) -> Result<Vec<Line>> {
    Ok(diesel::sql_query("SELECT * FROM my_care_list($1)").bind::<Nullable<SqlUuid>, _>(case).load(db).await?)
}

#[derive(Template)]
#[template(path = "psychosocial/index.html")]
struct IndexPage {
    files: Vec<Line>,
    _seen: Seen,
}

#[get("/private")]
async fn index(mut db: Read<to::ProvideCare>) -> Result<Page<IndexPage>> {
    opening::provides(db.user())?;
    let files = mine(&mut db, None).await?;
    let people: Vec<Uuid> = files.iter().map(|line| line.person).collect();
    let seen = db.listed(&people).await?;
    Ok(Page(IndexPage { files, _seen: seen }))
}

/// A record as the page shows it.
pub struct Shown {
    pub id: Uuid,
    pub title: &'static str,
    pub lines: Lines,
    pub by: String,
    pub at: OffsetDateTime,
    /// Where it can be corrected.
    pub edit: Option<&'static str>,
}

/// Somebody who opened the file.
#[derive(QueryableByName)]
pub struct Opened {
    #[diesel(sql_type = Timestamptz)]
    pub at: OffsetDateTime,
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = Text)]
    pub office: String,
}

/// Something due: whether somebody watches over it, and whether its hour has passed.
pub struct Due {
    pub id: Uuid,
    pub at: OffsetDateTime,
    pub watched: bool,
    pub late: bool,
}

#[derive(Template)]
#[template(path = "psychosocial/show.html")]
pub struct ShowPage {
    care: Care,
    records: Vec<Shown>,
    plan: Option<Plan>,
    due: Vec<Due>,
    /// Each with whether an answer is late.
    letters: Vec<(Referral, bool)>,
    opened: Vec<Opened>,
    form: Filled,
    colleagues: Vec<Choice>,
    language: Language,
    _seen: Option<Seen>,
}

impl ShowPage {
    /// Who may be named: a colleague, or somebody elsewhere.
    fn whom(&self) -> Vec<Choice> {
        let elsewhere = Choice::new("elsewhere", self.language.say(&Message::new("care-name-elsewhere")));
        self.colleagues.iter().cloned().chain([elsewhere]).collect()
    }

    fn modes(&self) -> Vec<Choice> {
        choices(self.language, "care-mode", &CONSENT_MODES)
    }
}

/// How many openings of a file its page shows.
const OPENINGS: i32 = 20;

pub async fn page<P>(mut db: Read<P>, keys: &Keys, id: Uuid, form: Filled, language: Language) -> Result<ShowPage> {
    let (user, now) = (db.user().clone(), db.now());
    let care = reached(&mut db, keys, &user, now, id, Reach::Reads).await?;
    let all = store::all(&mut db, &care).await?;
    let by: Vec<Uuid> = all.iter().map(|record| record.by).collect();
    let names = super::staff::names(&mut db, id, &by).await?;
    let records = all
        .into_iter()
        .map(|record| Shown {
            id: record.id,
            title: record.content.title(),
            lines: record.content.lines(language),
            by: names.iter().find(|(id, _)| *id == record.by).map(|(_, name)| name.clone()).unwrap_or_default(),
            at: record.at,
            edit: match &record.content {
                Content::Talk(_) if care.writes() => Some("talks"),
                _ => None,
            },
        })
        .collect();
    let plan = store::plan(&mut db, &care).await?.map(|(_, plan, ..)| plan);
    let letters = referral::of_file(&mut db, keys, &user, now, &care).await?;
    let today = db.today();
    let letters = letters.into_iter().map(|one| (one.is_late(today), one)).map(|(late, one)| (one, late)).collect();
    let due = store::tasks(&mut db, &care).await?.into_iter();
    let due = due.map(|t| Due { id: t.id, at: t.due_at, watched: t.watched, late: t.due_at < now }).collect();
    let colleagues = if care.writes() { opening::colleagues(&mut db, care.head.person).await? } else { Vec::new() };
    let colleagues = colleagues
        .into_iter()
        .filter(|c| care.staff.iter().all(|one| !one.belongs() || one.user_id.to_string() != c.value))
        .collect();
    let opened: Vec<Opened> = diesel::sql_query("SELECT * FROM care_log($1, $2)")
        .bind::<SqlUuid, _>(id)
        .bind::<diesel::sql_types::Integer, _>(OPENINGS)
        .load(&mut *db)
        .await?;
    let seen = held::seen(db, &care).await?;
    Ok(ShowPage { care, records, plan, due, letters, opened, form, colleagues, language, _seen: Some(seen) })
}

#[get("/private/<id>")]
async fn show(id: Uuid, db: Read<to::ReadCases>, keys: &State<Keys>, language: Language) -> Result<Page<ShowPage>> {
    Ok(Page(page(db, keys, id, Filled::blank(), language).await?))
}

/// Somebody looked at what was due.
#[post("/private/<id>/tasks/<task>", data = "<form>")]
async fn done(
    id: Uuid,
    task: Uuid,
    form: Form<Checked<Press>>,
    mut db: Write<to::ProvideCare>,
    keys: &State<Keys>,
) -> Result<Answer<ShowPage>> {
    let filled = form.into_inner().filled;
    let (user, now) = (db.user().clone(), db.now());
    let care = match held::begin(&mut db, keys, id, &filled).await? {
        Ok(care) => care,
        Err(before) => return Ok(Answer::To(before)),
    };
    // What is watched ends when it is said what was done; see scale::safety.
    let watched = store::tasks(&mut db, &care).await?.iter().any(|one| one.id == task && one.watched);
    if watched || !store::end_task(&mut db, &user, &care, task, now).await? {
        return Err(Error::NotFound);
    }
    held::end(db, id, &filled, "care-task-done").await
}

#[derive(FromForm, Validate)]
struct ShowsSent {
    #[field(default = false)]
    shows: bool,
    version: i32,
}

/// Says whether others who work on the case are told that somebody helps.
#[post("/private/<id>/shown", data = "<form>")]
async fn shows(
    id: Uuid,
    form: Form<Checked<ShowsSent>>,
    mut db: Write<to::ProvideCare>,
    keys: &State<Keys>,
    language: Language,
) -> Result<Answer<ShowPage>> {
    let Checked { value, filled } = form.into_inner();
    let care = match held::begin(&mut db, keys, id, &filled).await? {
        Ok(care) => care,
        Err(before) => return Ok(Answer::To(before)),
    };
    let Some(sent) = value else {
        let page = page(db.instead().await?, keys, id, filled, language).await?;
        return Ok(Answer::With(rocket::http::Status::UnprocessableEntity, page));
    };
    let same = care_files::table.find(care.id).filter(care_files::version.eq(sent.version));
    let to = (care_files::shows.eq(sent.shows), care_files::version.eq(sent.version.saturating_add(1)));
    if diesel::update(same).set(to).execute(&mut *db).await? == 0 {
        return Err(Error::refused(rocket::http::Status::Conflict, "error-page-changed-meanwhile"));
    }
    held::end(db, id, &filled, "care-kept").await
}
