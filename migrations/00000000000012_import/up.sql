-- A file that somebody brings in: what it was, what was asked about it, how far it has come. Level: internal.
CREATE TABLE imports (
    id uuid PRIMARY KEY,
    -- Whose it is: its officers see and work it, and nobody else does.
    desk_id uuid NOT NULL REFERENCES organisations,
    kind text NOT NULL DEFAULT 'manifest' CHECK (kind IN ('manifest')),
    flight text NOT NULL CHECK (length(flight) BETWEEN 2 AND 12),
    arrives_on date NOT NULL,
    previous_country text REFERENCES countries,
    file_name text NOT NULL CHECK (length(file_name) BETWEEN 1 AND 120),
    -- SHA-256 of the file as it came, in hexadecimal.
    file_hash text NOT NULL CHECK (length(file_hash) = 64),
    format text NOT NULL CHECK (format IN ('csv', 'xlsx')),
    encoding text CHECK (encoding IN ('utf-8', 'utf-16le', 'utf-16be', 'windows-1258', 'windows-1252')),
    separator text CHECK (separator IN ('comma', 'semicolon', 'tab', 'pipe')),
    sheet text,
    -- Each column that is kept: heading, field, and how its dates are written. A field that is null is still asked about.
    layout jsonb NOT NULL,
    -- Headings of columns that were left behind at reading (practice 22).
    dropped text[] NOT NULL,
    -- Whether 03/04 is the third of April or the fourth of March, where the column does not say.
    dates text CHECK (dates IN ('dmy', 'mdy')),
    state text NOT NULL CHECK (state IN ('asked', 'staging', 'matching', 'checked', 'committing', 'done')),
    stopped boolean NOT NULL DEFAULT false,
    rows integer NOT NULL,
    staged integer NOT NULL DEFAULT 0,
    -- The line up to which rows were compared with those expected, and then up to which they were committed.
    reached integer NOT NULL DEFAULT 0,
    manifest_id uuid REFERENCES manifests ON DELETE SET NULL,
    made_by uuid NOT NULL REFERENCES users,
    made_at timestamptz NOT NULL DEFAULT app_now(),
    ended_at timestamptz,
    expires_on date NOT NULL,
    version integer NOT NULL DEFAULT 1,
    -- The same file for the same flight is the same import.
    UNIQUE (desk_id, arrives_on, flight, file_hash)
);
CREATE INDEX imports_of_desk ON imports (desk_id, made_at DESC, id);

-- The file itself until its rows are staged, packed, without the columns that were dropped. Level: sensitive.
CREATE TABLE import_parts (
    id uuid PRIMARY KEY,
    import_id uuid NOT NULL REFERENCES imports ON DELETE CASCADE,
    number integer NOT NULL,
    bytes bytea NOT NULL,
    UNIQUE (import_id, number)
);

-- One line of the file. Level: sensitive. There is no `version`: what a row said before must not outlive it in
-- `row_versions`; the fingerprint tells whether somebody else changed it meanwhile.
CREATE TABLE import_rows (
    id uuid PRIMARY KEY,
    import_id uuid NOT NULL REFERENCES imports ON DELETE CASCADE,
    -- The line of the sheet.
    number integer NOT NULL,
    -- The columns that mean something to us, in their order; nothing once the row is on the manifest.
    cells text[] NOT NULL,
    -- What is wrong: field, message, and another line where it is about one.
    problems jsonb NOT NULL,
    state text NOT NULL CHECK (state IN ('good', 'faulty', 'skipped', 'committed')),
    -- A keyed hash of what the row says.
    fingerprint text NOT NULL,
    -- The planned return that it was found to be.
    episode_id uuid REFERENCES episodes ON DELETE SET NULL,
    -- The manifest that it went to.
    manifest_id uuid REFERENCES manifests ON DELETE CASCADE,
    UNIQUE (import_id, number),
    CHECK ((state = 'committed') = (manifest_id IS NOT NULL)),
    CHECK (state NOT IN ('committed', 'skipped') OR cells = '{}')
);
-- No row comes onto a manifest twice, out of whichever file.
CREATE UNIQUE INDEX import_rows_once ON import_rows (manifest_id, fingerprint) WHERE manifest_id IS NOT NULL;
CREATE INDEX import_rows_by_state ON import_rows (import_id, state, number);
CREATE INDEX import_rows_by_episode ON import_rows (episode_id) WHERE episode_id IS NOT NULL;
