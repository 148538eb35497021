//! How a made-up person is reached, and where they live.

use std::collections::HashMap;
use std::sync::OnceLock;

use rand::Rng;
use rand::rngs::StdRng;
use uuid::Uuid;

use super::names::{one_of, percent, weighted};
use crate::base::text::fold;
use crate::person::form::Facts;
use crate::person::part_form::{Address, Contact};
use crate::vocabulary::{List, old};

/// Ways to reach somebody, unsafe unless they said otherwise.
///
/// Viet Nam keeps no numbers apart for made-up people, so every one begins with 095: it was S-Fone's, a network shut
/// down about 2012, and no operator is known to have it since.
pub fn contacts(rng: &mut StdRng, woman: bool, facts: &Facts, number: u64) -> Vec<Contact> {
    let mut found = Vec::new();
    let phone = |rng: &mut StdRng| format!("+8495{:07}", rng.random_range(0..10_000_000));
    let contact = |kind: &str, value: String| Contact {
        id: Uuid::nil(),
        kind: kind.to_owned(),
        value,
        belongs_to: None,
        safe_to_call: false,
        safe_to_write: false,
        safe_automatic: false,
        wishes: None,
    };
    if percent(rng, 86) {
        let wish = one_of(rng, &["Gọi sau 19 giờ", "Không để lại lời nhắn", "Chỉ nhắn tin, không gọi"]);
        let mut own = Contact {
            safe_to_call: percent(rng, 15),
            safe_to_write: percent(rng, 12),
            wishes: percent(rng, 8).then(|| wish.to_owned()),
            ..contact("phone", phone(rng))
        };
        // Every other one of whoever may be written to was asked about the system, too.
        own.safe_automatic = own.safe_to_write && own.wishes.is_none() && number.is_multiple_of(2);
        found.push(own);
    }
    if percent(rng, 30) {
        let value = found.first().filter(|_| percent(rng, 80)).map(|c| c.value.clone());
        found.push(contact("zalo", value.unwrap_or_else(|| phone(rng))));
    }
    if percent(rng, 22) {
        let spouse = if woman { "chồng" } else { "vợ" };
        let whose =
            weighted(rng, &[(spouse, 3), ("mẹ", 3), ("bố", 2), ("em gái", 2), ("anh trai", 2), ("hàng xóm", 1)]);
        found.push(Contact { belongs_to: Some(whose.to_owned()), ..contact("phone", phone(rng)) });
    }
    if percent(rng, 4) {
        let given = fold(&facts.given_key).replace(' ', "");
        found.push(contact("email", format!("{given}.{number}@nguoidan.example")));
    }
    found
}

/// Where somebody lives, stays, and is said to live by an older card.
pub fn addresses(rng: &mut StdRng, home: &str, born_in: &str) -> Vec<Address> {
    let address = |kind: &str, province: Option<&str>, commune: Option<&str>, line: Option<String>| Address {
        id: Uuid::nil(),
        kind: kind.to_owned(),
        province: province.map(str::to_owned),
        commune: commune.map(str::to_owned),
        line,
        ..Address::default()
    };
    let hamlet =
        |rng: &mut StdRng| format!("{} {}", one_of(rng, &["Xóm", "Thôn", "Tổ dân phố"]), rng.random_range(1..16));
    let mut found = Vec::new();
    if percent(rng, 96) {
        let commune = commune(rng, home).filter(|_| percent(rng, 92));
        let line = percent(rng, 45).then(|| hamlet(rng));
        found.push(address("home", Some(home), commune, line));
    }
    if percent(rng, 6) {
        let town = one_of(rng, &["01", "79", "48"]);
        found.push(address("staying", Some(town), commune(rng, town), None));
    }
    if percent(rng, 12) && !born_in.is_empty() {
        // As older cards say it: in the units before July 2025, or of the province alone.
        let place = commune(rng, home).map(old::before).filter(|places| !places.is_empty());
        let place = place.filter(|_| percent(rng, 80)).map(|places| one_of(rng, &places));
        let within = place.map_or_else(|| born_in.to_owned(), |place| place.title());
        let line = format!("{}, {within}", hamlet(rng));
        found.push(Address { old: place, ..address("as-printed", None, None, Some(line)) });
    }
    found
}

fn commune(rng: &mut StdRng, province: &str) -> Option<&'static str> {
    static COMMUNES: OnceLock<HashMap<&'static str, Vec<&'static str>>> = OnceLock::new();
    let all = COMMUNES.get_or_init(|| {
        let mut all: HashMap<&str, Vec<&str>> = HashMap::new();
        for entry in List::Communes.vocabulary().entries() {
            all.entry(entry.parent.as_deref().unwrap_or_default()).or_default().push(&entry.code);
        }
        all
    });
    all.get(province).filter(|of| !of.is_empty()).map(|of| one_of(rng, of))
}
