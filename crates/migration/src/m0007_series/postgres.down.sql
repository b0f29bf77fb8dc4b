DROP TABLE series_points;
DROP TABLE run_series;
DROP TABLE run_events;
DROP TABLE run_batches;
DROP FUNCTION remove_points_of_series();
DROP FUNCTION check_series_of_points();
DROP FUNCTION keep_series();
DROP FUNCTION keep_said();
