-- Who may touch which table, and which of its rows. Applied whole whenever this file changed: what is not granted here is not granted.

DO $$
DECLARE
    r record;
BEGIN
    FOR r IN SELECT policyname, tablename FROM pg_policies WHERE schemaname = 'public' LOOP
        EXECUTE format('DROP POLICY %I ON %I', r.policyname, r.tablename);
    END LOOP;
    FOR r IN SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') LOOP
        EXECUTE format('REVOKE ALL ON %I FROM PUBLIC, app, reader, statistics', r.relname);
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', r.relname);
    END LOOP;
END $$;
GRANT USAGE ON SCHEMA public TO app, reader, statistics;
GRANT USAGE ON SEQUENCE audit_ids TO app, reader;
GRANT SELECT ON __diesel_schema_migrations TO app;
CREATE POLICY all_see ON __diesel_schema_migrations FOR SELECT USING (true);

-- Code lists and numbers of law are everybody's.
DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['countries', 'provinces', 'communes', 'occupations', 'activities', 'ethnic_groups', 'education_levels', 'languages', 'skill_grades', 'parameters'] LOOP
        EXECUTE format('GRANT SELECT ON %I TO app, reader, statistics', t);
        EXECUTE format('CREATE POLICY all_see ON %I FOR SELECT USING (true)', t);
    END LOOP;
END $$;

GRANT SELECT ON holidays, instruments, scale_cuts TO app, reader;
CREATE POLICY all_see ON scale_cuts FOR SELECT USING (true);
CREATE POLICY all_see ON holidays FOR SELECT USING (true);
CREATE POLICY all_see ON instruments FOR SELECT USING (true);

-- What was learnt of agreement holds nothing of anybody, and every search weighs by it. Written by keep_model() alone.
GRANT SELECT ON match_models TO app, reader;
CREATE POLICY all_see ON match_models FOR SELECT USING (true);

-- What is remembered: added to, in one's own name, and otherwise left alone.
GRANT INSERT ON audit TO app, reader;
CREATE POLICY own ON audit FOR INSERT WITH CHECK (actor_kind = my_kind() AND actor_id = current_setting('app.actor_id', true));

GRANT INSERT, SELECT ON events TO app;
GRANT SELECT ON events TO reader;
CREATE POLICY own ON events FOR INSERT WITH CHECK (actor_kind = my_kind() AND actor_id = current_setting('app.actor_id', true));
CREATE POLICY of_person ON events FOR SELECT USING (subject_kind = 'person' AND EXISTS (SELECT FROM persons p WHERE p.id = subject_id));
CREATE POLICY of_case ON events FOR SELECT USING (subject_kind = 'case' AND EXISTS (SELECT FROM cases c WHERE c.id = subject_id));

GRANT INSERT, SELECT, UPDATE ON jobs TO app;
CREATE POLICY own ON jobs FOR INSERT WITH CHECK (actor_kind = my_kind() AND actor_id = current_setting('app.actor_id', true));
CREATE POLICY worker_sees ON jobs FOR SELECT USING ((SELECT is_service('worker')));
CREATE POLICY worker_notes ON jobs FOR UPDATE USING ((SELECT is_service('worker')));

GRANT INSERT, SELECT, UPDATE ON mails TO app;
CREATE POLICY anyone_posts ON mails FOR INSERT WITH CHECK (my_kind() IN ('user', 'service') AND sent_at IS NULL);
CREATE POLICY worker_sees ON mails FOR SELECT USING ((SELECT is_service('worker')));
CREATE POLICY worker_notes ON mails FOR UPDATE USING ((SELECT is_service('worker')));

GRANT INSERT, SELECT, UPDATE ON submissions TO app;
CREATE POLICY own ON submissions USING (actor_kind = my_kind() AND actor_id = current_setting('app.actor_id', true));

-- Organisations are no secret among staff; colleagues see each other; the command line keeps both.
GRANT SELECT ON organisations, users, user_roles, role_permissions TO app, reader;
GRANT INSERT, UPDATE ON organisations, users TO app;
GRANT INSERT, DELETE ON user_roles TO app;
GRANT INSERT ON invitations, credentials TO app;
CREATE POLICY staff_see ON organisations FOR SELECT USING (my_kind() = 'user' OR (SELECT is_service('command-line')));
CREATE POLICY command_line_adds ON organisations FOR INSERT WITH CHECK ((SELECT is_service('command-line')));
CREATE POLICY command_line_changes ON organisations FOR UPDATE USING ((SELECT is_service('command-line')));
CREATE POLICY colleagues_see ON users FOR SELECT USING (organisation_id = (SELECT my_organisation()) OR (SELECT is_service('command-line')));
CREATE POLICY command_line_adds ON users FOR INSERT WITH CHECK ((SELECT is_service('command-line')));
CREATE POLICY command_line_changes ON users FOR UPDATE USING ((SELECT is_service('command-line')));
CREATE POLICY own_roles ON user_roles FOR SELECT USING (
    user_id = (SELECT my_id()) OR (SELECT is_service('command-line'))
    OR ((SELECT may('users.manage')) AND EXISTS (SELECT FROM users u WHERE u.id = user_id)));
CREATE POLICY command_line_adds ON user_roles FOR INSERT WITH CHECK ((SELECT is_service('command-line')));
CREATE POLICY command_line_takes ON user_roles FOR DELETE USING ((SELECT is_service('command-line')));
CREATE POLICY all_see ON role_permissions FOR SELECT USING (true);
CREATE POLICY command_line_adds ON credentials FOR INSERT WITH CHECK ((SELECT is_service('command-line')));
-- Shared computers: whoever keeps them sees those of their office and adds this one; ended by end_computer().
GRANT SELECT (id, organisation_id, name, registered_by, registered_at, ended_at) ON computers TO app, reader;
GRANT INSERT ON computers TO app;
CREATE POLICY kept ON computers FOR SELECT USING ((SELECT may('computer.keep')) AND organisation_id = (SELECT my_organisation()));
CREATE POLICY registered ON computers FOR INSERT WITH CHECK (
    (SELECT may('computer.keep')) AND organisation_id = (SELECT my_organisation()) AND registered_by = (SELECT my_id()) AND ended_at IS NULL);
