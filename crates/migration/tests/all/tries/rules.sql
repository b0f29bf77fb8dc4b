-- accepted: an insert by hand that leaves out what has a default
INSERT INTO papers (id, project_id, title) VALUES (@new, @project, 'T');

-- true: what has a default is right
SELECT status = 'READY' AND revision = 1 AND doi IS NULL AND created_at = updated_at FROM papers WHERE id = @second_paper;

-- true: metadata is never null
SELECT metadata IS NOT NULL AND role = 'PENDING' AND NOT must_reset_password FROM users WHERE id = @owner;

-- refused papers_title_not_null: a paper without a title
INSERT INTO papers (id, project_id) VALUES (@new, @project);

-- refused papers_id_type or 22P02: an id that is none
INSERT INTO papers (id, project_id, title) VALUES ('paper', @project, 'T');

-- refused users_pk: an id that is taken
INSERT INTO users (id, email, email_folded) VALUES (@owner, 'new@example.org', 'new@example.org');

-- refused users_email_folded_unique: an address that differs in its case alone
INSERT INTO users (id, email, email_folded) VALUES (@new, 'OWNER@example.org', 'owner@example.org');

-- refused users_email_folded_unique: an address that is taken, by a change
UPDATE users SET email_folded = 'owner@example.org' WHERE id = @writer;

-- Sign-ins and keys.

-- refused user_providers_provider_unique: an identity that is somebody else's
UPDATE user_providers SET provider_id = 'writer' WHERE id = @provider;

-- accepted: the same name with two providers
UPDATE user_providers SET provider = 'https://else.example.org', provider_id = 'writer' WHERE id = @provider;

-- refused user_providers_user_fk: an identity of nobody
UPDATE user_providers SET user_id = @nobody WHERE id = @provider;

-- refused sessions_token_sha256_unique: a token that names two sign-ins
INSERT INTO sessions (id, user_id, token_sha256, expires_at)
VALUES (@new, @writer, $sha, '2100-01-01T00:00:00.000Z');

-- refused sessions_user_fk: a sign-in of nobody
UPDATE sessions SET user_id = @nobody WHERE id = @session;

-- refused user_tokens_token_sha256_unique: a token that is there twice
INSERT INTO user_tokens (id, user_id, purpose, token_sha256, expires_at)
VALUES (@new, @writer, 'PASSWORD_RESET', $sha, '2100-01-01T00:00:00.000Z');

-- refused user_tokens_user_fk: a token for nobody
UPDATE user_tokens SET user_id = @nobody WHERE id = @token;

-- refused sign_in_attempts_key_sha256_unique: attempts of one sort that are counted twice
INSERT INTO sign_in_attempts (id, key_sha256, free_at, expires_at)
VALUES (@new, $sha, '2026-01-01T00:00:01.000Z', '2026-01-01T01:00:00.000Z');

-- refused api_keys_key_sha256_unique: a key that is there twice
UPDATE api_keys SET key_sha256 = $sha WHERE id = @project_key;

-- refused api_keys_owned: a key that acts for nobody
UPDATE api_keys SET user_id = NULL WHERE id = @key;

-- refused api_keys_user_fk: a key of nobody
UPDATE api_keys SET user_id = @nobody WHERE id = @key;

-- refused api_keys_project_fk: a key for a project that is not there
UPDATE api_keys SET project_id = @nothing WHERE id = @project_key;

-- refused api_keys_created_by_fk: a key that was made by nobody
UPDATE api_keys SET created_by = @nobody WHERE id = @key;

-- accepted: a key that outlives its maker
UPDATE api_keys SET created_by = NULL WHERE id = @project_key;

-- Projects and members.

-- given: a user who is disabled, and who owns nothing
UPDATE users SET disabled_at = '2026-01-02T00:00:00.000Z' WHERE id = @writer;

-- refused projects_owner_enabled: a project of somebody who is disabled
INSERT INTO projects (id, owner_id, name, slug) VALUES (@new, @writer, 'New', 'new');

