//! Glass broken (practice 23): a private file, or somebody under protection, opened to staff who are not named. A whole file
//! needs two people; in danger to life one opens the safety plan at once, and somebody else looks at it the next day.

use askama::Template;
use diesel::define_sql_function;
use diesel::prelude::*;
use diesel::sql_types::{Binary, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, State, get, post, routes};
use serde::Deserialize;
use serde_json::Value;
use time::OffsetDateTime;
use uuid::Uuid;
use validator::Validate;

use super::file::{Named, Reach, reached};
use super::form::chosen;
use super::record::Lines;
use super::store;
use crate::access::guard::to;
use crate::access::{Permission, Read, Seen, Write};
use crate::base::code::Code;
use crate::base::form::{Checked, Filled};
use crate::base::language::{Language, Message};
use crate::base::seal::{Keys, Place, Use};
use crate::base::settings::Settings;
use crate::base::{Error, Result, mail};
use crate::employment::number;
use crate::page::{Answer, Page, filters};
use crate::person::form::lines;

pub fn routes() -> Vec<Route> {
    routes![index, ask, opened, decide, review]
}

pub const SCOPES: [&str; 2] = ["plan", "file"];

define_sql_function! {
    fn break_glass(asked: SqlUuid, typed: Text, what: Text, why: Binary, for_hours: Integer) -> Jsonb;
}
define_sql_function! {
    fn decide_break(asked: SqlUuid, yes: Bool) -> Nullable<Jsonb>;
}
define_sql_function! {
    fn review_break(asked: SqlUuid, was_needed: Bool, words: Nullable<Binary>) -> Bool;
}
define_sql_function! {
    fn broken_to(asked: SqlUuid) -> Nullable<Jsonb>;
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    code: String,
    #[diesel(sql_type = Text)]
    scope: String,
    #[diesel(sql_type = Text)]
    who: String,
    #[diesel(sql_type = Text)]
    office: String,
    #[diesel(sql_type = Binary)]
    reason: Vec<u8>,
    #[diesel(sql_type = Integer)]
    hours: i32,
    #[diesel(sql_type = Timestamptz)]
    asked_at: OffsetDateTime,
    #[diesel(sql_type = Nullable<Bool>)]
    granted: Option<bool>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    until: Option<OffsetDateTime>,
    #[diesel(sql_type = Nullable<Text>)]
    decider: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    reviewer: Option<String>,
    #[diesel(sql_type = Nullable<Bool>)]
    needed: Option<bool>,
    #[diesel(sql_type = Nullable<Binary>)]
    remark: Option<Vec<u8>>,
    #[diesel(sql_type = Bool)]
    mine: bool,
    /// What waits for the user's word: `decision`, `review`, or nothing.
    #[diesel(sql_type = Text)]
    waits: String,
}

/// One as the page shows it, its words opened.
struct Line {
    row: Row,
    reason: String,
    remark: String,
    /// The user may go in now.
    open: bool,
}

impl Line {
    /// The field of its remark: each line has one.
    fn remark_field(&self) -> String {
        format!("remark-{}", self.row.id)
    }
}

fn place(id: Uuid, column: &'static str) -> Place<'static> {
    Place { table: "care_breaks", column, row: id }
}

#[derive(Template)]
#[template(path = "psychosocial/glass.html")]
struct IndexPage {
    form: Filled,
    waiting: Vec<Line>,
    others: Vec<Line>,
    scopes: Vec<crate::base::form::Choice>,
}

const LINES: i32 = 100;

async fn page<P>(mut db: Read<P>, keys: &Keys, form: Filled, language: Language) -> Result<IndexPage> {
    let now = db.now();
    let rows: Vec<Row> =
        diesel::sql_query("SELECT * FROM care_breaks_seen($1)").bind::<Integer, _>(LINES).load(&mut *db).await?;
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        let reason = keys.open_sealed(Use::RestrictedSeal, &place(row.id, "reason"), &row.reason)?;
        let remark = row.remark.as_ref();
        let remark = remark.map(|sealed| keys.open_sealed(Use::RestrictedSeal, &place(row.id, "remark"), sealed));
        let remark = remark.transpose()?.unwrap_or_default();
        let open = row.mine && row.until.is_some_and(|until| until > now);
        all.push(Line { reason: reason.trim_end().to_owned(), remark: remark.trim_end().to_owned(), open, row });
    }
    let (waiting, others) = all.into_iter().partition(|line| !line.row.waits.is_empty());
    let scopes = crate::person::choices::choices(language, "glass-scope", &SCOPES);
    Ok(IndexPage { form, waiting, others, scopes })
}

