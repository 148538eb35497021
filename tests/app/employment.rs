//! Work: employers and vacancies, a list that explains itself, a proposal, the first day, and how it is after months.

use rocket::http::Status;
use time::Duration;
use trove::access::Role;

use crate::journey::{Offices, day, offices, pairs, sent, taken_in};
use crate::skill::welder;
use crate::support::{Answer, Browser, World};

/// An employer of Nghệ An; its address.
pub async fn employer(browser: &mut Browser<'_>, name: &str) -> String {
    let fields = [("employer.name", name), ("employer.province", "40"), ("employer.willing", "yes")];
    browser.post("/employers", &fields).await.is(Status::SeeOther).location.clone().unwrap()
}

/// A vacancy of a welder in Nghệ An with a few things changed.
async fn offered_work(browser: &mut Browser<'_>, employer: &str, changed: &[(&str, &str)]) -> Answer {
    let today = browser.world.app.clock.today();
    let mut fields = pairs(&[
        ("vacancy.title", "Thợ hàn ca ngày"),
        ("vacancy.occupation", "7212"),
        ("vacancy.seats", "2"),
        ("vacancy.province", "40"),
        ("vacancy.wage_from", "9.000.000"),
        ("vacancy.wage_to", "12.000.000"),
        ("vacancy.hours", "48"),
        ("vacancy.has", "formal"),
    ]);
    fields.extend(day("vacancy.closes", today + Duration::days(200)));
    for (name, value) in changed {
        fields.retain(|(known, _)| known != name);
        fields.push(((*name).to_owned(), (*value).to_owned()));
    }
    sent(browser, &format!("{employer}/vacancies"), &fields).await
}

pub async fn vacancy(browser: &mut Browser<'_>, employer: &str, changed: &[(&str, &str)]) -> String {
    let answer = offered_work(browser, employer, changed).await;
    answer.is(Status::SeeOther).location.as_deref().unwrap().rsplit('/').next().unwrap().to_owned()
}

pub async fn looks(browser: &mut Browser<'_>, case: &str, changed: &[(&str, &str)]) -> Answer {
    let mut fields = pairs(&[
        ("search.looking", "yes"),
        ("search.hours", "full"),
        ("search.wage_least", "8.000.000"),
        ("search.wage_before", "6.000.000"),
        ("search.version", "0"),
    ]);
    for (name, value) in changed {
        fields.retain(|(known, _)| known != name);
        fields.push(((*name).to_owned(), (*value).to_owned()));
    }
    sent(browser, &format!("/cases/{case}/job-search"), &fields).await
}

const AGREED: [(&str, &str); 2] = [("choice.what", "referred"), ("choice.agreed", "true")];

/// Somebody is proposed; the proposal's address.
pub async fn proposed(browser: &mut Browser<'_>, case: &str, vacancy: &str) -> String {
    let answer = browser.post(&format!("/cases/{case}/jobs/{vacancy}"), &AGREED).await;
    answer.is(Status::SeeOther).location.clone().unwrap()
}

/// Work that began `days` ago, for a proposal.
pub async fn began(browser: &mut Browser<'_>, case: &str, referral: &str, version: &str, days: i64) -> Answer {
    let today = browser.world.app.clock.today();
    let mut fields = pairs(&[
        ("referral", referral.rsplit('/').next().unwrap()),
        ("version", version),
        ("place.employer", "Xưởng Ví Dụ"),
        ("place.occupation", "7212"),
        ("place.province", "40"),
        ("how.wage", "11.000.000"),
        ("how.hours", "48"),
        ("how.uses_skills", "yes"),
        ("how.formal", "yes"),
        ("how.more_hours", "no"),
        ("how.below", "no"),
        ("how.far", "daily"),
    ]);
    fields.extend(day("place.started", today - Duration::days(days)));
    sent(browser, &format!("/cases/{case}/placements"), &fields).await
}

struct Scene<'a> {
    counsellor: Browser<'a>,
    case: String,
    person: String,
    employer: String,
}

