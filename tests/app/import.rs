//! Lists of passengers: read, checked, mended, put onto a manifest once.

use rocket::http::{ContentType, Status};
use trove::access::{OrganisationKind, Role};
use trove::base::actor::Actor;
use trove::base::sheet::workbook;
use trove::import::run::{Runner, Step};

use uuid::Uuid;

use crate::command::{said, trove, world_with_keys};
use crate::support::{Answer, Browser, World};

/// A day that a list may be of, whatever today is.
fn soon(world: &World) -> [(&'static str, String); 3] {
    let day = world.app.clock.today() + time::Duration::days(1);
    [
        ("arrives.day", day.day().to_string()),
        ("arrives.month", (day.month() as u8).to_string()),
        ("arrives.year", day.year().to_string()),
    ]
}

async fn upload_as(browser: &mut Browser<'_>, key: &str, name: &str, bytes: &[u8], more: &[(&str, &str)]) -> Answer {
    let mut body = Vec::new();
    let mut field = |name: &str, value: &str| {
        body.extend_from_slice(
            format!("--b0undary\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").as_bytes(),
        );
    };
    field("submission", key);
    field("flight", "VN417");
    for (name, value) in soon(browser.world) {
        field(name, &value);
    }
    for (name, value) in more {
        field(name, value);
    }
    body.extend_from_slice(
        format!("--b0undary\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n").as_bytes(),
    );
    body.extend_from_slice(bytes);
    body.extend_from_slice(b"\r\n--b0undary--\r\n");
    browser
        .send_as(ContentType::new("multipart", "form-data").with_params(("boundary", "b0undary")), "/imports", body)
        .await
}

async fn upload(browser: &mut Browser<'_>, bytes: &[u8]) -> Answer {
    upload_as(browser, &Uuid::new_v4().to_string(), "danh sách.csv", bytes, &[]).await
}

async fn work(world: &World) {
    while world.app.worker().run_due().await.unwrap() > 0 {}
}

const HEAD: &str = "STT,Họ và tên,Giới tính,Ngày sinh,Số hộ chiếu,Số điện thoại\n";

fn list(from: usize, to: usize) -> String {
    let rows = (from..to)
        .map(|n| format!("{n},Nguyễn Thị Mậu {},Nữ,{:02}/02/1990,C{n:07},0912{n:06}\n", letters(n), 13 + n % 15));
    HEAD.to_owned() + &rows.collect::<String>()
}

/// A name of its own for each number, without digits.
fn letters(n: usize) -> String {
    n.to_string().bytes().map(|b| (b'a' + b - b'0') as char).collect()
}

async fn desk(world: &World) -> Browser<'_> {
    let airport = world.organisation(OrganisationKind::Airport, "Bàn Nội Bài").await;
    world.staff(airport, Role::Desk).await
}

