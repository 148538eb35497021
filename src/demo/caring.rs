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
use crate::schema::{cases, protection_contacts};

/// Whose files, who stands in, and where a letter goes.
const HELPER: &str = "counsellor.nghean";
const DEPUTY: &str = "supervisor.nghean";
const PROVIDER: (&str, &str) = ("Phòng Tham vấn tâm lý Bến Bình Yên", "letters.binhyen");

#[derive(QueryableByName)]
struct Said {
    #[diesel(sql_type = Text)]
    said: String,
}

/// Of the protection directory: whose entry, which country, kind, name and number. But for the national hotline all are made up.
const CONTACTS: [(&str, &str, &str, &str, &str, &str); 4] = [
    ("supervisor.dolab", "VN", "hotline", "Tổng đài quốc gia 111", "111", "Nghị định 162/2025/NĐ-CP, điều 4 và 5"),
    ("supervisor.dolab", "KR", "shelter", "Nhà Tạm Lánh Ví Dụ, Seoul", "+82 2 000 0001", "Không có thật"),
    ("supervisor.dolab", "TW", "community", "Hội Giúp Đỡ Ví Dụ, Đài Bắc", "+886 2 0000 0002", "Không có thật"),
    ("attache.tokyo", "JP", "shelter", "Nhà Tạm Lánh Ví Dụ, Tokyo", "+81 3 0000 0003", "Không có thật"),
];

async fn directory(app: &App, cast: &Cast) -> Result<()> {
    let today = app.clock.today();
    for (account, country, kind, name, phone, source) in CONTACTS {
        let actor = cast.actor(account)?;
        let Actor::User { id, .. } = *actor else { continue };
        let mut tx = app.db.begin(actor, Uuid::now_v7(), Rights::Writer).await?;
        let same = protection_contacts::table.filter(protection_contacts::name.eq(name));
        let there: i64 = same.count().get_result(&mut *tx).await?;
        if there == 0 {
            diesel::insert_into(protection_contacts::table)
                .values((
                    protection_contacts::id.eq(Uuid::now_v7()),
                    protection_contacts::country_code.eq(country),
                    protection_contacts::kind.eq(kind),
                    protection_contacts::name.eq(name),
                    protection_contacts::phone.eq(phone),
                    protection_contacts::source.eq(source),
                    protection_contacts::verified_on.eq(today),
                    protection_contacts::valid_until.eq(today + Duration::days(183)),
                    protection_contacts::written_by.eq(id),
                ))
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

pub async fn fill(app: &App, cast: &Cast) -> Result<()> {
    directory(app, cast).await?;
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
        // The one with the letter comes first.
        let again = today + if number == 0 { Duration::days(2) } else { Duration::days(4) };
        let consent = Consent { mode: "paper".into(), on, told: true, words: None };
        store::write(&mut tx, &user, &care, &Content::Consent(consent), None).await?;
        let talk = Talk {
            on,
            way: "office".into(),
            form: "one".into(),
            minutes: Some(50),
            done: vec!["listening".into(), "information".into()],
            words: Some("Muốn gặp lại vào buổi sáng.".into()),
            next: Some(Next { on: again, wishes: vec!["woman".into(), "room".into()] }),
        };
        let record = store::write(&mut tx, &user, &care, &Content::Talk(talk), None).await?;
        store::add_task(&mut tx, &care, record, store::end_of_work(again), false).await?;
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
