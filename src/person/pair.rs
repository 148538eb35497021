//! Two records side by side: what each says, how it knows, and where they agree.

use serde::Deserialize;
use time::format_description::well_known::Iso8601;
use time::serde::rfc3339;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::change::in_words;
use super::document;
use super::merge_store::Pair;
use crate::access::{Ground, Share, User};
use crate::base::date::{self, Precision};
use crate::base::language::{Language, Message};
use crate::base::seal::Keys;
use crate::base::text::fold_any_order;
use crate::base::{Error, Result};
use crate::vocabulary::List;

/// Answers to «is this one person?».
pub const DECISIONS: [&str; 3] = ["same", "different", "cannot-tell"];

/// What spoke for or against, as the comparison says it.
#[derive(Deserialize)]
pub struct Reason {
    #[serde(default)]
    pub field: String,
    #[serde(default)]
    pub level: String,
    /// Weight of evidence; below nought it speaks against.
    #[serde(default)]
    pub bits: f64,
}

impl Reason {
    /// In words; a reason that no language knows is called by its field.
    pub fn in_words(&self, language: Language) -> String {
        let known = |key: String| Some(language.say(&Message::new(key.clone()))).filter(|said| *said != key);
        known(format!("match-{}-{}", self.field, self.level)).unwrap_or_else(|| {
            let field = known(format!("person-{}", self.field.replace('_', "-"))).unwrap_or(self.field.clone());
            let key = if self.bits < 0.0 { "pair-speaks-against" } else { "pair-speaks-for" };
            language.say(&Message::new(key).with("field", field))
        })
    }
}

/// The words of all reasons, those that share a number first.
pub fn reasons(reason: &str, of: &[Reason], language: Language) -> Vec<String> {
    let number = (reason == "same-number").then(|| language.say(&Message::new("pair-same-number")));
    number.into_iter().chain(of.iter().map(|r| r.in_words(language))).collect()
}

/// A score as whole per cent; nothing is ever sure, nor out of the question.
pub fn per_cent(probability: f64) -> i64 {
    ((probability * 100.0).floor() as i64).clamp(1, 99)
}

/// A decision that holds.
#[derive(Deserialize)]
pub struct Decided {
    pub decision: String,
    pub note: Option<String>,
    #[serde(with = "rfc3339")]
    pub at: OffsetDateTime,
    pub organisation: String,
    /// Whoever decided, if a colleague.
    pub by: Option<String>,
}

/// One of the two records, as far as whoever decides may see it.
#[derive(Deserialize)]
pub struct Side {
    pub id: Uuid,
    pub code: String,
    pub name: String,
    #[serde(with = "rfc3339")]
    pub registered_at: OffsetDateTime,
    pub version: i32,
    pub protected: bool,
    /// The user is among the staff named in the protection.
    named: bool,
    /// The user may open the record, or change it.
    pub sees: bool,
    changes: bool,
    pub facts: Vec<SideFact>,
    documents: Vec<SideDocument>,
    phones: Vec<SidePhone>,
    provinces: Vec<String>,
}

#[derive(Deserialize)]
pub struct SideFact {
    pub fact: String,
    value: Option<String>,
    precision: Option<String>,
    absence: Option<String>,
    level: Option<String>,
    said_by: Option<String>,
    #[serde(with = "rfc3339")]
    at: OffsetDateTime,
    /// Better known here than in the other record.
    better: bool,
}

#[derive(Deserialize)]
struct SideDocument {
    id: Uuid,
    kind: String,
    country: String,
    level: String,
    sealed: Option<String>,
}

#[derive(Deserialize)]
struct SidePhone {
    masked: String,
    /// The other record has it too.
    shared: bool,
}

impl Side {
    /// Why the user may open this record, as the authorisation function wants it.
    pub fn ground(&self, user: &User) -> Ground {
        let own = Share { organisation: user.organisation, user: None, until: None, reads_only: false };
        Ground {
            protected: self.protected,
            named: if self.named { vec![user.id] } else { Vec::new() },
            shares: if self.changes { vec![own] } else { Vec::new() },
            // Whoever is excluded is shown no such record.
            excluded: Vec::new(),
            under: None,
        }
    }
}

impl SideFact {
    fn birth(&self) -> Option<(Date, Precision)> {
        let date = Date::parse(self.value.as_deref()?, &Iso8601::DATE).ok()?;
        Some((date, Precision::from_code(self.precision.as_deref()?)?))
    }