-- refused projects_owner_enabled: a project that is handed over to somebody who is disabled
UPDATE project_members SET role = 'OWNER' WHERE id = @writing_member;
UPDATE projects SET owner_id = @writer WHERE id = @project;

-- refused api_keys_user_enabled: a key for somebody who is disabled
INSERT INTO api_keys (id, user_id, name, prefix, key_sha256, scopes)
VALUES (@new, @writer, 'New', 'rpg_new', $sha2, '["READ"]');

-- refused api_keys_user_enabled: a key that becomes that of somebody who is disabled
UPDATE api_keys SET user_id = @writer WHERE id = @key;

-- accepted: a key of somebody who is disabled is changed
UPDATE api_keys SET revoked_at = '2026-01-02T00:00:00.000Z' WHERE id = @writer_key;

-- given: they are enabled again
UPDATE users SET disabled_at = NULL WHERE id = @writer;

-- refused users_projects_handed_over: whoever owns projects is disabled
UPDATE users SET disabled_at = '2026-01-02T00:00:00.000Z' WHERE id = @owner;

-- accepted: whoever has handed them over, but for one that is being purged
UPDATE project_members SET role = 'OWNER' WHERE id = @writing_member;
UPDATE projects SET owner_id = @writer WHERE id = @project;
UPDATE projects SET deleted_at = '2026-01-02T00:00:00.000Z', purged_at = '2026-01-02T00:00:00.000Z'
WHERE id = @other_project;
UPDATE users SET disabled_at = '2026-01-02T00:00:00.000Z' WHERE id = @owner;

-- refused projects_slug_unique: a slug that is taken
UPDATE projects SET slug = 'physics' WHERE id = @other_project;

-- refused projects_owner_name_unique: an owner's second project of the same name
UPDATE projects SET name = 'Physics' WHERE id = @other_project;

-- accepted: names of a deleted project are free
UPDATE projects SET deleted_at = '2026-01-02T00:00:00.000Z' WHERE id = @project;
UPDATE projects SET slug = 'physics', name = 'Physics' WHERE id = @other_project;

-- refused projects_slug_unique: a project cannot be restored onto a slug that was taken
UPDATE projects SET deleted_at = '2026-01-02T00:00:00.000Z' WHERE id = @project;
UPDATE projects SET slug = 'physics' WHERE id = @other_project;
UPDATE projects SET deleted_at = NULL WHERE id = @project;

-- refused projects_owner_fk: an owner who is nobody
UPDATE projects SET owner_id = @nobody WHERE id = @project;

-- refused projects_owner_fk: an owner is not deleted
DELETE FROM users WHERE id = @owner;

-- refused projects_owner_member_fk: a project whose owner is no member
INSERT INTO projects (id, owner_id, name, slug) VALUES (@new, @owner, 'New', 'new');

-- accepted: a project with its owner's membership
INSERT INTO projects (id, owner_id, name, slug) VALUES (@new, @owner, 'New', 'new');
INSERT INTO project_members (id, project_id, user_id, role) VALUES (@new, @new, @owner, 'OWNER');

-- refused projects_owner_member_fk: the owner does not leave
DELETE FROM project_members WHERE id = @member;

-- refused projects_owner_member_fk: the owner is not degraded
UPDATE project_members SET role = 'EDITOR' WHERE id = @member;

-- refused projects_owner_member_fk: handing over to a member who is no OWNER
UPDATE projects SET owner_id = @writer WHERE id = @project;

-- accepted: handing over changes both
UPDATE projects SET owner_id = @writer WHERE id = @project;
UPDATE project_members SET role = 'EDITOR' WHERE id = @member;
UPDATE project_members SET role = 'OWNER' WHERE id = @writing_member;

-- accepted: a second OWNER
UPDATE project_members SET role = 'OWNER' WHERE id = @writing_member;

-- refused project_members_user_unique: a member twice
INSERT INTO project_members (id, project_id, user_id, role) VALUES (@new, @project, @writer, 'VIEWER');

-- refused project_members_project_fk: a member of no project
INSERT INTO project_members (id, project_id, user_id, role) VALUES (@new, @nothing, @writer, 'VIEWER');

