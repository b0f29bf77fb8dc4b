-- What running work writes: its events, its series of points, and the calls by which both came.

-- A call each. The newest is also the run's counter: it says how many events and series there are with it. Whoever writes
-- holds the run's row meanwhile.
CREATE TABLE run_batches (
    run_id uuid NOT NULL,
    number bigint NOT NULL,
    project_id uuid NOT NULL,
    batch_id text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    digest text COLLATE "C" NOT NULL,
    first_seq bigint,
    last_seq bigint NOT NULL,
    series_count bigint NOT NULL,
    touched jsonb NOT NULL DEFAULT '[]',
    created_at timestamptz(3) NOT NULL DEFAULT date_trunc('milliseconds', now()),
    CONSTRAINT run_batches_pk PRIMARY KEY (run_id, number),
    CONSTRAINT run_batches_number_range CHECK (number BETWEEN 1 AND 9007199254740991),
    CONSTRAINT run_batches_batch_id_length CHECK (char_length(batch_id) BETWEEN 1 AND 200),
    CONSTRAINT run_batches_kind_known CHECK (kind IN ('APPEND', 'LOG', 'REWIND')),
    CONSTRAINT run_batches_digest_form CHECK (digest ~ '^[0-9a-f]{64}$'),
    CONSTRAINT run_batches_first_seq_range CHECK (first_seq BETWEEN 1 AND last_seq),
    CONSTRAINT run_batches_last_seq_range CHECK (last_seq BETWEEN 0 AND 9007199254740991),
    CONSTRAINT run_batches_series_count_range CHECK (series_count BETWEEN 0 AND 9007199254740991),
    CONSTRAINT run_batches_touched_array CHECK (jsonb_typeof(touched) = 'array'),
    CONSTRAINT run_batches_created_at_form CHECK (created_at >= '0001-01-01Z' AND created_at < '10000-01-01Z'),
    CONSTRAINT run_batches_seq_kind CHECK ((kind = 'LOG') = (first_seq IS NULL)),
    CONSTRAINT run_batches_batch_id_unique UNIQUE (run_id, batch_id),
    CONSTRAINT run_batches_run_fk FOREIGN KEY (project_id, run_id) REFERENCES runs (project_id, id) ON DELETE CASCADE
);

CREATE TABLE run_events (
    run_id uuid NOT NULL,
    seq bigint NOT NULL,
    ts timestamptz(3) NOT NULL DEFAULT date_trunc('milliseconds', now()),
    event_type text COLLATE "C" NOT NULL,
    payload jsonb NOT NULL DEFAULT '{}',
    CONSTRAINT run_events_pk PRIMARY KEY (run_id, seq),
    CONSTRAINT run_events_seq_range CHECK (seq BETWEEN 1 AND 9007199254740991),
    CONSTRAINT run_events_ts_form CHECK (ts >= '0001-01-01Z' AND ts < '10000-01-01Z'),
    CONSTRAINT run_events_event_type_known CHECK (
        event_type IN ('STAGE_UPDATE', 'LOG_LINE', 'PROGRESS', 'METRIC_UPDATE', 'SAMPLE_PRED', 'ERROR')
    ),
    CONSTRAINT run_events_payload_object CHECK (jsonb_typeof(payload) = 'object'),
    CONSTRAINT run_events_run_fk FOREIGN KEY (run_id) REFERENCES runs (id) ON DELETE CASCADE
);

-- What was said is not said otherwise later.
CREATE FUNCTION keep_said() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a row in % never changes', TG_TABLE_NAME
        USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_TABLE_NAME || '_fixed';
END
$$;

CREATE TRIGGER run_batches_kept BEFORE UPDATE ON run_batches FOR EACH ROW EXECUTE FUNCTION keep_said();

CREATE TRIGGER run_events_kept BEFORE UPDATE ON run_events FOR EACH ROW EXECUTE FUNCTION keep_said();

-- A metric of a run, on a split or on none, with what its points come to. A number is finite, or else it is null and
-- `…_special` says what it was.
CREATE TABLE run_series (
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    run_id uuid NOT NULL,
    number bigint NOT NULL,
    metric text COLLATE "C" NOT NULL,
    split text COLLATE "C",
    count bigint NOT NULL DEFAULT 0,
    first_step bigint,
    last_step bigint,
    first double precision,
    first_special text COLLATE "C",
    last double precision,
    last_special text COLLATE "C",
    min double precision,
    max double precision,
    non_finite_count bigint NOT NULL DEFAULT 0,
    first_non_finite_step bigint,
    terminal_value double precision,
    terminal_special text COLLATE "C",
    created_at timestamptz(3) NOT NULL DEFAULT date_trunc('milliseconds', now()),
    updated_at timestamptz(3) NOT NULL DEFAULT date_trunc('milliseconds', now()),
    CONSTRAINT run_series_pk PRIMARY KEY (id),
    CONSTRAINT run_series_id_v7 CHECK (substr(id::text, 15, 1) = '7'),
    CONSTRAINT run_series_number_range CHECK (number BETWEEN 1 AND 9007199254740991),
    CONSTRAINT run_series_metric_length CHECK (char_length(metric) BETWEEN 1 AND 200),
    CONSTRAINT run_series_split_length CHECK (char_length(split) BETWEEN 1 AND 200),
    CONSTRAINT run_series_count_range CHECK (count BETWEEN 0 AND 9007199254740991),
    CONSTRAINT run_series_first_step_range CHECK (first_step BETWEEN 0 AND last_step),
    CONSTRAINT run_series_last_step_range CHECK (last_step BETWEEN 0 AND 9007199254740991),
    CONSTRAINT run_series_first_finite CHECK (first NOT IN ('NaN', 'Infinity', '-Infinity')),
    CONSTRAINT run_series_first_special_known CHECK (first_special IN ('NaN', 'Infinity', '-Infinity')),
    CONSTRAINT run_series_last_finite CHECK (last NOT IN ('NaN', 'Infinity', '-Infinity')),
    CONSTRAINT run_series_last_special_known CHECK (last_special IN ('NaN', 'Infinity', '-Infinity')),
    CONSTRAINT run_series_min_finite CHECK (min NOT IN ('NaN', 'Infinity', '-Infinity')),
    CONSTRAINT run_series_max_finite CHECK (max NOT IN ('NaN', 'Infinity', '-Infinity')),
    CONSTRAINT run_series_non_finite_count_range CHECK (non_finite_count BETWEEN 0 AND count),
    CONSTRAINT run_series_first_non_finite_step_range CHECK (first_non_finite_step BETWEEN first_step AND last_step),
    CONSTRAINT run_series_terminal_value_finite CHECK (terminal_value NOT IN ('NaN', 'Infinity', '-Infinity')),
    CONSTRAINT run_series_terminal_special_known CHECK (terminal_special IN ('NaN', 'Infinity', '-Infinity')),
    CONSTRAINT run_series_created_at_form CHECK (created_at >= '0001-01-01Z' AND created_at < '10000-01-01Z'),
    CONSTRAINT run_series_updated_at_form CHECK (updated_at >= '0001-01-01Z' AND updated_at < '10000-01-01Z'),
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
);

