//! The work on an import: staging, comparing, committing, a batch in a transaction each. Whoever takes it up, after a
//! stop or a crash, goes on behind the last batch that was committed.

use std::collections::HashMap;

use serde_json::Value;
use uuid::Uuid;

use super::contract_store;
use super::row::{Entry, Lines, Passenger, Problem, fingerprint_of_cells};
use super::row_store::{self, Keyed, NewRow, Passengers, Row};
use super::sheet::{self, Line};
use super::store;
use super::{BATCH, Column, Import, Kind};
use crate::base::actor::Actor;
use crate::base::db::{Db, Rights, Tx};
use crate::base::job::Job;
use crate::base::seal::{Keys, Place, Use};
use crate::base::{Error, Result};
use crate::person::document;

pub const JOB: &str = "import";
/// Batches in one turn: other jobs come in between.
const TURN: usize = 10;

/// What came of a batch.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Step {
    /// There is more to do.
    On,
    /// Nothing is left to do, or somebody has to say something first.
    Rests,
}

/// Runs an import for a turn, as whoever wanted it to run.
pub async fn run(db: Db, keys: Keys, job: Job) -> Result<()> {
    let id = job.payload.get("import").and_then(Value::as_str).and_then(|id| Uuid::parse_str(id).ok());
    let id = id.ok_or_else(|| Error::Internal("the job names no import".into()))?;
    let mut runner = Runner::new(db.clone(), keys, job.actor.clone(), job.id);
    for _ in 0..TURN {
        match runner.batch(id).await {
            Ok(Step::On) => {}
            // Given up meanwhile, or no longer theirs to work at.
            Ok(Step::Rests) | Err(Error::NotFound) => return Ok(()),
            Err(error) => return Err(error),
        }
    }
    let mut tx = db.begin(&job.actor, job.id, Rights::Writer).await?;
    store::work(&mut tx, id).await?;
    tx.commit().await
}

/// Somebody working at an import. Keeps the file open between batches.
pub struct Runner {
    db: Db,
    keys: Keys,
    actor: Actor,
    request: Uuid,
    open: Option<Open>,
}

/// The file as far as it has been read.
struct Open {
    import: Uuid,
    lines: Box<dyn Iterator<Item = Result<Line>> + Send>,
    reader: Lines,
    /// Where the columns that mean something stand.
    wanted: Vec<usize>,
    /// The lines on which something was said first.
    prints: HashMap<String, i32>,
    once: HashMap<String, i32>,
    at: usize,
}

impl Open {
    fn new(import: &Import, packed: Vec<u8>, today: time::Date) -> Open {
        let columns: Vec<Column> = import.columns();
        let wanted = columns.iter().enumerate().filter(|(_, c)| c.meaning().is_some()).map(|(at, _)| at).collect();
        Open {
            import: import.id,
            lines: Box::new(sheet::lines(std::io::Cursor::new(packed))),
            reader: Lines::new(import.kind(), &import.wanted(), import.order(), today),
            wanted,
            prints: HashMap::new(),
            once: HashMap::new(),
            at: 0,
        }
    }

    /// The next line, checked; the same lines give the same again, however often they are read.
    fn next(&mut self, keys: &Keys) -> Result<Option<NewRow>> {
        let Some(line) = self.lines.next().transpose()? else { return Ok(None) };
        self.at += 1;
        let cells: Vec<String> =
            self.wanted.iter().map(|at| line.cells.get(*at).cloned().unwrap_or_default()).collect();
        let (fingerprint, problems) = match self.reader.read(&cells, line.ragged) {
            Err(problems) => (fingerprint_of_cells(keys, &cells)?, problems),
            Ok(entry) => {
                let print = entry.fingerprint(keys)?;
                let again = self.first_said(&print, &entry, line.number);
                (print, again.into_iter().collect())
            }
        };
        Ok(Some(NewRow { number: line.number, cells, problems, fingerprint }))
    }

    /// The problem of a line that says what an earlier one said, or has its document or its contract.
    fn first_said(&mut self, print: &str, entry: &Entry, number: i32) -> Option<Problem> {
        let once = entry.once();
        let again = |line: i32, code: &str| Problem { line: Some(line), ..Problem::new("", code) };
        if let Some(line) = self.prints.get(print) {
            return Some(again(*line, "error-import-again"));
        }
        if let Some((said, code)) = &once
            && let Some(line) = self.once.get(said)
        {
            return Some(again(*line, code));
        }
        self.prints.insert(print.to_owned(), number);
        if let Some((said, _)) = once {
            self.once.insert(said, number);
        }
        None
    }
}

impl Runner {
    pub fn new(db: Db, keys: Keys, actor: Actor, request: Uuid) -> Runner {
        Runner { db, keys, actor, request, open: None }
    }

