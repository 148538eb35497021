//! Which office answers for which commune: a table that each province's department keeps, with the day from which a line
//! holds (practice 28). What finds no office lands with the department.

use std::collections::HashMap;

use askama::Template;
use diesel::prelude::*;
use diesel::upsert::excluded;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use serde_json::json;
use time::{Date, Duration};
use uuid::Uuid;
use validator::Validate;

use crate::access::guard::to;
use crate::access::store::organisations as all_offices;
use crate::access::{OrganisationKind, Permission, Read, User, Write};
use crate::base::date::{Precision, Typed, written};
use crate::base::form::{Checked, Choice, Filled};
use crate::base::language::{Language, Message};
use crate::base::{Error, Result, event};
use crate::page::{Answer, Page, filters};
use crate::schema::{commune_routes, organisations};
use crate::vocabulary::List;

pub fn routes() -> Vec<Route> {
    routes![index, keep]
}

/// Days ahead for which a line can be written.
const AHEAD: Duration = Duration::days(366);
/// Most communes in one form; no province has as many.
const MOST: usize = 400;

/// Where a case of a commune goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Where {
    Office(Uuid),
    /// Nobody answers for the commune: to the department, which sends it on.
    Department(Uuid),
    /// The province has neither.
    Nowhere,
}

/// The office that answers for a commune on a day, unless it has ended.
pub async fn office_of(db: &mut AsyncPgConnection, commune: &str, today: Date) -> Result<Option<Uuid>> {
    let said: Option<Option<Uuid>> = commune_routes::table
        .filter(commune_routes::commune_code.eq(commune))
        .filter(commune_routes::from_on.le(today))
        .order(commune_routes::from_on.desc())
        .select(commune_routes::office_id)
        .first(db)
        .await
        .optional()?;
    let Some(office) = said.flatten() else { return Ok(None) };
    let stands = organisations::table.find(office).filter(organisations::ended_at.is_null());
    Ok(stands.select(organisations::id).first(db).await.optional()?)
}

/// Where a case goes whose returnee wants to be helped in this commune.
pub async fn find(db: &mut AsyncPgConnection, commune: &str, today: Date) -> Result<Where> {
    if let Some(office) = office_of(db, commune, today).await? {
        return Ok(Where::Office(office));
    }
    let Some(province) = List::Communes.vocabulary().get(commune).and_then(|c| c.parent.clone()) else {
        return Ok(Where::Nowhere);
    };
    let department: Option<Uuid> = organisations::table
        .filter(organisations::kind.eq(OrganisationKind::Province.code()))
        .filter(organisations::province_code.eq(province))
        .filter(organisations::ended_at.is_null())
        .order(organisations::id)
        .select(organisations::id)
        .first(db)
        .await
        .optional()?;
    Ok(department.map_or(Where::Nowhere, Where::Department))
}

/// A commune as its line shows it.
struct Line {
    code: String,
    name: String,
    /// Who answers for it today, and since when.
    now: Option<(String, String)>,
    /// What is to hold later, and from when; without a name nobody answers then.
    later: Vec<(Option<String>, String)>,
}

#[derive(Template)]
#[template(path = "case/communes.html")]
struct CommunesPage {
    form: Filled,
    province: String,
    provinces: Vec<Choice>,
    lines: Vec<Line>,
    /// Communes for which nobody answers today.
    missing: usize,
    /// Who may answer, `none` for nobody, where the reader keeps the table.
    offices: Vec<Choice>,
    may_keep: bool,
    /// The newest line that was shown.
    seen: Uuid,
}

async fn own_province(db: &mut AsyncPgConnection, user: &User) -> Result<Option<String>> {
    Ok(organisations::table.find(user.organisation).select(organisations::province_code).first(db).await?)
}

/// Offices of a province that may answer for its communes.
async fn offices_in(db: &mut AsyncPgConnection, province: &str) -> Result<Vec<(Uuid, String)>> {
    let kinds = [OrganisationKind::Esc, OrganisationKind::Province];
    Ok(organisations::table
        .filter(organisations::kind.eq_any(kinds.map(OrganisationKind::code)))
        .filter(organisations::province_code.eq(province))
        .filter(organisations::ended_at.is_null())
        .order(organisations::name)
        .limit(200)
        .select((organisations::id, organisations::name))
        .load(db)
        .await?)
}

