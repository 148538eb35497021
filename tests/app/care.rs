//! Private files of psychosocial care: who reads them, and what everybody else learns, which is nothing.

use rocket::http::Status;
use trove::access::Role;
use trove::base::seal::{Keys, Use};
use uuid::Uuid;

use crate::journey::{Offices, day, offered, offices, pairs, sent, taken_in};
use crate::support::{Answer, Browser, World};

/// What is typed into a file and must be found nowhere else.
pub const SECRET: &str = "Chị kể hết với tôi";

/// Opens a file of a case, with somebody who stands in; gives its address.
pub async fn opened(world: &World, helper: &mut Browser<'_>, case: &str, deputy: Option<Uuid>, shows: &str) -> String {
    let answer = open(world, helper, case, deputy, shows).await;
    answer.is(Status::SeeOther);
    answer.location.clone().unwrap()
}

async fn open(world: &World, helper: &mut Browser<'_>, case: &str, deputy: Option<Uuid>, shows: &str) -> Answer {
    let deputy = deputy.map(|id| id.to_string()).unwrap_or_default();
    let mut fields = pairs(&[
        ("open.mode", "spoken-witnessed"),
        ("open.told", "true"),
        ("open.words", "đồng ý gặp riêng"),
        ("open.shows", shows),
        ("open.deputy", &deputy),
    ]);
    fields.extend(day("open.on", world.app.clock.today()));
    sent(helper, &format!("/cases/{case}/private"), &fields).await
}

fn talk(world: &World, words: &str) -> Vec<(String, String)> {
    let mut fields = pairs(&[
        ("talk.form", "one"),
        ("talk.way", "office"),
        ("talk.minutes", "45"),
        ("talk.done", "listening"),
        ("talk.words", words),
        ("talk.wishes", "woman"),
    ]);
    fields.extend(day("talk.on", world.app.clock.today()));
    fields.extend(day("talk.next", world.app.clock.today() + time::Duration::days(7)));
    fields
}

struct Scene<'a> {
    world: &'a World,
    offices: Offices,
    helper: Browser<'a>,
    deputy: Browser<'a>,
    case: String,
    file: String,
}

async fn scene<'a>(world: &'a World, shows: &str) -> Scene<'a> {
    let offices = offices(world).await;
    let mut helper = world.staff(offices.centre, Role::Counsellor).await;
    let deputy = world.staff(offices.centre, Role::Counsellor).await;
    let case = taken_in(&mut helper, "Lò Thị Riêng").await;
    let file = opened(world, &mut helper, &case, Some(deputy.user.unwrap().0), shows).await;
    Scene { world, offices, helper, deputy, case, file }
}

impl Scene<'_> {
    async fn filled(&mut self) {
        sent(&mut self.helper, &format!("{}/talks", self.file), &talk(self.world, SECRET)).await.is(Status::SeeOther);
        self.helper.post(&format!("{}/notes", self.file), &[("note.text", SECRET)]).await.is(Status::SeeOther);
        self.helper
            .post(&format!("{}/plan", self.file), &[("plan.signs", SECRET), ("version", "")])
            .await
            .is(Status::SeeOther);
    }
}

#[rocket::async_test]
async fn a_file_is_opened_with_consent_and_somebody_who_stands_in() {
    let world = World::empty().await;
    let mut s = scene(&world, "yes").await;
    let page = s.helper.get(&s.file).await;
    page.is(Status::Ok).shows("Lò Thị Riêng").shows("Nói trước một người làm chứng").shows("Người thay");
    page.shows("<title>Hồ sơ riêng – Trở Về</title>");
    s.deputy.get(&s.file).await.is(Status::Ok).shows("Lò Thị Riêng");
    // Whoever agrees was told before what cannot be kept; silence is no consent.
    let deputy = s.deputy.user.unwrap().0.to_string();
    let at = format!("/cases/{}/private", s.case);
    let mut fields = pairs(&[("open.mode", "paper"), ("open.shows", "no"), ("open.deputy", &deputy)]);
    fields.extend(day("open.on", world.app.clock.today()));
    let wrong = sent(&mut s.helper, &at, &fields).await;
    wrong.is(Status::UnprocessableEntity);
    assert!(wrong.error_at("open-told").is_some());
    // Without consent only where a life or a child is at stake, with the reason.
    let mut fields = pairs(&[("open.mode", "danger"), ("open.shows", "no"), ("open.deputy", &deputy)]);
    fields.extend(day("open.on", world.app.clock.today()));
    assert!(sent(&mut s.helper, &at, &fields).await.error_at("open-words").is_some());
    // Never without somebody who stands in, where there is anybody.
    let answer = open(&world, &mut s.helper, &s.case, None, "no").await;
    assert!(answer.error_at("open-deputy").is_some());
    assert_eq!(world.count("care_files").await, 1);
    // At a counter there is no such thing, whatever the role.
    let mut gate = world.staff(s.offices.desk, Role::Supervisor).await;
    gate.get("/private").await.is(Status::NotFound);
}

#[rocket::async_test]
async fn what_is_written_is_read_by_those_who_are_named_and_by_nobody_else() {
    let world = World::empty().await;
    let mut s = scene(&world, "yes").await;
    s.filled().await;
    for one in [&mut s.helper, &mut s.deputy] {
        one.get(&s.file).await.is(Status::Ok).shows(SECRET);
        one.get(&format!("{}/plan", s.file)).await.is(Status::Ok).shows(SECRET);
        one.get("/private").await.shows("Lò Thị Riêng");
    }
    let at = format!("/cases/{}", s.case);
    for role in [Role::Counsellor, Role::Supervisor, Role::Desk, Role::Administrator] {
        let mut other = world.staff(s.offices.centre, role).await;
        let id = s.file.rsplit('/').next().unwrap().to_owned();
        for path in ["", "/plan", "/talks/new", "/plan/edit", "/end"] {
            let answer = other.get(&format!("{}{path}", s.file)).await;
            assert!([403, 404].contains(&answer.status.code), "{role:?} {path}");
            answer.hides(SECRET).hides("Riêng");
            // One that does not exist says the very same.
            let nothing = other.get(&format!("/private/{}{path}", Uuid::now_v7())).await;
            assert_eq!(answer.status, nothing.status, "{role:?} {path}");
            // Apart from the address itself, which the switch of the language leads back to.
            assert_eq!(answer.body.len(), nothing.body.len(), "{role:?} {path}");
        }
        let case = other.get(&at).await;
        case.hides(SECRET).hides(&id);
        if matches!(role, Role::Counsellor | Role::Supervisor) {
            case.shows("đang được một đồng nghiệp hỗ trợ riêng");
            other.get(&format!("{at}/private")).await.is(Status::Ok).hides(&id).hides(SECRET);
            other.get("/private").await.is(Status::Ok).hides("Lò Thị Riêng");
            // Nothing of it in what is printed, exported or searched.
            other.get(&format!("{at}/sheet")).await.hides(SECRET);
        } else {
            case.hides("hỗ trợ riêng");
        }
    }
    let mut log = world.staff(s.offices.centre, Role::Supervisor).await;
    let person = world.text("SELECT code FROM persons").await;
    log.get(&format!("/people/{person}/access-log")).await.is(Status::Ok).hides("care_");
}

