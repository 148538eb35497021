-- Employers, vacancies, those who look for work, and how they come together.

-- What is written carries the transaction that wrote it. Whoever holds a copy asks for what was written by any transaction that
-- was not finished when the copy was made: nothing that commits late is missed.
CREATE OR REPLACE FUNCTION stamp_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.changed := pg_current_xact_id()::text::bigint;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER stamp_changed BEFORE INSERT OR UPDATE ON vacancies FOR EACH ROW EXECUTE FUNCTION stamp_changed();
CREATE OR REPLACE TRIGGER stamp_changed BEFORE INSERT OR UPDATE ON seekers FOR EACH ROW EXECUTE FUNCTION stamp_changed();

-- The oldest transaction that is not finished.
CREATE OR REPLACE FUNCTION oldest_running() RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint
$$;

-- What of somebody is compared with vacancies. Nothing here tells sex, ethnic group, registration, health or how somebody came
-- back (practice 32); `adult_on` serves a limit that a law sets and nothing else.
CREATE OR REPLACE FUNCTION seeker_facts(of_case uuid) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT jsonb_build_object(
        'trades', coalesce((
            SELECT jsonb_agg(jsonb_build_object('occupation', s.occupation, 'months', s.months, 'standing', t.standing, 'level', t.level) ORDER BY s.id)
            FROM skills s JOIN standings_of(e.person_id) t ON t.skill_id = s.id WHERE s.kind = 'trade'), '[]')
            -- Work abroad that nobody wrote down as a skill.
            || coalesce((
            SELECT jsonb_agg(jsonb_build_object('occupation', m.occupation, 'months', NULL, 'standing', 'declared', 'level', NULL))
            FROM labour_migrations m JOIN episodes x ON x.id = m.episode_id
            WHERE x.person_id = e.person_id AND m.occupation IS NOT NULL AND NOT EXISTS (
                SELECT FROM skills s WHERE s.person_id = e.person_id AND s.withdrawn_at IS NULL AND s.occupation = m.occupation)), '[]'),
        'languages', coalesce((
            SELECT jsonb_agg(jsonb_build_object('language', s.language, 'grade', s.grade))
            FROM skills s WHERE s.person_id = e.person_id AND s.kind = 'language' AND s.withdrawn_at IS NULL), '[]'),
        'place', (SELECT jsonb_build_object('province', a.province_code, 'commune', a.commune_code)
            FROM addresses a WHERE a.person_id = e.person_id AND a.withdrawn_at IS NULL AND a.province_code IS NOT NULL AND a.kind IN ('staying', 'home')
            ORDER BY a.kind DESC, a.id DESC LIMIT 1),
        'adult_on', (CASE p.birth_precision WHEN 'day' THEN p.birth_date WHEN 'month' THEN p.birth_date + interval '1 month - 1 day'
                     ELSE p.birth_date + interval '1 year - 1 day' END + interval '18 years')::date,
        'wanted', j.wanted, 'provinces', j.provinces, 'abroad', j.abroad, 'kilometres', j.kilometres, 'wage_least', j.wage_least,
        'wage_before', j.wage_before, 'hours', j.hours, 'night', j.night, 'must', j.must)
    FROM job_searches j JOIN cases c ON c.id = j.case_id JOIN episodes e ON e.id = c.episode_id JOIN persons p ON p.id = e.person_id
    WHERE j.case_id = of_case
$$;

-- The same for whoever may read the case; nothing if no search is written down.
CREATE OR REPLACE FUNCTION seeker_of(wanted uuid) RETURNS jsonb LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF may('case.assess') AND may_see_person((SELECT e.person_id FROM cases c JOIN episodes e ON e.id = c.episode_id WHERE c.id = wanted)) THEN
        RETURN seeker_facts(wanted);
    END IF;
    RETURN NULL;
END $$;

