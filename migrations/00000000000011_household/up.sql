-- An address as printed keeps its words, and, where they are understood, the codes of the units that stood until
-- 30 June 2025. They are facts of a paper and no place of today: the lists are compiled in, and nothing joins them here.
ALTER TABLE addresses
    ADD COLUMN old_province text CHECK (old_province ~ '^[0-9]{2}$'),
    ADD COLUMN old_district text CHECK (old_district ~ '^[0-9]{3}$'),
    ADD COLUMN old_commune text CHECK (old_commune ~ '^[0-9]{5}$'),
    -- The printed address whose commune of today somebody took over into this one.
    ADD COLUMN mapped_from uuid REFERENCES addresses ON DELETE SET NULL,
    ADD CONSTRAINT addresses_old CHECK (kind = 'as-printed' OR coalesce(old_province, old_district, old_commune) IS NULL),
    ADD CONSTRAINT addresses_mapped CHECK (kind <> 'as-printed' OR mapped_from IS NULL);

-- Those around a person, as told: left behind, returned to, cared for. Level: sensitive, since need of care is health.
-- Never tied to household registration (practice 5): who lives with whom is what the person says.
CREATE TABLE household_members (
    id uuid PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES persons ON DELETE CASCADE,
    relation text NOT NULL CHECK (relation IN ('spouse', 'child', 'parent', 'parent-in-law', 'sibling', 'grandparent', 'grandchild', 'other-kin', 'other')),
    name text CHECK (length(name) <= 200),
    birth_year integer CHECK (birth_year BETWEEN 1880 AND 2200),
    sex text CHECK (sex IN ('male', 'female')),
    living text CHECK (living IN ('with-person', 'same-commune', 'elsewhere', 'abroad', 'facility')),
    schooling text CHECK (schooling IN ('attends', 'left-school', 'not-yet', 'finished')),
    -- Who looks after a child, an elder, somebody who is ill.
    cared_by text CHECK (cared_by IN ('person', 'spouse', 'grandparents', 'other-kin', 'facility', 'nobody')),
    need text CHECK (need IN ('age', 'illness', 'disability', 'small-child')),
    apart text CHECK (apart IN ('left-behind', 'returned-to', 'both', 'neither')),
    note text CHECK (length(note) <= 500),
    recorded_by uuid NOT NULL REFERENCES users,
    recorded_at timestamptz NOT NULL DEFAULT app_now(),
    withdrawn_at timestamptz,
    withdrawn_by uuid REFERENCES users,
    -- A change is a new row; this is the one before.
    replaces uuid REFERENCES household_members ON DELETE SET NULL,
    version integer NOT NULL DEFAULT 1,
    CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL))
);
CREATE INDEX household_members_by_person ON household_members (person_id);
CREATE UNIQUE INDEX household_members_replaced_once ON household_members (replaces);

-- Why something of a member is missing, as in person_facts. No row and no value: not asked.
CREATE TABLE household_facts (
    id uuid PRIMARY KEY,
    member_id uuid NOT NULL REFERENCES household_members ON DELETE CASCADE,
    fact text NOT NULL,
    absence text NOT NULL CHECK (absence IN ('refused', 'not-known', 'none', 'not-applicable')),
    UNIQUE (member_id, fact)
);

-- Poor or near-poor, with where it is known from and when it is looked at again (practice 35). Level: sensitive.
CREATE TABLE poverty_statuses (
    id uuid PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES persons ON DELETE CASCADE,
    status text NOT NULL CHECK (status IN ('poor', 'near-poor', 'not-poor', 'cannot-tell')),
    because text CHECK (because IN ('absent', 'no-paper', 'other')),
    source text CHECK (source IN ('certificate', 'commune-list', 'decision', 'told')),
    decided_on date,
    review_on date,
    recorded_by uuid NOT NULL REFERENCES users,
    recorded_at timestamptz NOT NULL DEFAULT app_now(),
    CHECK ((status = 'cannot-tell') = (because IS NOT NULL)),
    CHECK (status = 'cannot-tell' OR source IS NOT NULL),
    CHECK (status NOT IN ('poor', 'near-poor') OR review_on IS NOT NULL),
    -- Nobody is not poor because nobody looked: a decision says so, with its day.
    CHECK (status <> 'not-poor' OR (source <> 'told' AND decided_on IS NOT NULL)),
    CHECK (review_on > decided_on)
);
CREATE INDEX poverty_statuses_by_person ON poverty_statuses (person_id, recorded_at DESC);

