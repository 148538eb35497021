use time::macros::date;
use uuid::Uuid;

use super::explain::{Side, explain, improvement};
use super::*;
use crate::base::language::Language;
use crate::vocabulary::List;

pub(super) const TODAY: Date = date!(2026 - 11 - 23);

pub(super) fn of(code: &str) -> u16 {
    occupation::place(code).unwrap()
}

fn language_of(code: &str) -> u16 {
    place_in(List::Languages, code).unwrap()
}

/// A welder of Vinh with four years and level 3 certified.
pub(super) fn welder() -> Seeker {
    Seeker {
        case: Uuid::nil(),
        holder: Uuid::nil(),
        trades: vec![Trade { occupation: of("7212"), months: Some(48), standing: 3, level: Some(3) }],
        wanted: vec![],
        languages: vec![(language_of("kor"), 2)],
        at: place::centre(Some("16681"), Some("40")),
        provinces: 0,
        abroad: false,
        kilometres: Some(30),
        wage_least: Some(9_000_000),
        wage_before: Some(6_000_000),
        hours: Hours::Full,
        night: true,
        must: Must::default(),
        adult_on: Some(date!(2010 - 01 - 01)),
    }
}

pub(super) fn offer(occupation: &str) -> Offer {
    Offer {
        id: Uuid::now_v7(),
        occupation: of(occupation),
        at: place::centre(Some("16681"), Some("40")),
        province: place_in(List::Provinces, "40").map(|at| at as u8),
        abroad: false,
        wage_from: Some(9_000_000),
        wage_to: Some(12_000_000),
        hours: Some(48),
        formal: true,
        night: false,
        housing: false,
        language: None,
        language_must: false,
        months: None,
        level: None,
        level_must: false,
        adults_only: false,
        closes_on: date!(2026 - 12 - 31),
    }
}

fn score(seeker: &Seeker, offer: &Offer) -> u32 {
    weigh(seeker, offer).score()
}

fn say(seeker: &Seeker, offer: &Offer, aspect: Aspect) -> (Side, String) {
    let reasons = explain(seeker, offer, &weigh(seeker, offer), Language::Vi);
    let reason = reasons.into_iter().find(|reason| reason.aspect == aspect).unwrap();
    (reason.side, Language::Vi.say(&reason.message))
}

#[test]
fn the_weights_are_a_hundred_points() {
    assert_eq!(ASPECTS.iter().map(|(_, weight)| weight).sum::<f32>(), 100.0);
    let all = Weighed { values: [Some(1.0); 7], grasp: grasp(&welder(), &offer("7212")), kilometres: None };
    assert_eq!(all.score(), 100_000);
}

#[test]
fn the_own_trade_stands_before_its_neighbours_and_these_before_the_rest() {
    let scores: Vec<u32> = ["7212", "7214", "7213", "7543", "5141"].map(|code| score(&welder(), &offer(code))).into();
    assert!(scores.windows(2).all(|pair| pair[0] > pair[1]), "{scores:?}");
    assert!(say(&welder(), &offer("7212"), Aspect::Occupation).1.starts_with("Đúng nghề đã làm"));
    let (side, words) = say(&welder(), &offer("7543"), Aspect::Occupation);
    assert!(side == Side::Against && words.contains("kiểm tra chất lượng"), "{words}");
}

/// Changes somebody or the work.
type Change = fn(&mut Seeker, &mut Offer);

