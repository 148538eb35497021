//! What a case worker sees first: four lists, each a question of what to do now (practice 26).

use askama::Template;
use rocket::{Route, get, routes};
use uuid::Uuid;

use super::contact::OUTCOMES;
use super::duty::store::staff;
use super::leave;
use super::lines::{self, FOUR, LISTS, Line, Of};
use super::store::offices;
use crate::access::guard::to;
use crate::access::store::parameter;
use crate::access::{Permission, Read, Seen};
use crate::base::date::{Precision, written};
use crate::base::form::{Choice, Filled};
use crate::base::{Error, Result};
use crate::episode::{Notice, notice};
use crate::page::{Page, filters};

pub fn routes() -> Vec<Route> {
    routes![index, numbers]
}

/// Lines on one list; a counsellor has eighty open cases.
const MOST: i64 = 300;

/// A line with what its row needs.
struct Shown {
    line: Line,
    next_on: String,
    call_on: Option<String>,
    contact_due: Option<String>,
    contact_late: bool,
    overdue: bool,
    notice_by: Option<String>,
    notice_passed: bool,
    service_due: Option<String>,
}

/// One of the lists.
struct List {
    key: &'static str,
    id: &'static str,
    lines: Vec<Shown>,
}

#[derive(Template)]
#[template(path = "case/index.html")]
struct IndexPage {
    /// `mine`, `office`, `lost`, `shared` or `closed`.
    scope: &'static str,
    lists: Vec<List>,
    whose: bool,
    more: bool,
    /// Of my office's cases many may be ticked: whoever may have them, and the offices to which they may be offered.
    bulk: Option<(Vec<Choice>, Vec<Choice>)>,
    /// All are ticked, and the way to this very list where they are.
    ticked: bool,
    tick_all: String,
    /// Cases may be taken out; and the way to take out this very list, if anything stands on it.
    exports: bool,
    export_all: Option<String>,
    _seen: Seen,
}

impl IndexPage {
    /// What a digit on a line's «call» says, in the order of the digits.
    fn outcomes(&self) -> String {
        OUTCOMES.join(" ")
    }

    fn blank(&self) -> Filled {
        Filled::blank()
    }

    fn is_empty(&self) -> bool {
        self.lists.iter().all(|list| list.lines.is_empty())
    }
}

#[get("/cases?<scope>&<of>&<by>&<ticked>")]
async fn index(
    scope: Option<&str>,
    of: Option<&str>,
    by: Option<&str>,
    ticked: Option<bool>,
    mut db: Read<to::ReadCases>,
) -> Result<Page<IndexPage>> {
    let user = db.user().clone();
    let today = db.today();
    let days = parameter(&mut db, "residence-notice.days").await?;
    // A list that no case can stand on is no question.
    let list = match of {
        Some(code) => Some(*LISTS.iter().find(|list| **list == code).ok_or(Error::NotFound)?),
        None => None,
    };
    let by = by.map(Uuid::parse_str).transpose().map_err(|_| Error::NotFound)?;
    // Mine are those of whoever I stand in for, too.
    let mine = leave::covered(&mut db, &user, today).await?;
    let (scope, all) = match scope {
        Some("office") => ("office", lines::open(&mut db, &user, Of { people: by.as_slice(), list }, MOST).await?),
        Some("lost") => ("lost", lines::open(&mut db, &user, Of { people: &[], list: Some("lost") }, MOST).await?),
        Some("shared") => ("shared", lines::shared(&mut db, &user, MOST).await?),
        Some("closed") => ("closed", lines::closed(&mut db, &user, MOST).await?),
        _ => ("mine", lines::open(&mut db, &user, Of { people: &mine, list }, MOST).await?),
    };
    let more = all.len() as i64 == MOST;
    let people: Vec<Uuid> = all.iter().map(|line| line.person_id).collect();
    // Who was late with it is for their own counsellor to know (practice 13).
    let notice_of = |line: &Line| match line.accountable_id == user.id {
        true => notice(line.channel.as_deref(), line.entered(), line.notified_on, days, today),
        false => Notice::NotApplicable,
    };
    let shown = |line: Line| Shown {
        call_on: line.call_on.map(|on| written(on, Precision::Day)),
        contact_due: line.contact_due.map(|on| written(on, Precision::Day)),
        contact_late: line.contact_due.is_some_and(|on| on < today),
        next_on: line.next_on.map(|on| written(on, Precision::Day)).unwrap_or_default(),
        overdue: line.next_on.is_some_and(|on| on < today),
        notice_passed: matches!(notice_of(&line), Notice::Passed(_)),
        notice_by: match notice_of(&line) {
            Notice::Due(by) | Notice::Passed(by) => Some(written(by, Precision::Day)),
            _ => None,
        },
        service_due: line.service_due.filter(|due| *due < today).map(|due| written(due, Precision::Day)),
        line,
    };
    let blank = |id: &'static str| List { key: key_of(id), id, lines: Vec::new() };
    let mut lists: Vec<List> = match (scope, list) {
        ("mine", None) => FOUR.map(blank).into(),
        ("mine" | "office", Some(list)) => vec![blank(list)],
        ("lost", _) => vec![blank("lost")],
        _ => vec![blank("all")],
    };
    for line in all {
        // Of mine, one that is lost by rule stands on no list of today, and is open all the same.
        let on = |list: &&mut List| list.id == "all" || line.lists.iter().any(|code| code == list.id);
        if let Some(list) = lists.iter_mut().find(on) {
            list.lines.push(shown(line));
        }
    }
    let choices = |list: Vec<(Uuid, String)>| -> Vec<Choice> {
        list.into_iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect()
    };
    let bulk = if scope == "office" && user.may(Permission::AssignCases) {
        Some((choices(staff(&mut db).await?), choices(offices(&mut db, user.organisation, None).await?)))
    } else {
        None
    };
    let mut tick_all = "/cases?scope=office".to_owned();
    tick_all.extend(list.map(|list| format!("&of={list}")));
    tick_all.extend(by.map(|by| format!("&by={by}")));
    let exports = user.may(Permission::ExportCases);
    let export_all = if exports && !people.is_empty() && matches!(scope, "office" | "lost" | "closed") {
        Some(tick_all.replace("/cases?", "/exports/new?").replace("scope=office", &format!("scope={scope}")))
    } else {
        None
    };
    let seen = db.listed(&people).await?;
    Ok(Page(IndexPage {
        scope,
        lists,
        whose: matches!(scope, "office" | "lost") || mine.len() > 1 && scope == "mine",
        more,
        bulk,
        ticked: ticked == Some(true),
        tick_all: format!("{tick_all}&ticked=true"),
        exports,
        export_all,
        _seen: seen,
    }))
}

