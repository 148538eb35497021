//! A case as a line of a file, and the headings above.

use time::Date;

use super::store::Told;
use crate::base::clock::date_in_viet_nam;
use crate::base::date::{Precision, written};
use crate::base::language::{Language, Message};
use crate::base::text::dialled;
use crate::case::assistance::is_private;
use crate::vocabulary::List;

/// The columns that a group stands for: messages, in their order.
fn columns(group: &str) -> &'static [&'static str] {
    match group {
        "about" => &["person-sex", "print-ages"],
        "names" => &["export-person-code", "person-name", "person-birth"],
        "reach" => &["export-phones", "address-province", "address-commune"],
        "return" => &["print-standing", "return-previous-country", "return-entered", "migration-channel"],
        "work" => &[
            "case-phase",
            "print-urgency",
            "export-opened",
            "case-accountable",
            "case-next-on",
            "export-next-by",
            "export-contact-due",
            "export-closed",
            "closing-reason",
        ],
        "services" => &["export-service-due", "case-services"],
        _ => &[],
    }
}

/// The first line of a file.
pub fn headings(groups: &[String], language: Language) -> Vec<String> {
    let keys = groups.iter().flat_map(|group| columns(group)).copied();
    std::iter::once("case-code").chain(keys).map(|key| language.say(&Message::new(key))).collect()
}

/// The line of a case: as many cells as there are headings.
pub fn line(told: &Told, groups: &[String], today: Date, language: Language) -> Vec<String> {
    let say = |key: String| language.say(&Message::new(key));
    let coded = |prefix: &str, code: &Option<String>| code.as_deref().map(|code| say(format!("{prefix}-{code}")));
    let day = |on: Option<Date>| on.map(|on| written(on, Precision::Day));
    let dated =
        |on: Option<Date>, precision: &Option<String>| Some(written(on?, Precision::from_code(precision.as_deref()?)?));
    let title = |list: List, code: &Option<String>| code.as_deref().map(|code| list.vocabulary().title(code, language));
    let mut cells = vec![Some(told.case_code.clone())];
    for group in groups {
        cells.extend(match group.as_str() {
            "about" => vec![coded("sex", &told.sex), told.birth_date.map(|born| ages(born, today, language))],
            "names" => vec![
                Some(told.person_code.clone()),
                Some(told.name.clone()),
                dated(told.birth_date, &told.birth_precision),
            ],
            "reach" => vec![
                Some(told.phones.iter().map(|phone| dialled(phone)).collect::<Vec<_>>().join("; ")),
                title(List::Provinces, &told.province),
                title(List::Communes, &told.commune),
            ],
            "return" => vec![
                Some(say(format!("standing-{}", told.standing))),
                title(List::Countries, &told.country),
                dated(told.entered_on, &told.entered_precision),
                coded("migration-channel", &told.channel),
            ],
            "work" => vec![
                Some(say(format!("phase-{}", told.phase))),
                Some(say(format!("urgency-{}", told.urgency))),
                day(Some(date_in_viet_nam(told.opened_at))),
                told.accountable.clone(),
                day(told.next_on),
                coded("next-by", &told.next_by),
                day(told.contact_due),
                day(told.closed_at.map(date_in_viet_nam)),
                coded("closing", &told.closed_because),
            ],
            "services" => {
                // Nobody learns from a file who talks about what.
                let open = told.services.chunks(2).filter(|pair| !is_private(&pair[0]));
                let said = open.map(|pair| match pair {
                    [kind, state] => format!("{}: {}", say(format!("service-{kind}")), say(state.clone())),
                    _ => String::new(),
                });
                vec![day(told.service_due), Some(said.collect::<Vec<_>>().join("; "))]
            }
            _ => Vec::new(),
        });
    }
    cells.into_iter().map(Option::unwrap_or_default).collect()
}

/// Ten years, as on a sheet without names.
fn ages(born: Date, today: Date, language: Language) -> String {
    let from = i64::from((today.year() - born.year()).max(0) / 10 * 10);
    language.say(&Message::new("print-age").with("from", from).with("to", from + 9))
}

#[cfg(test)]
mod tests {
    use super::super::GROUPS;
    use super::*;
    use time::macros::{date, datetime};
    use uuid::Uuid;

    fn told() -> Told {
        Told {
            person_id: Uuid::nil(),
            case_code: "2222222222".into(),
            person_code: "3333333333".into(),
            name: "Lò Thị Tệp".into(),
            sex: Some("female".into()),
            birth_date: Some(date!(1990 - 01 - 01)),
            birth_precision: Some("year".into()),
            phones: vec!["+84912345678 – Chỉ gọi sau 19 giờ".into()],
            province: None,
            commune: None,
            standing: "returned".into(),
            country: Some("KR".into()),
            entered_on: Some(date!(2026 - 11 - 20)),
            entered_precision: Some("day".into()),
            channel: None,
            phase: "closed".into(),
            urgency: "routine".into(),
            opened_at: datetime!(2026-11-20 18:00 UTC),
            accountable: None,
            next_on: None,
            next_by: None,
            contact_due: None,
            service_due: None,
            closed_because: Some("needs-met".into()),
            closed_at: None,
            services: ["loan", "outcome-helped", "psychosocial", "outcome-helped"].map(str::to_owned).into(),
        }
    }

    #[test]
    fn a_line_has_a_cell_under_each_heading() {
        let groups: Vec<String> = GROUPS.map(str::to_owned).into();
        for language in [Language::Vi, Language::En] {
            let line = line(&told(), &groups, date!(2026 - 11 - 23), language);
            assert_eq!(headings(&groups, language).len(), line.len());
        }
    }

    #[test]
    fn names_are_there_when_they_are_wanted_and_what_is_private_never() {
        let said = |groups: &[&str]| {
            let groups: Vec<String> = groups.iter().map(|g| (*g).to_owned()).collect();
            line(&told(), &groups, date!(2026 - 11 - 23), Language::Vi).join("|")
        };
        let usual = said(&["about", "return", "work", "services"]);
        for hidden in ["Tệp", "1990", "0912", "3333333333", "âm lý"] {
            assert!(!usual.contains(hidden), "{hidden} in {usual}");
        }
        assert!(usual.contains("30") && usual.contains("21/11/2026"), "{usual}");
        let named = said(&["names", "reach"]);
        assert!(named.contains("Lò Thị Tệp|1990") && named.contains("|0912345678 – Chỉ gọi sau 19 giờ"), "{named}");
    }
}
