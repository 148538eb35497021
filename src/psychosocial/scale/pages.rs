//! A scale asked, or filled in by the returnee, and what it calls for.

use askama::Template;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, State, get, post, routes};
use time::{Date, Duration};
use uuid::Uuid;
use validator::Validate;

use super::{Answers, Cut, FILLED, POPULATIONS, REFUSED, Scale, advice, all, numbered, safety};
use crate::access::guard::to;
use crate::access::store::parameter;
use crate::access::{Read, Seen, User, Write};
use crate::base::date::Typed;
use crate::base::form::{Checked, Choice, Filled};
use crate::base::language::{Language, Message};
use crate::base::seal::Keys;
use crate::base::settings::Settings;
use crate::base::{Error, Result};
use crate::page::{Answer, Page, filters};
use crate::person::choices::choices;
use crate::psychosocial::file::Care;
use crate::psychosocial::form::{chosen, past_day};
use crate::psychosocial::record::Content;
use crate::psychosocial::talk::dated;
use crate::psychosocial::{held, store};
use crate::schema::{scale_cuts, staff_courses};

pub fn routes() -> Vec<Route> {
    routes![index, ask, answer]
}

/// Whether somebody was taught the scales and it still holds (feature K8).
async fn is_trained(db: &mut AsyncPgConnection, user: &User, today: Date) -> Result<bool> {
    let mine =
        staff_courses::table.filter(staff_courses::user_id.eq(user.id)).filter(staff_courses::topic.eq("scales"));
    let holds = mine.filter(staff_courses::valid_until.is_null().or(staff_courses::valid_until.ge(today)));
    Ok(diesel::select(diesel::dsl::exists(holds)).get_result(db).await?)
}

/// A scale as the list shows it.
struct Offered {
    number: u8,
    code: &'static str,
    /// Only for whoever was taught it, and the user was not.
    closed: bool,
}

#[derive(Template)]
#[template(path = "psychosocial/scales.html")]
struct IndexPage {
    care: Care,
    scales: Vec<Offered>,
    _seen: Seen,
}

#[get("/private/<id>/questions")]
async fn index(id: Uuid, mut db: Read<to::ProvideCare>, keys: &State<Keys>) -> Result<Page<IndexPage>> {
    let (user, today, now) = (db.user().clone(), db.today(), db.now());
    let care = held::to_write(&mut db, keys, &user, id, now).await?;
    let trained = is_trained(&mut db, &user, today).await?;
    let offered =
        |scale: &'static Scale| Offered { number: scale.number, code: &scale.code, closed: scale.trained && !trained };
    let scales = all().iter().map(offered).collect();
    let seen = held::seen(db, &care).await?;
    Ok(Page(IndexPage { care, scales, _seen: seen }))
}

#[derive(Template)]
#[template(path = "psychosocial/scale.html")]
struct AskPage {
    care: Care,
    number: u8,
    lead: String,
    licence: String,
    /// Each with its field and its words.
    items: Vec<(String, String)>,
    answers: Vec<Choice>,
    filled: Vec<Choice>,
    populations: Vec<Choice>,
    /// There is an item that may call for safety at once.
    careful: bool,
    form: Filled,
    _seen: Option<Seen>,
}

fn page(care: Care, scale: &Scale, form: Filled, language: Language, seen: Option<Seen>) -> AskPage {
    let mut answers: Vec<Choice> =
        scale.answers.iter().map(|one| Choice::new(one.points.to_string(), one.say(language))).collect();
    answers.push(Choice::new(REFUSED, language.say(&Message::new("scale-refused"))));
    let items = scale.items.iter().enumerate();
    AskPage {
        number: scale.number,
        lead: scale.lead.say(language).to_owned(),
        licence: scale.licence.clone(),
        items: items
            .map(|(n, words)| (format!("answers.{}", n + 1), format!("{}. {}", n + 1, words.say(language))))
            .collect(),
        answers,
        filled: choices(language, "scale-filled", &FILLED),
        populations: choices(language, "scale-population", &POPULATIONS),
        careful: scale.danger.is_some(),
        care,
        form,
        _seen: seen,
    }
}

/// The scale with this number, for whoever may ask it.
async fn allowed(db: &mut AsyncPgConnection, user: &User, today: Date, number: u8) -> Result<&'static Scale> {
    let scale = numbered(number).ok_or(Error::NotFound)?;
    if scale.trained && !is_trained(db, user, today).await? {
        return Err(Error::refused(Status::Conflict, "error-scale-trained"));
    }
    Ok(scale)
}

#[get("/private/<id>/questions/<number>")]
async fn ask(
    id: Uuid,
    number: u8,
    mut db: Read<to::ProvideCare>,
    keys: &State<Keys>,
    language: Language,
) -> Result<Page<AskPage>> {
    let (user, today, now) = (db.user().clone(), db.today(), db.now());
    let care = held::to_write(&mut db, keys, &user, id, now).await?;
    let scale = allowed(&mut db, &user, today, number).await?;
    let form =
        dated(Filled::blank().put("scale.population", "general").put("scale.filled", "asked"), "scale.on", today);
    let seen = held::seen(db, &care).await?;
    Ok(Page(page(care, scale, form, language, Some(seen))))
}

