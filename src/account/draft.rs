//! What somebody had typed when their screen locked: kept sealed, theirs alone, and given back once (practice 11).

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rocket::form::{Form, FromForm};
use rocket::http::{ContentType, Status};
use rocket::{Route, State, post, routes};
use serde::Deserialize;
use time::OffsetDateTime;
use uuid::Uuid;

use super::Asking;
use crate::access::User;
use crate::base::db::{Db, Rights, Tx};
use crate::base::seal::{Keys, Place, Use};
use crate::base::{Error, Result};
use crate::page::safe_path;
use crate::schema::drafts;

pub fn routes() -> Vec<Route> {
    routes![keep, take, leave]
}

/// How many pages of somebody are kept; the oldest goes first.
const MOST: i64 = 20;

/// One as a list shows it.
pub struct Draft {
    pub id: Uuid,
    pub path: String,
    /// The heading of its page.
    pub title: String,
    pub at: OffsetDateTime,
}

#[derive(Deserialize)]
struct Titled {
    title: String,
}

fn place(id: Uuid) -> Place<'static> {
    Place { table: "drafts", column: "sealed", row: id }
}

fn open(keys: &Keys, id: Uuid, sealed: &[u8]) -> Result<Vec<u8>> {
    keys.open_bytes(Use::FileSeal, &place(id), sealed)
}

/// What this user had typed and has not taken back, newest first.
pub async fn mine(db: &mut AsyncPgConnection, keys: &Keys, user: &User) -> Result<Vec<Draft>> {
    let all: Vec<(Uuid, String, Vec<u8>, OffsetDateTime)> = drafts::table
        .filter(drafts::user_id.eq(user.id))
        .order(drafts::saved_at.desc())
        .limit(MOST)
        .select((drafts::id, drafts::path, drafts::sealed, drafts::saved_at))
        .load(db)
        .await?;
    let draft = |(id, path, sealed, at): (Uuid, String, Vec<u8>, OffsetDateTime)| {
        let Titled { title } = serde_json::from_slice(&open(keys, id, &sealed)?).map_err(Error::internal)?;
        Ok(Draft { id, path, title, at })
    };
    all.into_iter().map(draft).collect()
}

#[derive(FromForm)]
struct Kept {
    path: String,
    /// JSON: `title`, and whatever the script that fills the page in again put there.
    #[field(validate = len(..=60_000))]
    typed: String,
}

async fn begin(db: &Db, user: &User, asking: &Asking) -> Result<Tx> {
    db.begin(&user.actor(), asking.id, Rights::Writer).await
}

/// Keeps what was typed on a page, in place of what was kept of it before.
#[post("/drafts", data = "<sent>")]
async fn keep(user: User, sent: Form<Kept>, asking: Asking, db: &State<Db>, keys: &State<Keys>) -> Result<Status> {
    let path = safe_path(&sent.path);
    if path != sent.path || serde_json::from_str::<Titled>(&sent.typed).is_err() {
        return Err(Error::refused(Status::UnprocessableEntity, "error-value"));
    }
    let id = Uuid::now_v7();
    let sealed = keys.seal_bytes(Use::FileSeal, &place(id), sent.typed.as_bytes())?;
    let mut tx = begin(db, &user, &asking).await?;
    let now = tx.clock().now();
    diesel::insert_into(drafts::table)
        .values((
            drafts::id.eq(id),
            drafts::user_id.eq(user.id),
            drafts::path.eq(path),
            drafts::sealed.eq(&sealed),
            drafts::saved_at.eq(now),
        ))
        .on_conflict((drafts::user_id, drafts::path))
        .do_update()
        .set((drafts::id.eq(id), drafts::sealed.eq(&sealed), drafts::saved_at.eq(now)))
        .execute(&mut *tx)
        .await?;
    let newest = drafts::table.filter(drafts::user_id.eq(user.id)).order(drafts::saved_at.desc());
    let newest: Vec<Uuid> = newest.limit(MOST).select(drafts::id).load(&mut *tx).await?;
    let older = drafts::table.filter(drafts::user_id.eq(user.id)).filter(drafts::id.ne_all(newest));
    diesel::delete(older).execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(Status::NoContent)
}

#[derive(FromForm)]
struct Taken {
    path: String,
}

/// Gives back what was typed on a page, once; nothing if nothing is kept of it.
#[post("/drafts/taken", data = "<sent>")]
async fn take(
    user: User,
    sent: Form<Taken>,
    asking: Asking,
    db: &State<Db>,
    keys: &State<Keys>,
) -> Result<(Status, (ContentType, Vec<u8>))> {
    let mut tx = begin(db, &user, &asking).await?;
    let kept = drafts::table.filter(drafts::user_id.eq(user.id)).filter(drafts::path.eq(&sent.path));
    let kept: Option<(Uuid, Vec<u8>)> =
        diesel::delete(kept).returning((drafts::id, drafts::sealed)).get_result(&mut *tx).await.optional()?;
    tx.commit().await?;
    Ok(match kept {
        Some((id, sealed)) => (Status::Ok, (ContentType::JSON, open(keys, id, &sealed)?)),
        None => (Status::NoContent, (ContentType::JSON, Vec::new())),
    })
}

/// What was typed is not wanted any more.
#[post("/drafts/<id>/removal")]
async fn leave(id: Uuid, user: User, asking: Asking, db: &State<Db>) -> Result<rocket::response::Redirect> {
    let mut tx = begin(db, &user, &asking).await?;
    let gone = diesel::delete(drafts::table.filter(drafts::user_id.eq(user.id)).filter(drafts::id.eq(id)));
    if gone.execute(&mut *tx).await? == 0 {
        return Err(Error::NotFound);
    }
    tx.commit().await?;
    Ok(rocket::response::Redirect::to("/shift"))
}
