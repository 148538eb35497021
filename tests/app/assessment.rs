//! Questionnaires: answered over several calls, by two people at once, concluded once; never the counter's to read.

use rocket::http::Status;
use trove::access::Role;
use trove::instrument::Instrument;

use crate::journey::{offered, offices, planned, taken_in};
use crate::support::{Answer, World};

const WAS: &str = "";

/// One answer as a form sends it that saw `was` before.
fn saying<'a>(item: &'a str, was: &'a str, answer: &'a str) -> Vec<(String, &'a str)> {
    vec![(format!("answers.{item}"), answer), (format!("was.{item}"), was), ("version".into(), "1")]
}

async fn say(
    browser: &mut crate::support::Browser<'_>,
    path: &str,
    act: &str,
    given: &[Vec<(String, &str)>],
) -> Answer {
    let mut fields: Vec<(&str, &str)> = given.iter().flatten().map(|(name, value)| (name.as_str(), *value)).collect();
    fields.push(("act", act));
    browser.post(path, &fields).await
}

#[rocket::async_test]
async fn answers_are_kept_one_by_one_over_several_calls_and_concluded_once() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut counsellor = world.staff(offices.centre, Role::Counsellor).await;
    let mut colleague = world.staff(offices.centre, Role::Counsellor).await;
    let code = taken_in(&mut counsellor, "Lò Thị Hỏi").await;
    let index = format!("/cases/{code}/assessments");
    let at = format!("/cases/{code}/questions/vulnerability");
    counsellor.get(&index).await.is(Status::Ok).shows("Yếu tố nguy cơ và yếu tố bảo vệ").shows("Nhu cầu hỗ trợ");
    counsellor.get(&at).await.is(Status::Ok).shows("Đã trả lời 0 trên 33 câu");
    // Looking begins nothing.
    assert_eq!(world.count("assessments").await, 0);

    say(&mut counsellor, &at, "one", &[saying("savings", WAS, "yes")]).await.is(Status::SeeOther);
    // Two at once, each their part.
    say(&mut colleague, &at, "keep", &[saying("trade", WAS, "no"), saying("savings", WAS, WAS)])
        .await
        .is(Status::SeeOther);
    counsellor.get(&at).await.shows("Đã trả lời 2 trên 33 câu");
    assert_eq!(world.count("assessments").await, 1);

    // One answered differently meanwhile: told beside the question, what was typed stays, and nothing is lost.
    let refused = say(&mut colleague, &at, "keep", &[saying("savings", WAS, "no"), saying("remote", WAS, "yes")]).await;
    refused.is(Status::Conflict).shows("vừa trả lời «Có»");
    assert!(refused.error_at("answers-savings").is_some());
    assert_eq!(refused.value("was.savings").as_deref(), Some("yes"), "what it is to be compared with now");
    assert_eq!(world.count("assessment_answers").await, 2, "nothing is kept by halves");
    say(&mut colleague, &at, "keep", &[saying("savings", "yes", "no")]).await.is(Status::SeeOther);
    assert_eq!(world.text("SELECT answer FROM assessment_answers WHERE item = 'savings'").await, "no");
    assert_eq!(world.count("row_versions WHERE table_name = 'assessment_answers'").await, 1);

    // Neither a code that is none, nor words without end.
    let long = "x".repeat(2001);
    for (item, answer) in [("savings", "perhaps"), ("household-words", long.as_str())] {
        let was = if item == "savings" { "no" } else { WAS };
        let refused = say(&mut counsellor, &at, "keep", &[saying(item, was, answer)]).await;
        assert!(refused.is(Status::UnprocessableEntity).error_at(&format!("answers-{item}")).is_some(), "{item}");
    }

    // To conclude takes words and a priority; what was answered on the way is not lost for want of them.
    let refused = say(&mut counsellor, &at, "conclude", &[saying("remote", WAS, "yes")]).await;
    refused.is(Status::UnprocessableEntity);
    assert!(refused.error_at("answers-conclusion").is_some() && refused.error_at("answers-priority").is_some());
    let whole = [
        saying("remote", WAS, "yes"),
        saying("conclusion", WAS, "Cần việc gần nhà."),
        saying("priority", WAS, "priority"),
    ];
    say(&mut counsellor, &at, "conclude", &whole).await.is(Status::SeeOther);
    assert_eq!(world.text("SELECT urgency FROM cases").await, "priority", "the case is as urgent as was found");
    counsellor.get(&format!("/cases/{code}")).await.shows("Đánh giá xong: yếu tố nguy cơ và bảo vệ");
    let id = world.text("SELECT id FROM assessments").await;
    let page = counsellor.get(&format!("/cases/{code}/assessments/{id}")).await;
    page.is(Status::Ok).shows("Cần việc gần nhà.").shows("Nơi ở xa đường").shows("Chưa hỏi");
    // It is as it was, and the next one says what was said then.
    let again = counsellor.get(&at).await;
    again.shows("Đã trả lời 0 trên 33 câu").shows("Lần trước: Có").shows("Lần trước: Ưu tiên");
    // What was answered on a page of before is no answer to the next.
    say(&mut counsellor, &at, "one", &[saying("remote", WAS, "no")]).await.is(Status::Conflict);
    assert_eq!(world.count("assessments").await, 1);
    let mut next = saying("remote", WAS, "no");
    next.push(("last".into(), id.as_str()));
    say(&mut counsellor, &at, "one", &[next]).await.is(Status::SeeOther);
    assert_eq!(world.count("assessments").await, 2);
    assert_eq!(
        world
            .text(&format!("SELECT answer FROM assessment_answers WHERE item = 'remote' AND assessment_id = '{id}'"))
            .await,
        "yes"
    );
}

