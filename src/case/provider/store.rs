//! What is kept of providers.

use diesel::define_sql_function;
use diesel::prelude::*;
use diesel::sql_types::{Integer, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;
use time::Date;
use uuid::Uuid;

use super::Provider;
use super::form::Entry;
use crate::access::User;
use crate::base::{Error, Result};
use crate::schema::{addresses, organisations, providers};

define_sql_function! {
    /// See database/functions_plan.sql.
    fn provider_at(provider: SqlUuid, at_version: Integer) -> Nullable<Jsonb>;
}

define_sql_function! {
    /// See database/functions_plan.sql.
    fn i_keep_provider(provider: SqlUuid) -> Bool;
}

/// What a list of providers asks for.
pub struct Wanted<'a> {
    pub kind: Option<&'a str>,
    pub province: Option<&'a str>,
    /// Those of this day alone.
    pub valid_on: Option<Date>,
    pub after: Option<Uuid>,
}

/// Entries by name, so many after another one.
pub async fn list(db: &mut AsyncPgConnection, wanted: &Wanted<'_>, most: i64) -> Result<Vec<Provider>> {
    let mut query = providers::table.select(Provider::as_select()).into_boxed();
    if let Some(kind) = wanted.kind {
        query = query.filter(providers::kinds.contains(vec![kind]));
    }
    if let Some(province) = wanted.province {
        query = query.filter(providers::province_code.is_null().or(providers::province_code.eq(province)));
    }
    if let Some(day) = wanted.valid_on {
        query = query.filter(valid(day));
    }
    if let Some(id) = wanted.after {
        let (name, id) = find(db, id).await.map(|before| (before.name, before.id))?;
        let after = providers::name.gt(name.clone()).or(providers::name.eq(name).and(providers::id.gt(id)));
        query = query.filter(after);
    }
    Ok(query.order((providers::name, providers::id)).limit(most).load(db).await?)
}

#[diesel::dsl::auto_type(no_type_alias)]
fn valid(day: Date) -> _ {
    providers::valid_from.le(day).and(providers::valid_until.is_null().or(providers::valid_until.ge(day)))
}

pub async fn find(db: &mut AsyncPgConnection, id: Uuid) -> Result<Provider> {
    Ok(providers::table.find(id).select(Provider::as_select()).first(db).await?)
}

/// True if an entry is the user's to change: their office checked it, it is of their office's province, or they are DOLAB's.
pub async fn keeps(db: &mut AsyncPgConnection, id: Uuid) -> Result<bool> {
    Ok(diesel::select(i_keep_provider(id)).get_result(db).await?)
}

/// An entry that is the user's to change.
pub async fn find_to_change(db: &mut AsyncPgConnection, id: Uuid) -> Result<Provider> {
    if keeps(db, id).await? { find(db, id).await } else { Err(Error::NotFound) }
}

/// Those of these ids, whether they hold or not.
pub async fn of_ids(db: &mut AsyncPgConnection, ids: &[Uuid]) -> Result<Vec<Provider>> {
    Ok(providers::table.filter(providers::id.eq_any(ids)).limit(200).select(Provider::as_select()).load(db).await?)
}

/// What a case may be offered today: what works everywhere, where its holder is, and at the returnee's home. Somebody may
/// have chosen to be helped elsewhere than at home (practice 21).
pub async fn offered(db: &mut AsyncPgConnection, holder: Uuid, person: Uuid, today: Date) -> Result<Vec<Provider>> {
    let of_holder: Option<String> =
        organisations::table.find(holder).select(organisations::province_code).first(db).await?;
    let of_home: Vec<Option<String>> = addresses::table
        .filter(addresses::person_id.eq(person))
        .filter(addresses::kind.eq("home"))
        .filter(addresses::withdrawn_at.is_null())
        .limit(10)
        .select(addresses::province_code)
        .load(db)
        .await?;
    let provinces: Vec<String> = of_home.into_iter().chain([of_holder]).flatten().collect();
    let near = providers::province_code.is_null().or(providers::province_code.eq_any(provinces));
    Ok(providers::table
        .filter(valid(today))
        .filter(near)
        .order((providers::name, providers::id))
        .limit(200)
        .select(Provider::as_select())
        .load(db)
        .await?)
}

/// The changeable columns of an entry.
macro_rules! columns {
    ($entry:ident) => {
        (
            providers::name.eq(&$entry.name),
            providers::organisation_id.eq($entry.organisation),
            providers::province_code.eq($entry.province.as_deref()),
            providers::kinds.eq(&$entry.kinds),
            providers::serves.eq(&$entry.serves),
            providers::phone.eq($entry.phone.as_deref()),
            providers::address.eq($entry.address.as_deref()),
            providers::hours.eq($entry.hours.as_deref()),
            providers::cost_note.eq($entry.cost_note.as_deref()),
            providers::valid_from.eq($entry.valid_from),
            providers::valid_until.eq($entry.valid_until),
            providers::source.eq(&$entry.source),
        )
    };
}

/// Adds an entry; whoever adds it has checked it that day.
pub async fn add(db: &mut AsyncPgConnection, user: &User, entry: &Entry, today: Date) -> Result<Uuid> {
    let id = Uuid::now_v7();
    let checked = (
        providers::id.eq(id),
        providers::verified_on.eq(today),
        providers::verified_by.eq(user.id),
        providers::verified_at_id.eq(user.organisation),
    );
    diesel::insert_into(providers::table).values((checked, columns!(entry))).execute(db).await?;
    Ok(id)
}

/// Changes an entry that is still at this version; false if somebody was faster. `checked`: it was checked today.
pub async fn change(
    db: &mut AsyncPgConnection,
    user: &User,
    id: Uuid,
    version: i32,
    entry: &Entry,
    checked: Option<Date>,
) -> Result<bool> {
    let there = providers::table.filter(providers::id.eq(id)).filter(providers::version.eq(version));
    let changed = diesel::update(there).set((columns!(entry), providers::version.eq(version + 1))).execute(db).await?;
    if let Some(today) = checked.filter(|_| changed == 1) {
        diesel::update(providers::table.find(id))
            .set((
                providers::verified_on.eq(today),
                providers::verified_by.eq(user.id),
                providers::verified_at_id.eq(user.organisation),
            ))
            .execute(db)
            .await?;
    }
    Ok(changed == 1)
}

/// What an entry said at a version.
pub async fn at_version(db: &mut AsyncPgConnection, id: Uuid, version: i32) -> Result<Option<Value>> {
    Ok(diesel::select(provider_at(id, version)).get_result(db).await?)
}
