//! Ticking cases, looking through them, and pressing the button.

use askama::Template;
use diesel_async::AsyncPgConnection;
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, State, get, post, routes};
use time::OffsetDateTime;
use uuid::Uuid;
use validator::Validate;

use super::store::{self, Act};
use super::{Chosen, Kind, may_undo, ticked};
use crate::access::guard::to;
use crate::access::store::{organisations, parameter};
use crate::access::{Read, Seen, User, Write};
use crate::base::form::{Checked, Choice, Filled, Press};
use crate::base::language::Message;
use crate::base::settings::Settings;
use crate::base::{Error, Result};
use crate::case::Phase;
use crate::case::duty::store::staff;
use crate::case::handing::{NewOffer, answered, make_offer};
use crate::case::store as cases;
use crate::page::{Answer, Page, filters};

pub fn routes() -> Vec<Route> {
    routes![preview, assign, offer, list, show, undo]
}

#[derive(FromForm, Validate)]
struct BulkForm {
    /// Codes, each with the version that was looked at once there was a page that knew it.
    cases: Vec<String>,
    /// Codes of those that the page shows, ticked or not; empty where it comes from a worklist.
    all: Vec<String>,
    /// `assignment` or `offer`.
    #[field(default = String::new())]
    kind: String,
    #[field(default = String::new())]
    person: String,
    #[field(default = String::new())]
    office: String,
}

impl BulkForm {
    /// The codes of what was ticked.
    fn codes(&self) -> Vec<String> {
        self.cases.iter().map(|value| ticked(value).0.to_owned()).collect()
    }
}

#[derive(Template)]
#[template(path = "case/bulk.html")]
struct BulkPage {
    form: Filled,
    offer: bool,
    choices: Vec<Choice>,
    /// What will be done, and what is left out with the reason.
    done: Vec<Chosen>,
    left: Vec<(Chosen, &'static str)>,
    /// Boxes that were ticked on this page before.
    ticked: Option<Vec<String>>,
    /// Whoever is chosen.
    to: Option<String>,
    _seen: Option<Seen>,
}

impl BulkPage {
    /// Each offer asks for a tick of its own; what is given to a colleague is ticked already.
    fn is_ticked(&self, case: &Chosen) -> bool {
        self.ticked.as_ref().map_or(!self.offer, |ticked| ticked.contains(&case.code))
    }
}

/// What was sent, read: the cases that are the office's, and whoever is to have them.
struct Looked {
    kind: Kind,
    to: Option<Uuid>,
    choices: Vec<Choice>,
    all: Vec<Chosen>,
}

async fn read(
    db: &mut AsyncPgConnection,
    user: &User,
    (sent, cases_sent): (&BulkForm, &[String]),
    kind: Kind,
    filled: &mut Filled,
) -> Result<Looked> {
    let (field, typed) = match kind {
        Kind::Assignment => ("person", &sent.person),
        Kind::Offer => ("office", &sent.office),
    };
    let known = match kind {
        Kind::Assignment => staff(db).await?,
        Kind::Offer => cases::offices(db, user.organisation, None).await?,
    };
    let to = Uuid::parse_str(typed.trim()).ok().filter(|to| known.iter().any(|(id, _)| id == to));
    if to.is_none() {
        filled.push(field, "error-choose");
    }
    let most = parameter(db, "bulk.most").await?;
    if cases_sent.is_empty() {
        filled.push("cases", "error-bulk-none");
    } else if cases_sent.len() as i64 > most {
        filled.push("cases", Message::new("error-bulk-many").with("most", most));
    }
    let some = cases_sent.iter().take(usize::try_from(most).unwrap_or_default());
    let codes: Vec<&str> = some.map(|value| ticked(value).0).collect();
    let all = store::chosen(db, user, &codes, (kind, to)).await?;
    let choices = known.into_iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect();
    Ok(Looked { kind, to, choices, all })
}

async fn page<P>(db: Read<P>, read: Looked, ticked: Option<Vec<String>>, form: Filled) -> Result<BulkPage> {
    let shown: Vec<Uuid> = read.all.iter().map(|case| case.person_id).collect();
    let (mut done, mut left) = (Vec::new(), Vec::new());
    for case in read.all {
        match case.left(read.kind, read.to) {
            Some(why) => left.push((case, why)),
            None => done.push(case),
        }
    }
    let name = |id: Uuid| read.choices.iter().find(|c| c.value == id.to_string()).map(|c| c.text.clone());
    let to = read.to.and_then(name);
    let seen = db.listed(&shown).await?;
    let offer = read.kind == Kind::Offer;
    Ok(BulkPage { form, offer, choices: read.choices, done, left, ticked, to, _seen: Some(seen) })
}

/// Shows what would be done. Nothing is changed.
#[post("/bulk", data = "<form>")]
async fn preview(form: Form<Checked<BulkForm>>, mut db: Read<to::AssignCases>) -> Result<Answer<BulkPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let user = db.user().clone();
    let Some(sent) = value else { return Err(Error::refused(Status::UnprocessableEntity, "error-value")) };
    let kind = if sent.kind == Kind::Offer.code() { Kind::Offer } else { Kind::Assignment };
    let again = !sent.all.is_empty();
    let shown = if again { &sent.all } else { &sent.cases };
    let read = read(&mut db, &user, (&sent, shown), kind, &mut filled).await?;
    let status = if filled.is_wrong() { Status::UnprocessableEntity } else { Status::Ok };
    Ok(Answer::With(status, page(db, read, again.then(|| sent.codes()), filled).await?))
}