#[rocket::async_test]
async fn a_list_is_read_mended_and_put_onto_a_manifest_once() {
    let world = World::empty().await;
    let mut desk = desk(&world).await;
    let mut text = list(0, 20);
    text += "20,,Nữ,1990,C9000001,\n21,Trần Văn An,X,1990,C9000002,\n22,Trần Văn An,Nam,31/02/1990,C9000003,\n23,=cmd(),Nam,1990,C9000004,\n24,Trần Văn Ba,Nam,1990,C0000003,\n25,Lê Ba,Nam,1990,C9000006,12\n";
    let sent = upload(&mut desk, text.as_bytes()).await;
    sent.is(Status::SeeOther);
    let place = sent.location.clone().unwrap();
    desk.get(&place).await.is(Status::Ok).shows("http-equiv=\"refresh\"");
    work(&world).await;
    let page = desk.get(&place).await;
    page.is(Status::Ok)
        .hides("http-equiv=\"refresh\"")
        .shows("Đưa 20 dòng đúng vào danh sách đón")
        .shows("6 dòng cần sửa");
    page.shows("Xin viết Nam hoặc Nữ.")
        .shows("Ô chứa công thức.")
        .shows("Cùng số giấy tờ với dòng 5.")
        .shows("Số điện thoại không đúng.");
    assert_eq!(world.count("manifests").await, 0, "nothing is on a list before somebody says so");

    // One line by hand: what was typed stays where it is wrong.
    let row = format!("{place}/rows/23");
    let form = desk.get(&row).await;
    form.is(Status::Ok);
    assert!(form.error_at("cell[1]").unwrap().contains("Xin viết Nam hoặc Nữ"));
    let print = form.value("fingerprint").unwrap();
    let cells = |sex: &'static str| -> Vec<(&'static str, &'static str)> {
        vec![
            ("cell[0]", "Trần Văn An"),
            ("cell[1]", sex),
            ("cell[2]", "1990"),
            ("cell[3]", "C9000002"),
            ("cell[4]", ""),
        ]
    };
    let mut fields = cells("không");
    fields.push(("fingerprint", &print));
    let again = desk.post(&row, &fields).await;
    again.is(Status::UnprocessableEntity);
    assert_eq!(again.value("cell[1]").as_deref(), Some("không"));
    let mut fields = cells("Nam");
    fields.push(("fingerprint", &print));
    desk.post(&row, &fields).await.is(Status::SeeOther);
    desk.post(&row, &fields).await.is(Status::NotFound);

    // The lines to mend leave as a sheet in which nothing runs, and that is on record.
    let csv = desk.get(&format!("{place}/faulty.csv")).await;
    csv.is(Status::Ok).shows("'=cmd()").shows("Không có ngày này").hides("C0000001");
    assert!(csv.header("Content-Disposition").unwrap().starts_with("attachment; filename=\"VN417-"));
    assert_eq!(
        world.count("audit WHERE table_name = 'import_rows' AND purpose = 'export' AND cardinality(row_ids) = 5").await,
        1
    );
    desk.get(&format!("{place}/faulty.xlsx")).await.is(Status::Ok);

    desk.post(&format!("{place}/commit"), &[]).await.is(Status::SeeOther);
    work(&world).await;
    assert_eq!(world.count("manifests WHERE flight = 'VN417'").await, 1);
    assert_eq!(
        world
            .count("manifest_rows WHERE state = 'expected' AND number_sealed IS NOT NULL AND number_index IS NOT NULL")
            .await,
        21
    );
    assert_eq!(world.count("persons").await, 0, "nobody on a list is a person of ours before they are met");
    assert_eq!(world.text("SELECT max(number) FROM manifest_rows").await, "21");
    assert_eq!(
        world.count("import_rows WHERE state = 'committed' AND cells <> '{}'").await,
        0,
        "said once, on the manifest"
    );
    assert_eq!(world.count("import_parts").await, 0);
    desk.get(&place).await.shows("Đã xong");

    // The same file is the same import; its rows in another file are there already.
    let twice = upload(&mut desk, text.as_bytes()).await;
    assert_eq!(twice.location.as_deref(), Some(place.as_str()));
    let other = upload(&mut desk, list(10, 30).as_bytes()).await.location.unwrap();
    work(&world).await;
    desk.post(&format!("{other}/commit"), &[]).await.is(Status::SeeOther);
    work(&world).await;
    assert_eq!(world.count("manifest_rows").await, 31);
    assert_eq!(world.count("import_rows WHERE state = 'skipped'").await, 10);
    assert_eq!(world.count("manifests").await, 1);
    let log = world.text("SELECT string_agg(about::text, ' ') FROM events").await;
    assert!(!log.contains("Nguyễn") && !log.contains("C0000001"));
}

