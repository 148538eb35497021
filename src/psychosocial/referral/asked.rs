//! The other side of a letter: whoever is asked reads what was sent, and nothing else of anybody, and answers.

use askama::Template;
use rocket::form::Form;
use rocket::http::Status;
use rocket::{Route, State, get, post, routes};
use time::Date;
use uuid::Uuid;

use super::next;
use super::sending::{StepSent, refused};
use super::store::{self, Line, Referral, Step};
use crate::access::guard::to;
use crate::access::{Read, Seen, Write};
use crate::base::Result;
use crate::base::date::{Precision, written};
use crate::base::form::{Checked, Choice, Filled};
use crate::base::language::Language;
use crate::base::seal::Keys;
use crate::base::settings::Settings;
use crate::page::{Answer, Page, filters};
use crate::person::choices::choices;
use crate::psychosocial::record::Lines;
use crate::psychosocial::talk::dated;

pub fn routes() -> Vec<Route> {
    routes![index, show, step]
}

#[derive(Template)]
#[template(path = "psychosocial/letters.html")]
struct IndexPage {
    /// Each with by when it is to be answered, and whether that has passed.
    letters: Vec<(Line, String, bool)>,
    _seen: Seen,
}

#[get("/referrals")]
async fn index(mut db: Read<to::AnswerReferrals>) -> Result<Page<IndexPage>> {
    let (user, today) = (db.user().clone(), db.today());
    let all = store::list(&mut db, &user).await?;
    let ids: Vec<Uuid> = all.iter().map(|line| line.id).collect();
    let line = |line: Line| {
        let waits = matches!(line.state.as_str(), "sent" | "received");
        let by = line.answer_by.filter(|_| waits);
        (by.map(|by| written(by, Precision::Day)).unwrap_or_default(), by.is_some_and(|by| by < today), line)
    };
    let letters = all.into_iter().map(line).map(|(by, late, line)| (line, by, late)).collect();
    let seen = db.rows_shown("care_referrals", &ids, false).await?;
    Ok(Page(IndexPage { letters, _seen: seen }))
}

#[derive(Template)]
#[template(path = "psychosocial/letter_asked.html")]
struct ShowPage {
    referral: Referral,
    lines: Lines,
    steps: Vec<(Step, String)>,
    acts: Vec<Choice>,
    form: Filled,
    _seen: Seen,
}

/// What whoever is asked may say now.
fn acts(state: &str) -> Vec<&'static str> {
    next(state).iter().filter(|(_, theirs)| *theirs).map(|(step, _)| *step).collect()
}

async fn page(
    mut db: Read<to::AnswerReferrals>,
    keys: &Keys,
    id: Uuid,
    form: impl FnOnce(Date) -> Filled,
    language: Language,
) -> Result<ShowPage> {
    let (user, today, now) = (db.user().clone(), db.today(), db.now());
    let referral = store::to_office(&mut db, keys, &user, now, id).await?;
    let steps = store::steps(&mut db, &referral).await?;
    let (seen, _) = db.rows_read(&[("care_referrals", id)], None).await?;
    Ok(ShowPage {
        lines: referral.letter.lines(language),
        steps: steps.into_iter().map(|step| (written(step.on, Precision::Day), step)).map(|(on, s)| (s, on)).collect(),
        acts: choices(language, "care-step", &acts(&referral.state)),
        form: form(today),
        referral,
        _seen: seen,
    })
}

#[get("/referrals/<id>")]
async fn show(
    id: Uuid,
    db: Read<to::AnswerReferrals>,
    keys: &State<Keys>,
    language: Language,
) -> Result<Page<ShowPage>> {
    Ok(Page(page(db, keys, id, |today| dated(Filled::blank(), "step.on", today), language).await?))
}

#[post("/referrals/<id>/steps", data = "<form>")]
async fn step(
    id: Uuid,
    form: Form<Checked<StepSent>>,
    mut db: Write<to::AnswerReferrals>,
    keys: &State<Keys>,
    settings: &State<Settings>,
    language: Language,
) -> Result<Answer<ShowPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (user, today, now) = (db.user().clone(), db.today(), db.now());
    let of = store::to_office(&mut db, keys, &user, now, id).await?;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let since = of.letter.agreed.as_ref().map(|agreed| agreed.on);
    let version = value.as_ref().map_or(0, |sent| sent.version);
    let read = value.and_then(|sent| sent.step.read(&mut filled, &acts(&of.state), since, today));
    if let Some((act, on, words)) = read {
        let said = store::step(&mut db, &of, &act, on, words.as_deref(), version).await?;
        if said == "done" {
            store::tell(&mut db, settings, id, false).await?;
            // What was declined or sent on is not theirs to read any more.
            let over = matches!(act.as_str(), "declined" | "redirected");
            let location = if over { "/referrals".to_owned() } else { format!("/referrals/{id}") };
            db.done(filled.submission(), &location).await?;
            return Ok(Answer::Told(location, "care-answered"));
        }
        refused(&mut filled, &said)?;
    }
    let page = page(db.instead().await?, keys, id, |_| filled, language).await?;
    Ok(Answer::With(Status::UnprocessableEntity, page))
}
