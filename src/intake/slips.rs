//! The slip that a returnee carries: batches of codes printed before, and the page that prints one.

use askama::Template;
use diesel::prelude::*;
use diesel::sql_types::{Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, State, get, post, routes};
use time::OffsetDateTime;
use uuid::Uuid;
use validator::Validate;

use super::form::slip_code;
use crate::access::guard::to;
use crate::access::{Open, Read, Seen, User, Write};
use crate::base::code::Code;
use crate::base::date::{Precision, written};
use crate::base::form::{Checked, Filled};
use crate::base::language::{Language, Message};
use crate::base::settings::Settings;
use crate::base::{Error, Result};
use crate::case::held;
use crate::case::store as cases;
use crate::case::target;
use crate::episode::pages::clocks;
use crate::episode::store as returns;
use crate::page::qr::qr_svg;
use crate::page::{Answer, Page, filters};
use crate::schema::{hand_overs, organisations, slip_batches, slips};

pub fn routes() -> Vec<Route> {
    routes![public, index, issue, batch, show, replace]
}

/// What a QR leads to: the same page for everybody. The code stands after the `#` and never leaves the telephone.
#[derive(Template)]
#[template(path = "intake/public.html")]
struct PublicPage;

#[get("/slip")]
fn public(_open: Open) -> Page<PublicPage> {
    Page(PublicPage)
}

/// A batch as the list shows it.
#[derive(Queryable)]
struct Batch {
    id: Uuid,
    size: i32,
    issued_at: OffsetDateTime,
}

#[derive(Template)]
#[template(path = "intake/slips.html")]
struct SlipsPage {
    form: Filled,
    batches: Vec<(Batch, i64)>,
}

async fn slips_page(db: &mut AsyncPgConnection, user: &User, form: Filled) -> Result<SlipsPage> {
    let batches: Vec<Batch> = slip_batches::table
        .filter(slip_batches::organisation_id.eq(user.organisation))
        .order(slip_batches::issued_at.desc())
        .limit(50)
        .select((slip_batches::id, slip_batches::size, slip_batches::issued_at))
        .load(db)
        .await?;
    let ids: Vec<Uuid> = batches.iter().map(|b| b.id).collect();
    let bound: Vec<(Uuid, i64)> = slips::table
        .filter(slips::batch_id.eq_any(&ids))
        .filter(slips::bound_at.is_not_null())
        .group_by(slips::batch_id)
        .select((slips::batch_id, diesel::dsl::count_star()))
        .load(db)
        .await?;
    let batches = batches
        .into_iter()
        .map(|b| {
            let used = bound.iter().find(|(id, _)| *id == b.id).map_or(0, |(_, n)| *n);
            (b, used)
        })
        .collect();
    Ok(SlipsPage { form, batches })
}

#[get("/slips")]
async fn index(mut db: Read<to::RegisterPeople>) -> Result<Page<SlipsPage>> {
    let user = db.user().clone();
    Ok(Page(slips_page(&mut db, &user, Filled::blank()).await?))
}

#[derive(FromForm, Validate)]
struct BatchForm {
    #[field(default = String::new())]
    size: String,
}

#[post("/slips", data = "<form>")]
async fn issue(form: Form<Checked<BatchForm>>, mut db: Write<to::RegisterPeople>) -> Result<Answer<SlipsPage>> {
    let Checked { value, mut filled } = form.into_inner();
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let user = db.user().clone();
    let size = value.and_then(|v| v.size.trim().parse::<i32>().ok()).filter(|n| (1..=500).contains(n));
    let Some(size) = size else {
        filled.push("size", "error-batch-size");
        let mut reading = db.instead().await?;
        return Ok(Answer::With(Status::UnprocessableEntity, slips_page(&mut reading, &user, filled).await?));
    };
    let id = Uuid::now_v7();
    diesel::insert_into(slip_batches::table)
        .values((
            slip_batches::id.eq(id),
            slip_batches::organisation_id.eq(user.organisation),
            slip_batches::size.eq(size),
            slip_batches::issued_by.eq(user.id),
        ))
        .execute(&mut *db)
        .await?;
    let rows: Vec<_> = (0..size)
        .map(|_| (slips::id.eq(Uuid::now_v7()), slips::batch_id.eq(id), slips::code.eq(Code::random().to_string())))
        .collect();
    diesel::insert_into(slips::table).values(rows).execute(&mut *db).await?;
    let location = format!("/slips/{id}");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "slips-issued"))
}

