//! Cases taken out as a file: what is in it, who gets it, how long, and what stands on record.

use rocket::http::Status;
use time::Duration;
use trove::access::Role;

use crate::journey::{day, offered, offices, sent, taken_in};
use crate::support::{Answer, Browser, World};

const NAMED: [(&str, &str); 4] = [("groups", "names"), ("groups", "reach"), ("format", "csv"), ("reason", "Tệp ngày")];

async fn wanted(browser: &mut Browser<'_>, list: &str, more: &[(&str, &str)]) -> Answer {
    let mut fields = vec![("list", list)];
    fields.extend(more);
    browser.post("/exports", &fields).await
}

async fn made(world: &World) {
    while world.app.worker().run_due().await.unwrap() > 0 {}
}

/// Days go by, and whoever is signed in stays so.
async fn later(world: &World, hours: i64) {
    world.app.clock.advance(Duration::hours(hours));
    world.sql(&format!("UPDATE sessions SET created_at = created_at + interval '{hours} hours', seen_at = seen_at + interval '{hours} hours'")).await;
}

#[rocket::async_test]
async fn a_list_goes_into_a_file_for_whoever_wanted_it() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut supervisor = world.staff(offices.centre, Role::Supervisor).await;
    let mut colleague = world.staff(offices.centre, Role::Supervisor).await;
    let mut counsellor = world.staff(offices.centre, Role::Counsellor).await;
    let mut elsewhere = world.staff(offices.province, Role::Supervisor).await;
    let first = taken_in(&mut counsellor, "Lò Thị Tệp Một").await;
    let second = taken_in(&mut counsellor, "Lò Thị Tệp Hai").await;
    let third = taken_in(&mut counsellor, "Lò Thị Kín").await;
    taken_in(&mut elsewhere, "Lò Thị Nơi Khác").await;
    let code = |name: &str| format!("SELECT code FROM persons WHERE name = '{name}'");
    let id = supervisor.user.unwrap().0.to_string();
    let person = world.text(&code("Lò Thị Kín")).await;
    supervisor.post(&format!("/people/{person}/protection"), &[("staff", &id)]).await.is(Status::SeeOther);
    let reach = [("contact.kind", "phone"), ("contact.value", "0912 345 678"), ("contact.wishes", "Chỉ gọi tối")];
    let person = world.text(&code("Lò Thị Tệp Một")).await;
    for (safe, number) in [("true", "0912 345 678"), ("false", "0987 654 321")] {
        let mut fields = reach.to_vec();
        fields[1].1 = number;
        fields.push(("contact.safe_to_call", safe));
        counsellor.post(&format!("/people/{person}/contacts"), &fields).await.is(Status::SeeOther);
    }
    // What would run in a spreadsheet does not.
    let person = world.text(&code("Lò Thị Tệp Hai")).await;
    world.sql(&format!("UPDATE contact_points SET value = value; UPDATE persons SET name = '=Lò Thị Tệp Hai' WHERE code = '{person}'")).await;

    // The list says what would be in it, and leaves out whoever is under protection.
    let list = supervisor.get("/cases?scope=office").await;
    list.is(Status::Ok).shows("/exports/new?scope=office");
    supervisor
        .get("/exports/new?scope=office")
        .await
        .is(Status::Ok)
        .shows("2 hồ sơ sẽ có trong tệp")
        .shows("1 hồ sơ đang được bảo vệ");
    supervisor.get("/exports/new?scope=office&of=nothing").await.is(Status::NotFound);
    counsellor.get("/cases?scope=office").await.hides("/exports");
    counsellor.get("/exports/new?scope=office").await.is(Status::Forbidden);
    wanted(&mut counsellor, "open::", &NAMED).await.is(Status::Forbidden);

    // Nothing without a purpose, without anything to take, of nobody.
    for (list, fields, wrong) in [
        ("open::", &NAMED[..3], "reason"),
        ("open::", &NAMED[2..], "groups"),
        ("open::", &[NAMED[0], NAMED[3]], "format"),
        ("closed", &NAMED[..], "list"),
    ] {
        let refused = wanted(&mut supervisor, list, fields).await;
        assert!(refused.is(Status::UnprocessableEntity).error_at(wrong).is_some(), "{list} {wrong}");
    }
    for list in ["open:nothing:", "day:9999-12-31", "day:-9999-01-01"] {
        wanted(&mut supervisor, list, &NAMED).await.is(Status::UnprocessableEntity);
    }
    assert_eq!(world.count("exports").await, 0);

    let at = wanted(&mut supervisor, "open::", &NAMED).await.is(Status::SeeOther).location.clone().unwrap();
    supervisor.get(&at).await.is(Status::Ok).shows("Đang làm").hides(&format!("{at}/file"));
    supervisor.get(&format!("{at}/file")).await.is(Status::NotFound);
    let told = "audit a JOIN persons p ON a.row_ids @> ARRAY[p.id] WHERE a.act = 'list' AND a.purpose = 'export'";
    assert_eq!(world.count(told).await, 0);
    made(&world).await;
    assert_eq!(world.count(told).await, 2, "everybody in the file is on record, as whoever wanted it");
    let person = world.text(&code("Lò Thị Tệp Một")).await;
    supervisor.get(&format!("/people/{person}/access-log")).await.is(Status::Ok).shows("Đưa vào tệp");
    supervisor.get(&at).await.is(Status::Ok).shows("Lấy được").shows(&format!("{at}/file"));
    let file = supervisor.get(&format!("{at}/file")).await;
    assert_eq!(file.is(Status::Ok).header("Cache-Control"), Some("no-store"));
    file.shows("Lò Thị Tệp Một").shows(&first).shows(&second).shows("0912345678 – Chỉ gọi tối").shows("'=Lò");
    file.hides("0987").hides("Kín").hides(&third).hides("Nơi Khác");
    assert_eq!(file.body.lines().count(), 3);
    assert!(
        !world.text("SELECT string_agg(encode(sealed, 'escape'), '') FROM export_pieces").await.contains("Tệp Một")
    );

    // A colleague sees that it was done and what for, and gets nothing; another office sees nothing.
    colleague.get("/exports").await.is(Status::Ok).shows("Tệp ngày");
    colleague.get(&at).await.is(Status::Ok).shows("Chỉ người đã yêu cầu");
    colleague.get(&format!("{at}/file")).await.is(Status::NotFound);
    elsewhere.get(&at).await.is(Status::NotFound);
    elsewhere.get("/exports").await.is(Status::Ok).hides("Tệp ngày");

    // Whoever comes under protection meanwhile leaves with no file that was made before.
    let person = world.text(&code("Lò Thị Tệp Một")).await;
    supervisor.post(&format!("/people/{person}/protection"), &[("staff", &id)]).await.is(Status::SeeOther);
    supervisor.get(&format!("{at}/file")).await.is(Status::Conflict).shows("Hãy xuất lại").hides("Tệp Một");

    later(&world, 24).await;
    supervisor.get(&format!("{at}/file")).await.is(Status::NotFound);
    supervisor.get(&at).await.is(Status::Ok).shows("Đã xoá");
    assert!(world.count("export_pieces").await > 0);
    made(&world).await;
    assert_eq!(world.count("export_pieces").await, 0);
}

