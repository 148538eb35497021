-- A computer that staff of an office share: only there a badge with its PIN opens an account (practice 11). Known by a cookie
-- whose hash this is. Level: internal.
CREATE TABLE computers (
    id uuid PRIMARY KEY,
    organisation_id uuid NOT NULL REFERENCES organisations,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
    token_hash bytea NOT NULL UNIQUE,
    registered_by uuid NOT NULL REFERENCES users,
    registered_at timestamptz NOT NULL DEFAULT app_now(),
    ended_at timestamptz
);
CREATE INDEX computers_by_office ON computers (organisation_id);

ALTER TABLE sessions ADD COLUMN computer_id uuid REFERENCES computers;

-- The badge is what somebody has, the PIN what they know; without the one the other is nothing.
ALTER TABLE credentials
    ADD COLUMN badge_hash bytea UNIQUE,
    ADD COLUMN pin_hash text,
    ADD COLUMN badge_at timestamptz,
    ADD CHECK (num_nulls(badge_hash, pin_hash, badge_at) IN (0, 3));

-- What somebody had typed when their screen locked, sealed; see base::seal. Taken back once, or gone after its hours.
-- Level: sensitive.
CREATE TABLE drafts (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users,
    path text NOT NULL CHECK (path LIKE '/%' AND length(path) <= 500),
    sealed bytea NOT NULL,
    saved_at timestamptz NOT NULL DEFAULT app_now(),
    UNIQUE (user_id, path)
);

DROP FUNCTION IF EXISTS note_sign_in(bytea, text, bytea, uuid, bytea);
