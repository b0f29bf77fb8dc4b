-- Accounts: who there is.

-- What every table with a revision does on an update: `id` and `created_at` stay, and whoever writes SQL by hand and
-- leaves `updated_at` or `revision` as they were gets them right.
CREATE FUNCTION keep_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.id <> OLD.id OR NEW.created_at <> OLD.created_at THEN
        RAISE EXCEPTION 'id and created_at of a row in % never change', TG_TABLE_NAME
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_TABLE_NAME || '_fixed';
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

@edited triggers
