//! A case on paper: with names for whoever takes it along, or without, for whoever only has to learn from it.

use askama::Template;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rocket::{Route, get, routes};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::assistance::is_private;
use super::pages::{in_words, name_of};
use super::plan::store as plans;
use super::provider::store as providers;
use super::pseudonym::{Kind, Pseudonyms};
use super::{Case, store, whole};
use crate::access::guard::to;
use crate::access::{Permission, Read, Seen};
use crate::base::clock::date_in_viet_nam;
use crate::base::code::Code;
use crate::base::date::{Precision, written};
use crate::base::language::{Language, Message};
use crate::base::{Error, Result};
use crate::page::{Page, filters};
use crate::person::household::{link, store as household};
use crate::person::store as people;
use crate::schema::users;
use crate::vocabulary::List;

pub fn routes() -> Vec<Route> {
    routes![sheet]
}

/// What of the names and of free words is printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kept {
    /// Neither: what can be said in codes alone.
    Codes,
    /// What was written, with pseudonyms for the names that are known.
    Words,
    /// Everything; for the office that holds the case.
    Names,
}

impl Kept {
    fn from_code(code: Option<&str>) -> Kept {
        match code {
            Some("names") => Kept::Names,
            Some("words") => Kept::Words,
            _ => Kept::Codes,
        }
    }
}

/// A day on the sheet: as it is, or without names as so many days after the case began.
struct Days {
    from: Date,
    named: bool,
    language: Language,
}

impl Days {
    fn of(&self, day: Date) -> String {
        match self.named {
            true => written(day, Precision::Day),
            false => {
                self.language.say(&Message::new("print-day").with("number", (day - self.from).whole_days().to_string()))
            }
        }
    }
}

/// A thing of the timeline.
struct Moment {
    when: String,
    by: String,
    title: String,
    text: String,
}

/// A goal with what is done towards it.
struct Goal {
    /// A code of `dimension-`.
    dimension: String,
    text: String,
    parts: Vec<Line>,
}

/// A service, or what a plan provides for: a code of `service-`, and its state or outcome as a message.
struct Line {
    kind: String,
    state: Option<String>,
    due: String,
    provider: String,
    text: String,
}

