DROP TABLE tasks;
DROP TABLE object_deletions;
DROP TABLE uploads;
DROP TABLE creations;
