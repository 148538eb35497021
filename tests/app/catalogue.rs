//! The database is as the code believes: its tables, its rights, its functions.

use std::collections::BTreeMap;

use crate::support::World;

/// Every table of `src/schema.rs`, column by column, as PostgreSQL has it.
#[rocket::async_test]
async fn schema_rs_is_the_catalogue() {
    let world = World::empty().await;
    let text = include_str!("../../src/schema.rs");
    let mut written: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    let mut table = String::new();
    for line in text.lines().map(str::trim).filter(|l| !l.starts_with("diesel::")) {
        if let Some((name, column_type)) = line.trim_end_matches(',').split_once(" -> ") {
            written.get_mut(&table).unwrap().push((name.to_owned(), column_type.to_owned()));
        } else if let Some((name, _)) = line.split_once(" (").filter(|_| line.ends_with('{')) {
            table = name.to_owned();
            written.insert(table.clone(), Vec::new());
        }
    }
    assert!(written.len() > 25);
    for (table, columns) in written {
        let there = world
            .text(&format!(
                "SELECT string_agg(column_name || ' ' || CASE WHEN is_nullable = 'YES' THEN 'Nullable<' || t || '>' ELSE t END, E'\\n' ORDER BY ordinal_position) FROM (
                   SELECT column_name, is_nullable, ordinal_position, CASE data_type WHEN 'uuid' THEN 'Uuid' WHEN 'text' THEN 'Text' WHEN 'integer' THEN 'Integer' WHEN 'bigint' THEN 'BigInt' WHEN 'smallint' THEN 'SmallInt'
                     WHEN 'boolean' THEN 'Bool' WHEN 'timestamp with time zone' THEN 'Timestamptz' WHEN 'date' THEN 'Date' WHEN 'jsonb' THEN 'Jsonb' WHEN 'bytea' THEN 'Binary' WHEN 'double precision' THEN 'Double' WHEN 'ARRAY' THEN CASE udt_name WHEN '_uuid' THEN 'Array<Uuid>' ELSE 'Array<Text>' END ELSE data_type END AS t
                   FROM information_schema.columns WHERE table_schema = 'public' AND table_name = '{table}') c"
            ))
            .await;
        let here: Vec<String> = columns.iter().map(|(name, kind)| format!("{name} {kind}")).collect();
        assert_eq!(here.join("\n"), there, "table {table}");
        assert!(columns.len() <= 32, "{table} has more than 32 columns");
    }
}

#[rocket::async_test]
async fn the_app_role_owns_nothing_and_every_table_is_behind_policies() {
    let world = World::empty().await;
    assert_eq!(
        world
            .count("pg_roles WHERE rolname IN ('app', 'reader', 'statistics', 'owner') AND (rolsuper OR rolbypassrls)")
            .await,
        0
    );
    assert_eq!(
        world
            .count(
                "pg_class c JOIN pg_roles r ON r.oid = c.relowner WHERE r.rolname IN ('app', 'reader', 'statistics')"
            )
            .await,
        0
    );
    let bare = world.text("SELECT coalesce(string_agg(relname, ' '), '') FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relrowsecurity").await;
    // Written by migrations alone; nobody else has a right to them.
    assert_eq!(bare, "");
    let open = world.text("SELECT coalesce(string_agg(table_name, ' '), '') FROM information_schema.role_table_grants WHERE grantee = 'PUBLIC' AND table_schema = 'public'").await;
    assert_eq!(open, "");
    let reader = world.text("SELECT string_agg(DISTINCT table_name || ' ' || privilege_type, ', ') FROM information_schema.role_table_grants WHERE grantee = 'reader' AND privilege_type <> 'SELECT'").await;
    assert_eq!(reader, "audit INSERT", "a request that only reads writes the access log and nothing else");
    let statistics = world.text("SELECT string_agg(DISTINCT table_name, ' ' ORDER BY table_name) FROM information_schema.role_table_grants WHERE grantee = 'statistics'").await;
    assert_eq!(
        statistics,
        "activities communes countries education_levels ethnic_groups languages occupations parameters provinces registered_persons skill_grades"
    );
}

#[rocket::async_test]
async fn definer_functions_are_closed_and_views_are_the_invokers() {
    let world = World::empty().await;
    let loose = world
        .text("SELECT coalesce(string_agg(proname, ' '), '') FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef AND NOT coalesce(proconfig::text LIKE '%search_path=public, pg_temp%', false)")
        .await;
    assert_eq!(loose, "", "SECURITY DEFINER without a search_path of its own");
    let open = world
        .text("SELECT coalesce(string_agg(proname, ' '), '') FROM pg_proc p WHERE pronamespace = 'public'::regnamespace AND EXISTS (SELECT FROM aclexplode(coalesce(proacl, acldefault('f', proowner))) WHERE grantee = 0)")
        .await;
    assert_eq!(open, "", "functions that everybody may call");
    let definer_views = world
        .text("SELECT coalesce(string_agg(relname, ' '), '') FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'v' AND NOT coalesce(reloptions::text LIKE '%security_invoker=true%', false)")
        .await;
    assert_eq!(definer_views, "registered_persons", "statistics views are listed here by name");
}

