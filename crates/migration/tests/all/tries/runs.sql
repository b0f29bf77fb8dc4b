-- The rules of runs: what each kind has, what each state has, and which states follow each other.

-- Kinds.

-- accepted: a reproduction
INSERT INTO runs (id, project_id, kind, name, paper_id, plan_id, env_hash, seed)
VALUES (@new, @project, 'REPRODUCTION', 'R', @paper, @plan, $sha, 42);

-- refused runs_kind_fields: a reproduction without a paper
INSERT INTO runs (id, project_id, kind, name, paper_id, plan_id, env_hash, seed)
VALUES (@new, @project, 'REPRODUCTION', 'R', NULL, @plan, $sha, 42);

-- refused runs_kind_fields: a reproduction without a plan
INSERT INTO runs (id, project_id, kind, name, paper_id, plan_id, env_hash, seed)
VALUES (@new, @project, 'REPRODUCTION', 'R', @paper, NULL, $sha, 42);

-- refused runs_kind_fields: a reproduction without a hash
INSERT INTO runs (id, project_id, kind, name, paper_id, plan_id, env_hash, seed)
VALUES (@new, @project, 'REPRODUCTION', 'R', @paper, @plan, NULL, 42);

-- refused runs_kind_fields: a reproduction without a seed
INSERT INTO runs (id, project_id, kind, name, paper_id, plan_id, env_hash, seed)
VALUES (@new, @project, 'REPRODUCTION', 'R', @paper, @plan, $sha, NULL);

-- refused runs_plan_ready: a reproduction from a draft
INSERT INTO runs (id, project_id, kind, name, paper_id, plan_id, env_hash, seed)
VALUES (@new, @project, 'REPRODUCTION', 'R', @paper, @draft, $sha, 42);

-- refused runs_plan_ready: a reproduction with another hash than its plan
INSERT INTO runs (id, project_id, kind, name, paper_id, plan_id, env_hash, seed)
VALUES (@new, @project, 'REPRODUCTION', 'R', @paper, @plan, $sha2, 42);

-- refused runs_plan_ready: a reproduction from no plan
INSERT INTO runs (id, project_id, kind, name, paper_id, plan_id, env_hash, seed)
VALUES (@new, @project, 'REPRODUCTION', 'R', @paper, @nothing, $sha, 42);

-- refused runs_plan_fk: a reproduction of another paper than its plan
INSERT INTO runs (id, project_id, kind, name, paper_id, plan_id, env_hash, seed)
VALUES (@new, @project, 'REPRODUCTION', 'R', @second_paper, @plan, $sha, 42);

-- refused runs_plan_fk or runs_paper_fk: a reproduction in another project than its plan
INSERT INTO runs (id, project_id, kind, name, paper_id, plan_id, env_hash, seed)
VALUES (@new, @other_project, 'REPRODUCTION', 'R', @paper, @plan, $sha, 42);

-- accepted: the hash of the plan may change later
UPDATE plans SET env_hash = $sha2 WHERE id = @plan;
UPDATE runs SET name = 'N' WHERE id = @reproduction;

-- accepted: the plan may be drafted again
UPDATE plans SET status = 'DRAFT', env_hash = NULL WHERE id = @plan;
UPDATE runs SET status = 'RUNNING', started_at = queued_at WHERE id = @reproduction;

-- refused runs_kind_fields: a simulation with a paper
UPDATE runs SET paper_id = @paper WHERE id = @simulation;

-- refused runs_kind_fields: a simulation with a paper and a plan
UPDATE runs SET paper_id = @paper, plan_id = @plan WHERE id = @simulation;

-- refused runs_kind_fields: a simulation with a hash
UPDATE runs SET env_hash = $sha WHERE id = @simulation;

-- accepted: a simulation with all that it may have
UPDATE runs SET equation_version = '2', container_hash = 'any text', total_steps = 1000, seed = -9223372036854775808
WHERE id = @simulation;

-- accepted: an experiment with a paper and a plan
UPDATE runs SET paper_id = @paper, plan_id = @draft WHERE id = @experiment;

