//! What the base of contracts says of the migration behind a return, beside what the person says: documented, never in
//! the place of their word.

use diesel::prelude::*;
use time::Date;

use super::Episode;
use super::migration::{CONTRACT_CHANNELS, Migration};
use crate::base::date::{Precision, written};
use crate::base::money;
use crate::schema::episode_contracts;

/// The row. Money in whole đồng; the wage in whole units of its currency, a month.
#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = episode_contracts)]
pub struct Contracted {
    pub country: String,
    pub channel: Option<String>,
    pub activity: Option<String>,
    pub occupation: Option<String>,
    pub sender: Option<String>,
    pub employer: Option<String>,
    pub contract_start: Date,
    pub contract_end: Option<Date>,
    pub recruitment_cost: Option<i64>,
    pub wage: Option<i64>,
    pub wage_currency: Option<String>,
}

/// A fact of the contract as the page shows it.
pub struct Fact {
    pub label: &'static str,
    /// The list that the code is of, or nothing.
    pub list: &'static str,
    /// The text is the key of a message.
    pub word: bool,
    pub text: String,
    /// Somebody said otherwise.
    pub differs: bool,
}

impl Contracted {
    /// How they went: where the base does not say which of the ways under the law, one of them it was.
    pub fn channel(&self) -> &str {
        self.channel.as_deref().unwrap_or(CONTRACT_CHANNELS[0])
    }

    /// What it says, with what the person said of the same.
    pub fn facts(&self, episode: &Episode, said: Option<&Migration>) -> Vec<Fact> {
        let mut facts = Vec::new();
        let mut add = |label, list, text: Option<String>, told: Option<String>| {
            if let Some(text) = text {
                let differs = told.is_some_and(|told| told != text);
                facts.push(Fact { label, list, word: false, text, differs });
            }
        };
        let told = |of: fn(&Migration) -> Option<String>| said.and_then(of);
        add("return-previous-country", "countries", Some(self.country.clone()), episode.previous_country.clone());
        add("migration-activity", "activities", self.activity.clone(), told(|m| m.activity.clone()));
        add("migration-occupation", "occupations", self.occupation.clone(), told(|m| m.occupation.clone()));
        add("migration-sender", "", self.sender.clone(), told(|m| m.sender.clone()));
        add("migration-employer", "", self.employer.clone(), told(|m| m.employer.clone()));
        add("migration-contract", "", Some(term(Some(self.contract_start), self.contract_end)), told(said_term));
        let cost = |amount: i64| format!("{} ₫", money::written(amount));
        add(
            "migration-recruitment-cost",
            "",
            self.recruitment_cost.map(cost),
            said.and_then(|m| m.recruitment_cost).map(cost),
        );
        let wage = |amount: Option<i64>, unit: &Option<String>| {
            amount.map(|n| format!("{} {}", money::written(n), unit.clone().unwrap_or_default()))
        };
        let told_wage = said.and_then(|m| wage(m.first_wage, &m.wage_currency));
        add("migration-first-wage", "", wage(self.wage, &self.wage_currency), told_wage);
        if let Some(channel) = &self.channel {
            let differs = said.and_then(|m| m.channel.as_ref()).is_some_and(|told| told != channel);
            let text = format!("migration-channel-{channel}");
            facts.insert(1, Fact { label: "migration-channel", list: "", word: true, text, differs });
        }
        facts
    }
}

fn said_term(m: &Migration) -> Option<String> {
    (m.contract_start.or(m.contract_end).is_some()).then(|| term(m.contract_start, m.contract_end))
}

fn term(from: Option<Date>, to: Option<Date>) -> String {
    let day = |date: Option<Date>| date.map(|d| written(d, Precision::Day)).unwrap_or_default();
    format!("{} – {}", day(from), day(to))
}
