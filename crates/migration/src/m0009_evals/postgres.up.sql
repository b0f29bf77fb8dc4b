-- What runs showed, beside what was claimed. The gaps and the verdict follow from the values.
CREATE TABLE evals (
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    paper_id uuid NOT NULL,
    run_id uuid NOT NULL,
    claim_id uuid,
    metric_name text COLLATE "C" NOT NULL,
    origin text COLLATE "C" NOT NULL DEFAULT 'RECORDED',
    claimed double precision NOT NULL,
    observed double precision NOT NULL,
    gap_abs double precision NOT NULL,
    gap_percent double precision NOT NULL,
    gap_abs_size double precision NOT NULL GENERATED ALWAYS AS (abs(gap_abs)) STORED,
    gap_percent_size double precision NOT NULL GENERATED ALWAYS AS (abs(gap_percent)) STORED,
    verdict text COLLATE "C" NOT NULL,
    tolerance double precision,
    direction text COLLATE "C",
    @edited columns,
    @edited rules,
    CONSTRAINT evals_metric_name_length CHECK (char_length(metric_name) BETWEEN 1 AND 200),
    CONSTRAINT evals_origin_known CHECK (origin IN ('DERIVED', 'RECORDED')),
    CONSTRAINT evals_claimed_finite CHECK (claimed NOT IN ('NaN', 'Infinity', '-Infinity')),
    CONSTRAINT evals_observed_finite CHECK (observed NOT IN ('NaN', 'Infinity', '-Infinity')),
    CONSTRAINT evals_verdict_known CHECK (verdict IN ('EXCEEDED', 'REPRODUCED', 'WITHIN_TOLERANCE', 'NOT_REPRODUCED')),
    CONSTRAINT evals_tolerance_range CHECK (tolerance >= 0 AND tolerance < 'Infinity'),
    CONSTRAINT evals_direction_known CHECK (direction IN ('MAXIMIZE', 'MINIMIZE')),
    CONSTRAINT evals_recorded_claim CHECK (origin = 'DERIVED' OR claim_id IS NULL),
    CONSTRAINT evals_gap_abs_formula CHECK (gap_abs = observed - claimed),
    CONSTRAINT evals_gap_percent_formula CHECK (
        CASE
            -- PostgreSQL refuses to divide so small a number; what is left of it is nothing.
            WHEN gap_percent = 0 THEN abs(gap_abs) < 1e-15
            ELSE gap_percent = gap_abs / greatest(abs(claimed), 1e-9) * 100
        END
    ),
    CONSTRAINT evals_verdict_rule CHECK (
        verdict = CASE
            WHEN direction IS NULL THEN
                CASE WHEN abs(gap_abs) <= coalesce(tolerance, 0) THEN 'REPRODUCED' ELSE 'NOT_REPRODUCED' END
            WHEN (CASE direction WHEN 'MINIMIZE' THEN -gap_abs ELSE gap_abs END) > coalesce(tolerance, 0) THEN 'EXCEEDED'
            WHEN (CASE direction WHEN 'MINIMIZE' THEN -gap_abs ELSE gap_abs END) >= 0 THEN 'REPRODUCED'
            WHEN (CASE direction WHEN 'MINIMIZE' THEN -gap_abs ELSE gap_abs END) >= -coalesce(tolerance, 0)
                THEN 'WITHIN_TOLERANCE'
            ELSE 'NOT_REPRODUCED'
        END
    ),
    CONSTRAINT evals_metric_name_unique UNIQUE (run_id, metric_name),
    CONSTRAINT evals_paper_fk FOREIGN KEY (project_id, paper_id) REFERENCES papers (project_id, id) ON DELETE CASCADE,
    CONSTRAINT evals_run_fk FOREIGN KEY (project_id, run_id) REFERENCES runs (project_id, id) ON DELETE CASCADE,
    CONSTRAINT evals_claim_fk FOREIGN KEY (claim_id) REFERENCES claims (id) ON DELETE SET NULL
);

CREATE INDEX evals_created_idx ON evals (created_at, id);
CREATE INDEX evals_project_created_idx ON evals (project_id, created_at, id);
CREATE INDEX evals_project_gap_abs_size_idx ON evals (project_id, gap_abs_size, id);
CREATE INDEX evals_project_gap_percent_size_idx ON evals (project_id, gap_percent_size, id);
CREATE INDEX evals_paper_created_idx ON evals (paper_id, created_at, id);
CREATE INDEX evals_paper_gap_abs_size_idx ON evals (paper_id, gap_abs_size, id);
CREATE INDEX evals_run_created_idx ON evals (run_id, created_at, id);
CREATE INDEX evals_claim_created_idx ON evals (claim_id, created_at, id);

@edited triggers

-- The newest run of each paper that succeeded, among what is not deleted. Whoever reads it sees what they see of the tables.
CREATE VIEW latest_runs WITH (security_invoker = true) AS
SELECT r.id AS run_id, r.project_id, r.paper_id, r.plan_id, r.status, r.ended_at, r.duration_ms
FROM papers AS p
JOIN projects AS o ON o.id = p.project_id AND o.deleted_at IS NULL
JOIN runs AS r ON r.id = (
    SELECT n.id
    FROM runs AS n
    LEFT JOIN plans AS l ON l.id = n.plan_id
    WHERE n.paper_id = p.id AND n.status = 'SUCCEEDED' AND n.deleted_at IS NULL AND l.deleted_at IS NULL
    ORDER BY n.ended_at DESC, n.id DESC
    LIMIT 1
)
WHERE p.deleted_at IS NULL;

-- What there is of each paper, among what is not deleted.
CREATE VIEW paper_summary WITH (security_invoker = true) AS
SELECT
    p.id,
    p.project_id,
    p.title,
    p.created_at,
    p.status,
    (SELECT count(*) FROM plans AS l WHERE l.paper_id = p.id AND l.deleted_at IS NULL) AS plan_count,
    count(r.id) AS run_count,
    count(r.id) FILTER (WHERE r.status = 'SUCCEEDED') AS succeeded_run_count,
    max(r.ended_at) AS latest_run_at
FROM papers AS p
JOIN projects AS o ON o.id = p.project_id AND o.deleted_at IS NULL
LEFT JOIN (
    SELECT n.id, n.paper_id, n.status, n.ended_at
    FROM runs AS n
    LEFT JOIN plans AS l ON l.id = n.plan_id
    WHERE n.deleted_at IS NULL AND l.deleted_at IS NULL
) AS r ON r.paper_id = p.id
WHERE p.deleted_at IS NULL
GROUP BY p.id;
