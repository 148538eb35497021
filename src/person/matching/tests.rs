use proptest::prelude::*;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use unicode_normalization::UnicodeNormalization;

use super::assign::{Weighed, groups, one_to_one};
use super::block::{NoCriterion, Pass, candidates, kept_keys, keys, search_keys};
use super::compare::compare;
use super::estimate::{Observed, estimate};
use super::field::{Pattern, word};
use super::link::Learnt;
use super::model::{Bits, Chances, bits_of};
use super::text::{Text, distance, jaro_winkler, sound};
use super::*;

fn named(name: &str) -> Record {
    Record { name: Name::Whole(name.into()), ..Record::default() }
}

fn parts(given: &str, family: &str) -> Record {
    Record { name: Name::Parts { given: given.into(), family: family.into() }, ..Record::default() }
}

fn born(text: &str) -> Record {
    let mut parts = text.split('-').map(|part| part.parse::<u16>().unwrap());
    let mut next = || parts.next().unwrap_or(0);
    let birth = Birth { year: next(), month: next() as u8, day: next() as u8 };
    Record { birth: Some(birth), ..Record::default() }
}

fn papers(papers: &[(&str, &str, &str)]) -> Record {
    let paper = |(kind, country, number): &(&str, &str, &str)| Document {
        kind: (*kind).into(),
        country: (*country).into(),
        number: (*number).into(),
    };
    Record { documents: papers.iter().map(paper).collect(), ..Record::default() }
}

fn ready(record: &Record) -> Prepared {
    Prepared::new(record, &AsWritten)
}

/// The level of a field, `""` where there is no evidence.
fn level(a: &Record, b: &Record, field: Field) -> &'static str {
    let there = compare(&ready(a), &ready(b)).pattern.level(field);
    let back = compare(&ready(b), &ready(a)).pattern.level(field);
    assert_eq!(there, back, "{field:?} is not the same both ways");
    usize::from(there).checked_sub(1).map_or("", |at| field.levels()[at].code)
}

fn name_levels(a: &Record, b: &Record) -> [&'static str; 4] {
    [Field::Family, Field::Middle, Field::Given, Field::Order].map(|field| level(a, b, field))
}

fn score(a: &Record, b: &Record) -> Score {
    let model = Model::vietnamese(50_000);
    model.score(&model.prepare(a, &AsWritten), &model.prepare(b, &AsWritten))
}

#[test]
fn chances_of_levels_add_up() {
    for field in Field::ALL.into_iter().filter(|field| *field != Field::Order) {
        for sum in [field.levels().iter().map(|l| l.m).sum::<f64>(), field.levels().iter().map(|l| l.u).sum()] {
            assert!((sum - 1.0).abs() < 0.011, "{field:?}: {sum}");
        }
        assert!(field.levels().len() <= 15);
    }
}

#[test]
fn diacritics_are_levels_of_their_own() {
    let kept = named("Nguyễn Thị Thảo");
    assert_eq!(name_levels(&kept, &named("nguyễn thị THẢO")), ["exact", "exact", "exact", "same"]);
    assert_eq!(name_levels(&kept, &named("NGUYEN THI THAO")), ["bare", "bare", "bare", "same"]);
    assert_eq!(name_levels(&kept, &named("Nguyễn Thị Thạo")), ["exact", "exact", "marks", "same"]);
    assert_eq!(name_levels(&kept, &named("Nguyễn Thị Tháo"))[2], "marks");
    // đ is folded by hand, tone placement and composition say nothing.
    assert_eq!(name_levels(&named("Đỗ Văn Đức"), &named("Do Van Duc")), ["bare", "bare", "bare", "same"]);
    assert_eq!(name_levels(&named("Lê Thị Hoà"), &named("Lê Thị Hòa"))[2], "exact");
    assert_eq!(name_levels(&named("Lê Văn Thuỷ"), &named("Lê Văn Thủy"))[2], "exact");
    assert_eq!(name_levels(&named("Lê Văn Mỹ"), &named("Lê Văn Mĩ"))[2], "near");
    assert_eq!(name_levels(&named("Lê Văn Trung"), &named("Lê Văn Chung"))[2], "near");
    assert_eq!(name_levels(&named("Lê Văn Trung"), &named("Lê Văn Hải"))[2], "different");
}

