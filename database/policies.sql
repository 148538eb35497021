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
    FOREACH t IN ARRAY ARRAY['countries', 'provinces', 'communes', 'occupations', 'activities', 'ethnic_groups', 'education_levels', 'languages', 'parameters'] LOOP
        EXECUTE format('GRANT SELECT ON %I TO app, reader, statistics', t);
        EXECUTE format('CREATE POLICY all_see ON %I FOR SELECT USING (true)', t);
    END LOOP;
END $$;

-- What is remembered: added to, in one's own name, and otherwise left alone.
GRANT INSERT ON audit TO app, reader;
CREATE POLICY own ON audit FOR INSERT WITH CHECK (actor_kind = my_kind() AND actor_id = current_setting('app.actor_id', true));

GRANT INSERT, SELECT ON events TO app;
GRANT SELECT ON events TO reader;
CREATE POLICY own ON events FOR INSERT WITH CHECK (actor_kind = my_kind() AND actor_id = current_setting('app.actor_id', true));
CREATE POLICY of_person ON events FOR SELECT USING (subject_kind = 'person' AND EXISTS (SELECT FROM persons p WHERE p.id = subject_id));

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
CREATE POLICY command_line_invites ON invitations FOR INSERT WITH CHECK ((SELECT is_service('command-line')));

-- People. The predicate is inline: see may_see_person(), which says the same.
GRANT SELECT ON persons, person_facts, identity_documents, contact_points, addresses, person_access, access_requests, protections, protection_staff, duplicate_suspicions TO app, reader;
GRANT INSERT ON persons, person_facts, identity_documents, contact_points, addresses TO app;
GRANT DELETE ON person_facts TO app;
GRANT UPDATE (name, family_key, given_key, sex, birth_date, birth_precision, ethnic_group, marital_status, education_level, qualification, language, interpreter, reads_vietnamese, version) ON persons TO app;
GRANT UPDATE ON person_facts, identity_documents, contact_points, addresses TO app;

CREATE POLICY mine ON person_access FOR SELECT USING (organisation_id = (SELECT my_organisation()) AND (user_id IS NULL OR user_id = (SELECT my_id())));

CREATE POLICY visible ON persons FOR SELECT USING (
    (SELECT may('person.read'))
    AND CASE WHEN protected THEN id IN (SELECT my_protected())
        ELSE EXISTS (SELECT FROM person_access a WHERE a.person_id = persons.id AND a.organisation_id = (SELECT my_organisation())
                     AND (a.user_id IS NULL OR a.user_id = (SELECT my_id())) AND (a.until IS NULL OR a.until > app_now())) END);
CREATE POLICY registered ON persons FOR INSERT WITH CHECK (
    (SELECT may('person.create')) AND registered_by = (SELECT my_organisation()) AND NOT protected);
CREATE POLICY changed ON persons FOR UPDATE USING (
    (SELECT may('person.change'))
    AND CASE WHEN protected THEN id IN (SELECT my_protected())
        ELSE EXISTS (SELECT FROM person_access a WHERE a.person_id = persons.id AND a.organisation_id = (SELECT my_organisation())
                     AND (a.user_id IS NULL OR a.user_id = (SELECT my_id())) AND (a.until IS NULL OR a.until > app_now())) END);

-- What hangs on a person is seen with them: the policies of persons apply to the sub-select.
DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['person_facts', 'identity_documents', 'contact_points', 'addresses'] LOOP
        EXECUTE format('CREATE POLICY visible ON %I FOR SELECT USING (EXISTS (SELECT FROM persons p WHERE p.id = person_id))', t);
        EXECUTE format('CREATE POLICY added ON %I FOR INSERT WITH CHECK (((SELECT may(''person.create'')) OR (SELECT may(''person.change''))) AND EXISTS (SELECT FROM persons p WHERE p.id = person_id))', t);
        EXECUTE format('CREATE POLICY changed ON %I FOR UPDATE USING ((SELECT may(''person.change'')) AND EXISTS (SELECT FROM persons p WHERE p.id = person_id))', t);
        EXECUTE format('CREATE POLICY removed ON %I FOR DELETE USING ((SELECT may(''person.change'')) AND EXISTS (SELECT FROM persons p WHERE p.id = person_id))', t);
    END LOOP;
END $$;

CREATE POLICY asked_or_decides ON access_requests FOR SELECT USING (
    user_id = (SELECT my_id()) OR ((SELECT may('access.decide')) AND may_see_person(person_id)));
CREATE POLICY named_or_manages ON protections FOR SELECT USING (person_id IN (SELECT my_protected()));
CREATE POLICY named ON protection_staff FOR SELECT USING (EXISTS (SELECT FROM protections t WHERE t.id = protection_id));
CREATE POLICY both_visible ON duplicate_suspicions FOR SELECT USING (may_see_person(person_a) AND may_see_person(person_b));
