//! Who was there on which day. Each office writes down its own people: who keeps a course sees nobody of another office.

use std::collections::HashMap;

use askama::Template;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date as SqlDate, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use time::Date;
use uuid::Uuid;
use validator::Validate;

use super::course::{self, Course};
use crate::access::guard::to;
use crate::access::{Read, Seen, Write};
use crate::base::date::{Precision, Typed, written};
use crate::base::form::{Checked, Choice, Filled};
use crate::base::language::Language;
use crate::base::{Error, Result};
use crate::page::{Answer, Page, filters};
use crate::person::choices::choices;
use crate::person::form::one_of;
use crate::person::household::poverty::day;
use crate::schema::course_attendance;

pub fn routes() -> Vec<Route> {
    routes![show, keep]
}

/// How somebody was there, or was not.
pub const THERE: [&str; 4] = ["present", "late", "excused", "absent"];

/// Somebody of this office who goes, or went, to a course.
#[derive(QueryableByName, Clone)]
pub struct Going {
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    #[diesel(sql_type = Text)]
    pub code: String,
    #[diesel(sql_type = SqlUuid)]
    pub person_id: Uuid,
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = Text)]
    pub state: String,
    #[diesel(sql_type = Nullable<SqlDate>)]
    pub ended_on: Option<Date>,
    /// Days on which they were there, of those that are written down.
    #[diesel(sql_type = BigInt)]
    pub present: i64,
    #[diesel(sql_type = BigInt)]
    pub held: i64,
}

impl Going {
    /// They could be there on that day.
    fn expected_on(&self, on: Date) -> bool {
        self.ended_on.is_none_or(|ended| ended >= on)
    }
}

pub async fn going(db: &mut AsyncPgConnection, course: Uuid) -> Result<Vec<Going>> {
    Ok(diesel::sql_query(
        "SELECT e.id, c.code, r.id AS person_id, r.name, e.state, e.ended_on, count(a.id) FILTER (WHERE a.there IN ('present', 'late')) AS present, count(a.id) AS held
         FROM course_enrolments e JOIN cases c ON c.id = e.case_id JOIN episodes x ON x.id = c.episode_id JOIN persons r ON r.id = x.person_id
         LEFT JOIN course_attendance a ON a.enrolment_id = e.id
         WHERE e.course_id = $1 AND c.holder_id = my_organisation() GROUP BY e.id, c.code, r.id, r.name ORDER BY r.name, e.id LIMIT 1000",
    )
    .bind::<SqlUuid, _>(course)
    .load(db)
    .await?)
}

#[derive(Template)]
#[template(path = "training/roll.html")]
struct RollPage {
    course: Course,
    going: Vec<Going>,
    form: Filled,
    there: Vec<Choice>,
    /// Days that are written down, the latest first: as an address says them, and as people do.
    days: Vec<(String, String)>,
    _seen: Option<Seen>,
}

/// The last day up to which somebody can have been there.
fn latest(course: &Course, today: Date) -> Date {
    course.ends_on.min(today)
}

async fn page<P>(
    mut db: Read<P>,
    (course, going): (Course, Vec<Going>),
    form: Filled,
    language: Language,
) -> Result<RollPage> {
    let ids: Vec<Uuid> = going.iter().map(|one| one.id).collect();
    let days: Vec<Date> = course_attendance::table
        .filter(course_attendance::enrolment_id.eq_any(&ids))
        .select(course_attendance::held_on)
        .distinct()
        .order(course_attendance::held_on.desc())
        .limit(400)
        .load(&mut *db)
        .await?;
    let people: Vec<Uuid> = going.iter().map(|one| one.person_id).collect();
    let seen = db.listed(&people).await?;
    Ok(RollPage {
        course,
        going,
        form,
        there: choices(language, "roll-there", &THERE),
        days: days.into_iter().map(|on| (on.to_string(), written(on, Precision::Day))).collect(),
        _seen: Some(seen),
    })
}

/// A day as an address says it.
fn day_of(text: &str) -> Option<Date> {
    Date::parse(text, &time::format_description::well_known::Iso8601::DATE).ok()
}

