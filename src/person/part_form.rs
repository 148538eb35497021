//! What is typed of a document, a way to reach somebody, or an address, and what it comes to.

use rocket::FromForm;
use time::Date;
use uuid::Uuid;
use validator::Validate;

use super::form::{one_of, text};
use super::{Level, document, international};
use crate::base::date::{Precision, Typed};
use crate::base::form::{Choice, Filled};
use crate::base::language::{Language, Message};
use crate::base::text::clean;
use crate::vocabulary::old::{self, Place};
use crate::vocabulary::{List, Meant};

/// An identity document as typed.
#[derive(FromForm, Validate, Default)]
pub struct DocumentForm {
    #[field(default = String::new())]
    pub kind: String,
    #[validate(length(max = 60, code = "too-long"))]
    #[field(default = String::new())]
    pub number: String,
    #[validate(length(max = 100, code = "too-long"))]
    #[field(default = String::new())]
    pub country: String,
    #[field(default = String::new())]
    pub shown_as: String,
    #[validate(length(max = 200, code = "too-long"))]
    #[field(default = String::new())]
    pub name_printed: String,
    pub issued: Typed,
    pub expires: Typed,
}

#[derive(Clone, Debug)]
pub struct Document {
    pub id: Uuid,
    pub kind: String,
    pub country: String,
    pub number: Option<String>,
    pub shown_as: String,
    pub name_printed: Option<String>,
    pub issued_on: Option<Date>,
    pub expires_on: Option<Date>,
}

impl Document {
    /// What was only told is stated; what was seen in any form is documented. Verified is for whoever asks the issuer.
    pub fn level(&self) -> Level {
        if self.shown_as == "told" { Level::Stated } else { Level::Documented }
    }
}

impl DocumentForm {
    pub fn is_empty(&self) -> bool {
        [&self.kind, &self.number, &self.name_printed].iter().all(|t| t.trim().is_empty())
            && self.issued.is_empty()
            && self.expires.is_empty()
    }

    /// `within` stands before the field names, such as `document.`.
    pub fn read(&self, within: &str, filled: &mut Filled, today: Date) -> Option<Document> {
        let name = |field: &str| format!("{within}{field}");
        let kind = one_of(filled, &name("kind"), &self.kind, |c| document::KINDS.contains(&c));
        if kind.is_none() {
            filled.push(&name("kind"), "error-document-kind");
        }
        let number = Some(document::normal(&self.number)).filter(|n| !n.is_empty());
        if let (Some(kind), Some(number)) = (&kind, &number)
            && let Some(wrong) = document::wrong(kind, number)
        {
            filled.push(&name("number"), wrong);
        }
        let country = if self.country.trim().is_empty() {
            Some("VN".to_owned())
        } else {
            place(filled, &name("country"), &self.country, List::Countries, None, today)
        };
        let shown_as = one_of(filled, &name("shown_as"), &self.shown_as, |c| document::SHOWN_AS.contains(&c))
            .unwrap_or_else(|| "told".to_owned());
        let day = |filled: &mut Filled, field: &str, typed: &Typed| match typed.read() {
            Ok(Some((date, Precision::Day))) => Some(date),
            Ok(None) => None,
            Ok(Some(_)) => {
                filled.push(&name(field), "error-date-whole");
                None
            }
            Err(wrong) => {
                filled.push(&name(field), wrong);
                None
            }
        };
        let issued_on = day(filled, "issued", &self.issued);
        let expires_on = day(filled, "expires", &self.expires);
        if issued_on.is_some_and(|d| d > today) {
            filled.push(&name("issued"), "error-date-future");
        }
        if let (Some(issued), Some(expires)) = (issued_on, expires_on)
            && expires <= issued
        {
            filled.push(&name("expires"), "error-date-order");
        }
        if filled.is_wrong() {
            return None;
        }
        Some(Document {
            id: Uuid::now_v7(),
            kind: kind?,
            country: country?,
            number,
            shown_as,
            name_printed: text(&self.name_printed),
            issued_on,
            expires_on,
        })
    }
}