-- accepted: an experiment with a paper
UPDATE runs SET paper_id = @paper WHERE id = @experiment;

-- refused runs_plan_hash_plan: what a plan said, of a run without a plan
UPDATE runs SET plan_hash = $sha WHERE id = @simulation;

-- refused runs_fingerprint_known: a fingerprint of nothing
UPDATE runs SET fingerprint = $sha WHERE id = @simulation;

-- accepted: a fingerprint of what a plan said and of all else
UPDATE runs SET plan_hash = $sha, fingerprint = $sha WHERE id = @reproduction;

-- accepted: a fingerprint of a seed
UPDATE runs SET seed = 1, fingerprint = $sha WHERE id = @experiment;

-- refused runs_plan_paper: an experiment with a plan, but no paper
UPDATE runs SET plan_id = @plan WHERE id = @experiment;

-- refused runs_kind_fields: an experiment with a hash
UPDATE runs SET env_hash = $sha WHERE id = @experiment;

-- refused runs_simulation_fields: an experiment with unit_mode_id
UPDATE runs SET unit_mode_id = @mode WHERE id = @experiment;

-- refused runs_simulation_fields: an experiment with equation_version
UPDATE runs SET equation_version = '2' WHERE id = @experiment;

-- refused runs_simulation_fields: an experiment with container_hash
UPDATE runs SET container_hash = 'c' WHERE id = @experiment;

-- refused runs_simulation_fields: an experiment with total_steps
UPDATE runs SET total_steps = 1 WHERE id = @experiment;

-- refused runs_simulation_fields: a reproduction with total_steps
UPDATE runs SET total_steps = 1 WHERE id = @reproduction;

-- What a run points at.

-- refused runs_project_fk: a run of no project
INSERT INTO runs (id, project_id, kind, name) VALUES (@new, @nothing, 'EXPERIMENT', 'R');

-- refused runs_paper_fk: an experiment with another project's paper
UPDATE runs SET paper_id = @other_paper WHERE id = @experiment;

-- refused runs_parent_run_fk: a run with another project's parent
UPDATE runs SET parent_run_id = @other_run WHERE id = @experiment;

-- refused runs_parent_other: a run that is its own parent
UPDATE runs SET parent_run_id = id WHERE id = @experiment;

-- refused runs_repository_fk: a run of another project's repository
UPDATE runs SET repository_id = @other_repository WHERE id = @experiment;

-- refused runs_created_by_fk: a run by nobody
UPDATE runs SET created_by = @nobody WHERE id = @experiment;

-- accepted: a simulation with a global unit mode
UPDATE runs SET unit_mode_id = @global_mode WHERE id = @simulation;

-- refused runs_unit_mode_scope: a simulation with another project's unit mode
UPDATE runs SET unit_mode_id = @other_mode WHERE id = @simulation;

-- refused runs_unit_mode_scope: a new simulation with another project's unit mode
INSERT INTO runs (id, project_id, kind, name, unit_mode_id) VALUES (@new, @project, 'SIMULATION', 'R', @other_mode);

-- refused runs_unit_mode_scope or runs_unit_mode_fk: a simulation with no such unit mode
UPDATE runs SET unit_mode_id = @nothing WHERE id = @simulation;

-- refused runs_unit_mode_scope: a simulation does not take its unit mode to another project
UPDATE runs SET project_id = @other_project, parent_run_id = NULL, repository_id = NULL WHERE id = @simulation;

-- refused runs_purged_is_deleted: purged but not deleted
UPDATE runs SET purged_at = '2026-01-02T00:00:00.000Z' WHERE id = @experiment;

-- What each state has.

-- refused runs_times_order: started before it was queued
INSERT INTO runs (id, project_id, kind, name, origin, status, queued_at, started_at, ended_at) VALUES
    (@new, @project, 'EXPERIMENT', 'R', 'IMPORTED', 'RUNNING', '2026-01-01T00:00:02.000Z', '2026-01-01T00:00:01.000Z', NULL);

