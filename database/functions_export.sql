-- Files whose hours are over, and those that nobody could finish: their pieces go, what was wanted stays on record.
CREATE OR REPLACE FUNCTION end_exports() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT is_service('worker') THEN
        RAISE EXCEPTION 'not allowed';
    END IF;
    WITH over AS (
        UPDATE exports SET state = 'ended'
        WHERE state = 'ready' AND ends_at <= app_now()
           OR state = 'running' AND made_at <= app_now() - current_parameter('export.hours') * interval '1 hour'
        RETURNING id)
    DELETE FROM export_pieces p USING over WHERE p.export_id = over.id;
END $$;
REVOKE ALL ON FUNCTION end_exports() FROM PUBLIC, reader;
GRANT EXECUTE ON FUNCTION end_exports() TO app;
