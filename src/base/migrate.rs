//! Brings a database up to date, as its owner, in one transaction.

use std::borrow::Cow;

use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::{
    AnsiTransactionManager, AsyncConnection, AsyncMigrationHarness, AsyncPgConnection, RunQueryDsl,
    SimpleAsyncConnection, TransactionManager,
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use sha2::{Digest, Sha256};

use super::seal::to_hex;
use super::{Error, Result};

/// Tables, one folder a change.
const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");

/// What may be replaced at will and is applied again whenever it changed.
pub struct Piece {
    pub name: &'static str,
    pub sql: Cow<'static, str>,
}

/// Applies what is missing and says what that was. Two at once wait for each other.
pub async fn run(owner_url: &str, pieces: &[Piece]) -> Result<Vec<String>> {
    let mut db = AsyncPgConnection::establish(owner_url).await.map_err(|e| Error::Unavailable(e.to_string()))?;
    // 7208 is only a number that nothing else in this database uses.
    AnsiTransactionManager::begin_transaction_sql(
        &mut db,
        "BEGIN; SET LOCAL lock_timeout = '10s'; SELECT pg_advisory_xact_lock(7208)",
    )
    .await?;
    let mut harness = AsyncMigrationHarness::new(db);
    let applied = harness.run_pending_migrations(MIGRATIONS).map_err(|e| Error::Internal(format!("migration: {e}")))?;
    let mut done: Vec<String> = applied.iter().map(|version| format!("migration {version}")).collect();
    let mut db = harness.into_inner();
    db.batch_execute("CREATE TABLE IF NOT EXISTS pieces (name text PRIMARY KEY, hash text NOT NULL)").await?;
    for piece in pieces {
        let hash = to_hex(&Sha256::digest(piece.sql.as_bytes()));
        let known: Vec<Named> = diesel::sql_query("SELECT hash AS name FROM pieces WHERE name = $1")
            .bind::<Text, _>(piece.name)
            .load(&mut db)
            .await?;
        // Later pieces stand on earlier ones, so once one changed the rest follow.
        if done.is_empty() && known.iter().any(|k| k.name == hash) {
            continue;
        }
        db.batch_execute(&piece.sql).await.map_err(|e| Error::Internal(format!("{}: {e}", piece.name)))?;
        diesel::sql_query("INSERT INTO pieces VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET hash = EXCLUDED.hash")
            .bind::<Text, _>(piece.name)
            .bind::<Text, _>(hash)
            .execute(&mut db)
            .await?;
        done.push(piece.name.to_owned());
    }
    db.batch_execute("SELECT make_months(36)").await?;
    AnsiTransactionManager::commit_transaction(&mut db).await?;
    Ok(done)
}

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(QueryableByName)]
struct Standing {
    #[diesel(sql_type = diesel::sql_types::Bool)]
    too_strong: bool,
}

/// Refuses a database that this program must not serve from: one that is older than it, or a role that row-level
/// security does not bind.
pub async fn check(app_url: &str) -> Result<()> {
    let mut db = AsyncPgConnection::establish(app_url).await.map_err(|e| Error::Unavailable(e.to_string()))?;
    let standing: Standing = diesel::sql_query(
        "SELECT rolsuper OR rolbypassrls OR EXISTS (SELECT FROM pg_class WHERE relowner = r.oid) AS too_strong FROM pg_roles r WHERE rolname = current_user",
    )
    .get_result(&mut db)
    .await?;
    if standing.too_strong {
        return Err(Error::Internal(
            "DATABASE_URL must sign in as the role `app`: the role given is superuser, bypasses row-level security or owns tables, so the database could not protect anybody from us".into(),
        ));
    }
    let known: Vec<Named> = diesel::sql_query("SELECT version AS name FROM __diesel_schema_migrations")
        .load(&mut db)
        .await
        .map_err(|_| {
            Error::Internal("this database has never been migrated: run `trove migrate` with OWNER_DATABASE_URL".into())
        })?;
    let needed = diesel::migration::MigrationSource::<diesel::pg::Pg>::migrations(&MIGRATIONS)
        .map_err(|e| Error::Internal(e.to_string()))?;
    for migration in needed {
        let version = migration.name().version().to_string();
        if !known.iter().any(|k| k.name == version) {
            return Err(Error::Internal(format!(
                "the database lacks migration {version}: run `trove migrate` with OWNER_DATABASE_URL first"
            )));
        }
    }
    Ok(())
}
