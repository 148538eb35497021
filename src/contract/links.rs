//! Contracts that may be somebody's: a list of work beside that of suspected duplicates, and the two side by side.

use askama::Template;
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, State, get, post, routes};
use uuid::Uuid;
use validator::Validate;

use super::link_store::{self, Link, Paper, Side, Waiting};
use crate::access::guard::to;
use crate::access::{Read, Seen, Write, decides};
use crate::base::form::{Checked, Choice, Filled, PressAt};
use crate::base::language::{Language, Message};
use crate::base::seal::{Keys, Place, Use};
use crate::base::text::{clean_lines, fold_any_order};
use crate::base::{Error, Result};
use crate::import::contract_store;
use crate::page::{Answer, Page, around, filters};
use crate::person::choices::choices;
use crate::person::document;
use crate::person::pair::{self, DECISIONS};
use crate::vocabulary::List;

pub fn routes() -> Vec<Route> {
    routes![queue, show, decide, take_back]
}

/// Links on one page of the list.
const LINES: i32 = 50;

struct Listed {
    link: Waiting,
    score: i64,
    reasons: Vec<String>,
}

#[derive(Template)]
#[template(path = "contract/links.html")]
struct QueuePage {
    links: Vec<Listed>,
    decided: bool,
    previous: String,
    next: String,
    _seen: Seen,
}

/// Contracts of which nobody said yet whose they are, the likeliest first; or those of which somebody did.
#[get("/contract-links?<decided>&<after>")]
async fn queue(
    decided: Option<bool>,
    after: Option<Uuid>,
    mut db: Read<to::ChangePeople>,
    language: Language,
) -> Result<Page<QueuePage>> {
    let decided = decided.unwrap_or(false);
    let mut links = link_store::waiting(&mut db, decided, after, LINES + 1).await?;
    let more = links.len() > LINES as usize;
    links.truncate(LINES as usize);
    let list = if decided { "/contract-links?decided=true" } else { "/contract-links" };
    let (previous, next) = around(list, after, links.last().filter(|_| more).map(|last| last.id));
    let people: Vec<Uuid> = links.iter().map(|l| l.person).collect();
    let contracts: Vec<Uuid> = links.iter().map(|l| l.contract).collect();
    let listed = |link: Waiting| Listed {
        score: pair::per_cent(link.probability),
        reasons: pair::reasons(&link.reason, &link.reasons, language),
        link,
    };
    let links = links.into_iter().map(listed).collect();
    if !contracts.is_empty() {
        db.note("list", "contract_departures", &contracts).await?;
    }
    let seen = db.listed(&people).await?;
    Ok(Page(QueuePage { links, decided, previous, next, _seen: seen }))
}

/// A line of the comparison.
struct Line {
    label: &'static str,
    contract: Vec<String>,
    person: Vec<String>,
    same: Option<bool>,
}

#[derive(Template)]
#[template(path = "contract/link.html")]
struct LinkPage {
    link: Link,
    score: i64,
    reasons: Vec<String>,
    lines: Vec<Line>,
    form: Filled,
    decisions: Vec<Choice>,
    _seen: Seen,
}

/// The last characters of each number with the kind of paper; and the numbers, to be compared.
fn papers(
    of: &[Paper],
    place: fn(Uuid) -> Place<'static>,
    keys: &Keys,
    language: Language,
) -> Result<(Vec<String>, Vec<String>)> {
    let (mut shown, mut numbers) = (Vec::new(), Vec::new());
    for paper in of {
        let sealed = pair::from_hex(&paper.sealed)?;
        let number = keys.open_sealed(Use::IdentitySeal, &place(paper.id), &sealed)?;
        let kind = language.say(&Message::new(format!("document-kind-{}", paper.kind)));
        shown.push(format!("{kind} {}", document::masked(&number)));
        numbers.push(number);
    }
    Ok((shown, numbers))
}

