//! The first journey: pre-registered abroad, confirmed at the desk, handed over, served, closed; and what goes wrong on the way.

use rocket::http::Status;
use time::{Date, Duration};
use trove::access::{OrganisationKind, Role};
use uuid::Uuid;

use crate::support::{Answer, Browser, World};

/// A mission, a desk, a centre with its province's department, and DOLAB.
pub struct Offices {
    pub mission: Uuid,
    pub desk: Uuid,
    pub centre: Uuid,
    pub province: Uuid,
    pub dolab: Uuid,
}

pub async fn offices(world: &World) -> Offices {
    let offices = Offices {
        mission: world.organisation(OrganisationKind::Mission, "Ban Quản lý lao động").await,
        desk: world.organisation(OrganisationKind::Airport, "Bàn hỗ trợ").await,
        centre: world.organisation(OrganisationKind::Esc, "Trung tâm").await,
        province: world.organisation(OrganisationKind::Province, "Sở Nội vụ").await,
        dolab: world.organisation(OrganisationKind::Dolab, "Cục").await,
    };
    world
        .sql("UPDATE organisations SET province_code = '40', phone = '0238 000 0001' WHERE name IN ('Trung tâm', 'Sở Nội vụ')")
        .await;
    offices
}

pub fn day(prefix: &str, date: Date) -> Vec<(String, String)> {
    vec![
        (format!("{prefix}.day"), date.day().to_string()),
        (format!("{prefix}.month"), u8::from(date.month()).to_string()),
        (format!("{prefix}.year"), date.year().to_string()),
    ]
}

/// What the desk's page sends for somebody who came today and wants help.
pub fn arrived(world: &World, name: &str) -> Vec<(String, String)> {
    let mut fields = pairs(&[
        ("person.name", name),
        ("person.sex", "female"),
        ("person.birth.year", "1990"),
        ("return.standing", "returned"),
        ("return.previous_country", "Nhật Bản"),
        ("return.left.month", "3"),
        ("return.left.year", "2023"),
        ("return.wants_help", "yes"),
    ]);
    fields.extend(day("return.entered", world.app.clock.today()));
    fields
}

