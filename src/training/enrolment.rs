//! The courses of a case: which would fit, to which the person goes, and what came of it.

use askama::Template;
use diesel::define_sql_function;
use diesel::prelude::*;
use diesel::sql_types::{Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use time::{Date, OffsetDateTime};
use uuid::Uuid;
use validator::Validate;

use super::course::{self, Course, Line, Wanted, taken};
use super::fitting::{LOOKED_AT, fitting, needs};
use super::roll::THERE;
use crate::access::guard::to;
use crate::access::store::parameter;
use crate::access::{Permission, Read, Seen, Write};
use crate::base::clock::date_in_viet_nam;
use crate::base::code::Code;
use crate::base::date::{Precision, written};
use crate::base::form::{Checked, Choice, Filled};
use crate::base::language::{Language, Message};
use crate::base::{Error, Result, money};
use crate::case::{Case, held, store as cases};
use crate::page::{Answer, Page, filters};
use crate::person::Person;
use crate::person::choices::choices;
use crate::person::form::one_of;
use crate::schema::{course_attendance, course_enrolments, courses, providers};

pub fn routes() -> Vec<Route> {
    routes![index, new, add, show]
}

/// Most enrolments of a case that its page shows.
const MOST: i64 = 100;

/// Who pays: nobody has to, they themselves, the Fund for Overseas Employment Support, an employer, a project.
pub const PAID_BY: [&str; 5] = ["free", "self", "fes", "employer", "project"];

/// What came of it.
pub const OUTCOMES: [&str; 4] = ["passed", "not-passed", "left", "withdrawn"];

/// Why somebody left a course, or never came.
pub const BECAUSE: [&str; 9] =
    ["found-work", "money", "family", "distance", "too-hard", "not-useful", "abroad", "not-said", "other"];

#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = course_enrolments)]
pub struct Enrolment {
    pub id: Uuid,
    pub course_id: Uuid,
    pub paid_by: String,
    pub state: String,
    pub ended_on: Option<Date>,
    pub because: Option<String>,
    pub paper: Option<String>,
    pub words: Option<String>,
    pub made_at: OffsetDateTime,
    pub version: i32,
}

impl Enrolment {
    pub fn goes_on(&self) -> bool {
        self.state == "enrolled"
    }

    pub fn made(&self) -> String {
        written(date_in_viet_nam(self.made_at), Precision::Day)
    }

    pub fn ended(&self) -> Option<String> {
        Some(written(self.ended_on?, Precision::Day))
    }
}

async fn of_case(db: &mut AsyncPgConnection, case: Uuid) -> Result<Vec<(Enrolment, Course)>> {
    Ok(course_enrolments::table
        .inner_join(courses::table.on(courses::id.eq(course_enrolments::course_id)))
        .filter(course_enrolments::case_id.eq(case))
        .order(course_enrolments::made_at.desc())
        .limit(MOST)
        .select((Enrolment::as_select(), Course::as_select()))
        .load(db)
        .await?)
}

#[derive(Template)]
#[template(path = "training/case.html")]
struct IndexPage {
    case: Case,
    person: Person,
    enrolments: Vec<(Enrolment, Course)>,
    /// Each with where it is and what speaks for it.
    fitting: Vec<(Line, String, Vec<Message>)>,
    /// Courses with a free seat that nothing known speaks for: a counsellor may know better.
    others: Vec<Choice>,
    form: Filled,
    may_change: bool,
    _seen: Seen,
}

#[get("/cases/<code>/courses")]
async fn index(code: Code, mut db: Read<to::AssessCases>, language: Language) -> Result<Page<IndexPage>> {
    let (user, today) = (db.user().clone(), db.today());
    let (case, episode, person) = cases::reached(&mut db, code, Permission::AssessCases).await?;
    let enrolments = of_case(&mut db, case.id).await?;
    let abroad = episode.previous_country.filter(|_| episode.standing != "returned");
    let needs = needs(&mut db, case.id, person.id, abroad).await?;
    let mut open = course::open(&mut db, &Wanted::default(), today, LOOKED_AT).await?;
    let on_the_way = |id: Uuid| enrolments.iter().any(|(e, _)| e.course_id == id && e.state != "withdrawn");
    open.retain(|line| !on_the_way(line.course.id));
    let others: Vec<(Uuid, String)> = open
        .iter()
        .filter(|line| line.free > 0)
        .map(|line| (line.course.id, format!("{} · {} · {}", line.course.title, line.provider, line.course.dates())))
        .collect();
    let fitting = fitting(&mut db, open, &needs, language).await?;
    let fits = |id: &Uuid| fitting.iter().any(|(line, _)| line.course.id == *id);
    let others =
        others.iter().filter(|(id, _)| !fits(id)).map(|(id, said)| Choice::new(id.to_string(), &**said)).collect();
    let may_change = case.holder_id == user.organisation && !case.is_closed();
    let seen = db.opened(&[person.id, case.id]).await?;
    Ok(Page(IndexPage {
        case,
        person,
        enrolments,
        fitting: fitting
            .into_iter()
            .map(|(line, said)| {
                let at = line.course.place(language);
                (line, at, said)
            })
            .collect(),
        others,
        form: Filled::blank(),
        may_change,
        _seen: seen,
    }))
}

/// What the Fund may pay for a course: months, and đồng a month and for all of it.
pub struct Support {
    months: i64,
    monthly: i64,
    all: i64,
}

impl Support {
    fn monthly(&self) -> String {
        money::written(self.monthly)
    }

    fn all(&self) -> String {
        money::written(self.all)
    }
}

/// Decision 40/2021/QĐ-TTg pays so much a month for so many months of learning a trade, to who came back before the end of a
/// contract; nothing for another course.
async fn support(db: &mut AsyncPgConnection, course: &Course) -> Result<Option<Support>> {
    if course.occupation.is_none() {
        return Ok(None);
    }
    let monthly = parameter(db, "fes.retrain-monthly").await?;
    let months = parameter(db, "fes.retrain-months").await?;
    Ok(Some(Support { months, monthly, all: monthly * course.months().min(months) }))
}

#[derive(Template)]
#[template(path = "training/enrol.html")]
struct EnrolPage {
    code: String,
    person: Person,
    course: Course,
    provider: String,
    lines: Vec<(&'static str, String)>,
    free: i64,
    support: Option<Support>,
    form: Filled,
    paid_by: Vec<Choice>,
    _seen: Option<Seen>,
}

async fn enrol_page(
    db: &mut AsyncPgConnection,
    (case, person): (Case, Person),
    course: Course,
    form: Filled,
    language: Language,
) -> Result<EnrolPage> {
    let provider = providers::table.find(course.provider_id).select(providers::name).first(&mut *db).await?;
    Ok(EnrolPage {
        code: case.code,
        person,
        provider,
        lines: course.lines(language),
        free: (i64::from(course.seats) - taken(&mut *db, course.id).await?).max(0),
        support: support(db, &course).await?,
        course,
        form,
        paid_by: choices(language, "enrolment-paid-by", &PAID_BY),
        _seen: None,
    })
}

#[get("/cases/<code>/courses/new?<course>")]
async fn new(
    code: Code,
    course: Option<Uuid>,
    mut db: Read<to::AssessCases>,
    language: Language,
) -> Result<Page<EnrolPage>> {
    let (case, _, person) = cases::reached(&mut db, code, Permission::AssessCases).await?;
    held::open_and_held(&case, db.user())?;
    let course = course::find(&mut db, course.ok_or(Error::NotFound)?).await?;
    let form = Filled::blank().put("enrol.paid_by", if course.fee.is_none() { "free" } else { "" });
    let ids = [person.id, case.id];
    let page = enrol_page(&mut db, (case, person), course, form, language).await?;
    let seen = db.opened(&ids).await?;
    Ok(Page(EnrolPage { _seen: Some(seen), ..page }))
}

#[derive(FromForm, Validate)]
struct EnrolForm {
    #[field(default = String::new())]
    paid_by: String,
}

#[derive(FromForm, Validate)]
struct EnrolSent {
    #[validate(nested)]
    enrol: EnrolForm,
}

define_sql_function! {
    /// See database/functions_training.sql.
    fn enrol(of_course: SqlUuid, of_case: SqlUuid, payer: Text) -> Text;
}

#[post("/cases/<code>/courses?<course>", data = "<form>")]
async fn add(
    code: Code,
    course: Option<Uuid>,
    form: Form<Checked<EnrolSent>>,
    mut db: Write<to::AssessCases>,
    language: Language,
) -> Result<Answer<EnrolPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (case, _, person) = match held::begin(&mut db, code, &filled).await? {
        Ok(found) => found,
        Err(before) => return Ok(Answer::To(before)),
    };
    let course = course::find(&mut db, course.ok_or(Error::NotFound)?).await?;
    let typed = value.map(|sent| sent.enrol.paid_by).unwrap_or_default();
    if typed.trim().is_empty() {
        filled.push("enrol.paid_by", "error-choose");
    }
    let mut status = Status::UnprocessableEntity;
    if let Some(payer) = one_of(&mut filled, "enrol.paid_by", &typed, |code| PAID_BY.contains(&code)) {
        let said: String = diesel::select(enrol(course.id, case.id, payer)).get_result(&mut *db).await?;
        let why = match said.as_str() {
            "full" => "error-learning-full",
            "over" => "error-learning-over",
            "twice" => "error-learning-twice",
            "not-allowed" => return Err(Error::NotAllowed),
            made => {
                let location = format!("/cases/{code}/courses/{made}");
                db.done(filled.submission(), &location).await?;
                return Ok(Answer::Told(location, "enrolment-kept"));
            }
        };
        filled.push("enrol.paid_by", why);
        status = Status::Conflict;
    }
    let page = enrol_page(&mut db, (case, person), course, filled, language).await?;
    Ok(Answer::With(status, page))
}

#[derive(Template)]
#[template(path = "training/enrolment.html")]
pub struct ShowPage {
    case: Case,
    person: Person,
    enrolment: Enrolment,
    course: Course,
    provider: String,
    lines: Vec<(&'static str, String)>,
    /// How often they were there in each way.
    there: Vec<(&'static str, i64)>,
    days: i64,
    support: Option<Support>,
    form: Filled,
    because: Vec<Choice>,
    may_change: bool,
    _seen: Option<Seen>,
}

pub async fn find(db: &mut AsyncPgConnection, case: Uuid, id: Uuid) -> Result<(Enrolment, Course)> {
    Ok(course_enrolments::table
        .inner_join(courses::table.on(courses::id.eq(course_enrolments::course_id)))
        .filter(course_enrolments::id.eq(id))
        .filter(course_enrolments::case_id.eq(case))
        .select((Enrolment::as_select(), Course::as_select()))
        .first(db)
        .await?)
}

pub async fn page<P>(mut db: Read<P>, code: Code, id: Uuid, form: Filled, language: Language) -> Result<ShowPage> {
    let user = db.user().clone();
    let (case, _, person) = cases::reached(&mut db, code, Permission::AssessCases).await?;
    let (enrolment, course) = find(&mut db, case.id, id).await?;
    let provider = providers::table.find(course.provider_id).select(providers::name).first(&mut *db).await?;
    let counted: Vec<(String, i64)> = course_attendance::table
        .filter(course_attendance::enrolment_id.eq(id))
        .group_by(course_attendance::there)
        .select((course_attendance::there, diesel::dsl::count_star()))
        .load(&mut *db)
        .await?;
    let many = |code: &str| counted.iter().find(|(there, _)| there == code).map_or(0, |(_, many)| *many);
    let support = if enrolment.paid_by == "fes" { support(&mut db, &course).await? } else { None };
    let may_change = case.holder_id == user.organisation && !case.is_closed();
    let seen = db.opened(&[person.id, case.id]).await?;
    Ok(ShowPage {
        provider,
        lines: course.lines(language),
        there: THERE.into_iter().map(|code| (code, many(code))).filter(|(_, many)| *many > 0).collect(),
        days: counted.iter().map(|(_, many)| many).sum(),
        support,
        form,
        because: choices(language, "enrolment-because", &BECAUSE),
        may_change: may_change && enrolment.goes_on(),
        case,
        person,
        enrolment,
        course,
        _seen: Some(seen),
    })
}

#[get("/cases/<code>/courses/<id>", rank = 2)]
async fn show(code: Code, id: Uuid, db: Read<to::AssessCases>, language: Language) -> Result<Page<ShowPage>> {
    Ok(Page(page(db, code, id, Filled::blank(), language).await?))
}
