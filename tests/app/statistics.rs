//! Counting returns, and releasing the count: who may, what shows, and what can never be worked out or changed.

use std::collections::BTreeMap;

use diesel_async::RunQueryDsl;
use rocket::http::Status;
use trove::access::{OrganisationKind, Role};
use trove::base::actor::Actor;
use trove::base::db::Rights;
use trove::statistics::count::{self, Counted, Published};
use trove::statistics::disclosure::attack::Publication;
use trove::statistics::{Move, State, store};
use uuid::Uuid;

use crate::command::{said, trove, world_with_keys};
use crate::support::{Answer, Browser, World};

/// Made-up returns of a year after years abroad: country, sex, how many.
const USUAL: &[(&str, &str, u32)] = &[
    ("JP", "male", 41),
    ("JP", "female", 37),
    ("KR", "male", 30),
    ("KR", "female", 3),
    ("TW", "male", 12),
    ("TW", "female", 22),
    ("CZ", "male", 2),
    ("CZ", "female", 7),
];

async fn people(world: &World, office: Uuid, year: i32, rows: &[(&str, &str, u32)]) {
    for (country, sex, count) in rows {
        world
            .sql(&format!(
                "WITH p AS (INSERT INTO persons (id, code, name, family_key, given_key, registered_by, sex)
                     SELECT gen_random_uuid(), substr(upper(md5(random()::text)), 1, 10), 'A', 'A', 'A', '{office}', nullif('{sex}', '')
                     FROM generate_series(1, {count}) RETURNING id)
                 INSERT INTO episodes (id, person_id, standing, door, previous_country, left_on, left_precision, entered_on, entered_precision, registered_by)
                 SELECT gen_random_uuid(), id, 'returned', 'airport', nullif('{country}', ''), '2015-02-03', 'day', '{year}-06-01', 'day', '{office}' FROM p"
            ))
            .await;
    }
}

/// One more return of somebody. `left` and `entered` are dates; registered at that minute of 2025.
async fn comes_back(world: &World, person: &str, country: &str, left: &str, entered: &str, minute: u32) {
    let date = |d: &str| if d.is_empty() { "NULL, NULL".to_owned() } else { format!("'{d}', 'day'") };
    world
        .sql(&format!(
            "INSERT INTO episodes (id, person_id, standing, door, previous_country, left_on, left_precision, entered_on, entered_precision, registered_by, registered_at)
             SELECT gen_random_uuid(), id, 'returned', 'airport', '{country}', {}, {}, registered_by, '2025-12-30 10:{minute}:00+00' FROM persons WHERE code = '{person}'",
            date(left),
            date(entered)
        ))
        .await;
}

struct Makers<'w> {
    office: Uuid,
    analyst: Browser<'w>,
    publisher: Browser<'w>,
}

async fn makers(world: &World) -> Makers<'_> {
    let dolab = world.organisation(OrganisationKind::Dolab, "Cục").await;
    Makers {
        office: world.organisation(OrganisationKind::Airport, "Bàn").await,
        analyst: world.staff(dolab, Role::Analyst).await,
        publisher: world.staff(dolab, Role::Publisher).await,
    }
}

async fn released(makers: &mut Makers<'_>, year: i32, note: &str) -> String {
    let drafted = makers.analyst.post("/releases", &[("year", &year.to_string()), ("note", note)]).await;
    drafted.is(Status::SeeOther);
    let at = drafted.location.unwrap();
    makers.analyst.post(&format!("{at}/protection"), &[]).await.is(Status::SeeOther);
    makers.publisher.post(&format!("{at}/approval"), &[]).await.is(Status::SeeOther);
    makers.publisher.post(&format!("{at}/publication"), &[]).await.is(Status::SeeOther);
    at
}

async fn cells(world: &World, sql: &str) -> String {
    world.text(&format!("SELECT string_agg(country || sex || '=' || coalesce(value::text, '*'), ' ' ORDER BY country, sex) FROM {sql}")).await
}

