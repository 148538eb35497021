//! What is kept of returns, as the signed-in user may see and change it.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::json;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::contracted::Contracted;
use super::form::Return;
use super::migration::Migration;
use super::status::Status;
use super::{Episode, FACTS};
use crate::access::{OrganisationKind, User};
use crate::base::Result;
use crate::base::event;
use crate::person::fact::Said;
use crate::schema::{
    episode_contracts, episode_facts, episodes, labour_migrations, organisations, regularities, residence_notices,
    users,
};

/// A return of this person, if the user may open them.
pub async fn find(db: &mut AsyncPgConnection, person: Uuid, id: Uuid) -> Result<Episode> {
    Ok(episodes::table
        .filter(episodes::id.eq(id))
        .filter(episodes::person_id.eq(person))
        .select(Episode::as_select())
        .first(db)
        .await?)
}

/// A person's returns, the newest first.
pub async fn of_person(db: &mut AsyncPgConnection, person: Uuid) -> Result<Vec<Episode>> {
    Ok(episodes::table
        .filter(episodes::person_id.eq(person))
        .order(episodes::id.desc())
        .limit(50)
        .select(Episode::as_select())
        .load(db)
        .await?)
}

/// Everything that hangs on a return, in one go.
pub struct Whole {
    pub said: Vec<Said>,
    pub migration: Option<Migration>,
    /// What the base of contracts says of it.
    pub contracted: Option<Contracted>,
    /// The day of the notice to the residence office, and what was seen of it.
    pub notice: Option<(Date, String)>,
    /// Status abroad, sealed; nothing where I am neither keeper nor deputy.
    pub status: Option<Status>,
}

impl Whole {
    /// How they went: as they said, or as their contract says.
    pub fn channel(&self) -> Option<&str> {
        let said = self.migration.as_ref().and_then(|m| m.channel.as_deref());
        said.or_else(|| self.contracted.as_ref().map(Contracted::channel))
    }

    pub fn contract_end(&self) -> Option<Date> {
        let said = self.migration.as_ref().and_then(|m| m.contract_end);
        said.or_else(|| self.contracted.as_ref().and_then(|c| c.contract_end))
    }
}

pub async fn whole(db: &AsyncPgConnection, episode: Uuid) -> Result<Whole> {
    let (mut a, mut b, mut c, mut d, mut e) = (db, db, db, db, db);
    let (said, migration, notice, status, contracted) = rocket::tokio::try_join!(
        episode_facts::table
            .filter(episode_facts::episode_id.eq(episode))
            .order(episode_facts::fact)
            .limit(20)
            .select((episode_facts::fact, episode_facts::absence, episode_facts::level, episode_facts::said_by))
            .load(&mut a),
        labour_migrations::table
            .filter(labour_migrations::episode_id.eq(episode))
            .limit(1)
            .select(Migration::as_select())
            .load(&mut b),
        residence_notices::table
            .filter(residence_notices::episode_id.eq(episode))
            .limit(1)
            .select((residence_notices::notified_on, residence_notices::shown_as))
            .load(&mut c),
        regularities::table
            .filter(regularities::episode_id.eq(episode))
            .limit(1)
            .select(Status::as_select())
            .load(&mut d),
        episode_contracts::table
            .filter(episode_contracts::episode_id.eq(episode))
            .limit(1)
            .select(Contracted::as_select())
            .load(&mut e),
    )?;
    Ok(Whole {
        said,
        migration: migration.into_iter().next(),
        contracted: contracted.into_iter().next(),
        notice: notice.into_iter().next(),
        status: status.into_iter().next(),
    })
}

/// Opens a return at a door.
pub async fn open(
    db: &mut AsyncPgConnection,
    user: &User,
    person: Uuid,
    door: &str,
    read: &Return,
    now: OffsetDateTime,
) -> Result<Uuid> {
    let id = Uuid::now_v7();
    let returned = read.standing == "returned";
    diesel::insert_into(episodes::table)
        .values((
            episodes::id.eq(id),
            episodes::person_id.eq(person),
            episodes::door.eq(door),
            episodes::registered_by.eq(user.organisation),
            episodes::arrival.eq(match read.standing.as_str() {
                "planned" => Some("expected"),
                "returned" => Some("unannounced"),
                _ => None,
            }),
            episodes::confirmed_by.eq(returned.then_some(user.id)),
            episodes::confirmed_at.eq(returned.then_some(now)),
            episodes::standing.eq(&read.standing),
            columns(read),
        ))
        .execute(db)
        .await?;
    say(db, id, read).await?;
    event::record(db, "episode.opened", "person", person, json!({ "standing": read.standing, "door": door })).await?;
    Ok(id)
}

type Columns<'a> = (
    diesel::dsl::Eq<episodes::expected_on, Option<Date>>,
    diesel::dsl::Eq<episodes::flight, &'a Option<String>>,
    diesel::dsl::Eq<episodes::expected_at, Option<Uuid>>,
    diesel::dsl::Eq<episodes::previous_country, &'a Option<String>>,
    diesel::dsl::Eq<episodes::left_on, Option<Date>>,
    diesel::dsl::Eq<episodes::left_precision, Option<&'static str>>,
    diesel::dsl::Eq<episodes::entered_on, Option<Date>>,
    diesel::dsl::Eq<episodes::entered_precision, Option<&'static str>>,
    diesel::dsl::Eq<episodes::wants_help, &'a Option<String>>,
    diesel::dsl::Eq<episodes::voluntary, &'a Option<String>>,
    diesel::dsl::Eq<episodes::assisted, &'a Option<String>>,
    diesel::dsl::Eq<episodes::duration, &'a Option<String>>,
    diesel::dsl::Eq<episodes::reason, &'a Option<String>>,
);

