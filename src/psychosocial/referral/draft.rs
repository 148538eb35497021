//! The helper's side of a letter: begun, filled with what this help needs, and shown as it will be read.

use std::collections::BTreeMap;

use askama::Template;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, State, get, post, routes};
use time::{Date, Duration, OffsetDateTime};
use uuid::Uuid;
use validator::Validate;

use super::store::{self, Referral, Step};
use super::{FIELDS, Letter, SERVICES, next, service};
use crate::access::guard::to;
use crate::access::{Read, Seen, User, Write};
use crate::base::date::{Precision, written};
use crate::base::form::{Checked, Choice, Filled};
use crate::base::language::{Language, Message};
use crate::base::seal::Keys;
use crate::base::{Error, Result};
use crate::case::provider::store as providers;
use crate::page::{Answer, Page, filters};
use crate::person::Person;
use crate::person::choices::choices;
use crate::person::form::{lines, text};
use crate::psychosocial::file::{Care, Reach, reached};
use crate::psychosocial::form::chosen;
use crate::psychosocial::record::Lines;
use crate::psychosocial::talk::dated;
use crate::psychosocial::{CONSENT_MODES, held};
use crate::schema::persons;
use crate::vocabulary::List;

pub fn routes() -> Vec<Route> {
    routes![new, begin, show, write]
}

/// How long a consent holds where nothing else is said.
const HOLDS: Duration = Duration::days(90);
/// Entries of the directory among which one is chosen.
const MOST: i64 = 300;

#[derive(Template)]
#[template(path = "psychosocial/letter_new.html")]
struct NewPage {
    care: Care,
    form: Filled,
    services: Vec<Choice>,
    providers: Vec<Choice>,
    _seen: Option<Seen>,
}

async fn listed(db: &mut AsyncPgConnection, today: Date) -> Result<Vec<Choice>> {
    let wanted = providers::Wanted { kind: None, province: None, valid_on: Some(today), after: None };
    let all = providers::list(db, &wanted, MOST).await?;
    let helps = |kinds: &[String]| {
        let of_use =
            ["psychosocial", "family-counselling", "peer-group", "medical", "legal-aid", "housing", "security"];
        kinds.iter().any(|kind| of_use.contains(&kind.as_str()) || kind == "social-protection")
    };
    Ok(all.into_iter().filter(|p| helps(&p.kinds)).map(|p| Choice::new(p.id.to_string(), p.name)).collect())
}

fn services(language: Language) -> Vec<Choice> {
    let codes: Vec<&str> = SERVICES.iter().map(|service| service.code).collect();
    choices(language, "care-service", &codes)
}

#[get("/private/<id>/referrals/new")]
async fn new(id: Uuid, mut db: Read<to::ProvideCare>, keys: &State<Keys>, language: Language) -> Result<Page<NewPage>> {
    let (user, today, now) = (db.user().clone(), db.today(), db.now());
    let care = held::to_write(&mut db, keys, &user, id, now).await?;
    let providers = listed(&mut db, today).await?;
    let seen = held::seen(db, &care).await?;
    Ok(Page(NewPage { care, form: Filled::blank(), services: services(language), providers, _seen: Some(seen) }))
}

#[derive(FromForm, Validate)]
struct NewForm {
    #[field(default = String::new())]
    service: String,
    #[field(default = String::new())]
    provider: String,
}

#[derive(FromForm, Validate)]
struct NewSent {
    #[validate(nested)]
    letter: NewForm,
}

/// What is known of somebody and this help needs, where they are open to the user.
async fn known(
    db: &mut AsyncPgConnection,
    care: &Care,
    of: &super::Service,
    language: Language,
) -> Result<BTreeMap<String, String>> {
    let mut told = BTreeMap::new();
    let person = persons::table.find(care.head.person).select(Person::as_select()).first(db).await.optional()?;
    let Some(person) = person else { return Ok(told) };
    let sex = person.sex.as_ref().map(|code| language.say(&Message::new(format!("sex-{code}"))));
    let speaks = person.language.as_ref().map(|code| List::Languages.vocabulary().title(code, language));
    let facts = [
        ("name", Some(person.name.clone())),
        ("birth-year", person.birth_date.map(|on| on.year().to_string())),
        ("sex", sex),
        ("language", speaks),
    ];
    for (field, value) in facts {
        if let Some(value) = value.filter(|_| of.needs.contains(&field)) {
            told.insert(field.to_owned(), value);
        }
    }
    Ok(told)
}

