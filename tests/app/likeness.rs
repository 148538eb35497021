//! Whoever is known already is found though written otherwise, and two records of one person are suspected.

use rocket::http::Status;
use trove::access::{OrganisationKind, Role};

use crate::support::World;

fn born<'a>(day: &'a str, month: &'a str, year: &'a str) -> [(&'a str, &'a str); 3] {
    [("person.birth.day", day), ("person.birth.month", month), ("person.birth.year", year)]
}

#[rocket::async_test]
async fn a_search_finds_what_was_slipped_and_says_why() {
    let world = World::empty().await;
    let office = world.offices().await.mine;
    let mut desk = world.staff(office, Role::Desk).await;
    desk.register("Nguyễn Thị Mậu", &born("5", "2", "1990")).await;
    desk.register("Phạm Quốc Hải", &born("5", "2", "1990")).await;
    // Day and month changed round, no marks, the order of a passport.
    let asked = [("name", "MAU NGUYEN THI"), ("birth.day", "2"), ("birth.month", "5"), ("birth.year", "1990")];
    let found = desk.post("/people/search", &asked).await;
    found
        .is(Status::Ok)
        .shows("Nguyễn Thị Mậu")
        .shows("Ngày sinh và tháng sinh đổi chỗ cho nhau")
        .shows("một bên viết không dấu")
        .hides("Phạm Quốc Hải");
    // Whoever registers them again is asked.
    let [day, month, year] = born("2", "5", "1990");
    let again = desk.post("/people", &[("person.name", "Nguyen Thi Mau"), day, month, year]).await;
    again.is(Status::UnprocessableEntity).shows("Có thể người này đã có hồ sơ").shows("Nguyễn Thị Mậu");
    // Of somebody whom one may not open only the name is weighed aloud: neither a phone nor a birth date is found by trying.
    desk.register("Đỗ Thị Mận", &[born("5", "2", "1990").as_slice(), &[("contact.value", "0912345678")]].concat())
        .await;
    let mut stranger =
        world.staff(world.organisation(OrganisationKind::Esc, "Trung tâm khác").await, Role::Counsellor).await;
    let guess =
        [("person.name", "DO THI MAN"), ("contact.kind", "phone"), ("contact.value", "0912345679"), day, month, year];
    let said = stranger.post("/people", &guess).await;
    said.is(Status::UnprocessableEntity).shows("Đỗ Thị Mận").shows("một bên viết không dấu");
    said.hides("lệch một").hides("đổi chỗ cho nhau");
    // The same birth date alone is no likeness.
    let other = desk.post("/people", &[("person.name", "Lê Văn Tám"), day, month, year]).await;
    other.is(Status::SeeOther);
    // Nobody is recorded as shown who was not.
    let hai = world.text("SELECT id FROM persons WHERE name = 'Phạm Quốc Hải'").await;
    assert_eq!(world.count(&format!("audit WHERE act = 'search' AND row_ids @> ARRAY['{hai}'::uuid]")).await, 0);
}

#[rocket::async_test]
async fn two_records_of_one_person_are_suspected_with_reasons() {
    let world = World::empty().await;
    let offices = world.offices().await;
    let mut desk = world.staff(offices.mine, Role::Desk).await;
    let mut other = world.staff(offices.theirs, Role::Counsellor).await;
    let phone = [("contact.kind", "phone"), ("contact.value", "0912345678")];
    let [day, month, year] = born("5", "2", "1990");
    let first = desk.register("Trần Văn Hải", &[day, month, year, phone[0], phone[1]]).await;
    let [day, month, year] = born("2", "5", "1990");
    let second = other.register("HAI TRAN VAN", &[day, month, year, phone[0], phone[1]]).await;
    // Two of the many of that name and year.
    desk.register("Nguyễn Thị Hoa", &[("person.birth.year", "1988")]).await;
    other.register("Nguyễn Thị Hoa", &[("person.birth.year", "1988")]).await;
    assert_eq!(world.count("duplicate_suspicions").await, 0);
    world.app.worker().run_due().await.unwrap();
    assert_eq!(world.count("duplicate_suspicions").await, 1);
    let pair = "duplicate_suspicions d JOIN persons a ON a.id IN (d.person_a, d.person_b)";
    assert_eq!(world.count(&format!("{pair} WHERE a.code IN ('{first}', '{second}')")).await, 2);
    let like =
        "reason = 'match' AND probability > 0.9 AND reasons @> '[{\"field\": \"birth\", \"level\": \"swapped\"}]'";
    assert_eq!(world.count(&format!("duplicate_suspicions WHERE {like}")).await, 1);
    // Neither office may open both, so neither is told.
    desk.get(&format!("/people/{first}")).await.is(Status::Ok).hides(&second);
}
