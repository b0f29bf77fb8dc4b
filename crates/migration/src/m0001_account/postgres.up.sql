-- Accounts: who there is, and how they sign in.

-- What every table with a revision does on an update: `id` and `created_at` stay, and whoever writes SQL by hand and
-- leaves `updated_at` or `revision` as they were gets them right. A column that a machine keeps can be named: writing it
-- is no edit.
CREATE FUNCTION keep_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.id <> OLD.id OR NEW.created_at <> OLD.created_at THEN
        RAISE EXCEPTION 'id and created_at of a row in % never change', TG_TABLE_NAME
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_TABLE_NAME || '_fixed';
    END IF;
    IF TG_NARGS = 1 AND to_jsonb(NEW) -> TG_ARGV[0] IS DISTINCT FROM to_jsonb(OLD) -> TG_ARGV[0] THEN
        RETURN NEW;
    END IF;
    IF NEW.updated_at = OLD.updated_at THEN
        NEW.updated_at := date_trunc('milliseconds', now());
    END IF;
    IF NEW.revision = OLD.revision THEN
        NEW.revision := OLD.revision + 1;
    END IF;
    RETURN NEW;
END
$$;

-- Case folding is the domain's; a character can become two by it.
CREATE TABLE users (
    id uuid NOT NULL,
    email text COLLATE "C" NOT NULL,
    email_folded text COLLATE "C" NOT NULL,
    name text COLLATE "C",
    avatar_url text COLLATE "C",
    role text COLLATE "C" NOT NULL DEFAULT 'PENDING',
    password_hash text COLLATE "C",
    must_reset_password boolean NOT NULL DEFAULT false,
    email_verified_at timestamptz(3),
    last_login_at timestamptz(3),
    disabled_at timestamptz(3),
    metadata jsonb NOT NULL DEFAULT '{}',
    @edited columns,
    @edited rules,
    CONSTRAINT users_email_length CHECK (char_length(email) BETWEEN 3 AND 254),
    CONSTRAINT users_email_folded_length CHECK (char_length(email_folded) BETWEEN 3 AND 508),
    CONSTRAINT users_name_length CHECK (char_length(name) BETWEEN 1 AND 200),
    CONSTRAINT users_avatar_url_length CHECK (char_length(avatar_url) BETWEEN 1 AND 2048),
    CONSTRAINT users_role_known CHECK (role IN ('PENDING', 'USER', 'MANAGER', 'ADMIN')),
    CONSTRAINT users_password_hash_length CHECK (char_length(password_hash) BETWEEN 1 AND 1000),
    CONSTRAINT users_email_verified_at_form CHECK (
        email_verified_at >= '0001-01-01Z'
        AND email_verified_at < '10000-01-01Z'
    ),
    CONSTRAINT users_last_login_at_form CHECK (last_login_at >= '0001-01-01Z' AND last_login_at < '10000-01-01Z'),
    CONSTRAINT users_disabled_at_form CHECK (disabled_at >= '0001-01-01Z' AND disabled_at < '10000-01-01Z'),
    CONSTRAINT users_metadata_object CHECK (jsonb_typeof(metadata) = 'object'),
    CONSTRAINT users_email_folded_unique UNIQUE (email_folded)
);

CREATE INDEX users_created_idx ON users (created_at, id);

@edited triggers unless last_login_at

-- Where else a user signs in. What is unique together is counted in bytes, since an index on PostgreSQL takes no more
-- than some 2,700 of them.
CREATE TABLE user_providers (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    provider text COLLATE "C" NOT NULL,
    provider_id text COLLATE "C" NOT NULL,
    email text COLLATE "C",
    name text COLLATE "C",
    avatar_url text COLLATE "C",
    @edited columns,
    @edited rules,
    CONSTRAINT user_providers_provider_length CHECK (octet_length(provider) BETWEEN 1 AND 1024),
    CONSTRAINT user_providers_provider_id_length CHECK (octet_length(provider_id) BETWEEN 1 AND 255),
    CONSTRAINT user_providers_email_length CHECK (char_length(email) BETWEEN 3 AND 254),
    CONSTRAINT user_providers_name_length CHECK (char_length(name) BETWEEN 1 AND 200),
    CONSTRAINT user_providers_avatar_url_length CHECK (char_length(avatar_url) BETWEEN 1 AND 2048),
    CONSTRAINT user_providers_provider_unique UNIQUE (provider, provider_id),
    CONSTRAINT user_providers_user_fk FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);

