-- What returnees are told without anybody writing it (practice 19), and staff in the morning of what is due. All of it is
-- asked by the worker, but for the page of the outbox.

-- The ways over which the system may write to somebody by itself, a telephone before an address. Asked anew just before a
-- message leaves. None for somebody under protection, and none where their own word is not clear: somebody else answers,
-- something is to be minded, the number turned out to be dead or a stranger's.
CREATE OR REPLACE FUNCTION automatic_ways(person uuid) RETURNS TABLE (contact uuid, channel text, recipient text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT k.id, CASE k.kind WHEN 'phone' THEN 'sms' ELSE 'mail' END, k.value
    FROM contact_points k JOIN persons p ON p.id = k.person_id
    WHERE k.person_id = person AND k.withdrawn_at IS NULL AND k.safe_automatic AND k.safe_to_write AND k.kind IN ('phone', 'email')
        AND NOT p.protected AND NOT EXISTS (SELECT FROM protections t WHERE t.person_id = p.id AND t.ended_at IS NULL)
        AND NOT EXISTS (SELECT FROM contact_points o WHERE o.person_id = p.id AND o.value = k.value AND o.withdrawn_at IS NULL AND (o.belongs_to IS NOT NULL OR o.wishes IS NOT NULL))
        AND coalesce((SELECT a.outcome FROM contact_attempts a WHERE a.contact_point_id = k.id ORDER BY a.made_at DESC, a.id DESC LIMIT 1), '') NOT IN ('number-dead', 'wrong-person')
    ORDER BY k.kind = 'phone' DESC, k.id
$$;

-- Whether there is still a reason to tell it: the case is open, the step is still theirs on that day, and no later office has the case.
CREATE OR REPLACE FUNCTION message_holds(wanted uuid, about text, item uuid, due date) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM cases c WHERE c.id = wanted AND c.phase <> 'closed'
            AND NOT EXISTS (SELECT FROM lost_contacts l WHERE l.case_id = c.id AND l.ended_at IS NULL)
            AND CASE about
                WHEN 'reminder' THEN c.id = item AND c.next_by = 'returnee' AND c.next_on = due
                WHEN 'accepted' THEN EXISTS (
                    SELECT FROM hand_overs h WHERE h.id = item AND h.case_id = c.id AND h.state = 'accepted'
                        AND NOT EXISTS (SELECT FROM hand_overs o WHERE o.case_id = c.id AND o.state = 'accepted' AND o.answered_at > h.answered_at))
                ELSE false END)
$$;