pub fn pairs(fields: &[(&str, &str)]) -> Vec<(String, String)> {
    fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

pub async fn sent(browser: &mut Browser<'_>, path: &str, fields: &[(String, String)]) -> Answer {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    browser.post(path, &fields).await
}

/// The case's code out of where an intake led.
pub fn case_of(answer: &Answer) -> String {
    let location = answer.is(Status::SeeOther).location.as_deref().unwrap();
    assert!(location.starts_with("/cases/"), "{location}");
    location.split('/').nth(2).unwrap().to_owned()
}

pub async fn taken_in(desk: &mut Browser<'_>, name: &str) -> String {
    let fields = arrived(desk.world, name);
    case_of(&sent(desk, "/intake", &fields).await)
}

/// A plan in force, through the pages: one goal, one thing to do, the returnee's yes.
pub async fn planned(browser: &mut Browser<'_>, case: &str) {
    let today = browser.world.app.clock.today();
    let at = |part: &str| format!("/cases/{case}/plan{part}");
    browser.post(&at(""), &[]).await.is(Status::SeeOther);
    let goal = [("goal.text", "Có việc gần nhà"), ("goal.dimension", "economic"), ("version", "1")];
    browser.post(&at("/goals"), &goal).await.is(Status::SeeOther);
    let goal = browser
        .world
        .text(&format!("SELECT g.id FROM plan_goals g JOIN cases c ON c.id = g.case_id WHERE c.code = '{case}'"))
        .await;
    let mut part = pairs(&[
        ("part.kind", "job-placement"),
        ("part.what", "Giới thiệu ba nơi tuyển"),
        ("part.responsible", "us"),
        ("version", "2"),
    ]);
    part.extend(day("part.due", today + Duration::days(20)));
    sent(browser, &at(&format!("/goals/{goal}/interventions")), &part).await.is(Status::SeeOther);
    let mut agreement = pairs(&[("agreement.how", "by-phone"), ("version", "3")]);
    agreement.extend(day("agreement.on", today));
    sent(browser, &at("/agreement"), &agreement).await.is(Status::SeeOther);
    browser.post(&at("/beginning"), &[("version", "4")]).await.is(Status::SeeOther);
}

pub async fn offered(from: &mut Browser<'_>, case: &str, to: Uuid) -> Uuid {
    let answer = from.post(&format!("/cases/{case}/hand-overs"), &[("to", &to.to_string()), ("chosen", "true")]).await;
    answer.is(Status::SeeOther);
    let sql = format!(
        "SELECT h.id FROM hand_overs h JOIN cases c ON c.id = h.case_id WHERE c.code = '{case}' AND h.state = 'offered'"
    );
    from.world.text(&sql).await.parse().unwrap()
}

#[rocket::async_test]
async fn somebody_is_met_once_and_helped_to_the_end() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let today = world.app.clock.today();
    let mut attache = world.staff(offices.mission, Role::Attache).await;
    attache.get("/intake").await.is(Status::Ok).shows("Ghi nhận trước người sắp về");
    let gate = offices.desk.to_string();
    let mut fields = pairs(&[
        ("person.name", "Trần Thị Sương"),
        ("person.sex", "female"),
        ("person.absence.birth", "not-known"),
        ("return.standing", "planned"),
        ("return.previous_country", "Hàn Quốc"),
        ("return.absence.left", "refused"),
        ("return.wants_help", "yes"),
        ("return.flight", "vn 415"),
        ("return.expected_at", &gate),
    ]);
    fields.extend(day("return.expected", today + Duration::days(2)));
    // No passport, no contract, no flight needed; what is given is kept.
    let case = case_of(&sent(&mut attache, "/intake", &fields).await);
    assert_eq!(world.text("SELECT flight FROM episodes").await, "VN415");
    assert_eq!(world.count("episodes WHERE entered_on IS NOT NULL").await, 0);

    // The desk sees who is expected, and nobody else does.
    let mut desk = world.staff(offices.desk, Role::Desk).await;
    let mut centre = world.staff(offices.centre, Role::Counsellor).await;
    desk.get("/arrivals").await.is(Status::Ok).shows("Trần Thị Sương").shows("VN415");
    centre.get("/arrivals").await.is(Status::Ok).hides("Trần Thị Sương");
    desk.get(&format!("/cases/{case}")).await.is(Status::NotFound);
    let episode = world.text("SELECT id FROM episodes").await;

    // Two officers confirm at once: it is confirmed once, and the second is told.
    let first = desk.post(&format!("/arrivals/{episode}"), &[]).await;
    first.is(Status::SeeOther);
    assert_eq!(first.location.as_deref(), Some(format!("/cases/{case}/screening").as_str()));
    let mut second = world.staff(offices.desk, Role::Desk).await;
    second.post(&format!("/arrivals/{episode}"), &[]).await.is(Status::SeeOther);
    second.get(&format!("/cases/{case}")).await.is(Status::Ok).shows("Đồng nghiệp đã xác nhận");
    assert_eq!(world.text("SELECT version FROM episodes").await, "2");
    assert_eq!(world.text("SELECT entered_on FROM episodes").await, today.to_string());
    // The case came along: one holder, one accountable person, and the mission no longer holds it.
    assert_eq!(world.text("SELECT holder_id FROM cases").await, offices.desk.to_string());
    assert_eq!(world.text("SELECT accountable_id FROM cases").await, desk.user.unwrap().0.to_string());
    attache.get(&format!("/cases/{case}")).await.is(Status::NotFound);

    // Screened, within what a counter may see; the wish to talk in private is written and not read back.
    let screening =
        [("screening.urgency", "priority"), ("screening.flags", "unpaid-wages"), ("screening.private", "true")];
    desk.post(&format!("/cases/{case}/screening"), &screening).await.is(Status::SeeOther);
    desk.get(&format!("/cases/{case}")).await.shows("Chưa được trả lương").hides("muốn nói chuyện riêng");
    // Ticked once more, it is no mistake.
    desk.post(&format!("/cases/{case}/screening"), &screening).await.is(Status::SeeOther);
    desk.get(&format!("/cases/{case}/slip")).await.is(Status::Ok).shows(&case).hides("Trần Thị Sương");

    // Offered: the centre reads enough to say yes or no, and no name.
    let hand_over = offered(&mut desk, &case, offices.centre).await;
    // The list tells its lines apart by code, and names nobody.
    centre.get("/hand-overs").await.is(Status::Ok).shows(&hand_over.to_string()).shows(&case).hides("Sương");
    let preview = format!("/hand-overs/{hand_over}");
    centre.get(&preview).await.is(Status::Ok).shows("Nhận hồ sơ").shows("Hàn Quốc").hides("Sương");
    centre.get(&format!("/cases/{case}")).await.is(Status::NotFound);
    centre.post(&format!("{preview}/acceptance"), &[]).await.is(Status::SeeOther);
    assert_eq!(world.text("SELECT accountable_id FROM cases").await, centre.user.unwrap().0.to_string());
    centre.get(&format!("/cases/{case}")).await.is(Status::Ok).shows("Trần Thị Sương").shows("muốn nói chuyện riêng");
    desk.get(&format!("/cases/{case}")).await.is(Status::NotFound);
    centre.get("/cases").await.shows("Trần Thị Sương").shows("Chưa có việc tiếp theo (1)");

    // Served.
    let at = |part: &str| format!("/cases/{case}/{part}");
    let mut next = pairs(&[("next.step", "Gọi hỏi nguyện vọng"), ("next.by", "me")]);
    next.extend(day("next.on", today));
    sent(&mut centre, &at("next-step"), &next).await.is(Status::SeeOther);
    centre.get("/cases").await.shows("Việc hôm nay (1)");
    for to in ["assessment", "planning"] {
        let version = world.text("SELECT version FROM cases").await;
        centre.post(&at("phase"), &[("to", to), ("version", &version)]).await.is(Status::SeeOther);
    }
    for kind in ["skills", "counselling", "psychosocial", "claim"] {
        let mut service = pairs(&[("service.kind", kind), ("service.provider", "Nơi cung cấp")]);
        service.extend(day("service.due", today + Duration::days(30)));
        sent(&mut centre, &at("services"), &service).await.is(Status::SeeOther);
    }
    let version = world.text("SELECT version FROM cases").await;
    let unplanned = centre.post(&at("phase"), &[("to", "implementation"), ("version", &version)]).await;
    unplanned.is(Status::UnprocessableEntity).shows("Chưa có kế hoạch đang thực hiện");
    planned(&mut centre, &case).await;
    centre.post(&at("phase"), &[("to", "implementation"), ("version", &version)]).await.is(Status::SeeOther);
    let version = world.text("SELECT version FROM cases").await;
    let early = centre.post(&at("phase"), &[("to", "follow-up"), ("version", &version)]).await;
    early.is(Status::UnprocessableEntity).shows("Còn dịch vụ chưa có kết quả");
    let services = world.text("SELECT string_agg(id::text, ' ') FROM services").await;
    // What is wrong with an answer stands beside its line, with what was typed.
    let quiet = world.text("SELECT id FROM services WHERE kind = 'psychosocial'").await;
    let told = [("outcome", "helped"), ("note_back", "Đã kể chuyện"), ("version", "1")];
    let told = centre.post(&at(&format!("services/{quiet}")), &told).await;
    assert!(told.is(Status::UnprocessableEntity).error_at(&format!("note_back-{quiet}")).is_some());
    let line = told.body.split_once(&format!("id=\"note_back-{quiet}\"")).unwrap().1;
    assert!(line.split("</textarea>").next().unwrap().contains("Đã kể chuyện"));
    assert_eq!(told.body.matches("Đã kể chuyện").count(), 1, "on no other line");
    let skills = world.text("SELECT id FROM services WHERE kind = 'skills'").await;
    let odd = [("outcome", "cured"), ("note_back", "Nghề hàn"), ("version", "1")];
    let odd = centre.post(&at(&format!("services/{skills}")), &odd).await;
    assert!(odd.is(Status::UnprocessableEntity).error_at(&format!("outcome-{skills}")).is_some());
    odd.shows("Nghề hàn");
    for service in services.split(' ') {
        centre
            .post(&at(&format!("services/{service}")), &[("outcome", "helped"), ("version", "1")])
            .await
            .is(Status::SeeOther);
    }
    centre.post(&at("phase"), &[("to", "follow-up"), ("version", &version)]).await.is(Status::SeeOther);

    // Closed with a reason and an outcome, opened again with its history.
    centre.post(&at("closure"), &[]).await.is(Status::UnprocessableEntity).shows("Xin chọn một mục");
    let asked = centre.post(&at("closure"), &[("reason", "declined"), ("outcome", "Đã có việc")]).await;
    assert!(asked.is(Status::UnprocessableEntity).error_at("would_have_stayed").is_some());
    centre.post(&at("closure"), &[("reason", "goals-met"), ("outcome", "Đã có việc")]).await.is(Status::SeeOther);
    centre.post(&at("notes"), &[("note.text", "ghi thêm")]).await.is(Status::Conflict);
    centre.get("/cases").await.hides("Trần Thị Sương");
    centre.get("/cases?scope=closed").await.shows("Trần Thị Sương");
    centre.post(&at("reopening"), &[("reopen.because", "Mất việc")]).await.is(Status::SeeOther);
    assert_eq!(world.text("SELECT phase FROM cases").await, "follow-up");
    centre.get(&at("")[..at("").len() - 1]).await.shows("Đã từng đóng").shows("Mất việc");
}

