//! What is kept of recognitions.

use diesel::define_sql_function;
use diesel::prelude::*;
use diesel::sql_types::{Integer, Jsonb, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;
use uuid::Uuid;

use super::{Act, Hindered, Recognition, Step};
use crate::base::Result;
use crate::schema::{recognition_skills, recognition_steps, recognitions, skills};
use crate::skill::Skill;

/// Most recognitions of a case that a page shows.
const MOST: i64 = 50;

/// A skill that a recognition is about, with what the assessment found.
#[derive(Clone, Debug)]
pub struct Assessed {
    pub id: Uuid,
    pub skill: Skill,
    /// 1 to 5, or 0 for less than the first level.
    pub result: Option<i16>,
    pub gap: Option<String>,
}

pub async fn of_case(db: &mut AsyncPgConnection, case: Uuid) -> Result<Vec<Recognition>> {
    Ok(recognitions::table
        .filter(recognitions::case_id.eq(case))
        .order(recognitions::id.desc())
        .limit(MOST)
        .select(Recognition::as_select())
        .load(db)
        .await?)
}

pub async fn find(db: &mut AsyncPgConnection, case: Uuid, id: Uuid) -> Result<Recognition> {
    Ok(recognitions::table
        .filter(recognitions::id.eq(id))
        .filter(recognitions::case_id.eq(case))
        .select(Recognition::as_select())
        .first(db)
        .await?)
}

pub async fn steps(db: &mut AsyncPgConnection, id: Uuid) -> Result<Vec<Step>> {
    Ok(recognition_steps::table
        .filter(recognition_steps::recognition_id.eq(id))
        .order(recognition_steps::number)
        .limit(200)
        .select(Step::as_select())
        .load(db)
        .await?)
}

pub async fn assessed(db: &mut AsyncPgConnection, id: Uuid) -> Result<Vec<Assessed>> {
    let rows: Vec<(Uuid, Skill, Option<i16>, Option<String>)> = recognition_skills::table
        .inner_join(skills::table.on(skills::id.eq(recognition_skills::skill_id)))
        .filter(recognition_skills::recognition_id.eq(id))
        .order(recognition_skills::id)
        .limit(100)
        .select((recognition_skills::id, Skill::as_select(), recognition_skills::result, recognition_skills::gap))
        .load(db)
        .await?;
    Ok(rows.into_iter().map(|(id, skill, result, gap)| Assessed { id, skill, result, gap }).collect())
}

/// Asks for a recognition of an occupation at a level, about these skills.
pub async fn ask(
    db: &mut AsyncPgConnection,
    user: Uuid,
    case: Uuid,
    (occupation, level): (&str, i16),
    about: &[Uuid],
) -> Result<Uuid> {
    let id = Uuid::now_v7();
    diesel::insert_into(recognitions::table)
        .values((
            recognitions::id.eq(id),
            recognitions::case_id.eq(case),
            recognitions::occupation.eq(occupation),
            recognitions::level.eq(level),
            recognitions::asked_by.eq(user),
        ))
        .execute(db)
        .await?;
    let rows: Vec<_> = about
        .iter()
        .map(|skill| {
            (
                recognition_skills::id.eq(Uuid::now_v7()),
                recognition_skills::recognition_id.eq(id),
                recognition_skills::skill_id.eq(*skill),
            )
        })
        .collect();
    diesel::insert_into(recognition_skills::table).values(rows).execute(db).await?;
    Ok(id)
}

define_sql_function! {
    fn move_recognition(wanted: SqlUuid, act: Text, at_version: Integer, details: Jsonb) -> Text;
}

/// Takes one step; `Some` says what stands in the way.
pub async fn act(
    db: &mut AsyncPgConnection,
    recognition: Uuid,
    act: Act,
    version: i32,
    details: Value,
) -> Result<Option<Hindered>> {
    let said: String =
        diesel::select(move_recognition(recognition, act.code(), version, details)).get_result(db).await?;
    Ok(Hindered::from_code(&said))
}
