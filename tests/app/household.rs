//! Old addresses, families, and who leaves again.

use rocket::http::Status;
use trove::access::Role;

use crate::support::{Browser, Offices, World};

async fn world() -> (World, Offices) {
    let world = World::empty().await;
    let offices = world.offices().await;
    (world, offices)
}

/// Somebody with a return that took place, and its id.
async fn came_home(world: &World, officer: &mut Browser<'_>, code: &str) -> String {
    let fields = [
        ("return.standing", "returned"),
        ("return.previous_country", "Nhật Bản"),
        ("return.left.year", "2020"),
        ("return.entered.day", "5"),
        ("return.entered.month", "6"),
        ("return.entered.year", "2025"),
        ("return.wants_help", "yes"),
    ];
    officer.post(&format!("/people/{code}/intake"), &fields).await.is(Status::SeeOther);
    world
        .text(&format!("SELECT e.id FROM episodes e JOIN persons p ON p.id = e.person_id WHERE p.code = '{code}'"))
        .await
}

#[rocket::async_test]
async fn an_old_address_stays_as_printed_and_its_commune_of_today_is_taken_by_one_press() {
    let (world, offices) = world().await;
    let mut officer = world.staff(offices.mine, Role::Counsellor).await;
    let code = officer.register("Nguyễn Thị Mậu", &[]).await;
    let at = format!("/people/{code}/addresses");
    let typed = [
        ("address.line", "Số 1"),
        ("address.old_province", "ha noi"),
        ("address.old_district", "Q. Ba Đình"),
        ("address.old_commune", "phúc xá"),
    ];
    officer.post(&at, &typed).await.is(Status::SeeOther);
    let kept =
        "SELECT concat_ws('|', kind, line, old_province, old_district, old_commune, commune_code) FROM addresses";
    assert_eq!(world.text(kept).await, "as-printed|Số 1, phúc xá, Q. Ba Đình, ha noi|01|001|00001");
    let page = officer.get(&format!("/people/{code}")).await;
    page.shows("Nay là:").shows("Phường Hồng Hà, Thành phố Hà Nội").shows("Lấy làm quê nhà hiện nay");
    let id = world.text("SELECT id FROM addresses").await;
    let present = format!("{at}/{id}/present");
    // A commune that it did not become is no choice.
    let wrong = officer.post(&present, &[("commune", "00004")]).await;
    wrong.is(Status::UnprocessableEntity);
    assert!(wrong.error_at("commune").is_some());
    officer.post(&present, &[("commune", "00097")]).await.is(Status::SeeOther);
    let taken = "SELECT concat_ws('|', kind, province_code, commune_code, mapped_from IS NOT NULL) FROM addresses WHERE kind = 'home'";
    assert_eq!(world.text(taken).await, "home|01|00097|t");
    officer.get(&format!("/people/{code}")).await.hides("Lấy làm quê nhà hiện nay");
    officer.post(&present, &[("commune", "00097")]).await.is(Status::Conflict);
    assert_eq!(world.count("addresses").await, 2);
}

