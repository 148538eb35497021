//! Counselling on work, what employers are given, and complaints of discrimination.

use rocket::http::Status;
use time::Duration;
use trove::access::Role;

use crate::employment::{employer, looks, proposed, vacancy};
use crate::journey::{day, offices, pairs, sent, taken_in};
use crate::support::{Answer, Browser, World};

async fn session(browser: &mut Browser<'_>, at: &str, next: i64, changed: &[(&str, &str)]) -> Answer {
    let today = browser.world.app.clock.today();
    let mut fields = pairs(&[
        ("session.way", "office"),
        ("session.minutes", "45"),
        ("session.goals", "Bí Mật mong muốn"),
        ("session.barriers", "skills"),
    ]);
    fields.extend(day("session.held", today - Duration::days(2)));
    fields.extend(day("session.next", today + Duration::days(next)));
    for (name, value) in changed {
        fields.retain(|(known, _)| known != name);
        fields.push(((*name).to_owned(), (*value).to_owned()));
    }
    sent(browser, at, &fields).await
}

/// A session with one thing agreed; its address.
pub async fn counselled(browser: &mut Browser<'_>, case: &str) -> String {
    let answer = session(browser, &format!("/cases/{case}/counselling"), 14, &[]).await;
    let at = answer.is(Status::SeeOther).location.clone().unwrap();
    let agreed = [("action.what", "Bí Mật giấy tờ"), ("action.who", "person")];
    browser.post(&format!("{at}/actions"), &agreed).await.is(Status::SeeOther);
    at
}

pub async fn complained(browser: &mut Browser<'_>, case: &str, agreed: &str) -> Answer {
    let today = browser.world.app.clock.today();
    let mut fields = pairs(&[
        ("complaint.against", "Xưởng Bí Mật"),
        ("complaint.stage", "interview"),
        ("complaint.grounds", "age"),
        ("complaint.grounds", "migrated"),
        ("complaint.words", "Bí Mật: nói rằng người đi nước ngoài về thì không nhận."),
        ("complaint.agreed", agreed),
    ]);
    fields.extend(day("complaint.happened", today - Duration::days(3)));
    sent(browser, &format!("/cases/{case}/complaints"), &fields).await
}

pub async fn incentive(browser: &mut Browser<'_>, employer: &str) {
    let today = browser.world.app.clock.today();
    let mut fields = pairs(&[("incentive.kind", "training"), ("incentive.words", "Đào tạo tại xưởng")]);
    fields.extend(day("incentive.asked", today - Duration::days(20)));
    sent(browser, &format!("{employer}/incentives"), &fields).await.is(Status::SeeOther);
}

#[rocket::async_test]
async fn a_session_sets_the_next_step_and_what_is_agreed_is_followed() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut counsellor = world.staff(offices.centre, Role::Counsellor).await;
    let case = taken_in(&mut counsellor, "Nguyễn Thị Mậu").await;
    let of_case = format!("/cases/{case}/counselling");
    for (name, value, at) in [
        ("session.held.year", "2090", "session-held"),
        ("session.held.year", "1990", "session-held"),
        ("session.way", "", "session-way"),
        ("session.minutes", "0", "session-minutes"),
        ("session.goals", " ", "session-goals"),
        ("session.barriers", "laziness", "session-barriers"),
        ("session.barriers", "other", "session-barriers_words"),
        ("session.next.year", "2020", "session-next"),
    ] {
        let answer = session(&mut counsellor, &of_case, 14, &[(name, value)]).await;
        answer.is(Status::UnprocessableEntity);
        assert!(answer.error_at(at).is_some(), "{name} = {value}");
    }
    assert_eq!(world.count("counselling_sessions").await, 0);
    let mut often = pairs(&[("session.way", "office"), ("session.goals", "Làm thợ hàn")]);
    often.extend(day("session.held", world.app.clock.today()));
    for _ in 0..20 {
        often.extend(pairs(&[("session.barriers", "skills"), ("session.barriers", "care")]));
    }
    sent(&mut counsellor, &of_case, &often).await.is(Status::SeeOther);
    assert_eq!(world.text("SELECT barriers::text FROM counselling_sessions").await, "{skills,care}");
    world.sql("DELETE FROM counselling_sessions").await;
    let at = counselled(&mut counsellor, &case).await;
    let due = world.app.clock.today() + Duration::days(14);
    let step = format!("SELECT next_step || ' ' || next_on FROM cases WHERE code = '{case}'");
    assert_eq!(world.text(&step).await, format!("Buổi tư vấn việc làm tiếp theo {due}"));
    counsellor.get(&format!("/cases/{case}")).await.shows("Buổi tư vấn việc làm");
    counsellor.get(&of_case).await.shows("Bí Mật mong muốn").shows("Bí Mật giấy tờ").shows("Người lao động");

    let nothing = counsellor.post(&format!("{at}/actions"), &[]).await;
    nothing.is(Status::UnprocessableEntity);
    assert!(nothing.error_at("action-what").is_some() && nothing.error_at("action-who").is_some());
    world.sql("UPDATE counselling_actions SET until = app_now()::date - 3").await;
    counsellor.get(&of_case).await.shows("Quá hạn");
    let action = world.text("SELECT id::text FROM counselling_actions").await;
    let end = format!("{at}/actions/{action}");
    counsellor.post(&end, &[("state", "lost"), ("version", "1")]).await.is(Status::UnprocessableEntity);
    counsellor.post(&end, &[("state", "done"), ("version", "1")]).await.is(Status::SeeOther);
    counsellor.post(&end, &[("state", "dropped"), ("version", "1")]).await.is(Status::Conflict);
    counsellor.get(&of_case).await.hides("Bí Mật giấy tờ");
    counsellor.get(&at).await.shows("Bí Mật giấy tờ").shows("Đã làm");
}

