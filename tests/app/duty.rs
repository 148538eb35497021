//! Who is on duty, and what becomes of an immediate need until somebody takes it over.

use rocket::http::Status;
use time::{Date, Duration};
use trove::access::Role;

use crate::journey::{arrived, case_of, day, offices, pairs, sent, taken_in};
use crate::support::{Answer, Browser, World};

fn id(browser: &Browser<'_>) -> String {
    browser.user.unwrap().0.to_string()
}

/// Whole days of duty from a day on.
fn hours(person: &str, phone: &str, place: &str, on: Date) -> Vec<(String, String)> {
    let mut fields = pairs(&[
        ("duty.person", person),
        ("duty.phone", phone),
        ("duty.place", place),
        ("duty.from", "0:00"),
        ("duty.until", "0:00"),
        ("duty.days", "2"),
    ]);
    fields.extend(day("duty.on", on));
    fields
}

fn but(fields: &[(String, String)], name: &str, value: &str) -> Vec<(String, String)> {
    let mut fields: Vec<_> = fields.iter().filter(|(n, _)| n != name).cloned().collect();
    fields.push((name.to_owned(), value.to_owned()));
    fields
}

async fn urgent(browser: &mut Browser<'_>, name: &str) -> String {
    let mut fields = arrived(browser.world, name);
    fields.extend(pairs(&[("screening.urgency", "immediate"), ("screening.flags", "medical")]));
    let answer = sent(browser, "/intake", &fields).await;
    let case = case_of(&answer);
    assert_eq!(answer.location.as_deref(), Some(format!("/cases/{case}/immediate").as_str()));
    case
}

/// The number that the page says to call now.
fn now_called(page: &Answer) -> String {
    let page = scraper::Html::parse_document(&page.is(Status::Ok).body);
    let wanted = scraper::Selector::parse("[aria-labelledby=next] a[href^='tel:']").unwrap();
    page.select(&wanted).next().map(|link| link.text().collect::<String>().trim().to_owned()).unwrap_or_default()
}

#[rocket::async_test]
async fn an_unanswered_number_gives_way_to_the_next_until_somebody_takes_over() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let today = world.app.clock.today();
    let mut keeper = world.staff(offices.centre, Role::Supervisor).await;
    let mut centre = world.staff(offices.centre, Role::Counsellor).await;
    let colleague = world.staff(offices.centre, Role::Counsellor).await;
    let mut above = world.staff(offices.province, Role::Supervisor).await;
    for (person, phone, place) in [(id(&colleague), "0912 000 111", "2"), (id(&keeper), "0912 000 222", "1")] {
        sent(&mut keeper, "/duty", &hours(&person, phone, place, today)).await.is(Status::SeeOther);
    }
    let theirs = hours(&id(&above), "0912 000 333", "1", today);
    sent(&mut above, "/duty", &theirs).await.is(Status::SeeOther);
    world.sql(&format!("UPDATE users SET name = 'Người Ở Trên' WHERE id = '{}'", id(&above))).await;
    let case = urgent(&mut centre, "Vi Thị Gấp").await;
    let at = format!("/cases/{case}/immediate");
    let page = centre.get(&at).await;
    assert_eq!(now_called(&page), "0912 000 222");
    // A counter may stand open: numbers, and neither who it is nor why.
    page.hides("Vi Thị Gấp").hides("Y tế").shows("0912 000 333");
    page.hides("Người Ở Trên");
    // A telephone that is the office's own and somebody's on duty is one number to call.
    let office = format!("UPDATE organisations SET phone = $1 WHERE id = '{}'", offices.centre);
    world.sql(&office.replace("$1", "'0912 000 111'")).await;
    assert_eq!(centre.get(&at).await.body.matches("tel:0912000111").count(), 1);
    world.sql(&office.replace("$1", "'0238 000 0001'")).await;
    let listed = "audit a JOIN persons p ON a.row_ids @> ARRAY[p.id] WHERE a.act = 'list' AND a.table_name = 'persons'";
    let before = world.count(listed).await;
    centre.get("/shift").await.is(Status::Ok).shows(&case).shows("0912 000 111").hides("Vi Thị Gấp");
    assert_eq!(world.count(listed).await, before + 1, "whoever's case was listed is on record");

    let tries = format!("{at}/tries");
    let called = async |browser: &mut Browser<'_>, office: uuid::Uuid, phone: &str| {
        browser.post(&tries, &[("office", &office.to_string()), ("phone", phone)]).await
    };
    called(&mut centre, offices.centre, "0999 999 999").await.is(Status::UnprocessableEntity);
    called(&mut centre, offices.centre, "0912 000 222").await.is(Status::SeeOther);
    assert_eq!(now_called(&centre.get(&at).await), "0912 000 111");
    called(&mut centre, offices.centre, "0912 000 111").await.is(Status::SeeOther);
    // After its people the office's own number, then the province.
    assert_eq!(now_called(&centre.get(&at).await), "0238 000 0001");
    called(&mut centre, offices.centre, "0238 000 0001").await.is(Status::SeeOther);
    assert_eq!(now_called(&centre.get(&at).await), "0912 000 333");
    called(&mut centre, offices.province, "0912 000 333").await.is(Status::SeeOther);
    called(&mut centre, offices.province, "0238 000 0001").await.is(Status::SeeOther);
    // All were called in vain: the one of longest ago again.
    assert_eq!(now_called(&centre.get(&at).await), "0912 000 222");

    // Whoever is not on duty takes nothing over by somebody else's word.
    let me = id(&centre);
    let taking = format!("/cases/{case}/taking-over");
    let refused = centre.post(&taking, &[("by", &me)]).await;
    refused.is(Status::UnprocessableEntity).shows("không trực lúc này");
    assert_eq!(world.count("screenings WHERE taken_over_at IS NULL").await, 1);
    let by = id(&colleague);
    centre.post(&taking, &[("by", &by)]).await.is(Status::SeeOther);
    assert_eq!(world.text("SELECT taken_over_by FROM screenings").await, by);
    assert_eq!(world.text("SELECT accountable_id FROM cases").await, by);
    centre.get(&at).await.is(Status::Ok).shows("Đã có người nhận").hides("0912");
    centre.post(&taking, &[]).await.is(Status::Conflict);
    called(&mut centre, offices.centre, "0912 000 222").await.is(Status::Conflict);
    centre.get("/shift").await.is(Status::Ok).hides(&case);
}

