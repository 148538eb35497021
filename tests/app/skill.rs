//! Skills: written down, rested on papers, assessed, decided on by another person, certified, checked by anybody.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use ring::signature::{ED25519, UnparsedPublicKey};
use rocket::http::Status;
use serde_json::Value;
use time::{Date, Duration};
use trove::access::Role;

use crate::journey::{Offices, day, offices, pairs, sent, taken_in};
use crate::support::{Answer, Browser, World};

/// A trade with what the form wants.
const WELDER: [(&str, &str); 7] = [
    ("skill.kind", "trade"),
    ("skill.name", "Hàn MIG 3G"),
    ("skill.occupation", "thợ hàn"),
    ("skill.years", "4"),
    ("skill.country", "Hàn Quốc"),
    ("skill.employer", "Hanil Metal"),
    ("skill.source", "told"),
];

pub async fn welder(browser: &mut Browser<'_>, person: &str) -> String {
    browser.post(&format!("/people/{person}/skills"), &WELDER).await.is(Status::SeeOther);
    browser
        .world
        .text(&format!(
            "SELECT s.id FROM skills s JOIN persons p ON p.id = s.person_id WHERE p.code = '{person}' ORDER BY s.id DESC LIMIT 1"
        ))
        .await
}

/// An entry of the register that holds from a year ago until `days` from today.
pub async fn assessor(supervisor: &mut Browser<'_>, name: &str, occupations: &str, days: i64) -> (Answer, String) {
    let today = supervisor.world.app.clock.today();
    let mut fields = pairs(&[
        ("assessor.name", name),
        ("assessor.accreditation", "12/GCN-KNN"),
        ("assessor.occupations", occupations),
    ]);
    fields.extend(day("assessor.from", today - Duration::days(400)));
    fields.extend(day("assessor.until", today + Duration::days(days)));
    let answer = sent(supervisor, "/assessors", &fields).await;
    let sql = format!("SELECT coalesce((SELECT id::text FROM assessors WHERE name = '{name}'), '')");
    let id = supervisor.world.text(&sql).await;
    (answer, id)
}

pub async fn asked(browser: &mut Browser<'_>, case: &str, skill: &str, level: &str) -> String {
    let fields = [("ask.occupation", "7212"), ("ask.level", level), ("ask.skills", skill)];
    let answer = browser.post(&format!("/cases/{case}/recognitions"), &fields).await;
    answer.is(Status::SeeOther).location.clone().unwrap()
}

/// An appointment of today at midnight, which has passed.
pub fn appointment(assessor: &str, on: Date, version: &str) -> Vec<(String, String)> {
    let mut fields = pairs(&[("book.assessor", assessor), ("book.at", "0:00"), ("version", version)]);
    fields.extend(day("book.on", on));
    fields
}

/// A recognition whose result is written down.
async fn assessed(browser: &mut Browser<'_>, at: &str, assessor: &str, result: &str) {
    let today = browser.world.app.clock.today();
    let check = [("check.outcome", "complete"), ("version", "1")];
    browser.post(&format!("{at}/check"), &check).await.is(Status::SeeOther);
    sent(browser, &format!("{at}/appointments"), &appointment(assessor, today, "2")).await.is(Status::SeeOther);
    found(browser, at, result, "3").await.is(Status::SeeOther);
}

async fn found(browser: &mut Browser<'_>, at: &str, result: &str, version: &str) -> Answer {
    let recognition = at.rsplit('/').next().unwrap();
    let id =
        browser.world.text(&format!("SELECT id FROM recognition_skills WHERE recognition_id = '{recognition}'")).await;
    let (result_name, gap_name) = (format!("found.result.{id}"), format!("found.gap.{id}"));
    let fields = [(result_name.as_str(), result), (gap_name.as_str(), "Hàn ngửa chưa ngấu"), ("version", version)];
    browser.post(&format!("{at}/results"), &fields).await
}

