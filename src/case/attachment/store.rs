//! What is kept of documents; their files' bytes are in `pieces`.

use diesel::dsl::max;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::json;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::format::Format;
use super::pieces::erase;
use super::{Attachment, File};
use crate::access::User;
use crate::access::store::parameter;
use crate::base::date::Precision;
use crate::base::{Result, event};
use crate::schema::{attachment_files, attachment_removals, attachments, users};

/// What the numbers of policy allow today.
pub struct Limits {
    image: i64,
    pdf: i64,
    media: i64,
    /// Files of one document, and of one case.
    pub files: i64,
    pub case_files: i64,
    /// Of one user, in no document yet: files, and bytes.
    pub uploads: i64,
    pub upload_bytes: i64,
}

impl Limits {
    pub async fn today(db: &mut AsyncPgConnection) -> Result<Limits> {
        Ok(Limits {
            image: parameter(db, "attachment.image-mb").await?,
            pdf: parameter(db, "attachment.pdf-mb").await?,
            media: parameter(db, "attachment.media-mb").await?,
            files: parameter(db, "attachment.files").await?,
            case_files: parameter(db, "attachment.case-files").await?,
            uploads: parameter(db, "attachment.uploads").await?,
            upload_bytes: parameter(db, "attachment.uploads-mb").await? << 20,
        })
    }

    /// Megabytes that such a file may have: images, papers, sound and film.
    pub fn megabytes(&self, format: Format) -> i64 {
        match format {
            Format::Pdf => self.pdf,
            Format::M4a | Format::Mp3 | Format::Mp4 => self.media,
            _ => self.image,
        }
    }
}

/// A document in the list of its case: who added it, how many files it has, and why it was taken out, if it was.
pub struct Listed {
    pub attachment: Attachment,
    pub by: String,
    pub files: i64,
    pub removal: Option<Removal>,
}

/// What was taken out: a whole document, or one file of it.
#[derive(Queryable, Clone)]
pub struct Removal {
    pub attachment_id: Uuid,
    pub file_id: Option<Uuid>,
    pub because: String,
    pub removed_at: OffsetDateTime,
    pub by: Option<String>,
}

/// The documents of a case, newest first; those that were taken out stay as a line.
pub async fn of_case(db: &mut AsyncPgConnection, case: Uuid) -> Result<Vec<Listed>> {
    let all: Vec<(Attachment, Option<String>)> = attachments::table
        .left_join(users::table.on(users::id.eq(attachments::added_by)))
        .filter(attachments::case_id.eq(case))
        .order((attachments::added_at.desc(), attachments::id.desc()))
        .limit(400)
        .select((Attachment::as_select(), users::name.nullable()))
        .load(db)
        .await?;
    let counts: Vec<(Option<Uuid>, i64)> = attachment_files::table
        .filter(attachment_files::case_id.eq(case))
        .filter(attachment_files::attachment_id.is_not_null())
        .filter(attachment_files::state.ne("removed"))
        .group_by(attachment_files::attachment_id)
        .select((attachment_files::attachment_id, diesel::dsl::count_star()))
        .load(db)
        .await?;
    let removed = removals(db, case).await?;
    let listed = |(attachment, by): (Attachment, Option<String>)| Listed {
        files: counts.iter().find(|(of, _)| *of == Some(attachment.id)).map_or(0, |(_, n)| *n),
        removal: removed.iter().find(|r| r.attachment_id == attachment.id && r.file_id.is_none()).cloned(),
        by: by.unwrap_or_default(),
        attachment,
    };
    Ok(all.into_iter().map(listed).collect())
}

/// How many documents a case has that were not taken out; none for whom they are not to be read.
pub async fn count(db: &mut AsyncPgConnection, case: Uuid) -> Result<i64> {
    let out = attachment_removals::table
        .filter(attachment_removals::attachment_id.eq(attachments::id))
        .filter(attachment_removals::file_id.is_null());
    let there =
        attachments::table.filter(attachments::case_id.eq(case)).filter(diesel::dsl::not(diesel::dsl::exists(out)));
    Ok(there.count().get_result(db).await?)
}

/// What was taken out of a case, newest first.
pub async fn removals(db: &mut AsyncPgConnection, case: Uuid) -> Result<Vec<Removal>> {
    Ok(attachment_removals::table
        .left_join(users::table.on(users::id.eq(attachment_removals::removed_by)))
        .filter(attachment_removals::case_id.eq(case))
        .order(attachment_removals::removed_at.desc())
        .limit(1000)
        .select((
            attachment_removals::attachment_id,
            attachment_removals::file_id,
            attachment_removals::because,
            attachment_removals::removed_at,
            users::name.nullable(),
        ))
        .load(db)
        .await?)
}

/// A document of this case with who added it.
pub async fn find(db: &mut AsyncPgConnection, case: Uuid, id: Uuid) -> Result<(Attachment, String)> {
    let (attachment, by): (Attachment, Option<String>) = attachments::table
        .left_join(users::table.on(users::id.eq(attachments::added_by)))
        .filter(attachments::id.eq(id))
        .filter(attachments::case_id.eq(case))
        .select((Attachment::as_select(), users::name.nullable()))
        .first(db)
        .await?;
    Ok((attachment, by.unwrap_or_default()))
}

