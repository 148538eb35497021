//! The plan of a case: written, agreed to, approved by somebody else, changed in versions; timelines; the directory.

use rocket::http::Status;
use time::Duration;
use trove::access::Role;
use uuid::Uuid;

use crate::journey::{Offices, day, offices, pairs, planned, sent, taken_in};
use crate::support::{Browser, World};

/// A case at the centre, with whoever is accountable for it.
async fn case<'w>(world: &'w World, offices: &Offices) -> (Browser<'w>, String) {
    let mut counsellor = world.staff(offices.centre, Role::Counsellor).await;
    let code = taken_in(&mut counsellor, "Lò Thị Kế Hoạch").await;
    (counsellor, code)
}

/// The version of the plan that is written or waits, as its forms carry it.
async fn version(world: &World) -> String {
    world.text("SELECT version FROM plans WHERE state IN ('draft', 'sent')").await
}

async fn add_goal(browser: &mut Browser<'_>, code: &str, text: &str, dimension: &str) -> Uuid {
    let version = version(browser.world).await;
    let goal = [("goal.text", text), ("goal.dimension", dimension), ("version", version.as_str())];
    browser.post(&format!("/cases/{code}/plan/goals"), &goal).await.is(Status::SeeOther);
    let sql = format!("SELECT id FROM plan_goals WHERE text = '{text}' ORDER BY id DESC LIMIT 1");
    browser.world.text(&sql).await.parse().unwrap()
}

/// Fields of an intervention that somebody of the office sees to, in twenty days.
async fn part(world: &World, kind: &str, what: &str, cost: &str) -> Vec<(String, String)> {
    let mut fields = pairs(&[
        ("part.kind", kind),
        ("part.what", what),
        ("part.responsible", "us"),
        ("part.cost", cost),
        ("version", &version(world).await),
    ]);
    fields.extend(day("part.due", world.app.clock.today() + Duration::days(20)));
    fields
}

async fn agree(browser: &mut Browser<'_>, code: &str) {
    let world = browser.world;
    let mut fields = pairs(&[("agreement.how", "in-person"), ("version", &version(world).await)]);
    fields.extend(day("agreement.on", world.app.clock.today()));
    sent(browser, &format!("/cases/{code}/plan/agreement"), &fields).await.is(Status::SeeOther);
}

