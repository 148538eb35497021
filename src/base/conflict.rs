//! Two people changed one thing: what a field said when both began, what it says now, and what the second of them typed.

use super::date::{Typed, written};
use super::form::{Choice, Clash, Difference, Filled, clash};
use super::language::{Language, Message};

/// A field of a form that a conflict compares.
pub struct Field<'a> {
    /// As the form names it: `return.flight`.
    pub name: String,
    /// The key of its label.
    pub label: String,
    /// What may be chosen; empty where it is typed.
    pub offered: &'a [Choice],
    /// A fact, which may be missing for a reason or be more or less sure: `return.absence.reason`, `return.level.reason`.
    pub fact: bool,
}

impl<'a> Field<'a> {
    /// One that is no fact.
    pub fn new(name: &str, label: &str, offered: &'a [Choice]) -> Field<'a> {
        Field { name: name.to_owned(), label: label.to_owned(), offered, fact: false }
    }

    /// Everything that the form keeps of it, but for what is said beside a fact.
    fn parts(&self) -> [String; 5] {
        ["", ".code", ".day", ".month", ".year"].map(|part| format!("{}{part}", self.name))
    }

    fn beside(&self, of: &str) -> String {
        let (form, fact) = self.name.rsplit_once('.').unwrap_or_default();
        format!("{form}.{of}.{fact}")
    }

    /// Why it is missing, and how sure it is; only stated is what nothing says.
    fn said(&self, form: &Filled) -> [String; 2] {
        ["absence", "level"].map(|of| match form.value(&self.beside(of)) {
            said if self.fact && said != "stated" => said.to_owned(),
            _ => String::new(),
        })
    }

    /// Its value as one reads it; empty where there is none.
    fn words(&self, form: &Filled) -> String {
        let part = |part: &str| form.value(&format!("{}.{part}", self.name)).to_owned();
        let typed = Typed { day: part("day"), month: part("month"), year: part("year") };
        if let Ok(Some((date, precision))) = typed.read() {
            return written(date, precision);
        }
        let value = form.value(&self.name);
        let chosen = self.offered.iter().find(|choice| choice.value == value);
        chosen.map_or(value, |choice| choice.text.as_str()).to_owned()
    }

    /// The same with what is said beside it; a dash for nothing.
    fn whole(&self, form: &Filled, language: Language) -> String {
        let [absence, level] = self.said(form);
        let say = |of: &str, code: &str| match code {
            "" => String::new(),
            _ => language.say(&Message::new(format!("{of}-{code}"))),
        };
        let parts = [self.words(form), say("absence", &absence), say("level", &level)];
        let said: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        if said.is_empty() { "–".to_owned() } else { said.join(" · ") }
    }
}

/// Compares three fillings of one form, each put together by the same function: as it was when `typed` was begun, where
/// that is known, as it is now, and as `typed` was read. Gives what differs, and `typed` with what only the other changed carried over. What was
/// said beside a fact is known of now and of yours only; where it differs, both are shown.
pub fn compared(
    fields: &[Field<'_>],
    (before, now, yours): (Option<&Filled>, &Filled, &Filled),
    mut typed: Filled,
    language: Language,
) -> (Filled, Vec<Difference>) {
    let mut differ = Vec::new();
    for field in fields {
        let values = |form: &Filled| field.parts().map(|part| form.value(&part).to_owned());
        let beside = field.said(now) != field.said(yours);
        let mut mine = yours;
        match clash(&values(before.unwrap_or(now)), &values(now), &values(yours)) {
            Clash::None if !beside => continue,
            Clash::Theirs => {
                let said = ["absence", "level"].map(|of| field.beside(of));
                for name in field.parts().into_iter().chain(said.into_iter().filter(|_| field.fact)) {
                    typed = typed.put(&name, now.value(&name).to_owned());
                }
                mine = now;
            }
            // Written in another way, it says the same.
            Clash::Both if before.is_none() && field.words(now) == field.words(yours) => continue,
            Clash::None | Clash::Both => {}
        }
        differ.push(Difference {
            label: field.label.clone(),
            before: before
                .map(|form| Some(field.words(form)).filter(|w| !w.is_empty()).unwrap_or_else(|| "–".to_owned())),
            now: field.whole(now, language),
            yours: field.whole(mine, language),
        });
    }
    (typed, differ)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(name: &str, offered: &'static [Choice], fact: bool) -> Field<'static> {
        Field { name: format!("x.{name}"), label: name.to_owned(), offered, fact }
    }

    #[test]
    fn what_the_other_alone_changed_is_carried_over_and_what_both_changed_is_shown() {
        let fields = [field("a", &[], false), field("b", &[], false), field("c", &[], false), field("on", &[], true)];
        let form = |a: &str, b: &str, c: &str, day: &str, level: &str| {
            let form = Filled::blank().put("x.a", a).put("x.b", b).put("x.c", c).put("x.level.on", level);
            form.put("x.on.day", day).put("x.on.month", "2").put("x.on.year", "2026")
        };
        let before = form("1", "1", "1", "3", "");
        let now = form("1", "2", "2", "3", "documented");
        let yours = form("1", "1", "3", "3", "stated");
        let (typed, differ) = compared(&fields, (Some(&before), &now, &yours), yours.clone(), Language::Vi);
        assert_eq!((typed.value("x.a"), typed.value("x.b"), typed.value("x.c")), ("1", "2", "3"));
        assert_eq!(typed.value("x.level.on"), "stated", "what was typed stays");
        let said: Vec<[&str; 4]> =
            differ.iter().map(|d| [d.label.as_str(), d.before.as_deref().unwrap(), &d.now, &d.yours]).collect();
        assert_eq!(
            said,
            [
                ["b", "1", "2", "2"],
                ["c", "1", "2", "3"],
                ["on", "03/02/2026", "03/02/2026 · Theo giấy tờ", "03/02/2026"]
            ]
        );
    }

    #[test]
    fn a_cleared_fact_is_carried_over_with_its_reason() {
        let fields = [field("on", &[], true)];
        let before = Filled::blank().put("x.on", "1");
        let now = Filled::blank().put("x.on", "").put("x.absence.on", "refused");
        let yours = Filled::blank().put("x.on", "1").put("x.level.on", "stated");
        let (typed, differ) = compared(&fields, (Some(&before), &now, &yours), yours.clone(), Language::Vi);
        assert_eq!((typed.value("x.on"), typed.value("x.absence.on"), typed.value("x.level.on")), ("", "refused", ""));
        assert_eq!((differ[0].before.as_deref(), differ[0].now.as_str()), (Some("1"), "Không muốn trả lời"));
    }
}
