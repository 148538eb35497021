//! With whom somebody has nothing to do (practice 21), and cases of other offices opened in need.

use rocket::http::Status;
use time::Duration;
use trove::access::{OrganisationKind, Role};
use uuid::Uuid;

use crate::journey::{offered, offices, taken_in};
use crate::support::{Browser, World};

fn id(browser: &Browser<'_>) -> String {
    browser.user.unwrap().0.to_string()
}

async fn accountable(world: &World, case: &str) -> String {
    world.text(&format!("SELECT accountable_id FROM cases WHERE code = '{case}'")).await
}

async fn code_of(world: &World, name: &str) -> String {
    world.text(&format!("SELECT code FROM persons WHERE name = '{name}'")).await
}

#[rocket::async_test]
async fn whoever_knows_somebody_says_so_and_has_nothing_to_do_with_them() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut cousin = world.staff(offices.centre, Role::Counsellor).await;
    let mut colleague = world.staff(offices.centre, Role::Counsellor).await;
    let mut supervisor = world.staff(offices.centre, Role::Supervisor).await;
    let elsewhere = world.staff(offices.province, Role::Counsellor).await;
    let case = taken_in(&mut cousin, "Sùng Thị Họ Hàng").await;
    let person = code_of(&world, "Sùng Thị Họ Hàng").await;
    let at = |part: &str| format!("/people/{person}/{part}");
    cousin.get(&at("exclusions")).await.is(Status::Ok).shows("Chưa có ai");

    // What they were accountable for goes to a colleague who may have it.
    let own = id(&cousin);
    for heir in ["", own.as_str(), &id(&elsewhere), "x"] {
        let refused = cousin.post(&at("conflicts"), &[("conflict.heir", heir)]).await;
        assert!(refused.is(Status::UnprocessableEntity).error_at("conflict.heir").is_some(), "{heir}");
    }
    assert_eq!(world.count("exclusions").await, 0);
    assert_eq!(accountable(&world, &case).await, own);
    let told = cousin.post(&at("conflicts"), &[("conflict.heir", &id(&colleague))]).await;
    assert_eq!(told.is(Status::SeeOther).location.as_deref(), Some("/people"));
    assert_eq!(accountable(&world, &case).await, id(&colleague));

    // From now on it is closed to them: the person, the case, the search, the code.
    for path in [format!("/people/{person}"), format!("/cases/{case}"), at("cases"), at("returns"), at("exclusions")] {
        cousin.get(&path).await.is(Status::NotFound);
    }
    cousin.get("/people").await.hides("Sùng Thị Họ Hàng");
    cousin.get("/cases?scope=office").await.hides("Sùng Thị Họ Hàng");
    let search = [("name", "Sùng Thị Họ Hàng"), ("birth.year", "1990")];
    cousin.post("/people/search", &search).await.is(Status::Ok).hides("Họ Hàng</");
    colleague.post("/people/search", &search).await.is(Status::Ok).shows("Họ Hàng");
    cousin.post("/cases/find", &[("code", &case)]).await.is(Status::UnprocessableEntity);
    let why = [("reason", "đang giúp người này")];
    cousin.post(&at("access-requests"), &why).await.is(Status::SeeOther);
    assert_eq!(world.count("access_requests").await, 0, "and nothing can be asked for");

    // Nobody makes them accountable again, neither for one case nor for many.
    let assign = [("assign.to", own.as_str())];
    let version = world.text(&format!("SELECT version FROM cases WHERE code = '{case}'")).await;
    let form = [assign[0], ("version", version.as_str())];
    supervisor.post(&format!("/cases/{case}/accountable"), &form).await.is(Status::UnprocessableEntity);
    let many = [("cases", case.as_str()), ("kind", "assignment"), ("person", own.as_str())];
    supervisor.post("/bulk", &many).await.is(Status::Ok).shows("không được mở hồ sơ ấy");
    assert_eq!(accountable(&world, &case).await, id(&colleague));

    // A colleague sees who it is, and cannot undo it; whoever assigns can.
    colleague.get(&at("exclusions")).await.is(Status::Ok).shows("tự khai").hides("Bỏ khỏi danh sách");
    let end = at(&format!("exclusions/{}/end", world.text("SELECT id FROM exclusions").await));
    colleague.post(&end, &[]).await.is(Status::NotFound);
    cousin.get(&format!("/people/{person}")).await.is(Status::NotFound);
    supervisor.get(&at("exclusions")).await.shows("Bỏ khỏi danh sách");
    supervisor.post(&end, &[]).await.is(Status::SeeOther);
    cousin.get(&format!("/people/{person}")).await.is(Status::Ok);
    supervisor.get(&at("exclusions")).await.shows("Chưa có ai");
}