#[rocket::async_test]
async fn above_a_cost_somebody_else_approves() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let (mut counsellor, code) = case(&world, &offices).await;
    let mut supervisor = world.staff(offices.centre, Role::Supervisor).await;
    let at = |part: &str| format!("/cases/{code}/plan{part}");
    counsellor.get(&at("")).await.is(Status::Ok).shows("Nên có kế hoạch trước ngày").shows("Lập kế hoạch");
    counsellor.get(&at("/goals/new")).await.is(Status::NotFound);
    counsellor.post(&at(""), &[]).await.is(Status::SeeOther);
    counsellor.post(&at(""), &[]).await.is(Status::Conflict).shows("Đã có một bản đang soạn");
    // The supervisor writes a goal too, so that they are no other person.
    let goal = add_goal(&mut supervisor, &code, "Mở tiệm may ở xã", "economic").await;
    let parts = at(&format!("/goals/{goal}/interventions"));
    let fields = part(&world, "start-up-grant", "Lập phương án, nộp hồ sơ", "35.000.000").await;
    sent(&mut counsellor, &parts, &fields).await.is(Status::SeeOther);
    counsellor.get(&at("")).await.shows("35.000.000 ₫").shows("Mở tiệm may ở xã").hides("Gửi duyệt");

    // Nothing before the returnee's yes, and nothing alone.
    let now = version(&world).await;
    let early = counsellor.post(&at("/sending"), &[("version", &now)]).await;
    early.is(Status::UnprocessableEntity).shows("Xin ghi người lao động đã đồng ý trước");
    let nothing = counsellor.post(&at("/agreement"), &[("version", &now)]).await;
    assert!(nothing.is(Status::UnprocessableEntity).error_at("agreement.how").is_some());
    assert!(nothing.error_at("agreement.on").is_some());
    agree(&mut counsellor, &code).await;
    counsellor.get(&at("")).await.shows("cần một người khác của đơn vị duyệt").hides("Cho thực hiện");
    let now = version(&world).await;
    let alone = counsellor.post(&at("/beginning"), &[("version", &now)]).await;
    alone.is(Status::UnprocessableEntity).shows("Kế hoạch này cần người khác duyệt");
    counsellor.post(&at("/sending"), &[("version", &now)]).await.is(Status::SeeOther);
    // What waits is not written in, and not approved by whoever wrote it.
    let now = version(&world).await;
    sent(&mut counsellor, &parts, &fields).await.is(Status::NotFound);
    counsellor.post(&at("/approval"), &[("version", &now)]).await.is(Status::Forbidden);
    supervisor
        .get("/plans")
        .await
        .is(Status::Ok)
        .shows("Chờ duyệt (1)")
        .shows("Lò Thị Kế Hoạch")
        .shows("Anh/chị đã soạn");
    supervisor.get(&at("")).await.hides("Trả lại để sửa");
    let own = supervisor.post(&at("/approval"), &[("version", &now)]).await;
    own.is(Status::UnprocessableEntity).shows("nên người khác phải duyệt");

    // Given back with a reason, changed, and the returnee is asked again.
    let mut other = world.staff(offices.centre, Role::Supervisor).await;
    other.get("/plans").await.shows("Mở để duyệt");
    let bare = other.post(&at("/return"), &[("version", &now)]).await;
    assert!(bare.is(Status::UnprocessableEntity).error_at("back.reason").is_some());
    other.post(&at("/return"), &[("back.reason", "Xin ghi rõ nơi nộp"), ("version", &now)]).await.is(Status::SeeOther);
    counsellor.get(&at("")).await.shows("Xin ghi rõ nơi nộp").shows("Bản đang soạn");
    let id = world.text("SELECT id FROM plan_interventions").await;
    let fields = part(&world, "start-up-grant", "Nộp ở xã", "36.000.000").await;
    sent(&mut counsellor, &at(&format!("/interventions/{id}")), &fields).await.is(Status::SeeOther);
    assert_eq!(world.count("plans WHERE agreed_on IS NULL").await, 1);
    agree(&mut counsellor, &code).await;
    let read = version(&world).await;
    counsellor.post(&at("/sending"), &[("version", &read)]).await.is(Status::SeeOther);
    // Approved is what was read, and not what it became meanwhile.
    other.post(&at("/approval"), &[("version", &read)]).await.is(Status::Conflict);
    let now = version(&world).await;
    other.post(&at("/approval"), &[("version", &now)]).await.is(Status::SeeOther);
    counsellor.get(&at("")).await.shows("Kế hoạch đang thực hiện").shows("duyệt: Cán bộ supervisor");
    assert_eq!(world.text("SELECT kind FROM services").await, "start-up-grant");
    counsellor
        .get(&format!("/cases/{code}"))
        .await
        .shows("Thực hiện từ")
        .shows("Duyệt và thực hiện kế hoạch, bản số 1");
    other.get("/plans").await.shows("Chờ duyệt (0)");
}

