//! A person's returns: listed, shown, changed.

use askama::Template;
use rocket::form::Form;
use rocket::http::Status;
use rocket::{Route, State, get, post, routes};
use time::{Date, OffsetDateTime};
use uuid::Uuid;
use validator::Validate;

use super::choices::ReturnChoices;
use super::conflict::{self, Stands};
use super::contracted;
use super::departure::{self, Departure};
use super::form::ReturnForm;
use super::migration::{Migration, MigrationForm};
use super::rights::{self, Right};
use super::status::{self, Told};
use super::store;
use super::{Episode, FACTS, Notice, REGULARITIES, Timing, notice, timing};
use crate::access::guard::to;
use crate::access::store::parameter;
use crate::access::{Permission, Read, Seen, User, Write, may};
use crate::base::code::Code;
use crate::base::date::{Precision, written};
use crate::base::form::{Checked, Choice, Difference, Filled};
use crate::base::language::Language;
use crate::base::seal::Keys;
use crate::base::{Result, money};
use crate::page::{Answer, Page, filters};
use crate::person::choices::choices;
use crate::person::fact::Said;
use crate::person::form::one_of;
use crate::person::{Person, document, store as people};

pub fn routes() -> Vec<Route> {
    routes![index, show, edit, change]
}

/// A return as the list shows it.
struct Line {
    id: Uuid,
    standing: String,
    day: String,
    country: Option<String>,
    door: String,
    /// The year in whose figures it may count.
    year: Option<i32>,
    registered_at: OffsetDateTime,
}

#[derive(Template)]
#[template(path = "episode/index.html")]
struct IndexPage {
    person: Person,
    episodes: Vec<Line>,
    may_register: bool,
    _seen: Seen,
}

#[get("/people/<code>/returns")]
async fn index(code: Code, mut db: Read<to::ReadPeople>) -> Result<Page<IndexPage>> {
    let person = people::find(&mut db, code).await?;
    let (today, may_register) = (db.today(), db.user().may(Permission::RegisterPeople));
    let episodes = store::of_person(&mut db, person.id).await?;
    let ids: Vec<Uuid> = episodes.iter().map(|e| e.id).collect();
    let left = departure::departures(&mut db, &ids).await?;
    let ended = |e: &Episode| left.iter().any(|d| d.episode_id == e.id && d.is_done());
    let planned = |e: &Episode| e.expected_on.map(|on| (on, Precision::Day));
    let episodes = episodes
        .into_iter()
        .map(|e| Line {
            id: e.id,
            standing: if ended(&e) { "standing-left-again".to_owned() } else { e.standing_key(today) },
            day: e
                .entered()
                .or_else(|| planned(&e))
                .map(|(date, precision)| written(date, precision))
                .unwrap_or_default(),
            year: e.entered_on.map(|on| on.year()),
            country: e.previous_country,
            door: format!("door-{}", e.door),
            registered_at: e.registered_at,
        })
        .collect();
    let seen = db.opened(&[person.id]).await?;
    Ok(Page(IndexPage { person, episodes, may_register, _seen: seen }))
}

/// A fact of a return as the page shows it.
struct Shown {
    label: String,
    /// A country's code, a message key, or text; empty where the fact is missing.
    country: String,
    word: String,
    text: String,
    absence: Option<String>,
    level: Option<String>,
}

fn shown(episode: &Episode, said: &[Said]) -> Vec<Shown> {
    let day = |d: Option<(Date, Precision)>| d.map(|(date, precision)| written(date, precision)).unwrap_or_default();
    let word =
        |prefix: &str, code: &Option<String>| code.as_ref().map(|code| format!("{prefix}-{code}")).unwrap_or_default();
    FACTS
        .into_iter()
        .map(|fact| {
            let said = said.iter().find(|s| s.fact == fact);
            Shown {
                label: format!("return-{}", fact.replace('_', "-")),
                country: episode.previous_country.clone().filter(|_| fact == "previous_country").unwrap_or_default(),
                word: match fact {
                    "wants_help" => word("answer", &episode.wants_help),
                    "voluntary" => word("return-voluntary", &episode.voluntary),
                    "assisted" => word("return-assisted", &episode.assisted),
                    "duration" => word("return-duration", &episode.duration),
                    "reason" => word("return-reason", &episode.reason),
                    _ => String::new(),
                },
                text: match fact {
                    "left" => day(episode.left()),
                    "entered" => day(episode.entered()),
                    _ => String::new(),
                },
                absence: said.and_then(|s| s.absence.clone()),
                level: said.and_then(|s| s.level.clone()),
            }
        })
        .collect()
}

/// What the computed axis and the clock of a return say.
pub struct Clocks {
    pub timing: Timing,
    pub notice: Notice,
}

