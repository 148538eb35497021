//! Queries about forms.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use time::Date;
use uuid::Uuid;

use super::Template;
use crate::access::User;
use crate::base::{Error, Result, event};
use crate::schema::form_templates;

/// Every version of every form, each form's newest first.
pub async fn all(db: &mut AsyncPgConnection) -> Result<Vec<Template>> {
    Ok(form_templates::table
        .order((form_templates::code, form_templates::version.desc()))
        .limit(2000)
        .select(Template::as_select())
        .load(db)
        .await?)
}

/// Of each form the version that holds on a day, by title.
pub async fn in_force(db: &mut AsyncPgConnection, today: Date) -> Result<Vec<Template>> {
    Ok(holding(all(db).await?, today))
}

/// The version of each form that holds on a day: the last one that began by then, unless that one has ended.
pub fn holding(all: Vec<Template>, today: Date) -> Vec<Template> {
    let mut found: Vec<Template> = Vec::new();
    for template in all.into_iter().filter(|template| template.valid_from <= today) {
        match found.iter_mut().find(|known| known.code == template.code) {
            Some(known) if (known.valid_from, known.version) < (template.valid_from, template.version) => {
                *known = template;
            }
            Some(_) => {}
            None => found.push(template),
        }
    }
    found.retain(|template| template.ended_on.is_none_or(|ended| today < ended));
    found.sort_by(|a, b| a.title.cmp(&b.title));
    found
}

/// The versions of a form, newest first; an error if there is none.
pub async fn versions(db: &mut AsyncPgConnection, code: &str) -> Result<Vec<Template>> {
    let all: Vec<Template> = form_templates::table
        .filter(form_templates::code.eq(code))
        .order(form_templates::version.desc())
        .limit(200)
        .select(Template::as_select())
        .load(db)
        .await?;
    if all.is_empty() { Err(Error::NotFound) } else { Ok(all) }
}

/// What somebody wrote.
pub struct New<'a> {
    pub code: &'a str,
    pub version: i32,
    pub title: &'a str,
    pub goes_to: &'a str,
    pub source: &'a str,
    pub official: bool,
    pub body: &'a str,
    pub valid_from: Date,
}

/// Keeps a version; false if somebody else kept that number meanwhile.
pub async fn add(db: &mut AsyncPgConnection, user: &User, new: &New<'_>) -> Result<bool> {
    let id = Uuid::now_v7();
    let kept = diesel::insert_into(form_templates::table)
        .values((
            form_templates::id.eq(id),
            form_templates::code.eq(new.code),
            form_templates::version.eq(new.version),
            form_templates::title.eq(new.title),
            form_templates::goes_to.eq(new.goes_to),
            form_templates::source.eq(new.source),
            form_templates::official.eq(new.official),
            form_templates::body.eq(new.body),
            form_templates::valid_from.eq(new.valid_from),
            form_templates::written_by.eq(user.id),
        ))
        .on_conflict((form_templates::code, form_templates::version))
        .do_nothing()
        .execute(db)
        .await?;
    if kept == 1 {
        event::record(db, "form.written", "form", id, serde_json::json!({ "code": new.code, "version": new.version }))
            .await?;
    }
    Ok(kept == 1)
}

/// Ends a form: its newest version is used no more from this day on. False if it had ended, or is not the newest.
pub async fn end(db: &mut AsyncPgConnection, code: &str, version: i32, today: Date) -> Result<bool> {
    let open = form_templates::table
        .filter(form_templates::code.eq(code))
        .filter(form_templates::version.eq(version))
        .filter(form_templates::valid_from.le(today))
        .filter(form_templates::ended_on.is_null());
    let ended: Option<Uuid> = diesel::update(open)
        .set(form_templates::ended_on.eq(today))
        .returning(form_templates::id)
        .get_result(db)
        .await
        .optional()?;
    if let Some(id) = ended {
        event::record(db, "form.ended", "form", id, serde_json::json!({ "code": code, "version": version })).await?;
    }
    Ok(ended.is_some())
}
