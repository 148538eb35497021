//! What is remembered: the audit and its seals, jobs, mails.

use std::sync::{Arc, Mutex};

use rocket::http::Status;
use rocket::tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use rocket::tokio::net::TcpListener;
use time::{Duration, Time};
use trove::access::Role;
use trove::access::audit::{self, Sealer};
use trove::base::actor::Actor;
use trove::base::clock::at_in_viet_nam;
use trove::base::db::Rights;
use trove::base::{job, mail};
use uuid::Uuid;

use crate::support::World;

#[rocket::async_test]
async fn who_opened_whom_is_recorded_with_every_page() {
    let world = World::empty().await;
    let offices = world.offices().await;
    let mut desk = world.staff(offices.mine, Role::Desk).await;
    let code = desk.register("Trần Văn An", &[]).await;
    let id = world.text("SELECT id FROM persons").await;
    let seen = |act: &'static str| {
        let (world, id) = (&world, id.clone());
        async move {
            world
                .count(&format!("audit WHERE act = '{act}' AND row_ids @> ARRAY['{id}'::uuid] AND request IS NOT NULL"))
                .await
        }
    };
    assert_eq!(seen("insert").await, 1);
    desk.get(&format!("/people/{code}")).await;
    desk.get(&format!("/people/{code}/edit")).await;
    assert_eq!(seen("read").await, 2);
    desk.get("/people").await;
    assert_eq!(seen("list").await, 1);
    let before = seen("search").await;
    desk.post("/people/search", &[("name", "Trần Văn An")]).await;
    assert_eq!(seen("search").await, before + 1);
    desk.post(
        &format!("/people/{code}"),
        &[("person.version", "1"), ("person.name", "Trần Văn Ân"), ("person.sex", "male")],
    )
    .await
    .is(Status::SeeOther);
    assert_eq!(
        world
            .text("SELECT array_to_string(columns, ' ') FROM audit WHERE act = 'update' AND table_name = 'persons'")
            .await,
        "given_key name sex version"
    );
    assert_eq!(world.count("audit a WHERE a::text LIKE '%Trần%'").await, 0, "names of columns, never values");
    assert_eq!(world.text("SELECT row->>'name' FROM row_versions").await, "Trần Văn An");
    assert_eq!(world.count("events WHERE kind IN ('person.registered', 'person.changed')").await, 2);
}

#[rocket::async_test]
async fn a_changed_audit_row_breaks_its_seal() {
    let world = World::empty().await;
    let offices = world.offices().await;
    let mut desk = world.staff(offices.mine, Role::Desk).await;
    let heads = world.var.join("heads");
    let sealer = Sealer { db: world.app.db.clone(), heads: heads.clone() };
    let seal = || async {
        // Other tests' transactions hold the horizon back for a moment.
        while !sealer.seal().await.unwrap() {
            rocket::tokio::task::yield_now().await;
        }
    };
    desk.register("Trần Văn An", &[]).await;
    seal().await;
    desk.register("Trần Văn Ba", &[]).await;
    seal().await;
    let verdict = audit::verify(&world.app.db, &heads).await.unwrap();
    assert!(verdict.broken.is_none() && verdict.seals >= 2 && verdict.rows > 5, "{verdict:?}");
    // Whoever owns the database changes a row, then even makes the seals fit again: the heads outside still tell.
    world.sql("UPDATE audit SET actor_id = 'nobody' WHERE id = (SELECT min(id) FROM audit)").await;
    let broken = audit::verify(&world.app.db, &heads).await.unwrap().broken.unwrap();
    assert!(broken.contains("does not fit"), "{broken}");
    world.sql("TRUNCATE audit_seals").await;
    sealer.seal().await.unwrap();
    let broken = audit::verify(&world.app.db, &heads).await.unwrap().broken.unwrap();
    assert!(broken.contains("have no seal"), "{broken}");
    // A file of heads that was cut short tells as well.
    std::fs::write(&heads, "").unwrap();
    world.staff(offices.mine, Role::Desk).await.register("Trần Văn Tư", &[]).await;
    seal().await;
    assert!(audit::verify(&world.app.db, &heads).await.unwrap().broken.unwrap().contains("has no head"));
}

