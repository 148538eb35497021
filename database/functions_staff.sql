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
    RETURN (SELECT count(*) FROM cases c JOIN episodes e ON e.id = c.episode_id LEFT JOIN protections t ON t.person_id = e.person_id AND t.ended_at IS NULL
            WHERE may('duty.keep') AND c.holder_id = my_organisation() AND c.accountable_id = away AND c.phase <> 'closed'
                AND (excludes(e.person_id, NULL, cover)
                     OR (t.id IS NOT NULL AND NOT EXISTS (SELECT FROM protection_staff s WHERE s.protection_id = t.id AND s.user_id = cover))));
END $$;
REVOKE ALL ON FUNCTION leave_uncovered(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION leave_uncovered(uuid, uuid) TO app, reader;
