//! What surrounds every page.

use rocket::http::{Header, Status};
use trove::access::Role;

use crate::support::World;

#[rocket::async_test]
async fn pages_come_in_both_languages() {
    let world = World::empty().await;
    let mut browser = world.stranger();
    browser.get("/sign-in").await.shows("<html lang=\"vi\"").shows("Đăng nhập");
    let switched = browser.send("/language", crate::support::form(&[("language", "en"), ("back", "/sign-in")])).await;
    assert_eq!(switched.location.as_deref(), Some("/sign-in"));
    browser.get("/sign-in").await.shows("<html lang=\"en\"").shows("Sign in").hides("Đăng nhập");
    let away = browser.send("/language", crate::support::form(&[("language", "vi"), ("back", "//evil.example")])).await;
    assert_eq!(away.location.as_deref(), Some("/"));
    browser
        .send("/language", crate::support::form(&[("language", "fr"), ("back", "/")]))
        .await
        .is(Status::UnprocessableEntity);
}

#[rocket::async_test]
async fn every_answer_carries_the_headers_that_protect_it() {
    let world = World::empty().await;
    let offices = world.offices().await;
    let mut desk = world.staff(offices.mine, Role::Desk).await;
    for path in ["/people", "/sign-in", "/no-such-page", "/vocabulary/countries?q=a"] {
        let answer = desk.get(path).await;
        let csp = answer.header("Content-Security-Policy").unwrap();
        assert!(csp.contains("default-src 'none'") && !csp.contains("unsafe"), "{csp}");
        assert_eq!(answer.header("Cache-Control"), Some("no-store"));
        assert_eq!(answer.header("X-Frame-Options"), Some("DENY"));
        assert_eq!(answer.header("X-Content-Type-Options"), Some("nosniff"));
        assert_eq!(answer.header("Referrer-Policy"), Some("same-origin"));
        assert!(answer.header("Server").is_none_or(|s| !s.contains("Rocket")));
        assert!(!answer.body.contains(" style=") && !answer.body.contains("<script>"), "{path} has something inline");
    }
}

#[rocket::async_test]
async fn files_are_kept_for_good_under_their_hash_and_compressed() {
    let world = World::empty().await;
    let page = world.stranger().get("/sign-in").await;
    let (_, rest) = page.body.split_once("href=\"/static/").unwrap();
    let (hash, _) = rest.split_once('/').unwrap();
    let get = |path: String, coding: &'static str| {
        let request = world.client.get(path).header(Header::new("Accept-Encoding", coding));
        async move {
            let response = request.dispatch().await;
            let header = |name: &str| response.headers().get_one(name).map(str::to_owned);
            let (status, coding, cache) =
                (response.status(), header("Content-Encoding"), header("Cache-Control").unwrap_or_default());
            (status, coding, cache, response.into_bytes().await.unwrap_or_default().len())
        }
    };
    let css = format!("/static/{hash}/vendor/app.css");
    let (status, coding, cache, plain) = get(css.clone(), "").await;
    assert_eq!((status, coding), (Status::Ok, None));
    assert!(cache.contains("immutable"));
    let (_, coding, _, gzip) = get(css.clone(), "gzip, deflate").await;
    assert_eq!(coding.as_deref(), Some("gzip"));
    let (_, coding, _, brotli) = get(css.clone(), "gzip, br;q=1.0").await;
    assert_eq!(coding.as_deref(), Some("br"));
    assert!(brotli < gzip && gzip * 4 < plain, "{brotli} {gzip} {plain}");
    let (_, coding, _, _) = get(css, "br;q=0, gzip;q=0").await;
    assert_eq!(coding, None);
    let (_, _, cache, _) = get("/static/another/vendor/app.css".into(), "").await;
    assert_eq!(cache, "no-store");
    for outside in ["/static/x/../Cargo.toml", "/static/x/%2e%2e/Cargo.toml", "/static/x/nothing.css"] {
        assert_eq!(get(outside.into(), "").await.0, Status::NotFound, "{outside}");
    }
    let (_, coding, _, _) = get("/sign-in".into(), "gzip").await;
    assert_eq!(coding.as_deref(), Some("gzip"), "pages are compressed too");
}

