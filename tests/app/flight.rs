//! Meeting a planeload at the desk and reconciling its list; and what must never be kept of those who decline.

use rocket::http::Status;
use time::{Date, Duration};
use trove::access::{OrganisationKind, Role};
use trove::base::actor::Actor;
use trove::base::db::Rights;
use trove::base::seal::to_hex;
use trove::import::manifest;
use trove::person::document;
use uuid::Uuid;

use crate::support::{Answer, Browser, World};

/// A made-up passport: Nguyễn Thị Mậu, 15/02/1990.
const ZONE: &str = "P<VNMNGUYEN<<THI<MAU<<<<<<<<<<<<<<<<<<<<<<<<\nC0000000<4VNM9002155F3002153001190000018<<68\n";

/// What the QR of a made-up citizen card says.
fn card(number: &str, name: &str, born: &str) -> String {
    format!("{number}||{name}|{born}|Nữ|Xóm 3, Nghệ An|01012022")
}

async fn desk(world: &World) -> Uuid {
    world.organisation(OrganisationKind::Airport, "Bàn hỗ trợ").await
}

fn boxes(prefix: &str, date: Date) -> [(String, String); 3] {
    [
        (format!("{prefix}.day"), date.day().to_string()),
        (format!("{prefix}.month"), u8::from(date.month()).to_string()),
        (format!("{prefix}.year"), date.year().to_string()),
    ]
}

/// Opens today's VN417 from Korea.
async fn flight(officer: &mut Browser<'_>) -> Uuid {
    let mut fields = vec![("flight".to_owned(), "vn 417".to_owned()), ("previous_country".into(), "Hàn Quốc".into())];
    fields.extend(boxes("on", officer.world.app.clock.today()));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let answer = officer.post("/flights", &fields).await;
    answer.is(Status::SeeOther).code().parse().unwrap()
}

/// A line of a list, as an import writes it.
async fn line(world: &World, flight: Uuid, number: i32, name: &str, born: &str, passport: &str) -> Uuid {
    let id = Uuid::now_v7();
    let keys = &world.app.keys;
    let (sealed, index, key) = if passport.is_empty() {
        ("NULL".to_owned(), "NULL".to_owned(), "NULL".to_owned())
    } else {
        let blind = document::index(keys, "passport", "VN", passport).unwrap();
        let sealed = to_hex(&manifest::seal(keys, id, passport).unwrap());
        (format!("'\\x{sealed}'"), format!("'{}'", blind.index), blind.key.to_string())
    };
    let (kind, country) = if passport.is_empty() { ("NULL", "NULL") } else { ("'passport'", "'VN'") };
    world
        .sql(&format!(
            "INSERT INTO manifest_rows (id, manifest_id, number, name, sex, birth_date, birth_precision, document_kind, document_country, number_sealed, number_index, number_key, phone)
             VALUES ('{id}', '{flight}', {number}, '{name}', 'female', '{born}', 'day', {kind}, {country}, {sealed}, {index}, {key}, '+84912345678')"
        ))
        .await;
    id
}

async fn scan(officer: &mut Browser<'_>, flight: Uuid, text: &str) -> Answer {
    officer.post(&format!("/flights/{flight}/scan"), &[("scan", text)]).await
}

/// Sends the card as it stands on the page, with one of the choices.
async fn choose(officer: &mut Browser<'_>, page: &Answer, action: &str, help: &str) -> Answer {
    let fields = [
        "read",
        "person.name",
        "person.birth.day",
        "person.birth.month",
        "person.birth.year",
        "return.previous_country",
        "return.previous_country.code",
        "contact.value",
    ];
    let mut sent: Vec<(&str, String)> =
        fields.iter().map(|field| (*field, page.value(field).unwrap_or_default())).collect();
    sent.push(("person.sex", "female".into()));
    sent.push(("help", help.into()));
    let sent: Vec<(&str, &str)> = sent.iter().map(|(n, v)| (*n, v.as_str())).collect();
    officer.post(action, &sent).await
}

fn arrival(flight: Uuid, row: Uuid) -> String {
    format!("/flights/{flight}/rows/{row}/arrival")
}

async fn sweep(world: &World) {
    use diesel_async::RunQueryDsl;
    let mut tx = world.app.db.begin(&Actor::Service("worker"), Uuid::nil(), Rights::Writer).await.unwrap();
    diesel::sql_query("SELECT sweep()").execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
}

