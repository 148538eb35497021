//! The register of those who are accredited to assess skills (Employment Law 74/2025 arts 22 to 26), with the occupations
//! and the days for which each accreditation holds.

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
use crate::base::form::{Checked, Choice, Filled, PressAt};
use crate::base::language::Language;
use crate::base::{Error, Result};
use crate::page::{Answer, Page, filters};
use crate::person::choices::listed;
use crate::person::form::{one_of, text};
use crate::person::household::poverty::day;
use crate::schema::assessors;
use crate::vocabulary::{List, Meant};

pub fn routes() -> Vec<Route> {
    routes![index, new, add, edit, change, end]
}

/// Most on the register's page.
const MOST: i64 = 500;

/// Most occupations of one accreditation.
const MOST_OCCUPATIONS: usize = 20;

/// Longest that an accreditation holds: what is typed beyond is a slip of the hand.
const LONGEST: Duration = Duration::days(3660);

#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = assessors)]
pub struct Assessor {
    pub id: Uuid,
    pub name: String,
    pub accreditation: String,
    /// ISCO-08 codes of any level.
    pub occupations: Vec<String>,
    pub province_code: Option<String>,
    pub valid_from: Date,
    pub valid_until: Date,
    pub phone: Option<String>,
    pub kept_by: Uuid,
    pub version: i32,
}

impl Assessor {
    /// True if it was accredited for this occupation, or for a group that it is in.
    pub fn covers(&self, occupation: &str) -> bool {
        self.occupations.iter().any(|group| occupation.starts_with(group.as_str()))
    }

    pub fn holds_on(&self, day: Date) -> bool {
        (self.valid_from..=self.valid_until).contains(&day)
    }

    fn titles(&self, language: Language) -> String {
        let titles: Vec<String> =
            self.occupations.iter().map(|code| List::Occupations.vocabulary().title(code, language)).collect();
        titles.join("; ")
    }
}

/// Those that were not taken off the register, by name.
pub async fn all(db: &mut AsyncPgConnection) -> Result<Vec<Assessor>> {
    Ok(assessors::table
        .filter(assessors::ended_at.is_null())
        .order((assessors::name, assessors::id))
        .limit(MOST)
        .select(Assessor::as_select())
        .load(db)
        .await?)
}

async fn find(db: &mut AsyncPgConnection, id: Uuid) -> Result<Assessor> {
    Ok(assessors::table.find(id).filter(assessors::ended_at.is_null()).select(Assessor::as_select()).first(db).await?)
}

struct Shown {
    assessor: Assessor,
    occupations: String,
    place: Option<String>,
    from: String,
    until: String,
    /// It does not hold today.
    over: bool,
    mine: bool,
}

#[derive(Template)]
#[template(path = "skill/assessors.html")]
struct AssessorsPage {
    lines: Vec<Shown>,
    may_keep: bool,
}

fn keeps(user: &User, assessor: &Assessor) -> bool {
    user.may(Permission::KeepAssessors) && assessor.kept_by == user.organisation
}

#[get("/assessors")]
async fn index(mut db: Read<to::ReadCases>, language: Language) -> Result<Page<AssessorsPage>> {
    let (user, today) = (db.user().clone(), db.today());
    let line = |assessor: Assessor| Shown {
        occupations: assessor.titles(language),
        place: assessor.province_code.as_deref().map(|code| List::Provinces.vocabulary().title(code, language)),
        from: written(assessor.valid_from, Precision::Day),
        until: written(assessor.valid_until, Precision::Day),
        over: !assessor.holds_on(today),
        mine: keeps(&user, &assessor),
        assessor,
    };
    let lines = all(&mut db).await?.into_iter().map(line).collect();
    Ok(Page(AssessorsPage { lines, may_keep: user.may(Permission::KeepAssessors) }))
}

#[derive(FromForm, Validate)]
struct AssessorForm {
    #[validate(length(max = 200, code = "too-long"))]
    #[field(default = String::new())]
    name: String,
    #[validate(length(max = 120, code = "too-long"))]
    #[field(default = String::new())]
    accreditation: String,
    #[validate(length(max = 4000, code = "too-long"))]
    #[field(default = String::new())]
    occupations: String,
    #[field(default = String::new())]
    province: String,
    from: Typed,
    until: Typed,
    #[validate(length(max = 40, code = "too-long"))]
    #[field(default = String::new())]
    phone: String,
    #[field(default = 0)]
    version: i32,
}

