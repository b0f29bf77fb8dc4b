-- Papers with their claims and storyboards; plans and runs; and the files of all of them. Runs point at papers,
-- storyboards and assets at runs, so they stand in one step.

-- What names a paper is unique in its project among what is not deleted; the name stands first, to be found by.
CREATE TABLE papers (
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    title text COLLATE "C" NOT NULL,
    abstract text COLLATE "C",
    authors jsonb NOT NULL DEFAULT '[]',
    source_url text COLLATE "C",
    doi text COLLATE "C",
    arxiv_id text COLLATE "C",
    pdf_storage_path text COLLATE "C",
    pdf_sha256 text COLLATE "C",
    vector_store_id text COLLATE "C",
    status text COLLATE "C" NOT NULL DEFAULT 'READY',
    created_by uuid,
    @deletable columns,
    @deletable rules,
    CONSTRAINT papers_title_length CHECK (char_length(title) BETWEEN 1 AND 500),
    CONSTRAINT papers_abstract_length CHECK (char_length(abstract) BETWEEN 1 AND 100000),
    CONSTRAINT papers_authors_array CHECK (jsonb_typeof(authors) = 'array'),
    CONSTRAINT papers_authors_length CHECK (NOT jsonb_path_exists(authors, '$[1000]')),
    CONSTRAINT papers_source_url_length CHECK (char_length(source_url) BETWEEN 1 AND 2048),
    CONSTRAINT papers_doi_length CHECK (char_length(doi) BETWEEN 1 AND 255),
    CONSTRAINT papers_arxiv_id_length CHECK (char_length(arxiv_id) BETWEEN 1 AND 32),
    CONSTRAINT papers_pdf_storage_path_length CHECK (char_length(pdf_storage_path) BETWEEN 1 AND 2048),
    CONSTRAINT papers_pdf_storage_path_folder CHECK (pdf_storage_path LIKE 'papers/_%'),
    CONSTRAINT papers_pdf_sha256_form CHECK (pdf_sha256 ~ '^[0-9a-f]{64}$'),
    CONSTRAINT papers_vector_store_id_length CHECK (char_length(vector_store_id) BETWEEN 1 AND 200),
    CONSTRAINT papers_status_known CHECK (status IN ('PROCESSING', 'READY', 'FAILED')),
    CONSTRAINT papers_pdf_together CHECK ((pdf_storage_path IS NULL) = (pdf_sha256 IS NULL)),
    CONSTRAINT papers_project_id_unique UNIQUE (project_id, id),
    CONSTRAINT papers_pdf_storage_path_unique UNIQUE (pdf_storage_path),
    CONSTRAINT papers_project_fk FOREIGN KEY (project_id) REFERENCES projects (id) ON DELETE CASCADE,
    CONSTRAINT papers_created_by_fk FOREIGN KEY (created_by) REFERENCES users (id) ON DELETE SET NULL
);

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
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    paper_id uuid NOT NULL,
    dataset_name text COLLATE "C",
    split text COLLATE "C",
    metric_name text COLLATE "C" NOT NULL,
    metric_value double precision NOT NULL,
    units text COLLATE "C",
    method_snippet text COLLATE "C",
    source_citation text COLLATE "C" NOT NULL,
    confidence double precision NOT NULL,
    created_by uuid,
    @edited columns,
    @edited rules,
    CONSTRAINT claims_dataset_name_length CHECK (char_length(dataset_name) BETWEEN 1 AND 200),
    CONSTRAINT claims_split_length CHECK (char_length(split) BETWEEN 1 AND 200),
    CONSTRAINT claims_metric_name_length CHECK (char_length(metric_name) BETWEEN 1 AND 200),
    CONSTRAINT claims_metric_value_finite CHECK (metric_value NOT IN ('NaN', 'Infinity', '-Infinity')),
    CONSTRAINT claims_units_length CHECK (char_length(units) BETWEEN 1 AND 200),
    CONSTRAINT claims_method_snippet_length CHECK (char_length(method_snippet) BETWEEN 1 AND 100000),
    CONSTRAINT claims_source_citation_length CHECK (char_length(source_citation) BETWEEN 1 AND 1000),
    CONSTRAINT claims_confidence_range CHECK (confidence BETWEEN 0 AND 1),
    CONSTRAINT claims_paper_fk FOREIGN KEY (project_id, paper_id) REFERENCES papers (project_id, id) ON DELETE CASCADE,
    CONSTRAINT claims_created_by_fk FOREIGN KEY (created_by) REFERENCES users (id) ON DELETE SET NULL
);

