-- Counselling on work: what somebody wants, what stands in the way, what was agreed, when they meet again (E1). Level: personal.
CREATE TABLE counselling_sessions (
    id uuid PRIMARY KEY,
    case_id uuid NOT NULL REFERENCES cases ON DELETE CASCADE,
    held_on date NOT NULL,
    way text NOT NULL CHECK (way IN ('office', 'phone', 'video', 'home', 'commune')),
    minutes integer CHECK (minutes BETWEEN 1 AND 600),
    goals text NOT NULL CHECK (length(goals) BETWEEN 1 AND 2000),
    -- No diagnosis stands here; what somebody says of their health belongs elsewhere.
    barriers text[] NOT NULL DEFAULT '{}' CHECK (cardinality(barriers) <= 12 AND barriers <@ ARRAY[
        'skills', 'language', 'papers', 'vacancies', 'debt', 'care', 'transport', 'confidence', 'employers', 'information', 'other']),
    barriers_words text CHECK (length(barriers_words) BETWEEN 1 AND 1000),
    words text CHECK (length(words) BETWEEN 1 AND 4000),
    next_on date,
    written_by uuid NOT NULL REFERENCES users,
    written_at timestamptz NOT NULL DEFAULT app_now(),
    version integer NOT NULL DEFAULT 1,
    CHECK (next_on >= held_on),
    CHECK (NOT 'other' = ANY (barriers) OR barriers_words IS NOT NULL)
);
CREATE INDEX counselling_sessions_by_case ON counselling_sessions (case_id);

-- What was agreed in it: who does what until when. Level: personal.
CREATE TABLE counselling_actions (
    id uuid PRIMARY KEY,
    session_id uuid NOT NULL REFERENCES counselling_sessions ON DELETE CASCADE,
    what text NOT NULL CHECK (length(what) BETWEEN 1 AND 300),
    who text NOT NULL CHECK (who IN ('person', 'counsellor', 'family', 'other')),
    until date,
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'done', 'dropped')),
    ended_on date,
    written_by uuid NOT NULL REFERENCES users,
    written_at timestamptz NOT NULL DEFAULT app_now(),
    version integer NOT NULL DEFAULT 1,
    CHECK ((state = 'open') = (ended_on IS NULL))
);
CREATE INDEX counselling_actions_by_session ON counselling_actions (session_id);

-- What an employer is given, or asks for, for taking people on (E5). Level: internal.
CREATE TABLE employer_incentives (
    id uuid PRIMARY KEY,
    employer_id uuid NOT NULL REFERENCES employers,
    kind text NOT NULL CHECK (kind IN ('tax', 'wage', 'training', 'loan', 'insurance', 'praise', 'other')),
    words text NOT NULL CHECK (length(words) BETWEEN 1 AND 1000),
    -- Whole đồng.
    amount bigint CHECK (amount BETWEEN 1000 AND 1000000000000),
    asked_on date NOT NULL,
    state text NOT NULL DEFAULT 'asked' CHECK (state IN ('asked', 'granted', 'refused', 'ended')),
    -- The paper that says so, and until when it holds.
    basis text CHECK (length(basis) BETWEEN 1 AND 300),
    decided_on date,
    valid_until date,
    kept_by uuid NOT NULL REFERENCES organisations,
    written_by uuid NOT NULL REFERENCES users,
    written_at timestamptz NOT NULL DEFAULT app_now(),
    version integer NOT NULL DEFAULT 1,
    CHECK ((state = 'asked') = (decided_on IS NULL)),
    CHECK (state <> 'granted' OR basis IS NOT NULL),
    CHECK (valid_until >= decided_on),
    CHECK (decided_on >= asked_on)
);
CREATE INDEX employer_incentives_by_employer ON employer_incentives (employer_id);

-- Somebody was treated worse than others for a reason that must not count (E5, practice 32). Level: sensitive.
CREATE TABLE discrimination_complaints (
    id uuid PRIMARY KEY,
    case_id uuid NOT NULL REFERENCES cases ON DELETE CASCADE,
    -- In words, since many are in no register.
    against text NOT NULL CHECK (length(against) BETWEEN 1 AND 200),
    employer_id uuid REFERENCES employers,
    referral_id uuid REFERENCES referrals,
    stage text NOT NULL CHECK (stage IN ('advert', 'application', 'interview', 'pay', 'work', 'dismissal', 'other')),
    grounds text[] NOT NULL CHECK (cardinality(grounds) BETWEEN 1 AND 14 AND grounds <@ ARRAY[
        'age', 'sex', 'migrated', 'registration', 'ethnic-group', 'origin', 'marital-status', 'pregnancy', 'belief', 'disability', 'health', 'hiv', 'union', 'other']),
    happened_on date NOT NULL,
    words text NOT NULL CHECK (length(words) BETWEEN 1 AND 4000),
    wants text CHECK (length(wants) BETWEEN 1 AND 1000),
    -- They agreed that it is told to whoever decides on it.
    agreed boolean NOT NULL,
    state text NOT NULL DEFAULT 'written' CHECK (state IN ('written', 'passed-on', 'answered', 'settled', 'not-upheld', 'withdrawn')),
    made_by uuid NOT NULL REFERENCES users,
    made_at timestamptz NOT NULL DEFAULT app_now(),
    version integer NOT NULL DEFAULT 1
);
CREATE INDEX discrimination_complaints_by_case ON discrimination_complaints (case_id);

-- What became of it, step by step; written by move_complaint() alone. Level: sensitive.
CREATE TABLE complaint_steps (
    id uuid PRIMARY KEY,
    complaint_id uuid NOT NULL REFERENCES discrimination_complaints ON DELETE CASCADE,
    number integer NOT NULL,
    step text NOT NULL CHECK (step IN ('agreed', 'passed-on', 'answered', 'settled', 'not-upheld', 'withdrawn')),
    -- To whom it was passed on.
    body text CHECK (body IN ('inspectorate', 'labour-office', 'union', 'mediator', 'court', 'employer', 'other')),
    happened_on date NOT NULL,
    words text CHECK (length(words) BETWEEN 1 AND 2000),
    made_by uuid NOT NULL REFERENCES users,
    made_at timestamptz NOT NULL DEFAULT app_now(),
    CHECK ((step = 'passed-on') = (body IS NOT NULL)),
    UNIQUE (complaint_id, number)
);