#[rocket::async_test]
async fn one_scan_finds_the_line_and_one_key_confirms() {
    let world = World::empty().await;
    let office = desk(&world).await;
    let mut officer = world.staff(office, Role::Desk).await;
    let flight = flight(&mut officer).await;
    let row = line(&world, flight, 17, "Nguyễn Thị Mậu", "1990-02-15", "C0000000").await;
    line(&world, flight, 18, "Nguyễn Thị Mai", "1990-02-15", "C0000001").await;

    // Reading saves nothing, whatever the limit on searches for people: this is none.
    let me = officer.user.unwrap().0;
    world.sql(&format!("INSERT INTO audit (actor_kind, actor_id, act, table_name, row_ids) SELECT 'user', '{me}', 'search', 'persons', '{{}}' FROM generate_series(1, 400)")).await;
    let page = scan(&mut officer, flight, ZONE).await;
    page.is(Status::Ok).shows("Số 17: Nguyễn Thị Mậu").hides("Nguyễn Thị Mai");
    assert_eq!(page.value("person.name").as_deref(), Some("Nguyễn Thị Mậu"), "as on the list, with its marks");
    assert_eq!((world.count("persons").await, world.count("manifest_rows WHERE state <> 'expected'").await), (0, 0));
    assert_eq!(
        world
            .count(&format!(
                "audit WHERE table_name = 'manifest_rows' AND act = 'read' AND row_ids = ARRAY['{row}'::uuid]"
            ))
            .await,
        1
    );

    let done = choose(&mut officer, &page, &arrival(flight, row), "no").await;
    assert_eq!(done.is(Status::SeeOther).location, Some(format!("/flights/{flight}?done=17")));
    officer.get(&done.location.unwrap()).await.shows("Đã xác nhận: số 17, VN417.").shows("data-scan autofocus");
    // The six things of the desk: what nobody asked is said to be not known.
    assert_eq!(
        world
            .text("SELECT concat_ws(' ', standing, arrival, flight, previous_country, wants_help, door) FROM episodes")
            .await,
        "returned arrived VN417 KR no airport"
    );
    assert_eq!(world.text("SELECT entered_on FROM episodes").await, world.app.clock.today().to_string());
    assert_eq!(world.text("SELECT absence FROM episode_facts WHERE fact = 'left'").await, "not-known");
    assert_eq!(
        world
            .text("SELECT string_agg(fact || level, ' ' ORDER BY fact) FROM person_facts WHERE level IS NOT NULL")
            .await,
        "birthdocumented namedocumented sexdocumented"
    );
    assert_eq!(
        world.text("SELECT concat_ws(' ', kind, shown_as, level, name_printed) FROM identity_documents WHERE number_sealed IS NOT NULL").await,
        "passport original documented NGUYEN THI MAU"
    );
    assert_eq!(world.count("cases").await, 0);

    // The second officer is told by whom, and nothing is doubled, by scan or by a page that was open already.
    let mut second = world.staff(office, Role::Supervisor).await;
    scan(&mut second, flight, ZONE).await.is(Status::Ok).shows("Số 17 đã được Cán bộ desk xác nhận");
    let late = choose(&mut second, &page, &arrival(flight, row), "yes").await;
    assert_eq!(late.location, Some(format!("/flights/{flight}?before=17")));
    second.get(&late.location.unwrap()).await.shows("đã được Cán bộ desk xác nhận lúc");
    assert_eq!((world.count("persons").await, world.count("episodes").await, world.count("cases").await), (1, 1, 0));
}

