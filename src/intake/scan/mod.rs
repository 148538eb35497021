//! What a keyboard-wedge reader, or a paste, leaves in the scan box: the machine-readable zone of a travel document
//! or card (ICAO 9303 parts 3 to 6; domain 4.4), or the QR of a Vietnamese citizen card (domain 4.3).
//!
//! The check digits are ours and not the `mrz` crate's (0.9), although that one says per field which failed: it does
//! not know the check digit that Vietnamese cards have at position 30, takes a filler for any check digit of 0 and
//! numbers that run on into the optional field of a passport, neither of which part 4 allows, and gives a partly
//! unknown date only as text. What would be left to it is a sum.

mod card;
mod zone;

use time::{Date, Month};

use self::card::card;
use self::zone::zone;
use crate::base::date::Precision;
use crate::person::document::CitizenNumber;

/// The level of every fact in a [`Scanned`], QR and zone alike (practice 3). The QR is plain text without a signature,
/// and anybody can compute the check digits of a zone: what was read is what a paper says, and nobody has asked whoever
/// issued it. Who reads decides whether a better level is due.
pub const LEVEL: &str = "documented";

/// Longer than any citizen card's QR (domain 4.3), and many times a zone.
const LONGEST: usize = 1024;

/// What a document says of itself and its holder.
#[derive(Clone, PartialEq, Eq)]
pub struct Scanned {
    /// One of `document::KINDS`.
    pub kind: &'static str,
    /// Without fillers. Of a Vietnamese card the citizen number, all twelve digits.
    pub number: String,
    /// Who issued it, as the zone says it without fillers; [`Scanned::country`] makes a country of it.
    pub state: String,
    /// As the zone says it without fillers; a QR has none.
    pub nationality: Option<String>,
    /// As printed: family name first.
    pub name: String,
    /// The name comes from a zone: capitals without diacritics, never to be taken for how it is written.
    pub name_is_folded: bool,
    /// As the zone splits the name, which need not be where its holder would split it (domain 4.6).
    pub family: Option<String>,
    pub given: Option<String>,
    pub birth: Option<(Date, Precision)>,
    pub sex: Option<&'static str>,
    pub expires: Option<Date>,
    pub issued: Option<Date>,
    /// The twelve-digit citizen number.
    pub personal_number: Option<String>,
    /// The nine-digit number of the old identity card.
    pub old_number: Option<String>,
    pub address: Option<String>,
    pub doubts: Vec<Doubt>,
}

impl std::fmt::Debug for Scanned {
    /// Says nothing of anybody, so that no log does.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Scanned").field("kind", &self.kind).field("doubts", &self.doubts).finish_non_exhaustive()
    }
}

impl Scanned {
    /// The alpha-2 code of who issued it; see [`alpha2`].
    pub fn country(&self, lookup: impl Fn(&str) -> Option<String>) -> Option<String> {
        alpha2(&self.state, lookup)
    }
}

/// What does not fit, and never a reason to refuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// The fourth digit of the citizen number says the other sex (domain 4.1).
    NumberSex,
    /// The citizen number says another year of birth (domain 4.1).
    NumberBirth,
    Expired,
    /// How many fields the QR has that we do not know; they are not kept (domain 4.3).
    ExtraFields(usize),
    /// What stands where the QR has the old number is not one.
    OldNumber,
    /// Neither name nor address has a diacritic: likely the reader's keyboard layout dropped them (domain 4.3).
    NoDiacritics,
    /// The name fills its field, so that its end may be missing (ICAO 9303-3, 4.6).
    NameCut,
    /// A Vietnamese card that is not built as domain 4.4 deduced from one: compare the number.
    CardForm,
}

impl Doubt {
    /// The key of a message; that of [`Doubt::ExtraFields`] has a `$count`.
    pub fn code(self) -> &'static str {
        match self {
            Doubt::NumberSex => "scan-doubt-number-sex",
            Doubt::NumberBirth => "scan-doubt-number-birth",
            Doubt::Expired => "scan-doubt-expired",
            Doubt::ExtraFields(_) => "scan-doubt-extra-fields",
            Doubt::OldNumber => "scan-doubt-old-number",
            Doubt::NoDiacritics => "scan-doubt-no-diacritics",
            Doubt::NameCut => "scan-doubt-name-cut",
            Doubt::CardForm => "scan-doubt-card-form",
        }
    }
}

/// What a check digit stands behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    Number,
    Birth,
    Expiry,
    Personal,
    /// Several fields at once. Named only where it alone fails: a wrong field breaks it too, and pointing at the
    /// whole line as well would not help anybody to find the mistake.
    Composite,
}

impl Field {
    /// The key of a message.
    pub fn code(self) -> &'static str {
        match self {
            Field::Number => "scan-field-number",
            Field::Birth => "scan-field-birth",
            Field::Expiry => "scan-field-expiry",
            Field::Personal => "scan-field-personal",
            Field::Composite => "scan-field-composite",
        }
    }
}