#[rocket::async_test]
async fn a_change_is_a_new_version_and_becomes_no_second_service() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let (mut counsellor, code) = case(&world, &offices).await;
    let at = |part: &str| format!("/cases/{code}/plan{part}");
    planned(&mut counsellor, &code).await;
    assert_eq!(world.count("services").await, 1);
    // What is in force is not written in, by no page and by no statement.
    let old = world.text("SELECT id FROM plan_interventions").await;
    counsellor.get(&at(&format!("/interventions/{old}"))).await.is(Status::NotFound);
    counsellor.post(&at(""), &[]).await.is(Status::SeeOther);
    counsellor.get(&at("")).await.shows("Bản đang soạn").shows("Kế hoạch đang thực hiện").shows("Có việc gần nhà");
    let copy = world
        .text("SELECT i.id FROM plan_interventions i JOIN plans p ON p.id = i.plan_id WHERE p.state = 'draft'")
        .await;
    assert_ne!(copy, old);
    let goal = add_goal(&mut counsellor, &code, "Học thêm nghề", "economic").await;
    let mut fields = part(&world, "vocational-training", "Lớp hàn ba tháng", "6.000.000").await;
    sent(&mut counsellor, &at(&format!("/goals/{goal}/interventions")), &fields).await.is(Status::SeeOther);
    // Another day for the first one: its service follows, for nobody has begun it.
    fields = part(&world, "job-placement", "Giới thiệu ba nơi tuyển", "").await;
    fields.retain(|(name, _)| !name.starts_with("part.due"));
    fields.extend(day("part.due", world.app.clock.today() + Duration::days(50)));
    sent(&mut counsellor, &at(&format!("/interventions/{copy}")), &fields).await.is(Status::SeeOther);
    agree(&mut counsellor, &code).await;
    let now = version(&world).await;
    let form = [("version", now.as_str())];
    counsellor.post(&at("/beginning"), &form).await.is(Status::SeeOther);
    assert_eq!(world.count("plans WHERE state = 'in-force'").await, 1);
    assert_eq!(world.count("plans WHERE state = 'replaced' AND ended_at IS NOT NULL").await, 1);
    assert_eq!(
        world.text("SELECT string_agg(kind, ' ' ORDER BY kind) FROM services").await,
        "job-placement vocational-training"
    );
    let due = (world.app.clock.today() + Duration::days(50)).to_string();
    assert_eq!(world.text("SELECT due_on FROM services WHERE kind = 'job-placement'").await, due);
    // A draft that comes to nothing is thrown away, whoever has it before them; what is in force stays.
    counsellor.post(&at(""), &[]).await.is(Status::SeeOther);
    let now = version(&world).await;
    counsellor.post(&at("/discarding"), &[("version", "99")]).await.is(Status::Conflict);
    counsellor.post(&at("/discarding"), &[("version", &now)]).await.is(Status::SeeOther);
    counsellor.post(&at("/discarding"), &[("version", &now)]).await.is(Status::NotFound);
    counsellor.get(&at("")).await.hides("Bản đang soạn").shows("Học thêm nghề");
    assert_eq!(world.count("plans").await, 2);
    // Each version stays as it was.
    let first = counsellor.get(&at("/versions/1")).await;
    first.is(Status::Ok).shows("Đã thay bằng bản mới").shows("Có việc gần nhà").hides("Học thêm nghề");
    counsellor.get(&at("/versions/2")).await.shows("Học thêm nghề");
    counsellor.get(&at("/versions/3")).await.is(Status::NotFound);
    counsellor.get(&at("")).await.shows("Các bản trước");
}

#[rocket::async_test]
async fn two_who_write_at_once_lose_nothing_and_bad_input_is_explained() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let (mut counsellor, code) = case(&world, &offices).await;
    let mut colleague = world.staff(offices.centre, Role::Counsellor).await;
    let at = |part: &str| format!("/cases/{code}/plan{part}");
    counsellor.post(&at(""), &[]).await.is(Status::SeeOther);
    let old = version(&world).await;
    let goal = add_goal(&mut colleague, &code, "Lấy lại tiền ký quỹ", "social").await;
    let stale = [("goal.text", "Có việc gần nhà"), ("goal.dimension", "economic"), ("version", old.as_str())];
    let answer = counsellor.post(&at("/goals"), &stale).await;
    answer.is(Status::Conflict).shows("Có người khác vừa sửa kế hoạch");
    assert_eq!(answer.value("goal.text").as_deref().map(str::trim), Some("Có việc gần nhà"));
    assert_eq!(answer.value("version"), Some(version(&world).await));
    // Its page has the version of now: sent again, it is kept.
    add_goal(&mut counsellor, &code, "Có việc gần nhà", "economic").await;

    let long = "x".repeat(501);
    let wrong = counsellor.post(&at("/goals"), &[("goal.text", &long), ("goal.dimension", "odd")]).await;
    assert!(wrong.is(Status::UnprocessableEntity).error_at("goal.text").is_some());
    let told = "Đã kể ".repeat(20);
    let quiet = counsellor.post(&at("/goals"), &[("goal.text", &told), ("goal.dimension", "psychosocial")]).await;
    quiet.is(Status::UnprocessableEntity).shows("chỉ ghi một dòng chung");
    let parts = at(&format!("/goals/{goal}/interventions"));
    let empty = counsellor.post(&parts, &[]).await;
    empty.is(Status::UnprocessableEntity);
    for field in ["part.kind", "part.what", "part.due", "part.responsible"] {
        assert!(empty.error_at(field).is_some(), "{field}");
    }
    let mut fields = part(&world, "family-counselling", "Kể hết mọi chuyện", "nhiều").await;
    fields.push(("part.provider".into(), "Nơi nào đó".into()));
    let wrong = sent(&mut counsellor, &parts, &fields).await;
    for field in ["part.what", "part.cost", "part.responsible"] {
        assert!(wrong.is(Status::UnprocessableEntity).error_at(field).is_some(), "{field}");
    }
    assert_eq!(wrong.value("part.cost").as_deref(), Some("nhiều"));
    let fields = part(&world, "family-counselling", "", "").await;
    sent(&mut counsellor, &parts, &fields).await.is(Status::SeeOther);
    counsellor.get(&at("")).await.shows("nội dung ở lại trong buổi nói chuyện");
    // Taken out again, by whoever saw what stands there now.
    let id = world.text("SELECT id FROM plan_interventions").await;
    counsellor.post(&at(&format!("/interventions/{id}/removal")), &[("version", "1")]).await.is(Status::Conflict);
    let now = version(&world).await;
    counsellor.post(&at(&format!("/goals/{goal}/removal")), &[("version", &now)]).await.is(Status::SeeOther);
    assert_eq!((world.count("plan_goals").await, world.count("plan_interventions").await), (1, 0));
    let now = version(&world).await;
    let mut agreement = pairs(&[("agreement.how", "by-phone"), ("version", &now)]);
    agreement.extend(day("agreement.on", world.app.clock.today()));
    let empty = sent(&mut counsellor, &at("/agreement"), &agreement).await;
    empty.is(Status::UnprocessableEntity).shows("Kế hoạch chưa có việc nào");
}

