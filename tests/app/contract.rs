//! Contracts of workers who left: brought in, found to be somebody's; and whoever may be back, asked after.

use rocket::http::{ContentType, Status};
use trove::access::{OrganisationKind, Role};
use uuid::Uuid;

use crate::command::{said, trove, world_with_keys};
use crate::support::{Answer, Browser, World};

async fn upload_as(browser: &mut Browser<'_>, name: &str, bytes: &[u8]) -> Answer {
    let mut body = format!(
        "--b0undary\r\nContent-Disposition: form-data; name=\"submission\"\r\n\r\n{}\r\n--b0undary\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n",
        Uuid::new_v4()
    )
    .into_bytes();
    body.extend_from_slice(bytes);
    body.extend_from_slice(b"\r\n--b0undary--\r\n");
    browser
        .send_as(ContentType::new("multipart", "form-data").with_params(("boundary", "b0undary")), "/imports", body)
        .await
}

async fn upload(browser: &mut Browser<'_>, text: &str) -> Answer {
    upload_as(browser, "hợp đồng.csv", text.as_bytes()).await
}

async fn work(world: &World) {
    while world.app.worker().run_due().await.unwrap() > 0 {}
}

async fn keeper(world: &World) -> Browser<'_> {
    let dolab = world.organisation(OrganisationKind::Dolab, "Cục A").await;
    world.staff(dolab, Role::Supervisor).await
}

/// Brings a base in and keeps its good lines; gives the address of the import.
async fn brought_in(world: &World, keeper: &mut Browser<'_>, text: &str) -> String {
    let sent = upload(keeper, text).await;
    let place = sent.is(Status::SeeOther).location.clone().unwrap();
    work(world).await;
    keeper.post(&format!("{place}/commit"), &[]).await.is(Status::SeeOther);
    work(world).await;
    place
}

const HEAD: &str = "Họ và tên,Giới tính,Ngày sinh,Số hộ chiếu,Số CCCD,Số điện thoại,Tỉnh,Nước làm việc,Ngày bắt đầu hợp đồng,Ngày kết thúc hợp đồng,Ngành,Nghề nghiệp,Doanh nghiệp,Trình độ,Chi phí,Mức lương,Loại tiền\n";
const MAU: &str = "Nguyễn Thị Mậu,Nữ,15/02/1990,C1234567,040190000018,0912345678,Nghệ An,Hàn Quốc,15/03/2022,14/03/2025,14,8153,Công ty A,3,95.000.000,1.950.000,KRW\n";

fn base(lines: &[&str]) -> String {
    HEAD.to_owned() + &lines.concat()
}

/// A centre of a province, with somebody in a role.
async fn centre<'w>(world: &'w World, name: &str, province: &str, role: Role) -> Browser<'w> {
    let centre = world.organisation(OrganisationKind::Esc, name).await;
    world.sql(&format!("UPDATE organisations SET province_code = '{province}' WHERE id = '{centre}'")).await;
    world.staff(centre, role).await
}

/// Registers somebody with this card, home in Nghệ An, who came back from Korea in the given year; gives the return's address.
async fn returned(browser: &mut Browser<'_>, name: &str, card: &str, year: &str, more: &[(&str, &str)]) -> String {
    let mut fields = vec![
        ("person.name", name),
        ("person.none_of_these", "true"),
        ("address.province", "Nghệ An"),
        ("return.standing", "returned"),
        ("return.entered.day", "20"),
        ("return.entered.month", "3"),
        ("return.entered.year", year),
        ("return.absence.left", "not-known"),
    ];
    // What is not said otherwise.
    for (field, usual) in [
        ("person.sex", "female"),
        ("return.previous_country", "Hàn Quốc"),
        ("return.absence.wants_help", "not-known"),
        ("person.birth.year", "1990"),
    ] {
        if !more.iter().any(|(name, _)| *name == field) {
            fields.push((field, usual));
        }
    }
    if !card.is_empty() {
        fields.extend([
            ("document.kind", "citizen-card"),
            ("document.number", card),
            ("document.shown_as", "original"),
        ]);
    }
    fields.extend_from_slice(more);
    browser.post("/intake", &fields).await.is(Status::SeeOther).location.clone().unwrap()
}

