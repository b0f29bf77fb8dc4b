-- Accounts: who there is, and how they sign in.

-- Case folding is the domain's; a character can become two by it.
CREATE TABLE users (
    id BLOB NOT NULL,
    email TEXT NOT NULL,
    email_folded TEXT NOT NULL,
    name TEXT,
    avatar_url TEXT,
    role TEXT NOT NULL DEFAULT 'PENDING',
    password_hash TEXT,
    must_reset_password INTEGER NOT NULL DEFAULT 0,
    email_verified_at TEXT,
    last_login_at TEXT,
    disabled_at TEXT,
    metadata TEXT NOT NULL DEFAULT '{}',
    @edited columns,
    @edited rules,
    CONSTRAINT users_email_length CHECK (length(email) BETWEEN 3 AND 254 AND instr(email, char(0)) = 0),
    CONSTRAINT users_email_folded_length CHECK (
        length(email_folded) BETWEEN 3 AND 508
        AND instr(email_folded, char(0)) = 0
    ),
    CONSTRAINT users_name_length CHECK (length(name) BETWEEN 1 AND 200 AND instr(name, char(0)) = 0),
    CONSTRAINT users_avatar_url_length CHECK (
        length(avatar_url) BETWEEN 1 AND 2048
        AND instr(avatar_url, char(0)) = 0
    ),
    CONSTRAINT users_role_known CHECK (role IN ('PENDING', 'USER', 'MANAGER', 'ADMIN')),
    CONSTRAINT users_password_hash_length CHECK (
        length(password_hash) BETWEEN 1 AND 1000
        AND instr(password_hash, char(0)) = 0
    ),
    CONSTRAINT users_must_reset_password_boolean CHECK (must_reset_password IN (0, 1)),
    CONSTRAINT users_email_verified_at_form CHECK (
        email_verified_at IS strftime('%Y-%m-%dT%H:%M:%fZ', email_verified_at, '+0 seconds')
        AND email_verified_at >= '0001'
    ),
    CONSTRAINT users_last_login_at_form CHECK (
        last_login_at IS strftime('%Y-%m-%dT%H:%M:%fZ', last_login_at, '+0 seconds')
        AND last_login_at >= '0001'
    ),
    CONSTRAINT users_disabled_at_form CHECK (
        disabled_at IS strftime('%Y-%m-%dT%H:%M:%fZ', disabled_at, '+0 seconds')
        AND disabled_at >= '0001'
    ),
    CONSTRAINT users_metadata_object CHECK (
        json_valid(metadata)
        AND json_type(metadata) = 'object'
        AND instr(replace(metadata, '\\', ''), '\u0000') = 0
    ),
    CONSTRAINT users_email_folded_unique UNIQUE (email_folded)
) STRICT;

CREATE INDEX users_created_idx ON users (created_at, id);

@edited triggers unless last_login_at

-- Where else a user signs in. What is unique together is counted in bytes, since an index on PostgreSQL takes no more
-- than some 2,700 of them.
CREATE TABLE user_providers (
    id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    provider TEXT NOT NULL,
    provider_id TEXT NOT NULL,
    email TEXT,
    name TEXT,
    avatar_url TEXT,
    @edited columns,
    @edited rules,
    CONSTRAINT user_providers_provider_length CHECK (
        length(CAST(provider AS BLOB)) BETWEEN 1 AND 1024
        AND instr(provider, char(0)) = 0
    ),
    CONSTRAINT user_providers_provider_id_length CHECK (
        length(CAST(provider_id AS BLOB)) BETWEEN 1 AND 255
        AND instr(provider_id, char(0)) = 0
    ),
    CONSTRAINT user_providers_email_length CHECK (length(email) BETWEEN 3 AND 254 AND instr(email, char(0)) = 0),
    CONSTRAINT user_providers_name_length CHECK (length(name) BETWEEN 1 AND 200 AND instr(name, char(0)) = 0),
    CONSTRAINT user_providers_avatar_url_length CHECK (
        length(avatar_url) BETWEEN 1 AND 2048
        AND instr(avatar_url, char(0)) = 0
    ),
    CONSTRAINT user_providers_provider_unique UNIQUE (provider, provider_id),
    CONSTRAINT user_providers_user_fk FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) STRICT;

CREATE INDEX user_providers_user_created_idx ON user_providers (user_id, created_at, id);

@edited triggers

