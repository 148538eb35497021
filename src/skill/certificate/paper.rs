//! A certificate as its holder gets it, what they allow to be seen of it, and how it is taken back.

use askama::Template;
use diesel::define_sql_function;
use diesel::prelude::*;
use diesel::sql_types::{Integer, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, State, get, post, routes};
use uuid::Uuid;
use validator::Validate;

use super::{Certificate, Content, SHOWS, genuine, of_recognition, signed_short};
use crate::access::guard::to;
use crate::access::{Permission, Read, Seen, Write};
use crate::base::code::Code;
use crate::base::form::{Checked, Choice, Filled};
use crate::base::language::{Language, Message};
use crate::base::seal::Keys;
use crate::base::settings::Settings;
use crate::base::{Error, Result};
use crate::case::{Case, held, store as cases};
use crate::page::qr::qr_svg;
use crate::page::{Answer, Page, filters};
use crate::person::choices::choices;
use crate::person::form::lines;
use crate::schema::certificates;
use crate::skill::recognition::store as recognitions;

pub fn routes() -> Vec<Route> {
    routes![paper, allow, revoke]
}

/// The certificate on paper, for its holder: everything, a code that leads to the public page, and a signed text of what
/// the holder allows.
#[derive(Template)]
#[template(path = "skill/certificate.html")]
struct PaperPage {
    case: Case,
    recognition: Uuid,
    certificate: Certificate,
    content: Content,
    occupation: String,
    address: String,
    /// Two drawings: the public page, and the signed text.
    codes: (String, String),
    form: Filled,
    shows: Vec<Choice>,
    may_change: bool,
    may_revoke: bool,
    _seen: Option<Seen>,
}

async fn paper_page<P>(
    mut db: Read<P>,
    (code, id): (Code, Uuid),
    form: Option<Filled>,
    (keys, settings): (&Keys, &Settings),
    language: Language,
) -> Result<PaperPage> {
    let user = db.user().clone();
    let (case, _, person) = cases::reached(&mut db, code, Permission::AssessCases).await?;
    let recognition = recognitions::find(&mut db, case.id, id).await?;
    let certificate = of_recognition(&mut db, recognition.id).await?.ok_or(Error::NotFound)?;
    let content = genuine(keys, &certificate.content, &certificate.signature, certificate.key_id)
        .ok_or_else(|| Error::Internal(format!("certificate {}: its signature does not hold", certificate.id)))?;
    let address = format!("{}/certificates/{}", settings.public_address(), certificate.code);
    // Of somebody under protection a code tells nobody who they are.
    let open = |part: &&String| !person.protected || part.as_str() == "skills";
    let shown: Vec<String> = certificate.shows.iter().filter(open).cloned().collect();
    let text = signed_short(keys, content.clone().allowed(&shown))?;
    let say = |key: &'static str| language.say(&Message::new(key));
    let draw = |text: &str, key: &'static str| qr_svg(text, &say(key)).map_err(Error::internal);
    let codes = (draw(&address, "certificate-qr")?, draw(&text, "certificate-qr-signed")?);
    let may_change = case.holder_id == user.organisation && !case.is_closed() && certificate.revoked_at.is_none();
    let form = form.unwrap_or_else(|| Filled::blank().put_all("shows", certificate.shows.iter().cloned()));
    let (seen, _) = db.rows_read(&[("persons", person.id), ("certificates", certificate.id)], Some("print")).await?;
    Ok(PaperPage {
        occupation: content.titled(language),
        shows: choices(language, "certificate-shows", &SHOWS),
        may_revoke: may_change && user.may(Permission::DecideRecognition),
        may_change,
        recognition: recognition.id,
        case,
        certificate,
        content,
        address,
        codes,
        form,
        _seen: Some(seen),
    })
}

