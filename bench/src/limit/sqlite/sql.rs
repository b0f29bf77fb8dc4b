//! The statements.

pub(super) const VIEWER: &str =
    "SELECT s.id, s.created_at, s.expires_at, u.id, u.role, u.must_reset_password, p.id, m.role,
        p.deleted_at IS NULL
    FROM sessions AS s
    JOIN users AS u ON u.id = s.user_id
    LEFT JOIN project_members AS m ON m.user_id = u.id
    LEFT JOIN projects AS p ON p.id = m.project_id
    WHERE u.disabled_at IS NULL AND s.token_sha256 = ?1 AND s.revoked_at IS NULL
        AND s.expires_at > strftime('%Y-%m-%dT%H:%M:%fZ', 'now')";

pub(super) const PAPER: &str =
    "SELECT id, title, abstract, authors, doi, source_url, status, revision, created_at, updated_at
    FROM papers
    WHERE id = ?1 AND project_id IN (SELECT unhex(value) FROM json_each(?2)) AND deleted_at IS NULL";

pub(super) const PAPERS: &str = "SELECT id, title, status, created_at FROM papers
    WHERE project_id IN (SELECT unhex(value) FROM json_each(?1)) AND deleted_at IS NULL AND (created_at, id) > (?2, ?3)
    ORDER BY created_at, id LIMIT 51";

pub(super) const CLAIMS: &str = "SELECT id, metric_name, metric_value, source_citation, confidence FROM claims
    WHERE paper_id = ?1 ORDER BY created_at, id LIMIT 10";

pub(super) const PLANS: &str = "SELECT id, version, status, budget_minutes FROM plans
    WHERE paper_id = ?1 AND deleted_at IS NULL ORDER BY created_at DESC, id DESC LIMIT 5";

pub(super) const RUNS: &str = "SELECT id, name, status, seed, queued_at, ended_at, duration_ms FROM runs
    WHERE plan_id = ?1 AND deleted_at IS NULL ORDER BY created_at DESC, id DESC LIMIT 5";

pub(super) const EVALS: &str = "SELECT id, metric_name, claimed, observed, gap_percent, verdict FROM evals
    WHERE run_id = ?1 ORDER BY created_at, id LIMIT 5";

pub(super) const PAPERS_OF_DASHBOARD: &str = "SELECT id, title FROM papers
    WHERE project_id IN (SELECT unhex(value) FROM json_each(?1)) AND deleted_at IS NULL AND (created_at, id) > (?2, ?3)
    ORDER BY created_at, id LIMIT 101";

pub(super) const LATEST: &str = "SELECT n.id, n.name, n.ended_at, n.duration_ms
    FROM runs AS n LEFT JOIN plans AS o ON o.id = n.plan_id
    WHERE n.paper_id = ?1 AND n.status = 'SUCCEEDED' AND n.deleted_at IS NULL AND o.deleted_at IS NULL
    ORDER BY n.ended_at DESC, n.id DESC LIMIT 1";

pub(super) const SUMMARY: &str = "SELECT
        (SELECT count(*) FROM plans AS n WHERE n.paper_id = ?1 AND n.deleted_at IS NULL),
        count(n.id), count(CASE WHEN n.status = 'SUCCEEDED' THEN 1 END), max(n.ended_at),
        (SELECT count(*) FROM claims AS c WHERE c.paper_id = ?1),
        (
            SELECT count(*) FROM evals AS e
            JOIN runs AS n ON n.id = e.run_id AND n.deleted_at IS NULL
            LEFT JOIN plans AS o ON o.id = n.plan_id
            WHERE e.paper_id = ?1 AND o.deleted_at IS NULL
        )
    FROM runs AS n LEFT JOIN plans AS o ON o.id = n.plan_id
    WHERE n.paper_id = ?1 AND n.deleted_at IS NULL AND o.deleted_at IS NULL";

pub(super) const RUN: &str =
    "SELECT r.id, r.name, r.kind, r.status, r.seed, r.config, r.tags, r.queued_at, r.started_at,
        r.ended_at, r.duration_ms
    FROM runs AS r LEFT JOIN papers AS p ON p.id = r.paper_id LEFT JOIN plans AS o ON o.id = r.plan_id
    WHERE r.id = ?1 AND r.project_id IN (SELECT unhex(value) FROM json_each(?2)) AND r.deleted_at IS NULL
        AND p.deleted_at IS NULL AND o.deleted_at IS NULL";

pub(super) const SERIES: &str = "SELECT id, metric, split, count, last, min, max, last_special, number FROM run_series
    WHERE run_id = ?1 ORDER BY number LIMIT 10";

pub(super) const POINTS: &str = "SELECT step, value, special FROM series_points
    WHERE run_id = ?1 AND series_number = ?2 ORDER BY step LIMIT 201";

pub(super) const EVENTS: &str = "SELECT seq, ts, event_type, payload FROM run_events WHERE run_id = ?1 AND seq > ?2
    ORDER BY seq LIMIT 101";

pub(super) const RUNS_BY_METRIC: &str = "SELECT r.id, r.name, r.status, r.config, r.tags, r.ended_at, r.duration_ms
    FROM runs AS r
    LEFT JOIN papers AS p ON p.id = r.paper_id
    LEFT JOIN plans AS o ON o.id = r.plan_id
    LEFT JOIN run_series AS s ON s.run_id = r.id AND s.metric = 'loss' AND s.split = 'val'
    WHERE r.project_id = ?1 AND r.project_id IN (SELECT unhex(value) FROM json_each(?2)) AND r.deleted_at IS NULL
        AND r.status = 'SUCCEEDED' AND r.ended_at >= ?3 AND p.deleted_at IS NULL AND o.deleted_at IS NULL
    ORDER BY s.last ASC NULLS LAST, r.id LIMIT 21";
