DROP TABLE series_points;
DROP TABLE run_series;
DROP TABLE run_events;
DROP TABLE run_batches;
