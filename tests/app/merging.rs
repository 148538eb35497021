//! Two records of one person: who is asked, what is remembered of the answer, and a merge that leaves no trace once undone.

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use rocket::http::Status;
use serde_json::json;
use trove::access::{OrganisationKind, Role, User};
use trove::base::db::Rights;
use trove::person::merge_store;
use uuid::Uuid;

use crate::support::{Browser, World};

const NUMBER: [(&str, &str); 3] =
    [("document.kind", "citizen-card"), ("document.number", "001190000018"), ("document.shown_as", "original")];

/// What an officer types of a return.
const BACK: [(&str, &str); 5] = [
    ("return.standing", "returned"),
    ("return.previous_country", "Nhật Bản"),
    ("return.left.year", "2020"),
    ("return.entered.year", "2025"),
    ("return.wants_help", "yes"),
];

/// Two offices and DOLAB, each with somebody who may decide.
struct Deciders<'w> {
    desk: Browser<'w>,
    supervisor: Browser<'w>,
    counsellor: Browser<'w>,
    other: Browser<'w>,
    dolab: Browser<'w>,
}

async fn deciders(world: &World) -> Deciders<'_> {
    let offices = world.offices().await;
    let dolab = world.organisation(OrganisationKind::Dolab, "Cục").await;
    Deciders {
        desk: world.staff(offices.theirs, Role::Desk).await,
        supervisor: world.staff(offices.theirs, Role::Supervisor).await,
        counsellor: world.staff(offices.mine, Role::Counsellor).await,
        other: world.staff(offices.mine, Role::Supervisor).await,
        dolab: world.staff(dolab, Role::Supervisor).await,
    }
}

/// One person registered twice with one number, the second time worse; gives both codes and the pair.
async fn twice(first: &mut Browser<'_>, second: &mut Browser<'_>) -> (String, String, String) {
    let world = first.world;
    let mut fields = vec![
        ("person.sex", "female"),
        ("person.birth.year", "1990"),
        ("contact.kind", "phone"),
        ("contact.value", "0912 345 678"),
        ("address.province", "Nghệ An"),
    ];
    fields.extend(NUMBER);
    let one = first.register("Nguyễn Thị Mậu", &fields).await;
    let mut fields = vec![
        ("person.birth.day", "15"),
        ("person.birth.month", "2"),
        ("person.birth.year", "1990"),
        ("person.level.birth", "documented"),
        ("person.said_by", "document"),
        ("person.marital_status", "married"),
        ("contact.kind", "phone"),
        ("contact.value", "0912 345 678"),
    ];
    fields.extend(NUMBER);
    let two = second.register("NGUYEN THI MAU", &fields).await;
    let pair = world.text("SELECT id FROM duplicate_suspicions ORDER BY found_at DESC LIMIT 1").await;
    (one, two, pair)
}

async fn suspected(browser: &Browser<'_>, codes: (&str, &str), probability: f64) {
    let world = browser.world;
    let id = |code: &str| {
        let sql = format!("SELECT id FROM persons WHERE code = '{code}'");
        async move { world.text(&sql).await.parse::<Uuid>().unwrap() }
    };
    let people = (id(codes.0).await, id(codes.1).await);
    let mut tx = world.app.db.begin(&browser.as_user().actor(), Uuid::nil(), Rights::Writer).await.unwrap();
    let reasons = json!([{ "field": "birth", "level": "never-heard-of", "bits": 4.5 }]);
    merge_store::note_suspicion(&mut tx, people, probability, reasons, None).await.unwrap();
    tx.commit().await.unwrap();
}

async fn merged(browser: &mut Browser<'_>, pair: &str, chosen: &[(&str, &str)]) -> crate::support::Answer {
    let said = browser.post(&format!("/duplicates/{pair}/decision"), &[("decision", "same")]).await;
    assert_eq!(said.is(Status::SeeOther).location.as_deref(), Some(format!("/duplicates/{pair}/merge").as_str()));
    let page = browser.get(&format!("/duplicates/{pair}/merge")).await;
    page.is(Status::Ok);
    let versions = (page.value("version_a").unwrap(), page.value("version_b").unwrap());
    let mut fields = vec![("version_a", versions.0.as_str()), ("version_b", versions.1.as_str())];
    fields.extend_from_slice(chosen);
    browser.post(&format!("/duplicates/{pair}/merge"), &fields).await
}

