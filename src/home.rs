//! The first page after signing in, and the page of a shift.

use std::collections::HashMap;

use askama::Template;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rocket::{Route, State, get, routes};
use time::{Date, Duration, OffsetDateTime};
use uuid::Uuid;

use crate::access::guard::to;
use crate::access::{Permission, Read, Seen, User};
use crate::account::draft::{self, Draft};
use crate::base::Result;
use crate::base::date::{Precision, written};
use crate::base::language::Language;
use crate::base::seal::Keys;
use crate::base::settings::Settings;
use crate::case::duty::between;
use crate::case::duty::store::{self as duty, Above};
use crate::import::{Kind, brings_in};
use crate::page::{Page, filters};
use crate::person::deputy::{self, Alone};
use crate::psychosocial::glass;
use crate::schema::{assessments, cases, episodes, hand_overs, manifests, plans};
use crate::vocabulary::List;

pub fn routes() -> Vec<Route> {
    routes![home, shift, lists]
}

#[derive(Template)]
#[template(path = "home/index.html")]
struct HomePage {
    name: String,
    may_read: bool,
    /// Knows of work, and of nobody.
    partner: bool,
    may_find: bool,
    may_register: bool,
    may_decide: bool,
    may_count: bool,
    may_manage: bool,
    may_share: bool,
    /// Where one practises.
    training: Option<String>,
    /// Brings in the base of contracts, and says whose they are.
    contracts: bool,
}

#[get("/")]
fn home(user: User, settings: &State<Settings>) -> Page<HomePage> {
    Page(HomePage {
        training: settings.training_address.clone().filter(|_| !settings.training),
        may_read: user.may(Permission::ReadCases),
        partner: user.may(Permission::ReadWork) && !user.may(Permission::ReadCases),
        may_find: user.may(Permission::FindPeople),
        may_register: user.may(Permission::RegisterPeople),
        may_decide: user.may(Permission::DecideAccess),
        may_count: user.may(Permission::ReadStatistics),
        may_manage: user.may(Permission::ManageUsers),
        may_share: user.may(Permission::KeepComputers),
        contracts: brings_in(&user) == Some(Kind::Contracts),
        name: user.name,
    })
}

/// A flight that my desk meets.
#[derive(Queryable)]
struct Flight {
    id: Uuid,
    flight: String,
    on: Date,
}

impl Flight {
    fn on(&self) -> String {
        written(self.on, Precision::Day)
    }
}

/// Somebody on duty, as their line shows them.
struct OnDuty {
    name: String,
    phone: String,
    hours: String,
}

