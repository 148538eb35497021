-- Code lists. The files in reference/ are the truth; `trove migrate` brings these tables to them.
CREATE TABLE countries (
    code text PRIMARY KEY,
    parent text,
    vi text NOT NULL,
    en text NOT NULL,
    valid_from date,
    valid_to date,
    ours text NOT NULL
);
CREATE TABLE provinces (LIKE countries INCLUDING ALL);
CREATE TABLE communes (LIKE countries INCLUDING ALL);
ALTER TABLE communes ALTER COLUMN parent SET NOT NULL, ADD FOREIGN KEY (parent) REFERENCES provinces;
CREATE INDEX communes_by_province ON communes (parent);
CREATE TABLE occupations (LIKE countries INCLUDING ALL);
CREATE TABLE activities (LIKE countries INCLUDING ALL);
CREATE TABLE ethnic_groups (LIKE countries INCLUDING ALL);
CREATE TABLE education_levels (LIKE countries INCLUDING ALL);
CREATE TABLE languages (LIKE countries INCLUDING ALL);