fn lines(contract: &Side, person: &Side, keys: &Keys, language: Language) -> Result<Vec<Line>> {
    let word = |key: &str| vec![language.say(&Message::new(key.to_owned()))];
    let sex = |side: &Side| side.sex.as_ref().map(|code| word(&format!("sex-{code}"))).unwrap_or_default();
    let text = |text: String| if text.is_empty() { Vec::new() } else { vec![text] };
    let title = |list: List, code: &Option<String>| {
        code.as_ref().map(|code| vec![list.vocabulary().title(code, language)]).unwrap_or_default()
    };
    let both =
        |a: &[String], b: &[String]| (!a.is_empty() && !b.is_empty()).then(|| a.iter().any(|one| b.contains(one)));
    let line = |label, contract: Vec<String>, person: Vec<String>| Line {
        same: both(&contract, &person),
        label,
        contract,
        person,
    };
    let only = |label, contract: Vec<String>| Line { label, contract, person: Vec::new(), same: None };
    let (shown, numbers) = papers(&contract.papers, contract_store::place, keys, language)?;
    let (theirs, others) = papers(&person.papers, document::place, keys, language)?;
    let same_name = fold_any_order(&contract.name) == fold_any_order(&person.name);
    Ok(vec![
        Line { same: Some(same_name), ..line("person-name", text(contract.name.clone()), text(person.name.clone())) },
        line("person-sex", sex(contract), sex(person)),
        line("person-birth", text(contract.born()), text(person.born())),
        Line { same: both(&numbers, &others), ..line("document-title", shown, theirs) },
        Line { same: None, ..line("contact-kind-phone", contract.phones.clone(), person.phones.clone()) },
        line(
            "import-field-province",
            title(List::Provinces, &contract.province),
            title(List::Provinces, &person.province),
        ),
        only("import-field-country", title(List::Countries, &contract.country)),
        only("migration-contract", text(contract.term())),
        only("migration-occupation", title(List::Occupations, &contract.occupation)),
        only("migration-sender", text(contract.sender.clone().unwrap_or_default())),
    ])
}

async fn page(
    mut db: Read<to::ChangePeople>,
    id: Uuid,
    form: Filled,
    keys: &Keys,
    language: Language,
) -> Result<LinkPage> {
    let link = link_store::link(&mut db, id).await?;
    // Both authorities are asked.
    let (user, now) = (db.user(), db.now());
    let ground = link.person.ground(user);
    if !decides(user, &ground, &ground, now) {
        return Err(Error::NotFound);
    }
    let lines = lines(&link.contract, &link.person, keys, language)?;
    db.note("read", "contract_departures", &[link.contract.id]).await?;
    let seen = db.opened(&[link.person.id]).await?;
    Ok(LinkPage {
        score: pair::per_cent(link.probability),
        reasons: pair::reasons(&link.reason, &link.reasons, language),
        lines,
        form,
        decisions: choices(language, "pair-decision", &DECISIONS),
        link,
        _seen: seen,
    })
}

#[get("/contract-links/<id>")]
async fn show(id: Uuid, db: Read<to::ChangePeople>, keys: &State<Keys>, language: Language) -> Result<Page<LinkPage>> {
    Ok(Page(page(db, id, Filled::blank(), keys, language).await?))
}

#[derive(FromForm, Validate)]
struct DecisionForm {
    #[validate(length(max = 1000, code = "too-long"))]
    #[field(default = String::new())]
    note: String,
    #[field(default = 0)]
    version: i32,
}

#[post("/contract-links/<id>/decision", data = "<form>")]
async fn decide(
    id: Uuid,
    form: Form<Checked<DecisionForm>>,
    mut db: Write<to::ChangePeople>,
    keys: &State<Keys>,
    language: Language,
) -> Result<Answer<LinkPage>> {
    let Checked { value, mut filled } = form.into_inner();
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let decision = DECISIONS.into_iter().find(|d| *d == filled.value("decision"));
    if decision.is_none() {
        filled.push("decision", "error-choice");
    }
    let (Some(typed), Some(decision)) = (value, decision) else {
        let page = page(db.instead().await?, id, filled, keys, language).await?;
        return Ok(Answer::With(Status::UnprocessableEntity, page));
    };
    let note = Some(clean_lines(&typed.note)).filter(|note| !note.is_empty());
    said(link_store::decide(&mut db, id, Some(decision), note.as_deref(), typed.version).await?)?;
    db.done(filled.submission(), "/contract-links").await?;
    Ok(Answer::Told("/contract-links".into(), "contract-link-decided"))
}

fn said(answer: String) -> Result<()> {
    match answer.as_str() {
        "done" => Ok(()),
        "before" => Err(Error::refused(Status::Conflict, "error-page-changed-meanwhile")),
        "taken" => Err(Error::refused(Status::Conflict, "error-page-contract-taken")),
        _ => Err(Error::NotFound),
    }
}

/// What was said, by somebody or by the number, is taken back: the contract waits again.
#[post("/contract-links/<id>/decision/withdrawal", data = "<form>")]
async fn take_back(
    id: Uuid,
    form: Form<Checked<PressAt>>,
    mut db: Write<to::ChangePeople>,
) -> Result<Answer<LinkPage>> {
    let Checked { value, filled } = form.into_inner();
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let version = value.map_or(0, |typed| typed.version);
    said(link_store::decide(&mut db, id, None, None, version).await?)?;
    let location = format!("/contract-links/{id}");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "contract-link-taken-back"))
}
