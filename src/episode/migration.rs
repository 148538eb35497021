//! The migration behind a return: how somebody went, what they did, what it cost and brought.

use diesel::prelude::*;
use rocket::FromForm;
use time::Date;
use uuid::Uuid;
use validator::Validate;

use crate::base::date::{Precision, Typed};
use crate::base::form::Filled;
use crate::base::money;
use crate::person::form::{one_of, text};
use crate::person::part_form::place;
use crate::schema::labour_migrations;
use crate::vocabulary::List;

/// How somebody went (practice 6); how the job was found is another question.
pub const CHANNELS: [&str; 7] = [
    "service-enterprise",
    "public-unit",
    "contractor",
    "individual-contract",
    "self-arranged",
    "student",
    "cross-border",
];
/// Channels that are under Law 69/2020/QH14.
pub const CONTRACT_CHANNELS: [&str; 4] = ["service-enterprise", "public-unit", "contractor", "individual-contract"];
pub const FOUND_BY: [&str; 7] = ["enterprise", "state", "broker", "kin", "online", "employer", "other"];
pub const OBJECTIVE_MET: [&str; 3] = ["yes", "partly", "no"];

/// As typed, within `migration.`. Every field may stay empty until the assessment (practice 2).
#[derive(FromForm, Validate)]
pub struct MigrationForm {
    #[field(default = String::new())]
    pub channel: String,
    #[field(default = String::new())]
    pub found_by: String,
    #[validate(length(max = 200, code = "too-long"))]
    #[field(default = String::new())]
    pub occupation: String,
    #[validate(length(max = 200, code = "too-long"))]
    #[field(default = String::new())]
    pub activity: String,
    #[validate(length(max = 300, code = "too-long"))]
    #[field(default = String::new())]
    pub employer: String,
    #[validate(length(max = 300, code = "too-long"))]
    #[field(default = String::new())]
    pub sender: String,
    pub contract_start: Typed,
    pub contract_end: Typed,
    #[field(default = String::new())]
    pub recruitment_cost: String,
    #[field(default = String::new())]
    pub deposit: String,
    #[field(default = String::new())]
    pub debt: String,
    #[field(default = String::new())]
    pub savings: String,
    #[field(default = String::new())]
    pub remittances: String,
    #[field(default = String::new())]
    pub wage_currency: String,
    #[field(default = String::new())]
    pub first_wage: String,
    #[field(default = String::new())]
    pub last_wage: String,
    #[field(default = String::new())]
    pub hours_per_week: String,
    #[validate(length(max = 500, code = "too-long"))]
    #[field(default = String::new())]
    pub objective: String,
    #[field(default = String::new())]
    pub objective_met: String,
    #[field(default = 0)]
    pub version: i32,
}

/// The row. Money in whole đồng; wages in whole units of `wage_currency`, a month.
#[derive(Queryable, QueryableByName, Selectable, Insertable, AsChangeset, Clone, Debug, Default)]
#[diesel(table_name = labour_migrations, treat_none_as_null = true)]
pub struct Migration {
    pub id: Uuid,
    pub episode_id: Uuid,
    pub channel: Option<String>,
    pub found_by: Option<String>,
    pub occupation: Option<String>,
    pub activity: Option<String>,
    pub employer: Option<String>,
    pub sender: Option<String>,
    pub contract_start: Option<Date>,
    pub contract_end: Option<Date>,
    pub recruitment_cost: Option<i64>,
    pub deposit: Option<i64>,
    pub debt: Option<i64>,
    pub savings: Option<i64>,
    pub remittances: Option<i64>,
    pub wage_currency: Option<String>,
    pub first_wage: Option<i64>,
    pub last_wage: Option<i64>,
    pub hours_per_week: Option<i32>,
    pub objective: Option<String>,
    pub objective_met: Option<String>,
    pub version: i32,
}

fn amount(filled: &mut Filled, name: &str, typed: &str) -> Option<i64> {
    if typed.trim().is_empty() {
        return None;
    }
    let amount = money::read(typed);
    if amount.is_none() {
        filled.push(name, "error-money");
    }
    amount
}

fn day(filled: &mut Filled, name: &str, typed: &Typed) -> Option<Date> {
    match typed.read() {
        Ok(None) => None,
        Ok(Some((date, Precision::Day))) => Some(date),
        Ok(Some(_)) => {
            filled.push(name, "error-date-whole");
            None
        }
        Err(wrong) => {
            filled.push(name, wrong);
            None
        }
    }
}

