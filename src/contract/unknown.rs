//! Whoever may be back: contracts that ended, returns without a contract, returns without a case, each a number that opens
//! its list; and from a line of it the task for the commune (practice 42).

use askama::Template;
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use time::{Date, Duration};
use uuid::Uuid;
use validator::Validate;

use super::store::{self, NewTask, Unknown};
use super::{LISTS, OUTCOMES};
use crate::access::guard::to;
use crate::access::store::parameter;
use crate::access::{Permission, Read, Seen, Write};
use crate::base::date::{Precision, Typed};
use crate::base::form::{Checked, Choice, Filled};
use crate::base::language::Language;
use crate::base::text::{clean, clean_lines};
use crate::base::{Error, Result};
use crate::page::{Answer, Page, filters};
use crate::person::part_form::place;
use crate::vocabulary::List;

pub fn routes() -> Vec<Route> {
    routes![index, list, ask, make]
}

/// Lines of a list on one page.
const LINES: i32 = 50;

#[derive(Template)]
#[template(path = "contract/unknown.html")]
struct IndexPage {
    province: String,
    counts: Vec<store::Count>,
    open: usize,
    overdue: usize,
    to_register: usize,
    outcomes: Vec<(&'static str, usize)>,
}

#[get("/unknown-returnees")]
async fn index(mut db: Read<to::WorkContactTasks>) -> Result<Page<IndexPage>> {
    let province = store::province(&mut db).await?;
    let today = db.today();
    let counts = store::counts(&mut db).await?;
    let tasks = store::tasks(&mut db).await?;
    let to_register = store::to_register(&mut db).await?.len();
    let open = tasks.iter().filter(|(t, _)| t.closed_at.is_none());
    let of = |outcome: &str| tasks.iter().filter(|(t, _)| t.outcome.as_deref() == Some(outcome)).count();
    Ok(Page(IndexPage {
        province,
        counts,
        open: open.clone().count(),
        overdue: open.filter(|(t, _)| t.due_on < today).count(),
        to_register,
        outcomes: OUTCOMES.into_iter().map(|o| (o, of(o))).filter(|(_, count)| *count > 0).collect(),
    }))
}

#[derive(Template)]
#[template(path = "contract/list.html")]
struct ListPage {
    which: &'static str,
    province: String,
    lines: Vec<Unknown>,
    may_ask: bool,
    previous: String,
    next: String,
    _seen: Seen,
}

fn known(which: &str) -> Result<&'static str> {
    LISTS.into_iter().find(|list| *list == which).ok_or(Error::NotFound)
}

/// The table that the lines of a list are of.
fn table(which: &str) -> &'static str {
    if which == "contract-ended" { "contract_departures" } else { "episodes" }
}

#[get("/unknown-returnees/list?<of>&<after>")]
async fn list(of: &str, after: Option<Uuid>, mut db: Read<to::WorkContactTasks>) -> Result<Page<ListPage>> {
    let which = known(of)?;
    let province = store::province(&mut db).await?;
    let mut lines = store::list(&mut db, which, after, LINES + 1).await?;
    let more = lines.len() > LINES as usize;
    lines.truncate(LINES as usize);
    let here = format!("/unknown-returnees/list?of={which}");
    let next = lines.last().filter(|_| more).map(|l| format!("{here}&after={}", l.subject)).unwrap_or_default();
    let may_ask = db.user().may(Permission::MakeContactTasks);
    let shown: Vec<Uuid> = lines.iter().map(|line| line.subject).collect();
    let seen = db.rows_shown(table(which), &shown, false).await?;
    let previous = if after.is_some() { here } else { String::new() };
    Ok(Page(ListPage { which, province, lines, may_ask, previous, next, _seen: seen }))
}

#[derive(Template)]
#[template(path = "contract/ask.html")]
struct AskPage {
    which: &'static str,
    province: String,
    line: Unknown,
    form: Filled,
    workers: Vec<Choice>,
    _seen: Seen,
}