#[rocket::async_test]
async fn the_desks_own_lists_only() {
    let world = World::empty().await;
    let mut mine = desk(&world).await;
    let place = upload(&mut mine, list(0, 3).as_bytes()).await.location.unwrap();
    work(&world).await;
    let other = world.organisation(OrganisationKind::Airport, "Bàn Tân Sơn Nhất").await;
    let mut neighbour = world.staff(other, Role::Desk).await;
    for path in [place.clone(), format!("{place}/faulty.csv"), format!("{place}/rows/2")] {
        neighbour.get(&path).await.is(Status::NotFound);
    }
    for act in ["commit", "stop", "resumption", "removal", "mapping", "rows/2"] {
        neighbour.post(&format!("{place}/{act}"), &[]).await.is(Status::NotFound);
    }
    neighbour.get("/imports").await.is(Status::Ok).hides("danh sách.csv");
    mine.get("/imports").await.is(Status::Ok).shows("danh sách.csv");
    let esc = world.organisation(OrganisationKind::Esc, "Trung tâm A").await;
    world.staff(esc, Role::Supervisor).await.get("/imports").await.is(Status::NotFound);
    world.staff(other, Role::Counsellor).await.get("/imports").await.is(Status::Forbidden);
    upload(&mut world.staff(esc, Role::Desk).await, list(0, 3).as_bytes()).await.is(Status::NotFound);
    assert_eq!(world.count("imports").await, 1);
    assert_eq!(world.count("import_rows WHERE state = 'good'").await, 3);
}

#[rocket::async_test]
async fn what_is_no_list_is_refused_with_its_reason_and_leaves_nothing() {
    let world = World::empty().await;
    let mut desk = desk(&world).await;
    let long = format!("{HEAD}1,{},Nữ,1990,C1,\n", "x".repeat(1_000_000));
    let wide = vec!["a"; 200].join(",") + "\n";
    let mut mixed = list(0, 3).into_bytes();
    mixed.extend_from_slice(b"9,Tr\xE2\xCCn,Nam,1990,C9,\n");
    let formula = workbook(&[vec!["Họ tên".into(), "Năm sinh".into()], vec!["An".into(), "1990".into()]]).unwrap();
    for (bytes, why) in [
        (b"".to_vec(), "Xin chọn một tệp"),
        (HEAD.as_bytes().to_vec(), "không có dòng nào"),
        (long.into_bytes(), "Dòng 2 có ô dài hơn 1.000 ký tự"),
        (wide.into_bytes(), "có 200 cột"),
        (mixed, "lẫn nhiều bảng mã: từ dòng 5"),
        (b"Ho ten,Nam sinh,Ho ten\nAn,1990,An\n".to_vec(), "hai cột cùng tên"),
        (b"Ho ten,Nam sinh\n\"An,1990\n".to_vec(), "dấu ngoặc kép"),
        (b"Ho ten,Nam sinh\nJo\xE3o,1990\n".to_vec(), "Không nhận ra bảng mã"),
        (formula[..formula.len() - 40].to_vec(), "hỏng hoặc thiếu"),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec(), "Excel kiểu cũ"),
        (vec![b'x'; (30 << 20) + 1], "Tệp quá lớn"),
    ] {
        let answer = upload(&mut desk, &bytes).await;
        answer.is(Status::UnprocessableEntity).shows(why);
        assert_eq!(answer.value("flight").as_deref(), Some("VN417"), "what was typed stays");
    }
    let many = HEAD.to_owned() + &"1,An,,,,\n".repeat(100_001);
    upload(&mut desk, many.as_bytes()).await.is(Status::UnprocessableEntity).shows("hơn 100.000 dòng");
    assert_eq!(world.count("imports").await + world.count("import_rows").await + world.count("import_parts").await, 0);
    // Asked for, the encoding is taken as said.
    let chosen = upload_as(
        &mut desk,
        &Uuid::new_v4().to_string(),
        "a.csv",
        b"Ho ten,Nam sinh\nJo\xE3o,1990\n",
        &[("encoding", "windows-1252")],
    )
    .await;
    chosen.is(Status::SeeOther);
}

