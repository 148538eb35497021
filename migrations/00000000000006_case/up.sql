-- Whoever is accountable belongs to the holder, by a foreign key.
ALTER TABLE users ADD CONSTRAINT users_of_organisation UNIQUE (organisation_id, id);

-- The help that one return asks for. Level: sensitive. Exactly one person is accountable at every moment (practice 26).
CREATE TABLE cases (
    id uuid PRIMARY KEY,
    code text NOT NULL UNIQUE CHECK (length(code) = 10),
    episode_id uuid NOT NULL UNIQUE REFERENCES episodes ON DELETE CASCADE,
    phase text NOT NULL CHECK (phase IN ('intake', 'assessment', 'planning', 'implementation', 'follow-up', 'closed')),
    urgency text NOT NULL CHECK (urgency IN ('immediate', 'priority', 'routine')),
    holder_id uuid NOT NULL REFERENCES organisations,
    accountable_id uuid NOT NULL,
    next_step text CHECK (length(next_step) BETWEEN 1 AND 300),
    next_on date,
    next_by text CHECK (next_by IN ('me', 'returnee', 'provider', 'office')),
    -- Whom or which office the returnee does not want, as told; no reason is asked (practice 21).
    wishes text CHECK (length(wishes) <= 300),
    opened_at timestamptz NOT NULL DEFAULT app_now(),
    version integer NOT NULL DEFAULT 1,
    FOREIGN KEY (holder_id, accountable_id) REFERENCES users (organisation_id, id),
    CHECK ((next_step IS NULL) = (next_on IS NULL) AND (next_on IS NULL) = (next_by IS NULL)),
    CHECK (phase <> 'closed' OR next_step IS NULL)
);
CREATE INDEX cases_mine ON cases (accountable_id, next_on) WHERE phase <> 'closed';
CREATE INDEX cases_held ON cases (holder_id, opened_at DESC, id DESC);

-- Another office, or one member of it, reads along.
CREATE TABLE shares (
    id uuid PRIMARY KEY,
    case_id uuid NOT NULL REFERENCES cases ON DELETE CASCADE,
    organisation_id uuid NOT NULL REFERENCES organisations,
    user_id uuid REFERENCES users,
    given_by uuid NOT NULL REFERENCES organisations,
    stage text NOT NULL CHECK (stage IN ('reading')),
    reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 300),
    since timestamptz NOT NULL DEFAULT app_now(),
    until timestamptz NOT NULL,
    CHECK (organisation_id <> given_by)
);
CREATE UNIQUE INDEX shares_once ON shares (case_id, organisation_id, user_id) NULLS NOT DISTINCT;
CREATE INDEX shares_by_organisation ON shares (organisation_id, case_id);

-- A case offered to the office that the returnee chose. Silence moves it up, never out (practice 28).
CREATE TABLE hand_overs (
    id uuid PRIMARY KEY,
    case_id uuid NOT NULL REFERENCES cases ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('transfer', 'request')),
    state text NOT NULL CHECK (state IN ('offered', 'accepted', 'declined', 'revoked')),
    from_id uuid NOT NULL REFERENCES organisations,
    to_id uuid NOT NULL REFERENCES organisations,
    -- With a protection flag the offer goes to a named person, never to an office's list (practice 21).
    to_user_id uuid REFERENCES users,
    note text CHECK (length(note) <= 1000),
    urgency text NOT NULL,
    offered_by uuid NOT NULL REFERENCES users,
    offered_at timestamptz NOT NULL DEFAULT app_now(),
    reply_by timestamptz NOT NULL,
    -- 0 nobody was reminded, 1 the office was, 2 the province's supervisors have it, 3 DOLAB's list of the silent has it.
    silence integer NOT NULL DEFAULT 0 CHECK (silence BETWEEN 0 AND 3),
    province_id uuid REFERENCES organisations,
    answered_at timestamptz,
    answered_by uuid REFERENCES users,
    reason text CHECK (length(reason) BETWEEN 1 AND 1000),
    CHECK (from_id <> to_id),
    CHECK ((state = 'offered') = (answered_at IS NULL)),
    CHECK (state <> 'declined' OR reason IS NOT NULL)
);
CREATE UNIQUE INDEX hand_overs_open ON hand_overs (case_id) WHERE state = 'offered';
CREATE INDEX hand_overs_by_case ON hand_overs (case_id);
CREATE INDEX hand_overs_to ON hand_overs (to_id, offered_at DESC);
CREATE INDEX hand_overs_from ON hand_overs (from_id, offered_at DESC);
CREATE INDEX hand_overs_silent ON hand_overs (silence, offered_at) WHERE state = 'offered';

