//! Nobody under protection depends on one person who may be away.

use rocket::http::Status;
use trove::access::{OrganisationKind, Role};

use crate::journey::{offices, taken_in};
use crate::support::{Browser, World};

fn id(browser: &Browser<'_>) -> String {
    browser.user.unwrap().0.to_string()
}

#[rocket::async_test]
async fn somebody_under_protection_has_a_deputy_or_it_is_said() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut supervisor = world.staff(offices.centre, Role::Supervisor).await;
    let mut helper = world.staff(offices.centre, Role::Counsellor).await;
    let mut deputy = world.staff(offices.centre, Role::Counsellor).await;
    let mut elsewhere = world.staff(offices.province, Role::Counsellor).await;
    let administrator = world.staff(offices.centre, Role::Administrator).await;
    taken_in(&mut helper, "Vàng Thị Kín").await;
    let person = world.text("SELECT code FROM persons WHERE name = 'Vàng Thị Kín'").await;
    let at = format!("/people/{person}/deputies");
    let name = async |who: &Browser<'_>| world.text(&format!("SELECT name FROM users WHERE id = '{}'", id(who))).await;
    world.sql(&format!("UPDATE users SET name = 'Vi Văn Thay' WHERE id = '{}'", id(&deputy))).await;
    let (helper_name, deputy_name) = (name(&helper).await, name(&deputy).await);
    let none = "Hồ sơ được bảo vệ chưa có người thay";

    helper.get(&at).await.is(Status::Ok).shows("không được bảo vệ riêng");
    helper.post(&at, &[("deputy", &id(&deputy))]).await.is(Status::UnprocessableEntity);
    supervisor.get("/shift").await.is(Status::Ok).hides(none);
    // Protection waits for nobody: one who is named is enough, and it is said that nobody stands in.
    supervisor.post(&format!("/people/{person}/protection"), &[("staff", &id(&helper))]).await.is(Status::SeeOther);
    let shift = supervisor.get("/shift").await;
    shift.is(Status::Ok).shows(none).shows(&helper_name).hides("Vàng Thị Kín").hides(&person);
    helper.get("/shift").await.is(Status::Ok).hides(none);
    helper.get(&format!("/people/{person}")).await.is(Status::Ok).shows("Chưa có người thay").shows(&at);
    helper.get(&at).await.is(Status::Ok).shows("Chưa có người thay").shows(&helper_name);
    // Who is not named reaches nothing, the supervisor included.
    for other in [&mut supervisor, &mut deputy, &mut elsewhere] {
        other.get(&at).await.is(Status::NotFound);
        other.post(&at, &[("deputy", &id(&helper))]).await.is(Status::NotFound);
    }
    // Not somebody of another office, not who does no casework, not who has nothing to do with them, nobody.
    for wrong in [id(&elsewhere), id(&administrator), id(&helper), String::new(), "x".to_owned()] {
        let refused = helper.post(&at, &[("deputy", &wrong)]).await;
        assert!(refused.is(Status::UnprocessableEntity).error_at("deputy").is_some(), "{wrong}");
    }
    let said = format!(
        "INSERT INTO exclusions (id, person_id, kind, user_id, said_by) SELECT gen_random_uuid(), id, 'refused', '{}', '{}' FROM persons WHERE code = '{person}'",
        id(&deputy),
        id(&helper)
    );
    world.sql(&said).await;
    helper.post(&at, &[("deputy", &id(&deputy))]).await.is(Status::UnprocessableEntity);
    world.sql(&format!("UPDATE exclusions SET ended_at = app_now(), ended_by = '{}'", id(&helper))).await;

    helper.post(&at, &[("deputy", &id(&deputy))]).await.is(Status::SeeOther);
    deputy.get(&at).await.is(Status::Ok).shows(&deputy_name).hides("Chưa có người thay");
    deputy.get(&format!("/people/{person}")).await.is(Status::Ok).shows("Vàng Thị Kín");
    supervisor.get("/shift").await.is(Status::Ok).hides(none);
    assert_eq!(world.count("events WHERE kind = 'person.deputy-named'").await, 1);

    // Both away on one day within the fortnight: nobody could open it.
    let leave = async |who: &Browser<'_>, from: i32, until: i32| {
        world.sql(&format!(
            "INSERT INTO leaves (id, organisation_id, user_id, cover_id, from_on, until_on, written_by)
             SELECT gen_random_uuid(), '{}', '{2}', '{1}', d + {from}, d + {until}, '{1}' FROM (SELECT (app_now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS d) today",
            offices.centre, id(&supervisor), id(who)
        )).await;
    };
    leave(&helper, 2, 6).await;
    deputy.get(&at).await.hides("Chưa có người thay").shows("nghỉ từ");
    leave(&deputy, 6, 9).await;
    deputy.get(&at).await.shows("Chưa có người thay");
    supervisor.get("/shift").await.shows(none).shows(&helper_name).shows(&deputy_name);
    // Whoever has left stands in for nobody.
    world.sql("DELETE FROM leaves").await;
    supervisor.get("/shift").await.hides(none);
    world.sql(&format!("UPDATE users SET ended_at = app_now() WHERE id = '{}'", id(&deputy))).await;
    supervisor.get("/shift").await.shows(none).hides(&deputy_name);
    let outside = world.organisation(OrganisationKind::Esc, "Nơi khác").await;
    let mut outsider = world.staff(outside, Role::Supervisor).await;
    outsider.get("/shift").await.is(Status::Ok).hides(none);
}
