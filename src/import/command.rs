//! `trove import`: the same reading, checking and committing at a terminal, as an account of the desk.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use time::Date;
use time::format_description::well_known::Iso8601;
use uuid::Uuid;

use super::dates::Order;
use super::row_store::{self, Counts};
use super::run::Runner;
use super::store::{self, About, Flight};
use super::survey::{Told, survey};
use super::{Column, Field, Import, Kind, LEAVE_OUT, MOST_BYTES, Question, brings_in, faulty, form, open_questions};
use crate::access::User;
use crate::base::db::{Db, Rights};
use crate::base::language::{Language, Message};
use crate::base::seal::Keys;
use crate::base::sheet::{csv_text, workbook};
use crate::base::{Error, Result};

/// What can be asked for.
#[derive(clap::Subcommand)]
pub enum ImportAct {
    /// Read a passenger list (CSV or XLSX), check each line, and put the good ones onto the list of those to meet
    Manifest {
        /// Flight number, such as VN417
        #[arg(long)]
        flight: String,
        /// Day of arrival, such as 2026-12-01
        #[arg(long, value_parser = day)]
        on: Date,
        /// Country that the flight comes from, by code or name
        #[arg(long)]
        from: Option<String>,
        #[command(flatten)]
        what: What,
        #[command(flatten)]
        whose: By,
        #[command(flatten)]
        how: How,
    },
    /// Read the base of workers who left under a contract (CSV or XLSX), check each line, and keep the good ones
    Contracts {
        #[command(flatten)]
        what: What,
        #[command(flatten)]
        whose: By,
        #[command(flatten)]
        how: How,
    },
    /// Go on with an import that was stopped
    Resume {
        id: Uuid,
        #[command(flatten)]
        whose: By,
        #[command(flatten)]
        how: How,
    },
}

/// The file, and what it does not say of itself.
#[derive(clap::Args)]
pub struct What {
    file: PathBuf,
    /// What a column is, where its heading does not say: HEADING=FIELD; FIELD `leave-out` leaves it out
    #[arg(long = "column", value_name = "HEADING=FIELD", value_parser = named)]
    columns: Vec<(String, String)>,
    /// Order of day and month in dates, where the column leaves it open
    #[arg(long, value_parser = Order::CODES)]
    dates: Option<String>,
    /// Encoding of a CSV file, where its bytes leave it open
    #[arg(long, value_parser = super::encoding::ENCODINGS)]
    encoding: Option<String>,
    /// Sheet of a workbook that has several
    #[arg(long)]
    sheet: Option<String>,
}

#[derive(clap::Args)]
pub struct By {
    /// E-mail address of the account that does it; the list belongs to its organisation
    #[arg(long = "as", value_name = "EMAIL")]
    pub email: String,
}

#[derive(clap::Args)]
pub struct How {
    /// Check only; the page of the import, or `resume`, commits it later
    #[arg(long)]
    check: bool,
    /// Where to write the lines to mend, as CSV, or XLSX if it ends so
    #[arg(long, value_name = "FILE")]
    faulty: Option<PathBuf>,
}

impl ImportAct {
    pub fn email(&self) -> &str {
        match self {
            ImportAct::Manifest { whose, .. }
            | ImportAct::Contracts { whose, .. }
            | ImportAct::Resume { whose, .. } => &whose.email,
        }
    }
}

fn day(typed: &str) -> std::result::Result<Date, String> {
    Date::parse(typed, &Iso8601::DATE).map_err(|_| "a day looks like 2026-12-01".to_owned())
}

fn named(typed: &str) -> std::result::Result<(String, String), String> {
    let (heading, field) = typed.rsplit_once('=').ok_or("HEADING=FIELD is wanted")?;
    if field == LEAVE_OUT || Field::from_code(field).is_some() {
        Ok((heading.to_owned(), field.to_owned()))
    } else {
        Err(format!("there is no field {field:?}; there are: {}", fields(Kind::Contracts)))
    }
}

fn fields(kind: Kind) -> String {
    let codes: Vec<&str> = kind.fields().iter().map(|f| f.code()).chain([LEAVE_OUT]).collect();
    codes.join(", ")
}

/// How a command ended.
pub enum Ended {
    /// Every line is on the list, or was there.
    Whole,
    /// Lines to mend are left.
    WithFaults,
    /// Ctrl-C, or somebody pressed «stop».
    Stopped,
}

fn refused(why: String) -> Error {
    Error::Refused(rocket::http::Status::UnprocessableEntity, Message::new(why))
}

fn said(message: &Message) -> Error {
    refused(Language::En.say(message))
}

