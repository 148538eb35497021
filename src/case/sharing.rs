//! Another office reads along for a time.

use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, post, routes};
use time::Duration;
use uuid::Uuid;
use validator::Validate;

use super::pages::{ShowPage, refused};
use super::{held, store};
use crate::access::Write;
use crate::access::guard::to;
use crate::access::store::parameter;
use crate::base::code::Code;
use crate::base::form::{Checked, Press};
use crate::base::language::Language;
use crate::base::{Error, Result};
use crate::page::Answer;
use crate::person::form::text;

pub fn routes() -> Vec<Route> {
    routes![share, end_share]
}

#[derive(FromForm, Validate)]
struct ShareForm {
    #[field(default = String::new())]
    office: String,
    #[validate(length(max = 300, code = "too-long"))]
    #[field(default = String::new())]
    reason: String,
}

#[derive(FromForm, Validate)]
struct ShareSent {
    #[validate(nested)]
    share: ShareForm,
}

/// Another office reads along for a time.
#[post("/cases/<code>/shares", data = "<form>")]
async fn share(
    code: Code,
    form: Form<Checked<ShareSent>>,
    mut db: Write<to::ChangeCases>,
    language: Language,
) -> Result<Answer<ShowPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (case, _, person) = match held::begin(&mut db, code, &filled).await? {
        Ok(found) => found,
        Err(before) => return Ok(Answer::To(before)),
    };
    let user = db.user().clone();
    let offices = crate::access::store::organisations(&mut db).await?;
    let wanted = value.as_ref().and_then(|sent| Uuid::parse_str(sent.share.office.trim()).ok());
    let excluded = store::excludes(&mut db, case.id, wanted, None).await?;
    let read = value.and_then(|ShareSent { share: typed }| {
        let office =
            Uuid::parse_str(typed.office.trim()).ok().filter(|id| offices.iter().any(|(known, _)| known == id));
        if office.is_none() {
            filled.push("share.office", "error-choose");
        } else if office == Some(user.organisation) {
            filled.push("share.office", "error-share-self");
        }
        if office.is_some() && excluded {
            filled.push("share.office", "error-exclusion-office");
        }
        if person.protected {
            filled.push("share.office", "error-share-protected");
        }
        let reason = text(&typed.reason);
        if reason.is_none() {
            filled.push("share.reason", "error-reason");
        }
        Some((office?, reason?)).filter(|_| !filled.is_wrong())
    });
    let Some((office, reason)) = read else {
        return refused(db, code, filled, Status::UnprocessableEntity, language).await;
    };
    let until = db.now() + Duration::days(parameter(&mut db, "share.days").await?);
    store::share(&mut db, &user, case.id, office, &reason, until).await?;
    held::end(db, code, &filled, "case-shared").await
}

#[post("/cases/<code>/shares/<id>/end", data = "<form>")]
async fn end_share(
    code: Code,
    id: Uuid,
    form: Form<Checked<Press>>,
    mut db: Write<to::ChangeCases>,
) -> Result<Answer<ShowPage>> {
    let filled = form.into_inner().filled;
    let (case, _, _) = store::find(&mut db, code).await?;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    if !store::end_share(&mut db, case.id, id).await? {
        return Err(Error::NotFound);
    }
    held::end(db, code, &filled, "case-share-ended").await
}
