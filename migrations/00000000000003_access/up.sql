-- Organisations, their people, what these may do, and how they come in.
CREATE TABLE organisations (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('mission', 'airport', 'border', 'esc', 'province', 'dolab', 'provider', 'sender')),
    name text NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 200),
    parent_id uuid REFERENCES organisations,
    province_code text REFERENCES provinces,
    country_code text REFERENCES countries,
    ended_at timestamptz,
    version integer NOT NULL DEFAULT 1
);
CREATE INDEX organisations_by_parent ON organisations (parent_id);

CREATE TABLE users (
    id uuid PRIMARY KEY,
    organisation_id uuid NOT NULL REFERENCES organisations,
    email text NOT NULL UNIQUE CHECK (email = lower(email)),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    language text NOT NULL DEFAULT 'vi' CHECK (language IN ('vi', 'en')),
    created_at timestamptz NOT NULL DEFAULT app_now(),
    ended_at timestamptz,
    version integer NOT NULL DEFAULT 1
);
CREATE INDEX users_by_organisation ON users (organisation_id);

-- Apart from users, so that nothing that lists people can reach a hash.
CREATE TABLE credentials (
    user_id uuid PRIMARY KEY REFERENCES users,
    password_hash text NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT app_now()
);

CREATE TABLE user_roles (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users,
    role text NOT NULL,
    UNIQUE (user_id, role)
);

-- Written from access::Role, which is the truth.
CREATE TABLE role_permissions (
    role text NOT NULL,
    permission text NOT NULL,
    PRIMARY KEY (role, permission)
);

CREATE TABLE sessions (
    token_hash bytea PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users,
    created_at timestamptz NOT NULL DEFAULT app_now(),
    seen_at timestamptz NOT NULL DEFAULT app_now(),
    ended_at timestamptz
);
CREATE INDEX sessions_by_user ON sessions (user_id);

-- One row a try. The account is kept as a hash: people type passwords into the wrong box.
CREATE TABLE sign_in_attempts (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT app_now(),
    account bytea NOT NULL,
    network text NOT NULL,
    device bytea,
    succeeded boolean NOT NULL
);
CREATE INDEX sign_in_attempts_by_account ON sign_in_attempts (account, at);
CREATE INDEX sign_in_attempts_by_network ON sign_in_attempts (network, at);

-- A browser that signed in as this person before: strangers' failures never lock it out.
CREATE TABLE known_devices (
    user_id uuid NOT NULL REFERENCES users,
    device bytea NOT NULL,
    seen_at timestamptz NOT NULL DEFAULT app_now(),
    PRIMARY KEY (user_id, device)
);

CREATE TABLE invitations (
    token_hash bytea PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users,
    created_at timestamptz NOT NULL DEFAULT app_now(),
    ends_at timestamptz NOT NULL,
    used_at timestamptz
);
