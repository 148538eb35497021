//! Who is named in a private file: a helper, and always somebody who stands in (practice 23).

use diesel::define_sql_function;
use diesel::prelude::*;
use diesel::sql_types::{Array, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, State, post, routes};
use uuid::Uuid;
use validator::Validate;

use super::CONSENT_MODES;
use super::form::chosen;
use super::held;
use super::pages::{ShowPage, page};
use super::record::{Consent, Content};
use super::store;
use crate::access::Write;
use crate::access::guard::to;
use crate::base::Result;
use crate::base::form::Checked;
use crate::base::language::Language;
use crate::base::seal::Keys;
use crate::page::Answer;
use crate::person::form::text;

pub fn routes() -> Vec<Route> {
    routes![name, change]
}

define_sql_function! {
    fn name_care_staff(file: SqlUuid, who: Nullable<SqlUuid>, mail: Nullable<Text>) -> Text;
}
define_sql_function! {
    fn change_care_staff(file: SqlUuid, who: SqlUuid, act: Text) -> Text;
}

#[derive(QueryableByName)]
struct Writer {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    name: String,
}

/// The names of those who wrote in a file, also of those who are not named in it any more.
pub async fn names(db: &mut AsyncPgConnection, file: Uuid, who: &[Uuid]) -> Result<Vec<(Uuid, String)>> {
    let all: Vec<Writer> = diesel::sql_query("SELECT * FROM care_writers($1, $2)")
        .bind::<SqlUuid, _>(file)
        .bind::<Array<SqlUuid>, _>(who)
        .load(db)
        .await?;
    Ok(all.into_iter().map(|one| (one.id, one.name)).collect())
}

#[derive(FromForm, Validate)]
struct NameForm {
    /// A colleague, or `elsewhere`.
    #[field(default = String::new())]
    who: String,
    #[validate(length(max = 200, code = "too-long"))]
    #[field(default = String::new())]
    mail: String,
    /// How the returnee agreed that somebody of another office reads it.
    #[field(default = String::new())]
    mode: String,
}

#[derive(FromForm, Validate)]
struct NameSent {
    #[validate(nested)]
    name: NameForm,
}

#[post("/private/<id>/staff", data = "<form>")]
async fn name(
    id: Uuid,
    form: Form<Checked<NameSent>>,
    mut db: Write<to::ProvideCare>,
    keys: &State<Keys>,
    language: Language,
) -> Result<Answer<ShowPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (user, today) = (db.user().clone(), db.today());
    let care = match held::begin(&mut db, keys, id, &filled).await? {
        Ok(care) => care,
        Err(before) => return Ok(Answer::To(before)),
    };
    let (mut who, mut mail, mut mode) = (None, None, None);
    if let Some(NameSent { name }) = value {
        if name.who.trim() == "elsewhere" {
            mail = text(&name.mail);
            mode = chosen(&mut filled, "name.mode", &name.mode, &CONSENT_MODES);
            if mail.is_none() {
                filled.push("name.mail", "error-required");
            }
        } else {
            who = Uuid::parse_str(name.who.trim()).ok();
            if who.is_none() {
                filled.push("name.who", "error-choose");
            }
        }
    }
    if !filled.is_wrong() {
        let said: String = diesel::select(name_care_staff(id, who, mail.as_deref())).get_result(&mut *db).await?;
        if said == "done" {
            if let (Some(mode), Some(words)) = (mode, mail) {
                let consent = Consent { mode, on: today, told: true, words: Some(words) };
                store::write(&mut db, &user, &care, &Content::Consent(consent), None).await?;
            }
            return held::end(db, id, &filled, "care-named").await;
        }
        let field = if who.is_some() { "name.who" } else { "name.mail" };
        filled.push(field, if said == "there" { "error-care-there" } else { "error-care-nobody" });
    }
    Ok(Answer::With(Status::UnprocessableEntity, page(db.instead().await?, keys, id, filled, language).await?))
}

#[derive(FromForm, Validate)]
struct ChangeSent {
    #[field(default = String::new())]
    act: String,
}

/// Makes somebody the helper, or takes their name out.
#[post("/private/<id>/staff/<who>", data = "<form>")]
async fn change(
    id: Uuid,
    who: Uuid,
    form: Form<Checked<ChangeSent>>,
    mut db: Write<to::ProvideCare>,
    keys: &State<Keys>,
    language: Language,
) -> Result<Answer<ShowPage>> {
    let Checked { value, mut filled } = form.into_inner();
    if let Err(before) = held::begin(&mut db, keys, id, &filled).await? {
        return Ok(Answer::To(before));
    }
    let act = value.map(|sent| sent.act).unwrap_or_default();
    let said: String = diesel::select(change_care_staff(id, who, act.trim())).get_result(&mut *db).await?;
    let wrong = match said.as_str() {
        "done" if who == db.user().id && act.trim() != "helper" => {
            db.done(filled.submission(), "/private").await?;
            return Ok(Answer::Told("/private".into(), "care-kept"));
        }
        "done" => return held::end(db, id, &filled, "care-kept").await,
        "last" => "error-care-last",
        "helper" => "error-care-helper",
        _ => "error-care-nobody",
    };
    filled.push("staff", wrong);
    Ok(Answer::With(Status::UnprocessableEntity, page(db.instead().await?, keys, id, filled, language).await?))
}