/// The files of a document in order.
pub async fn files(db: &mut AsyncPgConnection, attachment: Uuid) -> Result<Vec<File>> {
    Ok(attachment_files::table
        .filter(attachment_files::attachment_id.eq(attachment))
        .order(attachment_files::number)
        .limit(1000)
        .select(File::as_select())
        .load(db)
        .await?)
}

/// How many files the case has in its documents.
pub async fn files_of_case(db: &mut AsyncPgConnection, case: Uuid) -> Result<i64> {
    Ok(attachment_files::table
        .filter(attachment_files::case_id.eq(case))
        .filter(attachment_files::attachment_id.is_not_null())
        .filter(attachment_files::state.ne("removed"))
        .count()
        .get_result(db)
        .await?)
}

/// What is said of a new document.
pub struct NewAttachment<'a> {
    pub kind: &'a str,
    pub title: &'a str,
    pub made: Option<(Date, Precision)>,
}

pub async fn add(db: &mut AsyncPgConnection, user: Uuid, case: Uuid, new: &NewAttachment<'_>) -> Result<Uuid> {
    let id = Uuid::now_v7();
    diesel::insert_into(attachments::table)
        .values((
            attachments::id.eq(id),
            attachments::case_id.eq(case),
            attachments::kind.eq(new.kind),
            attachments::title.eq(new.title),
            attachments::made_on.eq(new.made.map(|(on, _)| on)),
            attachments::made_precision.eq(new.made.map(|(_, precision)| precision.code())),
            attachments::added_by.eq(user),
        ))
        .execute(db)
        .await?;
    // What kind of paper it is would tell a counter, who reads the timeline, what it does not ask.
    event::record(db, "case.attachment-added", "case", case, json!({})).await?;
    Ok(id)
}

/// Puts whole files behind those that the document has. False where one is not there to be put.
pub async fn put(db: &mut AsyncPgConnection, attachment: Uuid, case: Uuid, ids: &[Uuid]) -> Result<bool> {
    let last: Option<Option<i32>> = attachment_files::table
        .filter(attachment_files::attachment_id.eq(attachment))
        .select(max(attachment_files::number))
        .first(db)
        .await
        .optional()?;
    let last = last.flatten().unwrap_or(0);
    for (number, id) in (last + 1..).zip(ids) {
        let of = attachment_files::table
            .filter(attachment_files::id.eq(id))
            .filter(attachment_files::case_id.eq(case))
            .filter(attachment_files::attachment_id.is_null())
            .filter(attachment_files::state.ne("arriving"));
        let put = diesel::update(of)
            .set((attachment_files::attachment_id.eq(attachment), attachment_files::number.eq(number)))
            .execute(db)
            .await?;
        if put == 0 {
            return Ok(false);
        }
    }
    Ok(true)
}

/// A file of this document; of any state.
pub async fn file(db: &mut AsyncPgConnection, case: Uuid, attachment: Uuid, id: Uuid) -> Result<File> {
    Ok(attachment_files::table
        .filter(attachment_files::id.eq(id))
        .filter(attachment_files::case_id.eq(case))
        .filter(attachment_files::attachment_id.eq(attachment))
        .select(File::as_select())
        .first(db)
        .await?)
}

/// Takes a document out of its case, or one file of it. Nothing is left but who did it and why.
pub async fn remove(
    db: &mut AsyncPgConnection,
    user: &User,
    attachment: Uuid,
    case: Uuid,
    (file, because): (Option<Uuid>, &str),
) -> Result<()> {
    diesel::insert_into(attachment_removals::table)
        .values((
            attachment_removals::id.eq(Uuid::now_v7()),
            attachment_removals::case_id.eq(case),
            attachment_removals::attachment_id.eq(attachment),
            attachment_removals::file_id.eq(file),
            attachment_removals::because.eq(because),
            attachment_removals::removed_by.eq(user.id),
        ))
        .execute(db)
        .await?;
    let there = files(db, attachment).await?;
    let gone: Vec<Uuid> = there.iter().map(|f| f.id).filter(|id| file.is_none_or(|only| only == *id)).collect();
    // The check of a file waits for this, and then finds nothing to do.
    diesel::update(attachment_files::table.filter(attachment_files::id.eq_any(&gone)))
        .set((
            attachment_files::state.eq("removed"),
            attachment_files::name.eq(""),
            attachment_files::sha256.eq(None::<Vec<u8>>),
            attachment_files::reason.eq(None::<String>),
            attachment_files::working_format.eq(None::<String>),
            attachment_files::working_bytes.eq(None::<i64>),
        ))
        .execute(db)
        .await?;
    erase(db, &gone).await?;
    event::record(db, "case.attachment-removed", "case", case, json!({})).await
}
