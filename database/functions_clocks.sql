-- Whether offices work on a day: by the list of holidays, else Monday to Friday.
CREATE OR REPLACE FUNCTION is_working_day(wanted date) RETURNS boolean LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT coalesce((SELECT NOT h.off FROM holidays h WHERE h.day = wanted), extract(isodow FROM wanted) < 6);
$$;

-- The n-th working day after a day; that day itself for none. No run of days off is longer than a fortnight.
CREATE OR REPLACE FUNCTION working_day_after(start date, days integer) RETURNS date LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT CASE WHEN days <= 0 THEN start ELSE (
        SELECT d::date FROM generate_series(start + 1, start + 14 + days * 3, interval '1 day') d WHERE is_working_day(d::date) ORDER BY d OFFSET days - 1 LIMIT 1) END;
$$;

-- By when somebody is to be reached for the first time (domain 2.3). What is immediate ignores every calendar; what has
-- priority has a cap in days of the calendar too, so that no holiday makes it wait.
CREATE OR REPLACE FUNCTION first_contact_by(urgency text, start date) RETURNS date LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
    days integer := CASE urgency WHEN 'immediate' THEN current_parameter('first-contact.days-immediate')
        WHEN 'priority' THEN current_parameter('first-contact.days-priority') ELSE current_parameter('first-contact.days-routine') END;
BEGIN
    IF urgency = 'immediate' THEN
        RETURN start + days;
    ELSIF urgency = 'priority' THEN
        RETURN least(working_day_after(start, days), start + current_parameter('first-contact.cap-priority')::integer);
    END IF;
    RETURN working_day_after(start, days);
END $$;

REVOKE ALL ON FUNCTION is_working_day(date), working_day_after(date, integer), first_contact_by(text, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION is_working_day(date), working_day_after(date, integer), first_contact_by(text, date) TO app, reader;

-- The clock follows the case: a new holder has a new one, a greater urgency an earlier day, and an end ends it.
CREATE OR REPLACE FUNCTION follow_first_contact() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    today date := (app_now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date;
    -- Nothing where no such target held on that day.
    due date := first_contact_by(NEW.urgency, today);
BEGIN
    IF NEW.holder_id <> OLD.holder_id OR NEW.phase = 'closed' THEN
        UPDATE first_contacts f SET ended_at = app_now(), version = f.version + 1
        WHERE f.case_id = NEW.id AND f.met_at IS NULL AND f.ended_at IS NULL;
    END IF;
    IF NEW.holder_id <> OLD.holder_id AND NEW.phase <> 'closed' AND due IS NOT NULL THEN
        INSERT INTO first_contacts (id, case_id, office_id, due_on)
        VALUES (gen_random_uuid(), NEW.id, NEW.holder_id, due);
    ELSIF NEW.urgency <> OLD.urgency THEN
        -- What became more urgent waits for nothing.
        UPDATE first_contacts f SET due_on = due, paused_until = NULL, pause_reason = NULL, paused_by = NULL, days_left = NULL, version = f.version + 1
        WHERE f.case_id = NEW.id AND f.met_at IS NULL AND f.ended_at IS NULL AND f.due_on > due;
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION follow_first_contact() FROM PUBLIC;
CREATE OR REPLACE TRIGGER first_contact AFTER UPDATE OF holder_id, urgency, phase ON cases FOR EACH ROW EXECUTE FUNCTION follow_first_contact();

CREATE OR REPLACE FUNCTION meet_first_contact() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE first_contacts f SET met_at = NEW.made_at, version = f.version + 1
    WHERE f.case_id = NEW.case_id AND f.met_at IS NULL AND f.ended_at IS NULL;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION meet_first_contact() FROM PUBLIC;
CREATE OR REPLACE TRIGGER first_contact AFTER INSERT ON contact_attempts FOR EACH ROW WHEN (NEW.outcome = 'reached') EXECUTE FUNCTION meet_first_contact();

-- Lets the clock of the first contact stand still until the end of a day, or with no day go on from today: it is due as many
-- working days afterwards as were left. By whoever holds the case, while it is not late, and never for what is immediate.
-- Gives the key of a message where it may not be, 'done', or nothing where somebody was faster or there is no such clock.
CREATE OR REPLACE FUNCTION pause_first_contact(wanted uuid, until date, why text, at_version integer) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    today date := (app_now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date;
    clock first_contacts;
BEGIN
    IF NOT may('case.change') OR NOT i_hold(wanted) THEN
        RETURN NULL;
    END IF;
    SELECT * INTO clock FROM first_contacts f WHERE f.case_id = wanted AND f.met_at IS NULL AND f.ended_at IS NULL FOR UPDATE;
    IF clock.id IS NULL OR clock.version <> at_version OR (until IS NULL AND clock.paused_until IS NULL) THEN
        RETURN NULL;
    ELSIF until IS NULL THEN
        UPDATE first_contacts f SET due_on = least(f.due_on, working_day_after(today, f.days_left)),
            paused_until = NULL, pause_reason = NULL, paused_by = NULL, days_left = NULL, version = f.version + 1
        WHERE f.id = clock.id;
        PERFORM record_event(gen_random_uuid(), 'case.target-resumed', 'case', wanted, '{}');
        RETURN 'done';
    ELSIF clock.due_on < today THEN
        RETURN 'error-target-late';
    ELSIF (SELECT c.urgency = 'immediate' FROM cases c WHERE c.id = wanted) THEN
        RETURN 'error-target-immediate';
    ELSIF until <= today THEN
        RETURN 'error-target-past';
    ELSIF until > (clock.started_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date + current_parameter('first-contact.pause-days')::integer THEN
        RETURN 'error-target-far';
    END IF;
    -- A pause that is made longer does not count its own days as days that are left.
    clock.days_left := coalesce(clock.days_left, greatest(1, (SELECT count(*) FROM generate_series(today + 1, clock.due_on, interval '1 day') d WHERE is_working_day(d::date))));
    UPDATE first_contacts f SET due_on = working_day_after(until, clock.days_left),
        paused_until = until, pause_reason = why, paused_by = my_id(), days_left = clock.days_left, version = f.version + 1
    WHERE f.id = clock.id;
    PERFORM record_event(gen_random_uuid(), 'case.target-paused', 'case', wanted, jsonb_build_object('reason', why, 'until', until));
    RETURN 'done';
END $$;
REVOKE ALL ON FUNCTION pause_first_contact(uuid, date, text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pause_first_contact(uuid, date, text, integer) TO app;
