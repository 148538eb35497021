//! What is typed at a door: person, papers, return, what the counter saw, the slip.

use std::collections::HashMap;

use rocket::FromForm;
use time::Date;
use validator::Validate;

use super::scan::{self, Doubt, Field, Scanned, Wrong};
use crate::base::code::{self, Code};
use crate::base::date::{Precision, Typed};
use crate::base::form::Filled;
use crate::base::language::{Language, Message};
use crate::case::{FLAGS, URGENCIES};
use crate::episode::form::{Return, ReturnForm};
use crate::person::form::{Facts, PersonForm, one_of, text};
use crate::person::part_form::{AddressForm, ContactForm, DocumentForm};
use crate::person::registration::Parts;
use crate::vocabulary::List;

/// What the counter saw, within `screening.`.
#[derive(FromForm, Validate)]
pub struct ScreeningForm {
    #[field(default = String::new())]
    pub urgency: String,
    pub flags: Vec<String>,
    /// The card was pointed at, or the officer saw that somebody wants to talk in private.
    #[field(default = false)]
    pub private: bool,
    #[validate(length(max = 300, code = "too-long"))]
    #[field(default = String::new())]
    pub wishes: String,
    /// The code of a pre-printed slip.
    #[validate(length(max = 60, code = "too-long"))]
    #[field(default = String::new())]
    pub slip: String,
}

/// Screening, read.
pub struct Screening {
    pub urgency: String,
    pub flags: Vec<String>,
    pub private: bool,
    pub wishes: Option<String>,
    pub slip: Option<Code>,
}

/// A typed or scanned slip: its code, alone or after the `#` of the address in its QR.
pub fn slip_code(filled: &mut Filled, name: &str, typed: &str) -> Option<Code> {
    let code = typed.rsplit('#').next().unwrap_or_default().trim();
    if code.is_empty() {
        return None;
    }
    match code.parse() {
        Ok(code) => Some(code),
        Err(wrong) => {
            filled.push(
                name,
                match wrong {
                    code::Wrong::Length => "error-code-length",
                    code::Wrong::Character(_) => "error-code-character",
                    code::Wrong::Check => "error-code-check",
                },
            );
            None
        }
    }
}

impl ScreeningForm {
    pub fn read(&self, filled: &mut Filled) -> Option<Screening> {
        let urgency = one_of(filled, "screening.urgency", &self.urgency, |c| URGENCIES.contains(&c));
        if self.flags.iter().any(|flag| !FLAGS.contains(&flag.as_str())) {
            filled.push("screening.flags", "error-choice");
        }
        let slip = slip_code(filled, "screening.slip", &self.slip);
        let mut flags = self.flags.clone();
        flags.sort_unstable();
        flags.dedup();
        let read = Screening {
            // A wish to talk in private is no small matter, whatever was ticked.
            urgency: urgency.unwrap_or_else(|| if self.private { "priority" } else { "routine" }.to_owned()),
            flags,
            private: self.private,
            wishes: text(&self.wishes),
            slip,
        };
        Some(read).filter(|_| !filled.is_wrong())
    }
}

/// Everything on the page of a door. The person's part is empty where the person is known already.
#[derive(FromForm, Validate)]
pub struct IntakeForm {
    #[validate(nested)]
    pub person: PersonForm,
    #[validate(nested)]
    pub document: DocumentForm,
    #[validate(nested)]
    pub contact: ContactForm,
    #[validate(nested)]
    pub address: AddressForm,
    #[validate(nested)]
    pub r#return: ReturnForm,
    #[validate(nested)]
    pub screening: ScreeningForm,
    #[field(default = String::new())]
    pub door: String,
}

/// The page, read.
pub struct Intake {
    /// Nothing where the person is known already.
    pub person: Option<(Facts, Parts)>,
    pub r#return: Return,
    pub screening: Screening,
    pub door: String,
}

/// What is said where neither an answer nor a reason was given; each names its question, since the summary lists them.
fn asked(fact: &str) -> &'static str {
    match fact {
        "sex" => "error-asked-sex",
        "birth" => "error-asked-birth",
        "previous_country" => "error-asked-country",
        "left" => "error-asked-left",
        "entered" => "error-asked-entered",
        _ => "error-asked-help",
    }
}

