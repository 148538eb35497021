//! Where communes are, and how far apart: the centres of `reference/communes.csv`.

use std::collections::HashMap;
use std::sync::OnceLock;

/// A point on a sphere of radius 1.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Point([f32; 3]);

/// Kilometres.
const RADIUS: f32 = 6371.0;

impl Point {
    fn of(latitude: f64, longitude: f64) -> Point {
        let (la, lo) = (latitude.to_radians(), longitude.to_radians());
        Point([(la.cos() * lo.cos()) as f32, (la.cos() * lo.sin()) as f32, la.sin() as f32])
    }

    /// Kilometres as the crow flies; through the earth, which within Viet Nam is less than one in a hundred short.
    fn kilometres(self, other: Point) -> f32 {
        let square: f32 = self.0.iter().zip(other.0).map(|(a, b)| (a - b) * (a - b)).sum();
        square.sqrt() * RADIUS
    }
}

/// Where somebody lives or works, as far as that is known: the middle of a commune, or of a province.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Place {
    point: Point,
    province: &'static str,
    exact: bool,
}

/// How far two places are apart.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Way {
    pub kilometres: f32,
    /// By so much it may be less, where no commune is known.
    pub slack: f32,
}

/// Half the way across a large province: kilometres.
const ROUGH: f32 = 80.0;

impl Place {
    /// Nothing within a province of which a commune is not known: its middle is nobody's home.
    pub fn way(self, other: Place) -> Option<Way> {
        let rough = [self, other].iter().filter(|place| !place.exact).count();
        if rough > 0 && self.province == other.province {
            return None;
        }
        Some(Way { kilometres: self.point.kilometres(other.point), slack: ROUGH * rough as f32 })
    }

    /// True where the commune is known.
    pub fn is_exact(self) -> bool {
        self.exact
    }
}

struct Centre {
    point: Point,
    province: String,
    rural: bool,
}

struct Map {
    communes: HashMap<String, Centre>,
    provinces: HashMap<String, Point>,
}

fn map() -> &'static Map {
    static MAP: OnceLock<Map> = OnceLock::new();
    MAP.get_or_init(|| {
        let text = include_str!("../../../reference/communes.csv");
        let mut rows = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
        let mut communes = HashMap::new();
        let mut sums: HashMap<String, (f64, f64, f64)> = HashMap::new();
        for row in rows.records().flatten() {
            let number = |at: usize| row.get(at).and_then(|text| text.parse::<f64>().ok());
            let (Some(code), Some(parent), Some(kind)) = (row.get(0), row.get(1), row.get(7)) else { continue };
            let (Some(la), Some(lo)) = (number(8), number(9)) else { continue };
            let sum = sums.entry(parent.to_owned()).or_default();
            *sum = (sum.0 + la, sum.1 + lo, sum.2 + 1.0);
            let centre = Centre { point: Point::of(la, lo), province: parent.to_owned(), rural: kind == "xã" };
            communes.insert(code.to_owned(), centre);
        }
        let provinces =
            sums.into_iter().map(|(code, (la, lo, many))| (code, Point::of(la / many, lo / many))).collect();
        Map { communes, provinces }
    })
}

/// The middle of a commune; of a province, the middle of its communes.
pub fn centre(commune: Option<&str>, province: Option<&str>) -> Option<Place> {
    if let Some(centre) = commune.and_then(|code| map().communes.get(code)) {
        return Some(Place { point: centre.point, province: &centre.province, exact: true });
    }
    let (province, point) = map().provinces.get_key_value(province?)?;
    Some(Place { point: *point, province, exact: false })
}

/// True of a commune that is no ward (xã).
pub fn is_rural(commune: &str) -> bool {
    map().communes.get(commune).is_some_and(|centre| centre.rural)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::List;

    #[test]
    fn every_commune_has_a_place_within_its_province() {
        for entry in List::Communes.vocabulary().entries() {
            let place = centre(Some(&entry.code), None).unwrap();
            let middle = centre(None, entry.parent.as_deref()).unwrap();
            // Islands are far out.
            assert!(place.point.kilometres(middle.point) < 900.0, "{}", entry.code);
            assert!(place.is_exact() && place.way(middle).is_none(), "{}", entry.code);
        }
        assert!(centre(None, None).is_none() && centre(Some("99999"), None).is_none());
    }

    #[test]
    fn distances_are_those_of_the_map() {
        // Ba Đình in Hà Nội to Bến Thành in Hồ Chí Minh City: 1,140 km as the crow flies.
        let (north, south) = (centre(Some("00004"), None).unwrap(), centre(None, Some("79")).unwrap());
        let far = north.way(south).unwrap();
        assert!((1050.0..1200.0).contains(&far.kilometres) && far.slack == ROUGH, "{far:?}");
        assert!(!is_rural("00004"));
        assert!(List::Communes.vocabulary().entries().iter().filter(|e| is_rural(&e.code)).count() > 2000);
    }
}
