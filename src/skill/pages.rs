//! The skills of a person: listed, added to, mended, taken back.

use askama::Template;
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use uuid::Uuid;
use validator::Validate;

use super::form::{self, Sent, SkillChoices};
use super::store::{self, Portfolio, Standing};
use super::{Kind, MOST, Skill};
use crate::access::guard::to;
use crate::access::{Permission, Read, Seen, Write, may};
use crate::base::code::Code;
use crate::base::form::{Checked, Difference, Filled};
use crate::base::language::Language;
use crate::base::{Error, Result};
use crate::case::attachment::Attachment;
use crate::case::store as cases;
use crate::page::{Answer, Page, filters};
use crate::person::{Person, store as people};
use crate::vocabulary::List;

pub fn routes() -> Vec<Route> {
    routes![show, new, add, edit, change, withdraw]
}

/// A skill as its line shows it, in the reader's language.
pub struct Line {
    pub skill: Skill,
    pub standing: Standing,
    pub title: String,
    pub group: Option<String>,
    pub grade: Option<String>,
    /// How long, where, for whom.
    pub about: Vec<String>,
    /// Papers that this user may read: address and title.
    pub papers: Vec<(String, String)>,
    /// Papers that lie elsewhere.
    pub elsewhere: i64,
}

/// The lines of a portfolio, trades first.
pub fn lines(portfolio: Portfolio, language: Language) -> Vec<Line> {
    let Portfolio { skills, papers } = portfolio;
    let line = |(skill, standing): (Skill, Standing)| {
        let of = papers.iter().filter(|(id, ..)| *id == skill.id);
        let papers: Vec<(String, String)> = of
            .map(|(_, paper, code)| (format!("/cases/{code}/attachments/{}", paper.id), paper.title.clone()))
            .collect();
        let about = [skill.long(language), skill.in_country(language), skill.employer.clone()];
        Line {
            title: skill.title(language),
            group: skill.group(language),
            grade: skill.graded(language),
            about: about.into_iter().flatten().collect(),
            elsewhere: standing.papers.saturating_sub(i64::try_from(papers.len()).unwrap_or(i64::MAX)).max(0),
            papers,
            skill,
            standing,
        }
    };
    let mut lines: Vec<Line> = skills.into_iter().map(line).collect();
    lines.sort_by_key(|line| Kind::ALL.iter().position(|kind| line.skill.is(*kind)));
    lines
}

/// Work abroad from which a skill may be taken over: the return that knows of it, and what it says.
struct Work {
    episode: Uuid,
    words: String,
}

#[derive(Template)]
#[template(path = "skill/index.html")]
struct SkillsPage {
    person: Person,
    kinds: Vec<(&'static str, Vec<Line>)>,
    works: Vec<Work>,
    /// The codes of open cases in which a recognition may be asked for.
    cases: Vec<String>,
    may_change: bool,
    _seen: Seen,
}

#[get("/people/<code>/skills")]
async fn show(code: Code, mut db: Read<to::ReadPeople>, language: Language) -> Result<Page<SkillsPage>> {
    let (user, now) = (db.user().clone(), db.now());
    let person = people::find(&mut db, code).await?;
    let ground = people::ground(&mut db, &user, &person).await?;
    if !may(&user, Permission::ReadPeople, Some(&ground), now) {
        return Err(Error::NotFound);
    }
    let may_change = may(&user, Permission::ChangePeople, Some(&ground), now);
    let mut lines = lines(store::of_person(&mut db, person.id).await?, language);
    let mut works = Vec::new();
    if may_change {
        for (episode, country, work) in store::work_abroad(&mut db, person.id).await? {
            let Some(occupation) = &work.occupation else { continue };
            let known =
                |line: &Line| line.skill.occupation.as_ref() == Some(occupation) && line.skill.country == country;
            if !lines.iter().any(known) {
                let place = country.as_deref().map(|code| List::Countries.vocabulary().title(code, language));
                let words = [Some(List::Occupations.vocabulary().title(occupation, language)), place, work.employer];
                let words: Vec<String> = words.into_iter().flatten().collect();
                works.push(Work { episode, words: words.join(", ") });
            }
        }
    }
    let mut held = Vec::new();
    if user.may(Permission::AssessCases) {
        let of_person = cases::of_person(&mut db, person.id).await?;
        held = of_person
            .into_iter()
            .filter(|c| c.holder_id == user.organisation && !c.is_closed())
            .map(|c| c.code)
            .collect();
    }
    let mut kinds = Vec::new();
    for kind in Kind::ALL {
        let (of, rest): (Vec<Line>, Vec<Line>) = lines.into_iter().partition(|line| line.skill.is(kind));
        lines = rest;
        kinds.push((kind.code(), of));
    }
    let seen = db.opened(&[person.id]).await?;
    Ok(Page(SkillsPage { person, kinds, works, cases: held, may_change, _seen: seen }))
}

#[derive(Template)]
#[template(path = "skill/edit.html")]
struct SkillPage {
    code: String,
    name: String,
    kind: &'static str,
    /// Nothing for a new one.
    id: Option<Uuid>,
    form: Filled,
    offered: SkillChoices,
    conflict: Vec<Difference>,
    _seen: Option<Seen>,
}

impl SkillPage {
    fn new(
        person: Person,
        kind: Kind,
        id: Option<Uuid>,
        form: Filled,
        papers: &[Attachment],
        language: Language,
    ) -> Self {
        let offered = SkillChoices::new(kind, papers, language);
        let (code, name) = (person.code, person.name);
        SkillPage { code, name, kind: kind.code(), id, form, offered, conflict: Vec::new(), _seen: None }
    }
}

/// An empty form, or one filled from the work abroad of a return.
#[get("/people/<code>/skills/new?<kind>&<of>")]
async fn new(
    code: Code,
    kind: Option<&str>,
    of: Option<Uuid>,
    mut db: Read<to::ChangePeople>,
    language: Language,
) -> Result<Page<SkillPage>> {
    let kind = kind.map_or(Some(Kind::Trade), Kind::from_code).ok_or(Error::NotFound)?;
    let (user, now) = (db.user().clone(), db.now());
    let person = people::find_to_change(&mut db, &user, code, now).await?;
    let papers = store::papers(&mut db, person.id).await?;
    let works = store::work_abroad(&mut db, person.id).await?;
    let work = of.map(|of| works.iter().find(|(episode, ..)| *episode == of).ok_or(Error::NotFound)).transpose()?;
    let form = form::filled_by(kind, work.map(|(_, country, work)| (work, country)), language);
    let seen = db.opened(&[person.id]).await?;
    Ok(Page(SkillPage { _seen: Some(seen), ..SkillPage::new(person, kind, None, form, &papers, language) }))
}

#[post("/people/<code>/skills", data = "<form>")]
async fn add(
    code: Code,
    form: Form<Checked<Sent>>,
    mut db: Write<to::ChangePeople>,
    language: Language,
) -> Result<Answer<SkillPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (user, now, today) = (db.user().clone(), db.now(), db.today());
    let person = people::find_to_change(&mut db, &user, code, now).await?;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let kind = Kind::from_code(filled.value("skill.kind")).unwrap_or(Kind::Trade);
    let papers = store::papers(&mut db, person.id).await?;
    let mut read = value.and_then(|sent| sent.skill.read(kind, &mut filled, &papers, today));
    if store::count(&mut db, person.id).await? >= MOST {
        filled.push("skill.source", "error-skill-full");
        read = None;
    }
    let Some(read) = read else {
        let page = SkillPage::new(person, kind, None, filled, &papers, language);
        return Ok(Answer::With(Status::UnprocessableEntity, page));
    };
    store::add(&mut db, &user, person.id, &read).await?;
    let location = format!("/people/{code}/skills");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "skill-kept"))
}

