//! Signs of forced labour and trafficking (F4): what somebody told of, whether they are safe now, and what they choose. It is
//! never a verdict: who is a victim is said by competent bodies alone, and nothing here sets a status.
//!
//! The eleven signs of forced labour are the ILO's (Indicators of Forced Labour, 2012); the words are ours. Support is owed to
//! whoever is still being identified (Law 53/2024, article 34).

use askama::Template;
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, State, get, post, routes};
use time::Date;
use uuid::Uuid;
use validator::Validate;

use super::file::Care;
use super::form::{chosen, past_day, several};
use super::protection::{self, Contact};
use super::record::{Content, Signs};
use super::talk::dated;
use super::{held, store};
use crate::access::guard::to;
use crate::access::{Read, Seen, Write};
use crate::base::date::Typed;
use crate::base::form::{Checked, Choice, Filled};
use crate::base::language::Language;
use crate::base::seal::Keys;
use crate::base::{Error, Result};
use crate::page::{Answer, Page, filters};
use crate::person::choices::choices;
use crate::person::form::lines;

pub fn routes() -> Vec<Route> {
    routes![ask, keep, shown]
}

/// The ILO's eleven.
pub const LABOUR: [&str; 11] = [
    "vulnerability",
    "deception",
    "movement",
    "isolation",
    "violence",
    "threats",
    "documents",
    "wages",
    "debt",
    "conditions",
    "overtime",
];
/// Of trafficking, besides (domain 3.9): the act, the means, and that of a child no means is asked.
pub const TRAFFICKING: [&str; 5] = ["recruited", "moved", "sold", "sexual", "child"];
pub const SAFE: [&str; 3] = ["yes", "no", "unsure"];
/// To whom somebody may be handed on; each is chosen or not by themselves.
pub const BODIES: [&str; 7] = ["hotline", "commune", "police", "mission", "shelter", "legal-aid", "medical"];
pub const CHOICES: [&str; 4] = ["now", "later", "no", "not-asked"];
/// The only grounds on which somebody is told without the adult's choice (practice 16).
pub const GROUNDS: [&str; 3] = ["danger", "child", "duty"];

#[derive(Template)]
#[template(path = "psychosocial/signs.html")]
struct AskPage {
    care: Care,
    form: Filled,
    labour: Vec<Choice>,
    trafficking: Vec<Choice>,
    safe: Vec<Choice>,
    /// Each body with its field and its name.
    bodies: Vec<(String, Choice)>,
    choices: Vec<Choice>,
    grounds: Vec<Choice>,
    _seen: Option<Seen>,
}

fn page(care: Care, form: Filled, language: Language, seen: Option<Seen>) -> AskPage {
    let bodies = choices(language, "signs-body", &BODIES);
    AskPage {
        care,
        form,
        labour: choices(language, "signs-labour", &LABOUR),
        trafficking: choices(language, "signs-trafficking", &TRAFFICKING),
        safe: choices(language, "signs-safe", &SAFE),
        bodies: bodies.into_iter().map(|body| (format!("choice.{}", body.value), body)).collect(),
        choices: choices(language, "signs-choice", &CHOICES),
        grounds: choices(language, "signs-ground", &GROUNDS),
        _seen: seen,
    }
}

#[get("/private/<id>/checklist")]
async fn ask(id: Uuid, mut db: Read<to::ProvideCare>, keys: &State<Keys>, language: Language) -> Result<Page<AskPage>> {
    let (user, today, now) = (db.user().clone(), db.today(), db.now());
    let care = held::to_write(&mut db, keys, &user, id, now).await?;
    let mut form = dated(Filled::blank(), "signs.on", today);
    for body in BODIES {
        form = form.put(&format!("choice.{body}"), "not-asked");
    }
    let seen = held::seen(db, &care).await?;
    Ok(Page(page(care, form, language, Some(seen))))
}

#[derive(FromForm, Validate)]
struct SignsForm {
    on: Typed,
    #[field(default = String::new())]
    safe: String,
    #[field(default = Vec::new())]
    labour: Vec<String>,
    #[field(default = Vec::new())]
    trafficking: Vec<String>,
    /// Threatened or coerced: evidence that protects, kept with the rest.
    #[field(default = false)]
    coerced: bool,
    #[validate(length(max = 6000, code = "too-long"))]
    #[field(default = String::new())]
    words: String,
    #[field(default = false)]
    told: bool,
    #[field(default = String::new())]
    ground: String,
    #[validate(length(max = 1000, code = "too-long"))]
    #[field(default = String::new())]
    because: String,
}

