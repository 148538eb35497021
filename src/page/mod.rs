//! What surrounds every page: its language, who is signed in, navigation, messages, errors, headers.

pub mod catch;
pub mod download;
pub mod fairing;
pub mod field;
pub mod filters;
pub mod pages;
pub mod qr;

use std::io::Cursor;

use askama::Template;
use rocket::Request;
use rocket::http::{ContentType, Cookie, SameSite, Status};
use rocket::request::{FromRequest, Outcome};
use rocket::response::{self, Redirect, Responder, Response};
use uuid::Uuid;

use crate::access::user::known_user;
use crate::access::{Permission, User};
use crate::base::language::{Language, Message};
use crate::base::settings::Settings;

pub use download::{Download, Format};
pub use pages::routes;

/// What base.html knows of the request, handed to templates as the value `surroundings`.
pub struct Surroundings {
    pub language: Language,
    pub user: Option<SignedIn>,
    pub flash: Option<Flash>,
    /// Where the language switch leads back to.
    pub path: String,
    pub items: Vec<Item>,
    /// Everybody here is made up.
    pub training: bool,
}

pub struct SignedIn {
    pub id: String,
    pub name: String,
    pub organisation: String,
    /// At a computer that several share.
    pub shared: bool,
    /// Seconds after which an unattended screen locks.
    pub lock: i64,
}

/// A message for the next page; its key travels in a cookie, so it never holds anything personal.
pub struct Flash {
    pub kind: &'static str,
    pub message: Message,
}

/// An entry of the navigation.
pub struct Item {
    pub href: String,
    pub label: &'static str,
    pub current: bool,
}

/// What the navigation offers, to whom. The mark above it leads to the first page.
const ITEMS: [(&str, &str, Permission); 16] = [
    ("/shift", "page-shift", Permission::ReadCases),
    ("/cases", "page-cases", Permission::ReadCases),
    (PRIVATE, "page-private", Permission::ProvideCare),
    ("/referrals", "page-referrals", Permission::AnswerReferrals),
    ("/intake", "page-intake", Permission::RegisterPeople),
    ("/arrivals", "page-arrivals", Permission::ReadCases),
    (FLIGHTS, "page-flights", Permission::RegisterPeople),
    ("/hand-overs", "page-hand-overs", Permission::ReadCases),
    ("/plans", "page-plans", Permission::ApprovePlans),
    ("/providers", "page-providers", Permission::ReadCases),
    ("/vacancies", "page-vacancies", Permission::ReadWork),
    ("/people", "page-people", Permission::FindPeople),
    (UNKNOWN, "page-unknown", Permission::WorkContactTasks),
    ("/duplicates", "page-duplicates", Permission::DecideDuplicates),
    ("/access-requests", "page-access-requests", Permission::DecideAccess),
    ("/releases", "page-releases", Permission::DraftReleases),
];

/// Never at a counter.
const PRIVATE: &str = "/private";
/// Only where people arrive.
const FLIGHTS: &str = "/flights";
/// Only in a province.
const UNKNOWN: &str = "/unknown-returnees";

