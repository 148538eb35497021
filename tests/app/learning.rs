//! Training: courses, what employers want taught, who goes, who was there, and what came of it.

use rocket::http::Status;
use time::{Date, Duration};
use trove::access::{OrganisationKind, Role};
use uuid::Uuid;

use crate::employment::{employer, looks};
use crate::journey::{day, offices, pairs, sent, taken_in};
use crate::skill::welder;
use crate::support::{Answer, Browser, World};

/// A provider who teaches.
pub async fn teacher(browser: &mut Browser<'_>) -> String {
    let id = Uuid::now_v7();
    let (user, office) = browser.user.unwrap();
    let sql = format!(
        "INSERT INTO providers (id, name, kinds, serves, valid_from, source, verified_on, verified_by, verified_at_id)
         VALUES ('{id}', 'Trường nghề Ví Dụ', '{{vocational-training}}', '{{everybody}}', '2026-01-01', 'x', '2026-01-01', '{user}', '{office}')"
    );
    browser.world.sql(&sql).await;
    id.to_string()
}

pub async fn demand(browser: &mut Browser<'_>, employer: &str) {
    let today = browser.world.app.clock.today();
    let mut fields = pairs(&[
        ("demand.occupation", "7212"),
        ("demand.level", "3"),
        ("demand.people", "12"),
        ("demand.hires", "yes"),
    ]);
    fields.extend(day("demand.needed", today + Duration::days(90)));
    sent(browser, &format!("{employer}/courses"), &fields).await.is(Status::SeeOther);
}

fn fields(teacher: &str, today: Date, changed: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut fields = pairs(&[
        ("learning.title", "Hàn bậc 3"),
        ("learning.provider", teacher),
        ("learning.kind", "trade"),
        ("learning.occupation", "7212"),
        ("learning.level", "3"),
        ("learning.province", "40"),
        ("learning.seats", "2"),
    ]);
    fields.extend(day("learning.starts", today - Duration::days(10)));
    fields.extend(day("learning.ends", today + Duration::days(100)));
    fields.extend(day("learning.until", today + Duration::days(5)));
    for (name, value) in changed {
        fields.retain(|(known, _)| known != name);
        fields.push(((*name).to_owned(), (*value).to_owned()));
    }
    fields
}

async fn kept(browser: &mut Browser<'_>, teacher: &str, changed: &[(&str, &str)]) -> Answer {
    let fields = fields(teacher, browser.world.app.clock.today(), changed);
    sent(browser, "/courses", &fields).await
}

/// A course that began ten days ago; its address.
pub async fn course(browser: &mut Browser<'_>, teacher: &str, changed: &[(&str, &str)]) -> String {
    kept(browser, teacher, changed).await.is(Status::SeeOther).location.clone().unwrap()
}

async fn enrols(browser: &mut Browser<'_>, case: &str, course: &str) -> Answer {
    let id = course.rsplit('/').next().unwrap();
    browser.post(&format!("/cases/{case}/courses?course={id}"), &[("enrol.paid_by", "fes")]).await
}

/// Somebody's place in a course; its address.
pub async fn enrolled(browser: &mut Browser<'_>, case: &str, course: &str) -> String {
    enrols(browser, case, course).await.is(Status::SeeOther).location.clone().unwrap()
}

