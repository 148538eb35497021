//! Coming in and going out: passwords, session cookies, attempts. See foundations 20.

use std::net::IpAddr;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use diesel::define_sql_function;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use rocket::Request;
use rocket::http::{Cookie, CookieJar, SameSite};
use rocket::tokio::task::spawn_blocking;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::Role;
use super::user::User;
use crate::base::actor::Actor;
use crate::base::db::{Db, Rights};
use crate::base::flood::Gate;
use crate::base::language::Language;
use crate::base::seal::to_hex;
use crate::base::{Error, Result};

const SIGN_IN: Actor = Actor::Service("sign-in");

/// How the app is reached, which decides how strict its cookies can be.
#[derive(Clone, Copy)]
pub struct Cookies {
    /// Served over https: the cookie carries the `__Host-` prefix and never leaves it.
    pub secure: bool,
}

impl Cookies {
    pub fn session(self) -> &'static str {
        if self.secure { "__Host-trove" } else { "trove" }
    }

    fn device(self) -> &'static str {
        if self.secure { "__Host-trove-device" } else { "trove-device" }
    }

    fn build(self, name: &'static str, value: String) -> Cookie<'static> {
        Cookie::build((name, value)).path("/").http_only(true).secure(self.secure).same_site(SameSite::Lax).build()
    }
}

/// The gate before password hashing: two at once, since each takes 19 MiB and a core.
pub struct Hashing(pub Gate);

impl Default for Hashing {
    fn default() -> Hashing {
        Hashing(Gate::new(2, 16))
    }
}

impl Hashing {
    /// Argon2id with the defaults of RFC 9106 as the crate sets them.
    pub async fn hash(&self, password: String) -> Result<String> {
        let _place = self.0.enter().await?;
        spawn_blocking(move || hash_now(&password)).await.map_err(Error::internal)?
    }

    async fn fits(&self, password: String, hash: String) -> Result<bool> {
        let _place = self.0.enter().await?;
        spawn_blocking(move || {
            PasswordHash::new(&hash)
                .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
        })
        .await
        .map_err(Error::internal)
    }
}

/// Hashes on the calling thread, for the command line.
pub fn hash_now(password: &str) -> Result<String> {
    Argon2::default().hash_password(password.as_bytes()).map(|hash| hash.to_string()).map_err(Error::internal)
}

/// A hash that no password fits, so that an unknown account takes as long as a known one.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

fn hash_of(token: &[u8]) -> [u8; 32] {
    Sha256::digest(token).into()
}

fn new_token() -> (String, [u8; 32]) {
    let token = to_hex(&rand::random::<[u8; 32]>());
    let hash = hash_of(token.as_bytes());
    (token, hash)
}

/// The network that an address belongs to: attempts are counted by it, since one host has many addresses.
fn network(address: Option<IpAddr>) -> String {
    match address {
        Some(IpAddr::V4(v4)) => {
            let [a, b, c, _] = v4.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        Some(IpAddr::V6(v6)) => {
            let s = v6.segments();
            format!("{:x}:{:x}:{:x}::/48", s[0], s[1], s[2])
        }
        None => "unknown".to_owned(),
    }
}

#[derive(Deserialize)]
struct SignedIn {
    user_id: Uuid,
    organisation_id: Uuid,
    name: String,
    organisation: String,
    organisation_kind: String,
    language: String,
    roles: Vec<String>,
}

define_sql_function! {
    /// Who a session token stands for, or nothing; see database/functions.sql.
    fn signed_in(token: Binary, ahead: BigInt) -> Nullable<Jsonb>;
}

/// Whoever the request's cookie stands for.
pub async fn user_of(request: &Request<'_>) -> Result<Option<User>> {
    let (Some(db), Some(cookies)) = (request.rocket().state::<Db>(), request.rocket().state::<Cookies>()) else {
        return Err(Error::Internal("the app has no database".into()));
    };
    let Some(token) = request.cookies().get(cookies.session()).map(|c| c.value().to_owned()) else { return Ok(None) };
    if token.len() != 64 {
        return Ok(None);
    }
    let mut connection = db.look_up().await?;
    let row: Option<serde_json::Value> =
        diesel::select(signed_in(hash_of(token.as_bytes()).as_slice(), db.clock().ahead()))
            .get_result(&mut *connection)
            .await?;
    let row: Option<SignedIn> = row.map(serde_json::from_value).transpose().map_err(Error::internal)?;
    Ok(row.map(|row| User {
        id: row.user_id,
        organisation: row.organisation_id,
        name: row.name,
        organisation_name: row.organisation,
        organisation_kind: row.organisation_kind,
        language: Language::from_code(&row.language).unwrap_or_default(),
        roles: row.roles.iter().filter_map(|code| Role::from_code(code)).collect(),
    }))
}

/// How an attempt to sign in ended.
pub enum Attempt {
    In,
    /// No such account, a wrong password or no password yet: told alike.
    Wrong,
    /// Too many failures; nothing was tried.
    Wait,
}

#[derive(QueryableByName)]
struct Candidate {
    #[diesel(sql_type = Nullable<SqlUuid>)]
    user_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<Text>)]
    password_hash: Option<String>,
    #[diesel(sql_type = Bool)]
    must_wait: bool,
}

