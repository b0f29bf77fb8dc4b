-- The definitions that runs use: equations, and what metrics mean. Global where there is no project.

CREATE TABLE equation_modules (
    id BLOB NOT NULL,
    project_id BLOB,
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    source TEXT NOT NULL,
    description TEXT,
    parameters TEXT NOT NULL DEFAULT '{}',
    @edited columns,
    @edited rules,
    CONSTRAINT equation_modules_name_length CHECK (length(name) BETWEEN 1 AND 200 AND instr(name, char(0)) = 0),
    CONSTRAINT equation_modules_version_length CHECK (
        length(version) BETWEEN 1 AND 200
        AND instr(version, char(0)) = 0
    ),
    CONSTRAINT equation_modules_source_length CHECK (
        length(source) BETWEEN 1 AND 1000000
        AND instr(source, char(0)) = 0
    ),
    CONSTRAINT equation_modules_description_length CHECK (
        length(description) BETWEEN 1 AND 100000
        AND instr(description, char(0)) = 0
    ),
    CONSTRAINT equation_modules_parameters_object CHECK (
        json_valid(parameters)
        AND json_type(parameters) = 'object'
        AND instr(replace(parameters, '\\', ''), '\u0000') = 0
    ),
    CONSTRAINT equation_modules_version_unique UNIQUE (project_id, name, version),
    CONSTRAINT equation_modules_project_fk FOREIGN KEY (project_id) REFERENCES projects (id) ON DELETE CASCADE
) STRICT;

CREATE UNIQUE INDEX equation_modules_global_version_unique ON equation_modules (name, version) WHERE project_id IS NULL;
CREATE INDEX equation_modules_created_idx ON equation_modules (created_at, id);
CREATE INDEX equation_modules_project_created_idx ON equation_modules (project_id, created_at, id);

@edited triggers

CREATE TABLE metric_definitions (
    id BLOB NOT NULL,
    project_id BLOB,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    unit TEXT,
    description TEXT,
    direction TEXT,
    tolerance REAL,
    conservation_limit REAL,
    @edited columns,
    @edited rules,
    CONSTRAINT metric_definitions_key_length CHECK (length(key) BETWEEN 1 AND 200 AND instr(key, char(0)) = 0),
    CONSTRAINT metric_definitions_name_length CHECK (length(name) BETWEEN 1 AND 200 AND instr(name, char(0)) = 0),
    CONSTRAINT metric_definitions_unit_length CHECK (length(unit) BETWEEN 1 AND 200 AND instr(unit, char(0)) = 0),
    CONSTRAINT metric_definitions_description_length CHECK (
        length(description) BETWEEN 1 AND 100000
        AND instr(description, char(0)) = 0
    ),
    CONSTRAINT metric_definitions_direction_known CHECK (direction IN ('MAXIMIZE', 'MINIMIZE')),
    CONSTRAINT metric_definitions_tolerance_range CHECK (tolerance >= 0 AND tolerance < 9e999),
    CONSTRAINT metric_definitions_conservation_limit_range CHECK (
        conservation_limit > 0
        AND conservation_limit < 9e999
    ),
    CONSTRAINT metric_definitions_key_unique UNIQUE (project_id, key),
    CONSTRAINT metric_definitions_project_fk FOREIGN KEY (project_id) REFERENCES projects (id) ON DELETE CASCADE
) STRICT;

CREATE UNIQUE INDEX metric_definitions_global_key_unique ON metric_definitions (key) WHERE project_id IS NULL;
CREATE INDEX metric_definitions_created_idx ON metric_definitions (created_at, id);
CREATE INDEX metric_definitions_project_created_idx ON metric_definitions (project_id, created_at, id);

@edited triggers

-- Both stay in their scope, so that the runs which use them stay right.
CREATE TRIGGER equation_modules_project_fixed BEFORE UPDATE OF project_id ON equation_modules
WHEN NEW.project_id IS NOT OLD.project_id
BEGIN
    SELECT RAISE(ABORT, 'equation_modules_project_fixed');
END;

CREATE TRIGGER metric_definitions_project_fixed BEFORE UPDATE OF project_id ON metric_definitions
WHEN NEW.project_id IS NOT OLD.project_id
BEGIN
    SELECT RAISE(ABORT, 'metric_definitions_project_fixed');
END;
