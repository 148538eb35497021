//! The pages of those who make releases.

use askama::Template;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use uuid::Uuid;
use validator::Validate;

use super::count::{self, Published};
use super::disclosure::Audit;
use super::shown::Figures;
use super::{Move, Release, State, makes_releases, release, store};
use crate::access::guard::to;
use crate::access::{Permission, Read, Seen, Snapshot, Write};
use crate::base::form::{Checked, Filled, Press};
use crate::base::language::Message;
use crate::base::text::clean_lines;
use crate::base::{Error, Result};
use crate::page::{Answer, Page, filters};

pub fn routes() -> Vec<Route> {
    routes![statistics, list, draft, show, protect, approve, publish, withdraw]
}

#[derive(QueryableByName)]
struct Total {
    #[diesel(sql_type = BigInt)]
    total: i64,
}

#[derive(Template)]
#[template(path = "statistics/index.html")]
struct StatisticsPage {
    total: i64,
}

/// How many people are registered, and nothing finer: tables come from releases.
#[get("/statistics")]
async fn statistics(mut db: Snapshot<to::ReadStatistics>) -> Result<Page<StatisticsPage>> {
    let Total { total } = diesel::sql_query("SELECT total FROM registered_persons").get_result(&mut *db).await?;
    Ok(Page(StatisticsPage { total }))
}

/// A release in the list, and what may be done with it next.
struct Listed {
    release: Release,
    next: Option<Move>,
}

#[derive(Template)]
#[template(path = "statistics/releases.html")]
struct ReleasesPage {
    form: Filled,
    releases: Vec<Listed>,
    may_draft: bool,
}

async fn releases_page(db: &mut Read<to::ReadStatistics>, form: Filled) -> Result<ReleasesPage> {
    let user = db.user().clone();
    let next = |release: &Release| Move::ALL[..3].iter().copied().find(|act| act.refused(&user, release).is_none());
    let releases = store::all(&mut *db).await?.into_iter().map(|r| Listed { next: next(&r), release: r }).collect();
    Ok(ReleasesPage { form, releases, may_draft: makes_releases(&user, Permission::DraftReleases) })
}

#[get("/releases")]
async fn list(mut db: Read<to::ReadStatistics>) -> Result<Page<ReleasesPage>> {
    Ok(Page(releases_page(&mut db, Filled::blank()).await?))
}

#[derive(FromForm, Validate)]
struct NewRelease {
    #[field(default = String::new())]
    year: String,
    #[validate(length(max = 1000, code = "too-long"))]
    #[field(default = String::new())]
    note: String,
}

#[derive(Template)]
#[template(path = "statistics/new.html")]
struct NewPage {
    form: Filled,
}

#[post("/releases", data = "<form>")]
async fn draft(form: Form<Checked<NewRelease>>, mut db: Write<to::DraftReleases>) -> Result<Answer<NewPage>> {
    let Checked { value, mut filled } = form.into_inner();
    if !makes_releases(db.user(), Permission::DraftReleases) {
        return Err(Error::NotFound);
    }
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let last = db.today().year();
    let typed = value.as_ref().and_then(|new| new.year.trim().parse().ok());
    let year = typed.filter(|y| super::YEARS.contains(y) && *y <= last);
    let (Some(new), Some(year)) = (value, year) else {
        if year.is_none() {
            filled.push("year", "error-release-year");
        }
        return Ok(Answer::With(Status::UnprocessableEntity, NewPage { form: filled }));
    };
    let note = Some(clean_lines(&new.note)).filter(|n| !n.is_empty());
    match release::draft(&mut db, year, note.as_deref()).await {
        Ok(id) => {
            let location = format!("/releases/{id}");
            db.done(filled.submission(), &location).await?;
            Ok(Answer::Told(location, "release-drafted"))
        }
        Err(Error::Refused(_, why)) => {
            filled.push(if why.key == "release-refused-note" { "note" } else { "year" }, why);
            Ok(Answer::With(Status::UnprocessableEntity, NewPage { form: filled }))
        }
        Err(other) => Err(other),
    }
}

#[derive(Template)]
#[template(path = "statistics/release.html")]
struct ReleasePage {
    release: Release,
    /// Never for printing or export (practice 40).
    unprotected: Figures,
    /// What was counted beside the table; unprotected too.
    beside: Message,
    protected: Option<Figures>,
    /// What the audit found, and its verdict.
    audit: Option<(Message, Message)>,
    /// What may be done, by whoever looks.
    moves: Vec<Move>,
    /// Why the next thing to do cannot be done by them.
    why_not: Option<Message>,
    _seen: Seen,
}

