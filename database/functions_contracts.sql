-- Contracts of workers who left, and whoever may be back. Applied after functions.sql, whenever this file changed.
-- A function is SECURITY DEFINER only where it must see past the policies; each of those asks for itself who calls.

------------------------------------------------------------------------------------------------ brought in

-- Keeps rows of an import as contracts. One that is here already, by who left for where from when, is brought up to date
-- where the row says something else, and skipped where it says the same. What the rows said is then erased there.
-- `contracts`: for each row its id, the columns of contract_departures, `papers` with sealed numbers, and `keys`.
CREATE OR REPLACE FUNCTION commit_contract_rows(import uuid, contracts jsonb) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    i imports;
    again uuid[];
    done integer;
BEGIN
    SELECT * INTO i FROM imports x WHERE x.id = import AND x.desk_id = my_organisation() FOR UPDATE;
    IF i.id IS NULL OR i.kind <> 'contracts' OR my_import_kind() IS DISTINCT FROM 'contracts' OR i.state <> 'committing' OR i.stopped THEN
        RAISE EXCEPTION 'not allowed';
    END IF;
    -- Whoever else brings contracts in waits here.
    PERFORM pg_advisory_xact_lock(7213);
    again := ARRAY(
        SELECT g."row" FROM jsonb_to_recordset(contracts) AS g ("row" uuid, once text, fingerprint text, line integer)
        LEFT JOIN contract_departures d ON d.once = g.once
        WHERE d.fingerprint = g.fingerprint OR d.erased_at IS NOT NULL);
    -- Of two rows of one contract the later line holds, as of two files the later one.
    again := again || ARRAY(
        SELECT n."row" FROM (SELECT g."row", row_number() OVER (PARTITION BY g.once ORDER BY g.line DESC) AS place
            FROM jsonb_to_recordset(contracts) AS g ("row" uuid, once text, line integer) WHERE g."row" <> ALL (again)) n WHERE n.place > 1);
    INSERT INTO contract_departures AS d (id, office_id, brought_by, once, fingerprint, name, sex, birth_date, birth_precision, phone, province_code, address, country,
        channel, left_on, contract_start, contract_end, activity, occupation, sender, employer, education_level, recruitment_cost, wage, wage_currency)
    SELECT g.id, i.desk_id, i.made_by, g.once, g.fingerprint, g.name, g.sex, g.birth_date, g.birth_precision, g.phone, g.province_code, g.address, g.country,
        g.channel, g.left_on, g.contract_start, g.contract_end, g.activity, g.occupation, g.sender, g.employer, g.education_level, g.recruitment_cost, g.wage, g.wage_currency
    FROM jsonb_to_recordset(contracts) AS g ("row" uuid, id uuid, once text, fingerprint text, name text, sex text, birth_date date, birth_precision text, phone text,
        province_code text, address text, country text, channel text, left_on date, contract_start date, contract_end date, activity text, occupation text, sender text,
        employer text, education_level text, recruitment_cost bigint, wage bigint, wage_currency text)
    JOIN import_rows r ON r.id = g."row" AND r.import_id = import AND r.state = 'good'
    WHERE g."row" <> ALL (again)
    ON CONFLICT (once) DO UPDATE SET fingerprint = EXCLUDED.fingerprint, name = EXCLUDED.name, sex = EXCLUDED.sex, birth_date = EXCLUDED.birth_date,
        birth_precision = EXCLUDED.birth_precision, phone = EXCLUDED.phone, province_code = EXCLUDED.province_code, address = EXCLUDED.address,
        channel = EXCLUDED.channel, left_on = EXCLUDED.left_on, contract_end = EXCLUDED.contract_end, activity = EXCLUDED.activity,
        occupation = EXCLUDED.occupation, sender = EXCLUDED.sender, employer = EXCLUDED.employer, education_level = EXCLUDED.education_level,
        recruitment_cost = EXCLUDED.recruitment_cost, wage = EXCLUDED.wage, wage_currency = EXCLUDED.wage_currency,
        office_id = EXCLUDED.office_id, brought_by = EXCLUDED.brought_by, brought_at = app_now(), compared_at = NULL;
    DELETE FROM contract_papers p USING jsonb_to_recordset(contracts) AS g ("row" uuid, once text) JOIN contract_departures d ON d.once = g.once
    WHERE p.contract_id = d.id AND g."row" <> ALL (again);
    INSERT INTO contract_papers (id, contract_id, kind, country, number_sealed, number_index, number_key)
    SELECT p.id, d.id, p.kind, p.country, decode(p.sealed, 'hex'), p.index, p.key
    FROM jsonb_to_recordset(contracts) AS g ("row" uuid, once text, papers jsonb) JOIN contract_departures d ON d.once = g.once
    CROSS JOIN LATERAL jsonb_to_recordset(g.papers) AS p (id uuid, kind text, country text, sealed text, index text, key integer)
    WHERE g."row" <> ALL (again)
    ON CONFLICT (contract_id, number_index) DO NOTHING;
    DELETE FROM contract_keys k USING jsonb_to_recordset(contracts) AS g ("row" uuid, once text) JOIN contract_departures d ON d.once = g.once
    WHERE k.contract_id = d.id AND g."row" <> ALL (again);
    INSERT INTO contract_keys (key, contract_id)
    SELECT DISTINCT k.key, d.id FROM jsonb_to_recordset(contracts) AS g ("row" uuid, once text, keys jsonb) JOIN contract_departures d ON d.once = g.once
    CROSS JOIN LATERAL jsonb_array_elements_text(g.keys) AS k (key) WHERE g."row" <> ALL (again)
    ON CONFLICT DO NOTHING;
    -- What a return was told by the contract before is told anew.
    PERFORM feed_contracts(x.person) FROM (
        SELECT DISTINCT living(l.person_id) AS person FROM jsonb_to_recordset(contracts) AS g ("row" uuid, once text)
        JOIN contract_departures d ON d.once = g.once JOIN contract_links l ON l.contract_id = d.id AND l.decision = 'same' WHERE g."row" <> ALL (again)) x;
    WITH erased AS (
        UPDATE import_rows r SET cells = '{}', state = CASE WHEN g."row" = ANY (again) THEN 'skipped' ELSE 'committed' END,
            contract_id = CASE WHEN g."row" = ANY (again) THEN NULL ELSE d.id END
        FROM jsonb_to_recordset(contracts) AS g ("row" uuid, once text) LEFT JOIN contract_departures d ON d.once = g.once
        WHERE r.id = g."row" AND r.import_id = import AND r.state = 'good'
        RETURNING r.state)
    SELECT count(*) INTO done FROM erased WHERE state = 'committed';
    RETURN done;