#[rocket::async_test]
async fn of_two_at_once_the_first_is_kept() {
    let world = World::empty().await;
    let office = desk(&world).await;
    let (mut one, mut other) = (world.staff(office, Role::Desk).await, world.staff(office, Role::Desk).await);
    let flight = flight(&mut one).await;
    let row = line(&world, flight, 1, "Nguyễn Thị Mậu", "1990-02-15", "C0000000").await;
    let page = scan(&mut one, flight, ZONE).await;
    let stranger = card("040190000111", "Trần Thị Bưởi", "01011990");
    let new = scan(&mut one, flight, &stranger).await;
    let action = arrival(flight, row);
    let (a, b) = rocket::tokio::join!(choose(&mut one, &page, &action, "no"), choose(&mut other, &page, &action, "no"));
    let mut led = [a.location.unwrap(), b.location.unwrap()];
    led.sort();
    assert_eq!(led, [format!("/flights/{flight}?before=1"), format!("/flights/{flight}?done=1")]);
    assert_eq!(world.count("persons").await, 1);
    // The same of somebody who is not on the list.
    let action = format!("/flights/{flight}/unannounced");
    let (a, b) = rocket::tokio::join!(choose(&mut one, &new, &action, "no"), choose(&mut other, &new, &action, "no"));
    let mut led = [a.location.unwrap(), b.location.unwrap()];
    led.sort();
    assert_eq!(led, [format!("/flights/{flight}?before=2"), format!("/flights/{flight}?done=2")]);
    assert_eq!((world.count("persons").await, world.count("manifest_rows").await), (2, 2));
}

#[rocket::async_test]
async fn each_number_opens_exactly_those_whom_it_counts() {
    let world = World::empty().await;
    let office = desk(&world).await;
    let mut officer = world.staff(office, Role::Desk).await;
    let flight = flight(&mut officer).await;
    let mut rows = Vec::new();
    for number in 1..=9 {
        rows.push(line(&world, flight, number, &format!("Người Số {number}"), "1990-01-01", "").await);
    }
    for row in &rows[..4] {
        let page = officer.get(&format!("/flights/{flight}/rows/{row}")).await;
        choose(&mut officer, &page, &arrival(flight, *row), "no").await.is(Status::SeeOther);
    }
    for row in &rows[4..6] {
        officer.post(&format!("/flights/{flight}/rows/{row}/refusal"), &[]).await.is(Status::SeeOther);
    }
    officer.post(&format!("/flights/{flight}/refusal"), &[]).await.is(Status::SeeOther);
    let page = scan(&mut officer, flight, &card("040190000111", "Trần Thị Bưởi", "01011990")).await;
    page.shows("Không có trong danh sách");
    choose(&mut officer, &page, &format!("/flights/{flight}/unannounced"), "no").await.is(Status::SeeOther);

    let index = officer.get("/flights").await;
    let shown = scraper::Html::parse_document(&index.is(Status::Ok).body);
    let mut told = Vec::new();
    for which in manifest::Which::ALL {
        let path = format!("/flights/{flight}/list?of={}", which.code());
        let link = scraper::Selector::parse(&format!("a[href='{path}']")).unwrap();
        let text: String = shown.select(&link).next().expect("a number").text().collect();
        let count: usize = text.split_whitespace().next().unwrap().parse().unwrap();
        let list = officer.get(&path).await;
        assert_eq!(list.is(Status::Ok).body.matches("data-row").count(), count, "{path}");
        told.push(count);
    }
    assert_eq!(told, [9, 4, 3, 1, 3]);
    let file = officer.get(&format!("/flights/{flight}/counts.csv")).await;
    file.is(Status::Ok).shows("expected,arrived,not_seen,unannounced,declined").shows(",9,4,3,1,3\r\n").hides("Người");
    officer.get(&format!("/flights/{flight}/list?of=nobody")).await.is(Status::NotFound);
}

#[rocket::async_test]
async fn whoever_declines_is_counted_and_nothing_of_them_is_kept() {
    let world = World::empty().await;
    let office = desk(&world).await;
    let mut officer = world.staff(office, Role::Desk).await;
    let flight = flight(&mut officer).await;
    let row = line(&world, flight, 1, "Nguyễn Thị Mậu", "1990-02-15", "C0000000").await;
    scan(&mut officer, flight, ZONE).await.shows("Chỉ đếm một người");
    let done = officer.post(&format!("/flights/{flight}/rows/{row}/refusal"), &[]).await;
    officer.get(&done.is(Status::SeeOther).location.clone().unwrap()).await.shows("Không giữ lại gì về người này");
    assert_eq!(world.text("SELECT concat_ws(' ', number, state, name, sex, birth_date, document_kind, number_index, phone, episode_id) FROM manifest_rows").await, "1 declined");
    assert_eq!(world.count("manifest_rows WHERE number_sealed IS NOT NULL").await, 0);
    for empty in ["persons", "episodes", "match_keys", "row_versions WHERE table_name = 'manifest_rows'"] {
        assert_eq!(world.count(empty).await, 0, "{empty}");
    }
    // A colleague who was about to confirm them is told, and keeps nothing either.
    let mut second = world.staff(office, Role::Desk).await;
    let late = second.post(&arrival(flight, row), &[("person.name", "Nguyễn Thị Mậu"), ("help", "no")]).await;
    second.get(&late.location.unwrap()).await.shows("ghi là không muốn khai");
    second.get(&format!("/flights/{flight}/list?of=declined")).await.shows("Không giữ tên").hides("Mậu");
    assert_eq!(world.count("persons").await, 0);
}