#[rocket::async_test]
async fn a_pair_is_decided_once_and_not_asked_about_again() {
    let world = World::empty().await;
    let Deciders { mut desk, mut supervisor, mut other, mut dolab, .. } = deciders(&world).await;
    let mut again = world.staff(desk.user.unwrap().1, Role::Desk).await;
    let (one, two, pair) = twice(&mut desk, &mut again).await;
    suspected(&desk, (&two, &one), 0.973).await;
    let queue = supervisor.get("/duplicates").await;
    queue
        .is(Status::Ok)
        .shows("Nguyễn Thị Mậu")
        .shows("97 %")
        .shows("Cùng một số giấy tờ")
        .shows("Ngày sinh: hợp nhau");
    assert_eq!(world.count("audit WHERE act = 'list' AND cardinality(row_ids) = 2").await, 1, "the list is recorded");
    // Whoever may not decide has an empty list, and no such page.
    for stranger in [&mut other, &mut desk] {
        stranger.get("/duplicates").await.is(Status::Ok).hides("Mậu");
        stranger.get(&format!("/duplicates/{pair}")).await.is(Status::NotFound);
        let said = stranger.post(&format!("/duplicates/{pair}/decision"), &[("decision", "same")]).await;
        said.is(Status::NotFound);
    }
    let page = supervisor.get(&format!("/duplicates/{pair}")).await;
    page.is(Status::Ok)
        .shows("Theo giấy tờ")
        .shows("15/02/1990")
        .shows("Gần giống")
        .shows("Đã kết hôn")
        .shows("•••••••••018");
    page.shows("•••••••••678").hides("+84912345678").hides("001190000018").shows(&format!("/people/{one}"));
    assert_eq!(world.count("audit WHERE act = 'read' AND cardinality(row_ids) = 2").await, 1, "both were seen");
    // Faults stand beside their fields.
    let wrong = supervisor.post(&format!("/duplicates/{pair}/decision"), &[("note", "nghĩ thêm")]).await;
    wrong.is(Status::UnprocessableEntity);
    assert!(wrong.error_at("decision").is_some());
    assert_eq!(wrong.value("note").as_deref().map(str::trim), Some("nghĩ thêm"));
    let long = "a".repeat(1001);
    let wrong =
        supervisor.post(&format!("/duplicates/{pair}/decision"), &[("decision", "same"), ("note", &long)]).await;
    assert!(wrong.is(Status::UnprocessableEntity).error_at("note").is_some());
    let said = [("decision", "different"), ("note", "Hai chị em.")];
    supervisor.post(&format!("/duplicates/{pair}/decision"), &said).await.is(Status::SeeOther);
    supervisor.post(&format!("/duplicates/{pair}/decision"), &[("decision", "same")]).await.is(Status::Conflict);
    // Neither a better score nor the number asks again.
    suspected(&desk, (&one, &two), 0.999).await;
    desk.post(&format!("/people/{one}/contacts"), &[("contact.value", "0900000000")]).await.is(Status::SeeOther);
    supervisor.get("/duplicates").await.hides("Mậu");
    supervisor.get(&format!("/people/{one}")).await.hides(&two);
    supervisor.get("/duplicates?decided=true").await.shows("Mậu").shows("hai người khác nhau");
    assert_eq!(world.text("SELECT probability FROM duplicate_suspicions").await, "0.973");
    dolab
        .get(&format!("/duplicates/{pair}"))
        .await
        .is(Status::Ok)
        .shows("Hai chị em.")
        .shows("Bàn B")
        .hides("Cán bộ supervisor, Bàn B");
    supervisor.get(&format!("/duplicates/{pair}")).await.shows("Cán bộ supervisor");
    supervisor.post(&format!("/duplicates/{pair}/decision/withdrawal"), &[]).await.is(Status::SeeOther);
    supervisor.get("/duplicates").await.shows("Mậu");
    supervisor.get(&format!("/people/{one}")).await.shows(&two).shows(&format!("/duplicates/{pair}"));
}

#[rocket::async_test]
async fn what_nobody_could_tell_is_asked_again_on_better_evidence() {
    let world = World::empty().await;
    let Deciders { mut desk, mut supervisor, .. } = deciders(&world).await;
    let one = desk.register("Lò Thị Pành", &[]).await;
    let two = desk.register("Lò Thị Banh", &[]).await;
    suspected(&desk, (&one, &two), 0.6).await;
    let pair = world.text("SELECT id FROM duplicate_suspicions").await;
    let decided = format!("/duplicates/{pair}/decision");
    supervisor.post(&decided, &[("decision", "cannot-tell")]).await.is(Status::SeeOther);
    suspected(&desk, (&one, &two), 0.65).await;
    supervisor.get("/duplicates").await.hides("Pành");
    suspected(&desk, (&one, &two), 0.71).await;
    supervisor.get("/duplicates").await.shows("Pành").shows("71 %");
    supervisor.post(&decided, &[("decision", "cannot-tell")]).await.is(Status::SeeOther);
    for code in [&one, &two] {
        desk.post(&format!("/people/{code}/documents"), &NUMBER).await.is(Status::SeeOther);
    }
    supervisor.get("/duplicates").await.shows("Pành").shows("Cùng một số giấy tờ");
}

#[rocket::async_test]
async fn of_two_offices_dolab_decides_and_sees_no_more_than_it_needs() {
    let world = World::empty().await;
    let Deciders { mut desk, mut supervisor, mut counsellor, mut other, mut dolab } = deciders(&world).await;
    let (one, two, pair) = twice(&mut desk, &mut counsellor).await;
    for office in [&mut supervisor, &mut other] {
        office.get("/duplicates").await.hides("Mậu").hides("MAU");
        office.get(&format!("/duplicates/{pair}")).await.is(Status::NotFound);
    }
    dolab.get("/duplicates").await.shows("Nguyễn Thị Mậu").shows("NGUYEN THI MAU");
    let page = dolab.get(&format!("/duplicates/{pair}")).await;
    page.is(Status::Ok)
        .shows("Tỉnh Nghệ An")
        .shows("15/02/1990")
        .hides("Đã kết hôn")
        .hides("Bàn B")
        .hides("Trung tâm A");
    page.hides("912345").hides("00119").hides(&format!("/people/{one}"));
    let done = merged(&mut dolab, &pair, &[("choose.name", "a")]).await;
    assert_eq!(done.is(Status::SeeOther).location.as_deref(), Some("/duplicates"), "the person is not DOLAB's to open");
    dolab.get(&format!("/people/{one}")).await.is(Status::NotFound);
    // Both offices go on, each by the code that it knows; what was not asked came from whoever knew it.
    for (office, code) in [(&mut desk, &one), (&mut counsellor, &two)] {
        assert_eq!(office.get(&format!("/people/{two}")).await.location, Some(format!("/people/{one}")));
        let page = office.get(&format!("/people/{one}")).await;
        page.is(Status::Ok).shows("Nguyễn Thị Mậu").shows("15/02/1990").shows("Đã kết hôn").shows("Nữ").shows(&two);
        assert_eq!(page.body.matches("+84912345678</strong>").count(), 1, "the same telephone stands there once");
        let found = office.post("/people/search", &[("number", code)]).await;
        assert!(found.location.is_some(), "searched by {code}");
        office.get(&format!("/people/{two}/returns")).await.is(Status::Ok);
    }
    dolab.get("/duplicates?decided=true").await.shows("Đã gộp");
    let merge = world.text("SELECT id FROM merges").await;
    assert_eq!(dolab.get(&format!("/duplicates/{pair}")).await.location, Some(format!("/merges/{merge}")));
    for office in [&mut supervisor, &mut other] {
        office.get(&format!("/merges/{merge}")).await.is(Status::Ok);
    }
    dolab.post(&format!("/merges/{merge}/undo"), &[("reason", "Nhầm.")]).await.is(Status::SeeOther);
    desk.get(&format!("/people/{two}")).await.is(Status::NotFound);
    counsellor.get(&format!("/people/{one}")).await.is(Status::NotFound);
    counsellor.get(&format!("/people/{two}")).await.is(Status::Ok).shows("NGUYEN THI MAU").hides(&one);
}

