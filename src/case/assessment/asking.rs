//! Asking: a form that keeps what was changed, all of it or one answer, and concludes.

use std::collections::HashMap;

use askama::Template;
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use time::OffsetDateTime;
use validator::Validate;

use super::pages::{by_whom, in_words, opened};
use super::store;
use super::{Assessment, Fate, Given, Wish, fate};
use crate::access::guard::to;
use crate::access::{Read, Seen, Write};
use crate::base::clock::date_in_viet_nam;
use crate::base::code::Code;
use crate::base::date::{Precision, written};
use crate::base::form::{Checked, Choice, Filled};
use crate::base::language::{Language, Message};
use crate::base::{Error, Result};
use crate::case::{Case, URGENCIES, held};
use crate::instrument::store as instruments;
use crate::instrument::{CONCLUSION, Instrument, LONGEST, PRIORITY};
use crate::page::{Answer, Page, filters};
use crate::person::Person;
use crate::person::choices::choices;
use crate::person::form::lines;

pub fn routes() -> Vec<Route> {
    routes![ask, keep]
}

fn day(at: OffsetDateTime) -> String {
    written(date_in_viet_nam(at), Precision::Day)
}

/// A question as the form shows it.
struct Asked {
    code: String,
    text: String,
    is_in_words: bool,
    choices: Vec<Choice>,
    /// What stands in the field, and what was kept when the page was made.
    value: String,
    was: String,
    /// What was said the last time.
    before: String,
}

#[derive(Template)]
#[template(path = "case/questions.html")]
struct QuestionsPage {
    case: Case,
    person: Person,
    kind: String,
    version: i32,
    last: String,
    title: String,
    about: String,
    sections: Vec<(String, Vec<Asked>)>,
    /// What is said of the whole, and how soon somebody must act.
    conclusion: Asked,
    priority: Option<Asked>,
    answered: usize,
    of: usize,
    /// When it was last concluded.
    before_on: Option<String>,
    flags: Vec<String>,
    form: Filled,
    _seen: Option<Seen>,
}

async fn questions<P>(
    mut db: Read<P>,
    code: Code,
    kind: &str,
    form: Filled,
    language: Language,
) -> Result<QuestionsPage> {
    let (user, today) = (db.user().clone(), db.today());
    let (case, person) = opened(&mut db, code).await?;
    held::open_and_held(&case, &user)?;
    let draft = store::draft(&mut db, case.id, kind).await?;
    let of = asked(&mut db, kind, draft.as_ref(), today).await?;
    let kept = match &draft {
        Some(draft) => store::answers(&mut db, draft.id).await?,
        None => Vec::new(),
    };
    let last = store::last(&mut db, case.id, kind).await?;
    let before = match &last {
        Some(last) => {
            let then = instruments::find(&mut db, &last.instrument, last.instrument_version).await?;
            let answers = store::answers(&mut db, last.id).await?;
            answers.into_iter().map(|a| (a.item.clone(), in_words(&then, &a.item, &a.answer, language))).collect()
        }
        None => HashMap::new(),
    };
    let flags = store::flags(&mut db, case.id).await?;
    let seen = db.opened(&[person.id, case.id]).await?;

    let standing = |code: &str| kept.iter().find(|a| a.item == code).map(|a| a.answer.as_str()).unwrap_or_default();
    let ask = |code: &str, text: String, is_in_words: bool, choices: Vec<Choice>| {
        let name = format!("answers.{code}");
        // A form that came back says what was typed.
        let value = if form.is_wrong() && form.has(&name) { form.value(&name) } else { standing(code) };
        Asked {
            value: value.to_owned(),
            was: standing(code).to_owned(),
            before: before.get(code).cloned().unwrap_or_default(),
            code: code.to_owned(),
            text,
            is_in_words,
            choices,
        }
    };
    let sections = of.sections.iter().map(|section| {
        let items = section.items.iter().map(|item| {
            let choices = of.choices(item).iter().map(|c| Choice::new(c.code.clone(), c.say(language))).collect();
            ask(&item.code, item.text.say(language).to_owned(), item.is_in_words(), choices)
        });
        (section.title.say(language).to_owned(), items.collect())
    });
    let sections = sections.collect();
    let word = |key: &'static str| language.say(&Message::new(key));
    let conclusion = ask(CONCLUSION, word("assessment-conclusion"), true, Vec::new());
    let urgencies = choices(language, "urgency", &URGENCIES);
    let priority = of.priority.then(|| ask(PRIORITY, word("assessment-priority"), false, urgencies));
    Ok(QuestionsPage {
        kind: of.code.clone(),
        version: of.version,
        last: last.as_ref().map(|last| last.id.to_string()).unwrap_or_default(),
        title: of.title.say(language).to_owned(),
        about: of.about.say(language).to_owned(),
        answered: of.items().filter(|item| !standing(&item.code).is_empty()).count(),
        of: of.items().count(),
        before_on: last.and_then(|last| last.concluded_at).map(day),
        sections,
        conclusion,
        priority,
        flags,
        case,
        person,
        form,
        _seen: Some(seen),
    })
}

