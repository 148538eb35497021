//! What is kept of assessments.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::json;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Assessment, Given};
use crate::access::User;
use crate::base::Result;
use crate::base::event;
use crate::case::Case;
use crate::instrument::{Instrument, store as instruments};
use crate::schema::{assessment_answers, assessments, cases, screenings, users};

/// The assessments of a case with how many answers each has, newest first.
pub async fn of_case(db: &mut AsyncPgConnection, case: Uuid) -> Result<Vec<(Assessment, i64)>> {
    let all: Vec<Assessment> = assessments::table
        .filter(assessments::case_id.eq(case))
        .order((assessments::begun_at.desc(), assessments::id.desc()))
        .limit(100)
        .select(Assessment::as_select())
        .load(db)
        .await?;
    let ids: Vec<Uuid> = all.iter().map(|a| a.id).collect();
    let counts: Vec<(Uuid, i64)> = assessment_answers::table
        .filter(assessment_answers::assessment_id.eq_any(&ids))
        .filter(assessment_answers::answer.ne(""))
        .group_by(assessment_answers::assessment_id)
        .select((assessment_answers::assessment_id, diesel::dsl::count_star()))
        .load(db)
        .await?;
    let count = |id: Uuid| counts.iter().find(|(of, _)| *of == id).map_or(0, |(_, n)| *n);
    Ok(all.into_iter().map(|a| (a.clone(), count(a.id))).collect())
}

/// An assessment of this case.
pub async fn find(db: &mut AsyncPgConnection, case: Uuid, id: Uuid) -> Result<Assessment> {
    Ok(assessments::table
        .filter(assessments::id.eq(id))
        .filter(assessments::case_id.eq(case))
        .select(Assessment::as_select())
        .first(db)
        .await?)
}

/// The one of this kind that is still being answered.
pub async fn draft(db: &mut AsyncPgConnection, case: Uuid, kind: &str) -> Result<Option<Assessment>> {
    Ok(assessments::table
        .filter(assessments::case_id.eq(case))
        .filter(assessments::instrument.eq(kind))
        .filter(assessments::concluded_at.is_null())
        .select(Assessment::as_select())
        .first(db)
        .await
        .optional()?)
}

/// The last one of this kind that was concluded.
pub async fn last(db: &mut AsyncPgConnection, case: Uuid, kind: &str) -> Result<Option<Assessment>> {
    Ok(assessments::table
        .filter(assessments::case_id.eq(case))
        .filter(assessments::instrument.eq(kind))
        .filter(assessments::concluded_at.is_not_null())
        .order((assessments::concluded_at.desc(), assessments::id.desc()))
        .select(Assessment::as_select())
        .first(db)
        .await
        .optional()?)
}

/// The draft of this kind, begun where there is none; nobody else answers it until the transaction ends. Nothing where it
/// was concluded this very moment.
pub async fn begin(db: &mut AsyncPgConnection, user: &User, case: Uuid, of: &Instrument) -> Result<Option<Assessment>> {
    diesel::insert_into(assessments::table)
        .values((
            assessments::id.eq(Uuid::now_v7()),
            assessments::case_id.eq(case),
            assessments::instrument.eq(&of.code),
            assessments::instrument_version.eq(of.version),
            assessments::begun_by.eq(user.id),
        ))
        .on_conflict_do_nothing()
        .execute(db)
        .await?;
    Ok(assessments::table
        .filter(assessments::case_id.eq(case))
        .filter(assessments::instrument.eq(&of.code))
        .filter(assessments::concluded_at.is_null())
        .select(Assessment::as_select())
        .for_update()
        .first(db)
        .await
        .optional()?)
}

pub async fn answers(db: &mut AsyncPgConnection, assessment: Uuid) -> Result<Vec<Given>> {
    let rows: Vec<(Uuid, String, String, Option<String>, i32)> = assessment_answers::table
        .left_join(users::table.on(users::id.eq(assessment_answers::answered_by)))
        .filter(assessment_answers::assessment_id.eq(assessment))
        .limit(600)
        .select((
            assessment_answers::id,
            assessment_answers::item,
            assessment_answers::answer,
            users::name.nullable(),
            assessment_answers::version,
        ))
        .load(db)
        .await?;
    let given = |(id, item, answer, by, version): (Uuid, String, String, Option<String>, i32)| Given {
        id,
        item,
        answer,
        by: by.unwrap_or_default(),
        version,
    };
    Ok(rows.into_iter().map(given).collect())
}

