//! Those of one's own cases whom a vacancy suits best (E3).

use std::collections::HashSet;

use askama::Template;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use rocket::{Route, State, get, routes};
use uuid::Uuid;

use super::matching::board::Board;
use super::matching::explain::{Side, explain};
use super::matching::weigh;
use super::proposals::{SHOWN, points, strongest};
use super::vacancy::{self, Vacancy};
use crate::access::guard::to;
use crate::access::{Later, Seen};
use crate::base::db::Db;
use crate::base::language::{Language, Message};
use crate::base::{Error, Result};
use crate::page::{Page, filters};
use crate::schema::{cases, episodes, match_choices, persons};

pub fn routes() -> Vec<Route> {
    routes![index]
}

/// So many places of the order are looked at: some belong to people whom this user may not open.
const LOOKED_AT: usize = SHOWN * 5;

struct Line {
    case: String,
    name: String,
    points: i64,
    pro: Vec<Message>,
    con: Vec<Message>,
}

#[derive(Template)]
#[template(path = "employment/people.html")]
struct PeoplePage {
    vacancy: Vacancy,
    place: String,
    lines: Vec<Line>,
    _seen: Seen,
}

#[get("/vacancies/<id>/people")]
async fn index(
    id: Uuid,
    later: Later<to::AssessCases>,
    board: &State<Board>,
    pool: &State<Db>,
    language: Language,
) -> Result<Page<PeoplePage>> {
    board.bring_up_to_date(pool).await?;
    let mut db = later.read().await?;
    let (user, today) = (db.user().clone(), db.today());
    let vacancy = vacancy::find(&mut db, id).await?;
    let offer = board.offer(id).filter(|_| vacancy.is_open(today)).ok_or(Error::NotFound)?;
    let chosen: Vec<Uuid> = match_choices::table
        .filter(match_choices::vacancy_id.eq(id))
        .select(match_choices::case_id)
        .limit(5000)
        .load(&mut *db)
        .await?;
    let aside: HashSet<Uuid> = chosen.into_iter().collect();
    let best = board.for_vacancy(&offer, user.organisation, &aside, today, LOOKED_AT);
    let ids: Vec<Uuid> = best.iter().map(|(case, _)| *case).collect();
    // As this user: whom the policies hide is not there.
    let mut found: Vec<(Uuid, String, Uuid, String)> = cases::table
        .inner_join(episodes::table.on(episodes::id.eq(cases::episode_id)))
        .inner_join(persons::table.on(persons::id.eq(episodes::person_id)))
        .filter(cases::id.eq_any(&ids))
        .filter(cases::holder_id.eq(user.organisation))
        .filter(cases::phase.ne("closed"))
        .select((cases::id, cases::code, persons::id, persons::name))
        .load(&mut *db)
        .await?;
    found.sort_by_key(|(case, ..)| ids.iter().position(|id| id == case));
    found.truncate(SHOWN);
    let people: Vec<Uuid> = found.iter().map(|(_, _, person, _)| *person).collect();
    let mut lines = Vec::new();
    for (case, code, _, name) in found {
        let Some(seeker) = board.seeker(case) else { continue };
        let weighed = weigh(&seeker, &offer);
        let reasons = explain(&seeker, &offer, &weighed, language);
        let (pro, con) = (strongest(&reasons, Side::For), strongest(&reasons, Side::Against));
        lines.push(Line { case: code, name, points: points(weighed.score()), pro, con });
    }
    let seen = db.listed(&people).await?;
    Ok(Page(PeoplePage { place: vacancy.place(language), vacancy, lines, _seen: seen }))
}
