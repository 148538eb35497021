//! Keeping the forms: DOLAB writes them, looks at them filled in with a made-up case, and says from when they hold.

use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use time::{Date, Duration};
use validator::Validate;

use super::pages::long_day;
use super::store::{self, New};
use super::{PLACES, Printed, Run, Template, filled, read};
use crate::access::guard::to;
use crate::access::{OrganisationKind, Permission, Read, User, Write};
use crate::base::date::{Precision, Typed};
use crate::base::form::{Checked, Filled, PressAt};
use crate::base::{Error, Result};
use crate::page::{Answer, Page, filters};

pub fn routes() -> Vec<Route> {
    routes![index, new, show, keep, end]
}

/// Days ahead from which a version may hold.
const AHEAD: Duration = Duration::days(366);

/// Forms are DOLAB's to keep.
pub fn may_keep(user: &User) -> bool {
    user.may(Permission::KeepForms) && user.organisation_kind == OrganisationKind::Dolab.code()
}

fn keeps(user: &User) -> Result<()> {
    if may_keep(user) { Ok(()) } else { Err(Error::NotFound) }
}

#[derive(askama::Template)]
#[template(path = "case/forms.html")]
struct IndexPage {
    /// Each form's newest version, and whether one of its versions holds today.
    forms: Vec<(bool, Template)>,
}

#[get("/forms")]
async fn index(mut db: Read<to::KeepForms>) -> Result<Page<IndexPage>> {
    keeps(db.user())?;
    let today = db.today();
    let all = store::all(&mut db).await?;
    let holding = store::holding(all.clone(), today);
    let mut newest = all;
    newest.dedup_by(|a, b| a.code == b.code);
    let holds = |template: Template| (holding.iter().any(|known| known.code == template.code), template);
    Ok(Page(IndexPage { forms: newest.into_iter().map(holds).collect() }))
}

#[derive(askama::Template)]
#[template(path = "case/form_edit.html")]
struct EditPage {
    form: Filled,
    /// Nothing for a form that is new.
    code: Option<String>,
    versions: Vec<Template>,
    /// The newest version, which may be ended.
    may_end: Option<i32>,
    preview: Vec<Printed>,
}

impl EditPage {
    fn places(&self) -> &'static [&'static str] {
        &PLACES
    }
}

fn edit(code: Option<String>, versions: Vec<Template>, form: Filled, today: Date) -> EditPage {
    let lines = read(form.value("body")).unwrap_or_default();
    let (preview, _) = filled(&lines, |place| made_up(place, today));
    let newest = versions.first().filter(|newest| newest.ended_on.is_none() && newest.valid_from <= today);
    EditPage { form, code, may_end: newest.map(|newest| newest.version), versions, preview }
}

/// What a made-up case says; all of it is invented.
fn made_up(place: &str, today: Date) -> Option<String> {
    let text = match place {
        "name" => "Kiều Thị Mẫu",
        "birth" => "12/05/1990",
        "sex" => "Nữ",
        "document" => "Căn cước",
        "document-number" => "000000000000",
        "phone" => "0900 000 000",
        "address" => "Xóm 1, Xã Mẫu, Tỉnh Mẫu",
        "commune" => "Xã Mẫu",
        "province" => "Tỉnh Mẫu",
        "country" => "Nhật Bản",
        "left" => "03/2023",
        "entered" => "20/11/2026",
        "sender" => "Công ty Mẫu",
        "case" => "MAU2345678",
        "office" => "Trung tâm Dịch vụ việc làm Mẫu",
        "accountable" => "Trần Văn Mẫu",
        "today" => return Some(long_day(today)),
        _ => return None,
    };
    Some(text.to_owned())
}

#[get("/forms/new")]
async fn new(db: Read<to::KeepForms>) -> Result<Page<EditPage>> {
    keeps(db.user())?;
    let today = db.today();
    let form = typed(Filled::blank(), today).put("version", "0");
    Ok(Page(edit(None, Vec::new(), form, today)))
}

/// The day from which a version holds, as it is proposed.
fn typed(form: Filled, day: Date) -> Filled {
    form.put("from.day", day.day().to_string())
        .put("from.month", u8::from(day.month()).to_string())
        .put("from.year", day.year().to_string())
}

fn as_it_is(versions: &[Template], today: Date) -> Filled {
    let Some(newest) = versions.first() else { return Filled::blank() };
    let form = Filled::blank()
        .put("version", newest.version.to_string())
        .put("title", newest.title.clone())
        .put("goes_to", newest.goes_to.clone())
        .put("source", newest.source.clone())
        .put("body", newest.body.clone());
    let form = if newest.official { form.put("official", "true") } else { form };
    typed(form, today)
}

#[get("/forms/<form>", rank = 2)]
async fn show(form: &str, mut db: Read<to::KeepForms>) -> Result<Page<EditPage>> {
    keeps(db.user())?;
    let today = db.today();
    let versions = store::versions(&mut db, form).await?;
    let filled = as_it_is(&versions, today);
    Ok(Page(edit(Some(form.to_owned()), versions, filled, today)))
}

