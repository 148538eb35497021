//! Hand-overs as the other side sees them: waiting, looked at, accepted, declined, taken back, asked for.

use std::collections::HashMap;

use askama::Template;
use diesel::prelude::*;
use diesel::sql_types::{Array, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, State, get, post, routes};
use serde_json::Value;
use time::Duration;
use uuid::Uuid;
use validator::Validate;

use super::handing::{Offer, answered, reply_hours, watch_silence};
use super::store::hand_over_preview;
use super::{message, redirecting, store};
use crate::access::guard::to;
use crate::access::store::organisations;
use crate::access::{Permission, Read, Seen, User, Write};
use crate::base::code::Code;
use crate::base::form::{Checked, Choice, Filled};
use crate::base::settings::Settings;
use crate::base::{Error, Result};
use crate::page::{Answer, Page, filters};
use crate::person::form::lines;
use crate::schema::hand_overs;

pub fn routes() -> Vec<Route> {
    routes![index, show, accept, decline, revoke, find, request]
}

/// A line of the list of hand-overs.
struct Line {
    offer: Offer,
    /// What tells lines apart; not there for somebody under protection whom it may not show.
    code: Option<String>,
    from: String,
    to: String,
    /// Its page is theirs to see. Who follows every silence sees that it lasts, and no preview.
    opens: bool,
}

#[derive(Template)]
#[template(path = "case/hand_overs.html")]
struct IndexPage {
    /// For whose commune nobody answers; whoever follows silence sends it on.
    unrouted: Vec<Line>,
    waiting: Vec<Line>,
    sent: Vec<Line>,
    silent: Vec<Line>,
    answered: Vec<Line>,
    follows: bool,
}

/// What waits for an answer from us, what we wait for, what nobody answers, and what was answered last.
#[get("/hand-overs")]
async fn index(mut db: Read<to::ReadCases>) -> Result<Page<IndexPage>> {
    let user = db.user().clone();
    index_page(&user, &mut db).await.map(Page)
}

#[derive(QueryableByName)]
struct Coded {
    #[diesel(sql_type = SqlUuid)]
    hand_over: Uuid,
    #[diesel(sql_type = Text)]
    code: String,
}

async fn index_page(user: &User, db: &mut AsyncPgConnection) -> Result<IndexPage> {
    let mine = user.organisation;
    let all: Vec<Offer> = hand_overs::table
        .filter(hand_overs::from_id.eq(mine).or(hand_overs::to_id.eq(mine)).or(hand_overs::silence.ge(2)))
        .order((hand_overs::answered_at.desc().nulls_first(), hand_overs::offered_at))
        .limit(200)
        .select(Offer::as_select())
        .load(db)
        .await?;
    let listed: Vec<Uuid> = all.iter().map(|offer| offer.id).collect();
    let coded: Vec<Coded> = diesel::sql_query("SELECT hand_over, code FROM hand_over_codes($1)")
        .bind::<Array<SqlUuid>, _>(listed)
        .load(db)
        .await?;
    let mut codes: HashMap<Uuid, String> = coded.into_iter().map(|c| (c.hand_over, c.code)).collect();
    let offices = organisations(db).await?;
    let name = |id: Uuid| offices.iter().find(|(known, _)| *known == id).map(|(_, n)| n.clone()).unwrap_or_default();
    let mut page = IndexPage {
        unrouted: Vec::new(),
        waiting: Vec::new(),
        sent: Vec::new(),
        silent: Vec::new(),
        answered: Vec::new(),
        follows: user.may(Permission::FollowSilence),
    };
    for offer in all {
        // A request is answered by the holder, an offer by the office that it is made to.
        let incoming =
            (offer.kind == "transfer" && offer.to_id == mine) || (offer.kind == "request" && offer.from_id == mine);
        let outgoing = !incoming && (offer.from_id == mine || offer.to_id == mine);
        let code = codes.remove(&offer.id);
        let opens = incoming || outgoing || offer.province_id == Some(mine);
        let line = Line { from: name(offer.from_id), to: name(offer.to_id), code, opens, offer };
        match line.offer.state.as_str() {
            "offered" if redirecting::is_to_send_on(&line.offer, user) && incoming => page.unrouted.push(line),
            "offered" if incoming => page.waiting.push(line),
            "offered" if outgoing => page.sent.push(line),
            "offered" => page.silent.push(line),
            _ if page.answered.len() < 30 && (incoming || outgoing) => page.answered.push(line),
            _ => {}
        }
    }
    Ok(page)
}

/// What the office asked may know, from `hand_over_preview()`.
struct Preview {
    code: String,
    sex: Option<String>,
    born: Option<i64>,
    country: Option<String>,
    province: Option<String>,
    standing: String,
    services: Vec<String>,
    offered_by: String,
}

