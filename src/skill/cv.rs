//! A curriculum vitae to give to an employer, in Vietnamese or in English, in one click. It says nothing of age, sex,
//! ethnicity, family, health, or of why and how somebody came back (practice 32).

use askama::Template;
use rocket::{Route, get, routes};

use super::pages::{Line, lines};
use super::{Kind, store};
use crate::access::guard::to;
use crate::access::{Permission, Read, Seen, may};
use crate::base::code::Code;
use crate::base::language::{Language, Message};
use crate::base::{Error, Result};
use crate::episode::migration::Migration;
use crate::page::{Page, filters};
use crate::person::part_store::KeptContact;
use crate::person::store as people;
use crate::vocabulary::List;

pub fn routes() -> Vec<Route> {
    routes![show]
}

/// A part of the paper: its heading, and lines of a title with what is said of it.
struct Part {
    heading: String,
    lines: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "skill/cv.html")]
struct CvPage {
    code: String,
    name: String,
    /// The language of the paper, which may be another than the reader's.
    of: Language,
    with_phone: bool,
    title: String,
    reach: Vec<String>,
    parts: Vec<Part>,
    _seen: Seen,
}

/// Where and for whom somebody worked abroad, and in which years.
fn work(country: Option<&String>, work: &Migration, language: Language) -> Option<(String, String)> {
    let title = |list: List, code: &String| list.vocabulary().title(code, language);
    let what = title(List::Occupations, work.occupation.as_ref()?);
    let years: Vec<String> =
        [work.contract_start, work.contract_end].into_iter().flatten().map(|day| day.year().to_string()).collect();
    let about = [work.employer.clone(), country.map(|code| title(List::Countries, code)), Some(years.join("–"))];
    let about: Vec<String> = about.into_iter().flatten().filter(|words| !words.is_empty()).collect();
    Some((what, about.join(", ")))
}

fn line(line: Line, of: Language) -> (String, String) {
    let say = |message: Message| of.say(&message);
    let mut about: Vec<String> = line.about;
    if let Some(group) = line.group.filter(|group| *group != line.title) {
        about.insert(0, group);
    }
    about.extend(line.grade);
    match (line.standing.standing.as_str(), line.standing.level) {
        ("certified", Some(level)) => about.push(say(Message::new("cv-certified").with("level", i64::from(level)))),
        ("assessed", Some(level)) if level > 0 => {
            about.push(say(Message::new("cv-assessed").with("level", i64::from(level))));
        }
        _ => {}
    }
    (line.title, about.join(", "))
}

/// `language` is that of the paper; `with=none` leaves the telephone out.
#[get("/people/<code>/cv?<language>&<with>")]
async fn show(
    code: Code,
    language: Option<&str>,
    with: Option<&str>,
    mut db: Read<to::ReadPeople>,
    reader: Language,
) -> Result<Page<CvPage>> {
    let (user, now) = (db.user().clone(), db.now());
    let of = language.map_or(Some(reader), Language::from_code).ok_or(Error::NotFound)?;
    let with_phone = with != Some("none");
    let person = people::find(&mut db, code).await?;
    let ground = people::ground(&mut db, &user, &person).await?;
    if !may(&user, Permission::ReadPeople, Some(&ground), now) {
        return Err(Error::NotFound);
    }
    let whole = people::whole(&db, person.id).await?;
    let portfolio = store::of_person(&mut db, person.id).await?;
    let works = store::work_abroad(&mut db, person.id).await?;
    let say = |key: &'static str| of.say(&Message::new(key));

    // A number at which others answer, or at which a call may do harm, is for no employer.
    let own = |c: &&KeptContact| c.belongs_to.is_none() && c.safe_to_call && c.kind == "phone";
    let phone = whole.contacts.iter().find(own).map(|contact| contact.value.clone()).filter(|_| with_phone);
    let home = whole.addresses.iter().find(|address| address.province_code.is_some());
    let place = home.and_then(|home| {
        let province = List::Provinces.vocabulary().title(home.province_code.as_deref()?, of);
        let commune = home.commune_code.as_deref().map(|code| List::Communes.vocabulary().title(code, of));
        Some(commune.into_iter().chain([province]).collect::<Vec<_>>().join(", "))
    });

    let mut of_kind: Vec<(Kind, Vec<(String, String)>)> =
        Kind::ALL.into_iter().map(|kind| (kind, Vec::new())).collect();
    for shown in lines(portfolio, of) {
        if let Some((_, list)) = of_kind.iter_mut().find(|(kind, _)| shown.skill.is(*kind)) {
            list.push(line(shown, of));
        }
    }
    let mut parts: Vec<Part> = of_kind
        .into_iter()
        .map(|(kind, lines)| Part {
            heading: say(match kind {
                Kind::Trade => "cv-trades",
                Kind::Language => "cv-languages",
                Kind::Soft => "cv-soft",
            }),
            lines,
        })
        .collect();
    let worked = works.iter().filter_map(|(_, country, one)| work(country.as_ref(), one, of)).collect();
    parts.insert(1, Part { heading: say("cv-work"), lines: worked });
    let schooling = person.education_level.as_deref().map(|code| List::EducationLevels.vocabulary().title(code, of));
    let learned = [schooling, person.qualification.clone()].into_iter().flatten().map(|words| (words, String::new()));
    parts.push(Part { heading: say("cv-education"), lines: learned.collect() });
    parts.retain(|part| !part.lines.is_empty());

    let (seen, _) = db.rows_read(&[("persons", person.id)], Some("print")).await?;
    Ok(Page(CvPage {
        code: person.code,
        name: person.name,
        of,
        with_phone,
        title: say("cv-title"),
        reach: phone.into_iter().chain(place).collect(),
        parts,
        _seen: seen,
    }))
}
