//! What people and programs send that should not be: a message in their language, the right status, nothing changed.

use rocket::http::{ContentType, Header, Status};
use trove::access::Role;

use crate::support::{World, form};

#[rocket::async_test]
async fn each_wrong_field_says_what_is_wrong_and_keeps_what_was_typed() {
    let world = World::empty().await;
    let offices = world.offices().await;
    let mut desk = world.staff(offices.mine, Role::Desk).await;
    let long = "a".repeat(201);
    let cases: &[(&str, &[(&str, &str)])] = &[
        ("person.name", &[("person.name", "")]),
        ("person.name", &[("person.name", " - ")]),
        ("person.name", &[("person.name", &long)]),
        ("person.name", &[("person.name", "An\u{0000}Bình")]),
        ("person.name", &[("person.name", "An\u{FFFD}")]),
        ("person.sex", &[("person.sex", "x")]),
        ("person.sex", &[("person.sex", "male"), ("person.absence.sex", "refused")]),
        ("person.sex", &[("person.absence.sex", "because")]),
        ("person.birth", &[("person.birth.day", "31"), ("person.birth.month", "2"), ("person.birth.year", "1990")]),
        ("person.birth", &[("person.birth.year", "90")]),
        ("person.birth", &[("person.birth.year", "2099")]),
        ("person.birth", &[("person.birth.year", "1901"), ("person.birth.month", "x")]),
        ("person.birth", &[("person.birth.year", "99999999999999999999")]),
        ("person.ethnic_group", &[("person.ethnic_group", "77")]),
        ("person.education_level", &[("person.education_level", "x")]),
        ("person.language", &[("person.language", "klingon")]),
        ("document.kind", &[("document.number", "C1234567")]),
        ("document.number", &[("document.kind", "citizen-card"), ("document.number", "12345")]),
        ("document.number", &[("document.kind", "passport"), ("document.number", "C12345📄")]),
        ("document.country", &[("document.kind", "passport"), ("document.country", "Atlantis")]),
        (
            "document.expires",
            &[
                ("document.kind", "passport"),
                ("document.issued.day", "2"),
                ("document.issued.month", "2"),
                ("document.issued.year", "2020"),
                ("document.expires.day", "1"),
                ("document.expires.month", "2"),
                ("document.expires.year", "2020"),
            ],
        ),
        ("document.issued", &[("document.kind", "passport"), ("document.issued.year", "2020")]),
        ("contact.value", &[("contact.value", "12")]),
        ("contact.value", &[("contact.belongs_to", "em gái")]),
        ("contact.value", &[("contact.kind", "email"), ("contact.value", "khong phai thu")]),
        ("address.province", &[("address.province", "Nghệ")]),
        ("address.commune", &[("address.province", "Nghệ An"), ("address.commune", "Ba Đình")]),
    ];
    for (field, fields) in cases {
        let mut all = vec![("person.name", "Trần Văn An"), ("person.qualification", "thợ hàn")];
        all.retain(|(name, _)| !fields.iter().any(|(f, _)| f == name));
        all.extend_from_slice(fields);
        let answer = desk.post("/people", &all).await;
        assert_eq!(answer.status, Status::UnprocessableEntity, "{fields:?}");
        let said = answer.error_at(field).unwrap_or_else(|| panic!("nothing is said at {field} for {fields:?}"));
        assert!(said.starts_with("Lỗi") && !said.contains("error-"), "{said}");
        assert_eq!(answer.value("person.qualification").as_deref(), Some("thợ hàn"), "{fields:?}");
        answer.shows("govuk-error-summary").shows("<title>Lỗi:");
    }
    assert_eq!(world.count("persons").await, 0);
    assert_eq!(world.count("submissions").await, 0, "a refused sending may be mended and sent again");
}

#[rocket::async_test]
async fn a_search_that_asks_nothing_is_refused() {
    let world = World::empty().await;
    let offices = world.offices().await;
    let mut desk = world.staff(offices.mine, Role::Desk).await;
    for (field, fields) in [
        ("name", vec![]),
        ("name", vec![("birth.year", "1990")]),
        ("name", vec![("name", "...")]),
        ("number", vec![("number", "?!")]),
        ("birth", vec![("name", "An"), ("birth.year", "1")]),
    ] {
        let answer = desk.post("/people/search", &fields).await;
        answer.is(Status::UnprocessableEntity);
        assert!(answer.error_at(field).is_some(), "{fields:?}");
    }
    assert_eq!(world.count("audit WHERE act = 'search'").await, 0);
}

