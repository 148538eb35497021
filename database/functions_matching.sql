-- Functions of the worker that keep matching up to date: keys made anew, a model learnt. Applied by `trove migrate` after
-- functions.sql. None of them is for a request: each asks whether the worker calls, which also `trove rekey` and
-- `trove learn` are.

CREATE OR REPLACE FUNCTION only_the_worker() RETURNS void LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF NOT is_service('worker') THEN
        RAISE EXCEPTION 'not allowed';
    END IF;
END $$;

------------------------------------------------------------------------------------------------ keys

-- Whose keys are of an older version, in the order of their ids, after one of them.
CREATE OR REPLACE FUNCTION people_to_rekey(wanted integer, after uuid, most integer) RETURNS uuid[] LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM only_the_worker();
    RETURN ARRAY(
        SELECT p.id FROM persons p
        WHERE p.id > after AND p.merged_into IS NULL AND NOT EXISTS (SELECT FROM key_versions k WHERE k.person_id = p.id AND k.version >= wanted)
        ORDER BY p.id LIMIT most);
END $$;

CREATE OR REPLACE FUNCTION keys_are_old(person uuid, wanted integer) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM only_the_worker();
    RETURN EXISTS (SELECT FROM persons p WHERE p.id = person AND p.merged_into IS NULL)
       AND NOT EXISTS (SELECT FROM key_versions k WHERE k.person_id = person AND k.version >= wanted);
END $$;

