-- The people with whom I have nothing to do: I know them, or they do not want me or my office (practice 21). Nothing opens
-- them to me, and no search finds them; a protection that names me neither.
CREATE OR REPLACE FUNCTION my_exclusions() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT x.person_id FROM exclusions x WHERE x.ended_at IS NULL AND x.user_id = my_id()
    UNION ALL SELECT x.person_id FROM exclusions x WHERE x.ended_at IS NULL AND x.organisation_id = my_organisation()
        -- Two records that were merged: an office that holds a case has it until it is handed over, or nobody could.
        AND NOT EXISTS (SELECT FROM cases c JOIN episodes e ON e.id = c.episode_id
                        WHERE e.person_id = x.person_id AND c.holder_id = my_organisation() AND c.phase <> 'closed')
$$;

-- Whether somebody has nothing to do with an office, or with one of its staff.
CREATE OR REPLACE FUNCTION excludes(person uuid, office uuid, who uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM exclusions x WHERE x.person_id = person AND x.ended_at IS NULL AND (x.user_id = who OR x.organisation_id = office))
$$;

-- The same of a case, for whoever holds it: to this office, or this one of its staff, it is not offered.
CREATE OR REPLACE FUNCTION case_excludes(wanted uuid, office uuid, who uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN i_hold(wanted) AND excludes((SELECT e.person_id FROM cases c JOIN episodes e ON e.id = c.episode_id WHERE c.id = wanted), office, who);
END $$;

-- Those of my office who say who is accountable for cases, and have to do with somebody.
CREATE OR REPLACE FUNCTION case_overseers(person uuid) RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT u.id FROM users u WHERE u.organisation_id = my_organisation() AND u.ended_at IS NULL AND NOT excludes(person, NULL, u.id)
        AND EXISTS (SELECT FROM user_roles r JOIN role_permissions p ON p.role = r.role WHERE r.user_id = u.id AND p.permission = 'case.assign')
$$;

-- Says that one of my office's staff, or an office, has nothing to do with somebody any more. What they had of it goes to
-- `heir`: a case is never without somebody accountable. Says 'done', or 'there' (it was said before), 'holds' (an office that
-- holds a case must hand it over first), 'oversight' (nobody else of my office assigns
-- cases), 'named' (nobody else is named by the protection), 'heir' (nobody fit to take over
-- was chosen), or 'nothing'.
CREATE OR REPLACE FUNCTION exclude(exclusion uuid, person uuid, what text, who uuid, office uuid, heir uuid) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    theirs record;
    guard uuid;
BEGIN
    IF NOT may('person.change') OR NOT may_change_person(person) OR (what = 'conflict' AND who IS DISTINCT FROM my_id())
       OR (who IS NOT NULL AND NOT EXISTS (SELECT FROM users u WHERE u.id = who AND u.organisation_id = my_organisation() AND u.ended_at IS NULL)) THEN
        RETURN 'nothing';
    END IF;
    PERFORM FROM persons p WHERE p.id = person FOR UPDATE;
    IF EXISTS (SELECT FROM exclusions x WHERE x.person_id = person AND x.ended_at IS NULL AND (x.user_id = who OR x.organisation_id = office)) THEN
        RETURN 'there';
    ELSIF EXISTS (SELECT FROM cases c JOIN episodes e ON e.id = c.episode_id WHERE e.person_id = person AND c.holder_id = office AND c.phase <> 'closed') THEN
        RETURN 'holds';
    END IF;
    -- A worker who is refused may be the one who looks after the others' work: somebody else must, or a case could be hidden.
    IF what = 'refused' AND EXISTS (SELECT FROM case_overseers(person) o WHERE o = who) AND NOT EXISTS (SELECT FROM case_overseers(person) o WHERE o <> who) THEN
        RETURN 'oversight';
    END IF;
    SELECT t.id INTO guard FROM protections t WHERE t.person_id = person AND t.ended_at IS NULL;
    IF guard IS NOT NULL AND NOT EXISTS (SELECT FROM protection_staff s JOIN users u ON u.id = s.user_id
            WHERE s.protection_id = guard AND s.user_id IS DISTINCT FROM who AND u.organisation_id IS DISTINCT FROM office AND u.ended_at IS NULL) THEN
        RETURN 'named';
    END IF;
    IF EXISTS (SELECT FROM cases c JOIN episodes e ON e.id = c.episode_id WHERE e.person_id = person AND c.accountable_id = who AND c.holder_id = my_organisation()
               AND NOT coalesce(heir <> who AND may_be_accountable(c.id, heir), false))
       OR EXISTS (SELECT FROM contact_tasks k JOIN episodes e ON e.id = k.episode_id WHERE e.person_id = person AND k.accountable_id = who AND k.office_id = my_organisation() AND k.closed_at IS NULL
                  AND (heir IS NULL OR heir = who OR excludes(person, NULL, heir) OR heir NOT IN (SELECT w.id FROM contact_workers() w))) THEN
        RETURN 'heir';
    END IF;
    INSERT INTO exclusions (id, person_id, kind, user_id, organisation_id, said_by) VALUES (exclusion, person, what, who, office, my_id());
    FOR theirs IN SELECT c.id FROM cases c JOIN episodes e ON e.id = c.episode_id WHERE e.person_id = person AND c.accountable_id = who AND c.holder_id = my_organisation() FOR UPDATE OF c LOOP
        UPDATE cases c SET accountable_id = heir, version = c.version + 1 WHERE c.id = theirs.id;
        PERFORM record_event(gen_random_uuid(), 'case.assigned', 'case', theirs.id, jsonb_build_object('from', who, 'to', heir));
    END LOOP;
    UPDATE contact_tasks k SET accountable_id = heir, version = k.version + 1
    FROM episodes e WHERE e.id = k.episode_id AND e.person_id = person AND k.accountable_id = who AND k.office_id = my_organisation() AND k.closed_at IS NULL;
    -- What they could still answer or asked for is taken back, what was lent to them ends.
    UPDATE hand_overs h SET state = 'revoked', answered_at = app_now(), answered_by = my_id()
    FROM cases c JOIN episodes e ON e.id = c.episode_id
    WHERE h.case_id = c.id AND e.person_id = person AND h.state = 'offered'
      AND (h.to_id = office OR CASE h.kind WHEN 'transfer' THEN h.to_user_id ELSE h.offered_by END = who);
    UPDATE shares s SET until = app_now() FROM cases c JOIN episodes e ON e.id = c.episode_id
    WHERE s.case_id = c.id AND e.person_id = person AND s.until > app_now() AND (s.user_id = who OR s.organisation_id = office);
    DELETE FROM protection_staff s USING users u WHERE s.protection_id = guard AND u.id = s.user_id AND (u.id = who OR u.organisation_id = office);
    PERFORM record_event(gen_random_uuid(), 'person.excluded', 'person', person, jsonb_build_object('kind', what, 'user', who, 'office', office));
    RETURN 'done';
END $$;

-- Takes one back: the returnee thinks otherwise, or staff said it by mistake. A conflict of interest is taken back by somebody
-- else who assigns cases; whoever has it cannot open the person, and so cannot come here.
CREATE OR REPLACE FUNCTION end_exclusion(exclusion uuid) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    x exclusions;
BEGIN
    SELECT y.* INTO x FROM exclusions y WHERE y.id = exclusion AND y.ended_at IS NULL FOR UPDATE;
    IF x.id IS NULL OR NOT may('person.change') OR NOT may_change_person(x.person_id) OR (x.kind = 'conflict' AND NOT may('case.assign')) THEN
        RETURN false;
    END IF;
    UPDATE exclusions y SET ended_at = app_now(), ended_by = my_id() WHERE y.id = exclusion;
    PERFORM record_event(gen_random_uuid(), 'person.exclusion-ended', 'person', x.person_id, jsonb_build_object('kind', x.kind, 'user', x.user_id, 'office', x.organisation_id));
    RETURN true;
END $$;

-- Opens a case of another office to whoever needs it now, for some hours and to read. Never of somebody under protection,
-- of whom case_with_code() says nothing. Says {"said": "done"} with whom to tell, or "nothing", or "limit".
CREATE OR REPLACE FUNCTION open_in_need(opening uuid, typed text, why text) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    c cases;
    ends timestamptz := app_now() + current_parameter('opening.hours') * interval '1 hour';
BEGIN
    IF NOT may('case.open-in-need') THEN
        RETURN '{"said": "nothing"}';
    END IF;
    SELECT x.* INTO c FROM case_with_code(typed) f JOIN cases x ON x.id = f.case_id WHERE NOT f.mine;
    -- Not for enterprises, nor for whoever serves returnees without being an office of the state.
    IF c.id IS NULL OR c.holder_id = my_organisation() OR EXISTS (SELECT FROM organisations o WHERE o.id = my_organisation() AND o.kind IN ('provider', 'sender')) THEN
        RETURN '{"said": "nothing"}';
    ELSIF (SELECT count(*) FROM openings o WHERE o.user_id = my_id() AND o.opened_at > app_now() - interval '1 day') >= current_parameter('opening.per-day') THEN
        RETURN '{"said": "limit"}';
    END IF;
    INSERT INTO openings (id, case_id, holder_id, organisation_id, user_id, reason, until) VALUES (opening, c.id, c.holder_id, my_organisation(), my_id(), why, ends);
    INSERT INTO shares (id, case_id, organisation_id, user_id, given_by, stage, reason, until)
    VALUES (gen_random_uuid(), c.id, my_organisation(), my_id(), c.holder_id, 'reading', why, ends)
    ON CONFLICT (case_id, organisation_id, user_id) DO UPDATE SET until = greatest(shares.until, EXCLUDED.until), reason = EXCLUDED.reason, since = app_now();
    PERFORM record_event(gen_random_uuid(), 'case.opened-in-need', 'case', c.id, jsonb_build_object('from', c.holder_id, 'to', my_organisation()));
    RETURN jsonb_build_object('said', 'done', 'code', c.code, 'tell', (
        SELECT coalesce(jsonb_agg(DISTINCT jsonb_build_object('email', u.email, 'language', u.language, 'accountable', u.id = c.accountable_id)), '[]')
        FROM users u WHERE u.ended_at IS NULL AND u.id <> my_id()
            AND (u.id = c.accountable_id OR (u.organisation_id IN (c.holder_id, my_organisation()) AND EXISTS (
                SELECT FROM user_roles r JOIN role_permissions p ON p.role = r.role WHERE r.user_id = u.id AND p.permission = 'opening.review')))));
END $$;

-- What was opened in need of my office's cases, and by my office's staff, what waits first and then the newest; a case of somebody who came under
-- protection since only to their named staff, and nothing to whom they exclude.
CREATE OR REPLACE FUNCTION openings_seen(only_waiting boolean, most integer)
RETURNS TABLE (id uuid, person uuid, code text, ours boolean, who text, office text, holder text, reason text, opened_at timestamptz, until timestamptz,
               reviewed_at timestamptz, reviewer text, needed boolean, remark text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT may('opening.review') THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT o.id, p.id, c.code, o.holder_id = my_organisation(), u.name, a.name, h.name, o.reason, o.opened_at, o.until, o.reviewed_at, v.name, o.needed, o.remark
        FROM openings o JOIN cases c ON c.id = o.case_id JOIN episodes e ON e.id = c.episode_id JOIN persons p ON p.id = e.person_id
        JOIN users u ON u.id = o.user_id JOIN organisations a ON a.id = o.organisation_id JOIN organisations h ON h.id = o.holder_id
        LEFT JOIN users v ON v.id = o.reviewed_by
        WHERE (o.holder_id = my_organisation() OR (o.organisation_id = my_organisation() AND NOT only_waiting))
          AND (NOT only_waiting OR o.reviewed_at IS NULL)
          AND (NOT p.protected OR p.id IN (SELECT my_protected())) AND p.id NOT IN (SELECT my_exclusions())
        ORDER BY o.holder_id = my_organisation() AND o.reviewed_at IS NULL DESC, o.opened_at DESC, o.id DESC LIMIT most;
END $$;

-- What the holder's supervisor says of it; false if that was said before, or is not theirs to say.
CREATE OR REPLACE FUNCTION review_opening(opening uuid, was_needed boolean, words text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE openings o SET reviewed_at = app_now(), reviewed_by = my_id(), needed = was_needed, remark = words
    WHERE o.id = opening AND o.reviewed_at IS NULL AND o.id IN (SELECT s.id FROM openings_seen(true, 1000) s);
    RETURN FOUND;
END $$;

DO $$
DECLARE
    f text;
BEGIN
    FOREACH f IN ARRAY ARRAY['my_exclusions()', 'case_overseers(uuid)', 'excludes(uuid, uuid, uuid)', 'case_excludes(uuid, uuid, uuid)', 'exclude(uuid, uuid, text, uuid, uuid, uuid)', 'end_exclusion(uuid)',
                             'open_in_need(uuid, text, text)', 'openings_seen(boolean, integer)', 'review_opening(uuid, boolean, text)'] LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    END LOOP;
END $$;
GRANT EXECUTE ON FUNCTION my_exclusions(), case_excludes(uuid, uuid, uuid), openings_seen(boolean, integer) TO app, reader;
GRANT EXECUTE ON FUNCTION exclude(uuid, uuid, text, uuid, uuid, uuid), end_exclusion(uuid), open_in_need(uuid, text, text), review_opening(uuid, boolean, text) TO app;
