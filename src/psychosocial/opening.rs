//! The private files of a case as somebody who works on it sees them: their own, and perhaps that somebody else helps.

use askama::Template;
use diesel::define_sql_function;
use diesel::prelude::*;
use diesel::sql_types::{Binary, Bool, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, State, get, post, routes};
use uuid::Uuid;
use validator::Validate;

use super::CONSENT_MODES;
use super::file::{Reach, place, reached};
use super::form::{chosen, past_day};
use super::pages::{Line, mine};
use super::record::{Consent, Content};
use super::store;
use crate::access::guard::to;
use crate::access::{Permission, Read, Seen, User, Write};
use crate::base::code::Code;
use crate::base::date::Typed;
use crate::base::form::{Checked, Choice, Filled};
use crate::base::language::Language;
use crate::base::seal::Keys;
use crate::base::{Error, Result};
use crate::case::{Case, held as cases_held, store as cases};
use crate::page::{Answer, Page, filters};
use crate::person::Person;
use crate::person::choices::choices;
use crate::person::form::lines;

pub fn routes() -> Vec<Route> {
    routes![of_case, open]
}

/// Why a file may be kept without consent: practice 16.
pub const WITHOUT: [&str; 2] = ["danger", "child"];

define_sql_function! {
    fn open_care(file: SqlUuid, of_case: SqlUuid, shown: Bool, records: Binary, plans: Binary, deputy: Nullable<SqlUuid>) -> Text;
}

#[derive(QueryableByName)]
struct Colleague {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    name: String,
}

/// Those who may be named beside the user for a person.
pub async fn colleagues(db: &mut AsyncPgConnection, person: Uuid) -> Result<Vec<Choice>> {
    let all: Vec<Colleague> =
        diesel::sql_query("SELECT * FROM care_colleagues($1)").bind::<SqlUuid, _>(person).load(db).await?;
    Ok(all.into_iter().map(|one| Choice::new(one.id.to_string(), one.name)).collect())
}

/// Nothing of this is at a counter, whatever somebody's role there.
pub fn provides(user: &User) -> Result<()> {
    if user.provides_care() { Ok(()) } else { Err(Error::NotFound) }
}

#[derive(Template)]
#[template(path = "psychosocial/of_case.html")]
struct CasePage {
    case: Case,
    person: Person,
    files: Vec<Line>,
    elsewhere: bool,
    form: Filled,
    modes: Vec<Choice>,
    colleagues: Vec<Choice>,
    may_open: bool,
    language: Language,
    _seen: Option<Seen>,
}

impl CasePage {
    fn shown(&self) -> Vec<Choice> {
        choices(self.language, "care-shows", &["yes", "no"])
    }
}

async fn page(mut db: Read<to::ProvideCare>, code: Code, form: Filled, language: Language) -> Result<CasePage> {
    let user = db.user().clone();
    provides(&user)?;
    let (case, _, person) = cases::reached(&mut db, code, Permission::ProvideCare).await?;
    let files = mine(&mut db, Some(case.id)).await?;
    let elsewhere = cases::care_elsewhere(&mut db, case.id).await?;
    let colleagues = colleagues(&mut db, person.id).await?;
    let may_open = !case.is_closed() && case.holder_id == user.organisation;
    let mut modes = choices(language, "care-mode", &CONSENT_MODES);
    modes.extend(choices(language, "care-mode", &WITHOUT));
    let seen = db.opened(&[person.id]).await?;
    Ok(CasePage { case, person, files, elsewhere, form, modes, colleagues, may_open, language, _seen: Some(seen) })
}

#[get("/cases/<code>/private")]
async fn of_case(code: Code, db: Read<to::ProvideCare>, language: Language) -> Result<Page<CasePage>> {
    let form = super::talk::dated(Filled::blank(), "open.on", db.today());
    Ok(Page(page(db, code, form, language).await?))
}

#[derive(FromForm, Validate)]
struct OpenForm {
    #[field(default = String::new())]
    mode: String,
    on: Typed,
    #[field(default = false)]
    told: bool,
    #[validate(length(max = 2000, code = "too-long"))]
    #[field(default = String::new())]
    words: String,
    #[field(default = String::new())]
    shows: String,
    #[field(default = String::new())]
    deputy: String,
}

#[derive(FromForm, Validate)]
struct OpenSent {
    #[validate(nested)]
    open: OpenForm,
}

impl OpenForm {
    fn read(&self, filled: &mut Filled, today: time::Date) -> Option<(Consent, bool)> {
        let known: Vec<&str> = CONSENT_MODES.into_iter().chain(WITHOUT).collect();
        let mode = chosen(filled, "open.mode", &self.mode, &known);
        let on = past_day(filled, "open.on", &self.on, today);
        let shows = chosen(filled, "open.shows", &self.shows, &["yes", "no"]);
        let words = lines(&self.words);
        let without = mode.as_deref().is_some_and(|mode| WITHOUT.contains(&mode));
        if without && words.is_none() {
            filled.push("open.words", "error-care-without");
        }
        // Whoever agrees was told before of what is sensitive and what cannot be kept between them (practice 16).
        if mode.is_some() && !without && !self.told {
            filled.push("open.told", "error-care-told");
        }
        let consent = Consent { mode: mode?, on: on?, told: self.told, words };
        Some((consent, shows? == "yes")).filter(|_| !filled.is_wrong())
    }
}

#[post("/cases/<code>/private", data = "<form>")]
async fn open(
    code: Code,
    form: Form<Checked<OpenSent>>,
    mut db: Write<to::ProvideCare>,
    keys: &State<Keys>,
    language: Language,
) -> Result<Answer<CasePage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (user, today, now) = (db.user().clone(), db.today(), db.now());
    provides(&user)?;
    let (case, _, _) = match cases_held::begin(&mut db, code, &filled).await? {
        Ok(found) => found,
        Err(before) => return Ok(Answer::To(before)),
    };
    let deputy = value.as_ref().and_then(|sent| Uuid::parse_str(sent.open.deputy.trim()).ok());
    let read = value.and_then(|sent| sent.open.read(&mut filled, today));
    let Some((consent, shows)) = read else {
        return Ok(Answer::With(Status::UnprocessableEntity, page(db.instead().await?, code, filled, language).await?));
    };
    let id = Uuid::now_v7();
    let (_, records) = keys.new_data_key(&place(id, "record_key"))?;
    let (_, plans) = keys.new_data_key(&place(id, "plan_key"))?;
    let said: String =
        diesel::select(open_care(id, case.id, shows, records, plans, deputy)).get_result(&mut *db).await?;
    match said.as_str() {
        "done" => {}
        "deputy" => {
            filled.push("open.deputy", "error-care-deputy");
            let page = page(db.instead().await?, code, filled, language).await?;
            return Ok(Answer::With(Status::UnprocessableEntity, page));
        }
        _ => return Err(Error::NotFound),
    }
    let care = reached(&mut db, keys, &user, now, id, Reach::Writes).await?;
    store::write(&mut db, &user, &care, &Content::Consent(consent), None).await?;
    super::held::end(db, id, &filled, "care-opened").await
}
