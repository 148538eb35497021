//! A person found, registered, shown and changed.

use rocket::http::Status;
use trove::access::Role;

use crate::support::{World, form};

#[rocket::async_test]
async fn somebody_is_registered_found_and_shown() {
    let world = World::empty().await;
    let offices = world.offices().await;
    let mut desk = world.staff(offices.theirs, Role::Desk).await;
    let code = desk
        .register(
            "Nguyễn Thị Mậu",
            &[
                ("person.sex", "female"),
                ("person.birth.day", "15"),
                ("person.birth.month", "2"),
                ("person.birth.year", "1990"),
                ("person.absence.marital_status", "refused"),
                ("document.kind", "citizen-card"),
                ("document.number", "001 190 000 018"),
                ("document.shown_as", "original"),
                ("contact.value", "0912 345 678"),
                ("contact.belongs_to", "em gái"),
                ("address.province", "nghe an"),
            ],
        )
        .await;
    let page = desk.get(&format!("/people/{code}")).await;
    page.is(Status::Ok)
        .shows("Nguyễn Thị Mậu")
        .shows("15/02/1990")
        .shows("Không muốn trả lời")
        .shows("Chưa hỏi")
        .shows("+84912345678")
        .shows("Tỉnh Nghệ An");
    page.shows("•••••••••018").hides("001190000018").shows("Chưa được phép gọi").shows("Theo giấy tờ");

    for (field, typed) in [("name", "MAU nguyen THI"), ("number", "001190000018"), ("number", "+84 912 345 678")] {
        let found = desk.post("/people/search", &[(field, typed)]).await;
        found.is(Status::Ok).shows("Nguyễn Thị Mậu").shows("Tìm thấy 1 người");
    }
    assert_eq!(
        desk.post("/people/search", &[("number", &code.to_lowercase())]).await.location,
        Some(format!("/people/{code}"))
    );
    // A year may be off by one; fifteen years are somebody else.
    for (year, found) in [("1991", "Tìm thấy 1 người"), ("1975", "Không tìm thấy ai")] {
        desk.post("/people/search", &[("name", "Nguyễn Thị Mậu"), ("birth.year", year)]).await.shows(found);
    }
    desk.get("/people").await.is(Status::Ok).shows("Nguyễn Thị Mậu");
}

#[rocket::async_test]
async fn a_number_is_sealed_and_opened_on_a_page_of_its_own() {
    let world = World::empty().await;
    let offices = world.offices().await;
    let mut desk = world.staff(offices.theirs, Role::Desk).await;
    let code = desk.register("Trần Văn An", &[("document.kind", "passport"), ("document.number", "C1234567")]).await;
    let dump = world.text("SELECT string_agg(to_jsonb(d)::text, '') FROM identity_documents d").await;
    assert!(!dump.contains("C1234567"), "{dump}");
    assert_eq!(world.count("match_keys WHERE key LIKE '%C1234567%'").await, 0);
    let page = desk.get(&format!("/people/{code}")).await;
    let (_, after) = page.body.split_once(&format!("/people/{code}/documents/")).unwrap();
    let id = &after[..36];
    desk.get(&format!("/people/{code}/documents/{id}")).await.is(Status::Ok).shows("C1234567");
    assert_eq!(world.count(&format!("audit WHERE act = 'read' AND row_ids @> ARRAY['{id}'::uuid]")).await, 1);
}

#[rocket::async_test]
async fn nobody_is_registered_twice_without_being_asked() {
    let world = World::empty().await;
    let offices = world.offices().await;
    let mut desk = world.staff(offices.theirs, Role::Desk).await;
    let mut counsellor = world.staff(offices.mine, Role::Counsellor).await;
    desk.register("Lê Thị Hoa", &[("person.birth.year", "1988")]).await;
    let again = counsellor.post("/people", &[("person.name", "LE THI HOA"), ("person.birth.year", "1988")]).await;
    again
        .is(Status::UnprocessableEntity)
        .shows("Có thể người này đã có hồ sơ")
        .shows("Lê Thị Hoa")
        .shows("Hồ sơ do đơn vị khác giữ");
    assert_eq!(again.value("person.name").as_deref(), Some("LE THI HOA"));
    assert_eq!(world.count("persons").await, 1);
    counsellor
        .post(
            "/people",
            &[("person.name", "LE THI HOA"), ("person.birth.year", "1988"), ("person.none_of_these", "true")],
        )
        .await
        .is(Status::SeeOther);
    assert_eq!(world.count("persons").await, 2);
    // Another year of birth is another person, and nobody is asked.
    counsellor
        .post("/people", &[("person.name", "Lê Thị Hoa"), ("person.birth.year", "1970")])
        .await
        .is(Status::SeeOther);
}

