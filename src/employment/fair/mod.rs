//! Job fairs (E2), mobile ones in communes too: who looks for people there, who was told of it, who came.

mod form;
mod pages;
mod visits;

use diesel::prelude::*;
use diesel::sql_types::{Integer, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rocket::Route;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::titled;
use crate::access::{Permission, User};
use crate::base::Result;
use crate::base::date::{Precision, written};
use crate::base::language::Language;
use crate::schema::job_fairs;
use crate::vocabulary::List;

pub fn routes() -> Vec<Route> {
    [pages::routes(), visits::routes()].concat()
}

/// Most fairs of a list, and most employers and people of one that its page shows.
const MOST: i64 = 200;
const MOST_PEOPLE: i64 = 2000;

#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = job_fairs)]
pub struct Fair {
    pub id: Uuid,
    pub title: String,
    pub held_on: Date,
    pub hours: String,
    /// It goes to where people live.
    pub mobile: bool,
    pub province_code: String,
    pub commune_code: Option<String>,
    pub address: String,
    pub about: Option<String>,
    pub came: Option<i32>,
    pub returnees: Option<i32>,
    pub interviewed: Option<i32>,
    pub hired: Option<i32>,
    pub kept_by: Uuid,
    pub cancelled_at: Option<OffsetDateTime>,
    pub cancelled_because: Option<String>,
    pub version: i32,
}

impl Fair {
    pub fn is_kept_by(&self, user: &User) -> bool {
        user.may(Permission::KeepVacancies) && self.kept_by == user.organisation
    }

    /// People may still be told of it.
    pub fn is_ahead(&self, today: Date) -> bool {
        self.cancelled_at.is_none() && self.held_on >= today
    }

    pub fn held(&self) -> String {
        written(self.held_on, Precision::Day)
    }

    pub fn place(&self, language: Language) -> String {
        let parts = [
            Some(self.address.clone()),
            titled(List::Communes, self.commune_code.as_deref(), language),
            titled(List::Provinces, Some(&self.province_code), language),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        parts.join(", ")
    }

    /// In words, each with its label.
    pub fn lines(&self, language: Language) -> Vec<(&'static str, String)> {
        let all = [
            ("fair-held", Some(self.held())),
            ("fair-hours", Some(self.hours.clone())),
            ("fair-place", Some(self.place(language))),
            ("fair-mobile", Some(language.say(&if self.mobile { "answer-yes" } else { "answer-no" }.into()))),
            ("fair-about", self.about.clone()),
        ];
        all.into_iter().filter_map(|(label, text)| Some((label, text?))).collect()
    }
}

pub async fn find(db: &mut AsyncPgConnection, id: Uuid) -> Result<Fair> {
    Ok(job_fairs::table.find(id).select(Fair::as_select()).first(db).await?)
}

/// An employer at a fair, and how many people it looks for.
#[derive(QueryableByName)]
pub struct Stand {
    #[diesel(sql_type = SqlUuid)]
    pub employer_id: Uuid,
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = Integer)]
    pub seats: i32,
}

pub async fn stands(db: &mut AsyncPgConnection, fair: Uuid) -> Result<Vec<Stand>> {
    Ok(diesel::sql_query(
        "SELECT f.employer_id, e.name, f.seats FROM fair_employers f JOIN employers e ON e.id = f.employer_id WHERE f.fair_id = $1 ORDER BY e.name, e.id LIMIT 500",
    )
    .bind::<SqlUuid, _>(fair)
    .load(db)
    .await?)
}

/// Somebody of this office who was told of a fair.
#[derive(QueryableByName)]
pub struct Visit {
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    #[diesel(sql_type = Text)]
    pub code: String,
    #[diesel(sql_type = SqlUuid)]
    pub person_id: Uuid,
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = Text)]
    pub state: String,
}

pub async fn visits(db: &mut AsyncPgConnection, fair: Uuid) -> Result<Vec<Visit>> {
    Ok(diesel::sql_query(format!(
        "SELECT v.id, c.code, r.id AS person_id, r.name, v.state FROM fair_visits v JOIN cases c ON c.id = v.case_id
         JOIN episodes x ON x.id = c.episode_id JOIN persons r ON r.id = x.person_id
         WHERE v.fair_id = $1 AND c.holder_id = my_organisation() ORDER BY r.name, v.id LIMIT {MOST_PEOPLE}"
    ))
    .bind::<SqlUuid, _>(fair)
    .load(db)
    .await?)
}
