//! What matching is kept up to date by: keys made anew, old places read as new ones, and a model learnt from our own people.

use std::fmt::Write as _;

use diesel_async::RunQueryDsl;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use rocket::http::Status;
use trove::access::Role;
use trove::base::actor::Actor;
use trove::base::db::Rights;
use trove::base::text::fold;
use trove::person::matching::field::{birth, number, word};
use trove::person::matching::model::Chances;
use trove::person::matching::{Field, Model};
use trove::person::{learning, rekey};
use uuid::Uuid;

use crate::command::{said, trove, world_with_keys};
use crate::support::World;

const WOMAN: [(&str, &str); 5] = [
    ("person.birth.day", "5"),
    ("person.birth.month", "2"),
    ("person.birth.year", "1990"),
    ("contact.kind", "phone"),
    ("contact.value", "0912 345 678"),
];

/// All keys but those of papers, as they were when there were fewer kinds.
const AGE: &str = "DELETE FROM match_keys WHERE key NOT LIKE ALL (ARRAY['name:%', 'ends:%', 'document:%']);
    INSERT INTO match_keys SELECT 'name:of an older version', id FROM persons; UPDATE key_versions SET version = 1";

async fn keys(world: &World) -> String {
    world.text("SELECT string_agg(key || ' ' || code, E'\\n' ORDER BY key, code) FROM match_keys k JOIN persons p ON p.id = k.person_id").await
}

#[rocket::async_test]
async fn people_kept_under_older_keys_are_brought_up_to_date() {
    let world = World::empty().await;
    let mut desk = world.staff(world.offices().await.mine, Role::Desk).await;
    let paper = [
        ("document.kind", "passport"),
        ("document.country", "VN"),
        ("document.number", "C1234567"),
        ("document.shown_as", "original"),
        ("document.name_printed", "NGUYEN MAU"),
    ];
    desk.register("Nguyễn Thị Mậu", &[&WOMAN[..], &paper[..]].concat()).await;
    desk.register("Trần Văn Hải", &[]).await;
    world.app.plan().await.unwrap();
    assert_eq!(world.count("jobs WHERE kind = 'rekey'").await, 0, "nobody has older keys");
    let before = keys(&world).await;
    assert!(
        before.contains("document:") && before.contains("birth:19900205") && before.contains("unborn:hai tran van")
    );
    world.sql(AGE).await;
    let slipped = [("name", "Nguiễn Thị Mậu"), ("birth.day", "5"), ("birth.month", "2"), ("birth.year", "1990")];
    desk.post("/people/search", &slipped).await.is(Status::Ok).hides("Nguyễn Thị Mậu");
    world.app.plan().await.unwrap();
    assert_eq!(world.count("jobs WHERE kind = 'rekey'").await, 1);
    world.app.worker().run_due().await.unwrap();
    assert_eq!(keys(&world).await, before);
    desk.post("/people/search", &slipped).await.is(Status::Ok).shows("Nguyễn Thị Mậu");
    // Once more: nothing to do.
    assert_eq!(rekey::all(&world.app.db, |_| {}).await.unwrap(), 0);
    assert_eq!(keys(&world).await, before);
    // A comparison does not wait for the round of everybody.
    world.sql(AGE).await;
    desk.register("Nguyễn Thị Mận", &WOMAN[..3]).await;
    world.sql("INSERT INTO jobs (id, kind, key, payload, actor_kind, actor_id, run_at) SELECT gen_random_uuid(), 'compare', id::text, jsonb_build_object('person', id), 'service', 'worker', app_now() FROM persons WHERE name = 'Nguyễn Thị Mậu'").await;
    world.app.worker().run_due().await.unwrap();
    assert!(keys(&world).await.contains("sound-year:"));
    assert_eq!(world.count("key_versions WHERE version = 1").await, 1, "Trần Văn Hải");
}