/// Does what was asked, with progress at the terminal.
pub async fn act(db: &Db, keys: &Keys, user: &User, act: ImportAct) -> Result<Ended> {
    let Some(kind) = brings_in(user) else {
        return Err(refused(
            "this account may not bring in lists: that takes a desk officer or supervisor of an airport, a border gate or DOLAB"
                .into(),
        ));
    };
    let (id, how) = match act {
        ImportAct::Resume { id, how, .. } => {
            go_on(db, user, id, !how.check).await?;
            (id, how)
        }
        ImportAct::Contracts { what, how, .. } => {
            only(kind, Kind::Contracts)?;
            (begin(db, user, &About::Contracts, &what).await?, how)
        }
        ImportAct::Manifest { flight, on, from, what, how, .. } => {
            only(kind, Kind::Manifest)?;
            let flight = flown(&flight, on, from.as_deref(), db.clock().today())?;
            (begin(db, user, &About::Flight(flight), &what).await?, how)
        }
    };
    let stop = Arc::new(AtomicBool::new(false));
    let asked = stop.clone();
    let waiting = rocket::tokio::spawn(async move {
        if rocket::tokio::signal::ctrl_c().await.is_ok() {
            asked.store(true, Ordering::Relaxed);
        }
    });
    let driven = drive(db, keys, user, id, !how.check, &stop).await;
    waiting.abort();
    let (import, counts) = driven?;
    if let Some(out) = &how.faulty {
        write_faulty(db, user, &import, out).await?;
    }
    let Counts { good, faulty, skipped, committed, expected } = counts;
    let ends = match kind {
        Kind::Manifest => format!("{good} good and waiting, {faulty} to mend, {expected} announced before"),
        Kind::Contracts => format!("{good} good and waiting, {faulty} to mend"),
    };
    let place = if kind == Kind::Manifest { "on the list" } else { "in the base" };
    println!("{id}: {} lines, {committed} {place}, {skipped} there already, {ends}", import.rows);
    Ok(match () {
        () if import.stopped => {
            eprintln!("stopped; `trove import resume {id} --as …` goes on");
            Ended::Stopped
        }
        () if faulty > 0 => Ended::WithFaults,
        () => Ended::Whole,
    })
}

/// An office brings in lists of one kind.
fn only(kind: Kind, asked: Kind) -> Result<()> {
    match (kind == asked, kind) {
        (true, _) => Ok(()),
        (_, Kind::Manifest) => Err(refused("the office of this account brings in passenger lists".into())),
        (_, Kind::Contracts) => Err(refused("the office of this account brings in the contract base".into())),
    }
}

fn flown(number: &str, on: Date, from: Option<&str>, today: Date) -> Result<Flight> {
    let previous_country = match from {
        None => None,
        Some(typed) => Some(
            form::country(typed, today)
                .ok_or_else(|| refused(format!("{typed:?} is no country that a flight to Viet Nam comes from")))?,
        ),
    };
    Ok(Flight {
        number: form::number(number).map_err(|key| said(&Message::new(key)))?,
        arrives_on: form::arrival(on, today).map_err(|key| said(&Message::new(key)))?,
        previous_country,
    })
}

/// Reads the file and keeps it, unless something must be asked first.
async fn begin(db: &Db, user: &User, about: &About, what: &What) -> Result<Uuid> {
    let (kind, file) = (about.kind(), &what.file);
    let size = std::fs::metadata(file).map_err(|e| refused(format!("{}: {e}", file.display())))?.len();
    if size > MOST_BYTES {
        return Err(said(&Message::new("import-refused-size").with("max", (MOST_BYTES >> 20) as i64)));
    }
    let bytes = std::fs::read(file).map_err(|e| refused(format!("{}: {e}", file.display())))?;
    eprintln!("reading");
    let told = Told { kind, encoding: what.encoding.as_deref(), sheet: what.sheet.as_deref() };
    let mut survey = survey(&bytes, &told).map_err(|message| said(&message))?;
    for (heading, field) in &what.columns {
        if field != LEAVE_OUT && kind.field(field).is_none() {
            return Err(refused(format!("there is no field {field:?}; there are: {}", fields(kind))));
        }
        let column = survey.sheet.columns.iter_mut().find(|c| c.heading == *heading);
        column.ok_or_else(|| refused(format!("there is no column {heading:?}")))?.field = Some(field.clone());
    }
    if !survey.sheet.dropped.is_empty() {
        eprintln!("left behind: {}", survey.sheet.dropped.join(", "));
    }
    let order = what.dates.as_deref().and_then(Order::from_code);
    if let Some(question) = open_questions(kind, &survey.sheet.columns, order).first() {
        return Err(refused(asked(kind, *question, &survey.sheet.columns)));
    }
    let name = form::file_name(&file.file_name().unwrap_or_default().to_string_lossy());
    let mut tx = db.begin(&user.actor(), Uuid::now_v7(), Rights::Writer).await?;
    let today = db.clock().today();
    let id = match store::keep(&mut tx, (user.id, user.organisation), about, &name, &survey, ("staging", today)).await?
    {
        Some(id) => id,
        None => {
            let id = store::of_file(&mut tx, user, about, &survey.hash).await?.unwrap_or_default();
            return Err(refused(format!(
                "this file was brought in before; `trove import resume {id} --as …` goes on with it"
            )));
        }
    };
    if let Some(order) = order {
        store::order(&mut tx, id, order).await?;
    }
    tx.commit().await?;
    Ok(id)
}