#[rocket::async_test]
async fn what_became_several_is_asked_and_what_is_unknown_stays_as_it_is() {
    let (world, offices) = world().await;
    let mut officer = world.staff(offices.mine, Role::Counsellor).await;
    let code = officer.register("Nguyễn Thị Mậu", &[]).await;
    let at = format!("/people/{code}/addresses");
    let printed = "Thôn 2, Xã Cổ Bi, Huyện Gia Lâm, TP. Hà Nội";
    officer.post(&at, &[("address.kind", "as-printed"), ("address.line", printed)]).await.is(Status::SeeOther);
    let id = world.text("SELECT id FROM addresses").await;
    officer.get(&format!("/people/{code}")).await.shows("nay thuộc 4 nơi").hides("Lấy làm quê nhà hiện nay");
    let present = format!("{at}/{id}/present");
    let page = officer.get(&present).await;
    page.is(Status::Ok).shows("Xã Thuận An, Thành phố Hà Nội").shows("Xã Gia Lâm, Thành phố Hà Nội").shows(printed);
    let nothing = officer.post(&present, &[]).await;
    nothing.is(Status::UnprocessableEntity);
    assert!(nothing.error_at("commune").is_some(), "nothing was guessed");
    assert_eq!(world.count("addresses").await, 1);
    officer.post(&present, &[("commune", "00562")]).await.is(Status::SeeOther);
    assert_eq!(world.text("SELECT commune_code FROM addresses WHERE kind = 'home'").await, "00562");

    let strange = officer.register("Trần Văn An", &[]).await;
    let fields =
        [("address.old_province", "Hà Nội"), ("address.old_district", "Huyện Y"), ("address.old_commune", "X")];
    officer.post(&format!("/people/{strange}/addresses"), &fields).await.is(Status::SeeOther);
    let page = officer.get(&format!("/people/{strange}")).await;
    page.shows("X, Huyện Y, Hà Nội").shows("Chưa nhận ra đơn vị hành chính cũ; giữ nguyên như in.");
    // An old and a present one in one entry, and more than the column holds.
    let both = [("address.old_commune", "Cổ Bi"), ("address.province", "Nghệ An")];
    let answer = officer.post(&at, &both).await;
    answer.is(Status::UnprocessableEntity);
    assert!(answer.error_at("address.old_commune").is_some());
    let long = "a".repeat(290);
    let answer = officer.post(&at, &[("address.line", &long), ("address.old_commune", "Xã Cổ Bi Cổ Bi")]).await;
    answer.is(Status::UnprocessableEntity);
    assert!(answer.error_at("address.line").is_some());
}

#[rocket::async_test]
async fn the_address_of_a_scanned_card_is_understood_at_the_desk() {
    let (world, offices) = world().await;
    let mut desk = world.staff(offices.theirs, Role::Desk).await;
    let card = "001190000018||Nguyễn Thị Mậu|15021990|Nữ|Số 1, Phường Phúc Xá, Quận Ba Đình, Hà Nội|20052021";
    let page = desk.post("/intake/scan", &[("scan", card)]).await;
    page.is(Status::Ok)
        .shows("Phường Phúc Xá, Quận Ba Đình, Thành phố Hà Nội")
        .shows("Phường Hồng Hà, Thành phố Hà Nội");
    let fields = [
        ("person.name", "Nguyễn Thị Mậu"),
        ("person.sex", "female"),
        ("person.birth.year", "1990"),
        ("person.none_of_these", "true"),
        ("address.kind", "as-printed"),
        ("address.line", "Số 1, Phường Phúc Xá, Quận Ba Đình, Hà Nội"),
        ("return.standing", "returned"),
        ("return.previous_country", "Nhật Bản"),
        ("return.left.year", "2020"),
        ("return.entered.year", "2025"),
        ("return.wants_help", "no"),
    ];
    let mut wrong = fields.to_vec();
    wrong.push(("address.take", "00004"));
    desk.post("/intake", &wrong).await.is(Status::UnprocessableEntity);
    let mut right = fields.to_vec();
    right.push(("address.take", "00097"));
    desk.post("/intake", &right).await.is(Status::SeeOther);
    let kept = "SELECT string_agg(concat_ws('|', kind, old_commune, commune_code), ' ' ORDER BY id) FROM addresses";
    assert_eq!(world.text(kept).await, "as-printed|00001 home|00097");
}

#[rocket::async_test]
async fn old_units_are_suggested_while_somebody_types() {
    let (world, _) = world().await;
    let mut anybody = world.stranger();
    anybody.get("/vocabulary/old_communes?q=phuc&within=Ba%20Dinh").await.is(Status::Ok).shows("Phường Phúc Xá");
    anybody.get("/vocabulary/old_districts?q=ba&within=Nghe%20An").await.is(Status::Ok).hides("Ba Đình");
    anybody.get("/vocabulary/old_provinces?q=hai%20d").await.shows("Tỉnh Hải Dương");
}

