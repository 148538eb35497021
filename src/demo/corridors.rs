//! Countries of work, what is done and earned there, and the provinces people come from.

/// A country of work.
#[derive(Debug)]
pub struct Corridor {
    pub country: &'static str,
    /// Of a thousand.
    pub share: u32,
    /// How many of a hundred are women.
    pub women: u32,
    pub currency: &'static str,
    /// A month's wage, in hundreds of the currency.
    pub wage: (i64, i64),
    /// What going there costs, in millions of đồng.
    pub cost: (i64, i64),
    pub jobs: &'static [Job],
}

/// An occupation of ISCO and an activity of ISIC, as in `reference/`.
pub type Job = (&'static str, &'static str);

const FACTORY: &[Job] = &[
    ("8160", "1075"),
    ("8219", "2930"),
    ("8212", "2610"),
    ("7212", "2592"),
    ("8153", "1410"),
    ("9329", "2599"),
    ("7511", "1020"),
];
const CARE: &[Job] = &[("5322", "8710"), ("9111", "9700"), ("8212", "2610"), ("8219", "2599"), ("5321", "8710")];
const LAND_AND_SEA: &[Job] =
    &[("6113", "0113"), ("6222", "0311"), ("8219", "2930"), ("7212", "2592"), ("9329", "2599")];
const HOUSES: &[Job] = &[("9111", "9700"), ("9313", "4100"), ("8332", "4923"), ("5131", "5610")];
const SITES: &[Job] = &[("9313", "4100"), ("7112", "4100"), ("7212", "2592"), ("8160", "1075"), ("5120", "5610")];
const BORDER: &[Job] = &[("9313", "4100"), ("5131", "5610"), ("6113", "0113"), ("7112", "4100")];

const fn to(
    country: &'static str,
    (share, women): (u32, u32),
    currency: &'static str,
    wage: (i64, i64),
    cost: (i64, i64),
    jobs: &'static [Job],
) -> Corridor {
    Corridor { country, share, women, currency, wage, cost, jobs }
}

/// The last ones have one or two people in two thousand, so that figures have small cells.
pub const CORRIDORS: [Corridor; 32] = [
    to("JP", (380, 44), "JPY", (1500, 2200), (80, 190), FACTORY),
    to("TW", (314, 37), "TWD", (260, 350), (70, 160), CARE),
    to("KR", (124, 9), "KRW", (19_000, 27_000), (15, 70), LAND_AND_SEA),
    to("CN", (20, 55), "CNY", (32, 60), (5, 30), FACTORY),
    to("MY", (20, 38), "MYR", (17, 28), (20, 60), FACTORY),
    to("SG", (14, 30), "SGD", (10, 26), (60, 160), SITES),
    to("SA", (12, 88), "SAR", (15, 26), (0, 25), HOUSES),
    to("AE", (9, 40), "AED", (16, 34), (20, 80), SITES),
    to("RO", (17, 25), "RON", (29, 44), (50, 130), SITES),
    to("HU", (10, 45), "HUF", (2800, 4300), (60, 150), FACTORY),
    to("DE", (11, 48), "EUR", (17, 27), (100, 260), CARE),
    to("PL", (7, 35), "PLN", (42, 58), (70, 170), FACTORY),
    to("RU", (5, 42), "RUB", (400, 800), (20, 70), FACTORY),
    to("DZ", (4, 0), "DZD", (700, 1200), (20, 60), SITES),
    to("LA", (18, 30), "LAK", (30_000, 60_000), (0, 6), BORDER),
    to("TH", (14, 42), "THB", (100, 170), (1, 10), BORDER),
    to("KH", (5, 40), "USD", (3, 8), (0, 10), BORDER),
    to("CZ", (2, 40), "CZK", (200, 330), (80, 180), FACTORY),
    to("SK", (1, 30), "EUR", (8, 13), (70, 160), FACTORY),
    to("IL", (1, 20), "ILS", (55, 75), (40, 120), LAND_AND_SEA),
    to("QA", (1, 10), "QAR", (12, 28), (20, 70), SITES),
    to("KW", (1, 40), "KWD", (1, 3), (20, 60), SITES),
    to("CY", (1, 90), "EUR", (4, 9), (40, 100), HOUSES),
    to("PT", (1, 20), "EUR", (8, 12), (100, 200), LAND_AND_SEA),
    to("AU", (1, 30), "AUD", (35, 60), (60, 150), LAND_AND_SEA),
    to("NZ", (1, 5), "NZD", (35, 60), (60, 160), SITES),
    to("GB", (1, 50), "GBP", (15, 24), (150, 400), CARE),
    to("BY", (1, 60), "BYN", (12, 22), (20, 60), FACTORY),
    to("AO", (1, 5), "USD", (6, 14), (40, 110), SITES),
    to("MO", (1, 70), "MOP", (60, 100), (30, 90), HOUSES),
    to("BN", (1, 20), "BND", (6, 12), (20, 60), SITES),
    to("GR", (1, 5), "EUR", (9, 14), (60, 150), SITES),
];

/// Where people come from, most of them from the north of the centre and the Red River delta.
pub const HOMES: [(&str, u32); 32] = [
    ("40", 160),
    ("38", 100),
    ("42", 90),
    ("31", 90),
    ("24", 80),
    ("25", 80),
    ("37", 70),
    ("33", 70),
    ("44", 55),
    ("01", 45),
    ("66", 30),
    ("22", 18),
    ("19", 18),
    ("46", 14),
    ("79", 14),
    ("20", 8),
    ("08", 8),
    ("15", 6),
    ("14", 5),
    ("04", 4),
    ("11", 2),
    ("48", 8),
    ("51", 8),
    ("52", 8),
    ("68", 6),
    ("75", 6),
    ("80", 5),
    ("82", 6),
    ("86", 6),
    ("91", 5),
    ("92", 6),
    ("96", 4),
];

/// Who work in Laos and Thailand mostly live near the border.
pub const BORDER_HOMES: [(&str, u32); 4] = [("44", 45), ("40", 20), ("42", 25), ("46", 10)];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::List;

    #[test]
    fn every_code_is_in_its_list() {
        for corridor in &CORRIDORS {
            assert!(List::Countries.vocabulary().get(corridor.country).is_some(), "{}", corridor.country);
            for (occupation, activity) in corridor.jobs {
                assert!(List::Occupations.vocabulary().get(occupation).is_some(), "{occupation}");
                assert!(List::Activities.vocabulary().get(activity).is_some(), "{activity}");
            }
            assert!(corridor.wage.0 < corridor.wage.1 && corridor.cost.0 < corridor.cost.1, "{}", corridor.country);
            assert!(corridor.currency.len() == 3);
        }
        assert_eq!(CORRIDORS.iter().map(|c| c.share).sum::<u32>(), 1000);
        assert!(HOMES.iter().chain(&BORDER_HOMES).all(|(h, _)| List::Provinces.vocabulary().get(h).is_some()));
    }
}