#[rocket::async_test]
async fn a_merge_is_chosen_field_by_field_told_everywhere_and_undone() {
    let world = World::empty().await;
    let Deciders { mut desk, mut supervisor, .. } = deciders(&world).await;
    let mut again = world.staff(desk.user.unwrap().1, Role::Desk).await;
    let (one, two, pair) = twice(&mut desk, &mut again).await;

    for code in [&one, &two] {
        desk.post(&format!("/people/{code}/intake"), &BACK).await.is(Status::SeeOther);
    }
    again.get(&format!("/people/{two}")).await.is(Status::Ok);
    // Not before somebody said that they are one.
    let early = supervisor.get(&format!("/duplicates/{pair}/merge")).await;
    assert_eq!(early.location, Some(format!("/duplicates/{pair}")));
    supervisor.post(&format!("/duplicates/{pair}/decision"), &[("decision", "same")]).await.is(Status::SeeOther);
    let page = supervisor.get(&format!("/duplicates/{pair}/merge")).await;
    page.shows("Cả hai hồ sơ đều có hồ sơ hỗ trợ đang mở").hides("choose.language");
    let checked = |field: &str| {
        let page = scraper::Html::parse_document(&page.body);
        let wanted = scraper::Selector::parse(&format!("[name=\"choose.{field}\"][checked]")).unwrap();
        page.select(&wanted).map(|e| e.value().attr("value").unwrap().to_owned()).collect::<String>()
    };
    // The name with its marks, the birth on paper, the only answer there is.
    assert_eq!((checked("name"), checked("birth"), checked("sex")), ("a".into(), "b".into(), "a".into()));
    let to = format!("/duplicates/{pair}/merge");
    let wrong = supervisor.post(&to, &[("choose.name", "c"), ("version_a", "1"), ("version_b", "1")]).await;
    assert!(wrong.is(Status::UnprocessableEntity).error_at("choose.name").is_some());
    supervisor.post(&to, &[("choose.name", "b")]).await.is(Status::UnprocessableEntity);
    let stale = supervisor.post(&to, &[("choose.birth", "a"), ("version_a", "1"), ("version_b", "7")]).await;
    stale.is(Status::Conflict).shows("Có người vừa sửa một trong hai hồ sơ");
    assert_eq!(stale.value("version_b").as_deref(), Some("1"));
    assert_eq!(world.count("merges").await, 0);
    let chosen = [("choose.name", "b"), ("choose.sex", "b"), ("version_a", "1"), ("version_b", "1")];
    let done = supervisor.post(&to, &chosen).await;
    assert_eq!(done.is(Status::SeeOther).location, Some(format!("/people/{one}")));
    // Again by a second press: where it led, and nothing twice.
    let page = supervisor.get(&format!("/people/{one}")).await;
    page.shows("NGUYEN THI MAU").shows("15/02/1990").shows(&two).shows("Tách lại").shows("Cán bộ supervisor");
    assert_eq!(world.text(&format!("SELECT sex IS NULL FROM persons WHERE code = '{one}'")).await, "true", "as chosen");
    desk.post("/people/search", &[("name", "Mậu Nguyễn Thị")]).await.shows("Tìm thấy 1 người");
    let cases = supervisor.get(&format!("/people/{one}/cases")).await;
    assert_eq!(cases.body.matches("href=\"/cases/").count(), 2);
    let case = world.text("SELECT code FROM cases LIMIT 1").await;
    desk.get(&format!("/cases/{case}")).await.shows("Gộp hai hồ sơ của cùng một người");
    let log = supervisor.get(&format!("/people/{one}/access-log")).await;
    log.shows(&format!("Mã lúc đó: {two}")).shows(&format!("Mã lúc đó: {one}")).shows("Gộp hồ sơ");
    // A change since, and something new.
    desk.post(&format!("/people/{one}/contacts"), &[("contact.value", "0933333333")]).await.is(Status::SeeOther);
    let version = desk.get(&format!("/people/{one}/edit")).await.value("person.version").unwrap();
    let edit = [
        ("person.version", version.as_str()),
        ("person.name", "Nguyễn Thị Mậu Hai"),
        ("person.birth.day", "15"),
        ("person.birth.month", "2"),
        ("person.birth.year", "1990"),
        ("person.level.birth", "documented"),
        ("person.marital_status", "married"),
    ];
    desk.post(&format!("/people/{two}"), &edit).await.is(Status::SeeOther);
    let merge = world.text("SELECT id FROM merges").await;
    let page = supervisor.get(&format!("/merges/{merge}")).await;
    page.shows("Thêm vào sau khi gộp").shows("Cách liên lạc: 1").shows("Lần về nước: 1").shows("Họ, chữ đệm và tên");
    let wrong = supervisor.post(&format!("/merges/{merge}/undo"), &[("reason", " ")]).await;
    assert!(wrong.is(Status::UnprocessableEntity).error_at("reason").is_some());
    supervisor.post(&format!("/merges/{merge}/undo"), &[("reason", "Hai chị em.")]).await.is(Status::SeeOther);
    supervisor.post(&format!("/merges/{merge}/undo"), &[("reason", "Hai chị em.")]).await.is(Status::Conflict);
    let page = desk.get(&format!("/people/{one}")).await;
    page.shows("Nguyễn Thị Mậu Hai")
        .shows("+84933333333")
        .shows("Nữ")
        .hides("15/02/1990")
        .shows("1990")
        .hides("Tách lại");
    desk.get(&format!("/people/{two}"))
        .await
        .is(Status::Ok)
        .shows("NGUYEN THI MAU")
        .shows("Đã kết hôn")
        .hides("+84933333333");
    desk.get(&format!("/cases/{case}")).await.shows("Tách lại hai hồ sơ đã gộp");
    supervisor.get(&format!("/merges/{merge}")).await.shows("Hai chị em.").hides("<textarea");
    // The pair waits again, and the log of the second tells who saw it within the first.
    supervisor.get("/duplicates").await.shows(&pair);
    let log = supervisor.get(&format!("/people/{two}/access-log")).await;
    let seen = log.body.matches("Cán bộ supervisor").count();
    assert!(seen > 4, "{seen}");
    for secret in ["Mậu", "1990-02", "912345678"] {
        assert_eq!(world.count(&format!("audit a WHERE to_jsonb(a)::text LIKE '%{secret}%'")).await, 0);
        assert_eq!(world.count(&format!("events e WHERE to_jsonb(e)::text LIKE '%{secret}%'")).await, 0);
    }
}

