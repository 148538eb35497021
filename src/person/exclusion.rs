//! Who has nothing to do with somebody: staff who know them, and workers and offices whom the returnee does not want
//! (practice 21). Why is asked of nobody.

use askama::Template;
use diesel::define_sql_function;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use time::OffsetDateTime;
use uuid::Uuid;
use validator::Validate;

use super::form::one_of;
use super::{Person, store};
use crate::access::guard::to;
use crate::access::store::{colleagues, organisations};
use crate::access::{Permission, Read, Seen, Write};
use crate::base::code::Code;
use crate::base::form::{Checked, Choice, Filled, Press};
use crate::base::{Error, Result};
use crate::page::{Answer, Page, filters};
use crate::schema::exclusions;

pub fn routes() -> Vec<Route> {
    routes![index, declare, refuse, end]
}

define_sql_function! {
    /// See database/functions_exclusion.sql.
    fn exclude(exclusion: SqlUuid, person: SqlUuid, what: Text, who: Nullable<SqlUuid>, office: Nullable<SqlUuid>, heir: Nullable<SqlUuid>) -> Text;
}
define_sql_function! {
    /// See database/functions_exclusion.sql.
    fn end_exclusion(exclusion: SqlUuid) -> Bool;
}

/// Somebody, or an office, that has nothing to do with the person.
struct Line {
    id: Uuid,
    /// A code of `exclusion-kind-`.
    kind: String,
    name: String,
    at: OffsetDateTime,
    may_end: bool,
}

#[derive(Template)]
#[template(path = "person/exclusions.html")]
struct ExclusionsPage {
    code: String,
    name: String,
    lines: Vec<Line>,
    people: Vec<Choice>,
    offices: Vec<Choice>,
    form: Filled,
    _seen: Option<Seen>,
}

type Row = (Uuid, String, Option<Uuid>, Option<Uuid>, OffsetDateTime);

async fn of_person(db: &mut AsyncPgConnection, person: Uuid) -> Result<Vec<Row>> {
    Ok(exclusions::table
        .filter(exclusions::person_id.eq(person))
        .filter(exclusions::ended_at.is_null())
        .order(exclusions::said_at)
        .limit(100)
        .select((
            exclusions::id,
            exclusions::kind,
            exclusions::user_id,
            exclusions::organisation_id,
            exclusions::said_at,
        ))
        .load(db)
        .await?)
}

async fn page<P>(mut db: Read<P>, code: Code, form: Filled) -> Result<ExclusionsPage> {
    let user = db.user().clone();
    let person = store::find(&mut db, code).await?;
    let people: Vec<(Uuid, String)> =
        colleagues(&mut db, user.organisation).await?.into_iter().map(|c| (c.id, c.name)).collect();
    let offices = organisations(&mut db).await?;
    let name = |id: Uuid| people.iter().chain(&offices).find(|(known, _)| *known == id).map(|(_, name)| name.clone());
    let may_assign = user.may(Permission::AssignCases);
    let lines = of_person(&mut db, person.id).await?.into_iter().filter_map(|(id, kind, who, office, at)| {
        // Staff of another office are named to their office alone.
        let name = name(who.or(office)?)?;
        Some(Line { id, may_end: kind == "refused" || may_assign, kind, name, at })
    });
    let lines = lines.collect();
    let choices = |all: &[(Uuid, String)]| all.iter().map(|(id, n)| Choice::new(id.to_string(), n.clone())).collect();
    let seen = db.opened(&[person.id]).await?;
    Ok(ExclusionsPage {
        code: person.code,
        name: person.name,
        lines,
        people: choices(&people),
        offices: choices(&offices),
        form,
        _seen: Some(seen),
    })
}

#[get("/people/<code>/exclusions")]
async fn index(code: Code, db: Read<to::ChangePeople>) -> Result<Page<ExclusionsPage>> {
    Ok(Page(page(db, code, Filled::blank()).await?))
}

/// What is said: a kind, one of the staff or an office, and who takes their cases over.
struct Said {
    kind: &'static str,
    who: Option<Uuid>,
    office: Option<Uuid>,
    heir: Option<Uuid>,
}