#[rocket::async_test]
async fn a_base_is_read_mended_and_kept_once() {
    let world = World::empty().await;
    let mut keeper = keeper(&world).await;
    let text = base(&[
        MAU,
        "Trần Văn An,Nam,1988,C2000001,,,Hà Tĩnh,Nhật Bản,01/06/2025,31/05/2024,,,,,,,\n",
        "Lê Ba,Nam,1988,C2000002,,,Hà Tĩnh,Atlantis,01/06/2025,,,,,,,,\n",
        "Lê Bốn,Nam,1988,C2000003,,,Hà Tĩnh,JP,31/02/2025,,,,,,,,\n",
        "Lê Năm,Nam,1988,C2000004,,,Hà Tĩnh,JP,01/06/2025,,,,,,,-5,JPY\n",
        "Lê Sáu,Nam,1988,C2000005,,,Hà Tĩnh,JP,01/06/2025,,,,,,,178000,\n",
        "=cmd(),Nam,1988,C2000006,,,Hà Tĩnh,JP,01/06/2025,,,,,,,,\n",
        "Mậu Nguyễn,Nữ,1990,C7654321,040190000018,,Nghệ An,KR,15/03/2022,,,,,,,,\n",
        "Lê Tám,Nam,1988,C2000008,,,Hà Tĩnh,,01/06/2025,,may mặc vũ trụ,,,,,,\n",
        "Lê Chín,Nam,1988,C2000009,,,Hà Tĩnh,JP,01/06/2025,,,,,,3000 USD,,\n",
    ]);
    let text = text.replace("Loại tiền\n", "Loại tiền,Tình trạng cư trú\n").replace("KRW\n", "KRW,quá hạn\n");
    let text: String = text
        .lines()
        .enumerate()
        .map(|(n, line)| if n < 2 { format!("{line}\n") } else { format!("{line},\n") })
        .collect();
    let place = upload(&mut keeper, &text).await.is(Status::SeeOther).location.clone().unwrap();
    work(&world).await;
    let page = keeper.get(&place).await;
    page.is(Status::Ok).shows("Đưa 1 dòng đúng vào cơ sở dữ liệu").shows("9 dòng cần sửa").shows("Tình trạng cư trú");
    page.hides("quá hạn").hides("Ngày đến");
    for said in [
        "Ngày hết hợp đồng phải sau ngày bắt đầu.",
        "Nước làm việc: Không có tên này trong danh mục.",
        "Ngày bắt đầu hợp đồng: Không có ngày này",
        "Lương một tháng: Xin nhập số tiền bằng chữ số",
        "Loại tiền của lương: Xin nhập mã loại tiền",
        "Ô chứa công thức.",
        "Cùng người, cùng nước, cùng ngày bắt đầu với dòng 2.",
        "Nước làm việc: Xin nhập nội dung này.",
        "Ngành (ISIC): Không có trong danh mục.",
        "Xin nhập số tiền bằng đồng",
    ] {
        page.shows(said);
    }
    assert_eq!(world.count("contract_departures").await, 0, "nothing is kept before somebody says so");
    // By hand: what is still wrong stays beside its cell.
    let row = format!("{place}/rows/3");
    let form = keeper.get(&row).await;
    assert!(form.is(Status::Ok).error_at("cell[9]").unwrap().contains("sau ngày bắt đầu"));
    let print = form.value("fingerprint").unwrap();
    let mended = |end: &'static str| {
        let cells = ["Trần Văn An", "Nam", "1988", "C2000001", "", "", "Hà Tĩnh", "Nhật Bản", "01/06/2025", end];
        let mut fields: Vec<(String, String)> =
            cells.iter().enumerate().map(|(at, cell)| (format!("cell[{at}]"), (*cell).to_owned())).collect();
        fields.push(("fingerprint".into(), print.clone()));
        fields
    };
    let send = |fields: Vec<(String, String)>| fields;
    let fields = send(mended("x"));
    let pairs: Vec<(&str, &str)> = fields.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let again = keeper.post(&row, &pairs).await;
    assert_eq!(again.is(Status::UnprocessableEntity).value("cell[9]").as_deref(), Some("x"));
    let fields = send(mended("31/05/2028"));
    let pairs: Vec<(&str, &str)> = fields.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    keeper.post(&row, &pairs).await.is(Status::SeeOther);
    keeper.get(&format!("{place}/faulty.csv")).await.is(Status::Ok).shows("'=cmd()").hides("C1234567");

    keeper.post(&format!("{place}/commit"), &[]).await.is(Status::SeeOther);
    work(&world).await;
    keeper.get(&place).await.shows("Đã xong").shows("Đã đưa vào hoặc cập nhật");
    assert_eq!(world.count("contract_departures").await, 2);
    assert_eq!(
        world.text("SELECT concat_ws(' ', country, province_code, contract_start, contract_end, activity, occupation, education_level, recruitment_cost, wage, wage_currency) FROM contract_departures WHERE name = 'Nguyễn Thị Mậu'").await,
        "KR 40 2022-03-15 2025-03-14 14 8153 3 95000000 1950000 KRW"
    );
    assert_eq!(world.count("contract_papers WHERE octet_length(number_sealed) > 20").await, 3);
    assert_eq!(world.count("persons").await, 0, "nobody has a record because they left");
    assert_eq!(
        world.count("import_rows WHERE state = 'committed' AND (cells <> '{}' OR contract_id IS NULL)").await,
        0
    );
    assert_eq!(world.count("manifests").await, 0);

    // The same file is the same import; the same contract in another is skipped, or brought up to date.
    assert_eq!(upload(&mut keeper, &text).await.location.as_deref(), Some(place.as_str()));
    let longer = MAU.replace("14/03/2025", "14/09/2025");
    let next = brought_in(&world, &mut keeper, &base(&[&longer])).await;
    assert_eq!(
        world.text("SELECT contract_end FROM contract_departures WHERE name = 'Nguyễn Thị Mậu'").await,
        "2025-09-14"
    );
    let reordered = base(&[&longer]).replace("Số hộ chiếu", "Passport No.");
    let third = brought_in(&world, &mut keeper, &reordered).await;
    assert_ne!(next, third);
    assert_eq!(world.count("import_rows WHERE state = 'skipped'").await, 1);
    assert_eq!(world.count("contract_departures").await, 2);
    assert_eq!(world.count("contract_papers").await, 3);
    let log = world.text("SELECT string_agg(about::text, ' ') FROM events").await;
    assert!(!log.contains("Nguyễn") && !log.contains("C1234567"));
}

