-- Projects: what everything belongs to, and who works in them.

-- `owner_role` is there for the foreign key that keeps the owner a member with that role.
CREATE TABLE projects (
    id BLOB NOT NULL,
    owner_id BLOB NOT NULL,
    owner_role TEXT NOT NULL GENERATED ALWAYS AS ('OWNER') STORED,
    name TEXT NOT NULL,
    slug TEXT NOT NULL,
    description TEXT,
    config TEXT NOT NULL DEFAULT '{}',
    @deletable columns,
    @deletable rules,
    CONSTRAINT projects_name_length CHECK (length(name) BETWEEN 1 AND 200 AND instr(name, char(0)) = 0),
    CONSTRAINT projects_slug_length CHECK (length(slug) BETWEEN 1 AND 63 AND instr(slug, char(0)) = 0),
    CONSTRAINT projects_slug_form CHECK (
        slug NOT GLOB '*[^a-z0-9-]*'
        AND slug NOT GLOB '-*'
        AND slug NOT GLOB '*-'
        AND instr(slug, '--') = 0
    ),
    CONSTRAINT projects_description_length CHECK (
        length(description) BETWEEN 1 AND 100000
        AND instr(description, char(0)) = 0
    ),
    CONSTRAINT projects_config_object CHECK (
        json_valid(config)
        AND json_type(config) = 'object'
        AND instr(replace(config, '\\', ''), '\u0000') = 0
    ),
    CONSTRAINT projects_owner_fk FOREIGN KEY (owner_id) REFERENCES users (id) ON DELETE RESTRICT,
    CONSTRAINT projects_owner_member_fk FOREIGN KEY (id, owner_id, owner_role)
        REFERENCES project_members (project_id, user_id, role) DEFERRABLE INITIALLY DEFERRED
) STRICT;

CREATE UNIQUE INDEX projects_slug_unique ON projects (slug) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX projects_owner_name_unique ON projects (owner_id, name) WHERE deleted_at IS NULL;
CREATE INDEX projects_created_idx ON projects (created_at, id);
CREATE INDEX projects_owner_created_idx ON projects (owner_id, created_at, id);
CREATE INDEX projects_name_idx ON projects (name, id);
CREATE INDEX projects_purged_idx ON projects (purged_at) WHERE purged_at IS NOT NULL;

@edited triggers

CREATE TABLE project_members (
    id BLOB NOT NULL,
    project_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    role TEXT NOT NULL,
    @edited columns,
    @edited rules,
    CONSTRAINT project_members_role_known CHECK (role IN ('VIEWER', 'EDITOR', 'OWNER')),
    CONSTRAINT project_members_user_unique UNIQUE (project_id, user_id),
    CONSTRAINT project_members_user_role_unique UNIQUE (project_id, user_id, role),
    CONSTRAINT project_members_project_fk FOREIGN KEY (project_id) REFERENCES projects (id) ON DELETE CASCADE,
    CONSTRAINT project_members_user_fk FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) STRICT;

CREATE INDEX project_members_project_created_idx ON project_members (project_id, created_at, id);
CREATE INDEX project_members_user_created_idx ON project_members (user_id, created_at, id);

@edited triggers

-- An address is counted in bytes, since an index on PostgreSQL takes no more than some 2,700 of them.
CREATE TABLE repositories (
    id BLOB NOT NULL,
    project_id BLOB NOT NULL,
    full_name TEXT NOT NULL,
    url TEXT NOT NULL,
    owner TEXT NOT NULL,
    name TEXT NOT NULL,
    @edited columns,
    @edited rules,
    CONSTRAINT repositories_full_name_length CHECK (
        length(full_name) BETWEEN 1 AND 200
        AND instr(full_name, char(0)) = 0
    ),
    CONSTRAINT repositories_url_length CHECK (
        length(CAST(url AS BLOB)) BETWEEN 1 AND 2048
        AND instr(url, char(0)) = 0
    ),
    CONSTRAINT repositories_owner_length CHECK (length(owner) BETWEEN 1 AND 200 AND instr(owner, char(0)) = 0),
    CONSTRAINT repositories_name_length CHECK (length(name) BETWEEN 1 AND 200 AND instr(name, char(0)) = 0),
    CONSTRAINT repositories_project_id_unique UNIQUE (project_id, id),
    CONSTRAINT repositories_full_name_unique UNIQUE (project_id, full_name),
    CONSTRAINT repositories_url_unique UNIQUE (project_id, url),
    CONSTRAINT repositories_project_fk FOREIGN KEY (project_id) REFERENCES projects (id) ON DELETE CASCADE
) STRICT;

