-- A document of a case: one paper, photograph or recording, in as many files as it took. Its title may say much. Level: sensitive.
CREATE TABLE attachments (
    id uuid PRIMARY KEY,
    case_id uuid NOT NULL REFERENCES cases ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('contract', 'payment', 'medical', 'identity', 'photograph', 'recording', 'message', 'official', 'other')),
    title text NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    made_on date,
    made_precision text CHECK (made_precision IN ('day', 'month', 'year')),
    added_by uuid NOT NULL REFERENCES users,
    added_at timestamptz NOT NULL DEFAULT app_now(),
    CHECK ((made_on IS NULL) = (made_precision IS NULL)),
    UNIQUE (id, case_id)
);
CREATE INDEX attachments_by_case ON attachments (case_id, added_at DESC);

-- A file: arriving, whole, or part of a document. One that is in no document yet belongs to whoever sends it, and goes after
-- some hours. No version: what its row said before would keep the name of a file that was taken out. Level: sensitive.
CREATE TABLE attachment_files (
    id uuid PRIMARY KEY,
    case_id uuid NOT NULL REFERENCES cases ON DELETE CASCADE,
    attachment_id uuid,
    -- Its place in the document.
    number integer CHECK (number > 0),
    name text NOT NULL CHECK (length(name) <= 120),
    bytes bigint NOT NULL CHECK (bytes > 0),
    format text CHECK (format IN ('jpeg', 'png', 'webp', 'heic', 'pdf', 'm4a', 'mp3', 'mp4')),
    -- SHA-256 of the original's clear bytes.
    sha256 bytea CHECK (octet_length(sha256) = 32),
    -- `sealed`: evidence of which no working copy could be made here.
    state text NOT NULL CHECK (state IN ('arriving', 'checking', 'ready', 'sealed', 'refused', 'removed')),
    reason text CHECK (reason IN ('damaged', 'large', 'malware')),
    -- The working copy; empty where the original is as good, or there is none.
    working_format text CHECK (working_format IN ('jpeg', 'png', 'm4a', 'mp3', 'mp4')),
    working_bytes bigint CHECK (working_bytes > 0),
    added_by uuid NOT NULL REFERENCES users,
    added_at timestamptz NOT NULL DEFAULT app_now(),
    CHECK ((attachment_id IS NULL) = (number IS NULL)),
    CHECK (state = 'arriving' OR format IS NOT NULL),
    CHECK ((state = 'refused') = (reason IS NOT NULL)),
    CHECK ((working_format IS NULL) = (working_bytes IS NULL)),
    UNIQUE (attachment_id, number),
    -- A document has files of its own case.
    FOREIGN KEY (attachment_id, case_id) REFERENCES attachments (id, case_id) ON DELETE CASCADE
);
CREATE INDEX attachment_files_by_case ON attachment_files (case_id);
CREATE INDEX attachment_files_waiting ON attachment_files (added_by, added_at) WHERE attachment_id IS NULL;

-- Their bytes, sealed piece by piece. Level: sensitive.
CREATE TABLE attachment_chunks (
    file_id uuid NOT NULL REFERENCES attachment_files ON DELETE CASCADE,
    copy text NOT NULL CHECK (copy IN ('original', 'working')),
    number integer NOT NULL CHECK (number >= 0),
    -- Of the clear bytes.
    length integer NOT NULL CHECK (length BETWEEN 1 AND 262144),
    sealed bytea NOT NULL,
    PRIMARY KEY (file_id, copy, number)
);
-- What is sealed does not get smaller.
ALTER TABLE attachment_chunks ALTER COLUMN sealed SET STORAGE EXTERNAL;

-- What was taken out of a case, a whole document or a file of it, and why; the bytes are gone. Level: sensitive.
CREATE TABLE attachment_removals (
    id uuid PRIMARY KEY,
    case_id uuid NOT NULL REFERENCES cases ON DELETE CASCADE,
    attachment_id uuid NOT NULL REFERENCES attachments ON DELETE CASCADE,
    file_id uuid REFERENCES attachment_files ON DELETE CASCADE,
    because text NOT NULL CHECK (length(because) BETWEEN 1 AND 500),
    removed_by uuid NOT NULL REFERENCES users,
    removed_at timestamptz NOT NULL DEFAULT app_now()
);
CREATE UNIQUE INDEX attachment_removals_once ON attachment_removals (attachment_id) WHERE file_id IS NULL;
CREATE INDEX attachment_removals_by_case ON attachment_removals (case_id);