#[rocket::async_test]
async fn a_person_counts_once_with_the_last_return_from_a_stay_long_enough() {
    let world = World::empty().await;
    let Makers { office, mut analyst, .. } = makers(&world).await;
    let mut desk = world.staff(office, Role::Desk).await;
    let twice = desk.register("Một", &[("person.sex", "female")]).await;
    comes_back(&world, &twice, "JP", "2020-01-01", "2025-02-01", 1).await;
    comes_back(&world, &twice, "KR", "2022-01-01", "2025-08-01", 2).await;
    let tie = desk.register("Hai", &[("person.sex", "male")]).await;
    comes_back(&world, &tie, "TW", "2020-01-01", "2025-03-03", 5).await;
    comes_back(&world, &tie, "SG", "2020-01-01", "2025-03-03", 9).await;
    let short_last = desk.register("Ba", &[("person.sex", "male")]).await;
    comes_back(&world, &short_last, "MY", "2020-01-01", "2025-03-03", 1).await;
    comes_back(&world, &short_last, "TH", "2025-09-01", "2025-11-01", 2).await;
    let only_short = desk.register("Bốn", &[("person.sex", "male")]).await;
    comes_back(&world, &only_short, "LA", "2025-01-01", "2025-12-31", 1).await;
    let unknown_stay = desk.register("Năm", &[]).await;
    comes_back(&world, &unknown_stay, "DE", "", "2025-05-05", 1).await;
    let other_year = desk.register("Sáu", &[("person.sex", "male")]).await;
    comes_back(&world, &other_year, "JP", "2020-01-01", "2024-12-31", 1).await;
    world
        .sql(&format!("INSERT INTO episodes (id, person_id, standing, door, previous_country, registered_by) SELECT gen_random_uuid(), id, s, 'mission', 'RO', '{office}' FROM persons, unnest(ARRAY['planned', 'undecided', 'stayed-abroad', 'family']) s WHERE code = '{other_year}'"))
        .await;
    people(&world, office, 2025, &[("", "male", 1)]).await;

    analyst.post("/releases", &[("year", "2025")]).await.is(Status::SeeOther);
    assert_eq!(cells(&world, "release_cells").await, "DEU=1 KRF=1 MYM=1 SGM=1 UM=1");
    assert_eq!(
        world.text("SELECT shorter_stays || ' ' || unknown_stays || ' ' || at_least FROM release_inputs").await,
        "1 1 4"
    );
    // The explanation comes from the same count.
    let page = desk.get(&format!("/people/{twice}/counting/2025")).await;
    page.is(Status::Ok).shows("Người này được tính một lần").shows("01/08/2025").shows("còn một lần về sau đó");
    desk.get(&format!("/people/{short_last}/counting/2025")).await.shows("ngắn hơn quy định").shows("Malaysia");
    desk.get(&format!("/people/{only_short}/counting/2025")).await.shows("Người này không được tính");
    desk.get(&format!("/people/{unknown_stay}/counting/2025")).await.shows("kèm một khoảng");
    desk.get(&format!("/people/{other_year}/counting/2025")).await.shows("năm khác").shows("chỉ là ý định");
    desk.get(&format!("/people/{other_year}/counting/12")).await.is(Status::NotFound);
    assert_eq!(world.count("audit WHERE act = 'read'").await, 5, "each explanation is recorded");
}

#[rocket::async_test]
async fn undecided_duplicates_and_unknown_stays_widen_the_range() {
    let world = World::empty().await;
    let mut makers = makers(&world).await;
    people(&world, makers.office, 2025, USUAL).await;
    world.sql("INSERT INTO duplicate_suspicions (id, person_a, person_b, reason) SELECT gen_random_uuid(), a, b, 'same-number' FROM (SELECT min(id::text)::uuid AS a, max(id::text)::uuid AS b FROM persons) x").await;
    world
        .sql("UPDATE episodes SET left_on = NULL, left_precision = NULL WHERE id IN (SELECT id FROM episodes LIMIT 2)")
        .await;
    released(&mut makers, 2025, "").await;
    assert_eq!(world.text("SELECT at_least FROM release_inputs").await, "151");
    assert_eq!(
        world.text("SELECT at_least FROM releases").await,
        "144",
        "rounded outwards, so that no small number shows"
    );
    world.stranger().get("/tables/16/2025").await.shows("từ 144 đến tổng số").shows("154");
}