#[rocket::async_test]
async fn a_family_is_entered_changed_and_taken_back_with_what_was_said_before() {
    let (world, offices) = world().await;
    let mut officer = world.staff(offices.mine, Role::Counsellor).await;
    let code = officer.register("Nguyễn Thị Mậu", &[]).await;
    let at = format!("/people/{code}/household");
    let child = [
        ("member.relation", "child"),
        ("member.name", "Trần Thị Bé"),
        ("member.birth_year", "2016"),
        ("member.schooling", "attends"),
        ("member.cared_by", "grandparents"),
        ("member.need", "~none"),
        ("member.living", "~refused"),
        ("member.apart", "both"),
    ];
    officer.post(&at, &child).await.is(Status::SeeOther);
    let page = officer.get(&at).await;
    page.is(Status::Ok).shows("Con: Trần Thị Bé").shows("Đang đi học").shows("Ông bà").shows("Không muốn trả lời");
    page.hides("Giới tính");
    for (field, fields) in [
        ("member.relation", vec![]),
        ("member.relation", vec![("member.relation", "boss")]),
        ("member.sex", vec![("member.relation", "child"), ("member.sex", "~because")]),
        ("member.birth_year", vec![("member.relation", "child"), ("member.birth_year", "16")]),
        (
            "member.birth_year",
            vec![
                ("member.relation", "child"),
                ("member.birth_year", "2016"),
                ("member.birth_year_missing", "~refused"),
            ],
        ),
        ("member.schooling", vec![("member.relation", "child"), ("member.schooling", "university")]),
    ] {
        let answer = officer.post(&at, &fields).await;
        answer.is(Status::UnprocessableEntity);
        assert!(answer.error_at(field).is_some(), "{field} {fields:?}");
    }
    let first = world.text("SELECT id FROM household_members").await;
    let edit = officer.get(&format!("{at}/{first}/edit")).await;
    assert_eq!(edit.value("member.name").as_deref(), Some("Trần Thị Bé"));
    let changed = [
        ("member.relation", "child"),
        ("member.name", "Trần Thị Bé"),
        ("member.schooling", "left-school"),
        ("member.version", "1"),
    ];
    officer.post(&format!("{at}/{first}"), &changed).await.is(Status::SeeOther);
    officer.get(&at).await.shows("Đã bỏ học").shows("Đã sửa hoặc đã bỏ");
    // Somebody who still had the page of before changes nothing.
    officer.post(&format!("{at}/{first}"), &changed).await.is(Status::Conflict);
    assert_eq!(world.count("household_members").await, 2);
    let second = world.text("SELECT id FROM household_members WHERE withdrawn_at IS NULL").await;
    officer.post(&format!("{at}/{second}/withdrawal"), &[("version", "1")]).await.is(Status::SeeOther);
    assert_eq!(world.count("household_members WHERE withdrawn_at IS NULL").await, 0);
    officer.get(&at).await.shows("Trần Thị Bé").shows("Chưa có.");
}

