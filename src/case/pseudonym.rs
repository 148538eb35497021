//! Names taken out of words, the same name by the same pseudonym each time.

use crate::base::text::fold;

/// Whom a pseudonym stands for. Each kind is numbered by itself, in the order in which its names come up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// The one whose case it is.
    Returnee,
    Family,
    Staff,
    Office,
    Provider,
    /// A telephone, an account, a line of an address.
    Reach,
}

impl Kind {
    /// The message that says it; `print-stands-number` and `print-stands-mail` are what goes without being known.
    fn key(self) -> &'static str {
        match self {
            Kind::Returnee => "print-stands-returnee",
            Kind::Family => "print-stands-family",
            Kind::Staff => "print-stands-staff",
            Kind::Office => "print-stands-office",
            Kind::Provider => "print-stands-provider",
            Kind::Reach => "print-stands-reach",
        }
    }
}

struct Known {
    words: Vec<String>,
    /// The given name as it is written, which notes use alone.
    given: Option<String>,
    kind: Kind,
    number: Option<usize>,
}

/// Names that are known, and how a key with a number is said.
pub struct Pseudonyms<'a> {
    known: Vec<Known>,
    say: &'a dyn Fn(&'static str, i64) -> String,
}

/// Digits in a row, however they are parted, that may be somebody's number.
const NUMBER: usize = 6;

impl<'a> Pseudonyms<'a> {
    pub fn new(say: &'a dyn Fn(&'static str, i64) -> String) -> Pseudonyms<'a> {
        Pseudonyms { known: Vec::new(), say }
    }

    pub fn know(&mut self, kind: Kind, name: &str) {
        let words: Vec<String> = words(name).iter().filter(|(is, _)| *is).map(|(_, word)| fold(word)).collect();
        let given = match kind {
            Kind::Returnee | Kind::Family => name.split_whitespace().last().map(str::to_owned),
            _ => None,
        };
        if !words.is_empty() && !self.known.iter().any(|known| known.words == words) {
            self.known.push(Known { words, given, kind, number: None });
        }
    }

    /// The text without the names that are known, and without long numbers and addresses of mail.
    pub fn text(&mut self, text: &str) -> String {
        let lines: Vec<String> = text.lines().map(|line| self.line(line)).collect();
        lines.join("\n")
    }

    fn line(&mut self, line: &str) -> String {
        let mails: Vec<String> = line
            .split(' ')
            .map(|part| if part.contains('@') { (self.say)("print-stands-mail", 0) } else { part.to_owned() })
            .collect();
        let parts = words(&mails.join(" "));
        let mut out = String::new();
        let mut at = 0;
        while at < parts.len() {
            match self.known_at(&parts[at..]) {
                Some((known, long)) => {
                    out += &self.stands(known);
                    at += long;
                }
                None => {
                    out += &parts[at].1;
                    at += 1;
                }
            }
        }
        self.without_numbers(&out)
    }

    /// The longest name that begins here, and how many parts it takes.
    fn known_at(&self, parts: &[(bool, String)]) -> Option<(usize, usize)> {
        let (is_word, first) = parts.first()?;
        if !is_word {
            return None;
        }
        let whole = self.known.iter().enumerate().filter_map(|(at, known)| {
            let mut rest = parts.iter().enumerate();
            for (n, word) in known.words.iter().enumerate() {
                let (_, found) = rest.find(|(_, (is, text))| *is || !text.trim().is_empty())?;
                if !found.0 || fold(&found.1) != *word {
                    return None;
                }
                if n + 1 == known.words.len() {
                    return Some((at, rest.next().map_or(parts.len(), |(next, _)| next)));
                }
            }
            None
        });
        whole.max_by_key(|(_, long)| *long).or_else(|| {
            let given = |known: &Known| known.given.as_deref() == Some(first.as_str());
            self.known.iter().position(given).map(|at| (at, 1))
        })
    }

    fn stands(&mut self, known: usize) -> String {
        let kind = self.known[known].kind;
        let next = self.known.iter().filter(|other| other.kind == kind && other.number.is_some()).count() + 1;
        let number = *self.known[known].number.get_or_insert(next);
        (self.say)(kind.key(), number as i64)
    }

    fn without_numbers(&self, line: &str) -> String {
        let chars: Vec<char> = line.chars().collect();
        let mut out = String::new();
        let mut at = 0;
        while at < chars.len() {
            let run = chars[at..].iter().take_while(|c| c.is_ascii_digit() || " .-()".contains(**c)).count();
            let last = chars[at..at + run].iter().rposition(char::is_ascii_digit).map_or(0, |last| last + 1);
            let digits = chars[at..at + last].iter().filter(|c| c.is_ascii_digit()).count();
            if chars[at].is_ascii_digit() && digits >= NUMBER {
                out += &(self.say)("print-stands-number", 0);
                at += last;
            } else if chars[at].is_ascii_digit() {
                let whole = chars[at..].iter().take_while(|c| c.is_ascii_digit()).count();
                out.extend(&chars[at..at + whole]);
                at += whole;
            } else {
                out.push(chars[at]);
                at += 1;
            }
        }
        out
    }
}

/// Words and what stands between them, in order.
fn words(text: &str) -> Vec<(bool, String)> {
    let mut parts: Vec<(bool, String)> = Vec::new();
    for c in text.chars() {
        let is = c.is_alphanumeric();
        match parts.last_mut() {
            Some((was, part)) if *was == is => part.push(c),
            _ => parts.push((is, c.to_string())),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(key: &'static str, number: i64) -> String {
        match key {
            "print-stands-returnee" => "X".to_owned(),
            "print-stands-number" => "#".to_owned(),
            "print-stands-mail" => "@".to_owned(),
            other => format!("{}{number}", &other[13..14]),
        }
    }

    #[test]
    fn one_name_has_one_pseudonym_wherever_it_stands() {
        let mut names = Pseudonyms::new(&said);
        names.know(Kind::Returnee, "Nguyễn Thị Lan");
        names.know(Kind::Family, "Trần Văn Sơn");
        names.know(Kind::Staff, "Phạm Gia Tường");
        names.know(Kind::Staff, "Phạm Gia");
        names.know(Kind::Office, "Trung tâm Dịch vụ việc làm Nghệ An");
        names.know(Kind::Reach, "0912 345 678");
        for (text, without) in [
            ("Nguyễn Thị Lan gọi Phạm Gia Tường.", "X gọi s1."),
            ("NGUYEN THI LAN, chị Lan, Lan.", "X, chị X, X."),
            ("lan man, Lân, Lanh", "lan man, Lân, Lanh"),
            ("Phạm Gia nhờ anh Sơn; Phạm Gia Tường không.", "s2 nhờ anh f1; s1 không."),
            ("Gửi Trung tâm  dịch vụ việc làm Nghệ An", "Gửi o1"),
            ("Gọi 0912345678 hoặc 0912 345 679, 12 lần, ngày 5/6/2026", "Gọi # hoặc #, 12 lần, ngày 5/6/2026"),
            ("Gọi 0912 345 678.", "Gọi r1."),
            ("Thư lan@example.org\nSơn", "Thư @\nf1"),
            ("", ""),
        ] {
            assert_eq!(names.text(text), without);
        }
    }
}