/// Computes both from what is known.
pub async fn clocks(
    db: &mut diesel_async::AsyncPgConnection,
    episode: &Episode,
    behind: &store::Whole,
    given: Option<Date>,
    today: Date,
) -> Result<Clocks> {
    let within = parameter(db, "return.timing-days").await?;
    let days = parameter(db, "residence-notice.days").await?;
    let channel = behind.channel();
    Ok(Clocks {
        timing: timing(channel, behind.contract_end(), episode.entered(), within),
        notice: notice(channel, episode.entered(), given, days, today),
    })
}

#[derive(Template)]
#[template(path = "episode/show.html")]
pub struct ShowPage {
    person: Person,
    episode: Episode,
    departure: Option<Departure>,
    rights: Vec<Right>,
    facts: Vec<Shown>,
    standing: String,
    expected: String,
    gate: Option<String>,
    timing: Timing,
    notice_key: String,
    notice_day: String,
    notice_shown_as: Option<String>,
    notice_form: Filled,
    shown_as: Vec<Choice>,
    migration: Option<Migration>,
    contracted: Vec<contracted::Fact>,
    contract: (String, String),
    amounts: Vec<(String, String)>,
    /// Status abroad, for whoever was told and their deputy.
    told: Option<Told>,
    may_change: bool,
    _seen: Option<Seen>,
}

/// The page of a return, with a form that came back or a blank one.
pub async fn shown_page<P>(
    mut db: Read<P>,
    code: Code,
    id: Uuid,
    notice_form: Filled,
    keys: &Keys,
    language: Language,
) -> Result<ShowPage> {
    let (user, now) = (db.user().clone(), db.now());
    let today = db.today();
    let person = people::find(&mut db, code).await?;
    let episode = store::find(&mut db, person.id, id).await?;
    let whole = store::whole(&db, episode.id).await?;
    let told = whole.status.as_ref().map(|status| status.open(keys, &user, now)).transpose()?.flatten();
    let departure = departure::departures(&mut db, &[episode.id]).await?.into_iter().next();
    let rights = rights::rights(&mut db, episode.id).await?;
    let gate = match episode.expected_at {
        Some(at) => store::gates(&mut db).await?.into_iter().find(|(id, _)| *id == at).map(|(_, name)| name),
        None => None,
    };
    let ground = people::ground(&mut db, &user, &person).await?;
    let may_change = may(&user, Permission::ChangePeople, Some(&ground), db.now());
    let given = whole.notice.as_ref().map(|(on, _)| *on);
    let Clocks { timing, notice } = clocks(&mut db, &episode, &whole, given, today).await?;
    let day = |date: Option<Date>| date.map(|d| written(d, Precision::Day)).unwrap_or_default();
    let amounts = whole.migration.iter().flat_map(|m| {
        let currency = m.wage_currency.clone().unwrap_or_default();
        m.amounts().into_iter().filter_map(move |(name, amount)| {
            let unit = if name.ends_with("_wage") { currency.clone() } else { "₫".to_owned() };
            Some((format!("migration-{}", name.replace('_', "-")), format!("{} {unit}", money::written(amount?))))
        })
    });
    let page = ShowPage {
        facts: shown(&episode, &whole.said),
        standing: match &departure {
            Some(left) if left.is_done() => "standing-left-again".to_owned(),
            _ => episode.standing_key(today),
        },
        departure,
        rights,
        expected: day(episode.expected_on),
        gate,
        timing,
        notice_day: day(notice.date()),
        // That a day has passed is for the person's own counsellor, on the page of the case (practice 13).
        notice_key: if matches!(notice, Notice::Passed(_)) {
            "notice-due".into()
        } else {
            format!("notice-{}", notice.code())
        },
        notice_shown_as: whole.notice.map(|(_, shown_as)| shown_as),
        notice_form,
        shown_as: choices(language, "shown-as", &document::SHOWN_AS),
        contract: whole.migration.as_ref().map(|m| (day(m.contract_start), day(m.contract_end))).unwrap_or_default(),
        amounts: amounts.collect(),
        contracted: whole.contracted.as_ref().map(|c| c.facts(&episode, whole.migration.as_ref())).unwrap_or_default(),
        migration: whole.migration,
        told,
        may_change,
        episode,
        _seen: None,
        person,
    };
    let seen = db.opened(&[page.person.id]).await?;
    Ok(ShowPage { _seen: Some(seen), ..page })
}

#[get("/people/<code>/returns/<id>")]
async fn show(
    code: Code,
    id: Uuid,
    db: Read<to::ReadPeople>,
    keys: &State<Keys>,
    language: Language,
) -> Result<Page<ShowPage>> {
    Ok(Page(shown_page(db, code, id, Filled::blank(), keys, language).await?))
}

#[derive(Template)]
#[template(path = "episode/edit.html")]
struct EditPage {
    person: Person,
    id: Uuid,
    form: Filled,
    choices: ReturnChoices,
    /// Somebody saved while this was typed.
    conflict: Vec<Difference>,
    /// Somebody else was told of the status abroad, or nobody was: then it may be entered.
    may_tell: bool,
    _seen: Option<Seen>,
}

