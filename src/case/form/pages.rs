//! Choosing a form and printing it, by whoever holds the case.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use rocket::{Route, State, get, routes};

use super::{Printed, Run, Template, filled, read, store};
use crate::access::guard::to;
use crate::access::{Permission, Read, Seen};
use crate::base::code::Code;
use crate::base::date::{Precision, written};
use crate::base::language::{Language, Message};
use crate::base::seal::Keys;
use crate::base::text::dialled;
use crate::base::{Error, Result};
use crate::case::printing::PRINT;
use crate::case::{Case, store as cases};
use crate::episode::{Episode, store as episodes};
use crate::page::{Page, filters};
use crate::person::part_store::{KeptAddress, KeptDocument};
use crate::person::{Person, document, store as people};
use crate::schema::{organisations, users};
use crate::vocabulary::List;

pub fn routes() -> Vec<Route> {
    routes![index, print]
}

#[derive(askama::Template)]
#[template(path = "case/forms_of_case.html")]
struct IndexPage {
    case: Case,
    forms: Vec<Template>,
    _seen: Seen,
}

/// The case, for the office that holds it: whoever reads along takes no papers away.
async fn held<P>(db: &mut Read<P>, code: Code) -> Result<(Case, Episode, Person)> {
    let user = db.user().clone();
    let (case, episode, person) = cases::reached(db, code, Permission::ReadCases).await?;
    if case.holder_id != user.organisation {
        return Err(Error::NotFound);
    }
    Ok((case, episode, person))
}

#[get("/cases/<code>/forms")]
async fn index(code: Code, mut db: Read<to::ReadCases>) -> Result<Page<IndexPage>> {
    let today = db.today();
    let (case, _, person) = held(&mut db, code).await?;
    let forms = store::in_force(&mut db, today).await?;
    let seen = db.opened(&[person.id, case.id]).await?;
    Ok(Page(IndexPage { case, forms, _seen: seen }))
}

#[derive(askama::Template)]
#[template(path = "case/form_print.html")]
struct PrintPage {
    case: Case,
    form: Template,
    lines: Vec<Printed>,
    /// Places for which nothing is known: to be written by hand.
    missing: Vec<&'static str>,
    _seen: Seen,
}

/// The paper that shows who somebody is, the better first.
const PAPERS: [&str; 4] = ["citizen-card", "passport", "travel-pass", "old-identity-card"];

fn paper(documents: &[KeptDocument]) -> Option<&KeptDocument> {
    PAPERS.iter().find_map(|kind| documents.iter().find(|d| d.kind == *kind)).or_else(|| documents.first())
}

/// Where they live: where they stay now, else their home, else what a paper says.
fn home(addresses: &[KeptAddress]) -> Option<&KeptAddress> {
    ["staying", "home", "as-printed"].iter().find_map(|kind| addresses.iter().find(|a| a.kind == *kind))
}

#[get("/cases/<code>/forms/<form>")]
async fn print(code: Code, form: &str, mut db: Read<to::ReadCases>, keys: &State<Keys>) -> Result<Page<PrintPage>> {
    let today = db.today();
    let (case, episode, person) = held(&mut db, code).await?;
    let forms = store::in_force(&mut db, today).await?;
    let form = forms.into_iter().find(|known| known.code == form).ok_or(Error::NotFound)?;
    let about = people::whole(&db, person.id).await?;
    let went = episodes::whole(&db, episode.id).await?;
    let office: (String, Option<String>) = organisations::table
        .find(case.holder_id)
        .select((organisations::name, organisations::phone))
        .first(&mut *db)
        .await?;
    let accountable: Option<String> =
        users::table.find(case.accountable_id).select(users::name).first(&mut *db).await.optional()?;
    let (seen, _) = db.rows_read(&[("persons", person.id)], Some(PRINT)).await?;

    // A form is in Vietnamese, whatever the page around it speaks.
    let vi = Language::Vi;
    let day = |on: time::Date| written(on, Precision::Day);
    let paper = paper(&about.documents);
    let number = match paper {
        Some(paper) => {
            paper.number_sealed.as_ref().map(|sealed| document::unseal(keys, paper.id, sealed)).transpose()?
        }
        None => None,
    };
    let home = home(&about.addresses);
    let title = |list: List, code: &str| list.vocabulary().title(code, vi);
    let commune = home.and_then(|a| a.commune_code.as_deref()).map(|code| title(List::Communes, code));
    let province = home.and_then(|a| a.province_code.as_deref()).map(|code| title(List::Provinces, code));
    let line = home.and_then(|a| a.line.clone());
    let (said, base) = (went.migration.as_ref(), went.contracted.as_ref());
    let lines = read(&form.body).map_err(|_| Error::Internal("a form that was kept cannot be read".into()))?;
    let (lines, missing) = filled(&lines, |place| match place {
        "name" => Some(person.name.clone()),
        "birth" => person.birth().map(|(on, precision)| written(on, precision)),
        "sex" => person.sex.as_ref().map(|sex| vi.say(&Message::new(format!("sex-{sex}")))),
        "document" => paper.map(|paper| vi.say(&Message::new(format!("document-kind-{}", paper.kind)))),
        "document-number" => number.clone(),
        "phone" => {
            let own = about.contacts.iter().find(|c| c.kind == "phone" && c.safe_to_call && c.belongs_to.is_none());
            own.map(|contact| dialled(&contact.value))
        }
        "address" => {
            let parts: Vec<String> = [&line, &commune, &province].into_iter().flatten().cloned().collect();
            Some(parts.join(", "))
        }
        "commune" => commune.clone(),
        "province" => province.clone(),
        "country" => episode.previous_country.as_deref().map(|code| title(List::Countries, code)),
        "left" => episode.left().map(|(on, precision)| written(on, precision)),
        "entered" => episode.entered().map(|(on, precision)| written(on, precision)),
        "sender" => said.and_then(|m| m.sender.clone()).or_else(|| base.and_then(|c| c.sender.clone())),
        "contract-start" => said.and_then(|m| m.contract_start).or_else(|| base.map(|c| c.contract_start)).map(day),
        "contract-end" => went.contract_end().map(day),
        "case" => Some(case.code.clone()),
        "office" => Some(office.0.clone()),
        "office-phone" => office.1.clone(),
        "accountable" => accountable.clone(),
        "today" => Some(long_day(today)),
        _ => None,
    });
    Ok(Page(PrintPage { case, form, lines, missing, _seen: seen }))
}

/// A day as Vietnamese papers write it above a signature.
pub(super) fn long_day(on: time::Date) -> String {
    format!("ngày {:02} tháng {:02} năm {}", on.day(), u8::from(on.month()), on.year())
}
