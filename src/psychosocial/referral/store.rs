//! Letters as they are kept: each with a key of its own, which opens to the file's staff and to the office that is asked.

use diesel::define_sql_function;
use diesel::prelude::*;
use diesel::sql_types::{Binary, Bool, Date as SqlDate, Integer, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde::Deserialize;
use serde_json::Value;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::Letter;
use crate::access::{Ground, Permission, Share, User, may};
use crate::base::date::{Precision, written};
use crate::base::language::{Language, Message};
use crate::base::seal::{DataKey, Keys, Place};
use crate::base::settings::Settings;
use crate::base::{Error, Result, mail};
use crate::psychosocial::file::Care;
use crate::psychosocial::record::{packed, unpacked};
use crate::schema::{care_referral_steps, care_referrals};

define_sql_function! {
    fn move_care_referral(wanted: SqlUuid, act: Text, happened: SqlDate, told: Nullable<Binary>, at_version: Integer, first_step: SqlUuid, second_step: SqlUuid) -> Text;
}
define_sql_function! {
    fn care_referral_told(wanted: SqlUuid, theirs: Bool) -> Jsonb;
}
define_sql_function! {
    fn answers_letters(office: SqlUuid) -> Bool;
}

#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = care_referrals)]
struct Row {
    id: Uuid,
    office_id: Option<Uuid>,
    state: String,
    letter_key: Vec<u8>,
    sealed: Vec<u8>,
    sent_at: Option<OffsetDateTime>,
    answer_by: Option<Date>,
    expires_on: Date,
    asked: i32,
    version: i32,
}

/// A letter, opened.
pub struct Referral {
    pub id: Uuid,
    /// Whoever is asked answers here.
    pub office_id: Option<Uuid>,
    pub state: String,
    pub letter: Letter,
    pub sent_at: Option<OffsetDateTime>,
    pub answer_by: Option<Date>,
    pub expires_on: Date,
    pub asked: i32,
    pub version: i32,
    key: DataKey,
}

impl Referral {
    pub fn is_draft(&self) -> bool {
        self.state == "draft"
    }

    /// Waits for an answer that should have come.
    pub fn is_late(&self, today: Date) -> bool {
        matches!(self.state.as_str(), "sent" | "received") && self.answer_by.is_some_and(|by| by < today)
    }

    pub fn answer_by(&self) -> String {
        self.answer_by.map(|by| written(by, Precision::Day)).unwrap_or_default()
    }
}

pub fn key_place(id: Uuid) -> Place<'static> {
    Place { table: "care_referrals", column: "letter_key", row: id }
}

fn letter_place(id: Uuid) -> Place<'static> {
    Place { table: "care_referrals", column: "sealed", row: id }
}

fn words_place(id: Uuid) -> Place<'static> {
    Place { table: "care_referral_steps", column: "words", row: id }
}

/// Opens a letter for somebody whom the authorisation function lets in on this ground.
fn open(keys: &Keys, user: &User, now: OffsetDateTime, by: Permission, ground: &Ground, row: Row) -> Result<Referral> {
    if !may(user, Permission::ProvideCare, Some(ground), now) && !may(user, by, Some(ground), now) {
        return Err(Error::NotFound);
    }
    let key = keys.unwrap_data_key(&key_place(row.id), &row.letter_key)?;
    let letter = unpacked(&key.open(&letter_place(row.id), &row.sealed)?)?;
    Ok(Referral {
        id: row.id,
        office_id: row.office_id,
        state: row.state,
        letter,
        sent_at: row.sent_at,
        answer_by: row.answer_by,
        expires_on: row.expires_on,
        asked: row.asked,
        version: row.version,
        key,
    })
}

/// The ground on which those who got into a file read its letters.
fn of_care(care: &Care, user: &User) -> Ground {
    // Whoever has the file open was let into it.
    let named = care.staff.iter().map(|one| one.user_id).filter(|id| *id == user.id).collect();
    Ground { protected: true, named, ..Ground::default() }
}

/// The letters of a file, the newest first.
pub async fn of_file(
    db: &mut AsyncPgConnection,
    keys: &Keys,
    user: &User,
    now: OffsetDateTime,
    care: &Care,
) -> Result<Vec<Referral>> {
    let rows: Vec<Row> = care_referrals::table
        .filter(care_referrals::file_id.eq(care.id))
        .order(care_referrals::id.desc())
        .limit(100)
        .select(Row::as_select())
        .load(db)
        .await?;
    let ground = of_care(care, user);
    rows.into_iter().map(|row| open(keys, user, now, Permission::OpenInNeed, &ground, row)).collect()
}

pub async fn find(
    db: &mut AsyncPgConnection,
    keys: &Keys,
    user: &User,
    now: OffsetDateTime,
    care: &Care,
    id: Uuid,
) -> Result<Referral> {
    let row: Row = care_referrals::table
        .find(id)
        .filter(care_referrals::file_id.eq(care.id))
        .select(Row::as_select())
        .first(db)
        .await?;
    open(keys, user, now, Permission::OpenInNeed, &of_care(care, user), row)
}

