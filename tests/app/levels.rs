//! Four levels of confidentiality, each held to what it promises.

use crate::support::World;

/// The names that a query gives, in one line.
async fn named(world: &World, sql: &str) -> String {
    world.text(&format!("SELECT coalesce(string_agg(n, ' ' ORDER BY n), '') FROM ({sql}) x (n)")).await
}

#[rocket::async_test]
async fn every_table_says_how_confidential_it_is() {
    let world = World::empty().await;
    let silent = named(
        &world,
        "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition AND relname <> '__diesel_schema_migrations'
           AND coalesce(obj_description(oid, 'pg_class'), '') !~ '^level: (aggregate|standard|sensitive|restricted)$'",
    )
    .await;
    assert_eq!(silent, "", "tables without a level in database/levels.sql");
}

#[rocket::async_test]
async fn what_is_restricted_is_read_by_name_and_copied_nowhere() {
    let world = World::empty().await;
    let restricted = "SELECT oid, relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND obj_description(oid, 'pg_class') = 'level: restricted'";
    assert!(world.count(&format!("({restricted}) r")).await >= 9);
    // Read by whoever is named, or through functions that ask for themselves; never by whoever holds a case.
    let loose = named(
        &world,
        &format!(
            "SELECT r.relname || '.' || p.polname FROM ({restricted}) r JOIN pg_policy p ON p.polrelid = r.oid WHERE p.polcmd IN ('r', '*')
               AND pg_get_expr(p.polqual, p.polrelid) !~ 'my_care|keeper_id'"
        ),
    )
    .await;
    assert_eq!(loose, "", "a policy that lets somebody read a restricted row who is not named");
    let granted = named(
        &world,
        &format!("SELECT r.relname || ' ' || g.grantee FROM ({restricted}) r JOIN information_schema.role_table_grants g ON g.table_name = r.relname WHERE g.grantee NOT IN ('app', 'reader', 'owner')"),
    )
    .await;
    assert_eq!(granted, "", "a restricted table that a counting role reads");
    let copied = named(
        &world,
        &format!("SELECT r.relname::text FROM ({restricted}) r JOIN pg_trigger t ON t.tgrelid = r.oid WHERE t.tgname = 'keep_version'"),
    )
    .await;
    assert_eq!(copied, "", "a restricted row whose earlier versions are kept beside it");
    // Words in the clear: codes that say nothing, and numbers of a release, which are of nobody.
    let clear = named(
        &world,
        &format!(
            "SELECT r.relname || '.' || c.column_name FROM ({restricted}) r JOIN information_schema.columns c ON c.table_name = r.relname AND c.table_schema = 'public'
             WHERE c.data_type IN ('text', 'jsonb', 'ARRAY') AND r.relname NOT LIKE 'release_%'"
        ),
    )
    .await;
    assert_eq!(
        clear,
        "care_breaks.scope care_referral_steps.step care_referrals.state care_staff.part regularities.regularity"
    );
    let led = named(
        &world,
        &format!("SELECT k.conrelid::regclass::text FROM pg_constraint k WHERE k.contype = 'f' AND k.confrelid IN (SELECT oid FROM ({restricted}) r) AND k.conrelid NOT IN (SELECT oid FROM ({restricted}) r)"),
    )
    .await;
    assert_eq!(led, "", "a row that anybody may read says that there is a restricted one");
}

#[rocket::async_test]
async fn whoever_counts_reads_what_is_of_nobody() {
    let world = World::empty().await;
    let more = named(
        &world,
        "SELECT g.table_name::text FROM information_schema.role_table_grants g JOIN pg_class c ON c.relname = g.table_name AND c.relnamespace = 'public'::regnamespace
         WHERE g.grantee = 'statistics' AND c.relkind <> 'v' AND obj_description(c.oid, 'pg_class') <> 'level: aggregate'",
    )
    .await;
    assert_eq!(more, "");
}
