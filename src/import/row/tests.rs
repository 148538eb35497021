//! What lines say, and what is wrong with them.

use super::*;
use time::macros::date;

fn column(field: Field) -> Column {
    Column { heading: String::new(), field: Some(field.code().into()), dates: Written::DayFirst }
}

fn entry(kind: Kind, cells: &[(Field, &str)]) -> std::result::Result<Entry, Vec<Problem>> {
    let wanted: Vec<Column> = cells.iter().map(|(field, _)| column(*field)).collect();
    let cells: Vec<String> = cells.iter().map(|(_, cell)| (*cell).to_owned()).collect();
    Lines::new(kind, &wanted, None, date!(2026 - 11 - 22)).read(&cells, false)
}

fn read(cells: &[(Field, &str)]) -> std::result::Result<Passenger, Vec<Problem>> {
    entry(Kind::Manifest, cells).map(|entry| entry.who)
}

fn codes(cells: &[(Field, &str)]) -> Vec<String> {
    read(cells).err().unwrap_or_default().into_iter().map(|p| format!("{} {}", p.field, p.code)).collect()
}

#[test]
fn a_line_is_read() {
    use Field::*;
    let cells =
        [(Name, " NGUYỄN  thị Mậu"), (Sex, "Nữ"), (Birth, "15/02/1990"), (Passport, "c 1234567"), (Phone, "912345678")];
    let read = read(&cells).unwrap();
    assert_eq!(read.name, "NGUYỄN thị Mậu");
    assert_eq!(read.sex, Some("female"));
    assert_eq!(read.birth, Some((date!(1990 - 02 - 15), Precision::Day)));
    assert_eq!(read.paper, Some(Paper { kind: "passport", country: "VN".into(), number: "C1234567".into() }));
    assert_eq!(read.phone.as_deref(), Some("+84912345678"));
}

#[test]
fn only_a_name_is_needed_and_may_come_in_two_columns() {
    use Field::*;
    assert_eq!(read(&[(FamilyName, "NGUYEN"), (GivenName, "THI MAU")]).unwrap().name, "NGUYEN THI MAU");
    assert_eq!(read(&[(Name, "Mậu"), (Sex, ""), (Birth, ""), (Number, "")]).unwrap().paper, None);
    assert_eq!(read(&[(Name, "Mậu"), (Number, "001190000018")]).unwrap().paper.unwrap().kind, "citizen-card");
    assert_eq!(
        read(&[(Name, "Khăm"), (Nationality, "LAO"), (Passport, "PA123456")]).unwrap().paper.unwrap().country,
        "LA"
    );
}

#[test]
fn everything_that_is_wrong_is_said_at_once() {
    use Field::*;
    let cells = [
        (Name, "=cmd()"),
        (Sex, "X"),
        (Birth, "31/02/1990"),
        (CitizenCard, "123"),
        (Phone, "12"),
        (Nationality, "Atlantis"),
    ];
    assert_eq!(
        codes(&cells),
        [
            "name error-import-formula",
            "birth error-date",
            "sex error-import-sex",
            "nationality error-place-unknown",
            "citizen-card error-citizen-number",
            "phone error-phone"
        ]
    );
    assert_eq!(codes(&[(Name, "")]), ["name error-name"]);
    assert_eq!(codes(&[(Name, "An\u{202E}")]), ["name error-characters"]);
    assert_eq!(codes(&[(Name, "Nguyễn 123")]), ["name error-import-name-digits"]);
    assert_eq!(codes(&[(FamilyName, ""), (GivenName, FORMULA)]), ["given-name error-import-formula"]);
}

#[test]
fn the_same_line_has_the_same_fingerprint_in_every_file() {
    use Field::*;
    let keys = Keys::new();
    let of = |cells: &[(Field, &str)]| read(cells).unwrap().fingerprint(&keys).unwrap();
    let first = of(&[(Name, "Nguyễn Thị Mậu"), (Birth, "15/02/1990"), (Passport, "C1234567")]);
    assert_eq!(first, of(&[(Passport, "c 123-4567"), (Birth, "1990-02-15"), (Name, "NGUYEN THI MAU")]));
    assert_ne!(first, of(&[(Name, "Nguyễn Thị Mậu"), (Birth, "15/02/1990"), (Passport, "C1234568")]));
}

#[test]
fn a_contract_is_somebody_and_what_they_left_for() {
    use Field::*;
    let cells = [
        (Name, "Nguyễn Thị Mậu"),
        (Passport, "C1234567"),
        (CitizenCard, "040190000018"),
        (Province, "Nghệ An"),
        (Country, "Hàn Quốc"),
        (ContractStart, "15/03/2023"),
        (ContractEnd, "14/03/2026"),
        (Occupation, "8153"),
        (Channel, "Doanh nghiệp dịch vụ"),
        (Cost, "38.200.000"),
        (Wage, "1.900.000 won"),
    ];
    let read = entry(Kind::Contracts, &cells).unwrap();
    assert_eq!(read.who.all_papers().map(|p| p.kind).collect::<Vec<_>>(), ["passport", "citizen-card"]);
    let contract = read.contract.as_ref().unwrap();
    assert_eq!((contract.country.as_str(), contract.province.as_deref()), ("KR", Some("40")));
    assert_eq!((contract.start, contract.end), (date!(2023 - 03 - 15), Some(date!(2026 - 03 - 14))));
    assert_eq!(
        (contract.cost, contract.wage, contract.currency.as_deref()),
        (Some(38_200_000), Some(1_900_000), Some("KRW"))
    );
    assert_eq!(contract.channel, Some("service-enterprise"));
    // With another end it is the same contract that says something else.
    let mut later = cells;
    later[6].1 = "14/09/2026";
    let (later, keys) = (entry(Kind::Contracts, &later).unwrap(), Keys::new());
    assert_eq!(later.once(), read.once());
    assert_ne!(later.fingerprint(&keys).unwrap(), read.fingerprint(&keys).unwrap());
}

#[test]
fn what_no_contract_can_say_is_said() {
    use Field::*;
    let wrong = |cells: &[(Field, &str)]| -> Vec<String> {
        let of = |p: Problem| format!("{} {}", p.field, p.code);
        entry(Kind::Contracts, cells).err().unwrap_or_default().into_iter().map(of).collect()
    };
    let cells = [
        (Name, "An"),
        (Country, "Atlantis"),
        (ContractStart, "01/06/2025"),
        (ContractEnd, "31/05/2024"),
        (Wage, "-5"),
        (Currency, "KRW"),
        (Cost, "3000 USD"),
        (Education, "?"),
        (Province, "Nghệ"),
    ];
    assert_eq!(
        wrong(&cells),
        [
            "country error-place-unknown",
            "contract-end error-contract-order",
            "province error-place-unknown",
            "education error-import-list",
            "cost error-import-cost",
            "wage error-money"
        ]
    );
    assert_eq!(
        wrong(&[(Name, "An"), (Country, ""), (ContractStart, "2025"), (Wage, "1500")]),
        ["country error-required", "contract-start error-date-whole", "currency error-currency"]
    );
    assert_eq!(
        wrong(&[(Name, "An"), (Country, "Việt Nam"), (ContractStart, ""), (LeftOn, "01/01/2030")]),
        ["country error-import-home", "contract-start error-required", "left-on error-date-future"]
    );
}
