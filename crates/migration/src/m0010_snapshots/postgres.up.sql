-- What is kept of a run beside its state: snapshots, which are only ever added; notes; and the equations it runs with.

CREATE TABLE snapshots (
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    run_id uuid NOT NULL,
    t double precision NOT NULL,
    step bigint NOT NULL,
    hash text COLLATE "C" NOT NULL,
    state jsonb,
    verified boolean NOT NULL,
    is_checkpoint boolean NOT NULL DEFAULT false,
    metadata jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz(3) NOT NULL DEFAULT date_trunc('milliseconds', now()),
    CONSTRAINT snapshots_pk PRIMARY KEY (id),
    CONSTRAINT snapshots_id_v7 CHECK (substr(id::text, 15, 1) = '7'),
    CONSTRAINT snapshots_t_finite CHECK (t NOT IN ('NaN', 'Infinity', '-Infinity')),
    CONSTRAINT snapshots_step_range CHECK (step BETWEEN 0 AND 9007199254740991),
    CONSTRAINT snapshots_hash_form CHECK (hash ~ '^[0-9a-f]{64}$'),
    CONSTRAINT snapshots_state_given CHECK (jsonb_typeof(state) <> 'null'),
    CONSTRAINT snapshots_metadata_object CHECK (jsonb_typeof(metadata) = 'object'),
    CONSTRAINT snapshots_created_at_form CHECK (created_at >= '0001-01-01Z' AND created_at < '10000-01-01Z'),
    CONSTRAINT snapshots_verified_by_state CHECK (verified = (state IS NOT NULL)),
    CONSTRAINT snapshots_run_fk FOREIGN KEY (project_id, run_id) REFERENCES runs (project_id, id) ON DELETE CASCADE
);

CREATE INDEX snapshots_run_t_idx ON snapshots (run_id, t, id);
CREATE INDEX snapshots_run_step_idx ON snapshots (run_id, step, id);

CREATE TABLE notes (
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    run_id uuid NOT NULL,
    title text COLLATE "C" NOT NULL,
    content text COLLATE "C" NOT NULL,
    t double precision,
    step bigint,
    created_by uuid,
    @edited columns,
    @edited rules,
    CONSTRAINT notes_title_length CHECK (char_length(title) BETWEEN 1 AND 500),
    CONSTRAINT notes_content_length CHECK (char_length(content) BETWEEN 1 AND 100000),
    CONSTRAINT notes_t_finite CHECK (t NOT IN ('NaN', 'Infinity', '-Infinity')),
    CONSTRAINT notes_step_range CHECK (step BETWEEN 0 AND 9007199254740991),
    CONSTRAINT notes_run_fk FOREIGN KEY (project_id, run_id) REFERENCES runs (project_id, id) ON DELETE CASCADE,
    CONSTRAINT notes_created_by_fk FOREIGN KEY (created_by) REFERENCES users (id) ON DELETE SET NULL
);

CREATE INDEX notes_created_idx ON notes (created_at, id);
CREATE INDEX notes_run_created_idx ON notes (run_id, created_at, id);
CREATE INDEX notes_created_by_created_idx ON notes (created_by, created_at, id);

@edited triggers

-- Equations in use cannot be deleted by themselves. That is looked at when the transaction ends, so that a project goes as
-- a whole.
CREATE TABLE run_equations (
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    run_id uuid NOT NULL,
    equation_module_id uuid NOT NULL,
    parameters jsonb NOT NULL DEFAULT '{}',
    @edited columns,
    @edited rules,
    CONSTRAINT run_equations_parameters_object CHECK (jsonb_typeof(parameters) = 'object'),
    CONSTRAINT run_equations_equation_unique UNIQUE (run_id, equation_module_id),
    CONSTRAINT run_equations_run_fk FOREIGN KEY (project_id, run_id) REFERENCES runs (project_id, id) ON DELETE CASCADE,
    CONSTRAINT run_equations_equation_module_fk FOREIGN KEY (equation_module_id)
        REFERENCES equation_modules (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX run_equations_run_created_idx ON run_equations (run_id, created_at, id);
CREATE INDEX run_equations_equation_module_created_idx ON run_equations (equation_module_id, created_at, id);

@edited triggers

-- Only a simulation runs with equations.
CREATE FUNCTION check_run_equation_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM runs WHERE id = NEW.run_id AND kind = 'SIMULATION') THEN
        RAISE EXCEPTION 'only a simulation has equations'
            USING ERRCODE = 'check_violation', TABLE = 'run_equations', CONSTRAINT = 'run_equations_simulation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER run_equations_simulation BEFORE INSERT OR UPDATE OF run_id ON run_equations FOR EACH ROW
EXECUTE FUNCTION check_run_equation_run();

-- The equations of a run are global or its project's.
CREATE FUNCTION check_run_equation_module() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM equation_modules
        WHERE id = NEW.equation_module_id AND (project_id IS NULL OR project_id = NEW.project_id)
    ) THEN
        RAISE EXCEPTION 'the equations of a run are global or of the same project'
            USING ERRCODE = 'check_violation', TABLE = 'run_equations', CONSTRAINT = 'run_equations_module_scope';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER run_equations_module_scope BEFORE INSERT OR UPDATE OF equation_module_id, project_id ON run_equations
FOR EACH ROW EXECUTE FUNCTION check_run_equation_module();
