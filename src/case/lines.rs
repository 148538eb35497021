//! The lines of worklists, each scope an indexed predicate.

use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Date as SqlDate, Integer, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use time::Date;
use uuid::Uuid;

use crate::access::User;
use crate::base::Result;

/// A line of a worklist.
#[derive(QueryableByName, Clone)]
pub struct Line {
    #[diesel(sql_type = SqlUuid)]
    pub person_id: Uuid,
    #[diesel(sql_type = Text)]
    pub code: String,
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = Text)]
    pub phase: String,
    #[diesel(sql_type = Text)]
    pub urgency: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub next_step: Option<String>,
    #[diesel(sql_type = Nullable<SqlDate>)]
    pub next_on: Option<Date>,
    #[diesel(sql_type = Nullable<Text>)]
    pub next_by: Option<String>,
    #[diesel(sql_type = Text)]
    pub accountable: String,
    /// An immediate need that nobody has taken over.
    #[diesel(sql_type = Bool)]
    pub alarm: bool,
    /// Offered to another office, with no answer yet.
    #[diesel(sql_type = Bool)]
    pub offered: bool,
    /// The residence notice is due and not known to be given: its day.
    #[diesel(sql_type = Nullable<SqlDate>)]
    pub notice_by: Option<Date>,
    #[diesel(sql_type = Nullable<SqlDate>)]
    pub service_due: Option<Date>,
}

const LINE: &str = "SELECT p.id AS person_id, c.code, p.name, c.phase, c.urgency, c.next_step, c.next_on, c.next_by, u.name AS accountable, \
    c.urgency = 'immediate' AND EXISTS (SELECT FROM screenings s WHERE s.case_id = c.id AND s.urgency = 'immediate' AND s.taken_over_at IS NULL) AS alarm, \
    EXISTS (SELECT FROM hand_overs h WHERE h.case_id = c.id AND h.state = 'offered') AS offered, \
    CASE WHEN e.standing = 'returned' AND e.entered_precision = 'day' AND c.accountable_id = $1 \
          AND EXISTS (SELECT FROM labour_migrations m WHERE m.episode_id = e.id AND m.channel = ANY ($4)) \
          AND NOT EXISTS (SELECT FROM residence_notices n WHERE n.episode_id = e.id) \
         THEN e.entered_on + current_parameter('residence-notice.days')::integer END AS notice_by, \
    (SELECT min(s.due_on) FROM services s WHERE s.case_id = c.id AND s.outcome IS NULL) AS service_due \
    FROM cases c JOIN episodes e ON e.id = c.episode_id JOIN persons p ON p.id = e.person_id JOIN users u ON u.id = c.accountable_id ";

/// Open cases that I am accountable for, the most urgent first; the scope is an indexed predicate.
pub async fn mine(db: &mut AsyncPgConnection, user: &User, most: i32) -> Result<Vec<Line>> {
    lines(db, user, most, "WHERE c.accountable_id = $1 AND c.holder_id = $2 AND c.phase <> 'closed'").await
}

/// Open cases that my office holds.
pub async fn of_office(db: &mut AsyncPgConnection, user: &User, most: i32) -> Result<Vec<Line>> {
    lines(db, user, most, "WHERE c.holder_id = $2 AND c.phase <> 'closed'").await
}

/// Cases that my office held to their end.
pub async fn closed(db: &mut AsyncPgConnection, user: &User, most: i32) -> Result<Vec<Line>> {
    lines(db, user, most, "WHERE c.holder_id = $2 AND c.phase = 'closed'").await
}

/// Cases that another office lets us read.
pub async fn shared(db: &mut AsyncPgConnection, user: &User, most: i32) -> Result<Vec<Line>> {
    let scope = "WHERE c.holder_id <> $2 AND c.id IN (SELECT s.case_id FROM shares s WHERE s.organisation_id = $2)";
    // Whoever is accountable there is nobody whom this office sees.
    let query = LINE
        .replace("u.name AS accountable", "'' AS accountable")
        .replace("JOIN users u ON u.id = c.accountable_id ", "");
    Ok(bound(format!("{query}{scope} ORDER BY c.opened_at DESC LIMIT $3"), user, most).load(db).await?)
}

async fn lines(db: &mut AsyncPgConnection, user: &User, most: i32, scope: &str) -> Result<Vec<Line>> {
    let order = "ORDER BY array_position(ARRAY['immediate', 'priority', 'routine'], c.urgency), c.next_on NULLS FIRST, c.opened_at LIMIT $3";
    Ok(bound(format!("{LINE}{scope} {order}"), user, most).load(db).await?)
}

type Bound = diesel::query_builder::BoxedSqlQuery<'static, diesel::pg::Pg, diesel::query_builder::SqlQuery>;

fn bound(query: String, user: &User, most: i32) -> Bound {
    diesel::sql_query(query)
        .into_boxed::<diesel::pg::Pg>()
        .bind::<SqlUuid, _>(user.id)
        .bind::<SqlUuid, _>(user.organisation)
        .bind::<Integer, _>(most)
        .bind::<Array<Text>, _>(crate::episode::migration::CONTRACT_CHANNELS.map(str::to_owned).to_vec())
}
