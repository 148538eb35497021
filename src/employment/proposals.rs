//! The work that suits the person of a case: a list that explains itself, and what a counsellor makes of it (E3).

use std::collections::HashSet;

use askama::Template;
use diesel::prelude::*;
use diesel::sql_types::{Jsonb, Nullable, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, State, get, post, routes};
use serde_json::Value;
use uuid::Uuid;
use validator::Validate;

use super::matching::board::Board;
use super::matching::explain::{Change, Reason, Side, explain, improvement};
use super::matching::{Barrier, Offer, Seeker, barrier, weigh};
use super::placement::{self, Placement};
use super::referral::{self, Referral};
use super::search::{self, Search};
use super::vacancy::pages::{Line, lines};
use super::vacancy::{self, Vacancy};
use crate::access::guard::to;
use crate::access::{Later, Permission, Read, Seen};
use crate::base::code::Code;
use crate::base::db::Db;
use crate::base::form::{Checked, Choice, Filled};
use crate::base::language::{Language, Message};
use crate::base::{Error, Result};
use crate::case::{Case, held, store as cases};
use crate::page::{Answer, Page, filters};
use crate::person::Person;
use crate::person::choices::choices;
use crate::person::form::{one_of, text};
use crate::schema::match_choices;

pub fn routes() -> Vec<Route> {
    routes![index, show, choose]
}

/// How many a list shows.
pub const SHOWN: usize = 20;

/// Why a counsellor sets a vacancy aside.
pub const BECAUSE: [&str; 8] = ["occupation", "skills", "distance", "wage", "hours", "not-wanted", "employer", "other"];

#[derive(QueryableByName)]
struct Facts {
    #[diesel(sql_type = Nullable<Jsonb>)]
    facts: Option<Value>,
}

/// What of somebody is compared; nothing while no search is written down.
async fn seeker(db: &mut AsyncPgConnection, case: &Case) -> Result<Option<Seeker>> {
    let row: Facts =
        diesel::sql_query("SELECT seeker_of($1) AS facts").bind::<SqlUuid, _>(case.id).get_result(db).await?;
    Ok(row.facts.and_then(|facts| Seeker::read(case.id, case.holder_id, facts)))
}

/// The vacancies of a case that need not be proposed: set aside, or on their way.
async fn aside(db: &mut AsyncPgConnection, case: Uuid) -> Result<HashSet<Uuid>> {
    let chosen: Vec<Uuid> = match_choices::table
        .filter(match_choices::case_id.eq(case))
        .select(match_choices::vacancy_id)
        .limit(2000)
        .load(db)
        .await?;
    Ok(chosen.into_iter().collect())
}

/// A vacancy of the list, with what speaks most for it and most against it.
pub struct Proposed {
    pub line: Line,
    /// Of a hundred.
    pub points: i64,
    pub pro: Vec<Message>,
    pub con: Vec<Message>,
}

/// How many reasons a line of the list gives.
const REASONS: usize = 2;

/// The strongest reasons of one side: what brings most, or what is missing most.
pub fn strongest(reasons: &[Reason], side: Side) -> Vec<Message> {
    let mut of: Vec<&Reason> = reasons.iter().filter(|reason| reason.side == side).collect();
    of.sort_by_key(|reason| match side {
        Side::For => -reason.points,
        _ => reason.points - reason.of,
    });
    of.into_iter().take(REASONS).map(|reason| reason.message.clone()).collect()
}

/// Thousandths as whole points.
pub fn points(score: u32) -> i64 {
    i64::from((score + 500) / 1000)
}

