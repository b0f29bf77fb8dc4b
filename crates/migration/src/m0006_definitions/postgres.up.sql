-- The definitions that runs use: equations, and what metrics mean. Global where there is no project.

CREATE TABLE equation_modules (
    id uuid NOT NULL,
    project_id uuid,
    name text COLLATE "C" NOT NULL,
    version text COLLATE "C" NOT NULL,
    source text COLLATE "C" NOT NULL,
    description text COLLATE "C",
    parameters jsonb NOT NULL DEFAULT '{}',
    @edited columns,
    @edited rules,
    CONSTRAINT equation_modules_name_length CHECK (char_length(name) BETWEEN 1 AND 200),
    CONSTRAINT equation_modules_version_length CHECK (char_length(version) BETWEEN 1 AND 200),
    CONSTRAINT equation_modules_source_length CHECK (char_length(source) BETWEEN 1 AND 1000000),
    CONSTRAINT equation_modules_description_length CHECK (char_length(description) BETWEEN 1 AND 100000),
    CONSTRAINT equation_modules_parameters_object CHECK (jsonb_typeof(parameters) = 'object'),
    CONSTRAINT equation_modules_version_unique UNIQUE (project_id, name, version),
    CONSTRAINT equation_modules_project_fk FOREIGN KEY (project_id) REFERENCES projects (id) ON DELETE CASCADE
);

CREATE UNIQUE INDEX equation_modules_global_version_unique ON equation_modules (name, version) WHERE project_id IS NULL;
CREATE INDEX equation_modules_created_idx ON equation_modules (created_at, id);
CREATE INDEX equation_modules_project_created_idx ON equation_modules (project_id, created_at, id);

@edited triggers

CREATE TABLE metric_definitions (
    id uuid NOT NULL,
    project_id uuid,
    key text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    unit text COLLATE "C",
    description text COLLATE "C",
    direction text COLLATE "C",
    tolerance double precision,
    conservation_limit double precision,
    @edited columns,
    @edited rules,
    CONSTRAINT metric_definitions_key_length CHECK (char_length(key) BETWEEN 1 AND 200),
    CONSTRAINT metric_definitions_name_length CHECK (char_length(name) BETWEEN 1 AND 200),
    CONSTRAINT metric_definitions_unit_length CHECK (char_length(unit) BETWEEN 1 AND 200),
    CONSTRAINT metric_definitions_description_length CHECK (char_length(description) BETWEEN 1 AND 100000),
    CONSTRAINT metric_definitions_direction_known CHECK (direction IN ('MAXIMIZE', 'MINIMIZE')),
    CONSTRAINT metric_definitions_tolerance_range CHECK (tolerance >= 0 AND tolerance < 'Infinity'),
    CONSTRAINT metric_definitions_conservation_limit_range CHECK (
        conservation_limit > 0
        AND conservation_limit < 'Infinity'
    ),
    CONSTRAINT metric_definitions_key_unique UNIQUE (project_id, key),
    CONSTRAINT metric_definitions_project_fk FOREIGN KEY (project_id) REFERENCES projects (id) ON DELETE CASCADE
);

CREATE UNIQUE INDEX metric_definitions_global_key_unique ON metric_definitions (key) WHERE project_id IS NULL;
CREATE INDEX metric_definitions_created_idx ON metric_definitions (created_at, id);
CREATE INDEX metric_definitions_project_created_idx ON metric_definitions (project_id, created_at, id);

@edited triggers

-- Both stay in their scope, so that the runs which use them stay right.
CREATE FUNCTION keep_equation_module_scope() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the project of an equation module never changes'
        USING ERRCODE = 'check_violation', TABLE = 'equation_modules', CONSTRAINT = 'equation_modules_project_fixed';
END
$$;

CREATE TRIGGER equation_modules_project_fixed BEFORE UPDATE OF project_id ON equation_modules FOR EACH ROW
WHEN (NEW.project_id IS DISTINCT FROM OLD.project_id) EXECUTE FUNCTION keep_equation_module_scope();

CREATE FUNCTION keep_metric_definition_scope() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the project of a metric definition never changes'
        USING ERRCODE = 'check_violation', TABLE = 'metric_definitions', CONSTRAINT = 'metric_definitions_project_fixed';
END
$$;

CREATE TRIGGER metric_definitions_project_fixed BEFORE UPDATE OF project_id ON metric_definitions FOR EACH ROW
WHEN (NEW.project_id IS DISTINCT FROM OLD.project_id) EXECUTE FUNCTION keep_metric_definition_scope();