#[derive(Template)]
#[template(path = "home/shift.html")]
struct ShiftPage {
    alarms: Vec<(String, OffsetDateTime)>,
    above: Vec<Above>,
    on_duty: Vec<OnDuty>,
    gaps: Vec<(OffsetDateTime, OffsetDateTime)>,
    /// At desks where people arrive.
    flights: Option<Vec<Flight>>,
    hand_overs: i64,
    /// The code of a case, and the page on which something of mine is not finished.
    drafts: Vec<(String, &'static str)>,
    /// What I had typed when my screen locked.
    typed: Vec<Draft>,
    may_keep: bool,
    /// For whoever assigns cases: staff for whom nobody could stand in with people under protection.
    alone: Vec<Alone>,
    /// Openings of what is restricted that wait for my word.
    glass: i64,
    _seen: Seen,
}

/// What whoever begins a shift must know: what is immediate, who is on duty, what comes, what waits (practice 11).
#[get("/shift")]
async fn shift(mut db: Read<to::ReadCases>, keys: &State<Keys>) -> Result<Page<ShiftPage>> {
    let (user, now, today) = (db.user().clone(), db.now(), db.today());
    let alarms = duty::open(&mut db, &user).await?;
    let above = duty::above(&mut db).await?;
    let staff: HashMap<Uuid, String> = duty::staff(&mut db).await?.into_iter().collect();
    let mut on_duty = duty::shifts(&mut db, &user, now, now).await?;
    on_duty.sort_by_key(|shift| shift.place);
    let gaps = duty::gaps(&mut db, &user, now, now + Duration::DAY).await?;
    let flights = match user.is_at_gate() {
        true => Some(flights(&mut db, &user, today).await?),
        false => None,
    };
    let hand_overs: i64 = hand_overs::table
        .filter(hand_overs::to_id.eq(user.organisation))
        .filter(hand_overs::state.eq("offered"))
        .count()
        .get_result(&mut *db)
        .await?;
    let drafts = drafts(&mut db, &user).await?;
    let typed = draft::mine(&mut db, keys, &user).await?;
    let alone = deputy::alone(&mut db).await?;
    let glass = glass::waiting(&mut db).await?;
    let people = alarms.iter().map(|(person, ..)| *person).chain(drafts.iter().map(|(person, ..)| *person));
    let shown: Vec<Uuid> = people.collect();
    let seen = db.listed(&shown).await?;
    Ok(Page(ShiftPage {
        alarms: alarms.into_iter().map(|(_, code, since)| (code, since)).collect(),
        above,
        on_duty: on_duty
            .into_iter()
            .map(|shift| OnDuty {
                name: staff.get(&shift.user_id).cloned().unwrap_or_default(),
                hours: between(shift.starts_at, shift.ends_at),
                phone: shift.phone,
            })
            .collect(),
        // Nobody on duty now is said by itself.
        gaps: gaps.into_iter().filter(|(from, _)| *from > now).collect(),
        flights,
        hand_overs,
        typed,
        drafts: drafts.into_iter().map(|(_, code, page)| (code, page)).collect(),
        may_keep: user.may(Permission::KeepRoster),
        alone,
        glass,
        _seen: seen,
    }))
}

async fn flights(db: &mut AsyncPgConnection, user: &User, today: Date) -> Result<Vec<Flight>> {
    Ok(manifests::table
        .filter(manifests::desk_id.eq(user.organisation))
        .filter(manifests::arrives_on.between(today, today.saturating_add(Duration::DAY)))
        .order((manifests::arrives_on, manifests::flight))
        .limit(100)
        .select((manifests::id, manifests::flight, manifests::arrives_on))
        .load(db)
        .await?)
}

/// What the user began in cases of their office and did not finish: assessments, and plans in which they wrote; the person,
/// the code of the case, and the page.
async fn drafts(db: &mut AsyncPgConnection, user: &User) -> Result<Vec<(Uuid, String, &'static str)>> {
    let mine = cases::holder_id.eq(user.organisation).and(cases::phase.ne("closed"));
    let asked: Vec<(Uuid, String)> = assessments::table
        .inner_join(cases::table.inner_join(episodes::table))
        .filter(mine)
        .filter(assessments::begun_by.eq(user.id))
        .filter(assessments::concluded_at.is_null())
        .order(assessments::begun_at.desc())
        .limit(20)
        .select((episodes::person_id, cases::code))
        .load(db)
        .await?;
    let planned: Vec<(Uuid, String)> = plans::table
        .inner_join(cases::table.inner_join(episodes::table))
        .filter(mine)
        .filter(plans::state.eq("draft"))
        .filter(plans::writers.contains(vec![user.id]))
        .order(plans::id.desc())
        .limit(20)
        .select((episodes::person_id, cases::code))
        .load(db)
        .await?;
    let asked = asked.into_iter().map(|(person, code)| (person, code, "assessments"));
    Ok(asked.chain(planned.into_iter().map(|(person, code)| (person, code, "plan"))).collect())
}

/// A code list as the page of sources shows it.
struct Shown {
    name: String,
    count: usize,
    source: &'static str,
    as_of: &'static str,
    /// Titles in the reader's language that this project translated.
    ours: usize,
}

#[derive(Template)]
#[template(path = "home/lists.html")]
struct ListsPage {
    lists: Vec<Shown>,
}

/// Where every code list comes from, and what of it is this project's translation.
#[get("/lists")]
fn lists(_user: User, language: Language) -> Page<ListsPage> {
    let lists = List::ALL
        .into_iter()
        .map(|list| {
            let vocabulary = list.vocabulary();
            Shown {
                name: format!("list-{}", list.name().replace('_', "-")),
                count: vocabulary.entries().len(),
                source: &vocabulary.source,
                as_of: &vocabulary.as_of,
                ours: vocabulary.entries().iter().filter(|e| e.translated_here(language)).count(),
            }
        })
        .collect();
    Page(ListsPage { lists })
}
