-- From which score on a scale somebody is talked with or referred, for whom, and who says so (domain 6.2). Of nobody.
-- Level: aggregate.
CREATE TABLE scale_cuts (
    scale text NOT NULL,
    part text NOT NULL,
    population text NOT NULL,
    -- `talk`: there is reason to talk more; `refer`: offer to go to somebody trained.
    advice text NOT NULL CHECK (advice IN ('talk', 'refer')),
    -- The score from which on it holds; for well-being, up to which.
    cut integer NOT NULL CHECK (cut BETWEEN 0 AND 100),
    source text NOT NULL CHECK (length(source) BETWEEN 1 AND 300),
    valid_from date NOT NULL,
    PRIMARY KEY (scale, part, population, advice, valid_from)
);
