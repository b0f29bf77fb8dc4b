-- What comparing runs takes: what each was made of, and the indexes by which leaderboards find what was claimed and seen.

-- The hash of the plan's document when the run was made, and the digest of all that the run was made of. Runs that were
-- there before have neither.
ALTER TABLE runs
    ADD COLUMN plan_hash text COLLATE "C",
    ADD COLUMN fingerprint text COLLATE "C",
    ADD CONSTRAINT runs_plan_hash_form CHECK (plan_hash ~ '^[0-9a-f]{64}$'),
    ADD CONSTRAINT runs_plan_hash_plan CHECK (plan_hash IS NULL OR plan_id IS NOT NULL),
    ADD CONSTRAINT runs_fingerprint_form CHECK (fingerprint ~ '^[0-9a-f]{64}$'),
    ADD CONSTRAINT runs_fingerprint_known CHECK (
        fingerprint IS NULL OR coalesce(env_hash, seed::text, container_hash, plan_hash) IS NOT NULL
    );

CREATE INDEX runs_fingerprint_project_idx ON runs (fingerprint, project_id, created_at, id);
CREATE INDEX claims_metric_name_project_idx ON claims (metric_name, project_id, id);
CREATE INDEX evals_metric_name_project_idx ON evals (metric_name, project_id, id);
