//! The register of what staff were taught (K8).

use rocket::http::Status;
use trove::access::{OrganisationKind, Role};

use crate::support::{Browser, World};

fn id(browser: &Browser<'_>) -> String {
    browser.user.unwrap().0.to_string()
}

#[rocket::async_test]
async fn the_register_says_who_was_taught_what_and_until_when() {
    let world = World::empty().await;
    let centre = world.organisation(OrganisationKind::Esc, "Trung tâm A").await;
    let other = world.organisation(OrganisationKind::Esc, "Trung tâm B").await;
    let mut supervisor = world.staff(centre, Role::Supervisor).await;
    let mut counsellor = world.staff(centre, Role::Counsellor).await;
    let colleague = world.staff(centre, Role::Counsellor).await;
    let mut administrator = world.staff(centre, Role::Administrator).await;
    let mut elsewhere = world.staff(other, Role::Supervisor).await;
    let (first, second, stranger) = (id(&counsellor), id(&colleague), id(&elsewhere));
    let year = world.app.clock.today().year();
    let (held, until) = ((year - 1).to_string(), (year + 2).to_string());
    let course = |title: &'static str| -> Vec<(&'static str, &str)> {
        vec![
            ("course.topic", "first-aid"),
            ("course.title", title),
            ("course.given_by", "Sở Nội vụ"),
            ("course.held.day", "5"),
            ("course.held.month", "3"),
            ("course.held.year", &held),
            ("course.until.day", "5"),
            ("course.until.month", "3"),
            ("course.until.year", &until),
        ]
    };
    let with = |title, people: &[&'static str]| {
        let mut sent = course(title);
        sent.extend(people.iter().map(|who| ("course.people", *who)));
        sent
    };
    let (first, second): (&'static str, &'static str) = (first.leak(), second.leak());
    let stranger: &'static str = stranger.leak();

    for (field, value) in [
        ("course.topic", "x"),
        ("course.title", " "),
        ("course.held.year", "2100"),
        ("course.held.day", ""),
        ("course.until.year", "1999"),
        ("course.until.year", "2099"),
        ("course.people", stranger),
        ("course.people", "x"),
    ] {
        let mut sent = with("Nghe và nói", &[first]);
        sent.retain(|(name, _)| *name != field);
        sent.push((field, value));
        let refused = supervisor.post("/staff-courses", &sent).await;
        let at = field.split('.').take(2).collect::<Vec<_>>().join(".");
        assert!(refused.is(Status::UnprocessableEntity).error_at(&at).is_some(), "{field} {value}");
        assert!(refused.body.contains("Nghe và nói") || at == "course.title", "what was typed stays");
    }
    assert!(supervisor.post("/staff-courses", &course("Nghe")).await.error_at("course.people").is_some());
    assert_eq!(world.count("staff_courses").await, 0);

    supervisor.post("/staff-courses", &with("Nghe và nói", &[first, second])).await.is(Status::SeeOther);
    let again = supervisor.post("/staff-courses", &with("Nghe và nói", &[first])).await;
    assert!(again.is(Status::UnprocessableEntity).error_at("course.people").is_some());
    assert_eq!(world.count("staff_courses").await, 2);
    counsellor.post("/staff-courses", &with("Khác", &[first])).await.is(Status::Forbidden);
    administrator.post("/staff-courses", &with("Khác", &[first])).await.is(Status::Forbidden);

    // One's own, and nothing of a colleague's; whoever keeps the roster sees what somebody lacks.
    world.sql(&format!("UPDATE staff_courses SET title = 'Lớp của người kia' WHERE user_id = '{second}'")).await;
    counsellor.get("/staff-courses").await.is(Status::Ok).shows("Nghe và nói").hides("Lớp của người kia");
    administrator.get("/staff-courses").await.is(Status::Ok).hides("Nghe và nói");
    let office = supervisor.get("/staff-courses").await;
    office.is(Status::Ok).shows("Nghe và nói").shows("Lớp của người kia").hides("govuk-tag--red");
    elsewhere.get("/staff-courses").await.is(Status::Ok).hides("Nghe và nói").hides("Lớp của người kia");

    // What has ended is said, to oneself and to the office.
    world.sql("UPDATE staff_courses SET held_on = '2020-01-01', valid_until = '2020-12-31'").await;
    counsellor.get("/staff-courses").await.shows("Hết giá trị");
    supervisor.get("/staff-courses").await.shows("Hết giá trị");

    let line = world.text(&format!("SELECT id FROM staff_courses WHERE user_id = '{first}'")).await;
    let removal = format!("/staff-courses/{line}/removal");
    elsewhere.post(&removal, &[]).await.is(Status::NotFound);
    counsellor.post(&removal, &[]).await.is(Status::Forbidden);
    supervisor.post(&removal, &[]).await.is(Status::SeeOther);
    supervisor.post(&removal, &[]).await.is(Status::NotFound);
    counsellor.get("/staff-courses").await.hides("Nghe và nói");
}