#[rocket::async_test]
async fn a_person_under_protection_is_decided_of_by_their_staff_alone() {
    let world = World::empty().await;
    let Deciders { mut desk, mut supervisor, mut counsellor, mut other, mut dolab } = deciders(&world).await;
    let mut helper = world.staff(desk.user.unwrap().1, Role::Counsellor).await;
    let (one, two, pair) = twice(&mut desk, &mut counsellor).await;
    let named = [("staff", helper.user.unwrap().0.to_string())];
    supervisor.post(&format!("/people/{one}/protection"), &[(named[0].0, &named[0].1)]).await.is(Status::SeeOther);
    for nobody in [&mut desk, &mut supervisor, &mut counsellor, &mut other, &mut dolab] {
        nobody.get("/duplicates").await.is(Status::Ok).hides("Mậu").hides("MAU");
        nobody.get(&format!("/duplicates/{pair}")).await.is(Status::NotFound);
    }
    // The named helper, though no supervisor, hears of it, without learning where the other record is.
    helper.get(&format!("/people/{one}")).await.shows(&format!("/duplicates/{pair}")).hides(&two);
    helper.get("/duplicates").await.shows("NGUYEN THI MAU");
    helper
        .get(&format!("/duplicates/{pair}"))
        .await
        .is(Status::Ok)
        .shows("Một trong hai hồ sơ được bảo vệ")
        .hides("Trung tâm A");
    merged(&mut helper, &pair, &[]).await.is(Status::SeeOther);
    helper.get(&format!("/people/{two}")).await.is(Status::SeeOther);
    let merge = world.text("SELECT id FROM merges").await;
    for nobody in [&mut desk, &mut supervisor, &mut counsellor, &mut other, &mut dolab] {
        for code in [&one, &two] {
            nobody.get(&format!("/people/{code}")).await.is(Status::NotFound);
        }
        nobody.get(&format!("/merges/{merge}")).await.is(Status::NotFound);
        nobody.post("/people/search", &[("number", "001190000018")]).await.shows("Không tìm thấy ai");
        nobody.post(&format!("/merges/{merge}/undo"), &[("reason", "x")]).await.is(Status::NotFound);
    }
    helper.post(&format!("/merges/{merge}/undo"), &[("reason", "Nhầm.")]).await.is(Status::SeeOther);
    counsellor.get(&format!("/people/{two}")).await.is(Status::Ok);
    desk.get(&format!("/people/{one}")).await.is(Status::NotFound);
}

#[rocket::async_test]
async fn a_protection_opened_of_both_holds_for_both_when_they_are_taken_apart() {
    let world = World::empty().await;
    let Deciders { mut desk, mut supervisor, .. } = deciders(&world).await;
    let mut again = world.staff(desk.user.unwrap().1, Role::Desk).await;
    let (one, two, pair) = twice(&mut desk, &mut again).await;
    merged(&mut supervisor, &pair, &[]).await.is(Status::SeeOther);
    let me = supervisor.user.unwrap().0.to_string();
    supervisor.post(&format!("/people/{one}/protection"), &[("staff", &me)]).await.is(Status::SeeOther);
    let merge = world.text("SELECT id FROM merges").await;
    supervisor.post(&format!("/merges/{merge}/undo"), &[("reason", "Nhầm.")]).await.is(Status::SeeOther);
    for code in [&one, &two] {
        supervisor.get(&format!("/people/{code}")).await.is(Status::Ok).shows("Được bảo vệ");
        desk.get(&format!("/people/{code}")).await.is(Status::NotFound);
    }
}