-- refused runs_times_order: ended before it started
INSERT INTO runs (id, project_id, kind, name, origin, status, queued_at, started_at, ended_at) VALUES
    (@new, @project, 'EXPERIMENT', 'R', 'IMPORTED', 'SUCCEEDED', '2026-01-01T00:00:01.000Z', '2026-01-01T00:00:03.000Z', '2026-01-01T00:00:02.000Z');

-- refused runs_times_order: ended before it was queued
INSERT INTO runs (id, project_id, kind, name, origin, status, queued_at, started_at, ended_at) VALUES
    (@new, @project, 'EXPERIMENT', 'R', 'IMPORTED', 'CANCELLED', '2026-01-01T00:00:03.000Z', NULL, '2026-01-01T00:00:02.000Z');

-- accepted: all at once
INSERT INTO runs (id, project_id, kind, name, origin, status, queued_at, started_at, ended_at) VALUES
    (@new, @project, 'EXPERIMENT', 'R', 'IMPORTED', 'SUCCEEDED', '2026-01-01T00:00:01.000Z', '2026-01-01T00:00:01.000Z', '2026-01-01T00:00:01.000Z');

-- refused runs_running_ms_within_duration: time spent by a run that never started
UPDATE runs SET running_ms = 0 WHERE id = @simulation;

-- refused runs_running_ms_within_duration: longer running than there was time
UPDATE runs SET running_ms = 59001 WHERE id = @imported;

-- accepted: running all of the time
UPDATE runs SET running_ms = 59000 WHERE id = @imported;

-- true: the duration is the time between start and end
SELECT duration_ms = 59000 FROM runs WHERE id = @imported;

-- true: there is none before the end
SELECT duration_ms IS NULL FROM runs WHERE id = @simulation;

-- refused runs_duration_ms_generated or 428C9: the duration is not written by hand
UPDATE runs SET duration_ms = 1 WHERE id = @imported;

-- How a run begins.

-- refused runs_begin: a new run on its second attempt
INSERT INTO runs (id, project_id, kind, name, attempt) VALUES (@new, @project, 'EXPERIMENT', 'R', 2);

-- refused runs_begin: a direct run in the queue
INSERT INTO runs (id, project_id, kind, name, origin) VALUES (@new, @project, 'EXPERIMENT', 'R', 'DIRECT');

-- refused runs_transition: a run has another origin than it had
UPDATE runs SET origin = 'IMPORTED' WHERE id = @experiment;

-- Which states follow each other.

-- accepted: back to the queue once
UPDATE runs SET status = 'RUNNING', started_at = queued_at WHERE id = @experiment;
UPDATE runs SET status = 'QUEUED', started_at = NULL, attempt = 2 WHERE id = @experiment;

-- refused runs_transition: back to the queue twice
UPDATE runs SET status = 'RUNNING', started_at = queued_at WHERE id = @experiment;
UPDATE runs SET status = 'QUEUED', started_at = NULL, attempt = 2 WHERE id = @experiment;
UPDATE runs SET status = 'RUNNING', started_at = queued_at WHERE id = @experiment;
UPDATE runs SET status = 'QUEUED', started_at = NULL WHERE id = @experiment;

-- refused runs_status_times: back to the queue with its start
UPDATE runs SET status = 'RUNNING', started_at = queued_at WHERE id = @experiment;
UPDATE runs SET status = 'QUEUED', attempt = 2 WHERE id = @experiment;

-- refused runs_transition: a direct run is never queued
INSERT INTO runs (id, project_id, kind, name, origin, status, started_at, queued_at) VALUES
    (@new, @project, 'EXPERIMENT', 'R', 'DIRECT', 'RUNNING', '2026-01-01T00:00:01.000Z', '2026-01-01T00:00:01.000Z');
UPDATE runs SET status = 'QUEUED', started_at = NULL, attempt = 2 WHERE id = @new;

-- refused runs_transition: another attempt without going back to the queue
UPDATE runs SET attempt = 2 WHERE id = @simulation;

-- refused runs_transition: another attempt by starting
UPDATE runs SET status = 'RUNNING', started_at = queued_at, attempt = 2 WHERE id = @simulation;

-- accepted: a change that is none
UPDATE runs SET status = status, attempt = attempt;