-- refused project_members_user_fk: a member who is nobody
INSERT INTO project_members (id, project_id, user_id, role) VALUES (@new, @project, @nobody, 'VIEWER');

-- refused projects_purged_is_deleted: purged but not deleted
UPDATE projects SET purged_at = '2026-01-02T00:00:00.000Z' WHERE id = @project;

-- Repositories and guidelines.

-- refused repositories_full_name_unique: a repository twice in a project, by its name
INSERT INTO repositories (id, project_id, full_name, url, owner, name)
VALUES (@new, @project, 'lab/sim', 'https://example.org/else', 'lab', 'sim');

-- refused repositories_url_unique: a repository twice in a project, by its address
INSERT INTO repositories (id, project_id, full_name, url, owner, name)
VALUES (@new, @project, 'lab/else', 'https://example.org/lab/sim', 'lab', 'else');

-- accepted: the same repository in another project
INSERT INTO repositories (id, project_id, full_name, url, owner, name)
VALUES (@new, @other_project, 'lab/sim', 'https://example.org/lab/sim', 'lab', 'sim');

-- refused repositories_project_fk: a repository of no project
UPDATE repositories SET project_id = @nothing WHERE id = @other_repository;

-- refused project_guidelines_project_unique: a second guideline
INSERT INTO project_guidelines (id, project_id, file_name, media_type, storage_path, size_bytes, sha256)
VALUES (@new, @project, 'b.md', 'text/markdown', 'guidelines/two', 0, $sha);

-- refused project_guidelines_storage_path_unique: two guidelines in one object
INSERT INTO project_guidelines (id, project_id, file_name, media_type, storage_path, size_bytes, sha256)
VALUES (@new, @other_project, 'b.md', 'text/markdown', 'guidelines/one', 0, $sha);

-- refused project_guidelines_project_fk: a guideline of no project
UPDATE project_guidelines SET project_id = @nothing;

-- refused project_guidelines_created_by_fk: a guideline by nobody
UPDATE project_guidelines SET created_by = @nobody;

-- Papers.

-- refused papers_project_fk: a paper of no project
INSERT INTO papers (id, project_id, title) VALUES (@new, @nothing, 'T');

-- refused papers_created_by_fk: a paper by nobody
UPDATE papers SET created_by = @nobody WHERE id = @paper;

-- refused papers_doi_unique: a DOI twice
UPDATE papers SET doi = '10.1000/1' WHERE id = @second_paper;

-- refused papers_arxiv_id_unique: an arXiv id twice
UPDATE papers SET arxiv_id = '2601.00001' WHERE id = @second_paper;

-- refused papers_vector_store_id_unique: a vector store twice
UPDATE papers SET vector_store_id = 'vs_1' WHERE id = @second_paper;

-- refused papers_pdf_sha256_unique: the same PDF twice
UPDATE papers SET pdf_sha256 = $sha, pdf_storage_path = 'papers/two' WHERE id = @second_paper;

-- refused papers_pdf_storage_path_unique: two papers in one object
UPDATE papers SET pdf_sha256 = $sha2, pdf_storage_path = 'papers/one' WHERE id = @second_paper;

-- accepted: all of them in another project
UPDATE papers
SET doi = '10.1000/1', arxiv_id = '2601.00001', vector_store_id = 'vs_1', pdf_sha256 = $sha, pdf_storage_path = 'papers/two'
WHERE id = @other_paper;

-- accepted: what names a deleted paper is free
UPDATE papers SET deleted_at = '2026-01-02T00:00:00.000Z' WHERE id = @paper;
UPDATE papers
SET doi = '10.1000/1', arxiv_id = '2601.00001', vector_store_id = 'vs_1', pdf_sha256 = $sha, pdf_storage_path = 'papers/two'
WHERE id = @second_paper;

-- refused papers_doi_unique: a paper cannot be restored onto a DOI that was taken
UPDATE papers SET deleted_at = '2026-01-02T00:00:00.000Z' WHERE id = @paper;
UPDATE papers SET doi = '10.1000/1' WHERE id = @second_paper;
UPDATE papers SET deleted_at = NULL WHERE id = @paper;

