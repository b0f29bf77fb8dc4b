DROP TABLE users;
DROP FUNCTION keep_row();
