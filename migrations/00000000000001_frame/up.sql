-- What every capability stands on: time, what is remembered, work for later.

-- The one clock of SQL. `app.ahead` is set by tests only, by base::clock. Over statement_timestamp(), which is stable:
-- a call of it can be put in line, where one over clock_timestamp() is planned anew each time.
CREATE FUNCTION app_now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
RETURN statement_timestamp() + coalesce(nullif(current_setting('app.ahead', true), ''), '0')::bigint * interval '1 second';

-- Who did or saw what. Names of columns, never values, so that erasing a person stays possible.
CREATE SEQUENCE audit_ids;
CREATE TABLE audit (
    id bigint NOT NULL DEFAULT nextval('audit_ids'),
    at timestamptz NOT NULL DEFAULT app_now(),
    -- The sealer hashes what lies below the oldest running transaction; see docs/decisions/audit.md.
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    actor_kind text NOT NULL,
    actor_id text NOT NULL,
    organisation_id uuid,
    act text NOT NULL CHECK (act IN ('read', 'list', 'search', 'insert', 'update', 'delete', 'sign-in', 'sign-out')),
    table_name text NOT NULL,
    row_ids uuid[] NOT NULL,
    columns text[],
    purpose text,
    request uuid,
    PRIMARY KEY (at, id)
) PARTITION BY RANGE (at);
CREATE INDEX audit_by_xid ON audit (xid);
CREATE INDEX audit_by_actor ON audit (actor_id, at);
CREATE INDEX audit_by_row ON audit USING gin (row_ids);
CREATE TABLE audit_other PARTITION OF audit DEFAULT;

CREATE TABLE audit_seals (
    upto xid8 PRIMARY KEY,
    rows bigint NOT NULL,
    hash bytea NOT NULL,
    previous bytea NOT NULL,
    sealed_at timestamptz NOT NULL DEFAULT app_now()
);

-- Facts: what the timeline shows and what jobs further right act on.
CREATE TABLE events (
    id uuid NOT NULL,
    at timestamptz NOT NULL DEFAULT app_now(),
    kind text NOT NULL,
    subject_kind text NOT NULL,
    subject_id uuid NOT NULL,
    actor_kind text NOT NULL,
    actor_id text NOT NULL,
    organisation_id uuid,
    about jsonb NOT NULL,
    PRIMARY KEY (at, id)
) PARTITION BY RANGE (at);
CREATE INDEX events_by_subject ON events (subject_id, at);
CREATE TABLE events_other PARTITION OF events DEFAULT;

-- What a row said before it was changed. Nobody reads it but functions that ask first.
CREATE TABLE row_versions (
    table_name text NOT NULL,
    row_id uuid NOT NULL,
    version integer NOT NULL,
    row jsonb NOT NULL,
    replaced_at timestamptz NOT NULL DEFAULT app_now(),
    PRIMARY KEY (table_name, row_id, version)
);

CREATE TABLE jobs (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    key text NOT NULL UNIQUE,
    payload jsonb NOT NULL,
    actor_kind text NOT NULL,
    actor_id text NOT NULL,
    organisation_id uuid,
    run_at timestamptz NOT NULL,
    queued_at timestamptz NOT NULL DEFAULT app_now(),
    attempts integer NOT NULL DEFAULT 0,
    leased_until timestamptz,
    done_at timestamptz,
    given_up_at timestamptz,
    last_error text
);
CREATE INDEX jobs_due ON jobs (run_at) WHERE done_at IS NULL AND given_up_at IS NULL;

CREATE TABLE mails (
    id uuid PRIMARY KEY,
    recipient text NOT NULL,
    subject text NOT NULL,
    body text NOT NULL,
    posted_at timestamptz NOT NULL DEFAULT app_now(),
    sent_at timestamptz
);

-- One sending of one form acts once.
CREATE TABLE submissions (
    key uuid PRIMARY KEY,
    actor_kind text NOT NULL DEFAULT current_setting('app.actor_kind'),
    actor_id text NOT NULL DEFAULT current_setting('app.actor_id'),
    route text NOT NULL,
    payload_hash bytea NOT NULL,
    location text,
    at timestamptz NOT NULL DEFAULT app_now()
);
CREATE INDEX submissions_by_age ON submissions (at);

-- Numbers of law and policy: never in code, always with the day from which they hold and where they come from.
CREATE TABLE parameters (
    code text NOT NULL,
    valid_from date NOT NULL,
    valid_to date CHECK (valid_to > valid_from),
    value bigint NOT NULL,
    unit text NOT NULL,
    source text NOT NULL,
    PRIMARY KEY (code, valid_from)
);