#[rocket::async_test]
async fn a_planned_return_is_confirmed_and_nobody_is_registered_twice() {
    let world = World::empty().await;
    let office = desk(&world).await;
    let mission = world.organisation(OrganisationKind::Mission, "Ban Quản lý lao động").await;
    let mut attache = world.staff(mission, Role::Attache).await;
    let mut officer = world.staff(office, Role::Desk).await;
    let gate = office.to_string();
    let mut planned = async |name: &str, number: &str, help: &str| {
        let on = boxes("return.expected", world.app.clock.today());
        let mut fields = vec![
            ("person.name", name),
            ("person.sex", "female"),
            ("person.birth.year", "1990"),
            ("document.kind", "passport"),
            ("document.number", number),
            ("return.standing", "planned"),
            ("return.previous_country", "Hàn Quốc"),
            ("return.left.year", "2020"),
            ("return.wants_help", help),
            ("return.expected_at", &gate),
        ];
        fields.extend(on.iter().map(|(n, v)| (n.as_str(), v.as_str())));
        attache.post("/intake", &fields).await.is(Status::SeeOther);
        world
            .text(&format!("SELECT e.id FROM episodes e JOIN persons p ON p.id = e.person_id WHERE p.name = '{name}'"))
            .await
    };
    let listed = planned("Lê Thị Ổi", "C1111111", "no").await;
    planned("Nguyễn Thị Mậu", "C0000000", "yes").await;
    let flight = flight(&mut officer).await;
    let row = line(&world, flight, 1, "Lê Thị Ổi", "1990-03-03", "").await;
    world.sql(&format!("UPDATE manifest_rows SET episode_id = '{listed}'")).await;

    let page = officer.get(&format!("/flights/{flight}/rows/{row}")).await;
    page.shows("Đã được ghi nhận trước khi về").hides("name=\"person.name\"");
    officer.post(&arrival(flight, row), &[("help", "no")]).await.is(Status::SeeOther);
    assert_eq!(
        world.text(&format!("SELECT standing || ' ' || arrival FROM episodes WHERE id = '{listed}'")).await,
        "returned arrived"
    );
    // Taken back, it is planned again; the person was there before and stays.
    officer.get(&format!("/flights/{flight}")).await.shows("lần về trở lại «dự định về»");
    let undone = officer.post(&format!("/flights/{flight}/rows/{row}/undoing"), &[]).await;
    officer.get(&undone.location.unwrap()).await.shows("Đã hoàn tác.");
    assert_eq!(
        world
            .text(&format!(
                "SELECT concat_ws(' ', standing, arrival, entered_on, confirmed_by) FROM episodes WHERE id = '{listed}'"
            ))
            .await,
        "planned expected"
    );

    // The same found by its number alone, where the import found no return.
    let passport =
        world.text("SELECT number_index || ' ' || number_key FROM identity_documents ORDER BY id LIMIT 1").await;
    let (index, key) = passport.split_once(' ').unwrap();
    world.sql(&format!("UPDATE manifest_rows SET episode_id = NULL, number_sealed = '\\x00', number_index = '{index}', number_key = {key}")).await;
    officer.post(&arrival(flight, row), &[("help", "no")]).await.is(Status::SeeOther);
    assert_eq!(world.text(&format!("SELECT standing FROM episodes WHERE id = '{listed}'")).await, "returned");
    assert_eq!(world.count("persons").await, 2);
    officer.post(&format!("/flights/{flight}/rows/{row}/undoing"), &[]).await.is(Status::SeeOther);

    // Not on the list, but this desk expects whoever holds this passport. The case came along.
    let page = scan(&mut officer, flight, ZONE).await;
    page.shows("Không có trong danh sách");
    let done = choose(&mut officer, &page, &format!("/flights/{flight}/unannounced"), "yes").await;
    let case = world.text("SELECT code FROM cases").await;
    assert_eq!(done.location, Some(format!("/cases/{case}/screening")));
    officer.get(&done.location.unwrap()).await.is(Status::Ok);
    assert_eq!((world.count("persons").await, world.count("cases").await), (2, 1));
    // What hangs on it is not taken back.
    let last = world.text("SELECT id FROM manifest_rows WHERE NOT announced").await;
    let refused = officer.post(&format!("/flights/{flight}/rows/{last}/undoing"), &[]).await;
    officer.get(&refused.location.unwrap()).await.shows("đã có việc khác đi kèm");
    assert_eq!(world.count("episodes WHERE standing = 'returned'").await, 1);
}