#[rocket::async_test]
async fn only_its_keeper_brings_a_base_in() {
    let world = World::empty().await;
    let mut first = keeper(&world).await;
    let place = upload(&mut first, &base(&[MAU])).await.location.unwrap();
    work(&world).await;
    let mut centre = centre(&world, "Trung tâm A", "40", Role::Supervisor).await;
    let airport = world.organisation(OrganisationKind::Airport, "Bàn B").await;
    let mut desk = world.staff(airport, Role::Desk).await;
    let mut analyst = world.staff(first.user.unwrap().1, Role::Analyst).await;
    centre.get("/imports").await.is(Status::NotFound);
    upload(&mut centre, &base(&[MAU])).await.is(Status::NotFound);
    analyst.get("/imports").await.is(Status::Forbidden);
    desk.get("/imports").await.is(Status::Ok).shows("for=\"flight\"").hides("hợp đồng.csv");
    first.get("/imports").await.is(Status::Ok).shows("hợp đồng.csv").hides("for=\"flight\"");
    for path in [place.clone(), format!("{place}/faulty.csv")] {
        centre.get(&path).await.is(Status::NotFound);
        desk.get(&path).await.is(Status::NotFound);
    }
    for act in ["commit", "stop", "removal", "mapping"] {
        desk.post(&format!("{place}/{act}"), &[]).await.is(Status::NotFound);
    }
    assert_eq!(world.count("imports").await, 1);
}

#[rocket::async_test]
async fn what_the_file_leaves_open_is_asked() {
    let world = World::empty().await;
    let mut keeper = keeper(&world).await;
    upload(&mut keeper, "Họ tên,Nước làm việc,HỌ TÊN\nAn,KR,An\n")
        .await
        .is(Status::UnprocessableEntity)
        .shows("hai cột cùng tên");
    upload(&mut keeper, "").await.is(Status::UnprocessableEntity).shows("Xin chọn một tệp");
    assert_eq!(world.count("imports").await, 0);
    // No country, a heading that says nothing, and days that could be months.
    let text = "Họ tên;Mã X;Bắt đầu hợp đồng\nTrần Văn An;KR;03/04/2024\nLê Ba;JP;05/06/2024\n";
    let place = upload(&mut keeper, text).await.is(Status::SeeOther).location.clone().unwrap();
    let page = keeper.get(&place).await;
    page.shows("Các cột là gì?").shows("Ngày viết theo thứ tự nào?");
    let version = page.value("version").unwrap();
    let answer = |x: &'static str| {
        [
            ("version", version.clone()),
            ("column[0]", "name".into()),
            ("column[1]", x.into()),
            ("column[2]", "contract-start".into()),
            ("dates", "mdy".into()),
        ]
    };
    let wrong = answer("leave-out");
    let wrong: Vec<(&str, &str)> = wrong.iter().map(|(a, b)| (*a, b.as_str())).collect();
    let refused = keeper.post(&format!("{place}/mapping"), &wrong).await;
    assert!(refused.is(Status::UnprocessableEntity).error_at("column[0]").unwrap().contains("nước làm việc"));
    let right = answer("country");
    let right: Vec<(&str, &str)> = right.iter().map(|(a, b)| (*a, b.as_str())).collect();
    keeper.post(&format!("{place}/mapping"), &right).await.is(Status::SeeOther);
    work(&world).await;
    keeper.post(&format!("{place}/commit"), &[]).await.is(Status::SeeOther);
    work(&world).await;
    assert_eq!(
        world.text("SELECT string_agg(country || contract_start, ' ' ORDER BY country) FROM contract_departures").await,
        "JP2024-05-06 KR2024-03-04"
    );
}

