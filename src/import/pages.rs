//! An import: how far it is, what it asks, what is wrong in it; and going on, stopping, giving up.

use askama::Template;
use rocket::form::Form;
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use time::Date;
use uuid::Uuid;

use super::dates::{Order, Written};
use super::form::MappingForm;
use super::row_store::{self, Counts};
use super::sheet::{self, FORMULA};
use super::store;
use super::{Column, Field, Import, Kind, LEAVE_OUT, Question, open_questions};
use crate::access::guard::to;
use crate::access::{Read, Seen, Write};
use crate::base::date::{Precision, written};
use crate::base::form::{Checked, Choice, Filled, Press, new_key};
use crate::base::language::{Language, Message};
use crate::base::{Error, Result};
use crate::page::{Answer, Page, filters};
use crate::person::choices::choices;

pub fn routes() -> Vec<Route> {
    routes![show, mapping, commit, stop, resume, remove]
}

/// Faulty lines on a page.
const LINES: usize = 50;
/// Lines shown of what the file holds.
const PREVIEW: usize = 10;

/// A line with what is wrong in it.
struct Faulty {
    number: i32,
    says: String,
    problems: Vec<String>,
}

#[derive(Template)]
#[template(path = "import/show.html")]
pub struct ShowPage {
    import: Import,
    counts: Counts,
    form: Filled,
    /// The columns are still to be named, or may be named anew.
    asked: bool,
    columns: Vec<Column>,
    fields: Vec<Choice>,
    orders: Vec<Choice>,
    /// Dates could be either way round, in this column.
    unclear: Option<String>,
    preview: Vec<(i32, Vec<String>)>,
    faulty: Vec<Faulty>,
    next: String,
    key: String,
    _seen: Seen,
}

impl ShowPage {
    fn title(&self) -> Message {
        Message::new(self.import.key("import-title")).with("flight", self.import.flight())
    }

    fn of_flight(&self) -> bool {
        self.import.kind() == Kind::Manifest
    }

    fn day(&self, date: &Date) -> String {
        written(*date, Precision::Day)
    }

    fn arrives(&self) -> String {
        self.import.arrives_on.map(|date| written(date, Precision::Day)).unwrap_or_default()
    }

    fn runs(&self) -> bool {
        self.import.runs()
    }

    /// Of a hundred, how much is done of what is being done.
    fn done(&self) -> i64 {
        let of = |part: i64, whole: i64| if whole > 0 { (part * 100 / whole).min(100) } else { 100 };
        let rows = i64::from(self.import.rows);
        match self.import.state.as_str() {
            "asked" => 0,
            "staging" => of(self.import.staged.into(), rows),
            "matching" => of(self.import.reached.into(), rows),
            "committing" => of(self.counts.committed + self.counts.skipped, rows - self.counts.faulty),
            _ => 100,
        }
    }

    fn can_commit(&self) -> bool {
        !self.import.stopped && matches!(self.import.state.as_str(), "checked" | "done") && self.counts.good > 0
    }

    fn can_remove(&self) -> bool {
        !matches!(self.import.state.as_str(), "committing" | "done")
    }

    fn can_correct(&self) -> bool {
        !self.import.stopped && matches!(self.import.state.as_str(), "checked" | "done")
    }

    fn can_name_anew(&self) -> bool {
        !self.import.stopped && matches!(self.import.state.as_str(), "asked" | "checked")
    }
}

fn filled_from(import: &Import) -> Filled {
    let filled = Filled::blank()
        .put("version", import.version.to_string())
        .put("dates", import.dates.clone().unwrap_or_default());
    import.columns().iter().enumerate().fold(filled, |filled, (at, column)| {
        filled.put(&format!("column[{at}]"), column.field.clone().unwrap_or_default())
    })
}

async fn show_page(
    mut db: Read<to::ImportLists>,
    id: Uuid,
    after: i32,
    form: Option<Filled>,
    language: Language,
) -> Result<ShowPage> {
    let user = db.user().clone();
    let import = store::find(&mut db, &user, id).await?;
    let counts = row_store::counts(&mut db, id).await?;
    let mut rows = row_store::rows(&mut db, id, "faulty", after, LINES + 1).await?;
    let more = rows.len() > LINES;
    rows.truncate(LINES);
    let columns = import.columns();
    let plain = |cell: &str| if cell == FORMULA { String::new() } else { cell.to_owned() };
    let preview: Vec<(i32, Vec<String>)> = if matches!(import.state.as_str(), "asked" | "checked") {
        let packed = store::beginning(&mut db, id).await?;
        let lines = sheet::lines(packed.as_slice()).take(PREVIEW).filter_map(Result::ok);
        lines.map(|line| (line.number, line.cells.iter().map(|c| plain(c)).collect())).collect()
    } else {
        Vec::new()
    };
    let open = open_questions(import.kind(), &columns, import.order());
    let unclear = columns
        .iter()
        .find(|c| c.dates == Written::Unclear && (c.field.is_none() || c.meaning().is_some_and(Field::is_date)));
    let mut codes: Vec<&str> = import.kind().fields().iter().map(|f| f.code()).collect();
    codes.push(LEAVE_OUT);
    let seen_rows: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let faulty: Vec<Faulty> = rows
        .iter()
        .map(|row| Faulty {
            number: row.number,
            says: row.cells.iter().map(|c| plain(c)).filter(|c| !c.is_empty()).collect::<Vec<_>>().join(" · "),
            problems: row.problems().iter().map(|p| p.said(language)).collect(),
        })
        .collect();
    let last = faulty.last().map_or(0, |row| row.number);
    let seen = db.rows_shown("import_rows", &seen_rows, false).await?;
    Ok(ShowPage {
        asked: import.state == "asked",
        form: form.unwrap_or_else(|| filled_from(&import)),
        unclear: unclear
            .filter(|_| open.contains(&Question::Dates) || open.contains(&Question::Columns) || import.dates.is_some())
            .map(|c| c.heading.clone()),
        fields: choices(language, "import-field", &codes),
        orders: choices(language, "import-dates", &Order::CODES),
        next: if more { format!("/imports/{id}?after={last}") } else { String::new() },
        key: new_key(),
        columns,
        counts,
        preview,
        faulty,
        import,
        _seen: seen,
    })
}

