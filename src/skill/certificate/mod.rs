//! Certificates (D3): what was recognised, signed so that anybody can check it, with or without a line. The public page of
//! one shows the occupation, the level and whether it holds, and of the holder what they allow.

mod paper;
mod public;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rocket::Route;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use time::format_description::well_known::Iso8601;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::recognition::{Recognition, store as recognitions};
use crate::base::clock::date_in_viet_nam;
use crate::base::code::Code;
use crate::base::date::{Precision, written};
use crate::base::language::Language;
use crate::base::seal::Keys;
use crate::base::{Error, Result, event};
use crate::person::Person;
use crate::schema::{certificates, organisations};
use crate::vocabulary::List;

pub fn routes() -> Vec<Route> {
    [paper::routes(), public::routes()].concat()
}

/// What the public page shows beyond the occupation and its level, if the holder allows it.
pub const SHOWS: [&str; 3] = ["name", "birth-year", "skills"];

/// Most bytes of a code on paper that a telephone still reads at 75 mm. A name of 200 letters fits.
const DENSEST: usize = 1_500;

#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = certificates)]
pub struct Certificate {
    pub id: Uuid,
    pub code: String,
    pub recognition_id: Uuid,
    pub content: String,
    pub signature: Vec<u8>,
    pub key_id: i32,
    pub shows: Vec<String>,
    pub revoked_at: Option<OffsetDateTime>,
    pub revoked_because: Option<String>,
    pub version: i32,
}

impl Certificate {
    pub fn shows(&self, part: &str) -> bool {
        self.shows.iter().any(|shown| shown == part)
    }

    /// Why it was taken back: words, or the key of a message where another took its place.
    pub fn replaced(&self) -> bool {
        self.revoked_because.as_deref() == Some("certificate-replaced")
    }
}

/// What is signed. Names of fields are part of what others read: they do not change.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct Content {
    /// The certificate's code.
    pub code: String,
    pub issuer: String,
    /// `2026-11-23`.
    pub issued: String,
    /// ISCO-08.
    pub isco: String,
    pub occupation: String,
    /// Of the five national levels.
    pub level: i16,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub born: Option<i32>,
    /// Each skill with its level.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub skills: Option<Vec<(String, i16)>>,
}

impl Content {
    /// What of it the holder allows to be seen.
    fn allowed(mut self, shows: &[String]) -> Content {
        let may = |part: &str| shows.iter().any(|shown| shown == part);
        self.name = self.name.filter(|_| may("name"));
        self.born = self.born.filter(|_| may("birth-year"));
        self.skills = self.skills.filter(|_| may("skills"));
        self
    }

    /// What the occupation is called for this reader.
    fn titled(&self, language: Language) -> String {
        match List::Occupations.vocabulary().get(&self.isco) {
            Some(entry) => entry.title(language).to_owned(),
            None => self.occupation.clone(),
        }
    }

    fn day(&self) -> String {
        let parsed = Date::parse(&self.issued, &Iso8601::DATE);
        parsed.map_or_else(|_| self.issued.clone(), |on| written(on, Precision::Day))
    }
}

/// What is signed of a content: header and payload of a JSON Web Signature (RFC 7515, EdDSA of RFC 8037).
fn to_sign(key: u32, content: &str) -> String {
    let header = json!({ "alg": "EdDSA", "kid": key.to_string() }).to_string();
    format!("{}.{}", BASE64.encode(header), BASE64.encode(content))
}

/// A content signed by the present key: a text that whoever has the public keys can check without a line.
fn signed(keys: &Keys, content: &Content) -> Result<String> {
    let text = serde_json::to_string(content).map_err(Error::internal)?;
    // The header names the key, and a key has to be known before anything is signed.
    let key = keys.public()?.last().map(|(id, _)| *id).ok_or_else(|| Error::Internal("no key".into()))?;
    let signing = to_sign(key, &text);
    let (_, signature) = keys.sign(signing.as_bytes())?;
    Ok(format!("{signing}.{}", BASE64.encode(signature)))
}

/// The same for a code on paper: without the single skills where they would make it too dense to be read.
fn signed_short(keys: &Keys, content: Content) -> Result<String> {
    let text = signed(keys, &content)?;
    if text.len() <= DENSEST { Ok(text) } else { signed(keys, &Content { skills: None, ..content }) }
}

/// What a signed text says, if one of this installation's keys signed it as it is.
fn checked(keys: &Keys, text: &str) -> Option<Content> {
    let text: String = text.split_whitespace().collect();
    let (signing, signature) = text.rsplit_once('.')?;
    let (header, payload) = signing.split_once('.')?;
    let header: Value = serde_json::from_slice(&BASE64.decode(header).ok()?).ok()?;
    let key = header["kid"].as_str()?.parse().ok().filter(|_| header["alg"] == "EdDSA")?;
    let signature = BASE64.decode(signature).ok()?;
    if !keys.signed(key, signing.as_bytes(), &signature) {
        return None;
    }
    serde_json::from_slice(&BASE64.decode(payload).ok()?).ok()
}

/// What a kept certificate says, if its signature holds.
fn genuine(keys: &Keys, content: &str, signature: &[u8], key: i32) -> Option<Content> {
    let key = u32::try_from(key).ok()?;
    let holds = keys.signed(key, to_sign(key, content).as_bytes(), signature);
    serde_json::from_str(content).ok().filter(|_| holds)
}

