-- What running work writes: its events, its series of points, and the calls by which both came.

-- A call each. The newest is also the run's counter: it says how many events and series there are with it. Whoever writes
-- holds the run's row meanwhile.
CREATE TABLE run_batches (
    run_id BLOB NOT NULL,
    number INTEGER NOT NULL,
    project_id BLOB NOT NULL,
    batch_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    digest TEXT NOT NULL,
    first_seq INTEGER,
    last_seq INTEGER NOT NULL,
    series_count INTEGER NOT NULL,
    touched TEXT NOT NULL DEFAULT '[]',
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    CONSTRAINT run_batches_pk PRIMARY KEY (run_id, number),
    CONSTRAINT run_batches_number_range CHECK (number BETWEEN 1 AND 9007199254740991),
    CONSTRAINT run_batches_batch_id_length CHECK (length(batch_id) BETWEEN 1 AND 200 AND instr(batch_id, char(0)) = 0),
    CONSTRAINT run_batches_kind_known CHECK (kind IN ('APPEND', 'LOG', 'REWIND')),
    CONSTRAINT run_batches_digest_form CHECK (
        length(digest) = 64
        AND instr(digest, char(0)) = 0
        AND digest NOT GLOB '*[^0-9a-f]*'
    ),
    CONSTRAINT run_batches_first_seq_range CHECK (first_seq BETWEEN 1 AND last_seq),
    CONSTRAINT run_batches_last_seq_range CHECK (last_seq BETWEEN 0 AND 9007199254740991),
    CONSTRAINT run_batches_series_count_range CHECK (series_count BETWEEN 0 AND 9007199254740991),
    CONSTRAINT run_batches_touched_array CHECK (
        json_valid(touched)
        AND json_type(touched) = 'array'
        AND instr(replace(touched, '\\', ''), '\u0000') = 0
    ),
    CONSTRAINT run_batches_created_at_form CHECK (
        created_at IS strftime('%Y-%m-%dT%H:%M:%fZ', created_at, '+0 seconds')
        AND created_at >= '0001'
    ),
    CONSTRAINT run_batches_seq_kind CHECK ((kind = 'LOG') = (first_seq IS NULL)),
    CONSTRAINT run_batches_batch_id_unique UNIQUE (run_id, batch_id),
    CONSTRAINT run_batches_run_fk FOREIGN KEY (project_id, run_id) REFERENCES runs (project_id, id) ON DELETE CASCADE
) STRICT;

CREATE TABLE run_events (
    run_id BLOB NOT NULL,
    seq INTEGER NOT NULL,
    ts TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    event_type TEXT NOT NULL,
    payload TEXT NOT NULL DEFAULT '{}',
    CONSTRAINT run_events_pk PRIMARY KEY (run_id, seq),
    CONSTRAINT run_events_seq_range CHECK (seq BETWEEN 1 AND 9007199254740991),
    CONSTRAINT run_events_ts_form CHECK (
        ts IS strftime('%Y-%m-%dT%H:%M:%fZ', ts, '+0 seconds')
        AND ts >= '0001'
    ),
    CONSTRAINT run_events_event_type_known CHECK (
        event_type IN ('STAGE_UPDATE', 'LOG_LINE', 'PROGRESS', 'METRIC_UPDATE', 'SAMPLE_PRED', 'ERROR')
    ),
    CONSTRAINT run_events_payload_object CHECK (
        json_valid(payload)
        AND json_type(payload) = 'object'
        AND instr(replace(payload, '\\', ''), '\u0000') = 0
    ),
    CONSTRAINT run_events_run_fk FOREIGN KEY (run_id) REFERENCES runs (id) ON DELETE CASCADE
) STRICT;

-- What was said is not said otherwise later.
CREATE TRIGGER run_batches_fixed BEFORE UPDATE ON run_batches
BEGIN
    SELECT RAISE(ABORT, 'run_batches_fixed');
END;

CREATE TRIGGER run_events_fixed BEFORE UPDATE ON run_events
BEGIN
    SELECT RAISE(ABORT, 'run_events_fixed');
END;

