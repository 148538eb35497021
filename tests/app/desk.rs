//! A computer that several share: badges and PINs, a screen that locks, and what was typed meanwhile (practice 11).

use rocket::http::Status;
use time::Duration;
use trove::access::{Role, entry, store};
use uuid::Uuid;

use crate::journey::offices;
use crate::support::{Answer, Browser, World, form};

const PASSWORD: &str = "một mật khẩu đủ dài";
const PIN: &str = "290841";

async fn employed<'w>(world: &'w World, office: Uuid, role: Role) -> Browser<'w> {
    let browser = world.staff(office, role).await;
    let mut tx = world.service().await;
    store::set_password(&mut tx, browser.user.unwrap().0, &entry::hash_now(PASSWORD).unwrap()).await.unwrap();
    tx.commit().await.unwrap();
    browser
}

/// The digits of a new badge.
async fn badge(browser: &mut Browser<'_>) -> String {
    let page = browser.post("/badge", &[("pin", PIN), ("again", PIN), ("password", PASSWORD)]).await;
    let shown = page.is(Status::Ok).body.split_once("app-number\">").unwrap().1;
    let shown: String = shown.split('<').next().unwrap().replace(' ', "");
    assert!(shown.len() == 20 && shown.bytes().all(|b| b.is_ascii_digit()), "{shown}");
    shown
}

async fn scanned(browser: &mut Browser<'_>, badge: &str, pin: &str) -> Answer {
    browser.post("/sign-in/badge", &[("badge", badge), ("pin", pin), ("back", "/people")]).await
}

/// A browser of a computer that this supervisor registered, with nobody signed in.
async fn shared<'w>(supervisor: &mut Browser<'w>, name: &str) -> Browser<'w> {
    supervisor.post("/computers", &[("name", name)]).await.is(Status::SeeOther);
    let mut browser = supervisor.world.stranger();
    browser.cookies = supervisor.cookies.iter().filter(|(name, _)| name == "trove-computer").cloned().collect();
    assert_eq!(browser.cookies.len(), 1);
    browser
}

#[rocket::async_test]
async fn a_badge_opens_its_offices_computers_and_nothing_else() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut supervisor = employed(&world, offices.centre, Role::Supervisor).await;
    let mut counsellor = employed(&world, offices.centre, Role::Counsellor).await;
    let mut elsewhere = employed(&world, offices.province, Role::Counsellor).await;

    // A badge is made with one's password and a PIN that nobody guesses.
    for (pin, again, password, wrong) in [
        ("29084", "29084", PASSWORD, "pin"),
        ("29084a", "29084a", PASSWORD, "pin"),
        ("123456", "123456", PASSWORD, "pin"),
        (PIN, "290842", PASSWORD, "again"),
        (PIN, PIN, "sai", "password"),
    ] {
        let refused = counsellor.post("/badge", &[("pin", pin), ("again", again), ("password", password)]).await;
        assert!(refused.is(Status::UnprocessableEntity).error_at(wrong).is_some(), "{wrong}");
        refused.hides(&format!("value=\"{pin}\""));
    }
    assert_eq!(world.count("credentials WHERE badge_hash IS NOT NULL").await, 0);
    let mine = badge(&mut counsellor).await;
    let theirs = badge(&mut elsewhere).await;
    assert_eq!(world.text("SELECT count(*) FROM events WHERE kind = 'badge.made'").await, "2");
    counsellor.get("/badge").await.is(Status::Ok).shows("Anh/chị có thẻ từ").hides(&mine[..4]);

    // Only whoever keeps them registers a computer, under a name of its own.
    counsellor.post("/computers", &[("name", "Quầy 1")]).await.is(Status::Forbidden);
    assert!(supervisor.post("/computers", &[("name", " ")]).await.error_at("name").is_some());
    let mut desk = shared(&mut supervisor, "Quầy 1").await;
    assert!(supervisor.post("/computers", &[("name", "Quầy 1")]).await.error_at("name").is_some());
    supervisor.get("/computers").await.is(Status::Ok).shows("Quầy 1");
    desk.get("/sign-in").await.is(Status::Ok).shows("Quầy 1").shows("name=\"badge\"").shows("name=\"password\"");

    // Anywhere else there is no field for it, and it opens nothing.
    let mut stranger = world.stranger();
    stranger.get("/sign-in").await.is(Status::Ok).hides("name=\"badge\"");
    scanned(&mut stranger, &mine, PIN).await.is(Status::UnprocessableEntity);
    stranger.cookies.push(("trove-computer".into(), "0".repeat(64)));
    scanned(&mut stranger, &mine, PIN).await.is(Status::UnprocessableEntity);
    // Nor does another office's badge here, or one that nobody made.
    let unknown = scanned(&mut desk, &"7".repeat(20), PIN).await;
    let other = scanned(&mut desk, &theirs, PIN).await;
    let wrong = scanned(&mut desk, &mine, "290842").await;
    for refused in [&unknown, &other, &wrong] {
        refused.is(Status::UnprocessableEntity).shows("Thẻ hoặc mã PIN chưa đúng").hides("290842").hides(&mine);
    }
    assert!(scanned(&mut desk, "", "").await.error_at("pin").is_some());

    // A reader ends with a line, and some put gaps between.
    let typed = format!("{} {}\r\n", &mine[..4], &mine[4..]);
    let came = scanned(&mut desk, &typed, PIN).await;
    assert_eq!(came.is(Status::SeeOther).location.as_deref(), Some("/people"));
    desk.get("/people").await.is(Status::Ok).shows("Đổi người").hides("Đăng xuất").shows("data-lock=\"180\"");
    counsellor.get("/people").await.is(Status::Ok).shows("Đăng xuất").shows("data-lock=\"900\"");

    // The computer is shared no more: nobody stays in, nobody comes in.
    let computer = world.text("SELECT id FROM computers").await;
    supervisor.post(&format!("/computers/{computer}/end"), &[]).await.is(Status::SeeOther);
    desk.get("/people").await.is(Status::SeeOther);
    desk.get("/sign-in").await.hides("name=\"badge\"");
    scanned(&mut desk, &mine, PIN).await.is(Status::UnprocessableEntity);
    supervisor.post(&format!("/computers/{computer}/end"), &[]).await.is(Status::NotFound);
}