#[rocket::async_test]
async fn a_number_used_twice_is_a_suspicion_and_no_error() {
    let world = World::empty().await;
    let offices = world.offices().await;
    let mut desk = world.staff(offices.theirs, Role::Desk).await;
    let number = [("document.kind", "citizen-card"), ("document.number", "001190000018")];
    let first = desk.register("Nguyễn Thị Mậu", &number).await;
    let second = desk.register("Nguyễn Thị Mẫu", &number).await;
    assert_eq!(world.count("duplicate_suspicions WHERE reason = 'same-number'").await, 1);
    desk.get(&format!("/people/{second}")).await.is(Status::Ok).shows(&first);
    // Another office meets the same number: saved all the same, and told nothing beyond what a search shows.
    let mut other = world.staff(offices.mine, Role::Counsellor).await;
    let third = other.register("Ng. T. Mau", &number).await;
    other.get(&format!("/people/{third}")).await.is(Status::Ok).hides(&first);
    assert_eq!(world.count("duplicate_suspicions").await, 3);
}

#[rocket::async_test]
async fn two_people_editing_end_on_the_conflict_page_and_nothing_is_lost() {
    let world = World::empty().await;
    let offices = world.offices().await;
    let mut first = world.staff(offices.theirs, Role::Desk).await;
    let mut second = world.staff(offices.theirs, Role::Desk).await;
    let code = first.register("Trần Văn An", &[]).await;
    let edit = first.get(&format!("/people/{code}/edit")).await;
    assert_eq!(edit.value("person.version").as_deref(), Some("1"));
    first
        .post(&format!("/people/{code}"), &[("person.version", "1"), ("person.name", "Trần Văn Ân")])
        .await
        .is(Status::SeeOther);
    let conflict = second
        .post(
            &format!("/people/{code}"),
            &[("person.version", "1"), ("person.name", "Trần Văn Ấn"), ("person.qualification", "hàn 3G")],
        )
        .await;
    conflict
        .is(Status::Conflict)
        .shows("Có người khác vừa sửa")
        .shows("Trần Văn An")
        .shows("Trần Văn Ân")
        .shows("Trần Văn Ấn");
    assert_eq!(conflict.value("person.qualification").as_deref(), Some("hàn 3G"));
    assert_eq!(conflict.value("person.version").as_deref(), Some("2"));
    assert_eq!(world.text("SELECT name FROM persons").await, "Trần Văn Ân");
    second
        .post(
            &format!("/people/{code}"),
            &[("person.version", "2"), ("person.name", "Trần Văn Ấn"), ("person.qualification", "hàn 3G")],
        )
        .await
        .is(Status::SeeOther);
    second.get(&format!("/people/{code}")).await.shows("Trần Văn Ấn").shows("hàn 3G");
    // What the second left alone and the first changed is carried over, so that saving sets nothing back.
    let path = format!("/people/{code}");
    let same = [("person.name", "Trần Văn Ấn"), ("person.qualification", "hàn 3G"), ("person.version", "3")];
    let by = |more: (&'static str, &'static str)| [same[0], same[1], same[2], more];
    first.post(&path, &by(("person.marital_status", "married"))).await.is(Status::SeeOther);
    let conflict = second.post(&path, &by(("person.sex", "male"))).await;
    let chosen = scraper::Html::parse_document(&conflict.is(Status::Conflict).body);
    let option = scraper::Selector::parse("[name='person.marital_status'] option[selected]").unwrap();
    assert_eq!(chosen.select(&option).next().and_then(|o| o.value().attr("value")), Some("married"));
}

