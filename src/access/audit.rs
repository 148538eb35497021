//! The record of who saw and changed what, and its seals. See `docs/decisions/audit.md`.

use std::collections::HashMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Bool, Text};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::base::actor::Actor;
use crate::base::db::{Db, Rights};
use crate::base::seal::to_hex;
use crate::base::{Error, Result};

#[derive(QueryableByName)]
struct Head {
    #[diesel(sql_type = Text)]
    upto: String,
    #[diesel(sql_type = Binary)]
    hash: Vec<u8>,
}

/// Seals new rows every second and writes each head outside the database, so that whoever rewrites the
/// table and its seals must reach this file too.
pub struct Sealer {
    pub db: Db,
    pub heads: PathBuf,
}

impl Sealer {
    pub async fn run(self) {
        loop {
            if let Err(e) = self.seal().await {
                rocket::warn!("sealing the audit failed: {e:?}");
            }
            rocket::tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }

    /// Seals what can be sealed now; true if that was anything.
    pub async fn seal(&self) -> Result<bool> {
        let mut tx = self.db.begin(&Actor::Service("sealer"), Uuid::nil(), Rights::Writer).await?;
        let head: Option<Head> =
            diesel::sql_query("SELECT upto, hash FROM seal_audit()").get_result(&mut *tx).await.optional()?;
        tx.commit().await?;
        let Some(head) = head else { return Ok(false) };
        let line = format!("{} {}\n", head.upto, to_hex(&head.hash));
        let mut file =
            std::fs::OpenOptions::new().create(true).append(true).open(&self.heads).map_err(Error::internal)?;
        file.write_all(line.as_bytes()).map_err(Error::internal)?;
        Ok(true)
    }
}

/// What looking through all seals found.
#[derive(Debug, Default)]
pub struct Verdict {
    pub seals: u64,
    pub rows: i64,
    /// What does not fit, in words for a terminal; the first thing only.
    pub broken: Option<String>,
}

#[derive(QueryableByName)]
struct Seal {
    #[diesel(sql_type = Text)]
    upto: String,
    #[diesel(sql_type = Binary)]
    hash: Vec<u8>,
    #[diesel(sql_type = BigInt)]
    rows: i64,
    #[diesel(sql_type = Bool)]
    fits: bool,
}

/// Compares every seal with its rows and the one before, and the heads written outside with the seals. Each seal is
/// one question of its own, so that a long record does not run into a time-out.
pub async fn verify(db: &Db, heads: &Path) -> Result<Verdict> {
    let text = std::fs::read_to_string(heads).unwrap_or_default();
    let outside: HashMap<&str, &str> = text.lines().filter_map(|line| line.split_once(' ')).collect();
    let mut met = 0;
    let mut missing = None;
    let mut verdict = Verdict::default();
    let (mut before, mut chain) = ("0".to_owned(), Vec::new());
    loop {
        let mut tx = db.begin(&Actor::Service("command-line"), Uuid::nil(), Rights::Writer).await?;
        let seal: Option<Seal> = diesel::sql_query("SELECT * FROM verify_seal($1, $2)")
            .bind::<Text, _>(&before)
            .bind::<Binary, _>(&chain)
            .get_result(&mut *tx)
            .await
            .optional()?;
        tx.commit().await?;
        let Some(seal) = seal else { break };
        let mut broken = |what: String| verdict.broken = verdict.broken.take().or(Some(what));
        if !seal.fits {
            broken(format!(
                "the seal up to {} does not fit its rows: rows were changed, added or removed after they were sealed",
                seal.upto
            ));
        }
        // The last seal may lack its head outside: the process may have died between the two.
        if let Some(upto) = missing.take() {
            broken(format!("the seal up to {upto} has no head in {}", heads.display()));
        }
        match outside.get(seal.upto.as_str()) {
            Some(head) if *head == to_hex(&seal.hash) => met += 1,
            Some(_) => {
                broken(format!("the seal up to {} is not the one whose head is in {}", seal.upto, heads.display()))
            }
            None => missing = Some(seal.upto.clone()),
        }
        verdict.seals += 1;
        verdict.rows += seal.rows;
        (before, chain) = (seal.upto, seal.hash);
    }
    if met < outside.len() && verdict.broken.is_none() {
        verdict.broken =
            Some(format!("{} heads in {} have no seal in the database", outside.len() - met, heads.display()));
    }
    Ok(verdict)
}
