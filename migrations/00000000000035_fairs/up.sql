-- Job fairs, mobile ones in communes too (E2). Level: internal.
CREATE TABLE job_fairs (
    id uuid PRIMARY KEY,
    title text NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    held_on date NOT NULL,
    -- From when to when, in words.
    hours text NOT NULL CHECK (length(hours) BETWEEN 1 AND 60),
    -- It goes to where people live.
    mobile boolean NOT NULL,
    province_code text NOT NULL REFERENCES provinces,
    commune_code text REFERENCES communes,
    address text NOT NULL CHECK (length(address) BETWEEN 1 AND 200),
    about text CHECK (length(about) BETWEEN 1 AND 2000),
    -- How many came, were interviewed, and were taken on that day; whoever comes without a case is counted too, by nobody's name.
    came integer CHECK (came BETWEEN 0 AND 100000),
    returnees integer CHECK (returnees BETWEEN 0 AND came),
    interviewed integer CHECK (interviewed BETWEEN 0 AND came),
    hired integer CHECK (hired BETWEEN 0 AND came),
    kept_by uuid NOT NULL REFERENCES organisations,
    written_by uuid NOT NULL REFERENCES users,
    written_at timestamptz NOT NULL DEFAULT app_now(),
    cancelled_at timestamptz,
    cancelled_because text CHECK (length(cancelled_because) BETWEEN 1 AND 500),
    version integer NOT NULL DEFAULT 1,
    CHECK (NOT mobile OR commune_code IS NOT NULL),
    CHECK ((came IS NULL) = (returnees IS NULL) AND (came IS NULL) = (interviewed IS NULL) AND (came IS NULL) = (hired IS NULL)),
    CHECK ((cancelled_at IS NULL) = (cancelled_because IS NULL))
);
CREATE INDEX job_fairs_by_day ON job_fairs (held_on, id);

-- Who looks for people there. Level: internal.
CREATE TABLE fair_employers (
    id uuid PRIMARY KEY,
    fair_id uuid NOT NULL REFERENCES job_fairs ON DELETE CASCADE,
    employer_id uuid NOT NULL REFERENCES employers,
    seats integer NOT NULL CHECK (seats BETWEEN 1 AND 5000),
    written_by uuid NOT NULL REFERENCES users,
    written_at timestamptz NOT NULL DEFAULT app_now(),
    UNIQUE (fair_id, employer_id)
);

-- Who was told of it, and came or did not. Level: personal.
CREATE TABLE fair_visits (
    id uuid PRIMARY KEY,
    fair_id uuid NOT NULL REFERENCES job_fairs ON DELETE CASCADE,
    case_id uuid NOT NULL REFERENCES cases ON DELETE CASCADE,
    state text NOT NULL DEFAULT 'invited' CHECK (state IN ('invited', 'came', 'absent')),
    made_by uuid NOT NULL REFERENCES users,
    made_at timestamptz NOT NULL DEFAULT app_now(),
    UNIQUE (fair_id, case_id)
);
CREATE INDEX fair_visits_by_case ON fair_visits (case_id);