-- refused papers_pdf_together: a digest without a PDF
UPDATE papers SET pdf_storage_path = NULL WHERE id = @paper;

-- refused papers_pdf_together: a PDF without a digest
UPDATE papers SET pdf_sha256 = NULL WHERE id = @paper;

-- refused papers_purged_is_deleted: purged but not deleted
UPDATE papers SET purged_at = '2026-01-02T00:00:00.000Z' WHERE id = @paper;

-- refused claims_paper_fk or plans_paper_fk or runs_paper_fk or storyboards_paper_fk or assets_paper_fk: a paper does not leave its children's project
UPDATE papers SET project_id = @other_project WHERE id = @paper;

-- Claims and storyboards.

-- refused claims_paper_fk: a claim of a paper of another project
UPDATE claims SET project_id = @other_project WHERE id = @claim;

-- refused claims_paper_fk: a claim of no paper
UPDATE claims SET paper_id = @nothing WHERE id = @claim;

-- refused claims_created_by_fk: a claim by nobody
UPDATE claims SET created_by = @nobody WHERE id = @claim;

-- refused claims_metric_value_not_null or claims_metric_value_finite: a claim of no number
UPDATE claims SET metric_value = $nan WHERE id = @claim;

-- refused storyboards_paper_fk: a storyboard of a paper of another project
UPDATE storyboards SET paper_id = @other_paper;

-- refused storyboards_run_fk: a storyboard of a run of another project
UPDATE storyboards SET run_id = @other_run;

-- refused storyboards_created_by_fk: a storyboard by nobody
UPDATE storyboards SET created_by = @nobody;

-- refused storyboards_run_unique: a second storyboard of a run
INSERT INTO storyboards (id, project_id, paper_id, run_id, document, storage_path)
VALUES (@new, @project, @paper, @reproduction, '{}', 'storyboards/two');

-- refused storyboards_storage_path_unique: two storyboards in one object
INSERT INTO storyboards (id, project_id, paper_id, document, storage_path)
VALUES (@new, @project, @paper, '{}', 'storyboards/one');

-- accepted: many storyboards of a paper without a run
INSERT INTO storyboards (id, project_id, paper_id, document, storage_path)
VALUES (@new, @project, @paper, '{}', 'storyboards/two'), (@newer, @project, @paper, '{}', 'storyboards/three');

-- Assets.

-- refused assets_one_parent: an asset of nothing
UPDATE assets SET paper_id = NULL WHERE id = @paper_file;

-- refused assets_one_parent: an asset of two
UPDATE assets SET plan_id = @plan WHERE id = @paper_file;

-- refused assets_one_parent: an asset of three
UPDATE assets SET plan_id = @plan, run_id = @reproduction WHERE id = @paper_file;

-- refused assets_kind_parent: a paper has no notebook
UPDATE assets SET kind = 'NOTEBOOK', storage_path = 'notebooks/two' WHERE id = @pdf;

-- refused assets_kind_parent: a paper has no logs
UPDATE assets SET kind = 'LOGS', storage_path = 'logs/two' WHERE id = @pdf;

-- refused assets_kind_parent: a plan has no PDF
UPDATE assets SET kind = 'PDF', storage_path = 'papers/two' WHERE id = @notebook;

-- refused assets_kind_parent: a plan has no storyboard
UPDATE assets SET kind = 'STORYBOARD', storage_path = 'storyboards/two' WHERE id = @notebook;

-- refused assets_kind_parent: a run has no requirements
UPDATE assets SET kind = 'REQUIREMENTS', storage_path = 'requirements/two' WHERE id = @metrics;

-- accepted: a paper's storyboard
UPDATE assets SET kind = 'STORYBOARD', storage_path = 'storyboards/one' WHERE id = @pdf;

-- accepted: a plan's requirements
UPDATE assets SET kind = 'REQUIREMENTS', storage_path = 'requirements/one' WHERE id = @notebook;

