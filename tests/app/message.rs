//! What returnees are told without anybody writing it: never where it is not safe, once where it is, whatever the
//! gateway does; and what staff are told in the morning.

use std::sync::{Arc, Mutex};

use rocket::http::Status;
use rocket::tokio::io::{AsyncReadExt, AsyncWriteExt};
use rocket::tokio::net::TcpListener;
use serde_json::Value;
use time::{Date, Duration, Time};
use trove::access::Role;
use trove::base::clock::at_in_viet_nam;
use trove::base::date::{Precision, written};
use trove::base::language::{Language, Message};
use trove::base::mail::{self, Channel};
use trove::base::settings::Settings;
use trove::case::message::{KINDS, Kind};

use crate::journey::{Offices, arrived, case_of, day, offered, offices, pairs, sent};
use crate::support::{Browser, World};

/// A gateway of texts that does as it is told, and keeps what it took.
struct Gateway {
    address: String,
    got: Arc<Mutex<Vec<Value>>>,
    heads: Arc<Mutex<Vec<String>>>,
    mood: Arc<Mutex<&'static str>>,
}

impl Gateway {
    async fn start() -> Gateway {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let gateway = Gateway {
            address: format!("http://{}/v1/send", listener.local_addr().unwrap()),
            got: Arc::default(),
            heads: Arc::default(),
            mood: Arc::new(Mutex::new("well")),
        };
        let (got, heads, feeling) = (gateway.got.clone(), gateway.heads.clone(), gateway.mood.clone());
        rocket::tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mood = *feeling.lock().unwrap();
                let mut read = Vec::new();
                let (head, body) = loop {
                    let mut piece = [0; 4096];
                    let length = stream.read(&mut piece).await.unwrap_or(0);
                    read.extend_from_slice(&piece[..length]);
                    let text = String::from_utf8_lossy(&read).into_owned();
                    let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
                    let head = head.to_lowercase();
                    let long: usize =
                        head.split("content-length: ").nth(1).unwrap().lines().next().unwrap().parse().unwrap();
                    if body.len() >= long || length == 0 {
                        break (head, body.to_owned());
                    }
                };
                heads.lock().unwrap().push(head);
                if matches!(mood, "well" | "delays" | "forgets") {
                    got.lock().unwrap().push(serde_json::from_str(&body).unwrap());
                }
                let answer = match mood {
                    "refuses" => "422 Unprocessable Entity",
                    "busy" => "503 Service Unavailable",
                    "many" => "429 Too Many Requests",
                    "stranger" => "401 Unauthorized",
                    "drops" | "forgets" => continue,
                    "delays" => {
                        rocket::tokio::time::sleep(std::time::Duration::from_secs(2)).await;
                        "202 Accepted"
                    }
                    _ => "200 OK",
                };
                let answer = format!("HTTP/1.1 {answer}\r\nContent-Length: 2\r\n\r\n{{}}");
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        });
        gateway
    }

    fn is(&self, mood: &'static str) {
        *self.mood.lock().unwrap() = mood;
    }

    fn got(&self) -> Vec<Value> {
        self.got.lock().unwrap().clone()
    }

    fn settings(&self, settings: &mut Settings) {
        settings.sms_url = Some(self.address.clone());
        settings.sms_token = Some("token-of-the-test".into());
        settings.sms_from = Some("TROVE".into());
    }
}

/// Ten in the morning of the next day, which is a working day, as is the one after it.
async fn at_ten(world: &World) -> Date {
    let tomorrow = world.app.clock.today() + Duration::days(1);
    for day in [tomorrow, tomorrow + Duration::days(1)] {
        off(world, day, false).await;
    }
    world.app.clock.advance(at_in_viet_nam(tomorrow, Time::from_hms(10, 0, 0).unwrap()) - world.app.clock.now());
    tomorrow
}

async fn off(world: &World, day: Date, off: bool) {
    world
        .sql(&format!(
            "INSERT INTO holidays (day, off, name, source) VALUES ('{day}', {off}, 'Thử', 'test') ON CONFLICT (day) DO UPDATE SET off = EXCLUDED.off"
        ))
        .await;
}

