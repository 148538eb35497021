//! Names as people in Viet Nam have them, and how one is drawn.
//!
//! The shares of family names follow published counts roughly; given names are common ones. Put together by chance,
//! a name may well be somebody's, but nothing else here is.

use rand::Rng;
use rand::rngs::StdRng;

/// A made-up name with its parts for sorting, which no split at blanks would find for every people.
pub struct Named {
    pub name: String,
    pub family: String,
    pub given: String,
}

/// One of the peoples of Viet Nam other than the Kinh.
pub struct People {
    /// In `reference/ethnic_groups.csv`.
    pub code: &'static str,
    /// In `reference/languages.csv`.
    pub language: &'static str,
    /// Provinces where many of them live.
    pub homes: &'static [(&'static str, u32)],
    form: Form,
    families: &'static [&'static str],
    men: &'static [&'static str],
    women: &'static [&'static str],
}

/// How a name is put together.
#[derive(Clone, Copy)]
enum Form {
    /// Family, *Văn* or *Thị*, given.
    Middle,
    /// Family, *Thị* for many women, given in two words.
    Khmer,
    /// *Y* or *H'*, given, clan.
    Ede,
    /// Family, *A* or *Thị*, given.
    Hmong,
}

/// Some peoples whose names have forms of their own, by how many are drawn.
pub const PEOPLES: [(&People, u32); 6] = [
    (
        &People {
            code: "03",
            language: "blt",
            homes: &[("40", 5), ("38", 3), ("14", 2), ("11", 1)],
            form: Form::Middle,
            families: &["Lô", "Vi", "Lương", "Hà", "Lữ", "Kha", "Ngân", "Lò", "Quàng", "Cà"],
            men: &["Panh", "Thoại", "Inh", "Dũng", "Tuyên", "Hặc", "Pọm", "Thiết", "Bun", "Thương"],
            women: &["Ín", "Pâng", "Hương", "Lả", "Xuyến", "Phượng", "Ồn", "Thiêm", "Nọi", "Hoài"],
        },
        28,
    ),
    (
        &People {
            code: "06",
            language: "mtq",
            homes: &[("25", 6), ("38", 4), ("37", 1)],
            form: Form::Middle,
            families: &["Bùi", "Đinh", "Quách", "Trương", "Hà", "Phạm", "Bạch"],
            men: &["Nhượng", "Dựng", "Hiền", "Xiển", "Thường", "Quyền", "Thiệp", "Nưa"],
            women: &["Dịu", "Nhiên", "Thiểm", "Xuân", "Mến", "Nự", "Thắm", "Hằng"],
        },
        24,
    ),
    (
        &People {
            code: "02",
            language: "tyz",
            homes: &[("20", 4), ("04", 3), ("19", 3), ("08", 2), ("15", 1)],
            form: Form::Middle,
            families: &["Nông", "Hoàng", "Ma", "Bế", "Triệu", "Lương", "Hứa", "Lộc", "Đàm"],
            men: &["Chiêm", "Thuyên", "Lẻn", "Tuân", "Hiệu", "Đoàn", "Phúng", "Khải"],
            women: &["Niềm", "Bích", "Len", "Thơm", "Pết", "Duyên", "Nhình", "Huế"],
        },
        18,
    ),
    (
        &People {
            code: "05",
            language: "khm",
            homes: &[("86", 5), ("92", 5), ("91", 3), ("96", 1)],
            form: Form::Khmer,
            families: &["Thạch", "Sơn", "Kim", "Danh", "Lâm", "Kiên", "Trà"],
            men: &["Sa Rinh", "Sóc Kha", "Phi Rum", "Sô Phát", "Chanh Đa", "Sa Von"],
            women: &["Sa Rết", "Chanh Thi", "Sô Phia", "Na Ri", "Sóc Ny", "Đa Na"],
        },
        14,
    ),
    (
        &People {
            code: "12",
            language: "rad",
            homes: &[("66", 1)],
            form: Form::Ede,
            families: &["Niê", "Mlô", "Êban", "Kbuôr", "Ayŭn", "Byă", "Ktla", "Êñuôl", "Knul"],
            men: &["Wih", "Thul", "Krung", "Djung", "Blim", "Nguôt", "Suôm", "Jŭ"],
            women: &["Linh", "Bliă", "Rem", "Nhuê", "Zuên", "Djuan", "Lưm", "Mrê"],
        },
        8,
    ),
    (
        &People {
            code: "08",
            language: "hmn",
            homes: &[("15", 3), ("14", 3), ("08", 3), ("40", 2), ("11", 2)],
            form: Form::Hmong,
            families: &["Giàng", "Sùng", "Vàng", "Thào", "Lầu", "Vừ", "Hạng", "Cứ"],
            men: &["Páo", "Dơ", "Chớ", "Vảng", "Lử", "Súa", "Tủa", "Dình"],
            women: &["Mỷ", "Dợ", "Mai", "Say", "Pàng", "Chía", "Cở", "Ly"],
        },
        8,
    ),
];