#[rocket::async_test]
async fn a_wrong_course_is_explained_and_two_who_change_it_are_told() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut counsellor = world.staff(offices.centre, Role::Counsellor).await;
    let school = teacher(&mut counsellor).await;
    for (field, value, at) in [
        ("learning.title", " ", "learning-title"),
        ("learning.provider", "", "learning-provider"),
        ("learning.provider", "018f0000-0000-7000-8000-000000000009", "learning-provider"),
        ("learning.kind", "magic", "learning-kind"),
        ("learning.occupation", "không nghề nào", "learning-occupation"),
        ("learning.occupation", "", "learning-occupation"),
        ("learning.level", "6", "learning-level"),
        ("learning.province", "", "learning-province"),
        ("learning.country", "Nhật Bản", "learning-country"),
        ("learning.ends.year", "2020", "learning-ends"),
        ("learning.starts.year", "9999", "learning-starts"),
        ("learning.until.year", "2030", "learning-until"),
        ("learning.seats", "0", "learning-seats"),
        ("learning.fee", "1000000000000", "learning-fee"),
        ("learning.hours", "-1", "learning-hours"),
    ] {
        let answer = kept(&mut counsellor, &school, &[(field, value)]).await;
        answer.is(Status::UnprocessableEntity);
        assert!(answer.error_at(at).is_some(), "{field} = {value}");
        assert!(answer.body.contains("Hàn bậc 3") || field == "learning.title");
    }
    assert_eq!(world.count("courses").await, 0);
    let at = course(&mut counsellor, &school, &[("learning.fee", "0")]).await;
    counsellor.get(&at).await.shows("Miễn phí").shows("Trường nghề Ví Dụ").shows("Còn 2 trên 2 chỗ");
    counsellor.get("/courses").await.shows("Hàn bậc 3");
    counsellor.get("/courses?kind=language").await.hides("Hàn bậc 3");
    counsellor.get("/courses?at=abroad").await.hides("Hàn bậc 3");

    world.sql("UPDATE courses SET version = 2, seats = 7").await;
    let today = world.app.clock.today();
    let older = fields(&school, today, &[("learning.version", "1"), ("learning.title", "Hàn bậc 3, tối")]);
    let answer = sent(&mut counsellor, &at, &older).await;
    answer.is(Status::Conflict).shows("Hàn bậc 3, tối");
    assert_eq!(answer.value("learning.version").as_deref(), Some("2"), "sent once more, it is kept");
    assert_eq!(world.text("SELECT title FROM courses").await, "Hàn bậc 3");

    let mut other = world.staff(offices.desk, Role::Counsellor).await;
    other.get(&at).await.is(Status::Ok);
    other.get(&format!("{at}/edit")).await.is(Status::NotFound);
    counsellor.post(&format!("{at}/cancellation"), &[("cancel.version", "2")]).await.is(Status::UnprocessableEntity);
    let why = [("cancel.version", "2"), ("cancel.because", "Thiếu người học")];
    counsellor.post(&format!("{at}/cancellation"), &why).await.is(Status::SeeOther);
    counsellor.get(&at).await.shows("Thiếu người học");
    counsellor.get("/courses").await.hides("Hàn bậc 3");
}

#[rocket::async_test]
async fn a_course_abroad_is_kept_by_an_attache() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut attache = world.staff(offices.mission, Role::Attache).await;
    let school = teacher(&mut attache).await;
    let abroad = [
        ("learning.kind", "soft"),
        ("learning.occupation", ""),
        ("learning.level", ""),
        ("learning.province", ""),
        ("learning.country", "Nhật Bản"),
    ];
    let at = course(&mut attache, &school, &abroad).await;
    attache.get(&at).await.shows("Nhật Bản");
    attache.get("/courses?at=abroad").await.shows("Hàn bậc 3");
}

#[rocket::async_test]
async fn a_full_course_says_so_and_a_place_that_is_given_up_is_free_again() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut counsellor = world.staff(offices.centre, Role::Counsellor).await;
    let (first, second) =
        (taken_in(&mut counsellor, "Nguyễn Thị Mậu").await, taken_in(&mut counsellor, "Trần Văn Ngọ").await);
    let school = teacher(&mut counsellor).await;
    let at = course(&mut counsellor, &school, &[("learning.seats", "1")]).await;
    let empty =
        counsellor.post(&format!("/cases/{first}/courses?course={}", at.rsplit('/').next().unwrap()), &[]).await;
    assert!(empty.is(Status::UnprocessableEntity).error_at("enrol-paid_by").is_some());
    let place = enrolled(&mut counsellor, &first, &at).await;
    // A course of four begun months, of which the Fund pays for at most six: 1,000,000 đồng each.
    counsellor.get(&place).await.shows("1.000.000 đ một tháng").shows("nhiều nhất 4.000.000 đ");
    enrols(&mut counsellor, &first, &at).await.is(Status::Conflict).shows("đã ghi danh khóa này");
    enrols(&mut counsellor, &second, &at).await.is(Status::Conflict).shows("đã hết chỗ");
    counsellor.get(&at).await.shows("Còn 0 trên 1 chỗ").shows("Nguyễn Thị Mậu");
    let fewer = fields(&school, world.app.clock.today(), &[("learning.version", "1"), ("learning.seats", "0")]);
    sent(&mut counsellor, &at, &fewer).await.is(Status::UnprocessableEntity);

    // Nobody of another office sees who goes.
    let mut other = world.staff(offices.desk, Role::Counsellor).await;
    other.get(&at).await.is(Status::Ok).hides("Nguyễn Thị Mậu").shows("Còn 0 trên 1 chỗ");
    other.get(&format!("{at}/roll")).await.is(Status::Ok).hides("Nguyễn Thị Mậu");
    other.get(&place).await.is(Status::NotFound);

    let today = world.app.clock.today();
    let mut gone = pairs(&[("finish.outcome", "withdrawn"), ("finish.withdrawn", "found-work"), ("version", "1")]);
    gone.extend(day("finish.ended", today));
    sent(&mut counsellor, &format!("{place}/outcome"), &gone).await.is(Status::SeeOther);
    enrolled(&mut counsellor, &second, &at).await;
    world.sql("UPDATE courses SET enrol_until = starts_on - 1, seats = 9").await;
    enrols(&mut counsellor, &first, &at).await.is(Status::Conflict).shows("không nhận ghi danh nữa");
}