#[rocket::async_test]
async fn a_less_urgent_word_ends_no_alarm_and_a_second_one_rings_no_second_time() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut centre = world.staff(offices.centre, Role::Counsellor).await;
    let case = urgent(&mut centre, "Vi Thị Lại").await;
    let screening = format!("/cases/{case}/screening");
    let again = centre.post(&screening, &[("screening.urgency", "immediate")]).await;
    assert_eq!(again.is(Status::SeeOther).location.as_deref(), Some(format!("/cases/{case}/immediate").as_str()));
    assert_eq!(world.count("jobs WHERE kind = 'alarm'").await, 3);
    let routine = centre.post(&screening, &[("screening.urgency", "routine")]).await;
    assert_eq!(routine.is(Status::SeeOther).location.as_deref(), Some(format!("/cases/{case}/slip").as_str()));
    centre.get("/shift").await.shows(&case);
    centre.get("/cases?scope=office&of=alarm").await.shows(&case);
    centre.post(&format!("/cases/{case}/taking-over"), &[]).await.is(Status::SeeOther);
    centre.get("/cases?scope=office&of=alarm").await.hides(&case);
    assert_eq!(world.count("screenings WHERE urgency = 'immediate' AND taken_over_at IS NULL").await, 0);
}

#[rocket::async_test]
async fn what_nobody_takes_over_goes_up_and_says_nothing_of_whom() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let today = world.app.clock.today();
    let mut keeper = world.staff(offices.centre, Role::Supervisor).await;
    let mut centre = world.staff(offices.centre, Role::Counsellor).await;
    let duty = world.staff(offices.centre, Role::Counsellor).await;
    let mut above = world.staff(offices.province, Role::Supervisor).await;
    let mut dolab = world.staff(offices.dolab, Role::Supervisor).await;
    let mut elsewhere = world.staff(offices.desk, Role::Supervisor).await;
    let hours = hours(&id(&duty), "0912 000 111", "1", today);
    sent(&mut keeper, "/duty", &hours).await.is(Status::SeeOther);
    let case = urgent(&mut centre, "Vi Thị Chờ").await;
    let worker = world.app.worker();
    let written = async |browser: &Browser<'_>| {
        world.count(&format!("mails WHERE recipient = '{}' AND subject LIKE 'Việc khẩn cấp%'", browser.email)).await
    };
    worker.run_due().await.unwrap();
    assert_eq!((written(&duty).await, written(&keeper).await, written(&centre).await), (1, 0, 0));
    worker.run_due().await.unwrap();
    assert_eq!(written(&duty).await, 1, "a step is told once");
    above.get("/shift").await.is(Status::Ok).hides("Ở đơn vị khác");
    world.app.clock.advance(Duration::minutes(15));
    worker.run_due().await.unwrap();
    assert_eq!((written(&keeper).await, written(&above).await, written(&dolab).await), (1, 1, 0));
    // Those above see which office it is, and its number; nothing of the case.
    above.get("/shift").await.shows("Ở đơn vị khác").shows("Trung tâm").shows("0238 000 0001").hides(&case);
    dolab.get("/shift").await.is(Status::Ok).hides("Ở đơn vị khác");
    world.app.clock.advance(Duration::minutes(15));
    worker.run_due().await.unwrap();
    assert_eq!((written(&dolab).await, written(&elsewhere).await), (1, 0));
    dolab.get("/shift").await.shows("Ở đơn vị khác").hides(&case);
    elsewhere.get("/shift").await.is(Status::Ok).hides("Ở đơn vị khác");
    assert_eq!(world.count(&format!("mails WHERE subject || body ~ '(Chờ|{case})'")).await, 0);
    assert_eq!(world.count("events WHERE kind = 'case.alarm-silent'").await, 2);
    centre.post(&format!("/cases/{case}/taking-over"), &[]).await.is(Status::SeeOther);
    above.get("/shift").await.hides("Ở đơn vị khác");

    // Taken over in time, nobody else is told.
    let second = urgent(&mut centre, "Vi Thị Kịp").await;
    centre.post(&format!("/cases/{second}/taking-over"), &[]).await.is(Status::SeeOther);
    let before = world.count("mails").await;
    world.app.clock.advance(Duration::minutes(45));
    worker.run_due().await.unwrap();
    assert_eq!(world.count("mails").await, before);
}

