-- The roles and the database, made once for each PostgreSQL server (15 or later, built with ICU).
--
-- `./serve` applies this file to its private cluster at every start. For a server of your own, run it
-- there as a superuser, as often as you like:
--
--     psql -X -v ON_ERROR_STOP=1 -d postgres -f database/roles.sql
--
-- then give the two roles that sign in a password (`\password owner`, `\password app`) or a line in
-- pg_hba.conf, and set OWNER_DATABASE_URL and DATABASE_URL. It changes roles of these names and no others.
--
--     owner       owns the database and every table, runs `trove migrate`, holds no data rights of others
--     app         what `trove serve` signs in as; owns nothing and is subject to row-level security
--     reader      what a request that only reads becomes (SET LOCAL ROLE reader)
--     statistics  what counts for the statistics tables become; sees no names
--
-- None is a superuser or bypasses row-level security: with either, the policies would not bind.

DO $$
BEGIN
    IF current_setting('server_version_num')::int < 150000 THEN
        RAISE EXCEPTION 'PostgreSQL 15 or later is needed, this is %', current_setting('server_version');
    END IF;
    -- Vietnamese names are sorted by this collation.
    IF NOT EXISTS (SELECT FROM pg_collation WHERE collname = 'vi-x-icu') THEN
        RAISE EXCEPTION 'this PostgreSQL was built without ICU: the collation vi-x-icu is missing';
    END IF;
END
$$;

SELECT format('CREATE ROLE %I', name)
FROM unnest(ARRAY['owner', 'app', 'reader', 'statistics']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name)
\gexec

ALTER ROLE owner      LOGIN   NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION;
-- NOINHERIT before the grants (PostgreSQL 16 copies it into them): app has the rights of reader and
-- statistics only while it says SET ROLE.
ALTER ROLE app        LOGIN   NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION NOINHERIT;
ALTER ROLE reader     NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION;
ALTER ROLE statistics NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION;

-- Already there: nothing to say (psql would print a notice at every start).
SET client_min_messages = warning;
GRANT reader, statistics TO app;

-- Set on the role, so that a pooler in between changes nothing. owner has no statement_timeout: a
-- migration may take its time.
ALTER ROLE app   SET statement_timeout = '15s';
ALTER ROLE app   SET idle_in_transaction_session_timeout = '30s';
ALTER ROLE app   SET lock_timeout = '5s';
-- A plan with the policies in it takes PostgreSQL longer to make than to carry out, and every predicate is an equality on a
-- key: one plan serves all values. Measured: a worklist in less than half of the time (docs/performance.md).
ALTER ROLE app   SET plan_cache_mode = 'force_generic_plan';
ALTER ROLE app   SET timezone = 'UTC';
ALTER ROLE owner SET timezone = 'UTC';

-- Byte order by default, so that an upgrade of the C library never invalidates an index; where people
-- read a list it is sorted by vi-x-icu explicitly.
SELECT $$CREATE DATABASE trove OWNER owner TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'$$
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'trove')
\gexec

-- By default everybody may connect and make temporary tables.
REVOKE ALL ON DATABASE trove FROM PUBLIC;
GRANT CONNECT ON DATABASE trove TO app;