/// A welder whose level is certified: the case, the person, the recognition's address, the certificate's code.
pub async fn certified(
    counsellor: &mut Browser<'_>,
    supervisor: &mut Browser<'_>,
    (case, person): (&str, &str),
    shows: &[&str],
) -> (String, String) {
    let skill = welder(counsellor, person).await;
    let (_, assessor) = assessor(supervisor, "Trường Cao đẳng Ví Dụ", "thợ hàn", 100).await;
    let at = asked(counsellor, case, &skill, "3").await;
    assessed(counsellor, &at, &assessor, "3").await;
    let mut fields = vec![("decision.outcome", "granted"), ("level", "3"), ("version", "4")];
    fields.extend(shows.iter().map(|part| ("shows", *part)));
    supervisor.post(&format!("{at}/decision"), &fields).await.is(Status::SeeOther);
    let recognition = at.rsplit('/').next().unwrap();
    let sql = format!("SELECT code FROM certificates WHERE recognition_id = '{recognition}' AND revoked_at IS NULL");
    let code = counsellor.world.text(&sql).await;
    (at, code)
}

async fn person_of(world: &World, case: &str) -> String {
    world
        .text(&format!(
            "SELECT p.code FROM persons p JOIN episodes e ON e.person_id = p.id JOIN cases c ON c.episode_id = e.id WHERE c.code = '{case}'"
        ))
        .await
}

/// A counsellor and a supervisor of one centre, a case there, and its person.
struct Scene<'a> {
    counsellor: Browser<'a>,
    supervisor: Browser<'a>,
    case: String,
    person: String,
}

async fn scene<'a>(world: &'a World, offices: &Offices) -> Scene<'a> {
    let mut counsellor = world.staff(offices.centre, Role::Counsellor).await;
    let supervisor = world.staff(offices.centre, Role::Supervisor).await;
    let case = taken_in(&mut counsellor, "Nguyễn Thị Mậu").await;
    let person = person_of(world, &case).await;
    Scene { counsellor, supervisor, case, person }
}

