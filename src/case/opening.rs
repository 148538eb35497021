//! A case of another office opened in need: for some hours, to read, with a reason. Whoever is accountable for it and the
//! supervisors of both offices are told at once, and the holder's supervisor says afterwards whether it was needed.

use askama::Template;
use diesel::define_sql_function;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, State, get, post, routes};
use serde::Deserialize;
use serde_json::Value;
use time::OffsetDateTime;
use uuid::Uuid;
use validator::Validate;

use super::answering::FoundPage;
use crate::access::guard::to;
use crate::access::{Read, Seen, Write};
use crate::base::code::Code;
use crate::base::form::{Checked, Filled};
use crate::base::language::{Language, Message};
use crate::base::settings::Settings;
use crate::base::{Error, Result, mail};
use crate::page::{Answer, Page, filters};
use crate::person::form::{lines, text};

pub fn routes() -> Vec<Route> {
    routes![open, index, review]
}

define_sql_function! {
    /// See database/functions_exclusion.sql.
    fn open_in_need(opening: SqlUuid, typed: Text, why: Text) -> Jsonb;
}
define_sql_function! {
    /// See database/functions_exclusion.sql.
    fn review_opening(opening: SqlUuid, was_needed: Bool, words: Nullable<Text>) -> Bool;
}

#[derive(FromForm, Validate)]
struct NeedForm {
    #[validate(length(max = 40, code = "too-long"))]
    #[field(default = String::new())]
    code: String,
    #[validate(length(max = 300, code = "too-long"))]
    #[field(default = String::new())]
    reason: String,
}

#[derive(FromForm, Validate)]
struct NeedSent {
    #[validate(nested)]
    need: NeedForm,
}

/// What became of it: `said`, and where it was done the case and whom to tell.
#[derive(Deserialize)]
struct Opened {
    said: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    tell: Vec<Told>,
}

#[derive(Deserialize)]
struct Told {
    email: String,
    language: String,
    accountable: bool,
}

#[post("/cases/openings", data = "<form>")]
async fn open(
    form: Form<Checked<NeedSent>>,
    mut db: Write<to::OpenInNeed>,
    settings: &State<Settings>,
) -> Result<Answer<FoundPage>> {
    let Checked { value, mut filled } = form.into_inner();
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let code = value.as_ref().and_then(|sent| sent.need.code.parse::<Code>().ok());
    if value.is_some() && code.is_none() {
        filled.push("need.code", "error-code-check");
    }
    let reason = value.as_ref().and_then(|sent| text(&sent.need.reason));
    if value.is_some() && reason.is_none() {
        filled.push("need.reason", "error-reason");
    }
    if let (Some(code), Some(reason), false) = (code, reason, filled.is_wrong()) {
        let said: Value =
            diesel::select(open_in_need(Uuid::now_v7(), code.as_str(), reason)).get_result(&mut *db).await?;
        let opened: Opened = serde_json::from_value(said).map_err(Error::internal)?;
        match opened.said.as_str() {
            "done" => {
                tell(&mut db, settings, &opened).await?;
                let location = format!("/cases/{}", opened.code);
                db.done(filled.submission(), &location).await?;
                return Ok(Answer::Told(location, "opening-done"));
            }
            "limit" => filled.push("need.reason", "error-opening-limit"),
            _ => filled.push("need.code", "error-code-unknown"),
        }
    }
    Ok(Answer::With(Status::UnprocessableEntity, FoundPage::elsewhere(filled, true)))
}

/// Tells whoever is accountable and the supervisors, without a word about whom it concerns.
async fn tell(db: &mut Write<to::OpenInNeed>, settings: &Settings, opened: &Opened) -> Result<()> {
    let address = settings.public_address();
    for one in &opened.tell {
        let language = Language::from_code(&one.language).unwrap_or_default();
        let page = match one.accountable {
            true => format!("{address}/cases/{}", opened.code),
            false => format!("{address}/openings"),
        };
        let body = language.say(&Message::new("mail-opening").with("address", page));
        mail::post(db, &one.email, &language.say(&Message::new("mail-opening-subject")), &body).await?;
    }
    Ok(())
}

