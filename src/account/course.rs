//! What staff were taught, and until when it holds (K8): everybody reads their own, and whoever keeps an office's roster
//! keeps its register.

use askama::Template;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use time::{Date, Duration};
use uuid::Uuid;
use validator::Validate;

use super::Door;
use crate::access::guard::to;
use crate::access::store::parameter;
use crate::access::{Permission, User, Write};
use crate::base::date::{Precision, Typed, written};
use crate::base::db::Rights;
use crate::base::form::{Checked, Choice, Filled, Press};
use crate::base::language::Message;
use crate::base::text::clean;
use crate::base::{Error, Result};
use crate::page::{Answer, Page, filters};
use crate::schema::{staff_courses, users};

pub fn routes() -> Vec<Route> {
    routes![index, add, remove]
}

/// What is taught, as migration 29 lists it. All but the last are what somebody here needs for their work.
const TOPICS: [&str; 10] = [
    "confidentiality",
    "first-aid",
    "screening",
    "scales",
    "trafficking",
    "case-work",
    "rights",
    "gender",
    "system",
    "other",
];

/// Longest that a course holds.
const LONGEST: Duration = Duration::days(3660);

/// Most people, and most courses, of an office on the page.
const MOST: (i64, i64) = (300, 5000);

/// How a course stands today.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Standing {
    Holds,
    /// Ends within so many days as the parameter `course.soon` says.
    Soon,
    Over,
}

impl Standing {
    /// `soon` in days; the last day still holds.
    fn of(valid_until: Option<Date>, today: Date, soon: i64) -> Standing {
        match valid_until {
            Some(last) if last < today => Standing::Over,
            Some(last) if (last - today).whole_days() <= soon => Standing::Soon,
            _ => Standing::Holds,
        }
    }
}

/// A course that somebody sat in.
#[derive(Queryable, Selectable)]
#[diesel(table_name = staff_courses)]
struct Course {
    id: Uuid,
    user_id: Uuid,
    topic: String,
    title: String,
    given_by: Option<String>,
    held_on: Date,
    valid_until: Option<Date>,
}

/// One as its line shows it.
struct Line {
    course: Course,
    standing: Standing,
}

impl Line {
    fn is(&self, standing: &str) -> bool {
        matches!((self.standing, standing), (Standing::Soon, "soon") | (Standing::Over, "over"))
    }

    fn held(&self) -> String {
        written(self.course.held_on, Precision::Day)
    }

    fn until(&self) -> Option<String> {
        self.course.valid_until.map(|last| written(last, Precision::Day))
    }
}

/// Somebody of the office, what they were taught, and the topics in which nothing holds.
struct Taught {
    name: String,
    lines: Vec<Line>,
    missing: Vec<&'static str>,
}

#[derive(Template)]
#[template(path = "account/courses.html")]
struct CoursesPage {
    form: Filled,
    mine: Vec<Line>,
    /// Of whoever keeps the office's register.
    office: Option<Vec<Taught>>,
    topics: Vec<Choice>,
    people: Vec<Choice>,
}

fn taught(name: String, lines: Vec<Line>) -> Taught {
    let holds = |topic: &str| lines.iter().any(|l| l.course.topic == topic && l.standing != Standing::Over);
    let missing = TOPICS.into_iter().filter(|topic| *topic != "other" && !holds(topic)).collect();
    Taught { name, lines, missing }
}

async fn colleagues(db: &mut AsyncPgConnection, user: &User) -> Result<Vec<(Uuid, String)>> {
    Ok(users::table
        .filter(users::organisation_id.eq(user.organisation))
        .filter(users::ended_at.is_null())
        .order((users::name, users::id))
        .limit(MOST.0)
        .select((users::id, users::name))
        .load(db)
        .await?)
}

async fn page(db: &mut AsyncPgConnection, user: &User, today: Date, form: Filled) -> Result<CoursesPage> {
    let soon = parameter(db, "course.soon").await?;
    let all: Vec<Course> = staff_courses::table
        .order((staff_courses::held_on.desc(), staff_courses::topic, staff_courses::id))
        .limit(MOST.1)
        .select(Course::as_select())
        .load(db)
        .await?;
    let line = |course: Course| Line { standing: Standing::of(course.valid_until, today, soon), course };
    let (mine, mut others): (Vec<Line>, Vec<Line>) =
        all.into_iter().map(line).partition(|l| l.course.user_id == user.id);
    if !user.may(Permission::KeepRoster) {
        return Ok(CoursesPage { form, mine, office: None, topics: Vec::new(), people: Vec::new() });
    }
    let staff = colleagues(db, user).await?;
    let mut office = Vec::with_capacity(staff.len());
    for (id, name) in staff.iter().filter(|(id, _)| *id != user.id) {
        let (theirs, rest): (Vec<Line>, Vec<Line>) = others.into_iter().partition(|l| l.course.user_id == *id);
        others = rest;
        office.push(taught(name.clone(), theirs));
    }
    let word = |topic: &str| user.language.say(&Message::new(format!("course-topic-{topic}")));
    Ok(CoursesPage {
        form,
        mine,
        office: Some(office),
        topics: TOPICS.into_iter().map(|topic| Choice::new(topic, word(topic))).collect(),
        people: staff.into_iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect(),
    })
}

#[get("/staff-courses")]
async fn index(user: User, door: Door<'_>) -> Result<Page<CoursesPage>> {
    let mut tx = door.db.begin(&user.actor(), door.asking.id, Rights::Reader).await?;
    let today = tx.clock().today();
    let page = page(&mut tx, &user, today, Filled::blank()).await?;
    tx.commit().await?;
    Ok(Page(page))
}

