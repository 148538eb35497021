//! What employers want people to be taught, before somebody teaches it.

use askama::Template;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use time::{Date, Duration};
use uuid::Uuid;
use validator::Validate;

use crate::access::guard::to;
use crate::access::{Permission, Read, User, Write};
use crate::base::date::{Precision, Typed, written};
use crate::base::form::{Checked, Choice, Filled};
use crate::base::language::Language;
use crate::base::{Error, Result};
use crate::employment::employer::{self, Employer};
use crate::employment::ending::{EndSent, ended};
use crate::employment::number;
use crate::page::{Answer, Page, filters};
use crate::person::choices::choices;
use crate::person::form::{lines, one_of};
use crate::person::household::poverty::day;
use crate::person::part_form::place;
use crate::schema::{courses, employers, training_requests};
use crate::vocabulary::List;

pub fn routes() -> Vec<Route> {
    routes![index, new, add, end]
}

/// Most wishes that the list shows.
const MOST: i64 = 200;

/// Nobody knows further ahead what they will need.
const FAR: Duration = Duration::days(3 * 366);

/// Why a wish is taken off the list.
pub const ENDED: [&str; 3] = ["met", "withdrawn", "mistaken"];

#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = training_requests)]
pub struct Request {
    pub id: Uuid,
    pub employer_id: Uuid,
    /// ISCO-08.
    pub occupation: String,
    pub level: Option<i16>,
    pub people: i32,
    pub needed_on: Date,
    /// It takes on whoever passes.
    pub hires: bool,
    pub words: Option<String>,
    pub kept_by: Uuid,
    pub version: i32,
}

impl Request {
    pub fn is_kept_by(&self, user: &User) -> bool {
        user.may(Permission::KeepVacancies) && self.kept_by == user.organisation
    }

    pub fn needed(&self) -> String {
        written(self.needed_on, Precision::Day)
    }
}

/// A wish with what a line says beside it.
#[derive(Clone)]
pub struct Line {
    pub request: Request,
    pub employer: String,
    pub occupation: String,
    /// Courses that answer it.
    pub courses: i64,
}

fn lined(rows: Vec<(Request, String)>, answered: &[(Option<Uuid>, i64)], language: Language) -> Vec<Line> {
    let line = |(request, employer): (Request, String)| Line {
        occupation: List::Occupations.vocabulary().title(&request.occupation, language),
        courses: answered.iter().find(|(id, _)| *id == Some(request.id)).map_or(0, |(_, many)| *many),
        request,
        employer,
    };
    rows.into_iter().map(line).collect()
}

async fn answered(db: &mut AsyncPgConnection, ids: &[Uuid]) -> Result<Vec<(Option<Uuid>, i64)>> {
    Ok(courses::table
        .filter(courses::request_id.eq_any(ids))
        .filter(courses::cancelled_at.is_null())
        .group_by(courses::request_id)
        .select((courses::request_id, diesel::dsl::count_star()))
        .load(db)
        .await?)
}

pub async fn line(db: &mut AsyncPgConnection, id: Uuid, language: Language) -> Result<Line> {
    let row: (Request, String) = training_requests::table
        .inner_join(employers::table.on(employers::id.eq(training_requests::employer_id)))
        .filter(training_requests::id.eq(id))
        .select((Request::as_select(), employers::name))
        .first(db)
        .await?;
    let answered = answered(db, &[id]).await?;
    lined(vec![row], &answered, language).pop().ok_or(Error::NotFound)
}

#[derive(Template)]
#[template(path = "training/requests.html")]
struct IndexPage {
    /// Each with whether it is this user's to end.
    lines: Vec<(Line, bool)>,
    ended: Vec<Choice>,
    may_keep: bool,
}

#[get("/courses/requests")]
async fn index(mut db: Read<to::ReadWork>, language: Language) -> Result<Page<IndexPage>> {
    let user = db.user().clone();
    let rows: Vec<(Request, String)> = training_requests::table
        .inner_join(employers::table.on(employers::id.eq(training_requests::employer_id)))
        .filter(training_requests::ended_at.is_null())
        .order((training_requests::needed_on, training_requests::id))
        .limit(MOST)
        .select((Request::as_select(), employers::name))
        .load(&mut *db)
        .await?;
    let ids: Vec<Uuid> = rows.iter().map(|(request, _)| request.id).collect();
    let answered = answered(&mut db, &ids).await?;
    let lines = lined(rows, &answered, language);
    Ok(Page(IndexPage {
        lines: lines.into_iter().map(|line| (line.request.is_kept_by(&user), line)).map(|(may, l)| (l, may)).collect(),
        ended: choices(language, "demand-ended", &ENDED),
        may_keep: user.may(Permission::KeepCourses),
    }))
}

#[derive(FromForm, Validate)]
struct DemandForm {
    #[validate(length(max = 200, code = "too-long"))]
    #[field(default = String::new())]
    occupation: String,
    #[field(default = String::new())]
    level: String,
    #[field(default = String::new())]
    people: String,
    needed: Typed,
    #[field(default = String::new())]
    hires: String,
    #[validate(length(max = 2000, code = "too-long"))]
    #[field(default = String::new())]
    words: String,
}

