//! A talk with somebody: what was done in it, a few words, when they meet again and how they wish to.

use askama::Template;
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, State, get, post, routes};
use time::{Date, Duration};
use uuid::Uuid;
use validator::Validate;

use super::file::Care;
use super::form::{chosen, past_day, several};
use super::record::{Content, Next, Talk};
use super::{held, store};
use crate::access::guard::to;
use crate::access::{Read, Seen, Write};
use crate::base::date::{Precision, Typed};
use crate::base::form::{Checked, Choice, Filled};
use crate::base::language::Language;
use crate::base::seal::Keys;
use crate::base::{Error, Result};
use crate::employment::counselling::WAYS;
use crate::employment::number;
use crate::page::{Answer, Page, filters};
use crate::person::choices::choices;
use crate::person::form::lines;
use crate::person::household::poverty::day;

pub fn routes() -> Vec<Route> {
    routes![new, add, edit, change]
}

/// With whom.
pub const FORMS: [&str; 4] = ["one", "family", "crisis", "accompanied"];
/// What was done in it.
pub const DONE: [&str; 9] =
    ["listening", "calming", "information", "problem-solving", "family", "safety", "passing-on", "practical", "other"];
/// How somebody wishes to be met the next time.
pub const WISHES: [&str; 5] = ["woman", "man", "room", "alone", "with-somebody"];

/// Nobody agrees to meet later than this, nor writes of a talk so long ago.
const AROUND: Duration = Duration::days(366);

pub fn dated(filled: Filled, name: &str, on: Date) -> Filled {
    let typed = Typed::of(Some(on), Some(Precision::Day));
    filled
        .put(&format!("{name}.day"), typed.day)
        .put(&format!("{name}.month"), typed.month)
        .put(&format!("{name}.year"), typed.year)
}

#[derive(Template)]
#[template(path = "psychosocial/talk.html")]
struct TalkPage {
    care: Care,
    /// Nothing for a new one.
    record: Option<Uuid>,
    form: Filled,
    ways: Vec<Choice>,
    forms: Vec<Choice>,
    done: Vec<Choice>,
    wishes: Vec<Choice>,
    _seen: Option<Seen>,
}

fn page(care: Care, record: Option<Uuid>, form: Filled, language: Language, seen: Option<Seen>) -> TalkPage {
    TalkPage {
        care,
        record,
        form,
        ways: choices(language, "counselling-way", &WAYS),
        forms: choices(language, "care-talk-form", &FORMS),
        done: choices(language, "care-talk-done", &DONE),
        wishes: choices(language, "care-wish", &WISHES),
        _seen: seen,
    }
}

#[get("/private/<id>/talks/new")]
async fn new(
    id: Uuid,
    mut db: Read<to::ProvideCare>,
    keys: &State<Keys>,
    language: Language,
) -> Result<Page<TalkPage>> {
    let (user, today, now) = (db.user().clone(), db.today(), db.now());
    let care = held::to_write(&mut db, keys, &user, id, now).await?;
    let form = dated(Filled::blank().put("talk.form", "one"), "talk.on", today);
    let seen = held::seen(db, &care).await?;
    Ok(Page(page(care, None, form, language, Some(seen))))
}

#[derive(FromForm, Validate)]
struct TalkForm {
    on: Typed,
    #[field(default = String::new())]
    way: String,
    #[field(default = String::new())]
    form: String,
    #[field(default = String::new())]
    minutes: String,
    #[field(default = Vec::new())]
    done: Vec<String>,
    #[validate(length(max = 6000, code = "too-long"))]
    #[field(default = String::new())]
    words: String,
    next: Typed,
    #[field(default = Vec::new())]
    wishes: Vec<String>,
}

#[derive(FromForm, Validate)]
struct TalkSent {
    #[validate(nested)]
    talk: TalkForm,
}

impl TalkForm {
    fn read(&self, filled: &mut Filled, today: Date) -> Option<Talk> {
        let on = past_day(filled, "talk.on", &self.on, today);
        if on.is_some_and(|on| today - on > AROUND) {
            filled.push("talk.on", "error-counselling-long-ago");
        }
        let way = chosen(filled, "talk.way", &self.way, &WAYS);
        let form = chosen(filled, "talk.form", &self.form, &FORMS);
        let minutes = number(filled, "talk.minutes", &self.minutes, 1..=600);
        let done = several(filled, "talk.done", &self.done, &DONE);
        let wishes = several(filled, "talk.wishes", &self.wishes, &WISHES);
        let next = day(filled, "talk.next", &self.next);
        if let (Some(on), Some(next)) = (on, next)
            && (next < on || next - today > AROUND)
        {
            filled.push("talk.next", "error-counselling-next");
        }
        let next = next.map(|on| Next { on, wishes });
        let talk = Talk { on: on?, way: way?, form: form?, minutes, done, words: lines(&self.words), next };
        Some(talk).filter(|_| !filled.is_wrong())
    }
}

