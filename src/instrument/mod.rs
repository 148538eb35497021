//! Questionnaires as data. A version is never edited: other words are another version, and what was answered keeps its
//! own. The documents under `reference/instruments/` are the first ones; `trove instrument` brings in more.

pub mod store;

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::base::language::Language;
use crate::base::migrate::Piece;
use crate::base::{Error, Result};

/// What is asked about, in the order in which it usually is: risk and protective factors, needs, the family.
pub const KINDS: [&str; 3] = ["vulnerability", "needs", "family"];

/// What whoever concludes an assessment says of the whole; kept as answers are until then.
pub const CONCLUSION: &str = "conclusion";
pub const PRIORITY: &str = "priority";

/// The answer of an item that is told in words.
const IN_WORDS: &str = "text";
/// Characters that an answer in words may have.
pub const LONGEST: usize = 2000;

/// As compiled in.
const SHIPPED: [&str; 3] = [
    include_str!("../../reference/instruments/vulnerability-1.json"),
    include_str!("../../reference/instruments/needs-1.json"),
    include_str!("../../reference/instruments/family-1.json"),
];

/// The same in both languages.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    vi: String,
    en: String,
}

impl Words {
    pub fn say(&self, language: Language) -> &str {
        match language {
            Language::Vi => &self.vi,
            Language::En => &self.en,
        }
    }
}

/// One of the answers that an item can be given.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chosen {
    pub code: String,
    vi: String,
    en: String,
    /// Says why there is no answer: not known, refused, does not apply.
    #[serde(default)]
    pub missing: bool,
    /// An item answered so is what the assessment found: a factor that is there, a need.
    #[serde(default)]
    pub stands: bool,
}

impl Chosen {
    pub fn say(&self, language: Language) -> &str {
        match language {
            Language::Vi => &self.vi,
            Language::En => &self.en,
        }
    }
}

/// Which way a factor weighs (domain 2.3). There are no weights: they would pretend to a knowledge that nobody has.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Factor {
    Risk,
    Protective,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    pub code: String,
    /// The name of a scale, or `text`.
    answer: String,
    pub text: Words,
    #[serde(default)]
    pub factor: Option<Factor>,
}

impl Item {
    pub fn is_in_words(&self) -> bool {
        self.answer == IN_WORDS
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    pub code: String,
    pub title: Words,
    pub items: Vec<Item>,
}

/// A questionnaire in one version.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instrument {
    pub code: String,
    pub version: i32,
    /// From which day on it is asked so, as 2026-01-31.
    pub valid_from: String,
    /// Where the questions come from.
    pub source: String,
    pub title: Words,
    pub about: Words,
    /// Whoever concludes it says in words what was found, and how soon somebody must act.
    #[serde(default)]
    pub priority: bool,
    scales: BTreeMap<String, Vec<Chosen>>,
    pub sections: Vec<Section>,
}

impl Instrument {
    /// Reads a document and checks it whole.
    ///
    /// # Errors
    /// [`Error::Internal`] with everything that is wrong with it, in English: whoever writes one works in a terminal.
    pub fn read(document: &str) -> Result<Instrument> {
        let read: Instrument = serde_json::from_str(document).map_err(|e| Error::Internal(e.to_string()))?;
        let flaws = read.flaws();
        if flaws.is_empty() { Ok(read) } else { Err(Error::Internal(flaws.join("\n"))) }
    }

    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.sections.iter().flat_map(|section| &section.items)
    }

    /// The answers that an item can be given; none where it is told in words.
    pub fn choices(&self, item: &Item) -> &[Chosen] {
        self.scales.get(&item.answer).map_or(&[], Vec::as_slice)
    }

    /// The answer with this code, if the item has it.
    pub fn chosen(&self, item: &Item, code: &str) -> Option<&Chosen> {
        self.choices(item).iter().find(|chosen| chosen.code == code)
    }

    /// True if an item can be answered so; an empty answer means that it was not asked yet.
    pub fn takes(&self, item: &Item, answer: &str) -> bool {
        answer.is_empty() || item.is_in_words() || self.chosen(item, answer).is_some()
    }

    fn flaws(&self) -> Vec<String> {
        let mut flaws = Vec::new();
        let mut claim = |fine: bool, what: String| {
            if !fine {
                flaws.push(what);
            }
        };
        let is_code = |code: &str| {
            (1..=40).contains(&code.len())
                && code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        };
        let said = |words: &Words| [&words.vi, &words.en].iter().all(|w| !w.trim().is_empty() && w.len() <= 1000);
        claim(KINDS.contains(&self.code.as_str()), format!("{}: only {} are asked about", self.code, KINDS.join(", ")));
        claim(self.version > 0, "version: from 1".into());
        claim(!self.source.trim().is_empty(), "source: where the questions come from".into());
        claim(said(&self.title) && said(&self.about), "title, about: in both languages".into());
        claim((1..=12).contains(&self.sections.len()), "sections: 1 to 12".into());
        for (name, scale) in &self.scales {
            let codes: BTreeSet<&str> = scale.iter().map(|chosen| chosen.code.as_str()).collect();
            claim(name != IN_WORDS && (2..=12).contains(&scale.len()), format!("{name}: 2 to 12 answers"));
            claim(codes.len() == scale.len(), format!("{name}: an answer is there twice"));
            for chosen in scale {
                let words = !chosen.vi.trim().is_empty() && !chosen.en.trim().is_empty();
                claim(
                    is_code(&chosen.code) && words,
                    format!("{name}/{}: a code, and words in both languages", chosen.code),
                );
            }
            // Not known and refused are two things (practice 2), and neither may look like an answer.
            let missing = ["not-known", "refused"];
            let has = missing.iter().all(|code| scale.iter().any(|chosen| chosen.code == *code && chosen.missing));
            claim(has, format!("{name}: must have not-known and refused, marked missing"));
        }
        let mut codes = BTreeSet::from([CONCLUSION, PRIORITY]);
        for section in &self.sections {
            claim(
                is_code(&section.code) && said(&section.title),
                format!("section {}: a code and a title", section.code),
            );
            claim((1..=40).contains(&section.items.len()), format!("section {}: 1 to 40 items", section.code));
            for item in &section.items {
                let scale = item.is_in_words() || self.scales.contains_key(&item.answer);
                claim(scale, format!("{}: no scale {}", item.code, item.answer));
                claim(
                    is_code(&item.code) && said(&item.text),
                    format!("{}: a code, and words in both languages", item.code),
                );
                claim(codes.insert(item.code.as_str()), format!("{}: is there twice", item.code));
            }
        }
        flaws
    }
}

