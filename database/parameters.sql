-- Numbers of policy: where each comes from, and since when it holds. A change is a new row that ends the one before.
INSERT INTO parameters (code, valid_from, value, unit, source) VALUES
    ('session.idle-minutes', '2026-01-01', 60, 'minutes', 'this project; docs/operations.md'),
    ('session.hours', '2026-01-01', 12, 'hours', 'this project: one shift'),
    ('sign-in.minutes', '2026-01-01', 15, 'minutes', 'this project; docs/operations.md'),
    ('sign-in.failures-account', '2026-01-01', 10, 'attempts', 'this project; docs/operations.md'),
    ('sign-in.failures-network', '2026-01-01', 60, 'attempts', 'this project: an office of twenty behind one address'),
    ('invitation.hours', '2026-01-01', 72, 'hours', 'this project'),
    ('search.per-hour', '2026-01-01', 400, 'searches', 'practice 7: one arrival in ten seconds, by one officer'),
    ('access.request-days', '2026-01-01', 14, 'days', 'this project'),
    ('sign-in.keep-days', '2026-01-01', 30, 'days', 'this project: long enough to look into an attack'),
    ('device.keep-days', '2026-01-01', 400, 'days', 'this project: as long as the cookie'),
    ('session.keep-days', '2026-01-01', 90, 'days', 'this project'),
    ('job.keep-days', '2026-01-01', 90, 'days', 'this project'),
    ('arrival.open-days', '2026-01-01', 14, 'days', 'this project: the desk may finish what it began'),
    ('residence-notice.days', '2021-01-01', 15, 'days', 'Law 69/2020/QH14, article 6.2.g'),
    ('return.timing-days', '2026-01-01', 30, 'days', 'this project: domain 2.1'),
    ('hand-over.hours-immediate', '2026-01-01', 1, 'hours', 'this project: domain 2.3, same hour'),
    ('hand-over.hours-priority', '2026-01-01', 24, 'hours', 'this project: domain 2.3, three working days over three steps'),
    ('hand-over.hours-routine', '2026-01-01', 72, 'hours', 'this project: domain 2.3, ten working days over three steps'),
    ('share.days', '2026-01-01', 90, 'days', 'this project: as long as somebody may read along without being asked again'),
    ('submissions.days', '2026-01-01', 30, 'days', 'practice 14: offline intakes may arrive late')
ON CONFLICT (code, valid_from) DO UPDATE SET value = EXCLUDED.value, unit = EXCLUDED.unit, source = EXCLUDED.source;
