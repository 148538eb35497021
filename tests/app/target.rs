//! By when an office is to have reached somebody: working days, holidays, and what ends such a clock.

use rocket::http::Status;
use trove::access::Role;
use trove::base::date::{Precision, written};

use crate::journey::{offered, offices, taken_in};
use crate::support::World;

#[rocket::async_test]
async fn working_days_know_holidays_and_what_has_priority_does_not_wait_for_them() {
    let world = World::empty().await;
    for (question, answer) in [
        // Tết of 2026 lies between; the whole week is off.
        ("working_day_after('2026-02-13', 3)", "2026-02-25"),
        ("working_day_after('2026-02-13', 0)", "2026-02-13"),
        // Hùng Kings' day fell on a Sunday, and two more days are off that week.
        ("first_contact_by('routine', '2026-04-24')", "2026-05-13"),
        ("first_contact_by('priority', '2026-02-13')", "2026-02-18"),
        ("first_contact_by('priority', '2026-11-16')", "2026-11-19"),
        ("first_contact_by('immediate', '2026-02-13')", "2026-02-14"),
        // A Saturday that is worked for a Monday that is not.
        ("is_working_day('2026-08-22')", "true"),
        ("is_working_day('2026-08-31')", "false"),
        // A year of which no list is known has its weekends.
        ("working_day_after('2031-01-03', 1)", "2031-01-06"),
    ] {
        assert_eq!(world.text(&format!("SELECT {question}")).await, answer, "{question}");
    }
}

#[rocket::async_test]
async fn a_clock_runs_from_taking_a_case_over_until_somebody_is_reached() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut desk = world.staff(offices.desk, Role::Desk).await;
    let mut centre = world.staff(offices.centre, Role::Counsellor).await;
    let code = taken_in(&mut desk, "Lò Thị Hẹn").await;
    // Who met somebody in person has nothing to wait for.
    desk.get(&format!("/cases/{code}")).await.is(Status::Ok).hides("Liên hệ lần đầu");
    let offer = offered(&mut desk, &code, offices.centre).await;
    centre.post(&format!("/hand-overs/{offer}/acceptance"), &[]).await.is(Status::SeeOther);
    let page = format!("/cases/{code}");
    let due = world.text("SELECT to_char(due_on, 'DD/MM/YYYY') FROM first_contacts").await;
    centre.get(&page).await.shows(&format!("Cần gặp được người lao động trước hết ngày {due}"));
    centre.get("/cases?scope=office").await.shows(&due);
    // More urgent, it is due earlier; less urgent, no later.
    let counter = [("screening.urgency", "priority")];
    centre.post(&format!("{page}/screening"), &counter).await.is(Status::SeeOther);
    let sooner = world.text("SELECT to_char(due_on, 'DD/MM/YYYY') FROM first_contacts").await;
    assert_eq!(
        world.count("first_contacts WHERE due_on <= (app_now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date + 5").await,
        1
    );
    centre.post(&format!("{page}/screening"), &[("screening.urgency", "routine")]).await.is(Status::SeeOther);
    centre.get(&page).await.shows(&sooner);

    let explain = format!("{page}/first-contact");
    centre.post(&explain, &[("target.because", "vội"), ("target.version", "1")]).await.is(Status::UnprocessableEntity);
    let today = world.app.clock.today();
    world.sql(&format!("UPDATE first_contacts SET due_on = '{today}'")).await;
    centre.get(&page).await.shows("Cần gặp được").hides("Vì sao trễ");
    world.sql(&format!("UPDATE first_contacts SET due_on = DATE '{today}' - 1")).await;
    let late = written(today.previous_day().unwrap(), Precision::Day);
    centre.get(&page).await.shows(&format!("Trễ liên hệ lần đầu, hạn là {late}")).shows("Vì sao trễ");
    centre.get("/cases?scope=office&of=contact-late").await.shows(&code);
    let version = world.text("SELECT version FROM first_contacts").await;
    let refused = centre.post(&explain, &[("target.because", " "), ("target.version", &version)]).await;
    assert!(refused.is(Status::UnprocessableEntity).error_at("target.because").is_some());
    centre.post(&explain, &[("target.because", "Máy hỏng"), ("target.version", "0")]).await.is(Status::Conflict);
    let fields = [("target.because", "Số điện thoại sai, phải hỏi qua xã."), ("target.version", version.as_str())];
    centre.post(&explain, &fields).await.is(Status::SeeOther);
    centre.get(&page).await.shows("Số điện thoại sai").hides("Vì sao trễ");

    // Trying is not reaching. Reached late, it stays late, and is on the list no more.
    let tried = format!("{page}/contact-attempts");
    centre.post(&tried, &[("outcome", "no-answer")]).await.is(Status::SeeOther);
    centre.get("/cases?scope=office&of=contact-late").await.shows(&code);
    centre.post(&tried, &[("outcome", "reached")]).await.is(Status::SeeOther);
    centre.get(&page).await.shows("Đã gặp được nhưng sau hạn");
    centre.get("/cases?scope=office&of=contact-late").await.hides(&code);
}

