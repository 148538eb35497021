//! Who in the database may be the same person: by which keys somebody is found, what is compared, how surely it is one.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use diesel::define_sql_function;
use diesel::prelude::*;
use diesel::sql_types::Uuid as SqlUuid;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde::Deserialize;
use serde_json::json;
use time::Date;
use time::format_description::well_known::Iso8601;
use uuid::Uuid;

use super::matching::{AsWritten, Document, Model, Name, Prepared, Record, block};
use super::merge_store::note_suspicion;
use super::rekey;
use super::units::{self, Known};
use crate::base::date::Precision;
use crate::base::db::{Db, Rights};
use crate::base::job::Job;
use crate::base::text::fold_any_order;
use crate::base::{Error, Result};
use crate::schema::match_models;

/// When somebody was born, as far as it is known.
pub type Born = Option<(Date, Precision)>;

fn prepared(name: &str, born: Born) -> Prepared {
    let record = Record { name: Name::Whole(name.to_owned()), birth: born.map(Into::into), ..Record::default() };
    Prepared::new(&record, &AsWritten)
}

/// The key of somebody whose birth date is not known: whoever asks with one finds them by the whole name.
fn unborn(name: &str) -> String {
    format!("unborn:{}", fold_any_order(name))
}

/// The keys under which somebody with this name is kept; none where there is no letter in it.
pub fn kept_keys(name: &str, born: Born) -> Vec<String> {
    let record = prepared(name, born);
    let mut keys = block::kept_keys(&record);
    if record.names.is_some() && born.is_none() {
        keys.push(unborn(name));
    }
    keys
}

/// The keys to look somebody up by. With a birth date the ends of a name alone, which thousands share, are left out.
pub fn search_keys(name: &str, born: Born) -> Vec<String> {
    let Ok(mut keys) = block::search_keys(&prepared(name, born)) else { return Vec::new() };
    if born.is_some() {
        keys.retain(|key| !key.starts_with("ends:"));
        keys.push(unborn(name));
    }
    keys
}

/// What somebody is compared by, as the database gives it. The numbers of papers are blind indexes.
#[derive(Deserialize, Clone)]
pub struct Features {
    pub id: Uuid,
    pub name: String,
    pub sex: Option<String>,
    birth_date: Option<String>,
    birth_precision: Option<String>,
    /// These and where they live only for whoever may open them, and for the worker.
    #[serde(default)]
    documents: Vec<Paper>,
    #[serde(default)]
    phones: Vec<String>,
    #[serde(default)]
    province: Option<String>,
    #[serde(default)]
    commune: Option<String>,
    /// As a paper has it, in the units of its time.
    #[serde(default)]
    old_province: Option<String>,
    #[serde(default)]
    old_commune: Option<String>,
}

#[derive(Deserialize, Clone)]
struct Paper {
    kind: String,
    country: String,
    number: String,
}

impl Features {
    pub fn born(&self) -> Born {
        let date = Date::parse(self.birth_date.as_deref()?, &Iso8601::DATE).ok()?;
        Some((date, Precision::from_code(self.birth_precision.as_deref()?)?))
    }

    /// To be prepared with [`Known`] places.
    pub fn record(&self) -> Record {
        let place =
            |now: &Option<String>, old: &Option<String>| now.clone().or_else(|| old.as_deref().map(units::of_old));
        let paper = |p: &Paper| Document { kind: p.kind.clone(), country: p.country.clone(), number: p.number.clone() };
        Record {
            name: Name::Whole(self.name.clone()),
            birth: self.born().map(Into::into),
            sex: self.sex.clone(),
            documents: self.documents.iter().map(paper).collect(),
            phones: self.phones.clone(),
            province: place(&self.province, &self.old_province),
            commune: place(&self.commune, &self.old_commune),
            ..Record::default()
        }
    }
}

/// The model in force, as the database names it.
#[derive(Deserialize, Clone, Copy)]
pub struct InForce {
    pub id: Uuid,
    pub number: i32,
    /// How many people there were when it was learnt.
    people: f64,
}

/// Numbers of people are told apart in steps of two.
const STEPS: usize = 16;

fn step(people: f64) -> usize {
    ((people / 1000.0).max(1.0).log2().ceil() as usize).min(STEPS - 1)
}

/// What is assumed for a database with about so many people: the more there are, the less a name says.
///
/// The engine assumes that of two people who are compared with all others one is among them; of those who come home, we
/// assume, it is one in twenty.
fn assumed(people: f64) -> Arc<Model> {
    const SELDOMER: usize = 10;
    static MODELS: [OnceLock<Arc<Model>>; STEPS] = [const { OnceLock::new() }; STEPS];
    let step = step(people);
    Arc::clone(MODELS[step].get_or_init(|| Arc::new(Model::vietnamese(SELDOMER * (1000 << step)))))
}

/// What was learnt, for a database with about so many people. How likely it is beforehand that whoever is asked about is
/// here already stays as assumed: learnt from people among whom duplicates were sought and merged, it would be too low.
fn adapted(mut model: Model, since: InForce, people: f64) -> Model {
    let now = f64::from(1000 << step(people));
    model.relatives = (model.relatives * since.people / now).clamp(1e-15, 0.5);
    model.prior = assumed(people).prior;
    model
}

