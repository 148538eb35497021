-- What somebody is helped with: the assistance types of src/case/assistance.rs, and how their case stays in touch with them.
ALTER TABLE services DROP CONSTRAINT services_kind_check;
ALTER TABLE services
    ADD CONSTRAINT services_kind_check CHECK (kind IN (
        'cash-help', 'goods-help', 'job-placement', 'counselling', 'skills', 'vocational-training', 'education', 'enterprise-counselling', 'start-up-grant', 'loan', 'financial-literacy', 'claim',
        'housing', 'child-care', 'schooling', 'legal-aid', 'documents', 'social-protection', 'medical', 'family-mediation', 'security',
        'psychosocial', 'family-counselling', 'peer-group', 'needs-contact', 'follow-up')),
    -- What is said in such a talk stays there, whoever else is in it.
    ADD CHECK (kind NOT IN ('family-counselling', 'peer-group') OR note_back IS NULL);

-- Who gives what to whom, where and until when. Holds nothing of any returnee. An entry ends by its last day. Level: internal.
CREATE TABLE providers (
    id uuid PRIMARY KEY,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    -- An office that works here too, if it is one.
    organisation_id uuid REFERENCES organisations,
    -- Nothing: the whole country.
    province_code text REFERENCES provinces,
    kinds text[] NOT NULL CHECK (cardinality(kinds) > 0 AND kinds <@ ARRAY[
        'cash-help', 'goods-help', 'job-placement', 'counselling', 'skills', 'vocational-training', 'education', 'enterprise-counselling', 'start-up-grant', 'loan', 'financial-literacy', 'claim',
        'housing', 'child-care', 'schooling', 'legal-aid', 'documents', 'social-protection', 'medical', 'family-mediation', 'security',
        'psychosocial', 'family-counselling', 'peer-group']),
    serves text[] NOT NULL CHECK (cardinality(serves) > 0 AND serves <@ ARRAY['everybody', 'women', 'minors', 'disabled', 'trafficking-victims']),
    phone text CHECK (length(phone) <= 50),
    address text CHECK (length(address) <= 300),
    hours text CHECK (length(hours) <= 200),
    cost_note text CHECK (length(cost_note) <= 300),
    valid_from date NOT NULL,
    valid_until date,
    source text NOT NULL CHECK (length(source) BETWEEN 1 AND 300),
    verified_on date NOT NULL,
    verified_by uuid NOT NULL REFERENCES users,
    -- Whom others ask about it: names of staff are shown within their own office only.
    verified_at_id uuid NOT NULL REFERENCES organisations,
    version integer NOT NULL DEFAULT 1,
    CHECK (valid_until >= valid_from)
);
CREATE INDEX providers_by_name ON providers (name, id);

-- Steps of standard timelines, each with its days; see database/timelines.sql.
CREATE TABLE timeline_steps (
    code text NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    timeline text NOT NULL,
    kind text NOT NULL,
    counted_from text NOT NULL CHECK (counted_from IN ('return', 'plan')),
    days integer NOT NULL CHECK (days BETWEEN 0 AND 1095),
    source text NOT NULL,
    PRIMARY KEY (code, valid_from)
);

-- A plan in its versions: one at most is being written, one at most is in force, and each that was stays as it was. Moved
-- by touch_plan() and move_plan() alone. Level: sensitive.
CREATE TABLE plans (
    id uuid PRIMARY KEY,
    case_id uuid NOT NULL REFERENCES cases ON DELETE CASCADE,
    number integer NOT NULL CHECK (number > 0),
    state text NOT NULL CHECK (state IN ('draft', 'sent', 'in-force', 'replaced')),
    begun_at timestamptz NOT NULL DEFAULT app_now(),
    -- Everybody who wrote in it: none of them is the other person who approves it (practice 29).
    writers uuid[] NOT NULL CHECK (cardinality(writers) > 0),
    -- The returnee said yes to what it says; asked anew when that changes.
    agreed_on date,
    agreed_how text CHECK (agreed_how IN ('in-person', 'by-phone')),
    sent_by uuid REFERENCES users,
    sent_at timestamptz,
    approved_by uuid REFERENCES users,
    approved_at timestamptz,
    in_force_at timestamptz,
    in_force_by uuid REFERENCES users,
    ended_at timestamptz,
    -- Put in force by its author alone, and drawn to be looked at afterwards.
    sampled boolean NOT NULL DEFAULT false,
    looked_by uuid REFERENCES users,
    looked_at timestamptz,
    version integer NOT NULL DEFAULT 1,
    UNIQUE (case_id, number),
    UNIQUE (id, case_id),
    CHECK ((agreed_on IS NULL) = (agreed_how IS NULL)),
    CHECK ((sent_by IS NULL) = (sent_at IS NULL) AND (state <> 'sent' OR sent_at IS NOT NULL)),
    CHECK ((approved_by IS NULL) = (approved_at IS NULL) AND (approved_by IS NULL OR approved_by <> ALL (writers))),
    CHECK ((state IN ('in-force', 'replaced')) = (in_force_at IS NOT NULL) AND (in_force_at IS NULL) = (in_force_by IS NULL)),
    CHECK (in_force_at IS NULL OR agreed_on IS NOT NULL),
    CHECK ((state = 'replaced') = (ended_at IS NOT NULL)),
    CHECK ((looked_by IS NULL) = (looked_at IS NULL) AND (looked_by IS NULL OR (sampled AND looked_by <> ALL (writers))))
);
CREATE UNIQUE INDEX plans_open ON plans (case_id) WHERE state IN ('draft', 'sent');
CREATE UNIQUE INDEX plans_current ON plans (case_id) WHERE state = 'in-force';
CREATE INDEX plans_waiting ON plans (sent_at, id) WHERE state = 'sent';
CREATE INDEX plans_sampled ON plans (in_force_at, id) WHERE sampled AND looked_at IS NULL;