impl IntakeForm {
    /// Reads the page, or says beside the fields what is wrong. `doors` are those of the office.
    pub fn read(&self, filled: &mut Filled, today: Date, known: bool, doors: &[&str]) -> Option<Intake> {
        self.ask(filled, known);
        let mut person = None;
        if !known {
            let facts = self.person.read(filled, today);
            let document = if self.document.is_empty() { None } else { self.document.read("document.", filled, today) };
            let contact = if self.contact.is_empty() { None } else { self.contact.read("contact.", filled) };
            let address = if self.address.is_empty() { None } else { self.address.read("address.", filled, today) };
            person = facts.map(|facts| (facts, Parts { document, contact, address }));
        }
        let read = self.r#return.read(filled, today, None);
        let screening = self.screening.read(filled);
        let door = one_of(filled, "door", &self.door, |c| doors.contains(&c))
            .or_else(|| doors.first().map(|door| (*door).to_owned()))?;
        if filled.is_wrong() {
            return None;
        }
        Some(Intake { person, r#return: read?, screening: screening?, door })
    }
}

impl IntakeForm {
    /// What must have an answer at the counter, or a reason for having none (practice 2).
    fn ask(&self, filled: &mut Filled, known: bool) {
        let (person, read) = (&self.person, &self.r#return);
        let why = |absence: &HashMap<String, String>, fact: &str| absence.get(fact).is_some_and(|a| !a.is_empty());
        let mut asked = Vec::new();
        if !known {
            asked.push(("person", "sex", person.sex.trim().is_empty() && !why(&person.absence, "sex")));
            asked.push(("person", "birth", person.birth.is_empty() && !why(&person.absence, "birth")));
        }
        if read.standing != "family" {
            let missing = |fact: &str, empty: bool| empty && !why(&read.absence, fact);
            let country = read.previous_country.trim().is_empty();
            asked.push(("return", "previous_country", missing("previous_country", country)));
            asked.push(("return", "left", missing("left", read.left.is_empty())));
            asked.push((
                "return",
                "entered",
                read.standing == "returned" && missing("entered", read.entered.is_empty()),
            ));
            asked.push(("return", "wants_help", missing("wants_help", read.wants_help.trim().is_empty())));
        }
        for (of, fact, _) in asked.into_iter().filter(|(_, _, missing)| *missing) {
            filled.push(&format!("{of}.{fact}"), self::asked(fact));
        }
    }
}

/// What a scan came to, in words for the page.
#[derive(Default)]
pub struct Read {
    pub doubts: Vec<Message>,
    /// The lines with one character exchanged, where that makes every check digit fit.
    pub suggestion: Option<String>,
    pub done: bool,
}

/// Puts what was scanned into the fields of person and document, or says what is wrong with it beside the scan box.
/// A suggestion that was taken is read as if it had been scanned. A scan that landed in another field is taken out of
/// there (practice 8).
pub fn scanned(mut filled: Filled, today: Date, language: Language) -> (Filled, Read) {
    let taken = !filled.value("suggested").trim().is_empty();
    let mut typed = filled.value(if taken { "suggested" } else { "scan" }).to_owned();
    for field in ["person.name", "document.number", "contact.value", "address.line", "screening.slip", "return.flight"]
    {
        if scan::looks_like(filled.value(field)) {
            if typed.trim().is_empty() {
                typed = filled.value(field).to_owned();
            }
            filled = filled.put(field, "");
        }
    }
    if typed.trim().is_empty() {
        return (filled, Read::default());
    }
    match scan::read(&typed, today) {
        Ok(found) => {
            let doubts = found.doubts.iter().map(in_words).collect();
            (fill(filled.put("scan", ""), &found, language), Read { doubts, suggestion: None, done: true })
        }
        Err(wrong) => {
            let (message, suggestion) = explained(wrong, language);
            filled = filled.put("scan", typed);
            filled.push("scan", message);
            (filled, Read { doubts: Vec::new(), suggestion, done: false })
        }
    }
}

/// A doubt as the page says it.
pub fn in_words(doubt: &Doubt) -> Message {
    let message = Message::new(doubt.code());
    if let Doubt::ExtraFields(count) = doubt { message.with("count", *count) } else { message }
}

/// Why a scan was not taken, and what it may have been.
pub fn explained(wrong: Wrong, language: Language) -> (Message, Option<String>) {
    let message = Message::new(wrong.code());
    match wrong {
        Wrong::Length(count) => (message.with("count", count), None),
        Wrong::Check { fields, suggestion } => {
            let names: Vec<String> =
                fields.into_iter().map(Field::code).map(|key| language.say(&Message::new(key))).collect();
            (message.with("fields", names.join(", ")), suggestion)
        }
        _ => (message, None),
    }
}

/// Puts what was read into the fields of person and document.
pub fn fill(mut filled: Filled, found: &Scanned, language: Language) -> Filled {
    let mut put = |name: &str, value: &str| {
        if !value.is_empty() {
            filled = filled.clone().put(name, value);
        }
    };
    put("document.kind", found.kind);
    put("document.number", &found.number);
    put("document.shown_as", "original");
    let country = found.country(|alpha3| List::Countries.vocabulary().of_alpha3(alpha3).map(str::to_owned));
    match country.as_deref() {
        Some("VN") | None => {}
        Some(code) => put("document.country", &List::Countries.vocabulary().title(code, language)),
    }
    put("person.name", &found.name);
    put("person.level.name", scan::LEVEL);
    put("document.name_printed", if found.name_is_folded { &found.name } else { "" });
    put("person.sex", found.sex.unwrap_or_default());
    put("person.level.sex", found.sex.map_or("", |_| scan::LEVEL));
    put("address.line", found.address.as_deref().unwrap_or_default());
    put("address.kind", found.address.as_ref().map_or("", |_| "as-printed"));
    let days = [
        ("person.birth", found.birth),
        ("document.issued", found.issued.map(|date| (date, Precision::Day))),
        ("document.expires", found.expires.map(|date| (date, Precision::Day))),
    ];
    for (name, date) in days {
        let Some((date, precision)) = date else { continue };
        let typed = Typed::of(Some(date), Some(precision));
        put(&format!("{name}.day"), &typed.day);
        put(&format!("{name}.month"), &typed.month);
        put(&format!("{name}.year"), &typed.year);
        if name == "person.birth" {
            put("person.level.birth", scan::LEVEL);
        }
    }
    filled
}