CREATE INDEX claims_created_idx ON claims (created_at, id);
CREATE INDEX claims_created_by_created_idx ON claims (created_by, created_at, id);
CREATE INDEX claims_project_created_idx ON claims (project_id, created_at, id);
CREATE INDEX claims_project_confidence_idx ON claims (project_id, confidence, id);
CREATE INDEX claims_paper_created_idx ON claims (paper_id, created_at, id);
CREATE INDEX claims_paper_confidence_idx ON claims (paper_id, confidence, id);
CREATE INDEX claims_paper_metric_name_idx ON claims (paper_id, metric_name, id);

@edited triggers

CREATE TABLE plans (
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    paper_id uuid NOT NULL,
    version text COLLATE "C" NOT NULL DEFAULT '1.1',
    document jsonb NOT NULL,
    env_hash text COLLATE "C",
    budget_minutes bigint NOT NULL DEFAULT 20,
    status text COLLATE "C" NOT NULL DEFAULT 'DRAFT',
    created_by uuid,
    @deletable columns,
    @deletable rules,
    CONSTRAINT plans_version_length CHECK (char_length(version) BETWEEN 1 AND 20),
    CONSTRAINT plans_document_object CHECK (jsonb_typeof(document) = 'object'),
    CONSTRAINT plans_document_version CHECK (coalesce(document -> 'version', 'null') = to_jsonb(version)),
    CONSTRAINT plans_env_hash_form CHECK (env_hash ~ '^[0-9a-f]{64}$'),
    CONSTRAINT plans_budget_minutes_range CHECK (budget_minutes BETWEEN 1 AND 120),
    CONSTRAINT plans_status_known CHECK (status IN ('DRAFT', 'READY', 'FAILED')),
    CONSTRAINT plans_draft_env_hash CHECK (status <> 'DRAFT' OR env_hash IS NULL),
    CONSTRAINT plans_ready_env_hash CHECK (status <> 'READY' OR env_hash IS NOT NULL),
    CONSTRAINT plans_project_id_unique UNIQUE (project_id, id),
    CONSTRAINT plans_paper_id_unique UNIQUE (project_id, paper_id, id),
    CONSTRAINT plans_paper_fk FOREIGN KEY (project_id, paper_id) REFERENCES papers (project_id, id) ON DELETE CASCADE,
    CONSTRAINT plans_created_by_fk FOREIGN KEY (created_by) REFERENCES users (id) ON DELETE SET NULL
);

CREATE INDEX plans_created_idx ON plans (created_at, id);
CREATE INDEX plans_created_by_created_idx ON plans (created_by, created_at, id);
CREATE INDEX plans_project_created_idx ON plans (project_id, created_at, id);
CREATE INDEX plans_paper_created_idx ON plans (paper_id, created_at, id);
CREATE INDEX plans_env_hash_created_idx ON plans (env_hash, created_at, id) WHERE env_hash IS NOT NULL;
CREATE INDEX plans_purged_idx ON plans (purged_at) WHERE purged_at IS NOT NULL;

@edited triggers

-- Global where there is no project.
CREATE TABLE unit_modes (
    id uuid NOT NULL,
    project_id uuid,
    key text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    description text COLLATE "C",
    units jsonb NOT NULL,
    @edited columns,
    @edited rules,
    CONSTRAINT unit_modes_key_length CHECK (char_length(key) BETWEEN 1 AND 200),
    CONSTRAINT unit_modes_name_length CHECK (char_length(name) BETWEEN 1 AND 200),
    CONSTRAINT unit_modes_description_length CHECK (char_length(description) BETWEEN 1 AND 100000),
    CONSTRAINT unit_modes_units_object CHECK (jsonb_typeof(units) = 'object'),
    CONSTRAINT unit_modes_key_unique UNIQUE (project_id, key),
    CONSTRAINT unit_modes_project_fk FOREIGN KEY (project_id) REFERENCES projects (id) ON DELETE CASCADE
);

CREATE UNIQUE INDEX unit_modes_global_key_unique ON unit_modes (key) WHERE project_id IS NULL;
CREATE INDEX unit_modes_created_idx ON unit_modes (created_at, id);
CREATE INDEX unit_modes_project_created_idx ON unit_modes (project_id, created_at, id);

@edited triggers

