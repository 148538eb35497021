//! What is kept of people, as the signed-in user may see and change it.

use diesel::define_sql_function;
use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Date as SqlDate, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::json;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::fact::{Fact, Said};
use super::form::Facts;
use super::part_store::{KeptAddress, KeptContact, KeptDocument};
use super::rekey::KEYS;
use super::{Absence, Level, Person, document, likeness, phone_key};
use crate::access::{Ground, Permission, Share, User, may};
use crate::base::code::Code;
use crate::base::date::Precision;
use crate::base::error::{Error, Result};
use crate::base::event;
use crate::base::seal::Keys;
use crate::schema::{addresses, contact_points, identity_documents, person_access, person_facts, persons};

/// The person with this code, if the user may open them. The code of a record that was merged into another leads there.
pub async fn find(db: &mut AsyncPgConnection, code: Code) -> Result<Person> {
    let found = persons::table.filter(persons::code.eq(code.as_str())).select(Person::as_select()).first(db).await;
    if let Some(person) = found.optional()? {
        return Ok(person);
    }
    let record = persons::id.nullable().eq(record_of_code(code.as_str()));
    Ok(persons::table.filter(record).select(Person::as_select()).first(db).await?)
}

define_sql_function! {
    /// What the record with an old code was merged into; see database/functions.sql.
    fn record_of_code(old_code: Text) -> Nullable<SqlUuid>;
}

/// The same, if the user may also change them: who only reads along finds nobody here.
pub async fn find_to_change(
    db: &mut AsyncPgConnection,
    user: &User,
    code: Code,
    now: OffsetDateTime,
) -> Result<Person> {
    let person = find(db, code).await?;
    let ground = ground(db, user, &person).await?;
    if may(user, Permission::ChangePeople, Some(&ground), now) { Ok(person) } else { Err(Error::NotFound) }
}

/// Everything that hangs on a person, in one go: four questions travel together.
pub struct Whole {
    pub said: Vec<Said>,
    pub documents: Vec<KeptDocument>,
    pub contacts: Vec<KeptContact>,
    pub addresses: Vec<KeptAddress>,
}

pub async fn whole(db: &AsyncPgConnection, person: Uuid) -> Result<Whole> {
    let (mut a, mut b, mut c, mut d) = (db, db, db, db);
    let (said, documents, contacts, addresses) = rocket::tokio::try_join!(
        person_facts::table
            .filter(person_facts::person_id.eq(person))
            .order(person_facts::fact)
            .limit(50)
            .select((person_facts::fact, person_facts::absence, person_facts::level, person_facts::said_by))
            .load(&mut a),
        identity_documents::table
            .filter(identity_documents::person_id.eq(person))
            .filter(identity_documents::withdrawn_at.is_null())
            .order(identity_documents::id.desc())
            .limit(50)
            .select(KeptDocument::as_select())
            .load(&mut b),
        contact_points::table
            .filter(contact_points::person_id.eq(person))
            .filter(contact_points::withdrawn_at.is_null())
            .order(contact_points::id.desc())
            .limit(50)
            .select(KeptContact::as_select())
            .load(&mut c),
        addresses::table
            .filter(addresses::person_id.eq(person))
            .filter(addresses::withdrawn_at.is_null())
            .order(addresses::id.desc())
            .limit(50)
            .select(KeptAddress::as_select())
            .load(&mut d),
    )?;
    Ok(Whole { said, documents, contacts, addresses })
}

/// Why the user may open this person, as the one authorisation function wants it.
/// What the policies let through of shares is the user's own part of them; that is all it needs.
pub async fn ground(db: &mut AsyncPgConnection, user: &User, person: &Person) -> Result<Ground> {
    let shares: Vec<(Uuid, Option<Uuid>, Option<OffsetDateTime>, String)> = person_access::table
        .filter(person_access::person_id.eq(person.id))
        .filter(person_access::organisation_id.eq(user.organisation))
        .limit(50)
        .select((person_access::organisation_id, person_access::user_id, person_access::until, person_access::ground))
        .load(db)
        .await?;
    let named = if person.protected {
        let mine: Yes = diesel::sql_query("SELECT $1 IN (SELECT my_protected()) AS yes")
            .bind::<SqlUuid, _>(person.id)
            .get_result(db)
            .await?;
        if mine.yes { vec![user.id] } else { Vec::new() }
    } else {
        Vec::new()
    };
    Ok(Ground {
        protected: person.protected,
        named,
        shares: shares
            .into_iter()
            .map(|(organisation, user, until, ground)| Share {
                organisation,
                user,
                until,
                reads_only: ground == "share",
            })
            .collect(),
        // Of these my own are all that is needed: the policies hide the person then, and a row that got here shows it is open.
        excluded: Vec::new(),
        under: None,
    })
}