-- What somebody had typed is theirs alone.
GRANT SELECT, INSERT, UPDATE, DELETE ON drafts TO app;
GRANT SELECT ON drafts TO reader;
CREATE POLICY own ON drafts USING (my_kind() = 'user' AND user_id = (SELECT my_id()));
-- What staff were taught: their own to read, and their office's to whoever keeps its roster, who writes it and takes it back.
GRANT SELECT, INSERT, DELETE ON staff_courses TO app;
GRANT SELECT ON staff_courses TO reader;
CREATE POLICY own ON staff_courses FOR SELECT USING (my_kind() = 'user' AND user_id = (SELECT my_id()));
CREATE POLICY office ON staff_courses FOR SELECT USING ((SELECT may('duty.keep')) AND organisation_id = (SELECT my_organisation()));
CREATE POLICY written ON staff_courses FOR INSERT WITH CHECK (
    (SELECT may('duty.keep')) AND organisation_id = (SELECT my_organisation()) AND written_by = (SELECT my_id())
    AND held_on <= (app_now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
    AND EXISTS (SELECT FROM users u WHERE u.id = user_id AND u.organisation_id = (SELECT my_organisation()) AND u.ended_at IS NULL));
CREATE POLICY taken_back ON staff_courses FOR DELETE USING ((SELECT may('duty.keep')) AND organisation_id = (SELECT my_organisation()));
CREATE POLICY command_line_invites ON invitations FOR INSERT WITH CHECK ((SELECT is_service('command-line')));

-- People. The predicate is inline: see may_see_person(), which says the same. A record merged into another is nobody's.
GRANT SELECT ON persons, person_facts, identity_documents, contact_points, addresses, person_access, access_requests, protections, protection_staff, duplicate_suspicions TO app, reader;
GRANT INSERT ON persons, person_facts, identity_documents, contact_points, addresses TO app;
GRANT DELETE ON person_facts TO app;
GRANT UPDATE (name, family_key, given_key, sex, birth_date, birth_precision, ethnic_group, marital_status, education_level, qualification, language, interpreter, reads_vietnamese, version) ON persons TO app;
GRANT UPDATE ON person_facts, identity_documents, contact_points, addresses TO app;

CREATE POLICY mine ON person_access FOR SELECT USING (organisation_id = (SELECT my_organisation()) AND (user_id IS NULL OR user_id = (SELECT my_id())));

CREATE POLICY visible ON persons FOR SELECT USING (
    (SELECT may('person.read')) AND merged_into IS NULL AND id NOT IN (SELECT my_exclusions())
    AND CASE WHEN protected THEN id IN (SELECT my_protected())
        ELSE EXISTS (SELECT FROM person_access a WHERE a.person_id = persons.id AND a.organisation_id = (SELECT my_organisation())
                     AND (a.user_id IS NULL OR a.user_id = (SELECT my_id())) AND (a.until IS NULL OR a.until > app_now())) END);
CREATE POLICY registered ON persons FOR INSERT WITH CHECK (
    (SELECT may('person.create')) AND registered_by = (SELECT my_organisation()) AND NOT protected AND merged_into IS NULL);
CREATE POLICY changed ON persons FOR UPDATE USING (
    (SELECT may('person.change')) AND merged_into IS NULL AND id NOT IN (SELECT my_exclusions())
    AND CASE WHEN protected THEN id IN (SELECT my_protected())
        ELSE EXISTS (SELECT FROM person_access a WHERE a.person_id = persons.id AND a.organisation_id = (SELECT my_organisation()) AND a.ground <> 'share'
                     AND (a.user_id IS NULL OR a.user_id = (SELECT my_id())) AND (a.until IS NULL OR a.until > app_now())) END);

-- What hangs on a person is seen with them: the policies of persons apply to the sub-select.
DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['person_facts', 'identity_documents', 'contact_points', 'addresses'] LOOP
        EXECUTE format('CREATE POLICY visible ON %I FOR SELECT USING (EXISTS (SELECT FROM persons p WHERE p.id = person_id))', t);
        EXECUTE format('CREATE POLICY added ON %I FOR INSERT WITH CHECK (((SELECT may(''person.create'')) OR (SELECT may(''person.change''))) AND may_change_person(person_id))', t);
        EXECUTE format('CREATE POLICY changed ON %I FOR UPDATE USING ((SELECT may(''person.change'')) AND may_change_person(person_id))', t);
        EXECUTE format('CREATE POLICY removed ON %I FOR DELETE USING ((SELECT may(''person.change'')) AND may_change_person(person_id))', t);
    END LOOP;
END $$;

-- The household: what hangs on a person, but for the link to another one, which is of both.
GRANT SELECT ON household_members, household_facts, poverty_statuses, poverty_reviews, family_links, family_consents TO app, reader;
GRANT INSERT ON household_members, household_facts, poverty_statuses, poverty_reviews, family_links, family_consents TO app;
GRANT UPDATE (withdrawn_at, withdrawn_by, version) ON household_members TO app;
GRANT UPDATE (answered_at, answered_by) ON poverty_reviews TO app;
DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['household_members', 'poverty_statuses', 'poverty_reviews'] LOOP
        EXECUTE format('CREATE POLICY visible ON %I FOR SELECT USING (EXISTS (SELECT FROM persons p WHERE p.id = person_id))', t);
        EXECUTE format('CREATE POLICY added ON %I FOR INSERT WITH CHECK ((SELECT may(''person.change'')) AND may_change_person(person_id))', t);
        EXECUTE format('CREATE POLICY changed ON %I FOR UPDATE USING ((SELECT may(''person.change'')) AND may_change_person(person_id))', t);
    END LOOP;
END $$;
CREATE POLICY visible ON household_facts FOR SELECT USING (EXISTS (SELECT FROM household_members m WHERE m.id = member_id));
CREATE POLICY added ON household_facts FOR INSERT WITH CHECK (
    (SELECT may('person.change')) AND EXISTS (SELECT FROM household_members m WHERE m.id = member_id AND may_change_person(m.person_id)));
-- Taken back by withdraw_family_links() alone; then nobody sees it any more.
CREATE POLICY both_visible ON family_links FOR SELECT USING (withdrawn_at IS NULL AND may_see_person(family_id) AND may_see_person(worker_id));
CREATE POLICY both_changed ON family_links FOR INSERT WITH CHECK (
    (SELECT may('person.change')) AND recorded_by = (SELECT my_id()) AND withdrawn_at IS NULL AND may_change_person(family_id) AND may_change_person(worker_id));
CREATE POLICY with_link ON family_consents FOR SELECT USING (EXISTS (SELECT FROM family_links l WHERE l.id = link_id));
CREATE POLICY given ON family_consents FOR INSERT WITH CHECK (
    (SELECT may('person.change')) AND EXISTS (SELECT FROM family_links l WHERE l.id = link_id AND person_id IN (l.family_id, l.worker_id)));

CREATE POLICY asked_or_decides ON access_requests FOR SELECT USING (
    user_id = (SELECT my_id()) OR ((SELECT may('access.decide')) AND may_see_person(person_id)));
CREATE POLICY named_or_manages ON protections FOR SELECT USING (person_id IN (SELECT my_protected()));
CREATE POLICY named ON protection_staff FOR SELECT USING (EXISTS (SELECT FROM protections t WHERE t.id = protection_id));
CREATE POLICY both_visible ON duplicate_suspicions FOR SELECT USING (may_see_person(person_a) AND may_see_person(person_b));

-- Returns: seen and changed with the person.
GRANT SELECT ON episodes, episode_facts, regularities, labour_migrations, residence_notices, re_departures, return_rights TO app, reader;
GRANT INSERT ON episodes, episode_facts, regularities, labour_migrations, residence_notices, re_departures, return_rights TO app;
GRANT UPDATE (withdrawn_at, withdrawn_by, withdrawn_because, version) ON re_departures TO app;
GRANT UPDATE (withdrawn_at, withdrawn_by, version) ON return_rights TO app;
GRANT UPDATE (standing, expected_on, flight, expected_at, previous_country, left_on, left_precision, entered_on, entered_precision, arrival, confirmed_by, confirmed_at, wants_help, voluntary, assisted, duration, reason, version) ON episodes TO app;
GRANT UPDATE ON episode_facts, regularities, labour_migrations TO app;
GRANT DELETE ON episode_facts, regularities, residence_notices TO app;
CREATE POLICY visible ON episodes FOR SELECT USING (EXISTS (SELECT FROM persons p WHERE p.id = person_id));
CREATE POLICY added ON episodes FOR INSERT WITH CHECK (
    (SELECT may('person.create')) AND registered_by = (SELECT my_organisation()) AND may_change_person(person_id));
CREATE POLICY changed ON episodes FOR UPDATE USING ((SELECT may('person.change')) AND may_change_person(person_id));
DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['episode_facts', 'labour_migrations', 'residence_notices', 're_departures', 'return_rights'] LOOP
        EXECUTE format('CREATE POLICY visible ON %I FOR SELECT USING (EXISTS (SELECT FROM episodes e WHERE e.id = episode_id))', t);
        EXECUTE format('CREATE POLICY added ON %I FOR INSERT WITH CHECK (((SELECT may(''person.create'')) OR (SELECT may(''person.change''))) AND EXISTS (SELECT FROM episodes e WHERE e.id = episode_id AND may_change_person(e.person_id)))', t);
        EXECUTE format('CREATE POLICY changed ON %I FOR UPDATE USING ((SELECT may(''person.change'')) AND EXISTS (SELECT FROM episodes e WHERE e.id = episode_id AND may_change_person(e.person_id)))', t);
        EXECUTE format('CREATE POLICY removed ON %I FOR DELETE USING ((SELECT may(''person.change'')) AND EXISTS (SELECT FROM episodes e WHERE e.id = episode_id AND may_change_person(e.person_id)))', t);
    END LOOP;
END $$;
-- Status abroad: whoever was told, and their deputy; nobody else, whatever their role (practice 22).
CREATE POLICY keeper ON regularities FOR SELECT USING ((SELECT my_id()) IN (keeper_id, deputy_id) AND EXISTS (SELECT FROM episodes e WHERE e.id = episode_id));
CREATE POLICY told ON regularities FOR INSERT WITH CHECK (
    keeper_id = (SELECT my_id()) AND (SELECT may('person.change')) AND EXISTS (SELECT FROM episodes e WHERE e.id = episode_id)
    AND (deputy_id IS NULL OR EXISTS (SELECT FROM users u WHERE u.id = deputy_id)));
CREATE POLICY changed ON regularities FOR UPDATE USING (keeper_id = (SELECT my_id()) AND EXISTS (SELECT FROM episodes e WHERE e.id = episode_id))
    WITH CHECK (keeper_id = (SELECT my_id()) AND (deputy_id IS NULL OR EXISTS (SELECT FROM users u WHERE u.id = deputy_id)));
CREATE POLICY taken_back ON regularities FOR DELETE USING (keeper_id = (SELECT my_id()));

-- Cases: the holder reads and writes, whom it lets read along reads; never without the person.
-- may_see_case() says the same, and a property test compares both with access::may.
GRANT SELECT ON cases, shares, hand_overs, screenings, private_talks, services, case_notes, closures, contact_attempts, lost_contacts TO app, reader;
GRANT INSERT ON cases, hand_overs, screenings, private_talks, services, case_notes, closures, shares, contact_attempts, lost_contacts TO app;
GRANT UPDATE (phase, urgency, accountable_id, next_step, next_on, next_by, wishes, call_on, call_part, version) ON cases TO app;
GRANT UPDATE (until) ON shares TO app;
GRANT UPDATE (ended_at) ON lost_contacts TO app;
GRANT UPDATE (taken_over_by, taken_over_at) ON screenings TO app;
GRANT UPDATE (held_at, held_by) ON private_talks TO app;
GRANT UPDATE (state, provider_id, provider, listed_id, due_on, outcome, note_back, ended_at, version) ON services TO app;
GRANT UPDATE (reopened_at, reopened_by, reopened_because) ON closures TO app;

CREATE POLICY visible ON cases FOR SELECT USING (
    (SELECT may('case.read'))
    AND (holder_id = (SELECT my_organisation())
         OR EXISTS (SELECT FROM shares s WHERE s.case_id = cases.id AND s.organisation_id = (SELECT my_organisation())
                    AND (s.user_id IS NULL OR s.user_id = (SELECT my_id())) AND s.until > app_now()))
    AND EXISTS (SELECT FROM episodes e WHERE e.id = episode_id));
CREATE POLICY opened ON cases FOR INSERT WITH CHECK (
    (SELECT may('case.change')) AND holder_id = (SELECT my_organisation()) AND EXISTS (SELECT FROM episodes e WHERE e.id = episode_id));
CREATE POLICY changed ON cases FOR UPDATE USING (
    (SELECT may('case.change')) AND holder_id = (SELECT my_organisation()) AND EXISTS (SELECT FROM episodes e WHERE e.id = episode_id));

CREATE POLICY mine ON shares FOR SELECT USING (organisation_id = (SELECT my_organisation()) OR given_by = (SELECT my_organisation()));
CREATE POLICY given ON shares FOR INSERT WITH CHECK (given_by = (SELECT my_organisation()) AND i_hold(case_id) AND NOT case_excludes(case_id, organisation_id, user_id));
CREATE POLICY ended ON shares FOR UPDATE USING (given_by = (SELECT my_organisation()) AND i_hold(case_id));

-- Either side of a hand-over sees it, and those to whom its silence was taken.
CREATE POLICY sides ON hand_overs FOR SELECT USING (
    (SELECT may('case.read')) AND (from_id = (SELECT my_organisation())
        OR (to_id = (SELECT my_organisation()) AND (to_user_id IS NULL OR to_user_id = (SELECT my_id())))
        OR (silence >= 2 AND to_user_id IS NULL AND province_id = (SELECT my_organisation()) AND (SELECT may('silence.follow')))
        OR (silence >= 3 AND (SELECT follows_all_silence()))));
CREATE POLICY offered ON hand_overs FOR INSERT WITH CHECK (
    kind = 'transfer' AND state = 'offered' AND silence = 0 AND from_id = (SELECT my_organisation()) AND offered_by = (SELECT my_id()) AND i_hold(case_id)
    AND NOT case_excludes(case_id, to_id, to_user_id)
    AND (to_user_id IS NOT NULL OR NOT is_protected_case(case_id)));

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['screenings', 'services', 'case_notes', 'closures', 'contact_attempts', 'lost_contacts'] LOOP
        EXECUTE format('CREATE POLICY visible ON %I FOR SELECT USING (EXISTS (SELECT FROM cases c WHERE c.id = case_id))', t);
    END LOOP;
    FOREACH t IN ARRAY ARRAY['screenings', 'services', 'closures', 'lost_contacts'] LOOP
        EXECUTE format('CREATE POLICY changed ON %I FOR UPDATE USING (i_hold(case_id))', t);
    END LOOP;
END $$;
CREATE POLICY screened ON screenings FOR INSERT WITH CHECK (screened_by = (SELECT my_id()) AND i_hold(case_id));
CREATE POLICY added ON services FOR INSERT WITH CHECK (i_hold(case_id));
CREATE POLICY written ON case_notes FOR INSERT WITH CHECK (written_by = (SELECT my_id()) AND i_hold(case_id));
CREATE POLICY tried ON contact_attempts FOR INSERT WITH CHECK (made_by = (SELECT my_id()) AND i_hold(case_id));
CREATE POLICY lost ON lost_contacts FOR INSERT WITH CHECK ((SELECT may('case.assign')) AND said_by = (SELECT my_id()) AND i_hold(case_id));
CREATE POLICY closed ON closures FOR INSERT WITH CHECK (closed_by = (SELECT my_id()) AND i_hold(case_id));
-- The clocks of first contact are wound by functions; the holder says why one was missed.
GRANT SELECT ON first_contacts TO app, reader;
GRANT UPDATE (missed_because, explained_by, version) ON first_contacts TO app;
CREATE POLICY visible ON first_contacts FOR SELECT USING (EXISTS (SELECT FROM cases c WHERE c.id = case_id));
CREATE POLICY explained ON first_contacts FOR UPDATE USING (office_id = (SELECT my_organisation()) AND i_hold(case_id))
    WITH CHECK (explained_by = (SELECT my_id()));
-- What was asked outside the counter: never the desk's to read, nor an office's that reads along.
GRANT SELECT ON assessments, assessment_answers TO app, reader;
GRANT INSERT ON assessments, assessment_answers TO app;
GRANT UPDATE (concluded_by, concluded_at, conclusion, priority, version) ON assessments TO app;
GRANT UPDATE (answer, answered_by, answered_at, version) ON assessment_answers TO app;
CREATE POLICY visible ON assessments FOR SELECT USING (
    (SELECT may('case.assess')) AND EXISTS (SELECT FROM cases c WHERE c.id = case_id AND c.holder_id = (SELECT my_organisation())));
CREATE POLICY begun ON assessments FOR INSERT WITH CHECK (
    (SELECT may('case.assess')) AND begun_by = (SELECT my_id()) AND concluded_at IS NULL AND i_hold(case_id));
CREATE POLICY concluded ON assessments FOR UPDATE USING ((SELECT may('case.assess')) AND concluded_at IS NULL AND i_hold(case_id))
    WITH CHECK (concluded_by = (SELECT my_id()));
CREATE POLICY visible ON assessment_answers FOR SELECT USING (EXISTS (SELECT FROM assessments a WHERE a.id = assessment_id));
CREATE POLICY given ON assessment_answers FOR INSERT WITH CHECK (answered_by = (SELECT my_id()) AND EXISTS (SELECT FROM assessments a WHERE a.id = assessment_id AND a.concluded_at IS NULL AND i_hold(a.case_id)));
CREATE POLICY changed ON assessment_answers FOR UPDATE USING (EXISTS (SELECT FROM assessments a WHERE a.id = assessment_id AND a.concluded_at IS NULL AND i_hold(a.case_id))) WITH CHECK (answered_by = (SELECT my_id()));
-- Attachments: whoever reads along sees what there is, by title; the files are for whoever holds the case. A file that is in no
-- document yet is seen by whoever sends it. Checking files is nobody's act: the worker does it, whoever holds the case by then.
GRANT SELECT ON attachments, attachment_files, attachment_chunks, attachment_removals TO app, reader;
GRANT INSERT ON attachments, attachment_files, attachment_chunks, attachment_removals TO app;
GRANT UPDATE (attachment_id, number, name, format, sha256, state, reason, working_format, working_bytes) ON attachment_files TO app;
GRANT DELETE ON attachment_files, attachment_chunks TO app;
CREATE POLICY visible ON attachments FOR SELECT USING ((SELECT may('attachment.read')) AND EXISTS (SELECT FROM cases c WHERE c.id = case_id));
CREATE POLICY added ON attachments FOR INSERT WITH CHECK ((SELECT may('attachment.add')) AND added_by = (SELECT my_id()) AND i_hold(case_id));
CREATE POLICY visible ON attachment_files FOR SELECT USING (
    (SELECT may('attachment.read')) AND (attachment_id IS NOT NULL OR added_by = (SELECT my_id()))
    AND EXISTS (SELECT FROM cases c WHERE c.id = case_id AND c.holder_id = (SELECT my_organisation())));
CREATE POLICY begun ON attachment_files FOR INSERT WITH CHECK (
    (SELECT may('attachment.add')) AND added_by = (SELECT my_id()) AND state = 'arriving' AND attachment_id IS NULL AND i_hold(case_id));
CREATE POLICY changed ON attachment_files FOR UPDATE USING (
    (SELECT may('attachment.add')) AND (attachment_id IS NOT NULL OR added_by = (SELECT my_id())) AND i_hold(case_id));
CREATE POLICY given_up ON attachment_files FOR DELETE USING (attachment_id IS NULL AND added_by = (SELECT my_id()));
CREATE POLICY visible ON attachment_chunks FOR SELECT USING (EXISTS (SELECT FROM attachment_files f WHERE f.id = file_id));
CREATE POLICY arrived ON attachment_chunks FOR INSERT WITH CHECK (
    copy = 'original' AND EXISTS (SELECT FROM attachment_files f WHERE f.id = file_id AND f.state = 'arriving' AND f.added_by = (SELECT my_id()) AND i_hold(f.case_id)));
CREATE POLICY erased ON attachment_chunks FOR DELETE USING (
    (SELECT may('attachment.add')) AND EXISTS (SELECT FROM attachment_files f WHERE f.id = file_id AND i_hold(f.case_id)));
CREATE POLICY visible ON attachment_removals FOR SELECT USING ((SELECT may('attachment.read')) AND EXISTS (SELECT FROM cases c WHERE c.id = case_id));
CREATE POLICY removed ON attachment_removals FOR INSERT WITH CHECK ((SELECT may('attachment.add')) AND removed_by = (SELECT my_id()) AND i_hold(case_id));
CREATE POLICY worker_sees ON attachment_files FOR SELECT USING ((SELECT is_service('worker')));
CREATE POLICY worker_checks ON attachment_files FOR UPDATE USING ((SELECT is_service('worker')) AND state = 'checking') WITH CHECK (true);
CREATE POLICY worker_copies ON attachment_chunks FOR INSERT WITH CHECK (copy = 'working' AND (SELECT is_service('worker')));
CREATE POLICY worker_erases ON attachment_chunks FOR DELETE USING ((SELECT is_service('worker')));
-- A counter writes the wish for a private talk and does not read it back (practice 9).
CREATE POLICY asked ON private_talks FOR INSERT WITH CHECK (held_at IS NULL AND i_hold(case_id));
CREATE POLICY helper ON private_talks FOR SELECT USING ((SELECT may('private.read')) AND EXISTS (SELECT FROM cases c WHERE c.id = case_id));
CREATE POLICY held ON private_talks FOR UPDATE USING ((SELECT may('private.read')) AND i_hold(case_id)) WITH CHECK (held_by = (SELECT my_id()));

-- Restricted: whoever is named in a file, and nobody else whatever their role. Files and names are written by functions.
GRANT SELECT ON care_files, care_staff, care_records, care_plans, care_tasks TO app, reader;
GRANT INSERT ON care_records, care_plans, care_tasks TO app;
GRANT UPDATE (shows, ended_at, version) ON care_files TO app;
GRANT UPDATE (done_at, done_by) ON care_tasks TO app;
CREATE POLICY named ON care_files FOR SELECT USING (id IN (SELECT my_care_plans()));
CREATE POLICY kept ON care_files FOR UPDATE USING (id IN (SELECT my_care()));
CREATE POLICY named ON care_staff FOR SELECT USING (file_id IN (SELECT my_care_read()));
CREATE POLICY named ON care_records FOR SELECT USING (file_id IN (SELECT my_care_read()));
CREATE POLICY written ON care_records FOR INSERT WITH CHECK (
    written_by = (SELECT my_id()) AND file_id IN (SELECT my_care()) AND EXISTS (SELECT FROM care_files f WHERE f.id = file_id AND f.ended_at IS NULL));
CREATE POLICY named ON care_plans FOR SELECT USING (file_id IN (SELECT my_care_plans()));
CREATE POLICY written ON care_plans FOR INSERT WITH CHECK (
    written_by = (SELECT my_id()) AND file_id IN (SELECT my_care()) AND EXISTS (SELECT FROM care_files f WHERE f.id = file_id AND f.ended_at IS NULL));
CREATE POLICY named ON care_tasks FOR SELECT USING (file_id IN (SELECT my_care_read()));
CREATE POLICY opened ON care_tasks FOR INSERT WITH CHECK (done_at IS NULL AND told = 0 AND file_id IN (SELECT my_care()));
-- A letter is its file's, and while it is open and the consent holds, the office's that is asked.
GRANT SELECT ON care_referrals, care_referral_steps TO app, reader;
GRANT INSERT ON care_referrals TO app;
GRANT UPDATE (sealed, expires_on, version) ON care_referrals TO app;
CREATE POLICY named ON care_referrals FOR SELECT USING (file_id IN (SELECT my_care_read()) OR id IN (SELECT my_care_letters()));
CREATE POLICY begun ON care_referrals FOR INSERT WITH CHECK (
    state = 'draft' AND made_by = (SELECT my_id()) AND file_id IN (SELECT my_care()) AND EXISTS (SELECT FROM care_files f WHERE f.id = file_id AND f.ended_at IS NULL));
CREATE POLICY written ON care_referrals FOR UPDATE USING (state = 'draft' AND file_id IN (SELECT my_care()));
CREATE POLICY named ON care_referral_steps FOR SELECT USING (EXISTS (SELECT FROM care_referrals r WHERE r.id = referral_id AND (r.file_id IN (SELECT my_care_read()) OR r.id IN (SELECT my_care_letters()))));
CREATE POLICY done ON care_tasks FOR UPDATE USING (done_at IS NULL AND file_id IN (SELECT my_care())) WITH CHECK (done_by = (SELECT my_id()));

-- Who protects somebody in which country: known to whoever works on cases, kept by missions of their own country and by DOLAB.
GRANT SELECT, INSERT, UPDATE ON protection_contacts TO app;
GRANT SELECT ON protection_contacts TO reader;
CREATE POLICY staff_see ON protection_contacts FOR SELECT USING ((SELECT may('case.read')));
CREATE POLICY kept ON protection_contacts FOR INSERT WITH CHECK (written_by = (SELECT my_id()) AND keeps_protection(country_code));
CREATE POLICY changed ON protection_contacts FOR UPDATE USING (keeps_protection(country_code)) WITH CHECK (written_by = (SELECT my_id()) AND keeps_protection(country_code));

-- Plans hang on cases. What was in force stays as it was: only a draft's goals and interventions may be written, and the
-- plan itself is moved by touch_plan() and move_plan().
GRANT SELECT ON plans, plan_returns, plan_goals, plan_interventions, timeline_steps, providers TO app, reader;
GRANT INSERT ON plans, plan_goals, plan_interventions, providers TO app;
GRANT DELETE ON plan_goals, plan_interventions TO app;
GRANT UPDATE (dimension, text) ON plan_goals TO app;
GRANT UPDATE (kind, what, responsible, listed_id, provider, due_on, cost) ON plan_interventions TO app;
GRANT UPDATE (name, organisation_id, province_code, kinds, serves, phone, address, hours, cost_note, valid_from, valid_until, source, verified_on, verified_by, verified_at_id, version) ON providers TO app;
DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['plans', 'plan_returns', 'plan_goals', 'plan_interventions'] LOOP
        EXECUTE format('CREATE POLICY visible ON %I FOR SELECT USING (EXISTS (SELECT FROM cases c WHERE c.id = case_id))', t);
    END LOOP;
    FOREACH t IN ARRAY ARRAY['plan_goals', 'plan_interventions'] LOOP
        EXECUTE format('CREATE POLICY written ON %I FOR INSERT WITH CHECK (i_hold(case_id) AND EXISTS (SELECT FROM plans p WHERE p.id = plan_id AND p.state = ''draft''))', t);
        EXECUTE format('CREATE POLICY changed ON %I FOR UPDATE USING (i_hold(case_id) AND EXISTS (SELECT FROM plans p WHERE p.id = plan_id AND p.state = ''draft''))', t);
        EXECUTE format('CREATE POLICY removed ON %I FOR DELETE USING (i_hold(case_id) AND EXISTS (SELECT FROM plans p WHERE p.id = plan_id AND p.state = ''draft''))', t);
    END LOOP;
END $$;
CREATE POLICY begun ON plans FOR INSERT WITH CHECK (
    state = 'draft' AND writers = ARRAY[my_id()] AND agreed_on IS NULL AND approved_by IS NULL AND NOT sampled AND i_hold(case_id));
CREATE POLICY all_see ON timeline_steps FOR SELECT USING (true);
-- Everybody who works on cases reads the directory; it holds nothing of any returnee.
CREATE POLICY staff_see ON providers FOR SELECT USING ((SELECT may('work.read')));
CREATE POLICY added ON providers FOR INSERT WITH CHECK ((SELECT may('provider.change')) AND verified_by = (SELECT my_id()) AND verified_at_id = (SELECT my_organisation()));
CREATE POLICY changed ON providers FOR UPDATE USING (i_keep_provider(id));

-- A roster is its office's to read, and to keep for whoever is in charge there. What is over stays as it was.
GRANT SELECT ON duty_shifts, duty_tries TO app, reader;
GRANT INSERT ON duty_shifts, duty_tries TO app;
GRANT DELETE ON duty_shifts TO app;
CREATE POLICY own ON duty_shifts FOR SELECT USING ((SELECT may('case.read')) AND organisation_id = (SELECT my_organisation()));
CREATE POLICY kept ON duty_shifts FOR INSERT WITH CHECK (
    (SELECT may('duty.keep')) AND organisation_id = (SELECT my_organisation()) AND written_by = (SELECT my_id()) AND user_id IN (SELECT s.id FROM duty_staff() s));
CREATE POLICY removed ON duty_shifts FOR DELETE USING ((SELECT may('duty.keep')) AND organisation_id = (SELECT my_organisation()) AND ends_at > app_now());
-- So is who is away and who stands in.
GRANT SELECT, INSERT, DELETE ON leaves TO app;
GRANT SELECT ON leaves TO reader;
CREATE POLICY own ON leaves FOR SELECT USING ((SELECT may('case.read')) AND organisation_id = (SELECT my_organisation()));
CREATE POLICY kept ON leaves FOR INSERT WITH CHECK (
    (SELECT may('duty.keep')) AND organisation_id = (SELECT my_organisation()) AND written_by = (SELECT my_id())
    AND user_id IN (SELECT s.id FROM duty_staff() s) AND cover_id IN (SELECT s.id FROM duty_staff() s));
CREATE POLICY removed ON leaves FOR DELETE USING ((SELECT may('duty.keep')) AND organisation_id = (SELECT my_organisation())
    AND until_on >= (app_now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date);
CREATE POLICY visible ON duty_tries FOR SELECT USING (EXISTS (SELECT FROM cases c WHERE c.id = case_id));
CREATE POLICY tried ON duty_tries FOR INSERT WITH CHECK (tried_by = (SELECT my_id()) AND i_hold(case_id));

-- Which office answers for which commune is everybody's to read, and the department's of that province to say. What held
-- before today stays as it was.
GRANT SELECT, INSERT ON commune_routes TO app;
GRANT UPDATE (id, office_id, written_by, written_at) ON commune_routes TO app;
GRANT SELECT ON commune_routes TO reader;
CREATE POLICY staff_see ON commune_routes FOR SELECT USING ((SELECT may('case.read')));
CREATE POLICY kept ON commune_routes FOR INSERT WITH CHECK (
    written_by = (SELECT my_id()) AND from_on >= (app_now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AND (SELECT may('route.keep'))
    AND EXISTS (SELECT FROM communes c JOIN organisations o ON o.id = (SELECT my_organisation()) AND o.kind = 'province' AND o.province_code = c.parent WHERE c.code = commune_code)
    AND (office_id IS NULL OR EXISTS (SELECT FROM organisations o JOIN communes c ON c.code = commune_code AND c.parent = o.province_code
                                      WHERE o.id = office_id AND o.kind IN ('esc', 'province') AND o.ended_at IS NULL)));
CREATE POLICY changed ON commune_routes FOR UPDATE USING (
    from_on >= (app_now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AND (SELECT may('route.keep'))
    AND EXISTS (SELECT FROM communes c JOIN organisations o ON o.id = (SELECT my_organisation()) AND o.kind = 'province' AND o.province_code = c.parent WHERE c.code = commune_code))
    WITH CHECK (written_by = (SELECT my_id())
        AND (office_id IS NULL OR EXISTS (SELECT FROM organisations o JOIN communes c ON c.code = commune_code AND c.parent = o.province_code
                                          WHERE o.id = office_id AND o.kind IN ('esc', 'province') AND o.ended_at IS NULL)));

-- What was done with many cases at once: whoever assigns cases there sees it, and may undo it once.
GRANT SELECT, INSERT ON bulk_acts, bulk_cases TO app;
GRANT SELECT ON bulk_acts, bulk_cases TO reader;
GRANT UPDATE (undone_by, undone_at) ON bulk_acts TO app;
CREATE POLICY own ON bulk_acts FOR SELECT USING ((SELECT may('case.assign')) AND organisation_id = (SELECT my_organisation()));
CREATE POLICY made ON bulk_acts FOR INSERT WITH CHECK (
    (SELECT may('case.assign')) AND organisation_id = (SELECT my_organisation()) AND made_by = (SELECT my_id()) AND undone_at IS NULL);
CREATE POLICY undone ON bulk_acts FOR UPDATE USING ((SELECT may('case.assign')) AND organisation_id = (SELECT my_organisation()) AND undone_at IS NULL)
    WITH CHECK (undone_by = (SELECT my_id()));
CREATE POLICY own ON bulk_cases FOR SELECT USING (EXISTS (SELECT FROM bulk_acts b WHERE b.id = bulk_id));
CREATE POLICY made ON bulk_cases FOR INSERT WITH CHECK (EXISTS (SELECT FROM bulk_acts b WHERE b.id = bulk_id AND b.made_by = (SELECT my_id())) AND i_hold(case_id));

-- Cases taken out: whoever may, of their office, sees that it was done and what for; the file is its maker's alone, while
-- its hours last. Its lines are read as its maker.
GRANT SELECT, INSERT ON exports, export_cases, export_pieces TO app;
GRANT SELECT ON exports, export_cases, export_pieces TO reader;
GRANT UPDATE (state, done, kept, bytes, ends_at) ON exports TO app;
GRANT DELETE ON export_pieces TO app;
CREATE POLICY own ON exports FOR SELECT USING ((SELECT may('case.export')) AND organisation_id = (SELECT my_organisation()));
CREATE POLICY made ON exports FOR INSERT WITH CHECK (
    (SELECT may('case.export')) AND organisation_id = (SELECT my_organisation()) AND made_by = (SELECT my_id()) AND state = 'running' AND done = 0);
CREATE POLICY goes_on ON exports FOR UPDATE USING ((SELECT may('case.export')) AND made_by = (SELECT my_id()) AND state = 'running') WITH CHECK (state <> 'ended');
CREATE POLICY own ON export_cases FOR SELECT USING (EXISTS (SELECT FROM exports e WHERE e.id = export_id AND e.made_by = (SELECT my_id())));
CREATE POLICY made ON export_cases FOR INSERT WITH CHECK (
    EXISTS (SELECT FROM exports e WHERE e.id = export_id AND e.made_by = (SELECT my_id()))
    AND EXISTS (SELECT FROM cases c WHERE c.id = case_id AND c.holder_id = (SELECT my_organisation())));
CREATE POLICY own ON export_pieces FOR SELECT USING (
    EXISTS (SELECT FROM exports e WHERE e.id = export_id AND e.made_by = (SELECT my_id()) AND (e.state = 'running' OR e.state = 'ready' AND e.ends_at > app_now())));
CREATE POLICY made ON export_pieces FOR INSERT WITH CHECK (EXISTS (SELECT FROM exports e WHERE e.id = export_id AND e.made_by = (SELECT my_id()) AND e.state = 'running'));
CREATE POLICY packed ON export_pieces FOR DELETE USING (part = 'lines' AND EXISTS (SELECT FROM exports e WHERE e.id = export_id AND e.made_by = (SELECT my_id())));

-- Forms are no secret; DOLAB writes them. What was written stays, but for its end.
GRANT SELECT ON form_templates TO app, reader;
GRANT INSERT, UPDATE (ended_on) ON form_templates TO app;
CREATE POLICY staff_see ON form_templates FOR SELECT USING ((SELECT may('case.read')) OR (SELECT may('form.keep')));
CREATE POLICY written ON form_templates FOR INSERT WITH CHECK (
    (SELECT may('form.keep')) AND written_by = (SELECT my_id()) AND valid_from >= (app_now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AND ended_on IS NULL
    AND EXISTS (SELECT FROM organisations o WHERE o.id = (SELECT my_organisation()) AND o.kind = 'dolab'));
CREATE POLICY ended ON form_templates FOR UPDATE USING (
    (SELECT may('form.keep')) AND ended_on IS NULL
    AND EXISTS (SELECT FROM organisations o WHERE o.id = (SELECT my_organisation()) AND o.kind = 'dolab'))
    WITH CHECK (ended_on = (app_now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date);

-- Doors: slips, and what is counted without a name, are an office's own.
GRANT SELECT ON slip_batches, slips, information_contacts, outreach_sessions TO app, reader;
GRANT INSERT ON slip_batches, slips, information_contacts, outreach_sessions TO app;
CREATE POLICY own ON slip_batches FOR SELECT USING (organisation_id = (SELECT my_organisation()));
CREATE POLICY issued ON slip_batches FOR INSERT WITH CHECK ((SELECT may('person.create')) AND organisation_id = (SELECT my_organisation()) AND issued_by = (SELECT my_id()));
CREATE POLICY own ON slips FOR SELECT USING (EXISTS (SELECT FROM slip_batches b WHERE b.id = batch_id) OR EXISTS (SELECT FROM cases c WHERE c.id = case_id));
CREATE POLICY issued ON slips FOR INSERT WITH CHECK (case_id IS NULL AND bound_at IS NULL AND EXISTS (SELECT FROM slip_batches b WHERE b.id = batch_id));
DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['information_contacts', 'outreach_sessions'] LOOP
        EXECUTE format('CREATE POLICY own ON %I FOR SELECT USING ((SELECT may(''person.read'')) AND organisation_id = (SELECT my_organisation()))', t);
        EXECUTE format('CREATE POLICY counted ON %I FOR INSERT WITH CHECK ((SELECT may(''person.create'')) AND organisation_id = (SELECT my_organisation()) AND written_by = (SELECT my_id()))', t);
    END LOOP;
END $$;

-- With whom somebody has nothing to do is seen with them; both tables are written by functions alone.
GRANT SELECT ON exclusions TO app, reader;
CREATE POLICY visible ON exclusions FOR SELECT USING (EXISTS (SELECT FROM persons p WHERE p.id = person_id));

-- Manifests: the desk or gate that meets the flight, and nobody else.
GRANT SELECT, INSERT ON manifests, manifest_rows TO app;
GRANT SELECT ON manifests, manifest_rows TO reader;
GRANT UPDATE (closed_at, closed_by, version) ON manifests TO app;
GRANT UPDATE ON manifest_rows TO app;
CREATE POLICY own ON manifests FOR SELECT USING ((SELECT may('person.create')) AND desk_id = (SELECT my_organisation()));
CREATE POLICY made ON manifests FOR INSERT WITH CHECK (
    (SELECT may('person.create')) AND desk_id = (SELECT my_organisation()) AND made_by = (SELECT my_id())
    AND EXISTS (SELECT FROM organisations o WHERE o.id = desk_id AND o.kind IN ('airport', 'border')));
CREATE POLICY closed ON manifests FOR UPDATE USING ((SELECT may('person.create')) AND desk_id = (SELECT my_organisation()));
CREATE POLICY own ON manifest_rows FOR SELECT USING (EXISTS (SELECT FROM manifests m WHERE m.id = manifest_id));
CREATE POLICY listed ON manifest_rows FOR INSERT WITH CHECK (EXISTS (SELECT FROM manifests m WHERE m.id = manifest_id));
CREATE POLICY met ON manifest_rows FOR UPDATE USING (EXISTS (SELECT FROM manifests m WHERE m.id = manifest_id));
-- Imports: the office's own. What hangs on one is seen with it.
GRANT SELECT ON imports, import_parts, import_rows TO app, reader;
GRANT INSERT, DELETE ON imports, import_parts, import_rows TO app;
GRANT UPDATE (layout, dates, state, stopped, staged, reached, ended_at, version) ON imports TO app;
GRANT UPDATE (cells, problems, state, fingerprint) ON import_rows TO app;
CREATE POLICY own ON imports FOR SELECT USING (desk_id = (SELECT my_organisation()) AND kind = (SELECT my_import_kind()));
CREATE POLICY brought ON imports FOR INSERT WITH CHECK (desk_id = (SELECT my_organisation()) AND made_by = (SELECT my_id()) AND kind = (SELECT my_import_kind()));
CREATE POLICY worked ON imports FOR UPDATE USING (desk_id = (SELECT my_organisation()) AND kind = (SELECT my_import_kind()));
CREATE POLICY given_up ON imports FOR DELETE USING (desk_id = (SELECT my_organisation()) AND kind = (SELECT my_import_kind()));
DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['import_parts', 'import_rows'] LOOP
        EXECUTE format('CREATE POLICY own ON %I FOR SELECT USING (import_id IN (SELECT i.id FROM imports i))', t);
        EXECUTE format('CREATE POLICY staged ON %I FOR INSERT WITH CHECK (import_id IN (SELECT i.id FROM imports i))', t);
        EXECUTE format('CREATE POLICY worked ON %I FOR UPDATE USING (import_id IN (SELECT i.id FROM imports i))', t);
        EXECUTE format('CREATE POLICY removed ON %I FOR DELETE USING (import_id IN (SELECT i.id FROM imports i))', t);
    END LOOP;
END $$;

-- Contracts: the office that keeps their base. What they say of a return is seen with the return, a contact task by the
-- office that looks after it. All of it is written by functions alone.
GRANT SELECT ON contract_departures, contract_papers, episode_contracts, contact_tasks TO app, reader;
CREATE POLICY keeper ON contract_departures FOR SELECT USING ((SELECT my_import_kind()) = 'contracts');
CREATE POLICY keeper ON contract_papers FOR SELECT USING ((SELECT my_import_kind()) = 'contracts');
CREATE POLICY visible ON episode_contracts FOR SELECT USING (EXISTS (SELECT FROM episodes e WHERE e.id = episode_id));
CREATE POLICY own ON contact_tasks FOR SELECT USING (office_id = (SELECT my_organisation()) AND province_code = (SELECT my_contact_province()));

-- Skills hang on the person; their papers on cases, which may be another office's.
GRANT SELECT ON skills, skill_evidence, assessors, recognitions, recognition_skills, recognition_steps, certificates TO app, reader;
GRANT INSERT ON skills, skill_evidence, assessors, recognitions, recognition_skills, certificates TO app;
GRANT DELETE ON skill_evidence TO app;
GRANT UPDATE (occupation, name, soft, language, grade, months, country, employer, source, withdrawn_at, withdrawn_by, version) ON skills TO app;
GRANT UPDATE (name, accreditation, occupations, province_code, valid_from, valid_until, phone, ended_at, written_by, written_at, version) ON assessors TO app;
GRANT UPDATE (shows, shown_by, version) ON certificates TO app;
CREATE POLICY visible ON skills FOR SELECT USING (EXISTS (SELECT FROM persons p WHERE p.id = person_id));
CREATE POLICY added ON skills FOR INSERT WITH CHECK (
    (SELECT may('person.change')) AND recorded_by = (SELECT my_id()) AND withdrawn_at IS NULL AND may_change_person(person_id));
CREATE POLICY changed ON skills FOR UPDATE USING ((SELECT may('person.change')) AND may_change_person(person_id));
CREATE POLICY visible ON skill_evidence FOR SELECT USING (EXISTS (SELECT FROM attachments a WHERE a.id = attachment_id));
-- A paper of a case of that very person.
CREATE POLICY added ON skill_evidence FOR INSERT WITH CHECK (added_by = (SELECT my_id()) AND EXISTS (
    SELECT FROM skills s JOIN episodes e ON e.person_id = s.person_id JOIN cases c ON c.episode_id = e.id JOIN attachments a ON a.case_id = c.id
    WHERE s.id = skill_id AND a.id = attachment_id AND s.withdrawn_at IS NULL AND may_change_person(s.person_id)));
CREATE POLICY removed ON skill_evidence FOR DELETE USING (EXISTS (SELECT FROM attachments a WHERE a.id = attachment_id)
    AND EXISTS (SELECT FROM skills s WHERE s.id = skill_id AND may_change_person(s.person_id)));
-- The register of assessors is everybody's to read who works on cases; it holds nothing of any returnee.
CREATE POLICY staff_see ON assessors FOR SELECT USING ((SELECT may('case.read')));
CREATE POLICY added ON assessors FOR INSERT WITH CHECK ((SELECT may('assessor.keep')) AND kept_by = (SELECT my_organisation()) AND written_by = (SELECT my_id()));
CREATE POLICY changed ON assessors FOR UPDATE USING ((SELECT may('assessor.keep')) AND kept_by = (SELECT my_organisation())) WITH CHECK (written_by = (SELECT my_id()));
-- Recognitions hang on cases, are no matter of a counter, and are moved by move_recognition() alone.
CREATE POLICY visible ON recognitions FOR SELECT USING ((SELECT may('case.assess')) AND EXISTS (SELECT FROM cases c WHERE c.id = case_id));
CREATE POLICY asked ON recognitions FOR INSERT WITH CHECK ((SELECT may('case.assess')) AND asked_by = (SELECT my_id()) AND state = 'asked' AND version = 1 AND i_hold(case_id));
CREATE POLICY visible ON recognition_skills FOR SELECT USING (EXISTS (SELECT FROM recognitions r WHERE r.id = recognition_id));
-- Skills of that very person, while nothing was done with it yet.
CREATE POLICY asked ON recognition_skills FOR INSERT WITH CHECK (result IS NULL AND gap IS NULL AND EXISTS (
    SELECT FROM recognitions r JOIN cases c ON c.id = r.case_id JOIN episodes e ON e.id = c.episode_id JOIN skills s ON s.person_id = e.person_id
    WHERE r.id = recognition_id AND s.id = skill_id AND s.withdrawn_at IS NULL AND r.version = 1 AND r.asked_by = (SELECT my_id()) AND i_hold(r.case_id)));
CREATE POLICY visible ON recognition_steps FOR SELECT USING (EXISTS (SELECT FROM recognitions r WHERE r.id = recognition_id));
CREATE POLICY visible ON certificates FOR SELECT USING (EXISTS (SELECT FROM recognitions r WHERE r.id = recognition_id));
-- By whoever decided, and only upon the decision.
CREATE POLICY issued ON certificates FOR INSERT WITH CHECK (
    (SELECT may('recognition.decide')) AND issued_by = (SELECT my_organisation()) AND revoked_at IS NULL AND EXISTS (
        SELECT FROM recognitions r WHERE r.id = recognition_id AND r.state = 'granted' AND i_hold(r.case_id) AND recognition_step_by(r.id, ARRAY['granted', 'refused']) = (SELECT my_id())));
CREATE POLICY shown ON certificates FOR UPDATE USING ((SELECT may('case.assess')) AND revoked_at IS NULL AND EXISTS (SELECT FROM recognitions r WHERE r.id = recognition_id AND i_hold(r.case_id)))
    WITH CHECK (shown_by = (SELECT my_id()));

-- Employers and vacancies hold nothing of any returnee: everybody's to read who works on cases, or in a union or a body of employers;
-- kept by the office that wrote them.
GRANT SELECT ON employers, vacancies TO app, reader;
GRANT INSERT ON employers, vacancies TO app;
GRANT UPDATE (name, tax_code, invested_from, province_code, commune_code, address, contact, phone, willing, written_by, written_at, version) ON employers TO app;
GRANT UPDATE (title, occupation, seats, province_code, commune_code, country, permit, rural, wage_from, wage_to, hours, formal, night, housing, language, cefr, language_must,
              months, level, level_must, adults_only, closes_on, about, written_by, written_at, ended_at, ended_because, version) ON vacancies TO app;
CREATE POLICY staff_see ON employers FOR SELECT USING ((SELECT may('work.read')));
CREATE POLICY added ON employers FOR INSERT WITH CHECK ((SELECT may('vacancy.keep')) AND kept_by = (SELECT my_organisation()) AND written_by = (SELECT my_id()));
CREATE POLICY changed ON employers FOR UPDATE USING ((SELECT may('vacancy.keep')) AND kept_by = (SELECT my_organisation())) WITH CHECK (written_by = (SELECT my_id()));
CREATE POLICY staff_see ON vacancies FOR SELECT USING ((SELECT may('work.read')) OR (SELECT is_service('matching')));
CREATE POLICY added ON vacancies FOR INSERT WITH CHECK ((SELECT may('vacancy.keep')) AND kept_by = (SELECT my_organisation()) AND written_by = (SELECT my_id()));
CREATE POLICY changed ON vacancies FOR UPDATE USING ((SELECT may('vacancy.keep')) AND kept_by = (SELECT my_organisation())) WITH CHECK (written_by = (SELECT my_id()));
-- A search for work, and what came of it, is seen with the case, by nobody at a counter; what is compared, by the matching alone.
GRANT SELECT ON job_searches, match_choices, referrals, referral_steps, placements, placement_checks TO app, reader;
GRANT INSERT ON job_searches, match_choices, referrals, placements, placement_checks TO app;
GRANT UPDATE (looking, wanted, provinces, abroad, kilometres, wage_least, wage_before, hours, night, must, words, written_by, written_at, version) ON job_searches TO app;
CREATE POLICY visible ON job_searches FOR SELECT USING ((SELECT may('case.assess')) AND EXISTS (SELECT FROM cases c WHERE c.id = case_id));
CREATE POLICY added ON job_searches FOR INSERT WITH CHECK ((SELECT may('case.assess')) AND written_by = (SELECT my_id()) AND i_hold(case_id));
CREATE POLICY changed ON job_searches FOR UPDATE USING ((SELECT may('case.assess')) AND i_hold(case_id)) WITH CHECK (written_by = (SELECT my_id()));
CREATE POLICY visible ON match_choices FOR SELECT USING ((SELECT may('case.assess')) AND EXISTS (SELECT FROM cases c WHERE c.id = case_id));
CREATE POLICY added ON match_choices FOR INSERT WITH CHECK ((SELECT may('case.assess')) AND made_by = (SELECT my_id()) AND i_hold(case_id));
CREATE POLICY visible ON referrals FOR SELECT USING ((SELECT may('case.assess')) AND EXISTS (SELECT FROM cases c WHERE c.id = case_id));
CREATE POLICY added ON referrals FOR INSERT WITH CHECK (
    (SELECT may('case.assess')) AND made_by = (SELECT my_id()) AND state = 'referred' AND version = 1 AND i_hold(case_id));
CREATE POLICY visible ON referral_steps FOR SELECT USING (EXISTS (SELECT FROM referrals r WHERE r.id = referral_id));
CREATE POLICY visible ON placements FOR SELECT USING ((SELECT may('case.assess')) AND EXISTS (SELECT FROM cases c WHERE c.id = case_id));
CREATE POLICY added ON placements FOR INSERT WITH CHECK ((SELECT may('case.assess')) AND written_by = (SELECT my_id()) AND i_hold(case_id)
    AND (referral_id IS NULL OR EXISTS (SELECT FROM referrals r WHERE r.id = referral_id AND r.case_id = placements.case_id AND r.state IN ('referred', 'interview', 'offered'))));
CREATE POLICY visible ON placement_checks FOR SELECT USING (EXISTS (SELECT FROM placements p WHERE p.id = placement_id));
CREATE POLICY added ON placement_checks FOR INSERT WITH CHECK (made_by = (SELECT my_id()) AND EXISTS (SELECT FROM placements p WHERE p.id = placement_id AND i_hold(p.case_id)));

-- Counselling and complaints are seen with the case, by nobody at a counter; a complaint is moved by move_complaint() alone.
GRANT SELECT ON counselling_sessions, counselling_actions, discrimination_complaints, complaint_steps, employer_incentives TO app, reader;
GRANT INSERT ON counselling_sessions, counselling_actions, discrimination_complaints, employer_incentives TO app;
GRANT UPDATE (held_on, way, minutes, goals, barriers, barriers_words, words, next_on, written_by, written_at, version) ON counselling_sessions TO app;
GRANT UPDATE (state, ended_on, written_by, written_at, version) ON counselling_actions TO app;
GRANT UPDATE (state, basis, decided_on, valid_until, written_by, written_at, version) ON employer_incentives TO app;
CREATE POLICY visible ON counselling_sessions FOR SELECT USING ((SELECT may('case.assess')) AND EXISTS (SELECT FROM cases c WHERE c.id = case_id));
CREATE POLICY added ON counselling_sessions FOR INSERT WITH CHECK ((SELECT may('case.assess')) AND written_by = (SELECT my_id()) AND i_hold(case_id));
CREATE POLICY changed ON counselling_sessions FOR UPDATE USING ((SELECT may('case.assess')) AND i_hold(case_id)) WITH CHECK (written_by = (SELECT my_id()));
CREATE POLICY visible ON counselling_actions FOR SELECT USING (EXISTS (SELECT FROM counselling_sessions s WHERE s.id = session_id));
CREATE POLICY added ON counselling_actions FOR INSERT WITH CHECK (
    written_by = (SELECT my_id()) AND EXISTS (SELECT FROM counselling_sessions s WHERE s.id = session_id AND i_hold(s.case_id)));
CREATE POLICY changed ON counselling_actions FOR UPDATE USING (EXISTS (SELECT FROM counselling_sessions s WHERE s.id = session_id AND i_hold(s.case_id)))
    WITH CHECK (written_by = (SELECT my_id()));
CREATE POLICY visible ON discrimination_complaints FOR SELECT USING ((SELECT may('case.assess')) AND EXISTS (SELECT FROM cases c WHERE c.id = case_id));
CREATE POLICY added ON discrimination_complaints FOR INSERT WITH CHECK (
    (SELECT may('case.assess')) AND made_by = (SELECT my_id()) AND state = 'written' AND version = 1 AND i_hold(case_id)
    AND (referral_id IS NULL OR EXISTS (SELECT FROM referrals r WHERE r.id = referral_id AND r.case_id = discrimination_complaints.case_id)));
CREATE POLICY visible ON complaint_steps FOR SELECT USING (EXISTS (SELECT FROM discrimination_complaints d WHERE d.id = complaint_id));
-- What an employer is given holds nothing of any returnee.
CREATE POLICY staff_see ON employer_incentives FOR SELECT USING ((SELECT may('work.read')));
CREATE POLICY added ON employer_incentives FOR INSERT WITH CHECK ((SELECT may('vacancy.keep')) AND kept_by = (SELECT my_organisation()) AND written_by = (SELECT my_id()));
CREATE POLICY changed ON employer_incentives FOR UPDATE USING ((SELECT may('vacancy.keep')) AND kept_by = (SELECT my_organisation())) WITH CHECK (written_by = (SELECT my_id()));

-- Fairs hold nothing of any returnee; who was told of one is seen with the case.
GRANT SELECT ON job_fairs, fair_employers, fair_visits TO app, reader;
GRANT INSERT ON job_fairs, fair_employers, fair_visits TO app;
GRANT UPDATE (title, held_on, hours, mobile, province_code, commune_code, address, about, came, returnees, interviewed, hired,
              written_by, written_at, cancelled_at, cancelled_because, version) ON job_fairs TO app;
GRANT UPDATE (seats, written_by, written_at) ON fair_employers TO app;
GRANT UPDATE (state, made_by, made_at) ON fair_visits TO app;
CREATE POLICY staff_see ON job_fairs FOR SELECT USING ((SELECT may('work.read')));
CREATE POLICY added ON job_fairs FOR INSERT WITH CHECK ((SELECT may('vacancy.keep')) AND kept_by = (SELECT my_organisation()) AND written_by = (SELECT my_id()));
CREATE POLICY changed ON job_fairs FOR UPDATE USING ((SELECT may('vacancy.keep')) AND kept_by = (SELECT my_organisation())) WITH CHECK (written_by = (SELECT my_id()));
CREATE POLICY staff_see ON fair_employers FOR SELECT USING ((SELECT may('work.read')));
CREATE POLICY added ON fair_employers FOR INSERT WITH CHECK (
    (SELECT may('vacancy.keep')) AND written_by = (SELECT my_id()) AND EXISTS (SELECT FROM job_fairs f WHERE f.id = fair_id AND f.kept_by = (SELECT my_organisation())));
CREATE POLICY changed ON fair_employers FOR UPDATE USING (
    (SELECT may('vacancy.keep')) AND EXISTS (SELECT FROM job_fairs f WHERE f.id = fair_id AND f.kept_by = (SELECT my_organisation()))) WITH CHECK (written_by = (SELECT my_id()));
CREATE POLICY visible ON fair_visits FOR SELECT USING ((SELECT may('case.assess')) AND EXISTS (SELECT FROM cases c WHERE c.id = case_id));
CREATE POLICY added ON fair_visits FOR INSERT WITH CHECK ((SELECT may('case.assess')) AND made_by = (SELECT my_id()) AND state = 'invited' AND i_hold(case_id));
CREATE POLICY changed ON fair_visits FOR UPDATE USING ((SELECT may('case.assess')) AND i_hold(case_id)) WITH CHECK (made_by = (SELECT my_id()));

-- Courses and what employers want taught hold nothing of any returnee; who goes to a course is seen with the case.
GRANT SELECT ON training_requests, courses, course_enrolments, course_attendance TO app, reader;
GRANT INSERT ON training_requests, courses, course_attendance TO app;
GRANT UPDATE (written_by, written_at, ended_at, ended_because, version) ON training_requests TO app;
GRANT UPDATE (provider_id, title, kind, occupation, level, language, online, province_code, commune_code, country, address, starts_on, ends_on, enrol_until,
              timetable, hours, seats, fee, about, written_by, written_at, cancelled_at, cancelled_because, version) ON courses TO app;
GRANT UPDATE (state, ended_on, because, paper, words, version) ON course_enrolments TO app;
GRANT UPDATE (there, made_by, made_at) ON course_attendance TO app;
CREATE POLICY staff_see ON training_requests FOR SELECT USING ((SELECT may('work.read')));
CREATE POLICY added ON training_requests FOR INSERT WITH CHECK ((SELECT may('vacancy.keep')) AND kept_by = (SELECT my_organisation()) AND written_by = (SELECT my_id()));
CREATE POLICY changed ON training_requests FOR UPDATE USING ((SELECT may('vacancy.keep')) AND kept_by = (SELECT my_organisation())) WITH CHECK (written_by = (SELECT my_id()));
CREATE POLICY staff_see ON courses FOR SELECT USING ((SELECT may('work.read')));
CREATE POLICY added ON courses FOR INSERT WITH CHECK ((SELECT may('course.keep')) AND kept_by = (SELECT my_organisation()) AND written_by = (SELECT my_id()));
CREATE POLICY changed ON courses FOR UPDATE USING ((SELECT may('course.keep')) AND kept_by = (SELECT my_organisation())) WITH CHECK (written_by = (SELECT my_id()));
CREATE POLICY visible ON course_enrolments FOR SELECT USING ((SELECT may('case.assess')) AND EXISTS (SELECT FROM cases c WHERE c.id = case_id));
CREATE POLICY changed ON course_enrolments FOR UPDATE USING ((SELECT may('case.assess')) AND i_hold(case_id)) WITH CHECK (true);
CREATE POLICY visible ON course_attendance FOR SELECT USING (EXISTS (SELECT FROM course_enrolments e WHERE e.id = enrolment_id));
CREATE POLICY added ON course_attendance FOR INSERT WITH CHECK (made_by = (SELECT my_id()) AND EXISTS (SELECT FROM course_enrolments e WHERE e.id = enrolment_id AND i_hold(e.case_id)));
CREATE POLICY changed ON course_attendance FOR UPDATE USING (EXISTS (SELECT FROM course_enrolments e WHERE e.id = enrolment_id AND i_hold(e.case_id))) WITH CHECK (made_by = (SELECT my_id()));

-- Releases: published ones are everybody's, the others belong to those who make them. Written by functions alone.
GRANT SELECT ON releases, published_cells TO app, reader;
CREATE POLICY published_or_mine ON releases FOR SELECT USING (
    state = 'published' OR (SELECT may_release('release.draft')) OR (SELECT may_release('release.approve')) OR (SELECT is_service('command-line')));
CREATE POLICY with_release ON published_cells FOR SELECT USING (EXISTS (SELECT FROM releases r WHERE r.id = release_id));
