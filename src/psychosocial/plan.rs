//! What to do when somebody is in danger, written with them; opened without the rest of the file where a life is at stake.

use askama::Template;
use diesel_async::AsyncPgConnection;
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, State, get, post, routes};
use time::OffsetDateTime;
use uuid::Uuid;
use validator::Validate;

use super::file::{Care, Reach, reached};
use super::record::{Lines, Plan};
use super::{held, staff, store};
use crate::access::guard::to;
use crate::access::{Read, Seen, Write};
use crate::base::Result;
use crate::base::form::{Checked, Filled};
use crate::base::seal::Keys;
use crate::page::{Answer, Page, filters};
use crate::person::form::lines;

pub fn routes() -> Vec<Route> {
    routes![show, edit, change]
}

#[derive(Template)]
#[template(path = "psychosocial/plan.html")]
struct ShowPage {
    care: Care,
    lines: Lines,
    by: String,
    at: Option<OffsetDateTime>,
    _seen: Seen,
}

#[get("/private/<id>/plan")]
async fn show(id: Uuid, mut db: Read<to::ReadCases>, keys: &State<Keys>) -> Result<Page<ShowPage>> {
    let (user, now) = (db.user().clone(), db.now());
    let care = reached(&mut db, keys, &user, now, id, Reach::Plan).await?;
    let plan = store::plan(&mut db, &care).await?;
    let (mut said, mut by, mut at) = (Vec::new(), String::new(), None);
    if let Some((_, plan, who, when)) = plan {
        said = plan.lines();
        by = staff::names(&mut db, id, &[who]).await?.into_iter().map(|(_, name)| name).next().unwrap_or_default();
        at = Some(when);
    }
    let seen = held::seen(db, &care).await?;
    Ok(Page(ShowPage { care, lines: said, by, at, _seen: seen }))
}

#[derive(Template)]
#[template(path = "psychosocial/plan_edit.html")]
struct EditPage {
    care: Care,
    form: Filled,
    /// Somebody saved while this was typed: what stands there now.
    now: Lines,
    _seen: Option<Seen>,
}

async fn filled_from(db: &mut AsyncPgConnection, care: &Care) -> Result<Filled> {
    let mut form = Filled::blank();
    if let Some((id, plan, ..)) = store::plan(db, care).await? {
        form = form.put("version", id.to_string());
        for name in Plan::FIELDS {
            form = form.put(&format!("plan.{name}"), plan.field(name).unwrap_or_default());
        }
    }
    Ok(form)
}

#[get("/private/<id>/plan/edit")]
async fn edit(id: Uuid, mut db: Read<to::ProvideCare>, keys: &State<Keys>) -> Result<Page<EditPage>> {
    let (user, now) = (db.user().clone(), db.now());
    let care = held::to_write(&mut db, keys, &user, id, now).await?;
    let form = filled_from(&mut db, &care).await?;
    let seen = held::seen(db, &care).await?;
    Ok(Page(EditPage { care, form, now: Vec::new(), _seen: Some(seen) }))
}

#[derive(FromForm, Validate)]
struct PlanForm {
    #[validate(length(max = 2000, code = "too-long"))]
    #[field(default = String::new())]
    signs: String,
    #[validate(length(max = 2000, code = "too-long"))]
    #[field(default = String::new())]
    alone: String,
    #[validate(length(max = 2000, code = "too-long"))]
    #[field(default = String::new())]
    people: String,
    #[validate(length(max = 2000, code = "too-long"))]
    #[field(default = String::new())]
    staff: String,
    #[validate(length(max = 2000, code = "too-long"))]
    #[field(default = String::new())]
    safer: String,
    #[validate(length(max = 2000, code = "too-long"))]
    #[field(default = String::new())]
    reasons: String,
    #[validate(length(max = 2000, code = "too-long"))]
    #[field(default = String::new())]
    reach: String,
}

#[derive(FromForm, Validate)]
struct PlanSent {
    #[validate(nested)]
    plan: PlanForm,
    /// The version that was changed; nothing for the first one.
    #[field(default = String::new())]
    version: String,
}

impl PlanForm {
    fn read(&self) -> Plan {
        Plan {
            signs: lines(&self.signs),
            alone: lines(&self.alone),
            people: lines(&self.people),
            staff: lines(&self.staff),
            safer: lines(&self.safer),
            reasons: lines(&self.reasons),
            reach: lines(&self.reach),
        }
    }
}

#[post("/private/<id>/plan", data = "<form>")]
async fn change(
    id: Uuid,
    form: Form<Checked<PlanSent>>,
    mut db: Write<to::ProvideCare>,
    keys: &State<Keys>,
) -> Result<Answer<EditPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let user = db.user().clone();
    let care = match held::begin(&mut db, keys, id, &filled).await? {
        Ok(care) => care,
        Err(before) => return Ok(Answer::To(before)),
    };
    let Some(sent) = value else {
        return Ok(Answer::With(
            Status::UnprocessableEntity,
            EditPage { care, form: filled, now: Vec::new(), _seen: None },
        ));
    };
    let plan = sent.plan.read();
    if plan.lines().is_empty() {
        filled.push("plan.signs", "error-care-plan-empty");
        return Ok(Answer::With(
            Status::UnprocessableEntity,
            EditPage { care, form: filled, now: Vec::new(), _seen: None },
        ));
    }
    let stands = store::plan(&mut db, &care).await?;
    let version = Uuid::parse_str(sent.version.trim()).ok();
    if let Some((newest, theirs, ..)) = stands.filter(|(newest, ..)| Some(*newest) != version) {
        // Sent once more, it is meant to replace what stands there now.
        let page = EditPage { care, now: theirs.lines(), form: filled.put("version", newest.to_string()), _seen: None };
        return Ok(Answer::With(Status::Conflict, page));
    }
    store::write_plan(&mut db, &user, &care, &plan, version).await?;
    held::end(db, id, &filled, "care-kept").await
}