/// What an assessment found in one section.
pub struct Finding<'a> {
    pub section: &'a Section,
    /// Items whose answer stands, with the answer.
    pub stands: Vec<(&'a Item, &'a Chosen)>,
    /// Items of which nothing was said, not even why not. An answer in words may be left out.
    pub open: usize,
}

/// What was found, section by section; `answer` gives what was said to an item.
pub fn findings<'a, 'b>(instrument: &'a Instrument, answer: impl Fn(&str) -> Option<&'b str>) -> Vec<Finding<'a>> {
    let given = |item: &Item| answer(&item.code).filter(|said| !said.is_empty());
    let in_section = |section: &'a Section| Finding {
        section,
        stands: section
            .items
            .iter()
            .filter_map(|item| Some((item, given(item).and_then(|code| instrument.chosen(item, code))?)))
            .filter(|(_, chosen)| chosen.stands)
            .collect(),
        open: section.items.iter().filter(|item| !item.is_in_words() && given(item).is_none()).count(),
    };
    instrument.sections.iter().map(in_section).collect()
}

/// Statements that bring in what is compiled in. A version that is there already must be the same, to the letter.
pub fn seeds() -> Piece {
    let add = |document: &&str| format!("SELECT add_instrument('{}');\n", document.replace('\'', "''"));
    Piece { name: "instruments", sql: SHIPPED.iter().map(add).collect::<String>().into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shipped_is_sound_and_one_of_each_kind() {
        let all: Vec<Instrument> = SHIPPED.iter().map(|d| Instrument::read(d).unwrap()).collect();
        assert_eq!(all.iter().map(|i| i.code.as_str()).collect::<Vec<_>>(), KINDS);
        // Words that never stand in this app (practice 43), and what is never asked outside the wall (practice 9, 24).
        for document in SHIPPED {
            let folded = document.to_lowercase();
            for word in
                ["bỏ trốn", "lao động xuất khẩu", "bất hợp pháp", "illegal", "ran away", "suicid", "tự tử", "tự hại"]
            {
                assert!(!folded.contains(word), "{word}");
            }
        }
    }

    #[test]
    fn a_document_says_everything_that_is_wrong_with_it() {
        let mut broken: serde_json::Value = serde_json::from_str(SHIPPED[1]).unwrap();
        broken["code"] = "mood".into();
        broken["sections"][0]["items"][0]["answer"] = "nothing".into();
        broken["sections"][0]["items"][1]["code"] = broken["sections"][0]["items"][2]["code"].clone();
        broken["scales"]["need"].as_array_mut().unwrap().retain(|chosen| chosen["code"] != "refused");
        let Err(Error::Internal(said)) = Instrument::read(&broken.to_string()) else { panic!("taken") };
        for part in ["mood", "no scale nothing", "is there twice", "not-known and refused"] {
            assert!(said.contains(part), "{part} in {said}");
        }
        assert!(Instrument::read("{}").is_err());
    }

    #[test]
    fn findings_are_what_stands_and_what_is_open() {
        let needs = Instrument::read(SHIPPED[1]).unwrap();
        let said = |code: &str| match code {
            "housing" => Some("now"),
            "loan" => Some("none"),
            "claim" => Some("refused"),
            "medical" => Some(""),
            _ => None,
        };
        let found = findings(&needs, said);
        assert_eq!(found[0].stands.len(), 0);
        assert_eq!(found[0].open, needs.sections[0].items.len() - 2, "refused is an answer, silence is none");
        assert_eq!(found[1].stands.iter().map(|(item, _)| item.code.as_str()).collect::<Vec<_>>(), ["housing"]);
        assert_eq!(found[1].open, needs.sections[1].items.len() - 1, "an empty answer is none");
        let last = found.last().unwrap();
        assert_eq!((last.stands.len(), last.open), (0, 0), "words may be left out");
    }
}
