-- Glass broken (practice 23): what is restricted opened to somebody who is not named, for hours, and never in silence.

-- The case with this code, or with a slip that bears it, unless I have nothing to do with its person. For the functions below:
-- that there is such a case is said to nobody.
CREATE OR REPLACE FUNCTION any_case(typed text) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT c.id FROM cases c JOIN episodes e ON e.id = c.episode_id
    WHERE (c.code = typed OR EXISTS (SELECT FROM slips s WHERE s.code = typed AND s.case_id = c.id)) AND e.person_id NOT IN (SELECT my_exclusions())
    LIMIT 1
$$;

-- Those named in the files of a case who still work here, to be told.
CREATE OR REPLACE FUNCTION care_owners(of_case uuid) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(jsonb_agg(DISTINCT jsonb_build_object('email', u.email, 'language', u.language)), '[]')
    FROM (SELECT s.user_id FROM care_files f JOIN care_staff s ON s.file_id = f.id AND s.ended_at IS NULL WHERE f.case_id = of_case
          UNION SELECT n.user_id FROM cases c JOIN episodes e ON e.id = c.episode_id JOIN protections t ON t.person_id = e.person_id AND t.ended_at IS NULL
                    JOIN protection_staff n ON n.protection_id = t.id WHERE c.id = of_case) k
    JOIN users u ON u.id = k.user_id AND u.ended_at IS NULL AND u.id <> my_id()
$$;

-- Those of an office who decide as the second of two, but for one.
CREATE OR REPLACE FUNCTION care_deciders(office uuid, but uuid) RETURNS SETOF users LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT u.* FROM users u WHERE u.organisation_id = office AND u.ended_at IS NULL AND u.id <> but
        AND EXISTS (SELECT FROM user_roles r JOIN role_permissions p ON p.role = r.role AND p.permission = 'care.decide-breaks' WHERE r.user_id = u.id)
$$;

-- Asks that what is restricted in a case be opened to me: all of it, which somebody else decides, or what to do in danger, at
-- once. Says {"said": …} with whom to tell: 'asked', 'opened', 'limit', 'alone' (nobody could decide), 'nothing'. The same is
-- said whether there is a file or not.
CREATE OR REPLACE FUNCTION break_glass(break uuid, typed text, what text, why bytea, for_hours integer) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    wanted uuid := any_case(typed);
    ours boolean := EXISTS (SELECT FROM cases c WHERE c.id = wanted AND c.holder_id = my_organisation())
        OR EXISTS (SELECT FROM care_files f WHERE f.case_id = wanted AND f.office_id = my_organisation());
BEGIN
    IF wanted IS NULL OR NOT may('case.open-in-need') OR (what = 'file' AND NOT ours)
       OR EXISTS (SELECT FROM organisations o WHERE o.id = my_organisation() AND o.kind IN ('provider', 'sender')) THEN
        RETURN '{"said": "nothing"}';
    ELSIF (SELECT count(*) FROM care_breaks b WHERE b.user_id = my_id() AND b.asked_at > app_now() - interval '1 day') >= current_parameter('care.breaks-per-day') THEN
        RETURN '{"said": "limit"}';
    ELSIF what = 'file' AND NOT EXISTS (SELECT FROM care_deciders(my_organisation(), my_id())) THEN
        RETURN '{"said": "alone"}';
    ELSIF what = 'file' THEN
        INSERT INTO care_breaks (id, case_id, scope, user_id, organisation_id, reason, hours)
        VALUES (break, wanted, 'file', my_id(), my_organisation(), why, least(for_hours, current_parameter('care.break-hours')::integer));
        RETURN jsonb_build_object('said', 'asked', 'tell', (
            SELECT coalesce(jsonb_agg(jsonb_build_object('email', d.email, 'language', d.language)), '[]') FROM care_deciders(my_organisation(), my_id()) d));
    END IF;
    INSERT INTO care_breaks (id, case_id, scope, user_id, organisation_id, reason, hours, decided_at, granted, until)
    VALUES (break, wanted, 'plan', my_id(), my_organisation(), why, current_parameter('care.danger-hours'), app_now(), true,
            app_now() + current_parameter('care.danger-hours') * interval '1 hour');
    RETURN jsonb_build_object('said', 'opened', 'tell', care_owners(wanted));
END $$;

-- Who may decide or look: somebody of the office that holds the case, or where it was asked for; never whoever asked.
CREATE OR REPLACE FUNCTION looks_at_break(b care_breaks) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT may('care.decide-breaks') AND b.user_id <> my_id()
        AND (b.organisation_id = my_organisation() OR (b.scope = 'plan' AND EXISTS (SELECT FROM cases c WHERE c.id = b.case_id AND c.holder_id = my_organisation())))
        AND NOT EXISTS (SELECT FROM cases c JOIN episodes e ON e.id = c.episode_id WHERE c.id = b.case_id AND e.person_id IN (SELECT my_exclusions()))
$$;

