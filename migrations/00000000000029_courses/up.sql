-- Who of the staff was taught what, and until when it holds (K8). Level: internal.
CREATE TABLE staff_courses (
    id uuid PRIMARY KEY,
    organisation_id uuid NOT NULL REFERENCES organisations,
    user_id uuid NOT NULL REFERENCES users,
    topic text NOT NULL CHECK (topic IN (
        'confidentiality', 'first-aid', 'screening', 'scales', 'trafficking', 'case-work', 'rights', 'gender', 'system', 'other')),
    title text NOT NULL CHECK (length(title) BETWEEN 1 AND 120),
    given_by text CHECK (length(given_by) BETWEEN 1 AND 120),
    held_on date NOT NULL,
    valid_until date CHECK (valid_until >= held_on AND valid_until <= held_on + 3660),
    written_by uuid NOT NULL REFERENCES users,
    written_at timestamptz NOT NULL DEFAULT app_now(),
    -- Nobody sat in the same course twice on a day.
    UNIQUE (user_id, held_on, topic, title)
);
CREATE INDEX staff_courses_by_office ON staff_courses (organisation_id, user_id);
