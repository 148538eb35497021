//! What holds the house together: arrows point left, routes are guarded, every message is there in both languages,
//! and nobody asks the time but the clock.

#![expect(clippy::unwrap_used, reason = "a test fails by them, its helpers included")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The modules from left to right; those within one group do not use each other.
const ORDER: &[&[&str]] = &[
    &["schema"],
    &["base"],
    &["vocabulary"],
    &["access"],
    &["page"],
    &["account", "instrument"],
    &["person"],
    &["episode"],
    &["case"],
    &["skill"],
    &["employment"],
    &["training"],
    &["psychosocial"],
    &["intake"],
    &["import"],
    &["contract"],
    &["statistics"],
    &["home"],
    &["demo"],
    // Of the program, not of the library: it uses what `lib.rs` offers.
    &["command"],
];

/// Where the house departs from that order, and why.
const EXCEPTIONS: &[(&str, &str)] = &[
    // A route must say that it is open, which is a guard; guards need to know who is signed in.
    ("vocabulary/pages.rs", "access"),
];

fn files(under: &str, ending: &str) -> Vec<PathBuf> {
    fn walk(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, ending, found);
            } else if path.to_string_lossy().ends_with(ending) {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&root().join(under), ending, &mut found);
    found.sort();
    assert!(!found.is_empty(), "no {ending} under {under}");
    found
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn name(path: &Path, under: &str) -> String {
    path.strip_prefix(root().join(under)).unwrap().to_string_lossy().into_owned()
}

/// The code of a file without its comments and its tests, which may do what the code must not.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let text = text.split("#[cfg(test)]").next().unwrap();
    text.lines().map(|line| if line.trim_start().starts_with("//") { "" } else { line }).collect::<Vec<_>>().join("\n")
}

fn place(module: &str) -> Option<(usize, usize)> {
    ORDER
        .iter()
        .enumerate()
        .find_map(|(group, modules)| modules.iter().position(|m| *m == module).map(|at| (group, at)))
}

