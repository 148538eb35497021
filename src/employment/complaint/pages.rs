//! The complaints of a case, and writing one down.

use askama::Template;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use serde_json::json;
use time::Date;
use uuid::Uuid;
use validator::Validate;

use super::{Complaint, GROUNDS, STAGES};
use crate::access::guard::to;
use crate::access::{Permission, Read, Seen, Write};
use crate::base::Result;
use crate::base::code::Code;
use crate::base::date::Typed;
use crate::base::event;
use crate::base::form::{Checked, Choice, Filled};
use crate::base::language::Language;
use crate::case::{Case, held, store as cases};
use crate::employment::{employer, referral, vacancy};
use crate::page::{Answer, Page, filters};
use crate::person::Person;
use crate::person::choices::choices;
use crate::person::form::{lines, one_of, text};
use crate::person::household::poverty::day;
use crate::schema::{discrimination_complaints as complaints, referral_steps};

pub fn routes() -> Vec<Route> {
    routes![index, new, add]
}

/// Most of a case that its page shows.
const MOST: i64 = 100;

#[derive(Template)]
#[template(path = "employment/complaints.html")]
struct IndexPage {
    case: Case,
    person: Person,
    /// Each with its grounds.
    complaints: Vec<(Complaint, String)>,
    may_change: bool,
    _seen: Seen,
}

#[get("/cases/<code>/complaints")]
async fn index(code: Code, mut db: Read<to::AssessCases>, language: Language) -> Result<Page<IndexPage>> {
    let user = db.user().clone();
    let (case, _, person) = cases::reached(&mut db, code, Permission::AssessCases).await?;
    let all: Vec<Complaint> = complaints::table
        .filter(complaints::case_id.eq(case.id))
        .order(complaints::id.desc())
        .limit(MOST)
        .select(Complaint::as_select())
        .load(&mut *db)
        .await?;
    let may_change = case.holder_id == user.organisation && !case.is_closed();
    let seen = db.opened(&[person.id, case.id]).await?;
    let complaints =
        all.into_iter().map(|one| (one.grounds_said(language), one)).map(|(said, one)| (one, said)).collect();
    Ok(Page(IndexPage { case, person, complaints, may_change, _seen: seen }))
}

#[derive(Template)]
#[template(path = "employment/complaint_new.html")]
struct NewPage {
    code: String,
    person: Person,
    form: Filled,
    stages: Vec<Choice>,
    grounds: Vec<Choice>,
    _seen: Option<Seen>,
}

fn new_page(code: String, person: Person, form: Filled, language: Language) -> NewPage {
    NewPage {
        code,
        person,
        form,
        stages: choices(language, "complaint-stage", &STAGES),
        grounds: choices(language, "complaint-ground", &GROUNDS),
        _seen: None,
    }
}

/// Filled from a proposal whose employer named a reason that no law allows.
#[get("/cases/<code>/complaints/new?<referral>")]
async fn new(
    code: Code,
    referral: Option<Uuid>,
    mut db: Read<to::AssessCases>,
    language: Language,
) -> Result<Page<NewPage>> {
    let (case, _, person) = cases::reached(&mut db, code, Permission::AssessCases).await?;
    held::open_and_held(&case, db.user())?;
    let mut form = Filled::blank();
    if let Some(id) = referral {
        let of = referral::find(&mut db, case.id, id).await?;
        let vacancy = vacancy::find(&mut db, of.vacancy_id).await?;
        let employer = employer::find(&mut db, vacancy.employer_id).await?;
        let named: Vec<Option<String>> = referral_steps::table
            .filter(referral_steps::referral_id.eq(id))
            .filter(referral_steps::because.eq_any(referral::UNLAWFUL))
            .select(referral_steps::because)
            .limit(20)
            .load(&mut *db)
            .await?;
        form = form
            .put("referral", id.to_string())
            .put("complaint.against", employer.name)
            .put("complaint.stage", "application")
            .put_all("complaint.grounds", named.into_iter().flatten());
    }
    let seen = db.opened(&[person.id, case.id]).await?;
    Ok(Page(NewPage { _seen: Some(seen), ..new_page(case.code, person, form, language) }))
}

