-- Standard timelines: what is usual, and when. A change is a new row that ends the one before (`valid_to`); the code of a
-- step stays, since no case gets the same step twice.
INSERT INTO timeline_steps (code, valid_from, timeline, kind, counted_from, days, source) VALUES
    ('standard-needs', '2026-01-01', 'standard', 'needs-contact', 'return', 14, 'this project: domain 2.2, stage 3, days 0 to 14'),
    ('standard-3-months', '2026-01-01', 'standard', 'follow-up', 'return', 90, 'this project: domain 2.2, stage 6'),
    ('standard-6-months', '2026-01-01', 'standard', 'follow-up', 'return', 180, 'this project: domain 2.2, stage 6'),
    ('standard-12-months', '2026-01-01', 'standard', 'follow-up', 'return', 365, 'this project: domain 2.2, stage 6'),
    ('work-counselling', '2026-01-01', 'work', 'counselling', 'plan', 14, 'this project: while the plan is fresh'),
    ('work-skills', '2026-01-01', 'work', 'skills', 'plan', 45, 'this project: one course of a short kind'),
    ('work-placement', '2026-01-01', 'work', 'job-placement', 'plan', 60, 'this project: two months after the plan')
ON CONFLICT (code, valid_from) DO UPDATE SET timeline = EXCLUDED.timeline, kind = EXCLUDED.kind, counted_from = EXCLUDED.counted_from,
    days = EXCLUDED.days, source = EXCLUDED.source;
