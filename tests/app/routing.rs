//! Which office answers for which commune: kept by the province, holding from a day on; what finds no office finds the
//! department.

use rocket::http::Status;
use time::{Date, Duration};
use trove::access::{OrganisationKind, Role};
use uuid::Uuid;

use crate::journey::{day, offices, pairs, sent, taken_in};
use crate::support::{Answer, Browser, World};

const QUYNH_LUU: &str = "17179";
const DIEN_CHAU: &str = "17464";

fn lines(office: &str, from: Date, communes: &[&str], seen: &str) -> Vec<(String, String)> {
    let mut fields = pairs(&[("route.office", office), ("route.seen", seen)]);
    fields.extend(day("route.from", from));
    fields.extend(communes.iter().map(|code| ("route.communes".to_owned(), (*code).to_owned())));
    fields
}

/// The newest line that a page of the table showed.
fn seen(page: &Answer) -> String {
    page.is(Status::Ok).value("route.seen").unwrap()
}

async fn kept(keeper: &mut Browser<'_>, office: &str, from: Date, communes: &[&str]) {
    let seen = seen(&keeper.get("/communes").await);
    sent(keeper, "/communes", &lines(office, from, communes, &seen)).await.is(Status::SeeOther);
}

async fn by_commune(from: &mut Browser<'_>, case: &str, commune: &str) -> Answer {
    let name = if commune == DIEN_CHAU { "Xã Diễn Châu" } else { "Xã Quỳnh Lưu" };
    let fields = [("to", "commune"), ("commune", name), ("commune.code", commune), ("chosen", "true")];
    from.post(&format!("/cases/{case}/hand-overs"), &fields).await
}

async fn receiver(world: &World, case: &str) -> String {
    let of_case =
        format!("FROM hand_overs h JOIN cases c ON c.id = h.case_id WHERE c.code = '{case}' AND h.state = 'offered'");
    world.text(&format!("SELECT h.to_id || coalesce(' ' || h.unrouted_commune, '') {of_case}")).await
}

#[rocket::async_test]
async fn the_department_keeps_the_table_and_each_line_holds_from_its_day() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let second = world.organisation(OrganisationKind::Esc, "Trung tâm số 2").await;
    let elsewhere = world.organisation(OrganisationKind::Esc, "Trung tâm tỉnh khác").await;
    world.sql(&format!("UPDATE organisations SET province_code = '40' WHERE id = '{second}'")).await;
    world.sql("UPDATE parameters SET value = 10000 WHERE code LIKE 'session.%'").await;
    let today = world.app.clock.today();
    let mut keeper = world.staff(offices.province, Role::Supervisor).await;
    let mut centre = world.staff(offices.centre, Role::Supervisor).await;
    let mut counsellor = world.staff(offices.province, Role::Counsellor).await;
    let (first, second) = (offices.centre.to_string(), second.to_string());

    keeper.get("/communes").await.is(Status::Ok).shows("Xã Diễn Châu").shows("xã, phường chưa có đơn vị phụ trách");
    let blank = Uuid::nil().to_string();
    let good = lines(&first, today, &[QUYNH_LUU, DIEN_CHAU], &blank);
    // The centre reads it; nobody but the department writes it.
    centre.get("/communes").await.is(Status::Ok).shows("Xã Diễn Châu").hides("Lưu cho các xã");
    sent(&mut centre, "/communes", &good).await.is(Status::Conflict);
    sent(&mut counsellor, "/communes", &good).await.is(Status::Forbidden);
    for (fields, wrong) in [
        (lines(&elsewhere.to_string(), today, &[DIEN_CHAU], &blank), "route.office"),
        (lines("", today, &[DIEN_CHAU], &blank), "route.office"),
        (lines(&first, today - Duration::days(1), &[DIEN_CHAU], &blank), "route.from"),
        (lines(&first, today + Duration::days(400), &[DIEN_CHAU], &blank), "route.from"),
        (lines(&first, today, &[], &blank), "route.communes"),
        // The commune of that name in another province.
        (lines(&first, today, &["14452"], &blank), "route.communes"),
    ] {
        let refused = sent(&mut keeper, "/communes", &fields).await;
        assert!(refused.is(Status::UnprocessableEntity).error_at(wrong).is_some(), "{wrong}");
    }
    assert_eq!(world.count("commune_routes").await, 0);
    sent(&mut keeper, "/communes", &good).await.is(Status::SeeOther);
    // Somebody else's page is of before: what they chose is kept and nothing is written.
    let mut colleague = world.staff(offices.province, Role::Supervisor).await;
    let stale = lines(&second, today, &[DIEN_CHAU], &blank);
    let page = sent(&mut colleague, "/communes", &stale).await;
    assert!(page.is(Status::UnprocessableEntity).error_at("route.communes").unwrap().contains("Xã Diễn Châu"));
    page.shows(&format!("value=\"{DIEN_CHAU}\" checked"));
    assert_eq!(world.text("SELECT string_agg(DISTINCT office_id::text, ' ') FROM commune_routes").await, first);

    // From tomorrow the second centre answers for one of them.
    kept(&mut keeper, &second, today + Duration::days(1), &[DIEN_CHAU]).await;
    let page = keeper.get("/communes").await;
    page.shows("Trung tâm số 2");
    let mut desk = world.staff(offices.desk, Role::Desk).await;
    let (a, b) = (taken_in(&mut desk, "Cao Thị Hôm Nay").await, taken_in(&mut desk, "Cao Thị Ngày Mai").await);
    by_commune(&mut desk, &a, DIEN_CHAU).await.is(Status::SeeOther);
    assert_eq!(receiver(&world, &a).await, first);
    world.app.clock.advance(Duration::days(1));
    by_commune(&mut desk, &b, DIEN_CHAU).await.is(Status::SeeOther);
    assert_eq!(receiver(&world, &b).await, second);
    // What held before today stays as it was, whatever the program asks.
    let before = world.text("SELECT string_agg(office_id::text, ' ' ORDER BY from_on) FROM commune_routes").await;
    kept(&mut keeper, "none", today + Duration::days(1), &[DIEN_CHAU]).await;
    let after = world.text("SELECT string_agg(office_id::text, ' ' ORDER BY from_on) FROM commune_routes").await;
    assert_eq!(before, format!("{first} {first} {second}"));
    assert_eq!(after, format!("{first} {first}"), "the day's own line is corrected, those before are left");
}

