//! Queries about many cases at once.

use std::collections::HashSet;

use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::sql_types::{Array, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Chosen, Kind};
use crate::access::User;
use crate::base::Result;
use crate::schema::{bulk_acts, bulk_cases, cases, episodes, hand_overs, persons, users};

#[derive(QueryableByName)]
struct Id {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// Those of these codes that my office holds and that are open, in the order of their names; `to` is whoever may become
/// accountable, or the office that is offered them.
pub async fn chosen(
    db: &mut AsyncPgConnection,
    user: &User,
    codes: &[&str],
    (kind, to): (Kind, Option<Uuid>),
) -> Result<Vec<Chosen>> {
    type Row = (Uuid, Uuid, String, i32, String, Uuid, Option<String>, String, bool, bool);
    let waiting = hand_overs::table.filter(hand_overs::case_id.eq(cases::id)).filter(hand_overs::state.eq("offered"));
    let rows: Vec<Row> = cases::table
        .inner_join(episodes::table.inner_join(persons::table))
        .left_join(users::table.on(users::id.eq(cases::accountable_id)))
        .filter(cases::code.eq_any(codes))
        .filter(cases::holder_id.eq(user.organisation))
        .filter(cases::phase.ne("closed"))
        .order((persons::given_key, persons::family_key, cases::id))
        .limit(1000)
        .select((
            cases::id,
            persons::id,
            cases::code,
            cases::version,
            cases::urgency,
            cases::accountable_id,
            users::name.nullable(),
            persons::name,
            persons::protected,
            exists(waiting),
        ))
        .load(db)
        .await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.0).collect();
    let may_have: HashSet<Uuid> = match to {
        Some(to) => {
            let fit = match kind {
                Kind::Assignment => "SELECT id FROM unnest($1) AS wanted (id) WHERE may_be_accountable(id, $2)",
                Kind::Offer => "SELECT id FROM unnest($1) AS wanted (id) WHERE NOT case_excludes(id, $2, NULL)",
            };
            let found: Vec<Id> =
                diesel::sql_query(fit).bind::<Array<SqlUuid>, _>(&ids).bind::<SqlUuid, _>(to).load(db).await?;
            found.into_iter().map(|row| row.id).collect()
        }
        None => HashSet::new(),
    };
    Ok(rows
        .into_iter()
        .map(|(id, person_id, code, version, urgency, accountable_id, accountable, name, protected, offered)| Chosen {
            may_have: may_have.contains(&id),
            id,
            person_id,
            code,
            version,
            urgency,
            accountable_id,
            accountable,
            name,
            protected,
            offered,
        })
        .collect())
}

/// Keeps what was done.
pub async fn keep(db: &mut AsyncPgConnection, user: &User, kind: Kind, to: Uuid, done: &[Chosen]) -> Result<Uuid> {
    let id = Uuid::now_v7();
    diesel::insert_into(bulk_acts::table)
        .values((
            bulk_acts::id.eq(id),
            bulk_acts::organisation_id.eq(user.organisation),
            bulk_acts::kind.eq(kind.code()),
            bulk_acts::to_user_id.eq((kind == Kind::Assignment).then_some(to)),
            bulk_acts::to_office_id.eq((kind == Kind::Offer).then_some(to)),
            bulk_acts::made_by.eq(user.id),
        ))
        .execute(db)
        .await?;
    let rows: Vec<_> = done
        .iter()
        .map(|case| {
            (
                bulk_cases::id.eq(Uuid::now_v7()),
                bulk_cases::bulk_id.eq(id),
                bulk_cases::case_id.eq(case.id),
                bulk_cases::from_id.eq(case.accountable_id),
            )
        })
        .collect();
    diesel::insert_into(bulk_cases::table).values(rows).execute(db).await?;
    Ok(id)
}

/// What was done once.
#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = bulk_acts)]
pub struct Act {
    pub id: Uuid,
    pub kind: String,
    pub to_user_id: Option<Uuid>,
    pub to_office_id: Option<Uuid>,
    pub made_by: Uuid,
    pub made_at: OffsetDateTime,
    pub undone_at: Option<OffsetDateTime>,
}

pub async fn find(db: &mut AsyncPgConnection, id: Uuid) -> Result<Act> {
    Ok(bulk_acts::table.find(id).select(Act::as_select()).first(db).await?)
}

/// The last acts of my office, newest first.
pub async fn last(db: &mut AsyncPgConnection, user: &User) -> Result<Vec<Act>> {
    Ok(bulk_acts::table
        .filter(bulk_acts::organisation_id.eq(user.organisation))
        .order(bulk_acts::made_at.desc())
        .limit(100)
        .select(Act::as_select())
        .load(db)
        .await?)
}

/// A case of an act, as it is now, and who had it before.
#[derive(Queryable, Clone, Debug)]
pub struct Given {
    pub case: Uuid,
    pub person: Uuid,
    pub code: String,
    pub name: String,
    pub phase: String,
    pub accountable: Uuid,
    pub from: Uuid,
}

/// The cases of an act that are still my office's to see.
pub async fn cases_of(db: &mut AsyncPgConnection, act: Uuid) -> Result<Vec<Given>> {
    Ok(bulk_cases::table
        .inner_join(cases::table.inner_join(episodes::table.inner_join(persons::table)))
        .filter(bulk_cases::bulk_id.eq(act))
        .order((persons::given_key, persons::family_key, cases::id))
        .limit(1000)
        .select((
            cases::id,
            persons::id,
            cases::code,
            persons::name,
            cases::phase,
            cases::accountable_id,
            bulk_cases::from_id,
        ))
        .load(db)
        .await?)
}

/// Says that an act was undone; false if somebody was faster.
pub async fn undone(db: &mut AsyncPgConnection, user: &User, act: Uuid, now: OffsetDateTime) -> Result<bool> {
    let open = bulk_acts::table.filter(bulk_acts::id.eq(act)).filter(bulk_acts::undone_at.is_null());
    let set = (bulk_acts::undone_by.eq(user.id), bulk_acts::undone_at.eq(now));
    Ok(diesel::update(open).set(set).execute(db).await? == 1)
}

/// The cases of an act that another office has not answered yet.
pub async fn waiting(db: &mut AsyncPgConnection, act: Uuid, office: Uuid) -> Result<Vec<Uuid>> {
    Ok(hand_overs::table
        .filter(
            hand_overs::case_id
                .eq_any(bulk_cases::table.filter(bulk_cases::bulk_id.eq(act)).select(bulk_cases::case_id)),
        )
        .filter(hand_overs::to_id.eq(office))
        .filter(hand_overs::state.eq("offered"))
        .limit(1000)
        .select(hand_overs::id)
        .load(db)
        .await?)
}