-- Brings the row of a case up to date: with facts while somebody looks and is helped, without afterwards.
CREATE OR REPLACE FUNCTION bring_seeker(of_case uuid) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO seekers (case_id, holder_id, facts)
    SELECT c.id, c.holder_id, CASE WHEN j.looking AND c.phase <> 'closed' THEN seeker_facts(c.id) END
    FROM job_searches j JOIN cases c ON c.id = j.case_id WHERE c.id = of_case
    ON CONFLICT (case_id) DO UPDATE SET holder_id = EXCLUDED.holder_id, facts = EXCLUDED.facts
    WHERE (seekers.holder_id, seekers.facts) IS DISTINCT FROM (EXCLUDED.holder_id, EXCLUDED.facts)
$$;

CREATE OR REPLACE FUNCTION bring_seekers_of(person uuid) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT bring_seeker(j.case_id) FROM episodes e JOIN cases c ON c.episode_id = e.id JOIN job_searches j ON j.case_id = c.id WHERE e.person_id = person
$$;

CREATE OR REPLACE FUNCTION seeker_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    CASE TG_TABLE_NAME
        WHEN 'job_searches' THEN PERFORM bring_seeker(NEW.case_id);
        WHEN 'cases' THEN PERFORM bring_seeker(NEW.id);
        WHEN 'persons' THEN PERFORM bring_seekers_of(NEW.id);
        WHEN 'episodes' THEN PERFORM bring_seekers_of(NEW.person_id);
        WHEN 'skills' THEN PERFORM bring_seekers_of(NEW.person_id);
        WHEN 'addresses' THEN PERFORM bring_seekers_of(NEW.person_id);
        WHEN 'labour_migrations' THEN PERFORM bring_seekers_of((SELECT e.person_id FROM episodes e WHERE e.id = NEW.episode_id));
        WHEN 'skill_evidence' THEN
            PERFORM bring_seekers_of((SELECT s.person_id FROM skills s WHERE s.id = CASE TG_OP WHEN 'DELETE' THEN OLD.skill_id ELSE NEW.skill_id END));
        WHEN 'recognition_skills' THEN PERFORM bring_seekers_of((SELECT s.person_id FROM skills s WHERE s.id = NEW.skill_id));
        WHEN 'certificates' THEN
            PERFORM bring_seekers_of((SELECT e.person_id FROM recognitions r JOIN cases c ON c.id = r.case_id JOIN episodes e ON e.id = c.episode_id WHERE r.id = NEW.recognition_id));
    END CASE;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER seeker_changed AFTER INSERT OR UPDATE ON job_searches FOR EACH ROW EXECUTE FUNCTION seeker_changed();
CREATE OR REPLACE TRIGGER seeker_changed AFTER UPDATE OF holder_id, phase ON cases FOR EACH ROW EXECUTE FUNCTION seeker_changed();
CREATE OR REPLACE TRIGGER seeker_changed AFTER UPDATE OF birth_date, birth_precision ON persons FOR EACH ROW EXECUTE FUNCTION seeker_changed();
CREATE OR REPLACE TRIGGER seeker_changed AFTER UPDATE OF person_id ON episodes FOR EACH ROW EXECUTE FUNCTION seeker_changed();
CREATE OR REPLACE TRIGGER seeker_changed AFTER INSERT OR UPDATE ON skills FOR EACH ROW EXECUTE FUNCTION seeker_changed();
CREATE OR REPLACE TRIGGER seeker_changed AFTER INSERT OR UPDATE ON addresses FOR EACH ROW EXECUTE FUNCTION seeker_changed();
CREATE OR REPLACE TRIGGER seeker_changed AFTER INSERT OR UPDATE OF occupation ON labour_migrations FOR EACH ROW EXECUTE FUNCTION seeker_changed();
CREATE OR REPLACE TRIGGER seeker_changed AFTER INSERT OR DELETE ON skill_evidence FOR EACH ROW EXECUTE FUNCTION seeker_changed();
CREATE OR REPLACE TRIGGER seeker_changed AFTER UPDATE ON recognition_skills FOR EACH ROW EXECUTE FUNCTION seeker_changed();
CREATE OR REPLACE TRIGGER seeker_changed AFTER INSERT OR UPDATE OF revoked_at ON certificates FOR EACH ROW EXECUTE FUNCTION seeker_changed();