#[post("/private/<id>/referrals", data = "<form>")]
async fn begin(
    id: Uuid,
    form: Form<Checked<NewSent>>,
    mut db: Write<to::ProvideCare>,
    keys: &State<Keys>,
    language: Language,
) -> Result<Answer<NewPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (user, today) = (db.user().clone(), db.today());
    let care = match held::begin(&mut db, keys, id, &filled).await? {
        Ok(care) => care,
        Err(before) => return Ok(Answer::To(before)),
    };
    let providers = listed(&mut db, today).await?;
    let mut read = None;
    if let Some(NewSent { letter }) = value {
        let codes: Vec<&str> = SERVICES.iter().map(|service| service.code).collect();
        let of = chosen(&mut filled, "letter.service", &letter.service, &codes).and_then(|code| service(&code));
        let ids: Vec<&str> = providers.iter().map(|p| p.value.as_str()).collect();
        let to = chosen(&mut filled, "letter.provider", &letter.provider, &ids);
        read = of.zip(to.and_then(|id| Uuid::parse_str(&id).ok()));
    }
    let Some((of, to)) = read.filter(|_| !filled.is_wrong()) else {
        let page = NewPage { care, form: filled, services: services(language), providers, _seen: None };
        return Ok(Answer::With(Status::UnprocessableEntity, page));
    };
    let provider = providers::find(&mut db, to).await?;
    let office = match provider.organisation_id {
        Some(office) if store::answers(&mut db, office).await? => Some(office),
        _ => None,
    };
    let told = known(&mut db, &care, of, language).await?;
    let letter = Letter { service: of.code.into(), provider: to, to: provider.name, told, agreed: None };
    let referral = store::begin(&mut db, keys, &user, &care, &letter, office, today + HOLDS).await?;
    let location = format!("/private/{id}/referrals/{referral}");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::To(location))
}

/// A field of a draft.
struct Field {
    /// As the form names it.
    name: String,
    label: String,
    needed: bool,
    long: bool,
}

impl Field {
    fn hint(&self) -> &'static str {
        if self.needed { "care-letter-needed" } else { "" }
    }
}

#[derive(Template)]
#[template(path = "psychosocial/letter.html")]
pub struct ShowPage {
    care: Care,
    referral: Referral,
    lines: Lines,
    /// Of a draft: what may be told.
    fields: Vec<Field>,
    /// Of a draft: what must be told and is not yet.
    lacks: Vec<String>,
    steps: Vec<(Step, String)>,
    acts: Vec<Choice>,
    form: Filled,
    modes: Vec<Choice>,
    late: bool,
    _seen: Option<Seen>,
}

pub fn field_name(field: &str) -> String {
    format!("told.{}", field.replace('-', "_"))
}

fn draft_form(referral: &Referral, today: Date) -> Filled {
    let mut form = Filled::blank();
    for (field, value) in &referral.letter.told {
        form = form.put(&field_name(field), value.clone());
    }
    dated(dated(form, "agree.on", today), "agree.until", referral.expires_on)
}

pub async fn page<P>(
    mut db: Read<P>,
    keys: &Keys,
    (id, referral): (Uuid, Uuid),
    form: Option<Filled>,
    language: Language,
) -> Result<ShowPage> {
    let (user, today, now) = (db.user().clone(), db.today(), db.now());
    let care = reached(&mut db, keys, &user, now, id, Reach::Reads).await?;
    let referral = store::find(&mut db, keys, &user, now, &care, referral).await?;
    let steps = store::steps(&mut db, &referral).await?;
    let seen = held::seen(db, &care).await?;
    let writes = care.writes();
    let say = |key: String| language.say(&Message::new(key));
    let label = |field: &str| say(format!("care-letter-{field}"));
    let mut fields = Vec::new();
    if referral.is_draft()
        && writes
        && let Some(of) = referral.letter.service()
    {
        for field in FIELDS.iter().filter(|field| of.tells(field)) {
            let needed = of.needs.contains(field);
            let long = matches!(*field, "summary" | "reach" | "wish");
            fields.push(Field { name: field_name(field), label: format!("care-letter-{field}"), needed, long });
        }
    }
    let acts: Vec<&str> = next(&referral.state).iter().map(|(step, _)| *step).filter(|step| *step != "sent").collect();
    let acts = if writes { choices(language, "care-step", &acts) } else { Vec::new() };
    Ok(ShowPage {
        lines: referral.letter.lines(language),
        lacks: referral.letter.lacks().into_iter().map(label).collect(),
        form: form.unwrap_or_else(|| match referral.is_draft() {
            true => draft_form(&referral, today),
            false => dated(Filled::blank(), "step.on", today),
        }),
        fields,
        steps: steps.into_iter().map(|step| (written(step.on, Precision::Day), step)).map(|(on, s)| (s, on)).collect(),
        acts,
        modes: choices(language, "care-mode", &CONSENT_MODES),
        late: referral.is_late(today),
        care,
        referral,
        _seen: Some(seen),
    })
}