-- Every execution. The states and their order are kept by the triggers below.
CREATE TABLE runs (
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    kind text COLLATE "C" NOT NULL,
    paper_id uuid,
    plan_id uuid,
    env_hash text COLLATE "C",
    parent_run_id uuid,
    name text COLLATE "C" NOT NULL,
    description text COLLATE "C",
    seed bigint,
    status text COLLATE "C" NOT NULL DEFAULT 'QUEUED',
    attempt bigint NOT NULL DEFAULT 1,
    origin text COLLATE "C" NOT NULL DEFAULT 'QUEUED',
    config jsonb NOT NULL DEFAULT '{}',
    tags jsonb NOT NULL DEFAULT '[]',
    "group" text COLLATE "C",
    unit_mode_id uuid,
    equation_version text COLLATE "C",
    container_hash text COLLATE "C",
    total_steps bigint,
    repository_id uuid,
    commit_sha text COLLATE "C",
    dirty boolean,
    command text COLLATE "C",
    archived_at timestamptz(3),
    queued_at timestamptz(3) NOT NULL DEFAULT date_trunc('milliseconds', now()),
    started_at timestamptz(3),
    ended_at timestamptz(3),
    duration_ms bigint GENERATED ALWAYS AS (
        (extract(epoch FROM ended_at - started_at) * 1000)::bigint
    ) STORED,
    running_ms bigint,
    error_code text COLLATE "C",
    error_message text COLLATE "C",
    metadata jsonb NOT NULL DEFAULT '{}',
    created_by uuid,
    @deletable columns,
    @deletable rules,
    CONSTRAINT runs_kind_known CHECK (kind IN ('REPRODUCTION', 'SIMULATION', 'EXPERIMENT')),
    CONSTRAINT runs_env_hash_form CHECK (env_hash ~ '^[0-9a-f]{64}$'),
    CONSTRAINT runs_name_length CHECK (char_length(name) BETWEEN 1 AND 500),
    CONSTRAINT runs_description_length CHECK (char_length(description) BETWEEN 1 AND 100000),
    CONSTRAINT runs_status_known CHECK (
        status IN ('QUEUED', 'RUNNING', 'PAUSED', 'SUCCEEDED', 'FAILED', 'TIMEOUT', 'CANCELLED')
    ),
    CONSTRAINT runs_origin_known CHECK (origin IN ('QUEUED', 'DIRECT', 'IMPORTED')),
    CONSTRAINT runs_attempt_range CHECK (attempt BETWEEN 1 AND 2),
    CONSTRAINT runs_config_object CHECK (jsonb_typeof(config) = 'object'),
    CONSTRAINT runs_tags_array CHECK (jsonb_typeof(tags) = 'array'),
    CONSTRAINT runs_group_length CHECK (char_length("group") BETWEEN 1 AND 200),
    CONSTRAINT runs_equation_version_length CHECK (char_length(equation_version) BETWEEN 1 AND 200),
    CONSTRAINT runs_container_hash_length CHECK (char_length(container_hash) BETWEEN 1 AND 1000),
    CONSTRAINT runs_total_steps_range CHECK (total_steps BETWEEN 0 AND 9007199254740991),
    CONSTRAINT runs_commit_sha_form CHECK (commit_sha ~ '^[0-9a-f]{7,64}$'),
    CONSTRAINT runs_command_length CHECK (char_length(command) BETWEEN 1 AND 100000),
    CONSTRAINT runs_archived_at_form CHECK (archived_at >= '0001-01-01Z' AND archived_at < '10000-01-01Z'),
    CONSTRAINT runs_queued_at_form CHECK (queued_at >= '0001-01-01Z' AND queued_at < '10000-01-01Z'),
    CONSTRAINT runs_started_at_form CHECK (started_at >= '0001-01-01Z' AND started_at < '10000-01-01Z'),
    CONSTRAINT runs_ended_at_form CHECK (ended_at >= '0001-01-01Z' AND ended_at < '10000-01-01Z'),
    CONSTRAINT runs_running_ms_range CHECK (running_ms BETWEEN 0 AND 9007199254740991),
    CONSTRAINT runs_error_code_form CHECK (error_code ~ '^E_[A-Z0-9_]{1,98}$'),
    CONSTRAINT runs_error_message_length CHECK (char_length(error_message) BETWEEN 1 AND 100000),
    CONSTRAINT runs_metadata_object CHECK (jsonb_typeof(metadata) = 'object'),
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
    CONSTRAINT runs_parent_run_fk FOREIGN KEY (project_id, parent_run_id) REFERENCES runs (project_id, id)
        ON DELETE SET NULL (parent_run_id),
    CONSTRAINT runs_unit_mode_fk FOREIGN KEY (unit_mode_id) REFERENCES unit_modes (id) ON DELETE SET NULL,
    CONSTRAINT runs_repository_fk FOREIGN KEY (project_id, repository_id) REFERENCES repositories (project_id, id)
        ON DELETE SET NULL (repository_id),
    CONSTRAINT runs_created_by_fk FOREIGN KEY (created_by) REFERENCES users (id) ON DELETE SET NULL
);

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
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    paper_id uuid NOT NULL,
    run_id uuid,
    document jsonb NOT NULL,
    storage_path text COLLATE "C" NOT NULL,
    created_by uuid,
    @edited columns,
    @edited rules,
    CONSTRAINT storyboards_document_object CHECK (jsonb_typeof(document) = 'object'),
    CONSTRAINT storyboards_storage_path_length CHECK (char_length(storage_path) BETWEEN 1 AND 2048),
    CONSTRAINT storyboards_storage_path_folder CHECK (storage_path LIKE 'storyboards/_%'),
    CONSTRAINT storyboards_run_unique UNIQUE (run_id),
    CONSTRAINT storyboards_storage_path_unique UNIQUE (storage_path),
    CONSTRAINT storyboards_paper_fk FOREIGN KEY (project_id, paper_id) REFERENCES papers (project_id, id)
        ON DELETE CASCADE,
    CONSTRAINT storyboards_run_fk FOREIGN KEY (project_id, run_id) REFERENCES runs (project_id, id)
        ON DELETE SET NULL (run_id),
    CONSTRAINT storyboards_created_by_fk FOREIGN KEY (created_by) REFERENCES users (id) ON DELETE SET NULL
);