-- A request to have a household looked at again; open until a status is known. Level: sensitive.
CREATE TABLE poverty_reviews (
    id uuid PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES persons ON DELETE CASCADE,
    status_id uuid NOT NULL REFERENCES poverty_statuses ON DELETE CASCADE,
    asked_by uuid NOT NULL REFERENCES users,
    asked_at timestamptz NOT NULL DEFAULT app_now(),
    answered_by uuid REFERENCES users,
    answered_at timestamptz,
    CHECK ((answered_by IS NULL) = (answered_at IS NULL))
);
CREATE UNIQUE INDEX poverty_reviews_open ON poverty_reviews (person_id) WHERE answered_at IS NULL;

-- A family member's record and the worker's, tied together as long as both want it (practice 5). Seen only by those who
-- may open both; once taken back, by nobody. Level: sensitive.
CREATE TABLE family_links (
    id uuid PRIMARY KEY,
    family_id uuid NOT NULL REFERENCES persons ON DELETE CASCADE,
    worker_id uuid NOT NULL REFERENCES persons ON DELETE CASCADE,
    -- What the family member is to the worker.
    relation text NOT NULL CHECK (relation IN ('spouse', 'child', 'parent', 'parent-in-law', 'sibling', 'grandparent', 'grandchild', 'other-kin', 'other')),
    recorded_by uuid NOT NULL REFERENCES users,
    recorded_at timestamptz NOT NULL DEFAULT app_now(),
    withdrawn_at timestamptz,
    withdrawn_by uuid REFERENCES users,
    -- Which of the two took it back.
    withdrawn_for uuid REFERENCES persons ON DELETE SET NULL,
    version integer NOT NULL DEFAULT 1,
    CHECK (family_id <> worker_id),
    CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL))
);
CREATE INDEX family_links_by_family ON family_links (family_id);
CREATE INDEX family_links_by_worker ON family_links (worker_id);
CREATE UNIQUE INDEX family_links_once ON family_links (least(family_id, worker_id), greatest(family_id, worker_id)) WHERE withdrawn_at IS NULL;

-- Who agreed to a link, when and how; for a child, who spoke for it.
CREATE TABLE family_consents (
    id uuid PRIMARY KEY,
    link_id uuid NOT NULL REFERENCES family_links ON DELETE CASCADE,
    person_id uuid NOT NULL REFERENCES persons ON DELETE CASCADE,
    given_on date NOT NULL,
    how text NOT NULL CHECK (how IN ('spoken', 'phone', 'message', 'written')),
    guardian text CHECK (length(guardian) BETWEEN 1 AND 200),
    UNIQUE (link_id, person_id)
);
CREATE INDEX family_consents_by_person ON family_consents (person_id);

-- Somebody who came home left to work abroad again, or is about to: what ends the episode. By choice or out of need
-- (practice 41). Level: sensitive.
CREATE TABLE re_departures (
    id uuid PRIMARY KEY,
    episode_id uuid NOT NULL REFERENCES episodes ON DELETE CASCADE,
    state text NOT NULL CHECK (state IN ('planned', 'done')),
    left_on date,
    left_precision text CHECK (left_precision IN ('day', 'month', 'year')),
    country text REFERENCES countries,
    channel text CHECK (channel IN ('service-enterprise', 'public-unit', 'contractor', 'individual-contract', 'self-arranged', 'student', 'cross-border')),
    ground text CHECK (ground IN ('choice', 'need')),
    recorded_by uuid NOT NULL REFERENCES users,
    recorded_at timestamptz NOT NULL DEFAULT app_now(),
    withdrawn_at timestamptz,
    withdrawn_by uuid REFERENCES users,
    -- Why it was taken back; nothing where a newer row took its place.
    withdrawn_because text CHECK (length(withdrawn_because) <= 500),
    version integer NOT NULL DEFAULT 1,
    CHECK ((left_on IS NULL) = (left_precision IS NULL)),
    CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL))
);
CREATE UNIQUE INDEX re_departures_one ON re_departures (episode_id) WHERE withdrawn_at IS NULL;

-- A right to come back to the work abroad, such as re-entry under EPS or being asked for by name under SAWP.
-- Level: personal.
CREATE TABLE return_rights (
    id uuid PRIMARY KEY,
    episode_id uuid NOT NULL REFERENCES episodes ON DELETE CASCADE,
    scheme text NOT NULL CHECK (scheme IN ('eps-asked-again', 'eps-test', 'sawp', 'other')),
    name text CHECK (length(name) <= 200),
    until_on date,
    condition text NOT NULL CHECK (condition IN ('met', 'not-met', 'not-known')),
    source text CHECK (length(source) <= 300),
    recorded_by uuid NOT NULL REFERENCES users,
    recorded_at timestamptz NOT NULL DEFAULT app_now(),
    withdrawn_at timestamptz,
    withdrawn_by uuid REFERENCES users,
    version integer NOT NULL DEFAULT 1,
    CHECK (scheme <> 'other' OR name IS NOT NULL),
    CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL))
);
CREATE INDEX return_rights_by_episode ON return_rights (episode_id);