/// What was opened, as its line shows it.
#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    person: Uuid,
    #[diesel(sql_type = Text)]
    code: String,
    /// Our office holds, or held, the case; otherwise one of ours opened it.
    #[diesel(sql_type = Bool)]
    ours: bool,
    #[diesel(sql_type = Text)]
    who: String,
    #[diesel(sql_type = Text)]
    office: String,
    #[diesel(sql_type = Text)]
    holder: String,
    #[diesel(sql_type = Text)]
    reason: String,
    #[diesel(sql_type = Timestamptz)]
    opened_at: OffsetDateTime,
    #[diesel(sql_type = Timestamptz)]
    until: OffsetDateTime,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    reviewed_at: Option<OffsetDateTime>,
    #[diesel(sql_type = Nullable<Text>)]
    reviewer: Option<String>,
    #[diesel(sql_type = Nullable<Bool>)]
    needed: Option<bool>,
    #[diesel(sql_type = Nullable<Text>)]
    remark: Option<String>,
}

impl Line {
    /// The field of its remark: each line has one.
    fn remark_field(&self) -> String {
        format!("remark-{}", self.id)
    }
}

#[derive(Template)]
#[template(path = "case/openings.html")]
struct OpeningsPage {
    waiting: Vec<Line>,
    /// Looked at, or another office's to look at.
    others: Vec<Line>,
    form: Filled,
    _seen: Option<Seen>,
}

const LINES: i32 = 100;

async fn page<P>(mut db: Read<P>, form: Filled) -> Result<OpeningsPage> {
    let all: Vec<Line> =
        diesel::sql_query("SELECT * FROM openings_seen(false, $1)").bind::<Integer, _>(LINES).load(&mut *db).await?;
    let people: Vec<Uuid> = all.iter().map(|line| line.person).collect();
    let (waiting, others) = all.into_iter().partition(|line| line.ours && line.reviewed_at.is_none());
    let seen = db.listed(&people).await?;
    Ok(OpeningsPage { waiting, others, form, _seen: Some(seen) })
}

#[get("/openings")]
async fn index(db: Read<to::ReviewOpenings>) -> Result<Page<OpeningsPage>> {
    Ok(Page(page(db, Filled::blank()).await?))
}

#[derive(FromForm, Validate)]
struct ReviewForm {
    #[field(default = String::new())]
    needed: String,
    #[validate(length(max = 1000, code = "too-long"))]
    #[field(default = String::new())]
    remark: String,
}

/// Says whether it was needed; where not, what was done about it.
#[post("/openings/<id>/review", data = "<form>")]
async fn review(
    id: Uuid,
    form: Form<Checked<ReviewForm>>,
    mut db: Write<to::ReviewOpenings>,
) -> Result<Answer<OpeningsPage>> {
    let Checked { value, mut filled } = form.into_inner();
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let field = format!("remark-{id}");
    let needed = value.as_ref().and_then(|sent| match sent.needed.as_str() {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    });
    if value.is_some() && needed.is_none() {
        filled.push("remark", "error-choose");
    }
    let remark = value.and_then(|sent| lines(&sent.remark));
    if needed == Some(false) && remark.is_none() {
        filled.push("remark", "error-opening-remark");
    }
    let Some(needed) = needed.filter(|_| !filled.is_wrong()) else {
        filled.take_to("remark", &field);
        let page = page(db.instead().await?, filled).await?;
        return Ok(Answer::With(Status::UnprocessableEntity, page));
    };
    if !diesel::select(review_opening(id, needed, remark)).get_result::<bool>(&mut *db).await? {
        return Err(Error::NotFound);
    }
    db.done(filled.submission(), "/openings").await?;
    Ok(Answer::Told("/openings".into(), "opening-reviewed"))
}