#[rocket::async_test]
async fn where_even_that_could_harm_nobody_learns_that_there_is_a_file() {
    let world = World::empty().await;
    let mut s = scene(&world, "no").await;
    s.filled().await;
    let mut other = world.staff(s.offices.centre, Role::Supervisor).await;
    let bare = {
        let mut fresh = world.staff(s.offices.centre, Role::Counsellor).await;
        let case = taken_in(&mut fresh, "Lò Thị Khác").await;
        other.get(&format!("/cases/{case}/private")).await.body.replace(&case, "").replace("Lò Thị Khác", "")
    };
    let held = other.get(&format!("/cases/{}/private", s.case)).await.body;
    let plain = |body: &str| {
        let parts: Vec<&str> = body.split("name=\"submission\" value=\"").collect();
        parts.iter().map(|part| part.get(36..).unwrap_or(part)).collect::<String>()
    };
    assert_eq!(
        plain(&held.replace(&s.case, "").replace("Lò Thị Riêng", "")).len(),
        plain(&bare).len(),
        "the page of a case is the same whether there is a file or not"
    );
    other.get(&format!("/cases/{}", s.case)).await.hides("hỗ trợ riêng");
    // Opening one's own works as if there were no other, and neither sees the other's.
    let deputy = s.deputy.user.unwrap().0;
    let second = opened(&world, &mut other, &s.case, Some(deputy), "yes").await;
    other.get(&second).await.is(Status::Ok).hides(SECRET);
    s.helper.get(&second).await.is(Status::NotFound);
    // Made known later, it is known.
    let told = s.helper.post(&format!("{}/shown", s.file), &[("shows", "true"), ("version", "1")]).await;
    told.is(Status::SeeOther);
    let mut third = world.staff(s.offices.centre, Role::Counsellor).await;
    third.get(&format!("/cases/{}", s.case)).await.shows("hỗ trợ riêng");
    let late = s.helper.post(&format!("{}/shown", s.file), &[("shows", "false"), ("version", "1")]).await;
    late.is(Status::Conflict);
}

/// Nothing of what was written stands in the database, nor in what is remembered of the acts.
#[rocket::async_test]
async fn a_copy_of_the_database_shows_nothing_of_it() {
    let world = World::empty().await;
    let mut s = scene(&world, "no").await;
    s.filled().await;
    let kept = dumped(&world).await;
    assert!(kept.contains("Lò Thị Riêng"), "the dump is one");
    for word in [SECRET, "listening", "spoken-witnessed", "đồng ý gặp riêng", "care.talk", "woman\""] {
        let inside = kept.lines().filter(|line| line.contains(word) && !line.contains("CHECK")).count();
        assert_eq!(inside, 0, "{word} stands in the database");
    }
    // As long as any other: what a record is cannot be told from its length.
    let lengths = world.count("(SELECT DISTINCT length(sealed) FROM care_records) l").await;
    assert_eq!(lengths, 1);
    // Nor can the key of a form be found, with which one could try what was answered.
    let keys = world.text("SELECT count(*) FROM submissions").await;
    assert_ne!(keys, "0");
    // A row that is put into another's place does not open.
    world
        .sql("UPDATE care_records r SET sealed = (SELECT sealed FROM care_records o WHERE o.id <> r.id LIMIT 1)")
        .await;
    s.helper.get(&s.file).await.is(Status::InternalServerError).hides(SECRET);
}

/// All rows of all tables as text, as a dump has them.
pub async fn dumped(world: &World) -> String {
    let tables = world
        .text("SELECT string_agg(relname, ' ') FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'")
        .await;
    let mut all = String::new();
    for table in tables.split(' ') {
        all += &world.text(&format!("SELECT coalesce(string_agg(t::text, E'\\n'), '') FROM {table} t")).await;
        all.push('\n');
    }
    all
}

#[rocket::async_test]
async fn a_new_master_key_wraps_all_files_anew() {
    let mut keys = Keys::new();
    let mut world = World::empty().await;
    world.change_keys(keys.clone()).await;
    let (file, cookies, user) = {
        let mut s = scene(&world, "no").await;
        s.filled().await;
        (s.file.clone(), s.helper.cookies.clone(), s.helper.user)
    };
    let before = world.text("SELECT string_agg(encode(record_key, 'hex'), ' ') FROM care_files").await;
    keys.rotate(Use::RestrictedWrap);
    world.change_keys(keys.clone()).await;
    assert_eq!(trove::psychosocial::rewrap::run(&world.app.db, &world.app.keys).await.unwrap(), 1);
    assert_eq!(trove::psychosocial::rewrap::run(&world.app.db, &world.app.keys).await.unwrap(), 0, "once is enough");
    assert_ne!(before, world.text("SELECT string_agg(encode(record_key, 'hex'), ' ') FROM care_files").await);
    assert_eq!(
        world.count("row_versions WHERE table_name = 'care_files'").await,
        0,
        "the old wrapping is kept nowhere"
    );
    let mut again = Browser { cookies: cookies.clone(), user, ..world.stranger() };
    again.get(&file).await.is(Status::Ok).shows(SECRET);
    // With other keys altogether nothing opens.
    world.change_keys(Keys::new()).await;
    let mut again = Browser { cookies, user, ..world.stranger() };
    again.get(&file).await.is(Status::InternalServerError).hides(SECRET);
}