#[derive(FromForm, Validate)]
struct ScaleForm {
    on: Typed,
    #[field(default = String::new())]
    filled: String,
    #[field(default = String::new())]
    population: String,
    #[field(default = false)]
    agreed: bool,
}

#[derive(FromForm, Validate)]
struct ScaleSent {
    #[validate(nested)]
    scale: ScaleForm,
}

impl ScaleForm {
    /// Each item has an answer, which may be that somebody does not want to: an empty one was forgotten.
    fn read(&self, filled: &mut Filled, scale: &Scale, today: Date) -> Option<Answers> {
        let on = past_day(filled, "scale.on", &self.on, today);
        let by = chosen(filled, "scale.filled", &self.filled, &FILLED);
        let population = chosen(filled, "scale.population", &self.population, &POPULATIONS);
        if !self.agreed {
            filled.push("scale.agreed", "error-scale-agreed");
        }
        let known: Vec<String> =
            scale.answers.iter().map(|one| one.points.to_string()).chain([REFUSED.to_owned()]).collect();
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        let mut points = Vec::with_capacity(scale.items.len());
        for item in 1..=scale.items.len() {
            let field = format!("answers.{item}");
            let typed = filled.value(&field).to_owned();
            let answer = chosen(filled, &field, &typed, &known);
            points.push(answer.and_then(|answer| answer.parse::<u8>().ok()));
        }
        let answers =
            Answers { scale: scale.code.clone(), on: on?, filled: by?, population: population?, points, advice: None };
        Some(answers).filter(|_| !filled.is_wrong())
    }
}

/// The cut-offs of a scale that hold on a day for a population; of the general one where it has none of its own.
async fn cuts(db: &mut AsyncPgConnection, scale: &Scale, population: &str, today: Date) -> Result<Vec<Cut>> {
    let all: Vec<(String, String, String, i32)> = scale_cuts::table
        .filter(scale_cuts::scale.eq(&scale.code))
        .filter(scale_cuts::valid_from.le(today))
        .order(scale_cuts::valid_from.desc())
        .limit(100)
        .select((scale_cuts::part, scale_cuts::population, scale_cuts::advice, scale_cuts::cut))
        .load(db)
        .await?;
    let own = all.iter().any(|(_, of, ..)| of == population);
    let wanted = if own { population } else { "general" };
    let mut kept: Vec<Cut> = Vec::new();
    for (part, _, advice, cut) in all.into_iter().filter(|(_, of, ..)| of == wanted) {
        if !kept.iter().any(|one| one.part == part && one.advice == advice) {
            kept.push(Cut { part, advice, cut });
        }
    }
    Ok(kept)
}

#[post("/private/<id>/questions/<number>", data = "<form>")]
async fn answer(
    id: Uuid,
    number: u8,
    form: Form<Checked<ScaleSent>>,
    mut db: Write<to::ProvideCare>,
    keys: &State<Keys>,
    settings: &State<Settings>,
    language: Language,
) -> Result<Answer<AskPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (user, today, now) = (db.user().clone(), db.today(), db.now());
    let care = match held::begin(&mut db, keys, id, &filled).await? {
        Ok(care) => care,
        Err(before) => return Ok(Answer::To(before)),
    };
    let scale = allowed(&mut db, &user, today, number).await?;
    let read = value.and_then(|sent| sent.scale.read(&mut filled, scale, today));
    let Some(mut answers) = read else {
        return Ok(Answer::With(Status::UnprocessableEntity, page(care, scale, filled, language, None)));
    };
    let cuts = cuts(&mut db, scale, &answers.population, today).await?;
    let said = advice(scale, &answers.points, &cuts);
    answers.advice = said.map(str::to_owned);
    let (danger, alone) = (scale.is_danger(&answers.points), answers.filled == "self");
    let record = store::write(&mut db, &user, &care, &Content::Scale(answers), None).await?;
    if danger {
        // Its own clock, whatever the sum: within so many minutes somebody says what was done.
        let minutes = parameter(&mut db, "care.alarm-minutes").await?;
        let task = store::add_task(&mut db, &care, record, now + Duration::minutes(minutes), true).await?;
        safety::raise(&mut db, settings, task, now + Duration::minutes(minutes)).await?;
        let location = format!("/private/{id}/now/{task}");
        db.done(filled.submission(), &location).await?;
        return Ok(Answer::To(location));
    }
    if alone && said.is_some() {
        // Filled in without anybody beside them: somebody calls the same day (practice 24).
        store::add_task(&mut db, &care, record, store::end_of_work(today).max(now + Duration::HOUR), false).await?;
        return held::end(db, id, &filled, "scale-call").await;
    }
    held::end(db, id, &filled, "care-kept").await
}
