//! What work somebody looks for: a page of a case.

use askama::Template;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use time::OffsetDateTime;
use uuid::Uuid;
use validator::Validate;

use super::{monthly, number, occupations};
use crate::access::guard::to;
use crate::access::{Permission, Read, Seen, Write};
use crate::base::code::Code;
use crate::base::event;
use crate::base::form::{Checked, Choice, Filled};
use crate::base::language::{Language, Message};
use crate::base::{Error, Result, money};
use crate::case::{held, store as cases};
use crate::page::{Answer, Page, filters};
use crate::person::Person;
use crate::person::choices::{choices, listed};
use crate::person::form::{lines, one_of};
use crate::schema::job_searches;
use crate::vocabulary::List;

pub fn routes() -> Vec<Route> {
    routes![edit, keep]
}

/// Most occupations and provinces that somebody names.
const MOST_WANTED: usize = 5;
const MOST_PROVINCES: usize = 10;

pub const HOURS: [&str; 3] = ["full", "part", "any"];
pub const MUST: [&str; 4] = ["distance", "wage", "hours", "formal"];
/// What they would also do.
pub const ALSO: [&str; 2] = ["night", "abroad"];

#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = job_searches)]
pub struct Search {
    pub id: Uuid,
    pub looking: bool,
    pub wanted: Vec<String>,
    pub provinces: Vec<String>,
    pub abroad: bool,
    pub kilometres: Option<i32>,
    /// Whole đồng a month.
    pub wage_least: Option<i64>,
    pub wage_before: Option<i64>,
    pub hours: String,
    pub night: bool,
    pub must: Vec<String>,
    pub words: Option<String>,
    pub version: i32,
}

impl Search {
    /// In words, each with its label.
    pub fn lines(&self, language: Language) -> Vec<(&'static str, String)> {
        let say = |message: Message| language.say(&message);
        let titles = |list: List, codes: &[String]| {
            let all: Vec<String> = codes.iter().map(|code| list.vocabulary().title(code, language)).collect();
            Some(all.join("; ")).filter(|text| !text.is_empty())
        };
        let must = |what: &str, text: String| {
            if self.must.iter().any(|code| code == what) {
                format!("{text} ({})", say("vacancy-must".into()))
            } else {
                text
            }
        };
        let wage = |amount: Option<i64>| amount.map(|amount| format!("{} đ", money::written(amount)));
        let way = self.kilometres.map(|far| say(Message::new("search-way").with("count", i64::from(far))));
        let also: Vec<String> = [("night", self.night), ("abroad", self.abroad)]
            .iter()
            .filter(|(_, on)| *on)
            .map(|(code, _)| say(Message::new(format!("search-also-{code}"))))
            .collect();
        let all = [
            ("search-wanted", titles(List::Occupations, &self.wanted)),
            ("search-kilometres", way.map(|way| must("distance", way))),
            ("search-provinces", titles(List::Provinces, &self.provinces)),
            ("search-wage-least", wage(self.wage_least).map(|text| must("wage", text))),
            ("search-wage-before", wage(self.wage_before)),
            ("search-hours", Some(must("hours", say(Message::new(format!("search-hours-{}", self.hours)))))),
            ("search-must-formal", self.must.iter().any(|code| code == "formal").then(|| say("vacancy-must".into()))),
            ("search-also", Some(also.join("; ")).filter(|text| !text.is_empty())),
            ("search-words", self.words.clone()),
        ];
        all.into_iter().filter_map(|(label, text)| Some((label, text?))).collect()
    }
}

pub async fn of_case(db: &mut AsyncPgConnection, case: Uuid) -> Result<Option<Search>> {
    Ok(job_searches::table
        .filter(job_searches::case_id.eq(case))
        .select(Search::as_select())
        .first(db)
        .await
        .optional()?)
}