#[rocket::async_test]
async fn searching_without_measure_is_stopped() {
    let world = World::empty().await;
    let offices = world.offices().await;
    let mut desk = world.staff(offices.mine, Role::Desk).await;
    let me = desk.user.unwrap().0;
    world.sql(&format!("INSERT INTO audit (actor_kind, actor_id, act, table_name, row_ids) SELECT 'user', '{me}', 'search', 'persons', '{{}}' FROM generate_series(1, 400)")).await;
    desk.post("/people/search", &[("name", "Trần Văn An")]).await.is(Status::TooManyRequests).shows("quá nhiều lần");
    world.app.clock.advance(Duration::minutes(61));
    world.sql(&format!("UPDATE sessions SET seen_at = now() + interval '61 minutes' WHERE user_id = '{me}'")).await;
    desk.post("/people/search", &[("name", "Trần Văn An")]).await.is(Status::Ok);
}

#[rocket::async_test]
async fn months_are_made_ahead_and_nothing_falls_through() {
    let world = World::empty().await;
    assert_eq!(world.count("pg_inherits WHERE inhparent = 'audit'::regclass").await, 38);
    world.sql("INSERT INTO audit (at, actor_kind, actor_id, act, table_name, row_ids) VALUES (now() + interval '10 years', 'service', 'x', 'read', 'persons', '{}')").await;
    assert_eq!(world.count("audit_other").await, 1);
    world.sql("SELECT make_months(130)").await;
    let kept = world.count("audit WHERE actor_id = 'x'").await;
    assert_eq!((world.count("audit_other").await, kept), (0, 1));
}

/// A mail server that does as it is told.
struct Server {
    address: String,
    got: Arc<Mutex<Vec<String>>>,
    mood: Arc<Mutex<&'static str>>,
}

impl Server {
    async fn start() -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("smtp://{}", listener.local_addr().unwrap());
        let (got, mood) = (Arc::<Mutex<Vec<String>>>::default(), Arc::new(Mutex::new("well")));
        let (box_, feeling) = (got.clone(), mood.clone());
        rocket::tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let mood = *feeling.lock().unwrap();
                let (read, mut write) = stream.into_split();
                let mut lines = BufReader::new(read).lines();
                let _ = write.write_all(b"220 test\r\n").await;
                let mut message = None;
                while let Ok(Some(line)) = lines.next_line().await {
                    let answer: &[u8] = match (&mut message, line.split(' ').next().unwrap_or_default()) {
                        (Some(text), _) if line == "." => {
                            if mood == "drops" {
                                break;
                            }
                            box_.lock().unwrap().push(std::mem::take(text));
                            message = None;
                            b"250 kept\r\n"
                        }
                        (Some(text), _) => {
                            text.push_str(&line);
                            text.push('\n');
                            continue;
                        }
                        (None, "MAIL") if mood == "refuses" => b"451 later\r\n",
                        (None, "DATA") => {
                            message = Some(String::new());
                            b"354 go on\r\n"
                        }
                        (None, "QUIT") => b"221 bye\r\n",
                        _ => b"250 fine\r\n",
                    };
                    let _ = write.write_all(answer).await;
                }
            }
        });
        Server { address, got, mood }
    }

    fn is(&self, mood: &'static str) {
        *self.mood.lock().unwrap() = mood;
    }
}