/// Communes of a province as there are today: the code and the name.
fn communes_of(province: &str, today: Date) -> Vec<(String, String)> {
    let vocabulary = List::Communes.vocabulary();
    let mut all: Vec<(String, String)> = vocabulary
        .entries()
        .iter()
        .filter(|entry| entry.parent.as_deref() == Some(province) && entry.holds_on(today))
        .map(|entry| (entry.code.clone(), entry.title(Language::Vi).to_owned()))
        .collect();
    all.sort_by(|a, b| a.1.cmp(&b.1));
    all
}

type Row = (Uuid, String, Option<Uuid>, Date);

async fn rows_of(db: &mut AsyncPgConnection, communes: &[(String, String)]) -> Result<Vec<Row>> {
    let codes: Vec<&str> = communes.iter().map(|(code, _)| code.as_str()).collect();
    Ok(commune_routes::table
        .filter(commune_routes::commune_code.eq_any(codes))
        .order((commune_routes::commune_code, commune_routes::from_on))
        .select((commune_routes::id, commune_routes::commune_code, commune_routes::office_id, commune_routes::from_on))
        .load(db)
        .await?)
}

async fn page(
    db: &mut AsyncPgConnection,
    user: &User,
    province: Option<String>,
    today: Date,
    form: Filled,
) -> Result<CommunesPage> {
    let own = own_province(db, user).await?;
    let may_keep =
        user.may(Permission::KeepRoutes) && user.is_of_department() && (province.is_none() || province == own);
    let province = province.or(own).unwrap_or_default();
    let communes = communes_of(&province, today);
    let rows = rows_of(db, &communes).await?;
    let names: HashMap<Uuid, String> = all_offices(db).await?.into_iter().collect();
    let mut lines = Vec::with_capacity(communes.len());
    for (code, name) in communes {
        let mut line = Line { code, name, now: None, later: Vec::new() };
        for (_, _, office, from) in rows.iter().filter(|(_, commune, _, _)| *commune == line.code) {
            // An office that ended has no name any more, and answers for nothing.
            let office = office.and_then(|id| names.get(&id).cloned());
            let day = written(*from, Precision::Day);
            if *from <= today {
                line.now = office.map(|office| (office, day));
            } else {
                line.later.push((office, day));
            }
        }
        lines.push(line);
    }
    // What wants doing stands first.
    lines.sort_by_key(|line| line.now.is_some());
    let mut offices = Vec::new();
    if may_keep {
        offices = offices_in(db, &province).await?.into_iter().map(|(id, n)| Choice::new(id.to_string(), n)).collect();
        offices.push(Choice::new("none", user.language.say(&Message::new("route-nobody"))));
    }
    let provinces = List::Provinces.vocabulary().entries().iter();
    Ok(CommunesPage {
        form,
        missing: lines.iter().filter(|line| line.now.is_none()).count(),
        lines,
        offices,
        may_keep,
        seen: rows.iter().map(|row| row.0).max().unwrap_or_default(),
        provinces: provinces
            .filter(|p| p.holds_on(today))
            .map(|p| Choice::new(&*p.code, p.title(user.language)))
            .collect(),
        province,
    })
}

/// The table of a province; without one, of the reader's own.
#[get("/communes?<province>")]
async fn index(province: Option<&str>, mut db: Read<to::ReadCases>) -> Result<Page<CommunesPage>> {
    let (user, today) = (db.user().clone(), db.today());
    let province = match province {
        None | Some("") => None,
        Some(code) => Some(List::Provinces.vocabulary().get(code).ok_or(Error::NotFound)?.code.clone()),
    };
    let form = Filled::blank()
        .put("route.from.day", today.day().to_string())
        .put("route.from.month", u8::from(today.month()).to_string())
        .put("route.from.year", today.year().to_string());
    Ok(Page(page(&mut db, &user, province, today, form).await?))
}

#[derive(FromForm, Validate)]
struct RouteForm {
    /// An office, or `none`.
    #[field(default = String::new())]
    office: String,
    from: Typed,
    #[field(default = Vec::new())]
    communes: Vec<String>,
    /// The newest line that the page showed.
    seen: Option<Uuid>,
}

#[derive(FromForm, Validate)]
struct RouteSent {
    #[validate(nested)]
    route: RouteForm,
}

