//! The accounts of an office: added and invited by mail, locked at once, ended once nothing hangs on them.

use std::cell::Cell;

use diesel_async::SimpleAsyncConnection;
use rocket::http::Status;
use time::Duration;
use trove::access::Role;
use uuid::Uuid;

use crate::journey::{offered, offices, taken_in};
use crate::support::{Browser, World};

fn id(browser: &Browser<'_>) -> String {
    browser.user.unwrap().0.to_string()
}

/// The path that the last mail to an address leads to.
async fn invitation(world: &World, to: &str) -> String {
    let body = world.text(&format!("SELECT body FROM mails WHERE recipient = '{to}' ORDER BY id DESC LIMIT 1")).await;
    let at = body.find("/invitations/").unwrap();
    body[at..].split_whitespace().next().unwrap().to_owned()
}

const PASSWORD: &str = "một câu dài dễ nhớ";

async fn chosen(world: &World, path: &str) -> Status {
    world.stranger().post(path, &[("password", PASSWORD), ("again", PASSWORD)]).await.status
}

async fn signed_in(world: &World, email: &str) -> bool {
    let mut browser = world.stranger();
    let answer = browser.post("/sign-in", &[("email", email), ("password", PASSWORD), ("back", "/cases")]).await;
    answer.status == Status::SeeOther && browser.get("/cases").await.status == Status::Ok
}

#[rocket::async_test]
async fn an_account_is_added_invited_by_mail_and_locked_at_once() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut admin = world.staff(offices.centre, Role::Administrator).await;
    let good = [
        ("account.name", "Hồ Thị Mới"),
        ("account.email", "Moi@Example.test"),
        ("account.roles", "counsellor"),
        ("account.language", "en"),
    ];
    for (field, typed, wrong) in [
        ("account.name", "", "account.name"),
        ("account.email", "không phải thư", "account.email"),
        ("account.roles", "owner", "account.roles"),
        ("account.language", "xx", "account.language"),
    ] {
        let fields = good.map(|(name, value)| (name, if name == field { typed } else { value }));
        let refused = admin.post("/users", &fields).await;
        assert!(refused.is(Status::UnprocessableEntity).error_at(wrong).is_some(), "{wrong}");
        assert_eq!(refused.value("account.name").unwrap_or_default(), fields[0].1);
    }
    assert_eq!(world.count("users WHERE name = 'Hồ Thị Mới'").await, 0);
    admin.post("/users", &good).await.is(Status::SeeOther);
    let twice = admin.post("/users", &good).await;
    assert!(twice.is(Status::UnprocessableEntity).error_at("account.email").is_some());
    admin.get("/users").await.is(Status::Ok).shows("moi@example.test").shows("Chưa có mật khẩu");

    // Written in their language, with a link that opens once; one from before opens nothing any more.
    assert_eq!(world.count("mails WHERE recipient = 'moi@example.test' AND body LIKE '%choose a password%'").await, 1);
    let first = invitation(&world, "moi@example.test").await;
    let who = world.text("SELECT id FROM users WHERE email = 'moi@example.test'").await;
    admin.post(&format!("/users/{who}/invitation"), &[]).await.is(Status::SeeOther);
    let second = invitation(&world, "moi@example.test").await;
    assert_eq!(chosen(&world, &first).await, Status::NotFound);
    assert_eq!(chosen(&world, &second).await, Status::SeeOther);
    assert!(signed_in(&world, "moi@example.test").await);

    // Locked: whoever is in is out, and nobody comes in until there is a new invitation.
    let mut inside = world.stranger();
    inside.post("/sign-in", &[("email", "moi@example.test"), ("password", PASSWORD), ("back", "/cases")]).await;
    inside.get("/cases").await.is(Status::Ok);
    admin.post(&format!("/users/{who}/invitation"), &[]).await.is(Status::SeeOther);
    let third = invitation(&world, "moi@example.test").await;
    admin.post(&format!("/users/{who}/lock"), &[]).await.is(Status::SeeOther);
    inside.get("/cases").await.is(Status::SeeOther);
    assert_eq!(chosen(&world, &third).await, Status::NotFound);
    assert!(!signed_in(&world, "moi@example.test").await);
    admin.post(&format!("/users/{who}/invitation"), &[]).await.is(Status::SeeOther);
    assert_eq!(chosen(&world, &invitation(&world, "moi@example.test").await).await, Status::SeeOther);
    assert!(signed_in(&world, "moi@example.test").await);

    // Neither one's own account, nor one of another office.
    let me = id(&admin);
    for act in ["lock", "end"] {
        admin.post(&format!("/users/{me}/{act}"), &[]).await.is(Status::NotFound);
    }
    let mut elsewhere = world.staff(offices.desk, Role::Administrator).await;
    for act in ["invitation", "lock", "end"] {
        elsewhere.post(&format!("/users/{who}/{act}"), &[]).await.is(Status::NotFound);
    }
    elsewhere.get("/users").await.is(Status::Ok).hides("moi@example.test");
    assert!(signed_in(&world, "moi@example.test").await);
}

