//! Tries to reach somebody: one key each, the next one proposed, lost by rule only.

use rocket::http::Status;
use time::Duration;
use trove::access::Role;
use trove::base::date::{Precision, written};

use crate::journey::{Offices, day, offices, taken_in};
use crate::support::World;

/// A case at the centre with a number that may be called and one that may not; gives code and both ids.
async fn case(world: &World, offices: &Offices) -> (String, String, String) {
    let mut counsellor = world.staff(offices.centre, Role::Counsellor).await;
    let code = taken_in(&mut counsellor, "Lò Thị Gọi").await;
    let person = world.text("SELECT code FROM persons").await;
    let contacts = format!("/people/{person}/contacts");
    for fields in [
        [("contact.kind", "phone"), ("contact.value", "0912345678"), ("contact.safe_to_call", "true")].as_slice(),
        [("contact.kind", "phone"), ("contact.value", "0987654321")].as_slice(),
    ] {
        counsellor.post(&contacts, fields).await.is(Status::SeeOther);
    }
    let id = |safe: bool| format!("SELECT id FROM contact_points WHERE safe_to_call = {safe}");
    (code, world.text(&id(true)).await, world.text(&id(false)).await)
}

#[rocket::async_test]
async fn a_try_is_kept_with_one_key_and_the_next_one_is_on_the_list() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let (code, may, may_not) = case(&world, &offices).await;
    let mut counsellor = world.staff(offices.centre, Role::Counsellor).await;
    counsellor
        .post(&format!("/cases/{code}/accountable"), &[("assign.to", &counsellor.user.unwrap().0.to_string())])
        .await;
    let at = format!("/cases/{code}/contact-attempts");
    let page = counsellor.get(&at).await;
    page.is(Status::Ok).shows("+84912345678").shows("Chưa được phép gọi").hides("tel:+84987654321");

    // Nothing said, a number that is not safe, a day that is none: told, and nothing kept.
    counsellor.post(&at, &[]).await.is(Status::UnprocessableEntity).shows("Xin chọn");
    let refused = counsellor.post(&at, &[("outcome", "no-answer"), ("contact", &may_not)]).await;
    assert!(refused.is(Status::UnprocessableEntity).error_at("contact").is_some());
    let fields = [("outcome", "call-later"), ("later.day", "31"), ("later.month", "2"), ("later.year", "2027")];
    let refused = counsellor.post(&at, &fields).await;
    assert!(refused.is(Status::UnprocessableEntity).error_at("later").is_some());
    assert_eq!(refused.value("later.day").as_deref(), Some("31"));
    assert_eq!(world.count("contact_attempts").await, 0);

    // Not answered: another hour is proposed. The day they ask for goes before.
    counsellor.post(&at, &[("outcome", "no-answer"), ("contact", &may)]).await.is(Status::SeeOther);
    assert_eq!(world.count("cases WHERE call_on IS NOT NULL AND call_part IS NOT NULL").await, 1);
    let on = world.app.clock.today() + Duration::days(3);
    let asked = day("later", on);
    let mut fields: Vec<(&str, &str)> = asked.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    fields.extend([("outcome", "call-later"), ("contact", may.as_str()), ("part", "evening")]);
    counsellor.post(&at, &fields).await.is(Status::SeeOther);
    let list = counsellor.get("/cases").await;
    list.shows(&format!("Gọi lại {}", written(on, Precision::Day))).shows("buổi tối").shows("Gọi ngay (0)");
    world.sql("UPDATE cases SET call_on = call_on - 3").await;
    counsellor.get("/cases").await.shows("Gọi ngay (1)");
    counsellor.get(&format!("/cases/{code}")).await.shows("Gọi: Không nghe máy").shows("Gọi: Hẹn gọi lại");

    // Reached: nothing is due any more. A dead number is proposed no more.
    counsellor.post(&at, &[("outcome", "reached"), ("contact", &may)]).await.is(Status::SeeOther);
    counsellor.get("/cases").await.shows("Gọi ngay (0)").hides("Gọi lại");
    counsellor.post(&at, &[("outcome", "number-dead"), ("contact", &may)]).await.is(Status::SeeOther);
    counsellor.get(&at).await.shows("Không còn số nào gọi được");
}

