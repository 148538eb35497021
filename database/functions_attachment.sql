-- Files that nobody put into a document: given up, or the line never came back.
CREATE OR REPLACE FUNCTION sweep_uploads() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT is_service('worker') THEN
        RAISE EXCEPTION 'not allowed';
    END IF;
    DELETE FROM attachment_files f
    WHERE f.attachment_id IS NULL AND f.added_at < app_now() - current_parameter('attachment.upload-hours') * interval '1 hour';
END $$;
REVOKE ALL ON FUNCTION sweep_uploads() FROM PUBLIC, reader;
GRANT EXECUTE ON FUNCTION sweep_uploads() TO app;
