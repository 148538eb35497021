//! The goals of a draft: said by the returnee, written down in their words.

use askama::Template;
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use uuid::Uuid;
use validator::Validate;

use super::pages::{ShowPage, end, refused};
use super::{Goal, MOST_GOALS, NEUTRAL_LINE, store};
use crate::access::guard::to;
use crate::access::{Read, Seen, Write};
use crate::base::code::Code;
use crate::base::conflict::{Field, compared};
use crate::base::form::{Checked, Choice, Difference, Filled, PressAt};
use crate::base::language::{Language, Message};
use crate::base::{Error, Result};
use crate::case::assistance::Dimension;
use crate::case::{held, store as cases};
use crate::page::{Answer, Page, filters};
use crate::person::choices::choices;
use crate::person::form::{lines, one_of};

pub fn routes() -> Vec<Route> {
    routes![new, add, edit, change, remove]
}

#[derive(Template)]
#[template(path = "case/plan_goal.html")]
struct GoalPage {
    code: String,
    name: String,
    /// Nothing for a new one.
    id: Option<Uuid>,
    form: Filled,
    dimensions: Vec<Choice>,
    conflict: Vec<Difference>,
    _seen: Option<Seen>,
}

/// What was sent, and comes back.
enum Back {
    Wrong(Filled),
    /// Typed over a plan that somebody changed meanwhile.
    Stale(Filled),
}

fn filled_from(goal: &Goal) -> Filled {
    Filled::blank().put("goal.dimension", &*goal.dimension).put("goal.text", &*goal.text)
}

async fn page<P>(
    mut db: Read<P>,
    code: Code,
    id: Option<Uuid>,
    back: Option<Back>,
    language: Language,
) -> Result<GoalPage> {
    let (case, _, person) = cases::find(&mut db, code).await?;
    held::open_and_held(&case, db.user())?;
    let draft = store::draft(&mut db, case.id).await?;
    let (goals, _) = store::content(&mut db, draft.id).await?;
    let known = goals.iter().find(|goal| Some(goal.id) == id).map(filled_from);
    let dimensions = choices(language, "dimension", &Dimension::ALL.map(Dimension::code));
    let mut conflict = Vec::new();
    let form = match (back, &known) {
        (Some(Back::Wrong(form)), _) => form,
        (Some(Back::Stale(mut form)), Some(now)) => {
            form.push("goal.text", "error-plan-changed");
            let fields = [
                Field::new("goal.text", "plan-goal-text", &[]),
                Field::new("goal.dimension", "plan-goal-dimension", &dimensions),
            ];
            (_, conflict) = compared(&fields, (None, now, &form), Filled::blank(), language);
            form
        }
        (Some(Back::Stale(mut form)), None) => {
            form.push("goal.text", if id.is_some() { "error-plan-goal-gone" } else { "error-plan-changed" });
            form
        }
        (None, known) if known.is_some() == id.is_some() => known.clone().unwrap_or_else(Filled::blank),
        (None, _) => return Err(Error::NotFound),
    };
    let form = form.put("version", draft.version.to_string());
    let seen = db.opened(&[person.id, case.id]).await?;
    Ok(GoalPage {
        code: case.code,
        name: person.name,
        // What was taken out meanwhile can be put in again.
        id: id.filter(|_| known.is_some()),
        form,
        dimensions,
        conflict,
        _seen: Some(seen),
    })
}

#[get("/cases/<code>/plan/goals/new")]
async fn new(code: Code, db: Read<to::ChangeCases>, language: Language) -> Result<Page<GoalPage>> {
    Ok(Page(page(db, code, None, None, language).await?))
}

#[get("/cases/<code>/plan/goals/<id>", rank = 2)]
async fn edit(code: Code, id: Uuid, db: Read<to::ChangeCases>, language: Language) -> Result<Page<GoalPage>> {
    Ok(Page(page(db, code, Some(id), None, language).await?))
}

#[derive(FromForm, Validate)]
struct GoalForm {
    #[field(default = String::new())]
    dimension: String,
    #[validate(length(max = 500, code = "too-long"))]
    #[field(default = String::new())]
    text: String,
}

#[derive(FromForm, Validate)]
struct GoalSent {
    #[validate(nested)]
    goal: GoalForm,
    #[field(default = 0)]
    version: i32,
}

impl GoalForm {
    fn read(&self, filled: &mut Filled) -> Option<(String, String)> {
        let dimension = one_of(filled, "goal.dimension", &self.dimension, |c| Dimension::from_code(c).is_some());
        if dimension.is_none() && self.dimension.trim().is_empty() {
            filled.push("goal.dimension", "error-choose");
        }
        let text = lines(&self.text);
        match &text {
            None => filled.push("goal.text", "error-required"),
            Some(text) if dimension.as_deref() == Some("psychosocial") && text.chars().count() > NEUTRAL_LINE => {
                filled.push("goal.text", Message::new("error-plan-neutral-line").with("max", NEUTRAL_LINE as i64));
            }
            Some(_) => {}
        }
        Some((dimension?, text?)).filter(|_| !filled.is_wrong())
    }
}