#[test]
fn each_fact_moves_the_score_the_way_it_should() {
    let base = score(&welder(), &offer("7212"));
    let better: [(&str, Change); 4] = [
        ("more wage", |_, o| o.wage_to = Some(20_000_000)),
        ("a language that is known is asked for", |s, o| {
            s.languages = vec![(language_of("kor"), 3)];
            o.language = Some((language_of("kor"), 2));
        }),
        ("longer at it", |s, _| s.trades[0].months = Some(90)),
        ("nearer", |s, o| o.at = s.at),
    ];
    for (what, change) in better {
        let (mut seeker, mut offer) = (welder(), offer("7212"));
        offer.at = place::centre(None, Some("38"));
        let far = score(&seeker, &offer);
        change(&mut seeker, &mut offer);
        assert!(score(&seeker, &offer) > far, "{what}");
    }
    let worse: [(&str, Change); 7] = [
        ("declared only", |s, _| (s.trades[0].standing, s.trades[0].level) = (0, None)),
        ("a level that is not reached", |_, o| o.level = Some(5)),
        ("a language that is not known", |_, o| o.language = Some((language_of("jpn"), 2))),
        ("far away", |_, o| o.at = place::centre(None, Some("79"))),
        ("less than the least", |_, o| (o.wage_from, o.wage_to) = (None, Some(6_000_000))),
        ("no contract", |_, o| o.formal = false),
        ("other hours", |_, o| o.hours = Some(20)),
    ];
    for (what, change) in worse {
        let (mut seeker, mut offer) = (welder(), offer("7212"));
        change(&mut seeker, &mut offer);
        assert!(score(&seeker, &offer) < base, "{what}");
        assert_eq!(barrier(&seeker, &offer, TODAY), None, "a wish is no condition: {what}");
    }
}

#[test]
fn conditions_rule_out_and_what_is_not_known_does_not() {
    let cases: [(Barrier, Change); 9] = [
        (Barrier::Abroad, |_, o| (o.abroad, o.at, o.province) = (true, None, None)),
        (Barrier::Distance, |s, o| {
            s.must.distance = true;
            o.at = place::centre(None, Some("79"));
            o.province = None;
        }),
        (Barrier::Wage, |s, o| {
            s.must.wage = true;
            o.wage_to = Some(8_999_999);
        }),
        (Barrier::Hours, |s, o| {
            s.must.hours = true;
            o.hours = Some(20);
        }),
        (Barrier::Formal, |s, o| {
            s.must.formal = true;
            o.formal = false;
        }),
        (Barrier::Night, |s, o| (s.night, o.night) = (false, true)),
        (Barrier::Language, |_, o| (o.language, o.language_must) = (Some((language_of("jpn"), 3)), true)),
        (Barrier::Level, |_, o| (o.level, o.level_must) = (Some(4), true)),
        (Barrier::Lawful, |s, o| (s.adult_on, o.adults_only) = (Some(date!(2027 - 01 - 01)), true)),
    ];
    for (expected, change) in cases {
        let (mut seeker, mut offer) = (welder(), offer("7212"));
        assert_eq!(barrier(&seeker, &offer, TODAY), None);
        change(&mut seeker, &mut offer);
        assert_eq!(barrier(&seeker, &offer, TODAY), Some(expected));
    }
    // Facts that nobody has asked for rule nothing out.
    let (mut seeker, mut offer) = (welder(), offer("7212"));
    seeker.must = Must { distance: true, wage: true, hours: true, formal: true };
    (seeker.at, seeker.wage_least, seeker.adult_on) = (None, None, None);
    (offer.at, offer.wage_to, offer.wage_from, offer.hours, offer.adults_only) = (None, None, None, None, true);
    assert_eq!(barrier(&seeker, &offer, TODAY), None);
    // A province that they would go to is never too far.
    seeker = welder();
    seeker.must.distance = true;
    seeker.provinces = 1 << place_in(List::Provinces, "79").unwrap();
    offer.at = place::centre(None, Some("79"));
    offer.province = place_in(List::Provinces, "79").map(|at| at as u8);
    assert_eq!(barrier(&seeker, &offer, TODAY), None);
}

#[test]
fn reasons_add_up_to_the_score_and_what_is_not_known_is_said() {
    let mut seeker = welder();
    (seeker.at, seeker.wage_least, seeker.wage_before) = (None, None, None);
    let offer = offer("7212");
    let weighed = weigh(&seeker, &offer);
    let reasons = explain(&seeker, &offer, &weighed, Language::Vi);
    let sum: i64 = reasons.iter().map(|reason| reason.points).sum();
    assert!((sum - i64::from(weighed.score()) / 1000).abs() <= 4, "{sum} {}", weighed.score());
    let not_known = reasons.iter().filter(|reason| reason.side == Side::NotKnown).map(|reason| reason.aspect);
    assert_eq!(not_known.collect::<Vec<_>>(), [Aspect::Distance, Aspect::Wage]);
}