#[rocket::async_test]
async fn a_file_is_made_as_whoever_wants_it_may_see_by_then() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut supervisor = world.staff(offices.centre, Role::Supervisor).await;
    let mut other = world.staff(offices.province, Role::Counsellor).await;
    let stays = taken_in(&mut supervisor, "Lò Thị Ở Lại").await;
    let goes = taken_in(&mut supervisor, "Lò Thị Ra Đi").await;
    let offer = offered(&mut supervisor, &goes, offices.province).await;
    let ticked = [("cases", stays.as_str()), ("cases", goes.as_str())];
    let page = supervisor.post("/exports/ticked", &ticked).await;
    page.is(Status::Ok).shows("2 hồ sơ sẽ có trong tệp").shows(&stays);
    supervisor.post("/exports/ticked", &[]).await.is(Status::UnprocessableEntity);
    let mut fields = NAMED.to_vec();
    fields.extend(ticked);
    let at = wanted(&mut supervisor, "ticked", &fields).await.is(Status::SeeOther).location.clone().unwrap();
    // One goes to another office before the file is made.
    other.post(&format!("/hand-overs/{offer}/acceptance"), &[]).await.is(Status::SeeOther);
    made(&world).await;
    let file = supervisor.get(&format!("{at}/file")).await;
    file.is(Status::Ok).shows(&stays).hides(&goes).hides("Ra Đi");
    assert_eq!(world.text("SELECT total || '/' || kept FROM exports").await, "2/1");

    // It is in the other office's file of the day, and so is whoever was opened there.
    let mut above = world.staff(offices.province, Role::Supervisor).await;
    taken_in(&mut other, "Lò Thị Mới").await;
    let today = world.app.clock.today();
    sent(&mut above, "/exports/day", &day("day", today)).await.is(Status::Ok).shows("2 hồ sơ sẽ có trong tệp");
    let tomorrow = sent(&mut above, "/exports/day", &day("day", today + Duration::days(1))).await;
    assert!(tomorrow.is(Status::UnprocessableEntity).error_at("day").is_some());
    let before = sent(&mut above, "/exports/day", &day("day", today - Duration::days(1))).await;
    before.is(Status::Ok).shows("Không có hồ sơ nào");
    let at = wanted(&mut above, &format!("day:{today}"), &NAMED).await.is(Status::SeeOther).location.clone().unwrap();
    // Whoever may no longer gets nothing made.
    let id = above.user.unwrap().0;
    world.sql(&format!("DELETE FROM user_roles WHERE user_id = '{id}'")).await;
    made(&world).await;
    assert_eq!(world.text(&format!("SELECT state FROM exports WHERE made_by = '{id}'")).await, "running");
    above.get(&at).await.is(Status::Forbidden);
    later(&world, 25).await;
    world.app.plan().await.unwrap();
    made(&world).await;
    assert_eq!(world.text(&format!("SELECT state FROM exports WHERE made_by = '{id}'")).await, "ended");
    assert_eq!(world.count("export_pieces").await, 0);
}