/// What somebody said that they need, as the questionnaire's items: by what was concluded last, and by what was answered
/// since. Nothing for whom assessments are not to be read.
pub async fn needs(db: &mut AsyncPgConnection, case: Uuid) -> Result<Vec<String>> {
    let mut said: BTreeMap<String, bool> = BTreeMap::new();
    for found in [last(db, case, "needs").await?, draft(db, case, "needs").await?].into_iter().flatten() {
        let of = instruments::find(db, &found.instrument, found.instrument_version).await?;
        for given in answers(db, found.id).await?.into_iter().filter(|given| !given.answer.is_empty()) {
            let chosen =
                of.items().find(|item| item.code == given.item).and_then(|item| of.chosen(item, &given.answer));
            said.insert(given.item, chosen.is_some_and(|chosen| chosen.stands));
        }
    }
    Ok(said.into_iter().filter(|(_, needed)| *needed).map(|(item, _)| item).collect())
}

/// Somebody's name, of one's own office.
pub async fn who(db: &mut AsyncPgConnection, id: Uuid) -> Result<String> {
    let name: Option<String> = users::table.find(id).select(users::name).first(db).await.optional()?;
    Ok(name.unwrap_or_default())
}

/// What the counter saw the last time.
pub async fn flags(db: &mut AsyncPgConnection, case: Uuid) -> Result<Vec<String>> {
    let newest = screenings::table.filter(screenings::case_id.eq(case)).order(screenings::screened_at.desc());
    let flags: Option<Vec<String>> = newest.select(screenings::flags).first(db).await.optional()?;
    Ok(flags.unwrap_or_default())
}

/// Keeps an answer; what it said before stays in its versions.
pub async fn answer(
    db: &mut AsyncPgConnection,
    user: &User,
    assessment: Uuid,
    before: Option<&Given>,
    item: &str,
    answer: &str,
    now: OffsetDateTime,
) -> Result<()> {
    match before {
        Some(before) => {
            diesel::update(assessment_answers::table.filter(assessment_answers::id.eq(before.id)))
                .set((
                    assessment_answers::answer.eq(answer),
                    assessment_answers::answered_by.eq(user.id),
                    assessment_answers::answered_at.eq(now),
                    assessment_answers::version.eq(before.version + 1),
                ))
                .execute(db)
                .await?
        }
        None => {
            diesel::insert_into(assessment_answers::table)
                .values((
                    assessment_answers::id.eq(Uuid::now_v7()),
                    assessment_answers::assessment_id.eq(assessment),
                    assessment_answers::item.eq(item),
                    assessment_answers::answer.eq(answer),
                    assessment_answers::answered_by.eq(user.id),
                    assessment_answers::answered_at.eq(now),
                ))
                .execute(db)
                .await?
        }
    };
    Ok(())
}

/// Ends an assessment. How soon somebody must act holds for the case from now on.
pub async fn conclude(
    db: &mut AsyncPgConnection,
    user: &User,
    case: &Case,
    assessment: &Assessment,
    words: Option<&str>,
    priority: Option<&str>,
    now: OffsetDateTime,
) -> Result<()> {
    diesel::update(assessments::table.filter(assessments::id.eq(assessment.id)))
        .set((
            assessments::concluded_by.eq(user.id),
            assessments::concluded_at.eq(now),
            assessments::conclusion.eq(words),
            assessments::priority.eq(priority),
            assessments::version.eq(assessments::version + 1),
        ))
        .execute(db)
        .await?;
    if let Some(urgency) = priority.filter(|urgency| *urgency != case.urgency) {
        diesel::update(cases::table.filter(cases::id.eq(case.id)))
            .set((cases::urgency.eq(urgency), cases::version.eq(cases::version + 1)))
            .execute(db)
            .await?;
    }
    event::record(db, "case.assessed", "case", case.id, json!({ "of": assessment.instrument, "priority": priority }))
        .await
}
