//! Many cases at once: looked through, done or not done as a whole, and put back.

use rocket::http::Status;
use time::Duration;
use trove::access::Role;

use crate::journey::{offered, offices, taken_in};
use crate::support::{Answer, Browser, World};

fn id(browser: &Browser<'_>) -> String {
    browser.user.unwrap().0.to_string()
}

/// What the boxes of a page send: ticked ones, or all of them.
fn boxes(page: &Answer, all: bool) -> Vec<String> {
    let page = scraper::Html::parse_document(&page.body);
    let ticked = if all { "" } else { "[checked]" };
    let wanted = scraper::Selector::parse(&format!("main input[type=checkbox][name=cases]{ticked}")).unwrap();
    page.select(&wanted).map(|e| e.value().attr("value").unwrap().to_owned()).collect()
}

async fn sent(browser: &mut Browser<'_>, path: &str, cases: &[String], more: &[(&str, &str)]) -> Answer {
    let mut fields: Vec<(&str, &str)> = cases.iter().map(|case| ("cases", case.as_str())).collect();
    // As the page of the preview does.
    if path != "/bulk" {
        fields.extend(cases.iter().map(|case| ("all", case.split(':').next().unwrap())));
    }
    fields.extend(more);
    browser.post(path, &fields).await
}

#[rocket::async_test]
async fn cases_change_hands_together_and_go_back_together() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut supervisor = world.staff(offices.centre, Role::Supervisor).await;
    let mut leaving = world.staff(offices.centre, Role::Counsellor).await;
    let staying = world.staff(offices.centre, Role::Counsellor).await;
    let other = world.staff(offices.province, Role::Counsellor).await;
    let mut codes = Vec::new();
    for name in ["Lò Thị Một", "Lò Thị Hai", "Lò Thị Ba"] {
        codes.push(taken_in(&mut leaving, name).await);
    }
    let mine = taken_in(&mut supervisor, "Lò Thị Riêng").await;
    let whose = async |who: &Browser<'_>| world.count(&format!("cases WHERE accountable_id = '{}'", id(who))).await;
    leaving.get("/cases?scope=office").await.is(Status::Ok).hides("Nhiều hồ sơ cùng lúc");
    let list = supervisor.get(&format!("/cases?scope=office&by={}", id(&leaving))).await;
    assert_eq!(boxes(list.is(Status::Ok), true).len(), 3);
    assert!(boxes(&list, false).is_empty());
    let ticked = supervisor.get(&format!("/cases?scope=office&ticked=true&by={}", id(&leaving))).await;
    assert_eq!(boxes(&ticked, false).len(), 3);

    // Nothing without cases, without somebody of the office, or by somebody who assigns nothing.
    let to = id(&staying);
    for (cases, person, wrong) in
        [(&[][..], to.as_str(), "cases"), (&codes[..], "", "person"), (&codes[..], &id(&other), "person")]
    {
        let refused = sent(&mut supervisor, "/bulk", cases, &[("kind", "assignment"), ("person", person)]).await;
        assert!(refused.is(Status::UnprocessableEntity).error_at(wrong).is_some(), "{wrong}");
    }
    let asked = [("kind", "assignment"), ("person", to.as_str())];
    sent(&mut leaving, "/bulk", &codes, &asked).await.is(Status::Forbidden);
    sent(&mut leaving, "/bulk/assignments", &codes, &asked).await.is(Status::Forbidden);

    let mut four = codes.clone();
    four.push(mine.clone());
    world.sql(&format!("UPDATE cases SET accountable_id = '{to}' WHERE code = '{mine}'")).await;
    let listed = "audit a JOIN persons p ON a.row_ids @> ARRAY[p.id] WHERE a.act = 'list' AND a.table_name = 'persons'";
    let before = world.count(listed).await;
    let preview = sent(&mut supervisor, "/bulk", &four, &asked).await;
    assert_eq!(world.count(listed).await, before + 4, "whoever was shown is on record");
    preview.is(Status::Ok).shows("Lò Thị Ba").shows("đang do chính người này phụ trách");
    assert_eq!(whose(&staying).await, 1, "looking changes nothing");
    let looked = boxes(&preview, false);
    assert_eq!(looked.len(), 3);

    // One changed since it was looked at: none is given.
    leaving
        .post(&format!("/cases/{}/phase", codes[0]), &[("to", "assessment"), ("version", "2")])
        .await
        .is(Status::SeeOther);
    let stale = sent(&mut supervisor, "/bulk/assignments", &looked, &asked).await;
    stale.is(Status::Conflict).shows("Chưa làm gì cả").shows("Lò Thị Ba");
    assert_eq!(whose(&staying).await, 1);
    let looked = boxes(&stale, false);
    let done = sent(&mut supervisor, "/bulk/assignments", &looked, &asked).await;
    let act = done.is(Status::SeeOther).location.clone().unwrap();
    assert_eq!((whose(&staying).await, whose(&leaving).await), (4, 0));
    assert_eq!(world.count("events WHERE kind = 'case.assigned'").await, 3);
    supervisor.get(&act).await.is(Status::Ok).shows("Lò Thị Một").shows("Làm lại như trước");
    supervisor.get("/bulk").await.is(Status::Ok).shows(&act);
    leaving.get(&act).await.is(Status::Forbidden);
    let mut elsewhere = world.staff(offices.province, Role::Supervisor).await;
    elsewhere.get(&act).await.is(Status::NotFound);
    elsewhere.post(&format!("{act}/undoing"), &[]).await.is(Status::NotFound);

    // Back goes what is still as it was left.
    supervisor
        .post(&format!("/cases/{}/accountable", codes[1]), &[("assign.to", &id(&supervisor))])
        .await
        .is(Status::SeeOther);
    supervisor.post(&format!("{act}/undoing"), &[]).await.is(Status::SeeOther);
    assert_eq!((whose(&leaving).await, whose(&staying).await, whose(&supervisor).await), (2, 1, 1));
    supervisor.post(&format!("{act}/undoing"), &[]).await.is(Status::Conflict);
    supervisor.get(&act).await.is(Status::Ok).hides("trả về cho người phụ trách trước");
}