#[rocket::async_test]
async fn the_later_merge_is_undone_first() {
    let world = World::empty().await;
    let Deciders { mut desk, mut supervisor, .. } = deciders(&world).await;
    let mut codes = Vec::new();
    for name in ["Một", "Hai", "Ba"] {
        codes.push(desk.register(name, &NUMBER).await);
    }
    let pair_of = |a: usize, b: usize| {
        let sql = format!(
            "SELECT d.id FROM duplicate_suspicions d JOIN persons a ON a.id = d.person_a JOIN persons b ON b.id = d.person_b WHERE ARRAY[a.code, b.code] @> ARRAY['{}', '{}']",
            codes[a], codes[b]
        );
        let world = &world;
        async move { world.text(&sql).await }
    };
    let (second, third) = (pair_of(1, 2).await, pair_of(0, 1).await);
    merged(&mut supervisor, &second, &[("choose.name", "b")]).await.is(Status::SeeOther);
    // The suspicions of the third with the first stand behind those of the second.
    assert_eq!(supervisor.get("/duplicates").await.body.matches("href=\"/duplicates/").count(), 1);
    merged(&mut supervisor, &third, &[("choose.name", "b")]).await.is(Status::SeeOther);
    assert_eq!(world.count("persons WHERE merged_into IS NOT NULL").await, 2);
    for code in &codes[1..] {
        assert_eq!(desk.get(&format!("/people/{code}")).await.location, Some(format!("/people/{}", codes[0])));
    }
    desk.get(&format!("/people/{}", codes[0])).await.shows("Ba").shows(&codes[1]).shows(&codes[2]);
    let merges = world.text("SELECT string_agg(id::text, ' ' ORDER BY merged_at) FROM merges").await;
    let (first, last) = merges.split_once(' ').unwrap();
    supervisor.get(&format!("/merges/{first}")).await.shows("Xin tách lần gộp sau trước").hides("<textarea");
    supervisor.post(&format!("/merges/{first}/undo"), &[("reason", "x")]).await.is(Status::Conflict);
    supervisor.post(&format!("/merges/{last}/undo"), &[("reason", "x")]).await.is(Status::SeeOther);
    assert_eq!(desk.get(&format!("/people/{}", codes[2])).await.location, Some(format!("/people/{}", codes[1])));
    supervisor.post(&format!("/merges/{first}/undo"), &[("reason", "x")]).await.is(Status::SeeOther);
    for (code, name) in codes.iter().zip(["Một", "Hai", "Ba"]) {
        desk.get(&format!("/people/{code}")).await.is(Status::Ok).shows(name);
    }
}

/// A case that moved on while two records were one: whoever has it now may open its person afterwards, and nobody else.
#[rocket::async_test]
async fn a_case_that_moved_takes_its_access_along() {
    let world = World::empty().await;
    let Deciders { mut desk, mut counsellor, mut other, mut dolab, .. } = deciders(&world).await;
    let (one, two, pair) = twice(&mut desk, &mut counsellor).await;

    counsellor.post(&format!("/people/{two}/intake"), &BACK).await.is(Status::SeeOther);
    merged(&mut dolab, &pair, &[]).await.is(Status::SeeOther);
    let third = world.organisation(OrganisationKind::Esc, "Trung tâm C").await;
    let mut receiver = world.staff(third, Role::Counsellor).await;
    let case = world.text("SELECT code FROM cases").await;
    let offer = [("to", third.to_string()), ("chosen", "true".to_owned())];
    let offer: Vec<(&str, &str)> = offer.iter().map(|(name, value)| (*name, value.as_str())).collect();
    counsellor.post(&format!("/cases/{case}/hand-overs"), &offer).await.is(Status::SeeOther);
    let id = world.text("SELECT id FROM hand_overs").await;
    receiver.post(&format!("/hand-overs/{id}/acceptance"), &[]).await.is(Status::SeeOther);
    receiver.get(&format!("/people/{one}")).await.is(Status::Ok);
    let merge = world.text("SELECT id FROM merges").await;
    dolab.post(&format!("/merges/{merge}/undo"), &[("reason", "x")]).await.is(Status::SeeOther);
    receiver.get(&format!("/people/{two}")).await.is(Status::Ok);
    receiver.get(&format!("/cases/{case}")).await.is(Status::Ok);
    receiver.get(&format!("/people/{one}")).await.is(Status::NotFound);
    other.get(&format!("/people/{two}")).await.is(Status::Ok);
}

/// Every table but code lists, and but what only ever grows: the record of access, events, versions, decisions, merges.
async fn everything(world: &World) -> String {
    let tables = world
        .text(
            "SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND NOT relispartition
               AND relname NOT IN ('row_versions', 'duplicate_decisions', 'merges', 'merge_rows', 'audit_seals', 'sessions', 'parameters', 'jobs', 'mails', 'submissions', 'role_permissions',
                                   'countries', 'provinces', 'communes', 'occupations', 'activities', 'ethnic_groups', 'education_levels', 'languages', '__diesel_schema_migrations')",
        )
        .await;
    let mut all = String::new();
    for table in tables.split(' ') {
        // A version only ever grows, so that a form filled from the merged record meets the page that shows the difference.
        let row = if table == "persons" { "to_jsonb(t) - 'version'" } else { "to_jsonb(t)" };
        all += &world.text(&format!("SELECT coalesce(string_agg('{table} ' || ({row})::text, E'\\n' ORDER BY ({row})::text), '') FROM {table} t")).await;
        all.push('\n');
    }
    all
}

