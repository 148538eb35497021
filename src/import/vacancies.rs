//! Vacancies out of a file (E2): a sheet of what employers offer, each line read as if it had been typed. All of it is kept, or
//! nothing, with what is wrong said line by line: whoever made the sheet mends it there and sends it again.

use askama::Template;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rocket::data::Capped;
use rocket::form::{Form, FromForm};
use rocket::fs::TempFile;
use rocket::http::Status;
use rocket::tokio::task::spawn_blocking;
use rocket::{Route, get, post, routes};
use sha2::{Digest, Sha256};
use time::Date;
use uuid::Uuid;
use validator::Validate;

use super::MOST_BYTES;
use super::dates::{Order, read_day};
use super::survey::rows;
use super::upload::bytes_of;
use crate::access::guard::to;
use crate::access::{Later, Read, User};
use crate::base::date::{Precision, Typed};
use crate::base::form::{Checked, Filled};
use crate::base::language::{Language, Message};
use crate::base::sheet::workbook;
use crate::base::text::{clean, fold};
use crate::base::{Error, Result};
use crate::employment::employer::tax_digits;
use crate::employment::vacancy::form::{Kept, VacancyForm};
use crate::page::{Answer, Download, Format, Page, filters};
use crate::schema::{employers, vacancies};
use crate::vocabulary::{List, Meant};

pub fn routes() -> Vec<Route> {
    routes![index, example, bring_in]
}

/// Lines of a file, the headings among them.
const MOST: usize = 500;

/// What is wrong is said of so many cells.
const MOST_SAID: usize = 100;

/// What a column is of, the key of what our own sheet calls it, and what else it is called; all compared folded.
type Column = (&'static str, &'static str, &'static [&'static str]);

const COLUMNS: [Column; 21] = [
    ("employer", "employer-name", &["nơi tuyển dụng", "doanh nghiệp", "công ty", "tên doanh nghiệp", "employer"]),
    ("tax_code", "employer-tax-code", &["mst", "tax code"]),
    ("title", "vacancy-title", &["vị trí", "vị trí tuyển dụng", "tên công việc", "position", "job title"]),
    ("occupation", "vacancy-occupation", &["mã nghề", "isco", "occupation"]),
    ("seats", "vacancy-seats", &["số lượng", "số lượng tuyển", "chỉ tiêu", "seats"]),
    ("province", "employer-province", &["tỉnh", "province"]),
    ("commune", "employer-commune", &["xã", "phường", "commune"]),
    ("country", "vacancy-country", &["country"]),
    ("permit", "vacancy-permit", &["permit"]),
    ("wage_from", "vacancy-wage-from", &["lương tối thiểu", "wage from"]),
    ("wage_to", "vacancy-wage-to", &["lương đến", "lương tối đa", "lương", "wage to"]),
    ("hours", "vacancy-hours", &["giờ một tuần", "hours"]),
    ("formal", "vacancy-has-formal", &["bảo hiểm xã hội", "social insurance"]),
    ("night", "vacancy-has-night", &["ca đêm", "night"]),
    ("housing", "vacancy-has-housing", &["chỗ ở", "housing"]),
    ("language", "vacancy-language", &["language"]),
    ("cefr", "vacancy-cefr", &["bậc ngoại ngữ", "cefr"]),
    ("months", "vacancy-months", &["kinh nghiệm", "months"]),
    ("level", "vacancy-level", &["bậc", "level"]),
    ("closes", "vacancy-closes", &["hạn nộp", "hạn nộp hồ sơ", "closes"]),
    ("about", "vacancy-about", &["ghi chú", "notes"]),
];

/// A line of our own sheet, which reads without a mark against it in either language.
const EXAMPLE: [(&str, &str); 11] = [
    ("employer", "Công ty Cơ khí Ví Dụ"),
    ("title", "Thợ hàn MIG, ca ngày"),
    ("occupation", "7212"),
    ("seats", "5"),
    ("province", "Nghệ An"),
    ("commune", "Phường Vinh Phú"),
    ("wage_from", "9.000.000"),
    ("wage_to", "13.000.000"),
    ("hours", "48"),
    ("formal", "x"),
    ("level", "3"),
];