#[rocket::async_test]
async fn files_and_cases_have_their_limits() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut supervisor = world.staff(offices.centre, Role::Supervisor).await;
    for name in ["Lò Thị Kín", "Lò Thị Một", "Lò Thị Hai", "Lò Thị Ba"] {
        taken_in(&mut supervisor, name).await;
    }
    let person = world.text("SELECT code FROM persons WHERE name = 'Lò Thị Kín'").await;
    let id = supervisor.user.unwrap().0.to_string();
    supervisor.post(&format!("/people/{person}/protection"), &[("staff", &id)]).await.is(Status::SeeOther);
    world.sql("UPDATE parameters SET value = 2 WHERE code IN ('export.most', 'export.a-day')").await;
    supervisor.get("/exports/new?scope=office").await.is(Status::Ok).shows("Nhiều nhất 2 hồ sơ");
    let refused = wanted(&mut supervisor, "open::", &NAMED).await;
    assert!(refused.is(Status::UnprocessableEntity).error_at("list").is_some());
    // A file that would stop at its limit without a word is none, though who is under protection would not be in it.
    world.sql("UPDATE parameters SET value = 3 WHERE code = 'export.most'").await;
    supervisor.get("/exports/new?scope=office").await.is(Status::Ok).shows("Nhiều nhất 3 hồ sơ");
    world.sql("UPDATE parameters SET value = 4 WHERE code = 'export.most'").await;
    for _ in 0..2 {
        wanted(&mut supervisor, "open::", &NAMED).await.is(Status::SeeOther);
    }
    let refused = wanted(&mut supervisor, "open::", &NAMED).await;
    assert!(refused.is(Status::UnprocessableEntity).error_at("reason").is_some());
    assert_eq!(refused.value("reason").as_deref(), Some("Tệp ngày"));
}