#[rocket::async_test]
async fn whoever_wants_no_help_gets_no_case_and_still_counts() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut desk = world.staff(offices.desk, Role::Desk).await;
    let mut fields = arrived(&world, "Lê Văn Đi");
    fields.retain(|(name, _)| name != "return.wants_help");
    fields.push(("return.wants_help".into(), "no".into()));
    let answer = sent(&mut desk, "/intake", &fields).await;
    assert!(answer.is(Status::SeeOther).location.as_deref().unwrap().contains("/returns/"));
    assert_eq!((world.count("episodes").await, world.count("cases").await), (1, 0));
}

#[rocket::async_test]
async fn the_counter_asks_six_things_and_takes_a_reason_for_each() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut desk = world.staff(offices.desk, Role::Desk).await;
    let bare = [("person.name", "Phạm Văn Không"), ("return.standing", "returned")];
    let refused = desk.post("/intake", &bare).await;
    refused.is(Status::UnprocessableEntity);
    for field in
        ["person.sex", "person.birth", "return.previous_country", "return.left", "return.wants_help", "return.entered"]
    {
        assert!(refused.error_at(field).is_some(), "{field} is not asked");
    }
    assert_eq!(refused.value("person.name").as_deref(), Some("Phạm Văn Không"));
    assert_eq!(world.count("persons").await, 0, "nothing is half saved");
    let reasons = [
        ("person.name", "Phạm Văn Không"),
        ("person.absence.sex", "refused"),
        ("person.absence.birth", "not-known"),
        ("return.standing", "returned"),
        ("return.absence.previous_country", "not-known"),
        ("return.absence.left", "not-known"),
        ("return.absence.entered", "not-known"),
        ("return.absence.wants_help", "refused"),
    ];
    desk.post("/intake", &reasons).await.is(Status::SeeOther);
    assert_eq!(world.count("episode_facts WHERE absence IS NOT NULL").await, 4);
}

#[rocket::async_test]
async fn wrong_dates_and_flights_are_explained_beside_their_fields() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let today = world.app.clock.today();
    let mut attache = world.staff(offices.mission, Role::Attache).await;
    let mut fields = pairs(&[
        ("person.name", "Đỗ Thị Sai"),
        ("person.sex", "female"),
        ("person.birth.year", "1991"),
        ("return.standing", "planned"),
        ("return.previous_country", "Việt Nam"),
        ("return.left.year", "2021"),
        ("return.wants_help", "yes"),
        ("return.flight", "chuyến tối"),
        ("return.expected_at", "không phải"),
    ]);
    fields.extend(day("return.expected", today - Duration::days(1)));
    let refused = sent(&mut attache, "/intake", &fields).await;
    refused.is(Status::UnprocessableEntity);
    for (field, says) in [
        ("return.previous_country", "không phải Việt Nam"),
        ("return.flight", "VN415"),
        ("return.expected", "đã qua"),
        ("return.expected_at", "các mục có sẵn"),
    ] {
        let said = refused.error_at(field).unwrap_or_default();
        assert!(said.contains(says), "{field}: {said:?}");
    }
    assert_eq!(refused.value("return.flight").as_deref(), Some("chuyến tối"));
    assert_eq!(world.count("persons").await, 0);
}

