//! The acts that make a release, as the pages and the command line both do them.

use diesel_async::AsyncPgConnection;
use rocket::http::Status;
use rocket::tokio::task::spawn_blocking;
use uuid::Uuid;

use super::count::{Counted, Published};
use super::disclosure::attack::Publication;
use super::disclosure::{Audit, Unsafe};
use super::{Move, Release, count, store};
use crate::access::User;
use crate::base::language::Message;
use crate::base::{Error, Result};

fn refused(message: impl Into<Message>) -> Error {
    Error::Refused(Status::Conflict, message.into())
}

/// What a function of the database answered, as an error unless it is done.
fn done(said: &str, act: Option<Move>) -> Result<()> {
    match (said, act) {
        ("done", _) => Ok(()),
        ("state", Some(act)) => Err(refused(act.refusal())),
        ("own", _) => Err(refused("release-refused-own")),
        ("under-way", _) => Err(refused("release-refused-under-way")),
        ("no-data", _) => Err(refused("release-refused-no-data")),
        ("needs-note", _) => Err(refused("release-refused-note")),
        _ => Err(Error::NotFound),
    }
}

/// Counts a year anew. `note` says what changed, and is needed where a revision is published already.
pub async fn draft(db: &mut AsyncPgConnection, year: i32, note: Option<&str>) -> Result<Uuid> {
    let id = Uuid::now_v7();
    done(&store::draft(db, id, year, note).await?, None)?;
    Ok(id)
}

/// Does what the move says, unless it is refused.
pub async fn advance(db: &mut AsyncPgConnection, user: &User, release: &Release, act: Move) -> Result<()> {
    if let Some(why) = act.refused(user, release) {
        return Err(refused(why));
    }
    if act == Move::Protect {
        return protect(db, release).await;
    }
    done(&store::advance(db, release.id, act.code()).await?, Some(act))
}

/// Earlier published revisions of the same year, as an attacker has them before them.
pub async fn earlier(db: &mut AsyncPgConnection, release: &Release) -> Result<Vec<Publication>> {
    let mut all = Vec::new();
    for before in store::published(db, release.year).await?.iter().rev().filter(|r| r.revision < release.revision) {
        let counted = store::unprotected(db, before.id).await?;
        all.push(count::publication(&counted, &store::cells(db, before.id).await?));
    }
    Ok(all)
}

/// The audit of what is kept, on a thread that may take its time.
pub async fn audit(
    release: &Release,
    counted: Vec<Counted>,
    cells: Vec<Published>,
    earlier: Vec<Publication>,
) -> Result<Audit> {
    let threshold = release.threshold;
    let look = move || count::audit(threshold, &counted, &cells, &earlier.iter().collect::<Vec<_>>());
    spawn_blocking(look).await.map_err(Error::internal)
}

async fn protect(db: &mut AsyncPgConnection, release: &Release) -> Result<()> {
    let counted = store::unprotected(db, release.id).await?;
    let inputs = store::inputs(db, release.id).await?;
    let earlier = earlier(db, release).await?;
    let threshold = release.threshold;
    let chosen =
        spawn_blocking(move || count::protected(threshold, &counted, &earlier)).await.map_err(Error::internal)?;
    let (cells, _) = chosen.map_err(|why| match why {
        Unsafe::TooThin => refused("release-refused-too-thin"),
        Unsafe::Published => refused("release-refused-published-small"),
        Unsafe::Audit => refused("release-refused-audit"),
    })?;
    let total = cells.iter().find(|c| c.country == count::TOTAL && c.sex == count::TOTAL).and_then(|c| c.value);
    let shorter = count::unless_small(inputs.shorter_stays.into(), threshold);
    let at_least = total.map(|total| count::moved_down(inputs.at_least.into(), total, threshold));
    let digest = count::digest(release, &cells, shorter, at_least);
    done(&store::protect(db, release.id, &cells, shorter, at_least, &digest).await?, Some(Move::Protect))
}