CREATE INDEX storyboards_created_idx ON storyboards (created_at, id);
CREATE INDEX storyboards_created_by_created_idx ON storyboards (created_by, created_at, id);
CREATE INDEX storyboards_project_created_idx ON storyboards (project_id, created_at, id);
CREATE INDEX storyboards_paper_created_idx ON storyboards (paper_id, created_at, id);

@edited triggers

-- A stored file of a paper, a plan or a run. Indexed paths are limited in bytes too, as addresses are.
CREATE TABLE assets (
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    paper_id uuid,
    plan_id uuid,
    run_id uuid,
    kind text COLLATE "C" NOT NULL,
    storage_path text COLLATE "C" NOT NULL,
    path text COLLATE "C",
    size_bytes bigint,
    checksum text COLLATE "C",
    media_type text COLLATE "C",
    file_name text COLLATE "C",
    created_by uuid,
    @edited columns,
    @edited rules,
    CONSTRAINT assets_kind_known CHECK (
        kind IN ('PDF', 'NOTEBOOK', 'REQUIREMENTS', 'METRICS', 'LOGS', 'EVENTS', 'STORYBOARD', 'FILE')
    ),
    CONSTRAINT assets_storage_path_length CHECK (char_length(storage_path) BETWEEN 1 AND 2048),
    CONSTRAINT assets_path_length CHECK (char_length(path) BETWEEN 1 AND 1024 AND octet_length(path) <= 2048),
    CONSTRAINT assets_path_relative CHECK (
        strpos('/' || path || '/', '//') = 0
        AND strpos('/' || path || '/', '/./') = 0
        AND strpos('/' || path || '/', '/../') = 0
        AND strpos(path, '\') = 0
    ),
    CONSTRAINT assets_size_bytes_range CHECK (size_bytes BETWEEN 0 AND 9007199254740991),
    CONSTRAINT assets_checksum_form CHECK (checksum ~ '^[0-9a-f]{64}$'),
    CONSTRAINT assets_media_type_length CHECK (char_length(media_type) BETWEEN 3 AND 127),
    CONSTRAINT assets_file_name_length CHECK (char_length(file_name) BETWEEN 1 AND 255),
    CONSTRAINT assets_one_parent CHECK (num_nonnulls(paper_id, plan_id, run_id) = 1),
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
        storage_path LIKE CASE kind
            WHEN 'PDF' THEN 'papers/_%'
            WHEN 'NOTEBOOK' THEN 'notebooks/_%'
            WHEN 'REQUIREMENTS' THEN 'requirements/_%'
            WHEN 'METRICS' THEN 'metrics/_%'
            WHEN 'LOGS' THEN 'logs/_%'
            WHEN 'EVENTS' THEN 'events/_%'
            WHEN 'STORYBOARD' THEN 'storyboards/_%'
            WHEN 'FILE' THEN 'files/_%'
        END
    ),
    CONSTRAINT assets_paper_fk FOREIGN KEY (project_id, paper_id) REFERENCES papers (project_id, id) ON DELETE CASCADE,
    CONSTRAINT assets_plan_fk FOREIGN KEY (project_id, plan_id) REFERENCES plans (project_id, id) ON DELETE CASCADE,
    CONSTRAINT assets_run_fk FOREIGN KEY (project_id, run_id) REFERENCES runs (project_id, id) ON DELETE CASCADE,
    CONSTRAINT assets_created_by_fk FOREIGN KEY (created_by) REFERENCES users (id) ON DELETE SET NULL
);

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
CREATE FUNCTION keep_unit_mode_scope() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the project of a unit mode never changes'
        USING ERRCODE = 'check_violation', TABLE = 'unit_modes', CONSTRAINT = 'unit_modes_project_fixed';
