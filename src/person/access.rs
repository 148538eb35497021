//! Asking for a person whom one may not open, deciding on it, reading who opened them, and protection.

use askama::Template;
use diesel::define_sql_function;
use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, State, get, post, routes};
use time::OffsetDateTime;
use uuid::Uuid;
use validator::Validate;

use super::store::{self, Yes};
use crate::access::guard::to;
use crate::access::store::{Colleague, colleagues};
use crate::access::{Read, Seen, Write};
use crate::base::code::Code;
use crate::base::form::{Checked, Choice, Filled, Press};
use crate::base::language::{Language, Message};
use crate::base::settings::Settings;
use crate::base::text::clean_lines;
use crate::base::{Error, Result, mail};
use crate::page::{Answer, Page, filters};
use crate::schema::{access_requests, organisations, persons};

pub fn routes() -> Vec<Route> {
    routes![ask, request, requests, decide, log, protection, protect, end_protection]
}

#[derive(Template)]
#[template(path = "person/ask.html")]
struct AskPage {
    code: String,
    form: Filled,
}

/// Asks why. Says nothing of whether the code is anybody's.
#[get("/people/<code>/access-requests/new")]
fn ask(code: Code, _db: Read<to::FindPeople>) -> Page<AskPage> {
    Page(AskPage { code: code.to_string(), form: Filled::blank() })
}

#[derive(FromForm, Validate)]
struct Asked {
    #[validate(length(min = 1, max = 1000, code = "reason"))]
    reason: String,
}

#[derive(QueryableByName)]
struct Decider {
    #[diesel(sql_type = Text)]
    email: String,
    #[diesel(sql_type = Text)]
    language: String,
}

/// Leaves the request and tells those who decide. The answer is the same whether or not there is such a person.
#[post("/people/<code>/access-requests", data = "<form>")]
async fn request(
    code: Code,
    form: Form<Checked<Asked>>,
    mut db: Write<to::FindPeople>,
    settings: &State<Settings>,
) -> Result<Answer<AskPage>> {
    let Checked { value, filled } = form.into_inner();
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let Some(reason) = value.map(|v| clean_lines(&v.reason)).filter(|r| !r.is_empty()) else {
        let mut filled = filled;
        if !filled.is_wrong() {
            filled.push("reason", "error-reason");
        }
        return Ok(Answer::With(Status::UnprocessableEntity, AskPage { code: code.to_string(), form: filled }));
    };
    let id = Uuid::now_v7();
    let asked: Yes = diesel::sql_query("SELECT request_access($1, $2, $3) AS yes")
        .bind::<SqlUuid, _>(id)
        .bind::<Text, _>(code.as_str())
        .bind::<Text, _>(reason)
        .get_result(&mut *db)
        .await?;
    if asked.yes {
        let deciders: Vec<Decider> =
            diesel::sql_query("SELECT * FROM deciders($1)").bind::<SqlUuid, _>(id).load(&mut *db).await?;
        let address = settings.public_address();
        for decider in deciders {
            let language = Language::from_code(&decider.language).unwrap_or_default();
            let body = language
                .say(&Message::new("mail-access-request").with("address", format!("{address}/access-requests")));
            mail::post(&mut db, &decider.email, &language.say(&Message::new("mail-access-request-subject")), &body)
                .await?;
        }
    }
    db.done(filled.submission(), "/people").await?;
    Ok(Answer::Told("/people".into(), "access-requested"))
}

/// A request that waits for a decision.
#[derive(Queryable)]
struct Waiting {
    id: Uuid,
    reason: String,
    requested_at: OffsetDateTime,
    organisation: String,
    asker: Option<String>,
    person_id: Uuid,
    code: String,
    name: String,
}

#[derive(Template)]
#[template(path = "person/requests.html")]
struct RequestsPage {
    waiting: Vec<Waiting>,
    _seen: Seen,
}

define_sql_function! {
    /// The name of whoever asks; see database/functions.sql.
    fn asker(request: SqlUuid) -> Nullable<Text>;
}

async fn waiting(db: &mut AsyncPgConnection) -> Result<Vec<Waiting>> {
    Ok(access_requests::table
        .inner_join(persons::table)
        .inner_join(organisations::table)
        .filter(access_requests::decided_at.is_null())
        .order(access_requests::requested_at)
        .limit(100)
        .select((
            access_requests::id,
            access_requests::reason,
            access_requests::requested_at,
            organisations::name,
            asker(access_requests::id),
            persons::id,
            persons::code,
            persons::name,
        ))
        .load(db)
        .await?)
}

#[get("/access-requests")]
async fn requests(mut db: Read<to::DecideAccess>) -> Result<Page<RequestsPage>> {
    let waiting = waiting(&mut db).await?;
    let ids: Vec<Uuid> = waiting.iter().map(|w| w.person_id).collect();
    let seen = db.listed(&ids).await?;
    Ok(Page(RequestsPage { waiting, _seen: seen }))
}

#[derive(FromForm, Validate)]
struct Decision {
    grant: bool,
}

#[post("/access-requests/<id>/decision", data = "<form>")]
async fn decide(
    id: Uuid,
    form: Form<Checked<Decision>>,
    mut db: Write<to::DecideAccess>,
) -> Result<Answer<RequestsPage>> {
    let Checked { value, filled } = form.into_inner();
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let Some(Decision { grant }) = value else {
        return Err(Error::refused(Status::UnprocessableEntity, "error-value"));
    };
    let decided: Yes = diesel::sql_query("SELECT decide_access($1, $2) AS yes")
        .bind::<SqlUuid, _>(id)
        .bind::<Bool, _>(grant)
        .get_result(&mut *db)
        .await?;
    if !decided.yes {
        return Err(Error::NotFound);
    }
    db.done(filled.submission(), "/access-requests").await?;
    Ok(Answer::Told("/access-requests".into(), if grant { "access-granted" } else { "access-declined" }))
}