/// Whoever signed in is still there after the clock moved.
async fn stay(world: &World) {
    let ahead = world.app.clock.ahead();
    let now = format!("now() + interval '{ahead} seconds'");
    world.sql(&format!("UPDATE sessions SET created_at = {now}, seen_at = {now}")).await;
}

async fn staff<'w>(world: &'w World, office: uuid::Uuid, role: Role) -> Browser<'w> {
    let browser = world.staff(office, role).await;
    stay(world).await;
    browser
}

const NUMBER: &str = "0951 234 567";
const SAFE: [(&str, &str); 5] = [
    ("contact.kind", "phone"),
    ("contact.value", NUMBER),
    ("contact.safe_to_call", "true"),
    ("contact.safe_to_write", "true"),
    ("contact.safe_automatic", "true"),
];

/// Taken in, though others bear a like name.
async fn taken_in(browser: &mut Browser<'_>, name: &str) -> String {
    let mut fields = arrived(browser.world, name);
    fields.extend(pairs(&[("person.none_of_these", "true")]));
    case_of(&sent(browser, "/intake", &fields).await)
}

async fn contact(browser: &mut Browser<'_>, name: &str, fields: &[(&str, &str)]) {
    let person = browser.world.text(&format!("SELECT code FROM persons WHERE name = '{name}'")).await;
    if !fields.is_empty() {
        browser.post(&format!("/people/{person}/contacts"), fields).await.is(Status::SeeOther);
    }
}

async fn next_step(browser: &mut Browser<'_>, code: &str, on: Date, by: &str) {
    let mut fields = pairs(&[("next.step", "Nộp giấy xin trợ cấp khởi nghiệp"), ("next.by", by)]);
    fields.extend(day("next.on", on));
    sent(browser, &format!("/cases/{code}/next-step"), &fields).await.is(Status::SeeOther);
}

/// Somebody with this contact, to whom something of this kind is now to be told; gives the case's code.
async fn caused(world: &World, offices: &Offices, kind: Kind, name: &str, fields: &[(&str, &str)]) -> String {
    let today = world.app.clock.today();
    let mut centre = staff(world, offices.centre, Role::Counsellor).await;
    match kind.code {
        "reminder" => {
            let code = taken_in(&mut centre, name).await;
            contact(&mut centre, name, fields).await;
            next_step(&mut centre, &code, today + Duration::days(1), "returnee").await;
            code
        }
        "accepted" => {
            let mut desk = staff(world, offices.desk, Role::Desk).await;
            let code = taken_in(&mut desk, name).await;
            contact(&mut desk, name, fields).await;
            let id = offered(&mut desk, &code, offices.centre).await;
            centre.post(&format!("/hand-overs/{id}/acceptance"), &[]).await.is(Status::SeeOther);
            code
        }
        other => panic!("nothing here causes a message of kind {other}"),
    }
}

/// Everything that is due, twice, as after a worker that died.
async fn work(world: &World) {
    for _ in 0..2 {
        world.app.plan().await.unwrap();
        world.app.worker().run_due().await.unwrap();
        world.sql("UPDATE jobs SET done_at = NULL, run_at = run_at - interval '1 minute' WHERE kind LIKE 'message%' OR kind = 'mail'").await;
        world.app.worker().run_due().await.unwrap();
    }
}