-- A metric of a run, on a split or on none, with what its points come to. A number is finite, or else it is null and
-- `…_special` says what it was.
CREATE TABLE run_series (
    id BLOB NOT NULL,
    project_id BLOB NOT NULL,
    run_id BLOB NOT NULL,
    number INTEGER NOT NULL,
    metric TEXT NOT NULL,
    split TEXT,
    count INTEGER NOT NULL DEFAULT 0,
    first_step INTEGER,
    last_step INTEGER,
    first REAL,
    first_special TEXT,
    last REAL,
    last_special TEXT,
    min REAL,
    max REAL,
    non_finite_count INTEGER NOT NULL DEFAULT 0,
    first_non_finite_step INTEGER,
    terminal_value REAL,
    terminal_special TEXT,
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    CONSTRAINT run_series_pk PRIMARY KEY (id),
    CONSTRAINT run_series_id_v7 CHECK (length(id) = 16 AND substr(id, 7, 1) BETWEEN x'70' AND x'7F'),
    CONSTRAINT run_series_number_range CHECK (number BETWEEN 1 AND 9007199254740991),
    CONSTRAINT run_series_metric_length CHECK (length(metric) BETWEEN 1 AND 200 AND instr(metric, char(0)) = 0),
    CONSTRAINT run_series_split_length CHECK (length(split) BETWEEN 1 AND 200 AND instr(split, char(0)) = 0),
    CONSTRAINT run_series_count_range CHECK (count BETWEEN 0 AND 9007199254740991),
    CONSTRAINT run_series_first_step_range CHECK (first_step BETWEEN 0 AND last_step),
    CONSTRAINT run_series_last_step_range CHECK (last_step BETWEEN 0 AND 9007199254740991),
    CONSTRAINT run_series_first_finite CHECK (abs(first) <= 1.7976931348623157e308),
    CONSTRAINT run_series_first_special_known CHECK (first_special IN ('NaN', 'Infinity', '-Infinity')),
    CONSTRAINT run_series_last_finite CHECK (abs(last) <= 1.7976931348623157e308),
    CONSTRAINT run_series_last_special_known CHECK (last_special IN ('NaN', 'Infinity', '-Infinity')),
    CONSTRAINT run_series_min_finite CHECK (abs(min) <= 1.7976931348623157e308),
    CONSTRAINT run_series_max_finite CHECK (abs(max) <= 1.7976931348623157e308),
    CONSTRAINT run_series_non_finite_count_range CHECK (non_finite_count BETWEEN 0 AND count),
    CONSTRAINT run_series_first_non_finite_step_range CHECK (first_non_finite_step BETWEEN first_step AND last_step),
    CONSTRAINT run_series_terminal_value_finite CHECK (abs(terminal_value) <= 1.7976931348623157e308),
    CONSTRAINT run_series_terminal_special_known CHECK (terminal_special IN ('NaN', 'Infinity', '-Infinity')),
    CONSTRAINT run_series_created_at_form CHECK (
        created_at IS strftime('%Y-%m-%dT%H:%M:%fZ', created_at, '+0 seconds')
        AND created_at >= '0001'
    ),
    CONSTRAINT run_series_updated_at_form CHECK (
        updated_at IS strftime('%Y-%m-%dT%H:%M:%fZ', updated_at, '+0 seconds')
        AND updated_at >= '0001'
    ),
    CONSTRAINT run_series_steps_together CHECK (
        (count = 0) = (first_step IS NULL) AND (first_step IS NULL) = (last_step IS NULL)
    ),
    CONSTRAINT run_series_first_one CHECK ((count > 0) = ((first IS NULL) <> (first_special IS NULL))),
    CONSTRAINT run_series_terminal_one CHECK (terminal_value IS NULL OR terminal_special IS NULL),
    CONSTRAINT run_series_last_one CHECK (
        (count > 0 OR terminal_value IS NOT NULL OR terminal_special IS NOT NULL)
        = ((last IS NULL) <> (last_special IS NULL))
    ),
    CONSTRAINT run_series_extremes_together CHECK (
        (count = non_finite_count) = (min IS NULL) AND (min IS NULL) = (max IS NULL)
    ),
    CONSTRAINT run_series_extremes_order CHECK (min <= max),
    CONSTRAINT run_series_non_finite_together CHECK ((non_finite_count = 0) = (first_non_finite_step IS NULL)),
    CONSTRAINT run_series_number_unique UNIQUE (run_id, number),
    CONSTRAINT run_series_run_fk FOREIGN KEY (project_id, run_id) REFERENCES runs (project_id, id) ON DELETE CASCADE
) STRICT;

CREATE UNIQUE INDEX run_series_metric_split_unique ON run_series (run_id, metric, split) WHERE split IS NOT NULL;
CREATE UNIQUE INDEX run_series_metric_unique ON run_series (run_id, metric) WHERE split IS NULL;
CREATE INDEX run_series_run_number_idx ON run_series (run_id, number, id);
CREATE INDEX run_series_metric_project_idx ON run_series (metric, project_id, run_id);

CREATE TRIGGER run_series_fixed BEFORE UPDATE OF id, run_id, number, created_at ON run_series
WHEN (NEW.id, NEW.run_id, NEW.number, NEW.created_at) <> (OLD.id, OLD.run_id, OLD.number, OLD.created_at)
BEGIN
    SELECT RAISE(ABORT, 'run_series_fixed');
END;

CREATE TRIGGER run_series_kept AFTER UPDATE ON run_series
WHEN NEW.updated_at = OLD.updated_at
BEGIN
    UPDATE run_series SET updated_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE id = NEW.id;
END;

-- By far the most rows: a number in place of the series' name.
CREATE TABLE series_points (
    run_id BLOB NOT NULL,
    series_number INTEGER NOT NULL,
    step INTEGER NOT NULL,
    value REAL,
    special TEXT,
    t REAL,
    ts TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    batch_number INTEGER NOT NULL,
    CONSTRAINT series_points_pk PRIMARY KEY (run_id, series_number, step),
    CONSTRAINT series_points_step_range CHECK (step BETWEEN 0 AND 9007199254740991),
    CONSTRAINT series_points_value_finite CHECK (abs(value) <= 1.7976931348623157e308),
    CONSTRAINT series_points_special_known CHECK (special IN ('NaN', 'Infinity', '-Infinity')),
    CONSTRAINT series_points_t_finite CHECK (abs(t) <= 1.7976931348623157e308),
    CONSTRAINT series_points_ts_form CHECK (
        ts IS strftime('%Y-%m-%dT%H:%M:%fZ', ts, '+0 seconds')
        AND ts >= '0001'
    ),
    CONSTRAINT series_points_batch_number_range CHECK (batch_number BETWEEN 1 AND 9007199254740991),
    CONSTRAINT series_points_value_one CHECK ((value IS NULL) <> (special IS NULL)),
    CONSTRAINT series_points_series_fk FOREIGN KEY (run_id, series_number) REFERENCES run_series (run_id, number)
        ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
