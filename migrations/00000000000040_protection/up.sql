-- Who protects somebody, country by country (practice 16): to be called, written to, gone to. It holds nothing of any returnee.
-- Level: standard.
CREATE TABLE protection_contacts (
    id uuid PRIMARY KEY,
    country_code text NOT NULL REFERENCES countries,
    kind text NOT NULL CHECK (kind IN ('hotline', 'mission', 'shelter', 'labour-office', 'legal-aid', 'police', 'hospital', 'community')),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    phone text CHECK (length(phone) BETWEEN 1 AND 100),
    address text CHECK (length(address) BETWEEN 1 AND 300),
    hours text CHECK (length(hours) BETWEEN 1 AND 200),
    languages text CHECK (length(languages) BETWEEN 1 AND 200),
    about text CHECK (length(about) BETWEEN 1 AND 500),
    -- Where it was read or who said so, and until when it is trusted, the last day included.
    source text NOT NULL CHECK (length(source) BETWEEN 1 AND 300),
    verified_on date NOT NULL,
    valid_until date NOT NULL,
    written_by uuid NOT NULL REFERENCES users,
    written_at timestamptz NOT NULL DEFAULT app_now(),
    version integer NOT NULL DEFAULT 1,
    CHECK (phone IS NOT NULL OR address IS NOT NULL),
    CHECK (valid_until >= verified_on)
);
CREATE INDEX protection_contacts_by_country ON protection_contacts (country_code, kind, name);
