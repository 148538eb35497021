-- A form that an authority takes, as text with places to be filled in. A version is never edited: other words are another
-- version, from a day on. Level: public.
CREATE TABLE form_templates (
    id uuid PRIMARY KEY,
    code text NOT NULL CHECK (code ~ '^[a-z][a-z0-9-]{1,39}$'),
    version integer NOT NULL CHECK (version > 0),
    -- In Vietnamese, as whoever takes it reads.
    title text NOT NULL CHECK (length(title) BETWEEN 1 AND 150),
    goes_to text NOT NULL CHECK (length(goes_to) BETWEEN 1 AND 150),
    -- Where its words are from; shown beside it.
    source text NOT NULL CHECK (length(source) BETWEEN 1 AND 300),
    -- Issued by an authority; otherwise this project's draft.
    official boolean NOT NULL,
    body text NOT NULL CHECK (length(body) BETWEEN 1 AND 8000),
    valid_from date NOT NULL,
    -- From this day on it is not used any more.
    ended_on date CHECK (ended_on >= valid_from),
    -- Nobody: it came with the program.
    written_by uuid REFERENCES users,
    written_at timestamptz NOT NULL DEFAULT app_now(),
    UNIQUE (code, version)
);
