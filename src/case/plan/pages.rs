//! The plan of a case as its page shows it: what holds, what is being written, what was.

use askama::Template;
use rocket::form::Form;
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::store::{self, content};
use super::{AGREED_HOW, Clock, Goal, Intervention, Plan, clock, cost};
use crate::access::guard::to;
use crate::access::store::parameter;
use crate::access::{Permission, Read, Seen, User, Write, may};
use crate::base::clock::date_in_viet_nam;
use crate::base::code::Code;
use crate::base::date::{Precision, written};
use crate::base::form::{Checked, Choice, Filled, Press};
use crate::base::language::Language;
use crate::base::{Error, Result, money};
use crate::case::assistance::CODES;
use crate::case::provider::store as providers;
use crate::case::{Case, assessment, held, store as cases};
use crate::episode::Episode;
use crate::page::{Answer, Page, filters};
use crate::person::Person;
use crate::person::choices::choices;

pub fn routes() -> Vec<Route> {
    routes![show, begin, one]
}

/// An intervention with the words that its line needs.
pub struct ShownIntervention {
    pub intervention: Intervention,
    pub provider: String,
    /// Its entry of the directory does not hold any more.
    pub expired: bool,
    pub due: String,
    pub cost: Option<String>,
}

pub struct ShownGoal {
    pub goal: Goal,
    pub interventions: Vec<ShownIntervention>,
}

/// A version with all that is in it.
pub struct Shown {
    pub plan: Plan,
    pub goals: Vec<ShownGoal>,
    pub cost: String,
    pub agreed: String,
    pub since: String,
    pub until: String,
    pub sent_by: String,
    pub approved_by: String,
    pub in_force_by: String,
    /// Why it was given back, the newest reason first.
    pub returned: Vec<(String, OffsetDateTime)>,
}

impl Shown {
    pub fn is_empty(&self) -> bool {
        self.goals.iter().all(|goal| goal.interventions.is_empty())
    }

    fn has(&self, kind: &str) -> bool {
        self.goals.iter().flat_map(|goal| &goal.interventions).any(|i| i.intervention.kind == kind)
    }
}

fn day(at: Option<OffsetDateTime>) -> String {
    at.map(|at| written(date_in_viet_nam(at), Precision::Day)).unwrap_or_default()
}

async fn shown(db: &mut diesel_async::AsyncPgConnection, plan: Plan, today: Date) -> Result<Shown> {
    let (goals, interventions) = content(db, plan.id).await?;
    let listed: Vec<Uuid> = interventions.iter().filter_map(|i| i.listed_id).collect();
    let listed = providers::of_ids(db, &listed).await?;
    let people: Vec<Uuid> = [plan.sent_by, plan.approved_by, plan.in_force_by].into_iter().flatten().collect();
    let names = store::names(db, &people).await?;
    let name = |id: Option<Uuid>| {
        names.iter().find(|(known, _)| Some(*known) == id).map(|(_, name)| name.clone()).unwrap_or_default()
    };
    let returned = store::returns(db, plan.id).await?;
    let of_goal = |goal: &Goal| {
        let of = interventions.iter().filter(|i| i.goal_id == goal.id);
        of.map(|i| {
            let entry = listed.iter().find(|p| Some(p.id) == i.listed_id);
            ShownIntervention {
                provider: entry.map(|p| p.name.clone()).or_else(|| i.provider.clone()).unwrap_or_default(),
                expired: entry.is_some_and(|p| !p.is_valid(today)),
                due: written(i.due_on, Precision::Day),
                cost: i.cost.map(money::written),
                intervention: i.clone(),
            }
        })
        .collect()
    };
    Ok(Shown {
        goals: goals.into_iter().map(|goal| ShownGoal { interventions: of_goal(&goal), goal }).collect(),
        cost: money::written(cost(&interventions)),
        agreed: plan.agreed_on.map(|on| written(on, Precision::Day)).unwrap_or_default(),
        since: day(plan.in_force_at),
        until: day(plan.ended_at),
        sent_by: name(plan.sent_by),
        approved_by: name(plan.approved_by),
        in_force_by: name(plan.in_force_by),
        returned,
        plan,
    })
}

/// The clock of a case's plan, with the message that says it and its day.
pub async fn clock_line(
    db: &mut diesel_async::AsyncPgConnection,
    case: &Case,
    episode: &Episode,
    today: Date,
) -> Result<(&'static str, String)> {
    let since = store::in_force_since(db, case.id).await?;
    let days = parameter(db, "plan.days").await?;
    let clock: Clock = clock(episode, since, days, today);
    Ok((clock.code(), clock.date().map(|on| written(on, Precision::Day)).unwrap_or_default()))
}

