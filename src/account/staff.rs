//! The accounts of an office, as its administrator keeps them: added, invited, locked at once, and ended once nothing hangs
//! on them any more (practice 23).

use askama::Template;
use diesel::define_sql_function;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Binary, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use lettre::Address;
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, State, get, post, routes};
use serde_json::Value;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;
use validator::Validate;

use crate::access::guard::to;
use crate::access::store::{self, Account, parameter};
use crate::access::{OrganisationKind, Read, Role, User, Write, entry};
use crate::base::form::{Checked, Choice, Filled, Press};
use crate::base::language::{Language, Message};
use crate::base::settings::Settings;
use crate::base::text::clean;
use crate::base::{Error, Result, mail};
use crate::page::{Answer, Page, filters};

pub fn routes() -> Vec<Route> {
    routes![index, add, invite, lock, end]
}

define_sql_function! {
    /// See database/functions_accounts.sql, as for those below.
    fn add_account(account: SqlUuid, mail: Text, called: Text, speaks: Text, given: Array<Text>) -> Text;
}
define_sql_function! {
    fn invite_account(who: SqlUuid, token: Binary, until: Timestamptz) -> Nullable<Jsonb>;
}
define_sql_function! {
    fn lock_account(who: SqlUuid) -> Bool;
}
define_sql_function! {
    fn end_account(who: SqlUuid) -> Bool;
}

#[derive(Template)]
#[template(path = "account/users.html")]
struct UsersPage {
    organisation: String,
    me: Uuid,
    accounts: Vec<Account>,
    /// Those whose owner chose a password.
    usable: Vec<Uuid>,
    form: Filled,
    languages: Vec<Choice>,
    roles: Vec<Choice>,
    /// The outbox of the installation is theirs to see.
    outbox: bool,
}

