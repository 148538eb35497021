//! What stands in a private file. Each record says inside what it is, so that nothing outside does.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use super::scale::{self, Answers};
use crate::base::date::{Precision, written};
use crate::base::language::{Language, Message};
use crate::base::{Error, Result};

/// Sealed text is filled up with blanks to a multiple of this, so that its length does not say what it is.
const STEP: usize = 2048;
/// More than a form can hold.
const LONGEST: usize = 40_000;

/// A day as it is kept: 2026-11-24.
pub type Day = time::Date;

time::serde::format_description!(pub iso_day, Date, "[year]-[month]-[day]");

/// One record, by what it is.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Content {
    Consent(Consent),
    Note(Note),
    Talk(Talk),
    Scale(Answers),
    Done(Done),
    Signs(Signs),
    Ended(Ended),
}

/// The returnee agreed that this file is kept, or what else allowed it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Consent {
    /// One of [`super::CONSENT_MODES`], or why it was done without: `danger`, `child`.
    pub mode: String,
    #[serde(with = "iso_day")]
    pub on: Day,
    /// They were told that this is sensitive, who reads it, and when it cannot stay between them and the helper.
    pub told: bool,
    /// What was told besides, or the reason where there is no consent.
    pub words: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Note {
    pub text: String,
}

/// A talk with somebody, or with a family.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Talk {
    #[serde(with = "iso_day")]
    pub on: Day,
    pub way: String,
    pub form: String,
    pub minutes: Option<i32>,
    pub done: Vec<String>,
    pub words: Option<String>,
    pub next: Option<Next>,
}

/// When they meet again, and what the returnee asked for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Next {
    #[serde(with = "iso_day")]
    pub on: Day,
    pub wishes: Vec<String>,
}

/// What was done when somebody might have harmed themselves.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Done {
    pub done: Vec<String>,
    pub words: Option<String>,
}

/// What somebody told of, whether they are safe, and what they choose; never a verdict.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Signs {
    #[serde(with = "iso_day")]
    pub on: Day,
    pub safe: String,
    pub labour: Vec<String>,
    pub trafficking: Vec<String>,
    pub coerced: bool,
    pub words: Option<String>,
    pub told: bool,
    /// Each body they were asked about, with their choice.
    pub chose: Vec<(String, String)>,
    /// Told to somebody without their choice: on which ground, and why.
    pub without: Option<(String, String)>,
}

/// Why the file was ended.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Ended {
    pub because: String,
    pub words: Option<String>,
}

/// What to do when somebody is in danger; read without the rest of the file.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Plan {
    pub signs: Option<String>,
    pub alone: Option<String>,
    pub people: Option<String>,
    pub staff: Option<String>,
    pub safer: Option<String>,
    pub reasons: Option<String>,
    pub reach: Option<String>,
}

/// A record as it is read.
#[derive(Clone, Debug)]
pub struct Record {
    pub id: Uuid,
    pub replaces: Option<Uuid>,
    pub content: Content,
    pub by: Uuid,
    pub at: OffsetDateTime,
}

/// Words of a record with their labels, in the order in which they are shown.
pub type Lines = Vec<(&'static str, String)>;

impl Content {
    /// The key of its title.
    pub fn title(&self) -> &'static str {
        match self {
            Content::Consent(_) => "care-consent",
            Content::Note(_) => "care-note",
            Content::Talk(_) => "care-talk",
            Content::Scale(_) => "scale-title",
            Content::Done(_) => "safety-done",
            Content::Signs(_) => "signs-title",
            Content::Ended(_) => "care-ended",
        }
    }

    pub fn lines(&self, language: Language) -> Lines {
        let say = |key: String| language.say(&Message::new(key));
        let all = |prefix: &str, codes: &[String]| {
            let words: Vec<String> = codes.iter().map(|code| say(format!("{prefix}-{code}"))).collect();
            Some(words.join("; ")).filter(|words| !words.is_empty())
        };
        let lines: Vec<(&'static str, Option<String>)> = match self {
            Content::Consent(c) => vec![
                ("care-consent-mode", Some(say(format!("care-mode-{}", c.mode)))),
                ("care-consent-on", Some(written(c.on, Precision::Day))),
                ("care-consent-told", c.told.then(|| say("answer-yes".into()))),
                ("care-words", c.words.clone()),
            ],
            Content::Note(n) => vec![("care-words", Some(n.text.clone()))],
            Content::Talk(t) => vec![
                ("care-talk-on", Some(written(t.on, Precision::Day))),
                ("care-talk-form", Some(say(format!("care-talk-form-{}", t.form)))),
                ("care-talk-way", Some(say(format!("counselling-way-{}", t.way)))),
                ("care-talk-minutes", t.minutes.map(|n| n.to_string())),
                ("care-talk-done", all("care-talk-done", &t.done)),
                ("care-words", t.words.clone()),
                ("care-talk-next", t.next.as_ref().map(|next| written(next.on, Precision::Day))),
                ("care-talk-wishes", t.next.as_ref().and_then(|next| all("care-wish", &next.wishes))),
            ],
            Content::Scale(a) => scale_lines(a, language),
            Content::Done(d) => vec![("safety-done", all("safety-done", &d.done)), ("care-words", d.words.clone())],
            Content::Signs(s) => {
                let chose = s.chose.iter().map(|(body, choice)| {
                    format!("{}: {}", say(format!("signs-body-{body}")), say(format!("signs-choice-{choice}")))
                });
                let chose = chose.collect::<Vec<_>>().join("\n");
                let without = s.without.as_ref();
                vec![
                    ("signs-on", Some(written(s.on, Precision::Day))),
                    ("signs-safe", Some(say(format!("signs-safe-{}", s.safe)))),
                    ("signs-labour", all("signs-labour", &s.labour)),
                    ("signs-trafficking", all("signs-trafficking", &s.trafficking)),
                    ("signs-coerced", s.coerced.then(|| say("answer-yes".into()))),
                    ("signs-words", s.words.clone()),
                    ("care-consent-told", s.told.then(|| say("answer-yes".into()))),
                    ("signs-choose", Some(chose).filter(|words| !words.is_empty())),
                    ("signs-ground", without.map(|(ground, _)| say(format!("signs-ground-{ground}")))),
                    ("signs-because", without.map(|(_, because)| because.clone())),
                ]
            }
            Content::Ended(e) => vec![
                ("care-ended-because", Some(say(format!("care-ended-{}", e.because)))),
                ("care-words", e.words.clone()),
            ],
        };
        lines.into_iter().filter_map(|(label, words)| Some((label, words?))).collect()
    }
}

