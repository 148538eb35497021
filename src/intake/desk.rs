//! One dense page for every door: scan or type, look whether we know them, register the return, screen, slip.

use askama::Template;
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, State, get, post, routes};
use time::Date;
use validator::Validate;

use super::form::{self, Intake, IntakeForm, Read as ScanRead};
use super::{doors, standings};
use crate::access::guard::to;
use crate::access::{Read, Seen, User, Write};
use crate::base::Result;
use crate::base::code::Code;
use crate::base::date::{Precision, Typed};
use crate::base::form::{Checked, Choice, Filled};
use crate::base::language::Language;
use crate::base::seal::Keys;
use crate::case::store::{self as cases, NewCase};
use crate::case::{FLAGS, URGENCIES};
use crate::episode::choices::ReturnChoices;
use crate::episode::store as returns;
use crate::page::{Answer, Page, filters};
use crate::person::choices::choices;
use crate::person::search::{self, Candidate, Criteria};
use crate::person::{Person, document, old_address, registration, store as people};

pub fn routes() -> Vec<Route> {
    routes![blank, scan, create, blank_for, create_for]
}

#[derive(Template)]
#[template(path = "intake/new.html")]
pub struct IntakePage {
    form: Filled,
    choices: ReturnChoices,
    standings: Vec<Choice>,
    doors: Vec<Choice>,
    urgencies: Vec<Choice>,
    flags: Vec<Choice>,
    /// The people whom it could be.
    candidates: Vec<Candidate>,
    read: ScanRead,
    /// What the address of a card was called before July 2025, and the communes of today that it may lie in.
    moved: (String, Vec<Choice>),
    /// Somebody known already, of whom this is another return.
    person: Option<Person>,
    /// Where people arrive now: the day of entry is today, and nothing is planned.
    at_gate: bool,
    abroad: bool,
    _seen: Option<Seen>,
}

impl IntakePage {
    fn new(user: &User, gates: Vec<returns::Office>, form: Filled, language: Language) -> IntakePage {
        let kind = user.organisation_kind.as_str();
        let moved = match form.value("address.kind") {
            "as-printed" => old_address::proposed(form.value("address.line"), language),
            _ => Default::default(),
        };
        IntakePage {
            form,
            choices: ReturnChoices::new(language, gates, Vec::new()),
            standings: choices(language, "standing", standings(kind)),
            doors: choices(language, "door", doors(kind)),
            urgencies: choices(language, "urgency", &URGENCIES),
            flags: choices(language, "flag", &FLAGS),
            candidates: Vec::new(),
            read: ScanRead::default(),
            person: None,
            moved,
            at_gate: matches!(kind, "airport" | "border"),
            abroad: kind == "mission",
            _seen: None,
        }
    }
}

impl IntakePage {
    /// Something stands in the folded part, or is wrong there, so that it must be in sight.
    fn says_where(&self) -> bool {
        let typed = [
            "contact.value",
            "contact.belongs_to",
            "contact.wishes",
            "address.line",
            "address.province",
            "address.commune",
            "address.old_commune",
        ];
        let wrong = |field: &str| field.starts_with("contact.") || field.starts_with("address.");
        typed.iter().any(|field| !self.form.value(field).is_empty())
            || self.form.errors().iter().any(|(field, _)| wrong(field))
    }
}

/// A form as an officer finds it: at a gate people arrive today.
fn fresh(user: &User, today: Date) -> Filled {
    let kind = user.organisation_kind.as_str();
    let filled = Filled::blank().put("return.standing", standings(kind).first().copied().unwrap_or_default());
    if !matches!(kind, "airport" | "border") {
        return filled;
    }
    let entered = Typed::of(Some(today), Some(Precision::Day));
    filled
        .put("return.entered.day", entered.day)
        .put("return.entered.month", entered.month)
        .put("return.entered.year", entered.year)
}

