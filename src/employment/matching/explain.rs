//! The numbers of [`weigh`](super::weigh) in words: what counts for a vacancy, what against it, what nobody knows yet, and the one
//! change that would do most.

use super::{ASPECTS, Aspect, CEFR, FULL_TIME, NEAR, Offer, STANDINGS, Seeker, USUAL_WAY, Weighed, occupation};
use crate::base::language::{Language, Message};
use crate::base::money;
use crate::vocabulary::List;

/// Which way a reason points.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    For,
    Against,
    NotKnown,
}

/// From this share of its points an aspect speaks for a vacancy.
const SPEAKS_FOR: f32 = 0.6;

#[derive(Clone, Debug)]
pub struct Reason {
    pub aspect: Aspect,
    pub side: Side,
    pub message: Message,
    /// Points that it brings, of so many.
    pub points: i64,
    pub of: i64,
}

/// One change, and the points that it would bring.
#[derive(Clone, Debug)]
pub struct Change {
    pub message: Message,
    pub points: i64,
}

fn rounded(points: f32) -> i64 {
    points.round() as i64
}

fn entry_title(list: List, at: u16, language: Language) -> String {
    list.vocabulary().entries().get(usize::from(at)).map_or_else(String::new, |entry| entry.title(language).to_owned())
}

fn cefr(rank: u8) -> &'static str {
    usize::from(rank).checked_sub(1).and_then(|at| CEFR.get(at)).copied().unwrap_or("")
}

/// One reason for each aspect, in their order.
pub fn explain(seeker: &Seeker, offer: &Offer, weighed: &Weighed, language: Language) -> Vec<Reason> {
    let of = |(aspect, weight): (Aspect, f32)| {
        let value = weighed.value(aspect);
        let side = match value {
            None => Side::NotKnown,
            Some(_) if aspect == Aspect::Wage && pays_less(seeker, offer) => Side::Against,
            Some(value) if value >= SPEAKS_FOR => Side::For,
            Some(_) => Side::Against,
        };
        let message = match aspect {
            Aspect::Occupation => trade(seeker, offer, weighed, language),
            Aspect::Experience => experience(seeker, offer, weighed),
            Aspect::Level => level(seeker, offer, weighed),
            Aspect::Language => tongue(seeker, offer, language),
            Aspect::Distance => distance(seeker, offer, weighed),
            Aspect::Wage => wage(seeker, offer),
            Aspect::Wishes => wishes(seeker, offer, side),
        };
        let points = rounded(weight * value.unwrap_or(super::NOT_KNOWN));
        Reason { aspect, side, message, points, of: rounded(weight) }
    };
    ASPECTS.into_iter().map(of).collect()
}

fn trade(seeker: &Seeker, offer: &Offer, weighed: &Weighed, language: Language) -> Message {
    let theirs = entry_title(List::Occupations, offer.occupation, language);
    let wanted = super::WISH * weighed.grasp.wanted;
    if weighed.grasp.wanted > 0.0 && wanted > weighed.grasp.closeness {
        return Message::new("match-occupation-wanted").with("theirs", theirs);
    }
    let Some(trade) = weighed.grasp.trade.and_then(|at| seeker.trades.get(at)) else {
        let known = !seeker.trades.is_empty() || !seeker.wanted.is_empty();
        return Message::new(if known { "match-occupation-none" } else { "match-occupation-not-known" });
    };
    let mine = entry_title(List::Occupations, trade.occupation, language);
    let shared = occupation::shared(offer.occupation, trade.occupation);
    if trade.occupation == offer.occupation {
        return Message::new("match-occupation-same").with("mine", mine);
    }
    match shared.why {
        Some(why) => {
            let why = language.say(&Message::new(format!("match-why-{why}")));
            Message::new("match-occupation-move").with("mine", mine).with("theirs", theirs).with("why", why)
        }
        None if shared.closeness >= super::NOT_KNOWN => {
            Message::new("match-occupation-near").with("mine", mine).with("theirs", theirs)
        }
        None => Message::new("match-occupation-far").with("mine", mine),
    }
}

/// The trade that experience and level are taken from.
fn near_trade<'a>(seeker: &'a Seeker, weighed: &Weighed) -> Option<&'a super::Trade> {
    weighed.grasp.trade.and_then(|at| seeker.trades.get(at)).filter(|_| weighed.grasp.closeness >= NEAR)
}

fn experience(seeker: &Seeker, offer: &Offer, weighed: &Weighed) -> Message {
    let Some(trade) = near_trade(seeker, weighed) else { return "match-experience-none".into() };
    let Some(months) = trade.months else { return "match-experience-not-known".into() };
    let said = match offer.months {
        Some(wanted) if wanted > 0 => Message::new("match-experience-of").with("wanted", i64::from(wanted)),
        _ => Message::new("match-experience"),
    };
    said.with("months", i64::from(months))
}

fn level(seeker: &Seeker, offer: &Offer, weighed: &Weighed) -> Message {
    let Some(trade) = near_trade(seeker, weighed) else { return "match-level-none".into() };
    let standing = STANDINGS.get(usize::from(trade.standing)).copied().unwrap_or("declared");
    match (trade.level, offer.level) {
        (Some(level), Some(wanted)) => Message::new(format!("match-level-{standing}-of"))
            .with("level", i64::from(level))
            .with("wanted", i64::from(wanted)),
        (Some(level), None) => Message::new(format!("match-level-{standing}-at")).with("level", i64::from(level)),
        (None, Some(wanted)) => Message::new("match-level-missing").with("wanted", i64::from(wanted)),
        (None, None) => Message::new(format!("match-level-{standing}")),
    }
}