/// The certificate of a recognition that holds, or the last that was taken back.
pub async fn of_recognition(db: &mut AsyncPgConnection, recognition: Uuid) -> Result<Option<Certificate>> {
    Ok(certificates::table
        .filter(certificates::recognition_id.eq(recognition))
        .order((certificates::revoked_at.desc().nulls_first(), certificates::id.desc()))
        .select(Certificate::as_select())
        .first(db)
        .await
        .optional()?)
}

/// Signs and keeps the certificate of a level that this user (of this organisation) granted in this very transaction.
pub async fn issue(
    db: &mut AsyncPgConnection,
    keys: &Keys,
    (user, organisation, now): (Uuid, Uuid, OffsetDateTime),
    (person, recognition): (&Person, &Recognition),
    level: i16,
    shows: &[&str],
) -> Result<()> {
    let issuer: String = organisations::table.find(organisation).select(organisations::name).first(db).await?;
    let about = recognitions::assessed(db, recognition.id).await?;
    let skills = about.iter().filter_map(|a| Some((a.skill.title(Language::Vi), a.result.filter(|found| *found > 0)?)));
    let code = Code::random();
    let content = Content {
        code: code.to_string(),
        issuer,
        issued: date_in_viet_nam(now).to_string(),
        isco: recognition.occupation.clone(),
        occupation: List::Occupations.vocabulary().title(&recognition.occupation, Language::Vi),
        level,
        name: Some(person.name.clone()),
        born: person.birth().map(|(date, _)| date.year()),
        skills: Some(skills.collect()),
    };
    let text = serde_json::to_string(&content).map_err(Error::internal)?;
    let key = keys.public()?.last().map(|(id, _)| *id).ok_or_else(|| Error::Internal("no key".into()))?;
    let (_, signature) = keys.sign(to_sign(key, &text).as_bytes())?;
    diesel::insert_into(certificates::table)
        .values((
            certificates::id.eq(Uuid::now_v7()),
            certificates::code.eq(code.as_str()),
            certificates::recognition_id.eq(recognition.id),
            certificates::issued_at.eq(now),
            certificates::issued_by.eq(organisation),
            certificates::content.eq(text),
            certificates::signature.eq(signature),
            certificates::key_id.eq(i32::try_from(key).map_err(Error::internal)?),
            certificates::shows.eq(shows.iter().map(|part| (*part).to_owned()).collect::<Vec<_>>()),
            certificates::shown_by.eq(user),
        ))
        .execute(db)
        .await?;
    event::record(db, "case.certificate-issued", "case", recognition.case_id, json!({ "level": level })).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content() -> Content {
        Content {
            code: "23456789AB".into(),
            issuer: "Trung tâm Dịch vụ việc làm Nghệ An".into(),
            issued: "2026-11-23".into(),
            isco: "7212".into(),
            occupation: "Thợ hàn".into(),
            level: 3,
            name: Some("Nguyễn Thị Mậu".into()),
            born: Some(1990),
            skills: Some(vec![("Hàn MIG 3G".into(), 3)]),
        }
    }

    #[test]
    fn a_signed_text_says_what_was_signed_and_any_change_shows() {
        let keys = Keys::new();
        let text = signed(&keys, &content()).unwrap();
        assert_eq!(checked(&keys, &text), Some(content()));
        // As a reader may break it into lines.
        assert_eq!(checked(&keys, &format!(" {}\n{} ", &text[..50], &text[50..])), Some(content()));
        let [header, payload, signature]: [&str; 3] = text.split('.').collect::<Vec<_>>().try_into().unwrap();
        let better = Content { level: 5, ..content() };
        let forged = BASE64.encode(serde_json::to_string(&better).unwrap());
        assert_eq!(checked(&keys, &format!("{header}.{forged}.{signature}")), None);
        let none = BASE64.encode(r#"{"alg":"none","kid":"1"}"#);
        assert_eq!(checked(&keys, &format!("{none}.{payload}.")), None);
        assert_eq!(checked(&Keys::new(), &text), None, "another installation");
        for broken in ["", ".", "..", "a.b.c", &text[1..]] {
            assert_eq!(checked(&keys, broken), None, "{broken}");
        }
    }

    #[test]
    fn a_code_on_paper_stays_readable_however_much_was_assessed() {
        let keys = Keys::new();
        let many =
            vec![("Hàn hồ quang tay thép tấm dày mọi tư thế ở xưởng đóng tàu".repeat(2), 3); 12];
        let long = Content { name: Some("Nguyễn Thị Ậu ".repeat(14)), skills: Some(many), ..content() };
        let text = signed_short(&keys, long.clone()).unwrap();
        assert!(text.len() <= DENSEST, "{}", text.len());
        assert_eq!(checked(&keys, &text), Some(Content { skills: None, ..long }));
        assert_eq!(checked(&keys, &signed_short(&keys, content()).unwrap()), Some(content()));
        assert!(crate::page::qr::qr_svg(&"x".repeat(DENSEST), "").is_ok());
    }

    #[test]
    fn what_the_holder_does_not_allow_is_not_even_signed_into_it() {
        let keys = Keys::new();
        let shown = content().allowed(&["skills".to_owned()]);
        let text = signed(&keys, &shown).unwrap();
        let said = String::from_utf8(BASE64.decode(text.split('.').nth(1).unwrap()).unwrap()).unwrap();
        assert!(said.contains("Hàn MIG") && !said.contains("Nguyễn") && !said.contains("1990"), "{said}");
        assert_eq!(content().allowed(&[]).name, None);
    }
}