#[rocket::async_test]
async fn an_amount_left_out_and_somebody_under_protection_want_a_second_person() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let (mut counsellor, code) = case(&world, &offices).await;
    let at = |part: &str| format!("/cases/{code}/plan{part}");
    counsellor.post(&at(""), &[]).await.is(Status::SeeOther);
    let goal = add_goal(&mut counsellor, &code, "Trả bớt nợ", "economic").await;
    let parts = at(&format!("/goals/{goal}/interventions"));
    let fields = part(&world, "cash-help", "Hỗ trợ một lần", "").await;
    sent(&mut counsellor, &parts, &fields).await.is(Status::SeeOther);
    agree(&mut counsellor, &code).await;
    let begin = async |counsellor: &mut Browser<'_>| {
        let now = version(counsellor.world).await;
        counsellor.post(&at("/beginning"), &[("version", &now)]).await
    };
    begin(&mut counsellor).await.is(Status::UnprocessableEntity).shows("cần người khác duyệt");
    let id = world.text("SELECT id FROM plan_interventions").await;
    let fields = part(&world, "cash-help", "Hỗ trợ một lần", "1.000.000").await;
    sent(&mut counsellor, &at(&format!("/interventions/{id}")), &fields).await.is(Status::SeeOther);
    agree(&mut counsellor, &code).await;
    let me = counsellor.user.unwrap().0;
    world
        .sql(&format!(
            "UPDATE persons SET protected = true; INSERT INTO protections (id, person_id, opened_by) SELECT gen_random_uuid(), id, '{me}' FROM persons;
             INSERT INTO protection_staff SELECT gen_random_uuid(), id, '{me}' FROM protections"
        ))
        .await;
    begin(&mut counsellor).await.is(Status::UnprocessableEntity).shows("cần người khác duyệt");
    world.sql("UPDATE protections SET ended_at = app_now(); UPDATE persons SET protected = false").await;
    // A share of those that nobody else approved is looked at, by somebody else.
    world.sql("UPDATE parameters SET value = 100 WHERE code = 'plan.sampled-percent'").await;
    begin(&mut counsellor).await.is(Status::SeeOther);
    let mut supervisor = world.staff(offices.centre, Role::Supervisor).await;
    let mut elsewhere = world.staff(offices.province, Role::Supervisor).await;
    elsewhere.get("/plans").await.is(Status::Ok).hides("Lò Thị Kế Hoạch");
    supervisor.get("/plans").await.shows("Được chọn để xem lại (1)").shows("Đã xem");
    let plan = world.text("SELECT id FROM plans").await;
    let now = world.text("SELECT version FROM plans").await;
    let look = format!("/plans/{plan}/look");
    elsewhere.post(&look, &[("version", &now)]).await.is(Status::NotFound);
    counsellor.post(&look, &[("version", &now)]).await.is(Status::Forbidden);
    supervisor.post(&look, &[("version", &now)]).await.is(Status::SeeOther);
    supervisor.post(&look, &[("version", &now)]).await.is(Status::Conflict);
    supervisor.get("/plans").await.shows("Được chọn để xem lại (0)");
}