/// Family names of the Kinh, in thousandths. In the south some sound otherwise: see [`SOUTHERN`].
const FAMILIES: [(&str, u32); 38] = [
    ("Nguyễn", 384),
    ("Trần", 110),
    ("Lê", 95),
    ("Phạm", 70),
    ("Hoàng", 51),
    ("Phan", 45),
    ("Vũ", 39),
    ("Đặng", 21),
    ("Bùi", 20),
    ("Đỗ", 14),
    ("Hồ", 13),
    ("Ngô", 13),
    ("Dương", 10),
    ("Đinh", 9),
    ("Đào", 8),
    ("Trịnh", 8),
    ("Trương", 8),
    ("Đoàn", 7),
    ("Mai", 6),
    ("Cao", 6),
    ("Hà", 6),
    ("Lương", 5),
    ("Lưu", 5),
    ("Chu", 4),
    ("Phùng", 4),
    ("Tạ", 4),
    ("Thái", 4),
    ("Tô", 4),
    ("Võ", 4),
    ("Lý", 4),
    ("Nghiêm", 3),
    ("Đậu", 3),
    ("Hồng", 2),
    ("Tống", 2),
    ("Kiều", 2),
    ("Quách", 2),
    ("La", 2),
    ("Thân", 2),
];

const SOUTHERN: [(&str, &str); 2] = [("Hoàng", "Huỳnh"), ("Vũ", "Võ")];

/// Middle names; nothing, one or two words.
const MIDDLES_OF_WOMEN: [(&str, u32); 25] = [
    ("Thị", 380),
    ("Thị Thu", 40),
    ("Thị Hồng", 40),
    ("Thị Thanh", 35),
    ("Thị Ngọc", 30),
    ("Thị Kim", 25),
    ("Thị Bích", 20),
    ("Thị Phương", 20),
    ("Thị Hoài", 20),
    ("Thị Minh", 15),
    ("Thị Mỹ", 15),
    ("Thu", 30),
    ("Thanh", 30),
    ("Ngọc", 30),
    ("Kim", 20),
    ("Minh", 20),
    ("Hồng", 20),
    ("Thùy", 20),
    ("Phương", 20),
    ("Khánh", 15),
    ("Hoài", 15),
    ("Quỳnh", 15),
    ("Mai", 10),
    ("Ngọc Bảo", 5),
    ("", 20),
];

const MIDDLES_OF_MEN: [(&str, u32); 25] = [
    ("Văn", 330),
    ("Đức", 50),
    ("Hữu", 45),
    ("Quang", 40),
    ("Minh", 40),
    ("Đình", 50),
    ("Xuân", 45),
    ("Công", 30),
    ("Ngọc", 35),
    ("Duy", 25),
    ("Thành", 25),
    ("Trọng", 25),
    ("Bá", 25),
    ("Mạnh", 25),
    ("Quốc", 25),
    ("Viết", 20),
    ("Sỹ", 20),
    ("Tuấn", 15),
    ("Thế", 25),
    ("Khắc", 15),
    ("Văn Đức", 6),
    ("Hữu Minh", 5),
    ("Đình Quang", 5),
    ("Trần", 5),
    ("", 25),
];

const GIVEN_TO_WOMEN: [&str; 48] = [
    "Hương", "Lan", "Hoa", "Linh", "Trang", "Thảo", "Hà", "Hằng", "Ngọc", "Mai", "Phương", "Nga", "Thủy", "Thúy",
    "Hạnh", "Yến", "Dung", "Nhung", "Huyền", "Hiền", "Oanh", "Loan", "Vân", "Tâm", "Liên", "Lý", "Nhàn", "Xuân",
    "Quỳnh", "Anh", "My", "Vy", "Giang", "Châu", "Thơm", "Luyến", "Mận", "Đào", "Sen", "Tuyết", "Trinh", "Ngân",
    "Duyên", "Chi", "Hòa", "Lương", "Thu", "Mùi",
];

const GIVEN_TO_MEN: [&str; 48] = [
    "Hùng", "Dũng", "Tuấn", "Anh", "Hải", "Nam", "Sơn", "Cường", "Long", "Thắng", "Tùng", "Hiếu", "Trung", "Đức",
    "Thành", "Minh", "Quân", "Toàn", "Tiến", "Việt", "Hoàng", "Phong", "Huy", "Khánh", "Bình", "Lâm", "Kiên", "Mạnh",
    "Chiến", "Vinh", "Dương", "Hưng", "Phúc", "Thịnh", "Đạt", "Quyết", "Sang", "Nghĩa", "Tài", "Lộc", "Công", "Đại",
    "Hậu", "Thái", "Tú", "Quý", "Luân", "Hà",
];

