//! What is compared, held in memory and kept up to date, so that the best of a hundred thousand are found in milliseconds.
//!
//! Vacancies hold nothing of any returnee. Seekers do, and a place in the list says nothing of who may see them: whoever asks
//! gets identities of cases, and opens them as themselves, through the policies, before anything is shown.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Jsonb, Nullable, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;
use time::Date;
use uuid::Uuid;

use super::{Barrier, Offer, Seeker, barrier, cefr_rank, occupation, place, place_in, weigh};
use crate::base::Result;
use crate::base::actor::Actor;
use crate::base::db::{Db, Rights};
use crate::schema::vacancies;
use crate::vocabulary::List;

/// A list, one fact sheet each, with what tells when it was brought up to date last.
struct Held<T> {
    rows: Vec<T>,
    places: HashMap<Uuid, usize>,
    /// The oldest transaction that was not finished then.
    since: i64,
}

impl<T> Held<T> {
    fn put(&mut self, id: Uuid, row: Option<T>, id_of: impl Fn(&T) -> Uuid) {
        match (self.places.get(&id).copied(), row) {
            (Some(at), Some(row)) => self.rows[at] = row,
            (None, Some(row)) => {
                self.places.insert(id, self.rows.len());
                self.rows.push(row);
            }
            (Some(at), None) => {
                self.places.remove(&id);
                self.rows.swap_remove(at);
                if let Some(moved) = self.rows.get(at) {
                    self.places.insert(id_of(moved), at);
                }
            }
            (None, None) => {}
        }
    }
}

/// One for a process.
#[derive(Clone)]
pub struct Board {
    vacancies: Arc<RwLock<Held<Offer>>>,
    seekers: Arc<RwLock<Held<Seeker>>>,
}

impl Default for Board {
    fn default() -> Board {
        fn empty<T>() -> Arc<RwLock<Held<T>>> {
            Arc::new(RwLock::new(Held { rows: Vec::new(), places: HashMap::new(), since: 0 }))
        }
        Board { vacancies: empty(), seekers: empty() }
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = vacancies)]
struct Row {
    id: Uuid,
    occupation: String,
    province_code: Option<String>,
    commune_code: Option<String>,
    country: Option<String>,
    wage_from: Option<i64>,
    wage_to: Option<i64>,
    hours: Option<i32>,
    formal: bool,
    night: bool,
    housing: bool,
    language: Option<String>,
    cefr: Option<String>,
    language_must: bool,
    months: Option<i32>,
    level: Option<i16>,
    level_must: bool,
    adults_only: Option<String>,
    closes_on: Date,
}

impl Row {
    fn offer(self) -> Option<Offer> {
        let province = self.province_code.as_deref();
        let language = self.language.as_deref().and_then(|code| place_in(List::Languages, code));
        Some(Offer {
            id: self.id,
            occupation: occupation::place(&self.occupation)?,
            at: place::centre(self.commune_code.as_deref(), province),
            province: province.and_then(|code| place_in(List::Provinces, code)).and_then(|at| u8::try_from(at).ok()),
            abroad: self.country.is_some(),
            wage_from: self.wage_from,
            wage_to: self.wage_to,
            hours: self.hours,
            formal: self.formal,
            night: self.night,
            housing: self.housing,
            language: language.map(|language| (language, self.cefr.as_deref().map_or(1, cefr_rank))),
            language_must: self.language_must,
            months: self.months,
            level: self.level,
            level_must: self.level_must,
            adults_only: self.adults_only.is_some(),
            closes_on: self.closes_on,
        })
    }
}

#[derive(QueryableByName)]
struct Oldest {
    #[diesel(sql_type = BigInt)]
    oldest: i64,
}

#[derive(QueryableByName)]
struct SeekerRow {
    #[diesel(sql_type = SqlUuid)]
    case_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    holder_id: Uuid,
    #[diesel(sql_type = Nullable<Jsonb>)]
    facts: Option<Value>,
}

async fn oldest(db: &mut AsyncPgConnection) -> Result<i64> {
    let row: Oldest = diesel::sql_query("SELECT oldest_running() AS oldest").get_result(db).await?;
    Ok(row.oldest)
}

fn read<T>(held: &RwLock<T>) -> RwLockReadGuard<'_, T> {
    held.read().unwrap_or_else(PoisonError::into_inner)
}

/// The best of a list, with their scores in thousandths, and how many each barrier ruled out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Best {
    pub best: Vec<(Uuid, u32)>,
    pub ruled_out: Vec<(Barrier, u32)>,
    pub compared: u32,
}