#[rocket::async_test]
async fn whoever_reads_along_changes_nothing_and_no_statement_goes_around() {
    use diesel_async::RunQueryDsl;
    use trove::base::db::Rights;
    let world = World::empty().await;
    let offices = offices(&world).await;
    let (mut counsellor, code) = case(&world, &offices).await;
    let at = |part: &str| format!("/cases/{code}/plan{part}");
    planned(&mut counsellor, &code).await;
    counsellor.post(&at(""), &[]).await.is(Status::SeeOther);
    let mut reader = world.staff(offices.province, Role::Supervisor).await;
    reader.get(&at("")).await.is(Status::NotFound);
    let office = offices.province.to_string();
    let share = [("share.office", office.as_str()), ("share.reason", "cùng giúp")];
    counsellor.post(&format!("/cases/{code}/shares"), &share).await.is(Status::SeeOther);
    reader.get(&at("")).await.is(Status::Ok).shows("Có việc gần nhà").hides("Thêm mục tiêu").hides("Thêm lịch chuẩn");
    reader.get(&at("/goals/new")).await.is(Status::Conflict);
    for (part, fields) in [
        ("", vec![]),
        ("/goals", vec![("goal.text", "khác"), ("goal.dimension", "social"), ("version", "1")]),
        ("/approval", vec![("version", "1")]),
        ("/timeline", vec![("steps", "standard-needs")]),
    ] {
        reader.post(&at(part), &fields).await.is(Status::Conflict);
    }
    let plan = world.text("SELECT id FROM plans WHERE state = 'in-force'").await;
    let me = counsellor.as_user();
    for sql in [
        format!("UPDATE plans SET state = 'draft' WHERE id = '{plan}'"),
        format!("UPDATE plans SET writers = '{{}}' WHERE id = '{plan}'"),
        format!("DELETE FROM plans WHERE id = '{plan}'"),
        format!(
            "INSERT INTO plans (id, case_id, number, state, writers) SELECT gen_random_uuid(), case_id, 9, 'draft', ARRAY[gen_random_uuid()] FROM plans WHERE id = '{plan}'"
        ),
        format!(
            "INSERT INTO plan_goals (id, plan_id, case_id, dimension, text) SELECT gen_random_uuid(), id, case_id, 'social', 'x' FROM plans WHERE id = '{plan}'"
        ),
    ] {
        let mut tx = world.app.db.begin(&me.actor(), Uuid::nil(), Rights::Writer).await.unwrap();
        assert!(diesel::sql_query(&sql).execute(&mut *tx).await.is_err(), "{sql}");
    }
    let mut tx = world.app.db.begin(&me.actor(), Uuid::nil(), Rights::Writer).await.unwrap();
    for table in ["plan_goals", "plan_interventions"] {
        let sql = format!("DELETE FROM {table} WHERE plan_id = '{plan}'");
        assert_eq!(diesel::sql_query(&sql).execute(&mut *tx).await.unwrap(), 0, "{sql}");
    }
}