#[rocket::async_test]
async fn what_finds_no_office_lands_with_the_department_and_is_sent_on() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let today = world.app.clock.today();
    let mut keeper = world.staff(offices.province, Role::Supervisor).await;
    let mut clerk = world.staff(offices.province, Role::Counsellor).await;
    let mut desk = world.staff(offices.desk, Role::Desk).await;
    let centre = world.staff(offices.centre, Role::Counsellor).await;
    let case = taken_in(&mut desk, "Cao Thị Chưa Rõ").await;
    let at = format!("/cases/{case}/hand-overs");

    // Neither a name that two provinces have, nor none, nor one where there is nobody at all.
    let two = desk.post(&at, &[("to", "commune"), ("commune", "Xã Quỳnh Lưu"), ("chosen", "true")]).await;
    assert!(two.is(Status::UnprocessableEntity).error_at("commune").is_some());
    let none = desk.post(&at, &[("to", "commune"), ("chosen", "true")]).await;
    assert!(none.is(Status::UnprocessableEntity).error_at("commune").is_some());
    let nobody = by_commune(&mut desk, &case, "14452").await;
    assert!(nobody.is(Status::UnprocessableEntity).error_at("commune").unwrap().contains("chưa có đơn vị nào"));
    assert_eq!(world.count("hand_overs").await, 0);

    by_commune(&mut desk, &case, QUYNH_LUU).await.is(Status::SeeOther);
    assert_eq!(receiver(&world, &case).await, format!("{} {QUYNH_LUU}", offices.province));
    let line = world.text("SELECT id FROM hand_overs").await;
    // The supervisor has it on a list of its own, with until when; a colleague among what waits.
    keeper.get("/hand-overs").await.shows("Chưa có đơn vị phụ trách (1)").shows("Trả lời trước").shows("Xã Quỳnh Lưu");
    clerk.get("/hand-overs").await.hides("Chưa có đơn vị phụ trách (").shows(&case);
    // Left alone it moves up as any other does.
    assert_eq!(world.count("jobs WHERE kind = 'hand-over-silence'").await, 3);
    let onward = format!("/hand-overs/{line}/redirection");
    let to = offices.centre.to_string();
    let fields = [("onward.to", to.as_str()), ("onward.chosen", "true"), ("onward.reason", "Địa bàn của trung tâm")];
    clerk.get(&format!("/hand-overs/{line}")).await.is(Status::Ok).hides("Chuyển tới nơi khác");
    clerk.post(&onward, &fields).await.is(Status::Forbidden);
    keeper.get(&format!("/hand-overs/{line}")).await.is(Status::Ok).shows("Chuyển tới nơi khác").shows("Xã Quỳnh Lưu");
    keeper.post(&onward, &fields).await.is(Status::SeeOther);
    assert_eq!(receiver(&world, &case).await, to);
    assert_eq!(
        world.text("SELECT holder_id FROM cases").await,
        offices.province.to_string(),
        "somebody is accountable"
    );

    // An office that ended answers for nothing any more.
    kept(&mut keeper, &to, today, &[QUYNH_LUU]).await;
    world.sql(&format!("UPDATE organisations SET ended_at = app_now() WHERE id = '{to}'")).await;
    let other = taken_in(&mut desk, "Cao Thị Sau Này").await;
    by_commune(&mut desk, &other, QUYNH_LUU).await.is(Status::SeeOther);
    assert_eq!(receiver(&world, &other).await, format!("{} {QUYNH_LUU}", offices.province));
    drop(centre);
}

#[rocket::async_test]
async fn the_office_of_the_home_stands_first_and_whoever_is_protected_goes_to_a_named_person() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let today = world.app.clock.today();
    let mut keeper = world.staff(offices.province, Role::Supervisor).await;
    kept(&mut keeper, &offices.centre.to_string(), today, &[DIEN_CHAU]).await;
    let mut desk = world.staff(offices.desk, Role::Desk).await;
    let case = taken_in(&mut desk, "Cao Thị Quê Nhà").await;
    world
        .sql(&format!(
            "INSERT INTO addresses (id, person_id, kind, province_code, commune_code)
             SELECT gen_random_uuid(), p.id, 'home', '40', '{DIEN_CHAU}' FROM persons p"
        ))
        .await;
    let page = desk.get(&format!("/cases/{case}/hand-overs/new")).await;
    page.is(Status::Ok).shows("Trung tâm – phụ trách Xã Diễn Châu");
    assert_eq!(page.value("commune").unwrap(), "Xã Diễn Châu");
    let mut officer = world.staff(offices.desk, Role::Supervisor).await;
    let who = desk.user.unwrap().0;
    let person = world.text("SELECT code FROM persons").await;
    officer.post(&format!("/people/{person}/protection"), &[("staff", &who.to_string())]).await.is(Status::SeeOther);
    desk.get(&format!("/cases/{case}/hand-overs/new")).await.is(Status::Ok).hides("ghi dưới đây");
    let refused = by_commune(&mut desk, &case, DIEN_CHAU).await;
    assert!(refused.is(Status::UnprocessableEntity).error_at("to").is_some());
}