#[rocket::async_test]
async fn writes_from_other_sites_are_refused() {
    let world = World::empty().await;
    let offices = world.offices().await;
    let desk = world.staff(offices.mine, Role::Desk).await;
    let (name, token) = desk.cookies[0].clone();
    let send = |headers: Vec<(&'static str, &'static str)>| {
        let body =
            crate::support::form(&[("submission", &uuid::Uuid::new_v4().to_string()), ("person.name", "Giả Mạo")]);
        let mut request = world
            .client
            .post("/people")
            .header(rocket::http::ContentType::Form)
            .cookie((name.clone(), token.clone()))
            .body(body);
        for (name, value) in headers {
            request = request.header(Header::new(name, value));
        }
        async move { request.dispatch().await.status() }
    };
    for forged in [
        vec![("Sec-Fetch-Site", "cross-site")],
        vec![("Sec-Fetch-Site", "same-site")],
        vec![("Origin", "https://evil.example"), ("Host", "trove.example")],
        vec![("Origin", "null"), ("Host", "trove.example")],
    ] {
        assert_eq!(send(forged.clone()).await, Status::Forbidden, "{forged:?}");
    }
    assert_eq!(world.count("persons").await, 0);
    assert_eq!(send(vec![("Sec-Fetch-Site", "same-origin")]).await, Status::SeeOther);
}

#[rocket::async_test]
async fn errors_help() {
    let world = World::empty().await;
    let offices = world.offices().await;
    let mut desk = world.staff(offices.mine, Role::Desk).await;
    desk.get("/khong-co")
        .await
        .is(Status::NotFound)
        .shows("Không tìm thấy trang")
        .shows("Về trang chủ")
        .shows("Mã yêu cầu");
    let method = desk.send("/statistics", String::new()).await;
    method.is(Status::MethodNotAllowed);
    assert_eq!(method.header("Allow"), Some("GET"));
    desk.get("/statistics").await.is(Status::Forbidden).shows("chưa được giao quyền");
    desk.get("/people/ABCDEFGHJK").await.is(Status::NotFound);
}

#[rocket::async_test]
async fn without_its_database_the_app_says_so_and_does_not_hang() {
    let world = World::with(|settings| settings.database_url = "host=/nowhere user=app dbname=none".into()).await;
    let mut browser = world.stranger();
    browser.get("/sign-in").await.is(Status::Ok);
    browser.get("/health").await.is(Status::ServiceUnavailable);
    browser.cookies.push(("trove".into(), "0".repeat(64)));
    let answer = browser.get("/people").await;
    answer.is(Status::ServiceUnavailable).shows("tạm thời chưa phục vụ được");
    assert!(answer.header("Retry-After").is_some());
}

#[rocket::async_test]
async fn suggestions_are_found_by_how_people_type() {
    let world = World::empty().await;
    let mut browser = world.stranger();
    browser.get("/vocabulary/countries?q=h%C3%A0n").await.is(Status::Ok).shows("\"KR\"");
    browser.get("/vocabulary/provinces?q=nghe").await.shows("Tỉnh Nghệ An");
    browser.get("/vocabulary/communes?q=vinh&within=Ngh%E1%BB%87%20An").await.is(Status::Ok).shows("Nghệ An");
    browser.get("/vocabulary/communes?q=vinh&within=kh%C3%B4ng").await.is(Status::Ok).shows("[]");
    browser.get("/vocabulary/secrets?q=a").await.is(Status::NotFound);
}

#[rocket::async_test]
async fn figures_are_for_those_who_read_figures() {
    let world = World::empty().await;
    let offices = world.offices().await;
    world.staff(offices.mine, Role::Desk).await.register("Trần Văn An", &[]).await;
    world
        .staff(offices.theirs, Role::Analyst)
        .await
        .get("/statistics")
        .await
        .is(Status::Ok)
        .shows("đã được ghi nhận: 1")
        .hides("Trần Văn An");
}