#[get("/intake")]
async fn blank(mut db: Read<to::RegisterPeople>, language: Language) -> Result<Page<IntakePage>> {
    let user = db.user().clone();
    let gates = returns::gates(&mut db).await?;
    let form = fresh(&user, db.today());
    Ok(Page(IntakePage::new(&user, gates, form, language)))
}

/// Only what the page needs while nothing is saved; the rest of what was typed stays in the filled form.
#[derive(FromForm, Validate)]
struct ScanForm {
    #[validate(length(max = 1100, code = "too-long"))]
    #[field(default = String::new())]
    scan: String,
    /// The corrected lines of a misread scan, if the button beside them was pressed.
    #[validate(length(max = 1100, code = "too-long"))]
    #[field(default = String::new())]
    suggested: String,
}

/// Reads the scan box and looks whether we know them. Saves nothing, whatever key ended the line (practice 8).
#[post("/intake/scan", data = "<form>")]
async fn scan(
    form: Form<Checked<ScanForm>>,
    mut db: Read<to::RegisterPeople>,
    keys: &State<Keys>,
    language: Language,
) -> Result<Answer<IntakePage>> {
    let Checked { value, filled } = form.into_inner();
    let user = db.user().clone();
    let gates = returns::gates(&mut db).await?;
    let too_long = value.is_none_or(|sent| sent.scan.chars().count() > 1100);
    let (filled, read) =
        if too_long { (filled, ScanRead::default()) } else { form::scanned(filled, db.today(), language) };
    let mut candidates = Vec::new();
    let number = document::normal(filled.value("document.number"));
    let kind = filled.value("document.kind").to_owned();
    if read.done && !number.is_empty() {
        let exactly = document::match_keys(keys, &kind, "VN", &number)?;
        let criteria = Criteria { exactly, ..Criteria::default() };
        candidates = search::find(&mut db, &criteria).await?;
    }
    let wrong = filled.is_wrong();
    let seen = db.searched().await?;
    let page = IntakePage { candidates, read, _seen: Some(seen), ..IntakePage::new(&user, gates, filled, language) };
    Ok(if wrong { Answer::With(Status::UnprocessableEntity, page) } else { Answer::Page(page) })
}

#[post("/intake", data = "<form>")]
async fn create(
    form: Form<Checked<IntakeForm>>,
    mut db: Write<to::RegisterPeople>,
    keys: &State<Keys>,
    language: Language,
) -> Result<Answer<IntakePage>> {
    let Checked { value, mut filled } = form.into_inner();
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let user = db.user().clone();
    let today = db.today();
    let read = value.and_then(|typed| {
        let none_of_these = typed.person.none_of_these;
        typed.read(&mut filled, today, false, doors(&user.organisation_kind)).map(|read| (read, none_of_these))
    });
    let Some((intake, none_of_these)) = read else {
        return refused(db, filled, None, Vec::new(), language).await;
    };
    let Some((facts, parts)) = &intake.person else { return refused(db, filled, None, Vec::new(), language).await };
    if !none_of_these {
        let criteria = registration::similar(facts, parts.document.as_ref(), parts.contact.as_ref(), keys)?;
        if !search::find(&mut db, &criteria).await?.is_empty() {
            // Undone with the transaction, the record of this search is made again by the one whose result is shown.
            let mut reading = db.instead().await?;
            let candidates = search::find(&mut reading, &criteria).await?;
            let gates = returns::gates(&mut reading).await?;
            let seen = reading.searched().await?;
            let filled = filled.put("person.none_of_these", "");
            let page = IntakePage { candidates, _seen: Some(seen), ..IntakePage::new(&user, gates, filled, language) };
            return Ok(Answer::With(Status::UnprocessableEntity, page));
        }
    }
    let (id, code) = registration::register(&mut db, &user, keys, facts, parts).await?;
    let now = db.now();
    match taken_in(&mut db, &user, id, code, &intake, now).await? {
        Ok(location) => {
            db.done(filled.submission(), &location).await?;
            Ok(Answer::Told(location, "intake-done"))
        }
        Err(wrong) => {
            filled.push("screening.slip", wrong);
            refused(db, filled, None, Vec::new(), language).await
        }
    }
}