/// Keeps a talk; the day of the next one becomes something due.
async fn keep(
    db: &mut Write<to::ProvideCare>,
    care: &Care,
    talk: Talk,
    before: Option<(Uuid, Option<Date>)>,
) -> Result<()> {
    let (user, today) = (db.user().clone(), db.today());
    let next = talk.next.as_ref().map(|next| next.on);
    let (replaces, was) = before.map_or((None, None), |(id, was)| (Some(id), was));
    let id = store::write(db, &user, care, &Content::Talk(talk), replaces).await?;
    if let Some(on) = next.filter(|on| next != was && *on >= today) {
        store::add_task(db, care, id, store::end_of_work(on), false).await?;
    }
    Ok(())
}

#[post("/private/<id>/talks", data = "<form>")]
async fn add(
    id: Uuid,
    form: Form<Checked<TalkSent>>,
    mut db: Write<to::ProvideCare>,
    keys: &State<Keys>,
    language: Language,
) -> Result<Answer<TalkPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let today = db.today();
    let care = match held::begin(&mut db, keys, id, &filled).await? {
        Ok(care) => care,
        Err(before) => return Ok(Answer::To(before)),
    };
    let Some(talk) = value.and_then(|sent| sent.talk.read(&mut filled, today)) else {
        return Ok(Answer::With(Status::UnprocessableEntity, page(care, None, filled, language, None)));
    };
    keep(&mut db, &care, talk, None).await?;
    held::end(db, id, &filled, "care-kept").await
}

/// The talk that a record holds.
async fn found(db: &mut diesel_async::AsyncPgConnection, care: &Care, record: Uuid) -> Result<Talk> {
    match store::find(db, care, record).await?.content {
        Content::Talk(talk) => Ok(talk),
        _ => Err(Error::NotFound),
    }
}

#[get("/private/<id>/talks/<record>", rank = 2)]
async fn edit(
    id: Uuid,
    record: Uuid,
    mut db: Read<to::ProvideCare>,
    keys: &State<Keys>,
    language: Language,
) -> Result<Page<TalkPage>> {
    let (user, now) = (db.user().clone(), db.now());
    let care = held::to_write(&mut db, keys, &user, id, now).await?;
    let talk = found(&mut db, &care, record).await?;
    let mut form = dated(Filled::blank(), "talk.on", talk.on)
        .put("talk.way", talk.way)
        .put("talk.form", talk.form)
        .put("talk.minutes", talk.minutes.map(|n| n.to_string()).unwrap_or_default())
        .put_all("talk.done", talk.done)
        .put("talk.words", talk.words.unwrap_or_default());
    if let Some(next) = talk.next {
        form = dated(form, "talk.next", next.on).put_all("talk.wishes", next.wishes);
    }
    let seen = held::seen(db, &care).await?;
    Ok(Page(page(care, Some(record), form, language, Some(seen))))
}

#[post("/private/<id>/talks/<record>", data = "<form>")]
async fn change(
    id: Uuid,
    record: Uuid,
    form: Form<Checked<TalkSent>>,
    mut db: Write<to::ProvideCare>,
    keys: &State<Keys>,
    language: Language,
) -> Result<Answer<TalkPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let today = db.today();
    let care = match held::begin(&mut db, keys, id, &filled).await? {
        Ok(care) => care,
        Err(before) => return Ok(Answer::To(before)),
    };
    let Some(talk) = value.and_then(|sent| sent.talk.read(&mut filled, today)) else {
        return Ok(Answer::With(Status::UnprocessableEntity, page(care, Some(record), filled, language, None)));
    };
    let was = match found(&mut db, &care, record).await {
        Ok(talk) => talk.next.map(|next| next.on),
        // Somebody has written a newer version since.
        Err(Error::NotFound) => return Err(Error::refused(Status::Conflict, "error-page-changed-meanwhile")),
        Err(error) => return Err(error),
    };
    keep(&mut db, &care, talk, Some((record, was))).await?;
    held::end(db, id, &filled, "care-kept").await
}
