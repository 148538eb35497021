-- How confidential each table is (domain 6.1), as a property of the table: data of another level go in a table of their own.
--
--     aggregate    of nobody: code lists, numbers of law, published figures
--     standard     of staff, offices, employers, and what anybody who works here may know
--     sensitive    of a returnee or their family: read with the person or the case, through the policies
--     restricted   what can hurt most: read by those who are named in the row, or in the one it hangs on
--
-- A test holds each level to what it promises (tests/app/levels.rs).

DO $$
DECLARE
    l record;
    t text;
BEGIN
    FOR l IN SELECT * FROM (VALUES
        ('aggregate', ARRAY['parameters', 'countries', 'provinces', 'communes', 'occupations', 'activities', 'ethnic_groups', 'education_levels', 'languages', 'holidays',
            'instruments', 'skill_grades', 'scale_cuts', 'match_models', 'key_versions', 'releases', 'published_cells', 'audit_seals', 'role_permissions', 'timeline_steps', 'form_templates', 'pieces']),
        ('standard', ARRAY['organisations', 'users', 'user_roles', 'credentials', 'sessions', 'sign_in_attempts', 'known_devices', 'invitations', 'computers', 'staff_courses',
            'duty_shifts', 'leaves', 'commune_routes', 'providers', 'protection_contacts', 'assessors', 'employers', 'vacancies', 'training_requests', 'courses', 'employer_incentives', 'job_fairs',
            'fair_employers', 'outreach_sessions', 'slip_batches', 'information_contacts', 'digests']),
        ('sensitive', ARRAY['audit', 'audit_other', 'events', 'events_other', 'row_versions', 'jobs', 'mails', 'submissions', 'drafts',
            'persons', 'person_facts', 'identity_documents', 'contact_points', 'addresses', 'person_access', 'access_requests', 'protections', 'protection_staff', 'match_keys',
            'duplicate_suspicions', 'duplicate_decisions', 'merges', 'merge_rows', 'exclusions', 'openings',
            'episodes', 'episode_facts', 'labour_migrations', 'residence_notices', 're_departures', 'return_rights', 'episode_contracts',
            'household_members', 'household_facts', 'poverty_statuses', 'poverty_reviews', 'family_links', 'family_consents',
            'cases', 'shares', 'hand_overs', 'screenings', 'private_talks', 'services', 'case_notes', 'closures', 'slips', 'contact_attempts', 'lost_contacts', 'first_contacts',
            'assessments', 'assessment_answers', 'plans', 'plan_returns', 'plan_goals', 'plan_interventions', 'attachments', 'attachment_files', 'attachment_chunks',
            'attachment_removals', 'duty_tries', 'bulk_acts', 'bulk_cases', 'messages', 'exports', 'export_cases', 'export_pieces',
            'manifests', 'manifest_rows', 'imports', 'import_parts', 'import_rows', 'contract_departures', 'contract_papers', 'contract_keys', 'contract_links', 'contact_tasks',
            'skills', 'skill_evidence', 'recognitions', 'recognition_skills', 'recognition_steps', 'certificates', 'job_searches', 'seekers', 'match_choices', 'referrals',
            'referral_steps', 'placements', 'placement_checks', 'course_enrolments', 'course_attendance', 'counselling_sessions', 'counselling_actions',
            'discrimination_complaints', 'complaint_steps', 'fair_visits']),
        ('restricted', ARRAY['regularities', 'care_files', 'care_staff', 'care_records', 'care_plans', 'care_tasks', 'care_breaks', 'care_referrals', 'care_referral_steps', 'release_cells', 'release_inputs'])
    ) AS x (level, tables) LOOP
        FOREACH t IN ARRAY l.tables LOOP
            EXECUTE format('COMMENT ON TABLE %I IS %L', t, 'level: ' || l.level);
        END LOOP;
    END LOOP;
END $$;
