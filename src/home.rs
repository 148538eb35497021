//! The first page after signing in.

use askama::Template;
use rocket::{Route, get, routes};

use crate::access::{Permission, User};
use crate::base::language::Language;
use crate::import::{Kind, brings_in};
use crate::page::{Page, filters};
use crate::vocabulary::List;

pub fn routes() -> Vec<Route> {
    routes![home, lists]
}

#[derive(Template)]
#[template(path = "home/index.html")]
struct HomePage {
    name: String,
    may_read: bool,
    may_find: bool,
    may_register: bool,
    may_decide: bool,
    may_count: bool,
    may_manage: bool,
    /// Brings in the base of contracts, and says whose they are.
    contracts: bool,
}

#[get("/")]
fn home(user: User) -> Page<HomePage> {
    Page(HomePage {
        may_read: user.may(Permission::ReadCases),
        may_find: user.may(Permission::FindPeople),
        may_register: user.may(Permission::RegisterPeople),
        may_decide: user.may(Permission::DecideAccess),
        may_count: user.may(Permission::ReadStatistics),
        may_manage: user.may(Permission::ManageUsers),
        contracts: brings_in(&user) == Some(Kind::Contracts),
        name: user.name,
    })
}

/// A code list as the page of sources shows it.
struct Shown {
    name: String,
    count: usize,
    source: &'static str,
    as_of: &'static str,
    /// Titles in the reader's language that this project translated.
    ours: usize,
}

#[derive(Template)]
#[template(path = "home/lists.html")]
struct ListsPage {
    lists: Vec<Shown>,
}

/// Where every code list comes from, and what of it is this project's translation.
#[get("/lists")]
fn lists(_user: User, language: Language) -> Page<ListsPage> {
    let lists = List::ALL
        .into_iter()
        .map(|list| {
            let vocabulary = list.vocabulary();
            Shown {
                name: format!("list-{}", list.name().replace('_', "-")),
                count: vocabulary.entries().len(),
                source: &vocabulary.source,
                as_of: &vocabulary.as_of,
                ours: vocabulary.entries().iter().filter(|e| e.translated_here(language)).count(),
            }
        })
        .collect();
    Page(ListsPage { lists })
}
