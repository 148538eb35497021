//! Who of the staff is away, and who stands in: on those days the one's cases stand on the other's list (practice 23).

use std::collections::HashMap;

use askama::Template;
use diesel::define_sql_function;
use diesel::prelude::*;
use diesel::sql_types::Uuid as SqlUuid;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use time::{Date, Duration};
use uuid::Uuid;
use validator::Validate;

use super::duty::store::staff;
use crate::access::guard::to;
use crate::access::{Permission, Read, User, Write};
use crate::base::date::{Precision, Typed, written};
use crate::base::form::{Checked, Choice, Filled, Press};
use crate::base::{Error, Result};
use crate::page::{Answer, Page, filters};
use crate::person::form::one_of;
use crate::schema::leaves;

pub fn routes() -> Vec<Route> {
    routes![index, add, remove]
}

define_sql_function! {
    /// See database/functions_staff.sql.
    fn leave_uncovered(away: SqlUuid, cover: SqlUuid) -> BigInt;
}

/// Longest leave that is written at once.
const LONGEST: Duration = Duration::days(366);

/// Days, the last one included, on which somebody is away.
#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = leaves)]
pub struct Leave {
    pub id: Uuid,
    pub user_id: Uuid,
    pub cover_id: Uuid,
    pub from_on: Date,
    pub until_on: Date,
}

/// The user, and those for whom they stand in today.
pub async fn covered(db: &mut AsyncPgConnection, user: &User, today: Date) -> Result<Vec<Uuid>> {
    let mut mine: Vec<Uuid> = leaves::table
        .filter(leaves::organisation_id.eq(user.organisation))
        .filter(leaves::cover_id.eq(user.id))
        .filter(leaves::from_on.le(today))
        .filter(leaves::until_on.ge(today))
        .limit(100)
        .select(leaves::user_id)
        .load(db)
        .await?;
    mine.push(user.id);
    Ok(mine)
}

/// The leave that somebody is on today.
pub async fn away(db: &mut AsyncPgConnection, who: Uuid, today: Date) -> Result<Option<Leave>> {
    Ok(leaves::table
        .filter(leaves::user_id.eq(who))
        .filter(leaves::from_on.le(today))
        .filter(leaves::until_on.ge(today))
        .select(Leave::as_select())
        .first(db)
        .await
        .optional()?)
}

/// True if somebody is away on one of these days, from the first to the last.
pub async fn is_away(db: &mut AsyncPgConnection, who: Uuid, (first, last): (Date, Date)) -> Result<bool> {
    let theirs = leaves::table.filter(leaves::user_id.eq(who));
    let meanwhile = theirs.filter(leaves::from_on.le(last)).filter(leaves::until_on.ge(first));
    Ok(diesel::select(diesel::dsl::exists(meanwhile)).get_result(db).await?)
}

/// A leave as its line shows it.
struct Line {
    id: Uuid,
    name: String,
    cover: String,
    from: String,
    until: String,
    /// Cases of people under protection that the cover may not open.
    uncovered: i64,
}

#[derive(Template)]
#[template(path = "case/leaves.html")]
struct LeavesPage {
    form: Filled,
    lines: Vec<Line>,
    people: Vec<Choice>,
    may_keep: bool,
}

async fn page(db: &mut AsyncPgConnection, user: &User, today: Date, form: Filled) -> Result<LeavesPage> {
    let staff = staff(db).await?;
    let names: HashMap<Uuid, &str> = staff.iter().map(|(id, name)| (*id, name.as_str())).collect();
    let name = |id: Uuid| names.get(&id).copied().unwrap_or_default().to_owned();
    let all: Vec<Leave> = leaves::table
        .filter(leaves::organisation_id.eq(user.organisation))
        .filter(leaves::until_on.ge(today))
        .order((leaves::from_on, leaves::id))
        .limit(200)
        .select(Leave::as_select())
        .load(db)
        .await?;
    let mut lines = Vec::with_capacity(all.len());
    for leave in all {
        lines.push(Line {
            id: leave.id,
            name: name(leave.user_id),
            cover: name(leave.cover_id),
            from: written(leave.from_on, Precision::Day),
            until: written(leave.until_on, Precision::Day),
            uncovered: diesel::select(leave_uncovered(leave.user_id, leave.cover_id)).get_result(db).await?,
        });
    }
    let people = staff.iter().map(|(id, name)| Choice::new(id.to_string(), name.clone())).collect();
    Ok(LeavesPage { form, lines, people, may_keep: user.may(Permission::KeepRoster) })
}

