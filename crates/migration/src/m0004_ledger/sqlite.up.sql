-- What happened, and who did it. No foreign keys: what these tables say outlives what they name.

-- One for each project, and one without a project for the instance. The application makes them.
CREATE TABLE ledger_heads (
    id BLOB NOT NULL,
    project_id BLOB,
    next_event INTEGER NOT NULL DEFAULT 1,
    next_studio_event INTEGER NOT NULL DEFAULT 1,
    audit_count INTEGER NOT NULL DEFAULT 0,
    audit_hash TEXT,
    seal TEXT NOT NULL,
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    CONSTRAINT ledger_heads_pk PRIMARY KEY (id),
    CONSTRAINT ledger_heads_id_v7 CHECK (length(id) = 16 AND substr(id, 7, 1) BETWEEN x'70' AND x'7F'),
    CONSTRAINT ledger_heads_project_id_length CHECK (length(project_id) = 16),
    CONSTRAINT ledger_heads_next_event_range CHECK (next_event BETWEEN 1 AND 9007199254740991),
    CONSTRAINT ledger_heads_next_studio_event_range CHECK (next_studio_event BETWEEN 1 AND 9007199254740991),
    CONSTRAINT ledger_heads_audit_count_range CHECK (audit_count BETWEEN 0 AND 9007199254740991),
    CONSTRAINT ledger_heads_audit_hash_form CHECK (
        length(audit_hash) = 64
        AND instr(audit_hash, char(0)) = 0
        AND audit_hash NOT GLOB '*[^0-9a-f]*'
    ),
    CONSTRAINT ledger_heads_seal_form CHECK (
        length(seal) = 64
        AND instr(seal, char(0)) = 0
        AND seal NOT GLOB '*[^0-9a-f]*'
    ),
    CONSTRAINT ledger_heads_created_at_form CHECK (
        created_at IS strftime('%Y-%m-%dT%H:%M:%fZ', created_at, '+0 seconds')
        AND created_at >= '0001'
    ),
    CONSTRAINT ledger_heads_updated_at_form CHECK (
        updated_at IS strftime('%Y-%m-%dT%H:%M:%fZ', updated_at, '+0 seconds')
        AND updated_at >= '0001'
    ),
    CONSTRAINT ledger_heads_audit_hash_count CHECK ((audit_hash IS NULL) = (audit_count = 0)),
    CONSTRAINT ledger_heads_project_unique UNIQUE (project_id)
) STRICT;

CREATE UNIQUE INDEX ledger_heads_instance_unique ON ledger_heads ((project_id IS NULL)) WHERE project_id IS NULL;

CREATE TRIGGER ledger_heads_fixed BEFORE UPDATE OF id, created_at ON ledger_heads
WHEN NEW.id <> OLD.id OR NEW.created_at <> OLD.created_at
BEGIN
    SELECT RAISE(ABORT, 'ledger_heads_fixed');
END;

CREATE TRIGGER ledger_heads_kept AFTER UPDATE ON ledger_heads
WHEN NEW.updated_at = OLD.updated_at
BEGIN
    UPDATE ledger_heads SET updated_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE id = NEW.id;
END;

