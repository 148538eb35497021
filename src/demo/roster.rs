//! Who is on duty in the made-up world: two months of hours at every office, with numbers that nobody has.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::json;
use time::{Date, Duration, Time};
use uuid::Uuid;

use super::store::{Cast, insert, written};
use super::world::{Member, OFFICES};
use crate::App;
use crate::access::{OrganisationKind, Permission, Role};
use crate::base::Result;
use crate::base::clock::at_in_viet_nam;
use crate::base::db::Rights;
use crate::schema::duty_shifts;

/// Days ahead that are filled.
const DAYS: i64 = 60;
/// An office where somebody forgot a day, counted from today.
const FORGOT: (&str, i64) = ("supervisor.hatinh", 3);

/// Fills the rosters unless there is one.
pub async fn fill(app: &App, cast: &Cast) -> Result<()> {
    for (place, office) in OFFICES.iter().enumerate() {
        let Some(keeper) = office.staff.iter().find(|member| member.role == Role::Supervisor) else { continue };
        let actor = cast.actor(keeper.account)?;
        let mut tx = app.db.begin(actor, Uuid::now_v7(), Rights::Writer).await?;
        let there: i64 = duty_shifts::table.count().get_result(&mut *tx).await?;
        if there == 0 {
            let day_and_night = matches!(office.kind, OrganisationKind::Airport | OrganisationKind::Border);
            // Whoever has the second number around the clock cannot have the first as well.
            let takes_turns = |member: &&Member| {
                member.role.permissions().contains(&Permission::ChangeCases)
                    && !(day_and_night && member.account == keeper.account)
            };
            let staff: Vec<&Member> = office.staff.iter().filter(takes_turns).collect();
            // From when, and for how long, somebody has the first number, and whoever keeps the roster the second.
            let hours: &[(u8, i64, i32)] =
                if day_and_night { &[(6, 8, 1), (14, 8, 1), (22, 8, 1), (6, 24, 2)] } else { &[(8, 24, 1)] };
            let mut rows = Vec::new();
            for day in -1..DAYS {
                if FORGOT == (keeper.account, day) {
                    continue;
                }
                for (nth, (hour, long, order)) in hours.iter().enumerate() {
                    let turn = usize::try_from(day + 1).unwrap_or_default() + nth;
                    let member = if *order == 2 { keeper } else { staff[turn % staff.len()] };
                    rows.push(row(
                        cast,
                        (place, keeper, member),
                        cast.today + Duration::days(day),
                        (*hour, *long, *order),
                    )?);
                }
            }
            insert(&mut tx, "duty_shifts", rows).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

fn row(
    cast: &Cast,
    (place, keeper, member): (usize, &Member, &Member),
    on: Date,
    (hour, long, order): (u8, i64, i32),
) -> Result<serde_json::Value> {
    let starts = at_in_viet_nam(on, Time::from_hms(hour, 0, 0).unwrap_or(Time::MIDNIGHT));
    Ok(json!({
        "id": Uuid::now_v7(),
        "organisation_id": cast.office(keeper.account)?,
        "user_id": cast.actor(member.account)?.id(),
        "phone": format!("024 000 2{place:02}{}", if member.account == keeper.account { 1 } else { 2 }),
        "place": order,
        "starts_at": written(starts),
        "ends_at": written(starts + Duration::hours(long)),
        "written_by": cast.actor(keeper.account)?.id(),
        "written_at": written(cast.now),
    }))
}
