-- Days on which offices are shut though it is no weekend, and weekends on which they work instead. Level: aggregate.
CREATE TABLE holidays (
    day date PRIMARY KEY,
    off boolean NOT NULL,
    name text NOT NULL,
    source text NOT NULL
);

-- By when an office is to have reached somebody whose case it took over, and whether it did. A target of the office, never
-- a duty of the returnee; another office has a clock of its own. Level: sensitive.
CREATE TABLE first_contacts (
    id uuid PRIMARY KEY,
    case_id uuid NOT NULL REFERENCES cases ON DELETE CASCADE,
    office_id uuid NOT NULL REFERENCES organisations,
    started_at timestamptz NOT NULL DEFAULT app_now(),
    due_on date NOT NULL,
    met_at timestamptz,
    -- The case went to another office, or was closed, before anybody was reached.
    ended_at timestamptz,
    missed_because text CHECK (length(missed_because) BETWEEN 1 AND 500),
    explained_by uuid REFERENCES users,
    version integer NOT NULL DEFAULT 1,
    CHECK (met_at IS NULL OR ended_at IS NULL),
    CHECK ((missed_because IS NULL) = (explained_by IS NULL))
);
CREATE UNIQUE INDEX first_contacts_open ON first_contacts (case_id) WHERE met_at IS NULL AND ended_at IS NULL;
CREATE INDEX first_contacts_by_case ON first_contacts (case_id, started_at DESC);
