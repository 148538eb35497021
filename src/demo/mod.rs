//! A made-up world for trying out: offices, their staff, and people who came home. Nobody in it is real.
//!
//! Everything goes in through the same policies that bind the pages: offices and accounts as the command line, people
//! as the officer who registered them, with the case that this officer opened for a return. What was offered to another
//! office is answered by the function behind the pages, as whoever answers it there, who then carries on with the case.
//! Each answer is given with the clock set back to its own moment, so that the timeline tells when; the record of access
//! tells it too. Expected days and next steps are counted from the clock's today, so that something is always due; all
//! else ends with [`people::UNTIL`]. Nobody is written to about an offer that stays without an answer.

mod abroad;
mod caring;
mod communes;
mod contracts;
mod corridors;
mod directory;
mod evidence;
mod facts;
mod journeys;
mod names;
mod pairs;
mod papers;
mod people;
mod reach;
mod returns;
mod roster;
mod skilled;
mod store;
mod teaching;
pub mod training;
mod words;
mod work;
mod working;
mod world;

use std::collections::{BTreeMap, HashMap};

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::App;
use crate::access::store::{
    NewOrganisation, add_organisation, add_user, email_taken, organisation_named, parameter, set_password,
};
use crate::access::{OrganisationKind, Role, entry};
use crate::base::actor::Actor;
use crate::base::db::{Rights, Tx};
use crate::base::{Error, Result};
use crate::case::URGENCIES;
use crate::schema::users;
use people::Made;
use store::Cast;
use store::cases::Pending;
use world::{LAST, Member, OFFICES, Office};

/// Every made-up account has this password.
pub const PASSWORD: &str = "duong-ve-nha-minh";
const DOMAIN: &str = "@demo.trove.example";

/// How many people are drawn at once, and how many go in with one transaction.
const SLICE: u64 = 12_000;
const BATCH: usize = 800;

/// An account that anybody may try out.
pub struct SignIn {
    pub email: String,
    pub password: &'static str,
    pub role: &'static str,
    pub organisation: &'static str,
}

/// What was loaded.
pub struct Summary {
    pub people: u32,
    pub sign_ins: Vec<SignIn>,
}

/// The accounts of the world, the same in every one.
pub fn sign_ins() -> Vec<SignIn> {
    let of = |office: &'static Office| {
        office.staff.iter().map(|member| SignIn {
            email: email(member.account),
            password: PASSWORD,
            role: member.role.code(),
            organisation: office.name,
        })
    };
    OFFICES.iter().flat_map(of).collect()
}

/// True if a world was loaded to its end.
pub async fn exists(app: &App) -> Result<bool> {
    let mut tx = app.db.begin(&command_line(), Uuid::now_v7(), Rights::Reader).await?;
    email_taken(&mut tx, &email(LAST)).await
}

/// Loads a world. The same seed and number make the same people, but for their ids.
///
/// A run that was interrupted is taken up again by another with the same seed. Where anybody has an account who is not
/// made up, nothing is loaded: everybody knows the password, and search reaches every record.
pub async fn load(app: &App, people: u32, seed: u64, say: impl Fn(&str)) -> Result<Summary> {
    let mut cast = accounts(app).await?;
    cast.listed = directory::fill(app, &cast).await?;
    say(&format!("{} offices with {} accounts", OFFICES.len(), sign_ins().len()));
    roster::fill(app, &cast).await?;
    communes::fill(app, &cast).await?;
    desks(app, &cast, seed).await?;
    let all = u64::from(people);
    for first in (0..all).step_by(SLICE as usize) {
        let after = (first + SLICE).min(all);
        let mut by_officer: BTreeMap<&str, Vec<Made>> = BTreeMap::new();
        for made in (first..after).map(|number| people::draw(seed, number)) {
            by_officer.entry(made.officer).or_default().push(made);
        }
        let mut offered: BTreeMap<&str, Vec<Pending<'_>>> = BTreeMap::new();
        for (account, registered) in &mut by_officer {
            let officer = cast.actor(account)?;
            registered.sort_by_key(|made| made.registered_at);
            for batch in registered.chunks(BATCH) {
                let mut tx = app.db.begin(officer, Uuid::now_v7(), Rights::Writer).await?;
                store::register(&mut tx, &app.keys, &cast, officer, batch).await?;
                for pending in store::cases::pending(&mut tx, batch).await? {
                    offered.entry(pending.to).or_default().push(pending);
                }
                tx.commit().await?;
            }
        }
        for (account, mut pending) in offered {
            let officer = cast.actor(account)?;
            pending.sort_by_key(|pending| pending.journey.code);
            for batch in pending.chunks(BATCH) {
                let mut tx = app.db.begin(officer, Uuid::now_v7(), Rights::Writer).await?;
                store::cases::receive(&mut tx, &cast, officer, batch).await?;
                tx.commit().await?;
            }
        }
        say(&format!("{after} of {all} people"));
    }
    pairs::fill(app, &cast).await?;
    flights(app, &cast, seed).await?;
    contracts::fill(app, &cast, all, seed).await?;
    evidence::fill(app, &cast).await?;
    skilled::fill(app, &cast).await?;
    working::fill(app, &cast).await?;
    teaching::fill(app, &cast).await?;
    caring::fill(app, &cast).await?;
    finish(app).await?;
    Ok(Summary { people, sign_ins: sign_ins() })
}

