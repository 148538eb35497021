//! Queries about what is taken out.

use diesel::prelude::*;
use diesel::sql_types::{Array, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::json;
use time::{Date, Duration, OffsetDateTime, Time};
use uuid::Uuid;

use super::work::{END, JOB};
use super::{Export, Which};
use crate::access::User;
use crate::access::store::parameter;
use crate::base::clock::at_in_viet_nam;
use crate::base::language::Message;
use crate::base::seal::{Keys, Place, Use};
use crate::base::{Error, Result, event, job};
use crate::case::lines::case_lines;
use crate::page::Format;
use crate::schema::{export_cases, export_pieces, exports, hand_overs, persons};

/// The cases that would be taken out, and how many stay behind because their people are under protection.
pub struct Chosen {
    pub cases: Vec<Uuid>,
    pub protected: usize,
    /// How many a file may hold.
    pub most: i64,
}

impl Chosen {
    /// Why there can be no file of these.
    pub fn wrong(&self) -> Option<Message> {
        // Those under protection were among the first so many, and count until the list is short enough to know.
        if (self.cases.len() + self.protected) as i64 > self.most {
            return Some(Message::new("error-export-many").with("most", self.most));
        }
        self.cases.is_empty().then(|| Message::new("error-export-none"))
    }
}

/// What a list holds now; `ticked` are the codes of [`Which::Ticked`].
pub async fn chosen(db: &mut AsyncPgConnection, user: &User, which: &Which, ticked: &[String]) -> Result<Chosen> {
    let most = parameter(db, "export.most").await?;
    let held = case_lines::table
        .inner_join(persons::table.on(persons::id.eq(case_lines::person_id)))
        .filter(case_lines::holder_id.eq(user.organisation));
    let mut scope = held.into_boxed();
    scope = match which {
        Which::Ticked => scope.filter(case_lines::code.eq_any(ticked.to_vec())),
        Which::Closed => scope.filter(case_lines::phase.eq("closed")),
        Which::Open { list, by } => {
            scope = scope.filter(case_lines::phase.ne("closed"));
            if let Some(list) = list {
                scope = scope.filter(case_lines::lists.contains(vec![(*list).to_owned()]));
            }
            match by {
                Some(by) => scope.filter(case_lines::accountable_id.eq(*by)),
                None => scope,
            }
        }
        Which::Day(day) => {
            let (from, until) = hours_of(*day);
            let came = hand_overs::table
                .filter(hand_overs::to_id.eq(user.organisation))
                .filter(hand_overs::state.eq("accepted"))
                .filter(hand_overs::answered_at.ge(from).and(hand_overs::answered_at.lt(until)))
                .select(hand_overs::case_id);
            let opened = case_lines::opened_at.ge(from).and(case_lines::opened_at.lt(until));
            scope.filter(opened.or(case_lines::case_id.eq_any(came)))
        }
    };
    let found: Vec<(Uuid, bool)> = scope
        .order((case_lines::opened_at, case_lines::case_id))
        .limit(most + 1)
        .select((case_lines::case_id, persons::protected))
        .load(db)
        .await?;
    let cases: Vec<Uuid> = found.iter().filter(|(_, protected)| !protected).map(|(case, _)| *case).collect();
    Ok(Chosen { protected: found.len() - cases.len(), cases, most })
}

fn hours_of(day: Date) -> (OffsetDateTime, OffsetDateTime) {
    let from = at_in_viet_nam(day, Time::MIDNIGHT);
    (from, from + Duration::days(1))
}

/// What somebody wants.
pub struct New<'a> {
    pub which: &'a Which,
    pub groups: &'a [String],
    pub format: Format,
    pub reason: &'a str,
}

