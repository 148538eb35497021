//! What anybody may check: by a certificate's code, or by the signed text on its paper.

use askama::Template;
use base64::Engine;
use diesel::prelude::*;
use diesel::sql_types::{Array, Binary, Integer, Nullable, Text, Timestamptz};
use diesel_async::RunQueryDsl;
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::serde::json::Json;
use rocket::{Route, State, get, post, routes};
use serde_json::{Value, json};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{BASE64, Content, checked, genuine};
use crate::access::Open;
use crate::base::Result;
use crate::base::actor::Actor;
use crate::base::clock::date_in_viet_nam;
use crate::base::code::Code;
use crate::base::date::{Precision, written};
use crate::base::db::{Db, Rights};
use crate::base::form::Filled;
use crate::base::language::Language;
use crate::base::seal::Keys;
use crate::page::{Page, filters};

pub fn routes() -> Vec<Route> {
    routes![look, public, check, keys, revoked]
}

/// Longest that a text to be checked is.
const LONGEST: usize = 8_000;

/// A certificate as anybody sees it.
#[derive(QueryableByName)]
struct Known {
    #[diesel(sql_type = Text)]
    content: String,
    #[diesel(sql_type = Binary)]
    signature: Vec<u8>,
    #[diesel(sql_type = Integer)]
    key_id: i32,
    #[diesel(sql_type = Array<Text>)]
    shows: Vec<String>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    revoked_at: Option<OffsetDateTime>,
    #[diesel(sql_type = Nullable<Text>)]
    revoked_because: Option<String>,
}

async fn known(db: &Db, code: &str) -> Result<Option<Known>> {
    let mut tx = db.begin(&Actor::Visitor, Uuid::nil(), Rights::Reader).await?;
    let found = diesel::sql_query("SELECT * FROM certificate_of($1)").bind::<Text, _>(code).get_result(&mut *tx).await;
    Ok(found.optional()?)
}

/// What the public page found.
enum Found {
    /// Nothing was looked for yet.
    Nothing,
    /// No certificate has this code, or it is mistyped.
    Unknown,
    /// What is kept, or what was sent, is not what was signed.
    Broken,
    Holds,
    Revoked {
        on: String,
        replaced: bool,
    },
}

impl Found {
    fn is(&self, what: &str) -> bool {
        matches!(
            (self, what),
            (Found::Nothing, "nothing")
                | (Found::Unknown, "unknown")
                | (Found::Broken, "broken")
                | (Found::Holds, "holds")
                | (Found::Revoked { .. }, "revoked")
        )
    }
}

#[derive(Template)]
#[template(path = "skill/public.html")]
struct PublicPage {
    found: Found,
    content: Option<Content>,
    occupation: String,
    /// What was typed comes from the paper itself, not from here.
    from_paper: bool,
    form: Filled,
}

impl PublicPage {
    fn new(found: Found, content: Option<Content>, language: Language) -> PublicPage {
        let occupation = content.as_ref().map(|content| content.titled(language)).unwrap_or_default();
        PublicPage { found, content, occupation, from_paper: false, form: Filled::blank() }
    }

    fn revoked(&self) -> (String, bool) {
        match &self.found {
            Found::Revoked { on, replaced } => (on.clone(), *replaced),
            _ => (String::new(), false),
        }
    }
}

/// How a certificate that is kept here stands, and what of it may be seen.
fn stands(keys: &Keys, known: Option<Known>) -> (Found, Option<Content>) {
    let Some(known) = known else { return (Found::Unknown, None) };
    let Some(content) = genuine(keys, &known.content, &known.signature, known.key_id) else {
        return (Found::Broken, None);
    };
    let found = match known.revoked_at {
        Some(at) => Found::Revoked {
            on: written(date_in_viet_nam(at), Precision::Day),
            replaced: known.revoked_because.as_deref() == Some("certificate-replaced"),
        },
        None => Found::Holds,
    };
    (found, Some(content.allowed(&known.shows)))
}

/// `code` as somebody typed it in the form.
#[get("/certificates?<code>")]
async fn look(
    _open: Open,
    code: Option<&str>,
    db: &State<Db>,
    keys: &State<Keys>,
    language: Language,
) -> Result<(Status, Page<PublicPage>)> {
    let Some(typed) = code else {
        return Ok((Status::Ok, Page(PublicPage::new(Found::Nothing, None, language))));
    };
    let known = match typed.parse::<Code>() {
        Ok(code) => known(db, code.as_str()).await?,
        Err(_) => None,
    };
    let (found, content) = stands(keys, known);
    let status = if content.is_some() { Status::Ok } else { Status::NotFound };
    let form = Filled::blank().put("code", typed.chars().take(40).collect::<String>());
    Ok((status, Page(PublicPage { form, ..PublicPage::new(found, content, language) })))
}

#[get("/certificates/<code>", rank = 2)]
async fn public(
    _open: Open,
    code: Code,
    db: &State<Db>,
    keys: &State<Keys>,
    language: Language,
) -> Result<(Status, Page<PublicPage>)> {
    let (found, content) = stands(keys, known(db, code.as_str()).await?);
    let status = if content.is_some() { Status::Ok } else { Status::NotFound };
    Ok((status, Page(PublicPage::new(found, content, language))))
}

#[derive(FromForm)]
struct SignedText {
    #[field(default = String::new())]
    signed: String,
}

/// Checks the signed text of a paper. What it says was true on its day; whether it still holds only a line can tell.
#[post("/certificates", data = "<form>")]
async fn check(
    _open: Open,
    form: Form<SignedText>,
    db: &State<Db>,
    keys: &State<Keys>,
    language: Language,
) -> Result<(Status, Page<PublicPage>)> {
    let typed = form.into_inner().signed;
    let content = if typed.len() > LONGEST { None } else { checked(keys, &typed) };
    let Some(content) = content else {
        let page = PublicPage { from_paper: true, ..PublicPage::new(Found::Broken, None, language) };
        return Ok((Status::UnprocessableEntity, Page(page)));
    };
    let found = match known(db, &content.code).await? {
        Some(known) => stands(keys, Some(known)).0,
        None => Found::Unknown,
    };
    Ok((Status::Ok, Page(PublicPage { from_paper: true, ..PublicPage::new(found, Some(content), language) })))
}

/// The public halves of the signing keys (RFC 7517, RFC 8037), for whoever checks without a line.
#[get("/certificates/keys.json")]
fn keys(_open: Open, keys: &State<Keys>) -> Result<Json<Value>> {
    let key = |(id, public): (u32, Vec<u8>)| json!({ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": id.to_string(), "x": BASE64.encode(public) });
    let all: Vec<Value> = keys.public()?.into_iter().map(key).collect();
    Ok(Json(json!({ "keys": all })))
}

#[derive(QueryableByName)]
struct Revoked {
    #[diesel(sql_type = Text)]
    certificates_revoked: String,
}

/// The codes of certificates that were taken back: codes, and nothing of anybody.
#[get("/certificates/revoked.json")]
async fn revoked(_open: Open, db: &State<Db>) -> Result<Json<Value>> {
    let mut tx = db.begin(&Actor::Visitor, Uuid::nil(), Rights::Reader).await?;
    let all: Vec<Revoked> = diesel::sql_query("SELECT * FROM certificates_revoked()").load(&mut *tx).await?;
    let codes: Vec<String> = all.into_iter().map(|row| row.certificates_revoked).collect();
    Ok(Json(json!({ "revoked": codes })))
}
