//! `trove rewrap`: after a new master key was added, wraps every data key anew, so that the old one can go.

use diesel::sql_types::{Binary, Integer, Nullable, Text, Uuid as SqlUuid};
use diesel::{QueryableByName, define_sql_function};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::file::place;
use super::referral::key_place;
use crate::base::Result;
use crate::base::actor::Actor;
use crate::base::db::{Db, Rights};
use crate::base::seal::Keys;
use crate::episode::status;

/// Rows that are done in one transaction.
const BATCH: i32 = 500;

define_sql_function! {
    fn keep_wrapped(file: SqlUuid, records: Binary, plans: Binary);
}
define_sql_function! {
    fn keep_wrapped_word(wanted: SqlUuid, value: Binary, word: Nullable<Binary>);
}

define_sql_function! {
    fn keep_wrapped_letter(wanted: SqlUuid, wrapped: Binary);
}

#[derive(QueryableByName)]
struct File {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Binary)]
    record_key: Vec<u8>,
    #[diesel(sql_type = Binary)]
    plan_key: Vec<u8>,
}

#[derive(QueryableByName)]
struct Word {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Nullable<Text>)]
    regularity: Option<String>,
    #[diesel(sql_type = Nullable<Binary>)]
    value_key: Option<Vec<u8>>,
}

#[derive(QueryableByName)]
struct Letter {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Binary)]
    letter_key: Vec<u8>,
}

/// Wraps anew what is not under the current key yet; gives how many rows that was.
pub async fn run(db: &Db, keys: &Keys) -> Result<u64> {
    let mut changed = 0;
    for what in [What::Files, What::Words, What::Letters] {
        let mut after = Uuid::nil();
        loop {
            let mut tx = db.begin(&Actor::Service("command-line"), Uuid::nil(), Rights::Writer).await?;
            let (seen, last, done) = match what {
                What::Files => files(&mut tx, keys, after).await?,
                What::Words => words(&mut tx, keys, after).await?,
                What::Letters => letters(&mut tx, keys, after).await?,
            };
            tx.commit().await?;
            changed += done;
            after = last;
            if seen < BATCH as usize {
                break;
            }
        }
    }
    Ok(changed)
}

#[derive(Clone, Copy)]
enum What {
    Files,
    Words,
    Letters,
}

async fn files(db: &mut AsyncPgConnection, keys: &Keys, after: Uuid) -> Result<(usize, Uuid, u64)> {
    let all: Vec<File> = diesel::sql_query("SELECT * FROM wrapped_keys($1, $2)")
        .bind::<SqlUuid, _>(after)
        .bind::<Integer, _>(BATCH)
        .load(db)
        .await?;
    let (seen, mut last, mut done) = (all.len(), after, 0);
    for file in all {
        last = file.id;
        let records = keys.wrapped_anew(&place(file.id, "record_key"), &file.record_key)?;
        let plans = keys.wrapped_anew(&place(file.id, "plan_key"), &file.plan_key)?;
        if records.is_some() || plans.is_some() {
            let (records, plans) = (records.unwrap_or(file.record_key), plans.unwrap_or(file.plan_key));
            diesel::select(keep_wrapped(file.id, records, plans)).execute(db).await?;
            done += 1;
        }
    }
    Ok((seen, last, done))
}

async fn words(db: &mut AsyncPgConnection, keys: &Keys, after: Uuid) -> Result<(usize, Uuid, u64)> {
    let all: Vec<Word> = diesel::sql_query("SELECT * FROM wrapped_words($1, $2)")
        .bind::<SqlUuid, _>(after)
        .bind::<Integer, _>(BATCH)
        .load(db)
        .await?;
    let (seen, mut last, mut done) = (all.len(), after, 0);
    for word in all {
        last = word.id;
        let anew = match (&word.regularity, &word.value_key) {
            (Some(clear), _) => status::sealed(keys, word.id, clear).map(|(key, sealed)| Some((key, Some(sealed))))?,
            (None, Some(wrapped)) => status::wrapped_anew(keys, word.id, wrapped)?.map(|key| (key, None)),
            (None, None) => None,
        };
        if let Some((key, sealed)) = anew {
            diesel::select(keep_wrapped_word(word.id, key, sealed)).execute(db).await?;
            done += 1;
        }
    }
    Ok((seen, last, done))
}

async fn letters(db: &mut AsyncPgConnection, keys: &Keys, after: Uuid) -> Result<(usize, Uuid, u64)> {
    let all: Vec<Letter> = diesel::sql_query("SELECT * FROM wrapped_letters($1, $2)")
        .bind::<SqlUuid, _>(after)
        .bind::<Integer, _>(BATCH)
        .load(db)
        .await?;
    let (seen, mut last, mut done) = (all.len(), after, 0);
    for letter in all {
        last = letter.id;
        if let Some(key) = keys.wrapped_anew(&key_place(letter.id), &letter.letter_key)? {
            diesel::select(keep_wrapped_letter(letter.id, key)).execute(db).await?;
            done += 1;
        }
    }
    Ok((seen, last, done))
}