#[test]
fn names_are_compared_whichever_way_round_they_came() {
    let kept = named("Nguyễn Thị Mậu");
    let bare = ["bare", "bare", "bare"];
    // A passport's two columns, a foreign form's, one in the order of the west, one turned round altogether.
    for (other, order) in [
        (parts("THI MAU", "NGUYEN"), "same"),
        (parts("MAU", "NGUYEN THI"), "same"),
        (named("Thi Mau Nguyen"), "turned"),
        (named("Mau Thi Nguyen"), "turned"),
        (parts("NGUYEN", "THI MAU"), "turned"),
    ] {
        let levels = name_levels(&kept, &other);
        assert_eq!(levels[..3], bare, "{other:?}");
        assert_eq!(levels[3], order, "{other:?}");
    }
    // The middle name is dropped, shortened, or one of two.
    assert_eq!(name_levels(&kept, &named("Nguyễn Mậu")), ["exact", "", "exact", "same"]);
    assert_eq!(name_levels(&kept, &named("Nguyễn T. Mậu")), ["exact", "initial", "exact", "same"]);
    assert_eq!(
        name_levels(&named("Nguyễn Thị Ngọc Ánh"), &named("Nguyễn Ngọc Ánh")),
        ["exact", "part", "exact", "same"]
    );
    assert_eq!(name_levels(&kept, &parts("", "Nguyễn")), ["exact", "", "", "same"]);
    assert_eq!(name_levels(&parts("elk i", "menzies"), &parts("elki", "menzies"))[2], "exact");
    assert_eq!(name_levels(&kept, &Record::default()), ["", "", "", ""]);
    assert_eq!(name_levels(&kept, &named("-- ' ")), ["", "", "", ""]);
    assert_eq!(name_levels(&parts("neumann", "michaela"), &parts("michaela", "neumann"))[3], "turned");
}

#[test]
fn birth_dates_have_levels_for_how_they_go_wrong() {
    for (a, b, expected) in [
        ("1990-02-15", "1990-02-15", "exact"),
        ("1990-01-01", "1990-01-01", "new-year"),
        ("1990-02-05", "1990-05-02", "swapped"),
        ("1990-02-15", "1990-02-16", "digit"),
        ("1990-02-15", "1909-02-15", "digit"),
        ("1990-02-15", "1990-02", "month"),
        ("1990-02", "1990-02", "month"),
        ("1990-03", "1990-02-15", "same-year"),
        ("1990-02-15", "1990", "year"),
        ("1990", "1990", "year"),
        ("1990-12-25", "1990-01-01", "placeholder"),
        ("1991", "1990-02-15", "next-year"),
        ("1994", "1990-02-15", "different"),
        ("1990-02-15", "1990-03-16", "two-digits"),
        ("1990-02-15", "1990-12-28", "same-year"),
        ("1990-12-15", "1972-12-15", "two-digits"),
        ("1999-12-15", "2001-12-15", "same-day"),
        ("1990-02-15", "1975-11-30", "different"),
        ("1945-09-43", "1945-09-13", "digit"),
    ] {
        assert_eq!(level(&born(a), &born(b), Field::Birth), expected, "{a} {b}");
    }
    assert_eq!(level(&born("1990"), &Record::default(), Field::Birth), "");
}

#[test]
fn numbers_count_within_their_kind_only() {
    let citizen = papers(&[("citizen-card", "VN", "001 190 000 018")]);
    let old = papers(&[("old-identity-card", "VN", "123456789")]);
    assert_eq!(level(&citizen, &papers(&[("citizen-card", "VN", "001190000018")]), Field::Identity), "exact");
    assert_eq!(level(&citizen, &papers(&[("citizen-card", "VN", "001190000081")]), Field::Identity), "digit");
    assert_eq!(level(&citizen, &papers(&[("citizen-card", "VN", "079190123456")]), Field::Identity), "different");
    // Two generations of one person's papers do not disagree.
    assert_eq!(level(&citizen, &old, Field::Identity), "");
    let unnamed = |number: &str| papers(&[(SOME_IDENTITY_NUMBER, "", number)]);
    assert_eq!(level(&unnamed("001190000018"), &unnamed("123456789"), Field::Identity), "");
    assert_eq!(level(&unnamed("001190000018"), &citizen, Field::Identity), "exact");
    // A digit was left out: nearly the number, and no evidence where it is not.
    assert_eq!(level(&unnamed("00119000018"), &citizen, Field::Identity), "digit");
    assert_eq!(level(&unnamed("00119000018"), &papers(&[("citizen-card", "VN", "079190123456")]), Field::Identity), "");
    let passport = |country: &str, number: &str| papers(&[("passport", country, number)]);
    assert_eq!(level(&passport("VN", "B1234567"), &passport("VN", "C7654321"), Field::Passport), "different");
    assert_eq!(level(&passport("VN", "B1234567"), &passport("KR", "B1234567"), Field::Passport), "");
    assert_eq!(level(&passport("VN", "B1234567"), &passport("", "B1234567"), Field::Passport), "exact");
    // Several papers: the best of them.
    let both = papers(&[("passport", "VN", "C7654321"), ("passport", "VN", "B1234567")]);
    assert_eq!(level(&both, &passport("VN", "B1234567"), Field::Passport), "exact");
    let phone = |typed: &str| Record { phones: vec![typed.into()], ..Record::default() };
    assert_eq!(level(&phone("0912 345 678"), &phone("+84912345678"), Field::Phone), "exact");
    assert_eq!(level(&phone("0912345678"), &citizen, Field::Phone), "");
}