#[rocket::async_test]
async fn not_having_been_looked_at_is_never_not_poor() {
    let (world, offices) = world().await;
    let mut officer = world.staff(offices.mine, Role::Counsellor).await;
    let code = officer.register("Nguyễn Thị Mậu", &[]).await;
    let at = format!("/people/{code}/poverty");
    for (field, fields) in [
        ("poverty.status", vec![]),
        ("poverty.because", vec![("poverty.status", "cannot-tell")]),
        ("poverty.source", vec![("poverty.status", "poor")]),
        ("poverty.review", vec![("poverty.status", "poor"), ("poverty.source", "certificate")]),
        ("poverty.decided", vec![("poverty.status", "not-poor"), ("poverty.source", "told")]),
        ("poverty.decided", vec![("poverty.status", "not-poor"), ("poverty.source", "decision")]),
    ] {
        let answer = officer.post(&at, &fields).await;
        answer.is(Status::UnprocessableEntity);
        assert!(answer.error_at(field).is_some(), "{field} {fields:?}");
    }
    assert_eq!(world.count("poverty_statuses").await, 0);
    officer.post(&at, &[("poverty.status", "cannot-tell"), ("poverty.because", "absent")]).await.is(Status::SeeOther);
    let page = officer.get(&format!("/people/{code}/household")).await;
    page.shows("Vắng mặt khi xã rà soát").shows("Đang đề nghị xã rà soát lại");
    let known = [
        ("poverty.status", "near-poor"),
        ("poverty.source", "certificate"),
        ("poverty.decided.day", "1"),
        ("poverty.decided.month", "12"),
        ("poverty.decided.year", "2024"),
        ("poverty.review.day", "1"),
        ("poverty.review.month", "12"),
        ("poverty.review.year", "2025"),
    ];
    officer.post(&at, &known).await.is(Status::SeeOther);
    let page = officer.get(&format!("/people/{code}/household")).await;
    page.shows("rà soát lại ngày 01/12/2025").hides("Đang đề nghị xã rà soát lại").shows("Đã ghi trước đây");
    assert_eq!(world.count("poverty_reviews WHERE answered_at IS NULL").await, 0);
}

/// The fields of a link to somebody who is the worker; both agreed.
fn link(other: &str) -> Vec<(&'static str, String)> {
    let mut fields: Vec<(&'static str, String)> = vec![
        ("link.code", other.to_owned()),
        ("link.worker", "other".into()),
        ("link.relation", "spouse".into()),
        ("link.this.how", "spoken".into()),
        ("link.other.how", "phone".into()),
    ];
    for name in ["link.this.on.day", "link.other.on.day", "link.this.on.month", "link.other.on.month"] {
        fields.push((name, "3".into()));
    }
    fields.extend([("link.this.on.year", "2025".into()), ("link.other.on.year", "2025".into())]);
    fields
}

fn borrowed<'a>(fields: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
    fields.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

#[rocket::async_test]
async fn a_link_needs_both_and_is_seen_by_those_alone_who_may_open_both() {
    let (world, offices) = world().await;
    let mut officer = world.staff(offices.mine, Role::Counsellor).await;
    let wife = officer.register("Nguyễn Thị Mậu", &[("person.birth.year", "1990")]).await;
    let worker = officer.register("Trần Văn An", &[("person.birth.year", "1988")]).await;
    let at = format!("/people/{wife}/family-links");
    for (without, field) in [
        ("link.other.how", "link.other.how"),
        ("link.this.on.day", "link.this.on"),
        ("link.worker", "link.worker"),
        ("link.relation", "link.relation"),
        ("link.code", "link.code"),
    ] {
        let fields: Vec<_> = link(&worker).into_iter().filter(|(name, _)| *name != without).collect();
        let answer = officer.post(&at, &borrowed(&fields)).await;
        answer.is(Status::UnprocessableEntity);
        assert!(answer.error_at(field).is_some(), "without {without}");
    }
    let mut guarded = link(&worker);
    guarded.push(("link.other.guardian", "Mẹ".into()));
    assert!(officer.post(&at, &borrowed(&guarded)).await.error_at("link.other.guardian").is_some(), "an adult speaks");
    assert!(officer.post(&at, &borrowed(&link(&wife))).await.error_at("link.code").is_some(), "not to oneself");
    assert_eq!(world.count("family_links").await, 0);
    officer.post(&at, &borrowed(&link(&worker))).await.is(Status::SeeOther);
    assert!(officer.post(&at, &borrowed(&link(&worker))).await.error_at("link.code").is_some(), "once is enough");
    officer.get(&format!("/people/{wife}/household")).await.shows("Trần Văn An").shows("đồng ý ngày 03/03/2025");
    officer.get(&format!("/people/{worker}/household")).await.shows("Nguyễn Thị Mậu");

    // Another office may open the wife only: it neither sees the link nor makes one to somebody it may not open.
    let wives = world.text(&format!("SELECT id FROM persons WHERE code = '{wife}'")).await;
    let theirs = offices.theirs;
    world.sql(&format!("INSERT INTO person_access (id, person_id, organisation_id, ground) VALUES (gen_random_uuid(), '{wives}', '{theirs}', 'case')")).await;
    let mut other = world.staff(theirs, Role::Counsellor).await;
    other
        .get(&format!("/people/{wife}/household"))
        .await
        .is(Status::Ok)
        .hides("Trần Văn An")
        .shows("Không có liên kết nào");
    let refused = other.post(&at, &borrowed(&link(&worker))).await;
    assert!(refused.error_at("link.code").is_some_and(|said| said.contains("Không có hồ sơ này")));
    assert_eq!(world.count("family_links").await, 1);

    // At the wife's word even they take it back, and learn nothing; then it is gone for everybody.
    let page = other.post(&format!("{at}/withdrawal"), &[]).await;
    page.is(Status::SeeOther);
    assert_eq!(world.count("family_links WHERE withdrawn_at IS NULL").await, 0);
    officer.get(&format!("/people/{wife}/household")).await.hides("Trần Văn An");
    officer.get(&format!("/people/{worker}/household")).await.hides("Nguyễn Thị Mậu");
    // Nothing on a timeline says that there was one.
    assert_eq!(world.count("events WHERE kind LIKE '%link%'").await, 0);
    officer.post(&at, &borrowed(&link(&worker))).await.is(Status::SeeOther);
}

