-- What happened, and who did it. No foreign keys: what these tables say outlives what they name.

-- One for each project, and one without a project for the instance. The application makes them.
CREATE TABLE ledger_heads (
    id uuid NOT NULL,
    project_id uuid,
    next_event bigint NOT NULL DEFAULT 1,
    next_studio_event bigint NOT NULL DEFAULT 1,
    audit_count bigint NOT NULL DEFAULT 0,
    audit_hash text COLLATE "C",
    seal text COLLATE "C" NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT date_trunc('milliseconds', now()),
    updated_at timestamptz(3) NOT NULL DEFAULT date_trunc('milliseconds', now()),
    CONSTRAINT ledger_heads_pk PRIMARY KEY (id),
    CONSTRAINT ledger_heads_id_v7 CHECK (substr(id::text, 15, 1) = '7'),
    CONSTRAINT ledger_heads_next_event_range CHECK (next_event BETWEEN 1 AND 9007199254740991),
    CONSTRAINT ledger_heads_next_studio_event_range CHECK (next_studio_event BETWEEN 1 AND 9007199254740991),
    CONSTRAINT ledger_heads_audit_count_range CHECK (audit_count BETWEEN 0 AND 9007199254740991),
    CONSTRAINT ledger_heads_audit_hash_form CHECK (audit_hash ~ '^[0-9a-f]{64}$'),
    CONSTRAINT ledger_heads_seal_form CHECK (seal ~ '^[0-9a-f]{64}$'),
    CONSTRAINT ledger_heads_created_at_form CHECK (created_at >= '0001-01-01Z' AND created_at < '10000-01-01Z'),
    CONSTRAINT ledger_heads_updated_at_form CHECK (updated_at >= '0001-01-01Z' AND updated_at < '10000-01-01Z'),
    CONSTRAINT ledger_heads_audit_hash_count CHECK ((audit_hash IS NULL) = (audit_count = 0)),
    CONSTRAINT ledger_heads_project_unique UNIQUE (project_id)
);

CREATE UNIQUE INDEX ledger_heads_instance_unique ON ledger_heads ((project_id IS NULL)) WHERE project_id IS NULL;

CREATE FUNCTION keep_head() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.id <> OLD.id OR NEW.created_at <> OLD.created_at THEN
        RAISE EXCEPTION 'id and created_at of a row in ledger_heads never change'
            USING ERRCODE = 'check_violation', TABLE = 'ledger_heads', CONSTRAINT = 'ledger_heads_fixed';
    END IF;
    IF NEW.updated_at = OLD.updated_at THEN
        NEW.updated_at := date_trunc('milliseconds', now());
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER ledger_heads_kept BEFORE UPDATE ON ledger_heads FOR EACH ROW EXECUTE FUNCTION keep_head();

-- `event_type` is checked for its form alone: every context adds to the list, which the domain keeps.
CREATE TABLE event_logs (
    head_id uuid NOT NULL,
    position bigint NOT NULL,
    project_id uuid,
    event_type text COLLATE "C" NOT NULL,
    actor_type text COLLATE "C" NOT NULL,
    actor_id text COLLATE "C",
    run_id uuid,
    payload jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz(3) NOT NULL DEFAULT date_trunc('milliseconds', now()),
    CONSTRAINT event_logs_pk PRIMARY KEY (head_id, position),
    CONSTRAINT event_logs_position_range CHECK (position BETWEEN 1 AND 9007199254740991),
    CONSTRAINT event_logs_event_type_form CHECK (event_type ~ '^[A-Z][A-Z0-9_]{0,99}$'),
    CONSTRAINT event_logs_actor_type_known CHECK (actor_type IN ('USER', 'API_KEY', 'SYSTEM', 'SIMULATION')),
    CONSTRAINT event_logs_actor_id_length CHECK (char_length(actor_id) BETWEEN 1 AND 200),
    CONSTRAINT event_logs_payload_object CHECK (jsonb_typeof(payload) = 'object'),
    CONSTRAINT event_logs_created_at_form CHECK (created_at >= '0001-01-01Z' AND created_at < '10000-01-01Z')
);

CREATE INDEX event_logs_created_idx ON event_logs (created_at, head_id, position);
CREATE INDEX event_logs_project_created_idx ON event_logs (project_id, created_at, head_id, position);
CREATE INDEX event_logs_run_created_idx ON event_logs (run_id, created_at, head_id, position);

