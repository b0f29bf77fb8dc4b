-- What the application remembers to work well: creations that can be repeated, objects on their way in and out, tasks.

-- The inputs of rows whose id the client made; `id` is the row's own.
CREATE TABLE creations (
    id BLOB NOT NULL,
    project_id BLOB,
    table_name TEXT NOT NULL,
    input_digest TEXT NOT NULL,
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    CONSTRAINT creations_pk PRIMARY KEY (id),
    CONSTRAINT creations_id_v7 CHECK (length(id) = 16 AND substr(id, 7, 1) BETWEEN x'70' AND x'7F'),
    CONSTRAINT creations_project_id_length CHECK (length(project_id) = 16),
    CONSTRAINT creations_table_name_form CHECK (
        length(table_name) BETWEEN 1 AND 63
        AND instr(table_name, char(0)) = 0
        AND table_name GLOB '[a-z]*'
        AND table_name NOT GLOB '*[^a-z0-9_]*'
    ),
    CONSTRAINT creations_input_digest_form CHECK (
        length(input_digest) = 64
        AND instr(input_digest, char(0)) = 0
        AND input_digest NOT GLOB '*[^0-9a-f]*'
    ),
    CONSTRAINT creations_created_at_form CHECK (
        created_at IS strftime('%Y-%m-%dT%H:%M:%fZ', created_at, '+0 seconds')
        AND created_at >= '0001'
    )
) STRICT;

CREATE INDEX creations_project_idx ON creations (project_id, id);

-- Uploaded files that nothing has claimed yet: of a user, or of a key that is for one project.
CREATE TABLE uploads (
    id BLOB NOT NULL,
    created_by BLOB,
    api_key_id BLOB,
    file_name TEXT,
    media_type TEXT NOT NULL,
    storage_path TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    expires_at TEXT NOT NULL,
    CONSTRAINT uploads_pk PRIMARY KEY (id),
    CONSTRAINT uploads_id_v7 CHECK (length(id) = 16 AND substr(id, 7, 1) BETWEEN x'70' AND x'7F'),
    CONSTRAINT uploads_file_name_length CHECK (length(file_name) BETWEEN 1 AND 255 AND instr(file_name, char(0)) = 0),
    CONSTRAINT uploads_media_type_length CHECK (
        length(media_type) BETWEEN 3 AND 127
        AND instr(media_type, char(0)) = 0
    ),
    CONSTRAINT uploads_storage_path_length CHECK (
        length(storage_path) BETWEEN 1 AND 2048
        AND instr(storage_path, char(0)) = 0
    ),
    CONSTRAINT uploads_storage_path_folder CHECK (storage_path GLOB 'uploads/?*'),
    CONSTRAINT uploads_size_bytes_range CHECK (size_bytes BETWEEN 0 AND 9007199254740991),
    CONSTRAINT uploads_sha256_form CHECK (
        length(sha256) = 64
        AND instr(sha256, char(0)) = 0
        AND sha256 NOT GLOB '*[^0-9a-f]*'
    ),
    CONSTRAINT uploads_created_at_form CHECK (
        created_at IS strftime('%Y-%m-%dT%H:%M:%fZ', created_at, '+0 seconds')
        AND created_at >= '0001'
    ),
    CONSTRAINT uploads_expires_at_form CHECK (
        expires_at IS strftime('%Y-%m-%dT%H:%M:%fZ', expires_at, '+0 seconds')
        AND expires_at >= '0001'
    ),
    CONSTRAINT uploads_expires_at_order CHECK (expires_at > created_at),
    CONSTRAINT uploads_storage_path_unique UNIQUE (storage_path),
    CONSTRAINT uploads_sent CHECK ((created_by IS NULL) <> (api_key_id IS NULL)),
    CONSTRAINT uploads_api_key_fk FOREIGN KEY (api_key_id) REFERENCES api_keys (id) ON DELETE CASCADE,
    CONSTRAINT uploads_created_by_fk FOREIGN KEY (created_by) REFERENCES users (id) ON DELETE CASCADE
) STRICT;