#[get("/cases/<code>/recognitions/<id>/certificate")]
async fn paper(
    code: Code,
    id: Uuid,
    db: Read<to::AssessCases>,
    keys: &State<Keys>,
    settings: &State<Settings>,
    language: Language,
) -> Result<Page<PaperPage>> {
    Ok(Page(paper_page(db, (code, id), None, (keys, settings), language).await?))
}

#[derive(FromForm, Validate)]
struct Allowed {
    #[field(default = Vec::new())]
    shows: Vec<String>,
    #[field(default = 0)]
    version: i32,
}

/// What the holder allows the public page to show.
#[post("/cases/<code>/recognitions/<id>/certificate", data = "<form>")]
async fn allow(
    code: Code,
    id: Uuid,
    form: Form<Checked<Allowed>>,
    mut db: Write<to::AssessCases>,
) -> Result<Answer<PaperPage>> {
    let Checked { value, filled } = form.into_inner();
    let user = db.user().clone();
    let (case, ..) = match held::begin(&mut db, code, &filled).await? {
        Ok(found) => found,
        Err(before) => return Ok(Answer::To(before)),
    };
    let recognition = recognitions::find(&mut db, case.id, id).await?;
    let Allowed { shows, version } = value.ok_or(Error::refused(Status::UnprocessableEntity, "error-value"))?;
    let shows: Vec<&str> = SHOWS.into_iter().filter(|part| shows.iter().any(|typed| typed == part)).collect();
    let changed = diesel::update(
        certificates::table
            .filter(certificates::recognition_id.eq(recognition.id))
            .filter(certificates::revoked_at.is_null())
            .filter(certificates::version.eq(version)),
    )
    .set((
        certificates::shows.eq(shows),
        certificates::shown_by.eq(user.id),
        certificates::version.eq(version.saturating_add(1)),
    ))
    .execute(&mut *db)
    .await?;
    if changed == 0 {
        return Err(Error::refused(Status::Conflict, "error-page-changed-meanwhile"));
    }
    let location = format!("/cases/{code}/recognitions/{id}/certificate");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "certificate-shown"))
}

define_sql_function! {
    fn revoke_certificate(wanted: SqlUuid, why: Text, at_version: Integer) -> Text;
}

#[derive(FromForm, Validate)]
struct Revocation {
    #[validate(length(max = 500, code = "too-long"))]
    #[field(default = String::new())]
    because: String,
    #[field(default = 0)]
    version: i32,
}

#[post("/cases/<code>/recognitions/<id>/certificate/revocation", data = "<form>")]
async fn revoke(
    code: Code,
    id: Uuid,
    form: Form<Checked<Revocation>>,
    mut db: Write<to::DecideRecognition>,
    keys: &State<Keys>,
    settings: &State<Settings>,
    language: Language,
) -> Result<Answer<PaperPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (case, ..) = match held::begin(&mut db, code, &filled).await? {
        Ok(found) => found,
        Err(before) => return Ok(Answer::To(before)),
    };
    let recognition = recognitions::find(&mut db, case.id, id).await?;
    let certificate = of_recognition(&mut db, recognition.id).await?.ok_or(Error::NotFound)?;
    let because = value.as_ref().and_then(|sent| lines(&sent.because));
    if value.is_some() && because.is_none() {
        filled.push("because", "error-required");
    }
    let Some((why, version)) = because.zip(value.map(|sent| sent.version)) else {
        let page = paper_page(db.instead().await?, (code, id), Some(filled), (keys, settings), language).await?;
        return Ok(Answer::With(Status::UnprocessableEntity, page));
    };
    let said: String = diesel::select(revoke_certificate(certificate.id, why, version)).get_result(&mut *db).await?;
    match said.as_str() {
        "done" => {}
        "changed" => return Err(Error::refused(Status::Conflict, "error-page-changed-meanwhile")),
        _ => return Err(Error::NotAllowed),
    }
    let location = format!("/cases/{code}/recognitions/{id}");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "certificate-revoked-now"))
}
