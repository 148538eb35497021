//! What is typed of a skill, and what it comes to.

use rocket::FromForm;
use time::Date;
use uuid::Uuid;
use validator::Validate;

use super::{Kind, SOFT, SOURCES, Skill, grades};
use crate::base::conflict::{Field, compared};
use crate::base::form::{Choice, Difference, Filled};
use crate::base::language::{Language, Message};
use crate::case::attachment::Attachment;
use crate::episode::migration::Migration;
use crate::person::choices::{choices, listed};
use crate::person::form::{one_of, text};
use crate::person::part_form::place;
use crate::vocabulary::List;

/// Nobody worked longer.
const MOST_YEARS: i32 = 60;

/// A skill as typed, within `skill.`.
#[derive(FromForm, Validate)]
pub struct SkillForm {
    #[field(default = String::new())]
    pub kind: String,
    #[validate(length(max = 120, code = "too-long"))]
    #[field(default = String::new())]
    pub name: String,
    #[validate(length(max = 200, code = "too-long"))]
    #[field(default = String::new())]
    pub occupation: String,
    #[field(default = String::new())]
    pub soft: String,
    #[field(default = String::new())]
    pub language: String,
    #[field(default = String::new())]
    pub grade: String,
    #[validate(length(max = 20, code = "too-long"))]
    #[field(default = String::new())]
    pub years: String,
    #[validate(length(max = 20, code = "too-long"))]
    #[field(default = String::new())]
    pub months: String,
    #[validate(length(max = 200, code = "too-long"))]
    #[field(default = String::new())]
    pub country: String,
    #[validate(length(max = 200, code = "too-long"))]
    #[field(default = String::new())]
    pub employer: String,
    #[field(default = String::new())]
    pub source: String,
    #[field(default = Vec::new())]
    pub evidence: Vec<String>,
    /// The version that the form was filled from; 0 for a new one.
    #[field(default = 0)]
    pub version: i32,
}

#[derive(FromForm, Validate)]
pub struct Sent {
    #[validate(nested)]
    pub skill: SkillForm,
}

/// A skill, read.
pub struct Read {
    pub kind: Kind,
    pub occupation: Option<String>,
    pub name: Option<String>,
    pub soft: Option<String>,
    pub language: Option<String>,
    pub grade: Option<String>,
    pub months: Option<i32>,
    pub country: Option<String>,
    pub employer: Option<String>,
    pub source: String,
    pub evidence: Vec<Uuid>,
}

fn whole(filled: &mut Filled, name: &str, typed: &str, most: i32) -> Option<i32> {
    if typed.trim().is_empty() {
        return None;
    }
    let number = typed.trim().parse().ok().filter(|n| (0..=most).contains(n));
    if number.is_none() {
        filled.push(name, Message::new("error-skill-long").with("max", i64::from(most)));
    }
    number
}

impl SkillForm {
    /// `papers`: those that may be named.
    pub fn read(&self, kind: Kind, filled: &mut Filled, papers: &[Attachment], today: Date) -> Option<Read> {
        let chosen = |filled: &mut Filled, name: &str, typed: &str, known: &dyn Fn(&str) -> bool| {
            if typed.trim().is_empty() {
                filled.push(name, "error-choose");
            }
            one_of(filled, name, typed, known)
        };
        let languages = List::Languages.vocabulary();
        let (mut name, mut occupation, mut soft, mut language) = (None, None, None, None);
        match kind {
            Kind::Trade => {
                name = text(&self.name);
                if name.is_none() {
                    filled.push("skill.name", "error-required");
                }
                if self.occupation.trim().is_empty() {
                    filled.push("skill.occupation", "error-required");
                }
                occupation = place(filled, "skill.occupation", &self.occupation, List::Occupations, None, today);
            }
            Kind::Soft => soft = chosen(filled, "skill.soft", &self.soft, &|code| SOFT.contains(&code)),
            Kind::Language => {
                language = chosen(filled, "skill.language", &self.language, &|code| languages.get(code).is_some());
            }
        }
        let within = if kind == Kind::Trade { Some("trade") } else { language.as_deref() };
        let fits = |code: &str| within.is_some_and(|of| grades(of, Language::Vi).iter().any(|g| g.value == code));
        let grade = if kind == Kind::Soft || (kind == Kind::Language && language.is_none()) {
            None
        } else {
            let code = self.grade.trim();
            if !code.is_empty() && !fits(code) {
                filled.push("skill.grade", "error-skill-grade");
            }
            Some(code.to_owned()).filter(|code| !code.is_empty())
        };
        let years = whole(filled, "skill.years", &self.years, MOST_YEARS);
        let months = whole(filled, "skill.months", &self.months, 11);
        let months = (years.is_some() || months.is_some())
            .then(|| years.unwrap_or_default() * 12 + months.unwrap_or_default())
            .filter(|months| *months <= MOST_YEARS * 12);
        let country = place(filled, "skill.country", &self.country, List::Countries, None, today);
        let source = chosen(filled, "skill.source", &self.source, &|code| SOURCES.contains(&code));
        let known = |typed: &String| papers.iter().find(|paper| paper.id.to_string() == *typed).map(|paper| paper.id);
        let evidence: Vec<Uuid> = self.evidence.iter().filter_map(known).collect();
        if evidence.len() != self.evidence.len() {
            filled.push("skill.evidence", "error-choice");
        }
        let employer = text(&self.employer);
        let read = Read {
            kind,
            occupation,
            name,
            soft,
            language,
            grade,
            months,
            country,
            employer,
            source: source.unwrap_or_default(),
            evidence,
        };
        Some(read).filter(|_| !filled.is_wrong())
    }
}