#[test]
fn arrows_point_left() {
    let mut wrong = Vec::new();
    let mut modules = BTreeSet::new();
    for file in files("src", ".rs") {
        let file_name = name(&file, "src");
        let module = file_name.split(['/', '.']).next().unwrap().to_owned();
        if matches!(module.as_str(), "lib" | "main") {
            continue;
        }
        let here = place(&module).unwrap_or_else(|| panic!("src/{module} has no place in ORDER of tests/rules.rs"));
        modules.insert(module.clone());
        for (at, _) in code(&file).match_indices("crate::") {
            let rest = &code(&file)[at + "crate::".len()..];
            let used: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
            if used == module || used.starts_with(char::is_uppercase) && module == "demo" {
                continue;
            }
            let Some(there) = place(&used) else {
                wrong.push(format!("src/{file_name} uses crate::{used}, which has no place"));
                continue;
            };
            let allowed = there.0 < here.0 || EXCEPTIONS.contains(&(file_name.as_str(), used.as_str()));
            if !allowed {
                wrong.push(format!("src/{file_name} uses crate::{used}, which stands to its right"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let listed: BTreeSet<String> = ORDER.iter().flat_map(|group| group.iter().map(|m| m.to_string())).collect();
    assert_eq!(modules, listed, "ORDER names exactly the modules there are");
}

/// The signature of every handler: what stands between a route attribute and the body.
fn handlers() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for file in files("src", ".rs") {
        let text = code(&file);
        for method in ["#[get(", "#[head(", "#[post(", "#[put(", "#[delete(", "#[patch("] {
            for (at, _) in text.match_indices(method) {
                let rest = &text[at..];
                let signature = rest.split_once("fn ").map(|(_, rest)| rest).unwrap_or_default();
                found.push((name(&file, "src"), signature.split(" {").next().unwrap().to_owned()));
            }
        }
    }
    assert!(found.len() > 25);
    found
}

#[test]
fn every_handler_carries_a_guard() {
    for (file, signature) in handlers() {
        let guarded = ["Read<", "Write<", "Later<", "Snapshot<", "Open", "User"]
            .iter()
            .any(|guard| signature.contains(&format!(": {guard}")));
        assert!(
            guarded,
            "src/{file}: {signature}\nhas neither Read, Write, Later, Snapshot, User nor Open in its signature"
        );
    }
}

#[test]
fn only_a_post_writes_and_each_write_claims_its_submission() {
    for held in ["src/case/held.rs", "src/psychosocial/held.rs"] {
        let begin = code(&root().join(held));
        let begin = begin.split_once("fn begin<").unwrap().1.split("\n}\n").next().unwrap();
        assert!(begin.contains(".claim("), "{held}: an act does not claim its submission");
    }
    for file in files("src", ".rs") {
        let text = code(&file);
        for part in text.split("#[get(").skip(1) {
            let (signature, rest) = part.split_once(" {\n").unwrap();
            let body = rest.split("\n}\n").next().unwrap();
            // What looks something up over another connection first reads later.
            let writes =
                signature.contains(": Write<") || signature.contains(": Later<") && !body.contains("later.read()");
            assert!(!writes, "src/{}: a GET writes:{signature}", name(&file, "src"));
        }
        // A piece of a file has no form: it is claimed by where it begins, and one that belongs elsewhere is refused.
        for part in text.split("#[patch(").skip(1) {
            let body = part.split("\n}\n").next().unwrap();
            let by_offset = body.contains("tus.offset") && body.contains("Appended::Elsewhere");
            assert!(by_offset, "src/{}: a PATCH that does not go by its offset", name(&file, "src"));
        }
        for part in text.split("#[post(").skip(1) {
            let (signature, rest) = part.split_once(" {\n").unwrap();
            let body = rest.split("\n}\n").next().unwrap();
            // A handler of one line hands on to a function of its file.
            let hands_on = body.trim().matches(';').count() == 0;
            if (signature.contains(": Write<") || signature.contains(": Later<")) && !hands_on {
                assert!(
                    body.contains(".claim(") || body.contains("held::begin("),
                    "src/{}: a write that does not claim its submission:{signature}",
                    name(&file, "src")
                );
            }
        }
    }
}

/// Data keys are unwrapped where the authorisation function was asked just before, and restricted rows are read nowhere else.
#[test]
fn restricted_keys_are_unwrapped_behind_the_authorisation_alone() {
    let unwrap_them = ["src/psychosocial/file.rs", "src/psychosocial/referral/store.rs", "src/episode/status.rs"];
    for file in files("src", ".rs") {
        let (name, text) = (format!("src/{}", name(&file, "src")), code(&file));
        if text.contains("unwrap_data_key(") && name != "src/base/seal/data.rs" {
            assert!(unwrap_them.contains(&name.as_str()), "{name} unwraps a data key");
            let asked = text.find("may(user, Permission::").expect("asks the authorisation function");
            assert!(asked < text.find("unwrap_data_key(").unwrap(), "{name} unwraps before it asks");
        }
        let restricted =
            ["care_files", "care_staff", "care_records", "care_plans", "care_tasks", "care_breaks", "care_referral"];
        let reads = restricted.iter().any(|table| text.contains(&format!("{table}::table")));
        assert!(!reads || name.starts_with("src/psychosocial/"), "{name} reads a restricted table");
    }
}

/// The messages of a language, by key.
fn messages(language: &str) -> BTreeMap<String, (String, String)> {
    let mut all = BTreeMap::new();
    for file in files(&format!("locales/{language}"), ".ftl") {
        let text = fs::read_to_string(&file).unwrap();
        let mut key = String::new();
        for line in text.lines() {
            if let Some((name, value)) = line.split_once(" = ").filter(|(n, _)| !n.starts_with([' ', '#', '[', '*'])) {
                key = name.to_owned();
                let file_name = file.file_name().unwrap().to_string_lossy().into_owned();
                let before = all.insert(key.clone(), (value.to_owned(), file_name));
                assert!(before.is_none(), "{key} stands twice in locales/{language}");
            } else if let Some((value, _)) = all.get_mut(&key).filter(|_| line.starts_with(' ')) {
                value.push_str(line);
            }
        }
    }
    all
}

#[test]
fn every_message_is_there_in_both_languages_with_the_same_arguments() {
    let (vi, en) = (messages("vi"), messages("en"));
    let keys = |m: &BTreeMap<String, (String, String)>| {
        m.iter().map(|(k, (_, file))| format!("{file} {k}")).collect::<BTreeSet<_>>()
    };
    assert_eq!(keys(&vi), keys(&en), "a key that one language lacks, or in another file");
    for (key, (text, _)) in &vi {
        let arguments = |text: &str| {
            text.match_indices('$')
                .map(|(at, _)| text[at + 1..].chars().take_while(|c| c.is_ascii_alphanumeric()).collect::<String>())
                .collect::<BTreeSet<_>>()
        };
        assert_eq!(arguments(text), arguments(&en[key].0), "{key}");
        for never in ["bỏ trốn", "lao động xuất khẩu", "ran away", "illegal"] {
            // "bỏ trống" is to leave empty.
            let says = |text: &str| text.to_lowercase().replace("bỏ trống", "").contains(never);
            assert!(!says(text) && !says(&en[key].0), "{key} says {never}");
        }
    }
}

/// Every text in quotes of templates and code that looks like a key must be one; every key must be used.
#[test]
fn every_message_used_is_known_and_every_known_one_is_used() {
    let known = messages("vi");
    let mut text = String::new();
    for file in files("templates", ".html").into_iter().chain(files("src", ".rs")) {
        text += &fs::read_to_string(&file).unwrap();
    }
    for file in files("templates", ".html") {
        let template = fs::read_to_string(&file).unwrap();
        for (at, _) in template.match_indices("\"|t") {
            let key = template[..at].rsplit('"').next().unwrap();
            assert!(known.contains_key(key), "{} says {key:?}, which no language knows", name(&file, "templates"));
        }
        let visible: String =
            template.split("{#").map(|part| part.split_once("#}").map_or(part, |(_, after)| after)).collect();
        for word in visible.split(['<', '>', '{', '}']).filter(|w| !w.contains(['%', '"', '='])) {
            assert!(
                !word.chars().any(|c| "ăâđêôơưĂÂĐÊÔƠƯ".contains(c)),
                "{} has words of its own: {word:?}",
                name(&file, "templates")
            );
        }
    }
    // Keys made of a prefix and a code, as `sex-male` is.
    let prefixes = [
        "sex-",
        "marital-",
        "answer-",
        "reads-",
        "absence-",
        "level-",
        "said-by-",
        "document-kind-",
        "shown-as-",
        "contact-kind-",
        "address-kind-",
        "act-",
        "table-",
        "error-page-",
        "role-",
        "list-",
        "error-",
        "person-",
        "document-",
        "contact-",
        "call-",
        "assessment-",
        "attachment-kind-",
        "attachment-refused-",
        "target-",
        "part-of-day-",
        "address-",
        "standing-",
        "door-",
        "timing-",
        "notice-",
        "return-",
        "migration-",
        "phase-",
        "urgency-",
        "flag-",
        "service-",
        "outcome-",
        "closing-",
        "account-tie-",
        "course-topic-",
        "skills-",
        "skill-",
        "soft-skill-",
        "recognition-state-",
        "recognition-step-",
        "certificate-shows-",
        "employer-willing-",
        "vacancy-kind-",
        "vacancy-has-",
        "vacancy-must-",
        "vacancy-ended-",
        "search-hours-",
        "search-also-",
        "search-must-",
        "barrier-",
        "match-",
        "referral-",
        "placement-",
        "counselling-way-",
        "counselling-barrier-",
        "counselling-who-",
        "counselling-state-",
        "incentive-kind-",
        "incentive-state-",
        "complaint-stage-",
        "complaint-ground-",
        "complaint-state-",
        "complaint-act-",
        "complaint-body-",
        "care-mode-",
        "care-shows-",
        "care-part-",
        "care-talk-form-",
        "care-talk-done-",
        "care-wish-",
        "care-ended-",
        "glass-scope-",
        "care-service-",
        "scale-",
        "safety-done-",
        "signs-",
        "safeguard-kind-",
        "care-letter-",
        "care-step-",
        "fair-when-",
        "fair-visit-",
        "learning-kind-",
        "learning-at-",
        "demand-ended-",
        "enrolment-",
        "roll-there-",
        "next-by-",
        "happened-",
        "hand-over-state-",
        "hand-over-silence-",
        "topic-",
        "mail-silence",
        "message-",
        "outbox-",
        "counting-",
        "release-state-",
        "release-view-",
        "match-",
        "pair-decision-",
        "pair-said-",
        "pair-verdict-",
        "merge-warning-",
        "flight-count-",
        "flight-state-",
        "import-encoding-",
        "import-field-",
        "import-state-",
        "import-dates-",
        "unknown-",
        "member-",
        "relation-",
        "poverty-",
        "consent-how-",
        "link-worker-",
        "departure-state-",
        "departure-ground-",
        "right-scheme-",
        "right-condition-",
        "dimension-",
        "plan-state-",
        "plan-clock-",
        "plan-by-",
        "plan-agreed-",
        // Made from the fields of an entry too.
        "provider-",
        "timeline-",
        "exclusion-kind-",
        "print-stands-",
        "form-place-",
        "export-group-",
        "export-format-",
        "export-state-",
    ];
    let unused: Vec<&String> = known
        .keys()
        // Some messages are there once for each kind of list; see import::Kind::key.
        .filter(|key| !text.contains(&format!("\"{}\"", key.strip_suffix("-contracts").unwrap_or(key))))
        .filter(|key| !prefixes.iter().any(|p| key.starts_with(p)))
        .collect();
    assert!(unused.is_empty(), "nothing says {unused:?}");
    // Codes made from messages must all be there.
    for (prefix, codes) in [
        ("sex", trove::person::SEXES.to_vec()),
        ("marital", trove::person::MARITAL.to_vec()),
        ("answer", trove::person::YES_NO.to_vec()),
        ("reads", trove::person::READS.to_vec()),
        ("said-by", trove::person::SAID_BY.to_vec()),
        ("absence", trove::person::Absence::ALL.map(|a| a.code()).to_vec()),
        ("level", trove::person::Level::ALL.map(|l| l.code()).to_vec()),
        ("document-kind", trove::person::document::KINDS.to_vec()),
        ("shown-as", trove::person::document::SHOWN_AS.to_vec()),
        ("contact-kind", trove::person::part_form::CONTACT_KINDS.to_vec()),
        ("address-kind", trove::person::part_form::ADDRESS_KINDS.to_vec()),
        ("standing", trove::episode::STANDINGS.to_vec()),
        ("door", trove::episode::DOORS.to_vec()),
        ("timing", trove::episode::Timing::ALL.map(|t| t.code()).to_vec()),
        ("return-voluntary", trove::episode::VOLUNTARY.to_vec()),
        ("return-assisted", trove::episode::ASSISTED.to_vec()),
        ("return-duration", trove::episode::DURATIONS.to_vec()),
        ("return-reason", trove::episode::REASONS.to_vec()),
        ("return-regularity", trove::episode::REGULARITIES.to_vec()),
        ("migration-channel", trove::episode::migration::CHANNELS.to_vec()),
        ("migration-found-by", trove::episode::migration::FOUND_BY.to_vec()),
        ("migration-objective-met", trove::episode::migration::OBJECTIVE_MET.to_vec()),
        ("phase", trove::case::Phase::ALL.map(|p| p.code()).to_vec()),
        ("urgency", trove::case::URGENCIES.to_vec()),
        ("flag", trove::case::FLAGS.to_vec()),
        ("service", trove::case::SERVICE_KINDS.to_vec()),
        ("service-state", vec!["planned", "under-way", "done", "not-done"]),
        ("outcome", trove::case::OUTCOMES.to_vec()),
        ("closing", trove::case::CLOSING_REASONS.to_vec()),
        ("next-by", trove::case::NEXT_BY.to_vec()),
        ("hand-over-state", vec!["offered", "accepted", "declined", "revoked"]),
        ("hand-over-silence", vec!["1", "2", "3"]),
        ("call-outcome", trove::case::contact::OUTCOMES.to_vec()),
        ("message", trove::case::message::KINDS.map(|k| k.code).to_vec()),
        ("message-of", trove::case::message::KINDS.map(|k| k.code).to_vec()),
        ("message-way", vec!["sms", "mail", "call", "none"]),
        ("outbox-channel", trove::base::mail::Channel::ALL.map(|c| c.code()).to_vec()),
        ("form-place", trove::case::form::PLACES.to_vec()),
        ("export-group", trove::case::export::GROUPS.to_vec()),
        ("export-format", trove::page::Format::ALL.map(|f| f.code()).to_vec()),
        ("export-state", vec!["running", "ready", "over", "failed"]),
        ("part-of-day", trove::case::contact::Part::ALL.map(|p| p.code()).to_vec()),
        ("notice", vec!["not-applicable", "not-known", "due", "passed", "given"]),
        ("topic", trove::intake::contacts::TOPICS.to_vec()),
        ("pair-decision", trove::person::pair::DECISIONS.to_vec()),
        ("pair-said", trove::person::pair::DECISIONS.to_vec()),
        ("pair-verdict", vec!["same", "close", "different", "unknown"]),
        ("merge-warning", vec!["planned", "cases", "protected"]),
        ("contact-outcome", trove::contract::OUTCOMES.to_vec()),
        ("contact-task-kind", trove::contract::LISTS.to_vec()),
        ("unknown", trove::contract::LISTS.to_vec()),
        ("import-field", trove::import::Field::ALL.map(|f| f.code()).to_vec()),
        ("import-field", vec![trove::import::LEAVE_OUT]),
        ("import-encoding", trove::import::encoding::ENCODINGS.to_vec()),
        ("import-dates", trove::import::dates::Order::CODES.to_vec()),
        ("import-state", vec!["asked", "staging", "matching", "checked", "committing", "done", "stopped"]),
        ("relation", trove::person::household::RELATIONS.to_vec()),
        ("member-living", trove::person::household::LIVING.to_vec()),
        ("member-schooling", trove::person::household::SCHOOLING.to_vec()),
        ("member-cared-by", trove::person::household::CARED_BY.to_vec()),
        ("member-need", trove::person::household::NEEDS.to_vec()),
        ("member-apart", trove::person::household::APART.to_vec()),
        ("poverty", trove::person::household::POVERTY.to_vec()),
        ("poverty-source", trove::person::household::POVERTY_SOURCES.to_vec()),
        ("poverty-because", trove::person::household::POVERTY_BECAUSE.to_vec()),
        ("consent-how", trove::person::household::CONSENT_HOW.to_vec()),
        ("departure-state", trove::episode::departure::DEPARTURE_STATES.to_vec()),
        ("departure-ground", trove::episode::departure::DEPARTURE_GROUNDS.to_vec()),
        ("right-scheme", trove::episode::rights::SCHEMES.to_vec()),
        ("right-condition", trove::episode::rights::CONDITIONS.to_vec()),
        ("dimension", trove::case::assistance::Dimension::ALL.map(|d| d.code()).to_vec()),
        ("attachment-kind", trove::case::attachment::KINDS.to_vec()),
        ("attachment-refused", trove::case::attachment::REFUSALS.to_vec()),
        ("plan-by", trove::case::plan::RESPONSIBLE.to_vec()),
        ("plan-agreed", trove::case::plan::AGREED_HOW.to_vec()),
        ("plan-state", vec!["draft", "sent", "in-force", "replaced"]),
        ("plan-clock", vec!["not-applicable", "not-known", "due", "past", "in-force"]),
        ("provider-serves", trove::case::provider::SERVES.to_vec()),
        ("timeline", vec!["standard", "work"]),
        ("care-mode", trove::psychosocial::CONSENT_MODES.to_vec()),
        ("care-mode", trove::psychosocial::opening::WITHOUT.to_vec()),
        ("care-talk-form", trove::psychosocial::talk::FORMS.to_vec()),
        ("care-talk-done", trove::psychosocial::talk::DONE.to_vec()),
        ("care-wish", trove::psychosocial::talk::WISHES.to_vec()),
        ("care-ended", trove::psychosocial::ending::REASONS.to_vec()),
        ("care-letter-state", trove::psychosocial::referral::STATES.to_vec()),
        ("care-letter", trove::psychosocial::referral::FIELDS.to_vec()),
        ("care-step", trove::psychosocial::referral::STEPS.to_vec()),
        ("care-service", trove::psychosocial::referral::SERVICES.iter().map(|s| s.code).collect()),
        ("scale-name", trove::psychosocial::scale::all().iter().map(|s| s.code.as_str()).collect()),
        ("scale-about", trove::psychosocial::scale::all().iter().map(|s| s.code.as_str()).collect()),
        ("scale-population", trove::psychosocial::scale::POPULATIONS.to_vec()),
        ("scale-filled", trove::psychosocial::scale::FILLED.to_vec()),
        ("scale-advice", vec!["none", "talk", "refer"]),
        ("safety-done", trove::psychosocial::scale::safety::DONE.to_vec()),
        ("signs-labour", trove::psychosocial::signs::LABOUR.to_vec()),
        ("signs-trafficking", trove::psychosocial::signs::TRAFFICKING.to_vec()),
        ("signs-safe", trove::psychosocial::signs::SAFE.to_vec()),
        ("signs-body", trove::psychosocial::signs::BODIES.to_vec()),
        ("signs-choice", trove::psychosocial::signs::CHOICES.to_vec()),
        ("signs-ground", trove::psychosocial::signs::GROUNDS.to_vec()),
        ("safeguard-kind", trove::psychosocial::protection::KINDS.to_vec()),
        ("glass-scope", trove::psychosocial::glass::SCOPES.to_vec()),
        ("care-part", vec!["helper", "deputy", "reads", "plan"]),
        ("employer-willing", trove::employment::employer::WILLING.to_vec()),
        ("vacancy-has", trove::employment::vacancy::form::HAS.to_vec()),
        ("vacancy-must", trove::employment::vacancy::form::MUST.to_vec()),
        ("vacancy-ended", trove::employment::vacancy::ENDED.to_vec()),
        ("search-hours", trove::employment::search::HOURS.to_vec()),
        ("search-also", trove::employment::search::ALSO.to_vec()),
        ("search-must", trove::employment::search::MUST.to_vec()),
        ("barrier", trove::employment::matching::Barrier::ALL.map(|b| b.code()).to_vec()),
        ("match-why", trove::employment::matching::occupation::WHYS.to_vec()),
        ("match-level", trove::employment::matching::STANDINGS.to_vec()),
        ("match-because", trove::employment::proposals::BECAUSE.to_vec()),
        ("referral-state", trove::employment::referral::STATES.to_vec()),
        ("referral-act", trove::employment::referral::ACTS.to_vec()),
        ("referral-because", trove::employment::referral::NOT_HIRED.to_vec()),
        ("referral-because", trove::employment::referral::DECLINED.to_vec()),
        ("happened-case-referral", trove::employment::referral::STATES.to_vec()),
        ("counselling-way", trove::employment::counselling::WAYS.to_vec()),
        ("counselling-barrier", trove::employment::counselling::BARRIERS.to_vec()),
        ("counselling-who", trove::employment::counselling::WHO.to_vec()),
        ("counselling-state", vec!["open", "done", "dropped"]),
        ("incentive-kind", trove::employment::incentive::KINDS.to_vec()),
        ("incentive-state", trove::employment::incentive::STATES.to_vec()),
        ("complaint-stage", trove::employment::complaint::STAGES.to_vec()),
        ("complaint-ground", trove::employment::complaint::GROUNDS.to_vec()),
        ("complaint-state", trove::employment::complaint::STATES.to_vec()),
        ("complaint-act", trove::employment::complaint::ACTS.to_vec()),
        ("complaint-body", trove::employment::complaint::BODIES.to_vec()),
        ("happened-case-complaint", trove::employment::complaint::ACTS.to_vec()),
        ("fair-visit", vec!["invited", "came", "absent"]),
        ("learning-kind", trove::training::course::KINDS.to_vec()),
        ("demand-ended", trove::training::request::ENDED.to_vec()),
        ("enrolment-paid-by", trove::training::enrolment::PAID_BY.to_vec()),
        ("enrolment-outcome", trove::training::enrolment::OUTCOMES.to_vec()),
        ("enrolment-state", trove::training::enrolment::OUTCOMES.to_vec()),
        ("happened-case-course", trove::training::enrolment::OUTCOMES.to_vec()),
        ("enrolment-because", trove::training::enrolment::BECAUSE.to_vec()),
        ("roll-there", trove::training::roll::THERE.to_vec()),
        ("placement-found", trove::employment::placement::FOUND.to_vec()),
        ("placement-uses", trove::employment::placement::USES.to_vec()),
        ("placement-far", trove::employment::placement::FAR.to_vec()),
        ("placement-left", trove::employment::placement::LEFT.to_vec()),
        ("answer", trove::employment::placement::YES_NO.to_vec()),
        ("placement-check", vec!["0", "1", "2"]),
        ("placement-next", vec!["1", "2"]),
        ("skills", trove::skill::Kind::ALL.map(|k| k.code()).to_vec()),
        ("skill-add", trove::skill::Kind::ALL.map(|k| k.code()).to_vec()),
        ("soft-skill", trove::skill::SOFT.to_vec()),
        ("skill-source", trove::skill::SOURCES.to_vec()),
        ("skill-standing", vec!["declared", "documented", "assessed", "certified"]),
        ("certificate-shows", trove::skill::certificate::SHOWS.to_vec()),
        (
            "recognition-state",
            vec!["asked", "incomplete", "complete", "booked", "assessed", "granted", "refused", "appealed", "given-up"],
        ),
        (
            "recognition-step",
            vec![
                "incomplete",
                "complete",
                "booked",
                "missed",
                "assessed",
                "granted",
                "refused",
                "appealed",
                "kept",
                "again",
                "given-up",
            ],
        ),
        ("release-state", trove::statistics::State::ALL.map(|s| s.code()).to_vec()),
        ("release-view", vec!["protected", "approved", "published", "withdrawn"]),
    ] {
        for code in codes {
            assert!(known.contains_key(&format!("{prefix}-{code}")), "no word for {prefix}-{code}");
        }
    }
    for field in trove::person::matching::Field::ALL {
        for level in field.levels() {
            let key = format!("match-{}-{}", field.code(), level.code);
            assert!(known.contains_key(&key), "no word for {key}");
        }
    }
    for fact in trove::person::FACTS {
        assert!(known.contains_key(&format!("person-{}", fact.replace('_', "-"))), "no word for the fact {fact}");
    }
    for file in files("src", ".rs") {
        let text = fs::read_to_string(&file).unwrap();
        for quoted in text.split('"').skip(1).step_by(1) {
            if quoted.starts_with("error-")
                && quoted.len() > 6
                && quoted.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
                && !quoted.ends_with('-')
            {
                assert!(known.contains_key(quoted), "{} says {quoted}, which no language knows", name(&file, "src"));
            }
        }
    }
}

#[test]
fn only_the_clock_tells_the_time() {
    for file in files("src", ".rs") {
        let file_name = name(&file, "src");
        for forbidden in ["now_utc()", "SystemTime::now", "now_local()", "Utc::now"] {
            let allowed = file_name == "base/clock.rs";
            assert!(allowed || !code(&file).contains(forbidden), "src/{file_name} asks {forbidden}");
        }
    }
    for file in files("database", ".sql").into_iter().chain(files("migrations", ".sql")) {
        let text: String = fs::read_to_string(&file)
            .unwrap()
            .lines()
            .map(|l| l.split("--").next().unwrap().to_lowercase() + "\n")
            .collect();
        let text = text.replace("app_now()", "").replace("return statement_timestamp() + coalesce", "");
        for forbidden in
            ["now()", "current_date", "current_timestamp", "clock_timestamp", "statement_timestamp", "localtime"]
        {
            assert!(!text.contains(forbidden), "{} asks {forbidden}", file.display());
        }
    }
}

#[test]
fn rooms_stay_rooms() {
    for file in files("src", ".rs") {
        let lines = fs::read_to_string(&file).unwrap().lines().count();
        // One file has every table, and tests are as long as what they test.
        let exempt = file.ends_with("tests.rs") || file.ends_with("src/schema.rs");
        assert!(lines <= 430 || exempt, "src/{} has {lines} lines: split it by act", name(&file, "src"));
    }
}

#[test]
fn numbers_of_policy_have_a_source() {
    let text = fs::read_to_string(root().join("database/parameters.sql")).unwrap();
    let used: BTreeSet<String> = files("database", ".sql")
        .iter()
        .map(|f| fs::read_to_string(f).unwrap())
        .chain(files("src", ".rs").iter().map(|f| fs::read_to_string(f).unwrap()))
        .flat_map(|t| {
            t.split("current_parameter('")
                .skip(1)
                .map(|rest| rest.split('\'').next().unwrap().to_owned())
                .collect::<Vec<_>>()
        })
        .collect();
    for code in used {
        assert!(text.contains(&format!("('{code}',")), "{code} has no row in database/parameters.sql");
    }
    for line in text.lines().filter(|l| l.trim_start().starts_with("('")) {
        assert_eq!(line.matches('\'').count(), 8, "code, date, unit and source: {line}");
    }
}
