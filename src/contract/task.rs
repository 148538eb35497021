//! Contact tasks of an office: open, late, answered; whom one is about while it is open, and what came of it.

use askama::Template;
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use time::Date;
use uuid::Uuid;
use validator::Validate;

use super::store::{self, Task, Whom};
use super::{OUTCOMES, outcomes};
use crate::access::guard::to;
use crate::access::{Permission, Read, Seen, Write};
use crate::base::code::Code;
use crate::base::date::{Precision, Typed, written};
use crate::base::form::{Checked, Choice, Filled};
use crate::base::language::Language;
use crate::base::text::clean_lines;
use crate::base::{Error, Result};
use crate::case::store::{self as cases, NewCase};
use crate::page::{Answer, Page, filters};
use crate::person::choices::choices;
use crate::vocabulary::List;

pub fn routes() -> Vec<Route> {
    routes![index, show, close]
}

/// A task as the list shows it: no name.
struct Line {
    task: Task,
    who: String,
    due: String,
    late: bool,
}

#[derive(Template)]
#[template(path = "contract/tasks.html")]
struct TasksPage {
    state: &'static str,
    lines: Vec<Line>,
}

/// What a list of tasks may be of, beside what came of them.
const STATES: [&str; 3] = ["open", "overdue", "to-register"];

/// Tasks of the office: open ones unless another state or an outcome is asked for.
#[get("/contact-tasks?<state>")]
async fn index(state: Option<&str>, mut db: Read<to::WorkContactTasks>) -> Result<Page<TasksPage>> {
    store::province(&mut db).await?;
    let today = db.today();
    let wanted = state.unwrap_or("open");
    let state = STATES.into_iter().chain(OUTCOMES).find(|s| *s == wanted).ok_or(Error::NotFound)?;
    let registering = if state == "to-register" { store::to_register(&mut db).await? } else { Vec::new() };
    let on_it = |task: &Task| match state {
        "open" => task.closed_at.is_none(),
        "overdue" => task.closed_at.is_none() && task.due_on < today,
        "to-register" => registering.contains(&task.id),
        outcome => task.outcome.as_deref() == Some(outcome),
    };
    let tasks = store::tasks(&mut db).await?;
    let lines = tasks.into_iter().filter(|(task, _)| on_it(task)).map(|(task, who)| line(task, who, today)).collect();
    Ok(Page(TasksPage { state, lines }))
}

fn line(task: Task, who: String, today: Date) -> Line {
    Line { due: written(task.due_on, Precision::Day), late: task.closed_at.is_none() && task.due_on < today, who, task }
}

#[derive(Template)]
#[template(path = "contract/task.html")]
struct TaskPage {
    line: Line,
    whom: Option<Whom>,
    form: Filled,
    outcomes: Vec<Choice>,
    may_register: bool,
    _seen: Seen,
}

impl TaskPage {
    /// The name of the province that the commune lies in.
    fn province(&self) -> String {
        let (communes, provinces) = (List::Communes.vocabulary(), List::Provinces.vocabulary());
        let parent = communes.get(&self.line.task.commune_code).and_then(|entry| entry.parent.as_deref());
        parent.map(|code| provinces.title(code, Language::Vi)).unwrap_or_default()
    }

    /// The boxes of a birth date as the form of a door has them.
    fn birth(&self) -> Typed {
        let birth = self.whom.as_ref().and_then(Whom::birth);
        Typed::of(birth.map(|(date, _)| date), birth.map(|(_, precision)| precision))
    }
}

async fn page(
    mut db: Read<to::WorkContactTasks>,
    id: Uuid,
    form: Option<Filled>,
    language: Language,
) -> Result<TaskPage> {
    let (task, who) = store::task(&mut db, id).await?;
    let whom = store::whom(&mut db, id).await?;
    let (today, may_register) = (db.today(), db.user().may(Permission::RegisterPeople));
    let form = form.unwrap_or_else(|| Filled::blank().put("version", task.version.to_string()));
    let seen = match &whom {
        Some(whom) if task.episode_id.is_some() => db.opened(&[whom.id]).await?,
        Some(whom) => db.rows_shown("contract_departures", &[whom.id], false).await?,
        None => db.searched().await?,
    };
    Ok(TaskPage {
        outcomes: choices(language, "contact-outcome", outcomes(&task.kind)),
        line: line(task, who, today),
        whom,
        form,
        may_register,
        _seen: seen,
    })
}

#[get("/contact-tasks/<id>")]
async fn show(id: Uuid, db: Read<to::WorkContactTasks>, language: Language) -> Result<Page<TaskPage>> {
    Ok(Page(page(db, id, None, language).await?))
}

#[derive(FromForm, Validate)]
struct OutcomeForm {
    #[validate(length(max = 500, code = "too-long"))]
    #[field(default = String::new())]
    note: String,
    #[field(default = 0)]
    version: i32,
}

/// What came of it. Whoever is back is registered at the door, where it is looked whether we know them; whoever is known
/// and wants help has a case.
#[post("/contact-tasks/<id>/outcome", data = "<form>")]
async fn close(
    id: Uuid,
    form: Form<Checked<OutcomeForm>>,
    mut db: Write<to::WorkContactTasks>,
    language: Language,
) -> Result<Answer<TaskPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (task, _) = store::task(&mut db, id).await?;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let outcome = outcomes(&task.kind).iter().find(|o| **o == filled.value("outcome"));
    if outcome.is_none() {
        filled.push("outcome", "error-choose");
    }
    let (Some(typed), Some(outcome)) = (value, outcome) else {
        let page = page(db.instead().await?, id, Some(filled), language).await?;
        return Ok(Answer::With(Status::UnprocessableEntity, page));
    };
    let note = Some(clean_lines(&typed.note)).filter(|note| !note.is_empty());
    let user = db.user().clone();
    let mut location = format!("/contact-tasks/{id}");
    match (store::close(&mut db, &task, outcome, note.as_deref(), typed.version).await?.as_str(), task.episode_id) {
        ("open", Some(episode)) => {
            let code = Code::random();
            cases::open(&mut db, &user, &NewCase { code, episode, urgency: "routine", wishes: None }).await?;
            location = format!("/cases/{code}/screening");
        }
        ("done", _) => {}
        ("before", _) => return Err(Error::refused(Status::Conflict, "error-page-changed-meanwhile")),
        _ => return Err(Error::NotFound),
    }
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "contact-task-closed"))
}