impl Surroundings {
    fn of(request: &Request<'_>, user: Option<&User>) -> Surroundings {
        let path = request.uri().path().as_str();
        let jar = request.cookies();
        let flash = jar.get(FLASH).and_then(|cookie| {
            let (kind, key) = cookie.value().split_once(':')?;
            let known = key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
            known.then(|| Flash {
                kind: if kind == "important" { "important" } else { "success" },
                message: Message::new(key.to_owned()),
            })
        });
        if flash.is_some() {
            jar.remove(Cookie::build(FLASH).path("/"));
        }
        let items = match user {
            None => Vec::new(),
            Some(user) => ITEMS
                .iter()
                .filter(|(_, _, wanted)| user.may(*wanted))
                .filter(|(href, _, _)| *href != PRIVATE || user.provides_care())
                .filter(|(href, _, _)| *href != FLIGHTS || user.is_at_gate())
                .filter(|(href, _, _)| *href != UNKNOWN || user.is_of_province())
                .map(|(href, label, _)| Item {
                    href: (*href).to_owned(),
                    label,
                    current: path == *href || path.starts_with(&format!("{href}/")),
                })
                .collect(),
        };
        Surroundings {
            language: language_of(request),
            user: user.map(|u| SignedIn {
                id: u.id.to_string(),
                name: u.name.clone(),
                organisation: u.organisation_name.clone(),
                shared: u.shared,
                lock: u.lock,
            }),
            flash,
            path: match request.method() {
                rocket::http::Method::Get => request.uri().to_string(),
                // A form that came back stands at an address that a GET may not answer: what it belongs to does.
                _ => path
                    .rsplit_once('/')
                    .map_or("/", |(parent, _)| if parent.is_empty() { "/" } else { parent })
                    .to_owned(),
            },
            items,
            training: request.rocket().state::<Settings>().is_some_and(|settings| settings.training),
        }
    }
}

const FLASH: &str = "flash";
pub const LANGUAGE: &str = "language";

/// The language chosen in this browser, else the account's, else Vietnamese.
pub fn language_of(request: &Request<'_>) -> Language {
    request
        .cookies()
        .get(LANGUAGE)
        .and_then(|c| Language::from_code(c.value()))
        .or_else(|| known_user(request).map(|u| u.language))
        .unwrap_or_default()
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Language {
    type Error = std::convert::Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Self::Error> {
        Outcome::Success(language_of(request))
    }
}

/// A page from a template.
pub struct Page<T>(pub T);

impl<'r, T: Template> Responder<'r, 'static> for Page<T> {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let surroundings = Surroundings::of(request, known_user(request));
        let html = self.0.render_with_values(&("surroundings", &surroundings as &dyn std::any::Any)).map_err(|e| {
            rocket::error!("template: {e}");
            Status::InternalServerError
        })?;
        Response::build().header(ContentType::HTML).sized_body(html.len(), Cursor::new(html)).ok()
    }
}

/// What a handler answers: a page, a page with a status of its own, or the way to another.
pub enum Answer<T> {
    Page(T),
    With(Status, T),
    To(String),
    /// The same, with a message there.
    Told(String, &'static str),
}

impl<'r, T: Template> Responder<'r, 'static> for Answer<T> {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        match self {
            Answer::Page(page) => Page(page).respond_to(request),
            Answer::With(status, page) => (status, Page(page)).respond_to(request),
            Answer::To(location) => Redirect::to(location).respond_to(request),
            Answer::Told(location, key) => {
                request.cookies().add(
                    Cookie::build((FLASH, format!("success:{key}"))).path("/").http_only(true).same_site(SameSite::Lax),
                );
                Redirect::to(location).respond_to(request)
            }
        }
    }
}

/// Where a list begins and where it goes on, for one that is walked by the id of the last line shown; empty where there
/// is no such page.
pub fn around(list: &str, after: Option<Uuid>, last: Option<Uuid>) -> (String, String) {
    let joint = if list.contains('?') { '&' } else { '?' };
    let previous = after.map(|_| list.to_owned()).unwrap_or_default();
    (previous, last.map(|id| format!("{list}{joint}after={id}")).unwrap_or_default())
}

/// A path of this app that is safe to go back to: no other host, no control characters.
pub fn safe_path(path: &str) -> &str {
    let fine = path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains('\\')
        && path.len() <= 500
        && path.bytes().all(|b| (0x21..0x7f).contains(&b));
    if fine { path } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::safe_path;

    #[test]
    fn nobody_is_led_away() {
        for (given, safe) in [
            ("/people", "/people"),
            ("/people?page=2", "/people?page=2"),
            ("//evil.example", "/"),
            ("https://evil.example", "/"),
            ("/\\evil.example", "/"),
            ("/a\r\nSet-Cookie: x", "/"),
            ("", "/"),
        ] {
            assert_eq!(safe_path(given), safe);
        }
    }
}