#[rocket::async_test]
async fn a_skill_is_declared_and_a_paper_makes_it_documented() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let Scene { mut counsellor, case, person, .. } = scene(&world, &offices).await;
    let at = format!("/people/{person}/skills");
    let empty =
        counsellor.post(&at, &[("skill.kind", "trade"), ("skill.months", "12"), ("skill.grade", "jlpt-n3")]).await;
    empty.is(Status::UnprocessableEntity);
    for field in ["skill-name", "skill-occupation", "skill-source", "skill-months", "skill-grade"] {
        assert!(empty.error_at(field).is_some(), "{field}");
    }
    let language = [("skill.kind", "language"), ("skill.language", "kor"), ("skill.source", "told")];
    let wrong = counsellor.post(&at, &[&language[..], &[("skill.grade", "jlpt-n3")]].concat()).await;
    assert!(wrong.is(Status::UnprocessableEntity).error_at("skill-grade").unwrap().contains("ngôn ngữ"));
    assert_eq!(world.count("skills").await, 0, "nothing was kept");
    counsellor.post(&at, &[&language[..], &[("skill.grade", "topik-3")]].concat()).await.is(Status::SeeOther);
    let soft = [("skill.kind", "soft"), ("skill.soft", "safety"), ("skill.source", "told")];
    counsellor.post(&at, &soft).await.is(Status::SeeOther);
    let skill = welder(&mut counsellor, &person).await;
    assert_eq!(
        world.text(&format!("SELECT occupation || ' ' || months FROM skills WHERE id = '{skill}'")).await,
        "7212 48"
    );
    let page = counsellor.get(&at).await;
    page.is(Status::Ok)
        .shows("Hàn MIG 3G")
        .shows("4 năm · Hàn Quốc · Hanil Metal")
        .shows("TOPIK cấp 3")
        .shows("Tự khai");
    page.hides("Có giấy tờ");

    let paper = "018f0000-0000-7000-8000-00000000000a";
    world.sql(&format!(
        "INSERT INTO attachments (id, case_id, kind, title, added_by) SELECT '{paper}', c.id, 'official', 'Giấy của Hanil', c.accountable_id FROM cases c WHERE c.code = '{case}';
         INSERT INTO attachment_files (id, case_id, attachment_id, number, name, bytes, format, state, added_by)
         SELECT gen_random_uuid(), a.case_id, a.id, 1, 'a.jpg', 9, 'jpeg', 'ready', a.added_by FROM attachments a")).await;
    let one = format!("{at}/{skill}");
    counsellor.get(&one).await.is(Status::Ok).shows("Giấy của Hanil");
    let rests = [&WELDER[..], &[("skill.evidence", paper), ("skill.version", "1")]].concat();
    counsellor.post(&one, &rests).await.is(Status::SeeOther);
    counsellor.get(&at).await.shows("Có giấy tờ").shows("Giấy của Hanil");
    // Whoever may not read the paper sees that there is one.
    let mut desk = world.staff(offices.centre, Role::Desk).await;
    desk.get(&at).await.is(Status::Ok).shows("Có giấy tờ").shows("1 tài liệu ở nơi khác").hides("Giấy của Hanil");
    // A paper of somebody else is no choice.
    let other = taken_in(&mut counsellor, "Lê Thị Bưởi").await;
    let theirs = person_of(&world, &other).await;
    let answer = counsellor
        .post(&format!("/people/{theirs}/skills"), &[&WELDER[..], &[("skill.evidence", paper)]].concat())
        .await;
    answer.is(Status::UnprocessableEntity);
    assert_eq!(world.count("skill_evidence").await, 1);
    // The file is taken out: what rested on it alone is declared again.
    world.sql("UPDATE attachment_files SET state = 'removed'").await;
    counsellor.get(&at).await.hides("Có giấy tờ");
}

#[rocket::async_test]
async fn two_who_change_one_skill_see_both_versions() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let Scene { mut counsellor, mut supervisor, person, .. } = scene(&world, &offices).await;
    let skill = welder(&mut counsellor, &person).await;
    let one = format!("/people/{person}/skills/{skill}");
    let typed = |name: &'static str, value: &'static str| {
        let mut fields: Vec<(&str, &str)> = WELDER.iter().copied().filter(|(known, _)| *known != name).collect();
        fields.extend([(name, value), ("skill.version", "1")]);
        fields
    };
    supervisor.post(&one, &typed("skill.employer", "Daewoo")).await.is(Status::SeeOther);
    let answer = counsellor.post(&one, &typed("skill.years", "5")).await;
    answer.is(Status::Conflict).shows("Hanil Metal").shows("Daewoo");
    assert_eq!(answer.value("skill.years").as_deref(), Some("5"), "what was typed stays");
    assert_eq!(
        answer.value("skill.employer").as_deref(),
        Some("Daewoo"),
        "what only the other changed is carried over"
    );
    assert_eq!(answer.value("skill.version").as_deref(), Some("2"));
    let gone = [("version", "1")];
    counsellor.post(&format!("{one}/withdrawal"), &gone).await.is(Status::Conflict);
    counsellor.post(&format!("{one}/withdrawal"), &[("version", "2")]).await.is(Status::SeeOther);
    counsellor.get(&one).await.is(Status::NotFound);
}

#[rocket::async_test]
async fn a_cv_says_what_somebody_can_do_and_nothing_of_who_they_are_besides() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let Scene { mut counsellor, person, .. } = scene(&world, &offices).await;
    welder(&mut counsellor, &person).await;
    let points = format!("/people/{person}/contacts");
    let safe = [("contact.value", "0955000111"), ("contact.safe_to_call", "true")];
    counsellor.post(&points, &[("contact.value", "0955000222")]).await.is(Status::SeeOther);
    let cv = format!("/people/{person}/cv");
    counsellor.get(&cv).await.is(Status::Ok).shows("Nguyễn Thị Mậu").hides("955000222");
    counsellor.post(&points, &safe).await.is(Status::SeeOther);
    let page = counsellor.get(&format!("{cv}?language=en")).await;
    page.is(Status::Ok).shows("Curriculum vitae").shows("Hàn MIG 3G").shows("4 years").shows("955000111");
    for never in ["1990", "Female", "Nữ", "Japan"] {
        let paper = page.body.split("<article").nth(1).unwrap().split("</article>").next().unwrap();
        assert!(!paper.contains(never), "{never}");
    }
    counsellor.get(&format!("{cv}?with=none")).await.hides("955000111");
    counsellor.get(&format!("{cv}?language=fr")).await.is(Status::NotFound);
    assert_eq!(world.count("audit WHERE purpose = 'print'").await, 3, "what goes out on paper is on record");
}