-- `event_type` is checked for its form alone: every context adds to the list, which the domain keeps.
CREATE TABLE event_logs (
    head_id BLOB NOT NULL,
    position INTEGER NOT NULL,
    project_id BLOB,
    event_type TEXT NOT NULL,
    actor_type TEXT NOT NULL,
    actor_id TEXT,
    run_id BLOB,
    payload TEXT NOT NULL DEFAULT '{}',
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    CONSTRAINT event_logs_pk PRIMARY KEY (head_id, position),
    CONSTRAINT event_logs_head_id_length CHECK (length(head_id) = 16),
    CONSTRAINT event_logs_position_range CHECK (position BETWEEN 1 AND 9007199254740991),
    CONSTRAINT event_logs_project_id_length CHECK (length(project_id) = 16),
    CONSTRAINT event_logs_event_type_form CHECK (
        length(event_type) BETWEEN 1 AND 100
        AND instr(event_type, char(0)) = 0
        AND event_type GLOB '[A-Z]*'
        AND event_type NOT GLOB '*[^A-Z0-9_]*'
    ),
    CONSTRAINT event_logs_actor_type_known CHECK (actor_type IN ('USER', 'API_KEY', 'SYSTEM', 'SIMULATION')),
    CONSTRAINT event_logs_actor_id_length CHECK (length(actor_id) BETWEEN 1 AND 200 AND instr(actor_id, char(0)) = 0),
    CONSTRAINT event_logs_run_id_length CHECK (length(run_id) = 16),
    CONSTRAINT event_logs_payload_object CHECK (
        json_valid(payload)
        AND json_type(payload) = 'object'
        AND instr(replace(payload, '\\', ''), '\u0000') = 0
    ),
    CONSTRAINT event_logs_created_at_form CHECK (
        created_at IS strftime('%Y-%m-%dT%H:%M:%fZ', created_at, '+0 seconds')
        AND created_at >= '0001'
    )
) STRICT;

CREATE INDEX event_logs_created_idx ON event_logs (created_at, head_id, position);
CREATE INDEX event_logs_project_created_idx ON event_logs (project_id, created_at, head_id, position);
CREATE INDEX event_logs_run_created_idx ON event_logs (run_id, created_at, head_id, position);

-- A chain for each head. Personal data can be erased from `before` and `after`: the chain holds by their digests. The
-- audit of the instance also notes how far the chains of the projects have come, about rows of `ledger_heads`.
CREATE TABLE audit_log (
    id BLOB NOT NULL,
    head_id BLOB NOT NULL,
    position INTEGER NOT NULL,
    project_id BLOB,
    table_name TEXT NOT NULL,
    row_id BLOB NOT NULL,
    operation TEXT NOT NULL,
    before TEXT,
    after TEXT,
    before_digest TEXT,
    after_digest TEXT,
    actor_type TEXT NOT NULL,
    actor_id TEXT,
    user_id BLOB,
    api_key_id BLOB,
    request_id TEXT,
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    hash TEXT NOT NULL,
    CONSTRAINT audit_log_pk PRIMARY KEY (id),
    CONSTRAINT audit_log_id_v7 CHECK (length(id) = 16 AND substr(id, 7, 1) BETWEEN x'70' AND x'7F'),
    CONSTRAINT audit_log_head_id_length CHECK (length(head_id) = 16),
    CONSTRAINT audit_log_position_range CHECK (position BETWEEN 1 AND 9007199254740991),
    CONSTRAINT audit_log_project_id_length CHECK (length(project_id) = 16),
    CONSTRAINT audit_log_table_name_form CHECK (
        length(table_name) BETWEEN 1 AND 63
        AND instr(table_name, char(0)) = 0
        AND table_name GLOB '[a-z]*'
        AND table_name NOT GLOB '*[^a-z0-9_]*'
    ),
    CONSTRAINT audit_log_row_id_length CHECK (length(row_id) = 16),
    CONSTRAINT audit_log_operation_known CHECK (
        operation IN ('CREATE', 'UPDATE', 'DELETE', 'RESTORE', 'PURGE', 'ERASE', 'CHECKPOINT')
    ),
    CONSTRAINT audit_log_before_object CHECK (
        json_valid(before)
        AND json_type(before) = 'object'
        AND instr(replace(before, '\\', ''), '\u0000') = 0
    ),
    CONSTRAINT audit_log_after_object CHECK (
        json_valid(after)
        AND json_type(after) = 'object'
        AND instr(replace(after, '\\', ''), '\u0000') = 0
    ),
    CONSTRAINT audit_log_before_digest_form CHECK (
        length(before_digest) = 64
        AND instr(before_digest, char(0)) = 0
        AND before_digest NOT GLOB '*[^0-9a-f]*'
    ),
    CONSTRAINT audit_log_after_digest_form CHECK (
        length(after_digest) = 64
        AND instr(after_digest, char(0)) = 0
        AND after_digest NOT GLOB '*[^0-9a-f]*'
    ),
    CONSTRAINT audit_log_actor_type_known CHECK (actor_type IN ('USER', 'API_KEY', 'SYSTEM', 'SIMULATION')),
    CONSTRAINT audit_log_actor_id_length CHECK (length(actor_id) BETWEEN 1 AND 200 AND instr(actor_id, char(0)) = 0),
    CONSTRAINT audit_log_user_id_length CHECK (length(user_id) = 16),
    CONSTRAINT audit_log_api_key_id_length CHECK (length(api_key_id) = 16),
    CONSTRAINT audit_log_request_id_length CHECK (
        length(request_id) BETWEEN 1 AND 200
        AND instr(request_id, char(0)) = 0
    ),
    CONSTRAINT audit_log_created_at_form CHECK (
        created_at IS strftime('%Y-%m-%dT%H:%M:%fZ', created_at, '+0 seconds')
        AND created_at >= '0001'
    ),
    CONSTRAINT audit_log_hash_form CHECK (
        length(hash) = 64
        AND instr(hash, char(0)) = 0
        AND hash NOT GLOB '*[^0-9a-f]*'
    ),
    CONSTRAINT audit_log_before_digested CHECK (before IS NULL OR before_digest IS NOT NULL),
    CONSTRAINT audit_log_after_digested CHECK (after IS NULL OR after_digest IS NOT NULL),
    CONSTRAINT audit_log_position_unique UNIQUE (head_id, position)
) STRICT;

