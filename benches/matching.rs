//! Measures who suits what: `cargo bench --bench matching`.
//!
//! 50,000 made-up vacancies and 100,000 people who look for work stand in a private database. In turns, the best twenty are
//! found for somebody and for a vacancy, as a request does it (what changed is taken over first, then all are compared), and
//! beside them the bare index scan for twenty rows of the same table, without policies. Told are the middle and the 99th
//! percentile of each, in milliseconds, and their ratio.
//!
//! `TROVE_CHOICES=postgres://owner@…` weighs the order against what counsellors made of it in that database (nDCG, 1 is perfect):
//! placed counts 3, offered or interviewed 2, referred 1, set aside or left 0. The order is the one that stood on the page, the
//! one that today's weights give to the same vacancies, and any order at all.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::time::{Duration, Instant};

use diesel::QueryableByName;
use diesel::sql_types::{Array, Integer, Text, Uuid as SqlUuid};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use trove::App;
use trove::base::clock::Clock;
use trove::base::cluster::{Cluster, Durability};
use trove::base::seal::Keys;
use trove::base::settings::Settings;
use trove::employment::matching::weigh;
use uuid::Uuid;

const VACANCIES: i32 = 50_000;
const SEEKERS: i32 = 100_000;
const ROUNDS: usize = 1_000;
const MOST: usize = 20;

