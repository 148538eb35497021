//! The checks that are due, and work that is written down.

use askama::Template;
use diesel::prelude::*;
use diesel::sql_types::{Date as SqlDate, Integer, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{get, post};
use serde_json::json;
use time::Date;
use uuid::Uuid;
use validator::Validate;

use super::form::{HowForm, Offered, PlaceForm};
use super::keep_check;
use crate::access::guard::to;
use crate::access::{Permission, Read, Seen, Write};
use crate::base::code::Code;
use crate::base::date::{Precision, written};
use crate::base::event;
use crate::base::form::{Checked, Choice, Filled};
use crate::base::language::Language;
use crate::base::{Error, Result};
use crate::case::{Case, held, store as cases};
use crate::employment::referral::{self, Hindered};
use crate::employment::{employer, titled, vacancy};
use crate::page::{Answer, Page, filters};
use crate::person::Person;
use crate::person::choices::listed;
use crate::schema::placements;
use crate::vocabulary::List;

#[derive(QueryableByName)]
struct DueLine {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    code: String,
    #[diesel(sql_type = SqlUuid)]
    person_id: Uuid,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    employer: String,
    #[diesel(sql_type = Integer)]
    number: i32,
    #[diesel(sql_type = SqlDate)]
    due_on: Date,
}

impl DueLine {
    fn due(&self) -> String {
        written(self.due_on, Precision::Day)
    }
}

#[derive(Template)]
#[template(path = "employment/due.html")]
pub struct DuePage {
    /// Each with whether its day has passed.
    lines: Vec<(DueLine, bool)>,
    _seen: Seen,
}

/// Days ahead that the list looks.
const AHEAD: i32 = 14;

/// The checks of this office's open cases that are due, or will be within two weeks.
#[get("/placements")]
pub async fn due(mut db: Read<to::AssessCases>) -> Result<Page<DuePage>> {
    let today = db.today();
    let lines: Vec<DueLine> = diesel::sql_query(
        "SELECT p.id, c.code, r.id AS person_id, r.name, p.employer, n.number, placement_due(p.started_on, n.number) AS due_on
         FROM placements p JOIN cases c ON c.id = p.case_id JOIN episodes e ON e.id = c.episode_id JOIN persons r ON r.id = e.person_id
         CROSS JOIN (VALUES (1), (2)) n (number)
         WHERE c.holder_id = my_organisation() AND c.phase <> 'closed' AND placement_due(p.started_on, n.number) <= $1::date + $2
           AND NOT EXISTS (SELECT FROM placement_checks k WHERE k.placement_id = p.id AND k.number >= n.number)
         ORDER BY due_on, p.id LIMIT 200",
    )
    .bind::<SqlDate, _>(today)
    .bind::<Integer, _>(AHEAD)
    .load(&mut *db)
    .await?;
    let people: Vec<Uuid> = lines.iter().map(|line| line.person_id).collect();
    let seen = db.listed(&people).await?;
    let lines = lines.into_iter().map(|line| (line.due_on <= today, line)).map(|(past, line)| (line, past)).collect();
    Ok(Page(DuePage { lines, _seen: seen }))
}

#[derive(FromForm, Validate)]
pub struct PlacedSent {
    #[validate(nested)]
    place: PlaceForm,
    #[validate(nested)]
    how: HowForm,
    #[field(default = String::new())]
    referral: String,
    #[field(default = 0)]
    version: i32,
}

#[derive(Template)]
#[template(path = "employment/placement_new.html")]
pub struct NewPage {
    code: String,
    person: Person,
    form: Filled,
    provinces: Vec<Choice>,
    offered: Offered,
    back: String,
    _seen: Option<Seen>,
}

fn new_page(case: Case, person: Person, form: Filled, language: Language) -> NewPage {
    let back = match Uuid::parse_str(form.value("referral")) {
        Ok(referral) => format!("/cases/{}/referrals/{referral}", case.code),
        Err(_) => format!("/cases/{}/jobs", case.code),
    };
    let provinces = listed(language, List::Provinces);
    NewPage { code: case.code, person, form, provinces, offered: Offered::new(language), back, _seen: None }
}

/// Filled from the vacancy, where a referral led to it.
#[get("/cases/<code>/placements/new?<referral>")]
pub async fn new(
    code: Code,
    referral: Option<Uuid>,
    mut db: Read<to::AssessCases>,
    language: Language,
) -> Result<Page<NewPage>> {
    let (case, _, person) = cases::reached(&mut db, code, Permission::AssessCases).await?;
    held::open_and_held(&case, db.user())?;
    let mut form = Filled::blank();
    if let Some(id) = referral {
        let referral = referral::find(&mut db, case.id, id).await?;
        let vacancy = vacancy::find(&mut db, referral.vacancy_id).await?;
        let employer = employer::find(&mut db, vacancy.employer_id).await?;
        form = form
            .put("referral", id.to_string())
            .put("version", referral.version.to_string())
            .put("place.employer", employer.name)
            .put("place.occupation", vacancy.occupation_title(language))
            .put("place.occupation.code", vacancy.occupation)
            .put("place.province", vacancy.province_code.unwrap_or_default())
            .put("place.country", titled(List::Countries, vacancy.country.as_deref(), language).unwrap_or_default())
            .put("place.country.code", vacancy.country.unwrap_or_default())
            .put("how.formal", if vacancy.formal { "yes" } else { "no" })
            .put("how.hours", vacancy.hours.map(|hours| hours.to_string()).unwrap_or_default());
    }
    let seen = db.opened(&[person.id, case.id]).await?;
    Ok(Page(NewPage { _seen: Some(seen), ..new_page(case, person, form, language) }))
}

#[post("/cases/<code>/placements", data = "<form>")]
pub async fn add(
    code: Code,
    form: Form<Checked<PlacedSent>>,
    mut db: Write<to::AssessCases>,
    language: Language,
) -> Result<Answer<NewPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (user, today) = (db.user().clone(), db.today());
    let (case, _, person) = match held::begin(&mut db, code, &filled).await? {
        Ok(found) => found,
        Err(before) => return Ok(Answer::To(before)),
    };
    let read = value.and_then(|sent| {
        let (placed, how) = (sent.place.read(&mut filled, today), sent.how.read(&mut filled, Some("working")));
        Some((placed?, how?, Uuid::parse_str(&sent.referral).ok(), sent.version))
    });
    let Some((placed, how, of, version)) = read else {
        return Ok(Answer::With(Status::UnprocessableEntity, new_page(case, person, filled, language)));
    };
    if let Some(of) = of
        && !referral::find(&mut db, case.id, of).await?.goes_on()
    {
        return Err(Error::refused(Status::Conflict, "error-referral-over"));
    }
    let (id, started_on) = (Uuid::now_v7(), placed.started_on);
    let row = (
        placements::id.eq(id),
        placements::case_id.eq(case.id),
        placements::referral_id.eq(of),
        placements::written_by.eq(user.id),
    );
    diesel::insert_into(placements::table).values((placed, row)).execute(&mut *db).await?;
    match of {
        Some(of) => match referral::act(&mut db, of, "placed", version, json!({})).await? {
            None => {}
            Some(Hindered::NotAllowed) => return Err(Error::NotAllowed),
            Some(_) => return Err(Error::refused(Status::Conflict, "error-page-changed-meanwhile")),
        },
        None => event::record(&mut db, "case.referral-placed", "case", case.id, json!({})).await?,
    }
    keep_check(&mut db, user.id, (case.id, id, started_on), (0, how), today).await?;
    let location = format!("/cases/{code}/placements/{id}");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "placement-kept"))
}
