//! Faulty lines as a sheet: the columns of the file, and what is wrong beside them.

use diesel_async::AsyncPgConnection;
use rocket::{Route, get, routes};
use uuid::Uuid;

use super::{BATCH, Import, row_store, store};
use crate::access::Read;
use crate::access::guard::to;
use crate::base::Result;
use crate::base::language::{Language, Message};
use crate::base::sheet::{csv_text, workbook};
use crate::page::{Download, Format};

pub fn routes() -> Vec<Route> {
    routes![as_csv, as_xlsx]
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
    let bytes = csv_text(&records)?;
    let seen = db.rows_shown("import_rows", &ids, true).await?;
    Ok(Download::new(name(&import, "csv"), Format::Csv, bytes, seen))
}

#[get("/imports/<id>/faulty.xlsx")]
async fn as_xlsx(id: Uuid, mut db: Read<to::ImportLists>, language: Language) -> Result<Download> {
    let user = db.user().clone();
    let import = store::find(&mut db, &user, id).await?;
    let (records, ids) = records(&mut db, &import, language).await?;
    let bytes = workbook(&records)?;
    let seen = db.rows_shown("import_rows", &ids, true).await?;
    Ok(Download::new(name(&import, "xlsx"), Format::Xlsx, bytes, seen))
}