/// Why nothing was taken from a scan.
#[derive(Clone, PartialEq, Eq)]
pub enum Wrong {
    /// More than 1,024 characters.
    TooLong,
    /// Characters that no zone has: a Vietnamese keyboard was at work on it (practice 8).
    Keyboard,
    /// How many characters there are, blanks aside.
    Length(usize),
    /// Which check digits do not fit. `suggestion` has the lines with one character exchanged for the one that it is
    /// commonly misread for, where exactly one such exchange makes every check digit fit: to be compared with the
    /// paper by a person and scanned or typed again, never taken as read.
    Check { fields: Vec<Field>, suggestion: Option<String> },
    /// A date that does not exist or lies in the future.
    Date,
    /// The name has lost its diacritics to the reader's keyboard layout, or has digits in it.
    Name,
    /// Neither a zone of a passport or card nor the QR of a citizen card.
    Unknown,
}

impl Wrong {
    /// The key of a message; that of [`Wrong::Check`] has the `$fields`, that of [`Wrong::Length`] a `$count`.
    pub fn code(&self) -> &'static str {
        match self {
            Wrong::TooLong => "scan-wrong-too-long",
            Wrong::Keyboard => "scan-wrong-keyboard",
            Wrong::Length(_) => "scan-wrong-length",
            Wrong::Check { .. } => "scan-wrong-check",
            Wrong::Date => "scan-wrong-date",
            Wrong::Name => "scan-wrong-name",
            Wrong::Unknown => "scan-wrong-unknown",
        }
    }
}

impl std::fmt::Debug for Wrong {
    /// Leaves out the suggestion, which is somebody's number.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Wrong::Length(count) => write!(f, "{}({count})", self.code()),
            Wrong::Check { fields, .. } => write!(f, "{}({fields:?})", self.code()),
            _ => f.write_str(self.code()),
        }
    }
}

/// Reads a scan. All of it is read or nothing.
pub fn read(typed: &str, today: Date) -> Result<Scanned, Wrong> {
    if typed.chars().nth(LONGEST).is_some() {
        return Err(Wrong::TooLong);
    }
    let text: String = typed.chars().filter(|c| !is_unseen(*c)).collect();
    let text = text.trim();
    let mut scanned = if text.contains('|') && !text.contains('<') { card(text, today) } else { zone(text, today) }?;
    compare(&mut scanned, today);
    Ok(scanned)
}

/// What readers frame a scan with and what comes along with a paste: control characters, byte order marks and other
/// characters of no width.
fn is_unseen(c: char) -> bool {
    (c.is_control() && !c.is_whitespace()) || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}')
}

/// True if a text that landed in some other field is a scan, or a line of one that Enter cut off (practice 8).
/// Neither a name nor a phone number nor an address has fillers side by side or bars.
pub fn looks_like(typed: &str) -> bool {
    let text = typed.trim_start_matches(|c: char| c.is_whitespace() || is_unseen(c));
    let filled = text.contains("<<") || (text.contains('<') && text.len() >= 30);
    let bars = text.bytes().filter(|b| *b == b'|').count();
    filled || bars >= 5 || text.split_once('|').is_some_and(|(first, _)| digits(first.trim(), 12))
}

/// The alpha-2 code of a state of a zone. `lookup` knows the alpha-3 codes of ISO 3166-1; what ICAO 9303-3, section 5,
/// has beside them for documents of a state is here. `None` for the codes of organizations, refugees and the stateless.
pub fn alpha2(state: &str, lookup: impl Fn(&str) -> Option<String>) -> Option<String> {
    match state.trim_end_matches('<') {
        "D" => Some("DE".to_owned()),
        "GBD" | "GBN" | "GBO" | "GBP" | "GBS" => Some("GB".to_owned()),
        // Kosovo writes RKS; the list of countries follows CLDR, which says XK.
        "RKS" => Some("XK".to_owned()),
        alpha3 => lookup(alpha3),
    }
}

fn digits(text: &str, count: usize) -> bool {
    text.len() == count && text.bytes().all(|b| b.is_ascii_digit())
}

/// What the citizen number says against what the document says, and its last day against today.
fn compare(scanned: &mut Scanned, today: Date) {
    if let Some(says) = scanned.personal_number.as_deref().and_then(CitizenNumber::read) {
        if scanned.sex.is_some_and(|sex| sex != says.sex) {
            scanned.doubts.push(Doubt::NumberSex);
        }
        if scanned.birth.is_some_and(|(date, _)| date.year() != says.birth_year) {
            scanned.doubts.push(Doubt::NumberBirth);
        }
    }
    if scanned.expires.is_some_and(|date| date < today) {
        scanned.doubts.push(Doubt::Expired);
    }
}

/// The date as far as it is known, kept as the first possible one.
fn first_possible(year: i32, month: Option<u8>, day: Option<u8>) -> Option<(Date, Precision)> {
    let (month, day, precision) = match (month, day) {
        (Some(month), Some(day)) => (month, day, Precision::Day),
        (Some(month), None) => (month, 1, Precision::Month),
        (None, _) => (1, 1, Precision::Year),
    };
    let month = Month::try_from(month).ok()?;
    Some((Date::from_calendar_date(year, month, day).ok()?, precision))
}
