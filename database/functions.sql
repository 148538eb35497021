-- Functions and triggers. Applied by `trove migrate` whenever this file changed.
-- A function is SECURITY DEFINER only where it must see past the policies; each of those asks for itself who calls.

------------------------------------------------------------------------------------------------ who acts

CREATE OR REPLACE FUNCTION my_kind() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(current_setting('app.actor_kind', true), '');

CREATE OR REPLACE FUNCTION my_id() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE WHEN current_setting('app.actor_kind', true) = 'user' THEN nullif(current_setting('app.actor_id', true), '')::uuid END;

CREATE OR REPLACE FUNCTION my_organisation() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('app.organisation_id', true), '')::uuid;

CREATE OR REPLACE FUNCTION is_service(name text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(current_setting('app.actor_kind', true) = 'service' AND current_setting('app.actor_id', true) = name, false);

-- True if one of my roles gives the permission and I still belong to the organisation that I act for.
-- In plpgsql, as may_see_person() below, since a nested SQL function is planned afresh at every call.
CREATE OR REPLACE FUNCTION may(wanted text) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM users u JOIN user_roles r ON r.user_id = u.id JOIN role_permissions p ON p.role = r.role
        WHERE u.id = my_id() AND u.organisation_id = my_organisation() AND u.ended_at IS NULL AND p.permission = wanted);
END $$;

