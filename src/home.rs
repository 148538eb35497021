//! The first page after signing in.

use askama::Template;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;
use rocket::{Route, get, routes};

use crate::access::guard::to;
use crate::access::{Permission, Snapshot, User};
use crate::base::Result;
use crate::page::{Page, filters};

pub fn routes() -> Vec<Route> {
    routes![home, statistics]
}

#[derive(Template)]
#[template(path = "home/index.html")]
struct HomePage {
    name: String,
    may_find: bool,
    may_register: bool,
    may_decide: bool,
    may_count: bool,
}

#[get("/")]
fn home(user: User) -> Page<HomePage> {
    Page(HomePage {
        may_find: user.may(Permission::FindPeople),
        may_register: user.may(Permission::RegisterPeople),
        may_decide: user.may(Permission::DecideAccess),
        may_count: user.may(Permission::ReadStatistics),
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
