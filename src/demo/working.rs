//! Work in the made-up world: employers with vacancies, and what the people of some cases look for.

use diesel::prelude::*;
use diesel::sql_types::{Date as SqlDate, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use time::Duration;
use uuid::Uuid;

use super::store::Cast;
use crate::App;
use crate::base::Result;
use crate::base::actor::Actor;
use crate::base::db::Rights;
use crate::schema::{employer_incentives, employers, vacancies};

/// Whose offices speak to employers, and whose people look for work.
pub const KEEPERS: [(&str, &str); 3] =
    [("counsellor.nghean", "40"), ("counsellor.hatinh", "42"), ("counsellor.haiphong", "31")];

/// Name, whose capital, and whether it gladly takes people who come back.
const EMPLOYERS: [(&str, Option<&str>, &str); 4] = [
    ("Công ty Cơ khí Ví Dụ", Some("KR"), "yes"),
    ("Công ty Điện tử Ví Dụ", Some("JP"), "yes"),
    ("Hợp tác xã Nông sản Ví Dụ", None, "not-asked"),
    ("Nhà dưỡng lão Ví Dụ", None, "yes"),
];

/// At which of the employers, what, ISCO-08, wages in thousands of đồng, language with level, national level.
type Offer = (usize, &'static str, &'static str, (i64, i64), Option<(&'static str, &'static str)>, Option<i16>);

const OFFERS: [Offer; 12] = [
    (0, "Thợ hàn MIG, ca ngày", "7212", (9_000, 13_000), None, Some(3)),
    (0, "Thợ hàn kết cấu thép", "7214", (8_500, 12_000), None, None),
    (0, "Thợ vận hành máy CNC", "7223", (9_000, 14_000), None, None),
    (0, "Tổ trưởng xưởng cơ khí", "3122", (14_000, 20_000), Some(("kor", "A2")), None),
    (1, "Công nhân lắp ráp điện tử", "8212", (7_500, 10_000), None, None),
    (1, "Nhân viên kiểm tra chất lượng", "7543", (8_000, 11_000), Some(("jpn", "A2")), None),
    (1, "Thợ điện bảo trì", "7412", (9_000, 13_000), None, Some(2)),
    (2, "Công nhân nhà kính", "6113", (6_000, 8_000), None, None),
    (2, "Công nhân chế biến nông sản", "8160", (6_500, 8_500), None, None),
    (3, "Nhân viên chăm sóc người cao tuổi", "5322", (7_000, 10_000), Some(("jpn", "A1")), None),
    (3, "Nhân viên bếp", "9412", (6_000, 7_500), None, None),
    (3, "Nhân viên buồng phòng, giặt là", "9112", (5_500, 7_000), None, None),
];

/// Days for which a made-up vacancy can be applied for.
const OPEN: Duration = Duration::days(300);

pub async fn fill(app: &App, cast: &Cast) -> Result<()> {
    for (account, province) in KEEPERS {
        of_office(app, cast, account, province).await?;
    }
    Ok(())
}

async fn of_office(app: &App, cast: &Cast, account: &str, province: &str) -> Result<()> {
    let officer = cast.actor(account)?;
    let Actor::User { id: user, organisation } = *officer else { return Ok(()) };
    let today = app.clock.today();
    let mut tx = app.db.begin(officer, Uuid::now_v7(), Rights::Writer).await?;
    let there: i64 = employers::table.filter(employers::kept_by.eq(organisation)).count().get_result(&mut *tx).await?;
    if there > 0 {
        return Ok(());
    }
    let mut ids = Vec::new();
    for (name, invested, willing) in EMPLOYERS {
        let id = Uuid::now_v7();
        ids.push(id);
        diesel::insert_into(employers::table)
            .values((
                employers::id.eq(id),
                employers::name.eq(name),
                employers::invested_from.eq(invested),
                employers::province_code.eq(province),
                employers::willing.eq(willing),
                employers::kept_by.eq(organisation),
                employers::written_by.eq(user),
            ))
            .execute(&mut *tx)
            .await?;
    }
    for (at, title, occupation, (from, to), language, level) in OFFERS {
        let Some(employer) = ids.get(at) else { continue };
        diesel::insert_into(vacancies::table)
            .values((
                (
                    vacancies::id.eq(Uuid::now_v7()),
                    vacancies::employer_id.eq(employer),
                    vacancies::title.eq(title),
                    vacancies::occupation.eq(occupation),
                    vacancies::seats.eq(5),
                    vacancies::province_code.eq(province),
                    vacancies::wage_from.eq(from * 1000),
                    vacancies::wage_to.eq(to * 1000),
                    vacancies::hours.eq(48),
                ),
                (
                    vacancies::formal.eq(true),
                    vacancies::night.eq(false),
                    vacancies::housing.eq(at == 0),
                    vacancies::language.eq(language.map(|(code, _)| code)),
                    vacancies::cefr.eq(language.map(|(_, rank)| rank)),
                    vacancies::level.eq(level),
                    vacancies::closes_on.eq(app.clock.today() + OPEN),
                    vacancies::kept_by.eq(organisation),
                    vacancies::written_by.eq(user),
                ),
            ))
            .execute(&mut *tx)
            .await?;
    }
    diesel::sql_query(
        "INSERT INTO job_searches (id, case_id, looking, abroad, kilometres, wage_least, wage_before, hours, night, written_by)
         SELECT gen_random_uuid(), c.id, true, false, 30, 8000000, 5000000, 'full', false, $1
         FROM cases c WHERE c.phase IN ('planning', 'implementation') AND c.holder_id = my_organisation() ORDER BY c.code LIMIT 40",
    )
    .bind::<SqlUuid, _>(user)
    .execute(&mut *tx)
    .await?;
    // Talks with some of them, and what was agreed.
    diesel::sql_query(
        "INSERT INTO counselling_sessions (id, case_id, held_on, way, minutes, goals, barriers, next_on, written_by)
         SELECT gen_random_uuid(), s.case_id, $2::date - 9, CASE WHEN row_number() OVER () % 3 = 0 THEN 'phone' ELSE 'office' END, 40,
                'Muốn làm đúng nghề đã học ở nước ngoài, gần nhà.', ARRAY['skills', 'information'], $2::date + 12, $1
         FROM job_searches s JOIN cases c ON c.id = s.case_id WHERE c.holder_id = my_organisation() ORDER BY c.code LIMIT 10",
    )
    .bind::<SqlUuid, _>(user)
    .bind::<SqlDate, _>(today)
    .execute(&mut *tx)
    .await?;
    diesel::sql_query(
        "INSERT INTO counselling_actions (id, session_id, what, who, until, written_by)
         SELECT gen_random_uuid(), s.id, 'Mang giấy xác nhận của nơi làm cũ đến', 'person', $2::date + 7, $1
         FROM counselling_sessions s WHERE s.written_by = $1",
    )
    .bind::<SqlUuid, _>(user)
    .bind::<SqlDate, _>(today)
    .execute(&mut *tx)
    .await?;
    let [first, ..] = ids.as_slice() else { return tx.commit().await };
    diesel::insert_into(employer_incentives::table)
        .values((
            employer_incentives::id.eq(Uuid::now_v7()),
            employer_incentives::employer_id.eq(first),
            employer_incentives::kind.eq("training"),
            employer_incentives::words.eq("Đào tạo tại xưởng cho 10 người về nước, trong 3 tháng"),
            employer_incentives::amount.eq(Some(30_000_000i64)),
            employer_incentives::asked_on.eq(today - Duration::days(30)),
            employer_incentives::kept_by.eq(organisation),
            employer_incentives::written_by.eq(user),
        ))
        .execute(&mut *tx)
        .await?;
    // One fair at the office, one that goes to a commune, and who was told of them.
    diesel::sql_query(
        "INSERT INTO job_fairs (id, title, held_on, hours, mobile, province_code, commune_code, address, kept_by, written_by)
         SELECT gen_random_uuid(), CASE n WHEN 1 THEN 'Phiên giao dịch việc làm tháng này' ELSE 'Phiên lưu động cho người về nước' END, $2::date + 8 * n, '8:00–11:30', n = 2, $3,
                CASE n WHEN 2 THEN (SELECT code FROM communes WHERE parent = $3 ORDER BY code LIMIT 1) END, CASE n WHEN 1 THEN 'Trung tâm Dịch vụ việc làm' ELSE 'Nhà văn hóa' END, $4, $1
         FROM generate_series(1, 2) n",
    )
    .bind::<SqlUuid, _>(user)
    .bind::<SqlDate, _>(today)
    .bind::<Text, _>(province)
    .bind::<SqlUuid, _>(organisation)
    .execute(&mut *tx)
    .await?;
    diesel::sql_query(
        "INSERT INTO fair_employers (id, fair_id, employer_id, seats, written_by)
         SELECT gen_random_uuid(), f.id, e.id, 5, $1 FROM job_fairs f CROSS JOIN employers e WHERE f.kept_by = $2 AND e.kept_by = $2",
    )
    .bind::<SqlUuid, _>(user)
    .bind::<SqlUuid, _>(organisation)
    .execute(&mut *tx)
    .await?;
    diesel::sql_query(
        "INSERT INTO fair_visits (id, fair_id, case_id, made_by)
         SELECT gen_random_uuid(), f.id, s.case_id, $1 FROM job_fairs f CROSS JOIN (
             SELECT j.case_id FROM job_searches j JOIN cases c ON c.id = j.case_id WHERE c.holder_id = $2 ORDER BY c.code LIMIT 6) s WHERE f.kept_by = $2",
    )
    .bind::<SqlUuid, _>(user)
    .bind::<SqlUuid, _>(organisation)
    .execute(&mut *tx)
    .await?;
    tx.commit().await
}
