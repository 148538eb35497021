//! The command line, as a person at a terminal meets it.

use std::process::{Command, Output};

use crate::support::World;

pub fn trove(world: &World, words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_trove"))
        .args(words)
        .env("DATABASE_URL", &world.app.settings.database_url)
        .env("OWNER_DATABASE_URL", world.app.settings.owner_database_url.as_deref().unwrap())
        .env("TROVE_VAR", &world.var)
        .env("TROVE_KEYS", world.var.join("keys"))
        .output()
        .unwrap()
}

pub fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

pub async fn world_with_keys() -> World {
    let world = World::empty().await;
    trove::base::seal::Keys::open(&world.var.join("keys"), true).unwrap();
    world
}

#[rocket::async_test]
async fn every_command_explains_itself() {
    let world = world_with_keys().await;
    for words in [
        vec!["--help"],
        vec!["serve", "--help"],
        vec!["migrate", "--help"],
        vec!["demo", "--help"],
        vec!["user", "add", "--help"],
        vec!["audit", "verify", "--help"],
        vec!["link", "--help"],
        vec!["release", "--help"],
        vec!["release", "draft", "--help"],
        vec!["release", "publish", "--help"],
    ] {
        let output = trove(&world, &words);
        assert_eq!(output.status.code(), Some(0), "{words:?}");
        assert!(said(&output).contains("Usage:"));
    }
    for words in [
        vec![],
        vec!["no-such-thing"],
        vec!["demo", "--people", "minus"],
        vec!["user", "add", "--email", "a@b.c"],
        vec!["user", "add", "--role", "king"],
        vec!["release", "draft"],
        vec!["release", "approve", "soon", "--as", "a@b.c"],
    ] {
        assert_eq!(trove(&world, &words).status.code(), Some(2), "{words:?}");
    }
}

#[rocket::async_test]
async fn an_account_is_added_and_its_link_works() {
    let world = world_with_keys().await;
    let add = |email: &'static str, more: &[&'static str]| {
        let mut words = vec![
            "user",
            "add",
            "--email",
            email,
            "--name",
            "Trần Thị Lan",
            "--role",
            "supervisor",
            "--role",
            "counsellor",
            "--organisation",
            "Trung tâm Nghệ An",
        ];
        words.extend_from_slice(more);
        trove(&world, &words)
    };
    let refused = add("lan@example.test", &[]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(said(&refused).contains("--kind"), "{}", said(&refused));
    assert_eq!(add("lan@example.test", &["--kind", "esc", "--province", "Atlantis"]).status.code(), Some(1));
    let office = ["--kind", "esc", "--province", "nghe an", "--phone", "0238 000 0099", "--hours", "suốt ngày đêm"];
    let added = add("lan@example.test", &office);
    assert_eq!(added.status.code(), Some(0), "{}", said(&added));
    let link = String::from_utf8(added.stdout).unwrap();
    let path = link.trim().strip_prefix("http://127.0.0.1:8000").unwrap();
    world.stranger().get(path).await.is(rocket::http::Status::Ok).shows("Trần Thị Lan");
    let kept = "organisations WHERE province_code = '40' AND phone = '0238 000 0099' AND hours = 'suốt ngày đêm'";
    assert_eq!(world.count(kept).await, 1);
    assert_eq!(world.count("user_roles").await, 2);
    assert_eq!(add("lan@example.test", &[]).status.code(), Some(1), "an address has one account");
    assert_eq!(add("không phải thư", &[]).status.code(), Some(1));
}

#[rocket::async_test]
async fn the_audit_is_verified_and_a_change_is_told() {
    let world = world_with_keys().await;
    let offices = world.offices().await;
    world.staff(offices.mine, trove::access::Role::Desk).await.register("Trần Văn An", &[]).await;
    let sealer = trove::access::audit::Sealer { db: world.app.db.clone(), heads: world.var.join("audit-heads") };
    while !sealer.seal().await.unwrap() {
        rocket::tokio::task::yield_now().await;
    }
    assert_eq!(trove(&world, &["audit", "verify"]).status.code(), Some(0));
    world.sql("DELETE FROM audit WHERE act = 'insert'").await;
    let broken = trove(&world, &["audit", "verify"]);
    assert_eq!(broken.status.code(), Some(1));
    assert!(said(&broken).contains("does not fit"), "{}", said(&broken));
}

#[rocket::async_test]
async fn a_given_database_is_neither_migrated_nor_filled_by_serving() {
    let world = world_with_keys().await;
    world.sql("DELETE FROM __diesel_schema_migrations WHERE version LIKE '%4'").await;
    let refused = trove(&world, &["serve"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(said(&refused).contains("trove migrate"), "{}", said(&refused));
    let lost = Command::new(env!("CARGO_BIN_EXE_trove"))
        .arg("serve")
        .env("DATABASE_URL", &world.app.settings.database_url)
        .env("TROVE_VAR", &world.var)
        .env("TROVE_KEYS", world.var.join("no-keys"))
        .output()
        .unwrap();
    assert_eq!(lost.status.code(), Some(1));
    assert!(!world.var.join("no-keys").exists(), "new keys are never made beside a database that has others");
}

#[rocket::async_test]
async fn demo_people_are_the_same_for_the_same_seed() {
    let (one, two) = (world_with_keys().await, world_with_keys().await);
    for world in [&one, &two] {
        let output = trove(world, &["demo", "--people", "40", "--seed", "7"]);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    }
    let names = "SELECT string_agg(code || name || coalesce(birth_date::text, '') || coalesce(sex, ''), ',' ORDER BY code) FROM persons";
    assert_eq!(one.text(names).await, two.text(names).await);
    assert_eq!(one.count("persons").await, 40);
    let again = trove(&one, &["demo", "--people", "40", "--seed", "7"]);
    assert_eq!(again.status.code(), Some(0));
    assert_eq!(one.count("persons").await, 40, "loaded once");
}
