//! The register of employers: found by everybody who works on cases, kept by the office that wrote an entry.

use askama::Template;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rocket::form::{Form, FromForm};
use rocket::http::{RawStr, Status};
use rocket::{Route, get, post, routes};
use uuid::Uuid;
use validator::Validate;

use super::titled;
use super::vacancy::{self, Vacancy};
use crate::access::guard::to;
use crate::access::{Permission, Read, User, Write};
use crate::base::form::{Checked, Choice, Filled};
use crate::base::language::Language;
use crate::base::{Error, Result};
use crate::page::{Answer, Page, filters};
use crate::person::choices::{choices, listed};
use crate::person::form::{one_of, text};
use crate::person::part_form::place;
use crate::schema::employers;
use crate::vocabulary::List;

pub fn routes() -> Vec<Route> {
    routes![index, new, add, show, edit, change]
}

/// Entries on one page.
const LINES: i64 = 50;

/// Whether an employer said that it gladly takes people who come back.
pub const WILLING: [&str; 3] = ["yes", "no", "not-asked"];

#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = employers)]
pub struct Employer {
    pub id: Uuid,
    pub name: String,
    pub tax_code: Option<String>,
    /// The country whose capital it is, where it is not Viet Nam's.
    pub invested_from: Option<String>,
    pub province_code: String,
    pub commune_code: Option<String>,
    pub address: Option<String>,
    pub contact: Option<String>,
    pub phone: Option<String>,
    pub willing: String,
    pub kept_by: Uuid,
    pub version: i32,
}

impl Employer {
    pub fn is_kept_by(&self, user: &User) -> bool {
        user.may(Permission::KeepVacancies) && self.kept_by == user.organisation
    }
}

pub async fn find(db: &mut AsyncPgConnection, id: Uuid) -> Result<Employer> {
    Ok(employers::table.find(id).select(Employer::as_select()).first(db).await?)
}

async fn named_like(
    db: &mut AsyncPgConnection,
    name: Option<&str>,
    after: Option<Uuid>,
    most: i64,
) -> Result<Vec<Employer>> {
    let mut query = employers::table.select(Employer::as_select()).into_boxed();
    if let Some(name) = name {
        // A register of thousands; what is typed is no pattern.
        let escaped = name.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        query = query.filter(employers::name.ilike(format!("%{escaped}%")));
    }
    if let Some(after) = after {
        let before = find(db, after).await?;
        let same = employers::name.eq(before.name.clone()).and(employers::id.gt(after));
        query = query.filter(employers::name.gt(before.name).or(same));
    }
    Ok(query.order((employers::name, employers::id)).limit(most).load(db).await?)
}

#[derive(Template)]
#[template(path = "employment/employers.html")]
struct IndexPage {
    form: Filled,
    employers: Vec<Employer>,
    may_keep: bool,
    next: String,
    previous: String,
}

#[get("/employers?<name>&<after>")]
async fn index(name: Option<&str>, after: Option<Uuid>, mut db: Read<to::ReadWork>) -> Result<Page<IndexPage>> {
    let name = name.map(str::trim).filter(|name| !name.is_empty() && name.chars().count() <= 200);
    let mut employers = named_like(&mut db, name, after, LINES + 1).await?;
    let more = employers.len() as i64 > LINES;
    employers.truncate(LINES as usize);
    let here = format!("/employers?name={}", RawStr::new(name.unwrap_or_default()).percent_encode());
    Ok(Page(IndexPage {
        next: employers.last().filter(|_| more).map(|last| format!("{here}&after={}", last.id)).unwrap_or_default(),
        previous: if after.is_some() { here } else { String::new() },
        form: Filled::blank().put("name", name.unwrap_or_default()),
        employers,
        may_keep: db.user().may(Permission::KeepVacancies),
    }))
}

#[derive(Template)]
#[template(path = "employment/employer.html")]
struct ShowPage {
    employer: Employer,
    place: String,
    invested: Option<String>,
    /// Each with whether it can be applied for.
    vacancies: Vec<(Vacancy, bool)>,
    may_change: bool,
}

#[get("/employers/<id>")]
async fn show(id: Uuid, mut db: Read<to::ReadWork>, language: Language) -> Result<Page<ShowPage>> {
    let (user, today) = (db.user().clone(), db.today());
    let employer = find(&mut db, id).await?;
    let place = [
        employer.address.clone(),
        titled(List::Communes, employer.commune_code.as_deref(), language),
        titled(List::Provinces, Some(&employer.province_code), language),
    ];
    let place: Vec<String> = place.into_iter().flatten().collect();
    let vacancies = vacancy::of_employer(&mut db, id).await?;
    Ok(Page(ShowPage {
        place: place.join(", "),
        invested: titled(List::Countries, employer.invested_from.as_deref(), language),
        vacancies: vacancies.into_iter().map(|v| (v.clone(), v.is_open(today))).collect(),
        may_change: employer.is_kept_by(&user),
        employer,
    }))
}