#[get("/private-openings")]
async fn index(db: Read<to::OpenInNeed>, keys: &State<Keys>, language: Language) -> Result<Page<IndexPage>> {
    Ok(Page(page(db, keys, Filled::blank(), language).await?))
}

#[derive(FromForm, Validate)]
struct GlassForm {
    #[validate(length(max = 40, code = "too-long"))]
    #[field(default = String::new())]
    code: String,
    #[field(default = String::new())]
    scope: String,
    #[validate(length(max = 1000, code = "too-long"))]
    #[field(default = String::new())]
    reason: String,
    #[field(default = String::new())]
    hours: String,
}

#[derive(FromForm, Validate)]
struct GlassSent {
    #[validate(nested)]
    glass: GlassForm,
}

/// Somebody to be written to.
#[derive(Deserialize)]
struct Told {
    email: String,
    language: String,
}

#[derive(Deserialize)]
struct Said {
    said: String,
    #[serde(default)]
    tell: Vec<Told>,
}

/// Writes that there is something to look at, without a word of what and whom.
async fn tell(db: &mut AsyncPgConnection, settings: &Settings, all: &[Told], body: &'static str) -> Result<()> {
    let address = format!("{}/private-openings", settings.public_address());
    for one in all {
        let language = Language::from_code(&one.language).unwrap_or_default();
        let subject = language.say(&Message::new("mail-glass-subject"));
        let body = language.say(&Message::new(body).with("address", &*address));
        mail::post(db, &one.email, &subject, &body).await?;
    }
    Ok(())
}

/// Words to be sealed, filled up so that their length says little.
fn sealed(keys: &Keys, id: Uuid, column: &'static str, words: &str) -> Result<Vec<u8>> {
    let whole = words.chars().count().div_ceil(512) * 512;
    keys.seal(Use::RestrictedSeal, &place(id, column), &format!("{words:<whole$}"))
}

#[post("/private-openings", data = "<form>")]
async fn ask(
    form: Form<Checked<GlassSent>>,
    mut db: Write<to::OpenInNeed>,
    keys: &State<Keys>,
    settings: &State<Settings>,
    language: Language,
) -> Result<Answer<IndexPage>> {
    let Checked { value, mut filled } = form.into_inner();
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let mut read = None;
    if let Some(GlassSent { glass }) = value {
        let code = glass.code.parse::<Code>().ok();
        if code.is_none() {
            filled.push("glass.code", "error-code-check");
        }
        let scope = chosen(&mut filled, "glass.scope", &glass.scope, &SCOPES);
        let reason = lines(&glass.reason);
        if reason.is_none() {
            filled.push("glass.reason", "error-reason");
        }
        let hours = number(&mut filled, "glass.hours", &glass.hours, 1..=24);
        if scope.as_deref() == Some("file") && hours.is_none() && filled.error("glass.hours").is_none() {
            filled.push("glass.hours", "error-required");
        }
        read = code.zip(scope).zip(reason).map(|((code, scope), reason)| (code, scope, reason, hours.unwrap_or(1)));
    }
    if let Some((code, scope, reason, hours)) = read.filter(|_| !filled.is_wrong()) {
        let id = Uuid::now_v7();
        let why = sealed(keys, id, "reason", &reason)?;
        let said: Value =
            diesel::select(break_glass(id, code.as_str(), scope, why, hours)).get_result(&mut *db).await?;
        let Said { said, tell: all } = serde_json::from_value(said).map_err(Error::internal)?;
        match said.as_str() {
            "opened" => {
                tell(&mut db, settings, &all, "mail-glass-broken").await?;
                let location = format!("/private-openings/{id}");
                db.done(filled.submission(), &location).await?;
                return Ok(Answer::To(location));
            }
            "asked" => {
                tell(&mut db, settings, &all, "mail-glass-asked").await?;
                db.done(filled.submission(), "/private-openings").await?;
                return Ok(Answer::Told("/private-openings".into(), "glass-asked"));
            }
            "limit" => filled.push("glass.reason", "error-opening-limit"),
            "alone" => filled.push("glass.scope", "error-glass-alone"),
            _ => filled.push("glass.code", "error-glass-code"),
        }
    }
    Ok(Answer::With(Status::UnprocessableEntity, page(db.instead().await?, keys, filled, language).await?))
}

/// What broken glass leads to.
#[derive(Deserialize)]
struct Broken {
    scope: String,
    code: String,
    person: Uuid,
    /// The case itself can be opened now.
    opens: bool,
    files: Vec<Uuid>,
}

/// The plan of one file, with whom to call about it.
struct Plan {
    file: Uuid,
    name: String,
    lines: Lines,
    staff: Vec<Named>,
}