struct Merged;

impl Places for Merged {
    fn communes(&self, code: &str) -> Vec<String> {
        match code {
            "old" => vec!["new".into()],
            "torn" => vec!["new".into(), "other".into()],
            now => vec![now.into()],
        }
    }
    fn provinces(&self, code: &str) -> Vec<String> {
        vec![if code == "52" { "64".into() } else { code.into() }]
    }
}

#[test]
fn old_codes_of_places_are_read_through_the_map() {
    let at = |province: &str, commune: &str| {
        let some = |code: &str| Some(code.to_owned()).filter(|code| !code.is_empty());
        Prepared::new(&Record { province: some(province), commune: some(commune), ..Record::default() }, &Merged)
    };
    let level = |a: &Prepared, b: &Prepared| {
        let level = compare(a, b).pattern.level(Field::Place);
        usize::from(level).checked_sub(1).map_or("", |at| Field::Place.levels()[at].code)
    };
    assert_eq!(level(&at("52", "old"), &at("64", "new")), "commune");
    assert_eq!(level(&at("64", "torn"), &at("64", "other")), "possible");
    assert_eq!(level(&at("52", "elsewhere"), &at("64", "new")), "province");
    assert_eq!(level(&at("52", ""), &at("64", "new")), "province");
    assert_eq!(level(&at("40", "new"), &at("64", "new")), "different", "communes of one name are in many provinces");
    assert_eq!(level(&at("", ""), &at("64", "new")), "");
}

#[test]
fn a_score_says_why() {
    let full = |name: &str, date: &str, passport: &str| Record {
        sex: Some("female".into()),
        ..Record {
            name: Name::Whole(name.into()),
            documents: papers(&[("passport", "VN", passport)]).documents,
            ..born(date)
        }
    };
    let kept = full("Nguyễn Thị Mậu", "1990-02-15", "B1234567");
    let same = score(&kept, &full("MAU THI NGUYEN", "1990-02-15", "C7654321"));
    assert!(same.probability > 0.5, "{same:?}");
    let reason = |score: &Score, field: Field| *score.reasons.iter().find(|r| r.field == field.code()).unwrap();
    assert_eq!(reason(&same, Field::Birth).key(), "match-birth-exact");
    assert!(reason(&same, Field::Birth).bits > 8.0);
    // Another passport says little, the same one much.
    assert!((-2.0..0.0).contains(&reason(&same, Field::Passport).bits), "{same:?}");
    let again = score(&kept, &full("NGUYEN MAU", "1990-02-15", "B1234567"));
    assert!(reason(&again, Field::Passport).bits > 12.0);
    assert!(again.probability > 0.999_9);
    let sum: f32 = same.reasons.iter().map(|r| r.bits).sum();
    assert!((sum - same.weight_bits).abs() < 0.01);
    assert!(same.reasons.windows(2).all(|two| two[0].bits.abs() >= two[1].bits.abs()));
    // A namesake, which is no rarity.
    assert!(score(&kept, &full("Nguyễn Thị Mậu", "1975-11-30", "C7654321")).probability < 0.01);
    // A sister: family and middle name, and the home.
    let at_home = |record: Record| Record { commune: Some("04111".into()), ..record };
    let sister = at_home(full("Nguyễn Thị Mận", "1993-06-20", "C7654321"));
    let sisters = score(&at_home(kept.clone()), &sister);
    assert!(sisters.probability < 0.01, "{sisters:?}");
    assert!(sisters.reasons.iter().any(|r| r.key() == "match-relatives-possible"), "{sisters:?}");
    // A rare family name is worth more than Nguyễn.
    let family = |family: &str| {
        let name = format!("{family} Thị Mậu");
        reason(&score(&named(&name), &named(&name)), Field::Family).bits
    };
    assert!(family("Quàng") > family("Nguyễn") + 5.0);
    assert!(score(&Record::default(), &kept).weight_bits.abs() < 0.001, "nothing known is no evidence");
}

