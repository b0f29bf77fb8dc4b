-- Which login role reads for which user. No reader is granted anything on it.
CREATE TABLE IF NOT EXISTS readers (
    role text COLLATE "C" NOT NULL,
    user_id uuid NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT date_trunc('milliseconds', now()),
    CONSTRAINT readers_pk PRIMARY KEY (role),
    CONSTRAINT readers_role_length CHECK (octet_length(role) BETWEEN 1 AND 63)
);

-- The user for whom whoever has logged in reads. Neither SET ROLE nor any setting changes who has logged in. Somebody who
-- is disabled, or has to choose a new password first, reads nothing.
CREATE FUNCTION reader_user() RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = pg_catalog, SCHEMA, pg_temp AS $$
    SELECT u.id
    FROM readers r
    JOIN users u ON u.id = r.user_id
    WHERE r.role = session_user::text AND u.disabled_at IS NULL AND NOT u.must_reset_password
$$;

-- Whether they are an administrator.
CREATE FUNCTION reader_is_admin() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = pg_catalog, SCHEMA, pg_temp AS $$
    SELECT EXISTS (SELECT FROM users u WHERE u.id = reader_user() AND u.role = 'ADMIN')
$$;

-- Whether they see what is for all.
CREATE FUNCTION reader_is_admitted() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = pg_catalog, SCHEMA, pg_temp AS $$
    SELECT EXISTS (SELECT FROM users u WHERE u.id = reader_user() AND u.role <> 'PENDING')
$$;

-- The live projects in which they have one of these roles; for an administrator all that are live.
CREATE FUNCTION reader_projects(roles text[]) RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = pg_catalog, SCHEMA, pg_temp AS $$
    SELECT coalesce(array_agg(p.id), '{}')
    FROM projects p
    JOIN users u ON u.id = reader_user()
    WHERE p.deleted_at IS NULL
    AND (
        u.role = 'ADMIN'
        OR u.role <> 'PENDING' AND EXISTS (
            SELECT FROM project_members m WHERE m.project_id = p.id AND m.user_id = u.id AND m.role = ANY (roles)
        )
    )
$$;

-- The users who share one of those projects with them.
CREATE FUNCTION reader_fellows(roles text[]) RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = pg_catalog, SCHEMA, pg_temp AS $$
    SELECT coalesce(array_agg(DISTINCT m.user_id), '{}')
    FROM project_members m
    WHERE m.project_id = ANY (reader_projects(roles))
$$;
