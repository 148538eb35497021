//! What is typed about a provider, and the form that shows it again.

use rocket::FromForm;
use serde_json::{Value, json};
use time::format_description::well_known::Iso8601;
use time::{Date, Duration};
use uuid::Uuid;
use validator::Validate;

use super::{Provider, SERVES};
use crate::base::date::{Precision, Typed, written};
use crate::base::form::{Choice, Filled};
use crate::base::language::{Language, Message};
use crate::case::assistance::CODES;
use crate::person::form::{one_of, text};
use crate::vocabulary::List;

/// The fields of an entry, in the order of the form.
pub const FIELDS: [&str; 12] = [
    "name",
    "organisation_id",
    "province_code",
    "kinds",
    "serves",
    "phone",
    "address",
    "hours",
    "cost_note",
    "valid_from",
    "valid_until",
    "source",
];

#[derive(FromForm, Validate)]
pub struct ProviderForm {
    #[validate(length(max = 200, code = "too-long"))]
    #[field(default = String::new())]
    name: String,
    #[field(default = String::new())]
    organisation_id: String,
    #[field(default = String::new())]
    province_code: String,
    kinds: Vec<String>,
    serves: Vec<String>,
    #[validate(length(max = 50, code = "too-long"))]
    #[field(default = String::new())]
    phone: String,
    #[validate(length(max = 300, code = "too-long"))]
    #[field(default = String::new())]
    address: String,
    #[validate(length(max = 200, code = "too-long"))]
    #[field(default = String::new())]
    hours: String,
    #[validate(length(max = 300, code = "too-long"))]
    #[field(default = String::new())]
    cost_note: String,
    valid_from: Typed,
    valid_until: Typed,
    #[validate(length(max = 300, code = "too-long"))]
    #[field(default = String::new())]
    source: String,
    /// It was checked today that all of this is so.
    #[field(default = false)]
    pub verified: bool,
    #[field(default = 0)]
    pub version: i32,
}

#[derive(FromForm, Validate)]
pub struct ProviderSent {
    #[validate(nested)]
    pub provider: ProviderForm,
}

/// An entry, read.
pub struct Entry {
    pub name: String,
    pub organisation: Option<Uuid>,
    pub province: Option<String>,
    pub kinds: Vec<String>,
    pub serves: Vec<String>,
    pub phone: Option<String>,
    pub address: Option<String>,
    pub hours: Option<String>,
    pub cost_note: Option<String>,
    pub valid_from: Date,
    pub valid_until: Option<Date>,
    pub source: String,
}

/// Codes of a closed list, each once, in the order of that list.
fn several(filled: &mut Filled, name: &str, typed: &[String], known: &[&str]) -> Vec<String> {
    let chosen = |code: &&&str| typed.iter().any(|typed| typed == **code);
    let found: Vec<String> = known.iter().filter(chosen).map(|code| (*code).to_owned()).collect();
    if typed.iter().any(|typed| !known.contains(&typed.as_str())) {
        filled.push(name, "error-choice");
    } else if found.is_empty() {
        filled.push(name, "error-choose");
    }
    found
}

fn whole_day(filled: &mut Filled, name: &str, typed: &Typed, today: Date) -> Option<Date> {
    let wrong = match typed.read() {
        Ok(None) => return None,
        Ok(Some((date, Precision::Day))) if (date - today).abs() > Duration::days(365 * 20) => "error-provider-day",
        Ok(Some((date, Precision::Day))) => return Some(date),
        Ok(_) => "error-date-whole",
        Err(wrong) => wrong,
    };
    filled.push(name, wrong);
    None
}