/// Keeps what is wanted, and queues the making of it.
pub async fn begin(db: &mut AsyncPgConnection, user: &User, new: &New<'_>, cases: &[Uuid]) -> Result<Uuid> {
    let id = Uuid::now_v7();
    diesel::insert_into(exports::table)
        .values((
            exports::id.eq(id),
            exports::organisation_id.eq(user.organisation),
            exports::made_by.eq(user.id),
            exports::list.eq(new.which.code()),
            exports::groups.eq(new.groups),
            exports::format.eq(new.format.code()),
            exports::language.eq(user.language.code()),
            exports::reason.eq(new.reason),
            exports::total.eq(i32::try_from(cases.len()).map_err(Error::internal)?),
        ))
        .execute(db)
        .await?;
    let rows: Vec<_> = (1..)
        .zip(cases)
        .map(|(number, case)| {
            (
                export_cases::id.eq(Uuid::now_v7()),
                export_cases::export_id.eq(id),
                export_cases::case_id.eq(*case),
                export_cases::number.eq(number),
            )
        })
        .collect();
    for rows in rows.chunks(1000) {
        diesel::insert_into(export_cases::table).values(rows).execute(db).await?;
    }
    event::record(db, "cases.taken-out", "export", id, json!({ "cases": cases.len(), "groups": new.groups })).await?;
    job::enqueue(db, JOB, &format!("{JOB}:{id}"), json!({ "export": id }), None).await?;
    Ok(id)
}

/// How many this user began since `from`.
pub async fn since(db: &mut AsyncPgConnection, user: &User, from: OffsetDateTime) -> Result<i64> {
    let mine = exports::table.filter(exports::made_by.eq(user.id)).filter(exports::made_at.gt(from));
    Ok(mine.count().get_result(db).await?)
}

pub async fn find(db: &mut AsyncPgConnection, id: Uuid) -> Result<Export> {
    Ok(exports::table.find(id).select(Export::as_select()).first(db).await?)
}

/// The last ones of my office, newest first.
pub async fn last(db: &mut AsyncPgConnection, user: &User) -> Result<Vec<Export>> {
    Ok(exports::table
        .filter(exports::organisation_id.eq(user.organisation))
        .order(exports::made_at.desc())
        .limit(100)
        .select(Export::as_select())
        .load(db)
        .await?)
}

/// One that is being made, held until the transaction ends; nothing where it is done, or its maker may no longer.
pub async fn hold(db: &mut AsyncPgConnection, id: Uuid) -> Result<Option<Export>> {
    let running = exports::table.filter(exports::id.eq(id)).filter(exports::state.eq("running"));
    Ok(running.select(Export::as_select()).for_update().first(db).await.optional()?)
}

/// The next cases behind so many.
pub async fn next(db: &mut AsyncPgConnection, export: Uuid, done: i32, most: i64) -> Result<Vec<Uuid>> {
    Ok(export_cases::table
        .filter(export_cases::export_id.eq(export))
        .filter(export_cases::number.gt(done))
        .order(export_cases::number)
        .limit(most)
        .select(export_cases::case_id)
        .load(db)
        .await?)
}

/// Keeps the lines of a batch.
pub async fn advance(
    db: &mut AsyncPgConnection,
    keys: &Keys,
    export: &Export,
    (cases, lines): (usize, &[Vec<String>]),
) -> Result<()> {
    keep(db, keys, (export.id, "lines", export.done), &serde_json::to_vec(lines).map_err(Error::internal)?).await?;
    let (cases, kept) = (i32::try_from(cases), i32::try_from(lines.len()));
    let (cases, kept) = (cases.map_err(Error::internal)?, kept.map_err(Error::internal)?);
    diesel::update(exports::table.find(export.id))
        .set((exports::done.eq(export.done + cases), exports::kept.eq(export.kept + kept)))
        .execute(db)
        .await?;
    Ok(())
}

/// Every line that was read.
pub async fn lines(db: &mut AsyncPgConnection, keys: &Keys, export: Uuid) -> Result<Vec<Vec<String>>> {
    let mut all = Vec::new();
    for piece in pieces(db, keys, export, "lines").await? {
        all.extend(serde_json::from_slice::<Vec<Vec<String>>>(&piece).map_err(Error::internal)?);
    }
    Ok(all)
}

