//! The base of contracts in the made-up world: of people who came home, of whom some are found by a number and some may be
//! meant; of people who are still away; and of people whose contract ended and whom nobody has heard of since.

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use time::{Date, Duration};
use uuid::Uuid;

use super::names::{kinh, one_of, percent, weighted};
use super::people::{self, Made};
use super::store::Cast;
use crate::App;
use crate::base::actor::Actor;
use crate::base::date::{Precision, written};
use crate::base::db::Rights;
use crate::base::language::Language;
use crate::base::sheet::csv_text;
use crate::base::{Error, Result};
use crate::import::Kind;
use crate::import::run::{Runner, Step};
use crate::import::store::{self, About};
use crate::import::survey::{Told, survey};
use crate::vocabulary::List;

/// Whoever keeps the base.
const KEEPER: &str = "supervisor.dolab";
/// So many people of the world are looked through.
const MOST: u64 = 3_000;
/// Nobody has heard of so many in each of these provinces.
const UNHEARD: usize = 9;
const PROVINCES: [&str; 5] = ["40", "42", "31", "38", "44"];
const HEADINGS: [&str; 17] = [
    "Họ và tên",
    "Giới tính",
    "Ngày sinh",
    "Số hộ chiếu",
    "Số CCCD",
    "Số điện thoại",
    "Tỉnh",
    "Nước làm việc",
    "Ngày bắt đầu hợp đồng",
    "Ngày kết thúc hợp đồng",
    "Ngành kinh tế",
    "Nghề nghiệp",
    "Doanh nghiệp",
    "Trình độ học vấn",
    "Chi phí",
    "Mức lương",
    "Loại tiền",
];

fn day(date: Date) -> String {
    written(date, Precision::Day)
}

fn country(code: &str) -> String {
    List::Countries.vocabulary().title(code, Language::Vi)
}

fn province(code: &str) -> String {
    List::Provinces.vocabulary().title(code, Language::Vi)
}

fn sex(code: Option<&str>) -> String {
    match code {
        Some("female") => "Nữ",
        Some("male") => "Nam",
        _ => "",
    }
    .to_owned()
}

/// The line of a return that somebody told of with its contract; some without any number.
fn of_person(rng: &mut StdRng, made: &Made) -> Vec<Vec<String>> {
    let number = |kind: &str| {
        let paper = made.documents.iter().find(|d| d.kind == kind && d.country == "VN");
        paper.and_then(|d| d.number.clone()).unwrap_or_default()
    };
    let numbers = percent(rng, 75);
    let home = made.addresses.iter().find(|a| a.kind == "home").and_then(|a| a.province.clone());
    let mut lines = Vec::new();
    for back in &made.returns {
        let Some((m, to)) = back.migration.as_ref().zip(back.read.previous_country.as_ref()) else { continue };
        let Some(start) = m.contract_start.filter(|_| percent(rng, 80)) else { continue };
        let birth = made.facts.birth.filter(|(_, precision)| *precision == Precision::Day);
        lines.push(vec![
            made.facts.name.clone(),
            sex(made.facts.sex.as_deref()),
            birth.map(|(date, _)| day(date)).unwrap_or_default(),
            if numbers { number("passport") } else { String::new() },
            if numbers { number("citizen-card") } else { String::new() },
            String::new(),
            home.as_deref().map(province).unwrap_or_default(),
            country(to),
            day(start),
            m.contract_end.map(day).unwrap_or_default(),
            m.activity.clone().unwrap_or_default(),
            m.occupation.clone().unwrap_or_default(),
            m.sender.clone().unwrap_or_default(),
            made.facts.education_level.clone().unwrap_or_default(),
            m.recruitment_cost.map(|cost| cost.to_string()).unwrap_or_default(),
            m.first_wage.map(|wage| wage.to_string()).unwrap_or_default(),
            m.first_wage.and(m.wage_currency.clone()).unwrap_or_default(),
        ]);
    }
    lines
}

