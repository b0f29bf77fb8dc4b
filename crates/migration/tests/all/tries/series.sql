-- The rules of what running work writes.

-- refused run_batches_first_seq_range: a first event beyond the last
INSERT INTO run_batches (run_id, number, project_id, batch_id, kind, digest, first_seq, last_seq, series_count)
VALUES (@experiment, 3, @project, 'more', 'APPEND', $sha, 3, 2, 2);

-- refused run_batches_seq_kind: points that append events
INSERT INTO run_batches (run_id, number, project_id, batch_id, kind, digest, first_seq, last_seq, series_count)
VALUES (@experiment, 3, @project, 'more', 'LOG', $sha, 2, 2, 2);

-- refused run_batches_batch_id_unique: a batch that was sent before
INSERT INTO run_batches (run_id, number, project_id, batch_id, kind, digest, last_seq, series_count)
VALUES (@experiment, 3, @project, 'points', 'LOG', $sha2, 1, 2);

-- accepted: the same id in another run
INSERT INTO run_batches (run_id, number, project_id, batch_id, kind, digest, last_seq, series_count)
VALUES (@simulation, 1, @project, 'points', 'LOG', $sha2, 0, 1);

-- refused run_batches_run_fk: a batch of another project's run
INSERT INTO run_batches (run_id, number, project_id, batch_id, kind, digest, last_seq, series_count)
VALUES (@experiment, 3, @other_project, 'more', 'LOG', $sha, 1, 2);

-- refused run_batches_fixed: a batch that says otherwise later
UPDATE run_batches SET batch_id = 'other' WHERE run_id = @experiment;

-- refused run_events_fixed: an event that says otherwise later
UPDATE run_events SET payload = '{"other": 1}' WHERE run_id = @experiment;

-- refused run_events_run_fk: an event of no run
INSERT INTO run_events (run_id, seq, event_type) VALUES (@nothing, 1, 'ERROR');

-- refused run_series_metric_unique: a metric twice
INSERT INTO run_series (id, project_id, run_id, number, metric) VALUES (@new, @project, @experiment, 3, 'loss');

-- refused run_series_metric_split_unique: a metric twice on a split
INSERT INTO run_series (id, project_id, run_id, number, metric, split)
VALUES (@new, @project, @experiment, 3, 'loss', 'train');

-- accepted: a metric on another split
INSERT INTO run_series (id, project_id, run_id, number, metric, split)
VALUES (@new, @project, @experiment, 3, 'loss', 'test');

-- refused run_series_number_unique: a number twice
INSERT INTO run_series (id, project_id, run_id, number, metric) VALUES (@new, @project, @experiment, 2, 'accuracy');

-- refused run_series_run_fk: a series of another project's run
INSERT INTO run_series (id, project_id, run_id, number, metric) VALUES (@new, @other_project, @experiment, 3, 'accuracy');

-- refused run_series_fixed: a series that gets another number
UPDATE run_series SET number = 7 WHERE id = @train;

-- accepted: a value that is not finite
UPDATE run_series SET last = NULL, last_special = 'NaN', non_finite_count = 1, first_non_finite_step = 9 WHERE id = @loss;

-- refused run_series_first_special_known: a first value that is nothing known
UPDATE run_series SET first = NULL, first_special = 'nan' WHERE id = @loss;

-- refused run_series_last_special_known: a last value that is nothing known
UPDATE run_series SET last = NULL, last_special = 'nan' WHERE id = @loss;

-- refused run_series_first_one: points without a first value
UPDATE run_series SET first = NULL WHERE id = @loss;

-- refused run_series_last_one: points without a last value
UPDATE run_series SET last = NULL WHERE id = @loss;

-- refused run_series_last_one: a terminal value that is not the last
UPDATE run_series SET terminal_value = 1 WHERE id = @train;

-- accepted: a terminal value without points
UPDATE run_series SET terminal_value = 1, last = 1 WHERE id = @train;

-- refused run_series_terminal_one: a terminal value that is two things
UPDATE run_series SET terminal_value = 1, terminal_special = 'NaN' WHERE id = @loss;

-- refused run_series_steps_together: points without steps
UPDATE run_series SET count = 1, first = 1, last = 1, min = 1, max = 1 WHERE id = @train;

-- refused run_series_extremes_together: finite points without a least value
UPDATE run_series SET min = NULL WHERE id = @loss;

-- refused run_series_extremes_order: a least value above the greatest
UPDATE run_series SET min = 3 WHERE id = @loss;

-- refused run_series_count_range: fewer points than none
UPDATE run_series SET count = -1, non_finite_count = -1 WHERE id = @train;

-- refused run_series_non_finite_count_range: more that are not finite than there are points
UPDATE run_series SET non_finite_count = 3, first_non_finite_step = 0 WHERE id = @loss;

-- refused run_series_non_finite_together: values that are not finite at no step
UPDATE run_series SET non_finite_count = 1 WHERE id = @loss;

-- refused run_series_first_non_finite_step_range: a value that is not finite beyond the last step
UPDATE run_series SET non_finite_count = 1, first_non_finite_step = 10 WHERE id = @loss;

-- given: a series that is changed by hand
UPDATE run_series SET terminal_value = 1, last = 1 WHERE id = @train;

-- true: it has the time of that
SELECT updated_at > created_at FROM run_series WHERE id = @train;

-- refused series_points_value_one: a point without a value
UPDATE series_points SET value = NULL WHERE run_id = @experiment;

-- refused series_points_value_one: a point that is two things
UPDATE series_points SET special = 'NaN' WHERE run_id = @experiment;

-- refused series_points_special_known: a value that is nothing known
UPDATE series_points SET value = NULL, special = 'nan' WHERE run_id = @experiment;

-- accepted: a value that is not finite
UPDATE series_points SET value = NULL, special = '-Infinity' WHERE run_id = @experiment;

-- refused series_points_series_fk: a point of no series
INSERT INTO series_points (run_id, series_number, step, value, batch_number) VALUES (@experiment, 3, 1, 1, 1);

-- refused series_points_series_fk: a point that moves to no series
UPDATE series_points SET series_number = 3 WHERE run_id = @experiment;

-- given: a run that is removed
DELETE FROM runs WHERE id = @experiment;

-- true: what it wrote goes with it
SELECT (SELECT count(*) FROM series_points) + (SELECT count(*) FROM run_series) + (SELECT count(*) FROM run_events)
    + (SELECT count(*) FROM run_batches) = 0;