#[rocket::async_test]
async fn the_returnee_wants_another_worker_or_no_such_office() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut desk = world.staff(offices.desk, Role::Supervisor).await;
    let mut unwanted = world.staff(offices.desk, Role::Desk).await;
    let mut centre = world.staff(offices.centre, Role::Counsellor).await;
    let case = taken_in(&mut unwanted, "Giàng Thị Chọn").await;
    let person = code_of(&world, "Giàng Thị Chọn").await;
    let at = |part: &str| format!("/people/{person}/{part}");
    let to = offices.centre.to_string();
    let offer = offered(&mut desk, &case, offices.centre).await;
    centre.get(&format!("/hand-overs/{offer}")).await.is(Status::Ok);

    for (fields, wrong) in [
        (vec![], "refusal.who"),
        (vec![("refusal.who", id(&unwanted)), ("refusal.office", to.clone())], "refusal.who"),
        (vec![("refusal.who", id(&unwanted))], "refusal.heir"),
        (vec![("refusal.office", Uuid::nil().to_string())], "refusal.office"),
        (vec![("refusal.office", offices.desk.to_string())], "refusal.office"),
    ] {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let refused = desk.post(&at("refusals"), &fields).await;
        assert!(refused.is(Status::UnprocessableEntity).error_at(wrong).is_some(), "{fields:?}");
    }
    assert_eq!(world.count("exclusions").await, 0);

    // An office: what was offered to it is taken back, and it is offered nothing any more.
    desk.post(&at("refusals"), &[("refusal.office", &to)]).await.is(Status::SeeOther);
    assert_eq!(world.text(&format!("SELECT state FROM hand_overs WHERE id = '{offer}'")).await, "revoked");
    centre.get(&format!("/hand-overs/{offer}")).await.is(Status::NotFound);
    centre.get("/hand-overs").await.hides(&case);
    let again = desk.post(&format!("/cases/{case}/hand-overs"), &[("to", &to), ("chosen", "true")]).await;
    assert!(again.is(Status::UnprocessableEntity).error_at("to").is_some());
    let share = desk.post(&format!("/cases/{case}/shares"), &[("share.office", &to), ("share.reason", "việc")]).await;
    assert!(share.is(Status::UnprocessableEntity).error_at("share.office").is_some());
    let many = [("cases", case.as_str()), ("kind", "offer"), ("office", to.as_str())];
    desk.post("/bulk", &many).await.is(Status::Ok).shows("không muốn đơn vị này");
    let need = [("need.code", case.as_str()), ("need.reason", "Người ấy đang ở đây.")];
    centre.post("/cases/openings", &need).await.is(Status::UnprocessableEntity);
    assert_eq!(world.count("hand_overs").await, 1);
    assert_eq!(world.count("shares").await + world.count("openings").await, 0);
    // Nor is what they asked for given to them.
    desk.post(&at(&format!("exclusions/{}/end", world.text("SELECT id FROM exclusions").await)), &[])
        .await
        .is(Status::SeeOther);
    let why = [("code", case.as_str()), ("reason", "Người ấy đang ở đây.")];
    centre.post("/hand-overs/requests", &why).await.is(Status::SeeOther);
    desk.get("/hand-overs").await.shows("Trung tâm");
    desk.post(&at("refusals"), &[("refusal.office", &to)]).await.is(Status::SeeOther);
    let asked = "hand_overs WHERE kind = 'request' AND state = 'revoked'";
    assert_eq!(world.count(asked).await, 1);
    // Said twice it is there once.
    let twice = desk.post(&at("refusals"), &[("refusal.office", &to)]).await;
    assert!(twice.is(Status::UnprocessableEntity).error_at("refusal.office").is_some());

    // A worker: whoever wrote it down stays where they are.
    let worker = [("refusal.who", id(&unwanted)), ("refusal.heir", id(&desk))];
    let worker: Vec<(&str, &str)> = worker.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let told = desk.post(&at("refusals"), &worker).await;
    assert_eq!(told.is(Status::SeeOther).location, Some(at("exclusions")));
    assert_eq!(accountable(&world, &case).await, id(&desk));
    unwanted.get(&format!("/cases/{case}")).await.is(Status::NotFound);

    // The only one who assigns cases is not shut out by a colleague: a case could be hidden so.
    let above = [("refusal.who", id(&desk)), ("refusal.heir", id(&unwanted))];
    let above: Vec<(&str, &str)> = above.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let mut other = world.staff(offices.desk, Role::Desk).await;
    let refused = other.post(&at("refusals"), &above).await;
    assert!(refused.is(Status::UnprocessableEntity).shows("Không còn ai khác").error_at("refusal.who").is_some());

    // They think otherwise.
    let open = "SELECT string_agg(id::text, ' ') FROM exclusions WHERE ended_at IS NULL";
    for id in world.text(open).await.split(' ') {
        desk.post(&at(&format!("exclusions/{id}/end")), &[]).await.is(Status::SeeOther);
    }
    unwanted.get(&format!("/cases/{case}")).await.is(Status::Ok);
    offered(&mut desk, &case, offices.centre).await;
}