/// The sums and what they call for, and then each answer: never the name of an illness.
fn scale_lines(a: &Answers, language: Language) -> Vec<(&'static str, Option<String>)> {
    let say = |key: String| language.say(&Message::new(key));
    let mut lines = vec![
        ("scale-name", Some(say(format!("scale-name-{}", a.scale)))),
        ("scale-on", Some(written(a.on, Precision::Day))),
        ("scale-filled", Some(say(format!("scale-filled-{}", a.filled)))),
    ];
    let Some(scale) = scale::of_code(&a.scale) else { return lines };
    for part in &scale.parts {
        let score = scale.score(part, &a.points).map_or_else(|| say("scale-no-sum".into()), |sum| sum.to_string());
        lines.push(("scale-sum", Some(format!("{}: {score}", say(format!("scale-part-{}", part.code))))));
    }
    let advice = a.advice.as_deref().unwrap_or("none");
    lines.push(("scale-advice", Some(say(format!("scale-advice-{advice}")))));
    let answered = scale.items.iter().zip(&a.points).map(|(item, points)| {
        let answer = scale.answers.iter().find(|one| Some(one.points) == *points);
        let answer = answer.map_or_else(|| say("scale-refused".into()), |one| one.say(language).to_owned());
        format!("{}: {answer}", item.say(language))
    });
    lines.push(("scale-answers", Some(answered.collect::<Vec<_>>().join("\n"))));
    lines
}

impl Plan {
    pub const FIELDS: [&str; 7] = ["signs", "alone", "people", "staff", "safer", "reasons", "reach"];

    pub fn field(&self, name: &str) -> Option<&str> {
        let value = match name {
            "signs" => &self.signs,
            "alone" => &self.alone,
            "people" => &self.people,
            "staff" => &self.staff,
            "safer" => &self.safer,
            "reasons" => &self.reasons,
            _ => &self.reach,
        };
        value.as_deref()
    }

    pub fn lines(&self) -> Lines {
        let labels = [
            "care-plan-signs",
            "care-plan-alone",
            "care-plan-people",
            "care-plan-staff",
            "care-plan-safer",
            "care-plan-reasons",
            "care-plan-reach",
        ];
        let said = Plan::FIELDS.iter().map(|name| self.field(name).map(str::to_owned));
        labels.into_iter().zip(said).filter_map(|(label, words)| Some((label, words?))).collect()
    }
}

/// Text to be sealed, filled up.
pub fn packed<T: Serialize>(content: &T) -> Result<Vec<u8>> {
    let mut text = serde_json::to_vec(content).map_err(Error::internal)?;
    if text.len() > LONGEST {
        return Err(Error::Internal("a record longer than any form".into()));
    }
    let whole = text.len().div_ceil(STEP) * STEP;
    text.resize(whole, b' ');
    Ok(text)
}

pub fn unpacked<T: for<'a> Deserialize<'a>>(text: &[u8]) -> Result<T> {
    serde_json::from_slice(text).map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_record_is_cannot_be_told_from_its_length() {
        let short = packed(&Content::Note(Note { text: "x".into() })).unwrap();
        let long = packed(&Content::Note(Note { text: "ngủ không được ".repeat(60) })).unwrap();
        let ended = Content::Ended(Ended { because: "withdrawn".into(), words: None });
        assert_eq!(short.len(), long.len());
        assert_eq!(short.len(), packed(&ended).unwrap().len());
        assert!(matches!(unpacked::<Content>(&long).unwrap(), Content::Note(n) if n.text.starts_with("ngủ")));
    }
}