#[derive(Template)]
#[template(path = "case/print.html")]
struct SheetPage {
    case: Case,
    kept: Kept,
    may_name: bool,
    title: String,
    /// Message and value.
    facts: Vec<(&'static str, String)>,
    next: Option<(String, String)>,
    goals: Vec<Goal>,
    services: Vec<Line>,
    timeline: Vec<Moment>,
    printed: String,
    /// There is more than what is printed.
    cut: bool,
    _seen: Seen,
}

/// The names of all staff of an office, those included who left.
async fn everybody(db: &mut AsyncPgConnection, office: Uuid) -> Result<Vec<String>> {
    let all = users::table.filter(users::organisation_id.eq(office)).limit(1000);
    Ok(all.select(users::name).load(db).await?)
}

/// What leaves the house on paper is read for that.
pub const PRINT: &str = "print";

#[get("/cases/<code>/sheet?<with>")]
async fn sheet(
    code: Code,
    with: Option<&str>,
    mut db: Read<to::ReadCases>,
    language: Language,
) -> Result<Page<SheetPage>> {
    let user = db.user().clone();
    let (now, today) = (db.now(), db.today());
    let (case, episode, person) = store::reached(&mut db, code, Permission::ReadCases).await?;
    // Whoever reads along knows too few names to take them out, and takes none away.
    let may_name = case.holder_id == user.organisation;
    let kept = match Kept::from_code(with) {
        kept if kept != Kept::Codes && !may_name => return Err(Error::NotFound),
        kept => kept,
    };
    let whole = whole::whole(&db, &user, &case, now).await?;
    let about = people::whole(&db, person.id).await?;
    let (members, _) = household::members(&mut db, person.id).await?;
    let linked = link::of_person(&mut db, person.id).await?;
    let plan = plans::versions(&mut db, case.id).await?.into_iter().find(|plan| plan.state == "in-force");
    let (goals, parts) = match &plan {
        Some(plan) => plans::content(&mut db, plan.id).await?,
        None => (Vec::new(), Vec::new()),
    };
    let used: Vec<Uuid> =
        whole.services.iter().filter_map(|s| s.listed_id).chain(parts.iter().filter_map(|p| p.listed_id)).collect();
    let entries = providers::of_ids(&mut db, &used).await?;
    let staff = everybody(&mut db, user.organisation).await?;
    let cut = whole.happened.len() == whole::MOST_EVENTS as usize || whole.notes.len() == whole::MOST_NOTES as usize;
    let (seen, _) = db.rows_read(&[("persons", person.id)], Some(PRINT)).await?;

    let say = |key: String| language.say(&Message::new(key));
    let stands = |key: &'static str, number: i64| language.say(&Message::new(key).with("number", number));
    let mut names = Pseudonyms::new(&stands);
    names.know(Kind::Returnee, &person.name);
    members.iter().filter_map(|m| m.name.as_deref()).for_each(|name| names.know(Kind::Family, name));
    linked.iter().for_each(|l| names.know(Kind::Family, &l.name));
    staff.iter().for_each(|name| names.know(Kind::Staff, name));
    whole.offices.iter().for_each(|(_, name)| names.know(Kind::Office, name));
    entries.iter().for_each(|entry| names.know(Kind::Provider, &entry.name));
    about.contacts.iter().for_each(|contact| names.know(Kind::Reach, &contact.value));
    about.contacts.iter().filter_map(|c| c.belongs_to.as_deref()).for_each(|name| names.know(Kind::Family, name));
    about.addresses.iter().filter_map(|a| a.line.as_deref()).for_each(|line| names.know(Kind::Reach, line));
    // What was written freely: as it is, with pseudonyms, or not at all.
    let mut free = |text: &str| match kept {
        Kept::Names => text.to_owned(),
        Kept::Words => names.text(text),
        Kept::Codes => String::new(),
    };
    let days = Days { from: date_in_viet_nam(case.opened_at), named: kept == Kept::Names, language };
    let provider = |listed: Option<Uuid>, written: Option<&str>| {
        let entry = entries.iter().find(|entry| Some(entry.id) == listed).map(|entry| entry.name.as_str());
        entry.or(written).unwrap_or_default().to_owned()
    };

    let mut facts = Vec::new();
    if kept == Kept::Names {
        facts.push(("person-code", person.code.clone()));
        facts.push(("person-birth", person.birth().map(|(d, p)| written(d, p)).unwrap_or_default()));
    } else if let Some((born, _)) = person.birth() {
        let from = i64::from((today.year() - born.year()).max(0) / 10 * 10);
        let ages = Message::new("print-age").with("from", from).with("to", from + 9);
        facts.push(("print-ages", language.say(&ages)));
    }
    if let Some(sex) = &person.sex {
        facts.push(("person-sex", say(format!("sex-{sex}"))));
    }
    facts.push(("print-standing", say(episode.standing_key(today))));
    if let Some(country) = &episode.previous_country {
        facts.push(("return-previous-country", List::Countries.vocabulary().title(country, language)));
    }
    if let Some((day, precision)) = episode.entered() {
        let precision = if kept == Kept::Names { precision } else { Precision::Year };
        facts.push(("return-entered", written(day, precision)));
    }
    facts.push(("print-phase", say(format!("phase-{}", case.phase))));
    facts.push(("print-urgency", say(format!("urgency-{}", case.urgency))));
    if kept == Kept::Names {
        let safe = |yes: bool, to: &str| say(format!("contact-{}-{to}", if yes { "may" } else { "never" }));
        for contact in &about.contacts {
            let (call, write) = (safe(contact.safe_to_call, "call"), safe(contact.safe_to_write, "write"));
            let wishes = contact.wishes.as_deref().map(|wishes| format!(" · {wishes}")).unwrap_or_default();
            let whose = contact.belongs_to.as_deref().map(|whose| format!(" ({whose})")).unwrap_or_default();
            facts.push(("contact-title", format!("{}{whose} · {call} · {write}{wishes}", contact.value)));
        }
    }
    facts.push(("print-accountable", free(&name_of(&whole.people, case.accountable_id))));
    facts.push(("print-office", free(&name_of(&whole.offices, case.holder_id))));
    facts.push(("print-wishes", free(case.wishes.as_deref().unwrap_or_default())));
    facts.retain(|(_, value)| !value.is_empty());
    let next = case.next_on.map(|on| (free(case.next_step.as_deref().unwrap_or_default()), days.of(on)));
    let goals = goals
        .into_iter()
        .map(|goal| Goal {
            parts: parts
                .iter()
                .filter(|part| part.goal_id == goal.id && !is_private(&part.kind))
                .map(|part| Line {
                    kind: part.kind.clone(),
                    state: None,
                    due: days.of(part.due_on),
                    provider: free(&provider(part.listed_id, part.provider.as_deref())),
                    text: free(part.what.as_deref().unwrap_or_default()),
                })
                .collect(),
            text: free(&goal.text),
            dimension: goal.dimension,
        })
        .collect();
    let services = whole
        .services
        .iter()
        .filter(|service| !is_private(&service.kind))
        .map(|service| {
            let office = service.provider_id.map(|id| name_of(&whole.offices, id));
            Line {
                kind: service.kind.clone(),
                state: Some(match &service.outcome {
                    Some(outcome) => format!("outcome-{outcome}"),
                    None => format!("service-state-{}", service.state),
                }),
                due: days.of(service.due_on),
                provider: free(&provider(service.listed_id, office.as_deref().or(service.provider.as_deref()))),
                text: free(service.note_back.as_deref().unwrap_or_default()),
            }
        })
        .collect();
    // Nobody learns from paper that somebody wanted to talk in private.
    let private = |event: &&whole::Happened| {
        event.kind.starts_with("case.private") || event.about["kind"].as_str().is_some_and(is_private)
    };
    let mut timeline: Vec<(OffsetDateTime, Moment)> = Vec::new();
    for event in whole.happened.iter().filter(|event| !private(event)) {
        let moment = in_words(event, &whole.people, &whole.offices, language);
        // Without free words an event is told only where it names nobody.
        let title = match kept {
            Kept::Codes
                if event.about.get("to").and_then(|to| to.as_str()).is_some_and(|to| Uuid::parse_str(to).is_ok()) =>
            {
                continue;
            }
            Kept::Codes => moment.title,
            _ => free(&moment.title),
        };
        let when = days.of(date_in_viet_nam(moment.at));
        timeline.push((moment.at, Moment { when, by: free(&moment.by), title, text: String::new() }));
    }
    for note in whole.notes.iter().filter(|_| kept != Kept::Codes) {
        let moment = Moment {
            when: days.of(date_in_viet_nam(note.written_at)),
            by: free(&name_of(&whole.people, note.written_by)),
            title: say("case-note".to_owned()),
            text: free(&note.text),
        };
        timeline.push((note.written_at, moment));
    }
    timeline.sort_by_key(|(at, _)| *at);
    let title = match kept {
        Kept::Names => person.name.clone(),
        _ => stands("print-stands-returnee", 1),
    };
    let printed = match kept {
        Kept::Names => format!("{}, {}, {}", user.name, user.organisation_name, written(today, Precision::Day)),
        _ => written(today, Precision::Day),
    };
    let timeline = timeline.into_iter().map(|(_, moment)| moment).collect();
    Ok(Page(SheetPage {
        case,
        kept,
        may_name,
        title,
        facts,
        next,
        goals,
        services,
        timeline,
        printed,
        cut,
        _seen: seen,
    }))
}
