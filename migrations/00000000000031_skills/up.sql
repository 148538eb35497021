-- Tests and grades that people bring home, and how those who own them compare them with others. Level: public.
CREATE TABLE skill_grades (
    -- Scheme and grade in one, such as `jlpt-n3`.
    code text PRIMARY KEY,
    parent text,
    vi text NOT NULL,
    en text NOT NULL,
    valid_from date,
    valid_to date,
    ours text NOT NULL
);

-- What somebody can do, as they and their papers say (D1). Level: personal.
CREATE TABLE skills (
    id uuid PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES persons ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('trade', 'soft', 'language')),
    -- ISCO-08, of a trade.
    occupation text REFERENCES occupations,
    -- Of a trade, in the words of whoever has it.
    name text CHECK (length(name) BETWEEN 1 AND 120),
    soft text CHECK (soft IN ('discipline', 'teamwork', 'safety', 'quality', 'machines', 'customers', 'care', 'leading', 'teaching', 'digital', 'other-culture')),
    language text REFERENCES languages,
    grade text REFERENCES skill_grades,
    -- How long it was done, in months.
    months integer CHECK (months BETWEEN 0 AND 720),
    country text REFERENCES countries,
    employer text CHECK (length(employer) BETWEEN 1 AND 200),
    source text NOT NULL CHECK (source IN ('told', 'employer-letter', 'foreign-certificate', 'vietnamese-certificate', 'test', 'course')),
    recorded_by uuid NOT NULL REFERENCES users,
    recorded_at timestamptz NOT NULL DEFAULT app_now(),
    withdrawn_at timestamptz,
    withdrawn_by uuid REFERENCES users,
    version integer NOT NULL DEFAULT 1,
    CHECK ((kind = 'trade') = (occupation IS NOT NULL)),
    CHECK ((kind = 'trade') = (name IS NOT NULL)),
    CHECK ((kind = 'soft') = (soft IS NOT NULL)),
    CHECK ((kind = 'language') = (language IS NOT NULL)),
    CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL))
);
CREATE INDEX skills_by_person ON skills (person_id);
CREATE INDEX skills_by_occupation ON skills (occupation) WHERE withdrawn_at IS NULL;

-- The papers that a skill rests on. Level: sensitive.
CREATE TABLE skill_evidence (
    id uuid PRIMARY KEY,
    skill_id uuid NOT NULL REFERENCES skills ON DELETE CASCADE,
    attachment_id uuid NOT NULL REFERENCES attachments ON DELETE CASCADE,
    added_by uuid NOT NULL REFERENCES users,
    added_at timestamptz NOT NULL DEFAULT app_now(),
    UNIQUE (skill_id, attachment_id)
);
CREATE INDEX skill_evidence_by_attachment ON skill_evidence (attachment_id);

-- Who may assess which occupations, and until when (Employment Law 74/2025 arts 22 to 26: accredited assessors). Level: internal.
CREATE TABLE assessors (
    id uuid PRIMARY KEY,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    -- The paper that accredits it.
    accreditation text NOT NULL CHECK (length(accreditation) BETWEEN 1 AND 120),
    -- ISCO-08 codes of any level; whoever may assess a group may assess what is in it.
    occupations text[] NOT NULL CHECK (cardinality(occupations) BETWEEN 1 AND 20),
    province_code text REFERENCES provinces,
    valid_from date NOT NULL,
    valid_until date NOT NULL CHECK (valid_until >= valid_from),
    phone text CHECK (length(phone) BETWEEN 1 AND 40),
    kept_by uuid NOT NULL REFERENCES organisations,
    written_by uuid NOT NULL REFERENCES users,
    written_at timestamptz NOT NULL DEFAULT app_now(),
    ended_at timestamptz,
    version integer NOT NULL DEFAULT 1
);