/// Two records of somebody who came back: how the year counts them while nobody knows, once they are two, and once merged.
#[rocket::async_test]
async fn a_merged_person_counts_once_and_two_people_do_not_widen_the_range() {
    let world = World::empty().await;
    let Makers { office, mut analyst, .. } = makers(&world).await;
    let mut desk = world.staff(office, Role::Desk).await;
    let mut supervisor = world.staff(office, Role::Supervisor).await;
    people(&world, office, 2025, &[("JP", "male", 5)]).await;
    let number = [("person.sex", "female"), ("document.kind", "passport"), ("document.number", "C1234567")];
    let one = desk.register("Một", &number).await;
    let two = desk.register("Hai", &number).await;
    comes_back(&world, &one, "KR", "2020-01-01", "2025-02-01", 1).await;
    comes_back(&world, &two, "TW", "2022-01-01", "2025-08-01", 2).await;
    let count = async |analyst: &mut Browser<'_>| {
        let at = analyst.post("/releases", &[("year", "2025")]).await.location.unwrap();
        let said = world.text("SELECT (SELECT sum(value) FROM release_cells) || ' ' || possible_duplicates || ' ' || at_least FROM release_inputs").await;
        let cells = cells(&world, "release_cells").await;
        analyst.post(&format!("{at}/withdrawal"), &[]).await.is(Status::SeeOther);
        world.sql("DELETE FROM release_cells; DELETE FROM release_inputs").await;
        (said, cells)
    };
    let pair = world.text("SELECT id FROM duplicate_suspicions").await;
    let decided = format!("/duplicates/{pair}/decision");
    assert_eq!(count(&mut analyst).await.0, "7 1 6", "nobody knows yet");
    for (answer, expected) in [("cannot-tell", "7 1 6"), ("same", "7 1 6"), ("different", "7 0 7")] {
        supervisor.post(&decided, &[("decision", answer)]).await.is(Status::SeeOther);
        assert_eq!(count(&mut analyst).await.0, expected, "{answer}");
        supervisor.post(&format!("{decided}/withdrawal"), &[]).await.is(Status::SeeOther);
    }
    supervisor.post(&decided, &[("decision", "same")]).await.is(Status::SeeOther);
    let merged = [("version_a", "1"), ("version_b", "1")];
    supervisor.post(&format!("/duplicates/{pair}/merge"), &merged).await.is(Status::SeeOther);
    // Once, with the last of their returns.
    assert_eq!(count(&mut analyst).await, ("6 0 6".into(), "JPM=5 TWF=1".into()));
    assert_eq!(world.text("SELECT total FROM registered_persons").await, "6");
    let page = desk.get(&format!("/people/{two}/counting/2025")).await;
    page.shows("Người này được tính một lần").shows("01/02/2025").shows("01/08/2025");
    let merge = world.text("SELECT id FROM merges").await;
    supervisor.post(&format!("/merges/{merge}/undo"), &[("reason", "x")]).await.is(Status::SeeOther);
    assert_eq!(count(&mut analyst).await.0, "7 1 6");
}

#[rocket::async_test]
async fn only_the_statistics_role_counts_and_only_at_dolab() {
    let world = World::empty().await;
    let Makers { office, analyst, .. } = makers(&world).await;
    people(&world, office, 2025, USUAL).await;
    let elsewhere = world.staff(office, Role::Analyst).await;
    let ask = async |user: &Browser<'_>, rights: Rights| {
        let mut tx = world.app.db.begin(&user.as_user().actor(), Uuid::nil(), rights).await.unwrap();
        diesel::sql_query("SELECT * FROM table_16(2025, app_now())").execute(&mut *tx).await
    };
    assert_eq!(ask(&analyst, Rights::Aggregates).await.unwrap(), 8);
    assert!(ask(&analyst, Rights::Reader).await.is_err());
    assert!(ask(&analyst, Rights::Writer).await.is_err());
    assert!(ask(&elsewhere, Rights::Aggregates).await.is_err());
}

