//! Places as they are compared: what stood until 30 June 2025 is read as what it became.

use super::matching::Places;
use crate::vocabulary::{List, old};

/// Marks the code of a unit that stood until 30 June 2025: the same digits may stand for another one today.
const OLD: &str = "old:";

/// The code of an old unit, as [`Known`] reads it.
pub fn of_old(code: &str) -> String {
    format!("{OLD}{code}")
}

/// The units of codes of which is known whether they are old ones: those of our own records.
pub struct Known;

impl Places for Known {
    fn communes(&self, code: &str) -> Vec<String> {
        match code.strip_prefix(OLD) {
            Some(before) => owned(old::new_communes(before)),
            None => vec![code.to_owned()],
        }
    }

    fn provinces(&self, code: &str) -> Vec<String> {
        match code.strip_prefix(OLD) {
            Some(before) => old::new_province(before).map(str::to_owned).into_iter().collect(),
            None => vec![code.to_owned()],
        }
    }
}

/// The units of codes in a file, which does not say of what time they are: one may stand for itself and for what an old
/// one with the same digits became. What is no code stands for itself.
pub struct Either;

impl Places for Either {
    fn communes(&self, code: &str) -> Vec<String> {
        either(List::Communes, code, owned(old::new_communes(code)))
    }

    fn provinces(&self, code: &str) -> Vec<String> {
        either(List::Provinces, code, old::new_province(code).map(str::to_owned).into_iter().collect())
    }
}

fn owned(codes: &[&str]) -> Vec<String> {
    codes.iter().map(|code| (*code).to_owned()).collect()
}

fn either(list: List, code: &str, mut became: Vec<String>) -> Vec<String> {
    if became.is_empty() || (list.vocabulary().get(code).is_some() && !became.iter().any(|other| other == code)) {
        became.push(code.to_owned());
    }
    became
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_code_is_never_taken_for_a_present_one() {
        // Phường Ngọc Khánh became parts of three; the digits are those of Giảng Võ today.
        assert_eq!(Known.communes(&of_old("00025")), ["00008", "00025", "00199"]);
        assert_eq!(Known.communes("00025"), ["00025"]);
        assert_eq!(Known.communes(&of_old("99999")), Vec::<String>::new());
        // Hà Giang lies in Tuyên Quang now, which went on under its neighbour's code.
        assert_eq!(Known.provinces(&of_old("02")), ["08"]);
        assert_eq!(Known.provinces("02"), ["02"]);
    }

    #[test]
    fn a_code_in_a_file_stands_for_all_that_it_may_be() {
        assert_eq!(Either.communes("00025"), ["00008", "00025", "00199"]);
        assert_eq!(Either.communes("00001"), ["00097"]);
        assert_eq!(Either.communes("xã Nghi Lâm"), ["xã Nghi Lâm"]);
        assert_eq!(Either.provinces("01"), ["01"]);
        assert_eq!(Either.provinces("Nghệ An"), ["Nghệ An"]);
    }
}
