//! The directory of the made-up world: names that say that they are examples, and numbers that nobody has.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::json;
use time::Duration;
use uuid::Uuid;

use super::store::{Cast, insert};
use crate::App;
use crate::base::Result;
use crate::base::db::Rights;
use crate::schema::providers;

/// Whoever keeps it.
const KEEPER: &str = "supervisor.dolab";

/// An entry: name, province, what it does, for whom, an account of its office, and days until it ends.
type Entry =
    (&'static str, Option<&'static str>, &'static [&'static str], &'static str, Option<&'static str>, Option<i64>);

const ENTRIES: [Entry; 11] = [
    ("Trường nghề Minh Họa", None, &["skills", "vocational-training"], "everybody", None, None),
    ("Trung tâm dạy nghề Ví Dụ", None, &["skills", "vocational-training", "education"], "everybody", None, Some(200)),
    ("Tổ trợ giúp pháp lý Minh Họa", None, &["claim", "legal-aid", "documents"], "everybody", None, None),
    ("Sàn việc làm Ví Dụ", None, &["counselling", "job-placement", "financial-literacy"], "everybody", None, None),
    (
        "Phòng Tham vấn tâm lý Bến Bình Yên",
        Some("40"),
        &["psychosocial", "family-counselling", "peer-group"],
        "everybody",
        Some("counsellor.binhyen"),
        None,
    ),
    ("Quỹ khởi nghiệp Ví Dụ", None, &["start-up-grant", "loan", "enterprise-counselling"], "everybody", None, None),
    ("Nhà tạm lánh Minh Họa", Some("40"), &["housing", "security"], "women", None, None),
    ("Trạm y tế Minh Họa", Some("42"), &["medical"], "everybody", None, None),
    ("Nhà trẻ Ví Dụ", Some("38"), &["child-care", "schooling"], "minors", None, None),
    ("Quỹ hỗ trợ Minh Họa", None, &["cash-help", "goods-help", "social-protection"], "disabled", None, None),
    // One that ended, as entries do.
    ("Câu lạc bộ hồi hương Ví Dụ", None, &["peer-group", "family-mediation"], "everybody", None, Some(-20)),
];

/// Adds the entries unless they are there; gives them by name.
pub async fn fill(app: &App, cast: &Cast) -> Result<HashMap<&'static str, Uuid>> {
    let keeper = cast.actor(KEEPER)?;
    let mut tx = app.db.begin(keeper, Uuid::now_v7(), Rights::Writer).await?;
    let there: i64 = providers::table.count().get_result(&mut *tx).await?;
    if there == 0 {
        let mut rows = Vec::new();
        for (nth, (name, province, kinds, serves, office, ends)) in ENTRIES.into_iter().enumerate() {
            rows.push(json!({
                "id": Uuid::now_v7(),
                "name": name,
                "organisation_id": office.map(|account| cast.office(account)).transpose()?,
                "province_code": province,
                "kinds": kinds,
                "serves": [serves],
                "phone": format!("024 000 01{nth:02}"),
                "hours": "7:30–11:30, 13:30–17:00, thứ Hai đến thứ Sáu",
                "cost_note": "Miễn phí cho người lao động",
                "valid_from": (cast.today - Duration::days(400)).to_string(),
                "valid_until": ends.map(|days| (cast.today + Duration::days(days)).to_string()),
                "source": "Ví dụ của bản trình diễn",
                "verified_on": (cast.today - Duration::days(30)).to_string(),
                "verified_by": keeper.id(),
                "verified_at_id": keeper.organisation(),
                "version": 1,
            }));
        }
        insert(&mut tx, "providers", rows).await?;
    }
    let known: Vec<(String, Uuid)> =
        providers::table.select((providers::name, providers::id)).limit(100).load(&mut *tx).await?;
    tx.commit().await?;
    let id = |wanted: &str| known.iter().find(|(name, _)| name == wanted).map(|(_, id)| *id);
    Ok(ENTRIES.into_iter().filter_map(|(name, ..)| Some((name, id(name)?))).collect())
}
