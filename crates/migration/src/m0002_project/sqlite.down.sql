DROP TRIGGER users_projects_handed_over;
-- A project goes with its members, so that neither is left without the other.
DELETE FROM projects;
DROP TABLE api_keys;
DROP TABLE project_guidelines;
DROP TABLE repositories;
DROP TABLE project_members;
DROP TABLE projects;
