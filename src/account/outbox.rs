//! What the installation wrote, for DOLAB's administrators: states, and the words themselves only where no server sends
//! them and they lie in a folder.

use std::path::Path;

use askama::Template;
use diesel::prelude::*;
use diesel::sql_types::{Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use rocket::tokio::fs::File;
use rocket::tokio::io::AsyncReadExt;
use rocket::{Route, State, get, routes};
use serde_json::Value;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::access::guard::to;
use crate::access::{OrganisationKind, Read};
use crate::base::mail::Channel;
use crate::base::settings::Settings;
use crate::base::{Error, Result};
use crate::page::{Page, filters};

pub fn routes() -> Vec<Route> {
    routes![index]
}

/// Messages on a page.
const MOST: i32 = 50;
/// So much of a file is read; a message has a few hundred bytes.
const LONGEST: u64 = 20_000;

/// After this stands what opens an account.
const INVITATION: &str = "/invitations/";

/// A message as `outbox()` gives it.
#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    channel: String,
    #[diesel(sql_type = Text)]
    recipient: String,
    #[diesel(sql_type = Text)]
    subject: String,
    #[diesel(sql_type = Text)]
    body: String,
    #[diesel(sql_type = Timestamptz)]
    posted_at: OffsetDateTime,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    sent_at: Option<OffsetDateTime>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    refused_at: Option<OffsetDateTime>,
    #[diesel(sql_type = Nullable<Integer>)]
    attempts: Option<i32>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    run_at: Option<OffsetDateTime>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    given_up_at: Option<OffsetDateTime>,
}

/// What became of a message.
enum Became {
    Waiting,
    Sent(OffsetDateTime),
    Tried(i64, OffsetDateTime),
    GivenUp(i64),
    Refused,
}

impl Row {
    fn became(&self) -> Became {
        let tries = i64::from(self.attempts.unwrap_or(0));
        match (self.sent_at, self.refused_at, self.given_up_at, self.run_at) {
            (Some(at), ..) => Became::Sent(at),
            (_, Some(_), ..) => Became::Refused,
            (_, _, Some(_), _) => Became::GivenUp(tries),
            (.., Some(at)) if tries > 0 => Became::Tried(tries, at),
            _ => Became::Waiting,
        }
    }
}

/// A message as its line shows it.
struct Line {
    channel: String,
    posted_at: OffsetDateTime,
    became: Became,
    /// Nothing where a server sends them.
    read: Option<Words>,
}

struct Words {
    recipient: String,
    subject: String,
    /// Nothing where it is gone.
    text: Option<String>,
}

#[derive(Template)]
#[template(path = "account/outbox.html")]
struct OutboxPage {
    lines: Vec<Line>,
    /// A channel has a server, so that only its states are shown.
    sent: bool,
    next: Option<Uuid>,
}

/// Newest first. Everybody's messages are no business of one office's administrator.
#[get("/outbox?<before>")]
async fn index(
    before: Option<&str>,
    mut db: Read<to::ManageUsers>,
    settings: &State<Settings>,
) -> Result<Page<OutboxPage>> {
    if db.user().organisation_kind != OrganisationKind::Dolab.code() {
        return Err(Error::NotFound);
    }
    let before = before.map(Uuid::parse_str).transpose().map_err(|_| Error::NotFound)?;
    let rows: Vec<Row> = diesel::sql_query("SELECT * FROM outbox($1, $2)")
        .bind::<Nullable<SqlUuid>, _>(before)
        .bind::<Integer, _>(MOST)
        .load(&mut *db)
        .await?;
    let next = rows.last().filter(|_| rows.len() as i32 == MOST).map(|row| row.id);
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let channel = Channel::from_code(&row.channel).filter(|channel| channel.is_folder(settings));
        let became = row.became();
        let read = match channel {
            Some(channel) => Some(Words {
                text: match row.body.is_empty() {
                    true => written(channel, &channel.file(settings, row.id)).await,
                    false => Some(shown(&row.body)),
                },
                recipient: row.recipient,
                subject: row.subject,
            }),
            None => None,
        };
        lines.push(Line { channel: row.channel, posted_at: row.posted_at, became, read });
    }
    let sent = Channel::ALL.into_iter().any(|channel| !channel.is_folder(settings));
    Ok(Page(OutboxPage { lines, sent, next }))
}

/// The words in the file of a message; nothing where there is no such file.
async fn written(channel: Channel, path: &Path) -> Option<String> {
    let mut bytes = Vec::new();
    File::open(path).await.ok()?.take(LONGEST).read_to_end(&mut bytes).await.ok()?;
    words_in(channel, &String::from_utf8_lossy(&bytes))
}

fn words_in(channel: Channel, file: &str) -> Option<String> {
    match channel {
        // After the head of a mail stands an empty line.
        Channel::Mail => file.split_once("\r\n\r\n").map(|(_, body)| shown(body)),
        Channel::Sms => serde_json::from_str::<Value>(file).ok()?["text"].as_str().map(shown),
    }
}

/// As a page may show it: lines, no other mark that steers anything, and no link by which somebody else could take up an
/// account.
fn shown(text: &str) -> String {
    let plain: String = text.chars().filter(|c| *c == '\n' || !c.is_control()).take(LONGEST as usize).collect();
    let mut parts = plain.trim().split(INVITATION);
    let mut shown = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        shown.push_str(INVITATION);
        shown.push('…');
        shown.push_str(part.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')));
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_a_file_are_found() {
        let mail = "From: a\r\nSubject: b\r\n\r\nChào chị,\r\n\r\n\u{1b}[31mhẹn\u{0}\r\n";
        assert_eq!(words_in(Channel::Mail, mail).as_deref(), Some("Chào chị,\n\n[31mhẹn"));
        assert_eq!(words_in(Channel::Sms, r#"{"to":"+84","text":"Chào"}"#).as_deref(), Some("Chào"));
        assert_eq!(words_in(Channel::Sms, "no JSON"), None);
        assert_eq!(words_in(Channel::Mail, "cut short"), None);
    }

    #[test]
    fn nobody_takes_up_an_account_from_here() {
        let link = "Mở\nhttp://127.0.0.1:8000/invitations/a1B2_c3-d4\ntrong 72 giờ";
        assert_eq!(shown(link), "Mở\nhttp://127.0.0.1:8000/invitations/…\ntrong 72 giờ");
    }
}