-- What was asked for: by me, of files in which I am named, and what waits for my word. Codes and no names of returnees.
CREATE OR REPLACE FUNCTION care_breaks_seen(most integer)
RETURNS TABLE (id uuid, code text, scope text, who text, office text, reason bytea, hours integer, asked_at timestamptz, granted boolean, until timestamptz, decider text,
               reviewed_at timestamptz, reviewer text, needed boolean, remark bytea, mine boolean, waits text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT b.id, c.code, b.scope, u.name, o.name, b.reason, b.hours, b.asked_at, b.granted, b.until, d.name, b.reviewed_at, v.name, b.needed, b.remark, b.user_id = my_id(),
        CASE WHEN NOT looks_at_break(b) THEN '' WHEN b.decided_at IS NULL AND b.asked_at > app_now() - interval '1 day' THEN 'decision'
             WHEN b.granted AND b.scope = 'plan' AND b.reviewed_at IS NULL THEN 'review' ELSE '' END
    FROM care_breaks b JOIN cases c ON c.id = b.case_id JOIN users u ON u.id = b.user_id JOIN organisations o ON o.id = b.organisation_id
    LEFT JOIN users d ON d.id = b.decided_by LEFT JOIN users v ON v.id = b.reviewed_by
    WHERE may('case.read') AND (b.user_id = my_id() OR looks_at_break(b) OR EXISTS (SELECT FROM care_files f WHERE f.case_id = b.case_id AND f.id IN (SELECT my_care())))
    ORDER BY b.asked_at DESC, b.id DESC LIMIT least(most, 200)
$$;

-- How many wait for my word.
CREATE OR REPLACE FUNCTION care_breaks_waiting() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT count(*) FROM care_breaks b
    WHERE looks_at_break(b) AND ((b.decided_at IS NULL AND b.asked_at > app_now() - interval '1 day') OR (b.granted AND b.scope = 'plan' AND b.reviewed_at IS NULL))
$$;

-- The second person's word. What was asked for more than a day ago is too old. Gives whom to tell, or NULL where it is not
-- theirs to decide.
CREATE OR REPLACE FUNCTION decide_break(break uuid, yes boolean) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    b care_breaks;
BEGIN
    SELECT x.* INTO b FROM care_breaks x WHERE x.id = break AND x.decided_at IS NULL AND x.asked_at > app_now() - interval '1 day' FOR UPDATE;
    IF b.id IS NULL OR NOT looks_at_break(b) THEN
        RETURN NULL;
    END IF;
    UPDATE care_breaks x SET decided_by = my_id(), decided_at = app_now(), granted = yes, until = CASE WHEN yes THEN app_now() + b.hours * interval '1 hour' END WHERE x.id = break;
    RETURN CASE WHEN yes THEN care_owners(b.case_id) ELSE '[]' END
        || (SELECT jsonb_agg(jsonb_build_object('email', u.email, 'language', u.language)) FROM users u WHERE u.id = b.user_id);
END $$;

-- Whether a plan that one person opened was needed; false where that was said before, or is not theirs to say.
CREATE OR REPLACE FUNCTION review_break(break uuid, was_needed boolean, words bytea) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    b care_breaks;
BEGIN
    SELECT x.* INTO b FROM care_breaks x WHERE x.id = break AND x.granted AND x.scope = 'plan' AND x.reviewed_at IS NULL FOR UPDATE;
    IF b.id IS NULL OR NOT looks_at_break(b) THEN
        RETURN false;
    END IF;
    UPDATE care_breaks x SET reviewed_by = my_id(), reviewed_at = app_now(), needed = was_needed, remark = words WHERE x.id = break;
    RETURN true;
END $$;

-- What my broken glass leads to while it is open: the files of the case, and the person where their protection was opened too.
CREATE OR REPLACE FUNCTION broken_to(break uuid) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT jsonb_build_object('scope', b.scope, 'until', to_char(b.until AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'code', c.code, 'person', e.person_id,
        'opens', b.scope = 'file' AND may_see_case(c.id),
        'files', (SELECT coalesce(jsonb_agg(f.id ORDER BY f.opened_at), '[]') FROM care_files f WHERE f.case_id = b.case_id AND f.id IN (SELECT my_care_plans())))
    FROM care_breaks b JOIN cases c ON c.id = b.case_id JOIN episodes e ON e.id = c.episode_id
    WHERE b.id = break AND b.user_id = my_id() AND b.until > app_now()
$$;

DO $$
DECLARE
    f text;
BEGIN
    FOREACH f IN ARRAY ARRAY['any_case(text)', 'care_owners(uuid)', 'care_deciders(uuid, uuid)', 'break_glass(uuid, text, text, bytea, integer)', 'looks_at_break(care_breaks)',
                             'care_breaks_seen(integer)', 'care_breaks_waiting()', 'decide_break(uuid, boolean)', 'review_break(uuid, boolean, bytea)', 'broken_to(uuid)'] LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    END LOOP;
END $$;
GRANT EXECUTE ON FUNCTION care_breaks_seen(integer), care_breaks_waiting(), broken_to(uuid) TO app, reader;
GRANT EXECUTE ON FUNCTION break_glass(uuid, text, text, bytea, integer), decide_break(uuid, boolean), review_break(uuid, boolean, bytea) TO app;