#[derive(Template)]
#[template(path = "psychosocial/opened.html")]
struct OpenedPage {
    code: String,
    opens: bool,
    whole: bool,
    plans: Vec<Plan>,
    _seen: Seen,
}

#[get("/private-openings/<id>")]
async fn opened(id: Uuid, mut db: Read<to::OpenInNeed>, keys: &State<Keys>) -> Result<Page<OpenedPage>> {
    let (user, now) = (db.user().clone(), db.now());
    let said: Option<Value> = diesel::select(broken_to(id)).get_result(&mut *db).await?;
    let broken: Broken = serde_json::from_value(said.ok_or(Error::NotFound)?).map_err(Error::internal)?;
    let mut plans = Vec::with_capacity(broken.files.len());
    let mut read = vec![("persons", broken.person)];
    for file in broken.files {
        let care = reached(&mut db, keys, &user, now, file, Reach::Plan).await?;
        let lines = store::plan(&mut db, &care).await?.map(|(_, plan, ..)| plan.lines()).unwrap_or_default();
        read.push(("care_plans", file));
        let staff = care.staff.into_iter().filter(Named::belongs).collect();
        plans.push(Plan { file, name: care.head.name, lines, staff });
    }
    let (seen, _) = db.rows_read(&read, None).await?;
    Ok(Page(OpenedPage { code: broken.code, opens: broken.opens, whole: broken.scope == "file", plans, _seen: seen }))
}

#[derive(FromForm, Validate)]
struct WordForm {
    /// `yes` or `no`.
    #[field(default = String::new())]
    word: String,
    #[validate(length(max = 1000, code = "too-long"))]
    #[field(default = String::new())]
    remark: String,
}

/// The second person's word.
#[post("/private-openings/<id>/decision", data = "<form>")]
async fn decide(
    id: Uuid,
    form: Form<Checked<WordForm>>,
    mut db: Write<to::DecideBreaks>,
    keys: &State<Keys>,
    settings: &State<Settings>,
    language: Language,
) -> Result<Answer<IndexPage>> {
    let Checked { value, mut filled } = form.into_inner();
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let word = value.map(|sent| sent.word).unwrap_or_default();
    if !matches!(word.as_str(), "yes" | "no") {
        filled.push("word", "error-choose");
        return Ok(Answer::With(Status::UnprocessableEntity, page(db.instead().await?, keys, filled, language).await?));
    }
    let all: Option<Value> = diesel::select(decide_break(id, word == "yes")).get_result(&mut *db).await?;
    let all: Vec<Told> = serde_json::from_value(all.ok_or(Error::NotFound)?).map_err(Error::internal)?;
    tell(&mut db, settings, &all, if word == "yes" { "mail-glass-broken" } else { "mail-glass-refused" }).await?;
    db.done(filled.submission(), "/private-openings").await?;
    Ok(Answer::Told("/private-openings".into(), "glass-decided"))
}

/// Whether it was needed; where not, what was done about it.
#[post("/private-openings/<id>/review", data = "<form>")]
async fn review(
    id: Uuid,
    form: Form<Checked<WordForm>>,
    mut db: Write<to::DecideBreaks>,
    keys: &State<Keys>,
    language: Language,
) -> Result<Answer<IndexPage>> {
    let Checked { value, mut filled } = form.into_inner();
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let (mut needed, mut remark) = (None, None);
    if let Some(sent) = value {
        needed = match sent.word.as_str() {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        };
        remark = lines(&sent.remark);
        if needed.is_none() {
            filled.push("remark", "error-choose");
        } else if needed == Some(false) && remark.is_none() {
            filled.push("remark", "error-opening-remark");
        }
    }
    let Some(needed) = needed.filter(|_| !filled.is_wrong()) else {
        filled.take_to("remark", &format!("remark-{id}"));
        return Ok(Answer::With(Status::UnprocessableEntity, page(db.instead().await?, keys, filled, language).await?));
    };
    let remark = remark.map(|words| sealed(keys, id, "remark", &words)).transpose()?;
    if !diesel::select(review_break(id, needed, remark)).get_result::<bool>(&mut *db).await? {
        return Err(Error::NotFound);
    }
    db.done(filled.submission(), "/private-openings").await?;
    Ok(Answer::Told("/private-openings".into(), "opening-reviewed"))
}

/// How many wait for the user's word, for the page of a shift.
pub async fn waiting<P>(db: &mut Read<P>) -> Result<i64> {
    #[derive(QueryableByName)]
    struct Waiting {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        n: i64,
    }
    if !db.user().may(Permission::DecideBreaks) {
        return Ok(0);
    }
    let row: Waiting = diesel::sql_query("SELECT care_breaks_waiting() AS n").get_result(&mut **db).await?;
    Ok(row.n)
}
