//! What is done towards the goals of a draft: which help, who sees to it, by when, at what cost.

use askama::Template;
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use time::Date;
use uuid::Uuid;
use validator::Validate;

use super::goals::{Out, take_out};
use super::pages::{ShowPage, end};
use super::{Intervention, MOST_INTERVENTIONS, RESPONSIBLE, store};
use crate::access::guard::to;
use crate::access::{Read, Seen, Write};
use crate::base::code::Code;
use crate::base::conflict::{Field, compared};
use crate::base::date::{Precision, Typed};
use crate::base::form::{Checked, Choice, Difference, Filled, PressAt};
use crate::base::language::Language;
use crate::base::{Error, Result, money};
use crate::case::assistance::{CODES, is_private};
use crate::case::provider::{Provider, store as providers};
use crate::case::work::ahead;
use crate::case::{held, store as cases};
use crate::page::{Answer, Page, filters};
use crate::person::choices::choices;
use crate::person::form::{one_of, text};

pub fn routes() -> Vec<Route> {
    routes![new, add, edit, change, remove]
}

/// Entries of the directory as choices: each says what it does, since the kind is chosen on the same page.
pub fn as_choices(offered: &[Provider], language: Language) -> Vec<Choice> {
    let kinds = |provider: &Provider| {
        let codes: Vec<&str> = provider.kinds.iter().map(String::as_str).collect();
        choices(language, "service", &codes).into_iter().map(|kind| kind.text).collect::<Vec<_>>().join(", ")
    };
    offered.iter().map(|p| Choice::new(p.id.to_string(), format!("{} ({})", p.name, kinds(p)))).collect()
}

/// The entry that was chosen, if it does this kind of help. One that holds no more is not offered, wherever it stands.
pub fn listed(filled: &mut Filled, name: &str, typed: &str, offered: &[Provider], kind: Option<&str>) -> Option<Uuid> {
    let id = one_of(filled, name, typed, |c| offered.iter().any(|p| p.id.to_string() == c))?;
    let chosen = offered.iter().find(|p| p.id.to_string() == id)?;
    if kind.is_some_and(|kind| !chosen.does(kind)) {
        filled.push(name, "error-provider-kind");
        return None;
    }
    Some(chosen.id)
}

#[derive(Template)]
#[template(path = "case/plan_intervention.html")]
struct InterventionPage {
    code: String,
    name: String,
    goal: String,
    goal_id: Uuid,
    /// Nothing for a new one.
    id: Option<Uuid>,
    form: Filled,
    kinds: Vec<Choice>,
    responsible: Vec<Choice>,
    providers: Vec<Choice>,
    conflict: Vec<Difference>,
    _seen: Option<Seen>,
}

/// What was sent, and comes back.
enum Back {
    Wrong(Filled),
    /// Typed over a plan that somebody changed meanwhile, under this goal.
    Stale(Filled, Uuid),
}

/// Which intervention a page is about: one to be added under a goal, or one that is there.
#[derive(Clone, Copy)]
enum Which {
    NewUnder(Uuid),
    There(Uuid),
}

async fn page<P>(
    mut db: Read<P>,
    code: Code,
    which: Which,
    back: Option<Back>,
    language: Language,
) -> Result<InterventionPage> {
    let today = db.today();
    let (case, _, person) = cases::find(&mut db, code).await?;
    held::open_and_held(&case, db.user())?;
    let draft = store::draft(&mut db, case.id).await?;
    let (goals, interventions) = store::content(&mut db, draft.id).await?;
    let known = match which {
        Which::NewUnder(_) => None,
        Which::There(id) => interventions.into_iter().find(|i| i.id == id),
    };
    let wanted = match (which, &known, &back) {
        (Which::NewUnder(goal), ..) => goal,
        (_, Some(known), _) => known.goal_id,
        (_, None, Some(Back::Stale(_, goal))) => *goal,
        _ => return Err(Error::NotFound),
    };
    // Where the goal itself was taken out meanwhile, what was typed is offered under the first that is left.
    let stale = matches!(back, Some(Back::Stale(..)));
    let goal = goals.iter().find(|goal| goal.id == wanted).or_else(|| goals.first().filter(|_| stale));
    let goal = goal.ok_or(Error::NotFound)?;
    let offered = as_choices(&providers::offered(&mut db, case.holder_id, person.id, today).await?, language);
    let (kinds, responsible) = (choices(language, "service", &CODES), choices(language, "plan-by", &RESPONSIBLE));
    let mut conflict = Vec::new();
    let form = match (back, &known) {
        (Some(Back::Wrong(form)), _) => form,
        (Some(Back::Stale(mut form, _)), Some(known)) => {
            form.push("part.kind", "error-plan-changed");
            let fields = [
                Field::new("part.kind", "plan-part-kind", &kinds),
                Field::new("part.what", "plan-part-what", &[]),
                Field::new("part.due", "plan-part-due", &[]),
                Field::new("part.cost", "plan-part-cost", &[]),
                Field::new("part.responsible", "plan-part-responsible", &responsible),
                Field::new("part.listed", "service-listed", &offered),
                Field::new("part.provider", "service-provider", &[]),
            ];
            (_, conflict) = compared(&fields, (None, &filled_from(known), &form), Filled::blank(), language);
            form
        }
        (Some(Back::Stale(mut form, _)), None) => {
            let gone = matches!(which, Which::There(_)) || goal.id != wanted;
            form.push("part.kind", if gone { "error-plan-part-gone" } else { "error-plan-changed" });
            form
        }
        (None, Some(known)) => filled_from(known),
        (None, None) => Filled::blank(),
    };
    let seen = db.opened(&[person.id, case.id]).await?;
    Ok(InterventionPage {
        code: case.code,
        name: person.name,
        goal: goal.text.clone(),
        goal_id: goal.id,
        id: known.map(|known| known.id),
        form: form.put("version", draft.version.to_string()),
        kinds,
        responsible,
        providers: offered,
        conflict,
        _seen: Some(seen),
    })
}

