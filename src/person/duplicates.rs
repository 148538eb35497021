//! Suspected duplicates as a list of work: two records side by side, and what somebody says of them. Nothing merges by
//! itself; what is decided is remembered and not asked again.

use askama::Template;
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, State, get, post, routes};
use uuid::Uuid;
use validator::Validate;

use super::choices::choices;
use super::merge_store::{self, Pair, PairOrMerge, Waiting};
use super::pair::{self, DECISIONS, Line};
use crate::access::guard::to;
use crate::access::{Read, Seen, Write, decides};
use crate::base::form::{Checked, Choice, Filled, Press};
use crate::base::language::Language;
use crate::base::seal::Keys;
use crate::base::text::clean_lines;
use crate::base::{Error, Result};
use crate::page::{Answer, Page, around, filters};

pub fn routes() -> Vec<Route> {
    routes![queue, show, decide, take_back]
}

/// Pairs on one page of the list.
const LINES: i32 = 50;

/// A pair as the list shows it.
struct Listed {
    pair: Waiting,
    score: Option<i64>,
    reasons: Vec<String>,
}

#[derive(Template)]
#[template(path = "person/duplicates.html")]
struct QueuePage {
    pairs: Vec<Listed>,
    decided: bool,
    previous: String,
    next: String,
    _seen: Seen,
}

/// The pairs that wait for the user's decision, the most likely first; or those that were decided.
#[get("/duplicates?<decided>&<after>")]
async fn queue(
    decided: Option<bool>,
    after: Option<Uuid>,
    mut db: Read<to::ChangePeople>,
    language: Language,
) -> Result<Page<QueuePage>> {
    let decided = decided.unwrap_or(false);
    let mut pairs = merge_store::pairs(&mut db, decided, after, LINES + 1).await?;
    let more = pairs.len() > LINES as usize;
    pairs.truncate(LINES as usize);
    let list = if decided { "/duplicates?decided=true" } else { "/duplicates" };
    let (previous, next) = around(list, after, pairs.last().filter(|_| more).map(|last| last.id));
    let people: Vec<Uuid> = pairs.iter().flat_map(|p| p.people.iter().map(|person| person.id)).collect();
    let listed = |pair: Waiting| Listed {
        score: pair.probability.map(pair::per_cent),
        reasons: pair::reasons(&pair.reason, &pair.reasons, language),
        pair,
    };
    let pairs = pairs.into_iter().map(listed).collect();
    let seen = db.listed(&people).await?;
    Ok(Page(QueuePage { pairs, decided, previous, next, _seen: seen }))
}

#[derive(Template)]
#[template(path = "person/pair.html")]
struct PairPage {
    pair: Pair,
    score: Option<i64>,
    reasons: Vec<String>,
    lines: Vec<Line>,
    form: Filled,
    decisions: Vec<Choice>,
    _seen: Seen,
}

/// The pair, if the user may decide of it: both authorities are asked.
pub(super) async fn to_decide<P>(db: &mut Read<P>, id: Uuid) -> Result<PairOrMerge> {
    let found = merge_store::pair(db, id).await?;
    if let PairOrMerge::Pair(pair) = &found {
        let (user, now) = (db.user(), db.now());
        if !decides(user, &pair.a.ground(user), &pair.b.ground(user), now) {
            return Err(Error::NotFound);
        }
    }
    Ok(found)
}

async fn page(
    mut db: Read<to::ChangePeople>,
    id: Uuid,
    form: Filled,
    keys: &Keys,
    language: Language,
) -> Result<Result<PairPage, String>> {
    let pair = match to_decide(&mut db, id).await? {
        PairOrMerge::Merge { merge } => return Ok(Err(format!("/merges/{merge}"))),
        PairOrMerge::Pair(pair) => *pair,
    };
    let lines = pair::lines(&pair, keys, language)?;
    let seen = db.opened(&[pair.a.id, pair.b.id]).await?;
    Ok(Ok(PairPage {
        score: pair.probability.map(pair::per_cent),
        reasons: pair::reasons(&pair.reason, &pair.reasons, language),
        lines,
        form,
        decisions: choices(language, "pair-decision", &DECISIONS),
        pair,
        _seen: seen,
    }))
}

#[get("/duplicates/<id>")]
async fn show(
    id: Uuid,
    db: Read<to::ChangePeople>,
    keys: &State<Keys>,
    language: Language,
) -> Result<Answer<PairPage>> {
    Ok(match page(db, id, Filled::blank(), keys, language).await? {
        Ok(page) => Answer::Page(page),
        Err(elsewhere) => Answer::To(elsewhere),
    })
}

#[derive(FromForm, Validate)]
struct DecisionForm {
    #[validate(length(max = 1000, code = "too-long"))]
    #[field(default = String::new())]
    note: String,
}

/// What somebody says of the two. «The same» leads on to what is kept of each.
#[post("/duplicates/<id>/decision", data = "<form>")]
async fn decide(
    id: Uuid,
    form: Form<Checked<DecisionForm>>,
    mut db: Write<to::ChangePeople>,
    keys: &State<Keys>,
    language: Language,
) -> Result<Answer<PairPage>> {
    let Checked { value, mut filled } = form.into_inner();
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    // Read from what was sent, so that a note that is too long does not make it look unanswered.
    let decision = DECISIONS.into_iter().find(|d| *d == filled.value("decision"));
    if decision.is_none() && filled.error("decision").is_none() {
        filled.push("decision", "error-choice");
    }
    let (Some(typed), Some(decision)) = (value, decision) else {
        let db = db.instead().await?;
        return Ok(match page(db, id, filled, keys, language).await? {
            Ok(page) => Answer::With(Status::UnprocessableEntity, page),
            Err(elsewhere) => Answer::To(elsewhere),
        });
    };
    let note = Some(clean_lines(&typed.note)).filter(|note| !note.is_empty());
    match merge_store::decide(&mut db, id, decision, note.as_deref()).await?.as_str() {
        "done" => {}
        "before" => return Err(Error::refused(Status::Conflict, "error-page-decided-before")),
        _ => return Err(Error::NotFound),
    }
    if decision == "same" {
        let location = format!("/duplicates/{id}/merge");
        db.done(filled.submission(), &location).await?;
        return Ok(Answer::To(location));
    }
    db.done(filled.submission(), "/duplicates").await?;
    Ok(Answer::Told("/duplicates".into(), "pair-decided"))
}

/// A decision is taken back: the pair waits again.
#[post("/duplicates/<id>/decision/withdrawal", data = "<form>")]
async fn take_back(id: Uuid, form: Form<Checked<Press>>, mut db: Write<to::ChangePeople>) -> Result<Answer<PairPage>> {
    let filled = form.into_inner().filled;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    match merge_store::take_back(&mut db, id).await?.as_str() {
        "done" => {}
        "before" => return Err(Error::refused(Status::Conflict, "error-page-changed-meanwhile")),
        _ => return Err(Error::NotFound),
    }
    let location = format!("/duplicates/{id}");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "pair-taken-back"))
}
