//! Flights of a made-up desk: one that lands today, and yesterday's, half reconciled.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};
use time::{Date, Duration};
use uuid::Uuid;

use super::{Cast, Rows, written};
use crate::base::Result;
use crate::base::actor::Actor;
use crate::base::date::Precision;
use crate::base::seal::{Keys, to_hex};
use crate::demo::names::{kinh, percent};
use crate::import::manifest;
use crate::person::document;
use crate::schema::{episodes, manifests, persons};

const SEATS: i32 = 40;
const YESTERDAY: i32 = 24;
/// Whom the scan in the README is.
const SCANNED: i32 = 17;

/// Somebody as a list names them.
struct Listed {
    name: String,
    sex: Option<String>,
    birth: Option<(Date, Precision)>,
    number: Option<String>,
    episode: Option<Uuid>,
}

type Known = (Uuid, String, Option<String>, Option<Date>, Option<String>);

impl Listed {
    fn drawn(rng: &mut StdRng) -> Listed {
        let woman = percent(rng, 40);
        Listed {
            name: kinh(rng, woman, false).name,
            sex: Some(if woman { "female" } else { "male" }.to_owned()),
            birth: Date::from_ordinal_date(rng.random_range(1975..2003), rng.random_range(1..365))
                .ok()
                .map(|day| (day, Precision::Day)),
            number: percent(rng, 90).then(|| format!("X{:08}", rng.random_range(0..100_000_000))),
            episode: None,
        }
    }

    fn of((episode, name, sex, birth, precision): Known) -> Listed {
        let precision = precision.as_deref().and_then(Precision::from_code);
        Listed { name, sex, birth: birth.zip(precision), number: None, episode: Some(episode) }
    }
}

/// Today's and yesterday's flight of a desk, unless it has any.
pub async fn fill(
    db: &mut AsyncPgConnection,
    keys: &Keys,
    cast: &Cast,
    officer: &Actor,
    (seed, place): (u64, u64),
) -> Result<()> {
    let Some(office) = officer.organisation() else { return Ok(()) };
    let before: i64 = manifests::table.filter(manifests::desk_id.eq(office)).count().get_result(db).await?;
    if before > 0 {
        return Ok(());
    }
    let mut rng = StdRng::seed_from_u64(seed ^ (place << 40));
    let facts = (episodes::id, persons::name, persons::sex, persons::birth_date, persons::birth_precision);
    let people = || episodes::table.inner_join(persons::table).filter(persons::protected.eq(false));
    let planned: Vec<Known> = people()
        .filter(episodes::standing.eq("planned"))
        .filter(episodes::expected_at.eq(office))
        .filter(episodes::expected_on.ge(cast.today))
        .order((episodes::expected_on, persons::code))
        .limit(5)
        .select(facts)
        .load(db)
        .await?;
    let arrived: Vec<Known> = people()
        .filter(episodes::standing.eq("returned"))
        .filter(episodes::registered_by.eq(office))
        .order((episodes::entered_on.desc(), persons::code))
        .limit(11)
        .select(facts)
        .load(db)
        .await?;
    let mut rows = Rows::default();
    let today = list(&mut rows, cast, officer, ("VN417", 0));
    let yesterday = list(&mut rows, cast, officer, ("VN409", 1));
    let expected: Vec<Uuid> = planned.iter().map(|known| known.0).collect();
    let mut known = planned.into_iter();
    for number in 1..=SEATS {
        let listed = match number {
            SCANNED => Listed {
                name: "Nguyễn Thị Mậu".to_owned(),
                sex: Some("female".to_owned()),
                birth: Date::from_ordinal_date(1990, 46).ok().map(|day| (day, Precision::Day)),
                number: Some("C0000000".to_owned()),
                episode: None,
            },
            number if number % 7 == 0 => known.next().map_or_else(|| Listed::drawn(&mut rng), Listed::of),
            _ => Listed::drawn(&mut rng),
        };
        rows.add("manifest_rows", line(keys, (today, number, true), &listed)?);
    }
    let mut known = arrived.into_iter();
    let at = written(cast.now - Duration::hours(20));
    for number in 1..=YESTERDAY + 1 {
        let announced = number <= YESTERDAY;
        let met = if number % 2 == 0 || !announced { known.next() } else { None };
        let declined = number % 9 == 0;
        let looked = number % 7 == 0;
        let listed = met.map_or_else(|| Listed::drawn(&mut rng), Listed::of);
        let came = listed.episode.is_some();
        let mut row = line(keys, (yesterday, number, announced), &listed)?;
        let mut put = |name: &str, value: Value| row[name] = value;
        if declined || came || !announced {
            put("state", json!(if came && !declined { "arrived" } else { "declined" }));
            put("seen_at", json!(at));
            put("seen_by", json!(officer.id()));
        } else if looked {
            put("looked_for_at", json!(at));
            put("looked_for_by", json!(officer.id()));
        }
        if declined || (!announced && !came) {
            put("erased_at", json!(at));
            for name in ERASED {
                put(name, Value::Null);
            }
        }
        rows.add("manifest_rows", row);
    }
    rows.insert(db, &["manifests", "manifest_rows"]).await?;
    diesel::update(episodes::table.filter(episodes::id.eq_any(expected)))
        .set((episodes::expected_on.eq(cast.today), episodes::flight.eq("VN417")))
        .execute(db)
        .await?;
    Ok(())
}

/// What nothing is left of once somebody declined.
const ERASED: [&str; 10] = [
    "name",
    "sex",
    "birth_date",
    "birth_precision",
    "document_kind",
    "document_country",
    "number_sealed",
    "number_index",
    "number_key",
    "episode_id",
];

fn list(rows: &mut Rows, cast: &Cast, officer: &Actor, (flight, ago): (&str, i64)) -> Uuid {
    let id = Uuid::now_v7();
    let day = cast.today - Duration::days(ago);
    rows.add(
        "manifests",
        json!({
            "id": id,
            "flight": flight,
            "arrives_on": day.to_string(),
            "desk_id": officer.organisation(),
            "previous_country": "KR",
            "made_by": officer.id(),
            "made_at": written(cast.now - Duration::days(ago) - Duration::hours(6)),
            "expires_on": (day + Duration::days(14)).to_string(),
            "version": 1,
        }),
    );
    id
}

fn line(keys: &Keys, (of, number, announced): (Uuid, i32, bool), listed: &Listed) -> Result<Value> {
    let id = Uuid::now_v7();
    let paper = &listed.number;
    let sealed = paper.as_ref().map(|paper| manifest::seal(keys, id, paper)).transpose()?;
    let blind = paper.as_ref().map(|paper| document::index(keys, "passport", "VN", paper)).transpose()?;
    Ok(json!({
        "id": id,
        "manifest_id": of,
        "number": number,
        "announced": announced,
        "state": "expected",
        "name": listed.name,
        "sex": listed.sex,
        "birth_date": listed.birth.map(|(day, _)| day.to_string()),
        "birth_precision": listed.birth.map(|(_, precision)| precision.code()),
        "document_kind": paper.as_ref().map(|_| "passport"),
        "document_country": paper.as_ref().map(|_| "VN"),
        "number_sealed": sealed.map(|bytes| format!("\\x{}", to_hex(&bytes))),
        "number_index": blind.as_ref().map(|blind| &blind.index),
        "number_key": blind.as_ref().map(|blind| blind.key),
        "episode_id": listed.episode,
        "seen_at": null,
        "seen_by": null,
        "made_person": false,
        "looked_for_at": null,
        "looked_for_by": null,
        "erased_at": null,
        "version": 1,
    }))
}
