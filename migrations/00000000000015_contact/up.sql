-- When somebody is to be tried again, and at which part of the day.
ALTER TABLE cases
    ADD COLUMN call_on date,
    ADD COLUMN call_part text CHECK (call_part IN ('morning', 'midday', 'afternoon', 'evening')),
    ADD CHECK ((call_on IS NULL) = (call_part IS NULL));

-- One try to reach somebody (practice 27). What was said is a note. Level: sensitive.
CREATE TABLE contact_attempts (
    id uuid PRIMARY KEY,
    case_id uuid NOT NULL REFERENCES cases ON DELETE CASCADE,
    outcome text NOT NULL CHECK (outcome IN ('reached', 'no-answer', 'number-dead', 'wrong-person', 'call-later', 'zalo-tried')),
    -- The number that was tried; nothing where it was not said which.
    contact_point_id uuid REFERENCES contact_points ON DELETE SET NULL,
    made_by uuid NOT NULL REFERENCES users,
    made_at timestamptz NOT NULL DEFAULT app_now()
);
CREATE INDEX contact_attempts_by_case ON contact_attempts (case_id, made_at DESC);
CREATE INDEX contact_attempts_by_point ON contact_attempts (contact_point_id);

-- Contact is lost by rule and by a supervisor's word, until somebody reaches them. The case stays open: it is no result. Level: sensitive.
CREATE TABLE lost_contacts (
    id uuid PRIMARY KEY,
    case_id uuid NOT NULL REFERENCES cases ON DELETE CASCADE,
    said_by uuid NOT NULL REFERENCES users,
    said_at timestamptz NOT NULL DEFAULT app_now(),
    ended_at timestamptz
);
CREATE UNIQUE INDEX lost_contacts_open ON lost_contacts (case_id) WHERE ended_at IS NULL;
CREATE INDEX lost_contacts_by_case ON lost_contacts (case_id);