-- accepted: a run's storyboard, which the paper names as well
UPDATE assets SET kind = 'STORYBOARD', storage_path = 'storyboards/one' WHERE id = @metrics;
UPDATE assets SET kind = 'STORYBOARD', storage_path = 'storyboards/one' WHERE id = @pdf;

-- accepted: a run's logs
UPDATE assets SET kind = 'LOGS', storage_path = 'logs/one' WHERE id = @metrics;

-- accepted: a run's events
UPDATE assets SET kind = 'EVENTS', storage_path = 'events/one' WHERE id = @metrics;

-- refused assets_kind_path: a file without a path
UPDATE assets SET path = NULL WHERE id = @paper_file;

-- refused assets_kind_path: a path of what is no file
UPDATE assets SET path = 'a' WHERE id = @pdf;

-- refused assets_storage_path_folder: a notebook elsewhere
UPDATE assets SET storage_path = 'files/nine' WHERE id = @notebook;

-- refused assets_storage_path_folder: a file elsewhere
UPDATE assets SET storage_path = 'papers/nine' WHERE id = @paper_file;

-- refused assets_storage_path_folder: a folder alone
UPDATE assets SET storage_path = 'files/' WHERE id = @paper_file;

-- refused assets_storage_path_unique: two files in one object
UPDATE assets SET storage_path = 'files/two' WHERE id = @paper_file;

-- refused assets_paper_kind_unique: a second PDF
INSERT INTO assets (id, project_id, paper_id, kind, storage_path) VALUES (@new, @project, @paper, 'PDF', 'papers/two');

-- refused assets_plan_kind_unique: a second notebook
INSERT INTO assets (id, project_id, plan_id, kind, storage_path)
VALUES (@new, @project, @plan, 'NOTEBOOK', 'notebooks/two');

-- refused assets_run_kind_unique: second metrics
INSERT INTO assets (id, project_id, run_id, kind, storage_path)
VALUES (@new, @project, @reproduction, 'METRICS', 'metrics/two');

-- refused assets_paper_path_unique: a path twice in a paper
INSERT INTO assets (id, project_id, paper_id, kind, storage_path, path)
VALUES (@new, @project, @paper, 'FILE', 'files/nine', 'a/b.png');

-- refused assets_plan_path_unique: a path twice in a plan
INSERT INTO assets (id, project_id, plan_id, kind, storage_path, path)
VALUES (@new, @project, @plan, 'FILE', 'files/nine', 'a/b.png');

-- refused assets_run_path_unique: a path twice in a run
INSERT INTO assets (id, project_id, run_id, kind, storage_path, path)
VALUES (@new, @project, @reproduction, 'FILE', 'files/nine', 'a/b.png');

-- accepted: many files
INSERT INTO assets (id, project_id, run_id, kind, storage_path, path)
VALUES
    (@new, @project, @reproduction, 'FILE', 'files/nine', 'a/c.png'),
    (@newer, @project, @simulation, 'FILE', 'files/ten', 'a/b.png');

-- refused assets_paper_fk: an asset of another project's paper
UPDATE assets SET paper_id = @other_paper WHERE id = @paper_file;

-- refused assets_plan_fk: an asset of another project's plan
UPDATE assets SET plan_id = @other_plan WHERE id = @plan_file;

-- refused assets_run_fk: an asset of another project's run
UPDATE assets SET run_id = @other_run WHERE id = @run_file;

-- refused assets_created_by_fk: an asset by nobody
UPDATE assets SET created_by = @nobody WHERE id = @pdf;

-- Plans and unit modes.

-- refused plans_ready_env_hash: ready, but not materialised
UPDATE plans SET status = 'READY' WHERE id = @draft;

-- refused plans_ready_env_hash: ready, and no longer materialised
UPDATE plans SET env_hash = NULL WHERE id = @plan;

-- refused plans_draft_env_hash: drafted, but materialised
UPDATE plans SET env_hash = $sha WHERE id = @draft;

-- accepted: a plan that could not be materialised, and one that could not be again
UPDATE plans SET status = 'FAILED';

