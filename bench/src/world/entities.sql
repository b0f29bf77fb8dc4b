-- Everything but what grows, in the form that the server writes. Words that begin with `@` are spelled out for each database.

INSERT INTO users (id, email, email_folded, name, role, created_at, updated_at)
SELECT @id(user, n), 'user' || n || '@example.org', 'user' || n || '@example.org', 'User ' || n, 'USER', @time(n), @time(n)
FROM @numbers(:users);

INSERT INTO sessions (id, user_id, token_sha256, expires_at, created_at, updated_at)
SELECT @id(session, n), @id(user, n), @token(n), @time(3000000000 - 1767225600), @time(n), @time(n)
FROM @numbers(:users);

INSERT INTO projects (id, owner_id, name, slug, description, created_at, updated_at)
SELECT @id(project, n), @id(user, n), 'Project ' || n, 'project-' || n, 'What is reproduced here', @time(n), @time(n)
FROM @numbers(:projects);

INSERT INTO project_members (id, project_id, user_id, role, created_at, updated_at)
SELECT @id(member, n), @id(project, (n / 3 + n % 3) % :projects), @id(user, n / 3),
    CASE WHEN n % 3 = 0 AND n / 3 < :projects THEN 'OWNER' ELSE 'EDITOR' END, @time(n), @time(n)
FROM @numbers(3 * :users);

INSERT INTO papers (id, project_id, title, abstract, authors, source_url, doi, status, created_at, updated_at)
SELECT @id(paper, n), @id(project, n % :projects), 'On whether result ' || n || ' can be had again',
    'We ask of result ' || n || ' what it takes to have it again: which data, which code, which seed and which machine. '
    || 'Of what was claimed we find that most can be reproduced within its tolerance, that some needs a seed which was '
    || 'not told, and that a little was rounded kindly. We say which is which, with runs that anybody can look at, and '
    || 'what each of them cost in hours. All numbers of this paper come from these runs and are checked against them.',
    ('["Ada Example ' || n || '","Béla Example","Chloé \"C.\" Example"]')@json,
    'https://example.org/papers/' || n, '10.5555/bench.' || n, 'READY', @time(n * 60), @time(n * 60)
FROM @numbers(:papers);

INSERT INTO claims (id, project_id, paper_id, dataset_name, split, metric_name, metric_value, source_citation, confidence,
    created_at, updated_at)
SELECT @id(claim, n), @id(project, n / 4 % :projects), @id(paper, n / 4), 'Data ' || (n % 7), 'test',
    CASE n % 4 WHEN 0 THEN 'accuracy' WHEN 1 THEN 'f1' WHEN 2 THEN 'bleu' ELSE 'recall' END,
    @real(500 + n % 499) / 1000, 'Table ' || (n % 9) || ', row ' || (n % 13), @real(n % 100) / 100, @time(n * 15), @time(n * 15)
FROM @numbers(4 * :papers);

INSERT INTO plans (id, project_id, paper_id, version, document, env_hash, budget_minutes, status, created_at, updated_at)
SELECT @id(plan, n), @id(project, n / 2 % :projects), @id(paper, n / 2), '1.1',
    ('{"config":{"epochs":' || (n % 9 + 1) || '},"dataset":{"name":"Data ' || (n % 7) || '","split":"test"},"metrics":'
    || '[{"name":"accuracy"},{"name":"f1"},{"name":"bleu"}],"model":{"name":"Model ' || (n % 5) || '"},"version":"1.1"}')@json,
    @hash(n), 20 + n % 60, 'READY', @time(n * 30), @time(n * 30)
FROM @numbers(2 * :papers);

INSERT INTO runs (id, project_id, kind, paper_id, plan_id, env_hash, name, seed, status, origin,
    config, tags, queued_at, started_at, ended_at, error_code, error_message, created_at, updated_at)
SELECT @id(run, n), @id(project, n / 6 % :projects), 'REPRODUCTION', @id(paper, n / 6), @id(plan, n / 3), @hash(n / 3),
    'Run ' || n, n, CASE WHEN n % 6 = 5 THEN 'FAILED' ELSE 'SUCCEEDED' END, 'IMPORTED',
    ('{"beta":' || (n % 10) || ',"seed":' || n || '}')@json, ('["nightly","t' || (n % 5) || '"]')@json,
    @time(n * 10), @time(n * 10 + 5), @time(n * 10 + 600 + n % 997), CASE WHEN n % 6 = 5 THEN 'E_OUT_OF_MEMORY' END,
    CASE WHEN n % 6 = 5 THEN 'it wanted more memory than there was' END, @time(n * 10), @time(n * 10)
FROM @numbers(6 * :papers);

INSERT INTO evals (id, project_id, paper_id, run_id, claim_id, metric_name, origin, claimed, observed, gap_abs,
    gap_percent, verdict, tolerance, direction, created_at, updated_at)
SELECT @id(eval, n), @id(project, n / 18 % :projects), @id(paper, n / 18), @id(run, n / 3), @id(claim, claim),
    CASE n % 3 WHEN 0 THEN 'accuracy' WHEN 1 THEN 'f1' ELSE 'bleu' END, 'DERIVED', claimed, observed, gap,
    gap / claimed * 100,
    CASE WHEN gap > 0.03125 THEN 'EXCEEDED' WHEN gap >= 0 THEN 'REPRODUCED' WHEN gap >= -0.03125 THEN 'WITHIN_TOLERANCE'
        ELSE 'NOT_REPRODUCED' END,
    0.03125, 'MAXIMIZE', @time(n * 3), @time(n * 3)
FROM (
    SELECT n, claim, claimed, observed, observed - claimed AS gap
    FROM (
        SELECT n, claim, claimed, claimed + @real(n % 7 - 3) / 64 AS observed
        FROM (
            SELECT n, n / 18 * 4 + n % 3 AS claim, @real(500 + (n / 18 * 4 + n % 3) % 499) / 1000 AS claimed
            FROM @numbers(18 * :papers)
        ) AS claimed_by
    ) AS seen
) AS e;

-- What is written to while it is measured.
INSERT INTO runs (id, project_id, kind, name, status, origin, queued_at, started_at, ended_at, created_at, updated_at)
SELECT @id(run, 6 * :papers + n), @id(project, n % :projects), 'EXPERIMENT', 'Written ' || n, 'SUCCEEDED', 'IMPORTED',
    @time(n), @time(n), @time(n + 1), @time(n), @time(n)
FROM @numbers(:written);
