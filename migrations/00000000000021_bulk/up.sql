-- What a supervisor did with many cases at once: gave them to somebody, or offered them to an office. Level: internal.
CREATE TABLE bulk_acts (
    id uuid PRIMARY KEY,
    organisation_id uuid NOT NULL REFERENCES organisations,
    kind text NOT NULL CHECK (kind IN ('assignment', 'offer')),
    to_user_id uuid REFERENCES users,
    to_office_id uuid REFERENCES organisations,
    made_by uuid NOT NULL REFERENCES users,
    made_at timestamptz NOT NULL DEFAULT app_now(),
    undone_by uuid REFERENCES users,
    undone_at timestamptz,
    CHECK ((kind = 'assignment') = (to_user_id IS NOT NULL)),
    CHECK ((kind = 'offer') = (to_office_id IS NOT NULL)),
    CHECK ((undone_by IS NULL) = (undone_at IS NULL))
);
CREATE INDEX bulk_acts_by_office ON bulk_acts (organisation_id, made_at DESC);

-- One of these cases, and who was accountable before. Level: sensitive.
CREATE TABLE bulk_cases (
    id uuid PRIMARY KEY,
    bulk_id uuid NOT NULL REFERENCES bulk_acts ON DELETE CASCADE,
    case_id uuid NOT NULL REFERENCES cases ON DELETE CASCADE,
    from_id uuid NOT NULL REFERENCES users,
    UNIQUE (bulk_id, case_id)
);