/// What a reader has: the rows of the CSV, as cells of ours.
fn parsed(answer: &Answer) -> Vec<Published> {
    let mut rows = csv::Reader::from_reader(answer.body.as_bytes());
    let header: Vec<String> = rows.headers().unwrap().iter().map(str::to_owned).collect();
    assert_eq!(
        header.join(","),
        "ref_area,source,indicator,sex,classif1,time,obs_value,obs_status,note_classif,note_indicator,note_source"
    );
    let codes: BTreeMap<&str, &str> =
        [("JPN", "JP"), ("KOR", "KR"), ("TWN", "TW"), ("CZE", "CZ"), ("TOTAL", "T"), ("X", "X")].into();
    rows.records()
        .map(|row| {
            let row = row.unwrap();
            assert_eq!((&row[0], &row[1], &row[2], &row[5]), ("VNM", "FX:6673", "MNA_XRET_SEX_CPR_NB", "2025"));
            assert!(row.iter().all(|field| !field.starts_with(['=', '+', '-', '@', '\t', '\r'])), "{row:?}");
            let value = (!row[6].is_empty()).then(|| row[6].replace('.', "").parse().unwrap());
            assert_eq!(&row[7] == "C", value.is_none());
            Published {
                country: codes[row[4].strip_prefix("CPR_PRV_").unwrap()].to_owned(),
                sex: row[3].strip_prefix("SEX_").unwrap().to_owned(),
                value,
            }
        })
        .collect()
}

fn counted(rows: &[(&str, &str, u32)]) -> Vec<Counted> {
    let sex = |s: &str| if s == "male" { "M" } else { "F" }.to_owned();
    rows.iter().map(|(c, s, n)| Counted { country: (*c).to_owned(), sex: sex(s), value: i64::from(*n) }).collect()
}

#[rocket::async_test]
async fn nothing_small_can_be_worked_out_from_what_is_published() {
    let world = World::empty().await;
    let mut makers = makers(&world).await;
    people(&world, makers.office, 2025, USUAL).await;
    let mut stranger = world.stranger();
    let drafted = makers.analyst.post("/releases", &[("year", "2025")]).await;
    let at = drafted.location.unwrap();
    let none = async |stranger: &mut Browser<'_>| {
        stranger.get("/tables").await.is(Status::Ok).shows("Chưa công bố bảng nào");
        stranger.get("/tables/16/2025").await.is(Status::NotFound);
        stranger.get("/tables/16/2025/table.csv").await.is(Status::NotFound);
        let mut tx = world.app.db.begin(&Actor::Visitor, Uuid::nil(), Rights::Reader).await.unwrap();
        assert_eq!(diesel::sql_query("SELECT * FROM releases").execute(&mut *tx).await.unwrap(), 0);
        assert_eq!(diesel::sql_query("SELECT * FROM published_cells").execute(&mut *tx).await.unwrap(), 0);
    };
    none(&mut stranger).await;
    makers.analyst.post(&format!("{at}/protection"), &[]).await.is(Status::SeeOther);
    none(&mut stranger).await;
    makers
        .analyst
        .get(&at)
        .await
        .shows("Không suy ra được số nào")
        .shows("Không in, không chép")
        .shows("<section class=\"govuk-!-display-none-print\">");
    assert_eq!(
        world.count("audit WHERE act = 'read' AND table_name = 'releases'").await,
        1,
        "who saw them is recorded"
    );
    makers.publisher.post(&format!("{at}/approval"), &[]).await.is(Status::SeeOther);
    none(&mut stranger).await;
    makers.publisher.post(&format!("{at}/publication"), &[]).await.is(Status::SeeOther);

    let page = stranger.get("/tables/16/2025").await;
    page.is(Status::Ok).shows("Người về nước đã đăng ký năm 2025").shows("không công bố").shows("role=\"img\"");
    page.shows(&world.text("SELECT digest FROM releases").await)
        .hides(" style=")
        .shows("Chưa có số liệu")
        .shows("Không ai trong bảng");
    assert!(!page.body.contains("Không in"), "the unprotected side is the makers' only");
    let file = stranger.get("/tables/16/2025/table.csv").await;
    assert_eq!(file.header("Content-Type"), Some("text/csv; charset=utf-8"));
    assert_eq!(file.header("Content-Disposition"), Some("attachment; filename=\"MNA_XRET_SEX_CPR_NB_A-2025-r1.csv\""));
    assert!(file.body.starts_with("ref_area,") && file.body.ends_with("\r\n"), "no byte-order mark, RFC 4180");
    // The page and the file say the same, and an attacker who has both learns no small number.
    let read = parsed(&file);
    for shown in [&read, &of_page(&page)] {
        let audit = count::audit(5, &counted(USUAL), shown, &[] as &[&Publication]);
        assert_eq!(audit.exposed, 0);
        assert!(shown.iter().all(|c| !c.value.is_some_and(|v| (1..5).contains(&v))));
    }
    let sure =
        |cells: &[Published]| cells.iter().map(|c| (c.country.clone(), c.sex.clone(), c.value)).collect::<Vec<_>>();
    let (mut one, mut other) = (sure(&read), sure(&of_page(&page)));
    one.sort();
    other.sort();
    assert_eq!(one, other);
}

