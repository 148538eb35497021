//! A case on paper, with names and without.

use rocket::http::Status;
use trove::access::Role;

use crate::journey::{arrived, case_of, day, offices, pairs, planned, sent};
use crate::support::{Answer, Browser, World};

async fn codes_of(browser: &mut Browser<'_>, case: &str) -> Answer {
    browser.get(&format!("/cases/{case}/sheet")).await
}

#[rocket::async_test]
async fn a_sheet_without_names_has_none() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut counsellor = world.staff(offices.centre, Role::Counsellor).await;
    let left = world.staff(offices.centre, Role::Counsellor).await;
    let left = left.user.unwrap().0;
    world.sql(&format!("UPDATE users SET ended_at = app_now(), name = 'Mùa A Nghỉ' WHERE id = '{left}'")).await;
    let mut reading = world.staff(offices.province, Role::Counsellor).await;
    let mut fields = arrived(&world, "Lường Thị Giấy");
    fields.extend(pairs(&[("contact.value", "0911 222 333"), ("return.wishes", "Gặp chị Giấy ở nhà")]));
    let case = case_of(&sent(&mut counsellor, "/intake", &fields).await);
    let at = |part: &str| format!("/cases/{case}/{part}");
    let note = "Chị Giấy nhờ Trung tâm gọi anh Pao.\nSố mới 0987 654 321, thư giay@example.org. Mùa A Nghỉ đã hẹn.";
    counsellor.post(&at("notes"), &[("note.text", note)]).await.is(Status::SeeOther);
    let person = world.text("SELECT code FROM persons").await;
    let member = [("member.relation", "spouse"), ("member.name", "Lường Văn Pao")];
    counsellor.post(&format!("/people/{person}/household"), &member).await.is(Status::SeeOther);
    for kind in ["skills", "psychosocial"] {
        let mut service = pairs(&[("service.kind", kind)]);
        service.extend(day("service.due", world.app.clock.today()));
        sent(&mut counsellor, &at("services"), &service).await.is(Status::SeeOther);
    }
    planned(&mut counsellor, &case).await;
    let lent = [("share.office", offices.province.to_string()), ("share.reason", "cùng xem".to_owned())];
    let lent: Vec<(&str, &str)> = lent.iter().map(|(name, value)| (*name, value.as_str())).collect();
    counsellor.post(&at("shares"), &lent).await.is(Status::SeeOther);

    let named = counsellor.get(&at("sheet?with=names")).await;
    named.is(Status::Ok).shows("Lường Thị Giấy").shows("anh Pao").shows("Có việc gần nhà");
    assert!(named.body.replace(' ', "").contains("911222333"), "{}", named.body);
    // A talk in private is on no paper.
    named.shows("Công nhận kỹ năng").hides("Tư vấn tâm lý");

    let secrets =
        ["Giấy<", "Lường", "911222333", "987654321", "Pao", "Nghỉ", "giay@", "Cánbộcounsellor", &person, "1990"];
    let words = counsellor.get(&at("sheet?with=words")).await;
    for who in [&mut counsellor, &mut reading] {
        words
            .is(Status::Ok)
            .shows("Chị Người trở về nhờ Đơn vị")
            .shows("gọi anh Người nhà 1")
            .shows("Số mới [số], thư [thư");
        words.shows("ngày 0");
        let codes = who.get(&at("sheet")).await;
        codes.is(Status::Ok).shows("Người trở về").shows("Nhật Bản").hides("gần nhà").hides("nhờ");
        for page in [&words, &codes] {
            let sheet = page.body.split("<main").nth(1).unwrap().replace(' ', "");
            for secret in secrets {
                assert!(!sheet.contains(secret), "{secret} stands on the sheet: {sheet}");
            }
        }
    }
    counsellor.get(&at("sheet?with=words")).await.shows("Cán bộ 1");
    // Whoever reads along takes no name away, nor words from which too few names could be taken.
    for with in ["names", "words"] {
        reading.get(&at(&format!("sheet?with={with}"))).await.is(Status::NotFound);
    }
    // What is too long for a sheet is not left out in silence.
    codes_of(&mut counsellor, &case).await.hides("không in ở đây");
    world
        .sql("INSERT INTO case_notes (id, case_id, text, written_by) SELECT gen_random_uuid(), c.id, 'Dòng ' || n, c.accountable_id FROM cases c, generate_series(1, 60) n")
        .await;
    codes_of(&mut counsellor, &case).await.shows("không in ở đây");
    assert!(world.count("audit WHERE purpose = 'print' AND act = 'read' AND table_name = 'persons'").await >= 5);
}
