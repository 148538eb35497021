//! What is counted without a name: questions at the counter, and visits to where people work abroad (practice 18).

use askama::Template;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use time::{Date, Duration};
use uuid::Uuid;
use validator::Validate;

use crate::access::guard::to;
use crate::access::{Read, User, Write};
use crate::base::Result;
use crate::base::date::{Precision, Typed, written};
use crate::base::form::{Checked, Choice, Filled};
use crate::base::language::Language;
use crate::page::{Answer, Page, filters};
use crate::person::choices::choices;
use crate::person::form::{one_of, text};
use crate::schema::{information_contacts, outreach_sessions};

pub fn routes() -> Vec<Route> {
    routes![index, inform, reach]
}

/// What people ask about.
pub const TOPICS: [&str; 7] = ["rights", "money", "work", "papers", "health", "family", "other"];

#[derive(Queryable)]
struct Session {
    held_on: Date,
    place: String,
    employer: Option<String>,
    headcount: i32,
    domestic_reached: i32,
    domestic_not_reached: i32,
}

impl Session {
    fn day(&self) -> String {
        written(self.held_on, Precision::Day)
    }
}

#[derive(Template)]
#[template(path = "intake/contacts.html")]
struct ContactsPage {
    form: Filled,
    topics: Vec<Choice>,
    /// People informed in the last thirty days, by what they asked about.
    informed: Vec<(String, i64)>,
    sessions: Vec<Session>,
    abroad: bool,
}

async fn page(
    db: &mut AsyncPgConnection,
    user: &User,
    today: Date,
    form: Filled,
    language: Language,
) -> Result<ContactsPage> {
    use diesel::dsl::sum;
    let informed: Vec<(String, Option<i64>)> = information_contacts::table
        .filter(information_contacts::organisation_id.eq(user.organisation))
        .filter(information_contacts::held_on.gt(today - Duration::days(30)))
        .group_by(information_contacts::topic)
        .order(information_contacts::topic)
        .select((information_contacts::topic, sum(information_contacts::people)))
        .load(db)
        .await?;
    let sessions = outreach_sessions::table
        .filter(outreach_sessions::organisation_id.eq(user.organisation))
        .order((outreach_sessions::held_on.desc(), outreach_sessions::id.desc()))
        .limit(30)
        .select((
            outreach_sessions::held_on,
            outreach_sessions::place,
            outreach_sessions::employer,
            outreach_sessions::headcount,
            outreach_sessions::domestic_reached,
            outreach_sessions::domestic_not_reached,
        ))
        .load(db)
        .await?;
    Ok(ContactsPage {
        form,
        topics: choices(language, "topic", &TOPICS),
        informed: informed.into_iter().map(|(topic, n)| (format!("topic-{topic}"), n.unwrap_or_default())).collect(),
        sessions,
        abroad: user.organisation_kind == "mission",
    })
}

#[get("/contacts")]
async fn index(mut db: Read<to::RegisterPeople>, language: Language) -> Result<Page<ContactsPage>> {
    let (user, today) = (db.user().clone(), db.today());
    Ok(Page(page(&mut db, &user, today, Filled::blank(), language).await?))
}

async fn refused(db: Write<to::RegisterPeople>, form: Filled, language: Language) -> Result<Answer<ContactsPage>> {
    let mut db = db.instead().await?;
    let (user, today) = (db.user().clone(), db.today());
    Ok(Answer::With(Status::UnprocessableEntity, page(&mut db, &user, today, form, language).await?))
}

/// A number of people, within bounds.
fn count(filled: &mut Filled, name: &str, typed: &str, least: i32, most: i32) -> Option<i32> {
    let found = match typed.trim() {
        "" if least == 0 => Some(0),
        typed => typed.parse().ok().filter(|n| (least..=most).contains(n)),
    };
    if found.is_none() {
        filled.push(name, "error-count");
    }
    found
}

fn day(filled: &mut Filled, name: &str, typed: &Typed, today: Date) -> Option<Date> {
    let wrong = match typed.read() {
        Ok(None) => return Some(today),
        Ok(Some((date, Precision::Day))) if date > today => "error-date-future",
        Ok(Some((date, Precision::Day))) if date < today - Duration::days(366) => "error-date-too-long-ago",
        Ok(Some((date, Precision::Day))) => return Some(date),
        Ok(Some(_)) => "error-date-whole",
        Err(wrong) => wrong,
    };
    filled.push(name, wrong);
    None
}

#[derive(FromForm, Validate)]
struct Informed {
    #[field(default = String::new())]
    topic: String,
    #[field(default = String::new())]
    people: String,
    on: Typed,
}

