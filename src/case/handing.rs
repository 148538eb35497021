//! A case offered to the office that the returnee chose, and moved up where nobody answers.

use askama::Template;
use diesel::prelude::*;
use diesel::sql_types::{Integer, Jsonb, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, State, get, post, routes};
use serde_json::{Value, json};
use time::{Date, Duration, OffsetDateTime};
use uuid::Uuid;
use validator::Validate;

use super::routing::{self, Where};
use super::store::case_worker;
use super::{held, store};
use crate::access::guard::to;
use crate::access::store::parameter;
use crate::access::{Read, Seen, User, Write};
use crate::base::code::Code;
use crate::base::db::{Db, Rights};
use crate::base::form::{Checked, Choice, Filled};
use crate::base::job::{self, Job};
use crate::base::language::{Language, Message};
use crate::base::settings::Settings;
use crate::base::{Error, Result, event, mail};
use crate::page::{Answer, Page, filters};
use crate::person::form::lines;
use crate::person::part_form::place;
use crate::schema::{addresses, hand_overs};
use crate::vocabulary::List;

pub fn routes() -> Vec<Route> {
    routes![choose, offer]
}

/// A hand-over's row.
#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = hand_overs)]
pub struct Offer {
    pub id: Uuid,
    pub case_id: Uuid,
    pub kind: String,
    pub state: String,
    pub from_id: Uuid,
    pub to_id: Uuid,
    pub note: Option<String>,
    pub urgency: String,
    pub offered_at: OffsetDateTime,
    pub silence: i32,
    /// The province's office to which silence took it.
    pub province_id: Option<Uuid>,
    pub answered_at: Option<OffsetDateTime>,
    pub reason: Option<String>,
    pub reply_by: OffsetDateTime,
    /// The commune for which nobody answers, where the offer came to the department for that.
    pub unrouted_commune: Option<String>,
}

#[derive(Template)]
#[template(path = "case/offer.html")]
struct OfferPage {
    code: String,
    name: String,
    protected: bool,
    form: Filled,
    offices: Vec<Choice>,
    _seen: Option<Seen>,
}

async fn offer_page(
    db: &mut AsyncPgConnection,
    user: &User,
    code: Code,
    today: Date,
    mut form: Filled,
) -> Result<(OfferPage, [Uuid; 2])> {
    let (case, _, person) = store::find(db, code).await?;
    let home: Option<(Option<String>, Option<String>)> = addresses::table
        .filter(addresses::person_id.eq(person.id))
        .filter(addresses::kind.eq("home"))
        .filter(addresses::withdrawn_at.is_null())
        .order(addresses::id.desc())
        .select((addresses::province_code, addresses::commune_code))
        .first(db)
        .await
        .optional()?;
    let (near, commune) = home.unwrap_or_default();
    let mut offices: Vec<Choice> = store::offices(db, user.organisation, near.as_deref())
        .await?
        .into_iter()
        .map(|(id, name)| Choice::new(id.to_string(), name))
        .collect();
    if let Some(commune) = commune.as_deref().and_then(|code| List::Communes.vocabulary().get(code)) {
        if let Some(office) = routing::office_of(db, &commune.code, today).await?.map(|id| id.to_string())
            && let Some(at) = offices.iter().position(|choice| choice.value == office)
        {
            let mut theirs = offices.remove(at);
            let answers = Message::new("hand-over-answers-for").with("commune", commune.title(user.language));
            theirs.text = format!("{} – {}", theirs.text, user.language.say(&answers));
            offices.insert(0, theirs);
        }
        if !form.has("commune") {
            form = form.put("commune", commune.title(Language::Vi)).put("commune.code", &*commune.code);
        }
    }
    // Somebody under protection goes to a named person, whom no table knows.
    if !person.protected {
        offices.insert(0, Choice::new(BY_COMMUNE, user.language.say(&Message::new("hand-over-by-commune"))));
    }
    let page =
        OfferPage { code: case.code, name: person.name, protected: person.protected, form, offices, _seen: None };
    Ok((page, [person.id, case.id]))
}

/// What is chosen instead of an office where the returnee said a commune.
const BY_COMMUNE: &str = "commune";

#[get("/cases/<code>/hand-overs/new")]
async fn choose(code: Code, mut db: Read<to::ChangeCases>) -> Result<Page<OfferPage>> {
    let user = db.user().clone();
    let (case, _, _) = store::find(&mut db, code).await?;
    held::open_and_held(&case, &user)?;
    let today = db.today();
    let (page, shown) = offer_page(&mut db, &user, code, today, Filled::blank()).await?;
    let seen = db.opened(&shown).await?;
    Ok(Page(OfferPage { _seen: Some(seen), ..page }))
}

