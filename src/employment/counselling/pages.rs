//! The sessions of a case, one of them, and writing them down.

use askama::Template;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use rocket::form::Form;
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use serde_json::json;
use uuid::Uuid;

use super::form::{Kept, SessionSent, blank, filled_from};
use super::{Action, BARRIERS, Session, WAYS, WHO, agreed, find, of_case};
use crate::access::guard::to;
use crate::access::{Permission, Read, Seen, Write};
use crate::base::code::Code;
use crate::base::event;
use crate::base::form::{Checked, Choice, Filled};
use crate::base::language::{Language, Message};
use crate::base::{Error, Result};
use crate::case::store::NextStep;
use crate::case::{Case, held, store as cases};
use crate::page::{Answer, Page, filters};
use crate::person::Person;
use crate::person::choices::choices;
use crate::schema::{counselling_sessions, users};

pub fn routes() -> Vec<Route> {
    routes![index, new, add, show, edit, change]
}

#[derive(Template)]
#[template(path = "employment/counselling.html")]
struct IndexPage {
    case: Case,
    person: Person,
    sessions: Vec<Session>,
    /// What is still to be done, each with whether its day has passed.
    open: Vec<(Action, bool)>,
    may_change: bool,
    _seen: Seen,
}

#[get("/cases/<code>/counselling")]
async fn index(code: Code, mut db: Read<to::AssessCases>) -> Result<Page<IndexPage>> {
    let (user, today) = (db.user().clone(), db.today());
    let (case, _, person) = cases::reached(&mut db, code, Permission::AssessCases).await?;
    let sessions = of_case(&mut db, case.id).await?;
    let ids: Vec<Uuid> = sessions.iter().map(|session| session.id).collect();
    let open = agreed(&mut db, &ids).await?.into_iter().filter(Action::is_open);
    let open = open.map(|action| (action.is_late(today), action)).map(|(late, action)| (action, late)).collect();
    let may_change = case.holder_id == user.organisation && !case.is_closed();
    let seen = db.opened(&[person.id, case.id]).await?;
    Ok(Page(IndexPage { case, person, sessions, open, may_change, _seen: seen }))
}

#[derive(Template)]
#[template(path = "employment/counselling_edit.html")]
struct EditPage {
    code: String,
    person: Person,
    /// Nothing for a new one.
    id: Option<Uuid>,
    form: Filled,
    ways: Vec<Choice>,
    barriers: Vec<Choice>,
    /// Somebody saved while this was typed: what stands there now.
    now: Vec<(&'static str, String)>,
    _seen: Option<Seen>,
}

fn edit_page(code: String, person: Person, id: Option<Uuid>, form: Filled, language: Language) -> EditPage {
    EditPage {
        code,
        person,
        id,
        form,
        ways: choices(language, "counselling-way", &WAYS),
        barriers: choices(language, "counselling-barrier", &BARRIERS),
        now: Vec::new(),
        _seen: None,
    }
}

#[get("/cases/<code>/counselling/new")]
async fn new(code: Code, mut db: Read<to::AssessCases>, language: Language) -> Result<Page<EditPage>> {
    let today = db.today();
    let (case, _, person) = cases::reached(&mut db, code, Permission::AssessCases).await?;
    held::open_and_held(&case, db.user())?;
    let seen = db.opened(&[person.id, case.id]).await?;
    Ok(Page(EditPage { _seen: Some(seen), ..edit_page(case.code, person, None, blank(today), language) }))
}

/// The day of the next session is the case's next step, unless it has passed already.
async fn next(db: &mut Write<to::AssessCases>, case: Uuid, kept: &Kept) -> Result<()> {
    let today = db.today();
    if let Some(on) = kept.next_on.filter(|on| *on >= today) {
        let step = Language::Vi.say(&Message::new("counselling-next-step"));
        cases::set_next_step(db, case, Some(&NextStep { step, on, by: "me".to_owned() })).await?;
    }
    Ok(())
}

#[post("/cases/<code>/counselling", data = "<form>")]
async fn add(
    code: Code,
    form: Form<Checked<SessionSent>>,
    mut db: Write<to::AssessCases>,
    language: Language,
) -> Result<Answer<EditPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (user, today) = (db.user().clone(), db.today());
    let (case, _, person) = match held::begin(&mut db, code, &filled).await? {
        Ok(found) => found,
        Err(before) => return Ok(Answer::To(before)),
    };
    let Some(kept) = value.and_then(|sent| sent.session.read(&mut filled, today)) else {
        let page = edit_page(case.code, person, None, filled, language);
        return Ok(Answer::With(Status::UnprocessableEntity, page));
    };
    next(&mut db, case.id, &kept).await?;
    let id = Uuid::now_v7();
    let row = (
        counselling_sessions::id.eq(id),
        counselling_sessions::case_id.eq(case.id),
        counselling_sessions::written_by.eq(user.id),
    );
    diesel::insert_into(counselling_sessions::table).values((kept, row)).execute(&mut *db).await?;
    event::record(&mut db, "case.counselling", "case", case.id, json!({})).await?;
    let location = format!("/cases/{code}/counselling/{id}");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "counselling-kept"))
}