#[rocket::async_test]
async fn a_contract_is_found_to_be_somebodys_and_says_what_nobody_said() {
    let world = World::empty().await;
    let mut keeper = keeper(&world).await;
    let mut counsellor = centre(&world, "Trung tâm A", "40", Role::Counsellor).await;
    // Somebody who was here before the base came.
    let place =
        returned(&mut counsellor, "Nguyễn Thị Mậu", "040190000018", "2025", &[("person.birth.year", "1990")]).await;
    work(&world).await;
    brought_in(&world, &mut keeper, &base(&[MAU])).await;
    assert_eq!(
        world.text("SELECT reason || ' ' || decision || ' ' || (decided_by IS NULL) FROM contract_links").await,
        "same-number same true"
    );
    let page = counsellor.get(&place).await;
    page.is(Status::Ok)
        .shows("Theo cơ sở dữ liệu hợp đồng")
        .shows("Công ty A")
        .shows("15/03/2022 – 14/03/2025")
        .shows("95.000.000 ₫")
        .hides("Người về kể khác");
    assert_eq!(world.count("labour_migrations").await, 0, "what somebody said is theirs to say");
    // The clock of the notice binds workers after a contract.
    page.hides("Chưa rõ thời hạn");
    assert_eq!(world.text("SELECT contract_end FROM episode_contracts").await, "2025-03-14");
    // What they say stands beside it.
    let edit = counsellor.get(&format!("{place}/edit")).await;
    let version = edit.value("return.version").unwrap_or_else(|| "1".into());
    let told = [
        ("return.standing", "returned"),
        ("return.previous_country", "Hàn Quốc"),
        ("return.entered.day", "20"),
        ("return.entered.month", "3"),
        ("return.entered.year", "2025"),
        ("return.version", version.as_str()),
        ("migration.sender", "Công ty B"),
        ("migration.version", "0"),
    ];
    counsellor.post(&place, &told).await.is(Status::SeeOther);
    assert_eq!(world.text("SELECT sender FROM labour_migrations").await, "Công ty B");
    counsellor.get(&place).await.shows("Công ty B").shows("Công ty A").shows("Người về kể khác");
    // The contract is brought up to date, and so is what it tells.
    brought_in(&world, &mut keeper, &base(&[&MAU.replace("14/03/2025", "31/03/2025")])).await;
    assert_eq!(world.text("SELECT contract_end FROM episode_contracts").await, "2025-03-31");

    // Somebody registered after the base came is found as well.
    brought_in(
        &world,
        &mut keeper,
        &base(&["Hồ Văn Đại,Nam,21/05/1985,C5550001,,,Nghệ An,KR,15/02/2021,31/01/2024,,,,,,,\n"]),
    )
    .await;
    let passport = [("document.kind", "passport"), ("document.number", "C5550001"), ("person.birth.year", "1985")];
    let late = returned(&mut counsellor, "Hồ Văn Đại", "", "2024", &passport).await;
    work(&world).await;
    counsellor.get(&late).await.shows("15/02/2021 – 31/01/2024");
    // Taken back, it tells nothing any more, and the number does not say it again.
    let mut supervisor = world.staff(counsellor.user.unwrap().1, Role::Supervisor).await;
    let link = world.text("SELECT l.id FROM contract_links l JOIN contract_departures c ON c.id = l.contract_id WHERE c.name = 'Hồ Văn Đại'").await;
    let shown = supervisor.get(&format!("/contract-links/{link}")).await;
    shown.is(Status::Ok).shows("Tự nối vì trùng số giấy tờ").shows("•••••001").hides("C5550001");
    let version = shown.value("version").unwrap();
    counsellor
        .post(&format!("/contract-links/{link}/decision/withdrawal"), &[("version", &version)])
        .await
        .is(Status::NotFound);
    supervisor
        .post(&format!("/contract-links/{link}/decision/withdrawal"), &[("version", &version)])
        .await
        .is(Status::SeeOther);
    counsellor.get(&late).await.hides("15/02/2021");
    world.sql("UPDATE contract_departures SET compared_at = NULL").await;
    brought_in(&world, &mut keeper, &base(&["Ai Đó,Nam,1970,C9990001,,,Nghệ An,KR,15/02/2021,31/01/2024,,,,,,,\n"]))
        .await;
    assert_eq!(world.count("contract_links WHERE decision IS NULL").await, 1);
}