#[derive(Template)]
#[template(path = "case/hand_over.html")]
pub(super) struct ShowPage {
    offer: Offer,
    from: String,
    to: String,
    preview: Preview,
    may_answer: bool,
    may_revoke: bool,
    /// Where else it may go, by whom silence took it to.
    onward: Vec<Choice>,
    /// The case is ours to open.
    open: bool,
    form: Filled,
    _seen: Option<Seen>,
}

/// A hand-over that the user may see.
pub(super) async fn offer(db: &mut AsyncPgConnection, id: Uuid) -> Result<Offer> {
    Ok(hand_overs::table.filter(hand_overs::id.eq(id)).select(Offer::as_select()).first(db).await?)
}

pub(super) async fn shown<P>(mut db: Read<P>, id: Uuid, form: Filled) -> Result<ShowPage> {
    let user = db.user().clone();
    let offer = offer(&mut db, id).await?;
    let preview: Option<Value> = diesel::select(hand_over_preview(id)).get_result(&mut *db).await?;
    // DOLAB's list of the silent names offices and codes; it opens nothing.
    let preview = preview.ok_or(Error::NotFound)?;
    let offices = organisations(&mut db).await?;
    let name = |id: Uuid| offices.iter().find(|(known, _)| *known == id).map(|(_, n)| n.clone()).unwrap_or_default();
    let word = |key: &str| preview[key].as_str().map(str::to_owned);
    let person = preview["person"].as_str().and_then(|id| Uuid::parse_str(id).ok()).ok_or(Error::NotFound)?;
    let code = word("code").unwrap_or_default();
    let parsed: Code = code.parse().map_err(|_| Error::NotFound)?;
    let open = store::with_code(&mut db, parsed).await?.is_some_and(|(_, mine)| mine);
    let mine = user.organisation;
    let offered = offer.state == "offered" && user.may(Permission::ChangeCases);
    let asked_by_us = if offer.kind == "transfer" { offer.from_id == mine } else { offer.to_id == mine };
    let mut onward = Vec::new();
    if offered && redirecting::is_to_send_on(&offer, &user) {
        onward = redirecting::onward(&mut db, &offer, &user, preview["province"].as_str()).await?;
    }
    let page = ShowPage {
        from: name(offer.from_id),
        to: name(offer.to_id),
        may_answer: offered && !asked_by_us,
        may_revoke: offered && asked_by_us,
        onward: onward.into_iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect(),
        open,
        preview: Preview {
            sex: word("sex"),
            born: preview["born"].as_i64(),
            country: word("previous_country"),
            province: word("province"),
            standing: word("standing").unwrap_or_default(),
            services: preview["services"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|s| Some(s.as_str()?.to_owned()))
                .collect(),
            offered_by: word("offered_by").unwrap_or_default(),
            code,
        },
        offer,
        form,
        _seen: None,
    };
    // Little is shown of them, and that it was shown is recorded as of anybody.
    let seen = db.opened(&[person]).await?;
    Ok(ShowPage { _seen: Some(seen), ..page })
}

#[get("/hand-overs/<id>")]
async fn show(id: Uuid, db: Read<to::ReadCases>) -> Result<Page<ShowPage>> {
    Ok(Page(shown(db, id, Filled::blank()).await?))
}

#[derive(FromForm, Validate)]
struct AnswerForm {
    #[validate(length(max = 1000, code = "too-long"))]
    #[field(default = String::new())]
    reason: String,
}

/// One answer for all three: what is refused comes back with what was typed.
async fn answer(
    id: Uuid,
    form: Checked<AnswerForm>,
    mut db: Write<to::ChangeCases>,
    act: &'static str,
) -> Result<Answer<ShowPage>> {
    let Checked { value, mut filled } = form;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let reason = value.and_then(|typed| lines(&typed.reason));
    if act == "decline" && reason.is_none() && !filled.is_wrong() {
        filled.push("reason", "error-reason");
    }
    if filled.is_wrong() {
        let reading = db.instead().await?;
        return Ok(Answer::With(Status::UnprocessableEntity, shown(reading, id, filled).await?));
    }
    match answered(&mut db, id, act, reason.as_deref()).await?.as_str() {
        "done" => {}
        "before" => return Err(Error::refused(Status::Conflict, "error-hand-over-answered")),
        _ => return Err(Error::NotFound),
    }
    if act == "accept" {
        let (case, now) = (offer(&mut db, id).await?.case_id, db.now());
        message::accepted(&mut db, case, id, now).await?;
    }
    let (location, told) = match act {
        "accept" => (format!("/hand-overs/{id}"), "hand-over-accepted"),
        "decline" => ("/hand-overs".to_owned(), "hand-over-declined"),
        _ => ("/hand-overs".to_owned(), "hand-over-revoked"),
    };
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, told))
}

#[post("/hand-overs/<id>/acceptance", data = "<form>")]
async fn accept(id: Uuid, form: Form<Checked<AnswerForm>>, db: Write<to::ChangeCases>) -> Result<Answer<ShowPage>> {
    answer(id, form.into_inner(), db, "accept").await
}