#[get("/imports/<id>?<after>")]
async fn show(id: Uuid, after: Option<i32>, db: Read<to::ImportLists>, language: Language) -> Result<Page<ShowPage>> {
    Ok(Page(show_page(db, id, after.unwrap_or_default(), None, language).await?))
}

/// What the columns mean. Until rows are committed it may be said anew: then everything is read again.
#[post("/imports/<id>/mapping", data = "<form>")]
async fn mapping(
    id: Uuid,
    form: Form<Checked<MappingForm>>,
    mut db: Write<to::ImportLists>,
    language: Language,
) -> Result<Answer<ShowPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let user = db.user().clone();
    store::find(&mut db, &user, id).await?;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let import = store::hold(&mut db, id).await?;
    let may = !import.stopped && matches!(import.state.as_str(), "asked" | "checked");
    let fresh = value.as_ref().is_none_or(|typed| typed.version == import.version);
    if !may || !fresh {
        return Err(changed());
    }
    let Some((columns, order)) = value.and_then(|typed| typed.read(import.kind(), &mut filled, &import.columns()))
    else {
        let page = show_page(db.instead().await?, id, 0, Some(filled), language).await?;
        return Ok(Answer::With(Status::UnprocessableEntity, page));
    };
    store::answer(&mut db, &import, &columns, order.map(Order::code)).await?;
    store::go_to(&mut db, id, "staging").await?;
    store::work(&mut db, id).await?;
    let location = format!("/imports/{id}");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "import-begun"))
}

fn changed() -> Error {
    Error::refused(Status::Conflict, "error-page-changed-meanwhile")
}

#[derive(Clone, Copy)]
enum Act {
    Commit,
    Stop,
    Resume,
    Remove,
}

type Sent = Form<Checked<Press>>;

#[post("/imports/<id>/commit", data = "<form>")]
async fn commit(id: Uuid, form: Sent, db: Write<to::ImportLists>) -> Result<Answer<ShowPage>> {
    acted(id, form, db, Act::Commit).await
}

#[post("/imports/<id>/stop", data = "<form>")]
async fn stop(id: Uuid, form: Sent, db: Write<to::ImportLists>) -> Result<Answer<ShowPage>> {
    acted(id, form, db, Act::Stop).await
}

#[post("/imports/<id>/resumption", data = "<form>")]
async fn resume(id: Uuid, form: Sent, db: Write<to::ImportLists>) -> Result<Answer<ShowPage>> {
    acted(id, form, db, Act::Resume).await
}

#[post("/imports/<id>/removal", data = "<form>")]
async fn remove(id: Uuid, form: Sent, db: Write<to::ImportLists>) -> Result<Answer<ShowPage>> {
    acted(id, form, db, Act::Remove).await
}

async fn acted(id: Uuid, form: Sent, mut db: Write<to::ImportLists>, act: Act) -> Result<Answer<ShowPage>> {
    let sent = form.into_inner().filled.submission();
    let user = db.user().clone();
    // What was given up is not there to be found when the same form comes again.
    if let Some(before) = db.claim(sent).await? {
        return Ok(Answer::To(before));
    }
    store::find(&mut db, &user, id).await?;
    let import = store::hold(&mut db, id).await?;
    let rests = !import.stopped && matches!(import.state.as_str(), "checked" | "done");
    let told = match act {
        Act::Commit if rests => {
            store::forget_file(&mut db, id).await?;
            store::go_to(&mut db, id, "committing").await?;
            store::work(&mut db, id).await?;
            match import.kind() {
                Kind::Manifest => "import-committing",
                Kind::Contracts => "import-committing-contracts",
            }
        }
        Act::Stop if import.runs() => {
            store::stop(&mut db, id, true).await?;
            "import-stopped"
        }
        Act::Resume if import.stopped => {
            store::stop(&mut db, id, false).await?;
            store::work(&mut db, id).await?;
            "import-resumed"
        }
        Act::Remove if !matches!(import.state.as_str(), "committing" | "done") => {
            store::remove(&mut db, id).await?;
            "import-removed"
        }
        _ => return Err(changed()),
    };
    let location = if matches!(act, Act::Remove) { "/imports".to_owned() } else { format!("/imports/{id}") };
    db.done(sent, &location).await?;
    Ok(Answer::Told(location, told))
}
