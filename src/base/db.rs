//! The pool, and transactions that know who acts.
//!
//! `BEGIN` and the actor go to the server in one round trip; nothing is ever set for a session, so a
//! connection pooler in transaction mode may stand in between.

use std::ops::{Deref, DerefMut};
use std::time::Duration;

use diesel_async::pooled_connection::deadpool::{Object, Pool};
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod};
use diesel_async::{AnsiTransactionManager, AsyncConnection, AsyncPgConnection, TransactionManager};
use uuid::Uuid;

use super::actor::Actor;
use super::clock::Clock;
use super::settings::Settings;
use super::{Error, Result};

/// The database as this process reaches it: the primary and, where one is given, a replica for aggregates.
#[derive(Clone)]
pub struct Db {
    primary: Pool<AsyncPgConnection>,
    replica: Pool<AsyncPgConnection>,
    clock: Clock,
}

/// Which rights a transaction has, as a role of the database.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rights {
    /// Reads everything the policies let through and writes the access log only.
    Reader,
    /// Writes what the policies let through.
    Writer,
    /// Reads the statistics views and nothing else; may run on a replica.
    Aggregates,
}

impl Db {
    pub fn new(settings: &Settings, clock: Clock) -> Result<Db> {
        let primary = pool(&settings.database_url, settings)?;
        let replica = match &settings.read_database_url {
            Some(url) => pool(url, settings)?,
            None => primary.clone(),
        };
        Ok(Db { primary, replica, clock })
    }

    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// A connection outside any transaction, for the one look-up that finds out who asks.
    pub async fn look_up(&self) -> Result<Object<AsyncPgConnection>> {
        self.primary.get().await.map_err(|e| Error::Unavailable(e.to_string()))
    }

    /// Begins a transaction as the actor. Undone when dropped unless [`Tx::commit`] was called.
    pub async fn begin(&self, actor: &Actor, request: Uuid, rights: Rights) -> Result<Tx> {
        let pool = if rights == Rights::Aggregates { &self.replica } else { &self.primary };
        let mut connection = pool.get().await.map_err(|e| Error::Unavailable(e.to_string()))?;
        let (mode, role) = match rights {
            Rights::Reader => ("", "; SET LOCAL ROLE reader"),
            Rights::Writer => ("", ""),
            Rights::Aggregates => (" ISOLATION LEVEL REPEATABLE READ READ ONLY", "; SET LOCAL ROLE statistics"),
        };
        // Nothing here comes from a request: kinds and services are ours, the rest are UUIDs and numbers.
        let ahead = self.clock.ahead();
        let clock = if ahead == 0 { String::new() } else { format!(", set_config('app.ahead', '{ahead}', true)") };
        let begin = format!(
            "BEGIN{mode}; SELECT set_config('app.actor_kind', '{}', true), set_config('app.actor_id', '{}', true), \
             set_config('app.organisation_id', '{}', true), set_config('app.request', '{request}', true){clock}{role}",
            actor.kind(),
            actor.id(),
            actor.organisation().map(|o| o.to_string()).unwrap_or_default(),
        );
        AnsiTransactionManager::begin_transaction_sql(&mut *connection, &begin).await?;
        Ok(Tx { connection: Some(connection), clock: self.clock.clone() })
    }
}

fn pool(url: &str, settings: &Settings) -> Result<Pool<AsyncPgConnection>> {
    let prepared = settings.prepared_statements;
    let mut manager = ManagerConfig::<AsyncPgConnection>::default();
    manager.recycling_method = RecyclingMethod::Fast;
    manager.custom_setup = Box::new(move |url| {
        Box::pin(async move {
            let mut connection = AsyncPgConnection::establish(url).await?;
            if !prepared {
                connection.set_prepared_statement_cache_size(diesel::connection::CacheSize::Disabled);
            }
            Ok(connection)
        })
    });
    let manager = AsyncDieselConnectionManager::<AsyncPgConnection>::new_with_config(url, manager);
    let patience = Some(Duration::from_secs(5));
    Pool::builder(manager)
        .max_size(settings.connections)
        .wait_timeout(patience)
        .create_timeout(patience)
        .runtime(deadpool::Runtime::Tokio1)
        .build()
        .map_err(Error::internal)
}

/// An open transaction of an actor.
pub struct Tx {
    /// Present until the transaction is over.
    connection: Option<Object<AsyncPgConnection>>,
    clock: Clock,
}

impl Tx {
    pub async fn commit(mut self) -> Result<()> {
        if let Some(mut connection) = self.connection.take() {
            AnsiTransactionManager::commit_transaction(&mut *connection).await?;
        }
        Ok(())
    }

    pub async fn roll_back(mut self) -> Result<()> {
        if let Some(mut connection) = self.connection.take() {
            AnsiTransactionManager::rollback_transaction(&mut *connection).await?;
        }
        Ok(())
    }

    pub fn clock(&self) -> &Clock {
        &self.clock
    }
}

impl Deref for Tx {
    type Target = AsyncPgConnection;

    fn deref(&self) -> &AsyncPgConnection {
        match &self.connection {
            Some(connection) => connection,
            None => unreachable!("a transaction that is over cannot be reached: ending it takes it"),
        }
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut AsyncPgConnection {
        match &mut self.connection {
            Some(connection) => connection,
            None => unreachable!("a transaction that is over cannot be reached: ending it takes it"),
        }
    }
}

impl Drop for Tx {
    /// Undoes what was not committed, after the answer has left. Without a runtime the connection closes, which undoes too.
    fn drop(&mut self) {
        if let (Some(mut connection), Ok(runtime)) =
            (self.connection.take(), rocket::tokio::runtime::Handle::try_current())
        {
            runtime.spawn(async move {
                if AnsiTransactionManager::rollback_transaction(&mut *connection).await.is_err() {
                    drop(Object::take(connection));
                }
            });
        }
    }
}