/// A letter to the user's office.
pub async fn to_office(
    db: &mut AsyncPgConnection,
    keys: &Keys,
    user: &User,
    now: OffsetDateTime,
    id: Uuid,
) -> Result<Referral> {
    let row: Row = care_referrals::table.find(id).select(Row::as_select()).first(db).await?;
    // The policies let it through only while the consent holds.
    let organisation = row.office_id.ok_or(Error::NotFound)?;
    let share = Share { organisation, user: None, until: None, reads_only: false };
    let ground = Ground { shares: vec![share], ..Ground::default() };
    open(keys, user, now, Permission::AnswerReferrals, &ground, row)
}

/// What a list of letters says of each: no word of whom it is about.
#[derive(Queryable, Clone, Debug)]
pub struct Line {
    pub id: Uuid,
    pub state: String,
    pub sent_at: Option<OffsetDateTime>,
    pub answer_by: Option<Date>,
}

pub async fn list(db: &mut AsyncPgConnection, user: &User) -> Result<Vec<Line>> {
    Ok(care_referrals::table
        .filter(care_referrals::office_id.eq(user.organisation))
        .order((care_referrals::sent_at.desc(), care_referrals::id.desc()))
        .limit(200)
        .select((care_referrals::id, care_referrals::state, care_referrals::sent_at, care_referrals::answer_by))
        .load(db)
        .await?)
}

/// Begins a letter.
pub async fn begin(
    db: &mut AsyncPgConnection,
    keys: &Keys,
    user: &User,
    care: &Care,
    letter: &Letter,
    office: Option<Uuid>,
    expires_on: Date,
) -> Result<Uuid> {
    let id = Uuid::now_v7();
    let (key, wrapped) = keys.new_data_key(&key_place(id))?;
    let sealed = key.seal(&letter_place(id), &packed(letter)?)?;
    diesel::insert_into(care_referrals::table)
        .values((
            care_referrals::id.eq(id),
            care_referrals::file_id.eq(care.id),
            care_referrals::office_id.eq(office),
            care_referrals::state.eq("draft"),
            care_referrals::letter_key.eq(wrapped),
            care_referrals::sealed.eq(sealed),
            care_referrals::made_by.eq(user.id),
            care_referrals::expires_on.eq(expires_on),
        ))
        .execute(db)
        .await?;
    Ok(id)
}

/// Writes a draft anew; false if somebody was there before.
pub async fn rewrite(
    db: &mut AsyncPgConnection,
    referral: &Referral,
    letter: &Letter,
    expires_on: Date,
    version: i32,
) -> Result<bool> {
    let sealed = referral.key.seal(&letter_place(referral.id), &packed(letter)?)?;
    let same = care_referrals::table.find(referral.id).filter(care_referrals::version.eq(version));
    let to = (
        care_referrals::sealed.eq(sealed),
        care_referrals::expires_on.eq(expires_on),
        care_referrals::version.eq(version.saturating_add(1)),
    );
    Ok(diesel::update(same.filter(care_referrals::state.eq("draft"))).set(to).execute(db).await? == 1)
}

/// One step; what the database says of it.
pub async fn step(
    db: &mut AsyncPgConnection,
    referral: &Referral,
    act: &str,
    on: Date,
    words: Option<&str>,
    version: i32,
) -> Result<String> {
    let (id, second) = (Uuid::now_v7(), Uuid::now_v7());
    let sealed = words.map(|words| referral.key.seal(&words_place(id), &packed(&words)?)).transpose()?;
    Ok(diesel::select(move_care_referral(referral.id, act, on, sealed, version, id, second)).get_result(db).await?)
}

/// A step as a page shows it.
pub struct Step {
    pub step: String,
    pub on: Date,
    pub words: Option<String>,
}

pub async fn steps(db: &mut AsyncPgConnection, referral: &Referral) -> Result<Vec<Step>> {
    let rows: Vec<(Uuid, String, Date, Option<Vec<u8>>)> = care_referral_steps::table
        .filter(care_referral_steps::referral_id.eq(referral.id))
        .order(care_referral_steps::number.desc())
        .limit(100)
        .select((
            care_referral_steps::id,
            care_referral_steps::step,
            care_referral_steps::happened_on,
            care_referral_steps::words,
        ))
        .load(db)
        .await?;
    let opened = |(id, step, on, words): (Uuid, String, Date, Option<Vec<u8>>)| {
        let words = words.map(|sealed| unpacked(&referral.key.open(&words_place(id), &sealed)?)).transpose()?;
        Ok(Step { step, on, words })
    };
    rows.into_iter().map(opened).collect()
}

#[derive(Deserialize)]
struct Told {
    email: String,
    language: String,
}

/// Writes to the other side that there is something to see, and not a word of what. `theirs`: to whoever is asked.
pub async fn tell(db: &mut AsyncPgConnection, settings: &Settings, id: Uuid, theirs: bool) -> Result<()> {
    let all: Value = diesel::select(care_referral_told(id, theirs)).get_result(db).await?;
    let all: Vec<Told> = serde_json::from_value(all).map_err(Error::internal)?;
    let address = format!("{}/{}", settings.public_address(), if theirs { "referrals" } else { "private" });
    for one in all {
        let language = Language::from_code(&one.language).unwrap_or_default();
        let body = language.say(&Message::new("mail-care").with("address", &*address));
        mail::post(db, &one.email, &language.say(&Message::new("mail-glass-subject")), &body).await?;
    }
    Ok(())
}

/// Whether somebody of an office answers letters here.
pub async fn answers(db: &mut AsyncPgConnection, office: Uuid) -> Result<bool> {
    Ok(diesel::select(answers_letters(office)).get_result(db).await?)
}