/// What a form sets, whether the return is new or not.
fn columns(read: &Return) -> Columns<'_> {
    (
        episodes::expected_on.eq(read.expected_on),
        episodes::flight.eq(&read.flight),
        episodes::expected_at.eq(read.expected_at),
        episodes::previous_country.eq(&read.previous_country),
        episodes::left_on.eq(read.left.map(|(date, _)| date)),
        episodes::left_precision.eq(read.left.map(|(_, precision)| precision.code())),
        episodes::entered_on.eq(read.entered.map(|(date, _)| date)),
        episodes::entered_precision.eq(read.entered.map(|(_, precision)| precision.code())),
        episodes::wants_help.eq(&read.wants_help),
        episodes::voluntary.eq(&read.voluntary),
        episodes::assisted.eq(&read.assisted),
        episodes::duration.eq(&read.duration),
        episodes::reason.eq(&read.reason),
    )
}

/// Changes a return if it is still at the version that the form was filled from; false if not.
pub async fn change(db: &mut AsyncPgConnection, before: &Episode, version: i32, read: &Return) -> Result<bool> {
    let arrival = match (read.standing.as_str(), before.arrival.as_deref()) {
        ("planned", _) => Some("expected"),
        // Somebody announced whose arrival is entered here came after all.
        ("returned", Some("expected" | "arrived")) => Some("arrived"),
        ("returned", _) => Some("unannounced"),
        _ => None,
    };
    let changed =
        diesel::update(episodes::table.filter(episodes::id.eq(before.id)).filter(episodes::version.eq(version)))
            .set((
                episodes::standing.eq(&read.standing),
                episodes::arrival.eq(arrival),
                columns(read),
                episodes::version.eq(version + 1),
            ))
            .execute(db)
            .await?;
    if changed == 0 {
        return Ok(false);
    }
    say(db, before.id, read).await?;
    if before.standing != read.standing {
        let about = json!({ "from": before.standing, "to": read.standing });
        event::record(db, "episode.standing", "person", before.person_id, about).await?;
    }
    Ok(true)
}

/// Says why facts are missing or how sure they are, in place of what was said before.
async fn say(db: &mut AsyncPgConnection, episode: Uuid, read: &Return) -> Result<()> {
    diesel::delete(episode_facts::table.filter(episode_facts::episode_id.eq(episode))).execute(db).await?;
    let rows: Vec<_> = read
        .said
        .iter()
        .filter(|said| FACTS.contains(&said.fact))
        .map(|said| {
            (
                episode_facts::id.eq(Uuid::now_v7()),
                episode_facts::episode_id.eq(episode),
                episode_facts::fact.eq(said.fact),
                episode_facts::absence.eq(said.said.err().map(|absence| absence.code())),
                episode_facts::level.eq(said.said.ok().map(|level| level.code())),
                episode_facts::said_by.eq(Some(read.said_by)),
            )
        })
        .collect();
    if !rows.is_empty() {
        diesel::insert_into(episode_facts::table).values(rows).execute(db).await?;
    }
    Ok(())
}

/// Keeps the migration behind a return; false if somebody else was faster.
pub async fn keep_migration(db: &mut AsyncPgConnection, mut migration: Migration, version: i32) -> Result<bool> {
    if version == 0 {
        if !migration.is_empty() {
            let added = diesel::insert_into(labour_migrations::table)
                .values(&migration)
                .on_conflict_do_nothing()
                .execute(db)
                .await?;
            return Ok(added == 1);
        }
        return Ok(true);
    }
    migration.version = version + 1;
    let of_it = labour_migrations::table
        .filter(labour_migrations::episode_id.eq(migration.episode_id))
        .filter(labour_migrations::version.eq(version));
    Ok(diesel::update(of_it).set(&migration).execute(db).await? == 1)
}

/// Keeps the day of the residence notice; a corrected one replaces it.
pub async fn keep_notice(db: &mut AsyncPgConnection, episode: Uuid, on: Date, shown_as: &str) -> Result<()> {
    diesel::delete(residence_notices::table.filter(residence_notices::episode_id.eq(episode))).execute(db).await?;
    diesel::insert_into(residence_notices::table)
        .values((
            residence_notices::id.eq(Uuid::now_v7()),
            residence_notices::episode_id.eq(episode),
            residence_notices::notified_on.eq(on),
            residence_notices::shown_as.eq(shown_as),
        ))
        .execute(db)
        .await?;
    Ok(())
}

/// An office by id and name.
pub type Office = (Uuid, String);

/// The desks and gates where somebody may arrive.
pub async fn gates(db: &mut AsyncPgConnection) -> Result<Vec<Office>> {
    Ok(organisations::table
        .filter(organisations::kind.eq_any([OrganisationKind::Airport.code(), OrganisationKind::Border.code()]))
        .filter(organisations::ended_at.is_null())
        .order(organisations::name)
        .limit(200)
        .select((organisations::id, organisations::name))
        .load(db)
        .await?)
}

/// My colleagues, of whom one may be a deputy.
pub async fn colleagues(db: &mut AsyncPgConnection, user: &User) -> Result<Vec<Office>> {
    Ok(users::table
        .filter(users::organisation_id.eq(user.organisation))
        .filter(users::id.ne(user.id))
        .filter(users::ended_at.is_null())
        .order(users::name)
        .limit(200)
        .select((users::id, users::name))
        .load(db)
        .await?)
}
