-- Papers with their claims and storyboards; plans and runs; and the files of all of them. Runs point at papers,
-- storyboards and assets at runs, so they stand in one step.

-- What names a paper is unique in its project among what is not deleted; the name stands first, to be found by.
CREATE TABLE papers (
    id BLOB NOT NULL,
    project_id BLOB NOT NULL,
    title TEXT NOT NULL,
    abstract TEXT,
    authors TEXT NOT NULL DEFAULT '[]',
    source_url TEXT,
    doi TEXT,
    arxiv_id TEXT,
    pdf_storage_path TEXT,
    pdf_sha256 TEXT,
    vector_store_id TEXT,
    status TEXT NOT NULL DEFAULT 'READY',
    created_by BLOB,
    @deletable columns,
    @deletable rules,
    CONSTRAINT papers_title_length CHECK (length(title) BETWEEN 1 AND 500 AND instr(title, char(0)) = 0),
    CONSTRAINT papers_abstract_length CHECK (length(abstract) BETWEEN 1 AND 100000 AND instr(abstract, char(0)) = 0),
    CONSTRAINT papers_authors_array CHECK (
        json_valid(authors)
        AND json_type(authors) = 'array'
        AND instr(replace(authors, '\\', ''), '\u0000') = 0
    ),
    CONSTRAINT papers_authors_length CHECK (json_type(authors, '$[1000]') IS NULL),
    CONSTRAINT papers_source_url_length CHECK (
        length(source_url) BETWEEN 1 AND 2048
        AND instr(source_url, char(0)) = 0
    ),
    CONSTRAINT papers_doi_length CHECK (length(doi) BETWEEN 1 AND 255 AND instr(doi, char(0)) = 0),
    CONSTRAINT papers_arxiv_id_length CHECK (length(arxiv_id) BETWEEN 1 AND 32 AND instr(arxiv_id, char(0)) = 0),
    CONSTRAINT papers_pdf_storage_path_length CHECK (
        length(pdf_storage_path) BETWEEN 1 AND 2048
        AND instr(pdf_storage_path, char(0)) = 0
    ),
    CONSTRAINT papers_pdf_storage_path_folder CHECK (pdf_storage_path GLOB 'papers/?*'),
    CONSTRAINT papers_pdf_sha256_form CHECK (
        length(pdf_sha256) = 64
        AND instr(pdf_sha256, char(0)) = 0
        AND pdf_sha256 NOT GLOB '*[^0-9a-f]*'
    ),
    CONSTRAINT papers_vector_store_id_length CHECK (
        length(vector_store_id) BETWEEN 1 AND 200
        AND instr(vector_store_id, char(0)) = 0
    ),
    CONSTRAINT papers_status_known CHECK (status IN ('PROCESSING', 'READY', 'FAILED')),
    CONSTRAINT papers_pdf_together CHECK ((pdf_storage_path IS NULL) = (pdf_sha256 IS NULL)),
    CONSTRAINT papers_project_id_unique UNIQUE (project_id, id),
    CONSTRAINT papers_pdf_storage_path_unique UNIQUE (pdf_storage_path),
    CONSTRAINT papers_project_fk FOREIGN KEY (project_id) REFERENCES projects (id) ON DELETE CASCADE,
    CONSTRAINT papers_created_by_fk FOREIGN KEY (created_by) REFERENCES users (id) ON DELETE SET NULL
) STRICT;

