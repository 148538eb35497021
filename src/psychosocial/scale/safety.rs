//! Somebody may be about to harm themselves: what to do now, whom to tell, and a clock until it is said what was done.

use askama::Template;
use diesel::define_sql_function;
use diesel::prelude::*;
use diesel::sql_types::{Integer, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, State, get, post, routes};
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;
use validator::Validate;

use crate::access::guard::to;
use crate::access::store::parameter;
use crate::access::{Read, Seen, Write};
use crate::base::db::{Db, Rights};
use crate::base::form::{Checked, Choice, Filled};
use crate::base::job::{self, Job};
use crate::base::language::{Language, Message};
use crate::base::seal::Keys;
use crate::base::settings::Settings;
use crate::base::{Error, Result, mail};
use crate::page::{Answer, Page, filters};
use crate::person::choices::choices;
use crate::person::form::lines;
use crate::psychosocial::file::Care;
use crate::psychosocial::form::several;
use crate::psychosocial::record::{Content, Done};
use crate::psychosocial::{held, store};

pub fn routes() -> Vec<Route> {
    routes![show, done]
}

/// The job that calls others when nobody said what was done.
pub const ALARM: &str = "care-alarm";

/// What may have been done.
pub const DONE: [&str; 8] = ["stayed", "asked", "means", "relative", "colleague", "ambulance", "hospital", "plan"];

define_sql_function! {
    /// See database/functions_scale.sql.
    fn care_alarm(task: SqlUuid, step: Integer) -> Nullable<Jsonb>;
}

/// Queues the steps: those who are named at once and when the time is up, then whoever is on duty.
pub async fn raise(db: &mut AsyncPgConnection, settings: &Settings, task: Uuid, due: OffsetDateTime) -> Result<()> {
    let minutes = parameter(db, "care.alarm-minutes").await?;
    for step in 1..=2_i32 {
        let at = due + Duration::minutes(minutes * i64::from(step - 1));
        let payload = json!({ "task": task, "step": step });
        job::enqueue(db, ALARM, &format!("{ALARM}:{task}:{step}"), payload, Some(at)).await?;
    }
    tell(db, &settings.public_address(), task, 0).await
}

/// Writes to whoever is called at this step; a message says that somebody is needed and by whom, and nothing of whom it is about.
async fn tell(db: &mut AsyncPgConnection, address: &str, task: Uuid, step: i32) -> Result<()> {
    let said: Option<Value> = diesel::select(care_alarm(task, step)).get_result(db).await?;
    let Some(said) = said else { return Ok(()) };
    let helper = said["helper"].as_str().unwrap_or_default();
    for one in said["tell"].as_array().into_iter().flatten() {
        let language = one["language"].as_str().and_then(Language::from_code).unwrap_or_default();
        let named = one["named"].as_bool().unwrap_or_default();
        let page = format!("{address}/{}", if named { "private" } else { "shift" });
        let key = if named { "mail-care-now" } else { "mail-care-duty" };
        let body = language.say(&Message::new(key).with("address", page).with("name", helper));
        let subject = language.say(&Message::new("mail-care-now-subject"));
        mail::post(db, one["email"].as_str().unwrap_or_default(), &subject, &body).await?;
    }
    Ok(())
}

/// One step of silence.
pub async fn call(db: Db, address: String, job: Job) -> Result<()> {
    let task = job.payload["task"].as_str().and_then(|id| Uuid::parse_str(id).ok());
    let step = job.payload["step"].as_i64().and_then(|step| i32::try_from(step).ok());
    let (Some(task), Some(step)) = (task, step) else {
        return Err(Error::Internal("an alarm without its task".into()));
    };
    let mut tx = db.begin(&job.actor, job.id, Rights::Writer).await?;
    tell(&mut tx, &address, task, step).await?;
    tx.commit().await
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = Text)]
    office: String,
    #[diesel(sql_type = Nullable<Text>)]
    name: Option<String>,
    #[diesel(sql_type = Text)]
    phone: String,
}

#[derive(Template)]
#[template(path = "psychosocial/now.html")]
struct NowPage {
    care: Care,
    task: Uuid,
    due: OffsetDateTime,
    numbers: Vec<Number>,
    done: Vec<Choice>,
    form: Filled,
    _seen: Seen,
}

async fn page<P>(
    mut db: Read<P>,
    keys: &Keys,
    (id, task): (Uuid, Uuid),
    form: Filled,
    language: Language,
) -> Result<NowPage> {
    let (user, now) = (db.user().clone(), db.now());
    let care = held::to_write(&mut db, keys, &user, id, now).await?;
    let tasks = store::tasks(&mut db, &care).await?;
    let due = tasks.iter().find(|one| one.id == task && one.watched).map(|one| one.due_at).ok_or(Error::NotFound)?;
    let numbers = diesel::sql_query(
        "SELECT n.office, n.name, n.phone FROM care_files f, duty_numbers(f.case_id) n WHERE f.id = $1",
    )
    .bind::<SqlUuid, _>(id)
    .load(&mut *db)
    .await?;
    let seen = held::seen(db, &care).await?;
    Ok(NowPage { care, task, due, numbers, done: choices(language, "safety-done", &DONE), form, _seen: seen })
}

#[get("/private/<id>/now/<task>")]
async fn show(
    id: Uuid,
    task: Uuid,
    db: Read<to::ProvideCare>,
    keys: &State<Keys>,
    language: Language,
) -> Result<Page<NowPage>> {
    Ok(Page(page(db, keys, (id, task), Filled::blank(), language).await?))
}

#[derive(FromForm, Validate)]
struct DoneForm {
    #[field(default = Vec::new())]
    done: Vec<String>,
    #[validate(length(max = 2000, code = "too-long"))]
    #[field(default = String::new())]
    words: String,
}

#[derive(FromForm, Validate)]
struct DoneSent {
    #[validate(nested)]
    safety: DoneForm,
}

/// Says what was done, which stops the clock.
#[post("/private/<id>/now/<task>", data = "<form>")]
async fn done(
    id: Uuid,
    task: Uuid,
    form: Form<Checked<DoneSent>>,
    mut db: Write<to::ProvideCare>,
    keys: &State<Keys>,
    language: Language,
) -> Result<Answer<NowPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (user, now) = (db.user().clone(), db.now());
    let care = match held::begin(&mut db, keys, id, &filled).await? {
        Ok(care) => care,
        Err(before) => return Ok(Answer::To(before)),
    };
    let mut read = None;
    if let Some(DoneSent { safety }) = value {
        let done = several(&mut filled, "safety.done", &safety.done, &DONE);
        let words = lines(&safety.words);
        if done.is_empty() && words.is_none() {
            filled.push("safety.done", "error-safety-done");
        }
        read = Some(Done { done, words });
    }
    let Some(done) = read.filter(|_| !filled.is_wrong()) else {
        let page = page(db.instead().await?, keys, (id, task), filled, language).await?;
        return Ok(Answer::With(Status::UnprocessableEntity, page));
    };
    if !store::end_task(&mut db, &user, &care, task, now).await? {
        return Err(Error::NotFound);
    }
    store::write(&mut db, &user, &care, &Content::Done(done), None).await?;
    held::end(db, id, &filled, "care-task-done").await
}
