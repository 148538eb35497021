//! What was agreed in a session: written down, done, or dropped.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, post, routes};
use time::{Date, Duration};
use uuid::Uuid;
use validator::Validate;

use super::pages::{ShowPage, page};
use super::{MOST_ACTIONS, WHO, find};
use crate::access::Write;
use crate::access::guard::to;
use crate::base::code::Code;
use crate::base::date::Typed;
use crate::base::form::{Checked, Filled};
use crate::base::language::{Language, Message};
use crate::base::{Error, Result};
use crate::case::held;
use crate::page::Answer;
use crate::person::form::{one_of, text};
use crate::person::household::poverty::day;
use crate::schema::counselling_actions;

pub fn routes() -> Vec<Route> {
    routes![add, end]
}

/// Nothing is agreed for later than this.
const AHEAD: Duration = Duration::days(366);

#[derive(FromForm, Validate)]
struct ActionForm {
    #[validate(length(max = 300, code = "too-long"))]
    #[field(default = String::new())]
    what: String,
    #[field(default = String::new())]
    who: String,
    until: Typed,
}

#[derive(FromForm, Validate)]
struct ActionSent {
    #[validate(nested)]
    action: ActionForm,
}

#[derive(Insertable)]
#[diesel(table_name = counselling_actions)]
struct Kept {
    what: String,
    who: String,
    until: Option<Date>,
}

impl ActionForm {
    fn read(&self, filled: &mut Filled, today: Date) -> Option<Kept> {
        let what = text(&self.what);
        if what.is_none() {
            filled.push("action.what", "error-required");
        }
        if self.who.trim().is_empty() {
            filled.push("action.who", "error-choose");
        }
        let who = one_of(filled, "action.who", &self.who, |code| WHO.contains(&code));
        let until = day(filled, "action.until", &self.until);
        if until.is_some_and(|until| until < today || until - today > AHEAD) {
            filled.push("action.until", "error-counselling-next");
        }
        let kept = Kept { what: what?, who: who?, until };
        Some(kept).filter(|_| !filled.is_wrong())
    }
}

#[post("/cases/<code>/counselling/<id>/actions", data = "<form>")]
async fn add(
    code: Code,
    id: Uuid,
    form: Form<Checked<ActionSent>>,
    mut db: Write<to::AssessCases>,
    language: Language,
) -> Result<Answer<ShowPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (user, today) = (db.user().clone(), db.today());
    let (case, ..) = match held::begin(&mut db, code, &filled).await? {
        Ok(found) => found,
        Err(before) => return Ok(Answer::To(before)),
    };
    let session = find(&mut db, case.id, id).await?;
    let there: i64 = counselling_actions::table
        .filter(counselling_actions::session_id.eq(session.id))
        .count()
        .get_result(&mut *db)
        .await?;
    if there >= MOST_ACTIONS {
        filled.push("action.what", Message::new("error-counselling-many").with("most", MOST_ACTIONS));
    }
    let Some(kept) = value.and_then(|sent| sent.action.read(&mut filled, today)) else {
        let page = page(db.instead().await?, code, id, filled, language).await?;
        return Ok(Answer::With(Status::UnprocessableEntity, page));
    };
    let row = (
        counselling_actions::id.eq(Uuid::now_v7()),
        counselling_actions::session_id.eq(id),
        counselling_actions::written_by.eq(user.id),
    );
    diesel::insert_into(counselling_actions::table).values((kept, row)).execute(&mut *db).await?;
    let location = format!("/cases/{code}/counselling/{id}");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "counselling-action-kept"))
}

#[derive(FromForm, Validate)]
struct EndSent {
    #[field(default = String::new())]
    state: String,
    #[field(default = 0)]
    version: i32,
}

/// It was done, or is not to be done any more.
#[post("/cases/<code>/counselling/<id>/actions/<action>", data = "<form>")]
async fn end(
    code: Code,
    id: Uuid,
    action: Uuid,
    form: Form<Checked<EndSent>>,
    mut db: Write<to::AssessCases>,
) -> Result<Answer<ShowPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (user, today, now) = (db.user().clone(), db.today(), db.now());
    let (case, ..) = match held::begin(&mut db, code, &filled).await? {
        Ok(found) => found,
        Err(before) => return Ok(Answer::To(before)),
    };
    let session = find(&mut db, case.id, id).await?;
    let (state, version) = value.map_or((None, 0), |sent| {
        (one_of(&mut filled, "state", &sent.state, |code| ["done", "dropped"].contains(&code)), sent.version)
    });
    let state = state.ok_or(Error::refused(Status::UnprocessableEntity, "error-choose"))?;
    let open = counselling_actions::table
        .find(action)
        .filter(counselling_actions::session_id.eq(session.id))
        .filter(counselling_actions::state.eq("open"))
        .filter(counselling_actions::version.eq(version));
    let ended = diesel::update(open)
        .set((
            counselling_actions::state.eq(state),
            counselling_actions::ended_on.eq(today),
            counselling_actions::written_by.eq(user.id),
            counselling_actions::written_at.eq(now),
            counselling_actions::version.eq(version.saturating_add(1)),
        ))
        .execute(&mut *db)
        .await?;
    if ended == 0 {
        return Err(Error::refused(Status::Conflict, "error-page-changed-meanwhile"));
    }
    let location = format!("/cases/{code}/counselling/{id}");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "counselling-action-kept"))
}
