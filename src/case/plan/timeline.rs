//! Standard timelines: what is usual at its days, previewed for a case and added where it is wanted, each step once.

use askama::Template;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use serde_json::json;
use time::{Date, Duration};
use uuid::Uuid;
use validator::Validate;

use super::pages::end;
use super::store;
use crate::access::guard::to;
use crate::access::{Read, Seen, Write};
use crate::base::code::Code;
use crate::base::date::{Precision, written};
use crate::base::event;
use crate::base::form::{Checked, Filled};
use crate::base::{Error, Result};
use crate::case::{held, store as cases};
use crate::episode::Episode;
use crate::page::{Answer, Page, filters};
use crate::schema::{services, timeline_steps};

pub fn routes() -> Vec<Route> {
    routes![preview, add]
}

/// A step of a timeline, as the table has it.
#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = timeline_steps)]
struct Step {
    code: String,
    timeline: String,
    kind: String,
    counted_from: String,
    days: i32,
}

/// Why a step cannot be added, if it cannot.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Stands {
    Ahead(Date),
    Added,
    /// Its day is over: what it was for is done, or is planned by hand.
    Past(Date),
    /// The day from which it counts is not known, or has not come.
    NotYet,
}

/// Where a step stands for a case, by the day from which it counts.
fn stands(from: Option<Date>, days: i32, added: bool, today: Date) -> Stands {
    match from.map(|from| from + Duration::days(days.into())) {
        _ if added => Stands::Added,
        None => Stands::NotYet,
        Some(due) if due < today => Stands::Past(due),
        Some(due) => Stands::Ahead(due),
    }
}

/// A step with where it stands for a case.
struct Shown {
    step: Step,
    stands: Stands,
}

impl Shown {
    fn is_ahead(&self) -> bool {
        matches!(self.stands, Stands::Ahead(_))
    }

    /// The message that says where it stands, and the day.
    fn said(&self) -> (&'static str, String) {
        let day = |date: Date| written(date, Precision::Day);
        match self.stands {
            Stands::Ahead(date) => ("timeline-ahead", day(date)),
            Stands::Past(date) => ("timeline-past", day(date)),
            Stands::Added => ("timeline-added", String::new()),
            Stands::NotYet if self.step.counted_from == "plan" => ("timeline-no-plan", String::new()),
            Stands::NotYet => ("timeline-no-return", String::new()),
        }
    }
}

/// The steps that hold today, each with where it stands for a case.
async fn steps(db: &mut AsyncPgConnection, case: Uuid, episode: &Episode, today: Date) -> Result<Vec<Shown>> {
    let all: Vec<Step> = timeline_steps::table
        .filter(timeline_steps::valid_from.le(today))
        .filter(timeline_steps::valid_to.is_null().or(timeline_steps::valid_to.gt(today)))
        .order((timeline_steps::timeline, timeline_steps::days, timeline_steps::code))
        .limit(100)
        .select(Step::as_select())
        .load(db)
        .await?;
    let added: Vec<Option<String>> = services::table
        .filter(services::case_id.eq(case))
        .filter(services::timeline_step.is_not_null())
        .limit(200)
        .select(services::timeline_step)
        .load(db)
        .await?;
    let planned = store::in_force_since(db, case).await?;
    let returned = episode.entered().map(|(day, _)| day);
    let shown = |step: Step| {
        let from = if step.counted_from == "plan" { planned } else { returned };
        let before = added.iter().flatten().any(|code| *code == step.code);
        Shown { stands: stands(from, step.days, before, today), step }
    };
    Ok(all.into_iter().map(shown).collect())
}

#[derive(Template)]
#[template(path = "case/plan_timeline.html")]
struct TimelinePage {
    code: String,
    name: String,
    form: Filled,
    /// By timeline.
    timelines: Vec<(String, Vec<Shown>)>,
    any_ahead: bool,
    _seen: Option<Seen>,
}

