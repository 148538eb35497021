//! Which office answers for which commune of the made-up department's province. A few were forgotten, as they are.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::json;
use uuid::Uuid;

use super::store::{Cast, insert};
use crate::App;
use crate::base::Result;
use crate::base::db::Rights;
use crate::schema::commune_routes;
use crate::vocabulary::List;

/// Who keeps the table, for which province, and whose the office is that answers.
const KEEPER: (&str, &str, &str) = ("supervisor.sonoivu", "40", "supervisor.nghean");
/// Communes that nobody answers for: as many, from the end of the list.
const FORGOTTEN: usize = 4;

/// Fills the table unless there is one.
pub async fn fill(app: &App, cast: &Cast) -> Result<()> {
    let (keeper, province, office) = KEEPER;
    let mut tx = app.db.begin(cast.actor(keeper)?, Uuid::now_v7(), Rights::Writer).await?;
    let there: i64 = commune_routes::table.count().get_result(&mut *tx).await?;
    if there > 0 {
        return Ok(());
    }
    let entries = List::Communes.vocabulary().entries().iter();
    let communes: Vec<&str> = entries
        .filter(|entry| entry.parent.as_deref() == Some(province) && entry.holds_on(cast.today))
        .map(|entry| &*entry.code)
        .collect();
    let mut rows = Vec::new();
    for commune in communes.iter().take(communes.len().saturating_sub(FORGOTTEN)) {
        rows.push(json!({
            "id": Uuid::now_v7(),
            "commune_code": commune,
            "office_id": cast.office(office)?,
            "from_on": cast.today.to_string(),
            "written_by": cast.actor(keeper)?.id(),
        }));
    }
    insert(&mut tx, "commune_routes", rows).await?;
    tx.commit().await
}