#[get("/private/<id>/referrals/<referral>", rank = 2)]
async fn show(
    id: Uuid,
    referral: Uuid,
    db: Read<to::ReadCases>,
    keys: &State<Keys>,
    language: Language,
) -> Result<Page<ShowPage>> {
    Ok(Page(page(db, keys, (id, referral), None, language).await?))
}

#[derive(FromForm, Validate)]
struct ToldForm {
    #[validate(length(max = 200, code = "too-long"))]
    #[field(default = String::new())]
    called: String,
    #[validate(length(max = 200, code = "too-long"))]
    #[field(default = String::new())]
    name: String,
    #[validate(length(max = 4, code = "too-long"))]
    #[field(default = String::new())]
    birth_year: String,
    #[validate(length(max = 40, code = "too-long"))]
    #[field(default = String::new())]
    sex: String,
    #[validate(length(max = 100, code = "too-long"))]
    #[field(default = String::new())]
    language: String,
    #[validate(length(max = 500, code = "too-long"))]
    #[field(default = String::new())]
    reach: String,
    #[validate(length(max = 200, code = "too-long"))]
    #[field(default = String::new())]
    place: String,
    #[validate(length(max = 500, code = "too-long"))]
    #[field(default = String::new())]
    wish: String,
    #[validate(length(max = 200, code = "too-long"))]
    #[field(default = String::new())]
    children: String,
    #[validate(length(max = 2000, code = "too-long"))]
    #[field(default = String::new())]
    summary: String,
}

#[derive(FromForm, Validate)]
struct ToldSent {
    #[validate(nested)]
    told: ToldForm,
    #[field(default = 0)]
    version: i32,
}

impl ToldForm {
    /// What is typed and this help may know. Anything else is not even kept.
    fn read(&self, filled: &mut Filled, of: &super::Service) -> BTreeMap<String, String> {
        let typed = [
            ("called", text(&self.called)),
            ("name", text(&self.name)),
            ("birth-year", text(&self.birth_year)),
            ("sex", text(&self.sex)),
            ("language", text(&self.language)),
            ("reach", lines(&self.reach)),
            ("place", text(&self.place)),
            ("wish", lines(&self.wish)),
            ("children", text(&self.children)),
            ("summary", lines(&self.summary)),
        ];
        if text(&self.birth_year).is_some_and(|year| year.parse::<i32>().is_err()) {
            filled.push("told.birth_year", "error-value");
        }
        let of_use = typed.into_iter().filter(|(field, _)| of.tells(field));
        of_use.filter_map(|(field, value)| Some((field.to_owned(), value?))).collect()
    }
}

/// The letter of an act in a file, still to be written; what is said otherwise.
pub async fn letter(
    db: &mut Write<to::ProvideCare>,
    keys: &Keys,
    user: &User,
    now: OffsetDateTime,
    care: &Care,
    id: Uuid,
) -> Result<Referral> {
    let referral = store::find(db, keys, user, now, care, id).await?;
    if referral.is_draft() { Ok(referral) } else { Err(Error::refused(Status::Conflict, "error-care-sent")) }
}

#[post("/private/<id>/referrals/<referral>", data = "<form>")]
async fn write(
    id: Uuid,
    referral: Uuid,
    form: Form<Checked<ToldSent>>,
    mut db: Write<to::ProvideCare>,
    keys: &State<Keys>,
    language: Language,
) -> Result<Answer<ShowPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (user, now) = (db.user().clone(), db.now());
    let care = match held::begin(&mut db, keys, id, &filled).await? {
        Ok(care) => care,
        Err(before) => return Ok(Answer::To(before)),
    };
    let of = letter(&mut db, keys, &user, now, &care, referral).await?;
    let mut kept = None;
    if let (Some(sent), Some(service)) = (value, of.letter.service()) {
        kept = Some((sent.told.read(&mut filled, service), sent.version));
    }
    let Some((told, version)) = kept.filter(|_| !filled.is_wrong()) else {
        let page = page(db.instead().await?, keys, (id, referral), Some(filled), language).await?;
        return Ok(Answer::With(Status::UnprocessableEntity, page));
    };
    let letter = Letter { told, ..of.letter.clone() };
    if !store::rewrite(&mut db, &of, &letter, of.expires_on, version).await? {
        return Err(Error::refused(Status::Conflict, "error-page-changed-meanwhile"));
    }
    let location = format!("/private/{id}/referrals/{referral}");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "care-letter-kept"))
}
