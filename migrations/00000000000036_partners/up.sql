-- Unions and bodies of employers, who know of work and of nobody.
ALTER TABLE organisations DROP CONSTRAINT organisations_kind_check;
ALTER TABLE organisations
    ADD CONSTRAINT organisations_kind_check CHECK (kind IN ('mission', 'airport', 'border', 'esc', 'province', 'dolab', 'provider', 'sender', 'union', 'employers'));