-- A recognition that somebody asks for (D2). Level: personal.
CREATE TABLE recognitions (
    id uuid PRIMARY KEY,
    case_id uuid NOT NULL REFERENCES cases ON DELETE CASCADE,
    occupation text NOT NULL REFERENCES occupations,
    -- Of the five national levels.
    level smallint NOT NULL CHECK (level BETWEEN 1 AND 5),
    state text NOT NULL DEFAULT 'asked' CHECK (state IN ('asked', 'incomplete', 'complete', 'booked', 'assessed', 'granted', 'refused', 'appealed', 'given-up')),
    asked_by uuid NOT NULL REFERENCES users,
    asked_at timestamptz NOT NULL DEFAULT app_now(),
    version integer NOT NULL DEFAULT 1
);
CREATE INDEX recognitions_by_case ON recognitions (case_id);

-- Which skills it is about, as they stood, and what the assessment found: 0 is below the first level.
CREATE TABLE recognition_skills (
    id uuid PRIMARY KEY,
    recognition_id uuid NOT NULL REFERENCES recognitions ON DELETE CASCADE,
    skill_id uuid NOT NULL REFERENCES skills,
    result smallint CHECK (result BETWEEN 0 AND 5),
    gap text CHECK (length(gap) BETWEEN 1 AND 500),
    UNIQUE (recognition_id, skill_id)
);
CREATE INDEX recognition_skills_by_skill ON recognition_skills (skill_id);

-- What happened with it, step by step; written by move_recognition() alone. Level: personal.
CREATE TABLE recognition_steps (
    id uuid PRIMARY KEY,
    recognition_id uuid NOT NULL REFERENCES recognitions ON DELETE CASCADE,
    -- In which order they were made: the version of the recognition that each was made upon.
    number integer NOT NULL,
    step text NOT NULL CHECK (step IN ('incomplete', 'complete', 'booked', 'missed', 'assessed', 'granted', 'refused', 'appealed', 'kept', 'again', 'given-up')),
    words text CHECK (length(words) BETWEEN 1 AND 2000),
    -- Of an appointment.
    assessor_id uuid REFERENCES assessors,
    meets_at timestamptz,
    place text CHECK (length(place) BETWEEN 1 AND 300),
    -- Of a decision.
    level smallint CHECK (level BETWEEN 1 AND 5),
    made_by uuid NOT NULL REFERENCES users,
    made_at timestamptz NOT NULL DEFAULT app_now(),
    CHECK ((step = 'booked') = (assessor_id IS NOT NULL)),
    CHECK ((step = 'booked') = (meets_at IS NOT NULL)),
    CHECK ((step = 'granted') = (level IS NOT NULL)),
    UNIQUE (recognition_id, number)
);

-- A certificate (D3). What was signed stays word for word; who sees it is the holder's to say. Level: personal.
CREATE TABLE certificates (
    id uuid PRIMARY KEY,
    -- Carried on paper; reveals nothing.
    code text NOT NULL UNIQUE,
    recognition_id uuid NOT NULL REFERENCES recognitions ON DELETE CASCADE,
    issued_at timestamptz NOT NULL,
    issued_by uuid NOT NULL REFERENCES organisations,
    content text NOT NULL CHECK (length(content) <= 20000),
    signature bytea NOT NULL CHECK (octet_length(signature) = 64),
    -- Which of the installation's signing keys.
    key_id integer NOT NULL,
    -- What the public page shows besides the occupation and its level.
    shows text[] NOT NULL DEFAULT '{}' CHECK (shows <@ ARRAY['name', 'birth-year', 'skills']),
    shown_by uuid REFERENCES users,
    revoked_at timestamptz,
    revoked_by uuid REFERENCES users,
    revoked_because text CHECK (length(revoked_because) BETWEEN 1 AND 500),
    version integer NOT NULL DEFAULT 1,
    CHECK ((revoked_at IS NULL) = (revoked_by IS NULL) AND (revoked_at IS NULL) = (revoked_because IS NULL))
);
CREATE UNIQUE INDEX certificates_one_holds ON certificates (recognition_id) WHERE revoked_at IS NULL;