async fn scene<'a>(world: &'a World, offices: &Offices) -> Scene<'a> {
    let mut counsellor = world.staff(offices.centre, Role::Counsellor).await;
    let case = taken_in(&mut counsellor, "Nguyễn Thị Mậu").await;
    let sql = format!(
        "SELECT p.code FROM persons p JOIN episodes e ON e.person_id = p.id JOIN cases c ON c.episode_id = e.id WHERE c.code = '{case}'"
    );
    let person = world.text(&sql).await;
    welder(&mut counsellor, &person).await;
    let employer = employer(&mut counsellor, "Xưởng Ví Dụ").await;
    Scene { counsellor, case, person, employer }
}

#[rocket::async_test]
async fn wrong_input_of_a_vacancy_is_explained_and_two_who_change_it_are_told() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let Scene { mut counsellor, employer, .. } = scene(&world, &offices).await;
    for (field, value, at) in [
        ("vacancy.wage_from", "0", "vacancy-wage_from"),
        ("vacancy.wage_to", "1000000000000", "vacancy-wage_to"),
        ("vacancy.wage_to", "8.000.000", "vacancy-wage_to"),
        ("vacancy.seats", "0", "vacancy-seats"),
        ("vacancy.level", "6", "vacancy-level"),
        ("vacancy.hours", "100", "vacancy-hours"),
        ("vacancy.province", "", "vacancy-province"),
        ("vacancy.closes.year", "2020", "vacancy-closes"),
        ("vacancy.language", "jpn", "vacancy-cefr"),
        ("vacancy.occupation", "không nghề nào", "vacancy-occupation"),
    ] {
        let answer = offered_work(&mut counsellor, &employer, &[(field, value)]).await;
        assert!(answer.is(Status::UnprocessableEntity).error_at(at).is_some(), "{field} {value}");
    }
    let abroad = [("vacancy.province", ""), ("vacancy.country", "Nhật Bản")];
    let answer = offered_work(&mut counsellor, &employer, &abroad).await;
    assert!(answer.is(Status::UnprocessableEntity).error_at("vacancy-permit").is_some());
    assert_eq!(world.count("vacancies").await, 0);
    let id = vacancy(&mut counsellor, &employer, &[]).await;
    counsellor.get(&format!("/vacancies/{id}")).await.is(Status::Ok).shows("9.000.000 – 12.000.000 đ");
    counsellor.get("/vacancies").await.shows("Thợ hàn ca ngày");
    counsellor.get("/vacancies?kind=abroad").await.hides("Thợ hàn ca ngày");
    // Another one of the office saved first.
    world.sql("UPDATE vacancies SET version = 2, seats = 7").await;
    let today = world.app.clock.today();
    let mut fields = pairs(&[
        ("vacancy.title", "Thợ hàn"),
        ("vacancy.occupation", "7212"),
        ("vacancy.seats", "3"),
        ("vacancy.province", "40"),
        ("vacancy.version", "1"),
    ]);
    fields.extend(day("vacancy.closes", today));
    let answer = sent(&mut counsellor, &format!("/vacancies/{id}"), &fields).await;
    assert_eq!(answer.is(Status::Conflict).shows("7").value("vacancy.version").as_deref(), Some("2"));
    // Other offices read it and do not change it.
    let mut other = world.staff(offices.desk, Role::Counsellor).await;
    other.get(&format!("/vacancies/{id}")).await.is(Status::Ok);
    other.get(&format!("/vacancies/{id}/edit")).await.is(Status::NotFound);
    counsellor.post(&format!("/vacancies/{id}/end"), &[("version", "2")]).await.is(Status::UnprocessableEntity);
    let end = [("because", "filled"), ("version", "2")];
    counsellor.post(&format!("/vacancies/{id}/end"), &end).await.is(Status::SeeOther);
    counsellor.get("/vacancies").await.hides("Thợ hàn ca ngày");
}