#[rocket::async_test]
async fn a_form_sent_twice_acts_once() {
    let world = World::empty().await;
    let offices = world.offices().await;
    let mut desk = world.staff(offices.theirs, Role::Desk).await;
    let mut other = world.staff(offices.theirs, Role::Desk).await;
    let sending = form(&[("submission", "018f0000-0000-7000-8000-000000000001"), ("person.name", "Hồ Thị Năm")]);
    let first = desk.send("/people", sending.clone()).await;
    let second = desk.send("/people", sending.clone()).await;
    assert_eq!(first.location, second.location);
    assert_eq!(world.count("persons").await, 1);
    let changed = form(&[("submission", "018f0000-0000-7000-8000-000000000001"), ("person.name", "Hồ Thị Sáu")]);
    desk.send("/people", changed).await.is(Status::UnprocessableEntity).shows("đã được gửi một lần");
    other.send("/people", sending).await.is(Status::Conflict);
    assert_eq!(world.count("persons").await, 1);
}

#[rocket::async_test]
async fn two_sendings_at_once_act_once() {
    let world = World::empty().await;
    let offices = world.offices().await;
    let desk = world.staff(offices.theirs, Role::Desk).await;
    let sending = form(&[("submission", "018f0000-0000-7000-8000-000000000002"), ("person.name", "Hồ Thị Bảy")]);
    let again = || crate::support::Browser {
        world: &world,
        cookies: desk.cookies.clone(),
        user: desk.user,
        email: String::new(),
        role: desk.role,
    };
    let (mut a, mut b) = (again(), again());
    let (first, second) = rocket::tokio::join!(a.send("/people", sending.clone()), b.send("/people", sending.clone()));
    assert_eq!(first.location, second.location);
    assert!(first.location.is_some());
    assert_eq!(world.count("persons").await, 1);
}

#[rocket::async_test]
async fn what_hangs_on_a_person_is_added_and_taken_back() {
    let world = World::empty().await;
    let offices = world.offices().await;
    let mut desk = world.staff(offices.theirs, Role::Desk).await;
    let code = desk.register("Vi Thị Páo", &[]).await;
    let at = |part: &str| format!("/people/{code}/{part}");
    desk.get(&at("contacts/new")).await.is(Status::Ok);
    desk.post(
        &at("contacts"),
        &[("contact.kind", "zalo"), ("contact.value", "0987654321"), ("contact.safe_to_write", "true")],
    )
    .await
    .is(Status::SeeOther);
    desk.post(&at("documents"), &[("document.kind", "travel-pass")]).await.is(Status::SeeOther);
    desk.post(
        &at("addresses"),
        &[("address.province", "Hà Nội"), ("address.commune", "Ba Đình"), ("address.line", "Số 1")],
    )
    .await
    .is(Status::SeeOther);
    let page = desk.get(&format!("/people/{code}")).await;
    page.shows("+84987654321")
        .shows("Được nhắn tin")
        .shows("Giấy thông hành")
        .shows("Phường Ba Đình")
        .shows("Thành phố Hà Nội");
    let id = world.text("SELECT id FROM contact_points").await;
    desk.post(&at(&format!("contacts/{id}/withdrawal")), &[("version", "9")]).await.is(Status::Conflict);
    desk.post(&at(&format!("contacts/{id}/withdrawal")), &[("version", "1")]).await.is(Status::SeeOther);
    desk.get(&format!("/people/{code}")).await.hides("+84987654321");
    desk.post("/people/search", &[("number", "0987654321")]).await.shows("Không tìm thấy ai");
    assert_eq!(world.count("contact_points WHERE withdrawn_at IS NOT NULL").await, 1);
}

#[rocket::async_test]
async fn a_commune_that_many_provinces_have_is_asked_about() {
    let world = World::empty().await;
    let offices = world.offices().await;
    let mut desk = world.staff(offices.theirs, Role::Desk).await;
    let code = desk.register("Vi Thị Páo", &[]).await;
    let path = format!("/people/{code}/addresses");
    let asked = desk.post(&path, &[("address.commune", "Tân Thành")]).await;
    asked.is(Status::UnprocessableEntity).shows("Có nhiều nơi trùng tên").shows("name=\"address.commune.code\"");
    assert!(asked.error_at("address.commune").is_some());
    let choice = asked
        .body
        .split("name=\"address.commune.code\"")
        .nth(2)
        .and_then(|rest| rest.split("value=\"").nth(1))
        .map(|rest| rest[..5].to_owned())
        .unwrap();
    desk.post(&path, &[("address.commune", "Tân Thành"), ("address.commune.code", &choice)]).await.is(Status::SeeOther);
    assert_eq!(world.text("SELECT commune_code FROM addresses").await, choice);
}

