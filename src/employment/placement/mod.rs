//! Work that somebody began, and how it is at the start, after the first months and after the second (E4, practice 32).

mod form;
mod pages;
mod showing;

use diesel::prelude::*;
use diesel::sql_types::{Date as SqlDate, Integer};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rocket::{Route, routes};
use time::Date;
use uuid::Uuid;

use crate::base::date::{Precision, written};
use crate::base::language::{Language, Message};
use crate::base::{Result, money};
use crate::case::store::{self as cases, NextStep};
use crate::schema::{placement_checks, placements};

pub fn routes() -> Vec<Route> {
    routes![pages::due, pages::new, pages::add, showing::show, showing::check]
}

/// What a check finds.
pub const FOUND: [&str; 4] = ["working", "other-work", "not-working", "not-reached"];
/// Answers on the work, as practice 32 asks for them.
pub const YES_NO: [&str; 3] = ["yes", "no", "not-known"];
pub const USES: [&str; 4] = ["yes", "partly", "no", "not-known"];
pub const FAR: [&str; 4] = ["home", "daily", "away", "not-known"];
pub const LEFT: [&str; 8] = ["ended", "wage", "treatment", "family", "own-business", "abroad", "not-said", "other"];

/// Fewer hours than these, and more wanted, is too little work (ILO, 19th ICLS, resolution I: time-related underemployment).
const LITTLE: i32 = super::matching::FULL_TIME;

/// How many checks follow the first day.
const CHECKS: [i32; 2] = [1, 2];

#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = placements)]
pub struct Placement {
    pub id: Uuid,
    pub referral_id: Option<Uuid>,
    pub employer: String,
    /// ISCO-08.
    pub occupation: String,
    pub province_code: Option<String>,
    pub country: Option<String>,
    pub started_on: Date,
}

impl Placement {
    pub fn started(&self) -> String {
        written(self.started_on, Precision::Day)
    }
}

/// How the work is, at one of the three times.
#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = placement_checks)]
pub struct Check {
    pub number: i32,
    pub found: String,
    pub wage: Option<i64>,
    pub hours: Option<i32>,
    pub more_hours: Option<String>,
    pub below: Option<String>,
    pub formal: Option<String>,
    pub uses_skills: Option<String>,
    pub far: Option<String>,
    pub left_because: Option<String>,
    pub words: Option<String>,
    pub made_on: Date,
}

impl Check {
    /// Too few hours, or below what they can do.
    pub fn is_underemployed(&self) -> bool {
        let few = self.hours.is_some_and(|hours| hours < LITTLE) && self.more_hours.as_deref() == Some("yes");
        few || self.below.as_deref() == Some("yes")
    }

    pub fn made(&self) -> String {
        written(self.made_on, Precision::Day)
    }

    pub fn wage_said(&self) -> Option<String> {
        self.wage.map(|wage| format!("{} đ", money::written(wage)))
    }
}

pub async fn of_case(db: &mut AsyncPgConnection, case: Uuid) -> Result<Vec<Placement>> {
    Ok(placements::table
        .filter(placements::case_id.eq(case))
        .order(placements::started_on.desc())
        .limit(50)
        .select(Placement::as_select())
        .load(db)
        .await?)
}

pub async fn of_referral(db: &mut AsyncPgConnection, referral: Uuid) -> Result<Option<Uuid>> {
    let of = placements::table.filter(placements::referral_id.eq(referral));
    Ok(of.select(placements::id).first(db).await.optional()?)
}

pub async fn find(db: &mut AsyncPgConnection, case: Uuid, id: Uuid) -> Result<(Placement, Vec<Check>)> {
    let placement = placements::table
        .filter(placements::id.eq(id))
        .filter(placements::case_id.eq(case))
        .select(Placement::as_select())
        .first(&mut *db)
        .await?;
    let checks = placement_checks::table
        .filter(placement_checks::placement_id.eq(id))
        .order(placement_checks::number)
        .limit(3)
        .select(Check::as_select())
        .load(db)
        .await?;
    Ok((placement, checks))
}

#[derive(QueryableByName)]
struct DueOn {
    #[diesel(sql_type = SqlDate)]
    due_on: Date,
}

/// The day of a check: 1 after the first months, 2 after the second.
pub async fn due_on(db: &mut AsyncPgConnection, started_on: Date, number: i32) -> Result<Date> {
    let row: DueOn = diesel::sql_query("SELECT placement_due($1, $2) AS due_on")
        .bind::<SqlDate, _>(started_on)
        .bind::<Integer, _>(number)
        .get_result(db)
        .await?;
    Ok(row.due_on)
}

/// Keeps how it is at one of the three times, and sets the next of them as the case's next step.
pub async fn keep_check(
    db: &mut AsyncPgConnection,
    user: Uuid,
    (case, placement, started_on): (Uuid, Uuid, Date),
    (number, how): (i32, form::How),
    today: Date,
) -> Result<()> {
    let row = (
        placement_checks::id.eq(Uuid::now_v7()),
        placement_checks::placement_id.eq(placement),
        placement_checks::number.eq(number),
        placement_checks::made_by.eq(user),
        placement_checks::made_on.eq(today),
    );
    diesel::insert_into(placement_checks::table).values((how, row)).execute(db).await?;
    if let Some(next) = CHECKS.into_iter().find(|next| *next > number) {
        let on = due_on(db, started_on, next).await?.max(today);
        let step = Language::Vi.say(&Message::new(format!("placement-next-{next}")));
        cases::set_next_step(db, case, Some(&NextStep { step, on, by: "me".to_owned() })).await?;
    }
    Ok(())
}
