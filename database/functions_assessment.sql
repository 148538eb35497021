-- Brings in a version of a questionnaire. What was asked once is never changed: a version that is there already must say
-- the same to the letter.
CREATE OR REPLACE FUNCTION add_instrument(new_document jsonb) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    of_kind text := new_document ->> 'code';
    new_version integer := (new_document ->> 'version')::integer;
BEGIN
    INSERT INTO instruments (code, version, valid_from, document)
    VALUES (of_kind, new_version, (new_document ->> 'valid_from')::date, new_document) ON CONFLICT DO NOTHING;
    IF NOT FOUND AND EXISTS (SELECT FROM instruments i WHERE i.code = of_kind AND i.version = new_version AND i.document <> new_document) THEN
        RAISE EXCEPTION '% version % is there with other words: give these a new version', of_kind, new_version;
    END IF;
END $$;
REVOKE ALL ON FUNCTION add_instrument(jsonb) FROM PUBLIC;
