//! Whoever does not want to say who they are, and the arrival that is taken back.

use diesel::define_sql_function;
use diesel::prelude::*;
use diesel::sql_types::Uuid as SqlUuid;
use diesel_async::RunQueryDsl;
use rocket::form::Form;
use rocket::{Route, post, routes};
use time::Date;
use uuid::Uuid;

use super::flight::FlightPage;
use super::manifest;
use super::meeting::{held, next_number, open_manifest};
use crate::access::Write;
use crate::access::guard::to;
use crate::base::Result;
use crate::base::form::{Checked, Press};
use crate::page::Answer;
use crate::schema::manifest_rows;

pub fn routes() -> Vec<Route> {
    routes![refuse, refuse_unannounced, undo]
}

define_sql_function! {
    /// Takes back the last arrival that I confirmed; see database/functions.sql.
    fn undo_meeting(meeting: SqlUuid) -> Text;
}

/// They do not want to say who they are: counted, and what the list said of them is gone at once (practice 7).
#[post("/flights/<id>/rows/<row>/refusal", data = "<form>")]
async fn refuse(
    id: Uuid,
    row: Uuid,
    form: Form<Checked<Press>>,
    mut db: Write<to::RegisterPeople>,
) -> Result<Answer<FlightPage>> {
    let filled = form.into_inner().filled;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let (user, now) = (db.user().clone(), db.now());
    open_manifest(&mut db, id, false).await?;
    let row = held(&mut db, id, row).await?;
    let first = row.is_open();
    if first {
        let nothing = None::<String>;
        diesel::update(manifest_rows::table.find(row.id))
            .set((
                (
                    manifest_rows::state.eq("declined"),
                    manifest_rows::seen_at.eq(now),
                    manifest_rows::seen_by.eq(user.id),
                    manifest_rows::erased_at.eq(now),
                    manifest_rows::version.eq(manifest_rows::version + 1),
                ),
                (
                    manifest_rows::name.eq(&nothing),
                    manifest_rows::sex.eq(&nothing),
                    manifest_rows::birth_date.eq(None::<Date>),
                    manifest_rows::birth_precision.eq(&nothing),
                    manifest_rows::document_kind.eq(&nothing),
                    manifest_rows::document_country.eq(&nothing),
                    manifest_rows::number_sealed.eq(None::<Vec<u8>>),
                    manifest_rows::number_index.eq(&nothing),
                    manifest_rows::number_key.eq(None::<i32>),
                    manifest_rows::phone.eq(&nothing),
                    manifest_rows::episode_id.eq(None::<Uuid>),
                ),
            ))
            .execute(&mut *db)
            .await?;
    }
    let location = format!("/flights/{id}?{}={}", if first { "done" } else { "before" }, row.number);
    db.done(filled.submission(), &location).await?;
    Ok(Answer::To(location))
}

/// The same of somebody who is not on the list: a line with nothing in it.
#[post("/flights/<id>/refusal", data = "<form>")]
async fn refuse_unannounced(
    id: Uuid,
    form: Form<Checked<Press>>,
    mut db: Write<to::RegisterPeople>,
) -> Result<Answer<FlightPage>> {
    let filled = form.into_inner().filled;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let (user, now) = (db.user().clone(), db.now());
    open_manifest(&mut db, id, true).await?;
    let number = next_number(&mut db, id).await?;
    diesel::insert_into(manifest_rows::table)
        .values((
            manifest_rows::id.eq(Uuid::now_v7()),
            manifest_rows::manifest_id.eq(id),
            manifest_rows::number.eq(number),
            manifest_rows::announced.eq(false),
            manifest_rows::state.eq("declined"),
            manifest_rows::seen_at.eq(now),
            manifest_rows::seen_by.eq(user.id),
            manifest_rows::erased_at.eq(now),
        ))
        .execute(&mut *db)
        .await?;
    let location = format!("/flights/{id}?done={number}");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::To(location))
}

/// What came of taking an arrival back, as the page says it.
pub fn undone(code: &str) -> Option<&'static str> {
    match code {
        "undone" => Some("flight-undo-undone"),
        "late" => Some("flight-undo-late"),
        "not-last" => Some("flight-undo-not-last"),
        "hangs" => Some("flight-undo-hangs"),
        "nothing" => Some("flight-undo-nothing"),
        _ => None,
    }
}

#[post("/flights/<id>/rows/<row>/undoing", data = "<form>")]
async fn undo(
    id: Uuid,
    row: Uuid,
    form: Form<Checked<Press>>,
    mut db: Write<to::RegisterPeople>,
) -> Result<Answer<FlightPage>> {
    let filled = form.into_inner().filled;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let row = manifest::row(&mut db, id, row).await?;
    let said: String = diesel::select(undo_meeting(row.id)).get_result(&mut *db).await?;
    let location = format!("/flights/{id}?undo={said}");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::To(location))
}