/// What a helper was told of somebody's status abroad, never asked for (practice 22).
#[derive(rocket::FromForm, Validate)]
struct StatusForm {
    #[field(default = String::new())]
    regularity: String,
    #[field(default = String::new())]
    deputy: String,
}

#[derive(rocket::FromForm, Validate)]
struct EditForm {
    #[validate(nested)]
    r#return: ReturnForm,
    #[validate(nested)]
    migration: MigrationForm,
    #[validate(nested)]
    status: StatusForm,
}

#[get("/people/<code>/returns/<id>/edit")]
async fn edit(
    code: Code,
    id: Uuid,
    mut db: Read<to::ChangePeople>,
    keys: &State<Keys>,
    language: Language,
) -> Result<Page<EditPage>> {
    let (user, now) = (db.user().clone(), db.now());
    let person = people::find_to_change(&mut db, &user, code, now).await?;
    let episode = store::find(&mut db, person.id, id).await?;
    let whole = store::whole(&db, id).await?;
    let mut filled = Stands { episode, migration: whole.migration }.filled(&whole.said, language);
    let told = whole.status.map(|status| status.open(keys, &user, now)).transpose()?.flatten();
    if let Some(told) = told.filter(|told| told.mine) {
        filled = filled.put("status.regularity", told.regularity);
        filled = filled.put("status.deputy", told.deputy.map(|id| id.to_string()).unwrap_or_default());
    }
    let choices = offered(&mut db, &user, language).await?;
    let may_tell = user.may(Permission::ReadPrivate);
    let seen = db.opened(&[person.id]).await?;
    Ok(Page(EditPage { person, id, form: filled, choices, conflict: Vec::new(), may_tell, _seen: Some(seen) }))
}

async fn offered(db: &mut diesel_async::AsyncPgConnection, user: &User, language: Language) -> Result<ReturnChoices> {
    Ok(ReturnChoices::new(language, store::gates(db).await?, store::colleagues(db, user).await?))
}

#[post("/people/<code>/returns/<id>", data = "<form>")]
async fn change(
    code: Code,
    id: Uuid,
    form: Form<Checked<EditForm>>,
    mut db: Write<to::ChangePeople>,
    keys: &State<Keys>,
    language: Language,
) -> Result<Answer<EditPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (user, now) = (db.user().clone(), db.now());
    let person = people::find_to_change(&mut db, &user, code, now).await?;
    let episode = store::find(&mut db, person.id, id).await?;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let today = db.today();
    let choices = offered(&mut db, &user, language).await?;
    let known = |list: &[Choice], id: &str| id.is_empty() || list.iter().any(|c| c.value == id);
    let mut read = None;
    if let Some(typed) = &value {
        let returned = typed.r#return.read(&mut filled, today, episode.expected_on);
        let migration = typed.migration.read(&mut filled, today, id);
        let regularity =
            one_of(&mut filled, "status.regularity", &typed.status.regularity, |c| REGULARITIES.contains(&c));
        if !known(&choices.gates, typed.r#return.expected_at.trim()) {
            filled.push("return.expected_at", "error-choice");
        }
        if !known(&choices.colleagues, typed.status.deputy.trim()) {
            filled.push("status.deputy", "error-choice");
        }
        if episode.standing == "returned" && returned.as_ref().is_some_and(|r| r.standing != "returned") {
            filled.push("return.standing", "error-returned-already");
        }
        read = returned.zip(migration).map(|(r, m)| (r, m, regularity)).filter(|_| !filled.is_wrong());
    }
    let may_tell = user.may(Permission::ReadPrivate);
    let (Some(typed), Some((read, behind, regularity))) = (value, read) else {
        let page = EditPage { person, id, form: filled, choices, conflict: Vec::new(), may_tell, _seen: None };
        return Ok(Answer::With(Status::UnprocessableEntity, page));
    };
    let saved = store::change(&mut db, &episode, typed.r#return.version, &read).await?
        && store::keep_migration(&mut db, behind.clone(), typed.migration.version).await?;
    if !saved {
        let versions = (typed.r#return.version, typed.migration.version);
        let mut db = db.instead().await?;
        let whole = store::whole(&db, id).await?;
        let now = Stands { episode: store::find(&mut db, person.id, id).await?, migration: whole.migration };
        let (before, yours) = (now.at(&mut db, versions).await?, now.with(read, behind));
        let (form, conflict) = conflict::differences((&before, &now, &whole.said), &yours, filled, &choices, language);
        let seen = db.opened(&[person.id]).await?;
        let page = EditPage { person, id, form, choices, conflict, may_tell, _seen: Some(seen) };
        return Ok(Answer::With(Status::Conflict, page));
    }
    if may_tell {
        let deputy = Uuid::parse_str(typed.status.deputy.trim()).ok();
        status::keep(&mut db, keys, &user, id, regularity.as_deref(), deputy).await?;
    }
    let location = format!("/people/{code}/returns/{id}");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "return-changed"))
}