#[rocket::async_test]
async fn two_who_change_a_session_are_told_and_other_offices_see_none_of_it() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut counsellor = world.staff(offices.centre, Role::Counsellor).await;
    let case = taken_in(&mut counsellor, "Nguyễn Thị Mậu").await;
    let at = counselled(&mut counsellor, &case).await;
    counsellor.get(&format!("{at}/edit")).await.is(Status::Ok).shows("Bí Mật mong muốn");
    session(&mut counsellor, &at, 30, &[("session.version", "1"), ("session.goals", "Mở quán")])
        .await
        .is(Status::SeeOther);
    let late = session(&mut counsellor, &at, 30, &[("session.version", "1"), ("session.goals", "Nuôi gà")]).await;
    late.is(Status::Conflict).shows("Mở quán").shows("Nuôi gà");
    assert_eq!(late.value("session.version").as_deref(), Some("2"), "sent once more, it is kept");
    assert_eq!(world.text("SELECT goals FROM counselling_sessions").await, "Mở quán");
    let mut other = world.staff(offices.desk, Role::Counsellor).await;
    for page in [at.clone(), format!("{at}/edit"), format!("/cases/{case}/counselling")] {
        other.get(&page).await.is(Status::NotFound);
    }
    // A counter has no counselling to read.
    world.staff(offices.centre, Role::Desk).await.get(&at).await.is(Status::Forbidden);
}

#[rocket::async_test]
async fn a_complaint_is_passed_on_only_with_the_workers_yes() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut counsellor = world.staff(offices.centre, Role::Counsellor).await;
    let case = taken_in(&mut counsellor, "Nguyễn Thị Mậu").await;
    let wrong = counsellor.post(&format!("/cases/{case}/complaints"), &[("complaint.grounds", "luck")]).await;
    wrong.is(Status::UnprocessableEntity);
    for field in ["against", "stage", "grounds", "happened", "words", "agreed"] {
        assert!(wrong.error_at(&format!("complaint-{field}")).is_some(), "{field}");
    }
    let at = complained(&mut counsellor, &case, "no").await.is(Status::SeeOther).location.clone().unwrap();
    counsellor.get(&at).await.shows("Từng đi làm ở nước ngoài").shows("Chưa đồng ý cho chuyển");
    let today = world.app.clock.today();
    let moved = async |browser: &mut Browser<'_>, version: &str, act: &str, more: &[(&str, &str)]| {
        let mut fields = pairs(&[("step.act", act), ("version", version)]);
        fields.extend(pairs(more));
        fields.extend(day("step.on", today));
        sent(browser, &format!("{at}/steps"), &fields).await
    };
    moved(&mut counsellor, "1", "passed-on", &[("step.body", "inspectorate")])
        .await
        .is(Status::Conflict)
        .shows("chưa đồng ý cho chuyển");
    moved(&mut counsellor, "1", "settled", &[("step.words", "xong")]).await.is(Status::Conflict);
    moved(&mut counsellor, "1", "agreed", &[]).await.is(Status::SeeOther);
    moved(&mut counsellor, "1", "withdrawn", &[]).await.is(Status::Conflict);
    moved(&mut counsellor, "2", "passed-on", &[]).await.is(Status::UnprocessableEntity);
    moved(&mut counsellor, "2", "passed-on", &[("step.body", "inspectorate")]).await.is(Status::SeeOther);
    counsellor.get(&at).await.shows("Thanh tra").shows("Đã chuyển");
    moved(&mut counsellor, "3", "answered", &[]).await.is(Status::UnprocessableEntity);
    moved(&mut counsellor, "3", "answered", &[("step.words", "Sẽ xem lại hồ sơ")]).await.is(Status::SeeOther);
    moved(&mut counsellor, "4", "settled", &[("step.words", "Đã nhận vào làm")]).await.is(Status::SeeOther);
    moved(&mut counsellor, "5", "withdrawn", &[]).await.is(Status::Conflict);
    counsellor.get(&at).await.shows("Đã giải quyết");
    world.staff(offices.desk, Role::Supervisor).await.get(&at).await.is(Status::NotFound);
    world.staff(offices.centre, Role::Desk).await.get(&at).await.is(Status::Forbidden);
}

