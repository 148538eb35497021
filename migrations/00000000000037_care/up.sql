-- Psychosocial care behind a wall (F2). What was said, scored or noticed stands in these tables sealed with a data key of its
-- file; nothing of its kind stands beside it. Columns in the clear say who may open what, and when somebody must act.

-- What one helper keeps of one case. Another helper of the same case has another file and need not know of this one.
-- Level: restricted.
CREATE TABLE care_files (
    id uuid PRIMARY KEY,
    case_id uuid NOT NULL REFERENCES cases ON DELETE CASCADE,
    office_id uuid NOT NULL REFERENCES organisations,
    -- Others who work on the case are told that somebody helps; never what with.
    shows boolean NOT NULL,
    -- Wrapped by the master key (Use::RestrictedWrap), for care_records and for care_plans.
    record_key bytea NOT NULL CHECK (length(record_key) BETWEEN 60 AND 200),
    plan_key bytea NOT NULL CHECK (length(plan_key) BETWEEN 60 AND 200),
    opened_by uuid NOT NULL REFERENCES users,
    opened_at timestamptz NOT NULL DEFAULT app_now(),
    ended_at timestamptz,
    version integer NOT NULL DEFAULT 1
);
CREATE INDEX care_files_by_case ON care_files (case_id);

-- Who is named in a file. Level: restricted.
CREATE TABLE care_staff (
    id uuid PRIMARY KEY,
    file_id uuid NOT NULL REFERENCES care_files ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users,
    part text NOT NULL CHECK (part IN ('helper', 'deputy')),
    named_by uuid NOT NULL REFERENCES users,
    since timestamptz NOT NULL DEFAULT app_now(),
    ended_at timestamptz
);
CREATE UNIQUE INDEX care_staff_once ON care_staff (file_id, user_id) WHERE ended_at IS NULL;
CREATE INDEX care_staff_by_user ON care_staff (user_id) WHERE ended_at IS NULL;

-- Whatever is written in a file: consents, talks, answers, signs, choices. What it is stands inside. Level: restricted.
CREATE TABLE care_records (
    id uuid PRIMARY KEY,
    file_id uuid NOT NULL REFERENCES care_files ON DELETE CASCADE,
    -- The record of which this is the newer version; of two who change one, the second is told.
    replaces uuid UNIQUE REFERENCES care_records,
    sealed bytea NOT NULL CHECK (length(sealed) BETWEEN 1000 AND 60000),
    written_by uuid NOT NULL REFERENCES users,
    written_at timestamptz NOT NULL DEFAULT app_now()
);
CREATE INDEX care_records_by_file ON care_records (file_id);

-- What to do when somebody is in danger, in its versions, under a key of its own: it is opened without the rest.
-- Level: restricted.
CREATE TABLE care_plans (
    id uuid PRIMARY KEY,
    file_id uuid NOT NULL REFERENCES care_files ON DELETE CASCADE,
    replaces uuid UNIQUE REFERENCES care_plans,
    sealed bytea NOT NULL CHECK (length(sealed) BETWEEN 1000 AND 60000),
    written_by uuid NOT NULL REFERENCES users,
    written_at timestamptz NOT NULL DEFAULT app_now()
);
CREATE UNIQUE INDEX care_plans_first ON care_plans (file_id) WHERE replaces IS NULL;
CREATE INDEX care_plans_by_file ON care_plans (file_id);

-- By when one of those who are named must have looked; why stands in the record. Level: restricted.
CREATE TABLE care_tasks (
    id uuid PRIMARY KEY,
    file_id uuid NOT NULL REFERENCES care_files ON DELETE CASCADE,
    record_id uuid REFERENCES care_records ON DELETE CASCADE,
    due_at timestamptz NOT NULL,
    -- Somebody is called when it passes unanswered; 0 nobody yet, 1 those who are named, 2 whoever is on duty.
    watched boolean NOT NULL,
    told integer NOT NULL DEFAULT 0 CHECK (told BETWEEN 0 AND 2),
    opened_at timestamptz NOT NULL DEFAULT app_now(),
    done_at timestamptz,
    done_by uuid REFERENCES users,
    CHECK ((done_at IS NULL) = (done_by IS NULL))
);
CREATE INDEX care_tasks_by_file ON care_tasks (file_id) WHERE done_at IS NULL;

-- The glass that was broken: the files of a case opened to somebody who is not named, for hours. A whole file needs two people;
-- the plan for danger to life one, and a look at it the next day (practice 23). Level: restricted.
CREATE TABLE care_breaks (
    id uuid PRIMARY KEY,
    case_id uuid NOT NULL REFERENCES cases ON DELETE CASCADE,
    scope text NOT NULL CHECK (scope IN ('file', 'plan')),
    user_id uuid NOT NULL REFERENCES users,
    organisation_id uuid NOT NULL REFERENCES organisations,
    -- Sealed (Use::RestrictedSeal).
    reason bytea NOT NULL CHECK (length(reason) BETWEEN 45 AND 9000),
    hours integer NOT NULL CHECK (hours BETWEEN 1 AND 72),
    asked_at timestamptz NOT NULL DEFAULT app_now(),
    decided_by uuid REFERENCES users,
    decided_at timestamptz,
    granted boolean,
    until timestamptz,
    reviewed_by uuid REFERENCES users,
    reviewed_at timestamptz,
    needed boolean,
    remark bytea CHECK (length(remark) BETWEEN 45 AND 9000),
    CHECK (decided_by <> user_id AND reviewed_by <> user_id),
    CHECK ((granted IS NULL) = (decided_at IS NULL)),
    CHECK (scope <> 'file' OR (decided_by IS NULL) = (decided_at IS NULL)),
    CHECK ((granted IS TRUE) = (until IS NOT NULL)),
    CHECK ((reviewed_at IS NULL) = (reviewed_by IS NULL) AND (reviewed_at IS NULL) = (needed IS NULL))
);
CREATE INDEX care_breaks_by_user ON care_breaks (user_id, until);
CREATE INDEX care_breaks_by_case ON care_breaks (case_id);
CREATE INDEX care_breaks_waiting ON care_breaks (organisation_id) WHERE decided_at IS NULL OR reviewed_at IS NULL;

-- Status abroad is restricted too: the word is sealed with a data key of its row (practice 22).
ALTER TABLE regularities ADD COLUMN value_key bytea, ADD COLUMN sealed bytea;
ALTER TABLE regularities ALTER COLUMN regularity DROP NOT NULL;
-- Words from before are sealed by `trove rewrap`, which has the keys.
ALTER TABLE regularities ADD CHECK ((regularity IS NULL) = (sealed IS NOT NULL) AND (sealed IS NULL) = (value_key IS NULL));