/// What lies with the returnee, or with a storm, lets an office's own clock stand still; nothing else does.
#[rocket::async_test]
async fn a_clock_of_the_office_stands_still_for_a_reason_and_goes_on() {
    let world = World::empty().await;
    // A Monday with a plain fortnight after it.
    let monday = time::macros::datetime!(2030-12-09 02:00 UTC);
    world.app.clock.advance(monday - world.app.clock.now());
    let offices = offices(&world).await;
    let mut desk = world.staff(offices.desk, Role::Desk).await;
    let mut centre = world.staff(offices.centre, Role::Counsellor).await;
    let mut province = world.staff(offices.province, Role::Counsellor).await;
    world.sql("UPDATE sessions SET created_at = '2030-12-09 01:59Z', seen_at = '2030-12-09 01:59Z'").await;
    let code = taken_in(&mut desk, "Lò Thị Tạm Dừng").await;
    let offer = offered(&mut desk, &code, offices.centre).await;
    centre.post(&format!("/hand-overs/{offer}/acceptance"), &[]).await.is(Status::SeeOther);
    let page = format!("/cases/{code}");
    let (at, on) = (format!("{page}/first-contact/pause"), format!("{page}/first-contact/resumption"));
    let clock = async |what: &str| world.text(&format!("SELECT {what} FROM first_contacts")).await;
    let days = async || {
        world.text("SELECT count(*) FROM first_contacts f, generate_series(DATE '2030-12-10', f.due_on, interval '1 day') d WHERE is_working_day(d::date)").await
    };
    let (left, was) = (days().await, clock("due_on").await);
    let until = |day: &'static str, why: &'static str, version: &'static str| {
        [
            ("pause.until.day", day),
            ("pause.until.month", "12"),
            ("pause.until.year", "2030"),
            ("pause.reason", why),
            ("pause.version", version),
        ]
    };
    for (field, sent) in [
        ("pause.until", until("9", "asked-later", "1")),
        ("pause.until", until("32", "asked-later", "1")),
        ("pause.reason", until("13", "busy", "1")),
    ] {
        assert!(centre.post(&at, &sent).await.is(Status::UnprocessableEntity).error_at(field).is_some(), "{field}");
    }
    let mut far = until("13", "disaster", "1");
    far[2].1 = "2031";
    assert!(centre.post(&at, &far).await.is(Status::UnprocessableEntity).error_at("pause.until").is_some());
    centre.post(&at, &until("13", "disaster", "7")).await.is(Status::Conflict);
    province.post(&at, &until("13", "disaster", "1")).await.is(Status::NotFound);
    assert_eq!(clock("due_on").await, was);

    centre.post(&at, &until("13", "asked-later", "1")).await.is(Status::SeeOther);
    centre.get(&page).await.shows("Tạm dừng đến hết 13/12/2030").shows("Người lao động hẹn liên hệ sau");
    let moved =
        world.text(&format!("SELECT due_on = working_day_after('2030-12-13', {left}) FROM first_contacts")).await;
    assert_eq!(moved, "true", "as many working days afterwards as were left");
    // Longer: the days of the pause are not days that were left.
    centre.post(&at, &until("17", "not-reachable", "2")).await.is(Status::SeeOther);
    assert_eq!(clock("days_left").await, left);
    centre.post(&on, &[("version", "2")]).await.is(Status::Conflict);
    centre.post(&on, &[("version", "3")]).await.is(Status::SeeOther);
    assert_eq!(clock("due_on").await, was, "gone on the same day, nothing was lost and nothing won");
    centre.get(&page).await.hides("Tạm dừng đến hết");
    centre.post(&on, &[("version", "4")]).await.is(Status::Conflict);

    // What becomes more urgent waits no longer; what is immediate is never paused.
    centre.post(&at, &until("17", "disaster", "4")).await.is(Status::SeeOther);
    centre.post(&format!("{page}/screening"), &[("screening.urgency", "immediate")]).await.is(Status::SeeOther);
    assert_eq!(clock("paused_until IS NULL AND due_on <= '2030-12-10'").await, "true");
    let version = clock("version").await;
    let mut sent = until("17", "disaster", "");
    sent[4].1 = version.leak();
    centre.post(&at, &sent).await.is(Status::UnprocessableEntity).shows("khẩn cấp không bao giờ");
    // Nor what is late.
    world.sql("UPDATE cases SET urgency = 'routine'; UPDATE first_contacts SET due_on = '2030-12-06'").await;
    let version = clock("version").await;
    sent[4].1 = version.leak();
    centre.post(&at, &sent).await.is(Status::UnprocessableEntity).shows("Đã trễ hạn");
    centre.get(&page).await.hides("Tạm dừng thời hạn này");
}

#[rocket::async_test]
async fn another_office_has_a_clock_of_its_own_and_an_end_ends_it() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut desk = world.staff(offices.desk, Role::Desk).await;
    let mut centre = world.staff(offices.centre, Role::Counsellor).await;
    let mut province = world.staff(offices.province, Role::Supervisor).await;
    let code = taken_in(&mut desk, "Lò Thị Chuyền").await;
    let offer = offered(&mut desk, &code, offices.centre).await;
    centre.post(&format!("/hand-overs/{offer}/acceptance"), &[]).await.is(Status::SeeOther);
    let offer = offered(&mut centre, &code, offices.province).await;
    province.post(&format!("/hand-overs/{offer}/acceptance"), &[]).await.is(Status::SeeOther);
    assert_eq!(world.count("first_contacts WHERE ended_at IS NOT NULL AND met_at IS NULL").await, 1);
    assert_eq!(world.count("first_contacts f JOIN cases c ON c.id = f.case_id AND c.holder_id = f.office_id WHERE f.ended_at IS NULL").await, 1);
    let closing = [("reason", "goals-met"), ("outcome", "xong")];
    province.post(&format!("/cases/{code}/closure"), &closing).await.is(Status::SeeOther);
    assert_eq!(world.count("first_contacts WHERE ended_at IS NULL").await, 0);
}
