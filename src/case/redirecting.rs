//! A hand-over that silence or a commune without an office took to the province, sent on: accepted and offered to another office in one act, so that the
//! case is never without somebody accountable, and never waits twice for the same silence (practice 26 and 28).

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, State, post, routes};
use uuid::Uuid;
use validator::Validate;

use super::answering::{self, ShowPage, shown};
use super::handing::{NewOffer, Offer, answered, make_offer};
use super::{held, store};
use crate::access::guard::to;
use crate::access::{Permission, User, Write};
use crate::base::code::Code;
use crate::base::form::{Checked, Filled};
use crate::base::settings::Settings;
use crate::base::{Error, Result};
use crate::page::Answer;
use crate::person::form::lines;
use crate::schema::cases;

pub fn routes() -> Vec<Route> {
    routes![redirect]
}

/// True if this offer is the user's office's to send on: silence took it there, or nobody answers for its commune.
/// `answer_hand_over()` says the same of the first; the second was made to this office.
pub(super) fn is_to_send_on(offer: &Offer, user: &User) -> bool {
    let moved_up = offer.silence >= 2 && offer.province_id == Some(user.organisation);
    let unrouted = offer.unrouted_commune.is_some() && offer.to_id == user.organisation;
    offer.kind == "transfer" && (moved_up || unrouted) && user.may(Permission::FollowSilence)
}

/// Where it may go on to: neither to whoever was silent nor back to whoever sent it, who gets it back by a refusal.
pub(super) async fn onward(
    db: &mut AsyncPgConnection,
    offer: &Offer,
    user: &User,
    near: Option<&str>,
) -> Result<Vec<(Uuid, String)>> {
    let mut offices = store::offices(db, user.organisation, near).await?;
    offices.retain(|(id, _)| ![offer.from_id, offer.to_id].contains(id));
    Ok(offices)
}

#[derive(FromForm, Validate)]
struct OnwardForm {
    #[field(default = String::new())]
    to: String,
    /// The returnee chose that office too (practice 21).
    #[field(default = false)]
    chosen: bool,
    #[validate(length(max = 1000, code = "too-long"))]
    #[field(default = String::new())]
    reason: String,
}

#[derive(FromForm, Validate)]
struct OnwardSent {
    #[validate(nested)]
    onward: OnwardForm,
}

fn read(sent: &OnwardForm, filled: &mut Filled, offices: &[(Uuid, String)]) -> Option<(Uuid, String)> {
    let to = Uuid::parse_str(sent.to.trim()).ok().filter(|id| offices.iter().any(|(known, _)| known == id));
    if to.is_none() {
        filled.push("onward.to", "error-choose");
    }
    if !sent.chosen {
        filled.push("onward.chosen", "error-not-chosen");
    }
    let reason = lines(&sent.reason);
    if reason.is_none() {
        filled.push("onward.reason", "error-reason");
    }
    to.zip(reason).filter(|_| !filled.is_wrong())
}

#[post("/hand-overs/<id>/redirection", data = "<form>")]
async fn redirect(
    id: Uuid,
    form: Form<Checked<OnwardSent>>,
    mut db: Write<to::FollowSilence>,
    settings: &State<Settings>,
) -> Result<Answer<ShowPage>> {
    let Checked { value, mut filled } = form.into_inner();
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let (user, now) = (db.user().clone(), db.now());
    let offer = answering::offer(&mut db, id).await?;
    if !is_to_send_on(&offer, &user) {
        return Err(Error::NotFound);
    }
    let offices = onward(&mut db, &offer, &user, None).await?;
    let Some((to, reason)) = value.and_then(|sent| read(&sent.onward, &mut filled, &offices)) else {
        return Ok(Answer::With(Status::UnprocessableEntity, shown(db.instead().await?, id, filled).await?));
    };
    match answered(&mut db, id, "accept", Some(&reason)).await?.as_str() {
        "done" => {}
        "before" => return Err(Error::refused(Status::Conflict, "error-hand-over-answered")),
        _ => return Err(Error::NotFound),
    }
    let code: String = cases::table.filter(cases::id.eq(offer.case_id)).select(cases::code).first(&mut *db).await?;
    let code: Code = code.parse().map_err(|_| Error::NotFound)?;
    // What the first office was to know, the next one is to know too.
    let new = NewOffer {
        case: offer.case_id,
        urgency: &offer.urgency,
        to,
        unrouted: None,
        helper: None,
        note: offer.note.as_deref(),
    };
    make_offer(&mut db, settings, &user, &new, now).await?;
    held::end(db, code, &filled, "hand-over-redirected").await
}