#[rocket::async_test]
async fn a_protected_person_is_never_left_with_nobody() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut only = world.staff(offices.centre, Role::Supervisor).await;
    let other = world.staff(offices.centre, Role::Counsellor).await;
    let outsider = world.staff(offices.centre, Role::Counsellor).await;
    let case = taken_in(&mut only, "Vàng Thị Kín").await;
    let person = code_of(&world, "Vàng Thị Kín").await;
    let me = id(&only);
    let protect = format!("/people/{person}/protection");
    only.post(&protect, &[("staff", &me)]).await.is(Status::SeeOther);
    let conflict = format!("/people/{person}/conflicts");
    let refused = only.post(&conflict, &[("conflict.heir", &id(&other))]).await;
    assert!(refused.is(Status::UnprocessableEntity).shows("không còn ai khác").error_at("conflict.heir").is_some());
    only.post(&format!("{protect}/end"), &[]).await.is(Status::SeeOther);
    only.post(&protect, &[("staff", &me), ("staff", &id(&other))]).await.is(Status::SeeOther);
    let refused = only.post(&conflict, &[("conflict.heir", &id(&outsider))]).await;
    assert!(
        refused.is(Status::UnprocessableEntity).error_at("conflict.heir").is_some(),
        "only who is named takes over"
    );
    only.post(&conflict, &[("conflict.heir", &id(&other))]).await.is(Status::SeeOther);
    assert_eq!(accountable(&world, &case).await, id(&other));
    only.get(&format!("/people/{person}")).await.is(Status::NotFound);
}

