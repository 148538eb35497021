//! The list of vacancies, one of them, and keeping them.

use askama::Template;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rocket::form::Form;
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use uuid::Uuid;

use super::form::{HAS, MUST, VacancySent, filled_from};
use super::{ENDED, Vacancy, Wanted, find, open};
use crate::access::guard::to;
use crate::access::{Permission, Read, User, Write};
use crate::base::form::{Checked, Choice, Filled};
use crate::base::language::Language;
use crate::base::{Error, Result};
use crate::employment::employer::{self, Employer};
use crate::employment::ending::{EndSent, ended};
use crate::employment::matching::CEFR;
use crate::page::{Answer, Page, filters};
use crate::person::choices::{choices, listed};
use crate::schema::{employers, vacancies};
use crate::vocabulary::List;

pub fn routes() -> Vec<Route> {
    routes![index, new, add, show, edit, change, end]
}

/// Entries on one page.
const LINES: i64 = 50;

/// A vacancy as a line shows it.
pub struct Line {
    pub vacancy: Vacancy,
    pub employer: String,
    pub place: String,
}

/// The vacancies with the names of their employers.
pub async fn lines(db: &mut AsyncPgConnection, all: Vec<Vacancy>, language: Language) -> Result<Vec<Line>> {
    let ids: Vec<Uuid> = all.iter().map(|v| v.employer_id).collect();
    let names: Vec<(Uuid, String)> =
        employers::table.filter(employers::id.eq_any(ids)).select((employers::id, employers::name)).load(db).await?;
    let line = |vacancy: Vacancy| Line {
        employer: names.iter().find(|(id, _)| *id == vacancy.employer_id).map(|(_, n)| n.clone()).unwrap_or_default(),
        place: vacancy.place(language),
        vacancy,
    };
    Ok(all.into_iter().map(line).collect())
}

#[derive(Template)]
#[template(path = "employment/vacancies.html")]
struct IndexPage {
    form: Filled,
    provinces: Vec<Choice>,
    groups: Vec<Choice>,
    kinds: Vec<Choice>,
    lines: Vec<Line>,
    may_keep: bool,
    may_ask: bool,
    next: String,
    previous: String,
}

/// Where the work of a list is.
const KINDS: [&str; 3] = ["here", "rural", "abroad"];

#[get("/vacancies?<occupation>&<province>&<kind>&<after>")]
async fn index(
    occupation: Option<&str>,
    province: Option<&str>,
    kind: Option<&str>,
    after: Option<Uuid>,
    mut db: Read<to::ReadWork>,
    language: Language,
) -> Result<Page<IndexPage>> {
    let today = db.today();
    let occupation = occupation.filter(|code| List::Occupations.vocabulary().get(code).is_some());
    let province = province.filter(|code| List::Provinces.vocabulary().get(code).is_some());
    let kind = kind.filter(|kind| KINDS.contains(kind)).unwrap_or("here");
    let wanted = Wanted { occupation, province, rural: kind == "rural", abroad: kind == "abroad", after };
    let mut found = open(&mut db, &wanted, today, LINES + 1).await?;
    let more = found.len() as i64 > LINES;
    found.truncate(LINES as usize);
    let (group, code) = (occupation.unwrap_or_default(), province.unwrap_or_default());
    let here = format!("/vacancies?occupation={group}&province={code}&kind={kind}");
    let groups = List::Occupations.vocabulary().entries().iter().filter(|entry| entry.code.len() <= 2);
    Ok(Page(IndexPage {
        next: found.last().filter(|_| more).map(|last| format!("{here}&after={}", last.id)).unwrap_or_default(),
        previous: if after.is_some() { here } else { String::new() },
        form: Filled::blank().put("occupation", group).put("province", code).put("kind", kind),
        provinces: listed(language, List::Provinces),
        groups: groups.map(|e| Choice::new(&*e.code, format!("{} {}", e.code, e.title(language)))).collect(),
        kinds: choices(language, "vacancy-kind", &KINDS),
        lines: lines(&mut db, found, language).await?,
        may_keep: db.user().may(Permission::KeepVacancies),
        may_ask: db.user().may(Permission::AssessCases),
    }))
}

