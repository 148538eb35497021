-- Psychosocial care: who is named in a file, and what anybody else learns of it, which is as little as can be.

-- Whether I may have such files at all: by my role, and never at a counter.
CREATE OR REPLACE FUNCTION provides_care() RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN may('care.provide') AND EXISTS (SELECT FROM organisations o WHERE o.id = my_organisation() AND o.kind IN ('mission', 'esc', 'province'));
END $$;

-- Whose a file is, in the end.
CREATE OR REPLACE FUNCTION care_person(file uuid) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT e.person_id FROM care_files f JOIN cases c ON c.id = f.case_id JOIN episodes e ON e.id = c.episode_id WHERE f.id = file
$$;

-- The files in which I am named: to write in. access::may says the same of the names that care_named() gives.
CREATE OR REPLACE FUNCTION my_care() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT s.file_id FROM care_staff s
    WHERE s.user_id = my_id() AND s.ended_at IS NULL AND provides_care() AND care_person(s.file_id) NOT IN (SELECT my_exclusions())
$$;

-- Glass that is broken for me now.
CREATE OR REPLACE FUNCTION my_care_breaks(whole boolean) RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT f.id FROM care_breaks b JOIN care_files f ON f.case_id = b.case_id
    WHERE b.user_id = my_id() AND b.organisation_id = my_organisation() AND b.until > app_now() AND (b.scope = 'file' OR NOT whole)
        AND (may('care.provide') OR may('case.open-in-need')) AND care_person(f.id) NOT IN (SELECT my_exclusions())
$$;

-- To read: all of a file; and what to do in danger.
CREATE OR REPLACE FUNCTION my_care_read() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT * FROM my_care() UNION SELECT * FROM my_care_breaks(true)
$$;
CREATE OR REPLACE FUNCTION my_care_plans() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT * FROM my_care() UNION SELECT * FROM my_care_breaks(false)
$$;