#[rocket::async_test]
async fn the_command_makes_keys_anew_and_says_how_far_it_is() {
    let world = world_with_keys().await;
    let mut desk = world.staff(world.offices().await.mine, Role::Desk).await;
    desk.register("Nguyễn Thị Mậu", &WOMAN).await;
    let before = keys(&world).await;
    world.sql(AGE).await;
    let output = trove(&world, &["rekey"]);
    assert!(output.status.success() && output.stdout.is_empty(), "{}", said(&output));
    assert!(said(&output).contains("1 people") && !said(&output).contains("Mậu"), "{}", said(&output));
    assert_eq!(keys(&world).await, before);
}

#[rocket::async_test]
async fn names_of_merged_records_keep_their_keys() {
    let world = World::empty().await;
    let mut desk = world.staff(world.offices().await.mine, Role::Desk).await;
    let mut supervisor = world.staff(desk.user.unwrap().1, Role::Supervisor).await;
    desk.register("Nguyễn Thị Mậu", &WOMAN).await;
    desk.register("Phạm Thị Mậu", &WOMAN[..3]).await;
    let before = keys(&world).await;
    world.sql("INSERT INTO duplicate_suspicions (id, person_a, person_b, reason) SELECT gen_random_uuid(), min(id::text)::uuid, max(id::text)::uuid, 'same-number' FROM persons").await;
    let pair = world.text("SELECT id FROM duplicate_suspicions").await;
    supervisor.post(&format!("/duplicates/{pair}/decision"), &[("decision", "same")]).await.is(Status::SeeOther);
    let merged = supervisor
        .post(&format!("/duplicates/{pair}/merge"), &[("version_a", "1"), ("version_b", "1"), ("choose.name", "a")])
        .await;
    merged.is(Status::SeeOther);
    world.sql(AGE).await;
    rekey::all(&world.app.db, |_| {}).await.unwrap();
    for name in ["Nguyen Mau", "Pham Mau"] {
        let asked = [("name", name), ("birth.year", "1990")];
        desk.post("/people/search", &asked).await.is(Status::Ok).shows("Nguyễn Thị Mậu");
    }
    let merge = world.text("SELECT id FROM merges").await;
    supervisor.post(&format!("/merges/{merge}/undo"), &[("reason", "Hai người.")]).await.is(Status::SeeOther);
    world.app.plan().await.unwrap();
    world.app.worker().run_due().await.unwrap();
    assert_eq!(keys(&world).await, before, "each has their own again");
}