#[rocket::async_test]
async fn of_somebody_under_protection_the_named_staff_are_told() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let today = world.app.clock.today();
    let mut keeper = world.staff(offices.centre, Role::Supervisor).await;
    let duty = world.staff(offices.centre, Role::Counsellor).await;
    let named = world.staff(offices.centre, Role::Counsellor).await;
    sent(&mut keeper, "/duty", &hours(&id(&duty), "0912 000 111", "1", today)).await.is(Status::SeeOther);
    let case = urgent(&mut keeper, "Ẩn Danh Gấp").await;
    let person = world.text("SELECT code FROM persons").await;
    let (me, helper) = (id(&keeper), id(&named));
    keeper
        .post(&format!("/people/{person}/protection"), &[("staff", &me), ("staff", &helper)])
        .await
        .is(Status::SeeOther);
    world.app.worker().run_due().await.unwrap();
    let written =
        async |browser: &Browser<'_>| world.count(&format!("mails WHERE recipient = '{}'", browser.email)).await;
    assert_eq!((written(&duty).await, written(&named).await, written(&keeper).await), (0, 1, 1));
    let mut duty = duty;
    duty.get("/shift").await.is(Status::Ok).hides(&case);
    duty.get(&format!("/cases/{case}/immediate")).await.is(Status::NotFound);
}

