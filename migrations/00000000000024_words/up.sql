-- A message leaves by mail or as a text to a telephone. What a server refuses for good is not tried again.
ALTER TABLE mails
    ADD COLUMN channel text NOT NULL DEFAULT 'mail' CHECK (channel IN ('mail', 'sms')),
    ADD COLUMN refused_at timestamptz;
CREATE INDEX mails_by_age ON mails (posted_at DESC, id DESC);

-- The person says that the system may write here by itself. Never where somebody else answers, or something is to be minded.
ALTER TABLE contact_points
    ADD COLUMN safe_automatic boolean NOT NULL DEFAULT false,
    ADD CHECK (NOT safe_automatic OR (safe_to_write AND kind IN ('phone', 'email') AND belongs_to IS NULL AND wishes IS NULL));

-- What was told to a returnee without anybody writing it, or asked to be told by telephone: once for each thing, kind and
-- day (practice 19). What it said is in the outbox until it is sent. Level: sensitive.
CREATE TABLE messages (
    id uuid PRIMARY KEY,
    case_id uuid NOT NULL REFERENCES cases ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('reminder', 'accepted')),
    -- The case of a reminder, the hand-over that was accepted.
    item uuid NOT NULL,
    due_on date NOT NULL,
    -- After this day it is of no use to anybody.
    until_on date NOT NULL CHECK (until_on >= due_on),
    way text NOT NULL CHECK (way IN ('sms', 'mail', 'call', 'none')),
    contact_point_id uuid REFERENCES contact_points ON DELETE SET NULL,
    -- In the outbox, from which it is swept before the case is.
    mail_id uuid,
    made_at timestamptz NOT NULL DEFAULT app_now(),
    UNIQUE (item, kind, due_on)
);
CREATE INDEX messages_by_case ON messages (case_id);
CREATE INDEX messages_by_contact ON messages (contact_point_id);
CREATE UNIQUE INDEX messages_by_mail ON messages (mail_id);
-- The reminders of a day are looked for by it.
CREATE INDEX cases_by_returnees_step ON cases (next_on) WHERE next_by = 'returnee';

-- Who was told on which morning what is due. Level: internal.
CREATE TABLE digests (
    user_id uuid NOT NULL REFERENCES users,
    day date NOT NULL,
    PRIMARY KEY (user_id, day)
);
