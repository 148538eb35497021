//! The recognitions of a case, and how one is asked for.

use askama::Template;
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use serde_json::json;
use uuid::Uuid;
use validator::Validate;

use super::{HIGHEST, MOST_SKILLS, Recognition, store};
use crate::access::guard::to;
use crate::access::{Permission, Read, Seen, Write};
use crate::base::Result;
use crate::base::code::Code;
use crate::base::event;
use crate::base::form::{Checked, Choice, Filled};
use crate::base::language::{Language, Message};
use crate::case::{Case, held, store as cases};
use crate::page::{Answer, Page, filters};
use crate::person::Person;
use crate::person::form::one_of;
use crate::person::part_form::place;
use crate::skill::{Kind, Skill, store as portfolio};
use crate::vocabulary::List;

pub fn routes() -> Vec<Route> {
    routes![index, new, ask]
}

#[derive(Template)]
#[template(path = "skill/recognitions.html")]
struct IndexPage {
    case: Case,
    person: Person,
    /// With what the occupation is called.
    lines: Vec<(Recognition, String)>,
    may_ask: bool,
    _seen: Seen,
}

#[get("/cases/<code>/recognitions")]
async fn index(code: Code, mut db: Read<to::AssessCases>, language: Language) -> Result<Page<IndexPage>> {
    let user = db.user().clone();
    let (case, _, person) = cases::reached(&mut db, code, Permission::AssessCases).await?;
    let all = store::of_case(&mut db, case.id).await?;
    let titled = |r: Recognition| {
        let title = List::Occupations.vocabulary().title(&r.occupation, language);
        (r, title)
    };
    let may_ask = case.holder_id == user.organisation && !case.is_closed();
    let seen = db.opened(&[person.id, case.id]).await?;
    Ok(Page(IndexPage { case, person, lines: all.into_iter().map(titled).collect(), may_ask, _seen: seen }))
}

#[derive(Template)]
#[template(path = "skill/ask.html")]
struct AskPage {
    code: String,
    person: Person,
    form: Filled,
    levels: Vec<Choice>,
    skills: Vec<Choice>,
    _seen: Option<Seen>,
}

/// The five national levels, in words.
pub fn levels(language: Language, from: i16) -> Vec<Choice> {
    let word = |level: i16| match level {
        0 => language.say(&Message::new("recognition-level-none")),
        level => language.say(&Message::new("recognition-level-n").with("level", i64::from(level))),
    };
    (from..=HIGHEST).map(|level| Choice::new(level.to_string(), word(level))).collect()
}

fn choices(skills: &[Skill], language: Language) -> Vec<Choice> {
    let said = |skill: &Skill| match (skill.group(language), skill.graded(language)) {
        (Some(group), _) if group != skill.title(language) => format!("{} ({group})", skill.title(language)),
        (None, Some(grade)) => format!("{}, {grade}", skill.title(language)),
        _ => skill.title(language),
    };
    skills.iter().map(|skill| Choice::new(skill.id.to_string(), said(skill))).collect()
}

/// The skills of a person that an assessment may be about: languages have tests of their own.
async fn skills(db: &mut diesel_async::AsyncPgConnection, person: Uuid) -> Result<Vec<Skill>> {
    let all = portfolio::of_person(db, person).await?.skills;
    Ok(all.into_iter().map(|(skill, _)| skill).filter(|skill| !skill.is(Kind::Language)).collect())
}

async fn page(mut db: Read<to::AssessCases>, code: Code, form: Option<Filled>, language: Language) -> Result<AskPage> {
    let (case, _, person) = cases::find(&mut db, code).await?;
    held::open_and_held(&case, db.user())?;
    let skills = skills(&mut db, person.id).await?;
    let form = form.unwrap_or_else(|| {
        // The trade that was done longest.
        let longest = skills.iter().filter(|s| s.is(Kind::Trade)).max_by_key(|s| s.months.unwrap_or_default());
        let Some((trade, code)) = longest.and_then(|s| Some((s, s.occupation.as_deref()?))) else {
            return Filled::blank();
        };
        let title = List::Occupations.vocabulary().title(code, language);
        let of = skills.iter().filter(|s| s.occupation == trade.occupation).map(|s| s.id.to_string());
        Filled::blank().put("ask.occupation", title).put("ask.occupation.code", code).put_all("ask.skills", of)
    });
    let (levels, skills) = (levels(language, 1), choices(&skills, language));
    let seen = db.opened(&[person.id, case.id]).await?;
    Ok(AskPage { code: case.code, person, form, levels, skills, _seen: Some(seen) })
}

#[get("/cases/<code>/recognitions/new")]
async fn new(code: Code, db: Read<to::AssessCases>, language: Language) -> Result<Page<AskPage>> {
    Ok(Page(page(db, code, None, language).await?))
}

#[derive(FromForm, Validate)]
struct AskForm {
    #[validate(length(max = 200, code = "too-long"))]
    #[field(default = String::new())]
    occupation: String,
    #[field(default = String::new())]
    level: String,
    #[field(default = Vec::new())]
    skills: Vec<String>,
}

#[derive(FromForm, Validate)]
struct AskSent {
    #[validate(nested)]
    ask: AskForm,
}

#[post("/cases/<code>/recognitions", data = "<form>")]
async fn ask(
    code: Code,
    form: Form<Checked<AskSent>>,
    mut db: Write<to::AssessCases>,
    language: Language,
) -> Result<Answer<AskPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (user, today) = (db.user().clone(), db.today());
    let (case, _, person) = match held::begin(&mut db, code, &filled).await? {
        Ok(found) => found,
        Err(before) => return Ok(Answer::To(before)),
    };
    let known = skills(&mut db, person.id).await?;
    let read = value.and_then(|AskSent { ask }| {
        if ask.occupation.trim().is_empty() {
            filled.push("ask.occupation", "error-required");
        }
        let occupation = place(&mut filled, "ask.occupation", &ask.occupation, List::Occupations, None, today);
        if ask.level.trim().is_empty() {
            filled.push("ask.level", "error-choose");
        }
        let level = one_of(&mut filled, "ask.level", &ask.level, |code| {
            code.parse().is_ok_and(|level: i16| (1..=HIGHEST).contains(&level))
        });
        let of = |id: &String| known.iter().find(|skill| skill.id.to_string() == *id);
        let about: Vec<&Skill> = ask.skills.iter().filter_map(of).collect();
        if about.len() != ask.skills.len() || about.len() > MOST_SKILLS {
            filled.push("ask.skills", "error-recognition-skills");
        } else if !about.iter().any(|skill| skill.is(Kind::Trade)) {
            filled.push("ask.skills", "error-recognition-trade");
        }
        let about: Vec<Uuid> = about.iter().map(|skill| skill.id).collect();
        let level = level.and_then(|level| level.parse().ok());
        Some((occupation?, level?, about)).filter(|_| !filled.is_wrong())
    });
    let Some((occupation, level, about)) = read else {
        let page = page(db.instead().await?, code, Some(filled), language).await?;
        return Ok(Answer::With(Status::UnprocessableEntity, page));
    };
    let id = store::ask(&mut db, user.id, case.id, (&occupation, level), &about).await?;
    event::record(&mut db, "case.recognition-asked", "case", case.id, json!({ "occupation": occupation })).await?;
    let location = format!("/cases/{code}/recognitions/{id}");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "recognition-asked"))
}
