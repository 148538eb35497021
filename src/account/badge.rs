//! My badge and its PIN, with which I come in at a computer that several share (practice 11).

use askama::Template;
use diesel::define_sql_function;
use diesel::prelude::*;
use diesel::sql_types::{Binary, Text};
use diesel_async::RunQueryDsl;
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use time::OffsetDateTime;
use validator::Validate;

use super::Door;
use crate::access::User;
use crate::access::entry::{self, Attempt};
use crate::base::db::{Rights, Tx};
use crate::base::form::{Checked, Filled};
use crate::base::language::{Language, Message};
use crate::base::{Error, Result};
use crate::page::qr::qr_svg;
use crate::page::{Answer, Page, filters};
use crate::schema::users;

pub fn routes() -> Vec<Route> {
    routes![show, make, drop_mine]
}

define_sql_function! {
    /// See database/functions_desk.sql, as for those below.
    fn make_badge(badge: Binary, pin: Text) -> Text;
}
define_sql_function! {
    fn drop_badge() -> Text;
}
define_sql_function! {
    fn my_badge() -> Nullable<Timestamptz>;
}

/// Digits of a PIN.
const PIN: usize = 6;

/// What was scanned or typed, without gaps and the reader's line end.
pub fn digits(typed: &str) -> String {
    typed.chars().filter(|c| !c.is_whitespace()).collect()
}

/// PINs that whoever finds a badge would try first: one digit only, and digits in a row.
fn is_easy(pin: &str) -> bool {
    let digits = pin.as_bytes();
    let steps: Vec<i16> = digits.windows(2).map(|two| i16::from(two[1]) - i16::from(two[0])).collect();
    [0, 1, -1].iter().any(|step| steps.iter().all(|s| s == step))
}

/// A badge to be printed, this once.
struct Made {
    badge: String,
    qr: String,
}

#[derive(Template)]
#[template(path = "account/badge.html")]
struct BadgePage {
    form: Filled,
    name: String,
    office: String,
    since: Option<OffsetDateTime>,
    made: Option<Made>,
}

impl BadgePage {
    /// As it is printed below the code: in fours.
    fn number(&self) -> String {
        let badge = self.made.as_ref().map(|made| made.badge.as_str()).unwrap_or_default();
        badge.as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ")
    }
}

async fn begin(door: &Door<'_>, user: &User) -> Result<Tx> {
    door.db.begin(&user.actor(), door.asking.id, Rights::Writer).await
}

async fn page(door: &Door<'_>, user: &User, form: Filled) -> Result<BadgePage> {
    let mut tx = begin(door, user).await?;
    let since = diesel::select(my_badge()).get_result(&mut *tx).await?;
    tx.commit().await?;
    let (name, office) = (user.name.clone(), user.organisation_name.clone());
    Ok(BadgePage { form, name, office, since, made: None })
}

#[get("/badge")]
async fn show(user: User, door: Door<'_>) -> Result<Page<BadgePage>> {
    Ok(Page(page(&door, &user, Filled::blank()).await?))
}

#[derive(FromForm, Validate)]
struct BadgeForm {
    #[validate(length(max = 500, code = "too-long"))]
    #[field(default = String::new())]
    password: String,
    #[validate(length(max = 100, code = "too-long"))]
    #[field(default = String::new())]
    pin: String,
    #[field(default = String::new())]
    again: String,
}

/// Makes a badge with this PIN, shown this once; the one before opens nothing any more.
#[post("/badge", data = "<form>")]
async fn make(
    user: User,
    form: Form<Checked<BadgeForm>>,
    door: Door<'_>,
    language: Language,
) -> Result<Answer<BadgePage>> {
    let Checked { value, mut filled } = form.into_inner();
    if let Some(sent) = &value {
        let pin = &sent.pin;
        if pin.len() != PIN || !pin.bytes().all(|b| b.is_ascii_digit()) {
            filled.push("pin", "error-pin");
        } else if is_easy(pin) {
            filled.push("pin", "error-pin-easy");
        } else if *pin != sent.again {
            filled.push("again", "error-pin-again");
        }
    }
    let Some(sent) = value.filter(|_| !filled.is_wrong()) else {
        return Ok(Answer::With(Status::UnprocessableEntity, page(&door, &user, filled).await?));
    };
    let mut tx = begin(&door, &user).await?;
    let email: String = users::table.find(user.id).select(users::email).first(&mut *tx).await?;
    tx.commit().await?;
    let from = door.asking.from(door.jar);
    let whose = (&user, email.as_str(), sent.password.as_str());
    let (status, wrong) = match entry::is_password_of(door.db, door.hashing, door.cookies, &from, whose).await? {
        Attempt::In { .. } => (Status::Ok, None),
        Attempt::Wrong => (Status::UnprocessableEntity, Some("error-own-password")),
        Attempt::Wait => (Status::TooManyRequests, Some("sign-in-wait")),
    };
    if let Some(wrong) = wrong {
        filled.push("password", wrong);
        return Ok(Answer::With(status, page(&door, &user, filled).await?));
    }
    let pin = door.hashing.hash(sent.pin).await?;
    let (badge, hash) = entry::new_badge();
    let mut tx = begin(&door, &user).await?;
    diesel::select(make_badge(hash.as_slice(), pin)).execute(&mut *tx).await?;
    tx.commit().await?;
    let qr = qr_svg(&badge, &language.say(&Message::new("badge-code"))).map_err(Error::internal)?;
    let shown = page(&door, &user, Filled::blank()).await?;
    Ok(Answer::With(Status::Ok, BadgePage { made: Some(Made { badge, qr }), ..shown }))
}

/// A badge that is lost opens nothing any more.
#[post("/badge/removal")]
async fn drop_mine(user: User, door: Door<'_>) -> Result<Answer<BadgePage>> {
    let mut tx = begin(&door, &user).await?;
    diesel::select(drop_badge()).execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(Answer::Told("/badge".to_owned(), "badge-dropped"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn easy_pins_are_known() {
        for easy in ["000000", "777777", "123456", "654321", "456789"] {
            assert!(is_easy(easy), "{easy}");
        }
        for fine in ["290841", "112233", "100000"] {
            assert!(!is_easy(fine), "{fine}");
        }
    }
}