#[derive(FromForm, Validate)]
struct EmployerForm {
    #[validate(length(max = 200, code = "too-long"))]
    #[field(default = String::new())]
    name: String,
    #[validate(length(max = 30, code = "too-long"))]
    #[field(default = String::new())]
    tax_code: String,
    #[validate(length(max = 200, code = "too-long"))]
    #[field(default = String::new())]
    invested_from: String,
    #[field(default = String::new())]
    province: String,
    #[validate(length(max = 200, code = "too-long"))]
    #[field(default = String::new())]
    commune: String,
    #[validate(length(max = 200, code = "too-long"))]
    #[field(default = String::new())]
    address: String,
    #[validate(length(max = 120, code = "too-long"))]
    #[field(default = String::new())]
    contact: String,
    #[validate(length(max = 40, code = "too-long"))]
    #[field(default = String::new())]
    phone: String,
    #[field(default = String::new())]
    willing: String,
    #[field(default = 0)]
    version: i32,
}

#[derive(FromForm, Validate)]
struct EmployerSent {
    #[validate(nested)]
    employer: EmployerForm,
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = employers, treat_none_as_null = true)]
struct Kept {
    name: String,
    tax_code: Option<String>,
    invested_from: Option<String>,
    province_code: String,
    commune_code: Option<String>,
    address: Option<String>,
    contact: Option<String>,
    phone: Option<String>,
    willing: String,
}

/// A tax code as it is kept: without the signs that people put between its digits.
pub fn tax_digits(typed: &str) -> String {
    typed.chars().filter(|c| !matches!(c, ' ' | '-' | '.')).collect()
}

impl EmployerForm {
    fn read(&self, filled: &mut Filled, today: time::Date) -> Option<Kept> {
        let name = text(&self.name);
        if name.is_none() {
            filled.push("employer.name", "error-required");
        }
        let digits = tax_digits(&self.tax_code);
        let right = matches!(digits.len(), 10 | 13) && digits.bytes().all(|b| b.is_ascii_digit());
        if !digits.is_empty() && !right {
            filled.push("employer.tax_code", "error-tax-code");
        }
        if self.province.trim().is_empty() {
            filled.push("employer.province", "error-choose");
        }
        let province = one_of(filled, "employer.province", &self.province, |code| {
            List::Provinces.vocabulary().get(code).is_some()
        });
        let commune = place(filled, "employer.commune", &self.commune, List::Communes, province.as_deref(), today);
        let invested = place(filled, "employer.invested_from", &self.invested_from, List::Countries, None, today);
        if invested.as_deref() == Some("VN") {
            filled.push("employer.invested_from", "error-invested-from");
        }
        if self.willing.trim().is_empty() {
            filled.push("employer.willing", "error-choose");
        }
        let willing = one_of(filled, "employer.willing", &self.willing, |code| WILLING.contains(&code));
        let kept = Kept {
            name: name?,
            tax_code: Some(digits).filter(|digits| !digits.is_empty()),
            invested_from: invested,
            province_code: province?,
            commune_code: commune,
            address: text(&self.address),
            contact: text(&self.contact),
            phone: text(&self.phone),
            willing: willing?,
        };
        Some(kept).filter(|_| !filled.is_wrong())
    }
}

#[derive(Template)]
#[template(path = "employment/employer_edit.html")]
struct EditPage {
    id: Option<Uuid>,
    form: Filled,
    provinces: Vec<Choice>,
    willing: Vec<Choice>,
    /// Somebody saved while this was typed: what stands there now.
    now: Vec<String>,
}

impl EditPage {
    fn new(id: Option<Uuid>, form: Filled, language: Language) -> EditPage {
        let willing = choices(language, "employer-willing", &WILLING);
        EditPage { id, form, provinces: listed(language, List::Provinces), willing, now: Vec::new() }
    }
}

#[get("/employers/new")]
async fn new(db: Read<to::KeepVacancies>, language: Language) -> Result<Page<EditPage>> {
    db.listed(&[]).await?;
    Ok(Page(EditPage::new(None, Filled::blank().put("employer.willing", "not-asked"), language)))
}

/// The tax code stands in the register already.
async fn taken(db: &mut AsyncPgConnection, code: Option<&str>, but: Option<Uuid>) -> Result<bool> {
    let Some(code) = code else { return Ok(false) };
    let there: Option<Uuid> =
        employers::table.filter(employers::tax_code.eq(code)).select(employers::id).first(db).await.optional()?;
    Ok(there.is_some_and(|id| Some(id) != but))
}

