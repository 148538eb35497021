//! The bytes of files: arriving piece by piece, each sealed for its place, copied once they are whole, erased.

use diesel::dsl::{max, sum};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::json;
use uuid::Uuid;

use super::convert::Copied;
use super::format::Format;
use super::{Copy, File, PIECE};
use crate::access::User;
use crate::base::seal::{Keys, Place, Use};
use crate::base::{Error, Result, job};
use crate::schema::{attachment_chunks, attachment_files};

/// The user's files of this case that are in no document yet, oldest first, with how much of each came.
pub async fn uploads(db: &mut AsyncPgConnection, user: &User, case: Uuid) -> Result<Vec<(File, i64)>> {
    let all: Vec<File> = attachment_files::table
        .filter(attachment_files::case_id.eq(case))
        .filter(attachment_files::added_by.eq(user.id))
        .filter(attachment_files::attachment_id.is_null())
        .order(attachment_files::id)
        .limit(100)
        .select(File::as_select())
        .load(db)
        .await?;
    let ids: Vec<Uuid> = all.iter().map(|file| file.id).collect();
    let came: Vec<(Uuid, Option<i64>)> = attachment_chunks::table
        .filter(attachment_chunks::file_id.eq_any(&ids))
        .filter(attachment_chunks::copy.eq(Copy::Original.code()))
        .group_by(attachment_chunks::file_id)
        .select((attachment_chunks::file_id, sum(attachment_chunks::length)))
        .load(db)
        .await?;
    let of = |id: Uuid| came.iter().find(|(file, _)| *file == id).and_then(|(_, bytes)| *bytes).unwrap_or(0);
    Ok(all.into_iter().map(|file| (file.clone(), of(file.id))).collect())
}

/// How many files of the user are in no document yet, in any case, and their bytes.
pub async fn waiting(db: &mut AsyncPgConnection, user: Uuid) -> Result<(i64, i64)> {
    let sizes: Vec<i64> = attachment_files::table
        .filter(attachment_files::added_by.eq(user))
        .filter(attachment_files::attachment_id.is_null())
        .limit(1000)
        .select(attachment_files::bytes)
        .load(db)
        .await?;
    Ok((sizes.len() as i64, sizes.iter().sum()))
}

/// Begins a file of so many bytes, of which none came yet.
pub async fn begin(db: &mut AsyncPgConnection, user: Uuid, case: Uuid, name: &str, bytes: i64) -> Result<Uuid> {
    let id = Uuid::now_v7();
    diesel::insert_into(attachment_files::table)
        .values((
            attachment_files::id.eq(id),
            attachment_files::case_id.eq(case),
            attachment_files::name.eq(name),
            attachment_files::bytes.eq(bytes),
            attachment_files::state.eq("arriving"),
            attachment_files::added_by.eq(user),
        ))
        .execute(db)
        .await?;
    Ok(id)
}

/// The user's file that is still arriving or waits for its document, with how much of it came.
pub async fn upload(db: &mut AsyncPgConnection, user: &User, case: Uuid, id: Uuid) -> Result<(File, i64)> {
    let file: File = attachment_files::table
        .filter(attachment_files::id.eq(id))
        .filter(attachment_files::case_id.eq(case))
        .filter(attachment_files::added_by.eq(user.id))
        .filter(attachment_files::attachment_id.is_null())
        .select(File::as_select())
        .first(db)
        .await?;
    let (came, _) = came(db, id).await?;
    Ok((file, came))
}

/// How many bytes of the original there are, and in how many pieces.
async fn came(db: &mut AsyncPgConnection, file: Uuid) -> Result<(i64, i32)> {
    let pieces = attachment_chunks::table
        .filter(attachment_chunks::file_id.eq(file))
        .filter(attachment_chunks::copy.eq(Copy::Original.code()));
    let (bytes, last): (Option<i64>, Option<i32>) =
        pieces.select((sum(attachment_chunks::length), max(attachment_chunks::number))).first(db).await?;
    Ok((bytes.unwrap_or(0), last.map_or(0, |last| last + 1)))
}

/// What came of a piece.
#[derive(Debug, PartialEq)]
pub enum Appended {
    /// Kept; so many bytes there are now.
    To(i64),
    /// It belongs elsewhere: so many bytes there are.
    Elsewhere(i64),
}

/// Adds the piece that begins at `offset`. The last one queues what is to be done with the file.
pub async fn append(
    db: &mut AsyncPgConnection,
    keys: &Keys,
    id: Uuid,
    offset: i64,
    format: Format,
    piece: &[u8],
) -> Result<Appended> {
    // Two requests with one piece wait for each other here.
    let file: File = attachment_files::table
        .filter(attachment_files::id.eq(id))
        .filter(attachment_files::state.eq("arriving"))
        .select(File::as_select())
        .for_update()
        .first(db)
        .await?;
    let (came, number) = came(db, id).await?;
    let now = came + piece.len() as i64;
    if came != offset || now > file.bytes || piece.len() > PIECE {
        return Ok(Appended::Elsewhere(came));
    }
    keep(db, keys, (id, Copy::Original, number), piece).await?;
    if now == file.bytes {
        diesel::update(attachment_files::table.filter(attachment_files::id.eq(id)))
            .set((attachment_files::format.eq(format.code()), attachment_files::state.eq("checking")))
            .execute(db)
            .await?;
        job::enqueue(db, super::work::JOB, &format!("{}:{id}", super::work::JOB), json!({ "file": id }), None).await?;
    }
    Ok(Appended::To(now))
}

