-- Those who may give work, and what they say of it (E2). Level: internal.
CREATE TABLE employers (
    id uuid PRIMARY KEY,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    -- Of an enterprise, or with three more digits of one of its units; never somebody's personal number.
    tax_code text CHECK (tax_code ~ '^[0-9]{10}([0-9]{3})?$'),
    -- Whose capital it is, where that is of another country.
    invested_from text REFERENCES countries,
    province_code text NOT NULL REFERENCES provinces,
    commune_code text REFERENCES communes,
    address text CHECK (length(address) BETWEEN 1 AND 200),
    -- Who answers there, as they want to be asked for.
    contact text CHECK (length(contact) BETWEEN 1 AND 120),
    phone text CHECK (length(phone) BETWEEN 1 AND 40),
    -- Whether it said that it gladly takes people who come back.
    willing text NOT NULL CHECK (willing IN ('yes', 'no', 'not-asked')),
    kept_by uuid NOT NULL REFERENCES organisations,
    written_by uuid NOT NULL REFERENCES users,
    written_at timestamptz NOT NULL DEFAULT app_now(),
    version integer NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX employers_tax_code ON employers (tax_code);

-- Work that is offered (E2). Level: internal.
CREATE TABLE vacancies (
    id uuid PRIMARY KEY,
    employer_id uuid NOT NULL REFERENCES employers,
    title text NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    -- ISCO-08, as deep as is known.
    occupation text NOT NULL REFERENCES occupations,
    seats integer NOT NULL CHECK (seats BETWEEN 1 AND 5000),
    -- Where the work is: a place in Viet Nam, or a country and the paper that lets a service enterprise send people there.
    province_code text REFERENCES provinces,
    commune_code text REFERENCES communes,
    country text REFERENCES countries,
    permit text CHECK (length(permit) BETWEEN 1 AND 120),
    -- In a commune, and not in a ward.
    rural boolean NOT NULL DEFAULT false,
    -- Whole đồng a month.
    wage_from bigint CHECK (wage_from BETWEEN 500000 AND 1000000000),
    wage_to bigint CHECK (wage_to BETWEEN 500000 AND 1000000000),
    -- A week.
    hours integer CHECK (hours BETWEEN 1 AND 72),
    -- A labour contract with social insurance.
    formal boolean NOT NULL,
    night boolean NOT NULL,
    housing boolean NOT NULL,
    language text REFERENCES languages,
    -- Of the Common European Framework, which grades of tests are compared with.
    cefr text CHECK (cefr IN ('A1', 'A2', 'B1', 'B2', 'C1', 'C2')),
    language_must boolean NOT NULL DEFAULT false,
    -- Experience, and one of the five national levels.
    months integer CHECK (months BETWEEN 0 AND 240),
    level smallint CHECK (level BETWEEN 1 AND 5),
    level_must boolean NOT NULL DEFAULT false,
    -- The article of a law that lets nobody under 18 do this work. No other limit of a person can be said.
    adults_only text CHECK (length(adults_only) BETWEEN 1 AND 200),
    closes_on date NOT NULL,
    about text CHECK (length(about) BETWEEN 1 AND 2000),
    kept_by uuid NOT NULL REFERENCES organisations,
    written_by uuid NOT NULL REFERENCES users,
    written_at timestamptz NOT NULL DEFAULT app_now(),
    ended_at timestamptz,
    ended_because text CHECK (ended_because IN ('filled', 'withdrawn', 'mistaken')),
    version integer NOT NULL DEFAULT 1,
    -- The transaction that wrote it last: what is held in memory asks for what is newer.
    changed bigint NOT NULL DEFAULT 0,
    CHECK ((province_code IS NULL) <> (country IS NULL)),
    CHECK ((country IS NULL) = (permit IS NULL)),
    CHECK (commune_code IS NULL OR province_code IS NOT NULL),
    CHECK (wage_to >= wage_from),
    CHECK ((language IS NULL) = (cefr IS NULL)),
    CHECK ((ended_at IS NULL) = (ended_because IS NULL))
);
CREATE INDEX vacancies_by_employer ON vacancies (employer_id);
CREATE INDEX vacancies_by_occupation ON vacancies (occupation, id) WHERE ended_at IS NULL;
CREATE INDEX vacancies_changed ON vacancies (changed);

-- What work somebody looks for; a search hangs on the case in which they are helped with it (E3). Level: personal.
CREATE TABLE job_searches (
    id uuid PRIMARY KEY,
    case_id uuid NOT NULL UNIQUE REFERENCES cases ON DELETE CASCADE,
    -- Somebody who looks no more is compared with nothing.
    looking boolean NOT NULL,
    -- ISCO-08, besides what they can do.
    wanted text[] NOT NULL DEFAULT '{}' CHECK (cardinality(wanted) <= 5),
    -- Where they would go to, besides where they live.
    provinces text[] NOT NULL DEFAULT '{}' CHECK (cardinality(provinces) <= 10),
    abroad boolean NOT NULL,
    -- From where they live.
    kilometres integer CHECK (kilometres BETWEEN 1 AND 500),
    -- Whole đồng a month: the least they would work for, and what they earned before they left.
    wage_least bigint CHECK (wage_least BETWEEN 500000 AND 1000000000),
    wage_before bigint CHECK (wage_before BETWEEN 0 AND 1000000000),
    hours text NOT NULL CHECK (hours IN ('full', 'part', 'any')),
    night boolean NOT NULL,
    -- What of this is a condition and not a wish.
    must text[] NOT NULL DEFAULT '{}' CHECK (must <@ ARRAY['distance', 'wage', 'hours', 'formal']),
    words text CHECK (length(words) BETWEEN 1 AND 2000),
    written_by uuid NOT NULL REFERENCES users,
    written_at timestamptz NOT NULL DEFAULT app_now(),
    version integer NOT NULL DEFAULT 1
);

-- What of those who look is compared with vacancies, brought together by triggers and read by the matching alone: no sex, no
-- ethnic group, no registration, no health, no way of coming back. Level: personal.
CREATE TABLE seekers (
    case_id uuid PRIMARY KEY REFERENCES cases ON DELETE CASCADE,
    holder_id uuid NOT NULL REFERENCES organisations,
    -- Nothing of somebody who does not look any more.
    facts jsonb,
    changed bigint NOT NULL DEFAULT 0
);
CREATE INDEX seekers_changed ON seekers (changed);

-- What a counsellor made of a place in the list, for weighing the order of it later (E3). Level: personal.
CREATE TABLE match_choices (
    id uuid PRIMARY KEY,
    case_id uuid NOT NULL REFERENCES cases ON DELETE CASCADE,
    vacancy_id uuid NOT NULL REFERENCES vacancies,
    choice text NOT NULL CHECK (choice IN ('referred', 'unsuitable')),
    because text CHECK (because IN ('occupation', 'skills', 'distance', 'wage', 'hours', 'not-wanted', 'employer', 'other')),
    words text CHECK (length(words) BETWEEN 1 AND 500),
    -- The vacancies that stood in the list, best first, each with its score in thousandths.
    shown uuid[] NOT NULL DEFAULT '{}' CHECK (cardinality(shown) <= 50),
    made_by uuid NOT NULL REFERENCES users,
    made_at timestamptz NOT NULL DEFAULT app_now(),
    CHECK ((choice = 'unsuitable') = (because IS NOT NULL)),
    UNIQUE (case_id, vacancy_id, choice)
);
CREATE INDEX match_choices_by_vacancy ON match_choices (vacancy_id);

-- Somebody was proposed to an employer (E4). Level: personal.
CREATE TABLE referrals (
    id uuid PRIMARY KEY,
    case_id uuid NOT NULL REFERENCES cases ON DELETE CASCADE,
    vacancy_id uuid NOT NULL REFERENCES vacancies,
    state text NOT NULL DEFAULT 'referred' CHECK (state IN ('referred', 'interview', 'offered', 'placed', 'not-hired', 'declined', 'withdrawn')),
    -- They agreed that the employer is told of them.
    agreed boolean NOT NULL CHECK (agreed),
    made_by uuid NOT NULL REFERENCES users,
    made_at timestamptz NOT NULL DEFAULT app_now(),
    version integer NOT NULL DEFAULT 1
);
CREATE INDEX referrals_by_case ON referrals (case_id);
CREATE UNIQUE INDEX referrals_one_goes_on ON referrals (vacancy_id, case_id) WHERE state IN ('referred', 'interview', 'offered', 'placed');

-- What became of it, step by step; written by move_referral() alone. Level: personal.
CREATE TABLE referral_steps (
    id uuid PRIMARY KEY,
    referral_id uuid NOT NULL REFERENCES referrals ON DELETE CASCADE,
    number integer NOT NULL,
    step text NOT NULL CHECK (step IN ('interview', 'offered', 'placed', 'not-hired', 'declined', 'withdrawn')),
    words text CHECK (length(words) BETWEEN 1 AND 2000),
    meets_at timestamptz,
    place text CHECK (length(place) BETWEEN 1 AND 300),
    wage bigint CHECK (wage BETWEEN 500000 AND 1000000000),
    -- Why not. The last six are no lawful reasons.
    because text CHECK (because IN ('skills', 'language', 'experience', 'filled', 'wage', 'distance', 'hours', 'other-work', 'other',
                                    'age', 'sex', 'migrated', 'health', 'ethnic-group', 'registration')),
    made_by uuid NOT NULL REFERENCES users,
    made_at timestamptz NOT NULL DEFAULT app_now(),
    CHECK ((step = 'interview') = (meets_at IS NOT NULL)),
    CHECK ((step IN ('not-hired', 'declined')) = (because IS NOT NULL)),
    UNIQUE (referral_id, number)
);

-- Work that somebody began (E4, practice 32). Level: personal.
CREATE TABLE placements (
    id uuid PRIMARY KEY,
    case_id uuid NOT NULL REFERENCES cases ON DELETE CASCADE,
    -- Nothing where they found it themselves.
    referral_id uuid UNIQUE REFERENCES referrals ON DELETE CASCADE,
    employer text NOT NULL CHECK (length(employer) BETWEEN 1 AND 200),
    occupation text NOT NULL REFERENCES occupations,
    province_code text REFERENCES provinces,
    country text REFERENCES countries,
    started_on date NOT NULL,
    written_by uuid NOT NULL REFERENCES users,
    written_at timestamptz NOT NULL DEFAULT app_now(),
    CHECK ((province_code IS NULL) <> (country IS NULL))
);
CREATE INDEX placements_by_case ON placements (case_id);

-- How it is: at the start (0), after the first months (1) and after the second (2). Level: personal.
CREATE TABLE placement_checks (
    id uuid PRIMARY KEY,
    placement_id uuid NOT NULL REFERENCES placements ON DELETE CASCADE,
    number integer NOT NULL CHECK (number BETWEEN 0 AND 2),
    found text NOT NULL CHECK (found IN ('working', 'other-work', 'not-working', 'not-reached')),
    -- Whole đồng a month.
    wage bigint CHECK (wage BETWEEN 0 AND 1000000000),
    hours integer CHECK (hours BETWEEN 1 AND 112),
    -- Whether they would work more hours, and whether the work is below what they can do.
    more_hours text CHECK (more_hours IN ('yes', 'no', 'not-known')),
    below text CHECK (below IN ('yes', 'no', 'not-known')),
    formal text CHECK (formal IN ('yes', 'no', 'not-known')),
    uses_skills text CHECK (uses_skills IN ('yes', 'partly', 'no', 'not-known')),
    far text CHECK (far IN ('home', 'daily', 'away', 'not-known')),
    left_because text CHECK (left_because IN ('ended', 'wage', 'treatment', 'family', 'own-business', 'abroad', 'not-said', 'other')),
    words text CHECK (length(words) BETWEEN 1 AND 2000),
    made_by uuid NOT NULL REFERENCES users,
    made_on date NOT NULL,
    CHECK ((found IN ('working', 'other-work')) = (uses_skills IS NOT NULL AND formal IS NOT NULL AND far IS NOT NULL AND more_hours IS NOT NULL AND below IS NOT NULL)),
    CHECK ((left_because IS NULL) = (found IN ('working', 'not-reached'))),
    UNIQUE (placement_id, number)
);