#[rocket::async_test]
async fn names_are_changed_and_a_file_always_has_two() {
    let world = World::empty().await;
    let mut s = scene(&world, "no").await;
    s.filled().await;
    let mut third = world.staff(s.offices.centre, Role::Counsellor).await;
    let (first, second, new) = (s.helper.user.unwrap().0, s.deputy.user.unwrap().0, third.user.unwrap().0);
    let at = format!("{}/staff", s.file);
    third.get(&s.file).await.is(Status::NotFound);
    let last = s.helper.post(&format!("{at}/{second}"), &[("act", "leave")]).await;
    last.is(Status::UnprocessableEntity).shows("luôn cần ít nhất hai người");
    s.helper.post(&at, &[("name.who", &new.to_string())]).await.is(Status::SeeOther);
    third.get(&s.file).await.is(Status::Ok).shows(SECRET);
    s.helper.post(&at, &[("name.who", &new.to_string())]).await.shows("đã có tên");
    let refused = s.helper.post(&format!("{at}/{first}"), &[("act", "leave")]).await;
    refused.is(Status::UnprocessableEntity).shows("Hãy giao cho người khác");
    s.helper.post(&format!("{at}/{new}"), &[("act", "helper")]).await.is(Status::SeeOther);
    s.helper.post(&format!("{at}/{first}"), &[("act", "leave")]).await.is(Status::SeeOther);
    s.helper.get(&s.file).await.is(Status::NotFound);
    // Somebody of another office needs a consent of its own.
    let mut abroad = world.staff(s.offices.mission, Role::Attache).await;
    let mail = abroad.email.clone();
    let fields = [("name.who", "elsewhere"), ("name.mail", mail.as_str())];
    let wrong = third.post(&at, &fields).await;
    assert!(wrong.error_at("name-mode").is_some());
    let fields = [("name.who", "elsewhere"), ("name.mail", mail.as_str()), ("name.mode", "paper")];
    third.post(&at, &fields).await.is(Status::SeeOther);
    abroad.get(&s.file).await.is(Status::Ok).shows(SECRET).shows("do cơ quan khác giữ");
    // At a counter nobody is named.
    let gate = world.staff(s.offices.desk, Role::Supervisor).await;
    let mail = gate.email.clone();
    let fields = [("name.who", "elsewhere"), ("name.mail", mail.as_str()), ("name.mode", "paper")];
    third.post(&at, &fields).await.is(Status::UnprocessableEntity).shows("Không thêm được");
}

#[rocket::async_test]
async fn a_file_stays_with_its_staff_when_the_case_moves() {
    let world = World::empty().await;
    let mut s = scene(&world, "yes").await;
    s.filled().await;
    let offer = offered(&mut s.helper, &s.case, s.offices.province).await;
    let mut other = world.staff(s.offices.province, Role::Counsellor).await;
    other.post(&format!("/hand-overs/{offer}/acceptance"), &[]).await.is(Status::SeeOther);
    s.helper.get(&format!("/cases/{}", s.case)).await.is(Status::NotFound);
    s.helper.get(&s.file).await.is(Status::Ok).shows(SECRET).shows("do cơ quan khác giữ");
    other.get(&format!("/cases/{}", s.case)).await.shows("hỗ trợ riêng").hides(SECRET);
    other.get(&s.file).await.is(Status::NotFound);
}

#[rocket::async_test]
async fn of_two_who_change_one_thing_the_second_is_told() {
    let world = World::empty().await;
    let mut s = scene(&world, "no").await;
    s.filled().await;
    let talks = format!("{}/talks", s.file);
    let page = s.helper.get(&s.file).await.body;
    let record = page.split("/talks/").nth(2).or(page.split("/talks/").nth(1)).unwrap()[..36].to_owned();
    sent(&mut s.deputy, &format!("{talks}/{record}"), &talk(&world, "lần sau gặp ở nhà")).await.is(Status::SeeOther);
    let late = sent(&mut s.helper, &format!("{talks}/{record}"), &talk(&world, "khác")).await;
    late.is(Status::Conflict);
    s.helper.get(&s.file).await.shows("lần sau gặp ở nhà");
    // What to do in danger shows what the other wrote, and keeps what was typed.
    let late = s.deputy.post(&format!("{}/plan", s.file), &[("plan.signs", "mất ngủ"), ("version", "")]).await;
    late.is(Status::Conflict).shows(SECRET);
    assert_eq!(late.value("plan.signs").as_deref(), Some("mất ngủ"));
    let version = late.value("version").unwrap();
    let again = s.deputy.post(&format!("{}/plan", s.file), &[("plan.signs", "mất ngủ"), ("version", &version)]).await;
    again.is(Status::SeeOther);
    // Bad input changes nothing and says so beside the field.
    let before = world.count("care_records").await;
    let wrong = s.helper.post(&talks, &[("talk.minutes", "x"), ("talk.words", "giữ lại")]).await;
    wrong.is(Status::UnprocessableEntity);
    for field in ["talk-on", "talk-way", "talk-form", "talk-minutes"] {
        assert!(wrong.error_at(field).is_some(), "{field}");
    }
    assert_eq!(wrong.value("talk.words").as_deref(), Some("giữ lại"));
    assert_eq!(world.count("care_records").await, before);
    // What is due is seen to once.
    let task = world.text("SELECT id FROM care_tasks WHERE done_at IS NULL LIMIT 1").await;
    s.helper.post(&format!("{}/tasks/{task}", s.file), &[]).await.is(Status::SeeOther);
    s.helper.post(&format!("{}/tasks/{task}", s.file), &[]).await.is(Status::NotFound);
    // Ended, it is read and not written.
    s.helper.post(&format!("{}/end", s.file), &[("end.because", "goals-met")]).await.is(Status::SeeOther);
    s.helper.post(&format!("{}/notes", s.file), &[("note.text", "thêm")]).await.is(Status::Conflict);
    s.helper.get(&s.file).await.is(Status::Ok).shows("Đạt điều người ấy mong muốn");
}