/// What is asked: the version in which it was begun, else today's.
async fn asked(
    db: &mut diesel_async::AsyncPgConnection,
    kind: &str,
    draft: Option<&Assessment>,
    today: time::Date,
) -> Result<Instrument> {
    match draft {
        Some(draft) => instruments::find(db, &draft.instrument, draft.instrument_version).await,
        None => instruments::current(db, today).await?.into_iter().find(|i| i.code == kind).ok_or(Error::NotFound),
    }
}

#[get("/cases/<code>/questions/<kind>")]
async fn ask(code: Code, kind: &str, db: Read<to::AssessCases>, language: Language) -> Result<Page<QuestionsPage>> {
    Ok(Page(questions(db, code, kind, Filled::blank(), language).await?))
}

#[derive(FromForm, Validate)]
struct AnswersForm {
    #[field(default = HashMap::new())]
    answers: HashMap<String, String>,
    /// What each said when the page was made.
    #[field(default = HashMap::new())]
    was: HashMap<String, String>,
    #[field(default = 0)]
    version: i32,
    /// The last one concluded when the page was made: what was asked for this one is not answered to the next.
    #[field(default = String::new())]
    last: String,
    /// `conclude`, `keep`, or `one` where a script keeps a single answer.
    #[field(default = String::new())]
    act: String,
}

/// Reads the answers that were changed, with messages beside those that cannot be kept.
fn read<'a>(
    typed: &'a HashMap<String, (String, String)>,
    of: &'a Instrument,
    kept: &[Given],
    filled: &mut Filled,
    language: Language,
) -> Vec<(&'a str, &'a str)> {
    let codes = of.items().map(|item| item.code.as_str()).chain([CONCLUSION]).chain(of.priority.then_some(PRIORITY));
    let mut changed = Vec::new();
    for code in codes {
        let Some((was, answer)) = typed.get(code) else { continue };
        let name = format!("answers.{code}");
        let fine = match of.items().find(|item| item.code == code) {
            Some(item) => of.takes(item, answer),
            None => code != PRIORITY || answer.is_empty() || URGENCIES.contains(&answer.as_str()),
        };
        if !fine {
            filled.push(&name, "error-choice");
            continue;
        }
        if answer.chars().count() > LONGEST {
            filled.push(&name, Message::new("error-too-long").with("max", LONGEST));
            continue;
        }
        let before = kept.iter().find(|a| a.item == code);
        match fate(before.map(|a| a.answer.as_str()).unwrap_or_default(), Wish { was, answer }) {
            Fate::Nothing => {}
            Fate::Kept => changed.push((code, answer.as_str())),
            Fate::Contested => {
                let said = before.map(|a| in_words(of, code, &a.answer, language)).unwrap_or_default();
                let by = by_whom(before.map(|a| a.by.as_str()).unwrap_or_default(), language);
                filled.push(&name, Message::new("error-answered-meanwhile").with("by", by).with("answer", said));
            }
        }
    }
    changed
}