#[get("/leaves")]
async fn index(mut db: Read<to::ReadCases>) -> Result<Page<LeavesPage>> {
    let (user, today) = (db.user().clone(), db.today());
    Ok(Page(page(&mut db, &user, today, Filled::blank()).await?))
}

#[derive(FromForm, Validate)]
struct LeaveForm {
    #[field(default = String::new())]
    person: String,
    #[field(default = String::new())]
    cover: String,
    from: Typed,
    until: Typed,
}

#[derive(FromForm, Validate)]
struct LeaveSent {
    #[validate(nested)]
    leave: LeaveForm,
}

fn whole_day(filled: &mut Filled, name: &str, typed: &Typed) -> Option<Date> {
    match typed.read() {
        Ok(Some((day, Precision::Day))) => return Some(day),
        Ok(_) => filled.push(name, "error-date-whole"),
        Err(wrong) => filled.push(name, wrong),
    }
    None
}

impl LeaveForm {
    /// Who is away, who stands in, and the days.
    fn read(&self, filled: &mut Filled, staff: &[(Uuid, String)], today: Date) -> Option<(Uuid, Uuid, (Date, Date))> {
        let mut of_staff = |name: &str, typed: &str| {
            let id = one_of(filled, name, typed, |id| staff.iter().any(|(known, _)| known.to_string() == id));
            if id.is_none() && filled.error(name).is_none() {
                filled.push(name, "error-choose");
            }
            id.and_then(|id| Uuid::parse_str(&id).ok())
        };
        let (person, cover) = (of_staff("leave.person", &self.person), of_staff("leave.cover", &self.cover));
        if person.is_some() && person == cover {
            filled.push("leave.cover", "error-leave-same");
        }
        let from = whole_day(filled, "leave.from", &self.from);
        let until = whole_day(filled, "leave.until", &self.until);
        let days = (from?, until?);
        if days.1 < days.0 || days.1 - days.0 > LONGEST {
            filled.push("leave.until", "error-leave-order");
        } else if days.1 < today {
            filled.push("leave.until", "error-leave-past");
        }
        Some((person?, cover?, days)).filter(|_| !filled.is_wrong())
    }
}

#[post("/leaves", data = "<form>")]
async fn add(form: Form<Checked<LeaveSent>>, mut db: Write<to::KeepRoster>) -> Result<Answer<LeavesPage>> {
    let Checked { value, mut filled } = form.into_inner();
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let (user, today) = (db.user().clone(), db.today());
    let staff = staff(&mut db).await?;
    let read = value.and_then(|sent| sent.leave.read(&mut filled, &staff, today));
    if let Some((person, cover, days)) = read {
        if is_away(&mut db, person, days).await? {
            filled.push("leave.person", "error-leave-twice");
        }
        if is_away(&mut db, cover, days).await? {
            filled.push("leave.cover", "error-leave-cover");
        }
    }
    let Some((person, cover, (from, until))) = read.filter(|_| !filled.is_wrong()) else {
        let mut db = db.instead().await?;
        let page = page(&mut db, &user, today, filled).await?;
        return Ok(Answer::With(Status::UnprocessableEntity, page));
    };
    diesel::insert_into(leaves::table)
        .values((
            leaves::id.eq(Uuid::now_v7()),
            leaves::organisation_id.eq(user.organisation),
            leaves::user_id.eq(person),
            leaves::cover_id.eq(cover),
            leaves::from_on.eq(from),
            leaves::until_on.eq(until),
            leaves::written_by.eq(user.id),
        ))
        .execute(&mut *db)
        .await?;
    db.done(filled.submission(), "/leaves").await?;
    Ok(Answer::Told("/leaves".to_owned(), "leave-kept"))
}

#[post("/leaves/<id>/removal", data = "<form>")]
async fn remove(id: Uuid, form: Form<Checked<Press>>, mut db: Write<to::KeepRoster>) -> Result<Answer<LeavesPage>> {
    let filled = form.into_inner().filled;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    if diesel::delete(leaves::table.find(id)).execute(&mut *db).await? == 0 {
        return Err(Error::NotFound);
    }
    db.done(filled.submission(), "/leaves").await?;
    Ok(Answer::Told("/leaves".to_owned(), "leave-removed"))
}
