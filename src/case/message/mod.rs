//! What a returnee is told without anybody writing it, over a way that they said is safe for that; else somebody calls
//! (practice 19). Beside it what is due, told to staff in the morning.
//!
//! A message says an office, its telephone and a day: whoever else reads it learns nothing of why.

pub mod digest;
pub mod work;

use diesel_async::AsyncPgConnection;
use serde::Deserialize;
use serde_json::json;
use time::{Date, Duration, OffsetDateTime, Time};
use uuid::Uuid;

use crate::access::OrganisationKind;
use crate::base::clock::{at_in_viet_nam, date_in_viet_nam, in_viet_nam};
use crate::base::date::{Precision, written};
use crate::base::language::{Language, Message};
use crate::base::mail::Channel;
use crate::base::{Result, job};

/// Something that may be told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Kind {
    pub code: &'static str,
    /// So many days after its day it is still of use.
    pub days: i64,
}

/// What the returnee is to do tomorrow.
pub const REMINDER: Kind = Kind { code: "reminder", days: 0 };
/// Another office took the case over and calls from now on.
pub const ACCEPTED: Kind = Kind { code: "accepted", days: 3 };
/// All there are. A test sends each of them to a contact that is not safe, and finds none sent.
pub const KINDS: [Kind; 2] = [REMINDER, ACCEPTED];

impl Kind {
    pub fn from_code(code: &str) -> Option<Kind> {
        KINDS.into_iter().find(|kind| kind.code == code)
    }
}

/// A way over which the system may write.
#[derive(Deserialize, Clone, Debug)]
pub struct Open {
    pub contact: Uuid,
    pub channel: String,
    pub to: String,
}

/// What `message_facts()` knows of whoever is told.
#[derive(Deserialize, Debug)]
pub struct Facts {
    language: Option<String>,
    reads: Option<String>,
    office: String,
    office_kind: String,
    phone: Option<String>,
    ways: Vec<Open>,
}

impl Facts {
    /// What they read: Vietnamese unless they do not, English where that is theirs. Nothing where only a voice helps.
    fn reads(&self) -> Option<Language> {
        let english = self.language.as_deref() == Some("eng");
        match self.reads.as_deref() {
            Some("no") if english => Some(Language::En),
            Some("no") => None,
            Some(_) => Some(Language::Vi),
            None if english => Some(Language::En),
            None => Some(Language::Vi),
        }
    }

    /// Over what they are written to, and in which language; nothing where somebody calls.
    pub fn way(&self) -> Option<(&Open, Channel, Language)> {
        // The name of whoever is no office of the state may say what they help with.
        if self.office_kind == OrganisationKind::Provider.code() {
            return None;
        }
        let way = self.ways.first()?;
        Some((way, Channel::from_code(&way.channel)?, self.reads()?))
    }

    /// Subject and words. The subject says nothing but who writes.
    pub fn words(&self, kind: Kind, on: Date, language: Language) -> (String, String) {
        let key = match self.phone {
            Some(_) => format!("message-{}", kind.code),
            None => format!("message-{}-no-phone", kind.code),
        };
        let words = Message::new(key)
            .with("office", &self.office)
            .with("phone", self.phone.as_deref().unwrap_or_default())
            .with("on", written(on, Precision::Day));
        let subject = Message::new("message-subject").with("office", &self.office);
        (language.say(&subject), language.say(&words))
    }
}

/// Now by day, else at eight in the morning: nobody's telephone rings at night for this.
fn by_day(now: OffsetDateTime) -> OffsetDateTime {
    let wall = in_viet_nam(now);
    let morning = |on: Date| at_in_viet_nam(on, Time::MIDNIGHT) + Duration::hours(8);
    match wall.hour() {
        0..8 => morning(wall.date()),
        8..20 => now,
        _ => morning(wall.date() + Duration::days(1)),
    }
}

/// The returnee of a case that another office has just taken over is to be told who calls now.
pub async fn accepted(db: &mut AsyncPgConnection, case: Uuid, hand_over: Uuid, now: OffsetDateTime) -> Result<()> {
    let at = by_day(now);
    work::queue(db, ACCEPTED, (case, hand_over), date_in_viet_nam(at), (date_in_viet_nam(now), Some(at))).await
}

/// Queues today's reminders at nine and today's digests at seven; asked as often as one likes, each is queued once.
pub async fn plan(db: &mut AsyncPgConnection, today: Date) -> Result<()> {
    for (name, hour) in [(work::REMIND, 9), (digest::JOB, 7)] {
        let at = at_in_viet_nam(today, Time::MIDNIGHT) + Duration::hours(hour);
        job::enqueue(db, name, &format!("{name}:{today}"), json!({ "day": today.to_string() }), Some(at)).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::{date, datetime};

    fn facts(language: Option<&str>, reads: Option<&str>, office_kind: &str, phone: Option<&str>) -> Facts {
        let way = Open { contact: Uuid::nil(), channel: "sms".into(), to: "+84912345678".into() };
        Facts {
            language: language.map(str::to_owned),
            reads: reads.map(str::to_owned),
            office: "Trung tâm".into(),
            office_kind: office_kind.into(),
            phone: phone.map(str::to_owned),
            ways: vec![way],
        }
    }

    #[test]
    fn whoever_cannot_read_is_called() {
        let said = |language, reads| facts(language, reads, "esc", None).way().map(|(.., language)| language);
        assert_eq!(said(None, None), Some(Language::Vi));
        assert_eq!(said(Some("kor"), None), Some(Language::Vi));
        assert_eq!(said(Some("eng"), None), Some(Language::En));
        assert_eq!(said(Some("eng"), Some("well")), Some(Language::Vi));
        assert_eq!(said(Some("eng"), Some("no")), Some(Language::En));
        assert_eq!(said(Some("vie"), Some("no")), None);
        assert_eq!(said(Some("hmn"), Some("no")), None);
    }

    #[test]
    fn whose_name_may_say_why_is_not_named() {
        assert!(facts(None, None, "provider", None).way().is_none());
        assert!(facts(None, None, "province", None).way().is_some());
    }

    #[test]
    fn words_are_an_office_a_telephone_and_a_day() {
        let on = date!(2026 - 12 - 03);
        for kind in KINDS {
            for language in [Language::Vi, Language::En] {
                for phone in [Some("0238 000 0001"), None] {
                    let (subject, words) = facts(None, None, "esc", phone).words(kind, on, language);
                    assert!(subject.contains("Trung tâm") && words.contains("Trung tâm"), "{words}");
                    assert!(words.contains("03/12/2026"), "{words}");
                    assert_eq!(words.contains("0238 000 0001"), phone.is_some(), "{words}");
                    assert!(!words.contains("message-") && !words.contains('$') && !words.contains('{'), "{words}");
                }
            }
        }
    }

    #[test]
    fn nobody_is_written_to_at_night() {
        // 2:30 in the morning, noon, 21:00.
        let morning = datetime!(2026-11-27 01:00 UTC);
        assert_eq!(by_day(datetime!(2026-11-26 19:30 UTC)), morning);
        assert_eq!(by_day(datetime!(2026-11-26 05:00 UTC)), datetime!(2026-11-26 05:00 UTC));
        assert_eq!(by_day(datetime!(2026-11-26 14:00 UTC)), morning);
    }
}