#[derive(FromForm, Validate)]
struct SignsSent {
    #[validate(nested)]
    signs: SignsForm,
}

impl SignsForm {
    fn read(&self, filled: &mut Filled, today: Date) -> Option<Signs> {
        let on = past_day(filled, "signs.on", &self.on, today);
        let safe = chosen(filled, "signs.safe", &self.safe, &SAFE);
        let labour = several(filled, "signs.labour", &self.labour, &LABOUR);
        let trafficking = several(filled, "signs.trafficking", &self.trafficking, &TRAFFICKING);
        let mut chose = Vec::new();
        for body in BODIES {
            let field = format!("choice.{body}");
            let typed = filled.value(&field).to_owned();
            if let Some(choice) = chosen(filled, &field, &typed, &CHOICES).filter(|choice| choice != "not-asked") {
                chose.push((body.to_owned(), choice));
            }
        }
        // An adult chooses after hearing what cannot be kept between them (practice 16).
        if !chose.is_empty() && !self.told {
            filled.push("signs.told", "error-care-told");
        }
        let ground = match self.ground.trim() {
            "" => None,
            typed => chosen(filled, "signs.ground", typed, &GROUNDS),
        };
        let because = lines(&self.because);
        if ground.is_some() && because.is_none() {
            filled.push("signs.because", "error-signs-because");
        }
        if ground.is_none() && because.is_some() {
            filled.push("signs.ground", "error-choose");
        }
        let words = lines(&self.words);
        if labour.is_empty() && trafficking.is_empty() && !self.coerced && words.is_none() {
            filled.push("signs.labour", "error-signs-none");
        }
        let signs = Signs {
            on: on?,
            safe: safe?,
            labour,
            trafficking,
            coerced: self.coerced,
            words,
            told: self.told,
            chose,
            without: ground.zip(because),
        };
        Some(signs).filter(|_| !filled.is_wrong())
    }
}

#[post("/private/<id>/checklist", data = "<form>")]
async fn keep(
    id: Uuid,
    form: Form<Checked<SignsSent>>,
    mut db: Write<to::ProvideCare>,
    keys: &State<Keys>,
    language: Language,
) -> Result<Answer<AskPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (user, today) = (db.user().clone(), db.today());
    let care = match held::begin(&mut db, keys, id, &filled).await? {
        Ok(care) => care,
        Err(before) => return Ok(Answer::To(before)),
    };
    let Some(signs) = value.and_then(|sent| sent.signs.read(&mut filled, today)) else {
        return Ok(Answer::With(Status::UnprocessableEntity, page(care, filled, language, None)));
    };
    let record = store::write(&mut db, &user, &care, &Content::Signs(signs), None).await?;
    let location = format!("/private/{id}/checklist/{record}");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "care-kept"))
}

#[derive(Template)]
#[template(path = "psychosocial/signs_next.html")]
struct NextPage {
    care: Care,
    signs: Signs,
    /// Whom they chose now.
    now: Vec<Choice>,
    /// Who can be called here, and where they were.
    here: Vec<Contact>,
    there: Vec<Contact>,
    country: Option<String>,
    _seen: Seen,
}

/// What comes next: safety first, then what the returnee chose, with numbers that are still trusted.
#[get("/private/<id>/checklist/<record>")]
async fn shown(
    id: Uuid,
    record: Uuid,
    mut db: Read<to::ProvideCare>,
    keys: &State<Keys>,
    language: Language,
) -> Result<Page<NextPage>> {
    let (user, today, now) = (db.user().clone(), db.today(), db.now());
    let care = held::to_write(&mut db, keys, &user, id, now).await?;
    let Content::Signs(signs) = store::find(&mut db, &care, record).await?.content else {
        return Err(Error::NotFound);
    };
    let trusted = |all: Vec<Contact>| all.into_iter().filter(|one| one.is_valid(today)).collect::<Vec<_>>();
    let here = trusted(protection::of_country(&mut db, "VN", today).await?);
    let country = care.head.country.clone().filter(|code| code != "VN");
    let there = match &country {
        Some(code) => trusted(protection::of_country(&mut db, code, today).await?),
        None => Vec::new(),
    };
    let now: Vec<&str> =
        signs.chose.iter().filter(|(_, choice)| choice == "now").map(|(body, _)| body.as_str()).collect();
    let now = choices(language, "signs-body", &now);
    let seen = held::seen(db, &care).await?;
    Ok(Page(NextPage { care, signs, now, here, there, country, _seen: seen }))
}