#[rocket::async_test]
async fn of_somebody_under_protection_the_officer_sees_the_line_and_no_more() {
    let world = World::empty().await;
    let office = desk(&world).await;
    let mut supervisor = world.staff(office, Role::Supervisor).await;
    let mut officer = world.staff(office, Role::Desk).await;
    let code =
        supervisor.register("Nguyễn Thị Mậu", &[("document.kind", "passport"), ("document.number", "C0000000")]).await;
    world
        .sql(&format!(
            "INSERT INTO episodes (id, person_id, standing, door, expected_on, expected_at, arrival, registered_by)
             SELECT gen_random_uuid(), id, 'planned', 'airport', '{}', '{office}', 'expected', '{office}' FROM persons",
            world.app.clock.today()
        ))
        .await;
    let flight = flight(&mut officer).await;
    let row = line(&world, flight, 1, "Nguyễn Thị Mậu", "1990-02-15", "C0000000").await;
    world.sql("UPDATE manifest_rows SET episode_id = (SELECT id FROM episodes)").await;
    let staff = supervisor.user.unwrap().0.to_string();
    supervisor.post(&format!("/people/{code}/protection"), &[("staff", &staff)]).await.is(Status::SeeOther);

    let page = scan(&mut officer, flight, ZONE).await;
    page.is(Status::Ok).shows("Số 1: Nguyễn Thị Mậu").hides("ghi nhận trước").hides(&code);
    choose(&mut officer, &page, &arrival(flight, row), "no").await.is(Status::SeeOther);
    let list = officer.get(&format!("/flights/{flight}/list?of=arrived")).await;
    list.shows("Nguyễn Thị Mậu").hides(&code);
    // A new intake was saved, the planned return was not touched, and the match waits for the named staff.
    assert_eq!((world.count("persons").await, world.count("episodes WHERE standing = 'planned'").await), (2, 1));
    assert_eq!(world.count("duplicate_suspicions").await, 1);
    supervisor.get(&format!("/people/{code}")).await.is(Status::Ok);
}

