//! The list of fairs, one of them, keeping them, and counting who came.

use askama::Template;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rocket::form::Form;
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use uuid::Uuid;

use super::form::{CountSent, FairSent, filled_from};
use super::{Fair, MOST, Stand, Visit, find, stands, visits};
use crate::access::guard::to;
use crate::access::{Permission, Read, Seen, User, Write};
use crate::base::form::{Checked, Choice, Filled};
use crate::base::language::Language;
use crate::base::{Error, Result};
use crate::employment::ending::{CancelSent, cancelled};
use crate::page::{Answer, Page, filters};
use crate::person::choices::{choices, listed};
use crate::schema::{employers, job_fairs};
use crate::vocabulary::List;

pub fn routes() -> Vec<Route> {
    routes![index, show, new, add, edit, change, cancel, count]
}

/// Which fairs a list shows.
const WHEN: [&str; 2] = ["ahead", "past"];

/// Most employers that a form offers.
const EMPLOYERS: i64 = 500;

#[derive(Template)]
#[template(path = "employment/fairs.html")]
struct IndexPage {
    form: Filled,
    provinces: Vec<Choice>,
    when: Vec<Choice>,
    /// Each with where it is.
    fairs: Vec<(Fair, String)>,
    may_keep: bool,
}

#[get("/fairs?<province>&<when>")]
async fn index(
    province: Option<&str>,
    when: Option<&str>,
    mut db: Read<to::ReadWork>,
    language: Language,
) -> Result<Page<IndexPage>> {
    let today = db.today();
    let province = province.filter(|code| List::Provinces.vocabulary().get(code).is_some());
    let when = when.filter(|when| WHEN.contains(when)).unwrap_or("ahead");
    let mut query = job_fairs::table.select(Fair::as_select()).limit(MOST).into_boxed();
    if let Some(province) = province {
        query = query.filter(job_fairs::province_code.eq(province));
    }
    query = match when {
        "past" => query.filter(job_fairs::held_on.lt(today)).order((job_fairs::held_on.desc(), job_fairs::id.desc())),
        _ => query
            .filter(job_fairs::held_on.ge(today).and(job_fairs::cancelled_at.is_null()))
            .order((job_fairs::held_on, job_fairs::id)),
    };
    let fairs: Vec<Fair> = query.load(&mut *db).await?;
    Ok(Page(IndexPage {
        form: Filled::blank().put("province", province.unwrap_or_default()).put("when", when),
        provinces: listed(language, List::Provinces),
        when: choices(language, "fair-when", &WHEN),
        fairs: fairs
            .into_iter()
            .map(|fair| {
                let at = fair.place(language);
                (fair, at)
            })
            .collect(),
        may_keep: db.user().may(Permission::KeepVacancies),
    }))
}

#[derive(Template)]
#[template(path = "employment/fair.html")]
pub struct ShowPage {
    fair: Fair,
    lines: Vec<(&'static str, String)>,
    stands: Vec<Stand>,
    /// Those of this office who were told of it.
    visits: Vec<Visit>,
    form: Filled,
    employers: Vec<Choice>,
    came: Vec<Choice>,
    may_change: bool,
    /// The day has come: who was there can be said.
    held: bool,
    _seen: Option<Seen>,
}

pub async fn page<P>(mut db: Read<P>, id: Uuid, mut form: Filled, language: Language) -> Result<ShowPage> {
    let (user, today) = (db.user().clone(), db.today());
    let fair = find(&mut db, id).await?;
    let stands = stands(&mut db, id).await?;
    let visits = if user.may(Permission::AssessCases) { visits(&mut db, id).await? } else { Vec::new() };
    let may_change = fair.is_kept_by(&user) && fair.cancelled_at.is_none();
    let mut offered: Vec<(Uuid, String)> = Vec::new();
    if may_change {
        let there: Vec<Uuid> = stands.iter().map(|stand| stand.employer_id).collect();
        offered = employers::table
            .filter(employers::province_code.eq(&fair.province_code))
            .filter(employers::id.ne_all(there))
            .order((employers::name, employers::id))
            .limit(EMPLOYERS)
            .select((employers::id, employers::name))
            .load(&mut *db)
            .await?;
    }
    for visit in &visits {
        let field = format!("visit.there.{}", visit.id);
        if form.value(&field).is_empty() {
            form = form.put(&field, &*visit.state);
        }
    }
    let people: Vec<Uuid> = visits.iter().map(|visit| visit.person_id).collect();
    let seen = db.listed(&people).await?;
    Ok(ShowPage {
        lines: fair.lines(language),
        stands,
        visits,
        form,
        employers: offered.into_iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect(),
        came: choices(language, "fair-visit", &["came", "absent"]),
        may_change,
        held: fair.held_on <= today && fair.cancelled_at.is_none(),
        fair,
        _seen: Some(seen),
    })
}

#[get("/fairs/<id>")]
async fn show(id: Uuid, db: Read<to::ReadWork>, language: Language) -> Result<Page<ShowPage>> {
    Ok(Page(page(db, id, Filled::blank(), language).await?))
}

#[derive(Template)]
#[template(path = "employment/fair_edit.html")]
struct EditPage {
    /// Nothing for a new one.
    id: Option<Uuid>,
    form: Filled,
    provinces: Vec<Choice>,
    /// Somebody saved while this was typed: what stands there now.
    now: Vec<(&'static str, String)>,
}

fn edit_page(id: Option<Uuid>, form: Filled, language: Language) -> EditPage {
    EditPage { id, form, provinces: listed(language, List::Provinces), now: Vec::new() }
}

#[get("/fairs/new")]
async fn new(db: Read<to::KeepVacancies>, language: Language) -> Result<Page<EditPage>> {
    db.listed(&[]).await?;
    Ok(Page(edit_page(None, Filled::blank(), language)))
}

#[post("/fairs", data = "<form>")]
async fn add(
    form: Form<Checked<FairSent>>,
    mut db: Write<to::KeepVacancies>,
    language: Language,
) -> Result<Answer<EditPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (user, today) = (db.user().clone(), db.today());
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let Some(kept) = value.and_then(|sent| sent.fair.read(&mut filled, today)) else {
        return Ok(Answer::With(Status::UnprocessableEntity, edit_page(None, filled, language)));
    };
    let id = Uuid::now_v7();
    let mine = (job_fairs::id.eq(id), job_fairs::kept_by.eq(user.organisation), job_fairs::written_by.eq(user.id));
    diesel::insert_into(job_fairs::table).values((kept, mine)).execute(&mut *db).await?;
    let location = format!("/fairs/{id}");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "fair-kept"))
}