#[rocket::async_test]
async fn every_table_that_the_app_changes_is_audited() {
    let world = World::empty().await;
    let silent = world
        .text(
            "SELECT coalesce(string_agg(DISTINCT table_name, ' ' ORDER BY table_name), '') FROM information_schema.role_table_grants g
             WHERE grantee = 'app' AND table_schema = 'public' AND privilege_type IN ('INSERT', 'UPDATE', 'DELETE')
               AND (SELECT count(*) FROM pg_trigger t WHERE t.tgrelid = to_regclass(format('public.%I', table_name)) AND t.tgname IN ('audit_insert', 'audit_update', 'audit_delete')) < 3",
        )
        .await;
    // Each is itself a record, is written only through functions that record, or is a piece of a file whose row is recorded.
    assert_eq!(silent, "attachment_chunks audit credentials events export_pieces invitations jobs mails submissions");
}

#[rocket::async_test]
async fn the_lists_in_the_database_are_the_files() {
    let world = World::empty().await;
    for list in trove::vocabulary::List::ALL {
        assert_eq!(world.count(list.name()).await, list.vocabulary().entries().len() as i64, "{list:?}");
    }
    assert_eq!(world.text("SELECT vi FROM provinces WHERE code = '40'").await, "Tỉnh Nghệ An");
}

#[rocket::async_test]
async fn migrating_again_changes_nothing() {
    let world = World::empty().await;
    let done = trove::migrate(world.app.settings.owner_database_url.as_deref().unwrap()).await.unwrap();
    assert!(done.is_empty(), "{done:?}");
    trove::base::migrate::check(&world.app.settings.database_url).await.unwrap();
    let owner = world.app.settings.owner_database_url.clone().unwrap();
    assert!(trove::base::migrate::check(&owner).await.is_err(), "serving as the owner is refused");
    world.sql("DELETE FROM __diesel_schema_migrations WHERE version LIKE '%4'").await;
    assert!(
        trove::base::migrate::check(&world.app.settings.database_url).await.is_err(),
        "a database that is too old is refused"
    );
}

#[rocket::async_test]
async fn ways_around_the_policies_are_closed() {
    use diesel_async::RunQueryDsl;
    use trove::access::Role;
    use trove::base::db::Rights;
    use uuid::Uuid;
    let world = World::empty().await;
    let offices = world.offices().await;
    let mut desk = world.staff(offices.theirs, Role::Desk).await;
    desk.register("Trần Văn An", &[]).await;
    let other = world.staff(offices.mine, Role::Counsellor).await.as_user();
    let id = world.text("SELECT id FROM persons").await;
    for sql in [
        // A grant of one's own making, a record in another's name, an old record rewritten.
        format!("INSERT INTO person_access (id, person_id, organisation_id, ground) VALUES (gen_random_uuid(), '{id}', '{}', 'request')", offices.mine),
        "INSERT INTO audit (actor_kind, actor_id, act, table_name, row_ids) VALUES ('user', 'somebody else', 'read', 'persons', '{}')".to_owned(),
        "DELETE FROM audit".to_owned(),
        "UPDATE audit SET act = 'list'".to_owned(),
        "SELECT * FROM match_keys".to_owned(),
        "SELECT * FROM row_versions".to_owned(),
        "SELECT * FROM credentials".to_owned(),
        "UPDATE persons SET protected = false".to_owned(),
        "DELETE FROM persons".to_owned(),
        "SET ROLE owner".to_owned(),
        format!("INSERT INTO contact_points (id, person_id, kind, value) VALUES (gen_random_uuid(), '{id}', 'phone', '+84900000000')"),
    ] {
        let mut tx = world.app.db.begin(&other.actor(), Uuid::nil(), Rights::Writer).await.unwrap();
        assert!(diesel::sql_query(&sql).execute(&mut *tx).await.is_err(), "{sql}");
    }
    let mut tx = world.app.db.begin(&other.actor(), Uuid::nil(), Rights::Reader).await.unwrap();
    assert!(
        diesel::sql_query("UPDATE persons SET name = 'x'").execute(&mut *tx).await.is_err(),
        "a reader writes nothing"
    );
}
