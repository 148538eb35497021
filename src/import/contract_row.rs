//! What a line of the contract base says beside who it is about: where to, under what, from when to when.

use time::{Date, Duration};

use super::Field;
use super::dates::read_day;
use super::row::{Cells, Lines, Passenger};
use crate::base::money;
use crate::base::text::{clean, fold};
use crate::vocabulary::List;

/// A contract. Money in whole đồng, the wage in whole units of its currency, a month.
#[derive(Clone, Debug, PartialEq)]
pub struct Contract {
    pub province: Option<String>,
    pub address: Option<String>,
    pub country: String,
    pub channel: Option<&'static str>,
    pub left_on: Option<Date>,
    pub start: Date,
    pub end: Option<Date>,
    pub activity: Option<String>,
    pub occupation: Option<String>,
    pub sender: Option<String>,
    pub employer: Option<String>,
    pub education: Option<String>,
    pub cost: Option<i64>,
    pub wage: Option<i64>,
    pub currency: Option<String>,
}

/// The channels of Law 69/2020/QH14, and what lists call them.
const CHANNELS: [(&str, &str); 4] = [
    ("service-enterprise", "doanh nghiep dich vu, doanh nghiep, dich vu, service enterprise, agency"),
    ("public-unit", "don vi su nghiep, don vi su nghiep cong lap, su nghiep, eps, colab, public unit, public"),
    (
        "contractor",
        "doanh nghiep trung thau, trung thau, nhan thau, dau tu, dau tu ra nuoc ngoai, to chuc ca nhan dau tu, \
         contractor, investor",
    ),
    (
        "individual-contract",
        "truc tiep giao ket, hop dong truc tiep giao ket, giao ket truc tiep, hop dong ca nhan, ca nhan, \
         individual contract, individual, direct",
    ),
];

/// Words for currencies that such lists use beside their codes.
const CURRENCIES: [(&str, &str); 9] = [
    ("VND", "vnd, dong, d, dong viet nam"),
    ("KRW", "won"),
    ("JPY", "yen, yen nhat"),
    ("TWD", "dai te, ntd, nt"),
    ("USD", "do la, do la my, dollar"),
    ("MYR", "ringgit, rm"),
    ("EUR", "euro"),
    ("CNY", "nhan dan te, te, rmb"),
    ("SGD", "do la singapore"),
];

const LONGEST: usize = 300;

impl Contract {
    /// Who left for where from when: what makes it this contract, whatever else is said of it later.
    pub fn of(&self, who: &Passenger) -> String {
        let card = who.all_papers().find(|paper| paper.kind == "citizen-card").or(who.paper.as_ref());
        let born = who.birth.map(|(date, _)| date.to_string()).unwrap_or_default();
        let whose = card.map_or_else(|| format!("{}|{born}", fold(&who.name)), |paper| paper.said());
        format!("{whose}|{}|{}", self.country, self.start)
    }

    /// Everything that it says.
    pub fn said(&self) -> Vec<String> {
        let day = |date: Option<Date>| date.map(|d| d.to_string()).unwrap_or_default();
        let number = |amount: Option<i64>| amount.map(|n| n.to_string()).unwrap_or_default();
        let text = |words: &Option<String>| words.clone().unwrap_or_default();
        vec![
            text(&self.province),
            text(&self.address),
            self.country.clone(),
            self.channel.unwrap_or_default().into(),
            day(self.left_on),
            day(Some(self.start)),
            day(self.end),
            text(&self.activity),
            text(&self.occupation),
            text(&self.sender),
            text(&self.employer),
            text(&self.education),
            number(self.cost),
            number(self.wage),
            text(&self.currency),
        ]
    }
}

fn listed(words: &str, word: &str) -> bool {
    words.split(", ").any(|known| known == word)
}

fn day(cells: &mut Cells<'_>, field: Field) -> Option<Date> {
    read_day(cells.get(field), cells.order(field)).unwrap_or_else(|code| {
        cells.push(field, code);
        None
    })
}

fn words(cells: &mut Cells<'_>, field: Field) -> Option<String> {
    let text = clean(cells.get(field));
    if text.chars().count() > LONGEST {
        cells.push(field, "error-import-long");
        return None;
    }
    Some(text).filter(|text| !text.is_empty())
}

fn one_of(lines: &mut Lines, cells: &mut Cells<'_>, field: Field, list: List) -> Option<String> {
    let typed = cells.get(field);
    if typed.is_empty() {
        return None;
    }
    let found = lines.place(list, typed);
    if found.is_none() {
        let place = matches!(list, List::Countries | List::Provinces);
        cells.push(field, if place { "error-place-unknown" } else { "error-import-list" });
    }
    found
}

