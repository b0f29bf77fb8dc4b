ALTER TABLE projects DROP CONSTRAINT projects_owner_member_fk;
DROP TABLE api_keys;
DROP TABLE project_guidelines;
DROP TABLE repositories;
DROP TABLE project_members;
DROP TABLE projects;
