//! What is kept of cases, as the signed-in user may see and change it.

use diesel::define_sql_function;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::json;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::duty::{alarm, store as duty};
use super::{Case, Phase};
use crate::access::{Ground, OrganisationKind, Permission, Read, Share, User, may};
use crate::base::code::Code;
use crate::base::event;
use crate::base::{Error, Result};
use crate::episode::Episode;
use crate::person::{Person, store as people};
use crate::schema::{case_notes, cases, episodes, organisations, persons, private_talks, screenings, shares};

mod accountable {
    use diesel::sql_types::Uuid as SqlUuid;
    diesel::define_sql_function! {
        /// See database/functions_staff.sql.
        fn may_be_accountable(wanted: SqlUuid, who: SqlUuid) -> Bool;
    }
}
define_sql_function! {
    /// True if this case must be offered to a named person; see database/functions.sql.
    fn is_protected_case(wanted: SqlUuid) -> Bool;
}
mod excludes {
    use diesel::sql_types::{Nullable, Uuid as SqlUuid};
    diesel::define_sql_function! {
        /// See database/functions_exclusion.sql.
        fn case_excludes(wanted: SqlUuid, office: Nullable<SqlUuid>, who: Nullable<SqlUuid>) -> Bool;
    }
}
mod care {
    use diesel::sql_types::Uuid as SqlUuid;
    diesel::define_sql_function! {
        /// See database/functions_care.sql.
        fn care_elsewhere(of_case: SqlUuid) -> Bool;
    }
}
define_sql_function! {
    /// A case worker of an office by their address; see database/functions.sql.
    fn case_worker(mail: Text, office: SqlUuid) -> Nullable<SqlUuid>;
}
define_sql_function! {
    /// What an office asked may know before it accepts; see database/functions.sql.
    fn hand_over_preview(hand_over: SqlUuid) -> Nullable<Jsonb>;
}

/// The case with this code, with its return and its person, if the user may open it.
pub async fn find(db: &mut AsyncPgConnection, code: Code) -> Result<(Case, Episode, Person)> {
    Ok(cases::table
        .inner_join(episodes::table.inner_join(persons::table))
        .filter(cases::code.eq(code.as_str()))
        .select((Case::as_select(), Episode::as_select(), Person::as_select()))
        .first(db)
        .await?)
}

/// The case with this code, if the user's permission reaches it.
pub async fn reached<P>(db: &mut Read<P>, code: Code, wanted: Permission) -> Result<(Case, Episode, Person)> {
    let (user, now) = (db.user().clone(), db.now());
    let (case, episode, person) = find(db, code).await?;
    let ground = ground(db, &user, &case, &person).await?;
    if may(&user, wanted, Some(&ground), now) { Ok((case, episode, person)) } else { Err(Error::NotFound) }
}

/// Why the user may open this case, as the one authorisation function wants it.
pub async fn ground(db: &mut AsyncPgConnection, user: &User, case: &Case, person: &Person) -> Result<Ground> {
    let lent: Vec<(Uuid, Option<Uuid>, OffsetDateTime)> = shares::table
        .filter(shares::case_id.eq(case.id))
        .limit(50)
        .select((shares::organisation_id, shares::user_id, shares::until))
        .load(db)
        .await?;
    let mut all = vec![Share { organisation: case.holder_id, user: None, until: None, reads_only: false }];
    all.extend(lent.into_iter().map(|(organisation, user, until)| Share {
        organisation,
        user,
        until: Some(until),
        reads_only: true,
    }));
    let under = people::ground(db, user, person).await?;
    Ok(Ground { shares: all, under: Some(Box::new(under)), ..Ground::default() })
}

/// True if the case's person has nothing to do with this office, or this one of its staff (practice 21).
pub async fn excludes(db: &mut AsyncPgConnection, case: Uuid, office: Option<Uuid>, who: Option<Uuid>) -> Result<bool> {
    Ok(diesel::select(excludes::case_excludes(case, office, who)).get_result(db).await?)
}

/// Whether somebody lets it be known that they support this case's person in private.
pub async fn care_elsewhere(db: &mut AsyncPgConnection, case: Uuid) -> Result<bool> {
    Ok(diesel::select(care::care_elsewhere(case)).get_result(db).await?)
}

/// A new case.
pub struct NewCase<'a> {
    pub code: Code,
    pub episode: Uuid,
    pub urgency: &'a str,
    pub wishes: Option<&'a str>,
}

/// Opens a case; whoever opens it is accountable until somebody else is.
pub async fn open(db: &mut AsyncPgConnection, user: &User, new: &NewCase<'_>) -> Result<Uuid> {
    let id = Uuid::now_v7();
    diesel::insert_into(cases::table)
        .values((
            cases::id.eq(id),
            cases::code.eq(new.code.as_str()),
            cases::episode_id.eq(new.episode),
            cases::phase.eq(Phase::Intake.code()),
            cases::urgency.eq(new.urgency),
            cases::holder_id.eq(user.organisation),
            cases::accountable_id.eq(user.id),
            cases::wishes.eq(new.wishes),
        ))
        .execute(db)
        .await?;
    event::record(db, "case.opened", "case", id, json!({ "urgency": new.urgency })).await?;
    Ok(id)
}