/// What stands, and what a line may be about.
struct Standing {
    communes: Vec<(String, String)>,
    offices: Vec<(Uuid, String)>,
    rows: Vec<Row>,
}

/// What is to hold, from when, for which communes.
struct Kept {
    office: Option<Uuid>,
    from: Date,
    communes: Vec<String>,
}

impl RouteForm {
    fn read(&self, filled: &mut Filled, standing: &Standing, today: Date) -> Option<Kept> {
        let Standing { communes, offices, rows } = standing;
        let office = match self.office.trim() {
            "none" => Some(None),
            typed => Uuid::parse_str(typed).ok().filter(|id| offices.iter().any(|(known, _)| known == id)).map(Some),
        };
        if office.is_none() {
            filled.push("route.office", "error-choose");
        }
        let from = match self.from.read() {
            Ok(Some((day, Precision::Day))) => Some(day),
            Ok(_) => {
                filled.push("route.from", "error-date-whole");
                None
            }
            Err(wrong) => {
                filled.push("route.from", wrong);
                None
            }
        };
        if from.is_some_and(|from| from < today || from > today + AHEAD) {
            filled.push("route.from", "error-route-from");
        }
        let known = |code: &String| communes.iter().any(|(c, _)| c == code);
        if self.communes.is_empty() {
            filled.push("route.communes", "error-route-none");
        } else if self.communes.len() > MOST || !self.communes.iter().all(known) {
            filled.push("route.communes", "error-choice");
        }
        let since = self.seen.unwrap_or_default();
        let changed: Vec<&str> = communes
            .iter()
            .filter(|(code, _)| self.communes.contains(code))
            .filter(|(code, _)| rows.iter().any(|(id, commune, _, _)| commune == code && *id > since))
            .map(|(_, name)| name.as_str())
            .take(10)
            .collect();
        if !changed.is_empty() {
            filled.push("route.communes", Message::new("error-route-changed").with("communes", changed.join(", ")));
        }
        let mut communes = self.communes.clone();
        communes.sort_unstable();
        communes.dedup();
        Some(Kept { office: office?, from: from?, communes }).filter(|_| !filled.is_wrong())
    }
}

#[post("/communes", data = "<form>")]
async fn keep(form: Form<Checked<RouteSent>>, mut db: Write<to::KeepRoutes>) -> Result<Answer<CommunesPage>> {
    let Checked { value, mut filled } = form.into_inner();
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let (user, today, now) = (db.user().clone(), db.today(), db.now());
    let Some(province) = own_province(&mut db, &user).await?.filter(|_| user.is_of_department()) else {
        return Err(Error::refused(Status::Conflict, "error-route-not-yours"));
    };
    let communes = communes_of(&province, today);
    let offices = offices_in(&mut db, &province).await?;
    let rows = rows_of(&mut db, &communes).await?;
    let standing = Standing { communes, offices, rows };
    let read = value.and_then(|sent| sent.route.read(&mut filled, &standing, today));
    let Some(kept) = read else {
        let mut db = db.instead().await?;
        let page = page(&mut db, &user, None, today, filled).await?;
        return Ok(Answer::With(Status::UnprocessableEntity, page));
    };
    let lines: Vec<_> = kept
        .communes
        .iter()
        .map(|commune| {
            (
                commune_routes::id.eq(Uuid::now_v7()),
                commune_routes::commune_code.eq(commune),
                commune_routes::office_id.eq(kept.office),
                commune_routes::from_on.eq(kept.from),
                commune_routes::written_by.eq(user.id),
                commune_routes::written_at.eq(now),
            )
        })
        .collect();
    diesel::insert_into(commune_routes::table)
        .values(lines)
        .on_conflict((commune_routes::commune_code, commune_routes::from_on))
        .do_update()
        .set((
            commune_routes::id.eq(excluded(commune_routes::id)),
            commune_routes::office_id.eq(excluded(commune_routes::office_id)),
            commune_routes::written_by.eq(excluded(commune_routes::written_by)),
            commune_routes::written_at.eq(excluded(commune_routes::written_at)),
        ))
        .execute(&mut *db)
        .await?;
    let about = json!({ "communes": kept.communes, "office": kept.office, "from": kept.from.to_string() });
    event::record(&mut db, "commune.routed", "organisation", user.organisation, about).await?;
    db.done(filled.submission(), "/communes").await?;
    Ok(Answer::Told("/communes".to_owned(), "route-kept"))
}
