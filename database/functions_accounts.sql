-- Accounts as the administrator of their organisation keeps them. Administrators see no returnees: what holds an account
-- back is told in numbers.

-- Somebody of my organisation whose account has not ended, for whoever keeps its accounts.
CREATE OR REPLACE FUNCTION my_account(who uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT may('users.manage') AND EXISTS (SELECT FROM users u WHERE u.id = who AND u.organisation_id = my_organisation() AND u.ended_at IS NULL)
$$;

-- Which accounts of my organisation can be used: somebody chose a password.
CREATE OR REPLACE FUNCTION accounts_with_password() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT c.user_id FROM credentials c JOIN users u ON u.id = c.user_id WHERE may('users.manage') AND u.organisation_id = my_organisation()
$$;

-- Adds an account: 'done', 'taken' where the address has one, 'nothing'.
CREATE OR REPLACE FUNCTION add_account(account uuid, mail text, called text, speaks text, given text[]) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT may('users.manage') OR cardinality(given) = 0 OR EXISTS (SELECT FROM unnest(given) g WHERE NOT EXISTS (SELECT FROM role_permissions p WHERE p.role = g)) THEN
        RETURN 'nothing';
    END IF;
    INSERT INTO users (id, organisation_id, email, name, language) VALUES (account, my_organisation(), lower(mail), called, speaks) ON CONFLICT (email) DO NOTHING;
    IF NOT FOUND THEN
        RETURN 'taken';
    END IF;
    INSERT INTO user_roles (id, user_id, role) SELECT gen_random_uuid(), account, g FROM (SELECT DISTINCT unnest(given) AS g) r;
    PERFORM record_event(gen_random_uuid(), 'account.added', 'user', account, jsonb_build_object('roles', given));
    RETURN 'done';
END $$;

-- Invites to choose a password; invitations from before open nothing any more. Gives the address and the language to
-- write in, or NULL.
CREATE OR REPLACE FUNCTION invite_account(who uuid, token bytea, until timestamptz) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT my_account(who) THEN
        RETURN NULL;
    END IF;
    UPDATE invitations i SET ends_at = app_now() WHERE i.user_id = who AND i.used_at IS NULL AND i.ends_at > app_now();
    INSERT INTO invitations (token_hash, user_id, ends_at) VALUES (token, who, until);
    PERFORM record_event(gen_random_uuid(), 'account.invited', 'user', who, '{}');
    RETURN (SELECT jsonb_build_object('email', u.email, 'language', u.language) FROM users u WHERE u.id = who);
END $$;

-- Nobody comes in with an account until it is invited anew: its password, sessions and invitations are over. Not one's own.
CREATE OR REPLACE FUNCTION lock_account(who uuid) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT my_account(who) OR who = my_id() THEN
        RETURN false;
    END IF;
    DELETE FROM credentials c WHERE c.user_id = who;
    UPDATE sessions s SET ended_at = app_now() WHERE s.user_id = who AND s.ended_at IS NULL;
    UPDATE invitations i SET ends_at = app_now() WHERE i.user_id = who AND i.used_at IS NULL AND i.ends_at > app_now();
    PERFORM record_event(gen_random_uuid(), 'account.locked', 'user', who, '{}');
    RETURN true;
END $$;

-- What somebody still has to hand on before their account can end (practice 23): numbers by kind, none of them 0.
CREATE OR REPLACE FUNCTION account_ties(who uuid) RETURNS TABLE (kind text, number bigint) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT k.kind, k.number FROM (
        SELECT 'case' AS kind, count(*) AS number FROM cases c WHERE c.accountable_id = who AND c.phase <> 'closed'
        UNION ALL SELECT 'task', count(*) FROM contact_tasks t WHERE t.accountable_id = who AND t.closed_at IS NULL
        -- An offer that only they can answer.
        UNION ALL SELECT 'offer', count(*) FROM hand_overs h WHERE h.to_user_id = who AND h.state = 'offered'
        -- Of somebody under protection nobody else is named who is still there.
        UNION ALL SELECT 'protection', count(*) FROM protections t JOIN protection_staff s ON s.protection_id = t.id AND s.user_id = who
            WHERE t.ended_at IS NULL AND NOT EXISTS (
                SELECT FROM protection_staff o JOIN users u ON u.id = o.user_id AND u.ended_at IS NULL WHERE o.protection_id = t.id AND o.user_id <> who)
        -- Of a private file nobody else is named who is still there.
        UNION ALL SELECT 'private', count(*) FROM care_files f JOIN care_staff s ON s.file_id = f.id AND s.user_id = who AND s.ended_at IS NULL
            WHERE f.ended_at IS NULL AND (s.part = 'helper' OR NOT EXISTS (
                SELECT FROM care_staff o JOIN users u ON u.id = o.user_id AND u.ended_at IS NULL WHERE o.file_id = f.id AND o.user_id <> who AND o.ended_at IS NULL))
        UNION ALL SELECT 'cover', count(*) FROM leaves l WHERE l.cover_id = who AND l.until_on >= (app_now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
        UNION ALL SELECT 'shift', count(*) FROM duty_shifts d WHERE d.user_id = who AND d.ends_at > app_now()) k
    WHERE k.number > 0 AND my_account(who)
$$;

-- Ends an account for good; false where it is not mine to end, or still holds something.
CREATE OR REPLACE FUNCTION end_account(who uuid) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    -- The account's row is locked first, and whoever makes somebody accountable holds a key to it: what is given meanwhile
    -- is counted.
    PERFORM FROM users u WHERE u.id = who FOR UPDATE;
    IF NOT lock_account(who) THEN
        RETURN false;
    ELSIF EXISTS (SELECT FROM account_ties(who)) THEN
        RAISE EXCEPTION 'the account % holds something', who;
    END IF;
    UPDATE users u SET ended_at = app_now(), version = u.version + 1 WHERE u.id = who;
    PERFORM record_event(gen_random_uuid(), 'account.ended', 'user', who, '{}');
    RETURN true;
END $$;

-- Nothing is given to an account that has ended, not even in the moment in which it does: the key of its row is waited for,
-- and then it is asked once more. The argument is the column that names it.
CREATE OR REPLACE FUNCTION still_works() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    named uuid := to_jsonb(NEW) ->> TG_ARGV[0];
BEGIN
    PERFORM FROM users u WHERE u.id = named AND u.ended_at IS NULL FOR KEY SHARE;
    IF named IS NOT NULL AND NOT FOUND THEN
        RAISE EXCEPTION 'error-account-ended';
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION still_works() FROM PUBLIC, app, reader;
CREATE OR REPLACE TRIGGER still_works BEFORE INSERT OR UPDATE OF accountable_id ON cases FOR EACH ROW WHEN (NEW.phase <> 'closed') EXECUTE FUNCTION still_works('accountable_id');
CREATE OR REPLACE TRIGGER still_works BEFORE INSERT OR UPDATE OF accountable_id ON contact_tasks FOR EACH ROW WHEN (NEW.closed_at IS NULL) EXECUTE FUNCTION still_works('accountable_id');
CREATE OR REPLACE TRIGGER still_works BEFORE INSERT OR UPDATE OF to_user_id ON hand_overs FOR EACH ROW WHEN (NEW.state = 'offered') EXECUTE FUNCTION still_works('to_user_id');
CREATE OR REPLACE TRIGGER still_works BEFORE INSERT ON protection_staff FOR EACH ROW EXECUTE FUNCTION still_works('user_id');
CREATE OR REPLACE TRIGGER still_works BEFORE INSERT ON care_staff FOR EACH ROW EXECUTE FUNCTION still_works('user_id');
CREATE OR REPLACE TRIGGER still_works BEFORE INSERT ON leaves FOR EACH ROW EXECUTE FUNCTION still_works('cover_id');
CREATE OR REPLACE TRIGGER still_works BEFORE INSERT ON duty_shifts FOR EACH ROW EXECUTE FUNCTION still_works('user_id');

DO $$
DECLARE
    f text;
BEGIN
    FOREACH f IN ARRAY ARRAY['my_account(uuid)', 'accounts_with_password()', 'add_account(uuid, text, text, text, text[])', 'invite_account(uuid, bytea, timestamptz)', 'lock_account(uuid)',
                             'account_ties(uuid)', 'end_account(uuid)'] LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    END LOOP;
END $$;
GRANT EXECUTE ON FUNCTION account_ties(uuid), accounts_with_password() TO app, reader;
GRANT EXECUTE ON FUNCTION add_account(uuid, text, text, text, text[]), invite_account(uuid, bytea, timestamptz), lock_account(uuid), end_account(uuid) TO app;

-- Whoever belongs to a union or a body of employers has no role that opens anybody's case; see access::Role::belongs_to.
CREATE OR REPLACE FUNCTION roles_belong() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.role NOT IN ('administrator', 'partner') AND EXISTS (
        SELECT FROM users u JOIN organisations o ON o.id = u.organisation_id WHERE u.id = NEW.user_id AND o.kind IN ('union', 'employers')) THEN
        RAISE EXCEPTION 'error-account-roles';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER roles_belong BEFORE INSERT OR UPDATE ON user_roles FOR EACH ROW EXECUTE FUNCTION roles_belong();
REVOKE ALL ON FUNCTION roles_belong() FROM PUBLIC, app, reader;
