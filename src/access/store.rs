//! Organisations and accounts, kept from the command line.

use diesel::define_sql_function;
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{OrganisationKind, Role, User};
use crate::base::Result;
use crate::base::language::Language;
use crate::base::text::clean;
use crate::schema::{credentials, invitations, organisations, user_roles, users};

pub struct NewOrganisation<'a> {
    pub kind: OrganisationKind,
    pub name: &'a str,
    pub province: Option<&'a str>,
    pub country: Option<&'a str>,
    /// Whom a slip says to call, and when.
    pub phone: Option<&'a str>,
    pub hours: Option<&'a str>,
}

define_sql_function! {
    /// See database/functions.sql.
    fn current_parameter(wanted: Text) -> BigInt;
}

/// A number of policy as it holds today.
pub async fn parameter(db: &mut AsyncPgConnection, code: &str) -> Result<i64> {
    Ok(diesel::select(current_parameter(code)).get_result(db).await?)
}

/// The organisation of that name, if there is one.
pub async fn organisation_named(db: &mut AsyncPgConnection, name: &str) -> Result<Option<Uuid>> {
    Ok(organisations::table
        .filter(organisations::name.eq(clean(name)))
        .select(organisations::id)
        .first(db)
        .await
        .optional()?)
}

/// Every organisation that works and may read a case, by id and name: no union and no body of employers.
pub async fn organisations(db: &mut AsyncPgConnection) -> Result<Vec<(Uuid, String)>> {
    let outside = [OrganisationKind::Union, OrganisationKind::Employers].map(OrganisationKind::code);
    Ok(organisations::table
        .filter(organisations::ended_at.is_null())
        .filter(organisations::kind.ne_all(outside))
        .order(organisations::name)
        .limit(500)
        .select((organisations::id, organisations::name))
        .load(db)
        .await?)
}

pub async fn add_organisation(db: &mut AsyncPgConnection, new: &NewOrganisation<'_>) -> Result<Uuid> {
    let id = Uuid::now_v7();
    diesel::insert_into(organisations::table)
        .values((
            organisations::id.eq(id),
            organisations::kind.eq(new.kind.code()),
            organisations::name.eq(clean(new.name)),
            organisations::province_code.eq(new.province),
            organisations::country_code.eq(new.country),
            organisations::phone.eq(new.phone),
            organisations::hours.eq(new.hours),
        ))
        .execute(db)
        .await?;
    Ok(id)
}

/// True if an account has this address already.
pub async fn email_taken(db: &mut AsyncPgConnection, email: &str) -> Result<bool> {
    Ok(diesel::select(diesel::dsl::exists(users::table.filter(users::email.eq(email.to_lowercase()))))
        .get_result(db)
        .await?)
}

pub async fn add_user(
    db: &mut AsyncPgConnection,
    organisation: Uuid,
    email: &str,
    name: &str,
    roles: &[Role],
) -> Result<Uuid> {
    let id = Uuid::now_v7();
    diesel::insert_into(users::table)
        .values((
            users::id.eq(id),
            users::organisation_id.eq(organisation),
            users::email.eq(email.to_lowercase()),
            users::name.eq(clean(name)),
        ))
        .execute(db)
        .await?;
    for role in roles {
        diesel::insert_into(user_roles::table)
            .values((user_roles::id.eq(Uuid::now_v7()), user_roles::user_id.eq(id), user_roles::role.eq(role.code())))
            .execute(db)
            .await?;
    }
    Ok(id)
}

/// Lets the user choose a password with a token of which only the hash is kept.
pub async fn invite(db: &mut AsyncPgConnection, user: Uuid, token_hash: &[u8], until: OffsetDateTime) -> Result<()> {
    diesel::insert_into(invitations::table)
        .values((invitations::token_hash.eq(token_hash), invitations::user_id.eq(user), invitations::ends_at.eq(until)))
        .execute(db)
        .await?;
    Ok(())
}

/// Sets a password without an invitation: for demo worlds only, whose passwords are printed anyway.
pub async fn set_password(db: &mut AsyncPgConnection, user: Uuid, hash: &str) -> Result<()> {
    diesel::insert_into(credentials::table)
        .values((credentials::user_id.eq(user), credentials::password_hash.eq(hash)))
        .execute(db)
        .await?;
    Ok(())
}

/// An account as its administrator sees it.
pub struct Account {
    pub id: Uuid,
    pub name: String,
    pub email: String,
    pub ended: bool,
    /// Codes of [`Role`]s.
    pub roles: Vec<String>,
}

/// The accounts of an organisation, by name.
pub async fn accounts(db: &mut AsyncPgConnection, organisation: Uuid) -> Result<Vec<Account>> {
    let rows: Vec<(Uuid, String, String, Option<OffsetDateTime>)> = users::table
        .filter(users::organisation_id.eq(organisation))
        .order(users::name)
        .limit(500)
        .select((users::id, users::name, users::email, users::ended_at))
        .load(db)
        .await?;
    let ids: Vec<Uuid> = rows.iter().map(|(id, ..)| *id).collect();
    let roles: Vec<(Uuid, String)> = user_roles::table
        .filter(user_roles::user_id.eq_any(ids))
        .order(user_roles::role)
        .select((user_roles::user_id, user_roles::role))
        .load(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, name, email, ended)| Account {
            id,
            name,
            email,
            ended: ended.is_some(),
            roles: roles.iter().filter(|(user, _)| *user == id).map(|(_, role)| role.clone()).collect(),
        })
        .collect())
}

/// Members of one's organisation, by name.
#[derive(Queryable, Selectable)]
#[diesel(table_name = users)]
pub struct Colleague {
    pub id: Uuid,
    pub name: String,
}

pub async fn colleagues(db: &mut AsyncPgConnection, organisation: Uuid) -> Result<Vec<Colleague>> {
    Ok(users::table
        .filter(users::organisation_id.eq(organisation))
        .filter(users::ended_at.is_null())
        .order(users::name)
        .limit(200)
        .select(Colleague::as_select())
        .load(db)
        .await?)
}

/// The account with this address, as the command line acts for it; nothing if it has ended. Only the command line sees it.
pub async fn user_named(db: &mut AsyncPgConnection, email: &str) -> Result<Option<User>> {
    let found: Option<(Uuid, Uuid, String, String, String)> = users::table
        .inner_join(organisations::table.on(organisations::id.eq(users::organisation_id)))
        .filter(users::email.eq(email.trim().to_lowercase()))
        .filter(users::ended_at.is_null())
        .filter(organisations::ended_at.is_null())
        .select((users::id, organisations::id, users::name, organisations::name, organisations::kind))
        .first(db)
        .await
        .optional()?;
    let Some((id, organisation, name, organisation_name, organisation_kind)) = found else { return Ok(None) };
    let roles: Vec<String> =
        user_roles::table.filter(user_roles::user_id.eq(id)).select(user_roles::role).load(db).await?;
    let roles = roles.iter().filter_map(|code| Role::from_code(code)).collect();
    let language = Language::En;
    // At no browser.
    let (shared, lock) = (false, 0);
    Ok(Some(User { id, organisation, name, organisation_name, organisation_kind, language, roles, shared, lock }))
}
