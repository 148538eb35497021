//! What may be done with a recognition until its result is written down, a form each; what follows is in `deciding`.

use std::collections::HashMap;

use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, post, routes};
use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;
use uuid::Uuid;
use validator::Validate;

use super::pages::{ShowPage, page};
use super::{Act, HIGHEST, Hindered, store};
use crate::access::Write;
use crate::access::guard::to;
use crate::base::clock::at_in_viet_nam;
use crate::base::code::Code;
use crate::base::date::Typed;
use crate::base::form::{Checked, Filled};
use crate::base::language::{Language, Message};
use crate::base::{Error, Result};
use crate::case::duty::time_of_day;
use crate::case::held;
use crate::page::Answer;
use crate::person::form::{lines, one_of, text};
use crate::person::household::poverty::day;

pub fn routes() -> Vec<Route> {
    routes![check, book, miss, assess, give_up]
}

/// Longest that an assessor's words on one gap are.
const GAP: usize = 500;

/// What a form asks for: an act at the version that was looked at, what it says, and where it is said what hinders it.
pub(super) struct Asked {
    pub act: Act,
    pub version: i32,
    pub details: Value,
    pub field: &'static str,
    pub told: &'static str,
}

/// Does it, or shows the page again with what is wrong.
pub(super) async fn step<P>(
    mut db: Write<P>,
    (code, case, id): (Code, Uuid, Uuid),
    asked: Option<Asked>,
    mut filled: Filled,
    language: Language,
) -> Result<Answer<ShowPage>> {
    store::find(&mut db, case, id).await?;
    let mut status = Status::UnprocessableEntity;
    if let Some(asked) = asked.filter(|_| !filled.is_wrong()) {
        match store::act(&mut db, id, asked.act, asked.version, asked.details).await? {
            None => {
                let location = format!("/cases/{code}/recognitions/{id}");
                db.done(filled.submission(), &location).await?;
                return Ok(Answer::Told(location, asked.told));
            }
            Some(Hindered::NotAllowed) => return Err(Error::NotAllowed),
            Some(hindered) => {
                if matches!(hindered, Hindered::Changed | Hindered::State) {
                    status = Status::Conflict;
                }
                filled.push(asked.field, hindered.message());
            }
        }
    }
    let page = page(db.instead().await?, code, id, filled, language).await?;
    Ok(Answer::With(status, page))
}

#[derive(FromForm, Validate)]
pub(super) struct Words {
    #[field(default = String::new())]
    pub outcome: String,
    #[validate(length(max = 2000, code = "too-long"))]
    #[field(default = String::new())]
    pub words: String,
}

/// One of two outcomes, and why; the second wants words.
pub(super) fn outcome(
    filled: &mut Filled,
    within: &str,
    typed: &Words,
    of: [(&str, Act); 2],
) -> Option<(Act, Option<String>)> {
    let field = format!("{within}.outcome");
    if typed.outcome.trim().is_empty() {
        filled.push(&field, "error-choose");
    }
    let code = one_of(filled, &field, &typed.outcome, |code| of.iter().any(|(known, _)| *known == code))?;
    let (_, act) = of.into_iter().find(|(known, _)| *known == code)?;
    let words = lines(&typed.words);
    if words.is_none() && !matches!(act, Act::Complete | Act::Grant) {
        filled.push(&format!("{within}.words"), "error-required");
    }
    Some((act, words))
}

#[derive(FromForm, Validate)]
struct CheckSent {
    #[validate(nested)]
    check: Words,
    #[field(default = 0)]
    version: i32,
}

/// Whether the papers are complete.
#[post("/cases/<code>/recognitions/<id>/check", data = "<form>")]
async fn check(
    code: Code,
    id: Uuid,
    form: Form<Checked<CheckSent>>,
    mut db: Write<to::AssessCases>,
    language: Language,
) -> Result<Answer<ShowPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (case, ..) = match held::begin(&mut db, code, &filled).await? {
        Ok(found) => found,
        Err(before) => return Ok(Answer::To(before)),
    };
    let of = [("complete", Act::Complete), ("incomplete", Act::Incomplete)];
    let asked = value.and_then(|CheckSent { check, version }| {
        let (act, words) = outcome(&mut filled, "check", &check, of)?;
        let details = json!({ "words": words });
        Some(Asked { act, version, details, field: "check.outcome", told: "recognition-checked" })
    });
    step(db, (code, case.id, id), asked, filled, language).await
}

#[derive(FromForm, Validate)]
struct BookForm {
    #[field(default = String::new())]
    assessor: String,
    on: Typed,
    #[validate(length(max = 20, code = "too-long"))]
    #[field(default = String::new())]
    at: String,
    #[validate(length(max = 300, code = "too-long"))]
    #[field(default = String::new())]
    place: String,
}

#[derive(FromForm, Validate)]
struct BookSent {
    #[validate(nested)]
    book: BookForm,
    #[field(default = 0)]
    version: i32,
}