/// A case's private file opened by somebody else: two people, for hours, and those who are named are told.
#[rocket::async_test]
async fn two_people_break_the_glass_and_it_closes_again() {
    let world = World::empty().await;
    let mut s = scene(&world, "no").await;
    s.filled().await;
    let mut asker = world.staff(s.offices.centre, Role::Counsellor).await;
    let case = s.case.clone();
    let ask = |scope: &'static str, code: &str| {
        pairs(&[
            ("glass.code", code),
            ("glass.scope", scope),
            ("glass.reason", "người có tên đều vắng"),
            ("glass.hours", "2"),
        ])
    };
    // Nobody who could decide: said so, and nothing is opened.
    sent(&mut asker, "/private-openings", &ask("file", &case)).await.shows("không có người thứ hai");
    let mut decider = world.staff(s.offices.centre, Role::Supervisor).await;
    let answer = sent(&mut asker, "/private-openings", &ask("file", &case)).await;
    answer.is(Status::SeeOther);
    let id = world.text("SELECT id FROM care_breaks").await;
    asker.get(&s.file).await.is(Status::NotFound);
    asker.get(&format!("/private-openings/{id}")).await.is(Status::NotFound);
    // Whoever asked does not decide, a colleague without the right neither.
    let yes = [("word", "yes")];
    asker.post(&format!("/private-openings/{id}/decision"), &yes).await.is(Status::Forbidden);
    decider.get("/shift").await.shows("chờ anh/chị");
    decider.get("/private-openings").await.shows("người có tên đều vắng").hides("Lò Thị Riêng");
    decider.post(&format!("/private-openings/{id}/decision"), &yes).await.is(Status::SeeOther);
    decider.post(&format!("/private-openings/{id}/decision"), &yes).await.is(Status::NotFound);
    decider.get(&s.file).await.is(Status::NotFound);
    // Open to read, not to write, and those who are named see who and why.
    asker.get(&format!("/private-openings/{id}")).await.is(Status::Ok).shows("Lò Thị Riêng");
    asker.get(&s.file).await.is(Status::Ok).shows(SECRET).hides("care-note-new");
    asker.post(&format!("{}/notes", s.file), &[("note.text", "thêm")]).await.is(Status::NotFound);
    s.helper.get(&s.file).await.shows("Được mở tạm để đọc");
    s.helper.get("/private-openings").await.shows("người có tên đều vắng");
    let mails = world.text("SELECT string_agg(recipient || ' ' || subject || ' ' || body, E'\\n') FROM mails").await;
    for one in [&s.helper.email, &s.deputy.email, &asker.email, &decider.email] {
        assert!(mails.contains(one.as_str()), "{one} is told");
    }
    for word in ["Riêng", SECRET, case.as_str(), "tâm lý"] {
        assert!(!mails.contains(word), "a mail says {word}");
    }
    // After its hours it is as before.
    world.sql("UPDATE care_breaks SET until = app_now() - interval '1 minute'").await;
    asker.get(&s.file).await.is(Status::NotFound);
    // Of a code that leads nowhere the same is said as of another office's case.
    let mut far = world.staff(s.offices.province, Role::Counsellor).await;
    let elsewhere = sent(&mut far, "/private-openings", &ask("file", &case)).await;
    elsewhere.is(Status::UnprocessableEntity).shows("Không mở được với mã này");
    sent(&mut far, "/private-openings", &ask("file", "0000000000")).await.is(Status::UnprocessableEntity);
}

#[rocket::async_test]
async fn in_danger_to_life_one_person_opens_the_plan_and_no_more() {
    let world = World::empty().await;
    let mut s = scene(&world, "no").await;
    s.filled().await;
    let words = "Chị gọi em gái khi đêm xuống";
    let version = world.text("SELECT id FROM care_plans").await;
    let fields = [("plan.people", words), ("version", version.as_str())];
    s.helper.post(&format!("{}/plan", s.file), &fields).await.is(Status::SeeOther);
    let mut far = world.staff(s.offices.province, Role::Counsellor).await;
    let fields = pairs(&[("glass.code", &s.case), ("glass.scope", "plan"), ("glass.reason", "đang đứng trên cầu")]);
    let answer = sent(&mut far, "/private-openings", &fields).await;
    let at = answer.is(Status::SeeOther).location.clone().unwrap();
    // With the number of those who are named.
    far.get(&at).await.is(Status::Ok).shows(words).shows("115").shows("tel:02380000001").hides(SECRET);
    far.get(&s.file).await.is(Status::NotFound);
    far.get(&format!("{}/plan", s.file)).await.is(Status::Ok).shows(words).hides(SECRET);
    far.get(&format!("/cases/{}", s.case)).await.is(Status::NotFound);
    assert!(world.count("mails").await >= 2, "those who are named are told at once");
    // Looked at the next day by somebody else, who says what was done where it was not needed.
    let mut looks = world.staff(s.offices.centre, Role::Supervisor).await;
    let at = format!("{at}/review");
    let wrong = looks.post(&at, &[("word", "no")]).await;
    wrong.is(Status::UnprocessableEntity);
    looks.post(&at, &[("word", "yes")]).await.is(Status::SeeOther);
    looks.post(&at, &[("word", "yes")]).await.is(Status::NotFound);
    let kept = dumped(&world).await;
    assert!(!kept.contains("đang đứng trên cầu") && !kept.contains(words));
    // At a counter this is not there.
    let mut desk = world.staff(s.offices.desk, Role::Desk).await;
    desk.get("/private-openings").await.is(Status::Forbidden);
}

