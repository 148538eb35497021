-- Views. Those of statistics run as the owner and are granted to the role `statistics` alone; every other view is security_invoker.

CREATE OR REPLACE VIEW registered_persons AS SELECT count(*) AS total FROM persons WHERE merged_into IS NULL;
GRANT SELECT ON registered_persons TO statistics;

-- Columns are added in their midst.
DROP VIEW IF EXISTS case_numbers, case_lines;
-- A case as a line of a worklist. Whose it is, is known where the reader may see that member of staff.
CREATE OR REPLACE VIEW case_lines WITH (security_invoker = true) AS
SELECT line.*,
       -- On which lists it stands, and in which numbers it counts: one of the four of practice 26 or `lost`, and what else is so.
       CASE WHEN phase = 'closed' THEN '{}' ELSE array_remove(ARRAY['open',
           CASE WHEN lost THEN 'lost'
                WHEN alarm OR call_on <= today OR contact_due <= today OR (next_by = 'me' AND next_on < today) THEN 'call-now'
                WHEN next_on IS NULL AND NOT offered AND call_on IS NULL THEN 'unplanned'
                -- What others owe and have not done by its day is to be asked about today.
                WHEN next_on <= today THEN 'today'
                ELSE 'waiting' END,
           CASE WHEN alarm THEN 'alarm' END, CASE WHEN offered THEN 'offered' END,
           CASE WHEN next_on < today THEN 'overdue' END, CASE WHEN service_due < today THEN 'service-overdue' END,
           CASE WHEN contact_due < today THEN 'contact-late' END], NULL) END AS lists
FROM (SELECT (app_now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS today) now, (
SELECT c.id AS case_id, c.holder_id, c.accountable_id, p.id AS person_id, c.code, p.name, c.phase, c.urgency, c.opened_at,
       array_position(ARRAY['immediate', 'priority', 'routine'], c.urgency) AS place, c.next_step, c.next_on, c.next_by, u.name AS accountable,
       EXISTS (SELECT FROM screenings s WHERE s.case_id = c.id AND s.urgency = 'immediate' AND s.taken_over_at IS NULL) AS alarm,
       EXISTS (SELECT FROM hand_overs h WHERE h.case_id = c.id AND h.state = 'offered') AS offered,
       (SELECT min(s.due_on) FROM services s WHERE s.case_id = c.id AND s.outcome IS NULL) AS service_due,
       e.standing, e.entered_on, e.entered_precision,
       -- A contract in the base says that they went under one, where nobody said how.
       coalesce(m.channel, x.channel, CASE WHEN x.id IS NOT NULL THEN 'service-enterprise' END) AS channel, n.notified_on,
       c.call_on, c.call_part, EXISTS (SELECT FROM lost_contacts l WHERE l.case_id = c.id AND l.ended_at IS NULL) AS lost,
       (SELECT f.due_on FROM first_contacts f WHERE f.case_id = c.id AND f.met_at IS NULL AND f.ended_at IS NULL) AS contact_due
FROM cases c JOIN episodes e ON e.id = c.episode_id JOIN persons p ON p.id = e.person_id
LEFT JOIN users u ON u.id = c.accountable_id LEFT JOIN labour_migrations m ON m.episode_id = e.id
LEFT JOIN episode_contracts x ON x.episode_id = e.id LEFT JOIN residence_notices n ON n.episode_id = e.id) line;
GRANT SELECT ON case_lines TO app, reader;

-- How many cases stand on each list, by office and by who is accountable.
CREATE OR REPLACE VIEW case_numbers WITH (security_invoker = true) AS
SELECT holder_id, accountable_id, accountable, list, count(*) AS cases FROM case_lines, unnest(lists) AS list GROUP BY holder_id, accountable_id, accountable, list;
GRANT SELECT ON case_numbers TO app, reader;