#[rocket::async_test]
async fn nothing_automatic_goes_where_it_is_not_safe_and_somebody_calls_instead() {
    let but = |name: &str, value: &'static str| -> Vec<(&str, &str)> {
        let mut fields: Vec<(&str, &str)> = SAFE.to_vec();
        fields.retain(|(field, _)| *field != format!("contact.{name}") && *field != "contact.safe_automatic");
        if !value.is_empty() {
            fields.push((if name == "wishes" { "contact.wishes" } else { "contact.kind" }, value));
        }
        fields
    };
    let of = |name: &str| format!("(SELECT id FROM persons WHERE name = '{name}')");
    for kind in KINDS {
        let gateway = Gateway::start().await;
        let world = World::with(|settings| gateway.settings(settings)).await;
        let offices = offices(&world).await;
        let today = at_ten(&world).await;
        // Not said to be safe for this, in whatever way.
        let mut codes = Vec::new();
        for (name, fields) in [
            ("Lò Thị Không", vec![]),
            ("Lò Thị Gọi", but("safe_to_write", "")),
            ("Lò Thị Viết", but("safe_automatic", "")),
            ("Lò Thị Zalo", but("kind", "zalo")),
            ("Lò Thị Dặn", but("wishes", "Chỉ gọi sau 19 giờ")),
            (
                "Lò Thị Của",
                vec![
                    ("contact.kind", "phone"),
                    ("contact.value", NUMBER),
                    ("contact.safe_to_write", "true"),
                    ("contact.belongs_to", "em gái"),
                ],
            ),
            // Said to be safe, and then something else is known.
            ("Lò Thị Che", SAFE.to_vec()),
            ("Lò Thị Nhầm", SAFE.to_vec()),
            ("Lò Thị Bỏ", SAFE.to_vec()),
            ("Lò Thị Chung", SAFE.to_vec()),
            ("Lò Thị Chữ", SAFE.to_vec()),
        ] {
            codes.push(caused(&world, &offices, kind, name, &fields).await);
        }
        let me = world.text("SELECT id FROM users LIMIT 1").await;
        for sql in [
            format!("INSERT INTO protections (id, person_id, opened_by) VALUES (gen_random_uuid(), {}, '{me}')", of("Lò Thị Che")),
            format!("INSERT INTO contact_attempts (id, case_id, outcome, contact_point_id, made_by) SELECT gen_random_uuid(), c.id, 'wrong-person', k.id, '{me}'
                     FROM cases c JOIN episodes e ON e.id = c.episode_id JOIN contact_points k ON k.person_id = e.person_id WHERE e.person_id = {}", of("Lò Thị Nhầm")),
            format!("UPDATE persons SET protected = true WHERE id = {}", of("Lò Thị Che")),
            format!("UPDATE contact_points SET withdrawn_at = now() WHERE person_id = {}", of("Lò Thị Bỏ")),
            format!("INSERT INTO contact_points (id, person_id, kind, value, wishes) SELECT gen_random_uuid(), person_id, 'zalo', value, 'Mẹ nghe máy thì không nói gì' FROM contact_points WHERE person_id = {}", of("Lò Thị Chung")),
            format!("UPDATE persons SET reads_vietnamese = 'no' WHERE id = {}", of("Lò Thị Chữ")),
        ] {
            world.sql(&sql).await;
        }
        work(&world).await;
        assert_eq!(gateway.got(), Vec::<Value>::new(), "{}", kind.code);
        assert_eq!(world.count("mails WHERE channel = 'sms'").await, 0);
        assert_eq!(world.count("messages WHERE mail_id IS NOT NULL OR way <> 'call'").await, 0);
        for code in codes {
            let one = format!(
                "messages m JOIN cases c ON c.id = m.case_id WHERE c.code = '{code}' AND c.call_on = '{today}'"
            );
            assert_eq!(world.count(&one).await, 1, "{} {code}", kind.code);
        }
        // On the list of whoever is accountable.
        stay(&world).await;
        let mut supervisor = staff(&world, offices.centre, Role::Supervisor).await;
        let page = supervisor.get("/cases?scope=office&of=call-now").await;
        page.is(Status::Ok).shows("Lò Thị Không").shows("Lò Thị Viết").hides("Lò Thị Che");
        // Whose name may say why is not named, however safe the number.
        let name = "Lò Thị Nhà";
        caused(&world, &offices, kind, name, &SAFE).await;
        world.sql("UPDATE organisations SET kind = 'provider', name = 'Nhà tạm lánh' WHERE name = 'Trung tâm'").await;
        work(&world).await;
        assert_eq!(gateway.got(), Vec::<Value>::new(), "{}", kind.code);
        assert_eq!(world.count("messages").await, 12, "{}", kind.code);
    }
}

