//! Job fairs: kept, joined by employers, told to people, and what came of them.

use rocket::http::Status;
use time::Duration;
use trove::access::Role;

use crate::employment::employer;
use crate::journey::{day, offices, pairs, sent, taken_in};
use crate::support::{Answer, Browser, World};

async fn kept(browser: &mut Browser<'_>, at: &str, days: i64, changed: &[(&str, &str)]) -> Answer {
    let mut fields = pairs(&[
        ("fair.title", "Phiên tháng này"),
        ("fair.hours", "8:00–11:30"),
        ("fair.province", "40"),
        ("fair.address", "Nhà văn hóa"),
    ]);
    fields.extend(day("fair.held", browser.world.app.clock.today() + Duration::days(days)));
    for (name, value) in changed {
        fields.retain(|(known, _)| known != name);
        fields.push(((*name).to_owned(), (*value).to_owned()));
    }
    sent(browser, at, &fields).await
}

/// A fair in so many days; its address.
pub async fn fair(browser: &mut Browser<'_>, days: i64, changed: &[(&str, &str)]) -> String {
    kept(browser, "/fairs", days, changed).await.is(Status::SeeOther).location.clone().unwrap()
}

pub async fn told(browser: &mut Browser<'_>, case: &str, fair: &str) -> Answer {
    browser.post(&format!("/cases/{case}/fairs?fair={}", fair.rsplit('/').next().unwrap()), &[]).await
}

#[rocket::async_test]
async fn a_fair_is_kept_joined_and_called_off() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut counsellor = world.staff(offices.centre, Role::Counsellor).await;
    for (name, value, at) in [
        ("fair.title", " ", "fair-title"),
        ("fair.hours", "", "fair-hours"),
        ("fair.address", "", "fair-address"),
        ("fair.province", "", "fair-province"),
        ("fair.held.year", "9999", "fair-held"),
        ("fair.mobile", "true", "fair-commune"),
    ] {
        let answer = kept(&mut counsellor, "/fairs", 5, &[(name, value)]).await;
        answer.is(Status::UnprocessableEntity);
        assert!(answer.error_at(at).is_some(), "{name} = {value}");
    }
    let at = fair(&mut counsellor, 5, &[("fair.mobile", "true"), ("fair.commune", "Vinh Phú")]).await;
    counsellor.get("/fairs").await.shows("Phiên tháng này").shows("Lưu động");
    counsellor.get("/fairs?when=past").await.hides("Phiên tháng này");
    counsellor.get("/fairs?province=01").await.hides("Phiên tháng này");

    let owner = employer(&mut counsellor, "Xưởng Ví Dụ").await;
    let id = owner.rsplit('/').next().unwrap();
    let join = format!("{at}/employers");
    let nothing = counsellor.post(&join, &[("stand.seats", "0")]).await;
    assert!(nothing.is(Status::UnprocessableEntity).error_at("stand-seats").is_some());
    assert!(nothing.error_at("stand-employer").is_some());
    counsellor.post(&join, &[("stand.employer", id), ("stand.seats", "4")]).await.is(Status::SeeOther);
    counsellor.get(&at).await.shows("Xưởng Ví Dụ").shows("4 người");

    counsellor.get(&format!("{at}/edit")).await.is(Status::Ok);
    let late = kept(&mut counsellor, &at, 5, &[("fair.version", "7"), ("fair.title", "Phiên khác")]).await;
    late.is(Status::Conflict).shows("Phiên khác");
    let mut other = world.staff(offices.desk, Role::Counsellor).await;
    other.get(&at).await.is(Status::Ok);
    other.get(&format!("{at}/edit")).await.is(Status::NotFound);
    other.post(&join, &[("stand.employer", id), ("stand.seats", "9")]).await.is(Status::NotFound);

    counsellor.post(&format!("{at}/count"), &[("count.came", "1")]).await.is(Status::Conflict);
    counsellor.post(&format!("{at}/cancellation"), &[("cancel.version", "1")]).await.is(Status::UnprocessableEntity);
    let why = [("cancel.version", "1"), ("cancel.because", "Mưa bão")];
    counsellor.post(&format!("{at}/cancellation"), &why).await.is(Status::SeeOther);
    counsellor.get("/fairs").await.hides("Phiên tháng này");
    counsellor.get(&at).await.shows("Mưa bão");
}

#[rocket::async_test]
async fn each_office_says_who_of_its_own_came_and_the_keeper_what_came_of_it() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut counsellor = world.staff(offices.centre, Role::Counsellor).await;
    let case = taken_in(&mut counsellor, "Nguyễn Thị Mậu").await;
    let at = fair(&mut counsellor, 3, &[]).await;
    counsellor.get(&format!("/cases/{case}/fairs")).await.shows("Phiên tháng này");
    told(&mut counsellor, &case, &at).await.is(Status::SeeOther);
    told(&mut counsellor, &case, &at).await.is(Status::SeeOther);
    assert_eq!(world.count("fair_visits").await, 1);
    counsellor.get(&format!("/cases/{case}")).await.shows("Báo phiên giao dịch việc làm");
    counsellor.get(&at).await.shows("Nguyễn Thị Mậu");
    world.staff(offices.desk, Role::Counsellor).await.get(&at).await.hides("Nguyễn Thị Mậu");

    let visit = world.text("SELECT id::text FROM fair_visits").await;
    let mark = format!("visit.there.{visit}");
    let call = format!("{at}/visits");
    counsellor.post(&call, &[(mark.as_str(), "came")]).await.is(Status::Conflict);
    world.sql("UPDATE job_fairs SET held_on = held_on - 3").await;
    counsellor.post(&call, &[(mark.as_str(), "danced")]).await.is(Status::UnprocessableEntity);
    let mut other = world.staff(offices.desk, Role::Counsellor).await;
    other.post(&call, &[(mark.as_str(), "absent")]).await.is(Status::SeeOther);
    assert_eq!(world.text("SELECT state FROM fair_visits").await, "invited", "not theirs to say");
    counsellor.post(&call, &[(mark.as_str(), "came")]).await.is(Status::SeeOther);
    counsellor.get(&format!("/cases/{case}/fairs")).await.shows("Đã đến");

    let count = format!("{at}/count");
    let figures = |hired: &'static str| {
        [
            ("count.came", "120"),
            ("count.returnees", "30"),
            ("count.interviewed", "40"),
            ("count.hired", hired),
            ("count.version", "1"),
        ]
    };
    for hired in ["", "-1", "121", "nhiều"] {
        let answer = counsellor.post(&count, &figures(hired)).await;
        assert!(answer.is(Status::UnprocessableEntity).error_at("count-hired").is_some(), "{hired}");
    }
    counsellor.post(&count, &figures("12")).await.is(Status::SeeOther);
    counsellor.post(&count, &figures("13")).await.is(Status::Conflict);
    counsellor.get(&at).await.shows("120 người đến, 30 người về nước");
    world.sql("UPDATE job_fairs SET held_on = held_on - 1").await;
    let second = taken_in(&mut counsellor, "Trần Văn Ngọ").await;
    told(&mut counsellor, &second, &at).await.is(Status::Conflict);
}