#[rocket::async_test]
async fn an_old_commune_is_compared_as_what_it_became() {
    let world = World::empty().await;
    let offices = world.offices().await;
    let mut desk = world.staff(offices.mine, Role::Desk).await;
    let mut other = world.staff(offices.theirs, Role::Counsellor).await;
    let one = desk.register("Nguyễn Thị Mậu", &WOMAN[..3]).await;
    let two = other.register("NGUYEN THI MAU", &WOMAN[..3]).await;
    // Phường Ngọc Khánh of the old Ba Đình became parts of three; one of them is Ba Đình of today.
    world.sql(&format!("INSERT INTO addresses (id, person_id, kind, line, old_province, old_district, old_commune) SELECT gen_random_uuid(), id, 'as-printed', 'x', '01', '001', '00025' FROM persons WHERE code = '{one}'")).await;
    let lives = |commune: &str| {
        format!("DELETE FROM addresses WHERE kind = 'home'; INSERT INTO addresses (id, person_id, kind, province_code, commune_code) SELECT gen_random_uuid(), id, 'home', '01', '{commune}' FROM persons WHERE code = '{two}';
            INSERT INTO jobs (id, kind, key, payload, actor_kind, actor_id, run_at) SELECT gen_random_uuid(), 'compare', gen_random_uuid()::text, jsonb_build_object('person', id), 'service', 'worker', app_now() FROM persons WHERE code = '{two}'")
    };
    let place =
        "SELECT r ->> 'level' FROM duplicate_suspicions, jsonb_array_elements(reasons) r WHERE r ->> 'field' = 'place'";
    for (commune, level) in [("00008", "possible"), ("00097", "province")] {
        world.sql(&lives(commune)).await;
        world.app.worker().run_due().await.unwrap();
        assert_eq!(world.text(place).await, level, "{commune}");
    }
}

/// How the second records of made-up people differ from the first, as shares.
const GIVEN_SLIPS: f64 = 0.25;
const BIRTH_SLIPS: f64 = 0.3;
const PHONE_CHANGES: f64 = 0.15;

/// So many people, a quarter of them a second time with slips of known rates, kept as the program would keep them.
async fn populate(world: &World, people: usize, office: Uuid) {
    const FAMILIES: [&str; 12] =
        ["Nguyễn", "Nguyễn", "Nguyễn", "Trần", "Trần", "Lê", "Phạm", "Hoàng", "Võ", "Đặng", "Bùi", "Đỗ"];
    const GIVEN: [&str; 32] = [
        "Hùng", "Dũng", "Tuấn", "Nam", "Hải", "Minh", "Đức", "Long", "Sơn", "Thắng", "Quân", "Toàn", "Hiếu", "Trung",
        "Khánh", "Phúc", "Hòa", "Thành", "Kiên", "Lâm", "Hương", "Hằng", "Thảo", "Trang", "Nhung", "Oanh", "Phương",
        "Quỳnh", "Thủy", "Tuyết", "Vân", "Yến",
    ];
    const MIDDLE: [&str; 8] = ["Văn", "Thị", "Đức", "Ngọc", "Thanh", "Xuân", "Quang", "Minh"];
    let mut dice = StdRng::seed_from_u64(5);
    let mut sql = String::new();
    let mut row = |name: &str, born: (u32, u32, u32), sex: &str, phone: u32| {
        let id = Uuid::now_v7();
        let code = &id.simple().to_string()[22..];
        let (family, given) = trove::person::sorting_keys(name);
        let (year, month, day) = born;
        write!(sql, "INSERT INTO persons (id, code, name, family_key, given_key, sex, birth_date, birth_precision, registered_by)
            VALUES ('{id}', '{code}', '{name}', '{family}', '{given}', '{sex}', '{year}-{month}-{day}', 'day', '{office}');
            INSERT INTO contact_points (id, person_id, kind, value) VALUES (gen_random_uuid(), '{id}', 'phone', '09{phone:08}');").unwrap();
    };
    for at in 0..people {
        let [family, middle] = [FAMILIES[dice.random_range(0..12)], MIDDLE[dice.random_range(0..8)]];
        let given = GIVEN[dice.random_range(0..32)];
        let born = (dice.random_range(1965..2005), dice.random_range(1..13), dice.random_range(1..29));
        let sex = if dice.random_bool(0.5) { "male" } else { "female" };
        let phone = 10_000_000 + 2 * at as u32;
        row(&format!("{family} {middle} {given}"), born, sex, phone);
        if at % 4 != 0 {
            continue;
        }
        let mut given = given.to_owned();
        if dice.random_bool(GIVEN_SLIPS) {
            given.push('h');
        }
        let mut name = format!("{family} {middle} {given}");
        if dice.random_bool(0.3) {
            name = fold(&name).to_uppercase();
        }
        let born = if dice.random_bool(BIRTH_SLIPS) { (born.0, born.1, born.2 % 28 + 1) } else { born };
        row(&name, born, sex, if dice.random_bool(PHONE_CHANGES) { phone + 1 } else { phone });
    }
    world.sql(&sql).await;
    rekey::all(&world.app.db, |_| {}).await.unwrap();
}

async fn in_force(world: &World) -> Model {
    let kept = world.text("SELECT model FROM match_models WHERE refused IS NULL ORDER BY number DESC LIMIT 1").await;
    serde_json::from_str(&kept).unwrap()
}

/// The worker keeps a model; gives its number.
async fn keep(world: &World, model: &Model) -> String {
    let json = serde_json::to_string(model).unwrap();
    let mut tx = world.app.db.begin(&Actor::Service("worker"), Uuid::nil(), Rights::Writer).await.unwrap();
    diesel::sql_query(format!("SELECT keep_model(1000, 500, NULL, '{json}')")).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    world.text("SELECT max(number) FROM match_models").await
}

#[rocket::async_test]
async fn a_model_is_learnt_from_our_own_people_and_comes_near_the_truth() {
    let world = world_with_keys().await;
    let office = world.offices().await.mine;
    populate(&world, 2000, office).await;
    let learnt = learning::learn(&world.app.db, |_| {}).await.unwrap();
    assert_eq!((learnt.refused, learnt.number, learnt.people), (None, 1, 2500));
    let model = in_force(&world).await;
    let m = |field: Field, level: u8| model.chances(field, level).m;
    for (what, found, truth) in [
        ("given name", m(Field::Given, word::EXACT) + m(Field::Given, word::BARE), 1.0 - GIVEN_SLIPS),
        ("birth date", m(Field::Birth, birth::EXACT), 1.0 - BIRTH_SLIPS),
        ("phone", m(Field::Phone, number::EXACT), 1.0 - PHONE_CHANGES),
    ] {
        assert!((found - truth).abs() < 0.06, "{what}: {found} for {truth}");
    }
    assert!((model.chances(Field::Given, word::EXACT).u - 1.0 / 32.0).abs() < 0.02);
    // Where it comes from is said; words of names that few bear are not in it.
    let source = world.text("SELECT source FROM match_models").await;
    assert_eq!(source, format!("learnt from {} pairs on date {}", learnt.pairs, world.app.clock.today()));
    let words = world.text("SELECT model -> 'frequencies' FROM match_models").await;
    assert!(words.contains("\"nguyen\"") && words.contains("\"oanh\""), "{words}");
    assert!(!words.contains("hungh") && !words.contains("oanhh"), "a slip that few made: {words}");
    // Once more by hand: a version of its own, and the earlier one stays.
    let output = trove(&world, &["learn"]);
    assert!(output.status.success() && said(&output).contains("model 2: learnt from "), "{}", said(&output));
    assert_eq!(world.count("match_models WHERE refused IS NULL").await, 2);
    let mut owner = world.owner().await;
    for sql in ["UPDATE match_models SET people = 1", "DELETE FROM match_models"] {
        assert!(diesel::sql_query(sql).execute(&mut owner).await.is_err(), "{sql}");
    }
    // It is what the comparison weighs with, and the suspicion says so.
    let mut desk = world.staff(office, Role::Desk).await;
    desk.register("Quàng Thị Mậu", &WOMAN).await;
    desk.register("QUANG THI MAU", &WOMAN).await;
    world.app.worker().run_due().await.unwrap();
    let suspected = "duplicate_suspicions d JOIN persons p ON p.id = d.person_a WHERE p.name ILIKE 'Qu_ng Th_ M_u'";
    assert_eq!(world.count(&format!("{suspected} AND d.model = 2")).await, 1);
}

#[rocket::async_test]
async fn search_and_comparison_weigh_by_the_newest_model() {
    let world = World::empty().await;
    let office = world.offices().await.mine;
    let mut desk = world.staff(office, Role::Desk).await;
    desk.register("Nguyễn Thị Mậu", &WOMAN).await;
    let swapped = [("name", "MAU NGUYEN THI"), ("birth.day", "2"), ("birth.month", "5"), ("birth.year", "1990")];
    desk.post("/people/search", &swapped).await.shows("Nguyễn Thị Mậu");
    // As if nobody ever took day and month for each other.
    let mut model = Model::vietnamese(10_000);
    model.set(Field::Birth, birth::SWAPPED, Chances { m: 1e-9, u: 0.5 });
    model.settle();
    assert_eq!(keep(&world, &model).await, "1");
    desk.post("/people/search", &swapped).await.is(Status::Ok).hides("Nguyễn Thị Mậu");
    let [name, day, month, year] = swapped;
    let fields = [
        ("person.birth.day", day.1),
        ("person.birth.month", month.1),
        ("person.birth.year", year.1),
        WOMAN[3],
        WOMAN[4],
    ];
    desk.register(name.1, &fields).await;
    world.app.worker().run_due().await.unwrap();
    assert_eq!(world.count("duplicate_suspicions").await, 0);
    // The next one holds as soon as it is there; the page says which it was.
    keep(&world, &Model::vietnamese(10_000)).await;
    desk.post("/people/search", &swapped).await.shows("Nguyễn Thị Mậu");
    world.sql("INSERT INTO jobs (id, kind, key, payload, actor_kind, actor_id, run_at) SELECT gen_random_uuid(), 'compare', id::text, jsonb_build_object('person', id), 'service', 'worker', app_now() FROM persons").await;
    world.app.worker().run_due().await.unwrap();
    assert_eq!(world.count("duplicate_suspicions WHERE model = 2").await, 1);
    let pair = world.text("SELECT id FROM duplicate_suspicions").await;
    let mut supervisor = world.staff(office, Role::Supervisor).await;
    supervisor.get(&format!("/duplicates/{pair}")).await.is(Status::Ok).shows("mô hình số 2");
}

#[rocket::async_test]
async fn a_database_that_teaches_nothing_keeps_what_was_assumed() {
    let world = world_with_keys().await;
    let office = world.offices().await.mine;
    // The week's job, in an installation that begins.
    world.app.plan().await.unwrap();
    world.app.plan().await.unwrap();
    world.app.worker().run_due().await.unwrap();
    assert_eq!(world.text("SELECT string_agg(refused, ' ') FROM match_models").await, "few-people");
    // Everybody is called the same: what two agree in says nothing.
    world.sql(&format!("INSERT INTO persons (id, code, name, family_key, given_key, sex, birth_date, birth_precision, registered_by)
        SELECT gen_random_uuid(), lpad(n::text, 10, '0'), 'Nguyễn Thị Mậu', 'Nguyễn', 'Mậu', 'female', '1990-02-05', 'day', '{office}' FROM generate_series(1, 1500) n")).await;
    rekey::all(&world.app.db, |_| {}).await.unwrap();
    let output = trove(&world, &["learn"]);
    assert!(output.status.success() && said(&output).contains("model 2: not used (few-pairs)"), "{}", said(&output));
    // Blocks of a hundred strangers who share everything that is known of them.
    world.sql("UPDATE persons SET name = 'Nguyễn Thị Mậu ' || chr(97 + code::integer % 25) || 'o', birth_date = birth_date + code::integer % 25").await;
    world.sql("DELETE FROM key_versions").await;
    rekey::all(&world.app.db, |_| {}).await.unwrap();
    let learnt = learning::learn(&world.app.db, |_| {}).await.unwrap();
    assert_eq!(learnt.refused, Some("many-matches"));
    assert_eq!(world.count("match_models WHERE refused IS NULL").await, 0);
    let mut desk = world.staff(office, Role::Desk).await;
    desk.register("Quàng Văn Hải", &WOMAN).await;
    desk.register("QUANG VAN HAI", &WOMAN).await;
    world.app.worker().run_due().await.unwrap();
    assert_eq!(world.count("duplicate_suspicions WHERE model IS NULL AND probability > 0.9").await, 1);
}

#[rocket::async_test]
async fn nobody_but_the_worker_draws_or_keeps() {
    let world = World::empty().await;
    let user = world.staff(world.offices().await.mine, Role::Administrator).await.as_user();
    for actor in [user.actor(), Actor::Service("command-line")] {
        for call in [
            "people_to_rekey(9, gen_random_uuid(), 1)",
            "keys_are_old(gen_random_uuid(), 1)",
            "key_sources('{}')",
            "rekey('{}', '{}', '{}', 9)",
            "names_to_count(1)",
            "people_at_random(1)",
            "blocks_to_learn('name', 1, 1)",
            "people_to_learn('{}')",
            "keep_model(1, 1, 'no', NULL)",
        ] {
            let mut tx = world.app.db.begin(&actor, Uuid::nil(), Rights::Writer).await.unwrap();
            let refused = diesel::sql_query(format!("SELECT {call}")).execute(&mut *tx).await;
            assert!(format!("{refused:?}").contains("not allowed"), "{call}: {refused:?}");
        }
    }
}
