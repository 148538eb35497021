//! What is typed about a person, and what it comes to.
//!
//! Each form reads itself into plain values; whatever is wrong goes beside its field. Only the name is required
//! (practice 2): everything else may be given, or missing in one of five ways.

use std::collections::HashMap;

use rocket::FromForm;
use time::Date;
use validator::Validate;

use super::fact::{Beside, Fact, Said, put_said};
use super::{FACTS, MARITAL, Person, READS, SAID_BY, SEXES, YES_NO, sorting_keys};
use crate::base::date::{Precision, Typed};
use crate::base::form::Filled;
use crate::base::text::{clean, clean_lines, fold};
use crate::vocabulary::List;

/// The facts of a person as typed.
#[derive(FromForm, Validate)]
pub struct PersonForm {
    #[validate(length(max = 200, code = "too-long"))]
    #[field(default = String::new())]
    pub name: String,
    #[validate(length(max = 100, code = "too-long"))]
    #[field(default = String::new())]
    pub family_key: String,
    #[validate(length(max = 100, code = "too-long"))]
    #[field(default = String::new())]
    pub given_key: String,
    #[field(default = String::new())]
    pub sex: String,
    pub birth: Typed,
    #[field(default = String::new())]
    pub ethnic_group: String,
    #[field(default = String::new())]
    pub marital_status: String,
    #[field(default = String::new())]
    pub education_level: String,
    #[validate(length(max = 300, code = "too-long"))]
    #[field(default = String::new())]
    pub qualification: String,
    #[field(default = String::new())]
    pub language: String,
    #[field(default = String::new())]
    pub interpreter: String,
    #[field(default = String::new())]
    pub reads_vietnamese: String,
    /// Why a fact is missing, by its name.
    pub absence: HashMap<String, String>,
    /// How sure a fact is, by its name.
    pub level: HashMap<String, String>,
    #[field(default = String::new())]
    pub said_by: String,
    /// The version that the form was filled from; 0 for a new person.
    #[field(default = 0)]
    pub version: i32,
    /// Set once the officer has seen who it could be and says it is none of them.
    #[field(default = false)]
    pub none_of_these: bool,
}

/// A person's facts, read.
#[derive(Clone, Debug)]
pub struct Facts {
    pub name: String,
    pub family_key: String,
    pub given_key: String,
    pub sex: Option<String>,
    pub birth: Option<(Date, Precision)>,
    pub ethnic_group: Option<String>,
    pub marital_status: Option<String>,
    pub education_level: Option<String>,
    pub qualification: Option<String>,
    pub language: Option<String>,
    pub interpreter: Option<String>,
    pub reads_vietnamese: Option<String>,
    pub said: Vec<Fact>,
    pub said_by: &'static str,
}

/// One of a closed list, or nothing; anything else is an error beside the field.
pub fn one_of(filled: &mut Filled, name: &str, typed: &str, known: impl Fn(&str) -> bool) -> Option<String> {
    match typed.trim() {
        "" => None,
        code if known(code) => Some(code.to_owned()),
        _ => {
            filled.push(name, "error-choice");
            None
        }
    }
}

/// The same of several lines, which stay lines.
pub fn lines(typed: &str) -> Option<String> {
    Some(clean_lines(typed)).filter(|t| !t.is_empty())
}

/// What was typed, cleaned; nothing where that leaves nothing.
pub fn text(typed: &str) -> Option<String> {
    Some(clean(typed)).filter(|t| !t.is_empty())
}

/// A birth date that can be somebody's.
pub fn birth(filled: &mut Filled, name: &str, typed: &Typed, today: Date) -> Option<(Date, Precision)> {
    match typed.read() {
        Ok(None) => None,
        Ok(Some((date, _))) if date > today => {
            filled.push(name, "error-date-future");
            None
        }
        Ok(Some((date, _))) if date.year() < today.year() - 120 => {
            filled.push(name, "error-date-too-old");
            None
        }
        Ok(known) => known,
        Err(wrong) => {
            filled.push(name, wrong);
            None
        }
    }
}

impl PersonForm {
    /// The facts, or `None` with what is wrong beside the fields.
    pub fn read(&self, filled: &mut Filled, today: Date) -> Option<Facts> {
        let name = clean(&self.name);
        if fold(&name).is_empty() {
            filled.push("person.name", "error-name");
        }
        let (family, given) = sorting_keys(&name);
        let in_list = |list: List| move |code: &str| list.vocabulary().get(code).is_some();
        let mut facts = Facts {
            family_key: text(&self.family_key).unwrap_or(family),
            given_key: text(&self.given_key).unwrap_or(given),
            sex: one_of(filled, "person.sex", &self.sex, |c| SEXES.contains(&c)),
            birth: birth(filled, "person.birth", &self.birth, today),
            ethnic_group: one_of(filled, "person.ethnic_group", &self.ethnic_group, in_list(List::EthnicGroups)),
            marital_status: one_of(filled, "person.marital_status", &self.marital_status, |c| MARITAL.contains(&c)),
            education_level: one_of(
                filled,
                "person.education_level",
                &self.education_level,
                in_list(List::EducationLevels),
            ),
            qualification: text(&self.qualification),
            language: one_of(filled, "person.language", &self.language, in_list(List::Languages)),
            interpreter: one_of(filled, "person.interpreter", &self.interpreter, |c| YES_NO.contains(&c)),
            reads_vietnamese: one_of(filled, "person.reads_vietnamese", &self.reads_vietnamese, |c| READS.contains(&c)),
            said: Vec::new(),
            said_by: SAID_BY.into_iter().find(|s| *s == self.said_by).unwrap_or(SAID_BY[0]),
            name,
        };
        let beside = Beside { absence: &self.absence, level: &self.level };
        facts.said = beside.read(filled, "person", FACTS, |fact| facts.given(fact));
        Some(facts).filter(|_| !filled.is_wrong())
    }
}

impl Facts {
    /// A fact as [`Person::fact`] gives it.
    pub fn written(&self, fact: &str) -> String {
        let value = match fact {
            "name" => return self.name.clone(),
            "birth" => {
                return self
                    .birth
                    .map(|(date, precision)| crate::base::date::written(date, precision))
                    .unwrap_or_default();
            }
            "sex" => &self.sex,
            "ethnic_group" => &self.ethnic_group,
            "marital_status" => &self.marital_status,
            "education_level" => &self.education_level,
            "qualification" => &self.qualification,
            "language" => &self.language,
            "interpreter" => &self.interpreter,
            "reads_vietnamese" => &self.reads_vietnamese,
            _ => return String::new(),
        };
        value.clone().unwrap_or_default()
    }

    fn given(&self, fact: &str) -> bool {
        !self.written(fact).is_empty()
    }
}

/// The edit form of a person as they stand.
pub fn filled_from(person: &Person, said: &[Said]) -> Filled {
    let birth = Typed::of(person.birth_date, person.birth_precision.as_deref().and_then(Precision::from_code));
    let mut filled = Filled::blank()
        .put("person.version", person.version.to_string())
        .put("person.name", &*person.name)
        .put("person.family_key", &*person.family_key)
        .put("person.given_key", &*person.given_key)
        .put("person.birth.day", birth.day)
        .put("person.birth.month", birth.month)
        .put("person.birth.year", birth.year);
    for fact in FACTS.into_iter().filter(|f| !matches!(*f, "name" | "birth")) {
        filled = filled.put(&format!("person.{fact}"), person.fact(fact).unwrap_or_default());
    }
    put_said(filled, "person", said)
}