#[rocket::async_test]
async fn an_act_is_put_back_within_its_hours_only() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut supervisor = world.staff(offices.centre, Role::Supervisor).await;
    let colleague = id(&world.staff(offices.centre, Role::Counsellor).await);
    let code = taken_in(&mut supervisor, "Lò Thị Trễ").await;
    let asked = [("kind", "assignment"), ("person", colleague.as_str())];
    let looked = boxes(&sent(&mut supervisor, "/bulk", &[code], &asked).await, false);
    let act = sent(&mut supervisor, "/bulk/assignments", &looked, &asked).await.location.unwrap();
    world.app.clock.advance(Duration::hours(24));
    world.sql("UPDATE sessions SET created_at = created_at + interval '24 hours', seen_at = seen_at + interval '24 hours'").await;
    supervisor.get(&act).await.is(Status::Ok).hides("trả về cho người phụ trách trước");
    supervisor.post(&format!("{act}/undoing"), &[]).await.is(Status::Conflict);
    assert_eq!(world.text("SELECT accountable_id FROM cases").await, colleague);
}

#[rocket::async_test]
async fn many_are_offered_only_as_each_of_them_chose() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut desk = world.staff(offices.desk, Role::Supervisor).await;
    let mut codes = Vec::new();
    for name in ["Lò Văn Chọn", "Lò Văn Chưa", "Lò Văn Kín", "Lò Văn Chờ"] {
        codes.push(taken_in(&mut desk, name).await);
    }
    offered(&mut desk, &codes[3], offices.province).await;
    let person = world.text("SELECT code FROM persons WHERE name = 'Lò Văn Kín'").await;
    let me = id(&desk);
    desk.post(&format!("/people/{person}/protection"), &[("staff", &me)]).await.is(Status::SeeOther);
    let to = offices.centre.to_string();
    let asked = [("kind", "offer"), ("office", to.as_str())];
    let preview = sent(&mut desk, "/bulk", &codes, &asked).await;
    preview.is(Status::Ok).shows("đang được bảo vệ").shows("đang chờ một đơn vị trả lời");
    // No box is ticked for them, and there is none for the two that are left out.
    assert!(boxes(&preview, false).is_empty());
    let all = boxes(&preview, true);
    assert_eq!(all.len(), 2);
    assert!(
        sent(&mut desk, "/bulk/offers", &[], &asked).await.is(Status::UnprocessableEntity).error_at("cases").is_some()
    );
    let own = offices.desk.to_string();
    let own = sent(&mut desk, "/bulk/offers", &all, &[("office", &own)]).await;
    assert!(own.is(Status::UnprocessableEntity).error_at("office").is_some());
    assert_eq!(boxes(&own, false).len(), 2, "what was ticked stays ticked");
    let one: Vec<String> = all.iter().filter(|value| value.starts_with(&codes[0])).cloned().collect();
    let act = sent(&mut desk, "/bulk/offers", &one, &asked).await.is(Status::SeeOther).location.clone().unwrap();
    let waiting = format!("hand_overs WHERE state = 'offered' AND to_id = '{to}'");
    assert_eq!(world.count(&waiting).await, 1);
    // Nobody goes round the preview: neither one under protection nor one that waits already.
    for code in [&codes[2], &codes[3]] {
        let version = world.text(&format!("SELECT version FROM cases WHERE code = '{code}'")).await;
        sent(&mut desk, "/bulk/offers", &[format!("{code}:{version}")], &asked).await.is(Status::Conflict);
    }
    assert_eq!(world.count(&waiting).await, 1);
    assert_eq!(world.count("jobs WHERE kind = 'hand-over-silence'").await, 6);
    desk.post(&format!("{act}/undoing"), &[]).await.is(Status::SeeOther);
    assert_eq!(world.count(&waiting).await, 0);
    assert_eq!(world.count("hand_overs WHERE state = 'revoked'").await, 1);
}

