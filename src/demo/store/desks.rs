//! What desks and posts abroad keep beside cases: slips printed before, and people counted without a name.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::json;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::cases::{Opened, then};
use super::{Cast, Rows, written};
use crate::access::OrganisationKind;
use crate::base::Result;
use crate::base::actor::Actor;
use crate::demo::names::{one_of, percent, weighted};
use crate::demo::people::{UNTIL, code};
use crate::demo::world::Office;
use crate::schema::{information_contacts, slip_batches, slips};

const BATCHES: u64 = 3;
const SIZE: u64 = 30;

/// Slips and counts of one office, unless they are there.
pub async fn fill(
    db: &mut AsyncPgConnection,
    cast: &Cast,
    officer: &Actor,
    office: &Office,
    (seed, place): (u64, u64),
) -> Result<()> {
    let before: i64 = information_contacts::table
        .filter(information_contacts::organisation_id.eq(officer.organisation().unwrap_or_default()))
        .count()
        .get_result(db)
        .await?;
    if before > 0 {
        return Ok(());
    }
    let mut rng = StdRng::seed_from_u64(seed ^ (place << 32));
    let rng = &mut rng;
    let mut rows = Rows::default();
    if office.kind == OrganisationKind::Mission {
        sessions(rng, &mut rows, cast, officer, office);
    } else {
        batches(&mut rows, officer, (seed, place));
    }
    for ago in 0..120 {
        if !percent(rng, 45) {
            continue;
        }
        let topics =
            [("rights", 20), ("money", 18), ("work", 26), ("papers", 20), ("health", 6), ("family", 4), ("other", 6)];
        let at = cast.now - Duration::days(ago);
        rows.add(
            "information_contacts",
            json!({
                "id": Uuid::now_v7(),
                "organisation_id": officer.organisation(),
                "held_on": (cast.today - Duration::days(ago)).to_string(),
                "topic": weighted(rng, &topics),
                "people": weighted(rng, &[(1, 60), (2, 20), (3, 12), (8, 6), (25, 2)]),
                "written_by": officer.id(),
                "written_at": written(at),
            }),
        );
    }
    rows.insert(db, &["slip_batches", "slips", "information_contacts", "outreach_sessions"]).await
}

/// Two batches in use and one just printed.
fn batches(rows: &mut Rows, officer: &Actor, (seed, place): (u64, u64)) {
    for nth in 0..BATCHES {
        let id = Uuid::now_v7();
        let ago = if nth + 1 == BATCHES { 3 } else { 60 };
        rows.add(
            "slip_batches",
            json!({
                "id": id,
                "organisation_id": officer.organisation(),
                "size": SIZE,
                "issued_by": officer.id(),
                "issued_at": written(UNTIL - Duration::days(ago) + Duration::hours(8)),
            }),
        );
        for slip in 0..SIZE {
            let number = (1 << 41) + place * 1000 + nth * SIZE + slip;
            let slip = json!({ "id": Uuid::now_v7(), "batch_id": id, "code": code(seed, number).as_str() });
            rows.add("slips", slip);
        }
    }
}

/// Visits to where people work.
fn sessions(rng: &mut StdRng, rows: &mut Rows, cast: &Cast, officer: &Actor, office: &Office) {
    let country = office.country.unwrap_or_default();
    for nth in 0..8_i64 {
        let days = nth * 38 + rng.random_range(2..30);
        let women = rng.random_range(0..14);
        let place = match country {
            "JP" => one_of(rng, &["Aichi", "Saitama", "Osaka", "Ibaraki"]),
            "KR" => one_of(rng, &["Ansan", "Gimhae", "Hwaseong", "Daegu"]),
            _ => one_of(rng, &["Đào Viên", "Đài Trung", "Cao Hùng", "Chương Hóa"]),
        };
        rows.add(
            "outreach_sessions",
            json!({
                "id": Uuid::now_v7(),
                "organisation_id": officer.organisation(),
                "held_on": (cast.today - Duration::days(days)).to_string(),
                "hour": weighted(rng, &[(9, 2), (14, 2), (19, 5), (20, 3)]),
                "employer": percent(rng, 60).then(|| format!("Công ty minh họa số {}", rng.random_range(1..60))),
                "place": place,
                "headcount": rng.random_range(15..160),
                "domestic_reached": women,
                "domestic_not_reached": rng.random_range(0..20),
                "questions": percent(rng, 60).then_some("Hỏi về tiền ký quỹ, bảo hiểm và giấy tờ khi về nước."),
                "written_by": officer.id(),
                "written_at": written(cast.now - Duration::days(days)),
            }),
        );
    }
}

/// Gives the slips in use to the cases that were to have one, as long as there are any.
pub async fn bind(db: &mut AsyncPgConnection, cast: &Cast, opened: &[Opened<'_>]) -> Result<()> {
    let wanted: Vec<&Opened<'_>> = opened.iter().filter(|opened| opened.journey.slip).collect();
    if wanted.is_empty() {
        return Ok(());
    }
    let in_use: OffsetDateTime = UNTIL - Duration::days(30);
    let free: Vec<String> = slips::table
        .filter(
            slips::batch_id
                .eq_any(slip_batches::table.filter(slip_batches::issued_at.lt(in_use)).select(slip_batches::id)),
        )
        .filter(slips::bound_at.is_null())
        .order(slips::code)
        .limit(500)
        .select(slips::code)
        .load(db)
        .await?;
    let rows = wanted
        .iter()
        .zip(free)
        .map(|(opened, slip)| {
            let ahead = cast.ahead_at(opened.journey.opened_at + Duration::minutes(2));
            json!({ "slip": slip, "id": opened.case, "ahead": ahead })
        })
        .collect();
    then(db, cast, "bind_slip(r.slip, r.id) = 'bound'", "slip text, id uuid, ahead text", rows).await
}