#[rocket::async_test]
async fn a_list_explains_itself_and_says_what_conditions_rule_out() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let Scene { mut counsellor, case, employer, .. } = scene(&world, &offices).await;
    let hair = [("vacancy.title", "Thợ làm tóc"), ("vacancy.occupation", "5141")];
    let hair = vacancy(&mut counsellor, &employer, &hair).await;
    let weld = vacancy(&mut counsellor, &employer, &[("vacancy.level", "3")]).await;
    let poor = [("vacancy.title", "Thợ hàn lương thấp"), ("vacancy.wage_from", ""), ("vacancy.wage_to", "5.000.000")];
    vacancy(&mut counsellor, &employer, &poor).await;
    let jobs = format!("/cases/{case}/jobs");
    counsellor.get(&jobs).await.is(Status::Ok).shows("Chưa hỏi người này").hides("Thợ làm tóc");
    let wrong = looks(&mut counsellor, &case, &[("search.wage_least", ""), ("search.must", "wage")]).await;
    assert!(wrong.is(Status::UnprocessableEntity).error_at("search-wage_least").is_some());
    looks(&mut counsellor, &case, &[]).await.is(Status::SeeOther);
    let page = counsellor.get(&jobs).await;
    page.is(Status::Ok).shows("Đúng nghề đã làm").hides("Bị loại");
    let (first, second) = (page.body.find(&weld).unwrap(), page.body.find(&hair).unwrap());
    assert!(first < second, "the own trade stands first");
    let page = counsellor.get(&format!("{jobs}/{weld}")).await;
    page.is(Status::Ok)
        .shows("Đã làm 48 tháng")
        .shows("mong ít nhất 8.000.000 đ")
        .shows("Chưa biết nơi ở")
        .shows("Được công nhận tay nghề bậc 3");
    // A wish that becomes a condition rules out what does not meet it, and says how many.
    looks(&mut counsellor, &case, &[("search.version", "1"), ("search.must", "wage")]).await.is(Status::SeeOther);
    counsellor.get(&jobs).await.hides("Thợ hàn lương thấp").shows("Lương thấp hơn mức người này đặt: 1 việc");
    let late = looks(&mut counsellor, &case, &[("search.version", "1")]).await;
    late.is(Status::Conflict);
    // Whoever does not look any more is compared with nothing.
    looks(&mut counsellor, &case, &[("search.version", "2"), ("search.looking", "no")]).await.is(Status::SeeOther);
    counsellor.get(&jobs).await.shows("Không tìm việc").hides("Thợ làm tóc");
}

#[rocket::async_test]
async fn what_is_compared_holds_nothing_that_may_not_count() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let Scene { mut counsellor, case, .. } = scene(&world, &offices).await;
    looks(&mut counsellor, &case, &[]).await.is(Status::SeeOther);
    let keys = world.text("SELECT string_agg(k, ' ' ORDER BY k) FROM seekers, jsonb_object_keys(facts) k").await;
    assert_eq!(
        keys,
        "abroad adult_on hours kilometres languages must night place provinces trades wage_before wage_least wanted"
    );
    let trade = "SELECT string_agg(k, ' ' ORDER BY k) FROM seekers, jsonb_object_keys(facts->'trades'->0) k";
    assert_eq!(world.text(trade).await, "level months occupation standing");
    // No account reads that table, whatever its role.
    for role in Role::ALL {
        let mut browser = world.staff(offices.centre, role).await;
        browser.get("/").await.is(Status::Ok);
    }
    assert_eq!(world.count("information_schema.role_table_grants WHERE table_name = 'seekers' AND grantee IN ('app', 'reader', 'statistics')").await, 0);
    // A case that is closed, or a search that ends, leaves nothing of it behind.
    world.sql("UPDATE cases SET phase = 'closed', next_step = NULL, next_on = NULL, next_by = NULL").await;
    assert_eq!(world.count("seekers WHERE facts IS NOT NULL").await, 0);
}