#[rocket::async_test]
async fn what_the_file_leaves_open_is_asked_and_what_must_not_be_known_is_dropped() {
    let world = World::empty().await;
    let mut desk = desk(&world).await;
    let text = "Họ và tên;Mã nội bộ;Ngày sinh;Tình trạng cư trú;Bị giam giữ\nNguyễn Thị Mậu;C1234567;03/04/1990;quá hạn;trại Osaka\nTrần Văn An;C1234568;05/06/1991;hợp pháp;\n";
    let sent = upload(&mut desk, text.as_bytes()).await;
    sent.is(Status::SeeOther);
    let place = sent.location.unwrap();
    work(&world).await;
    let page = desk.get(&place).await;
    page.shows("Các cột là gì?")
        .shows("Tình trạng cư trú, Bị giam giữ")
        .shows("Mã nội bộ")
        .hides("Osaka")
        .hides("quá hạn</td>");
    assert_eq!(world.count("import_rows").await, 0);
    let version = page.value("version").unwrap();
    let wrong = desk
        .post(&format!("{place}/mapping"), &[("version", &version), ("column[0]", "name"), ("column[2]", "birth")])
        .await;
    wrong.is(Status::UnprocessableEntity);
    assert_eq!(wrong.error_at("column[1]").as_deref().map(|e| e.contains("Xin chọn")), Some(true));
    assert!(wrong.error_at("dates").is_some(), "03/04 is never guessed");
    let twice = [
        ("version", version.as_str()),
        ("column[0]", "name"),
        ("column[1]", "name"),
        ("column[2]", "birth"),
        ("dates", "mdy"),
    ];
    assert!(desk.post(&format!("{place}/mapping"), &twice).await.error_at("column[1]").is_some());
    let right = [
        ("version", version.as_str()),
        ("column[0]", "name"),
        ("column[1]", "passport"),
        ("column[2]", "birth"),
        ("dates", "mdy"),
    ];
    desk.post(&format!("{place}/mapping"), &right).await.is(Status::SeeOther);
    desk.post(&format!("{place}/mapping"), &right).await.is(Status::Conflict);
    work(&world).await;
    assert_eq!(
        world.text("SELECT cells FROM import_rows WHERE number = 2").await,
        "{\"Nguyễn Thị Mậu\",C1234567,03/04/1990}"
    );
    desk.post(&format!("{place}/commit"), &[]).await;
    work(&world).await;
    assert_eq!(
        world.text("SELECT string_agg(birth_date::text, ' ' ORDER BY number) FROM manifest_rows").await,
        "1990-03-04 1991-05-06"
    );
    assert_eq!(world.count("manifest_rows WHERE document_kind = 'passport'").await, 2);
}

#[rocket::async_test]
async fn it_stops_and_goes_on_where_it_was_whoever_dies_in_between() {
    let world = World::empty().await;
    let mut desk = desk(&world).await;
    let place = upload(&mut desk, list(0, 4_500).as_bytes()).await.location.unwrap();
    let id: Uuid = place.rsplit('/').next().unwrap().parse().unwrap();
    let (user, organisation) = desk.user.unwrap();
    let actor = Actor::User { id: user, organisation };
    let runner = || Runner::new(world.app.db.clone(), world.app.keys.clone(), actor.clone(), Uuid::nil());
    // Each batch by another process, as if the one before had died.
    assert_eq!(runner().batch(id).await.unwrap(), Step::On);
    assert_eq!(world.count("import_rows").await, 2_000);
    desk.post(&format!("{place}/stop"), &[]).await.is(Status::SeeOther);
    assert_eq!(runner().batch(id).await.unwrap(), Step::Rests);
    work(&world).await;
    assert_eq!(world.count("import_rows").await, 2_000);
    desk.get(&place).await.shows("Làm tiếp").hides("http-equiv=\"refresh\"");
    desk.post(&format!("{place}/resumption"), &[]).await.is(Status::SeeOther);
    while runner().batch(id).await.unwrap() == Step::On {}
    assert_eq!(world.count("import_rows WHERE state = 'good'").await, 4_500);
    desk.post(&format!("{place}/commit"), &[]).await.is(Status::SeeOther);
    assert_eq!(runner().batch(id).await.unwrap(), Step::On);
    assert_eq!(world.count("manifest_rows").await, 2_000);
    desk.post(&format!("{place}/removal"), &[]).await.is(Status::Conflict);
    work(&world).await;
    assert_eq!(world.count("manifest_rows").await, 4_500);
    assert_eq!(world.text("SELECT count(DISTINCT number_index) FROM manifest_rows").await, "4500");

    // Given up before anything is committed, nothing is left.
    let other = upload(&mut desk, list(5_000, 5_010).as_bytes()).await.location.unwrap();
    work(&world).await;
    desk.post(&format!("{other}/removal"), &[]).await.is(Status::SeeOther);
    desk.get(&other).await.is(Status::NotFound);
    assert_eq!(world.count(&format!("import_rows WHERE import_id <> '{id}'")).await, 0);

    // And with its days everything goes.
    world.sql("UPDATE imports SET expires_on = '2020-01-01'").await;
    world.app.plan().await.unwrap();
    work(&world).await;
    assert_eq!(world.count("imports").await + world.count("import_rows").await, 0);
}