#[rocket::async_test]
async fn a_roster_is_kept_by_whoever_is_in_charge_and_its_gaps_are_said() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let today = world.app.clock.today();
    let mut keeper = world.staff(offices.centre, Role::Supervisor).await;
    let mut centre = world.staff(offices.centre, Role::Counsellor).await;
    let mut attache = world.staff(offices.mission, Role::Attache).await;
    let mut stranger = world.staff(offices.province, Role::Supervisor).await;
    let analyst = world.staff(offices.centre, Role::Analyst).await;
    centre.get("/shift").await.is(Status::Ok).shows("Không có ai trực lúc này").hides("Ghi người trực ngay");
    keeper.get("/shift").await.shows("Ghi người trực ngay");
    let good = hours(&id(&centre), "0912 000 111", "1", today);
    sent(&mut centre, "/duty", &good).await.is(Status::Forbidden);

    for (name, value, wrong) in [
        ("duty.person", "", "duty.person"),
        // Not of the office, or not a case worker.
        ("duty.person", &id(&stranger), "duty.person"),
        ("duty.person", &id(&analyst), "duty.person"),
        ("duty.phone", "không có", "duty.phone"),
        ("duty.phone", "", "duty.phone"),
        ("duty.place", "4", "duty.place"),
        ("duty.from", "25:00", "duty.from"),
        ("duty.until", "sáng", "duty.until"),
        ("duty.days", "32", "duty.days"),
        ("duty.days", "0", "duty.days"),
        ("duty.on.year", "2019", "duty.on"),
        ("duty.on.day", "", "duty.on"),
    ] {
        let refused = sent(&mut keeper, "/duty", &but(&good, name, value)).await;
        refused.is(Status::UnprocessableEntity);
        assert!(refused.error_at(wrong).is_some(), "{name} {value:?}");
        assert_eq!(refused.value("duty.days").unwrap(), if name == "duty.days" { value } else { "2" });
    }
    assert_eq!(world.count("duty_shifts").await, 0);
    sent(&mut keeper, "/duty", &good).await.is(Status::SeeOther);
    assert_eq!(world.count("duty_shifts WHERE ends_at - starts_at = interval '24 hours'").await, 2);
    // At the same hours once; the number of last time need not be typed again.
    let twice = sent(&mut keeper, "/duty", &but(&good, "duty.days", "1")).await;
    assert!(twice.is(Status::UnprocessableEntity).error_at("duty.person").is_some());
    let mut later = but(&but(&but(&good, "duty.phone", ""), "duty.from", "22h"), "duty.until", "6:00");
    later.retain(|(name, _)| !name.starts_with("duty.on"));
    later.extend(day("duty.on", today + Duration::days(3)));
    sent(&mut keeper, "/duty", &but(&later, "duty.days", "1")).await.is(Status::SeeOther);
    let night = "duty_shifts WHERE ends_at - starts_at = interval '8 hours' AND phone = '0912 000 111'";
    assert_eq!(world.count(night).await, 1);
    let roster = keeper.get("/duty").await;
    roster.is(Status::Ok).shows("22:00–06:00").shows("0912 000 111").shows("Giờ chưa có ai trực");
    // From the end of the second day to the first night, and from there on.
    let gap = today + Duration::days(2);
    roster.shows(&format!("00:00 {:02}/{:02}/{}", gap.day(), u8::from(gap.month()), gap.year()));
    centre.get("/shift").await.hides("Không có ai trực").shows("0912 000 111");
    centre.get("/duty").await.is(Status::Ok).shows("0912 000 111").hides("Bỏ ca này");
    for nowhere in ["x", "9999-12-31", "0000-01-01", "-009999-01-01"] {
        centre.get(&format!("/duty?from={nowhere}")).await.is(Status::NotFound);
    }
    // Another office has a roster of its own; a post abroad keeps its own.
    stranger.get("/duty").await.is(Status::Ok).hides("0912 000 111");
    let abroad = hours(&id(&attache), "+82 2 123 4567", "1", today);
    sent(&mut attache, "/duty", &abroad).await.is(Status::SeeOther);

    let shift = world.text("SELECT id FROM duty_shifts WHERE ends_at - starts_at = interval '8 hours'").await;
    let removal = format!("/duty/{shift}/removal");
    stranger.post(&removal, &[]).await.is(Status::NotFound);
    centre.post(&removal, &[]).await.is(Status::Forbidden);
    keeper.post(&removal, &[]).await.is(Status::SeeOther);
    assert_eq!(world.count(night).await, 0);
    // What is over stays as it was.
    let over = world.text("SELECT id FROM duty_shifts ORDER BY starts_at LIMIT 1").await;
    world.sql(&format!("UPDATE duty_shifts SET starts_at = starts_at - interval '9 days', ends_at = ends_at - interval '9 days' WHERE id = '{over}'")).await;
    keeper.post(&format!("/duty/{over}/removal"), &[]).await.is(Status::NotFound);
}

#[rocket::async_test]
async fn whoever_keeps_a_roster_is_told_once_a_day_that_somebody_is_missing() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let today = world.app.clock.today();
    let mut keeper = world.staff(offices.centre, Role::Supervisor).await;
    let other = world.staff(offices.province, Role::Supervisor).await;
    let worker = world.app.worker();
    let written = async |browser: &Browser<'_>| {
        world.count(&format!("mails WHERE recipient = '{}' AND subject LIKE 'Lịch trực%'", browser.email)).await
    };
    let me = id(&keeper);
    sent(&mut keeper, "/duty", &hours(&me, "0912 000 111", "1", today)).await.is(Status::SeeOther);
    world.app.plan().await.unwrap();
    worker.run_due().await.unwrap();
    assert_eq!(written(&keeper).await, 0, "the next day is covered");
    world.app.clock.advance(Duration::days(1));
    for _ in 0..2 {
        world.app.plan().await.unwrap();
        worker.run_due().await.unwrap();
    }
    // An office without any roster is told on its page of the shift.
    assert_eq!((written(&keeper).await, written(&other).await), (1, 0));
}

