//! A case as its page shows it: what is next, what serves it, what happened.

use askama::Template;
use rocket::http::Status;
use rocket::{Route, get, routes};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::assistance::is_private;
use super::attachment::store as attachments;
use super::handing::Offer;
use super::leave;
use super::plan::interventions::as_choices;
use super::plan::pages::clock_line;
use super::provider::store as providers;
use super::store;
use super::target::{self, FirstContact};
use super::whole::{self, Closure, Happened, Lent, Screening};
use super::{Case, MOVES, NEXT_BY, OUTCOMES, Phase, SERVICE_KINDS, Service};
use crate::access::guard::to;
use crate::access::{Permission, Read, Seen, Write};
use crate::base::Result;
use crate::base::clock::date_in_viet_nam;
use crate::base::code::Code;
use crate::base::date::{Precision, written};
use crate::base::form::{Choice, Filled};
use crate::base::language::{Language, Message};
use crate::episode::departure::{Departure, departures};
use crate::episode::pages::{Clocks, clocks};
use crate::episode::{Episode, Notice, Timing, store as returns};
use crate::page::{Answer, Page, filters};
use crate::person::choices::choices;
use crate::person::household::link;
use crate::person::{Person, store as people};

pub fn routes() -> Vec<Route> {
    routes![show, of_person]
}

/// One thing on the timeline: a note, or an event in words.
pub struct Moment {
    pub at: OffsetDateTime,
    pub by: String,
    pub title: String,
    pub text: String,
}

/// A service with the words that its row needs.
pub struct ShownService {
    pub service: Service,
    pub provider: String,
    pub due: String,
    pub overdue: bool,
    /// Its entry of the directory does not hold any more.
    pub expired: bool,
}

impl ShownService {
    /// Nothing may be written about it.
    pub fn is_private(&self) -> bool {
        is_private(&self.service.kind)
    }
}