#[derive(FromForm, Validate)]
struct ComplaintForm {
    #[validate(length(max = 200, code = "too-long"))]
    #[field(default = String::new())]
    against: String,
    #[field(default = String::new())]
    stage: String,
    #[field(default = Vec::new())]
    grounds: Vec<String>,
    happened: Typed,
    #[validate(length(max = 4000, code = "too-long"))]
    #[field(default = String::new())]
    words: String,
    #[validate(length(max = 1000, code = "too-long"))]
    #[field(default = String::new())]
    wants: String,
    #[field(default = String::new())]
    agreed: String,
}

#[derive(FromForm, Validate)]
struct ComplaintSent {
    #[validate(nested)]
    complaint: ComplaintForm,
    #[field(default = String::new())]
    referral: String,
}

#[derive(Insertable)]
#[diesel(table_name = complaints)]
struct Kept {
    against: String,
    stage: String,
    grounds: Vec<String>,
    happened_on: Date,
    words: String,
    wants: Option<String>,
    agreed: bool,
}

impl ComplaintForm {
    fn read(&self, filled: &mut Filled, today: Date) -> Option<Kept> {
        let (against, words) = (text(&self.against), lines(&self.words));
        for (field, missing) in [("complaint.against", against.is_none()), ("complaint.words", words.is_none())] {
            if missing {
                filled.push(field, "error-required");
            }
        }
        for (field, typed) in [("complaint.stage", &self.stage), ("complaint.agreed", &self.agreed)] {
            if typed.trim().is_empty() {
                filled.push(field, "error-choose");
            }
        }
        let stage = one_of(filled, "complaint.stage", &self.stage, |code| STAGES.contains(&code));
        let agreed = one_of(filled, "complaint.agreed", &self.agreed, |code| ["yes", "no"].contains(&code));
        if self.grounds.is_empty() {
            filled.push("complaint.grounds", "error-choose");
        } else if self.grounds.iter().any(|code| !GROUNDS.contains(&code.as_str())) {
            filled.push("complaint.grounds", "error-choice");
        }
        // In the order of the list, each once, however often it was sent.
        let sent = |code: &&str| self.grounds.iter().any(|one| one == code);
        let grounds: Vec<String> = GROUNDS.into_iter().filter(sent).map(str::to_owned).collect();
        let happened = day(filled, "complaint.happened", &self.happened);
        match happened {
            None if filled.error("complaint.happened").is_none() => filled.push("complaint.happened", "error-required"),
            Some(on) if on > today => filled.push("complaint.happened", "error-date-future"),
            _ => {}
        }
        let kept = Kept {
            against: against?,
            stage: stage?,
            grounds,
            happened_on: happened?,
            words: words?,
            wants: lines(&self.wants),
            agreed: agreed? == "yes",
        };
        Some(kept).filter(|_| !filled.is_wrong())
    }
}

#[post("/cases/<code>/complaints", data = "<form>")]
async fn add(
    code: Code,
    form: Form<Checked<ComplaintSent>>,
    mut db: Write<to::AssessCases>,
    language: Language,
) -> Result<Answer<NewPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (user, today) = (db.user().clone(), db.today());
    let (case, _, person) = match held::begin(&mut db, code, &filled).await? {
        Ok(found) => found,
        Err(before) => return Ok(Answer::To(before)),
    };
    let read =
        value.and_then(|sent| Some((sent.complaint.read(&mut filled, today)?, Uuid::parse_str(&sent.referral).ok())));
    let Some((kept, of)) = read else {
        return Ok(Answer::With(Status::UnprocessableEntity, new_page(case.code, person, filled, language)));
    };
    let mut employer_id = None;
    if let Some(of) = of {
        let of = referral::find(&mut db, case.id, of).await?;
        employer_id = Some(vacancy::find(&mut db, of.vacancy_id).await?.employer_id);
    }
    let id = Uuid::now_v7();
    let row = (
        complaints::id.eq(id),
        complaints::case_id.eq(case.id),
        complaints::referral_id.eq(of),
        complaints::employer_id.eq(employer_id),
        complaints::made_by.eq(user.id),
    );
    diesel::insert_into(complaints::table).values((kept, row)).execute(&mut *db).await?;
    event::record(&mut db, "case.complaint-written", "case", case.id, json!({})).await?;
    let location = format!("/cases/{code}/complaints/{id}");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "complaint-kept"))
}
