//! The pages of the directory: found by everybody who works on cases, kept by supervisors.

use askama::Template;
use rocket::form::Form;
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use uuid::Uuid;

use super::form::{Entry, FIELDS, ProviderSent, in_words, put};
use super::store::{self, Wanted};
use super::{Provider, SERVES};
use crate::access::guard::to;
use crate::access::store::organisations;
use crate::access::{Permission, Read, Write};
use crate::base::date::{Precision, written};
use crate::base::form::{Checked, Choice, Clash, Difference, Filled, clash};
use crate::base::language::Language;
use crate::base::{Error, Result};
use crate::case::assistance::CODES;
use crate::page::{Answer, Page, filters};
use crate::person::choices::{choices, listed};
use crate::vocabulary::List;

pub fn routes() -> Vec<Route> {
    routes![index, new, add, show, edit, change]
}

/// Entries on one page.
const LINES: i64 = 50;

#[derive(Template)]
#[template(path = "case/providers.html")]
struct IndexPage {
    form: Filled,
    kinds: Vec<Choice>,
    provinces: Vec<Choice>,
    scopes: Vec<Choice>,
    /// Each with whether it holds today.
    providers: Vec<(Provider, bool)>,
    may_change: bool,
    /// Who keeps the forms finds them here, beside whom they go to.
    keeps_forms: bool,
    previous: String,
    next: String,
}

/// `scope`: `all` shows those too that do not hold today.
#[get("/providers?<kind>&<province>&<scope>&<after>")]
async fn index(
    kind: Option<&str>,
    province: Option<&str>,
    scope: Option<&str>,
    after: Option<Uuid>,
    mut db: Read<to::ReadCases>,
    language: Language,
) -> Result<Page<IndexPage>> {
    let today = db.today();
    let kind = kind.filter(|kind| CODES.contains(kind));
    let province = province.filter(|code| List::Provinces.vocabulary().get(code).is_some());
    let scope = if scope == Some("all") { "all" } else { "valid" };
    let wanted = Wanted { kind, province, valid_on: (scope == "valid").then_some(today), after };
    let mut found = store::list(&mut db, &wanted, LINES + 1).await?;
    let more = found.len() as i64 > LINES;
    found.truncate(LINES as usize);
    let here =
        format!("/providers?kind={}&province={}&scope={scope}", kind.unwrap_or_default(), province.unwrap_or_default());
    Ok(Page(IndexPage {
        next: found.last().filter(|_| more).map(|last| format!("{here}&after={}", last.id)).unwrap_or_default(),
        previous: if after.is_some() { here } else { String::new() },
        form: Filled::blank()
            .put("kind", kind.unwrap_or_default())
            .put("province", province.unwrap_or_default())
            .put("scope", scope),
        kinds: choices(language, "service", &CODES),
        provinces: listed(language, List::Provinces),
        scopes: choices(language, "provider-scope", &["valid", "all"]),
        providers: found.into_iter().map(|p| (p.clone(), p.is_valid(today))).collect(),
        may_change: db.user().may(Permission::ChangeProviders),
        keeps_forms: crate::case::form::keeping::may_keep(db.user()),
    }))
}

#[derive(Template)]
#[template(path = "case/provider.html")]
struct ShowPage {
    provider: Provider,
    /// Its fields in words.
    lines: Vec<(String, String)>,
    valid: bool,
    verified_on: String,
    verified_at: String,
    may_change: bool,
}

fn named(offices: Vec<(Uuid, String)>) -> Vec<Choice> {
    offices.into_iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect()
}

/// The message that names a field.
fn label(field: &str) -> String {
    format!("provider-{}", field.trim_end_matches("_id").trim_end_matches("_code").replace('_', "-"))
}

#[get("/providers/<id>")]
async fn show(id: Uuid, mut db: Read<to::ReadCases>, language: Language) -> Result<Page<ShowPage>> {
    let today = db.today();
    let provider = store::find(&mut db, id).await?;
    let offices = named(organisations(&mut db).await?);
    let row = provider.row();
    let whose = offices.iter().find(|office| office.value == provider.verified_at_id.to_string());
    let words = |field: &str| match (field, provider.province_code.is_none()) {
        ("province_code", true) => language.say(&"provider-everywhere".into()),
        _ => in_words(field, &row[field], &offices, language),
    };
    Ok(Page(ShowPage {
        lines: FIELDS.into_iter().skip(1).map(|field| (label(field), words(field))).collect(),
        valid: provider.is_valid(today),
        verified_on: written(provider.verified_on, Precision::Day),
        verified_at: whose.map(|office| office.text.clone()).unwrap_or_default(),
        may_change: store::keeps(&mut db, id).await?,
        provider,
    }))
}

