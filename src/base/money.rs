//! Money: whole đồng, or whole units of another currency.

/// What somebody typed as an amount: digits, grouped by dots, commas or blanks in threes, or not at all.
/// `None` where it is no such amount or beyond 10¹⁵.
pub fn read(typed: &str) -> Option<i64> {
    let typed = typed.trim().trim_end_matches(['₫', 'đ', 'Đ']).trim_end();
    let groups: Vec<&str> = typed.split(['.', ',', ' ', '\u{a0}']).collect();
    let (first, rest) = groups.split_first()?;
    let digits = |group: &&str| !group.is_empty() && group.bytes().all(|b| b.is_ascii_digit());
    let grouped = rest.is_empty() || (first.len() <= 3 && rest.iter().all(|group| group.len() == 3));
    if !groups.iter().all(digits) || !grouped {
        return None;
    }
    groups.concat().parse().ok().filter(|amount| *amount <= 1_000_000_000_000_000)
}

/// An amount as it is written in Vietnamese: `38.200.000`.
pub fn written(amount: i64) -> String {
    let digits = amount.unsigned_abs().to_string();
    let mut text = String::from(if amount < 0 { "-" } else { "" });
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push('.');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{read, written};

    #[test]
    fn amounts_are_read_as_people_write_them() {
        for typed in ["38200000", "38.200.000", "38,200,000", "38 200 000", " 38.200.000 ₫ ", "38.200.000đ"] {
            assert_eq!(read(typed), Some(38_200_000), "{typed}");
        }
        for typed in ["", "38.5", "38,20", "-5", "ba triệu", "1e6", "38.200.00", "9999999999999999"] {
            assert_eq!(read(typed), None, "{typed}");
        }
    }

    #[test]
    fn what_is_written_reads_back() {
        for amount in [0, 7, 999, 1000, 38_200_000, 1_000_000] {
            assert_eq!(read(&written(amount)), Some(amount));
        }
        assert_eq!(written(38_200_000), "38.200.000");
    }
}