#[rocket::async_test]
async fn a_certificate_is_checked_by_anybody_and_shows_what_its_holder_allows() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let Scene { mut counsellor, mut supervisor, case, person } = scene(&world, &offices).await;
    let (at, code) = certified(&mut counsellor, &mut supervisor, (&case, &person), &["skills"]).await;
    counsellor.get(&format!("/people/{person}/skills")).await.shows("Đã xác nhận").shows("Bậc 3");

    let mut anybody = world.stranger();
    let public = format!("/certificates/{code}");
    let page = anybody.get(&public).await;
    page.is(Status::Ok).shows("Còn hiệu lực").shows("Bậc 3").shows("Hàn MIG 3G").hides("Nguyễn Thị Mậu").hides("1990");
    let typed = format!("/certificates?code={}", code.to_lowercase());
    anybody.get(&typed).await.is(Status::Ok).shows("Còn hiệu lực");
    for wrong in
        ["/certificates?code=hello", "/certificates/2222222222", "/certificates?code=%00", "/certificates?code="]
    {
        anybody.get(wrong).await.is(Status::NotFound).shows("Không tìm thấy");
    }
    // The holder changes their mind.
    let paper = format!("{at}/certificate");
    counsellor.get(&paper).await.is(Status::Ok).shows("Nguyễn Thị Mậu").shows(&code);
    counsellor.post(&paper, &[("shows", "name"), ("version", "1")]).await.is(Status::SeeOther);
    counsellor.post(&paper, &[("shows", "birth-year"), ("version", "1")]).await.is(Status::Conflict);
    anybody.get(&public).await.shows("Nguyễn Thị Mậu").hides("Hàn MIG 3G").hides("1990");

    // What was signed is what stands there, by anybody's means: the public key and RFC 8037.
    let keys: Value = serde_json::from_str(&anybody.get("/certificates/keys.json").await.body).unwrap();
    let key = BASE64.decode(keys["keys"][0]["x"].as_str().unwrap()).unwrap();
    let (content, signature) = (
        world.text("SELECT content FROM certificates").await,
        world.text("SELECT encode(signature, 'base64') FROM certificates").await,
    );
    let signature = base64::engine::general_purpose::STANDARD.decode(signature.replace('\n', "")).unwrap();
    let signing = format!("{}.{}", BASE64.encode(r#"{"alg":"EdDSA","kid":"1"}"#), BASE64.encode(&content));
    UnparsedPublicKey::new(&ED25519, key).verify(signing.as_bytes(), &signature).unwrap();

    // Somebody at the database makes the level a better one.
    world.sql("UPDATE certificates SET content = replace(content, '\"level\":3', '\"level\":5')").await;
    anybody.get(&public).await.is(Status::NotFound).shows("Không khớp chữ ký").hides("Bậc 5");
    world.sql("UPDATE certificates SET content = replace(content, '\"level\":5', '\"level\":3')").await;

    // Whoever comes under protection is named nowhere, whatever they allowed before.
    anybody.get(&public).await.shows("Nguyễn Thị Mậu");
    world.sql(&format!("UPDATE persons SET protected = true WHERE code = '{person}'")).await;
    anybody.get(&public).await.is(Status::Ok).shows("Còn hiệu lực").hides("Nguyễn Thị Mậu");
    world.sql(&format!("UPDATE persons SET protected = false WHERE code = '{person}'")).await;

    // Taken back, with a reason that is nobody's business.
    let revocation = format!("{paper}/revocation");
    supervisor.post(&revocation, &[("version", "2")]).await.is(Status::UnprocessableEntity);
    counsellor.post(&revocation, &[("because", "nhầm người"), ("version", "2")]).await.is(Status::Forbidden);
    supervisor.post(&revocation, &[("because", "nhầm người"), ("version", "2")]).await.is(Status::SeeOther);
    anybody.get(&public).await.is(Status::Ok).shows("Đã thu hồi").hides("nhầm người");
    anybody.get("/certificates/revoked.json").await.is(Status::Ok).shows(&code);
    counsellor.get(&format!("/people/{person}/skills")).await.hides("Đã xác nhận").shows("Đã đánh giá");
}

#[rocket::async_test]
async fn the_signed_text_of_a_paper_is_checked_and_what_was_altered_is_told() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let Scene { mut counsellor, mut supervisor, case, person } = scene(&world, &offices).await;
    let (_, code) = certified(&mut counsellor, &mut supervisor, (&case, &person), &["name"]).await;
    let content = world.text("SELECT content FROM certificates").await;
    let (id, signature) = world.app.keys.sign(text(&content).as_bytes()).unwrap();
    assert_eq!(id, 1);
    let signed = format!("{}.{}", text(&content), BASE64.encode(signature));
    let mut anybody = world.stranger();
    let page = anybody.send("/certificates", crate::support::form(&[("signed", &signed)])).await;
    page.is(Status::Ok).shows("Còn hiệu lực").shows(&code).shows("Nguyễn Thị Mậu");
    let better = content.replace("\"level\":3", "\"level\":5");
    let forged = format!("{}.{}", text(&better), signed.rsplit('.').next().unwrap());
    for wrong in [forged.as_str(), "", "a.b.c", &"x".repeat(9000)] {
        let page = anybody.send("/certificates", crate::support::form(&[("signed", wrong)])).await;
        page.is(Status::UnprocessableEntity).shows("Không khớp chữ ký").hides("Nguyễn Thị Mậu");
    }
}