#[test]
fn a_model_is_kept_as_json() {
    let mut model = Model::vietnamese(1000);
    model.set(Field::Sex, 1, Chances { m: 0.75, u: 0.5 });
    model.settle();
    let kept = serde_json::to_string(&model).unwrap();
    let again: Model = serde_json::from_str(&kept).unwrap();
    assert_eq!(again.prior, model.prior);
    for field in Field::ALL {
        for level in 1..=field.levels().len() as u8 {
            assert_eq!(again.bits(field, level), model.bits(field, level));
        }
    }
    let rarity = |model: &Model| {
        let told = model.prepare(&named("Nguyễn Thị Mậu"), &AsWritten);
        told.names.unwrap().natural()[0].unwrap().rarity
    };
    assert_eq!(rarity(&again), rarity(&model));
    for broken in ["{}", &kept.replace("\"version\":1", "\"version\":9"), &kept.replace("0.75", "7.5")] {
        assert!(serde_json::from_str::<Model>(broken).is_err());
    }
}

#[test]
fn likeness_of_words() {
    let letters = |word: &str| word.chars().collect::<Vec<char>>();
    let edits = |a: &str, b: &str| distance(&letters(a), &letters(b), 3);
    assert_eq!(edits("hung", "hugn"), Some(1));
    assert_eq!(edits("street", "setreet"), Some(1));
    assert_eq!(edits("kitten", "sitting"), Some(3));
    assert_eq!(edits("abcdef", "uvwxyz"), None);
    assert_eq!(edits("", "abc"), Some(3));
    assert!((jaro_winkler(&letters("martha"), &letters("marhta")) - 0.9611).abs() < 0.001);
    assert!((jaro_winkler(&letters("dixon"), &letters("dicksonx")) - 0.8133).abs() < 0.001);
    assert_eq!(jaro_winkler(&[], &letters("a")), 0.0);
    for (a, b) in
        [("trung", "chung"), ("sang", "xang"), ("giang", "dang"), ("lam", "nam"), ("quy", "qui"), ("hanh", "han")]
    {
        assert_eq!(sound(&letters(a)), sound(&letters(b)), "{a} {b}");
    }
    assert_ne!(sound(&letters("hoa")), sound(&letters("hoan")));
    let long: String = "ă".repeat(1_000_000);
    assert_eq!(Text::new(&long, false).unwrap().letters.len(), 64);
}

#[test]
fn keys_serve_the_app_too() {
    let mut record = named("Nguyễn Thị Mậu");
    record.birth = born("1990-02-15").birth;
    record.phones = vec!["0912345678".into()];
    let kept = kept_keys(&ready(&record));
    assert!(kept.contains(&"name:mau nguyen thi".to_owned()) && kept.contains(&"ends:mau nguyen".to_owned()));
    assert!(kept.contains(&"phone:+84912345678".to_owned()));
    assert!(kept.contains(&"birth:19900215".to_owned()));
    assert!(kept.contains(&"ends-year:mau nguyen 1990".to_owned()));
    // A slip in the given name is found by how it sounds, in the birth date by the name.
    let shares = |other: &Record| kept_keys(&ready(other)).iter().any(|key| kept.contains(key));
    assert!(shares(&Record { birth: born("1990").birth, ..named("NGUIEN MAU") }));
    assert!(shares(&Record { birth: born("1990-02-15").birth, ..named("Mão Nguyễn") }));
    assert!(!shares(&Record { birth: born("1991-02-15").birth, ..named("Trần Văn Hải") }));
    // What would be browsing is refused.
    assert_eq!(search_keys(&ready(&born("1990-02-15"))), Err(NoCriterion));
    assert_eq!(search_keys(&ready(&Record::default())), Err(NoCriterion));
    assert!(search_keys(&ready(&record)).is_ok());
}

#[test]
fn a_pair_that_shares_a_key_is_found_once() {
    let people: Vec<Prepared> =
        ["Lê Văn Hải", "HAI LE VAN", "Trần Thị Hoa", "Lê Văn Hải"].iter().map(|name| ready(&named(name))).collect();
    let pairs = |found: Vec<block::Candidate>| found.iter().map(|c| (c.a, c.b)).collect::<Vec<_>>();
    assert_eq!(pairs(candidates(&people, None)), [(0, 1), (0, 3), (1, 3)]);
    assert_eq!(pairs(candidates(&people[..1], Some(&people[1..]))), [(0, 0), (0, 2)]);
    let found = candidates(&people, None)[0];
    assert_eq!(found.teaches & Field::Given.bit(), 0, "found by name alone: teaches nothing of names");
    assert_ne!(found.teaches & Field::Birth.bit(), 0);
    let mut all = Vec::new();
    keys(&people[0], |pass, _| all.push(pass));
    assert!(all.contains(&Pass::Word) && !all.contains(&Pass::Birth));
}