#[derive(FromForm, Validate)]
struct AssessorSent {
    #[validate(nested)]
    assessor: AssessorForm,
}

struct Kept {
    name: String,
    accreditation: String,
    occupations: Vec<String>,
    province: Option<String>,
    from: Date,
    until: Date,
    phone: Option<String>,
}

impl AssessorForm {
    fn read(&self, filled: &mut Filled, today: Date) -> Option<Kept> {
        let (name, accreditation) = (text(&self.name), text(&self.accreditation));
        for (field, value) in [("assessor.name", &name), ("assessor.accreditation", &accreditation)] {
            if value.is_none() {
                filled.push(field, "error-required");
            }
        }
        // A line each: a code, or what the occupation is called.
        let mut occupations: Vec<String> = Vec::new();
        for line in self.occupations.lines().map(str::trim).filter(|line| !line.is_empty()) {
            match List::Occupations.vocabulary().meant(line, None, today) {
                Meant::One(entry) if !occupations.contains(&entry.code) => occupations.push(entry.code.clone()),
                Meant::One(_) => {}
                _ => filled.push(
                    "assessor.occupations",
                    crate::base::language::Message::new("error-assessor-occupation").with("line", line),
                ),
            }
        }
        if occupations.is_empty() && filled.error("assessor.occupations").is_none() {
            filled.push("assessor.occupations", "error-required");
        }
        if occupations.len() > MOST_OCCUPATIONS {
            filled.push("assessor.occupations", "error-assessor-many");
        }
        let province = one_of(filled, "assessor.province", &self.province, |code| {
            List::Provinces.vocabulary().get(code).is_some()
        });
        let (from, until) = (day(filled, "assessor.from", &self.from), day(filled, "assessor.until", &self.until));
        for (field, value) in [("assessor.from", from), ("assessor.until", until)] {
            if value.is_none() && filled.error(field).is_none() {
                filled.push(field, "error-required");
            }
        }
        if let (Some(from), Some(until)) = (from, until)
            && (until < from || until - from > LONGEST)
        {
            filled.push("assessor.until", "error-assessor-until");
        }
        let kept = Kept {
            name: name?,
            accreditation: accreditation?,
            occupations,
            province,
            from: from?,
            until: until?,
            phone: text(&self.phone),
        };
        Some(kept).filter(|_| !filled.is_wrong())
    }
}

#[derive(Template)]
#[template(path = "skill/assessor.html")]
struct AssessorPage {
    id: Option<Uuid>,
    form: Filled,
    provinces: Vec<Choice>,
    /// Somebody saved while this was typed: what stands there now.
    now: Option<(String, String, String, String)>,
}

impl AssessorPage {
    fn new(id: Option<Uuid>, form: Filled, language: Language) -> AssessorPage {
        AssessorPage { id, form, provinces: listed(language, List::Provinces), now: None }
    }
}

#[get("/assessors/new")]
async fn new(db: Read<to::KeepAssessors>, language: Language) -> Result<Page<AssessorPage>> {
    db.listed(&[]).await?;
    Ok(Page(AssessorPage::new(None, Filled::blank(), language)))
}

#[post("/assessors", data = "<form>")]
async fn add(
    form: Form<Checked<AssessorSent>>,
    mut db: Write<to::KeepAssessors>,
    language: Language,
) -> Result<Answer<AssessorPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (user, today) = (db.user().clone(), db.today());
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let Some(kept) = value.and_then(|sent| sent.assessor.read(&mut filled, today)) else {
        return Ok(Answer::With(Status::UnprocessableEntity, AssessorPage::new(None, filled, language)));
    };
    diesel::insert_into(assessors::table)
        .values((
            assessors::id.eq(Uuid::now_v7()),
            assessors::name.eq(kept.name),
            assessors::accreditation.eq(kept.accreditation),
            assessors::occupations.eq(kept.occupations),
            assessors::province_code.eq(kept.province),
            assessors::valid_from.eq(kept.from),
            assessors::valid_until.eq(kept.until),
            assessors::phone.eq(kept.phone),
            assessors::kept_by.eq(user.organisation),
            assessors::written_by.eq(user.id),
        ))
        .execute(&mut *db)
        .await?;
    db.done(filled.submission(), "/assessors").await?;
    Ok(Answer::Told("/assessors".to_owned(), "assessor-kept"))
}