/// The file in place of its lines, and the hour when it goes.
pub async fn finish(
    db: &mut AsyncPgConnection,
    keys: &Keys,
    id: Uuid,
    file: &[u8],
    ends: OffsetDateTime,
) -> Result<()> {
    let lines = export_pieces::table.filter(export_pieces::export_id.eq(id)).filter(export_pieces::part.eq("lines"));
    diesel::delete(lines).execute(db).await?;
    for (number, piece) in (0..).zip(file.chunks(crate::case::attachment::PIECE)) {
        keep(db, keys, (id, "file", number), piece).await?;
    }
    diesel::update(exports::table.find(id))
        .set((
            exports::state.eq("ready"),
            exports::bytes.eq(i32::try_from(file.len()).map_err(Error::internal)?),
            exports::ends_at.eq(ends),
        ))
        .execute(db)
        .await?;
    job::enqueue(db, END, &format!("{END}:{id}"), json!({ "export": id }), Some(ends)).await
}

/// Of the cases that were wanted, how many the file could tell now; fewer than it holds once somebody came under protection
/// or went to another office.
pub async fn still(db: &mut AsyncPgConnection, user: &User, id: Uuid) -> Result<i64> {
    Ok(export_cases::table
        .inner_join(case_lines::table.on(case_lines::case_id.eq(export_cases::case_id)))
        .inner_join(persons::table.on(persons::id.eq(case_lines::person_id)))
        .filter(export_cases::export_id.eq(id))
        .filter(case_lines::holder_id.eq(user.organisation))
        .filter(persons::protected.eq(false))
        .count()
        .get_result(db)
        .await?)
}

/// The file; empty where its hours are over.
pub async fn file(db: &mut AsyncPgConnection, keys: &Keys, id: Uuid) -> Result<Vec<u8>> {
    Ok(pieces(db, keys, id, "file").await?.concat())
}

fn place((export, part, number): (Uuid, &str, i32)) -> (String, Uuid) {
    (format!("sealed/{part}/{number}"), export)
}

async fn keep(db: &mut AsyncPgConnection, keys: &Keys, at: (Uuid, &str, i32), piece: &[u8]) -> Result<()> {
    let (column, row) = place(at);
    let sealed = keys.seal_bytes(Use::FileSeal, &Place { table: "export_pieces", column: &column, row }, piece)?;
    diesel::insert_into(export_pieces::table)
        .values((
            export_pieces::export_id.eq(at.0),
            export_pieces::part.eq(at.1),
            export_pieces::number.eq(at.2),
            export_pieces::sealed.eq(sealed),
        ))
        .execute(db)
        .await?;
    Ok(())
}

async fn pieces(db: &mut AsyncPgConnection, keys: &Keys, export: Uuid, part: &str) -> Result<Vec<Vec<u8>>> {
    let all: Vec<(i32, Vec<u8>)> = export_pieces::table
        .filter(export_pieces::export_id.eq(export))
        .filter(export_pieces::part.eq(part))
        .order(export_pieces::number)
        .limit(10_000)
        .select((export_pieces::number, export_pieces::sealed))
        .load(db)
        .await?;
    let open = |(number, sealed): (i32, Vec<u8>)| {
        let (column, row) = place((export, part, number));
        keys.open_bytes(Use::FileSeal, &Place { table: "export_pieces", column: &column, row }, &sealed)
    };
    all.into_iter().map(open).collect()
}