#[derive(QueryableByName)]
pub(super) struct Yes {
    #[diesel(sql_type = Bool)]
    pub yes: bool,
}

/// A line of the list of one's office.
#[derive(QueryableByName, Clone)]
pub struct Listed {
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    #[diesel(sql_type = Text)]
    pub code: String,
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub sex: Option<String>,
    #[diesel(sql_type = Nullable<SqlDate>)]
    pub birth_date: Option<Date>,
    #[diesel(sql_type = Nullable<Text>)]
    pub birth_precision: Option<String>,
    #[diesel(sql_type = Timestamptz)]
    pub since: OffsetDateTime,
}

impl Listed {
    pub fn born(&self) -> String {
        match (self.birth_date, self.birth_precision.as_deref().and_then(Precision::from_code)) {
            (Some(date), Some(precision)) => crate::base::date::written(date, precision),
            _ => String::new(),
        }
    }
}

/// The people whom the user's organisation came by last, before a given place in that list.
/// The scope stands in the query as an indexed predicate; row-level security is behind it.
pub async fn recent(
    db: &mut AsyncPgConnection,
    organisation: Uuid,
    before: Option<(OffsetDateTime, Uuid)>,
    most: i32,
) -> Result<Vec<Listed>> {
    let (at, id) = before.unzip();
    Ok(diesel::sql_query(
        "SELECT p.id, p.code, p.name, p.sex, p.birth_date, p.birth_precision, a.since \
         FROM person_access a JOIN persons p ON p.id = a.person_id \
         WHERE a.organisation_id = $1 AND ($2 IS NULL OR (a.since, a.person_id) < ($2, $3)) \
           AND NOT EXISTS (SELECT FROM person_access b WHERE b.person_id = a.person_id AND b.organisation_id = $1 AND (b.since, b.id) > (a.since, a.id)) \
         ORDER BY a.since DESC, a.person_id DESC LIMIT $4",
    )
    .bind::<SqlUuid, _>(organisation)
    .bind::<Nullable<Timestamptz>, _>(at)
    .bind::<Nullable<SqlUuid>, _>(id)
    .bind::<Integer, _>(most)
    .load(db)
    .await?)
}

/// Registers a person. The id and the code are made here, since sealed numbers need the id before the row is.
pub async fn register(db: &mut AsyncPgConnection, user: &User, code: Code, facts: &Facts) -> Result<Uuid> {
    let id = Uuid::now_v7();
    diesel::insert_into(persons::table)
        .values((
            persons::id.eq(id),
            persons::code.eq(code.as_str()),
            persons::registered_by.eq(user.organisation),
            persons::name.eq(&facts.name),
            persons::family_key.eq(&facts.family_key),
            persons::given_key.eq(&facts.given_key),
            persons::sex.eq(&facts.sex),
            persons::birth_date.eq(facts.birth.map(|(date, _)| date)),
            persons::birth_precision.eq(facts.birth.map(|(_, precision)| precision.code())),
            persons::ethnic_group.eq(&facts.ethnic_group),
            persons::marital_status.eq(&facts.marital_status),
            persons::education_level.eq(&facts.education_level),
            persons::qualification.eq(&facts.qualification),
            persons::language.eq(&facts.language),
            persons::interpreter.eq(&facts.interpreter),
            persons::reads_vietnamese.eq(&facts.reads_vietnamese),
        ))
        .execute(db)
        .await?;
    say(db, id, facts, |_| true).await?;
    event::record(db, "person.registered", "person", id, json!({})).await?;
    Ok(id)
}

/// Changes a person's facts if they are still at the version that the form was filled from; false if not.
pub async fn change(db: &mut AsyncPgConnection, before: &Person, version: i32, facts: &Facts) -> Result<bool> {
    let id = before.id;
    let changed = diesel::update(persons::table.filter(persons::id.eq(id)).filter(persons::version.eq(version)))
        .set((
            persons::name.eq(&facts.name),
            persons::family_key.eq(&facts.family_key),
            persons::given_key.eq(&facts.given_key),
            persons::sex.eq(&facts.sex),
            persons::birth_date.eq(facts.birth.map(|(date, _)| date)),
            persons::birth_precision.eq(facts.birth.map(|(_, precision)| precision.code())),
            persons::ethnic_group.eq(&facts.ethnic_group),
            persons::marital_status.eq(&facts.marital_status),
            persons::education_level.eq(&facts.education_level),
            persons::qualification.eq(&facts.qualification),
            persons::language.eq(&facts.language),
            persons::interpreter.eq(&facts.interpreter),
            persons::reads_vietnamese.eq(&facts.reads_vietnamese),
            persons::version.eq(version.saturating_add(1)),
        ))
        .execute(db)
        .await?;
    if changed == 0 {
        return Ok(false);
    }
    let said = whole(db, id).await?.said;
    let differs = |fact: &Fact| {
        let kept = said.iter().find(|s| s.fact == fact.fact);
        before.fact(fact.fact).unwrap_or_default() != facts.written(fact.fact)
            || kept.is_none_or(|s| {
                s.absence.as_deref() != fact.said.err().map(Absence::code)
                    || s.level.as_deref() != fact.said.ok().map(Level::code)
            })
    };
    say(db, id, facts, differs).await?;
    event::record(db, "person.changed", "person", id, json!({ "version": version.saturating_add(1) })).await?;
    Ok(true)
}