END
$$;

CREATE TRIGGER unit_modes_project_fixed BEFORE UPDATE OF project_id ON unit_modes FOR EACH ROW
WHEN (NEW.project_id IS DISTINCT FROM OLD.project_id) EXECUTE FUNCTION keep_unit_mode_scope();

-- A run's unit mode is global or its project's.
CREATE FUNCTION check_run_unit_mode() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM unit_modes
        WHERE id = NEW.unit_mode_id AND (project_id IS NULL OR project_id = NEW.project_id)
    ) THEN
        RAISE EXCEPTION 'the unit mode of a run is global or of the same project'
            USING ERRCODE = 'check_violation', TABLE = 'runs', CONSTRAINT = 'runs_unit_mode_scope';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER runs_unit_mode_scope BEFORE INSERT OR UPDATE OF unit_mode_id, project_id ON runs FOR EACH ROW
WHEN (NEW.unit_mode_id IS NOT NULL) EXECUTE FUNCTION check_run_unit_mode();

-- A reproduction starts from a plan that is ready, with the plan's hash. Only then: the plan's may change later.
-- The lock keeps the plan as it was read until the run is there.
CREATE FUNCTION check_run_plan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM plans WHERE id = NEW.plan_id AND status = 'READY' AND env_hash = NEW.env_hash FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'a reproduction starts from a plan that is ready, with the hash of that plan'
            USING ERRCODE = 'check_violation', TABLE = 'runs', CONSTRAINT = 'runs_plan_ready';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER runs_plan_ready BEFORE INSERT ON runs FOR EACH ROW
WHEN (NEW.kind = 'REPRODUCTION' AND NEW.plan_id IS NOT NULL AND NEW.env_hash IS NOT NULL)
EXECUTE FUNCTION check_run_plan();

-- A run begins in the queue, or is started as it is made, unless it is imported.
CREATE FUNCTION check_run_begin() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a run begins as QUEUED, a direct one as RUNNING, on its first attempt'
        USING ERRCODE = 'check_violation', TABLE = 'runs', CONSTRAINT = 'runs_begin';
END
$$;

CREATE TRIGGER runs_begin BEFORE INSERT ON runs FOR EACH ROW
WHEN (
    NOT CASE NEW.origin
        WHEN 'QUEUED' THEN NEW.status = 'QUEUED' AND NEW.attempt = 1
        WHEN 'DIRECT' THEN NEW.status = 'RUNNING' AND NEW.attempt = 1
        ELSE true
    END
)
EXECUTE FUNCTION check_run_begin();

-- The states in their order, and nothing else, ever. A run goes back to the queue once, which is its second attempt, and
-- only if that is where it came from.
CREATE FUNCTION check_run_transition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a run cannot go from % (attempt %) to % (attempt %)',
        OLD.status, OLD.attempt, NEW.status, NEW.attempt
        USING ERRCODE = 'check_violation', TABLE = 'runs', CONSTRAINT = 'runs_transition';
END
$$;

CREATE TRIGGER runs_transition BEFORE UPDATE OF status, attempt, origin ON runs FOR EACH ROW
WHEN (
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
)
EXECUTE FUNCTION check_run_transition();