#[derive(QueryableByName)]
struct Usable {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

async fn page(db: &mut AsyncPgConnection, user: &User, form: Filled) -> Result<UsersPage> {
    let usable: Vec<Usable> = diesel::sql_query("SELECT accounts_with_password() AS id").load(db).await?;
    let mut accounts = store::accounts(db, user.organisation).await?;
    accounts.sort_by_key(|account| account.ended);
    let word = |role: Role| user.language.say(&Message::new(format!("role-{}", role.code())));
    Ok(UsersPage {
        organisation: user.organisation_name.clone(),
        me: user.id,
        accounts,
        usable: usable.into_iter().map(|one| one.id).collect(),
        form,
        // Each in its own words, as whoever reads it would look for it.
        languages: vec![Choice::new("vi", "Tiếng Việt"), Choice::new("en", "English")],
        roles: Role::ALL
            .into_iter()
            .filter(|role| role.belongs_to(&user.organisation_kind))
            .map(|role| Choice::new(role.code(), word(role)))
            .collect(),
        outbox: user.organisation_kind == OrganisationKind::Dolab.code(),
    })
}

#[get("/users")]
async fn index(mut db: Read<to::ManageUsers>) -> Result<Page<UsersPage>> {
    let user = db.user().clone();
    Ok(Page(page(&mut db, &user, Filled::blank().put("account.language", "vi")).await?))
}

#[derive(FromForm, Validate)]
struct AccountForm {
    #[validate(length(max = 200, code = "too-long"))]
    #[field(default = String::new())]
    name: String,
    #[validate(length(max = 200, code = "too-long"))]
    #[field(default = String::new())]
    email: String,
    #[field(default = String::new())]
    language: String,
    #[field(default = Vec::new())]
    roles: Vec<String>,
}

#[derive(FromForm, Validate)]
struct AccountSent {
    #[validate(nested)]
    account: AccountForm,
}

/// An account as it is added.
struct New {
    name: String,
    email: String,
    language: Language,
    roles: Vec<&'static str>,
}

/// `kind`: of the organisation.
fn read(sent: &AccountForm, filled: &mut Filled, kind: &str) -> Option<New> {
    let (name, email) = (clean(&sent.name), sent.email.trim().to_lowercase());
    if name.is_empty() {
        filled.push("account.name", "error-required");
    }
    if email.parse::<Address>().is_err() {
        filled.push("account.email", "error-email");
    }
    let language = Language::from_code(&sent.language);
    if language.is_none() {
        filled.push("account.language", "error-choose");
    }
    let known: Vec<Role> =
        sent.roles.iter().filter_map(|code| Role::from_code(code)).filter(|role| role.belongs_to(kind)).collect();
    if known.is_empty() || known.len() != sent.roles.len() {
        filled.push("account.roles", "error-account-roles");
    }
    let roles = known.into_iter().map(Role::code).collect();
    Some(New { name, email, language: language?, roles }).filter(|_| !filled.is_wrong())
}

/// Writes an invitation to whoever has this account; false where it is not the administrator's.
async fn write(db: &mut AsyncPgConnection, settings: &Settings, who: Uuid, now: OffsetDateTime) -> Result<bool> {
    let hours = parameter(db, "invitation.hours").await?;
    let (token, hash) = entry::invitation_token();
    let until = now + Duration::hours(hours);
    let told: Option<Value> = diesel::select(invite_account(who, hash, until)).get_result(db).await?;
    let Some(told) = told else { return Ok(false) };
    let language = told["language"].as_str().and_then(Language::from_code).unwrap_or_default();
    let link = format!("{}/invitations/{token}", settings.public_address());
    let say = |key: &'static str| language.say(&Message::new(key).with("address", &link).with("hours", hours));
    let to = told["email"].as_str().unwrap_or_default();
    mail::post(db, to, &say("mail-invitation-subject"), &say("mail-invitation")).await?;
    Ok(true)
}

#[post("/users", data = "<form>")]
async fn add(
    form: Form<Checked<AccountSent>>,
    mut db: Write<to::ManageUsers>,
    settings: &State<Settings>,
) -> Result<Answer<UsersPage>> {
    let Checked { value, mut filled } = form.into_inner();
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let (user, now) = (db.user().clone(), db.now());
    let id = Uuid::now_v7();
    if let Some(new) = value.and_then(|sent| read(&sent.account, &mut filled, &user.organisation_kind)) {
        let added = add_account(id, &new.email, &new.name, new.language.code(), &new.roles);
        let said: String = diesel::select(added).get_result(&mut *db).await?;
        match said.as_str() {
            "done" => {}
            "taken" => filled.push("account.email", "error-account-taken"),
            _ => return Err(Error::NotFound),
        }
    }
    if filled.is_wrong() {
        let mut db = db.instead().await?;
        return Ok(Answer::With(Status::UnprocessableEntity, page(&mut db, &user, filled).await?));
    }
    write(&mut db, settings, id, now).await?;
    db.done(filled.submission(), "/users").await?;
    Ok(Answer::Told("/users".to_owned(), "account-added"))
}

#[post("/users/<id>/invitation", data = "<form>")]
async fn invite(
    id: Uuid,
    form: Form<Checked<Press>>,
    mut db: Write<to::ManageUsers>,
    settings: &State<Settings>,
) -> Result<Answer<UsersPage>> {
    let filled = form.into_inner().filled;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let now = db.now();
    if !write(&mut db, settings, id, now).await? {
        return Err(Error::NotFound);
    }
    db.done(filled.submission(), "/users").await?;
    Ok(Answer::Told("/users".to_owned(), "account-invited"))
}

#[post("/users/<id>/lock", data = "<form>")]
async fn lock(id: Uuid, form: Form<Checked<Press>>, mut db: Write<to::ManageUsers>) -> Result<Answer<UsersPage>> {
    let filled = form.into_inner().filled;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let locked: bool = diesel::select(lock_account(id)).get_result(&mut *db).await?;
    if !locked {
        return Err(Error::NotFound);
    }
    db.done(filled.submission(), "/users").await?;
    Ok(Answer::Told("/users".to_owned(), "account-locked"))
}

#[derive(QueryableByName)]
struct Tie {
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = BigInt)]
    number: i64,
}

#[post("/users/<id>/end", data = "<form>")]
async fn end(id: Uuid, form: Form<Checked<Press>>, mut db: Write<to::ManageUsers>) -> Result<Answer<UsersPage>> {
    let mut filled = form.into_inner().filled;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let user = db.user().clone();
    let ties: Vec<Tie> =
        diesel::sql_query("SELECT kind, number FROM account_ties($1)").bind::<SqlUuid, _>(id).load(&mut *db).await?;
    if !ties.is_empty() {
        let word =
            |tie: &Tie| user.language.say(&Message::new(format!("account-tie-{}", tie.kind)).with("count", tie.number));
        let held = ties.iter().map(word).collect::<Vec<_>>().join("; ");
        filled.push(&format!("account-{id}"), Message::new("error-account-holds").with("what", held));
        let mut db = db.instead().await?;
        return Ok(Answer::With(Status::UnprocessableEntity, page(&mut db, &user, filled).await?));
    }
    let ended: bool = diesel::select(end_account(id)).get_result(&mut *db).await?;
    if !ended {
        return Err(Error::NotFound);
    }
    db.done(filled.submission(), "/users").await?;
    Ok(Answer::Told("/users".to_owned(), "account-ended"))
}
