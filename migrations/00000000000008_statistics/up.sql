-- Releases of statistics tables. One release is one revision of one table for one year; what is published stays for ever.
CREATE TABLE releases (
    id uuid PRIMARY KEY,
    table_number integer NOT NULL CHECK (table_number = 16),
    year integer NOT NULL CHECK (year BETWEEN 1980 AND 2200),
    revision integer NOT NULL CHECK (revision >= 1),
    state text NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'protected', 'approved', 'published', 'withdrawn')),
    -- What changed since the revision before, as readers are told.
    note text CHECK (length(note) BETWEEN 1 AND 1000),
    as_of timestamptz NOT NULL,
    -- The rules of that day: they may change, a release does not.
    threshold integer NOT NULL CHECK (threshold >= 2),
    residence_months integer NOT NULL CHECK (residence_months >= 0),
    rules text NOT NULL,
    inputs_digest text NOT NULL,
    prepared_by uuid NOT NULL REFERENCES users,
    prepared_at timestamptz NOT NULL DEFAULT app_now(),
    protected_by uuid REFERENCES users,
    protected_at timestamptz,
    approved_by uuid REFERENCES users,
    approved_at timestamptz,
    published_by uuid REFERENCES users,
    published_at timestamptz,
    withdrawn_by uuid REFERENCES users,
    withdrawn_at timestamptz,
    -- Both as they may be published: no small number, ends of a range rounded outwards.
    shorter_stays integer CHECK (shorter_stays >= 0),
    at_least integer CHECK (at_least >= 0),
    digest text,
    version integer NOT NULL DEFAULT 1,
    CHECK (revision = 1 OR note IS NOT NULL),
    CHECK (approved_by <> prepared_by),
    CHECK (state IN ('draft', 'withdrawn') OR digest IS NOT NULL)
);
CREATE UNIQUE INDEX releases_by_revision ON releases (table_number, year, revision) WHERE state <> 'withdrawn';

-- Unprotected. Level: restricted; reached only through functions that ask who calls. No person is in it.
CREATE TABLE release_cells (
    release_id uuid NOT NULL REFERENCES releases,
    country text NOT NULL,
    sex text NOT NULL CHECK (sex IN ('M', 'F', 'U')),
    value integer NOT NULL CHECK (value > 0),
    PRIMARY KEY (release_id, country, sex)
);
CREATE TABLE release_inputs (
    release_id uuid PRIMARY KEY REFERENCES releases,
    shorter_stays integer NOT NULL,
    unknown_stays integer NOT NULL,
    -- Undecided pairs of which both count.
    possible_duplicates integer NOT NULL,
    at_least integer NOT NULL
);

-- As everybody may read it; no value: suppressed.
CREATE TABLE published_cells (
    release_id uuid NOT NULL REFERENCES releases,
    country text NOT NULL,
    sex text NOT NULL CHECK (sex IN ('T', 'M', 'F', 'U')),
    value integer CHECK (value >= 0),
    PRIMARY KEY (release_id, country, sex)
);