#[rocket::async_test]
async fn whoever_is_accountable_can_open_the_case() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut supervisor = world.staff(offices.centre, Role::Supervisor).await;
    let mut counsellor = world.staff(offices.centre, Role::Counsellor).await;
    let named = world.staff(offices.centre, Role::Counsellor).await;
    let clerk = world.staff(offices.centre, Role::Analyst).await;
    let code = taken_in(&mut counsellor, "Lò Thị Che").await;
    let person = world.text("SELECT code FROM persons").await;
    let accountable = async || world.text("SELECT accountable_id FROM cases").await;
    // Protection without whoever is accountable: the case is not left with somebody who cannot open it.
    let helper = id(&named);
    let me = id(&supervisor);
    supervisor
        .post(&format!("/people/{person}/protection"), &[("staff", &me), ("staff", &helper)])
        .await
        .is(Status::SeeOther);
    assert_eq!(accountable().await, me);
    assert_eq!(world.count("events WHERE kind = 'case.assigned'").await, 1);
    let to = format!("/cases/{code}/accountable");
    for wrong in [&id(&counsellor), &id(&clerk)] {
        let refused = supervisor.post(&to, &[("assign.to", wrong)]).await;
        assert!(refused.is(Status::UnprocessableEntity).error_at("assign.to").is_some());
    }
    let asked = [("kind", "assignment"), ("person", &*id(&counsellor))];
    sent(&mut supervisor, "/bulk", std::slice::from_ref(&code), &asked).await.is(Status::Ok).shows("không được mở");
    supervisor.post(&to, &[("assign.to", &helper)]).await.is(Status::SeeOther);
    assert_eq!(accountable().await, helper);
}

#[rocket::async_test]
async fn one_case_is_offered_once_though_two_press_at_once() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut one = world.staff(offices.desk, Role::Supervisor).await;
    let mut two = world.staff(offices.desk, Role::Supervisor).await;
    let code = taken_in(&mut one, "Lò Thị Đôi").await;
    let to = offices.centre.to_string();
    let (at, fields) = (format!("/cases/{code}/hand-overs"), [("to", to.as_str()), ("chosen", "true")]);
    let (a, b) = rocket::tokio::join!(one.post(&at, &fields), two.post(&at, &fields));
    let refused = [Status::Conflict, Status::UnprocessableEntity];
    let statuses = [a.status, b.status];
    assert!(statuses.contains(&Status::SeeOther) && statuses.iter().any(|s| refused.contains(s)), "{statuses:?}");
    assert_eq!(world.count("hand_overs").await, 1);
}