/// What is to be done, or the page again with what is wrong and nothing done.
async fn looked_through(
    mut db: Write<to::AssignCases>,
    sent: Option<BulkForm>,
    kind: Kind,
    mut filled: Filled,
) -> Result<std::result::Result<(Write<to::AssignCases>, Uuid, Vec<Chosen>, Filled), Answer<BulkPage>>> {
    let user = db.user().clone();
    let Some(sent) = sent else { return Err(Error::refused(Status::UnprocessableEntity, "error-value")) };
    let read = read(&mut db, &user, (&sent, &sent.cases), kind, &mut filled).await?;
    let version = |case: &Chosen| sent.cases.iter().map(|v| ticked(v)).find(|(code, _)| *code == case.code)?.1;
    // One that went elsewhere or was closed is not there any more; one that changed has another version.
    let changed = read.all.len() < sent.cases.len() || read.all.iter().any(|case| version(case) != Some(case.version));
    let left = read.all.iter().any(|case| case.left(kind, read.to).is_some());
    let mut status = Status::UnprocessableEntity;
    if (changed || left) && !filled.is_wrong() {
        filled.push("cases", "error-bulk-changed");
        status = Status::Conflict;
    }
    match read.to.filter(|_| !filled.is_wrong()) {
        Some(to) => Ok(Ok((db, to, read.all, filled))),
        None => {
            // Everything that stood on the page stands there again, as it is now.
            let mut db = db.instead().await?;
            let all: Vec<&str> = sent.all.iter().map(String::as_str).collect();
            let read = Looked { all: store::chosen(&mut db, &user, &all, (read.kind, read.to)).await?, ..read };
            Ok(Err(Answer::With(status, page(db, read, Some(sent.codes()), filled).await?)))
        }
    }
}

async fn done(
    mut db: Write<to::AssignCases>,
    (kind, to): (Kind, Uuid),
    all: &[Chosen],
    filled: &Filled,
) -> Result<Answer<BulkPage>> {
    let user = db.user().clone();
    let id = store::keep(&mut db, &user, kind, to, all).await?;
    let location = format!("/bulk/{id}");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "bulk-done"))
}

/// Somebody of the office becomes accountable for all of these.
#[post("/bulk/assignments", data = "<form>")]
async fn assign(form: Form<Checked<BulkForm>>, mut db: Write<to::AssignCases>) -> Result<Answer<BulkPage>> {
    let Checked { value, filled } = form.into_inner();
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let (mut db, to, all, filled) = match looked_through(db, value, Kind::Assignment, filled).await? {
        Ok(found) => found,
        Err(page) => return Ok(page),
    };
    for case in &all {
        cases::make_accountable(&mut db, case.id, case.accountable_id, to).await?;
    }
    done(db, (Kind::Assignment, to), &all, &filled).await
}

