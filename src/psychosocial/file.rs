//! A private file, opened: the one place where its keys are unwrapped, after the authorisation function let somebody in.

use diesel::define_sql_function;
use diesel::prelude::*;
use diesel::sql_types::{Date as SqlDate, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde::Deserialize;
use serde_json::Value;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use crate::access::{Ground, Permission, User, may};
use crate::base::date::{Precision, written};
use crate::base::seal::{DataKey, Keys, Place};
use crate::base::{Error, Result};
use crate::schema::care_files;

define_sql_function! {
    fn care_head(file: SqlUuid) -> Nullable<Jsonb>;
}
define_sql_function! {
    fn care_excluded(file: SqlUuid) -> Array<SqlUuid>;
}

#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = care_files)]
struct Row {
    shows: bool,
    record_key: Vec<u8>,
    plan_key: Vec<u8>,
    ended_at: Option<OffsetDateTime>,
    version: i32,
}

/// Of the case that a file is of: as little as its page needs.
#[derive(Clone, Debug, Deserialize)]
pub struct Head {
    pub code: String,
    pub person: Uuid,
    pub name: String,
    pub protected: bool,
    /// My office holds the case, so that its pages are open to me.
    pub held: bool,
    /// Where they came back from, if known.
    pub country: Option<String>,
}

/// One of those who may open a file.
#[derive(QueryableByName, Clone, Debug)]
pub struct Named {
    #[diesel(sql_type = SqlUuid)]
    pub user_id: Uuid,
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = Text)]
    pub office: String,
    /// Of their office.
    #[diesel(sql_type = Nullable<Text>)]
    phone: Option<String>,
    /// `helper`, `deputy`, or through broken glass `reads` (all of it) and `plan` (what to do in danger).
    #[diesel(sql_type = Text)]
    pub part: String,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub until: Option<OffsetDateTime>,
    #[diesel(sql_type = Nullable<SqlDate>)]
    away_from: Option<Date>,
    #[diesel(sql_type = Nullable<SqlDate>)]
    away_until: Option<Date>,
}

impl Named {
    /// Named in the file, and not through broken glass.
    pub fn belongs(&self) -> bool {
        matches!(self.part.as_str(), "helper" | "deputy")
    }

    /// The number as it is read, and as a telephone takes it.
    pub fn phone(&self) -> Option<(&str, String)> {
        let phone = self.phone.as_deref()?;
        Some((phone, phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect()))
    }

    pub fn away(&self) -> Option<(String, String)> {
        let day = |on: Date| written(on, Precision::Day);
        self.away_from.zip(self.away_until).map(|(from, until)| (day(from), day(until)))
    }
}

/// How far somebody got in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Debug)]
pub enum Reach {
    /// What to do in danger.
    Plan,
    /// All of it, to read.
    Reads,
    /// All of it.
    Writes,
}

/// A file that somebody was let into, with the keys that their way in gives.
pub struct Care {
    pub id: Uuid,
    pub shows: bool,
    pub ended: bool,
    pub version: i32,
    pub head: Head,
    pub staff: Vec<Named>,
    pub reach: Reach,
    records: Option<DataKey>,
    plans: DataKey,
}

pub fn place(id: Uuid, column: &'static str) -> Place<'static> {
    Place { table: "care_files", column, row: id }
}

/// The file with this id, if the user may do at least so much with it; otherwise it looks as if it were not there.
pub async fn reached(
    db: &mut AsyncPgConnection,
    keys: &Keys,
    user: &User,
    now: OffsetDateTime,
    id: Uuid,
    wanted: Reach,
) -> Result<Care> {
    let row: Row = care_files::table.find(id).select(Row::as_select()).first(db).await?;
    let staff: Vec<Named> = diesel::sql_query("SELECT * FROM care_named($1)").bind::<SqlUuid, _>(id).load(db).await?;
    let excluded: Vec<Uuid> = diesel::select(care_excluded(id)).get_result(db).await?;
    let among = |parts: &[&str]| Ground {
        protected: true,
        named: staff.iter().filter(|one| parts.contains(&one.part.as_str())).map(|one| one.user_id).collect(),
        excluded: excluded.clone(),
        ..Ground::default()
    };
    let by_name = may(user, Permission::ProvideCare, Some(&among(&["helper", "deputy"])), now);
    // Whoever broke the glass may be of an office that keeps no such files.
    let through = |parts: &[&str]| {
        [Permission::ProvideCare, Permission::OpenInNeed].iter().any(|by| may(user, *by, Some(&among(parts)), now))
    };
    let reach = if by_name {
        Reach::Writes
    } else if through(&["reads"]) {
        Reach::Reads
    } else if through(&["plan"]) {
        Reach::Plan
    } else {
        return Err(Error::NotFound);
    };
    if reach < wanted {
        return Err(Error::NotFound);
    }
    let head: Option<Value> = diesel::select(care_head(id)).get_result(db).await?;
    let head: Head = serde_json::from_value(head.ok_or(Error::NotFound)?).map_err(Error::internal)?;
    let records = match reach {
        Reach::Plan => None,
        _ => Some(keys.unwrap_data_key(&place(id, "record_key"), &row.record_key)?),
    };
    Ok(Care {
        id,
        shows: row.shows,
        ended: row.ended_at.is_some(),
        version: row.version,
        head,
        staff,
        reach,
        records,
        plans: keys.unwrap_data_key(&place(id, "plan_key"), &row.plan_key)?,
    })
}

impl Care {
    /// The key of what is written in the file.
    pub fn records(&self) -> Result<&DataKey> {
        self.records.as_ref().ok_or(Error::NotFound)
    }

    /// The key of what to do in danger.
    pub fn plans(&self) -> &DataKey {
        &self.plans
    }

    pub fn writes(&self) -> bool {
        self.reach == Reach::Writes && !self.ended
    }
}