/// Keeps what a counter saw, and the case's urgency with it; calls whoever is on duty where that is immediate. Gives the
/// page on which the counter goes on.
pub async fn screen(
    db: &mut AsyncPgConnection,
    user: &User,
    (case, code): (Uuid, Code),
    (urgency, flags): (&str, &[String]),
    now: OffsetDateTime,
) -> Result<String> {
    let id = Uuid::now_v7();
    let raised = duty::open_since(db, case).await?.is_some();
    diesel::insert_into(screenings::table)
        .values((
            screenings::id.eq(id),
            screenings::case_id.eq(case),
            screenings::urgency.eq(urgency),
            screenings::flags.eq(flags),
            screenings::screened_by.eq(user.id),
        ))
        .execute(db)
        .await?;
    diesel::update(cases::table.filter(cases::id.eq(case)))
        .set((cases::urgency.eq(urgency), cases::version.eq(cases::version + 1)))
        .execute(db)
        .await?;
    event::record(db, "case.screened", "case", case, json!({ "urgency": urgency })).await?;
    if urgency != "immediate" {
        return Ok(format!("/cases/{code}/slip"));
    }
    if !raised {
        alarm::raise(db, id, now).await?;
    }
    Ok(format!("/cases/{code}/immediate"))
}

/// Notes that somebody wants to talk in private; the counter does not read it back.
pub async fn ask_private_talk(db: &mut AsyncPgConnection, case: Uuid) -> Result<()> {
    diesel::insert_into(private_talks::table)
        .values((private_talks::id.eq(Uuid::now_v7()), private_talks::case_id.eq(case)))
        // Asked before, it stays asked.
        .on_conflict_do_nothing()
        .execute(db)
        .await?;
    Ok(())
}

/// Moves a case if it is still at this version; false if somebody was faster.
pub async fn set_phase(db: &mut AsyncPgConnection, case: &Case, version: i32, to: Phase) -> Result<bool> {
    let moved = diesel::update(cases::table.filter(cases::id.eq(case.id)).filter(cases::version.eq(version)))
        .set((cases::phase.eq(to.code()), cases::version.eq(version + 1)))
        .execute(db)
        .await?;
    if moved == 0 {
        return Ok(false);
    }
    event::record(db, "case.phase", "case", case.id, json!({ "from": case.phase, "to": to.code() })).await?;
    Ok(true)
}

/// One next step: what, when, and who must act.
pub struct NextStep {
    pub step: String,
    pub on: Date,
    pub by: String,
}

/// Sets or clears the next step. The last word counts: a next step is said, not negotiated.
pub async fn set_next_step(db: &mut AsyncPgConnection, case: Uuid, next: Option<&NextStep>) -> Result<()> {
    diesel::update(cases::table.filter(cases::id.eq(case)))
        .set((
            cases::next_step.eq(next.map(|n| n.step.as_str())),
            cases::next_on.eq(next.map(|n| n.on)),
            cases::next_by.eq(next.map(|n| n.by.as_str())),
            cases::version.eq(cases::version + 1),
        ))
        .execute(db)
        .await?;
    event::record(db, "case.next-step", "case", case, json!({ "set": next.is_some() })).await
}

/// Makes somebody of the holder accountable.
pub async fn assign(db: &mut AsyncPgConnection, case: &Case, to: Uuid) -> Result<()> {
    make_accountable(db, case.id, case.accountable_id, to).await
}

/// The same, where only the ids are at hand: whoever was accountable, and whoever will be.
pub async fn make_accountable(db: &mut AsyncPgConnection, case: Uuid, from: Uuid, to: Uuid) -> Result<()> {
    diesel::update(cases::table.filter(cases::id.eq(case)))
        .set((cases::accountable_id.eq(to), cases::version.eq(cases::version + 1)))
        .execute(db)
        .await?;
    event::record(db, "case.assigned", "case", case, json!({ "from": from, "to": to })).await
}

/// Somebody takes over an immediate need; false if another did before.
pub async fn take_over(db: &mut AsyncPgConnection, taker: Uuid, case: Uuid) -> Result<bool> {
    let open = screenings::table
        .filter(screenings::case_id.eq(case))
        .filter(screenings::urgency.eq("immediate"))
        .filter(screenings::taken_over_at.is_null());
    let taken = diesel::update(open)
        .set((
            screenings::taken_over_by.eq(taker),
            screenings::taken_over_at.eq(diesel::dsl::sql::<Nullable<Timestamptz>>("app_now()")),
        ))
        .execute(db)
        .await?;
    if taken == 0 {
        return Ok(false);
    }
    event::record(db, "case.taken-over", "case", case, json!({})).await?;
    Ok(true)
}

