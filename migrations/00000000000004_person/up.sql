-- The returnee. Level: sensitive. Nothing here hangs on household registration.
CREATE TABLE persons (
    id uuid PRIMARY KEY,
    code text NOT NULL UNIQUE CHECK (length(code) = 10),
    -- As given, NFC; the keys are derived, editable, and used for sorting only.
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    family_key text NOT NULL,
    given_key text NOT NULL,
    sex text CHECK (sex IN ('male', 'female')),
    -- The first possible day; the precision says how much of it is known.
    birth_date date,
    birth_precision text CHECK (birth_precision IN ('day', 'month', 'year')),
    ethnic_group text REFERENCES ethnic_groups,
    marital_status text CHECK (marital_status IN ('single', 'married', 'separated', 'divorced', 'widowed')),
    education_level text REFERENCES education_levels,
    qualification text CHECK (length(qualification) <= 300),
    language text REFERENCES languages,
    interpreter text CHECK (interpreter IN ('yes', 'no')),
    reads_vietnamese text CHECK (reads_vietnamese IN ('well', 'some', 'no')),
    -- Set by open_protection() alone; see there.
    protected boolean NOT NULL DEFAULT false,
    registered_by uuid NOT NULL REFERENCES organisations,
    registered_at timestamptz NOT NULL DEFAULT app_now(),
    version integer NOT NULL DEFAULT 1,
    CHECK ((birth_date IS NULL) = (birth_precision IS NULL))
);

-- What is said of one fact: why it is missing, how sure it is, who said it. No row: not asked.
CREATE TABLE person_facts (
    id uuid PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES persons ON DELETE CASCADE,
    fact text NOT NULL,
    absence text CHECK (absence IN ('refused', 'not-known', 'none', 'not-applicable')),
    level text CHECK (level IN ('stated', 'documented', 'verified')),
    said_by text CHECK (said_by IN ('self', 'proxy', 'document')),
    recorded_at timestamptz NOT NULL DEFAULT app_now(),
    UNIQUE (person_id, fact),
    CHECK ((absence IS NULL) = (level IS NOT NULL))
);

CREATE TABLE identity_documents (
    id uuid PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES persons ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('citizen-card', 'old-identity-card', 'passport', 'travel-pass', 'foreign-residence-card', 'birth-certificate', 'other')),
    -- What was at hand: the thing itself, a copy, a photo on a phone, or only somebody's word.
    shown_as text NOT NULL CHECK (shown_as IN ('original', 'copy', 'photo', 'told')),
    level text NOT NULL CHECK (level IN ('stated', 'documented', 'verified')),
    country text NOT NULL REFERENCES countries,
    number_sealed bytea,
    number_index text,
    number_key integer,
    name_printed text CHECK (length(name_printed) <= 200),
    issued_on date,
    expires_on date,
    withdrawn_at timestamptz,
    version integer NOT NULL DEFAULT 1,
    CHECK ((number_sealed IS NULL) = (number_index IS NULL) AND (number_index IS NULL) = (number_key IS NULL))
);
CREATE INDEX identity_documents_by_person ON identity_documents (person_id);
CREATE INDEX identity_documents_by_number ON identity_documents (number_index);

CREATE TABLE contact_points (
    id uuid PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES persons ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('phone', 'zalo', 'facebook', 'email', 'other')),
    value text NOT NULL CHECK (length(value) BETWEEN 1 AND 200),
    -- Whose it is, as told: 'em gái', 'quán tạp hóa đầu làng'.
    belongs_to text CHECK (length(belongs_to) <= 200),
    -- Nothing automatic goes where the person has not said that it is safe (practice 19).
    safe_to_call boolean NOT NULL DEFAULT false,
    safe_to_write boolean NOT NULL DEFAULT false,
    wishes text CHECK (length(wishes) <= 500),
    withdrawn_at timestamptz,
    version integer NOT NULL DEFAULT 1
);
CREATE INDEX contact_points_by_person ON contact_points (person_id);

CREATE TABLE addresses (
    id uuid PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES persons ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('home', 'as-printed', 'staying')),
    province_code text REFERENCES provinces,
    commune_code text REFERENCES communes,
    line text CHECK (length(line) <= 300),
    withdrawn_at timestamptz,
    version integer NOT NULL DEFAULT 1
);
CREATE INDEX addresses_by_person ON addresses (person_id);

-- Which organisation, or which member of it, may open a person, and on what ground.
CREATE TABLE person_access (
    id uuid PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES persons ON DELETE CASCADE,
    organisation_id uuid NOT NULL REFERENCES organisations,
    user_id uuid REFERENCES users,
    ground text NOT NULL CHECK (ground IN ('registered', 'request')),
    since timestamptz NOT NULL DEFAULT app_now(),
    until timestamptz
);
CREATE INDEX person_access_by_person ON person_access (person_id, organisation_id);
CREATE INDEX person_access_by_organisation ON person_access (organisation_id, since DESC, person_id DESC);
CREATE UNIQUE INDEX person_access_once ON person_access (person_id, organisation_id, user_id) NULLS NOT DISTINCT;

-- Somebody found a person they may not open, and asks.
CREATE TABLE access_requests (
    id uuid PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES persons ON DELETE CASCADE,
    organisation_id uuid NOT NULL REFERENCES organisations,
    user_id uuid NOT NULL REFERENCES users,
    reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 1000),
    requested_at timestamptz NOT NULL DEFAULT app_now(),
    decided_at timestamptz,
    decided_by uuid REFERENCES users,
    granted boolean,
    CHECK ((decided_at IS NULL) = (granted IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL))
);
CREATE INDEX access_requests_by_person ON access_requests (person_id);
CREATE UNIQUE INDEX access_requests_open ON access_requests (person_id, user_id) WHERE decided_at IS NULL;

-- A person under protection is found and opened by the staff named here and by nobody else.
CREATE TABLE protections (
    id uuid PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES persons ON DELETE CASCADE,
    opened_by uuid NOT NULL REFERENCES users,
    opened_at timestamptz NOT NULL DEFAULT app_now(),
    ended_at timestamptz
);
CREATE UNIQUE INDEX protections_open ON protections (person_id) WHERE ended_at IS NULL;

CREATE TABLE protection_staff (
    id uuid PRIMARY KEY,
    protection_id uuid NOT NULL REFERENCES protections ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users,
    UNIQUE (protection_id, user_id)
);
CREATE INDEX protection_staff_by_user ON protection_staff (user_id);

-- What a person can be found by: folded names, blind indexes of numbers, phones. Read by find_people() alone.
CREATE TABLE match_keys (
    key text NOT NULL,
    person_id uuid NOT NULL REFERENCES persons ON DELETE CASCADE,
    PRIMARY KEY (key, person_id)
);
CREATE INDEX match_keys_by_person ON match_keys (person_id);

-- Two records that may be one person. A number used twice lands here and is never an error to whoever typed it.
CREATE TABLE duplicate_suspicions (
    id uuid PRIMARY KEY,
    person_a uuid NOT NULL REFERENCES persons ON DELETE CASCADE,
    person_b uuid NOT NULL REFERENCES persons ON DELETE CASCADE,
    reason text NOT NULL,
    found_at timestamptz NOT NULL DEFAULT app_now(),
    UNIQUE (person_a, person_b),
    CHECK (person_a < person_b)
);
CREATE INDEX duplicate_suspicions_by_b ON duplicate_suspicions (person_b);