#[rocket::async_test]
async fn who_is_only_alike_is_asked_about() {
    let world = World::empty().await;
    let mut keeper = keeper(&world).await;
    let mut counsellor = centre(&world, "Trung tâm A", "40", Role::Counsellor).await;
    let birth = [
        ("person.birth.day", "15"),
        ("person.birth.month", "2"),
        ("person.birth.year", "1990"),
        ("person.sex", "female"),
    ];
    let place = returned(&mut counsellor, "Nguyễn Thị Mậu Quỳnh", "", "2025", &birth).await;
    let line = "NGUYEN THI MAU QUYNH,Nữ,15/02/1990,C1234567,,,Nghệ An,Hàn Quốc,15/03/2022,14/03/2025,,,,,,,\n";
    brought_in(&world, &mut keeper, &base(&[line])).await;
    assert_eq!(world.count("contract_links WHERE decision IS NULL AND reason = 'match'").await, 1);
    counsellor.get(&place).await.hides("Theo cơ sở dữ liệu hợp đồng");
    // Another office's supervisor hears of nothing; DOLAB's decides of what lies between two offices.
    let mut other = centre(&world, "Trung tâm B", "42", Role::Supervisor).await;
    let link = world.text("SELECT id FROM contract_links").await;
    let path = format!("/contract-links/{link}");
    other.get(&path).await.is(Status::NotFound);
    other.get("/contract-links").await.is(Status::Ok).shows("Không có hợp đồng nào chờ xem");
    keeper.get("/contract-links").await.is(Status::Ok).shows("NGUYEN THI MAU QUYNH").shows("Nguyễn Thị Mậu Quỳnh");
    let page = keeper.get(&path).await;
    page.is(Status::Ok).shows("15/02/1990").hides("C1234567").hides("Mở hồ sơ");
    assert!(world.count("audit WHERE table_name = 'contract_departures' AND act = 'read'").await > 0);
    let version = page.value("version").unwrap();
    let none = keeper.post(&format!("{path}/decision"), &[("version", &version), ("note", "chưa rõ")]).await;
    assert!(none.is(Status::UnprocessableEntity).error_at("decision").is_some());
    assert_eq!(none.value("note").as_deref(), Some("chưa rõ"));
    let same = [("version", version.as_str()), ("decision", "same")];
    keeper.post(&format!("{path}/decision"), &same).await.is(Status::SeeOther);
    keeper.post(&format!("{path}/decision"), &same).await.is(Status::Conflict);
    counsellor.get(&place).await.shows("Theo cơ sở dữ liệu hợp đồng").shows("15/03/2022 – 14/03/2025");
    // Decided once, it is not asked again, whatever is compared.
    world.sql("UPDATE contract_departures SET compared_at = NULL").await;
    brought_in(&world, &mut keeper, &base(&["Ai Đó,Nam,1970,C9990001,,,Nghệ An,KR,15/02/2021,31/01/2024,,,,,,,\n"]))
        .await;
    assert_eq!(world.text("SELECT decision FROM contract_links").await, "same");
}

#[rocket::async_test]
async fn a_merge_takes_contracts_along_and_gives_them_back() {
    let world = World::empty().await;
    let mut keeper = keeper(&world).await;
    let mut counsellor = centre(&world, "Trung tâm A", "40", Role::Counsellor).await;
    let mut supervisor = world.staff(counsellor.user.unwrap().1, Role::Supervisor).await;
    let first = counsellor.register("Nguyễn Thị Mậu", &[("person.birth.year", "1990")]).await;
    let place =
        returned(&mut counsellor, "Nguyen Thi Mau", "040190000018", "2025", &[("person.birth.year", "1990")]).await;
    brought_in(&world, &mut keeper, &base(&[MAU])).await;
    assert_eq!(world.count("episode_contracts").await, 1);
    world.sql("INSERT INTO duplicate_suspicions (id, person_a, person_b, reason) SELECT gen_random_uuid(), min(id::text)::uuid, max(id::text)::uuid, 'match' FROM persons ON CONFLICT DO NOTHING").await;
    let pair = world.text("SELECT id FROM duplicate_suspicions").await;
    supervisor.post(&format!("/duplicates/{pair}/decision"), &[("decision", "same")]).await.is(Status::SeeOther);
    let form = supervisor.get(&format!("/duplicates/{pair}/merge")).await;
    let (a, b) = (form.value("version_a").unwrap(), form.value("version_b").unwrap());
    supervisor
        .post(&format!("/duplicates/{pair}/merge"), &[("version_a", &a), ("version_b", &b)])
        .await
        .is(Status::SeeOther);
    let kept = "SELECT p.code FROM contract_links l JOIN persons p ON p.id = l.person_id WHERE l.decision = 'same'";
    assert_eq!(world.text(kept).await, first);
    assert_eq!(world.count("episode_contracts x JOIN episodes e ON e.id = x.episode_id JOIN persons p ON p.id = e.person_id WHERE p.merged_into IS NULL").await, 1);
    let merge = world.text("SELECT id FROM merges").await;
    supervisor.post(&format!("/merges/{merge}/undo"), &[("reason", "nhầm")]).await.is(Status::SeeOther);
    assert_ne!(world.text(kept).await, first);
    counsellor.get(&place).await.shows("Theo cơ sở dữ liệu hợp đồng");
}

/// Days from today as a base writes them.
fn day(world: &World, days: i64) -> String {
    let day = world.app.clock.today() + time::Duration::days(days);
    format!("{:02}/{:02}/{}", day.day(), day.month() as u8, day.year())
}

async fn number(browser: &mut Browser<'_>, of: &str) -> String {
    let page = browser.get("/unknown-returnees").await;
    let link = format!("href=\"/unknown-returnees/list?of={of}\">");
    page.is(Status::Ok).body.split_once(&link).expect("a number").1.split('<').next().unwrap().to_owned()
}

const DUE: [(&str, &str); 3] = [("task.due.day", "1"), ("task.due.month", "2"), ("task.due.year", "2027")];