fn filled_from(known: &Intervention) -> Filled {
    let due = Typed::of(Some(known.due_on), Some(Precision::Day));
    Filled::blank()
        .put("part.kind", &*known.kind)
        .put("part.what", known.what.as_deref().unwrap_or_default())
        .put("part.responsible", &*known.responsible)
        .put("part.listed", known.listed_id.map(|id| id.to_string()).unwrap_or_default())
        .put("part.provider", known.provider.as_deref().unwrap_or_default())
        .put("part.due.day", due.day)
        .put("part.due.month", due.month)
        .put("part.due.year", due.year)
        .put("part.cost", known.cost.map(money::written).unwrap_or_default())
}

#[get("/cases/<code>/plan/goals/<id>/interventions/new")]
async fn new(code: Code, id: Uuid, db: Read<to::ChangeCases>, language: Language) -> Result<Page<InterventionPage>> {
    Ok(Page(page(db, code, Which::NewUnder(id), None, language).await?))
}

#[get("/cases/<code>/plan/interventions/<id>")]
async fn edit(code: Code, id: Uuid, db: Read<to::ChangeCases>, language: Language) -> Result<Page<InterventionPage>> {
    Ok(Page(page(db, code, Which::There(id), None, language).await?))
}

#[derive(FromForm, Validate)]
struct PartForm {
    #[field(default = String::new())]
    kind: String,
    #[validate(length(max = 300, code = "too-long"))]
    #[field(default = String::new())]
    what: String,
    #[field(default = String::new())]
    responsible: String,
    #[field(default = String::new())]
    listed: String,
    #[validate(length(max = 200, code = "too-long"))]
    #[field(default = String::new())]
    provider: String,
    due: Typed,
    #[validate(length(max = 30, code = "too-long"))]
    #[field(default = String::new())]
    cost: String,
}

#[derive(FromForm, Validate)]
struct PartSent {
    #[validate(nested)]
    part: PartForm,
    #[field(default = 0)]
    version: i32,
    /// The goal towards which it was, when the form was shown.
    #[field(default = Uuid::nil())]
    goal: Uuid,
}

/// A day of the plan: as of a service, but one that was agreed before may lie behind.
fn due(filled: &mut Filled, typed: &Typed, before: Option<Date>, today: Date) -> Option<Date> {
    match typed.read() {
        Ok(Some((date, Precision::Day))) if Some(date) == before => before,
        _ => ahead(filled, "part.due", typed, today),
    }
}

impl PartForm {
    /// The intervention, or `None` with what is wrong beside the fields.
    fn read(
        &self,
        filled: &mut Filled,
        goal: Uuid,
        known: Option<&Intervention>,
        offered: &[Provider],
        today: Date,
    ) -> Option<Intervention> {
        let kind = one_of(filled, "part.kind", &self.kind, |c| CODES.contains(&c));
        let responsible = one_of(filled, "part.responsible", &self.responsible, |c| RESPONSIBLE.contains(&c));
        for (field, typed) in [("part.kind", &self.kind), ("part.responsible", &self.responsible)] {
            if typed.trim().is_empty() {
                filled.push(field, "error-choose");
            }
        }
        let what = text(&self.what);
        match (kind.as_deref().is_some_and(is_private), &what) {
            (true, Some(_)) => filled.push("part.what", "error-psychosocial-note"),
            (false, None) => filled.push("part.what", "error-required"),
            _ => {}
        }
        let listed_id = listed(filled, "part.listed", &self.listed, offered, kind.as_deref());
        let provider = text(&self.provider);
        let named = [&self.listed, &self.provider].into_iter().filter(|typed| !typed.trim().is_empty()).count();
        match (responsible.as_deref(), named) {
            (Some("provider"), 0) => filled.push("part.provider", "error-plan-provider"),
            (Some("provider"), 2) => filled.push("part.provider", "error-plan-provider-twice"),
            (Some("returnee" | "us"), 1..) => filled.push("part.responsible", "error-plan-not-provider"),
            _ => {}
        }
        let due_on = due(filled, &self.due, known.map(|known| known.due_on), today);
        let cost = match self.cost.trim() {
            "" => None,
            typed => {
                let amount = money::read(typed);
                if amount.is_none() {
                    filled.push("part.cost", "error-money");
                }
                amount
            }
        };
        let fresh = Uuid::now_v7();
        // Help of another kind is another intervention: what the first became stays what it is.
        let same = known.filter(|known| kind.as_deref() == Some(known.kind.as_str()));
        let read = Intervention {
            id: same.map_or(fresh, |known| known.id),
            goal_id: goal,
            origin_id: same.map_or(fresh, |known| known.origin_id),
            kind: kind?,
            what,
            responsible: responsible?,
            listed_id,
            provider,
            due_on: due_on?,
            cost,
        };
        Some(read).filter(|_| !filled.is_wrong())
    }
}

