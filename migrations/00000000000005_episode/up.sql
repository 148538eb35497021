-- One return of one person. Level: sensitive. Undecided and planned ones are in no figure (practice 4).
CREATE TABLE episodes (
    id uuid PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES persons ON DELETE CASCADE,
    -- 'family': somebody who was left behind or returned to, with a case of their own (practice 5).
    standing text NOT NULL CHECK (standing IN ('undecided', 'planned', 'returned', 'stayed-abroad', 'family')),
    door text NOT NULL CHECK (door IN ('airport', 'mission', 'land-gate', 'sea-gate', 'esc', 'commune', 'hotline', 'referral')),
    expected_on date,
    flight text CHECK (length(flight) BETWEEN 2 AND 12),
    -- The desk or gate where the person is expected; it may open them until some days after the day.
    expected_at uuid REFERENCES organisations,
    previous_country text REFERENCES countries,
    left_on date,
    left_precision text CHECK (left_precision IN ('day', 'month', 'year')),
    entered_on date,
    entered_precision text CHECK (entered_precision IN ('day', 'month', 'year')),
    -- Stored as it happened; "not seen at the desk" is what an expected day in the past means.
    arrival text CHECK (arrival IN ('expected', 'arrived', 'unannounced')),
    confirmed_by uuid REFERENCES users,
    confirmed_at timestamptz,
    wants_help text CHECK (wants_help IN ('yes', 'no')),
    voluntary text CHECK (voluntary IN ('voluntary', 'involuntary')),
    assisted text CHECK (assisted IN ('assisted', 'spontaneous')),
    duration text CHECK (duration IN ('permanent', 'temporary', 'undecided')),
    reason text CHECK (reason IN ('contract-ended', 'employer-stopped', 'disaster', 'maltreatment', 'accident-or-illness', 'contract-not-kept', 'family', 'homesick', 'own-decision', 'sent-back', 'death', 'other')),
    registered_by uuid NOT NULL REFERENCES organisations,
    registered_at timestamptz NOT NULL DEFAULT app_now(),
    version integer NOT NULL DEFAULT 1,
    CHECK ((left_on IS NULL) = (left_precision IS NULL)),
    CHECK ((entered_on IS NULL) = (entered_precision IS NULL)),
    CHECK (entered_on IS NULL OR standing = 'returned'),
    CHECK ((confirmed_by IS NULL) = (confirmed_at IS NULL))
);
CREATE INDEX episodes_by_person ON episodes (person_id);
CREATE INDEX episodes_by_entry ON episodes (entered_on) WHERE standing = 'returned';
CREATE INDEX episodes_expected ON episodes (expected_at, expected_on) WHERE standing = 'planned';

-- As person_facts: why a fact of a return is missing, how sure it is, who said it. No row: not asked.
CREATE TABLE episode_facts (
    id uuid PRIMARY KEY,
    episode_id uuid NOT NULL REFERENCES episodes ON DELETE CASCADE,
    fact text NOT NULL,
    absence text CHECK (absence IN ('refused', 'not-known', 'none', 'not-applicable')),
    level text CHECK (level IN ('stated', 'documented', 'verified')),
    said_by text CHECK (said_by IN ('self', 'proxy', 'document')),
    recorded_at timestamptz NOT NULL DEFAULT app_now(),
    UNIQUE (episode_id, fact),
    CHECK ((absence IS NULL) = (level IS NOT NULL))
);

-- The fourth axis of a return, apart because of who may read it: the helper who was told, and a deputy (practice 22).
CREATE TABLE regularities (
    id uuid PRIMARY KEY,
    episode_id uuid NOT NULL UNIQUE REFERENCES episodes ON DELETE CASCADE,
    regularity text NOT NULL CHECK (regularity IN ('regular', 'irregular')),
    keeper_id uuid NOT NULL REFERENCES users,
    deputy_id uuid REFERENCES users,
    told_at timestamptz NOT NULL DEFAULT app_now(),
    CHECK (deputy_id <> keeper_id)
);

-- The migration behind a return. Money in đồng; wages in whole units of their currency.
CREATE TABLE labour_migrations (
    id uuid PRIMARY KEY,
    episode_id uuid NOT NULL UNIQUE REFERENCES episodes ON DELETE CASCADE,
    channel text CHECK (channel IN ('service-enterprise', 'public-unit', 'contractor', 'individual-contract', 'self-arranged', 'student', 'cross-border')),
    found_by text CHECK (found_by IN ('enterprise', 'state', 'broker', 'kin', 'online', 'employer', 'other')),
    occupation text REFERENCES occupations,
    activity text REFERENCES activities,
    employer text CHECK (length(employer) <= 300),
    sender text CHECK (length(sender) <= 300),
    contract_start date,
    contract_end date,
    recruitment_cost bigint CHECK (recruitment_cost >= 0),
    deposit bigint CHECK (deposit >= 0),
    debt bigint CHECK (debt >= 0),
    savings bigint CHECK (savings >= 0),
    remittances bigint CHECK (remittances >= 0),
    wage_currency text CHECK (wage_currency ~ '^[A-Z]{3}$'),
    first_wage bigint CHECK (first_wage >= 0),
    last_wage bigint CHECK (last_wage >= 0),
    hours_per_week integer CHECK (hours_per_week BETWEEN 0 AND 168),
    objective text CHECK (length(objective) <= 500),
    objective_met text CHECK (objective_met IN ('yes', 'partly', 'no')),
    version integer NOT NULL DEFAULT 1,
    CHECK (contract_end >= contract_start)
);

-- The worker's own notice to the residence office, as told or shown (Law 69/2020 art. 6.2.g).
CREATE TABLE residence_notices (
    id uuid PRIMARY KEY,
    episode_id uuid NOT NULL UNIQUE REFERENCES episodes ON DELETE CASCADE,
    notified_on date NOT NULL,
    shown_as text NOT NULL CHECK (shown_as IN ('original', 'copy', 'photo', 'told')),
    recorded_at timestamptz NOT NULL DEFAULT app_now()
);

-- Two more reasons why somebody may be open: their case is here, or they are expected here.
ALTER TABLE person_access DROP CONSTRAINT person_access_ground_check;
ALTER TABLE person_access ADD CONSTRAINT person_access_ground_check CHECK (ground IN ('registered', 'request', 'case', 'arrival', 'share'));
