-- Duty rosters, and what becomes of an immediate need until somebody has taken it over (practice 10).

-- The hours of an office between two instants at which nobody is on duty.
CREATE OR REPLACE FUNCTION duty_gaps(office uuid, since timestamptz, until timestamptz) RETURNS TABLE (starts_at timestamptz, ends_at timestamptz)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT lower(gap), upper(gap) FROM unnest(tstzmultirange(tstzrange(since, until)) - coalesce((
        SELECT range_agg(tstzrange(d.starts_at, d.ends_at)) FROM duty_shifts d
        WHERE d.organisation_id = office AND d.ends_at > since AND d.starts_at < until), '{}')) AS gap ORDER BY 1
$$;

-- Who of my office may be on duty: whoever works on cases there.
CREATE OR REPLACE FUNCTION duty_staff() RETURNS TABLE (id uuid, name text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT u.id, u.name FROM users u WHERE may('case.read') AND u.organisation_id = my_organisation() AND u.ended_at IS NULL
        AND EXISTS (SELECT FROM user_roles r JOIN role_permissions p ON p.role = r.role WHERE r.user_id = u.id AND p.permission = 'case.change')
    ORDER BY u.name, u.id LIMIT 300
$$;

-- The offices that answer for a case, in the order in which they are called: its own, the province's, DOLAB.
CREATE OR REPLACE FUNCTION duty_offices(wanted uuid) RETURNS TABLE (step integer, office_id uuid) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH holder AS (SELECT o.id, o.province_code FROM cases c JOIN organisations o ON o.id = c.holder_id WHERE c.id = wanted)
    SELECT 1, h.id FROM holder h
    UNION ALL SELECT 2, p.id FROM holder h JOIN organisations p ON p.kind = 'province' AND p.province_code = h.province_code AND p.ended_at IS NULL AND p.id <> h.id
    UNION ALL SELECT 3, d.id FROM holder h JOIN organisations d ON d.kind = 'dolab' AND d.ended_at IS NULL AND d.id <> h.id
$$;

-- The numbers to call now for a case that is open to me: those on duty, then their office's own, each once. Names of staff
-- are known in their office only. `tried_at` is since the need was seen.
CREATE OR REPLACE FUNCTION duty_numbers(wanted uuid) RETURNS TABLE (step integer, office_id uuid, office text, user_id uuid, name text, phone text, ends_at timestamptz, tried_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT may_see_case(wanted) THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT n.step, n.office_id, n.office, n.user_id, n.name, n.phone, n.ends_at,
        (SELECT max(t.tried_at) FROM duty_tries t WHERE t.case_id = wanted AND t.office_id = n.office_id AND t.phone = n.phone
            AND t.tried_at >= (SELECT min(s.screened_at) FROM screenings s WHERE s.case_id = wanted AND s.urgency = 'immediate' AND s.taken_over_at IS NULL))
    FROM (SELECT DISTINCT ON (f.office_id, f.phone) f.* FROM (
        SELECT a.step, o.id AS office_id, o.name AS office, d.place, d.starts_at, d.phone, d.ends_at,
            CASE WHEN o.id = my_organisation() THEN d.user_id END AS user_id, CASE WHEN o.id = my_organisation() THEN u.name END AS name
        FROM duty_offices(wanted) a JOIN organisations o ON o.id = a.office_id
        JOIN duty_shifts d ON d.organisation_id = o.id AND d.starts_at <= app_now() AND d.ends_at > app_now()
        JOIN users u ON u.id = d.user_id AND u.ended_at IS NULL
        UNION ALL
        SELECT a.step, o.id, o.name, 9, NULL, o.phone, NULL, NULL, NULL
        FROM duty_offices(wanted) a JOIN organisations o ON o.id = a.office_id WHERE o.phone IS NOT NULL) f
        ORDER BY f.office_id, f.phone, f.place, f.starts_at) n
    ORDER BY n.step, n.office, n.place, n.starts_at, n.phone;
END $$;

-- One step of silence: who is written to about a need that nobody has taken over. Of somebody under protection their
-- office's named staff; those above read which office it is and nothing else. NULL where it is taken over.
CREATE OR REPLACE FUNCTION alarm_told(alarm uuid, step integer) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    s record;
BEGIN
    SELECT x.id, x.silence, c.id AS case_id, c.holder_id, p.id AS person_id, p.protected INTO s
    FROM screenings x JOIN cases c ON c.id = x.case_id JOIN episodes e ON e.id = c.episode_id JOIN persons p ON p.id = e.person_id
    WHERE x.id = alarm AND x.screened_by = my_id() AND x.urgency = 'immediate' AND x.taken_over_at IS NULL AND c.phase <> 'closed' FOR UPDATE OF x;
    IF s.id IS NULL OR s.silence >= step THEN
        RETURN NULL;
    END IF;
    UPDATE screenings x SET silence = step WHERE x.id = alarm;
    IF step > 1 THEN
        PERFORM record_event(gen_random_uuid(), 'case.alarm-silent', 'case', s.case_id, jsonb_build_object('step', step));
    END IF;
    RETURN (
        SELECT coalesce(jsonb_agg(jsonb_build_object('email', w.email, 'language', w.language)), '[]')
        FROM (SELECT DISTINCT u.email, u.language FROM duty_offices(s.case_id) a JOIN users u ON u.organisation_id = a.office_id AND u.ended_at IS NULL
              WHERE a.step <= alarm_told.step AND CASE
                  WHEN s.protected AND a.office_id = s.holder_id THEN EXISTS (
                      SELECT FROM protections t JOIN protection_staff n ON n.protection_id = t.id WHERE t.person_id = s.person_id AND t.ended_at IS NULL AND n.user_id = u.id)
                  WHEN EXISTS (SELECT FROM duty_shifts d WHERE d.organisation_id = a.office_id AND d.user_id = u.id AND d.starts_at <= app_now() AND d.ends_at > app_now()) THEN true
                  -- Whoever keeps the roster: after the first step, and at once where nobody is on duty.
                  ELSE (alarm_told.step > 1 OR NOT EXISTS (SELECT FROM duty_shifts d WHERE d.organisation_id = a.office_id AND d.starts_at <= app_now() AND d.ends_at > app_now()))
                       AND EXISTS (SELECT FROM user_roles r JOIN role_permissions p ON p.role = r.role WHERE r.user_id = u.id AND p.permission = 'duty.keep') END
              ORDER BY u.email LIMIT 40) w);
END $$;

-- Needs of other offices that nobody has taken over and that came up to mine: which office, its number, since when.
CREATE OR REPLACE FUNCTION alarms_above() RETURNS TABLE (office text, phone text, since timestamptz, needs bigint) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT o.name, o.phone, min(s.screened_at), count(DISTINCT s.case_id)
    FROM screenings s JOIN cases c ON c.id = s.case_id JOIN organisations o ON o.id = c.holder_id
    WHERE may('silence.follow') AND s.urgency = 'immediate' AND s.taken_over_at IS NULL AND c.phase <> 'closed' AND c.holder_id <> my_organisation()
        AND EXISTS (SELECT FROM duty_offices(c.id) a WHERE a.office_id = my_organisation() AND a.step <= s.silence)
    GROUP BY o.id, o.name, o.phone ORDER BY 3
$$;

-- Whoever keeps the roster of an office that has one, where somebody is missing in the next day; asked by the worker.
CREATE OR REPLACE FUNCTION duty_missing() RETURNS jsonb LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT is_service('worker') THEN
        RAISE EXCEPTION 'not allowed';
    END IF;
    RETURN (
        SELECT coalesce(jsonb_agg(jsonb_build_object('email', u.email, 'language', u.language) ORDER BY u.email), '[]')
        FROM organisations o JOIN users u ON u.organisation_id = o.id AND u.ended_at IS NULL
        WHERE o.ended_at IS NULL
            AND EXISTS (SELECT FROM duty_shifts d WHERE d.organisation_id = o.id AND d.ends_at > app_now() - interval '31 days')
            AND EXISTS (SELECT FROM duty_gaps(o.id, app_now(), app_now() + interval '1 day'))
            AND EXISTS (SELECT FROM user_roles r JOIN role_permissions p ON p.role = r.role WHERE r.user_id = u.id AND p.permission = 'duty.keep'));
END $$;

DO $$
DECLARE
    f regprocedure;
BEGIN
    FOR f IN SELECT p.oid FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
        AND p.proname IN ('duty_gaps', 'duty_staff', 'duty_offices', 'duty_numbers', 'alarm_told', 'alarms_above', 'duty_missing') LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC, reader', f);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO app', f);
    END LOOP;
END $$;
REVOKE EXECUTE ON FUNCTION duty_offices(uuid) FROM app;
GRANT EXECUTE ON FUNCTION duty_gaps(uuid, timestamptz, timestamptz), duty_staff(), duty_numbers(uuid), alarms_above() TO reader;