fn label(field: &str) -> &'static str {
    COLUMNS.iter().find(|(code, ..)| *code == field).map_or("import-file", |(_, label, _)| label)
}

/// The column that a heading names.
fn column(heading: &str) -> Option<&'static str> {
    let heading = fold(heading);
    let says = |key: &'static str, words: &[&str]| {
        let own = [Language::Vi, Language::En].map(|language| fold(&language.say(&key.into())));
        own.contains(&heading) || words.iter().any(|word| fold(word) == heading)
    };
    COLUMNS.iter().find(|(_, key, words)| says(key, words)).map(|(code, ..)| *code)
}

/// What is wrong in a cell, or with a line.
struct Fault {
    line: i32,
    label: &'static str,
    message: Message,
}

/// A line as cells by column.
struct Line {
    number: i32,
    cells: Vec<(&'static str, String)>,
}

impl Line {
    fn cell(&self, field: &str) -> &str {
        self.cells.iter().find(|(code, _)| *code == field).map_or("", |(_, text)| text)
    }
}

/// The lines under the headings, which stand first.
fn lines_of(bytes: &[u8], language: Language) -> std::result::Result<Vec<Line>, Message> {
    let mut all = rows(bytes, MOST)?.into_iter();
    let headings: Vec<Option<&str>> =
        all.next().map(|(_, cells)| cells.iter().map(|cell| column(cell)).collect()).unwrap_or_default();
    for needed in ["title", "occupation", "seats", "closes"] {
        if !headings.contains(&Some(needed)) {
            let words = language.say(&label(needed).into());
            return Err(Message::new("error-vacancies-heading").with("heading", words));
        }
    }
    let line = |(number, cells): (i32, Vec<String>)| Line {
        number,
        cells: headings.iter().zip(cells).filter_map(|(heading, cell)| Some(((*heading)?, cell))).collect(),
    };
    let lines: Vec<Line> = all.map(line).collect();
    if lines.is_empty() { Err("import-refused-empty".into()) } else { Ok(lines) }
}

/// A box of the form: ticked, not ticked, or neither.
fn ticked(cell: &str) -> Option<bool> {
    match fold(cell).as_str() {
        "x" | "co" | "yes" | "true" | "1" | "v" => Some(true),
        "" | "khong" | "no" | "false" | "0" => Some(false),
        _ => None,
    }
}

/// The code of what a cell names; what names nothing stays, for the form to say so.
fn code_of(list: List, cell: &str, today: Date) -> String {
    match list.vocabulary().meant(cell, None, today) {
        Meant::One(entry) => entry.code.clone(),
        _ => cell.to_owned(),
    }
}

/// A line as the form of a vacancy would have it, with what the form says of it.
fn read(line: &Line, today: Date) -> std::result::Result<Kept, Vec<Fault>> {
    let mut filled = Filled::blank();
    let cell = |field: &str| line.cell(field).to_owned();
    let mut has = Vec::new();
    for field in ["formal", "night", "housing"] {
        match ticked(line.cell(field)) {
            Some(true) => has.push(field.to_owned()),
            Some(false) => {}
            None => filled.push(&format!("vacancy.{field}"), "error-vacancies-box"),
        }
    }
    let closes = read_day(line.cell("closes"), Order::DayFirst).unwrap_or_else(|wrong| {
        filled.push("vacancy.closes", wrong);
        None
    });
    let form = VacancyForm {
        title: cell("title"),
        occupation: cell("occupation"),
        seats: cell("seats"),
        province: code_of(List::Provinces, line.cell("province"), today),
        commune: cell("commune"),
        country: cell("country"),
        permit: cell("permit"),
        wage_from: cell("wage_from"),
        wage_to: cell("wage_to"),
        hours: cell("hours"),
        has,
        language: code_of(List::Languages, line.cell("language"), today),
        cefr: cell("cefr").to_uppercase(),
        months: cell("months"),
        level: cell("level"),
        must: Vec::new(),
        adults_only: String::new(),
        closes: Typed::of(closes, closes.map(|_| Precision::Day)),
        about: cell("about"),
        version: 0,
    };
    if let Err(wrong) = form.validate() {
        for field in wrong.field_errors().keys() {
            filled.push(&format!("vacancy.{field}"), "error-too-long");
        }
    }
    let fault = |(name, message): (&str, &Message)| Fault {
        line: line.number,
        label: label(name.trim_start_matches("vacancy.")),
        message: message.clone(),
    };
    form.read(&mut filled, today).ok_or_else(|| filled.errors().into_iter().map(fault).collect())
}

/// An employer that a line may name.
#[derive(Queryable)]
struct Known {
    id: Uuid,
    name: String,
    tax_code: Option<String>,
    kept_by: Uuid,
}

/// The employers that the lines name, by tax code or in so many words.
async fn named(db: &mut AsyncPgConnection, lines: &[Line]) -> Result<Vec<Known>> {
    let names: Vec<String> = lines.iter().map(|line| clean(line.cell("employer"))).collect();
    let codes: Vec<String> = lines.iter().map(|line| tax_digits(line.cell("tax_code"))).collect();
    Ok(employers::table
        .filter(employers::name.eq_any(names).or(employers::tax_code.eq_any(codes)))
        .select((employers::id, employers::name, employers::tax_code, employers::kept_by))
        .order(employers::id)
        .limit(5_000)
        .load(db)
        .await?)
}

/// Whose work a line offers: by tax code, else by name, this office's own before others'.
fn employer_of(line: &Line, known: &[Known], user: &User) -> std::result::Result<Uuid, Fault> {
    let fault = |field, key: &'static str| Fault { line: line.number, label: label(field), message: key.into() };
    let (tax_code, name) = (tax_digits(line.cell("tax_code")), clean(line.cell("employer")));
    if !tax_code.is_empty() {
        let found = known.iter().find(|one| one.tax_code.as_deref() == Some(&*tax_code));
        return found.map(|one| one.id).ok_or_else(|| fault("tax_code", "error-vacancies-employer"));
    }
    if name.is_empty() {
        return Err(fault("employer", "error-required"));
    }
    let all: Vec<&Known> = known.iter().filter(|one| one.name == name).collect();
    let own: Vec<&&Known> = all.iter().filter(|one| one.kept_by == user.organisation).collect();
    match (own.as_slice(), all.as_slice()) {
        ([one], _) => Ok(one.id),
        ([], [one]) => Ok(one.id),
        (_, []) => Err(fault("employer", "error-vacancies-employer")),
        _ => Err(fault("employer", "error-vacancies-employers")),
    }
}

/// What stands already or twice in the file: the same work at the same place until the same day.
async fn stands(db: &mut AsyncPgConnection, employer: Uuid, kept: &Kept) -> Result<bool> {
    let same = vacancies::table
        .filter(vacancies::employer_id.eq(employer))
        .filter(vacancies::title.eq(&kept.title))
        .filter(vacancies::occupation.eq(&kept.occupation))
        .filter(vacancies::commune_code.is_not_distinct_from(&kept.commune_code))
        .filter(vacancies::closes_on.eq(kept.closes_on))
        .filter(vacancies::ended_at.is_null());
    Ok(diesel::select(diesel::dsl::exists(same)).get_result(db).await?)
}

/// Keeps every line, or says what is wrong with some; then nothing may be committed.
async fn keep(db: &mut AsyncPgConnection, user: &User, lines: &[Line], today: Date) -> Result<Vec<Fault>> {
    let known = named(db, lines).await?;
    let mut faults = Vec::new();
    for line in lines {
        let employer = employer_of(line, &known, user);
        let (employer, kept) = match (employer, read(line, today)) {
            (Ok(employer), Ok(kept)) => (employer, kept),
            (employer, kept) => {
                faults.extend(employer.err());
                faults.extend(kept.err().unwrap_or_default());
                continue;
            }
        };
        if stands(db, employer, &kept).await? {
            faults.push(Fault { line: line.number, label: label("title"), message: "error-vacancies-twice".into() });
            continue;
        }
        let mine = (
            vacancies::id.eq(Uuid::now_v7()),
            vacancies::employer_id.eq(employer),
            vacancies::kept_by.eq(user.organisation),
            vacancies::written_by.eq(user.id),
        );
        diesel::insert_into(vacancies::table).values((kept, mine)).execute(db).await?;
    }
    Ok(faults)
}

#[derive(Template)]
#[template(path = "import/vacancies.html")]
struct VacanciesPage {
    form: Filled,
    faults: Vec<Fault>,
    /// Besides those that are shown.
    more: i64,
    most: i64,
    lines: i64,
}

fn page(form: Filled, mut faults: Vec<Fault>) -> VacanciesPage {
    let more = faults.len().saturating_sub(MOST_SAID) as i64;
    faults.truncate(MOST_SAID);
    VacanciesPage { form, faults, more, most: (MOST_BYTES >> 20) as i64, lines: MOST as i64 }
}

#[get("/vacancies/file")]
async fn index(db: Read<to::KeepVacancies>) -> Result<Page<VacanciesPage>> {
    db.listed(&[]).await?;
    Ok(Page(page(Filled::blank(), Vec::new())))
}

/// An empty sheet with one line as it may be filled in.
#[get("/vacancies/file/example.xlsx")]
async fn example(db: Read<to::KeepVacancies>, language: Language) -> Result<Download> {
    let closes = db.today() + time::Duration::days(60);
    let headings = COLUMNS.iter().map(|(_, key, _)| language.say(&(*key).into())).collect();
    let cell = |field: &str| match EXAMPLE.iter().find(|(code, _)| *code == field) {
        Some((_, text)) => (*text).to_owned(),
        None if field == "closes" => crate::base::date::written(closes, Precision::Day),
        None => String::new(),
    };
    let line = COLUMNS.iter().map(|(code, ..)| cell(code)).collect();
    let seen = db.listed(&[]).await?;
    Ok(Download::new("vacancies.xlsx".into(), Format::Xlsx, workbook(&[headings, line])?, seen))
}

#[derive(FromForm, Validate)]
struct FileSent<'r> {
    files: Capped<TempFile<'r>>,
}

