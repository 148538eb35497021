//! The made-up world shows the whole journey, and keeps every rule that binds real people.

use trove::demo;

use crate::support::World;

async fn loaded(people: u32) -> World {
    let world = World::empty().await;
    demo::load(&world.app, people, 3, |_| {}).await.unwrap();
    world
}

/// Every case with where it stands, its return, and what was answered about it; nothing that moves with the clock.
const STORIES: &str = "SELECT string_agg(concat_ws(' ', p.code, e.standing, e.door, e.entered_on, e.left_on, e.previous_country, \
    m.channel, m.contract_end, c.code, c.phase, c.urgency, u.email, h.state, n.reason), ';' ORDER BY p.code, e.registered_at) \
    FROM persons p JOIN episodes e ON e.person_id = p.id LEFT JOIN labour_migrations m ON m.episode_id = e.id \
    LEFT JOIN cases c ON c.episode_id = e.id LEFT JOIN users u ON u.id = c.accountable_id \
    LEFT JOIN hand_overs h ON h.case_id = c.id LEFT JOIN closures n ON n.case_id = c.id";

#[rocket::async_test]
async fn three_hundred_people_show_the_whole_journey() {
    let (world, other) = rocket::tokio::join!(loaded(300), loaded(300));
    // Whose contract is whose is found by the worker.
    while world.app.worker().run_due().await.unwrap() > 0 {}
    assert_eq!(world.text(STORIES).await, other.text(STORIES).await, "the same for the same seed");
    for (what, expected) in [
        (
            "SELECT string_agg(DISTINCT phase, ' ' ORDER BY phase) FROM cases",
            "assessment closed follow-up implementation intake planning",
        ),
        (
            "SELECT string_agg(DISTINCT standing, ' ' ORDER BY standing) FROM episodes",
            "family planned returned stayed-abroad undecided",
        ),
        (
            "SELECT string_agg(DISTINCT door, ' ' ORDER BY door) FROM episodes",
            "airport commune esc hotline land-gate mission referral sea-gate",
        ),
        ("SELECT string_agg(DISTINCT state, ' ' ORDER BY state) FROM hand_overs", "accepted declined offered revoked"),
        ("SELECT string_agg(DISTINCT urgency, ' ' ORDER BY urgency) FROM cases", "immediate priority routine"),
    ] {
        assert_eq!(world.text(what).await, expected, "{what}");
    }
    for never in [
        "cases c JOIN users u ON u.id = c.accountable_id WHERE u.organisation_id <> c.holder_id",
        "persons p WHERE merged_into IS NULL AND NOT EXISTS (SELECT FROM episodes e WHERE e.person_id = p.id)",
        "episodes WHERE entered_on > (registered_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date",
        "cases c JOIN hand_overs h ON h.case_id = c.id AND h.state = 'accepted' WHERE c.holder_id <> h.to_id",
        "cases c JOIN hand_overs h ON h.case_id = c.id AND h.state <> 'accepted' WHERE c.holder_id <> h.from_id",
        "hand_overs WHERE answered_at < offered_at",
        "cases c WHERE phase = 'closed' AND NOT EXISTS (SELECT FROM closures n WHERE n.case_id = c.id AND n.reopened_at IS NULL)",
        "cases c JOIN closures n ON n.case_id = c.id WHERE n.reopened_at IS NULL AND c.phase <> 'closed'",
        // The last move that the timeline tells is where the case stands.
        "cases c WHERE phase NOT IN ('closed', 'intake') AND phase IS DISTINCT FROM \
         (SELECT v.about->>'to' FROM events v WHERE v.subject_id = c.id AND v.kind = 'case.phase' ORDER BY v.at DESC LIMIT 1)",
        "events v JOIN cases c ON c.id = v.subject_id WHERE v.at < c.opened_at",
        "hand_overs h WHERE state = 'accepted' AND NOT EXISTS (SELECT FROM events v WHERE v.subject_id = h.case_id \
         AND v.kind = 'case.hand-over-accepted' AND abs(extract(epoch FROM v.at - h.answered_at)) < 5)",
        "cases c JOIN episodes e ON e.id = c.episode_id WHERE NOT EXISTS \
         (SELECT FROM person_access a WHERE a.person_id = e.person_id AND a.organisation_id = c.holder_id)",
        "cases c WHERE phase IN ('implementation', 'follow-up') AND NOT EXISTS (SELECT FROM plans p WHERE p.case_id = c.id AND p.state = 'in-force')",
        "slips s JOIN slip_batches b ON b.id = s.batch_id WHERE s.bound_at < b.issued_at",
        "organisations WHERE phone IS NULL OR hours IS NULL",
        "organisations o WHERE EXISTS (SELECT FROM duty_shifts d WHERE d.organisation_id = o.id) AND NOT EXISTS \
         (SELECT FROM duty_shifts d WHERE d.organisation_id = o.id AND d.starts_at <= app_now() AND d.ends_at > app_now())",
    ] {
        assert_eq!(world.count(never).await, 0, "{never}");
    }
    for some in [
        "episodes WHERE standing = 'planned' AND expected_on >= (app_now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date",
        "cases WHERE next_on < (app_now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date",
        "cases WHERE next_step IS NULL AND phase <> 'closed'",
        "slips WHERE bound_at IS NOT NULL",
        "residence_notices",
        "private_talks",
        "information_contacts",
        "outreach_sessions",
        "manifest_rows r JOIN manifests m ON m.id = r.manifest_id WHERE m.arrives_on >= (app_now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date - 1 AND r.episode_id IS NOT NULL",
        "manifest_rows WHERE state = 'arrived' AND episode_id IS NOT NULL",
        "manifest_rows WHERE state = 'declined'",
        "manifest_rows WHERE looked_for_at IS NOT NULL",
        "users WHERE email LIKE 'supervisor.dolab@%'",
        "duplicate_suspicions WHERE reason = 'same-number'",
        "duplicate_suspicions WHERE probability IS NOT NULL",
        "duplicate_decisions WHERE decision = 'different'",
        "merges",
        "contract_departures",
        "contract_departures c WHERE c.contract_end < (app_now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date - 40 AND NOT EXISTS (SELECT FROM contract_links l WHERE l.contract_id = c.id)",
        "contract_links WHERE decision = 'same'",
        "contract_links WHERE decision IS NULL",
        "episode_contracts",
        "import_rows WHERE state = 'faulty'",
        "services WHERE kind = 'psychosocial' AND listed_id IS NOT NULL",
        "care_files WHERE shows",
        "care_plans",
        "protection_contacts WHERE country_code = 'JP'",
        "care_tasks WHERE done_at IS NULL",
        "care_referrals WHERE state = 'sent'",
        "services WHERE kind = 'vocational-training' AND intervention_id IS NOT NULL",
        "plans WHERE state = 'draft'",
        "organisations o WHERE EXISTS (SELECT FROM duty_gaps(o.id, app_now(), app_now() + interval '7 days')) AND EXISTS (SELECT FROM duty_shifts d WHERE d.organisation_id = o.id)",
        "plans WHERE state = 'sent'",
        "attachment_files WHERE state = 'ready' AND working_format = 'jpeg'",
        "attachment_files WHERE state = 'ready' AND format = 'pdf'",
        "providers WHERE valid_until < (app_now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date",
    ] {
        assert!(world.count(some).await > 0, "{some}");
    }
}