#[test]
fn the_change_that_is_named_is_the_one_that_brings_most() {
    let named = |seeker: &Seeker, offer: &Offer| {
        let change = improvement(seeker, offer, &weigh(seeker, offer), Language::Vi).unwrap();
        (Language::Vi.say(&change.message), change.points)
    };
    // A welder who only says so: a certificate. What it would bring is what it brings.
    let mut seeker = welder();
    (seeker.trades[0].standing, seeker.trades[0].level) = (0, None);
    let mut offer = offer("7212");
    offer.level = Some(3);
    let (words, points) = named(&seeker, &offer);
    assert!(words.contains("bậc 3"), "{words}");
    let gained = (score(&welder(), &offer) - score(&seeker, &offer)) as f32 / 1000.0;
    assert_eq!(gained.round() as i64, points);
    // Japanese that is missing weighs more than what else is.
    let mut offer = self::offer("7212");
    offer.language = Some((language_of("jpn"), 2));
    let (words, points) = named(&welder(), &offer);
    assert!(words.contains("A2") && points == 10, "{words} {points}");
    // A hairdresser is told of a course.
    let mut seeker = welder();
    seeker.trades[0].occupation = of("5141");
    assert!(named(&seeker, &self::offer("7212")).0.contains("Học"));
}

#[test]
fn a_province_alone_is_no_place() {
    let (mut seeker, mut offer) = (welder(), offer("7212"));
    seeker.at = place::centre(None, Some("40"));
    seeker.must.distance = true;
    let (side, words) = say(&seeker, &offer, Aspect::Distance);
    assert!(side == Side::NotKnown && words.contains("Cùng tỉnh"), "{words}");
    assert_eq!(barrier(&seeker, &offer, TODAY), None);
    // From the middle of Nghệ An to that of Hà Tĩnh is a hundred kilometres, and from one to the next commune it may be one.
    offer.at = place::centre(None, Some("42"));
    assert_eq!(barrier(&seeker, &offer, TODAY), None);
    (seeker.at, offer.at) = (welder().at, place::centre(None, Some("79")));
    assert_eq!(barrier(&seeker, &offer, TODAY), Some(Barrier::Distance));
}

#[test]
fn less_than_the_least_speaks_against_however_near_it_comes() {
    let mut offer = offer("7212");
    (offer.wage_from, offer.wage_to) = (None, Some(8_900_000));
    assert!(say(&welder(), &offer, Aspect::Wage).0 == Side::Against);
}

#[test]
fn a_row_reads_itself_and_a_broken_one_is_nobody() {
    let facts = serde_json::json!({
        "trades": [{"occupation": "7212", "months": 48, "standing": "certified", "level": 3}, {"occupation": "no", "months": null, "standing": "declared", "level": null}],
        "languages": [{"language": "jpn", "grade": "jlpt-n3"}, {"language": "kor", "grade": "topik-3"}],
        "place": {"province": "40", "commune": "16681"}, "adult_on": "2010-01-01", "wanted": ["7214"], "provinces": ["79"],
        "abroad": false, "kilometres": 30, "wage_least": 9_000_000, "wage_before": null, "hours": "full", "night": true, "must": ["wage"]
    });
    let seeker = Seeker::read(Uuid::nil(), Uuid::nil(), facts).unwrap();
    assert_eq!(seeker.trades, welder().trades);
    assert_eq!(seeker.at, welder().at);
    // Nobody knows what a grade of TOPIK is worth in levels of Europe: it stands for the language and for no level.
    assert!(seeker.knows(language_of("jpn")) > Some(0) && seeker.knows(language_of("kor")) == Some(0));
    assert_eq!(seeker.must, Must { wage: true, ..Must::default() });
    assert_eq!(seeker.adult_on, Some(date!(2010 - 01 - 01)));
    assert!(Seeker::read(Uuid::nil(), Uuid::nil(), serde_json::json!({"trades": 1})).is_none());
}