/// A person with random rows in every table that knows persons.
fn drawn(rng: &mut StdRng, number: u32, staff: &[User], decider: Uuid) -> (Uuid, String) {
    let id = Uuid::now_v7();
    let office = |rng: &mut StdRng| staff[rng.random_range(0..staff.len())].clone();
    let one = |rng: &mut StdRng, of: &[&str]| of[rng.random_range(0..of.len())].to_owned();
    let registered = office(rng).organisation;
    let protected = rng.random_bool(0.3);
    let mut sql = format!(
        "INSERT INTO persons (id, code, name, family_key, given_key, registered_by, registered_at, protected, sex, birth_date, birth_precision, marital_status, qualification)
         VALUES ('{id}', 'C{number:09}', '{}', 'A', 'B', '{registered}', app_now() - interval '{} hours', {protected}, {}, {}, {}, NULL);",
        one(rng, &["Lê Văn An", "LE VAN AN", "Lê An"]),
        rng.random_range(1..50),
        one(rng, &["'male'", "'female'", "NULL"]),
        one(rng, &["NULL, NULL", "'1990-01-01', 'year'", "'1990-02-15', 'day'"]),
        one(rng, &["'single'", "'married'", "NULL"]),
    );
    for fact in ["name", "sex", "birth", "marital_status", "qualification", "language"] {
        if rng.random_bool(0.5) {
            let said = one(
                rng,
                &[
                    "'refused', NULL, 'self'",
                    "NULL, 'stated', 'self'",
                    "NULL, 'verified', 'document'",
                    "NULL, 'documented', NULL",
                ],
            );
            sql += &format!(
                "INSERT INTO person_facts (id, person_id, fact, absence, level, said_by) VALUES (gen_random_uuid(), '{id}', '{fact}', {said});"
            );
        }
    }
    for n in 0..rng.random_range(0..3) {
        let value = one(rng, &["+84912345678", "+84900000001"]);
        let gone = one(rng, &["NULL", "NULL", "app_now() - interval '1 day'"]);
        sql += &format!(
            "INSERT INTO contact_points (id, person_id, kind, value, safe_to_call, withdrawn_at) VALUES (gen_random_uuid(), '{id}', 'phone', '{value}', {}, {gone});",
            n == 1
        );
        sql += &format!(
            "INSERT INTO identity_documents (id, person_id, kind, shown_as, level, country, number_sealed, number_index, number_key, withdrawn_at) VALUES (gen_random_uuid(), '{id}', 'passport', 'original', 'documented', 'VN', '\\x0{n}ff', '{value}', 1, {gone});"
        );
        sql += &format!(
            "INSERT INTO addresses (id, person_id, kind, province_code) VALUES (gen_random_uuid(), '{id}', 'home', '40');"
        );
        sql += &format!(
            "INSERT INTO match_keys (key, person_id) VALUES ('{}', '{id}') ON CONFLICT DO NOTHING;",
            one(rng, &["name:an le", "name:an van", "phone:+84912345678", "document:1:x"])
        );
    }
    for _ in 0..rng.random_range(0..4) {
        let reader = office(rng);
        let user = if rng.random_bool(0.5) { format!("'{}'", reader.id) } else { "NULL".to_owned() };
        let until = one(
            rng,
            &["NULL", "app_now() + interval '3 days'", "app_now() - interval '1 day'", "app_now() + interval '9 days'"],
        );
        sql += &format!(
            "INSERT INTO person_access (id, person_id, organisation_id, user_id, ground, until) VALUES (gen_random_uuid(), '{id}', '{}', {user}, '{}', {until}) ON CONFLICT DO NOTHING;",
            reader.organisation,
            one(rng, &["request", "arrival", "share"])
        );
        sql += &format!(
            "INSERT INTO access_requests (id, person_id, organisation_id, user_id, reason) VALUES (gen_random_uuid(), '{id}', '{}', '{}', 'x') ON CONFLICT DO NOTHING;",
            reader.organisation, reader.id
        );
        if reader.id != decider {
            sql += &format!(
                "INSERT INTO exclusions (id, person_id, kind, user_id, said_by) VALUES (gen_random_uuid(), '{id}', 'refused', '{}', '{decider}');",
                reader.id
            );
        }
    }
    if protected {
        let protection = Uuid::now_v7();
        let more = office(rng).id;
        sql += &format!(
            "INSERT INTO protections (id, person_id, opened_by) VALUES ('{protection}', '{id}', '{decider}');
             INSERT INTO protection_staff VALUES (gen_random_uuid(), '{protection}', '{decider}'), (gen_random_uuid(), '{protection}', '{more}');"
        );
    }
    if rng.random_bool(0.3) {
        sql += &format!(
            "INSERT INTO protections (id, person_id, opened_by, ended_at) VALUES (gen_random_uuid(), '{id}', '{decider}', app_now());"
        );
    }
    for n in 0..rng.random_range(0..3) {
        let (episode, case, holder) = (Uuid::now_v7(), Uuid::now_v7(), office(rng));
        sql += &format!(
            "INSERT INTO episodes (id, person_id, standing, door, expected_on, expected_at, registered_by) VALUES ('{episode}', '{id}', 'planned', 'esc', '2099-01-01', '{}', '{registered}');
             INSERT INTO cases (id, code, episode_id, phase, urgency, holder_id, accountable_id) VALUES ('{case}', 'K{number:07}{n:02}', '{episode}', 'intake', 'routine', '{}', '{}');",
            office(rng).organisation, holder.organisation, holder.id
        );
    }
    if rng.random_bool(0.5) {
        let status = Uuid::now_v7();
        sql += &format!(
            "INSERT INTO household_members (id, person_id, relation, recorded_by) VALUES (gen_random_uuid(), '{id}', 'child', '{decider}');
             INSERT INTO poverty_statuses (id, person_id, status, because, recorded_by) VALUES ('{status}', '{id}', 'cannot-tell', 'absent', '{decider}');
             INSERT INTO poverty_reviews (id, person_id, status_id, asked_by) VALUES (gen_random_uuid(), '{id}', '{status}', '{decider}');
             INSERT INTO skills (id, person_id, kind, soft, source, recorded_by) VALUES (gen_random_uuid(), '{id}', 'soft', 'safety', 'told', '{decider}');"
        );
    }
    // An older name of theirs.
    if rng.random_bool(0.4) {
        sql += &format!(
            "INSERT INTO persons (id, code, name, family_key, given_key, registered_by, merged_into) VALUES (gen_random_uuid(), 'A{number:09}', 'Cũ', 'A', 'B', '{registered}', '{id}');"
        );
    }
    (id, sql)
}

