-- What the application remembers to work well: creations that can be repeated, objects on their way in and out, tasks.

-- The inputs of rows whose id the client made; `id` is the row's own.
CREATE TABLE creations (
    id uuid NOT NULL,
    project_id uuid,
    table_name text COLLATE "C" NOT NULL,
    input_digest text COLLATE "C" NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT date_trunc('milliseconds', now()),
    CONSTRAINT creations_pk PRIMARY KEY (id),
    CONSTRAINT creations_id_v7 CHECK (substr(id::text, 15, 1) = '7'),
    CONSTRAINT creations_table_name_form CHECK (table_name ~ '^[a-z][a-z0-9_]{0,62}$'),
    CONSTRAINT creations_input_digest_form CHECK (input_digest ~ '^[0-9a-f]{64}$'),
    CONSTRAINT creations_created_at_form CHECK (created_at >= '0001-01-01Z' AND created_at < '10000-01-01Z')
);

CREATE INDEX creations_project_idx ON creations (project_id, id);

-- Uploaded files that nothing has claimed yet: of a user, or of a key that is for one project.
CREATE TABLE uploads (
    id uuid NOT NULL,
    created_by uuid,
    api_key_id uuid,
    file_name text COLLATE "C",
    media_type text COLLATE "C" NOT NULL,
    storage_path text COLLATE "C" NOT NULL,
    size_bytes bigint NOT NULL,
    sha256 text COLLATE "C" NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT date_trunc('milliseconds', now()),
    expires_at timestamptz(3) NOT NULL,
    CONSTRAINT uploads_pk PRIMARY KEY (id),
    CONSTRAINT uploads_id_v7 CHECK (substr(id::text, 15, 1) = '7'),
    CONSTRAINT uploads_file_name_length CHECK (char_length(file_name) BETWEEN 1 AND 255),
    CONSTRAINT uploads_media_type_length CHECK (char_length(media_type) BETWEEN 3 AND 127),
    CONSTRAINT uploads_storage_path_length CHECK (char_length(storage_path) BETWEEN 1 AND 2048),
    CONSTRAINT uploads_storage_path_folder CHECK (storage_path LIKE 'uploads/_%'),
    CONSTRAINT uploads_size_bytes_range CHECK (size_bytes BETWEEN 0 AND 9007199254740991),
    CONSTRAINT uploads_sha256_form CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    CONSTRAINT uploads_created_at_form CHECK (created_at >= '0001-01-01Z' AND created_at < '10000-01-01Z'),
    CONSTRAINT uploads_expires_at_form CHECK (expires_at >= '0001-01-01Z' AND expires_at < '10000-01-01Z'),
    CONSTRAINT uploads_expires_at_order CHECK (expires_at > created_at),
    CONSTRAINT uploads_storage_path_unique UNIQUE (storage_path),
    CONSTRAINT uploads_sent CHECK ((created_by IS NULL) <> (api_key_id IS NULL)),
    CONSTRAINT uploads_api_key_fk FOREIGN KEY (api_key_id) REFERENCES api_keys (id) ON DELETE CASCADE,
    CONSTRAINT uploads_created_by_fk FOREIGN KEY (created_by) REFERENCES users (id) ON DELETE CASCADE
);

CREATE INDEX uploads_api_key_created_idx ON uploads (api_key_id, created_at, id);
CREATE INDEX uploads_created_by_created_idx ON uploads (created_by, created_at, id);
CREATE INDEX uploads_expires_idx ON uploads (expires_at, id);

-- Stored objects to be deleted: the outbox of the object store.
CREATE TABLE object_deletions (
    id uuid NOT NULL,
    storage_path text COLLATE "C" NOT NULL,
    not_before timestamptz(3) NOT NULL,
    attempts bigint NOT NULL DEFAULT 0,
    last_error text COLLATE "C",
    created_at timestamptz(3) NOT NULL DEFAULT date_trunc('milliseconds', now()),
    CONSTRAINT object_deletions_pk PRIMARY KEY (id),
    CONSTRAINT object_deletions_id_v7 CHECK (substr(id::text, 15, 1) = '7'),
    CONSTRAINT object_deletions_storage_path_length CHECK (char_length(storage_path) BETWEEN 1 AND 2048),
    CONSTRAINT object_deletions_not_before_form CHECK (not_before >= '0001-01-01Z' AND not_before < '10000-01-01Z'),
    CONSTRAINT object_deletions_attempts_range CHECK (attempts BETWEEN 0 AND 9007199254740991),
    CONSTRAINT object_deletions_last_error_length CHECK (char_length(last_error) BETWEEN 1 AND 100000),
    CONSTRAINT object_deletions_created_at_form CHECK (created_at >= '0001-01-01Z' AND created_at < '10000-01-01Z'),
    CONSTRAINT object_deletions_storage_path_unique UNIQUE (storage_path)
);

CREATE INDEX object_deletions_not_before_idx ON object_deletions (not_before, id);

-- Periodic tasks: many nodes, one holder.
CREATE TABLE tasks (
    id uuid NOT NULL,
    name text COLLATE "C" NOT NULL,
    holder text COLLATE "C",
    lease_expires_at timestamptz(3),
    started_at timestamptz(3),
    ended_at timestamptz(3),
    next_run_at timestamptz(3) NOT NULL,
    last_error text COLLATE "C",
    created_at timestamptz(3) NOT NULL DEFAULT date_trunc('milliseconds', now()),
    CONSTRAINT tasks_pk PRIMARY KEY (id),
    CONSTRAINT tasks_id_v7 CHECK (substr(id::text, 15, 1) = '7'),
    CONSTRAINT tasks_name_length CHECK (char_length(name) BETWEEN 1 AND 200),
    CONSTRAINT tasks_holder_length CHECK (char_length(holder) BETWEEN 1 AND 200),
    CONSTRAINT tasks_lease_expires_at_form CHECK (
        lease_expires_at >= '0001-01-01Z'
        AND lease_expires_at < '10000-01-01Z'
    ),
    CONSTRAINT tasks_started_at_form CHECK (started_at >= '0001-01-01Z' AND started_at < '10000-01-01Z'),
    CONSTRAINT tasks_ended_at_form CHECK (ended_at >= '0001-01-01Z' AND ended_at < '10000-01-01Z'),
    CONSTRAINT tasks_next_run_at_form CHECK (next_run_at >= '0001-01-01Z' AND next_run_at < '10000-01-01Z'),
    CONSTRAINT tasks_last_error_length CHECK (char_length(last_error) BETWEEN 1 AND 100000),
    CONSTRAINT tasks_created_at_form CHECK (created_at >= '0001-01-01Z' AND created_at < '10000-01-01Z'),
    CONSTRAINT tasks_lease_together CHECK ((holder IS NULL) = (lease_expires_at IS NULL)),
    CONSTRAINT tasks_name_unique UNIQUE (name)
);

CREATE INDEX tasks_next_run_idx ON tasks (next_run_at, id);