#[rocket::async_test]
async fn a_scan_fills_the_page_and_saves_nothing() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut desk = world.staff(offices.desk, Role::Desk).await;
    const ZONE: &str =
        "P<VNMNGUYEN<<THI<MAU<<<<<<<<<<<<<<<<<<<<<<<<\r\nC0000000<4VNM9002155F3002153001190000018<<68\r\n";
    let read = desk.post("/intake/scan", &[("scan", ZONE), ("return.flight", "VN 1")]).await;
    read.is(Status::Ok).shows("Đã điền từ giấy tờ");
    for (field, value) in [
        ("person.name", "NGUYEN THI MAU"),
        ("document.number", "C0000000"),
        ("person.birth.year", "1990"),
        ("document.expires.year", "2030"),
    ] {
        assert_eq!(read.value(field).as_deref(), Some(value), "{field}");
    }
    assert_eq!(world.count("persons").await, 0);
    // A check digit that does not fit names its field; a Vietnamese keyboard is named as such; what was typed stays.
    let wrong =
        desk.post("/intake/scan", &[("scan", &ZONE.replace("9002155", "9002165")), ("person.name", "Đã gõ")]).await;
    wrong.is(Status::UnprocessableEntity).shows("ngày sinh");
    assert_eq!(wrong.value("person.name").as_deref(), Some("Đã gõ"));
    let mangled = desk.post("/intake/scan", &[("scan", &ZONE.replace("NGUYEN", "NGƯYÊN"))]).await;
    assert!(
        mangled.is(Status::UnprocessableEntity).error_at("scan").unwrap().contains("chuyển bàn phím sang tiếng Anh")
    );
    // Where one exchange of a character puts everything right, a press takes it; the scan itself never does.
    let misread = ZONE.replace("C0000000", "C0O00000");
    let guessed = desk.post("/intake/scan", &[("scan", &misread), ("return.previous_country", "Nhật Bản")]).await;
    let lines = guessed.is(Status::UnprocessableEntity).value("suggested").unwrap();
    assert_eq!(lines.replace('\n', "\r\n") + "\r\n", ZONE);
    assert_eq!(guessed.value("document.number").unwrap_or_default(), "");
    let taken = [("scan", misread.as_str()), ("suggested", &lines), ("return.previous_country", "Nhật Bản")];
    let taken = desk.post("/intake/scan", &taken).await;
    taken.is(Status::Ok).shows("Đã điền từ giấy tờ");
    for (field, value) in [
        ("document.number", "C0000000"),
        ("person.birth.year", "1990"),
        ("scan", ""),
        ("return.previous_country", "Nhật Bản"),
    ] {
        assert_eq!(taken.value(field).unwrap_or_default().trim(), value, "{field}");
    }
    assert_eq!(world.count("persons").await, 0);
    // A scan that landed in the name is recognised there.
    let elsewhere = desk.post("/intake/scan", &[("person.name", ZONE)]).await;
    assert_eq!(elsewhere.is(Status::Ok).value("person.name").as_deref(), Some("NGUYEN THI MAU"));
    // The same card again: they are known, and offered before anything is made anew.
    let mut fields = arrived(&world, "Nguyễn Thị Mậu");
    fields.extend(pairs(&[
        ("document.kind", "passport"),
        ("document.number", "C0000000"),
        ("document.shown_as", "original"),
    ]));
    sent(&mut desk, "/intake", &fields).await.is(Status::SeeOther);
    desk.post("/intake/scan", &[("scan", ZONE)]).await.is(Status::Ok).shows("Nguyễn Thị Mậu").shows("Đúng người này");
    let again = sent(&mut desk, "/intake", &fields).await;
    again.is(Status::UnprocessableEntity).shows("Có thể người này đã có hồ sơ");
    assert_eq!(world.count("persons").await, 1);
}

#[rocket::async_test]
async fn a_hand_over_is_answered_once_by_whom_it_was_made_to() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut desk = world.staff(offices.desk, Role::Desk).await;
    let mut centre = world.staff(offices.centre, Role::Counsellor).await;
    let case = taken_in(&mut desk, "Vũ Thị Lựa").await;
    let at = format!("/cases/{case}/hand-overs");
    let to = offices.centre.to_string();
    // Not to oneself, not before the returnee chose, not to nobody.
    let own = offices.desk.to_string();
    assert!(
        desk.post(&at, &[("to", &own), ("chosen", "true")])
            .await
            .is(Status::UnprocessableEntity)
            .error_at("to")
            .is_some()
    );
    assert!(desk.post(&at, &[("to", &to)]).await.is(Status::UnprocessableEntity).error_at("chosen").is_some());
    assert!(desk.post(&at, &[("chosen", "true")]).await.is(Status::UnprocessableEntity).error_at("to").is_some());
    assert_eq!(world.count("hand_overs").await, 0);
    let first = offered(&mut desk, &case, offices.centre).await;
    let twice = desk.post(&at, &[("to", &to), ("chosen", "true")]).await;
    twice.is(Status::UnprocessableEntity).shows("Đã có một đề nghị đang chờ");
    // Declined with a reason, which comes back to the desk; then it is answered.
    let answer = |what: &str| format!("/hand-overs/{first}/{what}");
    centre.post(&answer("refusal"), &[]).await.is(Status::UnprocessableEntity).shows("lý do");
    desk.post(&answer("acceptance"), &[]).await.is(Status::NotFound);
    centre.post(&answer("revocation"), &[]).await.is(Status::NotFound);
    centre.post(&answer("refusal"), &[("reason", "Không phải địa bàn")]).await.is(Status::SeeOther);
    centre.post(&answer("acceptance"), &[]).await.is(Status::Conflict).shows("đã được trả lời");
    desk.get(&format!("/hand-overs/{first}")).await.is(Status::Ok).shows("Không phải địa bàn");
    assert_eq!(world.text("SELECT holder_id FROM cases").await, own, "the sender stays accountable");
    // Taken back before an answer.
    let second = offered(&mut desk, &case, offices.centre).await;
    desk.post(&format!("/hand-overs/{second}/revocation"), &[]).await.is(Status::SeeOther);
    centre.post(&format!("/hand-overs/{second}/acceptance"), &[]).await.is(Status::Conflict);
    // Two counsellors accept at once: one is accountable.
    let third = offered(&mut desk, &case, offices.centre).await;
    let mut other = world.staff(offices.centre, Role::Counsellor).await;
    centre.post(&format!("/hand-overs/{third}/acceptance"), &[]).await.is(Status::SeeOther);
    other.post(&format!("/hand-overs/{third}/acceptance"), &[]).await.is(Status::Conflict);
    assert_eq!(world.text("SELECT accountable_id FROM cases").await, centre.user.unwrap().0.to_string());
}

