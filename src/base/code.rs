//! Codes that people read out, type and carry: ten characters, the last a check.
//!
//! The alphabet has no 0, O, 1, I or L (practice 12), which leaves 31 characters. 31 is prime, so a
//! weighted sum modulo 31 catches every single wrong character and every two characters changed over;
//! see `docs/decisions/codes.md`.

use std::fmt;
use std::str::FromStr;

const ALPHABET: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";
const LENGTH: usize = 10;

/// A random code with its check character. Reveals nothing about whom it names.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Code([u8; LENGTH]);

/// Why a typed code is not one.
#[derive(Debug, PartialEq, Eq, Clone, Copy)]
pub enum Wrong {
    /// Not ten characters once blanks and hyphens are taken out.
    Length,
    /// A character that no code has.
    Character(char),
    /// Ten possible characters that do not fit together: one was misread.
    Check,
}

impl Code {
    /// A new code: nine random characters (44 bits) and their check.
    pub fn random() -> Code {
        let mut values = [0; LENGTH - 1];
        for value in &mut values {
            *value = rand::random_range(0..ALPHABET.len());
        }
        Code::from_values(values)
    }

    /// The code that a number below 31⁹ stands for, for made-up worlds that must come out the same every time.
    pub fn numbered(mut number: u64) -> Code {
        let mut values = [0; LENGTH - 1];
        for value in values.iter_mut().rev() {
            *value = (number % ALPHABET.len() as u64) as usize;
            number /= ALPHABET.len() as u64;
        }
        Code::from_values(values)
    }

    fn from_values(values: [usize; LENGTH - 1]) -> Code {
        let mut characters = [0; LENGTH];
        for (character, value) in characters.iter_mut().zip(values) {
            *character = ALPHABET[value];
        }
        characters[LENGTH - 1] = ALPHABET[check(values)];
        Code(characters)
    }

    pub fn as_str(&self) -> &str {
        // Only characters of the alphabet are ever in it.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// Σ position × value modulo 31, positions from 1: distinct weights that are not zero, so a swap shows.
fn check(values: [usize; LENGTH - 1]) -> usize {
    values.iter().enumerate().map(|(at, value)| (at + 1) * value).sum::<usize>() % ALPHABET.len()
}

impl FromStr for Code {
    type Err = Wrong;

    fn from_str(typed: &str) -> Result<Code, Wrong> {
        let mut values = [0; LENGTH];
        let mut count = 0;
        for c in typed.chars().filter(|c| !c.is_whitespace() && *c != '-') {
            let upper = c.to_ascii_uppercase();
            let value = ALPHABET.iter().position(|a| *a as char == upper).ok_or(Wrong::Character(c))?;
            *values.get_mut(count).ok_or(Wrong::Length)? = value;
            count += 1;
        }
        let (last, first) = values.split_last().ok_or(Wrong::Length)?;
        if count != LENGTH {
            return Err(Wrong::Length);
        }
        let first: [usize; LENGTH - 1] = first.try_into().map_err(|_| Wrong::Length)?;
        if check(first) != *last {
            return Err(Wrong::Check);
        }
        Ok(Code::from_values(first))
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl<'a> rocket::request::FromParam<'a> for Code {
    type Error = Wrong;

    fn from_param(param: &'a str) -> Result<Code, Wrong> {
        param.parse()
    }
}

impl rocket::http::uri::fmt::UriDisplay<rocket::http::uri::fmt::Path> for Code {
    fn fmt(&self, f: &mut rocket::http::uri::fmt::Formatter<'_, rocket::http::uri::fmt::Path>) -> fmt::Result {
        f.write_value(self.as_str())
    }
}

rocket::http::impl_from_uri_param_identity!([rocket::http::uri::fmt::Path] Code);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_single_mistake_and_every_swap_is_caught() {
        for _ in 0..50 {
            let code = Code::random().to_string();
            assert_eq!(code.parse::<Code>().map(|c| c.to_string()), Ok(code.clone()));
            let characters: Vec<char> = code.chars().collect();
            for at in 0..LENGTH {
                for other in ALPHABET.iter().map(|a| *a as char).filter(|o| *o != characters[at]) {
                    let mut wrong = characters.clone();
                    wrong[at] = other;
                    assert_eq!(wrong.iter().collect::<String>().parse::<Code>(), Err(Wrong::Check));
                }
                for with in at + 1..LENGTH - 1 {
                    let mut swapped = characters.clone();
                    swapped.swap(at, with);
                    if swapped != characters {
                        assert_eq!(swapped.iter().collect::<String>().parse::<Code>(), Err(Wrong::Check));
                    }
                }
            }
        }
    }

    #[test]
    fn typed_codes_may_be_spaced_and_lower_case() {
        let code = Code::numbered(123_456_789);
        let typed = format!(" {}-{} ", &code.as_str()[..5].to_lowercase(), &code.as_str()[5..]);
        assert_eq!(typed.parse(), Ok(code));
        assert_eq!("ABC".parse::<Code>(), Err(Wrong::Length));
        assert_eq!("ABCDEFGH0K".parse::<Code>(), Err(Wrong::Character('0')));
        assert_eq!(format!("{code}2").parse::<Code>(), Err(Wrong::Length));
    }
}