#[rocket::async_test]
async fn over_a_safe_way_each_is_told_once_and_nothing_of_why() {
    for kind in KINDS {
        let gateway = Gateway::start().await;
        let world = World::with(|settings| gateway.settings(settings)).await;
        let offices = offices(&world).await;
        let today = at_ten(&world).await;
        let code = caused(&world, &offices, kind, "Lò Thị Nhắn", &SAFE).await;
        let mail = [
            ("contact.kind", "email"),
            ("contact.value", "lo@nguoidan.example"),
            ("contact.safe_to_write", "true"),
            ("contact.safe_automatic", "true"),
        ];
        caused(&world, &offices, kind, "John Thư", &mail).await;
        world.sql("UPDATE persons SET language = 'eng', reads_vietnamese = 'no' WHERE name = 'John Thư'").await;
        work(&world).await;
        assert_eq!(world.count("messages WHERE way IN ('sms', 'mail')").await, 2);
        assert_eq!(world.count("cases WHERE call_on IS NOT NULL").await, 0, "nobody needs to call");
        let got = gateway.got();
        assert_eq!(got.len(), 1, "{}: {got:?}", kind.code);
        assert_eq!((got[0]["to"].as_str(), got[0]["from"].as_str()), (Some("+84951234567"), Some("TROVE")));
        let head = gateway.heads.lock().unwrap()[0].clone();
        assert!(
            head.starts_with("post /v1/send http/1.1") && head.contains("authorization: bearer token-of-the-test"),
            "{head}"
        );
        assert!(head.contains(&format!("idempotency-key: {}", got[0]["id"].as_str().unwrap())), "{head}");

        let file = world.text("SELECT id FROM mails WHERE recipient = 'lo@nguoidan.example'").await;
        let letter = std::fs::read_to_string(world.var.join(format!("outbox/{file}.eml"))).unwrap();
        let on = if kind.code == "reminder" { today + Duration::days(1) } else { today };
        let text = got[0]["text"].as_str().unwrap().to_owned();
        assert!(text.contains("anh/chị") && letter.contains("Trung tâm"), "{text} {letter}");
        let words = letter.split_once("\r\n\r\n").unwrap().1;
        for said in [text.as_str(), words] {
            assert!(
                said.contains("Trung tâm")
                    && said.contains("0238 000 0001")
                    && said.contains(&written(on, Precision::Day)),
                "{said}"
            );
            // No name, no step, no code, no kind of service, no reason, no amount, no way in.
            let mut never: Vec<String> = ["Lò Thị", "Nhắn", "John", "trợ cấp", "Nộp", "đồng", "http", "Trở Về", "Nhật"]
                .map(str::to_owned)
                .into();
            never.push(code.clone());
            for language in [Language::Vi, Language::En] {
                let say = |key: String| language.say(&Message::new(key));
                never.extend(trove::case::SERVICE_KINDS.iter().map(|kind| say(format!("service-{kind}"))));
                never.extend(trove::case::FLAGS.iter().map(|flag| say(format!("flag-{flag}"))));
            }
            for word in never {
                assert!(!said.to_lowercase().contains(&word.to_lowercase()), "{said:?} says {word:?}");
            }
        }
        assert_eq!(world.count("mails WHERE body <> '' OR sent_at IS NULL").await, 0, "what was said is not kept");
        let mut counsellor = staff(&world, offices.centre, Role::Supervisor).await;
        counsellor.get(&format!("/cases/{code}")).await.is(Status::Ok).shows("Hệ thống nhắn tin");
    }
}