#[rocket::async_test]
async fn the_last_confirmation_is_taken_back_by_who_made_it_while_nothing_hangs_on_it() {
    let world = World::empty().await;
    let office = desk(&world).await;
    let mut officer = world.staff(office, Role::Desk).await;
    let mut other = world.staff(office, Role::Desk).await;
    let flight = flight(&mut officer).await;
    let row = line(&world, flight, 1, "Nguyễn Thị Mậu", "1990-02-15", "C0000000").await;
    let undoing = format!("/flights/{flight}/rows/{row}/undoing");
    let page = scan(&mut officer, flight, ZONE).await;
    choose(&mut officer, &page, &arrival(flight, row), "no").await.is(Status::SeeOther);
    officer.get(&format!("/flights/{flight}")).await.shows("Hoàn tác lần xác nhận cuối của tôi (số 1)");
    other.get(&format!("/flights/{flight}")).await.hides("Hoàn tác");
    let refused = other.post(&undoing, &[]).await;
    other.get(&refused.location.unwrap()).await.shows("Không có gì để hoàn tác");
    assert_eq!(world.count("persons").await, 1);
    officer.post(&undoing, &[]).await.is(Status::SeeOther);
    assert_eq!((world.count("persons").await, world.count("episodes").await), (0, 0));
    assert_eq!(
        world.text("SELECT concat_ws(' ', state, name, made_person, seen_by, episode_id) FROM manifest_rows").await,
        "expected Nguyễn Thị Mậu f"
    );

    // With another arrival after it, or another paper on the record, it stays.
    let page = scan(&mut officer, flight, ZONE).await;
    choose(&mut officer, &page, &arrival(flight, row), "no").await.is(Status::SeeOther);
    let code = world.text("SELECT code FROM persons").await;
    officer.post(&format!("/people/{code}/addresses"), &[("address.province", "Nghệ An")]).await.is(Status::SeeOther);
    let refused = officer.post(&undoing, &[]).await;
    officer.get(&refused.location.unwrap()).await.shows("đã có việc khác đi kèm");
    // So do a family and a right to return, which would be gone with the record.
    world.sql("DELETE FROM addresses").await;
    let user = officer.user.unwrap().0;
    for (table, hangs) in [
        (
            "household_members",
            format!(
                "(id, person_id, relation, recorded_by) SELECT gen_random_uuid(), id, 'child', '{user}' FROM persons"
            ),
        ),
        (
            "return_rights",
            format!(
                "(id, episode_id, scheme, condition, recorded_by) SELECT gen_random_uuid(), id, 'eps-test', 'not-known', '{user}' FROM episodes"
            ),
        ),
    ] {
        world.sql(&format!("INSERT INTO {table} {hangs}")).await;
        let refused = officer.post(&undoing, &[]).await;
        officer.get(&refused.location.unwrap()).await.shows("đã có việc khác đi kèm");
        world.sql(&format!("DELETE FROM {table}")).await;
    }
    world.sql("INSERT INTO addresses (id, person_id, kind, province_code) SELECT gen_random_uuid(), id, 'home', '40' FROM persons").await;
    let page = scan(&mut officer, flight, &card("040190000111", "Trần Thị Bưởi", "01011990")).await;
    choose(&mut officer, &page, &format!("/flights/{flight}/unannounced"), "no").await.is(Status::SeeOther);
    let refused = officer.post(&undoing, &[]).await;
    officer.get(&refused.location.unwrap()).await.shows("Chỉ hoàn tác được lần xác nhận cuối");
    // Who was not on the list leaves it again.
    let last = world.text("SELECT id FROM manifest_rows WHERE NOT announced").await;
    officer.post(&format!("/flights/{flight}/rows/{last}/undoing"), &[]).await.is(Status::SeeOther);
    assert_eq!((world.count("persons").await, world.count("manifest_rows").await), (1, 1));
}

#[rocket::async_test]
async fn a_call_back_wants_a_number_and_becomes_the_next_step() {
    let world = World::empty().await;
    let office = desk(&world).await;
    let mut officer = world.staff(office, Role::Desk).await;
    let flight = flight(&mut officer).await;
    let row = line(&world, flight, 1, "Nguyễn Thị Mậu", "1990-02-15", "").await;
    let action = arrival(flight, row);
    let bare = [("person.name", "Nguyễn Thị Mậu"), ("help", "later")];
    let refused = officer.post(&action, &bare).await;
    assert!(refused.is(Status::UnprocessableEntity).error_at("contact.value").is_some());
    assert_eq!(refused.value("person.name").as_deref(), Some("Nguyễn Thị Mậu"));
    assert_eq!(world.count("persons").await, 0);
    let wrong = [
        ("person.name", " "),
        ("return.previous_country", "Chẳng đâu"),
        ("return.left.month", "13"),
        ("return.left.year", "2020"),
    ];
    let refused = officer.post(&action, &wrong).await;
    for field in ["person.name", "return.previous_country", "return.left"] {
        assert!(refused.is(Status::UnprocessableEntity).error_at(field).is_some(), "{field}");
    }
    let page = officer.get(&format!("/flights/{flight}/rows/{row}")).await;
    let done = choose(&mut officer, &page, &action, "later").await;
    assert_eq!(done.location, Some(format!("/flights/{flight}?done=1")));
    assert_eq!(
        world.text("SELECT next_step || ' ' || next_by FROM cases").await,
        "Gọi lại theo lời hẹn khi tới, chuyến VN417 me"
    );
    assert_eq!(world.text("SELECT value || ' ' || safe_to_call FROM contact_points").await, "+84912345678 false");
}