/// Brings what is said of a person's facts to the form; who said it changes for those only that differ.
async fn say(db: &mut AsyncPgConnection, person: Uuid, facts: &Facts, differs: impl Fn(&Fact) -> bool) -> Result<()> {
    let kept: Vec<&str> = facts.said.iter().map(|f| f.fact).collect();
    diesel::delete(
        person_facts::table.filter(person_facts::person_id.eq(person)).filter(person_facts::fact.ne_all(kept)),
    )
    .execute(db)
    .await?;
    let rows: Vec<_> = facts
        .said
        .iter()
        .filter(|fact| differs(fact))
        .map(|fact| {
            (
                person_facts::id.eq(Uuid::now_v7()),
                person_facts::person_id.eq(person),
                person_facts::fact.eq(fact.fact),
                person_facts::absence.eq(fact.said.err().map(Absence::code)),
                person_facts::level.eq(fact.said.ok().map(Level::code)),
                person_facts::said_by.eq(facts.said_by),
            )
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    diesel::insert_into(person_facts::table)
        .values(rows)
        .on_conflict((person_facts::person_id, person_facts::fact))
        .do_update()
        .set((
            person_facts::absence.eq(diesel::upsert::excluded(person_facts::absence)),
            person_facts::level.eq(diesel::upsert::excluded(person_facts::level)),
            person_facts::said_by.eq(diesel::upsert::excluded(person_facts::said_by)),
        ))
        .execute(db)
        .await?;
    Ok(())
}

/// Brings what a person can be found by up to date with what is kept; called after every change.
pub async fn refresh_keys(db: &mut AsyncPgConnection, sealing: &Keys, person: Uuid) -> Result<()> {
    let subject: Person = persons::table.find(person).select(Person::as_select()).first(db).await?;
    let whole = whole(db, person).await?;
    let mut keys = likeness::kept_keys(&subject.name, subject.birth());
    for kept in &whole.documents {
        if let Some(printed) = &kept.name_printed {
            keys.extend(likeness::kept_keys(printed, subject.birth()));
        }
        if let Some(sealed) = &kept.number_sealed {
            let number = document::unseal(sealing, kept.id, sealed)?;
            keys.extend(document::match_keys(sealing, &kept.kind, &kept.country, &number)?);
        }
    }
    keys.extend(
        whole
            .contacts
            .iter()
            .filter(|c| matches!(c.kind.as_str(), "phone" | "zalo"))
            .filter_map(|c| phone_key(&c.value)),
    );
    diesel::select(set_match_keys(person, keys, KEYS)).execute(db).await?;
    likeness::plan(db, person).await
}

define_sql_function! {
    /// Replaces what a person can be found by; see database/functions.sql.
    fn set_match_keys(person: SqlUuid, keys: Array<Text>, made: Integer) -> Text;
}

#[derive(QueryableByName)]
struct Before {
    #[diesel(sql_type = Nullable<Jsonb>)]
    row: Option<serde_json::Value>,
}

/// What a person's row said at an earlier version.
pub async fn at_version(db: &mut AsyncPgConnection, person: Uuid, version: i32) -> Result<Option<serde_json::Value>> {
    let before: Before = diesel::sql_query("SELECT person_at($1, $2) AS row")
        .bind::<SqlUuid, _>(person)
        .bind::<Integer, _>(version)
        .get_result(db)
        .await?;
    Ok(before.row)
}

/// The error of the search functions, told from a fault of ours by its name.
pub fn search_error(error: diesel::result::Error) -> Error {
    use crate::base::language::Message;
    use rocket::http::Status;
    if let diesel::result::Error::DatabaseError(_, about) = &error {
        match about.message() {
            "search-limit" => return Error::Refused(Status::TooManyRequests, Message::new("error-search-limit")),
            "search-without-criterion" => {
                return Error::Refused(Status::UnprocessableEntity, Message::new("error-search-nothing"));
            }
            _ => {}
        }
    }
    error.into()
}