/// Somebody under protection whose named staff do not come: two people open them for hours.
#[rocket::async_test]
async fn somebody_under_protection_is_reached_by_two() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut keeper = world.staff(offices.centre, Role::Supervisor).await;
    let case = taken_in(&mut keeper, "Lò Thị Che").await;
    let code = world.text("SELECT code FROM persons").await;
    let me = keeper.user.unwrap().0.to_string();
    keeper.post(&format!("/people/{code}/protection"), &[("staff", &me)]).await.is(Status::SeeOther);
    let mut asker = world.staff(offices.centre, Role::Counsellor).await;
    let mut decider = world.staff(offices.centre, Role::Supervisor).await;
    asker.get(&format!("/cases/{case}")).await.is(Status::NotFound);
    let fields =
        pairs(&[("glass.code", &case), ("glass.scope", "file"), ("glass.reason", "nhập viện"), ("glass.hours", "3")]);
    sent(&mut asker, "/private-openings", &fields).await.is(Status::SeeOther);
    let id = world.text("SELECT id FROM care_breaks").await;
    decider.get("/private-openings").await.hides("Lò Thị Che");
    decider.post(&format!("/private-openings/{id}/decision"), &[("word", "yes")]).await.is(Status::SeeOther);
    asker.get(&format!("/cases/{case}")).await.is(Status::Ok).shows("Lò Thị Che");
    decider.get(&format!("/cases/{case}")).await.is(Status::NotFound);
    world.sql("UPDATE care_breaks SET until = app_now() - interval '1 minute'").await;
    asker.get(&format!("/cases/{case}")).await.is(Status::NotFound);
}

/// Practice 23: leave is covered, and an account does not end while it holds a file.
#[rocket::async_test]
async fn nobody_leaves_a_file_behind() {
    let world = World::empty().await;
    let s = scene(&world, "no").await;
    let helper = s.helper.user.unwrap().0;
    let mut keeps = world.staff(s.offices.centre, Role::Supervisor).await;
    let mut accounts = world.staff(s.offices.centre, Role::Administrator).await;
    // The case itself is another's, so that what holds the account back is the file.
    let other = s.deputy.user.unwrap().0;
    world.sql(&format!("UPDATE cases SET accountable_id = '{other}'")).await;
    let end = format!("/users/{helper}/end");
    accounts.post(&end, &[("sure", "true"), ("version", "1")]).await;
    accounts.get("/users").await.hides("Lò Thị Riêng");
    assert_eq!(world.count(&format!("users WHERE id = '{helper}' AND ended_at IS NOT NULL")).await, 0);
    assert!(!world.tried(&format!("SELECT set_config('app.actor_kind', 'user', false), set_config('app.actor_id', '{}', false), set_config('app.organisation_id', '{}', false); SELECT end_account('{helper}')",
        accounts.user.unwrap().0, s.offices.centre)).await, "an account that is named as helper does not end");
    // Both away at once: whoever assigns cases reads of whom, and not what.
    keeps.get("/shift").await.hides("Cán bộ counsellor</strong>: ");
    let today = world.app.clock.today();
    for one in [helper, other] {
        world
            .sql(&format!(
                "INSERT INTO leaves (id, organisation_id, user_id, cover_id, from_on, until_on, written_by)
                 VALUES (gen_random_uuid(), '{0}', '{one}', '{1}', '{today}', '{today}', '{1}')",
                s.offices.centre,
                keeps.user.unwrap().0
            ))
            .await;
    }
    keeps.get("/shift").await.shows("Cán bộ counsellor").hides("Lò Thị Riêng");
    keeps.get("/leaves").await.shows("người làm thay không được mở").hides("Lò Thị Riêng");
}

/// A provider of the directory with an account that answers, and somebody who reads the letters there.
async fn provider<'a>(s: &Scene<'a>) -> (Browser<'a>, Uuid) {
    let office = s.world.organisation(trove::access::OrganisationKind::Provider, "Nhà Bình Yên Minh Họa").await;
    let reader = s.world.staff(office, Role::Provider).await;
    let id = Uuid::now_v7();
    s.world
        .sql(&format!(
            "INSERT INTO providers (id, name, organisation_id, kinds, serves, valid_from, source, verified_on, verified_by, verified_at_id)
             VALUES ('{id}', 'Nhà Bình Yên Minh Họa', '{office}', '{{psychosocial}}', '{{everybody}}', '2026-01-01', 'x', '2026-01-01', '{}', '{}')",
            s.helper.user.unwrap().0,
            s.offices.centre
        ))
        .await;
    (reader, id)
}

/// A letter begun, filled and sent; gives its id.
async fn letter(s: &mut Scene<'_>, provider: Uuid) -> Uuid {
    let at = format!("{}/referrals", s.file);
    let begun = [("letter.service", "counselling"), ("letter.provider", &provider.to_string())];
    let draft = s.helper.post(&at, &begun).await.is(Status::SeeOther).location.clone().unwrap();
    let told = [
        ("told.called", "chị Hoa"),
        ("told.reach", "nhắn tin sau 20 giờ"),
        ("told.name", "Lò Thị Riêng"),
        ("told.summary", "mất ngủ từ khi về"),
        ("version", "1"),
    ];
    s.helper.post(&draft, &told).await.is(Status::SeeOther);
    let page = s.helper.get(&draft).await;
    page.shows("chị Hoa").shows("nhắn tin sau 20 giờ").shows("Đúng những gì sẽ được gửi");
    sent(&mut s.helper, &format!("{draft}/sending"), &agreed(s.world, 2)).await.is(Status::SeeOther);
    draft.rsplit('/').next().unwrap().parse().unwrap()
}

fn agreed(world: &World, version: i32) -> Vec<(String, String)> {
    let mut fields = pairs(&[
        ("agree.mode", "paper"),
        ("agree.language", "tiếng Thái"),
        ("agree.shown", "true"),
        ("version", &version.to_string()),
    ]);
    fields.extend(day("agree.on", world.app.clock.today()));
    fields.extend(day("agree.until", world.app.clock.today() + time::Duration::days(30)));
    fields
}

fn step(world: &World, act: &str, words: &str, version: i32) -> Vec<(String, String)> {
    let mut fields = pairs(&[("step.act", act), ("step.words", words), ("version", &version.to_string())]);
    fields.extend(day("step.on", world.app.clock.today()));
    fields
}

