//! What is kept of somebody's skills.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Nullable, SmallInt, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use time::OffsetDateTime;
use uuid::Uuid;

use super::form::Read;
use super::{MOST, Skill};
use crate::access::User;
use crate::base::Result;
use crate::case::attachment::Attachment;
use crate::episode::migration::Migration;
use crate::schema::{attachment_removals, attachments, cases, episodes, labour_migrations, skill_evidence, skills};

/// How far a skill has come.
#[derive(QueryableByName, Clone, Debug)]
pub struct Standing {
    #[diesel(sql_type = SqlUuid)]
    pub skill_id: Uuid,
    /// `declared`, `documented`, `assessed` or `certified`.
    #[diesel(sql_type = Text)]
    pub standing: String,
    /// Papers that it rests on, also those that lie where this user may not read them.
    #[diesel(sql_type = BigInt)]
    pub papers: i64,
    /// What the last assessment found: 1 to 5, or 0 for less.
    #[diesel(sql_type = Nullable<SmallInt>)]
    pub level: Option<i16>,
}

/// A person's skills that were not taken back, with how far each has come, and the papers that this user may read.
pub struct Portfolio {
    pub skills: Vec<(Skill, Standing)>,
    pub papers: Vec<(Uuid, Attachment, String)>,
}

pub async fn of_person(db: &mut AsyncPgConnection, person: Uuid) -> Result<Portfolio> {
    let kept: Vec<Skill> = skills::table
        .filter(skills::person_id.eq(person))
        .filter(skills::withdrawn_at.is_null())
        .order(skills::id)
        .limit(MOST)
        .select(Skill::as_select())
        .load(db)
        .await?;
    let standings: Vec<Standing> =
        diesel::sql_query("SELECT * FROM skill_standings($1)").bind::<SqlUuid, _>(person).load(db).await?;
    let ids: Vec<Uuid> = kept.iter().map(|skill| skill.id).collect();
    let papers = skill_evidence::table
        .inner_join(attachments::table.on(attachments::id.eq(skill_evidence::attachment_id)))
        .inner_join(cases::table.on(cases::id.eq(attachments::case_id)))
        .filter(skill_evidence::skill_id.eq_any(&ids))
        .order((attachments::added_at, attachments::id))
        .limit(MOST * 20)
        .select((skill_evidence::skill_id, Attachment::as_select(), cases::code))
        .load(db)
        .await?;
    let skills = kept
        .into_iter()
        .map(|skill| {
            let known = standings.iter().find(|s| s.skill_id == skill.id).cloned();
            let none = || Standing { skill_id: skill.id, standing: "declared".to_owned(), papers: 0, level: None };
            (skill.clone(), known.unwrap_or_else(none))
        })
        .collect();
    Ok(Portfolio { skills, papers })
}

pub async fn find(db: &mut AsyncPgConnection, person: Uuid, id: Uuid) -> Result<Skill> {
    Ok(skills::table
        .filter(skills::id.eq(id))
        .filter(skills::person_id.eq(person))
        .filter(skills::withdrawn_at.is_null())
        .select(Skill::as_select())
        .first(db)
        .await?)
}

/// The skill as it was at a version that the user once had before them.
pub async fn at(db: &mut AsyncPgConnection, id: Uuid, version: i32) -> Result<Option<Skill>> {
    Ok(diesel::sql_query("SELECT * FROM skill_at($1, $2)")
        .bind::<SqlUuid, _>(id)
        .bind::<Integer, _>(version)
        .get_result(db)
        .await
        .optional()?)
}

/// The papers of a person's cases that this user may read and that were not taken out: those to rest a skill on.
pub async fn papers(db: &mut AsyncPgConnection, person: Uuid) -> Result<Vec<Attachment>> {
    let out = attachment_removals::table
        .filter(attachment_removals::attachment_id.eq(attachments::id))
        .filter(attachment_removals::file_id.is_null());
    Ok(attachments::table
        .inner_join(cases::table.on(cases::id.eq(attachments::case_id)))
        .inner_join(episodes::table.on(episodes::id.eq(cases::episode_id)))
        .filter(episodes::person_id.eq(person))
        .filter(diesel::dsl::not(diesel::dsl::exists(out)))
        .order((attachments::added_at.desc(), attachments::id))
        .limit(200)
        .select(Attachment::as_select())
        .load(db)
        .await?)
}

/// The papers that a skill rests on, of those that this user may read.
pub async fn evidence(db: &mut AsyncPgConnection, skill: Uuid) -> Result<Vec<Uuid>> {
    Ok(skill_evidence::table
        .filter(skill_evidence::skill_id.eq(skill))
        .select(skill_evidence::attachment_id)
        .load(db)
        .await?)
}

