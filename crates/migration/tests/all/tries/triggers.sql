-- What the database does by itself.

-- given: a paper changed by hand
UPDATE papers SET title = 'On Motion, Again' WHERE id = @paper;

-- true: updated_at and revision are right
SELECT updated_at > '2026-01-02T00:00:00.000Z' AND revision = 2 AND created_at = '2026-01-01T00:00:00.000Z'
FROM papers WHERE id = @paper;

-- given: a paper changed by a program that says when, and which revision
UPDATE papers SET title = 'On Motion', updated_at = '2026-01-03T00:00:00.000Z', revision = 7 WHERE id = @paper;

-- true: what it said holds
SELECT updated_at = '2026-01-03T00:00:00.000Z' AND revision = 7 FROM papers WHERE id = @paper;

-- given: a paper changed by hand, but for its revision
UPDATE papers SET title = 'On Motion, Again', revision = 8 WHERE id = @paper;

-- true: the time is filled in
SELECT updated_at > '2026-01-04T00:00:00.000Z' AND revision = 8 FROM papers WHERE id = @paper;

-- given: a paper changed by hand, but for its time
UPDATE papers SET title = 'On Motion', updated_at = '2026-01-05T00:00:00.000Z' WHERE id = @paper;

-- true: the revision is raised
SELECT updated_at = '2026-01-05T00:00:00.000Z' AND revision = 9 FROM papers WHERE id = @paper;

-- given: each of the other tables changed by hand
UPDATE users SET name = 'O' WHERE id = @owner;
UPDATE user_providers SET name = 'O' WHERE id = @provider;
UPDATE sessions SET user_agent = 'A' WHERE id = @session;
UPDATE user_tokens SET used_at = '2026-01-02T00:00:00.000Z' WHERE id = @token;
UPDATE api_keys SET name = 'N' WHERE id = @project_key;
UPDATE projects SET description = 'D' WHERE id = @project;
UPDATE project_members SET role = 'VIEWER' WHERE id = @writing_member;
UPDATE repositories SET owner = 'o' WHERE id = @repository;
UPDATE project_guidelines SET text = 'T' WHERE id = @guideline;
UPDATE claims SET split = 'test' WHERE id = @claim;
UPDATE plans SET budget_minutes = 30 WHERE id = @draft;
UPDATE unit_modes SET name = 'N' WHERE id = @mode;
UPDATE equation_modules SET source = 'S' WHERE id = @equations;
UPDATE metric_definitions SET unit = 'J' WHERE id = @metric;
UPDATE runs SET description = 'D' WHERE id = @experiment;
UPDATE storyboards SET document = '{"pages": []}' WHERE id = @storyboard;
UPDATE assets SET size_bytes = 1 WHERE id = @pdf;
UPDATE ledger_heads SET next_event = 2 WHERE id = @head;

-- true: all of them are right
SELECT
    (SELECT revision = 2 AND updated_at > created_at FROM users WHERE id = @owner)
    AND (SELECT revision = 2 AND updated_at > created_at FROM user_providers WHERE id = @provider)
    AND (SELECT revision = 2 AND updated_at > created_at FROM sessions WHERE id = @session)
    AND (SELECT revision = 2 AND updated_at > created_at FROM user_tokens WHERE id = @token)
    AND (SELECT revision = 2 AND updated_at > created_at FROM api_keys WHERE id = @project_key)
    AND (SELECT revision = 2 AND updated_at > created_at FROM projects WHERE id = @project)
    AND (SELECT revision = 2 AND updated_at > created_at FROM project_members WHERE id = @writing_member)
    AND (SELECT revision = 2 AND updated_at > created_at FROM repositories WHERE id = @repository)
    AND (SELECT revision = 2 AND updated_at > created_at FROM project_guidelines WHERE id = @guideline)
    AND (SELECT revision = 2 AND updated_at > created_at FROM claims WHERE id = @claim)
    AND (SELECT revision = 2 AND updated_at > created_at FROM plans WHERE id = @draft)
    AND (SELECT revision = 2 AND updated_at > created_at FROM unit_modes WHERE id = @mode)
    AND (SELECT revision = 2 AND updated_at > created_at FROM equation_modules WHERE id = @equations)
    AND (SELECT revision = 2 AND updated_at > created_at FROM metric_definitions WHERE id = @metric)
    AND (SELECT revision = 2 AND updated_at > created_at FROM runs WHERE id = @experiment)
    AND (SELECT revision = 2 AND updated_at > created_at FROM storyboards WHERE id = @storyboard)
    AND (SELECT revision = 2 AND updated_at > created_at FROM assets WHERE id = @pdf)
    AND (SELECT updated_at > created_at FROM ledger_heads WHERE id = @head);

