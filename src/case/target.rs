//! The office's own target: by when somebody whose case it took over is reached for the first time (domain 2.3). It is
//! never a duty of the returnee, and says nothing of the clocks of the law.

use diesel::define_sql_function;
use diesel::prelude::*;
use diesel::sql_types::{Date as SqlDate, Integer, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, post, routes};
use time::{Date, OffsetDateTime};
use uuid::Uuid;
use validator::Validate;

use super::held;
use super::pages::{ShowPage, refused};
use super::work::ahead;
use crate::access::Write;
use crate::access::guard::to;
use crate::base::Result;
use crate::base::clock::date_in_viet_nam;
use crate::base::code::Code;
use crate::base::date::{Precision, Typed, written};
use crate::base::form::{Checked, Filled, PressAt};
use crate::base::language::{Language, Message};
use crate::page::Answer;
use crate::person::form::{lines, one_of};
use crate::schema::first_contacts;

pub fn routes() -> Vec<Route> {
    routes![explain, pause, resume]
}

/// Why a clock stands still: something that lies with the returnee, or with the world.
pub const PAUSES: [&str; 3] = ["asked-later", "not-reachable", "disaster"];

define_sql_function! {
    /// Stops and winds it again; see database/functions_clocks.sql.
    fn pause_first_contact(
        wanted: SqlUuid,
        until: Nullable<SqlDate>,
        why: Nullable<Text>,
        at_version: Integer,
    ) -> Nullable<Text>;
}

define_sql_function! {
    /// By when somebody is to be reached; see database/functions_clocks.sql.
    fn first_contact_by(urgency: Text, start: SqlDate) -> SqlDate;
}

/// By when somebody is to be reached who was met today.
pub async fn due(db: &mut AsyncPgConnection, urgency: &str, today: Date) -> Result<Date> {
    Ok(diesel::select(first_contact_by(urgency, today)).get_result(db).await?)
}

/// Where the clock of a case stands.
#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = first_contacts)]
pub struct FirstContact {
    pub id: Uuid,
    pub due_on: Date,
    pub met_at: Option<OffsetDateTime>,
    pub missed_because: Option<String>,
    pub paused_until: Option<Date>,
    pub pause_reason: Option<String>,
    pub version: i32,
}

impl FirstContact {
    /// True if nobody was reached by the end of the day.
    pub fn is_late(&self, today: Date) -> bool {
        self.met_at.map_or(today, date_in_viet_nam) > self.due_on
    }

    /// True while it stands still.
    pub fn is_paused(&self, today: Date) -> bool {
        self.met_at.is_none() && self.paused_until.is_some_and(|until| until >= today)
    }

    /// Until the end of which day it stands still, and why.
    pub fn pause(&self) -> Option<(String, &str)> {
        Some((written(self.paused_until?, Precision::Day), self.pause_reason.as_deref()?))
    }

    /// The message that says where it stands.
    pub fn key(&self, today: Date) -> &'static str {
        match (self.met_at.is_some(), self.is_late(today)) {
            (true, false) => "target-met",
            (true, true) => "target-met-late",
            (false, false) => "target-due",
            (false, true) => "target-late",
        }
    }
}

/// The clock that was wound when its office took the case over; none where somebody was met by the office itself.
pub async fn of_case(db: &mut AsyncPgConnection, case: Uuid) -> Result<Option<FirstContact>> {
    Ok(first_contacts::table
        .filter(first_contacts::case_id.eq(case))
        .filter(first_contacts::ended_at.is_null())
        .order(first_contacts::started_at.desc())
        .select(FirstContact::as_select())
        .first(db)
        .await
        .optional()?)
}

#[derive(FromForm, Validate)]
struct ReasonForm {
    #[validate(length(max = 500, code = "too-long"))]
    #[field(default = String::new())]
    because: String,
    #[field(default = 0)]
    version: i32,
}

#[derive(FromForm, Validate)]
struct ReasonSent {
    #[validate(nested)]
    target: ReasonForm,
}

/// Says why nobody was reached in time. The clock stays missed: a reason is no excuse, but the next one may learn from it.
#[post("/cases/<code>/first-contact", data = "<form>")]
async fn explain(
    code: Code,
    form: Form<Checked<ReasonSent>>,
    mut db: Write<to::ChangeCases>,
    language: Language,
) -> Result<Answer<ShowPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (case, _, _) = match held::begin(&mut db, code, &filled).await? {
        Ok(found) => found,
        Err(before) => return Ok(Answer::To(before)),
    };
    let today = db.today();
    let because = value.as_ref().and_then(|sent| lines(&sent.target.because));
    if because.is_none() && !filled.is_wrong() {
        filled.push("target.because", "error-required");
    }
    let late = of_case(&mut db, case.id).await?.filter(|clock| clock.is_late(today));
    if late.is_none() {
        filled.push("target.because", "error-target-not-late");
    }
    let (Some(because), Some(clock), false) = (because, late, filled.is_wrong()) else {
        return refused(db, code, filled, Status::UnprocessableEntity, language).await;
    };
    let version = value.map_or(0, |sent| sent.target.version);
    let me = db.user().id;
    let this = first_contacts::table.filter(first_contacts::id.eq(clock.id));
    let kept = diesel::update(this.filter(first_contacts::version.eq(version)))
        .set((
            first_contacts::missed_because.eq(&because),
            first_contacts::explained_by.eq(me),
            first_contacts::version.eq(version + 1),
        ))
        .execute(&mut *db)
        .await?;
    if kept == 0 {
        // Explained by somebody else, or reached, since the page was made.
        filled.push("target.because", "error-page-changed-meanwhile");
        return refused(db, code, filled, Status::Conflict, language).await;
    }
    held::end(db, code, &filled, "target-explained").await
}

