-- Two records of one person: suspected, decided, merged, and taken apart again. Level: sensitive.
ALTER TABLE duplicate_suspicions
    -- What the comparison found, and what spoke for and against: [{"field": …, "level": …, "bits": …}]. Null: not compared.
    ADD COLUMN probability double precision CHECK (probability BETWEEN 0 AND 1),
    ADD COLUMN reasons jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(reasons) = 'array');
CREATE INDEX duplicate_suspicions_by_score ON duplicate_suspicions (coalesce(probability, 1) DESC, id DESC);

-- What somebody decided of a pair. It holds until it is ended; a pair of which one holds is not asked about again.
CREATE TABLE duplicate_decisions (
    id uuid PRIMARY KEY,
    suspicion_id uuid NOT NULL REFERENCES duplicate_suspicions ON DELETE CASCADE,
    decision text NOT NULL CHECK (decision IN ('same', 'different', 'cannot-tell')),
    note text CHECK (length(note) BETWEEN 1 AND 1000),
    -- The score that was known then.
    probability double precision,
    decided_by uuid NOT NULL REFERENCES users,
    decided_at timestamptz NOT NULL DEFAULT app_now(),
    ended_at timestamptz,
    ended_by uuid REFERENCES users,
    ended_because text CHECK (ended_because IN ('taken-back', 'new-evidence', 'unmerged')),
    CHECK ((ended_at IS NULL) = (ended_because IS NULL))
);
CREATE UNIQUE INDEX duplicate_decisions_open ON duplicate_decisions (suspicion_id) WHERE ended_at IS NULL;
CREATE INDEX duplicate_decisions_by_suspicion ON duplicate_decisions (suspicion_id);

-- Another name for the record named here; its own columns and person_facts stay as they were. Always the last of a chain.
ALTER TABLE persons ADD COLUMN merged_into uuid REFERENCES persons ON DELETE CASCADE;
ALTER TABLE persons ADD CHECK (merged_into <> id);
CREATE INDEX persons_merged ON persons (merged_into) WHERE merged_into IS NOT NULL;

CREATE TABLE merges (
    id uuid PRIMARY KEY,
    suspicion_id uuid NOT NULL REFERENCES duplicate_suspicions ON DELETE CASCADE,
    winner_id uuid NOT NULL REFERENCES persons ON DELETE CASCADE,
    loser_id uuid NOT NULL REFERENCES persons ON DELETE CASCADE,
    merged_by uuid NOT NULL REFERENCES users,
    organisation_id uuid NOT NULL REFERENCES organisations,
    merged_at timestamptz NOT NULL DEFAULT app_now(),
    undone_at timestamptz,
    undone_by uuid REFERENCES users,
    undone_because text CHECK (length(undone_because) BETWEEN 1 AND 1000),
    CHECK (winner_id <> loser_id),
    CHECK ((undone_at IS NULL) = (undone_by IS NULL) AND (undone_at IS NULL) = (undone_because IS NULL))
);
CREATE UNIQUE INDEX merges_open ON merges (loser_id) WHERE undone_at IS NULL;
CREATE INDEX merges_by_winner ON merges (winner_id);
CREATE INDEX merges_by_suspicion ON merges (suspicion_id);

-- What one merge did, row by row, in the order in which it did it. Holds earlier values, as row_versions does: nobody
-- reads it but the functions that undo.
CREATE TABLE merge_rows (
    merge_id uuid NOT NULL REFERENCES merges ON DELETE CASCADE,
    place integer NOT NULL,
    -- kept: what hung on the winner before. moved: re-pointed. fact: a fact taken over. changed, added: other rows.
    -- keys: what the merged record was found by.
    act text NOT NULL CHECK (act IN ('kept', 'moved', 'fact', 'changed', 'added', 'keys')),
    table_name text NOT NULL,
    column_name text,
    row_key jsonb NOT NULL,
    before jsonb,
    after jsonb,
    PRIMARY KEY (merge_id, place)
);

-- Says more than before: which of the merged records somebody saw.
DROP FUNCTION IF EXISTS access_log(uuid, timestamptz, integer);