#[rocket::async_test]
async fn somebody_is_proposed_with_their_word_and_found_by_the_vacancy() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let Scene { mut counsellor, case, person, employer } = scene(&world, &offices).await;
    looks(&mut counsellor, &case, &[]).await.is(Status::SeeOther);
    let id = vacancy(&mut counsellor, &employer, &[]).await;
    let (at, people) = (format!("/cases/{case}/jobs/{id}"), format!("/vacancies/{id}/people"));
    counsellor.get(&people).await.is(Status::Ok).shows("Nguyễn Thị Mậu");
    // Another office finds nobody of these, nor does a colleague find whom they may not open.
    let mut other = world.staff(offices.desk, Role::Counsellor).await;
    other.get(&people).await.is(Status::Ok).hides("Nguyễn Thị Mậu");
    other.get(&at).await.is(Status::NotFound);
    world.sql(&format!("UPDATE persons SET protected = true WHERE code = '{person}'")).await;
    counsellor.get(&people).await.is(Status::Ok).hides("Nguyễn Thị Mậu");
    world.sql(&format!("UPDATE persons SET protected = false WHERE code = '{person}'")).await;
    let unasked = counsellor.post(&at, &[("choice.what", "referred")]).await;
    assert!(unasked.is(Status::UnprocessableEntity).error_at("choice-agreed").is_some());
    let unsaid = counsellor.post(&at, &[("choice.what", "unsuitable")]).await;
    assert!(unsaid.is(Status::UnprocessableEntity).error_at("choice-because").is_some());
    assert_eq!(world.count("match_choices").await, 0);
    let referral = proposed(&mut counsellor, &case, &id).await;
    // The list as it stood is kept with the choice.
    assert_eq!(world.text("SELECT shown[1] FROM match_choices").await, id);
    counsellor.post(&at, &AGREED).await.is(Status::Conflict);
    counsellor.get(&people).await.hides("Nguyễn Thị Mậu");
    counsellor.get(&format!("/cases/{case}/jobs")).await.shows("Đã giới thiệu");
    // A no that no law allows is shown as such.
    let no = [("step.act", "not-hired"), ("version", "1")];
    let unsaid = counsellor.post(&format!("{referral}/steps"), &no).await;
    assert!(unsaid.is(Status::UnprocessableEntity).error_at("step-not_hired").is_some());
    let no = [("step.act", "not-hired"), ("step.not_hired", "age"), ("version", "1")];
    counsellor.post(&format!("{referral}/steps"), &no).await.is(Status::SeeOther);
    counsellor.get(&referral).await.shows("điều 8 Bộ luật Lao động");
    counsellor.post(&format!("{referral}/steps"), &no).await.is(Status::Conflict);
    // Set aside, a vacancy is not shown for them again.
    let second = vacancy(&mut counsellor, &employer, &[("vacancy.title", "Thợ hàn xa nhà")]).await;
    let aside = [("choice.what", "unsuitable"), ("choice.because", "distance")];
    counsellor.post(&format!("/cases/{case}/jobs/{second}"), &aside).await.is(Status::SeeOther);
    counsellor.get(&format!("/cases/{case}/jobs")).await.hides("Thợ hàn xa nhà");
}

#[rocket::async_test]
async fn a_law_that_a_vacancy_names_keeps_children_out_and_nothing_else_of_age_counts() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let Scene { mut counsellor, case, person, employer } = scene(&world, &offices).await;
    looks(&mut counsellor, &case, &[]).await.is(Status::SeeOther);
    let law = [("vacancy.adults_only", "Bộ luật Lao động, điều 147")];
    let id = vacancy(&mut counsellor, &employer, &law).await;
    let at = format!("/cases/{case}/jobs/{id}");
    counsellor.get(&at).await.is(Status::Ok).hides("Luật cấm người dưới 18 tuổi làm việc này</strong>");
    let born = world.app.clock.today() - Duration::days(16 * 365);
    world
        .sql(&format!("UPDATE persons SET birth_date = '{born}', birth_precision = 'day' WHERE code = '{person}'"))
        .await;
    counsellor.get(&format!("/cases/{case}/jobs")).await.shows("Luật cấm người dưới 18 tuổi làm việc này: 1 việc");
    counsellor.post(&at, &AGREED).await.is(Status::Conflict).shows("Luật cấm");
    assert_eq!(world.count("referrals").await, 0);
}

