-- Whether somebody of my office may be accountable for a case: they work on cases, and where its person is under
-- protection, they are named.
CREATE OR REPLACE FUNCTION may_be_accountable(wanted uuid, who uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN may_see_case(wanted)
        AND EXISTS (SELECT FROM users u WHERE u.id = who AND u.organisation_id = my_organisation() AND u.ended_at IS NULL
                    AND EXISTS (SELECT FROM user_roles r JOIN role_permissions p ON p.role = r.role WHERE r.user_id = u.id AND p.permission = 'case.change'))
        AND NOT excludes((SELECT e.person_id FROM cases c JOIN episodes e ON e.id = c.episode_id WHERE c.id = wanted), NULL, who)
        AND NOT EXISTS (SELECT FROM cases c JOIN episodes e ON e.id = c.episode_id JOIN protections t ON t.person_id = e.person_id AND t.ended_at IS NULL
                        WHERE c.id = wanted AND NOT EXISTS (SELECT FROM protection_staff s WHERE s.protection_id = t.id AND s.user_id = who));
END $$;
REVOKE ALL ON FUNCTION may_be_accountable(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION may_be_accountable(uuid, uuid) TO app, reader;

-- How many open cases of somebody my office holds that whoever stands in for them could not open: those of people under
-- protection who do not name the cover, and of those with whom the cover has nothing to do. A number and no more, for whoever keeps the roster.
CREATE OR REPLACE FUNCTION leave_uncovered(away uuid, cover uuid) RETURNS bigint LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    -- Private files in which the cover is not named are counted with them: a number, which says of nobody that there is one.
    RETURN (SELECT count(*) FROM care_staff s JOIN care_files f ON f.id = s.file_id AND f.ended_at IS NULL
            WHERE may('duty.keep') AND f.office_id = my_organisation() AND s.user_id = away AND s.part = 'helper' AND s.ended_at IS NULL
                AND NOT EXISTS (SELECT FROM care_staff o WHERE o.file_id = f.id AND o.user_id = cover AND o.ended_at IS NULL))
         + (SELECT count(*) FROM cases c JOIN episodes e ON e.id = c.episode_id LEFT JOIN protections t ON t.person_id = e.person_id AND t.ended_at IS NULL
            WHERE may('duty.keep') AND c.holder_id = my_organisation() AND c.accountable_id = away AND c.phase <> 'closed'
                AND (excludes(e.person_id, NULL, cover)
                     OR (t.id IS NOT NULL AND NOT EXISTS (SELECT FROM protection_staff s WHERE s.protection_id = t.id AND s.user_id = cover))));
END $$;
REVOKE ALL ON FUNCTION leave_uncovered(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION leave_uncovered(uuid, uuid) TO app, reader;

-- Whether nobody could stand in for somebody under protection: fewer than two of those who are named still work here, or on
-- one of so many days from today all of them are away (practice 23). For the functions below.
CREATE OR REPLACE FUNCTION lacks_deputy(guard uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH named AS (SELECT u.id FROM protection_staff s JOIN users u ON u.id = s.user_id AND u.ended_at IS NULL WHERE s.protection_id = guard)
    SELECT (SELECT count(*) FROM named) < 2
        OR EXISTS (SELECT FROM generate_series((app_now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, (app_now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date + current_parameter('deputy.days')::integer, interval '1 day') AS on_day
                   WHERE NOT EXISTS (SELECT FROM named n WHERE NOT EXISTS (
                       SELECT FROM leaves l WHERE l.user_id = n.id AND on_day::date BETWEEN l.from_on AND l.until_on)))
$$;
REVOKE ALL ON FUNCTION lacks_deputy(uuid) FROM PUBLIC, app, reader;

-- The same of a private file that is not ended.
CREATE OR REPLACE FUNCTION care_lacks_deputy(file uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH named AS (SELECT u.id FROM care_staff s JOIN users u ON u.id = s.user_id AND u.ended_at IS NULL WHERE s.file_id = file AND s.ended_at IS NULL)
    SELECT (SELECT count(*) FROM named) < 2
        OR EXISTS (SELECT FROM generate_series((app_now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, (app_now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date + current_parameter('deputy.days')::integer, interval '1 day') AS on_day
                   WHERE NOT EXISTS (SELECT FROM named n WHERE NOT EXISTS (
                       SELECT FROM leaves l WHERE l.user_id = n.id AND on_day::date BETWEEN l.from_on AND l.until_on)))
$$;
REVOKE ALL ON FUNCTION care_lacks_deputy(uuid) FROM PUBLIC, app, reader;

-- Who is named for somebody under protection whom I may open, when each is away next, and whether nobody could stand in.
CREATE OR REPLACE FUNCTION protection_names(person uuid) RETURNS TABLE (user_id uuid, name text, away_from date, away_until date, lacks boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT u.id, u.name, l.from_on, l.until_on, lacks_deputy(t.id)
    FROM protections t JOIN protection_staff s ON s.protection_id = t.id JOIN users u ON u.id = s.user_id AND u.ended_at IS NULL
    LEFT JOIN LATERAL (SELECT from_on, until_on FROM leaves WHERE leaves.user_id = u.id AND until_on >= (app_now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date ORDER BY from_on LIMIT 1) l ON true
    WHERE t.person_id = person AND t.ended_at IS NULL AND may_see_person(person)
    ORDER BY u.name, u.id
$$;
REVOKE ALL ON FUNCTION protection_names(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION protection_names(uuid) TO app, reader;

-- Names one more of my office for somebody under protection, by one who is named. They work on cases here, and have to do
-- with the person. False where they may not be, or are named already.
CREATE OR REPLACE FUNCTION add_deputy(person uuid, who uuid) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    guard uuid;
BEGIN
    PERFORM FROM persons p WHERE p.id = person FOR UPDATE;
    SELECT t.id INTO guard FROM protections t WHERE t.person_id = person AND t.ended_at IS NULL;
    IF guard IS NULL OR NOT may('person.change') OR NOT may_change_person(person) OR excludes(person, NULL, who)
       OR NOT EXISTS (SELECT FROM users u JOIN user_roles r ON r.user_id = u.id JOIN role_permissions p ON p.role = r.role AND p.permission = 'case.change'
                      WHERE u.id = who AND u.organisation_id = my_organisation() AND u.ended_at IS NULL)
       OR EXISTS (SELECT FROM protection_staff s WHERE s.protection_id = guard AND s.user_id = who) THEN
        RETURN false;
    END IF;
    INSERT INTO protection_staff (id, protection_id, user_id) VALUES (gen_random_uuid(), guard, who);
    PERFORM record_event(gen_random_uuid(), 'person.deputy-named', 'person', person, '{}');
    RETURN true;
END $$;
REVOKE ALL ON FUNCTION add_deputy(uuid, uuid) FROM PUBLIC, reader;
GRANT EXECUTE ON FUNCTION add_deputy(uuid, uuid) TO app;

-- For whoever assigns cases: the staff of whose protected cases or private files here nobody could stand in for them, with how
-- many people that is. Not a word of whom, nor which of the two it is: those who are named see that.
CREATE OR REPLACE FUNCTION without_deputy() RETURNS TABLE (name text, people bigint) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT u.name, count(DISTINCT k.person_id)
    FROM (SELECT t.person_id, s.user_id
          FROM protections t JOIN protection_staff s ON s.protection_id = t.id
          WHERE t.ended_at IS NULL AND lacks_deputy(t.id)
            AND EXISTS (SELECT FROM cases c JOIN episodes e ON e.id = c.episode_id
                        WHERE e.person_id = t.person_id AND c.holder_id = my_organisation() AND c.phase <> 'closed')
          UNION SELECT e.person_id, s.user_id
          FROM care_files f JOIN cases c ON c.id = f.case_id JOIN episodes e ON e.id = c.episode_id JOIN care_staff s ON s.file_id = f.id AND s.ended_at IS NULL
          WHERE f.office_id = my_organisation() AND f.ended_at IS NULL AND care_lacks_deputy(f.id)) k
    JOIN users u ON u.id = k.user_id AND u.ended_at IS NULL
    WHERE may('case.assign') AND u.organisation_id = my_organisation()
    GROUP BY u.id, u.name ORDER BY u.name
$$;
REVOKE ALL ON FUNCTION without_deputy() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION without_deputy() TO app, reader;