#[rocket::async_test]
async fn a_case_elsewhere_is_opened_in_need_for_hours_and_somebody_looks_at_it() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut holder = world.staff(offices.desk, Role::Desk).await;
    let mut above = world.staff(offices.desk, Role::Supervisor).await;
    let mut counsellor = world.staff(offices.centre, Role::Counsellor).await;
    let mut beside = world.staff(offices.centre, Role::Counsellor).await;
    let mut mine = world.staff(offices.centre, Role::Supervisor).await;
    let case = taken_in(&mut holder, "Thào Thị Gấp").await;
    counsellor.get(&format!("/cases/{case}")).await.is(Status::NotFound);
    let found = counsellor.post("/cases/find", &[("code", &case)]).await;
    found.is(Status::Ok).shows("Cần đọc hồ sơ này ngay").hides("Thào Thị Gấp");
    assert_eq!(found.value("need.code").as_deref(), Some(case.as_str()));
    // Not at the counter.
    let other = taken_in(&mut counsellor, "Thào Thị Khác").await;
    let at_counter = holder.post("/cases/find", &[("code", &other)]).await;
    at_counter.is(Status::Ok).hides("Cần đọc hồ sơ này ngay");
    let need = |code: &str, why: &str| [("need.code", code.to_owned()), ("need.reason", why.to_owned())];
    async fn opened(browser: &mut Browser<'_>, fields: &[(&'static str, String); 2]) -> crate::support::Answer {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        browser.post("/cases/openings", &fields).await
    }
    opened(&mut holder, &need(&other, "Gấp")).await.is(Status::Forbidden);
    for (fields, wrong) in [
        (need("", "Gấp"), "need.code"),
        (need("2222222222", "Gấp"), "need.code"),
        (need(&other, "Gấp"), "need.code"),
        (need(&case, " "), "need.reason"),
        (need(&case, &"a".repeat(301)), "need.reason"),
    ] {
        let refused = opened(&mut counsellor, &fields).await;
        assert!(refused.is(Status::UnprocessableEntity).error_at(wrong).is_some(), "{fields:?}");
    }
    assert_eq!(world.count("openings").await, 0);

    let answer = opened(&mut counsellor, &need(&case, "Chị ấy ngất ở sảnh.")).await;
    assert_eq!(answer.is(Status::SeeOther).location, Some(format!("/cases/{case}")));
    counsellor.get(&format!("/cases/{case}")).await.is(Status::Ok).shows("Thào Thị Gấp");
    let note = [("note.text", "Tôi ghi thêm")];
    counsellor.post(&format!("/cases/{case}/notes"), &note).await.is(Status::Conflict);
    beside.get(&format!("/cases/{case}")).await.is(Status::NotFound);
    holder.get(&format!("/cases/{case}")).await.shows("Chị ấy ngất ở sảnh").shows("Đơn vị khác mở để đọc khi cần gấp");
    // Whoever is accountable, and the supervisors of both offices, each once, without a word about whom.
    let told = world.text("SELECT string_agg(recipient, ' ' ORDER BY recipient) FROM mails").await;
    let mut expected = Vec::new();
    for browser in [&holder, &above, &mine] {
        expected.push(world.text(&format!("SELECT email FROM users WHERE id = '{}'", id(browser))).await);
    }
    expected.sort();
    assert_eq!(told, expected.join(" "));
    let said = world.text("SELECT string_agg(subject || body, '') FROM mails").await;
    assert!(!said.contains("Gấp\n") && !said.contains("Thào") && !said.contains("ngất"));
    assert!(!world.text("SELECT string_agg(subject, '') FROM mails").await.contains(&case));

    // Looked at by the office whose case it is.
    beside.get("/openings").await.is(Status::Forbidden);
    above.get("/openings").await.is(Status::Ok).shows(&case).shows("Chị ấy ngất ở sảnh").hides("Thào Thị Gấp");
    mine.get("/openings").await.is(Status::Ok).shows("Chưa xem lại").hides("Mở là không cần");
    let opening = world.text("SELECT id FROM openings").await;
    let review = format!("/openings/{opening}/review");
    mine.post(&review, &[("needed", "yes")]).await.is(Status::NotFound);
    let refused = above.post(&review, &[("needed", "no"), ("remark", " ")]).await;
    assert!(refused.is(Status::UnprocessableEntity).error_at(&format!("remark-{opening}")).is_some());
    above.post(&review, &[("needed", "no"), ("remark", "Đã nói chuyện.")]).await.is(Status::SeeOther);
    above.post(&review, &[("needed", "yes")]).await.is(Status::NotFound);
    mine.get("/openings").await.shows("Không cần").shows("Đã nói chuyện.");
    above.get("/openings").await.shows("Không có lần mở nào chờ xem lại");

    // The hours end by themselves, or when the holder says so.
    world.sql("UPDATE parameters SET value = 10000 WHERE code LIKE 'session.%'").await;
    world.app.clock.advance(Duration::hours(4) + Duration::minutes(1));
    counsellor.get(&format!("/cases/{case}")).await.is(Status::NotFound);
    opened(&mut counsellor, &need(&case, "Lại ngất.")).await.is(Status::SeeOther);
    counsellor.get(&format!("/cases/{case}")).await.is(Status::Ok);
    let share = world.text("SELECT id FROM shares").await;
    holder.post(&format!("/cases/{case}/shares/{share}/end"), &[]).await.is(Status::SeeOther);
    counsellor.get(&format!("/cases/{case}")).await.is(Status::NotFound);

    // Not for those who are no offices of the state, whatever role they were given.
    let shelter = world.organisation(OrganisationKind::Provider, "Mái ấm").await;
    let mut shelter = world.staff(shelter, Role::Counsellor).await;
    shelter.post("/cases/find", &[("code", &case)]).await.is(Status::Ok).hides("Cần đọc hồ sơ này ngay");
    opened(&mut shelter, &need(&case, "Gấp.")).await.is(Status::UnprocessableEntity);
    assert_eq!(world.count("openings").await, 2);

    // So many a day, and nobody under protection.
    world.sql("UPDATE parameters SET value = 3 WHERE code = 'opening.per-day'").await;
    opened(&mut counsellor, &need(&case, "Lần ba.")).await.is(Status::SeeOther);
    holder.post(&format!("/cases/{case}/shares/{share}/end"), &[]).await.is(Status::SeeOther);
    let refused = opened(&mut counsellor, &need(&case, "Lần bốn.")).await;
    assert!(refused.is(Status::UnprocessableEntity).error_at("need.reason").is_some());
    world.app.clock.advance(Duration::days(1));
    let person = code_of(&world, "Thào Thị Gấp").await;
    above.post(&format!("/people/{person}/protection"), &[("staff", &id(&above))]).await.is(Status::SeeOther);
    let refused = opened(&mut counsellor, &need(&case, "Lần năm.")).await;
    assert!(refused.is(Status::UnprocessableEntity).error_at("need.code").is_some());
    mine.get("/openings").await.hides(&case);
    assert_eq!(world.count("openings").await, 3);
}

