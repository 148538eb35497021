//! Private files in the made-up world: two of a centre, with what a counsellor would write, and a letter that was sent.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::{Binary, Bool, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use time::Duration;
use uuid::Uuid;

use super::store::Cast;
use crate::App;
use crate::access::{Role, User};
use crate::base::actor::Actor;
use crate::base::db::Rights;
use crate::base::language::Language;
use crate::base::{Error, Result};
use crate::psychosocial::file::{Reach, place, reached};
use crate::psychosocial::record::{Consent, Content, Next, Plan, Talk};
use crate::psychosocial::referral::{Agreed, Letter, store as letters};
use crate::psychosocial::store;
use crate::schema::cases;

/// Whose files, who stands in, and where a letter goes.
const HELPER: &str = "counsellor.nghean";
const DEPUTY: &str = "supervisor.nghean";
const PROVIDER: (&str, &str) = ("Phòng Tham vấn tâm lý Bến Bình Yên", "letters.binhyen");

#[derive(QueryableByName)]
struct Said {
    #[diesel(sql_type = Text)]
    said: String,
}

pub async fn fill(app: &App, cast: &Cast) -> Result<()> {
    let (helper, deputy) = (cast.actor(HELPER)?, cast.actor(DEPUTY)?);
    let (Actor::User { id, organisation }, Actor::User { id: deputy, .. }) = (helper, deputy) else { return Ok(()) };
    let user = User {
        id: *id,
        organisation: *organisation,
        name: String::new(),
        organisation_name: String::new(),
        organisation_kind: "esc".into(),
        language: Language::Vi,
        roles: vec![Role::Counsellor],
        shared: false,
        lock: 0,
    };
    let (now, today) = (app.clock.now(), app.clock.today());
    let mut tx = app.db.begin(helper, Uuid::now_v7(), Rights::Writer).await?;
    let there: Said = diesel::sql_query("SELECT count(*)::text AS said FROM care_files").get_result(&mut *tx).await?;
    if there.said != "0" {
        return Ok(());
    }
    let open: Vec<Uuid> = cases::table
        .filter(cases::accountable_id.eq(user.id))
        .filter(cases::phase.ne("closed"))
        .order(cases::opened_at)
        .limit(2)
        .select(cases::id)
        .load(&mut *tx)
        .await?;
    for (number, case) in open.into_iter().enumerate() {
        let file = Uuid::now_v7();
        let (_, records) = app.keys.new_data_key(&place(file, "record_key"))?;
        let (_, plans) = app.keys.new_data_key(&place(file, "plan_key"))?;
        let said: Said = diesel::sql_query("SELECT open_care($1, $2, $3, $4, $5, $6) AS said")
            .bind::<SqlUuid, _>(file)
            .bind::<SqlUuid, _>(case)
            .bind::<Bool, _>(number == 0)
            .bind::<Binary, _>(records)
            .bind::<Binary, _>(plans)
            .bind::<SqlUuid, _>(deputy)
            .get_result(&mut *tx)
            .await?;
        if said.said != "done" {
            return Err(Error::Internal(format!("a private file of the made-up world: {}", said.said)));
        }
        let care = reached(&mut tx, &app.keys, &user, now, file, Reach::Writes).await?;
        let on = today - Duration::days(3);
        let consent = Consent { mode: "paper".into(), on, told: true, words: None };
        store::write(&mut tx, &user, &care, &Content::Consent(consent), None).await?;
        let talk = Talk {
            on,
            way: "office".into(),
            form: "one".into(),
            minutes: Some(50),
            done: vec!["listening".into(), "information".into()],
            words: Some("Muốn gặp lại vào buổi sáng.".into()),
            next: Some(Next { on: today + Duration::days(4), wishes: vec!["woman".into(), "room".into()] }),
        };
        let record = store::write(&mut tx, &user, &care, &Content::Talk(talk), None).await?;
        store::add_task(&mut tx, &care, record, store::end_of_work(today + Duration::days(4)), false).await?;
        let plan = Plan {
            signs: Some("Mất ngủ nhiều đêm liền.".into()),
            people: Some("Em gái, gọi lúc nào cũng được.".into()),
            ..Plan::default()
        };
        store::write_plan(&mut tx, &user, &care, &plan, None).await?;
        if let (0, Some(provider)) = (number, cast.listed.get(PROVIDER.0)) {
            let told = [("called", "chị Hoa (tên gọi)"), ("reach", "Nhắn tin sau 19 giờ"), ("wish", "Gặp cán bộ nữ")];
            let told: BTreeMap<String, String> = told.map(|(field, value)| (field.to_owned(), value.to_owned())).into();
            let until = today + Duration::days(60);
            let agreed = Agreed { mode: "paper".into(), on: today, language: "tiếng Việt".into(), until };
            let letter = Letter {
                service: "counselling".into(),
                provider: *provider,
                to: PROVIDER.0.into(),
                told,
                agreed: Some(agreed),
            };
            let office = Some(cast.office(PROVIDER.1)?);
            let id = letters::begin(&mut tx, &app.keys, &user, &care, &letter, office, until).await?;
            let draft = letters::find(&mut tx, &app.keys, &user, now, &care, id).await?;
            letters::step(&mut tx, &draft, "sent", today, None, 1).await?;
        }
    }
    tx.commit().await
}