/// One line of the record of access.
#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Timestamptz)]
    at: OffsetDateTime,
    #[diesel(sql_type = Text)]
    actor: String,
    #[diesel(sql_type = Nullable<Text>)]
    organisation: Option<String>,
    #[diesel(sql_type = Text)]
    act: String,
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Nullable<Text>)]
    columns: Option<String>,
    /// Which of the records that were merged, where there are several.
    #[diesel(sql_type = Nullable<Text>)]
    of_record: Option<String>,
}

#[derive(Template)]
#[template(path = "person/log.html")]
struct LogPage {
    code: String,
    name: String,
    lines: Vec<Line>,
    next: Option<i64>,
    _seen: Seen,
}

const LINES: usize = 100;

/// Who opened and changed this person, newest first. `before` is a second since 1970.
#[get("/people/<code>/access-log?<before>")]
async fn log(code: Code, before: Option<i64>, mut db: Read<to::ReadAccessLog>) -> Result<Page<LogPage>> {
    let person = store::find(&mut db, code).await?;
    let before = before
        .and_then(|s| OffsetDateTime::from_unix_timestamp(s).ok())
        .unwrap_or(db.now() + time::Duration::seconds(1));
    let lines: Vec<Line> = diesel::sql_query("SELECT at, actor, organisation, act, table_name, array_to_string(columns, ', ') AS columns, of_record FROM access_log($1, $2, $3)")
        .bind::<SqlUuid, _>(person.id)
        .bind::<Timestamptz, _>(before)
        .bind::<Integer, _>(LINES as i32)
        .load(&mut *db)
        .await?;
    let next = lines.last().filter(|_| lines.len() == LINES).map(|l| l.at.unix_timestamp() + 1);
    let seen = db.opened(&[person.id]).await?;
    Ok(Page(LogPage { code: person.code, name: person.name, lines, next, _seen: seen }))
}

#[derive(Template)]
#[template(path = "person/protection.html")]
struct ProtectionPage {
    code: String,
    name: String,
    protected: bool,
    form: Filled,
    colleagues: Vec<Choice>,
    _seen: Option<Seen>,
}

fn choices(colleagues: Vec<Colleague>) -> Vec<Choice> {
    colleagues.into_iter().map(|c| Choice::new(c.id.to_string(), c.name)).collect()
}

#[get("/people/<code>/protection")]
async fn protection(code: Code, mut db: Read<to::ManageProtection>) -> Result<Page<ProtectionPage>> {
    let person = store::find(&mut db, code).await?;
    let user = db.user().clone();
    let colleagues = choices(colleagues(&mut db, user.organisation).await?);
    let form = Filled::blank().put("staff", user.id.to_string());
    let seen = db.opened(&[person.id]).await?;
    Ok(Page(ProtectionPage {
        code: person.code,
        name: person.name,
        protected: person.protected,
        form,
        colleagues,
        _seen: Some(seen),
    }))
}

#[derive(FromForm, Validate)]
struct Protect {
    staff: Vec<Uuid>,
}

#[post("/people/<code>/protection", data = "<form>")]
async fn protect(
    code: Code,
    form: Form<Checked<Protect>>,
    mut db: Write<to::ManageProtection>,
) -> Result<Answer<ProtectionPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let person = store::find(&mut db, code).await?;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let staff = value.map(|v| v.staff).unwrap_or_default();
    let user = db.user().clone();
    let done = !person.protected && {
        let done: Yes = diesel::sql_query("SELECT open_protection($1, $2, $3) AS yes")
            .bind::<SqlUuid, _>(Uuid::now_v7())
            .bind::<SqlUuid, _>(person.id)
            .bind::<Array<SqlUuid>, _>(&staff)
            .get_result(&mut *db)
            .await?;
        done.yes
    };
    if !done {
        filled.push("staff", if person.protected { "error-page-changed-meanwhile" } else { "error-protection-staff" });
        let colleagues = choices(colleagues(&mut db, user.organisation).await?);
        let page = ProtectionPage {
            code: person.code,
            name: person.name,
            protected: person.protected,
            form: filled,
            colleagues,
            _seen: None,
        };
        return Ok(Answer::With(Status::UnprocessableEntity, page));
    }
    // Whoever is not named cannot open the page any more, themselves included.
    let location = if staff.contains(&user.id) { format!("/people/{code}") } else { "/people".to_owned() };
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "protection-opened"))
}

#[post("/people/<code>/protection/end", data = "<form>")]
async fn end_protection(
    code: Code,
    form: Form<Checked<Press>>,
    mut db: Write<to::ManageProtection>,
) -> Result<Answer<ProtectionPage>> {
    let filled = form.into_inner().filled;
    let person = store::find(&mut db, code).await?;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let ended: Yes = diesel::sql_query("SELECT end_protection($1) AS yes")
        .bind::<SqlUuid, _>(person.id)
        .get_result(&mut *db)
        .await?;
    if !ended.yes {
        return Err(Error::NotFound);
    }
    let location = format!("/people/{code}");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "protection-ended"))
}