/// Patterns drawn from chances that are known, mixed as records would be.
#[test]
fn estimation_recovers_what_was_planted() {
    let mut dice = StdRng::seed_from_u64(7);
    let fields = [Field::Given, Field::Birth, Field::Sex, Field::Passport, Field::Suburb];
    let planted = |field: Field| -> (Vec<f64>, Vec<f64>) {
        let n = field.levels().len();
        let spread = |first: f64, last: f64| {
            let mut all = vec![(1.0 - first - last) / (n.max(3) - 2) as f64; n];
            all[0] = first;
            all[n - 1] = last;
            all
        };
        match field {
            Field::Given => (spread(0.7, 0.1), spread(0.02, 0.9)),
            Field::Birth => (spread(0.6, 0.2), spread(0.002, 0.95)),
            Field::Sex => (vec![0.9, 0.1], vec![0.6, 0.4]),
            Field::Passport => (spread(0.3, 0.65), spread(0.001, 0.99)),
            _ => (spread(0.5, 0.4), spread(0.01, 0.95)),
        }
    };
    let mut draw = |matches: bool| {
        fields.iter().fold(Pattern::default(), |pattern, field| {
            let (m, u) = planted(*field);
            let mut left: f64 = dice.random();
            let chances = if matches { m } else { u };
            let at = chances.iter().position(|p| {
                left -= p;
                left < 0.0
            });
            pattern.with(*field, at.unwrap_or(chances.len() - 1) as u8 + 1)
        })
    };
    let (matches, others) = (5_000, 95_000);
    let patterns: Vec<Pattern> = (0..matches + others).map(|at| draw(at < matches)).collect();
    let observed: Vec<Observed> = patterns
        .iter()
        .map(|pattern| Observed { pattern: *pattern, teaches: u16::MAX, rare: Bits::default(), stands_for: 1.0 })
        .collect();
    let mut model = Model::assumed(0.01, Frequencies::default());
    estimate(&mut model, &observed, &patterns, patterns.len() as f64);
    assert!((model.prior - 0.05).abs() < 0.004, "{}", model.prior);
    for field in fields {
        let (m, u) = planted(field);
        for (at, (m, u)) in m.iter().zip(&u).enumerate() {
            let found = model.chances(field, at as u8 + 1);
            assert!((found.m - m).abs() < 0.04, "{field:?} {at}: m {} for {m}", found.m);
            assert!((found.u - u).abs() < 0.01, "{field:?} {at}: u {} for {u}", found.u);
        }
    }
    // Nothing observed: what was assumed stays.
    let mut idle = Model::assumed(0.01, Frequencies::default());
    estimate(&mut idle, &[], &[], 0.0);
    assert!((idle.chances(Field::Sex, 1).m - Field::Sex.levels()[0].m).abs() < 1e-6);
}

#[test]
fn each_record_goes_to_one_so_that_all_together_weigh_most() {
    let pair = |a, b, bits| Weighed { a, b, bits };
    let chosen = |pairs: &[Weighed]| one_to_one(pairs, 3, 3, 0.0).iter().map(|p| (p.a, p.b)).collect::<Vec<_>>();
    // The heaviest first would leave one alone.
    assert_eq!(chosen(&[pair(0, 0, 9.0), pair(0, 1, 8.0), pair(1, 0, 8.0)]), [(0, 1), (1, 0)]);
    assert_eq!(chosen(&[pair(0, 0, 9.0), pair(0, 1, 2.0), pair(1, 0, 2.0)]), [(0, 0)]);
    assert_eq!(chosen(&[pair(0, 0, 9.0), pair(1, 1, -1.0), pair(2, 2, 1.0)]), [(0, 0), (2, 2)]);
    assert_eq!(chosen(&[]), []);
}

#[test]
fn groups_hold_together() {
    let pair = |a, b, bits| Weighed { a, b, bits };
    let grouped = |pairs: &[Weighed], between: f32| {
        groups(pairs, 4, 0.0, |_, _| between).iter().map(|p| (p.a, p.b)).collect::<Vec<_>>()
    };
    // Two spoilt copies that look unlike are one person through the third.
    assert_eq!(grouped(&[pair(0, 1, 8.0), pair(0, 2, 8.0)], -2.0), [(0, 1), (0, 2), (1, 2)]);
    // Two who are surely two do not become one over a doubtful third.
    assert_eq!(grouped(&[pair(0, 1, 8.0), pair(1, 2, 1.0)], -20.0), [(0, 1)]);
    assert_eq!(grouped(&[pair(0, 1, 8.0), pair(2, 3, 1.0)], 0.0), [(0, 1), (2, 3)]);
}

