//! Coming in and going out.

use rocket::http::Status;
use time::Duration;
use trove::access::{Role, entry, store};

use crate::support::{Browser, World};

const PASSWORD: &str = "một mật khẩu đủ dài";

async fn with_password(world: &World) -> String {
    let offices = world.offices().await;
    let mut tx = world.service().await;
    let user = store::add_user(&mut tx, offices.mine, "an@example.test", "An", &[Role::Counsellor]).await.unwrap();
    store::set_password(&mut tx, user, &entry::hash_now(PASSWORD).unwrap()).await.unwrap();
    tx.commit().await.unwrap();
    "an@example.test".to_owned()
}

async fn sign_in(browser: &mut Browser<'_>, email: &str, password: &str) -> crate::support::Answer {
    browser.post("/sign-in", &[("email", email), ("password", password), ("back", "/people")]).await
}

#[rocket::async_test]
async fn somebody_signs_in_works_and_signs_out() {
    let world = World::empty().await;
    let email = with_password(&world).await;
    let mut browser = world.stranger();
    assert_eq!(browser.get("/people").await.location.as_deref(), Some("/sign-in?back=%2Fpeople"));
    browser.get("/sign-in?back=%2Fpeople").await.is(Status::Ok).shows("value=\"/people\"");
    let answer = sign_in(&mut browser, " AN@example.test ", PASSWORD).await;
    answer.is(Status::SeeOther);
    assert_eq!(answer.location.as_deref(), Some("/people"));
    let cookie =
        answer.headers.iter().find(|(n, v)| n.eq_ignore_ascii_case("set-cookie") && v.starts_with("trove=")).unwrap();
    assert!(
        cookie.1.contains("HttpOnly") && cookie.1.contains("SameSite=Lax") && cookie.1.contains("Path=/"),
        "{}",
        cookie.1
    );
    browser.get("/people").await.is(Status::Ok).shows("Đăng xuất");
    let kept = browser.cookies.clone();
    browser.post("/sign-out", &[]).await.is(Status::SeeOther);
    browser.get("/people").await.is(Status::SeeOther);
    // The session is over, not only the cookie gone.
    browser.cookies = kept;
    browser.get("/people").await.is(Status::SeeOther);
    assert_eq!(world.count("audit WHERE act IN ('sign-in', 'sign-out')").await, 2);
    let token = world.text("SELECT encode(token_hash, 'hex') FROM sessions LIMIT 1").await;
    assert!(!browser.cookies.iter().any(|(_, v)| *v == token), "only a hash is kept");
    assert_eq!(email, "an@example.test");
}

#[rocket::async_test]
async fn an_unknown_account_and_a_wrong_password_are_told_alike() {
    let world = World::empty().await;
    let email = with_password(&world).await;
    let mut browser = world.stranger();
    let wrong = sign_in(&mut browser, &email, "sai").await;
    let unknown = sign_in(&mut browser, "khong-co@example.test", "sai").await;
    for answer in [&wrong, &unknown] {
        answer.is(Status::UnprocessableEntity).shows("Thư điện tử hoặc mật khẩu chưa đúng").hides("value=\"sai\"");
    }
    assert_eq!(wrong.value("email").as_deref(), Some(email.as_str()));
    assert!(browser.cookies.is_empty());
}

#[rocket::async_test]
async fn strangers_failures_lock_strangers_and_not_the_known_device() {
    let world = World::empty().await;
    let email = with_password(&world).await;
    let mut own = world.stranger();
    sign_in(&mut own, &email, PASSWORD).await.is(Status::SeeOther);
    own.post("/sign-out", &[]).await;
    let account = "sha256(convert_to('an@example.test', 'UTF8'))";
    world.sql(&format!("INSERT INTO sign_in_attempts SELECT gen_random_uuid(), now(), {account}, 'unknown', NULL, false FROM generate_series(1, 10)")).await;
    let mut stranger = world.stranger();
    sign_in(&mut stranger, &email, PASSWORD).await.is(Status::TooManyRequests).shows("quá nhiều lần");
    sign_in(&mut own, &email, PASSWORD).await.is(Status::SeeOther);
    world.app.clock.advance(Duration::minutes(16));
    sign_in(&mut stranger, &email, PASSWORD).await.is(Status::SeeOther);
}

