DROP INDEX evals_project_metric_name_idx;
DROP INDEX claims_project_metric_name_idx;
DROP INDEX runs_project_fingerprint_idx;
ALTER TABLE runs DROP COLUMN fingerprint;
ALTER TABLE runs DROP COLUMN plan_hash;