END $$;

-- True if contracts wait to be compared with the people here; for whoever just brought some in.
CREATE OR REPLACE FUNCTION contracts_wait() RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN (is_service('worker') OR my_import_kind() = 'contracts')
       AND EXISTS (SELECT FROM contract_departures c WHERE c.compared_at IS NULL AND c.erased_at IS NULL);
END $$;

------------------------------------------------------------------------------------------------ whose contract it is

-- What a contract is compared by, as features() for people.
CREATE OR REPLACE FUNCTION contract_features(c contract_departures) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object('id', c.id, 'name', c.name, 'sex', c.sex, 'birth_date', c.birth_date, 'birth_precision', c.birth_precision,
        'documents', (SELECT coalesce(jsonb_agg(jsonb_build_object('kind', p.kind, 'country', p.country, 'number', p.number_index)), '[]') FROM contract_papers p WHERE p.contract_id = c.id),
        'phones', CASE WHEN c.phone IS NULL THEN '[]' ELSE jsonb_build_array(c.phone) END, 'province', c.province_code)
$$;

-- Keys that are asked with: a name alone, which thousands share, only where it is not known when somebody was born.
CREATE OR REPLACE FUNCTION asked_keys(keys text[], born boolean) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT ARRAY(SELECT k FROM unnest(keys) k WHERE NOT born OR k NOT LIKE ALL (ARRAY['name:%', 'ends:%'])
                 UNION SELECT 'unborn:' || substr(k, 6) FROM unnest(keys) k WHERE k LIKE 'name:%')
$$;

-- The next contracts that nobody was compared with yet, each with the people who share a key with it. For the worker.
CREATE OR REPLACE FUNCTION contracts_to_compare(most integer) RETURNS jsonb LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT is_service('worker') THEN
        RAISE EXCEPTION 'not allowed';
    END IF;
    RETURN (
        SELECT jsonb_build_object('people', people_about(), 'model', model_in_force(), 'suspected', current_parameter('matching.suspected-percent'), 'rounds',
            coalesce(jsonb_agg(jsonb_build_object('subject', contract_features(c), 'others', (
                SELECT coalesce(jsonb_agg(features(p, true) || jsonb_build_object('by_number', h.by_number)), '[]') FROM (
                    SELECT m.person_id, bool_or(m.key LIKE 'document:%') AS by_number FROM match_keys m
                    WHERE m.key = ANY (asked_keys(ARRAY(SELECT k.key FROM contract_keys k WHERE k.contract_id = c.id), c.birth_date IS NOT NULL))
                    GROUP BY 1 ORDER BY bool_or(m.key LIKE 'document:%') DESC, count(*) DESC LIMIT 100) h
                JOIN persons p ON p.id = h.person_id AND p.merged_into IS NULL))), '[]'))
        FROM (SELECT x.* FROM contract_departures x WHERE x.compared_at IS NULL AND x.erased_at IS NULL ORDER BY x.id LIMIT most) c);
END $$;

-- Somebody, and the contracts that share a key with them. For the worker.
CREATE OR REPLACE FUNCTION contracts_of_person(person uuid) RETURNS jsonb LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    subject persons;
BEGIN
    IF NOT is_service('worker') THEN
        RAISE EXCEPTION 'not allowed';
    END IF;
    SELECT p.* INTO subject FROM persons p WHERE p.id = person AND p.merged_into IS NULL;
    IF subject.id IS NULL THEN
        RETURN NULL;
    END IF;
    RETURN (
        SELECT jsonb_build_object('people', people_about(), 'model', model_in_force(), 'suspected', current_parameter('matching.suspected-percent'), 'rounds', jsonb_build_array(
            jsonb_build_object('subject', features(subject, true), 'others', coalesce(jsonb_agg(contract_features(c) || jsonb_build_object('by_number', h.by_number)), '[]'))))
        FROM (SELECT k.contract_id, bool_or(k.key LIKE 'document:%') AS by_number FROM contract_keys k
              WHERE k.key = ANY (asked_keys(ARRAY(SELECT m.key FROM match_keys m WHERE m.person_id = person), subject.birth_date IS NOT NULL))
              GROUP BY 1 ORDER BY bool_or(k.key LIKE 'document:%') DESC, count(*) DESC LIMIT 100) h
        JOIN contract_departures c ON c.id = h.contract_id AND c.erased_at IS NULL);
