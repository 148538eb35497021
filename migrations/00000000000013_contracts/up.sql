-- The base of workers who left under a contract, as DOLAB keeps it: one row a contract. Nobody becomes a person of ours
-- because they left; whoever comes to us is found here. Level: sensitive. There is no `version`: what a row said before
-- must not outlive it in `row_versions`; the fingerprint tells whether it changed.
CREATE TABLE contract_departures (
    id uuid PRIMARY KEY,
    office_id uuid NOT NULL REFERENCES organisations,
    brought_by uuid NOT NULL REFERENCES users,
    brought_at timestamptz NOT NULL DEFAULT app_now(),
    -- Keyed hashes: of who left for where from when, the same in whichever file; and of everything that the row says.
    once text NOT NULL UNIQUE,
    fingerprint text NOT NULL,
    name text CHECK (length(name) BETWEEN 1 AND 200),
    sex text CHECK (sex IN ('male', 'female')),
    birth_date date,
    birth_precision text CHECK (birth_precision IN ('day', 'month', 'year')),
    phone text CHECK (length(phone) <= 20),
    province_code text REFERENCES provinces,
    -- As printed; whoever looks for them says which commune it is today.
    address text CHECK (length(address) <= 300),
    country text NOT NULL REFERENCES countries,
    channel text CHECK (channel IN ('service-enterprise', 'public-unit', 'contractor', 'individual-contract')),
    left_on date,
    contract_start date NOT NULL,
    contract_end date,
    activity text REFERENCES activities,
    occupation text REFERENCES occupations,
    sender text CHECK (length(sender) <= 300),
    employer text CHECK (length(employer) <= 300),
    education_level text REFERENCES education_levels,
    -- In whole đồng; the wage in whole units of its currency, a month.
    recruitment_cost bigint CHECK (recruitment_cost >= 0),
    wage bigint CHECK (wage >= 0),
    wage_currency text CHECK (wage_currency ~ '^[A-Z]{3}$'),
    -- When it was compared with the people here; nothing while that is still to be done.
    compared_at timestamptz,
    erased_at timestamptz,
    CHECK ((birth_date IS NULL) = (birth_precision IS NULL)),
    CHECK (contract_end >= contract_start),
    CHECK (wage IS NULL OR wage_currency IS NOT NULL),
    -- What is left after its years is what is counted: no name, no way to reach anybody.
    CHECK ((name IS NULL) = (erased_at IS NOT NULL)),
    CHECK (erased_at IS NULL OR num_nonnulls(phone, address, employer) = 0)
);
CREATE INDEX contract_departures_ended ON contract_departures (province_code, contract_end) WHERE erased_at IS NULL;
CREATE INDEX contract_departures_to_compare ON contract_departures (id) WHERE compared_at IS NULL AND erased_at IS NULL;

-- The papers that a contract names. Level: sensitive.
CREATE TABLE contract_papers (
    id uuid PRIMARY KEY,
    contract_id uuid NOT NULL REFERENCES contract_departures ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('passport', 'travel-pass', 'citizen-card', 'other')),
    country text NOT NULL REFERENCES countries,
    number_sealed bytea NOT NULL,
    number_index text NOT NULL,
    number_key integer NOT NULL,
    UNIQUE (contract_id, number_index)
);
CREATE INDEX contract_papers_by_number ON contract_papers (number_index);

-- What a contract can be found by, as match_keys for people.
CREATE TABLE contract_keys (
    key text NOT NULL,
    contract_id uuid NOT NULL REFERENCES contract_departures ON DELETE CASCADE,
    PRIMARY KEY (key, contract_id)
);
CREATE INDEX contract_keys_by_contract ON contract_keys (contract_id);

-- A contract that is somebody's who came to us, or may be. By number it is so without being asked, if nothing speaks
-- against it; otherwise somebody decides. Level: sensitive.
CREATE TABLE contract_links (
    id uuid PRIMARY KEY,
    contract_id uuid NOT NULL REFERENCES contract_departures ON DELETE CASCADE,
    person_id uuid NOT NULL REFERENCES persons ON DELETE CASCADE,
    reason text NOT NULL CHECK (reason IN ('same-number', 'match')),
    probability double precision NOT NULL CHECK (probability BETWEEN 0 AND 1),
    reasons jsonb NOT NULL DEFAULT '[]',
    found_at timestamptz NOT NULL DEFAULT app_now(),
    decision text CHECK (decision IN ('same', 'different', 'cannot-tell')),
    -- Nobody where the number did.
    decided_by uuid REFERENCES users,
    decided_at timestamptz,
    note text CHECK (length(note) <= 1000),
    -- Somebody decided, or took back: the number does not say it again.
    by_hand boolean NOT NULL DEFAULT false,
    version integer NOT NULL DEFAULT 1,
    UNIQUE (contract_id, person_id),
    CHECK ((decision IS NULL) = (decided_at IS NULL)),
    CHECK (decision IS NOT NULL OR decided_by IS NULL)
);
CREATE INDEX contract_links_by_person ON contract_links (person_id);
CREATE UNIQUE INDEX contract_links_one ON contract_links (contract_id) WHERE decision = 'same';

