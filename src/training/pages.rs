//! The list of courses, one of them, and keeping them.

use askama::Template;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rocket::form::Form;
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use uuid::Uuid;

use super::course::{self, Course, KINDS, Line, TEACHING, Wanted, taken};
use super::course_form::{CourseSent, filled_from};
use super::{request, roll};
use crate::access::guard::to;
use crate::access::{Permission, Read, Seen, User, Write};
use crate::base::form::{Checked, Choice, Filled};
use crate::base::language::{Language, Message};
use crate::base::{Error, Result};
use crate::employment::ending::{CancelSent, cancelled};
use crate::page::{Answer, Page, filters};
use crate::person::choices::{choices, listed};
use crate::schema::{courses, providers};
use crate::vocabulary::List;

pub fn routes() -> Vec<Route> {
    routes![index, show, new, add, edit, change, cancel]
}

/// Entries on one page.
const LINES: i64 = 50;

/// Most providers that a form offers.
const PROVIDERS: i64 = 500;

#[derive(Template)]
#[template(path = "training/courses.html")]
struct IndexPage {
    form: Filled,
    kinds: Vec<Choice>,
    provinces: Vec<Choice>,
    wheres: Vec<Choice>,
    /// Each with where it is.
    lines: Vec<(Line, String)>,
    may_keep: bool,
    next: String,
    previous: String,
}

/// Where the courses of a list are held.
const WHERE: [&str; 2] = ["any", "abroad"];

#[get("/courses?<kind>&<province>&<at>&<after>")]
async fn index(
    kind: Option<&str>,
    province: Option<&str>,
    at: Option<&str>,
    after: Option<Uuid>,
    mut db: Read<to::ReadWork>,
    language: Language,
) -> Result<Page<IndexPage>> {
    let today = db.today();
    let kind = kind.filter(|kind| KINDS.contains(kind));
    let province = province.filter(|code| List::Provinces.vocabulary().get(code).is_some());
    let at = at.filter(|at| WHERE.contains(at)).unwrap_or("any");
    let wanted = Wanted { kind, province, abroad: at == "abroad", after };
    let mut lines = course::open(&mut db, &wanted, today, LINES + 1).await?;
    let more = lines.len() as i64 > LINES;
    lines.truncate(LINES as usize);
    let (kind, province) = (kind.unwrap_or_default(), province.unwrap_or_default());
    let here = format!("/courses?kind={kind}&province={province}&at={at}");
    Ok(Page(IndexPage {
        next: lines.last().filter(|_| more).map(|l| format!("{here}&after={}", l.course.id)).unwrap_or_default(),
        previous: if after.is_some() { here } else { String::new() },
        form: Filled::blank().put("kind", kind).put("province", province).put("at", at),
        kinds: choices(language, "learning-kind", &KINDS),
        provinces: listed(language, List::Provinces),
        wheres: choices(language, "learning-at", &WHERE),
        lines: lines
            .into_iter()
            .map(|line| {
                let at = line.course.place(language);
                (line, at)
            })
            .collect(),
        may_keep: db.user().may(Permission::KeepCourses),
    }))
}