async fn page<P>(mut db: Read<P>, code: Code, form: Filled) -> Result<TimelinePage> {
    let today = db.today();
    let (case, episode, person) = cases::find(&mut db, code).await?;
    held::open_and_held(&case, db.user())?;
    let mut timelines: Vec<(String, Vec<Shown>)> = Vec::new();
    for shown in steps(&mut db, case.id, &episode, today).await? {
        match timelines.last_mut().filter(|(name, _)| *name == shown.step.timeline) {
            Some((_, steps)) => steps.push(shown),
            None => timelines.push((shown.step.timeline.clone(), vec![shown])),
        }
    }
    let seen = db.opened(&[person.id, case.id]).await?;
    Ok(TimelinePage {
        code: case.code,
        name: person.name,
        form,
        any_ahead: timelines.iter().flat_map(|(_, steps)| steps).any(Shown::is_ahead),
        timelines,
        _seen: Some(seen),
    })
}

#[get("/cases/<code>/plan/timeline")]
async fn preview(code: Code, db: Read<to::ChangeCases>) -> Result<Page<TimelinePage>> {
    Ok(Page(page(db, code, Filled::blank()).await?))
}

#[derive(FromForm, Validate)]
struct StepsSent {
    steps: Vec<String>,
}

/// Adds the steps that were ticked. One that the case has already stays as it is.
#[post("/cases/<code>/plan/timeline", data = "<form>")]
async fn add(
    code: Code,
    form: Form<Checked<StepsSent>>,
    mut db: Write<to::ChangeCases>,
) -> Result<Answer<TimelinePage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (case, episode, _) = match held::begin(&mut db, code, &filled).await? {
        Ok(found) => found,
        Err(before) => return Ok(Answer::To(before)),
    };
    let today = db.today();
    let ticked = value.map(|sent| sent.steps).unwrap_or_default();
    let wanted: Vec<Shown> =
        steps(&mut db, case.id, &episode, today).await?.into_iter().filter(|s| ticked.contains(&s.step.code)).collect();
    if wanted.is_empty() {
        filled.push("steps", "error-timeline-none");
        let page = page(db.instead().await?, code, filled).await?;
        return Ok(Answer::With(Status::UnprocessableEntity, page));
    }
    for Shown { step, stands } in wanted {
        match stands {
            Stands::Ahead(due) => keep(&mut db, case.id, &step, due).await?,
            Stands::Added => {}
            Stands::Past(_) | Stands::NotYet => return Err(Error::refused(Status::Conflict, "error-timeline-day")),
        }
    }
    end(db, code, &filled, "timeline-kept").await
}

async fn keep(db: &mut AsyncPgConnection, case: Uuid, step: &Step, due: Date) -> Result<()> {
    let added = diesel::insert_into(services::table)
        .values((
            services::id.eq(Uuid::now_v7()),
            services::case_id.eq(case),
            services::kind.eq(&step.kind),
            services::state.eq("planned"),
            services::due_on.eq(due),
            services::timeline_step.eq(&step.code),
        ))
        // A colleague who ticked it at the same moment.
        .on_conflict_do_nothing()
        .execute(db)
        .await?;
    if added == 1 {
        let about = json!({ "kind": step.kind, "due": due.to_string() });
        event::record(db, "case.service-added", "case", case, about).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn a_step_is_due_so_many_days_after_its_day() {
        let (back, today) = (Some(date!(2026 - 11 - 01)), date!(2026 - 11 - 22));
        assert_eq!(stands(back, 90, false, today), Stands::Ahead(date!(2027 - 01 - 30)));
        assert_eq!(stands(back, 21, false, today), Stands::Ahead(today));
        assert_eq!(stands(back, 14, false, today), Stands::Past(date!(2026 - 11 - 15)));
        assert_eq!(stands(back, 14, true, today), Stands::Added);
        assert_eq!(stands(None, 14, false, today), Stands::NotYet);
    }

    /// Every step of the shipped timelines is a kind of service, and stands once.
    #[test]
    fn the_timelines_speak_of_services() {
        let sql = include_str!("../../../database/timelines.sql");
        let rows: Vec<Vec<&str>> = sql
            .lines()
            .filter(|line| line.trim_start().starts_with("('"))
            .map(|line| line.split('\'').collect())
            .collect();
        assert!(rows.len() >= 7);
        for row in &rows {
            assert!(crate::case::SERVICE_KINDS.contains(&row[7]), "{row:?}");
            assert_eq!(rows.iter().filter(|other| other[1] == row[1]).count(), 1, "{row:?}");
        }
    }
}
