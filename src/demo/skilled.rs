//! Skills in the made-up world: trades from the work abroad, who assesses them, and one welder's level on its way to a
//! certificate.

use diesel::prelude::*;
use diesel::sql_types::Uuid as SqlUuid;
use diesel_async::RunQueryDsl;
use serde_json::json;
use time::format_description::well_known::Rfc3339;
use time::{Duration, Time};
use uuid::Uuid;

use super::store::Cast;
use crate::App;
use crate::base::actor::Actor;
use crate::base::clock::at_in_viet_nam;
use crate::base::db::{Rights, Tx};
use crate::base::{Error, Result};
use crate::person::Person;
use crate::schema::{assessors, cases, episodes, persons, skills};
use crate::skill::certificate;
use crate::skill::recognition::{Act, store};

/// Whose people have skills.
const KEEPERS: [&str; 4] = ["counsellor.nghean", "counsellor.hatinh", "counsellor.haiphong", "counsellor.thanhhoa"];

/// Name, accreditation, what for, and how many days from today it holds.
const ASSESSORS: [(&str, &str, &[&str], i64); 3] = [
    ("Trường Cao đẳng nghề Ví Dụ", "VD-01/GCN", &["72", "74", "75", "81", "82"], 500),
    ("Trung tâm Đánh giá kỹ năng Ví Dụ", "VD-02/GCN", &["51", "53", "61", "71", "91", "93"], 300),
    ("Trung tâm Dạy nghề Cũ", "VD-03/GCN", &["7"], -30),
];

pub async fn fill(app: &App, cast: &Cast) -> Result<()> {
    let today = app.clock.today();
    let supervisor = cast.actor("supervisor.nghean")?;
    let Actor::User { id: user, organisation } = *supervisor else { return Ok(()) };
    let mut tx = app.db.begin(supervisor, Uuid::now_v7(), Rights::Writer).await?;
    let there: i64 = assessors::table.count().get_result(&mut *tx).await?;
    if there > 0 {
        return Ok(());
    }
    for (name, accreditation, occupations, days) in ASSESSORS {
        let groups: Vec<&str> = occupations.to_vec();
        diesel::insert_into(assessors::table)
            .values((
                assessors::id.eq(Uuid::now_v7()),
                assessors::name.eq(name),
                assessors::accreditation.eq(accreditation),
                assessors::occupations.eq(groups),
                assessors::province_code.eq("40"),
                assessors::valid_from.eq(today - Duration::days(700)),
                assessors::valid_until.eq(today + Duration::days(days)),
                assessors::kept_by.eq(organisation),
                assessors::written_by.eq(user),
            ))
            .execute(&mut *tx)
            .await?;
    }
    tx.commit().await?;
    for account in KEEPERS {
        skilled(app, cast, account).await?;
    }
    recognised(app, cast).await
}

/// What the people of an office's open cases did abroad, as trades, with the language of where they did it.
async fn skilled(app: &App, cast: &Cast, account: &str) -> Result<()> {
    let officer = cast.actor(account)?;
    let Actor::User { id: user, .. } = *officer else { return Ok(()) };
    let mut tx = app.db.begin(officer, Uuid::now_v7(), Rights::Writer).await?;
    diesel::sql_query(
        "INSERT INTO skills (id, person_id, kind, occupation, name, months, country, employer, source, recorded_by)
         SELECT DISTINCT ON (e.person_id) gen_random_uuid(), e.person_id, 'trade', m.occupation, o.vi,
                least(720, greatest(0, (m.contract_end - m.contract_start) / 30)), e.previous_country, m.employer, 'told', $1
         FROM cases c JOIN episodes e ON e.id = c.episode_id JOIN labour_migrations m ON m.episode_id = e.id
         JOIN occupations o ON o.code = m.occupation
         WHERE c.phase <> 'closed' AND c.holder_id = my_organisation() ORDER BY e.person_id, c.code",
    )
    .bind::<SqlUuid, _>(user)
    .execute(&mut *tx)
    .await?;
    diesel::sql_query(
        "INSERT INTO skills (id, person_id, kind, language, grade, source, recorded_by)
         SELECT gen_random_uuid(), s.person_id, 'language', l.language, l.grade, 'foreign-certificate', $1
         FROM skills s JOIN (VALUES ('JP', 'jpn', 'jlpt-n4'), ('KR', 'kor', 'eps-topik'), ('TW', 'cmn', 'tocfl-2')) l (country, language, grade)
              ON l.country = s.country
         WHERE s.kind = 'trade' AND s.recorded_by = $1",
    )
    .bind::<SqlUuid, _>(user)
    .execute(&mut *tx)
    .await?;
    tx.commit().await
}

