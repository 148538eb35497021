-- Which version of its keys a person is kept under (person::rekey::KEYS); no row, or a lower one: they are to be made anew.
-- Level: internal.
CREATE TABLE key_versions (
    person_id uuid PRIMARY KEY REFERENCES persons ON DELETE CASCADE,
    version integer NOT NULL
);

-- What agreement is worth, learnt from our own people. The newest that is not refused is in force since `learnt_at`, until
-- the next. Holds shares and counts of many, of no single person. Level: internal.
CREATE TABLE match_models (
    id uuid PRIMARY KEY,
    number integer NOT NULL UNIQUE CHECK (number > 0),
    learnt_at timestamptz NOT NULL DEFAULT app_now(),
    -- How many people there were, and the pairs that were looked at.
    people integer NOT NULL,
    pairs integer NOT NULL,
    source text NOT NULL CHECK (length(source) BETWEEN 1 AND 200),
    -- Why it is not used; what was in force before stays.
    refused text CHECK (refused ~ '^[a-z-]{1,60}$'),
    model jsonb,
    CHECK ((refused IS NULL) = (model IS NOT NULL))
);
CREATE INDEX match_models_in_force ON match_models (number DESC) WHERE refused IS NULL;

-- The model that a score was made with; null: what was assumed while nothing was learnt.
ALTER TABLE duplicate_suspicions ADD COLUMN model integer REFERENCES match_models (number);

-- They take more than before: the version of the keys, the model of the score.
DROP FUNCTION IF EXISTS set_match_keys(uuid, text[]);
DROP FUNCTION IF EXISTS suspect(uuid, uuid, double precision, jsonb);
