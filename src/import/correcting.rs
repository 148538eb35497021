//! One faulty line, mended by hand.

use std::collections::HashMap;

use askama::Template;
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, State, get, post, routes};
use uuid::Uuid;
use validator::Validate;

use super::dates::Written;
use super::row::Lines;
use super::row_store::{self, Keyed, Row};
use super::run::add_keys;
use super::sheet::FORMULA;
use super::store;
use super::{Column, Field, Import, Kind, LONGEST_CELL};
use crate::access::guard::to;
use crate::access::{Read, Seen, Write};
use crate::base::form::{Checked, Filled};
use crate::base::language::Message;
use crate::base::seal::Keys;
use crate::base::text::clean;
use crate::base::{Error, Result};
use crate::page::{Answer, Page, filters};

pub fn routes() -> Vec<Route> {
    routes![show, correct]
}

#[derive(Template)]
#[template(path = "import/row.html")]
struct RowPage {
    import: Import,
    number: i32,
    columns: Vec<Column>,
    form: Filled,
    _seen: Seen,
}

impl RowPage {
    /// How dates are read in this column, as the key of a hint.
    fn hint(&self, column: &Column) -> &'static str {
        let months_first = match column.dates {
            Written::MonthFirst => true,
            Written::Unclear => self.import.dates.as_deref() == Some("mdy"),
            Written::DayFirst | Written::Plain => false,
        };
        match (column.meaning(), months_first) {
            (Some(field), true) if field.is_date() => "import-hint-mdy",
            (Some(Field::Birth), false) => "import-hint-dmy",
            (Some(field), false) if field.is_date() => "import-hint-day",
            _ => "",
        }
    }

    /// What the list is called above the line.
    fn list(&self) -> Message {
        Message::new(self.import.key("import-title")).with("flight", self.import.flight())
    }
}

/// A faulty line of an import that rests.
async fn faulty(
    db: &mut diesel_async::AsyncPgConnection,
    user: &crate::access::User,
    id: Uuid,
    number: i32,
) -> Result<(Import, Row)> {
    let import = store::find(db, user, id).await?;
    let row = row_store::row(db, id, number).await?;
    let open = !import.stopped && matches!(import.state.as_str(), "checked" | "done") && row.state == "faulty";
    if open { Ok((import, row)) } else { Err(Error::NotFound) }
}

/// Puts what is wrong beside the cells.
fn beside(filled: &mut Filled, columns: &[Column], field: &str, message: Message) {
    let at = columns.iter().position(|c| c.field.as_deref() == Some(field)).unwrap_or_default();
    filled.push(&format!("cell[{at}]"), message);
}

#[get("/imports/<id>/rows/<number>")]
async fn show(id: Uuid, number: i32, mut db: Read<to::ImportLists>) -> Result<Page<RowPage>> {
    let user = db.user().clone();
    let (import, row) = faulty(&mut db, &user, id, number).await?;
    let columns = import.wanted();
    let mut form = Filled::blank().put("fingerprint", row.fingerprint.clone());
    for (at, cell) in row.cells.iter().enumerate() {
        form = form.put(&format!("cell[{at}]"), if cell == FORMULA { "" } else { cell });
    }
    for problem in row.problems() {
        beside(&mut form, &columns, &problem.field, problem.message());
    }
    let seen = db.rows_shown("import_rows", &[row.id], false).await?;
    Ok(Page(RowPage { import, number, columns, form, _seen: seen }))
}

#[derive(FromForm, Validate)]
struct CellsForm {
    cell: HashMap<usize, String>,
    #[field(default = String::new())]
    fingerprint: String,
}

#[post("/imports/<id>/rows/<number>", data = "<form>")]
async fn correct(
    id: Uuid,
    number: i32,
    form: Form<Checked<CellsForm>>,
    mut db: Write<to::ImportLists>,
    keys: &State<Keys>,
) -> Result<Answer<RowPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let user = db.user().clone();
    store::find(&mut db, &user, id).await?;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let (import, row) = faulty(&mut db, &user, id, number).await?;
    let columns = import.wanted();
    let cells: Vec<String> = (0..columns.len())
        .map(|at| clean(value.as_ref().and_then(|v| v.cell.get(&at)).map_or("", String::as_str)))
        .collect();
    for (at, cell) in cells.iter().enumerate() {
        if cell.chars().count() > LONGEST_CELL {
            filled.push(&format!("cell[{at}]"), Message::new("error-too-long").with("max", LONGEST_CELL as i64));
        }
    }
    let mut read = None;
    match Lines::new(import.kind(), &columns, import.order(), db.today()).read(&cells, false) {
        Err(problems) => problems.iter().for_each(|p| beside(&mut filled, &columns, &p.field, p.message())),
        Ok(entry) => {
            let print = entry.fingerprint(keys)?;
            match row_store::same_line(&mut db, id, number, &print).await? {
                Some(line) => {
                    beside(&mut filled, &columns, "", Message::new("error-import-again").with("line", i64::from(line)));
                }
                None => read = Some((entry, print)),
            }
        }
    }
    if value.as_ref().is_none_or(|v| v.fingerprint != row.fingerprint) {
        return Err(Error::refused(Status::Conflict, "error-page-changed-meanwhile"));
    }
    let Some((entry, print)) = read.filter(|_| !filled.is_wrong()) else {
        let seen = db.instead().await?.rows_shown("import_rows", &[row.id], false).await?;
        return Ok(Answer::With(
            Status::UnprocessableEntity,
            RowPage { import, number, columns, form: filled, _seen: seen },
        ));
    };
    if !row_store::correct(&mut db, &row, &cells, &print).await? {
        return Err(Error::refused(Status::Conflict, "error-page-changed-meanwhile"));
    }
    if import.kind() == Kind::Manifest {
        let mut keyed = Keyed::default();
        add_keys(&mut keyed, number, &entry.who, keys)?;
        row_store::match_rows(&mut db, id, &keyed).await?;
    }
    let location = format!("/imports/{id}");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "import-row-corrected"))
}