#[derive(FromForm, Validate)]
struct SearchForm {
    #[field(default = String::new())]
    looking: String,
    #[validate(length(max = 1000, code = "too-long"))]
    #[field(default = String::new())]
    wanted: String,
    #[field(default = String::new())]
    kilometres: String,
    #[field(default = Vec::new())]
    provinces: Vec<String>,
    #[field(default = String::new())]
    wage_least: String,
    #[field(default = String::new())]
    wage_before: String,
    #[field(default = String::new())]
    hours: String,
    #[field(default = Vec::new())]
    also: Vec<String>,
    #[field(default = Vec::new())]
    must: Vec<String>,
    #[validate(length(max = 2000, code = "too-long"))]
    #[field(default = String::new())]
    words: String,
    #[field(default = 0)]
    version: i32,
}

#[derive(FromForm, Validate)]
struct SearchSent {
    #[validate(nested)]
    search: SearchForm,
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = job_searches, treat_none_as_null = true)]
struct Kept {
    looking: bool,
    wanted: Vec<String>,
    provinces: Vec<String>,
    abroad: bool,
    kilometres: Option<i32>,
    wage_least: Option<i64>,
    wage_before: Option<i64>,
    hours: String,
    night: bool,
    must: Vec<String>,
    words: Option<String>,
    written_by: Uuid,
    written_at: OffsetDateTime,
}

impl SearchForm {
    fn read(&self, filled: &mut Filled, user: Uuid, now: OffsetDateTime, today: time::Date) -> Option<Kept> {
        for (field, value) in [("search.looking", &self.looking), ("search.hours", &self.hours)] {
            if value.trim().is_empty() {
                filled.push(field, "error-choose");
            }
        }
        let looking = one_of(filled, "search.looking", &self.looking, |code| ["yes", "no"].contains(&code));
        let hours = one_of(filled, "search.hours", &self.hours, |code| HOURS.contains(&code));
        let wanted = occupations(filled, "search.wanted", &self.wanted, MOST_WANTED, today);
        let kilometres = number(filled, "search.kilometres", &self.kilometres, 1..=500);
        let known = |list: List, codes: &[String]| codes.iter().all(|code| list.vocabulary().get(code).is_some());
        if !known(List::Provinces, &self.provinces) || self.provinces.len() > MOST_PROVINCES {
            filled.push("search.provinces", Message::new("error-search-provinces").with("most", MOST_PROVINCES as i64));
        }
        let wage_least = monthly(filled, "search.wage_least", &self.wage_least);
        let wage_before = monthly(filled, "search.wage_before", &self.wage_before);
        for (field, all, offered) in [("search.also", &self.also, &ALSO[..]), ("search.must", &self.must, &MUST[..])] {
            if all.iter().any(|code| !offered.contains(&code.as_str())) {
                filled.push(field, "error-choice");
            }
        }
        let must = |what: &str| self.must.iter().any(|code| code == what);
        // A condition without what it is a condition of would rule out nothing, and look as if it did.
        for (what, field, given) in [
            ("wage", "search.wage_least", wage_least.is_some()),
            ("distance", "search.kilometres", kilometres.is_some()),
        ] {
            if must(what) && !given && filled.error(field).is_none() {
                filled.push(field, "error-search-must");
            }
        }
        let also = |what: &str| self.also.iter().any(|code| code == what);
        let kept = Kept {
            looking: looking? == "yes",
            wanted,
            provinces: self.provinces.clone(),
            abroad: also("abroad"),
            kilometres,
            wage_least,
            wage_before,
            hours: hours?,
            night: also("night"),
            must: self.must.clone(),
            words: lines(&self.words),
            written_by: user,
            written_at: now,
        };
        Some(kept).filter(|_| !filled.is_wrong())
    }
}