#[rocket::async_test]
async fn who_is_expected_is_found_and_who_is_protected_is_found_silently() {
    let world = World::empty().await;
    let mut desk = desk(&world).await;
    let (_, airport) = desk.user.unwrap();
    let mission = world.organisation(OrganisationKind::Mission, "Ban Tokyo").await;
    let mut post = world.staff(mission, Role::Attache).await;
    let day = world.app.clock.today() + time::Duration::days(1);
    let mut planned = Vec::new();
    for (name, year, number) in [
        ("Lê Thị Tư", "1990", "C5550001"),
        ("Phạm Văn Năm", "1985", ""),
        ("Bùi Thị Sáu", "1970", "C5550003"),
        ("Đỗ Văn Bảy", "1971", "C5550004"),
    ] {
        let mut fields = vec![("person.birth.year", year)];
        if !number.is_empty() {
            fields.extend([("document.kind", "passport"), ("document.number", number)]);
        }
        let code = post.register(name, &fields).await;
        let id = world.text(&format!("SELECT id FROM persons WHERE code = '{code}'")).await;
        let on = if name.starts_with("Đỗ") { day + time::Duration::days(9) } else { day };
        world
            .sql(&format!(
                "INSERT INTO episodes (id, person_id, standing, door, expected_on, expected_at, arrival, registered_by) VALUES (gen_random_uuid(), '{id}', 'planned', 'airport', '{on}', '{airport}', 'expected', '{mission}')"
            ))
            .await;
        planned.push(id);
    }
    world
        .sql(&format!(
            "UPDATE persons SET protected = true WHERE id = '{0}'; INSERT INTO protections (id, person_id, opened_by) VALUES ('018f0000-0000-7000-8000-000000000001', '{0}', (SELECT min(id::text)::uuid FROM users WHERE organisation_id = '{mission}'))",
            planned[2]
        ))
        .await;
    let text = "Họ và tên,Năm sinh,Số hộ chiếu\nLE THI TU,,C5550001\nPHAM VAN NAM,1985,C7777777\nBui Thi Sau,1970,C5550003\nDo Van Bay,1971,C5550004\nPham Van Nam,1960,C7777778\n";
    let place = upload(&mut desk, text.as_bytes()).await.location.unwrap();
    work(&world).await;
    let lines = world
        .text("SELECT string_agg(number::text, ' ' ORDER BY number) FROM import_rows WHERE episode_id IS NOT NULL")
        .await;
    assert_eq!(lines, "2 3", "by document, and by name and birth; not who is protected, nor who comes another week");
    desk.get(&place).await.shows("Đã được nơi khác báo trước");
    assert_eq!(
        world.count(&format!("events WHERE kind = 'person.on-manifest' AND subject_id = '{}'", planned[2])).await,
        1
    );
    let shown = world
        .text("SELECT row_ids FROM audit WHERE act = 'search' AND table_name = 'persons' AND purpose = 'import'")
        .await;
    assert!(shown.contains(&planned[0]) && !shown.contains(&planned[2]));
    desk.post(&format!("{place}/commit"), &[]).await;
    work(&world).await;
    assert_eq!(world.count("manifest_rows WHERE episode_id IS NOT NULL").await, 2);
}