/// Says that the private talk was held.
pub async fn hold_private_talk(db: &mut AsyncPgConnection, user: &User, case: Uuid) -> Result<()> {
    diesel::update(
        private_talks::table.filter(private_talks::case_id.eq(case)).filter(private_talks::held_at.is_null()),
    )
    .set((
        private_talks::held_by.eq(user.id),
        private_talks::held_at.eq(diesel::dsl::sql::<Nullable<Timestamptz>>("app_now()")),
    ))
    .execute(db)
    .await?;
    Ok(())
}

pub async fn write_note(db: &mut AsyncPgConnection, user: &User, case: Uuid, text: &str) -> Result<()> {
    diesel::insert_into(case_notes::table)
        .values((
            case_notes::id.eq(Uuid::now_v7()),
            case_notes::case_id.eq(case),
            case_notes::text.eq(text),
            case_notes::written_by.eq(user.id),
        ))
        .execute(db)
        .await?;
    Ok(())
}

/// Lets another office read along until a day.
pub async fn share(
    db: &mut AsyncPgConnection,
    user: &User,
    case: Uuid,
    with: Uuid,
    reason: &str,
    until: OffsetDateTime,
) -> Result<bool> {
    let row = (
        shares::id.eq(Uuid::now_v7()),
        shares::case_id.eq(case),
        shares::organisation_id.eq(with),
        shares::given_by.eq(user.organisation),
        shares::stage.eq("reading"),
        shares::reason.eq(reason),
        shares::until.eq(until),
    );
    if diesel::insert_into(shares::table).values(row).on_conflict_do_nothing().execute(db).await? == 0 {
        let given = shares::table.filter(shares::case_id.eq(case)).filter(shares::organisation_id.eq(with));
        if diesel::update(given).set(shares::until.eq(until)).execute(db).await? == 0 {
            return Ok(false);
        }
    }
    event::record(db, "case.shared", "case", case, json!({ "to": with })).await?;
    Ok(true)
}

/// Ends a share at once.
pub async fn end_share(db: &mut AsyncPgConnection, case: Uuid, share: Uuid) -> Result<bool> {
    let given = shares::table.filter(shares::id.eq(share)).filter(shares::case_id.eq(case));
    let ended =
        diesel::update(given).set(shares::until.eq(diesel::dsl::sql::<Timestamptz>("app_now()"))).execute(db).await?;
    if ended == 1 {
        event::record(db, "case.share-ended", "case", case, json!({})).await?;
    }
    Ok(ended == 1)
}

#[derive(QueryableByName)]
struct Coded {
    #[diesel(sql_type = Text)]
    code: String,
    #[diesel(sql_type = Bool)]
    mine: bool,
}

async fn coded(db: &mut AsyncPgConnection, query: &str, code: Code) -> Result<Option<(String, bool)>> {
    let found: Option<Coded> =
        diesel::sql_query(query).bind::<Text, _>(code.as_str().to_owned()).get_result(db).await.optional()?;
    Ok(found.map(|c| (c.code, c.mine)))
}

/// The case that a code names, its own or a slip's, and whether I may open it.
pub async fn with_code(db: &mut AsyncPgConnection, code: Code) -> Result<Option<(String, bool)>> {
    coded(db, "SELECT code, mine FROM case_with_code($1)", code).await
}

/// The same for somebody who typed the code: that it led to another office's case is recorded.
pub async fn look_up(db: &mut AsyncPgConnection, code: Code) -> Result<Option<(String, bool)>> {
    coded(db, "SELECT code, mine FROM look_up_case($1)", code).await
}

/// A person's cases that I may open.
pub async fn of_person(db: &mut AsyncPgConnection, person: Uuid) -> Result<Vec<Case>> {
    Ok(cases::table
        .inner_join(episodes::table)
        .filter(episodes::person_id.eq(person))
        .order(cases::opened_at.desc())
        .limit(50)
        .select(Case::as_select())
        .load(db)
        .await?)
}

/// True if somebody of my office may be accountable for a case; see database/functions_staff.sql.
pub async fn may_be_accountable(db: &mut AsyncPgConnection, case: Uuid, who: Uuid) -> Result<bool> {
    Ok(diesel::select(accountable::may_be_accountable(case, who)).get_result(db).await?)
}

/// The offices that can hold a case, those of a province first.
pub async fn offices(db: &mut AsyncPgConnection, without: Uuid, near: Option<&str>) -> Result<Vec<(Uuid, String)>> {
    let kinds =
        [OrganisationKind::Esc, OrganisationKind::Province, OrganisationKind::Mission, OrganisationKind::Provider];
    let mut all: Vec<(Uuid, String, String, Option<String>)> = organisations::table
        .filter(organisations::kind.eq_any(kinds.map(OrganisationKind::code)))
        .filter(organisations::id.ne(without))
        .filter(organisations::ended_at.is_null())
        .order(organisations::name)
        .limit(500)
        .select((organisations::id, organisations::name, organisations::kind, organisations::province_code))
        .load(db)
        .await?;
    // An employment service centre of that province, then its other offices, then centres elsewhere.
    all.sort_by_key(|(_, _, kind, province)| {
        (province.is_none() || province.as_deref() != near, kind != OrganisationKind::Esc.code())
    });
    Ok(all.into_iter().map(|(id, name, _, _)| (id, name)).collect())
}
