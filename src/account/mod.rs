//! Signing in and out, taking up an invitation; badges, shared computers and what was typed when a screen locked; the
//! accounts of an office, what its staff were taught, and the outbox.

pub mod badge;
pub mod computer;
pub mod course;
pub mod draft;
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

use crate::access::entry::{self, Attempt, Computer, Hashing, Invited, Shown};
use crate::access::session::{self, Cookies};
use crate::access::user::request_id;
use crate::access::{Open, User};
use crate::base;
use crate::base::db::Db;
use crate::base::form::{Checked, Filled};
use crate::base::language::Message;
use crate::page::{Answer, Page, filters, safe_path};

pub fn routes() -> Vec<Route> {
    let mut all =
        routes![sign_in_page, sign_in, sign_in_by_badge, lock, here, sign_out, invitation_page, take_invitation];
    all.extend(badge::routes());
    all.extend(computer::routes());
    all.extend(course::routes());
    all.extend(draft::routes());
    all.extend(outbox::routes());
    all.extend(staff::routes());
    all
}

/// The number of the request, and where it comes from.
struct Asking {
    id: Uuid,
    address: Option<IpAddr>,
}

impl Asking {
    fn from<'a>(&self, jar: &'a CookieJar<'a>) -> entry::From<'a> {
        entry::From { jar, address: self.address, request: self.id }
    }
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
    /// The field at which the trouble is.
    at: &'static str,
    /// One that several share: a badge opens it.
    computer: Option<Computer>,
}

#[derive(FromForm, Validate)]
struct SignIn {
    #[validate(length(max = 200, code = "too-long"), custom(function = "given"))]
    email: String,
    #[validate(length(max = 500, code = "too-long"), custom(function = "given"))]
    password: String,
}

#[derive(FromForm, Validate)]
struct BadgeSignIn {
    #[validate(length(max = 100, code = "too-long"), custom(function = "given"))]
    badge: String,
    #[validate(length(max = 100, code = "too-long"), custom(function = "given"))]
    pin: String,
}

fn given(typed: &str) -> Result<(), ValidationError> {
    if typed.is_empty() { Err(ValidationError::new("required")) } else { Ok(()) }
}

/// What coming in needs of the app.
pub struct Door<'r> {
    db: &'r State<Db>,
    hashing: &'r State<Hashing>,
    cookies: Cookies,
    jar: &'r CookieJar<'r>,
    asking: Asking,
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Door<'r> {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Self::Error> {
        let db = rocket::outcome::try_outcome!(request.guard::<&State<Db>>().await);
        let hashing = rocket::outcome::try_outcome!(request.guard::<&State<Hashing>>().await);
        let cookies = **rocket::outcome::try_outcome!(request.guard::<&State<Cookies>>().await);
        let asking = Asking { id: request_id(request), address: request.client_ip() };
        Outcome::Success(Door { db, hashing, cookies, jar: request.cookies(), asking })
    }
}

impl Door<'_> {
    /// Tries what is shown, and sets the cookies.
    pub async fn come_in(&self, shown: Shown<'_>) -> base::Result<Attempt> {
        entry::sign_in(self.db, self.hashing, self.cookies, self.asking.from(self.jar), shown).await
    }

    async fn page(&self, form: Filled, back: String) -> base::Result<SignInPage> {
        let computer = entry::computer(self.db, self.cookies, &self.asking.from(self.jar)).await?;
        Ok(SignInPage { form, back, trouble: None, at: "", computer })
    }

    /// Tries, and leads on: back to where this browser was, unless that was somebody else's.
    async fn try_in(&self, form: Filled, shown: Option<Shown<'_>>) -> base::Result<Answer<SignInPage>> {
        let back = safe_path(form.value("back")).to_owned();
        let Some(shown) = shown else {
            return Ok(Answer::With(Status::UnprocessableEntity, self.page(form, back).await?));
        };
        let (at, wrong, wait) = match shown {
            Shown::Password { .. } => ("#email", "sign-in-wrong", "sign-in-wait"),
            Shown::Badge { .. } => ("#badge", "sign-in-badge-wrong", "sign-in-badge-wait"),
        };
        let (status, trouble) = match self.come_in(shown).await? {
            Attempt::In { again: true } => return Ok(Answer::To(back)),
            Attempt::In { again: false } => return Ok(Answer::To("/".to_owned())),
            Attempt::Wrong => (Status::UnprocessableEntity, wrong),
            Attempt::Wait => (Status::TooManyRequests, wait),
        };
        let page = self.page(form, back).await?;
        Ok(Answer::With(status, SignInPage { trouble: Some(Message::new(trouble)), at, ..page }))
    }
}

#[get("/sign-in?<back>")]
async fn sign_in_page(_open: Open, door: Door<'_>, back: Option<&str>) -> base::Result<Page<SignInPage>> {
    Ok(Page(door.page(Filled::blank(), safe_path(back.unwrap_or("/")).to_owned()).await?))
}

#[post("/sign-in", data = "<form>")]
async fn sign_in(_open: Open, form: Form<Checked<SignIn>>, door: Door<'_>) -> base::Result<Answer<SignInPage>> {
    let Checked { value, filled } = form.into_inner();
    let shown = value.as_ref().map(|sent| Shown::Password { email: &sent.email, password: &sent.password });
    door.try_in(filled, shown).await
}

#[post("/sign-in/badge", data = "<form>")]
async fn sign_in_by_badge(
    _open: Open,
    form: Form<Checked<BadgeSignIn>>,
    door: Door<'_>,
) -> base::Result<Answer<SignInPage>> {
    let Checked { value, filled } = form.into_inner();
    // Readers may end with a line, and people type with gaps.
    let value = value.map(|sent| (badge::digits(&sent.badge), badge::digits(&sent.pin)));
    door.try_in(filled, value.as_ref().map(|(badge, pin)| Shown::Badge { badge, pin })).await
}

#[derive(FromForm)]
struct Lock {
    #[field(default = String::new())]
    back: String,
}

/// Whoever shares the computer comes next; who goes, comes back to where they were.
#[post("/lock", data = "<form>")]
async fn lock(
    user: User,
    form: Form<Lock>,
    jar: &CookieJar<'_>,
    asking: Asking,
    db: &State<Db>,
    cookies: &State<Cookies>,
) -> base::Result<Redirect> {
    session::lock(db, **cookies, jar, &user, asking.id).await?;
    Ok(Redirect::to(format!("/sign-in?back={}", rocket::http::RawStr::new(safe_path(&form.back)).percent_encode())))
}

/// Somebody is still typing.
#[get("/here")]
fn here(_user: User) -> Status {
    Status::NoContent
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
    let invited = entry::invited(db, token, asking.id).await?;
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
    let invited = entry::invited(db, token, asking.id).await?;
    let Checked { value, mut filled } = form.into_inner();
    if let Some(Choose { password, again }) = value {
        if password == again {
            entry::take_invitation(db, hashing, token, password, asking.id).await?;
            return Ok(Answer::Told("/sign-in".into(), "invitation-taken"));
        }
        filled.push("again", "error-password-again");
    }
    Ok(Answer::With(Status::UnprocessableEntity, InvitationPage { form: filled, invited }))
}