/// The cells as the page shows them.
fn of_page(page: &Answer) -> Vec<Published> {
    let names: BTreeMap<&str, &str> =
        [("Nhật Bản", "JP"), ("Hàn Quốc", "KR"), ("Đài Loan", "TW"), ("Séc", "CZ"), ("Tổng số", "T")].into();
    let html = scraper::Html::parse_document(&page.body);
    let select = |what: &str| scraper::Selector::parse(what).unwrap();
    let mut found = Vec::new();
    for row in html.select(&select("table.app-figures tbody tr")) {
        let text = |e: scraper::ElementRef<'_>| e.text().collect::<String>().trim().to_owned();
        let name = text(row.select(&select("th")).next().unwrap());
        for (cell, sex) in row.select(&select("td")).zip(["T", "M", "F"]) {
            let number = text(cell);
            let value = (!number.starts_with('*')).then(|| number.replace('.', "").parse().unwrap());
            found.push(Published { country: names[name.as_str()].to_owned(), sex: sex.to_owned(), value });
        }
    }
    found
}

#[rocket::async_test]
async fn zero_is_told_from_not_available() {
    let world = World::empty().await;
    let mut makers = makers(&world).await;
    people(&world, makers.office, 2023, &[("JP", "male", 12), ("KR", "male", 20)]).await;
    people(&world, makers.office, 2025, USUAL).await;
    let refused = makers.analyst.post("/releases", &[("year", "2024")]).await;
    refused.is(Status::UnprocessableEntity);
    assert!(refused.error_at("year").unwrap().contains("chưa có số liệu, không phải bằng 0"));
    makers.analyst.post("/releases", &[("year", "2999")]).await.is(Status::UnprocessableEntity);
    released(&mut makers, 2023, "").await;
    released(&mut makers, 2025, "").await;
    let list = world.stranger().get("/tables").await;
    list.shows("/tables/16/2023").hides("/tables/16/2024").shows("Chưa có số liệu");
    let page = world.stranger().get("/tables/16/2025").await;
    page.shows("href=\"/tables/16/2023\">").hides("href=\"/tables/16/2024\"");
    // Women of 2023: counted, and none.
    let zero = world.stranger().get("/tables/16/2023/table.csv").await;
    assert!(zero.body.contains("SEX_F,CPR_PRV_TOTAL,2023,0.000,,"), "{}", zero.body);
    world.stranger().get("/tables/16/2024").await.is(Status::NotFound);
}