#[derive(Template)]
#[template(path = "case/provider_edit.html")]
struct EditPage {
    /// Nothing for a new one.
    id: Option<Uuid>,
    form: Filled,
    offices: Vec<Choice>,
    provinces: Vec<Choice>,
    kinds: Vec<Choice>,
    serves: Vec<Choice>,
    conflict: Vec<Difference>,
}

fn edit_page(id: Option<Uuid>, form: Filled, offices: Vec<Choice>, language: Language) -> EditPage {
    EditPage {
        id,
        form,
        offices,
        provinces: listed(language, List::Provinces),
        kinds: choices(language, "service", &CODES),
        serves: choices(language, "provider-serves", &SERVES),
        conflict: Vec::new(),
    }
}

#[get("/providers/new")]
async fn new(mut db: Read<to::ChangeProviders>, language: Language) -> Result<Page<EditPage>> {
    let offices = named(organisations(&mut db).await?);
    let form = put(Filled::blank(), "valid_from", &db.today().to_string().into());
    Ok(Page(edit_page(None, form, offices, language)))
}

#[post("/providers", data = "<form>")]
async fn add(
    form: Form<Checked<ProviderSent>>,
    mut db: Write<to::ChangeProviders>,
    language: Language,
) -> Result<Answer<EditPage>> {
    let Checked { value, mut filled } = form.into_inner();
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let (user, today) = (db.user().clone(), db.today());
    let offices = organisations(&mut db).await?;
    let Some(entry) = value.and_then(|sent| sent.provider.read(&mut filled, &offices, today)) else {
        return Ok(Answer::With(Status::UnprocessableEntity, edit_page(None, filled, named(offices), language)));
    };
    let id = store::add(&mut db, &user, &entry, today).await?;
    let location = format!("/providers/{id}");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "provider-added"))
}

#[get("/providers/<id>/edit")]
async fn edit(id: Uuid, mut db: Read<to::ChangeProviders>, language: Language) -> Result<Page<EditPage>> {
    let provider = store::find_to_change(&mut db, id).await?;
    let offices = named(organisations(&mut db).await?);
    let row = provider.row();
    let form = FIELDS.into_iter().fold(Filled::blank(), |form, field| put(form, field, &row[field]));
    Ok(Page(edit_page(Some(id), form.put("provider.version", provider.version.to_string()), offices, language)))
}

#[post("/providers/<id>", data = "<form>")]
async fn change(
    id: Uuid,
    form: Form<Checked<ProviderSent>>,
    mut db: Write<to::ChangeProviders>,
    language: Language,
) -> Result<Answer<EditPage>> {
    let Checked { value, mut filled } = form.into_inner();
    store::find_to_change(&mut db, id).await?;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let (user, today) = (db.user().clone(), db.today());
    let offices = organisations(&mut db).await?;
    let read = value.and_then(|sent| {
        let entry = sent.provider.read(&mut filled, &offices, today)?;
        Some((entry, sent.provider.version, sent.provider.verified))
    });
    let Some((entry, version, verified)) = read else {
        let page = edit_page(Some(id), filled, named(offices), language);
        return Ok(Answer::With(Status::UnprocessableEntity, page));
    };
    if !store::change(&mut db, &user, id, version, &entry, verified.then_some(today)).await? {
        return conflict(db, id, version, &entry, filled, language).await;
    }
    let location = format!("/providers/{id}");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "provider-changed"))
}

/// Somebody else saved first: shows what they changed beside what was typed, and changes nothing. Sent again, the form
/// counts against the version shown here.
async fn conflict(
    db: Write<to::ChangeProviders>,
    id: Uuid,
    version: i32,
    yours: &Entry,
    filled: Filled,
    language: Language,
) -> Result<Answer<EditPage>> {
    let mut db = db.instead().await?;
    let current = store::find(&mut db, id).await?;
    let before = store::at_version(&mut db, id, version).await?.ok_or(Error::NotFound)?;
    let offices = named(organisations(&mut db).await?);
    let (now, yours) = (current.row(), yours.row());
    let mut filled = filled.put("provider.version", current.version.to_string());
    let mut conflict = Vec::new();
    for field in FIELDS {
        let mut typed = &yours[field];
        match clash(&before[field], &now[field], typed) {
            Clash::None => continue,
            Clash::Theirs => {
                filled = put(filled, field, &now[field]);
                typed = &now[field];
            }
            Clash::Both => {}
        }
        let words = |value| in_words(field, value, &offices, language);
        let (before, now, yours) = (Some(words(&before[field])), words(&now[field]), words(typed));
        conflict.push(Difference { label: label(field), before, now, yours });
    }
    let page = EditPage { conflict, ..edit_page(Some(id), filled, offices, language) };
    Ok(Answer::With(Status::Conflict, page))
}