#[post("/cases/<code>/plan/goals/<id>/interventions", data = "<form>")]
async fn add(
    code: Code,
    id: Uuid,
    form: Form<Checked<PartSent>>,
    mut db: Write<to::ChangeCases>,
    language: Language,
) -> Result<Answer<InterventionPage>> {
    let checked = form.into_inner();
    if let Err(before) = held::begin(&mut db, code, &checked.filled).await? {
        return Ok(Answer::To(before));
    }
    keep(db, code, Which::NewUnder(id), checked, language).await
}

#[post("/cases/<code>/plan/interventions/<id>", data = "<form>")]
async fn change(
    code: Code,
    id: Uuid,
    form: Form<Checked<PartSent>>,
    mut db: Write<to::ChangeCases>,
    language: Language,
) -> Result<Answer<InterventionPage>> {
    let checked = form.into_inner();
    if let Err(before) = held::begin(&mut db, code, &checked.filled).await? {
        return Ok(Answer::To(before));
    }
    keep(db, code, Which::There(id), checked, language).await
}

/// Keeps an intervention, a new one or one that is there.
async fn keep(
    mut db: Write<to::ChangeCases>,
    code: Code,
    which: Which,
    sent: Checked<PartSent>,
    language: Language,
) -> Result<Answer<InterventionPage>> {
    let Checked { value, mut filled } = sent;
    let today = db.today();
    let (case, _, person) = cases::find(&mut db, code).await?;
    let draft = store::draft(&mut db, case.id).await?;
    let (goals, interventions) = store::content(&mut db, draft.id).await?;
    let known = match which {
        Which::NewUnder(_) => None,
        Which::There(id) => interventions.iter().find(|i| i.id == id),
    };
    let version = value.as_ref().map_or(0, |sent| sent.version);
    let goal = match which {
        Which::NewUnder(goal) => Some(goal),
        Which::There(_) => known.map(|known| known.goal_id),
    };
    let Some(goal) = goal.filter(|goal| goals.iter().any(|known| known.id == *goal)) else {
        if version == draft.version {
            return Err(Error::NotFound);
        }
        let under = value.map(|sent| sent.goal).unwrap_or_default();
        let page = page(db.instead().await?, code, which, Some(Back::Stale(filled, under)), language).await?;
        return Ok(Answer::With(Status::Conflict, page));
    };
    let offered = providers::offered(&mut db, case.holder_id, person.id, today).await?;
    let mut read = value.and_then(|sent| sent.part.read(&mut filled, goal, known, &offered, today));
    if known.is_none() && interventions.len() >= MOST_INTERVENTIONS {
        filled.push("part.kind", "error-plan-full");
        read = None;
    }
    let Some(read) = read else {
        let page = page(db.instead().await?, code, which, Some(Back::Wrong(filled)), language).await?;
        return Ok(Answer::With(Status::UnprocessableEntity, page));
    };
    if !store::touch(&mut db, draft.id, version).await? {
        let page = page(db.instead().await?, code, which, Some(Back::Stale(filled, goal)), language).await?;
        return Ok(Answer::With(Status::Conflict, page));
    }
    match known {
        Some(known) if known.id == read.id => store::change_intervention(&mut db, &read).await?,
        known => {
            if let Some(known) = known {
                store::remove_intervention(&mut db, draft.id, known.id).await?;
            }
            store::add_intervention(&mut db, (case.id, draft.id), &read).await?;
        }
    }
    end(db, code, &filled, "plan-part-kept").await
}

/// What it became in an earlier version goes on.
#[post("/cases/<code>/plan/interventions/<id>/removal", data = "<form>")]
async fn remove(
    code: Code,
    id: Uuid,
    form: Form<Checked<PressAt>>,
    db: Write<to::ChangeCases>,
    language: Language,
) -> Result<Answer<ShowPage>> {
    take_out(code, form, db, Out::Intervention(id), language).await
}