#[rocket::async_test]
async fn an_account_ends_once_nothing_hangs_on_it() {
    let world = World::empty().await;
    world.sql("UPDATE parameters SET value = 10000 WHERE code LIKE 'session.%'").await;
    let offices = offices(&world).await;
    let mut admin = world.staff(offices.desk, Role::Administrator).await;
    let mut leaving = world.staff(offices.desk, Role::Supervisor).await;
    let mut stays = world.staff(offices.desk, Role::Supervisor).await;
    let (who, other) = (id(&leaving), id(&stays));
    let case = taken_in(&mut leaving, "Lò Thị Ở Lại").await;
    let person = world.text("SELECT code FROM persons").await;
    let protection = format!("/people/{person}/protection");
    leaving.post(&protection, &[("staff", &who)]).await.is(Status::SeeOther);
    let today = world.app.clock.today();
    world
        .sql(&format!(
            "INSERT INTO duty_shifts (id, organisation_id, user_id, phone, place, starts_at, ends_at, written_by)
             VALUES (gen_random_uuid(), '{0}', '{who}', '0911222333', 1, app_now(), app_now() + interval '8 hours', '{who}');
             INSERT INTO leaves (id, organisation_id, user_id, cover_id, from_on, until_on, written_by)
             VALUES (gen_random_uuid(), '{0}', '{other}', '{who}', '{today}', '{today}', '{who}')",
            offices.desk
        ))
        .await;
    let end = format!("/users/{who}/end");
    let held = admin.post(&end, &[]).await;
    let said = held.is(Status::UnprocessableEntity).error_at(&format!("account-{who}")).unwrap();
    for what in ["1 hồ sơ", "1 người được bảo vệ", "1 lần trực thay", "1 ca trực"] {
        assert!(said.contains(what), "{said} lacks {what}");
    }
    // Numbers and no names: whoever keeps accounts sees no returnee.
    held.hides("Lò Thị Ở Lại").hides(&case);
    leaving.get("/cases").await.is(Status::Ok);

    leaving.post(&format!("{protection}/end"), &[]).await.is(Status::SeeOther);
    leaving.post(&protection, &[("staff", &who), ("staff", &other)]).await.is(Status::SeeOther);
    world.app.clock.advance(Duration::days(1));
    let said = admin.post(&end, &[]).await.is(Status::UnprocessableEntity).error_at(&format!("account-{who}")).unwrap();
    assert!(said.contains("1 hồ sơ") && !said.contains("bảo vệ") && !said.contains("trực"), "{said}");
    stays.post(&format!("/cases/{case}/accountable"), &[("assign.to", &other)]).await.is(Status::SeeOther);
    admin.post(&end, &[]).await.is(Status::SeeOther);
    leaving.get("/cases").await.is(Status::SeeOther);
    admin.get("/users").await.shows("Đã ngừng");
    for act in ["invitation", "lock", "end"] {
        admin.post(&format!("/users/{who}/{act}"), &[]).await.is(Status::NotFound);
    }
    assert_eq!(world.count("events WHERE kind = 'account.ended'").await, 1);
}

