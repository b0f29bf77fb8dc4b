DROP VIEW paper_summary;
DROP VIEW latest_runs;
DROP TABLE evals;