#[post("/cases/<code>/plan/goals", data = "<form>")]
async fn add(
    code: Code,
    form: Form<Checked<GoalSent>>,
    mut db: Write<to::ChangeCases>,
    language: Language,
) -> Result<Answer<GoalPage>> {
    let checked = form.into_inner();
    let (case, _, _) = match held::begin(&mut db, code, &checked.filled).await? {
        Ok(found) => found,
        Err(before) => return Ok(Answer::To(before)),
    };
    keep(db, (code, case.id), None, checked, language).await
}

#[post("/cases/<code>/plan/goals/<id>", data = "<form>")]
async fn change(
    code: Code,
    id: Uuid,
    form: Form<Checked<GoalSent>>,
    mut db: Write<to::ChangeCases>,
    language: Language,
) -> Result<Answer<GoalPage>> {
    let checked = form.into_inner();
    let (case, _, _) = match held::begin(&mut db, code, &checked.filled).await? {
        Ok(found) => found,
        Err(before) => return Ok(Answer::To(before)),
    };
    keep(db, (code, case.id), Some(id), checked, language).await
}

/// Keeps a goal, a new one or one that is there.
async fn keep(
    mut db: Write<to::ChangeCases>,
    (code, case): (Code, Uuid),
    id: Option<Uuid>,
    sent: Checked<GoalSent>,
    language: Language,
) -> Result<Answer<GoalPage>> {
    let Checked { value, mut filled } = sent;
    let draft = store::draft(&mut db, case).await?;
    let (goals, _) = store::content(&mut db, draft.id).await?;
    let version = value.as_ref().map_or(0, |sent| sent.version);
    if id.is_some_and(|id| !goals.iter().any(|goal| goal.id == id)) {
        if version == draft.version {
            return Err(Error::NotFound);
        }
        let page = page(db.instead().await?, code, id, Some(Back::Stale(filled)), language).await?;
        return Ok(Answer::With(Status::Conflict, page));
    }
    let mut read = value.and_then(|sent| sent.goal.read(&mut filled));
    if id.is_none() && goals.len() >= MOST_GOALS {
        filled.push("goal.text", "error-plan-full");
        read = None;
    }
    let Some((dimension, text)) = read else {
        let page = page(db.instead().await?, code, id, Some(Back::Wrong(filled)), language).await?;
        return Ok(Answer::With(Status::UnprocessableEntity, page));
    };
    if !store::touch(&mut db, draft.id, version).await? {
        let page = page(db.instead().await?, code, id, Some(Back::Stale(filled)), language).await?;
        return Ok(Answer::With(Status::Conflict, page));
    }
    store::keep_goal(&mut db, (case, draft.id), id, &dimension, &text).await?;
    end(db, code, &filled, "plan-goal-kept").await
}

/// What is taken out of a draft.
pub enum Out {
    /// With what was to be done towards it.
    Goal(Uuid),
    Intervention(Uuid),
}

/// Takes it out, if the draft is still at the version that was looked at. Versions in force keep theirs.
pub async fn take_out(
    code: Code,
    form: Form<Checked<PressAt>>,
    mut db: Write<to::ChangeCases>,
    what: Out,
    language: Language,
) -> Result<Answer<ShowPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (case, _, _) = match held::begin(&mut db, code, &filled).await? {
        Ok(found) => found,
        Err(before) => return Ok(Answer::To(before)),
    };
    let draft = store::draft(&mut db, case.id).await?;
    if !store::touch(&mut db, draft.id, value.map_or(0, |sent| sent.version)).await? {
        filled.push("plan", "error-page-changed-meanwhile");
        return refused(db, code, filled, Status::Conflict, language).await;
    }
    let told = match what {
        Out::Goal(id) => {
            store::remove_goal(&mut db, draft.id, id).await?;
            "plan-goal-removed"
        }
        Out::Intervention(id) => {
            store::remove_intervention(&mut db, draft.id, id).await?;
            "plan-part-removed"
        }
    };
    end(db, code, &filled, told).await
}

#[post("/cases/<code>/plan/goals/<id>/removal", data = "<form>")]
async fn remove(
    code: Code,
    id: Uuid,
    form: Form<Checked<PressAt>>,
    db: Write<to::ChangeCases>,
    language: Language,
) -> Result<Answer<ShowPage>> {
    take_out(code, form, db, Out::Goal(id), language).await
}
