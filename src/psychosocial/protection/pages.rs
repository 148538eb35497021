//! The directory, country by country.

use askama::Template;
use rocket::{Route, get, routes};

use super::{Contact, keeps, of_country};
use crate::access::guard::to;
use crate::access::{Permission, Read};
use crate::base::Result;
use crate::base::form::{Choice, Filled};
use crate::base::language::Language;
use crate::page::{Page, filters};
use crate::person::choices::listed;
use crate::vocabulary::List;

pub fn routes() -> Vec<Route> {
    routes![index]
}

#[derive(Template)]
#[template(path = "psychosocial/contacts.html")]
struct IndexPage {
    country: String,
    /// Each with whether it is still trusted.
    contacts: Vec<(Contact, bool)>,
    countries: Vec<Choice>,
    form: Filled,
    may_keep: bool,
}

/// Without a country, Viet Nam's.
#[get("/protection?<country>")]
async fn index(country: Option<&str>, mut db: Read<to::ReadCases>, language: Language) -> Result<Page<IndexPage>> {
    let (user, today) = (db.user().clone(), db.today());
    let known = country.and_then(|code| List::Countries.vocabulary().get(code));
    let country = known.map_or_else(|| "VN".to_owned(), |entry| entry.code.clone());
    let contacts = of_country(&mut db, &country, today).await?;
    let may_keep = user.may(Permission::KeepProtection) && keeps(&mut db, &country).await?;
    Ok(Page(IndexPage {
        contacts: contacts.into_iter().map(|contact| (contact.is_valid(today), contact)).map(|(v, c)| (c, v)).collect(),
        countries: listed(language, List::Countries),
        form: Filled::blank().put("country", &*country),
        country,
        may_keep,
    }))
}
