-- Skills, their recognition and certificates.

-- How far each skill of a person has come. `level` is what the last assessment found. For functions alone.
CREATE OR REPLACE FUNCTION standings_of(person uuid) RETURNS TABLE (skill_id uuid, standing text, papers bigint, level smallint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT s.id,
           CASE WHEN EXISTS (SELECT FROM recognition_skills r JOIN certificates c ON c.recognition_id = r.recognition_id
                             WHERE r.skill_id = s.id AND r.result > 0 AND c.revoked_at IS NULL) THEN 'certified'
                WHEN found.result IS NOT NULL THEN 'assessed'
                WHEN paper.many > 0 THEN 'documented' ELSE 'declared' END,
           paper.many, found.result
    FROM skills s
    CROSS JOIN LATERAL (
        SELECT count(*) AS many FROM skill_evidence e
        WHERE e.skill_id = s.id AND EXISTS (SELECT FROM attachment_files f WHERE f.attachment_id = e.attachment_id AND f.state NOT IN ('refused', 'removed'))) paper
    LEFT JOIN LATERAL (
        SELECT r.result FROM recognition_skills r JOIN recognitions q ON q.id = r.recognition_id
        WHERE r.skill_id = s.id AND r.result IS NOT NULL ORDER BY q.asked_at DESC LIMIT 1) found ON true
    WHERE s.person_id = person AND s.withdrawn_at IS NULL
$$;

-- The same for whoever may open the person: a paper that lies in a case of another office counts, and is not named.
CREATE OR REPLACE FUNCTION skill_standings(person uuid) RETURNS TABLE (skill_id uuid, standing text, papers bigint, level smallint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF may_see_person(person) THEN
        RETURN QUERY SELECT * FROM standings_of(person);
    END IF;
END $$;

-- What a skill said at a version that the caller once had before them, for the page that shows a conflict.
CREATE OR REPLACE FUNCTION skill_at(wanted uuid, at_version integer) RETURNS SETOF skills LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT r.* FROM row_versions v, jsonb_populate_record(NULL::skills, v.row) r
    WHERE v.table_name = 'skills' AND v.row_id = wanted AND v.version = at_version
        AND may_see_person((SELECT s.person_id FROM skills s WHERE s.id = wanted))
$$;

-- What was asked to be recognised stays what it was: how long and where may be mended, the skill itself may not.
CREATE OR REPLACE FUNCTION skill_stays() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF (OLD.kind, OLD.occupation, OLD.name, OLD.soft, OLD.language) IS DISTINCT FROM (NEW.kind, NEW.occupation, NEW.name, NEW.soft, NEW.language)
       AND EXISTS (SELECT FROM recognition_skills r WHERE r.skill_id = OLD.id) THEN
        RAISE EXCEPTION 'error-skill-recognised';
    ELSIF NEW.withdrawn_at IS NOT NULL AND OLD.withdrawn_at IS NULL AND EXISTS (
        SELECT FROM recognition_skills r JOIN recognitions q ON q.id = r.recognition_id
        WHERE r.skill_id = OLD.id AND q.state NOT IN ('refused', 'given-up')) THEN
        RAISE EXCEPTION 'error-skill-in-recognition';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER skill_stays BEFORE UPDATE ON skills FOR EACH ROW EXECUTE FUNCTION skill_stays();

-- True if a group of ISCO-08, or what is in it, is among those that an assessor was accredited for.
CREATE OR REPLACE FUNCTION covers(groups text[], occupation text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT EXISTS (SELECT FROM unnest(groups) g WHERE occupation LIKE g || '%')
$$;

-- Who made the newest of these steps.
CREATE OR REPLACE FUNCTION recognition_step_by(wanted uuid, steps text[]) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT s.made_by FROM recognition_steps s WHERE s.recognition_id = wanted AND s.step = ANY (steps) ORDER BY s.number DESC LIMIT 1
$$;

-- One step of a recognition, with what it says in `d`: `words`; of an appointment `assessor`, `meets_at`, `place`; of a
-- result `results`, a list of `{id, result, gap}`; of a decision `level`. Says `done`, or what stands in the way; see
-- skill::recognition::Outcome. The one who found a result does not decide on it, and who decided does not decide on the
-- appeal against it (practice 29).
CREATE OR REPLACE FUNCTION move_recognition(wanted uuid, act text, at_version integer, d jsonb) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    q recognitions;
    a assessors;
    decided recognition_steps;
    next text;
    lowest smallint;
BEGIN
    SELECT * INTO q FROM recognitions x WHERE x.id = wanted FOR UPDATE;
    IF q.id IS NULL OR NOT may('case.assess') OR NOT i_hold(q.case_id) OR (act IN ('granted', 'refused', 'kept', 'again') AND NOT may('recognition.decide')) THEN
        RETURN 'not-allowed';
    ELSIF q.version <> at_version THEN
        RETURN 'changed';
    END IF;
    next := CASE
        WHEN act = 'incomplete' AND q.state IN ('asked', 'incomplete') THEN 'incomplete'
        WHEN act = 'complete' AND q.state IN ('asked', 'incomplete') THEN 'complete'
        WHEN act = 'booked' AND q.state IN ('complete', 'booked') THEN 'booked'
        WHEN act = 'missed' AND q.state = 'booked' THEN 'complete'
        WHEN act = 'assessed' AND q.state = 'booked' THEN 'assessed'
        WHEN act IN ('granted', 'refused') AND q.state = 'assessed' THEN act
        WHEN act = 'appealed' AND q.state IN ('granted', 'refused') THEN 'appealed'
        WHEN act = 'kept' AND q.state = 'appealed' THEN 'kept'
        WHEN act = 'again' AND q.state = 'appealed' THEN 'complete'
        WHEN act = 'given-up' AND q.state IN ('asked', 'incomplete', 'complete', 'booked') THEN 'given-up' END;
    IF next IS NULL THEN
        RETURN 'state';
    ELSIF act IN ('incomplete', 'refused', 'appealed', 'kept', 'again', 'given-up') AND coalesce(d->>'words', '') = '' THEN
        RETURN 'words';
    END IF;
    SELECT * INTO decided FROM recognition_steps s WHERE s.recognition_id = wanted AND s.step IN ('granted', 'refused') ORDER BY s.number DESC LIMIT 1;
    IF act = 'booked' THEN
        SELECT * INTO a FROM assessors x WHERE x.id = (d->>'assessor')::uuid AND x.ended_at IS NULL;
        IF a.id IS NULL OR NOT covers(a.occupations, q.occupation) THEN
            RETURN 'assessor';
        ELSIF ((d->>'meets_at')::timestamptz AT TIME ZONE 'Asia/Ho_Chi_Minh')::date NOT BETWEEN a.valid_from AND a.valid_until THEN
            RETURN 'expired';
        ELSIF decided.id IS NOT NULL AND a.id = (SELECT s.assessor_id FROM recognition_steps s WHERE s.recognition_id = wanted AND s.step = 'booked' AND s.number <= decided.number ORDER BY s.number DESC LIMIT 1) THEN
            RETURN 'same-assessor';
        END IF;
    ELSIF act IN ('assessed', 'missed') AND (SELECT s.meets_at FROM recognition_steps s WHERE s.recognition_id = wanted AND s.step = 'booked' ORDER BY s.number DESC LIMIT 1) > app_now() THEN
        RETURN 'early';
    ELSIF act IN ('granted', 'refused') AND recognition_step_by(wanted, ARRAY['assessed']) = my_id() THEN
        RETURN 'own';
    ELSIF act IN ('kept', 'again') AND decided.made_by = my_id() THEN
        RETURN 'own';
    ELSIF act = 'appealed' AND ((app_now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date - (decided.made_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date) > current_parameter('recognition.appeal-days') THEN
        RETURN 'late';
    ELSIF act = 'appealed' AND EXISTS (SELECT FROM recognition_steps s WHERE s.recognition_id = wanted AND s.step = 'appealed' AND s.number >= decided.number) THEN
        RETURN 'appealed';
    END IF;
    IF act = 'assessed' THEN
        UPDATE recognition_skills r SET result = x.result, gap = x.gap
        FROM jsonb_to_recordset(d->'results') AS x (id uuid, result smallint, gap text) WHERE r.id = x.id AND r.recognition_id = wanted;
        IF EXISTS (SELECT FROM recognition_skills r WHERE r.recognition_id = wanted AND r.result IS NULL) THEN
            RETURN 'results';
        END IF;
    ELSIF act = 'granted' THEN
        -- No higher than the weakest of what was assessed of the trade itself.
        SELECT min(r.result) INTO lowest FROM recognition_skills r JOIN skills s ON s.id = r.skill_id WHERE r.recognition_id = wanted AND s.kind = 'trade';
        IF coalesce((d->>'level')::smallint NOT BETWEEN 1 AND lowest, true) THEN
            RETURN 'level';
        END IF;
        UPDATE certificates c SET revoked_at = app_now(), revoked_by = my_id(), revoked_because = 'certificate-replaced', version = c.version + 1
        WHERE c.recognition_id = wanted AND c.revoked_at IS NULL;
    ELSIF act = 'kept' THEN
        next := decided.step;
    END IF;
    INSERT INTO recognition_steps (id, recognition_id, number, step, words, assessor_id, meets_at, place, level, made_by)
    VALUES (gen_random_uuid(), wanted, q.version, act, nullif(d->>'words', ''), a.id, CASE act WHEN 'booked' THEN (d->>'meets_at')::timestamptz END,
            CASE act WHEN 'booked' THEN nullif(d->>'place', '') END, CASE act WHEN 'granted' THEN (d->>'level')::smallint END, my_id());
    UPDATE recognitions x SET state = next, version = x.version + 1 WHERE x.id = wanted;
    PERFORM record_event(gen_random_uuid(), 'case.recognition-' || act, 'case', q.case_id, jsonb_build_object('occupation', q.occupation));
    RETURN 'done';
END $$;

-- A certificate as anybody may see it who has its code: what was signed, and what the holder allows of it.
CREATE OR REPLACE FUNCTION certificate_of(wanted text) RETURNS TABLE (content text, signature bytea, key_id integer, shows text[], revoked_at timestamptz, revoked_because text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT c.content, c.signature, c.key_id,
           -- Of somebody under protection nothing that tells who they are, whatever they allowed before.
           CASE WHEN p.protected THEN array_remove(array_remove(c.shows, 'name'), 'birth-year') ELSE c.shows END,
           c.revoked_at, c.revoked_because
    FROM certificates c JOIN recognitions q ON q.id = c.recognition_id JOIN cases k ON k.id = q.case_id
    JOIN episodes e ON e.id = k.episode_id JOIN persons p ON p.id = e.person_id
    WHERE c.code = wanted
$$;

-- The codes of those that were revoked, for whoever checks without a line: codes only.
CREATE OR REPLACE FUNCTION certificates_revoked() RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT c.code FROM certificates c WHERE c.revoked_at IS NOT NULL ORDER BY c.code LIMIT 100000
$$;

-- Takes a certificate back, for a reason, by whoever may decide on recognitions and holds the case.
CREATE OR REPLACE FUNCTION revoke_certificate(wanted uuid, why text, at_version integer) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    c certificates;
    of_case uuid;
BEGIN
    SELECT * INTO c FROM certificates x WHERE x.id = wanted FOR UPDATE;
    of_case := (SELECT q.case_id FROM recognitions q WHERE q.id = c.recognition_id);
    IF c.id IS NULL OR NOT may('recognition.decide') OR NOT i_hold(of_case) THEN
        RETURN 'not-allowed';
    ELSIF c.version <> at_version OR c.revoked_at IS NOT NULL THEN
        RETURN 'changed';
    END IF;
    UPDATE certificates x SET revoked_at = app_now(), revoked_by = my_id(), revoked_because = why, version = x.version + 1 WHERE x.id = wanted;
    PERFORM record_event(gen_random_uuid(), 'case.certificate-revoked', 'case', of_case, '{}');
    RETURN 'done';
END $$;

REVOKE ALL ON FUNCTION covers(text[], text), skill_stays() FROM PUBLIC;
REVOKE ALL ON FUNCTION skill_standings(uuid), skill_at(uuid, integer), recognition_step_by(uuid, text[]), certificate_of(text), certificates_revoked() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION skill_standings(uuid), skill_at(uuid, integer), recognition_step_by(uuid, text[]), certificate_of(text), certificates_revoked() TO app, reader;
REVOKE ALL ON FUNCTION move_recognition(uuid, text, integer, jsonb), revoke_certificate(uuid, text, integer) FROM PUBLIC, reader;
GRANT EXECUTE ON FUNCTION move_recognition(uuid, text, integer, jsonb), revoke_certificate(uuid, text, integer) TO app;
REVOKE ALL ON FUNCTION standings_of(uuid) FROM PUBLIC, app, reader;