#[derive(QueryableByName)]
struct Id {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

#[derive(QueryableByName)]
struct Open {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    occupation: String,
}

/// Everybody is of one office, which is the most that a list can have to go through.
fn filled(cluster: &Cluster, office: Uuid) {
    let some = "CREATE FUNCTION pg_temp.one_of(list text[]) RETURNS text LANGUAGE sql VOLATILE AS 'SELECT list[1 + floor(random() * cardinality(list))::integer]';";
    // Neither a case nor an employer is there behind these rows: what is measured never looks at them.
    cluster
        .psql(
            "postgres",
            "bench",
            &format!(
                "SELECT setseed(0.5); SET session_replication_role = replica; {some}
                 CREATE TEMPORARY TABLE trades AS SELECT array_agg(code) AS codes FROM occupations WHERE length(code) = 4;
                 INSERT INTO vacancies (id, employer_id, title, occupation, seats, province_code, commune_code, wage_to, hours, formal, night, housing, language, cefr, level, months, closes_on, kept_by, written_by)
                 SELECT gen_random_uuid(), '{office}', 'Việc ' || n, pg_temp.one_of(t.codes), 1 + n % 20, c.province_code, c.code, 5000000 + (n % 100) * 100000, 20 + n % 30,
                        n % 3 <> 0, n % 7 = 0, n % 5 = 0, CASE WHEN n % 10 = 0 THEN 'jpn' END, CASE WHEN n % 10 = 0 THEN 'A2' END,
                        CASE WHEN n % 4 = 0 THEN 1 + n % 5 END, CASE WHEN n % 3 = 0 THEN n % 60 END, current_date + 100, '{office}', '{office}'
                 FROM generate_series(1, {VACANCIES}) n
                 JOIN (SELECT code, parent AS province_code, row_number() OVER () AS at, count(*) OVER () AS many FROM communes) c ON c.at = 1 + n % c.many, trades t;
                 INSERT INTO seekers (case_id, holder_id, facts)
                 SELECT gen_random_uuid(), '{office}', jsonb_build_object(
                        'trades', (SELECT jsonb_agg(jsonb_build_object('occupation', pg_temp.one_of(t.codes), 'months', g + 30, 'standing', 'declared', 'level', NULL)) FROM generate_series(0, n % 3) g),
                        'languages', CASE WHEN n % 4 = 0 THEN '[{{\"language\": \"jpn\", \"grade\": \"jlpt-n4\"}}]' ELSE '[]' END::jsonb,
                        'place', jsonb_build_object('province', c.province_code, 'commune', c.code), 'adult_on', '2010-01-01', 'wanted', jsonb_build_array(pg_temp.one_of(t.codes)),
                        'provinces', '[]'::jsonb, 'abroad', n % 6 = 0, 'kilometres', 10 + n % 60, 'wage_least', 6000000 + (n % 60) * 100000, 'wage_before', 5000000,
                        'hours', 'full', 'night', n % 2 = 0, 'must', CASE WHEN n % 5 = 0 THEN '[\"hours\"]' ELSE '[]' END::jsonb)
                 FROM generate_series(1, {SEEKERS}) n
                 JOIN (SELECT code, parent AS province_code, row_number() OVER () AS at, count(*) OVER () AS many FROM communes) c ON c.at = 1 + n % c.many, trades t;
                 ANALYZE vacancies; ANALYZE seekers"
            ),
        )
        .expect("rows to compare");
}

/// The middle and the 99th percentile, in milliseconds.
fn told(what: &str, mut times: Vec<Duration>) -> (f64, f64) {
    times.sort();
    let at = |share: usize| times[(times.len() - 1) * share / 100].as_secs_f64() * 1000.0;
    println!("{what:<34} {:8.2} {:8.2}", at(50), at(99));
    (at(50), at(99))
}

async fn measured() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("matching");
    let _ = std::fs::remove_dir_all(&folder);
    let cluster = Cluster::start(&folder, Durability::Safe).expect("a cluster");
    let make = "CREATE DATABASE bench OWNER owner TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'";
    cluster.psql("postgres", "postgres", make).expect("a database");
    trove::migrate(&cluster.url("owner", "bench")).await.expect("migrations");
    cluster.psql("postgres", "postgres", "GRANT CONNECT ON DATABASE bench TO app").expect("a grant");
    let office = Uuid::now_v7();
    filled(&cluster, office);
    let settings = Settings {
        database_url: cluster.url("app", "bench"),
        connections: 4,
        var: folder.clone(),
        ..Settings::default()
    };
    let app = App::new(settings, Keys::new(), Clock::default()).expect("an app");
    let mut bare = AsyncPgConnection::establish(&cluster.url("owner", "bench")).await.expect("a connection");
    let begun = Instant::now();
    app.board.bring_up_to_date(&app.db).await.expect("the board");
    println!("all read once: {:.1} s", begun.elapsed().as_secs_f64());
    let people: Vec<Id> = diesel::sql_query("SELECT case_id AS id FROM seekers ORDER BY case_id LIMIT $1")
        .bind::<Integer, _>(ROUNDS as i32)
        .load(&mut bare)
        .await
        .expect("people");
    let work: Vec<Open> = diesel::sql_query("SELECT id, occupation FROM vacancies ORDER BY id LIMIT $1")
        .bind::<Integer, _>(ROUNDS as i32)
        .load(&mut bare)
        .await
        .expect("work");
    let (today, aside) = (app.clock.today(), HashSet::new());
    let mut times: [Vec<Duration>; 4] = Default::default();
    for (person, open) in people.iter().zip(&work) {
        let begun = Instant::now();
        app.board.bring_up_to_date(&app.db).await.expect("the board");
        let seeker = app.board.seeker(person.id).expect("somebody");
        assert_eq!(app.board.for_seeker(&seeker, &aside, today, MOST).best.len(), MOST);
        times[0].push(begun.elapsed());

        let begun = Instant::now();
        let sql = "SELECT id, occupation FROM vacancies WHERE occupation >= $1 AND ended_at IS NULL ORDER BY occupation, id LIMIT 20";
        let _: Vec<Open> =
            diesel::sql_query(sql).bind::<Text, _>(&open.occupation).load(&mut bare).await.expect("a scan");
        times[1].push(begun.elapsed());

        let begun = Instant::now();
        app.board.bring_up_to_date(&app.db).await.expect("the board");
        let offer = app.board.offer(open.id).expect("work");
        assert_eq!(app.board.for_vacancy(&offer, office, &aside, today, MOST).len(), MOST);
        times[2].push(begun.elapsed());

        let begun = Instant::now();
        let sql = "SELECT case_id AS id FROM seekers WHERE case_id >= $1 ORDER BY case_id LIMIT 20";
        let _: Vec<Id> = diesel::sql_query(sql).bind::<SqlUuid, _>(person.id).load(&mut bare).await.expect("a scan");
        times[3].push(begun.elapsed());
    }
    println!("{ROUNDS} rounds, milliseconds                    p50      p99");
    let [best_work, scan_work, best_people, scan_people] = times;
    for (what, ours, theirs) in [("vacancies", best_work, scan_work), ("people", best_people, scan_people)] {
        let many = if what == "people" { SEEKERS } else { VACANCIES };
        let ours = told(&format!("best {MOST} of {many} {what}"), ours);
        let theirs = told(&format!("{MOST} {what} by an index"), theirs);
        println!("{:<34} {:8.2} {:8.2}", "ratio", ours.0 / theirs.0, ours.1 / theirs.1);
    }
    drop(cluster);
    let _ = std::fs::remove_dir_all(&folder);
}