#[derive(FromForm, Validate)]
struct CourseForm {
    #[field(default = String::new())]
    topic: String,
    #[validate(length(max = 120, code = "too-long"))]
    #[field(default = String::new())]
    title: String,
    #[validate(length(max = 120, code = "too-long"))]
    #[field(default = String::new())]
    given_by: String,
    held: Typed,
    until: Typed,
    #[field(default = Vec::new())]
    people: Vec<String>,
}

#[derive(FromForm, Validate)]
struct CourseSent {
    #[validate(nested)]
    course: CourseForm,
}

/// A course as it is written down for everybody who sat in it.
struct Written {
    topic: &'static str,
    title: String,
    given_by: Option<String>,
    held_on: Date,
    valid_until: Option<Date>,
    people: Vec<Uuid>,
}

impl CourseForm {
    fn read(&self, filled: &mut Filled, staff: &[(Uuid, String)], today: Date) -> Option<Written> {
        let topic = TOPICS.into_iter().find(|topic| *topic == self.topic);
        if topic.is_none() {
            filled.push("course.topic", "error-choose");
        }
        let (title, given_by) = (clean(&self.title), clean(&self.given_by));
        if title.is_empty() {
            filled.push("course.title", "error-required");
        }
        let mut day = |name: &str, typed: &Typed| match typed.read() {
            Ok(Some((day, Precision::Day))) => Some(day),
            Ok(None) if name == "course.until" => None,
            Ok(_) => {
                filled.push(name, "error-date-whole");
                None
            }
            Err(wrong) => {
                filled.push(name, wrong);
                None
            }
        };
        let (held_on, valid_until) = (day("course.held", &self.held), day("course.until", &self.until));
        if held_on.is_some_and(|held| held > today) {
            filled.push("course.held", "error-date-future");
        }
        if let (Some(held), Some(last)) = (held_on, valid_until)
            && (last < held || last - held > LONGEST)
        {
            filled.push("course.until", "error-course-until");
        }
        let known = |typed: &String| staff.iter().find(|(id, _)| id.to_string() == *typed).map(|(id, _)| *id);
        let people: Vec<Uuid> = self.people.iter().filter_map(known).collect();
        if people.is_empty() || people.len() != self.people.len() {
            filled.push("course.people", "error-course-people");
        }
        let given_by = Some(given_by).filter(|given| !given.is_empty());
        let read = Written { topic: topic?, title, given_by, held_on: held_on?, valid_until, people };
        Some(read).filter(|_| !filled.is_wrong())
    }
}

#[post("/staff-courses", data = "<form>")]
async fn add(form: Form<Checked<CourseSent>>, mut db: Write<to::KeepRoster>) -> Result<Answer<CoursesPage>> {
    let Checked { value, mut filled } = form.into_inner();
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let (user, today) = (db.user().clone(), db.today());
    let staff = colleagues(&mut db, &user).await?;
    if let Some(course) = value.and_then(|sent| sent.course.read(&mut filled, &staff, today)) {
        let row = |who: &Uuid| {
            (
                staff_courses::id.eq(Uuid::now_v7()),
                staff_courses::organisation_id.eq(user.organisation),
                staff_courses::user_id.eq(*who),
                staff_courses::topic.eq(course.topic),
                staff_courses::title.eq(course.title.clone()),
                staff_courses::given_by.eq(course.given_by.clone()),
                staff_courses::held_on.eq(course.held_on),
                staff_courses::valid_until.eq(course.valid_until),
                staff_courses::written_by.eq(user.id),
            )
        };
        let rows: Vec<_> = course.people.iter().map(row).collect();
        // Whoever has this course already keeps their line.
        let added =
            diesel::insert_into(staff_courses::table).values(rows).on_conflict_do_nothing().execute(&mut *db).await?;
        if added == 0 {
            filled.push("course.people", "error-course-twice");
        }
    }
    if filled.is_wrong() {
        let mut db = db.instead().await?;
        let page = page(&mut db, &user, today, filled).await?;
        return Ok(Answer::With(Status::UnprocessableEntity, page));
    }
    db.done(filled.submission(), "/staff-courses").await?;
    Ok(Answer::Told("/staff-courses".to_owned(), "course-kept"))
}

/// Takes back a line that was written by mistake.
#[post("/staff-courses/<id>/removal", data = "<form>")]
async fn remove(id: Uuid, form: Form<Checked<Press>>, mut db: Write<to::KeepRoster>) -> Result<Answer<CoursesPage>> {
    let filled = form.into_inner().filled;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    if diesel::delete(staff_courses::table.find(id)).execute(&mut *db).await? == 0 {
        return Err(Error::NotFound);
    }
    db.done(filled.submission(), "/staff-courses").await?;
    Ok(Answer::Told("/staff-courses".to_owned(), "course-removed"))
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn the_last_day_still_holds() {
        let today = date!(2026 - 11 - 23);
        let of = |last| Standing::of(Some(last), today, 60);
        assert_eq!(of(date!(2026 - 11 - 22)), Standing::Over);
        assert_eq!(of(today), Standing::Soon);
        assert_eq!(of(date!(2027 - 01 - 22)), Standing::Soon);
        assert_eq!(of(date!(2027 - 01 - 23)), Standing::Holds);
        assert_eq!(Standing::of(None, today, 60), Standing::Holds);
    }
}
