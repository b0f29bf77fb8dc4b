-- Who executes a run: one lease holds at a time, and those that are over stay.
CREATE TABLE run_leases (
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    run_id uuid NOT NULL,
    attempt bigint NOT NULL,
    holder text COLLATE "C" NOT NULL,
    token_sha256 text COLLATE "C" NOT NULL,
    expires_at timestamptz(3) NOT NULL,
    released_at timestamptz(3),
    created_at timestamptz(3) NOT NULL DEFAULT date_trunc('milliseconds', now()),
    CONSTRAINT run_leases_pk PRIMARY KEY (id),
    CONSTRAINT run_leases_id_v7 CHECK (substr(id::text, 15, 1) = '7'),
    CONSTRAINT run_leases_attempt_range CHECK (attempt BETWEEN 1 AND 2),
    CONSTRAINT run_leases_holder_length CHECK (char_length(holder) BETWEEN 1 AND 200),
    CONSTRAINT run_leases_token_sha256_form CHECK (token_sha256 ~ '^[0-9a-f]{64}$'),
    CONSTRAINT run_leases_expires_at_form CHECK (expires_at >= '0001-01-01Z' AND expires_at < '10000-01-01Z'),
    CONSTRAINT run_leases_released_at_form CHECK (released_at >= '0001-01-01Z' AND released_at < '10000-01-01Z'),
    CONSTRAINT run_leases_created_at_form CHECK (created_at >= '0001-01-01Z' AND created_at < '10000-01-01Z'),
    CONSTRAINT run_leases_times_order CHECK (created_at <= expires_at),
    CONSTRAINT run_leases_token_sha256_unique UNIQUE (token_sha256),
    CONSTRAINT run_leases_run_fk FOREIGN KEY (project_id, run_id) REFERENCES runs (project_id, id) ON DELETE CASCADE
);

CREATE UNIQUE INDEX run_leases_run_unique ON run_leases (run_id) WHERE released_at IS NULL;
CREATE INDEX run_leases_run_created_idx ON run_leases (run_id, created_at, id);
CREATE INDEX run_leases_expires_idx ON run_leases (expires_at) WHERE released_at IS NULL;
