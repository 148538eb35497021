//! A proposal to an employer and what becomes of it (E4): interview, offer, first day, or why not.

use askama::Template;
use diesel::define_sql_function;
use diesel::prelude::*;
use diesel::sql_types::{Integer, Jsonb, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use uuid::Uuid;
use validator::Validate;

use super::monthly;
use super::vacancy;
use crate::access::guard::to;
use crate::access::{Permission, Read, Seen, User, Write};
use crate::base::clock::{at_in_viet_nam, date_in_viet_nam};
use crate::base::code::Code;
use crate::base::date::{Precision, Typed, written};
use crate::base::event;
use crate::base::form::{Checked, Choice, Filled};
use crate::base::language::{Language, Message};
use crate::base::{Error, Result, money};
use crate::case::duty::time_of_day;
use crate::case::{Case, held, store as cases};
use crate::page::{Answer, Page, filters};
use crate::person::Person;
use crate::person::choices::choices;
use crate::person::form::{lines, one_of, text};
use crate::person::household::poverty::day;
use crate::schema::{referral_steps, referrals, users, vacancies};

pub fn routes() -> Vec<Route> {
    routes![show, step]
}

/// Most referrals of a case that its page shows.
const MOST: i64 = 100;

/// Where a referral may stand.
pub const STATES: [&str; 7] = ["referred", "interview", "offered", "placed", "not-hired", "declined", "withdrawn"];

/// What may come next, besides the first day.
pub const ACTS: [&str; 5] = ["interview", "offered", "not-hired", "declined", "withdrawn"];

/// Why an employer says no.
pub const NOT_HIRED: [&str; 11] = [
    "skills",
    "language",
    "experience",
    "filled",
    "other",
    "age",
    "sex",
    "migrated",
    "health",
    "ethnic-group",
    "registration",
];

/// Reasons that no law allows; each is worth a complaint (practice 32).
pub const UNLAWFUL: [&str; 6] = ["age", "sex", "migrated", "health", "ethnic-group", "registration"];

/// Why the person says no.
pub const DECLINED: [&str; 5] = ["wage", "distance", "hours", "other-work", "other"];

#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = referrals)]
pub struct Referral {
    pub id: Uuid,
    pub vacancy_id: Uuid,
    pub state: String,
    pub made_by: Uuid,
    pub made_at: OffsetDateTime,
    pub version: i32,
}

impl Referral {
    pub fn goes_on(&self) -> bool {
        matches!(self.state.as_str(), "referred" | "interview" | "offered")
    }

    pub fn made_on(&self) -> String {
        written(date_in_viet_nam(self.made_at), Precision::Day)
    }
}

#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = referral_steps)]
pub struct Step {
    pub step: String,
    pub words: Option<String>,
    pub meets_at: Option<OffsetDateTime>,
    pub place: Option<String>,
    pub wage: Option<i64>,
    pub because: Option<String>,
    pub made_by: Uuid,
    pub made_at: OffsetDateTime,
}

/// Referrals of a case with what each is for, the newest first.
pub async fn of_case(db: &mut AsyncPgConnection, case: Uuid) -> Result<Vec<(Referral, String)>> {
    Ok(referrals::table
        .inner_join(vacancies::table.on(vacancies::id.eq(referrals::vacancy_id)))
        .filter(referrals::case_id.eq(case))
        .order(referrals::id.desc())
        .limit(MOST)
        .select((Referral::as_select(), vacancies::title))
        .load(db)
        .await?)
}

pub async fn find(db: &mut AsyncPgConnection, case: Uuid, id: Uuid) -> Result<Referral> {
    Ok(referrals::table
        .filter(referrals::id.eq(id))
        .filter(referrals::case_id.eq(case))
        .select(Referral::as_select())
        .first(db)
        .await?)
}

/// The referral to a vacancy that has not come to an end, or that led to work.
pub async fn going_on(db: &mut AsyncPgConnection, case: Uuid, vacancy: Uuid) -> Result<Option<Uuid>> {
    Ok(referrals::table
        .filter(referrals::case_id.eq(case))
        .filter(referrals::vacancy_id.eq(vacancy))
        .filter(referrals::state.eq_any(["referred", "interview", "offered", "placed"]))
        .select(referrals::id)
        .first(db)
        .await
        .optional()?)
}

/// Proposes somebody, who agreed to it.
pub async fn make(db: &mut AsyncPgConnection, user: &User, case: Uuid, vacancy: Uuid) -> Result<Uuid> {
    let id = Uuid::now_v7();
    diesel::insert_into(referrals::table)
        .values((
            referrals::id.eq(id),
            referrals::case_id.eq(case),
            referrals::vacancy_id.eq(vacancy),
            referrals::agreed.eq(true),
            referrals::made_by.eq(user.id),
        ))
        .execute(db)
        .await?;
    event::record(db, "case.referral-referred", "case", case, json!({})).await?;
    Ok(id)
}

define_sql_function! {
    fn move_referral(wanted: SqlUuid, act: Text, at_version: Integer, details: Jsonb) -> Text;
}

/// What stands in the way of a step.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hindered {
    NotAllowed,
    Changed,
    /// It has come to an end.
    State,
}

