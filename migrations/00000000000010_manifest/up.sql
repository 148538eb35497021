-- A list of people said to be on one flight, ferry or bus, as the desk that meets it was given it. Level: sensitive.
CREATE TABLE manifests (
    id uuid PRIMARY KEY,
    flight text NOT NULL CHECK (length(flight) BETWEEN 2 AND 12),
    arrives_on date NOT NULL,
    -- The desk or gate that meets it: its officers read the rows and confirm arrivals, and nobody else does.
    desk_id uuid NOT NULL REFERENCES organisations,
    previous_country text REFERENCES countries,
    made_by uuid NOT NULL REFERENCES users,
    made_at timestamptz NOT NULL DEFAULT app_now(),
    -- After this day what the rows say of people is erased; whoever was met has a record of their own by then (practice 7).
    expires_on date NOT NULL,
    -- Reconciled: nobody is confirmed any more unless it is opened again.
    closed_at timestamptz,
    closed_by uuid REFERENCES users,
    version integer NOT NULL DEFAULT 1,
    CHECK (expires_on >= arrives_on),
    CHECK ((closed_at IS NULL) = (closed_by IS NULL)),
    UNIQUE (desk_id, arrives_on, flight)
);

-- One person of a manifest. It is no person of ours until they are met: then `episode_id` says whose return it was.
-- Whoever declines is counted and not kept by name; so is whoever's row expires. No versions of rows are kept, since they
-- would keep what is erased.
CREATE TABLE manifest_rows (
    id uuid PRIMARY KEY,
    manifest_id uuid NOT NULL REFERENCES manifests ON DELETE CASCADE,
    -- The line of the list; those who came unannounced go on after the last.
    number integer NOT NULL CHECK (number > 0),
    announced boolean NOT NULL DEFAULT true,
    state text NOT NULL DEFAULT 'expected' CHECK (state IN ('expected', 'arrived', 'declined')),
    name text CHECK (length(name) BETWEEN 1 AND 200),
    sex text CHECK (sex IN ('male', 'female')),
    birth_date date,
    birth_precision text CHECK (birth_precision IN ('day', 'month', 'year')),
    document_kind text CHECK (document_kind IN ('passport', 'travel-pass', 'citizen-card', 'other')),
    document_country text REFERENCES countries,
    number_sealed bytea,
    number_index text,
    number_key integer,
    phone text CHECK (length(phone) <= 20),
    -- The planned return it was found to be, or the return that the desk confirmed.
    episode_id uuid REFERENCES episodes ON DELETE SET NULL,
    seen_at timestamptz,
    seen_by uuid REFERENCES users,
    -- The confirmation registered the person; taking it back removes them again.
    made_person boolean NOT NULL DEFAULT false,
    -- Somebody went to look for them where people arrive.
    looked_for_at timestamptz,
    looked_for_by uuid REFERENCES users,
    erased_at timestamptz,
    version integer NOT NULL DEFAULT 1,
    UNIQUE (manifest_id, number),
    CHECK ((birth_date IS NULL) = (birth_precision IS NULL)),
    CHECK ((number_sealed IS NULL) = (number_index IS NULL) AND (number_index IS NULL) = (number_key IS NULL)),
    CHECK ((looked_for_at IS NULL) = (looked_for_by IS NULL)),
    CHECK (NOT made_person OR state = 'arrived'),
    CHECK ((state = 'expected') = (seen_at IS NULL) AND (seen_at IS NULL) = (seen_by IS NULL)),
    -- Nothing of a person is left once it was erased, and nobody who declined is kept.
    CHECK (erased_at IS NULL OR num_nonnulls(name, sex, birth_date, document_kind, document_country, number_sealed, phone, episode_id) = 0),
    CHECK (state <> 'declined' OR erased_at IS NOT NULL)
);
CREATE INDEX manifest_rows_by_number ON manifest_rows (number_index) WHERE number_index IS NOT NULL;
CREATE INDEX manifest_rows_by_episode ON manifest_rows (episode_id) WHERE episode_id IS NOT NULL;