#[rocket::async_test]
async fn a_step_of_a_timeline_is_added_once_and_holds_up_no_follow_up() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let (mut counsellor, code) = case(&world, &offices).await;
    let at = format!("/cases/{code}/plan/timeline");
    let page = counsellor.get(&at).await;
    page.is(Status::Ok).shows("value=\"standard-3-months\"").shows("tính từ ngày kế hoạch được thực hiện");
    counsellor.post(&at, &[]).await.is(Status::UnprocessableEntity).shows("Xin chọn ít nhất một việc");
    let steps = [("steps", "standard-needs"), ("steps", "standard-12-months"), ("steps", "odd")];
    counsellor.post(&at, &steps).await.is(Status::SeeOther);
    let due = (world.app.clock.today() + Duration::days(14)).to_string();
    assert_eq!(world.text("SELECT due_on FROM services WHERE timeline_step = 'standard-needs'").await, due);
    counsellor.get(&at).await.hides("value=\"standard-needs\"").shows("đã thêm");
    counsellor.post(&at, &steps).await.is(Status::SeeOther);
    assert_eq!(world.count("services").await, 2);
    // A contact a year ahead does not keep the case from being followed up.
    planned(&mut counsellor, &code).await;
    counsellor.get(&at).await.shows("value=\"work-skills\"");
    let service = world.text("SELECT id FROM services WHERE kind = 'job-placement'").await;
    let done = [("outcome", "helped"), ("version", "1")];
    counsellor.post(&format!("/cases/{code}/services/{service}"), &done).await.is(Status::SeeOther);
    for to in ["assessment", "planning", "implementation", "follow-up"] {
        let version = world.text("SELECT version FROM cases").await;
        let fields = [("to", to), ("version", version.as_str())];
        counsellor.post(&format!("/cases/{code}/phase"), &fields).await.is(Status::SeeOther);
    }
    // What lies behind is not added by a page that is old.
    world.sql("UPDATE episodes SET entered_on = entered_on - 100").await;
    counsellor.get(&at).await.hides("value=\"standard-3-months\"").shows("đã qua ngày");
    counsellor.post(&at, &[("steps", "standard-3-months")]).await.is(Status::Conflict);
    counsellor.get(&format!("/cases/{code}/plan")).await.shows("Thực hiện từ").hides("Tháng đầu đã qua");
}

#[rocket::async_test]
async fn the_clock_of_a_plan_hurries_nobody() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let (mut counsellor, code) = case(&world, &offices).await;
    world.sql("UPDATE episodes SET entered_on = entered_on - 60").await;
    let page = counsellor.get(&format!("/cases/{code}/plan")).await;
    page.shows("Tháng đầu đã qua").hides("quá hạn");
    world.sql("UPDATE episodes SET standing = 'planned', entered_on = NULL, entered_precision = NULL").await;
    counsellor.get(&format!("/cases/{code}")).await.shows("Chưa tính ngày: người lao động chưa về");
}

/// Fields of an entry of the directory.
fn entry<'a>(name: &'a str, kind: &'a str, version: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("provider.name", name),
        ("provider.kinds", kind),
        ("provider.serves", "everybody"),
        ("provider.phone", "024 000 0199"),
        ("provider.valid_from.day", "1"),
        ("provider.valid_from.month", "1"),
        ("provider.valid_from.year", "2026"),
        ("provider.source", "Gọi điện"),
        ("provider.version", version),
    ]
}