/// What stands on every slip of an office.
struct Office {
    name: String,
    phone: Option<String>,
    hours: Option<String>,
}

async fn office(db: &mut AsyncPgConnection, id: Uuid) -> Result<Office> {
    let (name, phone, hours) = organisations::table
        .filter(organisations::id.eq(id))
        .select((organisations::name, organisations::phone, organisations::hours))
        .first(db)
        .await?;
    Ok(Office { name, phone, hours })
}

fn drawn(settings: &Settings, code: &str, language: Language) -> Result<String> {
    let label = language.say(&Message::new("slip-qr"));
    qr_svg(&format!("{}/slip#{code}", settings.public_address()), &label).map_err(Error::internal)
}

#[derive(Template)]
#[template(path = "intake/batch.html")]
struct BatchPage {
    office: Office,
    /// Each unused code with its QR.
    slips: Vec<(String, String)>,
}

/// The unused slips of a batch, to be printed.
#[get("/slips/<id>")]
async fn batch(
    id: Uuid,
    mut db: Read<to::RegisterPeople>,
    settings: &State<Settings>,
    language: Language,
) -> Result<Page<BatchPage>> {
    let owner: Uuid = slip_batches::table
        .filter(slip_batches::id.eq(id))
        .select(slip_batches::organisation_id)
        .first(&mut *db)
        .await?;
    let codes: Vec<String> = slips::table
        .filter(slips::batch_id.eq(id))
        .filter(slips::bound_at.is_null())
        .order(slips::id)
        .limit(500)
        .select(slips::code)
        .load(&mut *db)
        .await?;
    let office = office(&mut db, owner).await?;
    let slips =
        codes.into_iter().map(|code| Ok((code.clone(), drawn(settings, &code, language)?))).collect::<Result<_>>()?;
    Ok(Page(BatchPage { office, slips }))
}

/// Why a slip cannot be bound to a new case, as a message key.
pub async fn cannot_bind(db: &mut AsyncPgConnection, code: Code) -> Result<Option<&'static str>> {
    let bound: Option<Option<OffsetDateTime>> =
        slips::table.filter(slips::code.eq(code.as_str())).select(slips::bound_at).first(db).await.optional()?;
    Ok(match bound {
        None => Some("error-slip-unknown"),
        Some(Some(_)) => Some("error-slip-taken"),
        Some(None) => None,
    })
}

#[derive(QueryableByName)]
struct Said {
    #[diesel(sql_type = Text)]
    said: String,
}

/// Binds a slip of my office to a case that it holds. Two desks that scan one slip: the second is refused.
pub async fn bind(db: &mut AsyncPgConnection, code: Code, case: Uuid) -> Result<()> {
    let Said { said } = diesel::sql_query("SELECT bind_slip($1, $2) AS said")
        .bind::<Text, _>(code.as_str().to_owned())
        .bind::<SqlUuid, _>(case)
        .get_result(db)
        .await?;
    match said.as_str() {
        "bound" => Ok(()),
        "taken" => Err(Error::refused(Status::Conflict, "error-slip-taken")),
        _ => Err(Error::refused(Status::UnprocessableEntity, "error-slip-unknown")),
    }
}

#[derive(Template)]
#[template(path = "intake/slip.html")]
struct SlipPage {
    case_code: String,
    /// The code on the slip in use; the case's own where none was bound.
    code: String,
    qr: String,
    office: Office,
    /// If nobody has called by this day, the returnee calls.
    call_by: String,
    notice_by: Option<String>,
    /// The office that was asked to take the case and has not answered.
    offered_to: Option<String>,
    bound: bool,
    may_change: bool,
    form: Filled,
    _seen: Option<Seen>,
}

