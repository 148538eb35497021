//! Training in the made-up world: what an employer wants taught, courses, and a few people who go to one.

use diesel::prelude::*;
use diesel::sql_types::{Date as SqlDate, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use time::Duration;
use uuid::Uuid;

use super::store::Cast;
use super::working::KEEPERS;
use crate::App;
use crate::base::Result;
use crate::base::actor::Actor;
use crate::base::db::Rights;
use crate::schema::{courses, employers, providers, training_requests};
use crate::training::course::TEACHING;

/// Kind, title, ISCO-08, national level, language, first day and last day from today, fee in thousands of đồng.
type Lesson =
    (&'static str, &'static str, Option<&'static str>, Option<i16>, Option<&'static str>, (i64, i64), Option<i64>);

const LESSONS: [Lesson; 6] = [
    ("trade", "Hàn công nghệ cao, bậc 3", Some("7212"), Some(3), None, (20, 110), Some(4_500)),
    ("trade", "Vận hành máy CNC", Some("7223"), Some(2), None, (-30, 60), None),
    ("informal", "Nấu ăn và mở quán nhỏ", Some("5120"), None, None, (14, 44), None),
    ("using-skills", "Giới thiệu kỹ năng học ở nước ngoài với nhà tuyển dụng", None, None, None, (10, 12), None),
    ("language", "Tiếng Nhật giao tiếp, bậc N4", None, None, Some("jpn"), (25, 145), Some(3_000)),
    ("soft", "Làm việc nhóm và an toàn lao động", None, None, None, (7, 9), None),
];

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
    let there: i64 = courses::table.filter(courses::kept_by.eq(organisation)).count().get_result(&mut *tx).await?;
    let teaches = providers::kinds.contains(vec![TEACHING[0]]);
    let near = providers::province_code.is_null().or(providers::province_code.eq(province));
    let teacher: Option<Uuid> = providers::table
        .filter(teaches.and(near))
        .filter(providers::valid_until.is_null().or(providers::valid_until.ge(today)))
        .order((providers::province_code, providers::name))
        .select(providers::id)
        .first(&mut *tx)
        .await
        .optional()?;
    let (0, Some(teacher)) = (there, teacher) else { return Ok(()) };
    let employer: Option<Uuid> = employers::table
        .filter(employers::kept_by.eq(organisation))
        .order(employers::id)
        .select(employers::id)
        .first(&mut *tx)
        .await
        .optional()?;
    let wish = Uuid::now_v7();
    if let Some(employer) = employer {
        diesel::insert_into(training_requests::table)
            .values((
                training_requests::id.eq(wish),
                training_requests::employer_id.eq(employer),
                training_requests::occupation.eq("7212"),
                training_requests::level.eq(Some(3i16)),
                training_requests::people.eq(15),
                training_requests::needed_on.eq(today + Duration::days(120)),
                training_requests::hires.eq(true),
                training_requests::words.eq("Hàn MIG, đọc bản vẽ tiếng Hàn"),
                training_requests::kept_by.eq(organisation),
                training_requests::written_by.eq(user),
            ))
            .execute(&mut *tx)
            .await?;
    }
    let mut running = None;
    for (at, (kind, title, occupation, level, language, (from, to), fee)) in LESSONS.into_iter().enumerate() {
        // What is held online serves all three provinces.
        let online = kind == "using-skills";
        if online && province != KEEPERS[0].1 {
            continue;
        }
        let id = Uuid::now_v7();
        if from < 0 {
            running = Some(id);
        }
        diesel::insert_into(courses::table)
            .values((
                (
                    courses::id.eq(id),
                    courses::provider_id.eq(teacher),
                    courses::title.eq(title),
                    courses::kind.eq(kind),
                    courses::occupation.eq(occupation),
                    courses::level.eq(level),
                    courses::language.eq(language),
                    courses::online.eq(online),
                    courses::province_code.eq(Some(province).filter(|_| !online)),
                ),
                (
                    courses::starts_on.eq(today + Duration::days(from)),
                    courses::ends_on.eq(today + Duration::days(to)),
                    courses::enrol_until.eq(today + Duration::days(from.max(5))),
                    courses::seats.eq(20),
                    courses::fee.eq(fee.map(|fee| fee * 1000)),
                    courses::request_id.eq(employer.filter(|_| at == 0).map(|_| wish)),
                    courses::kept_by.eq(organisation),
                    courses::written_by.eq(user),
                ),
            ))
            .execute(&mut *tx)
            .await?;
    }
    if let Some(running) = running {
        diesel::sql_query(
            "SELECT enrol($1, c.id, 'free') FROM (SELECT id FROM cases WHERE phase IN ('planning', 'implementation') AND holder_id = my_organisation() ORDER BY code LIMIT 4) c",
        )
        .bind::<SqlUuid, _>(running)
        .execute(&mut *tx)
        .await?;
        diesel::sql_query(
            "INSERT INTO course_attendance (id, enrolment_id, held_on, there, made_by)
             SELECT gen_random_uuid(), e.id, d::date, CASE (row_number() OVER ())::integer % 5 WHEN 0 THEN 'excused' WHEN 3 THEN 'late' ELSE 'present' END, $3
             FROM course_enrolments e CROSS JOIN generate_series($2::date - 21, $2::date - 2, interval '7 days') d WHERE e.course_id = $1",
        )
        .bind::<SqlUuid, _>(running)
        .bind::<SqlDate, _>(today)
        .bind::<SqlUuid, _>(user)
        .execute(&mut *tx)
        .await?;
    }
    tx.commit().await
}
