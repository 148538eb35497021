//! A made-up person, as an officer would have typed them: the same for the same seed and number.
//!
//! Shares are guesses of a believable size and no source for anything.

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use time::macros::datetime;
use time::{Duration, OffsetDateTime, Weekday};

use super::corridors::{BORDER_HOMES, CORRIDORS, HOMES};
use super::facts::facts;
use super::names::{self, one_of, percent, weighted};
use super::papers::{self, Known};
use super::reach::{addresses, contacts};
use super::returns::{self, Homecoming};
use crate::base::code::Code;
use crate::base::text::fold;
use crate::person::form::Facts;
use crate::person::part_form::{Address, Contact, Document};
use crate::person::sorting_keys;

/// Everybody was registered in the three years before this day, whenever the world is made, so that runs agree.
pub const UNTIL: OffsetDateTime = datetime!(2026-11-20 00:00 +7);
const DAYS: f64 = 3.0 * 365.0;

/// A person and how they came to be known. Documents, contacts and addresses have no id yet.
#[derive(Clone, Debug)]
pub struct Made {
    pub code: Code,
    /// Whoever registered them, as in [`super::world::OFFICES`].
    pub officer: &'static str,
    pub registered_at: OffsetDateTime,
    pub facts: Facts,
    pub documents: Vec<Document>,
    pub contacts: Vec<Contact>,
    pub addresses: Vec<Address>,
    /// Their returns, the first one first.
    pub returns: Vec<Homecoming>,
}

/// How old people are when they are registered: the lower end of a band of five years.
const AGES: [(i64, u32); 8] = [(18, 10), (23, 25), (28, 25), (33, 18), (38, 11), (43, 6), (48, 3), (53, 2)];

/// Every ninetieth is the one before, registered once more elsewhere.
fn again(number: u64) -> bool {
    number % 90 == 89
}

/// The person of this number.
pub fn draw(seed: u64, number: u64) -> Made {
    if again(number) { second_time(seed, number) } else { first_time(seed, number) }
}

fn rng(seed: u64, number: u64) -> StdRng {
    StdRng::seed_from_u64(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ number)
}

/// Numbers that differ have codes that differ, since 31 does not divide the step. People have those of their number,
/// cases and slips begin far above them.
pub fn code(seed: u64, number: u64) -> Code {
    const ALL: u128 = 31u128.pow(9);
    let at = u128::from(number) * 11_400_714_819_323 + u128::from(seed) * 7_919_000_003;
    Code::numbered((at % ALL) as u64)
}

fn first_time(seed: u64, number: u64) -> Made {
    let mut rng = rng(seed, number);
    let rng = &mut rng;
    let corridor = weighted(rng, &CORRIDORS.each_ref().map(|c| (c, c.share)));
    let host = corridor.country;
    let woman = percent(rng, corridor.women);
    let people = percent(rng, 3).then(|| weighted(rng, &names::PEOPLES));
    let home = match people {
        Some(people) => weighted(rng, people.homes),
        None if matches!(host, "LA" | "TH") => weighted(rng, &BORDER_HOMES),
        None => weighted(rng, &HOMES),
    };
    let southern = home >= "46";
    let named = match people {
        Some(people) => names::of(rng, people, woman),
        None => names::kinh(rng, woman, southern),
    };
    let officer = officer(rng, host, home, southern);
    let standing = returns::standing(rng, officer);
    let registered_at = registered_at(rng, officer, standing);
    let registered_on = registered_at.date();
    let age = weighted(rng, &AGES) + rng.random_range(0..5);
    let born = registered_on - Duration::days(age * 36525 / 100 + rng.random_range(1..365));

    let papers =
        papers::draw(rng, &Known { number, name: &named.name, woman, born, home, host, officer, registered_on });
    let facts = facts(rng, named, woman, born, people, age, papers.seen);
    let contacts = contacts(rng, woman, &facts, number);
    let addresses = addresses(rng, home, &papers.born_in);
    let mut made = Made {
        code: code(seed, number),
        officer,
        registered_at,
        facts,
        documents: papers.documents,
        contacts,
        addresses,
        returns: Vec::new(),
    };
    let known = returns::Known { seed, number, corridor, home, officer, standing, registered_at, again: false };
    made.returns = returns::draw(&known);
    made
}

