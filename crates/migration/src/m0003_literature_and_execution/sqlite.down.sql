DROP TRIGGER runs_repository_cleared;
DROP TABLE assets;
DROP TABLE storyboards;
DROP TABLE runs;
DROP TABLE unit_modes;
DROP TABLE plans;
DROP TABLE claims;
DROP TABLE papers;