#[rocket::async_test]
async fn a_gateway_that_is_down_for_an_hour_gets_every_message_once() {
    let gateway = Gateway::start().await;
    let world = World::with(|settings| gateway.settings(settings)).await;
    let offices = offices(&world).await;
    at_ten(&world).await;
    for name in ["Lò Thị Một", "Lò Thị Hai", "Lò Thị Ba"] {
        caused(&world, &offices, KINDS[0], name, &SAFE).await;
    }
    caused(&world, &offices, KINDS[1], "Lò Thị Bốn", &SAFE).await;
    world.app.plan().await.unwrap();
    let worker = world.app.worker();
    for mood in ["busy", "drops", "many", "stranger", "busy", "drops"] {
        gateway.is(mood);
        worker.run_due().await.unwrap();
        assert_eq!(worker.run_due().await.unwrap(), 0, "it waits before the next try");
        world.app.clock.advance(Duration::minutes(10));
    }
    assert_eq!((gateway.got().len(), world.count("mails WHERE channel = 'sms' AND sent_at IS NULL").await), (0, 4));
    let causes = world.text("SELECT string_agg(DISTINCT last_error, ' ') FROM jobs WHERE kind = 'mail'").await;
    assert!(causes.contains("gateway") && !causes.contains("951234567") && !causes.contains("Trung tâm"), "{causes}");
    gateway.is("delays");
    for _ in 0..3 {
        worker.run_due().await.unwrap();
        world.app.clock.advance(Duration::hours(1));
    }
    let mut ids: Vec<String> = gateway.got().iter().map(|text| text["id"].as_str().unwrap().to_owned()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!((ids.len(), gateway.got().len()), (4, 4), "each once");
    assert_eq!(world.count("mails WHERE channel = 'sms' AND sent_at IS NOT NULL AND body = ''").await, 4);
    assert_eq!(world.count("jobs WHERE kind IN ('mail', 'message') AND done_at IS NULL").await, 0);
    // Taken and not said so: it comes again under the same id, by which the gateway knows it.
    gateway.is("forgets");
    caused(&world, &offices, KINDS[1], "Lò Thị Năm", &SAFE).await;
    worker.run_due().await.unwrap();
    gateway.is("well");
    world.app.clock.advance(Duration::hours(1));
    worker.run_due().await.unwrap();
    let got = gateway.got();
    assert_eq!(got.len(), 6);
    assert_eq!(got[4], got[5]);
}

#[rocket::async_test]
async fn what_cannot_arrive_or_must_not_any_more_is_taken_back() {
    let gateway = Gateway::start().await;
    let world = World::with(|settings| gateway.settings(settings)).await;
    let offices = offices(&world).await;
    let today = at_ten(&world).await;
    let worker = world.app.worker();
    let call = async |code: &str| {
        world.text(&format!("SELECT coalesce(call_on::text, '') FROM cases WHERE code = '{code}'")).await
    };
    // Refused for good: not tried again, and somebody calls.
    gateway.is("refuses");
    let refused = caused(&world, &offices, KINDS[1], "Lò Thị Từ", &SAFE).await;
    worker.run_due().await.unwrap();
    assert_eq!(world.count("mails WHERE refused_at IS NOT NULL AND body = ''").await, 1);
    assert_eq!(call(&refused).await, today.to_string());
    let asked = gateway.heads.lock().unwrap().len();
    // While the gateway is down one of them withdraws the number, one is told something else, one comes under protection.
    gateway.is("busy");
    let withdrawn = caused(&world, &offices, KINDS[0], "Lò Thị Rút", &SAFE).await;
    let moved = caused(&world, &offices, KINDS[0], "Lò Thị Đổi", &SAFE).await;
    let hidden = caused(&world, &offices, KINDS[1], "Lò Thị Che", &SAFE).await;
    world.app.plan().await.unwrap();
    worker.run_due().await.unwrap();
    assert!(gateway.heads.lock().unwrap().len() >= asked + 3);
    world.sql("UPDATE contact_points SET withdrawn_at = now() WHERE person_id = (SELECT id FROM persons WHERE name = 'Lò Thị Rút')").await;
    world.sql(&format!("UPDATE cases SET next_on = next_on + 7 WHERE code = '{moved}'")).await;
    world.sql("UPDATE persons SET protected = true WHERE name = 'Lò Thị Che'").await;
    gateway.is("well");
    world.app.clock.advance(Duration::hours(2));
    worker.run_due().await.unwrap();
    assert_eq!(gateway.got().len(), 0);
    assert_eq!(world.count("mails WHERE channel = 'sms' AND (body <> '' OR refused_at IS NULL)").await, 0);
    assert_eq!((call(&withdrawn).await, call(&hidden).await), (today.to_string(), today.to_string()));
    assert_eq!(call(&moved).await, "", "there is no reason any more");
    // A gateway that never comes back: in the end somebody calls.
    gateway.is("busy");
    let given_up = caused(&world, &offices, KINDS[1], "Lò Thị Chờ", &SAFE).await;
    worker.run_due().await.unwrap();
    world.sql("UPDATE jobs SET attempts = 19, run_at = now() WHERE kind = 'mail' AND done_at IS NULL").await;
    worker.run_due().await.unwrap();
    assert_eq!(
        (world.count("jobs WHERE given_up_at IS NOT NULL").await, call(&given_up).await),
        (1, today.to_string())
    );
}

#[rocket::async_test]
async fn an_earlier_call_stays_and_a_holiday_is_called_before() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let today = at_ten(&world).await;
    let call = async |code: &str| {
        world.text(&format!("SELECT coalesce(call_on::text, '') FROM cases WHERE code = '{code}'")).await
    };
    let earlier = caused(&world, &offices, KINDS[0], "Lò Thị Sớm", &[]).await;
    let later = caused(&world, &offices, KINDS[0], "Lò Thị Muộn", &[]).await;
    world
        .sql(&format!("UPDATE cases SET call_on = '{today}'::date - 1, call_part = 'evening' WHERE code = '{earlier}'"))
        .await;
    world
        .sql(&format!("UPDATE cases SET call_on = '{today}'::date + 9, call_part = 'evening' WHERE code = '{later}'"))
        .await;
    // In three days, and no working day until then: said by telephone today, written on the day before.
    let on = today + Duration::days(3);
    for day in 1..3 {
        off(&world, today + Duration::days(day), true).await;
    }
    let mut centre = staff(&world, offices.centre, Role::Counsellor).await;
    let spoken = taken_in(&mut centre, "Lò Thị Lễ").await;
    let texted = taken_in(&mut centre, "Lò Thị Tết").await;
    contact(&mut centre, "Lò Thị Tết", &SAFE).await;
    for code in [&spoken, &texted] {
        next_step(&mut centre, code, on, "returnee").await;
    }
    // What others are to do is no reminder of theirs.
    let mine = taken_in(&mut centre, "Lò Thị Tôi").await;
    next_step(&mut centre, &mine, today + Duration::days(1), "provider").await;
    work(&world).await;
    assert_eq!(call(&earlier).await, (today - Duration::days(1)).to_string());
    assert_eq!((call(&later).await, call(&spoken).await), (today.to_string(), today.to_string()));
    assert_eq!((call(&texted).await, call(&mine).await), (String::new(), String::new()));
    assert_eq!(world.count("messages").await, 3);
    world.app.clock.advance(Duration::days(2));
    work(&world).await;
    assert_eq!(world.count("messages WHERE way = 'sms'").await, 1);
    // No gateway is set: a file.
    let id = world.text("SELECT id FROM mails WHERE channel = 'sms'").await;
    let file = std::fs::read_to_string(world.var.join(format!("outbox/{id}.json"))).unwrap();
    assert!(file.contains(&written(on, Precision::Day)), "{file}");
}