impl MigrationForm {
    /// The row for a return, or `None` with what is wrong beside the fields.
    pub fn read(&self, filled: &mut Filled, today: Date, episode: Uuid) -> Option<Migration> {
        let contract_start = day(filled, "migration.contract_start", &self.contract_start);
        let contract_end = day(filled, "migration.contract_end", &self.contract_end);
        if let (Some(start), Some(end)) = (contract_start, contract_end)
            && end < start
        {
            filled.push("migration.contract_end", "error-contract-order");
        }
        let wage_currency = match self.wage_currency.trim().to_uppercase() {
            code if code.is_empty() => None,
            code if code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase()) => Some(code),
            _ => {
                filled.push("migration.wage_currency", "error-currency");
                None
            }
        };
        let first_wage = amount(filled, "migration.first_wage", &self.first_wage);
        let last_wage = amount(filled, "migration.last_wage", &self.last_wage);
        if wage_currency.is_none() && (first_wage.is_some() || last_wage.is_some()) {
            filled.push("migration.wage_currency", "error-currency");
        }
        let hours_per_week = match self.hours_per_week.trim() {
            "" => None,
            hours => hours.parse().ok().filter(|h| (0..=168).contains(h)).or_else(|| {
                filled.push("migration.hours_per_week", "error-hours");
                None
            }),
        };
        let migration = Migration {
            id: Uuid::now_v7(),
            episode_id: episode,
            channel: one_of(filled, "migration.channel", &self.channel, |c| CHANNELS.contains(&c)),
            found_by: one_of(filled, "migration.found_by", &self.found_by, |c| FOUND_BY.contains(&c)),
            occupation: place(filled, "migration.occupation", &self.occupation, List::Occupations, None, today),
            activity: place(filled, "migration.activity", &self.activity, List::Activities, None, today),
            employer: text(&self.employer),
            sender: text(&self.sender),
            contract_start,
            contract_end,
            recruitment_cost: amount(filled, "migration.recruitment_cost", &self.recruitment_cost),
            deposit: amount(filled, "migration.deposit", &self.deposit),
            debt: amount(filled, "migration.debt", &self.debt),
            savings: amount(filled, "migration.savings", &self.savings),
            remittances: amount(filled, "migration.remittances", &self.remittances),
            wage_currency,
            first_wage,
            last_wage,
            hours_per_week,
            objective: text(&self.objective),
            objective_met: one_of(filled, "migration.objective_met", &self.objective_met, |c| {
                OBJECTIVE_MET.contains(&c)
            }),
            version: 1,
        };
        Some(migration).filter(|_| !filled.is_wrong())
    }
}

impl Migration {
    /// True if nothing was said, so that no row is needed.
    pub fn is_empty(&self) -> bool {
        let Migration { id, episode_id, version, .. } = self.clone();
        format!("{self:?}") == format!("{:?}", Migration { id, episode_id, version, ..Migration::default() })
    }

    /// Puts the row into an edit form.
    pub fn fill(&self, mut filled: Filled, title: impl Fn(List, &str) -> String) -> Filled {
        let texts = [
            ("channel", &self.channel),
            ("found_by", &self.found_by),
            ("employer", &self.employer),
            ("sender", &self.sender),
            ("wage_currency", &self.wage_currency),
            ("objective", &self.objective),
            ("objective_met", &self.objective_met),
        ];
        for (name, value) in texts {
            filled = filled.put(&format!("migration.{name}"), value.clone().unwrap_or_default());
        }
        for (name, value) in self.amounts() {
            filled = filled.put(&format!("migration.{name}"), value.map(money::written).unwrap_or_default());
        }
        for (name, list, code) in
            [("occupation", List::Occupations, &self.occupation), ("activity", List::Activities, &self.activity)]
        {
            if let Some(code) = code {
                filled = filled
                    .put(&format!("migration.{name}"), title(list, code))
                    .put(&format!("migration.{name}.code"), &**code);
            }
        }
        for (name, date) in [("contract_start", self.contract_start), ("contract_end", self.contract_end)] {
            let typed = Typed::of(date, date.map(|_| Precision::Day));
            filled = filled
                .put(&format!("migration.{name}.day"), typed.day)
                .put(&format!("migration.{name}.month"), typed.month)
                .put(&format!("migration.{name}.year"), typed.year);
        }
        filled
            .put("migration.hours_per_week", self.hours_per_week.map(|h| h.to_string()).unwrap_or_default())
            .put("migration.version", self.version.to_string())
    }

    /// Amounts by field name.
    pub fn amounts(&self) -> [(&'static str, Option<i64>); 7] {
        [
            ("recruitment_cost", self.recruitment_cost),
            ("deposit", self.deposit),
            ("debt", self.debt),
            ("savings", self.savings),
            ("remittances", self.remittances),
            ("first_wage", self.first_wage),
            ("last_wage", self.last_wage),
        ]
    }
}