-- true: nothing else was touched
SELECT (SELECT count(*) FROM runs WHERE revision > 1) = 1 AND (SELECT count(*) FROM users WHERE revision > 1) = 1;

-- given: what a machine keeps of a sign-in and a key
UPDATE sessions SET expires_at = '2026-03-01T00:00:00.000Z' WHERE id = @session;
UPDATE api_keys SET last_used_at = '2026-01-03T00:00:00.000Z' WHERE id = @key;

-- true: that was no edit
SELECT
    (SELECT revision = 2 FROM sessions WHERE id = @session)
    AND (SELECT revision = 1 AND updated_at = created_at FROM api_keys WHERE id = @key);

-- refused users_fixed: an id never changes
UPDATE users SET id = @new WHERE id = @owner;

-- refused users_fixed: when a row was made never changes
UPDATE users SET created_at = '2026-01-02T00:00:00.000Z' WHERE id = @owner;

-- refused user_providers_fixed: an id never changes
UPDATE user_providers SET id = @new WHERE id = @provider;

-- refused sessions_fixed: when a row was made never changes
UPDATE sessions SET created_at = '2026-01-02T00:00:00.000Z';

-- refused sessions_fixed: nor when a machine writes
UPDATE sessions SET created_at = '2026-01-02T00:00:00.000Z', expires_at = '2026-04-01T00:00:00.000Z';

-- refused user_tokens_fixed: an id never changes
UPDATE user_tokens SET id = @new WHERE id = @token;

-- refused api_keys_fixed: when a row was made never changes
UPDATE api_keys SET created_at = '2026-01-02T00:00:00.000Z' WHERE id = @key;

-- refused projects_fixed: when a row was made never changes
UPDATE projects SET created_at = '2026-01-02T00:00:00.000Z';

-- refused project_members_fixed: when a row was made never changes
UPDATE project_members SET created_at = '2026-01-02T00:00:00.000Z';

-- refused repositories_fixed: when a row was made never changes
UPDATE repositories SET created_at = '2026-01-02T00:00:00.000Z';

-- refused project_guidelines_fixed: when a row was made never changes
UPDATE project_guidelines SET created_at = '2026-01-02T00:00:00.000Z';

-- refused papers_fixed: an id never changes
UPDATE papers SET id = @new WHERE id = @second_paper;

-- refused claims_fixed: an id never changes
UPDATE claims SET id = @new;

-- refused plans_fixed: an id never changes
UPDATE plans SET id = @new WHERE id = @draft;

-- refused unit_modes_fixed: an id never changes
UPDATE unit_modes SET id = @new WHERE id = @global_mode;

-- refused equation_modules_fixed: an id never changes
UPDATE equation_modules SET id = @new WHERE id = @equations;

-- refused metric_definitions_fixed: an id never changes
UPDATE metric_definitions SET id = @new WHERE id = @metric;

-- refused evals_fixed: an id never changes
UPDATE evals SET id = @new WHERE id = @eval;

-- refused notes_fixed: an id never changes
UPDATE notes SET id = @new;

-- refused run_equations_fixed: when a row was made never changes
UPDATE run_equations SET created_at = '2026-01-02T00:00:00.000Z';