CREATE INDEX repositories_created_idx ON repositories (created_at, id);
CREATE INDEX repositories_project_created_idx ON repositories (project_id, created_at, id);
CREATE INDEX repositories_url_idx ON repositories (url, id);
CREATE INDEX repositories_full_name_idx ON repositories (full_name, id);

@edited triggers

CREATE TABLE project_guidelines (
    id BLOB NOT NULL,
    project_id BLOB NOT NULL,
    file_name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    storage_path TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    text TEXT,
    created_by BLOB,
    @edited columns,
    @edited rules,
    CONSTRAINT project_guidelines_file_name_length CHECK (
        length(file_name) BETWEEN 1 AND 255
        AND instr(file_name, char(0)) = 0
    ),
    CONSTRAINT project_guidelines_media_type_length CHECK (
        length(media_type) BETWEEN 3 AND 127
        AND instr(media_type, char(0)) = 0
    ),
    CONSTRAINT project_guidelines_storage_path_length CHECK (
        length(storage_path) BETWEEN 1 AND 2048
        AND instr(storage_path, char(0)) = 0
    ),
    CONSTRAINT project_guidelines_storage_path_folder CHECK (storage_path GLOB 'guidelines/?*'),
    CONSTRAINT project_guidelines_size_bytes_range CHECK (size_bytes BETWEEN 0 AND 9007199254740991),
    CONSTRAINT project_guidelines_sha256_form CHECK (
        length(sha256) = 64
        AND instr(sha256, char(0)) = 0
        AND sha256 NOT GLOB '*[^0-9a-f]*'
    ),
    CONSTRAINT project_guidelines_text_length CHECK (length(text) BETWEEN 1 AND 1000000 AND instr(text, char(0)) = 0),
    CONSTRAINT project_guidelines_project_unique UNIQUE (project_id),
    CONSTRAINT project_guidelines_storage_path_unique UNIQUE (storage_path),
    CONSTRAINT project_guidelines_project_fk FOREIGN KEY (project_id) REFERENCES projects (id) ON DELETE CASCADE,
    CONSTRAINT project_guidelines_created_by_fk FOREIGN KEY (created_by) REFERENCES users (id) ON DELETE SET NULL
) STRICT;

CREATE INDEX project_guidelines_created_idx ON project_guidelines (created_at, id);
CREATE INDEX project_guidelines_created_by_created_idx ON project_guidelines (created_by, created_at, id);

@edited triggers

