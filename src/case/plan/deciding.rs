//! What makes a draft a plan: the returnee's yes, and another person's where one is obligatory (practice 29).

use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, post, routes};
use time::Date;
use uuid::Uuid;
use validator::Validate;

use super::pages::{ShowPage, end, refused};
use super::{AGREED_HOW, Act, Plan, store};
use crate::access::Write;
use crate::access::guard::to;
use crate::base::code::Code;
use crate::base::date::{Precision, Typed};
use crate::base::form::{Checked, Filled, PressAt};
use crate::base::language::Language;
use crate::base::{Error, Result};
use crate::case::held;
use crate::page::Answer;
use crate::person::form::{lines, one_of};

pub fn routes() -> Vec<Route> {
    routes![agree, send, recall, discard, begin, approve, give_back]
}

/// The version that is written or waits.
async fn open<P>(db: &mut Write<P>, case: Uuid) -> Result<Plan> {
    let all = store::versions(db, case).await?;
    all.into_iter().find(|plan| plan.is_draft() || plan.is_sent()).ok_or(Error::NotFound)
}

/// Does the act, or shows the page with what stands in the way.
async fn act<P>(
    mut db: Write<P>,
    (code, case): (Code, Uuid),
    (act, version): (Act, i32),
    mut filled: Filled,
    said: (Option<&str>, Option<Date>),
    language: Language,
) -> Result<Answer<ShowPage>> {
    let plan = open(&mut db, case).await?;
    if let Err(wrong) = store::act(&mut db, plan.id, act, version, said).await? {
        filled.push("plan", wrong);
        let stale = wrong == "error-page-changed-meanwhile";
        let status = if stale { Status::Conflict } else { Status::UnprocessableEntity };
        return refused(db, code, filled, status, language).await;
    }
    if matches!(act, Act::Begin | Act::Approve) {
        store::make_services(&mut db, case, plan.id).await?;
    }
    let told = match act {
        Act::Agree => "plan-agreed-kept",
        Act::Send => "plan-sent-told",
        Act::Recall => "plan-recalled",
        Act::Discard => "plan-discarded",
        Act::Return => "plan-returned-told",
        Act::Begin | Act::Approve | Act::Look => "plan-now-in-force",
    };
    end(db, code, &filled, told).await
}

#[derive(FromForm, Validate)]
struct AgreementForm {
    #[field(default = String::new())]
    how: String,
    on: Typed,
}

#[derive(FromForm, Validate)]
struct AgreementSent {
    #[validate(nested)]
    agreement: AgreementForm,
    #[field(default = 0)]
    version: i32,
}

/// The returnee heard what is in it and said yes. Whatever is written afterwards asks them again.
#[post("/cases/<code>/plan/agreement", data = "<form>")]
async fn agree(
    code: Code,
    form: Form<Checked<AgreementSent>>,
    mut db: Write<to::ChangeCases>,
    language: Language,
) -> Result<Answer<ShowPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (case, _, _) = match held::begin(&mut db, code, &filled).await? {
        Ok(found) => found,
        Err(before) => return Ok(Answer::To(before)),
    };
    let today = db.today();
    let read = value.and_then(|AgreementSent { agreement: typed, version }| {
        let how = one_of(&mut filled, "agreement.how", &typed.how, |c| AGREED_HOW.contains(&c));
        if how.is_none() && typed.how.trim().is_empty() {
            filled.push("agreement.how", "error-choose");
        }
        let on = match typed.on.read() {
            Ok(Some((date, Precision::Day))) if date > today => Err("error-date-future"),
            Ok(Some((date, Precision::Day))) if (today - date).whole_days() > 366 => Err("error-date-too-long-ago"),
            Ok(Some((date, Precision::Day))) => Ok(date),
            Ok(None) => Err("error-required"),
            Ok(_) => Err("error-date-whole"),
            Err(wrong) => Err(wrong),
        };
        let on = on.map_err(|wrong| filled.push("agreement.on", wrong)).ok();
        Some((how?, on?, version)).filter(|_| !filled.is_wrong())
    });
    let Some((how, on, version)) = read else {
        return refused(db, code, filled, Status::UnprocessableEntity, language).await;
    };
    act(db, (code, case.id), (Act::Agree, version), filled, (Some(&how), Some(on)), language).await
}