CREATE OR REPLACE FUNCTION current_parameter(wanted text) RETURNS bigint LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    today date := (app_now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date;
BEGIN
    RETURN (SELECT value FROM parameters WHERE code = wanted AND valid_from <= today AND (valid_to IS NULL OR valid_to > today));
END $$;

------------------------------------------------------------------------------------------------ what is remembered

CREATE OR REPLACE FUNCTION note_access(act text, of_table text, ids uuid[], purpose text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO audit (actor_kind, actor_id, organisation_id, act, table_name, row_ids, purpose, request)
    VALUES (my_kind(), coalesce(current_setting('app.actor_id', true), ''), my_organisation(), act, of_table, ids, purpose,
            nullif(current_setting('app.request', true), '')::uuid);
END $$;

-- The one trigger that writes audit: a row a statement, or a row for each set of columns changed together.
CREATE OR REPLACE FUNCTION audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    actor text := coalesce(current_setting('app.actor_id', true), '');
    request uuid := nullif(current_setting('app.request', true), '')::uuid;
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO audit (actor_kind, actor_id, organisation_id, act, table_name, row_ids, request)
        SELECT my_kind(), actor, my_organisation(), 'insert', TG_TABLE_NAME, array_agg(id), request FROM new_rows HAVING count(*) > 0;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO audit (actor_kind, actor_id, organisation_id, act, table_name, row_ids, request)
        SELECT my_kind(), actor, my_organisation(), 'delete', TG_TABLE_NAME, array_agg(id), request FROM old_rows HAVING count(*) > 0;
    ELSE
        INSERT INTO audit (actor_kind, actor_id, organisation_id, act, table_name, row_ids, columns, request)
        SELECT my_kind(), actor, my_organisation(), 'update', TG_TABLE_NAME, array_agg(id), columns, request
        FROM (SELECT n.id, ARRAY(SELECT key FROM jsonb_each(to_jsonb(n)) WHERE value IS DISTINCT FROM to_jsonb(o) -> key ORDER BY key) AS columns
              FROM new_rows n JOIN old_rows o ON o.id = n.id) changed
        GROUP BY columns;
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION keep_version() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO row_versions (table_name, row_id, version, row)
    SELECT TG_TABLE_NAME, o.id, o.version, to_jsonb(o) FROM old_rows o JOIN new_rows n ON n.id = o.id WHERE n.version <> o.version;
    RETURN NULL;
END $$;

-- Every table with an `id` that the app may change, but for those whose rows are themselves a record.
DO $$
DECLARE
    t text;
BEGIN
    FOR t IN SELECT c.table_name FROM information_schema.columns c
             JOIN pg_class k ON k.relname = c.table_name AND k.relnamespace = 'public'::regnamespace AND k.relkind = 'r' AND NOT k.relispartition
             WHERE c.table_schema = 'public' AND c.column_name = 'id' AND c.data_type = 'uuid'
               AND c.table_name NOT IN ('jobs', 'mails', 'sign_in_attempts')
    LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER audit_insert AFTER INSERT ON %I REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_change()', t);
        EXECUTE format('CREATE OR REPLACE TRIGGER audit_update AFTER UPDATE ON %I REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_change()', t);
        EXECUTE format('CREATE OR REPLACE TRIGGER audit_delete AFTER DELETE ON %I REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_change()', t);
        -- Rows of manifests are erased, and keys wrapped anew, which versions of them would undo.
        IF t NOT IN ('manifest_rows', 'care_files', 'care_referrals') AND EXISTS (SELECT FROM information_schema.columns WHERE table_schema = 'public' AND table_name = t AND column_name = 'version') THEN
            EXECUTE format('CREATE OR REPLACE TRIGGER keep_version AFTER UPDATE ON %I REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_version()', t);
        END IF;
    END LOOP;
END $$;

-- Accounts' secrets have no id of their own: the record names whose they are.
CREATE OR REPLACE FUNCTION audit_secret() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO audit (actor_kind, actor_id, organisation_id, act, table_name, row_ids, request)
    VALUES (my_kind(), coalesce(current_setting('app.actor_id', true), ''), my_organisation(), 'insert', TG_TABLE_NAME, ARRAY[NEW.user_id],
            nullif(current_setting('app.request', true), '')::uuid);
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER audit_insert AFTER INSERT ON credentials FOR EACH ROW EXECUTE FUNCTION audit_secret();
CREATE OR REPLACE TRIGGER audit_insert AFTER INSERT ON invitations FOR EACH ROW EXECUTE FUNCTION audit_secret();

CREATE OR REPLACE FUNCTION record_event(id uuid, kind text, subject_kind text, subject uuid, about jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO events (id, kind, subject_kind, subject_id, actor_kind, actor_id, organisation_id, about)
    VALUES (id, kind, subject_kind, subject, my_kind(), coalesce(current_setting('app.actor_id', true), ''), my_organisation(), about);
END $$;

CREATE OR REPLACE FUNCTION enqueue_job(id uuid, kind text, key text, payload jsonb, run_at timestamptz) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO jobs (id, kind, key, payload, actor_kind, actor_id, organisation_id, run_at)
    VALUES (id, kind, key, payload, my_kind(), coalesce(current_setting('app.actor_id', true), ''), my_organisation(), coalesce(run_at, app_now()))
    ON CONFLICT DO NOTHING;
END $$;

-- Audit and events lie in months. Made three years ahead by each migration; what falls outside lands in the
-- default partition and is moved from there when its month is made.
CREATE OR REPLACE FUNCTION make_months(months integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    parent text;
    first date;
    part text;
BEGIN
    FOREACH parent IN ARRAY ARRAY['audit', 'events'] LOOP
        FOR n IN 0 .. months LOOP
            first := date_trunc('month', app_now())::date + make_interval(months => n);
            part := format('%s_%s', parent, to_char(first, 'YYYY_MM'));
            IF to_regclass(part) IS NULL THEN
                EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', part, parent);
                EXECUTE format('WITH moved AS (DELETE FROM %I WHERE at >= %L AND at < %L RETURNING *) INSERT INTO %I SELECT * FROM moved',
                               parent || '_other', first, first + interval '1 month', part);
                EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', parent, part, first, first + interval '1 month');
                EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', part);
            END IF;
        END LOOP;
    END LOOP;
END $$;

-- What one audit row says, in one line, whatever the reader's settings.
CREATE OR REPLACE FUNCTION audit_line(a audit) RETURNS bytea LANGUAGE sql STABLE SET timezone = 'UTC' SET datestyle = 'ISO' AS $$
    SELECT sha256(convert_to(jsonb_build_array(a.id, a.at, a.xid::text, a.actor_kind, a.actor_id, a.organisation_id, a.act, a.table_name,
                                               a.row_ids, a.columns, a.purpose, a.request)::text, 'UTF8'))
$$;

-- Seals what no running transaction can add to any more; returns the new head, or nothing where there is nothing new.
CREATE OR REPLACE FUNCTION seal_audit() RETURNS TABLE (upto text, hash bytea) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    below xid8 := pg_snapshot_xmin(pg_current_snapshot());
    last audit_seals;
    sealed record;
    head bytea;
BEGIN
    IF NOT is_service('sealer') OR NOT pg_try_advisory_xact_lock(7209) THEN
        RETURN;
    END IF;
    SELECT * INTO last FROM audit_seals s ORDER BY s.upto DESC LIMIT 1;
    SELECT count(*) AS rows, string_agg(audit_line(a), ''::bytea ORDER BY a.xid, a.id) AS lines INTO sealed
    FROM audit a WHERE a.xid < below AND a.xid >= coalesce(last.upto, '0'::xid8);
    IF sealed.rows = 0 THEN
        RETURN;
    END IF;
    head := sha256(coalesce(last.hash, ''::bytea) || sealed.lines);
    INSERT INTO audit_seals (upto, rows, hash, previous) VALUES (below, sealed.rows, head, coalesce(last.hash, ''::bytea));
    RETURN QUERY SELECT below::text, head;
END $$;

-- The next seal after a given one: its bound, its hash, how many rows it covers and whether it fits them and the one before.
CREATE OR REPLACE FUNCTION verify_seal(before text, chain bytea) RETURNS TABLE (upto text, hash bytea, rows bigint, fits boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    s audit_seals;
    found record;
BEGIN
    IF NOT is_service('command-line') THEN
        RAISE EXCEPTION 'not allowed';
    END IF;
    SELECT * INTO s FROM audit_seals a WHERE a.upto > before::xid8 ORDER BY a.upto LIMIT 1;
    IF s.upto IS NULL THEN
        RETURN;
    END IF;
    SELECT count(*) AS n, string_agg(audit_line(a), ''::bytea ORDER BY a.xid, a.id) AS lines INTO found
    FROM audit a WHERE a.xid < s.upto AND a.xid >= before::xid8;
    RETURN QUERY SELECT s.upto::text, s.hash, s.rows,
        s.previous = chain AND found.n = s.rows AND s.hash = sha256(chain || coalesce(found.lines, ''::bytea));
END $$;

------------------------------------------------------------------------------------------------ coming in

-- The one look-up of a session. `ahead` is the caller's clock, since there is no transaction yet that could hold it.
CREATE OR REPLACE FUNCTION signed_in(token bytea, ahead bigint)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    session sessions;
BEGIN
    PERFORM set_config('app.ahead', ahead::text, true);
    SELECT * INTO session FROM sessions s WHERE s.token_hash = token;
    IF session.token_hash IS NULL OR session.ended_at IS NOT NULL
       OR session.created_at < app_now() - current_parameter('session.hours') * interval '1 hour'
       OR session.seen_at < app_now() - interval '1 minute'
          * current_parameter(CASE WHEN session.computer_id IS NULL THEN 'session.idle-minutes' ELSE 'session.shared-idle-minutes' END) THEN
        RETURN NULL;
    END IF;
    IF session.seen_at < app_now() - interval '1 minute' THEN
        UPDATE sessions s SET seen_at = app_now() WHERE s.token_hash = token;
    END IF;
    RETURN (
        SELECT jsonb_build_object('user_id', u.id, 'organisation_id', o.id, 'name', u.name, 'organisation', o.name, 'organisation_kind', o.kind,
                                  'language', u.language, 'shared', session.computer_id IS NOT NULL,
                                  'lock', current_parameter(CASE WHEN session.computer_id IS NULL THEN 'lock.seconds' ELSE 'lock.shared-seconds' END),
                                  'roles', ARRAY(SELECT r.role FROM user_roles r WHERE r.user_id = u.id ORDER BY r.role))
        FROM users u JOIN organisations o ON o.id = u.organisation_id
        WHERE u.id = session.user_id AND u.ended_at IS NULL AND o.ended_at IS NULL);
END $$;

-- What sign-in needs to know of an account: its hash, and whether this try must wait.
-- Failures count against the account and the network; a device that signed in before counts for itself alone,
-- so a stranger's failures never lock it out.
CREATE OR REPLACE FUNCTION sign_in_candidate(mail text, account_hash bytea, from_network text, from_device bytea)
RETURNS TABLE (user_id uuid, password_hash text, must_wait boolean) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    since timestamptz := app_now() - current_parameter('sign-in.minutes') * interval '1 minute';
    known boolean;
BEGIN
    IF NOT is_service('sign-in') THEN
        RAISE EXCEPTION 'not allowed';
    END IF;
    SELECT u.id, c.password_hash INTO user_id, password_hash
    FROM users u LEFT JOIN credentials c ON c.user_id = u.id WHERE u.email = mail AND u.ended_at IS NULL;
    known := from_device IS NOT NULL AND EXISTS (SELECT FROM known_devices d WHERE d.user_id = sign_in_candidate.user_id AND d.device = from_device);
    IF known THEN
        must_wait := (SELECT count(*) FROM sign_in_attempts a WHERE a.account = account_hash AND a.device = from_device AND NOT a.succeeded AND a.at > since)
                     >= current_parameter('sign-in.failures-account');
    ELSE
        must_wait := (SELECT count(*) FROM sign_in_attempts a WHERE a.account = account_hash AND NOT a.succeeded AND a.at > since)
                     >= current_parameter('sign-in.failures-account')
                  OR (SELECT count(*) FROM sign_in_attempts a WHERE a.network = from_network AND NOT a.succeeded AND a.at > since)
                     >= current_parameter('sign-in.failures-network');
    END IF;
    RETURN NEXT;
END $$;

-- Keeps that somebody tried, and lets them in if `by_user` says who. True unless this browser was somebody else's before.
CREATE OR REPLACE FUNCTION note_sign_in(account_hash bytea, from_network text, from_device bytea, by_user uuid, token bytea, on_computer bytea, before bytea)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT is_service('sign-in') THEN
        RAISE EXCEPTION 'not allowed';
    END IF;
    INSERT INTO sign_in_attempts (id, account, network, device, succeeded)
    VALUES (gen_random_uuid(), account_hash, from_network, from_device, by_user IS NOT NULL);
    IF by_user IS NOT NULL THEN
        INSERT INTO sessions (token_hash, user_id, computer_id)
        SELECT token, u.id, (SELECT c.id FROM computer_of(on_computer) c WHERE c.organisation_id = u.organisation_id) FROM users u WHERE u.id = by_user;
        -- A badge is known by its computer already.
        IF from_device IS DISTINCT FROM on_computer THEN
            INSERT INTO known_devices (user_id, device) VALUES (by_user, from_device)
            ON CONFLICT (user_id, device) DO UPDATE SET seen_at = app_now();
        END IF;
        INSERT INTO audit (actor_kind, actor_id, organisation_id, act, table_name, row_ids, request)
        SELECT 'user', u.id::text, u.organisation_id, 'sign-in', 'sessions', ARRAY[u.id], nullif(current_setting('app.request', true), '')::uuid
        FROM users u WHERE u.id = by_user;
        -- Whoever comes in where somebody else is still signed in ends that.
        UPDATE sessions s SET ended_at = app_now() WHERE s.token_hash = before AND s.ended_at IS NULL;
        RETURN NOT EXISTS (SELECT FROM sessions s WHERE s.token_hash = before AND s.user_id <> by_user);
    END IF;
    RETURN true;
END $$;

CREATE OR REPLACE FUNCTION end_session(token bytea) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE sessions s SET ended_at = app_now() WHERE s.token_hash = token AND s.ended_at IS NULL AND s.user_id = my_id();
    PERFORM note_access('sign-out', 'sessions', ARRAY[my_id()], NULL);
END $$;

-- Whom an invitation is for, while it can be used.
CREATE OR REPLACE FUNCTION invited(token bytea) RETURNS TABLE (user_id uuid, email text, name text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT u.id, u.email, u.name FROM invitations i JOIN users u ON u.id = i.user_id
    WHERE is_service('sign-in') AND i.token_hash = token AND i.used_at IS NULL AND i.ends_at > app_now() AND u.ended_at IS NULL
$$;

-- Takes an invitation up: once, with a password, and every session from before is over.
CREATE OR REPLACE FUNCTION take_invitation(token bytea, new_hash text) RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    who uuid;
BEGIN
    UPDATE invitations i SET used_at = app_now()
    WHERE is_service('sign-in') AND i.token_hash = token AND i.used_at IS NULL AND i.ends_at > app_now()
      AND EXISTS (SELECT FROM users u WHERE u.id = i.user_id AND u.ended_at IS NULL)
    RETURNING i.user_id INTO who;
    IF who IS NOT NULL THEN
        INSERT INTO credentials (user_id, password_hash) VALUES (who, new_hash)
        ON CONFLICT (user_id) DO UPDATE SET password_hash = new_hash, changed_at = app_now(), badge_hash = NULL, pin_hash = NULL, badge_at = NULL;
        UPDATE sessions s SET ended_at = app_now() WHERE s.user_id = who AND s.ended_at IS NULL;
        INSERT INTO audit (actor_kind, actor_id, act, table_name, row_ids, columns) VALUES ('user', who::text, 'update', 'credentials', ARRAY[who], ARRAY['password_hash']);
    END IF;
    RETURN who;
END $$;

------------------------------------------------------------------------------------------------ people

-- The rule that says who may open a person. The policy on persons says the same inline, since a function
-- call a row would make lists slow; a property test compares the two with access::may.
-- Step by step, since one query with EXISTS in a CASE is planned as a hash of all that my office may open, for every call.
CREATE OR REPLACE FUNCTION may_open_person(person uuid, also_reading_along boolean) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    guarded boolean := (SELECT p.protected FROM persons p WHERE p.id = person AND p.merged_into IS NULL);
BEGIN
    IF person IN (SELECT my_exclusions()) THEN
        RETURN false;
    ELSIF guarded THEN
        RETURN person IN (SELECT my_protected());
    END IF;
    RETURN guarded IS NOT NULL AND EXISTS (
        SELECT FROM person_access a WHERE a.person_id = person AND a.organisation_id = my_organisation()
          AND (also_reading_along OR a.ground <> 'share')
          AND (a.user_id IS NULL OR a.user_id = my_id()) AND (a.until IS NULL OR a.until > app_now()));
END $$;

-- Those of several whom I may open, reading along included: may_open_person() of each, at once. A property test compares the two.
CREATE OR REPLACE FUNCTION open_among(people uuid[]) RETURNS SETOF uuid LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 100 SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY
        SELECT p.id FROM persons p WHERE p.id = ANY (people) AND p.merged_into IS NULL AND p.id NOT IN (SELECT my_exclusions()) AND CASE WHEN p.protected THEN p.id IN (SELECT my_protected())
            ELSE p.id IN (SELECT a.person_id FROM person_access a WHERE a.person_id = ANY (people) AND a.organisation_id = my_organisation()
                          AND (a.user_id IS NULL OR a.user_id = my_id()) AND (a.until IS NULL OR a.until > app_now())) END;
END $$;

CREATE OR REPLACE FUNCTION may_see_person(person uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN may('person.read') AND may_open_person(person, true);
END $$;

-- The same for changing: who only reads along changes nothing.
CREATE OR REPLACE FUNCTION may_change_person(person uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN may('person.read') AND may_open_person(person, false);
END $$;

-- The protected people whose named staff I am; and those for whom two people broke the glass, while it is open (practice 23).
CREATE OR REPLACE FUNCTION my_protected() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT t.person_id FROM protections t JOIN protection_staff s ON s.protection_id = t.id
    WHERE t.ended_at IS NULL AND s.user_id = my_id()
    UNION ALL SELECT e.person_id FROM care_breaks b JOIN cases c ON c.id = b.case_id JOIN episodes e ON e.id = c.episode_id
    WHERE b.user_id = my_id() AND b.organisation_id = my_organisation() AND b.scope = 'file' AND b.until > app_now()
$$;

-- Whoever registers a person may open them.
CREATE OR REPLACE FUNCTION grant_to_registrar() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO person_access (id, person_id, organisation_id, ground, since)
    SELECT gen_random_uuid(), n.id, n.registered_by, 'registered', n.registered_at FROM new_rows n;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER grant_to_registrar AFTER INSERT ON persons REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION grant_to_registrar();

-- Replaces what a person can be found by, and notes whoever else holds one of the same document numbers. `made` is the
-- version of the keys. Names of records merged into this one the caller does not see: then the worker adds what is missing.
CREATE OR REPLACE FUNCTION set_match_keys(person uuid, keys text[], made integer) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT may_see_person(person) OR NOT (may('person.create') OR may('person.change')) THEN
        RAISE EXCEPTION 'not allowed';
    END IF;
    -- Whoever makes keys anew waits here, and reads what was changed.
    PERFORM FROM persons p WHERE p.id = person FOR NO KEY UPDATE;
    -- Names of records that were merged into this one go on finding it.
    DELETE FROM match_keys m WHERE m.person_id = person AND m.key <> ALL (keys) AND (m.key LIKE ANY (ARRAY['document:%', 'phone:%'])
        OR NOT EXISTS (SELECT FROM merges g JOIN merge_rows r ON r.merge_id = g.id AND r.act = 'keys'
                       WHERE g.winner_id = person AND g.undone_at IS NULL AND r.after ? m.key));
    INSERT INTO match_keys (key, person_id) SELECT DISTINCT k, person FROM unnest(keys) k ON CONFLICT DO NOTHING;
    IF EXISTS (SELECT FROM persons p WHERE p.merged_into = person) THEN
        DELETE FROM key_versions k WHERE k.person_id = person;
    ELSE
        INSERT INTO key_versions (person_id, version) VALUES (person, made) ON CONFLICT (person_id) DO UPDATE SET version = EXCLUDED.version WHERE key_versions.version <> EXCLUDED.version;
    END IF;
    INSERT INTO duplicate_suspicions (id, person_a, person_b, reason)
    SELECT DISTINCT ON (least(m.person_id, person), greatest(m.person_id, person))
           gen_random_uuid(), least(m.person_id, person), greatest(m.person_id, person), 'same-number'
    FROM match_keys m WHERE m.key = ANY (ARRAY(SELECT k FROM unnest(keys) k WHERE k LIKE 'document:%')) AND m.person_id <> person
    ON CONFLICT (person_a, person_b) DO UPDATE SET reason = EXCLUDED.reason, found_at = EXCLUDED.found_at
        WHERE duplicate_suspicions.reason <> EXCLUDED.reason;
    -- Found just now to share a number: of whom nobody could tell so far, it is asked again.
    UPDATE duplicate_decisions x SET ended_at = app_now(), ended_because = 'new-evidence'
    FROM duplicate_suspicions d
    WHERE x.suspicion_id = d.id AND person IN (d.person_a, d.person_b) AND d.reason = 'same-number' AND d.found_at > x.decided_at
      AND x.decision = 'cannot-tell' AND x.ended_at IS NULL;
END $$;

-- How many people there are, roughly and at once: a name says the less, the more there are. While there are few, as if there
-- were ten thousand.
CREATE OR REPLACE FUNCTION people_about() RETURNS real LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT greatest(c.reltuples, 10000) FROM pg_class c WHERE c.oid = 'persons'::regclass
$$;

-- The model that scores are made with: its id and number; null while nothing was learnt.
CREATE OR REPLACE FUNCTION model_in_force() RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT jsonb_build_object('id', m.id, 'number', m.number, 'people', m.people) FROM match_models m WHERE m.refused IS NULL ORDER BY m.number DESC LIMIT 1
$$;

-- What somebody is compared by; where they live as they say it, else as a paper has it, in the units of its time. Numbers,
-- phones and where they live only for the worker and for whoever may open them: weighed against what a stranger typed, they
-- would tell how near a guess came (practice 20).
CREATE OR REPLACE FUNCTION features(p persons, whole boolean) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object('id', p.id, 'name', p.name, 'sex', p.sex, 'birth_date', p.birth_date, 'birth_precision', p.birth_precision)
    || CASE WHEN whole THEN jsonb_build_object(
        'documents', (SELECT coalesce(jsonb_agg(jsonb_build_object('kind', d.kind, 'country', d.country, 'number', d.number_index)), '[]')
                      FROM identity_documents d WHERE d.person_id = p.id AND d.withdrawn_at IS NULL AND d.number_index IS NOT NULL),
        'phones', (SELECT coalesce(jsonb_agg(c.value), '[]') FROM contact_points c
                   WHERE c.person_id = p.id AND c.kind IN ('phone', 'zalo') AND c.withdrawn_at IS NULL))
    || coalesce((SELECT jsonb_build_object('province', a.province_code, 'commune', a.commune_code, 'old_province', a.old_province, 'old_commune', a.old_commune)
            FROM addresses a WHERE a.person_id = p.id AND a.kind IN ('home', 'as-printed') AND a.withdrawn_at IS NULL
              AND coalesce(a.province_code, a.commune_code, a.old_province, a.old_commune) IS NOT NULL
            ORDER BY a.kind = 'home' DESC, a.id DESC LIMIT 1), '{}') ELSE '{}' END
$$;

-- Who shares keys with somebody asked for, the likeliest first. `exactly` holds keys of which one is enough, `named` the
-- others. Of a key that thousands share those registered last are taken: whoever shares a rarer one too is found by that. A
-- key counts as much as it is rare; all words of a name count more than its ends, which are among them.
CREATE OR REPLACE FUNCTION sharing(exactly text[], named text[], most integer) RETURNS TABLE (person_id uuid, by_number boolean, by_name boolean, weight double precision)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 400 SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    -- No more of one key are looked at.
    enough CONSTANT integer := 1000;
    wanted text[] := named;
BEGIN
    -- So many are called just so that nobody who shares but the ends would come among them.
    IF (SELECT count(*) FROM (SELECT FROM match_keys m WHERE m.key = (SELECT k FROM unnest(named) k WHERE k LIKE 'name:%' LIMIT 1) LIMIT most) x) >= most THEN
        wanted := ARRAY(SELECT k FROM unnest(named) k WHERE k NOT LIKE 'ends:%');
    END IF;
    RETURN QUERY
        WITH blocks AS MATERIALIZED (
            SELECT k.key LIKE ANY (ARRAY['name:%', 'ends%', 'unborn:%']) AS by_name, CASE WHEN k.key LIKE 'name:%' THEN 0.5 ELSE 0 END AS more,
                   ARRAY(SELECT m.person_id FROM match_keys m WHERE m.key = k.key ORDER BY m.person_id DESC LIMIT enough) AS people
            FROM (SELECT DISTINCT unnest(wanted) AS key) k),
        weighed AS MATERIALIZED (SELECT b.by_name, b.people, ln(1e7::double precision / cardinality(b.people)) + b.more AS weight FROM blocks b WHERE b.people <> '{}')
        SELECT x.person_id, bool_or(x.by_number), bool_or(x.by_name), sum(x.weight)
        FROM (SELECT m.person_id, true AS by_number, false AS by_name, 100::double precision AS weight FROM match_keys m WHERE m.key = ANY (exactly)
              UNION ALL SELECT p.id, false, w.by_name, w.weight FROM weighed w CROSS JOIN LATERAL unnest(w.people) AS p (id)) x
        GROUP BY x.person_id ORDER BY 2 DESC, 4 DESC, 1 DESC LIMIT most;
END $$;

-- Search. Sees everybody but those under protection, and gives what may fit to be weighed, in the order of names; whoever
-- calls records whom it shows. Who was born as asked comes before others if there are too many.
CREATE OR REPLACE FUNCTION find_people(exactly text[], named text[], born date, born_precision text)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    reads boolean := may('person.read');
    -- Numbers and phones are compared only with numbers and phones.
    numbered boolean := cardinality(exactly) > 0;
BEGIN
    IF NOT may('person.find') THEN
        RAISE EXCEPTION 'not allowed';
    END IF;
    IF cardinality(exactly) = 0 AND cardinality(named) = 0 THEN
        RAISE EXCEPTION 'search-without-criterion';
    END IF;
    IF (SELECT count(*) FROM audit a WHERE a.actor_id = my_id()::text AND a.act = 'search' AND a.at > app_now() - interval '1 hour')
       >= current_parameter('search.per-hour') THEN
        RAISE EXCEPTION 'search-limit';
    END IF;
    RETURN (
        WITH fitting AS MATERIALIZED (
            SELECT p.id, h.by_number, h.by_name
            FROM sharing(exactly, named, 400) h JOIN persons p ON p.id = h.person_id
            WHERE (NOT p.protected OR p.id IN (SELECT my_protected())) AND p.id NOT IN (SELECT my_exclusions())
            ORDER BY h.by_number DESC, (p.birth_date IS NOT DISTINCT FROM born) DESC, h.weight DESC, p.id DESC LIMIT 150),
        seen AS MATERIALIZED (SELECT f.*, reads AND f.id IN (SELECT open_among(ARRAY(SELECT i.id FROM fitting i))) AS mine FROM fitting f)
        SELECT jsonb_build_object('people', people_about(), 'model', model_in_force(), 'asked', current_parameter('matching.asked-percent'),
            'hits', coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'name', p.name, 'sex', p.sex, 'birth_date', p.birth_date, 'birth_precision', p.birth_precision,
                                                          'code', p.code, 'by_number', s.by_number, 'by_name', s.by_name, 'mine', s.mine)
                                       || CASE WHEN s.mine AND numbered THEN features(p, true) ELSE '{}' END
                                       ORDER BY p.given_key COLLATE "vi-x-icu", p.family_key COLLATE "vi-x-icu", p.name COLLATE "vi-x-icu", p.id), '[]'))
        FROM seen s JOIN persons p ON p.id = s.id);
END $$;

-- Somebody, and whoever shares a key with them, to be compared by the worker; also those under protection, since whether
-- two records are one person is then asked of their named staff alone.
CREATE OR REPLACE FUNCTION people_to_compare(person uuid) RETURNS jsonb LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    subject persons;
    keys text[];
BEGIN
    IF NOT is_service('worker') THEN
        RAISE EXCEPTION 'not allowed';
    END IF;
    SELECT p.* INTO subject FROM persons p WHERE p.id = person AND p.merged_into IS NULL;
    IF subject.id IS NULL THEN
        RETURN NULL;
    END IF;
    -- A name alone, which thousands share, is a key only where it is not known when one of the two was born.
    SELECT array_agg(k.key) INTO keys FROM (
        SELECT m.key FROM match_keys m WHERE m.person_id = person AND (subject.birth_date IS NULL OR m.key NOT LIKE ALL (ARRAY['name:%', 'ends:%']))
        UNION SELECT 'unborn:' || substr(m.key, 6) FROM match_keys m WHERE m.person_id = person AND m.key LIKE 'name:%') k;
    RETURN (
        SELECT jsonb_build_object('people', people_about(), 'model', model_in_force(), 'suspected', current_parameter('matching.suspected-percent'), 'subject', features(subject, true),
            'others', coalesce(jsonb_agg(features(p, true)), '[]'))
        FROM (SELECT m.person_id FROM match_keys m WHERE m.key = ANY (keys) AND m.person_id <> person GROUP BY 1 ORDER BY count(*) DESC LIMIT 400) h
        JOIN persons p ON p.id = h.person_id);
END $$;

-- Asks for access to a person found but not open to me.
CREATE OR REPLACE FUNCTION request_access(request uuid, person_code text, why text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    person uuid;
BEGIN
    IF NOT may('person.find') THEN
        RAISE EXCEPTION 'not allowed';
    END IF;
    SELECT p.id INTO person FROM persons p
    WHERE p.id = (SELECT coalesce(x.merged_into, x.id) FROM persons x WHERE x.code = person_code) AND NOT p.protected AND p.id NOT IN (SELECT my_exclusions());
    IF person IS NULL OR may_see_person(person) THEN
        RETURN false;
    END IF;
    INSERT INTO access_requests (id, person_id, organisation_id, user_id, reason) VALUES (request, person, my_organisation(), my_id(), why)
    ON CONFLICT DO NOTHING;
    RETURN true;
END $$;

-- Who should hear of a request: supervisors of the organisations that may open the person.
CREATE OR REPLACE FUNCTION deciders(request uuid) RETURNS TABLE (email text, language text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT u.email, u.language
    FROM access_requests q JOIN person_access a ON a.person_id = q.person_id AND a.user_id IS NULL AND (a.until IS NULL OR a.until > app_now())
    JOIN users u ON u.organisation_id = a.organisation_id AND u.ended_at IS NULL
    JOIN user_roles r ON r.user_id = u.id JOIN role_permissions p ON p.role = r.role AND p.permission = 'access.decide'
    WHERE q.id = request AND (q.user_id = my_id() OR is_service('worker'))
$$;

-- Who asks, for whoever decides.
CREATE OR REPLACE FUNCTION asker(request uuid) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT u.name FROM access_requests q JOIN users u ON u.id = q.user_id
    WHERE q.id = request AND may('access.decide') AND may_see_person(q.person_id)
$$;

-- Decides a request. What is granted is granted to the person who asked, for a time.
CREATE OR REPLACE FUNCTION decide_access(request uuid, yes boolean) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    q access_requests;
BEGIN
    SELECT * INTO q FROM access_requests a WHERE a.id = request AND a.decided_at IS NULL FOR UPDATE;
    IF q.id IS NULL OR q.user_id = my_id() OR NOT may('access.decide') OR NOT may_see_person(q.person_id) THEN
        RETURN false;
    END IF;
    UPDATE access_requests a SET decided_at = app_now(), decided_by = my_id(), granted = yes WHERE a.id = request;
    IF yes THEN
        INSERT INTO person_access (id, person_id, organisation_id, user_id, ground, until)
        VALUES (gen_random_uuid(), q.person_id, q.organisation_id, q.user_id, 'request',
                app_now() + current_parameter('access.request-days') * interval '1 day')
        ON CONFLICT (person_id, organisation_id, user_id) DO UPDATE SET until = EXCLUDED.until, since = app_now();
    END IF;
    PERFORM record_event(gen_random_uuid(), CASE WHEN yes THEN 'person.access-granted' ELSE 'person.access-declined' END, 'person', q.person_id, '{}');
    RETURN true;
END $$;

-- Puts a person under protection: from now on only the staff named find and open them.
CREATE OR REPLACE FUNCTION open_protection(protection uuid, person uuid, staff uuid[]) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    orphan record;
    heir uuid;
BEGIN
    IF NOT may('protection.manage') OR NOT may_see_person(person) OR cardinality(staff) = 0
       OR EXISTS (SELECT FROM unnest(staff) s WHERE NOT EXISTS (
              SELECT FROM users u WHERE u.id = s AND u.organisation_id = my_organisation() AND u.ended_at IS NULL)) THEN
        RETURN false;
    END IF;
    INSERT INTO protections (id, person_id, opened_by) VALUES (protection, person, my_id());
    INSERT INTO protection_staff (id, protection_id, user_id) SELECT gen_random_uuid(), protection, s FROM (SELECT DISTINCT unnest(staff) AS s) named;
    UPDATE persons p SET protected = true, version = p.version + 1 WHERE p.id = person;
    -- What an office's list could still accept is taken back: from now on an offer names a person (practice 21).
    UPDATE hand_overs h SET state = 'revoked', answered_at = app_now(), answered_by = my_id()
    FROM cases c JOIN episodes e ON e.id = c.episode_id
    WHERE h.case_id = c.id AND e.person_id = person AND h.state = 'offered' AND h.to_user_id IS NULL;
    -- Whoever is accountable here without being named could not open the case any more.
    FOR orphan IN SELECT c.id, c.accountable_id FROM cases c JOIN episodes e ON e.id = c.episode_id
                  WHERE e.person_id = person AND c.holder_id = my_organisation() AND NOT c.accountable_id = ANY (staff) LOOP
        heir := coalesce(
            (SELECT n FROM unnest(staff) n WHERE n = my_id()),
            (SELECT n FROM unnest(staff) n JOIN user_roles r ON r.user_id = n JOIN role_permissions p ON p.role = r.role AND p.permission = 'case.change' ORDER BY n LIMIT 1),
            staff[1]);
        UPDATE cases c SET accountable_id = heir, version = c.version + 1 WHERE c.id = orphan.id;
        PERFORM record_event(gen_random_uuid(), 'case.assigned', 'case', orphan.id, jsonb_build_object('from', orphan.accountable_id, 'to', heir));
    END LOOP;
    PERFORM record_event(gen_random_uuid(), 'person.protected', 'person', person, '{}');
    RETURN true;
END $$;

CREATE OR REPLACE FUNCTION end_protection(person uuid) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT may('protection.manage') OR NOT may_see_person(person) THEN
        RETURN false;
    END IF;
    UPDATE protections t SET ended_at = app_now() WHERE t.person_id = person AND t.ended_at IS NULL;
    UPDATE persons p SET protected = false, version = p.version + 1 WHERE p.id = person AND p.protected;
    PERFORM record_event(gen_random_uuid(), 'person.protection-ended', 'person', person, '{}');
    RETURN true;
END $$;

-- Who opened or changed a person, for those who may read the access log; where records were merged, which of them.
-- Of a record that was taken out again, also whoever saw it while it was part of another.
CREATE OR REPLACE FUNCTION access_log(person uuid, before timestamptz, most integer)
RETURNS TABLE (at timestamptz, actor_kind text, actor text, organisation text, act text, table_name text, columns text[], of_record text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    records uuid[] := ARRAY(SELECT p.id FROM persons p WHERE p.id = person OR p.merged_into = person);
    ids uuid[];
BEGIN
    IF NOT may('access-log.read') OR NOT may_see_person(person) THEN
        RETURN;
    END IF;
    ids := records
        || ARRAY(SELECT d.id FROM identity_documents d WHERE d.person_id = ANY (records))
        || ARRAY(SELECT c.id FROM contact_points c WHERE c.person_id = ANY (records))
        || ARRAY(SELECT x.id FROM addresses x WHERE x.person_id = ANY (records))
        || ARRAY(SELECT f.id FROM person_facts f WHERE f.person_id = ANY (records))
        -- Not the links of a family: that there was one is told to nobody who may not open both.
        || ARRAY(SELECT h.id FROM household_members h WHERE h.person_id = ANY (records))
        || ARRAY(SELECT s.id FROM poverty_statuses s WHERE s.person_id = ANY (records))
        || ARRAY(SELECT k.id FROM skills k WHERE k.person_id = ANY (records))
        || ARRAY(SELECT g.id FROM person_access g WHERE g.person_id = ANY (records))
        || ARRAY(SELECT q.id FROM access_requests q WHERE q.person_id = ANY (records))
        || ARRAY(SELECT t.id FROM protections t WHERE t.person_id = ANY (records))
        || ARRAY(SELECT m.id FROM merges m WHERE m.winner_id = ANY (records) OR m.loser_id = ANY (records));
    RETURN QUERY
        SELECT a.at, a.actor_kind, coalesce(u.name, a.actor_id), o.name,
               -- What was taken out of the house is said as that.
               CASE WHEN a.purpose IN ('export', 'print', 'original') THEN a.purpose ELSE a.act END, a.table_name, a.columns,
               CASE WHEN cardinality(records) > 1 THEN (SELECT string_agg(p.code, ', ' ORDER BY p.code) FROM persons p WHERE p.id = ANY (records) AND p.id = ANY (a.row_ids)) END
        FROM audit a
        LEFT JOIN users u ON a.actor_kind = 'user' AND u.id::text = a.actor_id
        LEFT JOIN organisations o ON o.id = a.organisation_id
        WHERE a.at < before AND a.row_ids && (ids || ARRAY(SELECT m.winner_id FROM merges m WHERE m.loser_id = person AND m.undone_at IS NOT NULL))
          AND (a.row_ids && ids OR EXISTS (SELECT FROM merges m WHERE m.loser_id = person AND m.winner_id = ANY (a.row_ids) AND a.at BETWEEN m.merged_at AND m.undone_at))
        ORDER BY a.at DESC, a.id DESC LIMIT least(most, 200);
END $$;

-- Takes back one link of a person's family, or all of them, at this person's word. Whoever may change the person does it,
-- though they may not open the other one and do not see the link: so it says nothing of whether there was any.
CREATE OR REPLACE FUNCTION withdraw_family_links(of_person uuid, wanted uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT may('person.change') OR NOT may_change_person(of_person) THEN
        RAISE EXCEPTION 'not allowed';
    END IF;
    UPDATE family_links l SET withdrawn_at = app_now(), withdrawn_by = my_id(), withdrawn_for = of_person, version = l.version + 1
    WHERE of_person IN (l.family_id, l.worker_id) AND (wanted IS NULL OR l.id = wanted) AND l.withdrawn_at IS NULL;
END $$;

------------------------------------------------------------------------------------------------ returns and cases

-- The rule that says who may read a case; the policy on cases says the same inline.
CREATE OR REPLACE FUNCTION may_see_case(wanted uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    holder uuid;
    person uuid;
BEGIN
    SELECT c.holder_id, e.person_id INTO holder, person FROM cases c JOIN episodes e ON e.id = c.episode_id WHERE c.id = wanted;
    RETURN person IS NOT NULL AND may('case.read') AND may_see_person(person)
       AND (holder = my_organisation()
            OR EXISTS (SELECT FROM shares s WHERE s.case_id = wanted AND s.organisation_id = my_organisation()
                       AND (s.user_id IS NULL OR s.user_id = my_id()) AND s.until > app_now()));
END $$;

-- True if my office holds the case and I may change it.
CREATE OR REPLACE FUNCTION i_hold(wanted uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    person uuid := (SELECT e.person_id FROM cases c JOIN episodes e ON e.id = c.episode_id WHERE c.id = wanted AND c.holder_id = my_organisation());
BEGIN
    RETURN person IS NOT NULL AND may('case.change') AND may_see_person(person);
END $$;

-- DOLAB's supervisors have the list of the silent: codes and offices, no names.
CREATE OR REPLACE FUNCTION follows_all_silence() RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN may('silence.follow') AND EXISTS (SELECT FROM organisations o WHERE o.id = my_organisation() AND o.kind = 'dolab');
END $$;

-- Opens a person to an office, or widens what it had.
CREATE OR REPLACE FUNCTION open_person(person uuid, organisation uuid, member uuid, because text, ends timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO person_access (id, person_id, organisation_id, user_id, ground, until)
    VALUES (gen_random_uuid(), person, organisation, member, because, ends)
    ON CONFLICT (person_id, organisation_id, user_id) DO UPDATE
    SET ground = EXCLUDED.ground, until = EXCLUDED.until, since = app_now()
    WHERE person_access.until IS NOT NULL AND (EXCLUDED.until IS NULL OR EXCLUDED.until > person_access.until);
END $$;

-- Whoever holds a case may open its person; whoever held it may no longer, unless they registered the person.
CREATE OR REPLACE FUNCTION case_opens_person() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    person uuid := (SELECT e.person_id FROM episodes e WHERE e.id = NEW.episode_id);
BEGIN
    IF TG_OP = 'INSERT' OR NEW.holder_id <> OLD.holder_id THEN
        PERFORM open_person(person, NEW.holder_id, NULL, 'case', NULL);
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.holder_id <> OLD.holder_id
       AND NOT EXISTS (SELECT FROM cases c JOIN episodes e ON e.id = c.episode_id WHERE e.person_id = person AND c.holder_id = OLD.holder_id AND c.id <> NEW.id) THEN
        DELETE FROM person_access a WHERE a.person_id = person AND a.organisation_id = OLD.holder_id AND a.user_id IS NULL AND a.ground = 'case';
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER case_opens_person AFTER INSERT OR UPDATE OF holder_id ON cases FOR EACH ROW EXECUTE FUNCTION case_opens_person();

CREATE OR REPLACE FUNCTION share_opens_person() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM open_person(e.person_id, NEW.organisation_id, NEW.user_id, 'share', NEW.until)
    FROM cases c JOIN episodes e ON e.id = c.episode_id WHERE c.id = NEW.case_id;
    IF TG_OP = 'UPDATE' AND NEW.until < OLD.until THEN
        UPDATE person_access a SET until = NEW.until
        FROM cases c JOIN episodes e ON e.id = c.episode_id
        WHERE c.id = NEW.case_id AND a.person_id = e.person_id AND a.organisation_id = NEW.organisation_id
          AND a.user_id IS NOT DISTINCT FROM NEW.user_id AND a.ground = 'share' AND a.until > NEW.until;
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER share_opens_person AFTER INSERT OR UPDATE OF until ON shares FOR EACH ROW EXECUTE FUNCTION share_opens_person();

-- The desk where somebody is expected may open them until some days after.
CREATE OR REPLACE FUNCTION arrival_opens_person() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.standing = 'planned' AND NEW.expected_at IS NOT NULL THEN
        PERFORM open_person(NEW.person_id, NEW.expected_at, NULL, 'arrival',
            greatest((coalesce(NEW.expected_on, (app_now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date) + current_parameter('arrival.open-days')::integer)::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh', app_now()));
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER arrival_opens_person AFTER INSERT OR UPDATE OF expected_at, expected_on ON episodes FOR EACH ROW EXECUTE FUNCTION arrival_opens_person();

-- Tells the timelines of person and case that somebody leaves again, or that this was a mistake. In the name of whoever
-- entered it, who need not hold the case.
CREATE OR REPLACE FUNCTION tell_re_departure() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    said text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        said := CASE NEW.state WHEN 'planned' THEN 'will-leave-again' ELSE 'left-again' END;
    ELSIF OLD.withdrawn_at IS NULL AND NEW.withdrawn_because IS NOT NULL THEN
        said := 'left-again-withdrawn';
    ELSE
        RETURN NULL;
    END IF;
    INSERT INTO events (id, at, kind, subject_kind, subject_id, actor_kind, actor_id, organisation_id, about)
    SELECT gen_random_uuid(), coalesce(NEW.withdrawn_at, NEW.recorded_at), s.of || '.' || said, s.subject, s.id,
           my_kind(), coalesce(current_setting('app.actor_id', true), ''), my_organisation(), '{}'
    FROM (SELECT 'episode' AS of, 'person' AS subject, e.person_id AS id FROM episodes e WHERE e.id = NEW.episode_id
          UNION ALL SELECT 'case', 'case', c.id FROM cases c WHERE c.episode_id = NEW.episode_id) s;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER tell_re_departure AFTER INSERT OR UPDATE ON re_departures FOR EACH ROW EXECUTE FUNCTION tell_re_departure();

-- Confirms an arrival once, whoever is first. A case that nobody was offered yet comes along to the desk.
-- Returns 'confirmed', or who was first and when.
CREATE OR REPLACE FUNCTION confirm_arrival(episode uuid, entered date) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    e episodes;
    c cases;
BEGIN
    SELECT * INTO e FROM episodes x WHERE x.id = episode FOR UPDATE;
    IF e.id IS NULL OR NOT may('person.change') OR NOT may('case.change') OR NOT may_see_person(e.person_id) THEN
        RETURN jsonb_build_object('said', 'nothing');
    END IF;
    IF e.standing = 'returned' THEN
        RETURN jsonb_build_object('said', 'before', 'by', (SELECT u.name FROM users u WHERE u.id = e.confirmed_by AND u.organisation_id = my_organisation()), 'at', e.confirmed_at);
    END IF;
    IF e.standing NOT IN ('planned', 'undecided') THEN
        RETURN jsonb_build_object('said', 'nothing');
    END IF;
    UPDATE episodes x SET standing = 'returned', entered_on = entered, entered_precision = 'day', version = x.version + 1,
        arrival = CASE WHEN e.standing = 'planned' THEN 'arrived' ELSE 'unannounced' END, confirmed_by = my_id(), confirmed_at = app_now()
    WHERE x.id = episode;
    PERFORM record_event(gen_random_uuid(), 'episode.arrived', 'person', e.person_id, '{}');
    SELECT * INTO c FROM cases x WHERE x.episode_id = episode FOR UPDATE;
    IF c.id IS NOT NULL THEN
        PERFORM record_event(gen_random_uuid(), 'case.arrived', 'case', c.id, '{}');
        IF c.holder_id <> my_organisation() AND c.phase <> 'closed' AND c.holder_id = e.registered_by AND e.expected_at = my_organisation()
           AND NOT EXISTS (SELECT FROM hand_overs h WHERE h.case_id = c.id AND h.state = 'offered') THEN
            UPDATE cases x SET holder_id = my_organisation(), accountable_id = my_id(), version = x.version + 1 WHERE x.id = c.id;
            PERFORM record_event(gen_random_uuid(), 'case.came-along', 'case', c.id, jsonb_build_object('from', c.holder_id, 'to', my_organisation()));
        END IF;
    END IF;
    RETURN jsonb_build_object('said', 'confirmed');
END $$;

-- The planned return, expected at my desk and open to me, of the one person who holds one of these document numbers.
CREATE OR REPLACE FUNCTION expected_here(numbers text[]) RETURNS uuid LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    found uuid[];
BEGIN
    SELECT array_agg(DISTINCT e.id) INTO found FROM match_keys m JOIN episodes e ON e.person_id = m.person_id
    WHERE m.key = ANY (numbers) AND m.key LIKE 'document:%' AND e.standing = 'planned' AND e.expected_at = my_organisation()
      AND may('person.create') AND may_see_person(e.person_id);
    RETURN CASE WHEN cardinality(found) = 1 THEN found[1] END;
END $$;

-- True if a return open to me has a case, be it one that I may not open.
CREATE OR REPLACE FUNCTION has_case(episode uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT FROM cases c JOIN episodes e ON e.id = c.episode_id WHERE e.id = episode AND may_see_person(e.person_id));
END $$;

-- Takes back the last arrival that I confirmed on a manifest, within the shift and while nothing hangs on it. A person whom
-- the confirmation registered is removed again; a planned return is planned again; somebody who was not on the list leaves it.
-- Says 'undone', or why not: 'nothing', 'late', 'not-last', 'hangs'.
CREATE OR REPLACE FUNCTION undo_meeting(meeting uuid) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    r manifest_rows;
    e episodes;
BEGIN
    SELECT x.* INTO r FROM manifest_rows x JOIN manifests m ON m.id = x.manifest_id
    WHERE x.id = meeting AND m.desk_id = my_organisation() AND m.closed_at IS NULL FOR UPDATE OF x;
    IF r.id IS NULL OR NOT may('person.create') OR NOT may('person.change') OR r.state <> 'arrived' OR r.erased_at IS NOT NULL OR r.seen_by <> my_id() THEN
        RETURN 'nothing';
    ELSIF r.seen_at < app_now() - current_parameter('session.hours') * interval '1 hour' THEN
        RETURN 'late';
    ELSIF EXISTS (SELECT FROM manifest_rows x WHERE x.manifest_id = r.manifest_id AND x.seen_by = my_id() AND x.state = 'arrived' AND x.seen_at > r.seen_at) THEN
        RETURN 'not-last';
    END IF;
    SELECT * INTO e FROM episodes x WHERE x.id = r.episode_id FOR UPDATE;
    IF e.id IS NULL OR NOT may_change_person(e.person_id) OR e.standing <> 'returned' OR e.confirmed_by IS DISTINCT FROM my_id()
       OR EXISTS (SELECT FROM cases c WHERE c.episode_id = e.id)
       OR EXISTS (SELECT FROM labour_migrations l WHERE l.episode_id = e.id)
       OR EXISTS (SELECT FROM regularities g WHERE g.episode_id = e.id)
       OR EXISTS (SELECT FROM residence_notices n WHERE n.episode_id = e.id)
       OR EXISTS (SELECT FROM re_departures d WHERE d.episode_id = e.id)
       OR EXISTS (SELECT FROM return_rights g WHERE g.episode_id = e.id)
       OR EXISTS (SELECT FROM contact_tasks t WHERE t.episode_id = e.id)
       OR (r.made_person AND (
              e.version > 1
              OR EXISTS (SELECT FROM persons p WHERE p.id = e.person_id AND (p.version > 1 OR p.protected))
              OR EXISTS (SELECT FROM episodes x WHERE x.person_id = e.person_id AND x.id <> e.id)
              OR EXISTS (SELECT FROM person_access a WHERE a.person_id = e.person_id AND a.ground <> 'registered')
              OR EXISTS (SELECT FROM access_requests q WHERE q.person_id = e.person_id)
              OR EXISTS (SELECT FROM addresses a WHERE a.person_id = e.person_id)
              OR EXISTS (SELECT FROM household_members h WHERE h.person_id = e.person_id)
              OR EXISTS (SELECT FROM poverty_statuses s WHERE s.person_id = e.person_id)
              OR EXISTS (SELECT FROM family_links l WHERE e.person_id IN (l.family_id, l.worker_id))
              OR EXISTS (SELECT FROM merges g WHERE e.person_id IN (g.winner_id, g.loser_id))
              OR EXISTS (SELECT FROM duplicate_decisions x JOIN duplicate_suspicions d ON d.id = x.suspicion_id WHERE e.person_id IN (d.person_a, d.person_b))
              OR EXISTS (SELECT FROM contract_links l WHERE l.person_id = e.person_id AND l.by_hand)
              OR (SELECT count(*) FROM identity_documents d WHERE d.person_id = e.person_id) > 1
              OR (SELECT count(*) FROM contact_points c WHERE c.person_id = e.person_id) > 1)) THEN
        RETURN 'hangs';
    END IF;
    UPDATE manifest_rows x SET state = 'expected', seen_at = NULL, seen_by = NULL, made_person = false, version = x.version + 1,
        episode_id = CASE WHEN r.made_person THEN NULL ELSE x.episode_id END WHERE x.id = r.id;
    IF r.made_person THEN
        DELETE FROM persons p WHERE p.id = e.person_id;
    ELSE
        UPDATE episodes x SET standing = CASE e.arrival WHEN 'arrived' THEN 'planned' ELSE 'undecided' END,
            arrival = CASE e.arrival WHEN 'arrived' THEN 'expected' END, entered_on = NULL, entered_precision = NULL,
            confirmed_by = NULL, confirmed_at = NULL, version = x.version + 1 WHERE x.id = e.id;
        PERFORM record_event(gen_random_uuid(), 'episode.arrival-undone', 'person', e.person_id, '{}');
    END IF;
    IF NOT r.announced THEN
        DELETE FROM manifest_rows x WHERE x.id = r.id;
    END IF;
    PERFORM record_event(gen_random_uuid(), 'manifest.meeting-undone', 'manifest', r.manifest_id, jsonb_build_object('number', r.number));
    RETURN 'undone';
EXCEPTION WHEN foreign_key_violation THEN
    RETURN 'hangs';
END $$;

-- The case that a code names, be it the case's own or that of a slip; nothing of a protected person but to their named staff.
CREATE OR REPLACE FUNCTION case_with_code(typed text) RETURNS TABLE (case_id uuid, code text, mine boolean, lost boolean) LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT may('case.read') THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT c.id, c.code, may_see_case(c.id), bool_or(f.lost)
        FROM (SELECT x.id, false AS lost FROM cases x WHERE x.code = typed
              UNION ALL SELECT s.case_id, s.ended_at IS NOT NULL FROM slips s WHERE s.code = typed AND s.case_id IS NOT NULL) f
        JOIN cases c ON c.id = f.id JOIN episodes e ON e.id = c.episode_id JOIN persons p ON p.id = e.person_id
        WHERE (NOT p.protected OR p.id IN (SELECT my_protected())) AND p.id NOT IN (SELECT my_exclusions())
        GROUP BY c.id, c.code LIMIT 1;
END $$;

-- The same for somebody who typed the code. That it led to a case not theirs to open is a search that found somebody.
CREATE OR REPLACE FUNCTION look_up_case(typed text) RETURNS TABLE (code text, mine boolean) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    others uuid[];
BEGIN
    others := ARRAY(SELECT e.person_id FROM case_with_code(typed) f JOIN cases c ON c.id = f.case_id JOIN episodes e ON e.id = c.episode_id WHERE NOT f.mine);
    IF cardinality(others) > 0 THEN
        PERFORM note_access('search', 'persons', others, 'search');
    END IF;
    RETURN QUERY SELECT f.code, f.mine FROM case_with_code(typed) f;
END $$;

-- Binds a pre-printed code to a case that I hold; a code bound before is put out of use for the public, not for staff.
-- Says 'bound', 'unknown' (not one of my office's), or 'taken'.
CREATE OR REPLACE FUNCTION bind_slip(typed text, wanted uuid) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    s slips;
BEGIN
    IF NOT i_hold(wanted) THEN
        RETURN 'unknown';
    END IF;
    SELECT x.* INTO s FROM slips x JOIN slip_batches b ON b.id = x.batch_id
    WHERE x.code = typed AND b.organisation_id = my_organisation() FOR UPDATE OF x;
    IF s.id IS NULL THEN
        RETURN 'unknown';
    ELSIF s.case_id = wanted AND s.ended_at IS NULL THEN
        RETURN 'bound';
    ELSIF s.case_id IS NOT NULL THEN
        RETURN 'taken';
    END IF;
    UPDATE slips x SET ended_at = app_now() WHERE x.case_id = wanted AND x.ended_at IS NULL;
    UPDATE slips x SET case_id = wanted, bound_at = app_now(), bound_by = my_id() WHERE x.id = s.id;
    PERFORM record_event(gen_random_uuid(), 'case.slip', 'case', wanted, '{}');
    RETURN 'bound';
END $$;

-- True if an offer of this case must name a person (practice 21).
CREATE OR REPLACE FUNCTION is_protected_case(wanted uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN i_hold(wanted) AND EXISTS (SELECT FROM cases c JOIN episodes e ON e.id = c.episode_id JOIN persons p ON p.id = e.person_id WHERE c.id = wanted AND p.protected);
END $$;

-- A case worker of another office, by the address that whoever asks must know already.
CREATE OR REPLACE FUNCTION case_worker(mail text, office uuid) RETURNS uuid LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN (SELECT u.id FROM users u WHERE may('case.change') AND u.email = lower(mail) AND u.organisation_id = office AND u.ended_at IS NULL
            AND EXISTS (SELECT FROM user_roles r JOIN role_permissions p ON p.role = r.role WHERE r.user_id = u.id AND p.permission = 'case.change'));
END $$;

-- What the office asked may know before it accepts: enough to say yes or no, no name and no way to reach anybody.
CREATE OR REPLACE FUNCTION hand_over_preview(hand_over uuid) RETURNS jsonb LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN (
        SELECT jsonb_build_object('person', p.id, 'code', c.code, 'sex', p.sex, 'born', date_part('year', p.birth_date)::integer, 'previous_country', e.previous_country,
            'standing', e.standing, 'entered_on', e.entered_on, 'expected_on', e.expected_on, 'language', p.language,
            'province', (SELECT a.province_code FROM addresses a WHERE a.person_id = p.id AND a.kind = 'home' AND a.withdrawn_at IS NULL ORDER BY a.id DESC LIMIT 1),
            'services', coalesce((SELECT jsonb_agg(DISTINCT s.kind) FROM services s WHERE s.case_id = c.id AND s.kind NOT IN ('psychosocial', 'family-counselling', 'peer-group') AND s.state IN ('planned', 'under-way')), '[]'),
            'offered_by', (SELECT u.name FROM users u WHERE u.id = h.offered_by))
        FROM hand_overs h JOIN cases c ON c.id = h.case_id JOIN episodes e ON e.id = c.episode_id JOIN persons p ON p.id = e.person_id
        WHERE h.id = hand_over AND may('case.read') AND p.id NOT IN (SELECT my_exclusions()) AND (h.from_id = my_organisation()
            OR (h.to_id = my_organisation() AND (h.to_user_id IS NULL OR h.to_user_id = my_id()))
            OR (h.silence >= 2 AND h.to_user_id IS NULL AND h.province_id = my_organisation() AND may('silence.follow'))));
END $$;

-- The codes of the cases on a list of hand-overs; who sees a line, the policy `sides` says too. Of somebody under
-- protection for their named staff, and for whom they were offered to.
CREATE OR REPLACE FUNCTION hand_over_codes(listed uuid[]) RETURNS TABLE (hand_over uuid, code text) LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT may('case.read') THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT h.id, c.code FROM hand_overs h JOIN cases c ON c.id = h.case_id JOIN episodes e ON e.id = c.episode_id JOIN persons p ON p.id = e.person_id
        WHERE h.id = ANY (listed)
          AND (h.from_id = my_organisation() OR (h.to_id = my_organisation() AND (h.to_user_id IS NULL OR h.to_user_id = my_id()))
               OR (h.silence >= 2 AND h.to_user_id IS NULL AND h.province_id = my_organisation() AND may('silence.follow'))
               OR (h.silence >= 3 AND follows_all_silence()))
          AND (NOT p.protected OR h.to_user_id = my_id() OR p.id IN (SELECT my_protected())) AND p.id NOT IN (SELECT my_exclusions());
END $$;

-- Whoever asks for a case with its code in hand: the returnee stands before them.
CREATE OR REPLACE FUNCTION request_case(hand_over uuid, typed text, why text, answer_by timestamptz) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    c cases;
BEGIN
    IF NOT may('case.change') THEN
        RETURN false;
    END IF;
    SELECT x.* INTO c FROM case_with_code(typed) f JOIN cases x ON x.id = f.case_id WHERE NOT f.mine;
    IF c.id IS NULL OR c.phase = 'closed' THEN
        RETURN false;
    END IF;
    INSERT INTO hand_overs (id, case_id, kind, state, from_id, to_id, note, urgency, offered_by, reply_by)
    VALUES (hand_over, c.id, 'request', 'offered', c.holder_id, my_organisation(), why, c.urgency, my_id(), answer_by)
    ON CONFLICT (case_id) WHERE state = 'offered' DO NOTHING;
    RETURN true;
END $$;

-- Answers a hand-over: 'accept', 'decline' or 'revoke'. Says 'done', 'before' when somebody answered first, or 'nothing'.
-- Acceptance moves the case: holder and accountable person change together, in one statement.
CREATE OR REPLACE FUNCTION answer_hand_over(hand_over uuid, answer text, why text) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    h hand_overs;
    mine boolean;
    addressed boolean;
    new_holder uuid;
    new_person uuid;
BEGIN
    SELECT * INTO h FROM hand_overs x WHERE x.id = hand_over FOR UPDATE;
    IF h.id IS NULL OR NOT may('case.change') THEN
        RETURN 'nothing';
    END IF;
    -- An offer is answered by whom it was made to, a request by whoever holds the case.
    mine := CASE h.kind WHEN 'transfer' THEN h.from_id ELSE h.to_id END = my_organisation();
    addressed := CASE h.kind
        WHEN 'transfer' THEN (h.to_id = my_organisation() AND (h.to_user_id IS NULL OR h.to_user_id = my_id()))
            OR (h.silence >= 2 AND h.to_user_id IS NULL AND h.province_id = my_organisation() AND may('silence.follow'))
        ELSE h.from_id = my_organisation() END;
    IF (SELECT e.person_id FROM cases c JOIN episodes e ON e.id = c.episode_id WHERE c.id = h.case_id) IN (SELECT my_exclusions())
       -- Whoever asked for the case may be excluded since.
       OR (h.kind = 'request' AND answer = 'accept' AND case_excludes(h.case_id, h.to_id, h.offered_by))
       OR (answer = 'revoke' AND NOT mine) OR (answer <> 'revoke' AND NOT addressed)
       -- Whoever gives a case away holds it and may open its person, also where that is protected since.
       OR (h.kind = 'request' AND answer <> 'revoke' AND h.state = 'offered' AND NOT i_hold(h.case_id))
       OR (h.kind = 'transfer' AND answer = 'revoke' AND h.state = 'offered' AND NOT i_hold(h.case_id)) THEN
        RETURN 'nothing';
    END IF;
    IF h.state <> 'offered' THEN
        RETURN 'before';
    END IF;
    UPDATE hand_overs x SET state = CASE answer WHEN 'accept' THEN 'accepted' WHEN 'decline' THEN 'declined' ELSE 'revoked' END,
        answered_at = app_now(), answered_by = my_id(), reason = why WHERE x.id = hand_over;
    IF answer = 'accept' THEN
        new_holder := CASE h.kind WHEN 'transfer' THEN my_organisation() ELSE h.to_id END;
        new_person := CASE h.kind WHEN 'transfer' THEN my_id() ELSE h.offered_by END;
        UPDATE cases c SET holder_id = new_holder, accountable_id = new_person, version = c.version + 1 WHERE c.id = h.case_id;
        -- A protected person's new helper joins the named staff: the returnee chose them.
        INSERT INTO protection_staff (id, protection_id, user_id)
        SELECT gen_random_uuid(), t.id, new_person FROM cases c JOIN episodes e ON e.id = c.episode_id JOIN protections t ON t.person_id = e.person_id AND t.ended_at IS NULL
        WHERE c.id = h.case_id ON CONFLICT DO NOTHING;
        UPDATE shares s SET given_by = new_holder WHERE s.case_id = h.case_id AND s.organisation_id <> new_holder;
    END IF;
    PERFORM record_event(gen_random_uuid(), 'case.hand-over-' || CASE answer WHEN 'accept' THEN 'accepted' WHEN 'decline' THEN 'declined' ELSE 'revoked' END,
        'case', h.case_id, jsonb_build_object('from', h.from_id, 'to', CASE WHEN answer = 'accept' THEN coalesce(new_holder, h.to_id) ELSE h.to_id END));
    RETURN 'done';
END $$;

-- Takes a silent hand-over one step up: the office is reminded, then the province's supervisors have it, then DOLAB.
-- Says whom to write to. Run by the worker as the officer who offered; a step taken before is not taken again.
CREATE OR REPLACE FUNCTION move_up_hand_over(hand_over uuid, step integer) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    h hand_overs;
    above uuid;
BEGIN
    SELECT * INTO h FROM hand_overs x WHERE x.id = hand_over AND x.state = 'offered' AND x.offered_by = my_id() FOR UPDATE;
    IF h.id IS NULL OR h.silence >= step THEN
        RETURN NULL;
    END IF;
    above := CASE WHEN h.kind = 'transfer' THEN (
        SELECT p.id FROM organisations o JOIN organisations p ON p.kind = 'province' AND p.province_code = o.province_code AND p.ended_at IS NULL
        WHERE o.id = h.to_id AND p.id <> h.to_id ORDER BY p.id LIMIT 1) END;
    UPDATE hand_overs x SET silence = step, province_id = coalesce(x.province_id, CASE WHEN step >= 2 THEN above END) WHERE x.id = hand_over;
    PERFORM record_event(gen_random_uuid(), 'case.hand-over-silent', 'case', h.case_id, jsonb_build_object('step', step));
    RETURN (
        SELECT coalesce(jsonb_agg(jsonb_build_object('email', w.email, 'language', w.language)), '[]')
        FROM (SELECT DISTINCT u.email, u.language FROM users u
              JOIN user_roles r ON r.user_id = u.id JOIN role_permissions p ON p.role = r.role
              JOIN organisations o ON o.id = u.organisation_id
              WHERE u.ended_at IS NULL AND CASE
                  WHEN h.to_user_id IS NOT NULL AND h.kind = 'transfer' THEN u.id = h.to_user_id AND p.permission = 'case.change'
                  WHEN step = 1 THEN u.organisation_id = CASE h.kind WHEN 'transfer' THEN h.to_id ELSE h.from_id END AND p.permission = 'case.change'
                  WHEN step = 2 THEN u.organisation_id = coalesce(above, CASE h.kind WHEN 'transfer' THEN h.to_id ELSE h.from_id END) AND p.permission = 'silence.follow'
                  ELSE o.kind = 'dolab' AND p.permission = 'silence.follow' END
              ORDER BY u.email LIMIT 20) w);
END $$;

-- What a person's row said at a version that the caller once had before them, for the page that shows a conflict.
CREATE OR REPLACE FUNCTION person_at(person uuid, at_version integer) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT v.row FROM row_versions v WHERE may_see_person(person) AND v.table_name = 'persons' AND v.row_id = person AND v.version = at_version
$$;

-- A return, and the migration behind it, as they were at an earlier version.
CREATE OR REPLACE FUNCTION return_at(wanted uuid, at_version integer) RETURNS SETOF episodes LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT r.* FROM row_versions v, jsonb_populate_record(NULL::episodes, v.row) r
    WHERE v.table_name = 'episodes' AND v.row_id = wanted AND v.version = at_version
        AND may_see_person((SELECT e.person_id FROM episodes e WHERE e.id = wanted))
$$;

CREATE OR REPLACE FUNCTION migration_at(episode uuid, at_version integer) RETURNS SETOF labour_migrations LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT r.* FROM labour_migrations m JOIN row_versions v ON v.table_name = 'labour_migrations' AND v.row_id = m.id AND v.version = at_version,
        jsonb_populate_record(NULL::labour_migrations, v.row) r
    WHERE m.episode_id = episode AND may_see_person((SELECT e.person_id FROM episodes e WHERE e.id = episode))
$$;

-- Sweeps what has served its time; run by the worker once a day.
CREATE OR REPLACE FUNCTION sweep() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT is_service('worker') THEN
        RAISE EXCEPTION 'not allowed';
    END IF;
    DELETE FROM submissions s WHERE s.at < app_now() - current_parameter('submissions.days') * interval '1 day';
    DELETE FROM sign_in_attempts a WHERE a.at < app_now() - current_parameter('sign-in.keep-days') * interval '1 day';
    DELETE FROM known_devices d WHERE d.seen_at < app_now() - current_parameter('device.keep-days') * interval '1 day';
    DELETE FROM sessions s WHERE s.created_at < app_now() - current_parameter('session.keep-days') * interval '1 day';
    DELETE FROM drafts d WHERE d.saved_at < app_now() - current_parameter('draft.hours') * interval '1 hour';
    DELETE FROM invitations i WHERE i.ends_at < app_now() - current_parameter('session.keep-days') * interval '1 day';
    DELETE FROM jobs j WHERE j.done_at < app_now() - current_parameter('job.keep-days') * interval '1 day';
    -- An import goes with the days of its manifest, whatever became of it.
    DELETE FROM imports i WHERE i.expires_on < (app_now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date;
    DELETE FROM mails m WHERE m.sent_at < app_now() - current_parameter('job.keep-days') * interval '1 day';
    -- Of a manifest that expired only what is counted is left: number, announced or not, what came of it.
    UPDATE manifest_rows r SET erased_at = app_now(), version = r.version + 1, name = NULL, sex = NULL, birth_date = NULL, birth_precision = NULL,
        document_kind = NULL, document_country = NULL, number_sealed = NULL, number_index = NULL, number_key = NULL, phone = NULL,
        episode_id = NULL, looked_for_at = NULL, looked_for_by = NULL
    FROM manifests m WHERE m.id = r.manifest_id AND r.erased_at IS NULL AND m.expires_on < (app_now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date;
END $$;

------------------------------------------------------------------------------------------------ two records of one person

-- What a record is now: itself, or what it was merged into.
CREATE OR REPLACE FUNCTION living(person uuid) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(p.merged_into, p.id) FROM persons p WHERE p.id = person
$$;

-- The record that an old code leads to.
CREATE OR REPLACE FUNCTION record_of_code(old_code text) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT p.merged_into FROM persons p WHERE p.code = old_code AND may_see_person(p.merged_into)
$$;

-- DOLAB's supervisors decide what lies between two offices.
CREATE OR REPLACE FUNCTION decides_all_pairs() RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN may('duplicates.decide') AND EXISTS (SELECT FROM organisations o WHERE o.id = my_organisation() AND o.kind = 'dolab' AND o.ended_at IS NULL);
END $$;

-- Who may decide of two people whether they are one, merge them and take them apart. Of people under protection only the
-- staff named, whatever their role; access::decides says the same, and a property test compares them.
CREATE OR REPLACE FUNCTION may_decide_pair(person_a uuid, person_b uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    a persons;
    b persons;
BEGIN
    SELECT p.* INTO a FROM persons p WHERE p.id = living(person_a);
    SELECT p.* INTO b FROM persons p WHERE p.id = living(person_b);
    IF a.id IS NULL OR b.id IS NULL OR a.id IN (SELECT my_exclusions()) OR b.id IN (SELECT my_exclusions()) THEN
        RETURN false;
    ELSIF a.protected OR b.protected THEN
        RETURN may('person.change') AND (NOT a.protected OR a.id IN (SELECT my_protected())) AND (NOT b.protected OR b.id IN (SELECT my_protected()));
    END IF;
    RETURN may('duplicates.decide') AND (decides_all_pairs() OR (may_change_person(a.id) AND may_change_person(b.id)));
END $$;

-- Suspects that two records are one person, or brings the score of a suspicion up to date, with the number of the model that made it. What was decided stays decided;
-- only where nobody could tell it is asked again, if the score has clearly risen.
CREATE OR REPLACE FUNCTION suspect(person_a uuid, person_b uuid, probability double precision, reasons jsonb, model integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    a uuid := least(living(suspect.person_a), living(suspect.person_b));
    b uuid := greatest(living(suspect.person_a), living(suspect.person_b));
    pair uuid;
BEGIN
    IF NOT is_service('worker') AND NOT ((may('person.create') OR may('person.change')) AND (may_see_person(a) OR may_see_person(b))) THEN
        RAISE EXCEPTION 'not allowed';
    END IF;
    IF a IS NULL OR b IS NULL OR a = b THEN
        RETURN;
    END IF;
    INSERT INTO duplicate_suspicions AS d (id, person_a, person_b, reason, probability, reasons, model)
    VALUES (gen_random_uuid(), a, b, 'match', suspect.probability, coalesce(suspect.reasons, '[]'), suspect.model)
    ON CONFLICT (person_a, person_b) DO UPDATE SET probability = EXCLUDED.probability, reasons = EXCLUDED.reasons, model = EXCLUDED.model
    WHERE (d.probability, d.reasons, d.model) IS DISTINCT FROM (EXCLUDED.probability, EXCLUDED.reasons, EXCLUDED.model)
      AND NOT EXISTS (SELECT FROM duplicate_decisions x WHERE x.suspicion_id = d.id AND x.ended_at IS NULL AND x.decision <> 'cannot-tell')
    RETURNING d.id INTO pair;
    UPDATE duplicate_decisions x SET ended_at = app_now(), ended_because = 'new-evidence'
    WHERE x.suspicion_id = pair AND x.ended_at IS NULL AND x.decision = 'cannot-tell'
      AND suspect.probability >= coalesce(x.probability, 0) + current_parameter('duplicates.reopen-points') / 100.0;
END $$;

-- One of [person::FACTS] as text; a birth date without its precision.
CREATE OR REPLACE FUNCTION fact_value(p persons, fact text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE fact WHEN 'birth' THEN p.birth_date::text ELSE to_jsonb(p) ->> fact END
$$;

-- How well a record knows a fact: its level, then how precise it is, then when it was recorded.
CREATE OR REPLACE FUNCTION fact_rank(p persons, wanted text) RETURNS numeric[] LANGUAGE sql STABLE AS $$
    SELECT ARRAY[
        CASE WHEN fact_value(p, wanted) IS NOT NULL THEN coalesce(array_position(ARRAY['stated', 'documented', 'verified'], f.level), 1) + 1
             WHEN f.absence IS NOT NULL THEN 1 ELSE 0 END,
        -- A name with its middle and its marks says more than one without.
        CASE wanted WHEN 'birth' THEN coalesce(array_position(ARRAY['year', 'month', 'day'], p.birth_precision), 0)
                    WHEN 'name' THEN 1000 * cardinality(string_to_array(p.name, ' ')) + octet_length(p.name) - length(p.name) ELSE 0 END,
        extract(epoch FROM coalesce(f.recorded_at, p.registered_at))]
    FROM (SELECT) one LEFT JOIN person_facts f ON f.person_id = p.id AND f.fact = wanted
$$;

-- One record of a pair as whoever decides may see it: identity facts with numbers and phones that are masked or sealed. The
-- rest of the facts only for whoever may open both. Cases, returns and offices never.
CREATE OR REPLACE FUNCTION side_of_pair(person uuid, other uuid, whole boolean) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT jsonb_build_object('id', p.id, 'code', p.code, 'name', p.name, 'registered_at', p.registered_at, 'version', p.version,
        'protected', p.protected, 'named', p.id IN (SELECT my_protected()), 'sees', may_see_person(p.id), 'changes', may_change_person(p.id),
        'facts', (SELECT jsonb_agg(jsonb_build_object('fact', w.fact, 'value', fact_value(p, w.fact), 'precision', CASE w.fact WHEN 'birth' THEN p.birth_precision END,
                      'absence', f.absence, 'level', f.level, 'said_by', f.said_by, 'at', coalesce(f.recorded_at, p.registered_at),
                      'better', fact_rank(p, w.fact) > fact_rank(o, w.fact)) ORDER BY w.place)
                  FROM unnest(ARRAY['name', 'sex', 'birth', 'ethnic_group', 'marital_status', 'education_level', 'qualification', 'language', 'interpreter', 'reads_vietnamese'])
                       WITH ORDINALITY AS w (fact, place)
                  LEFT JOIN person_facts f ON f.person_id = p.id AND f.fact = w.fact WHERE whole OR w.place <= 3),
        'documents', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', d.id, 'kind', d.kind, 'country', d.country, 'level', d.level, 'sealed', encode(d.number_sealed, 'hex')) ORDER BY d.id), '[]')
                      FROM identity_documents d WHERE d.person_id = p.id AND d.withdrawn_at IS NULL),
        'phones', (SELECT coalesce(jsonb_agg(DISTINCT jsonb_build_object('masked', repeat('•', greatest(length(c.value) - 3, 0)) || right(c.value, 3),
                       'shared', EXISTS (SELECT FROM contact_points k WHERE k.person_id = other AND k.kind IN ('phone', 'zalo') AND k.value = c.value AND k.withdrawn_at IS NULL))), '[]')
                   FROM contact_points c WHERE c.person_id = p.id AND c.kind IN ('phone', 'zalo') AND c.withdrawn_at IS NULL),
        'provinces', (SELECT coalesce(jsonb_agg(DISTINCT a.province_code), '[]') FROM addresses a
                      WHERE a.person_id = p.id AND a.kind = 'home' AND a.withdrawn_at IS NULL AND a.province_code IS NOT NULL))
    FROM persons p JOIN persons o ON o.id = other WHERE p.id = person
$$;

-- A pair side by side, for whoever may decide of it; the record that would be kept comes first: the one registered earlier.
CREATE OR REPLACE FUNCTION pair_to_decide(pair uuid) RETURNS jsonb LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    d duplicate_suspicions;
    kept uuid;
    other uuid;
    whole boolean;
BEGIN
    SELECT x.* INTO d FROM duplicate_suspicions x WHERE x.id = pair;
    IF d.id IS NULL OR NOT may_decide_pair(d.person_a, d.person_b) THEN
        RETURN NULL;
    END IF;
    IF EXISTS (SELECT FROM merges m WHERE m.suspicion_id = pair AND m.undone_at IS NULL) THEN
        RETURN (SELECT jsonb_build_object('merge', m.id) FROM merges m WHERE m.suspicion_id = pair AND m.undone_at IS NULL);
    ELSIF living(d.person_a) <> d.person_a OR living(d.person_b) <> d.person_b THEN
        RETURN NULL;
    END IF;
    SELECT p.id INTO kept FROM persons p WHERE p.id IN (d.person_a, d.person_b) ORDER BY p.registered_at, p.id LIMIT 1;
    other := CASE kept WHEN d.person_a THEN d.person_b ELSE d.person_a END;
    whole := may_see_person(d.person_a) AND may_see_person(d.person_b);
    RETURN jsonb_build_object('id', d.id, 'reason', d.reason, 'probability', d.probability, 'reasons', d.reasons, 'model', d.model, 'found_at', d.found_at, 'whole', whole,
        'a', side_of_pair(kept, other, whole), 'b', side_of_pair(other, kept, whole),
        'decision', (SELECT jsonb_build_object('decision', x.decision, 'note', x.note, 'at', x.decided_at, 'organisation', o.name,
                         'by', CASE WHEN o.id = my_organisation() THEN u.name END)
                     FROM duplicate_decisions x JOIN users u ON u.id = x.decided_by JOIN organisations o ON o.id = u.organisation_id
                     WHERE x.suspicion_id = pair AND x.ended_at IS NULL),
        'warnings', to_jsonb(ARRAY(
            SELECT w.key FROM (VALUES
                ('merge-warning-planned', whole AND (SELECT count(DISTINCT e.person_id) FROM episodes e WHERE e.person_id IN (kept, other) AND e.standing = 'planned') = 2),
                ('merge-warning-cases', whole AND (SELECT count(DISTINCT e.person_id) FROM cases c JOIN episodes e ON e.id = c.episode_id
                                                   WHERE e.person_id IN (kept, other) AND c.phase <> 'closed') = 2),
                ('merge-warning-protected', (SELECT bool_or(p.protected) AND NOT bool_and(p.protected) FROM persons p WHERE p.id IN (kept, other)))) w (key, holds)
            WHERE w.holds)));
END $$;

-- The pairs that I may decide of, best score first: those that wait, or those that were decided. `after` is the last pair
-- of the page before. Who shares a number and was not compared yet stands at the top.
CREATE OR REPLACE FUNCTION pairs_to_decide(decided boolean, after uuid, most integer) RETURNS jsonb LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    below double precision;
    ids uuid[];
BEGIN
    IF NOT may('person.change') THEN
        RAISE EXCEPTION 'not allowed';
    END IF;
    SELECT coalesce(d.probability, 1) INTO below FROM duplicate_suspicions d WHERE d.id = after;
    IF decides_all_pairs() THEN
        ids := ARRAY(
            SELECT d.id FROM duplicate_suspicions d
            JOIN persons a ON a.id = d.person_a JOIN persons b ON b.id = d.person_b
            LEFT JOIN duplicate_decisions x ON x.suspicion_id = d.id AND x.ended_at IS NULL
            LEFT JOIN merges m ON m.suspicion_id = d.id AND m.undone_at IS NULL
            WHERE (below IS NULL OR (coalesce(d.probability, 1), d.id) < (below, after)) AND NOT a.protected AND NOT b.protected
              AND living(d.person_a) NOT IN (SELECT my_exclusions()) AND living(d.person_b) NOT IN (SELECT my_exclusions())
              AND (m.id IS NOT NULL OR (a.merged_into IS NULL AND b.merged_into IS NULL))
              AND decided = (m.id IS NOT NULL OR coalesce(x.decision, 'same') <> 'same')
            ORDER BY coalesce(d.probability, 1) DESC, d.id DESC LIMIT most);
    END IF;
    -- My office's people, and those in whose protection I am named.
    ids := ids || ARRAY(
        SELECT d.id
        FROM (SELECT x.* FROM person_access g JOIN duplicate_suspicions x ON x.person_a = g.person_id WHERE g.organisation_id = my_organisation() AND may('duplicates.decide')
              UNION SELECT x.* FROM my_protected() p JOIN duplicate_suspicions x ON p IN (x.person_a, x.person_b)
              UNION SELECT x.* FROM merges m JOIN duplicate_suspicions x ON x.id = m.suspicion_id
                    WHERE m.undone_at IS NULL AND (m.winner_id IN (SELECT g.person_id FROM person_access g WHERE g.organisation_id = my_organisation())
                                                   OR m.winner_id IN (SELECT my_protected()))) d
        JOIN persons a ON a.id = d.person_a JOIN persons b ON b.id = d.person_b
        LEFT JOIN duplicate_decisions x ON x.suspicion_id = d.id AND x.ended_at IS NULL
        LEFT JOIN merges m ON m.suspicion_id = d.id AND m.undone_at IS NULL
        WHERE (below IS NULL OR (coalesce(d.probability, 1), d.id) < (below, after))
          AND (m.id IS NOT NULL OR (a.merged_into IS NULL AND b.merged_into IS NULL))
          AND decided = (m.id IS NOT NULL OR coalesce(x.decision, 'same') <> 'same') AND may_decide_pair(d.person_a, d.person_b)
        ORDER BY coalesce(d.probability, 1) DESC, d.id DESC LIMIT most);
    RETURN (
        SELECT coalesce(jsonb_agg(jsonb_build_object('id', d.id, 'reason', d.reason, 'probability', d.probability, 'reasons', d.reasons, 'found_at', d.found_at,
            'decision', x.decision, 'merged', m.id IS NOT NULL, 'people', (
                SELECT jsonb_agg(jsonb_build_object('id', p.id, 'name', p.name, 'sex', p.sex, 'year', date_part('year', p.birth_date)::integer) ORDER BY p.registered_at, p.id)
                FROM persons p WHERE p.id IN (d.person_a, d.person_b))) ORDER BY d.place), '[]')
        FROM (SELECT s.*, row_number() OVER (ORDER BY coalesce(s.probability, 1) DESC, s.id DESC) AS place FROM duplicate_suspicions s WHERE s.id = ANY (ids)
              ORDER BY place LIMIT most) d
        LEFT JOIN duplicate_decisions x ON x.suspicion_id = d.id AND x.ended_at IS NULL
        LEFT JOIN merges m ON m.suspicion_id = d.id AND m.undone_at IS NULL);
END $$;

-- What the page of a person says of others: who it may be too, and what was merged into it.
CREATE OR REPLACE FUNCTION kin_of(person uuid) RETURNS jsonb LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT may_see_person(person) THEN
        RETURN NULL;
    END IF;
    RETURN jsonb_build_object(
        'pairs', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', d.id, 'number', d.reason = 'same-number', 'code', CASE WHEN d.sees THEN d.code END, 'decides', d.decides)), '[]') FROM (
            SELECT s.id, s.reason, o.code, may_see_person(o.id) AS sees, may_decide_pair(s.person_a, s.person_b) AS decides
            FROM duplicate_suspicions s JOIN persons o ON o.id = CASE person WHEN s.person_a THEN s.person_b ELSE s.person_a END
            WHERE person IN (s.person_a, s.person_b) AND o.merged_into IS NULL
              AND NOT EXISTS (SELECT FROM duplicate_decisions x WHERE x.suspicion_id = s.id AND x.ended_at IS NULL AND x.decision = 'different')
            ORDER BY coalesce(s.probability, 1) DESC, s.id DESC LIMIT 20) d WHERE d.sees OR d.decides),
        'merges', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', m.id, 'code', l.code, 'name', l.name, 'at', m.merged_at, 'organisation', o.name,
                              'by', CASE WHEN o.id = my_organisation() THEN u.name END, 'decides', may_decide_pair(m.winner_id, m.loser_id)) ORDER BY m.merged_at DESC), '[]')
                   FROM merges m JOIN persons l ON l.id = m.loser_id JOIN users u ON u.id = m.merged_by JOIN organisations o ON o.id = m.organisation_id
                   WHERE l.merged_into = person AND m.undone_at IS NULL));
END $$;

-- Decides of a pair. Says 'done', 'before' where something else was decided already, or 'nothing'.
CREATE OR REPLACE FUNCTION decide_pair(new_id uuid, pair uuid, what text, why text) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    d duplicate_suspicions;
BEGIN
    SELECT x.* INTO d FROM duplicate_suspicions x WHERE x.id = pair FOR UPDATE;
    IF d.id IS NULL OR NOT may_decide_pair(d.person_a, d.person_b) OR living(d.person_a) <> d.person_a OR living(d.person_b) <> d.person_b THEN
        RETURN 'nothing';
    ELSIF EXISTS (SELECT FROM duplicate_decisions x WHERE x.suspicion_id = pair AND x.ended_at IS NULL) THEN
        RETURN 'before';
    END IF;
    INSERT INTO duplicate_decisions (id, suspicion_id, decision, note, probability, decided_by) VALUES (new_id, pair, what, why, d.probability, my_id());
    RETURN 'done';
END $$;

-- Takes a decision back: the pair waits again. A merge is undone, not taken back.
CREATE OR REPLACE FUNCTION take_back_decision(pair uuid) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    d duplicate_suspicions;
BEGIN
    SELECT x.* INTO d FROM duplicate_suspicions x WHERE x.id = pair FOR UPDATE;
    IF d.id IS NULL OR NOT may_decide_pair(d.person_a, d.person_b) OR living(d.person_a) = living(d.person_b) THEN
        RETURN 'nothing';
    END IF;
    UPDATE duplicate_decisions x SET ended_at = app_now(), ended_by = my_id(), ended_because = 'taken-back' WHERE x.suspicion_id = pair AND x.ended_at IS NULL;
    RETURN CASE WHEN FOUND THEN 'done' ELSE 'before' END;
END $$;

-- Every foreign key to a person whose rows a merge re-points: all there are, but for what describes the record itself
-- (person_facts), what is re-made (match_keys, key_versions), pairs, which have two ends, and merges, which remember both.
CREATE OR REPLACE FUNCTION person_references() RETURNS TABLE (table_name text, column_name text) LANGUAGE sql STABLE AS $$
    SELECT t.relname::text, a.attname::text
    FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
    WHERE c.contype = 'f' AND c.confrelid = 'public.persons'::regclass AND c.conparentid = 0
      AND t.relname NOT IN ('person_facts', 'match_keys', 'key_versions', 'duplicate_suspicions', 'merges')
    ORDER BY 1, 2
$$;

-- The columns of a table's primary key but for one, and the SQL that makes them the key of a row called `t`.
CREATE OR REPLACE FUNCTION key_columns(of_table text, except_column text) RETURNS text[] LANGUAGE sql STABLE AS $$
    SELECT array_agg(a.attname::text ORDER BY a.attnum) FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
    WHERE i.indrelid = format('public.%I', of_table)::regclass AND i.indisprimary AND a.attname <> except_column
$$;
CREATE OR REPLACE FUNCTION key_of(of_table text, except_column text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT 'jsonb_build_object(' || string_agg(format('%L, t.%I', k, k), ', ') || ')' FROM unnest(key_columns(of_table, except_column)) k
$$;
-- The condition that finds the row `t` again by a key that is the parameter $1.
CREATE OR REPLACE FUNCTION found_by_key(of_table text, except_column text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT string_agg(format('t.%I = (SELECT k.%I FROM jsonb_populate_record(NULL::%I, $1) k)', k, k, of_table), ' AND ') FROM unnest(key_columns(of_table, except_column)) k
$$;

CREATE OR REPLACE FUNCTION note_merge(merge uuid, what text, of_table text, of_column text, of_row jsonb, was jsonb, is_now jsonb) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO merge_rows (merge_id, place, act, table_name, column_name, row_key, before, after)
    SELECT merge, coalesce(max(r.place), 0) + 1, what, of_table, of_column, of_row, was, is_now FROM merge_rows r WHERE r.merge_id = merge
$$;

-- Takes over one fact, its value and what is said of it; both come back together.
CREATE OR REPLACE FUNCTION merge_fact(merge uuid, w persons, l persons, taken text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    columns text[] := CASE taken WHEN 'name' THEN ARRAY['name', 'family_key', 'given_key'] WHEN 'birth' THEN ARRAY['birth_date', 'birth_precision'] ELSE ARRAY[taken] END;
    was jsonb := (SELECT jsonb_object_agg(c, to_jsonb(w) -> c) FROM unnest(columns) c);
    becomes jsonb := (SELECT jsonb_object_agg(c, to_jsonb(l) -> c) FROM unnest(columns) c);
    said_before jsonb := (SELECT to_jsonb(f) FROM person_facts f WHERE f.person_id = w.id AND f.fact = taken);
    said_there jsonb := (SELECT to_jsonb(f) FROM person_facts f WHERE f.person_id = l.id AND f.fact = taken);
    said jsonb := said_there || jsonb_build_object('person_id', w.id, 'id', coalesce(said_before -> 'id', to_jsonb(gen_random_uuid())));
BEGIN
    IF was = becomes AND said_before IS NOT DISTINCT FROM said THEN
        RETURN;
    END IF;
    PERFORM note_merge(merge, 'fact', 'persons', taken, jsonb_build_object('id', w.id), jsonb_build_object('columns', was, 'said', said_before), jsonb_build_object('columns', becomes, 'said', said));
    PERFORM put_fact(w.id, taken, becomes, said);
END $$;

-- Writes a fact's columns and what is said of it, as merge_fact() and its undoing want them.
CREATE OR REPLACE FUNCTION put_fact(person uuid, put text, columns jsonb, said jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE (SELECT format('UPDATE persons t SET %s FROM jsonb_populate_record(NULL::persons, $1) v WHERE t.id = $2', string_agg(format('%I = v.%I', c, c), ', '))
             FROM jsonb_object_keys(columns) c) USING columns, person;
    DELETE FROM person_facts f WHERE f.person_id = person AND f.fact = put AND (said IS NULL OR f.id <> (said ->> 'id')::uuid);
    IF said IS NOT NULL THEN
        INSERT INTO person_facts SELECT * FROM jsonb_populate_record(NULL::person_facts, said)
        ON CONFLICT (id) DO UPDATE SET absence = EXCLUDED.absence, level = EXCLUDED.level, said_by = EXCLUDED.said_by, recorded_at = EXCLUDED.recorded_at;
    END IF;
END $$;

-- Re-points the rows of one table, whoever owns them. A row that would clash with one of the winner's stays where it is,
-- with a record that nobody can open.
CREATE OR REPLACE FUNCTION move_references(merge uuid, winner uuid, loser uuid, of_table text, of_column text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    row_key text := key_of(of_table, of_column);
    clashes text := '';
    u record;
    keys jsonb;
    k jsonb;
BEGIN
    EXECUTE format('SELECT coalesce(jsonb_agg(%s), ''[]'') FROM %I t WHERE t.%I = $1', row_key, of_table, of_column) INTO keys USING winner;
    PERFORM note_merge(merge, 'kept', of_table, of_column, keys, NULL, NULL);
    FOR u IN SELECT coalesce(' AND ' || pg_get_expr(i.indpred, i.indrelid), '') AS within, (
                 SELECT coalesce(string_agg(format(CASE WHEN i.indnullsnotdistinct THEN ' AND w.%I IS NOT DISTINCT FROM m.%I' ELSE ' AND w.%I = m.%I' END, a.attname, a.attname), ''), '')
                 FROM pg_attribute a WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey) AND a.attname <> of_column) AS alike
             FROM pg_index i
             WHERE i.indrelid = format('public.%I', of_table)::regclass AND i.indisunique
               AND EXISTS (SELECT FROM pg_attribute x WHERE x.attrelid = i.indrelid AND x.attname = of_column AND x.attnum = ANY (i.indkey)) LOOP
        clashes := clashes || format(' AND NOT EXISTS (SELECT FROM (SELECT * FROM %1$I WHERE %2$I = $2%3$s) w, (SELECT * FROM %1$I WHERE ctid = t.ctid%3$s) m WHERE true%4$s)',
                                     of_table, of_column, u.within, u.alike);
    END LOOP;
    -- Nobody is tied to themselves, and no two people twice.
    IF of_table = 'family_links' AND of_column IN ('family_id', 'worker_id') THEN
        clashes := format(' AND t.family_id <> $2 AND t.worker_id <> $2 AND (t.withdrawn_at IS NOT NULL OR NOT EXISTS (SELECT FROM family_links w
            WHERE w.withdrawn_at IS NULL AND (w.family_id, w.worker_id) IN (($2, t.%1$I), (t.%1$I, $2))))',
            CASE of_column WHEN 'family_id' THEN 'worker_id' ELSE 'family_id' END);
    END IF;
    EXECUTE format('WITH moved AS (UPDATE %I t SET %I = $2 WHERE t.%I = $1%s RETURNING %s AS key) SELECT coalesce(jsonb_agg(key), ''[]'') FROM moved',
                   of_table, of_column, of_column, clashes, row_key) INTO keys USING loser, winner;
    FOR k IN SELECT * FROM jsonb_array_elements(keys) LOOP
        PERFORM note_merge(merge, 'moved', of_table, of_column, k, NULL, NULL);
    END LOOP;
END $$;

-- Of what came along, closes what the winner has word for word.
CREATE OR REPLACE FUNCTION close_doubles(merge uuid, winner uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    of_table text;
    own text[] := ARRAY['id', 'version', 'number_sealed', 'number_key', 'withdrawn_at'];
    doubles jsonb;
    k jsonb;
BEGIN
    FOR of_table IN SELECT r.table_name FROM merge_rows r JOIN information_schema.columns c ON c.table_schema = 'public' AND c.table_name = r.table_name AND c.column_name = 'withdrawn_at'
                    WHERE r.merge_id = merge AND r.act = 'moved'
                      AND EXISTS (SELECT FROM information_schema.columns o WHERE o.table_schema = 'public' AND o.table_name = r.table_name AND o.column_name = 'person_id')
                      -- What somebody takes back is not closed in their name.
                      AND NOT EXISTS (SELECT FROM information_schema.columns o WHERE o.table_schema = 'public' AND o.table_name = r.table_name AND o.column_name = 'withdrawn_by')
                    GROUP BY 1 LOOP
        EXECUTE format('WITH came AS (SELECT (r.row_key ->> ''id'')::uuid AS id FROM merge_rows r WHERE r.merge_id = $1 AND r.act = ''moved'' AND r.table_name = $4),
                closed AS (UPDATE %1$I t SET withdrawn_at = app_now() WHERE t.withdrawn_at IS NULL AND t.id IN (SELECT id FROM came) AND EXISTS (
                    SELECT FROM %1$I w WHERE w.person_id = $2 AND w.withdrawn_at IS NULL AND w.id NOT IN (SELECT id FROM came) AND to_jsonb(w) - $3 = to_jsonb(t) - $3)
                RETURNING t.id, t.withdrawn_at)
            SELECT coalesce(jsonb_agg(to_jsonb(closed)), ''[]'') FROM closed', of_table) INTO doubles USING merge, winner, own, of_table;
        FOR k IN SELECT * FROM jsonb_array_elements(doubles) LOOP
            PERFORM note_merge(merge, 'changed', of_table, NULL, jsonb_build_object('id', k -> 'id'), '{"withdrawn_at": null}', k - 'id');
        END LOOP;
    END LOOP;
END $$;

-- Where both records were open to the same office, the wider access holds; the staff named in either protection are named.
CREATE OR REPLACE FUNCTION merge_access(merge uuid, winner uuid, loser uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    r record;
    staff uuid;
BEGIN
    FOR r IN SELECT w.id, w.ground, w.until, l.ground AS wider, l.until AS later
             FROM person_access w JOIN person_access l ON l.person_id = loser AND l.organisation_id = w.organisation_id AND l.user_id IS NOT DISTINCT FROM w.user_id
             WHERE w.person_id = winner AND ((w.until IS NOT NULL AND (l.until IS NULL OR l.until > w.until))
                                             OR (w.until IS NULL AND l.until IS NULL AND l.ground = 'registered' AND w.ground <> 'registered')) LOOP
        UPDATE person_access a SET ground = r.wider, until = r.later WHERE a.id = r.id;
        PERFORM note_merge(merge, 'changed', 'person_access', NULL, jsonb_build_object('id', r.id),
                           jsonb_build_object('ground', r.ground, 'until', r.until), jsonb_build_object('ground', r.wider, 'until', r.later));
    END LOOP;
    FOR r IN SELECT t.id AS protection, s.user_id FROM protections t JOIN protections o ON o.person_id = loser AND o.ended_at IS NULL JOIN protection_staff s ON s.protection_id = o.id
             WHERE t.person_id = winner AND t.ended_at IS NULL AND NOT EXISTS (SELECT FROM protection_staff x WHERE x.protection_id = t.id AND x.user_id = s.user_id) LOOP
        staff := gen_random_uuid();
        INSERT INTO protection_staff (id, protection_id, user_id) VALUES (staff, r.protection, r.user_id);
        PERFORM note_merge(merge, 'added', 'protection_staff', NULL, jsonb_build_object('id', staff), NULL, NULL);
    END LOOP;
END $$;

-- The other suspicions of the loser become the winner's. Where both were suspected to be the same third person, the
-- loser's stays behind, and what was decided of it holds for the other.
CREATE OR REPLACE FUNCTION merge_pairs(merge uuid, winner uuid, loser uuid, pair uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    d duplicate_suspicions;
    third uuid;
    same uuid;
    copy uuid;
BEGIN
    FOR d IN SELECT * FROM duplicate_suspicions x WHERE loser IN (x.person_a, x.person_b) AND x.id <> pair LOOP
        third := CASE loser WHEN d.person_a THEN d.person_b ELSE d.person_a END;
        SELECT x.id INTO same FROM duplicate_suspicions x WHERE x.person_a = least(winner, third) AND x.person_b = greatest(winner, third);
        IF same IS NULL THEN
            UPDATE duplicate_suspicions x SET person_a = least(winner, third), person_b = greatest(winner, third) WHERE x.id = d.id;
            PERFORM note_merge(merge, 'moved', 'duplicate_suspicions', NULL, jsonb_build_object('id', d.id), NULL, NULL);
        ELSIF NOT EXISTS (SELECT FROM duplicate_decisions x WHERE x.suspicion_id = same AND x.ended_at IS NULL) THEN
            copy := gen_random_uuid();
            INSERT INTO duplicate_decisions (id, suspicion_id, decision, note, probability, decided_by, decided_at)
            SELECT copy, same, x.decision, x.note, x.probability, x.decided_by, x.decided_at FROM duplicate_decisions x
            WHERE x.suspicion_id = d.id AND x.ended_at IS NULL AND x.decision = 'different';
            IF FOUND THEN
                PERFORM note_merge(merge, 'added', 'duplicate_decisions', NULL, jsonb_build_object('id', copy), NULL, NULL);
            END IF;
        END IF;
    END LOOP;
END $$;

-- Merges the two records of a pair of which somebody said that it is one person. `choices` says for a fact whether it is
-- taken from 'a', the record that is kept, or 'b'; of the others the better known one is. Says 'done', 'changed' where
-- either record is not at the version shown any more, 'undecided', or 'nothing'.
CREATE OR REPLACE FUNCTION merge_pair(merge uuid, pair uuid, choices jsonb, version_a integer, version_b integer) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    d duplicate_suspicions;
    w persons;
    l persons;
    f text;
    t record;
BEGIN
    SELECT x.* INTO d FROM duplicate_suspicions x WHERE x.id = pair FOR UPDATE;
    PERFORM FROM persons p WHERE p.id IN (d.person_a, d.person_b) ORDER BY p.id FOR UPDATE;
    SELECT p.* INTO w FROM persons p WHERE p.id IN (d.person_a, d.person_b) ORDER BY p.registered_at, p.id LIMIT 1;
    SELECT p.* INTO l FROM persons p WHERE p.id IN (d.person_a, d.person_b) AND p.id <> w.id;
    IF d.id IS NULL OR NOT may_decide_pair(w.id, l.id) OR w.merged_into IS NOT NULL OR l.merged_into IS NOT NULL THEN
        RETURN 'nothing';
    ELSIF NOT EXISTS (SELECT FROM duplicate_decisions x WHERE x.suspicion_id = pair AND x.ended_at IS NULL AND x.decision = 'same') THEN
        RETURN 'undecided';
    ELSIF (w.version, l.version) IS DISTINCT FROM (version_a, version_b) THEN
        RETURN 'changed';
    END IF;
    INSERT INTO merges (id, suspicion_id, winner_id, loser_id, merged_by, organisation_id) VALUES (merge, pair, w.id, l.id, my_id(), my_organisation());
    -- A version of its own, so that a form filled from before meets the page that shows the difference.
    UPDATE persons p SET version = p.version + 1 WHERE p.id = w.id;
    FOREACH f IN ARRAY ARRAY['name', 'sex', 'birth', 'ethnic_group', 'marital_status', 'education_level', 'qualification', 'language', 'interpreter', 'reads_vietnamese'] LOOP
        IF coalesce(choices ->> f, CASE WHEN fact_rank(l, f) > fact_rank(w, f) THEN 'b' END) = 'b' THEN
            PERFORM merge_fact(merge, w, l, f);
        END IF;
    END LOOP;
    PERFORM merge_access(merge, w.id, l.id);
    FOR t IN SELECT * FROM person_references() LOOP
        PERFORM move_references(merge, w.id, l.id, t.table_name, t.column_name);
    END LOOP;
    PERFORM close_doubles(merge, w.id);
    PERFORM merge_pairs(merge, w.id, l.id, pair);
    -- Nobody finds the record that is now a name; all that found it finds the other.
    PERFORM note_merge(merge, 'keys', 'match_keys', NULL, '[]',
        (SELECT coalesce(jsonb_agg(k.key), '[]') FROM match_keys k WHERE k.person_id = l.id),
        (SELECT coalesce(jsonb_agg(k.key), '[]') FROM match_keys k WHERE k.person_id = l.id AND NOT EXISTS (SELECT FROM match_keys o WHERE o.person_id = w.id AND o.key = k.key)));
    INSERT INTO match_keys (key, person_id) SELECT k.key, w.id FROM match_keys k WHERE k.person_id = l.id ON CONFLICT DO NOTHING;
    DELETE FROM match_keys k WHERE k.person_id = l.id;
    UPDATE persons p SET merged_into = w.id WHERE p.id = l.id;
    IF l.protected AND NOT w.protected THEN
        UPDATE persons p SET protected = true WHERE p.id = w.id;
        -- As open_protection() does: from now on an offer names a person (practice 21).
        UPDATE hand_overs h SET state = 'revoked', answered_at = app_now(), answered_by = my_id()
        FROM cases c JOIN episodes e ON e.id = c.episode_id
        WHERE h.case_id = c.id AND e.person_id = w.id AND h.state = 'offered' AND h.to_user_id IS NULL;
    END IF;
    PERFORM record_event(gen_random_uuid(), 'person.merged', 'person', p, jsonb_build_object('merge', merge)) FROM unnest(ARRAY[w.id, l.id]) p;
    PERFORM record_event(gen_random_uuid(), 'person.merged', 'case', c.id, jsonb_build_object('merge', merge)) FROM cases c JOIN episodes e ON e.id = c.episode_id WHERE e.person_id = w.id;
    RETURN 'done';
END $$;

-- What came to the winner since a merge and stays there when it is undone: how many rows of which table.
CREATE OR REPLACE FUNCTION added_since(merge uuid) RETURNS jsonb LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    winner uuid := (SELECT m.winner_id FROM merges m WHERE m.id = merge);
    t record;
    n bigint;
    found jsonb := '[]';
BEGIN
    -- Another record merged since cannot be: that merge would have to be undone first.
    -- Whether there are links of a family is told to nobody who may not open both.
    FOR t IN SELECT * FROM person_references() x WHERE x.table_name NOT IN ('persons', 'family_links', 'family_consents') LOOP
        EXECUTE format('SELECT count(*) FROM %1$I t WHERE t.%2$I = $1 AND NOT EXISTS (SELECT FROM merge_rows r WHERE r.merge_id = $2 AND r.table_name = $3 AND r.column_name = $4
                            AND (r.act = ''moved'' AND r.row_key = %3$s OR r.act = ''kept'' AND r.row_key @> jsonb_build_array(%3$s)))',
                       t.table_name, t.column_name, key_of(t.table_name, t.column_name)) INTO n USING winner, merge, t.table_name, t.column_name;
        IF n > 0 THEN
            found := found || jsonb_build_array(jsonb_build_object('table', t.table_name, 'rows', n));
        END IF;
    END LOOP;
    RETURN found;
END $$;

-- A merge as the page that undoes it shows it, for whoever may.
CREATE OR REPLACE FUNCTION merge_to_undo(merge uuid) RETURNS jsonb LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    m merges;
BEGIN
    SELECT x.* INTO m FROM merges x WHERE x.id = merge;
    IF m.id IS NULL OR NOT may_decide_pair(m.winner_id, m.loser_id) THEN
        RETURN NULL;
    END IF;
    RETURN jsonb_build_object('id', m.id, 'pair', m.suspicion_id, 'at', m.merged_at, 'undone_at', m.undone_at, 'undone_because', m.undone_because,
        'organisation', (SELECT o.name FROM organisations o WHERE o.id = m.organisation_id),
        'by', (SELECT u.name FROM users u WHERE u.id = m.merged_by AND u.organisation_id = my_organisation()),
        'sees', may_see_person(living(m.winner_id)), 'later', merged_later(m),
        'kept', (SELECT jsonb_build_object('id', p.id, 'code', p.code, 'name', p.name) FROM persons p WHERE p.id = m.winner_id),
        'merged', (SELECT jsonb_build_object('id', p.id, 'code', p.code, 'name', p.name) FROM persons p WHERE p.id = m.loser_id),
        'moved', (SELECT coalesce(jsonb_agg(jsonb_build_object('table', g.table_name, 'rows', g.n) ORDER BY g.table_name), '[]') FROM (
            SELECT r.table_name, count(*) AS n FROM merge_rows r WHERE r.merge_id = merge AND r.act = 'moved' AND r.table_name NOT IN ('persons', 'duplicate_suspicions', 'family_links', 'family_consents') GROUP BY 1) g),
        'added', CASE WHEN m.undone_at IS NULL THEN added_since(merge) ELSE '[]' END,
        -- Facts that somebody changed since: they stay as they are now.
        'changed', (SELECT coalesce(jsonb_agg(r.column_name ORDER BY r.place), '[]') FROM merge_rows r JOIN persons p ON p.id = m.winner_id
                    WHERE r.merge_id = merge AND r.act = 'fact' AND m.undone_at IS NULL AND NOT fact_is(p, r.column_name, r.after)));
END $$;

-- True if another merge into either record came after and stands.
CREATE OR REPLACE FUNCTION merged_later(m merges) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM merges x WHERE m.winner_id IN (x.winner_id, x.loser_id) AND x.undone_at IS NULL AND (x.merged_at, x.id) > (m.merged_at, m.id))
$$;

-- True if a fact stands as a merge left it.
CREATE OR REPLACE FUNCTION fact_is(p persons, wanted text, state jsonb) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT to_jsonb(p) @> (state -> 'columns')
       AND coalesce((SELECT to_jsonb(f) FROM person_facts f WHERE f.person_id = p.id AND f.fact = wanted), 'null') = state -> 'said'
$$;

-- Takes back one thing that a merge did, unless somebody changed it since.
CREATE OR REPLACE FUNCTION undo_row(m merges, r merge_rows) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    row_is text := found_by_key(r.table_name, coalesce(r.column_name, ''));
    p persons;
BEGIN
    IF r.act = 'moved' AND r.table_name = 'duplicate_suspicions' THEN
        UPDATE duplicate_suspicions d SET person_a = least(m.loser_id, o.third), person_b = greatest(m.loser_id, o.third)
        FROM (SELECT x.id, CASE m.winner_id WHEN x.person_a THEN x.person_b ELSE x.person_a END AS third FROM duplicate_suspicions x
              WHERE x.id = (r.row_key ->> 'id')::uuid AND m.winner_id IN (x.person_a, x.person_b)) o
        WHERE d.id = o.id AND o.third <> m.loser_id;
    ELSIF r.act = 'moved' THEN
        EXECUTE format('UPDATE %I t SET %I = $2 WHERE %s AND t.%I = $3', r.table_name, r.column_name, row_is, r.column_name) USING r.row_key, m.loser_id, m.winner_id;
    ELSIF r.act = 'added' THEN
        EXECUTE format('DELETE FROM %I t WHERE %s', r.table_name, row_is) USING r.row_key;
    ELSIF r.act = 'changed' THEN
        EXECUTE (SELECT format('UPDATE %I t SET %s FROM jsonb_populate_record(NULL::%I, $2) v, jsonb_populate_record(NULL::%I, $3) n WHERE %s AND %s', r.table_name,
                               string_agg(format('%I = v.%I', c, c), ', '), r.table_name, r.table_name, row_is, string_agg(format('t.%I IS NOT DISTINCT FROM n.%I', c, c), ' AND '))
                 FROM jsonb_object_keys(r.before) c) USING r.row_key, r.before, r.after;
    ELSIF r.act = 'fact' THEN
        SELECT x.* INTO p FROM persons x WHERE x.id = m.winner_id;
        IF fact_is(p, r.column_name, r.after) THEN
            PERFORM put_fact(p.id, r.column_name, r.before -> 'columns', nullif(r.before -> 'said', 'null'));
        END IF;
    ELSIF r.act = 'keys' THEN
        DELETE FROM match_keys k WHERE k.person_id = m.winner_id AND r.after ? k.key;
        INSERT INTO match_keys (key, person_id) SELECT k, m.loser_id FROM jsonb_array_elements_text(r.before) k ON CONFLICT DO NOTHING;
    END IF;
END $$;

-- After an undo a person is open to whoever holds their cases or reads along, and no longer to whoever only did before.
CREATE OR REPLACE FUNCTION settle_access(person uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM person_access a WHERE a.person_id = person AND a.ground = 'case' AND a.user_id IS NULL
        AND NOT EXISTS (SELECT FROM cases c JOIN episodes e ON e.id = c.episode_id WHERE e.person_id = person AND c.holder_id = a.organisation_id);
    PERFORM open_person(person, c.holder_id, NULL, 'case', NULL) FROM cases c JOIN episodes e ON e.id = c.episode_id WHERE e.person_id = person;
    PERFORM open_person(person, s.organisation_id, s.user_id, 'share', s.until) FROM shares s JOIN cases c ON c.id = s.case_id JOIN episodes e ON e.id = c.episode_id
        WHERE e.person_id = person AND s.until > app_now();
    UPDATE persons p SET protected = NOT p.protected, version = p.version + 1
    WHERE p.id = person AND p.protected <> EXISTS (SELECT FROM protections t WHERE t.person_id = person AND t.ended_at IS NULL);
END $$;

-- Takes two records apart again: all that was moved goes back, what was taken over is as it was. What came since stays
-- with the winner. Says 'done', 'later' where another merge must be undone first, 'before', or 'nothing'.
CREATE OR REPLACE FUNCTION undo_merge(merge uuid, why text) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    m merges;
    r merge_rows;
    protection uuid;
BEGIN
    SELECT x.* INTO m FROM merges x WHERE x.id = merge FOR UPDATE;
    PERFORM FROM persons p WHERE p.id IN (m.winner_id, m.loser_id) ORDER BY p.id FOR UPDATE;
    IF m.id IS NULL OR NOT may_decide_pair(m.winner_id, m.loser_id) THEN
        RETURN 'nothing';
    ELSIF m.undone_at IS NOT NULL THEN
        RETURN 'before';
    ELSIF merged_later(m) THEN
        RETURN 'later';
    END IF;
    UPDATE persons p SET version = p.version + 1 WHERE p.id = m.winner_id;
    UPDATE persons p SET merged_into = NULL WHERE p.id = m.loser_id;
    FOR r IN SELECT x.* FROM merge_rows x WHERE x.merge_id = merge ORDER BY x.place DESC LOOP
        PERFORM undo_row(m, r);
    END LOOP;
    -- A protection that was opened of both holds for both: nobody is found again by being taken apart.
    IF NOT EXISTS (SELECT FROM protections t WHERE t.person_id = m.loser_id AND t.ended_at IS NULL) THEN
        protection := gen_random_uuid();
        INSERT INTO protections (id, person_id, opened_by, opened_at) SELECT protection, m.loser_id, t.opened_by, t.opened_at FROM protections t
        WHERE t.person_id = m.winner_id AND t.ended_at IS NULL AND NOT EXISTS (
            SELECT FROM merge_rows x WHERE x.merge_id = merge AND x.act = 'kept' AND x.table_name = 'protections' AND x.row_key @> jsonb_build_array(jsonb_build_object('id', t.id)));
        INSERT INTO protection_staff (id, protection_id, user_id) SELECT gen_random_uuid(), protection, s.user_id FROM protections t JOIN protection_staff s ON s.protection_id = t.id
        WHERE FOUND AND t.person_id = m.winner_id AND t.ended_at IS NULL;
    END IF;
    PERFORM settle_access(m.winner_id), settle_access(m.loser_id);
    -- Keys may have been made anew meanwhile: the worker makes both their own again.
    DELETE FROM key_versions k WHERE k.person_id IN (m.winner_id, m.loser_id);
    UPDATE duplicate_decisions x SET ended_at = app_now(), ended_by = my_id(), ended_because = 'unmerged' WHERE x.suspicion_id = m.suspicion_id AND x.ended_at IS NULL;
    UPDATE merges x SET undone_at = app_now(), undone_by = my_id(), undone_because = why WHERE x.id = merge;
    PERFORM record_event(gen_random_uuid(), 'person.unmerged', 'person', p, jsonb_build_object('merge', merge)) FROM unnest(ARRAY[m.winner_id, m.loser_id]) p;
    PERFORM record_event(gen_random_uuid(), 'person.unmerged', 'case', c.id, jsonb_build_object('merge', merge))
        FROM cases c JOIN episodes e ON e.id = c.episode_id WHERE e.person_id IN (m.winner_id, m.loser_id);
    RETURN 'done';
END $$;

------------------------------------------------------------------------------------------------ statistics

-- The returns of a year with their place in the count: the one with place 1 counts, unless its stay was short.
-- `stay` is what the dates say of the months abroad, as far as they are known: 'long', 'short' or 'unknown'.
-- The table counts by it, and the explanation of one person's returns reads from it. Sees as much as its caller.
-- Who left again still returned: the table counts the year's inflow, and a later departure belongs to tables 17 to 21.
CREATE OR REPLACE FUNCTION counted_returns(in_year integer, at timestamptz, only_person uuid)
RETURNS TABLE (episode_id uuid, person_id uuid, sex text, country text, entered_on date, stay text, place bigint) LANGUAGE sql STABLE AS $$
    SELECT s.episode_id, s.person_id, s.sex, s.country, s.entered_on, s.stay,
           row_number() OVER (PARTITION BY s.person_id ORDER BY s.stay = 'short', s.entered_on DESC, s.registered_at DESC, s.episode_id DESC)
    FROM (
        SELECT d.*, CASE
            WHEN d.left_first IS NULL THEN 'unknown'
            WHEN d.left_first + d.months > d.entered_last THEN 'short'
            WHEN d.left_last + d.months <= d.entered_on THEN 'long'
            ELSE 'unknown' END AS stay
        FROM (
            SELECT e.id AS episode_id, e.person_id, e.registered_at, e.previous_country AS country, e.entered_on,
                   CASE p.sex WHEN 'male' THEN 'M' WHEN 'female' THEN 'F' ELSE 'U' END AS sex,
                   (SELECT make_interval(months => current_parameter('residence.months')::integer)) AS months,
                   e.left_on AS left_first,
                   CASE e.left_precision WHEN 'year' THEN e.left_on + interval '1 year' - interval '1 day'
                                         WHEN 'month' THEN e.left_on + interval '1 month' - interval '1 day' ELSE e.left_on END AS left_last,
                   CASE e.entered_precision WHEN 'year' THEN e.entered_on + interval '1 year' - interval '1 day'
                                            WHEN 'month' THEN e.entered_on + interval '1 month' - interval '1 day' ELSE e.entered_on END AS entered_last
            FROM episodes e JOIN persons p ON p.id = e.person_id
            WHERE e.standing = 'returned' AND e.entered_on >= make_date(in_year, 1, 1) AND e.entered_on < make_date(in_year + 1, 1, 1)
              AND e.registered_at <= at AND (only_person IS NULL OR e.person_id = only_person)) d) s
$$;

-- True if a role of mine gives the permission and I work at DOLAB: releases are made nowhere else.
CREATE OR REPLACE FUNCTION may_release(wanted text) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN may(wanted) AND EXISTS (SELECT FROM organisations o WHERE o.id = my_organisation() AND o.kind = 'dolab' AND o.ended_at IS NULL);
END $$;

-- Module C, table 16: persons returned in a year, by sex and country of previous residence; aggregates only, unprotected.
-- `U` is not stated. A person counts once, with the last return that was not from a short stay.
CREATE OR REPLACE FUNCTION table_16(in_year integer, at timestamptz) RETURNS TABLE (country text, sex text, persons bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT may_release('statistics.read') THEN
        RAISE EXCEPTION 'not allowed';
    END IF;
    RETURN QUERY SELECT coalesce(r.country, 'U'), r.sex, count(*) FROM counted_returns(in_year, at, NULL) r
        WHERE r.place = 1 AND r.stay <> 'short' GROUP BY 1, 2;
END $$;

-- Which of a person's returns counts in a year, and why the others do not.
CREATE OR REPLACE FUNCTION explain_returns(person uuid, in_year integer)
RETURNS TABLE (entered_on date, entered_precision text, country text, standing text, verdict text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT may_see_person(person) THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT e.entered_on, e.entered_precision, e.previous_country, e.standing, CASE
            WHEN e.standing <> 'returned' THEN 'not-returned'
            WHEN e.entered_on IS NULL THEN 'no-day'
            WHEN r.episode_id IS NULL THEN 'other-year'
            WHEN r.stay = 'short' THEN 'short'
            WHEN r.place = 1 AND r.stay = 'unknown' THEN 'counts-unknown'
            WHEN r.place = 1 THEN 'counts'
            ELSE 'earlier' END
        FROM episodes e LEFT JOIN counted_returns(in_year, app_now(), person) r ON r.episode_id = e.id
        WHERE e.person_id = person ORDER BY e.entered_on DESC NULLS FIRST, e.registered_at DESC, e.id DESC;
END $$;

-- Counts a year and keeps the count as the draft of its next revision. Says 'done', or why not.
CREATE OR REPLACE FUNCTION draft_release(release uuid, in_year integer, why text) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    at timestamptz := app_now();
    last integer;
    unknown integer;
    pairs integer;
    counted integer;
    shorter integer;
BEGIN
    IF NOT may_release('release.draft') THEN
        RETURN 'not-allowed';
    END IF;
    PERFORM pg_advisory_xact_lock(7216, in_year);
    IF EXISTS (SELECT FROM releases r WHERE r.table_number = 16 AND r.year = in_year AND r.state IN ('draft', 'protected', 'approved')) THEN
        RETURN 'under-way';
    END IF;
    IF NOT EXISTS (SELECT FROM counted_returns(in_year, at, NULL)) THEN
        RETURN 'no-data';
    END IF;
    SELECT coalesce(max(r.revision), 0) INTO last FROM releases r WHERE r.table_number = 16 AND r.year = in_year AND r.state = 'published';
    IF last > 0 AND why IS NULL THEN
        RETURN 'needs-note';
    END IF;
    INSERT INTO releases (id, table_number, year, revision, note, as_of, threshold, residence_months, rules, inputs_digest, prepared_by, prepared_at)
    SELECT release, 16, in_year, last + 1, why, at, current_parameter('disclosure.threshold'), current_parameter('residence.months'), 'table-16/1 disclosure/1',
           encode(sha256(convert_to(coalesce(string_agg(format('%s %s %s %s', c.episode_id, c.sex, coalesce(c.country, 'U'), c.stay), E'\n' ORDER BY c.episode_id), ''), 'UTF8')), 'hex'),
           my_id(), at
    FROM counted_returns(in_year, at, NULL) c WHERE c.place = 1;
    INSERT INTO release_cells (release_id, country, sex, value)
    SELECT release, t.country, t.sex, t.persons FROM table_16(in_year, at) t;
    SELECT count(*) FILTER (WHERE c.stay <> 'short'), count(*) FILTER (WHERE c.stay = 'unknown'), count(*) FILTER (WHERE c.stay = 'short')
    INTO counted, unknown, shorter FROM counted_returns(in_year, at, NULL) c WHERE c.place = 1;
    -- A pair widens the range until it is merged or somebody says that it is two people.
    -- Counted once and kept, or the count would be made anew for each pair.
    WITH counted AS MATERIALIZED (SELECT c.person_id FROM counted_returns(in_year, at, NULL) c WHERE c.place = 1 AND c.stay <> 'short')
    SELECT count(*) INTO pairs FROM duplicate_suspicions d
    WHERE d.person_a IN (SELECT c.person_id FROM counted c) AND d.person_b IN (SELECT c.person_id FROM counted c)
      AND NOT EXISTS (SELECT FROM duplicate_decisions x WHERE x.suspicion_id = d.id AND x.ended_at IS NULL AND x.decision = 'different');
    INSERT INTO release_inputs (release_id, shorter_stays, unknown_stays, possible_duplicates, at_least)
    VALUES (release, shorter, unknown, pairs, greatest(counted - unknown - pairs, 0));
    PERFORM record_event(gen_random_uuid(), 'release.drafted', 'release', release, jsonb_build_object('table', 16, 'year', in_year, 'revision', last + 1));
    RETURN 'done';
END $$;

-- The unprotected count of a release, for those who make releases; of earlier published revisions too, for the audit.
CREATE OR REPLACE FUNCTION unprotected_cells(release uuid) RETURNS TABLE (country text, sex text, value integer)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT (may_release('release.draft') OR may_release('release.approve')) THEN
        RAISE EXCEPTION 'not allowed';
    END IF;
    RETURN QUERY SELECT c.country, c.sex, c.value FROM release_cells c WHERE c.release_id = release;
END $$;

CREATE OR REPLACE FUNCTION unprotected_inputs(release uuid) RETURNS TABLE (shorter_stays integer, unknown_stays integer, possible_duplicates integer, at_least integer)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT (may_release('release.draft') OR may_release('release.approve')) THEN
        RAISE EXCEPTION 'not allowed';
    END IF;
    RETURN QUERY SELECT i.shorter_stays, i.unknown_stays, i.possible_duplicates, i.at_least FROM release_inputs i WHERE i.release_id = release;
END $$;

-- Keeps the cells as they may be published. `cells` are [country, sex, value or null]; a small value is refused whoever sends it.
CREATE OR REPLACE FUNCTION protect_release(release uuid, cells jsonb, shorter integer, lower_end integer, of_all text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    r releases;
BEGIN
    SELECT * INTO r FROM releases x WHERE x.id = release FOR UPDATE;
    IF r.id IS NULL OR NOT may_release('release.draft') THEN
        RETURN 'not-allowed';
    ELSIF r.state <> 'draft' THEN
        RETURN 'state';
    END IF;
    IF EXISTS (SELECT FROM jsonb_array_elements(cells) c WHERE (c ->> 2)::integer BETWEEN 1 AND r.threshold - 1) OR shorter BETWEEN 1 AND r.threshold - 1 THEN
        RAISE EXCEPTION 'a small number was about to be kept for publication';
    END IF;
    INSERT INTO published_cells (release_id, country, sex, value) SELECT release, c ->> 0, c ->> 1, (c ->> 2)::integer FROM jsonb_array_elements(cells) c;
    UPDATE releases x SET state = 'protected', protected_by = my_id(), protected_at = app_now(), shorter_stays = shorter, at_least = lower_end,
        digest = of_all, version = x.version + 1 WHERE x.id = release;
    PERFORM record_event(gen_random_uuid(), 'release.protected', 'release', release, '{}');
    RETURN 'done';
END $$;

-- 'approve', 'publish' or 'withdraw'. Says 'done', or why not.
CREATE OR REPLACE FUNCTION move_release(release uuid, act text) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    r releases;
BEGIN
    SELECT * INTO r FROM releases x WHERE x.id = release FOR UPDATE;
    IF r.id IS NULL OR NOT may_release(CASE act WHEN 'approve' THEN 'release.approve' WHEN 'publish' THEN 'release.publish' ELSE 'release.draft' END) THEN
        RETURN 'not-allowed';
    ELSIF (act, r.state) NOT IN (('approve', 'protected'), ('publish', 'approved'), ('withdraw', 'draft'), ('withdraw', 'protected'), ('withdraw', 'approved')) THEN
        RETURN 'state';
    ELSIF act = 'approve' AND my_id() IN (r.prepared_by, r.protected_by) THEN
        RETURN 'own';
    END IF;
    UPDATE releases x SET version = x.version + 1,
        state = CASE act WHEN 'approve' THEN 'approved' WHEN 'publish' THEN 'published' ELSE 'withdrawn' END,
        approved_by = CASE act WHEN 'approve' THEN my_id() ELSE x.approved_by END, approved_at = CASE act WHEN 'approve' THEN app_now() ELSE x.approved_at END,
        published_by = CASE act WHEN 'publish' THEN my_id() END, published_at = CASE act WHEN 'publish' THEN app_now() END,
        withdrawn_by = CASE act WHEN 'withdraw' THEN my_id() END, withdrawn_at = CASE act WHEN 'withdraw' THEN app_now() END
    WHERE x.id = release;
    PERFORM record_event(gen_random_uuid(), 'release.' || CASE act WHEN 'approve' THEN 'approved' WHEN 'publish' THEN 'published' ELSE 'withdrawn' END, 'release', release, '{}');
    RETURN 'done';
END $$;

-- What is published stays as it is, whoever tries.
CREATE OR REPLACE FUNCTION published_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'releases' THEN
        IF OLD.state = 'published' THEN
            RAISE EXCEPTION 'a published release never changes: make a new revision';
        END IF;
    ELSIF EXISTS (SELECT FROM releases r WHERE r.id = OLD.release_id AND r.state = 'published') THEN
        RAISE EXCEPTION 'a published release never changes: make a new revision';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE OR REPLACE TRIGGER published_stays BEFORE UPDATE OR DELETE ON releases FOR EACH ROW EXECUTE FUNCTION published_stays();
CREATE OR REPLACE TRIGGER published_stays BEFORE UPDATE OR DELETE ON release_cells FOR EACH ROW EXECUTE FUNCTION published_stays();
CREATE OR REPLACE TRIGGER published_stays BEFORE UPDATE OR DELETE ON release_inputs FOR EACH ROW EXECUTE FUNCTION published_stays();
CREATE OR REPLACE TRIGGER published_stays BEFORE UPDATE OR DELETE ON published_cells FOR EACH ROW EXECUTE FUNCTION published_stays();

------------------------------------------------------------------------------------------------ imports

-- What kind of list my office brings in: manifests at the desks that meet people, contracts at DOLAB.
CREATE OR REPLACE FUNCTION my_import_kind() RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN (SELECT CASE WHEN o.kind IN ('airport', 'border') THEN 'manifest' WHEN o.kind = 'dolab' THEN 'contracts' END
            FROM organisations o WHERE o.id = my_organisation() AND o.ended_at IS NULL AND may('list.import'));
END $$;

-- Compares rows of an import with the returns that this desk expects about that day: by document, or by name or phone
-- where the birth date or the other of the two agrees. Sees nothing but those returns. Where several fit, none is taken.
-- Who is under protection is found only by their named staff; for everybody else the match goes silently to those
-- (practice 20): a fact of the person, which they alone can read. The same of whoever wants nothing to do with me.
-- `lines` and `keys` run side by side, a line for each of its keys; so do `born_lines`, `births` and `precisions`.
CREATE OR REPLACE FUNCTION match_import_rows(import uuid, lines integer[], keys text[], born_lines integer[], births date[], precisions text[])
RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    i imports;
    hit record;
    shown uuid[] := '{}';
    found integer := 0;
BEGIN
    SELECT * INTO i FROM imports x WHERE x.id = import AND x.desk_id = my_organisation();
    IF i.id IS NULL OR i.kind <> 'manifest' OR my_import_kind() IS DISTINCT FROM 'manifest' THEN
        RAISE EXCEPTION 'not allowed';
    END IF;
    FOR hit IN
        WITH expected AS (
            SELECT e.id, e.person_id, p.protected, p.birth_date, p.birth_precision FROM episodes e JOIN persons p ON p.id = e.person_id
            WHERE e.expected_at = i.desk_id AND e.standing = 'planned' AND e.expected_on BETWEEN i.arrives_on - 1 AND i.arrives_on + 1),
        hits AS (
            SELECT k.line, x.id, x.person_id, x.protected, x.birth_date, x.birth_precision,
                   bool_or(k.key LIKE 'document:%') AS by_document, bool_or(k.key LIKE 'phone:%') AS by_phone,
                   bool_or(k.key LIKE 'name:%' OR k.key LIKE 'ends:%') AS by_name
            FROM expected x JOIN match_keys m ON m.person_id = x.person_id JOIN unnest(lines, keys) AS k (line, key) ON k.key = m.key
            GROUP BY 1, 2, 3, 4, 5, 6),
        fitting AS (
            SELECT h.*, b.born IS NOT NULL AND h.birth_date IS NOT NULL
                   AND CASE WHEN 'year' IN (b.precise, h.birth_precision) THEN date_part('year', b.born) = date_part('year', h.birth_date)
                            WHEN 'month' IN (b.precise, h.birth_precision) THEN date_trunc('month', b.born) = date_trunc('month', h.birth_date)
                            ELSE b.born = h.birth_date END AS same_birth
            FROM hits h LEFT JOIN unnest(born_lines, births, precisions) AS b (line, born, precise) ON b.line = h.line),
        ranked AS (
            SELECT f.*, count(*) OVER (PARTITION BY f.line, f.by_document) AS of_line, count(*) OVER (PARTITION BY f.id, f.by_document) AS of_return,
                   rank() OVER (PARTITION BY f.line ORDER BY f.by_document DESC) AS line_rank, rank() OVER (PARTITION BY f.id ORDER BY f.by_document DESC) AS return_rank
            FROM fitting f WHERE f.by_document OR (f.by_name AND (f.same_birth OR f.by_phone)) OR (f.by_phone AND f.same_birth))
        SELECT * FROM ranked r WHERE r.line_rank = 1 AND r.return_rank = 1 AND r.of_line = 1 AND r.of_return = 1
    LOOP
        IF (hit.protected AND hit.person_id NOT IN (SELECT my_protected())) OR hit.person_id IN (SELECT my_exclusions()) THEN
            PERFORM record_event(gen_random_uuid(), 'person.on-manifest', 'person', hit.person_id, jsonb_build_object('arrives_on', i.arrives_on, 'desk', i.desk_id));
        ELSIF NOT EXISTS (SELECT FROM import_rows r WHERE r.import_id = import AND r.episode_id = hit.id) THEN
            UPDATE import_rows r SET episode_id = hit.id WHERE r.import_id = import AND r.number = hit.line AND r.state = 'good';
            shown := shown || hit.person_id;
            found := found + 1;
        END IF;
    END LOOP;
    PERFORM note_access('search', 'persons', shown, 'import');
    RETURN found;
END $$;

-- Puts rows of an import onto the manifest of its flight, which it makes if there is none. What is there already, by the
-- same fingerprint or the same document, is skipped. What the rows said is then erased here: the manifest has it.
CREATE OR REPLACE FUNCTION commit_import_rows(import uuid, rows uuid[], ids uuid[], names text[], sexes text[], births date[], precisions text[],
    kinds text[], issuers text[], sealed bytea[], indexes text[], seal_keys integer[], phones text[])
RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    i imports;
    list uuid;
    last integer;
    done integer;
BEGIN
    SELECT * INTO i FROM imports x WHERE x.id = import AND x.desk_id = my_organisation() FOR UPDATE;
    IF i.id IS NULL OR i.kind <> 'manifest' OR my_import_kind() IS DISTINCT FROM 'manifest' OR i.state <> 'committing' OR i.stopped THEN
        RAISE EXCEPTION 'not allowed';
    END IF;
    INSERT INTO manifests (id, flight, arrives_on, desk_id, previous_country, made_by, expires_on)
    VALUES (gen_random_uuid(), i.flight, i.arrives_on, i.desk_id, i.previous_country, i.made_by, i.expires_on)
    ON CONFLICT (desk_id, arrives_on, flight) DO NOTHING;
    -- Whoever else adds to this manifest waits here.
    SELECT m.id INTO list FROM manifests m WHERE m.desk_id = i.desk_id AND m.arrives_on = i.arrives_on AND m.flight = i.flight FOR UPDATE;
    SELECT coalesce(max(r.number), 0) INTO last FROM manifest_rows r WHERE r.manifest_id = list;
    WITH given AS (
        SELECT r.id AS row, r.number AS line, r.fingerprint, r.episode_id, g.* FROM unnest(rows, ids, names, sexes, births, precisions, kinds, issuers, sealed, indexes, seal_keys, phones)
            AS g (of, new, name, sex, birth, precise, kind, issuer, seal, index, key, phone)
        JOIN import_rows r ON r.id = g.of AND r.import_id = import AND r.state = 'good'),
    told AS (
        SELECT g.*, EXISTS (SELECT FROM import_rows o WHERE o.manifest_id = list AND o.fingerprint = g.fingerprint)
                 OR EXISTS (SELECT FROM manifest_rows o WHERE o.manifest_id = list AND g.index IS NOT NULL AND o.number_index = g.index)
                 OR row_number() OVER (PARTITION BY g.fingerprint ORDER BY g.line) > 1
                 OR (g.index IS NOT NULL AND row_number() OVER (PARTITION BY g.index ORDER BY g.line) > 1) AS again
        FROM given g),
    added AS (
        INSERT INTO manifest_rows (id, manifest_id, number, name, sex, birth_date, birth_precision, document_kind, document_country, number_sealed, number_index, number_key, phone, episode_id)
        SELECT t.new, list, last + row_number() OVER (ORDER BY t.line), t.name, t.sex, t.birth, t.precise, t.kind, t.issuer, t.seal, t.index, t.key, t.phone, t.episode_id
        FROM told t WHERE NOT t.again
        RETURNING 1),
    erased AS (
        UPDATE import_rows r SET cells = '{}', state = CASE WHEN t.again THEN 'skipped' ELSE 'committed' END, manifest_id = CASE WHEN t.again THEN NULL ELSE list END
        FROM told t WHERE r.id = t.row
        RETURNING 1)
    SELECT count(*) INTO done FROM added;
    UPDATE imports x SET manifest_id = list WHERE x.id = import AND x.manifest_id IS NULL;
    RETURN done;
END $$;

-- Nobody calls a function that was not given to them below.
DO $$
DECLARE
    f regprocedure;
BEGIN
    FOR f IN SELECT p.oid FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.proowner = (SELECT oid FROM pg_roles WHERE rolname = current_user) LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO app, reader', f);
    END LOOP;
END $$;
REVOKE ALL ON FUNCTION make_months(integer), open_person(uuid, uuid, uuid, text, timestamptz) FROM app, reader;
REVOKE ALL ON FUNCTION features(persons, boolean), sharing(text[], text[], integer), side_of_pair(uuid, uuid, boolean), merge_fact(uuid, persons, persons, text), note_merge(uuid, text, text, text, jsonb, jsonb, jsonb),
    move_references(uuid, uuid, uuid, text, text), close_doubles(uuid, uuid), merge_access(uuid, uuid, uuid), merge_pairs(uuid, uuid, uuid, uuid),
    undo_row(merges, merge_rows), settle_access(uuid), added_since(uuid), merged_later(merges), fact_is(persons, text, jsonb), put_fact(uuid, text, jsonb, jsonb) FROM app, reader;
-- A request that only reads calls nothing that writes, but for the record of access.
DO $$
DECLARE
    f regprocedure;
BEGIN
    FOR f IN SELECT p.oid FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.proname IN
        ('record_event', 'enqueue_job', 'seal_audit', 'signed_in', 'note_sign_in', 'end_session', 'take_invitation', 'set_match_keys',
         'request_access', 'decide_access', 'open_protection', 'end_protection', 'sweep', 'open_person', 'confirm_arrival', 'undo_meeting', 'bind_slip',
         'request_case', 'withdraw_family_links', 'answer_hand_over', 'move_up_hand_over', 'draft_release', 'protect_release', 'move_release',
         'suspect', 'decide_pair', 'take_back_decision', 'merge_pair', 'undo_merge', 'match_import_rows', 'commit_import_rows') LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM reader', f);
    END LOOP;
END $$;
GRANT EXECUTE ON FUNCTION app_now() TO statistics;
REVOKE ALL ON FUNCTION table_16(integer, timestamptz) FROM app, reader;
GRANT EXECUTE ON FUNCTION table_16(integer, timestamptz) TO statistics;