/// Somebody who is no person of ours: the contract ended some months ago, or runs on.
fn unheard(rng: &mut StdRng, home: &str, today: Date, serial: u32) -> Vec<String> {
    let woman = percent(rng, 40);
    let born = Date::from_ordinal_date(rng.random_range(1975..2003), rng.random_range(1..365)).unwrap_or(today);
    let end =
        today + Duration::days(if percent(rng, 70) { -rng.random_range(45..500) } else { rng.random_range(30..700) });
    let start = end - Duration::days(rng.random_range(2..4) * 365 - 1);
    let (to, unit, wage) =
        weighted(rng, &[(("KR", "KRW", 1_950_000), 4), (("JP", "JPY", 178_000), 5), (("TW", "TWD", 27_470), 4)]);
    let (occupation, activity) =
        one_of(rng, &[("8153", "14"), ("9211", "01"), ("7212", "25"), ("5322", "87"), ("8160", "10")]);
    vec![
        kinh(rng, woman, false).name,
        sex(Some(if woman { "female" } else { "male" })),
        day(born),
        format!("Y{serial:07}"),
        String::new(),
        format!("0954{serial:06}"),
        province(home),
        country(to),
        day(start),
        day(end),
        activity.to_owned(),
        occupation.to_owned(),
        "Công ty Phái cử Lao động Không Có Thật".to_owned(),
        one_of(rng, &["2", "3", "4", "5"]).to_owned(),
        (rng.random_range(40..140) * 1_000_000).to_string(),
        wage.to_string(),
        unit.to_owned(),
    ]
}

/// The base as a file of its keeper.
fn file(people: u64, seed: u64, today: Date) -> Result<Vec<u8>> {
    let mut rng = StdRng::seed_from_u64(seed ^ 0xC0_47AC);
    let mut records = vec![HEADINGS.map(str::to_owned).to_vec()];
    for number in 0..people.min(MOST) {
        records.extend(of_person(&mut rng, &people::draw(seed, number)));
    }
    for (place, home) in PROVINCES.into_iter().enumerate() {
        for n in 0..UNHEARD {
            records.push(unheard(&mut rng, home, today, (place * 100 + n) as u32));
        }
    }
    // Two that somebody has to mend: an end before the beginning, and a country that is none.
    let mut wrong = [unheard(&mut rng, "40", today, 900), unheard(&mut rng, "42", today, 901)];
    wrong[0].swap(8, 9);
    wrong[1][7] = "Đài Loan hoặc Nhật".to_owned();
    records.extend(wrong);
    csv_text(&records)
}

/// Brings the base in, as its keeper would, unless they did before.
pub async fn fill(app: &App, cast: &Cast, people: u64, seed: u64) -> Result<()> {
    let keeper = cast.actor(KEEPER)?;
    let mut tx = app.db.begin(keeper, Uuid::now_v7(), Rights::Writer).await?;
    let Actor::User { id: keeper_id, organisation: office } = *keeper else { return Ok(()) };
    if !store::recent(&mut tx, office).await?.is_empty() {
        return Ok(());
    }
    let bytes = file(people, seed, cast.today)?;
    let read = survey(&bytes, &Told { kind: Kind::Contracts, encoding: None, sheet: None })
        .map_err(|refused| Error::Internal(format!("the made-up base is refused: {}", refused.key)))?;
    let id = store::keep(
        &mut tx,
        (keeper_id, office),
        &About::Contracts,
        "hop-dong-minh-hoa.csv",
        &read,
        ("staging", cast.today),
    )
    .await?
    .ok_or(Error::NotFound)?;
    tx.commit().await?;
    let mut runner = Runner::new(app.db.clone(), app.keys.clone(), keeper.clone(), Uuid::now_v7());
    while runner.batch(id).await? == Step::On {}
    let mut tx = app.db.begin(keeper, Uuid::now_v7(), Rights::Writer).await?;
    store::forget_file(&mut tx, id).await?;
    store::go_to(&mut tx, id, "committing").await?;
    tx.commit().await?;
    while runner.batch(id).await? == Step::On {}
    Ok(())
}