END $$;

-- Notes that a contract may be somebody's. Where they share a number, nothing speaks against it and nobody else shares it,
-- it is theirs; otherwise somebody is asked. What somebody decided stays decided.
CREATE OR REPLACE FUNCTION link_contract(contract uuid, person uuid, by_number boolean, likely double precision, because jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    whose uuid := living(person);
    sure boolean;
BEGIN
    IF NOT is_service('worker') THEN
        RAISE EXCEPTION 'not allowed';
    END IF;
    PERFORM FROM contract_departures c WHERE c.id = contract FOR UPDATE;
    sure := by_number AND likely * 100 >= current_parameter('matching.suspected-percent')
        AND NOT EXISTS (SELECT FROM contract_links l WHERE l.contract_id = contract AND living(l.person_id) <> whose
                        AND (l.decision = 'same' OR (l.reason = 'same-number' AND l.decision IS DISTINCT FROM 'different')));
    INSERT INTO contract_links AS l (id, contract_id, person_id, reason, probability, reasons, decision, decided_at)
    VALUES (gen_random_uuid(), contract, whose, CASE WHEN by_number THEN 'same-number' ELSE 'match' END, likely, because,
            CASE WHEN sure THEN 'same' END, CASE WHEN sure THEN app_now() END)
    ON CONFLICT (contract_id, person_id) DO UPDATE SET reason = EXCLUDED.reason, probability = EXCLUDED.probability, reasons = EXCLUDED.reasons,
        decision = EXCLUDED.decision, decided_at = EXCLUDED.decided_at, version = l.version + 1
    WHERE NOT l.by_hand AND (l.reason, l.probability, l.reasons, l.decision) IS DISTINCT FROM (EXCLUDED.reason, EXCLUDED.probability, EXCLUDED.reasons, EXCLUDED.decision);
    IF FOUND THEN
        PERFORM feed_contracts(whose);
    END IF;
END $$;

-- Contracts were compared; unless one was brought up to date meanwhile, it is not compared again.
CREATE OR REPLACE FUNCTION contracts_compared(contracts uuid[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT is_service('worker') THEN
        RAISE EXCEPTION 'not allowed';
    END IF;
    UPDATE contract_departures c SET compared_at = app_now() WHERE c.id = ANY (contracts);
END $$;

-- Makes anew what contracts say of somebody's returns. A contract speaks of the first return after it began, from the
-- country that it was for or from one that nobody named; of several, the last that began before it.
CREATE OR REPLACE FUNCTION feed_contracts(person uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    whom uuid[];
BEGIN
    whom := ARRAY(SELECT p.id FROM persons p WHERE p.id = person OR p.merged_into = person);
    IF NOT EXISTS (SELECT FROM contract_links l WHERE l.person_id = ANY (whom)) THEN
        RETURN;
    END IF;
    DELETE FROM episode_contracts x
    WHERE x.contract_id IN (SELECT l.contract_id FROM contract_links l WHERE l.person_id = ANY (whom))
       OR x.episode_id IN (SELECT e.id FROM episodes e WHERE e.person_id = ANY (whom));
    INSERT INTO episode_contracts (id, episode_id, contract_id, country, channel, activity, occupation, sender, employer, contract_start, contract_end, recruitment_cost, wage, wage_currency)
    SELECT DISTINCT ON (f.id) gen_random_uuid(), f.id, c.id, c.country, c.channel, c.activity, c.occupation, c.sender, c.employer, c.contract_start, c.contract_end,
        c.recruitment_cost, c.wage, c.wage_currency
    FROM contract_links l JOIN contract_departures c ON c.id = l.contract_id
    CROSS JOIN LATERAL (
        SELECT e.id FROM episodes e
        WHERE e.person_id = person AND e.standing IN ('returned', 'planned', 'undecided') AND (e.previous_country IS NULL OR e.previous_country = c.country)
          AND (e.standing <> 'returned' OR e.entered_on IS NULL
               OR (e.entered_on + CASE e.entered_precision WHEN 'year' THEN interval '1 year' WHEN 'month' THEN interval '1 month' ELSE interval '1 day' END) > c.contract_start)
        ORDER BY coalesce(e.entered_on, e.expected_on, 'infinity'), e.id LIMIT 1) f
    WHERE l.person_id = ANY (whom) AND l.decision = 'same'
    ORDER BY f.id, c.contract_start DESC, c.id;
END $$;

CREATE OR REPLACE FUNCTION contracts_follow_episode() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.person_id <> NEW.person_id THEN
        PERFORM feed_contracts(OLD.person_id);
    END IF;
    PERFORM feed_contracts(NEW.person_id);
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER contracts_follow_episode AFTER INSERT OR UPDATE OF standing, previous_country, entered_on, entered_precision, expected_on, person_id ON episodes
    FOR EACH ROW EXECUTE FUNCTION contracts_follow_episode();

-- A link came along with a merge, or went back.
CREATE OR REPLACE FUNCTION contracts_follow_link() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM feed_contracts(p) FROM unnest(ARRAY[OLD.person_id, NEW.person_id]) p;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER contracts_follow_link AFTER UPDATE OF person_id ON contract_links FOR EACH ROW WHEN (OLD.person_id <> NEW.person_id)
    EXECUTE FUNCTION contracts_follow_link();

-- Two records became one, or two again.
CREATE OR REPLACE FUNCTION contracts_follow_person() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM feed_contracts(p) FROM unnest(ARRAY[OLD.merged_into, NEW.merged_into, NEW.id]) p WHERE p IS NOT NULL;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER contracts_follow_person AFTER UPDATE OF merged_into ON persons FOR EACH ROW WHEN (OLD.merged_into IS DISTINCT FROM NEW.merged_into)
    EXECUTE FUNCTION contracts_follow_person();

-- Who may say whose contract it is: whoever may decide of the person's duplicates. Of somebody under protection their
-- named staff alone; access::decides says the same.
CREATE OR REPLACE FUNCTION may_decide_contract(person uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    p persons;
BEGIN
    SELECT x.* INTO p FROM persons x WHERE x.id = living(person);
    IF p.id IS NULL OR p.id IN (SELECT my_exclusions()) THEN
        RETURN false;
    ELSIF p.protected THEN
        RETURN may('person.change') AND p.id IN (SELECT my_protected());
    END IF;
    RETURN may('duplicates.decide') AND (decides_all_pairs() OR may_change_person(p.id));
END $$;

-- Links that I may decide of, the likeliest first: those that wait, or those that were decided.
CREATE OR REPLACE FUNCTION contract_links_to_decide(decided boolean, after uuid, most integer) RETURNS jsonb LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    below double precision;
    all_of_them boolean := decides_all_pairs();
BEGIN
    IF NOT may('person.change') THEN
        RAISE EXCEPTION 'not allowed';
    END IF;
    SELECT l.probability INTO below FROM contract_links l WHERE l.id = after;
    RETURN (
        SELECT coalesce(jsonb_agg(jsonb_build_object('id', x.id, 'reason', x.reason, 'probability', x.probability, 'reasons', x.reasons, 'found_at', x.found_at,
            'decision', x.decision, 'person', x.person_id, 'name', x.name, 'year', date_part('year', x.birth_date)::integer, 'contract', x.contract_id,
            'contract_name', x.contract_name, 'contract_year', date_part('year', x.contract_birth)::integer, 'country', x.country) ORDER BY x.probability DESC, x.id DESC), '[]')
        FROM (SELECT l.*, p.name, p.birth_date, c.name AS contract_name, c.birth_date AS contract_birth, c.country
              FROM contract_links l JOIN persons p ON p.id = l.person_id AND p.merged_into IS NULL JOIN contract_departures c ON c.id = l.contract_id AND c.erased_at IS NULL
              WHERE decided = (l.decision IS NOT NULL) AND (below IS NULL OR (l.probability, l.id) < (below, after))
                AND (decided OR NOT EXISTS (SELECT FROM contract_links o WHERE o.contract_id = l.contract_id AND o.decision = 'same'))
                AND CASE WHEN all_of_them AND NOT p.protected THEN p.id NOT IN (SELECT my_exclusions()) ELSE may_decide_contract(p.id) END
              ORDER BY l.probability DESC, l.id DESC LIMIT most) x);
END $$;

-- A contract and somebody side by side, for whoever may decide; as much as tells whether it is they, with what is sealed
-- and masked as of two records of one person.
CREATE OR REPLACE FUNCTION contract_link_to_decide(link uuid) RETURNS jsonb LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    l contract_links;
BEGIN
    SELECT x.* INTO l FROM contract_links x WHERE x.id = link;
    IF l.id IS NULL OR NOT may_decide_contract(l.person_id) THEN
        RETURN NULL;
    END IF;
    RETURN (
        SELECT jsonb_build_object('id', l.id, 'reason', l.reason, 'probability', l.probability, 'reasons', l.reasons, 'version', l.version,
            'decision', l.decision, 'decided_at', l.decided_at, 'note', l.note, 'by_number', l.decision IS NOT NULL AND l.decided_by IS NULL,
            'decided_by', (SELECT u.name FROM users u WHERE u.id = l.decided_by AND u.organisation_id = my_organisation()),
            'taken', EXISTS (SELECT FROM contract_links o WHERE o.contract_id = l.contract_id AND o.id <> l.id AND o.decision = 'same'),
            'contract', contract_features(c) - ARRAY['documents', 'phones'] || jsonb_build_object('country', c.country, 'contract_start', c.contract_start, 'contract_end', c.contract_end,
                'occupation', c.occupation, 'sender', c.sender,
                'papers', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', d.id, 'kind', d.kind, 'sealed', encode(d.number_sealed, 'hex')) ORDER BY d.id), '[]') FROM contract_papers d WHERE d.contract_id = c.id),
                'phones', CASE WHEN c.phone IS NULL THEN '[]' ELSE jsonb_build_array(repeat('•', greatest(length(c.phone) - 3, 0)) || right(c.phone, 3)) END),
            'person', jsonb_build_object('id', p.id, 'name', p.name, 'sex', p.sex, 'birth_date', p.birth_date, 'birth_precision', p.birth_precision,
                'code', CASE WHEN may_see_person(p.id) THEN p.code END, 'protected', p.protected, 'named', p.id IN (SELECT my_protected()), 'changes', may_change_person(p.id),
                'papers', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', d.id, 'kind', d.kind, 'sealed', encode(d.number_sealed, 'hex')) ORDER BY d.id), '[]')
                           FROM identity_documents d WHERE d.person_id = p.id AND d.withdrawn_at IS NULL AND d.number_sealed IS NOT NULL),
                'phones', (SELECT coalesce(jsonb_agg(DISTINCT repeat('•', greatest(length(k.value) - 3, 0)) || right(k.value, 3)), '[]')
                           FROM contact_points k WHERE k.person_id = p.id AND k.kind IN ('phone', 'zalo') AND k.withdrawn_at IS NULL),
                'province', (SELECT a.province_code FROM addresses a WHERE a.person_id = p.id AND a.kind = 'home' AND a.withdrawn_at IS NULL ORDER BY a.id DESC LIMIT 1)))
        FROM contract_departures c JOIN persons p ON p.id = l.person_id AND p.merged_into IS NULL WHERE c.id = l.contract_id AND c.erased_at IS NULL);
END $$;

-- Says whose contract it is, or takes that back (`what` is null). Says 'done', 'before' where somebody was faster, 'taken'
-- where it is somebody else's already, or 'nothing'.
CREATE OR REPLACE FUNCTION decide_contract_link(link uuid, what text, why text, at_version integer) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    l contract_links;
BEGIN
    SELECT x.* INTO l FROM contract_links x WHERE x.id = link FOR UPDATE;
    IF l.id IS NULL OR NOT may_decide_contract(l.person_id) OR living(l.person_id) <> l.person_id THEN
        RETURN 'nothing';
    ELSIF l.version <> at_version OR (what IS NULL) <> (l.decision IS NOT NULL) THEN
        RETURN 'before';
    ELSIF what = 'same' AND EXISTS (SELECT FROM contract_links o WHERE o.contract_id = l.contract_id AND o.decision = 'same') THEN
        RETURN 'taken';
    END IF;
    -- What was taken back waits for somebody's word, and the number does not say it again.
    UPDATE contract_links x SET decision = what, note = why, decided_at = CASE WHEN what IS NULL THEN NULL ELSE app_now() END,
        decided_by = CASE WHEN what IS NULL THEN NULL ELSE my_id() END, by_hand = true, version = x.version + 1 WHERE x.id = link;
    PERFORM feed_contracts(l.person_id);
    PERFORM record_event(gen_random_uuid(), CASE WHEN what IS NULL THEN 'person.contract-taken-back' ELSE 'person.contract-' || what END, 'person', l.person_id, jsonb_build_object('contract', l.contract_id));
    RETURN 'done';
END $$;

------------------------------------------------------------------------------------------------ whoever may be back (practice 42)

-- The province whose returnees my office looks after.
CREATE OR REPLACE FUNCTION my_contact_province() RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN (SELECT o.province_code FROM organisations o WHERE o.id = my_organisation() AND o.kind IN ('esc', 'province') AND o.ended_at IS NULL AND may('contact.work'));
END $$;

-- Who is on a list of a province, and the day from which they are. Nobody under protection, nobody who is asked after
-- already, and nobody who has answered.
CREATE OR REPLACE FUNCTION unknown_in(province text, which text) RETURNS TABLE (subject uuid, since date) LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    today date := (app_now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date;
BEGIN
    IF which = 'contract-ended' THEN
        RETURN QUERY
            SELECT c.id, c.contract_end FROM contract_departures c
            WHERE c.province_code = province AND c.erased_at IS NULL AND c.contract_end < today - current_parameter('contact.grace-days')::integer
              -- No later contract, of the same papers or of the same person.
              AND NOT EXISTS (SELECT FROM contract_papers a JOIN contract_papers b ON b.number_index = a.number_index AND b.contract_id <> a.contract_id
                              JOIN contract_departures n ON n.id = b.contract_id WHERE a.contract_id = c.id AND (n.contract_start, n.id) > (c.contract_start, c.id))
              AND NOT EXISTS (SELECT FROM contract_links a JOIN contract_links b ON living(b.person_id) = living(a.person_id) AND b.decision = 'same' AND b.contract_id <> a.contract_id
                              JOIN contract_departures n ON n.id = b.contract_id WHERE a.contract_id = c.id AND a.decision = 'same' AND (n.contract_start, n.id) > (c.contract_start, c.id))
              -- Nobody whom we know about since it began, and nobody under protection.
              AND NOT EXISTS (SELECT FROM contract_links l JOIN persons p ON p.id = living(l.person_id) LEFT JOIN episodes e ON e.person_id = p.id
                              WHERE l.contract_id = c.id AND l.decision = 'same'
                                AND (p.protected OR p.id IN (SELECT my_exclusions()) OR coalesce(e.entered_on, (e.registered_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date) >= c.contract_start))
              AND NOT EXISTS (SELECT FROM contact_tasks t WHERE t.contract_id = c.id AND (t.closed_at IS NULL OR t.outcome NOT IN ('not-found', 'still-abroad')
                              OR (t.outcome = 'still-abroad' AND t.closed_at > app_now() - current_parameter('contact.again-days') * interval '1 day')));
    ELSE
        RETURN QUERY
            SELECT e.id, coalesce(e.entered_on, (e.registered_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date)
            FROM (SELECT DISTINCT a.person_id FROM addresses a WHERE a.province_code = province AND a.kind = 'home' AND a.withdrawn_at IS NULL) h
            JOIN persons p ON p.id = h.person_id AND p.merged_into IS NULL AND NOT p.protected AND p.id NOT IN (SELECT my_exclusions())
            JOIN episodes e ON e.person_id = p.id AND e.standing = 'returned'
            WHERE coalesce(e.entered_on, (e.registered_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date) >= today - current_parameter('contact.return-days')::integer
              AND (SELECT a.province_code FROM addresses a WHERE a.person_id = p.id AND a.kind = 'home' AND a.withdrawn_at IS NULL ORDER BY a.id DESC LIMIT 1) = province
              AND NOT EXISTS (SELECT FROM re_departures d WHERE d.episode_id = e.id AND d.state = 'done' AND d.withdrawn_at IS NULL)
              AND NOT EXISTS (SELECT FROM contact_tasks t WHERE t.episode_id = e.id
                              AND (t.closed_at IS NULL OR t.outcome IN ('no-contact', 're-contracted') OR (t.kind = which AND t.outcome <> 'not-found')))
              AND CASE which
                  -- Neither a contract that the base knows, nor one that they told of, nor that they went another way.
                  WHEN 'return-no-contract' THEN NOT EXISTS (SELECT FROM episode_contracts x WHERE x.episode_id = e.id)
                      AND NOT EXISTS (SELECT FROM labour_migrations m WHERE m.episode_id = e.id AND (coalesce(m.contract_start, m.contract_end) IS NOT NULL
                                      OR m.channel NOT IN ('service-enterprise', 'public-unit', 'contractor', 'individual-contract')))
                  -- Whoever said that they want no help is left in peace.
                  WHEN 'return-no-case' THEN e.wants_help IS DISTINCT FROM 'no'
                      AND NOT EXISTS (SELECT FROM cases k WHERE k.episode_id = e.id)
                      AND NOT EXISTS (SELECT FROM cases k JOIN episodes o ON o.id = k.episode_id WHERE o.person_id = p.id AND k.phase <> 'closed')
                  ELSE false END;
    END IF;
END $$;

-- How many are on each list of my province.
CREATE OR REPLACE FUNCTION unknown_counts() RETURNS TABLE (which text, people bigint) LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    province text := my_contact_province();
BEGIN
    IF province IS NULL THEN
        RAISE EXCEPTION 'not allowed';
    END IF;
    RETURN QUERY SELECT k, (SELECT count(*) FROM unknown_in(province, k)) FROM unnest(ARRAY['contract-ended', 'return-no-contract', 'return-no-case']) k;
END $$;

-- A list of my province, the newest first: enough to say whom to ask after, no name and no way to reach anybody. `of_subject`:
-- the line of one subject.
CREATE OR REPLACE FUNCTION unknown_list(which text, of_subject uuid, after uuid, most integer) RETURNS jsonb LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    province text := my_contact_province();
    below date;
BEGIN
    IF province IS NULL THEN
        RAISE EXCEPTION 'not allowed';
    END IF;
    SELECT u.since INTO below FROM unknown_in(province, which) u WHERE u.subject = after;
    RETURN (
        SELECT coalesce(jsonb_agg(jsonb_build_object('subject', x.subject, 'since', x.since, 'sex', coalesce(c.sex, p.sex),
            'year', date_part('year', coalesce(c.birth_date, p.birth_date))::integer, 'country', coalesce(c.country, e.previous_country),
            'commune', (SELECT a.commune_code FROM addresses a WHERE a.person_id = p.id AND a.kind = 'home' AND a.withdrawn_at IS NULL ORDER BY a.id DESC LIMIT 1),
            'address', CASE WHEN of_subject IS NOT NULL AND may('contact.make') THEN c.address END,
            'tries', (SELECT count(*) FROM contact_tasks t WHERE (t.contract_id = x.subject OR t.episode_id = x.subject) AND t.closed_at IS NOT NULL),
            'maybe', EXISTS (SELECT FROM contract_links l JOIN persons o ON o.id = l.person_id AND o.merged_into IS NULL AND NOT o.protected
                             WHERE l.decision IS NULL AND CASE WHEN c.id IS NULL THEN l.person_id = p.id ELSE l.contract_id = c.id END
                               AND NOT EXISTS (SELECT FROM contract_links s WHERE s.contract_id = l.contract_id AND s.decision = 'same')))
            ORDER BY x.since DESC, x.subject DESC), '[]')
        FROM (SELECT u.* FROM unknown_in(province, which) u WHERE (of_subject IS NULL OR u.subject = of_subject) AND (below IS NULL OR (u.since, u.subject) < (below, after))
              ORDER BY u.since DESC, u.subject DESC LIMIT most) x
        LEFT JOIN contract_departures c ON which = 'contract-ended' AND c.id = x.subject
        LEFT JOIN episodes e ON which <> 'contract-ended' AND e.id = x.subject LEFT JOIN persons p ON p.id = e.person_id);
END $$;

-- Asks a commune to look after somebody on a list of my province. Says 'done', 'before' where they are on it no more,
-- 'commune' or 'who' where the commune is not of the province or the colleague not of my office, or excluded by them. `asked`: commune,
-- given_to, accountable, due_on, note.
CREATE OR REPLACE FUNCTION make_contact_task(task uuid, of_kind text, of_subject uuid, asked jsonb) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    province text := my_contact_province();
    commune text := asked ->> 'commune';
    who uuid := (asked ->> 'accountable')::uuid;
BEGIN
    IF province IS NULL OR NOT may('contact.make') THEN
        RETURN 'nothing';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended(of_subject::text, 7213));
    IF NOT EXISTS (SELECT FROM unknown_in(province, of_kind) u WHERE u.subject = of_subject) THEN
        RETURN 'before';
    ELSIF NOT EXISTS (SELECT FROM communes c WHERE c.code = commune AND c.parent = province) THEN
        RETURN 'commune';
    ELSIF NOT EXISTS (SELECT FROM users u JOIN user_roles r ON r.user_id = u.id JOIN role_permissions p ON p.role = r.role AND p.permission = 'contact.work'
                      WHERE u.id = who AND u.organisation_id = my_organisation() AND u.ended_at IS NULL)
       OR excludes((SELECT e.person_id FROM episodes e WHERE e.id = of_subject), NULL, who) THEN
        RETURN 'who';
    END IF;
    INSERT INTO contact_tasks (id, kind, contract_id, episode_id, office_id, province_code, commune_code, given_to, accountable_id, due_on, note, made_by)
    VALUES (task, of_kind, CASE of_kind WHEN 'contract-ended' THEN of_subject END, CASE WHEN of_kind <> 'contract-ended' THEN of_subject END,
            my_organisation(), province, commune, asked ->> 'given_to', who, (asked ->> 'due_on')::date, asked ->> 'note', my_id());
    PERFORM record_event(gen_random_uuid(), 'contact-task.made', 'contact-task', task, jsonb_build_object('kind', of_kind));
    RETURN 'done';
END $$;

-- Who can be accountable for a contact task.
CREATE OR REPLACE FUNCTION contact_workers() RETURNS TABLE (id uuid, name text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT u.id, u.name FROM users u JOIN user_roles r ON r.user_id = u.id JOIN role_permissions p ON p.role = r.role AND p.permission = 'contact.work'
    WHERE u.organisation_id = my_organisation() AND u.ended_at IS NULL AND my_contact_province() IS NOT NULL ORDER BY u.name LIMIT 200
$$;

-- Whom a task of my office is about, as much as it takes to reach them: while it is open, and while somebody who is back
-- is still to be registered. Telephones of people with a record only where they said that one may call (practice 19).
CREATE OR REPLACE FUNCTION contact_task_whom(task uuid) RETURNS jsonb LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    t contact_tasks;
BEGIN
    SELECT x.* INTO t FROM contact_tasks x WHERE x.id = task AND x.office_id = my_organisation();
    IF t.id IS NULL OR my_contact_province() IS DISTINCT FROM t.province_code THEN
        RETURN NULL;
    ELSIF t.closed_at IS NOT NULL AND (t.outcome <> 'returned' OR EXISTS (SELECT FROM contract_links l WHERE l.contract_id = t.contract_id AND l.decision = 'same')) THEN
        RETURN NULL;
    ELSIF t.contract_id IS NOT NULL THEN
        RETURN (
            SELECT jsonb_build_object('id', c.id, 'name', c.name, 'sex', c.sex, 'birth_date', c.birth_date, 'birth_precision', c.birth_precision, 'country', c.country,
                'phones', CASE WHEN c.phone IS NULL THEN '[]' ELSE jsonb_build_array(jsonb_build_object('value', c.phone)) END, 'unsafe_ways', 0, 'line', c.address,
                'start', c.contract_start, 'since', c.contract_end, 'sender', c.sender)
            FROM contract_departures c WHERE c.id = t.contract_id AND c.erased_at IS NULL
              AND NOT EXISTS (SELECT FROM contract_links l JOIN persons p ON p.id = living(l.person_id) WHERE l.contract_id = c.id AND l.decision = 'same' AND (p.protected OR p.id IN (SELECT my_exclusions()))));
    END IF;
    RETURN (
        SELECT jsonb_build_object('id', p.id, 'name', p.name, 'sex', p.sex, 'birth_date', p.birth_date, 'birth_precision', p.birth_precision, 'country', e.previous_country,
            'phones', (SELECT coalesce(jsonb_agg(jsonb_build_object('value', k.value, 'belongs_to', k.belongs_to, 'wishes', k.wishes) ORDER BY k.id), '[]')
                       FROM contact_points k WHERE k.person_id = p.id AND k.kind IN ('phone', 'zalo') AND k.withdrawn_at IS NULL AND k.safe_to_call),
            'unsafe_ways', (SELECT count(*) FROM contact_points k WHERE k.person_id = p.id AND k.withdrawn_at IS NULL AND NOT k.safe_to_call),
            'line', (SELECT a.line FROM addresses a WHERE a.person_id = p.id AND a.kind = 'home' AND a.withdrawn_at IS NULL ORDER BY a.id DESC LIMIT 1),
            'since', e.entered_on, 'sender', NULL)
        FROM episodes e JOIN persons p ON p.id = e.person_id AND p.merged_into IS NULL AND NOT p.protected AND p.id NOT IN (SELECT my_exclusions()) WHERE e.id = t.episode_id);
END $$;

-- Closes a task with what came of it. Says 'done', 'before', 'nothing'; 'open' where they want help and the return waits
-- for its case: they are open to my office until tomorrow, and then because of the case.
CREATE OR REPLACE FUNCTION close_contact_task(task uuid, what text, why text, at_version integer) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    t contact_tasks;
    whose uuid;
BEGIN
    SELECT x.* INTO t FROM contact_tasks x WHERE x.id = task AND x.office_id = my_organisation() FOR UPDATE;
    IF t.id IS NULL OR my_contact_province() IS DISTINCT FROM t.province_code THEN
        RETURN 'nothing';
    ELSIF t.closed_at IS NOT NULL OR t.version <> at_version THEN
        RETURN 'before';
    END IF;
    UPDATE contact_tasks x SET outcome = what, outcome_note = why, closed_by = my_id(), closed_at = app_now(), version = x.version + 1 WHERE x.id = task;
    PERFORM record_event(gen_random_uuid(), 'contact-task.closed', 'contact-task', task, jsonb_build_object('kind', t.kind, 'outcome', what));
    IF what <> 'wants-help' THEN
        RETURN 'done';
    END IF;
    SELECT p.id INTO whose FROM episodes e JOIN persons p ON p.id = e.person_id AND NOT p.protected AND p.id NOT IN (SELECT my_exclusions())
    WHERE e.id = t.episode_id AND may('case.change') AND NOT EXISTS (SELECT FROM cases k WHERE k.episode_id = e.id);
    IF whose IS NULL THEN
        RETURN 'done';
    END IF;
    PERFORM open_person(whose, my_organisation(), NULL, 'contact', app_now() + interval '1 day');
    RETURN 'open';
END $$;

-- After its years nothing of a contract is left but what is counted; run by the worker with the sweep.
CREATE OR REPLACE FUNCTION sweep_contracts() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    gone uuid[];
BEGIN
    IF NOT is_service('worker') THEN
        RAISE EXCEPTION 'not allowed';
    END IF;
    gone := ARRAY(
        SELECT c.id FROM contract_departures c
        WHERE c.erased_at IS NULL
          AND greatest(c.contract_start, c.contract_end, (c.brought_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date)
              < (app_now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date - current_parameter('contract.keep-days')::integer
        ORDER BY c.id LIMIT 20000);
    UPDATE contract_departures c SET erased_at = app_now(), name = NULL, phone = NULL, address = NULL, employer = NULL,
        birth_date = date_trunc('year', c.birth_date)::date, birth_precision = CASE WHEN c.birth_date IS NOT NULL THEN 'year' END
    WHERE c.id = ANY (gone);
    DELETE FROM contract_papers p WHERE p.contract_id = ANY (gone);
    DELETE FROM contract_keys k WHERE k.contract_id = ANY (gone);
    -- Nobody is asked after any more of whom nothing is known.
    DELETE FROM contact_tasks t WHERE t.contract_id = ANY (gone);
    -- What was never found to be anybody's is nobody's now; what was goes on telling of their return.
    DELETE FROM contract_links l WHERE l.contract_id = ANY (gone) AND l.decision IS DISTINCT FROM 'same';
END $$;

------------------------------------------------------------------------------------------------ who may call what

DO $$
DECLARE
    f regprocedure;
BEGIN
    FOR f IN SELECT p.oid FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.proname IN
        ('commit_contract_rows', 'contracts_wait', 'contract_features', 'asked_keys', 'contracts_to_compare', 'contracts_of_person', 'link_contract', 'contracts_compared',
         'feed_contracts', 'contracts_follow_episode', 'contracts_follow_link', 'contracts_follow_person', 'may_decide_contract', 'contract_links_to_decide', 'contract_link_to_decide',
         'decide_contract_link', 'my_contact_province', 'unknown_in', 'unknown_counts', 'unknown_list', 'make_contact_task', 'contact_workers', 'contact_task_whom',
         'close_contact_task', 'sweep_contracts') LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO app, reader', f);
    END LOOP;
END $$;
REVOKE ALL ON FUNCTION feed_contracts(uuid), unknown_in(text, text), contract_features(contract_departures) FROM app, reader;
REVOKE EXECUTE ON FUNCTION commit_contract_rows(uuid, jsonb), link_contract(uuid, uuid, boolean, double precision, jsonb), contracts_compared(uuid[]),
    decide_contract_link(uuid, text, text, integer), make_contact_task(uuid, text, uuid, jsonb), close_contact_task(uuid, text, text, integer),
    sweep_contracts() FROM reader;