#[derive(Template)]
#[template(path = "employment/search.html")]
struct EditPage {
    code: String,
    person: Person,
    form: Filled,
    yes_no: Vec<Choice>,
    hours: Vec<Choice>,
    provinces: Vec<Choice>,
    also: Vec<Choice>,
    must: Vec<Choice>,
    /// Somebody saved while this was typed: what stands there now.
    now: Vec<(&'static str, String)>,
    _seen: Option<Seen>,
}

fn page(code: String, person: Person, form: Filled, language: Language) -> EditPage {
    EditPage {
        code,
        person,
        form,
        yes_no: choices(language, "answer", &["yes", "no"]),
        hours: choices(language, "search-hours", &HOURS),
        provinces: listed(language, List::Provinces),
        also: choices(language, "search-also", &ALSO),
        must: choices(language, "search-must", &MUST),
        now: Vec::new(),
        _seen: None,
    }
}

fn filled_from(search: &Search, language: Language) -> Filled {
    let amount = |amount: Option<i64>| amount.map(money::written).unwrap_or_default();
    let titles: Vec<String> =
        search.wanted.iter().map(|code| List::Occupations.vocabulary().title(code, language)).collect();
    let also = [("night", search.night), ("abroad", search.abroad)];
    Filled::blank()
        .put("search.looking", if search.looking { "yes" } else { "no" })
        .put("search.wanted", titles.join("\n"))
        .put("search.kilometres", search.kilometres.map(|n| n.to_string()).unwrap_or_default())
        .put_all("search.provinces", search.provinces.clone())
        .put("search.wage_least", amount(search.wage_least))
        .put("search.wage_before", amount(search.wage_before))
        .put("search.hours", &*search.hours)
        .put_all("search.also", also.iter().filter(|(_, on)| *on).map(|(code, _)| (*code).to_owned()))
        .put_all("search.must", search.must.clone())
        .put("search.words", search.words.clone().unwrap_or_default())
        .put("search.version", search.version.to_string())
}

#[get("/cases/<code>/job-search")]
async fn edit(code: Code, mut db: Read<to::AssessCases>, language: Language) -> Result<Page<EditPage>> {
    let (case, _, person) = cases::reached(&mut db, code, Permission::AssessCases).await?;
    held::open_and_held(&case, db.user())?;
    let form = match of_case(&mut db, case.id).await? {
        Some(search) => filled_from(&search, language),
        None => Filled::blank().put("search.looking", "yes").put("search.version", "0"),
    };
    let seen = db.opened(&[person.id, case.id]).await?;
    Ok(Page(EditPage { _seen: Some(seen), ..page(case.code, person, form, language) }))
}

#[post("/cases/<code>/job-search", data = "<form>")]
async fn keep(
    code: Code,
    form: Form<Checked<SearchSent>>,
    mut db: Write<to::AssessCases>,
    language: Language,
) -> Result<Answer<EditPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (user, now, today) = (db.user().clone(), db.now(), db.today());
    let (case, _, person) = match held::begin(&mut db, code, &filled).await? {
        Ok(found) => found,
        Err(before) => return Ok(Answer::To(before)),
    };
    let version = value.as_ref().map_or(0, |sent| sent.search.version);
    let Some(kept) = value.and_then(|sent| sent.search.read(&mut filled, user.id, now, today)) else {
        return Ok(Answer::With(Status::UnprocessableEntity, page(case.code, person, filled, language)));
    };
    let changed = if version == 0 {
        diesel::insert_into(job_searches::table)
            .values((kept, job_searches::id.eq(Uuid::now_v7()), job_searches::case_id.eq(case.id)))
            .on_conflict_do_nothing()
            .execute(&mut *db)
            .await?
    } else {
        let same = job_searches::case_id.eq(case.id).and(job_searches::version.eq(version));
        diesel::update(job_searches::table.filter(same))
            .set((kept, job_searches::version.eq(version.saturating_add(1))))
            .execute(&mut *db)
            .await?
    };
    if changed == 0 {
        let there = of_case(&mut db, case.id).await?.ok_or(Error::NotFound)?;
        // Sent once more, it is meant to replace what stands there now.
        let form = filled.put("search.version", there.version.to_string());
        let page = EditPage { now: there.lines(language), ..page(case.code, person, form, language) };
        return Ok(Answer::With(Status::Conflict, page));
    }
    event::record(&mut db, "case.job-search", "case", case.id, serde_json::json!({})).await?;
    let location = format!("/cases/{code}/jobs");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "search-kept"))
}
