DROP TRIGGER users_projects_handed_over ON users;
ALTER TABLE projects DROP CONSTRAINT projects_owner_member_fk;
DROP TABLE api_keys;
DROP TABLE project_guidelines;
DROP TABLE repositories;
DROP TABLE project_members;
DROP TABLE projects;
DROP FUNCTION check_handed_over();
DROP FUNCTION check_enabled();