/// Interrupted between the offer and its answer, a run is taken up again where it stopped.
#[rocket::async_test]
async fn a_world_is_finished_after_an_interruption() {
    let world = loaded(60).await;
    let before = world.text(STORIES).await;
    let last = "DELETE FROM credentials WHERE user_id IN (SELECT id FROM users WHERE email LIKE 'administrator.dolab@%'); \
        DELETE FROM user_roles WHERE user_id IN (SELECT id FROM users WHERE email LIKE 'administrator.dolab@%'); \
        DELETE FROM users WHERE email LIKE 'administrator.dolab@%'";
    // Back to where the last case that was accepted was only offered.
    let undone = "UPDATE cases c SET holder_id = h.from_id, accountable_id = h.offered_by, phase = 'intake', next_step = NULL, next_on = NULL, next_by = NULL \
        FROM hand_overs h WHERE h.case_id = c.id AND h.state = 'accepted'; \
        DELETE FROM job_fairs; DELETE FROM counselling_sessions; DELETE FROM employer_incentives; DELETE FROM course_enrolments; DELETE FROM courses; DELETE FROM training_requests; DELETE FROM placements; DELETE FROM referrals; DELETE FROM match_choices; DELETE FROM job_searches; DELETE FROM vacancies; DELETE FROM employers; DELETE FROM certificates; DELETE FROM recognitions; DELETE FROM skills; DELETE FROM assessors; DELETE FROM closures; DELETE FROM services; DELETE FROM plans; DELETE FROM case_notes; DELETE FROM shares; DELETE FROM assessments; DELETE FROM contact_attempts; DELETE FROM first_contacts; DELETE FROM attachments; DELETE FROM attachment_files; \
        UPDATE hand_overs SET state = 'offered', answered_at = NULL, answered_by = NULL WHERE state = 'accepted'";
    world.sql(last).await;
    world.sql(undone).await;
    assert!(!demo::exists(&world.app).await.unwrap());
    demo::load(&world.app, 60, 3, |_| {}).await.unwrap();
    let phases = "SELECT string_agg(c.code || c.phase || u.email, ';' ORDER BY c.code) FROM cases c JOIN users u ON u.id = c.accountable_id \
        WHERE EXISTS (SELECT FROM hand_overs h WHERE h.case_id = c.id AND h.state = 'accepted')";
    assert!(world.count("cases c JOIN hand_overs h ON h.case_id = c.id WHERE h.state = 'accepted'").await > 3);
    let again = world.text(phases).await;
    assert!(again.split(';').all(|case| before.contains(&case[..10])), "{again}");
    assert_eq!(world.count("persons").await, 60);
    let complete = loaded(60).await;
    assert_eq!(complete.text(phases).await, again);
}
