//! Faulty lines as a sheet: the columns of the file, and what is wrong beside them.

use std::io::Cursor;

use diesel_async::AsyncPgConnection;
use rocket::http::{ContentType, Header};
use rocket::response::{self, Responder, Response};
use rocket::{Request, Route, get, routes};
use uuid::Uuid;

use super::{BATCH, Import, row_store, sheet, store, xlsx};
use crate::access::guard::to;
use crate::access::{Read, Seen};
use crate::base::Result;
use crate::base::language::{Language, Message};

pub fn routes() -> Vec<Route> {
    routes![as_csv, as_xlsx]
}

/// A file to be kept; the access to what it holds is on record.
struct Download {
    name: String,
    kind: ContentType,
    bytes: Vec<u8>,
    _seen: Seen,
}

impl<'r> Responder<'r, 'static> for Download {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        Response::build()
            .header(self.kind)
            .header(Header::new("Content-Disposition", format!("attachment; filename=\"{}\"", self.name)))
            .sized_body(self.bytes.len(), Cursor::new(self.bytes))
            .ok()
    }
}

/// The sheet, line by line, and the rows that it holds.
pub async fn records(
    db: &mut AsyncPgConnection,
    import: &Import,
    language: Language,
) -> Result<(Vec<Vec<String>>, Vec<Uuid>)> {
    let say = |key: &'static str| language.say(&Message::new(key));
    let mut head: Vec<String> = vec![say("import-line")];
    head.extend(import.wanted().into_iter().map(|c| c.heading));
    head.push(say("import-to-mend"));
    let (mut records, mut ids, mut after) = (vec![head], Vec::new(), 0);
    loop {
        let rows = row_store::rows(db, import.id, "faulty", after, BATCH).await?;
        let Some(last) = rows.last() else { return Ok((records, ids)) };
        after = last.number;
        for row in rows {
            let mut record = vec![row.number.to_string()];
            let problems: Vec<String> = row.problems().iter().map(|p| p.said(language)).collect();
            ids.push(row.id);
            record.extend(row.cells);
            record.push(problems.join(" "));
            records.push(record);
        }
    }
}

fn name(import: &Import, ending: &str) -> String {
    match import.arrives_on {
        Some(day) => format!("{}-{day}.{ending}", import.flight()),
        None => format!("{}.{ending}", import.kind().code()),
    }
}

#[get("/imports/<id>/faulty.csv")]
async fn as_csv(id: Uuid, mut db: Read<to::ImportLists>, language: Language) -> Result<Download> {
    let user = db.user().clone();
    let import = store::find(&mut db, &user, id).await?;
    let (records, ids) = records(&mut db, &import, language).await?;
    let bytes = sheet::csv_text(&records)?;
    let seen = db.rows_shown("import_rows", &ids, true).await?;
    Ok(Download { name: name(&import, "csv"), kind: ContentType::CSV, bytes, _seen: seen })
}

#[get("/imports/<id>/faulty.xlsx")]
async fn as_xlsx(id: Uuid, mut db: Read<to::ImportLists>, language: Language) -> Result<Download> {
    let user = db.user().clone();
    let import = store::find(&mut db, &user, id).await?;
    let (records, ids) = records(&mut db, &import, language).await?;
    let bytes = xlsx::write(&records)?;
    let seen = db.rows_shown("import_rows", &ids, true).await?;
    let kind = ContentType::new("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet");
    Ok(Download { name: name(&import, "xlsx"), kind, bytes, _seen: seen })
}