#[rocket::async_test]
async fn whoever_may_be_back_is_asked_after_by_their_own_province() {
    let world = World::empty().await;
    let mut keeper = keeper(&world).await;
    let mut supervisor = centre(&world, "Trung tâm A", "40", Role::Supervisor).await;
    let mut counsellor = world.staff(supervisor.user.unwrap().1, Role::Counsellor).await;
    let mut other = centre(&world, "Trung tâm B", "42", Role::Supervisor).await;
    let line = |name: &str, passport: &str, from: i64, to: i64| {
        format!("{name},Nam,1985,{passport},,0912000111,Nghệ An,JP,{},{},,,,,,,\n", day(&world, from), day(&world, to))
    };
    brought_in(
        &world,
        &mut keeper,
        &base(&[
            &line("Đặng Đã Hết", "C3000001", -1200, -100),
            &line("Phan Vừa Hết", "C3000002", -1200, -10),
            &line("Lý Gia Hạn", "C3000003", -2000, -900),
            &line("Lý Gia Hạn", "C3000003", -800, 200),
            &line("Ngô Đang Làm", "C3000004", -300, 600),
        ]),
    )
    .await;
    assert_eq!(number(&mut supervisor, "contract-ended").await, "1");
    assert_eq!(number(&mut other, "contract-ended").await, "0");
    let list = supervisor.get("/unknown-returnees/list?of=contract-ended").await;
    list.is(Status::Ok).shows("Nam, sinh 1985").shows("Nhật Bản");
    for hidden in ["Đặng", "C3000001", "912000111"] {
        list.hides(hidden);
    }
    let subject = world.text("SELECT id FROM contract_departures WHERE name = 'Đặng Đã Hết'").await;
    let ask = format!("/unknown-returnees/contract-ended/{subject}");
    // A counsellor sees how many; who asks is a supervisor, of this province.
    counsellor.get("/unknown-returnees/list?of=contract-ended").await.is(Status::Ok).hides(&ask);
    counsellor.get(&ask).await.is(Status::Forbidden);
    other.get(&ask).await.is(Status::NotFound);
    supervisor.get(&ask).await.is(Status::Ok).hides("Đặng");
    let refused = supervisor
        .post(
            &ask,
            &[("task.commune", "Không Có"), ("task.due.day", "1"), ("task.due.month", "1"), ("task.due.year", "2020")],
        )
        .await;
    refused.is(Status::UnprocessableEntity);
    for field in ["task.commune", "task.given_to", "task.accountable", "task.due"] {
        assert!(refused.error_at(field).is_some(), "{field}");
    }
    assert_eq!(refused.value("task.commune").as_deref(), Some("Không Có"));
    let who = counsellor.user.unwrap().0.to_string();
    let commune = world.text("SELECT vi FROM communes WHERE parent = '40' ORDER BY code LIMIT 1").await;
    let mut task =
        vec![("task.commune", commune.as_str()), ("task.given_to", "Cán bộ xã"), ("task.accountable", who.as_str())];
    task.extend(DUE);
    other.post(&ask, &task).await.is(Status::NotFound);
    let made = supervisor.post(&ask, &task).await.is(Status::SeeOther).location.clone().unwrap();
    supervisor.post(&ask, &task).await.is(Status::Conflict);
    assert_eq!(number(&mut supervisor, "contract-ended").await, "0");
    // Now, and for this office, the name shows; it is on record.
    counsellor.get("/contact-tasks").await.is(Status::Ok).shows("Cán bộ xã").hides("Đặng");
    counsellor.get(&made).await.is(Status::Ok).shows("Đặng Đã Hết").shows("+84912000111").hides("C3000001");
    assert!(world.count("audit WHERE table_name = 'contract_departures' AND act = 'list'").await > 0);
    other.get(&made).await.is(Status::NotFound);
    let outcome = format!("{made}/outcome");
    other.post(&outcome, &[("outcome", "returned"), ("version", "1")]).await.is(Status::NotFound);
    let none = counsellor.post(&outcome, &[("version", "1"), ("note", "gọi hai lần")]).await;
    assert!(none.is(Status::UnprocessableEntity).error_at("outcome").is_some());
    assert_eq!(none.value("note").as_deref(), Some("gọi hai lần"));
    assert!(
        counsellor.post(&outcome, &[("version", "1"), ("outcome", "wants-help")]).await.error_at("outcome").is_some()
    );
    counsellor.post(&outcome, &[("version", "1"), ("outcome", "not-found")]).await.is(Status::SeeOther);
    counsellor.post(&outcome, &[("version", "1"), ("outcome", "returned")]).await.is(Status::Conflict);
    counsellor.get(&made).await.hides("Đặng").hides("912000111");
    counsellor.get("/contact-tasks?state=not-found").await.shows("Cán bộ xã");
    // Not found, they wait again; found to be back, they are registered at the door.
    assert_eq!(number(&mut supervisor, "contract-ended").await, "1");
    supervisor.get("/unknown-returnees/list?of=contract-ended").await.shows("Đã hỏi 1 lần");
    let made = supervisor.post(&ask, &task).await.location.unwrap();
    counsellor
        .post(&format!("{made}/outcome"), &[("version", "1"), ("outcome", "returned")])
        .await
        .is(Status::SeeOther);
    counsellor.get("/contact-tasks?state=to-register").await.shows("Cán bộ xã");
    let page = counsellor.get(&made).await;
    assert_eq!(page.value("person.name").as_deref(), Some("Đặng Đã Hết"));
    let door = counsellor
        .post(
            "/intake/scan",
            &[("person.name", "Đặng Đã Hết"), ("person.birth.year", "1985"), ("address.province", "Tỉnh Nghệ An")],
        )
        .await;
    assert_eq!(door.is(Status::Ok).value("person.name").as_deref(), Some("Đặng Đã Hết"));
    let passport = [
        ("document.kind", "passport"),
        ("document.number", "C3000001"),
        ("person.birth.year", "1985"),
        ("return.previous_country", "Nhật Bản"),
    ];
    returned(&mut counsellor, "Đặng Đã Hết", "", "2026", &passport).await;
    work(&world).await;
    counsellor.get("/contact-tasks?state=to-register").await.hides("Cán bộ xã");
    counsellor.get(&made).await.hides("Đặng");
    assert_eq!(number(&mut supervisor, "contract-ended").await, "0");
}