#[rocket::async_test]
async fn contact_is_lost_by_rule_and_a_supervisors_word() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let (code, ..) = case(&world, &offices).await;
    let mut counsellor = world.staff(offices.centre, Role::Counsellor).await;
    let mut supervisor = world.staff(offices.centre, Role::Supervisor).await;
    let me = supervisor.user.unwrap().0;
    supervisor
        .post(&format!("/cases/{code}/accountable"), &[("assign.to", &me.to_string())])
        .await
        .is(Status::SeeOther);
    let lost = format!("/cases/{code}/lost-contact");
    counsellor.post(&lost, &[]).await.is(Status::Forbidden);
    supervisor.post(&lost, &[]).await.is(Status::Conflict).shows("Chưa gọi đủ số lần");
    // Six tries on six days, at three parts of the day.
    world
        .sql(&format!(
            "INSERT INTO contact_attempts (id, case_id, outcome, made_by, made_at) SELECT gen_random_uuid(), c.id, 'no-answer', '{me}', \
             date_trunc('day', app_now()) - interval '1 day' * n + interval '3 hours' * (n % 3) + interval '2 hours' FROM cases c, generate_series(1, 6) n"
        ))
        .await;
    supervisor.get(&format!("/cases/{code}/contact-attempts")).await.shows("Ghi là mất liên lạc");
    supervisor.post(&lost, &[]).await.is(Status::SeeOther);
    supervisor.post(&lost, &[]).await.is(Status::Conflict).shows("đã được ghi là mất liên lạc");
    supervisor.get("/cases").await.hides("Lò Thị Gọi");
    counsellor.get("/cases?scope=lost").await.shows("Lò Thị Gọi");
    // No result: the case is open. Reached again, it is back.
    assert_eq!(world.count("cases WHERE phase <> 'closed'").await, 1);
    let tried = format!("/cases/{code}/contact-attempts");
    supervisor.post(&tried, &[("outcome", "no-answer")]).await.is(Status::SeeOther);
    supervisor.get("/cases").await.hides("Lò Thị Gọi");
    supervisor.post(&tried, &[("outcome", "reached")]).await.is(Status::SeeOther);
    supervisor.get("/cases").await.shows("Lò Thị Gọi");
    counsellor.get("/cases?scope=lost").await.hides("Lò Thị Gọi");
}

#[rocket::async_test]
async fn every_number_opens_exactly_its_list() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut counsellor = world.staff(offices.centre, Role::Counsellor).await;
    let mut supervisor = world.staff(offices.centre, Role::Supervisor).await;
    let names = [
        "Lò Thị Một",
        "Vừ A Hai",
        "Giàng Thị Ba",
        "Sùng Văn Bốn",
        "Mùa Thị Năm",
        "Cứ A Sáu",
        "Hạng Thị Bảy",
        "Thào Văn Tám",
    ];
    let mut codes = Vec::new();
    for (at, name) in names.into_iter().enumerate() {
        codes.push(taken_in(if at < 6 { &mut counsellor } else { &mut supervisor }, name).await);
    }
    let set =
        async |at: usize, sql: &str| world.sql(&format!("UPDATE cases SET {sql} WHERE code = '{}'", codes[at])).await;
    set(0, "next_step = 'x', next_by = 'me', next_on = app_now()::date - 3").await;
    set(1, "next_step = 'x', next_by = 'provider', next_on = app_now()::date - 3").await;
    set(2, "next_step = 'x', next_by = 'me', next_on = app_now()::date + 9").await;
    set(3, "call_on = app_now()::date - 2, call_part = 'evening'").await;
    set(4, "urgency = 'immediate'").await;
    world.sql(&format!("INSERT INTO screenings (id, case_id, urgency, flags, screened_by) SELECT gen_random_uuid(), id, 'immediate', '{{}}', accountable_id FROM cases WHERE code = '{}'", codes[4])).await;
    world.sql(&format!("INSERT INTO lost_contacts (id, case_id, said_by) SELECT gen_random_uuid(), id, accountable_id FROM cases WHERE code = '{}'", codes[5])).await;
    world.sql(&format!("INSERT INTO services (id, case_id, kind, state, due_on) SELECT gen_random_uuid(), id, 'skills', 'planned', app_now()::date - 5 FROM cases WHERE code = '{}'", codes[6])).await;
    let mut met = 0;
    for browser in [&mut counsellor, &mut supervisor] {
        let page = browser.get("/cases/numbers").await;
        let body = page.is(Status::Ok).body.clone();
        for link in body.split("href=\"/cases?").skip(1).filter(|l| l.contains("of=")) {
            let (query, rest) = link.split_once('"').unwrap();
            let number: usize = rest.split_once('>').unwrap().1.split_once('<').unwrap().0.parse().unwrap();
            let list = browser.get(&format!("/cases?{}", query.replace("&amp;", "&").replace("&#38;", "&"))).await;
            let shown = codes.iter().filter(|code| list.is(Status::Ok).body.contains(code.as_str())).count();
            assert_eq!(shown, number, "{query}");
            met += number;
        }
    }
    assert!(met > 40, "{met} cases counted in all lists");
    // Of mine, lost ones stand on no list of today.
    counsellor.get("/cases").await.hides("Cứ A Sáu").shows("Gọi ngay (3)").shows("Việc hôm nay (1)");
    for wrong in ["/cases?of=x", "/cases?scope=office&by=x"] {
        counsellor.get(wrong).await.is(Status::NotFound);
    }
}