#[rocket::async_test]
async fn a_letter_says_what_was_agreed_and_nothing_else() {
    let world = World::empty().await;
    let mut s = scene(&world, "no").await;
    s.filled().await;
    let (mut reader, place) = provider(&s).await;
    let at = format!("{}/referrals", s.file);
    // Without what this help needs, without a consent, nothing goes out.
    let begun = [("letter.service", "psychiatry"), ("letter.provider", &place.to_string())];
    let draft = s.helper.post(&at, &begun).await.is(Status::SeeOther).location.clone().unwrap();
    s.helper.get(&draft).await.shows("Lò Thị Riêng").shows("Còn thiếu");
    let early = sent(&mut s.helper, &format!("{draft}/sending"), &agreed(&world, 1)).await;
    early.is(Status::UnprocessableEntity).shows("Thư còn thiếu");
    let silent = s.helper.post(&format!("{draft}/sending"), &[("version", "1")]).await;
    for field in ["agree-mode", "agree-on", "agree-language", "agree-until", "agree-shown"] {
        assert!(silent.error_at(field).is_some(), "{field}");
    }
    reader.get("/referrals").await.is(Status::Ok).hides("/referrals/");
    s.helper.post(&format!("{draft}/steps"), &[]).await.is(Status::UnprocessableEntity);
    sent(&mut s.helper, &format!("{draft}/steps"), &step(&world, "withdrawn", "", 1)).await.is(Status::SeeOther);
    // What this help need not know is not even kept.
    let id = letter(&mut s, place).await;
    let list = reader.get("/referrals").await;
    list.is(Status::Ok).shows(&format!("/referrals/{id}")).hides("chị Hoa").hides("Riêng</").hides(&s.case);
    let page = reader.get(&format!("/referrals/{id}")).await;
    page.is(Status::Ok).shows("chị Hoa").shows("nhắn tin sau 20 giờ").shows("mất ngủ từ khi về").shows("tiếng Thái");
    page.hides("Lò Thị").hides(SECRET).hides(&s.case).hides(&s.file);
    for path in ["/people", "/cases", "/private", "/providers", &s.file, &format!("/cases/{}", s.case)] {
        let answer = reader.get(path).await;
        assert!([403, 404].contains(&answer.status.code), "{path}: {}", answer.status);
    }
    // Another provider, and another of the helper's office, have none of it.
    let other = world.organisation(trove::access::OrganisationKind::Provider, "Nơi Khác").await;
    let mut other = world.staff(other, Role::Provider).await;
    other.get(&format!("/referrals/{id}")).await.is(Status::NotFound);
    let mut colleague = world.staff(s.offices.centre, Role::Supervisor).await;
    colleague.get(&format!("{at}/{id}")).await.is(Status::NotFound);
    let mails = world.text("SELECT string_agg(recipient || ' ' || subject || ' ' || body, E'\\n') FROM mails").await;
    assert!(mails.contains(&reader.email) && !mails.contains("chị Hoa") && !mails.contains(&id.to_string()));
    let kept = dumped(&world).await;
    for word in ["chị Hoa", "mất ngủ từ khi về", "tiếng Thái", "sau 20 giờ"] {
        assert!(!kept.contains(word), "{word} stands in the database");
    }
}

#[rocket::async_test]
async fn a_letter_ends_when_the_returnee_has_said_so() {
    let world = World::empty().await;
    let mut s = scene(&world, "no").await;
    let (mut reader, place) = provider(&s).await;
    let id = letter(&mut s, place).await;
    let (theirs, ours) = (format!("/referrals/{id}/steps"), format!("{}/referrals/{id}/steps", s.file));
    // Due to be answered, for those who are named.
    s.helper.get(&s.file).await.shows("Cần xem trước");
    let wrong = sent(&mut reader, &theirs, &step(&world, "declined", "", 4)).await;
    assert!(wrong.error_at("step-words").is_some());
    for (act, version) in [("received", 4), ("accepted", 5), ("started", 6), ("completed", 7)] {
        sent(&mut reader, &theirs, &step(&world, act, "", version)).await.is(Status::SeeOther);
    }
    // Whoever is second is told; what belongs to the helper is not the provider's.
    sent(&mut reader, &theirs, &step(&world, "completed", "", 8)).await.is(Status::UnprocessableEntity);
    let not_theirs = sent(&mut reader, &theirs, &step(&world, "confirmed", "tốt", 8)).await;
    not_theirs.is(Status::UnprocessableEntity);
    s.helper.get(&format!("{}/referrals/{id}", s.file)).await.shows("Nơi nhận báo xong");
    // Three times asked in vain before it ends without the returnee's word.
    sent(&mut s.helper, &ours, &step(&world, "not-confirmed", "", 8))
        .await
        .shows("đủ số lần")
        .is(Status::UnprocessableEntity);
    for version in 8..11 {
        sent(&mut s.deputy, &ours, &step(&world, "asked", "", version)).await.is(Status::SeeOther);
    }
    sent(&mut s.helper, &ours, &step(&world, "not-confirmed", "", 11)).await.is(Status::SeeOther);
    s.helper.get(&s.file).await.shows("chưa xác nhận");
    reader.get(&format!("/referrals/{id}")).await.is(Status::NotFound);
    assert_eq!(world.text("SELECT state FROM care_referrals").await, "not-confirmed");
}

#[rocket::async_test]
async fn what_was_taken_back_or_has_run_out_closes_at_once() {
    let world = World::empty().await;
    let mut s = scene(&world, "no").await;
    let (mut reader, place) = provider(&s).await;
    let id = letter(&mut s, place).await;
    reader.get(&format!("/referrals/{id}")).await.is(Status::Ok);
    world.sql("UPDATE care_referrals SET expires_on = '2020-01-01'").await;
    reader.get(&format!("/referrals/{id}")).await.is(Status::NotFound);
    world.sql("UPDATE care_referrals SET expires_on = '2099-01-01'").await;
    let ours = format!("{}/referrals/{id}/steps", s.file);
    sent(&mut s.helper, &ours, &step(&world, "withdrawn", "", 4)).await.is(Status::SeeOther);
    reader.get(&format!("/referrals/{id}")).await.is(Status::NotFound).hides("chị Hoa");
    reader.get("/referrals").await.hides(&id.to_string());
    sent(&mut reader, &format!("/referrals/{id}/steps"), &step(&world, "accepted", "", 5)).await.is(Status::NotFound);
    let told = world.count(&format!("mails WHERE recipient = '{}'", reader.email)).await;
    assert_eq!(told, 2, "that it was sent, and that something changed");
}