#[rocket::async_test]
async fn a_wrong_scan_explains_itself_and_a_stray_one_is_recognised() {
    let world = World::empty().await;
    let office = desk(&world).await;
    let mut officer = world.staff(office, Role::Desk).await;
    let flight = flight(&mut officer).await;
    let row = line(&world, flight, 1, "Nguyễn Thị Mậu", "1990-02-15", "C0000000").await;
    let wrong = scan(&mut officer, flight, &ZONE.replace("C0000000", "C000O000")).await;
    wrong.is(Status::UnprocessableEntity).shows("Có phải là thế này không");
    assert!(wrong.error_at("scan").unwrap().contains("số giấy tờ"));
    scan(&mut officer, flight, "P<VNMNGUYEN<<THỊ<MẬU").await.is(Status::UnprocessableEntity).shows("tiếng Anh");
    scan(&mut officer, flight, "  ").await.is(Status::UnprocessableEntity).shows("Chưa có mã nào");
    scan(&mut officer, flight, &"9".repeat(5000)).await.is(Status::UnprocessableEntity);
    // In the search field, and in a field of another's card: nobody is confirmed by it.
    officer.post(&format!("/flights/{flight}/search"), &[("q", ZONE)]).await.is(Status::Ok).shows("Số 1: Nguyễn");
    let other = line(&world, flight, 2, "Trần Thị Bưởi", "1990-01-01", "").await;
    let stray =
        officer.post(&arrival(flight, other), &[("person.name", "Trần Thị Bưởi"), ("contact.value", ZONE)]).await;
    stray.is(Status::Ok).shows("Số 1: Nguyễn");
    assert_eq!(world.count("manifest_rows WHERE state = 'arrived'").await, 0);
    // By number on the list, by words of a name, by a document's number; nobody.
    for (typed, says) in
        [("2", "Số 2: Trần"), ("buoi tran", "Số 2: Trần"), ("C0000000", "Số 1: Nguyễn"), ("Ưng", "Không có ai như vậy")]
    {
        officer.post(&format!("/flights/{flight}/search"), &[("q", typed)]).await.is(Status::Ok).shows(says);
    }
    officer
        .post(&format!("/flights/{flight}/search"), &[("q", "thi")])
        .await
        .shows("Có thể là một trong")
        .shows("Số 2");
    officer.post(&format!("/flights/{flight}/search"), &[("q", "")]).await.is(Status::UnprocessableEntity);
    // Found by name and birth where the list has no number; another number on the list is told.
    world
        .sql(&format!(
            "UPDATE manifest_rows SET number_sealed = NULL, number_index = NULL, number_key = NULL WHERE id = '{row}'"
        ))
        .await;
    scan(&mut officer, flight, ZONE).await.is(Status::Ok).shows("Số 1: Nguyễn").hides("khác danh sách");
    scan(&mut officer, flight, &card("001190000018", "Nguyễn Thị Mậu", "15021990")).await.shows("Số 1: Nguyễn");
}

#[rocket::async_test]
async fn only_whoever_arrived_is_in_the_figures() {
    let world = World::empty().await;
    let office = desk(&world).await;
    let dolab = world.organisation(OrganisationKind::Dolab, "Cục").await;
    let mut analyst = world.staff(dolab, Role::Analyst).await;
    let mut officer = world.staff(office, Role::Desk).await;
    let flight = flight(&mut officer).await;
    let row = line(&world, flight, 1, "Nguyễn Thị Mậu", "1990-02-15", "").await;
    let declines = line(&world, flight, 2, "Trần Thị Bưởi", "1990-01-01", "").await;
    line(&world, flight, 3, "Lê Thị Ổi", "1990-01-01", "").await;
    officer.post(&format!("/flights/{flight}/rows/{declines}/refusal"), &[]).await.is(Status::SeeOther);
    let year = world.app.clock.today().year().to_string();
    analyst.post("/releases", &[("year", &year)]).await.is(Status::UnprocessableEntity);
    let page = officer.get(&format!("/flights/{flight}/rows/{row}")).await;
    choose(&mut officer, &page, &arrival(flight, row), "no").await.is(Status::SeeOther);
    analyst.post("/releases", &[("year", &year)]).await.is(Status::SeeOther);
    assert_eq!(world.text("SELECT string_agg(country || sex || value, ' ') FROM release_cells").await, "KRF1");
}