#[rocket::async_test]
async fn a_return_without_a_case_becomes_a_task_and_a_case() {
    let world = World::empty().await;
    let mut supervisor = centre(&world, "Trung tâm A", "40", Role::Supervisor).await;
    let airport = world.organisation(OrganisationKind::Airport, "Bàn B").await;
    let mut desk = world.staff(airport, Role::Desk).await;
    let today = world.app.clock.today();
    let (d, m, y) = (today.day().to_string(), (today.month() as u8).to_string(), today.year().to_string());
    let mut arrived = async |name: &str, more: &[(&str, &str)]| {
        let mut fields = vec![
            ("person.name", name),
            ("person.none_of_these", "true"),
            ("person.birth.year", "1979"),
            ("address.province", "Nghệ An"),
            ("contact.value", "0912777888"),
            ("return.standing", "returned"),
            ("return.previous_country", "KR"),
            ("person.sex", "female"),
            ("return.absence.left", "not-known"),
            ("return.entered.day", &d),
            ("return.entered.month", &m),
            ("return.entered.year", &y),
        ];
        if more.is_empty() {
            fields.push(("return.absence.wants_help", "not-known"));
        }
        fields.extend_from_slice(more);
        desk.post("/intake", &fields).await.is(Status::SeeOther);
    };
    arrived("Vương Chưa Hỏi", &[]).await;
    arrived("Mạc Không Cần", &[("return.wants_help", "no")]).await;
    arrived("Tạ Được Giúp", &[("return.wants_help", "yes"), ("screening.urgency", "routine")]).await;
    arrived("Kiều Kín Đáo", &[]).await;
    world.sql("UPDATE persons SET protected = true WHERE name = 'Kiều Kín Đáo'").await;
    assert_eq!(
        number(&mut supervisor, "return-no-case").await,
        "1",
        "nobody who said no, who is helped, or who is protected"
    );
    assert_eq!(number(&mut supervisor, "return-no-contract").await, "3");
    let subject = world
        .text("SELECT e.id FROM episodes e JOIN persons p ON p.id = e.person_id WHERE p.name = 'Vương Chưa Hỏi'")
        .await;
    let ask = format!("/unknown-returnees/return-no-case/{subject}");
    supervisor.get(&ask).await.is(Status::Ok).hides("Vương");
    let who = supervisor.user.unwrap().0.to_string();
    let commune = world.text("SELECT vi FROM communes WHERE parent = '40' ORDER BY code LIMIT 1").await;
    let mut task =
        vec![("task.commune", commune.as_str()), ("task.given_to", "Cán bộ xã"), ("task.accountable", who.as_str())];
    task.extend(DUE);
    let made = supervisor.post(&ask, &task).await.is(Status::SeeOther).location.clone().unwrap();
    // Nobody is asked after twice at once, on whichever list.
    assert_eq!(number(&mut supervisor, "return-no-contract").await, "2");
    let code = world.text("SELECT code FROM persons WHERE name = 'Vương Chưa Hỏi'").await;
    supervisor
        .get(&made)
        .await
        .is(Status::Ok)
        .shows("Vương Chưa Hỏi")
        .hides("912777888")
        .shows("chưa cho biết là an toàn");
    supervisor.get(&format!("/people/{code}")).await.is(Status::NotFound);
    assert!(world.count("audit WHERE table_name = 'persons' AND act = 'read'").await > 0);
    let led = supervisor.post(&format!("{made}/outcome"), &[("version", "1"), ("outcome", "wants-help")]).await;
    let case = led.is(Status::SeeOther).location.clone().unwrap();
    assert!(case.ends_with("/screening"), "{case}");
    supervisor.get(&case).await.is(Status::Ok).shows("Vương Chưa Hỏi");
    supervisor.get(&format!("/people/{code}")).await.is(Status::Ok);
    assert_eq!(world.count("cases c JOIN episodes e ON e.id = c.episode_id JOIN persons p ON p.id = e.person_id WHERE p.name = 'Vương Chưa Hỏi'").await, 1);
    assert_eq!(number(&mut supervisor, "return-no-case").await, "0");
}

