//! A letter goes out with a consent of its own, and is followed until the returnee has said what became of it.

use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, State, post, routes};
use time::{Date, Duration};
use uuid::Uuid;
use validator::Validate;

use super::draft::{ShowPage, field_name, letter, page};
use super::store;
use super::{Agreed, Letter, NEEDS_WORDS, next};
use crate::access::Write;
use crate::access::guard::to;
use crate::base::date::Typed;
use crate::base::form::{Checked, Filled};
use crate::base::language::Language;
use crate::base::seal::Keys;
use crate::base::settings::Settings;
use crate::base::{Error, Result};
use crate::page::Answer;
use crate::person::form::{lines, text};
use crate::person::household::poverty::day;
use crate::psychosocial::form::{chosen, past_day};
use crate::psychosocial::{CONSENT_MODES, held};

pub fn routes() -> Vec<Route> {
    routes![send, step]
}

/// How long a consent holds at most.
const LONGEST: Duration = Duration::days(366);

#[derive(FromForm, Validate)]
struct AgreeForm {
    #[field(default = String::new())]
    mode: String,
    on: Typed,
    #[validate(length(max = 100, code = "too-long"))]
    #[field(default = String::new())]
    language: String,
    until: Typed,
    #[field(default = false)]
    shown: bool,
}

#[derive(FromForm, Validate)]
struct AgreeSent {
    #[validate(nested)]
    agree: AgreeForm,
    #[field(default = 0)]
    version: i32,
}

impl AgreeForm {
    fn read(&self, filled: &mut Filled, today: Date) -> Option<Agreed> {
        let mode = chosen(filled, "agree.mode", &self.mode, &CONSENT_MODES);
        let on = past_day(filled, "agree.on", &self.on, today);
        let language = text(&self.language);
        if language.is_none() {
            filled.push("agree.language", "error-required");
        }
        let until = day(filled, "agree.until", &self.until);
        match until {
            None if filled.error("agree.until").is_none() => filled.push("agree.until", "error-required"),
            Some(until) if until < today || until - today > LONGEST => filled.push("agree.until", "error-care-until"),
            _ => {}
        }
        if !self.shown {
            filled.push("agree.shown", "error-care-shown");
        }
        Some(Agreed { mode: mode?, on: on?, language: language?, until: until? }).filter(|_| !filled.is_wrong())
    }
}

/// Records the consent for this very letter and sends it.
#[post("/private/<id>/referrals/<referral>/sending", data = "<form>")]
async fn send(
    id: Uuid,
    referral: Uuid,
    form: Form<Checked<AgreeSent>>,
    mut db: Write<to::ProvideCare>,
    keys: &State<Keys>,
    settings: &State<Settings>,
    language: Language,
) -> Result<Answer<ShowPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (user, today, now) = (db.user().clone(), db.today(), db.now());
    let care = match held::begin(&mut db, keys, id, &filled).await? {
        Ok(care) => care,
        Err(before) => return Ok(Answer::To(before)),
    };
    let of = letter(&mut db, keys, &user, now, &care, referral).await?;
    if !of.letter.lacks().is_empty() {
        filled.push("agree.shown", "error-care-lacks");
    }
    let version = value.as_ref().map_or(0, |sent| sent.version);
    let Some(agreed) = value.and_then(|sent| sent.agree.read(&mut filled, today)) else {
        // What was typed beside it stands as it was kept.
        for (field, value) in &of.letter.told {
            filled = filled.put(&field_name(field), value.clone());
        }
        let page = page(db.instead().await?, keys, (id, referral), Some(filled), language).await?;
        return Ok(Answer::With(Status::UnprocessableEntity, page));
    };
    let (on, until) = (agreed.on, agreed.until);
    let letter = Letter { agreed: Some(agreed), ..of.letter.clone() };
    let mut said = "version".to_owned();
    if store::rewrite(&mut db, &of, &letter, until, version).await? {
        said = store::step(&mut db, &of, "sent", on.max(today), None, version.saturating_add(1)).await?;
    }
    if said != "done" {
        return Err(Error::refused(Status::Conflict, "error-page-changed-meanwhile"));
    }
    store::tell(&mut db, settings, referral, true).await?;
    let location = format!("/private/{id}/referrals/{referral}");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "care-letter-sent"))
}

#[derive(FromForm, Validate)]
pub struct StepForm {
    #[field(default = String::new())]
    pub act: String,
    pub on: Typed,
    #[validate(length(max = 2000, code = "too-long"))]
    #[field(default = String::new())]
    pub words: String,
}

#[derive(FromForm, Validate)]
pub struct StepSent {
    #[validate(nested)]
    pub step: StepForm,
    #[field(default = 0)]
    pub version: i32,
}

impl StepForm {
    /// An act that may follow, its day, and words where it needs them.
    pub fn read(
        &self,
        filled: &mut Filled,
        known: &[&str],
        since: Option<Date>,
        today: Date,
    ) -> Option<(String, Date, Option<String>)> {
        let act = chosen(filled, "step.act", &self.act, known);
        let on = past_day(filled, "step.on", &self.on, today);
        if on.zip(since).is_some_and(|(on, since)| on < since) {
            filled.push("step.on", "error-care-before");
        }
        let words = lines(&self.words);
        if act.as_deref().is_some_and(|act| NEEDS_WORDS.contains(&act)) && words.is_none() {
            filled.push("step.words", "error-required");
        }
        Some((act?, on?, words)).filter(|_| !filled.is_wrong())
    }
}

/// What was refused, beside the field.
pub fn refused(filled: &mut Filled, said: &str) -> Result<()> {
    match said {
        "too-soon" => filled.push("step.act", "error-care-too-soon"),
        "no-way" => filled.push("step.act", "error-care-no-way"),
        "expired" => filled.push("step.act", "error-care-expired"),
        "version" => return Err(Error::refused(Status::Conflict, "error-page-changed-meanwhile")),
        _ => return Err(Error::NotFound),
    }
    Ok(())
}

#[post("/private/<id>/referrals/<referral>/steps", data = "<form>")]
async fn step(
    id: Uuid,
    referral: Uuid,
    form: Form<Checked<StepSent>>,
    mut db: Write<to::ProvideCare>,
    keys: &State<Keys>,
    settings: &State<Settings>,
    language: Language,
) -> Result<Answer<ShowPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (user, today, now) = (db.user().clone(), db.today(), db.now());
    let care = match held::begin(&mut db, keys, id, &filled).await? {
        Ok(care) => care,
        Err(before) => return Ok(Answer::To(before)),
    };
    let of = store::find(&mut db, keys, &user, now, &care, referral).await?;
    let known: Vec<&str> = next(&of.state).iter().map(|(step, _)| *step).filter(|step| *step != "sent").collect();
    let since = of.letter.agreed.as_ref().map(|agreed| agreed.on);
    let version = value.as_ref().map_or(0, |sent| sent.version);
    let read = value.and_then(|sent| sent.step.read(&mut filled, &known, since, today));
    if let Some((act, on, words)) = read {
        let said = store::step(&mut db, &of, &act, on, words.as_deref(), version).await?;
        if said == "done" {
            if act == "withdrawn" && of.sent_at.is_some() {
                store::tell(&mut db, settings, referral, true).await?;
            }
            let location = format!("/private/{id}/referrals/{referral}");
            db.done(filled.submission(), &location).await?;
            return Ok(Answer::Told(location, "care-kept"));
        }
        refused(&mut filled, &said)?;
    }
    let page = page(db.instead().await?, keys, (id, referral), Some(filled), language).await?;
    Ok(Answer::With(Status::UnprocessableEntity, page))
}
