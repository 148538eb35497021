//! The first page after signing in.

use askama::Template;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;
use rocket::{Route, get, routes};

use crate::access::guard::to;
use crate::access::{Permission, Snapshot, User};
use crate::base::Result;
use crate::base::language::Language;
use crate::page::{Page, filters};
use crate::vocabulary::List;

pub fn routes() -> Vec<Route> {
    routes![home, statistics, lists]
}

#[derive(Template)]
#[template(path = "home/index.html")]
struct HomePage {
    name: String,
    may_find: bool,
    may_register: bool,
    may_decide: bool,
    may_count: bool,
    may_manage: bool,
}

#[get("/")]
fn home(user: User) -> Page<HomePage> {
    Page(HomePage {
        may_find: user.may(Permission::FindPeople),
        may_register: user.may(Permission::RegisterPeople),
        may_decide: user.may(Permission::DecideAccess),
        may_count: user.may(Permission::ReadStatistics),
        may_manage: user.may(Permission::ManageUsers),
        name: user.name,
    })
}

#[derive(QueryableByName)]
struct Total {
    #[diesel(sql_type = BigInt)]
    total: i64,
}

#[derive(Template)]
#[template(path = "home/statistics.html")]
struct StatisticsPage {
    total: i64,
}

/// How many people are registered, and nothing finer: tables come from releases.
#[get("/statistics")]
async fn statistics(mut db: Snapshot<to::ReadStatistics>) -> Result<Page<StatisticsPage>> {
    let Total { total } = diesel::sql_query("SELECT total FROM registered_persons").get_result(&mut *db).await?;
    Ok(Page(StatisticsPage { total }))
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