-- refused plans_version_length: no version at all
UPDATE plans SET version = '', document = '{"version":""}' WHERE id = @draft;

-- refused plans_version_length: a version that is too long
UPDATE plans SET version = 'a23456789012345678901', document = '{"version":"a23456789012345678901"}' WHERE id = @draft;

-- accepted: another version, in both places
UPDATE plans SET version = 'ü2345678901234567890', document = '{"version":"ü2345678901234567890"}' WHERE id = @draft;

-- refused plans_document_version: another version, in one place
UPDATE plans SET version = '1.2' WHERE id = @draft;

-- true: what a plan has by default is right
SELECT version = '1.1' AND budget_minutes = 20 AND status = 'DRAFT' FROM plans WHERE id = @draft;

-- refused plans_paper_fk: a plan of another project's paper
UPDATE plans SET paper_id = @other_paper WHERE id = @draft;

-- refused plans_created_by_fk: a plan by nobody
UPDATE plans SET created_by = @nobody WHERE id = @draft;

-- refused plans_purged_is_deleted: purged but not deleted
UPDATE plans SET purged_at = '2026-01-02T00:00:00.000Z' WHERE id = @draft;

-- refused unit_modes_key_unique: a key twice in a project
INSERT INTO unit_modes (id, project_id, key, name, units) VALUES (@new, @project, 'si', 'Again', '{}');

-- refused unit_modes_global_key_unique: a global key twice
INSERT INTO unit_modes (id, key, name, units) VALUES (@new, 'si', 'Again', '{}');

-- refused unit_modes_project_fk: a unit mode of no project
INSERT INTO unit_modes (id, project_id, key, name, units) VALUES (@new, @nothing, 'si', 'Again', '{}');

-- refused unit_modes_project_fixed: a unit mode stays in its project
UPDATE unit_modes SET project_id = NULL WHERE id = @other_mode;

-- refused unit_modes_project_fixed: a global unit mode stays global
UPDATE unit_modes SET project_id = @project, key = 'mks' WHERE id = @global_mode;

-- refused equation_modules_version_unique: a version twice in a project
INSERT INTO equation_modules (id, project_id, name, version, source) VALUES (@new, @project, 'Motion', '1', 'E');

-- refused equation_modules_global_version_unique: a global version twice
INSERT INTO equation_modules (id, name, version, source) VALUES (@new, 'Motion', '1', 'E');

-- accepted: another version, and the same of another name
INSERT INTO equation_modules (id, project_id, name, version, source) VALUES (@new, @project, 'Motion', '2', 'E');
INSERT INTO equation_modules (id, name, version, source) VALUES (@nothing, 'Heat', '1', 'E');

-- refused equation_modules_project_fk: equations of no project
INSERT INTO equation_modules (id, project_id, name, version, source) VALUES (@new, @nothing, 'Heat', '1', 'E');

-- refused equation_modules_project_fixed: equations stay in their project
UPDATE equation_modules SET project_id = NULL WHERE id = @other_equations;

-- refused equation_modules_project_fixed: global equations stay global
UPDATE equation_modules SET project_id = @project, version = '2' WHERE id = @global_equations;

-- true: equations have no parameters by default
SELECT parameters = '{}' FROM equation_modules WHERE id = @equations;

-- refused metric_definitions_key_unique: a key twice in a project
INSERT INTO metric_definitions (id, project_id, key, name) VALUES (@new, @project, 'energy', 'Again');

-- refused metric_definitions_global_key_unique: a global key twice
INSERT INTO metric_definitions (id, key, name) VALUES (@new, 'energy', 'Again');

-- refused metric_definitions_project_fk: a definition of no project
INSERT INTO metric_definitions (id, project_id, key, name) VALUES (@new, @nothing, 'energy', 'Again');

-- refused metric_definitions_project_fixed: a definition stays in its project
UPDATE metric_definitions SET project_id = NULL WHERE id = @other_metric;

-- refused metric_definitions_project_fixed: a global definition stays global
UPDATE metric_definitions SET project_id = @project, key = 'heat' WHERE id = @global_metric;

-- The ledger.

