//! The statements.

macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $text:expr;)+) => {
        /// A statement.
        #[derive(Clone, Copy, Debug)]
        pub(super) enum Sql { $($(#[$doc])* $name,)+ }

        impl Sql {
            /// All of them, in the order of their places.
            pub(super) const ALL: [Self; [$(stringify!($name)),+].len()] = [$(Self::$name),+];

            /// Its text.
            pub(super) const fn text(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }

            /// Its place among all.
            pub(super) fn place(self) -> usize {
                let same = |other: &Self| std::mem::discriminant(other) == std::mem::discriminant(&self);
                Self::ALL.iter().position(same).unwrap_or_default()
            }
        }
    };
}

statements! {
    /// Whoever has a token, and what they are members of.
    Viewer = "SELECT s.id, s.created_at, s.expires_at, u.id, u.role, u.must_reset_password, p.id, m.role,
            p.deleted_at IS NULL
        FROM sessions AS s
        JOIN users AS u ON u.id = s.user_id
        LEFT JOIN project_members AS m ON m.user_id = u.id
        LEFT JOIN projects AS p ON p.id = m.project_id
        WHERE u.disabled_at IS NULL AND s.token_sha256 = $1 AND s.revoked_at IS NULL AND s.expires_at > $2";
    /// A paper.
    Paper = "SELECT id, title, abstract, authors, doi, source_url, status, revision, created_at, updated_at
        FROM papers WHERE id = $1 AND project_id = ANY ($2) AND deleted_at IS NULL";
    /// A page of papers.
    Papers = "SELECT id, title, status, created_at FROM papers
        WHERE project_id = ANY ($1) AND deleted_at IS NULL AND (created_at, id) > ($2::text::timestamptz, $3)
        ORDER BY created_at, id LIMIT 51";
    /// Claims of papers.
    Claims = "SELECT p.at, c.* FROM unnest($1::uuid[]) WITH ORDINALITY AS p (id, at) CROSS JOIN LATERAL (
            SELECT id, metric_name, metric_value, source_citation, confidence FROM claims
            WHERE paper_id = p.id ORDER BY created_at, id LIMIT 10
        ) AS c";
    /// Plans of papers.
    Plans = "SELECT p.at, c.* FROM unnest($1::uuid[]) WITH ORDINALITY AS p (id, at) CROSS JOIN LATERAL (
            SELECT id, version, status, budget_minutes FROM plans
            WHERE paper_id = p.id AND deleted_at IS NULL ORDER BY created_at DESC, id DESC LIMIT 5
        ) AS c";
    /// Runs of plans.
    Runs = "SELECT p.at, c.* FROM unnest($1::uuid[]) WITH ORDINALITY AS p (id, at) CROSS JOIN LATERAL (
            SELECT id, name, status, seed, queued_at, ended_at, duration_ms FROM runs
            WHERE plan_id = p.id AND deleted_at IS NULL ORDER BY created_at DESC, id DESC LIMIT 5
        ) AS c";
    /// Evals of runs.
    Evals = "SELECT p.at, c.* FROM unnest($1::uuid[]) WITH ORDINALITY AS p (id, at) CROSS JOIN LATERAL (
            SELECT id, metric_name, claimed, observed, gap_percent, verdict FROM evals
            WHERE run_id = p.id ORDER BY created_at, id LIMIT 5
        ) AS c";
    /// Papers with what there is of each.
    Dashboard = "SELECT p.id, p.title, l.id, l.name, l.ended_at, l.duration_ms,
            (SELECT count(*) FROM plans AS n WHERE n.paper_id = p.id AND n.deleted_at IS NULL),
            r.all_runs, r.succeeded, r.latest,
            (SELECT count(*) FROM claims AS c WHERE c.paper_id = p.id),
            (
                SELECT count(*) FROM evals AS e
                JOIN runs AS n ON n.id = e.run_id AND n.deleted_at IS NULL
                LEFT JOIN plans AS o ON o.id = n.plan_id
                WHERE e.paper_id = p.id AND o.deleted_at IS NULL
            )
        FROM (
            SELECT id, title, created_at FROM papers
            WHERE project_id = ANY ($1) AND deleted_at IS NULL AND (created_at, id) > ($2::text::timestamptz, $3)
            ORDER BY created_at, id LIMIT 101
        ) AS p
        LEFT JOIN LATERAL (
            SELECT n.id, n.name, n.ended_at, n.duration_ms FROM runs AS n LEFT JOIN plans AS o ON o.id = n.plan_id
            WHERE n.paper_id = p.id AND n.status = 'SUCCEEDED' AND n.deleted_at IS NULL AND o.deleted_at IS NULL
            ORDER BY n.ended_at DESC, n.id DESC LIMIT 1
        ) AS l ON true
        CROSS JOIN LATERAL (
            SELECT count(*) AS all_runs, count(*) FILTER (WHERE n.status = 'SUCCEEDED') AS succeeded,
                max(n.ended_at) AS latest
            FROM runs AS n LEFT JOIN plans AS o ON o.id = n.plan_id
            WHERE n.paper_id = p.id AND n.deleted_at IS NULL AND o.deleted_at IS NULL
        ) AS r
        ORDER BY p.created_at, p.id";
    /// A run.
    Run = "SELECT r.id, r.name, r.kind, r.status, r.seed, r.config, r.tags, r.queued_at, r.started_at, r.ended_at,
            r.duration_ms
        FROM runs AS r LEFT JOIN papers AS p ON p.id = r.paper_id LEFT JOIN plans AS o ON o.id = r.plan_id
        WHERE r.id = $1 AND r.project_id = ANY ($2) AND r.deleted_at IS NULL AND p.deleted_at IS NULL
            AND o.deleted_at IS NULL";
    /// The series of a run with the first points of each, as columns.
    Series = "SELECT s.id, s.metric, s.split, s.count, s.last, s.min, s.max, s.last_special, p.steps, p.values, p.specials
        FROM (
            SELECT * FROM run_series WHERE run_id = $1 ORDER BY number LIMIT 10
        ) AS s
        LEFT JOIN LATERAL (
            SELECT array_agg(step) AS steps, array_agg(value) AS values,
                CASE WHEN count(special) > 0 THEN array_agg(special) END AS specials
            FROM (
                SELECT step, value, special FROM series_points
                WHERE run_id = $1 AND series_number = s.number ORDER BY step LIMIT 201
            ) AS n
        ) AS p ON true
        ORDER BY s.number";
    /// Events of a run.
    Events = "SELECT seq, ts, event_type, payload FROM run_events WHERE run_id = $1 AND seq > $2
        ORDER BY seq LIMIT 101";
    /// The runs of a project that succeeded since some time, by a metric.
    RunsByMetric = "SELECT r.id, r.name, r.status, r.config, r.tags, r.ended_at, r.duration_ms
        FROM runs AS r
        LEFT JOIN papers AS p ON p.id = r.paper_id
        LEFT JOIN plans AS o ON o.id = r.plan_id
        LEFT JOIN run_series AS s ON s.run_id = r.id AND s.metric = 'loss' AND s.split = 'val'
        WHERE r.project_id = $1 AND r.project_id = ANY ($2) AND r.deleted_at IS NULL AND r.status = 'SUCCEEDED'
            AND r.ended_at >= $3::text::timestamptz AND p.deleted_at IS NULL AND o.deleted_at IS NULL
        ORDER BY s.last ASC NULLS LAST, r.id LIMIT 21";
    /// Locks a run that may be written to.
    Lock = "SELECT project_id FROM runs
        WHERE id = $1 AND project_id = ANY ($2) AND deleted_at IS NULL AND origin = 'IMPORTED' FOR UPDATE";
    /// The batch of this name, and the newest.
    Batches = "SELECT b.number, b.batch_id, b.digest, b.last_seq, b.series_count FROM run_batches AS b
        WHERE b.run_id = $1 AND b.batch_id = $2
        UNION ALL
        SELECT n.number, n.batch_id, n.digest, n.last_seq, n.series_count FROM (
            SELECT * FROM run_batches AS b WHERE b.run_id = $1 ORDER BY b.number DESC LIMIT 1
        ) AS n";
    /// The series of these metrics.
    Named = "SELECT id, metric, split, number, count, first_step, last_step, first, last, min, max FROM run_series
        WHERE run_id = $1 AND metric = ANY ($2)";
    /// What series come to.
    Keep = "INSERT INTO run_series (id, project_id, run_id, number, metric, split, count, first_step, last_step, first, last,
            min, max, created_at, updated_at)
        SELECT id, $1, $2, number, metric, nullif(split, ''), count, first_step, last_step, first, last, min, max, $3, $3
        FROM unnest($4::uuid[], $5::bigint[], $6::text[], $7::text[], $8::bigint[], $9::bigint[], $10::bigint[],
            $11::double precision[], $12::double precision[], $13::double precision[], $14::double precision[])
            AS given (id, number, metric, split, count, first_step, last_step, first, last, min, max)
        ON CONFLICT (id) DO UPDATE SET count = excluded.count, first_step = excluded.first_step,
            last_step = excluded.last_step, first = excluded.first, last = excluded.last, min = excluded.min,
            max = excluded.max, updated_at = excluded.updated_at";
    /// Points, as the server writes them.
    Insert = "INSERT INTO series_points (run_id, series_number, step, value, special, t, ts, batch_number)
        SELECT $1, series_number, step, value, value_special, t, ts, $2
        FROM (
            SELECT series_number, step,
                CASE WHEN value NOT IN ('NaN', 'Infinity', '-Infinity') THEN value END AS value,
                CASE WHEN value IN ('NaN', 'Infinity', '-Infinity') THEN value::text END AS value_special,
                CASE WHEN t NOT IN ('NaN', 'Infinity', '-Infinity') THEN t END AS t, ts
            FROM unnest($3::bigint[], $4::bigint[], $5::double precision[], $6::double precision[], $7::timestamptz[])
                AS given (series_number, step, value, t, ts)
        ) AS r WHERE true
        ON CONFLICT (run_id, series_number, step) DO UPDATE SET
            value = excluded.value, special = excluded.special, t = excluded.t, ts = excluded.ts,
            batch_number = excluded.batch_number";
    /// Events, as the server writes them.
    Say = "INSERT INTO run_events (run_id, seq, ts, event_type, payload)
        SELECT $1, seq, ts, event_type, payload
        FROM unnest($2::bigint[], $3::timestamptz[], $4::text[], $5::jsonb[]) AS r (seq, ts, event_type, payload)";
    /// A batch of points.
    Logged = "INSERT INTO run_batches (run_id, number, project_id, batch_id, kind, digest, last_seq, series_count, touched,
            created_at)
        VALUES ($1, $2, $3, $4, 'LOG', $5, $6, $7, $8, $9)";
    /// A batch of events.
    Said = "INSERT INTO run_batches (run_id, number, project_id, batch_id, kind, digest, first_seq, last_seq, series_count,
            created_at)
        VALUES ($1, $2, $3, $4, 'APPEND', $5, $6, $7, $8, $9)";
}
