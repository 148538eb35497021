//! A recognition as its page shows it: what it is about, what was found, what happened, and what may be done next.

use askama::Template;
use diesel_async::AsyncPgConnection;
use rocket::{Route, get, routes};
use time::OffsetDateTime;
use uuid::Uuid;

use super::asking::levels;
use super::store::{self, Assessed};
use super::{Recognition, Step};
use crate::access::guard::to;
use crate::access::{Permission, Read, Seen};
use crate::base::Result;
use crate::base::clock::in_viet_nam;
use crate::base::code::Code;
use crate::base::form::{Choice, Filled};
use crate::base::language::Language;
use crate::case::plan::store::names;
use crate::case::{Case, store as cases};
use crate::page::{Page, filters};
use crate::person::Person;
use crate::person::choices::choices;
use crate::skill::assessor::{self, Assessor};
use crate::skill::certificate::{self, Certificate, SHOWS};
use crate::skill::pages::{Line, lines};
use crate::skill::{Kind, store as portfolio};
use crate::vocabulary::List;

pub fn routes() -> Vec<Route> {
    routes![show]
}

/// A step in words.
struct Happened {
    step: Step,
    by: String,
    /// Of an appointment: when, with whom.
    meets: String,
    assessor: String,
}

/// A skill that is assessed: its line in the portfolio, as long as it is there, and what was found.
struct About {
    assessed: Assessed,
    title: String,
    group: String,
    line: Option<Line>,
}

impl About {
    fn reaches(&self, level: i16) -> bool {
        self.assessed.result.is_some_and(|found| found >= level)
    }
}

#[derive(Template)]
#[template(path = "skill/recognition.html")]
pub struct ShowPage {
    case: Case,
    person: Person,
    recognition: Recognition,
    occupation: String,
    about: Vec<About>,
    steps: Vec<Happened>,
    /// The last appointment, with its assessor.
    meets: Option<(String, String)>,
    /// It has passed.
    met: bool,
    certificate: Option<Certificate>,
    form: Filled,
    /// Who may be chosen for an appointment.
    assessors: Vec<Choice>,
    /// Somebody is accredited for this occupation, and today not any more.
    lapsed: bool,
    levels: Vec<Choice>,
    /// The levels that the results bear.
    grantable: Vec<Choice>,
    shows: Vec<Choice>,
    may_change: bool,
    may_decide: bool,
    /// This user found the result, or made the decision that is appealed against.
    own: bool,
    _seen: Option<Seen>,
}

impl ShowPage {
    fn is(&self, state: &str) -> bool {
        self.recognition.is(state)
    }

    /// Where its acts are.
    fn at(&self) -> String {
        format!("/cases/{}/recognitions/{}", self.case.code, self.recognition.id)
    }

    /// What the returnee still lacks for what they asked for.
    fn gaps(&self) -> impl Iterator<Item = &About> {
        self.about.iter().filter(|about| !about.reaches(self.recognition.level))
    }
}

/// A moment as a wall in Viet Nam shows it.
pub fn moment(at: OffsetDateTime) -> String {
    let at = in_viet_nam(at);
    format!("{:02}:{:02} {:02}/{:02}/{}", at.hour(), at.minute(), at.day(), u8::from(at.month()), at.year())
}

async fn happened(db: &mut AsyncPgConnection, id: Uuid, assessors: &[Assessor]) -> Result<Vec<Happened>> {
    let steps = store::steps(db, id).await?;
    let people: Vec<Uuid> = steps.iter().map(|step| step.made_by).collect();
    let names = names(db, &people).await?;
    let with = |step: &Step| assessors.iter().find(|a| Some(a.id) == step.assessor_id).map(|a| a.name.clone());
    let said = |step: Step| Happened {
        by: names.iter().find(|(id, _)| *id == step.made_by).map(|(_, name)| name.clone()).unwrap_or_default(),
        meets: step.meets_at.map(moment).unwrap_or_default(),
        assessor: with(&step).unwrap_or_default(),
        step,
    };
    Ok(steps.into_iter().map(said).collect())
}

pub async fn page<P>(mut db: Read<P>, code: Code, id: Uuid, form: Filled, language: Language) -> Result<ShowPage> {
    let (user, now, today) = (db.user().clone(), db.now(), db.today());
    let (case, _, person) = cases::reached(&mut db, code, Permission::AssessCases).await?;
    let recognition = store::find(&mut db, case.id, id).await?;
    let known = assessor::all(&mut db).await?;
    let steps = happened(&mut db, id, &known).await?;
    let mut shown = lines(portfolio::of_person(&mut db, person.id).await?, language);
    let mut about = Vec::new();
    for assessed in store::assessed(&mut db, id).await? {
        let at = shown.iter().position(|line| line.skill.id == assessed.skill.id);
        about.push(About {
            title: assessed.skill.title(language),
            group: assessed.skill.group(language).unwrap_or_default(),
            line: at.map(|at| shown.remove(at)),
            assessed,
        });
    }
    let bears = about.iter().filter(|a| a.assessed.skill.is(Kind::Trade)).map(|a| a.assessed.result.unwrap_or(0)).min();
    let mut grantable = levels(language, 1);
    grantable.truncate(usize::try_from(bears.unwrap_or(0)).unwrap_or(0));
    let fit: Vec<&Assessor> = known.iter().filter(|a| a.covers(&recognition.occupation)).collect();
    let assessors: Vec<Choice> = fit
        .iter()
        .filter(|a| a.valid_until >= today)
        .map(|a| Choice::new(a.id.to_string(), format!("{} ({})", a.name, a.accreditation)))
        .collect();
    let last = steps.iter().rev().find(|h| h.step.meets_at.is_some());
    let decided = |h: &&Happened| matches!(h.step.step.as_str(), "granted" | "refused");
    let by = |wanted: &dyn Fn(&&Happened) -> bool| steps.iter().rev().find(wanted).map(|h| h.step.made_by);
    let own = match recognition.state.as_str() {
        "assessed" => by(&|h| h.step.step == "assessed") == Some(user.id),
        "appealed" => by(&decided) == Some(user.id),
        _ => false,
    };
    let certificate = certificate::of_recognition(&mut db, id).await?;
    let may_change = case.holder_id == user.organisation && !case.is_closed();
    let seen = db.opened(&[person.id, case.id]).await?;
    Ok(ShowPage {
        occupation: List::Occupations.vocabulary().title(&recognition.occupation, language),
        meets: last.map(|h| (h.meets.clone(), h.assessor.clone())),
        met: last.and_then(|h| h.step.meets_at).is_some_and(|at| at <= now),
        lapsed: assessors.is_empty() && !fit.is_empty(),
        levels: levels(language, 0),
        shows: choices(language, "certificate-shows", &SHOWS),
        may_change,
        may_decide: may_change && user.may(Permission::DecideRecognition),
        case,
        person,
        recognition,
        about,
        steps,
        certificate,
        form,
        assessors,
        grantable,
        own,
        _seen: Some(seen),
    })
}

#[get("/cases/<code>/recognitions/<id>", rank = 2)]
async fn show(code: Code, id: Uuid, db: Read<to::AssessCases>, language: Language) -> Result<Page<ShowPage>> {
    Ok(Page(page(db, code, id, Filled::blank(), language).await?))
}
