//! What is kept of plans.

use diesel::define_sql_function;
use diesel::prelude::*;
use diesel::sql_types::{Date as SqlDate, Integer, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::json;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::{Act, Goal, Intervention, MOST_GOALS, MOST_INTERVENTIONS, Plan};
use crate::access::User;
use crate::base::clock::date_in_viet_nam;
use crate::base::event;
use crate::base::{Error, Result};
use crate::case::provider::store as providers;
use crate::schema::{plan_goals, plan_interventions, plan_returns, plans, services, users};

define_sql_function! {
    /// See database/functions_plan.sql.
    fn plan_needs_second(wanted: SqlUuid) -> Bool;
}
define_sql_function! {
    /// See database/functions_plan.sql.
    fn touch_plan(wanted: SqlUuid, at_version: Integer) -> Bool;
}
define_sql_function! {
    /// See database/functions_plan.sql.
    fn move_plan(wanted: SqlUuid, act: Text, at_version: Integer, why: Nullable<Text>, on_day: Nullable<SqlDate>) -> Text;
}

/// The versions of a case's plan, the newest first.
pub async fn versions(db: &mut AsyncPgConnection, case: Uuid) -> Result<Vec<Plan>> {
    Ok(plans::table
        .filter(plans::case_id.eq(case))
        .order(plans::number.desc())
        .limit(100)
        .select(Plan::as_select())
        .load(db)
        .await?)
}

/// The version that is being written, if there is one.
pub async fn draft(db: &mut AsyncPgConnection, case: Uuid) -> Result<Plan> {
    let open = plans::table.filter(plans::case_id.eq(case)).filter(plans::state.eq("draft"));
    Ok(open.select(Plan::as_select()).first(db).await?)
}

/// Since when a plan of the case is in force.
pub async fn in_force_since(db: &mut AsyncPgConnection, case: Uuid) -> Result<Option<Date>> {
    let since: Option<Option<OffsetDateTime>> = plans::table
        .filter(plans::case_id.eq(case))
        .filter(plans::state.eq("in-force"))
        .select(plans::in_force_at)
        .first(db)
        .await
        .optional()?;
    Ok(since.flatten().map(date_in_viet_nam))
}

/// Goals and interventions of a version, in the order in which they were written.
pub async fn content(db: &mut AsyncPgConnection, plan: Uuid) -> Result<(Vec<Goal>, Vec<Intervention>)> {
    let goals = plan_goals::table
        .filter(plan_goals::plan_id.eq(plan))
        .order(plan_goals::id)
        .limit(MOST_GOALS as i64)
        .select(Goal::as_select())
        .load(db)
        .await?;
    let interventions = plan_interventions::table
        .filter(plan_interventions::plan_id.eq(plan))
        .order((plan_interventions::due_on, plan_interventions::id))
        .limit(MOST_INTERVENTIONS as i64)
        .select(Intervention::as_select())
        .load(db)
        .await?;
    Ok((goals, interventions))
}

/// Why a version was given back, the newest reason first.
pub async fn returns(db: &mut AsyncPgConnection, plan: Uuid) -> Result<Vec<(String, OffsetDateTime)>> {
    Ok(plan_returns::table
        .filter(plan_returns::plan_id.eq(plan))
        .order(plan_returns::returned_at.desc())
        .limit(10)
        .select((plan_returns::reason, plan_returns::returned_at))
        .load(db)
        .await?)
}

/// The colleagues whom a page of plans names.
pub async fn names(db: &mut AsyncPgConnection, ids: &[Uuid]) -> Result<Vec<(Uuid, String)>> {
    Ok(users::table.filter(users::id.eq_any(ids)).limit(200).select((users::id, users::name)).load(db).await?)
}

/// Begins a version: an empty one, or a copy of the one in force. False if somebody began one before.
pub async fn begin(db: &mut AsyncPgConnection, user: &User, case: Uuid) -> Result<bool> {
    let all = versions(db, case).await?;
    if all.iter().any(|plan| plan.is_draft() || plan.is_sent()) {
        return Ok(false);
    }
    let (id, number) = (Uuid::now_v7(), all.iter().map(|plan| plan.number).max().unwrap_or(0) + 1);
    let begun = diesel::insert_into(plans::table)
        .values((
            plans::id.eq(id),
            plans::case_id.eq(case),
            plans::number.eq(number),
            plans::state.eq("draft"),
            plans::writers.eq(vec![user.id]),
        ))
        // A colleague who began one at the same moment.
        .on_conflict_do_nothing()
        .execute(db)
        .await?;
    if begun == 0 {
        return Ok(false);
    }
    if let Some(current) = all.iter().find(|plan| plan.state == "in-force") {
        copy(db, case, current.id, id).await?;
    }
    event::record(db, "case.plan-drafted", "case", case, json!({ "number": number })).await?;
    Ok(true)
}

async fn copy(db: &mut AsyncPgConnection, case: Uuid, from: Uuid, to: Uuid) -> Result<()> {
    let (goals, interventions) = content(db, from).await?;
    for goal in goals {
        let id = keep_goal(db, (case, to), None, &goal.dimension, &goal.text).await?;
        for old in interventions.iter().filter(|old| old.goal_id == goal.id) {
            let copied = Intervention { id: Uuid::now_v7(), goal_id: id, ..old.clone() };
            add_intervention(db, (case, to), &copied).await?;
        }
    }
    Ok(())
}

/// Takes the draft to be written in; false if somebody was faster.
pub async fn touch(db: &mut AsyncPgConnection, plan: Uuid, version: i32) -> Result<bool> {
    Ok(diesel::select(touch_plan(plan, version)).get_result(db).await?)
}

/// Adds a goal, or changes the one with this id; gives its id.
pub async fn keep_goal(
    db: &mut AsyncPgConnection,
    (case, plan): (Uuid, Uuid),
    known: Option<Uuid>,
    dimension: &str,
    text: &str,
) -> Result<Uuid> {
    let said = (plan_goals::dimension.eq(dimension), plan_goals::text.eq(text));
    if let Some(id) = known {
        diesel::update(plan_goals::table.find(id)).set(said).execute(db).await?;
        return Ok(id);
    }
    let id = Uuid::now_v7();
    let new = (plan_goals::id.eq(id), plan_goals::plan_id.eq(plan), plan_goals::case_id.eq(case), said);
    diesel::insert_into(plan_goals::table).values(new).execute(db).await?;
    Ok(id)
}

/// Removes a goal of this version with what is done towards it.
pub async fn remove_goal(db: &mut AsyncPgConnection, plan: Uuid, goal: Uuid) -> Result<()> {
    diesel::delete(plan_goals::table.find(goal).filter(plan_goals::plan_id.eq(plan))).execute(db).await?;
    Ok(())
}

pub async fn add_intervention(
    db: &mut AsyncPgConnection,
    (case, plan): (Uuid, Uuid),
    new: &Intervention,
) -> Result<()> {
    diesel::insert_into(plan_interventions::table)
        .values((
            plan_interventions::id.eq(new.id),
            plan_interventions::goal_id.eq(new.goal_id),
            plan_interventions::plan_id.eq(plan),
            plan_interventions::case_id.eq(case),
            plan_interventions::origin_id.eq(new.origin_id),
            plan_interventions::kind.eq(&new.kind),
            plan_interventions::what.eq(new.what.as_deref()),
            plan_interventions::responsible.eq(&new.responsible),
            plan_interventions::listed_id.eq(new.listed_id),
            plan_interventions::provider.eq(new.provider.as_deref()),
            plan_interventions::due_on.eq(new.due_on),
            plan_interventions::cost.eq(new.cost),
        ))
        .execute(db)
        .await?;
    Ok(())
}

pub async fn change_intervention(db: &mut AsyncPgConnection, now: &Intervention) -> Result<()> {
    diesel::update(plan_interventions::table.find(now.id))
        .set((
            plan_interventions::kind.eq(&now.kind),
            plan_interventions::what.eq(now.what.as_deref()),
            plan_interventions::responsible.eq(&now.responsible),
            plan_interventions::listed_id.eq(now.listed_id),
            plan_interventions::provider.eq(now.provider.as_deref()),
            plan_interventions::due_on.eq(now.due_on),
            plan_interventions::cost.eq(now.cost),
        ))
        .execute(db)
        .await?;
    Ok(())
}

pub async fn remove_intervention(db: &mut AsyncPgConnection, plan: Uuid, intervention: Uuid) -> Result<()> {
    let of_plan = plan_interventions::table.find(intervention).filter(plan_interventions::plan_id.eq(plan));
    diesel::delete(of_plan).execute(db).await?;
    Ok(())
}

/// Does an act on a plan; `Err` inside is the message that says what stands in the way.
pub async fn act(
    db: &mut AsyncPgConnection,
    plan: Uuid,
    act: Act,
    version: i32,
    (why, on): (Option<&str>, Option<Date>),
) -> Result<std::result::Result<(), &'static str>> {
    let said: String = diesel::select(move_plan(plan, act.code(), version, why, on)).get_result(db).await?;
    Ok(match said.as_str() {
        "done" => Ok(()),
        "changed" | "state" => Err("error-page-changed-meanwhile"),
        "empty" => Err("error-plan-empty"),
        "not-agreed" => Err("error-plan-not-agreed"),
        "second" => Err("error-plan-second"),
        "own" => Err("error-plan-own"),
        _ => return Err(Error::NotFound),
    })
}

