//! Mail through an outbox: the row commits with the act, a job sends it, at least once, under one Message-ID.
//!
//! A message is sent twice only if the process dies between the server's acceptance and our record of it; see
//! foundations 11. Nothing personal goes into a subject or a body beyond what opens the right page.

use std::path::PathBuf;
use std::time::Duration;

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::{AsyncFileTransport, AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use rocket::tokio::time::timeout;
use serde_json::json;
use uuid::Uuid;

use super::actor::Actor;
use super::db::{Db, Rights};
use super::job::{self, Job};
use super::settings::Settings;
use super::{Error, Result};
use crate::schema::mails;

/// Where messages leave the house.
#[derive(Clone)]
pub enum Post {
    Smtp {
        transport: AsyncSmtpTransport<Tokio1Executor>,
        from: Mailbox,
    },
    /// No server is set: each message becomes a file.
    Folder {
        transport: AsyncFileTransport<Tokio1Executor>,
        from: Mailbox,
    },
}

impl Post {
    pub fn new(settings: &Settings) -> Result<Post> {
        let from: Mailbox = settings
            .mail_from
            .parse()
            .map_err(|_| Error::Internal("MAIL_FROM is not an address such as Name <name@example.org>".into()))?;
        match &settings.smtp_url {
            Some(url) => {
                let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
                    .map_err(|_| Error::Internal("SMTP_URL is not of the form smtps://user:secret@host:port".into()))?
                    .timeout(Some(Duration::from_secs(20)))
                    .build();
                Ok(Post::Smtp { transport, from })
            }
            None => {
                let folder: PathBuf = settings.var.join("outbox");
                std::fs::create_dir_all(&folder).map_err(Error::internal)?;
                Ok(Post::Folder { transport: AsyncFileTransport::new(folder), from })
            }
        }
    }

    async fn send(&self, id: Uuid, to: &str, subject: &str, body: &str) -> Result<()> {
        let from = match self {
            Post::Smtp { from, .. } | Post::Folder { from, .. } => from,
        };
        let to: Mailbox = to.parse().map_err(|_| Error::Internal("a mail has an address that is none".into()))?;
        let message = lettre::Message::builder()
            .from(from.clone())
            .to(to)
            .subject(subject)
            .message_id(Some(format!("<{id}@{}>", from.email.domain())))
            .header(ContentType::TEXT_PLAIN)
            .body(body.to_owned())
            .map_err(Error::internal)?;
        // What a server answers may repeat the address; the log gets the kind of failure only.
        match self {
            Post::Smtp { transport, .. } => {
                transport.send(message).await.map_err(|e| {
                    Error::Unavailable(format!("mail server: {}", if e.is_permanent() { "refused" } else { "not now" }))
                })?;
            }
            Post::Folder { transport, .. } => {
                transport
                    .send(message)
                    .await
                    .map_err(|_| Error::Unavailable("the outbox folder cannot be written".into()))?;
            }
        }
        Ok(())
    }
}

/// Puts a message into the outbox in the caller's transaction.
pub async fn post(db: &mut AsyncPgConnection, to: &str, subject: &str, body: &str) -> Result<()> {
    let id = Uuid::now_v7();
    diesel::insert_into(mails::table)
        .values((mails::id.eq(id), mails::recipient.eq(to), mails::subject.eq(subject), mails::body.eq(body)))
        .execute(db)
        .await?;
    job::enqueue(db, JOB, &format!("mail:{id}"), json!({ "mail": id }), None).await
}

pub const JOB: &str = "mail";

/// Sends one message unless it is sent already. No transaction is open while the server is spoken to: the lease of
/// the job, twice as long as the whole conversation may last, keeps others off.
pub async fn send(db: Db, post: Post, job: Job) -> Result<()> {
    let id: Uuid = job.payload["mail"]
        .as_str()
        .and_then(|id| id.parse().ok())
        .ok_or_else(|| Error::Internal("a mail job without a mail".into()))?;
    let mut tx = db.begin(&Actor::Service("worker"), job.id, Rights::Writer).await?;
    let mail: Option<(String, String, String)> = mails::table
        .find(id)
        .filter(mails::sent_at.is_null())
        .select((mails::recipient, mails::subject, mails::body))
        .first(&mut *tx)
        .await
        .optional()?;
    tx.commit().await?;
    let Some((to, subject, body)) = mail else { return Ok(()) };
    timeout(Duration::from_secs(60), post.send(id, &to, &subject, &body))
        .await
        .map_err(|_| Error::Unavailable("the mail server did not answer in a minute".into()))??;
    let mut tx = db.begin(&Actor::Service("worker"), job.id, Rights::Writer).await?;
    // What was said is not needed once it is said: links in it must not lie about.
    diesel::update(mails::table.find(id))
        .set((mails::sent_at.eq(tx.clock().now()), mails::body.eq("")))
        .execute(&mut *tx)
        .await?;
    tx.commit().await
}