/// A button beside the version of the plan that was looked at.
async fn pressed<P>(
    code: Code,
    form: Form<Checked<PressAt>>,
    mut db: Write<P>,
    wish: Act,
    language: Language,
) -> Result<Answer<ShowPage>> {
    let Checked { value, filled } = form.into_inner();
    let (case, _, _) = match held::begin(&mut db, code, &filled).await? {
        Ok(found) => found,
        Err(before) => return Ok(Answer::To(before)),
    };
    let version = value.map_or(0, |sent| sent.version);
    act(db, (code, case.id), (wish, version), filled, (None, None), language).await
}

/// To be approved by somebody else.
#[post("/cases/<code>/plan/sending", data = "<form>")]
async fn send(
    code: Code,
    form: Form<Checked<PressAt>>,
    db: Write<to::ChangeCases>,
    language: Language,
) -> Result<Answer<ShowPage>> {
    pressed(code, form, db, Act::Send, language).await
}

/// Taken back before anybody approved it, to be written in again.
#[post("/cases/<code>/plan/recall", data = "<form>")]
async fn recall(
    code: Code,
    form: Form<Checked<PressAt>>,
    db: Write<to::ChangeCases>,
    language: Language,
) -> Result<Answer<ShowPage>> {
    pressed(code, form, db, Act::Recall, language).await
}

/// Thrown away, while it is a draft.
#[post("/cases/<code>/plan/discarding", data = "<form>")]
async fn discard(
    code: Code,
    form: Form<Checked<PressAt>>,
    db: Write<to::ChangeCases>,
    language: Language,
) -> Result<Answer<ShowPage>> {
    pressed(code, form, db, Act::Discard, language).await
}

/// In force at once, where no second person is obligatory. A share of these is drawn to be looked at.
#[post("/cases/<code>/plan/beginning", data = "<form>")]
async fn begin(
    code: Code,
    form: Form<Checked<PressAt>>,
    db: Write<to::ChangeCases>,
    language: Language,
) -> Result<Answer<ShowPage>> {
    pressed(code, form, db, Act::Begin, language).await
}

/// Another person of the office read this very version and says yes; it holds from now on.
#[post("/cases/<code>/plan/approval", data = "<form>")]
async fn approve(
    code: Code,
    form: Form<Checked<PressAt>>,
    db: Write<to::ApprovePlans>,
    language: Language,
) -> Result<Answer<ShowPage>> {
    pressed(code, form, db, Act::Approve, language).await
}

#[derive(FromForm, Validate)]
struct ReturnForm {
    #[validate(length(max = 1000, code = "too-long"))]
    #[field(default = String::new())]
    reason: String,
}

#[derive(FromForm, Validate)]
struct ReturnSent {
    #[validate(nested)]
    back: ReturnForm,
    #[field(default = 0)]
    version: i32,
}

/// Given back to be changed, with the reason.
#[post("/cases/<code>/plan/return", data = "<form>")]
async fn give_back(
    code: Code,
    form: Form<Checked<ReturnSent>>,
    mut db: Write<to::ApprovePlans>,
    language: Language,
) -> Result<Answer<ShowPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (case, _, _) = match held::begin(&mut db, code, &filled).await? {
        Ok(found) => found,
        Err(before) => return Ok(Answer::To(before)),
    };
    let read = value.and_then(|sent| Some((lines(&sent.back.reason)?, sent.version)));
    let Some((reason, version)) = read else {
        if !filled.is_wrong() {
            filled.push("back.reason", "error-reason");
        }
        return refused(db, code, filled, Status::UnprocessableEntity, language).await;
    };
    act(db, (code, case.id), (Act::Return, version), filled, (Some(&reason), None), language).await
}