    /// Does one batch of whatever comes next, all of it or nothing.
    pub async fn batch(&mut self, id: Uuid) -> Result<Step> {
        let mut tx = self.db.begin(&self.actor, self.request, Rights::Writer).await?;
        // A second worker waits here, and then finds the batch done.
        let import = store::hold(&mut tx, id).await?;
        if !import.runs() {
            return Ok(Step::Rests);
        }
        match import.state.as_str() {
            "staging" => self.stage(&mut tx, &import).await?,
            "matching" => self.compare(&mut tx, &import).await?,
            _ => self.commit(&mut tx, &import).await?,
        }
        tx.commit().await?;
        Ok(Step::On)
    }

    async fn stage(&mut self, tx: &mut Tx, import: &Import) -> Result<()> {
        let staged = usize::try_from(import.staged).unwrap_or_default();
        let mut open = match self.open.take() {
            Some(open) if open.import == import.id && open.at <= staged => open,
            _ => Open::new(import, store::packed(tx, import.id).await?, tx.clock().today()),
        };
        while open.at < staged {
            if open.next(&self.keys)?.is_none() {
                break;
            }
        }
        let mut rows = Vec::with_capacity(BATCH);
        while rows.len() < BATCH
            && let Some(row) = open.next(&self.keys)?
        {
            rows.push(row);
        }
        row_store::stage(tx, import.id, &rows, open.at).await?;
        if rows.len() == BATCH {
            self.open = Some(open);
            return Ok(());
        }
        // Contracts are compared with the people here once they are in their base.
        let next = if import.kind() == Kind::Manifest { "matching" } else { "checked" };
        store::go_to(tx, import.id, next).await
    }

    async fn compare(&mut self, tx: &mut Tx, import: &Import) -> Result<()> {
        let rows = row_store::rows(tx, import.id, "good", import.reached, BATCH).await?;
        let Some(last) = rows.last() else { return store::go_to(tx, import.id, "checked").await };
        let mut reader = Lines::new(import.kind(), &import.wanted(), import.order(), tx.clock().today());
        let mut keyed = Keyed::default();
        for row in &rows {
            if let Ok(entry) = reader.read(&row.cells, false) {
                add_keys(&mut keyed, row.number, &entry.who, &self.keys)?;
            }
        }
        row_store::match_rows(tx, import.id, &keyed).await?;
        row_store::reach(tx, import.id, last.number).await
    }

    async fn commit(&mut self, tx: &mut Tx, import: &Import) -> Result<()> {
        let rows = row_store::rows(tx, import.id, "good", import.reached, BATCH).await?;
        let Some(last) = rows.last() else { return store::go_to(tx, import.id, "done").await };
        let mut reader = Lines::new(import.kind(), &import.wanted(), import.order(), tx.clock().today());
        let (mut people, mut contracts) = (Passengers::default(), Vec::new());
        for row in &rows {
            match (reader.read(&row.cells, false), import.kind()) {
                (Ok(entry), Kind::Manifest) => add_passenger(&mut people, row, entry.who, &self.keys)?,
                (Ok(entry), Kind::Contracts) => contracts.push(contract_store::prepared(row, &entry, &self.keys)?),
                (Err(_), _) => {}
            }
        }
        match import.kind() {
            Kind::Manifest => row_store::commit(tx, import.id, &people).await?,
            Kind::Contracts => contract_store::commit(tx, import.id, contracts).await?,
        }
        row_store::reach(tx, import.id, last.number).await
    }
}

/// What somebody expected can be recognised by as this passenger.
pub fn add_keys(keyed: &mut Keyed, line: i32, passenger: &Passenger, keys: &Keys) -> Result<()> {
    for key in passenger.match_keys(keys)? {
        keyed.lines.push(line);
        keyed.keys.push(key);
    }
    if let Some((date, precision)) = passenger.birth {
        keyed.born_lines.push(line);
        keyed.births.push(date);
        keyed.precisions.push(precision.code());
    }
    Ok(())
}

fn add_passenger(people: &mut Passengers, row: &Row, passenger: Passenger, keys: &Keys) -> Result<()> {
    let id = Uuid::now_v7();
    let (mut sealed, mut blind) = (None, None);
    if let Some(paper) = &passenger.paper {
        let place = Place { table: "manifest_rows", column: "number_sealed", row: id };
        sealed = Some(keys.seal(Use::IdentitySeal, &place, &paper.number)?);
        blind = Some(document::index(keys, paper.kind, &paper.country, &paper.number)?);
    }
    people.rows.push(row.id);
    people.ids.push(id);
    people.names.push(passenger.name);
    people.sexes.push(passenger.sex);
    people.births.push(passenger.birth.map(|(date, _)| date));
    people.precisions.push(passenger.birth.map(|(_, precision)| precision.code()));
    people.kinds.push(passenger.paper.as_ref().map(|p| p.kind));
    people.issuers.push(passenger.paper.map(|p| p.country));
    people.sealed.push(sealed);
    people.seal_keys.push(blind.as_ref().map(|b| b.key as i32));
    people.indexes.push(blind.map(|b| b.index));
    people.phones.push(passenger.phone);
    Ok(())
}