/// Takes one step; see `move_referral` in database/functions_employment.sql.
pub async fn act(
    db: &mut AsyncPgConnection,
    referral: Uuid,
    act: &str,
    version: i32,
    details: Value,
) -> Result<Option<Hindered>> {
    let said: String = diesel::select(move_referral(referral, act, version, details)).get_result(db).await?;
    Ok(match said.as_str() {
        "done" => None,
        "changed" => Some(Hindered::Changed),
        "state" => Some(Hindered::State),
        _ => Some(Hindered::NotAllowed),
    })
}

struct Happened {
    step: Step,
    wage: Option<String>,
    /// Why not, in words.
    because: Option<String>,
    by: String,
}

#[derive(Template)]
#[template(path = "employment/referral.html")]
pub struct ReferralPage {
    case: Case,
    person: Person,
    referral: Referral,
    title: String,
    employer: String,
    phone: Option<String>,
    steps: Vec<Happened>,
    /// An employer named a reason that no law allows.
    unlawful: bool,
    may_complain: bool,
    form: Filled,
    not_hired: Vec<Choice>,
    declined: Vec<Choice>,
    placement: Option<Uuid>,
    may_change: bool,
    _seen: Option<Seen>,
}

async fn page<P>(mut db: Read<P>, code: Code, id: Uuid, form: Filled, language: Language) -> Result<ReferralPage> {
    let user = db.user().clone();
    let (case, _, person) = cases::reached(&mut db, code, Permission::AssessCases).await?;
    let referral = find(&mut db, case.id, id).await?;
    let vacancy = vacancy::find(&mut db, referral.vacancy_id).await?;
    let employer = super::employer::find(&mut db, vacancy.employer_id).await?;
    let steps: Vec<Step> = referral_steps::table
        .filter(referral_steps::referral_id.eq(id))
        .order(referral_steps::number)
        .limit(200)
        .select(Step::as_select())
        .load(&mut *db)
        .await?;
    let by: Vec<Uuid> = steps.iter().map(|step| step.made_by).collect();
    let names: Vec<(Uuid, String)> =
        users::table.filter(users::id.eq_any(by)).select((users::id, users::name)).load(&mut *db).await?;
    let unlawful = steps.iter().any(|s| s.because.as_deref().is_some_and(|why| UNLAWFUL.contains(&why)));
    let said = |step: Step| Happened {
        wage: step.wage.map(|wage| format!("{} đ", money::written(wage))),
        because: step.because.as_ref().map(|why| language.say(&Message::new(format!("referral-because-{why}")))),
        by: names.iter().find(|(id, _)| *id == step.made_by).map(|(_, name)| name.clone()).unwrap_or_default(),
        step,
    };
    let placement = super::placement::of_referral(&mut db, id).await?;
    let may_change = case.holder_id == user.organisation && !case.is_closed();
    let seen = db.opened(&[person.id, case.id]).await?;
    Ok(ReferralPage {
        title: vacancy.title,
        employer: employer.name,
        phone: employer.phone,
        steps: steps.into_iter().map(said).collect(),
        unlawful,
        may_complain: may_change,
        form,
        not_hired: choices(language, "referral-because", &NOT_HIRED),
        declined: choices(language, "referral-because", &DECLINED),
        placement,
        may_change: may_change && referral.goes_on(),
        case,
        person,
        referral,
        _seen: Some(seen),
    })
}