#[post("/cases/<code>/recognitions/<id>/appointments", data = "<form>")]
async fn book(
    code: Code,
    id: Uuid,
    form: Form<Checked<BookSent>>,
    mut db: Write<to::AssessCases>,
    language: Language,
) -> Result<Answer<ShowPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let today = db.today();
    let (case, ..) = match held::begin(&mut db, code, &filled).await? {
        Ok(found) => found,
        Err(before) => return Ok(Answer::To(before)),
    };
    let asked = value.and_then(|BookSent { book, version }| {
        let assessor = Uuid::parse_str(book.assessor.trim()).ok();
        if assessor.is_none() {
            filled.push("book.assessor", "error-choose");
        }
        let on = day(&mut filled, "book.on", &book.on);
        match on {
            None if filled.error("book.on").is_none() => filled.push("book.on", "error-required"),
            Some(on) if (on - today).whole_days() > 366 => filled.push("book.on", "error-recognition-far"),
            // What took place already may be written down afterwards.
            Some(on) if (today - on).whole_days() > 366 => filled.push("book.on", "error-recognition-far"),
            _ => {}
        }
        let at = time_of_day(&book.at);
        if at.is_none() {
            filled.push("book.at", "error-recognition-hour");
        }
        let meets = at_in_viet_nam(on?, at?).format(&Rfc3339).ok()?;
        let details = json!({ "assessor": assessor?, "meets_at": meets, "place": text(&book.place) });
        Some(Asked { act: Act::Book, version, details, field: "book.assessor", told: "recognition-booked" })
    });
    step(db, (code, case.id, id), asked, filled, language).await
}

#[derive(FromForm, Validate)]
struct Bare {
    #[field(default = 0)]
    version: i32,
}

/// The returnee was not there.
#[post("/cases/<code>/recognitions/<id>/absence", data = "<form>")]
async fn miss(
    code: Code,
    id: Uuid,
    form: Form<Checked<Bare>>,
    mut db: Write<to::AssessCases>,
    language: Language,
) -> Result<Answer<ShowPage>> {
    let Checked { value, filled } = form.into_inner();
    let (case, ..) = match held::begin(&mut db, code, &filled).await? {
        Ok(found) => found,
        Err(before) => return Ok(Answer::To(before)),
    };
    let asked = value.map(|Bare { version }| Asked {
        act: Act::Missed,
        version,
        details: json!({}),
        field: "recognition",
        told: "recognition-missed",
    });
    step(db, (code, case.id, id), asked, filled, language).await
}

#[derive(FromForm, Validate)]
struct Found {
    /// By the id of what is assessed.
    #[field(default = HashMap::new())]
    result: HashMap<String, String>,
    #[field(default = HashMap::new())]
    gap: HashMap<String, String>,
}

#[derive(FromForm, Validate)]
struct FoundSent {
    #[validate(nested)]
    found: Found,
    #[field(default = 0)]
    version: i32,
}

/// What the assessor found, skill by skill.
#[post("/cases/<code>/recognitions/<id>/results", data = "<form>")]
async fn assess(
    code: Code,
    id: Uuid,
    form: Form<Checked<FoundSent>>,
    mut db: Write<to::AssessCases>,
    language: Language,
) -> Result<Answer<ShowPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (case, ..) = match held::begin(&mut db, code, &filled).await? {
        Ok(found) => found,
        Err(before) => return Ok(Answer::To(before)),
    };
    let recognition = store::find(&mut db, case.id, id).await?;
    let about = store::assessed(&mut db, id).await?;
    let asked = value.map(|FoundSent { found, version }| {
        let mut results = Vec::new();
        for assessed in &about {
            let key = assessed.id.to_string();
            let typed = found.result.get(&key).map_or("", |typed| typed.trim());
            let result = typed.parse().ok().filter(|level: &i16| (0..=HIGHEST).contains(level));
            if result.is_none() {
                let said = if typed.is_empty() { "error-choose" } else { "error-recognition-scale" };
                filled.push(&format!("found.result.{key}"), said);
            }
            let gap = found.gap.get(&key).and_then(|typed| text(typed));
            let field = format!("found.gap.{key}");
            if gap.as_ref().is_some_and(|gap| gap.chars().count() > GAP) {
                filled.push(&field, Message::new("error-too-long").with("max", GAP as i64));
            } else if gap.is_none() && result.is_some_and(|level| level < recognition.level) {
                // Whoever is told no is told what is missing.
                filled.push(&field, "error-recognition-gap");
            }
            results.push(json!({ "id": assessed.id, "result": result, "gap": gap }));
        }
        let details = json!({ "results": results });
        Asked { act: Act::Assess, version, details, field: "recognition", told: "recognition-assessed" }
    });
    step(db, (code, case.id, id), asked, filled, language).await
}

#[derive(FromForm, Validate)]
struct GiveUpSent {
    #[validate(nested)]
    give_up: Words,
    #[field(default = 0)]
    version: i32,
}

/// The returnee does not want it any more.
#[post("/cases/<code>/recognitions/<id>/withdrawal", data = "<form>")]
async fn give_up(
    code: Code,
    id: Uuid,
    form: Form<Checked<GiveUpSent>>,
    mut db: Write<to::AssessCases>,
    language: Language,
) -> Result<Answer<ShowPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (case, ..) = match held::begin(&mut db, code, &filled).await? {
        Ok(found) => found,
        Err(before) => return Ok(Answer::To(before)),
    };
    let asked = value.map(|GiveUpSent { give_up, version }| {
        let words = lines(&give_up.words);
        if words.is_none() {
            filled.push("give_up.words", "error-required");
        }
        let details = json!({ "words": words });
        Asked { act: Act::GiveUp, version, details, field: "give_up.words", told: "recognition-given-up" }
    });
    step(db, (code, case.id, id), asked, filled, language).await
}
