//! Two people changed one return: what stands in the form of the second of them, and what differs.

use diesel::prelude::*;
use diesel::sql_types::{Integer, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::choices::ReturnChoices;
use super::form::{self, Return};
use super::migration::Migration;
use super::{Episode, FACTS};
use crate::base::Result;
use crate::base::conflict::{Field, compared};
use crate::base::form::{Choice, Difference, Filled};
use crate::base::language::Language;
use crate::person::fact::Said;
use crate::vocabulary::List;

/// A return with the migration behind it, and how they were read from a form.
pub struct Stands {
    pub episode: Episode,
    pub migration: Option<Migration>,
}

impl Stands {
    /// As it was when somebody began to type, at these versions; the one that was not changed since stands as it is.
    pub async fn at(&self, db: &mut AsyncPgConnection, (episode, migration): (i32, i32)) -> Result<Stands> {
        let then: Option<Episode> = diesel::sql_query("SELECT * FROM return_at($1, $2)")
            .bind::<SqlUuid, _>(self.episode.id)
            .bind::<Integer, _>(episode)
            .get_result(db)
            .await
            .optional()?;
        let behind: Option<Migration> = diesel::sql_query("SELECT * FROM migration_at($1, $2)")
            .bind::<SqlUuid, _>(self.episode.id)
            .bind::<Integer, _>(migration)
            .get_result(db)
            .await
            .optional()?;
        let unknown = migration == 0;
        let behind = behind.or_else(|| self.migration.clone().filter(|_| !unknown));
        Ok(Stands { episode: then.unwrap_or_else(|| self.episode.clone()), migration: behind })
    }

    /// As somebody typed it over.
    pub fn with(&self, read: Return, migration: Migration) -> Stands {
        let mut episode = self.episode.clone();
        let (left, entered) = (read.left.unzip(), read.entered.unzip());
        (episode.left_on, episode.left_precision) = (left.0, left.1.map(|p| p.code().to_owned()));
        (episode.entered_on, episode.entered_precision) = (entered.0, entered.1.map(|p| p.code().to_owned()));
        episode.standing = read.standing;
        episode.expected_on = read.expected_on;
        episode.flight = read.flight;
        episode.expected_at = read.expected_at;
        episode.previous_country = read.previous_country;
        episode.wants_help = read.wants_help;
        episode.voluntary = read.voluntary;
        episode.assisted = read.assisted;
        episode.duration = read.duration;
        episode.reason = read.reason;
        Stands { episode, migration: Some(migration) }
    }

    /// As the edit form shows it.
    pub fn filled(&self, said: &[Said], language: Language) -> Filled {
        let title = |list: List, code: &str| list.vocabulary().title(code, language);
        let filled = form::filled_from(&self.episode, said, |code| title(List::Countries, code));
        match &self.migration {
            Some(migration) => migration.fill(filled, title),
            None => filled,
        }
    }
}

/// The fields of both, in the order of the page.
fn fields(choices: &ReturnChoices) -> Vec<Field<'_>> {
    let offered = |name: &str| -> &[Choice] {
        match name {
            "return.standing" => &choices.standings,
            "return.expected_at" => &choices.gates,
            "return.wants_help" => &choices.person.yes_no,
            "return.voluntary" => &choices.voluntary,
            "return.assisted" => &choices.assisted,
            "return.duration" => &choices.durations,
            "return.reason" => &choices.reasons,
            "migration.channel" => &choices.channels,
            "migration.found_by" => &choices.found_by,
            "migration.objective_met" => &choices.objective_met,
            _ => &[],
        }
    };
    let of_return = ["standing"].into_iter().chain(FACTS).chain(["expected", "flight", "expected_at"]);
    let of_return = of_return.map(|name| ("return", name, FACTS.contains(&name)));
    let behind = [
        "channel",
        "found_by",
        "occupation",
        "activity",
        "employer",
        "sender",
        "contract_start",
        "contract_end",
        "recruitment_cost",
        "deposit",
        "debt",
        "savings",
        "remittances",
        "wage_currency",
        "first_wage",
        "last_wage",
        "hours_per_week",
        "objective",
        "objective_met",
    ];
    let all = of_return.chain(behind.map(|name| ("migration", name, false)));
    all.map(|(form, name, fact)| {
        let full = format!("{form}.{name}");
        let label = format!("{form}-{}", name.replace('_', "-"));
        Field { offered: offered(&full), name: full, label, fact }
    })
    .collect()
}

/// What differs between the return as it was, as it is and as it was typed, and the form to go on with: at the present
/// versions, with what only the other changed.
pub fn differences(
    (before, now, said): (&Stands, &Stands, &[Said]),
    yours: &Stands,
    typed: Filled,
    choices: &ReturnChoices,
    language: Language,
) -> (Filled, Vec<Difference>) {
    let mut mine = yours.filled(&[], language);
    for fact in FACTS {
        for of in ["absence", "level"] {
            let name = format!("return.{of}.{fact}");
            mine = mine.put(&name, typed.value(&name).to_owned());
        }
    }
    let (before, present) = (before.filled(&[], language), now.filled(said, language));
    let (typed, differ) = compared(&fields(choices), (Some(&before), &present, &mine), typed, language);
    let behind = now.migration.as_ref().map_or(0, |m| m.version);
    let typed = typed.put("return.version", now.episode.version.to_string());
    (typed.put("migration.version", behind.to_string()), differ)
}
