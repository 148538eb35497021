-- Psychosocial referrals: two sides, of which each does what is theirs.

-- Whether I am asked in a letter: it was sent to my office, is not over, and the consent still holds.
CREATE OR REPLACE FUNCTION my_care_letters() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT r.id FROM care_referrals r
    WHERE may('referral.answer') AND r.office_id = my_organisation() AND r.state IN ('sent', 'received', 'accepted', 'started', 'completed', 'not-attended')
        AND r.expires_on >= (app_now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
        AND care_person(r.file_id) NOT IN (SELECT my_exclusions())
$$;

-- Which steps may follow which state, and whose they are. The same stands in src/psychosocial/referral/mod.rs; a test compares.
CREATE OR REPLACE FUNCTION care_referral_moves() RETURNS TABLE (state text, step text, theirs boolean) LANGUAGE sql IMMUTABLE AS $$
    VALUES ('draft', 'sent', false), ('draft', 'withdrawn', false),
        ('sent', 'received', true), ('sent', 'accepted', true), ('sent', 'declined', true), ('sent', 'redirected', true),
        ('received', 'accepted', true), ('received', 'declined', true), ('received', 'redirected', true),
        ('accepted', 'started', true), ('accepted', 'not-attended', true), ('accepted', 'declined', true),
        ('started', 'completed', true), ('started', 'not-attended', true),
        ('completed', 'asked', false), ('completed', 'confirmed', false), ('completed', 'not-confirmed', false),
        ('not-attended', 'asked', false), ('not-attended', 'accepted', true),
        ('sent', 'withdrawn', false), ('received', 'withdrawn', false), ('accepted', 'withdrawn', false), ('started', 'withdrawn', false),
        ('completed', 'withdrawn', false), ('not-attended', 'withdrawn', false)
$$;

-- One step. The helper's side does its own, and the other's where it was told by telephone or paper. Says 'done', 'version'
-- (somebody was there before), 'no-way', 'too-soon' (the returnee was not asked often enough), 'expired', or 'nothing'.
CREATE OR REPLACE FUNCTION move_care_referral(wanted uuid, act text, happened date, told bytea, at_version integer, first_step uuid, second_step uuid) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    r care_referrals;
    today date := (app_now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date;
    helps boolean;
    answers boolean := wanted IN (SELECT my_care_letters());
    last integer;
BEGIN
    SELECT x.* INTO r FROM care_referrals x WHERE x.id = wanted FOR UPDATE;
    helps := r.file_id IN (SELECT my_care());
    IF r.id IS NULL OR NOT (helps OR answers) THEN
        RETURN 'nothing';
    ELSIF r.version <> at_version THEN
        RETURN 'version';
    ELSIF NOT EXISTS (SELECT FROM care_referral_moves() m WHERE m.state = r.state AND m.step = act AND (helps OR m.theirs)) THEN
        RETURN 'no-way';
    ELSIF r.expires_on < today AND act NOT IN ('withdrawn', 'asked', 'confirmed', 'not-confirmed') THEN
        RETURN 'expired';
    ELSIF act = 'not-confirmed' AND r.asked < current_parameter('care.confirm-tries') THEN
        RETURN 'too-soon';
    END IF;
    SELECT coalesce(max(s.number), 0) INTO last FROM care_referral_steps s WHERE s.referral_id = wanted;
    IF act = 'sent' THEN
        -- The consent was recorded with the letter; both are steps of their own.
        INSERT INTO care_referral_steps (id, referral_id, number, step, happened_on, made_by) VALUES (second_step, wanted, last + 1, 'agreed', happened, my_id());
        last := last + 1;
    END IF;
    INSERT INTO care_referral_steps (id, referral_id, number, step, happened_on, words, made_by) VALUES (first_step, wanted, last + 1, act, happened, told, my_id());
    UPDATE care_referrals x SET
        state = CASE act WHEN 'asked' THEN r.state ELSE act END,
        asked = r.asked + CASE act WHEN 'asked' THEN 1 ELSE 0 END,
        sent_at = CASE act WHEN 'sent' THEN app_now() ELSE r.sent_at END,
        answer_by = CASE act WHEN 'sent' THEN today + current_parameter('care.answer-days')::integer ELSE r.answer_by END,
        version = r.version + 1
    WHERE x.id = wanted;
    -- The clock of what comes next, for those who are named in the file: an answer, then the returnee's own word.
    UPDATE care_tasks t SET done_at = app_now(), done_by = my_id() WHERE t.referral_id = wanted AND t.done_at IS NULL;
    IF act IN ('sent', 'accepted', 'completed', 'not-attended', 'asked') THEN
        INSERT INTO care_tasks (id, file_id, referral_id, due_at, watched)
        VALUES (gen_random_uuid(), r.file_id, wanted, (today + current_parameter(CASE act WHEN 'sent' THEN 'care.answer-days' WHEN 'accepted' THEN 'care.start-days' ELSE 'care.confirm-days' END)::integer)
            + interval '10 hours', false);
    END IF;
    RETURN 'done';
END $$;

-- Whom to write to about a letter: those who answer for the office asked, or those who are named in the file; never me.
CREATE OR REPLACE FUNCTION care_referral_told(wanted uuid, theirs boolean) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(jsonb_agg(DISTINCT jsonb_build_object('email', u.email, 'language', u.language)), '[]')
    FROM care_referrals r JOIN users u ON u.ended_at IS NULL AND u.id <> my_id()
    WHERE r.id = wanted AND (r.file_id IN (SELECT my_care()) OR r.id IN (SELECT my_care_letters()) OR r.office_id = my_organisation())
        AND CASE WHEN theirs THEN u.organisation_id = r.office_id
                     AND EXISTS (SELECT FROM user_roles x JOIN role_permissions p ON p.role = x.role AND p.permission = 'referral.answer' WHERE x.user_id = u.id)
            ELSE EXISTS (SELECT FROM care_staff s WHERE s.file_id = r.file_id AND s.user_id = u.id AND s.ended_at IS NULL) END
$$;

-- The office of an entry of the directory, where somebody there answers letters.
CREATE OR REPLACE FUNCTION answers_letters(office uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM users u JOIN organisations o ON o.id = u.organisation_id AND o.ended_at IS NULL AND o.kind = 'provider'
                   JOIN user_roles x ON x.user_id = u.id JOIN role_permissions p ON p.role = x.role AND p.permission = 'referral.answer'
                   WHERE u.organisation_id = office AND u.ended_at IS NULL)
$$;

-- Wrapped keys of letters, for `trove rewrap` alone.
CREATE OR REPLACE FUNCTION wrapped_letters(after uuid, most integer) RETURNS TABLE (id uuid, letter_key bytea) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT r.id, r.letter_key FROM care_referrals r WHERE is_service('command-line') AND r.id > after ORDER BY r.id LIMIT most
$$;
CREATE OR REPLACE FUNCTION keep_wrapped_letter(wanted uuid, wrapped bytea) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF is_service('command-line') THEN
        UPDATE care_referrals r SET letter_key = wrapped WHERE r.id = wanted;
    END IF;
END $$;

DO $$
DECLARE
    f text;
BEGIN
    FOREACH f IN ARRAY ARRAY['my_care_letters()', 'care_referral_moves()', 'move_care_referral(uuid, text, date, bytea, integer, uuid, uuid)', 'care_referral_told(uuid, boolean)', 'answers_letters(uuid)',
                             'wrapped_letters(uuid, integer)', 'keep_wrapped_letter(uuid, bytea)'] LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    END LOOP;
END $$;
GRANT EXECUTE ON FUNCTION my_care_letters(), care_referral_told(uuid, boolean), answers_letters(uuid) TO app, reader;
GRANT EXECUTE ON FUNCTION move_care_referral(uuid, text, date, bytea, integer, uuid, uuid), wrapped_letters(uuid, integer), keep_wrapped_letter(uuid, bytea) TO app;