#[rocket::async_test]
async fn lists_go_on_page_by_page_and_show_everybody_once() {
    let world = World::empty().await;
    let offices = world.offices().await;
    let mut desk = world.staff(offices.theirs, Role::Desk).await;
    for n in 0..53 {
        desk.register(&format!("Người {}", ["Một", "Hai", "Ba", "Bốn"][n % 4]), &[]).await;
    }
    let first = desk.get("/people").await;
    let codes = |body: &str| {
        body.split("<tbody")
            .nth(1)
            .unwrap_or_default()
            .split("href=\"/people/")
            .skip(1)
            .map(|rest| rest[..10].to_owned())
            .collect::<Vec<_>>()
    };
    let next = first
        .body
        .split("href=\"/people?before=")
        .nth(1)
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .expect("a next page");
    let second = desk.get(&format!("/people?before={next}")).await;
    let mut all = codes(first.body.split("pagination").next().unwrap());
    all.truncate(50);
    all.extend(codes(second.body.split("pagination").next().unwrap()));
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 53);
}

#[rocket::async_test]
async fn each_small_form_of_a_page_acts_for_itself() {
    let world = World::empty().await;
    let offices = world.offices().await;
    let mut desk = world.staff(offices.theirs, Role::Desk).await;
    let code = desk.register("Vi Thị Páo", &[]).await;
    for number in ["0912345671", "0912345672"] {
        desk.post(&format!("/people/{code}/contacts"), &[("contact.value", number)]).await.is(Status::SeeOther);
    }
    // Both buttons of one page, the second pressed on a page that has grown old.
    let page = desk.get(&format!("/people/{code}")).await;
    let forms: Vec<(String, String)> = page
        .body
        .split("action=\"")
        .filter(|rest| rest.split('"').next().is_some_and(|path| path.contains("/contacts/")))
        .map(|rest| {
            let path = rest.split('"').next().unwrap().to_owned();
            let key = rest.split("name=\"submission\" value=\"").nth(1).unwrap()[..36].to_owned();
            (path, key)
        })
        .collect();
    assert_eq!(forms.len(), 2);
    for (path, key) in &forms {
        desk.send(path, form(&[("submission", key), ("version", "1")])).await.is(Status::SeeOther);
    }
    assert_eq!(world.count("contact_points WHERE withdrawn_at IS NULL").await, 0);
    // One key sent to another address is another act, and refused.
    let (path, _) = &forms[0];
    desk.send(path, form(&[("submission", &forms[1].1), ("version", "1")])).await.is(Status::UnprocessableEntity);
}

#[rocket::async_test]
async fn a_number_is_found_across_a_change_of_keys() {
    use trove::base::seal::Use;
    let mut world = World::empty().await;
    let offices = world.offices().await;
    let number = [("document.kind", "passport"), ("document.number", "C1234567")];
    world.staff(offices.theirs, Role::Desk).await.register("Trần Văn An", &number).await;
    let mut keys = world.app.keys.clone();
    keys.rotate(Use::IdentityIndex);
    keys.rotate(Use::IdentitySeal);
    world.change_keys(keys).await;
    let mut desk = world.staff(offices.theirs, Role::Desk).await;
    desk.post("/people/search", &[("number", "C 1234567")]).await.shows("Trần Văn An");
    desk.post("/people", &[("person.name", "Người Khác Hẳn"), number[0], number[1]])
        .await
        .is(Status::UnprocessableEntity);
    desk.register("Người Khác Hẳn", &number).await;
    assert_eq!(world.count("duplicate_suspicions").await, 1);
}

#[rocket::async_test]
async fn who_said_a_fact_stays_until_the_fact_changes() {
    let world = World::empty().await;
    let offices = world.offices().await;
    let mut desk = world.staff(offices.theirs, Role::Desk).await;
    let code = desk.register("Trần Văn An", &[("person.sex", "male"), ("person.said_by", "proxy")]).await;
    let edited = [
        ("person.version", "1"),
        ("person.name", "Trần Văn An"),
        ("person.sex", "male"),
        ("person.qualification", "thợ hàn"),
    ];
    desk.post(&format!("/people/{code}"), &edited).await.is(Status::SeeOther);
    let said = "SELECT string_agg(fact || ' ' || said_by, ', ' ORDER BY fact) FROM person_facts";
    assert_eq!(world.text(said).await, "name proxy, qualification self, sex proxy");
}