#[derive(Template)]
#[template(path = "case/show.html")]
pub struct ShowPage {
    pub case: Case,
    person: Person,
    episode: Episode,
    form: Filled,
    standing: String,
    /// They left again: the case is proposed for closing, and never closed by itself.
    left_again: Option<Departure>,
    /// Family members or the worker are linked, see the household.
    linked: bool,
    came: String,
    timing: Timing,
    notice: Notice,
    notice_day: String,
    accountable: String,
    /// Until when they are away, and who stands in.
    away: Option<(String, String)>,
    mine: bool,
    next_on: String,
    overdue: bool,
    moves: Vec<Phase>,
    services: Vec<ShownService>,
    /// The clock of its plan, and the day.
    plan: (&'static str, String),
    timeline: Vec<Moment>,
    screening: Option<Screening>,
    alarm: bool,
    /// Who is to be spoken with in private, for those who may know: whether it was done.
    private: Option<bool>,
    offer: Option<(Offer, String)>,
    shares: Vec<(Lent, String, String)>,
    /// The message of the office's target with its day, and whether it is still to be said why it was missed.
    target: Option<(&'static str, String, FirstContact)>,
    /// Until when and why its clock stands still.
    paused: Option<(String, String)>,
    pauses: Vec<Choice>,
    late_contact: bool,
    unexplained: bool,
    closure: Option<Closure>,
    closed_before: Vec<Closure>,
    slip: Option<String>,
    people: Vec<Choice>,
    providers: Vec<Choice>,
    /// Entries of the directory that may serve this case.
    listed: Vec<Choice>,
    service_kinds: Vec<Choice>,
    outcomes: Vec<Choice>,
    next_by: Vec<Choice>,
    may_change: bool,
    may_assign: bool,
    may_assess: bool,
    /// May keep private files of this case; then, whether somebody else lets it be known that they do.
    care: Option<bool>,
    /// How many documents there are, for those who may read them.
    attachments: Option<i64>,
    _seen: Option<Seen>,
}

pub(super) fn name_of(list: &[(Uuid, String)], id: Uuid) -> String {
    list.iter().find(|(known, _)| *known == id).map(|(_, name)| name.clone()).unwrap_or_default()
}

/// An event in words; what happened in other offices is told without their people's names.
pub(super) fn in_words(
    event: &Happened,
    people: &[(Uuid, String)],
    offices: &[(Uuid, String)],
    language: Language,
) -> Moment {
    let about = |key: &str| event.about[key].as_str().unwrap_or_default().to_owned();
    let say = |key: String| language.say(&Message::new(key));
    let id = |key: &str| Uuid::parse_str(&about(key)).unwrap_or_default();
    let mut message = Message::new(format!("happened-{}", event.kind.replace('.', "-")));
    message = match event.kind.as_str() {
        "case.phase" => message.with("to", say(format!("phase-{}", about("to")))),
        "case.contact-tried" => message.with("outcome", say(format!("call-outcome-{}", about("outcome")))),
        "case.opened" | "case.screened" => message.with("urgency", say(format!("urgency-{}", about("urgency")))),
        "case.assigned" => message.with("to", name_of(people, id("to"))),
        "case.service-added" => message.with("kind", say(format!("service-{}", about("kind")))),
        "case.service-changed" => message
            .with("kind", say(format!("service-{}", about("kind"))))
            .with("state", say(format!("service-state-{}", about("state")))),
        "case.message" => message
            .with("way", say(format!("message-way-{}", about("way"))))
            .with("of", say(format!("message-of-{}", about("of")))),
        "case.assessed" => message.with("of", say(format!("assessment-{}", about("of")))),
        kind if kind.starts_with("case.plan-") => message.with("number", event.about["number"].as_i64().unwrap_or(1)),
        "case.target-paused" => message.with("reason", say(format!("target-pause-{}", about("reason")))),
        "case.closed" => message.with("reason", say(format!("closing-{}", about("reason")))),
        kind if kind.starts_with("case.hand-over-")
            || matches!(kind, "case.shared" | "case.came-along" | "case.opened-in-need") =>
        {
            message.with("to", name_of(offices, id("to")))
        }
        _ => message,
    };
    let by = Uuid::parse_str(&event.actor_id).map(|id| name_of(people, id)).unwrap_or_default();
    Moment { at: event.at, by, title: language.say(&message), text: String::new() }
}

/// The page of a case, with a form that came back or a blank one.
pub async fn shown_page<P>(mut db: Read<P>, code: Code, form: Filled, language: Language) -> Result<ShowPage> {
    let user = db.user().clone();
    let (now, today) = (db.now(), db.today());
    let (case, episode, person) = store::reached(&mut db, code, Permission::ReadCases).await?;
    let whole = whole::whole(&db, &user, &case, now).await?;
    let behind = returns::whole(&db, episode.id).await?;
    let given = behind.notice.as_ref().map(|(on, _)| *on);
    let Clocks { timing, notice } = clocks(&mut db, &episode, &behind, given, today).await?;
    let left_again = departures(&mut db, &[episode.id]).await?.into_iter().next();
    let target = target::of_case(&mut db, case.id).await?;
    let linked = !link::of_person(&mut db, person.id).await?.is_empty();
    let away = leave::away(&mut db, case.accountable_id, today).await?;
    let plan = clock_line(&mut db, &case, &episode, today).await?;
    let used: Vec<Uuid> = whole.services.iter().filter_map(|service| service.listed_id).collect();
    let used = providers::of_ids(&mut db, &used).await?;
    let offered = providers::offered(&mut db, case.holder_id, person.id, today).await?;
    let care = match user.provides_care() && case.holder_id == user.organisation {
        true => Some(store::care_elsewhere(&mut db, case.id).await?),
        false => None,
    };
    let attachments = match user.may(Permission::ReadAttachments) {
        true => Some(attachments::count(&mut db, case.id).await?),
        false => None,
    };
    let seen = db.opened(&[person.id, case.id]).await?;

    let day = |date: Option<Date>| date.map(|d| written(d, Precision::Day)).unwrap_or_default();
    let mut timeline: Vec<Moment> =
        whole.happened.iter().map(|event| in_words(event, &whole.people, &whole.offices, language)).collect();
    timeline.extend(whole.notes.into_iter().map(|note| Moment {
        at: note.written_at,
        by: name_of(&whole.people, note.written_by),
        title: language.say(&Message::new("case-note")),
        text: note.text,
    }));
    timeline.sort_by_key(|moment| std::cmp::Reverse(moment.at));
    let services = whole
        .services
        .into_iter()
        .map(|service| {
            let entry = used.iter().find(|p| Some(p.id) == service.listed_id);
            ShownService {
                provider: entry
                    .map(|p| p.name.clone())
                    .or_else(|| service.provider_id.map(|id| name_of(&whole.offices, id)))
                    .or_else(|| service.provider.clone())
                    .unwrap_or_default(),
                due: day(Some(service.due_on)),
                overdue: service.is_open() && service.due_on < today,
                expired: service.is_open() && entry.is_some_and(|p| !p.is_valid(today)),
                service,
            }
        })
        .collect();
    let holds = case.holder_id == user.organisation;
    let mut closures = whole.closures;
    let closure = closures.iter().position(|c| c.reopened_at.is_none()).map(|at| closures.remove(at));
    let choose = |list: &[(Uuid, String)]| -> Vec<Choice> {
        list.iter().map(|(id, name)| Choice::new(id.to_string(), name.clone())).collect()
    };
    Ok(ShowPage {
        standing: match &left_again {
            Some(left) if left.is_done() => "standing-left-again".to_owned(),
            _ => episode.standing_key(today),
        },
        left_again,
        linked,
        came: episode.entered().map(|(d, p)| written(d, p)).unwrap_or_else(|| day(episode.expected_on)),
        timing,
        notice,
        notice_day: day(notice.date()),
        accountable: name_of(&whole.people, case.accountable_id),
        away: away.map(|leave| (day(Some(leave.until_on)), name_of(&whole.people, leave.cover_id))),
        mine: case.accountable_id == user.id,
        next_on: day(case.next_on),
        overdue: case.next_on.is_some_and(|on| on < today),
        moves: MOVES.iter().filter(|(from, _)| *from == case.phase()).map(|(_, to)| *to).collect(),
        services,
        plan,
        timeline,
        alarm: whole.screenings.iter().any(|s| s.urgency == "immediate" && s.taken_over_at.is_none()),
        screening: whole.screenings.into_iter().next(),
        private: whole.private.map(|(_, held)| held.is_some()),
        offer: whole
            .offers
            .into_iter()
            .find(|offer| offer.state == "offered")
            .map(|offer| (offer.clone(), name_of(&whole.offices, offer.to_id))),
        shares: whole
            .shares
            .into_iter()
            .map(|s| (s.clone(), name_of(&whole.offices, s.organisation_id), day(Some(date_in_viet_nam(s.until)))))
            .collect(),
        unexplained: target.as_ref().is_some_and(|clock| clock.is_late(today) && clock.missed_because.is_none()),
        paused: target
            .as_ref()
            .filter(|clock| clock.is_paused(today))
            .and_then(FirstContact::pause)
            .map(|(until, why)| (until, format!("target-pause-{why}"))),
        late_contact: target.as_ref().is_some_and(|clock| clock.is_late(today)),
        pauses: choices(language, "target-pause", &target::PAUSES),
        target: target.map(|clock| (clock.key(today), day(Some(clock.due_on)), clock)),
        closure,
        closed_before: closures,
        slip: whole.slip,
        people: choose(&whole.people),
        providers: choose(&whole.offices),
        listed: as_choices(&offered, language),
        service_kinds: choices(language, "service", &SERVICE_KINDS),
        outcomes: choices(language, "outcome", &OUTCOMES),
        next_by: choices(language, "next-by", &NEXT_BY),
        may_change: holds && user.may(Permission::ChangeCases),
        may_assign: holds && user.may(Permission::AssignCases),
        may_assess: holds && user.may(Permission::AssessCases),
        care,
        attachments,
        case,
        person,
        episode,
        form,
        _seen: Some(seen),
    })
}

/// The page again with what is wrong, and nothing changed.
pub async fn refused<P>(
    db: Write<P>,
    code: Code,
    form: Filled,
    status: Status,
    language: Language,
) -> Result<Answer<ShowPage>> {
    let reading = db.instead().await?;
    Ok(Answer::With(status, shown_page(reading, code, form, language).await?))
}

#[get("/cases/<code>")]
async fn show(code: Code, db: Read<to::ReadCases>, language: Language) -> Result<Page<ShowPage>> {
    Ok(Page(shown_page(db, code, Filled::blank(), language).await?))
}

#[derive(Template)]
#[template(path = "case/of_person.html")]
struct OfPersonPage {
    person: Person,
    cases: Vec<Case>,
    _seen: Seen,
}

#[get("/people/<code>/cases")]
async fn of_person(code: Code, mut db: Read<to::ReadCases>) -> Result<Page<OfPersonPage>> {
    let person = people::find(&mut db, code).await?;
    let cases = store::of_person(&mut db, person.id).await?;
    let seen = db.opened(&[person.id]).await?;
    Ok(Page(OfPersonPage { person, cases, _seen: seen }))
}
