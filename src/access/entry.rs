//! Coming in: by password, by badge and PIN at a computer that several share, by invitation. Each attempt is kept.

use std::net::IpAddr;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use diesel::prelude::*;
use diesel::sql_types::{Binary, Bool, Nullable, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use rocket::http::CookieJar;
use rocket::tokio::task::spawn_blocking;
use uuid::Uuid;

use super::session::{Cookies, hash_of, new_token};
use super::user::User;
use crate::base::actor::Actor;
use crate::base::db::{Db, Rights};
use crate::base::flood::Gate;
use crate::base::{Error, Result};

const SIGN_IN: Actor = Actor::Service("sign-in");

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

/// How an attempt to sign in ended.
pub enum Attempt {
    In {
        /// Nobody else was signed in at this browser before: it may show again what it showed last.
        again: bool,
    },
    /// No such account or badge, a wrong password or PIN, or none yet: told alike.
    Wrong,
    /// Too many failures; nothing was tried.
    Wait,
}

/// What somebody shows who wants to come in.
pub enum Shown<'a> {
    Password {
        email: &'a str,
        password: &'a str,
    },
    /// Digits of a badge, and the PIN that goes with it; at a registered computer only.
    Badge {
        badge: &'a str,
        pin: &'a str,
    },
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

impl From<'_> {
    fn cookie(&self, name: &str) -> Option<String> {
        self.jar.get(name).map(|c| c.value().to_owned())
    }

    fn cookie_hash(&self, name: &str) -> Option<Vec<u8>> {
        self.cookie(name).map(|value| hash_of(value.as_bytes()).to_vec())
    }
}

/// An attempt as it is kept.
struct Tried {
    account: [u8; 32],
    network: String,
    device: Option<Vec<u8>>,
    user: Option<Uuid>,
    must_wait: bool,
}

/// Looks whether what is shown opens an account; lets nobody in.
async fn tried(db: &Db, hashing: &Hashing, cookies: Cookies, from: &From<'_>, shown: &Shown<'_>) -> Result<Tried> {
    let network = network(from.address);
    let mut tx = db.begin(&SIGN_IN, from.request, Rights::Writer).await?;
    let (account, secret, device, candidate) = match shown {
        Shown::Password { email, password } => {
            let email = email.trim().to_lowercase();
            let account = hash_of(email.as_bytes());
            let device = from.cookie_hash(cookies.device());
            let candidate: Candidate = diesel::sql_query("SELECT * FROM sign_in_candidate($1, $2, $3, $4)")
                .bind::<Text, _>(&email)
                .bind::<Binary, _>(account.as_slice())
                .bind::<Text, _>(&network)
                .bind::<Nullable<Binary>, _>(device.as_deref())
                .get_result(&mut *tx)
                .await?;
            (account, (*password).to_owned(), device, candidate)
        }
        Shown::Badge { badge, pin } => {
            let account = hash_of(badge.as_bytes());
            let device = from.cookie_hash(cookies.computer());
            let candidate: Candidate = diesel::sql_query("SELECT * FROM badge_candidate($1, $2)")
                .bind::<Binary, _>(account.as_slice())
                .bind::<Nullable<Binary>, _>(device.as_deref())
                .get_result(&mut *tx)
                .await?;
            (account, (*pin).to_owned(), device, candidate)
        }
    };
    tx.commit().await?;
    let user = if candidate.must_wait {
        None
    } else {
        let known = candidate.password_hash.is_some();
        let hash = candidate.password_hash.unwrap_or_else(|| NOBODY.to_owned());
        let fits = hashing.fits(secret, hash).await? && known;
        candidate.user_id.filter(|_| fits)
    };
    Ok(Tried { account, network, device, user, must_wait: candidate.must_wait })
}

#[derive(QueryableByName)]
struct Again {
    #[diesel(sql_type = Bool)]
    again: bool,
}

