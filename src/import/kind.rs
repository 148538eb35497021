//! The kinds of lists: which columns each may have, who brings it in, and what its lines become.

use crate::access::{Permission, User};

/// What a list is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Passengers of a flight, for the desk that meets it.
    Manifest,
    /// Workers who left under a contract, for DOLAB, which keeps their base.
    Contracts,
}

impl Kind {
    pub fn code(self) -> &'static str {
        match self {
            Kind::Manifest => "manifest",
            Kind::Contracts => "contracts",
        }
    }

    pub fn from_code(code: &str) -> Kind {
        if code == "contracts" { Kind::Contracts } else { Kind::Manifest }
    }

    /// What a column of such a list may mean.
    pub fn fields(self) -> &'static [Field] {
        match self {
            Kind::Manifest => &Field::ALL[..PERSONAL],
            Kind::Contracts => &Field::ALL,
        }
    }

    /// What every line must say, beside a name.
    pub fn needed(self) -> &'static [Field] {
        match self {
            Kind::Manifest => &[],
            Kind::Contracts => &[Field::Country, Field::ContractStart],
        }
    }

    pub fn has(self, field: Field) -> bool {
        self.fields().contains(&field)
    }

    /// The field of this code, if such a list may have it.
    pub fn field(self, code: &str) -> Option<Field> {
        Field::from_code(code).filter(|field| self.has(*field))
    }

    /// The key of a message of which there is one for each kind.
    pub fn key(self, key: &str) -> String {
        match self {
            Kind::Manifest => key.to_owned(),
            Kind::Contracts => format!("{key}-contracts"),
        }
    }
}

/// The kind of list that this user brings in: the role says whether, the office what.
pub fn brings_in(user: &User) -> Option<Kind> {
    if !user.may(Permission::ImportLists) {
        return None;
    }
    match user.organisation_kind.as_str() {
        "airport" | "border" => Some(Kind::Manifest),
        "dolab" => Some(Kind::Contracts),
        _ => None,
    }
}

/// What a column may mean to us.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Field {
    Name,
    FamilyName,
    GivenName,
    Sex,
    Birth,
    Passport,
    TravelPass,
    CitizenCard,
    /// The number of some document; which, its shape must say.
    Number,
    Nationality,
    Phone,
    Province,
    Address,
    Country,
    Channel,
    LeftOn,
    ContractStart,
    ContractEnd,
    Activity,
    Occupation,
    Sender,
    Employer,
    Education,
    Cost,
    Wage,
    Currency,
}

/// The first of the fields say who somebody is; the others belong to a contract.
const PERSONAL: usize = 11;

impl Field {
    pub const ALL: [Field; 26] = [
        Field::Name,
        Field::FamilyName,
        Field::GivenName,
        Field::Sex,
        Field::Birth,
        Field::Passport,
        Field::TravelPass,
        Field::CitizenCard,
        Field::Number,
        Field::Nationality,
        Field::Phone,
        Field::Province,
        Field::Address,
        Field::Country,
        Field::Channel,
        Field::LeftOn,
        Field::ContractStart,
        Field::ContractEnd,
        Field::Activity,
        Field::Occupation,
        Field::Sender,
        Field::Employer,
        Field::Education,
        Field::Cost,
        Field::Wage,
        Field::Currency,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Field::Name => "name",
            Field::FamilyName => "family-name",
            Field::GivenName => "given-name",
            Field::Sex => "sex",
            Field::Birth => "birth",
            Field::Passport => "passport",
            Field::TravelPass => "travel-pass",
            Field::CitizenCard => "citizen-card",
            Field::Number => "number",
            Field::Nationality => "nationality",
            Field::Phone => "phone",
            Field::Province => "province",
            Field::Address => "address",
            Field::Country => "country",
            Field::Channel => "channel",
            Field::LeftOn => "left-on",
            Field::ContractStart => "contract-start",
            Field::ContractEnd => "contract-end",
            Field::Activity => "activity",
            Field::Occupation => "occupation",
            Field::Sender => "sender",
            Field::Employer => "employer",
            Field::Education => "education",
            Field::Cost => "cost",
            Field::Wage => "wage",
            Field::Currency => "currency",
        }
    }

    pub fn from_code(code: &str) -> Option<Field> {
        Field::ALL.into_iter().find(|field| field.code() == code)
    }

    pub fn is_date(self) -> bool {
        matches!(self, Field::Birth | Field::LeftOn | Field::ContractStart | Field::ContractEnd)
    }
}

#[cfg(test)]
mod tests {
    use super::super::LEAVE_OUT;
    use super::*;

    #[test]
    fn every_field_has_a_code_and_a_place_of_its_own() {
        for (at, field) in Field::ALL.into_iter().enumerate() {
            assert_eq!(Field::from_code(field.code()), Some(field));
            assert_eq!(field as usize, at);
        }
        assert_eq!(Field::from_code(LEAVE_OUT), None);
        assert!(Kind::Manifest.has(Field::Phone) && !Kind::Manifest.has(Field::Province));
        assert_eq!(Kind::Manifest.field("wage"), None);
        assert_eq!(Kind::Contracts.field("wage"), Some(Field::Wage));
    }
}