-- What keys are made of: every name that somebody has, had before a merge, or has on a paper, with the birth date that goes
-- with it, and every phone. Numbers of papers are not opened: their blind indexes are no part of a version. Nobody changes
-- the keys of these people until the transaction is over.
CREATE OR REPLACE FUNCTION key_sources(people uuid[]) RETURNS TABLE (person uuid, name text, birth_date date, birth_precision text, phone text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    PERFORM only_the_worker();
    PERFORM FROM persons p WHERE p.id = ANY (people) ORDER BY p.id FOR NO KEY UPDATE;
    RETURN QUERY
        SELECT p.id, p.name, p.birth_date, p.birth_precision, NULL FROM persons p WHERE p.id = ANY (people) AND p.merged_into IS NULL
        UNION ALL
        SELECT m.merged_into, m.name, m.birth_date, m.birth_precision, NULL FROM persons m WHERE m.merged_into = ANY (people)
        UNION ALL
        SELECT d.person_id, d.name_printed, p.birth_date, p.birth_precision, NULL FROM identity_documents d JOIN persons p ON p.id = d.person_id
        WHERE d.person_id = ANY (people) AND d.withdrawn_at IS NULL AND d.name_printed IS NOT NULL
        UNION ALL
        SELECT c.person_id, NULL, NULL, NULL, c.value FROM contact_points c
        WHERE c.person_id = ANY (people) AND c.kind IN ('phone', 'zalo') AND c.withdrawn_at IS NULL;
END $$;

-- Brings the keys of these people to what is given, but for those of papers; key_sources() has locked them. `keys` and
-- `whose` run side by side.
CREATE OR REPLACE FUNCTION rekey(people uuid[], keys text[], whose uuid[], made integer) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM only_the_worker();
    DELETE FROM match_keys m WHERE m.person_id = ANY (people) AND m.key NOT LIKE 'document:%'
        AND NOT EXISTS (SELECT FROM unnest(keys, whose) AS n (key, person) WHERE n.key = m.key AND n.person = m.person_id);
    INSERT INTO match_keys (key, person_id) SELECT n.key, n.person FROM unnest(keys, whose) AS n (key, person) ON CONFLICT DO NOTHING;
    INSERT INTO key_versions (person_id, version) SELECT p.id, made FROM persons p WHERE p.id = ANY (people)
    ON CONFLICT (person_id) DO UPDATE SET version = EXCLUDED.version;
END $$;

------------------------------------------------------------------------------------------------ learning

-- Names of so many people, drawn at random, to be counted word by word. Whoever is under protection is not drawn, here and below.
CREATE OR REPLACE FUNCTION names_to_count(most integer) RETURNS text[] LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    everybody bigint;
BEGIN
    PERFORM only_the_worker();
    SELECT count(*) INTO everybody FROM persons;
    RETURN ARRAY(SELECT p.name FROM persons p TABLESAMPLE BERNOULLI (least(100, 100.0 * most / greatest(everybody, 1)))
                 WHERE p.merged_into IS NULL AND NOT p.protected);
END $$;

-- People drawn at random, and how many there are: pairs of these show what strangers agree in.
CREATE OR REPLACE FUNCTION people_at_random(most integer) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    everybody bigint;
BEGIN
    PERFORM only_the_worker();
    SELECT count(*) INTO everybody FROM persons p WHERE p.merged_into IS NULL;
    RETURN (SELECT jsonb_build_object('people', everybody, 'drawn', coalesce(jsonb_agg(features(p, true)), '[]'))
            FROM persons p TABLESAMPLE BERNOULLI (least(100, 100.0 * most / greatest(everybody, 1))) WHERE p.merged_into IS NULL AND NOT p.protected);
END $$;

-- Keys of a kind that at least two and at most `largest` people share, drawn at random until they cover `most` people: who
-- shares each, and which share of such keys was drawn. Keys of papers come in several generations, of which one is enough.
CREATE OR REPLACE FUNCTION blocks_to_learn(kind text, most integer, largest integer) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    seed bigint := (random() * 1e15)::bigint;
BEGIN
    PERFORM only_the_worker();
    RETURN (
        WITH shared AS (
            SELECT m.key, count(*) AS people FROM match_keys m WHERE m.key >= kind || ':' AND m.key < kind || ';' GROUP BY m.key HAVING count(*) BETWEEN 2 AND largest),
        placed AS (SELECT s.key, sum(s.people) OVER (ORDER BY hashtextextended(s.key, seed), s.key) AS upto, count(*) OVER () AS keys FROM shared s),
        drawn AS MATERIALIZED (SELECT p.key, p.keys FROM placed p WHERE p.upto <= most)
        SELECT jsonb_build_object('share', coalesce((SELECT count(*)::float8 / max(d.keys) FROM drawn d), 0),
            'blocks', coalesce(jsonb_agg(b.people), '[]'))
        FROM (SELECT jsonb_agg(m.person_id) AS people FROM drawn d JOIN match_keys m ON m.key = d.key JOIN persons p ON p.id = m.person_id
              WHERE NOT p.protected GROUP BY m.key) b);
END $$;

CREATE OR REPLACE FUNCTION people_to_learn(people uuid[]) RETURNS jsonb LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM only_the_worker();
    RETURN (SELECT coalesce(jsonb_agg(features(p, true)), '[]') FROM persons p WHERE p.id = ANY (people) AND p.merged_into IS NULL AND NOT p.protected);
END $$;

-- Keeps what was learnt, or why it is not used, and gives its number. What is said of where it comes from is made here.
CREATE OR REPLACE FUNCTION keep_model(of_people integer, of_pairs integer, why_not text, learnt jsonb) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    follows integer;
BEGIN
    PERFORM only_the_worker();
    PERFORM pg_advisory_xact_lock(7210);
    SELECT coalesce(max(m.number), 0) + 1 INTO follows FROM match_models m;
    INSERT INTO match_models (id, number, people, pairs, source, refused, model)
    VALUES (gen_random_uuid(), follows, of_people, of_pairs,
            format('learnt from %s pairs on date %s', of_pairs, (app_now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date), why_not, learnt);
    RETURN follows;
END $$;

-- What was learnt stays as it was, whoever tries: scores name it.
CREATE OR REPLACE FUNCTION model_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a model never changes: learn another';
END $$;
CREATE OR REPLACE TRIGGER model_stays BEFORE UPDATE OR DELETE ON match_models FOR EACH ROW EXECUTE FUNCTION model_stays();

DO $$
DECLARE
    f regprocedure;
BEGIN
    FOR f IN SELECT p.oid FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.proname IN
        ('only_the_worker', 'people_to_rekey', 'keys_are_old', 'key_sources', 'rekey', 'names_to_count', 'people_at_random', 'blocks_to_learn',
         'people_to_learn', 'keep_model', 'model_stays') LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC, reader', f);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO app', f);
    END LOOP;
END $$;