/// A fair of this user's office that was not called off.
pub async fn mine(db: &mut AsyncPgConnection, user: &User, id: Uuid) -> Result<Fair> {
    let fair = find(db, id).await?;
    if fair.is_kept_by(user) && fair.cancelled_at.is_none() { Ok(fair) } else { Err(Error::NotFound) }
}

#[get("/fairs/<id>/edit")]
async fn edit(id: Uuid, mut db: Read<to::KeepVacancies>, language: Language) -> Result<Page<EditPage>> {
    let user = db.user().clone();
    let fair = mine(&mut db, &user, id).await?;
    db.listed(&[]).await?;
    Ok(Page(edit_page(Some(id), filled_from(&fair, language), language)))
}

#[post("/fairs/<id>", data = "<form>")]
async fn change(
    id: Uuid,
    form: Form<Checked<FairSent>>,
    mut db: Write<to::KeepVacancies>,
    language: Language,
) -> Result<Answer<EditPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (user, today, now) = (db.user().clone(), db.today(), db.now());
    let fair = mine(&mut db, &user, id).await?;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let version = value.as_ref().map_or(0, |sent| sent.fair.version);
    let Some(kept) = value.and_then(|sent| sent.fair.read(&mut filled, today)) else {
        return Ok(Answer::With(Status::UnprocessableEntity, edit_page(Some(id), filled, language)));
    };
    let written = (
        job_fairs::written_by.eq(user.id),
        job_fairs::written_at.eq(now),
        job_fairs::version.eq(version.saturating_add(1)),
    );
    let same = job_fairs::table.find(id).filter(job_fairs::version.eq(version));
    if diesel::update(same).set((kept, written)).execute(&mut *db).await? == 0 {
        // Sent once more, it is meant to replace what stands there now.
        let form = filled.put("fair.version", fair.version.to_string());
        let page = EditPage { now: fair.lines(language), ..edit_page(Some(id), form, language) };
        return Ok(Answer::With(Status::Conflict, page));
    }
    let location = format!("/fairs/{id}");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "fair-kept"))
}

/// A fair that is called off; whoever was told of it stays on the list, to be told once more.
#[post("/fairs/<id>/cancellation", data = "<form>")]
async fn cancel(
    id: Uuid,
    form: Form<Checked<CancelSent>>,
    mut db: Write<to::KeepVacancies>,
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
    let same = job_fairs::table.find(id).filter(job_fairs::version.eq(version));
    let changed = diesel::update(same)
        .set((
            job_fairs::cancelled_at.eq(now),
            job_fairs::cancelled_because.eq(because),
            job_fairs::written_by.eq(user.id),
            job_fairs::written_at.eq(now),
            job_fairs::version.eq(version.saturating_add(1)),
        ))
        .execute(&mut *db)
        .await?;
    if changed == 0 {
        return Err(Error::refused(Status::Conflict, "error-page-changed-meanwhile"));
    }
    let location = format!("/fairs/{id}");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "fair-cancelled"))
}

/// How many came, and what came of it; from the day on.
#[post("/fairs/<id>/count", data = "<form>")]
async fn count(
    id: Uuid,
    form: Form<Checked<CountSent>>,
    mut db: Write<to::KeepVacancies>,
    language: Language,
) -> Result<Answer<ShowPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (user, today, now) = (db.user().clone(), db.today(), db.now());
    let fair = mine(&mut db, &user, id).await?;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    if fair.held_on > today {
        return Err(Error::refused(Status::Conflict, "error-fair-early"));
    }
    let version = value.as_ref().map_or(0, |sent| sent.count.version);
    let Some(counted) = value.and_then(|sent| sent.count.read(&mut filled)) else {
        return Ok(Answer::With(Status::UnprocessableEntity, page(db.instead().await?, id, filled, language).await?));
    };
    let written = (
        job_fairs::written_by.eq(user.id),
        job_fairs::written_at.eq(now),
        job_fairs::version.eq(version.saturating_add(1)),
    );
    let same = job_fairs::table.find(id).filter(job_fairs::version.eq(version));
    if diesel::update(same).set((counted, written)).execute(&mut *db).await? == 0 {
        return Err(Error::refused(Status::Conflict, "error-page-changed-meanwhile"));
    }
    let location = format!("/fairs/{id}");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "fair-counted"))
}
