-- Somebody sent on to whoever can help, with a consent of its own (F1, domain 2.6). Who is asked and where it stands is in the
-- clear, since an office finds its letters by it; what for, what is told and what is answered is sealed with a key of the
-- letter's own. Level: restricted.
CREATE TABLE care_referrals (
    id uuid PRIMARY KEY,
    file_id uuid NOT NULL REFERENCES care_files ON DELETE CASCADE,
    -- Where the letter is answered in the system; nothing where whoever is asked has no account here.
    office_id uuid REFERENCES organisations,
    state text NOT NULL CHECK (state IN ('draft', 'sent', 'received', 'accepted', 'declined', 'redirected', 'started', 'completed', 'not-attended', 'withdrawn',
        'confirmed', 'not-confirmed')),
    letter_key bytea NOT NULL CHECK (length(letter_key) BETWEEN 60 AND 200),
    sealed bytea NOT NULL CHECK (length(sealed) BETWEEN 1000 AND 60000),
    made_by uuid NOT NULL REFERENCES users,
    made_at timestamptz NOT NULL DEFAULT app_now(),
    sent_at timestamptz,
    -- Until when an answer is hoped for, and until when the consent holds, the last day included.
    answer_by date,
    expires_on date NOT NULL,
    -- How often the returnee was asked in vain whether they were helped (practice 31).
    asked integer NOT NULL DEFAULT 0 CHECK (asked BETWEEN 0 AND 50),
    version integer NOT NULL DEFAULT 1,
    CHECK (state <> 'draft' OR sent_at IS NULL)
);
CREATE INDEX care_referrals_by_file ON care_referrals (file_id);
CREATE INDEX care_referrals_by_office ON care_referrals (office_id, sent_at DESC) WHERE office_id IS NOT NULL;

-- What became of it, step by step; written by move_care_referral() alone. Level: restricted.
CREATE TABLE care_referral_steps (
    id uuid PRIMARY KEY,
    referral_id uuid NOT NULL REFERENCES care_referrals ON DELETE CASCADE,
    number integer NOT NULL,
    step text NOT NULL CHECK (step IN ('agreed', 'sent', 'received', 'accepted', 'declined', 'redirected', 'started', 'completed', 'not-attended', 'withdrawn',
        'asked', 'confirmed', 'not-confirmed')),
    happened_on date NOT NULL,
    -- Nothing, or sealed with the letter's key.
    words bytea CHECK (length(words) BETWEEN 1000 AND 20000),
    made_by uuid NOT NULL REFERENCES users,
    made_at timestamptz NOT NULL DEFAULT app_now(),
    UNIQUE (referral_id, number)
);

-- What is due because of a letter.
ALTER TABLE care_tasks ADD COLUMN referral_id uuid REFERENCES care_referrals ON DELETE CASCADE;