    fn said(&self, language: Language) -> Cell {
        let text = match (self.fact.as_str(), &self.value) {
            (_, None) => String::new(),
            ("birth", Some(_)) => {
                self.birth().map(|(day, precision)| date::written(day, precision)).unwrap_or_default()
            }
            (fact, Some(value)) => in_words(fact, value, language),
        };
        Cell {
            level: self.value.as_ref().map(|_| self.level.clone().unwrap_or_else(|| "stated".to_owned())),
            said_by: self.said_by.clone(),
            absence: if self.value.is_some() {
                None
            } else {
                Some(self.absence.clone().unwrap_or_else(|| "not-asked".to_owned()))
            },
            at: Some(self.at),
            text,
        }
    }
}

/// One thing that a record says.
#[derive(Clone, Default)]
pub struct Cell {
    pub text: String,
    pub level: Option<String>,
    pub said_by: Option<String>,
    pub absence: Option<String>,
    pub at: Option<OffsetDateTime>,
}

/// How two records compare in one respect.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    Same,
    /// As far as both say it.
    Close,
    Different,
    /// One of them does not say.
    Unknown,
}

impl Verdict {
    pub fn code(self) -> &'static str {
        match self {
            Verdict::Same => "same",
            Verdict::Close => "close",
            Verdict::Different => "different",
            Verdict::Unknown => "unknown",
        }
    }

    fn of(a_said: bool, b_said: bool, same: bool, close: bool) -> Verdict {
        match (a_said && b_said, same, close) {
            (false, ..) => Verdict::Unknown,
            (_, true, _) => Verdict::Same,
            (_, _, true) => Verdict::Close,
            _ => Verdict::Different,
        }
    }
}

/// One respect in which two records are compared.
pub struct Line {
    /// The fact's name, or nothing.
    pub fact: String,
    /// The key of its title.
    pub label: String,
    pub a: Vec<Cell>,
    pub b: Vec<Cell>,
    pub verdict: Verdict,
    /// The other record knows it better than the one that is kept.
    pub prefers_b: bool,
}

fn compare(a: &SideFact, b: &SideFact) -> Verdict {
    let close = match (a.birth(), b.birth()) {
        (Some((one, known)), Some((other, also))) => {
            let fits = |precision: Precision| date::written(one, precision) == date::written(other, precision);
            // Two dates agree as far as both are known.
            known != also
                && fits(if [known, also].contains(&Precision::Year) { Precision::Year } else { Precision::Month })
        }
        _ if a.fact == "name" => {
            let folded = |fact: &SideFact| fold_any_order(fact.value.as_deref().unwrap_or_default());
            folded(a) == folded(b)
        }
        _ => false,
    };
    let same = a.value == b.value && a.precision == b.precision;
    Verdict::of(a.value.is_some(), b.value.is_some(), same, close)
}

/// Everything in which two records are compared, in the order in which an officer looks.
pub fn lines(pair: &Pair, keys: &Keys, language: Language) -> Result<Vec<Line>> {
    let mut lines: Vec<Line> = pair
        .a
        .facts
        .iter()
        .zip(&pair.b.facts)
        .map(|(a, b)| Line {
            fact: a.fact.clone(),
            label: format!("person-{}", a.fact.replace('_', "-")),
            verdict: compare(a, b),
            prefers_b: b.better,
            a: vec![a.said(language)],
            b: vec![b.said(language)],
        })
        .collect();
    let identity = lines.len().min(3);
    let further = lines.split_off(identity);
    let (a, b) = (Numbers::of(&pair.a, keys)?, Numbers::of(&pair.b, keys)?);
    lines.push(listed("document-title", a.cells(language), b.cells(language), a.compare(&b)));
    let phones = |side: &Side| side.phones.iter().map(|phone| plain(phone.masked.clone())).collect::<Vec<_>>();
    let shared = pair.a.phones.iter().any(|phone| phone.shared);
    let verdict = Verdict::of(!pair.a.phones.is_empty(), !pair.b.phones.is_empty(), shared, false);
    lines.push(listed("pair-phones", phones(&pair.a), phones(&pair.b), verdict));
    let named = |code: &String| plain(List::Provinces.vocabulary().title(code, language));
    let provinces = |side: &Side| side.provinces.iter().map(named).collect::<Vec<_>>();
    let shared = pair.a.provinces.iter().any(|code| pair.b.provinces.contains(code));
    let verdict = Verdict::of(!pair.a.provinces.is_empty(), !pair.b.provinces.is_empty(), shared, false);
    lines.push(listed("pair-provinces", provinces(&pair.a), provinces(&pair.b), verdict));
    lines.extend(further);
    Ok(lines)
}

fn plain(text: String) -> Cell {
    Cell { text, ..Cell::default() }
}