#[rocket::async_test]
async fn the_directory_offers_what_holds_and_fits() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let (mut counsellor, code) = case(&world, &offices).await;
    let mut supervisor = world.staff(offices.dolab, Role::Supervisor).await;
    counsellor.post("/providers", &entry("Trường nghề Minh Họa", "skills", "0")).await.is(Status::Forbidden);
    let bare = supervisor.post("/providers", &[("provider.valid_from.day", "32")]).await;
    bare.is(Status::UnprocessableEntity);
    for field in ["provider.name", "provider.source", "provider.valid_from"] {
        assert!(bare.error_at(field).is_some(), "{field}");
    }
    assert!(bare.body.contains("id=\"provider-kinds-error\"") && bare.body.contains("id=\"provider-serves-error\""));
    let mut elsewhere = entry("Trường ở Hà Tĩnh", "skills", "0");
    elsewhere.push(("provider.province_code", "42"));
    supervisor.post("/providers", &elsewhere).await.is(Status::SeeOther);
    let mut ended = entry("Trường đã đóng", "skills", "0");
    ended.extend([
        ("provider.valid_until.day", "1"),
        ("provider.valid_until.month", "2"),
        ("provider.valid_until.year", "2026"),
    ]);
    supervisor.post("/providers", &ended).await.is(Status::SeeOther);
    let answer = supervisor.post("/providers", &entry("Trường nghề Minh Họa", "skills", "0")).await;
    let at = answer.is(Status::SeeOther).location.clone().unwrap();
    let id = at.rsplit('/').next().unwrap().to_owned();
    counsellor.get(&at).await.is(Status::Ok).shows("Gọi điện").shows("Cục").hides("Sửa thông tin");

    // Found by kind, province and day.
    let list = counsellor.get("/providers?kind=skills&province=40").await;
    list.is(Status::Ok).shows("Trường nghề Minh Họa").hides("Trường ở Hà Tĩnh").hides("Trường đã đóng");
    counsellor.get("/providers?scope=all").await.shows("Trường đã đóng").shows("Trường ở Hà Tĩnh");
    counsellor.get("/providers?kind=loan").await.hides("Trường nghề Minh Họa");
    let page = counsellor.get(&format!("/cases/{code}")).await;
    page.shows("Trường nghề Minh Họa").hides("Trường ở Hà Tĩnh").hides("Trường đã đóng");

    // Chosen for what it does, and for nothing else.
    let service = |kind: &str| {
        let mut fields = pairs(&[("service.kind", kind), ("service.listed", &id)]);
        fields.extend(day("service.due", world.app.clock.today() + Duration::days(9)));
        fields
    };
    let services = format!("/cases/{code}/services");
    let wrong = sent(&mut counsellor, &services, &service("loan")).await;
    assert!(wrong.is(Status::UnprocessableEntity).error_at("service.listed").is_some());
    sent(&mut counsellor, &services, &service("skills")).await.is(Status::SeeOther);
    counsellor.get(&format!("/cases/{code}")).await.hides("đã hết hạn trong danh bạ");

    // Two who change it: the second sees what the first did, and nothing is lost.
    supervisor.get(&format!("{at}/edit")).await.is(Status::Ok);
    let mut first = entry("Trường nghề Minh Họa", "skills", "1");
    first.extend([
        ("provider.kinds", "vocational-training"),
        ("provider.valid_until.day", "1"),
        ("provider.valid_until.month", "11"),
        ("provider.valid_until.year", "2026"),
    ]);
    supervisor.post(&at, &first).await.is(Status::SeeOther);
    let mut second = entry("Trường nghề Minh Họa 2", "skills", "1");
    second.push(("provider.hours", "Buổi sáng"));
    let answer = supervisor.post(&at, &second).await;
    answer.is(Status::Conflict).shows("Học nghề").shows("Trường nghề Minh Họa 2");
    assert_eq!(answer.value("provider.version").as_deref(), Some("2"));
    assert_eq!(
        answer.value("provider.valid_until.year").as_deref(),
        Some("2026"),
        "the other's change is carried over"
    );
    assert_eq!(world.count("providers WHERE hours IS NOT NULL").await, 0);

    // Ended: marked where it is used, and offered no more.
    counsellor.get(&format!("/cases/{code}")).await.shows("đã hết hạn trong danh bạ");
    let late = sent(&mut counsellor, &services, &service("skills")).await;
    assert!(late.is(Status::UnprocessableEntity).error_at("service.listed").is_some());
}

#[rocket::async_test]
async fn an_entry_is_changed_by_whose_it_is() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut dolab = world.staff(offices.dolab, Role::Supervisor).await;
    let mut province = world.staff(offices.province, Role::Supervisor).await;
    let mut elsewhere = world.staff(offices.mission, Role::Supervisor).await;
    let of_province =
        world.text(&format!("SELECT province_code FROM organisations WHERE id = '{}'", offices.province)).await;
    let mut fields = entry("Trường của tỉnh", "skills", "0");
    fields.push(("provider.province_code", &of_province));
    let at = dolab.post("/providers", &fields).await.is(Status::SeeOther).location.clone().unwrap();
    let changed = |version| {
        let mut fields = entry("Trường đổi tên", "skills", version);
        fields.push(("provider.province_code", &of_province));
        fields
    };
    elsewhere.get(&at).await.is(Status::Ok).hides("Sửa thông tin");
    elsewhere.get(&format!("{at}/edit")).await.is(Status::NotFound);
    elsewhere.post(&at, &changed("1")).await.is(Status::NotFound);
    province.get(&at).await.shows("Sửa thông tin");
    province.post(&at, &changed("1")).await.is(Status::SeeOther);
    // What holds everywhere is DOLAB's, or whose it was to begin with.
    let national = dolab.post("/providers", &entry("Quỹ cả nước", "loan", "0")).await.location.clone().unwrap();
    province.get(&format!("{national}/edit")).await.is(Status::NotFound);
    let own = elsewhere.post("/providers", &entry("Nhà trọ ở xa", "housing", "0")).await.location.clone().unwrap();
    elsewhere.get(&format!("{own}/edit")).await.is(Status::Ok);
    dolab.get(&format!("{own}/edit")).await.is(Status::Ok);
}

