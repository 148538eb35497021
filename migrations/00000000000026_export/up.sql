-- Cases taken out as a file: who wanted it, what for, and how far it is. The file goes when its hours are over, this row
-- stays. Level: internal.
CREATE TABLE exports (
    id uuid PRIMARY KEY,
    organisation_id uuid NOT NULL REFERENCES organisations,
    made_by uuid NOT NULL REFERENCES users,
    made_at timestamptz NOT NULL DEFAULT app_now(),
    -- Which list of cases: see src/case/export/mod.rs.
    list text NOT NULL CHECK (length(list) <= 80),
    groups text[] NOT NULL CHECK (cardinality(groups) BETWEEN 1 AND 10),
    format text NOT NULL CHECK (format IN ('csv', 'xlsx')),
    language text NOT NULL CHECK (language IN ('vi', 'en')),
    reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 300),
    state text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'ready', 'ended')),
    total integer NOT NULL CHECK (total > 0),
    done integer NOT NULL DEFAULT 0 CHECK (done BETWEEN 0 AND total),
    -- Cases that are in the file: fewer where one went elsewhere meanwhile.
    kept integer NOT NULL DEFAULT 0 CHECK (kept BETWEEN 0 AND total),
    bytes integer CHECK (bytes > 0),
    ends_at timestamptz,
    CHECK ((state = 'running') <= (ends_at IS NULL)),
    CHECK ((state = 'ready') <= (ends_at IS NOT NULL AND bytes IS NOT NULL))
);
CREATE INDEX exports_by_office ON exports (organisation_id, made_at DESC);

-- One of these cases. Level: sensitive.
CREATE TABLE export_cases (
    id uuid PRIMARY KEY,
    export_id uuid NOT NULL REFERENCES exports ON DELETE CASCADE,
    case_id uuid NOT NULL REFERENCES cases ON DELETE CASCADE,
    number integer NOT NULL CHECK (number > 0),
    UNIQUE (export_id, number),
    UNIQUE (export_id, case_id)
);

-- Lines that were read, and then the file, sealed piece by piece; see base::seal. Level: sensitive.
CREATE TABLE export_pieces (
    export_id uuid NOT NULL REFERENCES exports ON DELETE CASCADE,
    part text NOT NULL CHECK (part IN ('lines', 'file')),
    number integer NOT NULL CHECK (number >= 0),
    sealed bytea NOT NULL,
    PRIMARY KEY (export_id, part, number)
);