#[rocket::async_test]
async fn each_of_the_staff_is_told_once_in_the_morning_how_much_is_due() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let today = at_ten(&world).await;
    let mut busy = staff(&world, offices.centre, Role::Counsellor).await;
    let mut away = staff(&world, offices.centre, Role::Counsellor).await;
    let cover = staff(&world, offices.centre, Role::Counsellor).await;
    let idle = staff(&world, offices.centre, Role::Supervisor).await;
    for (browser, name) in [(&mut busy, "Lò Thị Bận"), (&mut away, "Lò Thị Vắng")] {
        let code = taken_in(browser, name).await;
        next_step(browser, &code, today, "provider").await;
        let overdue = taken_in(browser, &format!("{name} Hai")).await;
        next_step(browser, &overdue, today, "me").await;
        world.sql(&format!("UPDATE cases SET next_on = next_on - 3 WHERE code = '{overdue}'")).await;
    }
    let (gone, stands_in) = (away.user.unwrap().0, cover.user.unwrap().0);
    world
        .sql(&format!(
            "INSERT INTO leaves (id, organisation_id, user_id, cover_id, from_on, until_on, written_by) VALUES (gen_random_uuid(), '{}', '{gone}', '{stands_in}', '{today}', '{today}', '{gone}');
             UPDATE users SET language = 'en' WHERE id = '{stands_in}'",
            offices.centre
        ))
        .await;
    let told = async |browser: &Browser<'_>| {
        world
            .count(&format!(
                "mails WHERE recipient = '{}' AND subject IN ('Việc hôm nay trên Trở Về', 'Today on Trở Về')",
                browser.email
            ))
            .await
    };
    for _ in 0..2 {
        world.app.plan().await.unwrap();
        world.app.worker().run_due().await.unwrap();
        world.sql("UPDATE jobs SET done_at = NULL, run_at = run_at - interval '1 minute' WHERE kind = 'digest'").await;
    }
    assert_eq!((told(&busy).await, told(&away).await, told(&cover).await, told(&idle).await), (1, 0, 1, 0));
    let file = async |browser: &Browser<'_>| {
        let id = world
            .text(&format!("SELECT id FROM mails WHERE recipient = '{}' AND subject LIKE '%Trở Về'", browser.email))
            .await;
        std::fs::read_to_string(world.var.join(format!("outbox/{id}.eml"))).unwrap()
    };
    let (own, covering) = (file(&busy).await, file(&cover).await);
    assert!(own.contains("Gọi ngay: 1") && own.contains("Đến hạn hôm nay: 1") && own.contains("Quá hạn: 1"), "{own}");
    assert!(covering.contains("To call now: 1") && covering.contains("/cases"), "{covering}");
    assert!(!own.contains("Lò Thị") && !covering.contains("Lò Thị"));
    // Not on a holiday.
    let mails = world.count("mails").await;
    world.app.clock.advance(Duration::days(1));
    off(&world, world.app.clock.today(), true).await;
    world.app.plan().await.unwrap();
    world.app.worker().run_due().await.unwrap();
    assert_eq!((told(&busy).await, world.count("digests").await), (1, 2), "{mails}");
}