CREATE UNIQUE INDEX run_series_metric_split_unique ON run_series (run_id, metric, split) WHERE split IS NOT NULL;
CREATE UNIQUE INDEX run_series_metric_unique ON run_series (run_id, metric) WHERE split IS NULL;
CREATE INDEX run_series_run_number_idx ON run_series (run_id, number, id);
CREATE INDEX run_series_metric_project_idx ON run_series (metric, project_id, run_id);

CREATE FUNCTION keep_series() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.run_id, NEW.number, NEW.created_at) <> (OLD.id, OLD.run_id, OLD.number, OLD.created_at) THEN
        RAISE EXCEPTION 'the run, the number and the time of a row in run_series never change'
            USING ERRCODE = 'check_violation', TABLE = 'run_series', CONSTRAINT = 'run_series_fixed';
    END IF;
    IF NEW.updated_at = OLD.updated_at THEN
        NEW.updated_at := date_trunc('milliseconds', now());
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER run_series_kept BEFORE UPDATE ON run_series FOR EACH ROW EXECUTE FUNCTION keep_series();

-- By far the most rows: a number in place of the series' name, and no foreign key that is checked for each.
CREATE TABLE series_points (
    run_id uuid NOT NULL,
    series_number bigint NOT NULL,
    step bigint NOT NULL,
    value double precision,
    special text COLLATE "C",
    t double precision,
    ts timestamptz(3) NOT NULL DEFAULT date_trunc('milliseconds', now()),
    batch_number bigint NOT NULL,
    CONSTRAINT series_points_pk PRIMARY KEY (run_id, series_number, step),
    CONSTRAINT series_points_step_range CHECK (step BETWEEN 0 AND 9007199254740991),
    CONSTRAINT series_points_value_finite CHECK (value NOT IN ('NaN', 'Infinity', '-Infinity')),
    CONSTRAINT series_points_special_known CHECK (special IN ('NaN', 'Infinity', '-Infinity')),
    CONSTRAINT series_points_t_finite CHECK (t NOT IN ('NaN', 'Infinity', '-Infinity')),
    CONSTRAINT series_points_ts_form CHECK (ts >= '0001-01-01Z' AND ts < '10000-01-01Z'),
    CONSTRAINT series_points_batch_number_range CHECK (batch_number BETWEEN 1 AND 9007199254740991),
    CONSTRAINT series_points_value_one CHECK ((value IS NULL) <> (special IS NULL))
);

-- What a foreign key would say, once a statement.
CREATE FUNCTION check_series_of_points() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    named bigint;
    held bigint;
BEGIN
    SELECT count(*) INTO named FROM (SELECT DISTINCT run_id, series_number FROM fresh) AS named_series;
    SELECT count(*) INTO held FROM (
        SELECT FROM run_series AS s
        WHERE (s.run_id, s.number) IN (SELECT DISTINCT run_id, series_number FROM fresh)
        FOR KEY SHARE OF s
    ) AS held_series;
    IF named <> held THEN
        RAISE EXCEPTION 'a point belongs to a series that is there'
            USING ERRCODE = 'foreign_key_violation', TABLE = 'series_points', CONSTRAINT = 'series_points_series_fk';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER series_points_added AFTER INSERT ON series_points REFERENCING NEW TABLE AS fresh
FOR EACH STATEMENT EXECUTE FUNCTION check_series_of_points();

CREATE TRIGGER series_points_changed AFTER UPDATE ON series_points REFERENCING NEW TABLE AS fresh
FOR EACH STATEMENT EXECUTE FUNCTION check_series_of_points();

CREATE FUNCTION remove_points_of_series() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM series_points AS p USING gone WHERE p.run_id = gone.run_id AND p.series_number = gone.number;
    RETURN NULL;
END
$$;

CREATE TRIGGER run_series_removed AFTER DELETE ON run_series REFERENCING OLD TABLE AS gone
FOR EACH STATEMENT EXECUTE FUNCTION remove_points_of_series();