fn listed(label: &str, a: Vec<Cell>, b: Vec<Cell>, verdict: Verdict) -> Line {
    Line { fact: String::new(), label: label.to_owned(), a, b, verdict, prefers_b: false }
}

/// The documents of a record with their numbers opened, to compare them; only the last characters are shown.
struct Numbers<'a>(Vec<(&'a SideDocument, Option<String>)>);

impl Numbers<'_> {
    fn of<'a>(side: &'a Side, keys: &Keys) -> Result<Numbers<'a>> {
        let opened = |kept: &'a SideDocument| {
            let sealed = kept.sealed.as_deref().map(from_hex).transpose()?;
            let number = sealed.map(|sealed| document::unseal(keys, kept.id, &sealed)).transpose()?;
            Ok((kept, number))
        };
        Ok(Numbers(side.documents.iter().map(opened).collect::<Result<_>>()?))
    }

    fn cells(&self, language: Language) -> Vec<Cell> {
        let cell = |(kept, number): &(&SideDocument, Option<String>)| {
            let mut text = language.say(&Message::new(format!("document-kind-{}", kept.kind)));
            if kept.country != "VN" {
                text += &format!(" ({})", List::Countries.vocabulary().title(&kept.country, language));
            }
            if let Some(number) = number {
                text += &format!(" {}", document::masked(number));
            }
            Cell { text, level: Some(kept.level.clone()), ..Cell::default() }
        };
        self.0.iter().map(cell).collect()
    }

    /// A number says something beside one of its own kind only.
    fn compare(&self, other: &Numbers<'_>) -> Verdict {
        let mut verdict = Verdict::Unknown;
        for (one, number) in self.0.iter().filter(|(_, number)| number.is_some()) {
            for (two, theirs) in other.0.iter().filter(|(_, theirs)| theirs.is_some()) {
                if (&one.kind, &one.country) != (&two.kind, &two.country) {
                    continue;
                }
                if number == theirs {
                    return Verdict::Same;
                }
                verdict = Verdict::Different;
            }
        }
        verdict
    }
}

pub fn from_hex(text: &str) -> Result<Vec<u8>> {
    let byte = |at: usize| text.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    (0..text.len()).step_by(2).map(|at| byte(at).ok_or_else(|| Error::Internal("not hexadecimal".into()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fact(fact: &str, value: &str, precision: &str) -> SideFact {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        SideFact {
            fact: fact.to_owned(),
            value: text(value),
            precision: text(precision),
            absence: None,
            level: None,
            said_by: None,
            at: OffsetDateTime::UNIX_EPOCH,
            better: false,
        }
    }

    #[test]
    fn records_agree_as_far_as_both_say() {
        for (a, b, verdict) in [
            (fact("sex", "male", ""), fact("sex", "male", ""), Verdict::Same),
            (fact("sex", "male", ""), fact("sex", "female", ""), Verdict::Different),
            (fact("sex", "male", ""), fact("sex", "", ""), Verdict::Unknown),
            (fact("name", "Nguyễn Thị Mậu", ""), fact("name", "MAU NGUYEN THI", ""), Verdict::Close),
            (fact("name", "Nguyễn Thị Mậu", ""), fact("name", "Nguyễn Thị Hoa", ""), Verdict::Different),
            (fact("birth", "1990-02-15", "day"), fact("birth", "1990-01-01", "year"), Verdict::Close),
            (fact("birth", "1990-02-15", "day"), fact("birth", "1990-02-01", "month"), Verdict::Close),
            (fact("birth", "1990-03-01", "month"), fact("birth", "1990-02-15", "day"), Verdict::Different),
            (fact("birth", "1990-02-15", "day"), fact("birth", "1990-02-16", "day"), Verdict::Different),
        ] {
            assert_eq!(compare(&a, &b), verdict, "{:?} {:?}", a.value, b.value);
        }
    }

    #[test]
    fn a_reason_that_no_language_knows_is_called_by_its_field() {
        let reason = |field: &str, bits| Reason { field: field.into(), level: "never-heard-of".into(), bits };
        assert_eq!(reason("birth", 3.0).in_words(Language::Vi), "Ngày sinh: hợp nhau");
        assert_eq!(reason("sex", -3.0).in_words(Language::En), "Sex: does not agree");
        assert_eq!(reason("shoe", 1.0).in_words(Language::En), "shoe: agrees");
        assert_eq!(reasons("same-number", &[], Language::Vi), ["Cùng một số giấy tờ"]);
        assert_eq!((per_cent(0.0), per_cent(0.876), per_cent(1.0)), (1, 87, 99));
    }
}