CREATE INDEX audit_log_row_idx ON audit_log (row_id, position);
CREATE INDEX audit_log_created_idx ON audit_log (created_at, id);
CREATE INDEX audit_log_project_created_idx ON audit_log (project_id, created_at, id);
CREATE INDEX audit_log_user_created_idx ON audit_log (user_id, created_at, id);
CREATE INDEX audit_log_api_key_created_idx ON audit_log (api_key_id, created_at, id);

-- What went wrong. A row is written in a transaction of its own, so that it stays whatever becomes of what failed.
CREATE TABLE error_logs (
    id BLOB NOT NULL,
    project_id BLOB,
    run_id BLOB,
    error_type TEXT NOT NULL,
    message TEXT NOT NULL,
    stack TEXT,
    detail TEXT NOT NULL DEFAULT '{}',
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    CONSTRAINT error_logs_pk PRIMARY KEY (id),
    CONSTRAINT error_logs_id_v7 CHECK (length(id) = 16 AND substr(id, 7, 1) BETWEEN x'70' AND x'7F'),
    CONSTRAINT error_logs_project_id_length CHECK (length(project_id) = 16),
    CONSTRAINT error_logs_run_id_length CHECK (length(run_id) = 16),
    CONSTRAINT error_logs_error_type_known CHECK (
        error_type IN (
            'SIMULATION_ERROR', 'INVARIANT_VIOLATION', 'PERSISTENCE_ERROR', 'VALIDATION_ERROR', 'SYSTEM_ERROR'
        )
    ),
    CONSTRAINT error_logs_message_length CHECK (length(message) BETWEEN 1 AND 100000 AND instr(message, char(0)) = 0),
    CONSTRAINT error_logs_stack_length CHECK (length(stack) BETWEEN 1 AND 1000000 AND instr(stack, char(0)) = 0),
    CONSTRAINT error_logs_detail_object CHECK (
        json_valid(detail)
        AND json_type(detail) = 'object'
        AND instr(replace(detail, '\\', ''), '\u0000') = 0
    ),
    CONSTRAINT error_logs_created_at_form CHECK (
        created_at IS strftime('%Y-%m-%dT%H:%M:%fZ', created_at, '+0 seconds')
        AND created_at >= '0001'
    )
) STRICT;

CREATE INDEX error_logs_created_idx ON error_logs (created_at, id);
CREATE INDEX error_logs_project_created_idx ON error_logs (project_id, created_at, id);
CREATE INDEX error_logs_run_created_idx ON error_logs (run_id, created_at, id);