#[rocket::async_test]
async fn a_session_ends_by_itself() {
    let world = World::empty().await;
    let offices = world.offices().await;
    let mut idle = world.staff(offices.mine, Role::Counsellor).await;
    idle.get("/").await.is(Status::Ok);
    world.app.clock.advance(Duration::minutes(59));
    idle.get("/").await.is(Status::Ok);
    world.app.clock.advance(Duration::minutes(59));
    idle.get("/").await.is(Status::Ok);
    world.app.clock.advance(Duration::minutes(61));
    idle.get("/").await.is(Status::SeeOther);
    let mut busy = world.staff(offices.mine, Role::Counsellor).await;
    world.sql(&format!("UPDATE sessions SET created_at = now() + interval '179 minutes', seen_at = now() + interval '179 minutes' WHERE user_id = '{}'", busy.user.unwrap().0)).await;
    for _ in 0..12 {
        busy.get("/").await.is(Status::Ok);
        world.app.clock.advance(Duration::minutes(59));
    }
    world.app.clock.advance(Duration::minutes(20));
    busy.get("/").await.is(Status::SeeOther);
}

#[rocket::async_test]
async fn an_account_that_ended_is_out_at_once() {
    let world = World::empty().await;
    let offices = world.offices().await;
    let mut browser = world.staff(offices.mine, Role::Counsellor).await;
    browser.get("/").await.is(Status::Ok);
    world.sql(&format!("UPDATE users SET ended_at = now() WHERE id = '{}'", browser.user.unwrap().0)).await;
    browser.get("/").await.is(Status::SeeOther);
}

#[rocket::async_test]
async fn an_invitation_is_taken_once() {
    let world = World::empty().await;
    let offices = world.offices().await;
    let mut tx = world.service().await;
    let user = store::add_user(&mut tx, offices.mine, "binh@example.test", "Bình", &[Role::Desk]).await.unwrap();
    let (token, hash) = entry::invitation_token();
    store::invite(&mut tx, user, &hash, world.app.clock.now() + Duration::hours(1)).await.unwrap();
    tx.commit().await.unwrap();
    let mut browser = world.stranger();
    let path = format!("/invitations/{token}");
    browser.get(&path).await.is(Status::Ok).shows("binh@example.test");
    browser.get("/invitations/khong-co").await.is(Status::NotFound);
    let short = browser.post(&path, &[("password", "ngắn"), ("again", "ngắn")]).await;
    assert!(short.is(Status::UnprocessableEntity).error_at("password").is_some());
    let other = browser.post(&path, &[("password", PASSWORD), ("again", "một mật khẩu khác hẳn")]).await;
    assert!(other.is(Status::UnprocessableEntity).error_at("again").is_some());
    browser.post(&path, &[("password", PASSWORD), ("again", PASSWORD)]).await.is(Status::SeeOther);
    browser.get(&path).await.is(Status::NotFound);
    sign_in(&mut browser, "binh@example.test", PASSWORD).await.is(Status::SeeOther);
}

#[rocket::async_test]
async fn a_password_gate_that_is_full_says_when_to_come_back() {
    let world = World::empty().await;
    let email = with_password(&world).await;
    let tries: Vec<_> = (0..40)
        .map(|_| {
            let (world, email) = (&world, &email);
            async move { sign_in(&mut world.stranger(), email, "sai").await }
        })
        .collect();
    let answers = rocket::futures::future::join_all(tries).await;
    let busy: Vec<_> = answers.iter().filter(|a| a.status == Status::ServiceUnavailable).collect();
    assert!(answers.iter().all(|a| [422, 429, 503].contains(&a.status.code)));
    assert!(busy.iter().all(|a| a.header("Retry-After").is_some()));
}

#[rocket::async_test]
async fn an_administrator_sees_the_accounts_of_one_organisation() {
    let world = World::empty().await;
    let offices = world.offices().await;
    let mut administrator = world.staff(offices.mine, Role::Administrator).await;
    let colleague = world.staff(offices.mine, Role::Counsellor).await;
    let stranger = world.staff(offices.theirs, Role::Desk).await;
    let page = administrator.get("/users").await;
    page.is(Status::Ok).shows(&colleague.email).shows("Tư vấn viên").shows("Quản trị tài khoản").hides(&stranger.email);
    administrator.get("/people").await.is(Status::Forbidden);
}