CREATE INDEX uploads_api_key_created_idx ON uploads (api_key_id, created_at, id);
CREATE INDEX uploads_created_by_created_idx ON uploads (created_by, created_at, id);
CREATE INDEX uploads_expires_idx ON uploads (expires_at, id);

-- Stored objects to be deleted: the outbox of the object store.
CREATE TABLE object_deletions (
    id BLOB NOT NULL,
    storage_path TEXT NOT NULL,
    not_before TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    last_error TEXT,
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    CONSTRAINT object_deletions_pk PRIMARY KEY (id),
    CONSTRAINT object_deletions_id_v7 CHECK (length(id) = 16 AND substr(id, 7, 1) BETWEEN x'70' AND x'7F'),
    CONSTRAINT object_deletions_storage_path_length CHECK (
        length(storage_path) BETWEEN 1 AND 2048
        AND instr(storage_path, char(0)) = 0
    ),
    CONSTRAINT object_deletions_not_before_form CHECK (
        not_before IS strftime('%Y-%m-%dT%H:%M:%fZ', not_before, '+0 seconds')
        AND not_before >= '0001'
    ),
    CONSTRAINT object_deletions_attempts_range CHECK (attempts BETWEEN 0 AND 9007199254740991),
    CONSTRAINT object_deletions_last_error_length CHECK (
        length(last_error) BETWEEN 1 AND 100000
        AND instr(last_error, char(0)) = 0
    ),
    CONSTRAINT object_deletions_created_at_form CHECK (
        created_at IS strftime('%Y-%m-%dT%H:%M:%fZ', created_at, '+0 seconds')
        AND created_at >= '0001'
    ),
    CONSTRAINT object_deletions_storage_path_unique UNIQUE (storage_path)
) STRICT;

CREATE INDEX object_deletions_not_before_idx ON object_deletions (not_before, id);

-- Periodic tasks: many nodes, one holder.
CREATE TABLE tasks (
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    holder TEXT,
    lease_expires_at TEXT,
    started_at TEXT,
    ended_at TEXT,
    next_run_at TEXT NOT NULL,
    last_error TEXT,
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    CONSTRAINT tasks_pk PRIMARY KEY (id),
    CONSTRAINT tasks_id_v7 CHECK (length(id) = 16 AND substr(id, 7, 1) BETWEEN x'70' AND x'7F'),
    CONSTRAINT tasks_name_length CHECK (length(name) BETWEEN 1 AND 200 AND instr(name, char(0)) = 0),
    CONSTRAINT tasks_holder_length CHECK (length(holder) BETWEEN 1 AND 200 AND instr(holder, char(0)) = 0),
    CONSTRAINT tasks_lease_expires_at_form CHECK (
        lease_expires_at IS strftime('%Y-%m-%dT%H:%M:%fZ', lease_expires_at, '+0 seconds')
        AND lease_expires_at >= '0001'
    ),
    CONSTRAINT tasks_started_at_form CHECK (
        started_at IS strftime('%Y-%m-%dT%H:%M:%fZ', started_at, '+0 seconds')
        AND started_at >= '0001'
    ),
    CONSTRAINT tasks_ended_at_form CHECK (
        ended_at IS strftime('%Y-%m-%dT%H:%M:%fZ', ended_at, '+0 seconds')
        AND ended_at >= '0001'
    ),
    CONSTRAINT tasks_next_run_at_form CHECK (
        next_run_at IS strftime('%Y-%m-%dT%H:%M:%fZ', next_run_at, '+0 seconds')
        AND next_run_at >= '0001'
    ),
    CONSTRAINT tasks_last_error_length CHECK (
        length(last_error) BETWEEN 1 AND 100000
        AND instr(last_error, char(0)) = 0
    ),
    CONSTRAINT tasks_created_at_form CHECK (
        created_at IS strftime('%Y-%m-%dT%H:%M:%fZ', created_at, '+0 seconds')
        AND created_at >= '0001'
    ),
    CONSTRAINT tasks_lease_together CHECK ((holder IS NULL) = (lease_expires_at IS NULL)),
    CONSTRAINT tasks_name_unique UNIQUE (name)
) STRICT;

CREATE INDEX tasks_next_run_idx ON tasks (next_run_at, id);