#[rocket::async_test]
async fn a_child_has_somebody_speak_for_it() {
    let (world, offices) = world().await;
    let mut officer = world.staff(offices.mine, Role::Counsellor).await;
    let child = officer.register("Trần Thị Bé", &[("person.birth.year", "2016")]).await;
    let worker = officer.register("Trần Văn An", &[("person.birth.year", "1988")]).await;
    let at = format!("/people/{child}/family-links");
    let answer = officer.post(&at, &borrowed(&link(&worker))).await;
    assert!(answer.error_at("link.this.guardian").is_some());
    let mut fields = link(&worker);
    fields.push(("link.this.guardian", "Bà nội".into()));
    officer.post(&at, &borrowed(&fields)).await.is(Status::SeeOther);
    officer.get(&format!("/people/{worker}/household")).await.shows("Bà nội nói thay");
}

#[rocket::async_test]
async fn who_leaves_again_ends_the_return_and_the_case_is_proposed_for_closing() {
    let (world, offices) = world().await;
    let mut officer = world.staff(offices.mine, Role::Counsellor).await;
    let code = officer.register("Nguyễn Thị Mậu", &[]).await;
    let id = came_home(&world, &mut officer, &code).await;
    let case = world.text("SELECT code FROM cases").await;
    let at = format!("/people/{code}/returns/{id}/departure");
    for (field, fields) in [
        ("departure.state", vec![]),
        ("departure.left", vec![("departure.state", "done"), ("departure.left.year", "2024")]),
        ("departure.left", vec![("departure.state", "done"), ("departure.left.year", "2099")]),
        (
            "departure.left",
            vec![
                ("departure.state", "planned"),
                ("departure.left.day", "7"),
                ("departure.left.month", "6"),
                ("departure.left.year", "2025"),
            ],
        ),
        ("departure.country", vec![("departure.state", "done"), ("departure.country", "Việt Nam")]),
        ("departure.ground", vec![("departure.state", "done"), ("departure.ground", "fun")]),
    ] {
        let answer = officer.post(&at, &fields).await;
        answer.is(Status::UnprocessableEntity);
        assert!(answer.error_at(field).is_some(), "{field} {fields:?}");
    }
    officer.get(&at).await.hides("departure.version");
    officer.post(&at, &[("departure.state", "planned"), ("departure.country", "Hàn Quốc")]).await.is(Status::SeeOther);
    assert_eq!(officer.get(&at).await.value("departure.version").as_deref(), Some("1"));
    officer.get(&format!("/cases/{case}")).await.shows("Dự định đi làm việc lần nữa").hides("Đề nghị đóng hồ sơ");
    let done = [
        ("departure.state", "done"),
        ("departure.left.month", "9"),
        ("departure.left.year", "2025"),
        ("departure.country", "Hàn Quốc"),
        ("departure.ground", "need"),
        ("departure.version", "1"),
    ];
    officer.post(&at, &done).await.is(Status::SeeOther);
    assert_eq!(world.count("re_departures").await, 2, "the plan stays in the table");
    officer.get(&format!("/people/{code}/returns/{id}")).await.shows("Đã về, rồi đi làm việc lần nữa").shows("09/2025");
    let page = officer.get(&format!("/cases/{case}")).await;
    page.shows("Đã đi làm việc lần nữa").shows("Đề nghị đóng hồ sơ");
    assert_eq!(world.text("SELECT phase FROM cases").await, "intake", "nothing closes by itself");
    let ask = officer.get(&format!("/cases/{case}/closure?reason=remigrated")).await;
    let chosen = scraper::Html::parse_document(&ask.body);
    let wanted = scraper::Selector::parse("input[name=reason][checked]").unwrap();
    assert_eq!(chosen.select(&wanted).next().and_then(|radio| radio.attr("value")), Some("remigrated"));
    // They came home in 2025 all the same.
    officer.get(&format!("/people/{code}/counting/2025")).await.shows("Được tính");

    let back = format!("{at}/withdrawal");
    let nothing = officer.post(&back, &[("mistake.version", "1")]).await;
    nothing.is(Status::UnprocessableEntity);
    assert!(nothing.error_at("mistake.because").is_some());
    officer.post(&back, &[("mistake.version", "1"), ("mistake.because", "nhầm người")]).await.is(Status::SeeOther);
    officer.get(&format!("/cases/{case}")).await.hides("Đề nghị đóng hồ sơ").shows("Ghi nhầm việc đi lần nữa, đã bỏ");
    officer.post(&back, &[("mistake.version", "1"), ("mistake.because", "nhầm người")]).await.is(Status::Conflict);
}