-- refused runs_fixed: when a row was made never changes
UPDATE runs SET created_at = '2026-01-02T00:00:00.000Z';

-- refused storyboards_fixed: an id never changes
UPDATE storyboards SET id = @new;

-- refused assets_fixed: an id never changes
UPDATE assets SET id = @new WHERE id = @pdf;

-- refused ledger_heads_fixed: an id never changes
UPDATE ledger_heads SET id = @new WHERE id = @head;

-- What goes and what stays.

-- given: a repository is deleted
DELETE FROM repositories WHERE id = @repository;

-- true: its runs stay, and a second look shows that they were written
SELECT repository_id IS NULL AND project_id = @project AND revision = 2 FROM runs WHERE id = @simulation;

-- given: a unit mode is deleted
DELETE FROM unit_modes WHERE id = @mode;

-- true: its runs stay
SELECT unit_mode_id IS NULL FROM runs WHERE id = @simulation;

-- given: a run is deleted
DELETE FROM runs WHERE id = @reproduction;

-- true: its storyboard stays, its children stay, its assets go
SELECT
    (SELECT run_id IS NULL AND project_id = @project FROM storyboards WHERE id = @storyboard)
    AND (SELECT parent_run_id IS NULL AND project_id = @project FROM runs WHERE id = @simulation)
    AND (SELECT count(*) FROM assets WHERE run_id IS NOT NULL) = 0;

-- given: a user who made things is deleted
DELETE FROM users WHERE id = @writer;

-- true: what they made stays, their membership, sign-ins, keys and uploads go
SELECT
    (SELECT created_by IS NULL FROM papers WHERE id = @paper)
    AND (SELECT created_by IS NULL FROM claims WHERE id = @claim)
    AND (SELECT created_by IS NULL FROM assets WHERE id = @pdf)
    AND (SELECT count(*) FROM project_members WHERE project_id = @project) = 1
    AND (SELECT created_by IS NULL FROM api_keys WHERE id = @project_key)
    AND (SELECT count(*) FROM api_keys WHERE id = @writer_key) = 0
    AND (SELECT count(*) FROM user_providers WHERE id = @other_provider) = 0
    AND (SELECT count(*) FROM uploads WHERE created_by IS NOT NULL) = 0;

-- given: a paper is deleted for good
DELETE FROM papers WHERE id = @paper;

-- true: all of its children go
SELECT
    (SELECT count(*) FROM claims) = 0
    AND (SELECT count(*) FROM plans WHERE project_id = @project) = 0
    AND (SELECT count(*) FROM storyboards) = 0
    AND (SELECT count(*) FROM assets) = 0;

-- given: a chain of runs in which each is the parent of the next
INSERT INTO runs (id, project_id, kind, name, parent_run_id) VALUES
    (@run1, @project, 'EXPERIMENT', '1', @simulation),
    (@run2, @project, 'EXPERIMENT', '2', @run1),
    (@run3, @project, 'EXPERIMENT', '3', @run2);
UPDATE runs SET parent_run_id = @run3 WHERE id = @simulation;

-- accepted: all of them go at once
DELETE FROM runs;

-- given: a project is deleted for good
DELETE FROM projects WHERE id = @project;

-- true: everything in it goes, what belongs to others and the ledger stay
SELECT
    (SELECT count(*) FROM papers) = 1
    AND (SELECT count(*) FROM runs) = 1
    AND (SELECT count(*) FROM unit_modes) = 2
    AND (SELECT count(*) FROM equation_modules) = 2
    AND (SELECT count(*) FROM metric_definitions) = 2
    AND (SELECT count(*) FROM project_members) = 1
    AND (SELECT count(*) FROM project_guidelines) = 0
    AND (SELECT count(*) FROM api_keys) = 1
    AND (SELECT count(*) FROM uploads) = 0
    AND (SELECT count(*) FROM ledger_heads) = 2
    AND (SELECT count(*) FROM audit_log) = 1
    AND (SELECT count(*) FROM creations) = 1;