#[rocket::async_test]
async fn attendance_is_kept_day_by_day_and_the_result_once() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut counsellor = world.staff(offices.centre, Role::Counsellor).await;
    let case = taken_in(&mut counsellor, "Nguyễn Thị Mậu").await;
    let school = teacher(&mut counsellor).await;
    let at = course(&mut counsellor, &school, &[]).await;
    let place = enrolled(&mut counsellor, &case, &at).await;
    let mark = format!("roll.there.{}", place.rsplit('/').next().unwrap());
    let today = world.app.clock.today();
    let called = |on: Date, there: &str| {
        let mut fields = pairs(&[(mark.as_str(), there)]);
        fields.extend(day("roll.on", on));
        fields
    };
    let roll = format!("{at}/roll");
    for (on, there) in [
        (today + Duration::days(1), "present"),
        (today - Duration::days(11), "present"),
        (today, ""),
        (today, "asleep"),
    ] {
        sent(&mut counsellor, &roll, &called(on, there)).await.is(Status::UnprocessableEntity);
    }
    assert_eq!(world.count("course_attendance").await, 0);
    for (days, there) in [(0, "present"), (1, "late"), (2, "absent"), (2, "excused")] {
        sent(&mut counsellor, &roll, &called(today - Duration::days(days), there)).await.is(Status::SeeOther);
    }
    assert_eq!(world.count("course_attendance").await, 3, "a day is written once, and may be put right");
    counsellor.get(&at).await.shows("Có mặt 2 trên 3 ngày");
    counsellor.get(&place).await.shows("Vắng có phép: 1 trên 3 ngày");

    let outcome = format!("{place}/outcome");
    counsellor.post(&outcome, &[]).await.is(Status::UnprocessableEntity);
    let ends = |kind: &str, on: Date| {
        let mut fields = pairs(&[("finish.outcome", kind), ("finish.paper", "CC-12"), ("version", "1")]);
        fields.extend(day("finish.ended", on));
        fields
    };
    for (kind, on) in [
        ("passed", today + Duration::days(1)),
        ("passed", today - Duration::days(11)),
        ("left", today),
        ("lost", today),
    ] {
        sent(&mut counsellor, &outcome, &ends(kind, on)).await.is(Status::UnprocessableEntity);
    }
    sent(&mut counsellor, &outcome, &ends("passed", today)).await.is(Status::SeeOther);
    counsellor.get(&place).await.shows("CC-12").shows("Ghi kỹ năng mới");
    sent(&mut counsellor, &outcome, &ends("left", today)).await.is(Status::UnprocessableEntity);
    sent(&mut counsellor, &outcome, &ends("not-passed", today)).await.is(Status::Conflict);
    counsellor.get(&format!("/cases/{case}")).await.shows("Khóa học: học xong");
}