const FAMILIES: [&str; 14] =
    ["Nguyễn", "Nguyễn", "Nguyễn", "Trần", "Trần", "Lê", "Phạm", "Hoàng", "Võ", "Đặng", "Bùi", "Đỗ", "Lò", "Niê"];
const GIVEN: [&str; 40] = [
    "Hùng", "Dũng", "Tuấn", "Nam", "Hải", "Minh", "Đức", "Long", "Sơn", "Thắng", "Quân", "Toàn", "Hiếu", "Trung",
    "Khánh", "Phúc", "Hòa", "Thành", "Kiên", "Lâm", "Hoa", "Lan", "Linh", "Hương", "Hằng", "Thảo", "Trang", "Mai",
    "Nga", "Nhung", "Oanh", "Phương", "Quỳnh", "Thủy", "Thúy", "Tuyết", "Vân", "Yến", "Mận", "Thạo",
];

struct Person {
    words: Vec<&'static str>,
    birth: Birth,
    man: bool,
    passports: [String; 2],
    commune: String,
}

fn person(dice: &mut StdRng) -> Person {
    let at = dice.random_range(0..GIVEN.len());
    let man = at < 20;
    let middle =
        if dice.random_bool(0.6) { if man { "Văn" } else { "Thị" } } else { GIVEN[dice.random_range(0..40)] };
    let mut passport = || format!("C{}", dice.random_range(1_000_000..10_000_000));
    let passports = [passport(), passport()];
    Person {
        words: vec![FAMILIES[dice.random_range(0..FAMILIES.len())], middle, GIVEN[at]],
        birth: Birth {
            year: dice.random_range(1965..2005),
            month: dice.random_range(1..13),
            day: dice.random_range(1..29),
        },
        man,
        passports,
        commune: format!("xã {}", dice.random_range(0..300)),
    }
}

/// A record as another office would have it.
fn spoilt(person: &Person, dice: &mut StdRng) -> Record {
    let mut words: Vec<String> = person.words.iter().map(|word| (*word).to_owned()).collect();
    if dice.random_bool(0.08) {
        let mut letters: Vec<char> = words[2].chars().collect();
        let at = dice.random_range(0..letters.len());
        letters.remove(at);
        words[2] = letters.into_iter().collect();
    }
    if dice.random_bool(0.1) {
        words.remove(1);
    }
    if dice.random_bool(0.1) {
        words.rotate_left(1);
    }
    let mut name = words.join(" ");
    if dice.random_bool(0.4) {
        name = crate::base::text::fold(&name).to_uppercase();
    } else if dice.random_bool(0.5) {
        name = name.nfd().collect();
    }
    let mut birth = person.birth;
    match dice.random_range(0..20) {
        0 => (birth.month, birth.day) = (0, 0),
        1 => (birth.month, birth.day) = (1, 1),
        2 if birth.day <= 12 => (birth.month, birth.day) = (birth.day, birth.month),
        3 => birth.day = birth.day % 28 + 1,
        _ => {}
    }
    let passport = if dice.random_bool(0.5) { &person.passports[0] } else { &person.passports[1] };
    let mut record = Record {
        name: Name::Whole(name),
        birth: Some(birth).filter(|_| dice.random_bool(0.95)),
        sex: Some(if person.man { "male" } else { "female" }.to_owned()).filter(|_| dice.random_bool(0.9)),
        commune: Some(person.commune.clone()).filter(|_| dice.random_bool(0.6)),
        ..Record::default()
    };
    if dice.random_bool(0.5) {
        record.documents = papers(&[("passport", "VN", passport)]).documents;
    }
    record
}

