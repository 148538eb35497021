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

use super::{Barrier, Offer, Seeker, barrier, cefr_rank, most_with, occupation, place, place_in, weigh};
use crate::base::Result;
use crate::base::actor::Actor;
use crate::base::db::{Db, Rights};
use crate::schema::vacancies;
use crate::vocabulary::List;

/// What of a fact sheet tells at a glance whether it is worth a look; kept side by side, where a look costs least.
trait Glance {
    type Short;
    fn short(&self) -> Self::Short;
}

impl Glance for Offer {
    type Short = ();
    fn short(&self) {}
}

/// So many occupations of somebody stand at a glance.
const GLANCED: usize = 6;

/// Whose case it is, and what they have done or want to do; nothing where there is more of it.
struct Glimpse {
    holder: Uuid,
    occupations: Option<([u16; GLANCED], u8)>,
}

impl Glance for Seeker {
    type Short = Glimpse;

    fn short(&self) -> Glimpse {
        let mut occupations = [0; GLANCED];
        let all = self.trades.iter().map(|trade| trade.occupation).chain(self.wanted.iter().copied());
        let mut many = 0;
        for one in all {
            if let Some(place) = occupations.get_mut(many) {
                *place = one;
            }
            many += 1;
        }
        // Of whom nothing is known, much may be.
        let whole = (1..=GLANCED).contains(&many);
        Glimpse { holder: self.holder, occupations: whole.then_some((occupations, many as u8)) }
    }
}

impl Glimpse {
    /// No score is higher, in thousandths of a point.
    fn most(&self, near: &[f32]) -> u32 {
        let Some((occupations, many)) = &self.occupations else { return u32::MAX };
        let nearest = occupations.iter().take(usize::from(*many)).map(|at| near.get(usize::from(*at)).copied());
        most_with(nearest.map(|near| near.unwrap_or(1.0)).fold(0.0, f32::max))
    }
}

/// A list, one fact sheet each, with what tells when it was brought up to date last.
struct Held<T: Glance> {
    rows: Vec<T>,
    short: Vec<T::Short>,
    places: HashMap<Uuid, usize>,
    /// The oldest transaction that was not finished then.
    since: i64,
}

impl<T: Glance> Held<T> {
    fn put(&mut self, id: Uuid, row: Option<T>, id_of: impl Fn(&T) -> Uuid) {
        match (self.places.get(&id).copied(), row) {
            (Some(at), Some(row)) => {
                self.short[at] = row.short();
                self.rows[at] = row;
            }
            (None, Some(row)) => {
                self.places.insert(id, self.rows.len());
                self.short.push(row.short());
                self.rows.push(row);
            }
            (Some(at), None) => {
                self.places.remove(&id);
                self.short.swap_remove(at);
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
        fn empty<T: Glance>() -> Arc<RwLock<Held<T>>> {
            Arc::new(RwLock::new(Held { rows: Vec::new(), short: Vec::new(), places: HashMap::new(), since: 0 }))
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
    /// Goes through the list once. The newest of equals stands first. `look` is told the score below which nothing is kept.
    fn of<T>(
        rows: impl Iterator<Item = T>,
        most: usize,
        id: impl Fn(&T) -> Uuid,
        look: impl Fn(&T, u32) -> Look,
    ) -> Best {
        let mut heap: BinaryHeap<Reverse<(u32, Uuid)>> = BinaryHeap::with_capacity(most + 1);
        let mut out = [0u32; Barrier::ALL.len()];
        let mut compared = 0;
        for row in rows {
            let least = if heap.len() < most { 0 } else { heap.peek().map_or(0, |Reverse((least, _))| *least) };
            match look(&row, least) {
                Look::Aside => {}
                Look::Out(barrier) => {
                    if let Some(at) = Barrier::ALL.iter().position(|known| *known == barrier) {
                        out[at] += 1;
                    }
                }
                Look::Weighed(score) => {
                    compared += 1;
                    if score >= least {
                        heap.push(Reverse((score, id(&row))));
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
            held.rows.iter(),
            most,
            |offer| offer.id,
            |offer, _| {
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
        let near = occupation::row(offer.occupation);
        let look = |(seeker, glimpse): &(&Seeker, &Glimpse), least| {
            if glimpse.holder != office
                || glimpse.most(near) < least
                || aside.contains(&seeker.case)
                || barrier(seeker, offer, today).is_some()
            {
                Look::Aside
            } else {
                Look::Weighed(weigh(seeker, offer).score())
            }
        };
        Best::of(held.rows.iter().zip(&held.short), most, |(seeker, _)| seeker.case, look).best
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

#[cfg(test)]
mod tests {
    use super::super::Trade;
    use super::super::tests::{TODAY, of, offer, welder};
    use super::*;

    /// What a glance passes over would not have been among the best.
    #[test]
    fn the_short_way_finds_what_the_long_way_finds() {
        let codes: Vec<u16> =
            List::Occupations.vocabulary().entries().iter().filter_map(|e| occupation::place(&e.code)).collect();
        let (mine, theirs) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let board = Board::default();
        // Many trades or few, none, and people of another office; picked by steps that share no factor with what is picked from.
        for n in 0..3_000usize {
            let trade = |k: usize| Trade {
                occupation: codes[(n * 37 + k * 101) % codes.len()],
                months: (n % 3 != 0).then_some((n % 90) as i32),
                standing: (n % 4) as u8,
                level: (n % 5 != 0).then_some((n % 5) as i16),
            };
            let seeker = Seeker {
                case: Uuid::now_v7(),
                holder: if n % 7 == 0 { theirs } else { mine },
                trades: (0..n % 9).map(trade).collect(),
                wanted: (0..n % 3).map(|k| codes[(n * 53 + k) % codes.len()]).collect(),
                kilometres: Some(10 + (n % 60) as i32),
                wage_least: Some(5_000_000 + (n % 80) as i64 * 100_000),
                ..welder()
            };
            let mut held = board.seekers.write().unwrap();
            held.put(seeker.case, Some(seeker), |seeker| seeker.case);
        }
        for code in ["7212", "5120", "2166", "9412"] {
            let offer = offer(code);
            assert!(codes.contains(&of(code)));
            let aside: HashSet<Uuid> = read(&board.seekers).rows.iter().step_by(11).map(|seeker| seeker.case).collect();
            let mut all: Vec<(Uuid, u32)> = read(&board.seekers)
                .rows
                .iter()
                .filter(|s| s.holder == mine && !aside.contains(&s.case) && barrier(s, &offer, TODAY).is_none())
                .map(|seeker| (seeker.case, weigh(seeker, &offer).score()))
                .collect();
            all.sort_by_key(|(id, score)| Reverse((*score, *id)));
            all.truncate(20);
            assert_eq!(board.for_vacancy(&offer, mine, &aside, TODAY, 20), all, "{code}");
        }
    }
}