#[derive(Template)]
#[template(path = "employment/vacancy.html")]
struct ShowPage {
    vacancy: Vacancy,
    employer: Employer,
    lines: Vec<(&'static str, String)>,
    open: bool,
    /// How many were placed, for whoever works on cases.
    placed: Option<i64>,
    may_change: bool,
    may_match: bool,
    ended: Vec<Choice>,
}

#[derive(QueryableByName)]
struct Placed {
    #[diesel(sql_type = BigInt)]
    placed: i64,
}

#[get("/vacancies/<id>")]
async fn show(id: Uuid, mut db: Read<to::ReadWork>, language: Language) -> Result<Page<ShowPage>> {
    let (user, today) = (db.user().clone(), db.today());
    let vacancy = find(&mut db, id).await?;
    let employer = employer::find(&mut db, vacancy.employer_id).await?;
    let placed: Placed = diesel::sql_query("SELECT placed_in($1) AS placed")
        .bind::<diesel::sql_types::Uuid, _>(id)
        .get_result(&mut *db)
        .await?;
    Ok(Page(ShowPage {
        lines: vacancy.lines(language),
        open: vacancy.is_open(today),
        placed: Some(placed.placed).filter(|_| user.may(Permission::ReadCases)),
        may_change: vacancy.is_kept_by(&user),
        may_match: user.may(Permission::AssessCases),
        ended: choices(language, "vacancy-ended", &ENDED),
        vacancy,
        employer,
    }))
}

#[derive(Template)]
#[template(path = "employment/vacancy_edit.html")]
struct EditPage {
    /// Nothing for a new one.
    id: Option<Uuid>,
    employer: Employer,
    form: Filled,
    provinces: Vec<Choice>,
    languages: Vec<Choice>,
    cefr: Vec<Choice>,
    levels: Vec<Choice>,
    has: Vec<Choice>,
    must: Vec<Choice>,
    /// Somebody saved while this was typed: what stands there now.
    now: Vec<(&'static str, String)>,
}

impl EditPage {
    fn new(id: Option<Uuid>, employer: Employer, form: Filled, language: Language) -> EditPage {
        EditPage {
            id,
            employer,
            form,
            provinces: listed(language, List::Provinces),
            languages: listed(language, List::Languages),
            cefr: CEFR.map(|code| Choice::new(code, code)).into(),
            levels: (1..=5).map(|level: i32| Choice::new(level.to_string(), level.to_string())).collect(),
            has: choices(language, "vacancy-has", &HAS),
            must: choices(language, "vacancy-must", &MUST),
            now: Vec::new(),
        }
    }
}

/// A vacancy is begun at its employer.
#[get("/employers/<id>/vacancies/new")]
async fn new(id: Uuid, mut db: Read<to::KeepVacancies>, language: Language) -> Result<Page<EditPage>> {
    let employer = employer::find(&mut db, id).await?;
    db.listed(&[]).await?;
    let commune = employer.commune_code.as_deref().map(|code| List::Communes.vocabulary().title(code, language));
    let form = Filled::blank()
        .put("vacancy.seats", "1")
        .put("vacancy.province", &*employer.province_code)
        .put("vacancy.commune", commune.unwrap_or_default())
        .put("vacancy.commune.code", employer.commune_code.clone().unwrap_or_default())
        .put("vacancy.has", "formal");
    Ok(Page(EditPage::new(None, employer, form, language)))
}

#[post("/employers/<id>/vacancies", data = "<form>")]
async fn add(
    id: Uuid,
    form: Form<Checked<VacancySent>>,
    mut db: Write<to::KeepVacancies>,
    language: Language,
) -> Result<Answer<EditPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (user, today) = (db.user().clone(), db.today());
    let employer = employer::find(&mut db, id).await?;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let Some(kept) = value.and_then(|sent| sent.vacancy.read(&mut filled, today)) else {
        return Ok(Answer::With(Status::UnprocessableEntity, EditPage::new(None, employer, filled, language)));
    };
    let vacancy = Uuid::now_v7();
    let mine = (
        vacancies::id.eq(vacancy),
        vacancies::employer_id.eq(id),
        vacancies::kept_by.eq(user.organisation),
        vacancies::written_by.eq(user.id),
    );
    diesel::insert_into(vacancies::table).values((kept, mine)).execute(&mut *db).await?;
    let location = format!("/vacancies/{vacancy}");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "vacancy-kept"))
}

