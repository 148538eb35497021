-- Which office of a province answers for a commune, from a day on; without an office nobody does from then on. Kept by the
-- province (practice 28). Level: public.
CREATE TABLE commune_routes (
    id uuid PRIMARY KEY,
    commune_code text NOT NULL REFERENCES communes,
    office_id uuid REFERENCES organisations,
    from_on date NOT NULL,
    written_by uuid NOT NULL REFERENCES users,
    written_at timestamptz NOT NULL DEFAULT app_now(),
    UNIQUE (commune_code, from_on)
);

-- The commune by which it was to find its office, where nobody answers for that commune: the province's to send on.
ALTER TABLE hand_overs ADD COLUMN unrouted_commune text REFERENCES communes;
