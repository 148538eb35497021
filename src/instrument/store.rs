//! The questionnaires as the database has them.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;
use time::Date;

use super::{Instrument, KINDS};
use crate::base::{Error, Result};
use crate::schema::instruments;

fn read(document: Value) -> Result<Instrument> {
    serde_json::from_value(document).map_err(Error::internal)
}

/// The version of each kind that is asked on this day, in the order of [`KINDS`].
pub async fn current(db: &mut AsyncPgConnection, on: Date) -> Result<Vec<Instrument>> {
    let documents: Vec<Value> = instruments::table
        .filter(instruments::valid_from.le(on))
        .distinct_on(instruments::code)
        .order((instruments::code, instruments::version.desc()))
        .limit(KINDS.len() as i64)
        .select(instruments::document)
        .load(db)
        .await?;
    let mut all: Vec<Instrument> = documents.into_iter().map(read).collect::<Result<_>>()?;
    all.sort_by_key(|instrument| KINDS.iter().position(|kind| *kind == instrument.code));
    Ok(all)
}

/// One version, as somebody was asked.
pub async fn find(db: &mut AsyncPgConnection, code: &str, version: i32) -> Result<Instrument> {
    let wanted = instruments::table.filter(instruments::code.eq(code)).filter(instruments::version.eq(version));
    read(wanted.select(instruments::document).first(db).await?)
}
