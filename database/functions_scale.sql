-- Somebody who may harm themselves: whom to call when, by a task that is watched. Step 0 and 1: those who are named; 2: also
-- whoever is on duty in the helper's office and keeps its roster, who read a colleague's name and nothing else. NULL where
-- somebody has said what was done.
CREATE OR REPLACE FUNCTION care_alarm(task uuid, step integer) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    t care_tasks;
    office uuid;
    helper text;
BEGIN
    SELECT x.* INTO t FROM care_tasks x WHERE x.id = task AND x.watched AND x.done_at IS NULL FOR UPDATE;
    IF t.id IS NULL OR t.file_id NOT IN (SELECT my_care()) OR (step > 0 AND t.told >= step) THEN
        RETURN NULL;
    END IF;
    UPDATE care_tasks x SET told = step WHERE x.id = task AND step > 0;
    SELECT f.office_id, u.name INTO office, helper FROM care_files f JOIN care_staff s ON s.file_id = f.id AND s.ended_at IS NULL AND s.part = 'helper'
        JOIN users u ON u.id = s.user_id WHERE f.id = t.file_id;
    RETURN jsonb_build_object('helper', coalesce(helper, ''), 'tell', (
        SELECT coalesce(jsonb_agg(jsonb_build_object('email', w.email, 'language', w.language, 'named', w.named)), '[]')
        FROM (SELECT u.email, u.language, bool_or(k.named) AS named
              FROM (SELECT s.user_id, true AS named FROM care_staff s WHERE s.file_id = t.file_id AND s.ended_at IS NULL
                    UNION ALL SELECT d.user_id, false FROM duty_shifts d WHERE care_alarm.step > 1 AND d.organisation_id = office AND d.starts_at <= app_now() AND d.ends_at > app_now()
                    UNION ALL SELECT r.user_id, false FROM user_roles r JOIN role_permissions p ON p.role = r.role AND p.permission = 'duty.keep'
                        JOIN users k ON k.id = r.user_id AND k.organisation_id = office WHERE care_alarm.step > 1) k
              JOIN users u ON u.id = k.user_id AND u.ended_at IS NULL AND (u.id <> my_id() OR care_alarm.step > 0)
              GROUP BY u.email, u.language ORDER BY u.email LIMIT 40) w));
END $$;
REVOKE ALL ON FUNCTION care_alarm(uuid, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION care_alarm(uuid, integer) TO app;
