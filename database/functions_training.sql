-- Courses and who goes to them.

-- Seats of a course that are taken, by people of whichever office.
CREATE OR REPLACE FUNCTION seats_taken(wanted uuid) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT count(*) FROM course_enrolments e WHERE e.course_id = wanted AND e.state IN ('enrolled', 'passed', 'not-passed')
$$;

-- Somebody takes a seat. Says the id of what was written, or what stands in the way; see training::enrolment::Hindered.
CREATE OR REPLACE FUNCTION enrol(of_course uuid, of_case uuid, payer text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    c courses;
    made uuid := gen_random_uuid();
BEGIN
    -- Whoever asks for the last seat waits for whoever is about to take it.
    SELECT * INTO c FROM courses x WHERE x.id = of_course FOR UPDATE;
    IF c.id IS NULL OR NOT may('case.assess') OR NOT i_hold(of_case) THEN
        RETURN 'not-allowed';
    ELSIF c.cancelled_at IS NOT NULL OR c.enrol_until < (app_now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date THEN
        RETURN 'over';
    ELSIF EXISTS (SELECT FROM course_enrolments e WHERE e.course_id = of_course AND e.case_id = of_case AND e.state IN ('enrolled', 'passed', 'not-passed')) THEN
        RETURN 'twice';
    ELSIF seats_taken(of_course) >= c.seats THEN
        RETURN 'full';
    END IF;
    INSERT INTO course_enrolments (id, course_id, case_id, paid_by, made_by) VALUES (made, of_course, of_case, payer, my_id());
    PERFORM record_event(gen_random_uuid(), 'case.course-enrolled', 'case', of_case, '{}');
    RETURN made::text;
END $$;

REVOKE ALL ON FUNCTION seats_taken(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION seats_taken(uuid) TO app, reader;
REVOKE ALL ON FUNCTION enrol(uuid, uuid, text) FROM PUBLIC, reader;
GRANT EXECUTE ON FUNCTION enrol(uuid, uuid, text) TO app;