/// The promise of the matching: learnt from the records alone, it finds spoilt Vietnamese records, and nobody else's.
#[test]
fn spoilt_vietnamese_records_are_linked() {
    let mut dice = StdRng::seed_from_u64(11);
    let people: Vec<Person> = (0..1500).map(|_| person(&mut dice)).collect();
    let mut files = [Vec::new(), Vec::new()];
    let mut whose = [Vec::new(), Vec::new()];
    for (at, person) in people.iter().enumerate() {
        let there = [at % 3 != 2, at % 3 != 1];
        for side in 0..2 {
            if there[side] {
                files[side].push(spoilt(person, &mut dice));
                whose[side].push(at);
            }
        }
    }
    let truth = (0..1500).filter(|at| at % 3 == 0).count();
    let f1 = |pairs: &[link::Pair]| {
        let right = pairs.iter().filter(|pair| whose[0][pair.a] == whose[1][pair.b]).count();
        2.0 * right as f64 / (pairs.len() + truth) as f64
    };
    let learnt = Learnt::from(&files[0], Some(&files[1]), &AsWritten, |_| {});
    let found = f1(&learnt.pairs(0.5));
    assert!(found > 0.9, "{found}");
    // What was learnt is a model that scores single pairs, the same after being kept.
    let model = link::learn(&files[0], &AsWritten);
    let kept: Model = serde_json::from_str(&serde_json::to_string(&model).unwrap()).unwrap();
    let [a, b] = [0, 1].map(|at| Prepared::new(&files[0][at], &AsWritten));
    assert_eq!(kept.score(&a, &b).weight_bits, model.score(&a, &b).weight_bits);
    // The more sure one wants to be, the fewer there are.
    assert!(learnt.pairs(0.99).len() <= learnt.pairs(0.5).len());
    assert!(learnt.pairs(0.99).iter().all(|pair| pair.probability >= 0.99 - 1e-6));
}

/// A third of the blocks teach what all of them would, the share of matches included.
#[test]
fn a_sample_stands_for_all() {
    let mut dice = StdRng::seed_from_u64(3);
    let people: Vec<Person> = (0..2500).map(|_| person(&mut dice)).collect();
    let mut records: Vec<Record> = people.iter().map(|person| spoilt(person, &mut dice)).collect();
    records.extend(people.iter().take(800).map(|person| spoilt(person, &mut dice)));
    let mut keyed: std::collections::BTreeMap<(usize, String), Vec<u32>> = Default::default();
    for (at, record) in records.iter().enumerate() {
        keys(&ready(record), |pass, key| {
            let kinds = [Pass::Name, Pass::EndsYear, Pass::SoundYear, Pass::Birth, Pass::Phone, Pass::Passport];
            if let Some(kind) = kinds.iter().position(|kind| *kind == pass) {
                keyed.entry((kind, key.to_owned())).or_default().push(at as u32);
            }
        });
    }
    let learnt = |every: usize| {
        let blocks =
            keyed.iter().filter(|(_, members)| members.len() > 1).enumerate().filter(|(at, _)| at % every == 0);
        let blocks = blocks.map(|(_, ((kind, _), members))| sample::Block {
            kind: sample::Kind::ALL[*kind],
            members: members.clone(),
        });
        let names: Vec<String> = people.iter().map(|person| person.words.join(" ")).collect();
        let sample = sample::Sample {
            people: records.len() as f64,
            drawn: records.iter().step_by(2).cloned().collect(),
            shared: records.clone(),
            blocks: blocks.collect(),
            shares: [1.0 / every as f64; 6],
            frequencies: Frequencies::of_names(names.iter().map(String::as_str), 20),
        };
        sample::learn(sample, &AsWritten).unwrap_or_else(|why| panic!("{why:?}")).model
    };
    let (all, third) = (learnt(1), learnt(3));
    let matches = |model: &Model| model.prior * (records.len() * (records.len() - 1) / 2) as f64;
    for model in [&all, &third] {
        assert!((matches(model) / 800.0 - 1.0).abs() < 0.35, "{} matches", matches(model));
        // One in two has another passport; one in four birth dates has a slip.
        assert!((model.chances(Field::Passport, 1).m - 0.5).abs() < 0.1);
        assert_eq!(sample::disordered(model), None);
    }
    let exact = |model: &Model| model.chances(Field::Birth, 1).m;
    // A third of eight hundred: chance alone moves it by some hundredths.
    assert!((exact(&all) - exact(&third)).abs() < 0.1, "{} {}", exact(&all), exact(&third));
    // Contradictions are seen.
    let mut turned = all.clone();
    turned.set(Field::Sex, 1, Chances { m: 0.1, u: 0.5 });
    turned.settle();
    assert_eq!(sample::disordered(&turned), Some("levels-sex"));
}

/// A word that one person alone bears is worth what such words are worth on average, and is not written down.
#[test]
fn rare_words_are_not_counted_apart() {
    let names: Vec<String> =
        (0..400).map(|at| format!("Nguyễn Văn {}", if at == 7 { "Nưa" } else { GIVEN[at % 20] })).collect();
    let counted = Frequencies::of_names(names.iter().map(String::as_str), 5);
    let kept = serde_json::to_string(&counted).unwrap();
    assert!(kept.contains("hung") && !kept.contains("nua"), "{kept}");
    let rarity = |name: &str| {
        let mut told = ready(&named(name));
        counted.tell(&mut told);
        told.names.unwrap().natural()[1].unwrap().rarity
    };
    assert!((rarity("Nguyễn Văn Hùng") - 4.4).abs() < 0.2, "{}", rarity("Nguyễn Văn Hùng"));
    assert_eq!(rarity("Nguyễn Văn Nưa"), rarity("Nguyễn Văn Ai"));
    assert!(rarity("Nguyễn Văn Nưa") > rarity("Nguyễn Văn Hùng") + 2.0);
}