/// The one before, as a desk registers them that does not find them: the name as a passport prints it.
fn second_time(seed: u64, number: u64) -> Made {
    let mut rng = rng(seed, number);
    let mut made = first_time(seed, number - 1);
    made.code = code(seed, number);
    // Only who came home stands before a desk.
    let came = made.returns.first().is_some_and(|back| back.read.standing == "returned");
    if percent(&mut rng, 70) && came {
        made.officer = one_of(&mut rng, &["desk.noibai", "desk.tansonnhat"]);
    }
    made.registered_at = (made.registered_at + Duration::days(rng.random_range(1..200))).min(UNTIL);
    let plain: Vec<String> = fold(&made.facts.name).split(' ').map(capitalised).collect();
    made.facts.name = plain.join(" ");
    (made.facts.family_key, made.facts.given_key) = sorting_keys(&made.facts.name);
    made.contacts.truncate(1);
    made.addresses.clear();
    made.returns = returns::told_again(seed, number, &made);
    made
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Who registers somebody: the mission where they worked, the centre of their province, a border or an airport.
fn officer(rng: &mut StdRng, host: &str, home: &str, southern: bool) -> &'static str {
    let mission = match host {
        "KR" => Some("attache.seoul"),
        "JP" => Some("attache.tokyo"),
        "TW" => Some("attache.taipei"),
        _ => None,
    };
    let centre = match home {
        "40" => Some(one_of(rng, &["counsellor.nghean", "counsellor2.nghean"])),
        "42" => Some("counsellor.hatinh"),
        "31" => Some("counsellor.haiphong"),
        "38" => Some("counsellor.thanhhoa"),
        _ => None,
    };
    if matches!(host, "LA" | "TH") && percent(rng, 80) {
        return "desk.laobao";
    }
    if let Some(mission) = mission
        && percent(rng, 15)
    {
        return mission;
    }
    match centre {
        Some(centre) if percent(rng, 80) => centre,
        _ => weighted(
            rng,
            &[("desk.tansonnhat", if southern { 8 } else { 1 }), ("desk.noibai", if southern { 2 } else { 9 })],
        ),
    }
}

/// More of late than long ago; at desks at any hour, in offices in office hours.
/// Who has not come yet was announced of late.
fn registered_at(rng: &mut StdRng, officer: &str, standing: &str) -> OffsetDateTime {
    let days = match standing {
        "planned" => 50.0,
        "undecided" => 300.0,
        _ => DAYS,
    };
    let ago = 1.0 + rng.random_range(0.0..1.0_f64).powf(1.4) * (days - 2.0);
    at_work(rng, officer, UNTIL - Duration::days(ago as i64))
}

