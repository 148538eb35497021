-- One step of a complaint of discrimination, with what it says in `d`: `on`, `words`, and of passing it on `body`. Says `done`, or
-- what stands in the way; see employment::complaint::Hindered. Nobody is told of it before the returnee agreed.
CREATE OR REPLACE FUNCTION move_complaint(wanted uuid, act text, at_version integer, d jsonb) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    q discrimination_complaints;
    next text;
BEGIN
    SELECT * INTO q FROM discrimination_complaints x WHERE x.id = wanted FOR UPDATE;
    IF q.id IS NULL OR NOT may('case.assess') OR NOT i_hold(q.case_id) THEN
        RETURN 'not-allowed';
    ELSIF q.version <> at_version THEN
        RETURN 'changed';
    END IF;
    next := CASE
        WHEN act = 'agreed' AND q.state = 'written' AND NOT q.agreed THEN 'written'
        WHEN act = 'passed-on' AND q.state IN ('written', 'passed-on', 'answered') THEN 'passed-on'
        WHEN act = 'answered' AND q.state = 'passed-on' THEN 'answered'
        WHEN act IN ('settled', 'not-upheld') AND q.state IN ('passed-on', 'answered') THEN act
        WHEN act = 'withdrawn' AND q.state IN ('written', 'passed-on', 'answered') THEN act
    END;
    IF next IS NULL THEN
        RETURN 'state';
    ELSIF act = 'passed-on' AND NOT q.agreed THEN
        RETURN 'not-agreed';
    END IF;
    INSERT INTO complaint_steps (id, complaint_id, number, step, body, happened_on, words, made_by)
    VALUES (gen_random_uuid(), wanted, q.version, act, CASE act WHEN 'passed-on' THEN d->>'body' END, (d->>'on')::date, nullif(d->>'words', ''), my_id());
    UPDATE discrimination_complaints x SET state = next, agreed = q.agreed OR act = 'agreed', version = x.version + 1 WHERE x.id = wanted;
    PERFORM record_event(gen_random_uuid(), 'case.complaint-' || act, 'case', q.case_id, '{}');
    RETURN 'done';
END $$;

REVOKE ALL ON FUNCTION move_complaint(uuid, text, integer, jsonb) FROM PUBLIC, reader;
GRANT EXECUTE ON FUNCTION move_complaint(uuid, text, integer, jsonb) TO app;
