//! Error pages: what happened, that nothing was changed, and what to do now.

use askama::Template;
use rocket::http::{Header, Method, Status};
use rocket::response::{self, Redirect, Responder};
use rocket::{Catcher, Request, catch, catchers};

use super::{Page, filters};
use crate::access::user::request_id;
use crate::base::error::Told;
use crate::base::language::Message;

pub fn catchers() -> Vec<Catcher> {
    catchers![not_signed_in, not_found, unreadable, any]
}

/// What error.html shows.
#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    heading: Message,
    message: Message,
    next: String,
    /// The number of the request, by which the log can be searched.
    request: String,
    back: String,
}

/// An error page with its status.
struct Caught {
    status: Status,
    page: ErrorPage,
    retry_after: Option<u32>,
    allow: Option<String>,
}

impl<'r> Responder<'r, 'static> for Caught {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let mut response = Page(self.page).respond_to(request)?;
        response.set_status(self.status);
        if let Some(seconds) = self.retry_after {
            response.set_header(Header::new("Retry-After", seconds.to_string()));
        }
        if let Some(allow) = self.allow {
            response.set_header(Header::new("Allow", allow));
        }
        Ok(response)
    }
}

fn caught(status: Status, request: &Request<'_>) -> Caught {
    let told = request.local_cache(Told::default);
    let kind = match status.code {
        400 => "bad-request",
        401 => "not-signed-in",
        403 => "not-allowed",
        404 => "not-found",
        405 => "method",
        409 => "conflict",
        413 => "too-large",
        415 => "kind",
        422 => "unprocessable",
        429 => "too-many",
        503 => "unavailable",
        500.. => "ours",
        _ => "bad-request",
    };
    Caught {
        status,
        page: ErrorPage {
            heading: Message::new(format!("error-page-{kind}-title")),
            message: told.message.clone().unwrap_or_else(|| Message::new(format!("error-page-{kind}"))),
            next: format!("error-page-{kind}-next"),
            request: request_id(request).to_string(),
            back: String::new(),
        },
        retry_after: told.retry_after,
        allow: None,
    }
}

/// To the sign-in page and back here; what was sent by a form is not lost in silence but answered with a page that says so.
#[catch(401)]
fn not_signed_in(status: Status, request: &Request<'_>) -> Result<Redirect, Box<Caught>> {
    if request.method() == Method::Get {
        let back = request.uri().to_string();
        Ok(Redirect::to(
            rocket::uri!("/sign-in").to_string()
                + "?back="
                + &rocket::http::RawStr::new(&back).percent_encode().to_string(),
        ))
    } else {
        Err(Box::new(caught(status, request)))
    }
}

/// Not found, or found under another method: then it says which.
#[catch(404)]
fn not_found(status: Status, request: &Request<'_>) -> Caught {
    let methods: Vec<&str> = request
        .rocket()
        .routes()
        .filter(|route| route.method != request.method() && same_shape(route.uri.path(), request.uri().path().as_str()))
        .map(|route| route.method.as_str())
        .collect();
    // A record that is not there answers 404 from a handler: then the route itself matched.
    if methods.is_empty() || request.route().is_some() {
        return caught(status, request);
    }
    Caught { allow: Some(methods.join(", ")), ..caught(Status::MethodNotAllowed, request) }
}

fn same_shape(route: &str, path: &str) -> bool {
    let (route, path): (Vec<&str>, Vec<&str>) = (route.split('/').collect(), path.split('/').collect());
    route.len() == path.len() && route.iter().zip(&path).all(|(r, p)| r == p || (r.starts_with('<') && !p.is_empty()))
}

/// An address with something in it that cannot be read, such as a code with a wrong character, leads nowhere.
#[catch(422)]
fn unreadable(status: Status, request: &Request<'_>) -> Caught {
    caught(if request.method() == Method::Get { Status::NotFound } else { status }, request)
}

#[catch(default)]
fn any(status: Status, request: &Request<'_>) -> Caught {
    caught(status, request)
}