-- refused ledger_heads_project_unique: a second head of a project
INSERT INTO ledger_heads (id, project_id, seal) VALUES (@new, @project, $sha);

-- refused ledger_heads_instance_unique: a second head of the instance
INSERT INTO ledger_heads (id, seal) VALUES (@new, $sha);

-- refused ledger_heads_audit_hash_count: entries, but no hash
UPDATE ledger_heads SET audit_hash = NULL WHERE id = @head;

-- refused ledger_heads_audit_hash_count: a hash, but no entries
UPDATE ledger_heads SET audit_count = 0 WHERE id = @head;

-- accepted: a head of what is long gone
INSERT INTO ledger_heads (id, project_id, seal) VALUES (@new, @nothing, $sha);

-- refused event_logs_pk: a position twice
INSERT INTO event_logs (head_id, position, event_type, actor_type) VALUES (@head, 1, 'A', 'SYSTEM');

-- accepted: the same position of another head
INSERT INTO event_logs (head_id, position, event_type, actor_type, run_id)
VALUES (@instance_head, 1, 'A', 'SYSTEM', @nothing);

-- refused audit_log_position_unique: a position twice
INSERT INTO audit_log (id, head_id, position, table_name, row_id, operation, actor_type, hash)
VALUES (@new, @head, 1, 'papers', @paper, 'CREATE', 'SYSTEM', $sha);

-- refused audit_log_before_digested: what was before, without its digest
UPDATE audit_log SET before = '{}', before_digest = NULL;

-- refused audit_log_after_digested: what was after, without its digest
UPDATE audit_log SET after = '{}', after_digest = NULL;

-- accepted: personal data is erased, and the digests stay
UPDATE audit_log SET before = '{"name": "x"}', after = '{}';
UPDATE audit_log SET before = NULL, after = NULL;

-- accepted: an error of what is long gone
INSERT INTO error_logs (id, project_id, run_id, error_type, message) VALUES (@new, @nothing, @nothing, 'SYSTEM_ERROR', 'a');

-- accepted: a project's ledger is purged
DELETE FROM error_logs;
DELETE FROM audit_log;
DELETE FROM event_logs;
DELETE FROM ledger_heads;

-- Files and tasks.

-- refused uploads_storage_path_unique: two uploads in one object
INSERT INTO uploads (id, created_by, media_type, storage_path, size_bytes, sha256, expires_at)
VALUES (@new, @writer, 'text/plain', 'uploads/one', 0, $sha, '2100-01-01T00:00:00.000Z');

-- refused uploads_created_by_fk: an upload by nobody
UPDATE uploads SET created_by = @nobody WHERE id = @upload;

-- refused uploads_api_key_fk: an upload with a key that is not there
UPDATE uploads SET api_key_id = @nothing WHERE id = @sent_upload;

-- refused uploads_sent: an upload that nobody sent
UPDATE uploads SET created_by = NULL WHERE id = @upload;

-- refused uploads_sent: an upload that two sent
UPDATE uploads SET api_key_id = @project_key WHERE id = @upload;

-- refused uploads_expires_at_order: an upload that is over before it began
UPDATE uploads SET expires_at = created_at;

-- refused object_deletions_storage_path_unique: an object is deleted once
INSERT INTO object_deletions (id, storage_path, not_before) VALUES (@new, 'papers/gone', '2026-01-01T01:00:00.000Z');

-- refused tasks_name_unique: a task twice
INSERT INTO tasks (id, name, next_run_at) VALUES (@new, 'sweep', '2026-01-01T01:00:00.000Z');

-- refused tasks_lease_together: a holder without an end
UPDATE tasks SET holder = 'node';

-- refused tasks_lease_together: an end without a holder
UPDATE tasks SET lease_expires_at = '2026-01-01T01:00:00.000Z';

-- accepted: a held task
UPDATE tasks SET holder = 'node', lease_expires_at = '2026-01-01T01:00:00.000Z';

-- The leases of runs.

-- refused run_leases_times_order: a lease that ends before it begins
UPDATE run_leases SET expires_at = '2025-12-31T00:00:00.000Z' WHERE id = @lease;