#[rocket::async_test]
async fn work_begins_and_is_asked_after_in_its_time() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let Scene { mut counsellor, case, employer, .. } = scene(&world, &offices).await;
    looks(&mut counsellor, &case, &[]).await.is(Status::SeeOther);
    let id = vacancy(&mut counsellor, &employer, &[]).await;
    let referral = proposed(&mut counsellor, &case, &id).await;
    let today = world.app.clock.today();
    let mut interview = pairs(&[("step.act", "interview"), ("step.at", "8:30"), ("version", "1")]);
    interview.extend(day("step.on", today + Duration::days(2)));
    sent(&mut counsellor, &format!("{referral}/steps"), &interview).await.is(Status::SeeOther);
    let free = [("step.act", "offered"), ("step.wage", "0"), ("version", "2")];
    let free = counsellor.post(&format!("{referral}/steps"), &free).await;
    assert!(free.is(Status::UnprocessableEntity).error_at("step-wage").is_some());
    let offer = [("step.act", "offered"), ("step.wage", "11.000.000"), ("version", "2")];
    counsellor.post(&format!("{referral}/steps"), &offer).await.is(Status::SeeOther);
    let empty = counsellor.post(&format!("/cases/{case}/placements"), &[]).await;
    empty.is(Status::UnprocessableEntity);
    for field in ["place-employer", "place-occupation", "place-province", "place-started", "how-uses_skills", "how-far"]
    {
        assert!(empty.error_at(field).is_some(), "{field}");
    }
    let tomorrow = began(&mut counsellor, &case, &referral, "3", -1).await;
    assert!(tomorrow.is(Status::UnprocessableEntity).error_at("place-started").is_some());
    let answer = began(&mut counsellor, &case, &referral, "3", 0).await;
    let work = answer.is(Status::SeeOther).location.clone().unwrap();
    counsellor.get(&referral).await.shows("Đã đi làm");
    counsellor.get(&format!("/vacancies/{id}")).await.shows("Đã nhận 1 trên 2 người");
    counsellor.get(&work).await.shows("11.000.000 đ").shows("6.000.000 đ");
    assert_eq!(world.text("SELECT next_step FROM cases").await, "Hỏi thăm sau ba tháng đi làm");
    let due = world.text("SELECT (started_on + interval '3 months')::date FROM placements").await;
    assert_eq!(world.text("SELECT next_on FROM cases").await, due);
    let check = [
        ("number", "1"),
        ("how.found", "working"),
        ("how.wage", "12.000.000"),
        ("how.hours", "30"),
        ("how.uses_skills", "partly"),
        ("how.formal", "yes"),
        ("how.more_hours", "yes"),
        ("how.below", "no"),
        ("how.far", "daily"),
    ];
    let early = counsellor.post(&format!("{work}/checks"), &check).await;
    early.is(Status::Conflict).shows("Chưa đến kỳ");
    counsellor.get("/placements").await.is(Status::Ok).hides("Nguyễn Thị Mậu");
    world.sql("UPDATE placements SET started_on = started_on - 100").await;
    counsellor.get("/placements").await.shows("Nguyễn Thị Mậu").shows("Sau ba tháng");
    let mut other = world.staff(offices.desk, Role::Counsellor).await;
    other.get("/placements").await.is(Status::Ok).hides("Nguyễn Thị Mậu");
    other.get(&work).await.is(Status::NotFound);
    counsellor.post(&format!("{work}/checks"), &check).await.is(Status::SeeOther);
    // Thirty hours, and more wanted: too little work.
    counsellor.get(&work).await.shows("Thiếu việc làm").shows("Một phần");
    counsellor.post(&format!("{work}/checks"), &check).await.is(Status::Conflict);
    assert_eq!(world.text("SELECT next_step FROM cases").await, "Hỏi thăm sau sáu tháng đi làm");
    // Whoever left says why.
    world.sql("UPDATE placements SET started_on = started_on - 100").await;
    let gone = [("number", "2"), ("how.found", "not-working")];
    let unsaid = counsellor.post(&format!("{work}/checks"), &gone).await;
    assert!(unsaid.is(Status::UnprocessableEntity).error_at("how-left_because").is_some());
    let gone = [&gone[..], &[("how.left_because", "ended")]].concat();
    counsellor.post(&format!("{work}/checks"), &gone).await.is(Status::SeeOther);
    counsellor.get("/placements").await.hides("Nguyễn Thị Mậu");
}