-- What the matching keeps in memory: those who changed since. It decides nothing on who may see whom; whom a list shows is asked
-- once more as the user.
CREATE OR REPLACE FUNCTION changed_seekers(since bigint) RETURNS TABLE (case_id uuid, holder_id uuid, facts jsonb)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF is_service('matching') THEN
        RETURN QUERY SELECT s.case_id, s.holder_id, s.facts FROM seekers s WHERE s.changed >= since;
    END IF;
END $$;

-- One step of a referral, with what it says in `d`: `words`; of an interview `meets_at` and `place`; of an offer `wage`; of a
-- refusal by either side `because`. Says `done`, or what stands in the way; see employment::referral::Hindered.
CREATE OR REPLACE FUNCTION move_referral(wanted uuid, act text, at_version integer, d jsonb) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    q referrals;
BEGIN
    SELECT * INTO q FROM referrals x WHERE x.id = wanted FOR UPDATE;
    IF q.id IS NULL OR NOT may('case.assess') OR NOT i_hold(q.case_id) THEN
        RETURN 'not-allowed';
    ELSIF q.version <> at_version THEN
        RETURN 'changed';
    ELSIF q.state NOT IN ('referred', 'interview', 'offered') OR act NOT IN ('interview', 'offered', 'placed', 'not-hired', 'declined', 'withdrawn') THEN
        RETURN 'state';
    ELSIF act = 'placed' AND NOT EXISTS (SELECT FROM placements p WHERE p.referral_id = wanted) THEN
        RETURN 'state';
    END IF;
    INSERT INTO referral_steps (id, referral_id, number, step, words, meets_at, place, wage, because, made_by)
    VALUES (gen_random_uuid(), wanted, q.version, act, nullif(d->>'words', ''), CASE act WHEN 'interview' THEN (d->>'meets_at')::timestamptz END,
            CASE act WHEN 'interview' THEN nullif(d->>'place', '') END, CASE act WHEN 'offered' THEN (d->>'wage')::bigint END,
            CASE WHEN act IN ('not-hired', 'declined') THEN d->>'because' END, my_id());
    UPDATE referrals x SET state = act, version = x.version + 1 WHERE x.id = wanted;
    PERFORM record_event(gen_random_uuid(), 'case.referral-' || act, 'case', q.case_id, '{}');
    RETURN 'done';
END $$;

-- How many were placed in a vacancy, by whichever office.
CREATE OR REPLACE FUNCTION placed_in(wanted uuid) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT count(*) FROM referrals r WHERE r.vacancy_id = wanted AND r.state = 'placed'
$$;

-- The day of a check: 1 after the first months of work, 2 after the second. Months as people count them: from the 31st to the
-- last day of a shorter month.
CREATE OR REPLACE FUNCTION placement_due(started_on date, number integer) RETURNS date LANGUAGE sql STABLE AS $$
    SELECT (started_on + make_interval(months => current_parameter(CASE number WHEN 1 THEN 'placement.first-check-months' ELSE 'placement.second-check-months' END)::integer))::date
$$;

-- For triggers and for the functions above alone.
REVOKE ALL ON FUNCTION stamp_changed(), seeker_changed(), seeker_facts(uuid), bring_seeker(uuid), bring_seekers_of(uuid) FROM PUBLIC, app, reader;
REVOKE ALL ON FUNCTION oldest_running(), seeker_of(uuid), changed_seekers(bigint), placed_in(uuid), placement_due(date, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION oldest_running(), seeker_of(uuid), changed_seekers(bigint), placed_in(uuid), placement_due(date, integer) TO app, reader;
REVOKE ALL ON FUNCTION move_referral(uuid, text, integer, jsonb) FROM PUBLIC, reader;
GRANT EXECUTE ON FUNCTION move_referral(uuid, text, integer, jsonb) TO app;