-- refused run_leases_token_sha256_unique: a token that proves two leases
UPDATE run_leases SET token_sha256 = $sha WHERE id = @old_lease;

-- refused run_leases_run_unique: a run that two hold
INSERT INTO run_leases (id, project_id, run_id, attempt, holder, token_sha256, expires_at) VALUES
    (@new, @project, @experiment, 1, 'other', $c64, '2036-01-01T00:00:00.000Z');

-- refused run_leases_run_fk: a lease of another project's run
UPDATE run_leases SET project_id = @other_project WHERE id = @lease;

-- Evals.

-- refused evals_metric_name_unique: a metric that a run has twice
UPDATE evals SET metric_name = 'f1' WHERE id = @eval;

-- refused evals_recorded_claim: what was recorded by hand has no claim
UPDATE evals SET claim_id = @claim WHERE id = @by_hand;

-- refused evals_gap_abs_formula: a gap that does not follow from the values
UPDATE evals SET gap_abs = -2 WHERE id = @eval;

-- refused evals_gap_percent_formula: a gap in hundredths that does not follow from the values
UPDATE evals SET gap_percent = -51 WHERE id = @eval;

-- refused evals_gap_percent_formula: no gap where there is one
UPDATE evals SET gap_percent = 0 WHERE id = @eval;

-- accepted: a gap beside nothing
UPDATE evals SET observed = 1, gap_abs = 1, gap_percent = 99999999999.99998, verdict = 'NOT_REPRODUCED' WHERE id = @by_hand;

-- refused evals_verdict_rule: a verdict that does not follow from the values
UPDATE evals SET verdict = 'EXCEEDED' WHERE id = @eval;

-- refused evals_paper_fk: an eval of another project's paper
UPDATE evals SET paper_id = @other_paper WHERE id = @eval;

-- refused evals_run_fk: an eval of another project's run
UPDATE evals SET run_id = @other_run WHERE id = @eval;

-- refused evals_claim_fk: an eval of no claim
UPDATE evals SET claim_id = @nothing WHERE id = @eval;

-- refused snapshots_verified_by_state: a state that is marked unverified
UPDATE snapshots SET verified = false WHERE id = @snapshot;

-- refused snapshots_verified_by_state: a hash that is marked verified without its state
UPDATE snapshots SET verified = true WHERE id = @large_snapshot;

-- refused snapshots_run_fk: a snapshot of another project's run
UPDATE snapshots SET project_id = @other_project WHERE id = @snapshot;

-- refused notes_run_fk: a note on another project's run
UPDATE notes SET project_id = @other_project WHERE id = @note;

-- refused notes_created_by_fk: a note by nobody there is
UPDATE notes SET created_by = @nothing WHERE id = @note;

-- accepted: a run that goes takes what is kept of it along
DELETE FROM runs WHERE id = @simulation;

-- refused run_equations_equation_unique: the same equations twice
INSERT INTO run_equations (id, project_id, run_id, equation_module_id) VALUES (@new, @project, @simulation, @equations);

-- refused run_equations_run_fk: equations of another project's run
UPDATE run_equations SET project_id = @other_project WHERE id = @global_run_equation;

-- refused run_equations_equation_module_fk: equations in use go by themselves
DELETE FROM equation_modules WHERE id = @equations;

-- accepted: a project goes with its runs and their equations
DELETE FROM projects WHERE id = @project;

-- refused run_equations_simulation: an experiment with equations
INSERT INTO run_equations (id, project_id, run_id, equation_module_id) VALUES (@new, @project, @experiment, @equations);

-- refused run_equations_simulation: equations that are handed to an experiment
UPDATE run_equations SET run_id = @experiment WHERE id = @run_equation;

-- refused run_equations_module_scope: another project's equations
INSERT INTO run_equations (id, project_id, run_id, equation_module_id) VALUES
    (@new, @project, @simulation, @other_equations);

-- refused run_equations_module_scope: equations that become another project's
UPDATE run_equations SET equation_module_id = @other_equations WHERE id = @run_equation;