/// Where an attempt comes from.
pub struct From<'a> {
    pub jar: &'a CookieJar<'a>,
    pub address: Option<IpAddr>,
    pub request: Uuid,
}

/// Tries to sign in; on success the cookies are set.
pub async fn sign_in(
    db: &Db,
    hashing: &Hashing,
    cookies: Cookies,
    from: From<'_>,
    email: &str,
    password: &str,
) -> Result<Attempt> {
    let email = email.trim().to_lowercase();
    let account = hash_of(email.as_bytes());
    let network = network(from.address);
    let device = from.jar.get(cookies.device()).map(|c| c.value().to_owned());
    let device_hash = device.as_ref().map(|d| hash_of(d.as_bytes()).to_vec());

    let mut tx = db.begin(&SIGN_IN, from.request, Rights::Writer).await?;
    let candidate: Candidate = diesel::sql_query("SELECT * FROM sign_in_candidate($1, $2, $3, $4)")
        .bind::<Text, _>(&email)
        .bind::<Binary, _>(account.as_slice())
        .bind::<Text, _>(&network)
        .bind::<Nullable<Binary>, _>(device_hash.as_deref())
        .get_result(&mut *tx)
        .await?;
    tx.commit().await?;
    if candidate.must_wait {
        return Ok(Attempt::Wait);
    }
    let known = candidate.password_hash.is_some();
    let hash = candidate.password_hash.unwrap_or_else(|| NOBODY.to_owned());
    let fits = hashing.fits(password.to_owned(), hash).await? && known;
    let user = candidate.user_id.filter(|_| fits);

    let (token, token_hash) = new_token();
    let (device, device_hash) = match (device, device_hash, user) {
        (Some(device), Some(hash), _) => (Some(device), Some(hash)),
        (_, _, Some(_)) => {
            let (device, hash) = new_token();
            (Some(device), Some(hash.to_vec()))
        }
        _ => (None, None),
    };
    let mut tx = db.begin(&SIGN_IN, from.request, Rights::Writer).await?;
    diesel::sql_query("SELECT note_sign_in($1, $2, $3, $4, $5)")
        .bind::<Binary, _>(account.as_slice())
        .bind::<Text, _>(&network)
        .bind::<Nullable<Binary>, _>(device_hash.as_deref())
        .bind::<Nullable<SqlUuid>, _>(user)
        .bind::<Binary, _>(token_hash.as_slice())
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    if user.is_none() {
        return Ok(Attempt::Wrong);
    }
    from.jar.add(cookies.build(cookies.session(), token));
    if let Some(device) = device {
        let mut cookie = cookies.build(cookies.device(), device);
        cookie.set_max_age(time::Duration::days(400));
        from.jar.add(cookie);
    }
    Ok(Attempt::In)
}

/// Ends the session of this browser. The device stays known.
pub async fn sign_out(db: &Db, cookies: Cookies, jar: &CookieJar<'_>, user: &User, request: Uuid) -> Result<()> {
    if let Some(token) = jar.get(cookies.session()).map(|c| c.value().to_owned()) {
        let mut tx = db.begin(&user.actor(), request, Rights::Writer).await?;
        diesel::sql_query("SELECT end_session($1)")
            .bind::<Binary, _>(hash_of(token.as_bytes()).as_slice())
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        jar.remove(cookies.build(cookies.session(), String::new()));
    }
    Ok(())
}

/// Whom an invitation is for.
#[derive(QueryableByName)]
pub struct Invited {
    #[diesel(sql_type = Text)]
    pub email: String,
    #[diesel(sql_type = Text)]
    pub name: String,
}

/// Looks an invitation up while it can be used.
pub async fn invited(db: &Db, token: &str, request: Uuid) -> Result<Invited> {
    let mut tx = db.begin(&SIGN_IN, request, Rights::Writer).await?;
    let invited = diesel::sql_query("SELECT email, name FROM invited($1)")
        .bind::<Binary, _>(hash_of(token.as_bytes()).as_slice())
        .get_result(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(invited)
}

#[derive(QueryableByName)]
struct Taken {
    #[diesel(sql_type = Nullable<SqlUuid>)]
    who: Option<Uuid>,
}

/// Takes an invitation up with a password. [`Error::NotFound`] if it was used or ran out meanwhile.
pub async fn take_invitation(db: &Db, hashing: &Hashing, token: &str, password: String, request: Uuid) -> Result<()> {
    let hash = hashing.hash(password).await?;
    let mut tx = db.begin(&SIGN_IN, request, Rights::Writer).await?;
    let taken: Taken = diesel::sql_query("SELECT take_invitation($1, $2) AS who")
        .bind::<Binary, _>(hash_of(token.as_bytes()).as_slice())
        .bind::<Text, _>(hash)
        .get_result(&mut *tx)
        .await?;
    taken.who.ok_or(Error::NotFound)?;
    tx.commit().await
}

/// A new token for an invitation and the hash that is kept of it.
pub fn invitation_token() -> (String, Vec<u8>) {
    let (token, hash) = new_token();
    (token, hash.to_vec())
}