#[derive(FromForm, Validate)]
struct PauseForm {
    until: Typed,
    #[field(default = String::new())]
    reason: String,
    #[field(default = 0)]
    version: i32,
}

#[derive(FromForm, Validate)]
struct PauseSent {
    #[validate(nested)]
    pause: PauseForm,
}

/// Lets it stand still, or go on; what does not let it stands beside a field.
async fn wind(
    mut db: Write<to::ChangeCases>,
    (code, case): (Code, Uuid),
    pause: Option<(Date, String)>,
    version: i32,
    mut filled: Filled,
    language: Language,
) -> Result<Answer<ShowPage>> {
    let told = if pause.is_some() { "target-paused-told" } else { "target-resumed" };
    let (until, why) = pause.unzip();
    let done: Option<String> =
        diesel::select(pause_first_contact(case, until, why, version)).get_result(&mut *db).await?;
    match done.as_deref() {
        Some("done") => held::end(db, code, &filled, told).await,
        Some(wrong) => {
            filled.push("pause.until", Message::new(wrong.to_owned()));
            refused(db, code, filled, Status::UnprocessableEntity, language).await
        }
        // Reached, handed on or paused by somebody else since the page was made.
        None => {
            filled.push("pause.until", "error-page-changed-meanwhile");
            refused(db, code, filled, Status::Conflict, language).await
        }
    }
}

/// Stops the clock until the end of a day. Only an office's own: those of the law never stand still.
#[post("/cases/<code>/first-contact/pause", data = "<form>")]
async fn pause(
    code: Code,
    form: Form<Checked<PauseSent>>,
    mut db: Write<to::ChangeCases>,
    language: Language,
) -> Result<Answer<ShowPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (case, _, _) = match held::begin(&mut db, code, &filled).await? {
        Ok(found) => found,
        Err(before) => return Ok(Answer::To(before)),
    };
    let today = db.today();
    let read = value.and_then(|PauseSent { pause: typed }| {
        let until = ahead(&mut filled, "pause.until", &typed.until, today);
        let why = one_of(&mut filled, "pause.reason", &typed.reason, |c| PAUSES.contains(&c));
        if why.is_none() && typed.reason.trim().is_empty() {
            filled.push("pause.reason", "error-choose");
        }
        Some(((until?, why?), typed.version)).filter(|_| !filled.is_wrong())
    });
    let Some((pause, version)) = read else {
        return refused(db, code, filled, Status::UnprocessableEntity, language).await;
    };
    wind(db, (code, case.id), Some(pause), version, filled, language).await
}

/// The clock goes on from today.
#[post("/cases/<code>/first-contact/resumption", data = "<form>")]
async fn resume(
    code: Code,
    form: Form<Checked<PressAt>>,
    mut db: Write<to::ChangeCases>,
    language: Language,
) -> Result<Answer<ShowPage>> {
    let Checked { value, filled } = form.into_inner();
    let (case, _, _) = match held::begin(&mut db, code, &filled).await? {
        Ok(found) => found,
        Err(before) => return Ok(Answer::To(before)),
    };
    wind(db, (code, case.id), None, value.map_or(0, |sent| sent.version), filled, language).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::{date, datetime};

    #[test]
    fn a_clock_is_met_by_the_end_of_its_day_in_viet_nam() {
        let clock = |met_at| FirstContact {
            id: Uuid::nil(),
            due_on: date!(2026 - 11 - 20),
            met_at,
            missed_because: None,
            paused_until: None,
            pause_reason: None,
            version: 1,
        };
        let today = date!(2026 - 11 - 20);
        assert_eq!(clock(None).key(today), "target-due");
        assert_eq!(clock(None).key(today.next_day().unwrap()), "target-late");
        // 16:59 UTC is a minute to midnight; once met in time, it stays so.
        assert_eq!(clock(Some(datetime!(2026-11-20 16:59 UTC))).key(date!(2027 - 01 - 01)), "target-met");
        assert_eq!(clock(Some(datetime!(2026-11-20 17:00 UTC))).key(today), "target-met-late");
    }
}