#[derive(FromForm, Validate)]
struct InformedSent {
    #[validate(nested)]
    information: Informed,
}

#[post("/contacts/information", data = "<form>")]
async fn inform(
    form: Form<Checked<InformedSent>>,
    mut db: Write<to::RegisterPeople>,
    language: Language,
) -> Result<Answer<ContactsPage>> {
    let Checked { value, mut filled } = form.into_inner();
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let today = db.today();
    let read = value.and_then(|InformedSent { information: typed }| {
        let topic = one_of(&mut filled, "information.topic", &typed.topic, |c| TOPICS.contains(&c));
        if topic.is_none() && typed.topic.trim().is_empty() {
            filled.push("information.topic", "error-choose");
        }
        let people = count(&mut filled, "information.people", &typed.people, 1, 1000);
        let on = day(&mut filled, "information.on", &typed.on, today);
        Some((topic?, people?, on?)).filter(|_| !filled.is_wrong())
    });
    let Some((topic, people, on)) = read else { return refused(db, filled, language).await };
    let user = db.user().clone();
    diesel::insert_into(information_contacts::table)
        .values((
            information_contacts::id.eq(Uuid::now_v7()),
            information_contacts::organisation_id.eq(user.organisation),
            information_contacts::held_on.eq(on),
            information_contacts::topic.eq(topic),
            information_contacts::people.eq(people),
            information_contacts::written_by.eq(user.id),
        ))
        .execute(&mut *db)
        .await?;
    db.done(filled.submission(), "/contacts").await?;
    Ok(Answer::Told("/contacts".into(), "contacts-counted"))
}

#[derive(FromForm, Validate)]
struct Outreach {
    on: Typed,
    #[field(default = String::new())]
    hour: String,
    #[validate(length(max = 200, code = "too-long"))]
    #[field(default = String::new())]
    employer: String,
    #[validate(length(max = 200, code = "too-long"))]
    #[field(default = String::new())]
    place: String,
    #[field(default = String::new())]
    headcount: String,
    #[field(default = String::new())]
    domestic_reached: String,
    #[field(default = String::new())]
    domestic_not_reached: String,
    #[validate(length(max = 2000, code = "too-long"))]
    #[field(default = String::new())]
    questions: String,
}

#[derive(FromForm, Validate)]
struct OutreachSent {
    #[validate(nested)]
    outreach: Outreach,
}

#[post("/contacts/outreach", data = "<form>")]
async fn reach(
    form: Form<Checked<OutreachSent>>,
    mut db: Write<to::RegisterPeople>,
    language: Language,
) -> Result<Answer<ContactsPage>> {
    let Checked { value, mut filled } = form.into_inner();
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let today = db.today();
    let user = db.user().clone();
    let Some(OutreachSent { outreach: typed }) = value else { return refused(db, filled, language).await };
    let on = day(&mut filled, "outreach.on", &typed.on, today);
    let hour = match typed.hour.trim() {
        "" => None,
        hour => hour.parse::<i32>().ok().filter(|h| (0..24).contains(h)).or_else(|| {
            filled.push("outreach.hour", "error-hour");
            None
        }),
    };
    let place = text(&typed.place);
    if place.is_none() {
        filled.push("outreach.place", "error-required");
    }
    let headcount = count(&mut filled, "outreach.headcount", &typed.headcount, 0, 10_000);
    let reached = count(&mut filled, "outreach.domestic_reached", &typed.domestic_reached, 0, 10_000);
    let missed = count(&mut filled, "outreach.domestic_not_reached", &typed.domestic_not_reached, 0, 10_000);
    let read = on.zip(place).zip(headcount).zip(reached.zip(missed)).filter(|_| !filled.is_wrong());
    let Some((((on, place), headcount), (reached, missed))) = read else { return refused(db, filled, language).await };
    diesel::insert_into(outreach_sessions::table)
        .values((
            outreach_sessions::id.eq(Uuid::now_v7()),
            outreach_sessions::organisation_id.eq(user.organisation),
            outreach_sessions::held_on.eq(on),
            outreach_sessions::hour.eq(hour),
            outreach_sessions::employer.eq(text(&typed.employer)),
            outreach_sessions::place.eq(place),
            outreach_sessions::headcount.eq(headcount),
            outreach_sessions::domestic_reached.eq(reached),
            outreach_sessions::domestic_not_reached.eq(missed),
            outreach_sessions::questions.eq(text(&typed.questions)),
            outreach_sessions::written_by.eq(user.id),
        ))
        .execute(&mut *db)
        .await?;
    db.done(filled.submission(), "/contacts").await?;
    Ok(Answer::Told("/contacts".into(), "contacts-counted"))
}