#[rocket::async_test]
async fn wrong_pins_in_a_row_put_a_badge_out_of_use_and_nothing_else() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut supervisor = employed(&world, offices.centre, Role::Supervisor).await;
    let mut counsellor = employed(&world, offices.centre, Role::Counsellor).await;
    let mut desk = shared(&mut supervisor, "Quầy 1").await;
    let (mine, hers) = (badge(&mut counsellor).await, badge(&mut supervisor).await);
    let email = counsellor.email.clone();
    world.sql("UPDATE parameters SET value = 10000 WHERE code LIKE 'session.%'").await;
    // Four are forgiven once the right one comes.
    for _ in 0..4 {
        scanned(&mut desk, &mine, "111222").await.is(Status::UnprocessableEntity);
    }
    scanned(&mut desk, &mine, PIN).await.is(Status::SeeOther);
    for _ in 0..5 {
        scanned(&mut desk, &mine, "111222").await.is(Status::UnprocessableEntity);
    }
    scanned(&mut desk, &mine, PIN).await.is(Status::TooManyRequests).shows("làm thẻ mới");
    // A day does not make it better; a colleague's badge and the password still open.
    world.app.clock.advance(Duration::days(1));
    scanned(&mut desk, &mine, PIN).await.is(Status::TooManyRequests);
    scanned(&mut desk, &hers, PIN).await.is(Status::SeeOther);
    desk.post("/sign-in", &[("email", &email), ("password", PASSWORD)]).await.is(Status::SeeOther);
    let new = badge(&mut desk).await;
    scanned(&mut desk, &mine, PIN).await.is(Status::UnprocessableEntity);
    scanned(&mut desk, &new, PIN).await.is(Status::SeeOther);
    // Lost, it opens nothing; nor does one of an account that was locked.
    desk.post("/badge/removal", &[]).await.is(Status::SeeOther);
    scanned(&mut desk, &new, PIN).await.is(Status::UnprocessableEntity);
    let mut administrator = world.staff(offices.centre, Role::Administrator).await;
    let id = supervisor.user.unwrap().0;
    administrator.post(&format!("/users/{id}/lock"), &[]).await.is(Status::SeeOther);
    scanned(&mut desk, &hers, PIN).await.is(Status::UnprocessableEntity);
}