/// Some time of that day, or of the working day before.
pub fn at_work(rng: &mut StdRng, officer: &str, day: OffsetDateTime) -> OffsetDateTime {
    if officer.starts_with("desk") {
        return day + Duration::minutes(rng.random_range(0..24 * 60));
    }
    let working = match day.weekday() {
        Weekday::Saturday => day - Duration::days(1),
        Weekday::Sunday => day - Duration::days(2),
        _ => day,
    };
    working + Duration::minutes(rng.random_range(7 * 60 + 30..16 * 60 + 30))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Role;
    use crate::base::text::clean;
    use crate::person::{Absence, document, likeness, phone_key};
    use crate::vocabulary::List;
    use std::collections::HashSet;

    const MANY: u64 = 3000;

    fn drawn() -> Vec<Made> {
        (0..MANY).map(|number| draw(7, number)).collect()
    }

    #[test]
    fn the_same_seed_and_number_make_the_same_person() {
        for number in 0..300 {
            assert_eq!(format!("{:?}", draw(7, number)), format!("{:?}", draw(7, number)));
        }
        assert_ne!(draw(7, 0).facts.name, draw(8, 0).facts.name);
        let codes: HashSet<String> = drawn().iter().map(|made| made.code.to_string()).collect();
        assert_eq!(codes.len() as u64, MANY);
    }

    #[test]
    fn what_is_made_up_could_have_been_typed() {
        let today = UNTIL.date();
        for made in drawn() {
            let facts = &made.facts;
            assert_eq!(clean(&facts.name), facts.name);
            assert!(!likeness::kept_keys(&facts.name, facts.birth).is_empty());
            assert!(facts.birth.is_none_or(|(born, _)| born < made.registered_at.date()));
            assert!(made.registered_at <= UNTIL);
            for fact in &facts.said {
                assert_eq!(fact.said.is_ok(), !facts.written(fact.fact).is_empty(), "{fact:?}");
            }
            for kept in &made.documents {
                assert!(document::KINDS.contains(&&*kept.kind) && document::SHOWN_AS.contains(&&*kept.shown_as));
                let number = kept.number.as_deref().map(document::normal);
                assert!(number.is_none_or(|n| document::wrong(&kept.kind, &n).is_none()), "{kept:?}");
                assert!(kept.issued_on.is_none_or(|issued| issued <= today));
                assert!(kept.expires_on.is_none_or(|expires| kept.issued_on.is_some_and(|issued| issued < expires)));
            }
            for kept in &made.contacts {
                assert!(crate::person::part_form::CONTACT_KINDS.contains(&&*kept.kind));
                assert!(
                    kept.kind == "email" || phone_key(&kept.value) == Some(format!("phone:{}", kept.value)),
                    "{kept:?}"
                );
                assert!(kept.belongs_to.is_none() || !(kept.safe_to_call || kept.safe_to_write));
            }
            for kept in &made.addresses {
                let parent = kept.commune.as_deref().and_then(|c| List::Communes.vocabulary().get(c)?.parent.clone());
                assert!(kept.commune.is_none() || parent == kept.province, "{kept:?}");
            }
        }
    }

    #[test]
    fn citizen_numbers_agree_but_where_doubt_was_planted() {
        let mut planted = 0;
        for (number, made) in drawn().iter().enumerate().filter(|(number, _)| !again(*number as u64)) {
            let facts = &made.facts;
            let cards = made.documents.iter().filter(|d| d.kind == "citizen-card");
            for value in cards.filter_map(|card| card.number.as_deref()) {
                let born = facts.birth.map(|(born, _)| born);
                let doubts =
                    document::doubts("citizen-card", "VN", value, facts.sex.as_deref(), born, None, UNTIL.date());
                if papers::doubtful(number as u64) {
                    planted += doubts.len();
                } else {
                    assert!(doubts.is_empty(), "{number} {value} {doubts:?}");
                }
            }
        }
        assert!((10..=60).contains(&planted), "{planted}");
    }

    #[test]
    fn shares_are_believable() {
        let all = drawn();
        let share = |of: &dyn Fn(&Made) -> bool| all.iter().filter(|made| of(made)).count() as f64 / MANY as f64;
        let women = share(&|m| m.facts.sex.as_deref() == Some("female"));
        assert!((0.3..0.45).contains(&women), "{women}");
        let nguyen = share(&|m| m.facts.family_key == "Nguyễn");
        assert!((0.3..0.45).contains(&nguyen), "{nguyen}");
        let others = share(&|m| m.facts.ethnic_group.as_deref().is_some_and(|g| g != "01"));
        assert!((0.008..0.03).contains(&others), "{others}");
        let year = share(&|m| m.facts.birth.is_some_and(|(_, p)| p == crate::base::date::Precision::Year));
        assert!((0.03..0.07).contains(&year), "{year}");
        assert!(share(&|m| m.facts.birth.is_none()) > 0.01);
        let nghe_an = share(&|m| m.addresses.iter().any(|a| a.kind == "home" && a.province.as_deref() == Some("40")));
        assert!((0.1..0.22).contains(&nghe_an), "{nghe_an}");
        assert!((0.02..0.12).contains(&share(&|m| m.documents.is_empty())));
        assert!(share(&|m| m.documents.iter().any(|d| d.kind == "travel-pass")) > 0.03);
        assert!(share(&|m| m.contacts.iter().any(|c| c.safe_to_call)) < 0.2);
        for absence in Absence::ALL {
            assert!(all.iter().any(|m| m.facts.said.iter().any(|f| f.said == Err(absence))), "{absence:?}");
        }
        for office in &super::super::world::OFFICES {
            for member in
                office.staff.iter().filter(|m| matches!(m.role, Role::Attache | Role::Desk | Role::Counsellor))
            {
                let registered = share(&|m| m.officer == member.account);
                assert_eq!(registered > 0.01, member.account != "counsellor.binhyen", "{}", member.account);
            }
        }
    }
}