#[derive(FromForm, Validate)]
struct OfferForm {
    /// An office, or [`BY_COMMUNE`].
    #[field(default = String::new())]
    to: String,
    #[validate(length(max = 200, code = "too-long"))]
    #[field(default = String::new())]
    commune: String,
    /// With a protection flag: the person, by the address that the officer knows.
    #[validate(length(max = 200, code = "too-long"))]
    #[field(default = String::new())]
    person: String,
    /// The returnee chose this office; nothing is offered before (practice 21).
    #[field(default = false)]
    chosen: bool,
    #[validate(length(max = 1000, code = "too-long"))]
    #[field(default = String::new())]
    note: String,
}

#[post("/cases/<code>/hand-overs", data = "<form>")]
async fn offer(
    code: Code,
    form: Form<Checked<OfferForm>>,
    mut db: Write<to::ChangeCases>,
    settings: &State<Settings>,
) -> Result<Answer<OfferPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (case, _, person) = match held::begin(&mut db, code, &filled).await? {
        Ok(found) => found,
        Err(before) => return Ok(Answer::To(before)),
    };
    let user = db.user().clone();
    let offices = store::offices(&mut db, Uuid::nil(), None).await?;
    let (mut read, today) = (None, db.today());
    if let Some(typed) = value {
        let (to, unrouted) = if typed.to == BY_COMMUNE && !person.protected {
            by_commune(&mut db, &mut filled, &typed.commune, user.organisation, today).await?
        } else {
            let to = Uuid::parse_str(typed.to.trim()).ok().filter(|id| offices.iter().any(|(known, _)| known == id));
            match to {
                None => filled.push("to", "error-choose"),
                Some(to) if to == user.organisation => filled.push("to", "error-hand-over-self"),
                Some(_) => {}
            }
            (to, None)
        };
        if !typed.chosen {
            filled.push("chosen", "error-not-chosen");
        }
        let mut helper = None;
        if let Some(to) = to.filter(|_| person.protected) {
            helper = diesel::select(case_worker(typed.person.trim(), to)).get_result::<Option<Uuid>>(&mut *db).await?;
            if helper.is_none() {
                filled.push("person", "error-helper");
            }
        }
        if to.is_some() && store::excludes(&mut db, case.id, to, None).await? {
            filled.push("to", "error-exclusion-office");
        }
        if helper.is_some() && store::excludes(&mut db, case.id, None, helper).await? {
            filled.push("person", "error-exclusion-helper");
        }
        let waiting: i64 = hand_overs::table
            .filter(hand_overs::case_id.eq(case.id))
            .filter(hand_overs::state.eq("offered"))
            .count()
            .get_result(&mut *db)
            .await?;
        if waiting > 0 {
            filled.push("to", "error-hand-over-waiting");
        }
        read = to.map(|to| (to, unrouted, helper, lines(&typed.note))).filter(|_| !filled.is_wrong());
    }
    let Some((to, unrouted, helper, note)) = read else {
        let mut reading = db.instead().await?;
        let (page, shown) = offer_page(&mut reading, &user, code, today, filled).await?;
        let seen = reading.opened(&shown).await?;
        return Ok(Answer::With(Status::UnprocessableEntity, OfferPage { _seen: Some(seen), ..page }));
    };
    let new = NewOffer {
        case: case.id,
        urgency: &case.urgency,
        to,
        unrouted: unrouted.as_deref(),
        helper,
        note: note.as_deref(),
    };
    let now = db.now();
    make_offer(&mut db, settings, &user, &new, now).await?;
    held::end(db, code, &filled, "case-offered").await
}

/// The office that answers for the typed commune, or the province's department and the commune where none does.
async fn by_commune(
    db: &mut AsyncPgConnection,
    filled: &mut Filled,
    typed: &str,
    own: Uuid,
    today: Date,
) -> Result<(Option<Uuid>, Option<String>)> {
    let Some(commune) = place(filled, "commune", typed, List::Communes, None, today) else {
        if filled.error("commune").is_none() {
            filled.push("commune", "error-required");
        }
        return Ok((None, None));
    };
    Ok(match routing::find(db, &commune, today).await? {
        Where::Office(office) if office == own => {
            filled.push("commune", "error-hand-over-self");
            (None, None)
        }
        Where::Office(office) => (Some(office), None),
        Where::Department(department) if department != own => (Some(department), Some(commune)),
        Where::Department(_) | Where::Nowhere => {
            filled.push("commune", "error-route-nobody");
            (None, None)
        }
    })
}

/// An offer as it is made.
pub(super) struct NewOffer<'a> {
    pub case: Uuid,
    pub urgency: &'a str,
    pub to: Uuid,
    /// The commune for which nobody answers: why it goes to the department.
    pub unrouted: Option<&'a str>,
    /// Whom a protected person is offered to.
    pub helper: Option<Uuid>,
    pub note: Option<&'a str>,
}