#[derive(QueryableByName)]
struct Shown {
    #[diesel(sql_type = SqlUuid)]
    case_id: Uuid,
    #[diesel(sql_type = Array<SqlUuid>)]
    shown: Vec<Uuid>,
}

#[derive(QueryableByName)]
struct Came {
    #[diesel(sql_type = SqlUuid)]
    case_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    vacancy_id: Uuid,
    #[diesel(sql_type = Integer)]
    gain: i32,
}

/// What an order is worth beside the best order of the same gains.
fn ndcg(gains: &[i32]) -> f64 {
    let worth = |gains: &[i32]| -> f64 {
        gains.iter().zip(1..).map(|(gain, at)| (f64::from(*gain).exp2() - 1.0) / f64::from(1 + at).log2()).sum()
    };
    let mut best = gains.to_vec();
    best.sort_unstable_by(|a, b| b.cmp(a));
    worth(gains) / worth(&best)
}

/// The mean of what any order is worth: each gain stands at each place as often as at any other.
fn of_any_order(gains: &[i32]) -> f64 {
    let places: f64 = (1..=gains.len()).map(|at| 1.0 / ((1 + at) as f64).log2()).sum::<f64>() / gains.len() as f64;
    let all: f64 = gains.iter().map(|gain| f64::from(*gain).exp2() - 1.0).sum();
    let mut best = gains.to_vec();
    best.sort_unstable_by(|a, b| b.cmp(a));
    let most: f64 =
        best.iter().zip(1..).map(|(gain, at)| (f64::from(*gain).exp2() - 1.0) / f64::from(1 + at).log2()).sum();
    all * places / most
}

async fn judged(url: &str) {
    let settings = Settings { database_url: url.to_owned(), connections: 2, ..Settings::default() };
    let app = App::new(settings, Keys::new(), Clock::default()).expect("an app");
    app.board.bring_up_to_date(&app.db).await.expect("the board");
    let mut db = AsyncPgConnection::establish(url).await.expect("a connection of the owner");
    let lists: Vec<Shown> =
        diesel::sql_query("SELECT DISTINCT case_id, shown FROM match_choices WHERE cardinality(shown) > 1")
            .load(&mut db)
            .await
            .expect("choices");
    let came: Vec<Came> = diesel::sql_query(
        "SELECT case_id, vacancy_id, max(CASE state WHEN 'placed' THEN 3 WHEN 'offered' THEN 2 WHEN 'interview' THEN 2 ELSE 1 END) AS gain
         FROM referrals GROUP BY case_id, vacancy_id",
    )
    .load(&mut db)
    .await
    .expect("referrals");
    let gains: HashMap<(Uuid, Uuid), i32> =
        came.into_iter().map(|one| ((one.case_id, one.vacancy_id), one.gain)).collect();
    let (mut shown, mut now, mut any) = (Vec::new(), Vec::new(), Vec::new());
    for list in lists {
        let Some(seeker) = app.board.seeker(list.case_id) else { continue };
        // With today's scores beside; what can be compared no more is left out of all three orders.
        let mut order: Vec<(i32, u32)> = list
            .shown
            .iter()
            .filter_map(|id| {
                let gain = gains.get(&(list.case_id, *id)).copied().unwrap_or(0);
                Some((gain, weigh(&seeker, &app.board.offer(*id)?).score()))
            })
            .collect();
        let stood: Vec<i32> = order.iter().map(|(gain, _)| *gain).collect();
        if stood.len() < 2 || stood.iter().all(|gain| *gain == 0) {
            continue;
        }
        shown.push(ndcg(&stood));
        any.push(of_any_order(&stood));
        order.sort_by_key(|(_, score)| std::cmp::Reverse(*score));
        now.push(ndcg(&order.iter().map(|(gain, _)| *gain).collect::<Vec<_>>()));
    }
    println!("{} lists of which something was chosen", shown.len());
    for (what, values) in [("as it stood", shown), ("by the weights of today", now), ("in any order", any)] {
        println!("nDCG {what:<26} {:.3}", values.iter().sum::<f64>() / values.len().max(1) as f64);
    }
}

fn main() {
    match std::env::var("TROVE_CHOICES") {
        Ok(url) => rocket::execute(judged(&url)),
        Err(_) => rocket::execute(measured()),
    }
}