#[derive(Template)]
#[template(path = "training/course.html")]
struct ShowPage {
    course: Course,
    provider: String,
    lines: Vec<(&'static str, String)>,
    free: i64,
    open: bool,
    /// The employer's wish that it answers.
    request: Option<request::Line>,
    /// Those of this office who go to it.
    going: Vec<roll::Going>,
    may_change: bool,
    may_call: bool,
    /// The page of the provider is for whoever works on cases.
    may_read: bool,
    form: Filled,
    _seen: Option<Seen>,
}

async fn page<P>(mut db: Read<P>, id: Uuid, form: Filled, language: Language) -> Result<ShowPage> {
    let (user, today) = (db.user().clone(), db.today());
    let course = course::find(&mut db, id).await?;
    let provider: String = providers::table.find(course.provider_id).select(providers::name).first(&mut *db).await?;
    let request = match course.request_id {
        Some(request) => Some(request::line(&mut db, request, language).await?),
        None => None,
    };
    let going = if user.may(Permission::AssessCases) { roll::going(&mut db, id).await? } else { Vec::new() };
    let people: Vec<Uuid> = going.iter().map(|one| one.person_id).collect();
    let free = (i64::from(course.seats) - taken(&mut db, id).await?).max(0);
    let seen = db.listed(&people).await?;
    Ok(ShowPage {
        provider,
        lines: course.lines(language),
        free,
        open: course.is_open(today),
        request,
        may_change: course.is_kept_by(&user) && course.cancelled_at.is_none(),
        may_read: user.may(Permission::ReadCases),
        may_call: !going.is_empty() && course.starts_on <= today && course.cancelled_at.is_none(),
        going,
        course,
        form,
        _seen: Some(seen),
    })
}

#[get("/courses/<id>")]
async fn show(id: Uuid, db: Read<to::ReadWork>, language: Language) -> Result<Page<ShowPage>> {
    Ok(Page(page(db, id, Filled::blank(), language).await?))
}

/// The providers who teach and whose entry holds today; besides the one that the course has already.
async fn teaching(db: &mut AsyncPgConnection, and: Option<Uuid>, today: time::Date) -> Result<Vec<(Uuid, String)>> {
    let valid =
        providers::valid_from.le(today).and(providers::valid_until.is_null().or(providers::valid_until.ge(today)));
    let teaches = providers::kinds.overlaps_with(TEACHING.to_vec());
    let mut query = providers::table.select((providers::id, providers::name)).into_boxed();
    query = query.filter(valid.and(teaches));
    if let Some(and) = and {
        query = query.or_filter(providers::id.eq(and));
    }
    Ok(query.order((providers::name, providers::id)).limit(PROVIDERS).load(db).await?)
}

#[derive(Template)]
#[template(path = "training/course_edit.html")]
struct EditPage {
    /// Nothing for a new one.
    id: Option<Uuid>,
    form: Filled,
    providers: Vec<Choice>,
    kinds: Vec<Choice>,
    levels: Vec<Choice>,
    languages: Vec<Choice>,
    provinces: Vec<Choice>,
    request: Option<request::Line>,
    /// Somebody saved while this was typed: what stands there now.
    now: Vec<(&'static str, String)>,
}

impl EditPage {
    fn new(id: Option<Uuid>, form: Filled, known: Vec<(Uuid, String)>, language: Language) -> EditPage {
        EditPage {
            id,
            form,
            providers: known.into_iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect(),
            kinds: choices(language, "learning-kind", &KINDS),
            levels: (1..=5).map(|level: i32| Choice::new(level.to_string(), level.to_string())).collect(),
            languages: listed(language, List::Languages),
            provinces: listed(language, List::Provinces),
            request: None,
            now: Vec::new(),
        }
    }
}

/// An empty form, or one filled from what an employer wants taught.
#[get("/courses/new?<request>")]
async fn new(request: Option<Uuid>, mut db: Read<to::KeepCourses>, language: Language) -> Result<Page<EditPage>> {
    let today = db.today();
    let known = teaching(&mut db, None, today).await?;
    let mut form = Filled::blank();
    let mut wish = None;
    if let Some(id) = request {
        let line = request::line(&mut db, id, language).await?;
        form = form
            .put("request", id.to_string())
            .put("learning.kind", "trade")
            .put("learning.occupation", line.occupation.clone())
            .put("learning.occupation.code", line.request.occupation.clone())
            .put("learning.level", line.request.level.map(|n| n.to_string()).unwrap_or_default())
            .put("learning.seats", line.request.people.to_string());
        wish = Some(line);
    }
    db.listed(&[]).await?;
    Ok(Page(EditPage { request: wish, ..EditPage::new(None, form, known, language) }))
}

#[post("/courses", data = "<form>")]
async fn add(
    form: Form<Checked<CourseSent>>,
    mut db: Write<to::KeepCourses>,
    language: Language,
) -> Result<Answer<EditPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (user, today) = (db.user().clone(), db.today());
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let known = teaching(&mut db, None, today).await?;
    let ids: Vec<Uuid> = known.iter().map(|(id, _)| *id).collect();
    let read = value.and_then(|sent| Some((sent.learning.read(&mut filled, &ids, today)?, sent.request)));
    let Some((kept, wish)) = read else {
        return Ok(Answer::With(Status::UnprocessableEntity, EditPage::new(None, filled, known, language)));
    };
    let wish = match Uuid::parse_str(&wish) {
        Ok(wish) => Some(request::line(&mut db, wish, language).await?.request.id),
        Err(_) => None,
    };
    let id = Uuid::now_v7();
    let mine = (
        courses::id.eq(id),
        courses::request_id.eq(wish),
        courses::kept_by.eq(user.organisation),
        courses::written_by.eq(user.id),
    );
    diesel::insert_into(courses::table).values((kept, mine)).execute(&mut *db).await?;
    let location = format!("/courses/{id}");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "learning-kept"))
}