impl Best {
    /// Goes through the list once. The newest of equals stands first.
    fn of<T>(rows: &[T], most: usize, id: impl Fn(&T) -> Uuid, look: impl Fn(&T) -> Look) -> Best {
        let mut heap: BinaryHeap<Reverse<(u32, Uuid)>> = BinaryHeap::with_capacity(most + 1);
        let mut out = [0u32; Barrier::ALL.len()];
        let mut compared = 0;
        for row in rows {
            match look(row) {
                Look::Aside => {}
                Look::Out(barrier) => {
                    if let Some(at) = Barrier::ALL.iter().position(|known| *known == barrier) {
                        out[at] += 1;
                    }
                }
                Look::Weighed(score) => {
                    compared += 1;
                    if heap.len() < most || heap.peek().is_some_and(|Reverse((least, _))| score >= *least) {
                        heap.push(Reverse((score, id(row))));
                        if heap.len() > most {
                            heap.pop();
                        }
                    }
                }
            }
        }
        let best = heap.into_sorted_vec().into_iter().map(|Reverse((score, id))| (id, score)).collect();
        let ruled_out = Barrier::ALL.into_iter().zip(out).filter(|(_, many)| *many > 0).collect();
        Best { best, ruled_out, compared }
    }
}

enum Look {
    Aside,
    Out(Barrier),
    Weighed(u32),
}

impl Board {
    /// Takes over what was written since the last time. Before a transaction of the request, since it takes one of its own.
    pub async fn bring_up_to_date(&self, db: &Db) -> Result<()> {
        let mut tx = db.begin(&Actor::Service("matching"), Uuid::nil(), Rights::Reader).await?;
        // Before what is read: a row that is written meanwhile is read twice rather than never.
        let oldest = oldest(&mut tx).await?;
        let (vacancies_since, seekers_since) = (read(&self.vacancies).since, read(&self.seekers).since);
        let changed: Vec<(Row, bool)> = vacancies::table
            .filter(vacancies::changed.ge(vacancies_since))
            .select((Row::as_select(), vacancies::ended_at.is_null()))
            .load(&mut *tx)
            .await?;
        let seekers: Vec<SeekerRow> = diesel::sql_query("SELECT * FROM changed_seekers($1)")
            .bind::<BigInt, _>(seekers_since)
            .load(&mut *tx)
            .await?;
        tx.commit().await?;
        let mut held = self.vacancies.write().unwrap_or_else(PoisonError::into_inner);
        for (row, open) in changed {
            held.put(row.id, if open { row.offer() } else { None }, |offer| offer.id);
        }
        held.since = held.since.max(oldest);
        drop(held);
        let mut held = self.seekers.write().unwrap_or_else(PoisonError::into_inner);
        for SeekerRow { case_id, holder_id, facts } in seekers {
            let seeker = facts.and_then(|facts| Seeker::read(case_id, holder_id, facts));
            held.put(case_id, seeker, |seeker| seeker.case);
        }
        held.since = held.since.max(oldest);
        Ok(())
    }

    /// The vacancies that suit somebody best, without those set aside.
    pub fn for_seeker(&self, seeker: &Seeker, aside: &HashSet<Uuid>, today: Date, most: usize) -> Best {
        let held = read(&self.vacancies);
        Best::of(
            &held.rows,
            most,
            |offer| offer.id,
            |offer| {
                if offer.closes_on < today || aside.contains(&offer.id) {
                    Look::Aside
                } else if let Some(barrier) = barrier(seeker, offer, today) {
                    Look::Out(barrier)
                } else {
                    Look::Weighed(weigh(seeker, offer).score())
                }
            },
        )
    }

    /// The cases of an office whose people suit a vacancy best. Whether one may see them is asked afterwards.
    pub fn for_vacancy(
        &self,
        offer: &Offer,
        office: Uuid,
        aside: &HashSet<Uuid>,
        today: Date,
        most: usize,
    ) -> Vec<(Uuid, u32)> {
        let held = read(&self.seekers);
        let look = |seeker: &Seeker| {
            if seeker.holder != office || aside.contains(&seeker.case) || barrier(seeker, offer, today).is_some() {
                Look::Aside
            } else {
                Look::Weighed(weigh(seeker, offer).score())
            }
        };
        Best::of(&held.rows, most, |seeker| seeker.case, look).best
    }

    /// A vacancy that can be matched.
    pub fn offer(&self, id: Uuid) -> Option<Offer> {
        let held = read(&self.vacancies);
        held.places.get(&id).and_then(|at| held.rows.get(*at)).cloned()
    }

    pub fn seeker(&self, case: Uuid) -> Option<Seeker> {
        let held = read(&self.seekers);
        held.places.get(&case).and_then(|at| held.rows.get(*at)).cloned()
    }
}
