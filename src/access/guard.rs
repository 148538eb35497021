//! Authority by type: a handler gets at rows only through one of these, and each knows who asks and what for.
//!
//! `Read<P>` and `Write<P>` exist only for a signed-in user whose role gives the permission `P`. A handler that
//! shows a person must turn its guard into a [`Seen`], which records who saw whom; page structs that show people
//! hold one, so that a page without a record cannot be built.

use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

use diesel::define_sql_function;
use diesel::sql_types::{Array, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rocket::Request;
use rocket::request::{FromRequest, Outcome};
use uuid::Uuid;

use super::may;
use super::role::Wanted;
pub use super::role::to;
use super::user::{User, request_id};
use crate::base::db::{Db, Rights, Tx};
use crate::base::error::Told;
use crate::base::form::Submission;
use crate::base::submission::{self, Claim};
use crate::base::{Error, Result};

/// What a page may read: a transaction that sees only the user's rows and writes the access log only.
pub struct Read<P>(Guarded, PhantomData<P>);

/// What an act may change: a transaction that sees only the user's rows.
pub struct Write<P>(Guarded, PhantomData<P>);

/// The right to [`Write`] or [`Read`], and no transaction yet: for what takes long to arrive or to leave. A transaction must
/// not wait for somebody's line.
pub struct Later<P> {
    user: User,
    db: Db,
    request: Uuid,
    route: String,
    permission: PhantomData<P>,
}

/// What aggregates are read through: the statistics views and nothing else; may be a replica.
pub struct Snapshot<P>(Guarded, PhantomData<P>);

struct Guarded {
    tx: Tx,
    user: User,
    db: Db,
    request: Uuid,
    route: String,
}

/// Proof that an access was recorded and committed.
pub struct Seen(());

async fn later<P: Wanted>(request: &Request<'_>) -> Result<Later<P>> {
    let user = User::of(request).await?.clone();
    let db = request.rocket().state::<Db>().ok_or_else(|| Error::Internal("no database".into()))?.clone();
    if !may(&user, P::PERMISSION, None, db.clock().now()) {
        return Err(Error::NotAllowed);
    }
    let route = format!("{} {}", request.method(), request.uri().path());
    Ok(Later { user, db, request: request_id(request), route, permission: PhantomData })
}

async fn guarded<P: Wanted>(request: &Request<'_>, rights: Rights) -> Result<Guarded> {
    later::<P>(request).await?.guarded(rights).await
}

impl<P> Later<P> {
    async fn guarded(&self, rights: Rights) -> Result<Guarded> {
        let tx = self.db.begin(&self.user.actor(), self.request, rights).await?;
        let Later { user, db, request, route, .. } = self;
        Ok(Guarded { tx, user: user.clone(), db: db.clone(), request: *request, route: route.clone() })
    }

    pub fn user(&self) -> &User {
        &self.user
    }

    pub async fn write(&self) -> Result<Write<P>> {
        Ok(Write(self.guarded(Rights::Writer).await?, PhantomData))
    }

    pub async fn read(&self) -> Result<Read<P>> {
        Ok(Read(self.guarded(Rights::Reader).await?, PhantomData))
    }
}

fn outcome<T>(result: Result<T>, request: &Request<'_>) -> Outcome<T, Error> {
    match result {
        Ok(guard) => Outcome::Success(guard),
        Err(error) => {
            if let Error::Unavailable(cause) | Error::Internal(cause) = &error {
                rocket::warn!("guard of {}: {cause}", request.route().map_or_else(String::new, |r| r.uri.to_string()));
                request.local_cache(|| Told { message: None, retry_after: Some(5) });
            }
            Outcome::Error((error.status(), error))
        }
    }
}

#[rocket::async_trait]
impl<'r, P: Wanted> FromRequest<'r> for Read<P> {
    type Error = Error;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Error> {
        outcome(guarded::<P>(request, Rights::Reader).await.map(|g| Read(g, PhantomData)), request)
    }
}

#[rocket::async_trait]
impl<'r, P: Wanted> FromRequest<'r> for Write<P> {
    type Error = Error;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Error> {
        outcome(guarded::<P>(request, Rights::Writer).await.map(|g| Write(g, PhantomData)), request)
    }
}

#[rocket::async_trait]
impl<'r, P: Wanted> FromRequest<'r> for Later<P> {
    type Error = Error;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Error> {
        outcome(later::<P>(request).await, request)
    }
}

#[rocket::async_trait]
impl<'r, P: Wanted> FromRequest<'r> for Snapshot<P> {
    type Error = Error;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Error> {
        outcome(guarded::<P>(request, Rights::Aggregates).await.map(|g| Snapshot(g, PhantomData)), request)
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for User {
    type Error = Error;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Error> {
        outcome(User::of(request).await.cloned(), request)
    }
}

/// A handler that anybody may call: it says so in its signature, and touches no row of anybody.
pub struct Open(());

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Open {
    type Error = std::convert::Infallible;

    async fn from_request(_: &'r Request<'_>) -> Outcome<Self, Self::Error> {
        Outcome::Success(Open(()))
    }
}

define_sql_function! {
    /// Writes the record of access; see database/functions.sql.
    fn note_access(act: Text, of_table: Text, ids: Array<SqlUuid>, purpose: Nullable<Text>) -> Text;
}

/// Records that these people are in a file that somebody takes out; for the job that makes it, which runs as they.
pub async fn note_taken_out(db: &mut AsyncPgConnection, people: &[Uuid]) -> Result<()> {
    diesel::select(note_access("list", "persons", people, Some("export"))).execute(db).await?;
    Ok(())
}

async fn note(db: &mut AsyncPgConnection, user: &User, act: &str, table: &str, rows: &[Uuid]) -> Result<()> {
    diesel::select(note_access(act, table, rows, Some(user.purpose()))).execute(db).await?;
    Ok(())
}

/// Records whom a search showed; `find_people` counts these records.
pub async fn note_search(db: &mut AsyncPgConnection, people: &[Uuid]) -> Result<()> {
    diesel::select(note_access("search", "persons", people, Some("search"))).execute(db).await?;
    Ok(())
}

impl<P> Read<P> {
    pub fn user(&self) -> &User {
        &self.0.user
    }

    pub fn today(&self) -> time::Date {
        self.0.tx.clock().today()
    }

    pub fn now(&self) -> time::OffsetDateTime {
        self.0.tx.clock().now()
    }

    /// Records that rows about people who are not registered were read or listed.
    pub async fn note(&mut self, act: &str, table: &str, rows: &[Uuid]) -> Result<()> {
        note(&mut self.0.tx, &self.0.user, act, table, rows).await
    }

    /// Records that these people were opened, and ends the transaction.
    pub async fn opened(self, people: &[Uuid]) -> Result<Seen> {
        self.recorded("read", people).await
    }

    /// Records that a list showed these people, and ends the transaction.
    pub async fn listed(self, people: &[Uuid]) -> Result<Seen> {
        self.recorded("list", people).await
    }

    async fn recorded(mut self, act: &str, people: &[Uuid]) -> Result<Seen> {
        if !people.is_empty() {
            note(&mut self.0.tx, &self.0.user, act, "persons", people).await?;
        }
        self.0.tx.commit().await?;
        Ok(Seen(()))
    }

    /// Records that rows which are no people yet were listed, or were taken away, and ends the transaction.
    pub async fn rows_shown(mut self, table: &'static str, rows: &[Uuid], taken_away: bool) -> Result<Seen> {
        if !rows.is_empty() {
            let (act, purpose) = if taken_away { ("read", "export") } else { ("list", self.0.user.purpose()) };
            diesel::select(note_access(act, table, rows, Some(purpose))).execute(&mut *self.0.tx).await?;
        }
        self.0.tx.commit().await?;
        Ok(Seen(()))
    }

    /// Records that these rows were read, for a purpose of their own where it is more than the role's, and ends the
    /// transaction. What hangs on them is read in transactions of its own, as this user: see the [`Later`] given back.
    pub async fn rows_read(
        mut self,
        rows: &[(&'static str, Uuid)],
        purpose: Option<&'static str>,
    ) -> Result<(Seen, Later<P>)> {
        let purpose = purpose.unwrap_or(self.0.user.purpose());
        for (table, row) in rows {
            diesel::select(note_access("read", *table, vec![*row], Some(purpose))).execute(&mut *self.0.tx).await?;
        }
        let Guarded { tx, user, db, request, route } = self.0;
        tx.commit().await?;
        Ok((Seen(()), Later { user, db, request, route, permission: PhantomData }))
    }

    /// Ends a search, which has recorded itself ([`note_search`]).
    pub async fn searched(self) -> Result<Seen> {
        self.0.tx.commit().await?;
        Ok(Seen(()))
    }
}

impl<P> Write<P> {
    pub fn user(&self) -> &User {
        &self.0.user
    }

    pub fn today(&self) -> time::Date {
        self.0.tx.clock().today()
    }

    pub fn now(&self) -> time::OffsetDateTime {
        self.0.tx.clock().now()
    }

    /// Takes the submission's key: `Some` is where the very same sending led before.
    pub async fn claim(&mut self, sent: Submission) -> Result<Option<String>> {
        let Guarded { tx, route, .. } = &mut self.0;
        match submission::claim(tx, sent, route).await? {
            Claim::New => Ok(None),
            Claim::Done(location) => Ok(Some(location)),
        }
    }

    /// Commits the act together with where it led.
    pub async fn done(mut self, sent: Submission, location: &str) -> Result<()> {
        submission::settle(&mut self.0.tx, sent, location).await?;
        self.0.tx.commit().await
    }

    /// Commits what needs no key of its own to be done once: a piece of a file goes by its offset.
    pub async fn kept(self) -> Result<()> {
        self.0.tx.commit().await
    }

    /// Undoes the act and goes on reading, to show what stands in the way.
    pub async fn instead(self) -> Result<Read<P>> {
        let Guarded { tx, user, db, request, route } = self.0;
        tx.roll_back().await?;
        let tx = db.begin(&user.actor(), request, Rights::Reader).await?;
        Ok(Read(Guarded { tx, user, db, request, route }, PhantomData))
    }
}

macro_rules! reaches_database {
    ($($guard:ident),*) => {
        $(
            impl<P> Deref for $guard<P> {
                type Target = AsyncPgConnection;

                fn deref(&self) -> &AsyncPgConnection {
                    &self.0.tx
                }
            }

            impl<P> DerefMut for $guard<P> {
                fn deref_mut(&mut self) -> &mut AsyncPgConnection {
                    &mut self.0.tx
                }
            }
        )*
    };
}
reaches_database!(Read, Write, Snapshot);

impl<P> Snapshot<P> {
    pub fn user(&self) -> &User {
        &self.0.user
    }
}
