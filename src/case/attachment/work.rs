//! What is done with a file once it is whole: scanned, hashed, copied. As the worker, whoever holds the case by then.

use rocket::tokio::task::spawn_blocking;
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::convert::{self, Copied};
use super::scan::Scan;
use super::{Copy, File, pieces};
use crate::base::actor::Actor;
use crate::base::db::{Db, Rights, Tx};
use crate::base::job::Job;
use crate::base::seal::Keys;
use crate::base::{Error, Result};

pub const JOB: &str = "attachment";

/// Checks one file. A process takes one job after the other, so that one file at most is in its memory.
pub async fn run(db: Db, keys: Keys, clamd: Option<String>, job: Job) -> Result<()> {
    let id = job.payload.get("file").and_then(Value::as_str).and_then(|id| Uuid::parse_str(id).ok());
    let id = id.ok_or_else(|| Error::Internal("the job names no file".into()))?;
    let begin = || db.begin(&Actor::Service("worker"), job.id, Rights::Writer);
    let mut tx = begin().await?;
    let Some(file) = pieces::to_check(&mut tx, id).await? else { return Ok(()) };
    // Nobody waits for a lock while clamd thinks.
    tx.commit().await?;

    let mut scan = match clamd.as_deref().filter(|place| !place.is_empty()) {
        Some(place) => Some(Scan::begin(place).await?),
        None => None,
    };
    let mut bytes = Vec::with_capacity(usize::try_from(file.bytes).unwrap_or_default());
    for number in 0.. {
        let mut tx = begin().await?;
        let piece = pieces::piece(&mut tx, &keys, (id, Copy::Original, number)).await?;
        tx.commit().await?;
        let Some(piece) = piece else { break };
        if let Some(scan) = &mut scan {
            scan.piece(&piece).await?;
        }
        bytes.extend_from_slice(&piece);
    }
    let clean = match scan {
        Some(scan) => scan.is_clean().await?,
        None => true,
    };
    let (hash, outcome) = looked_at(&file, bytes, clean).await?;

    let mut tx: Tx = begin().await?;
    if pieces::to_check(&mut tx, id).await?.is_none() {
        return Ok(());
    }
    if !clean {
        pieces::erase(&mut tx, &[id]).await?;
    }
    pieces::checked(&mut tx, &keys, id, &hash, &outcome).await?;
    tx.commit().await
}

/// The hash of a file and what came of it, on threads that may take their time.
async fn looked_at(file: &File, bytes: Vec<u8>, clean: bool) -> Result<([u8; 32], Result<Copied, &'static str>)> {
    let format = file.format().filter(|_| bytes.len() as i64 == file.bytes);
    let format = format.ok_or_else(|| Error::Internal("a file that is not whole".into()))?;
    let hashed = spawn_blocking(move || (<[u8; 32]>::from(Sha256::digest(&bytes)), bytes));
    let (hash, bytes) = hashed.await.map_err(Error::internal)?;
    if !clean {
        return Ok((hash, Err("malware")));
    }
    // A file that breaks its decoder is as damaged as one that its decoder refuses.
    Ok((hash, spawn_blocking(move || convert::copied(format, bytes)).await.unwrap_or(Err("damaged"))))
}