async fn page(
    mut db: Read<to::MakeContactTasks>,
    which: &'static str,
    subject: Uuid,
    form: Option<Filled>,
    language: Language,
) -> Result<AskPage> {
    let province = store::province(&mut db).await?;
    let line = store::one(&mut db, which, subject).await?;
    let me = db.user().id.to_string();
    let form = match form {
        Some(form) => form,
        None => {
            let days = parameter(&mut db, "contact.days").await?;
            let due = Typed::of(Some(db.today() + Duration::days(days)), Some(Precision::Day));
            let blank = Filled::blank()
                .put("task.accountable", me)
                .put("task.due.day", due.day)
                .put("task.due.month", due.month)
                .put("task.due.year", due.year);
            match &line.commune {
                Some(code) => blank
                    .put("task.commune", List::Communes.vocabulary().title(code, language))
                    .put("task.commune.code", code.clone()),
                None => blank,
            }
        }
    };
    let workers = store::workers(&mut db).await?;
    let seen = db.rows_shown(table(which), &[subject], false).await?;
    Ok(AskPage {
        which,
        province,
        line,
        form,
        workers: workers.into_iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect(),
        _seen: seen,
    })
}

#[get("/unknown-returnees/<which>/<subject>")]
async fn ask(which: &str, subject: Uuid, db: Read<to::MakeContactTasks>, language: Language) -> Result<Page<AskPage>> {
    Ok(Page(page(db, known(which)?, subject, None, language).await?))
}

#[derive(FromForm, Validate)]
struct AskForm {
    #[validate(nested)]
    task: TaskForm,
}

#[derive(FromForm, Validate)]
struct TaskForm {
    #[validate(length(max = 200, code = "too-long"))]
    #[field(default = String::new())]
    commune: String,
    #[validate(length(max = 200, code = "too-long"))]
    #[field(default = String::new())]
    given_to: String,
    #[field(default = String::new())]
    accountable: String,
    due: Typed,
    #[validate(length(max = 500, code = "too-long"))]
    #[field(default = String::new())]
    note: String,
}

impl TaskForm {
    fn read(&self, filled: &mut Filled, province: &str, today: Date) -> Option<NewTask> {
        let commune = place(filled, "task.commune", &self.commune, List::Communes, Some(province), today);
        if commune.is_none() && filled.error("task.commune").is_none() {
            filled.push("task.commune", "error-required");
        }
        let given_to = clean(&self.given_to);
        if given_to.is_empty() {
            filled.push("task.given_to", "error-required");
        }
        let accountable = Uuid::parse_str(&self.accountable).ok();
        if accountable.is_none() {
            filled.push("task.accountable", "error-choose");
        }
        let due_on = match self.due.read() {
            Ok(Some((date, Precision::Day))) if date < today => Err("error-task-past"),
            Ok(Some((date, Precision::Day))) if date > today + Duration::days(366) => Err("error-import-far"),
            Ok(Some((date, Precision::Day))) => Ok(date),
            Ok(Some(_)) => Err("error-date-whole"),
            Ok(None) => Err("error-required"),
            Err(wrong) => Err(wrong),
        };
        let due_on = due_on.map_err(|wrong| filled.push("task.due", wrong)).ok();
        let note = Some(clean_lines(&self.note)).filter(|note| !note.is_empty());
        let id = Uuid::now_v7();
        let new = NewTask { id, commune: commune?, given_to, accountable: accountable?, due_on: due_on?, note };
        Some(new).filter(|_| !filled.is_wrong())
    }
}

#[post("/unknown-returnees/<which>/<subject>", data = "<form>")]
async fn make(
    which: &str,
    subject: Uuid,
    form: Form<Checked<AskForm>>,
    mut db: Write<to::MakeContactTasks>,
    language: Language,
) -> Result<Answer<AskPage>> {
    let which = known(which)?;
    let Checked { value, mut filled } = form.into_inner();
    let province = store::province(&mut db).await?;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let today = db.today();
    let new = value.and_then(|typed| typed.task.read(&mut filled, &province, today));
    if let Some(new) = new {
        match store::make(&mut db, which, subject, &new).await?.as_str() {
            "done" => {
                let location = format!("/contact-tasks/{}", new.id);
                db.done(filled.submission(), &location).await?;
                return Ok(Answer::Told(location, "contact-task-made"));
            }
            "commune" => filled.push("task.commune", "error-commune-not-in-province"),
            "who" => filled.push("task.accountable", "error-choice"),
            // Somebody else asked already, or they came meanwhile.
            "before" => return Err(Error::refused(Status::Conflict, "error-page-changed-meanwhile")),
            _ => return Err(Error::NotFound),
        }
    }
    let page = page(db.instead().await?, which, subject, Some(filled), language).await?;
    Ok(Answer::With(Status::UnprocessableEntity, page))
}