-- What the contract base says of the migration behind a return, beside what somebody said and never in its place.
-- Level: sensitive. Made anew by feed_contracts() whenever one of its sources changes.
CREATE TABLE episode_contracts (
    id uuid PRIMARY KEY,
    episode_id uuid NOT NULL UNIQUE REFERENCES episodes ON DELETE CASCADE,
    contract_id uuid NOT NULL UNIQUE REFERENCES contract_departures ON DELETE CASCADE,
    country text NOT NULL REFERENCES countries,
    channel text,
    activity text REFERENCES activities,
    occupation text REFERENCES occupations,
    sender text,
    employer text,
    contract_start date NOT NULL,
    contract_end date,
    recruitment_cost bigint,
    wage bigint,
    wage_currency text,
    fed_at timestamptz NOT NULL DEFAULT app_now()
);

-- Somebody in a commune is asked to look after one who may be back, or is back and not with us (practice 42). What the
-- task shows of them lasts as long as it is open. Level: sensitive.
CREATE TABLE contact_tasks (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('contract-ended', 'return-no-contract', 'return-no-case')),
    contract_id uuid REFERENCES contract_departures ON DELETE CASCADE,
    episode_id uuid REFERENCES episodes ON DELETE CASCADE,
    office_id uuid NOT NULL REFERENCES organisations,
    province_code text NOT NULL REFERENCES provinces,
    commune_code text NOT NULL REFERENCES communes,
    -- Who goes or calls there: the commune's officer, by name or post.
    given_to text NOT NULL CHECK (length(given_to) BETWEEN 1 AND 200),
    accountable_id uuid NOT NULL REFERENCES users,
    due_on date NOT NULL,
    note text CHECK (length(note) <= 500),
    made_by uuid NOT NULL REFERENCES users,
    made_at timestamptz NOT NULL DEFAULT app_now(),
    outcome text CHECK (outcome IN ('returned', 'still-abroad', 're-contracted', 'had-contract', 'no-contract', 'wants-help', 'no-help', 'not-found', 'no-contact')),
    outcome_note text CHECK (length(outcome_note) <= 500),
    closed_by uuid REFERENCES users,
    closed_at timestamptz,
    version integer NOT NULL DEFAULT 1,
    CHECK ((kind = 'contract-ended') = (contract_id IS NOT NULL) AND num_nonnulls(contract_id, episode_id) = 1),
    CHECK (num_nonnulls(outcome, closed_by, closed_at) IN (0, 3)),
    CHECK (outcome IS NULL OR outcome IN ('not-found', 'no-contact') OR CASE kind
        WHEN 'contract-ended' THEN outcome IN ('returned', 'still-abroad', 're-contracted')
        WHEN 'return-no-contract' THEN outcome IN ('had-contract', 'no-contract', 're-contracted')
        ELSE outcome IN ('wants-help', 'no-help', 're-contracted') END)
);
CREATE UNIQUE INDEX contact_tasks_of_contract ON contact_tasks (contract_id) WHERE closed_at IS NULL;
CREATE UNIQUE INDEX contact_tasks_of_episode ON contact_tasks (episode_id) WHERE closed_at IS NULL;
CREATE INDEX contact_tasks_by_contract ON contact_tasks (contract_id, made_at);
CREATE INDEX contact_tasks_by_episode ON contact_tasks (episode_id, made_at);
CREATE INDEX contact_tasks_of_office ON contact_tasks (office_id, due_on);

-- One more reason why somebody may be open: they were reached, and want help here.
ALTER TABLE person_access DROP CONSTRAINT person_access_ground_check;
ALTER TABLE person_access ADD CONSTRAINT person_access_ground_check CHECK (ground IN ('registered', 'request', 'case', 'arrival', 'share', 'contact'));

-- Homes of a province.
CREATE INDEX addresses_homes ON addresses (province_code) WHERE kind = 'home' AND withdrawn_at IS NULL;

-- Lists of a second kind are brought in: contracts have no flight.
ALTER TABLE imports
    ALTER COLUMN flight DROP NOT NULL,
    ALTER COLUMN arrives_on DROP NOT NULL,
    DROP CONSTRAINT imports_kind_check,
    ADD CONSTRAINT imports_kind_check CHECK (kind IN ('manifest', 'contracts')),
    ADD CONSTRAINT imports_of_kind CHECK (CASE kind WHEN 'manifest' THEN num_nonnulls(flight, arrives_on) = 2 ELSE num_nonnulls(flight, arrives_on, previous_country, manifest_id) = 0 END);
CREATE UNIQUE INDEX imports_contracts_once ON imports (desk_id, file_hash) WHERE kind = 'contracts';

ALTER TABLE import_rows
    -- The contract that it became, or brought up to date.
    ADD COLUMN contract_id uuid REFERENCES contract_departures ON DELETE CASCADE,
    DROP CONSTRAINT import_rows_check,
    ADD CONSTRAINT import_rows_committed CHECK ((state = 'committed') = (num_nonnulls(manifest_id, contract_id) = 1));
