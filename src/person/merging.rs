//! Merging two records field by field, once somebody said that they are one person; and taking them apart again.

use askama::Template;
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, State, get, post, routes};
use serde_json::{Map, Value};
use uuid::Uuid;
use validator::Validate;

use super::duplicates::to_decide;
use super::merge_store::{self, Merge, Pair, PairOrMerge};
use super::pair::{self, Cell, Line};
use super::store;
use crate::access::guard::to;
use crate::access::{Read, Seen, Write};
use crate::base::clock::date_in_viet_nam;
use crate::base::code::Code;
use crate::base::date::{Precision, written};
use crate::base::form::{Checked, Filled};
use crate::base::language::{Language, Message};
use crate::base::seal::Keys;
use crate::base::text::clean_lines;
use crate::base::{Error, Result};
use crate::page::{Answer, Page, filters};

pub fn routes() -> Vec<Route> {
    routes![choose, merge, show, undo]
}

#[derive(Template)]
#[template(path = "person/merge.html")]
struct MergePage {
    pair: Pair,
    /// The facts in which the two differ.
    questions: Vec<Question>,
    form: Filled,
    _seen: Seen,
}

/// A fact in which the two differ, and what each says: in words, and what that rests on.
struct Question {
    name: String,
    label: String,
    a: (String, String),
    b: (String, String),
}

impl Question {
    fn of(line: &Line, pair: &Pair, language: Language) -> Question {
        Question {
            name: format!("choose.{}", line.fact),
            label: line.label.clone(),
            a: answer(&line.a, &pair.a.code, language),
            b: answer(&line.b, &pair.b.code, language),
        }
    }
}

fn answer(cells: &[Cell], code: &str, language: Language) -> (String, String) {
    let Some(cell) = cells.first() else { return (String::new(), code.to_owned()) };
    let say = |prefix: &str, word: &String| language.say(&Message::new(format!("{prefix}-{word}")));
    let text = cell.absence.as_ref().map_or_else(|| cell.text.clone(), |absence| say("absence", absence));
    let level = cell.level.as_ref().map(|level| say("level", level));
    let by = cell.said_by.as_ref().map(|by| say("said-by", by));
    let at = cell.at.map(|at| written(date_in_viet_nam(at), Precision::Day));
    (text, [Some(code.to_owned()), level, by, at].into_iter().flatten().collect::<Vec<_>>().join(" · "))
}

/// The page, or where it leads: a pair that nobody called one person is looked at first.
async fn page(
    mut db: Read<to::ChangePeople>,
    id: Uuid,
    form: Filled,
    keys: &Keys,
    language: Language,
) -> Result<Result<MergePage, String>> {
    let pair = match to_decide(&mut db, id).await? {
        PairOrMerge::Merge { merge } => return Ok(Err(format!("/merges/{merge}"))),
        PairOrMerge::Pair(pair) => *pair,
    };
    if pair.decision.as_ref().is_none_or(|decided| decided.decision != "same") {
        return Ok(Err(format!("/duplicates/{id}")));
    }
    let mut lines = pair::lines(&pair, keys, language)?;
    // Where both say nothing, or the same, there is nothing to choose.
    lines.retain(|line| {
        let said = |cells: &[Cell]| cells.first().map(|cell| cell.text.clone());
        !line.fact.is_empty() && said(&line.a) != said(&line.b)
    });
    let mut form = form.put("version_a", pair.a.version.to_string()).put("version_b", pair.b.version.to_string());
    let questions: Vec<Question> = lines.iter().map(|line| Question::of(line, &pair, language)).collect();
    for (line, question) in lines.iter().zip(&questions) {
        if form.value(&question.name).is_empty() {
            form = form.put(&question.name, if line.prefers_b { "b" } else { "a" });
        }
    }
    let seen = db.opened(&[pair.a.id, pair.b.id]).await?;
    Ok(Ok(MergePage { pair, questions, form, _seen: seen }))
}

#[get("/duplicates/<id>/merge")]
async fn choose(
    id: Uuid,
    db: Read<to::ChangePeople>,
    keys: &State<Keys>,
    language: Language,
) -> Result<Answer<MergePage>> {
    Ok(match page(db, id, Filled::blank(), keys, language).await? {
        Ok(page) => Answer::Page(page),
        Err(elsewhere) => Answer::To(elsewhere),
    })
}

/// For each of [`super::FACTS`] `a`, `b`, or nothing: then the better known one is taken.
#[derive(FromForm, Validate, Default)]
struct Choose {
    #[field(default = String::new())]
    name: String,
    #[field(default = String::new())]
    sex: String,
    #[field(default = String::new())]
    birth: String,
    #[field(default = String::new())]
    ethnic_group: String,
    #[field(default = String::new())]
    marital_status: String,
    #[field(default = String::new())]
    education_level: String,
    #[field(default = String::new())]
    qualification: String,
    #[field(default = String::new())]
    language: String,
    #[field(default = String::new())]
    interpreter: String,
    #[field(default = String::new())]
    reads_vietnamese: String,
}