#[rocket::async_test]
async fn the_outbox_is_read_by_the_administrator_of_the_installation() {
    let gateway = Gateway::start().await;
    let world = World::with(|settings| gateway.settings(settings)).await;
    let offices = offices(&world).await;
    at_ten(&world).await;
    gateway.is("busy");
    caused(&world, &offices, KINDS[1], "Lò Thị Nhắn", &SAFE).await;
    let mail = [
        ("contact.kind", "email"),
        ("contact.value", "lo@nguoidan.example"),
        ("contact.safe_to_write", "true"),
        ("contact.safe_automatic", "true"),
    ];
    caused(&world, &offices, KINDS[1], "Lò Thị Thư", &mail).await;
    let mut tx = world.service().await;
    mail::post(&mut tx, "an@example.test", "Thử <b>", "Nội dung\nhttp://x/invitations/bimat123").await.unwrap();
    mail::put(&mut tx, Channel::Mail, "ba@example.test", "Chờ", "Còn chờ").await.unwrap();
    tx.commit().await.unwrap();
    world.sql("UPDATE jobs SET run_at = now() + interval '9 days' WHERE id = (SELECT j.id FROM jobs j JOIN mails m ON j.key = 'mail:' || m.id WHERE m.subject = 'Chờ')").await;
    world.app.worker().run_due().await.unwrap();
    let mut administrator = staff(&world, offices.dolab, Role::Administrator).await;
    administrator.get("/users").await.shows("href=\"/outbox\"");
    let page = administrator.get("/outbox").await;
    page.is(Status::Ok)
        .shows("an@example.test")
        .shows("Thử &#60;b&#62;")
        .shows("Nội dung")
        .shows("/invitations/…")
        .hides("bimat123");
    page.shows("Còn chờ").shows("Đang chờ").shows("Đã gửi").shows("Đã thử 1 lần, thử lại lúc");
    // A returnee's address not beyond its end; of texts, which have a gateway, the state alone.
    page.hides("lo@nguoidan").shows("…ple").hides("951234567").hides("567<").shows("chỉ có tình trạng");
    administrator.get("/outbox?before=x").await.is(Status::NotFound);
    administrator.get(&format!("/outbox?before={}", uuid::Uuid::nil())).await.is(Status::Ok).shows("Chưa có thư");
    // Not another office's administrator, and nobody without the right, past the page either.
    staff(&world, offices.centre, Role::Administrator).await.get("/outbox").await.is(Status::NotFound);
    let mut other = staff(&world, offices.dolab, Role::Supervisor).await;
    other.get("/outbox").await.is(Status::Forbidden);
    // Page after page, each once.
    world
        .sql("INSERT INTO mails (id, recipient, subject, body, posted_at) SELECT gen_random_uuid(), 'x@example.test', 'Nhiều ' || n || '.', '', now() + interval '9 days' FROM generate_series(1, 120) n")
        .await;
    let (mut seen, mut path) = (0, "/outbox".to_owned());
    for _ in 0..4 {
        let page = administrator.get(&path).await;
        seen += page.is(Status::Ok).body.matches("Nhiều ").count();
        let Some((_, next)) = page.body.split_once("href=\"/outbox?before=") else { break };
        path = format!("/outbox?before={}", next.split('"').next().unwrap());
    }
    assert_eq!(seen, 120);
}