#[rocket::async_test]
async fn what_is_no_form_is_refused_with_its_status() {
    let world = World::empty().await;
    let offices = world.offices().await;
    let desk = world.staff(offices.mine, Role::Desk).await;
    let (name, token) = desk.cookies[0].clone();
    let send = |kind: ContentType, body: Vec<u8>| {
        let request = world
            .client
            .post("/people")
            .header(kind)
            .header(Header::new("Sec-Fetch-Site", "same-origin"))
            .cookie((name.clone(), token.clone()))
            .body(body);
        async move {
            let response = request.dispatch().await;
            (response.status(), response.into_string().await.unwrap_or_default())
        }
    };
    let ten_megabytes = [b"person.name=".to_vec(), vec![b'a'; 10 << 20]].concat();
    let (status, body) = send(ContentType::Form, ten_megabytes).await;
    assert_eq!(status, Status::PayloadTooLarge);
    assert!(body.contains("quá lớn"));
    let big_field =
        form(&[("submission", "018f0000-0000-7000-8000-000000000003"), ("person.name", &"a".repeat(100_000))]);
    assert_eq!(send(ContentType::Form, big_field.into_bytes()).await.0, Status::UnprocessableEntity);
    for (kind, body) in [
        (ContentType::JSON, b"{}".to_vec()),
        (ContentType::Form, b"".to_vec()),
        (ContentType::Form, b"%ED%A0%80=%ED%B0%80&person.name=%FF%FE%00".to_vec()),
        (ContentType::Form, vec![0xff, 0xfe, 0x00]),
        (ContentType::Form, b"person.name=a&person.name=b&person.name[]=c&person.birth=x&person.version=-1".to_vec()),
        (ContentType::Form, [b"submission=x&".as_slice(), &b"person.absence[x]=y&".repeat(5_000)].concat()),
    ] {
        let (status, _) = send(kind, body.clone()).await;
        assert!(
            (400..500).contains(&status.code),
            "{status} for {:?}",
            String::from_utf8_lossy(&body[..body.len().min(60)])
        );
    }
    assert_eq!(world.count("persons").await, 0);
}

#[rocket::async_test]
async fn a_stale_page_is_told_so() {
    let world = World::empty().await;
    let offices = world.offices().await;
    let mut desk = world.staff(offices.mine, Role::Desk).await;
    let answer = desk.send("/people", form(&[("person.name", "Trần Văn An")])).await;
    answer.is(Status::UnprocessableEntity).shows("Trang này đã cũ");
    assert_eq!(answer.value("person.name").as_deref(), Some("Trần Văn An"));
    let code = desk.register("Trần Văn An", &[]).await;
    for version in ["0", "-5", "2147483647", "7"] {
        desk.post(&format!("/people/{code}"), &[("person.version", version), ("person.name", "Khác")])
            .await
            .is(Status::Conflict);
    }
    desk.post(&format!("/people/{code}"), &[("person.version", "99999999999"), ("person.name", "Khác")])
        .await
        .is(Status::UnprocessableEntity);
    assert_eq!(world.text("SELECT name FROM persons").await, "Trần Văn An");
}

#[rocket::async_test]
async fn addresses_that_are_none_are_not_found() {
    let world = World::empty().await;
    let offices = world.offices().await;
    let mut desk = world.staff(offices.mine, Role::Desk).await;
    for path in [
        "/people/x",
        "/people/%00",
        "/people/../../etc/passwd",
        "/people/%F0%9F%93%84",
        "/people/AAAAAAAAAA/documents/1",
        "/people?before=x",
        "/people?before=99999999999999999999999999999.x",
        "/people?before=-9223372036854775808.018f0000-0000-7000-8000-000000000003",
    ] {
        let status = desk.get(path).await.status;
        assert!([200, 303, 404, 422].contains(&status.code), "{status} for {path}");
    }
}

#[rocket::async_test]
async fn names_are_kept_composed_whatever_was_sent() {
    use unicode_normalization::UnicodeNormalization;
    let world = World::empty().await;
    let offices = world.offices().await;
    let mut desk = world.staff(offices.mine, Role::Desk).await;
    let decomposed: String = "Nguyễn Thị Mậu".nfd().collect();
    desk.register(&format!("  {decomposed}\u{00A0} "), &[]).await;
    assert_eq!(world.text("SELECT name FROM persons").await, "Nguyễn Thị Mậu");
}