/// A vacancy of this user's office that still stands.
async fn mine(db: &mut AsyncPgConnection, user: &User, id: Uuid) -> Result<(Vacancy, Employer)> {
    let vacancy = find(db, id).await?;
    if !vacancy.is_kept_by(user) || vacancy.ended_at.is_some() {
        return Err(Error::NotFound);
    }
    let employer = employer::find(db, vacancy.employer_id).await?;
    Ok((vacancy, employer))
}

#[get("/vacancies/<id>/edit")]
async fn edit(id: Uuid, mut db: Read<to::KeepVacancies>, language: Language) -> Result<Page<EditPage>> {
    let user = db.user().clone();
    let (vacancy, employer) = mine(&mut db, &user, id).await?;
    db.listed(&[]).await?;
    Ok(Page(EditPage::new(Some(id), employer, filled_from(&vacancy, language), language)))
}

#[post("/vacancies/<id>", data = "<form>")]
async fn change(
    id: Uuid,
    form: Form<Checked<VacancySent>>,
    mut db: Write<to::KeepVacancies>,
    language: Language,
) -> Result<Answer<EditPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (user, today, now) = (db.user().clone(), db.today(), db.now());
    let (vacancy, employer) = mine(&mut db, &user, id).await?;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let version = value.as_ref().map_or(0, |sent| sent.vacancy.version);
    let Some(kept) = value.and_then(|sent| sent.vacancy.read(&mut filled, today)) else {
        return Ok(Answer::With(Status::UnprocessableEntity, EditPage::new(Some(id), employer, filled, language)));
    };
    let written = (
        vacancies::written_by.eq(user.id),
        vacancies::written_at.eq(now),
        vacancies::version.eq(version.saturating_add(1)),
    );
    let changed = diesel::update(vacancies::table.find(id).filter(vacancies::version.eq(version)))
        .set((kept, written))
        .execute(&mut *db)
        .await?;
    if changed == 0 {
        // Sent once more, it is meant to replace what stands there now.
        let form = filled.put("vacancy.version", vacancy.version.to_string());
        let page = EditPage { now: vacancy.lines(language), ..EditPage::new(Some(id), employer, form, language) };
        return Ok(Answer::With(Status::Conflict, page));
    }
    let location = format!("/vacancies/{id}");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "vacancy-kept"))
}

/// Takes a vacancy off the list; what was proposed stays.
#[post("/vacancies/<id>/end", data = "<form>")]
async fn end(id: Uuid, form: Form<Checked<EndSent>>, mut db: Write<to::KeepVacancies>) -> Result<Answer<EditPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (user, now) = (db.user().clone(), db.now());
    mine(&mut db, &user, id).await?;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let (because, version) = ended(value, &mut filled, &ENDED)?;
    let ended = diesel::update(vacancies::table.find(id).filter(vacancies::version.eq(version)))
        .set((
            vacancies::ended_at.eq(now),
            vacancies::ended_because.eq(because),
            vacancies::written_by.eq(user.id),
            vacancies::written_at.eq(now),
            vacancies::version.eq(version.saturating_add(1)),
        ))
        .execute(&mut *db)
        .await?;
    if ended == 0 {
        return Err(Error::refused(Status::Conflict, "error-page-changed-meanwhile"));
    }
    let location = format!("/employers/{}", find(&mut db, id).await?.employer_id);
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "vacancy-ended"))
}