#[post("/hand-overs/<id>/refusal", data = "<form>")]
async fn decline(id: Uuid, form: Form<Checked<AnswerForm>>, db: Write<to::ChangeCases>) -> Result<Answer<ShowPage>> {
    answer(id, form.into_inner(), db, "decline").await
}

#[post("/hand-overs/<id>/revocation", data = "<form>")]
async fn revoke(id: Uuid, form: Form<Checked<AnswerForm>>, db: Write<to::ChangeCases>) -> Result<Answer<ShowPage>> {
    answer(id, form.into_inner(), db, "revoke").await
}

#[derive(FromForm, Validate)]
struct FindForm {
    #[validate(length(max = 40, code = "too-long"))]
    #[field(default = String::new())]
    code: String,
}

/// A page that shows a code elsewhere and lets the office ask for the case.
#[derive(Template)]
#[template(path = "case/found.html")]
pub(super) struct FoundPage {
    form: Filled,
    /// Somebody else's case has this code.
    elsewhere: bool,
    /// The user may open it for some hours.
    may_open: bool,
    _seen: Option<Seen>,
}

impl FoundPage {
    /// What comes back when a form about a case elsewhere is not filled in.
    pub(super) fn elsewhere(form: Filled, may_open: bool) -> FoundPage {
        FoundPage { form, elsewhere: true, may_open, _seen: None }
    }
}

/// The case with this code, read off a slip or told on the telephone.
#[post("/cases/find", data = "<form>", rank = 1)]
async fn find(form: Form<Checked<FindForm>>, mut db: Read<to::ReadCases>) -> Result<Answer<FoundPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let typed = value.map(|v| v.code).unwrap_or_default();
    let wrong = match typed.parse::<Code>() {
        Ok(code) => match store::look_up(&mut db, code).await? {
            Some((code, true)) => return Ok(Answer::To(format!("/cases/{code}"))),
            Some((_, false)) => {
                let may_open = db.user().may_open_in_need();
                let seen = db.searched().await?;
                let filled = filled.put("need.code", typed);
                return Ok(Answer::Page(FoundPage { _seen: Some(seen), ..FoundPage::elsewhere(filled, may_open) }));
            }
            None => "error-code-unknown",
        },
        Err(crate::base::code::Wrong::Length) => "error-code-length",
        Err(crate::base::code::Wrong::Character(_)) => "error-code-character",
        Err(crate::base::code::Wrong::Check) => "error-code-check",
    };
    if !filled.is_wrong() {
        filled.push("code", wrong);
    }
    Ok(Answer::With(Status::UnprocessableEntity, FoundPage { elsewhere: false, ..FoundPage::elsewhere(filled, false) }))
}

#[derive(FromForm, Validate)]
struct RequestForm {
    #[validate(length(max = 40, code = "too-long"))]
    #[field(default = String::new())]
    code: String,
    #[validate(length(max = 1000, code = "too-long"))]
    #[field(default = String::new())]
    reason: String,
}

#[derive(QueryableByName)]
struct Done {
    #[diesel(sql_type = diesel::sql_types::Bool)]
    done: bool,
}

/// The returnee stands before us with a code: we ask whoever holds the case for it. The answer is the same whether or
/// not there is such a case.
#[post("/hand-overs/requests", data = "<form>")]
async fn request(
    form: Form<Checked<RequestForm>>,
    mut db: Write<to::ChangeCases>,
    settings: &State<Settings>,
) -> Result<Answer<FoundPage>> {
    let Checked { value, mut filled } = form.into_inner();
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let code = value.as_ref().and_then(|v| v.code.parse::<Code>().ok());
    let reason = value.as_ref().and_then(|v| lines(&v.reason));
    if code.is_none() && !filled.is_wrong() {
        filled.push("code", "error-code-check");
    }
    if reason.is_none() && !filled.is_wrong() {
        filled.push("reason", "error-reason");
    }
    let (Some(code), Some(reason), false) = (code, reason, filled.is_wrong()) else {
        let may_open = db.user().may_open_in_need();
        return Ok(Answer::With(Status::UnprocessableEntity, FoundPage::elsewhere(filled, may_open)));
    };
    let hours = reply_hours(&mut db, "routine").await?;
    let (id, now) = (Uuid::now_v7(), db.now());
    let Done { done } = diesel::sql_query("SELECT request_case($1, $2, $3, $4) AS done")
        .bind::<SqlUuid, _>(id)
        .bind::<Text, _>(code.as_str().to_owned())
        .bind::<Text, _>(reason)
        .bind::<diesel::sql_types::Timestamptz, _>(now + Duration::hours(hours))
        .get_result(&mut *db)
        .await?;
    if done {
        watch_silence(&mut db, settings, id, now, hours).await?;
    }
    db.done(filled.submission(), "/hand-overs").await?;
    Ok(Answer::Told("/hand-overs".into(), "case-requested"))
}