/// Opens the return and, where help is wanted, the case with its screening and slip; says where that leads, or what is
/// wrong with the slip.
async fn taken_in(
    db: &mut diesel_async::AsyncPgConnection,
    user: &User,
    person: uuid::Uuid,
    code: Code,
    intake: &Intake,
    now: time::OffsetDateTime,
) -> Result<std::result::Result<String, &'static str>> {
    let read = &intake.r#return;
    let episode = returns::open(db, user, person, &intake.door, read, now).await?;
    let wants = read.wants_help.as_deref() == Some("yes") || read.standing == "family";
    if !wants {
        return Ok(Ok(format!("/people/{code}/returns/{episode}")));
    }
    let screening = &intake.screening;
    let new = NewCase {
        code: screening.slip.unwrap_or_else(Code::random),
        episode,
        urgency: &screening.urgency,
        wishes: screening.wishes.as_deref(),
    };
    if let Some(slip) = screening.slip
        && let Some(wrong) = super::slips::cannot_bind(db, slip).await?
    {
        return Ok(Err(wrong));
    }
    let case = cases::open(db, user, &new).await?;
    let of = (case, new.code);
    let location = cases::screen(db, user, of, (&screening.urgency, &screening.flags), now).await?;
    if screening.private {
        cases::ask_private_talk(db, case).await?;
    }
    if let Some(slip) = screening.slip {
        super::slips::bind(db, slip, case).await?;
    }
    Ok(Ok(location))
}

/// The page again, with nothing saved.
async fn refused(
    db: Write<to::RegisterPeople>,
    filled: Filled,
    person: Option<Person>,
    candidates: Vec<Candidate>,
    language: Language,
) -> Result<Answer<IntakePage>> {
    let mut db = db.instead().await?;
    let user = db.user().clone();
    let gates = returns::gates(&mut db).await?;
    let seen = match &person {
        Some(person) => Some(db.opened(&[person.id]).await?),
        None => None,
    };
    let page = IntakePage { person, candidates, _seen: seen, ..IntakePage::new(&user, gates, filled, language) };
    Ok(Answer::With(Status::UnprocessableEntity, page))
}

/// Another return of somebody known.
#[get("/people/<code>/intake")]
async fn blank_for(code: Code, mut db: Read<to::RegisterPeople>, language: Language) -> Result<Page<IntakePage>> {
    let (user, now) = (db.user().clone(), db.now());
    let person = people::find_to_change(&mut db, &user, code, now).await?;
    let gates = returns::gates(&mut db).await?;
    let form = fresh(&user, db.today());
    let seen = db.opened(&[person.id]).await?;
    let page = IntakePage::new(&user, gates, form, language);
    Ok(Page(IntakePage { person: Some(person), _seen: Some(seen), ..page }))
}

#[post("/people/<code>/intake", data = "<form>")]
async fn create_for(
    code: Code,
    form: Form<Checked<IntakeForm>>,
    mut db: Write<to::RegisterPeople>,
    language: Language,
) -> Result<Answer<IntakePage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (user, now) = (db.user().clone(), db.now());
    let person = people::find_to_change(&mut db, &user, code, now).await?;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let user = db.user().clone();
    let today = db.today();
    let doors = doors(&user.organisation_kind);
    let Some(intake) = value.and_then(|typed| typed.read(&mut filled, today, true, doors)) else {
        return refused(db, filled, Some(person), Vec::new(), language).await;
    };
    let now = db.now();
    match taken_in(&mut db, &user, person.id, code, &intake, now).await? {
        Ok(location) => {
            db.done(filled.submission(), &location).await?;
            Ok(Answer::Told(location, "intake-done"))
        }
        Err(wrong) => {
            filled.push("screening.slip", wrong);
            refused(db, filled, Some(person), Vec::new(), language).await
        }
    }
}
