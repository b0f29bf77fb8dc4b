-- What is kept of a run beside its state: snapshots, which are only ever added; notes; and the equations it runs with.

CREATE TABLE snapshots (
    id BLOB NOT NULL,
    project_id BLOB NOT NULL,
    run_id BLOB NOT NULL,
    t REAL NOT NULL,
    step INTEGER NOT NULL,
    hash TEXT NOT NULL,
    state TEXT,
    verified INTEGER NOT NULL,
    is_checkpoint INTEGER NOT NULL DEFAULT 0,
    metadata TEXT NOT NULL DEFAULT '{}',
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    CONSTRAINT snapshots_pk PRIMARY KEY (id),
    CONSTRAINT snapshots_id_v7 CHECK (length(id) = 16 AND substr(id, 7, 1) BETWEEN x'70' AND x'7F'),
    CONSTRAINT snapshots_t_finite CHECK (abs(t) <= 1.7976931348623157e308),
    CONSTRAINT snapshots_step_range CHECK (step BETWEEN 0 AND 9007199254740991),
    CONSTRAINT snapshots_hash_form CHECK (
        length(hash) = 64
        AND instr(hash, char(0)) = 0
        AND hash NOT GLOB '*[^0-9a-f]*'
    ),
    CONSTRAINT snapshots_state_given CHECK (
        json_valid(state)
        AND json_type(state) <> 'null'
        AND instr(replace(state, '\\', ''), '\u0000') = 0
    ),
    CONSTRAINT snapshots_is_checkpoint_boolean CHECK (is_checkpoint IN (0, 1)),
    CONSTRAINT snapshots_metadata_object CHECK (
        json_valid(metadata)
        AND json_type(metadata) = 'object'
        AND instr(replace(metadata, '\\', ''), '\u0000') = 0
    ),
    CONSTRAINT snapshots_created_at_form CHECK (
        created_at IS strftime('%Y-%m-%dT%H:%M:%fZ', created_at, '+0 seconds')
        AND created_at >= '0001'
    ),
    CONSTRAINT snapshots_verified_by_state CHECK (verified = (state IS NOT NULL)),
    CONSTRAINT snapshots_run_fk FOREIGN KEY (project_id, run_id) REFERENCES runs (project_id, id) ON DELETE CASCADE
) STRICT;

CREATE INDEX snapshots_run_t_idx ON snapshots (run_id, t, id);
CREATE INDEX snapshots_run_step_idx ON snapshots (run_id, step, id);

CREATE TABLE notes (
    id BLOB NOT NULL,
    project_id BLOB NOT NULL,
    run_id BLOB NOT NULL,
    title TEXT NOT NULL,
    content TEXT NOT NULL,
    t REAL,
    step INTEGER,
    created_by BLOB,
    @edited columns,
    @edited rules,
    CONSTRAINT notes_title_length CHECK (length(title) BETWEEN 1 AND 500 AND instr(title, char(0)) = 0),
    CONSTRAINT notes_content_length CHECK (length(content) BETWEEN 1 AND 100000 AND instr(content, char(0)) = 0),
    CONSTRAINT notes_t_finite CHECK (abs(t) <= 1.7976931348623157e308),
    CONSTRAINT notes_step_range CHECK (step BETWEEN 0 AND 9007199254740991),
    CONSTRAINT notes_run_fk FOREIGN KEY (project_id, run_id) REFERENCES runs (project_id, id) ON DELETE CASCADE,
    CONSTRAINT notes_created_by_fk FOREIGN KEY (created_by) REFERENCES users (id) ON DELETE SET NULL
) STRICT;

CREATE INDEX notes_created_idx ON notes (created_at, id);
CREATE INDEX notes_run_created_idx ON notes (run_id, created_at, id);
CREATE INDEX notes_created_by_created_idx ON notes (created_by, created_at, id);

@edited triggers

-- Equations in use cannot be deleted by themselves. That is looked at when the transaction ends, so that a project goes as
-- a whole.
CREATE TABLE run_equations (
    id BLOB NOT NULL,
    project_id BLOB NOT NULL,
    run_id BLOB NOT NULL,
    equation_module_id BLOB NOT NULL,
    parameters TEXT NOT NULL DEFAULT '{}',
    @edited columns,
    @edited rules,
    CONSTRAINT run_equations_parameters_object CHECK (
        json_valid(parameters)
        AND json_type(parameters) = 'object'
        AND instr(replace(parameters, '\\', ''), '\u0000') = 0
    ),
    CONSTRAINT run_equations_equation_unique UNIQUE (run_id, equation_module_id),
    CONSTRAINT run_equations_run_fk FOREIGN KEY (project_id, run_id) REFERENCES runs (project_id, id) ON DELETE CASCADE,
    CONSTRAINT run_equations_equation_module_fk FOREIGN KEY (equation_module_id)
        REFERENCES equation_modules (id) DEFERRABLE INITIALLY DEFERRED
) STRICT;

CREATE INDEX run_equations_run_created_idx ON run_equations (run_id, created_at, id);
CREATE INDEX run_equations_equation_module_created_idx ON run_equations (equation_module_id, created_at, id);

@edited triggers

-- Only a simulation runs with equations.
CREATE TRIGGER run_equations_simulation_of_new BEFORE INSERT ON run_equations
WHEN NOT EXISTS (SELECT 1 FROM runs WHERE id = NEW.run_id AND kind = 'SIMULATION')
BEGIN
    SELECT RAISE(ABORT, 'run_equations_simulation');
END;

CREATE TRIGGER run_equations_simulation BEFORE UPDATE OF run_id ON run_equations
WHEN NOT EXISTS (SELECT 1 FROM runs WHERE id = NEW.run_id AND kind = 'SIMULATION')
BEGIN
    SELECT RAISE(ABORT, 'run_equations_simulation');
END;

-- The equations of a run are global or its project's.
CREATE TRIGGER run_equations_module_scope_of_new BEFORE INSERT ON run_equations
WHEN NOT EXISTS (
    SELECT 1 FROM equation_modules
    WHERE id = NEW.equation_module_id AND (project_id IS NULL OR project_id = NEW.project_id)
)
BEGIN
    SELECT RAISE(ABORT, 'run_equations_module_scope');
END;

CREATE TRIGGER run_equations_module_scope BEFORE UPDATE OF equation_module_id, project_id ON run_equations
WHEN NOT EXISTS (
    SELECT 1 FROM equation_modules
    WHERE id = NEW.equation_module_id AND (project_id IS NULL OR project_id = NEW.project_id)
)
BEGIN
    SELECT RAISE(ABORT, 'run_equations_module_scope');
END;
