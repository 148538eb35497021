//! What an employer is given for taking people on, or asks for (E5): asked, granted or refused, ended. It belongs to the employer;
//! no person is named, and nothing that must not count for a person counts here (practice 32).

use askama::Template;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use time::{Date, Duration};
use uuid::Uuid;
use validator::Validate;

use super::employer::{self, Employer};
use crate::access::guard::to;
use crate::access::{Read, User, Write};
use crate::base::date::{Precision, Typed, written};
use crate::base::form::{Checked, Choice, Filled};
use crate::base::language::{Language, Message};
use crate::base::{Error, Result, money};
use crate::page::{Answer, Page, filters};
use crate::person::choices::choices;
use crate::person::form::{lines, one_of, text};
use crate::person::household::poverty::day;
use crate::schema::employer_incentives;

pub fn routes() -> Vec<Route> {
    routes![index, ask, deciding, decide]
}

pub const KINDS: [&str; 7] = ["tax", "wage", "training", "loan", "insurance", "praise", "other"];

/// What becomes of it.
pub const STATES: [&str; 4] = ["asked", "granted", "refused", "ended"];

/// The least and the most đồng that are no slip of the hand.
const AMOUNTS: std::ops::RangeInclusive<i64> = 1_000..=1_000_000_000_000;

/// Most of one employer that its page shows.
const MOST: i64 = 200;

/// No paper holds longer.
const LONGEST: Duration = Duration::days(20 * 366);

#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = employer_incentives)]
pub struct Incentive {
    pub id: Uuid,
    pub kind: String,
    pub words: String,
    /// Whole đồng.
    pub amount: Option<i64>,
    pub asked_on: Date,
    pub state: String,
    pub basis: Option<String>,
    pub decided_on: Option<Date>,
    pub valid_until: Option<Date>,
    pub kept_by: Uuid,
    pub version: i32,
}

impl Incentive {
    fn money(&self) -> Option<String> {
        Some(format!("{} đ", money::written(self.amount?)))
    }

    fn asked(&self) -> String {
        written(self.asked_on, Precision::Day)
    }

    fn decided(&self) -> Option<String> {
        Some(written(self.decided_on?, Precision::Day))
    }

    fn until(&self) -> Option<String> {
        Some(written(self.valid_until?, Precision::Day))
    }

    /// What may come next.
    fn next(&self) -> &'static [&'static str] {
        match self.state.as_str() {
            "asked" => &["granted", "refused"],
            "granted" => &["ended"],
            _ => &[],
        }
    }
}

#[derive(Template)]
#[template(path = "employment/incentives.html")]
struct IndexPage {
    employer: Employer,
    incentives: Vec<Incentive>,
    form: Filled,
    kinds: Vec<Choice>,
    may_change: bool,
}

async fn page(
    db: &mut AsyncPgConnection,
    user: &User,
    id: Uuid,
    form: Filled,
    language: Language,
) -> Result<IndexPage> {
    let employer = employer::find(db, id).await?;
    let incentives = employer_incentives::table
        .filter(employer_incentives::employer_id.eq(id))
        .order((employer_incentives::asked_on.desc(), employer_incentives::id.desc()))
        .limit(MOST)
        .select(Incentive::as_select())
        .load(db)
        .await?;
    Ok(IndexPage {
        may_change: employer.is_kept_by(user),
        employer,
        incentives,
        form,
        kinds: choices(language, "incentive-kind", &KINDS),
    })
}

#[get("/employers/<id>/incentives")]
async fn index(id: Uuid, mut db: Read<to::ReadWork>, language: Language) -> Result<Page<IndexPage>> {
    let user = db.user().clone();
    Ok(Page(page(&mut db, &user, id, Filled::blank(), language).await?))
}

#[derive(FromForm, Validate)]
struct AskForm {
    #[field(default = String::new())]
    kind: String,
    #[validate(length(max = 1000, code = "too-long"))]
    #[field(default = String::new())]
    words: String,
    #[validate(length(max = 30, code = "too-long"))]
    #[field(default = String::new())]
    amount: String,
    asked: Typed,
}