fn command_line() -> Actor {
    Actor::Service("command-line")
}

fn email(account: &str) -> String {
    format!("{account}{DOMAIN}")
}

/// What desks and posts abroad keep beside their cases; once.
async fn desks(app: &App, cast: &Cast, seed: u64) -> Result<()> {
    for (place, office) in OFFICES.iter().enumerate() {
        for member in office.staff.iter().filter(|m| matches!(m.role, Role::Desk | Role::Attache)) {
            let officer = cast.actor(member.account)?;
            let mut tx = app.db.begin(officer, Uuid::now_v7(), Rights::Writer).await?;
            store::desks::fill(&mut tx, cast, officer, office, (seed, place as u64)).await?;
            tx.commit().await?;
        }
    }
    Ok(())
}

/// The flights that the desks of airports meet; once there are people.
async fn flights(app: &App, cast: &Cast, seed: u64) -> Result<()> {
    for (place, office) in OFFICES.iter().enumerate().filter(|(_, office)| office.kind == OrganisationKind::Airport) {
        for member in office.staff.iter().filter(|member| member.role == Role::Desk) {
            let officer = cast.actor(member.account)?;
            let mut tx = app.db.begin(officer, Uuid::now_v7(), Rights::Writer).await?;
            store::flights::fill(&mut tx, &app.keys, cast, officer, (seed, place as u64)).await?;
            tx.commit().await?;
        }
    }
    Ok(())
}

/// Makes offices and accounts, all but the last one, unless they are there; then says who is who.
async fn accounts(app: &App) -> Result<Cast> {
    let mut tx = app.db.begin(&command_line(), Uuid::now_v7(), Rights::Writer).await?;
    let made_up = format!("%{DOMAIN}");
    let others: i64 = users::table.filter(users::email.not_like(&made_up)).count().get_result(&mut *tx).await?;
    if others > 0 {
        return Err(Error::Internal(
            "there are accounts of real people here: made-up people go into a database of their own".into(),
        ));
    }
    if organisation_named(&mut tx, OFFICES[0].name).await?.is_none() {
        let hash = entry::hash_now(PASSWORD)?;
        for office in &OFFICES {
            let new = NewOrganisation {
                kind: office.kind,
                name: office.name,
                province: office.province,
                country: office.country,
                phone: Some(office.phone),
                hours: Some(office.hours),
            };
            let organisation = add_organisation(&mut tx, &new).await?;
            for member in office.staff.iter().filter(|m| m.account != LAST) {
                add(&mut tx, organisation, member, &hash).await?;
            }
        }
    }
    let known: Vec<(String, Uuid, Uuid)> = users::table
        .filter(users::email.like(&made_up))
        .select((users::email, users::id, users::organisation_id))
        .limit(1000)
        .load(&mut *tx)
        .await?;
    let mut reply_hours = HashMap::new();
    for urgency in URGENCIES {
        reply_hours.insert(urgency, parameter(&mut tx, &format!("hand-over.hours-{urgency}")).await?);
    }
    tx.commit().await?;
    let actor = |(email, id, organisation): (String, Uuid, Uuid)| {
        Some((email.strip_suffix(DOMAIN)?.to_owned(), Actor::User { id, organisation }))
    };
    Ok(Cast {
        actors: known.into_iter().filter_map(actor).collect(),
        now: app.clock.now(),
        today: app.clock.today(),
        ahead: app.clock.ahead(),
        reply_hours,
        listed: HashMap::new(),
    })
}

async fn add(tx: &mut Tx, organisation: Uuid, member: &Member, hash: &str) -> Result<()> {
    let user = add_user(tx, organisation, &email(member.account), member.name, &[member.role]).await?;
    set_password(tx, user, hash).await
}

/// Makes the last account, which says that the world is whole.
async fn finish(app: &App) -> Result<()> {
    let mut tx = app.db.begin(&command_line(), Uuid::now_v7(), Rights::Writer).await?;
    if email_taken(&mut tx, &email(LAST)).await? {
        return Ok(());
    }
    let hash = entry::hash_now(PASSWORD)?;
    for office in &OFFICES {
        for member in office.staff.iter().filter(|m| m.account == LAST) {
            let organisation = organisation_named(&mut tx, office.name).await?.ok_or(Error::NotFound)?;
            add(&mut tx, organisation, member, &hash).await?;
        }
    }
    tx.commit().await
}
