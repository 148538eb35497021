//! Messages through an outbox: the row commits with the act, a job sends it, at least once, under one id.
//!
//! A message is sent twice only if the process dies between the server's acceptance and our record of it; see
//! foundations 11. Nothing personal goes into a subject or a body beyond what opens the right page. Mails leave here, texts
//! by [`super::sms`].

use std::path::PathBuf;
use std::time::Duration;

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use lettre::message::header::{ContentTransferEncoding, ContentType};
use lettre::message::{Body, Mailbox};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use rocket::tokio::fs;
use rocket::tokio::time::timeout;
use serde_json::json;
use time::OffsetDateTime;
use uuid::Uuid;

use super::actor::Actor;
use super::db::{Db, Rights};
use super::job::{self, Job};
use super::settings::Settings;
use super::sms::{Taken, Texts};
use super::{Error, Result};
use crate::schema::mails;

/// Where messages leave the house.
#[derive(Clone)]
pub struct Post {
    from: Mailbox,
    /// Where no server is set each mail becomes a file.
    smtp: Option<AsyncSmtpTransport<Tokio1Executor>>,
    texts: Texts,
    folder: PathBuf,
}

/// Over what a message leaves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Channel {
    Mail,
    Sms,
}

impl Channel {
    pub const ALL: [Channel; 2] = [Channel::Mail, Channel::Sms];

    pub fn code(self) -> &'static str {
        match self {
            Channel::Mail => "mail",
            Channel::Sms => "sms",
        }
    }

    pub fn from_code(code: &str) -> Option<Channel> {
        Channel::ALL.into_iter().find(|channel| channel.code() == code)
    }

    /// The file that a message of this channel becomes where no server is set.
    pub fn file(self, settings: &Settings, id: Uuid) -> PathBuf {
        let ending = if self == Channel::Mail { "eml" } else { "json" };
        folder(settings).join(format!("{id}.{ending}"))
    }

    /// True if messages of this channel become files.
    pub fn is_folder(self, settings: &Settings) -> bool {
        match self {
            Channel::Mail => settings.smtp_url.is_none(),
            Channel::Sms => settings.sms_url.is_none(),
        }
    }
}

fn folder(settings: &Settings) -> PathBuf {
    settings.var.join("outbox")
}

impl Post {
    pub fn new(settings: &Settings) -> Result<Post> {
        let from: Mailbox = settings
            .mail_from
            .parse()
            .map_err(|_| Error::Internal("MAIL_FROM is not an address such as Name <name@example.org>".into()))?;
        let smtp = match &settings.smtp_url {
            Some(url) => Some(
                AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
                    .map_err(|_| Error::Internal("SMTP_URL is not of the form smtps://user:secret@host:port".into()))?
                    .timeout(Some(Duration::from_secs(20)))
                    .build(),
            ),
            None => None,
        };
        let folder = folder(settings);
        if Channel::ALL.into_iter().any(|channel| channel.is_folder(settings)) {
            std::fs::create_dir_all(&folder).map_err(Error::internal)?;
        }
        Ok(Post { from, smtp, texts: Texts::new(settings, folder.clone())?, folder })
    }

    async fn mail(&self, id: Uuid, to: &str, subject: &str, body: &str) -> Result<Taken> {
        let to: Mailbox = to.parse().map_err(|_| Error::Internal("a mail has an address that is none".into()))?;
        let head = lettre::Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(subject)
            .message_id(Some(format!("<{id}@{}>", self.from.email.domain())))
            .header(ContentType::TEXT_PLAIN);
        // What a server answers may repeat the address; the log gets the kind of failure only.
        let Some(smtp) = &self.smtp else {
            // As it is, so that somebody can read the file.
            let body =
                Body::new_with_encoding(body.to_owned(), ContentTransferEncoding::Binary).unwrap_or_else(Body::new);
            let message = head.body(body).map_err(Error::internal)?;
            fs::write(self.folder.join(format!("{id}.eml")), message.formatted())
                .await
                .map_err(|_| Error::Unavailable("the outbox folder cannot be written".into()))?;
            return Ok(Taken::Yes);
        };
        let message = head.body(body.to_owned()).map_err(Error::internal)?;
        smtp.send(message).await.map_err(|e| {
            Error::Unavailable(format!("mail server: {}", if e.is_permanent() { "refused" } else { "not now" }))
        })?;
        Ok(Taken::Yes)
    }

    async fn send(&self, id: Uuid, letter: &Letter) -> Result<Taken> {
        match letter.channel.as_str() {
            "sms" => self.texts.send(id, &letter.recipient, &letter.body).await,
            _ => self.mail(id, &letter.recipient, &letter.subject, &letter.body).await,
        }
    }
}

/// A message as the outbox keeps it.
#[derive(Queryable, Selectable)]
#[diesel(table_name = mails)]
struct Letter {
    channel: String,
    recipient: String,
    subject: String,
    body: String,
}

/// Puts a mail into the outbox in the caller's transaction.
pub async fn post(db: &mut AsyncPgConnection, to: &str, subject: &str, body: &str) -> Result<()> {
    put(db, Channel::Mail, to, subject, body).await?;
    Ok(())
}

/// The same over either channel, and gives its id. A text has no subject.
pub async fn put(db: &mut AsyncPgConnection, channel: Channel, to: &str, subject: &str, body: &str) -> Result<Uuid> {
    let id = Uuid::now_v7();
    diesel::insert_into(mails::table)
        .values((
            mails::id.eq(id),
            mails::channel.eq(channel.code()),
            mails::recipient.eq(to),
            mails::subject.eq(if channel == Channel::Mail { subject } else { "" }),
            mails::body.eq(body),
        ))
        .execute(db)
        .await?;
    job::enqueue(db, JOB, &format!("mail:{id}"), json!({ "mail": id }), None).await?;
    Ok(id)
}

pub const JOB: &str = "mail";

/// The message that a job is to send.
pub fn of(job: &Job) -> Result<Uuid> {
    let id = job.payload["mail"].as_str().and_then(|id| id.parse().ok());
    id.ok_or_else(|| Error::Internal("a mail job without a mail".into()))
}

/// Sends one message unless it is sent or refused already, and says whether it was refused for good. No transaction is
/// open while the server is spoken to: the lease of the job, twice as long as the whole conversation may last, keeps others
/// off.
pub async fn send(db: Db, post: Post, job: &Job) -> Result<Taken> {
    let id = of(job)?;
    let mut tx = db.begin(&Actor::Service("worker"), job.id, Rights::Writer).await?;
    let unsent: Option<(Letter, Option<OffsetDateTime>)> = mails::table
        .find(id)
        .filter(mails::sent_at.is_null())
        .select((Letter::as_select(), mails::refused_at))
        .first(&mut *tx)
        .await
        .optional()?;
    tx.commit().await?;
    let letter = match unsent {
        Some((letter, None)) => letter,
        Some(_) => return Ok(Taken::Refused),
        None => return Ok(Taken::Yes),
    };
    let taken = timeout(Duration::from_secs(60), post.send(id, &letter))
        .await
        .map_err(|_| Error::Unavailable("the server of messages did not answer in a minute".into()))??;
    let mut tx = db.begin(&Actor::Service("worker"), job.id, Rights::Writer).await?;
    let now = tx.clock().now();
    // What was said is not needed once it is said: links in it must not lie about.
    diesel::update(mails::table.find(id))
        .set((
            mails::sent_at.eq(Some(now).filter(|_| taken == Taken::Yes)),
            mails::refused_at.eq(Some(now).filter(|_| taken == Taken::Refused)),
            mails::body.eq(""),
        ))
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(taken)
}