#[derive(FromForm, Validate)]
struct TemplateForm {
    #[validate(length(max = 150, code = "too-long"))]
    #[field(default = String::new())]
    title: String,
    #[validate(length(max = 150, code = "too-long"))]
    #[field(default = String::new())]
    goes_to: String,
    #[validate(length(max = 300, code = "too-long"))]
    #[field(default = String::new())]
    source: String,
    #[field(default = false)]
    official: bool,
    #[validate(length(max = 8000, code = "too-long"))]
    #[field(default = String::new())]
    body: String,
    from: Typed,
    /// The version that was looked at; 0 of a form that is new.
    #[field(default = 0)]
    version: i32,
    /// `look` shows what it would be and keeps nothing.
    #[field(default = String::new())]
    act: String,
}

/// A code as an address can say it.
fn is_code(code: &str) -> bool {
    let rest = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    (2..=40).contains(&code.len()) && code.starts_with(|c: char| c.is_ascii_lowercase()) && code.chars().all(rest)
}

/// Keeps what was written as the next version, or shows it filled in.
#[post("/forms", data = "<form>")]
async fn keep(form: Form<Checked<TemplateForm>>, mut db: Write<to::KeepForms>) -> Result<Answer<EditPage>> {
    keeps(db.user())?;
    let Checked { value, mut filled } = form.into_inner();
    let (user, today) = (db.user().clone(), db.today());
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let code = filled.value("code").trim().to_owned();
    let fresh = filled.value("version") == "0";
    let versions = match store::versions(&mut db, &code).await {
        Ok(versions) if !fresh => versions,
        Ok(_) => {
            filled.push("code", "error-form-taken");
            Vec::new()
        }
        Err(Error::NotFound) if fresh => Vec::new(),
        Err(error) => return Err(error),
    };
    if !is_code(&code) {
        filled.push("code", "error-form-code");
    }
    if let Err(wrong) = read(filled.value("body")) {
        filled.push("body", wrong);
    }
    let looks = value.as_ref().is_some_and(|sent| sent.act == "look");
    if !looks {
        for field in ["title", "goes_to", "source", "body"] {
            if filled.value(field).trim().is_empty() {
                filled.push(field, "error-required");
            }
        }
    }
    let from = value.as_ref().and_then(|sent| starts(&sent.from, today, &mut filled));
    let known = (!fresh).then(|| code.clone());
    let (Some(sent), Some(valid_from)) = (value.filter(|_| !filled.is_wrong() && !looks), from) else {
        let status = if filled.is_wrong() { Status::UnprocessableEntity } else { Status::Ok };
        return Ok(Answer::With(status, edit(known, versions, filled, today)));
    };
    let newest = versions.first().map_or(0, |newest| newest.version);
    let new = New {
        code: &code,
        version: sent.version + 1,
        title: sent.title.trim(),
        goes_to: sent.goes_to.trim(),
        source: sent.source.trim(),
        official: sent.official,
        body: sent.body.trim_end(),
        valid_from,
    };
    // Somebody else's newer words are shown below; what was typed stays.
    if newest != sent.version || !store::add(&mut db, &user, &new).await? {
        filled.push("body", "error-page-changed-meanwhile");
        let filled = filled.put("version", newest.to_string());
        return Ok(Answer::With(Status::Conflict, edit(known, versions, filled, today)));
    }
    let location = format!("/forms/{code}");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "form-kept"))
}

fn starts(typed: &Typed, today: Date, filled: &mut Filled) -> Option<Date> {
    let wrong = match typed.read() {
        Ok(Some((day, Precision::Day))) if day < today => "error-date-past",
        Ok(Some((day, Precision::Day))) if day > today + AHEAD => "error-expected-far",
        Ok(Some((day, Precision::Day))) => return Some(day),
        Ok(_) => "error-date-whole",
        Err(wrong) => wrong,
    };
    filled.push("from", wrong);
    None
}

/// The form is used no more.
#[post("/forms/<form>/end", data = "<pressed>")]
async fn end(form: &str, pressed: Form<Checked<PressAt>>, mut db: Write<to::KeepForms>) -> Result<Answer<EditPage>> {
    keeps(db.user())?;
    let Checked { value, filled } = pressed.into_inner();
    let today = db.today();
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let versions = store::versions(&mut db, form).await?;
    let newest = versions.first().map(|newest| newest.version);
    let wanted = value.map(|sent| sent.version);
    if newest != wanted || !store::end(&mut db, form, wanted.unwrap_or_default(), today).await? {
        return Err(Error::refused(Status::Conflict, "error-page-changed-meanwhile"));
    }
    db.done(filled.submission(), "/forms").await?;
    Ok(Answer::Told("/forms".to_owned(), "form-ended"))
}