impl ProviderForm {
    /// The entry, or `None` with what is wrong beside the fields.
    pub fn read(&self, filled: &mut Filled, offices: &[(Uuid, String)], today: Date) -> Option<Entry> {
        let name = text(&self.name);
        let source = text(&self.source);
        for (field, given) in [("provider.name", name.is_some()), ("provider.source", source.is_some())] {
            if !given && filled.error(field).is_none() {
                filled.push(field, "error-required");
            }
        }
        let organisation = one_of(filled, "provider.organisation_id", &self.organisation_id, |code| {
            offices.iter().any(|(id, _)| id.to_string() == code)
        });
        let province = one_of(filled, "provider.province_code", &self.province_code, |code| {
            List::Provinces.vocabulary().get(code).is_some()
        });
        let kinds = several(filled, "provider.kinds", &self.kinds, &CODES);
        let serves = several(filled, "provider.serves", &self.serves, &SERVES);
        let valid_from = whole_day(filled, "provider.valid_from", &self.valid_from, today);
        if valid_from.is_none() && filled.error("provider.valid_from").is_none() {
            filled.push("provider.valid_from", "error-required");
        }
        let valid_until = whole_day(filled, "provider.valid_until", &self.valid_until, today);
        if valid_until.zip(valid_from).is_some_and(|(until, from)| until < from) {
            filled.push("provider.valid_until", "error-provider-order");
        }
        let entry = Entry {
            name: name?,
            organisation: organisation.and_then(|id| Uuid::parse_str(&id).ok()),
            province,
            kinds,
            serves,
            phone: text(&self.phone),
            address: text(&self.address),
            hours: text(&self.hours),
            cost_note: text(&self.cost_note),
            valid_from: valid_from?,
            valid_until,
            source: source?,
        };
        Some(entry).filter(|_| !filled.is_wrong())
    }
}

impl Entry {
    /// As the row says it, to be compared with other versions.
    pub fn row(&self) -> Value {
        json!({
            "name": self.name, "organisation_id": self.organisation, "province_code": self.province, "kinds": self.kinds,
            "serves": self.serves, "phone": self.phone, "address": self.address, "hours": self.hours,
            "cost_note": self.cost_note, "valid_from": self.valid_from.to_string(),
            "valid_until": self.valid_until.map(|day| day.to_string()), "source": self.source,
        })
    }
}

impl Provider {
    pub fn row(&self) -> Value {
        let entry = self.clone();
        Entry {
            name: entry.name,
            organisation: entry.organisation_id,
            province: entry.province_code,
            kinds: entry.kinds,
            serves: entry.serves,
            phone: entry.phone,
            address: entry.address,
            hours: entry.hours,
            cost_note: entry.cost_note,
            valid_from: entry.valid_from,
            valid_until: entry.valid_until,
            source: entry.source,
        }
        .row()
    }
}

fn day(value: &Value) -> Option<Date> {
    Date::parse(value.as_str()?, &Iso8601::DATE).ok()
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Puts a field of a row into the form.
pub fn put(mut filled: Filled, field: &str, value: &Value) -> Filled {
    let name = format!("provider.{field}");
    match field {
        "kinds" | "serves" => filled.put_all(&name, texts(value)),
        "valid_from" | "valid_until" => {
            let typed = Typed::of(day(value), None);
            for (part, text) in [("day", typed.day), ("month", typed.month), ("year", typed.year)] {
                filled = filled.put(&format!("{name}.{part}"), text);
            }
            filled
        }
        _ => filled.put(&name, value.as_str().unwrap_or_default()),
    }
}

/// A field of a row in words; a dash for nothing.
pub fn in_words(field: &str, value: &Value, offices: &[Choice], language: Language) -> String {
    let named = |prefix: &str| {
        let all = texts(value).into_iter().map(|code| language.say(&Message::new(format!("{prefix}-{code}"))));
        all.collect::<Vec<_>>().join("; ")
    };
    let words = match field {
        "kinds" => named("service"),
        "serves" => named("provider-serves"),
        "valid_from" | "valid_until" => day(value).map(|day| written(day, Precision::Day)).unwrap_or_default(),
        "province_code" => {
            value.as_str().map(|code| List::Provinces.vocabulary().title(code, language)).unwrap_or_default()
        }
        "organisation_id" => {
            let id = value.as_str().unwrap_or_default();
            offices.iter().find(|office| office.value == id).map(|office| office.text.clone()).unwrap_or_default()
        }
        _ => value.as_str().unwrap_or_default().to_owned(),
    };
    if words.is_empty() { "–".to_owned() } else { words }
}
