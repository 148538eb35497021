//! What is typed of a member of a household, and what it comes to.

use rocket::FromForm;
use time::Date;
use validator::Validate;

use super::store::{Kept, Said};
use super::{APART, CARED_BY, FACTS, LIVING, NEEDS, RELATIONS, SCHOOLING};
use crate::base::form::{Choice, Filled};
use crate::base::language::{Language, Message};
use crate::person::choices::choices;
use crate::person::form::{one_of, text};
use crate::person::{Absence, SEXES};

/// What stands before the reason for a missing answer among the answers to a question.
const MISSING: char = '~';

/// A member as typed, within `member.`. An answer is one of its question's codes, or `~` and why there is none.
#[derive(FromForm, Validate)]
pub struct MemberForm {
    #[field(default = String::new())]
    pub relation: String,
    #[validate(length(max = 200, code = "too-long"))]
    #[field(default = String::new())]
    pub name: String,
    #[validate(length(max = 20, code = "too-long"))]
    #[field(default = String::new())]
    pub birth_year: String,
    #[field(default = String::new())]
    pub birth_year_missing: String,
    #[field(default = String::new())]
    pub sex: String,
    #[field(default = String::new())]
    pub living: String,
    #[field(default = String::new())]
    pub schooling: String,
    #[field(default = String::new())]
    pub cared_by: String,
    #[field(default = String::new())]
    pub need: String,
    #[field(default = String::new())]
    pub apart: String,
    #[validate(length(max = 500, code = "too-long"))]
    #[field(default = String::new())]
    pub note: String,
    /// The version that the form was filled from; 0 for a new member.
    #[field(default = 0)]
    pub version: i32,
}

/// A member, read.
#[derive(Clone, Debug, Default)]
pub struct Member {
    pub relation: String,
    pub name: Option<String>,
    pub birth_year: Option<i32>,
    pub sex: Option<String>,
    pub living: Option<String>,
    pub schooling: Option<String>,
    pub cared_by: Option<String>,
    pub need: Option<String>,
    pub apart: Option<String>,
    pub note: Option<String>,
    /// Why a fact is missing. Not here and no value: not asked.
    pub missing: Vec<(&'static str, Absence)>,
}

fn known(fact: &str) -> &'static [&'static str] {
    match fact {
        "sex" => &SEXES,
        "living" => &LIVING,
        "schooling" => &SCHOOLING,
        "cared_by" => &CARED_BY,
        "need" => &NEEDS,
        "apart" => &APART,
        _ => &[],
    }
}

/// A code that a question knows, or why it has none; both empty where it was not asked.
fn answer(filled: &mut Filled, fact: &str, typed: &str) -> (Option<String>, Option<Absence>) {
    let name = format!("member.{fact}");
    match typed.trim().strip_prefix(MISSING) {
        Some(code) => {
            let absence = Absence::from_code(code);
            if absence.is_none() {
                filled.push(&name, "error-choice");
            }
            (None, absence)
        }
        None => (one_of(filled, &name, typed, |code| known(fact).contains(&code)), None),
    }
}

impl MemberForm {
    fn typed(&self, fact: &str) -> &str {
        match fact {
            "sex" => &self.sex,
            "living" => &self.living,
            "schooling" => &self.schooling,
            "cared_by" => &self.cared_by,
            "need" => &self.need,
            "apart" => &self.apart,
            _ => "",
        }
    }

    pub fn read(&self, filled: &mut Filled, today: Date) -> Option<Member> {
        let relation = one_of(filled, "member.relation", &self.relation, |code| RELATIONS.contains(&code));
        if self.relation.trim().is_empty() {
            filled.push("member.relation", "error-choose");
        }
        let mut member = Member { name: text(&self.name), note: text(&self.note), ..Member::default() };
        member.birth_year = match (self.birth_year.trim(), self.birth_year_missing.trim()) {
            ("", "") => None,
            ("", missing) => {
                let (_, absence) = answer(filled, "birth_year", missing);
                member.missing.extend(absence.map(|absence| ("birth_year", absence)));
                None
            }
            (year, "") => {
                let year = year.parse().ok().filter(|year| (today.year() - 120..=today.year()).contains(year));
                if year.is_none() {
                    filled.push("member.birth_year", "error-date-year");
                }
                year
            }
            _ => {
                filled.push("member.birth_year", "error-given-and-missing");
                None
            }
        };
        for fact in FACTS.into_iter().filter(|fact| *fact != "birth_year") {
            let (value, absence) = answer(filled, fact, self.typed(fact));
            member.missing.extend(absence.map(|absence| (fact, absence)));
            *member.slot(fact) = value;
        }
        member.relation = relation?;
        Some(member).filter(|_| !filled.is_wrong())
    }
}

impl Member {
    fn slot(&mut self, fact: &str) -> &mut Option<String> {
        match fact {
            "sex" => &mut self.sex,
            "living" => &mut self.living,
            "schooling" => &mut self.schooling,
            "cared_by" => &mut self.cared_by,
            "need" => &mut self.need,
            _ => &mut self.apart,
        }
    }
}

/// The edit form of a member as they stand.
pub fn filled_from(kept: &Kept, said: &[Said]) -> Filled {
    let missing = |fact: &str| {
        said.iter().find(|s| s.member_id == kept.id && s.fact == fact).map(|s| format!("{MISSING}{}", s.absence))
    };
    let mut filled = Filled::blank()
        .put("member.version", kept.version.to_string())
        .put("member.relation", &*kept.relation)
        .put("member.name", kept.name.clone().unwrap_or_default())
        .put("member.note", kept.note.clone().unwrap_or_default())
        .put("member.birth_year", kept.birth_year.map(|year| year.to_string()).unwrap_or_default())
        .put("member.birth_year_missing", missing("birth_year").unwrap_or_default());
    for fact in FACTS.into_iter().filter(|fact| *fact != "birth_year") {
        let value = kept.fact(fact).or_else(|| missing(fact)).unwrap_or_default();
        filled = filled.put(&format!("member.{fact}"), value);
    }
    filled
}

/// The answers that the form of a member offers, the reasons for having none among them.
pub struct MemberChoices {
    pub relations: Vec<Choice>,
    pub missing: Vec<Choice>,
    of: Vec<(&'static str, Vec<Choice>)>,
}

impl MemberChoices {
    pub fn new(language: Language) -> MemberChoices {
        let missing: Vec<Choice> = Absence::ALL
            .into_iter()
            .map(|absence| {
                let words = language.say(&Message::new(format!("absence-{}", absence.code())));
                Choice::new(format!("{MISSING}{}", absence.code()), format!("– {words}"))
            })
            .collect();
        let of = FACTS.into_iter().map(|fact| {
            let mut answers = choices(language, prefix(fact), known(fact));
            answers.extend(missing.iter().cloned());
            (fact, answers)
        });
        MemberChoices { relations: choices(language, "relation", &RELATIONS), of: of.collect(), missing }
    }

    pub fn of(&self, fact: &str) -> &[Choice] {
        self.of.iter().find(|(known, _)| *known == fact).map_or(&[], |(_, answers)| answers)
    }
}

/// What stands before the code of an answer in its message.
pub fn prefix(fact: &str) -> &'static str {
    match fact {
        "sex" => "sex",
        "living" => "member-living",
        "schooling" => "member-schooling",
        "cared_by" => "member-cared-by",
        "need" => "member-need",
        _ => "member-apart",
    }
}