#[rocket::async_test]
async fn whoever_comes_back_goes_on_where_they_were_and_nobody_else_does() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut supervisor = employed(&world, offices.centre, Role::Supervisor).await;
    let mut counsellor = employed(&world, offices.centre, Role::Counsellor).await;
    let mut desk = shared(&mut supervisor, "Quầy 1").await;
    let (mine, hers) = (badge(&mut counsellor).await, badge(&mut supervisor).await);
    scanned(&mut desk, &mine, PIN).await.is(Status::SeeOther);
    let locked = desk.send("/lock", form(&[("back", "/people/new")])).await;
    assert_eq!(locked.is(Status::SeeOther).location.as_deref(), Some("/sign-in?back=%2Fpeople%2Fnew"));
    desk.get("/people/new").await.is(Status::SeeOther);
    let back = scanned(&mut desk, &mine, PIN).await;
    assert_eq!(back.is(Status::SeeOther).location.as_deref(), Some("/people"));
    desk.send("/lock", form(&[("back", "//evil.example")])).await;
    let other = scanned(&mut desk, &hers, PIN).await;
    assert_eq!(other.is(Status::SeeOther).location.as_deref(), Some("/"));
    // Whoever signs in over somebody else ends that.
    let before = desk.cookies.clone();
    scanned(&mut desk, &mine, PIN).await.is(Status::SeeOther);
    desk.cookies = before;
    desk.get("/people").await.is(Status::SeeOther);

    // An unattended session of a shared computer is over sooner, unless somebody types.
    let mut desk = shared(&mut supervisor, "Quầy 2").await;
    scanned(&mut desk, &mine, PIN).await.is(Status::SeeOther);
    for _ in 0..3 {
        world.app.clock.advance(Duration::minutes(14));
        desk.get("/here").await.is(Status::NoContent);
    }
    world.app.clock.advance(Duration::minutes(16));
    desk.get("/people").await.is(Status::SeeOther);
}

#[rocket::async_test]
async fn what_was_typed_comes_back_once_to_whoever_typed_it() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut counsellor = world.staff(offices.centre, Role::Counsellor).await;
    let mut colleague = world.staff(offices.centre, Role::Counsellor).await;
    let typed = r#"{"title":"Tiếp nhận","values":[["/intake","name","Lò Thị Dở Dang"]]}"#;
    let kept = [("path", "/intake"), ("typed", typed)];
    counsellor.send("/drafts", form(&kept)).await.is(Status::NoContent);
    counsellor.send("/drafts", form(&kept)).await.is(Status::NoContent);
    assert_eq!(world.count("drafts").await, 1, "the same page in place of what was kept of it");
    assert!(!world.text("SELECT encode(sealed, 'escape') FROM drafts").await.contains("Dang"));
    for (path, typed) in [("https://evil.example/", typed), ("/intake", "x"), ("/intake", "{}")] {
        counsellor.send("/drafts", form(&[("path", path), ("typed", typed)])).await.is(Status::UnprocessableEntity);
    }
    let long = format!(r#"{{"title":"{}"}}"#, "x".repeat(60_000));
    counsellor.send("/drafts", form(&[("path", "/intake"), ("typed", &long)])).await.is(Status::PayloadTooLarge);

    counsellor.get("/shift").await.is(Status::Ok).shows("/intake#typed").shows("Tiếp nhận");
    colleague.get("/shift").await.is(Status::Ok).hides("/intake#typed");
    colleague.send("/drafts/taken", form(&[("path", "/intake")])).await.is(Status::NoContent);
    let id = world.text("SELECT id FROM drafts").await;
    colleague.post(&format!("/drafts/{id}/removal"), &[]).await.is(Status::NotFound);
    counsellor.send("/drafts/taken", form(&[("path", "/intake")])).await.is(Status::Ok).shows("Lò Thị Dở Dang");
    counsellor.send("/drafts/taken", form(&[("path", "/intake")])).await.is(Status::NoContent);

    // Not more than some pages; left when it is not wanted; gone after its hours.
    for n in 0..25 {
        let path = format!("/cases/{n}");
        counsellor.send("/drafts", form(&[("path", &path), ("typed", typed)])).await.is(Status::NoContent);
    }
    assert_eq!(world.count("drafts").await, 20);
    let id = world.text("SELECT id FROM drafts LIMIT 1").await;
    counsellor.post(&format!("/drafts/{id}/removal"), &[]).await.is(Status::SeeOther);
    assert_eq!(world.count("drafts").await, 19);
    world.app.clock.advance(Duration::hours(49));
    world.app.plan().await.unwrap();
    while world.app.worker().run_due().await.unwrap() > 0 {}
    assert_eq!(world.count("drafts").await, 0);
}
