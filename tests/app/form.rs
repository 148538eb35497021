//! Forms on paper: filled in from a case for whoever holds it, their words kept by DOLAB in versions.

use rocket::http::Status;
use time::Duration;
use trove::access::Role;

use crate::journey::{day, offices, pairs, sent, taken_in};
use crate::support::{Browser, World};

fn words<'a>(code: &'a str, version: &'a str, body: &'a str) -> [(&'a str, &'a str); 7] {
    [
        ("code", code),
        ("version", version),
        ("title", "Giấy xác nhận"),
        ("goes_to", "Ủy ban nhân dân xã"),
        ("source", "Công văn 12"),
        ("body", body),
        ("act", "keep"),
    ]
}

async fn kept(browser: &mut Browser<'_>, fields: &[(&str, &str)], from: time::Date) -> crate::support::Answer {
    let mut fields = pairs(fields);
    fields.extend(day("from", from));
    sent(browser, "/forms", &fields).await
}

#[rocket::async_test]
async fn a_form_is_filled_in_for_whoever_holds_the_case() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut counsellor = world.staff(offices.centre, Role::Counsellor).await;
    let mut elsewhere = world.staff(offices.province, Role::Counsellor).await;
    let case = taken_in(&mut counsellor, "Lò Thị Giấy").await;
    let person = world.text("SELECT code FROM persons WHERE name = 'Lò Thị Giấy'").await;
    let card =
        [("document.kind", "citizen-card"), ("document.number", "040190001234"), ("document.shown_as", "original")];
    counsellor.post(&format!("/people/{person}/documents"), &card).await.is(Status::SeeOther);
    for (number, safe) in [("0912 345 678", "true"), ("0987 654 321", "false")] {
        let contact = [("contact.kind", "phone"), ("contact.value", number), ("contact.safe_to_call", safe)];
        counsellor.post(&format!("/people/{person}/contacts"), &contact).await.is(Status::SeeOther);
    }
    let at = format!("/cases/{case}/forms");
    counsellor.get(&format!("/cases/{case}")).await.shows(&at);
    counsellor.get(&at).await.is(Status::Ok).shows("Đề nghị thanh lý hợp đồng").shows("Mẫu của dự án");
    let printed = "audit WHERE act = 'read' AND table_name = 'persons' AND purpose = 'print'";
    assert_eq!(world.count(printed).await, 0);
    let paper = counsellor.get(&format!("{at}/residence-notice")).await;
    paper.is(Status::Ok).shows("Lò Thị Giấy").shows("040190001234").shows("0912345678").shows("Nhật Bản");
    paper.hides("0987").shows("phải viết tay").shows("Luật 69/2020/QH14");
    assert_eq!(world.count(printed).await, 1);
    counsellor.get(&format!("{at}/nothing")).await.is(Status::NotFound);
    elsewhere.get(&at).await.is(Status::NotFound);

    // Whoever reads along takes no papers away.
    let lent = [("share.office", offices.province.to_string()), ("share.reason", "Cùng giúp".to_owned())];
    let lent: Vec<(&str, &str)> = lent.iter().map(|(name, value)| (*name, value.as_str())).collect();
    counsellor.post(&format!("/cases/{case}/shares"), &lent).await.is(Status::SeeOther);
    elsewhere.get(&format!("/cases/{case}")).await.is(Status::Ok).hides(&at);
    elsewhere.get(&at).await.is(Status::NotFound);
    elsewhere.get(&format!("{at}/residence-notice")).await.is(Status::NotFound);
}

#[rocket::async_test]
async fn words_are_kept_in_versions_with_their_day() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let today = world.app.clock.today();
    let mut keeper = world.staff(offices.dolab, Role::Supervisor).await;
    let mut other = world.staff(offices.centre, Role::Supervisor).await;
    let case = taken_in(&mut other, "Lò Thị Mẫu").await;
    let at = format!("/cases/{case}/forms");
    other.get("/forms").await.is(Status::NotFound);
    kept(&mut other, &words("xac-nhan", "0", "Tôi là {name}"), today).await.is(Status::NotFound);
    other.get("/providers").await.is(Status::Ok).hides("/forms");
    keeper.get("/providers").await.is(Status::Ok).shows("/forms");
    keeper.get("/forms").await.is(Status::Ok).shows("Giấy giới thiệu");

    // What cannot be printed is not kept.
    for (code, body, from, wrong) in [
        ("xac-nhan", "Tôi là {tên}", today, "body"),
        ("xac-nhan", "Tôi là {name", today, "body"),
        ("xac-nhan", "", today, "body"),
        ("Xác nhận", "Tôi là {name}", today, "code"),
        ("introduction", "Tôi là {name}", today, "code"),
        ("xac-nhan", "Tôi là {name}", today - Duration::days(1), "from"),
    ] {
        let refused = kept(&mut keeper, &words(code, "0", body), from).await;
        assert!(refused.is(Status::UnprocessableEntity).error_at(wrong).is_some(), "{code} {body} {wrong}");
    }
    let mut look = words("xac-nhan", "0", "Tôi là {name}");
    look[6].1 = "look";
    kept(&mut keeper, &look, today).await.is(Status::Ok).shows("Tôi là <span").shows("Kiều Thị Mẫu");
    assert_eq!(world.count("form_templates WHERE code = 'xac-nhan'").await, 0);

    kept(&mut keeper, &words("xac-nhan", "0", "Tôi là <b>{name}</b>"), today).await.is(Status::SeeOther);
    other.get(&at).await.shows("Giấy xác nhận");
    other.get(&format!("{at}/xac-nhan")).await.is(Status::Ok).shows("Lò Thị Mẫu").shows("&#60;b&#62;");
    // Other words hold from their day on; what was there before stays as it was.
    let next = today + Duration::days(2);
    kept(&mut keeper, &words("xac-nhan", "1", "Lời mới của {name}"), next).await.is(Status::SeeOther);
    other.get(&format!("{at}/xac-nhan")).await.is(Status::Ok).hides("Lời mới");
    let stale = kept(&mut keeper, &words("xac-nhan", "1", "Lời khác của {name}"), next).await;
    stale.is(Status::Conflict).shows("Lời khác của");
    assert_eq!(world.count("form_templates WHERE code = 'xac-nhan'").await, 2);
    world.app.clock.advance(Duration::days(2));
    world
        .sql("UPDATE sessions SET created_at = created_at + interval '2 days', seen_at = seen_at + interval '2 days'")
        .await;
    other.get(&format!("{at}/xac-nhan")).await.is(Status::Ok).shows("Lời mới");

    keeper.post("/forms/xac-nhan/end", &[("version", "1")]).await.is(Status::Conflict);
    keeper.post("/forms/xac-nhan/end", &[("version", "2")]).await.is(Status::SeeOther);
    other.get(&at).await.is(Status::Ok).hides("Giấy xác nhận");
    other.get(&format!("{at}/xac-nhan")).await.is(Status::NotFound);
    keeper.get("/forms/xac-nhan").await.is(Status::Ok).shows("ngừng dùng từ ngày");
}

/// What comes with the program can be printed, all of it.
#[rocket::async_test]
async fn forms_that_come_along_can_be_read() {
    let world = World::empty().await;
    let bodies = world.text("SELECT string_agg(body, E'\\x01') FROM form_templates").await;
    assert_eq!(bodies.split('\u{1}').count(), 4);
    for body in bodies.split('\u{1}') {
        assert!(trove::case::form::read(body).is_ok(), "{body}");
    }
}
