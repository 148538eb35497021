//! Which courses fit the person of a case, and why: what a recognition found lacking comes first, then work that they look for,
//! then an employer who takes on whoever passes. A list to talk about; it decides nothing.

use diesel::prelude::*;
use diesel::sql_types::{Nullable, SmallInt, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::course::{Course, Line};
use crate::base::Result;
use crate::base::language::{Language, Message};
use crate::employment::search;
use crate::schema::{addresses, skills, training_requests};
use crate::vocabulary::List;

/// Most courses that are looked at, and that are shown.
pub const LOOKED_AT: i64 = 500;
const SHOWN: usize = 20;

/// Digits of a code of ISCO-08 that name its minor group: within it, what one learns serves the other.
const MINOR_GROUP: usize = 3;

#[derive(QueryableByName)]
struct Gap {
    #[diesel(sql_type = Text)]
    occupation: String,
    #[diesel(sql_type = Nullable<SmallInt>)]
    level: Option<i16>,
}

/// What of somebody speaks for a course.
pub struct Needs {
    /// Occupations of which an assessment found something lacking, with the level that was asked for.
    gaps: Vec<(String, i16)>,
    /// Occupations in which they look for work, and in which they have worked.
    wanted: Vec<String>,
    known: Vec<String>,
    provinces: Vec<String>,
    /// Where they are while they have not come back.
    abroad: Option<String>,
}

pub async fn needs(db: &mut AsyncPgConnection, case: Uuid, person: Uuid, abroad: Option<String>) -> Result<Needs> {
    let gaps: Vec<Gap> = diesel::sql_query(
        "SELECT DISTINCT r.occupation, r.level FROM recognitions r JOIN recognition_skills q ON q.recognition_id = r.id
         WHERE r.case_id = $1 AND r.state IN ('assessed', 'granted', 'refused', 'appealed') AND coalesce(q.result, 0) < r.level",
    )
    .bind::<SqlUuid, _>(case)
    .load(db)
    .await?;
    let search = search::of_case(db, case).await?;
    let known: Vec<Option<String>> = skills::table
        .filter(skills::person_id.eq(person))
        .filter(skills::withdrawn_at.is_null())
        .select(skills::occupation)
        .limit(100)
        .load(db)
        .await?;
    let mut provinces: Vec<String> = addresses::table
        .filter(addresses::person_id.eq(person))
        .filter(addresses::withdrawn_at.is_null())
        .select(addresses::province_code)
        .limit(20)
        .load::<Option<String>>(db)
        .await?
        .into_iter()
        .flatten()
        .collect();
    let (wanted, elsewhere) = search.map(|search| (search.wanted, search.provinces)).unwrap_or_default();
    provinces.extend(elsewhere);
    Ok(Needs {
        gaps: gaps.into_iter().filter_map(|gap| Some((gap.occupation, gap.level?))).collect(),
        wanted,
        known: known.into_iter().flatten().collect(),
        provinces,
        abroad,
    })
}

/// How near two occupations are: the same, of one minor group, or neither.
fn near(a: &str, b: &str) -> u32 {
    match (a == b || a.starts_with(b) || b.starts_with(a), a.get(..MINOR_GROUP) == b.get(..MINOR_GROUP)) {
        (true, _) => 2,
        (_, true) => 1,
        _ => 0,
    }
}

/// What speaks for a course, and how much. `hires`: who takes on whoever passes it.
pub fn reasons(course: &Course, needs: &Needs, hires: Option<&str>, language: Language) -> (u32, Vec<Message>) {
    let mut points = 0;
    let mut said = Vec::new();
    if let Some(occupation) = &course.occupation {
        let title = |code: &str| List::Occupations.vocabulary().title(code, language);
        let best = |codes: &mut dyn Iterator<Item = &String>| {
            codes.map(|code| (near(code, occupation), code.clone())).max_by_key(|(near, _)| *near)
        };
        // A course for a level that was asked for, or below it, or for none.
        let gaps = needs.gaps.iter().filter(|(_, level)| course.level.is_none_or(|of| of <= *level));
        let of = [
            ("learning-because-gap", 8, best(&mut gaps.map(|(code, _)| code))),
            ("learning-because-wanted", 4, best(&mut needs.wanted.iter())),
            ("learning-because-known", 2, best(&mut needs.known.iter())),
        ];
        if let Some((key, weight, (near, code))) = of
            .into_iter()
            .filter_map(|(key, weight, found)| Some((key, weight, found.filter(|(near, _)| *near > 0)?)))
            .max_by_key(|(_, weight, (near, _))| weight * near)
        {
            points += weight * near;
            said.push(Message::new(key).with("occupation", title(&code)));
        }
    }
    if course.kind == "using-skills" {
        points += 3;
        said.push("learning-because-using".into());
    }
    if let Some(employer) = hires.filter(|_| points > 0) {
        points += 3;
        said.push(Message::new("learning-because-hires").with("employer", employer));
    }
    if points > 0 {
        if course.province_code.as_ref().is_some_and(|code| needs.provinces.contains(code)) {
            points += 2;
            said.push("learning-because-near".into());
        } else if course.country.is_some() && course.country == needs.abroad {
            points += 2;
            said.push("learning-because-there".into());
        } else if course.online {
            points += 1;
            said.push("learning-because-online".into());
        }
    }
    (points, said)
}

/// Somebody could go there: a course abroad serves who is still there, one at home who has come back.
fn reachable(course: &Course, needs: &Needs) -> bool {
    course.online || course.country == needs.abroad
}

/// The courses that fit best, with what speaks for each.
pub async fn fitting(
    db: &mut AsyncPgConnection,
    lines: Vec<Line>,
    needs: &Needs,
    language: Language,
) -> Result<Vec<(Line, Vec<Message>)>> {
    let ids: Vec<Uuid> = lines.iter().filter_map(|line| line.course.request_id).collect();
    let hires: Vec<(Uuid, String)> = training_requests::table
        .inner_join(crate::schema::employers::table.on(crate::schema::employers::id.eq(training_requests::employer_id)))
        .filter(training_requests::id.eq_any(ids))
        .filter(training_requests::hires)
        .select((training_requests::id, crate::schema::employers::name))
        .load(db)
        .await?;
    let mut all: Vec<(u32, Line, Vec<Message>)> = Vec::new();
    for line in lines.into_iter().filter(|line| line.free > 0 && reachable(&line.course, needs)) {
        let who = hires.iter().find(|(id, _)| Some(*id) == line.course.request_id).map(|(_, name)| name.as_str());
        let (points, said) = reasons(&line.course, needs, who, language);
        if points > 0 {
            all.push((points, line, said));
        }
    }
    // The soonest of equals first, as they came.
    all.sort_by_key(|(points, ..)| std::cmp::Reverse(*points));
    all.truncate(SHOWN);
    Ok(all.into_iter().map(|(_, line, said)| (line, said)).collect())
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    fn course(kind: &str, occupation: Option<&str>, level: Option<i16>) -> Course {
        Course {
            id: Uuid::nil(),
            provider_id: Uuid::nil(),
            title: String::new(),
            kind: kind.to_owned(),
            occupation: occupation.map(str::to_owned),
            level,
            language: None,
            online: false,
            province_code: Some("40".to_owned()),
            commune_code: None,
            country: None,
            address: None,
            starts_on: date!(2026 - 12 - 01),
            ends_on: date!(2027 - 02 - 28),
            enrol_until: date!(2026 - 12 - 01),
            timetable: None,
            hours: None,
            seats: 20,
            fee: None,
            request_id: None,
            about: None,
            kept_by: Uuid::nil(),
            cancelled_at: None,
            cancelled_because: None,
            version: 1,
        }
    }

    fn needs() -> Needs {
        Needs {
            gaps: vec![("7212".to_owned(), 3)],
            wanted: vec!["5120".to_owned()],
            known: vec!["7223".to_owned()],
            provinces: vec!["40".to_owned()],
            abroad: None,
        }
    }

    fn points(course: &Course) -> u32 {
        reasons(course, &needs(), None, Language::En).0
    }

    #[test]
    fn what_an_assessment_found_lacking_comes_first() {
        let gap = points(&course("trade", Some("7212"), Some(3)));
        let beside = points(&course("trade", Some("7214"), None));
        let wanted = points(&course("informal", Some("5120"), None));
        let known = points(&course("trade", Some("7223"), None));
        let neither = points(&course("trade", Some("2166"), None));
        assert!(gap > beside && beside >= wanted && wanted > known && known > neither);
        assert_eq!(neither, 0, "being near alone is no reason");
        assert!(points(&course("trade", Some("7212"), Some(4))) < gap, "a level above the one that was asked for");
        assert!(points(&course("using-skills", None, None)) > 0);
    }

    #[test]
    fn who_takes_people_on_and_where_it_is_are_said() {
        let one = course("trade", Some("7212"), Some(2));
        let (_, said) = reasons(&one, &needs(), Some("Xưởng Ví Dụ"), Language::En);
        let keys: Vec<&str> = said.iter().map(|message| message.key.as_ref()).collect();
        assert_eq!(keys, ["learning-because-gap", "learning-because-hires", "learning-because-near"]);
    }

    #[test]
    fn a_course_abroad_serves_who_is_still_there() {
        let abroad = Course { province_code: None, country: Some("JP".to_owned()), ..course("soft", None, None) };
        assert!(!reachable(&abroad, &needs()));
        let there = Needs { abroad: Some("JP".to_owned()), ..needs() };
        assert!(reachable(&abroad, &there));
        assert!(!reachable(&course("soft", None, None), &there));
        assert!(reachable(&Course { online: true, ..course("soft", None, None) }, &there));
    }

    #[test]
    fn begun_months_count_whole() {
        assert_eq!(course("soft", None, None).months(), 3);
        assert_eq!(Course { ends_on: date!(2026 - 12 - 01), ..course("soft", None, None) }.months(), 1);
    }
}
