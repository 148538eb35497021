//! What a printed address says in the units of its time, and the commune of today that is taken over from it.

use askama::Template;
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use uuid::Uuid;
use validator::Validate;

use super::part_store::{self, KeptAddress};
use super::store;
use crate::access::guard::to;
use crate::access::{Read, Seen, Write};
use crate::base::code::Code;
use crate::base::form::{Checked, Choice, Filled};
use crate::base::language::Language;
use crate::base::{Error, Result};
use crate::page::{Answer, Page, filters};
use crate::vocabulary::old::{self, Meant, Place};

pub fn routes() -> Vec<Route> {
    routes![ask, take]
}

/// What can be said of a printed address.
pub struct Understood {
    /// The place in the units of its time; empty where it is not certain.
    pub place: String,
    /// The communes of today that it may lie in. One is proposed, of several the person is asked.
    pub now: Vec<Choice>,
    /// Somebody took one over already.
    pub taken: bool,
}

/// The communes of today of all these places, each once; where it is not certain which place is meant, with its name.
fn choices(places: &[Place], language: Language) -> Vec<Choice> {
    let mut found: Vec<Choice> = Vec::new();
    for place in places {
        for code in place.now() {
            if found.iter().any(|choice| choice.value == *code) {
                continue;
            }
            let title = old::present_title(code, language);
            let text = if places.len() > 1 { format!("{title} ← {}", place.title()) } else { title };
            found.push(Choice::new(*code, text));
        }
    }
    found
}

/// What an address as printed may be called today.
pub fn proposed(line: &str, language: Language) -> (String, Vec<Choice>) {
    let meant = old::recognise_line(line);
    (meant.place().title(), choices(meant.places(), language))
}

fn places(address: &KeptAddress) -> Vec<Place> {
    if address.old_district.is_some() || address.old_commune.is_some() {
        let (province, district) = (address.old_province.as_deref(), address.old_district.as_deref());
        return vec![Place::of(province, district, address.old_commune.as_deref())];
    }
    match old::recognise_line(address.line.as_deref().unwrap_or_default()) {
        Meant::Unknown(_) => Vec::new(),
        meant => meant.places().to_vec(),
    }
}

/// What can be said of this address; nothing where it is none as printed.
pub fn understood(address: &KeptAddress, all: &[KeptAddress], language: Language) -> Option<Understood> {
    if address.kind != "as-printed" {
        return None;
    }
    let places = places(address);
    Some(Understood {
        place: if let [place] = places.as_slice() { place.title() } else { String::new() },
        now: choices(&places, language),
        taken: all.iter().any(|other| other.mapped_from == Some(address.id)),
    })
}

#[derive(Template)]
#[template(path = "person/old_address.html")]
struct AskPage {
    code: String,
    name: String,
    id: Uuid,
    line: String,
    place: String,
    form: Filled,
    now: Vec<Choice>,
    _seen: Option<Seen>,
}

impl AskPage {
    fn new(
        person: super::Person,
        address: &KeptAddress,
        form: Filled,
        language: Language,
        seen: Option<Seen>,
    ) -> AskPage {
        let understood = understood(address, &[], language);
        let (place, now) = understood.map(|u| (u.place, u.now)).unwrap_or_default();
        let line = address.line.clone().unwrap_or_default();
        AskPage { code: person.code, name: person.name, id: address.id, line, place, form, now, _seen: seen }
    }
}

/// Which of the communes of today it is: for the person to say.
#[get("/people/<code>/addresses/<id>/present")]
async fn ask(code: Code, id: Uuid, mut db: Read<to::ChangePeople>, language: Language) -> Result<Page<AskPage>> {
    let (user, now) = (db.user().clone(), db.now());
    let person = store::find_to_change(&mut db, &user, code, now).await?;
    let address = part_store::printed_address(&mut db, person.id, id).await?;
    let seen = db.opened(&[person.id]).await?;
    Ok(Page(AskPage::new(person, &address, Filled::blank(), language, Some(seen))))
}

#[derive(FromForm, Validate)]
struct Taken {
    #[field(default = String::new())]
    commune: String,
}

#[post("/people/<code>/addresses/<id>/present", data = "<form>")]
async fn take(
    code: Code,
    id: Uuid,
    form: Form<Checked<Taken>>,
    mut db: Write<to::ChangePeople>,
    language: Language,
) -> Result<Answer<AskPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (user, now) = (db.user().clone(), db.now());
    let person = store::find_to_change(&mut db, &user, code, now).await?;
    let address = part_store::printed_address(&mut db, person.id, id).await?;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    if part_store::taken_over(&mut db, id).await? {
        return Err(Error::refused(Status::Conflict, "error-page-changed-meanwhile"));
    }
    let chosen = value.map(|taken| taken.commune).unwrap_or_default();
    let known = choices(&places(&address), language).iter().any(|choice| choice.value == chosen);
    if !known {
        filled.push("commune", "error-choose");
        let page = AskPage::new(person, &address, filled, language, None);
        return Ok(Answer::With(Status::UnprocessableEntity, page));
    }
    part_store::take_over(&mut db, person.id, id, &chosen).await?;
    let location = format!("/people/{code}");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "address-taken"))
}
