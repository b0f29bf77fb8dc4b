-- Who executes a run: one lease holds at a time, and those that are over stay.
CREATE TABLE run_leases (
    id BLOB NOT NULL,
    project_id BLOB NOT NULL,
    run_id BLOB NOT NULL,
    attempt INTEGER NOT NULL,
    holder TEXT NOT NULL,
    token_sha256 TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    released_at TEXT,
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    CONSTRAINT run_leases_pk PRIMARY KEY (id),
    CONSTRAINT run_leases_id_v7 CHECK (length(id) = 16 AND substr(id, 7, 1) BETWEEN x'70' AND x'7F'),
    CONSTRAINT run_leases_attempt_range CHECK (attempt BETWEEN 1 AND 2),
    CONSTRAINT run_leases_holder_length CHECK (length(holder) BETWEEN 1 AND 200 AND instr(holder, char(0)) = 0),
    CONSTRAINT run_leases_token_sha256_form CHECK (
        length(token_sha256) = 64
        AND instr(token_sha256, char(0)) = 0
        AND token_sha256 NOT GLOB '*[^0-9a-f]*'
    ),
    CONSTRAINT run_leases_expires_at_form CHECK (
        expires_at IS strftime('%Y-%m-%dT%H:%M:%fZ', expires_at, '+0 seconds')
        AND expires_at >= '0001'
    ),
    CONSTRAINT run_leases_released_at_form CHECK (
        released_at IS strftime('%Y-%m-%dT%H:%M:%fZ', released_at, '+0 seconds')
        AND released_at >= '0001'
    ),
    CONSTRAINT run_leases_created_at_form CHECK (
        created_at IS strftime('%Y-%m-%dT%H:%M:%fZ', created_at, '+0 seconds')
        AND created_at >= '0001'
    ),
    CONSTRAINT run_leases_times_order CHECK (created_at <= expires_at),
    CONSTRAINT run_leases_token_sha256_unique UNIQUE (token_sha256),
    CONSTRAINT run_leases_run_fk FOREIGN KEY (project_id, run_id) REFERENCES runs (project_id, id) ON DELETE CASCADE
) STRICT;

CREATE UNIQUE INDEX run_leases_run_unique ON run_leases (run_id) WHERE released_at IS NULL;
CREATE INDEX run_leases_run_created_idx ON run_leases (run_id, created_at, id);
CREATE INDEX run_leases_expires_idx ON run_leases (expires_at) WHERE released_at IS NULL;
