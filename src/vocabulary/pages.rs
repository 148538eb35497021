//! Suggestions for the type-ahead. Public knowledge: anybody may ask.

use rocket::serde::json::Json;
use rocket::{Route, State, get, routes};
use serde::Serialize;

use super::{Entry, List, old, titles};
use crate::access::Open;
use crate::base::db::Db;
use crate::base::language::Language;
use crate::base::{Error, Result};

pub fn routes() -> Vec<Route> {
    routes![suggest]
}

/// One suggestion, as `static/js/app.js` shows it.
#[derive(Serialize)]
struct Suggestion {
    code: &'static str,
    name: &'static str,
    detail: String,
}

const MOST: usize = 12;

/// Occupations by what people call their work, each with the words by which it was found; then the groups that are called so.
fn occupations(typed: &str, groups: &[&'static Entry], language: Language) -> Vec<Suggestion> {
    let found = titles::suggest(typed, MOST);
    let others: Vec<&Entry> =
        groups.iter().copied().filter(|group| found.iter().all(|one| one.entry.code != group.code)).collect();
    let named = found.into_iter().map(|one| {
        let name = one.entry.title(language);
        let detail = if one.title == name { String::new() } else { one.title.to_owned() };
        Suggestion { code: &one.entry.code, name, detail }
    });
    let others = others.into_iter().map(|group| Suggestion {
        code: &group.code,
        name: group.title(language),
        detail: group.code.clone(),
    });
    named.chain(others).take(MOST).collect()
}

/// Entries that a typed beginning may mean, at most twelve. `within` is the name or code of what they lie in.
#[get("/vocabulary/<list>?<q>&<within>")]
fn suggest(
    _open: Open,
    list: &str,
    q: &str,
    within: Option<&str>,
    language: Language,
    db: &State<Db>,
) -> Result<Json<Vec<Suggestion>>> {
    // A name is never longer; a longer question is none of ours.
    let q: String = q.chars().take(100).collect();
    if let Some(found) = old::suggest(list, &q, within, MOST) {
        let suggestion = |place: old::Place| {
            let (code, name) = place.innermost();
            Suggestion { code, name, detail: place.around() }
        };
        return Ok(Json(found.into_iter().map(suggestion).collect()));
    }
    let list = List::from_name(list).ok_or(Error::NotFound)?;
    let today = db.clock().today();
    let parent = match within.filter(|w| !w.is_empty()) {
        None => None,
        Some(typed) => match List::Provinces.vocabulary().meant(typed, None, today) {
            super::Meant::One(entry) => Some(entry.code.as_str()),
            _ => return Ok(Json(Vec::new())),
        },
    };
    let found = list.vocabulary().suggest(&q, parent, today, MOST);
    if list == List::Occupations {
        return Ok(Json(occupations(&q, &found, language)));
    }
    Ok(Json(
        found
            .into_iter()
            .map(|entry| Suggestion {
                code: &entry.code,
                name: entry.title(language),
                detail: match (list, &entry.parent) {
                    (List::Communes, Some(province)) => List::Provinces.vocabulary().title(province, language),
                    _ => String::new(),
                },
            })
            .collect(),
    ))
}