#[rocket::async_test]
async fn the_tick_is_refused_where_somebody_else_may_read_it() {
    let world = World::empty().await;
    let offices = world.offices().await;
    let mut desk = world.staff(offices.mine, Role::Desk).await;
    let person = desk.register("Trần Văn An", &[]).await;
    let path = format!("/people/{person}/contacts");
    for (name, value) in [
        ("contact.belongs_to", "em gái"),
        ("contact.wishes", "Gọi sau 19 giờ"),
        ("contact.kind", "zalo"),
        ("contact.safe_to_write", "false"),
    ] {
        let mut fields: Vec<(&str, &str)> = SAFE.to_vec();
        fields.retain(|(field, _)| *field != name);
        fields.push((name, value));
        let refused = desk.post(&path, &fields).await;
        assert!(refused.is(Status::UnprocessableEntity).error_at("contact.safe_automatic").is_some(), "{name}");
    }
    assert_eq!(world.count("contact_points").await, 0);
    desk.post(&path, &SAFE).await.is(Status::SeeOther);
    desk.get(&format!("/people/{person}")).await.shows("Hệ thống được tự nhắn");
    // The database says so too.
    for sql in ["wishes = 'x'", "belongs_to = 'x'", "safe_to_write = false", "kind = 'zalo'"] {
        assert!(!world.tried(&format!("UPDATE contact_points SET {sql}")).await, "{sql}");
    }
}

#[rocket::async_test]
async fn after_a_day_without_a_server_nobody_is_written_to_at_night() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    at_ten(&world).await;
    caused(&world, &offices, KINDS[0], "Lò Thị Đêm", &SAFE).await;
    world.app.clock.advance(Duration::hours(12));
    world.app.plan().await.unwrap();
    world.app.worker().run_due().await.unwrap();
    assert_eq!(world.count("messages").await, 0);
    // In the morning of the day itself.
    world.app.clock.advance(Duration::hours(11));
    world.app.worker().run_due().await.unwrap();
    assert_eq!(world.count("messages WHERE way = 'sms'").await, 1);
}