/// What the form of a skill offers.
pub struct SkillChoices {
    pub softs: Vec<Choice>,
    pub languages: Vec<Choice>,
    pub grades: Vec<Choice>,
    pub sources: Vec<Choice>,
    pub papers: Vec<Choice>,
}

impl SkillChoices {
    pub fn new(kind: Kind, papers: &[Attachment], language: Language) -> SkillChoices {
        let grades = match kind {
            Kind::Trade => grades("trade", language),
            Kind::Soft => Vec::new(),
            // Which language is chosen beside it: all are offered, and what does not fit is refused.
            Kind::Language => {
                let all =
                    List::SkillGrades.vocabulary().entries().iter().filter(|e| e.parent.as_deref() != Some("trade"));
                all.map(|e| Choice::new(&*e.code, e.title(language))).collect()
            }
        };
        let paper = |paper: &Attachment| {
            let what = language.say(&Message::new(format!("attachment-kind-{}", paper.kind)));
            Choice::new(paper.id.to_string(), format!("{} ({what})", paper.title))
        };
        SkillChoices {
            softs: choices(language, "soft-skill", &SOFT),
            languages: listed(language, List::Languages),
            grades,
            sources: choices(language, "skill-source", &SOURCES),
            papers: papers.iter().map(paper).collect(),
        }
    }
}

fn put(form: Filled, name: &str, list: List, code: &Option<String>, language: Language) -> Filled {
    match code {
        Some(code) => form.put(name, list.vocabulary().title(code, language)).put(&format!("{name}.code"), &**code),
        None => form,
    }
}

fn long(form: Filled, months: Option<i32>) -> Filled {
    match months {
        Some(months) => {
            form.put("skill.years", (months / 12).to_string()).put("skill.months", (months % 12).to_string())
        }
        None => form,
    }
}

/// An edit form of a skill that is there.
pub fn filled_from(skill: &Skill, evidence: &[Uuid], language: Language) -> Filled {
    let mut form = Filled::blank().put("skill.kind", &*skill.kind).put("skill.source", &*skill.source);
    let texts = [
        ("name", &skill.name),
        ("soft", &skill.soft),
        ("language", &skill.language),
        ("grade", &skill.grade),
        ("employer", &skill.employer),
    ];
    for (name, value) in texts {
        form = form.put(&format!("skill.{name}"), value.clone().unwrap_or_default());
    }
    form = put(form, "skill.occupation", List::Occupations, &skill.occupation, language);
    form = put(form, "skill.country", List::Countries, &skill.country, language);
    long(form, skill.months)
        .put_all("skill.evidence", evidence.iter().map(Uuid::to_string))
        .put("skill.version", skill.version.to_string())
}

/// A new skill as the work abroad suggests it.
pub fn filled_by(kind: Kind, work: Option<(&Migration, &Option<String>)>, language: Language) -> Filled {
    let mut form = Filled::blank().put("skill.kind", kind.code());
    let Some((work, country)) = work else { return form };
    form = put(form, "skill.country", List::Countries, country, language);
    if kind == Kind::Trade {
        form = put(form, "skill.occupation", List::Occupations, &work.occupation, language);
        if let Some(code) = &work.occupation {
            form = form.put("skill.name", List::Occupations.vocabulary().title(code, language));
        }
        if let (Some(from), Some(until)) = (work.contract_start, work.contract_end)
            && let Ok(months) = i32::try_from((until - from).whole_days() * 12 / 365)
        {
            form = long(form, Some(months.clamp(0, MOST_YEARS * 12)));
        }
    }
    form.put("skill.employer", work.employer.clone().unwrap_or_default()).put("skill.source", "told")
}

/// What differs between the skill as it was, as it is and as it was typed, and the form to go on with.
pub fn differences(
    before: Option<&Skill>,
    now: &Skill,
    typed: Filled,
    offered: &SkillChoices,
    language: Language,
) -> (Filled, Vec<Difference>) {
    let fields = [
        Field::new("skill.name", "skill-name", &[]),
        Field::new("skill.occupation", "skill-occupation", &[]),
        Field::new("skill.soft", "skill-soft", &offered.softs),
        Field::new("skill.language", "skill-language", &offered.languages),
        Field::new("skill.grade", "skill-grade", &offered.grades),
        Field::new("skill.years", "skill-years-field", &[]),
        Field::new("skill.months", "skill-months-field", &[]),
        Field::new("skill.country", "skill-country", &[]),
        Field::new("skill.employer", "skill-employer", &[]),
        Field::new("skill.source", "skill-source", &offered.sources),
    ];
    let before = before.map(|skill| filled_from(skill, &[], language));
    let present = filled_from(now, &[], language);
    let yours = typed.clone();
    let (typed, differ) = compared(&fields, (before.as_ref(), &present, &yours), typed, language);
    (typed.put("skill.version", now.version.to_string()), differ)
}