fn moved(said: Option<crate::skill::recognition::Hindered>) -> Result<()> {
    match said {
        None => Ok(()),
        Some(hindered) => Err(Error::Internal(format!("a made-up recognition: {hindered:?}"))),
    }
}

/// One step, as whoever makes it.
async fn step(tx: &mut Tx, id: Uuid, act: Act, version: i32, details: serde_json::Value) -> Result<()> {
    moved(store::act(tx, id, act, version, details).await?)
}

/// Three of Nghệ An's people are recognised at level 3: one has the certificate, one waits for the decision, one for an
/// appointment.
async fn recognised(app: &App, cast: &Cast) -> Result<()> {
    let counsellor = cast.actor("counsellor.nghean")?;
    let supervisor = cast.actor("supervisor.nghean")?;
    let Actor::User { id: asks, organisation } = *counsellor else { return Ok(()) };
    let Actor::User { id: decides, .. } = *supervisor else { return Ok(()) };
    let (now, today) = (app.clock.now(), app.clock.today());
    let mut tx = app.db.begin(counsellor, Uuid::now_v7(), Rights::Writer).await?;
    let assessor: Uuid = assessors::table
        .filter(assessors::accreditation.eq(ASSESSORS[0].1))
        .select(assessors::id)
        .first(&mut *tx)
        .await?;
    let some: Vec<(Uuid, Uuid, Option<String>, Person)> = cases::table
        .inner_join(episodes::table.inner_join(persons::table))
        .inner_join(skills::table.on(skills::person_id.eq(persons::id)))
        .filter(cases::holder_id.eq(organisation))
        .filter(cases::phase.ne("closed"))
        .filter(skills::kind.eq("trade"))
        .filter(skills::occupation.like("8%").or(skills::occupation.like("7%")))
        .order(cases::code)
        .limit(20)
        .select((cases::id, skills::id, skills::occupation, Person::as_select()))
        .load(&mut *tx)
        .await?;
    let groups = ASSESSORS[0].2;
    let fit = some.into_iter().filter_map(|(case, skill, occupation, person)| {
        let occupation = occupation?;
        groups.iter().any(|group| occupation.starts_with(group)).then_some((case, skill, occupation, person))
    });
    let mut waiting = None;
    for (number, (case, skill, occupation, person)) in fit.take(3).enumerate() {
        let id = store::ask(&mut tx, asks, case, (&occupation, 3), &[skill]).await?;
        step(&mut tx, id, Act::Complete, 1, json!({})).await?;
        if number == 2 {
            break;
        }
        let meets = at_in_viet_nam(today - Duration::DAY, Time::MIDNIGHT + Duration::hours(8));
        let meets = meets.format(&Rfc3339).map_err(Error::internal)?;
        let booked = json!({ "assessor": assessor, "meets_at": meets, "place": "Xưởng thực hành số 2" });
        step(&mut tx, id, Act::Book, 2, booked).await?;
        let about = store::assessed(&mut tx, id).await?;
        let results: Vec<_> = about.iter().map(|a| json!({ "id": a.id, "result": 3, "gap": null })).collect();
        step(&mut tx, id, Act::Assess, 3, json!({ "results": results })).await?;
        if number == 0 {
            waiting = Some((case, id, person));
        }
    }
    tx.commit().await?;
    let Some((case, id, person)) = waiting else { return Ok(()) };
    let mut tx = app.db.begin(supervisor, Uuid::now_v7(), Rights::Writer).await?;
    step(&mut tx, id, Act::Grant, 4, json!({ "level": 3 })).await?;
    let recognition = store::find(&mut tx, case, id).await?;
    certificate::issue(&mut tx, &app.keys, (decides, organisation, now), (&person, &recognition), 3, &["skills"])
        .await?;
    tx.commit().await
}