fn tongue(seeker: &Seeker, offer: &Offer, language: Language) -> Message {
    let Some((wanted, rank)) = offer.language else { return "match-language-not-asked".into() };
    let said = |key: &'static str| {
        Message::new(key).with("language", entry_title(List::Languages, wanted, language)).with("wanted", cefr(rank))
    };
    match seeker.knows(wanted) {
        None => said("match-language-none"),
        Some(0) => said("match-language-no-paper"),
        Some(known) => {
            said(if known >= rank { "match-language-enough" } else { "match-language-less" }).with("known", cefr(known))
        }
    }
}

fn distance(seeker: &Seeker, offer: &Offer, weighed: &Weighed) -> Message {
    if offer.abroad {
        return "match-distance-abroad".into();
    }
    let far = weighed.kilometres.map(rounded_way);
    if seeker.would_go_to(offer.province) {
        return Message::new("match-distance-wanted");
    }
    let Some(far) = far else {
        let near = seeker.at.is_some() && offer.at.is_some();
        return Message::new(if near { "match-distance-same-province" } else { "match-distance-not-known" });
    };
    let limit = i64::from(seeker.kilometres.unwrap_or(USUAL_WAY));
    let key = match (far <= limit, offer.housing) {
        (true, _) => "match-distance-near",
        (false, true) => "match-distance-housing",
        (false, false) => "match-distance-far",
    };
    Message::new(key).with("far", far).with("limit", limit)
}

/// From centre to centre is no exact way: whole kilometres, and at least one.
fn rounded_way(far: f32) -> i64 {
    rounded(far).max(1)
}

/// Less than the least that they would work for.
fn pays_less(seeker: &Seeker, offer: &Offer) -> bool {
    seeker.wage_least.zip(offer.wage()).is_some_and(|(least, wage)| wage < least)
}

fn wage(seeker: &Seeker, offer: &Offer) -> Message {
    let Some(wage) = offer.wage() else { return "match-wage-not-said".into() };
    let said = |key: &'static str| Message::new(key).with("wage", money::written(wage));
    match (seeker.wage_least, seeker.wage_before) {
        (Some(least), _) => {
            let key = if wage < least { "match-wage-less" } else { "match-wage-enough" };
            said(key).with("least", money::written(least))
        }
        (None, Some(before)) if before > 0 => said("match-wage-before").with("before", money::written(before)),
        _ => said("match-wage-not-known"),
    }
}

fn wishes(seeker: &Seeker, offer: &Offer, side: Side) -> Message {
    if !offer.formal {
        return "match-wishes-informal".into();
    }
    if offer.hours.is_some_and(|hours| !super::suits(seeker.hours, hours)) {
        return Message::new(if offer.hours >= Some(FULL_TIME) { "match-wishes-full" } else { "match-wishes-part" });
    }
    Message::new(if side == Side::For { "match-wishes-fit" } else { "match-wishes-partly" })
}

/// The one change that would bring most points: of the person, of what is known, or of what is offered.
pub fn improvement(seeker: &Seeker, offer: &Offer, weighed: &Weighed, language: Language) -> Option<Change> {
    let missing = |aspect: Aspect, up_to: f32| {
        let weight = ASPECTS.iter().find(|(of, _)| *of == aspect).map_or(0.0, |(_, weight)| *weight);
        let value = weighed.value(aspect).unwrap_or(super::NOT_KNOWN);
        weight * (up_to - value).max(0.0)
    };
    let mut changes: Vec<(f32, Message)> = Vec::new();
    let placed = seeker.at.is_some_and(|place| place.is_exact());
    for (aspect, key) in [
        (Aspect::Occupation, "match-ask-occupation"),
        (Aspect::Experience, "match-ask-experience"),
        (Aspect::Distance, if placed { "match-ask-distance-offered" } else { "match-ask-distance" }),
        (Aspect::Wage, if offer.wage().is_some() { "match-ask-wage" } else { "match-ask-wage-offered" }),
    ] {
        if weighed.value(aspect).is_none() {
            changes.push((missing(aspect, 1.0), key.into()));
        }
    }
    let theirs = || entry_title(List::Occupations, offer.occupation, language);
    if near_trade(seeker, weighed).is_some() {
        let reach = offer.level.or(near_trade(seeker, weighed).and_then(|trade| trade.level)).unwrap_or(1);
        let certify = Message::new("match-change-certify").with("level", i64::from(reach));
        changes.push((missing(Aspect::Level, 1.0), certify));
    } else if weighed.value(Aspect::Occupation).is_some() {
        // A course gives what the nearest groups share, and no experience.
        changes.push((missing(Aspect::Occupation, NEAR), Message::new("match-change-learn").with("theirs", theirs())));
    }
    if let Some((wanted, rank)) = offer.language {
        let learn = Message::new("match-change-language")
            .with("language", entry_title(List::Languages, wanted, language))
            .with("wanted", cefr(rank));
        changes.push((missing(Aspect::Language, 1.0), learn));
    }
    if weighed.value(Aspect::Distance).is_some() && !offer.abroad && !offer.housing {
        changes.push((missing(Aspect::Distance, SPEAKS_FOR), "match-change-housing".into()));
    }
    if let Some(least) = seeker.wage_least.filter(|_| pays_less(seeker, offer)) {
        let pay = Message::new("match-change-wage").with("least", money::written(least));
        changes.push((missing(Aspect::Wage, super::against_least(1.0, 1.0)), pay));
    }
    if !offer.formal {
        changes.push((missing(Aspect::Wishes, 1.0), "match-change-formal".into()));
    }
    let (points, message) = changes.into_iter().max_by(|(a, _), (b, _)| a.total_cmp(b))?;
    Some(Change { message, points: rounded(points) }).filter(|change| change.points > 0)
}