CREATE UNIQUE INDEX papers_doi_unique ON papers (doi, project_id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX papers_arxiv_id_unique ON papers (arxiv_id, project_id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX papers_pdf_sha256_unique ON papers (pdf_sha256, project_id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX papers_vector_store_id_unique ON papers (vector_store_id, project_id) WHERE deleted_at IS NULL;
CREATE INDEX papers_created_idx ON papers (created_at, id);
CREATE INDEX papers_created_by_created_idx ON papers (created_by, created_at, id);
CREATE INDEX papers_project_created_idx ON papers (project_id, created_at, id);
CREATE INDEX papers_project_title_idx ON papers (project_id, title, id);
CREATE INDEX papers_project_updated_idx ON papers (project_id, updated_at, id);
CREATE INDEX papers_status_idx ON papers (status, created_at, id) WHERE status <> 'READY';
CREATE INDEX papers_purged_idx ON papers (purged_at) WHERE purged_at IS NOT NULL;

@edited triggers

CREATE TABLE claims (
    id BLOB NOT NULL,
    project_id BLOB NOT NULL,
    paper_id BLOB NOT NULL,
    dataset_name TEXT,
    split TEXT,
    metric_name TEXT NOT NULL,
    metric_value REAL NOT NULL,
    units TEXT,
    method_snippet TEXT,
    source_citation TEXT NOT NULL,
    confidence REAL NOT NULL,
    created_by BLOB,
    @edited columns,
    @edited rules,
    CONSTRAINT claims_dataset_name_length CHECK (
        length(dataset_name) BETWEEN 1 AND 200
        AND instr(dataset_name, char(0)) = 0
    ),
    CONSTRAINT claims_split_length CHECK (length(split) BETWEEN 1 AND 200 AND instr(split, char(0)) = 0),
    CONSTRAINT claims_metric_name_length CHECK (
        length(metric_name) BETWEEN 1 AND 200
        AND instr(metric_name, char(0)) = 0
    ),
    CONSTRAINT claims_metric_value_finite CHECK (abs(metric_value) <= 1.7976931348623157e308),
    CONSTRAINT claims_units_length CHECK (length(units) BETWEEN 1 AND 200 AND instr(units, char(0)) = 0),
    CONSTRAINT claims_method_snippet_length CHECK (
        length(method_snippet) BETWEEN 1 AND 100000
        AND instr(method_snippet, char(0)) = 0
    ),
    CONSTRAINT claims_source_citation_length CHECK (
        length(source_citation) BETWEEN 1 AND 1000
        AND instr(source_citation, char(0)) = 0
    ),
    CONSTRAINT claims_confidence_range CHECK (confidence BETWEEN 0 AND 1),
    CONSTRAINT claims_paper_fk FOREIGN KEY (project_id, paper_id) REFERENCES papers (project_id, id) ON DELETE CASCADE,
    CONSTRAINT claims_created_by_fk FOREIGN KEY (created_by) REFERENCES users (id) ON DELETE SET NULL
) STRICT;

CREATE INDEX claims_created_idx ON claims (created_at, id);
CREATE INDEX claims_created_by_created_idx ON claims (created_by, created_at, id);
CREATE INDEX claims_project_created_idx ON claims (project_id, created_at, id);
CREATE INDEX claims_project_confidence_idx ON claims (project_id, confidence, id);
CREATE INDEX claims_paper_created_idx ON claims (paper_id, created_at, id);
CREATE INDEX claims_paper_confidence_idx ON claims (paper_id, confidence, id);
CREATE INDEX claims_paper_metric_name_idx ON claims (paper_id, metric_name, id);

@edited triggers

CREATE TABLE plans (
    id BLOB NOT NULL,
    project_id BLOB NOT NULL,
    paper_id BLOB NOT NULL,
    version TEXT NOT NULL DEFAULT '1.1',
    document TEXT NOT NULL,
    env_hash TEXT,
    budget_minutes INTEGER NOT NULL DEFAULT 20,
    status TEXT NOT NULL DEFAULT 'DRAFT',
    created_by BLOB,
    @deletable columns,
    @deletable rules,
    CONSTRAINT plans_version_length CHECK (length(version) BETWEEN 1 AND 20 AND instr(version, char(0)) = 0),
    CONSTRAINT plans_document_object CHECK (
        json_valid(document)
        AND json_type(document) = 'object'
        AND instr(replace(document, '\\', ''), '\u0000') = 0
    ),
    CONSTRAINT plans_document_version CHECK (coalesce(document -> '$.version', '') = json_quote(version)),
    CONSTRAINT plans_env_hash_form CHECK (
        length(env_hash) = 64
        AND instr(env_hash, char(0)) = 0
        AND env_hash NOT GLOB '*[^0-9a-f]*'
    ),
    CONSTRAINT plans_budget_minutes_range CHECK (budget_minutes BETWEEN 1 AND 120),
    CONSTRAINT plans_status_known CHECK (status IN ('DRAFT', 'READY', 'FAILED')),
    CONSTRAINT plans_draft_env_hash CHECK (status <> 'DRAFT' OR env_hash IS NULL),
    CONSTRAINT plans_ready_env_hash CHECK (status <> 'READY' OR env_hash IS NOT NULL),
    CONSTRAINT plans_project_id_unique UNIQUE (project_id, id),
    CONSTRAINT plans_paper_id_unique UNIQUE (project_id, paper_id, id),
    CONSTRAINT plans_paper_fk FOREIGN KEY (project_id, paper_id) REFERENCES papers (project_id, id) ON DELETE CASCADE,
    CONSTRAINT plans_created_by_fk FOREIGN KEY (created_by) REFERENCES users (id) ON DELETE SET NULL
) STRICT;

CREATE INDEX plans_created_idx ON plans (created_at, id);
CREATE INDEX plans_created_by_created_idx ON plans (created_by, created_at, id);
CREATE INDEX plans_project_created_idx ON plans (project_id, created_at, id);
CREATE INDEX plans_paper_created_idx ON plans (paper_id, created_at, id);
CREATE INDEX plans_env_hash_created_idx ON plans (env_hash, created_at, id) WHERE env_hash IS NOT NULL;
CREATE INDEX plans_purged_idx ON plans (purged_at) WHERE purged_at IS NOT NULL;

@edited triggers

-- Global where there is no project.
CREATE TABLE unit_modes (
    id BLOB NOT NULL,
    project_id BLOB,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT,
    units TEXT NOT NULL,
    @edited columns,
    @edited rules,
    CONSTRAINT unit_modes_key_length CHECK (length(key) BETWEEN 1 AND 200 AND instr(key, char(0)) = 0),
    CONSTRAINT unit_modes_name_length CHECK (length(name) BETWEEN 1 AND 200 AND instr(name, char(0)) = 0),
    CONSTRAINT unit_modes_description_length CHECK (
        length(description) BETWEEN 1 AND 100000
        AND instr(description, char(0)) = 0
    ),
    CONSTRAINT unit_modes_units_object CHECK (
        json_valid(units)
        AND json_type(units) = 'object'
        AND instr(replace(units, '\\', ''), '\u0000') = 0
    ),
    CONSTRAINT unit_modes_key_unique UNIQUE (project_id, key),
    CONSTRAINT unit_modes_project_fk FOREIGN KEY (project_id) REFERENCES projects (id) ON DELETE CASCADE
) STRICT;

CREATE UNIQUE INDEX unit_modes_global_key_unique ON unit_modes (key) WHERE project_id IS NULL;
CREATE INDEX unit_modes_created_idx ON unit_modes (created_at, id);
CREATE INDEX unit_modes_project_created_idx ON unit_modes (project_id, created_at, id);

@edited triggers

-- Every execution. The states and their order are kept by the triggers below.
CREATE TABLE runs (
    id BLOB NOT NULL,
    project_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    paper_id BLOB,
    plan_id BLOB,
    env_hash TEXT,
    parent_run_id BLOB,
    name TEXT NOT NULL,
    description TEXT,
    seed INTEGER,
    status TEXT NOT NULL DEFAULT 'QUEUED',
    attempt INTEGER NOT NULL DEFAULT 1,
    origin TEXT NOT NULL DEFAULT 'QUEUED',
    config TEXT NOT NULL DEFAULT '{}',
    tags TEXT NOT NULL DEFAULT '[]',
    "group" TEXT,
    unit_mode_id BLOB,
    equation_version TEXT,
    container_hash TEXT,
    total_steps INTEGER,
    repository_id BLOB,
    commit_sha TEXT,
    dirty INTEGER,
    command TEXT,
    archived_at TEXT,
    queued_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    started_at TEXT,
    ended_at TEXT,
    duration_ms INTEGER GENERATED ALWAYS AS (
        (strftime('%s', ended_at) - strftime('%s', started_at)) * 1000
        + substr(ended_at, 21, 3) - substr(started_at, 21, 3)
    ) STORED,
    running_ms INTEGER,
    error_code TEXT,
    error_message TEXT,
    metadata TEXT NOT NULL DEFAULT '{}',
    created_by BLOB,
    @deletable columns,
    @deletable rules,
    CONSTRAINT runs_kind_known CHECK (kind IN ('REPRODUCTION', 'SIMULATION', 'EXPERIMENT')),
    CONSTRAINT runs_env_hash_form CHECK (
        length(env_hash) = 64
        AND instr(env_hash, char(0)) = 0
        AND env_hash NOT GLOB '*[^0-9a-f]*'
    ),
    CONSTRAINT runs_name_length CHECK (length(name) BETWEEN 1 AND 500 AND instr(name, char(0)) = 0),
    CONSTRAINT runs_description_length CHECK (
        length(description) BETWEEN 1 AND 100000
        AND instr(description, char(0)) = 0
    ),
    CONSTRAINT runs_status_known CHECK (
        status IN ('QUEUED', 'RUNNING', 'PAUSED', 'SUCCEEDED', 'FAILED', 'TIMEOUT', 'CANCELLED')
    ),
    CONSTRAINT runs_origin_known CHECK (origin IN ('QUEUED', 'DIRECT', 'IMPORTED')),
    CONSTRAINT runs_attempt_range CHECK (attempt BETWEEN 1 AND 2),
    CONSTRAINT runs_config_object CHECK (
        json_valid(config)
        AND json_type(config) = 'object'
        AND instr(replace(config, '\\', ''), '\u0000') = 0
    ),
    CONSTRAINT runs_tags_array CHECK (
        json_valid(tags)
        AND json_type(tags) = 'array'
        AND instr(replace(tags, '\\', ''), '\u0000') = 0
    ),
    CONSTRAINT runs_group_length CHECK (length("group") BETWEEN 1 AND 200 AND instr("group", char(0)) = 0),
    CONSTRAINT runs_equation_version_length CHECK (
        length(equation_version) BETWEEN 1 AND 200
        AND instr(equation_version, char(0)) = 0
    ),
    CONSTRAINT runs_container_hash_length CHECK (
        length(container_hash) BETWEEN 1 AND 1000
        AND instr(container_hash, char(0)) = 0
    ),
    CONSTRAINT runs_total_steps_range CHECK (total_steps BETWEEN 0 AND 9007199254740991),
    CONSTRAINT runs_commit_sha_form CHECK (
        length(commit_sha) BETWEEN 7 AND 64
        AND instr(commit_sha, char(0)) = 0
        AND commit_sha NOT GLOB '*[^0-9a-f]*'
    ),
    CONSTRAINT runs_dirty_boolean CHECK (dirty IN (0, 1)),
    CONSTRAINT runs_command_length CHECK (length(command) BETWEEN 1 AND 100000 AND instr(command, char(0)) = 0),
    CONSTRAINT runs_archived_at_form CHECK (
        archived_at IS strftime('%Y-%m-%dT%H:%M:%fZ', archived_at, '+0 seconds')
        AND archived_at >= '0001'
    ),
    CONSTRAINT runs_queued_at_form CHECK (
        queued_at IS strftime('%Y-%m-%dT%H:%M:%fZ', queued_at, '+0 seconds')
        AND queued_at >= '0001'
    ),
    CONSTRAINT runs_started_at_form CHECK (
        started_at IS strftime('%Y-%m-%dT%H:%M:%fZ', started_at, '+0 seconds')
        AND started_at >= '0001'
    ),
    CONSTRAINT runs_ended_at_form CHECK (
        ended_at IS strftime('%Y-%m-%dT%H:%M:%fZ', ended_at, '+0 seconds')
        AND ended_at >= '0001'
    ),
    CONSTRAINT runs_running_ms_range CHECK (running_ms BETWEEN 0 AND 9007199254740991),
    CONSTRAINT runs_error_code_form CHECK (
        length(error_code) BETWEEN 3 AND 100
        AND instr(error_code, char(0)) = 0
        AND error_code GLOB 'E_*'
        AND error_code NOT GLOB '*[^A-Z0-9_]*'
    ),
    CONSTRAINT runs_error_message_length CHECK (
        length(error_message) BETWEEN 1 AND 100000
        AND instr(error_message, char(0)) = 0
    ),
    CONSTRAINT runs_metadata_object CHECK (
        json_valid(metadata)
        AND json_type(metadata) = 'object'
        AND instr(replace(metadata, '\\', ''), '\u0000') = 0
    ),
    CONSTRAINT runs_kind_fields CHECK (
        CASE kind
            WHEN 'REPRODUCTION' THEN
                plan_id IS NOT NULL AND paper_id IS NOT NULL AND env_hash IS NOT NULL AND seed IS NOT NULL
            WHEN 'SIMULATION' THEN plan_id IS NULL AND paper_id IS NULL AND env_hash IS NULL
            ELSE env_hash IS NULL
        END
    ),
    CONSTRAINT runs_plan_paper CHECK (plan_id IS NULL OR paper_id IS NOT NULL),
    CONSTRAINT runs_simulation_fields CHECK (
        kind = 'SIMULATION'
        OR (unit_mode_id IS NULL AND equation_version IS NULL AND container_hash IS NULL AND total_steps IS NULL)
    ),
    CONSTRAINT runs_parent_other CHECK (parent_run_id <> id),
    CONSTRAINT runs_status_times CHECK (
        CASE
            WHEN status = 'QUEUED' THEN started_at IS NULL AND ended_at IS NULL
            WHEN status IN ('RUNNING', 'PAUSED') THEN started_at IS NOT NULL AND ended_at IS NULL
            WHEN status = 'CANCELLED' THEN ended_at IS NOT NULL
            ELSE started_at IS NOT NULL AND ended_at IS NOT NULL
        END
    ),
    CONSTRAINT runs_times_order CHECK (
        queued_at <= coalesce(started_at, ended_at, queued_at)
        AND started_at <= coalesce(ended_at, started_at)
    ),
    CONSTRAINT runs_running_ms_within_duration CHECK (
        running_ms IS NULL
        OR (started_at IS NOT NULL AND running_ms <= coalesce(duration_ms, running_ms))
    ),
    CONSTRAINT runs_status_error CHECK (
        CASE
            WHEN kind = 'REPRODUCTION' AND status IN ('FAILED', 'TIMEOUT') THEN
                error_code IS NOT NULL AND error_message IS NOT NULL
            WHEN kind <> 'REPRODUCTION' AND status IN ('FAILED', 'TIMEOUT', 'CANCELLED') THEN true
            ELSE error_code IS NULL AND error_message IS NULL
        END
    ),
    CONSTRAINT runs_project_id_unique UNIQUE (project_id, id),
    CONSTRAINT runs_project_fk FOREIGN KEY (project_id) REFERENCES projects (id) ON DELETE CASCADE,
    CONSTRAINT runs_paper_fk FOREIGN KEY (project_id, paper_id) REFERENCES papers (project_id, id) ON DELETE CASCADE,
    CONSTRAINT runs_plan_fk FOREIGN KEY (project_id, paper_id, plan_id) REFERENCES plans (project_id, paper_id, id)
        ON DELETE CASCADE,
    CONSTRAINT runs_parent_run_fk FOREIGN KEY (project_id, parent_run_id) REFERENCES runs (project_id, id),
    CONSTRAINT runs_unit_mode_fk FOREIGN KEY (unit_mode_id) REFERENCES unit_modes (id) ON DELETE SET NULL,
    CONSTRAINT runs_repository_fk FOREIGN KEY (project_id, repository_id) REFERENCES repositories (project_id, id),
    CONSTRAINT runs_created_by_fk FOREIGN KEY (created_by) REFERENCES users (id) ON DELETE SET NULL
) STRICT;

CREATE INDEX runs_created_idx ON runs (created_at, id);
CREATE INDEX runs_created_by_created_idx ON runs (created_by, created_at, id);
CREATE INDEX runs_status_idx ON runs (status, created_at, id);
CREATE INDEX runs_queued_idx ON runs (kind, queued_at, id) WHERE status = 'QUEUED';
CREATE INDEX runs_project_queued_idx ON runs (project_id, kind, queued_at, id) WHERE status = 'QUEUED';
CREATE INDEX runs_project_created_idx ON runs (project_id, created_at, id);
CREATE INDEX runs_project_status_idx ON runs (project_id, status, created_at, id);
CREATE INDEX runs_project_ended_idx ON runs (project_id, ended_at, id);
CREATE INDEX runs_project_name_idx ON runs (project_id, name, id);
CREATE INDEX runs_project_group_idx ON runs (project_id, "group", created_at, id);
CREATE INDEX runs_paper_created_idx ON runs (paper_id, created_at, id);
CREATE INDEX runs_paper_status_idx ON runs (paper_id, status, created_at, id);
CREATE INDEX runs_paper_ended_idx ON runs (paper_id, ended_at, id);
CREATE INDEX runs_plan_created_idx ON runs (plan_id, created_at, id);
CREATE INDEX runs_parent_run_created_idx ON runs (parent_run_id, created_at, id);
CREATE INDEX runs_unit_mode_created_idx ON runs (unit_mode_id, created_at, id);
CREATE INDEX runs_repository_created_idx ON runs (repository_id, created_at, id);
CREATE INDEX runs_purged_idx ON runs (purged_at) WHERE purged_at IS NOT NULL;

@edited triggers

CREATE TABLE storyboards (
    id BLOB NOT NULL,
    project_id BLOB NOT NULL,
    paper_id BLOB NOT NULL,
    run_id BLOB,
    document TEXT NOT NULL,
    storage_path TEXT NOT NULL,
    created_by BLOB,
    @edited columns,
    @edited rules,
    CONSTRAINT storyboards_document_object CHECK (
        json_valid(document)
        AND json_type(document) = 'object'
        AND instr(replace(document, '\\', ''), '\u0000') = 0
    ),
    CONSTRAINT storyboards_storage_path_length CHECK (
        length(storage_path) BETWEEN 1 AND 2048
        AND instr(storage_path, char(0)) = 0
    ),
    CONSTRAINT storyboards_storage_path_folder CHECK (storage_path GLOB 'storyboards/?*'),
    CONSTRAINT storyboards_run_unique UNIQUE (run_id),
    CONSTRAINT storyboards_storage_path_unique UNIQUE (storage_path),
    CONSTRAINT storyboards_paper_fk FOREIGN KEY (project_id, paper_id) REFERENCES papers (project_id, id)
        ON DELETE CASCADE,
    CONSTRAINT storyboards_run_fk FOREIGN KEY (project_id, run_id) REFERENCES runs (project_id, id),
    CONSTRAINT storyboards_created_by_fk FOREIGN KEY (created_by) REFERENCES users (id) ON DELETE SET NULL
) STRICT;

CREATE INDEX storyboards_created_idx ON storyboards (created_at, id);
CREATE INDEX storyboards_created_by_created_idx ON storyboards (created_by, created_at, id);
CREATE INDEX storyboards_project_created_idx ON storyboards (project_id, created_at, id);
CREATE INDEX storyboards_paper_created_idx ON storyboards (paper_id, created_at, id);

@edited triggers

-- A stored file of a paper, a plan or a run. Indexed paths are limited in bytes too, as addresses are.
CREATE TABLE assets (
    id BLOB NOT NULL,
    project_id BLOB NOT NULL,
    paper_id BLOB,
    plan_id BLOB,
    run_id BLOB,
    kind TEXT NOT NULL,
    storage_path TEXT NOT NULL,
    path TEXT,
    size_bytes INTEGER,
    checksum TEXT,
    media_type TEXT,
    file_name TEXT,
    created_by BLOB,
    @edited columns,
    @edited rules,
    CONSTRAINT assets_kind_known CHECK (
        kind IN ('PDF', 'NOTEBOOK', 'REQUIREMENTS', 'METRICS', 'LOGS', 'EVENTS', 'STORYBOARD', 'FILE')
    ),
    CONSTRAINT assets_storage_path_length CHECK (
        length(storage_path) BETWEEN 1 AND 2048
        AND instr(storage_path, char(0)) = 0
    ),
    CONSTRAINT assets_path_length CHECK (
        length(path) BETWEEN 1 AND 1024
        AND length(CAST(path AS BLOB)) <= 2048
        AND instr(path, char(0)) = 0
    ),
    CONSTRAINT assets_path_relative CHECK (
        instr('/' || path || '/', '//') = 0
        AND instr('/' || path || '/', '/./') = 0
        AND instr('/' || path || '/', '/../') = 0
        AND instr(path, '\') = 0
    ),
    CONSTRAINT assets_size_bytes_range CHECK (size_bytes BETWEEN 0 AND 9007199254740991),
    CONSTRAINT assets_checksum_form CHECK (
        length(checksum) = 64
        AND instr(checksum, char(0)) = 0
        AND checksum NOT GLOB '*[^0-9a-f]*'
    ),
    CONSTRAINT assets_media_type_length CHECK (
        length(media_type) BETWEEN 3 AND 127
        AND instr(media_type, char(0)) = 0
    ),
    CONSTRAINT assets_file_name_length CHECK (length(file_name) BETWEEN 1 AND 255 AND instr(file_name, char(0)) = 0),
    CONSTRAINT assets_one_parent CHECK ((paper_id IS NOT NULL) + (plan_id IS NOT NULL) + (run_id IS NOT NULL) = 1),
    CONSTRAINT assets_kind_parent CHECK (
        CASE
            WHEN kind = 'FILE' THEN true
            WHEN paper_id IS NOT NULL THEN kind IN ('PDF', 'STORYBOARD')
            WHEN plan_id IS NOT NULL THEN kind IN ('NOTEBOOK', 'REQUIREMENTS')
            ELSE kind IN ('METRICS', 'LOGS', 'EVENTS', 'STORYBOARD')
        END
    ),
    CONSTRAINT assets_kind_path CHECK ((kind = 'FILE') = (path IS NOT NULL)),
    CONSTRAINT assets_storage_path_folder CHECK (
        storage_path GLOB CASE kind
            WHEN 'PDF' THEN 'papers/?*'
            WHEN 'NOTEBOOK' THEN 'notebooks/?*'
            WHEN 'REQUIREMENTS' THEN 'requirements/?*'
            WHEN 'METRICS' THEN 'metrics/?*'
            WHEN 'LOGS' THEN 'logs/?*'
            WHEN 'EVENTS' THEN 'events/?*'
            WHEN 'STORYBOARD' THEN 'storyboards/?*'
            WHEN 'FILE' THEN 'files/?*'
        END
    ),
    CONSTRAINT assets_paper_fk FOREIGN KEY (project_id, paper_id) REFERENCES papers (project_id, id) ON DELETE CASCADE,
    CONSTRAINT assets_plan_fk FOREIGN KEY (project_id, plan_id) REFERENCES plans (project_id, id) ON DELETE CASCADE,
    CONSTRAINT assets_run_fk FOREIGN KEY (project_id, run_id) REFERENCES runs (project_id, id) ON DELETE CASCADE,
    CONSTRAINT assets_created_by_fk FOREIGN KEY (created_by) REFERENCES users (id) ON DELETE SET NULL
) STRICT;

CREATE INDEX assets_created_idx ON assets (created_at, id);
CREATE INDEX assets_created_by_created_idx ON assets (created_by, created_at, id);
CREATE INDEX assets_storage_path_idx ON assets (storage_path);
CREATE INDEX assets_project_created_idx ON assets (project_id, created_at, id);
CREATE INDEX assets_project_kind_idx ON assets (project_id, kind, created_at, id);
CREATE INDEX assets_paper_created_idx ON assets (paper_id, created_at, id);
CREATE INDEX assets_plan_created_idx ON assets (plan_id, created_at, id);
CREATE INDEX assets_run_created_idx ON assets (run_id, created_at, id);
CREATE UNIQUE INDEX assets_storage_path_unique ON assets (storage_path) WHERE kind NOT IN ('PDF', 'STORYBOARD');
CREATE UNIQUE INDEX assets_paper_kind_unique ON assets (paper_id, kind) WHERE kind = 'PDF';
CREATE UNIQUE INDEX assets_plan_kind_unique ON assets (plan_id, kind) WHERE kind IN ('NOTEBOOK', 'REQUIREMENTS');
CREATE UNIQUE INDEX assets_run_kind_unique ON assets (run_id, kind) WHERE kind IN ('METRICS', 'LOGS', 'EVENTS');
CREATE UNIQUE INDEX assets_paper_path_unique ON assets (paper_id, path) WHERE path IS NOT NULL;
CREATE UNIQUE INDEX assets_plan_path_unique ON assets (plan_id, path) WHERE path IS NOT NULL;
CREATE UNIQUE INDEX assets_run_path_unique ON assets (run_id, path) WHERE path IS NOT NULL;

@edited triggers

-- A unit mode stays in its scope, so that the runs which use it stay right.
CREATE TRIGGER unit_modes_project_fixed BEFORE UPDATE OF project_id ON unit_modes
WHEN NEW.project_id IS NOT OLD.project_id
BEGIN
    SELECT RAISE(ABORT, 'unit_modes_project_fixed');
END;

-- A run's unit mode is global or its project's.
CREATE TRIGGER runs_unit_mode_scope_of_new BEFORE INSERT ON runs
WHEN NEW.unit_mode_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM unit_modes
    WHERE id = NEW.unit_mode_id AND (project_id IS NULL OR project_id = NEW.project_id)
)
BEGIN
    SELECT RAISE(ABORT, 'runs_unit_mode_scope');
END;

CREATE TRIGGER runs_unit_mode_scope BEFORE UPDATE OF unit_mode_id, project_id ON runs
WHEN NEW.unit_mode_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM unit_modes
    WHERE id = NEW.unit_mode_id AND (project_id IS NULL OR project_id = NEW.project_id)
)
BEGIN
    SELECT RAISE(ABORT, 'runs_unit_mode_scope');
END;

-- A reproduction starts from a plan that is ready, with the plan's hash. Only then: the plan's may change later.
CREATE TRIGGER runs_plan_ready BEFORE INSERT ON runs
WHEN NEW.kind = 'REPRODUCTION' AND NEW.plan_id IS NOT NULL AND NEW.env_hash IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM plans WHERE id = NEW.plan_id AND status = 'READY' AND env_hash = NEW.env_hash
)
BEGIN
    SELECT RAISE(ABORT, 'runs_plan_ready');
END;

-- A run begins in the queue, or is started as it is made, unless it is imported.
CREATE TRIGGER runs_begin BEFORE INSERT ON runs
WHEN
    NOT CASE NEW.origin
        WHEN 'QUEUED' THEN NEW.status = 'QUEUED' AND NEW.attempt = 1
        WHEN 'DIRECT' THEN NEW.status = 'RUNNING' AND NEW.attempt = 1
        ELSE true
    END
BEGIN
    SELECT RAISE(ABORT, 'runs_begin');
END;

-- The states in their order, and nothing else, ever. A run goes back to the queue once, which is its second attempt, and
-- only if that is where it came from.
CREATE TRIGGER runs_transition BEFORE UPDATE OF status, attempt, origin ON runs
WHEN
    NOT CASE
        WHEN NEW.origin <> OLD.origin THEN false
        WHEN NEW.status = OLD.status THEN NEW.attempt = OLD.attempt
        WHEN OLD.status = 'RUNNING' AND NEW.status = 'QUEUED' THEN
            OLD.attempt = 1 AND NEW.attempt = 2 AND NEW.origin = 'QUEUED'
        WHEN OLD.status = 'QUEUED' THEN NEW.attempt = OLD.attempt AND NEW.status IN ('RUNNING', 'CANCELLED')
        WHEN OLD.status = 'RUNNING' THEN NEW.attempt = OLD.attempt
        WHEN OLD.status = 'PAUSED' THEN NEW.attempt = OLD.attempt AND NEW.status IN ('RUNNING', 'CANCELLED')
        ELSE false
    END
BEGIN
    SELECT RAISE(ABORT, 'runs_transition');
END;

-- What `ON DELETE SET NULL (column)` does on PostgreSQL. A run's children are looked after when it is gone, since a
-- trigger before the deletion must not touch rows that the same statement deletes.
CREATE TRIGGER runs_repository_cleared BEFORE DELETE ON repositories
BEGIN
    UPDATE runs SET repository_id = NULL WHERE repository_id = OLD.id;
END;

CREATE TRIGGER runs_parent_run_cleared AFTER DELETE ON runs
BEGIN
    UPDATE runs SET parent_run_id = NULL WHERE parent_run_id = OLD.id;
END;

CREATE TRIGGER storyboards_run_cleared BEFORE DELETE ON runs
BEGIN
    UPDATE storyboards SET run_id = NULL WHERE run_id = OLD.id;
END;