#[derive(Template)]
#[template(path = "case/plan.html")]
pub struct ShowPage {
    case: Case,
    person: Person,
    form: Filled,
    clock: (&'static str, String),
    current: Option<Shown>,
    /// The version that is written, or waits for approval.
    open: Option<Shown>,
    older: Vec<(String, String, String)>,
    /// What the returnee said that they need, and no version has.
    unmet: Vec<String>,
    /// Somebody else must approve what is being written.
    needs_second: bool,
    agreed_how: Vec<Choice>,
    may_change: bool,
    /// It waits, and this user is the other person.
    may_approve: bool,
    _seen: Option<Seen>,
}

/// The case with its person, if the user may read it.
pub async fn readable<P>(db: &mut Read<P>, code: Code) -> Result<(User, Case, Episode, Person)> {
    let (user, now) = (db.user().clone(), db.now());
    let (case, episode, person) = cases::find(db, code).await?;
    let ground = cases::ground(db, &user, &case, &person).await?;
    match may(&user, Permission::ReadCases, Some(&ground), now) {
        true => Ok((user, case, episode, person)),
        false => Err(Error::NotFound),
    }
}

pub async fn page<P>(mut db: Read<P>, code: Code, form: Filled, language: Language) -> Result<ShowPage> {
    let today = db.today();
    let (user, case, episode, person) = readable(&mut db, code).await?;
    let clock = clock_line(&mut db, &case, &episode, today).await?;
    let mut current = None;
    let mut open = None;
    let mut older = Vec::new();
    for plan in store::versions(&mut db, case.id).await? {
        match plan.state.as_str() {
            "replaced" => older.push((plan.number.to_string(), day(plan.in_force_at), day(plan.ended_at))),
            "in-force" => current = Some(shown(&mut db, plan, today).await?),
            _ => open = Some(shown(&mut db, plan, today).await?),
        }
    }
    let needs_second = match &open {
        Some(open) if open.plan.is_draft() => store::needs_second(&mut db, open.plan.id).await?,
        _ => false,
    };
    let holds = case.holder_id == user.organisation && !case.is_closed();
    let mut unmet = assessment::store::needs(&mut db, case.id).await?;
    unmet.retain(|kind| {
        CODES.contains(&kind.as_str()) && ![&open, &current].into_iter().flatten().any(|plan| plan.has(kind))
    });
    unmet.sort_by_key(|kind| CODES.iter().position(|code| code == kind));
    let seen = db.opened(&[person.id, case.id]).await?;
    Ok(ShowPage {
        clock,
        may_change: holds && user.may(Permission::ChangeCases),
        may_approve: holds
            && user.may(Permission::ApprovePlans)
            && open.as_ref().is_some_and(|open| open.plan.is_sent() && !open.plan.is_own(user.id)),
        needs_second,
        agreed_how: choices(language, "plan-agreed", &AGREED_HOW),
        case,
        person,
        form,
        current,
        open,
        older,
        unmet,
        _seen: Some(seen),
    })
}

/// The page again with what is wrong, and nothing changed.
pub async fn refused<P>(
    db: Write<P>,
    code: Code,
    form: Filled,
    status: Status,
    language: Language,
) -> Result<Answer<ShowPage>> {
    Ok(Answer::With(status, page(db.instead().await?, code, form, language).await?))
}

/// Commits an act on a plan and goes back to its page.
pub async fn end<P, T>(db: Write<P>, code: Code, filled: &Filled, told: &'static str) -> Result<Answer<T>> {
    let location = format!("/cases/{code}/plan");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, told))
}

#[get("/cases/<code>/plan")]
async fn show(code: Code, db: Read<to::ReadCases>, language: Language) -> Result<Page<ShowPage>> {
    Ok(Page(page(db, code, Filled::blank(), language).await?))
}

/// Begins a version: an empty one, or a copy of what is in force.
#[post("/cases/<code>/plan", data = "<form>")]
async fn begin(code: Code, form: Form<Checked<Press>>, mut db: Write<to::ChangeCases>) -> Result<Answer<ShowPage>> {
    let filled = form.into_inner().filled;
    let (case, _, _) = match held::begin(&mut db, code, &filled).await? {
        Ok(found) => found,
        Err(before) => return Ok(Answer::To(before)),
    };
    let user = db.user().clone();
    if !store::begin(&mut db, &user, case.id).await? {
        return Err(Error::refused(Status::Conflict, "error-plan-open"));
    }
    end(db, code, &filled, "plan-begun").await
}

#[derive(Template)]
#[template(path = "case/plan_version.html")]
struct VersionPage {
    case: Case,
    person: Person,
    shown: Shown,
    _seen: Seen,
}

/// A version as it stands or stood.
#[get("/cases/<code>/plan/versions/<version>")]
async fn one(code: Code, version: i32, mut db: Read<to::ReadCases>) -> Result<Page<VersionPage>> {
    let today = db.today();
    let (_, case, _, person) = readable(&mut db, code).await?;
    let all = store::versions(&mut db, case.id).await?;
    let plan = all.into_iter().find(|plan| plan.number == version).ok_or(Error::NotFound)?;
    let shown = shown(&mut db, plan, today).await?;
    let seen = db.opened(&[person.id, case.id]).await?;
    Ok(Page(VersionPage { case, person, shown, _seen: seen }))
}
