-- Somebody of the staff is away for some days, and who stands in. Why is nobody's business here. Level: internal.
CREATE TABLE leaves (
    id uuid PRIMARY KEY,
    organisation_id uuid NOT NULL REFERENCES organisations,
    user_id uuid NOT NULL REFERENCES users,
    cover_id uuid NOT NULL REFERENCES users,
    from_on date NOT NULL,
    until_on date NOT NULL,
    written_by uuid NOT NULL REFERENCES users,
    written_at timestamptz NOT NULL DEFAULT app_now(),
    CHECK (user_id <> cover_id),
    CHECK (until_on >= from_on AND until_on <= from_on + 366)
);
CREATE INDEX leaves_by_office ON leaves (organisation_id, until_on);