#[rocket::async_test]
async fn whoever_stands_in_has_the_cases_on_their_list() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let today = world.app.clock.today();
    let mut keeper = world.staff(offices.centre, Role::Supervisor).await;
    let mut away = world.staff(offices.centre, Role::Counsellor).await;
    let mut cover = world.staff(offices.centre, Role::Counsellor).await;
    let mut stranger = world.staff(offices.province, Role::Supervisor).await;
    let case = taken_in(&mut away, "Vi Thị Nghỉ").await;
    cover.get("/cases").await.is(Status::Ok).hides(&case);
    let (whom, by, me) = (id(&away), id(&cover), id(&keeper));
    let from = |days: i64, until: i64| {
        let mut fields = pairs(&[("leave.person", &whom), ("leave.cover", &by)]);
        fields.extend(day("leave.from", today + Duration::days(days)));
        fields.extend(day("leave.until", today + Duration::days(until)));
        fields
    };
    let good = from(0, 2);
    sent(&mut cover, "/leaves", &good).await.is(Status::Forbidden);
    for (fields, wrong) in [
        (but(&good, "leave.cover", &whom), "leave.cover"),
        (but(&good, "leave.cover", ""), "leave.cover"),
        (but(&good, "leave.person", &id(&stranger)), "leave.person"),
        (but(&good, "leave.from.day", ""), "leave.from"),
        (from(0, -1), "leave.until"),
        (from(-3, -1), "leave.until"),
        (from(0, 400), "leave.until"),
    ] {
        let refused = sent(&mut keeper, "/leaves", &fields).await;
        assert!(refused.is(Status::UnprocessableEntity).error_at(wrong).is_some(), "{fields:?}");
    }
    sent(&mut keeper, "/leaves", &good).await.is(Status::SeeOther);
    let twice = sent(&mut keeper, "/leaves", &from(1, 3)).await;
    assert!(twice.is(Status::UnprocessableEntity).error_at("leave.person").is_some());
    // Nor is anybody covered by somebody who is away, or on duty while away.
    let round = but(&but(&good, "leave.person", &me), "leave.cover", &whom);
    assert!(
        sent(&mut keeper, "/leaves", &round).await.is(Status::UnprocessableEntity).error_at("leave.cover").is_some()
    );
    let on_duty = sent(&mut keeper, "/duty", &hours(&whom, "0912 000 111", "1", today)).await;
    assert!(on_duty.is(Status::UnprocessableEntity).error_at("duty.person").is_some());

    // The list, its number and the case say so; whoever is away keeps their own.
    cover.get("/cases").await.shows(&case).shows("Người phụ trách");
    away.get("/cases").await.shows(&case);
    let number = cover.get("/cases/numbers").await;
    number.is(Status::Ok);
    assert_eq!(cover.get("/cases?of=open").await.body.matches(&format!("/cases/{case}\"")).count(), 1);
    let link = scraper::Html::parse_document(&number.body);
    let wanted = scraper::Selector::parse("a[href='/cases?of=open']").unwrap();
    assert!(link.select(&wanted).next().unwrap().text().collect::<String>().contains('1'));
    cover.get(&format!("/cases/{case}")).await.is(Status::Ok).shows("làm thay");
    stranger.get("/leaves").await.is(Status::Ok).shows("Không có ai nghỉ");

    // Under protection only whoever is named stands in: the number of those left out is said, and nothing else.
    let person = world.text("SELECT code FROM persons").await;
    keeper
        .post(&format!("/people/{person}/protection"), &[("staff", &me), ("staff", &whom)])
        .await
        .is(Status::SeeOther);
    cover.get("/cases").await.hides(&case);
    keeper.get("/leaves").await.shows("1 hồ sơ cần được giữ riêng");
    cover.get("/leaves").await.is(Status::Ok).hides("đang bảo vệ").hides("Bỏ");

    let leave = world.text("SELECT id FROM leaves").await;
    stranger.post(&format!("/leaves/{leave}/removal"), &[]).await.is(Status::NotFound);
    world.app.clock.advance(Duration::days(3));
    world
        .sql("UPDATE sessions SET created_at = created_at + interval '3 days', seen_at = seen_at + interval '3 days'")
        .await;
    cover.get(&format!("/cases/{case}")).await.is(Status::NotFound);
    keeper.get(&format!("/cases/{case}")).await.is(Status::Ok).hides("làm thay");
    keeper.post(&format!("/leaves/{leave}/removal"), &[]).await.is(Status::NotFound);
}
