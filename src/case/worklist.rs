//! What a case worker sees first: four lists, each a question of what to do now (practice 26).

use askama::Template;
use rocket::{Route, get, routes};
use time::Date;
use uuid::Uuid;

use super::contact::OUTCOMES;
use super::lines::{self, Line};
use crate::access::guard::to;
use crate::access::store::parameter;
use crate::access::{Read, Seen};
use crate::base::Result;
use crate::base::date::{Precision, written};
use crate::episode::{Notice, notice};
use crate::page::{Page, filters};

pub fn routes() -> Vec<Route> {
    routes![index]
}

/// Lines on one list; a counsellor has eighty open cases.
const MOST: i64 = 300;

/// A line with what its row needs.
struct Shown {
    line: Line,
    next_on: String,
    call_on: Option<String>,
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
    _seen: Seen,
}

impl IndexPage {
    /// What a digit on a line's «call» says, in the order of the digits.
    fn outcomes(&self) -> String {
        OUTCOMES.join(" ")
    }
}

/// Which of the lists a case of mine belongs to.
fn place(line: &Line, today: Date) -> usize {
    let mine = line.next_by.as_deref() == Some("me");
    match line.next_on {
        _ if line.alarm || line.call_on.is_some_and(|on| on <= today) => 0,
        None if line.offered || line.call_on.is_some() => 2,
        None => 3,
        Some(on) if mine && on < today => 0,
        Some(on) if mine && on == today => 1,
        // What others owe and have not done by its day is mine to ask about today.
        Some(on) if !mine && on <= today => 1,
        Some(_) => 2,
    }
}

#[get("/cases?<scope>")]
async fn index(scope: Option<&str>, mut db: Read<to::ReadCases>) -> Result<Page<IndexPage>> {
    let user = db.user().clone();
    let today = db.today();
    let days = parameter(&mut db, "residence-notice.days").await?;
    let (scope, all) = match scope {
        Some("office") => ("office", lines::of_office(&mut db, &user, MOST).await?),
        Some("lost") => ("lost", lines::lost(&mut db, &user, MOST).await?),
        Some("shared") => ("shared", lines::shared(&mut db, &user, MOST).await?),
        Some("closed") => ("closed", lines::closed(&mut db, &user, MOST).await?),
        _ => ("mine", lines::mine(&mut db, &user, MOST).await?),
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
    let mut lists = if scope == "mine" {
        [
            ("list-call-now", "call-now"),
            ("list-today", "today"),
            ("list-waiting", "waiting"),
            ("list-unplanned", "unplanned"),
        ]
        .map(|(key, id)| List { key, id, lines: Vec::new() })
        .into()
    } else {
        vec![List { key: "list-all", id: "all", lines: Vec::new() }]
    };
    for line in all {
        // Lost by rule: out of the four lists, open all the same, and on a list of the office.
        if scope == "mine" && line.lost {
            continue;
        }
        let at = if scope == "mine" { place(&line, today) } else { 0 };
        if let Some(list) = lists.get_mut(at) {
            list.lines.push(shown(line));
        }
    }
    let seen = db.listed(&people).await?;
    Ok(Page(IndexPage { scope, lists, whose: matches!(scope, "office" | "lost"), more, _seen: seen }))
}