#[derive(Template)]
#[template(path = "employment/jobs.html")]
struct JobsPage {
    case: Case,
    person: Person,
    search: Option<(Search, Vec<(&'static str, String)>)>,
    proposed: Vec<Proposed>,
    /// How many each condition rules out.
    ruled_out: Vec<(String, i64)>,
    compared: i64,
    referrals: Vec<(Referral, String)>,
    placements: Vec<Placement>,
    may_change: bool,
    _seen: Seen,
}

#[get("/cases/<code>/jobs")]
async fn index(
    code: Code,
    later: Later<to::AssessCases>,
    board: &State<Board>,
    pool: &State<Db>,
    language: Language,
) -> Result<Page<JobsPage>> {
    board.bring_up_to_date(pool).await?;
    let mut db = later.read().await?;
    let (user, today) = (db.user().clone(), db.today());
    let (case, _, person) = cases::reached(&mut db, code, Permission::AssessCases).await?;
    let search = search::of_case(&mut db, case.id).await?;
    let seeker = seeker(&mut db, &case).await?.filter(|_| search.as_ref().is_some_and(|search| search.looking));
    let mut best = super::matching::board::Best::default();
    let mut proposed = Vec::new();
    if let Some(seeker) = &seeker {
        best = board.for_seeker(seeker, &aside(&mut db, case.id).await?, today, SHOWN);
        let ids: Vec<Uuid> = best.best.iter().map(|(id, _)| *id).collect();
        let found = vacancy::these(&mut db, &ids).await?;
        let mut lines = lines(&mut db, found, language).await?;
        for (id, score) in &best.best {
            let Some(at) = lines.iter().position(|line| line.vacancy.id == *id) else { continue };
            let line = lines.swap_remove(at);
            let reasons = board
                .offer(*id)
                .map(|offer| explain(seeker, &offer, &weigh(seeker, &offer), language))
                .unwrap_or_default();
            let (pro, con) = (strongest(&reasons, Side::For), strongest(&reasons, Side::Against));
            proposed.push(Proposed { line, points: points(*score), pro, con });
        }
    }
    let referrals = referral::of_case(&mut db, case.id).await?;
    let placements = placement::of_case(&mut db, case.id).await?;
    let may_change = case.holder_id == user.organisation && !case.is_closed();
    let seen = db.opened(&[person.id, case.id]).await?;
    Ok(Page(JobsPage {
        case,
        person,
        search: search.map(|search| (search.clone(), search.lines(language))),
        proposed,
        ruled_out: best.ruled_out.iter().map(|(b, many)| (format!("barrier-{}", b.code()), i64::from(*many))).collect(),
        compared: i64::from(best.compared),
        referrals,
        placements,
        may_change,
        _seen: seen,
    }))
}

#[derive(Template)]
#[template(path = "employment/match.html")]
pub struct MatchPage {
    case: Case,
    person: Person,
    vacancy: Vacancy,
    employer: String,
    lines: Vec<(&'static str, String)>,
    form: Filled,
    points: Option<i64>,
    pro: Vec<Reason>,
    con: Vec<Reason>,
    not_known: Vec<Reason>,
    change: Option<Change>,
    barrier: Option<&'static str>,
    because: Vec<Choice>,
    /// The referral that goes on.
    referred: Option<Uuid>,
    set_aside: Option<String>,
    may_choose: bool,
    _seen: Option<Seen>,
}

async fn page<P>(
    mut db: Read<P>,
    board: &Board,
    (code, id): (Code, Uuid),
    form: Filled,
    language: Language,
) -> Result<MatchPage> {
    let (user, today) = (db.user().clone(), db.today());
    let (case, _, person) = cases::reached(&mut db, code, Permission::AssessCases).await?;
    let vacancy = vacancy::find(&mut db, id).await?;
    let employer = super::employer::find(&mut db, vacancy.employer_id).await?.name;
    let compared = match (seeker(&mut db, &case).await?, board.offer(id)) {
        (Some(seeker), Some(offer)) => Some(compared(&seeker, &offer, today, language)),
        _ => None,
    };
    let (points, reasons, change, barrier) = compared.unwrap_or_default();
    let of = |side: Side| -> Vec<Reason> { reasons.iter().filter(|reason| reason.side == side).cloned().collect() };
    let referred = referral::going_on(&mut db, case.id, id).await?;
    let set_aside: Option<Option<String>> = match_choices::table
        .filter(match_choices::case_id.eq(case.id))
        .filter(match_choices::vacancy_id.eq(id))
        .filter(match_choices::choice.eq("unsuitable"))
        .select(match_choices::because)
        .first(&mut *db)
        .await
        .optional()?;
    let may_choose = case.holder_id == user.organisation && !case.is_closed() && vacancy.is_open(today);
    let seen = db.opened(&[person.id, case.id]).await?;
    Ok(MatchPage {
        lines: vacancy.lines(language),
        case,
        person,
        vacancy,
        employer,
        form,
        points,
        pro: of(Side::For),
        con: of(Side::Against),
        not_known: of(Side::NotKnown),
        change,
        barrier: barrier.map(Barrier::code),
        because: choices(language, "match-because", &BECAUSE),
        referred,
        set_aside: set_aside.flatten(),
        may_choose,
        _seen: Some(seen),
    })
}

type Compared = (Option<i64>, Vec<Reason>, Option<Change>, Option<Barrier>);

fn compared(seeker: &Seeker, offer: &Offer, today: time::Date, language: Language) -> Compared {
    let weighed = weigh(seeker, offer);
    let reasons = explain(seeker, offer, &weighed, language);
    let change = improvement(seeker, offer, &weighed, language);
    (Some(points(weighed.score())), reasons, change, barrier(seeker, offer, today))
}

#[get("/cases/<code>/jobs/<id>")]
async fn show(
    code: Code,
    id: Uuid,
    later: Later<to::AssessCases>,
    board: &State<Board>,
    pool: &State<Db>,
    language: Language,
) -> Result<Page<MatchPage>> {
    board.bring_up_to_date(pool).await?;
    Ok(Page(page(later.read().await?, board, (code, id), Filled::blank(), language).await?))
}

#[derive(FromForm, Validate)]
struct ChoiceForm {
    #[field(default = String::new())]
    what: String,
    #[field(default = false)]
    agreed: bool,
    #[field(default = String::new())]
    because: String,
    #[validate(length(max = 500, code = "too-long"))]
    #[field(default = String::new())]
    words: String,
}

#[derive(FromForm, Validate)]
struct ChoiceSent {
    #[validate(nested)]
    choice: ChoiceForm,
}

/// What a choice comes to, if it is one.
enum Chosen {
    Referred,
    Unsuitable(String, Option<String>),
}

fn chosen(filled: &mut Filled, choice: &ChoiceForm) -> Option<Chosen> {
    match choice.what.as_str() {
        "referred" if choice.agreed => Some(Chosen::Referred),
        "referred" => {
            filled.push("choice.agreed", "error-referral-agreed");
            None
        }
        "unsuitable" => {
            if choice.because.trim().is_empty() {
                filled.push("choice.because", "error-choose");
            }
            let because = one_of(filled, "choice.because", &choice.because, |code| BECAUSE.contains(&code))?;
            let words = text(&choice.words);
            if because == "other" && words.is_none() {
                filled.push("choice.words", "error-required");
                return None;
            }
            Some(Chosen::Unsuitable(because, words))
        }
        _ => {
            filled.push("choice.what", "error-choice");
            None
        }
    }
}

/// Proposes the person to the employer, or sets the vacancy aside. Either is kept with the list as it stood, for weighing its
/// order later.
#[post("/cases/<code>/jobs/<id>", data = "<form>")]
async fn choose(
    code: Code,
    id: Uuid,
    form: Form<Checked<ChoiceSent>>,
    later: Later<to::AssessCases>,
    board: &State<Board>,
    pool: &State<Db>,
    language: Language,
) -> Result<Answer<MatchPage>> {
    let Checked { value, mut filled } = form.into_inner();
    board.bring_up_to_date(pool).await?;
    let mut db = later.write().await?;
    let (user, today) = (db.user().clone(), db.today());
    let (case, ..) = match held::begin(&mut db, code, &filled).await? {
        Ok(found) => found,
        Err(before) => return Ok(Answer::To(before)),
    };
    let vacancy = vacancy::find(&mut db, id).await?;
    if !vacancy.is_open(today) {
        return Err(Error::refused(Status::Conflict, "error-vacancy-over"));
    }
    let Some(chosen) = value.and_then(|sent| chosen(&mut filled, &sent.choice)) else {
        let page = page(db.instead().await?, board, (code, id), filled, language).await?;
        return Ok(Answer::With(Status::UnprocessableEntity, page));
    };
    let seeker = seeker(&mut db, &case).await?;
    if let (Chosen::Referred, Some(seeker), Some(offer)) = (&chosen, &seeker, board.offer(id))
        && barrier(seeker, &offer, today) == Some(Barrier::Lawful)
    {
        return Err(Error::refused(Status::Conflict, "error-referral-lawful"));
    }
    let shown: Vec<Uuid> = match &seeker {
        Some(seeker) => {
            let best = board.for_seeker(seeker, &aside(&mut db, case.id).await?, today, SHOWN).best;
            best.into_iter().map(|(id, _)| id).collect()
        }
        None => Vec::new(),
    };
    let (what, because, words) = match &chosen {
        Chosen::Referred => ("referred", None, None),
        Chosen::Unsuitable(because, words) => ("unsuitable", Some(because.clone()), words.clone()),
    };
    if let Chosen::Referred = chosen
        && referral::going_on(&mut db, case.id, id).await?.is_some()
    {
        return Err(Error::refused(Status::Conflict, "error-referral-twice"));
    }
    diesel::insert_into(match_choices::table)
        .values((
            match_choices::id.eq(Uuid::now_v7()),
            match_choices::case_id.eq(case.id),
            match_choices::vacancy_id.eq(id),
            match_choices::choice.eq(what),
            match_choices::because.eq(because),
            match_choices::words.eq(words),
            match_choices::shown.eq(shown),
            match_choices::made_by.eq(user.id),
        ))
        .on_conflict_do_nothing()
        .execute(&mut *db)
        .await?;
    let (location, told) = match chosen {
        Chosen::Referred => {
            let referral = referral::make(&mut db, &user, case.id, id).await?;
            (format!("/cases/{code}/referrals/{referral}"), "referral-made")
        }
        Chosen::Unsuitable(..) => (format!("/cases/{code}/jobs"), "match-set-aside"),
    };
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, told))
}
