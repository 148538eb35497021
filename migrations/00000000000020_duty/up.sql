-- Who answers for an office at what hours, under which number of the office. Level: internal.
CREATE TABLE duty_shifts (
    id uuid PRIMARY KEY,
    organisation_id uuid NOT NULL REFERENCES organisations,
    user_id uuid NOT NULL REFERENCES users,
    phone text NOT NULL CHECK (length(phone) BETWEEN 3 AND 50),
    -- 1 is called first.
    place integer NOT NULL CHECK (place BETWEEN 1 AND 3),
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    written_by uuid NOT NULL REFERENCES users,
    written_at timestamptz NOT NULL DEFAULT app_now(),
    CHECK (ends_at > starts_at AND ends_at <= starts_at + interval '24 hours')
);
CREATE INDEX duty_shifts_by_office ON duty_shifts (organisation_id, ends_at);

-- A number that was called for an immediate need and not answered. Level: sensitive.
CREATE TABLE duty_tries (
    id uuid PRIMARY KEY,
    case_id uuid NOT NULL REFERENCES cases ON DELETE CASCADE,
    office_id uuid NOT NULL REFERENCES organisations,
    phone text NOT NULL CHECK (length(phone) BETWEEN 3 AND 50),
    tried_by uuid NOT NULL REFERENCES users,
    tried_at timestamptz NOT NULL DEFAULT app_now()
);
CREATE INDEX duty_tries_by_case ON duty_tries (case_id, tried_at DESC);

-- How far up an immediate need went that nobody takes over: 1 its office, 2 the province's, 3 DOLAB.
ALTER TABLE screenings ADD COLUMN silence integer NOT NULL DEFAULT 0 CHECK (silence BETWEEN 0 AND 3);
CREATE INDEX screenings_open ON screenings (case_id) WHERE urgency = 'immediate' AND taken_over_at IS NULL;
