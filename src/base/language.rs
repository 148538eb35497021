//! Two languages, Vietnamese first. Every word a person reads is a message in `locales/`.

use std::borrow::Cow;
use std::fmt;

use fluent_templates::fluent_bundle::{FluentArgs, FluentValue};
use fluent_templates::{LanguageIdentifier, Loader, langid, static_loader};

static_loader! {
    static MESSAGES = {
        locales: "./locales",
        fallback_language: "vi",
        // Isolation marks would stand in mails, CSV files and page titles as stray characters.
        customise: |bundle| {
            bundle.set_use_isolating(false);
            let vietnamese = bundle.locales.first().is_some_and(|l| l.language.as_str() == "vi");
            // The name is free: nothing adds the built-in one.
            let _ = bundle.add_function("NUMBER", if vietnamese { dots } else { commas });
        },
    };
}

/// 38.200.000 as Vietnamese readers write it.
fn dots<'a>(args: &[FluentValue<'a>], _: &FluentArgs<'_>) -> FluentValue<'a> {
    grouped(args, '.')
}

fn commas<'a>(args: &[FluentValue<'a>], _: &FluentArgs<'_>) -> FluentValue<'a> {
    grouped(args, ',')
}

fn grouped(args: &[FluentValue<'_>], mark: char) -> FluentValue<'static> {
    let Some(FluentValue::Number(number)) = args.first() else { return FluentValue::Error };
    let plain = format!("{:.0}", number.value);
    let digits = plain.trim_start_matches('-').len();
    let mut text = String::with_capacity(plain.len() + digits / 3);
    for (at, c) in plain.trim_start_matches('-').chars().enumerate() {
        if at > 0 && (digits - at).is_multiple_of(3) {
            text.push(mark);
        }
        text.push(c);
    }
    if number.value < 0.0 {
        text.insert(0, '-');
    }
    text.into()
}

const VI: LanguageIdentifier = langid!("vi");
const EN: LanguageIdentifier = langid!("en");

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Language {
    #[default]
    Vi,
    En,
}

impl Language {
    pub fn code(self) -> &'static str {
        match self {
            Language::Vi => "vi",
            Language::En => "en",
        }
    }

    pub fn from_code(code: &str) -> Option<Language> {
        match code {
            "vi" => Some(Language::Vi),
            "en" => Some(Language::En),
            _ => None,
        }
    }

    pub fn say(self, message: &Message) -> String {
        let id = if self == Language::Vi { &VI } else { &EN };
        let found = match message.args.as_slice() {
            [] => MESSAGES.try_lookup(id, &message.key),
            args => {
                let args = args.iter().map(|(name, value)| (Cow::Borrowed(*name), value.fluent())).collect();
                MESSAGES.try_lookup_with_args(id, &message.key, &args)
            }
        };
        found.unwrap_or_else(|| message.key.to_string())
    }
}

/// Something to say, in whichever language the reader has: a key of `locales/` and its arguments.
#[derive(Clone, PartialEq)]
pub struct Message {
    pub key: Cow<'static, str>,
    args: Vec<(&'static str, Arg)>,
}

impl Message {
    pub fn new(key: impl Into<Cow<'static, str>>) -> Message {
        Message { key: key.into(), args: Vec::new() }
    }

    pub fn with(mut self, name: &'static str, value: impl Into<Arg>) -> Message {
        self.args.push((name, value.into()));
        self
    }
}

/// What stands in a message's place-holder.
#[derive(Clone, PartialEq)]
pub enum Arg {
    Text(String),
    Number(i64),
}

impl Arg {
    fn fluent(&self) -> FluentValue<'static> {
        match self {
            Arg::Text(text) => text.clone().into(),
            Arg::Number(number) => (*number).into(),
        }
    }
}

impl From<i16> for Arg {
    fn from(number: i16) -> Arg {
        Arg::Number(number.into())
    }
}

impl From<&i16> for Arg {
    fn from(number: &i16) -> Arg {
        Arg::Number((*number).into())
    }
}

impl From<&str> for Arg {
    fn from(text: &str) -> Arg {
        Arg::Text(text.to_owned())
    }
}

impl From<String> for Arg {
    fn from(text: String) -> Arg {
        Arg::Text(text)
    }
}

impl From<&String> for Arg {
    fn from(text: &String) -> Arg {
        Arg::Text(text.clone())
    }
}

impl From<i64> for Arg {
    fn from(number: i64) -> Arg {
        Arg::Number(number)
    }
}

impl From<&i64> for Arg {
    fn from(number: &i64) -> Arg {
        Arg::Number(*number)
    }
}

impl From<&i32> for Arg {
    fn from(value: &i32) -> Arg {
        Arg::from(i64::from(*value))
    }
}

impl From<&usize> for Arg {
    fn from(value: &usize) -> Arg {
        Arg::from(*value)
    }
}

impl From<usize> for Arg {
    fn from(number: usize) -> Arg {
        Arg::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Arguments may hold what somebody typed; a debug line may reach a log.
        f.write_str(&self.key)
    }
}

impl From<&'static str> for Message {
    fn from(key: &'static str) -> Message {
        Message::new(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_as_each_reader_writes_them() {
        let say = |language: Language, n: i64| language.say(&Message::new("statistics-total").with("count", n));
        assert!(say(Language::Vi, 38_200_000).ends_with(": 38.200.000"));
        assert!(say(Language::En, 1_234).ends_with(": 1,234"));
        assert!(say(Language::Vi, 999).ends_with(": 999"));
    }
}