/// True if somebody else must approve this version before it holds.
pub async fn needs_second(db: &mut AsyncPgConnection, plan: Uuid) -> Result<bool> {
    Ok(diesel::select(plan_needs_second(plan)).get_result(db).await?)
}

/// Makes services of what the plan in force agreed upon: each intervention once, however many versions have it. One that
/// nobody has begun takes the day and the provider of the newest version.
pub async fn make_services(db: &mut AsyncPgConnection, case: Uuid, plan: Uuid) -> Result<()> {
    let (_, interventions) = content(db, plan).await?;
    let listed: Vec<Uuid> = interventions.iter().filter_map(|i| i.listed_id).collect();
    let listed = providers::of_ids(db, &listed).await?;
    for agreed in &interventions {
        // An entry of the directory that is an office here is that office.
        let office = listed.iter().find(|p| Some(p.id) == agreed.listed_id).and_then(|p| p.organisation_id);
        let given = (
            services::provider_id.eq(office),
            services::provider.eq(agreed.provider.as_deref()),
            services::listed_id.eq(agreed.listed_id),
            services::due_on.eq(agreed.due_on),
        );
        let there = services::table.filter(services::intervention_id.eq(agreed.origin_id));
        let planned = there.filter(services::state.eq("planned"));
        diesel::update(planned).set((given, services::version.eq(services::version + 1))).execute(db).await?;
        let added = diesel::insert_into(services::table)
            .values((
                services::id.eq(Uuid::now_v7()),
                services::case_id.eq(case),
                services::kind.eq(&agreed.kind),
                services::state.eq("planned"),
                services::intervention_id.eq(agreed.origin_id),
                given,
            ))
            .on_conflict_do_nothing()
            .execute(db)
            .await?;
        if added == 1 {
            let about = json!({ "kind": agreed.kind, "due": agreed.due_on.to_string() });
            event::record(db, "case.service-added", "case", case, about).await?;
        }
    }
    Ok(())
}
