//! Text as people type it: cleaned for keeping, folded for finding.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// NFC, outer white space gone, inner runs of white space made one space.
/// Names and single-line fields go through this before they are kept.
pub fn clean(typed: &str) -> String {
    let mut kept = String::with_capacity(typed.len());
    for word in typed.split_whitespace() {
        if !kept.is_empty() {
            kept.push(' ');
        }
        kept.extend(word.nfc());
    }
    kept
}

/// Like [`clean`], but keeps line breaks: for notes.
pub fn clean_lines(typed: &str) -> String {
    let lines: Vec<String> = typed.lines().map(clean).collect();
    lines.join("\n").trim().to_owned()
}

/// Lower case without diacritics, `đ` as `d`, everything that is neither letter nor digit a space.
/// Equal for NFC and NFD and for both tone placements (*hòa*, *hoà*), so it finds people;
/// it does not tell them apart (*Thảo* and *Thạo* fold alike).
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.nfd().filter(|c| !is_combining_mark(*c)) {
        let c = if matches!(c, 'đ' | 'Đ') { 'd' } else { c };
        if c.is_alphanumeric() {
            if gap && !folded.is_empty() {
                folded.push(' ');
            }
            gap = false;
            folded.extend(c.to_lowercase());
        } else {
            gap = true;
        }
    }
    folded
}

/// Folded words in alphabetical order: equal whatever the order of family, middle and given name,
/// since passports and foreign forms turn them round.
pub fn fold_any_order(name: &str) -> String {
    let folded = fold(name);
    let mut words: Vec<&str> = folded.split(' ').collect();
    words.sort_unstable();
    words.join(" ")
}

/// True when the text holds nothing that PostgreSQL cannot keep and no reader could see:
/// no control characters other than line breaks and tabs, and no U+FFFD,
/// which is what undecodable bytes have become by the time we see them.
pub fn readable(text: &str) -> bool {
    !text.chars().any(|c| {
        (c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
            || c == '\u{FFFD}'
            || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    })
}

/// A file's name as it may be shown: no folders, nothing unreadable.
pub fn file_name(given: &str) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = clean(last).chars().filter(|c| !c.is_control()).take(120).collect();
    if name.is_empty() || !readable(&name) { "–".into() } else { name }
}

/// A number as somebody here dials it.
pub fn dialled(phone: &str) -> String {
    phone.strip_prefix("+84").map_or_else(|| phone.to_owned(), |rest| format!("0{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_is_blind_to_composition_tone_placement_and_d_bar() {
        let composed = "Đặng Thị Hoà";
        let decomposed: String = composed.nfd().collect();
        assert_eq!(fold(composed), "dang thi hoa");
        assert_eq!(fold(&decomposed), fold("Đặng Thị Hòa"));
        assert_eq!(fold("  Y-Bhiu  Niê’ "), "y bhiu nie");
        assert_eq!(fold_any_order("Hoà Đặng Thị"), fold_any_order("Đặng Thị Hòa"));
    }

    #[test]
    fn cleaning_composes_and_collapses() {
        let decomposed: String = " Nguyễn\u{00A0}\tThị  Mậu ".nfd().collect();
        assert_eq!(clean(&decomposed), "Nguyễn Thị Mậu");
        assert_eq!(clean_lines(" a  b \r\n c\n\n"), "a b\nc");
    }

    #[test]
    fn unreadable_is_seen() {
        assert!(readable("Nguyễn\nThị"));
        assert!(!readable("a\0b"));
        assert!(!readable("a\u{FFFD}"));
        assert!(!readable("a\u{202E}b"));
    }
}