/// A commune asked after somebody whom the officer knows: nothing of the task says who it is, and it is not theirs to look after.
#[rocket::async_test]
async fn an_office_that_asks_after_somebody_does_not_name_them_to_their_kin() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut cousin = world.staff(offices.centre, Role::Supervisor).await;
    let mut other = world.staff(offices.centre, Role::Supervisor).await;
    let person =
        other.register("Hờ Thị Bà Con", &[("address.province", "Nghệ An"), ("person.birth.year", "1980")]).await;
    let today = world.app.clock.today();
    world
        .sql(&format!(
            "INSERT INTO episodes (id, person_id, standing, door, entered_on, entered_precision, registered_by)
             SELECT gen_random_uuid(), id, 'returned', 'esc', '{today}', 'day', registered_by FROM persons"
        ))
        .await;
    let episode = world.text("SELECT id FROM episodes").await;
    let line = format!("/unknown-returnees/return-no-case/{episode}");
    for browser in [&mut cousin, &mut other] {
        browser.get(&line).await.is(Status::Ok);
    }
    cousin.post(&format!("/people/{person}/conflicts"), &[]).await.is(Status::SeeOther);
    cousin.get(&line).await.is(Status::NotFound);
    cousin.get("/unknown-returnees/list?of=return-no-case").await.is(Status::Ok).hides(&episode);
    let task = |who: &str| {
        vec![
            ("task.commune".to_owned(), "Xã Quỳnh Lưu".to_owned()),
            ("task.given_to".to_owned(), "Cán bộ xã".to_owned()),
            ("task.accountable".to_owned(), who.to_owned()),
        ]
        .into_iter()
        .chain(crate::journey::day("task.due", today + Duration::days(5)))
        .collect::<Vec<_>>()
    };
    crate::journey::sent(&mut other, &line, &task(&id(&cousin))).await.is(Status::UnprocessableEntity);
    let own = task(&id(&other));
    let made = crate::journey::sent(&mut other, &line, &own).await;
    let made = made.is(Status::SeeOther).location.clone().unwrap();
    other.get(&made).await.is(Status::Ok).shows("Hờ Thị Bà Con");
    cousin.get(&made).await.hides("Hờ Thị Bà Con");
    // Whoever looks after the task hands it on when they say that they know them.
    let conflict = format!("/people/{person}/conflicts");
    let refused = other.post(&conflict, &[]).await;
    assert!(refused.is(Status::UnprocessableEntity).error_at("conflict.heir").is_some());
    let third = world.staff(offices.centre, Role::Counsellor).await;
    other.post(&conflict, &[("conflict.heir", &id(&third))]).await.is(Status::SeeOther);
    assert_eq!(world.text("SELECT accountable_id FROM contact_tasks").await, id(&third));
}
