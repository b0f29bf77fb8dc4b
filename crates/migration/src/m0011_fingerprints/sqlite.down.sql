DROP INDEX evals_metric_name_project_idx;
DROP INDEX claims_metric_name_project_idx;
DROP INDEX runs_fingerprint_project_idx;
ALTER TABLE runs DROP COLUMN fingerprint;
ALTER TABLE runs DROP COLUMN plan_hash;
