//! Courses: what is kept of them and how it is said.

use diesel::define_sql_function;
use diesel::prelude::*;
use diesel::sql_types::Uuid as SqlUuid;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use crate::access::{Permission, User};
use crate::base::date::{Precision, written};
use crate::base::language::{Language, Message};
use crate::base::{Result, money};
use crate::schema::{courses, providers};
use crate::vocabulary::List;

/// What is taught: a trade with one of the national levels, a trade that has none, a language, soft skills, how skills gained
/// abroad are used and shown to employers here, a business of one's own.
pub const KINDS: [&str; 6] = ["trade", "informal", "language", "soft", "using-skills", "business"];

/// Kinds of providers that hold courses.
pub const TEACHING: [&str; 5] =
    ["vocational-training", "skills", "education", "enterprise-counselling", "financial-literacy"];

#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = courses)]
pub struct Course {
    pub id: Uuid,
    pub provider_id: Uuid,
    pub title: String,
    pub kind: String,
    /// ISCO-08.
    pub occupation: Option<String>,
    pub level: Option<i16>,
    pub language: Option<String>,
    pub online: bool,
    pub province_code: Option<String>,
    pub commune_code: Option<String>,
    pub country: Option<String>,
    pub address: Option<String>,
    pub starts_on: Date,
    pub ends_on: Date,
    pub enrol_until: Date,
    pub timetable: Option<String>,
    pub hours: Option<i32>,
    pub seats: i32,
    /// Whole đồng for all of it.
    pub fee: Option<i64>,
    pub request_id: Option<Uuid>,
    pub about: Option<String>,
    pub kept_by: Uuid,
    pub cancelled_at: Option<OffsetDateTime>,
    pub cancelled_because: Option<String>,
    pub version: i32,
}

impl Course {
    /// One may still enrol, seats aside.
    pub fn is_open(&self, today: Date) -> bool {
        self.cancelled_at.is_none() && self.enrol_until >= today
    }

    pub fn is_kept_by(&self, user: &User) -> bool {
        user.may(Permission::KeepCourses) && self.kept_by == user.organisation
    }

    pub fn dates(&self) -> String {
        format!("{} – {}", written(self.starts_on, Precision::Day), written(self.ends_on, Precision::Day))
    }

    pub fn until(&self) -> String {
        written(self.enrol_until, Precision::Day)
    }

    /// Address, commune and province, or the country; that it is online.
    pub fn place(&self, language: Language) -> String {
        let titled = |list: List, code: &Option<String>| code.as_ref().map(|c| list.vocabulary().title(c, language));
        let parts = [
            self.online.then(|| language.say(&"learning-online".into())),
            self.address.clone(),
            titled(List::Communes, &self.commune_code),
            titled(List::Provinces, &self.province_code),
            titled(List::Countries, &self.country),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        parts.join(", ")
    }

    /// What it leads to: the occupation with its level, or the language.
    pub fn leads_to(&self, language: Language) -> Option<String> {
        let occupation = self.occupation.as_ref().map(|code| List::Occupations.vocabulary().title(code, language));
        let level = self.level.map(|n| language.say(&Message::new("recognition-level-n").with("level", i64::from(n))));
        let tongue = self.language.as_ref().map(|code| List::Languages.vocabulary().title(code, language));
        let parts: Vec<String> = [occupation, level, tongue].into_iter().flatten().collect();
        Some(parts.join(", ")).filter(|text| !text.is_empty())
    }

    pub fn fee_said(&self, language: Language) -> String {
        match self.fee {
            Some(fee) => format!("{} đ", money::written(fee)),
            None => language.say(&"learning-free".into()),
        }
    }

    /// What it says beyond its title, each with its label.
    pub fn lines(&self, language: Language) -> Vec<(&'static str, String)> {
        let all = [
            ("learning-kind", Some(language.say(&Message::new(format!("learning-kind-{}", self.kind))))),
            ("learning-leads-to", self.leads_to(language)),
            ("learning-place", Some(self.place(language))),
            ("learning-dates", Some(self.dates())),
            ("learning-timetable", self.timetable.clone()),
            ("learning-hours", self.hours.map(|hours| hours.to_string())),
            ("learning-until", Some(self.until())),
            ("learning-fee-all", Some(self.fee_said(language))),
            ("learning-about", self.about.clone()),
        ];
        all.into_iter().filter_map(|(label, text)| Some((label, text?))).collect()
    }

    /// Months of it, begun ones counted as whole.
    pub fn months(&self) -> i64 {
        let days = (self.ends_on - self.starts_on).whole_days() + 1;
        days.div_euclid(30) + i64::from(days.rem_euclid(30) > 0)
    }
}

define_sql_function! {
    /// By people of whichever office; see database/functions_training.sql.
    fn seats_taken(wanted: SqlUuid) -> BigInt;
}

pub async fn taken(db: &mut AsyncPgConnection, course: Uuid) -> Result<i64> {
    Ok(diesel::select(seats_taken(course)).get_result(db).await?)
}

pub async fn find(db: &mut AsyncPgConnection, id: Uuid) -> Result<Course> {
    Ok(courses::table.find(id).select(Course::as_select()).first(db).await?)
}

/// What a list of courses asks for.
#[derive(Default)]
pub struct Wanted<'a> {
    pub kind: Option<&'a str>,
    /// Within it, or online.
    pub province: Option<&'a str>,
    pub abroad: bool,
    pub after: Option<Uuid>,
}

/// A course with what a line of a list says beside it.
pub struct Line {
    pub course: Course,
    pub provider: String,
    pub free: i64,
}

/// Those to which one may still enrol, the soonest first, each with its provider and its free seats.
pub async fn open(db: &mut AsyncPgConnection, wanted: &Wanted<'_>, today: Date, most: i64) -> Result<Vec<Line>> {
    let mut query = courses::table
        .inner_join(providers::table.on(providers::id.eq(courses::provider_id)))
        .filter(courses::cancelled_at.is_null())
        .filter(courses::enrol_until.ge(today))
        .select((Course::as_select(), providers::name, seats_taken(courses::id)))
        .into_boxed();
    if let Some(kind) = wanted.kind {
        query = query.filter(courses::kind.eq(kind));
    }
    if let Some(province) = wanted.province {
        query = query.filter(courses::province_code.eq(province).or(courses::online));
    }
    if wanted.abroad {
        query = query.filter(courses::country.is_not_null());
    }
    if let Some(after) = wanted.after {
        let before = find(db, after).await?;
        let same = courses::enrol_until.eq(before.enrol_until).and(courses::id.gt(after));
        query = query.filter(courses::enrol_until.gt(before.enrol_until).or(same));
    }
    let rows: Vec<(Course, String, i64)> =
        query.order((courses::enrol_until, courses::id)).limit(most).load(db).await?;
    let line = |(course, provider, taken): (Course, String, i64)| Line {
        free: (i64::from(course.seats) - taken).max(0),
        course,
        provider,
    };
    Ok(rows.into_iter().map(line).collect())
}