#[rocket::async_test]
async fn an_unlawful_reason_leads_to_a_complaint_that_knows_it() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut counsellor = world.staff(offices.centre, Role::Counsellor).await;
    let case = taken_in(&mut counsellor, "Nguyễn Thị Mậu").await;
    let owner = employer(&mut counsellor, "Xưởng Ví Dụ").await;
    let work = vacancy(&mut counsellor, &owner, &[]).await;
    looks(&mut counsellor, &case, &[]).await.is(Status::SeeOther);
    let referral = proposed(&mut counsellor, &case, &work).await;
    let no = [("step.act", "not-hired"), ("step.not_hired", "migrated"), ("version", "1")];
    counsellor.post(&format!("{referral}/steps"), &no).await.is(Status::SeeOther);
    let id = referral.rsplit('/').next().unwrap();
    let form = format!("/cases/{case}/complaints/new?referral={id}");
    counsellor.get(&referral).await.shows(&format!("complaints/new?referral={id}"));
    let page = counsellor.get(&form).await;
    assert_eq!(page.value("complaint.against").as_deref(), Some("Xưởng Ví Dụ"));
    let today = world.app.clock.today();
    let mut fields = pairs(&[
        ("referral", id),
        ("complaint.against", "Xưởng Ví Dụ"),
        ("complaint.stage", "application"),
        ("complaint.grounds", "migrated"),
        ("complaint.words", "Không nhận người đi nước ngoài về."),
        ("complaint.agreed", "yes"),
    ]);
    fields.extend(day("complaint.happened", today));
    sent(&mut counsellor, &format!("/cases/{case}/complaints"), &fields).await.is(Status::SeeOther);
    let kept =
        "SELECT (employer_id = (SELECT id FROM employers))::text || grounds::text FROM discrimination_complaints";
    assert_eq!(world.text(kept).await, "true{migrated}");
}

#[rocket::async_test]
async fn what_an_employer_is_given_rests_on_a_paper_and_comes_to_an_end() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut counsellor = world.staff(offices.centre, Role::Counsellor).await;
    let owner = employer(&mut counsellor, "Xưởng Ví Dụ").await;
    let list = format!("{owner}/incentives");
    for (name, value, at) in [
        ("incentive.kind", "bribe", "incentive-kind"),
        ("incentive.words", "", "incentive-words"),
        ("incentive.amount", "10000000000000", "incentive-amount"),
        ("incentive.asked.year", "2090", "incentive-asked"),
    ] {
        let mut fields = pairs(&[("incentive.kind", "tax"), ("incentive.words", "Giảm thuế")]);
        fields.extend(day("incentive.asked", world.app.clock.today()));
        fields.retain(|(known, _)| known != name);
        fields.extend(pairs(&[(name, value)]));
        let answer = sent(&mut counsellor, &list, &fields).await;
        answer.is(Status::UnprocessableEntity);
        assert!(answer.error_at(at).is_some(), "{name} = {value}");
    }
    incentive(&mut counsellor, &owner).await;
    let id = world.text("SELECT id::text FROM employer_incentives").await;
    let at = format!("{list}/{id}");
    let today = world.app.clock.today();
    let decided = async |browser: &mut Browser<'_>, state: &str, version: &str, ago: i64, more: &[(&str, &str)]| {
        let mut fields = pairs(&[("decided.state", state), ("decided.version", version)]);
        fields.extend(pairs(more));
        fields.extend(day("decided.on", today - Duration::days(ago)));
        sent(browser, &at, &fields).await
    };
    counsellor.get(&at).await.is(Status::Ok).shows("Được hưởng").hides("Đã hết");
    decided(&mut counsellor, "granted", "1", 5, &[]).await.is(Status::UnprocessableEntity);
    decided(&mut counsellor, "ended", "1", 5, &[]).await.is(Status::UnprocessableEntity);
    let basis = [("decided.basis", "Quyết định 12/QĐ-SNV")];
    decided(&mut counsellor, "granted", "1", 25, &basis).await.is(Status::UnprocessableEntity);
    decided(&mut counsellor, "granted", "1", 5, &basis).await.is(Status::SeeOther);
    decided(&mut counsellor, "ended", "1", 1, &[]).await.is(Status::Conflict);
    let mut other = world.staff(offices.desk, Role::Counsellor).await;
    other.get(&list).await.is(Status::Ok).shows("Quyết định 12/QĐ-SNV");
    other.get(&at).await.is(Status::NotFound);
    decided(&mut other, "ended", "2", 1, &[]).await.is(Status::NotFound);
    decided(&mut counsellor, "ended", "2", 1, &[]).await.is(Status::SeeOther);
    counsellor.get(&list).await.shows("Đã hết").shows("Quyết định 12/QĐ-SNV");
    counsellor.get(&at).await.is(Status::Conflict);
}
