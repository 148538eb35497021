//! What an assessment leads to, and what becomes of an appeal.

use rocket::form::{Form, FromForm};
use rocket::{Route, State, post, routes};
use serde_json::json;
use uuid::Uuid;
use validator::Validate;

use super::acting::{Asked, Words, outcome, step};
use super::pages::ShowPage;
use super::{Act, HIGHEST, store};
use crate::access::Write;
use crate::access::guard::to;
use crate::base::Result;
use crate::base::code::Code;
use crate::base::form::Checked;
use crate::base::language::Language;
use crate::base::seal::Keys;
use crate::case::held;
use crate::page::Answer;
use crate::person::form::lines;
use crate::skill::certificate::{self, SHOWS};

pub fn routes() -> Vec<Route> {
    routes![decide, appeal, review]
}

#[derive(FromForm, Validate)]
struct DecisionSent {
    #[validate(nested)]
    decision: Words,
    #[field(default = String::new())]
    level: String,
    #[field(default = Vec::new())]
    shows: Vec<String>,
    #[field(default = 0)]
    version: i32,
}

/// What follows from the assessment, by another person than who wrote it down. A level that is granted comes with its
/// certificate.
#[post("/cases/<code>/recognitions/<id>/decision", data = "<form>")]
async fn decide(
    code: Code,
    id: Uuid,
    form: Form<Checked<DecisionSent>>,
    mut db: Write<to::DecideRecognition>,
    keys: &State<Keys>,
    language: Language,
) -> Result<Answer<ShowPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (case, _, person) = match held::begin(&mut db, code, &filled).await? {
        Ok(found) => found,
        Err(before) => return Ok(Answer::To(before)),
    };
    let recognition = store::find(&mut db, case.id, id).await?;
    let of = [("granted", Act::Grant), ("refused", Act::Refuse)];
    let mut shows = Vec::new();
    let asked = value.and_then(|sent| {
        let (act, words) = outcome(&mut filled, "decision", &sent.decision, of)?;
        let mut level = None;
        if act == Act::Grant {
            level = sent.level.trim().parse().ok().filter(|level: &i16| (1..=HIGHEST).contains(level));
            if level.is_none() {
                let empty = sent.level.trim().is_empty();
                filled.push("level", if empty { "error-choose" } else { "error-recognition-scale" });
            }
            shows = SHOWS.into_iter().filter(|part| sent.shows.iter().any(|typed| typed == part)).collect();
        }
        let details = json!({ "words": words, "level": level });
        let told = if act == Act::Grant { "recognition-granted" } else { "recognition-refused" };
        Some((Asked { act, version: sent.version, details, field: "level", told }, level))
    });
    let granted = match asked {
        Some((asked, Some(level))) if !filled.is_wrong() => (asked, level),
        asked => return step(db, (code, case.id, id), asked.map(|(asked, _)| asked), filled, language).await,
    };
    let (Asked { act, version, details, field, told }, level) = granted;
    if store::act(&mut db, id, act, version, details.clone()).await?.is_some() {
        // Says what stands in the way: nothing was changed yet.
        return step(db, (code, case.id, id), Some(Asked { act, version, details, field, told }), filled, language)
            .await;
    }
    let (user, now) = (db.user().clone(), db.now());
    let who = (user.id, user.organisation, now);
    certificate::issue(&mut db, keys, who, (&person, &recognition), level, &shows).await?;
    let location = format!("/cases/{code}/recognitions/{id}");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, told))
}

#[derive(FromForm, Validate)]
struct AppealSent {
    #[validate(nested)]
    appeal: Words,
    #[field(default = 0)]
    version: i32,
}

/// The returnee does not agree with the decision.
#[post("/cases/<code>/recognitions/<id>/appeal", data = "<form>")]
async fn appeal(
    code: Code,
    id: Uuid,
    form: Form<Checked<AppealSent>>,
    mut db: Write<to::AssessCases>,
    language: Language,
) -> Result<Answer<ShowPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (case, ..) = match held::begin(&mut db, code, &filled).await? {
        Ok(found) => found,
        Err(before) => return Ok(Answer::To(before)),
    };
    let asked = value.map(|AppealSent { appeal, version }| {
        let words = lines(&appeal.words);
        if words.is_none() {
            filled.push("appeal.words", "error-required");
        }
        let details = json!({ "words": words });
        Asked { act: Act::Appeal, version, details, field: "appeal.words", told: "recognition-appealed" }
    });
    step(db, (code, case.id, id), asked, filled, language).await
}

#[derive(FromForm, Validate)]
struct ReviewSent {
    #[validate(nested)]
    review: Words,
    #[field(default = 0)]
    version: i32,
}

/// What becomes of an appeal, by another person than who decided: it stays, or another assessor looks again.
#[post("/cases/<code>/recognitions/<id>/appeal-decision", data = "<form>")]
async fn review(
    code: Code,
    id: Uuid,
    form: Form<Checked<ReviewSent>>,
    mut db: Write<to::DecideRecognition>,
    language: Language,
) -> Result<Answer<ShowPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (case, ..) = match held::begin(&mut db, code, &filled).await? {
        Ok(found) => found,
        Err(before) => return Ok(Answer::To(before)),
    };
    let asked = value.and_then(|ReviewSent { review, version }| {
        let (act, words) = outcome(&mut filled, "review", &review, [("again", Act::Again), ("kept", Act::Keep)])?;
        let details = json!({ "words": words });
        Some(Asked { act, version, details, field: "review.outcome", told: "recognition-reviewed" })
    });
    step(db, (code, case.id, id), asked, filled, language).await
}
