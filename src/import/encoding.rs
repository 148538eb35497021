//! In which letters a file is written. Told by its bytes where they tell it, asked about where they do not.

use crate::base::language::Message;
use encoding_rs::{Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252, WINDOWS_1258};
use unicode_normalization::UnicodeNormalization;

/// Every encoding that is read, by its code.
pub const ENCODINGS: [&str; 5] = ["utf-8", "utf-16le", "utf-16be", "windows-1258", "windows-1252"];

/// The text of a file and the code of its encoding, or what to say.
pub fn decode(bytes: &[u8], chosen: Option<&str>) -> Result<(String, &'static str), Message> {
    if let Some(chosen) = chosen.and_then(|c| ENCODINGS.into_iter().find(|known| *known == c)) {
        return Ok((as_chosen(bytes, chosen)?, chosen));
    }
    let code = match bytes {
        [0xEF, 0xBB, 0xBF, ..] => "utf-8",
        [0xFF, 0xFE, ..] => "utf-16le",
        [0xFE, 0xFF, ..] => "utf-16be",
        _ => match zeros(bytes) {
            Some(code) => code,
            None => return without_mark(bytes),
        },
    };
    Ok((as_chosen(bytes, code)?, code))
}

/// UTF-16 without a mark: every other byte of what is mostly Latin letters is zero.
fn zeros(bytes: &[u8]) -> Option<&'static str> {
    let start = bytes.get(..bytes.len().min(4_000))?;
    let zero = |from: usize| start.iter().skip(from).step_by(2).filter(|b| **b == 0).count();
    let (even, odd, pairs) = (zero(0), zero(1), start.len() / 2);
    match () {
        () if pairs < 4 => None,
        () if odd * 2 > pairs && even == 0 => Some("utf-16le"),
        () if even * 2 > pairs && odd == 0 => Some("utf-16be"),
        () => None,
    }
}

fn line_of(bytes: &[u8], at: usize) -> i64 {
    1 + bytes.iter().take(at).filter(|b| **b == b'\n').count() as i64
}

fn as_chosen(bytes: &[u8], code: &'static str) -> Result<String, Message> {
    match code {
        "utf-8" => {
            let text = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(bytes);
            std::str::from_utf8(text)
                .map(|text| text.nfc().collect())
                .map_err(|e| Message::new("import-refused-encoding").with("line", line_of(text, e.valid_up_to())))
        }
        "utf-16le" | "utf-16be" => {
            let (encoding, mark): (_, &[u8]) =
                if code == "utf-16le" { (UTF_16LE, &[0xFF, 0xFE]) } else { (UTF_16BE, &[0xFE, 0xFF]) };
            let text = bytes.strip_prefix(mark).unwrap_or(bytes);
            if !text.len().is_multiple_of(2) {
                return Err(Message::new("import-refused-truncated"));
            }
            strictly(encoding, text)
        }
        "windows-1258" => strictly(WINDOWS_1258, bytes),
        _ => strictly(WINDOWS_1252, bytes),
    }
}

fn strictly(encoding: &'static Encoding, bytes: &[u8]) -> Result<String, Message> {
    let (text, wrong) = encoding.decode_without_bom_handling(bytes);
    match text.split_once('\u{FFFD}').filter(|_| wrong) {
        None => Ok(text.nfc().collect()),
        Some((before, _)) => {
            let line = 1 + before.bytes().filter(|b| *b == b'\n').count() as i64;
            Err(Message::new("import-refused-encoding").with("line", line))
        }
    }
}

/// Letters that stand in words of Vietnamese as UTF-8 writes them, three bytes each or `ăđĩũơư`.
fn says_utf8(valid: &str) -> bool {
    valid.chars().any(|c| matches!(c, '\u{1EA0}'..='\u{1EF9}' | 'Ă' | 'ă' | 'Đ' | 'đ' | 'Ơ' | 'ơ' | 'Ư' | 'ư'))
}

fn without_mark(bytes: &[u8]) -> Result<(String, &'static str), Message> {
    let wrong = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok((text.nfc().collect(), "utf-8")),
        Err(wrong) => wrong,
    };
    let valid: Vec<&str> = bytes.utf8_chunks().map(|chunk| chunk.valid()).collect();
    if valid.iter().any(|part| says_utf8(part)) {
        // A file cut off in the middle of a letter, or lines of two encodings in one.
        let key = if wrong.error_len().is_none() { "import-refused-truncated" } else { "import-refused-mixed" };
        return Err(Message::new(key).with("line", line_of(bytes, wrong.valid_up_to())));
    }
    match vietnamese(bytes) {
        true => Ok((as_chosen(bytes, "windows-1258")?, "windows-1258")),
        false => Err(Message::new("import-ask-encoding").with("line", line_of(bytes, wrong.valid_up_to()))),
    }
}