async fn slip_page<P>(
    mut db: Read<P>,
    code: Code,
    form: Filled,
    settings: &Settings,
    language: Language,
) -> Result<SlipPage> {
    let (user, today) = (db.user().clone(), db.today());
    let (case, episode, person) = cases::find(&mut db, code).await?;
    let bound: Option<String> = slips::table
        .filter(slips::case_id.eq(case.id))
        .filter(slips::ended_at.is_null())
        .select(slips::code)
        .first(&mut *db)
        .await
        .optional()?;
    let asked: Option<Uuid> = hand_overs::table
        .filter(hand_overs::case_id.eq(case.id))
        .filter(hand_overs::state.eq("offered"))
        .filter(hand_overs::kind.eq("transfer"))
        .select(hand_overs::to_id)
        .first(&mut *db)
        .await
        .optional()?;
    let offered_to = match asked {
        Some(to) => Some(office(&mut db, to).await?.name),
        None => None,
    };
    let call_by = target::due(&mut db, &case.urgency, today).await?;
    let behind = returns::whole(&db, episode.id).await?;
    let given = behind.notice.as_ref().map(|(on, _)| *on);
    let clocks = clocks(&mut db, &episode, &behind, given, today).await?;
    let office = office(&mut db, case.holder_id).await?;
    let seen = db.opened(&[person.id, case.id]).await?;
    let shown = bound.clone().unwrap_or_else(|| case.code.clone());
    Ok(SlipPage {
        qr: drawn(settings, &shown, language)?,
        bound: bound.is_some(),
        code: shown,
        office,
        call_by: written(call_by, Precision::Day),
        notice_by: clocks.notice.date().filter(|_| given.is_none()).map(|by| written(by, Precision::Day)),
        offered_to,
        may_change: held::open_and_held(&case, &user).is_ok(),
        case_code: case.code,
        form,
        _seen: Some(seen),
    })
}

#[get("/cases/<code>/slip")]
async fn show(
    code: Code,
    db: Read<to::ReadCases>,
    settings: &State<Settings>,
    language: Language,
) -> Result<Page<SlipPage>> {
    Ok(Page(slip_page(db, code, Filled::blank(), settings, language).await?))
}

#[derive(FromForm, Validate)]
struct ReplaceForm {
    #[validate(length(max = 60, code = "too-long"))]
    #[field(default = String::new())]
    slip: String,
    /// The officer has made sure who it is.
    #[field(default = false)]
    sure: bool,
}

/// A slip for a case that has none, or another one for a slip that was lost; who it is was made sure of before.
#[post("/cases/<code>/slip", data = "<form>")]
async fn replace(
    code: Code,
    form: Form<Checked<ReplaceForm>>,
    mut db: Write<to::ChangeCases>,
    settings: &State<Settings>,
    language: Language,
) -> Result<Answer<SlipPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (case, _, _) = match held::begin(&mut db, code, &filled).await? {
        Ok(found) => found,
        Err(before) => return Ok(Answer::To(before)),
    };
    let mut slip = None;
    if let Some(typed) = &value {
        slip = slip_code(&mut filled, "slip", &typed.slip);
        if typed.slip.trim().is_empty() {
            filled.push("slip", "error-required");
        }
        if !typed.sure {
            filled.push("sure", "error-slip-sure");
        }
    }
    if let Some(slip) = slip
        && let Some(wrong) = cannot_bind(&mut db, slip).await?
    {
        filled.push("slip", wrong);
    }
    let Some(slip) = slip.filter(|_| !filled.is_wrong()) else {
        let page = slip_page(db.instead().await?, code, filled, settings, language).await?;
        return Ok(Answer::With(Status::UnprocessableEntity, page));
    };
    bind(&mut db, slip, case.id).await?;
    let location = format!("/cases/{code}/slip");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "slip-bound"))
}
