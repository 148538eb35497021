//! Signing in and out, taking up an invitation; the accounts of an office, and the outbox.

pub mod outbox;
pub mod staff;

use std::net::IpAddr;

use askama::Template;
use rocket::form::{Form, FromForm};
use rocket::http::{CookieJar, Status};
use rocket::request::{FromRequest, Outcome};
use rocket::response::Redirect;
use rocket::{Request, Route, State, get, post, routes};
use uuid::Uuid;
use validator::{Validate, ValidationError};

use crate::access::session::{self, Attempt, Cookies, Hashing, Invited};
use crate::access::user::request_id;
use crate::access::{Open, User};
use crate::base;
use crate::base::db::Db;
use crate::base::form::{Checked, Filled};
use crate::base::language::Message;
use crate::page::{Answer, Page, filters, safe_path};

pub fn routes() -> Vec<Route> {
    let mut all = routes![sign_in_page, sign_in, sign_out, invitation_page, take_invitation];
    all.extend(outbox::routes());
    all.extend(staff::routes());
    all
}

/// The number of the request, and where it comes from.
struct Asking {
    id: Uuid,
    address: Option<IpAddr>,
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Asking {
    type Error = std::convert::Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Self::Error> {
        Outcome::Success(Asking { id: request_id(request), address: request.client_ip() })
    }
}

#[derive(Template)]
#[template(path = "account/sign_in.html")]
struct SignInPage {
    form: Filled,
    back: String,
    trouble: Option<Message>,
}

#[derive(FromForm, Validate)]
struct SignIn {
    #[validate(length(max = 200, code = "too-long"), custom(function = "given"))]
    email: String,
    #[validate(length(max = 500, code = "too-long"), custom(function = "given"))]
    password: String,
}

fn given(typed: &str) -> Result<(), ValidationError> {
    if typed.is_empty() { Err(ValidationError::new("required")) } else { Ok(()) }
}

#[get("/sign-in?<back>")]
fn sign_in_page(_open: Open, back: Option<&str>) -> Page<SignInPage> {
    Page(SignInPage { form: Filled::blank(), back: safe_path(back.unwrap_or("/")).to_owned(), trouble: None })
}

#[post("/sign-in", data = "<form>")]
async fn sign_in(
    _open: Open,
    form: Form<Checked<SignIn>>,
    jar: &CookieJar<'_>,
    asking: Asking,
    db: &State<Db>,
    hashing: &State<Hashing>,
    cookies: &State<Cookies>,
) -> base::Result<Answer<SignInPage>> {
    let Checked { value, filled } = form.into_inner();
    let back = safe_path(filled.value("back")).to_owned();
    let Some(SignIn { email, password }) = value else {
        return Ok(Answer::With(Status::UnprocessableEntity, SignInPage { form: filled, back, trouble: None }));
    };
    let from = session::From { jar, address: asking.address, request: asking.id };
    let (status, trouble) = match session::sign_in(db, hashing, **cookies, from, &email, &password).await? {
        Attempt::In => return Ok(Answer::To(back)),
        Attempt::Wrong => (Status::UnprocessableEntity, "sign-in-wrong"),
        Attempt::Wait => (Status::TooManyRequests, "sign-in-wait"),
    };
    Ok(Answer::With(status, SignInPage { form: filled, back, trouble: Some(Message::new(trouble)) }))
}

#[post("/sign-out")]
async fn sign_out(
    user: User,
    jar: &CookieJar<'_>,
    asking: Asking,
    db: &State<Db>,
    cookies: &State<Cookies>,
) -> base::Result<Redirect> {
    session::sign_out(db, **cookies, jar, &user, asking.id).await?;
    Ok(Redirect::to("/sign-in"))
}

#[derive(Template)]
#[template(path = "account/invitation.html")]
struct InvitationPage {
    form: Filled,
    invited: Invited,
}

#[derive(FromForm, Validate)]
struct Choose {
    // Length beats rules about characters (NIST SP 800-63B 5.1.1.2).
    #[validate(length(min = 12, max = 200, code = "password-length"))]
    password: String,
    again: String,
}

#[get("/invitations/<token>")]
async fn invitation_page(
    _open: Open,
    token: &str,
    asking: Asking,
    db: &State<Db>,
) -> base::Result<Page<InvitationPage>> {
    let invited = session::invited(db, token, asking.id).await?;
    Ok(Page(InvitationPage { form: Filled::blank(), invited }))
}

#[post("/invitations/<token>", data = "<form>")]
async fn take_invitation(
    _open: Open,
    token: &str,
    form: Form<Checked<Choose>>,
    asking: Asking,
    db: &State<Db>,
    hashing: &State<Hashing>,
) -> base::Result<Answer<InvitationPage>> {
    let invited = session::invited(db, token, asking.id).await?;
    let Checked { value, mut filled } = form.into_inner();
    if let Some(Choose { password, again }) = value {
        if password == again {
            session::take_invitation(db, hashing, token, password, asking.id).await?;
            return Ok(Answer::Told("/sign-in".into(), "invitation-taken"));
        }
        filled.push("again", "error-password-again");
    }
    Ok(Answer::With(Status::UnprocessableEntity, InvitationPage { form: filled, invited }))
}
