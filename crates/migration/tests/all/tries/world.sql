-- A row or more in each table, all written on the first of January.

INSERT INTO users (id, email, email_folded, created_at, updated_at) VALUES
    (@owner, 'Owner@example.org', 'owner@example.org', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'),
    (@writer, 'writer@example.org', 'writer@example.org', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z');

INSERT INTO user_providers (id, user_id, provider, provider_id, created_at, updated_at) VALUES
    (@provider, @owner, 'https://id.example.org', 'owner', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'),
    (@other_provider, @writer, 'https://id.example.org', 'writer',
        '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z');

INSERT INTO sessions (id, user_id, token_sha256, expires_at, created_at, updated_at) VALUES
    (@session, @owner, $sha, '2026-02-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z');

INSERT INTO user_tokens (id, user_id, purpose, token_sha256, expires_at, created_at, updated_at) VALUES
    (@token, @owner, 'INVITATION', $sha, '2026-01-02T00:00:00.000Z',
        '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z');

INSERT INTO sign_in_attempts (id, key_sha256, free_at, expires_at, created_at) VALUES
    (@attempt, $sha, '2026-01-01T00:00:01.000Z', '2026-01-01T01:00:00.000Z', '2026-01-01T00:00:00.000Z');

INSERT INTO projects (id, owner_id, name, slug, created_at, updated_at) VALUES
    (@project, @owner, 'Physics', 'physics', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'),
    (@other_project, @owner, 'Language', 'language', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z');

INSERT INTO project_members (id, project_id, user_id, role, created_at, updated_at) VALUES
    (@member, @project, @owner, 'OWNER', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'),
    (@other_member, @other_project, @owner, 'OWNER', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'),
    (@writing_member, @project, @writer, 'EDITOR', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z');

INSERT INTO api_keys (id, user_id, project_id, name, prefix, key_sha256, scopes, created_by, created_at, updated_at) VALUES
    (@key, @owner, NULL, 'Notebook', 'rpg_one', $sha, '["READ"]', @owner,
        '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'),
    (@project_key, NULL, @project, 'Cluster', 'rpg_two', $b64, '["EXECUTE", "INGEST"]', @writer,
        '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'),
    (@writer_key, @writer, @project, 'Editor', 'rpg_six', $c64, '["WRITE"]', @writer,
        '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z');

INSERT INTO repositories (id, project_id, full_name, url, owner, name, created_at, updated_at) VALUES
    (@repository, @project, 'lab/sim', 'https://example.org/lab/sim', 'lab', 'sim',
        '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'),
    (@other_repository, @other_project, 'lab/lm', 'https://example.org/lab/lm', 'lab', 'lm',
        '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z');

INSERT INTO project_guidelines
    (id, project_id, file_name, media_type, storage_path, size_bytes, sha256, created_by, created_at, updated_at)
VALUES
    (@guideline, @project, 'guide.md', 'text/markdown', 'guidelines/one', 12, $sha, @writer,
        '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z');

INSERT INTO papers
    (id, project_id, title, doi, arxiv_id, pdf_storage_path, pdf_sha256, vector_store_id, created_by, created_at, updated_at)
VALUES
    (@paper, @project, 'On Motion', '10.1000/1', '2601.00001', 'papers/one', $sha, 'vs_1', @writer,
        '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'),
    (@second_paper, @project, 'On Rest', NULL, NULL, NULL, NULL, NULL, @writer,
        '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'),
    (@other_paper, @other_project, 'On Words', NULL, NULL, NULL, NULL, NULL, @writer,
        '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z');

INSERT INTO claims
    (id, project_id, paper_id, metric_name, metric_value, source_citation, confidence, created_by, created_at, updated_at)
VALUES
    (@claim, @project, @paper, 'accuracy', 0.87, 'Table 1', 0.5, @writer,
        '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z');

INSERT INTO plans (id, project_id, paper_id, document, env_hash, status, created_by, created_at, updated_at) VALUES
    (@plan, @project, @paper, '{"version":"1.1"}', $sha, 'READY', @writer, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'),
    (@draft, @project, @paper, '{"version":"1.1"}', NULL, 'DRAFT', @writer, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'),
    (@other_plan, @other_project, @other_paper, '{"version":"1.1"}', $sha, 'READY', @writer,
        '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z');

INSERT INTO unit_modes (id, project_id, key, name, units, created_at, updated_at) VALUES
    (@global_mode, NULL, 'si', 'SI', '{}', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'),
    (@mode, @project, 'si', 'Ours', '{}', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'),
    (@other_mode, @other_project, 'cgs', 'Theirs', '{}', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z');

INSERT INTO equation_modules (id, project_id, name, version, source, created_at, updated_at) VALUES
    (@global_equations, NULL, 'Motion', '1', 'F = m a', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'),
    (@equations, @project, 'Motion', '1', 'p = m v', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'),
    (@other_equations, @other_project, 'Heat', '1', 'Q = m c T',
        '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z');

INSERT INTO metric_definitions (id, project_id, key, name, created_at, updated_at) VALUES
    (@global_metric, NULL, 'energy', 'Energy', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'),
    (@metric, @project, 'energy', 'Energy here', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'),
    (@other_metric, @other_project, 'loss', 'Loss', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z');

INSERT INTO runs
    (id, project_id, kind, paper_id, plan_id, env_hash, seed, name, created_by, queued_at, created_at, updated_at)
VALUES
    (@reproduction, @project, 'REPRODUCTION', @paper, @plan, $sha, 42, 'On Motion 1', @writer,
        '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z');

INSERT INTO runs
    (id, project_id, kind, name, parent_run_id, unit_mode_id, repository_id, queued_at, created_at, updated_at)
VALUES
    (@simulation, @project, 'SIMULATION', 'Pendulum', @reproduction, @mode, @repository,
        '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'),
    (@experiment, @project, 'EXPERIMENT', 'What if', NULL, NULL, NULL,
        '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'),
    (@other_run, @other_project, 'EXPERIMENT', 'What else', NULL, NULL, NULL,
        '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z');

INSERT INTO runs (id, project_id, kind, name, status, origin, queued_at, started_at, ended_at, created_at, updated_at) VALUES
    (@imported, @project, 'SIMULATION', 'Of the past', 'SUCCEEDED', 'IMPORTED',
        '2025-01-01T00:00:00.000Z', '2025-01-01T00:00:01.000Z', '2025-01-01T00:01:00.000Z',
        '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z');

INSERT INTO storyboards (id, project_id, paper_id, run_id, document, storage_path, created_by, created_at, updated_at) VALUES
    (@storyboard, @project, @paper, @reproduction, '{}', 'storyboards/one', @writer,
        '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z');

INSERT INTO assets (id, project_id, paper_id, plan_id, run_id, kind, storage_path, path, created_by, created_at, updated_at)
VALUES
    (@pdf, @project, @paper, NULL, NULL, 'PDF', 'papers/one', NULL, @writer,
        '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'),
    (@notebook, @project, NULL, @plan, NULL, 'NOTEBOOK', 'notebooks/one', NULL, @writer,
        '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'),
    (@metrics, @project, NULL, NULL, @reproduction, 'METRICS', 'metrics/one', NULL, @writer,
        '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'),
    (@paper_file, @project, @paper, NULL, NULL, 'FILE', 'files/one', 'a/b.png', @writer,
        '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'),
    (@plan_file, @project, NULL, @plan, NULL, 'FILE', 'files/two', 'a/b.png', @writer,
        '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'),
    (@run_file, @project, NULL, NULL, @reproduction, 'FILE', 'files/three', 'a/b.png', @writer,
        '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z');

INSERT INTO ledger_heads (id, project_id, audit_count, audit_hash, seal, created_at, updated_at) VALUES
    (@head, @project, 1, $sha, $sha, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'),
    (@instance_head, NULL, 0, NULL, $sha, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z');

INSERT INTO event_logs (head_id, position, project_id, event_type, actor_type, created_at) VALUES
    (@head, 1, @project, 'PAPER_CREATED', 'USER', '2026-01-01T00:00:00.000Z');

INSERT INTO audit_log
    (id, head_id, position, project_id, table_name, row_id, operation, before_digest, after_digest, actor_type, hash, created_at)
VALUES
    (@entry, @head, 1, @project, 'papers', @paper, 'UPDATE', $sha, $sha, 'USER', $sha, '2026-01-01T00:00:00.000Z');

INSERT INTO error_logs (id, project_id, error_type, message, created_at) VALUES
    (@error, @project, 'SYSTEM_ERROR', 'It failed', '2026-01-01T00:00:00.000Z');

INSERT INTO creations (id, project_id, table_name, input_digest, created_at) VALUES
    (@paper, @project, 'papers', $sha, '2026-01-01T00:00:00.000Z');

INSERT INTO uploads (id, created_by, media_type, storage_path, size_bytes, sha256, created_at, expires_at) VALUES
    (@upload, @writer, 'application/pdf', 'uploads/one', 12, $sha,
        '2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z');

INSERT INTO uploads (id, api_key_id, media_type, storage_path, size_bytes, sha256, created_at, expires_at) VALUES
    (@sent_upload, @project_key, 'application/pdf', 'uploads/sent', 12, $sha,
        '2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z');

INSERT INTO object_deletions (id, storage_path, not_before, created_at) VALUES
    (@deletion, 'papers/gone', '2026-01-01T01:00:00.000Z', '2026-01-01T00:00:00.000Z');

INSERT INTO tasks (id, name, next_run_at, created_at) VALUES
    (@task, 'sweep', '2026-01-01T01:00:00.000Z', '2026-01-01T00:00:00.000Z');

INSERT INTO run_leases (id, project_id, run_id, attempt, holder, token_sha256, expires_at, released_at, created_at) VALUES
    (@lease, @project, @experiment, 1, 'worker', $sha, '2026-01-01T00:01:00.000Z', NULL, '2026-01-01T00:00:00.000Z'),
    (@old_lease, @project, @simulation, 1, 'worker', $b64, '2026-01-01T00:01:00.000Z', '2026-01-01T00:01:00.000Z',
        '2026-01-01T00:00:00.000Z');

INSERT INTO run_batches (run_id, number, project_id, batch_id, kind, digest, first_seq, last_seq, series_count, created_at) VALUES
    (@experiment, 1, @project, 'events', 'APPEND', $sha, 1, 1, 0, '2026-01-01T00:00:00.000Z'),
    (@experiment, 2, @project, 'points', 'LOG', $sha, NULL, 1, 2, '2026-01-01T00:00:00.000Z');

INSERT INTO run_events (run_id, seq, event_type, ts) VALUES
    (@experiment, 1, 'LOG_LINE', '2026-01-01T00:00:00.000Z');

INSERT INTO run_series
    (id, project_id, run_id, number, metric, split, count, first_step, last_step, first, last, min, max, created_at, updated_at)
VALUES
    (@loss, @project, @experiment, 1, 'loss', NULL, 2, 0, 9, 2.5, 0.5, 0.5, 2.5,
        '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'),
    (@train, @project, @experiment, 2, 'loss', 'train', 0, NULL, NULL, NULL, NULL, NULL, NULL,
        '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z');

INSERT INTO series_points (run_id, series_number, step, value, batch_number, ts) VALUES
    (@experiment, 1, 0, 2.5, 2, '2026-01-01T00:00:00.000Z'),
    (@experiment, 1, 9, 0.5, 2, '2026-01-01T00:00:00.000Z');

INSERT INTO evals
    (id, project_id, paper_id, run_id, claim_id, metric_name, origin, claimed, observed, gap_abs, gap_percent, verdict, tolerance,
    direction, created_at, updated_at)
VALUES
    (@eval, @project, @paper, @experiment, @claim, 'accuracy', 'DERIVED', 2, 1, -1, -50, 'WITHIN_TOLERANCE', 1, 'MAXIMIZE',
        '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'),
    (@by_hand, @project, @paper, @experiment, NULL, 'f1', 'RECORDED', 0, 0, 0, 0, 'REPRODUCED', NULL, NULL,
        '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z');

INSERT INTO snapshots (id, project_id, run_id, t, step, hash, state, verified, created_at) VALUES
    (@snapshot, @project, @simulation, 0.5, 1, $sha, '{"x":1}', true, '2026-01-01T00:00:00.000Z'),
    (@large_snapshot, @project, @simulation, 1.5, 3, $sha, NULL, false, '2026-01-01T00:00:00.000Z');

INSERT INTO notes (id, project_id, run_id, title, content, created_by, created_at, updated_at) VALUES
    (@note, @project, @reproduction, 'Odd', 'It rests.', @writer, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z');

INSERT INTO run_equations (id, project_id, run_id, equation_module_id, created_at, updated_at) VALUES
    (@run_equation, @project, @simulation, @equations, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'),
    (@global_run_equation, @project, @imported, @global_equations,
        '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z');