/// One case as the file tells it; see `lines`.
#[derive(QueryableByName, Clone, Debug)]
pub struct Told {
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    pub person_id: Uuid,
    #[diesel(sql_type = Text)]
    pub case_code: String,
    #[diesel(sql_type = Text)]
    pub person_code: String,
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = diesel::sql_types::Nullable<Text>)]
    pub sex: Option<String>,
    #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Date>)]
    pub birth_date: Option<Date>,
    #[diesel(sql_type = diesel::sql_types::Nullable<Text>)]
    pub birth_precision: Option<String>,
    /// Numbers that may be called, each with what was wished of calls.
    #[diesel(sql_type = Array<Text>)]
    pub phones: Vec<String>,
    #[diesel(sql_type = diesel::sql_types::Nullable<Text>)]
    pub province: Option<String>,
    #[diesel(sql_type = diesel::sql_types::Nullable<Text>)]
    pub commune: Option<String>,
    #[diesel(sql_type = Text)]
    pub standing: String,
    #[diesel(sql_type = diesel::sql_types::Nullable<Text>)]
    pub country: Option<String>,
    #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Date>)]
    pub entered_on: Option<Date>,
    #[diesel(sql_type = diesel::sql_types::Nullable<Text>)]
    pub entered_precision: Option<String>,
    #[diesel(sql_type = diesel::sql_types::Nullable<Text>)]
    pub channel: Option<String>,
    #[diesel(sql_type = Text)]
    pub phase: String,
    #[diesel(sql_type = Text)]
    pub urgency: String,
    #[diesel(sql_type = diesel::sql_types::Timestamptz)]
    pub opened_at: OffsetDateTime,
    #[diesel(sql_type = diesel::sql_types::Nullable<Text>)]
    pub accountable: Option<String>,
    #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Date>)]
    pub next_on: Option<Date>,
    #[diesel(sql_type = diesel::sql_types::Nullable<Text>)]
    pub next_by: Option<String>,
    #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Date>)]
    pub contact_due: Option<Date>,
    #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Date>)]
    pub service_due: Option<Date>,
    #[diesel(sql_type = diesel::sql_types::Nullable<Text>)]
    pub closed_because: Option<String>,
    #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Timestamptz>)]
    pub closed_at: Option<OffsetDateTime>,
    /// Kind, and outcome or state, by turns.
    #[diesel(sql_type = Array<Text>)]
    pub services: Vec<String>,
}

/// These cases as they are now, in the order asked for: those that my office still holds, of nobody under protection.
pub async fn told(db: &mut AsyncPgConnection, office: Uuid, cases: &[Uuid]) -> Result<Vec<Told>> {
    Ok(diesel::sql_query(
        "SELECT l.person_id, l.code AS case_code, p.code AS person_code, p.name, p.sex, p.birth_date, p.birth_precision, \
            ARRAY(SELECT t.value || coalesce(' – ' || t.wishes, '') FROM contact_points t WHERE t.person_id = p.id AND t.withdrawn_at IS NULL AND t.kind = 'phone' AND t.safe_to_call AND t.belongs_to IS NULL ORDER BY t.id LIMIT 5) AS phones, \
            a.province_code AS province, a.commune_code AS commune, l.standing, e.previous_country AS country, l.entered_on, l.entered_precision, l.channel, \
            l.phase, l.urgency, l.opened_at, l.accountable, l.next_on, l.next_by, l.contact_due, l.service_due, x.reason AS closed_because, x.closed_at, \
            ARRAY(SELECT unnest(ARRAY[s.kind, coalesce('outcome-' || s.outcome, 'service-state-' || s.state)]) FROM services s WHERE s.case_id = l.case_id ORDER BY s.due_on, s.id LIMIT 100) AS services \
         FROM unnest($1) WITH ORDINALITY AS wanted (id, place) \
         JOIN case_lines l ON l.case_id = wanted.id JOIN cases c ON c.id = wanted.id JOIN persons p ON p.id = l.person_id JOIN episodes e ON e.id = c.episode_id \
         LEFT JOIN LATERAL (SELECT province_code, commune_code FROM addresses a WHERE a.person_id = p.id AND a.withdrawn_at IS NULL ORDER BY array_position(ARRAY['staying', 'home', 'as-printed'], a.kind), a.id DESC LIMIT 1) a ON true \
         LEFT JOIN LATERAL (SELECT reason, closed_at FROM closures x WHERE x.case_id = c.id AND x.reopened_at IS NULL ORDER BY x.closed_at DESC LIMIT 1) x ON true \
         WHERE l.holder_id = $2 AND NOT p.protected ORDER BY wanted.place",
    )
    .bind::<Array<diesel::sql_types::Uuid>, _>(cases)
    .bind::<diesel::sql_types::Uuid, _>(office)
    .load(db)
    .await?)
}