#[rocket::async_test]
async fn silence_moves_up_and_never_out() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut desk = world.staff(offices.desk, Role::Desk).await;
    let centre = world.staff(offices.centre, Role::Counsellor).await;
    let mut province = world.staff(offices.province, Role::Supervisor).await;
    let mut dolab = world.staff(offices.dolab, Role::Supervisor).await;
    let case = taken_in(&mut desk, "Hồ Thị Chờ").await;
    let hand_over = offered(&mut desk, &case, offices.centre).await;
    let line = hand_over.to_string();
    let worker = world.app.worker();
    province.get("/hand-overs").await.hides(&line);
    let asked = async |sql: &str| world.text(&format!("SELECT {sql} FROM hand_overs")).await;
    for (step, to) in [(1, &centre.email), (2, &province.email), (3, &dolab.email)] {
        world.app.clock.advance(Duration::hours(73));
        worker.run_due().await.unwrap();
        assert_eq!(asked("silence").await, step.to_string());
        assert_eq!(world.count(&format!("mails WHERE recipient = '{to}'")).await, 1, "step {step}");
    }
    // Nine days have passed: everybody has signed in again.
    world.sql("UPDATE sessions SET created_at = created_at + interval '219 hours', seen_at = seen_at + interval '219 hours'").await;
    // Neither mail nor subject says a word about whom it concerns.
    assert_eq!(world.count(&format!("mails WHERE subject || body ~ '(Chờ|{case})'")).await, 0);
    // DOLAB has the line and opens nothing; the province may take the case.
    province.get("/hand-overs").await.is(Status::Ok).shows(&line);
    dolab.get("/hand-overs").await.is(Status::Ok).shows(&case).hides(&line).hides("Hồ Thị Chờ");
    dolab.get(&format!("/hand-overs/{hand_over}")).await.is(Status::NotFound);
    dolab.get(&format!("/cases/{case}")).await.is(Status::NotFound);
    assert_eq!(world.text("SELECT holder_id FROM cases").await, offices.desk.to_string(), "never out");
    province.get(&format!("/hand-overs/{hand_over}")).await.is(Status::Ok).shows("Nhận hồ sơ").hides("Hồ Thị Chờ");
    province.post(&format!("/hand-overs/{hand_over}/acceptance"), &[]).await.is(Status::SeeOther);
    assert_eq!(world.text("SELECT holder_id FROM cases").await, offices.province.to_string());
    // An answer ends it: nothing moves any more.
    world.app.clock.advance(Duration::hours(500));
    worker.run_due().await.unwrap();
    assert_eq!(asked("silence").await, "3");
}

#[rocket::async_test]
async fn the_province_sends_a_silent_hand_over_on_in_one_act() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let other = world.organisation(OrganisationKind::Esc, "Trung tâm khác").await;
    let mut desk = world.staff(offices.desk, Role::Desk).await;
    let mut province = world.staff(offices.province, Role::Supervisor).await;
    let mut colleague = world.staff(offices.province, Role::Counsellor).await;
    let mut dolab = world.staff(offices.dolab, Role::Supervisor).await;
    let mut next = world.staff(other, Role::Counsellor).await;
    let case = taken_in(&mut desk, "Hồ Thị Tiếp").await;
    let to = offices.centre.to_string();
    let told = [("to", to.as_str()), ("chosen", "true"), ("note", "Muốn học hàn")];
    desk.post(&format!("/cases/{case}/hand-overs"), &told).await.is(Status::SeeOther);
    let hand_over = world.text("SELECT id FROM hand_overs").await;
    let at = format!("/hand-overs/{hand_over}");
    let on = other.to_string();
    let onward = [("onward.to", on.as_str()), ("onward.chosen", "true"), ("onward.reason", "Trung tâm tạm nghỉ")];
    // Before silence took it there, it is not theirs to send.
    province.post(&format!("{at}/redirection"), &onward).await.is(Status::NotFound);
    for _ in 1..=3 {
        world.app.clock.advance(Duration::hours(73));
        world.app.worker().run_due().await.unwrap();
    }
    world.sql("UPDATE sessions SET created_at = created_at + interval '219 hours', seen_at = seen_at + interval '219 hours'").await;
    // DOLAB follows the silence, and a counsellor of the province answers nothing.
    dolab.post(&format!("{at}/redirection"), &onward).await.is(Status::NotFound);
    colleague.post(&format!("{at}/redirection"), &onward).await.is(Status::Forbidden);
    province.get(&at).await.is(Status::Ok).shows("Chuyển tới nơi khác").hides("Hồ Thị Tiếp");
    // Not without a reason or the returnee's choice, not to whoever was silent, not back to whoever sent it.
    let bare = province.post(&format!("{at}/redirection"), &[("onward.to", &on)]).await;
    bare.is(Status::UnprocessableEntity).hides("Hồ Thị Tiếp");
    assert!(bare.error_at("onward.reason").is_some() && bare.error_at("onward.chosen").is_some());
    assert!(bare.error_at("onward.to").is_none());
    for office in [offices.centre, offices.desk, offices.province, offices.dolab] {
        let office = office.to_string();
        let wrong = [("onward.to", office.as_str()), ("onward.chosen", "true"), ("onward.reason", "Vì sao đó")];
        let wrong = province.post(&format!("{at}/redirection"), &wrong).await;
        assert!(wrong.is(Status::UnprocessableEntity).error_at("onward.to").is_some());
        assert!(wrong.value("onward.reason").unwrap().contains("Vì sao đó"));
    }
    assert_eq!(world.text("SELECT holder_id FROM cases").await, offices.desk.to_string());
    assert_eq!(world.count("hand_overs").await, 1);
    // Accepted and offered at once: the supervisor is accountable until the other office accepts.
    let sent_on = province.post(&format!("{at}/redirection"), &onward).await;
    assert_eq!(sent_on.is(Status::SeeOther).location.as_deref(), Some(format!("/cases/{case}").as_str()));
    province.post(&format!("{at}/redirection"), &onward).await.is(Status::Conflict).shows("đã được trả lời");
    assert_eq!(world.text("SELECT holder_id FROM cases").await, offices.province.to_string());
    assert_eq!(world.text("SELECT accountable_id FROM cases").await, province.user.unwrap().0.to_string());
    let open =
        "SELECT from_id || ' ' || to_id || ' ' || silence || ' ' || note FROM hand_overs WHERE state = 'offered'";
    assert_eq!(world.text(open).await, format!("{} {other} 0 Muốn học hàn", offices.province));
    province.get(&format!("/cases/{case}")).await.is(Status::Ok).shows("Hồ Thị Tiếp").shows("Trung tâm khác");
    desk.get(&at).await.is(Status::Ok).shows("Trung tâm tạm nghỉ");
    let second = world.text("SELECT id FROM hand_overs WHERE state = 'offered'").await;
    next.post(&format!("/hand-overs/{second}/acceptance"), &[]).await.is(Status::SeeOther);
    assert_eq!(world.text("SELECT accountable_id FROM cases").await, next.user.unwrap().0.to_string());
}