-- What the counter saw. Nothing about violence, HIV, trafficking, status or self-harm is asked there (practice 9).
CREATE TABLE screenings (
    id uuid PRIMARY KEY,
    case_id uuid NOT NULL REFERENCES cases ON DELETE CASCADE,
    urgency text NOT NULL CHECK (urgency IN ('immediate', 'priority', 'routine')),
    flags text[] NOT NULL,
    screened_by uuid NOT NULL REFERENCES users,
    screened_at timestamptz NOT NULL DEFAULT app_now(),
    -- An immediate one stays open until somebody has taken it over.
    taken_over_by uuid REFERENCES users,
    taken_over_at timestamptz,
    CHECK ((taken_over_by IS NULL) = (taken_over_at IS NULL))
);
CREATE INDEX screenings_by_case ON screenings (case_id, screened_at DESC);

-- "Would like to talk in private": written at the counter and not read there.
CREATE TABLE private_talks (
    id uuid PRIMARY KEY,
    case_id uuid NOT NULL UNIQUE REFERENCES cases ON DELETE CASCADE,
    asked_at timestamptz NOT NULL DEFAULT app_now(),
    held_at timestamptz,
    held_by uuid REFERENCES users,
    CHECK ((held_at IS NULL) = (held_by IS NULL))
);

CREATE TABLE services (
    id uuid PRIMARY KEY,
    case_id uuid NOT NULL REFERENCES cases ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('skills', 'counselling', 'psychosocial', 'claim')),
    state text NOT NULL CHECK (state IN ('planned', 'under-way', 'done', 'not-done')),
    provider_id uuid REFERENCES organisations,
    provider text CHECK (length(provider) <= 200),
    due_on date NOT NULL,
    outcome text CHECK (outcome IN ('helped', 'partly-helped', 'not-confirmed', 'declined-by-returnee', 'not-available', 'not-needed')),
    note_back text CHECK (length(note_back) <= 1000),
    added_at timestamptz NOT NULL DEFAULT app_now(),
    ended_at timestamptz,
    version integer NOT NULL DEFAULT 1,
    CHECK ((state IN ('done', 'not-done')) = (outcome IS NOT NULL) AND (outcome IS NULL) = (ended_at IS NULL)),
    -- What is said in such a talk stays there; it has no words here.
    CHECK (kind <> 'psychosocial' OR note_back IS NULL)
);
CREATE INDEX services_by_case ON services (case_id);

CREATE TABLE case_notes (
    id uuid PRIMARY KEY,
    case_id uuid NOT NULL REFERENCES cases ON DELETE CASCADE,
    text text NOT NULL CHECK (length(text) BETWEEN 1 AND 4000),
    written_by uuid NOT NULL REFERENCES users,
    written_at timestamptz NOT NULL DEFAULT app_now()
);
CREATE INDEX case_notes_by_case ON case_notes (case_id, written_at DESC);

CREATE TABLE closures (
    id uuid PRIMARY KEY,
    case_id uuid NOT NULL REFERENCES cases ON DELETE CASCADE,
    reason text NOT NULL CHECK (reason IN ('duration-ended', 'goals-met', 'not-eligible', 'declined', 'access-barrier', 'unsuitable', 'left-area', 'remigrated', 'stigma-harm', 'safety-staff', 'deceased', 'service-ended', 'stayed-abroad', 'duplicate')),
    outcome text NOT NULL CHECK (length(outcome) BETWEEN 1 AND 2000),
    -- "What would have made you stay?"
    would_have_stayed text CHECK (length(would_have_stayed) <= 1000),
    from_phase text NOT NULL,
    closed_by uuid NOT NULL REFERENCES users,
    closed_at timestamptz NOT NULL DEFAULT app_now(),
    reopened_at timestamptz,
    reopened_by uuid REFERENCES users,
    reopened_because text CHECK (length(reopened_because) BETWEEN 1 AND 1000),
    CHECK ((reopened_at IS NULL) = (reopened_by IS NULL) AND (reopened_by IS NULL) = (reopened_because IS NULL))
);
CREATE UNIQUE INDEX closures_open ON closures (case_id) WHERE reopened_at IS NULL;
