-- What grows, of the watched runs from :from on: series with their points, and events. A loss falls from 1, and an accuracy
-- rises towards 1, so that what a series comes to is known from its ends.

INSERT INTO run_batches (run_id, number, project_id, batch_id, kind, digest, first_seq, last_seq, series_count, touched,
    created_at)
SELECT @id(run, run), 1, @id(project, run / 6 % :projects), 'points', 'LOG', @hash(run), NULL, 0, 4,
    ('[{"firstStep":0,"lastStep":' || (:points - 1) || ',"metric":"loss","number":1,"split":"train"},'
    || '{"firstStep":0,"lastStep":' || (:points - 1) || ',"metric":"loss","number":2,"split":"val"},'
    || '{"firstStep":0,"lastStep":' || (:points - 1) || ',"metric":"accuracy","number":3,"split":"train"},'
    || '{"firstStep":0,"lastStep":' || (:points - 1) || ',"metric":"accuracy","number":4,"split":"val"}]')@json,
    @time(run * 10 + 600)
FROM (SELECT (:from + n) * :stride AS run FROM @numbers(:count)) AS watched;

INSERT INTO run_batches (run_id, number, project_id, batch_id, kind, digest, first_seq, last_seq, series_count, created_at)
SELECT @id(run, run), 2, @id(project, run / 6 % :projects), 'events', 'APPEND', @hash(run), 1, :events, 4,
    @time(run * 10 + 601)
FROM (SELECT (:from + n) * :stride AS run FROM @numbers(:count)) AS watched;

INSERT INTO run_series (id, project_id, run_id, number, metric, split, count, first_step, last_step, first, last, min, max,
    created_at, updated_at)
SELECT @id(series, run * 4 + k), @id(project, run / 6 % :projects), @id(run, run), k + 1,
    CASE WHEN k < 2 THEN 'loss' ELSE 'accuracy' END, CASE WHEN k % 2 = 0 THEN 'train' ELSE 'val' END,
    :points, 0, :points - 1,
    CASE WHEN k < 2 THEN 1 ELSE 1 / (c + 1) END, CASE WHEN k < 2 THEN c / (c + :points - 1) ELSE :points / (c + :points) END,
    CASE WHEN k < 2 THEN c / (c + :points - 1) ELSE 1 / (c + 1) END, CASE WHEN k < 2 THEN 1 ELSE :points / (c + :points) END,
    @time(run * 10 + 600), @time(run * 10 + 600)
FROM (
    SELECT run, k, @real(run % 97 + k + 1) AS c
    FROM (SELECT (:from + n / 4) * :stride AS run, n % 4 AS k FROM @numbers(4 * :count)) AS named
) AS s;

INSERT INTO series_points (run_id, series_number, step, value, ts, batch_number)
SELECT @id(run, run), k + 1, step, CASE WHEN k < 2 THEN c / (c + step) ELSE (step + 1) / (c + step + 1) END,
    @time(run * 10 + 5 + step), 1
FROM (
    SELECT run, k, step, @real(run % 97 + k + 1) AS c
    FROM (
        SELECT (:from + n / (4 * :points)) * :stride AS run, n / :points % 4 AS k, n % :points AS step
        FROM @numbers(4 * :points * :count)
    ) AS placed
) AS p;

INSERT INTO run_events (run_id, seq, ts, event_type, payload)
SELECT @id(run, run), seq, @time(run * 10 + 5 + seq),
    CASE seq % 4 WHEN 0 THEN 'PROGRESS' WHEN 1 THEN 'LOG_LINE' WHEN 2 THEN 'METRIC_UPDATE' ELSE 'STAGE_UPDATE' END,
    ('{"line":"epoch ' || seq || ' of run ' || run || ' went as it should","step":' || seq || '}')@json
FROM (SELECT (:from + n / :events) * :stride AS run, n % :events + 1 AS seq FROM @numbers(:events * :count)) AS said;
