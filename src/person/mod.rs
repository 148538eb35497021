//! The returnee: who they are, how sure we are of it, how they can be reached without harm.

pub mod access;
pub mod change;
pub mod choices;
pub mod deputy;
pub mod document;
pub mod duplicates;
pub mod exclusion;
pub mod fact;
pub mod form;
pub mod household;
pub mod learning;
pub mod likeness;
pub mod link_files;
pub mod matching;
pub mod merge_store;
pub mod merging;
pub mod old_address;
pub mod pages;
pub mod pair;
pub mod part_form;
pub mod part_pages;
pub mod part_store;
pub mod registration;
pub mod rekey;
pub mod search;
pub mod store;
pub mod units;

use diesel::prelude::*;
use rocket::Route;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use crate::base::date::{self, Precision};
use crate::schema::persons;

pub fn routes() -> Vec<Route> {
    [
        pages::routes(),
        search::routes(),
        registration::routes(),
        change::routes(),
        part_pages::routes(),
        old_address::routes(),
        household::routes(),
        access::routes(),
        deputy::routes(),
        exclusion::routes(),
        duplicates::routes(),
        merging::routes(),
    ]
    .concat()
}

/// Five kinds of nothing stay apart everywhere (practice 2); the fifth, *not asked*, is a fact without a row.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Absence {
    Refused,
    NotKnown,
    None,
    NotApplicable,
}

impl Absence {
    pub const ALL: [Absence; 4] = [Absence::Refused, Absence::NotKnown, Absence::None, Absence::NotApplicable];

    pub fn code(self) -> &'static str {
        match self {
            Absence::Refused => "refused",
            Absence::NotKnown => "not-known",
            Absence::None => "none",
            Absence::NotApplicable => "not-applicable",
        }
    }

    pub fn from_code(code: &str) -> Option<Absence> {
        Absence::ALL.into_iter().find(|a| a.code() == code)
    }
}

/// How sure a fact is (practice 3).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Level {
    /// Somebody said so.
    Stated,
    /// A paper says so.
    Documented,
    /// Checked with whoever issued the paper.
    Verified,
}

impl Level {
    pub const ALL: [Level; 3] = [Level::Stated, Level::Documented, Level::Verified];

    pub fn code(self) -> &'static str {
        match self {
            Level::Stated => "stated",
            Level::Documented => "documented",
            Level::Verified => "verified",
        }
    }

    pub fn from_code(code: &str) -> Option<Level> {
        Level::ALL.into_iter().find(|l| l.code() == code)
    }
}

/// Who said it (practice 6).
pub const SAID_BY: [&str; 3] = ["self", "proxy", "document"];
pub const SEXES: [&str; 2] = ["male", "female"];
pub const MARITAL: [&str; 5] = ["single", "married", "separated", "divorced", "widowed"];
pub const YES_NO: [&str; 2] = ["yes", "no"];
pub const READS: [&str; 3] = ["well", "some", "no"];

/// The facts of a person that may be missing in five ways and known at three levels, in the order of the form.
pub const FACTS: [&str; 10] = [
    "name",
    "sex",
    "birth",
    "ethnic_group",
    "marital_status",
    "education_level",
    "qualification",
    "language",
    "interpreter",
    "reads_vietnamese",
];

/// A person's row.
#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = persons)]
pub struct Person {
    pub id: Uuid,
    pub code: String,
    pub name: String,
    pub family_key: String,
    pub given_key: String,
    pub sex: Option<String>,
    pub birth_date: Option<Date>,
    pub birth_precision: Option<String>,
    pub ethnic_group: Option<String>,
    pub marital_status: Option<String>,
    pub education_level: Option<String>,
    pub qualification: Option<String>,
    pub language: Option<String>,
    pub interpreter: Option<String>,
    pub reads_vietnamese: Option<String>,
    pub protected: bool,
    pub registered_at: OffsetDateTime,
    pub version: i32,
}

impl Person {
    pub fn birth(&self) -> Option<(Date, Precision)> {
        Some((self.birth_date?, Precision::from_code(self.birth_precision.as_deref()?)?))
    }

    /// The value of one of [`FACTS`] as it is kept: a code, or text.
    pub fn fact(&self, fact: &str) -> Option<String> {
        match fact {
            "name" => Some(self.name.clone()),
            "sex" => self.sex.clone(),
            "birth" => self.birth().map(|(date, precision)| date::written(date, precision)),
            "ethnic_group" => self.ethnic_group.clone(),
            "marital_status" => self.marital_status.clone(),
            "education_level" => self.education_level.clone(),
            "qualification" => self.qualification.clone(),
            "language" => self.language.clone(),
            "interpreter" => self.interpreter.clone(),
            "reads_vietnamese" => self.reads_vietnamese.clone(),
            _ => None,
        }
    }
}

/// A name's parts for sorting: family first, given last, as written in Vietnamese. A guess that can be corrected,
/// since double surnames and names of ethnic minorities break every split.
pub fn sorting_keys(name: &str) -> (String, String) {
    let mut words = name.split(' ');
    let family = words.next().unwrap_or_default();
    let given = words.next_back().unwrap_or(family);
    (family.to_owned(), given.to_owned())
}

/// The key that a phone number can be found by; `None` where it is no number.
pub fn phone_key(typed: &str) -> Option<String> {
    international(typed).map(|number| format!("phone:{number}"))
}

/// A phone number in the form `+84912345678`. Numbers without a country are Vietnamese.
pub fn international(typed: &str) -> Option<String> {
    let typed: String = typed.chars().filter(|c| !c.is_whitespace() && !matches!(c, '.' | '-' | '(' | ')')).collect();
    let typed = typed.strip_prefix("00").map(|rest| format!("+{rest}")).unwrap_or(typed);
    if typed.len() > 20 || !typed.trim_start_matches('+').bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number = phonenumber::parse(Some(phonenumber::country::VN), &typed).ok().filter(phonenumber::is_valid)?;
    Some(number.format().mode(phonenumber::Mode::E164).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorting_keys_are_the_ends_of_the_name() {
        assert_eq!(sorting_keys("Nguyễn Thị Mậu"), ("Nguyễn".into(), "Mậu".into()));
        assert_eq!(sorting_keys("Mậu"), ("Mậu".into(), "Mậu".into()));
    }

    #[test]
    fn phones_are_understood_as_people_write_them() {
        for typed in ["0912 345 678", "+84 912.345.678", "0084912345678", "84912345678", "(091)2345678"] {
            assert_eq!(international(typed).as_deref(), Some("+84912345678"), "{typed}");
        }
        assert_eq!(international("+82 10-2345-6789").as_deref(), Some("+821023456789"));
        for typed in ["12", "abc", "", "0912345678901234567890", "٠٩١٢٣٤٥٦٧٨"] {
            assert_eq!(international(typed), None, "{typed}");
        }
    }
}