#[rocket::async_test]
async fn looking_up_another_offices_case_leaves_a_trace() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut desk = world.staff(offices.desk, Role::Supervisor).await;
    let mut centre = world.staff(offices.centre, Role::Counsellor).await;
    let case = taken_in(&mut desk, "Tạ Thị Vết").await;
    let searches =
        "audit a JOIN persons p ON a.row_ids @> ARRAY[p.id] WHERE a.act = 'search' AND a.table_name = 'persons'";
    let before = world.count(searches).await;
    desk.post("/cases/find", &[("code", &case)]).await.is(Status::SeeOther);
    assert_eq!(world.count(searches).await, before, "one's own case is recorded where it is opened");
    centre.post("/cases/find", &[("code", &case)]).await.is(Status::Ok).hides("Tạ Thị Vết");
    assert_eq!(world.count(searches).await, before + 1);
    let person = world.text("SELECT code FROM persons").await;
    desk.get(&format!("/people/{person}/access-log")).await.is(Status::Ok).shows("Trung tâm");
    // Of somebody under protection the code leads nowhere, and the list of hand-overs no longer says it.
    let hand_over = offered(&mut desk, &case, offices.centre).await;
    centre.get("/hand-overs").await.shows(&case);
    let me = desk.user.unwrap().0.to_string();
    desk.post(&format!("/people/{person}/protection"), &[("staff", &me)]).await.is(Status::SeeOther);
    centre.get("/hand-overs").await.shows(&hand_over.to_string()).hides(&case);
    centre.post("/cases/find", &[("code", &case)]).await.is(Status::UnprocessableEntity);
    assert_eq!(world.count(searches).await, before + 1);
}

#[rocket::async_test]
async fn a_protected_person_is_offered_to_a_named_person_only() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut supervisor = world.staff(offices.desk, Role::Supervisor).await;
    let mut helper = world.staff(offices.centre, Role::Counsellor).await;
    let mut colleague = world.staff(offices.centre, Role::Counsellor).await;
    let case = taken_in(&mut supervisor, "Ẩn Danh").await;
    let code = world.text("SELECT code FROM persons").await;
    let me = supervisor.user.unwrap().0.to_string();
    // What waited on an office's list when the protection began is taken back.
    let waiting = offered(&mut supervisor, &case, offices.centre).await;
    supervisor.post(&format!("/people/{code}/protection"), &[("staff", &me)]).await.is(Status::SeeOther);
    colleague.post(&format!("/hand-overs/{waiting}/acceptance"), &[]).await.is(Status::Conflict);
    let at = format!("/cases/{case}/hand-overs");
    let to = offices.centre.to_string();
    let nobody = supervisor.post(&at, &[("to", &to), ("chosen", "true")]).await;
    assert!(nobody.is(Status::UnprocessableEntity).error_at("person").is_some());
    let person = helper.email.clone();
    supervisor.post(&at, &[("to", &to), ("chosen", "true"), ("person", &person)]).await.is(Status::SeeOther);
    let hand_over = world.text("SELECT id FROM hand_overs WHERE state = 'offered'").await;
    colleague.get("/hand-overs").await.hides(&hand_over);
    colleague.post(&format!("/hand-overs/{hand_over}/acceptance"), &[]).await.is(Status::NotFound);
    helper.post(&format!("/hand-overs/{hand_over}/acceptance"), &[]).await.is(Status::SeeOther);
    helper.get(&format!("/cases/{case}")).await.is(Status::Ok).shows("Ẩn Danh");
    colleague.get(&format!("/cases/{case}")).await.is(Status::NotFound);
    colleague.get("/cases?scope=office").await.hides("Ẩn Danh");
}