-- Puts a case on the list of calls of this working day, or the next; an earlier call stays as it is.
CREATE OR REPLACE FUNCTION ask_to_call(wanted uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    wall timestamp := app_now() AT TIME ZONE 'Asia/Ho_Chi_Minh';
    asked date := CASE WHEN is_working_day(wall::date) THEN wall::date ELSE working_day_after(wall::date, 1) END;
BEGIN
    UPDATE cases c SET call_on = asked, version = c.version + 1,
        call_part = CASE WHEN asked > wall::date OR wall::time < '11:00' THEN 'morning' WHEN wall::time < '13:00' THEN 'midday' WHEN wall::time < '17:00' THEN 'afternoon' ELSE 'evening' END
    WHERE c.id = wanted AND c.phase <> 'closed' AND (c.call_on IS NULL OR c.call_on > asked);
END $$;

-- What is needed to tell somebody something: their language, the office, and the ways. Locks the case. NULL where it was
-- told before or there is no reason any more. Of a day further ahead than tomorrow only what must be said by telephone.
CREATE OR REPLACE FUNCTION message_facts(wanted uuid, about text, item uuid, due date) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT is_service('worker') THEN
        RAISE EXCEPTION 'not allowed';
    END IF;
    PERFORM FROM cases c WHERE c.id = wanted FOR UPDATE;
    IF NOT message_holds(wanted, about, message_facts.item, due)
       OR EXISTS (SELECT FROM messages m WHERE m.item = message_facts.item AND m.kind = about AND m.due_on = due) THEN
        RETURN NULL;
    END IF;
    RETURN (
        SELECT jsonb_build_object('language', p.language, 'reads', p.reads_vietnamese, 'office', o.name, 'office_kind', o.kind, 'phone', o.phone,
            'ways', (SELECT coalesce(jsonb_agg(jsonb_build_object('contact', w.contact, 'channel', w.channel, 'to', w.recipient)), '[]') FROM automatic_ways(p.id) w))
        FROM cases c JOIN episodes e ON e.id = c.episode_id JOIN persons p ON p.id = e.person_id JOIN organisations o ON o.id = c.holder_id
        WHERE c.id = wanted);
END $$;

-- Notes that it is told, and over which way; a call is put on the list.
CREATE OR REPLACE FUNCTION note_message(id uuid, wanted uuid, about text, item uuid, due date, until date, way text, contact uuid, mail uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT is_service('worker') THEN
        RAISE EXCEPTION 'not allowed';
    END IF;
    INSERT INTO messages (id, case_id, kind, item, due_on, until_on, way, contact_point_id, mail_id) VALUES (id, wanted, about, item, due, until, way, contact, mail);
    IF way = 'call' THEN
        PERFORM ask_to_call(wanted);
    END IF;
    PERFORM record_event(gen_random_uuid(), 'case.message', 'case', wanted, jsonb_build_object('of', about, 'way', way));
END $$;

-- A message that did not reach them, or must not leave any more: nothing of it is left in the outbox, and where there is
-- still a reason somebody calls instead. Says whether it was one to a returnee, as yet unsent.
CREATE OR REPLACE FUNCTION withdraw_message(mail uuid) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    m messages;
    today date := (app_now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date;
    calls boolean;
BEGIN
    IF NOT is_service('worker') THEN
        RAISE EXCEPTION 'not allowed';
    END IF;
    SELECT * INTO m FROM messages x WHERE x.mail_id = mail AND x.way IN ('sms', 'mail') FOR UPDATE;
    IF m.id IS NULL OR EXISTS (SELECT FROM mails x WHERE x.id = mail AND x.sent_at IS NOT NULL) THEN
        RETURN false;
    END IF;
    calls := m.until_on >= today AND message_holds(m.case_id, m.kind, m.item, m.due_on);
    UPDATE mails x SET refused_at = coalesce(x.refused_at, app_now()), body = '' WHERE x.id = mail;
    UPDATE messages x SET way = CASE WHEN calls THEN 'call' ELSE 'none' END WHERE x.id = m.id;
    IF calls THEN
        PERFORM ask_to_call(m.case_id);
    END IF;
    PERFORM record_event(gen_random_uuid(), 'case.message', 'case', m.case_id, jsonb_build_object('of', m.kind, 'way', CASE WHEN calls THEN 'call' ELSE 'none' END));
    RETURN true;
END $$;

-- Just before it leaves: a message to a returnee whose reason or whose way is gone is taken back. True where it was.
CREATE OR REPLACE FUNCTION recall_message(mail uuid) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    stands boolean;
BEGIN
    IF NOT is_service('worker') THEN
        RAISE EXCEPTION 'not allowed';
    END IF;
    SELECT m.until_on >= (app_now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AND message_holds(m.case_id, m.kind, m.item, m.due_on)
        AND EXISTS (SELECT FROM automatic_ways(e.person_id) w JOIN mails x ON x.id = mail WHERE w.contact = m.contact_point_id AND w.channel = x.channel AND w.recipient = x.recipient)
    INTO stands FROM messages m JOIN cases c ON c.id = m.case_id JOIN episodes e ON e.id = c.episode_id WHERE m.mail_id = mail;
    RETURN NOT coalesce(stands, true) AND withdraw_message(mail);
END $$;

-- What returnees are to do tomorrow, and what somebody must say by telephone today since no working day lies between.
CREATE OR REPLACE FUNCTION reminders_due(today date) RETURNS TABLE (case_id uuid, due_on date) LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT is_service('worker') THEN
        RAISE EXCEPTION 'not allowed';
    END IF;
    RETURN QUERY SELECT c.id, c.next_on FROM cases c
        WHERE c.next_by = 'returnee' AND c.phase <> 'closed' AND c.next_on > today AND c.next_on <= today + 14
            AND (c.next_on = today + 1 OR (is_working_day(today) AND working_day_after(today, 1) >= c.next_on))
            AND NOT EXISTS (SELECT FROM messages m WHERE m.item = c.id AND m.kind = 'reminder' AND m.due_on = c.next_on)
        ORDER BY c.next_on, c.id;
END $$;

-- The offices whose staff are told what is due.
CREATE OR REPLACE FUNCTION digest_offices(today date) RETURNS uuid[] LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT is_service('worker') THEN
        RAISE EXCEPTION 'not allowed';
    END IF;
    RETURN (SELECT coalesce(array_agg(o.id ORDER BY o.id), '{}') FROM organisations o WHERE o.ended_at IS NULL AND is_working_day(today));
END $$;

-- Whom of an office to tell how much is due today, each once a day: of their own cases and of those for whom they stand
-- in, as far as they may open them. Whoever is away is not told. Numbers and an address, nothing of anybody.
CREATE OR REPLACE FUNCTION digests_of(office uuid, today date) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    told jsonb;
BEGIN
    IF NOT is_service('worker') THEN
        RAISE EXCEPTION 'not allowed';
    END IF;
    WITH due AS MATERIALIZED (
        SELECT l.accountable_id, l.person_id, l.lists FROM case_lines l
        WHERE l.holder_id = office AND l.phase <> 'closed' AND l.lists && ARRAY['call-now', 'today', 'overdue']),
    readers AS (
        SELECT u.id, u.email, u.language FROM users u
        WHERE u.organisation_id = office AND u.ended_at IS NULL
            AND EXISTS (SELECT FROM user_roles r JOIN role_permissions p ON p.role = r.role WHERE r.user_id = u.id AND p.permission = 'case.read')
            AND NOT EXISTS (SELECT FROM leaves v WHERE v.user_id = u.id AND today BETWEEN v.from_on AND v.until_on)),
    counted AS (
        SELECT r.id, r.email, r.language, count(*) FILTER (WHERE 'call-now' = ANY (d.lists)) AS calls,
            count(*) FILTER (WHERE 'today' = ANY (d.lists)) AS today, count(*) FILTER (WHERE 'overdue' = ANY (d.lists)) AS overdue
        FROM readers r JOIN due d ON d.accountable_id = r.id
            OR EXISTS (SELECT FROM leaves v WHERE v.user_id = d.accountable_id AND v.cover_id = r.id AND digests_of.today BETWEEN v.from_on AND v.until_on)
        WHERE NOT EXISTS (SELECT FROM protections t WHERE t.person_id = d.person_id AND t.ended_at IS NULL
                          AND NOT EXISTS (SELECT FROM protection_staff s WHERE s.protection_id = t.id AND s.user_id = r.id))
            AND NOT excludes(d.person_id, NULL, r.id)
        GROUP BY r.id, r.email, r.language),
    kept AS (INSERT INTO digests (user_id, day) SELECT c.id, digests_of.today FROM counted c ON CONFLICT DO NOTHING RETURNING user_id)
    SELECT coalesce(jsonb_agg(jsonb_build_object('email', c.email, 'language', c.language, 'calls', c.calls, 'today', c.today, 'overdue', c.overdue) ORDER BY c.email), '[]') INTO told
    FROM counted c JOIN kept k ON k.user_id = c.id;
    RETURN told;
END $$;

-- The outbox for DOLAB's administrators, newest first: who it goes to, the last digits only where that is a returnee.
CREATE OR REPLACE FUNCTION outbox(before uuid, most integer) RETURNS TABLE (id uuid, channel text, recipient text, subject text, body text, posted_at timestamptz, sent_at timestamptz, refused_at timestamptz, attempts integer, run_at timestamptz, given_up_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT may('users.manage') OR NOT EXISTS (SELECT FROM organisations o WHERE o.id = my_organisation() AND o.kind = 'dolab' AND o.ended_at IS NULL) THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT m.id, m.channel, CASE WHEN EXISTS (SELECT FROM messages x WHERE x.mail_id = m.id) THEN '…' || right(m.recipient, 3) ELSE m.recipient END,
        m.subject, m.body, m.posted_at, m.sent_at, m.refused_at, j.attempts, j.run_at, j.given_up_at
    FROM mails m LEFT JOIN jobs j ON j.kind = 'mail' AND j.key = 'mail:' || m.id
    WHERE before IS NULL OR (m.posted_at, m.id) < (SELECT b.posted_at, b.id FROM mails b WHERE b.id = before)
    ORDER BY m.posted_at DESC, m.id DESC LIMIT least(most, 200);
END $$;

-- What the sweep takes of this.
CREATE OR REPLACE FUNCTION sweep_messages() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT is_service('worker') THEN
        RAISE EXCEPTION 'not allowed';
    END IF;
    DELETE FROM mails m WHERE m.refused_at < app_now() - current_parameter('job.keep-days') * interval '1 day';
    DELETE FROM digests d WHERE d.day < (app_now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date - current_parameter('job.keep-days')::integer;
END $$;

DO $$
DECLARE
    f regprocedure;
BEGIN
    FOR f IN SELECT p.oid FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
        AND p.proname IN ('automatic_ways', 'message_holds', 'ask_to_call', 'message_facts', 'note_message', 'withdraw_message', 'recall_message', 'reminders_due', 'digest_offices', 'digests_of', 'outbox', 'sweep_messages') LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC, app, reader', f);
    END LOOP;
END $$;
GRANT EXECUTE ON FUNCTION message_facts(uuid, text, uuid, date), note_message(uuid, uuid, text, uuid, date, date, text, uuid, uuid), withdraw_message(uuid), recall_message(uuid),
    reminders_due(date), digest_offices(date), digests_of(uuid, date), sweep_messages(), outbox(uuid, integer) TO app;
GRANT EXECUTE ON FUNCTION outbox(uuid, integer) TO reader;