/// Header and payload of a signed text.
fn text(content: &str) -> String {
    format!("{}.{}", BASE64.encode(r#"{"alg":"EdDSA","kid":"1"}"#), BASE64.encode(content))
}

#[rocket::async_test]
async fn what_an_assessment_asks_for_is_explained_where_it_is_missing() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let Scene { mut counsellor, mut supervisor, case, person } = scene(&world, &offices).await;
    let today = world.app.clock.today();
    let new = format!("/cases/{case}/recognitions");
    counsellor.get(&format!("{new}/new")).await.is(Status::Ok).shows("Chưa ghi tay nghề nào");
    let skill = welder(&mut counsellor, &person).await;
    counsellor.get(&format!("{new}/new")).await.is(Status::Ok).shows("Hàn MIG 3G");
    let nothing = counsellor.post(&new, &[("ask.level", "6")]).await;
    nothing.is(Status::UnprocessableEntity);
    for field in ["ask-occupation", "ask-level", "ask-skills"] {
        assert!(nothing.error_at(field).is_some(), "{field}");
    }
    let at = asked(&mut counsellor, &case, &skill, "3").await;
    let (_, expired) = assessor(&mut supervisor, "Nơi hết hạn", "7212", -1).await;
    let (_, cook) = assessor(&mut supervisor, "Nơi nấu ăn", "đầu bếp", 100).await;
    let (_, right) = assessor(&mut supervisor, "Nơi thợ kim loại", "72", 100).await;
    counsellor.get(&at).await.is(Status::Ok).shows("Chờ kiểm tra giấy tờ");
    // What is missing is said, or it is not missing.
    let lacks = counsellor.post(&format!("{at}/check"), &[("check.outcome", "incomplete"), ("version", "1")]).await;
    assert!(lacks.is(Status::UnprocessableEntity).error_at("check-words").is_some());
    let stale = counsellor.post(&format!("{at}/check"), &[("check.outcome", "complete"), ("version", "7")]).await;
    stale.is(Status::Conflict);
    counsellor
        .post(&format!("{at}/check"), &[("check.outcome", "complete"), ("version", "1")])
        .await
        .is(Status::SeeOther);
    let page = counsellor.get(&at).await;
    page.shows("Nơi thợ kim loại").hides("Nơi hết hạn").hides("Nơi nấu ăn");
    let book = format!("{at}/appointments");
    for (assessor, said) in [(&expired, "không còn hiệu lực"), (&cook, "không được công nhận")] {
        let answer = sent(&mut counsellor, &book, &appointment(assessor, today, "2")).await;
        assert!(answer.is(Status::UnprocessableEntity).error_at("book-assessor").unwrap().contains(said));
    }
    // An accreditation that ends before the day of the appointment does not hold on it.
    let answer = sent(&mut counsellor, &book, &appointment(&right, today + Duration::days(101), "2")).await;
    assert!(answer.is(Status::UnprocessableEntity).error_at("book-assessor").unwrap().contains("không còn hiệu lực"));
    sent(&mut counsellor, &book, &appointment(&right, today + Duration::days(2), "2")).await.is(Status::SeeOther);
    found(&mut counsellor, &at, "3", "3").await.is(Status::UnprocessableEntity).shows("Chưa đến giờ hẹn");
    sent(&mut counsellor, &book, &appointment(&right, today, "3")).await.is(Status::SeeOther);
    for (level, said) in [("6", "từ 1 đến 5"), ("-1", "từ 1 đến 5"), ("", "Xin chọn")] {
        found(&mut counsellor, &at, level, "4").await.is(Status::UnprocessableEntity).shows(said);
    }
    assert_eq!(world.count("recognition_skills WHERE result IS NOT NULL").await, 0);
    found(&mut counsellor, &at, "2", "4").await.is(Status::SeeOther);
    // A counsellor does not decide; nobody decides on what they wrote down; no level above what was found.
    let decision = format!("{at}/decision");
    let grants = |level: &'static str| [("decision.outcome", "granted"), ("level", level), ("version", "5")];
    counsellor.post(&decision, &grants("2")).await.is(Status::Forbidden);
    let above = supervisor.post(&decision, &grants("3")).await;
    assert!(above.is(Status::UnprocessableEntity).error_at("level").unwrap().contains("không đủ"));
    assert_eq!(world.count("certificates").await, 0);
    // A recognition is of its case.
    let other = taken_in(&mut counsellor, "Lê Thị Bưởi").await;
    let elsewhere = at.replace(&case, &other);
    counsellor.get(&elsewhere).await.is(Status::NotFound);
    supervisor.post(&format!("{elsewhere}/decision"), &grants("2")).await.is(Status::NotFound);
    supervisor.post(&decision, &grants("2")).await.is(Status::SeeOther);
    // What was asked for and not reached is a list of gaps.
    counsellor
        .get(&at)
        .await
        .shows("Còn thiếu để đạt bậc đề nghị")
        .shows("Hàn ngửa chưa ngấu")
        .shows("Xem khóa học phù hợp");
    // A skill that was assessed stays what it is.
    let one = format!("/people/{person}/skills/{skill}");
    let mut other: Vec<(&str, &str)> = WELDER.iter().copied().filter(|(name, _)| *name != "skill.name").collect();
    other.extend([("skill.name", "Hàn TIG 6G"), ("skill.version", "1")]);
    counsellor.post(&one, &other).await.is(Status::Conflict).shows("đã được đưa ra đánh giá");
    counsellor.post(&format!("{one}/withdrawal"), &[("version", "1")]).await.is(Status::Conflict);
}

#[rocket::async_test]
async fn an_appeal_is_decided_by_somebody_else_and_assessed_by_somebody_else() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let Scene { mut counsellor, mut supervisor, case, person } = scene(&world, &offices).await;
    let mut second = world.staff(offices.centre, Role::Supervisor).await;
    let (at, code) = certified(&mut counsellor, &mut supervisor, (&case, &person), &[]).await;
    let first = world.text("SELECT id FROM assessors").await;
    let (_, other) = assessor(&mut supervisor, "Nơi thứ hai", "7212", 100).await;
    let appeal = format!("{at}/appeal");
    counsellor.post(&appeal, &[("version", "5")]).await.is(Status::UnprocessableEntity);
    let words = [("appeal.words", "Tôi hàn được bậc 4"), ("version", "5")];
    counsellor.post(&appeal, &words).await.is(Status::SeeOther);
    let review = format!("{at}/appeal-decision");
    let again = [("review.outcome", "again"), ("review.words", "Xem lại"), ("version", "6")];
    supervisor.post(&review, &again).await.is(Status::UnprocessableEntity).shows("do một người khác quyết định");
    second.post(&review, &again).await.is(Status::SeeOther);
    let today = world.app.clock.today();
    let book = format!("{at}/appointments");
    let same = sent(&mut counsellor, &book, &appointment(&first, today, "7")).await;
    assert!(same.is(Status::UnprocessableEntity).error_at("book-assessor").unwrap().contains("nơi khác"));
    sent(&mut counsellor, &book, &appointment(&other, today, "7")).await.is(Status::SeeOther);
    found(&mut counsellor, &at, "4", "8").await.is(Status::SeeOther);
    let grants = [("decision.outcome", "granted"), ("level", "4"), ("version", "9")];
    supervisor.post(&format!("{at}/decision"), &grants).await.is(Status::SeeOther);
    // The certificate of before says where it went.
    world.stranger().get(&format!("/certificates/{code}")).await.shows("Đã thu hồi").shows("thay bằng giấy mới");
    assert_eq!(
        world.text("SELECT string_agg(content::json->>'level', ' ') FROM certificates WHERE revoked_at IS NULL").await,
        "4"
    );
    // Too late for another.
    world.sql("UPDATE parameters SET value = 10000 WHERE code LIKE 'session.%'").await;
    world.sql("UPDATE recognition_steps SET made_at = made_at - interval '31 days'").await;
    let late = counsellor.post(&appeal, &[("appeal.words", "Tôi hàn được bậc 5"), ("version", "10")]).await;
    assert!(late.is(Status::UnprocessableEntity).error_at("appeal-words").unwrap().contains("quá thời hạn"));
}