/// The words for a list.
fn key_of(list: &str) -> &'static str {
    match list {
        "open" => "list-open",
        "call-now" => "list-call-now",
        "today" => "list-today",
        "waiting" => "list-waiting",
        "unplanned" => "list-unplanned",
        "alarm" => "list-alarm",
        "contact-late" => "list-contact-late",
        "overdue" => "list-overdue",
        "service-overdue" => "list-service-overdue",
        "offered" => "list-offered",
        "lost" => "list-lost",
        _ => "list-all",
    }
}

/// What whoever assigns cases sees of each of the staff.
const OF_STAFF: [&str; 4] = ["open", "call-now", "overdue", "unplanned"];

/// The numbers of one of the staff.
struct Row {
    name: String,
    id: Uuid,
    numbers: [(&'static str, &'static str, i64); 4],
}

#[derive(Template)]
#[template(path = "case/numbers.html")]
struct NumbersPage {
    /// The words, the list, how many of mine and how many of the office stand on it.
    numbers: Vec<(&'static str, &'static str, i64, i64)>,
    /// The words above the columns of each of the staff.
    columns: Vec<&'static str>,
    /// For whoever assigns cases; by name, in no other order (practice 41).
    staff: Vec<Row>,
    _seen: Seen,
}

/// How much there is to do, as numbers that each open exactly their list.
#[get("/cases/numbers")]
async fn numbers(mut db: Read<to::ReadCases>) -> Result<Page<NumbersPage>> {
    let user = db.user().clone();
    let all = lines::numbers(&mut db, &user).await?;
    let today = db.today();
    let mine = leave::covered(&mut db, &user, today).await?;
    let count = |list: &str, whose: &[Uuid]| -> i64 {
        let of = all.iter().filter(|(person, _, on, _)| on == list && (whose.is_empty() || whose.contains(person)));
        of.map(|(.., cases)| cases).sum()
    };
    let mut staff: Vec<(&str, Uuid)> =
        all.iter().filter_map(|(id, name, ..)| name.as_deref().map(|name| (name, *id))).collect();
    staff.sort_unstable();
    staff.dedup();
    let each = |(name, id): (&str, Uuid)| Row {
        name: name.to_owned(),
        id,
        numbers: OF_STAFF.map(|list| (key_of(list), list, count(list, &[id]))),
    };
    let staff = if user.may(Permission::AssignCases) { staff.into_iter().map(each).collect() } else { Vec::new() };
    let numbers = LISTS.map(|list| (key_of(list), list, count(list, &mine), count(list, &[]))).into();
    let seen = db.listed(&[]).await?;
    Ok(Page(NumbersPage { numbers, columns: OF_STAFF.map(key_of).into(), staff, _seen: seen }))
}