#[test]
fn files_with_nothing_in_common_or_nothing_at_all() {
    let none =
        |first: &[Record], second: Option<&[Record]>| Learnt::from(first, second, &AsWritten, |_| {}).pairs(0.5).len();
    assert_eq!(none(&[], None), 0);
    assert_eq!(none(&[], Some(&[])), 0);
    assert_eq!(none(&[named("Lê Văn Hải")], None), 0);
    assert_eq!(none(&[Record::default(), Record::default()], None), 0);
    assert_eq!(none(&[named("Lê Văn Hải")], Some(&[named("Trần Thị Hoa")])), 0);
    assert!(bits_of(0.0).is_finite() && bits_of(1.0).is_finite());
    assert_eq!(word::DIFFERENT as usize, Field::Family.levels().len());
}

fn anybody() -> impl Strategy<Value = Record> {
    let word = prop_oneof![
        Just("Nguyễn"),
        Just("NGUYEN"),
        Just("Thị"),
        Just("T"),
        Just("Hoà"),
        Just("Hòa"),
        Just("Mậu"),
        Just("Trung"),
        Just("Chung"),
        Just("Đức"),
        Just("Duc"),
        Just("Y"),
        Just("’"),
        Just("李")
    ];
    let words = prop::collection::vec(word, 0..10);
    let date = prop::option::of((1960u16..2010, 0u8..40, 0u8..40));
    (words, 0usize..4, date, prop::option::of("[0-9]{7,12}"), prop::option::of("[A-C][0-9]{2}")).prop_map(
        |(words, cut, date, number, passport)| {
            let name = match cut {
                0 => Name::Whole(words.join(" ")),
                _ => {
                    let (family, given) = words.split_at(words.len().min(cut));
                    Name::Parts { given: given.join(" "), family: family.join(" ") }
                }
            };
            let mut record = Record { name, ..Record::default() };
            record.birth = date.map(|(year, month, day)| Birth { year, month, day: if month == 0 { 0 } else { day } });
            for (kind, number) in [(SOME_IDENTITY_NUMBER, number), ("passport", passport)] {
                record.documents.extend(number.map(|number| Document {
                    kind: kind.into(),
                    country: String::new(),
                    number,
                }));
            }
            record
        },
    )
}

fn rewritten(name: &Name, how: impl Fn(&str) -> String) -> Name {
    match name {
        Name::Unknown => Name::Unknown,
        Name::Whole(name) => Name::Whole(how(name)),
        Name::Parts { given, family } => Name::Parts { given: how(given), family: how(family) },
    }
}

proptest! {
    #[test]
    fn a_score_is_the_same_both_ways(a in anybody(), b in anybody()) {
        let (there, back) = (score(&a, &b), score(&b, &a));
        prop_assert!((there.weight_bits - back.weight_bits).abs() < 0.001, "{there:?} {back:?}");
    }

    #[test]
    fn composition_case_and_tone_placement_say_nothing(a in anybody(), b in anybody()) {
        let before = score(&a, &b).weight_bits;
        let how = |text: &str| text.replace("oà", "òa").nfd().collect::<String>().to_uppercase();
        let again = Record { name: rewritten(&b.name, how), ..b.clone() };
        prop_assert!((score(&a, &again).weight_bits - before).abs() < 0.001);
    }

    #[test]
    fn a_name_turned_round_is_still_that_name(
        words in prop::sample::subsequence(vec!["Nguyễn", "Thị", "Ngọc", "Mậu"], 2..=4), seed in any::<u64>()
    ) {
        let whole = named(&words.join(" "));
        let turned = if seed % 2 == 0 {
            words.iter().rev().copied().collect::<Vec<_>>()
        } else {
            words[1..].iter().chain(&words[..1]).copied().collect()
        };
        let turned = named(&turned.join(" "));
        prop_assert_eq!(name_levels(&whole, &turned)[0], "exact");
        prop_assert_eq!(name_levels(&whole, &turned)[2], "exact");
        prop_assert_eq!(name_levels(&whole, &turned)[3], "turned");
    }
}
