-- Projects: what everything belongs to, and who works in them.

-- `owner_role` is there for the foreign key that keeps the owner a member with that role.
CREATE TABLE projects (
    id uuid NOT NULL,
    owner_id uuid NOT NULL,
    owner_role text COLLATE "C" NOT NULL GENERATED ALWAYS AS ('OWNER') STORED,
    name text COLLATE "C" NOT NULL,
    slug text COLLATE "C" NOT NULL,
    description text COLLATE "C",
    config jsonb NOT NULL DEFAULT '{}',
    @deletable columns,
    @deletable rules,
    CONSTRAINT projects_name_length CHECK (char_length(name) BETWEEN 1 AND 200),
    CONSTRAINT projects_slug_length CHECK (char_length(slug) BETWEEN 1 AND 63),
    CONSTRAINT projects_slug_form CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    CONSTRAINT projects_description_length CHECK (char_length(description) BETWEEN 1 AND 100000),
    CONSTRAINT projects_config_object CHECK (jsonb_typeof(config) = 'object'),
    CONSTRAINT projects_owner_fk FOREIGN KEY (owner_id) REFERENCES users (id) ON DELETE RESTRICT
);

CREATE UNIQUE INDEX projects_slug_unique ON projects (slug) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX projects_owner_name_unique ON projects (owner_id, name) WHERE deleted_at IS NULL;
CREATE INDEX projects_created_idx ON projects (created_at, id);
CREATE INDEX projects_owner_created_idx ON projects (owner_id, created_at, id);
CREATE INDEX projects_name_idx ON projects (name, id);
CREATE INDEX projects_purged_idx ON projects (purged_at) WHERE purged_at IS NOT NULL;

@edited triggers

CREATE TABLE project_members (
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    user_id uuid NOT NULL,
    role text COLLATE "C" NOT NULL,
    @edited columns,
    @edited rules,
    CONSTRAINT project_members_role_known CHECK (role IN ('VIEWER', 'EDITOR', 'OWNER')),
    CONSTRAINT project_members_user_unique UNIQUE (project_id, user_id),
    CONSTRAINT project_members_user_role_unique UNIQUE (project_id, user_id, role),
    CONSTRAINT project_members_project_fk FOREIGN KEY (project_id) REFERENCES projects (id) ON DELETE CASCADE,
    CONSTRAINT project_members_user_fk FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);

CREATE INDEX project_members_project_created_idx ON project_members (project_id, created_at, id);
CREATE INDEX project_members_user_created_idx ON project_members (user_id, created_at, id);

@edited triggers

-- Deferred, since a project and its owner's membership are made, handed over and deleted together.
ALTER TABLE projects ADD
    CONSTRAINT projects_owner_member_fk FOREIGN KEY (id, owner_id, owner_role)
        REFERENCES project_members (project_id, user_id, role) DEFERRABLE INITIALLY DEFERRED;

-- An address is counted in bytes, since an index on PostgreSQL takes no more than some 2,700 of them.
CREATE TABLE repositories (
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    full_name text COLLATE "C" NOT NULL,
    url text COLLATE "C" NOT NULL,
    owner text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    @edited columns,
    @edited rules,
    CONSTRAINT repositories_full_name_length CHECK (char_length(full_name) BETWEEN 1 AND 200),
    CONSTRAINT repositories_url_length CHECK (octet_length(url) BETWEEN 1 AND 2048),
    CONSTRAINT repositories_owner_length CHECK (char_length(owner) BETWEEN 1 AND 200),
    CONSTRAINT repositories_name_length CHECK (char_length(name) BETWEEN 1 AND 200),
    CONSTRAINT repositories_project_id_unique UNIQUE (project_id, id),
    CONSTRAINT repositories_full_name_unique UNIQUE (project_id, full_name),
    CONSTRAINT repositories_url_unique UNIQUE (project_id, url),
    CONSTRAINT repositories_project_fk FOREIGN KEY (project_id) REFERENCES projects (id) ON DELETE CASCADE
);

CREATE INDEX repositories_created_idx ON repositories (created_at, id);
CREATE INDEX repositories_project_created_idx ON repositories (project_id, created_at, id);
CREATE INDEX repositories_url_idx ON repositories (url, id);
CREATE INDEX repositories_full_name_idx ON repositories (full_name, id);

@edited triggers