/// Whatever hangs on them, of two random people merged and taken apart every row is as it was, byte for byte.
#[rocket::async_test]
async fn a_merge_undone_leaves_every_row_as_it_was() {
    use diesel_async::SimpleAsyncConnection;
    let world = World::empty().await;
    let mut rng = StdRng::seed_from_u64(20_261_122);
    let mut staff = Vec::new();
    for n in 0..4 {
        let office = world.organisation(OrganisationKind::Esc, &format!("Trung tâm {n}")).await;
        staff.push(world.staff(office, Role::Counsellor).await.as_user());
    }
    let dolab = world.organisation(OrganisationKind::Dolab, "Cục").await;
    let decider = world.staff(dolab, Role::Supervisor).await.as_user();
    let mut number = 0;
    for round in 0..30 {
        let mut people = Vec::new();
        for _ in 0..4 {
            number += 1;
            let (id, sql) = drawn(&mut rng, number, &staff, decider.id);
            world.owner().await.batch_execute(&sql).await.unwrap();
            people.push(id);
        }
        // Families: two are tied to the same third, and some to each other.
        for (family, worker) in [(0, 2), (1, 2), (0, 1), (3, 1)] {
            if rng.random_bool(0.6) {
                let (link, family, worker) = (Uuid::now_v7(), people[family], people[worker]);
                let gone = if rng.random_bool(0.3) {
                    format!("app_now(), '{}', '{family}'", decider.id)
                } else {
                    "NULL, NULL, NULL".to_owned()
                };
                world.sql(&format!(
                    "INSERT INTO family_links (id, family_id, worker_id, relation, recorded_by, withdrawn_at, withdrawn_by, withdrawn_for) VALUES ('{link}', '{family}', '{worker}', 'spouse', '{}', {gone});
                     INSERT INTO family_consents (id, link_id, person_id, given_on, how) VALUES (gen_random_uuid(), '{link}', '{family}', '2026-01-01', 'spoken'), (gen_random_uuid(), '{link}', '{worker}', '2026-01-01', 'phone');",
                    decider.id
                )).await;
            }
        }
        // Suspicions among all four, some decided.
        let pair = Uuid::now_v7();
        for (a, b) in [(0, 1), (0, 2), (1, 2), (1, 3), (0, 3)] {
            let id = if (a, b) == (0, 1) { pair } else { Uuid::now_v7() };
            let (low, high) = (people[a].min(people[b]), people[a].max(people[b]));
            let said = if id == pair { "same" } else { ["", "different", "cannot-tell"][rng.random_range(0..3)] };
            if id != pair && rng.random_bool(0.2) {
                continue;
            }
            world.sql(&format!("INSERT INTO duplicate_suspicions (id, person_a, person_b, reason, probability) VALUES ('{id}', '{low}', '{high}', 'match', 0.5)")).await;
            if !said.is_empty() {
                world.sql(&format!("INSERT INTO duplicate_decisions (id, suspicion_id, decision, decided_by) VALUES (gen_random_uuid(), '{id}', '{said}', '{}')", decider.id)).await;
            }
        }
        let before = everything(&world).await;
        let decisions = "SELECT coalesce(string_agg(x::text, ';' ORDER BY x.id), '') FROM duplicate_decisions x WHERE x.decision <> 'same'";
        let decided = world.text(decisions).await;
        let open = |who: &str| {
            format!(
                "SELECT coalesce(string_agg(DISTINCT organisation_id::text || coalesce(user_id::text, ''), ' ' ORDER BY organisation_id::text || coalesce(user_id::text, '')), '') FROM person_access WHERE person_id IN ({who}) AND (until IS NULL OR until > app_now())"
            )
        };
        let opened_before = world.text(&open(&format!("'{}', '{}'", people[0], people[1]))).await;

        let mut tx = world.app.db.begin(&decider.actor(), Uuid::nil(), Rights::Writer).await.unwrap();
        let sides = ["a", "b"];
        let choices = json!({ "name": sides[rng.random_range(0..2)], "sex": sides[rng.random_range(0..2)], "qualification": sides[rng.random_range(0..2)] });
        assert_eq!(merge_store::merge(&mut tx, pair, choices, (1, 1)).await.unwrap(), "done", "round {round}");
        tx.commit().await.unwrap();
        let winner = world.text(&format!("SELECT winner_id FROM merges WHERE suspicion_id = '{pair}'")).await;
        let loser = world.text(&format!("SELECT loser_id FROM merges WHERE suspicion_id = '{pair}'")).await;
        assert_eq!(
            world.text(&open(&format!("'{winner}'"))).await,
            opened_before,
            "round {round}: both offices' access is kept"
        );
        for table in ["identity_documents", "contact_points", "addresses", "episodes", "match_keys"] {
            assert_eq!(
                world.count(&format!("{table} WHERE person_id = '{loser}'")).await,
                0,
                "{table} in round {round}"
            );
        }
        assert_eq!(world.count(&format!("persons WHERE merged_into = '{loser}'")).await, 0, "no name of a name");
        assert_eq!(
            world.count(&format!("persons p WHERE id = '{winner}' AND protected <> EXISTS (SELECT FROM protections t WHERE t.person_id = p.id AND t.ended_at IS NULL)")).await,
            0
        );
        assert_ne!(everything(&world).await, before);

        let merge = world.text(&format!("SELECT id FROM merges WHERE suspicion_id = '{pair}'")).await.parse().unwrap();
        let mut tx = world.app.db.begin(&decider.actor(), Uuid::nil(), Rights::Writer).await.unwrap();
        let shown = merge_store::merge_of(&mut tx, merge).await.unwrap();
        let added: Vec<_> = shown.added.iter().map(|rows| &rows.table).collect();
        assert!(
            added.is_empty() && shown.changed.is_empty(),
            "round {round}: {added:?} {:?} came since",
            shown.changed
        );
        assert_eq!(merge_store::undo(&mut tx, merge, "x").await.unwrap(), "done");
        tx.commit().await.unwrap();
        let after = everything(&world).await;
        for (was, is) in before.lines().zip(after.lines()) {
            assert_eq!(was, is, "round {round}");
        }
        assert_eq!(before.len(), after.len());
        assert_eq!(world.text(decisions).await, decided);
    }
}