#[get("/releases/<id>")]
async fn show(id: Uuid, mut db: Read<to::ReadStatistics>) -> Result<Page<ReleasePage>> {
    let user = db.user().clone();
    // Publishers may draft too, so this is everybody who makes releases.
    if !makes_releases(&user, Permission::DraftReleases) {
        return Err(Error::NotFound);
    }
    let release = store::find(&mut db, id).await?;
    let counted = store::unprotected(&mut db, id).await?;
    let cells = store::cells(&mut db, id).await?;
    let audit = if cells.is_empty() {
        None
    } else {
        let earlier = release::earlier(&mut db, &release).await?;
        Some(release::audit(&release, counted.clone(), cells.clone(), earlier).await?)
    };
    let whole: Vec<Published> = count::table(&counted)
        .cells
        .iter()
        .map(|c| Published { country: c.key[0].clone(), sex: c.key[1].clone(), value: Some(c.value) })
        .collect();
    let inputs = store::inputs(&mut db, id).await?;
    let moves: Vec<Move> = Move::ALL.into_iter().filter(|act| act.refused(&user, &release).is_none()).collect();
    let next = match release.state {
        State::Draft => Some(Move::Protect),
        State::Protected => Some(Move::Approve),
        State::Approved => Some(Move::Publish),
        State::Published | State::Withdrawn => None,
    };
    store::note_read(&mut db, id).await?;
    // Nobody's record was opened; this commits the note just made.
    let seen = db.opened(&[]).await?;
    Ok(Page(ReleasePage {
        unprotected: Figures::of(&whole),
        beside: Message::new("release-inputs")
            .with("shorter", i64::from(inputs.shorter_stays))
            .with("unknown", i64::from(inputs.unknown_stays))
            .with("pairs", i64::from(inputs.possible_duplicates)),
        audit: audit.map(said_of),
        protected: (!cells.is_empty()).then(|| Figures::of(&cells)),
        moves,
        why_not: next.and_then(|act| act.refused(&user, &release)),
        release,
        _seen: seen,
    }))
}

fn said_of(audit: Audit) -> (Message, Message) {
    let said = Message::new("release-audit").with("suppressed", audit.suppressed).with("small", audit.small);
    let verdict = match audit.exposed {
        0 => Message::new("release-audit-good"),
        exposed => Message::new("release-audit-bad").with("exposed", exposed),
    };
    (said, verdict)
}

/// Claims, moves and answers: the same for each of the four.
async fn advance<P>(id: Uuid, filled: Filled, mut db: Write<P>, act: Move) -> Result<Answer<NewPage>> {
    if !makes_releases(db.user(), act.permission()) {
        return Err(Error::NotFound);
    }
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let user = db.user().clone();
    let release = store::find(&mut db, id).await?;
    release::advance(&mut db, &user, &release, act).await?;
    let location = format!("/releases/{id}");
    db.done(filled.submission(), &location).await?;
    let told = match act.leads_to() {
        State::Approved => "release-approved",
        State::Published => "release-published",
        State::Withdrawn => "release-withdrawn",
        State::Draft | State::Protected => "release-protected",
    };
    Ok(Answer::Told(location, told))
}

#[post("/releases/<id>/protection", data = "<form>")]
async fn protect(id: Uuid, form: Form<Checked<Press>>, db: Write<to::DraftReleases>) -> Result<Answer<NewPage>> {
    advance(id, form.into_inner().filled, db, Move::Protect).await
}

#[post("/releases/<id>/approval", data = "<form>")]
async fn approve(id: Uuid, form: Form<Checked<Press>>, db: Write<to::ApproveReleases>) -> Result<Answer<NewPage>> {
    advance(id, form.into_inner().filled, db, Move::Approve).await
}

#[post("/releases/<id>/publication", data = "<form>")]
async fn publish(id: Uuid, form: Form<Checked<Press>>, db: Write<to::PublishReleases>) -> Result<Answer<NewPage>> {
    advance(id, form.into_inner().filled, db, Move::Publish).await
}

#[post("/releases/<id>/withdrawal", data = "<form>")]
async fn withdraw(id: Uuid, form: Form<Checked<Press>>, db: Write<to::DraftReleases>) -> Result<Answer<NewPage>> {
    advance(id, form.into_inner().filled, db, Move::Withdraw).await
}
