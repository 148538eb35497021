//! Changing a person's facts, and what happens when somebody else was faster.

use askama::Template;
use rocket::form::Form;
use rocket::http::Status;
use rocket::{Route, State, get, post, routes};
use validator::Validate;

use super::choices::Choices;
use super::form::{self, Facts, PersonForm};
use super::{FACTS, store};
use crate::access::guard::to;
use crate::access::{Read, Seen, Write};
use crate::base::Result;
use crate::base::code::Code;
use crate::base::date;
use crate::base::form::{Checked, Clash, Difference, Filled, clash};
use crate::base::language::{Language, Message};
use crate::base::seal::Keys;
use crate::page::{Answer, Page, filters};
use crate::vocabulary::List;

pub fn routes() -> Vec<Route> {
    routes![edit, change]
}

#[derive(Template)]
#[template(path = "person/edit.html")]
struct EditPage {
    code: String,
    name: String,
    form: Filled,
    choices: Choices,
    conflict: Vec<Difference>,
    _seen: Option<Seen>,
}

#[derive(rocket::FromForm, Validate)]
struct EditForm {
    #[validate(nested)]
    person: PersonForm,
}

#[get("/people/<code>/edit")]
async fn edit(code: Code, mut db: Read<to::ChangePeople>, language: Language) -> Result<Page<EditPage>> {
    let (user, now) = (db.user().clone(), db.now());
    let person = store::find_to_change(&mut db, &user, code, now).await?;
    let said = store::whole(&db, person.id).await?.said;
    let form = form::filled_from(&person, &said);
    let seen = db.opened(&[person.id]).await?;
    Ok(Page(EditPage {
        code: person.code,
        name: person.name,
        form,
        choices: Choices::new(language),
        conflict: Vec::new(),
        _seen: Some(seen),
    }))
}

#[post("/people/<code>", data = "<form>")]
async fn change(
    code: Code,
    form: Form<Checked<EditForm>>,
    mut db: Write<to::ChangePeople>,
    keys: &State<Keys>,
    language: Language,
) -> Result<Answer<EditPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (user, now) = (db.user().clone(), db.now());
    let person = store::find_to_change(&mut db, &user, code, now).await?;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let today = db.today();
    let facts = value.as_ref().and_then(|typed| typed.person.read(&mut filled, today));
    let (Some(EditForm { person: typed }), Some(facts)) = (value, facts) else {
        let page = EditPage {
            code: person.code,
            name: person.name,
            form: filled,
            choices: Choices::new(language),
            conflict: Vec::new(),
            _seen: None,
        };
        return Ok(Answer::With(Status::UnprocessableEntity, page));
    };
    if !store::change(&mut db, &person, typed.version, &facts).await? {
        return conflict(db, code, typed.version, &facts, filled, language).await;
    }
    store::refresh_keys(&mut db, keys, person.id).await?;
    let location = format!("/people/{code}");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "person-changed"))
}

/// Somebody else saved first: shows what they changed beside what was typed, and changes nothing. Sent again, the
/// form counts against the version shown here.
async fn conflict(
    db: Write<to::ChangePeople>,
    code: Code,
    version: i32,
    yours: &Facts,
    filled: Filled,
    language: Language,
) -> Result<Answer<EditPage>> {
    let mut db = db.instead().await?;
    let now = store::find(&mut db, code).await?;
    let before = store::at_version(&mut db, now.id, version).await?;
    let said = store::whole(&db, now.id).await?.said;
    let current_form = form::filled_from(&now, &said);
    let mut filled = filled;
    let mut conflict = Vec::new();
    for fact in FACTS {
        let old = before.as_ref().map(|row| row_fact(row, fact)).unwrap_or_default();
        let current = now.fact(fact).unwrap_or_default();
        let mut typed = yours.written(fact);
        match clash(&old, &current, &typed) {
            Clash::None => continue,
            Clash::Theirs => {
                filled = carried_over(filled, &current_form, fact);
                typed.clone_from(&current);
            }
            Clash::Both => {}
        }
        conflict.push(Difference {
            label: format!("person-{}", fact.replace('_', "-")),
            before: Some(in_words(fact, &old, language)),
            now: in_words(fact, &current, language),
            yours: in_words(fact, &typed, language),
        });
    }
    let form = filled.put("person.version", now.version.to_string());
    let seen = db.opened(&[now.id]).await?;
    let page =
        EditPage { code: now.code, name: now.name, form, choices: Choices::new(language), conflict, _seen: Some(seen) };
    Ok(Answer::With(Status::Conflict, page))
}

/// Takes a fact's fields over from another form.
fn carried_over(mut filled: Filled, from: &Filled, fact: &str) -> Filled {
    let parts: &[&str] = if fact == "birth" { &[".day", ".month", ".year"] } else { &[""] };
    let values = parts.iter().map(|part| format!("person.{fact}{part}"));
    for name in values.chain(["absence", "level"].map(|of| format!("person.{of}.{fact}"))) {
        filled = filled.put(&name, from.value(&name).to_owned());
    }
    filled
}

/// A fact of an earlier row, as [`Person::fact`] gives it for the present one.
fn row_fact(row: &serde_json::Value, fact: &str) -> String {
    let text = |column: &str| row[column].as_str().unwrap_or_default().to_owned();
    if fact != "birth" {
        return text(fact);
    }
    let date = time::Date::parse(&text("birth_date"), &time::format_description::well_known::Iso8601::DATE).ok();
    match (date, date::Precision::from_code(&text("birth_precision"))) {
        (Some(date), Some(precision)) => date::written(date, precision),
        _ => String::new(),
    }
}

/// A fact's value, as it is kept, in words; a dash for none.
pub(super) fn in_words(fact: &str, value: &str, language: Language) -> String {
    let say = |prefix: &str| language.say(&Message::new(format!("{prefix}-{value}")));
    match fact {
        _ if value.is_empty() => "–".to_owned(),
        "sex" => say("sex"),
        "marital_status" => say("marital"),
        "interpreter" => say("answer"),
        "reads_vietnamese" => say("reads"),
        "ethnic_group" => List::EthnicGroups.vocabulary().title(value, language),
        "education_level" => List::EducationLevels.vocabulary().title(value, language),
        "language" => List::Languages.vocabulary().title(value, language),
        _ => value.to_owned(),
    }
}
