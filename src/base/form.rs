//! Forms: parsed by Rocket, checked by validator, shown again as typed with a message beside each field.

use std::collections::BTreeMap;

use rocket::form::{self, DataField, FromForm, Options, ValueField};
use sha2::{Digest, Sha256};
use uuid::Uuid;
use validator::{Validate, ValidationErrors, ValidationErrorsKind};

use super::language::Message;
use super::text::readable;

/// No single field is longer, whatever its form says.
const LONGEST: usize = 20_000;

/// A form that was sent. `value` is there only if nothing is wrong with it.
pub struct Checked<T> {
    pub value: Option<T>,
    pub filled: Filled,
}

/// The form behind a button with nothing to fill in: it says that it was sent, once.
#[derive(FromForm, Validate)]
pub struct Press {
    #[field(default = false)]
    #[expect(dead_code, reason = "a form needs a field; `Checked` reads the submission")]
    sent: bool,
}

/// The form behind a button beside something that may have changed since: it says at which version it was looked at.
#[derive(FromForm, Validate)]
pub struct PressAt {
    #[field(default = 0)]
    pub version: i32,
}

/// A field that differs between what was there, what is there now, and what was typed; in words, for the page that shows a
/// conflict. `label` is the key of a message; `before` is nothing where it is not known.
pub struct Difference {
    pub label: String,
    pub before: Option<String>,
    pub now: String,
    pub yours: String,
}

/// What becomes of a field of a row that somebody else changed while this person typed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Clash {
    None,
    /// Left alone by this person and changed by the other: the other's change is carried over.
    Theirs,
    /// To be chosen, or the other's choice to be seen.
    Both,
}

pub fn clash<V: PartialEq>(before: &V, now: &V, typed: &V) -> Clash {
    match (typed == before, now == before) {
        (true, true) => Clash::None,
        (true, false) => Clash::Theirs,
        (false, _) => Clash::Both,
    }
}

/// What stands in a form's fields, and what is wrong with them.
#[derive(Clone, Debug)]
pub struct Filled {
    values: BTreeMap<String, Vec<String>>,
    errors: Vec<(String, Message)>,
    candidates: BTreeMap<String, Vec<Choice>>,
    submission: Submission,
}

/// One sending of one form. The key was drawn when the form was shown; the hash is of what was sent.
#[derive(Clone, Copy, Debug)]
pub struct Submission {
    pub key: Uuid,
    pub hash: [u8; 32],
}

/// A fresh submission key, for pages with several small forms: each needs one of its own.
pub fn new_key() -> String {
    Uuid::new_v4().to_string()
}

/// One of the things to choose from; the text is already in the reader's language.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    pub value: String,
    pub text: String,
}

impl Choice {
    pub fn new(value: impl Into<String>, text: impl Into<String>) -> Choice {
        Choice { value: value.into(), text: text.into() }
    }
}

impl Filled {
    /// A form not yet sent, with nothing in it.
    pub fn blank() -> Filled {
        Filled {
            values: BTreeMap::new(),
            errors: Vec::new(),
            candidates: BTreeMap::new(),
            submission: Submission { key: Uuid::new_v4(), hash: [0; 32] },
        }
    }

    /// Puts a value into a field, as an edit form does before it is shown.
    pub fn put(mut self, name: &str, value: impl Into<String>) -> Filled {
        self.values.insert(name.to_owned(), vec![value.into()]);
        self
    }

    pub fn put_all(mut self, name: &str, values: impl IntoIterator<Item = String>) -> Filled {
        self.values.insert(name.to_owned(), values.into_iter().collect());
        self
    }

