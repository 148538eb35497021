//! The lines of worklists, each scope an indexed predicate.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use time::Date;
use uuid::Uuid;

use crate::access::User;
use crate::base::Result;
use crate::base::date::Precision;
use crate::schema::{export_cases, hand_overs, persons, shares};

diesel::table! {
    /// A view; see database/views.sql.
    case_lines (case_id) {
        case_id -> Uuid,
        holder_id -> Uuid,
        accountable_id -> Uuid,
        person_id -> Uuid,
        code -> Text,
        name -> Text,
        phase -> Text,
        urgency -> Text,
        opened_at -> Timestamptz,
        place -> Integer,
        next_step -> Nullable<Text>,
        next_on -> Nullable<Date>,
        next_by -> Nullable<Text>,
        accountable -> Nullable<Text>,
        alarm -> Bool,
        offered -> Bool,
        service_due -> Nullable<Date>,
        standing -> Text,
        entered_on -> Nullable<Date>,
        entered_precision -> Nullable<Text>,
        channel -> Nullable<Text>,
        notified_on -> Nullable<Date>,
        call_on -> Nullable<Date>,
        call_part -> Nullable<Text>,
        lost -> Bool,
        contact_due -> Nullable<Date>,
        lists -> Array<Text>,
    }
}
diesel::table! {
    /// A view; see database/views.sql.
    case_numbers (holder_id, accountable_id, list) {
        holder_id -> Uuid,
        accountable_id -> Uuid,
        accountable -> Nullable<Text>,
        list -> Text,
        cases -> BigInt,
    }
}
diesel::allow_tables_to_appear_in_same_query!(case_lines, shares);
diesel::allow_tables_to_appear_in_same_query!(case_lines, persons);
diesel::allow_tables_to_appear_in_same_query!(case_lines, hand_overs);
diesel::allow_tables_to_appear_in_same_query!(case_lines, export_cases);

/// A line of a worklist.
#[derive(Queryable, Selectable, Clone)]
#[diesel(table_name = case_lines)]
pub struct Line {
    pub accountable_id: Uuid,
    pub person_id: Uuid,
    pub code: String,
    pub name: String,
    pub phase: String,
    pub urgency: String,
    pub next_step: Option<String>,
    pub next_on: Option<Date>,
    pub next_by: Option<String>,
    /// Not known of another office's staff.
    pub accountable: Option<String>,
    /// An immediate need that nobody has taken over.
    pub alarm: bool,
    /// Offered to another office, with no answer yet.
    pub offered: bool,
    /// When the first service without an outcome is due.
    pub service_due: Option<Date>,
    standing: String,
    entered_on: Option<Date>,
    entered_precision: Option<String>,
    pub channel: Option<String>,
    pub notified_on: Option<Date>,
    /// When they are to be called again, and at which part of the day.
    pub call_on: Option<Date>,
    pub call_part: Option<String>,
    /// By when my office is to reach them for the first time, until it has.
    pub contact_due: Option<Date>,
    /// On which lists it stands: one of [`FOUR`] or `lost`, and others of [`LISTS`].
    pub lists: Vec<String>,
}

/// The four lists of whoever is accountable (practice 26).
pub const FOUR: [&str; 4] = ["call-now", "today", "waiting", "unplanned"];
/// Every list that an open case can stand on; database/views.sql says when.
pub const LISTS: [&str; 11] = [
    "open",
    "call-now",
    "today",
    "waiting",
    "unplanned",
    "alarm",
    "contact-late",
    "overdue",
    "service-overdue",
    "offered",
    "lost",
];

/// Which cases of an office: all that are open, or those of some people, on a list.
#[derive(Clone, Copy, Default)]
pub struct Of<'a> {
    pub people: &'a [Uuid],
    pub list: Option<&'a str>,
}

impl Line {
    /// The day of entry of somebody who is back.
    pub fn entered(&self) -> Option<(Date, Precision)> {
        let precision = Precision::from_code(self.entered_precision.as_deref()?)?;
        self.entered_on.map(|on| (on, precision)).filter(|_| self.standing == "returned")
    }
}

/// Open cases that my office holds, the most urgent first.
pub async fn open(db: &mut AsyncPgConnection, user: &User, of: Of<'_>, most: i64) -> Result<Vec<Line>> {
    let held = case_lines::table.filter(case_lines::holder_id.eq(user.organisation));
    let mut scope = held.filter(case_lines::phase.ne("closed")).into_boxed();
    if !of.people.is_empty() {
        scope = scope.filter(case_lines::accountable_id.eq_any(of.people.to_vec()));
    }
    if let Some(list) = of.list {
        scope = scope.filter(case_lines::lists.contains(vec![list.to_owned()]));
    }
    load(db, scope, most).await
}

/// How many cases of my office stand on a list: who is accountable, their name where it is known, the list, the number.
pub async fn numbers(db: &mut AsyncPgConnection, user: &User) -> Result<Vec<(Uuid, Option<String>, String, i64)>> {
    Ok(case_numbers::table
        .filter(case_numbers::holder_id.eq(user.organisation))
        .limit(5000)
        .select((case_numbers::accountable_id, case_numbers::accountable, case_numbers::list, case_numbers::cases))
        .load(db)
        .await?)
}

/// Cases that my office held to their end.
pub async fn closed(db: &mut AsyncPgConnection, user: &User, most: i64) -> Result<Vec<Line>> {
    let held = case_lines::table.filter(case_lines::holder_id.eq(user.organisation));
    load(db, held.filter(case_lines::phase.eq("closed")).into_boxed(), most).await
}

/// Cases that another office lets us read.
pub async fn shared(db: &mut AsyncPgConnection, user: &User, most: i64) -> Result<Vec<Line>> {
    let given = shares::table.filter(shares::organisation_id.eq(user.organisation)).select(shares::case_id);
    Ok(case_lines::table
        .filter(case_lines::case_id.eq_any(given).and(case_lines::holder_id.ne(user.organisation)))
        .order(case_lines::opened_at.desc())
        .limit(most)
        .select(Line::as_select())
        .load(db)
        .await?)
}

type Scope = case_lines::BoxedQuery<'static, Pg>;

async fn load(db: &mut AsyncPgConnection, scope: Scope, most: i64) -> Result<Vec<Line>> {
    let urgent_first = (case_lines::place, case_lines::next_on.asc().nulls_first(), case_lines::opened_at);
    Ok(scope.order(urgent_first).limit(most).select(Line::as_select()).load(db).await?)
}
