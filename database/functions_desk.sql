-- Computers that several share, badges that open accounts there, and what was typed when a screen locked (practice 11).

-- The registered computer that a browser's cookie names, or NULL.
CREATE OR REPLACE FUNCTION computer_of(token bytea) RETURNS computers LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT c FROM computers c JOIN organisations o ON o.id = c.organisation_id AND o.ended_at IS NULL WHERE c.token_hash = token AND c.ended_at IS NULL
$$;
REVOKE ALL ON FUNCTION computer_of(bytea) FROM PUBLIC, app, reader;

-- What the sign-in page of a shared computer says it is: its name and whose it is.
CREATE OR REPLACE FUNCTION computer_name(token bytea) RETURNS TABLE (name text, office text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT c.name, o.name FROM computer_of(token) c JOIN organisations o ON o.id = c.organisation_id WHERE is_service('sign-in')
$$;
REVOKE ALL ON FUNCTION computer_name(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION computer_name(bytea) TO app;

-- As sign_in_candidate(), by badge: of staff of the office whose computer it is. Wrong PINs in a row put the badge out of
-- use until its owner makes another; many unknown badges put the computer off for a while.
CREATE OR REPLACE FUNCTION badge_candidate(badge bytea, on_computer bytea)
RETURNS TABLE (user_id uuid, password_hash text, must_wait boolean) LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    made timestamptz;
BEGIN
    IF NOT is_service('sign-in') THEN
        RAISE EXCEPTION 'not allowed';
    END IF;
    SELECT u.id, k.pin_hash, k.badge_at INTO user_id, password_hash, made
    FROM credentials k JOIN users u ON u.id = k.user_id JOIN computer_of(on_computer) c ON c.organisation_id = u.organisation_id
    WHERE k.badge_hash = badge AND u.ended_at IS NULL;
    must_wait := user_id IS NOT NULL AND (SELECT count(*) FROM sign_in_attempts a
                  WHERE a.account = badge AND NOT a.succeeded
                    AND a.at > greatest(made, (SELECT max(s.at) FROM sign_in_attempts s WHERE s.account = badge AND s.succeeded)))
                 >= current_parameter('badge.failures')
              OR (SELECT count(*) FROM sign_in_attempts a
                  WHERE a.device = on_computer AND NOT a.succeeded AND a.at > app_now() - current_parameter('sign-in.minutes') * interval '1 minute')
                 >= current_parameter('sign-in.failures-network');
    RETURN NEXT;
END $$;
REVOKE ALL ON FUNCTION badge_candidate(bytea, bytea) FROM PUBLIC, reader;
GRANT EXECUTE ON FUNCTION badge_candidate(bytea, bytea) TO app;

-- My badge from now on; the one before opens nothing.
CREATE OR REPLACE FUNCTION make_badge(badge bytea, pin text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE credentials k SET badge_hash = badge, pin_hash = pin, badge_at = app_now() WHERE k.user_id = my_id();
    PERFORM record_event(gen_random_uuid(), 'badge.made', 'user', my_id(), '{}');
END $$;
REVOKE ALL ON FUNCTION make_badge(bytea, text) FROM PUBLIC, reader;
GRANT EXECUTE ON FUNCTION make_badge(bytea, text) TO app;

-- My badge opens nothing any more.
CREATE OR REPLACE FUNCTION drop_badge() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE credentials k SET badge_hash = NULL, pin_hash = NULL, badge_at = NULL WHERE k.user_id = my_id() AND k.badge_hash IS NOT NULL;
    IF FOUND THEN
        PERFORM record_event(gen_random_uuid(), 'badge.dropped', 'user', my_id(), '{}');
    END IF;
END $$;
REVOKE ALL ON FUNCTION drop_badge() FROM PUBLIC, reader;
GRANT EXECUTE ON FUNCTION drop_badge() TO app;

-- Since when I have a badge, or NULL.
CREATE OR REPLACE FUNCTION my_badge() RETURNS timestamptz LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT k.badge_at FROM credentials k WHERE k.user_id = my_id()
$$;
REVOKE ALL ON FUNCTION my_badge() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION my_badge() TO app, reader;

-- A computer of my office is no longer shared; whoever is signed in there is so no more.
CREATE OR REPLACE FUNCTION end_computer(computer uuid) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE computers c SET ended_at = app_now()
    WHERE c.id = computer AND c.ended_at IS NULL AND c.organisation_id = my_organisation() AND may('computer.keep');
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    UPDATE sessions s SET ended_at = app_now() WHERE s.computer_id = computer AND s.ended_at IS NULL;
    PERFORM record_event(gen_random_uuid(), 'computer.ended', 'computer', computer, '{}');
    RETURN true;
END $$;
REVOKE ALL ON FUNCTION end_computer(uuid) FROM PUBLIC, reader;
GRANT EXECUTE ON FUNCTION end_computer(uuid) TO app;