-- A chain for each head. Personal data can be erased from `before` and `after`: the chain holds by their digests. The
-- audit of the instance also notes how far the chains of the projects have come, about rows of `ledger_heads`.
CREATE TABLE audit_log (
    id uuid NOT NULL,
    head_id uuid NOT NULL,
    position bigint NOT NULL,
    project_id uuid,
    table_name text COLLATE "C" NOT NULL,
    row_id uuid NOT NULL,
    operation text COLLATE "C" NOT NULL,
    before jsonb,
    after jsonb,
    before_digest text COLLATE "C",
    after_digest text COLLATE "C",
    actor_type text COLLATE "C" NOT NULL,
    actor_id text COLLATE "C",
    user_id uuid,
    api_key_id uuid,
    request_id text COLLATE "C",
    created_at timestamptz(3) NOT NULL DEFAULT date_trunc('milliseconds', now()),
    hash text COLLATE "C" NOT NULL,
    CONSTRAINT audit_log_pk PRIMARY KEY (id),
    CONSTRAINT audit_log_id_v7 CHECK (substr(id::text, 15, 1) = '7'),
    CONSTRAINT audit_log_position_range CHECK (position BETWEEN 1 AND 9007199254740991),
    CONSTRAINT audit_log_table_name_form CHECK (table_name ~ '^[a-z][a-z0-9_]{0,62}$'),
    CONSTRAINT audit_log_operation_known CHECK (
        operation IN ('CREATE', 'UPDATE', 'DELETE', 'RESTORE', 'PURGE', 'ERASE', 'CHECKPOINT')
    ),
    CONSTRAINT audit_log_before_object CHECK (jsonb_typeof(before) = 'object'),
    CONSTRAINT audit_log_after_object CHECK (jsonb_typeof(after) = 'object'),
    CONSTRAINT audit_log_before_digest_form CHECK (before_digest ~ '^[0-9a-f]{64}$'),
    CONSTRAINT audit_log_after_digest_form CHECK (after_digest ~ '^[0-9a-f]{64}$'),
    CONSTRAINT audit_log_actor_type_known CHECK (actor_type IN ('USER', 'API_KEY', 'SYSTEM', 'SIMULATION')),
    CONSTRAINT audit_log_actor_id_length CHECK (char_length(actor_id) BETWEEN 1 AND 200),
    CONSTRAINT audit_log_request_id_length CHECK (char_length(request_id) BETWEEN 1 AND 200),
    CONSTRAINT audit_log_created_at_form CHECK (created_at >= '0001-01-01Z' AND created_at < '10000-01-01Z'),
    CONSTRAINT audit_log_hash_form CHECK (hash ~ '^[0-9a-f]{64}$'),
    CONSTRAINT audit_log_before_digested CHECK (before IS NULL OR before_digest IS NOT NULL),
    CONSTRAINT audit_log_after_digested CHECK (after IS NULL OR after_digest IS NOT NULL),
    CONSTRAINT audit_log_position_unique UNIQUE (head_id, position)
);

CREATE INDEX audit_log_row_idx ON audit_log (row_id, position);
CREATE INDEX audit_log_created_idx ON audit_log (created_at, id);
CREATE INDEX audit_log_project_created_idx ON audit_log (project_id, created_at, id);
CREATE INDEX audit_log_user_created_idx ON audit_log (user_id, created_at, id);
CREATE INDEX audit_log_api_key_created_idx ON audit_log (api_key_id, created_at, id);

-- What went wrong. A row is written in a transaction of its own, so that it stays whatever becomes of what failed.
CREATE TABLE error_logs (
    id uuid NOT NULL,
    project_id uuid,
    run_id uuid,
    error_type text COLLATE "C" NOT NULL,
    message text COLLATE "C" NOT NULL,
    stack text COLLATE "C",
    detail jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz(3) NOT NULL DEFAULT date_trunc('milliseconds', now()),
    CONSTRAINT error_logs_pk PRIMARY KEY (id),
    CONSTRAINT error_logs_id_v7 CHECK (substr(id::text, 15, 1) = '7'),
    CONSTRAINT error_logs_error_type_known CHECK (
        error_type IN (
            'SIMULATION_ERROR', 'INVARIANT_VIOLATION', 'PERSISTENCE_ERROR', 'VALIDATION_ERROR', 'SYSTEM_ERROR'
        )
    ),
    CONSTRAINT error_logs_message_length CHECK (char_length(message) BETWEEN 1 AND 100000),
    CONSTRAINT error_logs_stack_length CHECK (char_length(stack) BETWEEN 1 AND 1000000),
    CONSTRAINT error_logs_detail_object CHECK (jsonb_typeof(detail) = 'object'),
    CONSTRAINT error_logs_created_at_form CHECK (created_at >= '0001-01-01Z' AND created_at < '10000-01-01Z')
);

CREATE INDEX error_logs_created_idx ON error_logs (created_at, id);
CREATE INDEX error_logs_project_created_idx ON error_logs (project_id, created_at, id);
CREATE INDEX error_logs_run_created_idx ON error_logs (run_id, created_at, id);