/// True if the bytes read as Vietnamese in Windows-1258, which keeps tones as marks after their vowel: all of them stand
/// after one, and there is at least one, or nothing in the file would read otherwise in the usual Western encoding.
fn vietnamese(bytes: &[u8]) -> bool {
    const VOWELS: &str = "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY";
    const LETTERS: &str = "ÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝàáâãèéêìíòóôõùúýĂăĐđƠơƯư–—‘’“”…\u{A0}°€";
    let (text, wrong) = WINDOWS_1258.decode_without_bom_handling(bytes);
    if wrong {
        return false;
    }
    let mut before = ' ';
    let mut tones = 0;
    for c in text.chars() {
        match c {
            '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}' if VOWELS.contains(before) => tones += 1,
            '\0'..='\x7F' => {}
            c if LETTERS.contains(c) => {}
            _ => return false,
        }
        before = c;
    }
    tones > 0 || WINDOWS_1252.decode_without_bom_handling(bytes).0 == text
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Windows-1258 as old systems of Viet Nam write it: a vowel with its hat or horn, then the tone.
    pub fn windows_1258(text: &str) -> Vec<u8> {
        let mut bytes = Vec::new();
        for c in text.nfc() {
            let mut parts: Vec<char> = c.to_string().nfd().collect();
            let tone =
                parts.iter().position(|p| matches!(p, '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}'));
            let tone = tone.map(|at| parts.remove(at));
            let base: String = parts.into_iter().nfc().collect();
            let whole = base + &tone.map(String::from).unwrap_or_default();
            let (out, _, wrong) = WINDOWS_1258.encode(&whole);
            assert!(!wrong, "{c}");
            bytes.extend_from_slice(&out);
        }
        bytes
    }

    const NAMES: &str = "họ và tên,năm sinh\nNguyễn Thị Mậu,1990\nĐặng Hoàng Phương,1988\n";

    #[test]
    fn every_encoding_is_told_by_its_bytes() {
        let utf16 = |big: bool, mark: bool| -> Vec<u8> {
            let text = if mark { format!("\u{FEFF}{NAMES}") } else { NAMES.to_owned() };
            text.encode_utf16().flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect()
        };
        for (bytes, code) in [
            (NAMES.as_bytes().to_vec(), "utf-8"),
            (format!("\u{FEFF}{NAMES}").into_bytes(), "utf-8"),
            (NAMES.nfd().collect::<String>().into_bytes(), "utf-8"),
            (utf16(false, true), "utf-16le"),
            (utf16(true, true), "utf-16be"),
            (utf16(false, false), "utf-16le"),
            (utf16(true, false), "utf-16be"),
            (windows_1258(NAMES), "windows-1258"),
        ] {
            assert_eq!(decode(&bytes, None).map_err(|m| m.key), Ok((NAMES.to_owned(), code)));
        }
    }

    #[test]
    fn what_cannot_be_told_is_asked_and_what_is_mixed_is_refused() {
        let key = |bytes: &[u8]| decode(bytes, None).map(|(_, code)| code).map_err(|m| m.key.into_owned());
        let mut mixed = NAMES.as_bytes().to_vec();
        mixed.extend(windows_1258("Trần Văn Tám,1970\n"));
        assert_eq!(key(&mixed), Err("import-refused-mixed".into()));
        let cut = NAMES.find("ương").unwrap() + 1;
        assert_eq!(key(&NAMES.as_bytes()[..cut]), Err("import-refused-truncated".into()));
        // The fonts of before Unicode, and Portuguese.
        assert_eq!(key(b"Tr\xC7n V\xABn T\xB8m,1970\n"), Err("import-ask-encoding".into()));
        assert_eq!(key(b"Jo\xE3o,1970\n"), Err("import-ask-encoding".into()));
        let chosen = decode(b"Jo\xE3o,1970\n", Some("windows-1252")).map(|(text, _)| text).map_err(|m| m.key);
        assert_eq!(chosen, Ok("João,1970\n".to_owned()));
        assert_eq!(
            decode(&mixed, Some("utf-8")).map_err(|m| m.key.into_owned()).err(),
            Some("import-refused-encoding".into())
        );
        assert!(decode(b"\xFF\xFEa\0b", None).is_err(), "half a letter");
    }

    proptest! {
        /// A Vietnamese name comes back from every encoding as it was, or is asked about; it is never read as another.
        #[test]
        fn nothing_is_read_as_something_else(names in prop::collection::vec("[a-zA-Zăâđêôơưáàảãạấầẩẫậắằẳẵặéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ ]{1,20}", 1..20)) {
            let text: String = names.join("\n").nfc().collect();
            if let Ok((read, _)) = decode(&windows_1258(&text), None) {
                prop_assert_eq!(&read, &text);
            }
            prop_assert_eq!(decode(text.as_bytes(), None).map(|(read, _)| read).map_err(|m| m.key), Ok(text.clone()));
        }

        #[test]
        fn nothing_breaks_it(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = decode(&bytes, None);
        }
    }
}
