//! The assessments of a case, and one as it was concluded.

use askama::Template;
use rocket::{Route, get, routes};
use time::OffsetDateTime;
use uuid::Uuid;

use super::store;
use super::{Assessment, Given};
use crate::access::guard::to;
use crate::access::{Permission, Read, Seen, may};
use crate::base::code::Code;
use crate::base::language::{Language, Message};
use crate::base::{Error, Result};
use crate::case::{Case, store as cases};
use crate::instrument::store as instruments;
use crate::instrument::{Factor, Instrument, PRIORITY, findings};
use crate::page::{Page, filters};
use crate::person::Person;

pub fn routes() -> Vec<Route> {
    routes![index, show]
}

/// The case, if the user may open it.
pub(super) async fn opened<P>(db: &mut Read<P>, code: Code) -> Result<(Case, Person)> {
    let (user, now) = (db.user().clone(), db.now());
    let (case, _, person) = cases::find(db, code).await?;
    let ground = cases::ground(db, &user, &case, &person).await?;
    if may(&user, Permission::AssessCases, Some(&ground), now) { Ok((case, person)) } else { Err(Error::NotFound) }
}

/// A questionnaire and where it stands.
struct Kind {
    code: String,
    title: String,
    about: String,
    /// One is being answered: so many of its questions are.
    begun: bool,
    answers: i64,
    of: usize,
}

/// One that was concluded.
struct Past {
    id: Uuid,
    title: String,
    at: OffsetDateTime,
    priority: Option<String>,
}

#[derive(Template)]
#[template(path = "case/assessments.html")]
struct IndexPage {
    case: Case,
    person: Person,
    kinds: Vec<Kind>,
    past: Vec<Past>,
    may_change: bool,
    _seen: Seen,
}

#[get("/cases/<code>/assessments")]
async fn index(code: Code, mut db: Read<to::AssessCases>, language: Language) -> Result<Page<IndexPage>> {
    let (case, person) = opened(&mut db, code).await?;
    let (user, today) = (db.user().clone(), db.today());
    let asked = instruments::current(&mut db, today).await?;
    let all = store::of_case(&mut db, case.id).await?;
    let mut kinds = Vec::new();
    for current in asked {
        let draft = all.iter().find(|(a, _)| a.instrument == current.code && a.concluded_at.is_none());
        let of = match draft {
            Some((a, _)) if a.instrument_version != current.version => {
                instruments::find(&mut db, &a.instrument, a.instrument_version).await?
            }
            _ => current,
        };
        kinds.push(Kind {
            title: of.title.say(language).to_owned(),
            about: of.about.say(language).to_owned(),
            begun: draft.is_some(),
            answers: draft.map_or(0, |(_, answers)| *answers),
            of: of.items().count(),
            code: of.code,
        });
    }
    let title = |kind: &str| kinds.iter().find(|k| k.code == kind).map(|k| k.title.clone()).unwrap_or_default();
    let past = all
        .into_iter()
        .filter_map(|(a, _)| {
            Some(Past { id: a.id, title: title(&a.instrument), at: a.concluded_at?, priority: a.priority })
        })
        .collect();
    let seen = db.opened(&[person.id, case.id]).await?;
    let may_change = case.holder_id == user.organisation && !case.is_closed() && user.may(Permission::ChangeCases);
    Ok(Page(IndexPage { case, person, kinds, past, may_change, _seen: seen }))
}

/// A factor or need that is there, with its answer where several would count.
struct Found {
    text: String,
    answer: String,
}

/// What was found in one section.
struct FoundIn {
    title: String,
    risks: Vec<Found>,
    protections: Vec<Found>,
    others: Vec<Found>,
    open: usize,
}

#[derive(Template)]
#[template(path = "case/assessment.html")]
struct ShowPage {
    case: Case,
    person: Person,
    assessment: Assessment,
    title: String,
    by: String,
    found: Vec<FoundIn>,
    /// Every question with its answer, under the title of its section.
    asked: Vec<(String, Vec<(String, String)>)>,
    _seen: Seen,
}

/// Names of staff are known within their office only; who answered elsewhere, before the case came here, is somebody.
pub(super) fn by_whom(name: &str, language: Language) -> String {
    if name.is_empty() { language.say(&Message::new("assessment-elsewhere")) } else { name.to_owned() }
}

/// What was answered, in words.
pub(super) fn in_words(of: &Instrument, code: &str, answer: &str, language: Language) -> String {
    if code == PRIORITY {
        return language.say(&Message::new(format!("urgency-{answer}")));
    }
    let item = of.items().find(|item| item.code == code);
    let chosen = item.and_then(|item| of.chosen(item, answer));
    chosen.map_or(answer, |chosen| chosen.say(language)).to_owned()
}

fn found_in(of: &Instrument, answers: &[Given], language: Language) -> Vec<FoundIn> {
    let answer = |code: &str| answers.iter().find(|a| a.item == code).map(|a| a.answer.as_str());
    let found = findings(of, answer).into_iter().map(|finding| {
        let pick = |factor: Option<Factor>| {
            let of_factor = finding.stands.iter().filter(move |(item, _)| item.factor == factor);
            of_factor
                .map(|(item, chosen)| Found {
                    text: item.text.say(language).to_owned(),
                    answer: if factor.is_none() { chosen.say(language).to_owned() } else { String::new() },
                })
                .collect()
        };
        FoundIn {
            title: finding.section.title.say(language).to_owned(),
            risks: pick(Some(Factor::Risk)),
            protections: pick(Some(Factor::Protective)),
            others: pick(None),
            open: finding.open,
        }
    });
    found.collect()
}

#[get("/cases/<code>/assessments/<id>")]
async fn show(code: Code, id: Uuid, mut db: Read<to::AssessCases>, language: Language) -> Result<Page<ShowPage>> {
    let (case, person) = opened(&mut db, code).await?;
    let assessment = store::find(&mut db, case.id, id).await?;
    let of = instruments::find(&mut db, &assessment.instrument, assessment.instrument_version).await?;
    let answers = store::answers(&mut db, id).await?;
    let by = match assessment.concluded_by {
        Some(id) => store::who(&mut db, id).await?,
        // Still being answered: that is another page.
        None => return Err(Error::NotFound),
    };
    let said = |code: &str| {
        let given = answers.iter().find(|a| a.item == code && !a.answer.is_empty());
        given.map(|a| in_words(&of, code, &a.answer, language)).unwrap_or_default()
    };
    let asked = of.sections.iter().map(|section| {
        let items = section.items.iter().map(|item| (item.text.say(language).to_owned(), said(&item.code)));
        (section.title.say(language).to_owned(), items.collect())
    });
    let asked = asked.collect();
    let seen = db.opened(&[person.id, case.id]).await?;
    let found = found_in(&of, &answers, language);
    Ok(Page(ShowPage {
        title: of.title.say(language).to_owned(),
        by: by_whom(&by, language),
        found,
        asked,
        case,
        person,
        assessment,
        _seen: seen,
    }))
}