#[rocket::async_test]
async fn a_file_of_vacancies_is_kept_whole_or_not_at_all() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut counsellor = world.staff(offices.centre, Role::Counsellor).await;
    employer(&mut counsellor, "Xưởng Ví Dụ").await;
    let closes = world.app.clock.today() + Duration::days(30);
    let day = format!("{}/{}/{}", closes.day(), u8::from(closes.month()), closes.year());
    let head = "Tên nơi tuyển dụng;Tuyển;Nghề;Số người cần;Tỉnh, thành phố;Xã, phường;Lương đến;Tuổi;Ca đêm;Nhận hồ sơ đến ngày";
    let line = |employer: &str, title: &str, wage: &str, night: &str| {
        format!("\n{employer};{title};thợ hàn;2;Nghệ An;Vinh Phú;{wage};18-35;{night};{day}")
    };
    let keys = |n: u128| uuid::Uuid::from_u128(n).to_string();
    let sent = async |browser: &mut Browser<'_>, n: u128, text: &str| {
        let key = keys(n);
        browser.post_files("/vacancies/file", &[("submission", &key)], &[("viec.csv", text.as_bytes())]).await
    };
    let wrong = [
        head.to_owned(),
        line("Xưởng Ví Dụ", "Thợ hàn ca ngày", "12.000.000", ""),
        line("Không Ai Biết", "Thợ hàn", "12.000.000", ""),
        line("Xưởng Ví Dụ", "Thợ hàn", "0", "có lẽ"),
    ]
    .concat();
    let answer = sent(&mut counsellor, 1, &wrong).await;
    answer.is(Status::UnprocessableEntity).shows("Chưa lưu dòng nào").shows("Chưa có trong danh sách").shows("đồng");
    assert_eq!(world.count("vacancies").await, 0, "a good line waits for the others");
    let none = sent(&mut counsellor, 2, "Tên;Tuổi\nA;20").await;
    none.is(Status::UnprocessableEntity).shows("Tệp thiếu cột");

    let right = [
        head.to_owned(),
        line("Xưởng Ví Dụ", "Thợ hàn ca ngày", "12.000.000", ""),
        line("Xưởng Ví Dụ", "Thợ hàn ca đêm", "13000000", "x"),
    ]
    .concat();
    sent(&mut counsellor, 3, &right).await.is(Status::SeeOther);
    sent(&mut counsellor, 3, &right).await.is(Status::SeeOther);
    assert_eq!(world.count("vacancies").await, 2, "sent twice, kept once");
    let kept = "SELECT string_agg(concat_ws(' ', title, occupation, commune_code, wage_to, night), ', ' ORDER BY title) FROM vacancies";
    assert_eq!(world.text(kept).await, "Thợ hàn ca ngày 7212 16702 12000000 f, Thợ hàn ca đêm 7212 16702 13000000 t");
    sent(&mut counsellor, 4, &right).await.is(Status::UnprocessableEntity).shows("Đã có vị trí này");

    // A tax code as people write it.
    world.sql("UPDATE employers SET tax_code = '0101234567001'").await;
    let coded =
        [head.replace("Tên nơi tuyển dụng", "Mã số thuế"), line("0101234567-001", "Thợ hàn nhôm", "12000000", "")];
    sent(&mut counsellor, 6, &coded.concat()).await.is(Status::SeeOther);
    assert_eq!(world.count("vacancies").await, 3);

    // Our own example reads as it stands, but for whose work it is.
    let (_, bytes) = counsellor.ask(rocket::http::Method::Get, "/vacancies/file/example.xlsx", &[], &[]).await;
    employer(&mut counsellor, "Công ty Cơ khí Ví Dụ").await;
    let key = keys(5);
    let answer = counsellor.post_files("/vacancies/file", &[("submission", &key)], &[("mau.xlsx", &bytes)]).await;
    answer.is(Status::SeeOther);
    assert_eq!(world.count("vacancies").await, 4);
    world.staff(offices.desk, Role::Desk).await.get("/vacancies/file").await.is(Status::Forbidden);
}
