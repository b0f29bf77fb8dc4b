-- What comparing runs takes: what each was made of, and the indexes by which leaderboards find what was claimed and seen.

-- The hash of the plan's document when the run was made, and the digest of all that the run was made of. Runs that were
-- there before have neither.
ALTER TABLE runs ADD COLUMN plan_hash TEXT
    CONSTRAINT runs_plan_hash_form CHECK (
        length(plan_hash) = 64
        AND instr(plan_hash, char(0)) = 0
        AND plan_hash NOT GLOB '*[^0-9a-f]*'
    )
    CONSTRAINT runs_plan_hash_plan CHECK (plan_hash IS NULL OR plan_id IS NOT NULL);
ALTER TABLE runs ADD COLUMN fingerprint TEXT
    CONSTRAINT runs_fingerprint_form CHECK (
        length(fingerprint) = 64
        AND instr(fingerprint, char(0)) = 0
        AND fingerprint NOT GLOB '*[^0-9a-f]*'
    )
    CONSTRAINT runs_fingerprint_known CHECK (
        fingerprint IS NULL OR coalesce(env_hash, seed, container_hash, plan_hash) IS NOT NULL
    );

CREATE INDEX runs_fingerprint_project_idx ON runs (fingerprint, project_id, created_at, id);
CREATE INDEX claims_metric_name_project_idx ON claims (metric_name, project_id, id);
CREATE INDEX evals_metric_name_project_idx ON evals (metric_name, project_id, id);
