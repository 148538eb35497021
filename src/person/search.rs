//! Search before anything new is made. It shows little, and a record of it is kept (practice 20).

use askama::Template;
use diesel::define_sql_function;
use diesel::sql_types::{Array, Date as SqlDate, Nullable, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, State, post, routes};
use serde::Deserialize;
use time::Date;
use time::format_description::well_known::Iso8601;
use validator::Validate;

use super::{document, form, name_keys, phone_key, store};
use crate::access::guard::to;
use crate::access::{Permission, Read, Seen};
use crate::base::code::Code;
use crate::base::date::{self, Precision, Typed};
use crate::base::form::{Checked, Filled};
use crate::base::seal::Keys;
use crate::base::{Error, Result};
use crate::page::{Answer, filters};

pub fn routes() -> Vec<Route> {
    routes![search]
}

/// How many are shown; one more is asked for, to say that there are more.
const MOST: usize = 25;

/// What is typed to find somebody. It goes by POST, so that no name ever stands in an address.
#[derive(FromForm, Validate, Default)]
pub struct SearchForm {
    #[validate(length(max = 200, code = "too-long"))]
    #[field(default = String::new())]
    pub name: String,
    pub birth: Typed,
    /// A document's number, a phone number or a code.
    #[validate(length(max = 60, code = "too-long"))]
    #[field(default = String::new())]
    pub number: String,
}

/// What to look for.
#[derive(Default)]
pub struct Criteria {
    /// Keys of which one is enough.
    pub exactly: Vec<String>,
    pub named: Vec<String>,
    pub born: Option<(Date, Precision)>,
}

/// Somebody found. Whoever may not open them sees a name, a year and nothing of where they are.
#[derive(Deserialize, Clone)]
pub struct Candidate {
    pub code: String,
    pub name: String,
    pub sex: Option<String>,
    birth_date: Option<String>,
    birth_precision: Option<String>,
    /// Found by a number rather than by name.
    pub by_number: bool,
    /// The user may open this person.
    pub mine: bool,
}

impl Candidate {
    /// The birth date, or only its year where the user may not open the person.
    pub fn born(&self) -> String {
        let date = self.birth_date.as_deref().and_then(|d| Date::parse(d, &Iso8601::DATE).ok());
        match (date, self.birth_precision.as_deref().and_then(Precision::from_code)) {
            (Some(date), Some(precision)) => date::written(date, if self.mine { precision } else { Precision::Year }),
            _ => String::new(),
        }
    }
}

define_sql_function! {
    /// The people that fit, as one array; see database/functions.sql.
    fn find_people(exactly: Array<Text>, named: Array<Text>, born: Nullable<SqlDate>, born_precision: Nullable<Text>) -> Jsonb;
}

/// Looks people up through the one function that may see everybody; it records what it showed.
pub async fn find(db: &mut AsyncPgConnection, criteria: &Criteria) -> Result<Vec<Candidate>> {
    let born = criteria.born.map(|(date, _)| date);
    let precision = criteria.born.map(|(_, precision)| precision.code());
    let found: serde_json::Value = diesel::select(find_people(&criteria.exactly, &criteria.named, born, precision))
        .get_result(db)
        .await
        .map_err(store::search_error)?;
    serde_json::from_value(found).map_err(Error::internal)
}

impl SearchForm {
    /// The criteria, or `None` with what is missing beside the fields.
    fn read(&self, filled: &mut Filled, keys: &Keys, today: Date) -> Result<Option<Criteria>> {
        let born = form::birth(filled, "birth", &self.birth, today);
        let number = self.number.trim();
        let mut exactly = Vec::new();
        if !number.is_empty() {
            exactly = document::possible_keys(keys, number)?;
            exactly.extend(phone_key(number));
            if exactly.is_empty() {
                filled.push("number", "error-search-number");
            }
        }
        let named = name_keys(&self.name);
        if !self.name.trim().is_empty() && named.is_empty() {
            filled.push("name", "error-name");
        }
        if !filled.is_wrong() && exactly.is_empty() && named.is_empty() {
            // A birth date alone would be browsing.
            filled.push("name", if born.is_some() { "error-search-birth-alone" } else { "error-search-nothing" });
        }
        Ok(Some(Criteria { exactly, named, born }).filter(|_| !filled.is_wrong()))
    }
}

#[derive(Template)]
#[template(path = "person/results.html")]
pub struct ResultsPage {
    form: Filled,
    found: Option<Vec<Candidate>>,
    more: bool,
    may_register: bool,
    /// Proof that this search was recorded; none was made where there is none.
    _seen: Option<Seen>,
}

#[post("/people/search", data = "<form>")]
async fn search(
    form: Form<Checked<SearchForm>>,
    mut db: Read<to::FindPeople>,
    keys: &State<Keys>,
) -> Result<Answer<ResultsPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let may_register = db.user().may(Permission::RegisterPeople);
    // Somebody's own code leads straight to them, if it is open to the user; whether it exists is not said otherwise.
    if let Ok(code) = filled.value("number").parse::<Code>() {
        match store::find(&mut db, code).await {
            Ok(_) => return Ok(Answer::To(format!("/people/{code}"))),
            Err(Error::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    let today = db.today();
    let criteria = match &value {
        Some(typed) => typed.read(&mut filled, keys, today)?,
        None => None,
    };
    let Some(criteria) = criteria else {
        return Ok(Answer::With(
            Status::UnprocessableEntity,
            ResultsPage { form: filled, found: None, more: false, may_register, _seen: None },
        ));
    };
    let mut found = find(&mut db, &criteria).await?;
    let more = found.len() > MOST;
    found.truncate(MOST);
    let seen = db.searched().await?;
    Ok(Answer::Page(ResultsPage { form: filled, found: Some(found), more, may_register, _seen: Some(seen) }))
}