/// Offers a case that the user's office holds, and watches for the answer. Refused where a colleague offered it meanwhile.
pub(super) async fn make_offer(
    db: &mut AsyncPgConnection,
    settings: &Settings,
    user: &User,
    new: &NewOffer<'_>,
    now: OffsetDateTime,
) -> Result<()> {
    if store::excludes(db, new.case, Some(new.to), new.helper).await? {
        return Err(Error::refused(Status::Conflict, "error-exclusion-office"));
    }
    let hours = reply_hours(db, new.urgency).await?;
    let id = Uuid::now_v7();
    let offered = diesel::insert_into(hand_overs::table)
        .values((
            hand_overs::id.eq(id),
            hand_overs::case_id.eq(new.case),
            hand_overs::kind.eq("transfer"),
            hand_overs::state.eq("offered"),
            hand_overs::from_id.eq(user.organisation),
            hand_overs::to_id.eq(new.to),
            hand_overs::to_user_id.eq(new.helper),
            hand_overs::note.eq(new.note),
            hand_overs::urgency.eq(new.urgency),
            hand_overs::offered_by.eq(user.id),
            hand_overs::reply_by.eq(now + Duration::hours(hours)),
            hand_overs::unrouted_commune.eq(new.unrouted),
        ))
        // One offer at a time waits, by an index; whoever was faster has it.
        .on_conflict_do_nothing()
        .execute(db)
        .await?;
    if offered == 0 {
        return Err(Error::refused(Status::Conflict, "error-hand-over-waiting"));
    }
    let about = json!({ "from": user.organisation, "to": new.to });
    event::record(db, "case.hand-over-offered", "case", new.case, about).await?;
    watch_silence(db, settings, id, now, hours).await
}

pub(super) async fn reply_hours(db: &mut AsyncPgConnection, urgency: &str) -> Result<i64> {
    parameter(db, &format!("hand-over.hours-{urgency}")).await
}

/// The job that takes a silent hand-over up.
pub const SILENCE: &str = "hand-over-silence";

/// Queues the three steps of silence: a reminder, the province's supervisors, DOLAB (practice 28).
pub(super) async fn watch_silence(
    db: &mut AsyncPgConnection,
    settings: &Settings,
    hand_over: Uuid,
    now: OffsetDateTime,
    hours: i64,
) -> Result<()> {
    for step in 1..=3 {
        let payload = json!({ "hand_over": hand_over, "step": step, "address": settings.public_address() });
        let at = now + Duration::hours(hours * step);
        job::enqueue(db, SILENCE, &format!("{SILENCE}:{hand_over}:{step}"), payload, Some(at)).await?;
    }
    Ok(())
}

#[derive(QueryableByName)]
struct Told {
    #[diesel(sql_type = Nullable<Jsonb>)]
    told: Option<Value>,
}

/// One step up, unless somebody has answered; tells those who have it now, without a word about whom it concerns.
pub async fn move_up(db: Db, job: Job) -> Result<()> {
    let (Some(hand_over), Some(step)) = (
        job.payload["hand_over"].as_str().and_then(|id| Uuid::parse_str(id).ok()),
        job.payload["step"].as_i64().and_then(|step| i32::try_from(step).ok()),
    ) else {
        return Err(Error::Internal("a job about silence without its hand-over".into()));
    };
    let mut tx = db.begin(&job.actor, job.id, Rights::Writer).await?;
    let Told { told } = diesel::sql_query("SELECT move_up_hand_over($1, $2) AS told")
        .bind::<SqlUuid, _>(hand_over)
        .bind::<Integer, _>(step)
        .get_result(&mut *tx)
        .await?;
    let address = job.payload["address"].as_str().unwrap_or_default().to_owned();
    for one in told.as_ref().and_then(Value::as_array).into_iter().flatten() {
        let language = one["language"].as_str().and_then(Language::from_code).unwrap_or_default();
        let body = language.say(&Message::new("mail-silence").with("address", format!("{address}/hand-overs")));
        let subject = language.say(&Message::new("mail-silence-subject"));
        mail::post(&mut tx, one["email"].as_str().unwrap_or_default(), &subject, &body).await?;
    }
    tx.commit().await
}

/// Takes back what was offered and not answered, as when the case is closed.
pub async fn revoke_open(db: &mut AsyncPgConnection, case: Uuid) -> Result<()> {
    let open: Option<Uuid> = hand_overs::table
        .filter(hand_overs::case_id.eq(case))
        .filter(hand_overs::state.eq("offered"))
        .filter(hand_overs::kind.eq("transfer"))
        .select(hand_overs::id)
        .first(db)
        .await
        .optional()?;
    if let Some(id) = open {
        answered(db, id, "revoke", None).await?;
    }
    Ok(())
}

#[derive(QueryableByName)]
struct Said {
    #[diesel(sql_type = Text)]
    said: String,
}

/// Answers, and says what became of it: `done`, `before` or `nothing`.
pub(super) async fn answered(
    db: &mut AsyncPgConnection,
    id: Uuid,
    answer: &str,
    reason: Option<&str>,
) -> Result<String> {
    let Said { said } = diesel::sql_query("SELECT answer_hand_over($1, $2, $3) AS said")
        .bind::<SqlUuid, _>(id)
        .bind::<Text, _>(answer)
        .bind::<Nullable<Text>, _>(reason)
        .get_result(db)
        .await?;
    Ok(said)
}