fn filled_from(assessor: &Assessor) -> Filled {
    let mut form = Filled::blank()
        .put("assessor.name", &*assessor.name)
        .put("assessor.accreditation", &*assessor.accreditation)
        .put("assessor.occupations", assessor.occupations.join("\n"))
        .put("assessor.province", assessor.province_code.clone().unwrap_or_default())
        .put("assessor.phone", assessor.phone.clone().unwrap_or_default())
        .put("assessor.version", assessor.version.to_string());
    for (name, date) in [("from", assessor.valid_from), ("until", assessor.valid_until)] {
        let typed = Typed::of(Some(date), Some(Precision::Day));
        for (part, value) in [("day", typed.day), ("month", typed.month), ("year", typed.year)] {
            form = form.put(&format!("assessor.{name}.{part}"), value);
        }
    }
    form
}

/// The entry, if it is this user's office's to keep.
async fn kept(db: &mut AsyncPgConnection, user: &User, id: Uuid) -> Result<Assessor> {
    let assessor = find(db, id).await?;
    if keeps(user, &assessor) { Ok(assessor) } else { Err(Error::NotFound) }
}

#[get("/assessors/<id>")]
async fn edit(id: Uuid, mut db: Read<to::KeepAssessors>, language: Language) -> Result<Page<AssessorPage>> {
    let user = db.user().clone();
    let assessor = kept(&mut db, &user, id).await?;
    db.listed(&[]).await?;
    Ok(Page(AssessorPage::new(Some(id), filled_from(&assessor), language)))
}

#[post("/assessors/<id>", data = "<form>")]
async fn change(
    id: Uuid,
    form: Form<Checked<AssessorSent>>,
    mut db: Write<to::KeepAssessors>,
    language: Language,
) -> Result<Answer<AssessorPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (user, today, now) = (db.user().clone(), db.today(), db.now());
    let assessor = kept(&mut db, &user, id).await?;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let version = value.as_ref().map_or(0, |sent| sent.assessor.version);
    let Some(kept) = value.and_then(|sent| sent.assessor.read(&mut filled, today)) else {
        return Ok(Answer::With(Status::UnprocessableEntity, AssessorPage::new(Some(id), filled, language)));
    };
    let changed = diesel::update(assessors::table.find(id).filter(assessors::version.eq(version)))
        .set((
            assessors::name.eq(kept.name),
            assessors::accreditation.eq(kept.accreditation),
            assessors::occupations.eq(kept.occupations),
            assessors::province_code.eq(kept.province),
            assessors::valid_from.eq(kept.from),
            assessors::valid_until.eq(kept.until),
            assessors::phone.eq(kept.phone),
            assessors::written_by.eq(user.id),
            assessors::written_at.eq(now),
            assessors::version.eq(version.saturating_add(1)),
        ))
        .execute(&mut *db)
        .await?;
    if changed == 0 {
        let days = |on: Date| written(on, Precision::Day);
        let stands = format!("{} – {}", days(assessor.valid_from), days(assessor.valid_until));
        let said = (assessor.name.clone(), assessor.accreditation.clone(), assessor.titles(language), stands);
        // Sent once more, it is meant to replace what stands there now.
        let form = filled.put("assessor.version", assessor.version.to_string());
        let page = AssessorPage { now: Some(said), ..AssessorPage::new(Some(id), form, language) };
        return Ok(Answer::With(Status::Conflict, page));
    }
    db.done(filled.submission(), "/assessors").await?;
    Ok(Answer::Told("/assessors".to_owned(), "assessor-kept"))
}

/// Takes an entry off the register; appointments that were made stay.
#[post("/assessors/<id>/end", data = "<form>")]
async fn end(id: Uuid, form: Form<Checked<PressAt>>, mut db: Write<to::KeepAssessors>) -> Result<Answer<AssessorPage>> {
    let Checked { value, filled } = form.into_inner();
    let (user, now) = (db.user().clone(), db.now());
    kept(&mut db, &user, id).await?;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let version = value.map_or(0, |sent| sent.version);
    let ended = diesel::update(assessors::table.find(id).filter(assessors::version.eq(version)))
        .set((
            assessors::ended_at.eq(now),
            assessors::written_by.eq(user.id),
            assessors::written_at.eq(now),
            assessors::version.eq(version.saturating_add(1)),
        ))
        .execute(&mut *db)
        .await?;
    if ended == 0 {
        return Err(Error::refused(Status::Conflict, "error-page-changed-meanwhile"));
    }
    db.done(filled.submission(), "/assessors").await?;
    Ok(Answer::Told("/assessors".to_owned(), "assessor-ended"))
}