#[rocket::async_test]
async fn slips_are_issued_bound_and_replaced() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut desk = world.staff(offices.desk, Role::Desk).await;
    let mut centre = world.staff(offices.centre, Role::Counsellor).await;
    desk.post("/slips", &[("size", "501")]).await.is(Status::UnprocessableEntity);
    let batch = desk.post("/slips", &[("size", "3")]).await;
    desk.get(batch.is(Status::SeeOther).location.as_deref().unwrap()).await.is(Status::Ok).shows("app-qr");
    let codes = world.text("SELECT string_agg(code, ' ' ORDER BY code) FROM slips").await;
    let codes: Vec<&str> = codes.split(' ').collect();
    let mut wrong: Vec<char> = codes[0].chars().collect();
    wrong[3] = if wrong[3] == 'A' { 'B' } else { 'A' };
    let wrong: String = wrong.into_iter().collect();
    // A misread code is explained, and nobody is half registered.
    let intake = |slip: String| {
        let mut fields = arrived(&world, "Bùi Thị Phiếu");
        fields.extend(pairs(&[("screening.slip", &slip)]));
        fields
    };
    let refused = sent(&mut desk, "/intake", &intake(wrong)).await;
    assert!(refused.is(Status::UnprocessableEntity).error_at("screening.slip").unwrap().contains("ký tự sai"));
    let stranger = sent(&mut desk, "/intake", &intake("2222222222".into())).await;
    assert!(stranger.is(Status::UnprocessableEntity).error_at("screening.slip").is_some());
    assert_eq!(world.count("persons").await, 0);
    // The code on the slip is the case's, also scanned out of the QR's address.
    let case = case_of(&sent(&mut desk, "/intake", &intake(format!("https://trove.example/slip#{}", codes[0]))).await);
    assert_eq!(case, codes[0]);
    let mut fields = arrived(&world, "Người Thứ Hai");
    fields.extend(pairs(&[("screening.slip", codes[0])]));
    let taken = sent(&mut desk, "/intake", &fields).await;
    assert!(taken.is(Status::UnprocessableEntity).error_at("screening.slip").unwrap().contains("đã gắn"));
    assert_eq!(world.count("persons").await, 1);
    // Lost: another, once it is sure who it is. Both codes lead staff to the case; nobody else is told anything.
    let at = format!("/cases/{case}/slip");
    assert!(desk.post(&at, &[("slip", codes[1])]).await.is(Status::UnprocessableEntity).error_at("sure").is_some());
    desk.post(&at, &[("slip", codes[1]), ("sure", "true")]).await.is(Status::SeeOther);
    for code in [codes[0], codes[1]] {
        let found = desk.post("/cases/find", &[("code", code)]).await;
        assert_eq!(found.is(Status::SeeOther).location.as_deref(), Some(format!("/cases/{case}").as_str()));
        centre
            .post("/cases/find", &[("code", code)])
            .await
            .is(Status::Ok)
            .hides("Bùi Thị Phiếu")
            .shows("Đề nghị nhận hồ sơ");
    }
    desk.post("/cases/find", &[("code", codes[2])]).await.is(Status::UnprocessableEntity).shows("Không có hồ sơ nào");
    // The returnee stands at the centre with the slip: the centre asks, the desk says yes.
    centre
        .post("/hand-overs/requests", &[("code", codes[1]), ("reason", "Người lao động đang ở đây")])
        .await
        .is(Status::SeeOther);
    let request = world.text("SELECT id FROM hand_overs").await;
    centre.post(&format!("/hand-overs/{request}/acceptance"), &[]).await.is(Status::NotFound);
    desk.post(&format!("/hand-overs/{request}/acceptance"), &[]).await.is(Status::SeeOther);
    assert_eq!(world.text("SELECT accountable_id FROM cases").await, centre.user.unwrap().0.to_string());
    world.stranger().get("/slip").await.is(Status::Ok).hides(&case);
}

#[rocket::async_test]
async fn what_was_told_in_confidence_is_read_by_keeper_and_deputy_alone() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut keeper = world.staff(offices.centre, Role::Counsellor).await;
    let mut deputy = world.staff(offices.centre, Role::Counsellor).await;
    let mut supervisor = world.staff(offices.centre, Role::Supervisor).await;
    taken_in(&mut keeper, "Lò Thị Kể").await;
    let code = world.text("SELECT code FROM persons").await;
    let at = format!("/people/{code}/returns/{}", world.text("SELECT id FROM episodes").await);
    let mut fields = arrived(&world, "-");
    let id = deputy.user.unwrap().0.to_string();
    fields.extend(pairs(&[("return.version", "1"), ("status.regularity", "irregular"), ("status.deputy", &id)]));
    fields.extend(pairs(&[("migration.channel", "service-enterprise"), ("migration.recruitment_cost", "85.000.000")]));
    sent(&mut keeper, &at, &fields).await.is(Status::SeeOther);
    for one in [&mut keeper, &mut deputy] {
        one.get(&at).await.is(Status::Ok).shows("Không có giấy tờ cư trú hợp lệ").shows("85.000.000");
    }
    supervisor.get(&at).await.is(Status::Ok).hides("giấy tờ cư trú hợp lệ").shows("85.000.000");
    // The 15 days of the residence notice run for somebody who went under a contract.
    let by = world.app.clock.today() + Duration::days(15);
    let written = format!("{:02}/{:02}/{}", by.day(), u8::from(by.month()), by.year());
    keeper.get(&at).await.shows(&format!("chậm nhất ngày {written}"));
    let mut given = pairs(&[("shown_as", "photo")]);
    given.extend(day("on", world.app.clock.today() + Duration::days(1)));
    sent(&mut keeper, &format!("{at}/notice"), &given).await.is(Status::UnprocessableEntity).shows("chưa đến");
    let mut given = pairs(&[("shown_as", "photo")]);
    given.extend(day("on", world.app.clock.today()));
    sent(&mut keeper, &format!("{at}/notice"), &given).await.is(Status::SeeOther);
    keeper.get(&at).await.shows("Đã thông báo ngày");
    // Whoever saves second is told, and keeps what they typed.
    let late = sent(&mut supervisor, &at, &fields).await;
    late.is(Status::Conflict).shows("Có người khác vừa sửa");
    assert_eq!(late.value("migration.recruitment_cost").as_deref(), Some("85.000.000"));
}