-- Given back to be changed, and why. Level: sensitive.
CREATE TABLE plan_returns (
    id uuid PRIMARY KEY,
    plan_id uuid NOT NULL,
    case_id uuid NOT NULL,
    reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 1000),
    returned_by uuid NOT NULL REFERENCES users,
    returned_at timestamptz NOT NULL DEFAULT app_now(),
    FOREIGN KEY (plan_id, case_id) REFERENCES plans (id, case_id) ON DELETE CASCADE
);
CREATE INDEX plan_returns_by_plan ON plan_returns (plan_id, returned_at DESC);

-- What the returnee wants to reach, in their own words. Level: sensitive.
CREATE TABLE plan_goals (
    id uuid PRIMARY KEY,
    plan_id uuid NOT NULL,
    case_id uuid NOT NULL,
    dimension text NOT NULL CHECK (dimension IN ('economic', 'social', 'psychosocial')),
    text text NOT NULL CHECK (length(text) BETWEEN 1 AND 500),
    FOREIGN KEY (plan_id, case_id) REFERENCES plans (id, case_id) ON DELETE CASCADE,
    UNIQUE (id, plan_id, case_id),
    -- One neutral line: the rest stays in the talk.
    CHECK (dimension <> 'psychosocial' OR length(text) <= 100)
);
CREATE INDEX plan_goals_by_plan ON plan_goals (plan_id);

-- What is done towards a goal. Level: sensitive.
CREATE TABLE plan_interventions (
    id uuid PRIMARY KEY,
    goal_id uuid NOT NULL,
    plan_id uuid NOT NULL,
    case_id uuid NOT NULL,
    -- The same one in the version where it first stood: it becomes a service once.
    origin_id uuid NOT NULL REFERENCES plan_interventions,
    kind text NOT NULL CHECK (kind IN (
        'cash-help', 'goods-help', 'job-placement', 'counselling', 'skills', 'vocational-training', 'education', 'enterprise-counselling', 'start-up-grant', 'loan', 'financial-literacy', 'claim',
        'housing', 'child-care', 'schooling', 'legal-aid', 'documents', 'social-protection', 'medical', 'family-mediation', 'security',
        'psychosocial', 'family-counselling', 'peer-group')),
    what text CHECK (length(what) BETWEEN 1 AND 300),
    responsible text NOT NULL CHECK (responsible IN ('returnee', 'us', 'provider')),
    -- Out of the directory, or a name as typed.
    listed_id uuid REFERENCES providers,
    provider text CHECK (length(provider) BETWEEN 1 AND 200),
    due_on date NOT NULL,
    -- Whole đồng.
    cost bigint CHECK (cost >= 0),
    FOREIGN KEY (goal_id, plan_id, case_id) REFERENCES plan_goals (id, plan_id, case_id) ON DELETE CASCADE,
    CHECK ((kind IN ('psychosocial', 'family-counselling', 'peer-group')) = (what IS NULL)),
    CHECK (num_nonnulls(listed_id, provider) = CASE responsible WHEN 'provider' THEN 1 ELSE 0 END)
);
CREATE INDEX plan_interventions_by_plan ON plan_interventions (plan_id);
CREATE INDEX plan_interventions_by_goal ON plan_interventions (goal_id);
CREATE INDEX plan_interventions_by_origin ON plan_interventions (origin_id);
CREATE INDEX plan_interventions_by_provider ON plan_interventions (listed_id);

ALTER TABLE services
    ADD COLUMN listed_id uuid REFERENCES providers,
    -- Where it comes from: the first of its interventions, or a step of a standard timeline. Each becomes one service at most.
    ADD COLUMN intervention_id uuid REFERENCES plan_interventions,
    ADD COLUMN timeline_step text;
CREATE INDEX services_by_provider ON services (listed_id);
CREATE UNIQUE INDEX services_of_intervention ON services (intervention_id);
CREATE UNIQUE INDEX services_of_step ON services (case_id, timeline_step);