CREATE TABLE project_guidelines (
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    file_name text COLLATE "C" NOT NULL,
    media_type text COLLATE "C" NOT NULL,
    storage_path text COLLATE "C" NOT NULL,
    size_bytes bigint NOT NULL,
    sha256 text COLLATE "C" NOT NULL,
    text text COLLATE "C",
    created_by uuid,
    @edited columns,
    @edited rules,
    CONSTRAINT project_guidelines_file_name_length CHECK (char_length(file_name) BETWEEN 1 AND 255),
    CONSTRAINT project_guidelines_media_type_length CHECK (char_length(media_type) BETWEEN 3 AND 127),
    CONSTRAINT project_guidelines_storage_path_length CHECK (char_length(storage_path) BETWEEN 1 AND 2048),
    CONSTRAINT project_guidelines_storage_path_folder CHECK (storage_path LIKE 'guidelines/_%'),
    CONSTRAINT project_guidelines_size_bytes_range CHECK (size_bytes BETWEEN 0 AND 9007199254740991),
    CONSTRAINT project_guidelines_sha256_form CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    CONSTRAINT project_guidelines_text_length CHECK (char_length(text) BETWEEN 1 AND 1000000),
    CONSTRAINT project_guidelines_project_unique UNIQUE (project_id),
    CONSTRAINT project_guidelines_storage_path_unique UNIQUE (storage_path),
    CONSTRAINT project_guidelines_project_fk FOREIGN KEY (project_id) REFERENCES projects (id) ON DELETE CASCADE,
    CONSTRAINT project_guidelines_created_by_fk FOREIGN KEY (created_by) REFERENCES users (id) ON DELETE SET NULL
);

CREATE INDEX project_guidelines_created_idx ON project_guidelines (created_at, id);
CREATE INDEX project_guidelines_created_by_created_idx ON project_guidelines (created_by, created_at, id);

@edited triggers

-- Keys of users, and of projects: a key without a user is a service account of its project.
CREATE TABLE api_keys (
    id uuid NOT NULL,
    user_id uuid,
    project_id uuid,
    name text COLLATE "C" NOT NULL,
    prefix text COLLATE "C" NOT NULL,
    key_sha256 text COLLATE "C" NOT NULL,
    scopes jsonb NOT NULL,
    expires_at timestamptz(3),
    last_used_at timestamptz(3),
    revoked_at timestamptz(3),
    created_by uuid,
    @edited columns,
    @edited rules,
    CONSTRAINT api_keys_name_length CHECK (char_length(name) BETWEEN 1 AND 200),
    CONSTRAINT api_keys_prefix_length CHECK (char_length(prefix) BETWEEN 4 AND 32),
    CONSTRAINT api_keys_key_sha256_form CHECK (key_sha256 ~ '^[0-9a-f]{64}$'),
    CONSTRAINT api_keys_scopes_known CHECK (
        jsonb_typeof(scopes) = 'array'
        AND scopes <> '[]'
        AND scopes <@ '["READ", "INGEST", "EXECUTE", "WRITE", "ADMIN"]'
    ),
    CONSTRAINT api_keys_expires_at_form CHECK (expires_at >= '0001-01-01Z' AND expires_at < '10000-01-01Z'),
    CONSTRAINT api_keys_last_used_at_form CHECK (last_used_at >= '0001-01-01Z' AND last_used_at < '10000-01-01Z'),
    CONSTRAINT api_keys_revoked_at_form CHECK (revoked_at >= '0001-01-01Z' AND revoked_at < '10000-01-01Z'),
    CONSTRAINT api_keys_owned CHECK (user_id IS NOT NULL OR project_id IS NOT NULL),
    CONSTRAINT api_keys_key_sha256_unique UNIQUE (key_sha256),
    CONSTRAINT api_keys_user_fk FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT api_keys_project_fk FOREIGN KEY (project_id) REFERENCES projects (id) ON DELETE CASCADE,
    CONSTRAINT api_keys_created_by_fk FOREIGN KEY (created_by) REFERENCES users (id) ON DELETE SET NULL
);

CREATE INDEX api_keys_user_created_idx ON api_keys (user_id, created_at, id);
CREATE INDEX api_keys_project_created_idx ON api_keys (project_id, created_at, id);
CREATE INDEX api_keys_created_by_created_idx ON api_keys (created_by, created_at, id);

@edited triggers unless last_used_at

-- Nobody who is disabled owns a project, or gets a key. The lock makes whoever disables them at that moment wait until
-- the row is there, and the row wait until they are disabled.
CREATE FUNCTION check_enabled() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    since timestamptz;
BEGIN
    SELECT disabled_at INTO since FROM users WHERE id = (to_jsonb(NEW) ->> TG_ARGV[0])::uuid FOR SHARE;
    IF since IS NOT NULL THEN
        RAISE EXCEPTION 'the user is disabled since %', since
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME;
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER projects_owner_enabled BEFORE INSERT OR UPDATE OF owner_id ON projects FOR EACH ROW
EXECUTE FUNCTION check_enabled('owner_id');

CREATE TRIGGER api_keys_user_enabled BEFORE INSERT OR UPDATE OF user_id ON api_keys FOR EACH ROW
EXECUTE FUNCTION check_enabled('user_id');

-- Before somebody is disabled their projects are handed over, but for those that are being purged.
CREATE FUNCTION check_handed_over() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM projects WHERE owner_id = NEW.id AND purged_at IS NULL) THEN
        RAISE EXCEPTION 'the user owns projects'
            USING ERRCODE = 'check_violation', TABLE = 'users', CONSTRAINT = 'users_projects_handed_over';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER users_projects_handed_over BEFORE UPDATE OF disabled_at ON users FOR EACH ROW
WHEN (NEW.disabled_at IS NOT NULL AND OLD.disabled_at IS NULL) EXECUTE FUNCTION check_handed_over();
