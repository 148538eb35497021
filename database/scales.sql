-- Cut-offs of the scales (domain 6.2): never a diagnosis, and never asked for by eligibility or matching. A newer day takes the
-- place of an older one.
DELETE FROM scale_cuts;
INSERT INTO scale_cuts (scale, part, population, advice, cut, source, valid_from) VALUES
    ('who-5', 'all', 'general', 'talk', 50, 'Topp et al. 2015 (systematic review of the WHO-5)', '2026-01-01'),
    ('phq-4', 'anxiety', 'general', 'talk', 3, 'Kroenke et al. 2009; NINDS common data elements', '2026-01-01'),
    ('phq-4', 'low-mood', 'general', 'talk', 3, 'Kroenke et al. 2009; NINDS common data elements', '2026-01-01'),
    ('phq-9', 'all', 'general', 'talk', 5, 'this project: Vietnamese studies point below the original cut', '2026-01-01'),
    ('phq-9', 'all', 'general', 'refer', 10, 'Kroenke et al. 2001', '2026-01-01'),
    ('phq-9', 'all', 'primary-care', 'talk', 4, 'Tran Trung Nghia (primary care in Viet Nam)', '2026-01-01'),
    ('phq-9', 'all', 'primary-care', 'refer', 10, 'Kroenke et al. 2001', '2026-01-01'),
    ('phq-9', 'all', 'methadone', 'talk', 5, 'BMC Psychiatry 2021 (methadone patients in Ha Noi)', '2026-01-01'),
    ('phq-9', 'all', 'methadone', 'refer', 10, 'Kroenke et al. 2001', '2026-01-01');