-- Keys of users, and of projects: a key without a user is a service account of its project.
CREATE TABLE api_keys (
    id BLOB NOT NULL,
    user_id BLOB,
    project_id BLOB,
    name TEXT NOT NULL,
    prefix TEXT NOT NULL,
    key_sha256 TEXT NOT NULL,
    scopes TEXT NOT NULL,
    expires_at TEXT,
    last_used_at TEXT,
    revoked_at TEXT,
    created_by BLOB,
    @edited columns,
    @edited rules,
    CONSTRAINT api_keys_name_length CHECK (length(name) BETWEEN 1 AND 200 AND instr(name, char(0)) = 0),
    CONSTRAINT api_keys_prefix_length CHECK (length(prefix) BETWEEN 4 AND 32 AND instr(prefix, char(0)) = 0),
    CONSTRAINT api_keys_key_sha256_form CHECK (
        length(key_sha256) = 64
        AND instr(key_sha256, char(0)) = 0
        AND key_sha256 NOT GLOB '*[^0-9a-f]*'
    ),
    CONSTRAINT api_keys_scopes_known CHECK (
        json_valid(scopes)
        AND json_type(scopes) = 'array'
        AND json_array_length(scopes) > 0
        AND instr(substr(json(scopes), 2), '[') = 0
        AND replace(
            replace(
                replace(replace(replace(json(scopes), '"READ"', ''), '"INGEST"', ''), '"EXECUTE"', ''),
                '"WRITE"',
                ''
            ),
            '"ADMIN"',
            ''
        ) NOT GLOB '*[^][,]*'
    ),
    CONSTRAINT api_keys_expires_at_form CHECK (
        expires_at IS strftime('%Y-%m-%dT%H:%M:%fZ', expires_at, '+0 seconds')
        AND expires_at >= '0001'
    ),
    CONSTRAINT api_keys_last_used_at_form CHECK (
        last_used_at IS strftime('%Y-%m-%dT%H:%M:%fZ', last_used_at, '+0 seconds')
        AND last_used_at >= '0001'
    ),
    CONSTRAINT api_keys_revoked_at_form CHECK (
        revoked_at IS strftime('%Y-%m-%dT%H:%M:%fZ', revoked_at, '+0 seconds')
        AND revoked_at >= '0001'
    ),
    CONSTRAINT api_keys_owned CHECK (user_id IS NOT NULL OR project_id IS NOT NULL),
    CONSTRAINT api_keys_key_sha256_unique UNIQUE (key_sha256),
    CONSTRAINT api_keys_user_fk FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT api_keys_project_fk FOREIGN KEY (project_id) REFERENCES projects (id) ON DELETE CASCADE,
    CONSTRAINT api_keys_created_by_fk FOREIGN KEY (created_by) REFERENCES users (id) ON DELETE SET NULL
) STRICT;

CREATE INDEX api_keys_user_created_idx ON api_keys (user_id, created_at, id);
CREATE INDEX api_keys_project_created_idx ON api_keys (project_id, created_at, id);
CREATE INDEX api_keys_created_by_created_idx ON api_keys (created_by, created_at, id);

@edited triggers unless last_used_at

-- Nobody who is disabled owns a project, or gets a key.
CREATE TRIGGER projects_owner_enabled_of_new BEFORE INSERT ON projects
WHEN EXISTS (SELECT 1 FROM users WHERE id = NEW.owner_id AND disabled_at IS NOT NULL)
BEGIN
    SELECT RAISE(ABORT, 'projects_owner_enabled');
END;

CREATE TRIGGER projects_owner_enabled BEFORE UPDATE OF owner_id ON projects
WHEN EXISTS (SELECT 1 FROM users WHERE id = NEW.owner_id AND disabled_at IS NOT NULL)
BEGIN
    SELECT RAISE(ABORT, 'projects_owner_enabled');
END;

CREATE TRIGGER api_keys_user_enabled_of_new BEFORE INSERT ON api_keys
WHEN EXISTS (SELECT 1 FROM users WHERE id = NEW.user_id AND disabled_at IS NOT NULL)
BEGIN
    SELECT RAISE(ABORT, 'api_keys_user_enabled');
END;

CREATE TRIGGER api_keys_user_enabled BEFORE UPDATE OF user_id ON api_keys
WHEN EXISTS (SELECT 1 FROM users WHERE id = NEW.user_id AND disabled_at IS NOT NULL)
BEGIN
    SELECT RAISE(ABORT, 'api_keys_user_enabled');
END;

-- Before somebody is disabled their projects are handed over, but for those that are being purged.
CREATE TRIGGER users_projects_handed_over BEFORE UPDATE OF disabled_at ON users
WHEN NEW.disabled_at IS NOT NULL AND OLD.disabled_at IS NULL AND EXISTS (
    SELECT 1 FROM projects WHERE owner_id = NEW.id AND purged_at IS NULL
)
BEGIN
    SELECT RAISE(ABORT, 'users_projects_handed_over');
END;