/// A way to reach somebody, as typed.
#[derive(FromForm, Validate, Default)]
pub struct ContactForm {
    #[field(default = String::new())]
    pub kind: String,
    #[validate(length(max = 200, code = "too-long"))]
    #[field(default = String::new())]
    pub value: String,
    #[validate(length(max = 200, code = "too-long"))]
    #[field(default = String::new())]
    pub belongs_to: String,
    #[field(default = false)]
    pub safe_to_call: bool,
    #[field(default = false)]
    pub safe_to_write: bool,
    #[field(default = false)]
    pub safe_automatic: bool,
    #[validate(length(max = 500, code = "too-long"))]
    #[field(default = String::new())]
    pub wishes: String,
}

pub const CONTACT_KINDS: [&str; 5] = ["phone", "zalo", "facebook", "email", "other"];

#[derive(Clone, Debug)]
pub struct Contact {
    pub id: Uuid,
    pub kind: String,
    pub value: String,
    pub belongs_to: Option<String>,
    pub safe_to_call: bool,
    pub safe_to_write: bool,
    /// The system may write here by itself.
    pub safe_automatic: bool,
    pub wishes: Option<String>,
}

impl ContactForm {
    pub fn is_empty(&self) -> bool {
        [&self.value, &self.belongs_to, &self.wishes].iter().all(|t| t.trim().is_empty())
            && !self.safe_to_call
            && !self.safe_to_write
            && !self.safe_automatic
    }

    pub fn read(&self, within: &str, filled: &mut Filled) -> Option<Contact> {
        let kind = one_of(filled, &format!("{within}kind"), &self.kind, |c| CONTACT_KINDS.contains(&c))
            .unwrap_or_else(|| "phone".to_owned());
        let typed = clean(&self.value);
        let value = match kind.as_str() {
            _ if typed.is_empty() => {
                filled.push(&format!("{within}value"), "error-required");
                None
            }
            "phone" | "zalo" => {
                let number = international(&typed);
                if number.is_none() {
                    filled.push(&format!("{within}value"), "error-phone");
                }
                number
            }
            "email" if typed.parse::<lettre::Address>().is_err() => {
                filled.push(&format!("{within}value"), "error-email");
                None
            }
            _ => Some(typed),
        };
        let (belongs_to, wishes) = (text(&self.belongs_to), text(&self.wishes));
        // Where somebody else may read it or something is to be minded, only a person can tell what is safe (practice 19).
        let clear = self.safe_to_write && belongs_to.is_none() && wishes.is_none();
        if self.safe_automatic && !(clear && matches!(kind.as_str(), "phone" | "email")) {
            filled.push(&format!("{within}safe_automatic"), "error-contact-automatic");
        }
        if filled.is_wrong() {
            return None;
        }
        Some(Contact {
            id: Uuid::now_v7(),
            kind,
            value: value?,
            belongs_to,
            safe_to_call: self.safe_to_call,
            safe_to_write: self.safe_to_write,
            safe_automatic: self.safe_automatic,
            wishes,
        })
    }
}

/// An address as typed: names, or the codes of the candidates chosen.
#[derive(FromForm, Validate, Default)]
pub struct AddressForm {
    #[field(default = String::new())]
    pub kind: String,
    #[validate(length(max = 100, code = "too-long"))]
    #[field(default = String::new())]
    pub province: String,
    #[validate(length(max = 100, code = "too-long"))]
    #[field(default = String::new())]
    pub commune: String,
    #[validate(length(max = 300, code = "too-long"))]
    #[field(default = String::new())]
    pub line: String,
    /// As printed before July 2025.
    #[validate(length(max = 100, code = "too-long"))]
    #[field(default = String::new())]
    pub old_province: String,
    #[validate(length(max = 100, code = "too-long"))]
    #[field(default = String::new())]
    pub old_district: String,
    #[validate(length(max = 100, code = "too-long"))]
    #[field(default = String::new())]
    pub old_commune: String,
    /// The commune of today that is taken over from the printed address, by its code.
    #[field(default = String::new())]
    pub take: String,
}

pub const ADDRESS_KINDS: [&str; 3] = ["home", "staying", "as-printed"];

#[derive(Clone, Debug, Default)]
pub struct Address {
    pub id: Uuid,
    pub kind: String,
    pub province: Option<String>,
    pub commune: Option<String>,
    pub line: Option<String>,
    /// What a printed address says in the units of its time, as far as it is understood.
    pub old: Option<Place>,
    /// The commune of today that becomes the home, beside the printed address.
    pub take: Option<String>,
}