#[rocket::async_test]
async fn what_a_counter_does_not_ask_it_does_not_read() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut desk = world.staff(offices.desk, Role::Desk).await;
    let mut attache = world.staff(offices.mission, Role::Attache).await;
    let code = taken_in(&mut desk, "Lò Thị Quầy").await;
    desk.get(&format!("/cases/{code}")).await.is(Status::Ok).hides("/assessments");
    desk.get(&format!("/cases/{code}/assessments")).await.is(Status::Forbidden);
    // Another office does not, even one that reads the case along.
    attache.get(&format!("/cases/{code}/assessments")).await.is(Status::NotFound);
    let to = offices.mission.to_string();
    desk.post(&format!("/cases/{code}/shares"), &[("share.office", &to), ("share.reason", "cùng giúp")])
        .await
        .is(Status::SeeOther);
    attache.get(&format!("/cases/{code}")).await.is(Status::Ok).hides("/assessments");
    attache.get(&format!("/cases/{code}/assessments")).await.is(Status::NotFound);
    let at = format!("/cases/{code}/questions/needs");
    attache.get(&at).await.is(Status::NotFound);
    say(&mut attache, &at, "keep", &[saying("housing", WAS, "now")]).await.is(Status::Conflict);
    assert_eq!(world.count("assessments").await, 0);
}

#[rocket::async_test]
async fn an_empty_one_is_not_concluded_and_an_unknown_kind_is_not_there() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut counsellor = world.staff(offices.centre, Role::Counsellor).await;
    let code = taken_in(&mut counsellor, "Lò Thị Trống").await;
    let at = format!("/cases/{code}/questions/needs");
    let refused = say(&mut counsellor, &at, "conclude", &[saying("housing", WAS, WAS)]).await;
    refused.is(Status::UnprocessableEntity).shows("Chưa có câu trả lời nào");
    assert_eq!(world.count("assessments").await, 0);
    // Needs are told without a priority of their own, and not asked is not refused.
    say(&mut counsellor, &at, "conclude", &[saying("housing", WAS, "now"), saying("loan", WAS, "refused")])
        .await
        .is(Status::SeeOther);
    let id = world.text("SELECT id FROM assessments").await;
    let page = counsellor.get(&format!("/cases/{code}/assessments/{id}")).await;
    page.is(Status::Ok).shows("Chỗ ở: Cần ngay").shows("Không muốn trả lời").shows("Chưa hỏi");
    counsellor.get(&format!("/cases/{code}/questions/mood")).await.is(Status::NotFound);
    // A page of another version is not taken for this one.
    let late = [("act", "keep"), ("version", "2"), ("answers.housing", "now"), ("was.housing", "")];
    counsellor.post(&at, &late).await.is(Status::Conflict);
}