CREATE INDEX user_providers_user_created_idx ON user_providers (user_id, created_at, id);

@edited triggers

-- One for each sign-in. Of the token or the cookie that names it only the digest is kept.
CREATE TABLE sessions (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    token_sha256 text COLLATE "C" NOT NULL,
    expires_at timestamptz(3) NOT NULL,
    revoked_at timestamptz(3),
    user_agent text COLLATE "C",
    metadata jsonb NOT NULL DEFAULT '{}',
    @edited columns,
    @edited rules,
    CONSTRAINT sessions_token_sha256_form CHECK (token_sha256 ~ '^[0-9a-f]{64}$'),
    CONSTRAINT sessions_expires_at_form CHECK (expires_at >= '0001-01-01Z' AND expires_at < '10000-01-01Z'),
    CONSTRAINT sessions_revoked_at_form CHECK (revoked_at >= '0001-01-01Z' AND revoked_at < '10000-01-01Z'),
    CONSTRAINT sessions_user_agent_length CHECK (char_length(user_agent) BETWEEN 1 AND 500),
    CONSTRAINT sessions_metadata_object CHECK (jsonb_typeof(metadata) = 'object'),
    CONSTRAINT sessions_token_sha256_unique UNIQUE (token_sha256),
    CONSTRAINT sessions_user_fk FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);

CREATE INDEX sessions_user_created_idx ON sessions (user_id, created_at, id);
CREATE INDEX sessions_expires_idx ON sessions (expires_at, id);

@edited triggers unless expires_at

-- Tokens that are mailed. Each works once.
CREATE TABLE user_tokens (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    purpose text COLLATE "C" NOT NULL,
    token_sha256 text COLLATE "C" NOT NULL,
    expires_at timestamptz(3) NOT NULL,
    used_at timestamptz(3),
    @edited columns,
    @edited rules,
    CONSTRAINT user_tokens_purpose_known CHECK (purpose IN ('EMAIL_VERIFICATION', 'PASSWORD_RESET', 'INVITATION')),
    CONSTRAINT user_tokens_token_sha256_form CHECK (token_sha256 ~ '^[0-9a-f]{64}$'),
    CONSTRAINT user_tokens_expires_at_form CHECK (expires_at >= '0001-01-01Z' AND expires_at < '10000-01-01Z'),
    CONSTRAINT user_tokens_used_at_form CHECK (used_at >= '0001-01-01Z' AND used_at < '10000-01-01Z'),
    CONSTRAINT user_tokens_token_sha256_unique UNIQUE (token_sha256),
    CONSTRAINT user_tokens_user_fk FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);

CREATE INDEX user_tokens_user_created_idx ON user_tokens (user_id, created_at, id);
CREATE INDEX user_tokens_expires_idx ON user_tokens (expires_at, id);

@edited triggers

-- How often somebody tried to sign in, and the like: for an account, from a client. Both are kept as digests alone.
CREATE TABLE sign_in_attempts (
    id uuid NOT NULL,
    key_sha256 text COLLATE "C" NOT NULL,
    attempts bigint NOT NULL DEFAULT 0,
    trusted boolean NOT NULL DEFAULT false,
    free_at timestamptz(3) NOT NULL,
    expires_at timestamptz(3) NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT date_trunc('milliseconds', now()),
    CONSTRAINT sign_in_attempts_pk PRIMARY KEY (id),
    CONSTRAINT sign_in_attempts_id_v7 CHECK (substr(id::text, 15, 1) = '7'),
    CONSTRAINT sign_in_attempts_key_sha256_form CHECK (key_sha256 ~ '^[0-9a-f]{64}$'),
    CONSTRAINT sign_in_attempts_attempts_range CHECK (attempts BETWEEN 0 AND 9007199254740991),
    CONSTRAINT sign_in_attempts_free_at_form CHECK (free_at >= '0001-01-01Z' AND free_at < '10000-01-01Z'),
    CONSTRAINT sign_in_attempts_expires_at_form CHECK (expires_at >= '0001-01-01Z' AND expires_at < '10000-01-01Z'),
    CONSTRAINT sign_in_attempts_created_at_form CHECK (created_at >= '0001-01-01Z' AND created_at < '10000-01-01Z'),
    CONSTRAINT sign_in_attempts_key_sha256_unique UNIQUE (key_sha256)
);

CREATE INDEX sign_in_attempts_expires_idx ON sign_in_attempts (expires_at, id);