/// Each of these is offered to the office that its returnee chose; each box says so of one of them (practice 21).
#[post("/bulk/offers", data = "<form>")]
async fn offer(
    form: Form<Checked<BulkForm>>,
    mut db: Write<to::AssignCases>,
    settings: &State<Settings>,
) -> Result<Answer<BulkPage>> {
    let Checked { value, filled } = form.into_inner();
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let (mut db, to, all, filled) = match looked_through(db, value, Kind::Offer, filled).await? {
        Ok(found) => found,
        Err(page) => return Ok(page),
    };
    let (user, now) = (db.user().clone(), db.now());
    for case in &all {
        let new = NewOffer { case: case.id, urgency: &case.urgency, to, unrouted: None, helper: None, note: None };
        make_offer(&mut db, settings, &user, &new, now).await?;
    }
    done(db, (Kind::Offer, to), &all, &filled).await
}

/// An act as its line shows it.
struct Line {
    act: Act,
    to: String,
    by: String,
}

#[derive(Template)]
#[template(path = "case/bulk_list.html")]
struct ListPage {
    lines: Vec<Line>,
}

async fn named(db: &mut AsyncPgConnection, acts: Vec<Act>) -> Result<Vec<Line>> {
    let (people, offices) = (staff(db).await?, organisations(db).await?);
    let name = |list: &[(Uuid, String)], id: Uuid| {
        list.iter().find(|(known, _)| *known == id).map(|(_, name)| name.clone()).unwrap_or_default()
    };
    let line = |act: Act| Line {
        to: act.to_user_id.map_or_else(|| name(&offices, act.to_office_id.unwrap_or_default()), |id| name(&people, id)),
        by: name(&people, act.made_by),
        act,
    };
    Ok(acts.into_iter().map(line).collect())
}

#[get("/bulk")]
async fn list(mut db: Read<to::AssignCases>) -> Result<Page<ListPage>> {
    let user = db.user().clone();
    let acts = store::last(&mut db, &user).await?;
    Ok(Page(ListPage { lines: named(&mut db, acts).await? }))
}

#[derive(Template)]
#[template(path = "case/bulk_show.html")]
struct ShowPage {
    line: Line,
    /// Codes and names of those that are still the office's to see.
    cases: Vec<(String, String)>,
    may_undo: bool,
    _seen: Seen,
}

async fn undoable(db: &mut AsyncPgConnection, act: &Act, now: OffsetDateTime) -> Result<bool> {
    let hours = parameter(db, "bulk.undo-hours").await?;
    Ok(may_undo(act.made_at, act.undone_at, hours, now))
}

#[get("/bulk/<id>")]
async fn show(id: Uuid, mut db: Read<to::AssignCases>) -> Result<Page<ShowPage>> {
    let now = db.now();
    let act = store::find(&mut db, id).await?;
    let may_undo = undoable(&mut db, &act, now).await?;
    let found = store::cases_of(&mut db, id).await?;
    let shown: Vec<Uuid> = found.iter().map(|given| given.person).collect();
    let line = named(&mut db, vec![act]).await?.pop().ok_or(Error::NotFound)?;
    let seen = db.listed(&shown).await?;
    let cases = found.into_iter().map(|given| (given.code, given.name)).collect();
    Ok(Page(ShowPage { line, cases, may_undo, _seen: seen }))
}

/// Gives back what is still as it was left: open cases for which the same person is accountable, offers without an answer.
#[post("/bulk/<id>/undoing", data = "<form>")]
async fn undo(id: Uuid, form: Form<Checked<Press>>, mut db: Write<to::AssignCases>) -> Result<Answer<ShowPage>> {
    let filled = form.into_inner().filled;
    let (user, now) = (db.user().clone(), db.now());
    let act = store::find(&mut db, id).await?;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    if !undoable(&mut db, &act, now).await? || !store::undone(&mut db, &user, id, now).await? {
        return Err(Error::refused(Status::Conflict, "error-bulk-undo"));
    }
    if let Some(office) = act.to_office_id {
        for offer in store::waiting(&mut db, id, office).await? {
            answered(&mut db, offer, "revoke", None).await?;
        }
    } else {
        for given in store::cases_of(&mut db, id).await? {
            let as_left = Some(given.accountable) == act.to_user_id && given.phase != Phase::Closed.code();
            if as_left && cases::may_be_accountable(&mut db, given.case, given.from).await? {
                cases::make_accountable(&mut db, given.case, given.accountable, given.from).await?;
            }
        }
    }
    let location = format!("/bulk/{id}");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "bulk-undone"))
}