#[get("/cases/<code>/referrals/<id>")]
async fn show(code: Code, id: Uuid, db: Read<to::AssessCases>, language: Language) -> Result<Page<ReferralPage>> {
    Ok(Page(page(db, code, id, Filled::blank(), language).await?))
}

#[derive(FromForm, Validate)]
struct StepForm {
    #[field(default = String::new())]
    act: String,
    on: Typed,
    #[validate(length(max = 20, code = "too-long"))]
    #[field(default = String::new())]
    at: String,
    #[validate(length(max = 300, code = "too-long"))]
    #[field(default = String::new())]
    place: String,
    #[field(default = String::new())]
    wage: String,
    #[field(default = String::new())]
    not_hired: String,
    #[field(default = String::new())]
    declined: String,
    #[validate(length(max = 2000, code = "too-long"))]
    #[field(default = String::new())]
    words: String,
}

#[derive(FromForm, Validate)]
struct StepSent {
    #[validate(nested)]
    step: StepForm,
    #[field(default = 0)]
    version: i32,
}

fn read(step: &StepForm, filled: &mut Filled, today: time::Date) -> Option<(String, Value)> {
    if step.act.trim().is_empty() {
        filled.push("step.act", "error-choose");
    }
    let act = one_of(filled, "step.act", &step.act, |code| ACTS.contains(&code))?;
    let mut details = json!({ "words": lines(&step.words) });
    match act.as_str() {
        "interview" => {
            let on = day(filled, "step.on", &step.on);
            match on {
                None if filled.error("step.on").is_none() => filled.push("step.on", "error-required"),
                Some(on) if (on - today).whole_days().abs() > 366 => filled.push("step.on", "error-recognition-far"),
                _ => {}
            }
            let at = time_of_day(&step.at);
            if at.is_none() {
                filled.push("step.at", "error-recognition-hour");
            }
            details["meets_at"] = json!(at_in_viet_nam(on?, at?).format(&Rfc3339).ok()?);
            details["place"] = json!(text(&step.place));
        }
        "offered" => {
            if step.wage.trim().is_empty() {
                filled.push("step.wage", "error-required");
            }
            details["wage"] = json!(monthly(filled, "step.wage", &step.wage)?);
        }
        "not-hired" | "declined" => {
            let (field, typed, known) = if act == "declined" {
                ("step.declined", &step.declined, &DECLINED[..])
            } else {
                ("step.not_hired", &step.not_hired, &NOT_HIRED[..])
            };
            if typed.trim().is_empty() {
                filled.push(field, "error-choose");
            }
            details["because"] = json!(one_of(filled, field, typed, |code| known.contains(&code))?);
        }
        _ if details["words"].is_null() => filled.push("step.words", "error-required"),
        _ => {}
    }
    Some((act, details)).filter(|_| !filled.is_wrong())
}

#[post("/cases/<code>/referrals/<id>/steps", data = "<form>")]
async fn step(
    code: Code,
    id: Uuid,
    form: Form<Checked<StepSent>>,
    mut db: Write<to::AssessCases>,
    language: Language,
) -> Result<Answer<ReferralPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let today = db.today();
    let (case, ..) = match held::begin(&mut db, code, &filled).await? {
        Ok(found) => found,
        Err(before) => return Ok(Answer::To(before)),
    };
    find(&mut db, case.id, id).await?;
    let mut status = Status::UnprocessableEntity;
    let version = value.as_ref().map_or(0, |sent| sent.version);
    if let Some((kind, details)) = value.and_then(|sent| read(&sent.step, &mut filled, today)) {
        match act(&mut db, id, &kind, version, details).await? {
            None => {
                let location = format!("/cases/{code}/referrals/{id}");
                db.done(filled.submission(), &location).await?;
                return Ok(Answer::Told(location, "referral-moved"));
            }
            Some(Hindered::NotAllowed) => return Err(Error::NotAllowed),
            Some(Hindered::Changed) => filled.push("step.act", "error-page-changed-meanwhile"),
            Some(Hindered::State) => filled.push("step.act", "error-referral-over"),
        }
        status = Status::Conflict;
    }
    Ok(Answer::With(status, page(db.instead().await?, code, id, filled, language).await?))
}
