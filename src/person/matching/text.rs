//! Words as they are compared: with their diacritics, without, and by how near they are.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::field::word;
use crate::base::text::fold;

/// Letters beyond this many are not looked at: no word that means anybody is longer.
const LONGEST: usize = 64;
/// No syllable is longer (*nghiêng*).
const SYLLABLE: usize = 7;

/// A word, or a line of an address.
#[derive(Clone, Debug)]
pub struct Text {
    /// Composed, small letters, the tone at the end: *hòa* and *hoà* are one.
    pub exact: Box<str>,
    /// Folded, without blanks.
    pub letters: Box<[char]>,
    /// Of `letters` and of `exact`, hashed: whether two are equal is asked most.
    key: u64,
    exact_key: u64,
    /// Which letters occur, for a quick no.
    mask: u32,
    /// How it sounds, hashed; 0 for what is longer than a syllable.
    sound: u64,
    /// Written without any diacritic, like the name that it belongs to.
    pub bare: bool,
    /// How rare it is, in bits: -log2 of its share; 0 where nobody counted.
    pub rarity: f32,
    pub bare_rarity: f32,
}

impl Text {
    /// `None` where there is nothing but punctuation.
    pub fn new(written: &str, bare: bool) -> Option<Text> {
        let letters: Box<[char]> = fold(written).chars().filter(|c| *c != ' ').take(LONGEST).collect();
        if letters.is_empty() {
            return None;
        }
        let mask = letters.iter().fold(0, |mask, c| mask | bit(*c));
        let sound = if letters.len() <= SYLLABLE { hash(&sound(&letters)) } else { 0 };
        let exact: Box<str> = exact(written).into();
        let (key, exact_key) = (hash(&letters.iter().collect::<String>()), hash(&exact));
        Some(Text { exact, letters, key, exact_key, mask, sound, bare, rarity: 0.0, bare_rarity: 0.0 })
    }

    /// Equal but for diacritics.
    pub fn equals(&self, other: &Text) -> bool {
        self.key == other.key
    }

    pub fn folded(&self) -> String {
        self.letters.iter().collect()
    }
}

fn bit(c: char) -> u32 {
    match c {
        'a'..='z' => 1 << (c as u32 - 'a' as u32),
        _ => 1 << (26 + c as u32 % 6),
    }
}

/// Whether nothing in it has a diacritic.
pub fn is_bare(written: &str) -> bool {
    !written.nfd().any(|c| is_combining_mark(c) || matches!(c, 'đ' | 'Đ'))
}