/// Keeps an attempt; lets the user in, if it has one, with this session. See `note_sign_in()`.
async fn note(db: &Db, cookies: Cookies, from: &From<'_>, tried: &Tried, session: &[u8]) -> Result<bool> {
    let mut tx = db.begin(&SIGN_IN, from.request, Rights::Writer).await?;
    let noted: Again = diesel::sql_query("SELECT note_sign_in($1, $2, $3, $4, $5, $6, $7) AS again")
        .bind::<Binary, _>(tried.account.as_slice())
        .bind::<Text, _>(&tried.network)
        .bind::<Nullable<Binary>, _>(tried.device.as_deref())
        .bind::<Nullable<SqlUuid>, _>(tried.user)
        .bind::<Binary, _>(session)
        .bind::<Nullable<Binary>, _>(from.cookie_hash(cookies.computer()))
        .bind::<Nullable<Binary>, _>(from.cookie_hash(cookies.session()))
        .get_result(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(noted.again)
}

/// Tries to sign in; on success the cookies are set.
pub async fn sign_in(
    db: &Db,
    hashing: &Hashing,
    cookies: Cookies,
    from: From<'_>,
    shown: Shown<'_>,
) -> Result<Attempt> {
    let mut tried = tried(db, hashing, cookies, &from, &shown).await?;
    if tried.must_wait {
        return Ok(Attempt::Wait);
    }
    let (token, token_hash) = new_token();
    let mut new_device = None;
    if tried.user.is_some() && tried.device.is_none() {
        let (device, hash) = new_token();
        (new_device, tried.device) = (Some(device), Some(hash.to_vec()));
    }
    let again = note(db, cookies, &from, &tried, &token_hash).await?;
    if tried.user.is_none() {
        return Ok(Attempt::Wrong);
    }
    from.jar.add(cookies.build(cookies.session(), token));
    // Each time anew, or a browser in daily use would be forgotten on its four hundredth day.
    if let Some(device) = new_device.or_else(|| from.cookie(cookies.device())) {
        from.jar.add(cookies.lasting(cookies.device(), device));
    }
    if let Some(computer) = from.cookie(cookies.computer()) {
        from.jar.add(cookies.lasting(cookies.computer(), computer));
    }
    Ok(Attempt::In { again })
}

/// Whether this is the user's own password; a wrong one counts as a failed attempt to sign in.
pub async fn is_password_of(
    db: &Db,
    hashing: &Hashing,
    cookies: Cookies,
    from: &From<'_>,
    (user, email, password): (&User, &str, &str),
) -> Result<Attempt> {
    let tried = tried(db, hashing, cookies, from, &Shown::Password { email, password }).await?;
    if tried.must_wait {
        return Ok(Attempt::Wait);
    }
    if tried.user == Some(user.id) {
        return Ok(Attempt::In { again: true });
    }
    note(db, cookies, from, &Tried { user: None, ..tried }, &[]).await?;
    Ok(Attempt::Wrong)
}

/// A badge of twenty digits, which no keyboard layout changes, and the hash that is kept of it.
pub fn new_badge() -> (String, [u8; 32]) {
    let badge: String = (0..20).map(|_| char::from(b'0' + rand::random_range(0..10u8))).collect();
    let hash = hash_of(badge.as_bytes());
    (badge, hash)
}

/// A computer as its sign-in page names it.
#[derive(QueryableByName)]
pub struct Computer {
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = Text)]
    pub office: String,
}

/// The registered computer at which this browser runs, if it is one.
pub async fn computer(db: &Db, cookies: Cookies, from: &From<'_>) -> Result<Option<Computer>> {
    let Some(hash) = from.cookie_hash(cookies.computer()) else { return Ok(None) };
    let mut tx = db.begin(&SIGN_IN, from.request, Rights::Writer).await?;
    let computer = diesel::sql_query("SELECT * FROM computer_name($1)")
        .bind::<Binary, _>(hash)
        .get_result(&mut *tx)
        .await
        .optional()?;
    tx.commit().await?;
    Ok(computer)
}

/// Makes this browser known as a computer: the hash to be kept of it.
pub fn register_computer(cookies: Cookies, jar: &CookieJar<'_>) -> Vec<u8> {
    let (token, hash) = new_token();
    jar.add(cookies.lasting(cookies.computer(), token));
    hash.to_vec()
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