/// One of the choices, by their shares. There must be one.
pub fn weighted<T: Copy>(rng: &mut StdRng, choices: &[(T, u32)]) -> T {
    let mut at = rng.random_range(0..choices.iter().map(|(_, share)| share).sum());
    for (choice, share) in choices {
        if at < *share {
            return *choice;
        }
        at -= share;
    }
    choices[0].0
}

/// One of the choices, each as likely. There must be one.
pub fn one_of<T: Copy>(rng: &mut StdRng, choices: &[T]) -> T {
    choices[rng.random_range(0..choices.len())]
}

/// True so many times in a hundred.
pub fn percent(rng: &mut StdRng, share: u32) -> bool {
    rng.random_ratio(share.min(100), 100)
}

/// A name of the Kinh.
pub fn kinh(rng: &mut StdRng, woman: bool, southern: bool) -> Named {
    let family = weighted(rng, &FAMILIES);
    let family =
        SOUTHERN.into_iter().find(|(north, _)| southern && *north == family).map_or(family, |(_, south)| south);
    let middle = weighted(rng, if woman { &MIDDLES_OF_WOMEN } else { &MIDDLES_OF_MEN });
    let given = one_of(rng, if woman { &GIVEN_TO_WOMEN } else { &GIVEN_TO_MEN });
    named(&[family, middle, given], family, given)
}

/// A name of another people, in its own form.
pub fn of(rng: &mut StdRng, people: &People, woman: bool) -> Named {
    let family = one_of(rng, people.families);
    let given = one_of(rng, if woman { people.women } else { people.men });
    match (people.form, woman) {
        (Form::Middle, _) => {
            let middle = if woman { "Thị" } else { "Văn" };
            let middle = weighted(rng, &[(middle, 9), ("", 1)]);
            named(&[family, middle, given], family, given)
        }
        (Form::Khmer, true) => named(&[family, weighted(rng, &[("Thị", 6), ("", 4)]), given], family, given),
        (Form::Khmer, false) => named(&[family, given], family, given),
        (Form::Ede, true) => named(&[&format!("H'{given}"), family], family, given),
        (Form::Ede, false) => named(&["Y", given, family], family, given),
        (Form::Hmong, _) => named(&[family, if woman { "Thị" } else { "A" }, given], family, given),
    }
}

fn named(words: &[&str], family: &str, given: &str) -> Named {
    let words: Vec<&str> = words.iter().copied().filter(|w| !w.is_empty()).collect();
    Named { name: words.join(" "), family: family.to_owned(), given: given.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::text::{clean, fold};
    use crate::vocabulary::List;
    use rand::SeedableRng;

    #[test]
    fn every_part_is_nfc_and_can_be_folded() {
        let kinh = FAMILIES.iter().chain(&MIDDLES_OF_MEN).chain(&MIDDLES_OF_WOMEN).map(|(w, _)| *w);
        let kinh = kinh.chain(GIVEN_TO_MEN).chain(GIVEN_TO_WOMEN).chain(SOUTHERN.map(|(_, s)| s));
        let others = PEOPLES.iter().flat_map(|(p, _)| [p.families, p.men, p.women].concat());
        for part in kinh.chain(others).filter(|part| !part.is_empty()) {
            assert_eq!(clean(part), part);
            assert!(!fold(part).is_empty() && fold(part).is_ascii(), "{part}");
        }
    }

    #[test]
    fn peoples_are_in_the_lists_and_have_their_own_forms() {
        let mut rng = StdRng::seed_from_u64(1);
        for (people, _) in PEOPLES {
            assert!(List::EthnicGroups.vocabulary().get(people.code).is_some());
            assert!(List::Languages.vocabulary().get(people.language).is_some());
            assert!(people.homes.iter().all(|(h, _)| List::Provinces.vocabulary().get(h).is_some()));
            for woman in [true, false] {
                let named = of(&mut rng, people, woman);
                assert!(named.name.contains(&named.family) && named.name.contains(&named.given));
                match people.code {
                    "12" if woman => assert!(named.name.starts_with("H'")),
                    "12" => assert!(named.name.starts_with("Y ")),
                    _ => assert!(named.name.starts_with(&named.family)),
                }
            }
        }
    }

    #[test]
    fn family_names_come_in_their_shares() {
        let mut rng = StdRng::seed_from_u64(1);
        let drawn: Vec<Named> = (0..4000).map(|at| kinh(&mut rng, at % 2 == 0, false)).collect();
        let share = |family: &str| drawn.iter().filter(|n| n.family == family).count() * 100 / 4000;
        assert!((33..=43).contains(&share("Nguyễn")) && (8..=14).contains(&share("Trần")));
        assert!(drawn.iter().any(|n| n.name.split(' ').count() == 4));
        assert!(drawn.iter().any(|n| n.name.split(' ').count() == 2));
    }
}