pub async fn count(db: &mut AsyncPgConnection, person: Uuid) -> Result<i64> {
    let kept = skills::table.filter(skills::person_id.eq(person)).filter(skills::withdrawn_at.is_null());
    Ok(kept.count().get_result(db).await?)
}

pub async fn add(db: &mut AsyncPgConnection, user: &User, person: Uuid, read: &Read) -> Result<Uuid> {
    let id = Uuid::now_v7();
    diesel::insert_into(skills::table)
        .values((
            skills::id.eq(id),
            skills::person_id.eq(person),
            skills::kind.eq(read.kind.code()),
            skills::occupation.eq(&read.occupation),
            skills::name.eq(&read.name),
            skills::soft.eq(&read.soft),
            skills::language.eq(&read.language),
            skills::grade.eq(&read.grade),
            skills::months.eq(read.months),
            skills::country.eq(&read.country),
            skills::employer.eq(&read.employer),
            skills::source.eq(&read.source),
            skills::recorded_by.eq(user.id),
        ))
        .execute(db)
        .await?;
    rest_on(db, user, id, &read.evidence, &[]).await?;
    Ok(id)
}

/// Changes a skill that is still at this version; false if somebody was faster. What it is stays once it was asked to be
/// recognised: the database says so.
pub async fn change(
    db: &mut AsyncPgConnection,
    user: &User,
    before: &Skill,
    version: i32,
    read: &Read,
    shown: &[Uuid],
) -> Result<bool> {
    let changed = diesel::update(skills::table.find(before.id).filter(skills::version.eq(version)))
        .set((
            skills::occupation.eq(&read.occupation),
            skills::name.eq(&read.name),
            skills::soft.eq(&read.soft),
            skills::language.eq(&read.language),
            skills::grade.eq(&read.grade),
            skills::months.eq(read.months),
            skills::country.eq(&read.country),
            skills::employer.eq(&read.employer),
            skills::source.eq(&read.source),
            skills::version.eq(version.saturating_add(1)),
        ))
        .execute(db)
        .await?;
    if changed == 0 {
        return Ok(false);
    }
    rest_on(db, user, before.id, &read.evidence, shown).await?;
    Ok(true)
}

/// Sets the papers that a skill rests on; of those before, only what was `shown` may go.
async fn rest_on(db: &mut AsyncPgConnection, user: &User, skill: Uuid, papers: &[Uuid], shown: &[Uuid]) -> Result<()> {
    let gone: Vec<Uuid> = shown.iter().filter(|id| !papers.contains(id)).copied().collect();
    diesel::delete(
        skill_evidence::table
            .filter(skill_evidence::skill_id.eq(skill))
            .filter(skill_evidence::attachment_id.eq_any(gone)),
    )
    .execute(db)
    .await?;
    let rows: Vec<_> = papers
        .iter()
        .map(|paper| {
            (
                skill_evidence::id.eq(Uuid::now_v7()),
                skill_evidence::skill_id.eq(skill),
                skill_evidence::attachment_id.eq(*paper),
                skill_evidence::added_by.eq(user.id),
            )
        })
        .collect();
    diesel::insert_into(skill_evidence::table).values(rows).on_conflict_do_nothing().execute(db).await?;
    Ok(())
}

pub async fn withdraw(
    db: &mut AsyncPgConnection,
    user: &User,
    person: Uuid,
    id: Uuid,
    version: i32,
    now: OffsetDateTime,
) -> Result<bool> {
    let changed = diesel::update(
        skills::table
            .filter(skills::id.eq(id))
            .filter(skills::person_id.eq(person))
            .filter(skills::version.eq(version))
            .filter(skills::withdrawn_at.is_null()),
    )
    .set((
        skills::withdrawn_at.eq(now),
        skills::withdrawn_by.eq(user.id),
        skills::version.eq(version.saturating_add(1)),
    ))
    .execute(db)
    .await?;
    Ok(changed == 1)
}

/// The work abroad of a person's returns, the newest first: the return, the country and what is known of the work.
pub async fn work_abroad(db: &mut AsyncPgConnection, person: Uuid) -> Result<Vec<(Uuid, Option<String>, Migration)>> {
    Ok(labour_migrations::table
        .inner_join(episodes::table.on(episodes::id.eq(labour_migrations::episode_id)))
        .filter(episodes::person_id.eq(person))
        .order(episodes::id.desc())
        .limit(20)
        .select((episodes::id, episodes::previous_country, Migration::as_select()))
        .load(db)
        .await?)
}
