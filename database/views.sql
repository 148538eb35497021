-- Views. Those of statistics run as the owner and are granted to the role `statistics` alone; every other view is security_invoker.

CREATE OR REPLACE VIEW registered_persons AS SELECT count(*) AS total FROM persons;
GRANT SELECT ON registered_persons TO statistics;