impl Choose {
    /// What was chosen, or messages beside what cannot be.
    fn read(self, filled: &mut Filled) -> Value {
        let mut chosen = Map::new();
        for (fact, side) in [
            ("name", self.name),
            ("sex", self.sex),
            ("birth", self.birth),
            ("ethnic_group", self.ethnic_group),
            ("marital_status", self.marital_status),
            ("education_level", self.education_level),
            ("qualification", self.qualification),
            ("language", self.language),
            ("interpreter", self.interpreter),
            ("reads_vietnamese", self.reads_vietnamese),
        ] {
            match side.as_str() {
                "" => {}
                "a" | "b" => _ = chosen.insert(fact.to_owned(), Value::String(side)),
                _ => filled.push(&format!("choose.{fact}"), "error-choice"),
            }
        }
        Value::Object(chosen)
    }
}

#[derive(FromForm, Validate)]
struct MergeForm {
    #[validate(nested)]
    choose: Choose,
    version_a: i32,
    version_b: i32,
}

#[post("/duplicates/<id>/merge", data = "<form>")]
async fn merge(
    id: Uuid,
    form: Form<Checked<MergeForm>>,
    mut db: Write<to::ChangePeople>,
    keys: &State<Keys>,
    language: Language,
) -> Result<Answer<MergePage>> {
    let Checked { value, mut filled } = form.into_inner();
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let mut status = Status::UnprocessableEntity;
    if let Some(typed) = value {
        let choices = typed.choose.read(&mut filled);
        if !filled.is_wrong() {
            let said = merge_store::merge(&mut db, id, choices, (typed.version_a, typed.version_b)).await?;
            match said.as_str() {
                "done" => return merged(db, id, &filled).await,
                "changed" => {
                    status = Status::Conflict;
                    filled.push("merge", "error-merge-changed");
                }
                "undecided" => return Ok(Answer::To(format!("/duplicates/{id}"))),
                _ => return Err(Error::NotFound),
            }
        }
    }
    let db = db.instead().await?;
    Ok(match page(db, id, filled, keys, language).await? {
        Ok(page) => Answer::With(status, page),
        Err(elsewhere) => Answer::To(elsewhere),
    })
}

/// To the person, if open to whoever merged them; else back to the list.
async fn merged(mut db: Write<to::ChangePeople>, pair: Uuid, filled: &Filled) -> Result<Answer<MergePage>> {
    let location = match merge_store::pair(&mut db, pair).await? {
        PairOrMerge::Merge { merge } => {
            let merge = merge_store::merge_of(&mut db, merge).await?;
            way_to(&mut db, &merge).await?
        }
        PairOrMerge::Pair(_) => "/duplicates".to_owned(),
    };
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "merge-done"))
}

async fn way_to(db: &mut Write<to::ChangePeople>, merge: &Merge) -> Result<String> {
    let code: Code = merge.kept.code.parse().map_err(|_| Error::Internal("a code that is none".into()))?;
    match store::find(db, code).await {
        Ok(person) => Ok(format!("/people/{}", person.code)),
        Err(Error::NotFound) => Ok("/duplicates".to_owned()),
        Err(error) => Err(error),
    }
}

#[derive(Template)]
#[template(path = "person/unmerge.html")]
struct UndoPage {
    merge: Merge,
    form: Filled,
    _seen: Seen,
}

async fn undo_page(mut db: Read<to::ChangePeople>, id: Uuid, form: Filled) -> Result<UndoPage> {
    let merge = merge_store::merge_of(&mut db, id).await?;
    let seen = db.opened(&[merge.kept.id, merge.merged.id]).await?;
    Ok(UndoPage { merge, form, _seen: seen })
}

#[get("/merges/<id>")]
async fn show(id: Uuid, db: Read<to::ChangePeople>) -> Result<Page<UndoPage>> {
    Ok(Page(undo_page(db, id, Filled::blank()).await?))
}

#[derive(FromForm, Validate)]
struct UndoForm {
    #[validate(length(max = 1000, code = "too-long"))]
    #[field(default = String::new())]
    reason: String,
}

/// Two records again; what came since stays with the one that was kept.
#[post("/merges/<id>/undo", data = "<form>")]
async fn undo(id: Uuid, form: Form<Checked<UndoForm>>, mut db: Write<to::ChangePeople>) -> Result<Answer<UndoPage>> {
    let Checked { value, mut filled } = form.into_inner();
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let reason = value.map(|typed| clean_lines(&typed.reason)).filter(|reason| !reason.is_empty());
    let Some(reason) = reason else {
        if !filled.is_wrong() {
            filled.push("reason", "error-reason");
        }
        let page = undo_page(db.instead().await?, id, filled).await?;
        return Ok(Answer::With(Status::UnprocessableEntity, page));
    };
    match merge_store::undo(&mut db, id, &reason).await?.as_str() {
        "done" => {}
        "later" => return Err(Error::refused(Status::Conflict, "error-page-merged-later")),
        "before" => return Err(Error::refused(Status::Conflict, "error-page-changed-meanwhile")),
        _ => return Err(Error::NotFound),
    }
    let merge = merge_store::merge_of(&mut db, id).await?;
    let location = way_to(&mut db, &merge).await?;
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "merge-undone"))
}