#[derive(FromForm, Validate)]
struct DemandSent {
    #[validate(nested)]
    demand: DemandForm,
}

#[derive(Insertable)]
#[diesel(table_name = training_requests)]
struct Kept {
    occupation: String,
    level: Option<i16>,
    people: i32,
    needed_on: Date,
    hires: bool,
    words: Option<String>,
}

impl DemandForm {
    fn read(&self, filled: &mut Filled, today: Date) -> Option<Kept> {
        let occupation = place(filled, "demand.occupation", &self.occupation, List::Occupations, None, today);
        if occupation.is_none() && filled.error("demand.occupation").is_none() {
            filled.push("demand.occupation", "error-required");
        }
        let level = number(filled, "demand.level", &self.level, 1..=5);
        if self.people.trim().is_empty() {
            filled.push("demand.people", "error-required");
        }
        let people = number(filled, "demand.people", &self.people, 1..=5000);
        let needed = day(filled, "demand.needed", &self.needed);
        match needed {
            None if filled.error("demand.needed").is_none() => filled.push("demand.needed", "error-required"),
            Some(on) if on < today || on - today > FAR => filled.push("demand.needed", "error-demand-needed"),
            _ => {}
        }
        if self.hires.trim().is_empty() {
            filled.push("demand.hires", "error-choose");
        }
        let hires = one_of(filled, "demand.hires", &self.hires, |code| ["yes", "no"].contains(&code));
        let kept = Kept {
            occupation: occupation?,
            level: level.and_then(|level| i16::try_from(level).ok()),
            people: people?,
            needed_on: needed?,
            hires: hires? == "yes",
            words: lines(&self.words),
        };
        Some(kept).filter(|_| !filled.is_wrong())
    }
}

#[derive(Template)]
#[template(path = "training/request_new.html")]
struct NewPage {
    employer: Employer,
    form: Filled,
    levels: Vec<Choice>,
    yes_no: Vec<Choice>,
}

fn new_page(employer: Employer, form: Filled, language: Language) -> NewPage {
    let levels = (1..=5).map(|level: i32| Choice::new(level.to_string(), level.to_string())).collect();
    NewPage { employer, form, levels, yes_no: choices(language, "answer", &["yes", "no"]) }
}

#[get("/employers/<id>/courses/new")]
async fn new(id: Uuid, mut db: Read<to::KeepVacancies>, language: Language) -> Result<Page<NewPage>> {
    let employer = employer::find(&mut db, id).await?;
    db.listed(&[]).await?;
    Ok(Page(new_page(employer, Filled::blank(), language)))
}

#[post("/employers/<id>/courses", data = "<form>")]
async fn add(
    id: Uuid,
    form: Form<Checked<DemandSent>>,
    mut db: Write<to::KeepVacancies>,
    language: Language,
) -> Result<Answer<NewPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (user, today) = (db.user().clone(), db.today());
    let employer = employer::find(&mut db, id).await?;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let Some(kept) = value.and_then(|sent| sent.demand.read(&mut filled, today)) else {
        return Ok(Answer::With(Status::UnprocessableEntity, new_page(employer, filled, language)));
    };
    let mine = (
        training_requests::id.eq(Uuid::now_v7()),
        training_requests::employer_id.eq(id),
        training_requests::kept_by.eq(user.organisation),
        training_requests::written_by.eq(user.id),
    );
    diesel::insert_into(training_requests::table).values((kept, mine)).execute(&mut *db).await?;
    let location = "/courses/requests".to_owned();
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "demand-kept"))
}

/// Takes a wish off the list; courses that answered it stay.
#[post("/courses/requests/<id>/end", data = "<form>")]
async fn end(id: Uuid, form: Form<Checked<EndSent>>, mut db: Write<to::KeepVacancies>) -> Result<Answer<NewPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (user, now) = (db.user().clone(), db.now());
    let standing = training_requests::table.find(id).filter(training_requests::ended_at.is_null());
    let request: Request = standing.select(Request::as_select()).first(&mut *db).await?;
    if !request.is_kept_by(&user) {
        return Err(Error::NotFound);
    }
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let (because, version) = ended(value, &mut filled, &ENDED)?;
    let ended = diesel::update(training_requests::table.find(id).filter(training_requests::version.eq(version)))
        .set((
            training_requests::ended_at.eq(now),
            training_requests::ended_because.eq(because),
            training_requests::written_by.eq(user.id),
            training_requests::written_at.eq(now),
            training_requests::version.eq(version.saturating_add(1)),
        ))
        .execute(&mut *db)
        .await?;
    if ended == 0 {
        return Err(Error::refused(Status::Conflict, "error-page-changed-meanwhile"));
    }
    let location = "/courses/requests".to_owned();
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "demand-gone"))
}