/// Keeps it; what stands in the way is said beside the form's fields, whose names begin with `of`.
async fn keep(
    mut db: Write<to::ChangePeople>,
    person: &Person,
    said: Option<Said>,
    mut filled: Filled,
    of: &str,
) -> Result<Answer<ExclusionsPage>> {
    let code: Code = person.code.parse().map_err(|_| Error::NotFound)?;
    if let Some(Said { kind, who, office, heir }) = said {
        let done: String =
            diesel::select(exclude(Uuid::now_v7(), person.id, kind, who, office, heir)).get_result(&mut *db).await?;
        let field = |name: &str| format!("{of}.{name}");
        match (done.as_str(), office) {
            ("done", _) => {
                // Whoever excluded themselves, or their own office, cannot open the page any more.
                let gone = who == Some(db.user().id) || office == Some(db.user().organisation);
                let location = if gone { "/people".to_owned() } else { format!("/people/{code}/exclusions") };
                db.done(filled.submission(), &location).await?;
                return Ok(Answer::Told(location, if gone { "exclusion-closed" } else { "exclusion-kept" }));
            }
            ("there", None) => filled.push(&field("who"), "error-exclusion-there"),
            ("there", Some(_)) => filled.push(&field("office"), "error-exclusion-there"),
            ("holds", _) => filled.push(&field("office"), "error-exclusion-holds"),
            ("oversight", _) => filled.push(&field("who"), "error-exclusion-oversight"),
            ("named", _) => filled.push(&field(if of == "conflict" { "heir" } else { "who" }), "error-exclusion-named"),
            ("heir", _) => filled.push(&field("heir"), "error-exclusion-heir"),
            _ => return Err(Error::NotFound),
        }
    }
    let page = page(db.instead().await?, code, filled).await?;
    Ok(Answer::With(Status::UnprocessableEntity, page))
}

fn chosen(filled: &mut Filled, name: &str, typed: &str) -> Option<Uuid> {
    let id = one_of(filled, name, typed, |id| Uuid::parse_str(id).is_ok())?;
    Uuid::parse_str(&id).ok()
}

#[derive(FromForm, Validate)]
struct ConflictForm {
    #[field(default = String::new())]
    heir: String,
}

#[derive(FromForm, Validate)]
struct ConflictSent {
    #[validate(nested)]
    conflict: ConflictForm,
}

/// I know them: from now on the record is closed to me.
#[post("/people/<code>/conflicts", data = "<form>")]
async fn declare(
    code: Code,
    form: Form<Checked<ConflictSent>>,
    mut db: Write<to::ChangePeople>,
) -> Result<Answer<ExclusionsPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let person = store::find(&mut db, code).await?;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let me = db.user().id;
    let heir = value.and_then(|sent| chosen(&mut filled, "conflict.heir", &sent.conflict.heir));
    let said = Said { kind: "conflict", who: Some(me), office: None, heir };
    let said = Some(said).filter(|_| !filled.is_wrong());
    keep(db, &person, said, filled, "conflict").await
}

#[derive(FromForm, Validate)]
struct RefusalForm {
    #[field(default = String::new())]
    who: String,
    #[field(default = String::new())]
    office: String,
    #[field(default = String::new())]
    heir: String,
}

#[derive(FromForm, Validate)]
struct RefusalSent {
    #[validate(nested)]
    refusal: RefusalForm,
}

/// The returnee does not want this worker, or this office.
#[post("/people/<code>/refusals", data = "<form>")]
async fn refuse(
    code: Code,
    form: Form<Checked<RefusalSent>>,
    mut db: Write<to::ChangePeople>,
) -> Result<Answer<ExclusionsPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let person = store::find(&mut db, code).await?;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let said = value.map(|RefusalSent { refusal }| Said {
        kind: "refused",
        who: chosen(&mut filled, "refusal.who", &refusal.who),
        office: chosen(&mut filled, "refusal.office", &refusal.office),
        heir: chosen(&mut filled, "refusal.heir", &refusal.heir),
    });
    // One at a time: each is a decision of its own.
    if said.as_ref().is_some_and(|said| said.who.is_some() == said.office.is_some()) && !filled.is_wrong() {
        filled.push("refusal.who", "error-exclusion-one");
    }
    let offices = organisations(&mut db).await?;
    if let Some(office) = said.as_ref().and_then(|said| said.office)
        && !offices.iter().any(|(known, _)| *known == office)
    {
        filled.push("refusal.office", "error-choice");
    }
    let said = said.filter(|_| !filled.is_wrong());
    keep(db, &person, said, filled, "refusal").await
}

#[post("/people/<code>/exclusions/<id>/end", data = "<form>")]
async fn end(
    code: Code,
    id: Uuid,
    form: Form<Checked<Press>>,
    mut db: Write<to::ChangePeople>,
) -> Result<Answer<ExclusionsPage>> {
    let filled = form.into_inner().filled;
    let person = store::find(&mut db, code).await?;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let theirs = of_person(&mut db, person.id).await?.iter().any(|(known, ..)| *known == id);
    if !theirs || !diesel::select(end_exclusion(id)).get_result::<bool>(&mut *db).await? {
        return Err(Error::NotFound);
    }
    let location = format!("/people/{code}/exclusions");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "exclusion-ended"))
}
