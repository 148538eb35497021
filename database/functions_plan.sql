-- The plan of a case: who changes it, who approves it, when it holds. Nobody has a right to change the rows of `plans` otherwise.

-- A second person is obligatory above a cost, for somebody under protection (practice 29), and where money or goods are
-- given and nobody said how much, or leaving the amount out would be a way around.
CREATE OR REPLACE FUNCTION plan_needs_second(wanted uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT FROM plans p JOIN cases c ON c.id = p.case_id JOIN episodes e ON e.id = c.episode_id JOIN persons q ON q.id = e.person_id
                   WHERE p.id = wanted AND q.protected)
        OR EXISTS (SELECT FROM plan_interventions i WHERE i.plan_id = wanted AND i.cost IS NULL AND i.kind IN ('cash-help', 'goods-help', 'start-up-grant', 'loan'))
        OR (SELECT coalesce(sum(i.cost), 0) FROM plan_interventions i WHERE i.plan_id = wanted) > current_parameter('plan.second-person-cost');
END $$;

-- Takes a draft at this version to be written in: whoever writes is noted, and the returnee is asked again. False if
-- somebody was faster, or it is no draft of mine.
CREATE OR REPLACE FUNCTION touch_plan(wanted uuid, at_version integer) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE plans p SET version = p.version + 1, agreed_on = NULL, agreed_how = NULL,
        writers = CASE WHEN my_id() = ANY (p.writers) THEN p.writers ELSE p.writers || my_id() END
    WHERE p.id = wanted AND p.version = at_version AND p.state = 'draft' AND i_hold(p.case_id);
    RETURN FOUND;
END $$;

-- One act on a plan: `agree` (`why` says how, `on_day` when), `send`, `recall`, `approve`, `return` (with `why`), `begin`
-- (in force at its author's word), `look`, `discard` (of a draft, with all that is in it). Says `done`, or what stands in the way; see case::plan::Act.
CREATE OR REPLACE FUNCTION move_plan(wanted uuid, act text, at_version integer, why text, on_day date) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    p plans;
BEGIN
    SELECT * INTO p FROM plans x WHERE x.id = wanted FOR UPDATE;
    IF p.id IS NULL OR NOT i_hold(p.case_id) OR (act IN ('approve', 'return', 'look') AND NOT may('plan.approve')) THEN
        RETURN 'not-allowed';
    ELSIF p.version <> at_version THEN
        RETURN 'changed';
    ELSIF (act, p.state) NOT IN (('agree', 'draft'), ('send', 'draft'), ('begin', 'draft'), ('discard', 'draft'), ('recall', 'sent'), ('approve', 'sent'), ('return', 'sent'),
                                 ('look', 'in-force'), ('look', 'replaced')) OR (act = 'look' AND (NOT p.sampled OR p.looked_at IS NOT NULL)) THEN
        RETURN 'state';
    ELSIF act IN ('agree', 'send', 'begin') AND NOT EXISTS (SELECT FROM plan_interventions i WHERE i.plan_id = wanted) THEN
        RETURN 'empty';
    ELSIF act IN ('send', 'begin') AND p.agreed_on IS NULL THEN
        RETURN 'not-agreed';
    ELSIF act = 'begin' AND plan_needs_second(wanted) THEN
        RETURN 'second';
    ELSIF act IN ('approve', 'return', 'look') AND my_id() = ANY (p.writers || p.sent_by || p.in_force_by) THEN
        RETURN 'own';
    END IF;
    IF act = 'look' THEN
        UPDATE plans x SET looked_by = my_id(), looked_at = app_now(), version = x.version + 1 WHERE x.id = wanted;
    ELSIF act = 'discard' THEN
        DELETE FROM plans x WHERE x.id = wanted;
    ELSIF act = 'agree' THEN
        UPDATE plans x SET agreed_on = on_day, agreed_how = why, version = x.version + 1 WHERE x.id = wanted;
    ELSIF act = 'send' THEN
        UPDATE plans x SET state = 'sent', sent_by = my_id(), sent_at = app_now(), version = x.version + 1 WHERE x.id = wanted;
    ELSIF act IN ('recall', 'return') THEN
        UPDATE plans x SET state = 'draft', sent_by = NULL, sent_at = NULL, version = x.version + 1 WHERE x.id = wanted;
        INSERT INTO plan_returns (id, plan_id, case_id, reason, returned_by) SELECT gen_random_uuid(), wanted, p.case_id, why, my_id() WHERE act = 'return';
    ELSE
        UPDATE plans x SET state = 'replaced', ended_at = app_now(), version = x.version + 1 WHERE x.case_id = p.case_id AND x.state = 'in-force';
        UPDATE plans x SET state = 'in-force', in_force_at = app_now(), in_force_by = my_id(), version = x.version + 1,
            approved_by = CASE act WHEN 'approve' THEN my_id() END, approved_at = CASE act WHEN 'approve' THEN app_now() END,
            -- Drawn by the plan's own number: nobody chooses it, and drawing again draws the same.
            sampled = act = 'begin' AND ('x' || substr(md5(wanted::text), 1, 8))::bit(32)::bigint % 100 < current_parameter('plan.sampled-percent')
        WHERE x.id = wanted;
    END IF;
    PERFORM record_event(gen_random_uuid(), 'case.plan-' || CASE act WHEN 'agree' THEN 'agreed' WHEN 'send' THEN 'sent' WHEN 'recall' THEN 'recalled' WHEN 'approve' THEN 'approved'
        WHEN 'return' THEN 'returned' WHEN 'begin' THEN 'begun' WHEN 'discard' THEN 'discarded' ELSE 'looked-at' END, 'case', p.case_id, jsonb_build_object('number', p.number));
    RETURN 'done';
END $$;

-- What an entry of the directory said at a version that the caller once had before them, for the page that shows a conflict.
CREATE OR REPLACE FUNCTION provider_at(provider uuid, at_version integer) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT v.row FROM row_versions v WHERE may('provider.change') AND v.table_name = 'providers' AND v.row_id = provider AND v.version = at_version
$$;

-- Whose an entry of the directory is to change: the office's that checked it, those of its province, DOLAB's. Who works
-- elsewhere reads it: a telephone number changed by a stranger would send people astray.
CREATE OR REPLACE FUNCTION i_keep_provider(wanted uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN may('provider.change') AND EXISTS (SELECT FROM providers p, organisations o
        WHERE p.id = wanted AND o.id = my_organisation() AND o.ended_at IS NULL
        AND (o.kind = 'dolab' OR o.province_code = p.province_code OR o.id = p.verified_at_id));
END $$;

DO $$
DECLARE
    f regprocedure;
BEGIN
    FOR f IN SELECT p.oid FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.proname IN ('plan_needs_second', 'touch_plan', 'move_plan', 'provider_at', 'i_keep_provider') LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC, reader', f);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO app', f);
    END LOOP;
END $$;
GRANT EXECUTE ON FUNCTION plan_needs_second(uuid), provider_at(uuid, integer), i_keep_provider(uuid) TO reader;
