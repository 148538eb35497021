//! The protection directory (practice 16): who answers, shelters or defends somebody in each country, with a source and until when
//! it is trusted. It holds nothing of any returnee; what is out of date is shown as that, and never as a number to rely on.

mod edit;
mod pages;

use diesel::define_sql_function;
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rocket::Route;
use time::Date;
use uuid::Uuid;

use crate::base::Result;
use crate::base::date::{Precision, written};
use crate::schema::protection_contacts as contacts;

pub fn routes() -> Vec<Route> {
    [pages::routes(), edit::routes()].concat()
}

/// What they are, the one to call first first.
pub const KINDS: [&str; 8] =
    ["hotline", "mission", "shelter", "labour-office", "legal-aid", "police", "hospital", "community"];

/// Most entries of a country.
const MOST: i64 = 200;

define_sql_function! {
    fn keeps_protection(country: Text) -> Bool;
}

#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = contacts)]
pub struct Contact {
    pub id: Uuid,
    pub country_code: String,
    pub kind: String,
    pub name: String,
    pub phone: Option<String>,
    pub address: Option<String>,
    pub hours: Option<String>,
    pub languages: Option<String>,
    pub about: Option<String>,
    pub source: String,
    pub verified_on: Date,
    pub valid_until: Date,
    pub version: i32,
}

impl Contact {
    pub fn is_valid(&self, today: Date) -> bool {
        today <= self.valid_until
    }

    pub fn verified(&self) -> String {
        written(self.verified_on, Precision::Day)
    }

    pub fn until(&self) -> String {
        written(self.valid_until, Precision::Day)
    }

    /// The number as a telephone takes it.
    pub fn dialled(&self) -> String {
        self.phone.as_deref().unwrap_or_default().chars().filter(|c| c.is_ascii_digit() || *c == '+').collect()
    }
}

/// The entries of a country, in the order in which they are called; those still trusted first.
pub async fn of_country(db: &mut AsyncPgConnection, country: &str, today: Date) -> Result<Vec<Contact>> {
    let mut all: Vec<Contact> = contacts::table
        .filter(contacts::country_code.eq(country))
        .order((contacts::name, contacts::id))
        .limit(MOST)
        .select(Contact::as_select())
        .load(db)
        .await?;
    let place = |contact: &Contact| KINDS.iter().position(|kind| *kind == contact.kind);
    all.sort_by_key(|contact| (!contact.is_valid(today), place(contact)));
    Ok(all)
}

pub async fn find(db: &mut AsyncPgConnection, id: Uuid) -> Result<Contact> {
    Ok(contacts::table.find(id).select(Contact::as_select()).first(db).await?)
}

/// Whether the user keeps the entries of a country.
pub async fn keeps(db: &mut AsyncPgConnection, country: &str) -> Result<bool> {
    Ok(diesel::select(keeps_protection(country)).get_result(db).await?)
}