/// A course of this user's office that still stands.
async fn mine(db: &mut AsyncPgConnection, user: &User, id: Uuid) -> Result<Course> {
    let course = course::find(db, id).await?;
    if course.is_kept_by(user) && course.cancelled_at.is_none() { Ok(course) } else { Err(Error::NotFound) }
}

#[get("/courses/<id>/edit")]
async fn edit(id: Uuid, mut db: Read<to::KeepCourses>, language: Language) -> Result<Page<EditPage>> {
    let (user, today) = (db.user().clone(), db.today());
    let course = mine(&mut db, &user, id).await?;
    let known = teaching(&mut db, Some(course.provider_id), today).await?;
    db.listed(&[]).await?;
    Ok(Page(EditPage::new(Some(id), filled_from(&course, language), known, language)))
}

#[post("/courses/<id>", data = "<form>")]
async fn change(
    id: Uuid,
    form: Form<Checked<CourseSent>>,
    mut db: Write<to::KeepCourses>,
    language: Language,
) -> Result<Answer<EditPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (user, today, now) = (db.user().clone(), db.today(), db.now());
    let course = mine(&mut db, &user, id).await?;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let known = teaching(&mut db, Some(course.provider_id), today).await?;
    let ids: Vec<Uuid> = known.iter().map(|(id, _)| *id).collect();
    let version = value.as_ref().map_or(0, |sent| sent.learning.version);
    let mut kept = value.and_then(|sent| sent.learning.read(&mut filled, &ids, today));
    let there = taken(&mut db, id).await?;
    if kept.as_ref().is_some_and(|kept| i64::from(kept.seats) < there) {
        filled.push("learning.seats", Message::new("error-learning-seats").with("count", there));
        kept = None;
    }
    let Some(kept) = kept else {
        return Ok(Answer::With(Status::UnprocessableEntity, EditPage::new(Some(id), filled, known, language)));
    };
    let written =
        (courses::written_by.eq(user.id), courses::written_at.eq(now), courses::version.eq(version.saturating_add(1)));
    let changed = diesel::update(courses::table.find(id).filter(courses::version.eq(version)))
        .set((kept, written))
        .execute(&mut *db)
        .await?;
    if changed == 0 {
        // Sent once more, it is meant to replace what stands there now.
        let form = filled.put("learning.version", course.version.to_string());
        let page = EditPage { now: course.lines(language), ..EditPage::new(Some(id), form, known, language) };
        return Ok(Answer::With(Status::Conflict, page));
    }
    let location = format!("/courses/{id}");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "learning-kept"))
}

/// A course that does not take place. Who was enrolled stays on the list, for their counsellors to tell them.
#[post("/courses/<id>/cancellation", data = "<form>")]
async fn cancel(
    id: Uuid,
    form: Form<Checked<CancelSent>>,
    mut db: Write<to::KeepCourses>,
    language: Language,
) -> Result<Answer<ShowPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (user, now) = (db.user().clone(), db.now());
    mine(&mut db, &user, id).await?;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let Some((because, version)) = cancelled(value, &mut filled) else {
        return Ok(Answer::With(Status::UnprocessableEntity, page(db.instead().await?, id, filled, language).await?));
    };
    let changed = diesel::update(courses::table.find(id).filter(courses::version.eq(version)))
        .set((
            courses::cancelled_at.eq(now),
            courses::cancelled_because.eq(because),
            courses::written_by.eq(user.id),
            courses::written_at.eq(now),
            courses::version.eq(version.saturating_add(1)),
        ))
        .execute(&mut *db)
        .await?;
    if changed == 0 {
        return Err(Error::refused(Status::Conflict, "error-page-changed-meanwhile"));
    }
    let location = format!("/courses/{id}");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "learning-cancelled"))
}