/// The lines of what was sent, or what is wrong with it beside its field.
async fn sent_lines(sent: Option<&FileSent<'_>>, filled: &mut Filled, language: Language) -> Result<Option<Vec<Line>>> {
    let Some(sent) = sent else { return Ok(None) };
    if !sent.files.is_complete() {
        filled.push("files", Message::new("import-refused-size").with("max", (MOST_BYTES >> 20) as i64));
        return Ok(None);
    }
    if sent.files.is_empty() {
        filled.push("files", "error-import-file");
        return Ok(None);
    }
    let bytes = bytes_of(&sent.files).await?;
    filled.includes(&Sha256::digest(&bytes));
    match spawn_blocking(move || lines_of(&bytes, language)).await.map_err(Error::internal)? {
        Ok(lines) => Ok(Some(lines)),
        Err(message) => {
            let unread = message.key == "import-ask-encoding";
            filled.push("files", if unread { "error-vacancies-encoding".into() } else { message });
            Ok(None)
        }
    }
}

#[post("/vacancies/file", data = "<form>")]
async fn bring_in(
    form: Form<Checked<FileSent<'_>>>,
    later: Later<to::KeepVacancies>,
    language: Language,
) -> Result<Answer<VacanciesPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let lines = sent_lines(value.as_ref(), &mut filled, language).await?;
    let mut db = later.write().await?;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let (user, today) = (db.user().clone(), db.today());
    let Some(lines) = lines else {
        return Ok(Answer::With(Status::UnprocessableEntity, page(filled, Vec::new())));
    };
    let faults = keep(&mut db, &user, &lines, today).await?;
    if !faults.is_empty() {
        filled.push("files", "error-vacancies-faulty");
        db.instead().await?;
        return Ok(Answer::With(Status::UnprocessableEntity, page(filled, faults)));
    }
    db.done(filled.submission(), "/vacancies").await?;
    Ok(Answer::Told("/vacancies".into(), "vacancies-brought-in"))
}
