-- Questionnaires, a row a version; see src/instrument. A version is never edited. Level: standard.
CREATE TABLE instruments (
    code text NOT NULL CHECK (code IN ('vulnerability', 'needs', 'family')),
    version integer NOT NULL CHECK (version > 0),
    valid_from date NOT NULL,
    document jsonb NOT NULL,
    PRIMARY KEY (code, version)
);

-- Somebody's answers to one of them, over as many talks as it takes; what was concluded stays as it is. Level: sensitive.
CREATE TABLE assessments (
    id uuid PRIMARY KEY,
    case_id uuid NOT NULL REFERENCES cases ON DELETE CASCADE,
    instrument text NOT NULL,
    instrument_version integer NOT NULL,
    begun_by uuid NOT NULL REFERENCES users,
    begun_at timestamptz NOT NULL DEFAULT app_now(),
    concluded_by uuid REFERENCES users,
    concluded_at timestamptz,
    conclusion text CHECK (length(conclusion) BETWEEN 1 AND 4000),
    priority text CHECK (priority IN ('immediate', 'priority', 'routine')),
    version integer NOT NULL DEFAULT 1,
    FOREIGN KEY (instrument, instrument_version) REFERENCES instruments (code, version),
    CHECK ((concluded_by IS NULL) = (concluded_at IS NULL)),
    -- Until then both are answers as others are.
    CHECK (concluded_at IS NOT NULL OR (conclusion IS NULL AND priority IS NULL))
);
CREATE UNIQUE INDEX assessments_open ON assessments (case_id, instrument) WHERE concluded_at IS NULL;
CREATE INDEX assessments_by_case ON assessments (case_id, begun_at DESC);

-- One answer: the code of a choice, or words; empty where it was taken back. Level: sensitive.
CREATE TABLE assessment_answers (
    id uuid PRIMARY KEY,
    assessment_id uuid NOT NULL REFERENCES assessments ON DELETE CASCADE,
    item text NOT NULL CHECK (length(item) BETWEEN 1 AND 40),
    answer text NOT NULL CHECK (length(answer) <= 2000),
    answered_by uuid NOT NULL REFERENCES users,
    answered_at timestamptz NOT NULL DEFAULT app_now(),
    version integer NOT NULL DEFAULT 1,
    UNIQUE (assessment_id, item)
);
