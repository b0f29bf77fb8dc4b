-- Accounts: who there is.

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

@edited triggers