#[rocket::async_test]
async fn a_version_never_changes_and_a_new_one_is_asked_from_its_day() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut counsellor = world.staff(offices.centre, Role::Counsellor).await;
    let code = taken_in(&mut counsellor, "Lò Thị Bản").await;
    let at = format!("/cases/{code}/questions/needs");
    say(&mut counsellor, &at, "one", &[saying("housing", WAS, "now")]).await.is(Status::SeeOther);
    let shipped = include_str!("../../reference/instruments/needs-1.json");
    let other = shipped.replace("\"Chỗ ở\"", "\"Nhà ở\"");
    Instrument::read(&other).unwrap();
    let add = |document: &str| format!("SELECT add_instrument('{}')", document.replace('\'', "''"));
    assert!(!world.tried(&add(&other)).await, "the same version with other words");
    let next = other.replace("\"version\": 1", "\"version\": 2").replace("2026-01-01", "2026-02-01");
    world.sql(&add(&next)).await;
    // What was begun goes on as it was; the next one is asked anew.
    counsellor.get(&at).await.shows("Chỗ ở").hides("Nhà ở");
    say(&mut counsellor, &at, "conclude", &[saying("housing", "now", "later")]).await.is(Status::SeeOther);
    counsellor.get(&at).await.shows("Nhà ở").shows("Lần trước: Cần, chưa vội");
    let id = world.text("SELECT id FROM assessments").await;
    counsellor.get(&format!("/cases/{code}/assessments/{id}")).await.shows("Chỗ ở: Cần, chưa vội");
}

#[rocket::async_test]
async fn what_somebody_needs_is_proposed_where_the_plan_is_written() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut counsellor = world.staff(offices.centre, Role::Counsellor).await;
    let code = taken_in(&mut counsellor, "Lò Thị Cần").await;
    let at = format!("/cases/{code}/questions/needs");
    let said = [saying("job-placement", WAS, "now"), saying("housing", WAS, "later"), saying("loan", WAS, "none")];
    say(&mut counsellor, &at, "conclude", &said).await.is(Status::SeeOther);
    let unmet = "Người lao động đã nói là cần, kế hoạch chưa có:";
    counsellor.get(&format!("/cases/{code}/plan")).await.shows(unmet).shows("Bố trí việc làm; ").hides("Vay vốn");
    // What a plan has is met; what was said later counts before what was concluded.
    planned(&mut counsellor, &code).await;
    let page = counsellor.get(&format!("/cases/{code}/plan")).await;
    page.shows(unmet).hides("Bố trí việc làm; ");
    let id = world.text("SELECT id FROM assessments").await;
    let mut no_more = saying("housing", WAS, "none");
    no_more.push(("last".into(), id.as_str()));
    say(&mut counsellor, &at, "one", &[no_more]).await.is(Status::SeeOther);
    counsellor.get(&format!("/cases/{code}/plan")).await.is(Status::Ok).hides(unmet);
}

#[test]
fn every_need_that_is_asked_after_is_a_kind_of_help() {
    let needs = Instrument::read(include_str!("../../reference/instruments/needs-1.json")).unwrap();
    let asked: Vec<&str> = needs.items().filter(|i| !i.is_in_words()).map(|i| i.code.as_str()).collect();
    let mut codes = trove::case::assistance::CODES.to_vec();
    codes.retain(|code| !asked.contains(code));
    assert!(codes.is_empty(), "not asked after: {codes:?}");
    assert_eq!(asked.len(), trove::case::assistance::CODES.len());
}

#[rocket::async_test]
async fn what_was_asked_abroad_comes_along_with_the_case() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut attache = world.staff(offices.mission, Role::Attache).await;
    let mut counsellor = world.staff(offices.centre, Role::Counsellor).await;
    let code = taken_in(&mut attache, "Lò Thị Xa").await;
    let at = format!("/cases/{code}/questions/needs");
    say(&mut attache, &at, "conclude", &[saying("housing", WAS, "now")]).await.is(Status::SeeOther);
    let offer = offered(&mut attache, &code, offices.centre).await;
    counsellor.post(&format!("/hand-overs/{offer}/acceptance"), &[]).await.is(Status::SeeOther);
    let id = world.text("SELECT id FROM assessments").await;
    let page = counsellor.get(&format!("/cases/{code}/assessments/{id}")).await;
    page.is(Status::Ok).shows("Chỗ ở: Cần ngay").shows("Cán bộ đơn vị khác kết luận lúc");
    attache.get(&format!("/cases/{code}/assessments")).await.is(Status::NotFound);
}
