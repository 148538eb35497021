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
use uuid::Uuid;
use validator::Validate;

use super::likeness::{self, Born, Features, InForce, search_keys};
use super::matching::{Name, Reason, Record};
use super::units::Known;
use super::{document, form, phone_key, store};
use crate::access::guard::{note_search, to};
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
pub const MOST: usize = 25;

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
    /// What is known of whom one looks for.
    pub record: Record,
}

/// Somebody found. Whoever may not open them sees a name, a year and nothing of where they are.
pub struct Candidate {
    pub code: String,
    pub name: String,
    pub sex: Option<String>,
    born: Born,
    /// Found by a number rather than by name.
    pub by_number: bool,
    /// The user may open this person.
    pub mine: bool,
    /// Keys of the messages that say what speaks for it being them and what against, the weightiest first.
    pub reasons: Vec<String>,
}

impl Candidate {
    /// The birth date, or only its year where the user may not open the person.
    pub fn born(&self) -> String {
        let shown = |precision| if self.mine { precision } else { Precision::Year };
        self.born.map(|(date, precision)| date::written(date, shown(precision))).unwrap_or_default()
    }
}

define_sql_function! {
    /// The people that may fit; see database/functions.sql.
    fn find_people(exactly: Array<Text>, named: Array<Text>, born: Nullable<SqlDate>, born_precision: Nullable<Text>) -> Jsonb;
}

#[derive(Deserialize)]
struct Found {
    /// How many people there are, roughly.
    people: f64,
    model: Option<InForce>,
    /// From this probability on, in per cent, somebody is shown though their name or birth date is another.
    asked: f64,
    hits: Vec<Hit>,
}

#[derive(Deserialize)]
struct Hit {
    code: String,
    by_number: bool,
    by_name: bool,
    mine: bool,
    #[serde(flatten)]
    features: Features,
}

/// Reasons of less than a bit are not worth a line, and nobody reads more than four.
const WORTH: f32 = 1.0;
const REASONS: usize = 4;

/// Looks people up through the one function that may see everybody, the likeliest first, and records whom it shows.
pub async fn find(db: &mut AsyncPgConnection, criteria: &Criteria) -> Result<Vec<Candidate>> {
    let born = criteria.born.map(|(date, _)| date);
    let precision = criteria.born.map(|(_, precision)| precision.code());
    let found: serde_json::Value = diesel::select(find_people(&criteria.exactly, &criteria.named, born, precision))
        .get_result(db)
        .await
        .map_err(store::search_error)?;
    let Found { people, model, asked, hits } = serde_json::from_value(found).map_err(Error::internal)?;
    let model = likeness::model(db, people, model).await?;
    let wanted = model.prepare(&criteria.record, &Known);
    let mut fitting = Vec::new();
    for hit in hits {
        let score = model.score(&wanted, &model.prepare(&hit.features.record(), &Known));
        let fits = hit.by_name && agree(criteria.born, hit.features.born());
        if hit.by_number || fits || score.probability * 100.0 >= asked {
            let told = if hit.mine { &TOLD_OF_MINE[..] } else { &TOLD };
            let shown = |r: &&Reason| r.bits.abs() >= WORTH && (hit.mine && r.bits > 0.0 || told.contains(&r.field));
            let reasons = score.reasons.iter().filter(shown).take(REASONS).map(Reason::key).collect();
            fitting.push((hit, score.weight_bits, reasons));
        }
    }
    // Stable: the order of names among those who are equally likely.
    fitting.sort_by(|(a, x, _), (b, y, _)| b.by_number.cmp(&a.by_number).then(y.total_cmp(x)));
    fitting.truncate(MOST + 1);
    let ids: Vec<Uuid> = fitting.iter().map(|(hit, ..)| hit.features.id).collect();
    note_search(db, &ids).await?;
    let candidate = |(hit, _, reasons): (Hit, f32, Vec<String>)| Candidate {
        code: hit.code,
        born: hit.features.born(),
        name: hit.features.name,
        sex: hit.features.sex,
        by_number: hit.by_number,
        mine: hit.mine,
        reasons,
    };
    Ok(fitting.into_iter().map(candidate).collect())
}

/// What is told of somebody whom the user may not open: what is shown of them anyway. How near a birth date came would let
/// it be found by trying, of which only the year is shown.
const TOLD: [&str; 5] = ["family", "given", "middle", "order", "sex"];
/// Of whom one may open, everything that speaks for it, and of these also what speaks against.
const TOLD_OF_MINE: [&str; 5] = ["family", "given", "middle", "birth", "sex"];

/// Two dates agree as far as both are known.
fn agree(asked: Born, kept: Born) -> bool {
    let (Some((a, how)), Some((b, how_kept))) = (asked, kept) else { return true };
    match how.max(how_kept) {
        Precision::Year => a.year() == b.year(),
        Precision::Month => (a.year(), a.month()) == (b.year(), b.month()),
        Precision::Day => a == b,
    }
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
        let named = search_keys(&self.name, born);
        if !self.name.trim().is_empty() && named.is_empty() {
            filled.push("name", "error-name");
        }
        if !filled.is_wrong() && exactly.is_empty() && named.is_empty() {
            // A birth date alone would be browsing.
            filled.push("name", if born.is_some() { "error-search-birth-alone" } else { "error-search-nothing" });
        }
        let record = Record { name: Name::Whole(self.name.clone()), birth: born.map(Into::into), ..Record::default() };
        Ok(Some(Criteria { exactly, named, born, record }).filter(|_| !filled.is_wrong()))
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