#[rocket::async_test]
async fn a_right_to_return_is_kept_with_its_source_and_taken_back() {
    let (world, offices) = world().await;
    let mut officer = world.staff(offices.mine, Role::Counsellor).await;
    let code = officer.register("Nguyễn Thị Mậu", &[]).await;
    let id = came_home(&world, &mut officer, &code).await;
    let at = format!("/people/{code}/returns/{id}/rights");
    assert!(officer.post(&at, &[]).await.error_at("right.scheme").is_some());
    assert!(officer.post(&at, &[("right.scheme", "other")]).await.error_at("right.name").is_some());
    let fields = [
        ("right.scheme", "eps-asked-again"),
        ("right.until.day", "1"),
        ("right.until.month", "2"),
        ("right.until.year", "2027"),
        ("right.condition", "met"),
        ("right.source", "Thư của chủ"),
    ];
    officer.post(&at, &fields).await.is(Status::SeeOther);
    let shown = format!("/people/{code}/returns/{id}");
    officer.get(&shown).await.shows("EPS: chủ cũ đề nghị tuyển lại").shows("đến 01/02/2027").shows("Thư của chủ");
    let right = world.text("SELECT id FROM return_rights").await;
    officer.post(&format!("{at}/withdrawal"), &[("right", &right), ("version", "1")]).await.is(Status::SeeOther);
    officer.get(&shown).await.hides("Thư của chủ");
    officer.post(&format!("{at}/withdrawal"), &[("right", &right), ("version", "1")]).await.is(Status::Conflict);
}
