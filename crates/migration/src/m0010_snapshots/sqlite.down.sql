DROP TABLE run_equations;
DROP TABLE notes;
DROP TABLE snapshots;