/// The table of moves stands twice, in Rust for the pages and in SQL for the rows.
#[rocket::async_test]
async fn the_two_tables_of_moves_agree() {
    let world = World::empty().await;
    let kept = world
        .text("SELECT string_agg(state || ' ' || step || ' ' || theirs, E'\\n' ORDER BY state, step) FROM care_referral_moves()")
        .await;
    let mut ours: Vec<String> = trove::psychosocial::referral::STATES
        .iter()
        .flat_map(|state| {
            trove::psychosocial::referral::next(state)
                .iter()
                .map(move |(step, theirs)| format!("{state} {step} {theirs}"))
        })
        .collect();
    ours.sort();
    let mut kept: Vec<&str> = kept.lines().collect();
    kept.sort_unstable();
    assert_eq!(kept, ours);
}

fn answers(world: &World, points: &[&str], filled: &str) -> Vec<(String, String)> {
    let mut fields = pairs(&[("scale.agreed", "true"), ("scale.filled", filled), ("scale.population", "general")]);
    fields.extend(day("scale.on", world.app.clock.today()));
    fields.extend(points.iter().enumerate().map(|(n, points)| (format!("answers.{}", n + 1), (*points).to_owned())));
    fields
}

#[rocket::async_test]
async fn a_scale_says_whether_to_talk_and_never_what_somebody_has() {
    let world = World::empty().await;
    let mut s = scene(&world, "no").await;
    let at = format!("{}/questions", s.file);
    s.helper.get(&at).await.is(Status::Ok).shows("không dùng để xét điều kiện").hides("/questions/3");
    let page = s.helper.get(&format!("{at}/1")).await;
    page.is(Status::Ok).shows("Tôi thấy bình tĩnh và thư thái").shows("CC BY-NC-SA").shows("không phải là chẩn đoán");
    // Every question has an answer, which may be that somebody does not want to; and none without consent.
    let mut some = answers(&world, &["3", "3", "", "3", "3"], "asked");
    let wrong = sent(&mut s.helper, &format!("{at}/1"), &some).await;
    wrong.is(Status::UnprocessableEntity);
    assert!(wrong.error_at("answers-3").is_some());
    some.retain(|(name, _)| name != "scale.agreed");
    assert!(sent(&mut s.helper, &format!("{at}/1"), &some).await.error_at("scale-agreed").is_some());
    sent(&mut s.helper, &format!("{at}/1"), &answers(&world, &["3", "3", "refused", "3", "3"], "asked"))
        .await
        .is(Status::SeeOther);
    s.helper.get(&s.file).await.shows("không tính, vì có câu không trả lời");
    let before = world.count("care_tasks").await;
    // Low and filled in alone: somebody calls the same day.
    let low = sent(&mut s.helper, &format!("{at}/1"), &answers(&world, &["2", "3", "2", "3", "2"], "self")).await;
    low.is(Status::SeeOther);
    assert_eq!(world.count("care_tasks").await, before + 1);
    s.helper.get(&s.file).await.shows("48").shows("Nên nói chuyện thêm");
    // Nothing of it in the database, nor on the case.
    let kept = dumped(&world).await;
    assert!(!kept.contains("who-5\"") && !kept.contains("Nên nói chuyện"));
    s.helper.get(&format!("/cases/{}", s.case)).await.hides("WHO-5").hides("Nên nói chuyện");
}

#[rocket::async_test]
async fn the_ninth_answer_starts_a_clock_whatever_the_sum() {
    let world = World::empty().await;
    let mut s = scene(&world, "no").await;
    let at = format!("{}/questions/3", s.file);
    // Only whoever was taught it, as the register says.
    s.helper.get(&at).await.is(Status::Conflict).shows("Chỉ cán bộ đã học");
    sent(&mut s.helper, &at, &answers(&world, &["0"; 9], "asked")).await.is(Status::Conflict);
    let (office, helper) = (s.offices.centre, s.helper.user.unwrap().0);
    world
        .sql(&format!(
            "INSERT INTO staff_courses (id, organisation_id, user_id, topic, title, held_on, written_by)
             VALUES (gen_random_uuid(), '{office}', '{helper}', 'scales', 'Thang đo', '2026-01-05', '{helper}')"
        ))
        .await;
    s.helper.get(&at).await.is(Status::Ok).shows("Chỉ hỏi khi gặp trực tiếp");
    let calm = sent(&mut s.helper, &at, &answers(&world, &["0"; 9], "asked")).await;
    assert_eq!(calm.is(Status::SeeOther).location.as_deref(), Some(s.file.as_str()));
    let mut points = ["0"; 9];
    points[8] = "1";
    points[2] = "refused";
    let danger = sent(&mut s.helper, &at, &answers(&world, &points, "asked")).await;
    let now = danger.is(Status::SeeOther).location.clone().unwrap();
    let page = s.helper.get(&now).await;
    page.is(Status::Ok).shows("115").shows("Ở lại cùng người ấy").shows("Cán bộ counsellor");
    // Whoever stands in is written to at once, without a word of whom or what.
    let mail = world
        .text(&format!("SELECT string_agg(subject || body, ' ') FROM mails WHERE recipient = '{}'", s.deputy.email))
        .await;
    assert!(mail.contains("cần anh/chị ngay"));
    for word in ["Lò Thị", s.case.as_str(), "tự làm hại", "PHQ"] {
        assert!(!mail.contains(word), "{word}");
    }
    // The clock stops only when it is said what was done.
    let task = now.rsplit('/').next().unwrap().to_owned();
    s.helper.post(&format!("{}/tasks/{task}", s.file), &[]).await.is(Status::NotFound);
    s.deputy.post(&now, &[]).await.is(Status::UnprocessableEntity).shows("ít nhất một việc");
    // Unanswered, others are called: those on duty read a colleague's name and nothing else.
    let duty = world.staff(office, Role::Supervisor).await;
    for _ in 0..5 {
        world.app.clock.advance(time::Duration::minutes(13));
        world.app.worker().run_due().await.unwrap();
        s.deputy.get(&s.file).await.is(Status::Ok);
    }
    let to_duty = world.count(&format!("mails WHERE recipient = '{}'", duty.email)).await;
    assert_eq!(to_duty, 1, "whoever keeps the roster is called at the second step");
    let subjects = world.text("SELECT string_agg(subject || body, ' ') FROM mails").await;
    assert!(!subjects.contains("Lò Thị") && !subjects.contains(&s.case));
    s.deputy.post(&now, &[("safety.done", "stayed"), ("safety.done", "ambulance")]).await.is(Status::SeeOther);
    s.deputy.get(&s.file).await.shows("Gọi cấp cứu").hides("Giữ an toàn ngay bây giờ");
    s.deputy.post(&now, &[("safety.done", "stayed")]).await.is(Status::NotFound);
}