#[rocket::async_test]
async fn what_an_employer_wants_taught_becomes_a_course_that_is_proposed_to_who_needs_it() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut counsellor = world.staff(offices.centre, Role::Counsellor).await;
    let case = taken_in(&mut counsellor, "Nguyễn Thị Mậu").await;
    let owner = employer(&mut counsellor, "Xưởng Ví Dụ").await;
    let wrong = counsellor.post(&format!("{owner}/courses"), &[("demand.people", "0")]).await;
    wrong.is(Status::UnprocessableEntity);
    for at in ["demand-people", "demand-occupation", "demand-needed", "demand-hires"] {
        assert!(wrong.error_at(at).is_some(), "{at}");
    }
    demand(&mut counsellor, &owner).await;
    counsellor.get("/courses/requests").await.shows("Xưởng Ví Dụ").shows("12 người").shows("Chưa có khóa nào");
    let wish = world.text("SELECT id::text FROM training_requests").await;
    let form = counsellor.get(&format!("/courses/new?request={wish}")).await;
    assert_eq!(form.value("learning.seats").as_deref(), Some("12"));
    assert_eq!(form.value("learning.occupation.code").as_deref(), Some("7212"));
    let school = teacher(&mut counsellor).await;
    let at = course(&mut counsellor, &school, &[("request", &wish)]).await;
    counsellor.get("/courses/requests").await.shows("Đã có 1 khóa");
    counsellor.get(&at).await.shows("Xưởng Ví Dụ");

    let of_case = format!("/cases/{case}/courses");
    // Nothing known speaks for it: not proposed, but a counsellor may choose it.
    counsellor.get(&of_case).await.is(Status::Ok).shows("Chưa có khóa nào khớp").shows("Khóa học khác");
    looks(&mut counsellor, &case, &[("search.wanted", "7212")]).await.is(Status::SeeOther);
    counsellor
        .get(&of_case)
        .await
        .shows("Hàn bậc 3")
        .shows("Muốn tìm việc")
        .shows("Xưởng Ví Dụ nhận người học xong")
        .hides("Khóa học khác");
    let person = world.text("SELECT p.code FROM persons p JOIN episodes e ON e.person_id = p.id").await;
    welder(&mut counsellor, &person).await;
    enrolled(&mut counsellor, &case, &at).await;
    counsellor.get(&of_case).await.shows("Đang học").hides("Muốn tìm việc");

    let end = format!("/courses/requests/{wish}/end");
    world.staff(offices.desk, Role::Counsellor).await.post(&end, &[("because", "met")]).await.is(Status::NotFound);
    counsellor.post(&end, &[("because", "met"), ("version", "1")]).await.is(Status::SeeOther);
    counsellor.get("/courses/requests").await.hides("12 người");
}

#[rocket::async_test]
async fn a_union_keeps_work_and_courses_and_knows_of_nobody() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut counsellor = world.staff(offices.centre, Role::Counsellor).await;
    let case = taken_in(&mut counsellor, "Nguyễn Thị Mậu").await;
    let school = teacher(&mut counsellor).await;
    let theirs = course(&mut counsellor, &school, &[]).await;
    enrolled(&mut counsellor, &case, &theirs).await;
    let union = world.organisation(OrganisationKind::Union, "Công đoàn").await;
    let mut partner = world.staff(union, Role::Partner).await;
    partner.get("/").await.is(Status::Ok).shows("Việc làm").hides("/cases");
    let owner = employer(&mut partner, "Xưởng Ví Dụ").await;
    let work = crate::employment::vacancy(&mut partner, &owner, &[]).await;
    // Seen by the centre too, which alone knows whom it suits and who was placed.
    counsellor.get(&format!("/vacancies/{work}")).await.is(Status::Ok).shows("Đã nhận 0");
    partner.get(&format!("/vacancies/{work}")).await.is(Status::Ok).hides("Đã nhận 0");
    partner.get(&format!("/vacancies/{work}/people")).await.is(Status::Forbidden);
    partner.get(&theirs).await.is(Status::Ok).hides("Nguyễn Thị Mậu").shows("Còn 1 trên 2 chỗ");
    partner.get(&format!("{theirs}/edit")).await.is(Status::NotFound);
    course(&mut partner, &school, &[("learning.title", "Hàn của công đoàn")]).await;
    demand(&mut partner, &owner).await;
    counsellor.get("/courses").await.shows("Hàn của công đoàn");
    for closed in
        ["/people", "/cases", "/providers", "/placements", &format!("/cases/{case}"), &format!("{theirs}/roll")]
    {
        partner.get(closed).await.is(Status::Forbidden);
    }
    // No role of an office is given there, and theirs to nobody else.
    for (office, role) in [(union, "counsellor"), (offices.centre, "partner")] {
        let mut administrator = world.staff(office, Role::Administrator).await;
        administrator.get("/users").await.is(Status::Ok).hides(&format!("value=\"{role}\""));
        let fields = [
            ("account.name", "Ai Đó"),
            ("account.email", "ai.do@vidu.example"),
            ("account.language", "vi"),
            ("account.roles", role),
        ];
        let answer = administrator.post("/users", &fields).await;
        assert!(answer.is(Status::UnprocessableEntity).error_at("account-roles").is_some());
    }
    let user = partner.user.unwrap().0;
    let forced =
        format!("INSERT INTO user_roles (id, user_id, role) VALUES (gen_random_uuid(), '{user}', 'supervisor')");
    let refused = diesel_async::SimpleAsyncConnection::batch_execute(&mut world.owner().await, &forced).await;
    assert!(refused.unwrap_err().to_string().contains("error-account-roles"));
}
