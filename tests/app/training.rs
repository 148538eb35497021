//! Practising on made-up people (K8): who one may be, what every page says, and that nothing leaves.

use rocket::http::Status;
use trove::access::{Role, entry, store};
use trove::base::mail::Channel;
use trove::demo::PASSWORD;
use uuid::Uuid;

use crate::support::World;

/// Somebody of the made-up world, and their office.
async fn made_up(world: &World) -> Uuid {
    let offices = world.offices().await;
    let mut tx = world.service().await;
    let user =
        store::add_user(&mut tx, offices.mine, "counsellor.nghean@demo.trove.example", "An", &[Role::Counsellor])
            .await
            .unwrap();
    store::set_password(&mut tx, user, &entry::hash_now(PASSWORD).unwrap()).await.unwrap();
    tx.commit().await.unwrap();
    offices.mine
}

#[rocket::async_test]
async fn whoever_practises_chooses_a_role_and_every_page_says_so() {
    let world = World::with(|settings| {
        settings.training = true;
        settings.smtp_url = Some("smtp://127.0.0.1:9".into());
        settings.sms_url = Some("http://127.0.0.1:9".into());
    })
    .await;
    made_up(&world).await;
    for channel in Channel::ALL {
        assert!(channel.is_folder(&world.app.settings), "a message leaves");
    }
    let mut officer = world.stranger();
    officer.get("/sign-in").await.is(Status::Ok).shows("BẢN TẬP").shows("href=\"/training\"");
    officer.get("/training").await.is(Status::Ok).shows("BẢN TẬP").shows("value=\"counsellor.nghean\"");
    for nobody in ["counsellor.nowhere", "", "counsellor.nghean@demo.trove.example"] {
        officer.post("/training", &[("account", nobody)]).await.is(Status::NotFound);
    }
    let entered = officer.post("/training", &[("account", "counsellor.nghean")]).await;
    assert_eq!(entered.is(Status::SeeOther).location.as_deref(), Some("/"));
    officer.get("/people").await.is(Status::Ok).shows("BẢN TẬP");
}

#[rocket::async_test]
async fn elsewhere_nobody_comes_in_without_a_password_and_the_way_there_is_shown() {
    let world = World::with(|settings| settings.training_address = Some("https://tap.example.test".into())).await;
    let office = made_up(&world).await;
    let mut stranger = world.stranger();
    stranger.get("/training").await.is(Status::NotFound);
    stranger.post("/training", &[("account", "counsellor.nghean")]).await.is(Status::NotFound);
    stranger.get("/sign-in").await.is(Status::Ok).hides("BẢN TẬP").hides("/training");
    let mut officer = world.staff(office, Role::Counsellor).await;
    officer.get("/").await.is(Status::Ok).shows("https://tap.example.test").hides("BẢN TẬP");
}