-- Colleagues who may be named beside me for somebody: of my office, who provide care and have to do with the person.
CREATE OR REPLACE FUNCTION care_colleagues(person uuid) RETURNS TABLE (id uuid, name text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT u.id, u.name FROM users u
    WHERE provides_care() AND u.organisation_id = my_organisation() AND u.ended_at IS NULL AND u.id <> my_id() AND NOT excludes(person, NULL, u.id)
        AND EXISTS (SELECT FROM user_roles r JOIN role_permissions p ON p.role = r.role AND p.permission = 'care.provide' WHERE r.user_id = u.id)
    ORDER BY u.name, u.id
$$;

-- Opens a file of a case that my office holds, with somebody who stands in for me unless nobody could. Says 'done', 'deputy'
-- (one is to be chosen), 'closed', or 'nothing'. That another has a file of the same case is not looked at and not said.
CREATE OR REPLACE FUNCTION open_care(file uuid, of_case uuid, shown boolean, records bytea, plans bytea, deputy uuid) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    person uuid := (SELECT e.person_id FROM cases c JOIN episodes e ON e.id = c.episode_id WHERE c.id = of_case);
BEGIN
    IF NOT provides_care() OR NOT i_hold(of_case) THEN
        RETURN 'nothing';
    ELSIF EXISTS (SELECT FROM cases c WHERE c.id = of_case AND c.phase = 'closed') THEN
        RETURN 'closed';
    ELSIF (CASE WHEN deputy IS NULL THEN EXISTS (SELECT FROM care_colleagues(person)) ELSE NOT EXISTS (SELECT FROM care_colleagues(person) k WHERE k.id = deputy) END) THEN
        RETURN 'deputy';
    END IF;
    INSERT INTO care_files (id, case_id, office_id, shows, record_key, plan_key, opened_by) VALUES (file, of_case, my_organisation(), shown, records, plans, my_id());
    INSERT INTO care_staff (id, file_id, user_id, part, named_by) VALUES (gen_random_uuid(), file, my_id(), 'helper', my_id());
    IF deputy IS NOT NULL THEN
        INSERT INTO care_staff (id, file_id, user_id, part, named_by) VALUES (gen_random_uuid(), file, deputy, 'deputy', my_id());
    END IF;
    RETURN 'done';
END $$;

-- What the page of a file says of the case it is of, for whoever may read one of it, also where the case is elsewhere by now.
CREATE OR REPLACE FUNCTION care_head(file uuid) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT jsonb_build_object('code', c.code, 'phase', c.phase, 'person', p.id, 'name', p.name, 'person_code', p.code, 'protected', p.protected,
        'held', c.holder_id = my_organisation(), 'country', e.previous_country)
    FROM care_files f JOIN cases c ON c.id = f.case_id JOIN episodes e ON e.id = c.episode_id JOIN persons p ON p.id = e.person_id
    WHERE f.id = file AND f.id IN (SELECT my_care_plans())
$$;

-- Who is named in a file that I may read, and who reads it through broken glass; what access::may is asked with.
DROP FUNCTION IF EXISTS care_named(uuid);
CREATE OR REPLACE FUNCTION care_named(file uuid) RETURNS TABLE (user_id uuid, name text, office text, phone text, part text, until timestamptz, away_from date, away_until date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT n.user_id, u.name, o.name, o.phone, n.part, n.until, l.from_on, l.until_on
    FROM (SELECT s.user_id, s.part, NULL::timestamptz AS until FROM care_staff s WHERE s.file_id = file AND s.ended_at IS NULL
          UNION ALL SELECT b.user_id, CASE b.scope WHEN 'file' THEN 'reads' ELSE 'plan' END, b.until
                    FROM care_breaks b JOIN care_files f ON f.case_id = b.case_id AND f.id = file WHERE b.until > app_now()) n
    JOIN users u ON u.id = n.user_id AND u.ended_at IS NULL JOIN organisations o ON o.id = u.organisation_id
    LEFT JOIN LATERAL (SELECT from_on, until_on FROM leaves WHERE leaves.user_id = u.id AND until_on >= (app_now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date ORDER BY from_on LIMIT 1) l ON true
    WHERE file IN (SELECT my_care_plans())
    ORDER BY n.part = 'helper' DESC, n.part, u.name, u.id
$$;

-- Those with whom a person has nothing to do, for whoever reads a file of theirs.
CREATE OR REPLACE FUNCTION care_excluded(file uuid) RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(array_agg(coalesce(x.user_id, x.organisation_id)), '{}') FROM exclusions x
    WHERE x.person_id = care_person(file) AND x.ended_at IS NULL AND file IN (SELECT my_care_plans())
$$;

-- The files in which I am named, those with something due first. Of a case, or of all.
CREATE OR REPLACE FUNCTION my_care_list(of_case uuid) RETURNS TABLE (id uuid, person uuid, code text, name text, part text, opened_at timestamptz, ended_at timestamptz, due_at timestamptz, late boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT f.id, e.person_id, c.code, p.name, coalesce(s.part, 'reads'), f.opened_at, f.ended_at, t.due_at, coalesce(t.due_at < app_now(), false)
    FROM care_files f JOIN cases c ON c.id = f.case_id JOIN episodes e ON e.id = c.episode_id JOIN persons p ON p.id = e.person_id
    LEFT JOIN care_staff s ON s.file_id = f.id AND s.user_id = my_id() AND s.ended_at IS NULL
    LEFT JOIN LATERAL (SELECT min(k.due_at) AS due_at FROM care_tasks k WHERE k.file_id = f.id AND k.done_at IS NULL) t ON true
    WHERE f.id IN (SELECT my_care_read()) AND (of_case IS NULL OR f.case_id = of_case)
    ORDER BY f.ended_at IS NOT NULL, t.due_at, f.opened_at DESC LIMIT 200
$$;

-- Whether somebody else helps who lets that be known, for whoever may provide care and read the case. Nothing of whom or how.
CREATE OR REPLACE FUNCTION care_elsewhere(of_case uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT provides_care() AND may_see_case(of_case)
        AND EXISTS (SELECT FROM care_files f WHERE f.case_id = of_case AND f.shows AND f.ended_at IS NULL AND f.id NOT IN (SELECT my_care()))
$$;

-- Names one more of my office in a file of mine, or somebody of another office by their address; 'done', 'there', 'nobody'.
CREATE OR REPLACE FUNCTION name_care_staff(file uuid, who uuid, mail text) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    one uuid := (SELECT u.id FROM users u JOIN organisations o ON o.id = u.organisation_id
                 WHERE u.ended_at IS NULL AND (CASE WHEN who IS NOT NULL THEN u.id = who AND u.organisation_id = my_organisation() ELSE u.email = lower(mail) END)
                     AND o.kind IN ('mission', 'esc', 'province') AND o.ended_at IS NULL AND NOT excludes(care_person(file), o.id, u.id)
                     AND EXISTS (SELECT FROM user_roles r JOIN role_permissions p ON p.role = r.role AND p.permission = 'care.provide' WHERE r.user_id = u.id));
BEGIN
    PERFORM FROM care_files f WHERE f.id = file AND f.ended_at IS NULL FOR UPDATE;
    IF NOT FOUND OR file NOT IN (SELECT my_care()) OR one IS NULL THEN
        RETURN 'nobody';
    ELSIF EXISTS (SELECT FROM care_staff s WHERE s.file_id = file AND s.user_id = one AND s.ended_at IS NULL) THEN
        RETURN 'there';
    END IF;
    INSERT INTO care_staff (id, file_id, user_id, part, named_by) VALUES (gen_random_uuid(), file, one, 'deputy', my_id());
    RETURN 'done';
END $$;

-- Makes one who is named the helper, or takes somebody's name out: 'done', 'last' (a file is never without two, unless nobody
-- else could be named), 'helper' (another takes over first), 'nobody'.
CREATE OR REPLACE FUNCTION change_care_staff(file uuid, who uuid, act text) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM FROM care_files f WHERE f.id = file FOR UPDATE;
    IF file NOT IN (SELECT my_care()) OR NOT EXISTS (SELECT FROM care_staff s WHERE s.file_id = file AND s.user_id = who AND s.ended_at IS NULL) THEN
        RETURN 'nobody';
    ELSIF act = 'helper' THEN
        UPDATE care_staff s SET part = CASE WHEN s.user_id = who THEN 'helper' ELSE 'deputy' END WHERE s.file_id = file AND s.ended_at IS NULL;
        RETURN 'done';
    ELSIF EXISTS (SELECT FROM care_staff s WHERE s.file_id = file AND s.user_id = who AND s.ended_at IS NULL AND s.part = 'helper') THEN
        RETURN 'helper';
    ELSIF (SELECT count(*) FROM care_staff s JOIN users u ON u.id = s.user_id AND u.ended_at IS NULL WHERE s.file_id = file AND s.ended_at IS NULL) < 3 THEN
        RETURN 'last';
    END IF;
    UPDATE care_staff s SET ended_at = app_now() WHERE s.file_id = file AND s.user_id = who AND s.ended_at IS NULL;
    RETURN 'done';
END $$;

-- Who opened a file, newest first, for those who are named in it.
CREATE OR REPLACE FUNCTION care_log(file uuid, most integer) RETURNS TABLE (at timestamptz, name text, office text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT a.at, u.name, o.name FROM audit a JOIN users u ON a.actor_kind = 'user' AND u.id::text = a.actor_id JOIN organisations o ON o.id = u.organisation_id
    WHERE file IN (SELECT my_care()) AND a.table_name IN ('care_files', 'care_plans') AND a.act = 'read' AND a.row_ids && ARRAY[file]
    ORDER BY a.at DESC, a.id DESC LIMIT least(most, 200)
$$;

-- Names of those who wrote in a file that I may read, whether they are named in it still or not.
CREATE OR REPLACE FUNCTION care_writers(file uuid, who uuid[]) RETURNS TABLE (id uuid, name text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT u.id, u.name FROM users u
    WHERE u.id = ANY (who) AND file IN (SELECT my_care_plans())
        AND EXISTS (SELECT FROM care_records r WHERE r.file_id = file AND r.written_by = u.id UNION ALL SELECT FROM care_plans l WHERE l.file_id = file AND l.written_by = u.id)
$$;

-- Wrapped keys, for `trove rewrap` alone: it has the master keys and no names.
CREATE OR REPLACE FUNCTION wrapped_keys(after uuid, most integer) RETURNS TABLE (id uuid, record_key bytea, plan_key bytea) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT f.id, f.record_key, f.plan_key FROM care_files f WHERE is_service('command-line') AND f.id > after ORDER BY f.id LIMIT most
$$;
CREATE OR REPLACE FUNCTION keep_wrapped(file uuid, records bytea, plans bytea) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF is_service('command-line') THEN
        UPDATE care_files f SET record_key = records, plan_key = plans WHERE f.id = file;
    END IF;
END $$;
CREATE OR REPLACE FUNCTION wrapped_words(after uuid, most integer) RETURNS TABLE (id uuid, regularity text, value_key bytea) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT g.id, g.regularity, g.value_key FROM regularities g WHERE is_service('command-line') AND g.id > after ORDER BY g.id LIMIT most
$$;
-- Where there is a new word for it, it takes the place of the one in the clear.
CREATE OR REPLACE FUNCTION keep_wrapped_word(wanted uuid, value bytea, word bytea) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF is_service('command-line') THEN
        UPDATE regularities g SET value_key = value, sealed = coalesce(word, g.sealed), regularity = NULL WHERE g.id = wanted;
    END IF;
END $$;

DO $$
DECLARE
    f text;
BEGIN
    FOREACH f IN ARRAY ARRAY['provides_care()', 'care_person(uuid)', 'my_care()', 'my_care_breaks(boolean)', 'my_care_read()', 'my_care_plans()', 'care_colleagues(uuid)',
                             'open_care(uuid, uuid, boolean, bytea, bytea, uuid)', 'care_head(uuid)', 'care_named(uuid)', 'care_excluded(uuid)', 'my_care_list(uuid)', 'care_elsewhere(uuid)',
                             'name_care_staff(uuid, uuid, text)', 'change_care_staff(uuid, uuid, text)', 'care_log(uuid, integer)', 'care_writers(uuid, uuid[])',
                             'wrapped_keys(uuid, integer)', 'keep_wrapped(uuid, bytea, bytea)', 'wrapped_words(uuid, integer)', 'keep_wrapped_word(uuid, bytea, bytea)'] LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    END LOOP;
END $$;
GRANT EXECUTE ON FUNCTION provides_care(), my_care(), my_care_read(), my_care_plans(), care_colleagues(uuid), care_head(uuid), care_named(uuid), care_excluded(uuid), my_care_list(uuid),
    care_elsewhere(uuid), care_log(uuid, integer), care_writers(uuid, uuid[]) TO app, reader;
GRANT EXECUTE ON FUNCTION open_care(uuid, uuid, boolean, bytea, bytea, uuid), name_care_staff(uuid, uuid, text), change_care_staff(uuid, uuid, text),
    wrapped_keys(uuid, integer), keep_wrapped(uuid, bytea, bytea), wrapped_words(uuid, integer), keep_wrapped_word(uuid, bytea, bytea) TO app;