fn kind_of(skill: &Skill) -> Kind {
    Kind::from_code(&skill.kind).unwrap_or(Kind::Trade)
}

#[get("/people/<code>/skills/<id>")]
async fn edit(code: Code, id: Uuid, mut db: Read<to::ChangePeople>, language: Language) -> Result<Page<SkillPage>> {
    let (user, now) = (db.user().clone(), db.now());
    let person = people::find_to_change(&mut db, &user, code, now).await?;
    let skill = store::find(&mut db, person.id, id).await?;
    let papers = store::papers(&mut db, person.id).await?;
    let evidence = store::evidence(&mut db, id).await?;
    let form = form::filled_from(&skill, &evidence, language);
    let seen = db.opened(&[person.id]).await?;
    let page = SkillPage::new(person, kind_of(&skill), Some(id), form, &papers, language);
    Ok(Page(SkillPage { _seen: Some(seen), ..page }))
}

#[post("/people/<code>/skills/<id>", data = "<form>")]
async fn change(
    code: Code,
    id: Uuid,
    form: Form<Checked<Sent>>,
    mut db: Write<to::ChangePeople>,
    language: Language,
) -> Result<Answer<SkillPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let (user, now, today) = (db.user().clone(), db.now(), db.today());
    let person = people::find_to_change(&mut db, &user, code, now).await?;
    let skill = store::find(&mut db, person.id, id).await?;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let kind = kind_of(&skill);
    let papers = store::papers(&mut db, person.id).await?;
    let version = value.as_ref().map_or(0, |sent| sent.skill.version);
    let Some(read) = value.and_then(|sent| sent.skill.read(kind, &mut filled, &papers, today)) else {
        let page = SkillPage::new(person, kind, Some(id), filled, &papers, language);
        return Ok(Answer::With(Status::UnprocessableEntity, page));
    };
    let shown: Vec<Uuid> = papers.iter().map(|paper| paper.id).collect();
    if !store::change(&mut db, &user, &skill, version, &read, &shown).await? {
        let before = store::at(&mut db, id, version).await?;
        let mut page = SkillPage::new(person, kind, Some(id), filled, &papers, language);
        (page.form, page.conflict) = form::differences(before.as_ref(), &skill, page.form, &page.offered, language);
        return Ok(Answer::With(Status::Conflict, page));
    }
    let location = format!("/people/{code}/skills");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "skill-kept"))
}

#[derive(FromForm, Validate)]
struct Withdrawal {
    version: i32,
}

#[post("/people/<code>/skills/<id>/withdrawal", data = "<form>")]
async fn withdraw(
    code: Code,
    id: Uuid,
    form: Form<Checked<Withdrawal>>,
    mut db: Write<to::ChangePeople>,
) -> Result<Answer<SkillPage>> {
    let Checked { value, filled } = form.into_inner();
    let (user, now) = (db.user().clone(), db.now());
    let person = people::find_to_change(&mut db, &user, code, now).await?;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let version = value.map(|sent| sent.version).ok_or(Error::refused(Status::UnprocessableEntity, "error-value"))?;
    if !store::withdraw(&mut db, &user, person.id, id, version, now).await? {
        return Err(Error::refused(Status::Conflict, "error-page-changed-meanwhile"));
    }
    let location = format!("/people/{code}/skills");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "skill-withdrawn"))
}