/// The currency that a word or code stands for.
fn currency(typed: &str) -> Option<String> {
    let code = typed.trim().to_uppercase();
    if code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase()) && !listed("YEN, WON", &code) {
        return Some(code);
    }
    CURRENCIES.iter().find(|(_, words)| listed(words, &fold(typed))).map(|(code, _)| (*code).to_owned())
}

/// An amount with the currency that may stand before or behind it.
fn amount(cell: &str) -> Option<(i64, Option<String>)> {
    let digit = |c: char| c.is_ascii_digit();
    let (first, last) = (cell.find(digit)?, cell.rfind(digit)? + 1);
    let (before, number, behind) = (cell.get(..first)?.trim(), cell.get(first..last)?, cell.get(last..)?.trim());
    let unit = match (before, behind) {
        ("", "") => None,
        ("", "₫") => Some("VND".to_owned()),
        ("", unit) | (unit, "") => Some(currency(unit)?),
        _ => return None,
    };
    Some((money::read(number)?, unit))
}

/// The contract of a line; what is wrong with it is said beside its cells.
pub fn read(lines: &mut Lines, cells: &mut Cells<'_>) -> Option<Contract> {
    let country = one_of(lines, cells, Field::Country, List::Countries);
    match country.as_deref() {
        None if !cells.unread(Field::Country) => cells.push(Field::Country, "error-required"),
        Some("VN") => cells.push(Field::Country, "error-import-home"),
        _ => {}
    }
    let today = lines.today();
    let start = day(cells, Field::ContractStart);
    match start {
        None if !cells.unread(Field::ContractStart) => cells.push(Field::ContractStart, "error-required"),
        Some(date) if date > today + Duration::days(366) => cells.push(Field::ContractStart, "error-import-far"),
        _ => {}
    }
    let end = day(cells, Field::ContractEnd);
    if let (Some(start), Some(end)) = (start, end)
        && end < start
    {
        cells.push(Field::ContractEnd, "error-contract-order");
    }
    let left_on = day(cells, Field::LeftOn);
    if left_on.is_some_and(|date| date > today) {
        cells.push(Field::LeftOn, "error-date-future");
    }
    let channel = match fold(cells.get(Field::Channel)).as_str() {
        "" => None,
        word => {
            let found = CHANNELS.iter().find(|(code, words)| fold(code) == word || listed(words, word));
            if found.is_none() {
                cells.push(Field::Channel, "error-import-channel");
            }
            found.map(|(code, _)| *code)
        }
    };
    let province = one_of(lines, cells, Field::Province, List::Provinces);
    let activity = one_of(lines, cells, Field::Activity, List::Activities);
    let occupation = one_of(lines, cells, Field::Occupation, List::Occupations);
    let education = one_of(lines, cells, Field::Education, List::EducationLevels);
    let cost = match amount(cells.get(Field::Cost)) {
        None if cells.get(Field::Cost).is_empty() => None,
        Some((cost, unit)) if unit.as_deref().is_none_or(|unit| unit == "VND") => Some(cost),
        _ => {
            cells.push(Field::Cost, "error-import-cost");
            None
        }
    };
    let (wage, currency) = wage(cells);
    Some(Contract {
        province,
        address: words(cells, Field::Address),
        country: country?,
        channel,
        left_on,
        start: start?,
        end,
        activity,
        occupation,
        sender: words(cells, Field::Sender),
        employer: words(cells, Field::Employer),
        education,
        cost,
        wage,
        currency,
    })
}

/// The wage, and its currency, which stands in a column of its own or beside it.
fn wage(cells: &mut Cells<'_>) -> (Option<i64>, Option<String>) {
    let said = match cells.get(Field::Currency) {
        "" => None,
        typed => {
            let found = currency(typed);
            if found.is_none() {
                cells.push(Field::Currency, "error-currency");
            }
            found
        }
    };
    match amount(cells.get(Field::Wage)) {
        None if cells.get(Field::Wage).is_empty() => (None, None),
        None => {
            cells.push(Field::Wage, "error-money");
            (None, said)
        }
        Some((wage, beside)) => {
            let both = said.is_some() && beside.is_some() && said != beside;
            let unit = said.or(beside);
            if (unit.is_none() || both) && !cells.unread(Field::Currency) {
                cells.push(Field::Currency, "error-currency");
            }
            (Some(wage), unit)
        }
    }
}