impl AddressForm {
    pub fn is_empty(&self) -> bool {
        [&self.province, &self.commune, &self.line].iter().all(|t| t.trim().is_empty()) && self.printed().is_empty()
    }

    /// What was typed of an old address, from the commune outwards.
    fn printed(&self) -> Vec<String> {
        [&self.old_commune, &self.old_district, &self.old_province]
            .into_iter()
            .filter_map(|typed| text(typed))
            .collect()
    }

    pub fn read(&self, within: &str, filled: &mut Filled, today: Date) -> Option<Address> {
        let name = |field: &str| format!("{within}{field}");
        let printed = self.printed();
        let kind = one_of(filled, &name("kind"), &self.kind, |c| ADDRESS_KINDS.contains(&c))
            .filter(|_| printed.is_empty())
            .unwrap_or_else(|| if printed.is_empty() { "home" } else { "as-printed" }.to_owned());
        let present = !self.province.trim().is_empty() || !self.commune.trim().is_empty();
        if present && !printed.is_empty() {
            filled.push(&name("old_commune"), "error-address-both");
        }
        if self.is_empty() {
            filled.push(&name("province"), "error-address");
        }
        let mut province = place(filled, &name("province"), &self.province, List::Provinces, None, today);
        let commune = place(filled, &name("commune"), &self.commune, List::Communes, province.as_deref(), today);
        if let Some(commune) = &commune {
            // A commune says its province.
            province = List::Communes.vocabulary().get(commune).and_then(|c| c.parent.clone());
        }
        let parts: Vec<String> = text(&self.line).into_iter().chain(printed.iter().cloned()).collect();
        let line = text(&parts.join(", "));
        if line.as_ref().is_some_and(|line| line.chars().count() > 300) {
            filled.push(&name("line"), Message::new("error-too-long").with("max", 300i64));
        }
        let meant = match kind.as_str() {
            "as-printed" if !printed.is_empty() => {
                Some(old::recognise(&self.old_province, &self.old_district, &self.old_commune))
            }
            "as-printed" => line.as_deref().map(old::recognise_line),
            _ => None,
        };
        let take = text(&self.take);
        if let Some(code) = take.as_deref()
            && !meant.iter().flat_map(old::Meant::places).any(|place| place.now().contains(&code))
        {
            filled.push(&name("take"), "error-choice");
        }
        if filled.is_wrong() {
            return None;
        }
        let old = meant.map(|meant| meant.place()).filter(|place| place.province.is_some());
        Some(Address { id: Uuid::now_v7(), kind, province, commune, line, old, take })
    }
}

/// The code that a typed place stands for. Where several fit, they are offered beside the field; a code chosen among
/// them arrives as `<name>.code` and counts as long as the typed name still fits it.
pub fn place(
    filled: &mut Filled,
    name: &str,
    typed: &str,
    list: List,
    within: Option<&str>,
    today: Date,
) -> Option<String> {
    if typed.trim().is_empty() {
        return None;
    }
    let vocabulary = list.vocabulary();
    let chosen = filled.value(&format!("{name}.code")).to_owned();
    match vocabulary.meant(typed, within, today) {
        Meant::One(entry) => Some(entry.code.clone()),
        Meant::Several(entries) => {
            if let Some(entry) = entries.iter().find(|e| e.code == chosen) {
                return Some(entry.code.clone());
            }
            let choices = entries
                .iter()
                .map(|e| {
                    let home = e.parent.as_ref().map(|p| List::Provinces.vocabulary().title(p, Language::Vi));
                    Choice::new(
                        &*e.code,
                        home.map_or_else(
                            || e.title(Language::Vi).to_owned(),
                            |home| format!("{}, {home}", e.title(Language::Vi)),
                        ),
                    )
                })
                .collect();
            filled.offer(name, choices);
            filled.push(name, "error-place-several");
            None
        }
        Meant::None => {
            filled.push(
                name,
                if list == List::Communes && within.is_some() {
                    Message::new("error-commune-not-in-province")
                } else {
                    Message::new("error-place-unknown")
                },
            );
            None
        }
    }
}