/// The model to score with: what was learnt last, else what is assumed. Read once by each process.
pub async fn model(db: &mut AsyncPgConnection, people: f64, since: Option<InForce>) -> Result<Arc<Model>> {
    /// As many are kept as a process meets: one, and for a moment the next.
    const KEPT: usize = 8;
    static LEARNT: Mutex<Vec<(Uuid, usize, Arc<Model>)>> = Mutex::new(Vec::new());
    let Some(since) = since else { return Ok(assumed(people)) };
    let kept = || LEARNT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((.., model)) = kept().iter().find(|(id, at, _)| *id == since.id && *at == step(people)) {
        return Ok(Arc::clone(model));
    }
    let row: Option<serde_json::Value> =
        match_models::table.find(since.id).select(match_models::model).first(db).await?;
    let model = match serde_json::from_value::<Model>(row.unwrap_or_default()) {
        Ok(learnt) => Arc::new(adapted(learnt, since, people)),
        // Levels mean something else in this version of the program, until it has learnt for itself.
        Err(_) => assumed(people),
    };
    let mut all = kept();
    if all.len() >= KEPT {
        all.remove(0);
    }
    all.push((since.id, step(people), Arc::clone(&model)));
    Ok(model)
}

define_sql_function! {
    /// Somebody and those who share a key with them, protected or not; for the worker. See database/functions.sql.
    fn people_to_compare(person: SqlUuid) -> Nullable<Jsonb>;
}

/// The job that compares somebody with those who could be the same person, after they were registered or changed.
pub const COMPARE: &str = "compare";

/// Queues the comparison of a person.
pub async fn plan(db: &mut AsyncPgConnection, person: Uuid) -> Result<()> {
    let key = format!("{COMPARE}:{}", Uuid::now_v7());
    crate::base::job::enqueue(db, COMPARE, &key, json!({ "person": person }), None).await
}

#[derive(Deserialize)]
struct Round {
    people: f64,
    model: Option<InForce>,
    /// From this probability on, in per cent, a pair is put before somebody who decides.
    suspected: f64,
    subject: Features,
    others: Vec<Features>,
}

/// Compares, and suspects whoever is like enough. Nobody is shown anything: a pair with somebody under protection is
/// seen by their named staff alone (practice 20).
pub async fn compare(db: Db, job: Job) -> Result<()> {
    let Some(person) = job.payload["person"].as_str().and_then(|id| Uuid::parse_str(id).ok()) else {
        return Err(Error::Internal("a job that compares without a person".into()));
    };
    let mut tx = db.begin(&crate::base::actor::Actor::Service("worker"), job.id, Rights::Writer).await?;
    rekey::one(&mut tx, person).await?;
    let found: Option<serde_json::Value> = diesel::select(people_to_compare(person)).get_result(&mut *tx).await?;
    // Merged or erased meanwhile: nothing to compare.
    let Some(found) = found else { return Ok(()) };
    let round: Round = serde_json::from_value(found).map_err(Error::internal)?;
    let model = model(&mut tx, round.people, round.model).await?;
    let number = round.model.map(|since| since.number);
    let subject = model.prepare(&round.subject.record(), &Known);
    for other in &round.others {
        let score = model.score(&subject, &model.prepare(&other.record(), &Known));
        if score.probability * 100.0 >= round.suspected {
            let reasons = serde_json::to_value(&score.reasons).map_err(Error::internal)?;
            note_suspicion(&mut tx, (person, other.id), score.probability, reasons, number).await?;
        }
    }
    tx.commit().await
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    fn shares(kept: &[String], asked: &[String]) -> bool {
        asked.iter().any(|key| kept.contains(key))
    }

    #[test]
    fn a_name_is_found_in_any_order_and_without_its_middle() {
        let kept = kept_keys("Nguyễn Thị Mậu", None);
        assert!(shares(&kept, &search_keys("MAU NGUYEN THI", None)));
        assert!(shares(&kept, &search_keys("Nguyễn Mậu", None)));
        assert!(!shares(&kept, &search_keys("Nguyễn Thị Hoa", None)));
        assert!(kept_keys(" - ", None).is_empty() && search_keys(" - ", None).is_empty());
    }

    #[test]
    fn with_a_birth_date_slips_are_still_found() {
        let born = |d| Some((d, Precision::Day));
        let kept = kept_keys("Nguyễn Thị Mậu", born(date!(1990 - 02 - 15)));
        // Without its middle, by year alone, with another day, and with a name that sounds the same.
        assert!(shares(&kept, &search_keys("Nguyen Mau", Some((date!(1990 - 01 - 01), Precision::Year)))));
        assert!(shares(&kept, &search_keys("Nguyễn Mậu", born(date!(1990 - 02 - 16)))));
        assert!(shares(&kept, &search_keys("Nguiễn Thị Mậu", born(date!(1990 - 02 - 15)))));
        // The other way round: it was not known when they were born.
        assert!(shares(
            &kept_keys("Nguyễn Thị Mậu", None),
            &search_keys("MAU NGUYEN THI", born(date!(1990 - 02 - 15)))
        ));
        assert!(!shares(&kept, &search_keys("Nguyễn Thị Hoa", born(date!(1985 - 07 - 01)))));
    }
}