#[rocket::async_test]
async fn the_same_form_with_another_file_is_another_sending() {
    let world = World::empty().await;
    let mut desk = desk(&world).await;
    let key = Uuid::new_v4().to_string();
    let first = upload_as(&mut desk, &key, "a.csv", list(0, 3).as_bytes(), &[]).await;
    first.is(Status::SeeOther);
    assert_eq!(upload_as(&mut desk, &key, "a.csv", list(0, 3).as_bytes(), &[]).await.location, first.location);
    upload_as(&mut desk, &key, "a.csv", list(0, 4).as_bytes(), &[]).await.is(Status::UnprocessableEntity);
    assert_eq!(world.count("imports").await, 1);
}

#[rocket::async_test]
async fn the_command_line_brings_in_the_same_list() {
    let world = world_with_keys().await;
    let airport = world.organisation(OrganisationKind::Border, "Cửa khẩu Lao Bảo").await;
    let desk = world.staff(airport, Role::Supervisor).await;
    let day = (world.app.clock.today() + time::Duration::days(1)).to_string();
    let file = world.var.join("list.csv");
    let out = world.var.join("faulty.csv");
    let (file, out) = (file.to_str().unwrap(), out.to_str().unwrap());
    let with = |more: &[&str]| {
        let mut words = vec!["import", "manifest", file, "--flight", "VN417", "--on", &day, "--as", &desk.email];
        words.extend_from_slice(more);
        trove(&world, &words)
    };
    std::fs::write(file, "Họ tên,Mã\nAn,C1234567\n,C1234568\n").unwrap();
    let asked = with(&[]);
    assert_eq!(asked.status.code(), Some(1));
    assert!(said(&asked).contains("--column 'Mã=FIELD'"), "{}", said(&asked));
    assert_eq!(with(&["--column", "Mã=nothing"]).status.code(), Some(2));
    let done = with(&["--column", "Mã=passport", "--faulty", out]);
    assert_eq!(done.status.code(), Some(3), "{}", said(&done));
    assert!(said(&done).contains("1 on the list, 0 there already, 0 good and waiting, 1 to mend"), "{}", said(&done));
    assert!(!said(&done).contains("C1234567"), "nobody's data on a terminal");
    assert!(std::fs::read_to_string(out).unwrap().contains("3,,C1234568,"));
    assert_eq!(with(&["--column", "Mã=passport"]).status.code(), Some(1), "the same file again");
    let id = world.text("SELECT id FROM imports").await;
    assert_eq!(trove(&world, &["import", "resume", &id, "--as", &desk.email]).status.code(), Some(3));
    assert_eq!(world.count("manifest_rows").await, 1);
    let esc = world.organisation(OrganisationKind::Esc, "Trung tâm").await;
    let stranger = world.staff(esc, Role::Desk).await;
    assert_eq!(trove(&world, &["import", "resume", &id, "--as", &stranger.email]).status.code(), Some(1));
    for words in [vec!["import", "--help"], vec!["import", "manifest", "--help"], vec!["import", "resume", "--help"]] {
        assert_eq!(trove(&world, &words).status.code(), Some(0));
    }
}

#[rocket::async_test]
async fn sheets_come_as_workbooks_too() {
    let world = World::empty().await;
    let mut desk = desk(&world).await;
    let records: Vec<Vec<String>> =
        [["Full name", "DOB", "Passport No."], ["NGUYEN THI MAU", "15/02/1990", "C1234567"], ["", "1990", "C1234568"]]
            .iter()
            .map(|row| row.iter().map(|c| (*c).to_owned()).collect())
            .collect();
    let place = upload_as(&mut desk, &Uuid::new_v4().to_string(), "list.xlsx", &workbook(&records).unwrap(), &[])
        .await
        .location
        .unwrap();
    work(&world).await;
    desk.get(&place).await.shows("Đưa 1 dòng đúng").shows("1 dòng cần sửa").shows("list.xlsx");
    // Mended in a spreadsheet, the sheet of faulty lines is another file that reads by itself.
    let csv = desk.get(&format!("{place}/faulty.csv")).await.body.replace("3,,", "3,Trần Văn An,");
    let mended = upload(&mut desk, csv.as_bytes()).await;
    mended.is(Status::SeeOther);
    work(&world).await;
    desk.get(&mended.location.unwrap()).await.shows("Đưa 1 dòng đúng");
}