/// Keeps a file that came whole.
pub async fn receive(
    db: &mut AsyncPgConnection,
    keys: &Keys,
    (user, case): (Uuid, Uuid),
    (name, format): (&str, Format),
    bytes: &[u8],
) -> Result<Uuid> {
    let id = begin(db, user, case, name, bytes.len() as i64).await?;
    let mut offset = 0;
    for piece in bytes.chunks(PIECE) {
        append(db, keys, id, offset, format, piece).await?;
        offset += piece.len() as i64;
    }
    Ok(id)
}

/// Where a piece is sealed for.
type At = (Uuid, Copy, i32);

fn place((row, copy, number): At) -> (String, Uuid) {
    (format!("sealed/{}/{number}", copy.code()), row)
}

async fn keep(db: &mut AsyncPgConnection, keys: &Keys, at: At, piece: &[u8]) -> Result<()> {
    let (column, row) = place(at);
    let sealed = keys.seal_bytes(Use::FileSeal, &Place { table: "attachment_chunks", column: &column, row }, piece)?;
    let (file, copy, number) = at;
    diesel::insert_into(attachment_chunks::table)
        .values((
            attachment_chunks::file_id.eq(file),
            attachment_chunks::copy.eq(copy.code()),
            attachment_chunks::number.eq(number),
            attachment_chunks::length.eq(i32::try_from(piece.len()).map_err(Error::internal)?),
            attachment_chunks::sealed.eq(sealed),
        ))
        .execute(db)
        .await?;
    Ok(())
}

/// A piece of a copy, opened; nothing behind the last one.
pub async fn piece(db: &mut AsyncPgConnection, keys: &Keys, at: At) -> Result<Option<Vec<u8>>> {
    let sealed: Option<Vec<u8>> = attachment_chunks::table
        .find((at.0, at.1.code(), at.2))
        .select(attachment_chunks::sealed)
        .first(db)
        .await
        .optional()?;
    let (column, row) = place(at);
    let open = |sealed: Vec<u8>| {
        keys.open_bytes(Use::FileSeal, &Place { table: "attachment_chunks", column: &column, row }, &sealed)
    };
    sealed.map(open).transpose()
}

/// The file whose check is due, held until the transaction ends; nothing where it was done, or taken out meanwhile.
pub async fn to_check(db: &mut AsyncPgConnection, id: Uuid) -> Result<Option<File>> {
    Ok(attachment_files::table
        .filter(attachment_files::id.eq(id))
        .filter(attachment_files::state.eq("checking"))
        .select(File::as_select())
        .for_update()
        .first(db)
        .await
        .optional()?)
}

/// Keeps what came of the check: the hash, and the working copy or why there is none.
pub async fn checked(
    db: &mut AsyncPgConnection,
    keys: &Keys,
    id: Uuid,
    hash: &[u8],
    outcome: &Result<Copied, &'static str>,
) -> Result<()> {
    let (state, reason, working) = match outcome {
        Ok(Copied::To(format, bytes)) => ("ready", None, Some((*format, bytes))),
        Ok(Copied::AsItIs) => ("ready", None, None),
        Ok(Copied::Sealed) => ("sealed", None, None),
        Err(reason) => ("refused", Some(*reason), None),
    };
    if let Some((_, bytes)) = working {
        for (number, piece) in (0..).zip(bytes.chunks(PIECE)) {
            keep(db, keys, (id, Copy::Working, number), piece).await?;
        }
    }
    diesel::update(attachment_files::table.filter(attachment_files::id.eq(id)))
        .set((
            attachment_files::sha256.eq(hash),
            attachment_files::state.eq(state),
            attachment_files::reason.eq(reason),
            attachment_files::working_format.eq(working.map(|(format, _)| format.code())),
            attachment_files::working_bytes.eq(working.map(|(_, bytes)| bytes.len() as i64)),
        ))
        .execute(db)
        .await?;
    Ok(())
}

/// Erases the bytes of both copies.
pub async fn erase(db: &mut AsyncPgConnection, files: &[Uuid]) -> Result<()> {
    diesel::delete(attachment_chunks::table.filter(attachment_chunks::file_id.eq_any(files))).execute(db).await?;
    Ok(())
}

/// A file of no document that its sender gives up.
pub async fn give_up(db: &mut AsyncPgConnection, id: Uuid) -> Result<()> {
    diesel::delete(attachment_files::table.filter(attachment_files::id.eq(id))).execute(db).await?;
    Ok(())
}
