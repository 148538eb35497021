//! How a course ended for somebody: passed, not passed, left, or never begun.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, post, routes};
use serde_json::json;
use time::Date;
use uuid::Uuid;
use validator::Validate;

use super::course::Course;
use super::enrolment::{BECAUSE, OUTCOMES, ShowPage, find, page};
use crate::access::Write;
use crate::access::guard::to;
use crate::base::Result;
use crate::base::code::Code;
use crate::base::date::Typed;
use crate::base::event;
use crate::base::form::{Checked, Filled};
use crate::base::language::Language;
use crate::case::held;
use crate::page::Answer;
use crate::person::form::{lines, one_of, text};
use crate::person::household::poverty::day;
use crate::schema::course_enrolments;

pub fn routes() -> Vec<Route> {
    routes![finish]
}

#[derive(FromForm, Validate)]
struct FinishForm {
    #[field(default = String::new())]
    outcome: String,
    ended: Typed,
    #[field(default = String::new())]
    left: String,
    #[field(default = String::new())]
    withdrawn: String,
    #[validate(length(max = 120, code = "too-long"))]
    #[field(default = String::new())]
    paper: String,
    #[validate(length(max = 2000, code = "too-long"))]
    #[field(default = String::new())]
    words: String,
}

#[derive(FromForm, Validate)]
struct FinishSent {
    #[validate(nested)]
    finish: FinishForm,
    #[field(default = 0)]
    version: i32,
}

#[derive(AsChangeset)]
#[diesel(table_name = course_enrolments, treat_none_as_null = true)]
struct Finished {
    state: String,
    ended_on: Date,
    because: Option<String>,
    paper: Option<String>,
    words: Option<String>,
}

impl FinishForm {
    fn read(&self, filled: &mut Filled, course: &Course, today: Date) -> Option<Finished> {
        if self.outcome.trim().is_empty() {
            filled.push("finish.outcome", "error-choose");
        }
        let outcome = one_of(filled, "finish.outcome", &self.outcome, |code| OUTCOMES.contains(&code));
        let ended = day(filled, "finish.ended", &self.ended);
        match ended {
            None if filled.error("finish.ended").is_none() => filled.push("finish.ended", "error-required"),
            Some(on) if on > today => filled.push("finish.ended", "error-date-future"),
            // Whoever never came may say so before it begins.
            Some(on) if on < course.starts_on && outcome.as_deref() != Some("withdrawn") => {
                filled.push("finish.ended", "error-learning-before");
            }
            _ => {}
        }
        let because = match outcome.as_deref() {
            Some(outcome @ ("left" | "withdrawn")) => {
                let (field, typed) =
                    if outcome == "left" { ("finish.left", &self.left) } else { ("finish.withdrawn", &self.withdrawn) };
                if typed.trim().is_empty() {
                    filled.push(field, "error-choose");
                }
                let because = one_of(filled, field, typed, |code| BECAUSE.contains(&code));
                if because.as_deref() == Some("other") && lines(&self.words).is_none() {
                    filled.push("finish.words", "error-required");
                }
                because
            }
            _ => None,
        };
        let finished = Finished {
            paper: text(&self.paper).filter(|_| outcome.as_deref() == Some("passed")),
            state: outcome?,
            ended_on: ended?,
            because,
            words: lines(&self.words),
        };
        Some(finished).filter(|_| !filled.is_wrong())
    }
}

#[post("/cases/<code>/courses/<id>/outcome", data = "<form>")]
async fn finish(
    code: Code,
    id: Uuid,
    form: Form<Checked<FinishSent>>,
    mut db: Write<to::AssessCases>,
    language: Language,
) -> Result<Answer<ShowPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let today = db.today();
    let (case, ..) = match held::begin(&mut db, code, &filled).await? {
        Ok(found) => found,
        Err(before) => return Ok(Answer::To(before)),
    };
    let (_, course) = find(&mut db, case.id, id).await?;
    let version = value.as_ref().map_or(0, |sent| sent.version);
    let Some(finished) = value.and_then(|sent| sent.finish.read(&mut filled, &course, today)) else {
        let page = page(db.instead().await?, code, id, filled, language).await?;
        return Ok(Answer::With(Status::UnprocessableEntity, page));
    };
    let kind = format!("case.course-{}", finished.state);
    let same = course_enrolments::version.eq(version).and(course_enrolments::state.eq("enrolled"));
    let changed = diesel::update(course_enrolments::table.find(id).filter(same))
        .set((finished, course_enrolments::version.eq(version.saturating_add(1))))
        .execute(&mut *db)
        .await?;
    if changed == 0 {
        filled.push("finish.outcome", "error-page-changed-meanwhile");
        let page = page(db.instead().await?, code, id, filled, language).await?;
        return Ok(Answer::With(Status::Conflict, page));
    }
    event::record(&mut db, &kind, "case", case.id, json!({})).await?;
    let location = format!("/cases/{code}/courses/{id}");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "enrolment-finished"))
}