-- One for each sign-in. Of the token or the cookie that names it only the digest is kept.
CREATE TABLE sessions (
    id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    token_sha256 TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    revoked_at TEXT,
    user_agent TEXT,
    metadata TEXT NOT NULL DEFAULT '{}',
    @edited columns,
    @edited rules,
    CONSTRAINT sessions_token_sha256_form CHECK (
        length(token_sha256) = 64
        AND instr(token_sha256, char(0)) = 0
        AND token_sha256 NOT GLOB '*[^0-9a-f]*'
    ),
    CONSTRAINT sessions_expires_at_form CHECK (
        expires_at IS strftime('%Y-%m-%dT%H:%M:%fZ', expires_at, '+0 seconds')
        AND expires_at >= '0001'
    ),
    CONSTRAINT sessions_revoked_at_form CHECK (
        revoked_at IS strftime('%Y-%m-%dT%H:%M:%fZ', revoked_at, '+0 seconds')
        AND revoked_at >= '0001'
    ),
    CONSTRAINT sessions_user_agent_length CHECK (
        length(user_agent) BETWEEN 1 AND 500
        AND instr(user_agent, char(0)) = 0
    ),
    CONSTRAINT sessions_metadata_object CHECK (
        json_valid(metadata)
        AND json_type(metadata) = 'object'
        AND instr(replace(metadata, '\\', ''), '\u0000') = 0
    ),
    CONSTRAINT sessions_token_sha256_unique UNIQUE (token_sha256),
    CONSTRAINT sessions_user_fk FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) STRICT;

CREATE INDEX sessions_user_created_idx ON sessions (user_id, created_at, id);
CREATE INDEX sessions_expires_idx ON sessions (expires_at, id);

@edited triggers unless expires_at

-- Tokens that are mailed. Each works once.
CREATE TABLE user_tokens (
    id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    purpose TEXT NOT NULL,
    token_sha256 TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    used_at TEXT,
    @edited columns,
    @edited rules,
    CONSTRAINT user_tokens_purpose_known CHECK (purpose IN ('EMAIL_VERIFICATION', 'PASSWORD_RESET', 'INVITATION')),
    CONSTRAINT user_tokens_token_sha256_form CHECK (
        length(token_sha256) = 64
        AND instr(token_sha256, char(0)) = 0
        AND token_sha256 NOT GLOB '*[^0-9a-f]*'
    ),
    CONSTRAINT user_tokens_expires_at_form CHECK (
        expires_at IS strftime('%Y-%m-%dT%H:%M:%fZ', expires_at, '+0 seconds')
        AND expires_at >= '0001'
    ),
    CONSTRAINT user_tokens_used_at_form CHECK (
        used_at IS strftime('%Y-%m-%dT%H:%M:%fZ', used_at, '+0 seconds')
        AND used_at >= '0001'
    ),
    CONSTRAINT user_tokens_token_sha256_unique UNIQUE (token_sha256),
    CONSTRAINT user_tokens_user_fk FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) STRICT;

CREATE INDEX user_tokens_user_created_idx ON user_tokens (user_id, created_at, id);
CREATE INDEX user_tokens_expires_idx ON user_tokens (expires_at, id);

@edited triggers

-- How often somebody tried to sign in, and the like: for an account, from a client. Both are kept as digests alone.
CREATE TABLE sign_in_attempts (
    id BLOB NOT NULL,
    key_sha256 TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    trusted INTEGER NOT NULL DEFAULT 0,
    free_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    CONSTRAINT sign_in_attempts_pk PRIMARY KEY (id),
    CONSTRAINT sign_in_attempts_id_v7 CHECK (length(id) = 16 AND substr(id, 7, 1) BETWEEN x'70' AND x'7F'),
    CONSTRAINT sign_in_attempts_key_sha256_form CHECK (
        length(key_sha256) = 64
        AND instr(key_sha256, char(0)) = 0
        AND key_sha256 NOT GLOB '*[^0-9a-f]*'
    ),
    CONSTRAINT sign_in_attempts_attempts_range CHECK (attempts BETWEEN 0 AND 9007199254740991),
    CONSTRAINT sign_in_attempts_trusted_boolean CHECK (trusted IN (0, 1)),
    CONSTRAINT sign_in_attempts_free_at_form CHECK (
        free_at IS strftime('%Y-%m-%dT%H:%M:%fZ', free_at, '+0 seconds')
        AND free_at >= '0001'
    ),
    CONSTRAINT sign_in_attempts_expires_at_form CHECK (
        expires_at IS strftime('%Y-%m-%dT%H:%M:%fZ', expires_at, '+0 seconds')
        AND expires_at >= '0001'
    ),
    CONSTRAINT sign_in_attempts_created_at_form CHECK (
        created_at IS strftime('%Y-%m-%dT%H:%M:%fZ', created_at, '+0 seconds')
        AND created_at >= '0001'
    ),
    CONSTRAINT sign_in_attempts_key_sha256_unique UNIQUE (key_sha256)
) STRICT;

CREATE INDEX sign_in_attempts_expires_idx ON sign_in_attempts (expires_at, id);