#[rocket::async_test]
async fn nothing_of_somebody_protected_is_said() {
    let world = World::empty().await;
    let mut keeper = keeper(&world).await;
    let mut counsellor = centre(&world, "Trung tâm A", "40", Role::Counsellor).await;
    let mut supervisor = world.staff(counsellor.user.unwrap().1, Role::Supervisor).await;
    let birth = [
        ("person.birth.day", "15"),
        ("person.birth.month", "2"),
        ("person.birth.year", "1990"),
        ("person.sex", "female"),
    ];
    returned(&mut counsellor, "Nguyễn Thị Mậu Quỳnh", "", "2025", &birth).await;
    let code = world.text("SELECT code FROM persons").await;
    let named = supervisor.user.unwrap().0.to_string();
    supervisor.post(&format!("/people/{code}/protection"), &[("staff", &named)]).await.is(Status::SeeOther);
    let line = "NGUYEN THI MAU QUYNH,Nữ,15/02/1990,C1234567,,,Nghệ An,Hàn Quốc,15/03/2022,14/03/2025,,,,,,,\n";
    brought_in(&world, &mut keeper, &base(&[line])).await;
    assert_eq!(world.count("contract_links").await, 1);
    keeper.get("/contract-links").await.is(Status::Ok).hides("Quỳnh").hides("QUYNH");
    let link = world.text("SELECT id FROM contract_links").await;
    keeper.get(&format!("/contract-links/{link}")).await.is(Status::NotFound);
    let mut third = world.staff(counsellor.user.unwrap().1, Role::Supervisor).await;
    third.get(&format!("/contract-links/{link}")).await.is(Status::NotFound);
    supervisor.get("/contract-links").await.is(Status::Ok).shows("QUYNH");
    third.get("/unknown-returnees/list?of=contract-ended").await.is(Status::Ok).hides("Có thể đã đăng ký");
    let version = supervisor.get(&format!("/contract-links/{link}")).await.is(Status::Ok).value("version").unwrap();
    supervisor
        .post(&format!("/contract-links/{link}/decision"), &[("version", &version), ("decision", "same")])
        .await
        .is(Status::SeeOther);
    assert_eq!(number(&mut third, "contract-ended").await, "0");
}

#[rocket::async_test]
async fn after_its_years_nothing_is_left_but_what_is_counted() {
    let world = World::empty().await;
    let mut keeper = keeper(&world).await;
    brought_in(&world, &mut keeper, &base(&[MAU])).await;
    world.sql("UPDATE contract_departures SET contract_start = '2010-01-01', contract_end = '2012-01-01', brought_at = '2012-06-01'").await;
    world.app.plan().await.unwrap();
    work(&world).await;
    assert_eq!(world.count("contract_departures WHERE erased_at IS NOT NULL AND name IS NULL AND phone IS NULL AND birth_precision = 'year' AND country = 'KR' AND wage IS NOT NULL").await, 1);
    assert_eq!(world.count("contract_papers").await + world.count("contract_keys").await, 0);
    assert_eq!(world.count("row_versions WHERE row::text LIKE '%Mậu%'").await, 0);
}

#[rocket::async_test]
async fn the_command_line_brings_in_the_same_base() {
    let world = world_with_keys().await;
    let dolab = world.organisation(OrganisationKind::Dolab, "Cục A").await;
    let keeper = world.staff(dolab, Role::Supervisor).await;
    let airport = world.organisation(OrganisationKind::Airport, "Bàn B").await;
    let desk = world.staff(airport, Role::Desk).await;
    let file = world.var.join("hop-dong.csv");
    std::fs::write(&file, base(&[MAU, "Trần Văn An,Nam,1988,C2000001,,,Hà Tĩnh,JP,01/06/2025,31/05/2024,,,,,,,\n"]))
        .unwrap();
    let file = file.to_str().unwrap();
    let faulty = world.var.join("sua.csv");
    let words = ["import", "contracts", file, "--as", &keeper.email, "--faulty", faulty.to_str().unwrap()];
    let done = trove(&world, &words);
    assert_eq!(done.status.code(), Some(3), "{}", said(&done));
    assert!(
        said(&done).contains("2 lines, 1 in the base, 0 there already, 0 good and waiting, 1 to mend"),
        "{}",
        said(&done)
    );
    assert!(
        std::fs::read_to_string(&faulty).unwrap().contains("The end of the contract must be after its start."),
        "{}",
        std::fs::read_to_string(&faulty).unwrap()
    );
    assert_eq!(world.count("contract_departures").await, 1);
    let again = trove(&world, &words);
    assert_eq!(again.status.code(), Some(1));
    assert!(said(&again).contains("was brought in before"), "{}", said(&again));
    let refused = trove(&world, &["import", "contracts", file, "--as", &desk.email]);
    assert!(said(&refused).contains("brings in passenger lists"), "{}", said(&refused));
    let unclear = world.var.join("khac.csv");
    std::fs::write(&unclear, "Họ tên,Bắt đầu hợp đồng\nAn,2024-01-01\n").unwrap();
    let asked = trove(&world, &["import", "contracts", unclear.to_str().unwrap(), "--as", &keeper.email]);
    assert!(said(&asked).contains("no column holds country"), "{}", said(&asked));
}
