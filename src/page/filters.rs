//! What templates may call: words, dates, titles, addresses of files.

use std::fmt;

use super::Surroundings;
pub use super::field::{
    area_field, check_field, checkboxes_field, date_field, radios_field, select_field, text_field, typeahead_field,
};
use crate::base::asset::Assets;
use crate::base::clock::in_viet_nam;
use crate::base::language::{Arg, Language, Message};
use crate::vocabulary::List;
use askama::Values;

fn language(values: &dyn Values) -> Language {
    askama::get_value::<Surroundings>(values, "surroundings").map_or(Language::Vi, |s| s.language)
}

/// A message on its way into a page; arguments may still be added.
pub struct Text {
    message: Message,
    language: Language,
}

impl Text {
    pub fn with(mut self, name: &'static str, value: impl Into<Arg>) -> Text {
        self.message = self.message.with(name, value);
        self
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.language.say(&self.message))
    }
}

/// What can be said: a key, or a message with its arguments.
pub trait Sayable {
    fn message(&self) -> Message;
}

impl Sayable for Message {
    fn message(&self) -> Message {
        self.clone()
    }
}

impl Sayable for str {
    fn message(&self) -> Message {
        Message::new(self.to_owned())
    }
}

impl Sayable for String {
    fn message(&self) -> Message {
        Message::new(self.clone())
    }
}

impl<T: Sayable + ?Sized> Sayable for &T {
    fn message(&self) -> Message {
        (**self).message()
    }
}

/// `"key"|t`: the words in the reader's language.
#[askama::filter_fn]
pub fn t(key: impl Sayable, values: &dyn Values) -> askama::Result<Text> {
    Ok(Text { message: key.message(), language: language(values) })
}

/// `"key"|t|with("name", value)`: with an argument.
#[askama::filter_fn]
pub fn with<V: Into<Arg>>(text: Text, _: &dyn Values, name: &'static str, value: V) -> askama::Result<Text> {
    Ok(text.with(name, value))
}

/// `"vendor/app.css"|asset`: the address of a file under `static/`.
#[askama::filter_fn]
pub fn asset(name: &str, _: &dyn Values) -> askama::Result<String> {
    Ok(assets().url(name))
}

/// `code|named("countries")`: what a code is called.
#[askama::filter_fn]
pub fn named(code: &str, values: &dyn Values, list: &str) -> askama::Result<String> {
    let list = List::from_name(list).ok_or_else(|| askama::Error::custom(format!("no list {list}")))?;
    Ok(list.vocabulary().title(code, language(values)))
}

/// A calendar day as people here write it.
#[askama::filter_fn]
pub fn day(on: &time::Date, _: &dyn Values) -> askama::Result<String> {
    Ok(crate::base::date::written(*on, crate::base::date::Precision::Day))
}

/// An instant as it reads on a wall in Viet Nam.
#[askama::filter_fn]
pub fn moment(at: &time::OffsetDateTime, _: &dyn Values) -> askama::Result<String> {
    let at = in_viet_nam(*at);
    Ok(format!("{:02}:{:02} {:02}/{:02}/{}", at.hour(), at.minute(), at.day(), at.month() as u8, at.year()))
}

/// The files under `static/`, read at first use; a test of templates needs no app for them.
pub fn assets() -> &'static Assets {
    static ASSETS: std::sync::OnceLock<Assets> = std::sync::OnceLock::new();
    ASSETS.get_or_init(|| {
        let root = std::env::var_os("TROVE_STATIC")
            .map_or_else(|| std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/static")), Into::into);
        Assets::read(&root).unwrap_or_else(|e| {
            rocket::error!("cannot read {}: {e}", root.display());
            Assets::empty()
        })
    })
}
