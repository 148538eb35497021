//! Who a browser's cookies stand for, until they go. See foundations 20; coming in is in `entry`.

use diesel::define_sql_function;
use diesel::sql_types::{BigInt, Binary};
use diesel_async::RunQueryDsl;
use rocket::Request;
use rocket::http::{Cookie, CookieJar, SameSite};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::Role;
use super::user::User;
use crate::base::db::{Db, Rights};
use crate::base::language::Language;
use crate::base::seal::to_hex;
use crate::base::{Error, Result};

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

    pub(super) fn device(self) -> &'static str {
        if self.secure { "__Host-trove-device" } else { "trove-device" }
    }

    pub(super) fn computer(self) -> &'static str {
        if self.secure { "__Host-trove-computer" } else { "trove-computer" }
    }

    pub(super) fn build(self, name: &'static str, value: String) -> Cookie<'static> {
        Cookie::build((name, value)).path("/").http_only(true).secure(self.secure).same_site(SameSite::Lax).build()
    }

    /// One that stays with the browser.
    pub(super) fn lasting(self, name: &'static str, value: String) -> Cookie<'static> {
        let mut cookie = self.build(name, value);
        cookie.set_max_age(time::Duration::days(400));
        cookie
    }
}

pub(super) fn hash_of(token: &[u8]) -> [u8; 32] {
    Sha256::digest(token).into()
}

pub(super) fn new_token() -> (String, [u8; 32]) {
    let token = to_hex(&rand::random::<[u8; 32]>());
    let hash = hash_of(token.as_bytes());
    (token, hash)
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
    shared: bool,
    lock: i64,
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
        shared: row.shared,
        lock: row.lock,
    }))
}

/// Ends the session of this browser. The device stays known.
pub async fn sign_out(db: &Db, cookies: Cookies, jar: &CookieJar<'_>, user: &User, request: Uuid) -> Result<()> {
    lock(db, cookies, jar, user, request).await?;
    jar.remove(cookies.build(cookies.session(), String::new()));
    Ok(())
}

/// The same, but the browser remembers whose it was: if they come back they go on where they were, and nobody else does.
pub async fn lock(db: &Db, cookies: Cookies, jar: &CookieJar<'_>, user: &User, request: Uuid) -> Result<()> {
    if let Some(token) = jar.get(cookies.session()).map(|c| c.value().to_owned()) {
        let mut tx = db.begin(&user.actor(), request, Rights::Writer).await?;
        diesel::sql_query("SELECT end_session($1)")
            .bind::<Binary, _>(hash_of(token.as_bytes()).as_slice())
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
    }
    Ok(())
}