#[rocket::async_test]
async fn a_flight_is_reconciled_closed_and_in_the_end_only_counts_are_left() {
    let world = World::empty().await;
    let office = desk(&world).await;
    let mut officer = world.staff(office, Role::Desk).await;
    let flight = flight(&mut officer).await;
    let row = line(&world, flight, 1, "Nguyễn Thị Mậu", "1990-02-15", "C0000000").await;
    let missing = line(&world, flight, 2, "Trần Thị Bưởi", "1990-01-01", "").await;
    let page = scan(&mut officer, flight, ZONE).await;
    choose(&mut officer, &page, &arrival(flight, row), "no").await.is(Status::SeeOther);
    let path = format!("/flights/{flight}/reconciliation");
    let shown = officer.get(&path).await;
    shown.is(Status::Ok).shows("Trần Thị Bưởi").hides("Nguyễn Thị Mậu").shows("không có nghĩa là không về");
    officer.post(&format!("/flights/{flight}/rows/{missing}/looking"), &[]).await.is(Status::SeeOther);
    officer.get(&path).await.hides("Đã đi tìm");
    officer.post(&format!("/flights/{flight}/closure"), &[]).await.is(Status::SeeOther);
    officer.get(&path).await.shows("đã chốt chuyến này lúc");
    officer.get(&format!("/flights/{flight}")).await.shows("Chuyến này đã chốt").hides("name=\"scan\"");
    officer.post(&arrival(flight, missing), &[("person.name", "Trần Thị Bưởi")]).await.is(Status::Conflict);
    officer.post(&format!("/flights/{flight}/refusal"), &[]).await.is(Status::Conflict);
    officer.post(&format!("/flights/{flight}/reopening"), &[]).await.is(Status::SeeOther);
    officer.get(&format!("/flights/{flight}")).await.shows("name=\"scan\"");

    sweep(&world).await;
    assert_eq!(world.count("manifest_rows WHERE name IS NOT NULL").await, 2, "kept as long as the desk may need them");
    world.app.clock.advance(Duration::days(15));
    sweep(&world).await;
    assert_eq!(
        world.text("SELECT string_agg(concat_ws(' ', number, state, name, birth_date, number_index, phone, episode_id), ';' ORDER BY number) FROM manifest_rows").await,
        "1 arrived;2 expected"
    );
    assert_eq!(world.count("persons").await, 1, "whoever was met has a record of their own");
    let mut later = world.staff(office, Role::Desk).await;
    world
        .sql("UPDATE sessions SET created_at = now() + interval '15 days', seen_at = now() + interval '15 days'")
        .await;
    later.get(&path).await.is(Status::Ok).shows("Không giữ tên").hides("Bưởi");
    later.get(&format!("/flights/{flight}/counts.csv")).await.shows(",2,1,1,0,0\r\n");
    scan(&mut later, flight, ZONE).await.shows("Không có trong danh sách");
}

#[rocket::async_test]
async fn a_flight_is_opened_once_and_only_where_people_arrive() {
    let world = World::empty().await;
    let office = desk(&world).await;
    let mut officer = world.staff(office, Role::Desk).await;
    let first = flight(&mut officer).await;
    assert_eq!(flight(&mut officer).await, first);
    for (fields, field) in [
        (vec![], "flight"),
        (vec![("flight", "chuyến tối")], "flight"),
        (vec![("flight", "VN1"), ("on.year", "1990")], "on"),
        (vec![("flight", "VN1"), ("on.day", "1"), ("on.month", "1"), ("on.year", "1990")], "on"),
        (vec![("flight", "VN1"), ("previous_country", "Việt Nam")], "previous_country"),
    ] {
        let refused = officer.post("/flights", &fields).await;
        assert!(refused.is(Status::UnprocessableEntity).error_at(field).is_some(), "{fields:?}");
    }
    let centre = world.organisation(OrganisationKind::Esc, "Trung tâm").await;
    let mut counsellor = world.staff(centre, Role::Counsellor).await;
    counsellor.get("/").await.hides("href=\"/flights\"");
    counsellor.get("/flights").await.is(Status::NotFound);
    counsellor.post("/flights", &[("flight", "VN1")]).await.is(Status::NotFound);
    officer.get("/").await.shows("href=\"/flights\"");
}