#[derive(FromForm, Validate)]
struct AskSent {
    #[validate(nested)]
    incentive: AskForm,
}

#[derive(Insertable)]
#[diesel(table_name = employer_incentives)]
struct Kept {
    kind: String,
    words: String,
    amount: Option<i64>,
    asked_on: Date,
}

impl AskForm {
    fn read(&self, filled: &mut Filled, today: Date) -> Option<Kept> {
        if self.kind.trim().is_empty() {
            filled.push("incentive.kind", "error-choose");
        }
        let kind = one_of(filled, "incentive.kind", &self.kind, |code| KINDS.contains(&code));
        let words = lines(&self.words);
        if words.is_none() {
            filled.push("incentive.words", "error-required");
        }
        let typed = self.amount.trim();
        let amount = money::read(typed).filter(|amount| AMOUNTS.contains(amount));
        if !typed.is_empty() && amount.is_none() {
            let told = Message::new("error-incentive-amount")
                .with("least", money::written(*AMOUNTS.start()))
                .with("most", money::written(*AMOUNTS.end()));
            filled.push("incentive.amount", told);
        }
        let asked = day(filled, "incentive.asked", &self.asked);
        match asked {
            None if filled.error("incentive.asked").is_none() => filled.push("incentive.asked", "error-required"),
            Some(on) if on > today => filled.push("incentive.asked", "error-date-future"),
            _ => {}
        }
        let kept = Kept { kind: kind?, words: words?, amount, asked_on: asked? };
        Some(kept).filter(|_| !filled.is_wrong())
    }
}

/// An employer of this user's office.
async fn mine(db: &mut AsyncPgConnection, user: &User, id: Uuid) -> Result<Employer> {
    let employer = employer::find(db, id).await?;
    if employer.is_kept_by(user) { Ok(employer) } else { Err(Error::NotFound) }
}

#[post("/employers/<id>/incentives", data = "<form>")]
async fn ask(
    id: Uuid,
    form: Form<Checked<AskSent>>,
    mut db: Write<to::KeepVacancies>,
    language: Language,
) -> Result<Answer<IndexPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (user, today) = (db.user().clone(), db.today());
    mine(&mut db, &user, id).await?;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let Some(kept) = value.and_then(|sent| sent.incentive.read(&mut filled, today)) else {
        let page = page(&mut db, &user, id, filled, language).await?;
        return Ok(Answer::With(Status::UnprocessableEntity, page));
    };
    let row = (
        employer_incentives::id.eq(Uuid::now_v7()),
        employer_incentives::employer_id.eq(id),
        employer_incentives::kept_by.eq(user.organisation),
        employer_incentives::written_by.eq(user.id),
    );
    diesel::insert_into(employer_incentives::table).values((kept, row)).execute(&mut *db).await?;
    let location = format!("/employers/{id}/incentives");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "incentive-kept"))
}

#[derive(FromForm, Validate)]
struct DecideForm {
    #[field(default = String::new())]
    state: String,
    on: Typed,
    until: Typed,
    #[validate(length(max = 300, code = "too-long"))]
    #[field(default = String::new())]
    basis: String,
    #[field(default = 0)]
    version: i32,
}

#[derive(FromForm, Validate)]
struct DecideSent {
    #[validate(nested)]
    decided: DecideForm,
}

/// What is not said stays as it is.
#[derive(AsChangeset)]
#[diesel(table_name = employer_incentives)]
struct Decided {
    state: String,
    decided_on: Option<Date>,
    basis: Option<String>,
    valid_until: Option<Date>,
}