#[rocket::async_test]
async fn moves_are_refused_with_their_reason_in_both_languages() {
    let world = World::empty().await;
    let mut makers = makers(&world).await;
    people(&world, makers.office, 2025, USUAL).await;
    let drafted = makers.publisher.post("/releases", &[("year", "2025")]).await;
    let at = drafted.location.unwrap();
    makers.publisher.send("/language", crate::support::form(&[("language", "en"), ("back", "/")])).await;
    for (act, why) in
        [("approval", "Only a release that is protected"), ("publication", "Only an approved release can be published")]
    {
        makers.publisher.post(&format!("{at}/{act}"), &[]).await.is(Status::Conflict).shows(why);
    }
    makers.publisher.post(&format!("{at}/protection"), &[]).await.is(Status::SeeOther);
    makers.publisher.get(&at).await.shows("Whoever prepared a release cannot approve it").hides("/approval\"");
    let own = makers.publisher.post(&format!("{at}/approval"), &[]).await;
    own.is(Status::Conflict).shows("Whoever prepared a release cannot approve it");
    makers.analyst.post(&format!("{at}/protection"), &[]).await.is(Status::Conflict).shows("Chỉ bảo vệ được bản nháp");
    // An analyst of the office is told whose step it is, and what the table is at each step.
    let told = makers.analyst.get(&at).await;
    told.shows("dành cho cán bộ phát hành số liệu").shows("không được giao việc này").shows("Bảng như sẽ được công bố");
    makers.analyst.post(&format!("{at}/approval"), &[]).await.is(Status::Forbidden);
    let twice = makers.analyst.post("/releases", &[("year", "2025")]).await;
    assert!(twice.error_at("year").unwrap().contains("đang có một đợt chưa công bố"));
    // The database says the same to whoever goes round the pages.
    let id = at.rsplit('/').next().unwrap();
    let user = makers.publisher.as_user();
    let mut tx = world.app.db.begin(&user.actor(), Uuid::nil(), Rights::Writer).await.unwrap();
    assert_eq!(store::advance(&mut tx, id.parse().unwrap(), "approve").await.unwrap(), "own");
    assert_eq!(store::advance(&mut tx, id.parse().unwrap(), "publish").await.unwrap(), "state");
    tx.roll_back().await.unwrap();
    makers.analyst.post(&format!("{at}/withdrawal"), &[]).await.is(Status::SeeOther);
    makers.analyst.get(&at).await.shows("Bảng đã bảo vệ, không công bố").hides("sẽ được công bố");
    makers.analyst.post("/releases", &[("year", "2025")]).await.is(Status::SeeOther);
}

/// The table of moves in Rust and the function in the database say the same of every state.
#[rocket::async_test]
async fn both_authorities_know_the_same_moves() {
    let world = World::empty().await;
    let mut makers = makers(&world).await;
    people(&world, makers.office, 2025, USUAL).await;
    let drafted = makers.analyst.post("/releases", &[("year", "2025")]).await;
    let id: Uuid = drafted.code().parse().unwrap();
    let mut publisher = makers.publisher.as_user();
    publisher.organisation_kind = OrganisationKind::Dolab.code().to_owned();
    let mut analyst = makers.analyst.as_user();
    analyst.organisation_kind = publisher.organisation_kind.clone();
    let states = [State::Draft, State::Protected, State::Approved, State::Withdrawn, State::Published];
    for state in states {
        world.sql(&format!("UPDATE releases SET state = '{}', digest = 'x'", state.code())).await;
        for user in [&publisher, &analyst] {
            for act in Move::ALL {
                let mut tx = world.app.db.begin(&user.actor(), Uuid::nil(), Rights::Writer).await.unwrap();
                let release = store::find(&mut tx, id).await.unwrap();
                let said = match act {
                    Move::Protect => store::protect(&mut tx, id, &[], None, None, "x").await.unwrap(),
                    _ => store::advance(&mut tx, id, act.code()).await.unwrap(),
                };
                let refused = act.refused(user, &release);
                assert_eq!(said == "done", refused.is_none(), "{act:?} from {state:?}: {said}, {refused:?}");
                tx.roll_back().await.unwrap();
            }
        }
    }
}