#[get("/courses/<id>/roll?<on>")]
async fn show(id: Uuid, on: Option<&str>, mut db: Read<to::AssessCases>, language: Language) -> Result<Page<RollPage>> {
    let today = db.today();
    let course = course::find(&mut db, id).await?;
    let on = on.and_then(day_of).unwrap_or_else(|| latest(&course, today));
    let going: Vec<Going> = going(&mut db, id).await?.into_iter().filter(|one| one.expected_on(on)).collect();
    let ids: Vec<Uuid> = going.iter().map(|one| one.id).collect();
    let marks: Vec<(Uuid, String)> = course_attendance::table
        .filter(course_attendance::enrolment_id.eq_any(&ids))
        .filter(course_attendance::held_on.eq(on))
        .select((course_attendance::enrolment_id, course_attendance::there))
        .load(&mut *db)
        .await?;
    let typed = Typed::of(Some(on), Some(Precision::Day));
    let mut form =
        Filled::blank().put("roll.on.day", typed.day).put("roll.on.month", typed.month).put("roll.on.year", typed.year);
    for (enrolment, there) in marks {
        form = form.put(&format!("roll.there.{enrolment}"), there);
    }
    Ok(Page(page(db, (course, going), form, language).await?))
}

#[derive(FromForm, Validate)]
struct RollForm {
    on: Typed,
    #[field(default = HashMap::new())]
    there: HashMap<String, String>,
}

#[derive(FromForm, Validate)]
struct RollSent {
    #[validate(nested)]
    roll: RollForm,
}

impl RollForm {
    /// The day, and how each who is named was there.
    fn read(
        &self,
        filled: &mut Filled,
        course: &Course,
        going: &[Going],
        today: Date,
    ) -> Option<(Date, Vec<(Uuid, String)>)> {
        let on = day(filled, "roll.on", &self.on);
        match on {
            None if filled.error("roll.on").is_none() => filled.push("roll.on", "error-required"),
            Some(on) if on < course.starts_on || on > latest(course, today) => filled.push("roll.on", "error-roll-day"),
            _ => {}
        }
        let mut marks = Vec::new();
        for one in going {
            let (key, name) = (one.id.to_string(), format!("roll.there.{}", one.id));
            let typed = self.there.get(&key).map(String::as_str).unwrap_or_default();
            if let Some(there) = one_of(filled, &name, typed, |code| THERE.contains(&code)) {
                if on.is_some_and(|on| !one.expected_on(on)) {
                    filled.push(&name, "error-roll-ended");
                }
                marks.push((one.id, there));
            }
        }
        if marks.is_empty() && !filled.is_wrong() {
            filled.push("roll.on", "error-roll-nobody");
        }
        Some((on?, marks)).filter(|_| !filled.is_wrong())
    }
}

#[post("/courses/<id>/roll", data = "<form>")]
async fn keep(
    id: Uuid,
    form: Form<Checked<RollSent>>,
    mut db: Write<to::AssessCases>,
    language: Language,
) -> Result<Answer<RollPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (user, today, now) = (db.user().clone(), db.today(), db.now());
    let course = course::find(&mut db, id).await?;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    if course.cancelled_at.is_some() {
        return Err(Error::refused(Status::Conflict, "error-learning-over"));
    }
    let going = going(&mut db, id).await?;
    let Some((on, marks)) = value.and_then(|sent| sent.roll.read(&mut filled, &course, &going, today)) else {
        let page = page(db.instead().await?, (course, going), filled, language).await?;
        return Ok(Answer::With(Status::UnprocessableEntity, page));
    };
    for (enrolment, there) in marks {
        let row = (
            course_attendance::there.eq(there),
            course_attendance::made_by.eq(user.id),
            course_attendance::made_at.eq(now),
        );
        diesel::insert_into(course_attendance::table)
            .values((
                course_attendance::id.eq(Uuid::now_v7()),
                course_attendance::enrolment_id.eq(enrolment),
                course_attendance::held_on.eq(on),
                row.clone(),
            ))
            .on_conflict((course_attendance::enrolment_id, course_attendance::held_on))
            .do_update()
            .set(row)
            .execute(&mut *db)
            .await?;
    }
    let location = format!("/courses/{id}");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "roll-kept"))
}
