//! Vacancies (E2): what they say, and which can be applied for.

pub mod form;
pub mod pages;

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::{titled, wages};
use crate::access::{Permission, User};
use crate::base::Result;
use crate::base::date::{Precision, written};
use crate::base::language::{Language, Message};
use crate::schema::vacancies;
use crate::vocabulary::List;

/// Why a vacancy is taken off the list.
pub const ENDED: [&str; 3] = ["filled", "withdrawn", "mistaken"];

#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = vacancies)]
pub struct Vacancy {
    pub id: Uuid,
    pub employer_id: Uuid,
    pub title: String,
    /// ISCO-08.
    pub occupation: String,
    pub seats: i32,
    pub province_code: Option<String>,
    pub commune_code: Option<String>,
    /// Of work abroad, with the paper that lets people be sent there.
    pub country: Option<String>,
    pub permit: Option<String>,
    pub rural: bool,
    /// Whole đồng a month.
    pub wage_from: Option<i64>,
    pub wage_to: Option<i64>,
    /// A week.
    pub hours: Option<i32>,
    pub formal: bool,
    pub night: bool,
    pub housing: bool,
    pub language: Option<String>,
    pub cefr: Option<String>,
    pub language_must: bool,
    pub months: Option<i32>,
    pub level: Option<i16>,
    pub level_must: bool,
    /// The article of a law that lets nobody under 18 do this work.
    pub adults_only: Option<String>,
    pub closes_on: Date,
    pub about: Option<String>,
    pub kept_by: Uuid,
    pub ended_at: Option<OffsetDateTime>,
    pub ended_because: Option<String>,
    pub version: i32,
}

impl Vacancy {
    pub fn is_open(&self, today: Date) -> bool {
        self.ended_at.is_none() && self.closes_on >= today
    }

    pub fn is_kept_by(&self, user: &User) -> bool {
        user.may(Permission::KeepVacancies) && self.kept_by == user.organisation
    }

    pub fn wage(&self) -> Option<String> {
        wages(self.wage_from, self.wage_to)
    }

    /// Commune and province, or the country.
    pub fn place(&self, language: Language) -> String {
        let parts = [
            titled(List::Communes, self.commune_code.as_deref(), language),
            titled(List::Provinces, self.province_code.as_deref(), language),
            titled(List::Countries, self.country.as_deref(), language),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        parts.join(", ")
    }

    pub fn closes(&self) -> String {
        written(self.closes_on, Precision::Day)
    }

    pub fn occupation_title(&self, language: Language) -> String {
        List::Occupations.vocabulary().title(&self.occupation, language)
    }

    /// What it says beyond place and wage, each with its label.
    pub fn lines(&self, language: Language) -> Vec<(&'static str, String)> {
        let say = |message: Message| language.say(&message);
        let yes = |yes: bool| say(Message::new(if yes { "answer-yes" } else { "answer-no" }));
        let count = |key: &'static str, count: i32| say(Message::new(key).with("count", i64::from(count)));
        let must = |text: String, must: bool| {
            if must { format!("{text} ({})", say("vacancy-must".into())) } else { text }
        };
        let tongue = titled(List::Languages, self.language.as_deref(), language)
            .map(|tongue| must(format!("{tongue} {}", self.cefr.as_deref().unwrap_or_default()), self.language_must));
        let level = self.level.map(|level| {
            must(say(Message::new("recognition-level-n").with("level", i64::from(level))), self.level_must)
        });
        let all = [
            ("vacancy-occupation", Some(format!("{} (ISCO-08 {})", self.occupation_title(language), self.occupation))),
            ("vacancy-seats", Some(self.seats.to_string())),
            ("vacancy-place", Some(self.place(language))),
            ("vacancy-permit", self.permit.clone()),
            ("vacancy-wage", self.wage()),
            ("vacancy-hours", self.hours.map(|hours| hours.to_string())),
            ("vacancy-formal", Some(yes(self.formal))),
            ("vacancy-night", Some(yes(self.night))),
            ("vacancy-housing", Some(yes(self.housing))),
            ("vacancy-language", tongue),
            ("vacancy-months", self.months.map(|months| count("skill-months", months))),
            ("vacancy-level", level),
            ("vacancy-adults-only", self.adults_only.clone()),
            ("vacancy-closes", Some(self.closes())),
            ("vacancy-about", self.about.clone()),
        ];
        all.into_iter().filter_map(|(label, text)| Some((label, text?))).collect()
    }
}

pub async fn find(db: &mut AsyncPgConnection, id: Uuid) -> Result<Vacancy> {
    Ok(vacancies::table.find(id).select(Vacancy::as_select()).first(db).await?)
}

/// Most of one employer that its page shows.
const MOST: i64 = 200;

pub async fn of_employer(db: &mut AsyncPgConnection, employer: Uuid) -> Result<Vec<Vacancy>> {
    Ok(vacancies::table
        .filter(vacancies::employer_id.eq(employer))
        .order(vacancies::id.desc())
        .limit(MOST)
        .select(Vacancy::as_select())
        .load(db)
        .await?)
}

/// These vacancies, in no order.
pub async fn these(db: &mut AsyncPgConnection, ids: &[Uuid]) -> Result<Vec<Vacancy>> {
    Ok(vacancies::table.filter(vacancies::id.eq_any(ids)).select(Vacancy::as_select()).load(db).await?)
}

/// What a list of vacancies asks for.
#[derive(Default)]
pub struct Wanted<'a> {
    /// A group of ISCO-08.
    pub occupation: Option<&'a str>,
    pub province: Option<&'a str>,
    pub rural: bool,
    pub abroad: bool,
    pub after: Option<Uuid>,
}

/// Those that can be applied for, the newest first.
pub async fn open(db: &mut AsyncPgConnection, wanted: &Wanted<'_>, today: Date, most: i64) -> Result<Vec<Vacancy>> {
    let mut query = vacancies::table
        .filter(vacancies::ended_at.is_null())
        .filter(vacancies::closes_on.ge(today))
        .select(Vacancy::as_select())
        .into_boxed();
    if let Some(group) = wanted.occupation {
        query = query.filter(vacancies::occupation.like(format!("{group}%")));
    }
    if let Some(province) = wanted.province {
        query = query.filter(vacancies::province_code.eq(province));
    }
    if wanted.rural {
        query = query.filter(vacancies::rural);
    }
    query = if wanted.abroad {
        query.filter(vacancies::country.is_not_null())
    } else {
        query.filter(vacancies::country.is_null())
    };
    if let Some(after) = wanted.after {
        query = query.filter(vacancies::id.lt(after));
    }
    Ok(query.order(vacancies::id.desc()).limit(most).load(db).await?)
}
