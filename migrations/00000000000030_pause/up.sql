-- An office's own clock stands still until a day, for a reason that lies with the returnee or the world; clocks of the law
-- never do. How many working days were left is kept, and what was due moves by them.
ALTER TABLE first_contacts
    ADD COLUMN paused_until date,
    ADD COLUMN pause_reason text CHECK (pause_reason IN ('asked-later', 'not-reachable', 'disaster')),
    ADD COLUMN paused_by uuid REFERENCES users,
    ADD COLUMN days_left integer CHECK (days_left >= 1),
    ADD CHECK (num_nulls(paused_until, pause_reason, paused_by, days_left) IN (0, 4));