#[derive(Template)]
#[template(path = "employment/counselling_session.html")]
pub struct ShowPage {
    case: Case,
    person: Person,
    session: Session,
    lines: Vec<(&'static str, String)>,
    by: String,
    /// Each with whether its day has passed.
    actions: Vec<(Action, bool)>,
    form: Filled,
    who: Vec<Choice>,
    may_change: bool,
    _seen: Option<Seen>,
}

pub async fn page<P>(mut db: Read<P>, code: Code, id: Uuid, form: Filled, language: Language) -> Result<ShowPage> {
    let (user, today) = (db.user().clone(), db.today());
    let (case, _, person) = cases::reached(&mut db, code, Permission::AssessCases).await?;
    let session = find(&mut db, case.id, id).await?;
    let actions = agreed(&mut db, &[id]).await?;
    let by = users::table.find(session.written_by).select(users::name).first(&mut *db).await.optional()?;
    let may_change = case.holder_id == user.organisation && !case.is_closed();
    let seen = db.opened(&[person.id, case.id]).await?;
    Ok(ShowPage {
        lines: session.lines(language),
        by: by.unwrap_or_default(),
        actions: actions.into_iter().map(|a| (a.is_late(today), a)).map(|(late, a)| (a, late)).collect(),
        form,
        who: choices(language, "counselling-who", &WHO),
        may_change,
        case,
        person,
        session,
        _seen: Some(seen),
    })
}

#[get("/cases/<code>/counselling/<id>", rank = 2)]
async fn show(code: Code, id: Uuid, db: Read<to::AssessCases>, language: Language) -> Result<Page<ShowPage>> {
    Ok(Page(page(db, code, id, Filled::blank(), language).await?))
}

#[get("/cases/<code>/counselling/<id>/edit")]
async fn edit(code: Code, id: Uuid, mut db: Read<to::AssessCases>, language: Language) -> Result<Page<EditPage>> {
    let (case, _, person) = cases::reached(&mut db, code, Permission::AssessCases).await?;
    held::open_and_held(&case, db.user())?;
    let session = find(&mut db, case.id, id).await?;
    let seen = db.opened(&[person.id, case.id]).await?;
    let page = edit_page(case.code, person, Some(id), filled_from(&session), language);
    Ok(Page(EditPage { _seen: Some(seen), ..page }))
}

#[post("/cases/<code>/counselling/<id>", data = "<form>")]
async fn change(
    code: Code,
    id: Uuid,
    form: Form<Checked<SessionSent>>,
    mut db: Write<to::AssessCases>,
    language: Language,
) -> Result<Answer<EditPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (user, today, now) = (db.user().clone(), db.today(), db.now());
    let (case, _, person) = match held::begin(&mut db, code, &filled).await? {
        Ok(found) => found,
        Err(before) => return Ok(Answer::To(before)),
    };
    let session = find(&mut db, case.id, id).await?;
    let version = value.as_ref().map_or(0, |sent| sent.session.version);
    let Some(kept) = value.and_then(|sent| sent.session.read(&mut filled, today)) else {
        let page = edit_page(case.code, person, Some(id), filled, language);
        return Ok(Answer::With(Status::UnprocessableEntity, page));
    };
    if session.version != version {
        // Sent once more, it is meant to replace what stands there now.
        let form = filled.put("session.version", session.version.to_string());
        let page = EditPage { now: session.lines(language), ..edit_page(case.code, person, Some(id), form, language) };
        return Ok(Answer::With(Status::Conflict, page));
    }
    if kept.next_on != session.next_on {
        next(&mut db, case.id, &kept).await?;
    }
    let written = (
        counselling_sessions::written_by.eq(user.id),
        counselling_sessions::written_at.eq(now),
        counselling_sessions::version.eq(version.saturating_add(1)),
    );
    let same = counselling_sessions::table.find(id).filter(counselling_sessions::version.eq(version));
    let changed = diesel::update(same).set((kept, written)).execute(&mut *db).await?;
    if changed == 0 {
        return Err(Error::refused(Status::Conflict, "error-page-changed-meanwhile"));
    }
    let location = format!("/cases/{code}/counselling/{id}");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "counselling-kept"))
}