impl DecideForm {
    fn read(&self, filled: &mut Filled, of: &Incentive, today: Date) -> Option<Decided> {
        if self.state.trim().is_empty() {
            filled.push("decided.state", "error-choose");
        }
        let state = one_of(filled, "decided.state", &self.state, |code| of.next().contains(&code));
        let (on, until) = (day(filled, "decided.on", &self.on), day(filled, "decided.until", &self.until));
        match on {
            None if filled.error("decided.on").is_none() => filled.push("decided.on", "error-required"),
            Some(on) if on > today => filled.push("decided.on", "error-date-future"),
            Some(on) if on < of.decided_on.unwrap_or(of.asked_on) => {
                filled.push("decided.on", "error-incentive-before")
            }
            _ => {}
        }
        let basis = text(&self.basis);
        match state.as_deref() {
            Some("granted") => {
                if basis.is_none() {
                    filled.push("decided.basis", "error-incentive-basis");
                }
                if let (Some(on), Some(until)) = (on, until)
                    && (until < on || until - on > LONGEST)
                {
                    filled.push("decided.until", "error-incentive-until");
                }
                let decided = Decided { state: state?, decided_on: on, basis, valid_until: until };
                Some(decided).filter(|_| !filled.is_wrong())
            }
            // What was granted keeps the day of its decision; it ends on the day that is said.
            Some("ended") => {
                let decided = Decided { state: state?, decided_on: of.decided_on, basis: None, valid_until: on };
                Some(decided).filter(|_| !filled.is_wrong())
            }
            _ => {
                let decided = Decided { state: state?, decided_on: on, basis, valid_until: None };
                Some(decided).filter(|_| !filled.is_wrong())
            }
        }
    }
}

#[derive(Template)]
#[template(path = "employment/incentive.html")]
struct DecidePage {
    employer: Employer,
    incentive: Incentive,
    form: Filled,
    states: Vec<Choice>,
}

fn decide_page(employer: Employer, incentive: Incentive, form: Filled, language: Language) -> DecidePage {
    DecidePage { employer, form, states: choices(language, "incentive-state", incentive.next()), incentive }
}

/// One that may still be decided on, or ended.
async fn going_on(db: &mut AsyncPgConnection, employer: Uuid, id: Uuid) -> Result<Incentive> {
    let of: Incentive = employer_incentives::table
        .find(id)
        .filter(employer_incentives::employer_id.eq(employer))
        .select(Incentive::as_select())
        .first(db)
        .await?;
    if of.next().is_empty() { Err(Error::refused(Status::Conflict, "error-incentive-over")) } else { Ok(of) }
}

#[get("/employers/<id>/incentives/<incentive>")]
async fn deciding(
    id: Uuid,
    incentive: Uuid,
    mut db: Read<to::KeepVacancies>,
    language: Language,
) -> Result<Page<DecidePage>> {
    let user = db.user().clone();
    let employer = mine(&mut db, &user, id).await?;
    let of = going_on(&mut db, id, incentive).await?;
    db.listed(&[]).await?;
    Ok(Page(decide_page(employer, of, Filled::blank(), language)))
}

/// Granted, refused, or at its end.
#[post("/employers/<id>/incentives/<incentive>", data = "<form>")]
async fn decide(
    id: Uuid,
    incentive: Uuid,
    form: Form<Checked<DecideSent>>,
    mut db: Write<to::KeepVacancies>,
    language: Language,
) -> Result<Answer<DecidePage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (user, today, now) = (db.user().clone(), db.today(), db.now());
    let employer = mine(&mut db, &user, id).await?;
    let of = going_on(&mut db, id, incentive).await?;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let version = value.as_ref().map_or(0, |sent| sent.decided.version);
    if version != of.version {
        return Err(Error::refused(Status::Conflict, "error-page-changed-meanwhile"));
    }
    let Some(decided) = value.and_then(|sent| sent.decided.read(&mut filled, &of, today)) else {
        return Ok(Answer::With(Status::UnprocessableEntity, decide_page(employer, of, filled, language)));
    };
    let written = (
        employer_incentives::written_by.eq(user.id),
        employer_incentives::written_at.eq(now),
        employer_incentives::version.eq(version.saturating_add(1)),
    );
    let same = employer_incentives::table.find(incentive).filter(employer_incentives::version.eq(version));
    if diesel::update(same).set((decided, written)).execute(&mut *db).await? == 0 {
        return Err(Error::refused(Status::Conflict, "error-page-changed-meanwhile"));
    }
    let location = format!("/employers/{id}/incentives");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "incentive-decided"))
}