fn asked(kind: Kind, question: Question, columns: &[Column]) -> String {
    match question {
        Question::Columns => {
            let open: Vec<String> = columns
                .iter()
                .filter(|c| c.field.is_none())
                .map(|c| format!("  --column '{}=FIELD'", c.heading))
                .collect();
            format!("please say what these columns are:\n{}\nFIELD is one of: {}", open.join("\n"), fields(kind))
        }
        Question::Name => "no column holds names; please say which does with --column 'HEADING=name'".into(),
        Question::Missing(field) => {
            let code = field.code();
            format!("no column holds {code}; please say which does with --column 'HEADING={code}'")
        }
        Question::Dates => {
            "dates such as 03/04/1990 can be read in two ways; please say which with --dates dmy or --dates mdy".into()
        }
    }
}

/// Takes up an import where it was left.
async fn go_on(db: &Db, user: &User, id: Uuid, commit: bool) -> Result<()> {
    let mut tx = db.begin(&user.actor(), Uuid::now_v7(), Rights::Writer).await?;
    let missing = |error| {
        if matches!(error, Error::NotFound) { refused(format!("this office has no import {id}")) } else { error }
    };
    let import = store::find(&mut tx, user, id).await.map_err(missing)?;
    if import.state == "asked" {
        return Err(refused("something has to be answered first, on the page of the import".into()));
    }
    if import.stopped {
        store::stop(&mut tx, id, false).await?;
    }
    if commit && import.state == "done" {
        store::go_to(&mut tx, id, "committing").await?;
    }
    tx.commit().await
}

/// Works until nothing is left to do, somebody stops it, or Ctrl-C asks for a stop.
pub async fn drive(
    db: &Db,
    keys: &Keys,
    user: &User,
    id: Uuid,
    commit: bool,
    stop: &AtomicBool,
) -> Result<(Import, Counts)> {
    let mut runner = Runner::new(db.clone(), keys.clone(), user.actor(), Uuid::now_v7());
    let live = std::io::stderr().is_terminal();
    let mut said = String::new();
    loop {
        let mut tx = db.begin(&user.actor(), Uuid::now_v7(), Rights::Writer).await?;
        let import = store::find(&mut tx, user, id).await?;
        if import.runs() && stop.load(Ordering::Relaxed) {
            store::stop(&mut tx, id, true).await?;
        } else if import.state == "checked" && !import.stopped && commit {
            store::forget_file(&mut tx, id).await?;
            store::go_to(&mut tx, id, "committing").await?;
        } else if !import.runs() {
            let counts = row_store::counts(&mut tx, id).await?;
            tx.roll_back().await?;
            if live {
                eprintln!();
            }
            return Ok((import, counts));
        }
        tx.commit().await?;
        let at = if import.state == "staging" { import.staged } else { import.reached };
        match live {
            true => eprint!("\r{:<60}", format!("{} {at} of {}", import.state, import.rows)),
            // A log wants a line for each state, not one for each batch.
            false if said != import.state => eprintln!("{}", import.state),
            false => {}
        }
        said.clone_from(&import.state);
        runner.batch(id).await?;
    }
}

async fn write_faulty(db: &Db, user: &User, import: &Import, out: &Path) -> Result<()> {
    let mut tx = db.begin(&user.actor(), Uuid::now_v7(), Rights::Reader).await?;
    let (records, ids) = faulty::records(&mut tx, import, user.language).await?;
    let bytes = if out.extension().is_some_and(|e| e.eq_ignore_ascii_case("xlsx")) {
        workbook(&records)?
    } else {
        csv_text(&records)?
    };
    store::taken_away(&mut tx, &ids).await?;
    tx.commit().await?;
    std::fs::write(out, bytes).map_err(|e| refused(format!("{}: {e}", out.display())))
}