#[post("/employers", data = "<form>")]
async fn add(
    form: Form<Checked<EmployerSent>>,
    mut db: Write<to::KeepVacancies>,
    language: Language,
) -> Result<Answer<EditPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (user, today) = (db.user().clone(), db.today());
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let mut read = value.and_then(|sent| sent.employer.read(&mut filled, today));
    if taken(&mut db, read.as_ref().and_then(|kept| kept.tax_code.as_deref()), None).await? {
        filled.push("employer.tax_code", "error-tax-code-taken");
        read = None;
    }
    let Some(kept) = read else {
        return Ok(Answer::With(Status::UnprocessableEntity, EditPage::new(None, filled, language)));
    };
    let id = Uuid::now_v7();
    let mine = (employers::id.eq(id), employers::kept_by.eq(user.organisation), employers::written_by.eq(user.id));
    diesel::insert_into(employers::table).values((kept, mine)).execute(&mut *db).await?;
    let location = format!("/employers/{id}");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "employer-kept"))
}

async fn mine(db: &mut AsyncPgConnection, user: &User, id: Uuid) -> Result<Employer> {
    let employer = find(db, id).await?;
    if employer.is_kept_by(user) { Ok(employer) } else { Err(Error::NotFound) }
}

fn filled_from(employer: &Employer, language: Language) -> Filled {
    let said = |value: &Option<String>| value.clone().unwrap_or_default();
    let commune = employer.commune_code.clone().unwrap_or_default();
    Filled::blank()
        .put("employer.name", &*employer.name)
        .put("employer.tax_code", said(&employer.tax_code))
        .put(
            "employer.invested_from",
            titled(List::Countries, employer.invested_from.as_deref(), language).unwrap_or_default(),
        )
        .put("employer.invested_from.code", said(&employer.invested_from))
        .put("employer.province", &*employer.province_code)
        .put("employer.commune", titled(List::Communes, employer.commune_code.as_deref(), language).unwrap_or_default())
        .put("employer.commune.code", commune)
        .put("employer.address", said(&employer.address))
        .put("employer.contact", said(&employer.contact))
        .put("employer.phone", said(&employer.phone))
        .put("employer.willing", &*employer.willing)
        .put("employer.version", employer.version.to_string())
}

#[get("/employers/<id>/edit")]
async fn edit(id: Uuid, mut db: Read<to::KeepVacancies>, language: Language) -> Result<Page<EditPage>> {
    let user = db.user().clone();
    let employer = mine(&mut db, &user, id).await?;
    db.listed(&[]).await?;
    Ok(Page(EditPage::new(Some(id), filled_from(&employer, language), language)))
}

#[post("/employers/<id>", data = "<form>")]
async fn change(
    id: Uuid,
    form: Form<Checked<EmployerSent>>,
    mut db: Write<to::KeepVacancies>,
    language: Language,
) -> Result<Answer<EditPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (user, today, now) = (db.user().clone(), db.today(), db.now());
    let employer = mine(&mut db, &user, id).await?;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let version = value.as_ref().map_or(0, |sent| sent.employer.version);
    let mut read = value.and_then(|sent| sent.employer.read(&mut filled, today));
    if taken(&mut db, read.as_ref().and_then(|kept| kept.tax_code.as_deref()), Some(id)).await? {
        filled.push("employer.tax_code", "error-tax-code-taken");
        read = None;
    }
    let Some(kept) = read else {
        return Ok(Answer::With(Status::UnprocessableEntity, EditPage::new(Some(id), filled, language)));
    };
    let written = (
        employers::written_by.eq(user.id),
        employers::written_at.eq(now),
        employers::version.eq(version.saturating_add(1)),
    );
    let changed = diesel::update(employers::table.find(id).filter(employers::version.eq(version)))
        .set((kept, written))
        .execute(&mut *db)
        .await?;
    if changed == 0 {
        let stands = filled_from(&employer, language);
        let fields = ["name", "tax_code", "invested_from", "commune", "address", "contact", "phone"];
        let now = fields.map(|field| stands.value(&format!("employer.{field}")).to_owned());
        // Sent once more, it is meant to replace what stands there now.
        let form = filled.put("employer.version", employer.version.to_string());
        let page = EditPage {
            now: now.into_iter().filter(|s| !s.is_empty()).collect(),
            ..EditPage::new(Some(id), form, language)
        };
        return Ok(Answer::With(Status::Conflict, page));
    }
    let location = format!("/employers/{id}");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "employer-kept"))
}