#[rocket::async_test]
async fn the_register_of_assessors_is_kept_by_whoever_wrote_it() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut supervisor = world.staff(offices.centre, Role::Supervisor).await;
    let (answer, _) = assessor(&mut supervisor, "Nơi lạ", "nghề không có thật", 100).await;
    assert!(
        answer.is(Status::UnprocessableEntity).error_at("assessor-occupations").unwrap().contains("nghề không có thật")
    );
    let (answer, _) = assessor(&mut supervisor, "Nơi xa", "7212", 99999).await;
    assert!(answer.is(Status::UnprocessableEntity).error_at("assessor-until").is_some());
    let (_, id) = assessor(&mut supervisor, "Nơi đúng", "7212\nđầu bếp", 100).await;
    let one = format!("/assessors/{id}");
    let form = supervisor.get(&one).await;
    let kept = |name: &str, version: &str| {
        let mut fields = pairs(&[
            ("assessor.name", name),
            ("assessor.accreditation", "13"),
            ("assessor.occupations", "7212"),
            ("assessor.version", version),
        ]);
        for (part, box_) in [("from", "assessor.from"), ("until", "assessor.until")] {
            for unit in ["day", "month", "year"] {
                let value = form.value(&format!("assessor.{part}.{unit}")).unwrap();
                fields.push((format!("{box_}.{unit}"), value));
            }
        }
        fields
    };
    sent(&mut supervisor, &one, &kept("Nơi đúng hơn", "1")).await.is(Status::SeeOther);
    let stale = sent(&mut supervisor, &one, &kept("Nơi khác", "1")).await;
    stale.is(Status::Conflict).shows("Nơi đúng hơn").shows("Nơi khác");
    let mut other = world.staff(offices.province, Role::Supervisor).await;
    other.get("/assessors").await.is(Status::Ok).shows("Nơi đúng hơn");
    other.get(&one).await.is(Status::NotFound);
    sent(&mut other, &one, &kept("Của tôi", "2")).await.is(Status::NotFound);
    supervisor.post(&format!("{one}/end"), &[("version", "2")]).await.is(Status::SeeOther);
    supervisor.get("/assessors").await.hides("Nơi đúng hơn");
}
