//! What is made of old addresses.

use super::*;

fn title(meant: Meant) -> String {
    match meant {
        Meant::One(place) => place.title(),
        Meant::Several(places) => format!("{} of them", places.len()),
        Meant::Unknown(place) => format!("unknown in {}", place.title()),
    }
}

#[test]
fn the_map_is_whole() {
    let old = old();
    assert_eq!((old.provinces.len(), old.districts.len(), old.communes.len()), (63, 696, 10_035));
    let present = List::Communes.vocabulary();
    let mut several = 0;
    for commune in &old.communes {
        assert!(
            !commune.new.is_empty() && commune.new.iter().all(|code| present.get(code).is_some()),
            "{}",
            commune.code
        );
        assert!(Place::of_commune(commune).province.is_some(), "{} lies nowhere", commune.code);
        several += usize::from(commune.new.len() > 1);
    }
    assert_eq!(several, 446);
    for list in [&old.provinces, &old.districts, &old.communes] {
        assert!(list.windows(2).all(|two| two[0].code < two[1].code), "in the order of codes");
    }
    // Every present commune comes from somewhere.
    let mut reached: Vec<&str> =
        old.communes.iter().chain(&old.districts).flat_map(|unit| unit.new.iter().copied()).collect();
    reached.sort_unstable();
    reached.dedup();
    assert_eq!(reached.len(), present.entries().len());
}

#[test]
fn an_old_commune_says_what_it_became() {
    assert_eq!(new_communes("00001"), ["00097"]);
    assert!(new_communes("00553").len() > 1);
    assert!(new_communes("99999").is_empty() && new_communes("").is_empty());
    // The code lives on and covers something else.
    assert!(!new_communes("00136").is_empty());
}

#[test]
fn old_addresses_are_understood_as_people_write_them() {
    let phuc_xa = "Phường Phúc Xá, Quận Ba Đình, Thành phố Hà Nội";
    for line in [
        "Số 1, Phường Phúc Xá, Quận Ba Đình, Hà Nội",
        "Số 1 ngõ 2, P. Phúc Xá, Q.Ba Đình, TP Hà Nội, Việt Nam",
        "phuc xa, ba dinh, ha noi",
        "PHÚC XÁ; BA ĐÌNH; HN",
        "Phường Phúc Xá - Quận Ba Đình - Thành phố Hà Nội",
    ] {
        assert_eq!(title(recognise_line(line)), phuc_xa, "{line}");
        let decomposed: String = line.nfd().collect();
        assert_eq!(title(recognise_line(&decomposed)), phuc_xa, "{line}");
    }
    assert_eq!(title(recognise("Bà Rịa - Vũng Tàu", "huyện côn đảo", "")), "Huyện Côn Đảo, Tỉnh Bà Rịa - Vũng Tàu");
    assert_eq!(title(recognise("TP.HCM", "Quận 03", "P5")), "Phường 5, Quận 3, Thành phố Hồ Chí Minh");
    // Where the tone stands is nothing; which one it is decides.
    assert_eq!(title(recognise("Thanh Hóa", "Quan Hóa", "")), "unknown in Huyện Quan Hóa, Tỉnh Thanh Hóa");
    assert_eq!(
        title(recognise("Thanh Hoá", "huyện quan hoá", "Thị trấn Hồi Xuân")),
        "Thị trấn Hồi Xuân, Huyện Quan Hóa, Tỉnh Thanh Hóa"
    );
}

#[test]
fn what_is_not_known_is_not_guessed() {
    assert_eq!(title(recognise_line("Số 1, Phường X, Quận Y, Hà Nội")), "unknown in Thành phố Hà Nội");
    assert_eq!(title(recognise_line("Nghệ An")), "unknown in ");
    assert_eq!(title(recognise_line("")), "unknown in ");
    assert_eq!(title(recognise_line("Xóm 3, Atlantis, Mu")), "unknown in ");
    // A commune of that name in many districts of the province.
    assert!(title(recognise("Nghệ An", "", "Nghĩa Thành")).starts_with("Xã Nghĩa Thành"));
    assert!(matches!(recognise("", "", "Tân Lập"), Meant::Unknown(_)), "too many to choose from");
}

proptest::proptest! {
    /// Whatever is printed is read without a fault.
    #[test]
    fn anything_is_read(line in ".{0,200}") {
        let _ = recognise_line(&line);
    }

    /// Every old commune is found by its own address, in capitals and without diacritics too.
    #[test]
    fn each_commune_is_found_by_its_address(at in 0..10_035usize) {
        let place = Place::of_commune(&old().communes[at]);
        for line in [place.title(), place.title().to_uppercase(), fold_parts(&place.title())] {
            let found = recognise_line(&format!("Số 5, {line}"));
            proptest::prop_assert!(found.places().iter().any(|p| p.code() == place.code()), "{line}: {found:?}");
        }
    }
}

fn fold_parts(title: &str) -> String {
    title.split(", ").map(fold).collect::<Vec<_>>().join(", ")
}