#[rocket::async_test]
async fn signs_are_kept_with_what_somebody_chooses_and_are_no_verdict() {
    let world = World::empty().await;
    let mut s = scene(&world, "no").await;
    let at = format!("{}/checklist", s.file);
    s.helper.get(&at).await.is(Status::Ok).shows("không phải kết luận").shows("Bị giữ giấy tờ");
    let mut fields = pairs(&[
        ("signs.safe", "unsure"),
        ("signs.labour", "documents"),
        ("signs.labour", "wages"),
        ("signs.coerced", "true"),
        ("signs.words", SECRET),
        ("choice.hotline", "now"),
        ("choice.police", "no"),
    ]);
    for body in ["commune", "mission", "shelter", "legal-aid", "medical"] {
        fields.push((format!("choice.{body}"), "not-asked".into()));
    }
    fields.extend(day("signs.on", world.app.clock.today()));
    // A choice counts only after hearing what cannot be kept between them.
    let early = sent(&mut s.helper, &at, &fields).await;
    assert!(early.error_at("signs-told").is_some());
    assert_eq!(early.value("signs.words").as_deref(), Some(SECRET));
    fields.push(("signs.told".into(), "true".into()));
    // Somebody is told without their choice only on a ground, and with its reason.
    let mut duty = fields.clone();
    duty.push(("signs.ground".into(), "duty".into()));
    assert!(sent(&mut s.helper, &at, &duty).await.error_at("signs-because").is_some());
    let kept = sent(&mut s.helper, &at, &fields).await;
    let next = kept.is(Status::SeeOther).location.clone().unwrap();
    let page = s.helper.get(&next).await;
    page.is(Status::Ok)
        .shows("111")
        .shows("Gọi tổng đài 111")
        .shows("có thể chưa an toàn")
        .shows("không phải kết luận");
    s.helper.get(&s.file).await.shows("Bị giữ lương").shows("Công an, biên phòng: Không");
    // Nothing of it outside: no list, no case, no access log, no mail, no dump.
    let mut colleague = world.staff(s.offices.centre, Role::Supervisor).await;
    for path in [format!("/cases/{}", s.case), "/cases?scope=office".into(), "/cases/numbers".into(), "/shift".into()] {
        colleague.get(&path).await.is(Status::Ok).hides("dấu hiệu").hides("giấy tờ bị").hides(SECRET);
    }
    colleague.get(&next).await.is(Status::NotFound);
    assert_eq!(world.count("mails").await, 0);
    let dump = dumped(&world).await;
    for word in [SECRET, "coerced", "hotline\"", "\"wages\""] {
        assert!(!dump.contains(word), "{word} stands in the database");
    }
    let empty = pairs(&[("signs.safe", "yes")]);
    let wrong = sent(&mut s.helper, &at, &empty).await;
    assert!(wrong.error_at("signs-labour").is_some() && wrong.error_at("choice-hotline").is_some());
}

#[rocket::async_test]
async fn who_protects_is_kept_by_country_and_trusted_for_a_time() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    world.sql("UPDATE organisations SET country_code = 'JP' WHERE kind = 'mission'").await;
    let mut attache = world.staff(offices.mission, Role::Attache).await;
    let mut dolab = world.staff(offices.dolab, Role::Supervisor).await;
    let mut desk = world.staff(offices.desk, Role::Desk).await;
    let today = world.app.clock.today();
    let entry = |of: &str, until: time::Date| {
        let mut fields = pairs(&[
            ("of", of),
            ("contact.kind", "shelter"),
            ("contact.name", "Nhà Tạm Lánh Ví Dụ"),
            ("contact.phone", "+81 3 0000 0000"),
            ("contact.source", "gọi hỏi"),
        ]);
        fields.extend(day("contact.verified", today));
        fields.extend(day("contact.until", until));
        fields
    };
    let soon = today + time::Duration::days(30);
    attache.get("/protection/new?of=KR").await.is(Status::NotFound);
    sent(&mut attache, "/protection", &entry("KR", soon)).await.is(Status::NotFound);
    let wrong = sent(&mut attache, "/protection", &entry("JP", today + time::Duration::days(900))).await;
    wrong.is(Status::UnprocessableEntity);
    assert!(wrong.error_at("contact-until").is_some());
    assert_eq!(wrong.value("contact.name").as_deref(), Some("Nhà Tạm Lánh Ví Dụ"));
    sent(&mut attache, "/protection", &entry("JP", soon)).await.is(Status::SeeOther);
    sent(&mut dolab, "/protection", &entry("VN", soon)).await.is(Status::SeeOther);
    desk.get("/protection?country=JP").await.is(Status::Ok).shows("tel:+81300000000").hides("/protection/new");
    let id = world.text("SELECT id FROM protection_contacts WHERE country_code = 'JP'").await;
    let mut edited = entry("JP", soon);
    edited.push(("version".into(), "1".into()));
    sent(&mut dolab, &format!("/protection/{id}"), &edited).await.is(Status::SeeOther);
    sent(&mut attache, &format!("/protection/{id}"), &edited).await.is(Status::Conflict);
    desk.get(&format!("/protection/{id}")).await.is(Status::Forbidden);
    // What is over is said to be, and is not a number to press.
    world.sql("UPDATE protection_contacts SET verified_on = '2020-01-01', valid_until = '2020-06-01'").await;
    desk.get("/protection?country=JP").await.shows("Quá hạn").hides("tel:+81300000000");
}
