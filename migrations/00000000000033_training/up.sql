-- What employers want people to be taught (D4). Level: internal.
CREATE TABLE training_requests (
    id uuid PRIMARY KEY,
    employer_id uuid NOT NULL REFERENCES employers,
    -- ISCO-08, and of the five national levels the one that is wanted.
    occupation text NOT NULL REFERENCES occupations,
    level smallint CHECK (level BETWEEN 1 AND 5),
    people integer NOT NULL CHECK (people BETWEEN 1 AND 5000),
    needed_on date NOT NULL,
    -- Whether it said that it takes on whoever passes.
    hires boolean NOT NULL,
    words text CHECK (length(words) BETWEEN 1 AND 2000),
    kept_by uuid NOT NULL REFERENCES organisations,
    written_by uuid NOT NULL REFERENCES users,
    written_at timestamptz NOT NULL DEFAULT app_now(),
    ended_at timestamptz,
    ended_because text CHECK (ended_because IN ('met', 'withdrawn', 'mistaken')),
    version integer NOT NULL DEFAULT 1,
    CHECK ((ended_at IS NULL) = (ended_because IS NULL))
);
CREATE INDEX training_requests_by_employer ON training_requests (employer_id);

-- Courses, in Viet Nam or abroad before somebody returns (D4). Level: internal.
CREATE TABLE courses (
    id uuid PRIMARY KEY,
    provider_id uuid NOT NULL REFERENCES providers,
    title text NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    kind text NOT NULL CHECK (kind IN ('trade', 'informal', 'language', 'soft', 'using-skills', 'business')),
    -- ISCO-08, and of the five national levels the one that it leads to.
    occupation text REFERENCES occupations,
    level smallint CHECK (level BETWEEN 1 AND 5),
    language text REFERENCES languages,
    -- Where it is held; neither of them where it is held by wire alone.
    online boolean NOT NULL,
    province_code text REFERENCES provinces,
    commune_code text REFERENCES communes,
    country text REFERENCES countries,
    address text CHECK (length(address) BETWEEN 1 AND 200),
    starts_on date NOT NULL,
    ends_on date NOT NULL CHECK (ends_on >= starts_on),
    enrol_until date NOT NULL CHECK (enrol_until <= ends_on),
    -- On which days and at what hours, in words.
    timetable text CHECK (length(timetable) BETWEEN 1 AND 200),
    hours integer CHECK (hours BETWEEN 1 AND 3000),
    seats integer NOT NULL CHECK (seats BETWEEN 1 AND 1000),
    -- Whole đồng for all of it; nothing where it costs nothing.
    fee bigint CHECK (fee BETWEEN 1000 AND 1000000000),
    -- The employer's wish that it answers.
    request_id uuid REFERENCES training_requests,
    about text CHECK (length(about) BETWEEN 1 AND 2000),
    kept_by uuid NOT NULL REFERENCES organisations,
    written_by uuid NOT NULL REFERENCES users,
    written_at timestamptz NOT NULL DEFAULT app_now(),
    cancelled_at timestamptz,
    cancelled_because text CHECK (length(cancelled_because) BETWEEN 1 AND 500),
    version integer NOT NULL DEFAULT 1,
    CHECK ((kind IN ('trade', 'informal')) = (occupation IS NOT NULL)),
    CHECK ((kind = 'language') = (language IS NOT NULL)),
    CHECK (level IS NULL OR kind = 'trade'),
    CHECK (province_code IS NULL OR country IS NULL),
    CHECK (online OR province_code IS NOT NULL OR country IS NOT NULL),
    CHECK (commune_code IS NULL OR province_code IS NOT NULL),
    CHECK ((cancelled_at IS NULL) = (cancelled_because IS NULL))
);
CREATE INDEX courses_by_end ON courses (enrol_until, id) WHERE cancelled_at IS NULL;
CREATE INDEX courses_by_request ON courses (request_id) WHERE request_id IS NOT NULL;

-- Somebody goes to a course; begun by enrol() alone, which counts the seats (D4). Level: personal.
CREATE TABLE course_enrolments (
    id uuid PRIMARY KEY,
    course_id uuid NOT NULL REFERENCES courses,
    case_id uuid NOT NULL REFERENCES cases ON DELETE CASCADE,
    paid_by text NOT NULL CHECK (paid_by IN ('free', 'self', 'fes', 'employer', 'project')),
    state text NOT NULL DEFAULT 'enrolled' CHECK (state IN ('enrolled', 'passed', 'not-passed', 'left', 'withdrawn')),
    ended_on date,
    -- Why they left, where they left.
    because text CHECK (because IN ('found-work', 'money', 'family', 'distance', 'too-hard', 'not-useful', 'abroad', 'not-said', 'other')),
    -- The number of the paper that they were given.
    paper text CHECK (length(paper) BETWEEN 1 AND 120),
    words text CHECK (length(words) BETWEEN 1 AND 2000),
    made_by uuid NOT NULL REFERENCES users,
    made_at timestamptz NOT NULL DEFAULT app_now(),
    version integer NOT NULL DEFAULT 1,
    CHECK ((state = 'enrolled') = (ended_on IS NULL)),
    CHECK ((state IN ('left', 'withdrawn')) = (because IS NOT NULL))
);
CREATE INDEX course_enrolments_by_case ON course_enrolments (case_id);
CREATE UNIQUE INDEX course_enrolments_once ON course_enrolments (course_id, case_id) WHERE state IN ('enrolled', 'passed', 'not-passed');

-- Who was there on which day. Level: personal.
CREATE TABLE course_attendance (
    id uuid PRIMARY KEY,
    enrolment_id uuid NOT NULL REFERENCES course_enrolments ON DELETE CASCADE,
    held_on date NOT NULL,
    there text NOT NULL CHECK (there IN ('present', 'late', 'excused', 'absent')),
    made_by uuid NOT NULL REFERENCES users,
    made_at timestamptz NOT NULL DEFAULT app_now(),
    UNIQUE (enrolment_id, held_on)
);