#[rocket::async_test]
async fn what_is_published_never_changes_and_a_correction_is_a_new_revision() {
    let world = World::empty().await;
    let mut makers = makers(&world).await;
    people(&world, makers.office, 2025, USUAL).await;
    let at = released(&mut makers, 2025, "").await;
    makers.analyst.get(&at).await.is(Status::Ok).shows("Bảng đã công bố").hides("sẽ được công bố");
    let before = world.stranger().get("/tables/16/2025/table.csv").await.body;
    for sql in [
        "UPDATE releases SET note = 'x'",
        "DELETE FROM releases",
        "UPDATE published_cells SET value = 7",
        "INSERT INTO published_cells SELECT id, 'FR', 'T', 9 FROM releases",
        "SELECT * FROM release_cells",
        "SELECT * FROM release_inputs",
    ] {
        let mut tx =
            world.app.db.begin(&makers.publisher.as_user().actor(), Uuid::nil(), Rights::Writer).await.unwrap();
        assert!(diesel::sql_query(sql).execute(&mut *tx).await.is_err(), "{sql}");
    }
    for sql in ["UPDATE releases SET note = 'x'", "DELETE FROM published_cells", "UPDATE release_cells SET value = 9"] {
        assert!(diesel::sql_query(sql).execute(&mut world.owner().await).await.is_err(), "{sql}, even as the owner");
    }
    // A person is corrected: the published table stays, the next revision has it.
    world.sql("UPDATE persons SET sex = 'female' WHERE id = (SELECT person_id FROM episodes JOIN persons p ON p.id = person_id WHERE previous_country = 'JP' AND p.sex = 'male' LIMIT 1)").await;
    assert_eq!(world.stranger().get("/tables/16/2025/table.csv").await.body, before);
    let unsaid = makers.analyst.post("/releases", &[("year", "2025")]).await;
    assert!(unsaid.error_at("note").unwrap().contains("điều thay đổi"));
    released(&mut makers, 2025, "Sửa giới tính của một người.").await;
    let page = world.stranger().get("/tables/16/2025").await;
    page.shows("Sửa giới tính của một người.").shows("/tables/16/2025?revision=1");
    assert_eq!(world.stranger().get("/tables/16/2025/table.csv?revision=1").await.body, before);
    world.stranger().get("/tables/16/2025?revision=1").await.shows("Đã có bản công bố mới hơn");
    // Both together betray nothing.
    let after = world.stranger().get("/tables/16/2025/table.csv").await;
    assert_ne!(after.body, before);
    let mut corrected = counted(USUAL);
    (corrected[0].value, corrected[1].value) = (40, 38);
    let first = Answer { status: Status::Ok, location: None, body: before, headers: Vec::new() };
    let one = count::publication(&counted(USUAL), &parsed(&first));
    assert_eq!(count::audit(5, &corrected, &parsed(&after), &[&one]).exposed, 0);
}

#[rocket::async_test]
async fn a_release_is_made_at_the_command_line_by_named_people() {
    let world = world_with_keys().await;
    let Makers { office, analyst, publisher } = makers(&world).await;
    people(&world, office, 2025, USUAL).await;
    let does = |words: &[&str], code: i32| {
        let output = trove(&world, &[&["release"], words].concat());
        assert_eq!(output.status.code(), Some(code), "{words:?}: {}", said(&output));
        said(&output)
    };
    assert!(does(&["draft", "2025", "--as", "nobody@example.test"], 1).contains("trove user add"));
    let elsewhere = world.staff(office, Role::Analyst).await.email;
    assert!(does(&["draft", "2025", "--as", &elsewhere], 1).contains("dolab"));
    assert!(does(&["protect", "2025", "--as", &analyst.email], 1).contains("trove release draft 2025"));
    does(&["draft", "2025", "--as", &analyst.email], 0);
    assert!(does(&["draft", "2025", "--as", &analyst.email], 1).contains("not published yet"));
    does(&["protect", "2025", "--as", &analyst.email], 0);
    assert!(does(&["approve", "2025", "--as", &analyst.email], 1).contains("release.approve"));
    assert!(does(&["publish", "2025", "--as", &publisher.email], 1).contains("Only an approved release"));
    does(&["approve", "2025", "--as", &publisher.email], 0);
    does(&["publish", "2025", "--as", &publisher.email], 0);
    assert!(does(&["list"], 0).contains("2025 revision 1 published"));
    assert!(does(&["draft", "2025", "--as", &analyst.email], 1).contains("Say what changed"));
    does(&["draft", "2025", "--as", &analyst.email, "--note", "Thêm hồ sơ muộn."], 0);
    world.stranger().get("/tables/16/2025").await.is(Status::Ok);
    assert_eq!(world.count("audit WHERE table_name = 'releases' AND actor_kind = 'user'").await, 5);
}