    /// True if the form had this field, be it empty.
    pub fn has(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    pub fn value(&self, name: &str) -> &str {
        self.values.get(name).and_then(|v| v.first()).map_or("", String::as_str)
    }

    /// True if this value of a radio or checkbox was chosen.
    pub fn is(&self, name: &str, value: &str) -> bool {
        self.values.get(name).is_some_and(|v| v.iter().any(|v| v == value))
    }

    pub fn error(&self, name: &str) -> Option<&Message> {
        self.errors.iter().find(|(field, _)| field == name).map(|(_, message)| message)
    }

    /// One message a field, in the order found.
    pub fn errors(&self) -> Vec<(&str, &Message)> {
        let mut said: Vec<(&str, &Message)> = Vec::new();
        for (field, message) in &self.errors {
            if !said.iter().any(|(known, _)| known == field) {
                said.push((field, message));
            }
        }
        said
    }

    pub fn is_wrong(&self) -> bool {
        !self.errors.is_empty()
    }

    /// Adds what only the act could know, such as a code that names nothing.
    pub fn push(&mut self, name: &str, message: impl Into<Message>) {
        self.errors.push((name.to_owned(), message.into()));
    }

    /// Says of a field what is wrong with the form as a whole, in words that fit it; nothing where nothing is.
    pub fn lay_on(&mut self, name: &str, message: impl Into<Message>) {
        let before = self.errors.len();
        self.errors.retain(|(field, _)| !field.is_empty());
        if self.errors.len() < before {
            self.push(name, message);
        }
    }

    /// Takes what stands in a field, and what is wrong with it, to another: where a page has the same small form on
    /// several lines, the line that was sent.
    pub fn take_to(&mut self, name: &str, other: &str) {
        if let Some(values) = self.values.remove(name) {
            self.values.insert(other.to_owned(), values);
        }
        for (field, _) in self.errors.iter_mut().filter(|(field, _)| field == name) {
            *field = other.to_owned();
        }
    }

    /// Offers what a typed name may have meant.
    pub fn offer(&mut self, name: &str, candidates: Vec<Choice>) {
        self.candidates.insert(name.to_owned(), candidates);
    }

    pub fn candidates(&self, name: &str) -> &[Choice] {
        self.candidates.get(name).map_or(&[], Vec::as_slice)
    }

    /// Puts one more value into a field, as where a file that came with the form has been kept.
    pub fn also(&mut self, name: &str, value: impl Into<String>) {
        self.values.entry(name.to_owned()).or_default().push(value.into());
    }

    /// Counts a file among what was sent: another file under the same key is another sending.
    pub fn includes(&mut self, hash: &[u8]) {
        self.submission.hash = Sha256::new().chain_update(self.submission.hash).chain_update(hash).finalize().into();
    }

    pub fn submission(&self) -> Submission {
        self.submission
    }

    /// The key as the hidden field carries it.
    pub fn key(&self) -> String {
        self.submission.key.to_string()
    }

    fn check_values(&mut self) {
        let mut wrong = Vec::new();
        for (name, values) in &self.values {
            if values.iter().any(|v| v.len() > LONGEST) {
                wrong.push((name.clone(), Message::new("error-too-long").with("max", LONGEST as i64)));
            } else if !values.iter().all(|v| readable(v)) {
                wrong.push((name.clone(), Message::new("error-characters")));
            }
        }
        self.errors.extend(wrong);
    }

    fn check_submission(&mut self) {
        match Uuid::parse_str(self.value("submission")) {
            Ok(key) => self.submission.key = key,
            Err(_) => self.push("submission", "error-submission"),
        }
        let mut hash = Sha256::new();
        for (name, values) in self.values.iter().filter(|(name, _)| *name != "submission") {
            for value in values {
                for part in [name.as_bytes(), value.as_bytes()] {
                    hash.update((part.len() as u64).to_be_bytes());
                    hash.update(part);
                }
            }
        }
        self.submission.hash = hash.finalize().into();
    }
}

#[rocket::async_trait]
impl<'r, T: FromForm<'r> + Validate> FromForm<'r> for Checked<T> {
    type Context = (T::Context, Filled);

    fn init(options: Options) -> Self::Context {
        (T::init(options), Filled::blank())
    }

    fn push_value((inner, filled): &mut Self::Context, field: ValueField<'r>) {
        filled.values.entry(field.name.source().as_str().to_owned()).or_default().push(field.value.to_owned());
        T::push_value(inner, field);
    }

    async fn push_data((inner, _): &mut Self::Context, field: DataField<'r, '_>) {
        T::push_data(inner, field).await;
    }

    fn push_error((inner, _): &mut Self::Context, error: form::Error<'r>) {
        T::push_error(inner, error);
    }

    fn finalize((inner, mut filled): Self::Context) -> form::Result<'r, Self> {
        filled.check_submission();
        filled.check_values();
        let value = match T::finalize(inner) {
            Ok(value) => {
                if let Err(errors) = value.validate() {
                    push_all(&mut filled, "", &errors);
                }
                Some(value)
            }
            Err(errors) => {
                for error in errors.iter() {
                    let name = error.name.as_ref().map_or(String::new(), |name| name.to_string());
                    filled.push(&name, parse_error(&error.kind));
                }
                None
            }
        };
        let value = value.filter(|_| !filled.is_wrong());
        Ok(Checked { value, filled })
    }
}

fn push_all(filled: &mut Filled, within: &str, errors: &ValidationErrors) {
    let mut fields: Vec<_> = errors.errors().iter().collect();
    fields.sort_by_key(|(name, _)| name.to_string());
    for (name, kind) in fields {
        let name = if within.is_empty() { name.to_string() } else { format!("{within}.{name}") };
        match kind {
            ValidationErrorsKind::Field(errors) => {
                for error in errors {
                    let mut message = Message::new(format!("error-{}", error.code));
                    for (param, key) in [("max", "max"), ("min", "min")] {
                        if let Some(value) = error.params.get(param).and_then(serde_json::Value::as_i64) {
                            message = message.with(key, value);
                        }
                    }
                    filled.push(&name, message);
                }
            }
            ValidationErrorsKind::Struct(inner) => push_all(filled, &name, inner),
            ValidationErrorsKind::List(list) => {
                for (at, inner) in list {
                    push_all(filled, &format!("{name}[{at}]"), inner);
                }
            }
        }
    }
}

fn parse_error(kind: &form::error::ErrorKind<'_>) -> Message {
    use form::error::ErrorKind::*;
    match kind {
        Missing => Message::new("error-required"),
        InvalidLength { .. } => Message::new("error-too-long").with("max", LONGEST as i64),
        _ => Message::new("error-value"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_left_alone_is_the_others_and_what_both_touched_is_shown() {
        let of = |before: &str, now: &str, typed: &str| clash(&before, &now, &typed);
        assert_eq!(of("a", "a", "a"), Clash::None);
        assert_eq!(of("a", "b", "a"), Clash::Theirs);
        for (now, typed) in [("a", "b"), ("b", "b"), ("b", "c")] {
            assert_eq!(of("a", now, typed), Clash::Both, "{now} {typed}");
        }
    }
}