/// Whoever is given a case in the moment in which their account ends does not get it: the giver waits, and is told.
#[rocket::async_test]
async fn nothing_is_given_to_an_account_that_ends_meanwhile() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut supervisor = world.staff(offices.centre, Role::Supervisor).await;
    let leaving = id(&world.staff(offices.centre, Role::Counsellor).await);
    let case = taken_in(&mut supervisor, "Lò Thị Giao Việc").await;
    let mut ending = world.owner().await;
    let end = format!(
        "BEGIN; SELECT FROM users WHERE id = '{leaving}' FOR UPDATE; UPDATE users SET ended_at = app_now() WHERE id = '{leaving}'"
    );
    ending.batch_execute(&end).await.unwrap();
    let at = format!("/cases/{case}/accountable");
    let sent = [("assign.to", leaving.as_str())];
    let came = Cell::new(false);
    let given = async {
        let answer = supervisor.post(&at, &sent).await;
        came.set(true);
        answer
    };
    let ended = async {
        let waits = "pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid WHERE NOT l.granted AND a.datname = current_database()";
        while !came.get() && world.count(waits).await == 0 {}
        ending.batch_execute("COMMIT").await.unwrap();
    };
    let (answer, ()) = rocket::tokio::join!(given, ended);
    answer.is(Status::Conflict).shows("vừa ngừng");
    assert_ne!(world.text("SELECT accountable_id FROM cases").await, leaving);
}

/// A case that was closed by somebody who has left since goes on with whoever opens it again.
#[rocket::async_test]
async fn a_case_reopened_has_somebody_who_is_there() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut admin = world.staff(offices.centre, Role::Administrator).await;
    let mut gone = world.staff(offices.centre, Role::Counsellor).await;
    let mut stays = world.staff(offices.centre, Role::Counsellor).await;
    let case = taken_in(&mut gone, "Lò Thị Trở Lại").await;
    let closing = [("reason", "goals-met"), ("outcome", "Đã có việc")];
    gone.post(&format!("/cases/{case}/closure"), &closing).await.is(Status::SeeOther);
    let who = id(&gone);
    admin.post(&format!("/users/{who}/end"), &[]).await.is(Status::SeeOther);
    let again = [("reopen.because", "Quay lại xin hỗ trợ")];
    stays.post(&format!("/cases/{case}/reopening"), &again).await.is(Status::SeeOther);
    assert_eq!(world.text("SELECT accountable_id FROM cases").await, id(&stays));
}

/// What only one person can answer is answered or taken back first.
#[rocket::async_test]
async fn an_offer_to_somebody_by_name_holds_their_account() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut admin = world.staff(offices.centre, Role::Administrator).await;
    let helper = world.staff(offices.centre, Role::Counsellor).await;
    let mut desk = world.staff(offices.desk, Role::Desk).await;
    let case = taken_in(&mut desk, "Lò Thị Đích Danh").await;
    let offer: Uuid = offered(&mut desk, &case, offices.centre).await;
    let who = id(&helper);
    world.sql(&format!("UPDATE hand_overs SET to_user_id = '{who}'")).await;
    let held = admin.post(&format!("/users/{who}/end"), &[]).await;
    let said = held.is(Status::UnprocessableEntity).error_at(&format!("account-{who}")).unwrap();
    assert!(said.contains("1 đề nghị"), "{said}");
    desk.post(&format!("/hand-overs/{offer}/revocation"), &[]).await.is(Status::SeeOther);
    admin.post(&format!("/users/{who}/end"), &[]).await.is(Status::SeeOther);
}