/// Two who change one return: the second sees what it said, what it says and what they typed; what the first alone changed
/// is carried over, so that saving again sets nothing back.
#[rocket::async_test]
async fn a_return_changed_by_two_loses_nothing() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut first = world.staff(offices.centre, Role::Counsellor).await;
    let mut second = world.staff(offices.centre, Role::Counsellor).await;
    taken_in(&mut first, "Lò Thị Hai Người").await;
    let code = world.text("SELECT code FROM persons").await;
    let at = format!("/people/{code}/returns/{}", world.text("SELECT id FROM episodes").await);
    let form = |versions: (&str, &str), more: &[(&str, &str)]| {
        let mut fields = arrived(&world, "-");
        fields.retain(|(name, _)| !more.iter().any(|(other, _)| name == other));
        fields.extend(pairs(&[("return.version", versions.0), ("migration.version", versions.1)]));
        fields.extend(pairs(more));
        fields
    };
    let mut base = vec![("migration.employer", "Xưởng Sakura"), ("return.reason", "contract-ended")];
    sent(&mut first, &at, &form(("1", "0"), &base)).await.is(Status::SeeOther);
    let edit = second.get(&format!("{at}/edit")).await;
    let seen = (edit.value("return.version").unwrap(), edit.value("migration.version").unwrap());
    let seen = (seen.0.as_str(), seen.1.as_str());

    base.extend([("return.flight", "VN417"), ("migration.debt", "20.000.000")]);
    let theirs =
        [base.as_slice(), &[("return.voluntary", "voluntary"), ("return.level.voluntary", "documented")]].concat();
    sent(&mut first, &at, &form(seen, &theirs)).await.is(Status::SeeOther);
    let mine =
        [("migration.employer", "Xưởng Sakura 2"), ("return.reason", "contract-ended"), ("return.flight", "VJ933")];
    let late = sent(&mut second, &at, &form(seen, &mine)).await;
    late.is(Status::Conflict).shows("VN417").shows("VJ933").shows("Xưởng Sakura 2").shows("Theo giấy tờ");
    for (field, value) in
        [("return.flight", "VJ933"), ("migration.employer", "Xưởng Sakura 2"), ("migration.debt", "20.000.000")]
    {
        assert_eq!(late.value(field).as_deref(), Some(value), "{field}");
    }
    assert_eq!(late.value("return.version"), Some(world.text("SELECT version FROM episodes").await));
    assert_eq!(late.value("migration.version"), Some(world.text("SELECT version FROM labour_migrations").await));
    assert_eq!(world.text("SELECT flight FROM episodes").await, "VN417");
    assert_eq!(world.text("SELECT employer FROM labour_migrations").await, "Xưởng Sakura");
    let table = late.body.split("<table").nth(1).unwrap().split("</table>").next().unwrap();
    for (there, word) in [(true, "Chuyến bay"), (true, "Xưởng Sakura 2"), (false, "Nhật Bản"), (false, "Lý do về nước")]
    {
        assert_eq!(table.contains(word), there, "{word} in {table}");
    }
}

#[rocket::async_test]
async fn an_immediate_need_stays_open_until_somebody_takes_it() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut desk = world.staff(offices.desk, Role::Desk).await;
    let mut other = world.staff(offices.desk, Role::Desk).await;
    let mut fields = arrived(&world, "Cần Ngay");
    fields.extend(pairs(&[("screening.urgency", "immediate"), ("screening.flags", "medical")]));
    let case = case_of(&sent(&mut desk, "/intake", &fields).await);
    desk.get("/cases").await.shows("Gọi ngay (1)").shows("Khẩn cấp, chưa ai nhận");
    other.post(&format!("/cases/{case}/taking-over"), &[]).await.is(Status::SeeOther);
    desk.post(&format!("/cases/{case}/taking-over"), &[]).await.is(Status::Conflict).shows("Đã có người nhận");
    assert_eq!(world.text("SELECT accountable_id FROM cases").await, other.user.unwrap().0.to_string());
    other.get("/cases").await.hides("chưa ai nhận");
}

#[rocket::async_test]
async fn who_reads_along_reads_for_a_time_and_writes_nothing() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut desk = world.staff(offices.desk, Role::Desk).await;
    let mut attache = world.staff(offices.mission, Role::Attache).await;
    let case = taken_in(&mut desk, "Cao Thị Chung").await;
    let at = |part: &str| format!("/cases/{case}/{part}");
    let with = offices.mission.to_string();
    desk.post(&at("shares"), &[("share.office", &with)]).await.is(Status::UnprocessableEntity);
    desk.post(&at("shares"), &[("share.office", &with), ("share.reason", "Theo dõi tiền lương")])
        .await
        .is(Status::SeeOther);
    attache.get(&format!("/cases/{case}")).await.is(Status::Ok).shows("Cao Thị Chung").hides("Lưu ghi chú");
    attache.get("/cases?scope=shared").await.shows("Cao Thị Chung");
    attache.post(&at("notes"), &[("note.text", "x")]).await.is(Status::Conflict);
    assert_eq!(world.count("case_notes").await, 0);
    // Nor does it change the person, the return, or open a case of its own.
    let person = world.text("SELECT code FROM persons").await;
    let before = world.text("SELECT md5(string_agg(p::text, '')) FROM persons p").await;
    attache.get(&format!("/people/{person}")).await.is(Status::Ok).hides("Sửa thông tin");
    let episode = world.text("SELECT id FROM episodes").await;
    for (part, fields) in [
        ("".to_owned(), [("person.name", "Tên Khác"), ("person.version", "1")]),
        ("/contacts".to_owned(), [("contact.kind", "phone"), ("contact.value", "0912345678")]),
        ("/intake".to_owned(), [("return.standing", "undecided"), ("return.wants_help", "yes")]),
        (format!("/returns/{episode}"), [("return.standing", "returned"), ("return.version", "1")]),
    ] {
        attache.post(&format!("/people/{person}{part}"), &fields).await.is(Status::NotFound);
    }
    attache.get(&format!("/people/{person}/returns/{episode}")).await.is(Status::Ok).hides("Sửa lần về nước");
    assert_eq!(before, world.text("SELECT md5(string_agg(p::text, '')) FROM persons p").await);
    assert_eq!(world.count("contact_points").await, 0);
    let share = world.text("SELECT id FROM shares").await;
    desk.post(&at(&format!("shares/{share}/end")), &[]).await.is(Status::SeeOther);
    attache.get(&format!("/cases/{case}")).await.is(Status::NotFound);
    attache.get(&format!("/people/{person}")).await.is(Status::NotFound);
}

#[rocket::async_test]
async fn what_is_counted_without_a_name_is_counted() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut attache = world.staff(offices.mission, Role::Attache).await;
    let bad = attache.post("/contacts/information", &[("information.people", "nhiều")]).await;
    assert!(bad.is(Status::UnprocessableEntity).error_at("information.people").is_some());
    attache
        .post("/contacts/information", &[("information.topic", "rights"), ("information.people", "12")])
        .await
        .is(Status::SeeOther);
    let session = [("outreach.place", "Ansan"), ("outreach.headcount", "40"), ("outreach.domestic_reached", "3")];
    attache.post("/contacts/outreach", &session).await.is(Status::SeeOther);
    attache.get("/contacts").await.is(Status::Ok).shows("Quyền lợi, hợp đồng: 12").shows("gặp 40 người");
}