/// Words of a name as written, cut where folding cuts them.
pub fn split(written: &str) -> Vec<String> {
    written
        .nfc()
        .collect::<String>()
        .split(|c: char| !c.is_alphanumeric() && !is_combining_mark(c))
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Equal for equal words in whatever composition and tone placement, and different for different diacritics.
fn exact(written: &str) -> String {
    let mut kept = String::with_capacity(written.len() + 2);
    let mut tones = Vec::new();
    for c in written.to_lowercase().nfd() {
        match c {
            // Grave, acute, tilde, hook above, dot below: the five tones.
            '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}' => tones.push(c),
            c if c.is_alphanumeric() || is_combining_mark(c) => kept.push(c),
            _ => {}
        }
    }
    tones.sort_unstable();
    kept.extend(tones);
    kept
}

/// How a folded Vietnamese syllable sounds to somebody who writes as they speak: *tr* and *ch*, *s* and *x*, *d* and
/// *gi*, *l* and *n*, *i* and *y*, and the ends *n*, *ng*, *nh* and *c*, *t*, *ch* are taken for each other.
pub fn sound(letters: &[char]) -> String {
    let word: String = letters.iter().map(|c| if *c == 'y' { 'i' } else { *c }).collect();
    let starts = [
        ("ngh", "ŋ"),
        ("ng", "ŋ"),
        ("nh", "ɲ"),
        ("tr", "ʨ"),
        ("ch", "ʨ"),
        ("gi", "z"),
        ("gh", "g"),
        ("ph", "f"),
        ("kh", "x"),
        ("th", "θ"),
        ("qu", "kw"),
        ("d", "z"),
        ("s", "s"),
        ("x", "s"),
        ("l", "n"),
        ("k", "c"),
    ];
    let (start, rest) = starts
        .iter()
        .find_map(|(from, to)| {
            // «gi» alone is a syllable whose vowel is its own.
            word.strip_prefix(from).filter(|rest| !rest.is_empty()).map(|rest| (*to, rest))
        })
        .unwrap_or(("", &word));
    let ends = [("ng", "n"), ("nh", "n"), ("ch", "t"), ("c", "t")];
    let (rest, end) =
        ends.iter().find_map(|(from, to)| rest.strip_suffix(from).map(|rest| (rest, *to))).unwrap_or((rest, ""));
    format!("{start}{rest}{end}")
}

/// The consonants of a word by class, for blocks: what stays of it after most slips.
pub fn consonants(letters: &[char]) -> String {
    let mut kept = String::new();
    let mut last = ' ';
    for (at, c) in letters.iter().enumerate() {
        let class = match c {
            'a' | 'e' | 'i' | 'o' | 'u' | 'y' | 'h' | 'w' if at > 0 => {
                last = ' ';
                continue;
            }
            'b' | 'p' | 'f' | 'v' => 'p',
            'c' | 'k' | 'q' | 'g' | 'j' | 's' | 'x' | 'z' => 's',
            'd' | 't' => 't',
            'l' => 'l',
            'm' | 'n' => 'n',
            'r' => 'r',
            'i' | 'y' => 'i',
            other => *other,
        };
        if class != last {
            kept.push(class);
        }
        last = class;
        if kept.chars().count() == 4 {
            break;
        }
    }
    kept
}

/// The level at which two words agree, [`word::DIFFERENT`] at worst.
pub fn compare(a: &Text, b: &Text) -> u8 {
    if a.key == b.key {
        return match () {
            () if a.exact_key == b.exact_key => word::EXACT,
            () if a.bare || b.bare => word::BARE,
            () => word::MARKS,
        };
    }
    let (short, long) = if a.letters.len() <= b.letters.len() { (a, b) } else { (b, a) };
    if short.letters.len() == 1 {
        return if short.letters[0] == long.letters[0] { word::INITIAL } else { word::DIFFERENT };
    }
    let missing = (short.mask & !long.mask).count_ones() as usize;
    let added = (long.mask & !short.mask).count_ones() as usize;
    let gap = long.letters.len() - short.letters.len();
    // A long line may have more slips in it, but much of it says only «street».
    let few = 1 + long.letters.len() / 16;
    if missing.max(added).max(gap) <= few && long.letters.len() >= 4 && distance(&a.letters, &b.letters, few).is_some()
    {
        return word::NEAR;
    }
    if a.sound == b.sound && a.sound != 0 {
        return word::NEAR;
    }
    // What Jaro and Winkler could give at most, if all letters that occur in both stood well.
    let (n, m) = (short.letters.len() as f64, long.letters.len() as f64);
    let common = (n - missing as f64).min(m - added as f64);
    if common * (n + m) < 1.25 * n * m {
        return word::DIFFERENT;
    }
    let start = beginning(&a.letters, &b.letters);
    let most = (common / n + common / m + 1.0) / 3.0;
    if most + start * (1.0 - most) >= 0.85 && jaro_winkler(&a.letters, &b.letters) >= 0.85 {
        return word::ALIKE;
    }
    word::DIFFERENT
}

/// Edits (one letter added, left out, changed, or two neighbours turned round) as far as they are at most `most`.
pub fn distance(a: &[char], b: &[char], most: usize) -> Option<usize> {
    let (a, b) = (&a[..a.len().min(LONGEST)], &b[..b.len().min(LONGEST)]);
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    // What is equal at both ends costs nothing.
    let start = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[start..], &b[start..]);
    let end = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[..a.len() - end], &b[..b.len() - end]);
    match (a, b) {
        ([], rest) | (rest, []) => return (rest.len() <= most).then_some(rest.len()),
        ([_], [_]) => return (most >= 1).then_some(1),
        _ if most == 1 => return matches!((a, b), ([p, q], [r, s]) if p == s && q == r).then_some(1),
        _ => {}
    }
    // Only cells near the diagonal can be small enough.
    const FAR: u8 = u8::MAX / 2;
    let mut rows = [[FAR; LONGEST + 2]; 3];
    for (at, cell) in rows[0].iter_mut().enumerate().take(b.len().min(most) + 1) {
        *cell = at as u8;
    }
    let mut least_before = 0;
    for i in 1..=a.len() {
        let (from, to) = (i.saturating_sub(most).max(1), (i + most).min(b.len()));
        let (older, last, now) = ((i + 1) % 3, (i + 2) % 3, i % 3);
        rows[now][from - 1] = if from == 1 { i.min(usize::from(FAR)) as u8 } else { FAR };
        rows[now][to + 1] = FAR;
        let mut least = rows[now][from - 1];
        for j in from..=to {
            let changed = rows[last][j - 1] + u8::from(a[i - 1] != b[j - 1]);
            let mut best = changed.min(rows[last][j] + 1).min(rows[now][j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[older][j - 2] + 1);
            }
            rows[now][j] = best;
            least = least.min(best);
        }
        if usize::from(least) > most && usize::from(least_before) >= most {
            return None;
        }
        least_before = least;
    }
    let found = usize::from(rows[a.len() % 3][b.len()]);
    (found <= most).then_some(found)
}

/// What Winkler gives for a common beginning.
fn beginning(a: &[char], b: &[char]) -> f64 {
    a.iter().zip(b).take(4).take_while(|(x, y)| x == y).count() as f64 * 0.1
}

/// Jaro's share of letters in common, raised by a common beginning as Winkler has it: 0 to 1.
pub fn jaro_winkler(a: &[char], b: &[char]) -> f64 {
    let (a, b) = (&a[..a.len().min(LONGEST)], &b[..b.len().min(LONGEST)]);
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    let reach = (a.len().max(b.len()) / 2).saturating_sub(1);
    let (mut in_a, mut in_b, mut common) = (0u64, 0u64, 0usize);
    for (i, c) in a.iter().enumerate() {
        let from = i.saturating_sub(reach);
        let to = (i + reach + 1).min(b.len());
        for (j, other) in b.iter().enumerate().take(to).skip(from) {
            if in_b >> j & 1 == 0 && c == other {
                in_a |= 1 << i;
                in_b |= 1 << j;
                common += 1;
                break;
            }
        }
    }
    if common == 0 {
        return 0.0;
    }
    let left = a.iter().enumerate().filter(|(i, _)| in_a >> i & 1 == 1);
    let right = b.iter().enumerate().filter(|(j, _)| in_b >> j & 1 == 1);
    let turned = left.zip(right).filter(|((_, x), (_, y))| x != y).count() / 2;
    let m = common as f64;
    let jaro = (m / a.len() as f64 + m / b.len() as f64 + (m - turned as f64) / m) / 3.0;
    jaro + beginning(a, b) * (1.0 - jaro)
}

/// FNV-1a, then mixed; never 0.
pub fn hash(text: &str) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325u64;
    for byte in text.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    (hash ^ hash >> 29).max(1)
}
