-- What a slip says of an office: whom to call, and when.
ALTER TABLE organisations ADD COLUMN phone text CHECK (length(phone) BETWEEN 3 AND 40);
ALTER TABLE organisations ADD COLUMN hours text CHECK (length(hours) BETWEEN 1 AND 100);

-- Codes printed before they name anything: issued to a desk in batches, bound to a case by scanning one (practice 12).
CREATE TABLE slip_batches (
    id uuid PRIMARY KEY,
    organisation_id uuid NOT NULL REFERENCES organisations,
    size integer NOT NULL CHECK (size BETWEEN 1 AND 500),
    issued_by uuid NOT NULL REFERENCES users,
    issued_at timestamptz NOT NULL DEFAULT app_now()
);
CREATE INDEX slip_batches_by_organisation ON slip_batches (organisation_id, issued_at DESC);

CREATE TABLE slips (
    id uuid PRIMARY KEY,
    batch_id uuid NOT NULL REFERENCES slip_batches,
    code text NOT NULL UNIQUE CHECK (length(code) = 10),
    case_id uuid REFERENCES cases ON DELETE CASCADE,
    bound_at timestamptz,
    bound_by uuid REFERENCES users,
    -- Lost and replaced by another.
    ended_at timestamptz,
    CHECK ((bound_at IS NULL) = (bound_by IS NULL)),
    CHECK (case_id IS NULL OR bound_at IS NOT NULL)
);
CREATE INDEX slips_by_batch ON slips (batch_id);
CREATE UNIQUE INDEX slips_of_case ON slips (case_id) WHERE ended_at IS NULL;

-- Somebody asked something and went on: counted, never named.
CREATE TABLE information_contacts (
    id uuid PRIMARY KEY,
    organisation_id uuid NOT NULL REFERENCES organisations,
    held_on date NOT NULL,
    topic text NOT NULL CHECK (topic IN ('rights', 'money', 'work', 'papers', 'health', 'family', 'other')),
    people integer NOT NULL CHECK (people BETWEEN 1 AND 1000),
    written_by uuid NOT NULL REFERENCES users,
    written_at timestamptz NOT NULL DEFAULT app_now()
);
CREATE INDEX information_contacts_by_organisation ON information_contacts (organisation_id, held_on DESC);

-- A visit to where people work abroad (practice 18).
CREATE TABLE outreach_sessions (
    id uuid PRIMARY KEY,
    organisation_id uuid NOT NULL REFERENCES organisations,
    held_on date NOT NULL,
    hour integer CHECK (hour BETWEEN 0 AND 23),
    employer text CHECK (length(employer) <= 200),
    place text NOT NULL CHECK (length(place) BETWEEN 1 AND 200),
    headcount integer NOT NULL CHECK (headcount BETWEEN 0 AND 10000),
    domestic_reached integer NOT NULL CHECK (domestic_reached BETWEEN 0 AND 10000),
    domestic_not_reached integer NOT NULL CHECK (domestic_not_reached BETWEEN 0 AND 10000),
    questions text CHECK (length(questions) <= 2000),
    written_by uuid NOT NULL REFERENCES users,
    written_at timestamptz NOT NULL DEFAULT app_now()
);
CREATE INDEX outreach_sessions_by_organisation ON outreach_sessions (organisation_id, held_on DESC);
