-- Whether I keep the protection directory of a country: DOLAB's supervisors of all, a mission's staff of its own.
CREATE OR REPLACE FUNCTION keeps_protection(country text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT may('protection.keep') AND EXISTS (SELECT FROM organisations o WHERE o.id = my_organisation() AND (o.kind = 'dolab' OR (o.kind = 'mission' AND o.country_code = country)))
$$;
REVOKE ALL ON FUNCTION keeps_protection(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION keeps_protection(text) TO app, reader;
