//! The answers that forms of people offer, in the reader's language.

use super::document;
use super::part_form::CONTACT_KINDS;
use super::{Absence, Level, MARITAL, READS, SAID_BY, SEXES, YES_NO};
use crate::base::form::Choice;
use crate::base::language::{Language, Message};
use crate::vocabulary::List;

/// The answers that a person form offers, in the reader's language.
pub struct Choices {
    pub sexes: Vec<Choice>,
    pub marital: Vec<Choice>,
    pub yes_no: Vec<Choice>,
    pub reads: Vec<Choice>,
    pub ethnic_groups: Vec<Choice>,
    pub education: Vec<Choice>,
    pub languages: Vec<Choice>,
    pub absences: Vec<Choice>,
    pub levels: Vec<Choice>,
    pub said_by: Vec<Choice>,
    pub document_kinds: Vec<Choice>,
    pub shown_as: Vec<Choice>,
    pub contact_kinds: Vec<Choice>,
}

/// Codes as choices, each called by the message `<prefix>-<code>`.
pub fn choices(language: Language, prefix: &str, codes: &[&str]) -> Vec<Choice> {
    codes.iter().map(|code| Choice::new(*code, language.say(&Message::new(format!("{prefix}-{code}"))))).collect()
}

/// The entries of a code list as choices.
pub fn listed(language: Language, list: List) -> Vec<Choice> {
    list.vocabulary().entries().iter().map(|e| Choice::new(&*e.code, e.title(language))).collect()
}

impl Choices {
    pub fn new(language: Language) -> Choices {
        Choices {
            sexes: choices(language, "sex", &SEXES),
            marital: choices(language, "marital", &MARITAL),
            yes_no: choices(language, "answer", &YES_NO),
            reads: choices(language, "reads", &READS),
            ethnic_groups: listed(language, List::EthnicGroups),
            education: listed(language, List::EducationLevels),
            languages: listed(language, List::Languages),
            absences: choices(language, "absence", &Absence::ALL.map(Absence::code)),
            levels: choices(language, "level", &Level::ALL.map(Level::code)),
            said_by: choices(language, "said-by", &SAID_BY),
            document_kinds: choices(language, "document-kind", &document::KINDS),
            shown_as: choices(language, "shown-as", &document::SHOWN_AS),
            contact_kinds: choices(language, "contact-kind", &CONTACT_KINDS),
        }
    }
}