/// A table added later comes along too; what a merge cannot re-point must be thought about first.
#[rocket::async_test]
async fn every_table_that_knows_persons_is_covered() {
    let world = World::empty().await;
    let walked = world.text("SELECT string_agg(table_name || '.' || column_name, ' ') FROM person_references()").await;
    assert_eq!(
        walked,
        "access_requests.person_id addresses.person_id contact_points.person_id contract_links.person_id episodes.person_id exclusions.person_id family_consents.person_id \
         family_links.family_id family_links.withdrawn_for family_links.worker_id household_members.person_id identity_documents.person_id \
         person_access.person_id persons.merged_into poverty_reviews.person_id poverty_statuses.person_id protections.person_id skills.person_id",
        "a new table with a key to persons is re-pointed by itself: try it in drawn() above, then name it here"
    );
    // One column to the id, a primary key of its own, unique by columns and not by expressions.
    let strange = world
        .text("SELECT coalesce(string_agg(conrelid::regclass::text, ' '), '') FROM pg_constraint WHERE contype = 'f' AND confrelid = 'persons'::regclass AND cardinality(conkey) <> 1")
        .await;
    assert_eq!(strange, "");
    let strange = world
        .text("SELECT coalesce(string_agg(i.indexrelid::regclass::text, ' '), '') FROM pg_index i WHERE i.indisunique AND i.indexprs IS NOT NULL AND i.indexrelid <> 'family_links_once'::regclass AND i.indrelid IN (SELECT conrelid FROM pg_constraint WHERE contype = 'f' AND confrelid = 'persons'::regclass)")
        .await;
    assert_eq!(strange, "");
    // Only person-level tables and returns know a person by a column of their own.
    let loose = world
        .text("SELECT coalesce(string_agg(table_name, ' '), '') FROM information_schema.columns c WHERE table_schema = 'public' AND column_name LIKE '%person\\_id' AND EXISTS (SELECT FROM pg_class t WHERE t.oid = format('public.%I', c.table_name)::regclass AND t.relkind = 'r') AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.contype = 'f' AND k.conrelid = format('public.%I', c.table_name)::regclass AND k.confrelid = 'persons'::regclass)")
        .await;
    assert_eq!(loose, "", "a person's id without a foreign key would stay behind");
    // Whoever shows counts of rows has a word for each.
    for table in walked
        .split(' ')
        .map(|name| name.split('.').next().unwrap())
        .filter(|table| *table != "persons" && !table.starts_with("family_"))
    {
        assert!(
            include_str!("../../locales/vi/person.ftl").contains(&format!("table-{table} = ")),
            "no word for {table}"
        );
    }
    let Deciders { mut desk, mut supervisor, .. } = deciders(&world).await;
    let mut again = world.staff(desk.user.unwrap().1, Role::Desk).await;
    world.sql("CREATE TABLE things_lent (id uuid PRIMARY KEY, of_person uuid NOT NULL REFERENCES persons ON DELETE CASCADE, name text NOT NULL, UNIQUE (of_person, name))").await;
    let (one, two, pair) = twice(&mut desk, &mut again).await;
    world.sql("INSERT INTO things_lent SELECT gen_random_uuid(), id, 'Mẹ' FROM persons").await;
    world
        .sql(&format!("INSERT INTO things_lent SELECT gen_random_uuid(), id, 'Con' FROM persons WHERE code = '{two}'"))
        .await;
    let rows = "SELECT string_agg(p.code || m.name, ' ' ORDER BY p.code, m.name) FROM things_lent m JOIN persons p ON p.id = m.of_person";
    let before = world.text(rows).await;
    merged(&mut supervisor, &pair, &[]).await.is(Status::SeeOther);
    assert!(world.text(rows).await.contains(&format!("{one}Con")));
    let merge = world.text("SELECT id FROM merges").await;
    supervisor.get(&format!("/merges/{merge}")).await.is(Status::Ok);
    supervisor.post(&format!("/merges/{merge}/undo"), &[("reason", "x")]).await.is(Status::SeeOther);
    assert_eq!(world.text(rows).await, before);
}