/// Keeps what was answered, all or one; and concludes, where that is wished.
#[post("/cases/<code>/questions/<kind>", data = "<form>")]
async fn keep(
    code: Code,
    kind: &str,
    form: Form<Checked<AnswersForm>>,
    mut db: Write<to::AssessCases>,
    language: Language,
) -> Result<Answer<QuestionsPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (case, _, _) = match held::begin(&mut db, code, &filled).await? {
        Ok(found) => found,
        Err(before) => return Ok(Answer::To(before)),
    };
    let (user, now, today) = (db.user().clone(), db.now(), db.today());
    let draft = store::draft(&mut db, case.id, kind).await?;
    let of = asked(&mut db, kind, draft.as_ref(), today).await?;
    let Some(AnswersForm { answers, was, version, last, act }) = value else {
        let reading = db.instead().await?;
        return Ok(Answer::With(Status::UnprocessableEntity, questions(reading, code, kind, filled, language).await?));
    };
    let assessment = store::begin(&mut db, &user, case.id, &of).await?;
    let concluded = store::last(&mut db, case.id, kind).await?.map(|last| last.id.to_string()).unwrap_or_default();
    let Some(assessment) = assessment.filter(|_| version == of.version && last == concluded) else {
        filled.push(&format!("answers.{CONCLUSION}"), "error-page-changed-meanwhile");
        let reading = db.instead().await?;
        return Ok(Answer::With(Status::Conflict, questions(reading, code, kind, filled, language).await?));
    };
    let clean = |text: Option<&String>| text.and_then(|text| lines(text)).unwrap_or_default();
    let typed: HashMap<String, (String, String)> =
        answers.iter().map(|(code, answer)| (code.clone(), (clean(was.get(code)), clean(Some(answer))))).collect();
    let kept = store::answers(&mut db, assessment.id).await?;
    let changed = read(&typed, &of, &kept, &mut filled, language);
    // As it will be after this.
    let standing = |code: &str| {
        let before = kept.iter().find(|a| a.item == code).map(|a| a.answer.as_str());
        changed.iter().find(|(of, _)| *of == code).map(|(_, answer)| *answer).or(before).filter(|a| !a.is_empty())
    };
    let concludes = act == "conclude";
    if concludes {
        let words = format!("answers.{CONCLUSION}");
        if !of.items().any(|item| standing(&item.code).is_some()) {
            filled.push(&words, "error-assessment-empty");
        } else if of.priority && standing(CONCLUSION).is_none() {
            filled.push(&words, "error-required");
        }
        if of.priority && standing(PRIORITY).is_none() {
            filled.push(&format!("answers.{PRIORITY}"), "error-choose");
        }
    }
    if filled.is_wrong() {
        let contested = filled.errors().iter().any(|(_, message)| message.key == "error-answered-meanwhile");
        let status = if contested { Status::Conflict } else { Status::UnprocessableEntity };
        let reading = db.instead().await?;
        return Ok(Answer::With(status, questions(reading, code, kind, filled, language).await?));
    }
    for (item, answer) in &changed {
        let before = kept.iter().find(|a| a.item == *item);
        store::answer(&mut db, &user, assessment.id, before, item, answer, now).await?;
    }
    if concludes {
        store::conclude(&mut db, &user, &case, &assessment, standing(CONCLUSION), standing(PRIORITY), now).await?;
    }
    let location =
        if concludes { format!("/cases/{code}/assessments") } else { format!("/cases/{code}/questions/{kind}") };
    db.done(filled.submission(), &location).await?;
    Ok(match act.as_str() {
        "conclude" => Answer::Told(location, "assessment-concluded"),
        "one" => Answer::To(location),
        _ => Answer::Told(location, "assessment-kept"),
    })
}