/// Two who change one thing see what the other wrote; what one of them took out can be put in again.
#[rocket::async_test]
async fn what_stands_in_the_plan_now_is_shown_beside_what_was_typed() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let (mut counsellor, code) = case(&world, &offices).await;
    let mut colleague = world.staff(offices.centre, Role::Counsellor).await;
    let at = |part: &str| format!("/cases/{code}/plan{part}");
    counsellor.post(&at(""), &[]).await.is(Status::SeeOther);
    let goal = add_goal(&mut counsellor, &code, "Có việc gần nhà", "economic").await;
    let fields = part(&world, "job-placement", "Giới thiệu ba nơi tuyển", "500.000").await;
    sent(&mut counsellor, &at(&format!("/goals/{goal}/interventions")), &fields).await.is(Status::SeeOther);
    let id = world.text("SELECT id FROM plan_interventions").await;

    let old = version(&world).await;
    let goals = at(&format!("/goals/{goal}"));
    let typed = |text: &'static str, version: &str| {
        pairs(&[("goal.text", text), ("goal.dimension", "economic"), ("version", version)])
    };
    sent(&mut colleague, &goals, &typed("Có việc ở xã", &old)).await.is(Status::SeeOther);
    let late = sent(&mut counsellor, &goals, &typed("Có việc ở tỉnh", &old)).await;
    late.is(Status::Conflict).shows("Có việc ở xã").shows("Anh/chị đã nhập").hides("Khi anh/chị mở trang");
    assert_eq!(late.value("goal.text").as_deref().map(str::trim), Some("Có việc ở tỉnh"));
    assert_eq!(late.value("version"), Some(version(&world).await));

    let part_at = at(&format!("/interventions/{id}"));
    let old = version(&world).await;
    let mut stale = part(&world, "job-placement", "Giới thiệu năm nơi tuyển", "500000").await;
    stale.push(("goal".into(), goal.to_string()));
    let theirs = part(&world, "job-placement", "Giới thiệu bốn nơi tuyển", "900.000").await;
    sent(&mut colleague, &part_at, &theirs).await.is(Status::SeeOther);
    let late = sent(&mut counsellor, &part_at, &stale).await;
    late.is(Status::Conflict).shows("Giới thiệu bốn nơi tuyển").shows("900.000");
    assert_eq!(late.value("part.what").as_deref(), Some("Giới thiệu năm nơi tuyển"));

    // Taken out meanwhile: what was typed comes back as something new, under the goal where it was.
    let now = version(&world).await;
    colleague.post(&format!("{part_at}/removal"), &[("version", &now)]).await.is(Status::SeeOther);
    let late = sent(&mut counsellor, &part_at, &stale).await;
    late.is(Status::Conflict).shows("một việc mới").shows(&at(&format!("/goals/{goal}/interventions")));
    assert_eq!(late.value("part.what").as_deref(), Some("Giới thiệu năm nơi tuyển"));
    let second = add_goal(&mut counsellor, &code, "Học thêm nghề", "economic").await;
    let now = version(&world).await;
    colleague.post(&format!("{goals}/removal"), &[("version", &now)]).await.is(Status::SeeOther);
    let late = sent(&mut counsellor, &goals, &typed("Có việc ở huyện", &old)).await;
    late.is(Status::Conflict).shows("một mục tiêu mới").shows("Có việc ở huyện");
    let late = sent(&mut counsellor, &part_at, &stale).await;
    late.is(Status::Conflict).shows("Học thêm nghề").shows(&at(&format!("/goals/{second}/interventions")));
    // What never stood there is nothing.
    let now = version(&world).await;
    let nowhere = at(&format!("/goals/{}", Uuid::nil()));
    sent(&mut counsellor, &nowhere, &typed("x", &now)).await.is(Status::NotFound);
}