#[rocket::async_test]
async fn mail_waits_for_a_server_that_is_down_and_goes_out_once() {
    let server = Server::start().await;
    let world = World::with(|settings| settings.smtp_url = Some(server.address.clone())).await;
    let mut tx = world.service().await;
    mail::post(&mut tx, "an@example.test", "Thử", "Nội dung").await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = world.service().await;
    mail::post(&mut tx, "an@example.test", "Bị hủy", "Không ai nhận").await.unwrap();
    tx.roll_back().await.unwrap();
    let worker = world.app.worker();
    for mood in ["refuses", "drops", "refuses"] {
        server.is(mood);
        assert_eq!(worker.run_due().await.unwrap(), 1, "{mood}");
        assert_eq!(worker.run_due().await.unwrap(), 0, "it waits before the next try");
        world.app.clock.advance(Duration::hours(1));
    }
    server.is("well");
    assert_eq!(worker.run_due().await.unwrap(), 1);
    world.app.clock.advance(Duration::days(1));
    assert_eq!(worker.run_due().await.unwrap(), 0);
    let got = server.got.lock().unwrap().clone();
    assert_eq!(got.len(), 1);
    let id = world.text("SELECT id FROM mails").await;
    assert!(got[0].contains(&format!("Message-ID: <{id}@localhost>")), "{}", got[0]);
    assert_eq!(world.text("SELECT body FROM mails").await, "", "what was said is not kept");
    assert_eq!(world.count("jobs WHERE done_at IS NULL").await, 0);
}

#[rocket::async_test]
async fn without_a_server_mail_becomes_a_file() {
    let world = World::empty().await;
    let mut tx = world.service().await;
    mail::post(&mut tx, "an@example.test", "Thử", "Nội dung").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(world.app.worker().run_due().await.unwrap(), 1);
    let files: Vec<_> = std::fs::read_dir(world.var.join("outbox")).unwrap().collect();
    assert_eq!(files.len(), 1);
}

#[rocket::async_test]
async fn a_job_is_queued_once_taken_once_and_given_up_in_the_end() {
    let world = World::empty().await;
    let mut tx = world.service().await;
    for _ in 0..3 {
        job::enqueue(&mut tx, "nobody-runs-this", "same-key", serde_json::json!({}), None).await.unwrap();
    }
    tx.commit().await.unwrap();
    assert_eq!(world.count("jobs").await, 1);
    let (one, two) = (world.app.worker(), world.app.worker());
    let (a, b) = rocket::tokio::join!(one.run_due(), two.run_due());
    assert_eq!(a.unwrap() + b.unwrap(), 1);
    for _ in 0..25 {
        world.app.clock.advance(Duration::hours(2));
        one.run_due().await.unwrap();
    }
    assert_eq!(world.count("jobs WHERE given_up_at IS NOT NULL AND attempts = 20").await, 1);
}

#[rocket::async_test]
async fn a_lease_that_ran_out_is_taken_over() {
    let world = World::empty().await;
    // Some of the day's jobs wait for its morning.
    let noon = at_in_viet_nam(world.app.clock.today() + Duration::days(1), Time::MIDNIGHT) + Duration::hours(12);
    world.app.clock.advance(noon - world.app.clock.now());
    world.app.plan().await.unwrap();
    world.app.plan().await.unwrap();
    let ahead = world.app.clock.ahead() + 120;
    world.sql(&format!("UPDATE jobs SET leased_until = now() + interval '{ahead} seconds', attempts = 1")).await;
    assert_eq!(world.app.worker().run_due().await.unwrap(), 0);
    world.app.clock.advance(Duration::minutes(3));
    // The day's sweep, its look at the rosters, its reminders and digests, and the week's learning, each queued once.
    assert_eq!(world.app.worker().run_due().await.unwrap(), 5);
    assert_eq!(world.count("jobs WHERE done_at IS NOT NULL").await, 5);
}

#[rocket::async_test]
async fn a_visitor_and_an_unknown_service_see_and_do_nothing() {
    use diesel_async::RunQueryDsl;
    let world = World::empty().await;
    let offices = world.offices().await;
    world.staff(offices.mine, Role::Desk).await.register("Trần Văn An", &[]).await;
    for actor in [
        Actor::Visitor,
        Actor::Service("sealer"),
        Actor::Returnee { case: Uuid::nil() },
        Actor::Machine { key: Uuid::nil() },
    ] {
        for table in ["persons", "identity_documents", "contact_points", "users", "jobs", "mails"] {
            let mut tx = world.app.db.begin(&actor, Uuid::nil(), Rights::Writer).await.unwrap();
            let seen = diesel::sql_query(format!("SELECT FROM {table}")).execute(&mut *tx).await.unwrap();
            assert_eq!(seen, 0, "{actor:?} sees {table}");
        }
    }
}
