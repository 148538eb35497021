-- Who of the staff, or which office, has nothing to do with somebody: staff who know them said so, or the returnee does not
-- want them (practice 21). Why is asked of nobody. Level: restricted.
CREATE TABLE exclusions (
    id uuid PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES persons ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('conflict', 'refused')),
    user_id uuid REFERENCES users,
    organisation_id uuid REFERENCES organisations,
    said_by uuid NOT NULL REFERENCES users,
    said_at timestamptz NOT NULL DEFAULT app_now(),
    ended_at timestamptz,
    ended_by uuid REFERENCES users,
    CHECK (num_nonnulls(user_id, organisation_id) = 1),
    CHECK (kind = 'refused' OR (user_id IS NOT NULL AND user_id = said_by)),
    CHECK ((ended_at IS NULL) = (ended_by IS NULL))
);
CREATE INDEX exclusions_by_person ON exclusions (person_id) WHERE ended_at IS NULL;
CREATE INDEX exclusions_by_user ON exclusions (user_id) WHERE ended_at IS NULL;
CREATE INDEX exclusions_by_organisation ON exclusions (organisation_id) WHERE ended_at IS NULL;

-- A case that somebody of another office opened in need, for some hours, and what its holder's supervisor says of it.
-- Level: restricted.
CREATE TABLE openings (
    id uuid PRIMARY KEY,
    case_id uuid NOT NULL REFERENCES cases ON DELETE CASCADE,
    holder_id uuid NOT NULL REFERENCES organisations,
    organisation_id uuid NOT NULL REFERENCES organisations,
    user_id uuid NOT NULL REFERENCES users,
    reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 300),
    opened_at timestamptz NOT NULL DEFAULT app_now(),
    until timestamptz NOT NULL,
    reviewed_at timestamptz,
    reviewed_by uuid REFERENCES users,
    needed boolean,
    remark text CHECK (length(remark) BETWEEN 1 AND 1000),
    CHECK (organisation_id <> holder_id),
    CHECK (num_nonnulls(reviewed_at, reviewed_by, needed) IN (0, 3)),
    CHECK (needed IS DISTINCT FROM false OR remark IS NOT NULL)
);
CREATE INDEX openings_by_holder ON openings (holder_id, opened_at DESC);
CREATE INDEX openings_by_organisation ON openings (organisation_id, opened_at DESC);
CREATE INDEX openings_by_user ON openings (user_id, opened_at);
CREATE INDEX openings_by_case ON openings (case_id);
